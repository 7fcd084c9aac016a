"""The clocks of jobs: when each is due, and the scheduler that writes each turn down once."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from app.access import SYSTEM
from app.db import Engine, Session, transaction
from app.i18n import LOCAL_ZONE
from app.operations import depots, planning, reorderrun, upkeep


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A job that comes back: local hour and minute, on these weekdays (0 is Monday).

    With `again_every_min` it comes again on the same day, for as long as `again_for_min`.
    """

    kind: str
    hour: int
    minute: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    again_every_min: int = 1
    again_for_min: int = 0

    def times(self) -> tuple[time, ...]:
        """Give the local times of a day, the earliest first."""
        first = self.hour * 60 + self.minute
        minutes = range(first, first + self.again_for_min + 1, self.again_every_min)
        return tuple(time(*divmod(minute, 60)) for minute in minutes)

    def due_before(self, now: datetime) -> datetime:
        """Give the last moment this turn was due; the ledger is keyed on it, never on `now`."""
        local = now.astimezone(LOCAL_ZONE)
        for back in range(8):
            day = local.date() - timedelta(days=back)
            if day.weekday() not in self.weekdays:
                continue
            due = [datetime.combine(day, one, tzinfo=LOCAL_ZONE) for one in self.times()]
            if due[0] <= local:
                return max(one for one in due if one <= local).astimezone(UTC)
        raise ValueError("a turn needs at least one weekday")

    def payload(self, due_at: datetime) -> dict[str, Any]:
        """Give what the job of this turn is about: the day to plan, as seen when it was due."""
        if self.kind != "plan_tomorrow":
            return {}
        return {"day": planning.next_service_day(due_at).isoformat()}

    @property
    def by_kitchen(self) -> bool:
        """Whether each kitchen has this turn by itself: what stops one stops no other."""
        return self.kind in {"plan_tomorrow", "forecast", "reorder"}


TURNS = (
    Turn(kind="prune", hour=4, minute=10),
    Turn(kind="watch", hour=4, minute=30),
    Turn(kind="forecast", hour=4, minute=50),
    Turn(kind="escalate", hour=5, minute=0, again_every_min=30, again_for_min=18 * 60),
    Turn(
        kind="reorder",
        hour=6,
        minute=0,
        again_every_min=reorderrun.AGAIN_EVERY_MIN,
        again_for_min=reorderrun.AGAIN_FOR_MIN,
    ),
    Turn(kind="plan_tomorrow", hour=15, minute=10),
)
"""No turn between 2 and 3 o'clock: that hour is missing or doubled twice a year."""


def fire(engine: Engine, turn: Turn, now: datetime) -> bool:
    """Write the last due turn down as work, per kitchen where it is one's own.

    False when some scheduler wrote all of it before.
    """
    due_at = turn.due_before(now)
    with transaction(engine) as session:
        wrote = [
            upkeep.enqueue_turn(session, SYSTEM, due_at, turn.kind, payload)
            for payload in _payloads(session, turn, due_at)
        ]
    return any(job is not None for job in wrote)


def _payloads(session: Session, turn: Turn, due_at: datetime) -> list[dict[str, Any]]:
    """Give the work of a turn: one job, or one for each kitchen.

    Without a kitchen there is nothing to plan or forecast; proposals to reorder wait for none.
    """
    payload = turn.payload(due_at)
    kitchens = depots.by_code(session).values() if turn.by_kitchen else ()
    alone = [] if turn.kind in {"plan_tomorrow", "forecast"} else [payload]
    return [payload | {"depot": number} for number in kitchens] or alone


def run_scheduler(engine: Engine, stop: threading.Event) -> None:
    """Fire each turn when it is due, and at the start those of the last day that were missed."""
    scheduler = BackgroundScheduler(timezone=LOCAL_ZONE)
    for turn in TURNS:
        if datetime.now(UTC) - turn.due_before(datetime.now(UTC)) < timedelta(hours=12):
            fire(engine, turn, datetime.now(UTC))
        for at in turn.times():
            scheduler.add_job(
                lambda turn=turn: fire(engine, turn, datetime.now(UTC)),
                CronTrigger(
                    hour=at.hour,
                    minute=at.minute,
                    day_of_week=",".join(str(day) for day in turn.weekdays),
                    timezone=LOCAL_ZONE,
                ),
                coalesce=True,
                misfire_grace_time=3600,
            )
    scheduler.start()
    stop.wait()
    scheduler.shutdown(wait=False)
