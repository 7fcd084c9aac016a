"""Legal opinions on file: the only ground on which a referral may carry a commission."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Refused, require
from app.models.people import User
from app.models.referrals import LegalOpinion
from app.operations.care import local_day
from app.operations.upkeep import note_access


def file_opinion(
    session: Session, actor: Actor, document: str, valid_until: date, now: datetime
) -> LegalOpinion:
    """Put a legal opinion on file under the name of its document; an administrator does.

    Raises Refused without a name, without a person, or for an end that has passed.
    """
    require(actor, Permission.ADMINISTER)
    if actor.user_id is None or not document.strip():
        raise Refused(("document", "form.required", {}))
    if valid_until < local_day(now):
        raise Refused(("valid_until", "opinion.has_ended", {}))
    filed = LegalOpinion(
        document=document.strip(), valid_until=valid_until, filed_at=now, filed_by=actor.user_id
    )
    session.add(filed)
    session.flush()
    note_access(session, actor, now, "admin.opinion_filed")
    return filed


def opinion_in_force(session: Session, today: date) -> LegalOpinion | None:
    """Give the opinion that holds longest; None when none holds today."""
    return session.scalar(
        select(LegalOpinion)
        .where(LegalOpinion.valid_until >= today)
        .order_by(LegalOpinion.valid_until.desc(), LegalOpinion.id.desc())
        .limit(1)
    )


def opinions(session: Session, actor: Actor) -> tuple[tuple[LegalOpinion, str], ...]:
    """Give every opinion ever filed with who filed it, newest first."""
    require(actor, Permission.ADMINISTER)
    rows = session.execute(
        select(LegalOpinion, User.name)
        .join(User, User.id == LegalOpinion.filed_by)
        .order_by(LegalOpinion.id.desc())
    )
    return tuple((opinion, name) for opinion, name in rows)
