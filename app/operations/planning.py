"""Verbs of the day: gather what is known, keep the plan as a draft, publish it, read it."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Conflict, NotFound, Permission, require
from app.i18n import LOCAL_ZONE
from app.models.care import Prescription, PrescriptionState
from app.models.frozen import cells
from app.models.meals import MealPlan, MealPlanState
from app.models.orders import Order, OrderEater, OrderLine, StandingOrder
from app.models.people import Site
from app.models.planning import (
    DayPlan,
    DayPlanState,
    Depot,
    Machine,
    StoredDay,
    Vehicle,
)
from app.models.stock import IngredientLot, Lot
from app.models.system import Job
from app.operations import meals, upkeep
from logistics import (
    HORIZON_DAYS,
    DayInputs,
    DayProgress,
    DaySite,
    DayWatch,
    OrderState,
    Point,
    RoadMatrix,
    Stage,
)
from menus import Catalogue, Eater
from optimizer import Limits

MOVES = 200_000
PLANNABLE = (OrderState.PLACED, OrderState.UNSERVED, OrderState.PLANNED)
_SERVICE_WEEKDAYS = range(6)  # Monday to Saturday


def next_service_day(now: datetime) -> date:
    """Give tomorrow, or Monday when tomorrow is a Sunday."""
    day = now.astimezone(LOCAL_ZONE).date() + timedelta(days=1)
    while day.weekday() not in _SERVICE_WEEKDAYS:
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is known of one service day, before the roads are asked: no session is held for that."""

    depot: Depot
    points: tuple[Point, ...]
    fingerprint: str
    seed: int
    fields: Mapping[str, Any]

    def inputs(self, roads: RoadMatrix) -> DayInputs:
        """Give the frozen inputs of planning."""
        return DayInputs(roads=roads, **self.fields)


def gather(
    session: Session,
    actor: Actor,
    day: date,
    *,
    moves: int = MOVES,
    seed: int = 1,
    workers: int = 1,
) -> Gathered:
    """Read everything about a service day in one transaction; NotFound without a depot."""
    require(actor, Permission.PLAN_DAY)
    depot = session.scalar(select(Depot).order_by(Depot.id).limit(1))
    if depot is None:
        raise NotFound
    rows = _day_orders(session, day)
    day_orders, eaters = _with_lines(session, rows)
    sites = _sites(session, {row.site_id for row in rows})
    catalogue = meals.catalogue(session)
    forecast = _forecast(session, catalogue, day, day_orders)
    lots = session.scalars(select(Lot).where(Lot.amount_g > 0).order_by(Lot.code)).all()
    mark = fingerprint(session, day)
    point = Point(lat_e5=depot.lat_e5, lon_e5=depot.lon_e5)
    return Gathered(
        depot=depot,
        points=(point, *(_day_site(one).point for one in sites)),
        fingerprint=mark,
        seed=seed,
        fields={
            "snapshot": mark,
            "service_day": day,
            "depot": depot.as_depot(),
            "catalogue": catalogue,
            "orders": day_orders,
            "eaters": eaters,
            "lots": tuple(lot.as_lot() for lot in lots),
            "machines": tuple(row.as_machine() for row in _all(session, Machine, depot.id)),
            "vehicles": tuple(
                row.as_vehicle() for row in _all(session, Vehicle, depot.id) if row.active
            ),
            "sites": tuple(_day_site(one) for one in sites),
            "ingredient_lots": tuple(
                lot.as_lot()
                for lot in session.scalars(
                    select(IngredientLot)
                    .where(IngredientLot.amount_g > 0)
                    .order_by(IngredientLot.code)
                )
            ),
            "supply_items": logistics.supply_items(catalogue),
            "forecast": forecast,
            "stock_targets": _targets(catalogue, forecast),
            "limits": Limits(moves=moves, seed=seed, workers=workers),
        },
    )


def _all(session: Session, table: Any, depot_id: int) -> Sequence[Any]:
    rows: Sequence[Any] = session.scalars(
        select(table).where(table.depot_id == depot_id).order_by(table.code)
    ).all()
    return rows


def _day_orders(session: Session, day: date) -> Sequence[Order]:
    return session.scalars(
        select(Order).where(Order.service_day == day, Order.state.in_(PLANNABLE)).order_by(Order.id)
    ).all()


def _sites(session: Session, ids: set[int]) -> Sequence[Site]:
    return session.scalars(select(Site).where(Site.id.in_(ids)).order_by(Site.code)).all()


def _day_site(site: Site) -> DaySite:
    return DaySite(
        id=site.code,
        point=Point(lat_e5=site.lat_e5, lon_e5=site.lon_e5),
        windows=tuple((opens, closes) for opens, closes in site.windows),
        floor=site.floor,
    )


def _with_lines(
    session: Session, rows: Sequence[Order]
) -> tuple[tuple[logistics.DayOrder, ...], dict[str, Eater]]:
    """Give the day's orders with their lines, and each eater as they may eat today.

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
    current = _signed_eaters(session)
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
    site_codes = dict(session.execute(select(Site.id, Site.code)).tuples().all())
    day_orders = tuple(
        logistics.DayOrder(
            id=row.code,
            site=site_codes[row.site_id],
            kind=row.kind,
            lines=tuple(lines[row.id]),
            priority=2 if row.kind is logistics.SiteKind.HOME else 3,
        )
        for row in rows
        if lines[row.id]
    )
    return day_orders, eaters


def _signed_eaters(session: Session) -> dict[int, Eater]:
    signed = session.scalars(
        select(Prescription).where(Prescription.state == PrescriptionState.SIGNED)
    )
    return {row.client_id: row.as_eater() for row in signed}


def _forecast(
    session: Session, catalogue: Catalogue, day: date, today: tuple[logistics.DayOrder, ...]
) -> tuple[Mapping[str, int], ...]:
    """Give grams per variant for fourteen days: orders where they stand, else standing orders.

    Houses order day by day: a later day without their order is taken to ask what this day does.
    """
    ahead = [day + timedelta(days=count) for count in range(HORIZON_DAYS)]
    placed = _placed_grams(session, ahead)
    homes = _standing_grams(session, ahead)
    house = Counter[str]()
    for order in today:
        if order.kind is not logistics.SiteKind.HOME:
            house.update({line.sku: 0 for line in order.lines})
            for line in order.lines:
                house[line.sku] += line.amount_g
    result: list[Mapping[str, int]] = []
    for one in ahead:
        wanted = Counter(placed.get((one, True), {})) or Counter(homes.get(one, {}))
        wanted.update(placed.get((one, False), {}) or (house if one.weekday() != 6 else {}))
        result.append(
            {sku: grams for sku, grams in sorted(wanted.items()) if sku in catalogue.variants}
        )
    return tuple(result)


def _placed_grams(session: Session, days: list[date]) -> dict[tuple[date, bool], dict[str, int]]:
    rows = session.execute(
        select(
            Order.service_day,
            Order.kind,
            OrderLine.variant,
            func.sum(OrderLine.portions * OrderLine.portion_g),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.service_day.in_(days), Order.state.in_(PLANNABLE))
        .group_by(Order.service_day, Order.kind, OrderLine.variant)
    ).all()
    found: dict[tuple[date, bool], dict[str, int]] = defaultdict(dict)
    for day, kind, sku, grams in rows:
        at = found[day, kind is logistics.SiteKind.HOME]
        at[sku] = at.get(sku, 0) + int(grams)
    return found


def _standing_grams(session: Session, days: list[date]) -> dict[date, Counter[str]]:
    """Give what standing orders will ask for, from each client's approved week."""
    plans = {
        plan.client_id: plan
        for plan in session.scalars(
            select(MealPlan)
            .where(MealPlan.state == MealPlanState.APPROVED)
            .order_by(MealPlan.start_day)
        )
    }
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for row in session.scalars(select(StandingOrder).where(StandingOrder.active)):
        plan = plans.get(row.client_id)
        if plan is None:
            continue
        rule = row.as_standing_order()
        for day in (one for one in days if rule.delivers_on(one)):
            for (sku, grams), portions in meals.needs(plan, day, row.period_days).items():
                found[day][sku] += grams * portions
    return found


def _targets(catalogue: Catalogue, forecast: tuple[Mapping[str, int], ...]) -> Mapping[str, int]:
    """Give what should lie in store after the day: the next two days, when it keeps that long."""
    target = Counter[str]()
    for later in forecast[1:3]:
        target.update(later)
    return {
        sku: grams
        for sku, grams in sorted(target.items())
        if catalogue.variants[sku].shelf_days > 14
    }


def fingerprint(session: Session, day: date) -> str:
    """Give a short mark of everything a plan of the day rests on; another mark, another plan."""
    marks: list[Any] = [
        session.execute(
            select(Order.id, Order.version)
            .where(Order.service_day == day, Order.state.in_(PLANNABLE))
            .order_by(Order.id)
        ).all(),
        session.execute(select(Lot.code, Lot.amount_g, Lot.state).order_by(Lot.code)).all(),
        session.execute(select(Vehicle.code, Vehicle.active).order_by(Vehicle.code)).all(),
        session.execute(
            select(Prescription.id)
            .where(Prescription.state == PrescriptionState.SIGNED)
            .order_by(Prescription.id)
        ).all(),
        meals.catalogue(session).version,
    ]
    return hashlib.sha256(repr(marks).encode()).hexdigest()[:16]


def watcher(tell: Callable[..., bool]) -> DayWatch:
    """Give the watch of planning that tells stage and best so far to whoever waits."""
    stages = list(Stage)

    def see(progress: DayProgress) -> bool:
        return tell(
            stage=progress.stage.value,
            done=stages.index(progress.stage),
            of=len(stages),
            incumbent=progress.incumbent,
        )

    return see


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
        raise Conflict("planning.check_failed", rule=plan.violations[0].code)
    if fingerprint(session, plan.service_day) != gathered.fingerprint:
        return None
    depot_id = gathered.depot.id
    newest = session.scalar(
        select(func.max(DayPlan.version)).where(
            DayPlan.depot_id == depot_id, DayPlan.service_day == plan.service_day
        )
    )
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
        version=(newest or 0) + 1,
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


def ask_plan(session: Session, actor: Actor, day: date, now: datetime) -> Job:
    """Ask the worker to plan a day; one that waits or runs already is given back."""
    require(actor, Permission.PLAN_DAY)
    if published_plan(session, day) is not None:
        raise Conflict("planning.withdraw_first")
    running = running_job(session, day)
    if running is not None:
        return running
    return upkeep.enqueue(session, actor, now, "plan_day", {"day": day.isoformat()})


def running_job(session: Session, day: date) -> Job | None:
    """Give the planning of a day that waits or runs."""
    active = session.scalars(
        select(Job).where(Job.kind.in_(["plan_day", "plan_tomorrow"]), Job.finished_at.is_(None))
    )
    return next((job for job in active if job.payload.get("day") == day.isoformat()), None)


def day_plan(session: Session, actor: Actor, day: date) -> DayPlan | None:
    """Give the newest draft of a day, else the published plan."""
    require(actor, Permission.VIEW_DAY)
    return session.scalar(
        select(DayPlan)
        .where(
            DayPlan.service_day == day,
            DayPlan.state.in_([DayPlanState.DRAFT, DayPlanState.PUBLISHED]),
        )
        .order_by(DayPlan.version.desc())
        .limit(1)
    )


def published_plan(session: Session, day: date) -> DayPlan | None:
    """Give the plan of a day that was published and not withdrawn."""
    return session.scalar(
        select(DayPlan).where(DayPlan.service_day == day, DayPlan.state == DayPlanState.PUBLISHED)
    )


def find_day_plan(session: Session, actor: Actor, plan_id: int, permission: Permission) -> DayPlan:
    """Give one plan for someone who may see this side of it."""
    require(actor, permission)
    plan = session.get(DayPlan, plan_id)
    if plan is None:
        raise NotFound
    return plan
