"""What the people of a house are told about its store; no message holds health data."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Role
from app.models.orders import ReorderProposal
from app.models.people import Site, User
from app.outbox import queue

PROPOSED, GONE = "mail.store.proposed", "mail.store.expired"
STORE_MAILS = (PROPOSED, GONE)
"""Templates of this file: each has a `.subject` and a `.text` in every language."""


def announce(session: Session, site: Site, proposal: ReorderProposal, now: datetime) -> None:
    """Tell who may sign that a proposal waits, and until when."""
    _write(session, site, proposal, PROPOSED, now)


def tell_expired(session: Session, site: Site, proposal: ReorderProposal, now: datetime) -> None:
    """Tell who could sign that nobody did, and that nothing comes."""
    _write(session, site, proposal, GONE, now)


def _write(
    session: Session, site: Site, proposal: ReorderProposal, template: str, now: datetime
) -> None:
    users = session.scalars(
        select(User)
        .where(
            User.organisation_id == site.organisation_id,
            User.role.in_((Role.CARER, Role.DIETITIAN)),
            User.active,
        )
        .order_by(User.id)
    )
    for user in users.all():
        queue(
            session,
            now,
            address=user.login,
            language=user.language,
            template=template,
            link=f"/store/{site.id}",
            day=proposal.service_day.isoformat(),
        )
