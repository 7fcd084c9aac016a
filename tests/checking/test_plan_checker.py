"""The examples composed from the packaged seed, and a checker that finds every planted fault."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli.meals import packaged_catalogue
from menus import PlanRequest, catalogue_json, compose_plan, plan_to_json, request_from_json
from optimizer import Limits
from tests.checking.__main__ import main
from tests.checking.plan_checker import faults_of

Json = dict[str, Any]
EXAMPLES = sorted((Path(__file__).parents[2] / "docs" / "examples" / "compose").glob("*.json"))
BOOK = packaged_catalogue()
PUBLISHED: Json = json.loads(json.dumps(catalogue_json(BOOK)))
VARIANTS = {one["id"]: one for one in PUBLISHED["variants"]}


def read(path: Path) -> Json:
    document: Json = json.loads(path.read_text(encoding="utf-8"))
    return document


def composed(requests: Json) -> Json:
    results = []
    for one in requests["requests"]:
        asked = request_from_json(one)
        assert isinstance(asked, PlanRequest), asked
        results.append(plan_to_json(compose_plan(asked, BOOK, Limits(moves=30_000)), ms=1))
    document: Json = json.loads(json.dumps({"catalogue_version": BOOK.version, "results": results}))
    return document


CONFLICTS = {
    "08": ({"role:lunch/starch", "food_iddsi:4"}, {"role:lunch/starch"}),
    "09": ({"day_safe_max:phosphorus_mg", "day_safe_min:protein_g"}, set()),
    "10": ({"pin:1/lunch/starch", "allergy:milk"}, {"pin:1/lunch/starch"}),
}


def test_there_are_ten_examples_and_each_has_its_line_in_the_readme() -> None:
    lines = (EXAMPLES[0].parent / "README.md").read_text(encoding="utf-8")
    assert len(EXAMPLES) == 10
    for path in EXAMPLES:
        assert f"| {path.name[:2]} " in lines


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_ends_as_it_says_and_the_checker_finds_nothing(path: Path) -> None:
    requests = read(path)
    results = composed(requests)
    assert faults_of(PUBLISHED, requests, results) == []
    (result,) = results["results"]
    clash, offered = CONFLICTS.get(path.name[:2], (set(), set()))
    assert result["status"] == ("impossible" if clash else "ok")
    assert clash <= {one["rule"] for one in result["conflict"]}
    assert offered == {one["rule"] for one in result["relaxations"]}


# ---------------------------------------------------------------- planted faults

GOOD = {
    "id": "good",
    "start": "2026-12-01",
    "days": 2,
    "slots": [
        {"id": "lunch", "time": "12:00", "roles": ["soup", "protein", "starch"]},
        {"id": "tea", "time": "15:00", "roles": ["drink"], "optional": ["dessert"]},
    ],
    "food_iddsi": "7",
    "drink_iddsi": "0",
    "allergies": ["peanuts"],
    "seasoning": ["standard"],
    "day": {"protein_g": {"min": 900}, "energy_kcal": {"safe_min": 1_000, "safe_max": 40_000}},
    "week": {"iron_mg": {"min": 9_000}},
    "slot_windows": {"lunch": {"energy_kcal": {"safe_max": 30_000}}},
    "dose_times": ["12:00"],
    "dose_protein_max": 10,
    "max_energy_by_day": [30_000],
    "pins": [
        {
            "day": 0,
            "slot": "lunch",
            "role": "starch",
            "variant": "potato-boiled/7/standard",
            "portion": "M",
        }
    ],
}
REQUESTS: Json = {"requests": [GOOD]}
RESULTS = composed(REQUESTS)


def kept(request: Json, result: Json) -> list[str]:
    return faults_of(
        PUBLISHED,
        {"requests": [request]},
        {"catalogue_version": BOOK.version, "results": [result]},
    )


def item_of(result: Json, role: str) -> Json:
    found: Json = next(one for one in result["items"] if one["role"] == role)
    return found


def serve(role: str, match: Callable[[Json], bool]) -> Callable[[Json, Json], None]:
    """Serve another variant of the role in one place."""

    def plant(request: Json, result: Json) -> None:
        item = item_of(result, role)
        other = next(one for one in PUBLISHED["variants"] if one["role"] == role and match(one))
        item |= {"variant": other["id"], "grams": other["portions_g"][item["portion"]]}

    return plant


def ask(**more: Any) -> Callable[[Json, Json], None]:
    return lambda request, _: request.update(more)


def tell(path: str, value: Any) -> Callable[[Json, Json], None]:
    def plant(request: Json, result: Json) -> None:
        *steps, last = path.split("/")
        at: Any = result
        for step in steps:
            at = at[int(step) if isinstance(at, list) else step]
        at[int(last) if isinstance(at, list) else last] = value

    return plant


def drop(role: str) -> Callable[[Json, Json], None]:
    return lambda _, result: result["items"].remove(item_of(result, role))


def exclude(field: str, key: str) -> Callable[[Json, Json], None]:
    """Exclude after the fact something that a served soup holds."""

    def plant(request: Json, result: Json) -> None:
        held = VARIANTS[item_of(result, "soup")["variant"]][key]
        request[field] = [*held][:1]

    return plant


def thin_soup(request: Json, result: Json) -> None:
    serve("soup", lambda one: "thin-liquid" in one["properties"])(request, result)
    request["drink_iddsi"] = "1"


FAULTS: dict[str, tuple[Callable[[Json, Json], None], str]] = {
    "an allergen": (ask(allergies=["gluten", "milk", "celery", "eggs"]), "allergy"),
    "an intolerance": (ask(intolerances=["gluten", "milk", "celery", "eggs"]), "intolerance"),
    "another food level": (serve("protein", lambda one: one["iddsi"] == "4"), "level 4"),
    "another drink level": (serve("drink", lambda one: one["iddsi"] == "2"), "level 2"),
    "no level ordered": (ask(drink_iddsi=None), "ordered None"),
    "thin liquid": (thin_soup, "thin liquid"),
    "an excluded ingredient": (exclude("exclude_ingredients", "ingredients"), "holds"),
    "an excluded property": (ask(exclude_properties=["vegan", "vegetarian", "meat"]), " is "),
    "another diet": (ask(diets=["alcohol"]), "is not alcohol"),
    "another seasoning": (ask(seasoning=["low-salt"]), "seasoned standard"),
    "an empty place": (drop("soup"), "0 of soup"),
    "a dish too many": (
        lambda _, result: result["items"].append(item_of(result, "soup")),
        "2 of soup",
    ),
    "a dish nowhere asked": (tell("items/0/slot", "moon"), "where none was asked"),
    "another role": (serve("starch", lambda one: one["iddsi"] == "7"), "does not stand"),
    "a role that is not its own": (tell("items/0/variant", "water/0/standard"), "is a drink"),
    "wrong grams": (tell("items/0/grams", 1), "is not portion"),
    "an unknown variant": (tell("items/0/variant", "ghost"), "unknown variants"),
    "a wrong total": (tell("totals/0/nutrients/energy_kcal/known", 5), "total of energy"),
    "a wrong count of missing": (tell("totals/0/nutrients/iron_mg/missing", 9), "missing iron"),
    "totals of fewer days": (tell("totals", []), "totals of other days"),
    "totals of fewer nutrients": (tell("totals/0/nutrients", {}), "other nutrients"),
    "below a safe minimum": (ask(day={"protein_g": {"safe_min": 9_000}}), "below its safe"),
    "above a safe maximum": (ask(week={"protein_g": {"safe_max": 1}}), "above its safe"),
    "above that of a meal": (
        ask(slot_windows={"lunch": {"energy_kcal": {"safe_max": 1}}}),
        "'lunch') energy_kcal above",
    ),
    "above a ceiling": (ask(max_energy_by_day=[1]), "above its ceiling"),
    "another pin": (ask(pins=[{**GOOD["pins"][0], "portion": "L"}]), "does not stand"),
    "slack left out": (tell("slack", []), "slack"),
    "slack made up": (ask(day={}), "slack"),
    "dose slack left out": (tell("dose_slack", []), "dose slack"),
    "hard slack": (tell("objective/0", 3), "objective level 0"),
    "another cost": (tell("objective/5", 1), "objective level 5"),
    "stock not counted": (
        ask(stock=[{"variant": "potato-boiled/7/standard", "portions": 0}]),
        "objective level 1",
    ),
    "another length": (tell("objective", []), "0 levels"),
    "another status": (tell("status", "fine"), "status fine"),
    "an error without a reason": (tell("status", "invalid"), "invalid without"),
    "no conflict": (tell("status", "impossible"), "without a conflict"),
}


def test_the_good_plan_is_good() -> None:
    assert RESULTS["results"][0]["status"] == "ok"
    assert faults_of(PUBLISHED, REQUESTS, RESULTS) == []


@pytest.mark.parametrize("name", FAULTS)
def test_every_planted_fault_is_found(name: str) -> None:
    plant, said = FAULTS[name]
    request, result = copy.deepcopy(GOOD), copy.deepcopy(RESULTS["results"][0])
    plant(request, result)
    found = kept(request, result)
    assert any(said in fault for fault in found), found


def test_what_is_not_known_is_neither_free_nor_under_a_safe_maximum() -> None:
    book, result = copy.deepcopy(PUBLISHED), copy.deepcopy(RESULTS["results"][0])
    pinned = next(one for one in book["variants"] if one["id"] == "potato-boiled/7/standard")
    pinned["per_100g"]["zinc_mg"] = None
    pinned["allergens"]["unknown"] = ["peanuts"]
    request = {**GOOD, "day": {**GOOD["day"], "zinc_mg": {"safe_max": 10**6}}}
    results = {"catalogue_version": BOOK.version, "results": [result]}
    found = faults_of(book, {"requests": [request]}, results)
    assert "good: (0, None) zinc_mg not known under a safe maximum" in found
    assert "good: 0/lunch/starch potato-boiled/7/standard: allergy peanuts" in found


def test_an_offer_of_something_hard_is_a_fault() -> None:
    result = copy.deepcopy(RESULTS["results"][0]) | {
        "status": "impossible",
        "items": [],
        "conflict": [{"rule": "exclude_ingredient:leek", "soft": True}],
        "relaxations": [{"rule": "pin:0/lunch/soup", "also": ["allergy:milk"]}],
    }
    assert kept(GOOD, result) == [
        "good: offers exclude_ingredient:leek",
        "good: offers allergy:milk",
    ]
    assert kept({**GOOD, "dislikes": ["leek"]}, result) == ["good: offers allergy:milk"]


def test_results_of_other_requests_or_another_catalogue_are_faults() -> None:
    assert faults_of(PUBLISHED, {"requests": []}, RESULTS) == ["results do not follow the requests"]
    assert faults_of(PUBLISHED, REQUESTS, RESULTS | {"catalogue_version": "x"}) == [
        "other catalogue"
    ]


def test_the_command_says_how_many_faults(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = []
    for name, document in (("c", PUBLISHED), ("q", REQUESTS), ("r", RESULTS)):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        paths.append(str(path))
    assert main(paths) == 0
    assert capsys.readouterr().err == "1 results, 0 faults\n"
    (tmp_path / "q.json").write_text(json.dumps({"requests": [{**GOOD, "diets": ["kosher"]}]}))
    assert main(paths) == 1
    assert "is not kosher" in capsys.readouterr().out
    assert main([]) == 2
