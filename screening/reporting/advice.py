"""Which referral the results of instruments ask for: proposals a person sends or sets aside."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from screening.instruments.instrument import Category, Tool, ToolResult
from screening.instruments.refeeding import RefeedingLevel
from screening.reporting.referral import WORKING_DAYS, Party, ReferralReason, Urgency, most_urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A referral that results ask for; a person sends it or sets it aside."""

    to: Party
    reason: ReferralReason
    urgency: Urgency
    because: tuple[str, ...]  # instruments or rules that ask it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """These outcomes of one instrument ask for one referral."""

    tool: Tool
    categories: frozenset[Category]
    to: Party
    reason: ReferralReason
    urgency: Urgency


def _rules(
    tool: Tool,
    categories: Iterable[Category],
    reason: ReferralReason,
    **asks: Urgency,
) -> Iterator[_Rule]:
    for to, urgency in asks.items():
        yield _Rule(
            tool=tool,
            categories=frozenset(categories),
            to=Party(to),
            reason=reason,
            urgency=urgency,
        )


_U, _R, _C = Urgency, ReferralReason, Category
_RULES: tuple[_Rule, ...] = (
    # Clinical specification 2.1-2.7 and 7.5: the dietitian within two working days, in hospital
    # the next; the GP is told of a red sign.
    *_rules(Tool.MUST, [_C.HIGH], _R.POSITIVE_SCREEN, dietitian=_U.TWO_DAYS, gp=_U.WEEK),
    *_rules(Tool.NRS2002, [_C.AT_RISK], _R.POSITIVE_SCREEN, dietitian=_U.NEXT_DAY),
    *_rules(Tool.MNA_SF, [_C.MALNOURISHED], _R.POSITIVE_SCREEN, dietitian=_U.TWO_DAYS, gp=_U.WEEK),
    *_rules(Tool.SNAQ, [_C.SEVERE], _R.POSITIVE_SCREEN, dietitian=_U.NEXT_DAY),
    *_rules(Tool.SNAQ65, [_C.RED], _R.POSITIVE_SCREEN, dietitian=_U.TWO_DAYS, gp=_U.WEEK),
    *_rules(Tool.SNAQRC, [_C.RED], _R.POSITIVE_SCREEN, dietitian=_U.TWO_DAYS, gp=_U.WEEK),
    *_rules(
        Tool.MNA_FULL, [_C.MALNOURISHED], _R.POSITIVE_SCREEN, dietitian=_U.TWO_DAYS, gp=_U.WEEK
    ),
    # 2.8: 3 points or more go to the speech-language therapist; the texture stays until then.
    *_rules(Tool.EAT10, [_C.POSITIVE], _R.SWALLOWING, speech_therapist=_U.TWO_DAYS),
    # 2.10, 2.11, 2.15: the next working day; nothing by mouth is for a physician the same day.
    *_rules(
        Tool.GUSS, [_C.SLIGHT, _C.MODERATE, _C.SEVERE], _R.SWALLOWING, speech_therapist=_U.NEXT_DAY
    ),
    *_rules(Tool.GUSS, [_C.SEVERE], _R.SWALLOWING, physician=_U.SAME_DAY),
    *_rules(
        Tool.WATER90,
        [_C.FAILED],
        _R.SWALLOWING,
        speech_therapist=_U.NEXT_DAY,
        physician=_U.SAME_DAY,
    ),
    # 2.9: grip strength, chair stand, a look at the protein.
    *_rules(Tool.SARCF, [_C.POSITIVE], _R.MUSCLE_LOSS, dietitian=_U.WEEK, physiotherapist=_U.WEEK),
    *_rules(
        Tool.SARCCALF, [_C.POSITIVE], _R.MUSCLE_LOSS, dietitian=_U.WEEK, physiotherapist=_U.WEEK
    ),
    # 2.13: a clinician approves the course; 2.14: refeeding pages dietitian and physician.
    *_rules(
        Tool.SARC_OBESITY,
        [_C.STAGE_I, _C.STAGE_II, _C.NEEDS_CLINICIAN],
        _R.MUSCLE_LOSS,
        physician=_U.WEEK,
    ),
    *_rules(
        Tool.REFEED_NICE,
        [_C.HIGH, _C.EXTREME],
        _R.REFEEDING,
        dietitian=_U.SAME_DAY,
        physician=_U.SAME_DAY,
    ),
    *_rules(Tool.REFEED_NICE, [_C.EXTREME], _R.REFEEDING, hospital=_U.SAME_DAY),
    *_rules(
        Tool.REFEED_ASPEN,
        [_C.SIGNIFICANT],
        _R.REFEEDING,
        dietitian=_U.SAME_DAY,
        physician=_U.SAME_DAY,
    ),
    # 3.1: the physician hears of a diagnosis that was confirmed.
    *_rules(Tool.GLIM, [_C.MODERATE], _R.NEW_DIAGNOSIS, gp=_U.WEEK),
    *_rules(Tool.GLIM, [_C.SEVERE], _R.NEW_DIAGNOSIS, gp=_U.TWO_DAYS),
)
_REFEEDING_TO = {Party.DIETITIAN: Urgency.SAME_DAY, Party.PHYSICIAN: Urgency.SAME_DAY}
"""Specification 2.14: high and extreme page dietitian and physician; extreme starts in hospital."""


def advise_referral(
    results: Iterable[ToolResult], refeeding: RefeedingLevel | None = None
) -> tuple[Advice, ...]:
    """Which referrals these results ask for, most urgent first; one per recipient and reason.

    A partial result asks what its least severe possible outcome asks. An unknown refeeding level
    asks nothing here: it is asked of a person elsewhere.
    """
    found = [
        Advice(to=rule.to, reason=rule.reason, urgency=rule.urgency, because=(rule.tool.value,))
        for result in results
        for rule in _RULES
        if rule.tool == result.instrument and result.acting_category in rule.categories
    ]
    found += _refeeding_advice(refeeding)
    return tuple(sorted(_joined(found), key=lambda one: WORKING_DAYS[one.urgency]))


def _refeeding_advice(level: RefeedingLevel | None) -> Iterator[Advice]:
    if level not in (RefeedingLevel.HIGH, RefeedingLevel.EXTREME):
        return
    asks = dict(_REFEEDING_TO)
    if level is RefeedingLevel.EXTREME:
        asks[Party.HOSPITAL] = Urgency.SAME_DAY
    for to, urgency in asks.items():
        yield Advice(
            to=to, reason=ReferralReason.REFEEDING, urgency=urgency, because=(f"refeeding.{level}",)
        )


def _joined(found: Iterable[Advice]) -> Iterator[Advice]:
    """One advice per recipient and reason: the soonest deadline, every cause."""
    groups: dict[tuple[Party, ReferralReason], list[Advice]] = {}
    for one in found:
        groups.setdefault((one.to, one.reason), []).append(one)
    for (to, reason), same in groups.items():
        because = tuple(dict.fromkeys(cause for one in same for cause in one.because))
        yield Advice(
            to=to,
            reason=reason,
            urgency=most_urgent(one.urgency for one in same),
            because=because,
        )
