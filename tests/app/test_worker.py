"""A worker that is killed in the middle of a solve, and the one that takes over."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from sqlalchemy import Engine, event, select
from structlog.testing import capture_logs

from app import jobs
from app.access import SYSTEM, Actor, Role
from app.config import Settings
from app.db import make_engine, read_only, transaction
from app.models.orders import Order
from app.models.planning import DayPlan
from app.models.stock import LotMove
from app.models.system import Job, JobStatus
from app.operations import upkeep
from logistics import OrderState
from tests.conftest import NOW
from tests.factories import (
    load_catalogue,
    make_client,
    make_kitchen,
    make_lot,
    make_order,
    make_prescription,
    make_user,
)

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 27)
DISHES = ("mash/7/standard", "omelette/7/standard", "carrots/7/standard")
DISPATCHER = Actor(role=Role.DISPATCHER, is_npcc=True)
LONG = 2_000_000_000
"""More moves than any test lasts: only being told to stop ends such a search."""


def region(engine: Engine) -> int:
    """Give twelve homes with something to deliver, and a day to plan that takes for ever."""
    with transaction(engine) as session:
        load_catalogue(session)
        make_kitchen(session)
        dietitian = make_user(session)
        for dish in DISHES:
            make_lot(session, dish, 50_000, DAY + timedelta(days=60))
        for _ in range(12):
            client = make_client(session)
            make_prescription(session, client, dietitian)
            make_order(session, client, DAY, *((dish, 2, 150) for dish in DISHES))
        payload = {"day": DAY.isoformat(), "moves": LONG}
        return upkeep.enqueue(session, SYSTEM, NOW, "plan_day", payload).id


@contextmanager
def worker(url: str) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "k" * 32, "LEASE_SECONDS": "2"}
    command = [sys.executable, "-m", "flask", "worker"]
    process = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def eventually(engine: Engine, job_id: int, reached: Callable[[Job], bool]) -> None:
    """Look until the job has reached a point; a stuck job ends the test, not the clock."""
    pause = Event()
    for _ in range(1200):
        with transaction(read_only(engine)) as session:
            if reached(session.get_one(Job, job_id)):
                return
        pause.wait(0.1)
    raise AssertionError("the job never got there")


def test_a_killed_worker_leaves_nothing_half_written_and_another_finishes(
    sqlite_url: str,
) -> None:
    engine = make_engine(sqlite_url)
    job_id = region(engine)
    with worker(sqlite_url) as first:
        eventually(engine, job_id, lambda job: job.progress.get("stage") == "routes")
        first.send_signal(signal.SIGKILL)
        first.wait()
    with transaction(engine) as session:
        assert session.get_one(Job, job_id).status is JobStatus.RUNNING
        assert session.scalars(select(DayPlan)).all() == []
        assert session.scalars(select(LotMove)).all() == []
        assert set(session.scalars(select(Order.state))) == {OrderState.PLACED}
        upkeep.ask_stop(session, DISPATCHER, job_id)
    with worker(sqlite_url):
        eventually(engine, job_id, lambda job: job.finished_at is not None)
    with transaction(engine) as session:
        job = session.get_one(Job, job_id)
        assert (job.status, job.attempt) == (JobStatus.DONE, 2)
        plan = session.scalars(select(DayPlan)).one()
        assert plan.id == job.result["day_plan_id"]
        assert plan.as_stored_day().plan.unserved == ()
        assert len(plan.as_stored_day().orders) == 12
    engine.dispose()


def test_a_database_that_is_busy_for_a_moment_ends_no_worker(sqlite_url: str) -> None:
    """Somebody holds the only writer's place longer than the worker waits for it."""
    engine = make_engine(sqlite_url)
    event.listen(engine, "connect", lambda one, _: one.execute("PRAGMA busy_timeout=1"))
    with transaction(engine) as session:
        job_id = upkeep.enqueue(session, SYSTEM, NOW, "prune", {}).id
    settings = Settings(database_url=sqlite_url, secret_key="k" * 64)
    stop, refused = threading.Event(), threading.Event()
    with (
        closing(sqlite3.connect(engine.url.database or "", isolation_level=None)) as other,
        capture_logs(processors=[lambda _, __, told: _seen(told, refused)]),
    ):
        other.execute("BEGIN IMMEDIATE")
        thread = threading.Thread(target=jobs.run_worker, args=(settings, engine, stop))
        thread.start()
        assert refused.wait(30)
        other.execute("ROLLBACK")
        eventually(engine, job_id, lambda job: job.status is JobStatus.DONE)
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    engine.dispose()


def _seen(told: Any, refused: threading.Event) -> Any:
    if told["event"] == "database busy":
        refused.set()
    return told
