"""Which dishes the book shows to an eater: only those the gate lets through."""

from menus.catalog import Catalogue, Component, Variant
from menus.seasoning import Seasoning
from menus.suitability import Eater, hard_objections


def variant_for(
    catalogue: Catalogue,
    component: str,
    eater: Eater,
    seasoning: Seasoning | None = None,
    *,
    recalled: frozenset[str] = frozenset(),
) -> Variant | None:
    """The version of a component this eater may have; None when there is none.

    The seasoning asked for when it suits, else the first that does; KeyError never. `recalled`
    names variants of which nothing may be eaten: what is wrong with a lot may be its recipe.
    """
    dish = catalogue.components.get(component)
    found = _suiting(catalogue, dish, eater, recalled) if dish else []
    return next(
        (each for each in found if each.seasoning is seasoning), found[0] if found else None
    )


def choices(
    catalogue: Catalogue, eater: Eater, recalled: frozenset[str] = frozenset()
) -> tuple[Variant, ...]:
    """One suiting version of each component, in the order of their ids."""
    names = sorted(catalogue.components)
    found = (variant_for(catalogue, name, eater, recalled=recalled) for name in names)
    return tuple(each for each in found if each)


def _suiting(
    catalogue: Catalogue, dish: Component, eater: Eater, recalled: frozenset[str]
) -> list[Variant]:
    found = (
        catalogue.variants[f"{dish.id}/{level}/{seasoning}"]
        for seasoning in dish.seasonings
        for level in dish.levels
    )
    return [each for each in found if not hard_objections(each, eater, recalled=recalled)]
