"""What a client may know and decide about their own data: consents, carers, who looked at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Role
from app.i18n import LOCAL_ZONE
from app.models.orders import StandingOrder
from app.models.people import (
    CarerLink,
    Client,
    Consent,
    ConsentPurpose,
    Organisation,
    User,
)
from app.models.system import AccessLog
from app.operations import reorders
from app.operations.people import find_client
from app.operations.upkeep import note_access

LOG_PAGE = 40
Purpose = ConsentPurpose
"""What a client may agree to, for pages that know no tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a client agreed to, who helps them, and what happens without an answer."""

    client: Client
    rule: StandingOrder | None
    given: Mapping[ConsentPurpose, Consent]
    carers: tuple[tuple[CarerLink, str], ...]
    own: bool


def choices(session: Session, actor: Actor, client_id: int, now: datetime) -> Choices:
    """Give a client's consents in force and the carers with access today."""
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    note_access(session, actor, now, "week.viewed", client.id)
    given = session.scalars(
        select(Consent).where(Consent.client_id == client.id, Consent.withdrawn_at.is_(None))
    )
    carers = session.execute(
        select(CarerLink, User.name)
        .join(User, User.id == CarerLink.user_id)
        .where(
            CarerLink.client_id == client.id,
            CarerLink.until >= now.astimezone(LOCAL_ZONE).date(),
        )
        .order_by(User.name)
    )
    return Choices(
        client=client,
        rule=reorders.standing_order(session, client.id),
        given={one.purpose: one for one in given},
        carers=tuple((link, name) for link, name in carers),
        own=actor.role in {Role.CLIENT, Role.DIETITIAN},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One line of the access log: who did what, when, and for which organisation."""

    at: datetime
    role: Role
    name: str | None
    organisation: str | None
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """A page of the access log."""

    client: Client
    rows: tuple[Look, ...]
    first: int
    total: int


def looks(
    session: Session,
    actor: Actor,
    client_id: int,
    now: datetime,
    *,
    first: int = 0,
    everyone: bool = False,
) -> Looks:
    """Give who read or changed a client's data, latest first.

    Without `everyone` the client's own visits stay away, so that others are seen.
    """
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    note_access(session, actor, now, "log.viewed", client.id)
    session.flush()
    mine = select(User.id).where(User.client_id == client.id)
    wanted = AccessLog.client_id == client.id
    if not everyone:
        wanted &= AccessLog.user_id.is_(None) | AccessLog.user_id.not_in(mine)
    rows = session.execute(
        select(AccessLog, User.name, Organisation.name)
        .outerjoin(User, User.id == AccessLog.user_id)
        .outerjoin(Organisation, Organisation.id == AccessLog.organisation_id)
        .where(wanted)
        .order_by(AccessLog.id.desc())
        .offset(first)
        .limit(LOG_PAGE)
    )
    return Looks(
        client=client,
        rows=tuple(
            Look(at=row.at, role=row.role, name=name, organisation=house, act=row.act)
            for row, name, house in rows
        ),
        first=first,
        total=session.scalar(select(func.count()).select_from(AccessLog).where(wanted)) or 0,
    )
