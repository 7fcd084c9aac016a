"""Who needs a dietitian now, and why: the worklist and the list of clients."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models.meals import MealPlanState
from app.models.people import Client
from app.operations.care import local_day
from app.operations.casefacts import Known, Risk, clients_query, history_of, known_of
from app.operations.people import visible_clients
from app.operations.upkeep import note_access
from logistics import SiteKind
from screening import EarlyWarning, RefeedingLevel, WarningCode, WarningLevel, watch

PAGE = 25
_SOON = timedelta(days=7)


_ORDER = {Risk.HIGH: 0, Risk.MID: 1, None: 2, Risk.LOW: 3}


class Matter(StrEnum):
    """Why somebody needs attention; each has a sentence, a group and a next step."""

    WEIGHT_FAST = "work.weight_fast"
    WEIGHT_FALLING = "work.weight_falling"
    FLUID_CHECK = "work.fluid_check"
    NEVER_SCREENED = "work.never_screened"
    SCREENING_OVERDUE = "work.screening_overdue"
    SCREENING_SOON = "work.screening_soon"
    PRESCRIPTION_MISSING = "work.prescription_missing"
    PRESCRIPTION_PROPOSED = "work.prescription_proposed"
    PRESCRIPTION_REVIEW = "work.prescription_review"
    REFEEDING = "work.refeeding"
    PLAN_PROPOSED = "work.plan_proposed"
    PLAN_OUTDATED = "work.plan_outdated"
    PLAN_MISSING = "work.plan_missing"
    DECLINED = "work.declined"


class Filter(StrEnum):
    """The views of the worklist, as they stand in the address."""

    ALL = "all"
    HIGH = "high"
    OVERDUE = "overdue"
    TO_SIGN = "to_sign"
    REFUSED = "refused"


_GROUPS: Mapping[Filter, frozenset[Matter]] = {
    Filter.OVERDUE: frozenset({Matter.NEVER_SCREENED, Matter.SCREENING_OVERDUE}),
    Filter.TO_SIGN: frozenset(
        {
            Matter.PRESCRIPTION_MISSING,
            Matter.PRESCRIPTION_PROPOSED,
            Matter.PRESCRIPTION_REVIEW,
            Matter.PLAN_PROPOSED,
        }
    ),
    Filter.REFUSED: frozenset({Matter.DECLINED}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One matter with its deadline and the figures of its sentence."""

    matter: Matter
    due: date
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkRow:
    """One line of the worklist: the client and everything open, most urgent first."""

    known: Known
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """One page of the worklist with the counts of every view."""

    today: date
    rows: tuple[WorkRow, ...]
    counts: Mapping[Filter, int]
    due_today: int
    first: int
    total: int


def worklist(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    view: Filter = Filter.ALL,
    kind: SiteKind | None = None,
    first: int = 0,
) -> Worklist:
    """Give who needs attention, by risk and then by deadline; a fixed number of queries."""
    today = local_day(now)
    clients = clients_query(visible_clients(actor, Permission.SCREEN), kind=kind)
    known = known_of(session, clients, today)
    rows = [WorkRow(known=one, tasks=tasks) for one in known if (tasks := tasks_of(one, today))]
    rows.sort(key=lambda row: (_ORDER[row.known.risk], row.tasks[0].due, row.known.name))
    views = {one: [row for row in rows if _in_view(row, one)] for one in Filter}
    shown = [_fronted(row, view) for row in views[view]]
    page = tuple(shown[first : first + PAGE])
    for row in page:
        note_access(session, actor, now, "worklist.viewed", row.known.client_id)
    return Worklist(
        today=today,
        rows=page,
        counts={one: len(found) for one, found in views.items()},
        due_today=sum(row.tasks[0].due <= today for row in rows),
        first=first,
        total=len(shown),
    )


def _in_view(row: WorkRow, view: Filter) -> bool:
    if view is Filter.ALL:
        return True
    if view is Filter.HIGH:
        return row.known.risk is Risk.HIGH
    return any(task.matter in _GROUPS[view] for task in row.tasks)


def _fronted(row: WorkRow, view: Filter) -> WorkRow:
    """Put what the view is about first, whatever else is more urgent."""
    group = _GROUPS.get(view, frozenset())
    tasks = sorted(row.tasks, key=lambda task: task.matter not in group)
    return WorkRow(known=row.known, tasks=tuple(tasks))


def tasks_of(known: Known, today: date) -> tuple[Task, ...]:
    """Give everything open about one client, the earliest deadline first."""
    signs = {one.code: one for one in watch(history_of(known, today))}
    found = (
        *_weight_tasks(known, signs),
        *_screening_tasks(known, signs, today),
        *_prescription_tasks(known, today),
        *_plan_tasks(known),
    )
    return tuple(sorted(found, key=lambda task: task.due))


_WEIGHT_MATTERS = {
    (WarningCode.WEIGHT_LOSS, WarningLevel.RED): Matter.WEIGHT_FAST,
    (WarningCode.WEIGHT_LOSS, WarningLevel.AMBER): Matter.WEIGHT_FALLING,
    (WarningCode.FLUID_CHECK, WarningLevel.AMBER): Matter.FLUID_CHECK,
}
"""To act on within 48 hours of the weighing (clinical specification 7)."""


def _weight_tasks(known: Known, signs: Mapping[WarningCode, EarlyWarning]) -> Iterator[Task]:
    """A weight matter is answered by a prescription signed on or after the weighing."""
    if not known.weights or (known.signed and known.signed.on >= known.weights[-1].on):
        return
    for sign in signs.values():
        matter = _WEIGHT_MATTERS.get((sign.code, sign.level))
        if matter is not None:
            due = known.weights[-1].on + timedelta(days=2)
            yield Task(matter=matter, due=due, args=sign.facts)


def _screening_tasks(
    known: Known, signs: Mapping[WarningCode, EarlyWarning], today: date
) -> Iterator[Task]:
    last = known.last
    if last is None:
        yield Task(matter=Matter.NEVER_SCREENED, due=today)
        return
    args = {"tool": last.tool, "on": last.on, "category": last.category}
    due = known.next_due or last.on
    if WarningCode.SCREENING_OVERDUE in signs:
        late = {"count": (today - due).days}
        yield Task(matter=Matter.SCREENING_OVERDUE, due=due, args=args | late)
    elif known.next_due is not None and known.next_due <= today + _SOON:
        yield Task(matter=Matter.SCREENING_SOON, due=due, args=args)


def _prescription_tasks(known: Known, today: date) -> Iterator[Task]:
    signed, last = known.signed, known.last
    if known.proposed_on is not None:
        due = known.proposed_on + timedelta(days=2)
        yield Task(matter=Matter.PRESCRIPTION_PROPOSED, due=due)
    elif last is not None and known.risk in (Risk.HIGH, Risk.MID) and signed is None:
        days = 2 if known.risk is Risk.HIGH else 7
        args = {"tool": last.tool, "on": last.on, "category": last.category}
        yield Task(
            matter=Matter.PRESCRIPTION_MISSING, due=last.on + timedelta(days=days), args=args
        )
    if signed is None:
        return
    if signed.refeeding in (RefeedingLevel.HIGH, RefeedingLevel.EXTREME):
        yield Task(matter=Matter.REFEEDING, due=signed.on + timedelta(days=1))
    if signed.review_on is not None and signed.review_on <= today + _SOON:
        args = {"version": signed.version, "on": signed.on}
        yield Task(matter=Matter.PRESCRIPTION_REVIEW, due=signed.review_on, args=args)


def _plan_tasks(known: Known) -> Iterator[Task]:
    plan = known.plan
    if plan is not None and plan.state is MealPlanState.PROPOSED:
        yield Task(matter=Matter.PLAN_PROPOSED, due=plan.start, args={"start": plan.start})
    elif plan and known.signed and plan.prescription_id != known.signed.prescription_id:
        args = {"version": known.signed.version}
        yield Task(matter=Matter.PLAN_OUTDATED, due=known.signed.on + timedelta(days=2), args=args)
    if known.signed and known.waits_for_week:
        yield Task(matter=Matter.PLAN_MISSING, due=known.signed.on + timedelta(days=2))
    if known.declined_for is not None:
        yield Task(matter=Matter.DECLINED, due=known.declined_for, args={"day": known.declined_for})


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientList:
    """One page of clients."""

    rows: tuple[Known, ...]
    first: int
    total: int


def client_list(
    session: Session,
    actor: Actor,
    *,
    now: datetime,
    wanted: str = "",
    kind: SiteKind | None = None,
    first: int = 0,
) -> ClientList:
    """Give the clients this actor may reach whose name or code holds every word of `wanted`."""
    query = clients_query(visible_clients(actor, Permission.VIEW_CLIENT), kind=kind, wanted=wanted)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    page = query.limit(PAGE).offset(first).with_only_columns(Client.id).subquery()
    shown = query.where(Client.id.in_(select(page.c.id)))
    rows = tuple(known_of(session, shown, local_day(now)))
    for one in rows:
        note_access(session, actor, now, "clients.listed", one.client_id)
    return ClientList(rows=rows, first=first, total=total)
