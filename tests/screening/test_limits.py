"""What each table says exactly on each of its limits, typed from the rule book, not from the table.

A `<` that becomes a `<=` anywhere in a table changes the row that holds on that limit, so that one
of these entries no longer fits: the second test turns every comparison around and looks.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from screening import TABLES, InputKind, Instrument
from screening.instruments.instrument import Bound, Cut, Line
from screening.instruments.quantities import quantity

ON_THE_LIMIT: dict[tuple[str, str], dict[str, str]] = {
    ("must.bmi", "bmi"): {"18.5": "must.bmi.18_5_to_20", "20": "must.bmi.18_5_to_20"},
    ("must.loss", "loss_pct"): {"5": "must.loss.5_to_10", "10": "must.loss.5_to_10"},
    ("prescreen", "bmi"): {"20.5": "nrs2002.prescreen.no"},
    ("prescreen", "loss_1m_pct"): {"0": "nrs2002.prescreen.no"},
    ("prescreen", "loss_2m_pct"): {"0": "nrs2002.prescreen.no"},
    ("prescreen", "loss_3m_pct"): {"0": "nrs2002.prescreen.no"},
    ("prescreen", "intake_pct"): {"100": "nrs2002.prescreen.no"},
    ("nrs2002.nutrition", "bmi"): {
        "18.5": "nrs2002.bmi.18_5_to_20_5",
        "20.5": "nrs2002.bmi.18_5_to_20_5",
    },
    ("nrs2002.nutrition", "loss_1m_pct"): {"5": "nrs2002.nutrition.normal"},
    ("nrs2002.nutrition", "loss_2m_pct"): {"5": "nrs2002.nutrition.normal"},
    ("nrs2002.nutrition", "loss_3m_pct"): {
        "5": "nrs2002.nutrition.normal",
        "15": "nrs2002.loss_3m.above_5",
    },
    ("nrs2002.nutrition", "intake_pct"): {
        "25": "nrs2002.intake.at_most_25",
        "50": "nrs2002.intake.25_to_50",
        "75": "nrs2002.intake.50_to_75",
    },
    ("nrs2002.age", "age"): {"70": "nrs2002.age.from_70"},
    ("mna_sf.size", "bmi"): {
        "19": "mna_sf.bmi.19_to_21",
        "21": "mna_sf.bmi.21_to_23",
        "23": "mna_sf.bmi.from_23",
    },
    ("mna_sf.size", "cc_cm"): {"31": "mna_sf.calf.from_31"},
    ("mna.calf", "R_cc_cm"): {"31": "mna_sf.calf.from_31"},
    ("mna.drugs", "H_drugs"): {"3": "mna.drugs.at_most_3"},
    ("mna.meals", "J_meals"): {"2": "mna.meals.2", "3": "mna.meals.from_3"},
    ("mna.cups", "M_cups"): {"3": "mna.cups.3_to_5", "5": "mna.cups.3_to_5"},
    ("mna.arm", "Q_mac_cm"): {"21": "mna.arm.21_to_22", "22": "mna.arm.21_to_22"},
    ("snaq.loss_6m", "loss_6m_kg"): {"6": "snaq.loss_6m.at_most_6"},
    ("snaq.loss_1m", "loss_1m_kg"): {"3": "snaq.loss_1m.at_most_3"},
    ("snaq65.loss", "loss_6m_kg"): {"4": "snaq65.loss.from_4"},
    ("snaq65.muac", "muac_cm"): {"25": "snaq65.muac.from_25"},
    ("snaqrc.loss", "loss_6m_kg"): {"6": "snaqrc.loss.none"},
    ("snaqrc.loss", "loss_1m_kg"): {"3": "snaqrc.loss.none"},
    ("snaqrc.bmi", "bmi"): {
        "20": "snaqrc.bmi.20_to_22",
        "22": "snaqrc.bmi.22_to_28",
        "28": "snaqrc.bmi.from_28",
    },
    ("sarcf.falls", "falls"): {"1": "sarcf.falls.1_to_3", "4": "sarcf.falls.from_4"},
    ("sarccalf.calf", "cc_cm is_man"): {"34": "sarccalf.calf.man_at_most_34"},
    ("sarccalf.calf", "cc_cm is_woman"): {"33": "sarccalf.calf.woman_at_most_33"},
    ("water90.amount", "drank_ml"): {"90": "water90.amount.from_90"},
    ("bmi_class.thin", "bmi"): {
        "16": "bmi_class.16_to_17",
        "17": "bmi_class.17_to_18_5",
        "18.5": "bmi_class.from_18_5",
    },
    ("bmi_class.large", "bmi"): {
        "25": "bmi_class.25_to_30",
        "30": "bmi_class.30_to_35",
        "35": "bmi_class.35_to_40",
        "40": "bmi_class.from_40",
    },
    ("waist.size", "waist_cm is_man"): {"94": "waist.man_from_94", "102": "waist.man_from_102"},
    ("waist.size", "waist_cm is_woman"): {
        "80": "waist.woman_from_80",
        "88": "waist.woman_from_88",
    },
    ("cc_muscle.calf", "calf_cm is_man"): {
        "34": "cc_muscle.calf.enough",
        "32": "cc_muscle.calf.man_below_34",
    },
    ("cc_muscle.calf", "calf_cm is_woman"): {
        "33": "cc_muscle.calf.enough",
        "31": "cc_muscle.calf.woman_below_33",
    },
    ("cc_muscle.adjustment", "bmi"): {
        "25": "cc_muscle.minus_3_cm",
        "30": "cc_muscle.minus_7_cm",
        "40": "cc_muscle.minus_12_cm",
    },
    ("sarc_obesity.bmi", "bmi"): {"30": "sarc_obesity.bmi.from_30"},
    ("sarc_obesity.waist", "waist_cm is_man"): {"102": "sarc_obesity.waist.man_from_102"},
    ("sarc_obesity.waist", "waist_cm is_woman"): {"88": "sarc_obesity.waist.woman_from_88"},
    ("sarc_obesity.sarcf", "sarcf"): {"4": "sarc_obesity.sarcf.from_4"},
    ("sarc_obesity.age", "age"): {"70": "sarc_obesity.age.at_most_70"},
    ("sarc_obesity.grip", "hgs_kg is_man"): {"27": "sarc_obesity.grip.enough"},
    ("sarc_obesity.grip", "hgs_kg is_woman"): {"16": "sarc_obesity.grip.enough"},
    ("sarc_obesity.chair", "chair_stand_s"): {"17": "sarc_obesity.chair.from_17"},
    ("sarc_obesity.fat", "fm_pct is_man+below_40"): {
        "26": "sarc_obesity.fat.not_high",
        "29": "sarc_obesity.fat.between_references",
    },
    ("sarc_obesity.fat", "fm_pct is_man+from_40+below_60"): {"29": "sarc_obesity.fat.not_high"},
    ("sarc_obesity.fat", "fm_pct is_man+from_60"): {"31": "sarc_obesity.fat.not_high"},
    ("sarc_obesity.fat", "fm_pct is_woman+below_40"): {
        "39": "sarc_obesity.fat.not_high",
        "41": "sarc_obesity.fat.between_references",
    },
    ("sarc_obesity.fat", "fm_pct is_woman+from_40+below_60"): {"41": "sarc_obesity.fat.not_high"},
    ("sarc_obesity.fat", "fm_pct is_woman+from_60"): {"43": "sarc_obesity.fat.not_high"},
    ("sarc_obesity.muscle", "alm_w_pct is_man"): {"25.7": "sarc_obesity.muscle.enough"},
    ("sarc_obesity.muscle", "alm_w_pct is_woman"): {"19.4": "sarc_obesity.muscle.enough"},
    ("sarc_obesity.complications", "complications"): {"1": "sarc_obesity.complications.some"},
    ("refeeding.bmi", "bmi"): {
        "14": "refeeding.bmi_below_16",
        "16": "refeeding.bmi_below_18_5",
        "18.5": "refeeding.bmi_from_18_5",
    },
    ("refeeding.loss", "loss_pct_3_6m"): {
        "10": "refeeding.loss_at_most_10",
        "15": "refeeding.loss_over_10",
    },
    ("refeeding.intake", "days_little_or_no_intake"): {
        "5": "refeeding.no_intake_at_most_5_days",
        "10": "refeeding.no_intake_over_5_days",
        "15": "refeeding.no_intake_over_10_days",
    },
    ("aspen.bmi", "bmi"): {"16": "aspen.bmi.16_to_18_5", "18.5": "aspen.bmi.16_to_18_5"},
    ("aspen.loss", "loss_1m_pct"): {"5": "aspen.loss.1m_from_5"},
    ("aspen.loss", "loss_3m_pct"): {"7.5": "aspen.loss.3m_from_7_5"},
    ("aspen.loss", "loss_6m_pct"): {"10": "aspen.loss.none"},
    ("aspen.intake", "days_negligible_intake"): {
        "5": "aspen.intake.nothing_5_to_7_days",
        "7": "aspen.intake.nothing_5_to_7_days",
    },
    ("aspen.intake", "intake_lt50_acute_days"): {"5": "aspen.intake.enough"},
    ("aspen.intake", "intake_lt50_months"): {"1": "aspen.intake.enough"},
    ("aspen.intake", "intake_lt75_acute_days"): {"7": "aspen.intake.enough"},
    ("aspen.intake", "intake_lt75_months"): {"1": "aspen.intake.enough"},
    ("glim.loss", "loss_le6m_pct"): {"5": "glim.loss.none", "10": "glim.loss.6m_above_5"},
    ("glim.loss", "loss_gt6m_pct"): {"10": "glim.loss.none", "20": "glim.loss.longer_above_10"},
    ("glim.bmi", "bmi elsewhere+below_70"): {
        "18.5": "glim.bmi.below_20",
        "20": "glim.bmi.enough",
    },
    ("glim.bmi", "bmi elsewhere+from_70"): {"20": "glim.bmi.below_22", "22": "glim.bmi.enough"},
    ("glim.bmi", "bmi in_asia+below_70"): {"18.5": "glim.bmi.enough"},
    ("glim.bmi", "bmi in_asia+from_70"): {"20": "glim.bmi.enough"},
    ("glim.intake", "intake_days intake_at_most_50"): {"7": "glim.intake.enough"},
    ("glim.intake", "intake_days intake_below_100"): {"14": "glim.intake.enough"},
    ("espen2015.thin", "bmi"): {"18.5": "espen2015.thin.from_18_5"},
    ("espen2015.loss", "loss_any_pct"): {"10": "espen2015.loss.none"},
    ("espen2015.loss", "loss_3m_pct"): {"5": "espen2015.loss.none"},
    ("espen2015.bmi", "bmi below_70"): {"20": "espen2015.bmi.enough"},
    ("espen2015.bmi", "bmi from_70"): {"22": "espen2015.bmi.enough"},
    ("espen2015.ffmi", "ffmi is_man"): {"17": "muscle.ffmi.enough"},
    ("espen2015.ffmi", "ffmi is_woman"): {"15": "muscle.ffmi.enough"},
    ("nice_maln.bmi", "bmi"): {"18.5": "nice_maln.bmi.below_20", "20": "nice_maln.bmi.from_20"},
    ("nice_maln.loss", "loss_pct_3_6m"): {
        "5": "nice_maln.loss.at_most_5",
        "10": "nice_maln.loss.above_5",
    },
}

_TURNED = {
    Bound.BELOW: Bound.AT_MOST,
    Bound.AT_MOST: Bound.BELOW,
    Bound.AT_LEAST: Bound.ABOVE,
    Bound.ABOVE: Bound.AT_LEAST,
}
NEWEST = [versions[-1] for versions in TABLES.values()]


def lines_of(table: Instrument) -> Iterator[tuple[str, Line]]:
    """Every line with a limit of its own; a printed answer, a yes or a word has none."""
    plain = {f"guss.step_{step}" for step in range(1, 5)} | {
        one.name for one in table.inputs if one.kind is InputKind.POINTS and one.name != "sarcf"
    }
    said = {one.name for one in table.inputs if one.kind in {InputKind.FLAG, InputKind.WORD}}
    named = [(item.code, line) for item in table.items for line in item.lines]
    for code, line in (*named, *(("prescreen", line) for line in table.prescreen)):
        if line.quantity not in plain and not said.issuperset(quantity(line.quantity).needs):
            yield code, line


def told(line: Line, value: Fraction) -> str:
    return next(cut.reason for cut in line.cuts if cut.holds(value))


def typed(code: str, line: Line) -> dict[str, str]:
    """The entries for a line; a gate that tells lines of one quantity apart stands in the key."""
    found = ON_THE_LIMIT.get((code, f"{line.quantity} {line.gate}"))
    return ON_THE_LIMIT[code, line.quantity] if found is None else found


@pytest.mark.parametrize("table", NEWEST, ids=lambda table: table.tool.value)
def test_exactly_on_a_limit_the_row_of_the_rule_book_holds(table: Instrument) -> None:
    for code, line in lines_of(table):
        limits = {cut.limit for cut in line.cuts if cut.bound is not Bound.OTHERWISE}
        wanted = {Fraction(limit): reason for limit, reason in typed(code, line).items()}
        assert {limit: told(line, limit) for limit in limits} == wanted, code


def turned(cuts: tuple[Cut, ...], place: int) -> tuple[Cut, ...]:
    cut = cuts[place]
    return (*cuts[:place], replace(cut, bound=_TURNED[cut.bound]), *cuts[place + 1 :])


@pytest.mark.parametrize("table", NEWEST, ids=lambda table: table.tool.value)
def test_turning_any_comparison_around_is_noticed(table: Instrument) -> None:
    for code, line in lines_of(table):
        for place, cut in enumerate(line.cuts):
            if cut.bound is not Bound.OTHERWISE:
                wrong = replace(line, cuts=turned(line.cuts, place))
                wanted = {Fraction(key): one for key, one in typed(code, line).items()}
                assert told(wrong, cut.limit) != wanted[cut.limit], (code, cut)


@pytest.mark.parametrize("table", NEWEST, ids=lambda table: table.tool.value)
def test_printed_answers_give_the_points_that_are_printed(table: Instrument) -> None:
    kinds = {one.name: one for one in table.inputs}
    printed = {one.name for one in table.inputs if one.kind is InputKind.POINTS}
    printed -= {"K_yes", "sarcf"}  # a count, and a score of another instrument
    for item in table.items:
        for line in item.lines:
            asked = kinds.get(line.quantity)
            if asked is not None and asked.name in printed:
                points = {
                    value: next(cut.points for cut in line.cuts if cut.holds(Fraction(value)))
                    for value in asked.allowed
                }
                assert all(value == given for value, given in points.items()), item.code
