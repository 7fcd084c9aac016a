"""Each turn fires once, each job is done once, and a worker that dies leaves nothing half-done."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Event, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from app import jobs, turns
from app.access import SYSTEM, Actor, NotFound, Role
from app.db import make_engine, transaction
from app.i18n import LOCAL_ZONE
from app.models.meals import MealPlan, MealPlanState
from app.models.orders import Order, ReorderProposal, StandingOrder
from app.models.planning import DayPlan, DayPlanState
from app.models.system import (
    Job,
    JobRun,
    JobStatus,
    LoginAttempt,
    MessageState,
    OutboxMessage,
)
from app.operations import reorders, upkeep
from app.operations.reorderrun import Turnout
from app.operations.upkeep import Beat
from app.outbox import MAX_ATTEMPTS, queue, send_waiting
from logistics import PowerModel, due_reorders
from tests.conftest import NOW
from tests.factories import load_catalogue, make_client, make_kitchen, make_prescription, make_user

DISPATCHER = Actor(role=Role.DISPATCHER, is_npcc=True)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LOCAL_ZONE)


def test_a_turn_is_keyed_on_when_it_was_due() -> None:
    turn = turns.Turn(kind="reorder", hour=6, minute=0)
    monday = date(2026, 11, 23)
    due = local(monday, 6).astimezone(UTC)
    assert turn.due_before(local(monday, 6)) == due
    assert turn.due_before(local(monday, 23, 59)) == due
    assert turn.due_before(local(monday, 5, 59)) == due - timedelta(days=1)


def test_a_turn_keeps_its_local_hour_when_summer_time_ends() -> None:
    turn = turns.Turn(kind="reorder", hour=6, minute=0)
    assert turn.due_before(local(date(2026, 10, 24), 12)).hour == 4
    assert turn.due_before(local(date(2026, 10, 25), 12)).hour == 5


def test_a_turn_on_weekdays_waits_over_the_weekend() -> None:
    turn = turns.Turn(kind="x", hour=15, minute=0, weekdays=(0, 1, 2, 3, 4))
    assert turn.due_before(local(date(2026, 11, 22), 18)).date() == date(2026, 11, 20)


def test_reorders_come_again_until_ordering_closes() -> None:
    """What broke at six can still be mended and ordered before noon."""
    (turn,) = [one for one in turns.TURNS if one.kind == "reorder"]
    monday = date(2026, 11, 23)
    due = [turn.due_before(local(monday, hour, 7)) for hour in (5, 6, 11, 12, 23)]
    assert due == [
        local(monday - timedelta(days=1), 12),
        local(monday, 6),
        local(monday, 11),
        local(monday, 12),
        local(monday, 12),
    ]
    assert turn.due_before(local(monday, 11, 59)) == local(monday, 11, 45)
    assert len(turn.times()) == 25
    once = [one.times() for one in turns.TURNS if not one.again_for_min]
    assert once == [(time(4, 10),), (time(4, 30),), (time(4, 50),), (time(15, 10),)]


def test_what_nobody_takes_up_is_looked_at_each_half_hour() -> None:
    (turn,) = [one for one in turns.TURNS if one.kind == "escalate"]
    assert (turn.times()[0], turn.times()[1], turn.times()[-1]) == (time(5), time(5, 30), time(23))


def test_a_turn_that_comes_again_fires_each_time_once(engine: Engine) -> None:
    (turn,) = [one for one in turns.TURNS if one.kind == "reorder"]
    at = local(date(2026, 11, 23), 6)
    steps = (0, 5, 15, 15, 30)
    fired = [turns.fire(engine, turn, at + timedelta(minutes=step)) for step in steps]
    assert fired == [True, False, True, False, True]


def test_a_turn_without_a_weekday_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="weekday"):
        turns.Turn(kind="x", hour=1, minute=0, weekdays=()).due_before(NOW)


def together(count: int, act: object) -> list[object]:
    """Do one thing in several threads at the same moment."""
    barrier, found = Barrier(count), []

    def run(number: int) -> None:
        barrier.wait()
        found.append(act(number))

    threads = [Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_many_schedulers_fire_a_turn_once(any_url: str) -> None:
    engine = make_engine(any_url)
    turn = turns.Turn(kind="reorder", hour=6, minute=0)
    fired = together(6, lambda _: turns.fire(engine, turn, NOW))
    assert sorted(fired) == [False] * 5 + [True]
    assert turns.fire(engine, turn, NOW + timedelta(hours=3)) is False
    assert turns.fire(engine, turn, NOW + timedelta(days=1)) is True
    with transaction(engine) as session:
        assert session.scalar(select(func.count(Job.id))) == 2
        assert session.scalar(select(func.count(JobRun.id))) == 2
    engine.dispose()


def test_planning_tomorrow_names_its_day_when_it_is_due(engine: Engine) -> None:
    turn = turns.Turn(kind="plan_tomorrow", hour=15, minute=10)
    with transaction(engine) as session:
        depot_id = make_kitchen(session).id
    assert turns.fire(engine, turn, local(date(2026, 11, 21), 15, 10)) is True  # a Saturday
    with transaction(engine) as session:
        assert session.scalars(select(Job)).one().payload == {
            "day": "2026-11-23",
            "depot": depot_id,
        }


def test_each_job_goes_to_one_worker(any_url: str) -> None:
    engine = make_engine(any_url)
    with transaction(engine) as session:
        for _ in range(20):
            upkeep.enqueue(session, SYSTEM, NOW, "prune", {})

    def take_all(number: int) -> list[int]:
        mine: list[int] = []
        while True:
            with transaction(engine) as session:
                claim = upkeep.claim_job(session, f"w{number}", NOW)
            if claim is None:
                return mine
            mine.append(claim.job_id)

    taken = [job for mine in together(4, take_all) for job in mine]
    assert sorted(taken) == sorted(set(taken))
    assert len(taken) == 20
    engine.dispose()


def queued(engine: Engine, kind: str = "prune") -> int:
    with transaction(engine) as session:
        return upkeep.enqueue(session, SYSTEM, NOW, kind, {}).id


def claimed(engine: Engine, owner: str, at: datetime) -> upkeep.Claim | None:
    with transaction(engine) as session:
        return upkeep.claim_job(session, owner, at)


def test_a_silent_workers_job_goes_to_another(engine: Engine) -> None:
    queued(engine)
    first = claimed(engine, "one", NOW)
    assert first is not None
    assert claimed(engine, "two", NOW + upkeep.LEASE) is None
    later = NOW + upkeep.LEASE + timedelta(seconds=1)
    second = claimed(engine, "two", later)
    assert second is not None
    assert second.attempt == 2
    with transaction(engine) as session:
        assert upkeep.beat(session, first, later, None) is Beat.LOST
        assert not upkeep.finish_job(session, first, later, JobStatus.DONE, {})
        assert upkeep.finish_job(session, second, later, JobStatus.DONE, {"n": 1})
    with transaction(engine) as session:
        job = session.get_one(Job, second.job_id)
        assert (job.status, job.owner, job.result) == (JobStatus.DONE, "two", {"n": 1})


def test_a_beating_heart_keeps_the_job(engine: Engine) -> None:
    queued(engine)
    claim = claimed(engine, "one", NOW)
    assert claim is not None
    at = NOW + upkeep.LEASE
    with transaction(engine) as session:
        assert upkeep.beat(session, claim, at, {"stage": "stock"}) is Beat.GO_ON
    assert claimed(engine, "two", at + upkeep.LEASE) is None
    with transaction(engine) as session:
        assert session.get_one(Job, claim.job_id).progress == {"stage": "stock"}


def test_a_heart_that_misses_a_beat_beats_on(engine: Engine) -> None:
    """A database that is busy for a moment must not cost the job its stop button."""
    queued(engine)
    claim = claimed(engine, "one", NOW)
    assert claim is not None
    beats, again = list[int](), Event()

    class Stumbling(jobs.Work):
        def beat(self) -> None:
            beats.append(1)
            if len(beats) == 1:
                raise OSError
            again.set()

    with Stumbling(engine=engine, claim=claim, roads=PowerModel(), beat_seconds=0.001).alive():
        assert again.wait(10)


def test_a_job_that_keeps_killing_workers_is_given_up(engine: Engine) -> None:
    job_id = queued(engine)
    at = NOW
    for attempt in range(upkeep.MAX_ATTEMPTS):
        claim = claimed(engine, f"w{attempt}", at)
        assert claim is not None
        at += upkeep.LEASE + timedelta(seconds=1)
    assert claimed(engine, "last", at) is None
    with transaction(engine) as session:
        job = session.get_one(Job, job_id)
        assert (job.status, job.result["code"]) == (JobStatus.FAILED, "job.gave_up")


def test_a_dispatcher_can_stop_a_job_and_a_stranger_cannot_see_it(engine: Engine) -> None:
    job_id = queued(engine)
    claim = claimed(engine, "one", NOW)
    assert claim is not None
    with transaction(engine) as session:
        upkeep.ask_stop(session, DISPATCHER, job_id)
        with pytest.raises(NotFound):
            upkeep.find_job(session, DISPATCHER, job_id + 99)
    with transaction(engine) as session:
        assert upkeep.beat(session, claim, NOW, None) is Beat.STOP


def test_the_worker_does_what_waits_and_says_when_nothing_does(engine: Engine) -> None:
    job_id = queued(engine)
    assert jobs.work_once(engine, "one") is True
    assert jobs.work_once(engine, "one") is False
    with transaction(engine) as session:
        assert session.get_one(Job, job_id).status is JobStatus.DONE


def test_a_failing_job_is_closed_with_a_code_and_no_content(engine: Engine) -> None:
    job_id = queued(engine, "plan_day")  # an empty database has no depot to plan for
    assert jobs.work_once(engine, "one") is True
    with transaction(engine) as session:
        job = session.get_one(Job, job_id)
        assert job.status is JobStatus.FAILED
        assert set(job.result) == {"code", "reference"}


def test_a_turn_of_the_reorder_job_runs(engine: Engine) -> None:
    job_id = queued(engine, "reorder")
    jobs.work_once(engine, "one")
    with transaction(engine) as session:
        result = session.get_one(Job, job_id).result
        assert result == asdict(Turnout())
        assert session.scalars(select(Order)).all() == []
        assert session.scalars(select(ReorderProposal)).all() == []


def test_a_run_that_lost_a_reorder_says_so_to_the_administrator(
    engine: Engine, app: Flask, visit: Callable[..., FlaskClient]
) -> None:
    now = datetime.now(UTC)
    today = now.astimezone(LOCAL_ZONE).date()
    with transaction(engine) as session:
        day = today + timedelta(days=3)
        client, dietitian = make_client(session), make_user(session)
        session.add(StandingOrder(client_id=client.id, weekday=day.weekday()))
        signed = make_prescription(session, client, dietitian)
        broken = {"status": "ok"}  # a record without its items
        session.add(
            MealPlan(
                client_id=client.id,
                prescription_id=signed.id,
                start_day=day,
                days=7,
                state=MealPlanState.APPROVED,
                request={},
                result=broken,
                catalogue_version="x",
                created_at=NOW,
            )
        )
        session.flush()
        due = due_reorders(
            tuple(one.as_standing_order() for one in session.scalars(select(StandingOrder))),
            today,
            reorders.RULE,
        )
        admin = make_user(session, Role.ADMIN)
    assert len(due) == 1
    job_id = queued(engine, "reorder")
    with capture_logs() as logs:
        jobs.work_once(engine, "one")
    with transaction(engine) as session:
        job = session.get_one(Job, job_id)
        assert job.status is JobStatus.FAILED
        assert job.result == asdict(Turnout(failed=1)) | {"code": "job.reorders_failed"}
    (told,) = [one for one in logs if one["event"] == "reorder failed"]
    assert told["reference"] == due[0].turn
    assert set(told) == {"event", "log_level", "reference", "kind"}
    page = visit(admin).get("/admin/jobs").get_data(as_text=True)
    assert "Niet gelukt: 1." in page


def test_the_forecast_job_writes_down_what_is_expected_of_the_coming_days(engine: Engine) -> None:
    with transaction(engine) as session:
        load_catalogue(session)
        make_kitchen(session)
        upkeep.enqueue(session, SYSTEM, NOW, "forecast", {})
    assert jobs.work_once(engine, "one")
    with transaction(engine) as session:
        job = session.scalars(select(Job)).one()
        assert (job.status, job.result) == (JobStatus.DONE, {"forecasts": 0})


def test_pruning_forgets_old_failures_and_jobs(engine: Engine) -> None:
    with transaction(engine) as session:
        upkeep.note_failure(session, "a" * 64, NOW - timedelta(days=2))
        upkeep.note_failure(session, "b" * 64, NOW)
        job = upkeep.enqueue_turn(session, SYSTEM, NOW - timedelta(days=40), "prune", {})
        assert job is not None
        job.status, job.finished_at = JobStatus.DONE, NOW - timedelta(days=40)
    with transaction(engine) as session:
        assert upkeep.prune(session, SYSTEM, NOW) == 1
    with transaction(engine) as session:
        assert session.scalars(select(LoginAttempt.subject_hash)).all() == ["b" * 64]
        assert session.scalars(select(JobRun)).all() == []
        assert session.scalars(select(Job)).all() == []


def test_the_job_of_a_day_plan_stays_with_its_plan(session: Session) -> None:
    old = NOW - timedelta(days=40)
    job = upkeep.enqueue(session, SYSTEM, old, "plan_day", {})
    job.status, job.finished_at = JobStatus.DONE, old
    plan = DayPlan(
        depot_id=make_kitchen(session).id,
        version=1,
        service_day=old.date(),
        state=DayPlanState.PUBLISHED,
        snapshot="x",
        document={},
        content={},
        cost_cents=0,
        unserved_count=0,
        created_at=old,
        job_id=job.id,
    )
    session.add(plan)
    session.flush()
    assert upkeep.prune(session, SYSTEM, NOW) == 0
    assert session.scalars(select(Job)).all() == [job]


def test_closed_messages_are_forgotten_after_a_month(session: Session) -> None:
    for state, days in (("sent", 29), ("sent", 31), ("failed", 31), ("waiting", 31)):
        at = NOW - timedelta(days=days)
        message = queue(session, at, address="a@example.org", language="nl", template="mail.reset")
        message.state = MessageState(state)
        message.sent_at = at if state == "sent" else None
    session.flush()
    upkeep.prune(session, SYSTEM, NOW)
    left = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
    assert [(one.state.value, (NOW - one.created_at).days) for one in left] == [
        ("sent", 29),
        ("waiting", 31),
    ]


def test_a_one_time_link_is_forgotten_once_its_message_is_closed(session: Session) -> None:
    class Post:
        def __init__(self, *, broken: bool) -> None:
            self.broken = broken

        def send(self, address: str, subject: str, text: str) -> None:
            if self.broken:
                raise OSError(address, subject, text)

    link = "/account/reset#geheim"
    for broken, attempts in ((False, 1), (True, MAX_ATTEMPTS)):
        message = queue(
            session,
            NOW,
            address="a@example.org",
            language="nl",
            template="mail.reset",
            link=link,
            minutes="30",
        )
        session.flush()
        for left in range(attempts, 0, -1):
            assert message.content["link"] == link, left
            send_waiting(session, NOW, Post(broken=broken), public_url="https://npcc.example")
        assert message.state is (MessageState.FAILED if broken else MessageState.SENT)
        assert message.content == {}


def test_a_scheduler_makes_up_for_a_missed_turn(engine: Engine) -> None:
    stop = Event()
    stop.set()
    turns.run_scheduler(engine, stop)
    turns.run_scheduler(engine, stop)
    with transaction(engine) as session:
        kinds = session.scalars(select(Job.kind)).all()
    assert len(kinds) == len(set(kinds))
    assert set(kinds) <= {turn.kind for turn in turns.TURNS}
    assert kinds != []


def test_messages_leave_the_outbox_once(session: Session) -> None:
    class Letterbox:
        def __init__(self) -> None:
            self.letters: list[tuple[str, str, str]] = []

        def send(self, address: str, subject: str, text: str) -> None:
            self.letters.append((address, subject, text))

    box = Letterbox()
    content = {"link": "/account/reset#x", "minutes": "30"}
    queue(session, NOW, address="a@b.example", language="nl", template="mail.reset", **content)
    for _ in range(2):
        send_waiting(session, NOW, box, public_url="https://npcc.example")
        session.flush()
    assert len(box.letters) == 1
    assert "https://npcc.example/account/reset#x" in box.letters[0][2]


def test_a_message_that_cannot_leave_is_tried_again_and_then_kept(session: Session) -> None:
    class Shut:
        def send(self, address: str, subject: str, text: str) -> None:
            raise ConnectionRefusedError

    content = {"link": "/x", "minutes": "30"}
    queue(session, NOW, address="a@b.example", language="fr", template="mail.reset", **content)
    for _ in range(MAX_ATTEMPTS + 2):
        assert send_waiting(session, NOW, Shut(), public_url="") == 0
        session.flush()
    message = session.scalars(select(OutboxMessage)).one()
    assert (message.state.value, message.attempts) == ("failed", MAX_ATTEMPTS)
