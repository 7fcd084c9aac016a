"""Save the demo region into an empty database, with its logins and the hospital's key."""

import hashlib
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict
from app.i18n import LOCAL_ZONE
from app.models.people import ApiKey, Organisation, User
from app.operations import exchange
from app.operations.demo.logins import HOSPITAL_KEY, LOGINS, DemoLogin
from app.operations.demo.region import DemoRegion, generate
from app.operations.demo.second import with_second_kitchen
from app.operations.demo.seed import packaged_seed
from app.operations.people import KEY_MARK, hash_password

SEED_NUMBER = 1


def load(session: Session, actor: Actor, now: datetime, *, kitchens: int = 1) -> DemoRegion:
    """Save the demo region as of today; raises Conflict `demo.not_empty` on a filled database.

    With two kitchens the second serves who lives nearer to it.
    What it gives back says whose weeks are still to be composed and which orders to place.
    """
    if holds_anything(session):
        raise Conflict("demo.not_empty")
    region = generate(now.astimezone(LOCAL_ZONE).date(), packaged_seed(), SEED_NUMBER)
    if kitchens > 1:
        region = replace(region, rows=with_second_kitchen(region.rows))
    exchange.save(session, actor, region.rows, now)
    for login in LOGINS:
        user = session.scalars(select(User).where(User.login == login.user)).one()
        user.password_hash = hash_password(login.password)
    _keep_key(session, now)
    session.flush()
    return region


def holds_anything(session: Session) -> bool:
    """Whether the database is filled, with the demo or with anything else."""
    return bool(session.scalar(select(func.count()).select_from(Organisation)))


def logins_of(session: Session) -> tuple[DemoLogin, ...]:
    """Give the demo's logins and key when this database is a demo, otherwise none."""
    known = session.scalar(select(ApiKey.id).where(ApiKey.key_hash == _key_hash()))
    return () if known is None else (*LOGINS, HOSPITAL_KEY)


def _key_hash() -> str:
    return hashlib.sha256(HOSPITAL_KEY.password.encode()).hexdigest()


def _keep_key(session: Session, now: datetime) -> None:
    """Keep the hospital's key as `people.issue_key` would, but known beforehand."""
    hospital = session.scalars(
        select(Organisation).where(Organisation.code == HOSPITAL_KEY.user)
    ).one()
    key = HOSPITAL_KEY.password
    session.add(
        ApiKey(
            organisation_id=hospital.id,
            name="demo",
            prefix=key[: len(KEY_MARK) + 6],
            key_hash=_key_hash(),
            created_at=now,
        )
    )
