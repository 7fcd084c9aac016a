"""Verbs of orders that come too late: the best places in a published day, one chosen, or no."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, require
from app.models.orders import Order
from app.models.people import Site
from app.models.planning import DayPlan, Depot, StoredDay
from app.models.stock import Lot
from app.operations import (
    depots,
    meals,
    orders,
    pickups,
    planning,
    publishing,
    replanning,
    texturetests,
)
from app.operations.daypapers import stored_day
from app.operations.orderviews import LATE_REFUSED
from app.operations.upkeep import note_access
from logistics import (
    Allocation,
    DayInputs,
    DayOrder,
    DaySite,
    LatePlace,
    OrderState,
    Point,
    Published,
    RefusalCode,
    RoadMatrix,
    RoadProvider,
    aboard,
    allocate_fefo,
    day_deliveries,
    late_places,
    with_site,
)
from menus import hard_objections
from optimizer import Limits, to_json

_LATE = (OrderState.HELD, OrderState.PLACED, OrderState.UNSERVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """An order that no van brings. `asked`: it came late; `joins`: its door is on a round."""

    code: str
    site: str
    name: str
    place: str
    meal: str
    asked: bool
    joins: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The places of a late order, with the goods that it would get; nothing is written yet.

    `left`: the round that brings its door everything else has left.
    """

    late: Late
    order: DayOrder
    goods: tuple[Allocation, ...]
    day: Published
    places: tuple[LatePlace, ...]
    door: DaySite
    left: bool

    def mark(self, place: LatePlace) -> str:
        """Give a mark of one place: only what a person has read can be chosen."""
        told = repr((self.order.id, place.van, place.begin_s, place.added_cents, self.goods))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def waiting_late(session: Session, actor: Actor, day: date) -> tuple[Late, ...]:
    """Give the orders of a day that came late and wait for a dispatcher of their kitchen."""
    require(actor, Permission.PLAN_DAY)
    return tuple(
        _late(order, site)
        for order, site in _without_van(session, depots.depot_of(session, actor).id, day)
        if orders.asked_late(order)
    )


def late_orders(session: Session, actor: Actor, plan_id: int) -> tuple[Late, ...]:
    """Give the orders of a published day that no van brings: come late, placed since, left out."""
    row, day = replanning.published_day(session, actor, plan_id)
    return _late_of(session, row, day)


def _late_of(session: Session, row: DayPlan, day: Published) -> tuple[Late, ...]:
    driven = day.begins_s()
    return tuple(
        replace(_late(order, site), joins=site.code in driven)
        for order, site in _without_van(session, row.depot_id, row.service_day)
        if order.state is not OrderState.HELD or orders.asked_late(order)
    )


def _without_van(session: Session, depot_id: int, day: date) -> Sequence[tuple[Order, Site]]:
    rows = session.execute(
        select(Order, Site)
        .join(Site, Site.id == Order.site_id)
        .where(Site.depot_id == depot_id, Order.service_day == day, Order.state.in_(_LATE))
        .order_by(Order.code)
    )
    return [(row.Order, row.Site) for row in rows]


def _late(order: Order, site: Site) -> Late:
    return Late(
        code=order.code,
        site=site.code,
        name=site.name,
        place=f"{site.street}, {site.place}",
        meal=order.meal,
        asked=orders.asked_late(order),
    )


def take_in(session: Session, actor: Actor, code: str, now: datetime) -> Order:
    """Take a late order into the day as if it had come in time: the next planning serves it.

    Raises Conflict once the day is published: then a place is chosen for it.
    """
    order = _waiting(session, actor, code)
    orders.require_unpublished(session, order.site_id, order.service_day)
    orders.move(session, order, OrderState.PLACED)
    order.reasons = _without_late(order)
    note_access(session, actor, now, "day.late_order")
    return order


def turn_down(session: Session, actor: Actor, code: str, now: datetime) -> Order:
    """Say no to a late order: whoever asked reads it with the order."""
    order = _waiting(session, actor, code)
    orders.move(session, order, OrderState.CANCELLED)
    order.reasons = [*_without_late(order), [LATE_REFUSED, {}]]
    note_access(session, actor, now, "day.late_order")
    return order


def _waiting(session: Session, actor: Actor, code: str) -> Order:
    require(actor, Permission.PUBLISH_DAY)
    mine = Order.site_id.in_(depots.sites_of(depots.depot_of(session, actor).id))
    order = session.scalar(select(Order).where(Order.code == code, mine).with_for_update())
    if order is None or not orders.asked_late(order):
        raise NotFound
    return order


def _without_late(order: Order) -> list[Any]:
    """Give the reasons of an order but those that a decision has answered."""
    answered = (RefusalCode.LATE, LATE_REFUSED)
    return [one for one in publishing.own_reasons(order) if one[0] not in answered]


def offer(
    session: Session, actor: Actor, plan_id: int, *, late: tuple[str, int], roads: RoadProvider
) -> Offered:
    """Give the best places for an order (code, minute from which on vans may still be loaded).

    NotFound for an order that is not late; Conflict `late.unsafe` when it holds something its
    eater may not have, `late.stock` when the store cannot give all of it now.
    """
    code, at_min = late
    row, day = replanning.published_day(session, actor, plan_id)
    asked = next((one for one in _late_of(session, row, day) if one.code == code), None)
    if asked is None:
        raise NotFound
    stored = stored_day(row)
    inputs = _facts(session, row, stored, code)
    order = next(one for one in inputs.orders if one.id == code)
    goods = _goods(inputs, order)
    own = {line.id for line in inputs.lines()}
    there = tuple(one for one in stored.plan.allocations if one.order_line in own)
    plan = stored.plan
    (delivery,) = day_deliveries(inputs, (*there, *goods), plan.batches, plan.born)
    matrix = _roads(session, day, (delivery.point,), roads)
    grown, places = late_places(day, delivery, matrix, at_min=at_min)
    return Offered(
        late=asked,
        order=order,
        goods=goods,
        day=grown,
        places=places,
        door=inputs.sites[0],
        left=asked.site in aboard(day, at_min),
    )


def _facts(session: Session, row: DayPlan, stored: StoredDay, code: str) -> DayInputs:
    """Read what concerns one order and its door, and nothing else of the day: somebody waits."""
    late = session.scalars(select(Order).where(Order.code == code)).one()
    site = session.get_one(Site, late.site_id)
    fresh, eaters = planning.with_lines(session, [late], row.service_day)
    same_door = (each for each in stored.orders if each.site == site.code and each.id != code)
    given = {one.lot for one in stored.plan.allocations}
    lots = session.scalars(
        select(Lot)
        .where(Lot.depot_id == row.depot_id, (Lot.amount_g > 0) | Lot.code.in_(given))
        .order_by(Lot.code)
    ).all()
    catalogue = meals.catalogue(session)
    fetched = pickups.due(session, row.depot_id, row.service_day).get(site.id, ())
    return DayInputs(
        snapshot=row.snapshot,
        service_day=row.service_day,
        depot=session.get_one(Depot, row.depot_id).as_depot(),
        catalogue=catalogue,
        orders=(*same_door, *fresh),
        eaters=eaters,
        lots=texturetests.stock_to_give(session, catalogue.variants, lots),
        machines=(),
        vehicles=(),
        sites=(planning.day_site(site, fetched),),
        roads=_no_roads(2),
        ingredient_lots=(),
        supply_items=(),
        recalled=meals.recalled_variants(session),
        limits=Limits(moves=1),
    )


def _no_roads(size: int) -> RoadMatrix:
    still = ((0,) * size,) * size
    return RoadMatrix(seconds=still, metres=still, provenance="")


def _goods(inputs: DayInputs, order: DayOrder) -> tuple[Allocation, ...]:
    for line in order.lines:
        variant, eater = inputs.catalogue.variants.get(line.sku), inputs.eaters[line.eater]
        if variant is None or hard_objections(variant, eater, recalled=inputs.recalled):
            raise Conflict("late.unsafe", order=order.id)
    goods, short = allocate_fefo(
        order.lines, inputs.lots, on=inputs.service_day, min_life_days=inputs.min_life_days()
    )
    if short:
        raise Conflict("late.stock", order=order.id)
    return goods


def _roads(
    session: Session, day: Published, doors: Sequence[Point], roads: RoadProvider
) -> RoadMatrix:
    """Ask the roads between every place of the day, in the order of its nodes, and new doors."""
    nodes = {stop.node: stop.key for stop in day.problem.stops}
    known = select(Site).where(Site.code.in_(nodes.values()))
    sites = {site.code: site for site in session.scalars(known)}
    points = [day.depot.point]
    for node in range(1, len(day.problem.travel_s)):
        site = sites.get(nodes.get(node, ""))
        at = day.depot.point if site is None else Point(lat_e5=site.lat_e5, lon_e5=site.lon_e5)
        points.append(at)
    return roads.matrix((*points, *doors))


def choose(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    late: tuple[str, int],
    roads: RoadProvider,
    mark: str,
    now: datetime,
) -> DayPlan:
    """Give a late order the place that was read; Conflict `replan.changed` when it is gone.

    Its goods leave the store, the order is planned, and the day has a new version.
    """
    publishing.lock_stores(session, depots.depot_of(session, actor).id)
    offered = offer(session, actor, plan_id, late=late, roads=roads)
    place = next((one for one in offered.places if offered.mark(one) == mark), None)
    if place is None:
        raise Conflict("replan.changed")
    if place.violations:
        raise planning.check_failed(place.violations[0])
    row, day = replanning.published_day(session, actor, plan_id)
    replanning.refuse_left(day.routes, place.routes, row.service_day, now)
    if place.leaves_s <= 60 * replanning.now_min(row.service_day, now):
        letter = next(van.letter for van in day.vehicles if van.id == place.van)
        raise Conflict("replan.left", van=letter)
    old = stored_day(row)
    code = offered.order.id
    plan = replace(
        old.plan,
        routes=place.routes,
        allocations=(*old.plan.allocations, *offered.goods),
        unserved=tuple(one for one in old.plan.unserved if one.order != code),
    )
    kept = tuple(one for one in old.orders if one.id != code)
    new = replanning.succeed(
        session,
        actor,
        row,
        day=offered.day,
        stored=StoredDay(orders=(*kept, offered.order), plan=plan),
        more={
            "road": to_json(offered.day.problem),
            "inputs": with_site(row.document, offered.door)["inputs"],
        },
        now=now,
    )
    _take(session, actor, offered, now)
    return new


def _take(session: Session, actor: Actor, offered: Offered, now: datetime) -> None:
    order = session.scalars(select(Order).where(Order.code == offered.order.id)).one()
    if order.state is OrderState.HELD:
        orders.move(session, order, OrderState.PLACED)
    orders.move(session, order, OrderState.PLANNED)
    order.reasons = _without_late(order)
    for one in offered.goods:
        lot = session.scalars(select(Lot).where(Lot.code == one.lot).with_for_update()).one()
        publishing.move_lot(session, actor, lot, -one.amount_g, reason="published", now=now)
    session.flush()
    note_access(session, actor, now, "day.late_order")
