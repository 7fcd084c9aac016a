"""From a form to what follows: children, slips, acts, dates, replay."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from screening import (
    Action,
    Category,
    EarlierWeight,
    Intake,
    Provenance,
    Setting,
    Sex,
    Status,
    Tool,
    assess,
    is_overdue,
)

TODAY = date(2026, 11, 22)

LADY = Intake(
    tool=Tool.MUST,
    setting=Setting.COMMUNITY,
    answers={
        "weight_kg": Decimal("47.2"),
        "height_cm": 161,
        "weight_before_kg": Decimal("51.4"),
        "loss_planned": False,
        "acute": None,
    },
    born=date(1944, 3, 1),
    sex=Sex.FEMALE,
    on=TODAY,
    provenance={"weight_kg": Provenance.MEASURED, "height_cm": Provenance.MEASURED},
)


def test_a_certain_risk_says_what_follows_and_when() -> None:
    result = assess(LADY).result
    assert (result.status, result.category) == (Status.PARTIAL, Category.HIGH)
    assert result.actions == (
        Action(code="action.draw_up_prescription"),
        Action(code="action.inform_gp"),
    )
    assert result.next_due == date(2026, 12, 23)
    assert result.input_provenance["weight_kg"] is Provenance.MEASURED


def test_a_slip_of_unit_opens_its_item_and_never_scores() -> None:
    slip = replace(LADY, answers={**LADY.answers, "height_cm": Decimal("1.61")})
    assessment = assess(slip)
    (question,) = assessment.questions
    assert (question.field, question.suggestion) == ("height_cm", Decimal("161.0"))
    result = assessment.result
    assert (result.min_score, result.max_score) == (1, 5)
    assert result.category_at_least is Category.MEDIUM
    assert result.actions == (
        Action(code="action.correct", field="height_cm"),
        Action(code="action.ask", field="acute"),
        Action(code="action.food_record_3_days"),
    )
    assert result.next_due == date(2027, 1, 23)


def test_an_unlikely_value_that_was_confirmed_is_scored() -> None:
    light = replace(LADY, answers={**LADY.answers, "weight_kg": Decimal("19.5")})
    assert assess(light).result.items[0].points is None
    confirmed = assess(replace(light, confirmed=frozenset({"weight_kg"})))
    assert confirmed.questions == ()
    assert confirmed.result.items[0].points == 2
    assert "implausible:weight_kg" in confirmed.result.flags


def test_a_sudden_change_is_asked_but_still_scored() -> None:
    sudden = replace(LADY, earlier_weight=EarlierWeight(weight_kg=Decimal(54), days_ago=5))
    assessment = assess(sudden)
    assert [one.code for one in assessment.questions] == ["implausible.change_7_days"]
    assert assessment.result.items[0].points == 2


@pytest.mark.parametrize("tool", list(Tool))
def test_a_child_is_refused_whatever_the_tool(tool: Tool) -> None:
    child = Intake(
        tool=tool,
        setting=Setting.COMMUNITY,
        answers={"bmi": 17, "acute": True},
        born=date(2008, 11, 23),
        sex=None,
        on=TODAY,
    )
    assessment = assess(child)
    result = assessment.result
    assert (assessment.age, result.status) == (17, Status.NOT_VALID)
    assert (result.score, result.category, result.items) == (None, None, ())
    assert result.actions == (Action(code="action.other_tool"),)


def test_on_the_eighteenth_birthday_the_tool_is_valid() -> None:
    adult = replace(LADY, born=date(2008, 11, 22))
    assert assess(adult).result.status is Status.PARTIAL


def test_too_young_for_this_tool_asks_for_another() -> None:
    younger = replace(LADY, tool=Tool.MNA_SF, born=date(1970, 1, 1))
    result = assess(younger).result
    assert (result.status, result.actions) == (
        Status.NOT_VALID,
        (Action(code="action.other_tool"),),
    )


def test_without_a_birth_date_the_given_age_stays() -> None:
    unborn = replace(LADY, born=None, sex=None, answers={**LADY.answers, "age": 17})
    assert assess(unborn).result.status is Status.NOT_VALID
    assert assess(replace(unborn, answers=LADY.answers)).age is None


def test_an_answer_that_is_no_answer_is_named() -> None:
    broken = replace(LADY, answers={**LADY.answers, "acute": "maybe", "weight_kg": "much"})
    result = assess(broken).result
    assert result.status is Status.INVALID
    assert result.actions == (
        Action(code="action.correct", field="weight_kg"),
        Action(code="action.correct", field="acute"),
    )


def test_a_class_from_the_upper_arm_asks_a_person_to_judge() -> None:
    arm = replace(LADY, answers={"muac_cm": Decimal("23.0")})
    result = assess(arm).result
    assert result.actions[-1] == Action(code="action.judge")
    assert Action(code="action.ask", field="weight_kg") in result.actions
    assert result.next_due is None


@pytest.mark.parametrize(
    ("tool", "setting", "category", "days"),
    [
        (Tool.MUST, Setting.HOSPITAL, Category.LOW, 7),
        (Tool.MUST, Setting.HOSPITAL, Category.HIGH, 7),
        (Tool.MUST, Setting.CARE_HOME, Category.LOW, 31),
        (Tool.MUST, Setting.CARE_HOME, Category.HIGH, 31),
        (Tool.MUST, Setting.COMMUNITY, Category.LOW, 365),
        (Tool.MUST, Setting.COMMUNITY, Category.MEDIUM, 92),
        (Tool.MUST, Setting.COMMUNITY, Category.HIGH, 31),
        (Tool.MUST, Setting.COMMUNITY, None, 31),
        (Tool.NRS2002, Setting.HOSPITAL, Category.NOT_AT_RISK, 7),
        (Tool.NRS2002, Setting.HOSPITAL, Category.LOW, 7),
        (Tool.MNA_SF, Setting.COMMUNITY, Category.NORMAL, 365),
        (Tool.MNA_SF, Setting.COMMUNITY, Category.AT_RISK, 92),
        (Tool.MNA_SF, Setting.CARE_HOME, Category.NORMAL, 92),
        (Tool.SNAQRC, Setting.CARE_HOME, Category.GREEN, 31),
    ],
)
def test_a_repeat_is_late_the_day_after_its_interval(
    tool: Tool, setting: Setting, category: Category | None, days: int
) -> None:
    assert not is_overdue(tool, setting, category, days_since=days)
    assert is_overdue(tool, setting, category, days_since=days + 1)
