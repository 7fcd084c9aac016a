"""The nightly watch: every client's history asked of the room, warnings opened, moved up, ended."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.i18n import LOCAL_ZONE
from app.models.following import EarlyWarning, Mute
from app.models.people import Client, Site, User
from app.operations import histories, warnings
from app.operations.care import SETTINGS, local_day
from app.operations.upkeep import note_access
from app.operations.warnings import Place, Sign
from app.outbox import queue
from screening import WarningCode, WarningLevel, next_duty, watch

CHUNK = 500
"""Clients of one transaction: what breaks in it stops nobody else."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a watch did; `failed` counts clients whose chunk broke."""

    watched: int = 0
    opened: int = 0
    ended: int = 0
    failed: int = 0

    def add(self, other: "Tally") -> None:
        """Add what another part did."""
        for name in ("watched", "opened", "ended", "failed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """The warnings and mutes of the clients of one chunk."""

    open: Mapping[int, Mapping[WarningCode, EarlyWarning]]
    closed: Mapping[tuple[int, WarningCode], EarlyWarning]
    mutes: Mapping[int, list[Mute]] = field(default_factory=dict)


def chunks(session: Session, actor: Actor) -> tuple[tuple[int, ...], ...]:
    """Give every client who is here, in parts of one transaction each."""
    require(actor, Permission.WATCH)
    ids = histories.client_ids(session)
    return tuple(tuple(ids[at : at + CHUNK]) for at in range(0, len(ids), CHUNK))


def watch_some(session: Session, actor: Actor, ids: Sequence[int], now: datetime) -> Tally:
    """Watch these clients on the day of `now`; a second time on one day opens nothing twice."""
    require(actor, Permission.WATCH)
    return _watch(session, actor, ids, now)


def look(session: Session, actor: Actor, client_id: int, now: datetime) -> Tally:
    """Watch one client at once, in the transaction of whoever recorded something."""
    return _watch(session, actor, (client_id,), now)


def _watch(session: Session, actor: Actor, ids: Sequence[int], now: datetime) -> Tally:
    session.flush()
    known = histories.histories(session, ids, local_day(now))
    kept = _kept(session, ids, now)
    tally = Tally(watched=len(known))
    for client_id, (place, history) in known.items():
        found = [Sign.of(one) for one in watch(history)]
        signs = [one for one in found if not _answered(one, history.treated_on)]
        new = [row for sign in signs if (row := _applied(kept, sign, place, now)) is not None]
        if new:
            session.add_all(new)
            note_access(session, actor, now, "warning.opened", client_id)
        tally.opened += len(new)
        still = frozenset(one.code for one in signs)
        settled = warnings.settle(
            kept.open.get(client_id, {}).values(), still, treated_on=history.treated_on, now=now
        )
        tally.ended += settled
    session.flush()
    return tally


def _answered(sign: Sign, treated_on: date | None) -> bool:
    """Whether a prescription signed on or after the newest weighing answers this sign."""
    return warnings.is_answered(sign.code, sign.fact_on, treated_on)


def _applied(kept: _Kept, sign: Sign, place: Place, now: datetime) -> EarlyWarning | None:
    """Renew the open warning, or give a new one when it is not silenced and says something new."""
    day = local_day(now)
    if any(warnings.silences(one, sign, day) for one in kept.mutes.get(place.client_id, ())):
        return None
    found = kept.open.get(place.client_id, {}).get(sign.code)
    if found is not None:
        warnings.renew(found, sign, place, now)
        return None
    last = kept.closed.get((place.client_id, sign.code))
    news = last is None or warnings.is_news(sign, last, day)
    return warnings.opened(sign, place, now) if news else None


def _kept(session: Session, ids: Sequence[int], now: datetime) -> _Kept:
    opened: dict[int, dict[WarningCode, EarlyWarning]] = defaultdict(dict)
    closed: dict[tuple[int, WarningCode], EarlyWarning] = {}
    mutes: dict[int, list[Mute]] = defaultdict(list)
    last = (
        select(func.max(EarlyWarning.id))
        .where(EarlyWarning.client_id.in_(ids))
        .group_by(EarlyWarning.client_id, EarlyWarning.code)
    )
    for row in session.scalars(select(EarlyWarning).where(EarlyWarning.id.in_(last))):
        if row.closed_at is None:
            opened[row.client_id][row.code] = row
        else:
            closed[row.client_id, row.code] = row
    silent = select(Mute).where(Mute.client_id.in_(ids), Mute.until >= local_day(now))
    for mute in session.scalars(silent):
        mutes[mute.client_id].append(mute)
    return _Kept(open=opened, closed=closed, mutes=mutes)


def escalate(session: Session, actor: Actor, now: datetime) -> tuple[int, ...]:
    """Move up what nobody took up in time, each once per deadline; gives which."""
    require(actor, Permission.WATCH)
    late = session.execute(
        select(EarlyWarning, Site.kind, Client.dietitian_id)
        .join(Client, Client.id == EarlyWarning.client_id)
        .join(Site, Site.id == Client.site_id)
        .where(
            EarlyWarning.closed_at.is_(None),
            EarlyWarning.acknowledged_at.is_(None),
            EarlyWarning.due_at < now,
        )
        .order_by(EarlyWarning.id)
        .with_for_update(of=EarlyWarning, skip_locked=True)
    ).all()
    moved = []
    for row, kind, dietitian_id in late:
        setting = SETTINGS[kind]
        at = now.astimezone(LOCAL_ZONE)
        duty = next_duty(row.code, row.level, setting, rung=row.rung, at=at)
        if duty is not None:
            place = Place(client_id=row.client_id, setting=setting, dietitian_id=dietitian_id)
            row.rung, row.due_at = duty.rung, duty.due_at
            row.owner_id = warnings.owner_at(duty.rung, place)
            moved.append(row.id)
    session.flush()
    return tuple(moved)


def tell(
    session: Session, actor: Actor, now: datetime, *, since: datetime, moved: Sequence[int] = ()
) -> int:
    """Write to who has something new or moved up that cannot wait; gives to how many.

    The mail names nobody and nothing: it says that there is something to see, and where. A
    warning without an owner by name goes to every dietitian who may reach the client.
    """
    require(actor, Permission.WATCH)
    new = (EarlyWarning.level != WarningLevel.AMBER) & (EarlyWarning.opened_at >= since)
    rows = session.scalars(
        select(EarlyWarning).where(
            EarlyWarning.closed_at.is_(None),
            EarlyWarning.acknowledged_at.is_(None),
            new | EarlyWarning.id.in_(moved),
        )
    ).all()
    readers = {reader.id: reader for row in rows for reader in _readers(session, row)}
    for reader in readers.values():
        queue(
            session,
            now,
            address=reader.login,
            language=reader.language,
            template="mail.watch",
            link="/worklist",
        )
    return len(readers)


def _readers(session: Session, row: EarlyWarning) -> Iterable[User]:
    owner = session.get(User, row.owner_id) if row.owner_id is not None else None
    if owner is not None and owner.active:
        return (owner,)
    return warnings.colleagues(session, row.client_id)
