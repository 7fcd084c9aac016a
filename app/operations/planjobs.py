"""The planning of a kitchen's day as work for a worker: asked, under way, ended."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Permission, require
from app.models.system import Job
from app.operations import depots, planning, upkeep


def ask_plan(session: Session, actor: Actor, day: date, now: datetime) -> Job:
    """Ask the worker to plan a day of the actor's kitchen; one that waits or runs is given back."""
    require(actor, Permission.PLAN_DAY)
    depot_id = depots.depot_of(session, actor).id
    if planning.published_plan(session, depot_id, day) is not None:
        raise Conflict("planning.withdraw_first")
    running = running_job(session, depot_id, day)
    if running is not None:
        return running
    payload = {"day": day.isoformat(), "depot": depot_id}
    return upkeep.enqueue(session, actor, now, "plan_day", payload)


def running_job(session: Session, depot_id: int, day: date) -> Job | None:
    """Give the planning of a kitchen's day that waits or runs."""
    active = session.scalars(
        select(Job).where(
            Job.kind.in_(["plan_day", "plan_tomorrow", "adopt_what_if"]), Job.finished_at.is_(None)
        )
    )
    return next((job for job in active if _plans(job, depot_id, day)), None)


def _plans(job: Job, depot_id: int, day: date) -> bool:
    """Whether a job plans a day here; one that names no kitchen is of the only one."""
    of_day = job.payload.get("day") == day.isoformat()
    return of_day and job.payload.get("depot") in (None, depot_id)


def last_job(session: Session, depot_id: int, day: date) -> Job | None:
    """Give the newest planning of a kitchen's day, whatever became of it."""
    rows = session.scalars(
        select(Job)
        .where(Job.kind.in_(["plan_day", "adopt_what_if"]))
        .order_by(Job.id.desc())
        .limit(50)
    )
    return next((job for job in rows if _plans(job, depot_id, day)), None)
