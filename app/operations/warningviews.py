"""One warning with what came before it, and what a client's page shows of all of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Permission
from app.models.following import EarlyWarning, IntakeRecord, LifeEvent, MissedMeal, Mute
from app.models.people import Client, User
from app.operations import happenings, histories, intakes, warnings
from app.operations.care import local_day
from app.operations.casewarnings import OpenWarning, names_of
from app.operations.intakes import Correction
from app.operations.upkeep import note_access
from screening import History

INTAKE_TABLE_DAYS = 7
_EVENT_DAYS = 92


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One warning of the same code that was closed: with what outcome, by whom and why."""

    row: EarlyWarning
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningPage:
    """Everything the page of one warning shows; `row` may be closed meanwhile."""

    row: EarlyWarning
    shown: OpenWarning
    client: Client
    owner: str
    closer: str
    colleagues: tuple[User, ...]
    past: tuple[Past, ...]


def warning_page(session: Session, actor: Actor, warning_id: int, now: datetime) -> WarningPage:
    """Give one warning to who may act on it."""
    row = warnings.find_warning(session, actor, warning_id, Permission.SCREEN)
    note_access(session, actor, now, "warning.viewed", row.client_id)
    past = _past(session, row)
    names = names_of(session, {row.owner_id, row.closed_by, *(one.closed_by for one in past)})
    return WarningPage(
        row=row,
        shown=OpenWarning.of(row),
        client=session.get_one(Client, row.client_id),
        owner=names.get(row.owner_id, ""),
        closer=names.get(row.closed_by, ""),
        colleagues=tuple(
            one
            for one in warnings.colleagues(session, row.client_id)
            if one.id not in (actor.user_id, row.owner_id)
        ),
        past=tuple(Past(row=one, by=names.get(one.closed_by, "")) for one in past),
    )


def _past(session: Session, row: EarlyWarning) -> tuple[EarlyWarning, ...]:
    return tuple(
        session.scalars(
            select(EarlyWarning)
            .where(
                EarlyWarning.client_id == row.client_id,
                EarlyWarning.code == row.code,
                EarlyWarning.closed_at.is_not(None),
                EarlyWarning.id != row.id,
            )
            .order_by(EarlyWarning.id.desc())
            .limit(5)
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeDay:
    """One day of the intake table: its share of the plan and kcal eaten; None is unknown."""

    day: date
    percent: Fraction | None
    meals: tuple[IntakeRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What a client's page shows of the time between visits."""

    open: tuple[OpenWarning, ...]
    owners: dict[int | None, str]
    mutes: tuple[Mute, ...]
    days: tuple[IntakeDay, ...]
    mean_percent: Fraction | None
    eaten_kcal: int | None
    required_kcal: int | None
    corrections: tuple[Correction, ...]
    events: tuple[LifeEvent, ...]
    missed: tuple[MissedMeal, ...]


def followed(session: Session, client_id: int, now: datetime) -> Followed:
    """Give the open warnings, the silences, the meals of a week and what happened."""
    today = local_day(now)
    shown = tuple(OpenWarning.of(row) for row in warnings.open_warnings(session, client_id))
    _, history = histories.histories(session, (client_id,), today)[client_id]
    week = today - timedelta(days=INTAKE_TABLE_DAYS)
    mean = screening.intake_alert(screening.intake_days(history)[-3:]).mean_percent
    return Followed(
        open=shown,
        owners=names_of(session, {one.owner_id for one in shown}),
        mutes=tuple(
            session.scalars(select(Mute).where(Mute.client_id == client_id, Mute.until >= today))
        ),
        days=_days(session, client_id, history, week),
        mean_percent=mean,
        eaten_kcal=_kcal(mean, history.planned_kcal),
        required_kcal=history.required_kcal,
        corrections=intakes.corrections(session, client_id, since=week),
        events=happenings.latest(session, client_id, since=today - timedelta(days=_EVENT_DAYS)),
        missed=happenings.missed_since(session, client_id, since=week),
    )


def _kcal(percent: Fraction | None, planned: int | None) -> int | None:
    if percent is None or planned is None:
        return None
    return int(screening.rounded(percent * planned / 100, 0))


def _days(session: Session, client_id: int, history: History, week: date) -> tuple[IntakeDay, ...]:
    """Give the last days that were recorded at all, today included, the newest first."""
    rows = session.scalars(
        select(IntakeRecord)
        .where(
            IntakeRecord.client_id == client_id,
            IntakeRecord.day >= week,
            IntakeRecord.replaced_at.is_(None),
        )
        .order_by(IntakeRecord.day, IntakeRecord.id)
    )
    by_day: dict[date, list[IntakeRecord]] = {}
    for row in rows:
        by_day.setdefault(row.day, []).append(row)
    return tuple(
        IntakeDay(
            day=day,
            percent=screening.day_percent(one for one in history.meals if one.on == day),
            meals=tuple(by_day[day]),
        )
        for day in sorted(by_day, reverse=True)
    )
