"""What happened to a client between visits: a meal that was missed or refused, a fall, a move."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models.following import LifeEvent, MissedKind, MissedMeal
from app.operations import meals, watching
from app.operations.eating import component_called, note_refused
from app.operations.intakes import check_day
from app.operations.people import find_client
from app.operations.upkeep import note_access
from screening import CareEvent

KINDS = tuple(MissedKind)
"""Why a meal was not eaten as it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A meal that did not reach its eater; `alone` None means that nobody knows."""

    day: date
    kind: MissedKind
    dish: str | None = None
    alone: bool | None = None
    note: str = ""


def record_missed(
    session: Session, actor: Actor, client_id: int, missed: Missed, now: datetime
) -> MissedMeal:
    """Note a missed, refused or spoilt meal, and look at once what it means."""
    client = find_client(session, actor, client_id, Permission.RECORD_INTAKE)
    check_day(missed.day, now)
    row = MissedMeal(
        client_id=client.id,
        day=missed.day,
        kind=missed.kind,
        dish=missed.dish or None,
        alone=missed.alone,
        note=missed.note.strip(),
        recorded_at=now,
        recorded_by=actor.user_id,
    )
    session.add(row)
    _note_dish(session, actor, row, now)
    session.flush()
    note_access(session, actor, now, "meal.missed", client.id)
    watching.look(session, actor, client.id, now)
    return row


def _note_dish(session: Session, actor: Actor, row: MissedMeal, now: datetime) -> None:
    """Let a refused dish that the kitchen knows by that name count as one that was not eaten."""
    if row.kind is not MissedKind.REFUSED or row.dish is None:
        return
    component = component_called(meals.catalogue(session), row.dish)
    if component is not None:
        note_refused(session, actor, row.client_id, row.day, component=component, now=now)


def record_event(
    session: Session,
    actor: Actor,
    client_id: int,
    event: CareEvent,
    *,
    day: date,
    now: datetime,
) -> LifeEvent:
    """Note what happened; some things ask for a screening, others for a call at once."""
    client = find_client(session, actor, client_id, Permission.SCREEN)
    check_day(day, now)
    row = LifeEvent(
        client_id=client.id, event=event, day=day, recorded_at=now, recorded_by=actor.user_id
    )
    session.add(row)
    session.flush()
    note_access(session, actor, now, "event.recorded", client.id)
    watching.look(session, actor, client.id, now)
    return row


def latest(session: Session, client_id: int, *, since: date) -> tuple[LifeEvent, ...]:
    """Give what happened since a day, the newest first."""
    return tuple(
        session.scalars(
            select(LifeEvent)
            .where(LifeEvent.client_id == client_id, LifeEvent.day >= since)
            .order_by(LifeEvent.day.desc(), LifeEvent.id.desc())
        )
    )


def missed_since(session: Session, client_id: int, *, since: date) -> tuple[MissedMeal, ...]:
    """Give the meals missed since a day, the newest first."""
    return tuple(
        session.scalars(
            select(MissedMeal)
            .where(MissedMeal.client_id == client_id, MissedMeal.day >= since)
            .order_by(MissedMeal.day.desc(), MissedMeal.id.desc())
        )
    )
