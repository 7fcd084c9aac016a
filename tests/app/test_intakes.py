"""What was eaten, in quarters: who may note it, what it is measured against, what is corrected."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Refused, Role
from app.db import make_engine
from app.models.following import HomeCount, IntakeRecord
from app.models.meals import MealPlan, MealPlanState
from app.models.orders import HomeStock
from app.models.people import Client, OrganisationKind, Site, User, Ward
from app.operations import intakes, people, reorders
from app.operations.intakes import Eaten, WardEaten
from logistics import OrderState, SiteKind
from tests import factories
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
DISH = "mash/7/standard"


@pytest.fixture
def user(session: Session) -> User:
    return factories.make_user(session)


@pytest.fixture
def actor(session: Session, user: User) -> Actor:
    return people.actor_for(session, user, NOW)


@pytest.fixture
def client(session: Session) -> Client:
    return factories.make_client(session)


@pytest.fixture
def ward(session: Session) -> Ward:
    house = factories.make_organisation(session, OrganisationKind.RESIDENTIAL)
    site = factories.make_site(session, house, kind=SiteKind.RESIDENTIAL)
    row = Ward(site_id=site.id, code="K1", name="Kamer 1")
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def carer(session: Session, ward: Ward) -> Actor:
    site = session.get_one(Site, ward.site_id)
    user = factories.make_user(session, Role.CARER, organisation_id=site.organisation_id)
    return people.actor_for(session, user, NOW)


def resident(session: Session, ward: Ward) -> Client:
    return factories.make_client(session, session.get_one(Site, ward.site_id), ward_id=ward.id)


def eat(session: Session, actor: Actor, client: Client, why: str = "", **quarters: int) -> int:
    eaten = Eaten(day=TODAY, quarters=quarters, why=why)
    return len(intakes.record(session, actor, client.id, eaten, NOW))


def valid(session: Session) -> list[tuple[str, int]]:
    rows = session.scalars(
        select(IntakeRecord).where(IntakeRecord.replaced_at.is_(None)).order_by(IntakeRecord.id)
    )
    return [(row.slot, row.quarters) for row in rows]


def test_what_was_eaten_is_noted_once(session: Session, actor: Actor, client: Client) -> None:
    assert eat(session, actor, client, lunch=3, supper=0) == 2
    assert eat(session, actor, client, lunch=3) == 0
    assert valid(session) == [("lunch", 3), ("supper", 0)]


def test_a_correction_asks_why_and_keeps_what_stood(
    session: Session, actor: Actor, client: Client
) -> None:
    eat(session, actor, client, lunch=3)
    with pytest.raises(Refused, match="why_needed"):
        eat(session, actor, client, lunch=1)
    eat(session, actor, client, why=" verkeerde kamer ", lunch=1)
    assert valid(session) == [("lunch", 1)]
    assert session.scalar(select(func.count()).select_from(IntakeRecord)) == 2
    (one,) = intakes.corrections(session, client.id, since=TODAY)
    assert (one.was, one.became, one.why, one.by) == (3, 1, "verkeerde kamer", actor.name)


@pytest.mark.parametrize("quarters", [{"lunch": 5}, {"lunch": -1}, {"brunch": 2}])
def test_what_is_no_share_or_no_meal_is_refused(
    session: Session, actor: Actor, client: Client, quarters: dict[str, int]
) -> None:
    with pytest.raises(Refused, match="choice"):
        eat(session, actor, client, **quarters)


@pytest.mark.parametrize("days", [-1, 15])
def test_only_the_last_two_weeks_can_be_noted(
    session: Session, actor: Actor, client: Client, days: int
) -> None:
    eaten = Eaten(day=TODAY - timedelta(days=days), quarters={"lunch": 4})
    with pytest.raises(Refused, match="out_of_reach"):
        intakes.record(session, actor, client.id, eaten, NOW)


def test_who_may_note_what_a_client_ate(session: Session, client: Client) -> None:
    mine = frozenset({client.id})
    for role in (Role.CLIENT, Role.CARER):
        helper = Actor(role=role, sees=mine, orders_for=mine)
        eat(session, helper, client, lunch=4)
    for stranger in (
        Actor(role=Role.CARER, sees=mine),  # may look, not act
        Actor(role=Role.CLIENT),
        Actor(role=Role.DIETITIAN, is_house=True, organisation_id=client.organisation_id + 1),
    ):
        with pytest.raises(NotFound):
            eat(session, stranger, client, lunch=4)


def test_the_energy_of_an_ordered_meal_is_kept_with_the_note(
    session: Session, actor: Actor, client: Client
) -> None:
    factories.load_catalogue(session)
    factories.make_order(session, client, TODAY, (DISH, 2, 150), meal="lunch")
    factories.make_order(
        session, client, TODAY, (DISH, 9, 150), meal="lunch", state=OrderState.CANCELLED
    )
    eat(session, actor, client, lunch=2, supper=2)
    lunch, supper = session.scalars(select(IntakeRecord).order_by(IntakeRecord.id))
    assert lunch.planned_kcal is not None
    assert 200 < lunch.planned_kcal < 500
    assert (lunch.day_kcal, supper.planned_kcal) == (lunch.planned_kcal, None)


def plan(client: Client, session: Session, user: User, *dishes: str) -> MealPlan:
    signed = factories.make_prescription(session, client, user)
    items = [
        {"day": 0, "slot": slot, "variant": dish, "grams": 200}
        for dish in dishes
        for slot in ("lunch", "supper")
    ]
    row = MealPlan(
        client_id=client.id,
        prescription_id=signed.id,
        start_day=TODAY,
        days=1,
        state=MealPlanState.APPROVED,
        request={},
        result={"items": items},
        catalogue_version="x",
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def test_at_home_the_approved_week_says_what_was_planned(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.load_catalogue(session)
    plan(client, session, user, DISH)
    found = intakes.plates(session, actor, client.id, TODAY, NOW)
    assert [one.slot for one in found.plates] == ["lunch", "supper"]
    eat(session, actor, client, lunch=2)
    row = session.scalars(select(IntakeRecord)).one()
    assert row.planned_kcal is not None
    assert row.day_kcal == 2 * row.planned_kcal


def test_a_dish_nobody_knows_makes_the_meal_unknown(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.load_catalogue(session)
    plan(client, session, user, DISH, "gone/7/standard")
    eat(session, actor, client, lunch=2)
    row = session.scalars(select(IntakeRecord)).one()
    assert (row.planned_kcal, row.day_kcal) == (None, None)


def test_without_a_plan_the_three_meals_are_shown(
    session: Session, actor: Actor, client: Client
) -> None:
    eat(session, actor, client, morning=4)
    found = intakes.plates(session, actor, client.id, TODAY, NOW)
    assert [(one.slot, one.quarters) for one in found.plates] == [("morning", 4)]
    other = intakes.plates(session, actor, client.id, TODAY - timedelta(days=1), NOW)
    assert [one.slot for one in other.plates] == ["breakfast", "lunch", "supper"]


def test_a_ward_is_noted_on_one_screen(session: Session, carer: Actor, ward: Ward) -> None:
    first, second = resident(session, ward), resident(session, ward)
    eaten = WardEaten(day=TODAY, meal="lunch", quarters={first.id: 4})
    assert intakes.record_ward(session, carer, ward.id, eaten, NOW) == 1
    assert intakes.record_ward(session, carer, ward.id, eaten, NOW) == 0
    found = intakes.ward_plates(session, carer, ward.id, NOW, day=TODAY, meal="lunch")
    assert {one.id: quarters for one, quarters in found.residents} == {
        first.id: 4,
        second.id: None,
    }


def test_a_ward_of_another_house_is_not_there(
    session: Session, ward: Ward, client: Client, carer: Actor
) -> None:
    stranger = people.actor_for(
        session,
        factories.make_user(
            session,
            Role.CARER,
            organisation_id=factories.make_organisation(session, OrganisationKind.HOSPITAL).id,
        ),
        NOW,
    )
    nothing: dict[int, int] = {}
    with pytest.raises(NotFound):
        intakes.record_ward(
            session, stranger, ward.id, WardEaten(day=TODAY, meal="lunch", quarters=nothing), NOW
        )
    elsewhere = WardEaten(day=TODAY, meal="lunch", quarters={client.id: 4})
    with pytest.raises(NotFound):
        intakes.record_ward(session, carer, ward.id, elsewhere, NOW)


def test_a_meal_has_one_valid_note_in_both_databases(any_url: str) -> None:
    engine = make_engine(any_url)
    with Session(engine) as session:
        client = factories.make_client(session)

        def add(**values: Any) -> None:
            given: dict[str, Any] = {"quarters": 2, "planned_kcal": None, "day_kcal": None}
            row = IntakeRecord(
                client_id=client.id, day=TODAY, slot="lunch", recorded_at=NOW, **(given | values)
            )
            session.add(row)
            session.flush()

        add()
        add(replaced_at=NOW)
        for wrong in ({}, {"quarters": 5, "replaced_at": NOW}):
            inside = session.begin_nested()
            with pytest.raises(IntegrityError):
                add(**wrong)
            inside.rollback()
    engine.dispose()


def count(session: Session, actor: Actor, client: Client, portions: int | None, days: int) -> None:
    at = NOW + timedelta(days=days)
    reorders.count_home_stock(session, actor, client.id, {DISH: portions}, at)
    session.flush()


def test_a_count_is_kept_beside_what_should_have_lain_there(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    factories.load_catalogue(session)
    plan(client, session, user, DISH)
    count(session, actor, client, 20, 0)
    count(session, actor, client, 18, 3)
    count(session, actor, client, 17, 3)
    count(session, actor, client, None, 4)
    count(session, actor, client, 16, 4)
    rows = session.scalars(select(HomeCount).order_by(HomeCount.id)).all()
    assert [(row.counted, row.expected) for row in rows] == [(None, None), (17, 14), (None, None)]
    assert session.scalars(select(HomeStock.portions)).one() == 16
