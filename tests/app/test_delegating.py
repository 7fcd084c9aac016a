"""A row of the worklist in a colleague's hands: until when, who sees it, who takes it back."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Refused, Role
from app.db import make_engine
from app.models.following import Delegation
from app.models.people import Client, OrganisationKind, User
from app.operations import caseload, delegating, people, warnings
from app.operations.caseload import Filter, Order, Whose, Wish
from app.operations.delegating import Handing
from app.operations.histories import histories
from logistics import SiteKind
from screening import WarningCode, WarningLevel
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 23)


@pytest.fixture
def user(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def actor(session: Session, user: User) -> Actor:
    return people.actor_for(session, user, NOW)


@pytest.fixture
def colleague(session: Session) -> Actor:
    return people.actor_for(session, factories.make_user(session), NOW)


@pytest.fixture
def client(session: Session, user: User) -> Client:
    return factories.make_client(session, dietitian_id=user.id)


def give(session: Session, actor: Actor, client: Client, to: Actor, **values: Any) -> Delegation:
    asked: dict[str, Any] = {"until": TODAY + timedelta(days=7), "note": " bel haar dochter "}
    now = values.pop("now", NOW)
    handing = Handing(to_id=int(to.user_id or 0), **(asked | values))
    return delegating.delegate(session, actor, client.id, handing, now)


def seen(session: Session, actor: Actor, whose: Whose, days: int = 0) -> int:
    return caseload.worklist(session, actor, Wish(whose=whose), NOW + timedelta(days=days)).total


def test_a_row_in_a_colleagues_hands_is_theirs_until_its_day(
    session: Session, actor: Actor, colleague: Actor, client: Client
) -> None:
    assert seen(session, actor, Whose.MINE) == 1
    row = give(session, actor, client, colleague)
    assert row.note == "bel haar dochter"
    for days in (0, 7):
        assert [seen(session, actor, one, days) for one in (Whose.MINE, Whose.GIVEN)] == [0, 1]
        assert [seen(session, colleague, one, days) for one in (Whose.MINE, Whose.TO_ME)] == [1, 1]
    assert [seen(session, actor, one, 8) for one in (Whose.MINE, Whose.GIVEN)] == [1, 0]
    assert seen(session, colleague, Whose.TO_ME, 8) == 0


def test_the_row_says_in_whose_hands_it_is(
    session: Session, actor: Actor, colleague: Actor, client: Client
) -> None:
    give(session, actor, client, colleague)
    (row,) = caseload.worklist(session, colleague, Wish(), NOW).rows
    given = row.known.delegated
    assert given is not None
    assert (given.from_name, given.to_name) == (actor.name, colleague.name)
    place, _ = histories(session, (client.id,), TODAY)[client.id]
    assert place.dietitian_id == colleague.user_id


@pytest.mark.parametrize("who", ["actor", "colleague"])
def test_giver_and_holder_may_take_it_back(
    session: Session, actor: Actor, colleague: Actor, client: Client, who: str
) -> None:
    give(session, actor, client, colleague)
    delegating.take_back(session, actor if who == "actor" else colleague, client.id, NOW)
    assert seen(session, actor, Whose.MINE) == 1
    with pytest.raises(NotFound):
        delegating.take_back(session, actor, client.id, NOW)


def test_a_third_person_has_no_say(
    session: Session, actor: Actor, colleague: Actor, client: Client
) -> None:
    third = people.actor_for(session, factories.make_user(session), NOW)
    give(session, actor, client, colleague)
    with pytest.raises(Conflict):
        give(session, third, client, actor)
    with pytest.raises(Conflict):
        delegating.take_back(session, third, client.id, NOW)


def test_who_has_it_may_give_it_on(
    session: Session, actor: Actor, colleague: Actor, client: Client
) -> None:
    third = people.actor_for(session, factories.make_user(session), NOW)
    first = give(session, actor, client, colleague)
    give(session, colleague, client, third)
    assert first.ended_at == NOW
    assert seen(session, third, Whose.TO_ME) == 1


def test_one_past_its_day_stands_in_nobodys_way(
    session: Session, actor: Actor, colleague: Actor, client: Client
) -> None:
    give(session, actor, client, colleague, until=TODAY)
    later = NOW + timedelta(days=1)
    found = delegating.hands(session, actor, client.id, later)
    assert found.running is None
    give(session, actor, client, colleague, now=later)


@pytest.mark.parametrize("days", [-1, 93])
def test_an_end_out_of_reach_is_refused(
    session: Session, actor: Actor, colleague: Actor, client: Client, days: int
) -> None:
    with pytest.raises(Refused, match="until_out_of_reach"):
        give(session, actor, client, colleague, until=TODAY + timedelta(days=days))


def test_only_a_colleague_in_reach_gets_it(session: Session, actor: Actor, client: Client) -> None:
    house = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
    away = people.actor_for(session, factories.make_user(session, organisation_id=house.id), NOW)
    for wrong in (actor, away):
        with pytest.raises(Refused, match="choice"):
            give(session, actor, client, wrong)
    with pytest.raises(NotFound):
        give(session, away, client, actor)
    with pytest.raises(Forbidden):
        give(session, Actor(role=Role.CLIENT, sees=frozenset({client.id})), client, actor)


def test_open_warnings_go_along_unless_somebody_took_them_up(
    session: Session, actor: Actor, colleague: Actor, client: Client
) -> None:
    def warn(code: WarningCode) -> Any:
        return warnings.open_warning(
            session, client.id, code, level=WarningLevel.RED, now=NOW, facts={}
        )

    waiting, taken = warn(WarningCode.INTAKE_LOW), warn(WarningCode.NOT_EATEN)
    warnings.acknowledge(session, actor, taken.id, NOW)
    give(session, actor, client, colleague)
    session.refresh(waiting)
    assert (waiting.owner_id, taken.owner_id) == (colleague.user_id, actor.user_id)
    delegating.take_back(session, actor, client.id, NOW)
    session.refresh(waiting)
    assert waiting.owner_id == actor.user_id


def test_a_client_is_in_one_pair_of_hands_in_both_databases(any_url: str) -> None:
    engine = make_engine(any_url)
    with Session(engine) as session:
        client, user = factories.make_client(session), factories.make_user(session)

        def add(**values: Any) -> None:
            given = {"client_id": client.id, "from_id": user.id, "to_id": user.id, "note": ""}
            session.add(Delegation(until=TODAY, given_at=NOW, **given, **values))
            session.flush()

        add()
        add(ended_at=NOW)
        second = session.begin_nested()
        with pytest.raises(IntegrityError):
            add()
        second.rollback()
    engine.dispose()


def test_rows_are_filtered_and_sorted_as_the_address_says(
    session: Session, actor: Actor, client: Client
) -> None:
    house = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
    site = factories.make_site(session, house, kind=SiteKind.RESIDENTIAL)
    resident = factories.make_client(session, site, given_name="Aaron")
    warnings.open_warning(
        session,
        client.id,
        WarningCode.INTAKE_LOW,
        level=WarningLevel.RED,
        now=NOW - timedelta(days=9),
        facts={},
    )

    def shown(**wish: Any) -> list[int]:
        rows = caseload.worklist(session, actor, Wish(**wish), NOW).rows
        return [row.known.client_id for row in rows]

    assert shown(house=site.id) == [resident.id]
    assert shown(kind=SiteKind.HOME) == [client.id]
    assert shown(whose=Whose.NOBODY) == [resident.id]
    assert shown(view=Filter.WARNINGS) == [client.id]
    assert shown(order=Order.NAME) == [resident.id, client.id]
    assert shown(order=Order.DUE) == [client.id, resident.id]
    assert shown(risk=caseload.Risk.HIGH) == []
    assert caseload.houses(session, actor) == ((site.id, site.name),)
