"""A week is walked twice, and put together from days where luck or repetition decides it."""

from dataclasses import replace

import pytest

from optimizer import Limits, MealChoiceProblem, Outcome, Progress, Repetition, solve_meal_choice
from optimizer.meal_problem import MealChoice
from tests.optimizer.choices import LIMITS, week

MOVES = 100_000
SEEDS = (0, 1, 2)


def scarce(seed: int) -> MealChoiceProblem:
    """A week of which every dish has to come again and again, at a price."""
    again = [Repetition(group=f"g{at}", max_total=1, min_gap=3, penalty=300) for at in range(15)]
    return replace(week(seed), repetitions=tuple(again))


def searched(
    asked: MealChoiceProblem, *, workers: int = 1, moves: int = MOVES, reports: int = 100_000
) -> Outcome[MealChoice]:
    """What so many reports of a search lead to."""
    left = iter(range(reports - 1))
    limits = Limits(moves=moves, seed=1, workers=workers)
    return solve_meal_choice(asked, limits, lambda _: next(left, None) is not None)


def reports_of_two_walks() -> int:
    seen: list[Progress] = []

    def note(progress: Progress) -> bool:
        seen.append(progress)
        return True

    solve_meal_choice(week(0), Limits(moves=MOVES, seed=1), note)
    return len(seen)


@pytest.mark.parametrize("asked", [week(3), scarce(3), scarce(4)])
def test_searches_side_by_side_come_to_the_same_as_one_after_the_other(
    asked: MealChoiceProblem,
) -> None:
    assert searched(asked, workers=2) == searched(asked)


def test_where_neither_is_the_matter_nothing_more_is_walked() -> None:
    assert all(2 * MOVES * 0.9 < searched(week(seed)).moves < 2.1 * MOVES for seed in SEEDS)


def test_with_few_moves_no_days_are_looked_for() -> None:
    assert searched(scarce(0), moves=9_000).moves < 3 * 9_000


@pytest.mark.parametrize("seed", SEEDS)
def test_a_week_from_days_is_no_worse_than_one_that_was_walked(seed: int) -> None:
    found = searched(scarce(seed))
    twice = searched(scarce(seed), reports=reports_of_two_walks())
    assert found.moves > 3 * MOVES > twice.moves
    assert found.objective <= twice.objective


def test_days_better_some_week() -> None:
    two_walks = reports_of_two_walks()
    pairs = [(searched(scarce(each)), searched(scarce(each), reports=two_walks)) for each in SEEDS]
    assert any(found.objective < twice.objective for found, twice in pairs)


def test_a_week_far_from_its_windows_is_not_made_of_its_one_least_bad_day() -> None:
    asked = scarce(0)
    narrow = tuple(
        replace(each, soft_lo=1_500, soft_hi=1_510) if each.day is not None else each
        for each in asked.bounds
    )
    assert searched(replace(asked, bounds=narrow)).moves < 3 * MOVES


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("asked", [week(1), scarce(1)])
def test_a_watch_that_ended_the_search_is_asked_no_more(
    asked: MealChoiceProblem, workers: int
) -> None:
    seen: list[int] = []

    def stop_at_third(progress: Progress) -> bool:
        seen.append(progress.moves)
        return len(seen) < 3

    limits = Limits(moves=MOVES, seed=LIMITS.seed, workers=workers)
    found = solve_meal_choice(asked, limits, stop_at_third)
    assert len(seen) == 3
    assert found.solution is not None


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("at", [1, 80])
def test_what_a_watch_raises_reaches_who_asked(workers: int, at: int) -> None:
    left = iter(range(at))

    def broken(_: Progress) -> bool:
        if next(left, None) is None:
            raise RuntimeError("the lamp went out")
        return True

    with pytest.raises(RuntimeError, match="lamp"):
        solve_meal_choice(scarce(1), Limits(moves=MOVES, workers=workers), broken)
