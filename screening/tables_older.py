"""Instruments for people of 65 and over: MNA-SF."""

from screening.instrument import Category, Combine, Input, InputKind, Instrument, Item, Line, Tool
from screening.table_words import (
    BODY_SIZE,
    FLAG,
    MEASURE,
    asks,
    bands,
    below,
    follow,
    otherwise,
    printed,
)

# Kaiser et al., 2009, MNA-SF with BMI or calf circumference; the wording of the form is licensed
# and not part of this table. A lower score is worse.
MNA_SF = Instrument(
    tool=Tool.MNA_SF,
    rule_version="1",
    source="source.mna_sf",
    least_age=65,
    low_is_worse=True,
    possible=Category.AT_RISK_POSSIBLE,
    inputs=(
        *BODY_SIZE,
        Input(name="A", kind=InputKind.POINTS, allowed=(0, 1, 2)),
        Input(name="B", kind=InputKind.POINTS, allowed=(0, 1, 2, 3)),
        Input(name="C", kind=InputKind.POINTS, allowed=(0, 1, 2)),
        Input(name="D", kind=InputKind.POINTS, allowed=(0, 2)),
        Input(name="E", kind=InputKind.POINTS, allowed=(0, 1, 2)),
        *asks(cc_cm=MEASURE, loss_planned=FLAG),
    ),
    items=(
        printed("mna_sf.intake", "A", 0, 1, 2),
        printed("mna_sf.loss", "B", 0, 1, 2, 3, if_planned=3),
        printed("mna_sf.mobility", "C", 0, 1, 2),
        printed("mna_sf.stress", "D", 0, 2),
        printed("mna_sf.mind", "E", 0, 1, 2),
        Item(
            code="mna_sf.size",
            combine=Combine.FIRST_KNOWN,
            lines=(
                Line(
                    quantity="bmi",
                    cuts=(
                        below("19", 0, "mna_sf.bmi.below_19"),
                        below("21", 1, "mna_sf.bmi.19_to_21"),
                        below("23", 2, "mna_sf.bmi.21_to_23"),
                        otherwise(3, "mna_sf.bmi.from_23"),
                    ),
                ),
                Line(
                    quantity="cc_cm",
                    cuts=(
                        below("31", 0, "mna_sf.calf.below_31"),
                        otherwise(3, "mna_sf.calf.from_31"),
                    ),
                ),
            ),
        ),
    ),
    bands=bands((0, Category.MALNOURISHED), (8, Category.AT_RISK), (12, Category.NORMAL)),
    follow_up=(
        follow(Category.NORMAL, "action.routine_care", due=(92, 92, 365), overdue=(92, 92, 365)),
        follow(
            Category.AT_RISK_POSSIBLE,
            "action.measure_calf",
            due=(92, 92, 92),
            overdue=(92, 92, 92),
        ),
        follow(Category.AT_RISK, "action.follow_weight", due=(92, 92, 92), overdue=(92, 92, 92)),
        follow(
            Category.MALNOURISHED,
            "action.draw_up_prescription",
            "action.inform_gp",
            due=(92, 92, 92),
            overdue=(92, 92, 92),
        ),
    ),
)
