"""The automatic reorder, with two schedulers and two workers at it: each delivery exactly once."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event, Thread

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app import turns
from app.access import SYSTEM, Actor, Role
from app.db import make_engine, read_only, transaction
from app.i18n import LOCAL_ZONE
from app.models.orders import Order, OrderLine, OrderSource, ProposalState, ReorderProposal
from app.models.orders import StandingOrder as Rule
from app.models.people import Consent, ConsentPurpose, Organisation
from app.models.system import Job, JobRun, JobStatus, MessageState, OutboxMessage
from app.operations import meals, upkeep
from optimizer import Limits
from tests import factories
from tests.journeys.conftest import DELIVERY

ROOT = Path(__file__).resolve().parents[2]
SIX = datetime(2026, 12, 2, 6, 0, tzinfo=LOCAL_ZONE).astimezone(UTC)
"""Wednesday at six: the last run before the cut-off of Friday's deliveries."""
CLIENTS = 2
FEW = Limits(moves=20_000, seed=1)
REORDER = next(turn for turn in turns.TURNS if turn.kind == "reorder")


def people_at_home(session: Session) -> None:
    """Let each have an approved week and a standing order that sends without an answer."""
    factories.load_catalogue(session)
    dietitian = factories.make_user(session)
    actor = Actor(role=Role.DIETITIAN, user_id=dietitian.id, is_npcc=True)
    agreed = {"purpose": ConsentPurpose.AUTOMATIC_REORDER, "text_version": "1"}
    for number in range(CLIENTS):
        client = factories.make_client(session)
        house = session.get_one(Organisation, client.organisation_id)
        login = {"login": f"client{number}@example.org", "client_id": client.id}
        factories.make_user(session, Role.CLIENT, organisation_id=house.id, **login)
        factories.make_prescription(session, client, dietitian)
        week = DELIVERY - timedelta(days=DELIVERY.weekday())
        plan = meals.propose_plan(session, actor, client.id, start=week, now=SIX, limits=FEW)
        meals.approve(session, actor, plan.id, SIX, reason="Gewoonte.")
        session.add(Rule(client_id=client.id, weekday=DELIVERY.weekday()))
        session.add(Consent(client_id=client.id, given_at=SIX, **agreed))


@contextmanager
def worker(url: str) -> Iterator[None]:
    """Keep a worker running whose clock says it is a minute past six."""
    env = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": "k" * 32}
    moment = (SIX + timedelta(minutes=1)).isoformat()
    command = [sys.executable, "-m", "tests.journeys.worker_at", moment]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=env, **quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def fire_at_once(engine: Engine) -> list[bool]:
    """Let two schedulers notice the same turn at the same moment."""
    barrier, fired = Barrier(2), []

    def fire() -> None:
        barrier.wait()
        fired.append(turns.fire(engine, REORDER, SIX + timedelta(seconds=1)))

    threads = [Thread(target=fire) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(fired)


def all_done(engine: Engine) -> bool:
    with transaction(read_only(engine)) as session:
        jobs_ended = all(job.finished_at is not None for job in session.scalars(select(Job)))
        return jobs_ended and MessageState.WAITING not in session.scalars(
            select(OutboxMessage.state)
        )


def until_done(engine: Engine) -> None:
    """Look until every job has ended and every message has left."""
    pause = Event()
    for _ in range(600):
        if all_done(engine):
            return
        pause.wait(0.1)
    raise AssertionError("the jobs never ended")


def test_each_delivery_is_ordered_once_by_two_schedulers_and_two_workers(any_url: str) -> None:
    engine = make_engine(any_url)
    with transaction(engine) as session:
        people_at_home(session)
    with ExitStack() as running:
        for _ in range(2):
            running.enter_context(worker(any_url))
        assert fire_at_once(engine) == [False, True]
        until_done(engine)
        check_once(engine, runs=1)
        with transaction(engine) as session:  # a person starts the run again, twice
            for _ in range(2):
                upkeep.enqueue(session, SYSTEM, SIX, "reorder", {})
        until_done(engine)
    check_once(engine, runs=3)
    engine.dispose()


def check_once(engine: Engine, *, runs: int) -> None:
    """Every client has one proposal, one order of it and one message; every run ended well."""
    with transaction(engine) as session:
        done = session.scalars(select(Job)).all()
        assert [(job.status, job.attempt) for job in done] == [(JobStatus.DONE, 1)] * runs
        assert [job.result["placed"] for job in done] == [CLIENTS] + [0] * (runs - 1)
        assert session.scalar(select(func.count(JobRun.id))) == 1
        messages = session.scalars(select(OutboxMessage)).all()
        assert [(one.state, one.attempts) for one in messages] == [(MessageState.SENT, 1)] * CLIENTS
        proposals = session.scalars(select(ReorderProposal)).all()
        assert {one.state for one in proposals} == {ProposalState.PLACED}
        orders = session.scalars(select(Order)).all()
        assert {one.id for one in orders} == {one.order_id for one in proposals}
        assert len(orders) == len({one.site_id for one in orders}) == CLIENTS
        assert {(one.service_day, one.source) for one in orders} == {
            (DELIVERY, OrderSource.REORDER)
        }
        assert session.scalar(select(func.count(OrderLine.id))) > CLIENTS
