"""A stop gets another place by hand: offered with its price, signed, and kept."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Role
from app.db import transaction
from app.models.people import User
from app.models.planning import DayPlan, DayPlanState, Depot, Vehicle
from app.operations import horizons, meals, publishing, stopmoves
from app.operations.daypapers import stored_day
from tests.app.days import (
    DAY,
    DISPATCHER,
    NOW,
    kitchen_id,
    make_order,
    make_van,
    planned,
    small_day,
)
from tests.factories import make_user

Visit = Callable[[User], FlaskClient]
pytestmark = pytest.mark.usefixtures("day_before")
FIRST = ("A", 1)
ON_THE_DAY = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)


def roomy(session: Session) -> DayPlan:
    """Give the draft of the small day, with two orders more and a second van for all of it."""
    small = small_day(session)
    variant = meals.catalogue(session).variants[small.stored]
    for code in ("30004", "30005"):
        make_order(session, code, variant, portions=1)
    session.scalars(select(Vehicle)).one().frozen_boxes = 10
    depot = session.scalars(select(Depot)).one()
    session.add(make_van(depot, code="van-b", letter="B", name="Bestelwagen B", frozen_boxes=10))
    session.flush()
    return planned(session)


def served(plan: DayPlan) -> dict[str, str]:
    routes = stored_day(plan).plan.routes.routes
    return {stop.site: route.letter for route in routes for stop in route.stops}


def moved(session: Session, plan: DayPlan, letter: str = "B") -> tuple[str, DayPlan]:
    """Give the first stop of van A to another van; answer its site, and the new plan."""
    move = stopmoves.offer(session, DISPATCHER, plan.id, stop=FIRST, now=NOW)
    place = next(one for one in move.places if move.letter(one.van) == letter)
    assert place.violations == ()
    mark = move.mark(place)
    before = plan.cost_cents
    new = stopmoves.choose(session, DISPATCHER, plan.id, stop=FIRST, mark=mark, now=NOW)
    assert new.cost_cents == before + place.added_cents
    return move.site, new


def test_a_stop_of_a_draft_goes_with_another_van_and_stays_there(session: Session) -> None:
    plan = roomy(session)
    before = served(plan)
    site, new = moved(session, plan)
    assert before[site] == "A"
    assert served(new) == before | {site: "B"}
    assert (plan.state, new.state) == (DayPlanState.SUPERSEDED, DayPlanState.DRAFT)
    assert new.published_at is None
    assert set(horizons.held_tours(session, kitchen_id(session), DAY)) == {"van-a", "van-b"}
    again = planned(session)
    assert served(again) == served(new)
    publishing.publish(session, DISPATCHER, again.id, NOW)


def test_the_last_stop_of_a_van_leaves_no_tour_to_hold(session: Session) -> None:
    _, plan = moved(session, roomy(session))
    back = stopmoves.offer(session, DISPATCHER, plan.id, stop=("B", 1), now=NOW)
    place = next(one for one in back.places if back.letter(one.van) == "A")
    new = stopmoves.choose(
        session, DISPATCHER, plan.id, stop=("B", 1), mark=back.mark(place), now=NOW
    )
    assert set(served(new).values()) == {"A"}
    assert set(horizons.held_tours(session, kitchen_id(session), DAY)) == {"van-a"}
    publishing.publish(session, DISPATCHER, new.id, NOW)
    assert new.state is DayPlanState.PUBLISHED


def test_a_stop_of_a_published_day_moves_and_the_day_stays_published(session: Session) -> None:
    plan = roomy(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    site, new = moved(session, plan)
    assert served(new)[site] == "B"
    assert (plan.state, new.state) == (DayPlanState.SUPERSEDED, DayPlanState.PUBLISHED)
    assert new.published_at is not None
    assert not horizons.held_tours(session, kitchen_id(session), DAY)


def test_only_what_was_read_of_the_newest_plan_can_be_chosen(session: Session) -> None:
    plan = roomy(session)
    with pytest.raises(Conflict, match=r"replan\.changed"):
        stopmoves.choose(session, DISPATCHER, plan.id, stop=FIRST, mark="other", now=NOW)
    for stop in (("A", 0), ("A", 99), ("Z", 1)):
        with pytest.raises(NotFound):
            stopmoves.offer(session, DISPATCHER, plan.id, stop=stop, now=NOW)
    moved(session, plan)
    with pytest.raises(Conflict, match=r"stop\.old_plan"):
        stopmoves.offer(session, DISPATCHER, plan.id, stop=FIRST, now=NOW)
    with pytest.raises(Forbidden):
        stopmoves.offer(session, Actor(role=Role.KITCHEN), plan.id, stop=FIRST, now=NOW)


def test_a_stop_whose_van_is_out_has_no_other_place(session: Session) -> None:
    plan = roomy(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    move = stopmoves.offer(session, DISPATCHER, plan.id, stop=FIRST, now=ON_THE_DAY)
    assert move.left
    assert move.places == ()


@pytest.fixture
def dispatcher(engine: Engine, visit: Visit) -> FlaskClient:
    with transaction(engine) as session:
        roomy(session)
        user = make_user(session, Role.DISPATCHER, name="Inge")
        session.flush()
        session.expunge(user)
    return visit(user)


def test_a_dispatcher_reads_the_price_and_signs(dispatcher: FlaskClient, engine: Engine) -> None:
    page = dispatcher.get(f"/routes/{DAY}/A").get_data(as_text=True)
    (address, *_) = re.findall(r'data-move="([^"]+)"', page)
    assert f'href="{address}"' in page
    assert page.count("data-drop=") == 1
    shown = dispatcher.get(f"{address}?to=B").get_data(as_text=True)
    assert re.search(r"Bus B om \d+\.\d\d: €\s[\d,]+ duurder, \d+ minu", shown)
    (mark,) = re.findall(r'name="mark" value="(\w+)" checked', shown)
    unsigned = dispatcher.post(address, data={"mark": mark})
    assert unsigned.status_code == 422
    assert 'href="#f-attest"' in unsigned.text
    assert f'value="{mark}" checked' in unsigned.text
    answer = dispatcher.post(address, data={"mark": mark, "attest": "1"})
    assert answer.headers["Location"] == f"/routes/{DAY}"
    with transaction(engine) as session:
        new = session.scalars(select(DayPlan).order_by(DayPlan.version.desc())).first()
        assert new is not None
        assert "B" in served(new).values()
    assert dispatcher.get(address).status_code == 409


def test_a_van_without_room_is_named(dispatcher: FlaskClient, engine: Engine) -> None:
    with transaction(engine) as session:
        plan = session.scalars(select(DayPlan)).one().id
    shown = dispatcher.get(f"/day-plans/{plan}/stops/A/1?to=Q").get_data(as_text=True)
    assert "Bus Q heeft geen plaats en tijd voor deze stop." in shown
