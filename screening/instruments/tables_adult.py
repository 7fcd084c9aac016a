"""Instruments for adults in any setting: MUST and NRS-2002."""

from decimal import Decimal

from screening.instruments.instrument import (
    Bound,
    Category,
    Evidence,
    Instrument,
    Item,
    Line,
    Substitute,
    Tool,
)
from screening.instruments.table_words import (
    BODY,
    BODY_SIZE,
    FLAG,
    LOSS,
    MEASURE,
    NUMBER,
    above,
    ask,
    asks,
    at_least,
    at_most,
    bands,
    below,
    follow,
    item,
    only_if,
    otherwise,
    points,
    printed,
    while_unknown,
    yes,
)

_NO = "nrs2002.prescreen.no"
_FINAL = only_if(Bound.AT_LEAST, "1", "prescreen")
_FINAL_SECTION = "section.nrs2002.final"

# BAPEN 'Malnutrition Universal Screening Tool', 2003, steps 1 to 4. BMI 20.0 scores 1: only above
# 20 scores 0. Community, medium: due after two months, overdue after three ("every 2-3 months").
MUST = Instrument(
    tool=Tool.MUST,
    rule_version="1",
    source="source.must",
    least_age=18,
    inputs=(
        *BODY_SIZE,
        ask("muac_cm", MEASURE, while_unknown("bmi"), section=BODY),
        *asks(LOSS, weight_before_kg=MEASURE, loss_planned=FLAG),
        *asks(loss_pct=NUMBER),
        *asks("section.acute", acute=FLAG),
    ),
    items=(
        item(
            "must.bmi",
            "bmi",
            below("18.5", 2, reason="must.bmi.below_18_5"),
            at_most("20", 1, reason="must.bmi.18_5_to_20"),
            otherwise(0, reason="must.bmi.above_20"),
        ),
        item(
            "must.loss",
            "loss_pct",
            above("10", 2, reason="must.loss.above_10"),
            at_least("5", 1, reason="must.loss.5_to_10"),
            otherwise(0, reason="must.loss.below_5"),
            if_planned=0,
        ),
        yes("must.acute", "acute", points=2),
    ),
    bands=bands((0, Category.LOW), (1, Category.MEDIUM), (2, Category.HIGH)),
    follow_up=(
        follow(Category.LOW, "action.routine_care", due=(7, 31, 365), evidence=Evidence.SOURCE),
        follow(
            Category.MEDIUM,
            "action.food_record_3_days",
            due=(7, 31, 62),
            overdue=(7, 31, 92),
            evidence=Evidence.SOURCE,
        ),
        follow(
            Category.HIGH,
            "action.draw_up_prescription",
            "action.inform_gp",
            due=(7, 31, 31),
            evidence=Evidence.SOURCE,
        ),
    ),
    substitute=Substitute(
        item="must.bmi",
        quantity="muac_cm",
        below=Decimal("23.5"),
        above=Decimal(32),
        words=("lt20", "20to30", "gt30"),
    ),
)

# Kondrup et al., ESPEN working group, 2003, tables 1 and 2. Overlapping limits of the print are
# read towards the higher score; the worst nutritional line counts, lines are never added.
NRS2002 = Instrument(
    tool=Tool.NRS2002,
    rule_version="1",
    source="source.nrs2002",
    least_age=18,
    inputs=(
        *BODY_SIZE,
        *asks(
            "section.nrs2002.first",
            loss_1m_pct=NUMBER,
            loss_2m_pct=NUMBER,
            loss_3m_pct=NUMBER,
            loss_planned=FLAG,
            intake_pct=NUMBER,
            critically_ill=FLAG,
        ),
        ask(
            "general_condition_impaired",
            FLAG,
            _FINAL,
            only_if(Bound.AT_MOST, "20.5", "bmi"),
            section=_FINAL_SECTION,
        ),
        points("disease_score", 0, 1, 2, 3, section=_FINAL_SECTION, when=(_FINAL,)),
    ),
    prescreen=(
        Line(
            quantity="bmi",
            cuts=(below("20.5", 1, reason="nrs2002.prescreen.bmi"), otherwise(0, reason=_NO)),
        ),
        *(
            Line(
                quantity=window,
                cuts=(
                    above("0", 1, reason="nrs2002.prescreen.loss"),
                    otherwise(0, reason=_NO),
                ),
                if_planned=0,
            )
            for window in ("loss_1m_pct", "loss_2m_pct", "loss_3m_pct")
        ),
        Line(
            quantity="intake_pct",
            cuts=(
                below("100", 1, reason="nrs2002.prescreen.intake"),
                otherwise(0, reason=_NO),
            ),
        ),
        Line(
            quantity="critically_ill",
            cuts=(at_least("1", 1, reason="nrs2002.prescreen.ill"), otherwise(0, reason=_NO)),
        ),
    ),
    prescreen_negative=Category.NOT_AT_RISK,
    items=(
        Item(
            code="nrs2002.nutrition",
            evidence=Evidence.CONVENTION,  # limits of the print that overlap
            lines=(
                Line(
                    quantity="bmi",
                    gate="general_condition_impaired",
                    cuts=(
                        below("18.5", 3, reason="nrs2002.bmi.below_18_5"),
                        at_most("20.5", 2, reason="nrs2002.bmi.18_5_to_20_5"),
                        otherwise(0, reason="nrs2002.nutrition.normal"),
                    ),
                ),
                Line(
                    quantity="loss_1m_pct",
                    cuts=(
                        above("5", 3, reason="nrs2002.loss_1m.above_5"),
                        otherwise(0, reason="nrs2002.nutrition.normal"),
                    ),
                    if_planned=0,
                ),
                Line(
                    quantity="loss_2m_pct",
                    cuts=(
                        above("5", 2, reason="nrs2002.loss_2m.above_5"),
                        otherwise(0, reason="nrs2002.nutrition.normal"),
                    ),
                    if_planned=0,
                ),
                Line(
                    quantity="loss_3m_pct",
                    cuts=(
                        above("15", 3, reason="nrs2002.loss_3m.above_15"),
                        above("5", 1, reason="nrs2002.loss_3m.above_5"),
                        otherwise(0, reason="nrs2002.nutrition.normal"),
                    ),
                    if_planned=0,
                ),
                Line(
                    quantity="intake_pct",
                    cuts=(
                        at_most("25", 3, reason="nrs2002.intake.at_most_25"),
                        at_most("50", 2, reason="nrs2002.intake.25_to_50"),
                        at_most("75", 1, reason="nrs2002.intake.50_to_75"),
                        otherwise(0, reason="nrs2002.nutrition.normal"),
                    ),
                ),
            ),
        ),
        printed("nrs2002.disease", "disease_score", 0, 1, 2, 3),
        item(
            "nrs2002.age",
            "age",
            at_least("70", 1, reason="nrs2002.age.from_70"),
            otherwise(0, reason="nrs2002.age.below_70"),
        ),
    ),
    bands=bands((0, Category.NOT_AT_RISK), (3, Category.AT_RISK)),
    follow_up=(
        follow(
            Category.NOT_AT_RISK,
            "action.screen_again_weekly",
            due=(7, 7, 7),
            evidence=Evidence.SOURCE,
        ),
        follow(
            Category.AT_RISK,
            "action.draw_up_prescription",
            "action.inform_physician",
            due=(7, 7, 7),
            evidence=Evidence.SOURCE,
        ),
    ),
)
