"""Administration: users and their roles, keys, jobs. An administrator sees no health data."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission, Refused, Role, require
from app.models.people import (
    ApiKey,
    Client,
    Organisation,
    OrganisationKind,
    ResetLink,
    User,
)
from app.models.system import Job
from app.operations import depots, people
from app.operations.upkeep import note_access

PAGE = 30
Kind = OrganisationKind
Account = User
_STAFFED = frozenset({Kind.NPCC, Kind.RESIDENTIAL, Kind.HOSPITAL})
_WITH_SYSTEM = (Kind.HOSPITAL, Kind.RESIDENTIAL, Kind.PRACTICE, Kind.PHARMACY)
"""Whose system may get a key."""
WORKS_AT: Mapping[Role, frozenset[Kind]] = {
    Role.DIETITIAN: _STAFFED,
    Role.CARER: frozenset(Kind) - {Kind.PRACTICE, Kind.PHARMACY},
    Role.CLIENT: frozenset({Kind.HOUSEHOLD, Kind.RESIDENTIAL}),
    Role.DISPATCHER: frozenset({Kind.NPCC}),
    Role.KITCHEN: frozenset({Kind.NPCC}),
    Role.ADMIN: frozenset({Kind.NPCC}),
    Role.REFERRER: frozenset({Kind.PRACTICE, Kind.PHARMACY}),
}
"""Roles a person may be given, and where: whoever plans the region works for NPCC."""
ADMIN_CODES = (
    "admin.login_taken",
    "admin.own_account",
    "admin.role_elsewhere",
    "admin.client_needed",
    "admin.client_unknown",
    "admin.client_has_user",
    "admin.no_key_here",
    "admin.depot_needed",
)
"""Why an act of administration on users and keys can be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Filters of a list and where it starts."""

    text: str = ""
    role: Role | None = None
    kind: Kind | None = None
    active: bool | None = None
    first: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Users:
    """A page of users, each with their organisation."""

    rows: tuple[tuple[User, Organisation], ...]
    total: int


def list_users(session: Session, actor: Actor, wanted: Wanted) -> Users:
    """Give users by name, filtered."""
    require(actor, Permission.ADMINISTER)
    query = select(User, Organisation).join(Organisation, Organisation.id == User.organisation_id)
    query = query.where(holds(wanted.text, User.name, User.login, Organisation.name))
    if wanted.role is not None:
        query = query.where(User.role == wanted.role)
    if wanted.active is not None:
        query = query.where(User.active.is_(wanted.active))
    page = query.order_by(User.name, User.id).offset(wanted.first).limit(PAGE)
    rows = tuple((user, house) for user, house in session.execute(page))
    return Users(rows=rows, total=count_of(session, query))


def holds(text: str, *columns: Any) -> ColumnElement[bool]:
    """Give the condition that one of the columns holds a text, whatever its case."""
    wanted = text.strip().lower()
    return or_(*(func.lower(column).contains(wanted, autoescape=True) for column in columns))


def count_of(session: Session, query: Select[*tuple[Any, ...]]) -> int:
    """Count what a query would give."""
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def find_user(session: Session, actor: Actor, user_id: int) -> User:
    """Give a user; NotFound when there is none."""
    require(actor, Permission.ADMINISTER)
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def kitchens_of(session: Session, actor: Actor, user: User) -> list[str]:
    """Give the codes of the kitchens where a user works; none for who works in no kitchen."""
    require(actor, Permission.ADMINISTER)
    if user.role not in depots.STAFF:
        return []
    mine = {number for number, _ in depots.kitchens_of(session, user)}
    return [code for code, number in depots.by_code(session).items() if number in mine]


def client_code(session: Session, actor: Actor, user: User) -> str:
    """Give the code of the client a user is, empty for anybody else; never a name."""
    require(actor, Permission.ADMINISTER)
    if user.client_id is None:
        return ""
    return session.get_one(Client, user.client_id).code


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """Who is invited, to do what, and where; `client` is the code of who they are."""

    login: str
    name: str
    role: Role
    organisation_id: int
    language: str
    client: str = ""
    depots: tuple[str, ...] = ()


def invite(session: Session, actor: Actor, new: NewUser, now: datetime) -> User:
    """Add a user without a password and send a one-time link to choose one.

    Raises Refused when the login is taken, the role does not belong in the organisation, or the
    client is unknown or has a user already.
    """
    require(actor, Permission.ADMINISTER)
    login = new.login.strip().lower()
    problems = [
        *_login_problems(session, login),
        *_role_problems(session, new.role, new.organisation_id),
        *_depot_problems(session, new.role, new.depots),
    ]
    client = _client(session, new) if new.role is Role.CLIENT and not problems else None
    if problems:
        raise Refused(*problems)
    user = User(
        login=login,
        name=new.name,
        role=new.role,
        organisation_id=new.organisation_id,
        client_id=client.id if client else None,
        language=new.language,
        depots=sorted(new.depots),
    )
    session.add(user)
    session.flush()
    people.invite(session, user, now)
    note_access(session, actor, now, "admin.user_invited")
    return user


def invite_again(session: Session, actor: Actor, user_id: int, now: datetime) -> User:
    """Send a new link; links sent before are of no use any more."""
    user = find_user(session, actor, user_id)
    if not user.active:
        raise NotFound
    _spend_links(session, user, now)
    people.invite(session, user, now)
    note_access(session, actor, now, "admin.user_invited")
    return user


def _login_problems(session: Session, login: str) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    taken = session.scalar(select(User.id).where(User.login == login))
    return () if taken is None else (("login", "admin.login_taken", {"login": login}),)


def _role_problems(
    session: Session, role: Role, organisation_id: int
) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    house = session.get(Organisation, organisation_id)
    if house is None or not house.active:
        return (("organisation", "form.choice", {}),)
    if house.kind not in WORKS_AT.get(role, frozenset()):
        return (("role", "admin.role_elsewhere", {}),)
    return ()


def _depot_problems(
    session: Session, role: Role, codes: tuple[str, ...]
) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """With several kitchens it must be said where somebody works; unknown is not everywhere."""
    known = depots.by_code(session)
    if not set(codes) <= known.keys():
        return (("depots", "form.choice", {}),)
    if role in depots.STAFF and len(known) > 1 and not codes:
        return (("depots", "admin.depot_needed", {}),)
    return ()


def _client(session: Session, new: NewUser) -> Client:
    if not new.client:
        raise Refused(("client", "admin.client_needed", {}))
    client = session.scalar(select(Client).where(Client.code == new.client))
    if client is None or client.organisation_id != new.organisation_id:
        raise Refused(("client", "admin.client_unknown", {"client": new.client}))
    if session.scalar(select(User.id).where(User.client_id == client.id)) is not None:
        raise Refused(("client", "admin.client_has_user", {"client": new.client}))
    return client


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedUser:
    """What an administrator may change of a user."""

    name: str
    role: Role
    organisation_id: int
    active: bool
    depots: tuple[str, ...] = ()


def change_user(
    session: Session, actor: Actor, user_id: int, change: ChangedUser, now: datetime
) -> User:
    """Change name, role, organisation or access; a change of what they may do ends sessions.

    Raises Refused when administrators would take away their own access, or the role does not
    belong in the organisation. A client stays the client they are.
    """
    user = find_user(session, actor, user_id)
    problems = [
        *_role_problems(session, change.role, change.organisation_id),
        *_depot_problems(session, change.role, change.depots),
    ]
    own = user.id == actor.user_id
    if own and (change.role is not user.role or not change.active):
        problems.append(("role", "admin.own_account", {}))
    if (user.role is Role.CLIENT) != (change.role is Role.CLIENT):
        problems.append(("role", "admin.role_elsewhere", {}))
    if problems:
        raise Refused(*problems)
    before = (user.role, user.organisation_id, user.active)
    user.name, user.role = change.name, change.role
    user.organisation_id, user.active = change.organisation_id, change.active
    if change.depots:
        user.depots, user.depot_id = sorted(change.depots), None
    if before != (user.role, user.organisation_id, user.active):
        user.session_epoch += 1
    if not user.active:
        _spend_links(session, user, now)
    note_access(session, actor, now, "admin.user_changed")
    return user


def _spend_links(session: Session, user: User, now: datetime) -> None:
    session.execute(
        update(ResetLink)
        .where(ResetLink.user_id == user.id, ResetLink.used_at.is_(None))
        .values(used_at=now)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Every key, and who may get one."""

    rows: tuple[tuple[ApiKey, Organisation], ...]
    organisations: tuple[Organisation, ...]


def list_keys(session: Session, actor: Actor) -> Keys:
    """Give the API keys, newest first, and the houses whose system may get one."""
    require(actor, Permission.ADMINISTER)
    rows = session.execute(
        select(ApiKey, Organisation)
        .join(Organisation, Organisation.id == ApiKey.organisation_id)
        .order_by(ApiKey.id.desc())
    )
    houses = session.scalars(
        select(Organisation)
        .where(Organisation.kind.in_(_WITH_SYSTEM), Organisation.active)
        .order_by(Organisation.name)
    )
    return Keys(rows=tuple((key, house) for key, house in rows), organisations=tuple(houses))


def issue_key(
    session: Session, actor: Actor, organisation_id: int, name: str, now: datetime
) -> str:
    """Make a key for the system of a house, practice or pharmacy; shown this once."""
    house = session.get(Organisation, organisation_id)
    if house is None or house.kind not in _WITH_SYSTEM or not house.active:
        raise Refused(("organisation", "admin.no_key_here", {}))
    return people.issue_key(session, actor, organisation_id, name, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFace:
    """A job as an administrator sees it: no payload, only how it went."""

    id: int
    kind: str
    status: str
    created_at: datetime
    finished_at: datetime | None
    attempt: int
    code: str | None
    reference: str | None
    counts: Mapping[str, int]


def latest_jobs(session: Session, actor: Actor, first: int = 0) -> tuple[tuple[JobFace, ...], int]:
    """Give jobs, newest first, and how many there are; a failed one with its reason code."""
    require(actor, Permission.ADMINISTER)
    rows = session.scalars(select(Job).order_by(Job.id.desc()).offset(first).limit(PAGE))
    faces = tuple(
        JobFace(
            id=job.id,
            kind=job.kind,
            status=job.status.value,
            created_at=job.created_at,
            finished_at=job.finished_at,
            attempt=job.attempt,
            code=job.result.get("code"),
            reference=job.result.get("reference"),
            counts={name: one for name, one in job.result.items() if isinstance(one, int)},
        )
        for job in rows
    )
    return faces, session.scalar(select(func.count(Job.id))) or 0
