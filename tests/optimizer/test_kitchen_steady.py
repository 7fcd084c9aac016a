"""A kitchen day planned again near what people know: two sides, and schedules mended in place."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.kitchen_days import kitchen_day, oven_down
from optimizer import (
    Limits,
    Outcome,
    ProductionProblem,
    ProductionSolution,
    Progress,
    Resource,
    production_violations,
    solve_production,
)
from optimizer.kernels import kitchen_mend, kitchen_walk
from optimizer.kernels.kitchen import LOADS, ROLLING, RUN_RECIPE, SPAN, Day
from optimizer.kitchen.objective import objective
from optimizer.kitchen.tables import Tables
from optimizer.kitchen.walking import THRIFT, Ground
from tests.optimizer.test_kitchen import MACHINES, day, kitchens, one, solved

RINSED = tuple(
    replace(each, clean_min=3, rinse_min=60) if each.key == "kettle" else each for each in MACHINES
)


def again(problem: ProductionProblem, workers: int = 1) -> Outcome[ProductionSolution]:
    return solve_production(problem, Limits(moves=120, workers=workers))


def underway(wanted: ProductionProblem, now: int, broken: int) -> ProductionProblem:
    """The day at a minute at which a machine fails for good, near the plan there was."""
    published = solved(wanted).placed
    return replace(
        wanted,
        machines=tuple(
            replace(each, windows=((now + 400, now + 401),)) if number == broken else each
            for number, each in enumerate(wanted.machines)
        ),
        jobs=tuple(replace(job, release_min=max(now, job.release_min)) for job in wanted.jobs),
        fixed=tuple(each for each in published if each.start_min < now),
        published=published,
        change_price=10,
    )


@settings(max_examples=40)
@given(kitchens(), st.integers(-60, 200), st.integers(0, 9), st.sampled_from((MACHINES, RINSED)))
def test_two_sides_at_once_come_to_the_same_and_break_no_promise(
    wanted: ProductionProblem, now: int, broken: int, machines: tuple[Resource, ...]
) -> None:
    """Also where a clean takes less than a rinse, so that not every job can just be taken out."""
    asked = underway(replace(wanted, machines=machines), now, broken)
    found = again(asked)
    assert found == again(asked, workers=2)
    assert found.solution is not None
    assert production_violations(asked, found.solution) == ()
    assert found.objective == objective(asked, found.solution)


def standing(now: Day) -> list[Any]:
    """All that a day holds, but for rows that count for nothing.

    Nor the recipe of a run: batches of two that share one without a rinse leave either's there.
    """
    runs = [
        np.delete(line[:count], RUN_RECIPE, axis=1).tolist()
        for line, count in zip(now.runs, now.lines, strict=True)
    ]
    return [runs, now.minutes.tolist(), now.spots[:2].tolist()]


@settings(max_examples=40)
@given(kitchens(), st.integers(-60, 200))
def test_a_job_taken_out_and_put_in_again_leaves_the_day_as_it_was(
    wanted: ProductionProblem, now: int
) -> None:
    tables = Tables.of(underway(wanted, now, 9))
    kitchen, count = tables.kitchen(), len(wanted.jobs)
    made, order = tables.day(kitchen), np.arange(count, dtype=np.int64)
    walk = kitchen_walk.begin(kitchen, count, 1, (1.0, 1.0))
    units = np.ones(6, dtype=np.int64)
    kitchen_walk.try_order(kitchen, made, walk, units, order, 1)
    kitchen_mend.stand(kitchen, made, walk, kitchen_mend.begin(walk, 1, 1, (1.0, 1.0)), units)
    tally, before = walk.best_tally.tolist(), standing(made)
    assert tally == list(objective(tables.problem, tables.solution(walk.best)))
    for job in order:
        kitchen_mend.take_out(kitchen, made, int(job))
    for job in order[::-1]:
        kitchen_mend.put_in(kitchen, made, int(job), walk.best)
    after = standing(made)
    for m in range(*kitchen.machines):  # the programme of an empty machine is whatever it was
        if kitchen.rows[m, ROLLING]:
            before[1][kitchen.rows[m, LOADS] + 1] = after[1][kitchen.rows[m, LOADS] + 1] = []
    assert before == after


@settings(max_examples=40)
@given(wanted=kitchens(), data=st.data())
def test_whatever_is_mended_the_check_finds_nothing_and_levels_are_counted_alike(
    wanted: ProductionProblem, data: st.DataObject
) -> None:
    now = data.draw(st.integers(-60, 300), label="now")
    asked = underway(wanted, now, data.draw(st.integers(0, 9), label="broken"))
    ground = Ground.of(asked, [list(range(len(asked.jobs)))])
    day = ground.day()
    walk = ground.begin(ground.kitchen, day, 1, (9.0, 9.0), THRIFT)
    seed = data.draw(st.integers(1, 99), label="seed")
    mending = kitchen_mend.begin(walk, seed, 200, (5_000.0, 5_000.0))
    kitchen_mend.stand(ground.kitchen, day, walk, mending, ground.units)
    for _ in range(20):
        kitchen_mend.mend(ground.kitchen, day, walk, mending, ground.units, 10)
        stands = ground.tables.solution(day.spots)
        assert production_violations(asked, stands) == ()
        best = ground.tables.solution(walk.best)
        assert production_violations(asked, best) == ()
        told, counted = walk.best_tally.tolist(), list(objective(asked, best))
        del told[SPAN], counted[SPAN]  # the search counts minutes from where the day begins
        assert told == counted


def test_where_all_can_stand_as_it_is_known_nothing_moves() -> None:
    known = solved(kitchen_day(3, batches=12), 600).placed
    asked = replace(kitchen_day(3, batches=12), published=known, change_price=10)
    assert {*solved(asked, 600).placed} == {*known}


def test_a_day_on_which_the_walk_stayed_caught_is_no_later_than_planned_freely() -> None:
    """On this day the plan there was stands in the way of the better one."""
    published = solved(kitchen_day(2), 3_000).placed
    down = oven_down(kitchen_day(2), published)
    free = solve_production(down, Limits(moves=3_000))
    near = solve_production(replace(down, change_price=10), Limits(moves=3_000, workers=2))
    assert near.objective[:2] <= free.objective[:2]
    assert near.objective[5] < 0.65 * free.objective[5]


def test_what_stands_as_known_without_a_clean_or_overtime_is_not_searched_to_the_end() -> None:
    seen: list[int] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress.moves)
        return True

    easy = day(*(one(key, programme="roast", release_min=60) for key in "abc"))
    asked = replace(easy, published=solved(easy).placed, change_price=10)
    assert solve_production(asked, Limits(moves=8_000), watch).objective[2:] == (0, 0, 90, 0)
    assert max(seen) == 4_000, "walked, and nothing to mend"


@pytest.mark.parametrize("workers", [1, 2])
def test_a_watch_that_ended_it_is_asked_no_more(workers: int) -> None:
    seen: list[int] = []

    def stop_at_third(progress: Progress) -> bool:
        seen.append(progress.moves)
        return len(seen) < 3

    asked = underway(kitchen_day(1, 20), 100, 0)
    found = solve_production(asked, Limits(moves=8_000, workers=workers), stop_at_third)
    assert seen == [200, 400, 600]
    assert found.solution is not None
    assert production_violations(asked, found.solution) == ()


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_watch_raises_reaches_who_asked(workers: int) -> None:
    def broken(_: Progress) -> bool:
        raise RuntimeError("the lamp went out")

    asked = underway(kitchen_day(1, 20), 100, 0)
    with pytest.raises(RuntimeError, match="lamp"):
        solve_production(asked, Limits(moves=8_000, workers=workers), broken)
