"""The administrator fills in traffic by weekday and cold budgets, and the day is planned by it."""

from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import SYSTEM, Forbidden, NotFound, Role
from app.db import transaction
from app.i18n import LANGUAGES
from app.models.planning import Depot, TrafficBand
from app.operations import planning, traffic
from app.operations.traffic import RoadFacts
from logistics import PowerModel
from tests.app.days import DAY, DISPATCHER, NOW, kitchen_id, small_day
from tests.app.houses import ADMIN
from tests.factories import make_user

Visit = Callable[..., FlaskClient]
BUSY = ((420, 650), (540, 1000))
FILLED = {"day_1": "7:00 65, 9:00 100", "frozen_cold_min": "200", "chilled_cold_min": "100"}


@pytest.fixture
def desk(app: Flask, visit: Visit) -> SimpleNamespace:
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        small_day(session)
        admin = make_user(session, Role.ADMIN, name="An")
    return SimpleNamespace(engine=engine, browser=visit(admin))


def test_a_day_is_planned_with_the_traffic_of_its_weekday_only(session: Session) -> None:
    small_day(session)
    facts = RoadFacts(bands={DAY.weekday(): BUSY}, frozen_cold_min=200, chilled_cold_min=100)
    mark = planning.fingerprint(session, kitchen_id(session), DAY)
    traffic.change_roads(session, ADMIN, facts, NOW)
    assert planning.fingerprint(session, kitchen_id(session), DAY) != mark
    for ahead in range(7):
        day = DAY + timedelta(days=ahead)
        gathered = planning.gather(session, SYSTEM, day)
        inputs = gathered.inputs(PowerModel().matrix(gathered.points))
        assert inputs.roads.bands == (() if ahead else BUSY)
    assert {b.minutes for b in inputs.depot.cold_budgets} == {200, 100}
    assert traffic.road_facts(session, ADMIN).bands == {DAY.weekday(): BUSY}


def test_only_an_administrator_reads_and_changes_the_roads(session: Session) -> None:
    with pytest.raises(NotFound):
        traffic.road_facts(session, ADMIN)
    small_day(session)
    facts = RoadFacts(bands={}, frozen_cold_min=200, chilled_cold_min=100)
    with pytest.raises(Forbidden):
        traffic.change_roads(session, DISPATCHER, facts, NOW)
    with pytest.raises(Forbidden):
        traffic.road_facts(session, DISPATCHER)


def test_what_is_filled_in_is_kept_and_shown_again(desk: SimpleNamespace) -> None:
    shown = desk.browser.get("/admin/roads").text
    assert "Verkeer per weekdag" in shown
    for panel in shown.split('<section class="panel"')[1:]:
        assert ">Bewaar</button>" in panel.partition("</section>")[0]
    answer = desk.browser.post("/admin/roads", data=FILLED)
    assert answer.headers["Location"] == "/admin/roads"
    page = desk.browser.get("/admin/roads").text
    assert 'value="7:00 65, 9:00 100"' in page
    with transaction(desk.engine) as session:
        bands = session.execute(
            select(TrafficBand.weekday, TrafficBand.from_min, TrafficBand.permille)
        ).all()
        depot = session.scalars(select(Depot)).one()
    assert [tuple(band) for band in bands] == [(1, 420, 650), (1, 540, 1000)]
    assert (depot.frozen_cold_min, depot.chilled_cold_min) == (200, 100)
    desk.browser.post("/admin/roads", data={**FILLED, "day_1": ""})
    with transaction(desk.engine) as session:
        assert session.scalars(select(TrafficBand)).all() == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"day_1": "9:00 100, 7:00 65"}, "Schrijf uren in volgorde"),
        ({"day_1": "7:00 65, 7:00 70"}, "Schrijf uren in volgorde"),
        ({"day_1": "snel"}, "Schrijf uren in volgorde"),
        ({"day_1": "25:00 65"}, "Schrijf uren in volgorde"),
        ({"day_5": "7:00 4"}, "tussen 5 en 200 procent"),
        ({"day_5": "7:00 999"}, "tussen 5 en 200 procent"),
        ({"frozen_cold_min": "0"}, "1"),
    ],
)
def test_what_cannot_be_is_named_beside_its_field(
    desk: SimpleNamespace, changed: dict[str, str], told: str
) -> None:
    answer = desk.browser.post("/admin/roads", data={**FILLED, **changed})
    assert answer.status_code == 422
    assert told in answer.text
    assert next(iter(changed.values())) in answer.text
    with transaction(desk.engine) as session:
        assert session.scalars(select(TrafficBand)).all() == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_its_weekdays_in_every_language(
    desk: SimpleNamespace, language: str
) -> None:
    with desk.browser.session_transaction() as cookie:
        cookie["language"] = language
    page = desk.browser.get("/admin/roads").text
    monday = {"nl": "Maandag", "fr": "Lundi", "en": "Monday"}[language]
    assert date(2024, 1, 1).weekday() == 0
    assert monday in page
