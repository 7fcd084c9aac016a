"""Administration of suppliers: terms, calendar, and what each asks for an ingredient."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, NotFound, Permission, Refused, require
from app.models.stock import PriceBreak, Supplier, SupplyOffer
from app.operations import meals, supplies
from app.operations.exchange import TABLES, Region, Trouble, key_of
from app.operations.exchange.tables import from_model, to_model
from app.operations.upkeep import note_access

SUPPLIER_CODES = ("admin.code_taken", "admin.supplier.not_lower")
"""Why an act of administration on a supplier can be refused."""
FILES = ("suppliers", "supply_offers", "price_breaks")
"""The files of exchange that are about suppliers, in the order in which they are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermFacts:
    """What an administrator fills in of a supplier; no weekdays are all of them."""

    name: str
    minimum_cents: int
    delivery_cents: int
    order_weekdays: tuple[int, ...]
    delivery_weekdays: tuple[int, ...]
    closed_days: tuple[date, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFacts:
    """How a supplier sells an ingredient, and (packs, cents) that lower the price of each pack."""

    pack_g: int
    pack_cents: int
    lead_days: int
    min_packs: int
    breaks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """One ingredient as a supplier sells it; `own`: said here, else by the catalogue."""

    item: logistics.SupplyItem
    own: bool
    usual: bool  # the catalogue names this supplier: price breaks hold here


def suppliers(session: Session, actor: Actor) -> Sequence[tuple[Supplier, int]]:
    """Give every supplier by name, with how many ingredients it sells."""
    require(actor, Permission.ADMINISTER)
    sold: dict[str, int] = {}
    for item in supplies.offers(session, meals.catalogue(session)):
        sold[item.supplier] = sold.get(item.supplier, 0) + 1
    rows = session.scalars(select(Supplier).order_by(Supplier.name, Supplier.code))
    return [(row, sold.get(row.code, 0)) for row in rows]


def find(session: Session, actor: Actor, code: str) -> Supplier:
    """Give a supplier; NotFound when there is none."""
    require(actor, Permission.ADMINISTER)
    found = session.scalar(select(Supplier).where(Supplier.code == code))
    if found is None:
        raise NotFound
    return found


def sold_by(session: Session, actor: Actor, code: str) -> Mapping[str, Sold]:
    """Give what a supplier sells, by ingredient."""
    supplier = find(session, actor, code)
    catalogue = meals.catalogue(session)
    own = set(
        session.scalars(
            select(SupplyOffer.ingredient).where(SupplyOffer.supplier_id == supplier.id)
        )
    )
    return {
        item.ingredient: Sold(
            item=item,
            own=item.ingredient in own,
            usual=catalogue.ingredients[item.ingredient].supplier == code,
        )
        for item in supplies.offers(session, catalogue)
        if item.supplier == code
    }


def add(session: Session, actor: Actor, code: str, facts: TermFacts, now: datetime) -> Supplier:
    """Add a supplier; raises Refused when its code is taken."""
    require(actor, Permission.ADMINISTER)
    if session.scalar(select(Supplier.id).where(Supplier.code == code)):
        raise Refused(("code", "admin.code_taken", {"taken": code}))
    row = Supplier(code=code, name=facts.name)
    _write(row, facts)
    session.add(row)
    session.flush()
    note_access(session, actor, now, "admin.supplier_changed")
    return row


def change(session: Session, actor: Actor, code: str, facts: TermFacts, now: datetime) -> None:
    """Change the terms of a supplier; NotFound when there is none."""
    _write(find(session, actor, code), facts)
    note_access(session, actor, now, "admin.supplier_changed")


def _write(row: Supplier, facts: TermFacts) -> None:
    row.name = facts.name
    row.minimum_cents, row.delivery_cents = facts.minimum_cents, facts.delivery_cents
    row.order_weekdays = list(facts.order_weekdays)
    row.delivery_weekdays = list(facts.delivery_weekdays)
    row.closed_days = [day.isoformat() for day in facts.closed_days]


def offer(
    session: Session, actor: Actor, code: str, ingredient: str, facts: OfferFacts, now: datetime
) -> None:
    """Write down how a supplier sells an ingredient; NotFound when either is unknown.

    Refused when a price of more packs is not lower than the one before it.
    """
    supplier, catalogue = find(session, actor, code), meals.catalogue(session)
    if ingredient not in catalogue.ingredients:
        raise NotFound
    price, last = facts.pack_cents, 1
    for packs, cents in facts.breaks:
        if packs <= last or cents >= price:
            raise Refused(("breaks", "admin.supplier.not_lower", {}))
        price, last = cents, packs
    row = _offer_row(session, supplier.id, ingredient)
    if row is None:
        row = SupplyOffer(
            supplier_id=supplier.id,
            ingredient=ingredient,
            pack_g=facts.pack_g,
            pack_cents=facts.pack_cents,
            lead_days=facts.lead_days,
            min_packs=facts.min_packs,
        )
        session.add(row)
    for name in ("pack_g", "pack_cents", "lead_days", "min_packs"):
        setattr(row, name, getattr(facts, name))
    if catalogue.ingredients[ingredient].supplier == code:
        session.execute(delete(PriceBreak).where(PriceBreak.ingredient == ingredient))
        session.add_all(
            PriceBreak(ingredient=ingredient, from_packs=packs, pack_cents=cents)
            for packs, cents in facts.breaks
        )
    note_access(session, actor, now, "admin.supplier_changed")


def withdraw(session: Session, actor: Actor, code: str, ingredient: str, now: datetime) -> None:
    """Take an offer back: the catalogue holds again; NotFound when there was none."""
    row = _offer_row(session, find(session, actor, code).id, ingredient)
    if row is None:
        raise NotFound
    session.delete(row)
    note_access(session, actor, now, "admin.supplier_changed")


def _offer_row(session: Session, supplier_id: int, ingredient: str) -> SupplyOffer | None:
    return session.scalar(
        select(SupplyOffer).where(
            SupplyOffer.supplier_id == supplier_id, SupplyOffer.ingredient == ingredient
        )
    )


def rows_of(session: Session, actor: Actor) -> Region:
    """Give the rows about suppliers, for files."""
    require(actor, Permission.ADMINISTER)
    rows = session.scalars(select(Supplier).order_by(Supplier.code)).all()
    codes = {"suppliers": {row.id: (row.code,) for row in rows}}
    kept: tuple[tuple[str, Any], ...] = (
        ("suppliers", rows),
        ("supply_offers", session.scalars(select(SupplyOffer).order_by(SupplyOffer.id)).all()),
        ("price_breaks", session.scalars(select(PriceBreak).order_by(PriceBreak.id)).all()),
    )
    return Region(
        **{name: tuple(from_model(name, one, codes) for one in found) for name, found in kept}
    )


def take_in(
    session: Session,
    actor: Actor,
    region: Region,
    lines: Mapping[str, Sequence[int]],
    now: datetime,
) -> tuple[Trouble, ...]:
    """Put the rows of files in the place of those that stand under the same keys.

    One row that cannot be taken keeps all out, and every one is named.
    """
    require(actor, Permission.ADMINISTER)
    ids = dict(session.execute(select(Supplier.code, Supplier.id)).all())
    found = tuple(_troubles(session, region, lines, set(ids)))
    if found:
        return found
    for name in FILES:
        known = {"suppliers": {(code,): number for code, number in ids.items()}}
        for row in getattr(region, name):
            _replace(session, name, to_model(name, row, known))
        session.flush()
        ids = dict(session.execute(select(Supplier.code, Supplier.id)).all())
    note_access(session, actor, now, "admin.supplier_changed")
    return ()


def _troubles(
    session: Session, region: Region, lines: Mapping[str, Sequence[int]], codes: set[str]
) -> Iterator[Trouble]:
    """Doubles, suppliers nobody knows, and ingredients that the catalogue does not have."""
    codes = codes | {row.code for row in region.suppliers}
    known = meals.catalogue(session).ingredients
    for name in FILES:
        seen: set[Any] = set()
        for number, row in enumerate(getattr(region, name)):
            key = key_of(name, row)
            where = (f"{name}.csv", lines[name][number])
            if key in seen:
                twice = {"value": " ".join(str(one) for one in key)}
                yield _trouble(where, TABLES[name].key[-1], "import.twice", twice)
            seen.add(key)
            supplier, ingredient = getattr(row, "supplier", None), getattr(row, "ingredient", None)
            if supplier is not None and supplier not in codes:
                args = {"value": supplier, "file": "suppliers.csv"}
                yield _trouble(where, "supplier", "import.unknown_reference", args)
            if ingredient is not None and ingredient not in known:
                args = {"value": ingredient}
                yield _trouble(where, "ingredient", "import.unknown_component", args)


def _trouble(where: tuple[str, int], column: str, code: str, args: Mapping[str, str]) -> Trouble:
    file, line = where
    return Trouble(file=file, line=line, column=column, code=code, args=args)


def _replace(session: Session, name: str, row: Any) -> None:
    """Write a row, or its values onto the one that stands under the same key."""
    keys = {
        "suppliers": ("code",),
        "supply_offers": ("supplier_id", "ingredient"),
        "price_breaks": ("ingredient", "from_packs"),
    }[name]
    model = TABLES[name].model
    wanted = (getattr(model, key) == getattr(row, key) for key in keys)
    found = session.scalar(select(model).where(*wanted))
    if found is None:
        session.add(row)
        return
    for column in model.__table__.columns:
        if column.key != "id":
            setattr(found, column.key, getattr(row, column.key))
