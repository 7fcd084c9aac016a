"""Meals in quarters, days by energy, and what a row of days means."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    GLIM_INTAKE,
    IntakeLevel,
    MealIntake,
    daily_percents,
    day_percent,
    intake_alert,
    requirement_percent,
)

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("days", "level"),
    [
        ([100, 90, 95], "none"),
        ([75, 75, 75], "none"),
        ([74, 75, 75], "amber"),
        ([50, 50, 50], "amber"),
        ([49, 50, 50], "red"),
        ([50] * 7, "amber"),
        ([50] * 8, "red"),
        ([51] * 8, "amber"),
        ([50] * 4 + [None] + [50] * 4, "amber"),
        ([50] * 8 + [100, 100, 100], "red"),
        ([20] * 5, "red"),
        ([20] * 6, "red_refeeding"),
        ([24] * 5 + [25], "red"),
        ([20] * 6 + [100, 100, 100], "red_refeeding"),
        ([20] * 6 + [None] * 3, "red_refeeding"),
        ([20, 20, 20, None, 20, 20, 20], "red"),
        ([40, 40, 40, 100, 100, 100], "none"),
        ([None, None, None], "no_data"),
        ([100, None, None], "none"),
        ([60, None, None], "amber"),
        ([100, 100, 100, None, None, None], "no_data"),
        ([50] * 8 + [None] * 3, "red"),
        ([None, None], "none"),
        ([10, 10], "none"),
        ([], "none"),
    ],
)
def test_days_are_held_against_the_rules_in_order(days: list[int | None], level: str) -> None:
    assert intake_alert(days).level == level


@pytest.mark.parametrize(
    ("days", "flagged"),
    [
        ([99] * 15, True),
        ([99] * 14, False),
        ([99] * 14 + [100], False),
        ([99] * 10 + [None] + [99] * 10, False),
        ([50] * 8, True),
        ([50] * 7, False),
    ],
)
def test_two_weeks_of_any_reduction_flag_the_glim_criterion(
    days: list[int | None], *, flagged: bool
) -> None:
    assert (intake_alert(days).flags == (GLIM_INTAKE,)) is flagged


def test_the_flag_does_not_raise_the_level() -> None:
    assert intake_alert([99] * 15).level is IntakeLevel.NONE


RANK = list(IntakeLevel)


@given(st.lists(st.integers(0, 120), min_size=3, max_size=20), st.data())
def test_eating_less_never_lowers_the_level(days: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(days) - 1))
    less = [*days[:at], data.draw(st.integers(0, days[at])), *days[at + 1 :]]
    assert RANK.index(intake_alert(less).level) >= RANK.index(intake_alert(days).level)


@given(st.lists(st.integers(0, 24), min_size=6, max_size=6), st.integers(0, 5))
def test_an_unknown_day_is_not_a_day_of_nothing(days: list[int], at: int) -> None:
    unknown: list[int | None] = [*days[:at], None, *days[at + 1 :]]
    assert intake_alert(days).level is IntakeLevel.RED_REFEEDING
    assert intake_alert(unknown).level is IntakeLevel.RED


def meal(kcal: int | None, quarters: int | None, slot: str = "lunch", day: int = 0) -> MealIntake:
    on = MONDAY + timedelta(days=day)
    return MealIntake(on=on, slot=slot, planned_kcal=kcal, quarters=quarters)


def test_a_day_is_energy_over_energy_not_a_mean_of_percentages() -> None:
    assert day_percent([meal(300, 4), meal(900, 0)]) == 25


@pytest.mark.parametrize(
    ("meals", "percent"),
    [
        ([meal(800, 2), meal(200, None)], 50),
        ([meal(750, 4), meal(250, None)], 100),
        ([meal(740, 4), meal(260, None)], None),
        ([meal(800, 4), meal(None, 3)], None),
        ([meal(0, 4), meal(0, 3)], None),
        ([meal(None, 1), meal(None, 1)], 25),
        ([meal(None, 0), meal(None, 1)], None),
        ([meal(800, None)], None),
        ([], None),
        ([meal(401, 1)], 25),
    ],
)
def test_a_day_speaks_when_three_quarters_of_its_energy_is_recorded(
    meals: list[MealIntake], percent: int | None
) -> None:
    assert day_percent(meals) == percent


@given(st.lists(st.tuples(st.integers(1, 900), st.integers(0, 4)), min_size=1, max_size=6))
def test_the_order_of_meals_does_not_matter(meals: list[tuple[int, int]]) -> None:
    eaten = [meal(kcal, quarters) for kcal, quarters in meals]
    assert day_percent(eaten) == day_percent(eaten[::-1])


@given(st.lists(st.integers(0, 4), min_size=2, max_size=2))
def test_more_quarters_are_never_a_lower_percentage(quarters: list[int]) -> None:
    low, high = sorted(quarters)
    for less, more in pairwise((low, high)):
        first = day_percent([meal(500, less), meal(300, 2)])
        second = day_percent([meal(500, more), meal(300, 2)])
        assert first is not None
        assert second is not None
        assert first <= second


def test_a_day_between_without_meals_is_unknown() -> None:
    meals = [meal(800, 4, day=2), meal(800, 2, day=0)]
    days = daily_percents(meals, first=MONDAY, last=MONDAY + timedelta(days=2))
    assert days == (50, None, 100)


@pytest.mark.parametrize(("quarters", "kcal"), [(5, 300), (-1, 300), (2, -1)])
def test_what_cannot_be_eaten_is_refused(quarters: int, kcal: int) -> None:
    with pytest.raises(ValueError, match="meal"):
        meal(kcal, quarters)


@pytest.mark.parametrize(
    ("percent", "planned", "required", "share"),
    [
        (80, 1500, 2000, 60),
        (100, 2000, 1500, Fraction(400, 3)),
        (None, 1500, 2000, None),
        (80, None, 2000, None),
        (80, 1500, None, None),
        (80, 1500, 0, None),
    ],
)
def test_a_share_of_the_plan_becomes_a_share_of_the_requirement(
    percent: int | None, planned: int | None, required: int | None, share: Fraction | int | None
) -> None:
    assert requirement_percent(percent, planned_kcal=planned, required_kcal=required) == share
