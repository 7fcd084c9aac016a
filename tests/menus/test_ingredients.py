"""The seed's ingredients: known for the label, honest about origin, and marked for every rule."""

import csv
from functools import cache
from pathlib import Path

import pytest

from menus import ALLERGENS, Catalogue, Ingredient, read_catalogue, write_catalogue
from menus.nutrients import INDEX
from screening import CARDS
from tests.menus.test_catalog import ingredient_row

SEED = Path(__file__).parents[2] / "app" / "seed"
LABEL = (
    *("energy_kcal", "fat_g", "saturated_fat_g", "carbohydrate_g", "sugars_g", "protein_g"),
    *("salt_g", "fibre_g"),
)
SPICE_PACK_G = 500
RICH_IN_VITAMIN_K = 800  # 80 ug per 100 g, in the table's tenths


def read_rows(*rows: dict[str, str]) -> Catalogue:
    found = read_catalogue(rows, [], [])
    assert isinstance(found, Catalogue), found
    return found


@cache
def ingredients() -> dict[str, Ingredient]:
    with (SEED / "ingredients.csv").open(encoding="utf-8", newline="") as file:
        return dict(read_rows(*csv.DictReader(file)).ingredients)


def marked(word: str) -> set[str]:
    return {each.id for each in ingredients().values() if word in each.properties}


def figure(name: str, code: str) -> int | None:
    return ingredients()[name].per_100g[INDEX[code]]


def test_every_figure_of_a_label_is_known_for_every_ingredient() -> None:
    gaps = [(name, code) for name in ingredients() for code in LABEL if figure(name, code) is None]
    assert gaps == []


def test_a_filled_figure_keeps_its_origin_through_the_table() -> None:
    row = ingredient_row(
        "rice", filled="sugars_g vitamin_k_ug=USDA SR28 20444; fibre_g=by definition"
    )
    found = read_rows(row)
    assert found.ingredients["rice"].filled == (
        ("sugars_g", "USDA SR28 20444"),
        ("fibre_g", "by definition"),
        ("vitamin_k_ug", "USDA SR28 20444"),
    )
    assert write_catalogue(found)[0][0]["filled"] == row["filled"]


@pytest.mark.parametrize(
    "cells",
    [
        {"filled": "sugar=USDA SR28 20444"},
        {"filled": "sugars_g"},
        {"filled": "sugars_g="},
        {"filled": "=USDA SR28 20444"},
        {"filled": "sugars_g=one; sugars_g=other"},
        {"filled": "sugars_g=USDA SR28 20444", "sugars_g": ""},
    ],
)
def test_an_origin_without_a_figure_or_a_figure_with_two_is_refused(cells: dict[str, str]) -> None:
    found = read_catalogue([ingredient_row("rice", **cells)], [], [])
    assert isinstance(found, tuple)
    assert {(each.row, each.column, each.code) for each in found} == {
        (2, "filled", "catalogue.filled")
    }


def test_every_word_that_a_clinical_rule_excludes_exists() -> None:
    """A rule about a word nobody uses would exclude nothing."""
    words = {name for each in ingredients().values() for name in (each.id, *each.families)}
    properties = {word for each in ingredients().values() for word in each.properties}
    rules = [card.constraint for card in CARDS]
    assert {rule.exclude_ingredient for rule in rules} - {None} <= words
    assert {rule.exclude_property for rule in rules} - {None} <= properties


def test_aged_cheese_cured_meat_and_what_is_fermented_are_marked_for_tyramine() -> None:
    fresh = {"quark", "mozzarella", "goat-cheese", "cottage-cheese", "cream-cheese"}
    cheese = {each.id for each in ingredients().values() if "cheese" in each.families}
    fermented = {"soy-sauce", "tamari", "miso", "natto", "sauerkraut", "fish-sauce", "tap-beer"}
    expected = (cheese - fresh - {"processed-cheese"}) | marked("cured") | fermented
    assert expected | {"broad-beans"} <= marked("tyramine")
    assert fresh <= cheese
    assert not fresh & marked("tyramine")


def test_grapefruit_and_its_kin_are_marked() -> None:
    kin = {"grapefruit", "grapefruit-juice", "pomelo", "marmalade"}
    assert marked("grapefruit") == kin
    assert "seville-orange" in ingredients()["marmalade"].families


def test_what_is_rich_in_vitamin_k_says_so() -> None:
    """From 80 ug per 100 g, spices of a pinch left out; liver by its name (specification 6.3)."""
    rich = {
        each.id
        for each in ingredients().values()
        if (each.per_100g[INDEX["vitamin_k_ug"]] or 0) >= RICH_IN_VITAMIN_K
        and each.pack_g > SPICE_PACK_G
    }
    liver = {each.id for each in ingredients().values() if "liver" in each.families}
    assert rich | liver | {"savoy"} == marked("vitamin-k")


def test_what_is_eaten_raw_may_carry_pathogens() -> None:
    raw = {
        name
        for kind in ("egg", "fish", "meat", "milk", "shellfish")
        for name in marked(f"raw-{kind}")
    }
    assert {"oyster", "egg-fresh", "salmon-smoked", "brie-raw", "beef-tartare"} <= raw
    assert raw <= marked("pathogen-risk")
    assert "egg" not in marked("pathogen-risk")


def test_caffeine_cranberry_liquorice_and_potassium_salt_are_marked() -> None:
    assert {"coffee", "tea", "cola", "cocoa", "chocolate-dark"} <= marked("caffeine")
    cranberry = {name for name in ingredients() if name.startswith("cranberry")}
    assert cranberry == marked("cranberry")
    assert marked("licorice") == {"licorice-tea"}
    assert marked("potassium-salt") == {"potassium-salt"}
    assert figure("potassium-salt", "potassium_mg") == 52_446
    assert figure("potassium-salt", "sodium_mg") == 0


def test_no_diet_is_claimed_for_what_breaks_it() -> None:
    for each in ingredients().values():
        contains, properties = each.allergens.contains, each.properties
        animal = contains & {"milk", "eggs", "fish", "crustaceans", "molluscs"}
        assert not (animal and "vegan" in properties), each.id
        assert not (properties & {"meat", "fish"} and "vegetarian" in properties), each.id
        assert not (properties & {"pork", "alcohol"} and properties & {"halal", "kosher"}), each.id
        assert not (contains & {"crustaceans", "molluscs"} and "kosher" in properties), each.id
        assert "vegetarian" in properties or "vegan" not in properties, each.id


def test_every_allergen_and_species_is_in_some_ingredient() -> None:
    known = {code for each in ingredients().values() for code in each.allergens.any}
    assert known == set(ALLERGENS)


def test_vitamin_d_can_be_had_from_fish_and_from_fortified_food() -> None:
    """A daily 15 ug needs food of at least 1 ug per 100 g, more than a garnish of it."""
    sources = {name for name in ingredients() if (figure(name, "vitamin_d_ug") or 0) >= 100}
    fish = {name for name in sources if "fish" in ingredients()[name].properties}
    assert len(fish) >= 10
    assert {"milk-semi-d", "margarine-d", "soy-drink", "mushroom-d"} <= marked(
        "fortified"
    ) & sources
