"""Which instrument where: the default of a place and what else is offered, with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from screening.instruments.instrument import Category, Setting, Tool
from screening.instruments.tools import instrument
from screening.measuring.measures import Exact, Sex


class OfferReason(StrEnum):
    """Why an instrument is offered (clinical specification 0.4)."""

    DEFAULT = "offer.default"
    ALSO = "offer.also"
    SHORT_FORM_FIRST = "offer.short_form_at_most_11"
    SWALLOWING = "offer.swallowing_complaint"
    AFTER_SWALLOWING = "offer.after_swallowing_screen"
    LARGE_BODY = "offer.bmi_or_waist"
    POSITIVE_SCREEN = "offer.positive_screen"
    BEFORE_FEEDING_UP = "offer.before_raising_intake"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One instrument to fill in, the default of the place first."""

    tool: Tool
    reason: OfferReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What decides on the instrument; None is unknown and offers more, never less.

    `screened` is the outcome of the newest screening for malnutrition, `short_form` the score of
    an MNA-SF that is not followed by the full form yet.
    """

    setting: Setting
    age: int
    sex: Sex | None = None
    geriatric_ward: bool = False
    swallowing_complaint: bool = False
    bmi: Exact | None = None
    waist_cm: Exact | None = None
    screened: Category | None = None
    short_form: Exact | None = None


# Expert group on nutrition of the national plan (NVGP-B) for hospital, residential care and home;
# ESPEN/EASO 2022 for muscle at high BMI; GLIM 2019 after any positive screen. Default first.
_HOSPITAL = (Tool.NRS2002, Tool.MUST, Tool.SNAQ)
_GERIATRIC_WARD = (Tool.MNA_SF, Tool.MUST, Tool.NRS2002)
_CARE_HOME = (Tool.MNA_SF, Tool.SNAQRC, Tool.MUST)
_CARE_HOME_YOUNG = (Tool.MUST,)
_HOME = (Tool.MUST, Tool.SNAQ65)
_HOME_OLD = (Tool.MNA_SF, Tool.SNAQ65, Tool.MUST)
_OLD_YEARS = 75
_RESIDENT_YEARS = 65
_ADULT_YEARS = 18

POSITIVE = frozenset(
    {
        *(Category.MEDIUM, Category.HIGH, Category.AT_RISK, Category.AT_RISK_POSSIBLE),
        *(Category.MALNOURISHED, Category.MODERATE, Category.SEVERE, Category.ORANGE),
        Category.RED,
    }
)
"""Outcomes of a screening for malnutrition that ask for a diagnosis."""

_LARGE_BMI = 30
_LARGE_WAIST_CM = {Sex.MALE: 102, Sex.FEMALE: 88}


def offers(now: Situation) -> tuple[Offer, ...]:
    """Instruments for this person here, the default first, each once; a child is offered none."""
    if now.age < _ADULT_YEARS:
        return ()
    found = (*_for_place(now), *_for_findings(now))
    fitting = [one for one in found if _old_enough(one.tool, now.age)]
    return tuple({one.tool: one for one in reversed(fitting)}.values())[::-1]


def _for_place(now: Situation) -> Iterator[Offer]:
    tools = [tool for tool in _place_tools(now) if _old_enough(tool, now.age)]
    for rank, tool in enumerate(tools):
        yield Offer(tool=tool, reason=OfferReason.ALSO if rank else OfferReason.DEFAULT)


def _place_tools(now: Situation) -> tuple[Tool, ...]:
    if now.setting is Setting.HOSPITAL:
        return _GERIATRIC_WARD if now.geriatric_ward and now.age > _OLD_YEARS else _HOSPITAL
    if now.setting is Setting.CARE_HOME:
        return _CARE_HOME if now.age >= _RESIDENT_YEARS else _CARE_HOME_YOUNG
    return _HOME_OLD if now.age > _OLD_YEARS else _HOME


def _for_findings(now: Situation) -> Iterator[Offer]:
    """What the findings ask for beside the place."""
    if now.short_form is not None and now.short_form <= 11:
        yield Offer(tool=Tool.MNA_FULL, reason=OfferReason.SHORT_FORM_FIRST)
    if now.swallowing_complaint:
        yield Offer(tool=Tool.EAT10, reason=OfferReason.SWALLOWING)
        for tool in (Tool.GUSS, Tool.WATER90):
            yield Offer(tool=tool, reason=OfferReason.AFTER_SWALLOWING)
    if _large(now):
        for tool in (Tool.SARCF, Tool.SARCCALF, Tool.SARC_OBESITY):
            yield Offer(tool=tool, reason=OfferReason.LARGE_BODY)
    if now.screened in POSITIVE:
        yield Offer(tool=Tool.GLIM, reason=OfferReason.POSITIVE_SCREEN)
        yield Offer(tool=Tool.REFEED_NICE, reason=OfferReason.BEFORE_FEEDING_UP)


def _large(now: Situation) -> bool:
    """BMI from 30, or a large waist; with an unknown sex the smaller limit of the two."""
    if now.bmi is not None and now.bmi >= _LARGE_BMI:
        return True
    limit = min(_LARGE_WAIST_CM.values()) if now.sex is None else _LARGE_WAIST_CM[now.sex]
    return now.waist_cm is not None and now.waist_cm >= limit


def _old_enough(tool: Tool, age: int) -> bool:
    least = instrument(tool).least_age
    return least is None or age >= least
