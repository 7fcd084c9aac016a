"""Instruments for muscle: SARC-F and SARC-CalF."""

from screening.instruments.instrument import (
    Category,
    Combine,
    Evidence,
    Instrument,
    Item,
    Line,
    Purpose,
    Tool,
)
from screening.instruments.table_words import (
    AGE,
    BODY,
    COUNT,
    MEASURE,
    SEX,
    ask,
    asks,
    at_least,
    at_most,
    bands,
    follow,
    item,
    otherwise,
    points,
    printed,
)

_K = Evidence.UNVERIFIED
_SECTION = "section.sarcf"
_INPUTS = (
    *asks(age=AGE),
    *(points(name, 0, 1, 2, section=_SECTION) for name in ("s", "a", "r", "c")),
    ask("falls", COUNT, section=_SECTION),
)
_ITEMS = (
    printed("sarcf.strength", "s", 0, 1, 2),
    printed("sarcf.walking", "a", 0, 1, 2),
    printed("sarcf.rising", "r", 0, 1, 2),
    printed("sarcf.stairs", "c", 0, 1, 2),
    item(
        "sarcf.falls",
        "falls",
        at_least("4", 2, reason="sarcf.falls.from_4"),
        at_least("1", 1, reason="sarcf.falls.1_to_3"),
        otherwise(0, reason="sarcf.falls.none"),
    ),
)
_FOLLOW_UP = (
    follow(Category.NEGATIVE, "action.routine_care", due=(365, 365, 365)),
    follow(
        Category.POSITIVE,
        "action.measure_grip_and_chair_stand",
        "action.review_protein",
        due=(92, 92, 92),
    ),
)

# Malmstrom and Morley, 2013: five items of 0 to 2, from 4 positive.
SARCF = Instrument(
    tool=Tool.SARCF,
    rule_version="1",
    source="source.sarcf",
    purpose=Purpose.MUSCLE,
    inputs=_INPUTS,
    items=_ITEMS,
    bands=bands((0, Category.NEGATIVE), (4, Category.POSITIVE)),
    follow_up=_FOLLOW_UP,
)


def _low_calf(limit: str, *, gate: str, reason: str) -> Line:
    cuts = (at_most(limit, 10, reason=reason), otherwise(0, reason="sarccalf.calf.enough"))
    return Line(quantity="cc_cm", gate=gate, cuts=cuts)


# Barbosa-Silva et al., 2016: ten points more for a thin calf (34 cm for men, 33 cm for women), from
# 11 positive. Neither limits nor scoring were read at the publisher.
SARCCALF = Instrument(
    tool=Tool.SARCCALF,
    rule_version="1",
    source="source.sarccalf",
    purpose=Purpose.MUSCLE,
    evidence=_K,
    inputs=(*_INPUTS, *asks(sex=SEX), *asks(BODY, cc_cm=MEASURE)),
    items=(
        *_ITEMS,
        Item(
            code="sarccalf.calf",
            combine=Combine.ONE_OF,
            lines=(
                _low_calf("34", gate="is_man", reason="sarccalf.calf.man_at_most_34"),
                _low_calf("33", gate="is_woman", reason="sarccalf.calf.woman_at_most_33"),
            ),
        ),
    ),
    bands=bands((0, Category.NEGATIVE), (11, Category.POSITIVE)),
    follow_up=_FOLLOW_UP,
)
