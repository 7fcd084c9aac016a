"""What weighings and noted meals already say of a GLIM, and what they leave unknown."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from screening import Losses, LowIntake, WeightPoint, losses, low_intake

TODAY = date(2026, 11, 23)


def weighed(*pairs: tuple[int, str]) -> tuple[WeightPoint, ...]:
    """Weighings by days ago."""
    return tuple(
        WeightPoint(on=TODAY - timedelta(days=ago), weight_kg=Decimal(kg)) for ago, kg in pairs
    )


def test_a_loss_is_of_the_highest_weight_of_six_months() -> None:
    found = losses(weighed((170, "50"), (100, "60"), (0, "54")), TODAY)
    assert found == Losses(within_6_months=Fraction(10), longer=None)


@pytest.mark.parametrize(
    ("first", "kg", "loss"),
    [
        (183, "51", Fraction(100, 51)),
        (150, "51", Fraction(100, 51)),
        (149, "51", None),
        (149, "54", Fraction(400, 54)),
        (20, "53", Fraction(300, 53)),
    ],
)
def test_a_small_loss_over_a_few_weeks_is_not_yet_a_loss_of_six_months(
    first: int, kg: str, loss: Fraction | None
) -> None:
    assert losses(weighed((first, kg), (0, "50")), TODAY).within_6_months == loss


def test_what_was_weighed_longer_ago_is_the_other_window() -> None:
    found = losses(weighed((400, "70"), (185, "65"), (160, "60"), (1, "60")), TODAY)
    assert found == Losses(within_6_months=Fraction(0), longer=Fraction(100, 7))


def test_half_a_year_to_the_day_is_the_first_window_only() -> None:
    found = losses(weighed((183, "60"), (0, "60")), TODAY)
    assert found == Losses(within_6_months=Fraction(0), longer=None)


def test_five_per_cent_in_a_few_weeks_is_not_more_than_five() -> None:
    assert losses(weighed((20, "60"), (0, "57")), TODAY).within_6_months is None


def test_without_a_weighing_of_the_last_three_months_nothing_is_known() -> None:
    assert losses((), TODAY) == Losses()
    assert losses(weighed((0, "50")), TODAY) == Losses()
    assert losses(weighed((200, "60"), (93, "50")), TODAY) == Losses()
    assert losses(weighed((200, "60"), (92, "50")), TODAY).within_6_months == Fraction(100, 6)


@pytest.mark.parametrize(
    ("daily", "told"),
    [
        ([100] + [50] * 8, (50, 8)),
        ([50] * 8, (50, 8)),
        ([50] * 7, None),
        ([None] + [50] * 7, None),
        ([100] + [50] * 7, (50, 7)),
        ([90] * 15, (90, 15)),
        ([90] * 14, None),
        ([100] * 3, (100, 0)),
        ([90, 90, 100], (100, 0)),
        ([100, 90, 80], (85, 2)),
        ([40] * 8 + [60] * 8, (50, 16)),
        ([90, None], None),
        ([], None),
    ],
)
def test_the_latest_days_of_eating_less_are_told_when_they_are_known(
    daily: list[int | None], told: tuple[int, int] | None
) -> None:
    wanted = None if told is None else LowIntake(percent=Fraction(told[0]), days=told[1])
    assert low_intake(daily) == wanted
