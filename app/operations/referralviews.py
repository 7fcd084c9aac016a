"""What pages and systems see of referrals: lists with deadlines, one with its history, advice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Permission, Role
from app.models.care import Screening
from app.models.people import Client, Organisation, Site, User
from app.models.referrals import Referral, ReferralLetter, ReferralMove
from app.operations.care import local_day, signed_prescription
from app.operations.people import find_client, visible_clients
from app.operations.referrals import SENDER_MOVES, find_referral, visible_referrals
from app.operations.upkeep import note_access
from screening import (
    ENDED,
    WAITING,
    Advice,
    Direction,
    Move,
    MoveReason,
    Party,
    ReferralState,
    Urgency,
    assess,
)

PAGE = 25
Row = Referral
"""A referral, for pages that know no tables."""


class ReferralView(StrEnum):
    """The views of the list, as they stand in the address."""

    OPEN = "open"
    LATE = "late"
    IN_CARE = "in_care"
    SENT = "sent"
    ENDED = "ended"


_IN, _OUT, _S = Direction.INCOMING, Direction.OUTGOING, ReferralState
_VIEWS: Mapping[ReferralView, tuple[Direction | None, frozenset[ReferralState]]] = {
    ReferralView.OPEN: (_IN, frozenset({_S.RECEIVED, _S.ASKED})),
    ReferralView.LATE: (None, WAITING),
    ReferralView.IN_CARE: (_IN, frozenset({_S.ACCEPTED, _S.ANSWERED})),
    ReferralView.SENT: (_OUT, frozenset({_S.PROPOSED, _S.SENT, _S.ANSWERED})),
    ReferralView.ENDED: (None, ENDED),
}


def _in_view(view: ReferralView, today: date) -> ColumnElement[bool]:
    direction, states = _VIEWS[view]
    parts: list[ColumnElement[bool]] = [Referral.state.in_(states)]
    if direction is not None:
        parts.append(Referral.direction == direction)
    if view is ReferralView.LATE:
        parts.append(Referral.due_on < today)
    return and_(*parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrals:
    """One page of referrals with the counts of every view."""

    today: date
    rows: tuple[Referral, ...]
    counts: Mapping[ReferralView, int]
    first: int
    total: int


def referral_list(
    session: Session, actor: Actor, *, now: datetime, view: ReferralView, first: int = 0
) -> Referrals:
    """Give the referrals of a view this actor may reach; what waits longest over time first."""
    today = local_day(now)
    reach = visible_referrals(actor, Permission.SEND_REFERRAL)
    counts = {one: _count(session, reach.where(_in_view(one, today))) for one in ReferralView}
    order = (
        (Referral.received_at.desc(), Referral.id.desc())
        if view is ReferralView.ENDED
        else (Referral.due_on, Referral.id)
    )
    page = reach.where(_in_view(view, today)).order_by(*order).offset(first).limit(PAGE)
    rows = tuple(session.scalars(page))
    _note_listed(session, actor, rows, now)
    return Referrals(today=today, rows=rows, counts=counts, first=first, total=counts[view])


def _count(session: Session, query: Select[Referral]) -> int:
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _note_listed(session: Session, actor: Actor, rows: Iterable[Referral], now: datetime) -> None:
    """A person who is no client yet has no log of their own: the list itself is noted."""
    known = {row.client_id for row in rows}
    for client_id in sorted(known - {None}, key=lambda one: one or 0):
        note_access(session, actor, now, "referrals.listed", client_id)
    if None in known:
        note_access(session, actor, now, "referrals.listed")


def waiting_count(session: Session, actor: Actor) -> int:
    """Count what asks something: new referrals of who handles, open questions of who sends."""
    handles = actor.may(Permission.HANDLE_REFERRAL)
    reach = visible_referrals(
        actor, Permission.HANDLE_REFERRAL if handles else Permission.SEND_REFERRAL
    )
    state = _S.RECEIVED if handles else _S.ASKED
    return _count(session, reach.where(Referral.direction == _IN, Referral.state == state))


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReferral:
    """A referral to act on by today; `client_id` is None before the person is taken in."""

    referral_id: int
    client_id: int | None
    direction: Direction
    party: Party
    state: ReferralState
    due_on: date


def referrals_due(session: Session, actor: Actor, today: date) -> tuple[DueReferral, ...]:
    """Give what should be acted on by today at the latest, longest over time first; one query.

    For the worklist: it reads no name and logs nothing, whoever shows a row logs that.
    """
    reach = visible_referrals(actor, Permission.HANDLE_REFERRAL)
    rows = session.scalars(
        reach.where(Referral.state.in_(WAITING), Referral.due_on <= today).order_by(
            Referral.due_on, Referral.id
        )
    )
    return tuple(
        DueReferral(
            referral_id=row.id,
            client_id=row.client_id,
            direction=row.direction,
            party=row.party,
            state=row.state,
            due_on=row.due_on,
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a referral's history."""

    at: datetime
    who: str | None
    role: Role
    organisation: str | None
    move: Move | None
    to: ReferralState
    why: MoveReason | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LikelyClient:
    """A client who may be the person a referral names."""

    client_id: int
    code: str
    name: str
    born: date
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFacts:
    """Everything the page of one referral shows."""

    referral: Referral
    today: date
    steps: tuple[Step, ...]
    moves: tuple[Move, ...]
    likely: tuple[LikelyClient, ...]
    letters: tuple[ReferralLetter, ...]
    handles: bool
    client_name: str | None


def referral_facts(
    session: Session, actor: Actor, referral_id: int, now: datetime
) -> ReferralFacts:
    """Give one referral with its history and what this actor may do now; writes down who looked."""
    referral = find_referral(session, actor, referral_id, Permission.SEND_REFERRAL)
    handles = may_handle(session, actor, referral)
    note_access(session, actor, now, "referral.viewed", referral.client_id)
    client = session.get(Client, referral.client_id) if referral.client_id and handles else None
    allowed = screening.moves_from(referral.direction, referral.state)
    return ReferralFacts(
        referral=referral,
        today=local_day(now),
        steps=_steps(session, referral.id),
        moves=tuple(one for one in allowed if handles or one in SENDER_MOVES),
        likely=_likely(session, actor, referral) if handles and Move.ACCEPT in allowed else (),
        letters=letters_of(session, referral.id),
        handles=handles,
        client_name=client.full_name if client else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SenderView:
    """What a sender may know of their referral: where it stands, nothing of the care."""

    id: int
    code: str
    state: ReferralState
    urgency: Urgency
    received_at: datetime
    due_on: date
    question: str | None
    why: MoveReason | None
    letters: int


def sender_view(session: Session, actor: Actor, referral_id: int, now: datetime) -> SenderView:
    """Give where a referral stands to the organisation that sent it; NotFound to any other."""
    referral = find_referral(session, actor, referral_id, Permission.SEND_REFERRAL)
    note_access(session, actor, now, "referral.viewed", referral.client_id)
    last = _steps(session, referral.id)[-1]
    return SenderView(
        id=referral.id,
        code=referral.code,
        state=referral.state,
        urgency=referral.urgency,
        received_at=referral.received_at,
        due_on=referral.due_on,
        question=last.note if referral.state is _S.ASKED else None,
        why=last.why if referral.state in ENDED else None,
        letters=len(letters_of(session, referral.id)),
    )


def may_handle(session: Session, actor: Actor, referral: Referral) -> bool:
    """Whether this actor decides on a referral, rather than having sent it."""
    if not actor.may(Permission.HANDLE_REFERRAL):
        return False
    reach = visible_referrals(actor, Permission.HANDLE_REFERRAL).where(Referral.id == referral.id)
    return session.scalar(reach) is not None


def letters_of(session: Session, referral_id: int) -> tuple[ReferralLetter, ...]:
    """Give the letters of a referral, oldest first."""
    return tuple(
        session.scalars(
            select(ReferralLetter)
            .where(ReferralLetter.referral_id == referral_id)
            .order_by(ReferralLetter.number)
        )
    )


def _steps(session: Session, referral_id: int) -> tuple[Step, ...]:
    rows = session.execute(
        select(ReferralMove, User.name, Organisation.name)
        .outerjoin(User, User.id == ReferralMove.user_id)
        .outerjoin(Organisation, Organisation.id == ReferralMove.organisation_id)
        .where(ReferralMove.referral_id == referral_id)
        .order_by(ReferralMove.id)
    )
    return tuple(
        Step(
            at=row.at,
            who=name,
            role=row.role,
            organisation=house,
            move=row.move,
            to=row.to_state,
            why=row.why,
            note=row.note,
        )
        for row, name, house in rows
    )


def _likely(session: Session, actor: Actor, referral: Referral) -> tuple[LikelyClient, ...]:
    """Give clients of that birth date, or of that name: a person must see the difference."""
    named = and_(
        func.lower(Client.family_name) == referral.family_name.lower(),
        func.lower(Client.given_name) == referral.given_name.lower(),
    )
    same = or_(Client.born == referral.born, named)
    rows = session.scalars(
        visible_clients(actor, Permission.HANDLE_REFERRAL)
        .where(same, Client.left_on.is_(None))
        .order_by(Client.born != referral.born, Client.family_name, Client.id)
        .limit(5)
    ).all()
    sites = select(Site.id, Site.place).where(Site.id.in_([row.site_id for row in rows]))
    places = {row.id: row.place for row in session.execute(sites)}
    return tuple(
        LikelyClient(
            client_id=row.id,
            code=row.code,
            name=row.full_name,
            born=row.born,
            place=places[row.site_id],
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientReferrals:
    """A client's referrals, newest first, and what their results ask to send now."""

    today: date
    rows: tuple[Referral, ...]
    advice: tuple[Advice, ...]


def client_referrals(
    session: Session, actor: Actor, client_id: int, now: datetime
) -> ClientReferrals:
    """Give a client's referrals and the proposals nobody has decided on yet."""
    client = find_client(session, actor, client_id, Permission.HANDLE_REFERRAL)
    rows = tuple(
        session.scalars(
            select(Referral).where(Referral.client_id == client.id).order_by(Referral.id.desc())
        )
    )
    note_access(session, actor, now, "referrals.viewed", client.id)
    advice = advice_for(session, actor, client.id, rows)
    return ClientReferrals(today=local_day(now), rows=rows, advice=advice)


def advice_for(
    session: Session, actor: Actor, client_id: int, rows: Iterable[Referral]
) -> tuple[Advice, ...]:
    """Give what the newest result of each instrument asks and nobody decided on since.

    A dietitian is not told to refer to a dietitian.
    """
    newest = _newest_screenings(session, client_id)
    signed = signed_prescription(session, client_id)
    level = signed.as_prescription().refeeding if signed else None
    days = [one.screened_on for one in newest]
    if signed and signed.signed_at:
        days.append(local_day(signed.signed_at))
    since = max(days, default=date.min)
    decided = {
        (row.party, reason)
        for row in rows
        if row.direction is _OUT and local_day(row.received_at) >= since
        for reason in row.why
    }
    found = screening.advise_referral([assess(one.as_intake()).result for one in newest], level)
    own = {Party.DIETITIAN} if actor.role is Role.DIETITIAN else set()
    return tuple(one for one in found if (one.to, one.reason) not in decided and one.to not in own)


def _newest_screenings(session: Session, client_id: int) -> tuple[Screening, ...]:
    rows = session.scalars(
        select(Screening)
        .where(Screening.client_id == client_id)
        .order_by(Screening.screened_on, Screening.id)
    )
    return tuple({row.instrument: row for row in rows}.values())
