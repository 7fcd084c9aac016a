"""What a kitchen has: machines with their hours, people by shift, room in store."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from logistics.stock import Lot
from menus import ALLERGENS, Programme, Step, StepKind, Variant, Zone, covers
from optimizer import FreeWindow, Resource, Shift, Store

CLEAN_MIN = 25
RINSE_MIN = 5
"""Minutes of a full clean after an allergen, and of a rinse between dishes (house rule)."""

CHILL_WAIT_MIN = 30
"""Longest wait between cooking and cooling where a kitchen did not measure its own (house rule,
stricter than rule L-05: 60 to 10 degrees in two hours, of which cooling itself takes most)."""

STORE_G_PER_LITRE = 400
"""Grams of packed food that a litre of cold room holds, aisles and lids included (house rule
until a kitchen weighs its own)."""

_OPEN_FOOD = frozenset(
    {StepKind.PREP, StepKind.KETTLE, StepKind.OVEN, StepKind.BLEND, StepKind.PACK}
)
"""Where food touches the machine; in chillers and freezers it stands covered."""

_COVERED = frozenset({StepKind.CHILL, StepKind.BLAST_FREEZE})
"""Machines of several places that the next batch may join at any time: food stands covered."""

_STORES = (Zone.FROZEN, Zone.CHILLED)


class Skill(StrEnum):
    """Who works in a kitchen."""

    COOK = "cook"
    PACKER = "packer"


def hours_free_of(opens: int, closes: int, allergies: Iterable[str]) -> FreeWindow:
    """Minutes free of allergens; a group stands for each of its species."""
    named = tuple(allergies)
    kept_out = frozenset(one for one in ALLERGENS if any(covers(each, one) for each in named))
    return FreeWindow(opens=opens, closes=closes, traits=kept_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One kitchen resource. `capacity_g`: the most it takes in one run, all its places together.

    Batches that want one programme share the places of an oven, with the same allergens only; a
    chiller or freezer takes any of one programme. `places` None: not known, and planned as one.
    `programmes`: those it can run; empty: nobody said, and planned as all of its kind. `free`:
    minutes in which nothing with these allergens may run on it; None: nobody said whether there
    are any. `down`: minutes in which it does not work.
    """

    id: str
    kind: StepKind
    capacity_g: int
    open_min: int  # minutes after midnight of the service day; before midnight is negative
    close_min: int
    places: int | None = None
    programmes: frozenset[Programme] = frozenset()
    free: tuple[FreeWindow, ...] | None = None
    down: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.slots < 1:
            raise ValueError("a machine has at least one place")
        if self.capacity_g < 1:
            raise ValueError("a machine takes at least one gram")
        if self.open_min >= self.close_min:
            raise ValueError("a machine opens before it closes")
        if not self.programmes.issubset(Programme.of(self.kind)):
            raise ValueError("a machine runs programmes of its own kind")
        if any(start >= end for start, end in self.down):
            raise ValueError("a machine fails before it works again")

    @property
    def slots(self) -> int:
        """Places as planned: one where nobody counted them."""
        return 1 if self.places is None else self.places

    @property
    def windows(self) -> tuple[tuple[int, int], ...]:
        """When it works: its hours without what it is down."""
        return tuple(self._between())

    def _between(self) -> Iterator[tuple[int, int]]:
        at = self.open_min
        for start, end in sorted(self.down):
            if at < min(start, self.close_min):
                yield at, min(start, self.close_min)
            at = max(at, end)
        if at < self.close_min:
            yield at, self.close_min

    def runs(self, step: Step) -> bool:
        """Whether it does the work of a step; a step of unknown programme runs anywhere."""
        told = self.programmes and step.programme
        return self.kind is step.kind and (not told or step.programme in self.programmes)

    def places_for(self, amount_g: int) -> int:
        """Places that so many grams take."""
        return -(-amount_g * self.slots // self.capacity_g)

    def as_resource(self) -> Resource:
        """In the words of the optimizer; one of several places is not rinsed: trays hold food."""
        open_food = self.kind in _OPEN_FOOD
        return Resource(
            key=self.id,
            windows=self.windows,
            clean_min=CLEAN_MIN if open_food else 0,
            rinse_min=RINSE_MIN if open_food and self.slots == 1 else 0,
            places=self.slots,
            rolling=self.kind in _COVERED,
            free=self.free or (),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Kitchen:
    """What a day is cooked with: machines, people and room in store.

    Without any shift nobody's hours are known and nobody is waited for; a zone without `room_g`
    is never full. `chill_wait_min`: longest wait before cooling; None: not measured, and planned
    as `CHILL_WAIT_MIN`.
    """

    machines: tuple[Machine, ...]
    shifts: tuple[Shift, ...] = ()
    room_g: Mapping[Zone, int] = field(default_factory=dict)
    chill_wait_min: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.chill_wait_min is not None and self.chill_wait_min < 0:
            raise ValueError("food never waits a negative time for cooling")

    def stores(self) -> tuple[Store, ...]:
        """The cold rooms whose space is known."""
        return tuple(
            Store(key=zone.value, space=room_g) for zone, room_g in sorted(self.room_g.items())
        )


KITCHEN_UNKNOWNS: tuple[str, ...] = (
    "day.kitchen.unknown.dedicated",
    "day.kitchen.unknown.cooling",
    "day.kitchen.unknown.people",
    "day.kitchen.unknown.room",
    "day.kitchen.unknown.places",
    "day.kitchen.unknown.programmes",
    "day.kitchen.unknown.recipes",
)
"""What nobody said of a kitchen and a plan cannot keep, or keeps by a house rule."""


def kitchen_unknowns(kitchen: Kitchen, cooked: Iterable[Variant] = ()) -> Iterator[tuple[str, str]]:
    """Each code of `KITCHEN_UNKNOWNS` that holds: how many machines, which room, which minutes.

    `cooked`: what the day cooks; how many of those dishes do not say their programme.
    """
    silent = sum(each.free is None for each in kitchen.machines if each.kind in _OPEN_FOOD)
    if silent:
        yield "day.kitchen.unknown.dedicated", str(silent)
    if kitchen.chill_wait_min is None:
        yield "day.kitchen.unknown.cooling", str(CHILL_WAIT_MIN)
    if not kitchen.shifts:
        yield "day.kitchen.unknown.people", ""
    for zone in _STORES:
        if zone not in kitchen.room_g:
            yield "day.kitchen.unknown.room", zone.value
    uncounted = sum(each.places is None for each in kitchen.machines)
    if uncounted:
        yield "day.kitchen.unknown.places", str(uncounted)
    untold = sum(bool(Programme.of(each.kind)) > bool(each.programmes) for each in kitchen.machines)
    if untold:
        yield "day.kitchen.unknown.programmes", str(untold)
    unsaid = {each.component for each in cooked if any(step.unsaid for step in each.steps)}
    if unsaid:
        yield "day.kitchen.unknown.recipes", str(len(unsaid))


def free_room_g(litres: Mapping[Zone, int], lots: Iterable[Lot]) -> dict[Zone, int]:
    """Grams that each room still takes beside what lies in it: nothing leaves before the vans."""
    room_g = {zone: most * STORE_G_PER_LITRE for zone, most in litres.items()}
    for lot in lots:
        if lot.zone in room_g:
            room_g[lot.zone] = max(0, room_g[lot.zone] - lot.amount_g)
    return room_g
