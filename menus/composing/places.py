"""The places of a plan, and which of them a named dish takes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from menus.catalog import Role
from menus.plan import PlanItem
from menus.plan_request import Pin, PlanRequest, Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One role of one slot on one day."""

    key: str
    day: int
    slot: str
    role: Role
    optional: bool


def places_of(request: PlanRequest) -> tuple[Place, ...]:
    """Every place of the plan, in the order of days and slots."""
    return tuple(
        Place(
            key=f"{day}/{slot.id}/{number}",
            day=day,
            slot=slot.id,
            role=role,
            optional=number >= len(slot.roles),
        )
        for day in range(request.days)
        for slot in request.slots
        for number, role in enumerate((*slot.roles, *slot.optional))
    )


def seats(
    places: tuple[Place, ...], named: Iterable[PlanItem | Pin | Shared]
) -> tuple[str | None, ...]:
    """The place key of each named thing; a role asked twice in a slot takes two; None: no room."""
    rooms: defaultdict[tuple[int, str, Role], list[str]] = defaultdict(list)
    for place in reversed(places):
        rooms[place.day, place.slot, place.role].append(place.key)
    found = []
    for each in named:
        room = rooms[each.day, each.slot, each.role]
        found.append(room.pop() if room else None)
    return tuple(found)


Named = TypeVar("Named", Pin, Shared)


def seated(places: tuple[Place, ...], pins: tuple[Named, ...]) -> dict[str, Named]:
    """Each pin on its own place; a pin without a place is left out."""
    return {key: pin for key, pin in zip(seats(places, pins), pins, strict=True) if key is not None}
