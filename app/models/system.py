"""The house's own rows: who looked at what, messages to send, jobs and their turns."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.access import Role
from app.db import Base, choice, short


class JobStatus(StrEnum):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class MessageState(StrEnum):
    """Whether a message has left."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class AccessLog(Base):
    """Who read or changed whose health data, when and by which act. Only ever added to."""

    __tablename__ = "access_log"
    __table_args__ = (Index("ix_access_log_client_at", "client_id", "at"),)

    at: Mapped[datetime]
    role: Mapped[Role] = mapped_column(choice(Role))
    act: Mapped[str] = mapped_column(short)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), default=None)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("client.id"), default=None)


class OutboxMessage(Base):
    """A message written with the fact it tells, sent afterwards. Holds codes, no health data."""

    __tablename__ = "outbox_message"

    created_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(short)
    language: Mapped[str] = mapped_column(short)
    template: Mapped[str] = mapped_column(short)
    content: Mapped[dict[str, Any]]
    state: Mapped[MessageState] = mapped_column(
        choice(MessageState), default=MessageState.WAITING, index=True
    )
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None] = mapped_column(default=None)


class Job(Base):
    """One piece of work for a worker; claimed by compare-and-set, kept alive by a heartbeat."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_status_id", "status", "id"),)

    kind: Mapped[str] = mapped_column(short)
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    status: Mapped[JobStatus] = mapped_column(choice(JobStatus), default=JobStatus.QUEUED)
    owner: Mapped[str] = mapped_column(short, default="")
    heartbeat_at: Mapped[datetime | None] = mapped_column(default=None)
    attempt: Mapped[int] = mapped_column(default=0)
    stop_asked: Mapped[bool] = mapped_column(default=False)
    progress: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default_factory=dict)
    finished_at: Mapped[datetime | None] = mapped_column(default=None)


class JobRun(Base):
    """The ledger of turns: one row per job name and due time, so that each fires once."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("name", "due_at"),)

    name: Mapped[str] = mapped_column(short)
    due_at: Mapped[datetime]
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id"))


class LoginAttempt(Base):
    """A failed login, kept to slow guessing; login and address are stored hashed."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_subject_at", "subject_hash", "at"),)

    subject_hash: Mapped[str] = mapped_column(short)
    at: Mapped[datetime]
