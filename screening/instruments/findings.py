"""What several results say together: why somebody is malnourished, swallowing, too much energy."""

from dataclasses import dataclass
from enum import StrEnum

from screening.instruments.instrument import Answers, Category, Tool, ToolResult
from screening.measuring.measures import Exact


class Aetiology(StrEnum):
    """Where malnutrition comes from (GLIM 2019); it is told beside the stage, never changes it."""

    ACUTE_INFLAMMATION = "aetiology.acute_inflammation"
    CHRONIC_INFLAMMATION = "aetiology.chronic_inflammation"
    CHRONIC_MINIMAL = "aetiology.chronic_minimal"
    STARVATION = "aetiology.starvation"


def aetiology(answers: Answers) -> Aetiology | None:
    """The label for the answers of a GLIM; None while the kind of disease is not told."""
    disease, inflamed = answers.get("disease"), answers.get("inflammation")
    if disease == "acute" and inflamed is True:
        return Aetiology.ACUTE_INFLAMMATION
    if disease == "chronic" and inflamed is not None:
        return Aetiology.CHRONIC_INFLAMMATION if inflamed else Aetiology.CHRONIC_MINIMAL
    if inflamed is not False:
        return None
    if disease is None and answers.get("gi_condition") is True:
        return Aetiology.CHRONIC_MINIMAL
    return Aetiology.STARVATION if disease == "none" else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Yes, no or None for unknown, with the reasons that were met and what to look at."""

    found: bool | None
    reasons: tuple[str, ...]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SwallowingFacts:
    """The newest result of each test, and what the record says; None was never done or told."""

    eat10: ToolResult | None = None
    water_test: ToolResult | None = None
    guss: ToolResult | None = None
    recorded: bool | None = None


_ALARM = {
    Tool.EAT10: frozenset({Category.POSITIVE}),
    Tool.WATER90: frozenset({Category.FAILED}),
    Tool.GUSS: frozenset({Category.SLIGHT, Category.MODERATE, Category.SEVERE}),
}
_CALM = frozenset({Category.NEGATIVE, Category.PASSED, Category.NONE_OR_MINIMAL})

DYSPHAGIA_CODES = (
    *("dysphagia.recorded", "dysphagia.eat10", "dysphagia.water90", "dysphagia.guss"),
    "dysphagia.test",
)


def suspected_dysphagia(facts: SwallowingFacts) -> Finding:
    """One sign is enough to suspect; no sign needs a test without one, and a record that says no.

    A calm test never undoes an alarming one: that is for a speech therapist.
    """
    done = [one for one in (facts.eat10, facts.water_test, facts.guss) if one is not None]
    told = ("dysphagia.recorded",) if facts.recorded is True else ()
    reasons = told + tuple(
        f"dysphagia.{one.instrument.lower()}"
        for one in done
        if one.acting_category in _ALARM[one.instrument]
    )
    if reasons:
        return Finding(found=True, reasons=reasons)
    tested = any(one.category in _CALM for one in done)
    if tested and facts.recorded is False:
        return Finding(found=False, reasons=())
    return Finding(found=None, reasons=(), missing=() if tested else ("dysphagia.test",))


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyFacts:
    """What is known of somebody who may eat too little and too much at once.

    `malnourished` by diagnosis or screening; energy offered and eaten in percent of the need;
    `gain_pct` over the last three months; None is unknown.
    """

    malnourished: bool | None = None
    bmi: Exact | None = None
    energy_pct_of_need: Exact | None = None
    gain_pct: Exact | None = None
    sarcopenic_obesity: bool | None = None


_OVERWEIGHT_BMI, _TOO_MUCH_PCT, _GAIN_PCT = 25, 110, 5  # product rules, for a clinician to confirm

BURDEN_CODES = (
    *("burden.malnourished", "burden.sarcopenic_obesity", "burden.overweight"),
    *("burden.energy_above_need", "burden.weight_gain"),
)


def double_burden(facts: EnergyFacts) -> Finding:
    """Malnutrition and overfeeding in one person: less energy alone would harm (ESPEN/EASO 2022).

    Too little: malnourished, or too little muscle in a large body. Too much: overweight with more
    energy than needed or a gain of weight. Both must be known to say yes, one known absent says no.
    """
    little = _either(
        ("burden.malnourished", facts.malnourished),
        ("burden.sarcopenic_obesity", facts.sarcopenic_obesity),
    )
    heavy = ("burden.overweight", _at_least(facts.bmi, _OVERWEIGHT_BMI))
    rises = _either(
        ("burden.energy_above_need", _above(facts.energy_pct_of_need, _TOO_MUCH_PCT)),
        ("burden.weight_gain", _at_least(facts.gain_pct, _GAIN_PCT)),
    )
    parts = (little, _either(heavy), rises)
    reasons = tuple(reason for part in parts for reason in part.reasons)
    if any(part.found is False for part in parts):
        return Finding(found=False, reasons=reasons)
    missing = tuple(name for part in parts for name in part.missing)
    known = all(part.found for part in parts)
    return Finding(found=True if known else None, reasons=reasons, missing=missing)


def _either(*signs: tuple[str, bool | None]) -> Finding:
    """Yes when one holds, no when all are known not to."""
    reasons = tuple(code for code, holds in signs if holds)
    if reasons:
        return Finding(found=True, reasons=reasons)
    missing = tuple(code for code, holds in signs if holds is None)
    return Finding(found=None if missing else False, reasons=(), missing=missing)


def _at_least(value: Exact | None, limit: int) -> bool | None:
    return None if value is None else value >= limit


def _above(value: Exact | None, limit: int) -> bool | None:
    return None if value is None else value > limit


FINDING_CODES: tuple[str, ...] = (*Aetiology, *DYSPHAGIA_CODES, *BURDEN_CODES)
"""Every word these findings can say."""
