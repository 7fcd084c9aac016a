"""Tests that go step by step, or that need to know man from woman; marks and flags."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import Category, Evidence, Mark, Provenance, Status, Tool, score
from screening.instruments.quantities import WATER_TEST_EXCLUSIONS


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


@pytest.mark.parametrize(
    ("answers", "marks"),
    [
        ({"ulna_cm": 24}, ()),
        ({"knee_height_cm": 50}, ("height.knee V2",)),
        ({"knee_height_cm": 50, "age": 59}, ("height.knee K",)),
        ({"knee_height_cm": 50, "age": 60}, ("height.knee V2",)),
        ({"knee_height_cm": 50, "age": 59, "sex": "M"}, ("height.knee V2",)),
        ({"demispan_cm": 75}, ("height.demispan V2",)),
        ({"height_cm": 150, "amputated": "hand"}, ("weight.amputation K",)),
    ],
)
def test_what_stands_in_for_a_measure_says_how_sure_it_is(
    answers: dict[str, Any], marks: tuple[str, ...]
) -> None:
    result = score(Tool.MUST, {**SMALL, **answers})
    assert tuple(f"{one.code} {one.evidence}" for one in result.marks) == marks


def test_overweight_is_a_mark_beside_a_green_result() -> None:
    answers = {"loss_6m_kg": 0, "loss_1m_kg": 0, "needs_help_eating": False}
    answers |= {"reduced_appetite": False}
    heavy = score(Tool.SNAQRC, {**answers, "bmi": 28})
    assert (heavy.category, heavy.flags) == (Category.GREEN, ("snaqrc.overweight",))
    assert score(Tool.SNAQRC, {**answers, "bmi": Decimal("27.99")}).flags == ()
    assert score(Tool.SNAQRC, {**answers, "bmi": 28}, rule_version="1").flags == ()


SMALL = {"age": 80, "sex": "F", "weight_kg": Decimal(45), "loss_pct": 0, "acute": False}


@pytest.mark.parametrize(
    ("lengths", "height"),
    [
        ({"ulna_cm": 24}, Fraction(158)),
        ({"ulna_cm": 24, "knee_height_cm": 50}, Fraction(158)),
        ({"ulna_cm": 40, "knee_height_cm": 50}, Fraction("157.18")),
        ({"demispan_cm": 75}, Fraction("60.1") + Fraction("1.35") * 75),
        ({"knee_height_cm": 50, "demispan_cm": 75}, Fraction("157.18")),
    ],
)
def test_a_height_is_estimated_from_the_best_length_there_is(
    lengths: dict[str, Any], height: Fraction
) -> None:
    result = score(Tool.MUST, {**SMALL, **lengths})
    assert result.items[0].value == Fraction(450_000) / (height * height)
    assert result.input_provenance["height"] is Provenance.ESTIMATED


def test_knee_and_ulna_need_an_age_and_the_demispan_does_not() -> None:
    ageless = {**SMALL, "age": None}
    assert score(Tool.MUST, {**ageless, "knee_height_cm": 50}).status is Status.PARTIAL
    assert score(Tool.MUST, {**ageless, "demispan_cm": 75}).status is Status.COMPLETE


def body_mass(**answers: Any) -> Any:
    return score(Tool.MUST, {**SMALL, "height_cm": 150, **answers})


def test_a_lost_limb_is_added_and_said() -> None:
    result = body_mass(amputated="whole_leg")
    assert result.items[0].value == Fraction(45) / Fraction("0.84") / Fraction("2.25")
    assert result.flags == ("weight.amputation",)
    assert result.input_provenance["weight_kg"] is Provenance.ESTIMATED
    assert body_mass(amputated="none").flags == ()


@pytest.mark.parametrize(
    ("confirmed", "points", "flag"),
    [(True, 2, "dry_weight_estimated"), (None, 1, "weight.fluid_unconfirmed")],
)
def test_fluid_is_taken_off_only_when_a_clinician_confirms(
    *, confirmed: bool | None, points: int, flag: str
) -> None:
    result = body_mass(oedema="moderate", ascites="none", fluid_confirmed=confirmed)
    assert (result.items[0].points, result.flags) == (points, (flag,))


def test_fluid_does_not_hide_a_loss_and_a_lost_limb_makes_none() -> None:
    kept = {"loss_pct": None, "weight_before_kg": 45}
    dry = body_mass(**kept, oedema="moderate", fluid_confirmed=True)
    assert dry.items[1].value == Fraction(500, 45)
    assert body_mass(**kept, amputated="whole_leg").items[1].value == 0


def test_more_fluid_than_weight_leaves_the_weight_open() -> None:
    wet = {"oedema": "severe", "ascites": "severe", "fluid_confirmed": True, "weight_kg": 24}
    assert body_mass(**wet).items[0].points is None


def test_the_upper_arm_stands_in_for_the_bmi_and_for_nothing_else() -> None:
    assert score(Tool.MUST, {"bmi": 25, "muac_cm": 22}).status is Status.PARTIAL
    assert score(Tool.MUST, {"loss_pct": 0, "muac_cm": 23}).status is Status.SUBJECTIVE


def test_an_instrument_that_asks_no_height_marks_no_estimate() -> None:
    answers = {"age": 80, "sex": "F", "knee_height_cm": 50, "loss_6m_kg": 0}
    assert score(Tool.SNAQ, answers).marks == ()
