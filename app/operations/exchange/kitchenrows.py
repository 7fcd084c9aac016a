"""The rows of kitchen, depot and vans, and of what lies there to cook."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from app.operations.exchange.marks import Food, Most, Ref, Whole
from logistics import (
    LOADING_MIN,
    DriverSkill,
    LotState,
    PickupThing,
    PurchaseState,
    RefusedGoods,
    Skill,
)
from menus import Programme, StepKind

MAX_CHILL_WAIT_MIN = 60
MAX_PLACES = 200
MAX_CENTS_PER_HOUR = 100_000  # the optimizer takes no more
MAX_LINE_G = 1_000_000_000  # a line of a purchase: databases count in 32 bits
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotRow:
    """Where the vans start and the kitchen stands."""

    code: str
    name: str
    street: str
    postcode: str
    place: str
    lat_e5: Annotated[int, Whole(-9_000_000, 9_000_000)]
    lon_e5: Annotated[int, Whole(-18_000_000, 18_000_000)]
    frozen_cold_min: Annotated[int, Whole(1, 1440)] = 240
    chilled_cold_min: Annotated[int, Whole(1, 1440)] = 180
    frozen_litres: Annotated[int | None, Whole(0, 10_000_000)] = None
    chilled_litres: Annotated[int | None, Whole(0, 10_000_000)] = None
    chill_wait_min: Annotated[int | None, Whole(0, MAX_CHILL_WAIT_MIN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficBandRow:
    """How fast the vans drive from a minute of a weekday on; 0 is Monday."""

    depot: Annotated[str, Ref("depots", "depot_id")]
    weekday: Annotated[int, Whole(0, 6)]
    from_min: Annotated[int, Whole(0, _DAY_MIN - 1)]
    permille: Annotated[int, Whole(50, 2000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineRow:
    """One resource of the kitchen. Minutes after local midnight; before midnight is negative."""

    code: str
    depot: Annotated[str, Ref("depots", "depot_id")]
    name: str
    kind: StepKind
    capacity_g: Annotated[int, Whole(1, 10_000_000)]
    open_min: Annotated[int, Whole(-_DAY_MIN, 2 * _DAY_MIN)]
    close_min: Annotated[int, Whole(-_DAY_MIN, 2 * _DAY_MIN)]
    places: Annotated[int | None, Whole(1, MAX_PLACES)] = None
    dedicated: bool | None = None
    free_open_min: Annotated[int | None, Whole(-_DAY_MIN, 2 * _DAY_MIN)] = None
    free_close_min: Annotated[int | None, Whole(-_DAY_MIN, 2 * _DAY_MIN)] = None
    free_of: tuple[str, ...] = ()
    programmes: tuple[Programme, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenShiftRow:
    """People of one skill who work together each day; minutes as those of machines."""

    code: str
    depot: Annotated[str, Ref("depots", "depot_id")]
    skill: Skill
    people: Annotated[int, Whole(1, 1000)]
    open_min: Annotated[int, Whole(-_DAY_MIN, 2 * _DAY_MIN)]
    close_min: Annotated[int, Whole(-_DAY_MIN, 2 * _DAY_MIN)]
    overtime_min: Annotated[int, Whole(0, _DAY_MIN)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineDowntimeRow:
    """Minutes of one service day in which a machine does not work."""

    machine: Annotated[str, Ref("machines", "machine_id")]
    day: date
    start_min: Annotated[int, Whole(-_DAY_MIN, 2 * _DAY_MIN)]
    end_min: Annotated[int, Whole(-_DAY_MIN, 2 * _DAY_MIN)]
    reported_at: datetime
    reported_by: Annotated[str | None, Ref("users", "reported_by")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleRow:
    """A van with boxes per temperature zone, a shift and its costs."""

    code: str
    depot: Annotated[str, Ref("depots", "depot_id")]
    letter: Annotated[str, Most(2)]
    name: str
    frozen_boxes: Annotated[int, Whole(0, 1000)]
    chilled_boxes: Annotated[int, Whole(0, 1000)]
    ambient_boxes: Annotated[int, Whole(0, 1000)]
    open_min: Annotated[int, Whole(0, 2 * _DAY_MIN)]
    close_min: Annotated[int, Whole(0, 2 * _DAY_MIN)]
    max_minutes: Annotated[int, Whole(1, 2 * _DAY_MIN)]
    fixed_cents: Annotated[int, Whole(0, 10_000_000)]
    cents_per_km: Annotated[int, Whole(0, 100_000)]
    cents_per_hour: Annotated[int, Whole(0, MAX_CENTS_PER_HOUR)]
    active: bool = True
    reloads: bool = False
    loading_min: Annotated[int, Whole(0, 240)] = LOADING_MIN
    switches: Annotated[int, Whole(0, 9)] = 0
    switch_boxes: Annotated[int, Whole(0, 1000)] = 0
    skills: tuple[DriverSkill, ...] = ()
    break_earliest_min: Annotated[int | None, Whole(0, 2 * _DAY_MIN)] = None
    break_latest_min: Annotated[int | None, Whole(0, 2 * _DAY_MIN)] = None
    break_minutes: Annotated[int | None, Whole(1, 240)] = None
    latest_start_min: Annotated[int | None, Whole(0, 2 * _DAY_MIN)] = None
    break2_earliest_min: Annotated[int | None, Whole(0, 2 * _DAY_MIN)] = None
    break2_latest_min: Annotated[int | None, Whole(0, 2 * _DAY_MIN)] = None
    break2_minutes: Annotated[int | None, Whole(1, 240)] = None
    break3_earliest_min: Annotated[int | None, Whole(0, 2 * _DAY_MIN)] = None
    break3_latest_min: Annotated[int | None, Whole(0, 2 * _DAY_MIN)] = None
    break3_minutes: Annotated[int | None, Whole(1, 240)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientLotRow:
    """One bought quantity of an ingredient."""

    code: str
    ingredient: Annotated[str, Food("ingredients")]
    supplier: str
    amount_g: Annotated[int, Whole(0, 100_000_000)]
    use_by: date
    received_on: date
    state: LotState
    depot: Annotated[str | None, Ref("depots", "depot_id")] = None
    supplier_lot: str | None = None
    celsius: Decimal | None = None
    purchase: Annotated[
        str | None, Ref("purchase_lines", "purchase_line_id", by=("ingredient", "purchase"))
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseOrderRow:
    """An order at a supplier that a person signed."""

    code: str
    depot: Annotated[str, Ref("depots", "depot_id")]
    supplier: str
    ordered_on: date
    state: PurchaseState
    signed_at: datetime
    signed_by: Annotated[str | None, Ref("users", "signed_by")] = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseLineRow:
    """Packs of one ingredient in an order, and how many grams of them were taken in."""

    order: Annotated[str, Ref("purchase_orders", "order_id")]
    ingredient: Annotated[str, Food("ingredients")]
    packs: Annotated[int, Whole(1, 100_000)]
    pack_g: Annotated[int, Whole(1, 10_000_000)]
    cents: Annotated[int, Whole(0, 1_000_000_000)]
    expected_on: date
    received_g: Annotated[int, Whole(0, MAX_LINE_G)] = 0
    refused: RefusedGoods | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRow:
    """Something to take back to the depot: with the next delivery, or from a day on."""

    site: Annotated[str, Ref("sites", "site_id")]
    thing: PickupThing
    boxes: Annotated[int, Whole(1, 1000)]
    asked_at: datetime
    asked_by: Annotated[str | None, Ref("users", "asked_by")] = None
    wanted_on: date | None = None
    closed_at: datetime | None = None
    fetched: bool = False
