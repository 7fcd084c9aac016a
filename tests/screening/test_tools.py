"""Every instrument: published examples, each boundary, and what must hold for any form."""

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    TABLES,
    Category,
    InputKind,
    Instrument,
    Provenance,
    Setting,
    Sex,
    Status,
    Tool,
    ToolResult,
    instrument,
    score,
)
from screening.instruments.quantities import (
    CORRECTIONS,
    SUBSTITUTE_LENGTHS,
    WATER_TEST_EXCLUSIONS,
    quantity,
)

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "screening" / "vectors.json"
OTHER_NAMES = {
    "min_total": "min_score",
    "total": "score",
    **dict.fromkeys(("colour", "class", "level", "risk", "muscle", "result"), "category"),
}
FOUND = {Category.MALNOURISHED, Category.MODERATE, Category.SEVERE}
IN_WORDS: Mapping[str, Callable[[ToolResult], object]] = {
    "pass": lambda result: result.category is Category.PASSED,
    "malnutrition": lambda result: result.category in FOUND,
    "malnourished": lambda result: result.category in FOUND,
    "severity": lambda result: (
        None if result.category is Category.NOT_MALNOURISHED else result.category
    ),
}


def told(result: ToolResult, key: str) -> object:
    """A result under the name that the worked examples use."""
    points = {item.item: item.points for item in result.items}
    if key in {"nutrition", "disease", "age_point"}:
        return points["nrs2002." + key.removesuffix("_point")]
    if key in {"screening", "assessment"}:
        return sum(p for name, p in points.items() if name.startswith("mna_sf.") == (key[0] == "s"))
    if key in IN_WORDS:
        return IN_WORDS[key](result)
    if key in {"at_risk", "positive"}:
        return None if result.category is None else result.category == key
    if key == "rescreen_days":
        return instrument(result.instrument).follow_up[0].due_days[Setting.HOSPITAL]
    return getattr(result, OTHER_NAMES.get(key, key))


@pytest.mark.skipif(not VECTORS.exists(), reason="the worked examples are not at hand")
def test_every_worked_example_comes_out_as_printed() -> None:
    vectors = json.loads(VECTORS.read_text(), parse_float=Decimal)["vectors"]
    checked = 0
    for vector in vectors:
        if vector["instrument"] not in set(TABLES):
            continue
        answers = vector["inputs"]
        if "items" in answers:
            answers = {f"item_{n}": one for n, one in enumerate(answers["items"], start=1)}
        if "subtests" in answers:
            answers = {f"subtest_{n}": one for n, one in enumerate(answers["subtests"], start=1)}
        result = score(Tool(vector["instrument"]), answers)
        found = {key: told(result, key) for key in vector["expected"]}
        assert found == vector["expected"], vector["id"]
        checked += 1
    assert checked == 181


WELL: Mapping[Tool, Mapping[str, Any]] = {
    Tool.MUST: {"age": 75, "bmi": 25, "loss_pct": 0, "acute": False},
    Tool.NRS2002: {
        "age": 50,
        "bmi": 25,
        "loss_1m_pct": 0,
        "loss_2m_pct": 0,
        "loss_3m_pct": 0,
        "intake_pct": 99,
        "general_condition_impaired": True,
        "disease_score": 0,
        "critically_ill": False,
    },
    Tool.MNA_SF: {"age": 80, "A": 2, "B": 3, "C": 2, "D": 2, "E": 2, "bmi": 25},
    Tool.SNAQ: {
        "loss_6m_kg": 0,
        "loss_1m_kg": 0,
        "reduced_appetite": False,
        "supplement_or_tube": False,
    },
    Tool.SNAQ65: {
        "age": 72,
        "loss_6m_kg": 0,
        "muac_cm": 30,
        "poor_appetite_last_week": False,
        "difficulty_stairs": False,
    },
    Tool.SNAQRC: {
        "loss_6m_kg": 0,
        "loss_1m_kg": 0,
        "needs_help_eating": False,
        "reduced_appetite": False,
        "bmi": 24,
    },
    Tool.EAT10: {f"item_{number}": 0 for number in range(1, 11)},
    Tool.MNA_FULL: {
        "age": 80,
        "A": 2,
        "B": 3,
        "C": 2,
        "D": 2,
        "E": 2,
        "bmi": 25,
        "G": 1,
        "H_drugs": 0,
        "I": 1,
        "J_meals": 3,
        "K_yes": 3,
        "L": 1,
        "M_cups": 6,
        "N": 2,
        "O": 2,
        "P": 2,
        "Q_mac_cm": 25,
        "R_cc_cm": 35,
    },
    Tool.SARCF: {"age": 75, "s": 0, "a": 0, "r": 0, "c": 0, "falls": 0},
    Tool.SARCCALF: {"age": 75, "s": 0, "a": 0, "r": 0, "c": 0, "falls": 0, "cc_cm": 36, "sex": "M"},
    Tool.GUSS: {"age": 75, **{f"subtest_{step}": 5 for step in range(1, 5)}},
    Tool.WATER90: {
        "age": 75,
        "drank_ml": 90,
        "interrupted": False,
        "cough_or_choke": False,
        "wet_voice": False,
        **dict.fromkeys(WATER_TEST_EXCLUSIONS, False),
    },
}

BOUNDARIES = [
    (Tool.MUST, "bmi", {"18.4999": 2, "18.5": 1, "20": 1, "20.0001": 0}),
    (Tool.MUST, "loss_pct", {"-3": 0, "4.9999": 0, "5": 1, "10": 1, "10.0001": 2}),
    (Tool.NRS2002, "bmi", {"18.4999": 3, "18.5": 2, "20.5": 2, "20.5001": 0}),
    (Tool.NRS2002, "loss_1m_pct", {"5": 0, "5.0001": 3}),
    (Tool.NRS2002, "loss_2m_pct", {"5": 0, "5.0001": 2}),
    (Tool.NRS2002, "loss_3m_pct", {"5": 0, "5.0001": 1, "15": 1, "15.0001": 3}),
    (
        Tool.NRS2002,
        "intake_pct",
        {"75.1": 0, "75": 1, "50.1": 1, "50": 2, "25.1": 2, "25": 3, "0": 3},
    ),
    (Tool.NRS2002, "age", {"69": 0, "70": 1}),
    (Tool.NRS2002, "disease_score", {"1": 1, "2": 2, "3": 3}),
    (
        Tool.MNA_SF,
        "bmi",
        {"18.999": 11, "19": 12, "20.999": 12, "21": 13, "22.999": 13, "23": 14},
    ),
    (Tool.MNA_SF, "A", {"0": 12, "1": 13}),
    (Tool.MNA_SF, "B", {"0": 11, "1": 12, "2": 13}),
    (Tool.MNA_SF, "C", {"0": 12, "1": 13}),
    (Tool.MNA_SF, "D", {"0": 12}),
    (Tool.MNA_SF, "E", {"0": 12, "1": 13}),
    (Tool.SNAQ, "loss_6m_kg", {"6": 0, "6.01": 3}),
    (Tool.SNAQ, "loss_1m_kg", {"3": 0, "3.01": 2}),
    (Tool.SNAQ65, "loss_6m_kg", {"3.99": 0, "4": 3}),
    (Tool.SNAQ65, "muac_cm", {"24.99": 3, "25": 0}),
    (Tool.SNAQRC, "loss_6m_kg", {"6": 0, "6.01": 2}),
    (Tool.SNAQRC, "loss_1m_kg", {"3": 0, "3.01": 2}),
    (Tool.SNAQRC, "bmi", {"19.99": 2, "20": 1, "21.99": 1, "22": 0, "27.99": 0, "28": 0}),
    (Tool.EAT10, "item_7", {"1": 1, "2": 2, "3": 3, "4": 4}),
    (Tool.MNA_FULL, "H_drugs", {"3": 30, "4": 29}),
    (Tool.MNA_FULL, "J_meals", {"0": 28, "1": 28, "1.9": 28, "2": 29, "2.9": 29, "4": 30}),
    (Tool.MNA_FULL, "K_yes", {"0": 29, "1": 29, "2": "29.5", "3": 30}),
    (Tool.MNA_FULL, "M_cups", {"2.9": 29, "3": "29.5", "5": "29.5", "5.1": 30}),
    (Tool.MNA_FULL, "P", {"0": 28, "0.5": "28.5", "1": 29}),
    (Tool.MNA_FULL, "N", {"0": 28, "1": 29}),
    (Tool.MNA_FULL, "O", {"0": 28, "1": 29}),
    (Tool.MNA_FULL, "G", {"0": 29}),
    (Tool.MNA_FULL, "I", {"0": 29}),
    (Tool.MNA_FULL, "L", {"0": 29}),
    (Tool.MNA_FULL, "Q_mac_cm", {"20.9": 29, "21": "29.5", "22": "29.5", "22.1": 30}),
    (Tool.MNA_FULL, "R_cc_cm", {"30.9": 29, "31": 30}),
    (Tool.MNA_FULL, "bmi", {"18.999": 27, "19": 28, "21": 29, "23": 30}),
    *(
        (tool, name, {"1": 1, "2": 2})
        for tool in (Tool.SARCF, Tool.SARCCALF)
        for name in ("s", "a", "r", "c")
    ),
    (Tool.SARCF, "falls", {"0": 0, "1": 1, "3": 1, "4": 2, "9": 2}),
    (Tool.SARCCALF, "cc_cm", {"34": 10, "34.1": 0}),
    (Tool.GUSS, "subtest_4", {"0": 15, "4": 19}),
]


@pytest.mark.parametrize(("tool", "field", "points"), BOUNDARIES)
def test_each_limit_lies_where_the_source_prints_it(
    tool: Tool, field: str, points: Mapping[str, int | str]
) -> None:
    for value, expected in points.items():
        result = score(tool, {**WELL[tool], field: Decimal(value)})
        assert (field, value, result.score) == (field, value, Decimal(expected))


@pytest.mark.parametrize(
    ("tool", "field", "points"),
    [
        (Tool.MUST, "acute", 2),
        (Tool.SNAQ, "reduced_appetite", 1),
        (Tool.SNAQ, "supplement_or_tube", 1),
        (Tool.SNAQ65, "poor_appetite_last_week", 1),
        (Tool.SNAQ65, "difficulty_stairs", 1),
        (Tool.SNAQRC, "needs_help_eating", 1),
        (Tool.SNAQRC, "reduced_appetite", 1),
    ],
)
def test_yes_gives_the_printed_points(tool: Tool, field: str, points: int) -> None:
    assert score(tool, {**WELL[tool], field: True}).score == points


@pytest.mark.parametrize(
    ("tool", "categories"),
    [
        (Tool.MUST, "low medium high high high high high"),
        (Tool.NRS2002, "not_at_risk not_at_risk not_at_risk at_risk at_risk at_risk at_risk"),
        (
            Tool.MNA_SF,
            "malnourished " * 8 + "at_risk " * 4 + "normal normal normal",
        ),
        (Tool.SNAQ, "not_malnourished not_malnourished moderate severe severe"),
        (Tool.SNAQ65, "green green orange red red"),
        (Tool.SNAQRC, "green orange red red red red red"),
        (Tool.EAT10, "negative negative negative positive positive"),
        (Tool.SARCF, "negative negative negative negative positive positive"),
        (Tool.SARCCALF, "negative " * 11 + "positive positive"),
        (Tool.MNA_FULL, "malnourished " * 17 + "at_risk " * 7 + "normal normal"),
        (
            Tool.GUSS,
            "severe " * 10 + "moderate " * 5 + "slight " * 5 + "none_or_minimal",
        ),
    ],
)
def test_each_total_has_the_category_of_the_source(tool: Tool, categories: str) -> None:
    found = [instrument(tool).category(total) for total in range(len(categories.split()))]
    assert found == categories.split()


@pytest.mark.parametrize(
    ("tool", "youngest"),
    [
        *((Tool.MUST, 18), (Tool.NRS2002, 18), (Tool.MNA_SF, 65), (Tool.MNA_FULL, 65)),
        *((Tool.SNAQ65, 65), (Tool.GUSS, 18), (Tool.WATER90, 18)),
    ],
)
def test_the_wrong_age_gets_no_score_at_all(tool: Tool, youngest: int) -> None:
    assert score(tool, {**WELL[tool], "age": youngest}).status is Status.COMPLETE
    refused = score(tool, {**WELL[tool], "age": youngest - 1, "bmi": "no number"})
    assert refused.status is Status.NOT_VALID
    assert (refused.score, refused.max_score, refused.items, refused.category) == (
        *(None, None, ()),
        None,
    )


def test_an_infant_is_too_young_and_no_slip() -> None:
    assert score(Tool.MUST, {**WELL[Tool.MUST], "age": 0}).status is Status.NOT_VALID


def test_an_unknown_age_is_not_the_wrong_age() -> None:
    assert score(Tool.MUST, {**WELL[Tool.MUST], "age": None}).status is Status.COMPLETE
    unknown = score(Tool.NRS2002, {**WELL[Tool.NRS2002], "age": None})
    assert (unknown.min_score, unknown.max_score) == (0, 1)


@pytest.mark.parametrize(
    ("tool", "field", "value"),
    [
        (Tool.MUST, "bmi", True),
        (Tool.MUST, "bmi", "25"),
        (Tool.MUST, "bmi", 25.0),
        (Tool.MUST, "bmi", Decimal("NaN")),
        (Tool.MUST, "height_cm", 0),
        (Tool.MUST, "weight_before_kg", -1),
        (Tool.MUST, "acute", 1),
        (Tool.MUST, "sex", "X"),
        (Tool.MUST, "sex", 1),
        (Tool.MUST, "age", Decimal("75.5")),
        (Tool.MUST, "age", -1),
        (Tool.MUST, "age", "old"),
        (Tool.MNA_SF, "D", 1),
        (Tool.MNA_SF, "A", Decimal("1.5")),
        (Tool.MNA_SF, "A", True),
        (Tool.NRS2002, "disease_score", 4),
        (Tool.EAT10, "item_1", 5),
    ],
)
def test_what_cannot_be_an_answer_is_named_and_never_scored(
    tool: Tool, field: str, value: object
) -> None:
    result = score(tool, {**WELL[tool], field: value})  # type: ignore[dict-item] # wrong on purpose
    assert (result.status, result.invalid) == (Status.INVALID, (field,))
    assert (result.score, result.min_score, result.category, result.items) == (
        *(None, None, None),
        (),
    )


def test_three_and_three_point_nought_are_one_number() -> None:
    whole = score(Tool.MNA_SF, {**WELL[Tool.MNA_SF], "B": 3})
    tenth = score(Tool.MNA_SF, {**WELL[Tool.MNA_SF], "B": Decimal("3.0")})
    assert whole.score == tenth.score == 14


def test_weight_and_height_win_over_a_given_bmi() -> None:
    answers = {**WELL[Tool.MUST], "bmi": 30, "weight_kg": Decimal("59.93"), "height_cm": 180}
    assert score(Tool.MUST, answers).score == 2
    assert score(Tool.MUST, {**answers, "height_cm": None}).score == 0


def test_two_weights_win_over_a_given_percentage() -> None:
    answers = {**WELL[Tool.MUST], "loss_pct": 0, "weight_before_kg": 80, "weight_kg": 72}
    assert score(Tool.MUST, answers).score == 1
    assert score(Tool.MUST, {**answers, "weight_kg": None}).score == 0


@pytest.mark.parametrize(
    ("tool", "loss", "unplanned", "planned"),
    [
        (Tool.MUST, {"loss_pct": 12}, 2, 0),
        (Tool.NRS2002, {"loss_1m_pct": 6, "loss_2m_pct": 6, "loss_3m_pct": 16}, 3, 0),
        (Tool.MNA_SF, {"B": 0}, 11, 14),
        (Tool.SNAQ, {"loss_6m_kg": 7, "loss_1m_kg": 4}, 5, 0),
        (Tool.SNAQ65, {"loss_6m_kg": 4}, 3, 0),
        (Tool.SNAQRC, {"loss_6m_kg": 7, "loss_1m_kg": 4}, 2, 0),
    ],
)
def test_only_a_loss_nobody_planned_counts(
    tool: Tool, loss: dict[str, int], unplanned: int, planned: int
) -> None:
    answers = {**WELL[tool], **loss}
    assert score(tool, answers).score == unplanned
    assert score(tool, {**answers, "loss_planned": False}).score == unplanned
    assert score(tool, {**answers, "loss_planned": True}).score == planned
    without = {name: None if name in loss else value for name, value in answers.items()}
    assert score(tool, {**without, "loss_planned": True}).score == planned


def test_height_from_the_ulna_completes_the_form_and_says_so() -> None:
    answers = {
        **WELL[Tool.MUST],
        "bmi": None,
        "weight_kg": Decimal("47.2"),
        "ulna_cm": 24,
        "sex": "F",
    }
    result = score(Tool.MUST, answers, provenance={"weight_kg": Provenance.MEASURED})
    assert (result.status, result.items[0].value) == (
        Status.COMPLETE,
        Fraction(472000, 158 * 158),
    )
    assert result.input_provenance == {
        "weight_kg": Provenance.MEASURED,
        "height": Provenance.ESTIMATED,
    }


@pytest.mark.parametrize("gone", ["sex", "age", "ulna_cm", "weight_kg"])
def test_without_what_the_ulna_needs_the_bmi_stays_open(gone: str) -> None:
    answers = {
        **WELL[Tool.MUST],
        "bmi": None,
        "weight_kg": 47,
        "ulna_cm": 24,
        "sex": "F",
        gone: None,
    }
    assert score(Tool.MUST, answers).status is Status.PARTIAL
    assert score(Tool.MUST, {**answers, gone: None, "ulna_cm": 40}).status is Status.PARTIAL


def test_a_bmi_wins_over_a_height_from_the_ulna() -> None:
    answers = {**WELL[Tool.MUST], "weight_kg": 40, "ulna_cm": 24, "sex": "F"}
    result = score(Tool.MUST, answers)
    assert (result.score, result.input_provenance) == (0, {})


@pytest.mark.parametrize(
    ("muac", "likely"),
    [("23.4", "lt20"), ("23.5", "20to30"), ("32.0", "20to30"), ("32.1", "gt30")],
)
def test_the_upper_arm_gives_a_class_and_no_points(muac: str, likely: str) -> None:
    result = score(Tool.MUST, {"muac_cm": Decimal(muac)})
    assert (result.status, result.bmi_likely, result.category_at_least) == (
        Status.SUBJECTIVE,
        likely,
        None,
    )
    assert (result.score, result.min_score, result.max_score, result.category) == (None,) * 4
    assert result.missing == ("height_cm", "weight_kg", "weight_before_kg", "acute")


def test_the_upper_arm_does_not_hide_what_the_other_steps_say() -> None:
    known: dict[str, Any] = {"muac_cm": Decimal("23.4"), "acute": True}
    assert score(Tool.MUST, known).category_at_least is Category.HIGH
    mild: dict[str, Any] = {"muac_cm": Decimal("23.4"), "acute": False, "loss_pct": 5}
    assert score(Tool.MUST, mild).category_at_least is Category.MEDIUM


def test_the_upper_arm_is_ignored_once_the_bmi_is_known() -> None:
    result = score(Tool.MUST, {**WELL[Tool.MUST], "muac_cm": 20})
    assert (result.status, result.bmi_likely) == (Status.COMPLETE, None)


def test_a_bracket_with_one_word_at_both_ends_is_certain() -> None:
    result = score(Tool.MUST, {"age": 75, "bmi": 17})
    assert (result.status, result.min_score, result.max_score) == (Status.PARTIAL, 2, 6)
    assert (result.category, result.category_at_least) == (Category.HIGH, Category.HIGH)
    assert (result.score, result.acting_category) == (None, Category.HIGH)


def test_the_screen_of_an_open_question_shows_three_to_five() -> None:
    result = score(
        Tool.MUST,
        {
            "age": 82,
            "weight_kg": Decimal("47.2"),
            "height_cm": 161,
            "weight_before_kg": Decimal("51.4"),
            "loss_planned": False,
        },
    )
    assert (result.min_score, result.max_score, result.highest_possible) == (3, 5, 6)
    assert [(item.item, item.points, item.reason) for item in result.items] == [
        ("must.bmi", 2, "must.bmi.below_18_5"),
        ("must.loss", 1, "must.loss.5_to_10"),
        ("must.acute", None, "answer.unknown"),
    ]
    assert result.items[0].inputs == (("weight_kg", Decimal("47.2")), ("height_cm", 161))
    assert (result.items[2].lowest, result.items[2].highest) == (0, 2)
    assert result.missing == ("acute",)


@pytest.mark.parametrize(
    ("answers", "span", "word"),
    [
        ({"B": 3}, (11, 14), "at_risk_possible"),
        ({"B": 2, "A": 1}, (9, 12), "at_risk_possible"),
        ({"B": 1, "A": 1}, (8, 11), "at_risk"),
        ({"B": 0, "A": 0, "C": 0}, (4, 7), "malnourished"),
        ({"B": 0, "A": 0, "C": 1}, (5, 8), "at_risk"),
    ],
)
def test_mna_without_size_says_the_mildest_word_still_possible(
    answers: dict[str, int], span: tuple[int, int], word: str
) -> None:
    result = score(Tool.MNA_SF, {**WELL[Tool.MNA_SF], **answers, "bmi": None})
    assert (result.status, (result.min_score, result.max_score)) == (Status.PARTIAL, span)
    assert result.category_at_least == word
    assert result.missing == ("height_cm", "weight_kg", "cc_cm")


def test_calf_stands_in_for_bmi_only_when_bmi_is_unknown() -> None:
    thin_calf = {**WELL[Tool.MNA_SF], "cc_cm": Decimal("30.9")}
    assert score(Tool.MNA_SF, thin_calf).score == 14
    assert score(Tool.MNA_SF, {**thin_calf, "bmi": None, "weight_kg": 50}).score == 11
    assert score(Tool.MNA_SF, {**thin_calf, "bmi": None, "cc_cm": 31}).score == 14


def test_nrs_without_any_sign_stops_at_the_first_screen() -> None:
    answers = {**WELL[Tool.NRS2002], "intake_pct": 100, "disease_score": 3, "age": 90}
    result = score(Tool.NRS2002, answers)
    assert (result.status, result.prescreen, result.category, result.score) == (
        *(Status.COMPLETE, "negative", Category.NOT_AT_RISK),
        None,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bmi", Decimal("20.49")),
        ("loss_1m_pct", Decimal("0.1")),
        ("loss_2m_pct", 1),
        ("loss_3m_pct", 1),
        ("intake_pct", 99),
        ("critically_ill", True),
        ("critically_ill", None),
        ("bmi", None),
    ],
)
def test_any_sign_or_unknown_goes_on_to_the_final_screen(field: str, value: Any) -> None:
    answers = {**WELL[Tool.NRS2002], "intake_pct": 100, field: value}
    assert score(Tool.NRS2002, answers).prescreen == "positive"


@pytest.mark.parametrize(
    ("bmi", "impaired", "span"),
    [
        ("18", None, (0, 3)),
        ("19", None, (0, 2)),
        ("21", None, (0, 0)),
        (None, None, (0, 3)),
        (None, True, (0, 3)),
        (None, False, (0, 0)),
        ("18", False, (0, 0)),
    ],
)
def test_low_bmi_counts_only_with_an_impaired_condition(
    bmi: str | None, *, impaired: bool | None, span: tuple[int, int]
) -> None:
    answers = {
        **WELL[Tool.NRS2002],
        "bmi": None if bmi is None else Decimal(bmi),
        "general_condition_impaired": impaired,
    }
    result = score(Tool.NRS2002, answers)
    assert (result.min_score, result.max_score) == span


def test_nrs_asks_for_the_condition_when_that_is_what_is_open() -> None:
    answers = {**WELL[Tool.NRS2002], "bmi": 18, "general_condition_impaired": None}
    assert score(Tool.NRS2002, answers).missing == (
        "height_cm",
        "weight_kg",
        "general_condition_impaired",
    )


@pytest.mark.parametrize(
    ("answers", "status", "colour"),
    [
        ({"loss_6m_kg": 4}, Status.COMPLETE, Category.RED),
        ({"muac_cm": 24}, Status.COMPLETE, Category.RED),
        (
            {"loss_6m_kg": 0, "muac_cm": 30, "poor_appetite_last_week": False},
            Status.COMPLETE,
            Category.GREEN,
        ),
        ({"loss_6m_kg": 0, "muac_cm": 30, "difficulty_stairs": True}, Status.PARTIAL, None),
        (
            {"loss_6m_kg": 0, "poor_appetite_last_week": True, "difficulty_stairs": True},
            Status.PARTIAL,
            None,
        ),
        ({"muac_cm": 30}, Status.PARTIAL, None),
    ],
)
def test_snaq_65_stops_as_soon_as_its_colour_is_certain(
    answers: dict[str, Any], status: Status, colour: Category | None
) -> None:
    result = score(Tool.SNAQ65, {"age": 72, **answers})
    assert (result.status, result.category) == (status, colour)


def test_snaq_65_is_at_least_orange_when_both_signs_of_the_last_step_are_there() -> None:
    signs = {"age": 72, "poor_appetite_last_week": True, "difficulty_stairs": True}
    assert score(Tool.SNAQ65, signs).category_at_least is Category.ORANGE


def test_one_window_of_loss_is_enough_in_snaq_rc() -> None:
    known = {**WELL[Tool.SNAQRC], "loss_6m_kg": 7, "loss_1m_kg": None}
    assert score(Tool.SNAQRC, known).status is Status.COMPLETE
    open_window = score(Tool.SNAQRC, {**known, "loss_6m_kg": 1})
    assert (open_window.min_score, open_window.max_score) == (0, 2)


def test_blanks_do_not_undo_a_positive_swallowing_screen() -> None:
    result = score(Tool.EAT10, {"item_1": 3})
    assert (result.status, result.min_score, result.category) == (
        *(Status.PARTIAL, 3),
        Category.POSITIVE,
    )


def test_implausible_values_are_marked_and_scored_all_the_same() -> None:
    answers = {**WELL[Tool.MUST], "bmi": None, "weight_kg": 47, "height_cm": Decimal("1.61")}
    result = score(Tool.MUST, answers)
    assert result.flags == ("implausible:height_cm", "implausible:bmi", "bmi.obesity")
    assert (result.status, result.score) == (Status.COMPLETE, 0)


@pytest.mark.parametrize(("bmi", "flags"), [("29.99", ()), ("30", ("bmi.obesity",))])
def test_obesity_is_a_mark_beside_the_score(bmi: str, flags: tuple[str, ...]) -> None:
    assert score(Tool.MUST, {**WELL[Tool.MUST], "bmi": Decimal(bmi)}).flags == flags


def test_an_unknown_rule_version_is_refused() -> None:
    with pytest.raises(KeyError):
        score(Tool.MUST, WELL[Tool.MUST], rule_version="0")


def filled(table: Instrument, answers: Mapping[str, Any]) -> ToolResult:
    """The result of a form of which the question before all others is answered yes."""
    first = {} if table.requires is None else {table.requires: True}
    return score(table.tool, {**first, **answers})


@pytest.mark.parametrize("tool", list(Tool))
def test_an_empty_form_is_an_open_range_over_the_whole_instrument(tool: Tool) -> None:
    table = instrument(tool)
    result = filled(table, {})
    assert (result.status, result.category) == (Status.PARTIAL, None)
    if table.bands:
        assert (result.min_score, result.max_score) == (
            result.lowest_possible,
            result.highest_possible,
        )
    asking = {
        item.code
        for item in table.items
        if any(quantity(line.quantity).needs for line in item.lines)
    }
    assert all(item.points is None for item in result.items if item.item in asking)
    assert result.missing


@pytest.mark.parametrize("tool", list(Tool))
def test_every_category_has_an_action_and_a_date(tool: Tool) -> None:
    table = instrument(tool)
    rows = {row.category: row for row in table.follow_up}
    wanted = set(table.categories)
    assert wanted <= set(rows)
    for row in rows.values():
        assert row.actions
        assert all(0 < row.due_days[place] <= days for place, days in row.overdue_days.items())


GRAVER_WHEN_HIGH = {
    *("loss_pct", "loss_1m_pct", "loss_2m_pct", "loss_3m_pct", "loss_6m_kg", "loss_1m_kg"),
    *("age", "disease_score", *(f"item_{number}" for number in range(1, 11))),
    *("s", "a", "r", "c", "falls", "H_drugs", "sarcf"),
    *("loss_le6m_pct", "loss_gt6m_pct", "loss_pct_3_6m", "loss_6m_pct", "loss_any_pct"),
    *("days_little_or_no_intake", "days_negligible_intake", "intake_days"),
    *(f"intake_lt{pct}_{time}" for pct in (50, 75) for time in ("acute_days", "months")),
    *("waist_cm", "chair_stand_s", "fm_pct", "complications"),
}
LARGE_IS_WORSE = {Tool.SARC_OBESITY, Tool.CC_MUSCLE}
"""A higher BMI is the graver one: it selects, or it is taken off the calf."""
NO_DIRECTION = {
    *((Tool.BMI_CLASS, "bmi"), (Tool.SARC_OBESITY, "age")),
    *((Tool.GLIM, name) for name in ("region", "muscle_method", "disease")),
}
FIXED = {
    *("weight_kg", "height_cm", "weight_before_kg", "loss_planned", "body_altered"),
    *("leg_oedema", "screen_positive"),
    *SUBSTITUTE_LENGTHS,
    *CORRECTIONS,
}


def asked(table: Instrument) -> list[str]:
    """Questions with one source each, so that a blank never uncovers another source."""
    skipped = FIXED | ({"muac_cm"} if table.tool is Tool.MUST else set())
    skipped |= {"cc_cm"} if table.tool is Tool.MNA_SF else set()
    skipped |= set(WATER_TEST_EXCLUSIONS) | set(table.sequence)
    return [one.name for one in table.inputs if one.name not in skipped]


ADDED_UP = [tool for tool in Tool if not instrument(tool).sequence]
"""A blank step of a sequence is one that was not done; it has its own tests."""


@st.composite
def forms(draw: st.DrawFn) -> tuple[Instrument, dict[str, Any]]:
    table = instrument(draw(st.sampled_from(ADDED_UP)))
    kinds = {one.name: one for one in table.inputs}
    numbers = st.decimals(0, 45, places=1)
    answers: dict[str, Any] = {}
    for name in asked(table):
        kind = kinds[name].kind
        answers[name] = draw(
            {
                InputKind.AGE: st.integers(table.least_age or 18, 100),
                InputKind.FLAG: st.booleans(),
                InputKind.POINTS: st.sampled_from(kinds[name].allowed or (0,)),
                InputKind.COUNT: st.integers(0, 9),
                InputKind.AMOUNT: st.decimals(0, 200, places=1),
                InputKind.MEASURE: st.decimals("8.1", 45, places=1),
                InputKind.WORD: st.sampled_from(kinds[name].words or ("",)),
                InputKind.SEX: st.sampled_from(Sex),
            }.get(kind, numbers)
        )
    return table, answers


@given(forms(), st.randoms(use_true_random=False))
def test_a_bracket_holds_the_score_of_the_finished_form(
    form: tuple[Instrument, dict[str, Any]], rng: Any
) -> None:
    table, answers = form
    finished = filled(table, answers)
    blanks = {name: None if rng.random() < 0.4 else one for name, one in answers.items()}
    result = filled(table, blanks)
    if result.category in {one.category for one in table.outcomes if one.while_open}:
        assert result.status is Status.PARTIAL
        return
    if table.outcomes:
        assert gravity(table, result) <= gravity(table, finished)
        return
    if finished.score is None or result.min_score is None or result.max_score is None:
        assert finished.prescreen == "negative"
        return
    assert result.min_score <= finished.score <= result.max_score
    if result.category is not None:
        assert result.category is finished.category


@given(forms(), st.data())
def test_a_worse_value_never_makes_the_outcome_milder(
    form: tuple[Instrument, dict[str, Any]], data: st.DataObject
) -> None:
    table, answers = form
    name = data.draw(st.sampled_from(sorted(answers)))
    worse = worsened(table, name, answers[name], data)
    before, after = (
        severity(table, filled(table, {**answers, name: value})) for value in (answers[name], worse)
    )
    assert before <= after


def worsened(table: Instrument, name: str, value: Any, data: st.DataObject) -> Any:
    kind = next(one for one in table.inputs if one.name == name)
    if kind.kind is InputKind.SEX or (table.tool, name) in NO_DIRECTION:
        return value
    if kind.kind is InputKind.FLAG:
        return True
    if kind.kind is InputKind.WORD:
        return data.draw(st.sampled_from(kind.words[kind.words.index(value) :]))
    if kind.kind is InputKind.POINTS:
        high = name in GRAVER_WHEN_HIGH
        return data.draw(
            st.sampled_from([one for one in kind.allowed if (one >= value) == high or one == value])
        )
    step = data.draw(st.integers(1, 30))
    if name in GRAVER_WHEN_HIGH or (name == "bmi" and table.tool in LARGE_IS_WORSE):
        return value + step
    least = Decimal(0) if kind.kind is InputKind.AMOUNT else Decimal("0.1")
    return max(least, value - step)


def gravity(table: Instrument, result: ToolResult) -> int:
    """Place of the category to act on, the gravest highest."""
    order = [one.category for one in table.outcomes] + [table.otherwise]
    return -order.index(result.acting_category)


def severity(table: Instrument, result: ToolResult) -> int | Decimal:
    if table.outcomes:
        return gravity(table, result)
    if result.prescreen == "negative":
        return 0
    mildest = result.max_score if table.low_is_worse else result.min_score
    assert mildest is not None
    return -mildest if table.low_is_worse else mildest


@given(forms())
def test_unknown_is_never_the_same_as_zero(form: tuple[Instrument, dict[str, Any]]) -> None:
    table, answers = form
    for name in answers:
        result = filled(table, {**answers, name: None})
        for item in result.items:
            if name in item.missing:
                assert item.points is None
                assert item.lowest < item.highest
        assert result.status is Status.COMPLETE or result.missing
