"""The catalogue written back as its three tables of text, the inverse of reading."""

from collections.abc import Iterable
from fractions import Fraction

from menus.catalog import Catalogue, Component, Ingredient, Names, Recipe, RecipeLine
from menus.nutrients import NUTRIENTS
from menus.programmes import Step
from menus.seasoning import Seasoning
from menus.texture import Iddsi
from menus.warming import Regeneration

Written = dict[str, str]


def write_catalogue(catalogue: Catalogue) -> tuple[list[Written], list[Written], list[Written]]:
    """Rows of ingredients, recipes and components; reading them gives the same catalogue."""
    return (
        [_ingredient(each) for each in catalogue.ingredients.values()],
        [row for each in catalogue.recipes.values() for row in _recipe(each)],
        [_component(each) for each in catalogue.components.values()],
    )


def _names(names: Names) -> Written:
    return {"nl": names.nl, "fr": names.fr, "en": names.en}


def write_decimal(amount: int | None, scale: int) -> str:
    """A scaled whole number as the shortest decimal; scales are powers of ten."""
    if amount is None:
        return ""
    whole, rest = divmod(Fraction(amount, scale), 1)
    decimals = str(int(rest * scale)).zfill(len(str(scale)) - 1).rstrip("0")
    return f"{whole}.{decimals}" if decimals else str(whole)


def _words(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _ingredient(each: Ingredient) -> Written:
    return {
        "id": each.id,
        **_names(each.names),
        "source": each.source,
        "source_code": each.source_code,
        **{
            nutrient.code: write_decimal(amount, nutrient.scale)
            for nutrient, amount in zip(NUTRIENTS, each.per_100g, strict=True)
        },
        "filled": write_filled(each.filled),
        "contains": _words(each.allergens.contains),
        "may_contain": _words(each.allergens.may_contain),
        "unknown": _words(each.allergens.unknown),
        "properties": _words(each.properties),
        "price_cents_per_kg": str(each.price_cents_per_kg),
        "shelf_days": str(each.shelf_days),
        "supplier": each.supplier,
        "pack_g": str(each.pack_g),
        "lead_days": str(each.lead_days),
        "zone": each.zone,
        "families": _words(each.families),
        "density_g_per_ml": write_decimal(each.density_mg_per_ml, 1000),
    }


def write_filled(filled: tuple[tuple[str, str], ...]) -> str:
    """Figures of one origin together, in the order of the first of them."""
    by_origin: dict[str, list[str]] = {}
    for code, origin in filled:
        by_origin.setdefault(origin, []).append(code)
    return "; ".join(f"{' '.join(codes)}={origin}" for origin, codes in by_origin.items())


def _recipe(recipe: Recipe) -> list[Written]:
    rows = [_line(recipe, number, line) for number, line in enumerate(recipe.lines, start=1)]
    rows[0] |= {"yield_percent": str(recipe.yield_percent), "method": recipe.method}
    return rows


def _line(recipe: Recipe, number: int, line: RecipeLine) -> Written:
    return {
        "recipe": recipe.id,
        "line": str(number),
        "yield_percent": "",
        "method": "",
        "ingredient": line.ingredient,
        "amount_g": str(line.amount_g),
        "levels": " ".join(level for level in Iddsi if level in line.levels),
        "seasonings": " ".join(each for each in Seasoning if each in line.seasonings),
        "after_cooking": "yes" if line.after_cooking else "",
        "fortifies": "yes" if line.fortifies else "",
    }


def _component(each: Component) -> Written:
    return {
        "id": each.id,
        "role": each.role,
        "kind": each.kind,
        **_names(each.names),
        "recipe": each.recipe,
        "levels": " ".join(each.levels),
        "seasonings": " ".join(each.seasonings),
        "properties": _words(each.properties),
        "colour": each.colour,
        "bite": each.bite,
        "portion_s_g": str(each.portions_g.s),
        "portion_m_g": str(each.portions_g.m),
        "portion_l_g": str(each.portions_g.l),
        "zone": each.zone,
        "shelf_days": str(each.shelf_days),
        "steps": " ".join(_step(step) for step in each.steps),
        "regeneration": " ".join(_way(way) for way in each.regeneration),
        "max_batch_g": str(each.max_batch_g),
    }


def _step(step: Step) -> str:
    runs = f"/{step.programme}" if step.programme else ""
    return f"{step.kind}{runs}:{step.fixed_min}+{step.min_per_10kg}{_at(step.levels)}"


def _way(way: Regeneration) -> str:
    told = f"{way.appliance}:{way.heating}:{way.minutes}:{way.core_celsius}"
    return told + _at(way.levels)


def _at(levels: frozenset[Iddsi]) -> str:
    return "@" + ",".join(level for level in Iddsi if level in levels) if levels else ""
