"""Vans and addresses as an administrator fills them in, and what a plan makes of them."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from app.access import SYSTEM, Role
from app.db import transaction
from app.i18n import LANGUAGES, sentences, unbroken
from app.models.people import Site
from app.models.planning import DayPlan, TourPin, Vehicle
from app.models.system import AccessLog
from app.operations import planning, vans
from logistics import DriverBreak, DriverSkill
from tests.app.days import DAY, filled, kitchen_id, planned
from tests.factories import make_user

Visit = Callable[..., FlaskClient]
VAN = {"letter": "A", "name": "Grote wagen", "open": "6:00", "close": "14.30", "active": "1"}
VAN |= {"frozen_boxes": "2", "chilled_boxes": "9", "ambient_boxes": "5", "max_minutes": "480"}
VAN |= {"switches": "1", "switch_boxes": "20", "reloads": "1", "loading_min": "25"}
VAN |= {"break_earliest": "10:00", "break_latest": "12:00", "break_minutes": "30"}
VAN |= {"break3_earliest": "9:00", "break3_latest": "9:30", "break3_minutes": "15"}
VAN |= {"fixed": "65", "per_km": "0,42", "per_hour": "32,5", "skills": "keys"}
SITE = {"name": "Thuis", "street": "Straat 1", "postcode": "8800", "place": "Roeselare"}
SITE |= {"lat": "50,94", "lon": "3,12", "open": "8:00", "close": "16:00", "weekdays": "1"}


@pytest.fixture
def house(app: Flask, visit: Visit) -> SimpleNamespace:
    """Give a small planned day with an administrator's browser."""
    engine: Engine = app.extensions["npcc"].engine
    filled(engine)
    with transaction(engine) as session:
        van, site = session.scalar(select(Vehicle.id)), session.scalar(select(Site.id))
        boss = make_user(session, Role.ADMIN)
    address = f"/admin/sites/{site}"
    return SimpleNamespace(
        engine=engine, browser=visit(boss), van=f"/admin/vans/{van}", site=address
    )


def test_what_is_filled_in_reaches_the_plan(house: SimpleNamespace) -> None:
    browser = house.browser
    with transaction(house.engine) as session:
        before = planning.fingerprint(session, kitchen_id(session), DAY)
    assert browser.post(house.van, data=VAN | {"latest_start": "8.30"}).status_code == 303
    site = SITE | {"lift": "1", "skills": ["keys", "french"], "vans": "van-a"}
    assert browser.post(house.site, data=site).status_code == 303
    with transaction(house.engine) as session:
        fields = planning.gather(session, SYSTEM, DAY).fields
        assert planning.fingerprint(session, kitchen_id(session), DAY) != before
        acts = session.scalars(select(AccessLog.act)).all()
    (van,) = fields["vehicles"]
    assert (van.reloads, van.loading_min, van.switches, van.switch_boxes) == (True, 25, 1, 20)
    assert van.latest_start_min == 510
    assert (van.fixed_cents, van.cents_per_km, van.cents_per_hour) == (6_500, 42, 3_250)
    assert van.rests == (
        DriverBreak(earliest_min=540, latest_min=570, minutes=15),
        DriverBreak(earliest_min=600, latest_min=720, minutes=30),
    )
    assert van.skills == (DriverSkill.KEYS,)
    asked = fields["sites"][0]
    assert (asked.lift, asked.vans) == (True, ("van-a",))
    assert set(asked.skills) == {DriverSkill.KEYS, DriverSkill.FRENCH}
    assert "admin.van_changed" in acts
    page = browser.get("/admin/vans").text
    assert unbroken("komt terug voor een tweede rit (25 min laden)") in page
    breaks = ("15 min tussen 9.00", "30 min tussen 10.00")
    first, second = (unbroken(f"pauze van {told}") for told in breaks)
    assert 0 < page.index(first) < page.index(second), "in the order of the day"
    assert "begint ten laatste om 8.30" in page
    form = browser.get(house.van).text
    assert 'value="8:30"' in form
    assert 'value="0,42"' in form
    assert 'value="keys" checked' in form
    assert 'value="van-a" checked' in browser.get(house.site).text


def test_a_van_leaves_by_its_latest_start(house: SimpleNamespace) -> None:
    starts = []
    for latest in ("", "6:15"):
        assert house.browser.post(house.van, data=VAN | {"latest_start": latest}).status_code == 303
        with transaction(house.engine) as session:
            (route,) = planned(session).as_stored_day().plan.routes.routes
            starts.append(route.start_min)
    assert starts[0] > starts[1] == 6 * 60 + 15


def test_a_van_is_added_and_taken_out_of_use(house: SimpleNamespace) -> None:
    browser = house.browser
    new = VAN | {"letter": "B", "code": "van-b"}
    assert browser.post("/admin/vans/new", data=new).status_code == 303
    assert browser.post("/admin/vans/new", data=new).status_code == 422
    browser.post(house.van, data={name: one for name, one in VAN.items() if name != "active"})
    assert "rijdt niet" in browser.get("/admin/vans").text
    with transaction(house.engine) as session:
        assert [one.id for one in planning.gather(session, SYSTEM, DAY).fields["vehicles"]] == [
            "van-b"
        ]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"close": "5:00"}, "eindigt voor ze begint"),
        ({"latest_start": "5:59"}, "laatste begintijd ligt buiten de dienst"),
        ({"latest_start": "14:31"}, "laatste begintijd ligt buiten de dienst"),
        ({"switch_boxes": "0"}, "regelbare vakken"),
        ({"break_minutes": ""}, "begin, einde en duur"),
        ({"break2_minutes": "15"}, "begin, einde en duur"),
        ({"break3_latest": ""}, "begin, einde en duur"),
        ({"break_earliest": "13:00"}, "kan ten vroegste om 13:00 beginnen"),
        ({"break3_minutes": "181"}, "kan ten vroegste om 12:01 beginnen"),
        ({"per_km": "0,425"}, "twee cijfers"),
        ({"skills": "flying"}, "Kies"),
    ],
)
def test_what_cannot_be_is_said(house: SimpleNamespace, changed: dict[str, str], told: str) -> None:
    answer = house.browser.post(house.van, data=VAN | changed)
    assert answer.status_code == 422
    assert told in answer.text


def test_an_address_names_only_vans_that_there_are(house: SimpleNamespace) -> None:
    answer = house.browser.post(house.site, data=SITE | {"vans": "van-z"})
    assert answer.status_code == 422
    assert "De keuken van dit adres heeft geen bus van-z." in answer.text


def test_an_order_that_no_driver_can_bring_says_which_skill_is_missing(
    house: SimpleNamespace, visit: Visit
) -> None:
    house.browser.post(house.site, data=SITE | {"skills": ["keys", "french"]})
    house.browser.post(house.van, data=VAN)
    with transaction(house.engine) as session:
        kept = planned(session)
        assert kept.unserved_count == 1
        desk = visit(make_user(session, Role.DISPATCHER))
    page = desk.get(f"/day/{DAY}").text
    assert "heeft wat dit adres vraagt" in page
    assert "Wat ontbreekt: spreekt Frans." in page
    routes = desk.get(f"/routes/{DAY}").text
    assert "Vraagt:" not in routes, "the others ask nothing"


def stops_of(plan: DayPlan) -> dict[str, list[str]]:
    """The sites of each van in their order."""
    routes = plan.as_stored_day().plan.routes.routes
    return {route.vehicle: [stop.site for stop in route.stops] for route in routes}


def test_a_tour_that_is_held_stays_when_the_day_is_planned_anew(
    house: SimpleNamespace, visit: Visit
) -> None:
    """A second van that costs nothing would take over; a tour held in another order stays."""
    with transaction(house.engine) as session:
        desk = visit(make_user(session, Role.DISPATCHER))
        before = stops_of(planned(session))
    assert "Houd deze rit zo" in desk.get(f"/routes/{DAY}/A").text
    assert desk.post(f"/routes/{DAY}/A/hold").status_code == 303
    assert desk.post(f"/routes/{DAY}/Z/hold").status_code == 404
    assert "Rit blijft zo" in desk.get(f"/routes/{DAY}/A").text
    cheap = VAN | {"letter": "B", "code": "van-b", "fixed": "0", "frozen_boxes": "90"}
    house.browser.post("/admin/vans/new", data=cheap | {"per_km": "0", "per_hour": "0"})
    with transaction(house.engine) as session:
        pin = session.scalars(select(TourPin)).one()
        pin.stops = turned = list(reversed(pin.stops))
        session.flush()
        assert stops_of(planned(session)) == {"van-a": turned} != before
        assert stops_of(planned(session)) == {"van-a": turned}, "a second planning keeps it too"
        session.scalars(select(Vehicle).where(Vehicle.code == "van-a")).one().frozen_boxes = 0
        session.flush()
        broken = planned(session).as_stored_day().plan
    assert [one.code for one in broken.reasons if one.subject == "van-a"] == ["day.tour.not_held"]
    assert "kon niet zo blijven" in desk.get(f"/day/{DAY}").text
    assert desk.post(f"/routes/{DAY}/A/let-loose").status_code == 303
    with transaction(house.engine) as session:
        assert set(stops_of(planned(session))) == {"van-b"}


def test_every_refusal_has_its_sentence() -> None:
    for language in LANGUAGES:
        known = sentences(language)
        asked = [*vans.VAN_CODES, *(f"skill.{skill}" for skill in DriverSkill)]
        assert [code for code in asked if code not in known] == []
