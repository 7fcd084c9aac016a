"""Resting energy and requirements against the published tables, worked out by hand."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    REQUIREMENT_RULES,
    Equation,
    Reckoned,
    Sex,
    Status,
    bmr,
    requirement,
    resting_energy_kcal,
)

VECTORS = Path(__file__).parents[3] / "shared" / "data" / "screening" / "vectors.json"
MAN = {"sex": "M", "age": 40, "weight_kg": 70, "height_cm": 175}
WOMAN = {"sex": "F", "age": 40, "weight_kg": 60, "height_cm": 165}


@pytest.mark.skipif(not VECTORS.exists(), reason="the worked examples are not at hand")
def test_every_worked_example_comes_out_as_printed() -> None:
    vectors = json.loads(VECTORS.read_text(), parse_float=Decimal)["vectors"]
    doors = {"BMR": bmr, "REQUIREMENT": requirement}
    chosen = [one for one in vectors if one["instrument"] in doors]
    for one in chosen:
        assert doors[one["instrument"]](one["inputs"]).figures == one["expected"], one["id"]
    assert len(chosen) > 10


@pytest.mark.parametrize(
    ("equation", "person", "kcal"),
    [
        ("mifflin", MAN, "1598.75"),  # 700 + 1093.75 - 200 + 5
        ("mifflin", WOMAN, "1270.25"),  # 600 + 1031.25 - 200 - 161
        ("harris_benedict", MAN, "1634.46"),  # 66.473 + 962.612 + 875.5775 - 270.2
        ("harris_benedict", WOMAN, "1347.06"),  # 655.0955 + 573.804 + 305.184 - 187.024
        ("roza_shizgal", MAN, "1638.90"),  # 88.362 + 937.79 + 839.825 - 227.08
        ("roza_shizgal", WOMAN, "1340.38"),  # 447.593 + 554.82 + 511.17 - 173.2
        ("henry_w", MAN, "1587.00"),  # 994 + 593
        ("henry_w", WOMAN, "1278.40"),  # 584.4 + 694
        ("henry_wh", MAN, "1607.75"),  # 798 + 946.75 - 137
        ("henry_wh", WOMAN, "1307.50"),  # 490.8 + 828.3 - 11.6
    ],
)
def test_each_equation_gives_its_published_line(
    equation: str, person: dict[str, Any], kcal: str
) -> None:
    found = bmr({"equation": equation, **person})
    assert found == Reckoned(status=Status.COMPLETE, figures={"kcal_2dp": Decimal(kcal)})


@pytest.mark.parametrize(
    ("sex", "age", "kcal"),
    [
        ("M", 18, "1665.0"),  # 16.0 x 70 + 545
        ("M", 29, "1665.0"),
        ("M", 30, "1587.0"),
        ("M", 59, "1587.0"),
        ("M", 60, "1477.0"),  # 13.0 x 70 + 567
        ("M", 69, "1477.0"),
        ("M", 70, "1440.0"),  # 13.7 x 70 + 481
        ("F", 18, "1475.0"),  # 13.1 x 70 + 558
        ("F", 29, "1475.0"),
        ("F", 30, "1375.8"),  # 9.74 x 70 + 694
        ("F", 59, "1375.8"),
        ("F", 60, "1286.0"),  # 10.2 x 70 + 572
        ("F", 69, "1286.0"),
        ("F", 70, "1277.0"),  # 10.0 x 70 + 577
    ],
)
def test_each_band_by_weight_alone_begins_where_it_is_printed(
    sex: str, age: int, kcal: str
) -> None:
    found = bmr({"equation": "henry_w", "sex": sex, "age": age, "weight_kg": 70})
    assert found.figures["kcal_2dp"] == Decimal(kcal)


def test_half_a_hundredth_rounds_away_from_zero() -> None:
    facts = {**WOMAN, "equation": "roza_shizgal", "weight_kg": Decimal("60.5")}
    assert bmr(facts).figures["kcal_2dp"] == Decimal("1345.01")  # exactly 1345.0065
    exact = resting_energy_kcal(
        Sex.FEMALE,
        40,
        weight_kg=Decimal("60.5"),
        height_cm=165,
        equation=Equation.ROZA_SHIZGAL,
    )
    assert exact == Fraction("1345.0065")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"age": 17}, Reckoned(status=Status.NOT_VALID)),
        ({"age": 17, "sex": "X"}, Reckoned(status=Status.NOT_VALID)),
        ({"age": Decimal("17.5")}, Reckoned(status=Status.INVALID, unreadable=("age",))),
        ({"sex": "X"}, Reckoned(status=Status.INVALID, unreadable=("sex",))),
        ({"sex": "X", "age": None}, Reckoned(status=Status.INVALID, unreadable=("sex",))),
        ({"weight_kg": 0}, Reckoned(status=Status.INVALID, unreadable=("weight_kg",))),
        ({"weight_kg": "heavy"}, Reckoned(status=Status.INVALID, unreadable=("weight_kg",))),
        ({"weight_kg": True}, Reckoned(status=Status.INVALID, unreadable=("weight_kg",))),
        ({"equation": "schofield"}, Reckoned(status=Status.INVALID, unreadable=("equation",))),
        ({"equation": 3}, Reckoned(status=Status.INVALID, unreadable=("equation",))),
        ({"equation": None}, Reckoned(status=Status.PARTIAL, missing=("equation",))),
        ({"age": None}, Reckoned(status=Status.PARTIAL, missing=("age",))),
        ({"height_cm": None}, Reckoned(status=Status.PARTIAL, missing=("height_cm",))),
    ],
)
def test_what_cannot_be_worked_out_says_why(change: dict[str, Any], expected: Reckoned) -> None:
    assert bmr({"equation": "mifflin", **MAN, **change}) == expected


def test_an_equation_by_weight_looks_at_no_height() -> None:
    with_height = bmr({"equation": "henry_w", **MAN, "height_cm": -1})
    without = bmr({"equation": "henry_w", **MAN, "height_cm": None})
    assert with_height == without
    assert without.status is Status.COMPLETE
    with pytest.raises(ValueError, match="height in cm"):
        resting_energy_kcal(Sex.MALE, 40, weight_kg=70, height_cm=None)


def test_an_unlikely_weight_is_told_and_still_reckoned_with() -> None:
    found = bmr({"equation": "henry_w", **MAN, "weight_kg": 301})
    assert found.flags == ("implausible:weight_kg",)
    assert found.figures == {"kcal_2dp": Decimal("4867.2")}
    assert not bmr({"equation": "henry_w", **MAN, "weight_kg": 300}).flags


@pytest.mark.parametrize(
    ("rule", "figures"),
    [
        (
            "cancer",
            {"kcal_min": 1568, "kcal_max": 1881, "protein_g_min": "62.7", "protein_g_max": "94.05"},
        ),
        ("cirrhosis_malnourished", {"kcal_min": 1881, "kcal_max": 2195, "protein_g": "94.05"}),
        (
            "pressure_ulcer_malnourished",
            {
                "kcal_min": 1881,
                "kcal_max": 2195,
                "protein_g_min": "78.375",
                "protein_g_max": "94.05",
            },
        ),
        (
            "ckd_3_5_no_diabetes",
            {
                "kcal_min": 1568,
                "kcal_max": 2195,
                "protein_g_min": "34.485",
                "protein_g_max": "37.62",
                "sodium_mg_max": 2300,
            },
        ),
        ("older_adult", {"kcal": 1881, "protein_g_min": "62.7"}),
    ],
)
def test_each_rule_gives_exactly_its_figures(rule: str, figures: dict[str, Any]) -> None:
    found = requirement({"rule": rule, "weight_kg": Decimal("62.7")})
    wanted = {name: Decimal(value) for name, value in figures.items()}
    assert found == Reckoned(status=Status.COMPLETE, figures=wanted)
    whole = [value for name, value in found.figures.items() if name.startswith("kcal")]
    assert all(isinstance(value, int) for value in whole)


def test_drinks_are_told_where_the_sex_is_known() -> None:
    older = {"rule": "older_adult", "weight_kg": 60}
    assert "drinks_ml" not in requirement(older).figures
    assert requirement({**older, "sex": "F"}).figures["drinks_ml"] == 1600
    assert requirement({**older, "sex": "M"}).figures["drinks_ml"] == 2000
    assert requirement({**older, "sex": "V"}).unreadable == ("sex",)
    assert "drinks_ml" not in requirement({"rule": "cancer", "weight_kg": 60, "sex": "F"}).figures


@pytest.mark.parametrize(
    ("given", "ref", "adjusted"),
    [
        ({"weight_kg": 100}, "64", "73"),
        ({"weight_kg": Decimal("76.8")}, "64", "67.2"),
        ({"weight_kg": Decimal("76.7")}, "64", "76.7"),  # BMI under 30: the actual weight
        ({"weight_kg": 100, "ref_bmi": 22}, "56.32", "67.24"),
        ({"weight_kg": 100, "factor": Decimal("0.33")}, "64", "75.88"),
        ({"weight_kg": 100, "height_cm": 163}, "66.4225", "74.816875"),
    ],
)
def test_adjusted_weight_is_exact(given: dict[str, Any], ref: str, adjusted: str) -> None:
    found = requirement({"rule": "adjusted_weight", "height_cm": 160, **given})
    wanted = {"ref_weight_kg": Decimal(ref), "adjusted_weight_kg": Decimal(adjusted)}
    assert (found.figures, found.flags) == (wanted, ())


def test_an_unusual_policy_for_obesity_is_told() -> None:
    obese = {"rule": "adjusted_weight", "height_cm": 160, "weight_kg": 100}
    found = requirement({**obese, "factor": Decimal("0.4"), "ref_bmi": 27})
    assert found.flags == ("implausible:ref_bmi", "implausible:factor")
    assert requirement({**obese, "factor": 0}).unreadable == ("factor",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"rule": "cancer"}, Reckoned(status=Status.PARTIAL, missing=("weight_kg",))),
        ({"weight_kg": 60}, Reckoned(status=Status.PARTIAL, missing=("rule",))),
        ({"rule": "athlete"}, Reckoned(status=Status.INVALID, unreadable=("rule",))),
        ({"rule": 1, "weight_kg": 60}, Reckoned(status=Status.INVALID, unreadable=("rule",))),
        (
            {"rule": "adjusted_weight", "weight_kg": 60},
            Reckoned(status=Status.PARTIAL, missing=("height_cm",)),
        ),
        (
            {"rule": "cancer", "weight_kg": Decimal("NaN")},
            Reckoned(status=Status.INVALID, unreadable=("weight_kg",)),
        ),
    ],
)
def test_a_requirement_that_cannot_be_worked_out_says_why(
    given: dict[str, Any], expected: Reckoned
) -> None:
    assert requirement(given) == expected


@given(
    st.sampled_from([one for one in REQUIREMENT_RULES if one != "adjusted_weight"]),
    st.decimals(20, 299, places=1),
    st.decimals("0.1", 1, places=1),
)
def test_more_weight_never_needs_less(rule: str, weight: Decimal, more: Decimal) -> None:
    light = requirement({"rule": rule, "weight_kg": weight}).figures
    heavy = requirement({"rule": rule, "weight_kg": weight + more}).figures
    assert light.keys() == heavy.keys()
    assert all(heavy[name] >= light[name] for name in light)


@given(
    st.sampled_from(Equation),
    st.sampled_from(Sex),
    st.integers(18, 110),
    st.decimals(20, 300, places=1),
    st.integers(100, 229),
)
def test_more_weight_or_height_never_burns_less_within_a_band(
    equation: Equation, sex: Sex, age: int, weight: Decimal, height: int
) -> None:
    def kcal(weight_kg: Decimal, height_cm: int) -> Fraction:
        return resting_energy_kcal(
            sex, age, weight_kg=weight_kg, height_cm=height_cm, equation=equation
        )

    here = kcal(weight, height)
    assert kcal(weight + 1, height) > here
    assert kcal(weight, height + 1) >= here
