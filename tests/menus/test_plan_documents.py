"""Requests and plans as documents; real weeks from the packaged catalogue, checked from outside."""

import csv
import json
from collections import defaultdict
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import (
    LEVEL_CODES,
    NUTRIENTS,
    PLAN_CODES,
    PLAN_ERROR_CODES,
    Catalogue,
    Iddsi,
    Pin,
    PlanChange,
    PlanError,
    PlanRequest,
    PlanStatus,
    Portion,
    Role,
    Seasoning,
    Slot,
    SwapReason,
    VariantVerdict,
    Verdict,
    Why,
    Window,
    catalogue_json,
    compose_plan,
    distinct,
    plan_to_json,
    read_catalogue,
    request_from_json,
    unread_to_json,
)
from optimizer import Limits

SEED = Path(__file__).parents[2] / "app" / "seed"
TABLES = ("ingredients", "recipes", "components")


def seed_catalogue() -> Catalogue | None:
    files = [SEED / f"{name}.csv" for name in TABLES]
    if not all(file.exists() for file in files):
        return None
    rows = [list(csv.DictReader(file.read_text(encoding="utf-8").splitlines())) for file in files]
    found = read_catalogue(*rows)
    return found if isinstance(found, Catalogue) else None


BOOK = seed_catalogue()
PUBLISHED = {} if BOOK is None else catalogue_json(BOOK)
needs_seed = pytest.mark.skipif(BOOK is None, reason="the packaged catalogue is not there")

DAY_SLOTS = [
    {"id": "breakfast", "time": "08:00", "roles": ["breakfast", "drink"]},
    {"id": "morning", "time": "10:00", "roles": ["snack", "drink"]},
    {
        "id": "lunch",
        "time": "12:00",
        "roles": ["soup", "protein", "starch", "vegetable"],
        "optional": ["dessert"],
    },
    {"id": "afternoon", "time": "15:00", "roles": ["dessert", "drink"]},
    {"id": "dinner", "time": "18:00", "roles": ["breakfast", "drink"], "optional": ["dessert"]},
]
WINDOWS = {
    "energy_kcal": {"safe_min": 14_000, "min": 18_000, "max": 21_000, "safe_max": 26_000},
    "protein_g": {"safe_min": 600, "min": 750, "max": 950, "safe_max": 1_300},
}


def document(**more: Any) -> dict[str, Any]:
    """A client at high risk: about 1,950 kcal and 85 g protein a day."""
    return {
        "id": "c1",
        "start": "2026-12-01",
        "days": 7,
        "slots": DAY_SLOTS,
        "food_iddsi": "5",
        "drink_iddsi": "2",
        "allergies": [],
        "day": WINDOWS,
        **more,
    }


def read(**more: Any) -> PlanRequest:
    found = request_from_json(document(**more))
    assert isinstance(found, PlanRequest)
    return found


def refused(**more: Any) -> list[tuple[str, str]]:
    found = request_from_json(document(**more))
    assert isinstance(found, tuple)
    assert all(error.code in PLAN_ERROR_CODES for error in found)
    return [(error.code.removeprefix("plan.error."), error.field) for error in found]


# ---------------------------------------------------------------- reading


def test_every_field_of_the_published_example_is_read() -> None:
    pin = {"day": 0, "slot": "lunch", "role": "soup", "variant": "v", "portion": "M"}
    found = read(
        slots=[{"id": "lunch", "time": "12:00", "roles": ["soup"], "optional": ["dessert"]}],
        allergies=["nuts"],
        exclude_ingredients=["mushroom"],
        diets=["halal"],
        exclude_properties=["grapefruit"],
        asked=[{"line": "exclude_property:grapefruit", "rule": "r-155"}, {"line": "diet:halal"}],
        seasoning=["low-salt", "standard"],
        day={"protein_g": {"safe_min": 500, "min": 600, "max": 800, "safe_max": 1_200}},
        week={"vitamin_d_ug": {"min": 100}},
        dose_times=["08:00", "12:00"],
        dose_protein_max=70,
        dose_free=["12:00"],
        max_energy_by_day=[5_000, None],
        likes=["cod"],
        dislikes=["leek"],
        pins=[pin],
        previous={"id": "c1", "items": [{**pin, "grams": 200, "reasons": []}]},
    )
    expected = Pin(day=0, slot="lunch", role=Role.SOUP, variant="v", portion=Portion.M)
    assert found.start == date(2026, 12, 1)
    assert found.slots == (
        Slot(id="lunch", time=time(12), roles=(Role.SOUP,), optional=(Role.DESSERT,)),
    )
    assert found.eater.food_iddsi is Iddsi.L5
    assert found.eater.drink_iddsi is Iddsi.L2
    assert found.eater.allergies == {"nuts"}
    assert found.eater.seasonings == {Seasoning.LOW_SALT, Seasoning.STANDARD}
    assert found.eater.diets == {"halal"}
    assert found.eater.exclude_properties == {"grapefruit"}
    assert found.eater.exclude_ingredients == {"mushroom"}
    assert [(one.line, one.rule) for one in found.eater.asked] == [
        ("exclude_property:grapefruit", "r-155"),
        ("diet:halal", None),
    ]
    assert dict(found.day)["protein_g"] == Window(safe_min=500, min=600, max=800, safe_max=1_200)
    assert found.week == (("vitamin_d_ug", Window(min=100)),)
    assert found.dose_times == (time(8), time(12))
    assert found.dose_free == (time(12),)
    assert (found.dose_protein_max, found.max_energy_by_day) == (70, (5_000, None))
    assert found.likes == {"cod"}
    assert found.dislikes == {"leek"}
    assert found.pins == found.previous == (expected,)


def test_what_is_left_out_is_empty_and_an_order_left_out_is_no_order() -> None:
    bare = document()
    del bare["food_iddsi"]
    found = request_from_json(bare)
    assert isinstance(found, PlanRequest)
    assert found.eater.food_iddsi is None
    assert (found.pins, found.previous, found.week) == ((), (), ())
    assert read(previous=None, food_iddsi=None).previous == ()
    assert read(previous=[]).previous == ()


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"allergy": []}, "unknown_field", "allergy"),
        ({"id": 7}, "type", "id"),
        ({"days": True}, "type", "days"),
        ({"days": 7.0}, "type", "days"),
        ({"start": "1 december"}, "not_one_of", "start"),
        ({"allergies": "milk"}, "type", "allergies"),
        ({"allergies": [1]}, "type", "allergies.0"),
        ({"food_iddsi": "9"}, "not_one_of", "food_iddsi"),
        ({"seasoning": ["hot"]}, "not_one_of", "seasoning.0"),
        ({"day": {"energy_kcal": {"mim": 1}}}, "unknown_field", "day.energy_kcal.mim"),
        ({"day": {"energy_kcal": {"min": "1"}}}, "type", "day.energy_kcal.min"),
        ({"week": []}, "type", "week"),
        ({"slots": [{"id": "a", "time": "12:00"}]}, "missing", "slots.0.roles"),
        ({"slots": [{**DAY_SLOTS[0], "time": "noon"}]}, "not_one_of", "slots.0.time"),
        ({"slots": [{**DAY_SLOTS[0], "time": "12:00+02:00"}]}, "not_one_of", "slots.0.time"),
        ({"dose_times": ["08:00Z"]}, "not_one_of", "dose_times.0"),
        ({"slots": [{**DAY_SLOTS[0], "roles": ["pie"]}]}, "not_one_of", "slots.0.roles.0"),
        ({"slots": [{**DAY_SLOTS[0], "role": []}]}, "unknown_field", "slots.0.role"),
        ({"pins": [{"day": 0}]}, "missing", "pins.0.slot"),
        ({"previous": 3}, "type", "previous"),
        ({"asked": ["r-1"]}, "type", "asked.0"),
        ({"asked": [{"rule": "r-1"}]}, "type", "asked.0.line"),
        ({"asked": [{"line": "likes:leek"}]}, "not_one_of", "asked.0.line"),
        ({"asked": [{"line": "allergy", "rule": "r-1"}]}, "not_one_of", "asked.0.line"),
        ({"asked": [{"line": "allergy:"}]}, "not_one_of", "asked.0.line"),
        ({"asked": [{"line": "diet:vegan", "rule": 1}]}, "type", "asked.0.rule"),
        ({"asked": [{"line": "diet:vegan", "by": "r-1"}]}, "unknown_field", "asked.0.by"),
    ],
)
def test_what_cannot_be_read_is_named_by_field(
    change: dict[str, Any], code: str, field: str
) -> None:
    assert refused(**change) == [(code, field)]


def test_an_object_with_one_key_twice_is_refused_by_its_name() -> None:
    told = '{"requests": [{"allergies": ["nuts"], "allergies": []}]}'
    with pytest.raises(KeyError) as refused:
        json.loads(told, object_pairs_hook=distinct)
    assert refused.value.args == ("allergies",)
    assert json.loads('{"a": {"b": 1}, "b": 2}', object_pairs_hook=distinct)["a"] == {"b": 1}


def test_silence_about_allergies_is_not_none() -> None:
    silent = document()
    del silent["allergies"]
    assert request_from_json(silent) == (PlanError(code="plan.error.missing", field="allergies"),)


def test_a_request_that_cannot_be_read_gets_its_entry() -> None:
    error = PlanError(code="plan.error.missing", field="allergies")
    entry = unread_to_json("c9", (error,), seed=3)
    assert (entry["id"], entry["status"], entry["seed"]) == ("c9", "invalid", 3)
    assert entry["errors"] == [{"code": "plan.error.missing", "field": "allergies"}]


# ---------------------------------------------------------------- weeks from the seed


def outside(request: dict[str, Any], result: dict[str, Any], book: dict[str, Any]) -> list[str]:
    """What is unsafe in a result, seen from the two documents alone."""
    variants = {each["id"]: each for each in book["variants"]}
    found = []
    sums: dict[tuple[int, str], int] = defaultdict(int)
    filled = defaultdict(list)
    for item in result["items"]:
        variant = variants[item["variant"]]
        filled[item["day"], item["slot"]].append(item["role"])
        order = request["food_iddsi" if variant["kind"] == "food" else "drink_iddsi"]
        if variant["iddsi"] != order or variant["role"] != item["role"]:
            found.append(f"{item['variant']} at {order}")
        stated = {each for state in variant["allergens"].values() for each in state}
        found += [
            f"{item['variant']} with {allergen}"
            for allergen in stated
            for allergy in request["allergies"]
            if allergen == allergy or allergen.startswith(f"{allergy}:")
        ]
        if variant["portions_g"][item["portion"]] != item["grams"]:
            found.append(f"{item['grams']} g of {item['variant']}")
        for nutrient, amount in variant["per_100g"].items():
            sums[item["day"], nutrient] += (amount or 0) * item["grams"]
    for day in range(request["days"]):
        for slot in request["slots"]:
            missing = set(slot["roles"]) - set(filled[day, slot["id"]])
            found += [f"no {role} on day {day}" for role in missing]
        for nutrient, window in request.get("day", {}).items():
            total = sums[day, nutrient]
            known = result["totals"][day]["nutrients"][nutrient]["known"]
            if known != total / 100:
                found.append(f"{known} is not the sum {total / 100}")
            if not window.get("min", 0) * 100 <= total <= window.get("max", 10**9) * 100:
                found.append(f"{nutrient} {total / 100} outside {window} on day {day}")
    return found


def composed(request: dict[str, Any], *, moves: int = 120_000) -> dict[str, Any]:
    assert BOOK is not None
    read_request = request_from_json(request)
    assert isinstance(read_request, PlanRequest)
    plan = compose_plan(read_request, BOOK, Limits(moves=moves, seed=7))
    result: dict[str, Any] = json.loads(json.dumps(plan_to_json(plan, ms=41)))
    return result


@needs_seed
@pytest.mark.parametrize("allergy", ["milk", "nuts", "gluten"])
@pytest.mark.parametrize(("food", "drink"), [("4", "3"), ("5", "2"), ("6", "0"), ("7", "0")])
def test_a_week_at_high_risk_is_safe_and_within_its_windows(
    food: str, drink: str, allergy: str
) -> None:
    request = document(food_iddsi=food, drink_iddsi=drink, allergies=[allergy])
    result = composed(request)
    assert result["status"] == "ok"
    assert outside(request, result, PUBLISHED) == []
    assert result["slack"] == []
    assert set(result["totals"][0]["nutrients"]) == {each.code for each in NUTRIENTS}
    assert result["ms"] == 41


@needs_seed
def test_the_outside_check_finds_an_allergen_and_a_wrong_level() -> None:
    request = document()
    result = composed(request, moves=20_000)
    strict = {**request, "allergies": ["milk"], "drink_iddsi": "1"}
    found = outside(strict, result, PUBLISHED)
    assert any("with milk" in each for each in found)
    assert any("at 1" in each for each in found)


ALLERGIES = ("milk", "nuts", "gluten", "eggs", "fish", "soy", "celery", "mustard", "sesame")


@needs_seed
@settings(max_examples=25)
@given(
    food=st.sampled_from(["3", "4", "5", "6", "EC7", "7"]),
    drink=st.sampled_from(["0", "1", "2", "3", "4"]),
    allergies=st.lists(st.sampled_from(ALLERGIES), max_size=4, unique=True),
    diets=st.lists(st.sampled_from(["vegetarian", "halal"]), max_size=1),
    seed=st.integers(1, 99),
)
def test_whoever_eats_a_plan_is_safe_or_there_is_none(
    food: str, drink: str, allergies: list[str], diets: list[str], seed: int
) -> None:
    request = document(
        food_iddsi=food, drink_iddsi=drink, allergies=allergies, diets=diets, days=2, day={}
    )
    asked = request_from_json(request)
    assert isinstance(asked, PlanRequest)
    assert BOOK is not None
    plan = compose_plan(asked, BOOK, Limits(moves=2_000, seed=seed))
    if plan.status is PlanStatus.OK:
        assert outside(request, plan_to_json(plan), PUBLISHED) == []
    else:
        assert plan.conflict
        assert plan.items == ()


@needs_seed
def test_an_impossible_week_carries_conflict_and_relaxations() -> None:
    request = document(
        allergies=["milk"], diets=["kosher"], exclude_ingredients=["leek"], dislikes=["leek"]
    )
    result = composed(request)
    assert result["status"] == "impossible"
    assert {"rule": "exclude_ingredient:leek", "soft": True} in result["conflict"]
    assert [each for each in result["relaxations"] if each["rule"].startswith("allergy")] == []


@needs_seed
def test_dose_slack_and_unmet_windows_are_written_out() -> None:
    request = document(
        dose_times=["12:00"],
        dose_protein_max=10,
        week={"vitamin_d_ug": {"min": 9_000}},
        day={"energy_kcal": {"max": 5_000}},
    )
    result = composed(request, moves=20_000)
    assert result["status"] == "ok"
    assert {each["dose"] for each in result["dose_slack"]} == {"12:00"}
    assert {(each["day"], each["nutrient"]) for each in result["slack"]} >= {
        (0, "energy_kcal"),
        (None, "vitamin_d_ug"),
    }


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_code_of_a_plan_has_its_sentence(language: str) -> None:
    file = SEED.parent / "translations" / language / "planning.po"
    with file.open("rb") as source:
        book = read_po(source)
    sentences = {message.id: message.string for message in book if message.id}
    codes = {*PLAN_CODES, *SwapReason, *Verdict, *Why, *PlanChange, *LEVEL_CODES, *VariantVerdict}
    assert set(sentences) == codes
    assert all(sentences.values())
