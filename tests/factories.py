"""The smallest valid rows, each with keyword overrides."""

import csv
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

import screening
from app.access import Role
from app.models.care import Measurement, Prescription, PrescriptionState
from app.models.frozen import cells
from app.models.meals import CatalogueRow
from app.models.orders import Order, OrderEater, OrderLine, OrderSource
from app.models.people import Client, Organisation, OrganisationKind, Site, User
from app.models.planning import Depot, Machine, Vehicle
from app.models.stock import Lot
from app.operations import depots
from logistics import LotState, OrderState, SiteKind
from menus import StepKind, Zone

SEED = Path(__file__).resolve().parents[1] / "app" / "seed"
CATALOGUE = ("ingredients", "recipes", "components")
_numbers = count(1)
NEAR = 50
"""Homes lie within some streets, however many a run of tests has made."""


def _kept(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def make_organisation(
    session: Session, kind: OrganisationKind = OrganisationKind.HOUSEHOLD, **values: Any
) -> Organisation:
    """Give an organisation that pays."""
    number = next(_numbers)
    defaults = {"kind": kind, "name": f"Huis {number}", "code": f"org-{number}"}
    return _kept(session, Organisation(**(defaults | values)))


def make_site(session: Session, organisation: Organisation, **values: Any) -> Site:
    """Give a home in Rumbeke that is open from eight to noon."""
    number = next(_numbers)
    defaults = {
        "organisation_id": organisation.id,
        "code": f"site-{number:04}",
        "kind": SiteKind.HOME,
        "name": f"Voordeur {number}",
        "street": f"Voorbeeldstraat {number}",
        "postcode": "8800",
        "place": "Rumbeke",
        "lat_e5": 5_093_000 + number % NEAR * 10,
        "lon_e5": 316_000 + number % NEAR * 10,
        "windows": [[480, 720]],
        "delivery_weekdays": [0, 1, 2, 3, 4, 5],
    }
    return _kept(session, Site(**(defaults | values)))


def make_client(session: Session, site: Site | None = None, **values: Any) -> Client:
    """Give a woman of 82 who lives at home."""
    number = next(_numbers)
    site = site or make_site(session, make_organisation(session))
    defaults = {
        "code": f"{number:06}",
        "organisation_id": site.organisation_id,
        "site_id": site.id,
        "given_name": "Godelieve",
        "family_name": f"Vandamme {number}",
        "born": date(1944, 3, 2),
        "sex": "F",
    }
    return _kept(session, Client(**(defaults | values)))


def make_user(session: Session, role: Role = Role.DIETITIAN, **values: Any) -> User:
    """Give a user of NPCC itself, unless an organisation is named."""
    number = next(_numbers)
    if "organisation_id" not in values:
        values["organisation_id"] = make_organisation(session, OrganisationKind.NPCC).id
    defaults = {"login": f"user{number}@example.org", "name": f"Lien Peeters {number}"}
    return _kept(session, User(**(defaults | {"role": role} | values)))


def make_weight(session: Session, client: Client, kg: str, on: date) -> Measurement:
    """Give a weighing."""
    row = Measurement(
        client_id=client.id,
        kind="weight_kg",
        value=Decimal(kg),
        provenance="measured",
        taken_on=on,
        recorded_at=datetime.combine(on, datetime.min.time(), tzinfo=UTC),
    )
    return _kept(session, row)


def make_content(**values: Any) -> screening.Prescription:
    """Give targets that may be signed: 1,500 to 1,700 kcal, 60 to 80 g protein, normal texture."""
    defaults = {
        "energy_kcal": screening.Range(low=1500, high=1700),
        "protein_g": screening.Range(low=60, high=80),
        "food_level": "7",
        "drink_level": "0",
        "refeeding": screening.RefeedingLevel.NONE,
    }
    return screening.Prescription(**(defaults | values))


def make_prescription(
    session: Session, client: Client, user: User, *, version: int = 1, **values: Any
) -> Prescription:
    """Give a signed prescription."""
    at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    row = Prescription.of(client.id, version, make_content(**values), basis={}, by=user.id, at=at)
    row.state, row.signed_at, row.signed_by = PrescriptionState.SIGNED, at, user.id
    return _kept(session, row)


def load_catalogue(session: Session) -> None:
    """Put the packaged seed catalogue into the database."""
    keep_catalogue(session, {name: seed_table(name) for name in CATALOGUE})


def keep_catalogue(session: Session, tables: Mapping[str, Iterable[dict[str, str]]]) -> None:
    """Put rows of the catalogue into the database, all in one statement."""
    session.execute(
        insert(CatalogueRow),
        [
            {"table_name": name, "position": position, "cells": cells}
            for name, rows in tables.items()
            for position, cells in enumerate(rows)
        ],
    )


@cache
def seed_table(name: str) -> tuple[dict[str, str], ...]:
    """Give the rows of a packaged table: read, never changed."""
    with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def make_kitchen(session: Session) -> Depot:
    """Give a kitchen with one machine of each kind, and two vans."""
    place = {"street": "Kaai 1", "postcode": "8800", "place": "Roeselare"}
    depot = Depot(code="rsl", name="Keuken", lat_e5=5_093_878, lon_e5=314_517, **place)
    _kept(session, depot)
    hours = {"depot_id": depot.id, "capacity_g": 60_000, "open_min": -600, "close_min": 900}
    session.add_all(
        Machine(code=f"{kind.value}-1", name=kind.value, kind=kind, **hours) for kind in StepKind
    )
    boxes = {"frozen_boxes": 20, "chilled_boxes": 20, "ambient_boxes": 20}
    shift = {"open_min": 420, "close_min": 1020, "max_minutes": 540}
    prices = {"fixed_cents": 4000, "cents_per_km": 40, "cents_per_hour": 3000}
    session.add_all(
        Vehicle(
            depot_id=depot.id,
            code=f"van-{letter.lower()}",
            letter=letter,
            name=f"Bus {letter}",
            **boxes,
            **shift,
            **prices,
        )
        for letter in "AB"
    )
    session.flush()
    depots.adopt(session)
    return depot


def make_lot(session: Session, sku: str, grams: int, use_by: date, **values: Any) -> Lot:
    """Give a released lot."""
    number = next(_numbers)
    defaults = {
        "code": f"L{number:05}",
        "sku": sku,
        "amount_g": grams,
        "use_by": use_by,
        "zone": Zone.FROZEN,
        "state": LotState.RELEASED,
        "made_on": date(2026, 11, 1),
    }
    return _kept(session, Lot(**(defaults | values)))


def make_order(
    session: Session, client: Client, day: date, *lines: tuple[str, int, int], **values: Any
) -> Order:
    """Give a placed order of (variant, portions, grams) for one client as they may eat."""
    number = next(_numbers)
    site = session.get_one(Site, client.site_id)
    defaults = {
        "code": f"{30_000 + number}",
        "organisation_id": client.organisation_id,
        "site_id": client.site_id,
        "kind": site.kind,
        "service_day": day,
        "state": OrderState.PLACED,
        "source": OrderSource.PORTAL,
        "placed_at": datetime(2026, 11, 20, 9, 0, tzinfo=UTC),
    }
    order = _kept(session, Order(**(defaults | values)))
    profile = cells(Prescription.eater_of(make_content()))
    eater = OrderEater(order_id=order.id, ref=client.code, profile=profile, client_id=client.id)
    _kept(session, eater)
    session.add_all(
        OrderLine(
            order_id=order.id,
            eater_id=eater.id,
            variant=sku,
            portions=portions,
            portion_g=grams,
            price_cents=100,
        )
        for sku, portions, grams in lines
    )
    session.flush()
    return order
