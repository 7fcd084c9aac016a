"""The depot and its vans: what they hold, when they drive, what their drivers can do."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from logistics.roads import Point
from menus import Zone

_ZONES = (Zone.FROZEN, Zone.CHILLED, Zone.AMBIENT)
LOADING_MIN = 15
"""From coming back to leaving for another trip, where nobody said otherwise (house rule until
loading times are measured)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """How many delivery boxes of each temperature zone."""

    frozen: int = 0
    chilled: int = 0
    ambient: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.frozen, self.chilled, self.ambient) < 0:
            raise ValueError("a number of boxes is never negative")

    def __add__(self, other: "Boxes") -> "Boxes":
        return Boxes(
            frozen=self.frozen + other.frozen,
            chilled=self.chilled + other.chilled,
            ambient=self.ambient + other.ambient,
        )

    def without(self, other: "Boxes") -> "Boxes":
        """These boxes less others. ValueError when one zone has fewer."""
        return Boxes(
            frozen=self.frozen - other.frozen,
            chilled=self.chilled - other.chilled,
            ambient=self.ambient - other.ambient,
        )

    def of(self, zone: Zone) -> int:
        """Boxes of one zone."""
        return {
            Zone.FROZEN: self.frozen,
            Zone.CHILLED: self.chilled,
            Zone.AMBIENT: self.ambient,
        }[zone]

    @property
    def by_zone(self) -> tuple[int, ...]:
        """Frozen, chilled, ambient."""
        return tuple(self.of(zone) for zone in _ZONES)

    @property
    def total(self) -> int:
        """Boxes of all zones."""
        return sum(self.by_zone)


def service_minutes(boxes: Boxes, *, floor: int = 0, lift: bool = False) -> int:
    """Minutes at the door: 3, one per 4 boxes, and per floor without lift one per 4 boxes.

    House rule until door times are measured: park, greet and sign in 3 minutes, carry 4 boxes at
    a time. A floor below the street counts like one above.
    """
    loads = ceil(boxes.total / 4)
    stairs = 0 if lift else abs(floor)
    return 3 + loads * (1 + stairs)


class PickupThing(StrEnum):
    """What is fetched at a door; in a swap another one is brought first."""

    EMPTY_BOXES = "empty_boxes"
    FREEZER = "freezer"
    FREEZER_SWAP = "freezer_swap"
    OTHER = "other"


PICKUP_ACTS = ("pickup.take", "pickup.swap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pickup:
    """Something to take back to the depot, and the dry room it takes, counted in boxes.

    What is brought in a swap takes as much room on the way there.
    """

    id: str
    thing: PickupThing
    boxes: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.boxes < 1:
            raise ValueError("what is fetched takes room")

    @property
    def brings(self) -> Boxes:
        """The room of what is brought in exchange."""
        return Boxes(ambient=self.boxes if self.thing is PickupThing.FREEZER_SWAP else 0)

    @property
    def act(self) -> str:
        """The code of what the driver does: one of `PICKUP_ACTS`."""
        return PICKUP_ACTS[self.brings.total > 0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColdBudget:
    """Longest time from leaving the depot until goods of a zone are handed over."""

    zone: Zone
    minutes: int
    source: str


_PLATES = "House rule for insulated boxes with cooling plates; a food-safety officer confirms it"

HOUSE_COLD_BUDGETS = (
    ColdBudget(zone=Zone.FROZEN, minutes=240, source=_PLATES),
    ColdBudget(zone=Zone.CHILLED, minutes=180, source=_PLATES),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """Where vans are loaded and return to, and how long its packing keeps goods cold."""

    id: str
    point: Point
    cold_budgets: tuple[ColdBudget, ...] = HOUSE_COLD_BUDGETS

    def cold_min(self, boxes: Boxes) -> int | None:
        """The shortest budget among the zones that are in the boxes; None when none has one."""
        minutes = (b.minutes for b in self.cold_budgets if boxes.of(b.zone) > 0)
        return min(minutes, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverBreak:
    """A pause owed when the van is still out after `latest_min`, minutes after midnight.

    It falls away for a van that leaves when it may have been had before, at the depot: begun as
    late as it may, after the breaks before it.
    """

    earliest_min: int
    latest_min: int
    minutes: int


def crowded(rests: Iterable[DriverBreak]) -> tuple[int, int] | None:
    """The place of the first break that can never begin in time, and when it could at the soonest.

    Its last begin lies before its first, or before the breaks ahead of it are over.
    """
    free_min = 0
    for place, rest in enumerate(rests):
        begin_min = max(free_min, rest.earliest_min)
        if begin_min > rest.latest_min:
            return place, begin_min
        free_min = begin_min + rest.minutes
    return None


class DriverSkill(StrEnum):
    """What an address may ask of a van and its driver, and not every one has."""

    TAIL_LIFT = "tail_lift"
    TWO_PEOPLE = "two_people"
    KEYS = "keys"
    FRENCH = "french"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One van and its shift in minutes after local midnight; prices in cents.

    `switches` compartments of `switch_boxes` each are set to any one zone, anew for each trip,
    and come on top of `capacity`. `reloads`: it may come back for another trip, and leaves again
    `loading_min` later at the soonest.
    """

    id: str
    letter: str  # painted on the van, printed on every paper
    capacity: Boxes
    shift_open_min: int
    shift_close_min: int
    latest_start_min: int | None = None  # it leaves first no later; None: until the shift closes
    longest_min: int | None = None  # from leaving to returning
    fixed_cents: int = 0
    cents_per_km: int = 0
    cents_per_hour: int = 0
    rests: tuple[DriverBreak, ...] = ()  # in their order; none ends its window before the last
    reloads: bool = False
    loading_min: int = LOADING_MIN
    switches: int = 0
    switch_boxes: int = 0
    skills: tuple[DriverSkill, ...] = ()

    def settings(self, load: Boxes) -> tuple[Zone, ...] | None:
        """What each switched compartment in use is set to for a load; None when it does not fit."""
        set_to: list[Zone] = []
        for zone in _ZONES:
            beyond = load.of(zone) - self.capacity.of(zone)
            if beyond > 0 and not self.switch_boxes:
                return None
            set_to += [zone] * (ceil(beyond / self.switch_boxes) if beyond > 0 else 0)
        return tuple(set_to) if len(set_to) <= self.switches else None
