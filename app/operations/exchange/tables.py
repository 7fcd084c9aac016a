"""Which table each row type is kept in, its key, and the way to and from a database row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, cast

from app.db import Base
from app.models import (
    buying,
    care,
    choosing,
    cooking,
    orders,
    people,
    pickups,
    planning,
    stock,
    stores,
)
from app.models.frozen import cells as frozen_cells
from app.models.meals import GroupMenu
from app.operations.exchange import kitchenrows, rows
from app.operations.exchange.marks import Column, Flat, Ref, columns
from app.operations.exchange.rows import Windows
from menus import COMPONENT_COLUMNS, INGREDIENT_COLUMNS, RECIPE_COLUMNS
from screening import assess

Key = tuple[Any, ...]
Ids = Mapping[str, Mapping[Key, int]]
"""Per table: the database's key of each row, by the row's own key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the exchange. `unique` are further columns that may not meet twice.

    `part_of` names the column with the whole a row belongs to; a whole that stands is not added to.
    """

    name: str
    row: type[Any]
    model: type[Base]
    key: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...] = ()
    part_of: str = ""
    build: Callable[[Any, Mapping[str, Any]], Base] | None = None


CATALOGUE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "ingredients": (INGREDIENT_COLUMNS, ("id",)),
    "recipes": (RECIPE_COLUMNS, ("recipe", "line")),
    "components": (COMPONENT_COLUMNS, ("id",)),
}
"""Columns and key of the three tables of the catalogue."""


def _screening(row: Any, links: Mapping[str, Any]) -> Base:
    """A screening is kept with the result that its rule version gives, never with a typed one."""
    return care.Screening.of(
        links["client_id"],
        row.intake,
        assess(row.intake),
        by=links["recorded_by"],
        at=row.recorded_at,
    )


_LISTED = (
    ("organisations", rows.OrganisationRow, people.Organisation, ("code",)),
    ("sites", rows.SiteRow, people.Site, ("code",)),
    ("wards", rows.WardRow, people.Ward, ("site", "code")),
    ("users", rows.UserRow, people.User, ("login",)),
    ("clients", rows.ClientRow, people.Client, ("code",)),
    ("carer_links", rows.CarerLinkRow, people.CarerLink, ("user", "client")),
    ("consents", rows.ConsentRow, people.Consent, ("client", "purpose", "given_at")),
    (
        "measurements",
        rows.MeasurementRow,
        care.Measurement,
        ("client", "kind", "taken_on", "recorded_at"),
    ),
    ("prescriptions", rows.PrescriptionRow, care.Prescription, ("client", "version")),
    ("depots", kitchenrows.DepotRow, planning.Depot, ("code",)),
    (
        "traffic_bands",
        kitchenrows.TrafficBandRow,
        planning.TrafficBand,
        ("depot", "weekday", "from_min"),
    ),
    ("machines", kitchenrows.MachineRow, planning.Machine, ("code",)),
    ("kitchen_shifts", kitchenrows.KitchenShiftRow, cooking.KitchenShift, ("code",)),
    (
        "machine_downtimes",
        kitchenrows.MachineDowntimeRow,
        cooking.MachineDowntime,
        ("machine", "day", "start_min"),
    ),
    ("vehicles", kitchenrows.VehicleRow, planning.Vehicle, ("code",)),
    ("pickups", kitchenrows.PickupRow, pickups.Pickup, ("site", "thing", "asked_at")),
    ("stock", rows.LotRow, stock.Lot, ("code",)),
    ("texture_tests", rows.TextureTestRow, stock.TextureTest, ("lot", "tested_at")),
    ("purchase_orders", kitchenrows.PurchaseOrderRow, buying.PurchaseOrder, ("code",)),
    (
        "purchase_lines",
        kitchenrows.PurchaseLineRow,
        buying.PurchaseLine,
        ("ingredient", "order"),  # the order last: a lot names it beside its own ingredient
    ),
    ("ingredient_stock", kitchenrows.IngredientLotRow, stock.IngredientLot, ("code",)),
    ("suppliers", rows.SupplierRow, stock.Supplier, ("code",)),
    ("price_breaks", rows.PriceBreakRow, stock.PriceBreak, ("ingredient", "from_packs")),
    (
        "supply_offers",
        rows.SupplyOfferRow,
        stock.SupplyOffer,
        ("supplier", "ingredient"),
    ),
    ("standing_orders", rows.StandingOrderRow, orders.StandingOrder, ("client",)),
    ("home_stock", rows.HomeStockRow, orders.HomeStock, ("client", "variant")),
    ("house_stores", rows.HouseStoreRow, stores.HouseStore, ("site",)),
    ("store_counts", rows.StoreCountRow, stores.StoreCount, ("site", "variant", "use_by")),
    ("dish_ratings", rows.DishRatingRow, choosing.DishRating, ("client", "day", "component")),
    (
        "taste_removals",
        rows.TasteRemovalRow,
        choosing.TasteRemoval,
        ("client", "component", "removed_at"),
    ),
    ("group_menus", rows.GroupMenuRow, GroupMenu, ("site", "service_day", "meal")),
)
TABLES: Mapping[str, Table] = {
    **{
        name: Table(name=name, row=row, model=cast("type[Base]", model), key=key)
        for name, row, model, key in _LISTED
    },
    "screenings": Table(
        name="screenings",
        row=rows.ScreeningRow,
        model=care.Screening,
        key=("client", "recorded_at"),
        build=_screening,
    ),
    "orders": Table(
        name="orders",
        row=rows.OrderRow,
        model=orders.Order,
        key=("code",),
        unique=(("organisation", "external_ref"), ("site", "service_day", "turn")),
    ),
    "order_eaters": Table(
        name="order_eaters",
        row=rows.OrderEaterRow,
        model=orders.OrderEater,
        key=("order", "ref"),
        part_of="order",
    ),
    "order_lines": Table(
        name="order_lines",
        row=rows.OrderLineRow,
        model=orders.OrderLine,
        key=(),  # two equal lines are two lines
        part_of="order",
    ),
}
NAMES: tuple[str, ...] = tuple(one.name for one in fields(rows.Region))
"""Every table in the order in which it is saved; each is also the name of its file."""

_FLAT: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "content": (frozen_cells, lambda model: model.as_prescription()),
    "profile": (frozen_cells, lambda model: model.as_eater()),
    "answers": (lambda intake: intake, lambda model: model.as_intake()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A field that points to another table."""

    field: str
    table: str
    attr: str
    by: tuple[str, ...]
    late: bool

    def key_of(self, row: Any) -> Key | None:
        """Give the key of the row pointed to; None when nothing is pointed to."""
        key = tuple(getattr(row, name) for name in self.by)
        return None if getattr(row, self.field) is None else key


@cache
def links(name: str) -> tuple[Link, ...]:
    """Give every field of a table that points to another one."""
    marked = ((one.name, one.mark(Ref)) for one in columns(TABLES[name].row))
    return tuple(
        Link(field=field, table=ref.table, attr=ref.attr, by=ref.by or (field,), late=ref.late)
        for field, ref in marked
        if ref is not None
    )


@cache
def _plain(name: str) -> tuple[Column, ...]:
    return tuple(one for one in columns(TABLES[name].row) if one.mark(Ref) is None)


def key_of(name: str, row: Any) -> Key:
    """Give the key of a row; a table without a key has its whole row as key."""
    if name in CATALOGUE:
        return tuple(row[column] for column in CATALOGUE[name][1])
    named = TABLES[name].key
    return tuple(getattr(row, column) for column in named) if named else (repr(row),)


def to_model(name: str, row: Any, ids: Ids) -> Base:
    """Give the database row of one row; every row it points to already has its id."""
    table = TABLES[name]
    values: dict[str, Any] = {}
    for link in links(name):
        key = None if link.late else link.key_of(row)
        values[link.attr] = None if key is None else ids[link.table][key]
    if table.build is not None:
        return table.build(row, values)
    for one in _plain(name):
        flat, value = one.mark(Flat), getattr(row, one.name)
        values[flat.attr if flat else one.name] = (
            _FLAT[flat.attr][0](value) if flat else _stored(value)
        )
    return table.model(**values)


def from_model(name: str, model: Any, codes: Mapping[str, Mapping[int, Key]]) -> Any:
    """Give the row of one database row; `codes` gives the key of each row pointed to."""
    values: dict[str, Any] = {}
    for link in links(name):
        found = getattr(model, link.attr)
        # Of a key of several columns the last one is the field's own.
        values[link.field] = None if found is None else codes[link.table][found][-1]
    for one in _plain(name):
        flat = one.mark(Flat)
        values[one.name] = (
            _FLAT[flat.attr][1](model) if flat else _given(one, getattr(model, one.name))
        )
    return TABLES[name].row(**values)


def _stored(value: Any) -> Any:
    """Tuples become lists and days inside them ISO text, as JSON needs it."""
    if isinstance(value, tuple):
        return [one.isoformat() if isinstance(one, date) else _stored(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


def _given(one: Column, value: Any) -> Any:
    """Lists become tuples again, typed as the row says; enums stored as text too."""
    if one.kind == tuple[date, ...]:
        return tuple(date.fromisoformat(day) for day in value)
    if one.kind == Windows:
        return tuple((open_min, close_min) for open_min, close_min in value)
    if isinstance(one.kind, type) and issubclass(one.kind, StrEnum):
        return None if value is None else one.kind(value)
    return tuple(value) if isinstance(value, list) else value
