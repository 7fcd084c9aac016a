"""What the kitchen has, as an administrator fills it in, and what a plan makes of it."""

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from app.access import Actor, Forbidden, NotFound, Role
from app.db import transaction
from app.i18n import LANGUAGES, sentences, unbroken
from app.models.cooking import KitchenShift, MachineDowntime
from app.models.planning import Depot, Machine
from app.models.system import AccessLog
from app.operations import depots, kitchens, planning
from logistics import Skill
from logistics.machines import STORE_G_PER_LITRE
from menus import Programme, StepKind, Zone
from tests.app.days import DAY, NOW, kitchen_id
from tests.factories import load_catalogue, make_kitchen, make_lot, make_user

Visit = Callable[..., FlaskClient]
MACHINE = {"name": "Ketel", "capacity_g": "60000", "open": "14:00", "open_eve": "1"}
MACHINE |= {"close": "15:00", "places": "2", "dedicated": "yes", "free_of": ["nuts", "peanuts"]}
MACHINE |= {
    "programmes": ["simmer"],
    "free_open": "22:00",
    "free_open_eve": "1",
    "free_close": "6:00",
}
SHIFT = {"code": "vroeg", "skill": "cook", "people": "4", "open": "22:00", "open_eve": "1"}
SHIFT |= {"close": "6:00", "overtime_min": "30"}


@pytest.fixture
def house(app: Flask, visit: Visit) -> SimpleNamespace:
    """Give a kitchen of which nobody said anything yet, with an administrator's browser."""
    engine: Engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        load_catalogue(session)
        make_kitchen(session)
        boss = make_user(session, Role.ADMIN)
        kettle = session.scalars(select(Machine.id).where(Machine.code == "kettle-1")).one()
    return SimpleNamespace(engine=engine, browser=visit(boss), kettle=kettle)


def test_what_is_filled_in_reaches_the_plan(house: SimpleNamespace) -> None:
    browser = house.browser
    first = browser.get("/admin/kitchen").text
    assert first.count("Niet ingevuld") == 18, "places, free hours, and programmes of four machines"
    with transaction(house.engine) as session:
        before = planning.fingerprint(session, kitchen_id(session), DAY)
    room = {"frozen_litres": "100", "chilled_litres": "", "chill_wait_min": "20"}
    assert browser.post("/admin/kitchen/room", data=room).status_code == 303
    assert browser.post("/admin/kitchen/shifts", data=SHIFT).status_code == 303
    address = f"/admin/machines/{house.kettle}"
    assert browser.post(address, data=MACHINE).status_code == 303
    page = browser.get("/admin/kitchen").text
    assert "22.00 de dag ervoor tot 6.00: noten" in page.lower()
    assert unbroken("sudderen 95 °C") in page
    assert "koken 100 °C" not in page
    assert 'value="22:00"' in browser.get(address).text
    with transaction(house.engine) as session:
        lot = make_lot(session, "mash/7/standard", 15_000, DAY)
        depot = session.scalars(select(Depot)).one()
        session.add(
            MachineDowntime(
                machine_id=house.kettle, day=DAY, start_min=0, end_min=60, reported_at=NOW
            )
        )
        session.flush()
        kitchen = depots.kitchen_of(session, depot, DAY, [lot.as_lot()])
        assert planning.fingerprint(session, kitchen_id(session), DAY) != before
        acts = session.scalars(select(AccessLog.act)).all()
    kettle = next(one for one in kitchen.machines if one.id == "kettle-1")
    (free,) = kettle.free or ()
    assert (kettle.places, free.opens, free.closes) == (2, -120, 360)
    assert kettle.programmes == {Programme.SIMMER}
    assert {"nuts:almond", "peanuts"} <= free.traits
    assert kettle.windows == ((-600, 0), (60, 900))
    assert kitchen.chill_wait_min == 20
    assert kitchen.room_g == {Zone.FROZEN: 100 * STORE_G_PER_LITRE - 15_000}
    (shift,) = kitchen.shifts
    assert (shift.skill, shift.people, shift.opens, shift.closes) == (Skill.COOK, 4, -120, 360)
    assert acts.count("admin.kitchen_changed") == 3


NEW_MACHINE = {"code": "steamer-9", "kind": "oven", "name": "Stomer", "capacity_g": "40000"}
NEW_MACHINE |= {"open": "6:00", "close": "15:00", "places": "10"}


def test_a_machine_that_is_added_works_in_the_plan(house: SimpleNamespace) -> None:
    """Nothing is known yet of what it runs, nor of hours free of allergens."""
    browser = house.browser
    assert "/admin/machines/new" in browser.get("/admin/kitchen").text
    assert "steamer-9" not in browser.get("/admin/machines/new").text
    answer = browser.post("/admin/machines/new", data=NEW_MACHINE)
    assert answer.status_code == 303
    page = browser.get(answer.headers["Location"]).text
    assert "Stomer" in page
    assert "toegevoegd" in page
    assert "programmes" in page
    with transaction(house.engine) as session:
        depot = session.scalars(select(Depot)).one()
        kitchen = depots.kitchen_of(session, depot, DAY, [])
        acts = session.scalars(select(AccessLog.act)).all()
    (steamer,) = (one for one in kitchen.machines if one.id == "steamer-9")
    assert (steamer.kind, steamer.capacity_g, steamer.places) == (StepKind.OVEN, 40_000, 10)
    assert (steamer.windows, steamer.free) == (((360, 900),), None)
    assert steamer.programmes == frozenset()
    assert acts.count("admin.kitchen_changed") == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "kettle-1"}, "kettle-1"),
        ({"kind": "oar"}, "Kies"),
        ({"kind": ""}, "Vul dit in"),
        ({"close": "5:00"}, "Dit einde ligt niet na het begin"),
        ({"capacity_g": "0"}, "Dit ligt buiten"),
        ({"programmes": ["simmer"]}, "Dit programma hoort bij een ander soort toestel"),
    ],
)
def test_a_new_machine_that_is_not_sound_is_not_added(
    house: SimpleNamespace, change: dict[str, object], sentence: str
) -> None:
    answer = house.browser.post("/admin/machines/new", data=NEW_MACHINE | change)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Stomer" in answer.text, "what was filled in stays"
    with transaction(house.engine) as session:
        assert session.scalars(select(Machine.id).where(Machine.name == "Stomer")).all() == []


def test_a_shift_goes_and_a_machine_may_say_that_it_keeps_no_hours(house: SimpleNamespace) -> None:
    browser = house.browser
    browser.post("/admin/kitchen/shifts", data=SHIFT)
    assert "vroeg" in browser.get("/admin/kitchen").text
    with transaction(house.engine) as session:
        shift_id = session.scalars(select(KitchenShift.id)).one()
    assert browser.post(f"/admin/kitchen/shifts/{shift_id}/remove").status_code == 303
    assert browser.post(f"/admin/kitchen/shifts/{shift_id}/remove").status_code == 404
    address = f"/admin/machines/{house.kettle}"
    browser.post(address, data=MACHINE | {"dedicated": "no"})
    with transaction(house.engine) as session:
        kept = session.get_one(Machine, house.kettle)
        assert (kept.dedicated, kept.free_of, kept.as_machine().free) == (False, [], ())
        kept.dedicated = True
        assert kept.as_machine().free is None, "free of nothing said is not said"
    assert "Geen" in browser.get("/admin/kitchen").text


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"free_of": []}, "Vul in van wanneer tot wanneer"),
        ({"free_close": ""}, "Vul in van wanneer tot wanneer"),
        ({"free_close": "21:00", "free_close_eve": "1"}, "Dit einde ligt niet na het begin"),
        ({"open_eve": "", "open": "16:00"}, "Dit einde ligt niet na het begin"),
        ({"programmes": ["simmer", "steam_85"]}, "Dit programma hoort bij een ander soort toestel"),
    ],
)
def test_hours_that_are_half_said_are_refused(
    house: SimpleNamespace, change: dict[str, object], sentence: str
) -> None:
    answer = house.browser.post(f"/admin/machines/{house.kettle}", data=MACHINE | change)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_shift_has_a_code_of_its_own_and_ends_after_it_begins(house: SimpleNamespace) -> None:
    house.browser.post("/admin/kitchen/shifts", data=SHIFT)
    again = house.browser.post("/admin/kitchen/shifts", data=SHIFT)
    assert again.status_code == 422
    wrong = SHIFT | {"code": "laat", "open_eve": ""}
    answer = house.browser.post("/admin/kitchen/shifts", data=wrong)
    assert "Dit einde ligt niet na het begin" in answer.text
    assert house.browser.get("/admin/machines/999").status_code == 404


def test_only_an_administrator_fills_in_the_kitchen(house: SimpleNamespace) -> None:
    with transaction(house.engine) as session, pytest.raises(Forbidden):
        kitchens.kitchen(session, Actor(role=Role.KITCHEN))


def test_without_a_depot_there_is_no_kitchen(app: Flask) -> None:
    with transaction(app.extensions["npcc"].engine) as session, pytest.raises(NotFound):
        kitchens.kitchen(session, Actor(role=Role.ADMIN))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_a_sentence(language: str) -> None:
    assert set(kitchens.KITCHEN_CODES) <= set(sentences(language))
