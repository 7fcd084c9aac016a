"""How dishes tasted: who may say it, when it is mended, and what the next week makes of it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Refused, Role
from app.db import transaction
from app.i18n import LOCAL_ZONE
from app.models.choosing import DishRating
from app.models.following import MissedKind
from app.models.people import CarerLevel, CarerLink, User
from app.models.system import AccessLog
from app.operations import choosing, eating, happenings, meals, people
from app.operations.happenings import Missed
from menus import Liking, Tastes
from tests.app.test_reorders import Home, make_home
from tests.conftest import NOW
from tests.factories import load_catalogue, make_client, make_user

TODAY = date(2026, 11, 23)
SOUP = "soup-celeriac"
LEFT, GOOD = Liking.NOT_EATEN, Liking.TASTY


@pytest.fixture
def home(session: Session) -> Home:
    load_catalogue(session)
    return make_home(session)


def days(count: int) -> timedelta:
    return timedelta(days=count)


def refuse(session: Session, home: Home, on: date, liking: Liking = LEFT) -> tuple[str, ...]:
    at = NOW + (on - TODAY)
    return choosing.rate_day(session, home.actor, home.client.id, on, {SOUP: liking}, at)


def test_a_dish_refused_twice_is_avoided_by_the_next_week(session: Session, home: Home) -> None:
    assert refuse(session, home, TODAY) == ()
    assert refuse(session, home, TODAY + days(1)) == (SOUP,)
    dietitian = people.actor_for(session, make_user(session), NOW)
    plan = meals.propose_plan(
        session, dietitian, home.client.id, start=date(2026, 12, 7), now=NOW + days(2)
    )
    assert plan.request["dislikes"] == [SOUP]
    served = {item["variant"].partition("/")[0] for item in plan.result["items"]}
    assert served
    assert SOUP not in served


def test_a_word_is_mended_on_its_own_day_only(session: Session, home: Home) -> None:
    refuse(session, home, TODAY)
    refuse(session, home, TODAY, GOOD)
    row = session.scalars(select(DishRating)).one()
    assert (row.liking, row.rated_by) == (GOOD, home.user.id)
    later = NOW + days(1)
    same = {SOUP: GOOD}
    choosing.rate_day(session, home.actor, home.client.id, TODAY, same, later)
    with pytest.raises(Refused, match="rating.closed"):
        choosing.rate_day(session, home.actor, home.client.id, TODAY, {SOUP: LEFT}, later)


@pytest.mark.parametrize("off", [-8, 1])
def test_only_days_that_were_eaten_lately_are_rated(session: Session, home: Home, off: int) -> None:
    with pytest.raises(Refused, match="rating.day_out_of_reach"):
        choosing.rate_day(session, home.actor, home.client.id, TODAY + days(off), {SOUP: LEFT}, NOW)


def test_only_dishes_of_the_day_are_rated(session: Session, home: Home) -> None:
    with pytest.raises(Refused, match="rating.not_served"):
        choosing.rate_day(session, home.actor, home.client.id, TODAY, {"hutspot": LEFT}, NOW)


def test_what_was_forgotten_counts_no_more_but_new_words_do(session: Session, home: Home) -> None:
    for ahead in range(2):
        refuse(session, home, TODAY + days(ahead))
    assert eating.tastes_of(session, home.client.id) == Tastes(dislikes=frozenset({SOUP}))
    later = NOW + days(2)
    eating.forget(session, home.actor, home.client.id, SOUP, later)
    assert eating.tastes_of(session, home.client.id) == Tastes()
    refuse(session, home, TODAY + days(3))
    assert eating.tastes_of(session, home.client.id) == Tastes()
    refuse(session, home, TODAY + days(4))
    assert eating.tastes_of(session, home.client.id).dislikes == {SOUP}


def test_a_signed_word_goes_before_a_rated_one() -> None:
    request = {"likes": ["hutspot"], "dislikes": ["cod"], "days": 7}
    rated = Tastes(likes=frozenset({"cod", "yogurt"}), dislikes=frozenset({"hutspot", "brawn"}))
    assert eating.with_tastes(request, rated) == {
        "likes": ["hutspot", "yogurt"],
        "dislikes": ["brawn", "cod"],
        "days": 7,
    }


@pytest.mark.parametrize("called", ["Knolseldersoep", "knolseldersoep ", "soup-celeriac"])
def test_a_refused_meal_noted_by_its_name_counts_as_not_eaten(
    session: Session, home: Home, called: str
) -> None:
    for back in (0, 1):
        missed = Missed(day=TODAY - days(back), kind=MissedKind.REFUSED, dish=called)
        happenings.record_missed(session, home.actor, home.client.id, missed, NOW)
    assert eating.tastes_of(session, home.client.id).dislikes == {SOUP}


def test_a_name_nobody_knows_or_a_spoilt_meal_says_nothing_of_taste(
    session: Session, home: Home
) -> None:
    for kind, dish in ((MissedKind.REFUSED, "iets met vis"), (MissedKind.COLD_CHAIN, SOUP)):
        missed = Missed(day=TODAY, kind=kind, dish=dish)
        happenings.record_missed(session, home.actor, home.client.id, missed, NOW)
    assert session.scalars(select(DishRating)).all() == []


def test_a_rating_stands_before_a_refusal_noted_by_somebody(session: Session, home: Home) -> None:
    refuse(session, home, TODAY, GOOD)
    missed = Missed(day=TODAY, kind=MissedKind.REFUSED, dish=SOUP)
    happenings.record_missed(session, home.actor, home.client.id, missed, NOW)
    assert session.scalars(select(DishRating.liking)).one() is GOOD


def carer(session: Session, home: Home, level: CarerLevel) -> Actor:
    user = make_user(session, Role.CARER, organisation_id=home.client.organisation_id)
    session.add(
        CarerLink(user_id=user.id, client_id=home.client.id, level=level, until=TODAY + days(30))
    )
    people.record_consent(
        session,
        home.actor,
        home.client.id,
        people.ConsentPurpose.CARER_SHARING,
        given=True,
        now=NOW,
    )
    session.flush()
    return people.actor_for(session, user, NOW)


def test_a_carer_with_a_mandate_rates_and_a_stranger_does_not(session: Session, home: Home) -> None:
    helper = carer(session, home, CarerLevel.ORDER)
    choosing.rate_day(session, helper, home.client.id, TODAY, {SOUP: LEFT}, NOW)
    looker = carer(session, home, CarerLevel.VIEW)
    other = make_client(session)
    stranger = Actor(role=Role.CLIENT, sees=frozenset({other.id}), orders_for=frozenset({other.id}))
    for nobody in (looker, stranger):
        with pytest.raises(NotFound):
            choosing.rate_day(session, nobody, home.client.id, TODAY, {SOUP: LEFT}, NOW)
        with pytest.raises(NotFound):
            choosing.tasting(session, nobody, home.client.id, NOW)
        with pytest.raises(NotFound):
            eating.forget(session, nobody, home.client.id, SOUP, NOW)
    acts = set(session.scalars(select(AccessLog.act)))
    assert "dish.rated" in acts


@pytest.fixture
def open_home(app: Flask) -> Home:
    with transaction(app.extensions["npcc"].engine) as session:
        load_catalogue(session)
        return make_home(session)


def test_the_page_keeps_a_rating_and_says_what_follows(
    visit: Callable[[User], FlaskClient], open_home: Home
) -> None:
    browser = visit(open_home.user)
    today = datetime.now(LOCAL_ZONE).date()
    for back in (1, 0):
        day = (today - days(back)).isoformat()
        form = {"day": day, f"t:{SOUP}": "not_eaten"}
        assert browser.post("/week/taste", data=form).status_code == 303
    page = browser.get("/week/taste").get_data(as_text=True)
    assert "Wat u weigerde, geven we minder (1)." in page
    assert "Vergeet dit" in page
    form = {"component": SOUP}
    assert browser.post("/week/taste/forget", data=form).status_code == 303
    page = browser.get("/week/taste").get_data(as_text=True)
    assert "Nog niets." in page


def test_a_rating_that_cannot_be_kept_says_why(
    visit: Callable[[User], FlaskClient], open_home: Home
) -> None:
    browser = visit(open_home.user)
    day = datetime.now(LOCAL_ZONE).date().isoformat()
    answer = browser.post("/week/taste", data={"day": day, "t:hutspot": "tasty"})
    assert answer.status_code == 422
    assert "stond die dag niet op uw menu" in answer.get_data(as_text=True)
    answer = browser.post("/week/taste", data={"day": day, f"t:{SOUP}": "delicious"})
    assert answer.status_code == 422
