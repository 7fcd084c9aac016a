"""The rows of the exchange: one frozen type per table, named and keyed as people know them.

Marks on a type say what the type cannot: limits, allowed words, the table a field points to, a
value of a room whose own fields are the columns. No key of the database appears here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from app.access import Role
from app.i18n import LANGUAGES
from app.models.care import PrescriptionState
from app.models.orders import OrderSource
from app.models.people import CarerLevel, ConsentPurpose, OrganisationKind
from app.operations.exchange.kitchenrows import (
    DepotRow,
    IngredientLotRow,
    KitchenShiftRow,
    MachineDowntimeRow,
    MachineRow,
    PickupRow,
    PurchaseLineRow,
    PurchaseOrderRow,
    TrafficBandRow,
    VehicleRow,
)
from app.operations.exchange.marks import Flat, Food, Most, Ref, Whole, Words
from logistics import DriverSkill, LotState, OnNoAnswer, OrderState, SiteKind
from menus import (
    Appliance,
    Eater,
    ForkDrip,
    Holding,
    Iddsi,
    Liking,
    Pressure,
    SpoonTilt,
    Zone,
)
from screening import Intake, MeasureKind, Prescription, Provenance

Cells = Mapping[str, str]
"""One row of the catalogue as text; `menus.read_catalogue` gives it meaning."""

Windows = tuple[tuple[int, int], ...]
"""Delivery windows in minutes after local midnight, each (open, close)."""

_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow:
    """Who contracts and pays."""

    code: str
    kind: OrganisationKind
    name: str
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    """A place with one delivery address; without a kitchen (`depot`) the only one serves it."""

    code: str
    organisation: Annotated[str, Ref("organisations", "organisation_id")]
    kind: SiteKind
    name: str
    street: str
    postcode: str
    place: str
    lat_e5: Annotated[int, Whole(-9_000_000, 9_000_000)]
    lon_e5: Annotated[int, Whole(-18_000_000, 18_000_000)]
    windows: Windows
    floor: Annotated[int, Whole(-5, 60)] = 0
    access_note: Annotated[str, Most(2000)] = ""
    phone: str = ""
    delivery_weekdays: Annotated[tuple[int, ...], Whole(0, 6)] = ()
    min_life_days: Annotated[int | None, Whole(0, 365)] = None
    lift: bool = False
    skills: tuple[DriverSkill, ...] = ()
    vans: tuple[str, ...] = ()
    depot: Annotated[str | None, Ref("depots", "depot_id")] = None
    preferred_by_min: Annotated[int | None, Whole(0, _DAY_MIN)] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WardRow:
    """A ward of a hospital or a unit of a residential centre."""

    site: Annotated[str, Ref("sites", "site_id")]
    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UserRow:
    """Someone who logs in; the password is not exchanged."""

    login: str
    name: str
    role: Role
    organisation: Annotated[str, Ref("organisations", "organisation_id")]
    client: Annotated[str | None, Ref("clients", "client_id", late=True)] = None
    language: Annotated[str, Words(LANGUAGES)] = "nl"
    active: bool = True
    depot: Annotated[str | None, Ref("depots", "depot_id")] = None
    depots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientRow:
    """A person who eats."""

    code: str
    organisation: Annotated[str, Ref("organisations", "organisation_id")]
    site: Annotated[str, Ref("sites", "site_id")]
    ward: Annotated[str | None, Ref("wards", "ward_id", by=("site", "ward"))] = None
    given_name: str
    family_name: str
    born: date
    sex: Annotated[str, Words(("F", "M"))]
    language: Annotated[str, Words(LANGUAGES)] = "nl"
    phone: str = ""
    dietitian: Annotated[str | None, Ref("users", "dietitian_id")] = None
    freezer_litres: Annotated[int | None, Whole(0, 2000)] = None
    reserve_portions: Annotated[int, Whole(0, 20)] = 0
    left_on: date | None = None
    appliance: Annotated[str | None, Words(tuple(Appliance))] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarerLinkRow:
    """An informal carer's access to one client."""

    user: Annotated[str, Ref("users", "user_id")]
    client: Annotated[str, Ref("clients", "client_id")]
    level: CarerLevel
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRow:
    """What a client agreed to, from when to when."""

    client: Annotated[str, Ref("clients", "client_id")]
    purpose: ConsentPurpose
    text_version: str
    given_at: datetime
    withdrawn_at: datetime | None = None
    recorded_by: Annotated[str | None, Ref("users", "recorded_by")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasurementRow:
    """One value of one client on one day; the unit stands in `kind`."""

    client: Annotated[str, Ref("clients", "client_id")]
    kind: MeasureKind
    value: Decimal
    provenance: Provenance
    taken_on: date
    recorded_at: datetime
    recorded_by: Annotated[str | None, Ref("users", "recorded_by")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningRow:
    """One filled-in instrument; its result is worked out again under its rule version."""

    client: Annotated[str, Ref("clients", "client_id")]
    intake: Annotated[Intake, Flat("answers", ("earlier_weight",))]
    recorded_at: datetime
    recorded_by: Annotated[str | None, Ref("users", "recorded_by")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionRow:
    """One version of a client's targets; `screened_at` names the screening it rests on."""

    client: Annotated[str, Ref("clients", "client_id")]
    version: Annotated[int, Whole(1, 100_000)]
    state: PrescriptionState
    content: Annotated[Prescription, Flat("content")]
    basis: Mapping[str, Any] = field(default_factory=dict)
    weight_kg: Decimal | None = None
    created_at: datetime
    created_by: Annotated[str | None, Ref("users", "created_by")] = None
    signed_at: datetime | None = None
    signed_by: Annotated[str | None, Ref("users", "signed_by")] = None
    review_on: date | None = None
    screened_at: Annotated[
        datetime | None, Ref("screenings", "screening_id", by=("client", "screened_at"))
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRow:
    """One traceable quantity of a variant."""

    code: str
    sku: Annotated[str, Food("variants")]
    amount_g: Annotated[int, Whole(0, 100_000_000)]
    use_by: date
    zone: Zone
    state: LotState
    made_on: date
    depot: Annotated[str | None, Ref("depots", "depot_id")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextureTestRow:
    """What one texture test of a lot showed; empty is not known."""

    lot: Annotated[str, Ref("stock", "lot_id")]
    level: Iddsi
    tested_at: datetime
    tester: Annotated[str | None, Ref("users", "tester_id")] = None
    holding: Holding | None = None
    celsius: Decimal | None = None
    flow_ml: Decimal | None = None
    fork_drip: ForkDrip | None = None
    spoon_tilt: SpoonTilt | None = None
    fork_pressure: Pressure | None = None
    width_mm: Decimal | None = None
    length_mm: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierRow:
    """The terms of one supplier; weekday 0 is Monday, no weekdays are all of them."""

    code: str
    name: str
    minimum_cents: Annotated[int, Whole(0, 100_000_000)] = 0
    delivery_cents: Annotated[int, Whole(0, 10_000_000)] = 0
    order_weekdays: Annotated[tuple[int, ...], Whole(0, 6)] = ()
    closed_days: tuple[date, ...] = ()
    delivery_weekdays: Annotated[tuple[int, ...], Whole(0, 6)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyOfferRow:
    """How one supplier sells one ingredient; stands before what the catalogue says of the two."""

    supplier: Annotated[str, Ref("suppliers", "supplier_id")]
    ingredient: Annotated[str, Food("ingredients")]
    pack_g: Annotated[int, Whole(1, 10_000_000)]
    pack_cents: Annotated[int, Whole(0, 10_000_000)]
    lead_days: Annotated[int, Whole(0, 60)]
    min_packs: Annotated[int, Whole(1, 1_000_000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceBreakRow:
    """The price of every pack of an ingredient from so many packs on."""

    ingredient: Annotated[str, Food("ingredients")]
    from_packs: Annotated[int, Whole(2, 1_000_000)]
    pack_cents: Annotated[int, Whole(0, 10_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingOrderRow:
    """The rule that makes a client's orders; weekday 0 is Monday."""

    client: Annotated[str, Ref("clients", "client_id")]
    weekday: Annotated[int, Whole(0, 6)]
    period_days: Annotated[int, Whole(7, 364)] = 7
    on_no_answer: OnNoAnswer = OnNoAnswer.SEND
    paused_from: date | None = None
    paused_until: date | None = None
    skipped_days: tuple[date, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeStockRow:
    """What a client's freezer holds of one variant; empty portions: nobody knows."""

    client: Annotated[str, Ref("clients", "client_id")]
    variant: Annotated[str, Food("variants")]
    portions: Annotated[int | None, Whole(0, 1000)]
    counted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseStoreRow:
    """The rule that fills a house's own store: on which weekdays, for which of its meals."""

    site: Annotated[str, Ref("sites", "site_id")]
    weekdays: Annotated[tuple[int, ...], Whole(0, 6)]
    meals: tuple[str, ...]
    pack_portions: Annotated[int, Whole(1, 400)] = 1
    least_packs: Annotated[int, Whole(0, 400)] = 1
    reserve_portions: Annotated[int, Whole(0, 10_000)] = 0
    freezer_litres: Annotated[int | None, Whole(1, 1_000_000)] = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCountRow:
    """What a house's store holds of one variant and date; empty portions: nobody knows."""

    site: Annotated[str, Ref("sites", "site_id")]
    variant: Annotated[str, Food("variants")]
    use_by: date | None
    portions: Annotated[int | None, Whole(0, 10_000)]
    counted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DishRatingRow:
    """How one component tasted to a client on one day."""

    client: Annotated[str, Ref("clients", "client_id")]
    day: date
    component: Annotated[str, Food("components")]
    liking: Liking
    rated_at: datetime
    rated_by: Annotated[str | None, Ref("users", "rated_by")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteRemovalRow:
    """From when on a client's earlier ratings of a component no longer count."""

    client: Annotated[str, Ref("clients", "client_id")]
    component: Annotated[str, Food("components")]
    removed_at: datetime
    removed_by: Annotated[str | None, Ref("users", "removed_by")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMenuRow:
    """What a residential centre or hospital eats at one meal, first choice first within a role."""

    site: Annotated[str, Ref("sites", "site_id")]
    service_day: date
    meal: str
    components: Annotated[tuple[str, ...], Food("components")]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """Components for the eaters of one site on one service day."""

    code: str
    organisation: Annotated[str, Ref("organisations", "organisation_id")]
    site: Annotated[str, Ref("sites", "site_id")]
    ward: Annotated[str | None, Ref("wards", "ward_id", by=("site", "ward"))] = None
    meal: str = ""
    kind: SiteKind
    service_day: date
    state: OrderState
    source: OrderSource
    placed_at: datetime
    placed_by: Annotated[str | None, Ref("users", "placed_by")] = None
    external_ref: str | None = None
    turn: str | None = None
    reasons: tuple[Any, ...] = ()
    total_cents: Annotated[int, Whole(0, 100_000_000)] = 0
    version: Annotated[int, Whole(1, 100_000)] = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEaterRow:
    """One eater of an order with the food profile as it was ordered."""

    order: Annotated[str, Ref("orders", "order_id")]
    ref: str
    client: Annotated[str | None, Ref("clients", "client_id")] = None
    profile: Annotated[Eater, Flat("profile", ("dislikes", "asked"))]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLineRow:
    """So many portions of one variant for one eater of the order."""

    order: Annotated[str, Ref("orders", "order_id")]
    eater: Annotated[str, Ref("order_eaters", "eater_id", by=("order", "eater"))]
    variant: Annotated[str, Food("variants")]
    portions: Annotated[int, Whole(1, 10_000)]
    portion_g: Annotated[int, Whole(1, 5_000)]
    price_cents: Annotated[int, Whole(0, 10_000_000)]
    reasons: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Everything that is exchanged; one field per file, in the order in which it is saved."""

    depots: tuple[DepotRow, ...] = ()
    organisations: tuple[OrganisationRow, ...] = ()
    sites: tuple[SiteRow, ...] = ()
    wards: tuple[WardRow, ...] = ()
    users: tuple[UserRow, ...] = ()
    clients: tuple[ClientRow, ...] = ()
    carer_links: tuple[CarerLinkRow, ...] = ()
    consents: tuple[ConsentRow, ...] = ()
    measurements: tuple[MeasurementRow, ...] = ()
    screenings: tuple[ScreeningRow, ...] = ()
    prescriptions: tuple[PrescriptionRow, ...] = ()
    ingredients: tuple[Cells, ...] = ()
    recipes: tuple[Cells, ...] = ()
    components: tuple[Cells, ...] = ()
    traffic_bands: tuple[TrafficBandRow, ...] = ()
    machines: tuple[MachineRow, ...] = ()
    kitchen_shifts: tuple[KitchenShiftRow, ...] = ()
    machine_downtimes: tuple[MachineDowntimeRow, ...] = ()
    vehicles: tuple[VehicleRow, ...] = ()
    pickups: tuple[PickupRow, ...] = ()
    stock: tuple[LotRow, ...] = ()
    texture_tests: tuple[TextureTestRow, ...] = ()
    purchase_orders: tuple[PurchaseOrderRow, ...] = ()
    purchase_lines: tuple[PurchaseLineRow, ...] = ()
    ingredient_stock: tuple[IngredientLotRow, ...] = ()
    suppliers: tuple[SupplierRow, ...] = ()
    price_breaks: tuple[PriceBreakRow, ...] = ()
    supply_offers: tuple[SupplyOfferRow, ...] = ()
    standing_orders: tuple[StandingOrderRow, ...] = ()
    home_stock: tuple[HomeStockRow, ...] = ()
    house_stores: tuple[HouseStoreRow, ...] = ()
    store_counts: tuple[StoreCountRow, ...] = ()
    dish_ratings: tuple[DishRatingRow, ...] = ()
    taste_removals: tuple[TasteRemovalRow, ...] = ()
    group_menus: tuple[GroupMenuRow, ...] = ()
    orders: tuple[OrderRow, ...] = ()
    order_eaters: tuple[OrderEaterRow, ...] = ()
    order_lines: tuple[OrderLineRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a row cannot be taken: file, line (the heading is line 1), column, code, arguments."""

    file: str
    line: int
    column: str
    code: str
    args: Mapping[str, str] = field(default_factory=dict)
