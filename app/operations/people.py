"""Verbs about people: who is at the door, whom they may see, passwords, keys, consent."""

import hashlib
import secrets
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import ColumnElement, Select, false, select, true, update
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Permission, Refused, Role, require
from app.db import MAX_ID
from app.i18n import LOCAL_ZONE
from app.models.people import (
    ApiKey,
    CarerLevel,
    CarerLink,
    Client,
    Consent,
    ConsentPurpose,
    Organisation,
    OrganisationKind,
    ResetLink,
    Site,
    User,
)
from app.operations import depots, upkeep
from app.outbox import queue
from logistics import SiteKind
from menus import WarmingPlace

MAX_FAILURES = 6
MAX_FAILURES_PER_ADDRESS = 60
FAILURE_WINDOW = timedelta(minutes=15)
RESET_LIFE = timedelta(minutes=30)
INVITE_LIFE = timedelta(days=3)
MIN_PASSWORD = 12
KEY_MARK = "npcc_"
_PROFESSIONAL = frozenset({Role.DIETITIAN, Role.CARER})
"""Who works for the residents of a house; a resident with a login has their own orders only."""
_ACTS = frozenset({Permission.ORDER, Permission.COUNT_HOME_STOCK, Permission.RECORD_INTAKE})
"""What an informal carer may do only when they may order for the client, not merely look."""
_HOUSES = frozenset({OrganisationKind.RESIDENTIAL, OrganisationKind.HOSPITAL})
_REFERRERS = frozenset({OrganisationKind.PRACTICE, OrganisationKind.PHARMACY})
"""Whose system refers and never orders."""

_hasher = PasswordHasher()
_hashing = BoundedSemaphore(2)  # each hash takes 64 MiB: a burst of logins must not eat memory


def hash_password(password: str) -> str:
    """Give the argon2id hash of a password; raises Refused when it is too short."""
    if len(password) < MIN_PASSWORD:
        raise Refused(("password", "account.password_short", {"min": MIN_PASSWORD}))
    with _hashing:
        return _hasher.hash(password)


def log_in(session: Session, login: str, password: str, address: str, now: datetime) -> User | None:
    """Give the user whose password fits; None otherwise, without saying which part was wrong.

    After MAX_FAILURES for a login (or MAX_FAILURES_PER_ADDRESS from one address) within
    FAILURE_WINDOW it raises Conflict `account.too_many`, whether the password fits or not.
    The count is kept in the database, so that it holds over all web processes.
    """
    by_login, by_address = _digest(f"login:{login.strip().lower()}"), _digest(f"from:{address}")
    since = now - FAILURE_WINDOW
    if (
        upkeep.failures_since(session, by_login, since) >= MAX_FAILURES
        or upkeep.failures_since(session, by_address, since) >= MAX_FAILURES_PER_ADDRESS
    ):
        raise Conflict("account.too_many", minutes=int(FAILURE_WINDOW.total_seconds() // 60))
    user = _known_login(session, login)
    if not _fits(user.password_hash if user else None, password):
        upkeep.note_failure(session, by_login, now)
        upkeep.note_failure(session, by_address, now)
        return None
    upkeep.forget_failures(session, by_login)
    return user


def _known_login(session: Session, login: str) -> User | None:
    """Give who may come in by this login: neither the user nor their organisation ended."""
    return session.scalar(
        select(User)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.login == login.strip().lower(), User.active, Organisation.active)
    )


def _fits(stored: str | None, password: str) -> bool:
    """Compare in the same time for an unknown login as for a known one."""
    with _hashing:
        try:
            _hasher.verify(stored or _no_password(), password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def _no_password() -> str:
    global _DUMMY  # noqa: PLW0603 - one hash per process, made when first needed
    if not _DUMMY:
        _DUMMY = _hasher.hash(secrets.token_hex(16))
    return _DUMMY


_DUMMY = ""


def actor_of_session(session: Session, user_id: int, epoch: int, now: datetime) -> Actor | None:
    """Give who a session cookie speaks for; None when the password changed or access ended."""
    user = session.get(User, user_id)
    if user is None or not user.active or user.session_epoch != epoch:
        return None
    if not session.get_one(Organisation, user.organisation_id).active:
        return None
    return actor_for(session, user, now)


def actor_for(session: Session, user: User, now: datetime) -> Actor:
    """Give what a user may act as today, with the clients an informal carer is linked to."""
    organisation = session.get_one(Organisation, user.organisation_id)
    sees, orders_for = _linked(session, user, now)
    kitchens = depots.kitchens_of(session, user)
    may = [number for number, _ in kitchens]
    return Actor(
        role=user.role,
        user_id=user.id,
        organisation_id=organisation.id,
        is_npcc=organisation.kind is OrganisationKind.NPCC,
        is_house=user.role in _PROFESSIONAL and organisation.kind in _HOUSES,
        sees=sees,
        orders_for=orders_for,
        name=user.name,
        language=user.language,
        depot_id=user.depot_id if user.depot_id in may else next(iter(may), None),
        kitchens=kitchens,
    )


def choose_kitchen(session: Session, actor: Actor, depot_id: int) -> None:
    """Go and work in another kitchen; NotFound for one where the actor may not."""
    if actor.user_id is None or depot_id not in {number for number, _ in actor.kitchens}:
        raise NotFound
    session.get_one(User, actor.user_id).depot_id = depot_id


def _linked(session: Session, user: User, now: datetime) -> tuple[frozenset[int], frozenset[int]]:
    if user.client_id is not None:
        own = frozenset({user.client_id})
        return own, own
    links = session.execute(
        select(CarerLink.client_id, CarerLink.level).where(
            CarerLink.user_id == user.id, CarerLink.until >= now.astimezone(LOCAL_ZONE).date()
        )
    ).all()
    shared = {
        link.client_id: link.level
        for link in links
        if has_consent(session, link.client_id, ConsentPurpose.CARER_SHARING)
    }
    ordering = (client for client, level in shared.items() if level is CarerLevel.ORDER)
    return frozenset(shared), frozenset(ordering)


def actor_of_key(session: Session, key: str) -> Actor | None:
    """Give the house or practice whose system a key speaks for; None for no key or an ended one."""
    row = session.execute(
        select(ApiKey, Organisation)
        .join(Organisation, Organisation.id == ApiKey.organisation_id)
        .where(ApiKey.key_hash == _digest(key), ApiKey.revoked_at.is_(None), Organisation.active)
    ).first()
    if row is None:
        return None
    _, organisation = row
    refers = organisation.kind in _REFERRERS
    return Actor(
        role=Role.REFERRER if refers else Role.HOSPITAL,
        organisation_id=organisation.id,
        is_house=not refers,
        name=organisation.name,
    )


def visible_clients(actor: Actor, permission: Permission) -> Select[Client]:
    """Give the clients this actor may reach for this act; raises Forbidden without the act."""
    require(actor, permission)
    return select(Client).where(_reach(actor, permission))


def _reach(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    professional = actor.role in _PROFESSIONAL
    if actor.role is Role.SYSTEM or (actor.is_npcc and professional):
        return true()
    if actor.is_house and (professional or permission is Permission.SEND_SCREENING):
        return Client.organisation_id == actor.organisation_id
    if actor.role in {Role.CLIENT, Role.CARER}:
        acting = permission in _ACTS
        return Client.id.in_(actor.orders_for if acting else actor.sees)
    return false()


def find_client(session: Session, actor: Actor, client_id: int, permission: Permission) -> Client:
    """Give one client if this actor may reach them for this act: fetching is authorising.

    Raises NotFound both for no such client and for somebody else's.
    """
    reachable = visible_clients(actor, permission)
    known = client_id <= MAX_ID
    client = session.scalar(reachable.where(Client.id == client_id)) if known else None
    if client is None:
        raise NotFound
    return client


def has_consent(session: Session, client_id: int, purpose: ConsentPurpose) -> bool:
    """Whether the client agreed to this purpose and did not withdraw."""
    return (
        session.scalar(
            select(Consent.id).where(
                Consent.client_id == client_id,
                Consent.purpose == purpose,
                Consent.withdrawn_at.is_(None),
            )
        )
        is not None
    )


def record_consent(
    session: Session,
    actor: Actor,
    client_id: int,
    purpose: ConsentPurpose,
    *,
    given: bool,
    now: datetime,
) -> None:
    """Write down that a client agrees to a purpose, or withdraws; takes effect at once.

    Clients decide for themselves; a dietitian writes down what they said. An informal carer
    decides nothing of this for them.
    """
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    if actor.role not in {Role.CLIENT, Role.DIETITIAN}:
        raise Forbidden(f"consent.{purpose}")
    session.execute(
        update(Consent)
        .where(
            Consent.client_id == client.id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    if given:
        session.add(
            Consent(
                client_id=client.id,
                purpose=purpose,
                text_version="2026-11",
                given_at=now,
                recorded_by=actor.user_id,
            )
        )
    upkeep.note_access(session, actor, now, f"consent.{purpose}", client.id)


def end_carer_access(
    session: Session, actor: Actor, client_id: int, link_id: int, now: datetime
) -> None:
    """End an informal carer's access to a client at once; the client or a dietitian may."""
    client = find_client(session, actor, client_id, Permission.VIEW_MEALS)
    if actor.role not in {Role.CLIENT, Role.DIETITIAN}:
        raise Forbidden("carer.ended")
    link = session.get(CarerLink, link_id)
    if link is None or link.client_id != client.id:
        raise NotFound
    link.until = now.astimezone(LOCAL_ZONE).date() - timedelta(days=1)
    upkeep.note_access(session, actor, now, "carer.ended", client.id)


def choose_language(session: Session, actor: Actor, language: str) -> None:
    """Keep the language in the profile of someone logged in."""
    if actor.user_id is not None:
        session.get_one(User, actor.user_id).language = language


def change_password(session: Session, actor: Actor, current: str, password: str) -> User:
    """Change one's own password; raises Refused when the present one does not fit."""
    require(actor, Permission.OWN_PROFILE)
    user = session.get_one(User, actor.user_id)
    if not _fits(user.password_hash, current):
        raise Refused(("current", "account.current_wrong", {}))
    set_password(user, password)
    return user


def ask_reset(session: Session, login: str, *, address: str, now: datetime) -> None:
    """Send a one-time link when the login exists; the caller's answer is the same when not.

    More than MAX_FAILURES requests for a login or from an address in FAILURE_WINDOW send nothing.
    """
    since = now - FAILURE_WINDOW
    for subject in (f"reset:{login.strip().lower()}", f"reset-from:{address}"):
        if upkeep.failures_since(session, _digest(subject), since) >= MAX_FAILURES:
            return
        upkeep.note_failure(session, _digest(subject), now)
    user = _known_login(session, login)
    if user is None:
        return
    minutes = str(int(RESET_LIFE.total_seconds() // 60))
    _send_link(session, user, now, now + RESET_LIFE, template="mail.reset", minutes=minutes)


def invite(session: Session, user: User, now: datetime) -> None:
    """Send a new user a one-time link to choose the first password."""
    days = str(INVITE_LIFE.days)
    _send_link(session, user, now, now + INVITE_LIFE, template="mail.invite", days=days)


def _send_link(
    session: Session, user: User, now: datetime, until: datetime, *, template: str, **told: str
) -> None:
    token = secrets.token_urlsafe(32)
    session.add(ResetLink(user_id=user.id, token_hash=_digest(token), expires_at=until))
    link = f"/account/reset#{token}"  # after the #, so that no log sees it
    queue(
        session,
        now,
        address=user.login,
        language=user.language,
        template=template,
        link=link,
        **told,
    )


def reset_password(session: Session, token: str, password: str, now: datetime) -> User:
    """Set a new password by one-time link; every older session and link of the user ends.

    Raises Refused for a link that is unknown, used or expired, and for a short password.
    """
    link = session.scalar(
        select(ResetLink)
        .where(ResetLink.token_hash == _digest(token), ResetLink.used_at.is_(None))
        .with_for_update()
    )
    if link is None or link.expires_at < now:
        raise Refused(("token", "account.link_spent", {}))
    user = session.get_one(User, link.user_id)
    set_password(user, password)
    session.execute(
        update(ResetLink)
        .where(ResetLink.user_id == user.id, ResetLink.used_at.is_(None))
        .values(used_at=now)
    )
    return user


def warming_place(client: Client, site: Site) -> WarmingPlace:
    """Give where a client's food is warmed up: at home in what they said, or in their house."""
    return WarmingPlace(at_home=site.kind is SiteKind.HOME, appliance=client.appliance)


def set_password(user: User, password: str) -> None:
    """Give a user a new password; sessions opened with the old one end."""
    user.password_hash = hash_password(password)
    user.session_epoch += 1


def issue_key(
    session: Session, actor: Actor, organisation_id: int, name: str, now: datetime
) -> str:
    """Make an API key for an organisation's system; shown once, kept only as a hash."""
    require(actor, Permission.ADMINISTER)
    organisation = session.get(Organisation, organisation_id)
    if organisation is None:
        raise NotFound
    key = KEY_MARK + secrets.token_urlsafe(32)
    session.add(
        ApiKey(
            organisation_id=organisation.id,
            name=name,
            prefix=key[: len(KEY_MARK) + 6],
            key_hash=_digest(key),
            created_at=now,
        )
    )
    upkeep.note_access(session, actor, now, "admin.key_issued")
    return key


def revoke_key(session: Session, actor: Actor, key_id: int, now: datetime) -> None:
    """End an API key at once."""
    require(actor, Permission.ADMINISTER)
    key = session.get(ApiKey, key_id)
    if key is None:
        raise NotFound
    key.revoked_at = key.revoked_at or now
    upkeep.note_access(session, actor, now, "admin.key_revoked")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
