"""What stands in for a measurement: heights from other lengths, weights corrected for a person.

Every figure here is an estimate and stays marked as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.measuring.measures import Exact, Provenance, Sex

# Chumlea 1985 and later: constant, per year of age, per cm of knee height. From 60 years read in a
# secondary source; 18 to 59 the same for men, for women from knowledge only.
_KNEE_FROM_60: Mapping[Sex, tuple[str, str, str]] = {
    Sex.MALE: ("64.19", "-0.04", "2.02"),
    Sex.FEMALE: ("84.88", "-0.24", "1.83"),
}
_KNEE_UNDER_60: Mapping[Sex, tuple[str, str, str]] = {
    Sex.MALE: ("71.85", "0", "1.88"),
    Sex.FEMALE: ("70.25", "-0.06", "1.87"),
}


KNEE_OLDER_YEARS = 60
"""From this age on the equation for older people stands (reading KN1)."""


def height_from_knee(sex: Sex, age: int, *, knee_height_cm: Exact) -> Fraction | None:
    """Height in cm from knee height (Chumlea); None for a child."""
    if age < 18:
        return None
    rows = _KNEE_FROM_60 if age >= KNEE_OLDER_YEARS else _KNEE_UNDER_60
    constant, per_year, per_cm = (Fraction(one) for one in rows[sex])
    return constant + per_year * age + per_cm * Fraction(knee_height_cm)


_DEMISPAN: Mapping[Sex, tuple[str, str]] = {
    Sex.MALE: ("57.8", "1.40"),
    Sex.FEMALE: ("60.1", "1.35"),
}


def height_from_demispan(sex: Sex, *, demispan_cm: Exact) -> Fraction:
    """Height in cm from sternal notch to finger web (Bassey 1986, read in a secondary source)."""
    constant, per_cm = (Fraction(one) for one in _DEMISPAN[sex])
    return constant + per_cm * Fraction(demispan_cm)


class Ancestry(StrEnum):
    """For whom the ulna table of BAPEN gives too much height."""

    ASIAN = "asian"
    BLACK = "black"


_MADDEN: Mapping[tuple[Ancestry, Sex], tuple[str, str]] = {
    (Ancestry.ASIAN, Sex.MALE): ("83.58", "3.26"),
    (Ancestry.ASIAN, Sex.FEMALE): ("77.62", "3.26"),
    (Ancestry.BLACK, Sex.MALE): ("85.80", "3.14"),
    (Ancestry.BLACK, Sex.FEMALE): ("79.55", "3.14"),
}


def height_from_ulna_madden(sex: Sex, ancestry: Ancestry, *, ulna_cm: Exact) -> Fraction:
    """Height in cm from the ulna by the equations of Madden 2020, instead of the table."""
    constant, per_cm = (Fraction(one) for one in _MADDEN[ancestry, sex])
    return constant + per_cm * Fraction(ulna_cm)


def arm_tells_loss(before_cm: Exact, now_cm: Exact) -> bool:
    """Whether the upper arm lost a tenth or more: weight and BMI then probably did too.

    BAPEN MUST, from knowledge, unverified. It is a hint and never points.
    """
    return Fraction(before_cm) - Fraction(now_cm) >= Fraction(before_cm) / 10


class BodyPart(StrEnum):
    """What is missing after an amputation, one word for one limb."""

    HAND = "hand"
    FOREARM = "forearm_and_hand"
    ARM = "whole_arm"
    FOOT = "foot"
    LOWER_LEG = "lower_leg_and_foot"
    LEG = "whole_leg"


# Share of the whole body's weight; from knowledge, unverified (clinical specification 1.6).
_SHARE: Mapping[BodyPart, Decimal] = {
    BodyPart.HAND: Decimal("0.007"),
    BodyPart.FOREARM: Decimal("0.023"),
    BodyPart.ARM: Decimal("0.05"),
    BodyPart.FOOT: Decimal("0.015"),
    BodyPart.LOWER_LEG: Decimal("0.059"),
    BodyPart.LEG: Decimal("0.16"),
}
_ARMS = frozenset({BodyPart.HAND, BodyPart.FOREARM, BodyPart.ARM})


class Fluid(StrEnum):
    """How much fluid a clinician sees."""

    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


# Kilograms of fluid; from knowledge, unverified (clinical specification 1.6).
_OEDEMA_KG: Mapping[Fluid, Decimal] = {
    Fluid.MILD: Decimal(1),
    Fluid.MODERATE: Decimal(5),
    Fluid.SEVERE: Decimal(10),
}
_ASCITES_KG: Mapping[Fluid, Decimal] = {
    Fluid.MILD: Decimal("2.2"),
    Fluid.MODERATE: Decimal(6),
    Fluid.SEVERE: Decimal(14),
}
CORRECTION_CODES = ("weight.amputation", "dry_weight_estimated", "weight.fluid_unconfirmed")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedWeight:
    """The weight to reckon with, exact, and what was done to it; `flags` are codes."""

    weight_kg: Fraction
    provenance: Provenance
    flags: tuple[str, ...]


def correct_weight(
    measured_kg: Exact,
    *,
    amputated: Sequence[BodyPart] = (),
    oedema: Fluid | None = None,
    ascites: Fluid | None = None,
    clinician_confirms: bool = False,
) -> CorrectedWeight:
    """Weight of the whole, dry body: fluid off first, then the missing limbs added.

    Fluid is taken off only when a clinician confirms it; otherwise the weight stays and says so.
    Raises `ValueError` for more than two limbs of a kind or for more fluid than weight.
    """
    if any(sum((one in _ARMS) is arm for one in amputated) > 2 for arm in (True, False)):
        raise ValueError("nobody has more than two arms or two legs")
    fluid = _fluid_kg(oedema, ascites)
    weight = Fraction(measured_kg) - (fluid if clinician_confirms else 0)
    if weight <= 0:
        raise ValueError("more fluid than weight")
    missing = sum((_SHARE[part] for part in amputated), start=Decimal(0))
    flags = _correction_flags(amputated, fluid=fluid, confirmed=clinician_confirms)
    changed = bool(amputated) or (fluid > 0 and clinician_confirms)
    return CorrectedWeight(
        weight_kg=weight / (1 - Fraction(missing)),
        provenance=Provenance.ESTIMATED if changed else Provenance.MEASURED,
        flags=flags,
    )


def _fluid_kg(oedema: Fluid | None, ascites: Fluid | None) -> Fraction:
    legs = Decimal(0) if oedema is None else _OEDEMA_KG[oedema]
    belly = Decimal(0) if ascites is None else _ASCITES_KG[ascites]
    return Fraction(legs + belly)


def _correction_flags(
    amputated: Sequence[BodyPart], *, fluid: Fraction, confirmed: bool
) -> tuple[str, ...]:
    limbs, dry, unsure = CORRECTION_CODES
    said = [limbs] if amputated else []
    if fluid:
        said.append(dry if confirmed else unsure)
    return tuple(said)
