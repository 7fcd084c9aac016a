"""Early warnings: opened once, owned, taken up, handed over, silenced by a clinician, closed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Conflict, NotFound, Permission, Refused, Role
from app.db import MAX_ID
from app.i18n import LOCAL_ZONE
from app.models.following import EarlyWarning, Mute, Outcome, fact_cells
from app.models.people import Client, Organisation, OrganisationKind, Site, User
from app.operations.care import SETTINGS, local_day
from app.operations.people import find_client
from app.operations.upkeep import note_access
from screening import (
    TASKS,
    Duty,
    Facts,
    Rung,
    Setting,
    WarningCode,
    WarningLevel,
    duty_at,
    first_duty,
)

CLOSING = (
    Outcome.TREATED,
    Outcome.PRESCRIPTION_CHANGED,
    Outcome.REFERRED,
    Outcome.EXPLAINED,
    Outcome.WRONG_DATA,
)
"""Outcomes a person may give; the others are given by the house."""

LONGEST_MUTE = timedelta(days=92)
QUIET_DAYS = 7
"""Days after which a closed task that nobody has done comes back: time itself is the news."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What deadlines and owners hang on: where the client lives and who answers for them."""

    client_id: int
    setting: Setting
    dietitian_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign as it is to be kept: the room's early warning, or a verb's own."""

    code: WarningCode
    level: WarningLevel
    facts: Facts
    reasons: tuple[str, ...] = ()
    fact_on: date | None = None

    @classmethod
    def of(cls, found: screening.EarlyWarning) -> "Sign":
        """Give the sign that the room found."""
        return cls(
            code=found.code,
            level=found.level,
            facts=found.facts,
            reasons=found.reasons,
            fact_on=found.fact_on,
        )


def open_warning(
    session: Session,
    client_id: int,
    code: WarningCode,
    *,
    level: WarningLevel,
    now: datetime,
    facts: Mapping[str, int | Decimal],
) -> EarlyWarning | None:
    """Open a warning, or renew the open one: at most one per client and code.

    A graver level raises it and asks for attention anew; a milder one never lowers it. None when
    a clinician silenced this code at this level.
    """
    sign = Sign(code=code, level=level, facts=facts, fact_on=local_day(now))
    place = _place(session, client_id)
    found = _open_one(session, client_id, code)
    if found is not None:
        return renew(found, sign, place, now)
    if _is_muted(session, client_id, sign, now):
        return None
    try:
        with session.begin_nested():
            row = opened(sign, place, now)
            session.add(row)
    except IntegrityError:  # somebody opened the same one meanwhile
        first = _open_one(session, client_id, code)
        return None if first is None else renew(first, sign, place, now)
    return row


def _place(session: Session, client_id: int) -> Place:
    client = session.get_one(Client, client_id)
    site = session.get_one(Site, client.site_id)
    return Place(client_id=client.id, setting=SETTINGS[site.kind], dietitian_id=client.dietitian_id)


def _open_one(session: Session, client_id: int, code: WarningCode) -> EarlyWarning | None:
    return session.scalar(
        select(EarlyWarning)
        .where(
            EarlyWarning.client_id == client_id,
            EarlyWarning.code == code,
            EarlyWarning.closed_at.is_(None),
        )
        .with_for_update()
    )


def opened(sign: Sign, place: Place, now: datetime) -> EarlyWarning:
    """Give a new warning with its first owner and deadline."""
    duty = duty_of(sign, place, now)
    return EarlyWarning(
        client_id=place.client_id,
        code=sign.code,
        level=sign.level,
        reasons=list(sign.reasons),
        facts=fact_cells(sign.facts),
        fact_on=sign.fact_on,
        opened_at=now,
        rung=duty.rung,
        due_at=duty.due_at,
        owner_id=owner_at(duty.rung, place),
    )


def duty_of(sign: Sign, place: Place, now: datetime) -> Duty:
    """Give whose turn it is first, reckoned on the clock of Flanders."""
    return first_duty(sign.code, sign.level, place.setting, opened_at=now.astimezone(LOCAL_ZONE))


def duty_now(session: Session, row: EarlyWarning) -> Duty:
    """Give what an open warning asks of who has it now."""
    setting = _place(session, row.client_id).setting
    return duty_at(row.code, row.level, setting, rung=row.rung, at=row.opened_at)


def owner_at(rung: Rung, place: Place) -> int | None:
    """Give who owns a warning on a rung; a carer or a team is nobody by name."""
    return place.dietitian_id if rung is Rung.DIETITIAN else None


def renew(row: EarlyWarning, sign: Sign, place: Place, now: datetime) -> EarlyWarning:
    """Bring an open warning up to date; a graver level is news that asks for attention again."""
    if sign.level.rank < row.level.rank:
        return row
    cells, reasons = fact_cells(sign.facts), list(sign.reasons)
    if (row.facts, row.reasons, row.fact_on) != (cells, reasons, sign.fact_on):
        row.facts, row.reasons, row.fact_on = cells, reasons, sign.fact_on
    if sign.level.rank > row.level.rank:
        duty = duty_of(sign, place, now)
        row.level, row.rung, row.due_at = sign.level, duty.rung, duty.due_at
        row.owner_id = row.owner_id or owner_at(duty.rung, place)
        row.acknowledged_at = row.acknowledged_by = None
    return row


def is_news(sign: Sign, closed: EarlyWarning, on: date) -> bool:
    """Whether a sign says something that the one closed before it did not.

    A graver level, facts that all lie on or after the day of closing, or, for what passing time
    alone made, a week gone by. What was silenced is heard again as soon as the silence ends, and
    what the house closed because it was answered as soon as it no longer is.
    """
    closed_on = local_day(closed.closed_at or closed.opened_at)
    by_the_house = closed.closed_by is None or closed.outcome is Outcome.MUTED
    if by_the_house or sign.level.rank > closed.level.rank:
        return True
    if sign.fact_on is None:
        return (on - closed_on).days >= QUIET_DAYS
    return sign.fact_on >= closed_on and sign.fact_on != closed.fact_on


def silences(mute: Mute, sign: Sign, on: date) -> bool:
    """Whether a clinician's mute holds for this sign on this day; a graver one breaks it."""
    return mute.code is sign.code and on <= mute.until and sign.level.rank <= mute.level.rank


def _is_muted(session: Session, client_id: int, sign: Sign, now: datetime) -> bool:
    day = local_day(now)
    rows = session.scalars(select(Mute).where(Mute.client_id == client_id, Mute.until >= day))
    return any(silences(one, sign, day) for one in rows)


def open_warnings(session: Session, client_id: int) -> tuple[EarlyWarning, ...]:
    """Give the open warnings of a client, the gravest first and then by deadline."""
    rows = session.scalars(
        select(EarlyWarning)
        .where(EarlyWarning.client_id == client_id, EarlyWarning.closed_at.is_(None))
        .order_by(EarlyWarning.due_at, EarlyWarning.id)
    )
    return tuple(sorted(rows, key=lambda one: -one.level.rank))


def is_frozen(session: Session, client_id: int) -> bool:
    """Whether an urgent warning is open for which no automatic plan may go on."""
    return any(
        one.code in screening.STOPS_PLAN and one.level is WarningLevel.URGENT
        for one in open_warnings(session, client_id)
    )


def find_warning(
    session: Session, actor: Actor, warning_id: int, permission: Permission
) -> EarlyWarning:
    """Give a warning of a client this actor may reach; NotFound for any other."""
    row = session.get(EarlyWarning, warning_id) if warning_id <= MAX_ID else None
    if row is None:
        raise NotFound
    find_client(session, actor, row.client_id, permission)
    return row


def acknowledge(session: Session, actor: Actor, warning_id: int, now: datetime) -> EarlyWarning:
    """Take a warning up: from now on it is this person's. Conflict when somebody else has it."""
    row = find_warning(session, actor, warning_id, Permission.SCREEN)
    won = session.execute(
        update(EarlyWarning)
        .where(
            EarlyWarning.id == row.id,
            EarlyWarning.acknowledged_at.is_(None),
            EarlyWarning.closed_at.is_(None),
        )
        .values(acknowledged_at=now, acknowledged_by=actor.user_id, owner_id=actor.user_id)
        .returning(EarlyWarning.id)
    ).first()
    session.refresh(row)
    if won is None and row.closed_at is not None:
        raise Conflict("follow.already_closed")
    if won is None and row.acknowledged_by != actor.user_id:
        raise Conflict("follow.already_taken")
    note_access(session, actor, now, "warning.acknowledged", row.client_id)
    return row


def close(
    session: Session,
    actor: Actor,
    warning_id: int,
    *,
    outcome: Outcome,
    note: str,
    now: datetime,
) -> EarlyWarning:
    """Close a warning with what came of it; "explained" and "wrong data" ask for the words."""
    row = find_warning(session, actor, warning_id, Permission.SCREEN)
    if outcome not in CLOSING:
        raise Refused(("outcome", "form.choice", {}))
    if outcome in (Outcome.EXPLAINED, Outcome.WRONG_DATA) and not note.strip():
        raise Refused(("note", "follow.note_needed", {}))
    _end(session, row, actor.user_id, outcome, note=note, now=now)
    note_access(session, actor, now, "warning.closed", row.client_id)
    return row


def _end(
    session: Session,
    row: EarlyWarning,
    by: int | None,
    outcome: Outcome,
    *,
    note: str,
    now: datetime,
) -> None:
    won = session.execute(
        update(EarlyWarning)
        .where(EarlyWarning.id == row.id, EarlyWarning.closed_at.is_(None))
        .values(closed_at=now, closed_by=by, outcome=outcome, note=note.strip())
        .returning(EarlyWarning.id)
    ).first()
    session.refresh(row)
    if won is None:
        raise Conflict("follow.already_closed")


def mute(
    session: Session, actor: Actor, warning_id: int, *, reason: str, until: date, now: datetime
) -> Mute:
    """Silence a code for a client until a day, with the reason; only by who may prescribe.

    The open warning closes as muted. Raises Refused without a reason, for an end that is not
    after today or more than three months away, and for what is urgent: that is never silenced.
    """
    row = find_warning(session, actor, warning_id, Permission.PRESCRIBE)
    today = local_day(now)
    if not reason.strip():
        raise Refused(("reason", "follow.reason_needed", {}))
    if not today < until <= today + LONGEST_MUTE:
        raise Refused(("until", "follow.mute_end", {"days": LONGEST_MUTE.days}))
    if row.level is WarningLevel.URGENT:
        raise Refused(("", "follow.urgent_is_heard", {}))
    _end(session, row, actor.user_id, Outcome.MUTED, note=reason, now=now)
    silence = Mute(
        client_id=row.client_id,
        code=row.code,
        level=row.level,
        reason=reason.strip(),
        until=until,
        muted_at=now,
        muted_by=actor.user_id,
    )
    session.add(silence)
    session.flush()
    note_access(session, actor, now, "warning.muted", row.client_id)
    return silence


def hand_over(
    session: Session, actor: Actor, warning_id: int, *, to_id: int, now: datetime
) -> EarlyWarning:
    """Give a warning to a colleague, who takes it up themselves."""
    row = find_warning(session, actor, warning_id, Permission.SCREEN)
    if row.closed_at is not None:
        raise Conflict("follow.already_closed")
    if to_id not in {one.id for one in colleagues(session, row.client_id)}:
        raise Refused(("to", "form.choice", {}))
    row.owner_id = to_id
    row.acknowledged_at = row.acknowledged_by = None
    session.flush()
    note_access(session, actor, now, "warning.handed_over", row.client_id)
    return row


def colleagues(session: Session, client_id: int) -> tuple[User, ...]:
    """Give the dietitians who may reach a client: those of NPCC and of the client's house."""
    client = session.get_one(Client, client_id)
    return tuple(
        session.scalars(
            select(User)
            .join(Organisation, Organisation.id == User.organisation_id)
            .where(
                User.role == Role.DIETITIAN,
                User.active,
                Organisation.active,
                (Organisation.kind == OrganisationKind.NPCC)
                | (Organisation.id == client.organisation_id),
            )
            .order_by(User.name, User.id)
        )
    )


ANSWERED_BY_SIGNATURE = frozenset({WarningCode.WEIGHT_LOSS, WarningCode.FLUID_CHECK})
"""Signs that a prescription signed on or after the newest weighing has taken into account."""


def is_answered(code: WarningCode, fact_on: date | None, treated_on: date | None) -> bool:
    """Whether a signature answers a sign: it stands on the day of its facts or later."""
    if fact_on is None or treated_on is None:
        return False
    return code in ANSWERED_BY_SIGNATURE and treated_on >= fact_on


def answer_by_signature(session: Session, client_id: int, now: datetime) -> int:
    """End at once what a signature of today answers; gives how many."""
    rows = [one for one in open_warnings(session, client_id) if one.code in ANSWERED_BY_SIGNATURE]
    ended = settle(rows, frozenset(), treated_on=local_day(now), now=now)
    session.flush()
    return ended


def settle(
    rows: Iterable[EarlyWarning],
    still: frozenset[WarningCode],
    *,
    treated_on: date | None,
    now: datetime,
) -> int:
    """End the open tasks somebody has done, and what a signature answered; gives how many."""
    ended = 0
    for row in rows:
        if is_answered(row.code, row.fact_on, treated_on):
            row.closed_at, row.outcome = now, Outcome.PRESCRIPTION_CHANGED
        elif row.code in TASKS and row.code not in still:
            row.closed_at, row.outcome = now, Outcome.GONE
        ended += row.closed_at is not None
    return ended
