"""Verbs of a published day of which something may no longer go out: other lots, or nothing."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Conflict
from app.models.orders import Order
from app.models.planning import DayPlan, StoredDay
from app.operations import depots, gates, meals, planning, publishing, replanning
from app.operations.dayfacts import facts_of
from app.operations.daypapers import note_orders_read, stored_day
from app.operations.upkeep import note_access
from logistics import Amended, DayInputs, LotState, Published, Why
from optimizer import Violation, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """The day without what may not go out any more; nothing is written yet.

    `mark` names this very difference: only what a person has read can be approved.
    """

    row: DayPlan
    day: Published
    told_min: int
    found: Amended
    mark: str


def look(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    told_min: int,
    others: bool,
    now: datetime,
) -> Amendment:
    """Give a published day with its unsafe lines served otherwise, or left out with the reason.

    `others`: a person vouches for the other lots of a dish of which one is recalled; what is wrong
    with one may be wrong with its recipe. Conflict `amend.nothing` where all may go out as planned.
    """
    row, day = replanning.published_day(session, actor, plan_id)
    bad = {
        line: Why(reason=against.code, binding=against.rule)
        for line, against in gates.bad_lines(session, row.depot_id, row.service_day).items()
    }
    if not bad:
        raise Conflict("amend.nothing")
    stored = stored_day(row)
    facts = _facts(session, row, stored, day, frozenset(bad))
    facts = replace(facts, recalled=frozenset() if others else _doubtful(session, facts))
    found = logistics.amend_day(day, stored.plan, facts, bad=bad, now_min=told_min)
    if found is None or found.violations:
        late = Violation(code="route.arrival", subject=f"{row.service_day}")
        raise planning.check_failed(found.violations[0] if found else late)
    note_orders_read(session, actor, now, sorted({one.order for one in found.lines}))
    told = repr((row.id, told_min, others, found.lines, found.plan.routes.cost_cents))
    mark = hashlib.sha256(told.encode()).hexdigest()[:16]
    return Amendment(row=row, day=day, told_min=told_min, found=found, mark=mark)


def _facts(
    session: Session, row: DayPlan, stored: StoredDay, day: Published, bad: frozenset[str]
) -> DayInputs:
    """Read what concerns the doors of the lines that fall out, and nothing else of the day."""
    sites = {order.site for order in stored.orders if any(line.id in bad for line in order.lines)}
    concerned = tuple(order for order in stored.orders if order.site in sites)
    rows = session.scalars(select(Order).where(Order.code.in_([o.id for o in concerned]))).all()
    _, eaters = planning.with_lines(session, rows, row.service_day)
    fetched = day.pickups()
    return facts_of(
        session,
        row,
        stored,
        sites,
        orders=concerned,
        eaters=eaters,
        fetched=lambda door: fetched.get(door.code, ()),
    )


def _doubtful(session: Session, facts: DayInputs) -> frozenset[str]:
    """Give the dishes of which a recalled lot lies in store or is on its way."""
    away = {lot.sku for lot in facts.lots if lot.state is LotState.RECALLED}
    return meals.recalled_variants(session) | away


def approve(
    session: Session,
    actor: Actor,
    plan_id: int,
    *,
    told: tuple[int, bool, str],
    now: datetime,
) -> DayPlan:
    """Make the amended day (minute it was read, other lots or not, mark) the plan of the day.

    Raises Conflict `replan.changed` when it is no longer what was read, `replan.left` when a van
    that would drive otherwise left meanwhile.
    """
    told_min, others, mark = told
    publishing.lock_stores(session, depots.depot_of(session, actor).id)
    seen = look(session, actor, plan_id, told_min=told_min, others=others, now=now)
    if seen.mark != mark:
        raise Conflict("replan.changed")
    plan = seen.found.plan
    replanning.refuse_left(seen.day.routes, plan.routes, seen.row.service_day, now)
    old = stored_day(seen.row)
    stored = StoredDay(orders=old.orders, plan=plan)
    new = replanning.succeed(
        session,
        actor,
        seen.row,
        day=seen.day,
        stored=stored,
        more={"road": to_json(seen.day.problem)},
        now=now,
    )
    publishing.move_orders(session, stored, {one.order for one in seen.found.lines})
    replanning.give_back(session, actor, old.plan, plan, now)
    session.flush()
    note_access(session, actor, now, "day.amended")
    return new
