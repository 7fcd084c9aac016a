"""Verbs of what-ifs: copy a planned day under a name, plan the copy, look, keep or throw away.

A copy stands in a table of its own. No paper, message or lot knows it: what it makes reaches the
house only as a new draft, checked anew, that a person publishes like any other.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

import logistics
from app.access import Actor, Conflict, NotFound, Permission, Refused, require
from app.models.frozen import cells
from app.models.planning import DayPlan, DayPlanState, StoredDay, WhatIf
from app.models.stock import IngredientLot, Lot
from app.models.system import Job
from app.operations import depots, planning, upkeep
from app.operations.dayboard import Planning
from app.operations.dayreasons import stored_ingredient_lots, stored_lots
from app.operations.planning import Gathered
from logistics import Comparison, DayChange, DayInputs, LotState, compare_days

KIND, ADOPT = "what_if", "adopt_what_if"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A what-if beside the plan it was copied from; `comparison` is None until it was planned."""

    row: WhatIf
    change: DayChange
    comparison: Comparison | None
    job: Planning | None
    base_version: int
    base_published: bool


def make(
    session: Session, actor: Actor, day: date, name: str, *, change: DayChange, now: datetime
) -> WhatIf:
    """Copy the published plan of a day, else its draft, and ask a worker to plan the change.

    Raises Conflict where there is no plan, Refused where nothing is changed, the name is taken or
    the plan does not have what is changed.
    """
    require(actor, Permission.PLAN_DAY)
    depot_id = depots.depot_of(session, actor).id
    published = planning.published_plan(session, depot_id, day)
    base = published or planning.day_plan(session, actor, day)
    if base is None:
        raise Conflict("whatif.no_plan")
    if change == DayChange():
        raise Refused(("", "whatif.no_change", {}))
    of_day = (WhatIf.depot_id == depot_id, WhatIf.service_day == day)
    if session.scalar(select(WhatIf.id).where(*of_day, WhatIf.name == name)):
        raise Refused(("name", "whatif.name_taken", {"name": name}))
    _require_known(base, change)
    row = WhatIf(
        depot_id=depot_id,
        base_id=base.id,
        service_day=day,
        name=name,
        change=cells(change),
        created_at=now,
        created_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    row.job_id = _ask(session, actor, row, KIND, now).id
    return row


def _require_known(base: DayPlan, change: DayChange) -> None:
    facts = base.document["inputs"]
    orders = {order["id"] for order in base.document["orders"]}
    lots = {each["id"] for name in ("lots", "ingredient_lots") for each in facts[name]}
    asked = change.without_orders | {name for name, _ in change.more}
    problems = [("orders", name) for name in sorted(asked - orders)]
    problems += [("lots", name) for name in sorted(change.recalled_lots - lots)]
    if problems:
        raise Refused(*((field, "whatif.unknown", {"name": name}) for field, name in problems))


def _ask(session: Session, actor: Actor, row: WhatIf, kind: str, now: datetime) -> Job:
    payload = {"day": row.service_day.isoformat(), "depot": row.depot_id, "what_if": row.id}
    return upkeep.enqueue(session, actor, now, kind, payload)


def of_day(session: Session, actor: Actor, day: date) -> Sequence[WhatIf]:
    """Give the what-ifs of a day in the actor's kitchen, the newest first."""
    require(actor, Permission.PLAN_DAY)
    depot_id = depots.depot_of(session, actor).id
    return session.scalars(
        select(WhatIf)
        .options(defer(WhatIf.content))
        .where(WhatIf.depot_id == depot_id, WhatIf.service_day == day)
        .order_by(WhatIf.id.desc())
    ).all()


def find(session: Session, actor: Actor, what_if_id: int) -> WhatIf:
    """Give one what-if; NotFound where the actor's kitchen has it not."""
    require(actor, Permission.PLAN_DAY)
    row = session.get(WhatIf, what_if_id)
    if row is None or row.depot_id != depots.depot_of(session, actor).id:
        raise NotFound
    return row


def look(session: Session, actor: Actor, what_if_id: int) -> Look:
    """Give a what-if and how it differs from the plan it was copied from."""
    row = find(session, actor, what_if_id)
    base = session.get_one(DayPlan, row.base_id)
    stored = row.as_stored_day()
    job = session.get(Job, row.job_id) if row.job_id else None
    return Look(
        row=row,
        change=row.as_change(),
        comparison=compare_days(base.as_stored_day().plan, stored.plan) if stored else None,
        job=Planning.of(job, row.service_day) if job else None,
        base_version=base.version,
        base_published=base.state is DayPlanState.PUBLISHED,
    )


def gather(session: Session, actor: Actor, what_if_id: int, today: date) -> Gathered:
    """Read the day as it was before the copied plan took anything from the store."""
    row = find(session, actor, what_if_id)
    gathered = planning.gather(session, actor, row.service_day, today=today)
    base = session.get_one(DayPlan, row.base_id)
    if base.state is not DayPlanState.PUBLISHED:
        return gathered
    facts, gone = base.document["inputs"], _recalled(session)
    lay = stored_lots(facts)
    fields = {
        **gathered.fields,
        "room_g": logistics.free_room_g(gathered.depot.litres(), lay),
        "lots": tuple(lot for lot in lay if lot.id not in gone),
        "ingredient_lots": tuple(
            lot for lot in stored_ingredient_lots(facts) if lot.id not in gone
        ),
    }
    return replace(gathered, fields=fields)


def _recalled(session: Session) -> frozenset[str]:
    """Give the codes of lots that were recalled since."""
    found: set[str] = set()
    for table in (Lot, IngredientLot):
        found |= set(session.scalars(select(table.code).where(table.state == LotState.RECALLED)))
    return frozenset(found)


def changed(inputs: DayInputs, change: DayChange) -> DayInputs:
    """Give the day with the change; Conflict names what the day no longer has."""
    for name in change.unknown(inputs):
        raise Conflict("whatif.unknown", name=name)
    return logistics.changed_day(inputs, change)


def keep(
    session: Session,
    actor: Actor,
    what_if_id: int,
    *,
    inputs: DayInputs,
    plan: logistics.DayPlan,
    now: datetime,
) -> WhatIf:
    """Keep the plan of a what-if, to look at."""
    row = find(session, actor, what_if_id)
    row.content = cells(StoredDay(orders=inputs.orders, plan=replace(plan, solved=())))
    row.planned_at = now
    return row


def discard(session: Session, actor: Actor, what_if_id: int) -> date:
    """Throw a what-if away; gives its day. Nothing else changes."""
    row = find(session, actor, what_if_id)
    session.delete(row)
    session.flush()
    return row.service_day


def ask_adoption(session: Session, actor: Actor, what_if_id: int, now: datetime) -> date:
    """Ask a worker to make a what-if the new draft of its day; gives the day.

    Raises Conflict while it is not planned, or the day's plan is published.
    """
    row = find(session, actor, what_if_id)
    if row.planned_at is None:
        raise Conflict("whatif.not_planned")
    if planning.published_plan(session, row.depot_id, row.service_day) is not None:
        raise Conflict("planning.withdraw_first")
    row.job_id = _ask(session, actor, row, ADOPT, now).id
    return row.service_day


def adopted(
    session: Session, actor: Actor, what_if_id: int, inputs: DayInputs
) -> logistics.DayPlan:
    """Give the plan of a what-if as one of the day as it is now.

    Raises Conflict `whatif.not_real` with the rule that the day itself would break by it.
    """
    row = find(session, actor, what_if_id)
    stored = row.as_stored_day()
    if stored is None:
        raise Conflict("whatif.not_planned")
    real = logistics.as_real_plan(inputs, stored.plan, row.as_change())
    if real.violations:
        raise planning.check_failed(real.violations[0], "whatif.not_real")
    return real
