"""Every calculation by its agreed name: each reading of the rule book, and what always holds."""

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import GROUPS, Told

READINGS = json.loads(
    (Path(__file__).parent / "readings.json").read_text(encoding="utf-8"), parse_float=Decimal
)["vectors"]
"""One or more worked examples for each line that fixes an open case of the rule book."""

OURS = [one for one in READINGS if one["instrument"] in GROUPS]
CATALOGUE = sorted(GROUPS)


def ask(name: str, **given: object) -> Told:
    return GROUPS[name].ask(given)


def plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("vector", OURS, ids=lambda one: one["id"])
def test_each_reading_comes_out_as_it_was_fixed(vector: dict[str, Any]) -> None:
    told = plain(ask(vector["instrument"], **vector["inputs"]))
    expected = vector["expected"]
    assert {key: told.get(key, "absent") for key in expected} == expected
    assert not set(vector.get("absent", ())) & set(told)


def test_each_calculation_has_an_example_and_says_its_status() -> None:
    assert {one["instrument"] for one in OURS} == set(GROUPS)
    for name in GROUPS:
        assert ask(name)["status"] in {"partial", "complete", "screen_first"}


@pytest.mark.parametrize("name", CATALOGUE)
def test_null_and_absent_are_the_same_unknown(name: str) -> None:
    assert ask(name, **dict.fromkeys(GROUPS[name].inputs)) == ask(name)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_name_that_nobody_knows_is_told_and_changes_nothing(name: str) -> None:
    assert ask(name, wieght_kg=60) == {**ask(name), "ignored": ("wieght_kg",)}


STRANGE: tuple[object, ...] = (
    *("", "x", "1", True, {}, [], [[]], [{}], -1, Decimal("1e999999"), 10**400),
    *(Decimal("NaN"), Decimal("Infinity"), Decimal("1e-999999"), [None], [Decimal("1e999999")]),
    Decimal("0." + "1" * 60),
)


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_value_breaks_a_calculation_and_none_that_cannot_be_is_scored(name: str) -> None:
    for field in GROUPS[name].inputs:
        for strange in STRANGE:
            told = ask(name, **{field: strange})
            assert told["status"] in {"invalid", "partial", "complete", "not_valid", "screen_first"}
        huge = ask(name, **{field: Decimal("1e999999")})
        assert huge.get("valid", huge["status"]) not in {"complete", True}


@pytest.mark.parametrize(
    ("kg", "status"),
    [
        (10**12 - 1, "complete"),
        (10**12, "invalid"),
        (Decimal("999999999999.9"), "complete"),
        (Decimal("1e12"), "invalid"),
        (Decimal("1e-11"), "complete"),
        (Decimal("9e-12"), "invalid"),
        (Decimal("6." + "1" * 29), "complete"),
        (Decimal("6." + "1" * 30), "invalid"),
        (Decimal("0e999999"), "invalid"),
    ],
)
def test_a_number_has_at_most_thirty_digits_and_twelve_before_or_after_the_point(
    kg: Decimal | int, status: str
) -> None:
    assert ask("BMI", weight_kg=kg, height_cm=170)["status"] == status
    assert ask("INTAKE_ALERT", daily_pct_of_plan=[kg])["status"] in {status, "complete"}


def test_a_list_that_does_not_fit_leaves_nothing_of_a_score() -> None:
    told = ask("EAT10", items=[4] * 9)
    assert (told["status"], told["invalid"]) == ("invalid", ("items",))
    assert told["items"] == told["missing"] == told["flags"] == told["codings"] == ()
    assert ask("GUSS", subtests=[5] * 5, age=17)["status"] == "not_valid"


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 400),
    st.decimals(0, 300, places=2),
    st.sampled_from(["F", "M", "home", "hospital", "high", "low", "mifflin", "older_adult"]),
    st.lists(st.one_of(st.none(), st.integers(-1, 120)), max_size=12),
)


@given(st.data(), st.sampled_from(CATALOGUE))
def test_any_mix_of_answers_gets_an_answer(data: st.DataObject, name: str) -> None:
    inputs = {field: data.draw(VALUES, label=field) for field in GROUPS[name].inputs}
    told = ask(name, **inputs)
    assert told["status"]
    if told["status"] in {"invalid", "not_valid"}:
        assert not {"score", "total", "category", "min_score", "level", "colour"} & set(told)


@given(st.decimals(30, 200, places=1), st.decimals(120, 210, places=1))
def test_a_number_written_otherwise_is_the_same_number(kg: Decimal, cm: Decimal) -> None:
    written = ask("BMI", weight_kg=kg, height_cm=cm)
    longer = ask("BMI", weight_kg=kg + Decimal("0.000"), height_cm=Decimal(f"{cm}00"))
    assert written == longer
    exact = Fraction(kg) * 10000 / Fraction(cm) ** 2
    assert abs(Fraction(written["bmi_2dp"]) - exact) <= Fraction(1, 200)


@given(st.integers(30000, 200000), st.integers(1200, 2100), st.integers(0, 20))
def test_weight_and_height_score_as_their_bmi_does(grams: int, mm: int, tenths: int) -> None:
    """A unit or a quotient more on the way changes no point."""
    rest = {"age": 70, "loss_pct": Decimal(tenths), "acute": False}
    direct = ask("MUST", weight_kg=Decimal(grams) / 1000, height_cm=Decimal(mm) / 10, **rest)
    points = 2 if grams * 10000 < 185 * mm * mm else 1 if grams * 10000 <= 200 * mm * mm else 0
    assert direct["items"][0]["points"] == points


@given(st.integers(18, 110), st.decimals(19, 32, places=1), st.sampled_from(["F", "M"]))
def test_an_estimated_height_is_marked_wherever_it_is_used(age: int, cm: Decimal, sex: str) -> None:
    told = ask("MUST", age=age, sex=sex, ulna_cm=cm, weight_kg=60, loss_pct=0, acute=False)
    assert told["status"] == "complete"
    assert told["input_provenance"] == {"height": "estimated"}


@pytest.mark.parametrize(
    ("sex", "age", "evidence"),
    [("F", 59, "K"), ("F", 60, "V2"), ("M", 59, "V2"), ("M", 60, "V2")],
)
def test_a_height_from_the_knee_says_how_sure_its_equation_is(
    sex: str, age: int, evidence: str
) -> None:
    told = ask("HEIGHT_KNEE", sex=sex, age=age, knee_height_cm=50)
    assert told["marks"] == ({"code": "HEIGHT_KNEE", "evidence": evidence},)


def test_every_result_names_its_rule_and_every_estimate_is_called_one() -> None:
    for name, group in GROUPS.items():
        told = ask(name)
        assert (told["instrument"], told["rule_version"]) == (name, group.rule_version)
    for name, length in (
        ("HEIGHT_ULNA", "ulna_cm"),
        ("HEIGHT_KNEE", "knee_height_cm"),
        ("HEIGHT_DEMISPAN", "demispan_cm"),
    ):
        told = ask(name, sex="M", age=80, **{length: 30})
        assert told["input_provenance"] == {"height": "estimated"}
    assert ask("WEIGHT_ALERT")["marks"] == ({"code": "WEIGHT_ALERT", "evidence": "P"},)
    assert ask("BMI")["marks"] == ()


def test_a_rule_nobody_verified_says_so() -> None:
    marks = ask("SARCCALF", s=0, a=0, r=0, c=0, falls=0, sex="F", cc_cm=34)["marks"]
    assert {"code": "tool.SARCCALF", "evidence": "K"} in marks
