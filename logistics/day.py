"""What goes into the plan of one service day, and what comes out; all frozen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from logistics.demand import DayOrder, OrderLine
from logistics.machines import KITCHEN_UNKNOWNS, Kitchen, Machine
from logistics.production import KITCHEN_CONFLICTS, Batch, Detail, Residue
from logistics.replenishment import (
    HORIZON_DAYS,
    OnOrder,
    Purchase,
    SupplierTerms,
    SupplyItem,
)
from logistics.roads import Point, RoadMatrix
from logistics.routes import RoutePlan
from logistics.stock import Allocation, Draw, IngredientLot, Lot, life_at_delivery
from logistics.vans import Depot, DriverSkill, Pickup, Vehicle
from menus import Catalogue, Eater, Zone
from optimizer import Limits, Outcome, Shift, Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySite:
    """A delivery address. `windows`: (open_min, close_min) in which service may begin, in order.

    `preferred_by_min` is when service rather begins, within them; None: any minute of them does.
    `skills` are asked of whoever comes; `vans` names those that may, None: every one. For
    `pickups` a van comes also where nothing is delivered.
    """

    id: str
    point: Point
    windows: tuple[tuple[int, int], ...]
    floor: int = 0
    lift: bool = False
    skills: tuple[DriverSkill, ...] = ()
    vans: tuple[str, ...] | None = None
    pickups: tuple[Pickup, ...] = ()
    preferred_by_min: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if not self.windows or any(opens > closes for opens, closes in self.windows):
            raise ValueError("a site has a window, and each opens before it closes")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayInputs:
    """Everything known about one service day of one depot, frozen under one snapshot id.

    `eaters`: by pseudonym, to check every line again. `forecast`: grams of each variant expected
    per day over fourteen days, the service day first (its own orders replace the first entry).
    `usual_vans`: by site, the van that came last: the face that is known there.
    `stock_targets`: grams of each variant that should lie in store after the day; `cooks_ahead`:
    the day's part of the coming week's lots comes on top.
    `recalled` names variants of which a recalled lot still lies in store: nothing of them goes out.
    `free_ingredients` are not kept in stock: tap water. `roads`: the matrix of the depot and then
    every site, in the order of `sites`. `shifts`, `room_g` and
    `chill_wait_min`: see `Kitchen`. `stands` names the van of each site in the plan that people
    know, and `change_cents` what it weighs to send another: no cost of the day. `held_tours`:
    by van the sites a person keeps in this order, empty between two trips. `pinned`: batches
    of that plan that a person put where they stand. `on_order`: ingredients a person ordered
    that have not come: no batch of the day draws from them, later days count on them.
    """

    snapshot: str
    service_day: date
    depot: Depot
    catalogue: Catalogue
    orders: tuple[DayOrder, ...]
    eaters: Mapping[str, Eater]
    lots: tuple[Lot, ...]
    machines: tuple[Machine, ...]
    vehicles: tuple[Vehicle, ...]
    sites: tuple[DaySite, ...]
    roads: RoadMatrix
    ingredient_lots: tuple[IngredientLot, ...]
    supply_items: tuple[SupplyItem, ...]
    limits: Limits
    forecast: tuple[Mapping[str, int], ...] = ({},) * HORIZON_DAYS
    stock_targets: Mapping[str, int] = field(default_factory=dict)
    usual_vans: Mapping[str, str] = field(default_factory=dict)
    cooks_ahead: bool = False
    free_ingredients: frozenset[str] = frozenset({"water"})
    recalled: frozenset[str] = frozenset()
    shifts: tuple[Shift, ...] = ()
    room_g: Mapping[Zone, int] = field(default_factory=dict)
    suppliers: tuple[SupplierTerms, ...] = ()
    chill_wait_min: int | None = None
    stands: Mapping[str, str] = field(default_factory=dict)
    change_cents: int = 0
    pinned: tuple[Batch, ...] = ()
    held_tours: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    on_order: tuple[OnOrder, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if len(self.forecast) != HORIZON_DAYS:
            raise ValueError("a forecast covers fourteen days")
        named = {sku for day in self.forecast for sku in day} | set(self.stock_targets)
        if not named <= set(self.catalogue.variants):
            raise ValueError("forecast and targets name only variants of the catalogue")
        if len(self.roads.seconds) != len(self.sites) + 1:
            raise ValueError("the roads join the depot and every site")
        for what, ids in (
            ("order", [order.id for order in self.orders]),
            ("order line", [line.id for line in self.lines()]),
            ("site", [site.id for site in self.sites]),
            ("lot", [lot.id for lot in self.lots]),
            ("ingredient lot", [lot.id for lot in self.ingredient_lots]),
            ("machine", [machine.id for machine in self.machines]),
            ("vehicle", [vehicle.id for vehicle in self.vehicles]),
        ):
            if len(set(ids)) != len(ids):
                raise ValueError(f"each {what} has its own id")

    def kitchen(self) -> Kitchen:
        """What the day is cooked with."""
        return Kitchen(
            machines=self.machines,
            shifts=self.shifts,
            room_g=self.room_g,
            chill_wait_min=self.chill_wait_min,
        )

    def lines(self) -> Iterator[OrderLine]:
        """Every line of every order."""
        return (line for order in self.orders for line in order.lines)

    def min_life_days(self) -> dict[str, int]:
        """Days of shelf life that must be left at delivery, by order line of a known variant."""
        return {
            line.id: life_at_delivery(
                order.kind,
                self.catalogue.variants[line.sku].shelf_days,
                order.min_life_days,
                order.lasts_days,
            )
            for order in self.orders
            for line in order.lines
            if line.sku in self.catalogue.variants
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """What an order does not get, and why. Empty `lines`: nothing of it goes.

    `binding` is what stood in the way: a variant, a rule of the eater, a machine kind, an
    ingredient, a vehicle; `would_fit_if` the figures that would lift it, by name.
    Nothing is offered against an objection: safety never gives.
    """

    order: str
    reason: str
    binding: str
    would_fit_if: Detail = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """Why a line cannot be given, in part or at all; see `Unserved` for the fields."""

    reason: str
    binding: str
    would_fit_if: Detail = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something a person should know that stops no order of today."""

    code: str
    subject: str
    amount_g: int = 0
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """One problem put to the optimizer, how hard it searched and what it answered.

    `looks`: how often the watch let the search go on before it ended it; None: it never did.
    """

    name: str
    problem: Any
    limits: Limits
    outcome: Outcome[Any]
    looks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AheadLot:
    """Grams of a variant cooked on a day for the days `since` to `until`, and why so soon."""

    sku: str
    day: date
    amount_g: int
    since: date
    until: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineShare:
    """Portions that a line is given of a variant that is too little for all who ask for it.

    `extra_g`: what would serve everybody, 0 for a line that gets all. `instead`: a variant that
    this eater may have and of which enough is left.
    """

    line: str
    code: str
    asked: int
    given: int
    extra_g: int = 0
    instead: str = ""


LINE_SHARES: tuple[str, ...] = (
    "share.line.all",
    "share.line.fair",
    "share.line.need",
    "share.line.floor",
)
"""It gets all; the largest share that all of its priority can have; others need it more; what a
home must have lying by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """Kitchen, purchases and routes of one depot and service day, as proposed.

    `allocations` are what is really loaded: nothing for an order that no route reaches.
    `born` are the lots that the batches yield; `ahead` what the week cooks before its day;
    `shares` how each variant that is too little was shared; `residues` what lies on machines
    from steps that its batches no longer show.
    """

    snapshot: str
    service_day: date
    allocations: tuple[Allocation, ...]
    batches: tuple[Batch, ...]
    born: tuple[Lot, ...]
    draws: tuple[Draw, ...]
    purchases: tuple[Purchase, ...]
    routes: RoutePlan
    unserved: tuple[Unserved, ...]
    violations: tuple[Violation, ...] = ()
    reasons: tuple[Remark, ...] = ()
    solved: tuple[Solved, ...] = ()
    ahead: tuple[AheadLot, ...] = ()
    shares: tuple[LineShare, ...] = ()
    residues: tuple[Residue, ...] = ()


class Stage(StrEnum):
    """The steps of planning a day, in their order."""

    DEMAND = "demand"
    STOCK = "stock"
    KITCHEN = "kitchen"
    PURCHASES = "purchases"
    ROUTES = "routes"
    CHECK = "check"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProgress:
    """Where planning stands. `incumbent`: cost of the best so far within a search."""

    stage: Stage
    moves: int = 0
    incumbent: int | None = None


DayWatch = Callable[[DayProgress], bool]
"""Called when a stage begins and during its search; False ends that search with its best."""


def keep_planning(_: DayProgress) -> bool:
    """Watch a day being planned without ever ending a search."""
    return True


DAY_REASONS: tuple[str, ...] = (
    "day.site.unknown",
    "day.line.unknown_variant",
    "day.line.unknown_eater",
    "day.line.shelf_too_short",
    "day.kitchen.too_late",
    "day.stock.short",
    "day.order.cut",
    *KITCHEN_CONFLICTS,
)
"""Reasons of an unserved line, beside the objections of `menus` and the reasons of routes."""

AHEAD_WHY: tuple[str, ...] = ("ahead.why.closed", "ahead.why.full", "ahead.why.together")
"""Why something is cooked before its day: nobody works then, no time is left, or one run does."""

PIN_REMARKS: tuple[str, ...] = (
    "day.kitchen.pin_gone",
    "day.kitchen.pin_machine",
    "day.kitchen.pin_clash",
)
"""Why a batch that a person pinned stands there no more once its day is planned anew."""

DAY_REMARKS: tuple[str, ...] = (
    "day.purchase.gap",
    "day.purchase.no_supplier",
    "day.stock.not_cooked",
    "day.tour.not_held",
    *KITCHEN_UNKNOWNS,
    *PIN_REMARKS,
)
DAY_FITS: tuple[str, ...] = (
    "capacity_g",
    "machines",
    "programmes",
    "extra_min",
    "extra_g",
    "min_life_days",
    "ready_min",
)
"""Names of figures in `would_fit_if` beside those of routes; their sentences begin `day.fit.`."""
