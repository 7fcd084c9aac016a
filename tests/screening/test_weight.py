"""The weight trend, its limits to the gram, and when it reopens a prescription."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    ReviewReason,
    Verdict,
    WeightPoint,
    counts_as_indicator,
    suggest_review,
    weight_to_compare,
    weight_trend,
    weight_verdict,
)

TODAY = date(2026, 11, 22)


def at(days_ago: int, weight: str | Decimal) -> WeightPoint:
    return WeightPoint(on=TODAY - timedelta(days=days_ago), weight_kg=Decimal(weight))


@pytest.mark.parametrize(
    ("days", "now", "verdict"),
    [
        (30, "98.1", "stable"),
        (30, "98", "falling"),
        (30, "95.1", "falling"),
        (30, "95", "fast"),
        (31, "95", "falling"),
        (31, "95.1", "stable"),
        (90, "92.6", "falling"),
        (90, "92.5", "fast"),
        (91, "92.5", "falling"),
        (180, "90.1", "falling"),
        (180, "90", "fast"),
        (180, "95.1", "stable"),
        (181, "90", "falling"),
        (181, "95.1", "stable"),
        (181, "50", "falling"),
        (30, "100", "stable"),
        (30, "104.9", "stable"),
        (30, "105", "fluid_check"),
        (31, "105", "rising"),
        (31, "104.9", "stable"),
        (3, "102.1", "fluid_check"),
        (3, "102", "stable"),
        (4, "102.1", "stable"),
    ],
)
def test_surveillance_limits_belong_to_the_worse_side(days: int, now: str, verdict: str) -> None:
    assert weight_verdict(Decimal(100), Decimal(now), days=days) == verdict


def test_a_window_compares_with_its_highest_weight() -> None:
    trend = weight_trend([at(0, "47.2"), at(13, "48.1"), at(93, "51.4"), at(60, "49.0")])
    assert [point.on for point in trend.points] == sorted(point.on for point in trend.points)
    month, quarter, half = trend.windows
    assert (month.verdict, quarter.verdict, half.verdict) == (
        *(Verdict.STABLE, Verdict.STABLE),
        Verdict.FALLING,
    )
    assert half.before == at(93, "51.4")
    assert trend.verdict is Verdict.FALLING


def test_a_rising_weight_compares_with_the_lowest() -> None:
    trend = weight_trend([at(20, "60"), at(10, "61"), at(0, "64")])
    assert trend.windows[0].before == at(20, "60")
    assert trend.verdict is Verdict.FLUID_CHECK


def test_a_gain_that_lasts_is_still_a_gain() -> None:
    trend = weight_trend([at(28, "60"), at(10, "64"), at(0, "64")])
    assert trend.verdict is Verdict.FLUID_CHECK


@pytest.mark.parametrize("points", [(), (at(0, "60"),)])
def test_too_little_to_compare_is_unknown_not_stable(points: tuple[WeightPoint, ...]) -> None:
    trend = weight_trend(points)
    assert trend.verdict is Verdict.UNKNOWN
    assert [window.change_percent for window in trend.windows] == [None, None, None]


def test_an_empty_window_beside_a_full_one_is_unknown() -> None:
    trend = weight_trend([at(60, "60"), at(0, "60")])
    assert [window.verdict for window in trend.windows] == ["unknown", "stable", "stable"]
    assert trend.verdict is Verdict.STABLE


ORDER = [Verdict.STABLE, Verdict.FALLING, Verdict.FAST]


@given(st.integers(1, 300), st.lists(st.decimals(0, 30, places=1), min_size=2, max_size=6))
def test_a_greater_loss_never_has_a_milder_verdict(days: int, losses: list[Decimal]) -> None:
    verdicts = [weight_verdict(100, 100 - loss, days=days) for loss in sorted(losses)]
    for milder, graver in pairwise(verdicts):
        assert ORDER.index(milder) <= ORDER.index(graver)


@pytest.mark.parametrize(
    ("points", "based_on_g", "reasons"),
    [
        ((at(90, "60"), at(0, "57")), None, [ReviewReason.LOSS_3_MONTHS]),
        ((at(90, "60"), at(0, "57.1")), None, []),
        ((at(91, "60"), at(0, "57")), None, []),
        ((at(0, "57"),), 60_000, []),
        ((at(0, "56.9"),), 60_000, [ReviewReason.OTHER_WEIGHT]),
        ((at(0, "63.1"),), 60_000, [ReviewReason.OTHER_WEIGHT]),
        ((at(20, "60"), at(0, "63")), None, [ReviewReason.FLUID]),
        ((at(20, "60"), at(0, "60")), None, []),
        ((), 60_000, []),
    ],
)
def test_a_new_weight_reopens_the_prescription_when_it_must(
    points: tuple[WeightPoint, ...], based_on_g: int | None, reasons: list[ReviewReason]
) -> None:
    found = suggest_review(points, based_on_weight_g=based_on_g)
    assert [review.reason for review in found] == reasons


def test_a_review_says_how_much() -> None:
    (review,) = suggest_review((at(80, "51.4"), at(0, "47.2")), based_on_weight_g=47_200)
    assert str(review.change_percent) == "-8.2"


@pytest.mark.parametrize(
    ("points", "found"),
    [
        ((at(184, "60"), at(183, "52"), at(93, "51.4"), at(0, "70")), at(183, "52")),
        ((at(120, "50"), at(93, "51.4"), at(30, "51.4")), at(93, "51.4")),
        ((at(0, "47.2"),), None),
        ((), None),
    ],
)
def test_loss_is_reckoned_from_the_highest_weight_of_half_a_year(
    points: tuple[WeightPoint, ...], found: WeightPoint | None
) -> None:
    assert weight_to_compare(points, TODAY) == found


@pytest.mark.parametrize(
    ("before", "now", "months", "counts"),
    [
        ("60", "57", 1, True),
        ("60", "57.1", 1, False),
        ("60", "57", 0, True),
        ("60", "57", 2, False),
        ("60", "54", 2, True),
        ("60", "54", 6, True),
        ("60", "54.1", 6, False),
        ("60", "30", 7, False),
        ("60", "70", 1, False),
        ("60", "70", 6, False),
    ],
)
def test_the_quality_indicator_counts_five_in_one_month_and_ten_in_six(
    before: str, now: str, months: int, *, counts: bool
) -> None:
    assert counts_as_indicator(Decimal(before), Decimal(now), months=months) is counts
