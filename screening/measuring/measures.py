"""What is measured on a person, kept exact: BMI, weight change, age, height from the ulna."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction

Exact = int | Decimal | Fraction
"""A number that loses nothing; a binary float is not one and is never compared with a cut-off."""


class Sex(StrEnum):
    """Sex as the published tables use it; unknown is None."""

    FEMALE = "F"
    MALE = "M"


class Provenance(StrEnum):
    """How a value is known; carried from the form to every report."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    REPORTED = "reported"


class MeasureKind(StrEnum):
    """What was measured, with its unit in the name."""

    WEIGHT_KG = "weight_kg"
    HEIGHT_CM = "height_cm"
    MUAC_CM = "muac_cm"
    CALF_CM = "cc_cm"
    ULNA_CM = "ulna_cm"
    KNEE_HEIGHT_CM = "knee_height_cm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One value of one person on one day; the unit stands in the kind."""

    kind: MeasureKind
    value: Decimal
    provenance: Provenance
    on: date

    def __post_init__(self) -> None:
        """Refuse what cannot be a measurement: nothing measured here is zero or negative."""
        if not self.value.is_finite() or self.value <= 0:
            raise ValueError("a measurement is a number above zero")


def completed_years(born: date, on: date) -> int:
    """Age in completed years on a day; who is born on 29 February has a birthday on 1 March."""
    if on < born:
        raise ValueError("the day lies before the birth")
    had_birthday = (on.month, on.day) >= (born.month, born.day)
    return on.year - born.year - (not had_birthday)


def bmi(weight_kg: Exact, height_cm: Exact) -> Fraction:
    """Body mass index in kg per square metre, exact, so that 18.497 is never taken for 18.5."""
    return Fraction(weight_kg) * 10000 / (Fraction(height_cm) * Fraction(height_cm))


def weight_change_percent(before_kg: Exact, now_kg: Exact) -> Fraction:
    """Change of weight in percent of the EARLIER weight; negative is loss."""
    return (Fraction(now_kg) - Fraction(before_kg)) / Fraction(before_kg) * 100


def weight_loss_percent(before_kg: Exact, now_kg: Exact) -> Fraction:
    """Loss in percent of the earlier weight; a gain is a loss of zero, never a negative one."""
    return max(Fraction(0), -weight_change_percent(before_kg, now_kg))


def rounded(value: Exact, places: int) -> Decimal:
    """A value for display or for a result in whole units: half goes away from zero."""
    scaled = Fraction(value) * 10**places
    whole = (abs(scaled.numerator) * 2 + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(whole if scaled >= 0 else -whole).scaleb(-places)


def rounded_int(value: Exact) -> int:
    """The nearest whole number, half away from zero."""
    return int(rounded(value, 0).to_integral_value(ROUND_HALF_UP))


# Ulna length to height (BAPEN, MUST explanatory booklet): cm of height for each half centimetre
# from 18.5 to 32.0. The table is used, not an equation: equations miss eight of its cells.
_ULNA_FIRST_HALF_CM = 37
_ULNA_MEN_UNDER_65 = (
    *(146, 148, 149, 151, 153, 155, 157, 158, 160, 162, 164, 166, 167, 169),
    *(171, 173, 175, 176, 178, 180, 182, 184, 185, 187, 189, 191, 193, 194),
)
_ULNA_MEN_FROM_65 = (
    *(145, 146, 148, 149, 151, 152, 154, 156, 157, 159, 160, 162, 163, 165),
    *(167, 168, 170, 171, 173, 175, 176, 178, 179, 181, 182, 184, 186, 187),
)
_ULNA_WOMEN_UNDER_65 = (
    *(147, 148, 150, 151, 152, 154, 155, 156, 158, 159, 161, 162, 163, 165),
    *(166, 168, 169, 170, 172, 173, 175, 176, 177, 179, 180, 181, 183, 184),
)
_ULNA_WOMEN_FROM_65 = (
    *(140, 142, 144, 145, 147, 148, 150, 152, 153, 155, 156, 158, 160, 161),
    *(163, 165, 166, 168, 170, 171, 173, 175, 176, 178, 179, 181, 183, 184),
)


def height_from_ulna(sex: Sex, age: int, *, ulna_cm: Exact) -> int | None:
    """Height in cm by the ulna table; None outside 18.5 to 32.0 cm. Age 65 is the older column."""
    young, old = (
        (_ULNA_MEN_UNDER_65, _ULNA_MEN_FROM_65)
        if sex is Sex.MALE
        else (_ULNA_WOMEN_UNDER_65, _ULNA_WOMEN_FROM_65)
    )
    heights = old if age >= 65 else young
    row = rounded_int(Fraction(ulna_cm) * 2) - _ULNA_FIRST_HALF_CM
    return heights[row] if 0 <= row < len(heights) else None
