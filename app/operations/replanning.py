"""Verbs of a published day on the road: a van is lost, the others take over with least change."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Conflict, Permission
from app.i18n import LOCAL_ZONE
from app.models.frozen import cells
from app.models.orders import Order
from app.models.planning import DayPlan, DayPlanState, Depot, StoredDay, Vehicle
from app.models.stock import Lot
from app.operations import depots, horizons, orders, planning, publishing
from app.operations.daypapers import stored_day
from app.operations.depots import depot_rows
from app.operations.upkeep import note_access
from logistics import Published, Replan
from optimizer import RoutingProblem, from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class LostVan:
    """What losing a van at a minute of the day would change; nothing is written yet.

    `told_min` is when somebody told so, 0 before the day. `mark` names this very difference: only
    what a person has read can be approved.
    """

    van: str
    at_min: int
    told_min: int
    replan: Replan
    plan: logistics.DayPlan
    mark: str


def published_day(session: Session, actor: Actor, plan_id: int) -> tuple[DayPlan, Published]:
    """Give a published plan as the road reads it; Conflict when it is none or was too large."""
    row = planning.find_day_plan(session, actor, plan_id, Permission.PUBLISH_DAY)
    if row.state is not DayPlanState.PUBLISHED:
        raise Conflict("planning.not_published")
    return row, on_the_road(session, row)


def on_the_road(session: Session, row: DayPlan) -> Published:
    """Give a plan as the road reads it; Conflict `replan.not_kept` when it was too large.

    A tour that was let loose since is held no more.
    """
    problems = row.document["inputs"]["problems"]
    solved = next((one for one in problems if one["name"] == "routing" and "problem" in one), None)
    kept = row.document.get("road") or (solved and solved["problem"])
    if kept is None:
        raise Conflict("replan.not_kept")
    depot = session.get_one(Depot, row.depot_id)
    problem = from_json(RoutingProblem, kept)
    held = horizons.held_tours(session, depot.id, row.service_day)
    vehicles = tuple(one.as_vehicle() for one in depot_rows(session, Vehicle, depot.id))
    return Published(
        depot=depot.as_depot(),
        vehicles=vehicles,
        problem=replace(problem, locked=tuple(one for one in problem.locked if one[0] in held)),
        routes=stored_day(row).plan.routes,
        gone=frozenset(row.document.get("lost_vans", {})),
    )


def now_min(day: date, now: datetime) -> int:
    """Give the minute of a service day that it is now; 0 before it.

    Conflict `replan.over` after it: all that still changes a day on the road asks the time here.
    """
    local = now.astimezone(LOCAL_ZONE)
    if local.date() > day:
        raise Conflict("replan.over")
    return 60 * local.hour + local.minute if local.date() == day else 0


def refuse_left(
    before: logistics.RoutePlan,
    after: logistics.RoutePlan,
    day: date,
    now: datetime,
    *,
    lost: str = "",
) -> None:
    """Raise Conflict `replan.left` for a van that left meanwhile on a trip that would change."""
    van = logistics.left_meanwhile(before, after, now_min=now_min(day, now), lost=lost)
    if van is not None:
        raise Conflict("replan.left", van=van)


def lose_van(
    session: Session, actor: Actor, plan_id: int, *, van: str, at_min: int, told_min: int = 0
) -> LostVan:
    """Give the day without a van that drives in it; Conflict `replan.not_driving` otherwise.

    It is lost from `at_min` on, and somebody told so at `told_min`: until then the others drove on.
    """
    row, day = published_day(session, actor, plan_id)
    if van in day.gone or van not in {route.vehicle for route in day.routes.routes}:
        raise Conflict("replan.not_driving")
    found = logistics.lose_van(day, van, at_min=at_min, now_min=told_min)
    if found.violations:
        raise planning.check_failed(found.violations[0])
    told = repr((row.id, van, at_min, told_min, found.moved, found.routes.cost_cents))
    return LostVan(
        van=van,
        at_min=at_min,
        told_min=told_min,
        replan=found,
        plan=_without_goods(stored_day(row), found),
        mark=hashlib.sha256(told.encode()).hexdigest()[:16],
    )


def _without_goods(stored: StoredDay, found: Replan) -> logistics.DayPlan:
    """The plan with its new routes; an order that lost its place gets nothing, with the reason."""
    before = {left.site for left in stored.plan.routes.unserved}
    left = {one.site: one for one in found.routes.unserved if one.site not in before}
    given = {one.order_line for one in stored.plan.allocations}
    lost = [
        order
        for order in stored.orders
        if order.site in left and any(line.id in given for line in order.lines)
    ]
    lines = {line.id for order in lost for line in order.lines}
    codes = {order.id for order in lost}
    gone = [
        logistics.Unserved(
            order=order.id,
            reason=left[order.site].reason,
            binding=left[order.site].binding,
            would_fit_if=left[order.site].would_fit_if,
        )
        for order in lost
    ]
    kept = tuple(one for one in stored.plan.unserved if one.order not in codes)
    return replace(
        stored.plan,
        routes=found.routes,
        allocations=tuple(o for o in stored.plan.allocations if o.order_line not in lines),
        unserved=(*kept, *gone),
    )


def approve_lost_van(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    lost: tuple[str, int, int],
    mark: str,
    now: datetime,
) -> DayPlan:
    """Make the day without a van (van, minute, minute it was told) the plan of the day.

    Raises Conflict `replan.changed` when it is no longer what was read (mark), `replan.left` when a
    van that would drive otherwise left meanwhile.
    """
    van, at_min, told_min = lost
    publishing.lock_stores(session, depots.depot_of(session, actor).id)
    found = lose_van(session, actor, plan_id, van=van, at_min=at_min, told_min=told_min)
    if found.mark != mark:
        raise Conflict("replan.changed")
    row, day = published_day(session, actor, plan_id)
    refuse_left(day.routes, found.plan.routes, row.service_day, now, lost=van)
    old = stored_day(row)
    lost_vans = {**row.document.get("lost_vans", {}), van: at_min}
    new = succeed(
        session,
        actor,
        row,
        day=replace(day, gone=frozenset(lost_vans)),
        stored=StoredDay(orders=old.orders, plan=found.plan),
        more={"lost_vans": dict(sorted(lost_vans.items()))},
        now=now,
    )
    _leave_behind(session, old.plan, found.plan)
    give_back(session, actor, old.plan, found.plan, now)
    session.flush()
    note_access(session, actor, now, "day.replanned")
    return new


def succeed(
    session: Session,
    actor: Actor,
    row: DayPlan,
    *,
    day: Published,
    stored: StoredDay,
    more: Mapping[str, Any],
    now: datetime,
) -> DayPlan:
    """Put a changed day in the place of a plan, in its state; the former is kept as superseded."""
    windows = {
        stop.key: tuple((a // 60, b // 60) for a, b in stop.windows) for stop in day.problem.stops
    }
    told = logistics.replanned_json(row.document, stored.orders, stored.plan, windows=windows)
    state, published = row.state, row.state is DayPlanState.PUBLISHED
    publishing.claim(session, row, DayPlanState.SUPERSEDED, "planning.not_published")
    new = DayPlan(
        depot_id=row.depot_id,
        service_day=row.service_day,
        version=planning.newest_version(session, row.depot_id, row.service_day) + 1,
        state=state,
        snapshot=row.snapshot,
        document={**told, **more},
        content=cells(stored),
        cost_cents=stored.plan.routes.cost_cents,
        unserved_count=len({one.order for one in stored.plan.unserved}),
        created_at=now,
        job_id=row.job_id,
        published_at=now if published else None,
        published_by=actor.user_id if published else None,
    )
    session.add(new)
    session.flush()
    return new


def _leave_behind(session: Session, old: logistics.DayPlan, new: logistics.DayPlan) -> None:
    """Orders that lost their place are unserved, with the reason."""
    before = {one.order for one in old.unserved if not one.lines}
    lost = {one.order: one for one in new.unserved if not one.lines and one.order not in before}
    for order in session.scalars(select(Order).where(Order.code.in_(lost))):
        why = lost[order.code]
        order.reasons = [*order.reasons, [why.reason, {"binding": why.binding}]]
        orders.move(session, order, logistics.OrderState.UNSERVED)


def give_back(
    session: Session, actor: Actor, old: logistics.DayPlan, new: logistics.DayPlan, now: datetime
) -> None:
    """Goods that no van brings any more lie in their lots again; others leave theirs."""
    back: Counter[str] = Counter()
    for one in old.allocations:
        back[one.lot] += one.amount_g
    for one in new.allocations:
        back[one.lot] -= one.amount_g
    codes = sorted(code for code, grams in back.items() if grams)
    for lot in session.scalars(select(Lot).where(Lot.code.in_(codes)).with_for_update()):
        publishing.move_lot(session, actor, lot, back[lot.code], reason="replanned", now=now)
