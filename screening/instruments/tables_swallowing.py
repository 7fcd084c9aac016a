"""Instruments for swallowing: EAT-10, GUSS, the water test. Their wording is licensed, not here."""

from fractions import Fraction

from screening.instruments.instrument import (
    Bound,
    Category,
    Evidence,
    Instrument,
    Item,
    Line,
    Need,
    Open,
    Outcome,
    Purpose,
    Tool,
    When,
)
from screening.instruments.quantities import WATER_TEST_EXCLUSIONS
from screening.instruments.table_words import (
    AGE,
    AMOUNT,
    FLAG,
    ask,
    asks,
    at_least,
    bands,
    below,
    follow,
    item,
    only_if,
    otherwise,
    points,
    printed,
    yes,
)

_EAT10_STATEMENTS = range(1, 11)

# Belafsky et al., 2008: ten statements of 0 to 4, from 3 abnormal. The statements are licensed and
# not part of this table.
EAT10 = Instrument(
    tool=Tool.EAT10,
    rule_version="1",
    source="source.eat10",
    purpose=Purpose.SWALLOWING,
    inputs=tuple(
        points(f"item_{number}", 0, 1, 2, 3, 4, section="section.eat10")
        for number in _EAT10_STATEMENTS
    ),
    items=tuple(
        printed(f"eat10.item_{number}", f"item_{number}", 0, 1, 2, 3, 4)
        for number in _EAT10_STATEMENTS
    ),
    bands=bands((0, Category.NEGATIVE), (3, Category.POSITIVE)),
    follow_up=(
        follow(Category.NEGATIVE, "action.routine_care", due=(365, 365, 365)),
        follow(Category.POSITIVE, "action.refer_speech_therapist", due=(92, 92, 92)),
    ),
)

_STEPS = (1, 2, 3, 4)
_K = Evidence.UNVERIFIED

# Trapl et al., 2007, in the IDDSI version: four steps of at most 5, each only after a full one; a
# step that was not done for that reason gives no points. Trained staff only.
GUSS = Instrument(
    tool=Tool.GUSS,
    rule_version="1",
    source="source.guss",
    purpose=Purpose.SWALLOWING,
    least_age=18,
    low_is_worse=True,
    sequence=tuple(f"subtest_{step}" for step in _STEPS),
    full_step=5,
    inputs=(
        *asks(age=AGE),
        points("subtest_1", *range(6), section="section.guss"),
        *(
            points(
                f"subtest_{step}",
                *range(6),
                section="section.guss",
                when=(only_if(Bound.AT_LEAST, "5", f"guss.step_{step - 1}"),),
            )
            for step in _STEPS[1:]
        ),
    ),
    items=tuple(printed(f"guss.step_{step}", f"guss.step_{step}", *range(6)) for step in _STEPS),
    bands=bands(
        (0, Category.SEVERE),
        (10, Category.MODERATE),
        (15, Category.SLIGHT),
        (20, Category.NONE_OR_MINIMAL),
    ),
    follow_up=(
        follow(Category.NONE_OR_MINIMAL, "action.normal_texture", due=(31, 92, 365), evidence=_K),
        follow(
            Category.SLIGHT,
            "action.refer_speech_therapist",
            "action.dysphagia_diet",
            due=(1, 1, 1),
            evidence=_K,
        ),
        follow(
            Category.MODERATE,
            "action.refer_speech_therapist",
            "action.thickened_and_semisolid",
            due=(1, 1, 1),
            evidence=_K,
        ),
        follow(
            Category.SEVERE,
            "action.nil_by_mouth",
            "action.refer_speech_therapist",
            "action.inform_physician",
            due=(1, 1, 1),
            evidence=_K,
        ),
    ),
)

_SIGNS = ("interrupted", "cough_or_choke", "wet_voice")
_SECTION = "section.water90"
_NOTHING_AGAINST = When(of=("water90.excluded",), bound=Bound.AT_MOST, limit=Fraction(0), sure=True)

# 90 ml (3 ounce) water test, Suiter and Leder 2008; failed by any sign. Not to be run by people
# themselves, nor with one of the exclusions: each must be known to be absent.
WATER90 = Instrument(
    tool=Tool.WATER90,
    rule_version="1",
    source="source.water90",
    purpose=Purpose.SWALLOWING,
    least_age=18,
    inputs=(
        *asks(age=AGE),
        *asks("section.water90.against", **dict.fromkeys(WATER_TEST_EXCLUSIONS, FLAG)),
        ask("drank_ml", AMOUNT, _NOTHING_AGAINST, section=_SECTION),
        *(ask(sign, FLAG, _NOTHING_AGAINST, section=_SECTION) for sign in _SIGNS),
    ),
    items=(
        item(
            "water90.amount",
            "drank_ml",
            below("90", 1, reason="water90.amount.below_90"),
            otherwise(0, reason="water90.amount.from_90"),
        ),
        *(yes(f"water90.{sign}", sign, points=1) for sign in _SIGNS),
        Item(
            code="water90.excluded",
            counts=False,
            lines=(
                Line(
                    quantity="water90.exclusions",
                    cuts=(
                        at_least("1", 1, reason="water90.excluded.yes"),
                        otherwise(0, reason="water90.excluded.no"),
                    ),
                ),
            ),
        ),
    ),
    flags={
        "water90.excluded.yes": "water90.do_not_run",
        "water90.excluded": "water90.ask_first",
    },
    outcomes=(
        Outcome(
            category=Category.FAILED,
            any_of=tuple((Need(items=(f"water90.{sign}",)),) for sign in ("amount", *_SIGNS)),
        ),
    ),
    otherwise=Category.PASSED,
    open=Open.NOT_MET,
    follow_up=(
        follow(Category.PASSED, "action.test_again_on_change", due=(92, 92, 365)),
        follow(
            Category.FAILED,
            "action.nil_by_mouth",
            "action.refer_speech_therapist",
            due=(1, 1, 1),
        ),
    ),
)
