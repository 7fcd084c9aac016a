"""A kitchen day planned again near the schedule that people know."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.kitchen_days import kitchen_day, oven_down
from optimizer import (
    Limits,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Progress,
    production_violations,
    solve_production,
)
from optimizer.kernels import kitchen_mend
from optimizer.kernels.kitchen import CHANGES, LATE, SPAN
from optimizer.kitchen.objective import objective
from optimizer.kitchen.walking import THRIFT, Ground
from tests.optimizer.test_kitchen import MACHINES, kitchens

PRICE = 10
MOVES = 600


def answer(problem: ProductionProblem, moves: int = MOVES, workers: int = 1) -> ProductionSolution:
    found = solve_production(problem, Limits(moves=moves, workers=workers)).solution
    assert found is not None
    return found


def broken_down(seed: int, batches: int = 24) -> ProductionProblem:
    """A made-up day of which an oven fails while it is under way."""
    wanted = kitchen_day(seed, batches=batches)
    return replace(oven_down(wanted, answer(wanted).placed), change_price=PRICE)


@pytest.mark.parametrize("seed", range(3))
def test_two_sides_in_two_threads_come_to_the_same_as_one_after_the_other(seed: int) -> None:
    asked = broken_down(seed)
    assert answer(asked, workers=2) == answer(asked)


def test_keeping_near_what_people_know_is_not_paid_for_in_lateness() -> None:
    """Six full days together, beside the walk that knows no schedule, with as many moves."""
    late = {"near": 0, "free": 0}
    changes = {"near": 0, "free": 0}
    for seed in range(3, 9):
        asked = broken_down(seed, batches=80)
        for name, price in (("near", PRICE), ("free", 0)):
            found = answer(replace(asked, change_price=price), 3_000)
            assert production_violations(asked, found) == ()
            levels = objective(asked, found)
            late[name] += levels[LATE]
            changes[name] += levels[CHANGES]
    assert late["near"] <= late["free"]
    assert 100 * changes["near"] <= 65 * changes["free"]


@settings(max_examples=40)
@given(wanted=kitchens(), data=st.data())
def test_whatever_is_mended_the_check_finds_nothing_and_levels_are_counted_alike(
    wanted: ProductionProblem, data: st.DataObject
) -> None:
    now = data.draw(st.integers(-60, 300), label="now")
    broken = data.draw(st.sampled_from(MACHINES), label="broken")
    published = answer(wanted, 30).placed
    asked = replace(
        wanted,
        machines=tuple(
            replace(each, windows=((now + 100, 480),)) if each == broken else each
            for each in wanted.machines
        ),
        jobs=tuple(replace(job, release_min=max(now, job.release_min)) for job in wanted.jobs),
        fixed=tuple(each for each in published if each.start_min < now),
        published=published,
        change_price=PRICE,
    )
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


def test_what_is_taken_out_and_put_in_again_leaves_the_day_as_it_was() -> None:
    asked = broken_down(1)
    ground = Ground.of(asked, [list(range(len(asked.jobs)))])
    day = ground.day()
    walk = ground.begin(ground.kitchen, day, 1, (9.0, 9.0), THRIFT)
    mending = kitchen_mend.begin(walk, 1, 9, (9.0, 9.0))
    kitchen_mend.stand(ground.kitchen, day, walk, mending, ground.units)
    minutes, spots = day.minutes.copy(), day.spots.copy()
    for job in range(len(asked.jobs)):
        kitchen_mend.take_out(ground.kitchen, day, job)
        kitchen_mend.put_in(ground.kitchen, day, job, spots)
        assert np.array_equal(day.spots, spots)
        assert np.array_equal(day.minutes, minutes)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_watch_ends_both_sides(workers: int) -> None:
    seen: list[int] = []

    def once(progress: Progress) -> bool:
        seen.append(progress.moves)
        return False

    asked = broken_down(0)
    found = solve_production(asked, Limits(moves=100_000, workers=workers), once).solution
    assert found is not None
    assert len(seen) == 1
    assert production_violations(asked, found) == ()


def test_where_all_can_stand_as_it_is_known_nothing_moves() -> None:
    wanted = kitchen_day(3, batches=12)
    known: tuple[Placed, ...] = answer(wanted).placed
    again = answer(replace(wanted, published=known, change_price=PRICE))
    assert {*again.placed} == {*known}
