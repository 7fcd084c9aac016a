"""Verbs of referring: take one in, find it, move it from state to state, accept the person."""

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, false, or_, select, true, update
from sqlalchemy.orm import Session

import screening
from app.access import Actor, Conflict, NotFound, Permission, Refused, Role, require
from app.models.frozen import cells
from app.models.people import Client, Organisation, OrganisationKind, User
from app.models.referrals import Referral, ReferralMove
from app.operations import opinions
from app.operations.care import local_day
from app.operations.people import find_client
from app.operations.upkeep import note_access
from app.outbox import queue
from screening import (
    NEEDS_WHY,
    SOURCES,
    Direction,
    Move,
    MoveReason,
    Party,
    ReferralReason,
    ReferralState,
    Urgency,
)

OLDEST_YEARS = 120
SENDER_MOVES = frozenset({Move.TELL, Move.WITHDRAW})
"""What the sender may do with their own referral; everything else is for who handles it."""

Trouble = tuple[str, str, dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """The other side: who refers to us, or to whom we refer."""

    party: Party
    name: str
    organisation: str = ""
    contact: str = ""  # phone or mail
    number: str = ""  # RIZIV/INAMI
    language: str = "nl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Referred:
    """The person as the sender names them; `insz` only when the sender has a ground to give it."""

    given_name: str
    family_name: str
    born: date
    sex: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    place: str = ""
    insz: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReferral:
    """A referral to our dietitians. Without the person's consent there is none."""

    sender: Correspondent
    person: Referred
    reasons: tuple[ReferralReason, ...]
    consent: bool
    urgency: Urgency | None = None
    note: str = ""
    commission_cents: int = 0


def send(
    session: Session, actor: Actor, new: NewReferral, now: datetime, *, key: str | None = None
) -> Referral:
    """Take in a referral to our dietitians; they are told that there is one, not of whom.

    Raises Refused with every problem: no consent, no reason, an impossible birth date or number,
    a commission that may not be; NotFound for somebody who cares for no house or practice.
    """
    require(actor, Permission.SEND_REFERRAL)
    if not refers(actor):
        raise NotFound
    today = local_day(now)
    opinion = opinions.opinion_in_force(session, today)
    troubles = tuple(_troubles(new, today, opinion_on_file=opinion is not None))
    if troubles:
        raise Refused(*troubles)
    urgency = screening.urgency_of(
        new.reasons, new.urgency, in_hospital=new.sender.party is Party.HOSPITAL
    )
    referral = Referral(
        code=fresh_code(session),
        direction=Direction.INCOMING,
        state=ReferralState.RECEIVED,
        **party_cells(new.sender),
        **_person_cells(new.person, today),
        reasons=[reason.value for reason in dict.fromkeys(new.reasons)],
        urgency=urgency,
        received_at=now,
        due_on=screening.deadline(today, urgency),
        house_id=_handling_house(session, actor),
        consent_stated=new.consent,
        note=new.note,
        commission_cents=new.commission_cents,
        opinion_id=opinion.id if opinion and new.commission_cents else None,
        organisation_id=actor.organisation_id,
        recorded_by=actor.user_id,
        request_key=key,
        request_hash=None if key is None else digest(new),
    )
    session.add(referral)
    session.flush()
    keep_move(session, actor, referral, None, now=now)
    _tell_dietitians(session, referral, now)
    note_access(session, actor, now, "referral.received")
    return referral


def send_once(
    session: Session, actor: Actor, new: NewReferral, key: str, now: datetime
) -> tuple[Referral, bool]:
    """Take in a system's referral under its idempotency key; gives it and whether it is new.

    The same key with other content is a Conflict; nothing of another organisation is reached.
    """
    require(actor, Permission.SEND_REFERRAL)
    # One key at a time: of two requests at once the second waits here and finds the first.
    session.get_one(Organisation, actor.organisation_id, with_for_update={"key_share": True})
    known = session.scalar(
        select(Referral).where(
            Referral.organisation_id == actor.organisation_id, Referral.request_key == key
        )
    )
    if known is None:
        return send(session, actor, new, now, key=key), True
    if known.request_hash != digest(new):
        raise Conflict("referral.key_used_for_other_content")
    note_access(session, actor, now, "referral.viewed", known.client_id)
    return known, False


def digest(new: NewReferral) -> str:
    """Give the fingerprint of what was sent."""
    return hashlib.sha256(json.dumps(cells(new), sort_keys=True).encode()).hexdigest()


def refers(actor: Actor) -> bool:
    """Whether this is a professional's or a system's way in; an informal carer rings us."""
    return actor.is_npcc or actor.is_house or actor.role is Role.REFERRER


def _troubles(new: NewReferral, today: date, *, opinion_on_file: bool) -> Iterator[Trouble]:
    sender, person = new.sender, new.person
    if not new.consent:
        yield "consent", "referral.consent_needed", {}
    if sender.party not in SOURCES:
        yield "sender.party", "form.choice", {}
    yield from reason_troubles(new.reasons, new.note)
    if not today.year - OLDEST_YEARS <= person.born.year or person.born > today:
        yield "person.born", "client.born_out_of_range", {"years": OLDEST_YEARS}
    if sender.number and screening.read_caregiver_number(sender.number) is None:
        yield "sender.number", "referral.number_not_known", {}
    yield from _insz_troubles(person, today)
    refusal = screening.commission_refusal(
        new.commission_cents, sender.party, opinion_on_file=opinion_on_file
    )
    if refusal is not None:
        yield "commission_cents", refusal, {}


def reason_troubles(reasons: tuple[ReferralReason, ...], note: str) -> Iterator[Trouble]:
    """Tell what is missing: a reason, and words when it is another than those listed."""
    if not reasons:
        yield "reasons", "referral.reason_needed", {}
    if ReferralReason.OTHER in reasons and not note.strip():
        yield "note", "referral.note_needed", {}


def _insz_troubles(person: Referred, today: date) -> Iterator[Trouble]:
    """The number must hold, and tell the birth date that stands beside it."""
    if not person.insz:
        return
    known = screening.read_person_number(person.insz, today)
    if known is None:
        yield "person.insz", "referral.insz_not_known", {}
    elif known.birth is not None and known.birth != person.born:
        yield "person.insz", "referral.insz_other_birth", {}


def party_cells(side: Correspondent) -> dict[str, Any]:
    """Give the other side as columns, a RIZIV number as digits."""
    number = screening.read_caregiver_number(side.number) if side.number else None
    return {
        "party": side.party,
        "party_name": side.name,
        "party_organisation": side.organisation,
        "party_contact": side.contact,
        "party_number": number.digits if number else "",
        "language": side.language,
    }


def _person_cells(person: Referred, today: date) -> dict[str, Any]:
    known = screening.read_person_number(person.insz, today) if person.insz else None
    names = ("given_name", "family_name", "born", "sex", "phone", "street", "postcode", "place")
    found: dict[str, Any] = {name: getattr(person, name) for name in names}
    return found | {"insz": known.digits if known else None}


def _handling_house(session: Session, actor: Actor) -> int:
    """Give whose dietitians act: a dietitian keeps what they noted, everyone else asks NPCC."""
    if actor.role is Role.DIETITIAN and actor.organisation_id is not None:
        return actor.organisation_id
    found = session.scalar(
        select(Organisation.id)
        .where(Organisation.kind == OrganisationKind.NPCC)
        .order_by(Organisation.id)
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def fresh_code(session: Session) -> str:
    """Give a number nobody has: it may stand in an address, for it says nothing."""
    while True:
        code = f"V{secrets.randbelow(900_000) + 100_000}"
        if session.scalar(select(Referral.id).where(Referral.code == code)) is None:
            return code


def _tell_dietitians(session: Session, referral: Referral, now: datetime) -> None:
    """Queue word of a new referral: its deadline and a link, no name and no reason."""
    users = session.scalars(
        select(User).where(
            User.organisation_id == referral.house_id, User.role == Role.DIETITIAN, User.active
        )
    )
    for user in users:
        if user.id != referral.recorded_by:
            queue(
                session,
                now,
                address=user.login,
                language=user.language,
                template="mail.referral",
                link=f"/referrals/{referral.id}",
                day=referral.due_on.isoformat(),
            )


def visible_referrals(actor: Actor, permission: Permission) -> Select[Referral]:
    """Give the referrals this actor may reach for this act; raises Forbidden without the act.

    Who handles reaches those of their house and of its clients; who sends, those they sent.
    """
    require(actor, permission)
    return select(Referral).where(_reach(actor, permission))


def _reach(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    if not refers(actor) or actor.organisation_id is None:
        return false()
    sent = Referral.organisation_id == actor.organisation_id
    if not actor.may(Permission.HANDLE_REFERRAL):
        return sent
    if actor.is_npcc:
        return true()
    own = select(Client.id).where(Client.organisation_id == actor.organisation_id)
    handled = or_(Referral.house_id == actor.organisation_id, Referral.client_id.in_(own))
    return handled if permission is Permission.HANDLE_REFERRAL else or_(handled, sent)


def find_referral(
    session: Session, actor: Actor, referral_id: int, permission: Permission
) -> Referral:
    """Give one referral this actor may reach for this act: fetching is authorising."""
    found = session.scalar(visible_referrals(actor, permission).where(Referral.id == referral_id))
    if found is None:
        raise NotFound
    return found


def move_referral(
    session: Session,
    actor: Actor,
    referral_id: int,
    move: Move,
    now: datetime,
    *,
    seen: ReferralState,
    why: MoveReason | None = None,
    note: str = "",
) -> Referral:
    """Move a referral on, from the state the reader saw; keeps who, when and why.

    Raises Conflict when it stands elsewhere by now or the move is not allowed from there, and
    Refused when the move asks for a reason that is not given.
    """
    referral = find_referral(session, actor, referral_id, Permission.SEND_REFERRAL)
    if move not in SENDER_MOVES:
        referral = find_referral(session, actor, referral_id, Permission.HANDLE_REFERRAL)
    to = screening.after(referral.direction, seen, move)
    if to is None or referral.state is not seen:
        raise Conflict("referral.someone_was_first", state=f"referral.state.{referral.state}")
    if move in NEEDS_WHY and why in (None, MoveReason.OTHER) and not note.strip():
        raise Refused(("note", f"referral.needs_why.{move}", {}))
    _set_state(session, referral, to, now)
    keep_move(session, actor, referral, move, why=why, note=note.strip(), now=now)
    note_access(session, actor, now, f"referral.{move}", referral.client_id)
    return referral


def _set_state(session: Session, referral: Referral, to: ReferralState, now: datetime) -> None:
    """Compare and set; an answer to our question starts the clock again."""
    due = referral.due_on
    if referral.state is ReferralState.ASKED and to is ReferralState.RECEIVED:
        due = screening.deadline(local_day(now), referral.urgency)
    done = session.execute(
        update(Referral)
        .where(Referral.id == referral.id, Referral.state == referral.state)
        .values(state=to, due_on=due),
        execution_options={"synchronize_session": False},
    )
    session.refresh(referral)
    if not (isinstance(done, CursorResult) and done.rowcount == 1):
        raise Conflict("referral.someone_was_first", state=f"referral.state.{referral.state}")


def keep_move(
    session: Session,
    actor: Actor,
    referral: Referral,
    move: Move | None,
    *,
    now: datetime,
    why: MoveReason | None = None,
    note: str = "",
) -> None:
    """Add a step to the history of a referral, as it stands now; without a move it begins."""
    session.add(
        ReferralMove(
            referral_id=referral.id,
            at=now,
            role=actor.role,
            to_state=referral.state,
            move=move,
            user_id=actor.user_id,
            organisation_id=actor.organisation_id,
            why=why,
            note=note,
        )
    )
    session.flush()


def accept(
    session: Session,
    actor: Actor,
    referral_id: int,
    client_id: int,
    now: datetime,
    *,
    seen: ReferralState,
) -> Referral:
    """Take somebody into care who is a client already."""
    referral = find_referral(session, actor, referral_id, Permission.HANDLE_REFERRAL)
    client = find_client(session, actor, client_id, Permission.HANDLE_REFERRAL)
    moved = move_referral(session, actor, referral.id, Move.ACCEPT, now, seen=seen)
    moved.client_id = client.id
    note_access(session, actor, now, "referral.linked", client.id)
    session.flush()
    return moved
