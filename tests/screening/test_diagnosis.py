"""GLIM, refeeding, body and muscle: each limit, and each reading of an open case."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from screening import Category, Status, Tool, ToolResult, score

CALM: Mapping[Tool, Mapping[str, Any]] = {
    Tool.BMI_CLASS: {"age": 50, "bmi": 22},
    Tool.WAIST: {"age": 50, "sex": "M", "waist_cm": 90},
    Tool.CC_MUSCLE: {"sex": "M", "bmi": 22, "cc_cm": 38, "leg_oedema": False},
    Tool.SARC_OBESITY: {
        "sex": "M",
        "age": 66,
        "bmi": 32,
        "waist_cm": 110,
        "sarcf": 5,
        "hgs_kg": 20,
        "chair_stand_s": 20,
        "fm_pct": 40,
        "alm_w_pct": 20,
        "complications": 0,
    },
    Tool.REFEED_NICE: {
        "bmi": 22,
        "loss_pct_3_6m": 0,
        "days_little_or_no_intake": 0,
        "low_k_po4_mg": False,
        "alcohol_or_drugs": False,
    },
    Tool.REFEED_ASPEN: {
        "bmi": 22,
        "loss_1m_pct": 0,
        "loss_3m_pct": 0,
        "loss_6m_pct": 0,
        "days_negligible_intake": 0,
        "intake_lt75_acute_days": 0,
        "intake_lt75_months": 0,
        "intake_lt50_acute_days": 0,
        "intake_lt50_months": 0,
        "electrolytes": "normal",
        "fat_loss": "none",
        "muscle_loss": "none",
        "comorbidity": "none",
    },
    Tool.GLIM: {
        "screen_positive": True,
        "age": 65,
        "region": "other",
        "bmi": 24,
        "loss_le6m_pct": 0,
        "loss_gt6m_pct": 0,
        "muscle": "normal",
        "intake_pct": 100,
        "intake_days": 0,
        "gi_condition": False,
        "inflammation": False,
    },
    Tool.ESPEN2015: {
        "sex": "F",
        "age": 60,
        "bmi": 24,
        "loss_3m_pct": 0,
        "loss_any_pct": 0,
        "ffmi": 18,
    },
    Tool.NICE_MALN: {"bmi": 24, "loss_pct_3_6m": 0},
}


def with_answers(tool: Tool, **answers: Any) -> ToolResult:
    exact = {
        name: Decimal(one) if isinstance(one, str) and one[0].isdigit() else one
        for name, one in answers.items()
    }
    return score(tool, {**CALM[tool], **exact})


def points(result: ToolResult, item: str) -> object:
    return next(one.points for one in result.items if one.item == item)


BOUNDARIES: list[tuple[Tool, str, dict[str, Any], str, dict[str, int]]] = [
    (
        Tool.BMI_CLASS,
        "bmi_class.thin",
        {},
        "bmi",
        {"15.999": 3, "16": 2, "16.999": 2, "17": 1, "18.499": 1, "18.5": 0},
    ),
    (
        Tool.BMI_CLASS,
        "bmi_class.large",
        {},
        "bmi",
        {
            "24.999": 0,
            "25": 1,
            "29.999": 1,
            "30": 2,
            "34.999": 2,
            "35": 3,
            "39.999": 3,
            "40": 4,
        },
    ),
    (
        Tool.WAIST,
        "waist.size",
        {},
        "waist_cm",
        {"93.9": 0, "94": 1, "101.9": 1, "102": 2},
    ),
    (
        Tool.WAIST,
        "waist.size",
        {"sex": "F"},
        "waist_cm",
        {"79.9": 0, "80": 1, "87.9": 1, "88": 2},
    ),
    (Tool.CC_MUSCLE, "cc_muscle.calf", {}, "cc_cm", {"34": 0, "33.9": 1, "32": 1, "31.9": 2}),
    (
        Tool.CC_MUSCLE,
        "cc_muscle.calf",
        {"sex": "F"},
        "cc_cm",
        {"33": 0, "32.9": 1, "31": 1, "30.9": 2},
    ),
    (
        Tool.CC_MUSCLE,
        "cc_muscle.adjustment",
        {},
        "bmi",
        {"18": 0, "24.999": 0, "25": 3, "29.999": 3, "30": 7, "39.999": 7, "40": 12},
    ),
    (Tool.SARC_OBESITY, "sarc_obesity.bmi", {}, "bmi", {"29.999": 0, "30": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.waist", {}, "waist_cm", {"101.9": 0, "102": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.waist", {"sex": "F"}, "waist_cm", {"87.9": 0, "88": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.sarcf", {}, "sarcf", {"3": 0, "4": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.age", {}, "age", {"70": 0, "71": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.grip", {}, "hgs_kg", {"27": 0, "26.9": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.grip", {"sex": "F"}, "hgs_kg", {"16": 0, "15.9": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.chair", {}, "chair_stand_s", {"16.9": 0, "17": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.fat", {}, "fm_pct", {"31": 0, "31.1": 2}),
    (Tool.SARC_OBESITY, "sarc_obesity.fat", {"age": 60}, "fm_pct", {"31": 0}),
    (Tool.SARC_OBESITY, "sarc_obesity.fat", {"age": 59}, "fm_pct", {"29": 0, "29.1": 2}),
    (Tool.SARC_OBESITY, "sarc_obesity.fat", {"age": 40}, "fm_pct", {"29": 0, "29.1": 2}),
    (
        Tool.SARC_OBESITY,
        "sarc_obesity.fat",
        {"age": 39},
        "fm_pct",
        {"26": 0, "26.1": 1, "29": 1, "29.1": 2},
    ),
    (Tool.SARC_OBESITY, "sarc_obesity.fat", {"sex": "F"}, "fm_pct", {"43": 0, "43.1": 2}),
    (
        Tool.SARC_OBESITY,
        "sarc_obesity.fat",
        {"sex": "F", "age": 59},
        "fm_pct",
        {"41": 0, "41.1": 2},
    ),
    (
        Tool.SARC_OBESITY,
        "sarc_obesity.fat",
        {"sex": "F", "age": 39},
        "fm_pct",
        {"39": 0, "39.1": 1, "41": 1, "41.1": 2},
    ),
    (Tool.SARC_OBESITY, "sarc_obesity.muscle", {}, "alm_w_pct", {"25.7": 0, "25.6": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.muscle", {"sex": "F"}, "alm_w_pct", {"19.4": 0, "19.3": 1}),
    (Tool.SARC_OBESITY, "sarc_obesity.complications", {}, "complications", {"0": 0, "1": 1}),
    (
        Tool.REFEED_NICE,
        "refeeding.bmi",
        {},
        "bmi",
        {"13.999": 3, "14": 2, "15.999": 2, "16": 1, "18.499": 1, "18.5": 0},
    ),
    (
        Tool.REFEED_NICE,
        "refeeding.loss",
        {},
        "loss_pct_3_6m",
        {"10": 0, "10.001": 1, "15": 1, "15.001": 2},
    ),
    (
        Tool.REFEED_NICE,
        "refeeding.intake",
        {},
        "days_little_or_no_intake",
        {"5": 0, "6": 1, "10": 1, "11": 2, "15": 2, "16": 3},
    ),
    (
        Tool.REFEED_ASPEN,
        "aspen.bmi",
        {},
        "bmi",
        {"15.999": 2, "16": 1, "18.5": 1, "18.501": 0},
    ),
    (Tool.REFEED_ASPEN, "aspen.loss", {}, "loss_1m_pct", {"4.999": 0, "5": 1}),
    (Tool.REFEED_ASPEN, "aspen.loss", {}, "loss_3m_pct", {"7.499": 0, "7.5": 2}),
    (Tool.REFEED_ASPEN, "aspen.loss", {}, "loss_6m_pct", {"10": 0, "10.001": 2}),
    (
        Tool.REFEED_ASPEN,
        "aspen.intake",
        {},
        "days_negligible_intake",
        {"4": 0, "5": 1, "6": 1, "7": 1, "8": 2},
    ),
    (Tool.REFEED_ASPEN, "aspen.intake", {}, "intake_lt75_acute_days", {"7": 0, "8": 1}),
    (Tool.REFEED_ASPEN, "aspen.intake", {}, "intake_lt75_months", {"1": 0, "1.1": 1}),
    (Tool.REFEED_ASPEN, "aspen.intake", {}, "intake_lt50_acute_days", {"5": 0, "6": 2}),
    (Tool.REFEED_ASPEN, "aspen.intake", {}, "intake_lt50_months", {"1": 0, "1.1": 2}),
    (
        Tool.GLIM,
        "glim.loss",
        {},
        "loss_le6m_pct",
        {"5": 0, "5.001": 1, "10": 1, "10.001": 2},
    ),
    (
        Tool.GLIM,
        "glim.loss",
        {},
        "loss_gt6m_pct",
        {"10": 0, "10.001": 1, "20": 1, "20.001": 2},
    ),
    (
        Tool.GLIM,
        "glim.bmi",
        {"age": 69},
        "bmi",
        {"20": 0, "19.999": 1, "18.5": 1, "18.499": 2},
    ),
    (Tool.GLIM, "glim.bmi", {"age": 70}, "bmi", {"22": 0, "21.999": 1, "20": 1, "19.999": 2}),
    (
        Tool.GLIM,
        "glim.bmi",
        {"age": 69, "region": "asia"},
        "bmi",
        {"18.5": 0, "18.499": 1, "12": 1},
    ),
    (
        Tool.GLIM,
        "glim.bmi",
        {"age": 70, "region": "asia"},
        "bmi",
        {"20": 0, "19.999": 1, "12": 1},
    ),
    (Tool.GLIM, "glim.intake", {"intake_pct": 50}, "intake_days", {"7": 0, "8": 1}),
    (Tool.GLIM, "glim.intake", {"intake_pct": 51}, "intake_days", {"14": 0, "15": 1}),
    (Tool.GLIM, "glim.intake", {"intake_days": 8}, "intake_pct", {"50": 1, "50.1": 0}),
    (Tool.GLIM, "glim.intake", {"intake_days": 15}, "intake_pct", {"99.9": 1, "100": 0}),
    (Tool.ESPEN2015, "espen2015.thin", {}, "bmi", {"18.499": 1, "18.5": 0}),
    (Tool.ESPEN2015, "espen2015.loss", {}, "loss_3m_pct", {"5": 0, "5.001": 1}),
    (Tool.ESPEN2015, "espen2015.loss", {}, "loss_any_pct", {"10": 0, "10.001": 1}),
    (Tool.ESPEN2015, "espen2015.bmi", {"age": 69}, "bmi", {"19.999": 1, "20": 0}),
    (Tool.ESPEN2015, "espen2015.bmi", {"age": 70}, "bmi", {"21.999": 1, "22": 0}),
    (Tool.ESPEN2015, "espen2015.ffmi", {}, "ffmi", {"14.999": 1, "15": 0}),
    (Tool.ESPEN2015, "espen2015.ffmi", {"sex": "M"}, "ffmi", {"16.999": 1, "17": 0}),
    (Tool.NICE_MALN, "nice_maln.bmi", {}, "bmi", {"18.499": 2, "18.5": 1, "19.999": 1, "20": 0}),
    (
        Tool.NICE_MALN,
        "nice_maln.loss",
        {},
        "loss_pct_3_6m",
        {"5": 0, "5.001": 1, "10": 1, "10.001": 2},
    ),
]


@pytest.mark.parametrize(("tool", "item", "also", "field", "expected"), BOUNDARIES)
def test_each_limit_lies_where_the_source_prints_it(
    tool: Tool, item: str, also: dict[str, Any], field: str, expected: dict[str, int]
) -> None:
    found = {
        value: points(with_answers(tool, **{**also, field: value}), item) for value in expected
    }
    assert found == expected


@pytest.mark.parametrize(
    ("item", "field", "expected"),
    [
        ("aspen.electrolytes", "electrolytes", "normal minimally_low significantly_low"),
        ("aspen.fat_loss", "fat_loss", "none:0 mild:0 moderate:1 severe:2"),
        ("aspen.muscle_loss", "muscle_loss", "none:0 mild:1 moderate:1 severe:2"),
        ("aspen.comorbidity", "comorbidity", "none:0 mild:0 moderate:1 severe:2"),
    ],
)
def test_graded_findings_count_as_aspen_words_them(item: str, field: str, expected: str) -> None:
    for place, pair in enumerate(expected.split()):
        word, _, given = pair.partition(":")
        result = with_answers(Tool.REFEED_ASPEN, **{field: word})
        assert points(result, item) == int(given or place)


# ---- planned loss, ages, words ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tool", "loss", "found", "calm"),
    [
        (Tool.REFEED_NICE, {"loss_pct_3_6m": 16}, Category.HIGH, Category.NONE),
        (Tool.REFEED_ASPEN, {"loss_6m_pct": 11}, Category.SIGNIFICANT, Category.NONE),
        (
            Tool.GLIM,
            {"loss_le6m_pct": 12, "loss_gt6m_pct": 30, "inflammation": True},
            Category.SEVERE,
            Category.NOT_MALNOURISHED,
        ),
        (
            Tool.ESPEN2015,
            {"loss_any_pct": 12, "ffmi": 14},
            Category.MALNOURISHED,
            Category.NOT_MALNOURISHED,
        ),
        (Tool.NICE_MALN, {"loss_pct_3_6m": 12}, Category.MALNOURISHED, Category.NOT_MALNOURISHED),
    ],
)
def test_a_loss_that_was_planned_is_no_loss(
    tool: Tool, loss: dict[str, int], found: Category, calm: Category
) -> None:
    assert with_answers(tool, **loss).category is found
    assert with_answers(tool, **loss, loss_planned=False).category is found
    assert with_answers(tool, **loss, loss_planned=True).category is calm


def test_a_planned_loss_leaves_bmi_and_muscle_to_count() -> None:
    result = with_answers(Tool.GLIM, loss_planned=True, loss_le6m_pct=20, muscle="severe")
    assert result.category is Category.NOT_MALNOURISHED
    ill = with_answers(Tool.GLIM, loss_planned=True, muscle="severe", inflammation=True)
    assert ill.category is Category.SEVERE


@pytest.mark.parametrize("tool", list(CALM))
def test_a_child_is_in_no_table_of_adults(tool: Tool) -> None:
    assert with_answers(tool, age=17).status is Status.NOT_VALID
    assert with_answers(tool, age=18).status is not Status.NOT_VALID


@pytest.mark.parametrize(
    ("tool", "field", "value"),
    [
        (Tool.GLIM, "region", "europe"),
        (Tool.GLIM, "muscle", "low"),
        (Tool.GLIM, "muscle", 1),
        (Tool.GLIM, "screen_positive", 1),
        (Tool.REFEED_ASPEN, "electrolytes", "low"),
        (Tool.REFEED_NICE, "days_little_or_no_intake", -1),
        (Tool.SARC_OBESITY, "sarcf", 11),
        (Tool.SARC_OBESITY, "complications", Decimal("0.5")),
    ],
)
def test_a_word_that_is_not_listed_is_named(tool: Tool, field: str, value: Any) -> None:
    result = score(tool, {**CALM[tool], field: value})
    assert (result.status, result.invalid) == (Status.INVALID, (field,))


# ---- GLIM ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("positive", [False, None])
def test_glim_asks_for_a_screening_first(*, positive: bool | None) -> None:
    result = with_answers(Tool.GLIM, screen_positive=positive, loss_le6m_pct=12, inflammation=True)
    assert (result.status, result.category, result.items) == (Status.SCREEN_FIRST, None, ())


def test_a_wrong_age_and_a_wrong_word_go_before_the_screening() -> None:
    young = with_answers(Tool.GLIM, screen_positive=None, age=17, muscle="low")
    assert young.status is Status.NOT_VALID
    assert with_answers(Tool.GLIM, screen_positive=None, muscle="low").status is Status.INVALID


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ({"muscle": None}, Status.PARTIAL),
        ({"muscle": None, "inflammation": True}, Status.PARTIAL),
        ({"bmi": None}, Status.PARTIAL),
        ({"loss_gt6m_pct": None}, Status.PARTIAL),
        ({"inflammation": None}, Status.COMPLETE),
        ({"loss_le6m_pct": 6, "inflammation": None}, Status.PARTIAL),
        ({"loss_le6m_pct": 6, "gi_condition": None}, Status.PARTIAL),
        ({"loss_le6m_pct": 6, "intake_pct": None, "intake_days": 8}, Status.PARTIAL),
        ({"loss_le6m_pct": 6, "intake_pct": 50, "intake_days": None}, Status.PARTIAL),
        ({"loss_le6m_pct": 6, "intake_pct": None, "intake_days": 7}, Status.COMPLETE),
        ({"loss_le6m_pct": 6, "muscle": None}, Status.COMPLETE),
    ],
)
def test_a_negative_glim_is_provisional_while_its_next_step_is_open(
    answers: dict[str, Any], status: Status
) -> None:
    result = with_answers(Tool.GLIM, **answers)
    assert (result.status, result.acting_category) == (status, Category.NOT_MALNOURISHED)
    assert result.missing or status is Status.COMPLETE
    assert ("muscle_not_assessed" in result.flags) is ("muscle" in answers)


def test_what_is_found_stands_whatever_is_unknown_beside_it() -> None:
    result = score(
        Tool.GLIM,
        {"screen_positive": True, "age": 80, "loss_le6m_pct": 6, "inflammation": True},
    )
    assert (result.status, result.category) == (Status.COMPLETE, Category.MODERATE)
    assert result.flags == ("muscle_not_assessed", "glim.region_assumed")
    assert result.missing == (
        *("loss_gt6m_pct", "height_cm", "weight_kg", "muscle"),
        *("intake_days", "intake_pct", "gi_condition"),
    )


@pytest.mark.parametrize(
    ("bmi", "region", "span"),
    [
        ("18.4", "other", (2, 2)),
        ("19", "other", (1, 2)),
        ("21", "other", (0, 1)),
        ("22", "other", (0, 0)),
        ("18.4", "asia", (1, 1)),
        ("19", "asia", (0, 1)),
        ("20", "asia", (0, 0)),
    ],
)
def test_glim_without_an_age_is_sure_only_where_both_columns_agree(
    bmi: str, region: str, span: tuple[int, int]
) -> None:
    result = with_answers(Tool.GLIM, age=None, bmi=bmi, region=region)
    item = next(one for one in result.items if one.item == "glim.bmi")
    assert (item.lowest, item.highest) == span


def test_a_low_bmi_in_asia_is_moderate_until_something_else_is_graver() -> None:
    asian = {"region": "asia", "bmi": "16", "inflammation": True}
    result = with_answers(Tool.GLIM, **asian)
    assert (result.category, result.flags) == (Category.MODERATE, ("glim.clinician_grades",))
    assert with_answers(Tool.GLIM, **asian, loss_le6m_pct=11).category is Category.SEVERE


def test_where_the_region_is_not_told_more_people_are_found() -> None:
    result = with_answers(Tool.GLIM, region=None, bmi="19", inflammation=True)
    assert (result.category, result.flags) == (Category.MODERATE, ("glim.region_assumed",))
    assert ("glim.region", "C") in {(one.code, one.evidence) for one in result.marks}
    assert with_answers(Tool.GLIM, bmi="19", inflammation=True).flags == ()


def test_glim_takes_weight_and_height_like_every_instrument() -> None:
    answers = {"bmi": None, "weight_kg": "47.2", "height_cm": 161, "inflammation": True}
    assert with_answers(Tool.GLIM, **answers).category is Category.SEVERE
    assert with_answers(Tool.GLIM, **answers, age=70).category is Category.SEVERE


def test_a_criterion_that_is_met_is_told_while_a_graver_one_is_possible() -> None:
    open_loss = with_answers(Tool.GLIM, loss_le6m_pct=6, loss_gt6m_pct=None).items[0]
    assert (open_loss.points, open_loss.lowest, open_loss.highest) == (None, 1, 2)
    assert (open_loss.sure_reason, open_loss.sure_value) == ("glim.loss.6m_above_5", 6)
    not_met = with_answers(Tool.GLIM, loss_le6m_pct=2, loss_gt6m_pct=None).items[0]
    assert (not_met.lowest, not_met.sure_reason, not_met.sure_value) == (0, None, None)
    certain = with_answers(Tool.GLIM, loss_le6m_pct=6).items[0]
    assert (certain.reason, certain.sure_reason) == ("glim.loss.6m_above_5", None)


def test_the_criteria_met_are_read_from_the_items() -> None:
    result = with_answers(Tool.GLIM, loss_le6m_pct=12, intake_pct=40, intake_days=10)
    assert {one.item: one.reason for one in result.items if one.points} == {
        "glim.loss": "glim.loss.6m_above_10",
        "glim.intake": "glim.intake.half_above_7_days",
    }


# ---- refeeding ----------------------------------------------------------------------------------


def test_a_level_of_nice_is_at_least_while_anything_is_unknown() -> None:
    unknown = with_answers(Tool.REFEED_NICE, bmi=15, low_k_po4_mg=None)
    assert (unknown.status, unknown.category) == (Status.PARTIAL, None)
    assert (unknown.category_at_least, unknown.missing) == (Category.HIGH, ("low_k_po4_mg",))
    extreme = score(Tool.REFEED_NICE, {"bmi": 13})
    assert (extreme.status, extreme.category) == (Status.COMPLETE, Category.EXTREME)


def test_two_light_criteria_of_nice_are_high_and_one_is_not() -> None:
    light = {"bmi": 18, "loss_pct_3_6m": 11, "days_little_or_no_intake": 6}
    for name, value in light.items():
        alone = with_answers(Tool.REFEED_NICE, **{name: value}).category
        assert alone is (Category.SOME if name.startswith("days") else Category.NONE)
        both = with_answers(Tool.REFEED_NICE, **{name: value}, alcohol_or_drugs=True)
        assert both.category is Category.HIGH


def test_the_three_routes_of_low_intake_are_one_criterion_of_aspen() -> None:
    routes = {
        "days_negligible_intake": 7,
        "intake_lt75_acute_days": 20,
        "intake_lt75_months": 3,
    }
    assert with_answers(Tool.REFEED_ASPEN, **routes).category is Category.NONE
    assert with_answers(Tool.REFEED_ASPEN, **routes, bmi=17).category is Category.MODERATE


def test_aspen_never_steps_down_for_a_laboratory_that_is_missing() -> None:
    result = with_answers(Tool.REFEED_ASPEN, bmi=17, fat_loss="moderate", electrolytes=None)
    assert (result.status, result.category_at_least) == (Status.PARTIAL, Category.MODERATE)
    sure = with_answers(Tool.REFEED_ASPEN, bmi=15, electrolytes=None)
    assert (sure.status, sure.category) == (Status.COMPLETE, Category.SIGNIFICANT)


# ---- body and muscle ----------------------------------------------------------------------------


def test_without_a_bmi_no_calf_is_judged() -> None:
    result = with_answers(Tool.CC_MUSCLE, bmi=None, cc_cm=20)
    assert (result.status, result.category) == (Status.PARTIAL, None)


def test_a_swollen_leg_gives_no_muscle() -> None:
    result = with_answers(Tool.CC_MUSCLE, cc_cm=30, leg_oedema=True)
    assert (result.status, result.flags) == (Status.PARTIAL, ("cc_muscle.not_usable",))
    asked = with_answers(Tool.CC_MUSCLE, cc_cm=30, leg_oedema=None)
    assert (asked.category, asked.flags) == (Category.SEVERE, ("cc_muscle.ask_oedema",))


def test_without_a_sex_a_class_is_sure_only_where_both_agree() -> None:
    assert with_answers(Tool.WAIST, sex=None, waist_cm=79).category is Category.NORMAL
    assert with_answers(Tool.WAIST, sex=None, waist_cm=90).status is Status.PARTIAL
    assert with_answers(Tool.WAIST, sex=None, waist_cm=102).category is Category.HIGH


@pytest.mark.parametrize(
    ("answers", "status", "outcome"),
    [
        ({"complications": 1}, Status.COMPLETE, Category.STAGE_II),
        ({"complications": None}, Status.PARTIAL, Category.STAGE_I),
        ({"age": 75, "sarcf": 0}, Status.COMPLETE, Category.STAGE_I),
        ({"age": 70, "sarcf": 0}, Status.COMPLETE, Category.SCREEN_NEGATIVE),
        ({"sarcf": 0, "clinical_suspicion": True}, Status.COMPLETE, Category.STAGE_I),
        ({"sarcf": None}, Status.PARTIAL, Category.SCREEN_NEGATIVE),
        ({"bmi": 25, "waist_cm": 90}, Status.COMPLETE, Category.SCREEN_NEGATIVE),
        ({"bmi": 25, "waist_cm": None}, Status.PARTIAL, Category.SCREEN_NEGATIVE),
        ({"bmi": None, "waist_cm": 90}, Status.PARTIAL, Category.SCREEN_NEGATIVE),
        ({"hgs_kg": None, "chair_stand_s": None}, Status.PARTIAL, Category.SUSPECTED),
        (
            {"hgs_kg": None, "chair_stand_s": None, "fm_pct": 10},
            Status.PARTIAL,
            Category.SUSPECTED,
        ),
        ({"fm_pct": None}, Status.PARTIAL, Category.SUSPECTED),
        ({"alm_w_pct": None}, Status.PARTIAL, Category.SUSPECTED),
        ({"fm_pct": 10, "alm_w_pct": None}, Status.PARTIAL, Category.SUSPECTED),
        ({"fm_pct": None, "alm_w_pct": 40}, Status.PARTIAL, Category.SUSPECTED),
        (
            {"hgs_kg": 30, "chair_stand_s": None, "fm_pct": None},
            Status.COMPLETE,
            Category.FUNCTION_PRESERVED,
        ),
        ({"hgs_kg": None, "chair_stand_s": 10}, Status.COMPLETE, Category.FUNCTION_PRESERVED),
        ({"hgs_kg": 30, "chair_stand_s": 17}, Status.COMPLETE, Category.STAGE_I),
        ({"age": 39, "fm_pct": 27}, Status.COMPLETE, Category.NEEDS_CLINICIAN),
        ({"age": 39, "fm_pct": 27, "alm_w_pct": 30}, Status.COMPLETE, Category.NOT_CONFIRMED),
        ({"age": 40, "fm_pct": 27}, Status.COMPLETE, Category.NOT_CONFIRMED),
    ],
)
def test_sarcopenic_obesity_stops_where_the_next_step_is_unknown(
    answers: dict[str, Any], status: Status, outcome: Category
) -> None:
    result = with_answers(Tool.SARC_OBESITY, **answers)
    assert (result.status, result.acting_category) == (status, outcome)
    if outcome is Category.SUSPECTED:
        assert (result.category, result.category_at_least) == (outcome, None)


# ---- ESPEN and NICE -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "status", "category"),
    [
        ({"bmi": 18}, Status.COMPLETE, Category.MALNOURISHED),
        ({"bmi": 18, "ffmi": None, "loss_any_pct": None}, Status.COMPLETE, Category.MALNOURISHED),
        ({"loss_any_pct": 11}, Status.COMPLETE, Category.NOT_MALNOURISHED),
        ({"loss_any_pct": 11, "ffmi": None}, Status.PARTIAL, Category.NOT_MALNOURISHED),
        ({"loss_any_pct": None, "bmi": 19}, Status.PARTIAL, Category.NOT_MALNOURISHED),
        ({"bmi": 19, "age": None, "loss_any_pct": 11}, Status.COMPLETE, Category.MALNOURISHED),
    ],
)
def test_espen_needs_a_loss_with_a_sign_of_it(
    answers: dict[str, Any], status: Status, category: Category
) -> None:
    result = with_answers(Tool.ESPEN2015, **answers)
    assert (result.status, result.acting_category) == (status, category)


def test_nice_calls_malnourished_by_either_alone_or_both_together() -> None:
    assert with_answers(Tool.NICE_MALN, bmi=18).category is Category.MALNOURISHED
    assert with_answers(Tool.NICE_MALN, loss_pct_3_6m=11).category is Category.MALNOURISHED
    both = with_answers(Tool.NICE_MALN, bmi=19, loss_pct_3_6m=6)
    assert both.category is Category.MALNOURISHED
    assert with_answers(Tool.NICE_MALN, bmi=19).category is Category.NOT_MALNOURISHED
    assert with_answers(Tool.NICE_MALN, bmi=19, loss_pct_3_6m=None).status is Status.PARTIAL
