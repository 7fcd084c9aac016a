"""What each paper of the day may hold: frozen, listed field by field, no diagnosis possible."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from logistics.replenishment import PurchaseReason
from logistics.roads import Point
from logistics.vans import Boxes, DriverSkill, Pickup, PickupThing
from menus import ALLERGIES, Iddsi, Kind, Names, Programme, Seasoning, StepKind, Variant, Zone


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPlace:
    """A site as the driver needs it: whose door, where, how to get in, what to bring or take.

    `avoid` names the allergens and groups that the household never gets; the app leaves it empty
    for a home with many eaters.
    """

    name: str
    street: str
    town: str
    phone: str
    access_note: str
    avoid: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError for a mark that is no allergen: a mark is never free text."""
        strange = set(self.avoid) - ALLERGIES
        if strange:
            raise ValueError(f"a mark at a stop is an allergen: {sorted(strange)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperNames:
    """What the papers of a day call things: depot, vans and machines by id, and the stops.

    `untested` are lots that wait for a passed texture test. `link` begins the text of each code
    square; date, van and stop number follow it.
    """

    depot: str
    vans: Mapping[str, str]
    machines: Mapping[str, str]
    stops: Mapping[str, StopPlace]  # by site
    link: str = ""
    untested: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Texture:
    """A level that is in the boxes, and whether it is food or drink."""

    level: Iddsi
    kind: Kind


FACE_CODES = ("route.face.same", "route.face.other")
"""Whether a site sees the van that came last, or another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStop:
    """One visit on the driver's paper. Times are minutes after local midnight."""

    number: int
    trip: int
    begin_min: int
    open_min: int
    close_min: int
    name: str
    street: str
    town: str
    phone: str
    access_note: str
    boxes: Boxes
    avoid: tuple[str, ...]
    textures: tuple[Texture, ...]
    pickups: tuple[Pickup, ...]
    orders: tuple[str, ...]
    qr: str
    point: Point
    face: str = ""  # one of FACE_CODES; empty where no van is known
    usual_van: str = ""  # letter of the van that came last
    skills: tuple[DriverSkill, ...] = ()  # asked of van and driver
    preferred_by_min: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The driver's break, after the stop of that number or once back at the depot after it."""

    after_stop: int
    begin_min: int
    minutes: int
    at_depot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSheet:
    """The driver's paper of one van and one day."""

    day: date
    depot: str
    depot_point: Point
    letter: str
    name: str
    starts_min: tuple[int, ...]  # of each trip
    backs_min: tuple[int, ...]  # the same
    distance_m: int
    boxes: Boxes
    stops: tuple[RouteStop, ...]
    pauses: tuple[Pause, ...] = ()

    @property
    def back_min(self) -> int:
        """When the van is back last."""
        return self.backs_min[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dish:
    """One variant as people speak of it."""

    names: Names
    kind: Kind
    level: Iddsi
    seasoning: Seasoning

    @classmethod
    def of(cls, variant: Variant) -> "Dish":
        """How a variant is called."""
        return cls(
            names=variant.names,
            kind=variant.kind,
            level=variant.iddsi,
            seasoning=variant.seasoning,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LotTake:
    """So much of one lot, with its last day; untested, it waits for its texture test."""

    lot: str
    amount_g: int
    use_by: date
    untested: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLine:
    """One variant for one stop, all its eaters together."""

    dish: Dish
    zone: Zone
    portions: int
    amount_g: int
    lots: tuple[LotTake, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadStop:
    """What is loaded for one stop: boxes of food, and what is brought in exchange."""

    number: int
    name: str
    boxes: Boxes
    lines: tuple[LoadLine, ...]
    brings: tuple[PickupThing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadingList:
    """What goes in one van for one trip; the last stop goes in first."""

    day: date
    depot: str
    letter: str
    name: str
    trip: int
    start_min: int
    boxes: Boxes
    stops: tuple[LoadStop, ...]  # in loading order
    trips: int = 1  # of this van in all
    settings: tuple[Zone, ...] = ()  # of its switched compartments, one each; beyond them unused
    switches: int = 0  # how many it has


@dataclass(frozen=True, slots=True, kw_only=True)
class PickRow:
    """So much of one lot to take from the store."""

    zone: Zone
    dish: Dish
    take: LotTake


@dataclass(frozen=True, slots=True, kw_only=True)
class PickList:
    """Lots and amounts to take from the store for one trip of one van."""

    day: date
    depot: str
    letter: str
    name: str
    trip: int
    start_min: int
    rows: tuple[PickRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenIngredient:
    """Grams of one ingredient as bought, and the lots it is taken from."""

    names: Names
    amount_g: int
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenTask:
    """One step of a batch on one machine; the first step of a batch lists its ingredients."""

    batch: str
    lot: str
    kind: StepKind
    start_min: int
    end_min: int
    due_min: int
    dish: Dish
    amount_g: int
    allergens: tuple[str, ...]
    ingredients: tuple[KitchenIngredient, ...]
    programme: Programme | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDay:
    """The tasks of one machine in the order of time."""

    machine: str
    tasks: tuple[KitchenTask, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenSheet:
    """The kitchen's day, machine by machine."""

    day: date
    depot: str
    machines: tuple[MachineDay, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseRow:
    """One line of a purchase proposal; cents for all its packs together.

    `pack_g` and `amount_g` None: its supplier sells it no longer. `cost_cents` None: not known.
    """

    day: date
    supplier: str
    ingredient: str
    names: Names
    packs: int
    pack_g: int | None
    amount_g: int | None
    cost_cents: int | None
    reasons: tuple[PurchaseReason, ...] = ()
