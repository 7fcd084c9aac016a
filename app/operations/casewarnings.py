"""What lists say about open warnings and delegated rows: one query each, whoever asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models.following import Delegation, EarlyWarning
from app.models.people import User
from screening import Facts, Rung, WarningCode, WarningLevel

Query: TypeAlias = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWarning:
    """One open warning as a list or page shows it."""

    id: int
    code: WarningCode
    level: WarningLevel
    reasons: tuple[str, ...]
    facts: Facts
    rung: Rung
    owner_id: int | None
    opened_at: datetime
    due_at: datetime
    taken: bool

    @classmethod
    def of(cls, row: EarlyWarning) -> "OpenWarning":
        """Give a row as a value."""
        return cls(
            id=row.id,
            code=row.code,
            level=row.level,
            reasons=tuple(row.reasons),
            facts=row.numbers,
            rung=row.rung,
            owner_id=row.owner_id,
            opened_at=row.opened_at,
            due_at=row.due_at,
            taken=row.acknowledged_at is not None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegated:
    """In whose hands a client's row is, until when and why."""

    from_id: int
    from_name: str
    to_id: int
    to_name: str
    until: date
    note: str


def open_warnings(session: Session, inside: Query) -> Mapping[int, tuple[OpenWarning, ...]]:
    """Give the open warnings of the clients of a query, the gravest first."""
    rows = session.scalars(
        select(EarlyWarning)
        .where(EarlyWarning.client_id.in_(inside), EarlyWarning.closed_at.is_(None))
        .order_by(EarlyWarning.due_at, EarlyWarning.id)
    )
    found: dict[int, list[OpenWarning]] = defaultdict(list)
    for row in rows:
        found[row.client_id].append(OpenWarning.of(row))
    return {
        client_id: tuple(sorted(some, key=lambda one: -one.level.rank))
        for client_id, some in found.items()
    }


def delegations(session: Session, inside: Query, today: date) -> Mapping[int, Delegated]:
    """Give in whose hands the clients of a query are today."""
    rows = session.scalars(
        select(Delegation).where(
            Delegation.client_id.in_(inside),
            Delegation.ended_at.is_(None),
            Delegation.until >= today,
        )
    ).all()
    names = names_of(session, {one for row in rows for one in (row.from_id, row.to_id)})
    return {
        row.client_id: Delegated(
            from_id=row.from_id,
            from_name=names.get(row.from_id, ""),
            to_id=row.to_id,
            to_name=names.get(row.to_id, ""),
            until=row.until,
            note=row.note,
        )
        for row in rows
    }


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    """Give the names of users by number."""
    known = [one for one in ids if one is not None]
    rows = session.execute(select(User.id, User.name).where(User.id.in_(known))).all()
    return {row.id: row.name for row in rows}
