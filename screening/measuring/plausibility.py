"""Values that are probably a slip of unit or finger, turned into questions, never refused."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from screening.measuring.measures import Exact, bmi, rounded, weight_change_percent

KG_PER_POUND = Decimal("0.45359237")  # international pound, 1959

# field: lowest and highest plausible value (product rule, clinical specification 0.2.7)
GATES: Mapping[str, tuple[int, int]] = {
    "weight_kg": (20, 300),
    "weight_before_kg": (20, 300),
    "height_cm": (100, 230),
    "bmi": (8, 80),
    "muac_cm": (10, 60),
    "cc_cm": (15, 70),
    "ulna_cm": (15, 35),
    "knee_height_cm": (30, 70),
}

# How a value outside its gate came to be, likeliest first: code and factor that mends it.
_SLIPS: Mapping[str, tuple[tuple[str, Decimal], ...]] = {
    "height_cm": (
        ("slip.metres", Decimal(100)),
        ("slip.decimetres", Decimal(10)),
        ("slip.millimetres", Decimal("0.1")),
    ),
    "weight_kg": (
        ("slip.grams", Decimal("0.001")),
        ("slip.decimal_comma", Decimal("0.1")),
        ("slip.pounds", KG_PER_POUND),
    ),
}
_LENGTH_SLIPS = (("slip.millimetres", Decimal("0.1")), ("slip.metres", Decimal(100)))

QUESTION_CODES = (
    "slip.metres",
    "slip.decimetres",
    "slip.millimetres",
    "slip.grams",
    "slip.decimal_comma",
    "slip.pounds",
    "slip.swapped",
    "implausible.range",
    "implausible.bmi",
    "implausible.change_30_days",
    "implausible.change_7_days",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One value to look at again, with the value that was probably meant."""

    code: str
    field: str
    value: Exact
    suggestion: Decimal | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierWeight:
    """The last known weight and how many days ago it was taken."""

    weight_kg: Decimal
    days_ago: int


def outside_gate(field: str, value: Exact) -> bool:
    """Whether a value of this field is implausible for an adult; limits themselves are fine."""
    low, high = GATES[field]
    return not low <= value <= high


def questions(
    answers: Mapping[str, Exact | None], earlier: EarlierWeight | None = None
) -> tuple[Question, ...]:
    """Every answer that asks for a second look, at most one question per field."""
    found = [*_swapped(answers)] or [*_outside(answers)]
    found = found or [*_together(answers)]
    asked = {question.field for question in found}
    weight_kg = answers.get("weight_kg")
    if earlier is not None and weight_kg is not None and "weight_kg" not in asked:
        found += _against_earlier(weight_kg, earlier)
    return tuple(found)


def _swapped(answers: Mapping[str, Exact | None]) -> Iterator[Question]:
    """Height typed in the weight field and the other way round: both fields get the other value."""
    weight, height = answers.get("weight_kg"), answers.get("height_cm")
    if weight is None or height is None:
        return
    if not outside_gate("height_cm", height) or outside_gate("height_cm", weight):
        return
    if outside_gate("weight_kg", height) or not _is_bmi(bmi(height, weight)):
        return
    for field, value, meant in (("weight_kg", weight, height), ("height_cm", height, weight)):
        yield _question("slip.swapped", field, value=value, meant=meant)


def _outside(answers: Mapping[str, Exact | None]) -> Iterator[Question]:
    for field in GATES:
        value = answers.get(field)
        if value is not None and outside_gate(field, value):
            yield _mended(field, value)


def _mended(field: str, value: Exact) -> Question:
    same_as = "weight_kg" if field == "weight_before_kg" else field
    slips = () if field == "bmi" else _SLIPS.get(same_as, _LENGTH_SLIPS)
    for code, factor in slips:
        meant = Fraction(value) * Fraction(factor)
        if not outside_gate(field, meant):
            return _question(code, field, value=value, meant=meant)
    return _question("implausible.range", field, value=value, meant=None)


def _question(code: str, field: str, *, value: Exact, meant: Exact | None) -> Question:
    low, high = GATES[field]
    suggestion = None if meant is None else rounded(meant, 1)
    return Question(code=code, field=field, value=value, suggestion=suggestion, low=low, high=high)


def _is_bmi(value: Fraction) -> bool:
    return not outside_gate("bmi", value)


def _together(answers: Mapping[str, Exact | None]) -> Iterator[Question]:
    """Weight and height that are each possible but not on one person."""
    weight, height = answers.get("weight_kg"), answers.get("height_cm")
    if weight is None or height is None or _is_bmi(bmi(weight, height)):
        return
    in_kg = Fraction(weight) * Fraction(KG_PER_POUND)
    if not outside_gate("weight_kg", in_kg) and _is_bmi(bmi(in_kg, height)):
        yield _question("slip.pounds", "weight_kg", value=weight, meant=in_kg)
    else:
        low, high = GATES["bmi"]
        yield Question(code="implausible.bmi", field="weight_kg", value=weight, low=low, high=high)


def _against_earlier(weight_kg: Exact, earlier: EarlierWeight) -> list[Question]:
    """A jump since the last weight; near 2.2 times that weight it was read in pounds."""
    change = abs(weight_change_percent(earlier.weight_kg, weight_kg))
    in_kg = Fraction(weight_kg) * Fraction(KG_PER_POUND)
    if abs(weight_change_percent(earlier.weight_kg, in_kg)) <= 15:
        return [_question("slip.pounds", "weight_kg", value=weight_kg, meant=in_kg)]
    for days, percent in ((7, 10), (30, 15)):
        if earlier.days_ago <= days and change > percent:
            return [
                _question(
                    f"implausible.change_{days}_days", "weight_kg", value=weight_kg, meant=None
                )
            ]
    return []
