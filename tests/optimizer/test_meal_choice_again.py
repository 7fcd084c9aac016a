"""A week is walked twice, and twice more where the two walks lie far apart."""

import pytest

from optimizer import Limits, Outcome, Progress, solve_meal_choice
from optimizer.meal_problem import MealChoice
from tests.optimizer.choices import LIMITS, week

MOVES = 9_000
ALIKE, APART = (0, 1, 2), (7, 8, 9)
"""Weeks, and seeds, of which two walks come to about the same, and to something else."""


def walked(seed: int, *, workers: int = 1, reports: int = 1_000) -> Outcome[MealChoice]:
    """What so many reports of a search lead to; it ends by itself before the thousandth."""
    left = iter(range(reports - 1))
    limits = Limits(moves=MOVES, seed=seed, workers=workers)
    return solve_meal_choice(week(seed), limits, lambda _: next(left, None) is not None)


def reports_of(seed: int) -> int:
    seen: list[Progress] = []
    solve_meal_choice(
        week(seed), Limits(moves=MOVES, seed=seed), lambda each: not seen.append(each)
    )
    return len(seen)


@pytest.mark.parametrize("seed", [*ALIKE, *APART])
def test_two_walks_side_by_side_come_to_the_same_as_one_after_the_other(seed: int) -> None:
    assert walked(seed, workers=2) == walked(seed)


def test_where_both_come_to_about_the_same_nothing_more_is_walked() -> None:
    assert all(2 * MOVES * 0.9 < walked(seed).moves < 2.5 * MOVES for seed in ALIKE)


@pytest.mark.parametrize("seed", APART)
def test_where_luck_decided_the_week_is_walked_again_and_never_comes_out_worse(seed: int) -> None:
    (two_walks,) = {reports_of(each) for each in ALIKE}
    found, twice = walked(seed), walked(seed, reports=two_walks)
    assert found.moves > 4 * MOVES > twice.moves
    assert found.objective <= twice.objective


def test_walking_again_betters_some_week() -> None:
    (two_walks,) = {reports_of(each) for each in ALIKE}
    pairs = [(walked(seed), walked(seed, reports=two_walks)) for seed in APART]
    assert any(found.objective < twice.objective for found, twice in pairs)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_watch_that_ended_the_search_is_asked_no_more(workers: int) -> None:
    seen: list[int] = []

    def stop_at_third(progress: Progress) -> bool:
        seen.append(progress.moves)
        return len(seen) < 3

    limits = Limits(moves=LIMITS.moves, seed=LIMITS.seed, workers=workers)
    found = solve_meal_choice(week(1), limits, stop_at_third)
    assert len(seen) == 3
    assert found.solution is not None


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_watch_raises_reaches_who_asked(workers: int) -> None:
    def broken(_: Progress) -> bool:
        raise RuntimeError("the lamp went out")

    with pytest.raises(RuntimeError, match="lamp"):
        solve_meal_choice(week(1), Limits(moves=MOVES, workers=workers), broken)
