"""Taking a referred person into care who is no client yet."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.access import Actor, Permission
from app.models.referrals import Referral
from app.operations import enrolment
from app.operations.enrolment import NewClient
from app.operations.referrals import accept, find_referral
from screening import ReferralState


def accept_new(
    session: Session,
    actor: Actor,
    referral_id: int,
    new: NewClient,
    now: datetime,
    *,
    seen: ReferralState,
) -> Referral:
    """Enrol the person as a client and take them into care; a known person is asked about first."""
    find_referral(session, actor, referral_id, Permission.HANDLE_REFERRAL)
    client = enrolment.enrol(session, actor, new, now)
    return accept(session, actor, referral_id, client.id, now, seen=seen)
