"""The SNAQ family: hospital, own home from 65, residential care."""

from dataclasses import replace

from screening.instruments.instrument import Bound, Category, Evidence, Instrument, Item, Line, Tool
from screening.instruments.table_words import (
    AGE,
    BODY,
    BODY_SIZE,
    EATING,
    FLAG,
    LOSS,
    MEASURE,
    NUMBER,
    above,
    ask,
    asks,
    at_least,
    bands,
    below,
    follow,
    item,
    only_if,
    otherwise,
    yes,
)

_K = Evidence.UNVERIFIED

# Kruizenga et al., Clinical Nutrition 2005; zib Nictiz 2020. All limits strict; both losses add.
SNAQ = Instrument(
    tool=Tool.SNAQ,
    rule_version="1",
    source="source.snaq",
    inputs=(
        *asks(age=AGE),
        *asks(LOSS, loss_6m_kg=NUMBER, loss_1m_kg=NUMBER, loss_planned=FLAG),
        *asks(EATING, reduced_appetite=FLAG, supplement_or_tube=FLAG),
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

_NOT_RED_BY_LOSS = only_if(Bound.BELOW, "3", "snaq65.loss")
_NOT_RED = only_if(Bound.BELOW, "3", "snaq65.loss", "snaq65.muac")

# Wijnhoven et al., 2012; points of zib Nictiz 2020. The steps stop at the first hit: 3 points for
# either red sign can never be reached by the two signs of the orange step together.
SNAQ65 = Instrument(
    tool=Tool.SNAQ65,
    rule_version="1",
    source="source.snaq65",
    least_age=65,
    stops_when_decided=True,
    inputs=(
        *asks(age=AGE),
        *asks(LOSS, loss_6m_kg=NUMBER, loss_planned=FLAG),
        ask("muac_cm", MEASURE, _NOT_RED_BY_LOSS, section=BODY),
        ask("poor_appetite_last_week", FLAG, _NOT_RED, section=EATING),
        ask("difficulty_stairs", FLAG, _NOT_RED, section=EATING),
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
        follow(Category.GREEN, "action.routine_care", due=(365, 365, 365), evidence=_K),
        follow(Category.ORANGE, "action.snacks_and_follow", due=(31, 31, 31), evidence=_K),
        follow(
            Category.RED,
            "action.draw_up_prescription",
            "action.inform_gp",
            due=(31, 31, 31),
            evidence=_K,
        ),
    ),
)

# Kruizenga et al., 2010; zib Nictiz 2020. The two windows of loss do not add.
SNAQRC_1 = Instrument(
    tool=Tool.SNAQRC,
    rule_version="1",
    source="source.snaqrc",
    inputs=(
        *BODY_SIZE,
        *asks(LOSS, loss_6m_kg=NUMBER, loss_1m_kg=NUMBER, loss_planned=FLAG),
        *asks(EATING, needs_help_eating=FLAG, reduced_appetite=FLAG),
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
        follow(Category.GREEN, "action.weigh_monthly", due=(31, 31, 31), evidence=_K),
        follow(Category.ORANGE, "action.snacks_and_follow", due=(31, 31, 31), evidence=_K),
        follow(
            Category.RED,
            "action.draw_up_prescription",
            "action.inform_gp",
            due=(31, 31, 31),
            evidence=_K,
        ),
    ),
)

# Same points; since version 2 a BMI from 28 is also flagged, as the publisher asks.
SNAQRC = replace(SNAQRC_1, rule_version="2", flags={"snaqrc.bmi.from_28": "snaqrc.overweight"})
