"""Energy after a refeeding risk rises day by day and never goes above what was worked out."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import RefeedingLevel, step_up_kcal
from screening.needs.stepup import cap_on

MONDAY = date(2026, 11, 23)


def test_high_risk_rises_from_ten_kcal_per_kg_over_seven_days() -> None:
    caps = step_up_kcal(RefeedingLevel.HIGH, target_kcal=1500, weight_kg=Decimal("47.2"))
    assert caps == (472, 618, 765, 912, 1059, 1206, 1353)  # 472 + 1028/7 a day, rounded down


def test_extreme_risk_starts_at_five_and_four_days_is_the_shortest() -> None:
    caps = step_up_kcal(RefeedingLevel.EXTREME, target_kcal=1800, weight_kg=40, days=4)
    assert caps == (200, 600, 1000, 1400)


def test_some_risk_gives_half_for_two_days() -> None:
    some = RefeedingLevel.SOME
    assert step_up_kcal(some, target_kcal=1801, weight_kg=None) == (900, 900)
    assert step_up_kcal(some, target_kcal=1801, weight_kg=60, start_kcal=700) == (700, 700)
    assert step_up_kcal(RefeedingLevel.NONE, target_kcal=1800, weight_kg=60) == ()


def test_a_lower_first_day_is_kept_and_a_higher_one_is_not() -> None:
    high = RefeedingLevel.HIGH
    assert step_up_kcal(high, target_kcal=1500, weight_kg=50, start_kcal=300)[0] == 300
    assert step_up_kcal(high, target_kcal=1500, weight_kg=50, start_kcal=900)[0] == 500


@pytest.mark.parametrize("days", [3, 8])
def test_the_rise_takes_four_to_seven_days(days: int) -> None:
    with pytest.raises(ValueError, match="four to seven"):
        step_up_kcal(RefeedingLevel.HIGH, target_kcal=1500, weight_kg=50, days=days)


def test_without_a_weight_there_is_no_first_day() -> None:
    with pytest.raises(ValueError, match="weight"):
        step_up_kcal(RefeedingLevel.HIGH, target_kcal=1500, weight_kg=None)


def test_a_cap_holds_from_before_the_first_day_until_the_rise_is_over() -> None:
    caps = (500, 700, 900)
    found = [cap_on(caps, MONDAY, MONDAY + timedelta(days=day)) for day in range(-2, 5)]
    assert found == [500, 500, 500, 700, 900, None, None]
    assert cap_on((), MONDAY, MONDAY) is None


@given(
    st.sampled_from(RefeedingLevel),
    st.integers(800, 4000),
    st.decimals(25, 120, places=1),
    st.integers(4, 7),
    st.none() | st.integers(0, 2000),
)
def test_caps_never_fall_and_never_pass_the_target(
    level: RefeedingLevel, target: int, weight: Decimal, days: int, start: int | None
) -> None:
    caps = step_up_kcal(level, target_kcal=target, weight_kg=weight, days=days, start_kcal=start)
    assert list(caps) == sorted(caps)
    assert all(0 <= cap <= target for cap in caps)
    light = step_up_kcal(level, target_kcal=target, weight_kg=20, days=days, start_kcal=start)
    assert all(low <= cap for low, cap in zip(light, caps, strict=True))
