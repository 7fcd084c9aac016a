"""Risk of refeeding problems before intake is raised, and the most energy to start with."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from screening.instruments.instrument import Answer, Category, Status, ToolResult
from screening.instruments.scoring import score_with
from screening.instruments.tables_refeeding import REFEED_NICE
from screening.measuring.measures import Exact


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


def refeeding_risk(facts: RefeedingFacts) -> RefeedingRisk:
    """The level by the table of NICE CG32, for whoever knows only some of its answers."""
    answers: dict[str, Answer | None] = {
        name: getattr(facts, name) for name in RefeedingFacts.__slots__
    }
    return risk_told(score_with(REFEED_NICE, answers))


def risk_told(result: ToolResult) -> RefeedingRisk:
    """The level of a filled-in REFEED_NICE, with every criterion that was met."""
    category = result.acting_category or Category.NONE
    return RefeedingRisk(
        level=RefeedingLevel(category.value),
        status=result.status,
        reasons=tuple(one.reason for one in result.items if one.points),
        missing=result.missing,
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
