"""A recipe scaled to what one eater gets: every part with its amounts, first things first."""

from dataclasses import dataclass
from fractions import Fraction

from menus.catalog import Catalogue, Method, Recipe, RecipeLine, Variant
from menus.making import Added
from menus.recipes import why_added


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """An amount of an ingredient, or of the part with number `part`, which is made before."""

    item: str
    part: int | None
    mg: Fraction
    why: Added | None
    after_cooking: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One recipe of the tree. The last part is the dish; `number` counts from 1 as they are made.

    Grams of what goes in the pot, of what comes out, and of the part when everything is added.
    """

    number: int
    method: Method
    lines: tuple[PartLine, ...]
    raw_g: Fraction
    cooked_g: Fraction
    ready_g: Fraction


def scaled(catalogue: Catalogue, variant: Variant, grams: int) -> tuple[Part, ...]:
    """The parts of `grams` of a variant as served, in the order they are made.

    Exact: the same amounts as `explode` gives. KeyError for a variant of another catalogue.
    """
    main = catalogue.components[variant.component].recipe
    order = _made_first(catalogue, main, variant)
    number = {name: at for at, name in enumerate(order, start=1)}
    wanted = dict.fromkeys(order, Fraction(0)) | {main: Fraction(grams)}
    found: list[Part] = []
    for name in reversed(order):
        part = _part(catalogue, catalogue.recipes[name], variant, wanted[name], number)
        for line in part.lines:
            if line.part is not None:
                wanted[line.item] += line.mg / 1000
        found.append(part)
    return tuple(reversed(found))


def _lines(recipe: Recipe, variant: Variant) -> list[RecipeLine]:
    return [line for line in recipe.lines if line.serves(variant.iddsi, variant.seasoning)]


def _made_first(catalogue: Catalogue, name: str, variant: Variant) -> list[str]:
    """Ids of the recipes in the tree: what another needs stands before it, each once."""
    found: list[str] = []
    for line in _lines(catalogue.recipes[name], variant):
        if line.ingredient in catalogue.recipes:
            below = _made_first(catalogue, line.ingredient, variant)
            found += [each for each in below if each not in found]
    return [*found, name]


def _weights(recipe: Recipe, variant: Variant) -> tuple[Fraction, Fraction, Fraction]:
    lines = _lines(recipe, variant)
    raw = Fraction(sum(line.amount_g for line in lines if not line.after_cooking))
    cooked = raw * recipe.yield_percent / 100
    return raw, cooked, cooked + sum(line.amount_g for line in lines if line.after_cooking)


def _part(
    catalogue: Catalogue,
    recipe: Recipe,
    variant: Variant,
    wanted_g: Fraction,
    number: dict[str, int],
) -> Part:
    raw, cooked, ready = _weights(recipe, variant)
    share = wanted_g / ready
    return Part(
        number=number[recipe.id],
        method=recipe.method,
        lines=tuple(
            PartLine(
                item=line.ingredient,
                part=number.get(line.ingredient),
                mg=line.amount_g * 1000 * share,
                why=why_added(catalogue.ingredients, line),
                after_cooking=line.after_cooking,
            )
            for line in _lines(recipe, variant)
        ),
        raw_g=raw * share,
        cooked_g=cooked * share,
        ready_g=wanted_g,
    )
