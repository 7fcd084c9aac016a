"""Every benchmark runs at its smallest size and prints its table."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from benchmarks import (
    day_changes,
    flowshop,
    kitchen,
    kitchens,
    lots,
    meal_known,
    menus,
    night,
    pages,
    peers,
    plan_day,
    regions,
    roads,
    routing_day,
    sample,
    screening,
    tables,
    watching,
    worklist,
)
from optimizer import MealChoiceProblem, RoutingBreak, routing_violations

CLIENTS = 20


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> regions.Filled:
    """Give a small region with a day of orders."""
    return regions.fill(tmp_path_factory.mktemp("region"), plan_day.MONDAY, CLIENTS, 1)


def test_figures_stand_to_the_right_and_what_is_unknown_is_a_dash(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables.show("Title", ("name", "EUR"), [("van", 12.345), ("bicycle", None)])
    assert capsys.readouterr().out.splitlines() == [
        "",
        "Title",
        "name       EUR",
        "-------  -----",
        "van      12.35",
        "bicycle      -",
    ]


def test_road_errors_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    if not (roads.FOLDER / roads.KM).exists():
        pytest.skip("the Belgian road matrices are not on this machine (../shared/data/belgium)")
    roads.main([])
    assert "npcc power model" in capsys.readouterr().out


def test_missing_road_matrices_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roads.main([str(tmp_path)])
    assert roads.KM in capsys.readouterr().err


def test_lines_are_ordered_beside_published_runs(capsys: pytest.CaptureFixture[str]) -> None:
    if not flowshop.FOLDER.exists():
        pytest.skip("the flow lines are not on this machine (../shared/data/benchmarks)")
    flowshop.main(["--seconds", "0.05", "--seeds", "1", "--files", "12"])
    out = capsys.readouterr().out
    assert "PyJobShop published" in out
    assert "18.txt" in out


def test_weeks_of_loads_stand_beside_the_raw_solver(capsys: pytest.CaptureFixture[str]) -> None:
    if not lots.FOLDER.exists():
        pytest.skip("the lot sizing files are not on this machine (../shared/data/benchmarks)")
    lots.main(["--seconds", "0.2", "--files", "12"])
    assert "HiGHS gap %" in capsys.readouterr().out


def test_kitchen_days_stand_beside_due_dates_and_a_plain_model(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kitchen.main(["--seeds", "1", "--moves", "30", "--peer-seeds", "1", "--peer-seconds", "0.1"])
    out = capsys.readouterr().out
    assert "earliest due date" in out
    assert "An oven fails" in out
    rows = [line.split() for line in out.splitlines() if line.startswith("0 ")]
    assert {row[-1] for row in rows} == {"0", "-"}, "no schedule breaks a promise"


def test_a_changed_day_is_timed_and_keeps_every_promise() -> None:
    assert day_changes.row(20, 1, 500)[-1] == 0


def test_weeks_are_timed_and_set_beside_peers(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = ["--clients", "2", "--moves", "2000", "--long", "20000", "--seeds", "1"]
    menus.main([*sizes, "--peer", "1", "--peer-seconds", "0.1"])
    out = capsys.readouterr().out
    assert "median gap %" in out
    assert "cp-sat" in out
    assert "highs" in out


def test_weeks_are_timed_where_none_is_judged(capsys: pytest.CaptureFixture[str]) -> None:
    menus.main(["--clients", "1", "--moves", "1000", "--judged", "0", "--peer", "0"])
    out = capsys.readouterr().out
    assert "milliseconds" in out
    assert "gap" not in out


def test_a_better_wish_buys_no_worse_window_in_a_gap() -> None:
    best = (0, 0, 10, 0, 500, 300, 0)
    assert menus.gap(best, best, 100) == 0
    assert menus.gap((0, 0, 10, 0, 600, 300, 0), best, 100) > 0
    assert menus.gap((0, 0, 10, 0, 400, 300, 0), best, 100) < 0
    alone = menus.gap((0, 0, 11, 0, 500, 300, 0), best, 100)
    assert alone > 0
    assert menus.gap((0, 0, 11, 0, -900, 300, 0), best, 100) == alone
    assert menus.gap((0, 0, 11, 0, 900, 300, 0), best, 100) > alone


def test_the_best_known_week_of_a_problem_is_kept_till_a_better_one_comes(tmp_path: Path) -> None:
    kept = tmp_path / "known.csv"
    asked = MealChoiceProblem(days=1, dimensions=0, options=(), positions=())
    other = replace(asked, days=2)
    found = (0, 0, 2, 0, 5, 3, 1)
    meal_known.write_known([("a", asked, found)], meal_known.read_known(kept), kept)
    better = (0, 0, 1, 0, 9, 9, 9)
    for levels in (better, found):
        known = meal_known.read_known(kept)
        meal_known.write_known([("a", asked, levels), ("b", other, found)], known, kept)
    known = meal_known.read_known(kept)
    assert known[meal_known.digest(asked)] == better
    assert known[meal_known.digest(other)] == found


def test_a_night_is_shared_beside_who_comes_first(capsys: pytest.CaptureFixture[str]) -> None:
    night.main(["--clients", "3", "4", "--processes", "1", "--kinds", "usual", "--rounds", "1"])
    out = capsys.readouterr().out
    assert "overrun %" in out
    assert "growth exponent" in out


def test_forms_are_scored_beside_a_peer_on_floats(capsys: pytest.CaptureFixture[str]) -> None:
    screening.main(["--forms", "20", "--processes", "1"])
    out = capsys.readouterr().out
    assert all(tool.value in out for tool in screening.TABLES)
    assert "floats, rounded BMI" in out


@pytest.mark.parametrize("kind", [[], ["--eased"]])
def test_a_delivery_day_is_driven_beside_or_tools(
    kind: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    routing_day.main(["--stops", "12", "--seconds", "0.3", *kind])
    assert peers.ROUTES_PEER in capsys.readouterr().out


@pytest.mark.parametrize("promise", ["release", "cold", "window", "room"])
def test_the_peer_keeps_every_promise_of_a_stop(promise: str) -> None:
    problem = routing_day.day(20, seed=3)
    first, *others = problem.stops
    changes = {
        "release": {"ready_s": first.windows[-1][1] + 1},
        "cold": {"max_cold_s": 0},
        "window": {"windows": ((0, 60),)},
        "room": {"loads": (1_000, 0, 0)},
    }
    impossible = replace(first, **changes[promise])
    problem = replace(problem, stops=(impossible, *others))
    found = peers.or_tools(problem, 0.3)
    assert found.unserved == (first.key,)
    assert not routing_violations(problem, found)


def test_a_break_that_the_peer_leaves_no_place_for_shows_as_broken() -> None:
    problem = routing_day.day(20, seed=3)
    stop = next(stop for stop in problem.stops if stop.windows[0][0] > 480 * 60)
    never = RoutingBreak(earliest_s=0, latest_s=stop.windows[0][0], duration_s=86_400)
    vans = tuple(replace(van, rests=(never,)) for van in problem.vehicles)
    found = peers.priced(replace(problem, vehicles=vans), [[stop.node]])
    (broken,) = routing_violations(replace(problem, vehicles=vans), found)
    assert broken.code == "routing.break_missing"


def test_a_region_of_more_clients_lies_over_the_first_under_names_of_its_own() -> None:
    region = regions.scaled(date(2026, 11, 23), 530, 1)
    codes = [one.code for one in region.rows.clients]
    assert len(codes) == len(set(codes)) == 530
    assert {one.client for one in region.rows.prescriptions} <= set(codes)
    assert len(region.rows.vehicles) == 6 + 1
    kinds = {one.kind for one in region.rows.machines}
    assert {one.kind for one in region.rows.machines if one.code.endswith("-11")} == kinds


def test_a_day_is_measured_stage_by_stage_beside_both_peers(
    filled: regions.Filled, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [plan_day.measure(filled, 500, seed, peers=seed == 1) for seed in (1, 2)]
    assert tuple(found[0].seconds) == plan_day.STAGES
    assert found[0].orders > 0
    assert found[0].peak_mb > 0
    assert [each.violations for each in found] == [0, 0]
    assert {row[-1] for row in (*found[0].routes, *found[0].kitchen)} == {0}
    plan_day.show_all([filled], found, 500)
    out = capsys.readouterr().out
    assert f"{CLIENTS} clients, 2 seeds: median" in out
    assert peers.ROUTES_PEER in out
    assert peers.KITCHEN_PEER in out


def test_a_size_is_measured_in_processes_of_its_own(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    plan_day.main(["--clients", "8", "--moves", "200", "--no-peers", "--keep", str(tmp_path)])
    assert "Planning one day" in capsys.readouterr().out
    assert (tmp_path / "region-8.sqlite3").exists()


def test_kitchens_are_laid_out_from_one_region_and_their_growth_is_told(
    filled: regions.Filled, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    base = kitchens.gathered(filled, tmp_path / "day.pickle")
    units = [
        kitchens.Unit(base=base, number=number, clients=clients, moves=200, seed=1)
        for number, clients in ((1, 30), (2, 120))
    ]
    done = [kitchens.measure(unit) for unit in units]
    assert [each.violations for each in done] == [0, 0]
    assert tuple(done[1].seconds) == kitchens.STAGES
    assert done[1].addresses > 30
    assert 5 < done[0].addresses < 12
    kitchens.show_all(
        [
            kitchens.Size(clients=each.clients, wall_s=1.0, units=(each,), workers=2)
            for each in done
        ],
        5,
    )
    out = capsys.readouterr().out
    assert "30 to 120" in out
    assert "Projected, not measured: 200000 clients, 20 kitchens of 10000" in out


def test_pages_are_timed(filled: regions.Filled, capsys: pytest.CaptureFixture[str]) -> None:
    pages.plan(filled, 500, 1)
    pages.time_pages(filled, 2)
    out = capsys.readouterr().out
    assert all(name in out for _, name, _ in pages.PAGES)


def test_a_failed_benchmark_is_told() -> None:
    assert sample.run(["roads", "--help"])
    assert not sample.run(["roads", "--no-such-option"])


def test_a_night_of_watching_is_timed_beside_a_plain_loop(
    capsys: pytest.CaptureFixture[str],
) -> None:
    watching.main(["--clients", "60"])
    shown = capsys.readouterr().out
    assert "second night" in shown
    differ = [line.split()[-1] for line in shown.splitlines()[-3:]]
    assert differ == ["0", "0", "0"]


def test_the_worklist_is_timed_by_case_load(capsys: pytest.CaptureFixture[str]) -> None:
    worklist.main(["--clients", "30", "--requests", "2"])
    shown = capsys.readouterr().out
    assert "30: warnings, by deadline" in shown
    assert "goal for 30 clients" in shown
