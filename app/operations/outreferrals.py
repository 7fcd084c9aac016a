"""Verbs of referring a client to somebody else, and of setting such a proposal aside."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

import screening
from app.access import Actor, Permission, Refused
from app.models.people import Client, Site
from app.models.referrals import Referral
from app.operations.care import local_day
from app.operations.people import find_client
from app.operations.referrals import (
    Correspondent,
    Trouble,
    fresh_code,
    keep_move,
    move_referral,
    party_cells,
    reason_troubles,
)
from logistics import SiteKind
from screening import (
    RECIPIENTS,
    Direction,
    Move,
    MoveReason,
    ReferralReason,
    ReferralState,
    Urgency,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A referral of our client to somebody else, who learns of them only with their consent.

    `because` names the instruments that ask it.
    """

    to: Correspondent
    reasons: tuple[ReferralReason, ...]
    urgency: Urgency | None = None
    note: str = ""
    consent: bool = False
    because: tuple[str, ...] = field(default=())


def refer_out(
    session: Session,
    actor: Actor,
    client_id: int,
    new: Outgoing,
    now: datetime,
    *,
    move: Move = Move.SEND,
    why: MoveReason | None = None,
) -> Referral:
    """Refer a client to somebody else, or set such a proposal aside (`move` dismiss, with why).

    The proposal and the person's decision are two steps of its history.
    """
    client = find_client(session, actor, client_id, Permission.HANDLE_REFERRAL)
    troubles = tuple(_troubles(new)) if move is Move.SEND else ()
    if troubles:
        raise Refused(*troubles)
    today = local_day(now)
    site = session.get_one(Site, client.site_id)
    urgency = screening.urgency_of(
        new.reasons, new.urgency, in_hospital=site.kind is SiteKind.HOSPITAL
    )
    referral = Referral(
        code=fresh_code(session),
        direction=Direction.OUTGOING,
        state=ReferralState.PROPOSED,
        **party_cells(new.to),
        **_client_cells(client, site),
        reasons=[reason.value for reason in dict.fromkeys(new.reasons)],
        urgency=urgency,
        received_at=now,
        due_on=screening.deadline(today, urgency),
        house_id=_house(actor, client),
        consent_stated=new.consent,
        note=new.note,
        because=list(new.because),
        client_id=client.id,
        recorded_by=actor.user_id,
    )
    session.add(referral)
    session.flush()
    keep_move(session, actor, referral, None, now=now)
    return move_referral(session, actor, referral.id, move, now, seen=referral.state, why=why)


def _client_cells(client: Client, site: Site) -> dict[str, Any]:
    names = ("given_name", "family_name", "born", "sex", "phone")
    found: dict[str, Any] = {name: getattr(client, name) for name in names}
    return found | {name: getattr(site, name) for name in ("street", "postcode", "place")}


def _troubles(new: Outgoing) -> Iterator[Trouble]:
    if new.to.party not in RECIPIENTS:
        yield "party", "form.choice", {}
    if not new.to.name.strip():
        yield "name", "form.required", {}
    if not new.consent:
        yield "consent", "referral.consent_needed", {}
    if new.to.number and screening.read_caregiver_number(new.to.number) is None:
        yield "number", "referral.number_not_known", {}
    yield from reason_troubles(new.reasons, new.note)


def _house(actor: Actor, client: Client) -> int:
    return client.organisation_id if actor.organisation_id is None else actor.organisation_id
