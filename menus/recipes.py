"""From recipes to variants: figures, allergens, properties and price derived, never typed in."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from fractions import Fraction
from itertools import product
from math import lcm
from typing import Any

from menus.allergens import AllergenSet, covers, union
from menus.bite import bite_at
from menus.catalog import (
    Bite,
    Catalogue,
    Component,
    Ingredient,
    Kind,
    Recipe,
    RecipeLine,
    Role,
    Variant,
)
from menus.making import TESTS, Added, Addition, Processing, taste_of, work_for
from menus.naming import named
from menus.nutrients import CODES, INDEX, Amounts, round_half_away, scale, total
from menus.programmes import Step
from menus.retention import RETENTION_PERCENT
from menus.seasoning import Seasoning
from menus.texture import Iddsi

GLUTEN_FREE = "gluten-free"
"""At most 20 mg gluten per kg (Regulation (EU) 828/2014): sold as such, or free of it by nature.

By nature: no gluten cereal contained, possible by cross-contact, or not known. It is no allergy
to wheat: certified oats have it and still hold `gluten:oats` (clinical specification 6.4).
"""
DIETS: tuple[str, ...] = ("vegetarian", "vegan", "halal", "kosher", GLUTEN_FREE)
"""Properties a dish has only when every ingredient has them; all others come from any one."""

THICKENERS: frozenset[str] = frozenset(
    {
        *("thickener-gum", "thickener-starch", "cornstarch", "agar", "gelatin", "tapioca"),
        *("locust-bean-gum", "potato-flour"),
    }
)
"""Ingredients that thicken; others do when they have the property `starch-thickener`."""
_WATER = INDEX["water_g"]
# Finger food means pieces that hold together; below level 6 there are none (IDDSI framework).
_PIECES = frozenset({Iddsi.L6, Iddsi.EC7, Iddsi.L7})


class ImpossibleRecipe(ValueError):
    """A recipe that cannot be cooked; `code` says why, `recipe` says which one."""

    def __init__(self, code: str, recipe: str, subject: str) -> None:
        super().__init__(f"{code}: {recipe} {subject}")
        self.code, self.recipe, self.subject = code, recipe, subject


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mix:
    """What a recipe holds when it is ready: exact grams, amounts, allergens, properties.

    The amounts of the whole mass are `amounts` over one common denominator `below`: whole numbers
    stay exact and are several times faster than a fraction for each.
    """

    mass_g: Fraction
    amounts: Amounts
    below: int
    grams: Mapping[str, Fraction]  # of each ingredient
    allergens: AllergenSet
    properties: frozenset[str]  # DIETS only when all parts have them
    cents: Fraction


_Key = tuple[str, Iddsi | None, Seasoning | None]
_Named = tuple[frozenset[Iddsi], frozenset[Seasoning]]


@dataclass(frozen=True, slots=True)
class _Book:
    """Ingredients and recipes by id, with what has been worked out already."""

    ingredients: Mapping[str, Ingredient]
    recipes: Mapping[str, Recipe]
    named: dict[str, _Named] = field(default_factory=dict)
    mixed: dict[_Key, _Mix] = field(default_factory=dict)
    spoken: dict[tuple[str, str], bool] = field(default_factory=dict)


def build_catalogue(
    ingredients: Iterable[Ingredient], recipes: Iterable[Recipe], components: Iterable[Component]
) -> Catalogue:
    """The catalogue with every variant derived from its recipe tree.

    Raises ImpossibleRecipe for a missing ingredient, a recipe within itself, a recipe without
    weight, or a yield that takes away more water than there is.
    """
    parts = {each.id: each for each in sorted(ingredients, key=lambda each: each.id)}
    books = {each.id: each for each in sorted(recipes, key=lambda each: each.id)}
    wanted = {each.id: each for each in sorted(components, key=lambda each: each.id)}
    book = _Book(parts, books)
    variants = [
        _variant(book, component, level, seasoning)
        for component in wanted.values()
        for level, seasoning in product(component.levels, component.seasonings)
    ]
    return Catalogue(
        version=_version(parts, books, wanted),
        ingredients=parts,
        recipes=books,
        components=wanted,
        variants={variant.id: variant for variant in variants},
    )


def explode(catalogue: Catalogue, variant_id: str, amount_g: int) -> dict[str, int]:
    """Milligrams of each ingredient, as bought, for `amount_g` of a variant as served.

    Exact to the milligram (half away from zero); nothing is added for spilling. KeyError for a
    variant that is not in the catalogue.
    """
    variant = catalogue.variants[variant_id]
    recipe = catalogue.components[variant.component].recipe
    book = _Book(catalogue.ingredients, catalogue.recipes)
    mix = _mix(book, recipe, variant.iddsi, variant.seasoning)
    share = Fraction(amount_g * 1000) / mix.mass_g
    return {name: round_half_away(grams * share) for name, grams in sorted(mix.grams.items())}


def portion_amounts(variant: Variant, grams: int) -> tuple[Fraction | None, ...]:
    """What `grams` of a variant hold, in scaled units: exactly per_100g x grams / 100.

    Summing these sums without rounding; `portion_hundredths` gives the same as whole numbers.
    """
    return tuple(
        None if amount is None else Fraction(amount * grams, 100) for amount in variant.per_100g
    )


def portion_hundredths(variant: Variant, grams: int) -> Amounts:
    """What `grams` of a variant hold, in hundredths of scaled units: whole and exact."""
    return tuple(None if amount is None else amount * grams for amount in variant.per_100g)


def _variant(book: _Book, component: Component, level: Iddsi, seasoning: Seasoning) -> Variant:
    mix = _mix(book, component.recipe, level, seasoning)
    share = Fraction(100) / mix.mass_g
    per_100g = scale(mix.amounts, share / mix.below)
    return Variant(
        id=f"{component.id}/{level}/{seasoning}",
        component=component.id,
        role=component.role,
        kind=component.kind,
        iddsi=level,
        seasoning=seasoning,
        names=component.names,
        per_100g=per_100g,
        allergens=mix.allergens,
        ingredients=_words(book, mix.grams),
        main_ingredients=_mains(book, component, mix),
        properties=_properties(mix, component, level),
        colour=component.colour,
        bite=bite_at(level, component.kind, component.bite),
        taste=taste_of(
            {name: grams * share for name, grams in mix.grams.items()},
            sodium_mg=per_100g[INDEX["sodium_mg"]],
            sugars_dg=per_100g[INDEX["sugars_g"]],
        ),
        processing=_processing(book, component, level, seasoning, share),
        portions_g=component.portions_g,
        price_cents_per_100g=-int(-mix.cents * share // 1),
        zone=component.zone,
        shelf_days=component.shelf_days,
        steps=_steps(component, level),
        regeneration=tuple(way for way in component.regeneration if way.serves(level)),
        max_batch_g=component.max_batch_g,
    )


def _processing(
    book: _Book, component: Component, level: Iddsi, seasoning: Seasoning, share: Fraction
) -> Processing:
    """What is done to the dish at its level; `share` brings its recipe to 100 g."""
    additions = tuple(_additions(book, component.recipe, level, seasoning, share))
    return Processing(
        work=work_for(
            level,
            smooth=_has_no_pieces(component),
            flows=component.kind is Kind.DRINK,
            bread=_holds_bread(book, component, level, seasoning),
            thickened=any(each.why is Added.THICKENER for each in additions),
        ),
        additions=additions,
        tests=TESTS[level],
    )


def _additions(
    book: _Book, recipe: str, level: Iddsi, seasoning: Seasoning, share: Fraction
) -> Iterator[Addition]:
    """What the recipe and the recipes in it add; `share` brings this one to its part of 100 g."""
    for line in book.recipes[recipe].lines:
        if not line.serves(level, seasoning):
            continue
        grams = line.amount_g * share
        why = why_added(book.ingredients, line)
        if why:
            yield Addition(item=line.ingredient, mg_per_100g=round_half_away(grams * 1000), why=why)
        if line.ingredient in book.recipes:
            below = grams / _mix(book, line.ingredient, level, seasoning).mass_g
            yield from _additions(book, line.ingredient, level, seasoning, below)


def why_added(ingredients: Mapping[str, Ingredient], line: RecipeLine) -> Added | None:
    """Why a line is there beyond the dish itself; None for the dish."""
    if line.fortifies:
        return Added.FORTIFICATION
    if not line.levels:
        return None
    bought = ingredients.get(line.ingredient)
    thickens = bought and (bought.id in THICKENERS or "starch-thickener" in bought.properties)
    return Added.THICKENER if thickens else Added.LIQUID


def _has_no_pieces(component: Component) -> bool:
    """Soup that flows comes from vegetables and is blended; another drink or a mash is smooth."""
    if component.kind is Kind.DRINK:
        return component.role is not Role.SOUP
    return component.bite is Bite.SMOOTH


def _holds_bread(book: _Book, component: Component, level: Iddsi, seasoning: Seasoning) -> bool:
    """Whether a tenth of it is bread; the slice that binds a stew falls apart by itself."""
    mix = _mix(book, component.recipe, level, seasoning)
    bread = [name for name in mix.grams if "bread" in book.ingredients[name].families]
    return sum((mix.grams[name] for name in bread), Fraction(0)) * 10 >= mix.mass_g


def _words(book: _Book, names: Iterable[str]) -> frozenset[str]:
    """What is bought, with the wider words for it."""
    return frozenset(names).union(*(book.ingredients[name].families for name in names))


MAIN_PERCENT = 5
"""From this share of a dish's mass an ingredient is a main one, named or not (house rule)."""


def _mains(book: _Book, component: Component, mix: _Mix) -> frozenset[str]:
    """Words of what the dish is named after, and words that weigh enough: a family together."""
    weights: defaultdict[str, Fraction] = defaultdict(Fraction)
    for name, grams in mix.grams.items():
        for word in {name, *book.ingredients[name].families}:
            weights[word] += grams
    least = mix.mass_g * MAIN_PERCENT / 100
    heavy = frozenset(word for word, grams in weights.items() if grams >= least)
    return heavy | _words(book, [name for name in mix.grams if _speaks_of(book, component, name)])


def _speaks_of(book: _Book, component: Component, name: str) -> bool:
    """Whether a component is named after an ingredient: worked out once for all its variants."""
    key = component.id, name
    if key not in book.spoken:
        book.spoken[key] = named(book.ingredients[name], component.names)
    return book.spoken[key]


def _steps(component: Component, level: Iddsi) -> tuple[Step, ...]:
    return tuple(step for step in component.steps if not step.levels or level in step.levels)


def _properties(mix: _Mix, component: Component, level: Iddsi) -> frozenset[str]:
    """The properties of all parts and of the component; meat with milk is never kosher."""
    found = mix.properties | component.properties
    if "meat" in found and "milk" in mix.allergens.contains:
        found -= {"kosher"}
    return found if level in _PIECES else found - {"finger-food"}


def _mix(book: _Book, recipe_id: str, level: Iddsi | None, seasoning: Seasoning | None) -> _Mix:
    """The recipe ready to serve; levels and seasonings that no line names share one mix."""
    levels, seasonings = _named(book, recipe_id)
    key = (
        recipe_id,
        level if level in levels else None,
        seasoning if seasoning in seasonings else None,
    )
    if key not in book.mixed:
        book.mixed[key] = _new_mix(book, key)
    return book.mixed[key]


def _new_mix(book: _Book, key: _Key) -> _Mix:
    recipe_id, level, seasoning = key
    recipe = book.recipes[recipe_id]
    lines = [line for line in recipe.lines if line.serves(level, seasoning)]
    parts = [(line.after_cooking, _part(book, line, level, seasoning)) for line in lines]
    cooked = _cook(recipe, _pour(recipe, [part for after, part in parts if not after]))
    return _pour(recipe, [cooked, *(part for after, part in parts if after)])


def _named(book: _Book, recipe_id: str, above: tuple[str, ...] = ()) -> _Named:
    """The levels and seasonings that any line of the recipe's tree names."""
    if recipe_id in above:
        raise ImpossibleRecipe("recipe.within_itself", above[0], recipe_id)
    if recipe_id not in book.named:
        lines = book.recipes[recipe_id].lines
        below = [_named_by(book, line, (*above, recipe_id)) for line in lines]
        book.named[recipe_id] = (
            frozenset().union(*(line.levels for line in lines), *(each[0] for each in below)),
            frozenset().union(*(line.seasonings for line in lines), *(each[1] for each in below)),
        )
    return book.named[recipe_id]


def _named_by(book: _Book, line: RecipeLine, above: tuple[str, ...]) -> _Named:
    if line.ingredient in book.ingredients:
        return frozenset(), frozenset()
    if line.ingredient not in book.recipes:
        raise ImpossibleRecipe("recipe.unknown_ingredient", above[-1], line.ingredient)
    return _named(book, line.ingredient, above)


def _part(book: _Book, line: RecipeLine, level: Iddsi | None, seasoning: Seasoning | None) -> _Mix:
    """One line as a mix of its own weight."""
    if line.ingredient in book.ingredients:
        return _bought(book.ingredients[line.ingredient], line.amount_g)
    whole = _mix(book, line.ingredient, level, seasoning)
    return _share(whole, Fraction(line.amount_g) / whole.mass_g)


def _bought(ingredient: Ingredient, amount_g: int) -> _Mix:
    return _Mix(
        mass_g=Fraction(amount_g),
        amounts=_times(ingredient.per_100g, amount_g),
        below=100,
        grams={ingredient.id: Fraction(amount_g)},
        allergens=ingredient.allergens,
        properties=ingredient.properties | _free_by_nature(ingredient),
        cents=Fraction(ingredient.price_cents_per_kg * amount_g, 1000),
    )


def _free_by_nature(ingredient: Ingredient) -> frozenset[str]:
    gluten = any(covers("gluten", one) for one in ingredient.allergens.any)
    return frozenset() if gluten else frozenset({GLUTEN_FREE})


def _share(whole: _Mix, factor: Fraction) -> _Mix:
    return replace(
        whole,
        mass_g=whole.mass_g * factor,
        amounts=_times(whole.amounts, factor.numerator),
        below=whole.below * factor.denominator,
        grams={name: grams * factor for name, grams in whole.grams.items()},
        cents=whole.cents * factor,
    )


def _times(amounts: Amounts, factor: int) -> Amounts:
    return tuple(None if amount is None else amount * factor for amount in amounts)


def _pour(recipe: Recipe, parts: list[_Mix]) -> _Mix:
    """All parts together, before anything happens to them."""
    mass = sum((part.mass_g for part in parts), Fraction(0))
    if mass <= 0:
        raise ImpossibleRecipe("recipe.no_weight", recipe.id, recipe.id)
    grams: dict[str, Fraction] = {}
    for part in parts:
        for name, amount in part.grams.items():
            grams[name] = grams.get(name, Fraction(0)) + amount
    below = lcm(*(part.below for part in parts))
    return _Mix(
        mass_g=mass,
        amounts=total(_times(part.amounts, below // part.below) for part in parts),
        below=below,
        grams=grams,
        allergens=union(part.allergens for part in parts),
        properties=_joined([part.properties for part in parts]),
        cents=sum((part.cents for part in parts), Fraction(0)),
    )


def _joined(properties: list[frozenset[str]]) -> frozenset[str]:
    diets = frozenset(DIETS).intersection(*properties)
    return diets | (frozenset().union(*properties) - frozenset(DIETS))


def _cook(recipe: Recipe, raw: _Mix) -> _Mix:
    """Weight after cooking: the difference is water; the rest by the retention table."""
    mass = raw.mass_g * recipe.yield_percent / 100
    # Over a denominator in which percents and the change of mass are whole numbers.
    grow = 100 * mass.denominator * raw.mass_g.denominator
    below = raw.below * grow
    kept = RETENTION_PERCENT[recipe.method]
    amounts = [
        None if amount is None else amount * kept.get(code, 100) * (grow // 100)
        for code, amount in zip(CODES, raw.amounts, strict=True)
    ]
    amounts[_WATER] = _dried(recipe, amounts[_WATER], (mass - raw.mass_g) * below)
    return replace(raw, mass_g=mass, amounts=tuple(amounts), below=below)


def _dried(recipe: Recipe, water: int | None, change: Fraction) -> int | None:
    """Water after cooking, in tenths of grams as in the table: what leaves by heat is water."""
    left = None if water is None else int(water + change * 10)
    if left is not None and left < 0:
        raise ImpossibleRecipe("recipe.yield_too_low", recipe.id, str(recipe.yield_percent))
    return left


def _version(*tables: Mapping[str, Any]) -> str:
    """A hash of the content: the same rows give the same version on every machine."""
    plain = json.dumps([_plain(list(table.values())) for table in tables], sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Anything of the catalogue as lists and strings in a fixed order."""
    if is_dataclass(value):
        return [_plain(getattr(value, each.name)) for each in fields(value)]
    if isinstance(value, frozenset):
        return sorted(str(each) for each in value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
