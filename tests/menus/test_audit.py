"""The audit passes on the seed, and names whatever a label would lack."""

import json
from dataclasses import replace
from functools import cache

import pytest
from flask import Flask

from menus import AllergenSet, Audit, Bite, Catalogue, audit, audit_to_json
from menus.foods.checks import Check, Reason, outliers
from menus.nutrients import INDEX
from tests.menus.test_ingredients import ingredients
from tests.menus.test_seed import seed


@cache
def audited() -> Audit:
    return audit(seed())


def changed(name: str, **fields: object) -> Catalogue:
    """The seed with one variant only, and that one changed."""
    return replace(seed(), variants={name: replace(seed().variants[name], **fields)})


def figures(name: str, **amounts: int | None) -> tuple[int | None, ...]:
    """An ingredient's figures with some replaced."""
    found = list(ingredients()[name].per_100g)
    for code, amount in amounts.items():
        found[INDEX[code]] = amount
    return tuple(found)


def odd(name: str, **amounts: int | None) -> dict[Check, Reason]:
    changed = replace(ingredients()[name], per_100g=figures(name, **amounts))
    return {each.check: each.reason for each in outliers(changed)}


def test_nothing_that_a_label_needs_is_missing_in_the_seed() -> None:
    assert audited().passed
    assert audited().gaps == ()
    assert audited().variants == len(seed().variants)
    assert audited().ingredients == len(seed().ingredients) >= 250


def test_no_outlier_of_the_seed_is_without_a_reason() -> None:
    assert [each for each in audited().outliers if each.reason is Reason.UNEXPLAINED] == []


def test_every_modified_texture_is_made_and_tested() -> None:
    assert audited().unmade == ()
    assert audited().untested == ()


def test_every_dish_of_the_seed_says_which_programme_each_machine_runs() -> None:
    assert audited().unprogrammed == ()


def test_a_step_without_its_programme_is_named() -> None:
    dish = seed().components["cod-lemon"]
    silent = replace(dish, steps=tuple(replace(step, programme=None) for step in dish.steps))
    components = {**seed().components, dish.id: silent}
    assert audit(replace(seed(), components=components)).unprogrammed == (dish.id,)


def test_a_figure_or_allergen_that_is_not_known_fails_the_audit() -> None:
    name = "mash/4/standard"
    amounts = list(seed().variants[name].per_100g)
    amounts[INDEX["sugars_g"]] = None
    unknown = AllergenSet(unknown=frozenset({"mustard", "celery"}))
    found = audit(changed(name, per_100g=tuple(amounts), allergens=unknown))
    assert not found.passed
    assert [(gap.variant, gap.figures, gap.allergens) for gap in found.gaps] == [
        (name, ("sugars_g",), ("celery", "mustard"))
    ]
    thin = {each.nutrient: each for each in found.thin}
    assert thin["sugars_g"].variants == 1


def test_a_sum_with_a_missing_term_names_the_ingredients_at_fault() -> None:
    for each in audited().thin:
        assert each.variants > 0
        assert each.ingredients
        for name in each.ingredients:
            assert seed().ingredients[name].per_100g[INDEX[each.nutrient]] is None


def test_blending_without_the_step_in_the_kitchen_is_named() -> None:
    name = "mash/4/standard"
    assert audit(changed(name, steps=())).unmade == (name,)


def test_a_firm_dish_that_nothing_softens_is_named() -> None:
    name = "cod-lemon/6/standard"
    nothing = replace(seed().variants[name].processing, work=())
    found = audit(changed(name, processing=nothing, bite=Bite.FIRM))
    assert found.unmade == (name,)
    assert audit(changed(name, processing=nothing, bite=Bite.SMOOTH)).unmade == ()


def test_a_level_that_no_test_can_prove_is_named() -> None:
    name = "mash/4/standard"
    nothing = replace(seed().variants[name].processing, tests=())
    found = audit(changed(name, processing=nothing))
    assert found.untested == (name,)
    assert name not in found.tested


def test_levels_3_to_6_and_thickened_drinks_need_a_test() -> None:
    tested = set(audited().tested)
    for each in seed().variants.values():
        normal = {"drink": {"0"}, "food": {"7", "EC7"}}[each.kind]
        assert (each.id in tested) == (each.iddsi not in normal)


@pytest.mark.parametrize(
    ("name", "amounts", "check", "reason"),
    [
        ("rum", {}, Check.ENERGY, Reason.ALCOHOL),
        ("rum", {}, Check.WEIGHT, Reason.ALCOHOL),
        ("wheat-bran", {}, Check.ENERGY, Reason.FIBRE),
        ("white-vinegar", {}, Check.ENERGY, Reason.ORGANIC_ACIDS),
        ("baking-powder", {}, Check.ENERGY, Reason.SPECIFIC_FACTORS),
        ("rice-flour", {"energy_kcal": 9_000}, Check.ENERGY, Reason.UNEXPLAINED),
        ("celery", {}, Check.SUGARS, Reason.TABLE),
        ("salt", {"salt_g": 100}, Check.SALT, Reason.UNEXPLAINED),
        ("fennel", {}, Check.FATTY_ACIDS, Reason.TABLE),
        ("butter", {"saturated_fat_g": 990}, Check.FATTY_ACIDS, Reason.UNEXPLAINED),
        (
            "butter",
            {"saturated_fat_g": 990, "polyunsaturated_g": None},
            Check.FATTY_ACIDS,
            Reason.UNEXPLAINED,
        ),
        ("bicarbonate", {}, Check.WEIGHT, Reason.MINERALS),
        ("black-pepper", {}, Check.WEIGHT, Reason.TABLE),
        ("rice-flour", {"water_g": 500}, Check.WEIGHT, Reason.UNEXPLAINED),
    ],
)
def test_an_odd_figure_is_named_with_its_likely_reason(
    name: str, amounts: dict[str, int | None], check: Check, reason: Reason
) -> None:
    assert odd(name, **amounts)[check] is reason


def test_what_is_not_known_is_not_called_odd() -> None:
    unknown = dict.fromkeys(INDEX, None)
    assert odd("butter", **unknown) == {}


def test_what_costs_nothing_or_does_not_keep_is_odd() -> None:
    free = replace(ingredients()["butter"], price_cents_per_kg=0, shelf_days=0)
    assert {each.check for each in outliers(free)} == {Check.PRICE, Check.SHELF_LIFE}


def test_the_document_lists_what_was_filled_and_from_where() -> None:
    document = json.loads(json.dumps(audit_to_json(audited())))
    assert document["passed"] is True
    assert document["label_needs"][0] == "energy_kcal"
    filled = document["ingredients"]["filled"]
    expected = {"ingredient": "salmon", "nutrient": "vitamin_d_ug", "origin": "USDA SR28 15081"}
    assert expected in filled
    assert len(filled) == sum(len(each.filled) for each in seed().ingredients.values())


def test_the_gaps_stand_in_the_document() -> None:
    name = "mash/4/standard"
    unknown = AllergenSet(unknown=frozenset({"lupin"}))
    document = audit_to_json(audit(changed(name, allergens=unknown)))
    assert document["passed"] is False
    assert document["variants"]["label_gaps"] == [
        {"variant": name, "figures": [], "allergens_unknown": ["lupin"]}
    ]


def test_the_command_prints_one_document_and_a_table(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["catalogue", "audit"])
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["passed"] is True
    assert "labels that lack figures" in result.stderr
    assert result.stderr.rstrip().endswith("passed")
