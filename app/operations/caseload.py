"""Who needs a dietitian now, and why: the worklist and the list of clients."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models.meals import WAITING
from app.models.people import Client, Site
from app.operations import referralviews
from app.operations.care import local_day
from app.operations.casefacts import Known, Risk, clients_query, known_of
from app.operations.casewarnings import OpenWarning
from app.operations.people import visible_clients
from app.operations.referralviews import DueReferral
from app.operations.upkeep import note_access
from logistics import SiteKind
from screening import RefeedingLevel, WarningCode, is_overdue

PAGE = 25
_SOON = timedelta(days=7)
_TO_DELIVER = 2
"""Days before the meal by which a question about a dish is answered: it still has to be brought."""


_ORDER = {Risk.HIGH: 0, Risk.MID: 1, None: 2, Risk.LOW: 3}


class Matter(StrEnum):
    """Why somebody needs attention; each has a sentence, a group and a next step."""

    WARNING = "work.warning"
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
    DISH_ASKED = "work.dish_asked"
    REFERRAL_DUE = "work.referral_due"


class Filter(StrEnum):
    """The kinds of matter of the worklist, as they stand in the address."""

    ALL = "all"
    HIGH = "high"
    WARNINGS = "warnings"
    OVERDUE = "overdue"
    TO_SIGN = "to_sign"
    REFUSED = "refused"
    REFERRALS = "referrals"


class Whose(StrEnum):
    """Whose rows: all in reach, one's own and those in one's hands, only those, or given away."""

    ALL = "all"
    MINE = "mine"
    TO_ME = "to_me"
    GIVEN = "given"
    NOBODY = "nobody"


class Order(StrEnum):
    """What stands first."""

    RISK = "risk"
    DUE = "due"
    NAME = "name"


_GROUPS: Mapping[Filter, frozenset[Matter]] = {
    Filter.WARNINGS: frozenset({Matter.WARNING}),
    Filter.OVERDUE: frozenset({Matter.NEVER_SCREENED, Matter.SCREENING_OVERDUE}),
    Filter.TO_SIGN: frozenset(
        {
            Matter.PRESCRIPTION_MISSING,
            Matter.PRESCRIPTION_PROPOSED,
            Matter.PRESCRIPTION_REVIEW,
            Matter.PLAN_PROPOSED,
            Matter.DISH_ASKED,
        }
    ),
    Filter.REFUSED: frozenset({Matter.DECLINED}),
    Filter.REFERRALS: frozenset({Matter.REFERRAL_DUE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which rows, in which order and from which one; all of it stands in the address."""

    view: Filter = Filter.ALL
    kind: SiteKind | None = None
    whose: Whose = Whose.ALL
    risk: Risk | None = None
    house: int | None = None
    order: Order = Order.RISK
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One matter with its deadline and the figures of its sentence."""

    matter: Matter
    due: date
    args: Mapping[str, Any] = field(default_factory=dict)
    warning: OpenWarning | None = None
    referral: DueReferral | None = None


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
    referred: int  # people who wait to be taken into care, by today at the latest


def worklist(session: Session, actor: Actor, wish: Wish, now: datetime) -> Worklist:
    """Give who needs attention, by risk and then by deadline; a fixed number of queries."""
    today = local_day(now)
    visible = visible_clients(actor, Permission.SCREEN)
    clients = clients_query(visible, kind=wish.kind, house=wish.house)
    due = _referrals_due(session, actor, today)
    rows = [
        WorkRow(known=one, tasks=tasks)
        for one in known_of(session, clients, today)
        if _is_whose(one, wish.whose, actor.user_id)
        and (wish.risk is None or one.risk is wish.risk)
        and (tasks := tasks_of(one, today, due.get(one.client_id, ())))
    ]
    rows.sort(key=_KEYS[wish.order])
    views = {one: [row for row in rows if _in_view(row, one)] for one in Filter}
    shown = [_fronted(row, wish.view) for row in views[wish.view]]
    page = tuple(shown[wish.first : wish.first + PAGE])
    for row in page:
        note_access(session, actor, now, "worklist.viewed", row.known.client_id)
    return Worklist(
        today=today,
        rows=page,
        counts={one: len(found) for one, found in views.items()},
        due_today=sum(row.tasks[0].due <= today for row in rows),
        first=wish.first,
        total=len(shown),
        referred=len(due.get(None, ())),
    )


def _referrals_due(
    session: Session, actor: Actor, today: date
) -> Mapping[int | None, Sequence[DueReferral]]:
    """Give the referrals to act on by today per client; None holds people who are no client yet."""
    found: dict[int | None, list[DueReferral]] = {}
    if actor.may(Permission.HANDLE_REFERRAL):
        for one in referralviews.referrals_due(session, actor, today):
            found.setdefault(one.client_id, []).append(one)
    return found


_KEYS: Mapping[Order, Callable[[WorkRow], tuple[Any, ...]]] = {
    Order.RISK: lambda row: (_ORDER[row.known.risk], row.tasks[0].due, row.known.name),
    Order.DUE: lambda row: (row.tasks[0].due, _ORDER[row.known.risk], row.known.name),
    Order.NAME: lambda row: (row.known.name, row.known.client_id),
}


def _is_whose(known: Known, whose: Whose, me: int | None) -> bool:
    """Whether a row is one of these; a row in a colleague's hands is not mine meanwhile."""
    given = known.delegated
    if whose is Whose.ALL:
        return True
    if whose is Whose.NOBODY:
        return known.dietitian_id is None and given is None
    if whose is Whose.GIVEN:
        return given is not None and given.from_id == me
    to_me = given is not None and given.to_id == me
    return to_me or (whose is Whose.MINE and given is None and known.dietitian_id == me)


def houses(session: Session, actor: Actor) -> tuple[tuple[int, str], ...]:
    """Give the care homes and hospitals of the clients this actor may screen, by name."""
    visible = visible_clients(actor, Permission.SCREEN).with_only_columns(Client.site_id)
    rows = session.execute(
        select(Site.id, Site.name)
        .where(Site.id.in_(visible), Site.kind != SiteKind.HOME)
        .order_by(Site.name)
    )
    return tuple((row.id, row.name) for row in rows)


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


def tasks_of(known: Known, today: date, referrals: Sequence[DueReferral] = ()) -> tuple[Task, ...]:
    """Give everything open about one client, the earliest deadline first."""
    found = (
        *_warning_tasks(known),
        *_screening_tasks(known, today),
        *_prescription_tasks(known, today),
        *_plan_tasks(known),
        *(Task(matter=Matter.REFERRAL_DUE, due=one.due_on, referral=one) for one in referrals),
    )
    return tuple(sorted(found, key=lambda task: task.due))


_SAID_BY_DATES = frozenset(
    {WarningCode.NEVER_SCREENED, WarningCode.SCREENING_OVERDUE, WarningCode.REFEEDING}
)
"""Warnings that a matter of the worklist already says with its own words and date."""


def _warning_tasks(known: Known) -> Iterator[Task]:
    for one in known.warnings:
        if one.code not in _SAID_BY_DATES:
            yield Task(matter=Matter.WARNING, due=local_day(one.due_at), warning=one)


def _screening_tasks(known: Known, today: date) -> Iterator[Task]:
    last = known.last
    if last is None:
        yield Task(matter=Matter.NEVER_SCREENED, due=today)
        return
    args = {"tool": last.tool, "on": last.on, "category": last.category}
    due = known.next_due or last.on
    days = (today - last.on).days
    if is_overdue(last.tool, known.setting, last.category, days_since=days):
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
    if plan is not None and plan.state in WAITING:
        yield Task(matter=Matter.PLAN_PROPOSED, due=plan.start, args={"start": plan.start})
    elif plan and known.signed and plan.prescription_id != known.signed.prescription_id:
        args = {"version": known.signed.version}
        yield Task(matter=Matter.PLAN_OUTDATED, due=known.signed.on + timedelta(days=2), args=args)
    if known.signed and known.waits_for_week:
        yield Task(matter=Matter.PLAN_MISSING, due=known.signed.on + timedelta(days=2))
    if known.declined_for is not None:
        yield Task(matter=Matter.DECLINED, due=known.declined_for, args={"day": known.declined_for})
    if known.asked_for is not None:
        due = known.asked_for - timedelta(days=_TO_DELIVER)
        yield Task(matter=Matter.DISH_ASKED, due=due, args={"day": known.asked_for})


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
