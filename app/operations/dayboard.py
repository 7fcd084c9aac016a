"""Read models of the day's pages: what is planned, who stays behind, what to watch in the store."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.models.orders import Order
from app.models.people import Site
from app.models.planning import DayPlan, DayPlanState, Machine, StoredDay, Vehicle
from app.models.stock import IngredientLot, Lot
from app.models.system import Job
from app.operations import depots, meals, planjobs, planning, upkeep
from app.operations.attention import Waiting, held, unsafe
from app.operations.daypapers import stored_day
from app.operations.orders import CUT_OFFS
from logistics import (
    Batch,
    DayOrder,
    LotState,
    OrderState,
    Remark,
    Route,
    SiteKind,
    Unserved,
    cut_off_at,
)
from menus import Catalogue, Zone

WATCH_DAYS = 3
"""Lots that end within so many days are shown on the day board (house rule)."""
_WATCHED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineName:
    """A machine as people call it, with what it takes."""

    name: str
    capacity_g: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a stop is; the kitchen's pages leave it out."""

    name: str
    street: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A lot that asks attention: it waits for release, or it ends soon."""

    code: str
    sku: str
    amount_g: int
    use_by: date
    on_hold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """An order that gets nothing, or not everything: each reason once, with its lines."""

    order: str
    whole: bool
    site: str
    reasons: tuple[Unserved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A kept plan of the day."""

    id: int
    depot_id: int
    version: int
    published: bool
    created_at: datetime
    published_at: datetime | None
    cost_cents: int
    stale: bool
    stored: StoredDay

    @property
    def routes(self) -> tuple[Route, ...]:
        """The vans that drive."""
        return self.stored.plan.routes.routes

    @property
    def batches(self) -> tuple[Batch, ...]:
        """What is cooked."""
        return self.stored.plan.batches

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What a person should know that stops no order of today."""
        return self.stored.plan.reasons

    @property
    def whole_left(self) -> frozenset[str]:
        """Orders that get nothing at all."""
        return frozenset(one.order for one in self.stored.plan.unserved if not one.lines)

    @property
    def kitchen_ready_min(self) -> int | None:
        """When the last batch is packed; None when nothing is cooked."""
        return max((batch.ready_min for batch in self.batches), default=None)

    @property
    def late(self) -> tuple[Batch, ...]:
        """Batches that come too late for an order of today; late for the store is not late."""
        missed = {
            one.binding for one in self.stored.plan.unserved if one.reason == "day.kitchen.too_late"
        }
        return tuple(one for one in self.batches if one.id in missed)

    @property
    def longest_cold_min(self) -> int:
        """The longest any stop's goods are out of the cold store."""
        return max((stop.cold_min for route in self.routes for stop in route.stops), default=0)

    @property
    def metres(self) -> int:
        """What all vans drive."""
        return sum(route.metres for route in self.routes)

    @property
    def out_min(self) -> int:
        """Minutes that all vans are out together."""
        return sum(route.end_min - route.start_min for route in self.routes)

    def left(self) -> tuple[Left, ...]:
        """Give the orders that miss something, those that get nothing first."""
        sites = {order.id: order.site for order in self.stored.orders}
        reasons: dict[str, list[Unserved]] = {}
        for one in self.stored.plan.unserved:
            reasons.setdefault(one.order, []).append(one)
        found = [
            Left(
                order=order,
                whole=order in self.whole_left,
                site=sites[order],
                reasons=tuple(each),
            )
            for order, each in reasons.items()
        ]
        return tuple(sorted(found, key=lambda left: (not left.whole, left.order)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """How far the planning of a day is, and how it ended."""

    id: int
    day: date
    progress: Mapping[str, Any]
    stop_asked: bool
    ended: bool
    result: Mapping[str, Any]

    @classmethod
    def of(cls, job: Job, day: date) -> "Planning":
        """Read a job; one of a turn names no day."""
        named = job.payload.get("day")
        return cls(
            id=job.id,
            day=date.fromisoformat(named) if named else day,
            progress=dict(job.progress),
            stop_asked=job.stop_asked,
            ended=job.finished_at is not None,
            result=dict(job.result),
        )


def find_planning(session: Session, actor: Actor, job_id: int, now: datetime) -> Planning:
    """Give how far a job is, for someone who may see day planning; NotFound otherwise."""
    job = upkeep.find_job(session, actor, job_id)
    return Planning.of(job, planning.next_service_day(now))


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """One service day as dispatcher and kitchen see it."""

    day: date
    depot_id: int
    orders: int
    sites: int
    closes_at: datetime
    vans: Mapping[str, str]
    machines: Mapping[str, MachineName]
    places: Mapping[str, Address]
    catalogue: Catalogue
    plan: Planned | None
    job: Planning | None
    failed: Planning | None
    held: tuple[Waiting, ...] = ()
    unsafe: tuple[Waiting, ...] = ()

    def plan_orders(self) -> tuple[DayOrder, ...]:
        """Give the orders as they were planned."""
        return () if self.plan is None else self.plan.stored.orders


def board(session: Session, actor: Actor, day: date) -> Board:
    """Give a service day with its newest plan; NotFound when there is no depot yet."""
    require(actor, Permission.VIEW_DAY)
    depot = depots.depot_of(session, actor)
    mine = Order.site_id.in_(depots.sites_of(depot.id))
    count = select(func.count(Order.id), func.count(Order.site_id.distinct()))
    of_day = (Order.service_day == day, Order.state.not_in((OrderState.CANCELLED,)), mine)
    orders, sites = session.execute(count.where(*of_day)).one()
    return Board(
        day=day,
        depot_id=depot.id,
        orders=orders,
        sites=sites,
        closes_at=cut_off_at(day, CUT_OFFS[SiteKind.HOME]),
        vans=_names(session, Vehicle, depot.id),
        machines=_machines(session, depot.id),
        places=_places(session, depot.id, day),
        catalogue=meals.catalogue(session),
        plan=planned(session, actor, day),
        job=_running(session, depot.id, day),
        failed=_failed_since(session, depot.id, day),
        held=held(session, depot.id, day),
        unsafe=unsafe(session, depot.id, day),
    )


def _names(session: Session, table: type[Vehicle], depot_id: int) -> Mapping[str, str]:
    rows = select(table.code, table.name).where(table.depot_id == depot_id)
    return dict(session.execute(rows).all())


def _machines(session: Session, depot_id: int) -> Mapping[str, MachineName]:
    rows = session.scalars(select(Machine).where(Machine.depot_id == depot_id).order_by(Machine.id))
    return {
        row.code: MachineName(name=row.name, capacity_g=row.capacity_g, kind=row.kind.value)
        for row in rows
    }


def _places(session: Session, depot_id: int, day: date) -> Mapping[str, Address]:
    ordering = select(Order.site_id).where(Order.service_day == day)
    rows = session.scalars(select(Site).where(Site.depot_id == depot_id, Site.id.in_(ordering)))
    return {
        site.code: Address(name=site.name, street=site.street, place=site.place) for site in rows
    }


def planned(session: Session, actor: Actor, day: date) -> Planned | None:
    """Give the newest plan of a day, and whether it is still true to orders and stock."""
    plan = planning.day_plan(session, actor, day)
    return None if plan is None else read_plan(session, plan)


def read_plan(session: Session, plan: DayPlan) -> Planned:
    """Give a plan row as pages read it."""
    published = plan.state is DayPlanState.PUBLISHED
    of_day = (plan.depot_id, plan.service_day)
    mark = plan.snapshot if published else planning.fingerprint(session, *of_day)
    return Planned(
        id=plan.id,
        depot_id=plan.depot_id,
        version=plan.version,
        published=published,
        created_at=plan.created_at,
        published_at=plan.published_at,
        cost_cents=plan.cost_cents,
        stale=mark != plan.snapshot,
        stored=stored_day(plan),
    )


def _running(session: Session, depot_id: int, day: date) -> Planning | None:
    job = planjobs.running_job(session, depot_id, day)
    return None if job is None else Planning.of(job, day)


def _failed_since(session: Session, depot_id: int, day: date) -> Planning | None:
    """Give the last planning of a day when it failed."""
    job = planjobs.last_job(session, depot_id, day)
    failed = job is not None and job.finished_at is not None and "code" in job.result
    return Planning.of(job, day) if job is not None and failed else None


def watched(session: Session, actor: Actor, day: date) -> tuple[Watched, ...]:
    """Give the lots that ask attention on a day: on hold, or ending within days; first the first.

    Only what still holds something counts.
    """
    require(actor, Permission.VIEW_STOCK)
    last = day + timedelta(days=WATCH_DAYS)
    here = Lot.depot_id == depots.depot_of(session, actor).id
    rows = session.scalars(
        select(Lot)
        .where(here, Lot.amount_g > 0, Lot.state != LotState.RECALLED)
        .where((Lot.state == LotState.HOLD) | (Lot.use_by <= last))
        .order_by(Lot.use_by, Lot.code)
        .limit(_WATCHED)
    )
    return tuple(
        Watched(
            code=lot.code,
            sku=lot.sku,
            amount_g=lot.amount_g,
            use_by=lot.use_by,
            on_hold=lot.state is LotState.HOLD,
        )
        for lot in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What publishing a draft changes, in numbers; withdrawing changes it back."""

    planned: int
    unserved: int
    lots: int
    lots_g: int
    born: int
    born_g: int
    ingredients_g: int


def change_of(stored: StoredDay) -> Change:
    """Give what publishing this plan changes."""
    plan = stored.plan
    left = {one.order for one in plan.unserved if not one.lines}
    born = {one.id for one in plan.born}
    from_store = [one for one in plan.allocations if one.lot not in born]
    return Change(
        planned=len({order.id for order in stored.orders} - left),
        unserved=len(left),
        lots=len({one.lot for one in from_store}),
        lots_g=sum(one.amount_g for one in from_store),
        born=len(born),
        born_g=sum(one.amount_g for one in plan.born),
        ingredients_g=sum(one.amount_g for one in plan.draws),
    )


def order_states(session: Session, actor: Actor, day: date) -> Mapping[str, OrderState]:
    """Give how far each order of a day is, by its code."""
    require(actor, Permission.VIEW_ROUTES)
    mine = Order.site_id.in_(depots.sites_of(depots.depot_of(session, actor).id))
    rows = select(Order.code, Order.state).where(Order.service_day == day, mine)
    return dict(session.execute(rows).all())


def lot_states(session: Session, actor: Actor, codes: frozenset[str]) -> Mapping[str, LotState]:
    """Give the state of the lots that exist already."""
    require(actor, Permission.VIEW_KITCHEN)
    here = Lot.depot_id == depots.depot_of(session, actor).id
    rows = select(Lot.code, Lot.state).where(here, Lot.code.in_(codes))
    return dict(session.execute(rows).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class StockPage:
    """Lots by expiry, a page of them, with how many there are of each state."""

    lots: tuple[Lot, ...]
    total: int
    counts: Mapping[str, int]


def stock(
    session: Session,
    actor: Actor,
    *,
    state: LotState | None = None,
    zone: Zone | None = None,
    page: int = 1,
    size: int = 50,
) -> StockPage:
    """Give lots that hold something, first expired first."""
    require(actor, Permission.VIEW_STOCK)
    wanted = [Lot.depot_id == depots.depot_of(session, actor).id, Lot.amount_g > 0]
    if zone is not None:
        wanted.append(Lot.zone == zone)
    counted = select(Lot.state, func.count()).where(*wanted).group_by(Lot.state)
    counts = Counter({found.value: n for found, n in session.execute(counted)})
    if state is not None:
        wanted.append(Lot.state == state)
    rows = select(Lot).where(*wanted).order_by(Lot.use_by, Lot.code)
    return StockPage(
        lots=tuple(session.scalars(rows.offset((page - 1) * size).limit(size))),
        total=counts.total() if state is None else counts[state.value],
        counts=counts,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientPage:
    """Ingredient lots by expiry, a page of them, and how many there are in all."""

    lots: tuple[IngredientLot, ...]
    total: int


def ingredient_stock(
    session: Session, actor: Actor, *, text: str = "", page: int = 1, size: int = 50
) -> IngredientPage:
    """Give ingredient lots that hold something, first expired first.

    With a text: only those whose code, supplier or name in any language has it in it.
    """
    require(actor, Permission.VIEW_STOCK)
    here = IngredientLot.depot_id == depots.depot_of(session, actor).id
    wanted = [here, IngredientLot.amount_g > 0]
    if text:
        named = [
            code
            for code, one in meals.catalogue(session).ingredients.items()
            if any(
                text.casefold() in name.casefold()
                for name in (one.names.nl, one.names.fr, one.names.en)
            )
        ]
        wanted.append(
            IngredientLot.code.icontains(text, autoescape=True)
            | IngredientLot.supplier.icontains(text, autoescape=True)
            | IngredientLot.ingredient.in_(named)
        )
    rows = select(IngredientLot).where(*wanted).order_by(IngredientLot.use_by, IngredientLot.code)
    return IngredientPage(
        lots=tuple(session.scalars(rows.offset((page - 1) * size).limit(size))),
        total=session.scalar(select(func.count()).select_from(IngredientLot).where(*wanted)) or 0,
    )


def newest_plan(session: Session, actor: Actor) -> DayPlan | None:
    """Give the plan of the latest service day that is a draft or published."""
    require(actor, Permission.VIEW_STOCK)
    kept = (DayPlanState.DRAFT, DayPlanState.PUBLISHED)
    here = DayPlan.depot_id == depots.depot_of(session, actor).id
    day = session.scalar(select(func.max(DayPlan.service_day)).where(here, DayPlan.state.in_(kept)))
    return None if day is None else planning.day_plan(session, actor, day)
