"""A group menu served to one person: of each role the first component that suits."""

from collections.abc import Iterable
from dataclasses import dataclass

from menus.catalog import Catalogue, Role, Variant
from menus.suitability import Eater, Objection, objections


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What one person gets for one role of a group menu; `variant` None when nothing suits.

    `reasons` says why the first choice was passed over: codes with what broke them.
    """

    role: Role
    variant: Variant | None
    first_choice: str
    reasons: tuple[Objection, ...] = ()


def serve(catalogue: Catalogue, components: Iterable[str], eater: Eater) -> tuple[Served, ...]:
    """Give each role of a menu to one person; components stand first choice first in a role.

    A component nobody knows counts as unsuitable, never as served. A role for which nothing
    suits is told, not left out: somebody must then decide.
    """
    by_role: dict[Role, list[str]] = {}
    for name in components:
        component = catalogue.components.get(name)
        if component is not None:
            by_role.setdefault(component.role, []).append(name)
    return tuple(_first(catalogue, role, names, eater) for role, names in by_role.items())


def _first(catalogue: Catalogue, role: Role, names: list[str], eater: Eater) -> Served:
    reasons: tuple[Objection, ...] = ()
    for name in names:
        found = [one for one in catalogue.variants.values() if one.component == name]
        checked = [(one, objections(one, eater)) for one in sorted(found, key=lambda v: v.id)]
        suiting = next((one for one, against in checked if not against), None)
        if suiting is not None:
            return Served(role=role, variant=suiting, first_choice=names[0], reasons=reasons)
        reasons = reasons or min((against for _, against in checked), key=len, default=())
    return Served(role=role, variant=None, first_choice=names[0], reasons=reasons)
