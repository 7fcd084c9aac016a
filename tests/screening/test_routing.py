"""Which instrument is offered where: the place decides, findings add."""

from decimal import Decimal

import pytest

from screening import Category, OfferReason, Setting, Sex, Situation, Tool, offers

H, C, W = Setting.HOSPITAL, Setting.CARE_HOME, Setting.COMMUNITY


@pytest.mark.parametrize(
    ("setting", "age", "geriatric", "tools"),
    [
        (H, 40, False, (Tool.NRS2002, Tool.MUST, Tool.SNAQ)),
        (H, 80, False, (Tool.NRS2002, Tool.MUST, Tool.SNAQ)),
        (H, 75, True, (Tool.NRS2002, Tool.MUST, Tool.SNAQ)),
        (H, 76, True, (Tool.MNA_SF, Tool.MUST, Tool.NRS2002)),
        (C, 64, False, (Tool.MUST,)),
        (C, 65, False, (Tool.MNA_SF, Tool.SNAQRC, Tool.MUST)),
        (W, 18, False, (Tool.MUST,)),
        (W, 64, False, (Tool.MUST,)),
        (W, 65, False, (Tool.MUST, Tool.SNAQ65)),
        (W, 75, False, (Tool.MUST, Tool.SNAQ65)),
        (W, 76, False, (Tool.MNA_SF, Tool.SNAQ65, Tool.MUST)),
    ],
)
def test_place_and_age_decide_on_the_default(
    setting: Setting, age: int, *, geriatric: bool, tools: tuple[Tool, ...]
) -> None:
    found = offers(Situation(setting=setting, age=age, geriatric_ward=geriatric))
    assert tuple(one.tool for one in found) == tools
    assert found[0].reason is OfferReason.DEFAULT
    assert {one.reason for one in found[1:]} <= {OfferReason.ALSO}


def test_a_child_is_offered_nothing() -> None:
    assert offers(Situation(setting=W, age=17, swallowing_complaint=True)) == ()


def added(**situation: object) -> set[Tool]:
    bare = offers(Situation(setting=W, age=80))
    more = offers(Situation(setting=W, age=80, **situation))  # type: ignore[arg-type]
    assert more[: len(bare)] == bare
    return {one.tool for one in more[len(bare) :]}


def test_findings_add_instruments_and_take_none_away() -> None:
    assert added(swallowing_complaint=True) == {Tool.EAT10, Tool.GUSS, Tool.WATER90}
    assert added(short_form=11) == {Tool.MNA_FULL}
    assert added(short_form=12) == set()


@pytest.mark.parametrize(
    ("bmi", "waist", "sex", "large"),
    [
        (Decimal("29.99"), None, None, False),
        (30, None, None, True),
        (None, Decimal("101.9"), Sex.MALE, False),
        (None, 102, Sex.MALE, True),
        (None, 88, Sex.FEMALE, True),
        (None, 88, None, True),
        (25, 87, None, False),
    ],
)
def test_a_large_body_asks_for_a_look_at_the_muscles(
    bmi: Decimal | int | None, waist: Decimal | int | None, sex: Sex | None, *, large: bool
) -> None:
    found = added(bmi=bmi, waist_cm=waist, sex=sex)
    assert (found >= {Tool.SARCF, Tool.SARCCALF, Tool.SARC_OBESITY}) is large


@pytest.mark.parametrize(
    ("screened", "more"),
    [
        (None, set()),
        (Category.LOW, set()),
        (Category.MEDIUM, {Tool.GLIM, Tool.REFEED_NICE}),
        (Category.RED, {Tool.GLIM, Tool.REFEED_NICE}),
    ],
)
def test_a_positive_screening_asks_for_a_diagnosis_and_for_care_with_feeding(
    screened: Category | None, more: set[Tool]
) -> None:
    assert added(screened=screened) == more


def test_each_instrument_is_offered_once_with_its_first_reason() -> None:
    found = offers(Situation(setting=C, age=70, swallowing_complaint=True, bmi=31, short_form=9))
    assert len({one.tool for one in found}) == len(found)
