"""What is fetched: asked at the desk or at home, on a route with room for it, noted at the door."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from app.access import SYSTEM, Role
from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, sentences
from app.models.orders import Order
from app.models.people import Site
from app.models.pickups import Pickup
from app.models.planning import DayPlan, Vehicle
from app.models.system import AccessLog
from app.operations import pickups, planning, publishing
from logistics import PICKUP_ACTS, Boxes, PickupThing
from tests.app.days import DAY, DISPATCHER, NOW, filled, kitchen_id, planned
from tests.app.paper_samples import text
from tests.app.test_reorders import make_home
from tests.factories import load_catalogue, make_organisation, make_site, make_user

Visit = Callable[..., FlaskClient]


@pytest.fixture
def engine(app: Flask) -> Engine:
    found: Engine = app.extensions["npcc"].engine
    return found


def stops_of(plan: DayPlan) -> dict[str, tuple[Boxes, list[PickupThing]]]:
    """By site: the boxes it gets, and what is fetched there."""
    routes = plan.as_stored_day().plan.routes.routes
    return {
        stop.site: (stop.boxes, [each.thing for each in stop.pickups])
        for route in routes
        for stop in route.stops
    }


def test_what_is_asked_at_the_desk_is_fetched_with_the_delivery(
    engine: Engine, visit: Visit
) -> None:
    filled(engine)
    with transaction(engine) as session:
        order = session.scalars(select(Order).order_by(Order.id)).first()
        assert order is not None
        site = session.get_one(Site, order.site_id).code
        before = planning.fingerprint(session, kitchen_id(session), DAY)
        desk = visit(make_user(session, Role.DISPATCHER))
    form = {"where": site, "thing": "empty_boxes", "count": "6", "wanted_on": ""}
    assert desk.post("/pickups", data=form).status_code == 303
    assert "Ophalen: lege dozen (6 dozen plaats)" in desk.get("/pickups").text
    with transaction(engine) as session:
        assert planning.fingerprint(session, kitchen_id(session), DAY) != before, (
            "a draft made before is stale"
        )
        plan = planned(session)
        boxes, fetched = stops_of(plan)[site]
        assert (boxes.total > 0, fetched) == (True, [PickupThing.EMPTY_BOXES])
        publishing.publish(session, DISPATCHER, plan.id, NOW)
        pickup = session.scalars(select(Pickup.id)).one()
    page = desk.get(f"/routes/{DAY}").text
    assert "Ophalen: lege dozen (6 dozen plaats)" in page
    paper = desk.get(f"/day-plans/{plan.id}/routes.pdf")
    assert paper.status_code == 200
    assert desk.post(f"/pickups/{pickup}/fetched/{DAY}").status_code == 303
    assert desk.post(f"/pickups/{pickup}/fetched/{DAY}").status_code == 404
    with transaction(engine) as session:
        assert pickups.due(session, kitchen_id(session), DAY) == {}
        acts = session.scalars(select(AccessLog.act)).all()
    assert {"pickup.asked", "pickup.closed"} <= set(acts)


def test_a_van_comes_for_it_where_nothing_is_delivered(engine: Engine) -> None:
    filled(engine)
    with transaction(engine) as session:
        home = make_site(session, make_organisation(session), name="Thuis bij Zonderling")
        wish = pickups.Wish(thing=PickupThing.FREEZER, wanted_on=DAY)
        pickups.ask_at(session, DISPATCHER, "zonderling", wish, now=NOW)
        plan = planned(session)
        assert stops_of(plan)[home.code] == (Boxes(), [PickupThing.FREEZER])
        assert plan.unserved_count == 0
        early = planning.gather(session, SYSTEM, DAY - timedelta(days=1)).fields["sites"]
        assert home.code not in {one.id for one in early}
        for row in session.scalars(select(Pickup)):
            row.boxes = 200
        session.flush()
        kept = planned(session).as_stored_day().plan.routes.unserved
    (left,) = kept
    assert (left.site, left.orders, left.reason) == (home.code, (), "route.unserved.capacity")


def test_in_a_swap_another_freezer_is_brought_and_the_old_one_taken(
    engine: Engine, visit: Visit
) -> None:
    filled(engine)
    with transaction(engine) as session:
        order = session.scalars(select(Order).order_by(Order.id)).first()
        assert order is not None
        site = session.get_one(Site, order.site_id).code
        food = stops_of(planned(session))[site][0]
        desk = visit(make_user(session, Role.DISPATCHER))
    form = {"where": site, "thing": "freezer_swap", "count": "1", "wanted_on": ""}
    assert desk.post("/pickups", data=form).status_code == 303
    assert "breng de andere, neem de oude mee (12 dozen plaats)" in desk.get("/pickups").text
    with transaction(engine) as session:
        plan = planned(session)
        routes = plan.as_stored_day().plan.routes.routes
        ((trip, stop),) = (
            (trip, stop) for r in routes for trip in r.trips for stop in trip.stops if stop.pickups
        )
        assert (stop.boxes, stop.goods) == (food + Boxes(ambient=12), food)
        assert trip.boxes.without(trip.goods) == Boxes(ambient=12)
        publishing.publish(session, DISPATCHER, plan.id, NOW)
    assert "breng de andere, neem de oude mee" in desk.get(f"/routes/{DAY}").text
    paper = text(desk.get(f"/day-plans/{plan.id}/loading.pdf").data)
    assert paper.count("Diepvriezer om te wisselen") == 1


def test_a_van_without_room_for_the_freezer_it_brings_does_not_come(engine: Engine) -> None:
    filled(engine)
    with transaction(engine) as session:
        home = make_site(session, make_organisation(session), name="Thuis bij Zonderling")
        wish = pickups.Wish(thing=PickupThing.FREEZER_SWAP, wanted_on=DAY)
        pickups.ask_at(session, DISPATCHER, "zonderling", wish, now=NOW)
        assert stops_of(planned(session))[home.code][0] == Boxes(ambient=12)
        for van in session.scalars(select(Vehicle)):
            van.ambient_boxes = 11
        session.flush()
        (left,) = planned(session).as_stored_day().plan.routes.unserved
    assert (left.site, left.reason) == (home.code, "route.unserved.capacity")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"where": "nergens"}, "Geen adres heet nergens"),
        ({"where": "thuis bij"}, "Meer dan een adres heet thuis bij"),
        ({"wanted_on": "2026-01-01"}, "Kies een dag die nog komt"),
        ({"count": "0"}, "1"),
        ({"thing": "piano"}, "Kies"),
    ],
)
def test_what_cannot_be_fetched_is_said(
    engine: Engine, visit: Visit, form: dict[str, str], told: str
) -> None:
    filled(engine)
    with transaction(engine) as session:
        desk = visit(make_user(session, Role.DISPATCHER))
    answer = desk.post("/pickups", data={"where": "30001", "thing": "other"} | form)
    assert answer.status_code == 422
    assert told in answer.text


def test_a_client_asks_for_home_and_for_nobody_else(engine: Engine, visit: Visit) -> None:
    with transaction(engine) as session:
        load_catalogue(session)
        mine, other = make_home(session), make_home(session)
        browser, stranger = visit(mine.user), visit(other.user)
        site, theirs = mine.client.site_id, other.client.id
        kitchen = visit(make_user(session, Role.KITCHEN))
    later = datetime.now(UTC).astimezone(LOCAL_ZONE).date() + timedelta(days=3)
    form = {"thing": "freezer", "count": "1", "wanted_on": later.isoformat()}
    assert browser.post("/week/fetch", data=form).status_code == 303
    assert browser.post("/week/fetch", data=form | {"client": str(theirs)}).status_code == 404
    page = browser.get("/week/fetch").text
    assert "Ophalen: diepvriezer (12 dozen plaats)" in page
    assert "diepvriezer (12" not in stranger.get("/week/fetch").text
    assert kitchen.get("/pickups").status_code == 403
    with transaction(engine) as session:
        row = session.scalars(select(Pickup)).one()
        assert (row.site_id, row.wanted_on) == (site, later)
        number = row.id
    assert stranger.post(f"/week/fetch/{number}/take-back").status_code == 404
    assert browser.post(f"/week/fetch/{number}/take-back").status_code == 303
    with transaction(engine) as session:
        assert session.scalars(select(Pickup)).one().fetched is False


def test_every_word_of_fetching_is_there() -> None:
    asked = [*pickups.PICKUP_CODES, *PICKUP_ACTS, *(f"pickup.{thing}" for thing in PickupThing)]
    for language in LANGUAGES:
        assert [code for code in asked if code not in sentences(language)] == []
