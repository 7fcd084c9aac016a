"""Instruments for older people and for swallowing: MNA-SF, the SNAQ family, EAT-10."""

from screening.instrument import Category, Combine, Input, InputKind, Instrument, Item, Line, Tool
from screening.table_words import (
    AGE,
    BODY_SIZE,
    FLAG,
    MEASURE,
    NUMBER,
    above,
    asks,
    at_least,
    bands,
    below,
    follow,
    item,
    otherwise,
    printed,
    yes,
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
                        below("19", 0, reason="mna_sf.bmi.below_19"),
                        below("21", 1, reason="mna_sf.bmi.19_to_21"),
                        below("23", 2, reason="mna_sf.bmi.21_to_23"),
                        otherwise(3, reason="mna_sf.bmi.from_23"),
                    ),
                ),
                Line(
                    quantity="cc_cm",
                    cuts=(
                        below("31", 0, reason="mna_sf.calf.below_31"),
                        otherwise(3, reason="mna_sf.calf.from_31"),
                    ),
                ),
            ),
        ),
    ),
    bands=bands((0, Category.MALNOURISHED), (8, Category.AT_RISK), (12, Category.NORMAL)),
    follow_up=(
        follow(Category.NORMAL, "action.routine_care", due=(92, 92, 365)),
        follow(
            Category.AT_RISK_POSSIBLE,
            "action.measure_calf",
            due=(92, 92, 92),
        ),
        follow(Category.AT_RISK, "action.follow_weight", due=(92, 92, 92)),
        follow(
            Category.MALNOURISHED,
            "action.draw_up_prescription",
            "action.inform_gp",
            due=(92, 92, 92),
        ),
    ),
)

# Kruizenga et al., Clinical Nutrition 2005; zib Nictiz 2020. All limits strict; both losses add.
SNAQ = Instrument(
    tool=Tool.SNAQ,
    rule_version="1",
    source="source.snaq",
    inputs=asks(
        age=AGE,
        loss_6m_kg=NUMBER,
        loss_1m_kg=NUMBER,
        loss_planned=FLAG,
        reduced_appetite=FLAG,
        supplement_or_tube=FLAG,
    ),
    items=(
        item(
            "snaq.loss_6m",
            "loss_6m_kg",
            above("6", 3, reason="snaq.loss_6m.above_6"),
            otherwise(0, reason="snaq.loss_6m.at_most_6"),
            if_planned=0,
        ),
        item(
            "snaq.loss_1m",
            "loss_1m_kg",
            above("3", 2, reason="snaq.loss_1m.above_3"),
            otherwise(0, reason="snaq.loss_1m.at_most_3"),
            if_planned=0,
        ),
        yes("snaq.appetite", "reduced_appetite", points=1),
        yes("snaq.supplement", "supplement_or_tube", points=1),
    ),
    bands=bands((0, Category.NOT_MALNOURISHED), (2, Category.MODERATE), (3, Category.SEVERE)),
    follow_up=(
        follow(Category.NOT_MALNOURISHED, "action.routine_care", due=(7, 31, 365)),
        follow(Category.MODERATE, "action.snacks_and_follow", due=(7, 31, 92)),
        follow(Category.SEVERE, "action.draw_up_prescription", "action.inform_gp", due=(7, 7, 31)),
    ),
)

# Wijnhoven et al., 2012; points of zib Nictiz 2020. The steps stop at the first hit: 3 points for
# either red sign can never be reached by the two signs of the orange step together.
SNAQ65 = Instrument(
    tool=Tool.SNAQ65,
    rule_version="1",
    source="source.snaq65",
    least_age=65,
    stops_when_decided=True,
    inputs=asks(
        age=AGE,
        loss_6m_kg=NUMBER,
        loss_planned=FLAG,
        muac_cm=MEASURE,
        poor_appetite_last_week=FLAG,
        difficulty_stairs=FLAG,
    ),
    items=(
        item(
            "snaq65.loss",
            "loss_6m_kg",
            at_least("4", 3, reason="snaq65.loss.from_4"),
            otherwise(0, reason="snaq65.loss.below_4"),
            if_planned=0,
        ),
        item(
            "snaq65.muac",
            "muac_cm",
            below("25", 3, reason="snaq65.muac.below_25"),
            otherwise(0, reason="snaq65.muac.from_25"),
        ),
        yes("snaq65.appetite", "poor_appetite_last_week", points=1),
        yes("snaq65.stairs", "difficulty_stairs", points=1),
    ),
    bands=bands((0, Category.GREEN), (2, Category.ORANGE), (3, Category.RED)),
    follow_up=(
        follow(Category.GREEN, "action.routine_care", due=(365, 365, 365)),
        follow(Category.ORANGE, "action.snacks_and_follow", due=(31, 31, 31)),
        follow(Category.RED, "action.draw_up_prescription", "action.inform_gp", due=(31, 31, 31)),
    ),
)

# Kruizenga et al., 2010; zib Nictiz 2020. The two windows of loss do not add.
SNAQRC = Instrument(
    tool=Tool.SNAQRC,
    rule_version="1",
    source="source.snaqrc",
    inputs=(
        *BODY_SIZE,
        *asks(
            loss_6m_kg=NUMBER,
            loss_1m_kg=NUMBER,
            loss_planned=FLAG,
            needs_help_eating=FLAG,
            reduced_appetite=FLAG,
        ),
    ),
    items=(
        Item(
            code="snaqrc.loss",
            lines=(
                Line(
                    quantity="loss_6m_kg",
                    cuts=(
                        above("6", 2, reason="snaqrc.loss_6m.above_6"),
                        otherwise(0, reason="snaqrc.loss.none"),
                    ),
                    if_planned=0,
                ),
                Line(
                    quantity="loss_1m_kg",
                    cuts=(
                        above("3", 2, reason="snaqrc.loss_1m.above_3"),
                        otherwise(0, reason="snaqrc.loss.none"),
                    ),
                    if_planned=0,
                ),
            ),
        ),
        yes("snaqrc.help", "needs_help_eating", points=1),
        yes("snaqrc.appetite", "reduced_appetite", points=1),
        item(
            "snaqrc.bmi",
            "bmi",
            below("20", 2, reason="snaqrc.bmi.below_20"),
            below("22", 1, reason="snaqrc.bmi.20_to_22"),
            below("28", 0, reason="snaqrc.bmi.22_to_28"),
            otherwise(0, reason="snaqrc.bmi.from_28"),
        ),
    ),
    bands=bands((0, Category.GREEN), (1, Category.ORANGE), (2, Category.RED)),
    follow_up=(
        follow(Category.GREEN, "action.weigh_monthly", due=(31, 31, 31)),
        follow(Category.ORANGE, "action.snacks_and_follow", due=(31, 31, 31)),
        follow(Category.RED, "action.draw_up_prescription", "action.inform_gp", due=(31, 31, 31)),
    ),
)

_EAT10_STATEMENTS = range(1, 11)

# Belafsky et al., 2008: ten statements of 0 to 4, from 3 abnormal. The statements are licensed and
# not part of this table.
EAT10 = Instrument(
    tool=Tool.EAT10,
    rule_version="1",
    source="source.eat10",
    inputs=tuple(
        Input(name=f"item_{number}", kind=InputKind.POINTS, allowed=(0, 1, 2, 3, 4))
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
