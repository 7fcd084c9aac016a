"""A stored problem comes back as it went and costs the same; a spoiled one is refused."""

import json
import runpy
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer import (
    PROBLEM_SCHEMA,
    PROBLEMS,
    Held,
    Job,
    Limits,
    LotGroup,
    LotItem,
    LotProblem,
    Matrix,
    Operation,
    ProductionProblem,
    Progress,
    ReplenishmentProblem,
    Resource,
    RoutingBreak,
    RoutingProblem,
    RoutingStop,
    RoutingVehicle,
    SupplyLine,
    from_json,
    left_out,
    solve_again,
    solve_lots,
    solve_meal_choice,
    solve_production,
    solve_replenishment,
    solve_routing,
    stored,
    to_json,
)
from optimizer.matrix import packed, unpacked
from optimizer.replay import main
from tests.optimizer import choices

KITCHEN = ProductionProblem(
    jobs=(
        Job(
            key="a",
            recipe="soup",
            operations=(
                Operation(minutes=5, machines=("m",)),
                Operation(minutes=5, machines=("m",), max_lag_min=3),
            ),
            due_min=9,
            release_min=0,
            traits=frozenset({"milk", "egg"}),
        ),
    ),
    machines=(Resource(key="m", windows=((0, 60), (90, 120)), clean_min=5),),
)
LARDER = ReplenishmentProblem(
    lines=(
        SupplyLine(
            key="flour",
            supplier="mill",
            need=(1, 2),
            held=(Held(amount=1, last_day=0),),
            pack=1,
            price=3,
            lead_days=0,
            shelf_days=2,
            order_days=(0, 1),
        ),
    ),
    days=2,
)
ROAD = RoutingProblem(
    stops=(RoutingStop(key="s", node=1, windows=((0, 900),), max_cold_s=None, drop_penalty=5),),
    vehicles=(RoutingVehicle(key="v", start_node=0, end_node=0, open_s=0, close_s=3600),),
    travel_s=Matrix(((0, 60), (60, 0))),
    travel_m=Matrix(((0, 900), (900, 0))),
)
WEEK = LotProblem(
    items=(LotItem(key="soup", group="kettles", demand=(40, 40), load=50, load_min=60, hold=1),),
    groups=(LotGroup(key="kettles", minutes=(120, 60)),),
    days=2,
)
MEALS = choices.problem()
EVERY_KIND: tuple[tuple[str, Any, Any], ...] = (
    ("lots", WEEK, solve_lots),
    ("meals", MEALS, solve_meal_choice),
    ("production", KITCHEN, solve_production),
    ("replenishment", LARDER, solve_replenishment),
    ("routing", ROAD, solve_routing),
)


def test_every_kind_of_problem_is_here() -> None:
    assert [name for name, _, _ in EVERY_KIND] == sorted(PROBLEMS)


@pytest.mark.parametrize("problem", [problem for _, problem, _ in EVERY_KIND])
def test_a_problem_comes_back_as_it_went(problem: Any) -> None:
    text = json.dumps(to_json(problem))
    assert from_json(type(problem), json.loads(text)) == problem


def test_a_problem_stored_before_a_field_existed_is_still_read() -> None:
    older = to_json(KITCHEN)
    for later in ("shifts", "stores", "fixed", "published", "change_price"):
        del older[later]
    assert from_json(ProductionProblem, older) == KITCHEN
    del older["machines"]
    with pytest.raises(ValueError, match="has the fields"):
        from_json(ProductionProblem, older)


@pytest.mark.parametrize("count", [0, 1])
def test_a_van_stored_with_one_break_or_none_is_still_read(count: int) -> None:
    rests = (RoutingBreak(earliest_s=1, latest_s=2, duration_s=3),)[:count]
    vans = tuple(replace(van, rests=rests) for van in ROAD.vehicles)
    older = to_json(replace(ROAD, vehicles=vans))
    for van in older["vehicles"]:
        van["rest"] = next(iter(van.pop("rests")), None)
    assert from_json(RoutingProblem, older) == replace(ROAD, vehicles=vans)
    with pytest.raises(ValueError, match="has the fields"):
        from_json(RoutingProblem, older | {"vehicles": [{"rest": None, "odd": 1}]})


def test_sets_are_written_in_order() -> None:
    assert to_json(KITCHEN)["jobs"][0]["traits"] == ["egg", "milk"]


def entry(
    name: str = "production", problem: Any = KITCHEN, solve: Any = solve_production
) -> dict[str, Any]:
    limits = Limits(moves=50)
    written = stored(name, problem, limits, solve(problem, limits))
    return json.loads(json.dumps(written))


def write(folder: Path, *entries: Any) -> str:
    path = folder / "plan.json"
    path.write_text(json.dumps({"inputs": {"problems": entries}}), encoding="utf-8")
    return str(path)


def test_a_stored_problem_costs_the_same_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(tmp_path, entry())]) == 0
    (answer,) = json.loads(capsys.readouterr().out)["problems"]
    assert answer == {
        "name": "production",
        "status": "optimal",
        "objective": [0, 1, 0, 0, 10, 0],
        "same": True,
    }


@pytest.mark.parametrize(("name", "problem", "solve"), EVERY_KIND)
def test_every_kind_gives_the_same_answer_again(
    name: str, problem: Any, solve: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(tmp_path, entry(name, problem, solve))]) == 0
    assert '"same": true' in capsys.readouterr().out


@pytest.mark.parametrize("other", [{"objective": [0, 0, 0, 0]}, {"answer": "another"}])
def test_another_cost_or_another_answer_of_that_cost_is_told_by_the_exit_code(
    other: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(tmp_path, entry(), {**entry(), **other})]) == 1
    answers = json.loads(capsys.readouterr().out)["problems"]
    assert [answer["same"] for answer in answers] == [True, False]


def test_a_search_that_was_ended_is_ended_at_the_same_look() -> None:
    stops = tuple(
        RoutingStop(
            key=str(n), node=n, windows=((0, 90_000),), max_cold_s=None, service_s=n, drop_penalty=5
        )
        for n in range(1, 9)
    )
    way = Matrix([[60 * abs(3 * a % 7 - 3 * b % 7) + a for b in range(9)] for a in range(9)])
    problem = replace(ROAD, stops=stops, travel_s=way, travel_m=way)
    seen: list[Progress] = []

    def twice(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < 3

    limits = Limits(moves=5_000)
    ended = solve_routing(problem, limits, twice)
    again = solve_again(stored("routing", problem, limits, ended, looks=2))
    assert again["same"] is True
    assert ended.moves == seen[-1].moves < limits.moves


def test_a_problem_that_was_left_out_is_never_called_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(tmp_path, entry(), left_out("routing", stops=900, most=500))]) == 1
    told = json.loads(capsys.readouterr().out)["problems"][1]
    assert told == {"name": "routing", "same": None, "left_out": {"stops": 900, "most": 500}}


@pytest.mark.parametrize("schema", [None, 2, 4])
def test_another_schema_is_refused_by_name(
    schema: int | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    older = {**entry(), "schema": schema}
    assert main([write(tmp_path, older)]) == 2
    said = capsys.readouterr().err
    assert f"the problem production has schema {schema or 'none'}" in said
    assert "the version that wrote it" in said


@pytest.mark.parametrize(
    "spoil",
    [
        lambda: {**entry(), "name": "dinner"},
        lambda: ["no entry"],
        lambda: {**entry(), "problem": {"jobs": []}},
        lambda: {**entry(), "problem": "x"},
        lambda: {**entry(), "problem": {**entry()["problem"], "jobs": "x"}},
        lambda: {**entry(), "problem": {**entry()["problem"], "jobs": [{}]}},
        lambda: {"name": "production"},
        lambda: {"name": "production", "schema": PROBLEM_SCHEMA},
    ],
)
def test_a_spoiled_plan_is_refused_with_one_line(
    spoil: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([write(tmp_path, spoil())]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("no plan to solve again: ")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("entries", [[], {}, "x"])
def test_a_file_without_problems_is_refused(entries: Any, tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps({"inputs": {"problems": entries}}), encoding="utf-8")
    assert main([str(path)]) == 2


def test_the_module_runs_as_a_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["replay", write(tmp_path, entry())])
    monkeypatch.delitem(sys.modules, "optimizer.replay")
    with pytest.raises(SystemExit) as left:
        runpy.run_module("optimizer.replay", run_name="__main__")
    assert left.value.code == 0
    assert '"same": true' in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["a", "b"], ["nowhere.json"]])
def test_without_a_readable_file_nothing_is_solved(arguments: list[str]) -> None:
    assert main(arguments) == 2


@st.composite
def matrices(draw: st.DrawFn) -> Matrix:
    """Square matrices of any size; half of them alike both ways."""
    rows = draw(st.integers(1, 8))
    cells = st.integers(0, 10**8)
    whole = [[draw(cells) for _ in range(rows)] for _ in range(rows)]
    if draw(st.booleans()):
        whole = [
            [0 if a == b else whole[max(a, b)][min(a, b)] for b in range(rows)] for a in range(rows)
        ]
    return Matrix(whole)


@given(matrices())
def test_a_packed_matrix_unfolds_into_itself(matrix: Matrix) -> None:
    text = json.loads(json.dumps(packed(matrix)))
    again = unpacked(text)
    assert again == matrix
    assert all(type(cell) is int for row in again for cell in row)
    assert text == packed(matrix)


@pytest.mark.parametrize(
    "spoiled",
    [
        {"rows": 3},
        {"rows": 0},
        {"rows": 9_999},
        {"rows": True},
        {"half": 1},
        {"bz2": "!"},
        {"bz2": 7},
        {"bz2": "QUJD"},
        {"more": 1},
    ],
)
def test_a_spoiled_matrix_is_refused(spoiled: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="packed matrix"):
        unpacked(packed(Matrix(((0, 1), (2, 0)))) | spoiled)


def test_a_day_of_many_stops_is_stored_small_and_solved_alike() -> None:
    """Two matrices of 61 places in a few bytes a cell; as lists of numbers they took over ten."""
    ways = Matrix([[60 * abs(a - b) + (a < b) for b in range(61)] for a in range(61)])
    stops = tuple(RoutingStop(key=f"s{n}", node=n, windows=((0, 10**5),)) for n in range(1, 61))
    van = RoutingVehicle(key="v", start_node=0, end_node=0, open_s=0, close_s=10**5, cents_per_km=9)
    problem = RoutingProblem(stops=stops, vehicles=(van,), travel_s=ways, travel_m=ways)
    limits = Limits(moves=50)
    kept = stored("routing", problem, limits, solve_routing(problem, limits))
    entry = json.loads(json.dumps(kept))
    assert from_json(RoutingProblem, entry["problem"]) == problem
    assert len(json.dumps(entry["problem"]["travel_s"])) < 4 * 61 * 61
    assert solve_again(entry)["same"]


def test_a_number_must_be_whole() -> None:
    @dataclass(frozen=True)
    class Counted:
        count: int
        pair: tuple[int, str]

    assert from_json(Counted, {"count": 1, "pair": [2, "x"]}) == Counted(count=1, pair=(2, "x"))
    for broken in (1.5, "1", True, None):
        with pytest.raises(ValueError, match="is not int"):
            from_json(Counted, {"count": broken, "pair": [2, "x"]})
    with pytest.raises(ValueError, match="zip"):
        from_json(Counted, {"count": 1, "pair": [2]})
