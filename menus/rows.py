"""The catalogue as three tables of text: read with every bad row named, and written back."""

from collections.abc import Iterable

from menus.allergens import ALLERGENS, AllergenSet
from menus.catalog import Catalogue, Ingredient, Zone
from menus.nutrients import CODES, INDEX, NUTRIENTS
from menus.recipes import ImpossibleRecipe, build_catalogue
from menus.tables import (
    CatalogueError,
    Reader,
    Row,
    read_components,
    read_recipes,
    refuse_doubles,
)

INGREDIENT_COLUMNS: tuple[str, ...] = (
    *("id", "nl", "fr", "en", "source", "source_code", *CODES, "filled"),
    *("contains", "may_contain", "unknown", "properties", "price_cents_per_kg", "shelf_days"),
    *("supplier", "pack_g", "lead_days", "zone", "families", "density_g_per_ml"),
)


def read_catalogue(
    ingredient_rows: Iterable[Row], recipe_rows: Iterable[Row], component_rows: Iterable[Row]
) -> Catalogue | tuple[CatalogueError, ...]:
    """The catalogue that the three tables describe, or everything that is wrong in them.

    Lists inside a cell are separated by spaces; an empty nutrient is not known; nutrients finer
    than the table's scale are rounded half away from zero.
    """
    errors: list[CatalogueError] = []
    ingredients = _ingredients(_readers("ingredients.csv", ingredient_rows, errors))
    lines = _readers("recipes.csv", recipe_rows, errors)
    recipes = read_recipes(lines, {each.id: each for each in ingredients})
    components = read_components(
        _readers("components.csv", component_rows, errors), {each.id for each in recipes}
    )
    if errors:
        return tuple(errors)
    try:
        return build_catalogue(ingredients, recipes, components)
    except ImpossibleRecipe as problem:
        return (_cannot_cook(lines, problem),)


def _cannot_cook(lines: list[Reader], problem: ImpossibleRecipe) -> CatalogueError:
    """What a recipe's own rows cannot show: a circle, no weight, more water out than in."""
    first = next(each for each in lines if each.maybe("recipe") == problem.recipe)
    return CatalogueError(
        file=first.file,
        row=first.number,
        column="recipe",
        code=f"catalogue.{problem.code}",
        args=(("recipe", problem.recipe), ("subject", problem.subject)),
    )


def _readers(file: str, rows: Iterable[Row], errors: list[CatalogueError]) -> list[Reader]:
    return [Reader(file, row, number, errors) for number, row in enumerate(rows, start=2)]


def _allergen(code: str) -> str:
    if code not in ALLERGENS:
        raise ValueError(code)
    return code


def _ingredients(readers: list[Reader]) -> list[Ingredient]:
    refuse_doubles(readers, "id")
    return [_ingredient(reader) for reader in readers]


def _ingredient(reader: Reader) -> Ingredient:
    return Ingredient(
        id=reader.text("id"),
        names=reader.names(),
        source=reader.text("source"),
        source_code=reader.text("source_code"),
        per_100g=tuple(reader.amount(each.code, each.scale) for each in NUTRIENTS),
        allergens=AllergenSet(
            contains=frozenset(reader.many("contains", _allergen)),
            may_contain=frozenset(reader.many("may_contain", _allergen)),
            unknown=frozenset(reader.many("unknown", _allergen)),
        ),
        properties=frozenset(reader.maybe("properties").split()),
        price_cents_per_kg=reader.whole("price_cents_per_kg", least=0),
        shelf_days=reader.whole("shelf_days", least=1),
        supplier=reader.text("supplier"),
        pack_g=reader.whole("pack_g", least=1),
        lead_days=reader.whole("lead_days", least=0),
        zone=reader.one("zone", Zone, Zone.AMBIENT),
        families=frozenset(reader.maybe("families").split()),
        density_mg_per_ml=reader.amount("density_g_per_ml", 1000),
        filled=_filled(reader),
    )


def _filled(reader: Reader) -> tuple[tuple[str, str], ...]:
    """Origins of figures as `sugars_g fibre_g=origin; iron_mg=origin`, each figure once."""
    found: dict[str, str] = {}
    for text in reader.maybe("filled").split(";"):
        codes, _, origin = (each.strip() for each in text.partition("="))
        for code in codes.split():
            known = code in INDEX and reader.maybe(code) and origin
            if not known or found.setdefault(code, origin) != origin:
                reader.blame("filled", "filled", value=code)
        if origin and not codes:
            reader.blame("filled", "filled", value=origin)
    return tuple(sorted(found.items(), key=lambda each: CODES.index(each[0])))
