"""Resting energy by the published equations, each line of each table as it was printed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.instruments.instrument import Evidence
from screening.measuring.measures import Exact, Sex

EQUATION_YEARS = 18
"""The equations stand for adults only."""


class Equation(StrEnum):
    """A published equation for resting energy; the first is the default (EFSA reckons with it)."""

    HENRY_WH = "henry_wh"
    HENRY_W = "henry_w"
    MIFFLIN = "mifflin"
    HARRIS_BENEDICT = "harris_benedict"
    ROZA_SHIZGAL = "roza_shizgal"

    @property
    def needs_height(self) -> bool:
        """Whether the equation asks for a height; that of Henry by weight alone does not."""
        return self is not Equation.HENRY_W


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """kcal per kg, per cm or metre (as printed), per year, and the constant; from an age on."""

    youngest: int = EQUATION_YEARS
    per_kg: str
    per_cm: str = "0"
    per_metre: str = "0"
    per_year: str = "0"
    constant: str


# Mifflin-St Jeor 1990; Harris and Benedict 1919; Roza and Shizgal 1984; Henry 2005 (Oxford),
# table 15 for weight and height, where height counts in METRES. The oldest band stands first.
_LINES: Mapping[tuple[Equation, Sex], tuple[_Line, ...]] = {
    (Equation.MIFFLIN, Sex.MALE): (_Line(per_kg="10", per_cm="6.25", per_year="-5", constant="5"),),
    (Equation.MIFFLIN, Sex.FEMALE): (
        _Line(per_kg="10", per_cm="6.25", per_year="-5", constant="-161"),
    ),
    (Equation.HARRIS_BENEDICT, Sex.MALE): (
        _Line(per_kg="13.7516", per_cm="5.0033", per_year="-6.7550", constant="66.4730"),
    ),
    (Equation.HARRIS_BENEDICT, Sex.FEMALE): (
        _Line(per_kg="9.5634", per_cm="1.8496", per_year="-4.6756", constant="655.0955"),
    ),
    (Equation.ROZA_SHIZGAL, Sex.MALE): (
        _Line(per_kg="13.397", per_cm="4.799", per_year="-5.677", constant="88.362"),
    ),
    (Equation.ROZA_SHIZGAL, Sex.FEMALE): (
        _Line(per_kg="9.247", per_cm="3.098", per_year="-4.330", constant="447.593"),
    ),
    (Equation.HENRY_W, Sex.MALE): (
        _Line(youngest=70, per_kg="13.7", constant="481"),
        _Line(youngest=60, per_kg="13.0", constant="567"),
        _Line(youngest=30, per_kg="14.2", constant="593"),
        _Line(per_kg="16.0", constant="545"),
    ),
    (Equation.HENRY_W, Sex.FEMALE): (
        _Line(youngest=70, per_kg="10.0", constant="577"),
        _Line(youngest=60, per_kg="10.2", constant="572"),
        _Line(youngest=30, per_kg="9.74", constant="694"),
        _Line(per_kg="13.1", constant="558"),
    ),
    (Equation.HENRY_WH, Sex.MALE): (
        _Line(youngest=60, per_kg="11.4", per_metre="541", constant="-256"),
        _Line(youngest=30, per_kg="11.4", per_metre="541", constant="-137"),
        _Line(per_kg="14.4", per_metre="313", constant="113"),
    ),
    (Equation.HENRY_WH, Sex.FEMALE): (
        _Line(youngest=60, per_kg="8.52", per_metre="421", constant="10.7"),
        _Line(youngest=30, per_kg="8.18", per_metre="502", constant="-11.6"),
        _Line(per_kg="10.4", per_metre="615", constant="-282"),
    ),
}


def resting_energy_kcal(
    sex: Sex,
    age: int,
    *,
    weight_kg: Exact,
    height_cm: Exact | None,
    equation: Equation = Equation.HENRY_WH,
) -> Fraction:
    """Resting energy per day, exact; 30, 60 and 70 years begin the next band of Henry 2005.

    `ValueError` for a child, and without a height for an equation that asks for one.
    """
    if age < EQUATION_YEARS:
        raise ValueError("the equation is for adults")
    if equation.needs_height and height_cm is None:
        raise ValueError("the equation asks for a height in cm")
    line = next(one for one in _LINES[equation, sex] if age >= one.youngest)
    centimetres = Fraction(height_cm or 0)
    return (
        Fraction(line.per_kg) * Fraction(weight_kg)
        + Fraction(line.per_cm) * centimetres
        + Fraction(line.per_metre) * centimetres / 100
        + Fraction(line.per_year) * age
        + Fraction(line.constant)
    )


SOURCES: Mapping[Equation, tuple[str, Evidence]] = {
    Equation.HENRY_WH: ("Henry 2005", Evidence.SOURCE),
    Equation.HENRY_W: ("Henry 2005", Evidence.SOURCE),
    Equation.MIFFLIN: ("Mifflin 1990", Evidence.SOURCE),
    Equation.HARRIS_BENEDICT: ("Harris-Benedict 1919", Evidence.SOURCE),
    Equation.ROZA_SHIZGAL: ("Roza-Shizgal 1984", Evidence.SOURCE),
}
"""Publication of each equation, and how sure its figures are."""


class Activity(StrEnum):
    """How much a person moves; EFSA 2013 1.4-2.0, ESPEN geriatrics 2022 1.2-1.8."""

    BED_BOUND = "bed_bound"
    CHAIR = "chair"
    SEDENTARY = "sedentary"
    MODERATE = "moderate"
    ACTIVE = "active"
    VERY_ACTIVE = "very_active"


ACTIVITY: Mapping[Activity, Decimal] = {
    Activity.BED_BOUND: Decimal("1.2"),  # unverified, as is the next
    Activity.CHAIR: Decimal("1.3"),
    Activity.SEDENTARY: Decimal("1.4"),
    Activity.MODERATE: Decimal("1.6"),
    Activity.ACTIVE: Decimal("1.8"),
    Activity.VERY_ACTIVE: Decimal("2.0"),
}
"""Factor on resting energy per level of activity."""


class Stress(StrEnum):
    """What raises resting energy for a while; never more than one (specification 5.2)."""

    NONE = "none"
    SURGERY = "surgery"
    INFECTION = "infection"
    WOUNDS = "wounds"
    LUNG_OR_CANCER = "lung_or_cancer"
    TRAUMA = "trauma"
    BURNS = "burns"


STRESS: Mapping[Stress, tuple[Decimal, Decimal]] = {
    Stress.NONE: (Decimal(1), Decimal(1)),
    Stress.SURGERY: (Decimal("1.0"), Decimal("1.1")),
    Stress.INFECTION: (Decimal("1.1"), Decimal("1.3")),
    Stress.WOUNDS: (Decimal("1.2"), Decimal("1.2")),
    Stress.LUNG_OR_CANCER: (Decimal("1.0"), Decimal("1.2")),
    Stress.TRAUMA: (Decimal("1.2"), Decimal("1.4")),
    Stress.BURNS: (Decimal("1.0"), Decimal("2.0")),
}
"""Lowest and highest factor per cause; all of them unverified. The middle is reckoned with."""


def total_energy_kcal(
    resting_kcal: Fraction, activity: Activity, stress: Stress = Stress.NONE
) -> Fraction:
    """Resting energy times activity and at most one stress factor, exact and without a cap."""
    low, high = STRESS[stress]
    return resting_kcal * Fraction(ACTIVITY[activity]) * (Fraction(low) + Fraction(high)) / 2
