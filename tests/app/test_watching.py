"""The nightly watch: nothing opened twice, nobody stopped by another, silence until its end."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from app import jobs
from app.access import SYSTEM, Actor, Forbidden, Role
from app.db import transaction
from app.models.care import Screening
from app.models.following import EarlyWarning, HomeCount, IntakeRecord, MissedKind, Outcome
from app.models.people import Client, User
from app.models.system import AccessLog, Job, JobStatus, OutboxMessage
from app.operations import happenings, histories, intakes, people, upkeep, warnings, watching
from app.operations.happenings import Missed
from logistics import OrderState, SiteKind
from screening import CareEvent, Rung, Setting, WarningCode, WarningLevel, intake_days
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
CODE, LEVEL = WarningCode, WarningLevel


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def user(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def actor(session: Session, user: User) -> Actor:
    return people.actor_for(session, user, NOW)


@pytest.fixture
def client(session: Session, user: User) -> Client:
    """A client who was screened and weighed today: nothing is open."""
    client = factories.make_client(session, dietitian_id=user.id)
    factories.make_weight(session, client, "60", TODAY)
    make_screening(session, client, TODAY)
    return client


def make_screening(session: Session, client: Client, on: date, **values: Any) -> Screening:
    defaults: dict[str, Any] = {
        "client_id": client.id,
        "instrument": "MUST",
        "rule_version": "1",
        "screened_on": on,
        "answers": {},
        "result": {},
        "status": "complete",
        "category": "low",
        "next_due": None,
        "recorded_at": NOW,
    }
    row = Screening(**(defaults | values))
    session.add(row)
    session.flush()
    return row


def codes(session: Session, client: Client) -> dict[WarningCode, EarlyWarning]:
    return {one.code: one for one in warnings.open_warnings(session, client.id)}


def night(session: Session, client: Client, days: int = 0) -> watching.Tally:
    return watching.watch_some(session, SYSTEM, (client.id,), NOW + timedelta(days=days))


def test_a_client_who_does_well_opens_nothing(session: Session, client: Client) -> None:
    tally = night(session, client)
    assert (tally.watched, tally.opened) == (1, 0)


def test_watching_twice_on_one_night_opens_nothing_twice(session: Session, client: Client) -> None:
    factories.make_weight(session, client, "66", ago(20))
    assert night(session, client).opened == 1
    before = codes(session, client)[CODE.WEIGHT_LOSS].id
    assert night(session, client).opened == 0
    assert codes(session, client)[CODE.WEIGHT_LOSS].id == before


def test_a_closed_warning_comes_back_with_the_next_low_weighing_only(
    session: Session, client: Client, actor: Actor
) -> None:
    factories.make_weight(session, client, "66", ago(20))
    night(session, client)
    row = codes(session, client)[CODE.WEIGHT_LOSS]
    warnings.close(session, actor, row.id, outcome=Outcome.TREATED, note="", now=NOW)
    assert night(session, client, 1).opened == 0
    factories.make_weight(session, client, "59", TODAY + timedelta(days=2))
    night(session, client, 2)
    assert codes(session, client)[CODE.WEIGHT_LOSS].fact_on == TODAY + timedelta(days=2)


def test_a_silenced_warning_stays_silent_until_its_end(
    session: Session, client: Client, actor: Actor
) -> None:
    factories.make_weight(session, client, "61.5", ago(20))
    night(session, client)
    row = codes(session, client)[CODE.WEIGHT_LOSS]
    end = TODAY + timedelta(days=3)
    warnings.mute(session, actor, row.id, reason="Vochtpillen gestart", until=end, now=NOW)
    assert [night(session, client, day).opened for day in (1, 2, 3, 4)] == [0, 0, 0, 1]


def test_a_task_ends_by_itself_when_it_is_done(session: Session, user: User) -> None:
    client = factories.make_client(session, dietitian_id=user.id)
    night(session, client)
    assert set(codes(session, client)) == {CODE.NEVER_SCREENED, CODE.WEIGHING_OVERDUE}
    make_screening(session, client, TODAY)
    factories.make_weight(session, client, "60", TODAY)
    assert night(session, client).ended == 2
    assert codes(session, client) == {}
    outcomes = session.scalars(select(EarlyWarning.outcome)).all()
    assert outcomes == [Outcome.GONE, Outcome.GONE]


def test_a_closed_task_that_nobody_does_comes_back_after_a_week(
    session: Session, client: Client, actor: Actor
) -> None:
    make_screening(session, client, TODAY, instrument="NRS2002", category="not_at_risk")
    row = session.scalars(select(Screening).where(Screening.instrument == "MUST")).one()
    session.delete(row)
    later = 8
    night(session, client, later)
    late = codes(session, client)[CODE.SCREENING_OVERDUE]
    done = NOW + timedelta(days=later)
    warnings.close(session, actor, late.id, outcome=Outcome.TREATED, note="", now=done)
    opened = [CODE.SCREENING_OVERDUE in _opened(session, client, later + day) for day in (1, 6, 7)]
    assert opened == [False, False, True]


def _opened(session: Session, client: Client, days: int) -> set[WarningCode]:
    night(session, client, days)
    return set(codes(session, client))


def test_opening_a_warning_leaves_a_trace(session: Session, client: Client) -> None:
    factories.make_weight(session, client, "66", ago(20))
    night(session, client)
    acts = select(AccessLog.act).where(AccessLog.client_id == client.id)
    assert session.scalars(acts).all() == ["warning.opened"]


def test_only_the_clock_watches_everybody(session: Session, client: Client, actor: Actor) -> None:
    for act in (
        lambda: watching.chunks(session, actor),
        lambda: watching.watch_some(session, actor, (client.id,), NOW),
        lambda: watching.escalate(session, actor, NOW),
        lambda: watching.tell(session, actor, NOW, since=NOW),
    ):
        with pytest.raises(Forbidden):
            act()


def test_who_left_is_not_watched(session: Session, client: Client) -> None:
    gone = factories.make_client(session, left_on=TODAY)
    ids = [one for part in watching.chunks(session, SYSTEM) for one in part]
    assert client.id in ids
    assert gone.id not in ids


def late(session: Session, client: Client, level: WarningLevel) -> EarlyWarning:
    row = warnings.open_warning(
        session, client.id, CODE.WEIGHT_LOSS, level=level, now=NOW, facts={}
    )
    assert row is not None
    return row


def test_what_nobody_takes_up_moves_up_once_per_deadline(
    session: Session, client: Client, user: User
) -> None:
    row = late(session, client, LEVEL.AMBER)
    moments = [NOW + timedelta(hours=hours) for hours in (48, 49, 50, 98, 147, 300)]
    seen = []
    for at in moments:
        watching.escalate(session, SYSTEM, at)
        seen.append((row.rung, row.owner_id))
    assert seen == [
        (Rung.CARER, None),
        (Rung.DIETITIAN, user.id),
        (Rung.DIETITIAN, user.id),
        (Rung.TEAM, None),
        (Rung.TEAM, None),
        (Rung.TEAM, None),
    ]


def test_what_is_taken_up_or_closed_stays_where_it_is(
    session: Session, client: Client, actor: Actor
) -> None:
    row = late(session, client, LEVEL.RED)
    warnings.acknowledge(session, actor, row.id, NOW)
    assert watching.escalate(session, SYSTEM, NOW + timedelta(days=30)) == ()


def test_a_mail_names_nobody_and_goes_to_the_owner(
    session: Session, client: Client, user: User
) -> None:
    factories.make_user(session)
    late(session, client, LEVEL.RED)
    assert watching.tell(session, SYSTEM, NOW, since=NOW) == 1
    mail = session.scalars(select(OutboxMessage)).one()
    assert (mail.address, mail.content) == (user.login, {"link": "/worklist"})


def test_amber_waits_for_the_worklist(session: Session, client: Client) -> None:
    late(session, client, LEVEL.AMBER)
    assert watching.tell(session, SYSTEM, NOW, since=NOW) == 0


def test_what_the_team_gets_goes_to_every_dietitian_in_reach(
    session: Session, client: Client, user: User
) -> None:
    colleague = factories.make_user(session)
    factories.make_user(session, Role.KITCHEN)
    row = late(session, client, LEVEL.RED)
    at = NOW + timedelta(days=3)
    watching.escalate(session, SYSTEM, at)
    assert row.rung is Rung.TEAM
    later = at + timedelta(days=9)
    assert watching.tell(session, SYSTEM, later, since=later) == 0
    assert watching.tell(session, SYSTEM, later, since=later, moved=(row.id,)) == 2
    addresses = set(session.scalars(select(OutboxMessage.address)))
    assert addresses == {user.login, colleague.login}


def run(engine: Engine, kind: str) -> Job:
    with transaction(engine) as session:
        job_id = upkeep.enqueue(session, SYSTEM, NOW, kind, {}).id
    assert jobs.work_once(engine, "tester")
    with Session(engine) as session:
        return session.get_one(Job, job_id)


def test_the_nightly_job_watches_in_parts_and_counts(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "CHUNK", 2)
    with transaction(engine) as session:
        for _ in range(3):
            factories.make_client(session)
    first, again = run(engine, "watch"), run(engine, "watch")
    assert first.status is JobStatus.DONE
    assert (first.result["watched"], first.result["opened"]) == (3, 6)
    assert again.result["opened"] == 0


def test_one_broken_history_stops_nobody_else(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "CHUNK", 4)
    with transaction(engine) as session:
        broken, *others = [factories.make_client(session) for _ in range(5)]
        make_screening(session, broken, TODAY, instrument="NO_SUCH_TOOL")
        names = {broken.id, *(one.id for one in others)}
    with capture_logs() as logs:
        job = run(engine, "watch")
    assert job.status is JobStatus.FAILED
    assert (job.result["failed"], job.result["watched"]) == (1, len(names) - 1)
    assert job.result["code"] == "job.watch_failed"
    assert [one["clients"] for one in logs if one["event"] == "watching failed"] == [4, 2, 1]


def test_a_job_that_must_stop_keeps_what_it_did(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "CHUNK", 1)
    monkeypatch.setattr(jobs.Work, "tell", lambda _self, **_progress: False)
    with transaction(engine) as session:
        for _ in range(3):
            factories.make_client(session)
    assert run(engine, "watch").result["watched"] == 1


def test_the_half_hourly_job_moves_up_and_tells(engine: Engine) -> None:
    with transaction(engine) as session:
        owner = factories.make_user(session)
        client = factories.make_client(session, dietitian_id=owner.id)
        long_ago = NOW - timedelta(days=300)
        warnings.open_warning(
            session, client.id, CODE.CHOKING, level=LEVEL.URGENT, now=long_ago, facts={}
        )
    job = run(engine, "escalate")
    assert job.result == {"escalated": 1, "told": 1}


def history(session: Session, client: Client) -> Any:
    _, found = histories.histories(session, (client.id,), TODAY)[client.id]
    return found


def test_a_history_knows_where_somebody_lives_and_what_was_prescribed(
    session: Session, user: User
) -> None:
    house = factories.make_organisation(session)
    site = factories.make_site(session, house, kind=SiteKind.HOSPITAL)
    client = factories.make_client(session, site)
    plain = history(session, client)
    assert (plain.setting, plain.required_kcal) == (Setting.HOSPITAL, None)
    assert (plain.risk.texture_modified, plain.risk.allergen) == (None, None)
    factories.make_prescription(
        session, client, user, food_level="5", allergies=frozenset({"nuts"})
    )
    known = history(session, client)
    assert (known.required_kcal, known.treated_on) == (1500, date(2026, 11, 20))
    assert (known.risk.texture_modified, known.risk.allergen) == (True, True)


def test_the_newest_malnutrition_screening_counts_and_others_keep_their_own_date(
    session: Session, client: Client
) -> None:
    make_screening(session, client, ago(40), instrument="MNA_SF", category="normal")
    make_screening(session, client, ago(5), instrument="EAT10", category="positive")
    found = history(session, client)
    assert found.last_screening.tool == "MUST"
    assert [one.tool for one in found.other_screenings] == ["EAT10"]


def note(session: Session, client: Client, days: int, **values: Any) -> None:
    defaults: dict[str, Any] = {
        "client_id": client.id,
        "day": ago(days),
        "slot": "lunch",
        "quarters": 4,
        "planned_kcal": 800,
        "day_kcal": 1000,
        "recorded_at": NOW,
    }
    session.add(IntakeRecord(**(defaults | values)))
    session.flush()


def test_what_nobody_noted_of_a_day_stays_unknown(session: Session, client: Client) -> None:
    note(session, client, 2)
    note(session, client, 1, day_kcal=2000)
    found = history(session, client)
    assert (found.intake_since, found.planned_kcal) == (ago(2), 1500)
    assert intake_days(found) == (100, None)


def test_eating_little_for_days_warns(session: Session, client: Client) -> None:
    for days in (1, 2, 3):
        note(session, client, days, quarters=2)
    night(session, client)
    assert codes(session, client)[CODE.INTAKE_LOW].facts["percent"] == 50


def test_a_meal_that_was_eaten_ends_a_row_of_missed_ones(
    session: Session, client: Client, actor: Actor
) -> None:
    happenings.record_missed(
        session, actor, client.id, Missed(day=ago(3), kind=MissedKind.MISSED), NOW
    )
    note(session, client, 2)
    happenings.record_missed(
        session, actor, client.id, Missed(day=ago(1), kind=MissedKind.REFUSED), NOW
    )
    row = codes(session, client)[CODE.DELIVERY_MISSED]
    assert (row.level, row.facts) == (LEVEL.AMBER, {"count": 1})


def test_two_missed_in_a_row_or_living_alone_is_red(
    session: Session, client: Client, actor: Actor
) -> None:
    alone = Missed(day=TODAY, kind=MissedKind.COLD_CHAIN, alone=True, note="doos was warm")
    row = happenings.record_missed(session, actor, client.id, alone, NOW)
    warning = codes(session, client)[CODE.DELIVERY_MISSED]
    assert (warning.level, warning.reasons) == (LEVEL.RED, ["delivery.lives_alone"])
    assert happenings.missed_since(session, client.id, since=TODAY) == (row,)


def test_the_proof_of_delivery_counts_too(session: Session, client: Client) -> None:
    factories.make_order(session, client, ago(1), state=OrderState.NOT_DELIVERED)
    factories.make_order(session, client, ago(8), state=OrderState.DELIVERED)
    assert {one.missed for one in history(session, client).drops} == {True, False}
    night(session, client)
    assert codes(session, client)[CODE.DELIVERY_MISSED].facts == {"count": 1}


def test_an_event_is_looked_at_when_it_is_noted(
    session: Session, client: Client, actor: Actor
) -> None:
    row = happenings.record_event(session, actor, client.id, CareEvent.CHOKING, day=TODAY, now=NOW)
    assert codes(session, client)[CODE.CHOKING].level is LEVEL.URGENT
    assert happenings.latest(session, client.id, since=ago(7)) == (row,)


def test_stock_that_does_not_fall_twice_warns(session: Session, client: Client) -> None:
    session.add_all(
        HomeCount(client_id=client.id, day=ago(days), counted_at=NOW, counted=13, expected=10)
        for days in (7, 0)
    )
    session.flush()
    night(session, client)
    assert codes(session, client)[CODE.NOT_EATEN].facts == {
        "counted": 13,
        "expected": 10,
        "surplus_percent": 30,
    }


def test_red_twice_in_two_weeks_is_a_case_meeting(session: Session, client: Client) -> None:
    late(session, client, LEVEL.RED)
    warnings.open_warning(session, client.id, CODE.INTAKE_LOW, level=LEVEL.RED, now=NOW, facts={})
    session.flush()
    night(session, client)
    assert CODE.CASE_MEETING in codes(session, client)
    assert history(session, client).red_days == (TODAY, TODAY)


def test_a_day_too_long_ago_is_refused(session: Session, client: Client, actor: Actor) -> None:
    for day in (TODAY + timedelta(days=1), ago(intakes.LATEST_DAYS + 1)):
        with pytest.raises(Exception, match="out_of_reach"):
            happenings.record_event(session, actor, client.id, CareEvent.FALL, day=day, now=NOW)
