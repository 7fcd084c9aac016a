"""Risk of refeeding problems before intake is raised, and the most energy to start with."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor

from screening.instrument import Status
from screening.measures import Exact


class RefeedingLevel(StrEnum):
    """Levels of NICE CG32 (2006, updated 2017)."""

    NONE = "none"
    SOME = "some"
    HIGH = "high"
    EXTREME = "extreme"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefeedingFacts:
    """What the rule asks; None is unknown and counts as not met, but keeps the level `at least`."""

    bmi: Exact | None = None
    loss_pct_3_6m: Exact | None = None
    days_little_or_no_intake: int | None = None
    low_k_po4_mg: bool | None = None
    alcohol_or_drugs: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefeedingRisk:
    """A level with the criteria that were met; partial means at least this level."""

    level: RefeedingLevel
    status: Status
    reasons: tuple[str, ...]
    missing: tuple[str, ...]


REFEEDING_CODES = (
    "refeeding.bmi_below_14",
    "refeeding.no_intake_over_15_days",
    "refeeding.bmi_below_16",
    "refeeding.loss_over_15",
    "refeeding.no_intake_over_10_days",
    "refeeding.low_electrolytes",
    "refeeding.bmi_below_18_5",
    "refeeding.loss_over_10",
    "refeeding.no_intake_over_5_days",
    "refeeding.alcohol_or_drugs",
)


def refeeding_risk(facts: RefeedingFacts) -> RefeedingRisk:
    """NICE CG32 table of criteria; all limits are strict, two minor criteria make high."""
    extreme, major, minor = (
        tuple(code for code, met in group if met)
        for group in (_extreme(facts), _major(facts), _minor(facts))
    )
    fasted = "refeeding.no_intake_over_5_days" in minor
    level, reasons = _level(extreme=extreme, major=major, minor=minor, fasted=fasted)
    missing = tuple(name for name in RefeedingFacts.__slots__ if getattr(facts, name) is None)
    sure = not missing or level is RefeedingLevel.EXTREME
    return RefeedingRisk(
        level=level,
        status=Status.COMPLETE if sure else Status.PARTIAL,
        reasons=reasons,
        missing=missing,
    )


def _level(
    *, extreme: tuple[str, ...], major: tuple[str, ...], minor: tuple[str, ...], fasted: bool
) -> tuple[RefeedingLevel, tuple[str, ...]]:
    if extreme:
        return RefeedingLevel.EXTREME, extreme
    if major or len(minor) >= 2:
        return RefeedingLevel.HIGH, major or minor
    return (RefeedingLevel.SOME if fasted else RefeedingLevel.NONE), minor


def _below(value: Exact | None, limit: str) -> bool:
    return value is not None and value < Decimal(limit)


def _above(value: Exact | None, limit: int) -> bool:
    return value is not None and value > limit


def _extreme(facts: RefeedingFacts) -> tuple[tuple[str, bool], ...]:
    return (
        ("refeeding.bmi_below_14", _below(facts.bmi, "14")),
        ("refeeding.no_intake_over_15_days", _above(facts.days_little_or_no_intake, 15)),
    )


def _major(facts: RefeedingFacts) -> tuple[tuple[str, bool], ...]:
    return (
        ("refeeding.bmi_below_16", _below(facts.bmi, "16")),
        ("refeeding.loss_over_15", _above(facts.loss_pct_3_6m, 15)),
        ("refeeding.no_intake_over_10_days", _above(facts.days_little_or_no_intake, 10)),
        ("refeeding.low_electrolytes", facts.low_k_po4_mg is True),
    )


def _minor(facts: RefeedingFacts) -> tuple[tuple[str, bool], ...]:
    return (
        ("refeeding.bmi_below_18_5", _below(facts.bmi, "18.5")),
        ("refeeding.loss_over_10", _above(facts.loss_pct_3_6m, 10)),
        ("refeeding.no_intake_over_5_days", _above(facts.days_little_or_no_intake, 5)),
        ("refeeding.alcohol_or_drugs", facts.alcohol_or_drugs is True),
    )


_START_KCAL_PER_KG: Mapping[RefeedingLevel, int] = {
    RefeedingLevel.EXTREME: 5,
    RefeedingLevel.HIGH: 10,
}


def start_energy_kcal(
    level: RefeedingLevel, *, weight_kg: Exact, target_kcal: Exact | None
) -> int | None:
    """Most energy on the first day, rounded down; None is no limit (NICE CG32, 2006).

    Never above the target; `ValueError` for half of a target that is unknown.
    """
    if level is RefeedingLevel.NONE:
        return None
    target = None if target_kcal is None else floor(Fraction(target_kcal))
    if level is RefeedingLevel.SOME:
        if target is None:
            raise ValueError("half of an unknown target")
        return target // 2
    most = floor(Fraction(weight_kg) * _START_KCAL_PER_KG[level])
    return most if target is None else min(target, most)
