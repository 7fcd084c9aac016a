"""A group menu served to one person: of each role the first component that suits."""

from collections.abc import Iterable
from dataclasses import dataclass

from menus.catalog import Catalogue, Component, Kind, Role, Variant
from menus.seasoning import Seasoning
from menus.suitability import Eater, Objection, hard_objections


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What one person gets for one role of a group menu; `variant` None when nothing suits.

    `reasons` says why the first choice was passed over: codes with what broke them.
    """

    role: Role
    variant: Variant | None
    first_choice: str
    reasons: tuple[Objection, ...] = ()


def serve(
    catalogue: Catalogue,
    components: Iterable[str],
    eater: Eater,
    recalled: frozenset[str] = frozenset(),
) -> tuple[Served, ...]:
    """Give each role of a menu to one person; components stand first choice first in a role.

    `recalled` names variants of which nothing may be served.

    A component nobody knows has no role and is never served. A role for which nothing suits is
    told, not left out: somebody must then decide.
    """
    by_role: dict[Role, list[Component]] = {}
    for name in components:
        component = catalogue.components.get(name)
        if component is not None:
            by_role.setdefault(component.role, []).append(component)
    return tuple(_first(catalogue, offered, eater, recalled) for offered in by_role.values())


def _first(
    catalogue: Catalogue, offered: list[Component], eater: Eater, recalled: frozenset[str]
) -> Served:
    role = offered[0].role
    passed: list[tuple[Objection, ...]] = []
    for component in offered:
        checked = [
            (one, hard_objections(one, eater, recalled=recalled))
            for one in _variants(catalogue, component, eater)
        ]
        suiting = next((one for one, against in checked if not against), None)
        if suiting is not None:
            reasons = passed[0] if passed else ()
            return Served(role=role, variant=suiting, first_choice=offered[0].id, reasons=reasons)
        passed.append(min((against for _, against in checked), key=len, default=()))
    return Served(role=role, variant=None, first_choice=offered[0].id, reasons=passed[0])


def _variants(catalogue: Catalogue, component: Component, eater: Eater) -> list[Variant]:
    """Give what a component is made as, in the order in which this person would like it.

    Who has a wish beyond the standard seasoning gets that first; everybody else the standard.
    Only the ordered level can suit; the others are looked at where it is not made, for a reason.
    """
    order = eater.drink_iddsi if component.kind is Kind.DRINK else eater.food_iddsi
    levels = [one for one in component.levels if one is order] or component.levels
    wish = bool(eater.seasonings - {Seasoning.STANDARD})
    seasonings = sorted(component.seasonings, key=lambda one: (one is Seasoning.STANDARD) is wish)
    found = (
        catalogue.variants.get(f"{component.id}/{level}/{seasoning}")
        for seasoning in seasonings
        for level in levels
    )
    return [one for one in found if one is not None]
