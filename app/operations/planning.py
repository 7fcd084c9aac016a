"""Verbs of the day: gather what is known, keep the plan as a draft, publish it, read it."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, update
from sqlalchemy.orm import Session, defer

import logistics
from app.access import Actor, Conflict, NotFound, Permission, require
from app.db import Base
from app.i18n import LOCAL_ZONE
from app.models.care import Prescription, PrescriptionState
from app.models.cooking import KitchenShift, MachineDowntime
from app.models.frozen import cells
from app.models.orders import Order, OrderEater, OrderLine
from app.models.people import Site
from app.models.planning import (
    DayPlan,
    DayPlanState,
    Depot,
    Machine,
    StoredDay,
    TrafficBand,
    Vehicle,
)
from app.models.stock import IngredientLot, Lot, TextureTest
from app.operations import (
    athome,
    depots,
    floors,
    horizons,
    meals,
    pickups,
    storerules,
    supplies,
    texturetests,
    traffic,
)
from app.operations.eating import given_up_from
from app.operations.forecast import PLANNABLE, outlook
from logistics import (
    DayInputs,
    DaySite,
    OrderState,
    Pickup,
    Point,
    RoadMatrix,
)
from menus import Eater
from optimizer import Limits, Violation

MOVES = 100_000
_SERVICE_WEEKDAYS = range(6)  # Monday to Saturday


def next_service_day(now: datetime) -> date:
    """Give tomorrow, or Monday when tomorrow is a Sunday."""
    return day_after(now.astimezone(LOCAL_ZONE).date())


def day_before(day: date) -> date:
    """Give the service day before a day."""
    return _step(day, -1)


def day_after(day: date) -> date:
    """Give the service day after a day."""
    return _step(day, 1)


def _step(day: date, days: int) -> date:
    day += timedelta(days=days)
    while day.weekday() not in _SERVICE_WEEKDAYS:
        day += timedelta(days=days)
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is known of one service day, before the roads are asked: no session is held for that."""

    depot: Depot
    points: tuple[Point, ...]
    bands: traffic.Bands
    fingerprint: str
    seed: int
    fields: Mapping[str, Any]

    def inputs(self, roads: RoadMatrix) -> DayInputs:
        """Give the frozen inputs of planning."""
        return DayInputs(roads=replace(roads, bands=self.bands), **self.fields)


def gather(
    session: Session,
    actor: Actor,
    day: date,
    *,
    moves: int = MOVES,
    seed: int = 1,
    workers: int = 1,
    today: date | None = None,
) -> Gathered:
    """Read everything about a service day of the actor's kitchen in one transaction.

    NotFound without a kitchen. What another kitchen has, sends or serves is not in it.

    `today` tells how much a change to a plan that stands weighs, and which purchases are late;
    without it the day is planned on the service day before.
    """
    require(actor, Permission.PLAN_DAY)
    depot = depots.depot_of(session, actor)
    here = depot.id
    rows = _day_orders(session, here, day)
    day_orders, eaters = with_lines(session, rows, day)
    sites = _sites(session, {row.site_id for row in rows} | pickups.sites_due(session, here, day))
    fetched = pickups.due(session, here, day)
    catalogue = meals.catalogue(session)
    ahead = outlook(session, here, day, frozenset(catalogue.variants))
    forecast = ahead.expected_g()
    lots = depots.lots_in(session, here, day)
    kitchen = depots.kitchen_of(session, depot, day, [lot.as_lot() for lot in lots])
    targets = logistics.store_targets(catalogue, ahead.days, ahead.survival, day)
    usual = depots.usual_vans(session, here, day)
    mark = fingerprint(session, here, day)
    stands, weight = horizons.known_vans(session, here, day), horizons.change_cents(day, today)
    pins = horizons.known_pins(session, here, day)
    tours = horizons.held_tours(session, here, day)
    coming = supplies.on_order(session, here, today or day_before(day))
    point = Point(lat_e5=depot.lat_e5, lon_e5=depot.lon_e5)
    return Gathered(
        depot=depot,
        points=(point, *(day_site(one).point for one in sites)),
        bands=traffic.bands_on(session, depot, day),
        fingerprint=mark,
        seed=seed,
        fields={
            "snapshot": _mark(
                *(mark, forecast, targets, stands, weight),
                *(sorted(usual.items()), pins, tours, coming),
            ),
            "service_day": day,
            "depot": depot.as_depot(),
            "catalogue": catalogue,
            "orders": day_orders,
            "eaters": eaters,
            "lots": texturetests.stock_to_give(session, catalogue.variants, lots),
            "machines": kitchen.machines,
            "shifts": kitchen.shifts,
            "room_g": kitchen.room_g,
            "chill_wait_min": kitchen.chill_wait_min,
            "vehicles": depots.vans_of(session, depot),
            "sites": tuple(day_site(one, fetched.get(one.id, ())) for one in sites),
            "ingredient_lots": supplies.in_store(session, here),
            "supply_items": supplies.offers(session, catalogue),
            "suppliers": supplies.terms(session),
            "on_order": coming,
            "forecast": forecast,
            "stock_targets": targets,
            "usual_vans": usual,
            "cooks_ahead": True,
            "recalled": meals.recalled_variants(session),
            "stands": stands,
            "change_cents": weight,
            "pinned": pins,
            "held_tours": tours,
            "limits": Limits(moves=moves, seed=seed, workers=workers),
        },
    )


def _day_orders(session: Session, depot_id: int, day: date) -> Sequence[Order]:
    of_day = (*_ordered(depot_id, day), Order.state.in_(PLANNABLE))
    return session.scalars(select(Order).where(*of_day).order_by(Order.id)).all()


def _ordered(depot_id: int, day: date) -> tuple[ColumnElement[bool], ...]:
    return Order.service_day == day, Order.site_id.in_(depots.sites_of(depot_id))


def _sites(session: Session, ids: set[int]) -> Sequence[Site]:
    return session.scalars(select(Site).where(Site.id.in_(ids)).order_by(Site.code)).all()


def day_site(site: Site, fetched: tuple[Pickup, ...] = ()) -> DaySite:
    """Give a site as a place to deliver, with what is fetched there."""
    return DaySite(
        id=site.code,
        point=Point(lat_e5=site.lat_e5, lon_e5=site.lon_e5),
        windows=tuple((opens, closes) for opens, closes in site.windows),
        floor=site.floor,
        lift=site.lift,
        skills=tuple(logistics.DriverSkill(skill) for skill in sorted(site.skills)),
        vans=tuple(sorted(site.vans)) or None,
        pickups=fetched,
        preferred_by_min=site.preferred_by_min,
    )


def orders_with_lines(
    session: Session, depot_id: int, day: date
) -> tuple[tuple[logistics.DayOrder, ...], dict[str, Eater]]:
    """Give the orders of a day that are planned or may be, and each eater as they may eat now."""
    return with_lines(session, _day_orders(session, depot_id, day), day)


def held_orders(session: Session, depot_id: int, day: date) -> Sequence[Order]:
    """Give the orders of a day that wait for a person: nobody eats from them until then."""
    of_day = (*_ordered(depot_id, day), Order.state == OrderState.HELD)
    return session.scalars(select(Order).where(*of_day).order_by(Order.id)).all()


def with_lines(
    session: Session, rows: Sequence[Order], day: date
) -> tuple[tuple[logistics.DayOrder, ...], dict[str, Eater]]:
    """Give orders of a day with their lines, and each eater as they may eat today.

    A client's profile is the one signed now, not the one of the day of ordering: an allergy
    that was added since must still stop the plate.
    """
    codes = {row.id: row.code for row in rows}
    found = session.execute(
        select(OrderLine, OrderEater)
        .join(OrderEater, OrderEater.id == OrderLine.eater_id)
        .where(OrderLine.order_id.in_(codes))
        .order_by(OrderLine.id)
    ).all()
    who = frozenset(eater.client_id for _, eater in found if eater.client_id is not None)
    current = signed_eaters(session, day, who)
    lines: dict[int, list[logistics.OrderLine]] = defaultdict(list)
    eaters: dict[str, Eater] = {}
    for line, eater in found:
        name = f"{codes[line.order_id]}/{eater.ref}"
        eaters.setdefault(name, current.get(eater.client_id or 0) or eater.as_eater())
        lines[line.order_id].append(
            logistics.OrderLine(
                id=f"{codes[line.order_id]}-{line.id}",
                order=codes[line.order_id],
                sku=line.variant,
                eater=name,
                portions=line.portions,
                portion_g=line.portion_g,
                amount_g=line.portions * line.portion_g,
            )
        )
    asked = session.execute(select(Site.id, Site.code, Site.min_life_days)).all()
    sites = {key: (code, life) for key, code, life in asked}
    at_home = {row.id for row in rows if row.kind is logistics.SiteKind.HOME}
    homes = {one.order_id: one.client_id or 0 for _, one in found if one.order_id in at_home}
    lacking = floors.lacking(session, homes, day)
    lasting = {**athome.lasting(session, homes), **storerules.lasting(session, rows)}
    day_orders = tuple(
        logistics.DayOrder(
            id=row.code,
            site=sites[row.site_id][0],
            kind=row.kind,
            lines=tuple(lines[row.id]),
            priority=2 if row.kind is logistics.SiteKind.HOME else 3,
            min_life_days=sites[row.site_id][1],
            floor_portions=lacking.get(row.id, 0),
            lasts_days=lasting.get(row.id, 0),
        )
        for row in rows
        if lines[row.id]
    )
    return day_orders, eaters


def signed_eaters(
    session: Session, day: date, who: frozenset[int] | None = None
) -> dict[int, Eater]:
    """Give how each client, or each of some, may eat on a day, by the prescription signed now."""
    signed = select(Prescription).where(Prescription.state == PrescriptionState.SIGNED)
    if who is not None:
        signed = signed.where(Prescription.client_id.in_(who))
    given_up = given_up_from(session, day)
    return {
        row.client_id: row.as_eater(given_up.get(row.client_id, ()))
        for row in session.scalars(signed)
    }


def fingerprint(session: Session, depot_id: int, day: date) -> str:
    """Give a short mark of all that must hold when a kitchen's plan of the day is published.

    Orders of the day and what their eaters may eat now, stock, vans, machines, addresses and
    windows, the catalogue. What concerns other people, days and kitchens leaves it as it is.
    """
    of_day = (*_ordered(depot_id, day), Order.state.in_(PLANNABLE))
    clients = (
        select(OrderEater.client_id)
        .join(Order, Order.id == OrderEater.order_id)
        .where(*of_day, OrderEater.client_id.is_not(None))
    )
    signed = (Prescription.state == PrescriptionState.SIGNED, Prescription.client_id.in_(clients))
    asked = (
        select(Order.id, Order.version).where(*of_day).order_by(Order.id),
        select(Prescription.id).where(*signed).order_by(Prescription.id),
        _all_in(Lot, depot_id).order_by(Lot.code),
        _all_in(IngredientLot, depot_id).order_by(IngredientLot.code),
        _all_of(Depot).where(Depot.id == depot_id),
        _all_in(TrafficBand, depot_id)
        .where(TrafficBand.weekday == day.weekday())
        .order_by(TrafficBand.id),
        _all_of(TextureTest)
        .where(TextureTest.lot_id.in_(select(Lot.id).where(Lot.depot_id == depot_id)))
        .order_by(TextureTest.id),
        _all_in(Vehicle, depot_id).order_by(Vehicle.code),
        _all_in(Machine, depot_id).order_by(Machine.code),
        _all_in(KitchenShift, depot_id).order_by(KitchenShift.code),
        _all_of(MachineDowntime)
        .where(MachineDowntime.day == day)
        .where(
            MachineDowntime.machine_id.in_(select(Machine.id).where(Machine.depot_id == depot_id))
        )
        .order_by(MachineDowntime.id),
        _all_of(Site).where(Site.id.in_(select(Order.site_id).where(*of_day))).order_by(Site.code),
        pickups.marks(depot_id, day),
    )
    marks = [[tuple(row) for row in session.execute(query)] for query in asked]
    return _mark(marks, meals.catalogue(session).version)


def _all_in(table: Any, depot_id: int) -> Select[Any]:
    """Read what of a table stands or lies in one kitchen."""
    return _all_of(table).where(table.depot_id == depot_id)


def _all_of(table: type[Base]) -> Select[Any]:
    """Read every column of a table as plain values."""
    return select(*table.__table__.columns)


def _mark(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def check_failed(found: Violation, code: str = "planning.check_failed") -> Conflict:
    """Say which promise the solver-free check found broken, by its own sentence."""
    return Conflict(code, **{**dict(found.detail), "broken": found.code, "subject": found.subject})


def save_draft(
    session: Session,
    actor: Actor,
    gathered: Gathered,
    plan: logistics.DayPlan,
    *,
    inputs: DayInputs,
    job_id: int | None,
    now: datetime,
) -> DayPlan | None:
    """Keep a plan as the newest draft; None when orders or stock changed since it was gathered.

    Raises Conflict when the solver-free check found a broken promise: such a plan is never kept.
    """
    require(actor, Permission.PLAN_DAY)
    if plan.violations:
        raise check_failed(plan.violations[0])
    depot_id = gathered.depot.id
    if published_plan(session, depot_id, plan.service_day) is not None:
        raise Conflict("planning.withdraw_first")
    if fingerprint(session, depot_id, plan.service_day) != gathered.fingerprint:
        return None
    newest = newest_version(session, depot_id, plan.service_day)
    session.execute(
        update(DayPlan)
        .where(
            DayPlan.depot_id == depot_id,
            DayPlan.service_day == plan.service_day,
            DayPlan.state == DayPlanState.DRAFT,
        )
        .values(state=DayPlanState.SUPERSEDED)
    )
    stored = StoredDay(orders=inputs.orders, plan=replace(plan, solved=()))
    row = DayPlan(
        depot_id=depot_id,
        service_day=plan.service_day,
        version=newest + 1,
        state=DayPlanState.DRAFT,
        snapshot=gathered.fingerprint,
        document=logistics.plan_json(inputs, plan),
        content=cells(stored),
        cost_cents=plan.routes.cost_cents,
        unserved_count=len({one.order for one in plan.unserved}),
        created_at=now,
        job_id=job_id,
    )
    session.add(row)
    session.flush()
    return row


def newest_version(session: Session, depot_id: int, day: date) -> int:
    """Give the number of the last plan of a day, 0 before the first."""
    of_day = (DayPlan.depot_id == depot_id, DayPlan.service_day == day)
    return session.scalar(select(func.max(DayPlan.version)).where(*of_day)) or 0


def day_plan(session: Session, actor: Actor, day: date) -> DayPlan | None:
    """Give the newest draft of a day in the actor's kitchen, else the published plan."""
    require(actor, Permission.VIEW_DAY)
    return session.scalar(
        select(DayPlan)
        .options(defer(DayPlan.document), defer(DayPlan.content))
        .where(
            DayPlan.depot_id == depots.depot_of(session, actor).id,
            DayPlan.service_day == day,
            DayPlan.state.in_([DayPlanState.DRAFT, DayPlanState.PUBLISHED]),
        )
        .order_by(DayPlan.version.desc())
        .limit(1)
    )


def published_plan(session: Session, depot_id: int | None, day: date) -> DayPlan | None:
    """Give the plan of a kitchen's day that was published and not withdrawn."""
    return session.scalar(
        select(DayPlan)
        .options(defer(DayPlan.document), defer(DayPlan.content))
        .where(DayPlan.depot_id == depot_id, DayPlan.service_day == day)
        .where(DayPlan.state == DayPlanState.PUBLISHED)
    )


def find_day_plan(session: Session, actor: Actor, plan_id: int, permission: Permission) -> DayPlan:
    """Give one plan for someone of its kitchen who may see this side of it."""
    require(actor, permission)
    heavy = [defer(DayPlan.document), defer(DayPlan.content)]
    plan = session.get(DayPlan, plan_id, options=heavy)
    if plan is None or plan.depot_id != depots.depot_of(session, actor).id:
        raise NotFound
    return plan


def plan_document(session: Session, actor: Actor, day: date) -> Mapping[str, Any] | None:
    """Give plan.json of the published plan of a day, else of its draft; None without either."""
    require(actor, Permission.PLAN_DAY)
    depot_id = depots.depot_of(session, actor).id
    plan = published_plan(session, depot_id, day) or day_plan(session, actor, day)
    return None if plan is None else plan.document
