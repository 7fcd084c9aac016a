"""Verbs of an order that comes after its day was published: the best places, and one chosen."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound
from app.models.orders import Order
from app.models.people import Site
from app.models.planning import DayPlan, StoredDay
from app.models.stock import Lot
from app.operations import orders, planning, publishing, replanning
from app.operations.daypapers import stored_day
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
    RoadMatrix,
    RoadProvider,
    Ways,
    allocate_fefo,
    day_deliveries,
    late_places,
    with_site,
    with_stop,
)
from menus import hard_objections
from optimizer import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """An order that stands on no route of a published day."""

    code: str
    site: str
    name: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The places of a late order, with the goods that it would get; nothing is written yet."""

    order: DayOrder
    goods: tuple[Allocation, ...]
    day: Published
    places: tuple[LatePlace, ...]
    door: DaySite

    def mark(self, place: LatePlace) -> str:
        """Give a mark of one place: only what a person has read can be chosen."""
        told = repr((self.order.id, place.van, place.begin_s, place.added_cents, self.goods))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def late_orders(session: Session, actor: Actor, plan_id: int) -> tuple[Late, ...]:
    """Give the orders of a published day that were placed since and no van brings."""
    row, day = replanning.published_day(session, actor, plan_id)
    found = session.execute(
        select(Order, Site)
        .join(Site, Site.id == Order.site_id)
        .where(Order.service_day == row.service_day, Order.state == OrderState.PLACED)
        .order_by(Order.code)
    ).all()
    driven = day.begins_s()
    return tuple(
        Late(
            code=order.code,
            site=site.code,
            name=site.name,
            place=f"{site.street}, {site.place}",
        )
        for order, site in found
        if site.code not in driven
    )


def offer(
    session: Session, actor: Actor, plan_id: int, *, late: tuple[str, int], roads: RoadProvider
) -> Offered:
    """Give the best places for an order (code, minute from which on vans may still be loaded).

    NotFound for an order that is not late; Conflict `late.unsafe` when it holds something
    its eater may not have, `late.stock` when the store cannot give all of it now.
    """
    code, at_min = late
    if code not in {one.code for one in late_orders(session, actor, plan_id)}:
        raise NotFound
    row, day = replanning.published_day(session, actor, plan_id)
    gathered = planning.gather(session, actor, row.service_day)
    inputs = gathered.inputs(_no_roads(len(gathered.points)))
    order = next(one for one in inputs.orders if one.id == code)
    goods = _goods(inputs, order)
    deliveries = day_deliveries(inputs, goods, (), ())
    delivery = next(one for one in deliveries if one.site == order.site)
    asked = with_stop(day, delivery, _ways(session, day, delivery.point, roads))
    return Offered(
        order=order,
        goods=goods,
        day=asked,
        places=late_places(asked, order.site, at_min=at_min),
        door=next(site for site in inputs.sites if site.id == order.site),
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


def _ways(session: Session, day: Published, point: Point, roads: RoadProvider) -> Ways:
    """Ask the roads between the new door and every place of the day, in the order of its nodes."""
    nodes = {stop.node: stop.key for stop in day.problem.stops}
    known = select(Site).where(Site.code.in_(nodes.values()))
    sites = {site.code: site for site in session.scalars(known)}
    points = [day.depot.point]
    for node in range(1, len(day.problem.travel_s)):
        site = sites.get(nodes.get(node, ""))
        at = point if site is None else Point(lat_e5=site.lat_e5, lon_e5=site.lon_e5)
        points.append(at)
    matrix = roads.matrix((*points, point))
    return Ways(
        there_s=tuple(row[-1] for row in matrix.seconds[:-1]),
        back_s=matrix.seconds[-1][:-1],
        there_m=tuple(row[-1] for row in matrix.metres[:-1]),
        back_m=matrix.metres[-1][:-1],
    )


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
    publishing.lock_stores(session)
    offered = offer(session, actor, plan_id, late=late, roads=roads)
    place = next((one for one in offered.places if offered.mark(one) == mark), None)
    if place is None:
        raise Conflict("replan.changed")
    if place.violations:
        raise Conflict("planning.check_failed", rule=place.violations[0].code)
    row, _ = replanning.published_day(session, actor, plan_id)
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
    orders.move(session, order, OrderState.PLANNED)
    for one in offered.goods:
        lot = session.scalars(select(Lot).where(Lot.code == one.lot).with_for_update()).one()
        publishing.move_lot(session, actor, lot, -one.amount_g, reason="published", now=now)
    session.flush()
    note_access(session, actor, now, "day.late_order")
