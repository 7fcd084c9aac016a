"""Verbs of a kitchen day under way: a machine fails, a batch is put elsewhere, a person decides."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Conflict, NotFound, Permission, Refused, require
from app.i18n import LOCAL_ZONE
from app.models.cooking import ChangeKind, ChangeState, KitchenChange, MachineDowntime
from app.models.frozen import cells
from app.models.planning import DayPlan, DayPlanState, Depot, Machine, StoredDay
from app.models.stock import Lot
from app.operations import daypapers, depots, meals, planning, publishing
from app.operations.upkeep import note_access
from logistics import KitchenNow, Pin
from optimizer import Violation

_DAY_MIN = 24 * 60
RUN_CODES = (
    "kitchen.down.unknown",
    "kitchen.down.ends_first",
    "kitchen.down.twice",
    "kitchen.change.decided",
    "kitchen.change.other_plan",
    "kitchen.change.begun",
    "kitchen.change.asks_dispatcher",
)
"""Why a breakdown or a change of the kitchen's day can be refused."""


def minute_of(day: date, now: datetime) -> int:
    """Give the local minute of a service day: before its midnight is negative."""
    local = now.astimezone(LOCAL_ZONE)
    return (local.date() - day).days * _DAY_MIN + local.hour * 60 + local.minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """A machine that does not work, in minutes of the service day."""

    machine: str
    start_min: int
    end_min: int


def report_down(
    session: Session, actor: Actor, day: date, fact: Breakdown, now: datetime
) -> KitchenChange | None:
    """Write down that a machine fails; gives the day planned again when one is published.

    A draft is not true to the kitchen any more and must be planned again, and so must a day whose
    recipes changed since. Raises Refused when nobody knows the machine, it ends before it begins,
    or it was told already.
    """
    require(actor, Permission.RUN_KITCHEN)
    depot_id = depots.depot_of(session, actor).id
    named = (Machine.depot_id == depot_id, Machine.code == fact.machine)
    machine = session.scalar(select(Machine).where(*named))
    if machine is None:
        raise Refused(("machine", "kitchen.down.unknown", {}))
    if fact.start_min >= fact.end_min:
        raise Refused(("until", "kitchen.down.ends_first", {}))
    if any(row.start_min == fact.start_min for row in _down(session, day, machine.id)):
        raise Refused(("start", "kitchen.down.twice", {}))
    session.add(
        MachineDowntime(
            machine_id=machine.id,
            day=day,
            start_min=fact.start_min,
            end_min=fact.end_min,
            reported_at=now,
            reported_by=actor.user_id,
        )
    )
    session.flush()
    note_access(session, actor, now, "kitchen.down")
    plan = planning.published_plan(session, depot_id, day)
    if plan is None or _other_recipes(session, plan):
        return None
    change = logistics.replan_kitchen(kitchen_now(session, plan, now))
    return _keep(session, actor, plan, (ChangeKind.BREAKDOWN, machine.code, change), now)


def _down(session: Session, day: date, machine_id: int) -> Iterable[MachineDowntime]:
    return session.scalars(
        select(MachineDowntime).where(
            MachineDowntime.day == day, MachineDowntime.machine_id == machine_id
        )
    )


def mend(session: Session, actor: Actor, downtime_id: int, now: datetime) -> date:
    """Take a downtime back, as when a machine works again at once; gives its day."""
    require(actor, Permission.RUN_KITCHEN)
    row = session.get(MachineDowntime, downtime_id)
    if row is None:
        raise NotFound
    if session.get_one(Machine, row.machine_id).depot_id != depots.depot_of(session, actor).id:
        raise NotFound
    session.delete(row)
    note_access(session, actor, now, "kitchen.mended")
    return row.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """A machine that does not work on a day, as people reported it."""

    id: int
    code: str
    machine: str
    start_min: int
    end_min: int


def downs(session: Session, actor: Actor, day: date) -> tuple[Down, ...]:
    """Give what does not work on a day in the actor's kitchen, by time."""
    require(actor, Permission.VIEW_KITCHEN)
    depot_id = depots.depot_of(session, actor).id
    rows = session.execute(
        select(MachineDowntime, Machine.code, Machine.name)
        .join(Machine, Machine.id == MachineDowntime.machine_id)
        .where(Machine.depot_id == depot_id, MachineDowntime.day == day)
        .order_by(MachineDowntime.start_min, Machine.name)
    )
    return tuple(
        Down(id=row.id, code=code, machine=name, start_min=row.start_min, end_min=row.end_min)
        for row, code, name in rows
    )


def move(session: Session, actor: Actor, plan_id: int, pin: Pin, now: datetime) -> KitchenChange:
    """Propose the day with one batch where a person wants it.

    Raises Refused with the hard rule that this would break.
    """
    plan = planning.find_day_plan(session, actor, plan_id, Permission.RUN_KITCHEN)
    if plan.state is DayPlanState.SUPERSEDED:
        raise Conflict("kitchen.change.other_plan")
    found = logistics.move_batch(kitchen_now(session, plan, now), pin)
    if isinstance(found, Violation):
        raise Refused(("", found.code, {"subject": found.subject, **dict(found.detail)}))
    return _keep(session, actor, plan, (ChangeKind.PIN, pin.batch, found), now)


def kitchen_now(session: Session, plan: DayPlan, now: datetime) -> KitchenNow:
    """Give a kept plan as its kitchen stands at a moment.

    Raises Conflict `day.other_catalogue` when recipes changed since it was planned.
    """
    if _other_recipes(session, plan):
        raise Conflict("day.other_catalogue")
    stored = daypapers.stored_day(plan)
    depot = session.get_one(Depot, plan.depot_id)
    return KitchenNow(
        plan=stored.plan,
        orders=stored.orders,
        catalogue=meals.catalogue(session),
        kitchen=depots.kitchen_of(session, depot, plan.service_day, _in_store(session, plan)),
        now_min=minute_of(plan.service_day, now),
    )


def _other_recipes(session: Session, plan: DayPlan) -> bool:
    version: str = meals.catalogue(session).version
    return bool(plan.document["inputs"]["catalogue"] != version)


def _in_store(session: Session, plan: DayPlan) -> Iterator[logistics.Lot]:
    """Give what lies in store beside what the day cooks: nothing leaves before the vans.

    What a published plan took for its orders is taken from the lots, and still lies there.
    """
    made = daypapers.stored_day(plan).plan
    born = {lot.id for lot in made.born}
    taken: Counter[str] = Counter()
    for one in made.allocations if plan.state is DayPlanState.PUBLISHED else ():
        taken[one.lot] += one.amount_g
    here = select(Lot).where(Lot.depot_id == plan.depot_id, Lot.code.not_in(born))
    here = here.where(Lot.made_on <= plan.service_day)
    for row in session.scalars(here.where((Lot.amount_g > 0) | Lot.code.in_(taken))):
        lot = row.as_lot()
        yield replace(lot, amount_g=lot.amount_g + taken[lot.id])


def _keep(
    session: Session,
    actor: Actor,
    plan: DayPlan,
    proposal: tuple[ChangeKind, str, logistics.KitchenChange],
    now: datetime,
) -> KitchenChange:
    """Keep a proposal: kind, subject, change. One that waited is dropped: it knew less."""
    kind, subject, change = proposal
    session.execute(
        update(KitchenChange)
        .where(KitchenChange.day_plan_id == plan.id, KitchenChange.state == ChangeState.PROPOSED)
        .values(state=ChangeState.DROPPED, decided_at=now)
    )
    row = KitchenChange(
        day_plan_id=plan.id,
        kind=kind,
        state=ChangeState.PROPOSED,
        subject=subject,
        content=cells(change),
        made_at=now,
        made_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change of the kitchen's day beside the plan it changes."""

    row: KitchenChange
    plan: DayPlan
    stored: StoredDay
    change: logistics.KitchenChange

    @property
    def open(self) -> bool:
        """Whether it still waits for a person, on the plan that people know."""
        return (
            self.row.state is ChangeState.PROPOSED
            and self.plan.state is not DayPlanState.SUPERSEDED
        )


def find_change(session: Session, actor: Actor, change_id: int) -> Proposal:
    """Give a change with its plan; NotFound when there is none."""
    require(actor, Permission.RUN_KITCHEN)
    row = session.get(KitchenChange, change_id)
    if row is None:
        raise NotFound
    plan = planning.find_day_plan(session, actor, row.day_plan_id, Permission.RUN_KITCHEN)
    stored = daypapers.stored_day(plan)
    return Proposal(row=row, plan=plan, stored=stored, change=row.as_change())


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What a kitchen's timeline shows beside the steps of its batches."""

    cleans: tuple[logistics.MachineClean, ...]
    limits: tuple[logistics.CoolingLimit, ...]


def timeline(
    session: Session,
    actor: Actor,
    plan: DayPlan,
    shown: logistics.DayPlan | logistics.KitchenChange,
) -> Timeline:
    """Give the cleans between the batches of a plan or change, and when each must be cooling."""
    require(actor, Permission.VIEW_KITCHEN)
    depot = session.get_one(Depot, plan.depot_id)
    kitchen = depots.kitchen_of(session, depot, plan.service_day, ())
    return Timeline(
        cleans=logistics.machine_cleans(kitchen, shown.batches, shown.residues),
        limits=logistics.cooling_limits(kitchen, shown.batches),
    )


def open_change(session: Session, actor: Actor, day: date) -> int | None:
    """Give the change of a day that waits for a decision."""
    require(actor, Permission.VIEW_KITCHEN)
    depot_id = depots.depot_of(session, actor).id
    return session.scalar(
        select(KitchenChange.id)
        .join(DayPlan, DayPlan.id == KitchenChange.day_plan_id)
        .where(
            DayPlan.depot_id == depot_id,
            DayPlan.service_day == day,
            DayPlan.state != DayPlanState.SUPERSEDED,
            KitchenChange.state == ChangeState.PROPOSED,
        )
        .order_by(KitchenChange.id.desc())
        .limit(1)
    )


def drop(session: Session, actor: Actor, change_id: int, now: datetime) -> date:
    """Leave the plan as it is; gives its day."""
    found = find_change(session, actor, change_id)
    _decide(session, actor, found, ChangeState.DROPPED, now)
    note_access(session, actor, now, "kitchen.change_dropped")
    return found.plan.service_day


def approve(session: Session, actor: Actor, change_id: int, now: datetime) -> DayPlan:
    """Make a proposal the kitchen's plan, as a new version of the day.

    Raises Conflict when it was decided, another plan took its place, a step that it moves began
    meanwhile, or the solver-free check finds a broken promise. What orders then miss is written
    with them, and asks who may publish.
    """
    found = find_change(session, actor, change_id)
    if found.change.missed:
        _ask_dispatcher(actor)
    if found.plan.state is DayPlanState.SUPERSEDED:
        raise Conflict("kitchen.change.other_plan")
    now_min = minute_of(found.plan.service_day, now)
    if any(each.was_min < now_min and not _broke_off(each) for each in found.change.moves):
        raise Conflict("kitchen.change.begun")
    if any(each.start_min < now_min for each in found.change.moves):
        raise Conflict("kitchen.change.begun")
    publishing.lock_stores(session, found.plan.depot_id)
    _decide(session, actor, found, ChangeState.APPROVED, now)
    changed = logistics.with_change(kitchen_now(session, found.plan, now), found.change)
    if changed.violations:
        raise planning.check_failed(changed.violations[0])
    stored = replace(found.stored, plan=changed)
    fresh = _next_version(session, found.plan, stored, now)
    if fresh.state is DayPlanState.PUBLISHED:
        _give_up(session, actor, found, stored, now)
    note_access(session, actor, now, "kitchen.change_approved")
    return fresh


def _ask_dispatcher(actor: Actor) -> None:
    if not actor.may(Permission.PUBLISH_DAY):
        raise Conflict("kitchen.change.asks_dispatcher")


def _broke_off(move: logistics.StepMove) -> bool:
    return move.why == "kitchen.why.interrupted"


def _decide(
    session: Session, actor: Actor, found: Proposal, state: ChangeState, now: datetime
) -> None:
    moved = session.execute(
        update(KitchenChange)
        .where(KitchenChange.id == found.row.id, KitchenChange.state == ChangeState.PROPOSED)
        .values(state=state, decided_at=now, decided_by=actor.user_id)
        .returning(KitchenChange.id),
        execution_options={"synchronize_session": False},
    ).scalar()
    if moved is None:
        raise Conflict("kitchen.change.decided")
    session.refresh(found.row)


def _next_version(session: Session, plan: DayPlan, stored: StoredDay, now: datetime) -> DayPlan:
    """Keep the changed day as the next version, in the state of the one before."""
    state = plan.state
    publishing.claim(session, plan, DayPlanState.SUPERSEDED, "kitchen.change.other_plan")
    fresh = DayPlan(
        depot_id=plan.depot_id,
        service_day=plan.service_day,
        version=planning.newest_version(session, plan.depot_id, plan.service_day) + 1,
        state=state,
        snapshot=plan.snapshot,
        document=logistics.with_kitchen(plan.document, stored.plan),
        content=cells(stored),
        cost_cents=plan.cost_cents,
        unserved_count=len({one.order for one in stored.plan.unserved}),
        created_at=now,
        job_id=plan.job_id,
        published_at=plan.published_at,
        published_by=plan.published_by,
    )
    session.add(fresh)
    session.flush()
    return fresh


def _give_up(
    session: Session, actor: Actor, found: Proposal, stored: StoredDay, now: datetime
) -> None:
    """Write with the orders what they miss, and take back what a lost batch would yield or use.

    Of a batch that had begun nothing comes back: what went into it is used up.
    """
    old, new = found.stored.plan, stored.plan
    kept = {lot.id for lot in new.born}
    gone = [lot.id for lot in old.born if lot.id not in kept]
    if publishing.is_made(session, gone):
        raise Conflict("kitchen.change.begun")
    publishing.move_orders(
        session, stored, {code for one in found.change.missed for code in one.orders}
    )
    stays = set(new.allocations)
    late = [one for one in old.allocations if one.lot in kept and one not in stays]
    publishing.give_back(session, actor, late, "late", now)
    unused = {*found.change.lost} - {one.batch for one in new.residues}
    publishing.put_back(session, [one for one in old.draws if one.batch in unused])
    publishing.forget_lots(session, gone)
