"""A form asks only what still matters, and never hides a question because of an unknown."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from screening import TABLES, Tool, asked, choice_code, hint_code, items_about, sent_as
from screening.instruments.quantities import WATER_TEST_EXCLUSIONS

FIRST_PART = {"A": 2, "B": 3, "C": 2, "D": 2, "E": 2}
HEALTHY = {
    "bmi": 25,
    "loss_1m_pct": 0,
    "loss_2m_pct": 0,
    "loss_3m_pct": 0,
    "intake_pct": 100,
    "critically_ill": False,
}


def names(tool: Tool, answers: Mapping[str, Any], unsure: frozenset[str] | None) -> set[str]:
    return {one.name for one in asked(tool, answers, unsure=unsure) if one.section}


@pytest.mark.parametrize(
    ("tool", "answers", "unsure", "waits", "asks"),
    [
        (Tool.MUST, {}, (), {"ulna_cm", "muac_cm"}, {"height_cm", "weight_kg", "acute"}),
        (Tool.MUST, {}, ("height_cm",), {"muac_cm", "knee_height_cm"}, {"ulna_cm"}),
        (Tool.MUST, {}, ("height_cm", "ulna_cm"), {"demispan_cm"}, {"knee_height_cm"}),
        (Tool.MUST, {}, ("body_altered",), {"amputated", "oedema"}, {"body_altered"}),
        (Tool.MUST, {"body_altered": True}, (), set(), {"amputated", "oedema", "ascites"}),
        (Tool.MUST, {}, ("height_cm", "weight_kg"), set(), {"ulna_cm", "muac_cm"}),
        (Tool.MUST, {"height_cm": 160, "weight_kg": 50}, (), {"ulna_cm", "muac_cm"}, set()),
        (Tool.NRS2002, {}, (), {"disease_score", "general_condition_impaired"}, {"intake_pct"}),
        (Tool.NRS2002, {"loss_1m_pct": 1}, (), {"general_condition_impaired"}, {"disease_score"}),
        (Tool.NRS2002, {"bmi": 18}, (), set(), {"general_condition_impaired"}),
        (
            Tool.NRS2002,
            {"bmi": Decimal("20.5"), "loss_1m_pct": 1},
            (),
            set(),
            {"general_condition_impaired"},
        ),
        (Tool.NRS2002, HEALTHY, (), {"disease_score", "general_condition_impaired"}, set()),
        (
            Tool.NRS2002,
            {**HEALTHY, "intake_pct": None},
            ("intake_pct",),
            {"general_condition_impaired"},
            {"disease_score"},
        ),
        (Tool.MNA_SF, {}, (), {"cc_cm"}, {"A", "E"}),
        (Tool.MNA_SF, {}, ("weight_kg", "height_cm"), set(), {"cc_cm"}),
        (Tool.MNA_FULL, {**FIRST_PART, "bmi": 25}, (), {"G", "R_cc_cm"}, set()),
        (Tool.MNA_FULL, {**FIRST_PART, "bmi": 19}, (), {"G", "R_cc_cm"}, set()),
        (Tool.MNA_FULL, {**FIRST_PART, "A": 0}, (), {"G"}, set()),
        (Tool.MNA_FULL, {**FIRST_PART, "A": 0, "B": 2}, (), set(), {"G"}),
        (Tool.MNA_FULL, {**FIRST_PART, "A": 0, "B": 1, "bmi": 25}, (), set(), {"G", "R_cc_cm"}),
        (Tool.MNA_FULL, {"A": 0, "B": 0, "C": 0}, (), set(), {"G"}),
        (Tool.GLIM, {"intake_pct": 100}, (), {"intake_days"}, {"intake_pct"}),
        (Tool.GLIM, {"intake_pct": 99}, (), set(), {"intake_days"}),
        (Tool.GLIM, {}, (), {"intake_days"}, {"muscle", "muscle_method"}),
        (Tool.SNAQ65, {}, (), {"muac_cm", "difficulty_stairs"}, {"loss_6m_kg"}),
        (Tool.SNAQ65, {"loss_6m_kg": 4}, (), {"muac_cm", "difficulty_stairs"}, set()),
        (Tool.SNAQ65, {"loss_6m_kg": 1}, (), {"difficulty_stairs"}, {"muac_cm"}),
        (Tool.SNAQ65, {"loss_6m_kg": 1, "muac_cm": 30}, (), set(), {"difficulty_stairs"}),
        (Tool.GUSS, {}, (), {"subtest_2", "subtest_3"}, {"subtest_1"}),
        (Tool.GUSS, {"subtest_1": 5}, (), {"subtest_3"}, {"subtest_2"}),
        (Tool.GUSS, {"subtest_1": 4}, (), {"subtest_2"}, set()),
        (Tool.WATER90, {}, (), {"drank_ml", "wet_voice"}, {"tracheostomy"}),
        (Tool.WATER90, {}, WATER_TEST_EXCLUSIONS, {"drank_ml", "wet_voice"}, set()),
        (Tool.WATER90, dict.fromkeys(WATER_TEST_EXCLUSIONS, False), (), set(), {"drank_ml"}),
        (Tool.WATER90, {"tube_fed": True}, (), {"drank_ml"}, set()),
    ],
)
def test_a_question_waits_until_it_matters(
    tool: Tool,
    answers: dict[str, Any],
    unsure: tuple[str, ...],
    waits: set[str],
    asks: set[str],
) -> None:
    found = names(tool, answers, frozenset(unsure))
    assert (waits & found, asks - found) == (set(), set())


def test_what_was_filled_in_stays_on_the_form() -> None:
    answers = {"height_cm": 160, "weight_kg": 50, "muac_cm": 22}
    assert "muac_cm" in names(Tool.MUST, answers, frozenset())


def test_a_slip_of_the_finger_answers_nothing() -> None:
    answers = {"subtest_1": 9, "subtest_2": "five"}
    assert names(Tool.GUSS, answers, frozenset()) == {"subtest_1"}


def test_a_system_that_cannot_say_unsure_sees_every_question_that_may_matter() -> None:
    assert names(Tool.MUST, {"height_cm": None}, None) >= {"ulna_cm", "muac_cm"}
    assert "drank_ml" not in names(Tool.WATER90, {}, None)


def test_every_question_of_a_form_has_help_and_a_heading() -> None:
    for versions in TABLES.values():
        for one in versions[-1].inputs:
            assert one.section or one.name in {"age", "sex", "bmi", "loss_pct", "loss_planned"}
            assert hint_code(one).startswith("screening.hint.")


def test_answers_are_worded_once_for_forms_that_share_them() -> None:
    full = {one.name: one for one in TABLES[Tool.MNA_FULL][-1].inputs}
    assert choice_code(Tool.MNA_FULL, full["A"], 0) == "choice.MNA_SF.A.0"
    assert choice_code(Tool.MNA_FULL, full["P"], Decimal("0.5")) == "choice.MNA_FULL.P.0.5"
    assert choice_code(Tool.MNA_FULL, full["K_yes"], 2) is None


def test_the_items_that_read_a_question_are_its_help() -> None:
    table = TABLES[Tool.MUST][-1]
    assert [one.code for one in items_about(table, "weight_kg")] == ["must.bmi", "must.loss"]
    assert [one.code for one in items_about(table, "loss_planned")] == ["must.loss"]
    assert items_about(table, "age") == ()
    calf = [one.code for one in items_about(TABLES[Tool.SARCCALF][-1], "sex")]
    assert calf == ["sarccalf.calf"]


def test_an_answer_in_a_list_is_named_by_its_place() -> None:
    assert sent_as(Tool.EAT10)["item_3"] == "items[2]"
    assert sent_as(Tool.MUST)["acute"] == "acute"


def test_a_percentage_a_weight_and_a_length_say_their_unit() -> None:
    units = {"pct": "percent", "kg": "kg", "cm": "cm", "ml": "ml", "days": "day"}
    for versions in TABLES.values():
        for one in versions[-1].inputs:
            told = [units[part] for part in one.name.split("_") if part in units]
            assert ([one.unit] if one.unit else []) == told, one.name
