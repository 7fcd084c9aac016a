"""What a client and their carers are told about deliveries; no message holds health data."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import LOCAL_ZONE, translator
from app.models.orders import Order
from app.models.people import CarerLevel, CarerLink, Client, ConsentPurpose, User
from app.operations.people import has_consent
from app.outbox import queue
from logistics import OnNoAnswer

REORDER_MAILS = (
    *(f"mail.reorder.{choice}" for choice in OnNoAnswer),
    "mail.reorder.placed",
    "mail.reorder.please",
    "mail.reorder.stopped",
)
"""Templates of this file: each has a `.subject` and a `.text` in every language."""


def announce(
    session: Session, client: Client, day: date, if_no_answer: OnNoAnswer, now: datetime
) -> None:
    """Tell that a proposal waits, and what happens without an answer."""
    for user in _users_of(session, client):
        _write(session, user, f"mail.reorder.{if_no_answer}", now, day=day.isoformat())


def confirm(session: Session, client: Client, order: Order, now: datetime) -> None:
    """Confirm an order on a durable medium (Directive 2011/83/EU art. 8.7): number, day, price."""
    for user in _users_of(session, client):
        _write(
            session,
            user,
            "mail.reorder.placed",
            now,
            day=order.service_day.isoformat(),
            number=order.code,
            total=translator(user.language).cents(order.total_cents),
        )


def confirm_stop(session: Session, client: Client, now: datetime) -> None:
    """Confirm that nothing is ordered any more without an answer."""
    for user in _users_of(session, client):
        _write(session, user, "mail.reorder.stopped", now)


def ask_carers(session: Session, client: Client, day: date, now: datetime) -> None:
    """Ask whoever may order for a client, as long as the client shares with carers."""
    if not has_consent(session, client.id, ConsentPurpose.CARER_SHARING):
        return
    carers = session.scalars(
        select(User)
        .join(CarerLink, CarerLink.user_id == User.id)
        .where(
            CarerLink.client_id == client.id,
            CarerLink.level == CarerLevel.ORDER,
            CarerLink.until >= now.astimezone(LOCAL_ZONE).date(),
            User.active,
        )
        .order_by(User.id)
    )
    for carer in carers.all():
        link = f"/week?client={client.id}"
        _write(session, carer, "mail.reorder.please", now, link=link, day=day.isoformat())


def _users_of(session: Session, client: Client) -> list[User]:
    mine = select(User).where(User.client_id == client.id, User.active).order_by(User.id)
    return list(session.scalars(mine))


def _write(
    session: Session,
    user: User,
    template: str,
    now: datetime,
    *,
    link: str = "/week",
    **content: str,
) -> None:
    queue(
        session,
        now,
        address=user.login,
        language=user.language,
        template=template,
        link=link,
        **content,
    )
