"""Exact arithmetic on the body: age, BMI, loss, height from the ulna, rounding."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    MeasureKind,
    Measurement,
    Provenance,
    Sex,
    bmi,
    completed_years,
    height_from_ulna,
    rounded,
    weight_change_percent,
    weight_loss_percent,
)
from screening.measuring.measures import rounded_int

WEIGHTS = st.decimals(20, 300, places=1)
HEIGHTS = st.decimals(100, 230, places=1)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1944, 11, 22), date(2026, 11, 22), 82),
        (date(1944, 11, 23), date(2026, 11, 22), 81),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
    ],
)
def test_a_year_counts_once_it_is_completed(born: date, on: date, years: int) -> None:
    assert completed_years(born, on) == years


def test_nobody_is_measured_before_birth() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        completed_years(date(2026, 11, 23), date(2026, 11, 22))


def test_bmi_of_exactly_twenty_is_twenty() -> None:
    assert bmi(Decimal("64.8"), 180) == 20
    assert bmi(Decimal("59.93"), 180) < Decimal("18.5")


@given(WEIGHTS, HEIGHTS, st.integers(80, 800))
def test_bmi_compares_as_whole_numbers_do(weight: Decimal, height: Decimal, tenths: int) -> None:
    grams, tenth_cm = int(weight * 1000), int(height * 10)
    assert (bmi(weight, height) < Fraction(tenths, 10)) == (
        grams * 10000 < tenths * tenth_cm * tenth_cm
    )


def test_loss_is_a_share_of_the_earlier_weight() -> None:
    assert weight_loss_percent(80, 72) == 10
    assert weight_loss_percent(80, Decimal("71.9")) > 10
    assert weight_change_percent(80, 72) == -10


@given(WEIGHTS, WEIGHTS)
def test_a_gain_is_no_negative_loss(before: Decimal, now: Decimal) -> None:
    assert weight_loss_percent(before, now) >= 0
    assert (weight_loss_percent(before, now) == 0) == (now >= before)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Decimal("22.865"), 2, "22.87"),
        (Decimal("-22.865"), 2, "-22.87"),
        (Decimal("158.65"), 1, "158.7"),
        (Fraction(7, 2), 0, "4"),
        (Fraction(1, 3), 2, "0.33"),
    ],
)
def test_a_half_rounds_away_from_zero(value: Fraction, places: int, shown: str) -> None:
    assert str(rounded(value, places)) == shown


def test_whole_numbers_round_like_the_rest() -> None:
    assert [rounded_int(Fraction(one, 2)) for one in (-3, 1, 2, 3)] == [-2, 1, 1, 2]


@pytest.mark.parametrize(
    ("sex", "age", "ulna", "height"),
    [
        (Sex.MALE, 64, "32.0", 194),
        (Sex.MALE, 65, "32.0", 187),
        (Sex.FEMALE, 64, "24.5", 163),
        (Sex.FEMALE, 80, "24.25", 160),
        (Sex.FEMALE, 80, "24.24", 158),
        (Sex.MALE, 30, "25.0", 169),
        (Sex.FEMALE, 65, "18.5", 140),
        (Sex.FEMALE, 80, "18.25", 140),
        (Sex.FEMALE, 80, "18.24", None),
        (Sex.MALE, 80, "32.24", 187),
        (Sex.MALE, 80, "32.25", None),
    ],
)
def test_height_comes_from_the_printed_table(
    sex: Sex, age: int, ulna: str, height: int | None
) -> None:
    assert height_from_ulna(sex, age, ulna_cm=Decimal(ulna)) == height


@given(st.sampled_from(Sex), st.integers(18, 105), st.integers(37, 63))
def test_a_longer_ulna_never_gives_a_shorter_person(sex: Sex, age: int, half_cm: int) -> None:
    lower = height_from_ulna(sex, age, ulna_cm=Fraction(half_cm, 2))
    higher = height_from_ulna(sex, age, ulna_cm=Fraction(half_cm + 1, 2))
    assert lower is not None
    assert higher is not None
    assert lower <= higher


@pytest.mark.parametrize("value", ["0", "-1", "NaN", "Infinity"])
def test_nothing_measured_is_zero_or_less(value: str) -> None:
    with pytest.raises(ValueError, match="above zero"):
        Measurement(
            kind=MeasureKind.WEIGHT_KG,
            value=Decimal(value),
            provenance=Provenance.MEASURED,
            on=date(2026, 11, 22),
        )


def test_a_measurement_keeps_how_it_is_known() -> None:
    taken = Measurement(
        kind=MeasureKind.HEIGHT_CM,
        value=Decimal(161),
        provenance=Provenance.REPORTED,
        on=date(2026, 10, 6),
    )
    assert taken.provenance is Provenance.REPORTED
