"""Deriving variants: sums by hand, broken tables named by cell, and the way back."""

import pickle
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import (
    AllergenSet,
    Catalogue,
    CatalogueError,
    ImpossibleRecipe,
    Programme,
    Recipe,
    RecipeLine,
    Step,
    StepKind,
    Variant,
    build_catalogue,
    catalogue_json,
    explode,
    portion_amounts,
    portion_hundredths,
    read_catalogue,
    write_catalogue,
)
from menus.nutrients import CODES, INDEX, NUTRIENTS
from menus.warming import SAFE_CORE_CELSIUS

Rows = list[dict[str, str]]


def ingredient_row(name: str, **cells: str) -> dict[str, str]:
    return {
        "id": name,
        "nl": name,
        "fr": name,
        "en": name,
        "source": "USDA SR28",
        "source_code": "00000",
        **dict.fromkeys(CODES, "0"),
        "contains": "",
        "may_contain": "",
        "unknown": "",
        "properties": "vegan vegetarian",
        "price_cents_per_kg": "100",
        "shelf_days": "30",
        "supplier": "depot-a",
        "pack_g": "1000",
        "lead_days": "1",
        "zone": "ambient",
        **cells,
    }


def line_row(
    recipe: str, line: int, ingredient: str, amount_g: str, **cells: str
) -> dict[str, str]:
    first = {"yield_percent": "100", "method": "none"} if line == 1 else {}
    return {
        "recipe": recipe,
        "line": str(line),
        "yield_percent": "",
        "method": "",
        "ingredient": ingredient,
        "amount_g": amount_g,
        "levels": "",
        "seasonings": "",
        "after_cooking": "",
        **first,
        **cells,
    }


def component_row(name: str, recipe: str, **cells: str) -> dict[str, str]:
    return {
        "id": name,
        "role": "protein",
        "kind": "food",
        "nl": name,
        "fr": name,
        "en": name,
        "recipe": recipe,
        "levels": "4 7",
        "seasonings": "standard low-salt",
        "properties": "",
        "colour": "brown",
        "bite": "firm",
        "portion_s_g": "100",
        "portion_m_g": "150",
        "portion_l_g": "200",
        "zone": "frozen",
        "shelf_days": "90",
        "steps": "kettle/simmer:20+6 blend:5+3@3,4",
        "regeneration": "steam-oven:covered:30:75@7 microwave:stirred:8:75",
        "max_batch_g": "40000",
        **cells,
    }


def stew_tables() -> tuple[Rows, Rows, Rows]:
    """Beef, stock (a recipe), salt for the standard taste, gum for level 4."""
    ingredients = [
        ingredient_row(
            "beef",
            energy_kcal="120",
            protein_g="20",
            water_g="75",
            thiamin_mg="0.2",
            properties="meat halal",
            price_cents_per_kg="1000",
        ),
        ingredient_row("celery", energy_kcal="16", water_g="95", contains="celery"),
        ingredient_row("water", water_g="100", price_cents_per_kg="0"),
        ingredient_row("salt", salt_g="97", sodium_mg="38800", may_contain="milk"),
        ingredient_row("gum", energy_kcal="300", unknown="soy", vitamin_d_ug=""),
    ]
    recipes = [
        line_row("stock", 1, "water", "900"),
        line_row("stock", 2, "celery", "100"),
        line_row("stew", 1, "beef", "800", yield_percent="80", method="stew"),
        line_row("stew", 2, "stock", "190"),
        line_row("stew", 3, "salt", "10", seasonings="standard"),
        line_row("stew", 4, "gum", "50", levels="4", after_cooking="yes"),
        line_row("stew", 5, "water", "150", levels="4", after_cooking="yes"),
    ]
    return ingredients, recipes, [component_row("stew", "stew")]


def catalogue_of(tables: tuple[Rows, Rows, Rows]) -> Catalogue:
    result = read_catalogue(*tables)
    assert isinstance(result, Catalogue), result
    return result


def errors_of(tables: tuple[Rows, Rows, Rows]) -> list[tuple[str, int, str, str]]:
    result = read_catalogue(*tables)
    assert not isinstance(result, Catalogue)
    return [(each.file, each.row, each.column, each.code) for each in result]


def amount(variant: Variant, code: str) -> int | None:
    return variant.per_100g[INDEX[code]]


STEW = catalogue_of(stew_tables())


def test_a_stew_weighs_what_its_yield_says() -> None:
    """800 beef + 190 stock + 10 salt = 1000 g, 80 % after stewing: 800 g with 160 g protein."""
    plain = STEW.variants["stew/7/standard"]
    assert amount(plain, "protein_g") == 200  # 160 g in 800 g: 20.0
    assert amount(plain, "energy_kcal") == 1204  # 960 + 16 x 0.19 = 963.04 kcal in 800 g
    # Water: 600 + 171 + 18.05 - 200 boiled away = 589.05 g in 800 g.
    assert amount(plain, "water_g") == 736


def test_vitamins_fall_by_the_retention_of_the_method() -> None:
    """1.6 mg thiamin, 55 % left after stewing: 0.88 mg in 800 g."""
    assert amount(STEW.variants["stew/7/standard"], "thiamin_mg") == 110


def test_salt_stays_out_of_the_low_salt_version() -> None:
    """10 g salt hold 3880 mg sodium; without it the pot holds 990 g raw, 792 g cooked."""
    assert amount(STEW.variants["stew/7/standard"], "sodium_mg") == 485
    assert amount(STEW.variants["stew/7/low-salt"], "sodium_mg") == 0
    assert amount(STEW.variants["stew/7/low-salt"], "protein_g") == 202


def test_thickener_is_added_after_cooking_and_loses_nothing() -> None:
    """800 g stew + 50 g gum + 150 g water = 1000 g; 963.04 + 150 kcal."""
    smooth = STEW.variants["stew/4/standard"]
    assert amount(smooth, "energy_kcal") == 1113
    assert amount(smooth, "protein_g") == 160
    assert amount(smooth, "water_g") == 739  # 589.05 + 150


def test_what_one_ingredient_does_not_know_the_dish_does_not_know() -> None:
    assert amount(STEW.variants["stew/4/standard"], "vitamin_d_ug") is None
    assert amount(STEW.variants["stew/7/standard"], "vitamin_d_ug") == 0


def test_allergens_come_from_the_tree_of_that_variant_alone() -> None:
    assert STEW.variants["stew/7/low-salt"].allergens == AllergenSet(contains=frozenset({"celery"}))
    assert STEW.variants["stew/4/standard"].allergens == AllergenSet(
        contains=frozenset({"celery"}),
        may_contain=frozenset({"milk"}),
        unknown=frozenset({"soy"}),
    )


def test_ingredients_are_those_bought_never_the_recipes_between() -> None:
    assert STEW.variants["stew/7/low-salt"].ingredients == {"beef", "celery", "water"}


def test_families_count_as_ingredients() -> None:
    tables = stew_tables()
    tables[0][1]["families"] = "umbellifer"
    found = catalogue_of(tables)
    assert "umbellifer" in found.variants["stew/7/standard"].ingredients
    assert "umbellifer" not in explode(found, "stew/7/standard", 1000)
    assert found.ingredient_words == {"beef", "celery", "water", "salt", "gum", "umbellifer"}


def test_a_catalogue_travels_between_processes() -> None:
    assert pickle.loads(pickle.dumps(STEW)) == STEW  # noqa: S301  # our own bytes


def test_a_diet_needs_every_ingredient_and_other_properties_any() -> None:
    assert STEW.variants["stew/7/standard"].properties == {"meat", "gluten-free"}


@pytest.mark.parametrize("column", ["contains", "may_contain", "unknown"])
def test_gluten_free_is_by_nature_without_any_doubt_or_sold_as_such(column: str) -> None:
    tables = stew_tables()
    tables[0][1][column] = "gluten:oats"
    assert "gluten-free" not in catalogue_of(tables).variants["stew/7/standard"].properties
    tables[0][1]["properties"] += " gluten-free"
    assert "gluten-free" in catalogue_of(tables).variants["stew/7/standard"].properties


def test_the_price_is_never_below_the_cost() -> None:
    """800 g beef 800 c, 19 g celery 1.9 c, 10 g salt 1 c: 802.9 c in 800 g is 100.4 per 100 g."""
    assert STEW.variants["stew/7/standard"].price_cents_per_100g == 101


def test_a_step_may_belong_to_some_levels() -> None:
    kettle = Step(kind=StepKind.KETTLE, fixed_min=20, min_per_10kg=6, programme=Programme.SIMMER)
    assert STEW.variants["stew/7/standard"].steps == (kettle,)
    assert [step.kind for step in STEW.variants["stew/4/standard"].steps] == ["kettle", "blend"]


def test_a_step_runs_a_programme_of_its_own_kind_of_machine() -> None:
    with pytest.raises(ValueError, match="its own kind of machine"):
        Step(kind=StepKind.OVEN, fixed_min=20, min_per_10kg=6, programme=Programme.BOIL)


def test_a_table_without_programmes_is_read_and_they_stay_unsaid() -> None:
    tables = stew_tables()
    tables[2][0]["steps"] = "kettle:20+6 blend:5+3@3,4"
    kettle, blend = read_catalogue(*tables).components["stew"].steps
    assert (kettle.programme, kettle.unsaid) == (None, True)
    assert (blend.programme, blend.unsaid) == (None, False), "no programme runs a mixer"


def test_each_programme_belongs_to_one_kind_of_machine_and_cooks_past_the_safe_core() -> None:
    assert [one for kind in StepKind for one in Programme.of(kind)] == sorted(
        Programme, key=lambda one: list(StepKind).index(one.setting.kind)
    )
    for kind in (StepKind.KETTLE, StepKind.OVEN):
        assert all(one.setting.celsius > SAFE_CORE_CELSIUS for one in Programme.of(kind))
    for kind in (StepKind.CHILL, StepKind.BLAST_FREEZE):
        assert all(one.setting.celsius <= 0 for one in Programme.of(kind))


def test_step_minutes_are_rounded_up() -> None:
    kettle = Step(kind=StepKind.KETTLE, fixed_min=20, min_per_10kg=6)
    assert [kettle.minutes(grams) for grams in (0, 1, 10_000, 25_000)] == [20, 21, 26, 35]


def test_exploding_gives_what_must_be_bought() -> None:
    """1 kg of cooked stew takes 1.25 kg raw: 1 kg beef, 237.5 g stock, 12.5 g salt."""
    assert explode(STEW, "stew/7/standard", 1000) == {
        "beef": 1_000_000,
        "celery": 23_750,
        "salt": 12_500,
        "water": 213_750,
    }


@given(st.integers(0, 50_000))
def test_exploding_the_unboiled_dish_keeps_its_weight(grams: int) -> None:
    tables = stew_tables()
    tables[1][2] |= {"yield_percent": "100"}
    bought = explode(catalogue_of(tables), "stew/4/standard", grams)
    assert abs(sum(bought.values()) - grams * 1000) <= len(bought)


def test_portions_hold_exactly_their_share() -> None:
    stew = STEW.variants["stew/4/standard"]
    exact = portion_amounts(stew, 151)
    assert exact[INDEX["protein_g"]] == Fraction(160 * 151, 100)
    assert exact[INDEX["vitamin_d_ug"]] is None
    assert portion_hundredths(stew, 151)[INDEX["protein_g"]] == 160 * 151
    assert portion_hundredths(stew, 151)[INDEX["vitamin_d_ug"]] is None


def test_portion_sizes_are_read_by_their_letter() -> None:
    portions = STEW.components["stew"].portions_g
    assert dict(portions.items()) == {"S": 100, "M": 150, "L": 200}
    with pytest.raises(KeyError):
        portions["XL"]


def test_meat_with_milk_is_never_kosher() -> None:
    ingredients, recipes, components = stew_tables()
    for row in ingredients:
        row["properties"] += " kosher"
    parve = catalogue_of((ingredients, recipes, components))
    ingredients[3] |= {"contains": "milk", "may_contain": ""}
    milky = catalogue_of((ingredients, recipes, components))
    assert "kosher" in parve.variants["stew/7/standard"].properties
    assert "kosher" not in milky.variants["stew/7/standard"].properties
    assert "kosher" in milky.variants["stew/7/low-salt"].properties


def test_finger_food_ends_below_level_6() -> None:
    ingredients, recipes, _ = stew_tables()
    row = component_row("stew", "stew", levels="5 6 7", properties="finger-food enriched")
    found = catalogue_of((ingredients, recipes, [row])).variants
    assert "finger-food" in found["stew/6/standard"].properties
    assert found["stew/5/standard"].properties == {"meat", "enriched", "gluten-free"}


def test_the_same_tables_in_another_order_are_the_same_catalogue() -> None:
    ingredients, recipes, components = stew_tables()
    random.Random(1).shuffle(ingredients)  # noqa: S311  # an order, no secret
    assert catalogue_of((ingredients, recipes, components)).version == STEW.version


def test_any_change_of_content_is_another_version() -> None:
    ingredients, recipes, components = stew_tables()
    components[0]["shelf_days"] = "91"
    assert catalogue_of((ingredients, recipes, components)).version != STEW.version


def test_written_tables_read_back_as_the_same_catalogue() -> None:
    again = catalogue_of(write_catalogue(STEW))
    assert again == STEW
    assert write_catalogue(again) == write_catalogue(STEW)


@settings(max_examples=60)
@given(st.data())
def test_any_amounts_survive_writing_and_reading(data: st.DataObject) -> None:
    some = tuple(data.draw(st.one_of(st.none(), st.integers(0, 10**7))) for _ in NUTRIENTS)
    water = replace(STEW.ingredients["water"], per_100g=some)
    recipe = Recipe(
        id="glass",
        lines=(RecipeLine(ingredient="water", amount_g=data.draw(st.integers(1, 10**6))),),
        yield_percent=100,
    )
    glass = replace(STEW.components["stew"], id="glass", recipe="glass", regeneration=())
    first = build_catalogue([water], [recipe], [glass])
    assert catalogue_of(write_catalogue(first)) == first


def test_figures_finer_than_the_scale_are_rounded() -> None:
    ingredients, recipes, components = stew_tables()
    ingredients[0]["protein_g"] = "20.05"
    found = catalogue_of((ingredients, recipes, components))
    assert found.ingredients["beef"].per_100g[INDEX["protein_g"]] == 201


@pytest.mark.parametrize(
    ("table", "row", "cells", "column", "code"),
    [
        (0, 0, {"nl": " "}, "nl", "missing"),
        (0, 0, {"pack_g": "0"}, "pack_g", "not_whole"),
        (0, 0, {"shelf_days": "ten"}, "shelf_days", "not_whole"),
        (0, 0, {"shelf_days": "²"}, "shelf_days", "not_whole"),
        (0, 0, {"lead_days": "1.5"}, "lead_days", "not_whole"),
        (0, 0, {"protein_g": "-1"}, "protein_g", "not_amount"),
        (0, 0, {"protein_g": "NaN"}, "protein_g", "not_amount"),
        (0, 0, {"protein_g": "1,5"}, "protein_g", "not_amount"),
        (0, 0, {"zone": "cellar"}, "zone", "not_one_of"),
        (0, 0, {"contains": "milk strawberry"}, "contains", "not_one_of"),
        (0, 1, {"id": "beef"}, "id", "twice"),
        (1, 3, {"line": "1"}, "line", "twice"),
        (1, 3, {"line": "x"}, "line", "not_whole"),
        (1, 3, {"yield_percent": "90"}, "yield_percent", "recipe.first_line"),
        (1, 3, {"ingredient": "unicorn"}, "ingredient", "recipe.unknown_ingredient"),
        (1, 3, {"ingredient": ""}, "ingredient", "missing"),
        (1, 3, {"amount_g": "0"}, "amount_g", "not_whole"),
        (1, 3, {"levels": "8"}, "levels", "not_one_of"),
        (1, 3, {"seasonings": "sweet"}, "seasonings", "not_one_of"),
        (1, 3, {"after_cooking": "true"}, "after_cooking", "not_one_of"),
        (1, 2, {"method": "magic"}, "method", "not_one_of"),
        (1, 2, {"yield_percent": ""}, "yield_percent", "not_whole"),
        (2, 0, {"role": "lunch"}, "role", "not_one_of"),
        (2, 0, {"recipe": "nothing"}, "recipe", "recipe.unknown"),
        (2, 0, {"levels": "2"}, "levels", "level_of_other_kind"),
        (2, 0, {"levels": ""}, "levels", "missing"),
        (2, 0, {"levels": "7 7"}, "levels", "twice"),
        (2, 0, {"properties": "thin-liquid"}, "levels", "thin_liquid_level"),
        (2, 0, {"properties": "vegan"}, "properties", "diet_typed"),
        (2, 0, {"portion_l_g": "120"}, "portion_m_g", "portions_order"),
        (2, 0, {"steps": "kettle:20+6 stir:1+1"}, "steps", "step"),
        (2, 0, {"steps": "kettle:20"}, "steps", "step"),
        (2, 0, {"steps": "kettle/fry:20+6"}, "steps", "step"),
        (2, 0, {"steps": "kettle/:20+6"}, "steps", "step"),
        (2, 0, {"steps": "kettle/steam_85:20+6"}, "steps", "step"),
        (2, 0, {"steps": "kettle:20+6@9"}, "steps", "step"),
        (2, 0, {"regeneration": "pan:stirred:5:74"}, "regeneration", "regeneration"),
    ],
)
def test_a_wrong_cell_is_named_by_file_line_and_column(
    table: int, row: int, cells: dict[str, str], column: str, code: str
) -> None:
    tables = stew_tables()
    tables[table][row] |= cells
    file = ("ingredients.csv", "recipes.csv", "components.csv")[table]
    expected = (file, row + 2, column, f"catalogue.{code}")
    assert expected in errors_of(tables)


def test_a_missing_column_counts_as_empty() -> None:
    tables = stew_tables()
    del tables[0][0]["supplier"]
    assert errors_of(tables) == [("ingredients.csv", 2, "supplier", "catalogue.missing")]


def test_all_wrong_cells_are_told_at_once() -> None:
    tables = stew_tables()
    tables[0][0]["zone"] = tables[1][1]["levels"] = tables[2][0]["kind"] = "x"
    assert [each[0] for each in errors_of(tables)] == [
        "ingredients.csv",
        "recipes.csv",
        "components.csv",
    ]


def test_a_recipe_may_not_have_the_name_of_an_ingredient() -> None:
    tables = stew_tables()
    tables[0].append(ingredient_row("stock"))
    assert errors_of(tables) == [("recipes.csv", 2, "recipe", "catalogue.twice")]


def test_a_recipe_within_itself_is_refused() -> None:
    tables = stew_tables()
    tables[1][1]["ingredient"] = "stew"
    assert errors_of(tables) == [("recipes.csv", 4, "recipe", "catalogue.recipe.within_itself")]


def test_a_recipe_without_weight_at_some_level_is_refused() -> None:
    tables = stew_tables()
    tables[1][0]["levels"] = tables[1][1]["levels"] = "7"
    assert errors_of(tables) == [("recipes.csv", 2, "recipe", "catalogue.recipe.no_weight")]


def test_more_water_cannot_leave_than_there_is() -> None:
    tables = stew_tables()
    tables[1][2]["yield_percent"] = "10"
    assert errors_of(tables) == [("recipes.csv", 4, "recipe", "catalogue.recipe.yield_too_low")]


def test_unknown_water_stays_unknown_when_cooked() -> None:
    tables = stew_tables()
    tables[0][0]["water_g"] = ""
    assert amount(catalogue_of(tables).variants["stew/7/standard"], "water_g") is None


def test_building_from_values_refuses_what_is_not_there() -> None:
    lost = Recipe(
        id="lost", lines=(RecipeLine(ingredient="unicorn", amount_g=1),), yield_percent=100
    )
    with pytest.raises(ImpossibleRecipe, match="unicorn"):
        build_catalogue([], [lost], [replace(STEW.components["stew"], recipe="lost")])


def test_the_published_document_has_the_agreed_shape() -> None:
    document = catalogue_json(STEW)
    assert list(document) == ["version", "nutrients", "variants"]
    assert document["nutrients"]["protein_g"] == {"scale": 10}
    found = {each["id"]: each for each in document["variants"]}["stew/4/low-salt"]
    assert list(found) == [
        *("id", "component", "role", "kind", "iddsi", "seasoning"),
        *("colour", "bite", "portions_g", "per_100g"),
        *("allergens", "ingredients", "properties", "price_cents_per_100g"),
    ]
    assert found["portions_g"] == {"S": 100, "M": 150, "L": 200}
    assert list(found["per_100g"]) == list(CODES)
    assert found["per_100g"]["vitamin_d_ug"] is None
    assert found["allergens"] == {"contains": ["celery"], "may_contain": [], "unknown": ["soy"]}
    assert (found["kind"], found["iddsi"], found["role"]) == ("food", "4", "protein")


def test_the_types_are_frozen() -> None:
    error = CatalogueError(file="f", row=2, column="c", code="x")
    for value in (error, STEW.variants["stew/7/standard"], STEW.ingredients["beef"]):
        with pytest.raises((AttributeError, TypeError)):
            value.id = "other"  # type: ignore[union-attr,misc]  # the point of the test
