"""The house's own verbs: who looked at what, jobs and their turns, login throttling."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, CursorResult, Engine, delete, func, or_, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission, require
from app.models.care import ScreeningDraft
from app.models.planning import DayPlan, WhatIf
from app.models.system import (
    AccessLog,
    Job,
    JobRun,
    JobStatus,
    LoginAttempt,
    MessageState,
    OutboxMessage,
)
from app.operations import depots

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_MIGRATION_LOCK = 0x4E504343
LEASE = timedelta(seconds=20)
DRAFT_LIFE = timedelta(hours=24)
"""How long a form that was not kept stays on the server."""
MAX_ATTEMPTS = 5
DONE, FAILED = JobStatus.DONE, JobStatus.FAILED


class Beat(StrEnum):
    """What a worker hears when it says that it lives."""

    GO_ON = "go_on"
    STOP = "stop"  # somebody asked to end with the best found so far
    LOST = "lost"  # the job went to another worker


def note_access(
    session: Session, actor: Actor, now: datetime, act: str, client_id: int | None = None
) -> None:
    """Write who read or changed health data; part of the same transaction as the act."""
    session.add(
        AccessLog(
            at=now,
            role=actor.role,
            user_id=actor.user_id,
            organisation_id=actor.organisation_id,
            client_id=client_id,
            act=act,
        )
    )


def migrate(engine: Engine) -> None:
    """Bring the tables to the newest revision; one process at a time.

    SQLite changes a table by building it anew, which its foreign keys would take for deleting
    every row: there they rest meanwhile, and are checked before anything is kept.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.connect() as connection, alone(connection):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        if connection.dialect.name == "sqlite":
            lost = connection.execute(text("pragma foreign_key_check")).first()
            if lost is not None:
                raise AssertionError(f"a revision leaves rows of {lost[0]} without their {lost[2]}")


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """One transaction in which tables change, without another process or a key in the way."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _MIGRATION_LOCK})
        connection.commit()
    else:
        _keep_keys(connection, kept=False)
    try:
        with connection.begin():
            yield
    finally:
        if connection.dialect.name == "postgresql":
            connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _MIGRATION_LOCK})
            connection.commit()
        else:
            _keep_keys(connection, kept=True)


def _keep_keys(connection: Connection, *, kept: bool) -> None:
    """Say whether SQLite keeps foreign keys: by the driver, as no transaction may be open."""
    driver = connection.connection.dbapi_connection
    if driver is not None:
        driver.cursor().execute(f"pragma foreign_keys={'on' if kept else 'off'}")


def database_answers(session: Session) -> bool:
    """Whether the database can be read."""
    return bool(session.scalar(text("select 1")) == 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A job in the hands of one worker. Only this owner may write its result."""

    job_id: int
    kind: str
    payload: Mapping[str, Any]
    attempt: int
    owner: str


def enqueue(
    session: Session, actor: Actor, now: datetime, kind: str, payload: Mapping[str, Any]
) -> Job:
    """Write a piece of work down for whichever worker comes first."""
    job = Job(kind=kind, payload=dict(payload), created_at=now, created_by=actor.user_id)
    session.add(job)
    session.flush()
    return job


def enqueue_turn(
    session: Session, actor: Actor, due_at: datetime, kind: str, payload: Mapping[str, Any]
) -> Job | None:
    """Write a scheduled turn down; None when any scheduler did so before for the same due time.

    A turn of one kitchen is another turn than that of the next.
    """
    at = payload.get("depot")
    name = kind if at is None else f"{kind}/{at}"
    try:
        with session.begin_nested():
            job = enqueue(session, actor, due_at, kind, payload)
            session.add(JobRun(name=name, due_at=due_at, job_id=job.id))
    except IntegrityError:
        return None
    return job


def claim_job(
    session: Session, owner: str, now: datetime, *, lease: timedelta = LEASE
) -> Claim | None:
    """Take the oldest job that waits, or whose worker fell silent for `lease`; one worker wins."""
    stale = (Job.status == JobStatus.RUNNING) & (Job.heartbeat_at < now - lease)
    free = or_(Job.status == JobStatus.QUEUED, stale)
    first = (
        select(Job.id).where(free).order_by(Job.id).limit(1).with_for_update(skip_locked=True)
    ).scalar_subquery()
    row = session.execute(
        update(Job)
        .where(Job.id == first, free)
        .values(status=JobStatus.RUNNING, owner=owner, heartbeat_at=now, attempt=Job.attempt + 1)
        .returning(Job.id, Job.kind, Job.payload, Job.attempt),
        execution_options={"synchronize_session": False},
    ).first()
    if row is None:
        return None
    claim = Claim(
        job_id=row.id, kind=row.kind, payload=row.payload, attempt=row.attempt, owner=owner
    )
    if claim.attempt > MAX_ATTEMPTS:
        finish_job(session, claim, now, JobStatus.FAILED, {"code": "job.gave_up"})
        return None
    return claim


def beat(session: Session, claim: Claim, now: datetime, progress: Mapping[str, Any] | None) -> Beat:
    """Keep a job alive and show how far it is; says whether to go on."""
    values: dict[str, Any] = {"heartbeat_at": now}
    if progress is not None:
        values["progress"] = dict(progress)
    row = session.execute(
        update(Job)
        .where(Job.id == claim.job_id, Job.owner == claim.owner, Job.attempt == claim.attempt)
        .where(Job.status == JobStatus.RUNNING)
        .values(**values)
        .returning(Job.stop_asked),
        execution_options={"synchronize_session": False},
    ).first()
    if row is None:
        return Beat.LOST
    return Beat.STOP if row.stop_asked else Beat.GO_ON


def finish_job(
    session: Session, claim: Claim, now: datetime, status: JobStatus, result: Mapping[str, Any]
) -> bool:
    """Close a job; False (nothing written) when another worker took it over meanwhile."""
    done = session.execute(
        update(Job)
        .where(Job.id == claim.job_id, Job.owner == claim.owner, Job.attempt == claim.attempt)
        .where(Job.status == JobStatus.RUNNING)
        .values(status=status, result=dict(result), finished_at=now, heartbeat_at=now),
        execution_options={"synchronize_session": False},
    )
    return isinstance(done, CursorResult) and done.rowcount == 1


def find_job(session: Session, actor: Actor, job_id: int) -> Job:
    """Give a job of the actor's kitchen, for who may see day planning; NotFound otherwise."""
    require(actor, Permission.VIEW_DAY)
    job = session.get(Job, job_id)
    at = job.payload.get("depot") if job else None
    if job is None or (at is not None and at != depots.depot_of(session, actor).id):
        raise NotFound
    return job


def ask_stop(session: Session, actor: Actor, job_id: int) -> None:
    """Ask a running job to end with the best it has; its worker sees it at the next beat."""
    require(actor, Permission.PLAN_DAY)
    find_job(session, actor, job_id).stop_asked = True


def failures_since(session: Session, subject_hash: str, since: datetime) -> int:
    """Count failed logins of one subject since a moment."""
    query = select(func.count()).select_from(LoginAttempt)
    return (
        session.scalar(
            query.where(LoginAttempt.subject_hash == subject_hash, LoginAttempt.at > since)
        )
        or 0
    )


def note_failure(session: Session, subject_hash: str, now: datetime) -> None:
    """Remember a failed login."""
    session.add(LoginAttempt(subject_hash=subject_hash, at=now))


def forget_failures(session: Session, subject_hash: str) -> None:
    """Start counting anew after a good login."""
    session.execute(delete(LoginAttempt).where(LoginAttempt.subject_hash == subject_hash))


def prune(session: Session, actor: Actor, now: datetime) -> int:
    """Delete failed logins and drafts over a day old, old finished jobs and closed messages.

    Jobs, messages and what-ifs stay 30 days. Gives how many jobs went. A job that made a day plan
    stays with its plan.
    """
    require(actor, Permission.PLAN_DAY)
    session.execute(delete(LoginAttempt).where(LoginAttempt.at < now - timedelta(days=1)))
    session.execute(delete(ScreeningDraft).where(ScreeningDraft.saved_at <= now - DRAFT_LIFE))
    month = now - timedelta(days=30)
    session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.state != MessageState.WAITING,
            func.coalesce(OutboxMessage.sent_at, OutboxMessage.created_at) < month,
        )
    )
    session.execute(delete(WhatIf).where(WhatIf.created_at < month))
    planned = select(DayPlan.job_id).where(DayPlan.job_id.is_not(None))
    looked_at = select(WhatIf.job_id).where(WhatIf.job_id.is_not(None))
    old = session.scalars(
        select(Job.id).where(
            Job.finished_at < month, Job.id.not_in(planned), Job.id.not_in(looked_at)
        )
    ).all()
    session.execute(delete(JobRun).where(JobRun.job_id.in_(old)))
    session.execute(delete(Job).where(Job.id.in_(old)))
    return len(old)
