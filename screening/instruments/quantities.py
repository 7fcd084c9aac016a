"""Values worked out from the answers of one form: BMI, loss of weight, the answers themselves."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from screening.instruments.instrument import Answer, Evidence, Input, InputKind, Mark
from screening.measuring.measures import Exact, Sex, bmi, height_from_ulna, weight_loss_percent
from screening.measuring.substitutes import (
    BodyPart,
    CorrectedWeight,
    Fluid,
    correct_weight,
    height_from_demispan,
    height_from_knee,
)

Known = Mapping[str, Answer]
"""Answers that are known and of the right kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A value worked out from answers; `needs` is what to ask for when it is unknown."""

    work_out: Callable[[Known], Fraction | None]
    needs: tuple[str, ...]
    shows: tuple[str, ...]


def number(known: Known, name: str) -> Fraction | None:
    """The exact number of an answer; yes is 1 and no is 0; None when unknown."""
    value = known.get(name)
    return None if value is None or isinstance(value, str) else Fraction(value)


def estimated_height_cm(known: Known) -> Exact | None:
    """Height from ulna, else knee, else demispan, when neither a height nor a BMI is known."""
    found = _estimate(known)
    return None if found is None else found[0]


def estimate_marks(known: Known) -> tuple[Mark, ...]:
    """How sure the rules behind an estimated height or a corrected weight are."""
    found, corrected = _estimate(known), corrected_weight(known)
    codes = () if corrected is None else corrected.flags
    limbs = tuple(Mark(code=code, evidence=Evidence.UNVERIFIED) for code in codes)
    return limbs if found is None or found[1] is None else (found[1], *limbs)


def _estimate(known: Known) -> tuple[Exact, Mark | None] | None:
    """A length outside its table leaves it to the next."""
    if known.get("sex") is None or "height_cm" in known or "bmi" in known:
        return None
    for cm, mark in _estimates(known, Sex(str(known["sex"]))):
        if cm is not None:
            return cm, mark
    return None


def _estimates(known: Known, sex: Sex) -> Iterator[tuple[Exact | None, Mark | None]]:
    age, (ulna, knee, span) = known.get("age"), (number(known, one) for one in SUBSTITUTE_LENGTHS)
    if ulna is not None and isinstance(age, int | Decimal):
        yield height_from_ulna(sex, int(age), ulna_cm=ulna), None
    if knee is not None and isinstance(age, int | Decimal):
        mark = Mark(code="height.knee", evidence=_knee_evidence(sex, int(age)))
        yield height_from_knee(sex, int(age), knee_height_cm=knee), mark
    if span is not None:
        mark = Mark(code="height.demispan", evidence=Evidence.SECONDARY)
        yield height_from_demispan(sex, demispan_cm=span), mark


def _knee_evidence(sex: Sex, age: int) -> Evidence:
    """The equation for women under 60 was read nowhere (clinical specification 1.3)."""
    young_woman = sex is Sex.FEMALE and age < 60
    return Evidence.UNVERIFIED if young_woman else Evidence.SECONDARY


SUBSTITUTE_LENGTHS = ("ulna_cm", "knee_height_cm", "demispan_cm")
"""What a height is estimated from, in the order of preference (clinical specification 1.4)."""


def corrected_weight(known: Known) -> CorrectedWeight | None:
    """The weight without fluid that a clinician confirmed, and with a lost limb.

    None when unknown, and when there would be more fluid than weight: that cannot be.
    """
    weight = number(known, "weight_kg")
    limb, oedema, ascites = (known.get(name) for name in ("amputated", "oedema", "ascites"))
    if weight is None:
        return None
    try:
        return correct_weight(
            weight,
            amputated=() if limb in (None, NO_LIMB) else (BodyPart(str(limb)),),
            oedema=None if oedema in (None, NO_FLUID) else Fluid(str(oedema)),
            ascites=None if ascites in (None, NO_FLUID) else Fluid(str(ascites)),
            clinician_confirms=known.get("fluid_confirmed") is True,
        )
    except ValueError:
        return None


NO_LIMB = NO_FLUID = "none"
CORRECTIONS = ("amputated", "oedema", "ascites", "fluid_confirmed")
"""Answers that change the weight one reckons with."""


def _weight(known: Known) -> Fraction | None:
    corrected = corrected_weight(known)
    return None if corrected is None else corrected.weight_kg


def _dry_weight(known: Known) -> Fraction | None:
    """For a loss of weight: fluid hides a loss, a limb lost before does not make one."""
    return _weight({name: one for name, one in known.items() if name != "amputated"})


def _bmi(known: Known) -> Fraction | None:
    """Weight with height first, then a given BMI, then a height that was estimated."""
    weight, height = _weight(known), number(known, "height_cm")
    if weight is not None and height is not None:
        return bmi(weight, height)
    estimate = estimated_height_cm(known)
    if weight is not None and estimate is not None:
        return bmi(weight, estimate)
    return number(known, "bmi")


def _loss_pct(known: Known) -> Fraction | None:
    """Two weights first, then a given percentage."""
    before, now = number(known, "weight_before_kg"), _dry_weight(known)
    if before is not None and now is not None:
        return weight_loss_percent(before, now)
    return number(known, "loss_pct")


def _is_sex(sex: Sex) -> Callable[[Known], Fraction | None]:
    return lambda known: Fraction(known["sex"] == sex) if "sex" in known else None


def _step(number_of: int) -> Quantity:
    """A step of the GUSS: not done after one that was not full is no point, not an unknown."""
    name, first = f"subtest_{number_of}", "subtest_1"

    def points(known: Known) -> Fraction | None:
        began = first in known
        return number(known, name) if name in known else Fraction(0) if began else None

    return Quantity(work_out=points, needs=(first,), shows=(name,))


def _any_of(*names: str) -> Quantity:
    """1 when one of these is yes, 0 when all are no, unknown otherwise."""

    def work_out(known: Known) -> Fraction | None:
        if any(known.get(name) is True for name in names):
            return Fraction(1)
        return Fraction(0) if all(name in known for name in names) else None

    return Quantity(work_out=work_out, needs=names, shows=names)


def _all_of(*parts: Quantity) -> Quantity:
    """1 when all of these hold, 0 when one does not, unknown otherwise."""

    def work_out(known: Known) -> Fraction | None:
        values = [part.work_out(known) for part in parts]
        if 0 in values:
            return Fraction(0)
        return None if None in values else Fraction(1)

    return Quantity(
        work_out=work_out,
        needs=tuple(name for part in parts for name in part.needs),
        shows=tuple(name for part in parts for name in part.shows),
    )


def _compared(name: str, holds: Callable[[Fraction], bool]) -> Quantity:
    """1 or 0 by an answer; unknown without it."""

    def work_out(known: Known) -> Fraction | None:
        value = number(known, name)
        return None if value is None else Fraction(holds(value))

    return Quantity(work_out=work_out, needs=(name,), shows=(name,))


def _younger(years: int) -> Quantity:
    return _compared("age", lambda age: age < years)


def _from_age(years: int) -> Quantity:
    return _compared("age", lambda age: age >= years)


def _graded(name: str, *words: str) -> Quantity:
    """The place of a word among its grades, the first is 0."""

    def work_out(known: Known) -> Fraction | None:
        return Fraction(words.index(str(known[name]))) if name in known else None

    return Quantity(work_out=work_out, needs=(name,), shows=(name,))


def _said(name: str) -> Quantity:
    """1 when somebody said yes: an act, so that silence is no answer to ask for."""
    return Quantity(
        work_out=lambda known: Fraction(known.get(name) is True), needs=(), shows=(name,)
    )


def _region(known: Known) -> Fraction:
    """2 is Asia, 1 is elsewhere, 0 is not told and read as elsewhere (more people are found)."""
    return Fraction({"asia": 2, "other": 1}.get(str(known.get("region")), 0))


NORMAL_TO_SEVERE = ("normal", "mild_moderate", "severe")
NONE_TO_SEVERE = ("none", "mild", "moderate", "severe")
ELECTROLYTES = ("normal", "minimally_low", "significantly_low")

CALF_ADJUSTMENT_CM = ((40, 12), (30, 7), (25, 3))
"""From this BMI on so many centimetres of a calf are fat (Gonzalez et al., 2021; unverified).

The four centimetres that some add below 18.5 would hide low muscle in the thinnest: not used.
"""


def _calf_cm(known: Known) -> Fraction | None:
    """The calf without its fat; unknown without a BMI, and of no use in a swollen leg."""
    calf, body_mass = number(known, "cc_cm"), _bmi(known)
    if calf is None or body_mass is None or known.get("leg_oedema") is True:
        return None
    return calf - next((cm for least, cm in CALF_ADJUSTMENT_CM if body_mass >= least), 0)


WATER_TEST_EXCLUSIONS = (
    *("cannot_stay_alert", "on_thickened_fluids", "tube_fed", "bed_head_below_30"),
    *("tracheostomy", "nil_by_mouth"),
)
"""Reasons not to give somebody 90 ml of water to drink at once (Yale protocol)."""

_WORKED_OUT: Mapping[str, Quantity] = {
    "is_man": Quantity(work_out=_is_sex(Sex.MALE), needs=("sex",), shows=("sex",)),
    "is_woman": Quantity(work_out=_is_sex(Sex.FEMALE), needs=("sex",), shows=("sex",)),
    **{f"below_{years}": _younger(years) for years in (40, 60, 70)},
    **{f"from_{years}": _from_age(years) for years in (40, 60, 70)},
    "in_asia": Quantity(
        work_out=lambda known: Fraction(_region(known) == 2), needs=(), shows=("region",)
    ),
    "elsewhere": Quantity(
        work_out=lambda known: Fraction(_region(known) != 2), needs=(), shows=("region",)
    ),
    "glim.region": Quantity(work_out=_region, needs=(), shows=("region",)),
    "glim.muscle": _graded("muscle", *NORMAL_TO_SEVERE),
    "intake_at_most_50": _compared("intake_pct", lambda pct: pct <= 50),
    "intake_below_100": _compared("intake_pct", lambda pct: pct < 100),
    "aspen.electrolytes": _graded("electrolytes", *ELECTROLYTES),
    **{
        f"aspen.{name}": _graded(name, *NONE_TO_SEVERE)
        for name in ("fat_loss", "muscle_loss", "comorbidity")
    },
    "muscle.examined": _graded("muscle_examined", *NORMAL_TO_SEVERE),
    "calf_cm": Quantity(
        work_out=_calf_cm,
        needs=("cc_cm", "height_cm", "weight_kg"),
        shows=("cc_cm", "weight_kg", "height_cm", "bmi", "ulna_cm"),
    ),
    "sarc_obesity.suspicion": _said("clinical_suspicion"),
    "water90.exclusions": _any_of(*WATER_TEST_EXCLUSIONS),
    **{f"guss.step_{step}": _step(step) for step in (1, 2, 3, 4)},
    "bmi": Quantity(
        work_out=_bmi,
        needs=("height_cm", "weight_kg"),
        shows=("weight_kg", "height_cm", "bmi", *SUBSTITUTE_LENGTHS, *CORRECTIONS),
    ),
    "loss_pct": Quantity(
        work_out=_loss_pct,
        needs=("weight_before_kg", "weight_kg"),
        shows=("weight_before_kg", "weight_kg", "loss_pct"),
    ),
}


def quantity(name: str) -> Quantity:
    """The worked-out quantity of this name, or the answer of this name as it stands.

    Names joined by `+` are 1 when all of them hold.
    """
    if "+" in name:
        return _all_of(*(quantity(part) for part in name.split("+")))
    return _WORKED_OUT.get(name) or Quantity(
        work_out=lambda known: number(known, name), needs=(name,), shows=(name,)
    )


def _is_number(value: Answer) -> bool:
    """Exact and finite; yes/no is not a number, and neither is a binary float."""
    if isinstance(value, Decimal):
        return value.is_finite()
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _is_whole(value: Answer) -> bool:
    return _is_number(value) and Fraction(value).denominator == 1 and Fraction(value) >= 0


_CHECKS: Mapping[InputKind, Callable[[Input, Answer], bool]] = {
    InputKind.NUMBER: lambda _, value: _is_number(value),
    InputKind.COUNT: lambda _, value: _is_whole(value),
    InputKind.AMOUNT: lambda _, value: _is_number(value) and Fraction(value) >= 0,
    InputKind.MEASURE: lambda _, value: _is_number(value) and Fraction(value) > 0,
    InputKind.AGE: lambda _, value: _is_whole(value),
    InputKind.FLAG: lambda _, value: isinstance(value, bool),
    InputKind.POINTS: lambda asked, value: _is_number(value) and value in asked.allowed,
    InputKind.SEX: lambda _, value: isinstance(value, str) and value in set(Sex),
    InputKind.WORD: lambda asked, value: isinstance(value, str) and value in asked.words,
}


def fits(asked: Input, value: Answer) -> bool:
    """Whether an answer is one its question allows."""
    return _CHECKS[asked.kind](asked, value)
