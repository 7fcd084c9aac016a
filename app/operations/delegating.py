"""Give a client's row of the worklist to a colleague until a day, and take it back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Permission, Refused
from app.models.following import Delegation, EarlyWarning
from app.models.people import Client, User
from app.operations import warnings
from app.operations.care import local_day
from app.operations.people import find_client
from app.operations.upkeep import note_access

LONGEST = timedelta(days=92)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """To whom, until which day included, and what they should know."""

    to_id: int
    until: date
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Everything the page of handing over shows."""

    client: Client
    running: Delegation | None
    colleagues: tuple[User, ...]


def hands(session: Session, actor: Actor, client_id: int, now: datetime) -> Hands:
    """Give who has a client's row now and who could."""
    client = find_client(session, actor, client_id, Permission.SCREEN)
    note_access(session, actor, now, "row.viewed", client.id)
    others = warnings.colleagues(session, client.id)
    return Hands(
        client=client,
        running=_running(session, client.id, now),
        colleagues=tuple(one for one in others if one.id != actor.user_id),
    )


def _running(session: Session, client_id: int, now: datetime) -> Delegation | None:
    """Give the delegation that holds today; one past its day is ended here."""
    row = session.scalar(
        select(Delegation).where(Delegation.client_id == client_id, Delegation.ended_at.is_(None))
    )
    if row is not None and row.until < local_day(now):
        row.ended_at = now
        session.flush()
        return None
    return row


def delegate(
    session: Session, actor: Actor, client_id: int, handing: Handing, now: datetime
) -> Delegation:
    """Give a row to a colleague, with its warnings that nobody took up yet.

    Who has the row may give it on. Conflict when it is in hands this person has no say over.
    """
    client = find_client(session, actor, client_id, Permission.SCREEN)
    _check(session, actor, client.id, handing, now)
    running = _running(session, client.id, now)
    if running is not None and actor.user_id not in (running.from_id, running.to_id):
        raise Conflict("follow.already_delegated")
    if running is not None:
        running.ended_at = now
        session.flush()
    row = Delegation(
        client_id=client.id,
        from_id=int(actor.user_id or 0),
        to_id=handing.to_id,
        until=handing.until,
        note=handing.note.strip(),
        given_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Conflict("follow.already_delegated") from None
    _hand_warnings(session, client.id, to_id=handing.to_id)
    note_access(session, actor, now, "row.delegated", client.id)
    return row


def _check(session: Session, actor: Actor, client_id: int, handing: Handing, now: datetime) -> None:
    today = local_day(now)
    able = {one.id for one in warnings.colleagues(session, client_id)} - {actor.user_id}
    if handing.to_id not in able:
        raise Refused(("to", "form.choice", {}))
    if not today <= handing.until <= today + LONGEST:
        raise Refused(("until", "follow.until_out_of_reach", {"days": LONGEST.days}))


def _hand_warnings(session: Session, client_id: int, *, to_id: int | None) -> None:
    """What nobody took up goes along; what somebody has stays theirs."""
    session.execute(
        update(EarlyWarning)
        .where(
            EarlyWarning.client_id == client_id,
            EarlyWarning.closed_at.is_(None),
            EarlyWarning.acknowledged_at.is_(None),
            EarlyWarning.owner_id.is_not(None),
        )
        .values(owner_id=to_id)
    )


def take_back(session: Session, actor: Actor, client_id: int, now: datetime) -> Delegation:
    """End a delegation: by who gave the row or who has it. NotFound when there is none."""
    client = find_client(session, actor, client_id, Permission.SCREEN)
    running = _running(session, client.id, now)
    if running is None:
        raise NotFound
    if actor.user_id not in (running.from_id, running.to_id, client.dietitian_id):
        raise Conflict("follow.already_delegated")
    running.ended_at = now
    session.flush()
    _hand_warnings(session, client.id, to_id=client.dietitian_id or running.from_id)
    note_access(session, actor, now, "row.taken_back", client.id)
    return running
