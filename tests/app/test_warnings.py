"""Early warnings: one per client and code, owned, taken up, silenced, closed with an outcome."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Refused, Role
from app.db import make_engine, transaction
from app.i18n import LOCAL_ZONE
from app.models.following import EarlyWarning, Mute, Outcome
from app.models.people import Client, OrganisationKind, User
from app.models.system import AccessLog
from app.operations import meals, people, warnings
from app.operations.warnings import Sign
from logistics import SiteKind
from screening import Rung, WarningCode, WarningLevel
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
CODE, LEVEL = WarningCode, WarningLevel


@pytest.fixture
def user(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def actor(session: Session, user: User) -> Actor:
    return people.actor_for(session, user, NOW)


@pytest.fixture
def client(session: Session, user: User) -> Client:
    return factories.make_client(session, dietitian_id=user.id)


def warn(session: Session, client: Client, **values: Any) -> EarlyWarning | None:
    asked: dict[str, Any] = {"level": LEVEL.RED, "now": NOW, "facts": {"days": 30}}
    code = values.pop("code", CODE.WEIGHT_LOSS)
    row = warnings.open_warning(session, client.id, code, **(asked | values))
    session.flush()
    return row


def kept(session: Session, client: Client, **values: Any) -> EarlyWarning:
    row = warn(session, client, **values)
    assert row is not None
    return row


def local(row: EarlyWarning) -> datetime:
    return row.due_at.astimezone(LOCAL_ZONE)


def test_a_warning_opens_with_its_owner_and_deadline(
    session: Session, client: Client, user: User
) -> None:
    red = kept(session, client)
    amber = kept(session, client, code=CODE.INTAKE_LOW, level=LEVEL.AMBER)
    assert (red.rung, red.owner_id, local(red).date()) == (
        Rung.DIETITIAN,
        user.id,
        date(2026, 11, 25),
    )
    assert (amber.rung, amber.owner_id, amber.due_at - NOW) == (
        *(Rung.CARER, None),
        timedelta(hours=48),
    )


def test_the_same_warning_opens_once(session: Session, client: Client) -> None:
    first = kept(session, client)
    again = kept(session, client, now=NOW + timedelta(days=1), facts={"days": 31})
    assert again is first
    assert (first.facts, first.opened_at) == ({"days": 31}, NOW)
    assert session.scalar(select(func.count()).select_from(EarlyWarning)) == 1


def test_a_graver_level_asks_for_attention_anew(
    session: Session, client: Client, actor: Actor
) -> None:
    row = kept(session, client, level=LEVEL.AMBER)
    warnings.acknowledge(session, actor, row.id, NOW)
    kept(session, client, level=LEVEL.RED)
    assert (row.level, row.rung, row.acknowledged_at) == (LEVEL.RED, Rung.DIETITIAN, None)


def test_a_milder_level_never_lowers_an_open_warning(session: Session, client: Client) -> None:
    row = kept(session, client, level=LEVEL.RED)
    kept(session, client, level=LEVEL.AMBER, facts={"days": 2})
    assert (row.level, row.facts) == (LEVEL.RED, {"days": 30})


def test_exact_facts_come_back_exact(session: Session, client: Client) -> None:
    row = kept(session, client, facts={"change_percent": Decimal("-5.0"), "days": 30})
    session.expire_all()
    assert row.numbers == {"change_percent": Decimal("-5.0"), "days": 30}
    assert row.facts["change_percent"] == "-5.0"


def test_a_warning_is_taken_up_once(session: Session, client: Client, actor: Actor) -> None:
    row = kept(session, client)
    warnings.acknowledge(session, actor, row.id, NOW)
    assert (row.acknowledged_by, row.owner_id) == (actor.user_id, actor.user_id)
    warnings.acknowledge(session, actor, row.id, NOW)  # a second click changes nothing
    other = people.actor_for(session, factories.make_user(session), NOW)
    with pytest.raises(Conflict, match="already_taken"):
        warnings.acknowledge(session, other, row.id, NOW)


@pytest.mark.parametrize("outcome", warnings.CLOSING)
def test_a_closed_warning_keeps_its_outcome(
    session: Session, client: Client, actor: Actor, outcome: Outcome
) -> None:
    row = kept(session, client)
    warnings.close(session, actor, row.id, outcome=outcome, note=" gebeld ", now=NOW)
    assert (row.outcome, row.note, row.closed_by) == (outcome, "gebeld", actor.user_id)
    assert warnings.open_warnings(session, client.id) == ()
    with pytest.raises(Conflict, match="already_closed"):
        warnings.close(session, actor, row.id, outcome=outcome, note="nogmaals", now=NOW)
    with pytest.raises(Conflict, match="already_closed"):
        warnings.acknowledge(session, actor, row.id, NOW)
    with pytest.raises(Conflict, match="already_closed"):
        warnings.hand_over(session, actor, row.id, to_id=1, now=NOW)


@pytest.mark.parametrize("outcome", [Outcome.EXPLAINED, Outcome.WRONG_DATA])
def test_doing_nothing_asks_for_the_words(
    session: Session, client: Client, actor: Actor, outcome: Outcome
) -> None:
    row = kept(session, client)
    with pytest.raises(Refused, match="note_needed"):
        warnings.close(session, actor, row.id, outcome=outcome, note=" ", now=NOW)


@pytest.mark.parametrize("outcome", [Outcome.GONE, Outcome.MUTED])
def test_nobody_gives_an_outcome_of_the_house(
    session: Session, client: Client, actor: Actor, outcome: Outcome
) -> None:
    row = kept(session, client)
    with pytest.raises(Refused, match="choice"):
        warnings.close(session, actor, row.id, outcome=outcome, note="", now=NOW)


def silence(session: Session, actor: Actor, row: EarlyWarning, **values: Any) -> Mute:
    asked: dict[str, Any] = {"reason": "Palliatief", "until": TODAY + timedelta(days=7), "now": NOW}
    return warnings.mute(session, actor, row.id, **(asked | values))


def test_what_is_silenced_stays_silent_until_its_end(
    session: Session, client: Client, actor: Actor
) -> None:
    row = kept(session, client)
    silence(session, actor, row)
    assert (row.outcome, row.note) == (Outcome.MUTED, "Palliatief")
    assert warn(session, client, now=NOW + timedelta(days=7)) is None
    assert warn(session, client, now=NOW + timedelta(days=8)) is not None


def test_a_graver_sign_breaks_the_silence(session: Session, client: Client, actor: Actor) -> None:
    silence(session, actor, kept(session, client, level=LEVEL.AMBER))
    assert warn(session, client, level=LEVEL.AMBER) is None
    assert warn(session, client, level=LEVEL.RED) is not None
    assert warn(session, client, code=CODE.FLUID_CHECK, level=LEVEL.AMBER) is not None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": " "}, "reason_needed"),
        ({"until": TODAY}, "mute_end"),
        ({"until": TODAY + timedelta(days=93)}, "mute_end"),
    ],
)
def test_silence_needs_a_reason_and_an_end(
    session: Session, client: Client, actor: Actor, values: dict[str, Any], code: str
) -> None:
    row = kept(session, client)
    with pytest.raises(Refused, match=code):
        silence(session, actor, row, **values)
    assert row.closed_at is None


def test_what_is_urgent_is_never_silenced(session: Session, client: Client, actor: Actor) -> None:
    row = kept(session, client, code=CODE.CHOKING, level=LEVEL.URGENT)
    with pytest.raises(Refused, match="urgent"):
        silence(session, actor, row)


def test_a_colleague_gets_a_warning_to_take_up(
    session: Session, client: Client, actor: Actor
) -> None:
    row = kept(session, client)
    warnings.acknowledge(session, actor, row.id, NOW)
    colleague = factories.make_user(session)
    warnings.hand_over(session, actor, row.id, to_id=colleague.id, now=NOW)
    assert (row.owner_id, row.acknowledged_at) == (colleague.id, None)
    for other in (factories.make_user(session, Role.KITCHEN), _of_another_house(session)):
        with pytest.raises(Refused):
            warnings.hand_over(session, actor, row.id, to_id=other.id, now=NOW)


def _of_another_house(session: Session) -> User:
    house = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
    return factories.make_user(session, organisation_id=house.id)


def test_a_stranger_finds_no_warning(session: Session, client: Client, actor: Actor) -> None:
    row = kept(session, client)
    stranger = people.actor_for(session, _of_another_house(session), NOW)
    end = TODAY + timedelta(days=7)
    acts = (
        lambda who: warnings.acknowledge(session, who, row.id, NOW),
        lambda who: warnings.close(session, who, row.id, outcome=Outcome.TREATED, note="", now=NOW),
        lambda who: warnings.mute(session, who, row.id, reason="x", until=end, now=NOW),
        lambda who: warnings.hand_over(session, who, row.id, to_id=1, now=NOW),
    )
    for act in acts:
        with pytest.raises(NotFound):
            act(stranger)
        with pytest.raises(Forbidden):
            act(Actor(role=Role.CLIENT, sees=frozenset({client.id})))
    with pytest.raises(NotFound):
        warnings.acknowledge(session, actor, row.id + 1, NOW)


def test_the_house_of_a_client_may_act(session: Session) -> None:
    house = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
    site = factories.make_site(session, house, kind=SiteKind.RESIDENTIAL)
    client = factories.make_client(session, site)
    own = factories.make_user(session, organisation_id=house.id)
    row = kept(session, client)
    warnings.acknowledge(session, people.actor_for(session, own, NOW), row.id, NOW)
    assert row.owner_id == own.id


def test_each_act_leaves_a_trace(session: Session, client: Client, actor: Actor) -> None:
    row = kept(session, client)
    warnings.acknowledge(session, actor, row.id, NOW)
    warnings.hand_over(session, actor, row.id, to_id=int(actor.user_id or 0), now=NOW)
    warnings.close(session, actor, row.id, outcome=Outcome.TREATED, note="", now=NOW)
    acts = session.scalars(select(AccessLog.act).where(AccessLog.client_id == client.id)).all()
    assert acts == ["warning.acknowledged", "warning.handed_over", "warning.closed"]


def test_some_urgent_warnings_freeze_the_plan(session: Session, client: Client) -> None:
    kept(session, client)
    kept(session, client, code=CODE.REFEEDING, level=LEVEL.RED)
    assert not warnings.is_frozen(session, client.id)
    kept(session, client, code=CODE.REFEEDING, level=LEVEL.URGENT)
    assert warnings.is_frozen(session, client.id)
    first, *_ = warnings.open_warnings(session, client.id)
    assert first.level is LEVEL.URGENT


def closed(outcome: Outcome = Outcome.TREATED, **values: Any) -> EarlyWarning:
    defaults: dict[str, Any] = {
        "client_id": 1,
        "code": CODE.WEIGHT_LOSS,
        "level": LEVEL.AMBER,
        "reasons": [],
        "facts": {},
        "opened_at": NOW - timedelta(days=9),
        "closed_at": NOW,
        "closed_by": 1,
        "rung": Rung.CARER,
        "due_at": NOW,
        "fact_on": TODAY - timedelta(days=3),
        "outcome": outcome,
    }
    return EarlyWarning(**(defaults | values))


@pytest.mark.parametrize(
    ("fact_on", "level", "days", "row", "news"),
    [
        (TODAY - timedelta(days=3), LEVEL.AMBER, 1, closed(), False),
        (TODAY - timedelta(days=1), LEVEL.AMBER, 1, closed(), False),
        (TODAY, LEVEL.AMBER, 1, closed(), True),
        (TODAY, LEVEL.AMBER, 1, closed(fact_on=TODAY), False),
        (TODAY - timedelta(days=3), LEVEL.RED, 1, closed(), True),
        (None, LEVEL.AMBER, 6, closed(), False),
        (None, LEVEL.AMBER, 7, closed(), True),
        (TODAY - timedelta(days=3), LEVEL.AMBER, 1, closed(Outcome.MUTED), True),
        (TODAY - timedelta(days=3), LEVEL.AMBER, 1, closed(Outcome.GONE, closed_by=None), True),
        (TODAY, LEVEL.AMBER, 0, closed(Outcome.PRESCRIPTION_CHANGED, fact_on=TODAY), False),
        (
            *(TODAY, LEVEL.AMBER, 0),
            closed(Outcome.PRESCRIPTION_CHANGED, fact_on=TODAY, closed_by=None),
            True,
        ),
    ],
)
def test_a_closed_warning_comes_back_only_with_a_new_fact(
    fact_on: date | None, level: WarningLevel, days: int, row: EarlyWarning, *, news: bool
) -> None:
    sign = Sign(code=CODE.WEIGHT_LOSS, level=level, facts={}, fact_on=fact_on)
    assert warnings.is_news(sign, row, TODAY + timedelta(days=days)) is news


def test_the_tables_hold_one_open_warning_per_code(any_url: str) -> None:
    engine = make_engine(any_url)
    with Session(engine) as session:
        client = factories.make_client(session)
        kept(session, client)
        second = session.begin_nested()
        session.add(closed(client_id=client.id, closed_at=None, closed_by=None, outcome=None))
        with pytest.raises(IntegrityError):
            session.flush()
        second.rollback()
        session.add(closed(client_id=client.id, closed_by=None))
        session.add(closed(client_id=client.id, closed_by=None))
        session.flush()
    engine.dispose()


def test_two_who_open_the_same_warning_at_once_get_one(any_url: str) -> None:
    engine = make_engine(any_url)
    with transaction(engine) as session:
        client_id = factories.make_client(session).id
    start, failures = Barrier(2), []

    def open_it() -> None:
        try:
            start.wait()
            with transaction(engine) as session:
                warnings.open_warning(
                    session, client_id, CODE.REFEEDING, level=LEVEL.URGENT, now=NOW, facts={}
                )
        except Exception as error:  # noqa: BLE001 - told below, in the thread of the test
            failures.append(error)

    threads = [Thread(target=open_it) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with Session(engine) as session:
        assert session.scalar(select(func.count()).select_from(EarlyWarning)) == 1
    assert failures == []
    engine.dispose()


def test_two_who_take_it_up_at_once_have_one_owner(any_url: str) -> None:
    engine = make_engine(any_url)
    with transaction(engine) as session:
        client = factories.make_client(session)
        row_id = kept(session, client).id
        actors = [people.actor_for(session, factories.make_user(session), NOW) for _ in range(2)]
    start, outcomes = Barrier(2), []

    def take(actor: Actor) -> None:
        start.wait()
        try:
            with transaction(engine) as session:
                warnings.acknowledge(session, actor, row_id, NOW)
            outcomes.append("won")
        except Conflict:
            outcomes.append("late")

    threads = [Thread(target=take, args=(one,)) for one in actors]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(outcomes) == ["late", "won"]
    engine.dispose()


def test_an_urgent_warning_stops_automatic_orders(session: Session, client: Client) -> None:
    assert meals.held_back(session, client.id) is None
    kept(session, client, code=CODE.ALLERGEN, level=LEVEL.URGENT)
    assert meals.held_back(session, client.id) == meals.FROZEN


def test_a_signature_of_today_answers_the_weight_and_nothing_else(
    session: Session, client: Client
) -> None:
    weight = kept(session, client)
    intake = kept(session, client, code=CODE.INTAKE_LOW)
    assert warnings.answer_by_signature(session, client.id, NOW) == 1
    assert (weight.outcome, intake.outcome) == (Outcome.PRESCRIPTION_CHANGED, None)
