"""What somebody typed in a form but did not keep yet: on the server for a day, for its author."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models.care import Screening, ScreeningDraft
from app.operations.people import find_client
from app.operations.upkeep import DRAFT_LIFE, note_access
from screening import Tool

Typed = Mapping[str, list[str]]
"""Letter for letter what stands in each field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A form that waits to be finished."""

    tool: Tool
    typed: Typed
    saved_at: datetime


def drafts(session: Session, actor: Actor, client_id: int, now: datetime) -> tuple[Draft, ...]:
    """Give the actor's own drafts about a client, the newest first; nobody sees another's."""
    client = find_client(session, actor, client_id, Permission.SCREEN)
    rows = session.scalars(
        select(ScreeningDraft)
        .where(
            ScreeningDraft.client_id == client.id,
            ScreeningDraft.user_id == actor.user_id,
            ScreeningDraft.saved_at > now - DRAFT_LIFE,
        )
        .order_by(ScreeningDraft.saved_at.desc())
    )
    return tuple(
        Draft(tool=Tool(row.instrument), typed=row.typed, saved_at=row.saved_at) for row in rows
    )


def save_draft(
    session: Session, actor: Actor, client_id: int, tool: Tool, *, typed: Typed, now: datetime
) -> datetime | None:
    """Keep what stands in a form; gives when, or None when there is nothing to keep.

    Of two savings the later one stays. What reaches the house after the form itself was kept is a
    late echo and stays away.
    """
    client = find_client(session, actor, client_id, Permission.SCREEN)
    if actor.user_id is None or _kept_meanwhile(session, actor, client.id, tool, now):
        return None
    if not typed:
        forget(session, actor, client.id, tool)
        return None
    row = _row(session, actor, client.id, tool)
    if row is None:
        note_access(session, actor, now, "screening.draft", client.id)
        row = _insert(session, actor, client.id, tool, typed=typed, now=now)
    if row.saved_at <= now:
        row.typed, row.saved_at = dict(typed), now
    session.flush()
    return row.saved_at


def discard_draft(
    session: Session, actor: Actor, client_id: int, tool: Tool, *, now: datetime
) -> None:
    """Throw the actor's draft away."""
    client = find_client(session, actor, client_id, Permission.SCREEN)
    forget(session, actor, client.id, tool)
    note_access(session, actor, now, "screening.draft", client.id)


def _insert(
    session: Session, actor: Actor, client_id: int, tool: Tool, *, typed: Typed, now: datetime
) -> ScreeningDraft:
    """Add the row; when a saving at the same moment was first, give that one."""
    row = ScreeningDraft(
        client_id=client_id,
        instrument=tool.value,
        user_id=actor.user_id or 0,
        typed=dict(typed),
        saved_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = _row(session, actor, client_id, tool)
        if found is None:
            raise
        return found
    return row


def _row(session: Session, actor: Actor, client_id: int, tool: Tool) -> ScreeningDraft | None:
    return session.scalar(
        select(ScreeningDraft).where(
            ScreeningDraft.client_id == client_id,
            ScreeningDraft.instrument == tool.value,
            ScreeningDraft.user_id == actor.user_id,
        )
    )


def forget(session: Session, actor: Actor, client_id: int, tool: Tool) -> None:
    """Delete the actor's draft of a form that was kept; whoever calls has authorised the act."""
    session.execute(
        delete(ScreeningDraft).where(
            ScreeningDraft.client_id == client_id,
            ScreeningDraft.instrument == tool.value,
            ScreeningDraft.user_id == actor.user_id,
        )
    )


def _kept_meanwhile(
    session: Session, actor: Actor, client_id: int, tool: Tool, now: datetime
) -> bool:
    found = session.scalar(
        select(Screening.id).where(
            Screening.client_id == client_id,
            Screening.instrument == tool.value,
            Screening.recorded_by == actor.user_id,
            Screening.recorded_at >= now,
        )
    )
    return found is not None
