"""The Mini Nutritional Assessment: short form and full form. The wording is licensed, not here."""

from decimal import Decimal

from screening.instruments.instrument import (
    Bound,
    Category,
    Combine,
    Evidence,
    Input,
    Instrument,
    Item,
    Line,
    Tool,
)
from screening.instruments.table_words import (
    AMOUNT,
    BODY,
    BODY_SIZE,
    COUNT,
    FLAG,
    MEASURE,
    above,
    ask,
    asks,
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
)

_K = Evidence.UNVERIFIED
_HALF = Decimal("0.5")
_FIRST = "section.mna.first"
_REST = "section.mna.rest"
_SCREENING = (
    points("A", 0, 1, 2, section=_FIRST),
    points("B", 0, 1, 2, 3, section=_FIRST),
    *asks(loss_planned=FLAG),
    points("C", 0, 1, 2, section=_FIRST),
    points("D", 0, 2, section=_FIRST),
    points("E", 0, 1, 2, section=_FIRST),
)
_SCREENING_ITEMS = (
    printed("mna_sf.intake", "A", 0, 1, 2),
    printed("mna_sf.loss", "B", 0, 1, 2, 3, if_planned=3),
    printed("mna_sf.mobility", "C", 0, 1, 2),
    printed("mna_sf.stress", "D", 0, 2),
    printed("mna_sf.mind", "E", 0, 1, 2),
)
_BMI = (
    below("19", 0, reason="mna_sf.bmi.below_19"),
    below("21", 1, reason="mna_sf.bmi.19_to_21"),
    below("23", 2, reason="mna_sf.bmi.21_to_23"),
    otherwise(3, reason="mna_sf.bmi.from_23"),
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
        ask("cc_cm", MEASURE, while_unknown("bmi"), section=BODY),
        *_SCREENING,
    ),
    items=(
        *_SCREENING_ITEMS,
        Item(
            code="mna_sf.size",
            combine=Combine.FIRST_KNOWN,
            lines=(
                Line(quantity="bmi", cuts=_BMI),
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
        follow(Category.NORMAL, "action.routine_care", due=(92, 92, 365), evidence=_K),
        follow(
            Category.AT_RISK_POSSIBLE,
            "action.measure_calf",
            due=(92, 92, 92),
            evidence=_K,
        ),
        follow(Category.AT_RISK, "action.follow_weight", due=(92, 92, 92), evidence=_K),
        follow(
            Category.MALNOURISHED,
            "action.draw_up_prescription",
            "action.inform_gp",
            due=(92, 92, 92),
            evidence=_K,
        ),
    ),
)

_GO_ON = (
    only_if(
        Bound.AT_MOST,
        "11",
        *("mna_sf.intake", "mna_sf.loss", "mna_sf.mobility", "mna_sf.stress", "mna_sf.mind"),
        "mna_sf.size",
    ),
)
"""The form goes on with G to R when the first part gives 11 or fewer."""


def _rest(name: str, *allowed: int | Decimal) -> Input:
    return points(name, *allowed, section=_REST, when=_GO_ON)


# Guigoz, Vellas, Garry, 1994 and the form in use. Half points are decimals. The calf never stands
# in for the BMI here; Q gives a full point above 22 only (an older print had "22 or more").
MNA_FULL = Instrument(
    tool=Tool.MNA_FULL,
    rule_version="1",
    source="source.mna_full",
    least_age=65,
    low_is_worse=True,
    possible=Category.AT_RISK_POSSIBLE,
    inputs=(
        *BODY_SIZE,
        *_SCREENING,
        _rest("G", 0, 1),
        ask("H_drugs", COUNT, *_GO_ON, section=_REST),
        _rest("I", 0, 1),
        ask("J_meals", AMOUNT, *_GO_ON, section=_REST),
        _rest("K_yes", 0, 1, 2, 3),
        _rest("L", 0, 1),
        ask("M_cups", AMOUNT, *_GO_ON, section=_REST),
        _rest("N", 0, 1, 2),
        _rest("O", 0, 1, 2),
        _rest("P", 0, _HALF, 1, 2),
        ask("Q_mac_cm", MEASURE, *_GO_ON, section=_REST),
        ask("R_cc_cm", MEASURE, *_GO_ON, section=_REST),
    ),
    items=(
        *_SCREENING_ITEMS,
        item("mna_sf.size", "bmi", *_BMI),
        printed("mna.independent", "G", 0, 1),
        item(
            "mna.drugs",
            "H_drugs",
            above("3", 0, reason="mna.drugs.above_3"),
            otherwise(1, reason="mna.drugs.at_most_3"),
        ),
        printed("mna.sores", "I", 0, 1),
        item(
            "mna.meals",
            "J_meals",
            below("2", 0, reason="mna.meals.below_2"),
            below("3", 1, reason="mna.meals.2"),
            otherwise(2, reason="mna.meals.from_3"),
        ),
        item(
            "mna.protein",
            "K_yes",
            below("2", 0, reason="mna.protein.at_most_1"),
            below("3", _HALF, reason="mna.protein.2"),
            otherwise(1, reason="mna.protein.3"),
        ),
        printed("mna.fruit", "L", 0, 1),
        item(
            "mna.cups",
            "M_cups",
            below("3", 0, reason="mna.cups.below_3"),
            at_most("5", _HALF, reason="mna.cups.3_to_5"),
            otherwise(1, reason="mna.cups.above_5"),
        ),
        printed("mna.feeding", "N", 0, 1, 2),
        printed("mna.own_view", "O", 0, 1, 2),
        printed("mna.peers", "P", 0, _HALF, 1, 2),
        item(
            "mna.arm",
            "Q_mac_cm",
            below("21", 0, reason="mna.arm.below_21"),
            at_most("22", _HALF, reason="mna.arm.21_to_22"),
            otherwise(1, reason="mna.arm.above_22"),
        ),
        item(
            "mna.calf",
            "R_cc_cm",
            below("31", 0, reason="mna_sf.calf.below_31"),
            otherwise(1, reason="mna_sf.calf.from_31"),
        ),
    ),
    bands=bands((0, Category.MALNOURISHED), (17, Category.AT_RISK), (24, Category.NORMAL)),
    follow_up=(
        *(one for one in MNA_SF.follow_up if one.category is not Category.AT_RISK_POSSIBLE),
        follow(Category.AT_RISK_POSSIBLE, "action.finish_form", due=(92, 92, 92), evidence=_K),
    ),
)
