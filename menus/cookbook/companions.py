"""What goes with a dish when a meal is put together from components."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from menus.catalog import Role, Variant

_WITH: dict[Role, tuple[Role, ...]] = {
    Role.PROTEIN: (Role.STARCH, Role.VEGETABLE, Role.SAUCE),
    Role.STARCH: (Role.PROTEIN, Role.VEGETABLE, Role.SAUCE),
    Role.VEGETABLE: (Role.PROTEIN, Role.STARCH, Role.SAUCE),
    Role.SAUCE: (Role.PROTEIN, Role.STARCH, Role.VEGETABLE),
    Role.SOUP: (Role.BREAKFAST, Role.DRINK),
    Role.BREAKFAST: (Role.DRINK,),
    Role.DESSERT: (Role.DRINK,),
    Role.SNACK: (Role.DRINK,),
    Role.SUPPLEMENT: (Role.SNACK,),
    Role.DRINK: (Role.SNACK,),
}
MOST = 3
"""How many dishes are offered for each place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """One place beside a dish, with the dishes that fit there, best first."""

    role: Role
    variants: tuple[Variant, ...]


def companions(dish: Variant, suiting: Iterable[Variant]) -> tuple[Companion, ...]:
    """Dishes beside `dish` among those that suit: another colour and bite first, then by name."""
    others = [each for each in suiting if each.component != dish.component]
    places = ((role, [each for each in others if each.role is role]) for role in _WITH[dish.role])
    return tuple(
        Companion(role=role, variants=tuple(sorted(found, key=partial(_same, dish))[:MOST]))
        for role, found in places
        if found
    )


def _same(dish: Variant, other: Variant) -> tuple[bool, bool, str]:
    return other.colour is dish.colour, other.bite is dish.bite, other.component
