"""Muscle mass by each method, and which of them GLIM reads."""

from decimal import Decimal
from typing import Any

import pytest

from screening import (
    Category,
    Evidence,
    MuscleMethod,
    Sex,
    Tool,
    muscle_for_glim,
    muscle_mass,
    score,
)

NORMAL, LOW, SEVERE = Category.NORMAL, Category.MILD_MODERATE, Category.SEVERE


@pytest.mark.parametrize(
    ("method", "field", "sex", "levels"),
    [
        (MuscleMethod.CALF, "cc_cm", "M", {"34": NORMAL, "33.9": LOW, "32": LOW, "31.9": SEVERE}),
        (MuscleMethod.CALF, "cc_cm", "F", {"33": NORMAL, "32.9": LOW, "31": LOW, "30.9": SEVERE}),
        (MuscleMethod.CALF_OTHER, "cc_cm", "M", {"33": NORMAL, "32.9": LOW, "20": LOW}),
        (MuscleMethod.CALF_OTHER, "cc_cm", "F", {"32": NORMAL, "31.9": LOW, "20": LOW}),
        (MuscleMethod.FFMI, "ffmi", "M", {"17": NORMAL, "16.9": LOW, "10": LOW}),
        (MuscleMethod.FFMI, "ffmi", "F", {"15": NORMAL, "14.9": LOW, "10": LOW}),
        (MuscleMethod.ASMI, "asmi", "M", {"7": NORMAL, "6.9": LOW, "4": LOW}),
        (MuscleMethod.ASMI, "asmi", "F", {"5.5": NORMAL, "5.4": LOW, "4": LOW}),
    ],
)
def test_each_method_has_its_limits_by_sex(
    method: MuscleMethod, field: str, sex: str, levels: dict[str, Category]
) -> None:
    for value, level in levels.items():
        found = muscle_mass(method, {"sex": sex, "bmi": 22, field: Decimal(value)})
        assert (value, found.level, found.method) == (value, level, method)


@pytest.mark.parametrize(
    ("bmi", "off"),
    [("17", 0), ("24.999", 0), ("25", 3), ("29.999", 3), ("30", 7), ("39.999", 7), ("40", 12)],
)
def test_the_calf_of_a_large_body_is_taken_smaller(bmi: str, off: int) -> None:
    for method, limit in ((MuscleMethod.CALF, 34), (MuscleMethod.CALF_OTHER, 33)):
        calf = {"sex": Sex.MALE, "bmi": Decimal(bmi)}
        assert muscle_mass(method, {**calf, "cc_cm": limit + off}).level is NORMAL
        assert muscle_mass(method, {**calf, "cc_cm": limit + off - Decimal("0.1")}).level is LOW


@pytest.mark.parametrize(
    ("method", "answers", "missing"),
    [
        (MuscleMethod.CALF, {"sex": "M", "cc_cm": 30}, ("height_cm", "weight_kg")),
        (MuscleMethod.CALF, {"sex": "M", "bmi": 22}, ("cc_cm", "height_cm", "weight_kg")),
        (MuscleMethod.FFMI, {"ffmi": 16}, ("sex",)),
        (MuscleMethod.ASMI, {"sex": None, "asmi": None}, ("asmi", "sex")),
        (MuscleMethod.EXAMINATION, {}, ("muscle_examined",)),
    ],
)
def test_what_a_method_needs_is_asked_and_never_guessed(
    method: MuscleMethod, answers: dict[str, Any], missing: tuple[str, ...]
) -> None:
    found = muscle_mass(method, answers)
    assert (found.level, found.missing) == (None, missing)


def test_a_trained_hand_grades_in_words() -> None:
    for word, level in (("normal", NORMAL), ("mild_moderate", LOW), ("severe", SEVERE)):
        assert muscle_mass(MuscleMethod.EXAMINATION, {"muscle_examined": word}).level is level


def test_glim_reads_the_gravest_of_what_was_measured() -> None:
    calf = {"sex": "M", "bmi": 22, "cc_cm": 40}
    assert muscle_for_glim({}) is None
    enough = muscle_for_glim(calf)
    assert enough is not None
    assert (enough.method, enough.level) == (MuscleMethod.CALF, NORMAL)
    thin = muscle_for_glim({**calf, "ffmi": 16})
    assert thin is not None
    assert (thin.method, thin.level, thin.reason) == (
        *(MuscleMethod.FFMI, LOW),
        "muscle.ffmi.man_below_17",
    )


def test_the_calf_of_other_studies_is_only_read_by_name() -> None:
    calf = {"sex": "F", "bmi": 22, "cc_cm": 33, "leg_oedema": False}
    found = muscle_for_glim(calf)
    assert found is not None
    assert found.method is MuscleMethod.CALF
    assert muscle_for_glim({**calf, "leg_oedema": True}) is None


def test_a_method_says_how_sure_its_limits_are() -> None:
    assert muscle_mass(MuscleMethod.ASMI, {}).evidence is Evidence.UNVERIFIED
    assert muscle_mass(MuscleMethod.CALF_OTHER, {}).evidence is Evidence.SECONDARY
    assert muscle_mass(MuscleMethod.FFMI, {}).evidence is Evidence.SOURCE


def test_the_calf_as_an_instrument_says_what_the_method_says() -> None:
    for cc_cm in (30, 33, 36, 40):
        answers = {"sex": "M", "bmi": 27, "cc_cm": cc_cm, "leg_oedema": False}
        found = muscle_mass(MuscleMethod.CALF, answers)
        assert score(Tool.CC_MUSCLE, answers).category is found.level
