"""Tests that go step by step, or that need to know man from woman; marks and flags."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import Category, Evidence, Mark, Status, Tool, score
from screening.quantities import WATER_TEST_EXCLUSIONS


def guss(*steps: int | None) -> Any:
    return score(Tool.GUSS, {f"subtest_{n}": one for n, one in enumerate(steps, start=1)})


@pytest.mark.parametrize(
    ("steps", "total", "category", "flags"),
    [
        ((5, 5, 5, 5), 20, Category.NONE_OR_MINIMAL, ()),
        ((5, 5, 5, 4), 19, Category.SLIGHT, ()),
        ((5, 5, 5), 15, Category.SLIGHT, ("unfinished",)),
        ((5, 5, 4), 14, Category.MODERATE, ()),
        ((5, 5, None, None), 10, Category.MODERATE, ("unfinished",)),
        ((5, 4), 9, Category.SEVERE, ()),
        ((0,), 0, Category.SEVERE, ()),
    ],
)
def test_a_step_that_was_not_done_gives_no_points(
    steps: tuple[int | None, ...], total: int, category: Category, flags: tuple[str, ...]
) -> None:
    result = guss(*steps)
    assert (result.status, result.score, result.category, result.flags) == (
        Status.COMPLETE,
        total,
        category,
        flags,
    )


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        ((4, 5), ("subtest_2",)),
        ((5, None, 5), ("subtest_3",)),
        ((5, 4, 1), ("subtest_3",)),
        ((None, 5), ("subtest_2",)),
        ((6,), ("subtest_1",)),
    ],
)
def test_a_step_after_one_that_was_not_full_is_refused(
    steps: tuple[int | None, ...], wrong: tuple[str, ...]
) -> None:
    result = guss(*steps)
    assert (result.status, result.invalid, result.score) == (Status.INVALID, wrong, None)


@given(st.integers(0, 3), st.integers(0, 4))
def test_a_better_step_never_gives_a_worse_total(full: int, last: int) -> None:
    worse, better = guss(*[5] * full, last), guss(*[5] * full, last + 1)
    assert worse.score < better.score


def calf(**answers: Any) -> Any:
    return score(Tool.SARCCALF, {"s": 0, "a": 0, "r": 0, "c": 0, "falls": 1, **answers})


@pytest.mark.parametrize(
    ("cc_cm", "sex", "span"),
    [
        ("34", "M", (11, 11)),
        ("34.1", "M", (1, 1)),
        ("33", "F", (11, 11)),
        ("33.1", "F", (1, 1)),
        ("33", None, (11, 11)),
        ("33.5", None, (1, 11)),
        ("34.1", None, (1, 1)),
    ],
)
def test_without_the_sex_only_what_lies_between_both_limits_is_open(
    cc_cm: str, sex: str | None, span: tuple[int, int]
) -> None:
    result = calf(cc_cm=Decimal(cc_cm), sex=sex)
    assert (result.min_score, result.max_score) == span
    assert result.missing == (("sex",) if span[0] != span[1] else ())


def test_a_calf_nobody_measured_is_open_whoever_it_is() -> None:
    assert calf(sex="F").missing == ("cc_cm",)
    assert calf().missing == ("cc_cm", "sex")


DRUNK = {
    "drank_ml": 90,
    "interrupted": False,
    "cough_or_choke": False,
    "wet_voice": False,
    **dict.fromkeys(WATER_TEST_EXCLUSIONS, False),
}


@pytest.mark.parametrize(
    ("answers", "status", "category", "at_least", "flags"),
    [
        ({}, Status.COMPLETE, Category.PASSED, None, ()),
        ({"drank_ml": Decimal("89.9")}, Status.COMPLETE, Category.FAILED, None, ()),
        ({"wet_voice": True, "drank_ml": None}, Status.COMPLETE, Category.FAILED, None, ()),
        ({"wet_voice": None}, Status.PARTIAL, None, Category.PASSED, ()),
        ({"drank_ml": None}, Status.PARTIAL, None, Category.PASSED, ()),
        ({"tube_fed": True}, Status.COMPLETE, Category.PASSED, None, ("water90.do_not_run",)),
        ({"tube_fed": None}, Status.COMPLETE, Category.PASSED, None, ("water90.ask_first",)),
    ],
)
def test_the_water_test_is_passed_only_when_every_sign_is_known_to_be_absent(
    answers: dict[str, Any],
    status: Status,
    category: Category | None,
    at_least: Category | None,
    flags: tuple[str, ...],
) -> None:
    result = score(Tool.WATER90, {**DRUNK, **answers})
    found = (result.status, result.category, result.category_at_least, result.flags)
    assert found == (status, category, at_least, flags)


def test_what_nobody_read_at_its_source_is_marked_in_the_result() -> None:
    assert calf(cc_cm=40, sex="M").marks == (
        Mark(code="tool.SARCCALF", evidence=Evidence.UNVERIFIED),
    )
    assert score(Tool.MUST, {"bmi": 20}).marks == ()


def test_overweight_is_a_mark_beside_a_green_result() -> None:
    answers = {"loss_6m_kg": 0, "loss_1m_kg": 0, "needs_help_eating": False}
    answers |= {"reduced_appetite": False}
    heavy = score(Tool.SNAQRC, {**answers, "bmi": 28})
    assert (heavy.category, heavy.flags) == (Category.GREEN, ("snaqrc.overweight",))
    assert score(Tool.SNAQRC, {**answers, "bmi": Decimal("27.99")}).flags == ()
    assert score(Tool.SNAQRC, {**answers, "bmi": 28}, rule_version="1").flags == ()
