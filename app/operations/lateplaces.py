"""Verbs of late orders that find their place in a published day: one by hand, or many together."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound
from app.models.orders import Order
from app.models.people import Site
from app.models.planning import DayPlan, StoredDay
from app.models.stock import Lot
from app.operations import (
    depots,
    lateorders,
    meals,
    orders,
    pickups,
    planning,
    publishing,
    replanning,
)
from app.operations.dayfacts import facts_of
from app.operations.daypapers import stored_day
from app.operations.lateorders import Late
from app.operations.upkeep import note_access
from logistics import (
    Allocation,
    DayInputs,
    Delivery,
    LateGoods,
    LatePlace,
    LateTaken,
    OrderState,
    Point,
    Published,
    RoadMatrix,
    RoadProvider,
    Unserved,
    day_deliveries,
    goods_violations,
    late_goods,
    late_places,
    take_late,
    with_site,
)
from optimizer import Violation, to_json

_ROUNDS = 4
"""How often places are looked for: the goods of who finds none may serve another, and a door may
get a part of what it asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Late orders of a published day with all that concerns their doors."""

    row: DayPlan
    day: Published
    stored: StoredDay
    late: tuple[Late, ...]
    inputs: DayInputs

    def between(self, roads: RoadMatrix, doors: Sequence[Delivery]) -> RoadMatrix:
        """Give of the roads to all doors those of the day and of some."""
        first = len(self.day.problem.travel_s)
        node = {site.id: first + at for at, site in enumerate(self.inputs.sites)}
        return roads.only((*range(first), *(node[door.site] for door in doors)))

    def deliveries(self, goods: Iterable[Allocation]) -> tuple[Delivery, ...]:
        """Give what the doors get with these goods; a door without any of them is left out."""
        plan, fresh = self.stored.plan, tuple(goods)
        order_of = {line.id: order for order in self.inputs.orders for line in order.lines}
        there = tuple(one for one in plan.allocations if one.order_line in order_of)
        doors = {order_of[one.order_line].site for one in fresh}
        every = day_deliveries(self.inputs, (*there, *fresh), plan.batches, plan.born)
        return tuple(one for one in every if one.site in doors)

    def broken(self, day: Published, goods: Iterable[Allocation]) -> tuple[Violation, ...]:
        """Give what is wrong with goods, or else with a day whose vans must bring them."""
        fresh = tuple(goods)
        found = goods_violations(self.inputs, replace(self.stored.plan, allocations=fresh, born=()))
        return found or tuple(day.not_carried(self.deliveries(fresh)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The places of one late order, with the goods that it would get; nothing is written yet.

    `why` tells an order without a place what binds.
    """

    asked: Asked
    goods: LateGoods
    day: Published
    places: tuple[LatePlace, ...]
    why: Unserved | None

    @property
    def late(self) -> Late:
        """Give the order."""
        return self.asked.late[0]

    def day_with(self, place: LatePlace) -> Published:
        """Give the day with the order at a place."""
        return replace(self.day, routes=place.routes)

    def sound(self) -> tuple[LatePlace, ...]:
        """Give the places that break nothing, by the check that choosing one makes again."""
        goods = self.goods.allocations()
        return tuple(
            one
            for one in self.places
            if not (one.violations or self.asked.broken(self.day_with(one), goods))
        )

    def mark(self, place: LatePlace) -> str:
        """Give a mark of one place: only what a person has read can be chosen."""
        price = (place.van, place.begin_s, place.added_cents)
        return _mark(self.late.code, price, self.goods.allocations())


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Places of many late orders at once, with their goods; nothing is written yet.

    `left` are orders without goods or without a place, with what binds.
    """

    asked: Asked
    goods: LateGoods
    found: LateTaken
    left: tuple[Unserved, ...]

    def broken(self) -> tuple[Violation, ...]:
        """Give what is wrong with it, by the check that signing it makes again."""
        goods = self.goods.allocations()
        return (*self.found.violations, *self.asked.broken(self.found.day, goods))

    @property
    def mark(self) -> str:
        """Give a mark of all of it: only what a person has read can be signed."""
        stops = tuple(stop for van in self.found.vans for stop in (*van.stops, *van.later))
        price = (stops, self.found.added_cents, self.left)
        return _mark(self.asked.row.id, price, self.goods.allocations())

    def orders_at(self, site: str) -> tuple[str, ...]:
        """Give the orders that a door gets late."""
        late = (one for one in self.asked.late if one.site == site)
        return tuple(one.code for one in late if one.code in self.goods.given)


def _mark(*told: object) -> str:
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


# --- what is asked


def _ask(session: Session, actor: Actor, plan_id: int, codes: Sequence[str]) -> Asked:
    """Read what concerns some orders and their doors, and nothing else of the day.

    An order that waits no more is left out.
    """
    row, day = replanning.published_day(session, actor, plan_id)
    waiting = lateorders.late_of(session, row, day)
    late = tuple(one for one in waiting if one.code in set(codes))
    stored = stored_day(row)
    inputs = _facts(session, row, stored, late)
    return Asked(row=row, day=day, stored=stored, late=late, inputs=inputs)


def _facts(session: Session, row: DayPlan, stored: StoredDay, late: tuple[Late, ...]) -> DayInputs:
    codes, doors = {one.code for one in late}, {one.site for one in late}
    rows = session.scalars(select(Order).where(Order.code.in_(codes)).order_by(Order.code)).all()
    fresh, eaters = planning.with_lines(session, rows, row.service_day)
    same_door = (one for one in stored.orders if one.site in doors and one.id not in codes)
    fetched = pickups.due(session, row.depot_id, row.service_day)
    facts = facts_of(
        session,
        row,
        stored,
        doors,
        orders=(*same_door, *fresh),
        eaters=eaters,
        fetched=lambda door: fetched.get(door.id, ()),
    )
    return replace(facts, recalled=meals.recalled_variants(session))


def _roads(session: Session, asked: Asked, roads: RoadProvider) -> RoadMatrix:
    """Ask once the roads between every place of the day, by node, and the doors that are asked."""
    nodes = {stop.node: stop.key for stop in asked.day.problem.stops}
    known = select(Site).where(Site.code.in_(nodes.values()))
    sites = {site.code: site for site in session.scalars(known)}
    points = [asked.day.depot.point]
    for node in range(1, len(asked.day.problem.travel_s)):
        site = sites.get(nodes.get(node, ""))
        there = site and Point(lat_e5=site.lat_e5, lon_e5=site.lon_e5)
        points.append(there or asked.day.depot.point)
    return roads.matrix((*points, *(site.point for site in asked.inputs.sites)))


# --- what is offered


def offer(
    session: Session, actor: Actor, plan_id: int, *, late: tuple[str, int], roads: RoadProvider
) -> Offered:
    """Give the best places for an order (code, minute from which on vans may still be loaded).

    NotFound for an order that is not late.
    """
    code, at_min = late
    asked = _ask(session, actor, plan_id, (code,))
    if not asked.late:
        raise NotFound
    goods = late_goods(asked.inputs, (code,))
    if goods.refused:
        return Offered(asked=asked, goods=goods, day=asked.day, places=(), why=goods.refused[0])
    doors = asked.deliveries(goods.allocations())
    matrix = _roads(session, asked, roads)
    grown, places = late_places(asked.day, doors[0], matrix, at_min=at_min)
    why = None
    if not places:
        found = take_late(asked.day, doors, matrix, at_min=at_min)
        why = next(iter(_left(found, {code})), None)
    return Offered(asked=asked, goods=goods, day=grown, places=places, why=why)


def offer_together(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    late: tuple[Sequence[str], int],
    roads: RoadProvider,
) -> Together:
    """Give places for many orders (codes, minute from which on vans may still be loaded).

    The store gives to who presses most first, and to orders alone that have a place. Conflict
    `replan.changed` when one of them waits no more.
    """
    codes, at_min = late
    asked = _ask(session, actor, plan_id, codes)
    waiting = [one.code for one in asked.late]
    if set(waiting) != set(codes):
        raise Conflict("replan.changed")
    matrix, behind = _roads(session, asked, roads), list[Unserved]()
    for rounds_left in reversed(range(_ROUNDS)):
        passed = {one.order for one in behind}
        goods = late_goods(asked.inputs, [code for code in waiting if code not in passed])
        doors = asked.deliveries(goods.allocations())
        found = take_late(asked.day, doors, asked.between(matrix, doors), at_min=at_min)
        left = _left(found, set(goods.given))
        last = _last_of_doors(asked, left)
        if not left or not rounds_left or (len(last) == len(left) and not goods.refused):
            behind += left
            break
        behind += last
    gone = {one.order for one in behind}
    kept = {code: given for code, given in goods.given.items() if code not in gone}
    return Together(
        asked=asked,
        goods=LateGoods(given=kept, refused=goods.refused),
        found=found,
        left=(*goods.refused, *behind),
    )


def _last_of_doors(asked: Asked, left: Sequence[Unserved]) -> list[Unserved]:
    """Of the orders of each door without a place the last: what remains may find one."""
    site_of = {one.code: one.site for one in asked.late}
    return list({site_of[one.order]: one for one in left}.values())


def _left(found: LateTaken, codes: set[str]) -> list[Unserved]:
    """The late orders of doors without a place, with what binds."""
    return [
        Unserved(
            order=code, reason=left.reason, binding=left.binding, would_fit_if=left.would_fit_if
        )
        for left in found.left
        for code in left.orders
        if code in codes
    ]


# --- what is kept


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
    day = offered.day_with(place)
    return _keep(session, actor, offered.asked, day, offered.goods.given, now)


def take_together(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    late: tuple[Sequence[str], int],
    roads: RoadProvider,
    mark: str,
    now: datetime,
) -> DayPlan:
    """Give late orders the places that were read; Conflict `replan.changed` when they are others.

    Goods leave the store, the orders with a place are planned, and the day has one new version.
    """
    publishing.lock_stores(session, depots.depot_of(session, actor).id)
    seen = offer_together(session, actor, plan_id, late=late, roads=roads)
    if seen.mark != mark or not seen.goods.given:
        raise Conflict("replan.changed")
    if seen.found.violations:
        raise planning.check_failed(seen.found.violations[0])
    return _keep(session, actor, seen.asked, seen.found.day, seen.goods.given, now)


def _keep(
    session: Session,
    actor: Actor,
    asked: Asked,
    day: Published,
    given: Mapping[str, tuple[Allocation, ...]],
    now: datetime,
) -> DayPlan:
    """Make a day with late orders the plan of the day, once goods and stops are checked again."""
    old, goods = asked.stored, tuple(one for goods in given.values() for one in goods)
    broken = asked.broken(day, goods)
    if broken:
        raise planning.check_failed(broken[0])
    fresh = tuple(one for one in asked.inputs.orders if one.id in given)
    doors = {one.site for one in fresh}
    _refuse_left(asked, day, doors, now)
    plan = replace(
        old.plan,
        routes=day.routes,
        allocations=(*old.plan.allocations, *goods),
        unserved=tuple(one for one in old.plan.unserved if one.order not in given),
    )
    kept = tuple(one for one in old.orders if one.id not in given)
    document = asked.row.document
    for site in asked.inputs.sites:
        document = with_site(document, site) if site.id in doors else document
    new = replanning.succeed(
        session,
        actor,
        asked.row,
        day=day,
        stored=StoredDay(orders=(*kept, *fresh), plan=plan),
        more={"road": to_json(day.problem), "inputs": document["inputs"]},
        now=now,
    )
    _take(session, actor, given, now)
    return new


def _refuse_left(asked: Asked, day: Published, doors: set[str], now: datetime) -> None:
    """Raise Conflict `replan.left` for a van that left meanwhile and would carry other goods."""
    replanning.refuse_left(asked.day.routes, day.routes, asked.row.service_day, now)
    now_s = 60 * replanning.now_min(asked.row.service_day, now)
    for route in day.routes.routes:
        for trip in route.trips:
            if trip.start_s <= now_s and any(stop.site in doors for stop in trip.stops):
                raise Conflict("replan.left", van=route.letter)


def _take(
    session: Session, actor: Actor, given: Mapping[str, tuple[Allocation, ...]], now: datetime
) -> None:
    for order in session.scalars(select(Order).where(Order.code.in_(given)).order_by(Order.code)):
        if order.state is OrderState.HELD:
            orders.move(session, order, OrderState.PLACED)
        orders.move(session, order, OrderState.PLANNED)
        order.reasons = lateorders.undecided(order)
        for one in given[order.code]:
            lot = session.scalars(select(Lot).where(Lot.code == one.lot).with_for_update()).one()
            publishing.move_lot(session, actor, lot, -one.amount_g, reason="published", now=now)
    session.flush()
    note_access(session, actor, now, "day.late_order")
