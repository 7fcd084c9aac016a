"""A week that stays far from what is wished is searched a second time."""

from dataclasses import replace

import pytest

from optimizer import LEVELS, Limits, MealChoiceProblem, Progress, solve_meal_choice
from tests.optimizer.choices import LIMITS, option, place, week


def burdened(asked: MealChoiceProblem, points: int) -> MealChoiceProblem:
    """The same week with a dish beside it that nobody wishes and nothing can replace."""
    number = len(asked.options)
    amounts = (0,) * asked.dimensions
    return replace(
        asked,
        options=(*asked.options, option("unwished", *amounts, penalty=points)),
        positions=(*asked.positions, place("burden", 0, number, pinned=number)),
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_week_far_from_what_is_wished_is_searched_again_and_never_worse(seed: int) -> None:
    limits, points = Limits(moves=9_000, seed=seed), 100_000
    light = solve_meal_choice(burdened(week(seed), 0), limits)
    stiff = solve_meal_choice(burdened(week(seed), points), limits)
    assert light.moves < 2 * limits.moves
    assert stiff.moves > 3 * limits.moves * 9 // 10
    assert stiff.objective == solve_meal_choice(burdened(week(seed), points), limits).objective
    eased = list(stiff.objective)
    eased[LEVELS.index("wishes")] -= points
    assert tuple(eased) <= light.objective


def test_a_watch_that_ended_the_search_is_not_asked_for_a_second_one() -> None:
    seen: list[int] = []

    def stop_at_third(progress: Progress) -> bool:
        seen.append(progress.moves)
        return len(seen) < 3

    solve_meal_choice(burdened(week(1), 100_000), LIMITS, stop_at_third)
    assert len(seen) == 3
