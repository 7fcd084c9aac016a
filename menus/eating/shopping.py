"""What to buy to cook a week oneself: the ingredients of every dish, by shelf of the shop."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from menus.allergens import AllergenSet
from menus.catalog import Catalogue, Ingredient, Zone
from menus.nutrients import INDEX
from menus.recipes import explode


class Shelf(StrEnum):
    """Where in a shop something is found, in the order in which one walks."""

    PRODUCE = "produce"
    BREAD = "bread"
    MEAT = "meat"
    FISH = "fish"
    DAIRY = "dairy"
    DRY = "dry"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """One ingredient and how much of it is needed, in whole grams, rounded up."""

    ingredient: str
    amount_g: int


WATER = "water"
"""The one ingredient that comes from the tap."""
_AT_SEA = ("fish", "crustaceans", "molluscs")
_DAIRY = ("milk", "eggs", "soy")
_SPREAD_DG = 400
"""From 40 g of fat per 100 g what is chilled and of plants is a margarine, no fruit."""


def shelf_of(ingredient: Ingredient) -> Shelf:
    """Where a shop keeps an ingredient, from what it is: zone, allergens, fat, meat, vegan or not.

    What is chilled and made of soy, and margarine, lie beside the milk.
    """
    told, fat = ingredient.allergens, ingredient.per_100g[INDEX["fat_g"]]
    if ingredient.zone is Zone.AMBIENT:
        return Shelf.DRY
    if _has(told, _AT_SEA):
        return Shelf.FISH
    if ingredient.zone is Zone.FROZEN:
        return Shelf.BREAD if _has(told, ("gluten",)) else Shelf.FROZEN
    if "meat" in ingredient.properties:
        return Shelf.MEAT
    if _has(told, _DAIRY) or (fat is not None and fat >= _SPREAD_DG):
        return Shelf.DAIRY
    return Shelf.PRODUCE if "vegan" in ingredient.properties else Shelf.MEAT


def _has(told: AllergenSet, groups: Iterable[str]) -> bool:
    return any(code.partition(":")[0] in groups for code in told.contains)


def needed_mg(catalogue: Catalogue, dishes: Iterable[tuple[str, int]]) -> Counter[str]:
    """Milligrams of each ingredient for dishes of (variant, grams as served)."""
    total = Counter[str]()
    for variant, grams in dishes:
        total.update(explode(catalogue, variant, grams))
    return total


def shopping_list(
    catalogue: Catalogue, dishes: Iterable[tuple[str, int]]
) -> tuple[tuple[Shelf, tuple[Bought, ...]], ...]:
    """What dishes of (variant, grams as served) ask for, each ingredient once, shelf by shelf.

    Nothing is added for spilling, and water is not bought.
    """
    shelves: dict[Shelf, list[Bought]] = {shelf: [] for shelf in Shelf}
    for name, amount_mg in sorted(needed_mg(catalogue, dishes).items()):
        if name != WATER and amount_mg:
            bought = Bought(ingredient=name, amount_g=-(-amount_mg // 1000))
            shelves[shelf_of(catalogue.ingredients[name])].append(bought)
    return tuple((shelf, tuple(rows)) for shelf, rows in shelves.items() if rows)
