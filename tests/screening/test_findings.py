"""What several results say together, with unknown kept apart from no."""

from typing import Any

import pytest

from screening import (
    Aetiology,
    EnergyFacts,
    SwallowingFacts,
    Tool,
    ToolResult,
    aetiology,
    double_burden,
    score,
    suspected_dysphagia,
)


@pytest.mark.parametrize(
    ("answers", "label"),
    [
        ({"disease": "acute", "inflammation": True}, Aetiology.ACUTE_INFLAMMATION),
        ({"disease": "chronic", "inflammation": True}, Aetiology.CHRONIC_INFLAMMATION),
        ({"disease": "chronic", "inflammation": False}, Aetiology.CHRONIC_MINIMAL),
        ({"disease": "none", "inflammation": False}, Aetiology.STARVATION),
        ({"gi_condition": True, "inflammation": False}, Aetiology.CHRONIC_MINIMAL),
        ({"disease": "none", "gi_condition": True, "inflammation": False}, Aetiology.STARVATION),
        ({"disease": "acute", "inflammation": False}, None),
        ({"disease": "chronic"}, None),
        ({"disease": "none", "inflammation": True}, None),
        ({"inflammation": True}, None),
        ({"gi_condition": True}, None),
        ({}, None),
    ],
)
def test_the_cause_is_labelled_only_when_it_was_told(
    answers: dict[str, Any], label: Aetiology | None
) -> None:
    assert aetiology(answers) is label


def eat10(points: int | None) -> ToolResult:
    rest = {f"item_{n}": 0 for n in range(2, 11)}
    return score(Tool.EAT10, {"item_1": points, **rest})


CALM_WATER = score(
    Tool.WATER90,
    {"drank_ml": 90, "interrupted": False, "cough_or_choke": False, "wet_voice": False},
)
FAILED_WATER = score(Tool.WATER90, {"drank_ml": 60})


@pytest.mark.parametrize(
    ("facts", "found", "reasons"),
    [
        ({}, None, ()),
        ({"recorded": True}, True, ("dysphagia.recorded",)),
        ({"recorded": False}, None, ()),
        ({"eat10": eat10(3)}, True, ("dysphagia.eat10",)),
        ({"eat10": eat10(2)}, None, ()),
        ({"eat10": eat10(2), "recorded": False}, False, ()),
        ({"eat10": eat10(None), "recorded": False}, None, ()),
        ({"water_test": FAILED_WATER}, True, ("dysphagia.water90",)),
        (
            {"eat10": eat10(4), "water_test": CALM_WATER, "recorded": False},
            True,
            ("dysphagia.eat10",),
        ),
        ({"water_test": CALM_WATER, "recorded": False}, False, ()),
        (
            {"guss": score(Tool.GUSS, {"subtest_1": 4}), "recorded": True},
            True,
            ("dysphagia.recorded", "dysphagia.guss"),
        ),
    ],
)
def test_one_sign_is_enough_to_suspect_and_silence_is_no_answer(
    facts: dict[str, Any], *, found: bool | None, reasons: tuple[str, ...]
) -> None:
    told = suspected_dysphagia(SwallowingFacts(**facts))
    assert (told.found, told.reasons) == (found, reasons)


def test_who_was_never_tested_is_asked_to_be() -> None:
    assert suspected_dysphagia(SwallowingFacts()).missing == ("dysphagia.test",)
    assert suspected_dysphagia(SwallowingFacts(eat10=eat10(0))).missing == ()


BOTH: dict[str, Any] = {
    "malnourished": True,
    "bmi": 31,
    "energy_pct_of_need": 120,
    "gain_pct": 0,
    "sarcopenic_obesity": False,
}


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({}, True),
        ({"bmi": 25}, True),
        ({"bmi": 24}, False),
        ({"bmi": None}, None),
        ({"energy_pct_of_need": 110}, False),
        ({"energy_pct_of_need": 111}, True),
        ({"energy_pct_of_need": None}, None),
        ({"energy_pct_of_need": None, "gain_pct": 5}, True),
        ({"energy_pct_of_need": 100, "gain_pct": 4}, False),
        ({"malnourished": False}, False),
        ({"malnourished": False, "sarcopenic_obesity": True}, True),
        ({"malnourished": None}, None),
        ({"malnourished": None, "bmi": 20}, False),
    ],
)
def test_too_little_and_too_much_at_once_needs_both_known(
    change: dict[str, Any], *, found: bool | None
) -> None:
    assert double_burden(EnergyFacts(**{**BOTH, **change})).found is found


def test_a_double_burden_says_why_and_what_is_open() -> None:
    told = double_burden(EnergyFacts(**BOTH))
    assert told.reasons == (
        *("burden.malnourished", "burden.overweight"),
        "burden.energy_above_need",
    )
    assert double_burden(EnergyFacts(malnourished=True)).missing == (
        *("burden.overweight", "burden.energy_above_need"),
        "burden.weight_gain",
    )
