"""A small service day in rows: one kitchen, one van, two homes, something in store."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import logistics
from app.access import SYSTEM, Actor, Role
from app.db import transaction
from app.models.frozen import cells
from app.models.orders import Order, OrderEater, OrderLine, OrderSource
from app.models.people import Site
from app.models.planning import DayPlan, Depot, Machine, Vehicle
from app.models.stock import IngredientLot, Lot
from app.operations import meals, planning, texturetests
from logistics import LotState, OrderState, PowerModel, SiteKind
from logistics.demand import Explosion
from menus import (
    Eater,
    ForkDrip,
    Holding,
    Iddsi,
    Portion,
    SpoonTilt,
    StepKind,
    Variant,
    Zone,
    objections,
)
from tests.factories import load_catalogue, make_organisation, make_site

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
DISPATCHER = Actor(role=Role.DISPATCHER, is_npcc=True, name="Bart")
KITCHEN = Actor(role=Role.KITCHEN, is_npcc=True, name="Inge")
STORE_G = 20_000
EATER = Eater(food_iddsi=Iddsi.L4, drink_iddsi=Iddsi.L0, allergies=frozenset({"lupin"}))

SMOOTH: dict[str, Any] = {
    "holding": Holding.AT_ONCE,
    "celsius": Decimal(65),
    "flow_ml": Decimal(10),
    "fork_drip": ForkDrip.MOUND,
    "spoon_tilt": SpoonTilt.SLIDES,
    "width_mm": Decimal(0),
    "length_mm": Decimal(0),
}
"""A texture test that level 4 passes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallDay:
    """What the tests ask for: a variant in store, one that must be cooked."""

    stored: str
    cooked: str


def small_day(session: Session) -> SmallDay:
    """Give a depot with machines, a van, two orders from store and one for the kitchen."""
    load_catalogue(session)
    catalogue = meals.catalogue(session)
    found = [one for one in catalogue.variants.values() if _suits(one)]
    stored = next(one for one in found if one.zone is Zone.FROZEN)
    cooked = next(one for one in found if one.names != stored.names and one.zone is Zone.FROZEN)
    _house(session)
    session.add(make_lot("L1", stored.id, 3_000, date(2027, 2, 1)))
    session.add(make_lot("L2", stored.id, STORE_G, date(2027, 3, 1)))
    session.flush()
    for code in ("L1", "L2"):
        texturetests.record_test(session, KITCHEN, code, SMOOTH, NOW)
    for name in Explosion(catalogue).ingredients_g(cooked.id, 10_000):
        session.add(_ingredient(name))
    make_order(session, "30001", stored, portions=4)
    make_order(session, "30002", stored, portions=10)
    make_order(session, "30003", cooked, portions=5)
    session.flush()
    return SmallDay(stored=stored.id, cooked=cooked.id)


def _suits(variant: Variant) -> bool:
    return not objections(variant, EATER) and bool(variant.steps)


def _house(session: Session) -> None:
    depot = Depot(
        code="depot",
        name="Keuken Proef",
        street="Proefstraat 1",
        postcode="8800",
        place="Roeselare",
        lat_e5=5_095_000,
        lon_e5=313_000,
    )
    session.add(depot)
    session.flush()
    for kind in StepKind:
        session.add(
            Machine(
                depot_id=depot.id,
                code=f"{kind.value}-1",
                name=f"Toestel {kind.value}",
                kind=kind,
                capacity_g=100_000,
                open_min=-600,
                close_min=900,
            )
        )
    session.add(make_van(depot))


def make_van(depot: Depot, **values: Any) -> Vehicle:
    """Give van A."""
    defaults: dict[str, Any] = {
        "depot_id": depot.id,
        "code": "van-a",
        "letter": "A",
        "name": "Bestelwagen A",
        "frozen_boxes": 30,
        "chilled_boxes": 30,
        "ambient_boxes": 30,
        "open_min": 360,
        "close_min": 1080,
        "max_minutes": 540,
        "fixed_cents": 5000,
        "cents_per_km": 40,
        "cents_per_hour": 3000,
    }
    return Vehicle(**(defaults | values))


def make_lot(code: str, sku: str, amount_g: int, use_by: date, **values: Any) -> Lot:
    """Give a released lot in the freezer."""
    defaults: dict[str, Any] = {"zone": Zone.FROZEN, "state": LotState.RELEASED}
    return Lot(
        code=code,
        sku=sku,
        amount_g=amount_g,
        use_by=use_by,
        made_on=date(2026, 11, 1),
        **(defaults | values),
    )


def _ingredient(name: str) -> IngredientLot:
    return IngredientLot(
        code=f"I-{name}",
        ingredient=name,
        supplier="Proef",
        amount_g=50_000,
        use_by=date(2027, 1, 1),
        received_on=date(2026, 11, 20),
        state=LotState.RELEASED,
    )


def make_order(session: Session, code: str, variant: Variant, *, portions: int) -> Order:
    """Give an order of one home for one eater."""
    organisation = make_organisation(session)
    site = make_site(session, organisation, name=f"Thuis bij Peeters {code}", windows=[[480, 960]])
    return order_at(session, site, code, variant, portions=portions)


def order_at(session: Session, site: Site, code: str, variant: Variant, *, portions: int) -> Order:
    """Give an order at a site that stands already."""
    order = Order(
        code=code,
        organisation_id=site.organisation_id,
        site_id=site.id,
        kind=SiteKind.HOME,
        service_day=DAY,
        state=OrderState.PLACED,
        source=OrderSource.PORTAL,
        placed_at=NOW,
    )
    session.add(order)
    session.flush()
    eater = OrderEater(order_id=order.id, ref="e1", profile=cells(EATER))
    session.add(eater)
    session.flush()
    session.add(
        OrderLine(
            order_id=order.id,
            eater_id=eater.id,
            variant=variant.id,
            portions=portions,
            portion_g=variant.portions_g[Portion.M],
            price_cents=500,
        )
    )
    session.flush()
    return order


def kitchen_id(session: Session) -> int:
    """Give the only kitchen."""
    return session.scalars(select(Depot.id)).one()


def planned(session: Session, *, day: date = DAY, moves: int = 2_000) -> DayPlan:
    """Give the saved draft of the day."""
    gathered = planning.gather(session, SYSTEM, day, moves=moves)
    inputs = gathered.inputs(PowerModel().matrix(gathered.points))
    plan = logistics.plan_day(inputs)
    kept = planning.save_draft(session, SYSTEM, gathered, plan, inputs=inputs, job_id=None, now=NOW)
    assert kept is not None
    return kept


def filled(engine: Engine) -> int:
    """Commit the small day with its draft; give the draft's id."""
    with transaction(engine) as session:
        small_day(session)
        return planned(session).id
