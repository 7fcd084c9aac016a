"""The command for public routing instances: what it reads, answers and refuses."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import routing
from benchmarks.route_check import Driven, objections, objective
from benchmarks.routing_table import FAMILIES, best_known, family, published
from benchmarks.vrplib import Unreadable, read_instance

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
SOLOMON = """toy

VEHICLE
NUMBER     CAPACITY
  3         20

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0         0          0          0       100          0
    1      3         4         10          8        40         10
    2      6         8         10          0        40         10
    3      0         9         10          0        60         10
"""
VRPLIB = """NAME : toy
TYPE : MTVRPTWR
DIMENSION : 4
EDGE_WEIGHT_TYPE : EUC_2D
VEHICLES : 2
CAPACITY : 20
SERVICE_TIME : 10
NODE_COORD_SECTION
1 0 0
2 3 4
3 6 8
4 0 9
DEMAND_SECTION
1 0
2 10
3 10
4 10
TIME_WINDOW_SECTION
1 0 100
2 0 60
3 0 60
4 0 90
RELEASE_TIME_SECTION
1 0
2 4
3 0
4 20
VEHICLES_RELOAD_DEPOT_SECTION
1 1
2 1
DEPOT_SECTION
1
-1
EOF
"""


@pytest.fixture
def solomon(tmp_path: Path) -> Path:
    path = tmp_path / "toy.txt"
    path.write_text(SOLOMON, encoding="utf-8")
    return path


@pytest.fixture
def vrplib(tmp_path: Path) -> Path:
    path = tmp_path / "toy.vrp"
    path.write_text(VRPLIB, encoding="utf-8")
    return path


def test_distances_of_solomon_count_tenths_rounded_down(solomon: Path) -> None:
    instance = read_instance(solomon)
    assert objective(instance, [Driven(1, ((1, 2),)), Driven(2, ((3,),))]) == 200 + 180
    assert objections(instance, [Driven(1, ((1, 2),)), Driven(2, ((3,),))], []) == ()
    assert objective(instance, [Driven(1, ((1, 3),))]) == 50 + 58 + 90  # sqrt 34 is 5.83


def test_a_trip_leaves_when_all_it_carries_is_released(vrplib: Path) -> None:
    instance = read_instance(vrplib)
    assert objections(instance, [Driven(1, ((2, 3), (4,)))], []) == ()
    late = replace(instance.customers[2], release=82)
    changed = replace(instance, customers=(*instance.customers[:2], late))
    assert "reaches 4 at 910" in objections(changed, [Driven(1, ((2, 3), (4,)))], [])[0]


BROKEN: list[tuple[list[Driven], list[int], str]] = [
    ([Driven(1, ((1, 2),))], [], "customer 3 is not mentioned"),
    ([Driven(1, ((1, 2),))], [3], "customer 3 must be served"),
    ([Driven(1, ((1, 2),)), Driven(2, ((3, 1),))], [], "customer 1 is served 2 times"),
    ([Driven(1, ((1, 2),)), Driven(2, ((3,),))], [3], "customer 3 is served and unserved"),
    ([Driven(1, ((1, 2),)), Driven(2, ((3, 7),))], [], "customer 7 is not in the file"),
    ([Driven(1, ((1, 2),)), Driven(1, ((3,),))], [], "vehicle 1 drives 2 routes"),
    ([Driven(1, ((1, 2),)), Driven(4, ((3,),))], [], "vehicle 4 is not in the file"),
    ([Driven(1, ((1, 2, 3),))], [], "vehicle 1 carries 30, more than 20"),
    ([Driven(1, ((1, 2), (3,)))], [], "vehicle 1 reloads and may not"),
    ([Driven(1, ((1, 2), ()))], [3], "vehicle 1 makes an empty trip"),
    ([Driven(1, ((3, 1),)), Driven(2, ((2,),))], [], ""),
    ([Driven(1, ((2, 1),)), Driven(2, ((3,),))], [], ""),
]


@pytest.mark.parametrize(("routes", "unserved", "said"), BROKEN)
def test_the_checker_names_what_is_broken(
    solomon: Path, routes: list[Driven], unserved: list[int], said: str
) -> None:
    found = objections(read_instance(solomon), routes, unserved)
    assert said in found if said else found == ()


def test_the_checker_measures_windows_shifts_and_who_may_serve(solomon: Path) -> None:
    instance = read_instance(solomon)
    routes = [Driven(1, ((1, 2),)), Driven(2, ((3,),))]

    def said(**changed: object) -> str:
        vehicles = tuple(replace(vehicle, **changed) for vehicle in instance.vehicles)
        return " ".join(objections(replace(instance, vehicles=vehicles), routes, []))

    assert said(longest=40) == ""  # the first leaves at 3 and waits for nobody
    assert "out for 400, over 390" in said(longest=39)
    assert "may not serve 3" in said(allowed=frozenset({1, 2}))
    shut = replace(instance, depots=(replace(instance.depots[0], closes=42),))
    assert "is back at 430, after 420" in " ".join(objections(shut, routes, []))


def test_what_is_given_counts_as_given(tmp_path: Path) -> None:
    path = tmp_path / "given.vrp"
    path.write_text(
        "NAME: given-n3-k1\nTYPE: CVRP\nDIMENSION: 3\nEDGE_WEIGHT_TYPE: EXPLICIT\n"
        "EDGE_WEIGHT_FORMAT: FULL_MATRIX\nCAPACITY: 9\nNODE_COORD_SECTION\n7 0 0 A\n9 1 1 B\n"
        "4 2 2 C\nEDGE_WEIGHT_SECTION\n0 1.250 3\n2 0 1\n4 5 0\nDEMAND_SECTION\n7 1\n9 0\n4 2\n"
        "DEPOT_SECTION\n9\n-1\nEOF\n",
        encoding="utf-8",
    )
    instance = read_instance(path)
    assert len(instance.vehicles) == 1
    assert objective(instance, [Driven(1, ((7, 4),))]) == 2 + 3 + 5


HALVES = {
    "FULL_MATRIX": "0 1 2 4 1 0 3 5 2 3 0 6 4 5 6 0",
    "LOWER_ROW": "1 2 3 4 5 6",
    "LOWER_DIAG_ROW": "0 1 0 2 3 0 4 5 6 0",
    "UPPER_ROW": "1 2 4 3 5 6",
    "UPPER_DIAG_ROW": "0 1 2 4 0 3 5 0 6 0",
}


@pytest.mark.parametrize("form", HALVES)
def test_a_matrix_may_be_given_by_half_and_without_places(tmp_path: Path, form: str) -> None:
    path = tmp_path / "half.vrp"
    path.write_text(
        "NAME: half-n4-k2\nTYPE: CVRP\nDIMENSION: 4\nEDGE_WEIGHT_TYPE: EXPLICIT\n"
        f"EDGE_WEIGHT_FORMAT: {form}\nCAPACITY: 9\nEDGE_WEIGHT_SECTION\n{HALVES[form]}\n"
        "DEMAND_SECTION\n1 0\n2 1\n3 1\n4 1\nDEPOT_SECTION\n1\n-1\nEOF\n",
        encoding="utf-8",
    )
    instance = read_instance(path)
    assert [node.id for node in instance.customers] == [2, 3, 4]
    assert objective(instance, [Driven(1, ((2, 3),)), Driven(2, ((4,),))]) == 1 + 3 + 2 + 4 + 4
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("DEMAND_SECTION", "7\nDEMAND_SECTION"), encoding="utf-8")
    with pytest.raises(Unreadable, match="the matrix has"):
        read_instance(path)
    path.write_text(text.replace("6", "six"), encoding="utf-8")
    with pytest.raises(Unreadable, match="six is no number"):
        read_instance(path)
    path.write_text(text.replace(form, "DIAGONAL"), encoding="utf-8")
    with pytest.raises(Unreadable, match="EDGE_WEIGHT_FORMAT DIAGONAL is none of"):
        read_instance(path)


UNREADABLE = [
    ("", "it is empty"),
    ("toy\n1 2 3\n", "number and capacity of the vehicles are missing"),
    ("toy\n3 20\n0 0 0 0 0 100 0\n", "there is no customer"),
    (SOLOMON.replace("        60         10", "        60"), "a customer has 7 figures"),
    (SOLOMON.replace("    3      0", "    2      0"), "a node stands twice"),
    (SOLOMON.replace("0        60", "70       60"), "node 3 closes before it opens"),
    (SOLOMON.replace("    3      0         9         10", "    3 0 9 -1"), "below 0"),
    (SOLOMON.replace("  3         20", "  0         20"), "there is no vehicle"),
    (VRPLIB.replace("MTVRPTWR", "TSP"), "TYPE TSP is none of"),
    (VRPLIB.replace("EUC_2D", "GEO"), "EDGE_WEIGHT_TYPE GEO"),
    (VRPLIB.replace("4 20\n", ""), "RELEASE_TIME_SECTION has no line for 4"),
    (VRPLIB.replace("DIMENSION : 4", "DIMENSION : 5"), "DIMENSION differs"),
    (VRPLIB.replace("CAPACITY : 20\n", ""), "CAPACITY is missing"),
    (VRPLIB.replace("4 0 9\n", "3 0 9\n"), "node 3 stands twice"),
    (VRPLIB.replace("2 1\nDEPOT", "2 4\nDEPOT"), "vehicle 2 reloads away from its depot"),
    (VRPLIB.replace("CAPACITY : 20", "CAPACITY : 2.5"), "2.5 is not whole"),
    (VRPLIB.replace("NODE_COORD", "5 6\nNODE_COORD"), "stands outside a section"),
]


@pytest.mark.parametrize(("text", "said"), UNREADABLE)
def test_an_unreadable_file_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    path = tmp_path / "bad.vrp"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=r"bad\.vrp is no routing instance") as refused:
        read_instance(path)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_the_command_refuses_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert routing.main([str(tmp_path / "absent.txt"), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    with pytest.raises(SystemExit, match="2"):
        routing.main([str(tmp_path), "--seconds", "0"])


def answer(capsys: pytest.CaptureFixture[str], path: Path, *more: str) -> dict[str, object]:
    assert routing.main([str(path), "--seed", "3", *more, "--json"]) == 0
    told: dict[str, object] = json.loads(capsys.readouterr().out)
    return told


def test_the_command_answers_the_same_for_the_same_moves(
    solomon: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (answer(capsys, solomon, "--moves", "2000") for _ in range(2))
    for told in (first, second):
        assert told.pop("seconds")
        assert told.pop("cpu_seconds")
        assert told.pop("trace")
    assert first == second
    assert first == {
        "instance": "TOY",
        "variant": "VRPTW",
        "status": "ok",
        "objective": 350,
        "routes": first["routes"],
        "unserved": [],
        "seed": 3,
        "workers": 2,
        "engines": ["npcc", "pyvrp"],
    }


def test_the_command_counts_the_time_of_each_core(
    solomon: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = answer(capsys, solomon, "--cpu", "--seconds", "0.5")
    assert (told["status"], told["workers"], told["unserved"]) == ("ok", 2, [])


def test_a_yardstick_has_some_of_each_family() -> None:
    if not (SHARED / "benchmarks").exists():
        pytest.skip("the public instances are not on this machine (../shared/data/benchmarks)")
    whole = {file.parent for name in FAMILIES if name != "yardstick" for file in family(name)}
    some = family("yardstick")
    assert {file.parent for file in some} == whole
    assert len(some) == len(FAMILIES["yardstick"])


def test_the_command_says_what_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "heavy.txt"
    path.write_text(SOLOMON.replace("  3         20", "  1         20"), encoding="utf-8")
    told = answer(capsys, path, "--moves", "100", "--workers", "1")
    assert (told["status"], told["objective"], told["unserved"]) == ("infeasible", None, [1, 2, 3])
    path.write_text(SOLOMON.replace("0        60", "0        05"), encoding="utf-8")
    told = answer(capsys, path, "--moves", "100", "--workers", "1")
    assert (told["status"], told["objective"], told["unserved"]) == ("unknown", None, [3])


def test_the_best_known_cost_lies_beside_or_above_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "some"
    folder.mkdir()
    (tmp_path / "vrptw-best-known.json").write_text('{"toy": {"bks": 35.0}}', encoding="utf-8")
    table, alone = folder / "TOY.txt", folder / "toy.vrp"
    table.write_text(SOLOMON, encoding="utf-8")
    alone.write_text(VRPLIB, encoding="utf-8")
    assert best_known(table, read_instance(table)) == 350
    assert best_known(alone, read_instance(alone)) is None
    alone.with_suffix(".sol").write_text("Route #1: 1 2 0 3\nCost: 1\n", encoding="utf-8")
    assert best_known(alone, read_instance(alone)) == 200 + 180


SAMPLES = ("mdvrptw/PR11B", "sdvrptw/PR17A", "mtvrptwr/RC208R0.5", "pcvrptw/RC2_10_5")


@pytest.mark.parametrize("sample", SAMPLES)
def test_published_routes_are_sound_and_cost_what_is_published(sample: str) -> None:
    path = SHARED / "benchmarks" / f"{sample}.vrp"
    if not path.exists():
        pytest.skip("the public instances are not on this machine (../shared/data/benchmarks)")
    instance = read_instance(path)
    routes = published(path.with_suffix(".sol"))
    told = path.with_suffix(".sol").read_text(encoding="utf-8")
    cost = next(int(line.split()[1]) for line in told.splitlines() if line.startswith("Cost"))
    served = {customer for route in routes for trip in route.trips for customer in trip}
    left = [client.id for client in instance.customers if client.id not in served]
    assert objections(instance, routes, left) == ()
    assert objective(instance, routes) == cost
