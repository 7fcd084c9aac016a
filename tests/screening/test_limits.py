"""What each table says exactly on each of its limits, typed from the rule book, not from the table.

A `<` that becomes a `<=` anywhere in a table changes the row that holds on that limit, so that one
of these entries no longer fits: the second test turns every comparison around and looks.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from screening import TABLES, InputKind, Instrument
from screening.instrument import Bound, Cut, Line

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
}

_TURNED = {
    Bound.BELOW: Bound.AT_MOST,
    Bound.AT_MOST: Bound.BELOW,
    Bound.AT_LEAST: Bound.ABOVE,
    Bound.ABOVE: Bound.AT_LEAST,
}
NEWEST = [versions[-1] for versions in TABLES.values()]


def lines_of(table: Instrument) -> Iterator[tuple[str, Line]]:
    """Every line with a limit of its own; a printed answer or a yes has none."""
    plain = {"water90.exclusions", *(f"guss.step_{step}" for step in range(1, 5))} | {
        one.name for one in table.inputs if one.kind in {InputKind.POINTS, InputKind.FLAG}
    }
    named = [(item.code, line) for item in table.items for line in item.lines]
    for code, line in (*named, *(("prescreen", line) for line in table.prescreen)):
        if line.quantity not in plain:
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
    for item in table.items:
        for line in item.lines:
            asked = kinds.get(line.quantity)
            if asked is not None and asked.kind is InputKind.POINTS and asked.name != "K_yes":
                points = {
                    value: next(cut.points for cut in line.cuts if cut.holds(Fraction(value)))
                    for value in asked.allowed
                }
                assert all(value == given for value, given in points.items()), item.code
