"""Twenty late orders of a hospital over HTTP: one look, one name, one new version of the day."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import jobs
from app.access import Role
from app.db import transaction
from app.models.orders import Order, OrderEater, OrderLine
from app.models.people import Organisation, Site
from app.models.planning import DayPlan, Vehicle
from app.models.stock import Lot
from app.operations import depots, meals, people
from app.operations.daypapers import stored_day
from logistics import OrderState, SiteKind, dayroutes
from tests import factories
from tests.app import houses
from tests.app.houses import ADMIN
from tests.clock import Clock
from tests.journeys.conftest import MONDAY, WARD_MEAL
from tests.journeys.page import TICK, read
from tests.journeys.person import Person

SEEN = "Ik heb gezien wat niet geleverd kan worden, en weet wie het opvolgt."
TOLD = "Ik heb de chauffeurs verwittigd. De goederen worden nu geladen."
DOORS = {"3B": "zh-klaver-1", "4A": "zh-klaver-2", "5C": "zh-klaver-3", "6D": "zh-klaver-4"}
WARDS = tuple(DOORS)
"""The wards of the hospital, each with the code of its door."""
Ask = Callable[..., TestResponse]
"""Place an order: ward, key, more of the eater."""


@pytest.fixture
def ask(app: Flask, engine: Engine, clock: Clock) -> Ask:
    """Give the system of a hospital whose four wards have a door each."""
    with transaction(engine) as session:
        house = session.scalars(select(Organisation).where(Organisation.code == "zh-klaver")).one()
        _more_doors(session, house)
        key = people.issue_key(session, ADMIN, house.id, "diet system", MONDAY)
    browser = app.test_client()

    def order(ward: str, number: str, query: str = "?late=true", **eater: object) -> TestResponse:
        person = {"ref": "P1", "food_iddsi": "7", "drink_iddsi": "0", "allergies": []} | eater
        body = {
            "site": DOORS[ward],
            "ward": ward,
            "service_day": f"{WARD_MEAL}",
            "meal": "lunch",
            "eaters": [person],
        }
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"diet-{number}"}
        return browser.post(f"/api/v1/orders{query}", json=body, headers=headers)

    return order


def _more_doors(session: Session, house: Organisation) -> None:
    for number, ward in enumerate(WARDS[1:]):
        place = {"lat_e5": 5_090_000 + 900 * number, "lon_e5": 318_000 - 1_100 * number}
        site = factories.make_site(
            session,
            house,
            code=DOORS[ward],
            kind=SiteKind.HOSPITAL,
            name=f"Zh-Klaver {ward}",
            windows=[[420, 720]],
            **place,
        )
        houses.make_ward(session, site, ward)
        houses.make_menu(session, site, WARD_MEAL, *houses.MENU)
    depots.adopt(session)


@pytest.fixture
def dispatcher(ask: Ask, come_in: Callable[[Role], Person], engine: Engine, clock: Clock) -> Person:
    """Give the dispatcher of a day that is published with one order, the evening before."""
    placed = ask("3B", "first", "")
    assert placed.status_code == 201, placed.json
    clock.turn(WARD_MEAL - timedelta(days=1), 16)
    person = come_in(Role.DISPATCHER).press("Plan deze dag")
    assert jobs.work_once(engine, "worker")
    person.go("/").follow("Publiceer dagplan …")
    person.press("Publiceer dagplan", {SEEN: TICK})
    return person


def plans(session: Session) -> list[DayPlan]:
    return list(session.scalars(select(DayPlan).order_by(DayPlan.version)))


def states(session: Session, codes: list[str]) -> set[OrderState]:
    return set(session.scalars(select(Order.state).where(Order.code.in_(codes))))


def grams(session: Session) -> int:
    return sum(session.scalars(select(Lot.amount_g)))


def late_ones(ask: Ask, count: int = 20) -> list[str]:
    answers = [ask(WARDS[number % 4], f"late-{number}") for number in range(count)]
    assert {(one.status_code, one.json["state"]) for one in answers} == {(201, "held")}
    return [one.json["code"] for one in answers]


def test_twenty_late_orders_of_a_hospital_join_a_published_day(
    dispatcher: Person, ask: Ask, engine: Engine
) -> None:
    codes = late_ones(ask)
    dispatcher.go("/").follow("Laat toevoegen …")
    dispatcher.sees("Aangevinkt: 20. Porties: 100.", *codes)
    dispatcher.press("Plan de aangevinkte samen")
    dispatcher.sees("Elke aangevinkte bestelling rijdt mee.", "Zh-Klaver 4A", *codes)
    with transaction(engine) as session:
        (before,) = plans(session)
        old, lay = stored_day(before), grams(session)
        assert states(session, codes) == {OrderState.HELD}
    dispatcher.press("Voeg toe", {TOLD: TICK})
    dispatcher.sees("De late bestellingen rijden mee (versie 2).")
    with transaction(engine) as session:
        _, after = plans(session)
        new = stored_day(after)
        assert states(session, codes) == {OrderState.PLANNED}
        lines = {line.id: line for one in new.orders for line in one.lines if one.id in codes}
        given = [one for one in new.plan.allocations if one.order_line in lines]
        assert sum(one.amount_g for one in given) == sum(one.amount_g for one in lines.values())
        assert lay - grams(session) == sum(one.amount_g for one in given)
        assert min(session.scalars(select(Lot.amount_g))) >= 0
        assert set(old.plan.allocations) <= set(new.plan.allocations)
        served = [stop.site for route in new.plan.routes.routes for stop in route.stops]
        assert len(served) == len(set(served)) == 4
    dispatcher.follow("Laat toevoegen …").sees("Geen late bestellingen")


def test_what_is_not_ticked_waits(dispatcher: Person, ask: Ask, engine: Engine) -> None:
    codes = late_ones(ask, 8)
    dispatcher.go("/").follow("Laat toevoegen …")
    listed = dispatcher.address
    data = {"at_min": "05:00", "orders": codes[:2]}
    page = dispatcher.browser.post(f"{listed}/together", data=csrf(dispatcher) | data)
    assert page.status_code == 200
    assert codes[2] not in page.text
    assert "Late bestellingen die wachten 8 6" in read(page.text).text
    none = dispatcher.browser.post(
        f"{listed}/together", data=csrf(dispatcher) | {"at_min": "05:00"}
    )
    assert none.status_code == 422
    gone = {"at_min": "05:00", "orders": [codes[0], "77777"]}
    stale = dispatcher.browser.post(f"{listed}/together", data=csrf(dispatcher) | gone)
    assert stale.status_code == 409


def test_of_more_than_one_look_can_bear_the_first_are_ticked(dispatcher: Person, ask: Ask) -> None:
    codes = late_ones(ask, 41)
    dispatcher.go("/").follow("Laat toevoegen …")
    boxes = [one for one in dispatcher.page.all("input") if one.get("name") == "orders"]
    ticked = [one.get("value") for one in boxes if one.has("checked")]
    assert (len(boxes), ticked) == (41, sorted(codes)[:40])
    data = csrf(dispatcher) | {"at_min": "05:00", "orders": codes}
    every = dispatcher.browser.post(f"{dispatcher.address}/together", data=data)
    assert every.status_code == 422
    assert "40" in every.text


def csrf(person: Person) -> dict[str, str]:
    fields = person.page.all("input")
    return {one.get("name"): one.get("value") for one in fields if "csrf" in (one.get("name"))}


def test_short_and_unsafe_orders_are_told_and_do_not_stop_the_others(
    dispatcher: Person, ask: Ask, engine: Engine
) -> None:
    codes = late_ones(ask, 4)
    with transaction(engine) as session:
        order = session.scalars(select(Order).where(Order.code == codes[1])).one()
        eater = session.scalars(select(OrderEater).where(OrderEater.order_id == order.id)).one()
        eater.profile = {**eater.profile, "allergies": ["fish"]}
        lines = {line.variant: line for line in _lines(session, codes[3])}
        scarce = next(iter(sorted(lines)))
        lot = session.scalars(select(Lot).where(Lot.sku == scarce)).one()
        lot.amount_g = 2 * lines[scarce].portion_g
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    dispatcher.sees(
        f"Bestelling {codes[1]} bevat een gerecht dat de eter niet mag hebben.",
        "Er is te weinig van",
        f"Het past met {lines[scarce].portion_g} g meer in voorraad.",
        "2 bestellingen kunnen niet mee en blijven wachten.",
    )
    dispatcher.press("Voeg toe", {TOLD: TICK})
    with transaction(engine) as session:
        assert states(session, [codes[0], codes[2]]) == {OrderState.PLANNED}
        assert states(session, [codes[1], codes[3]]) == {OrderState.HELD}
        assert session.scalars(select(Lot.amount_g).where(Lot.sku == scarce)).one() == 0
    dispatcher.follow("Laat toevoegen …").sees(codes[1], codes[3])


def _lines(session: Session, code: str) -> list[OrderLine]:
    lines = select(OrderLine).join(Order, Order.id == OrderLine.order_id)
    return list(session.scalars(lines.where(Order.code == code)))


def test_every_dish_that_is_short_is_told(dispatcher: Person, ask: Ask, engine: Engine) -> None:
    codes = late_ones(ask, 1)
    with transaction(engine) as session:
        variants = meals.catalogue(session).variants
        first, second, *_ = dict.fromkeys(line.variant for line in _lines(session, codes[0]))
        for lot in session.scalars(select(Lot).where(Lot.sku.in_((first, second)))):
            lot.amount_g = 0
    names = (f"{variants[sku].names.nl} · {variants[sku].iddsi}" for sku in (first, second))
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    dispatcher.sees(f"Er is te weinig van {', '.join(names)} in voorraad.")
    assert "Het past met" not in dispatcher.said


def test_goods_of_who_has_no_place_go_to_who_has_one(
    dispatcher: Person, ask: Ask, engine: Engine
) -> None:
    """The first asked is behind a door that is shut: the last portions are for the second."""
    codes = late_ones(ask, 2)
    with transaction(engine) as session:
        site = session.scalars(select(Site).where(Site.name == "Zh-Klaver")).one()
        site.windows = [[60, 90]]
        lines = {line.variant: line for line in _lines(session, codes[1])}
        scarce = min(lines)
        lot = session.scalars(select(Lot).where(Lot.sku == scarce)).one()
        lot.amount_g = lines[scarce].portion_g
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    dispatcher.sees("Geen bus kan er zijn", "1 bestelling kan niet mee en blijft wachten.")
    dispatcher.press("Voeg toe", {TOLD: TICK})
    with transaction(engine) as session:
        assert states(session, codes[:1]) == {OrderState.HELD}
        assert states(session, codes[1:]) == {OrderState.PLANNED}


def test_a_door_gets_the_part_of_its_late_orders_that_a_van_can_take(
    dispatcher: Person, ask: Ask, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small boxes: a van has room for one order, so the first goes and the others are told."""
    placed = [ask("4A", f"late-{number}") for number in range(3)]
    codes = [one.json["code"] for one in placed]
    with transaction(engine) as session:
        one_g = sum(one.portion_g * one.portions for one in _lines(session, codes[0]))
        room = min(session.scalars(select(Vehicle.frozen_boxes)))
    monkeypatch.setattr(dayroutes, "BOX_G", dict.fromkeys(dayroutes.BOX_G, 3 * one_g // (2 * room)))
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    dispatcher.sees("2 bestellingen kunnen niet mee en blijven wachten.")
    dispatcher.press("Voeg toe", {TOLD: TICK})
    with transaction(engine) as session:
        assert states(session, codes[:1]) == {OrderState.PLANNED}
        assert states(session, codes[1:]) == {OrderState.HELD}


def test_who_signs_what_another_changed_meanwhile_reads_again(
    dispatcher: Person, ask: Ask, come_in: Callable[[Role], Person], engine: Engine
) -> None:
    codes = late_ones(ask, 2)
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    other = come_in(Role.DISPATCHER).follow("Laat toevoegen …")
    other.press("Plan de aangevinkte samen").press("Voeg toe", {TOLD: TICK})
    dispatcher.press("Voeg toe", {TOLD: TICK}, expect=409)
    with transaction(engine) as session:
        assert len(plans(session)) == 2
        assert states(session, codes) == {OrderState.PLANNED}


def test_who_signs_after_goods_went_elsewhere_reads_again(
    dispatcher: Person, ask: Ask, engine: Engine
) -> None:
    codes = late_ones(ask, 1)
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    with transaction(engine) as session:
        for lot in session.scalars(select(Lot)):
            lot.amount_g = 0
    dispatcher.press("Voeg toe", {TOLD: TICK}, expect=409)
    with transaction(engine) as session:
        assert len(plans(session)) == 1
        assert states(session, codes) == {OrderState.HELD}


def test_who_signs_other_lots_than_were_read_reads_again(
    dispatcher: Person, ask: Ask, engine: Engine
) -> None:
    """All may still go, but of one dish another lot would: nobody has read that."""
    codes = late_ones(ask, 2)
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    with transaction(engine) as session:
        sku = min(line.variant for line in _lines(session, codes[0]))
        factories.make_lot(session, sku, 9_000, WARD_MEAL + timedelta(days=40))
        depots.adopt(session)
    dispatcher.press("Voeg toe", {TOLD: TICK}, expect=409)
    with transaction(engine) as session:
        assert states(session, codes) == {OrderState.HELD}


def test_nobody_signs_for_a_van_that_has_left(
    dispatcher: Person, ask: Ask, clock: Clock, engine: Engine
) -> None:
    codes = late_ones(ask, 2)
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    clock.turn(WARD_MEAL, 11)
    dispatcher.press("Voeg toe", {TOLD: TICK}, expect=409)
    dispatcher.sees("is intussen vertrokken")
    with transaction(engine) as session:
        assert len(plans(session)) == 1
        assert states(session, codes) == {OrderState.HELD}


def test_nobody_signs_for_a_day_that_is_over(
    dispatcher: Person, ask: Ask, clock: Clock, engine: Engine
) -> None:
    codes = late_ones(ask, 2)
    dispatcher.go("/").follow("Laat toevoegen …").press("Plan de aangevinkte samen")
    clock.turn(WARD_MEAL + timedelta(days=1), 1)
    dispatcher.press("Voeg toe", {TOLD: TICK}, expect=409).sees("Deze dag is voorbij.")
    with transaction(engine) as session:
        assert len(plans(session)) == 1
        assert states(session, codes) == {OrderState.HELD}


def test_a_day_that_breaks_a_rule_says_so_and_has_nothing_to_sign(
    dispatcher: Person, ask: Ask, engine: Engine
) -> None:
    """The vans were made smaller after publishing: together they no longer carry the day."""
    codes = late_ones(ask, 2)
    listed = dispatcher.go("/").where("Laat toevoegen …")
    dispatcher.go(listed).press("Plan de aangevinkte samen").sees("zijn nagerekend")
    with transaction(engine) as session:
        for van in session.scalars(select(Vehicle)):
            van.frozen_boxes = van.chilled_boxes = van.ambient_boxes = 0
    dispatcher.press("Voeg toe", {TOLD: TICK}, expect=409)
    dispatcher.sees("De controle vond een regel die niet klopt")
    dispatcher.go(listed).press("Plan de aangevinkte samen")
    dispatcher.sees("De controle vond een regel die niet klopt", "Het plan is niet bewaard.")
    assert not dispatcher.offers("Voeg toe")
    assert "zijn nagerekend" not in dispatcher.said
    dispatcher.go(listed).press(f"Toon plaatsen voor {codes[0]}")
    dispatcher.sees("Geen enkele bus heeft nog plaats en tijd")
    assert not dispatcher.offers("Voeg toe")
    with transaction(engine) as session:
        assert states(session, codes) == {OrderState.HELD}


def test_who_forgets_the_tick_reads_the_same_again(
    dispatcher: Person, ask: Ask, engine: Engine
) -> None:
    codes = late_ones(ask, 3)
    listed = dispatcher.go("/").where("Laat toevoegen …")
    hour = {"Laden kan vanaf": "05:15"}
    dispatcher.go(listed).press("Plan de aangevinkte samen", hour)
    mark = field(dispatcher, "mark")
    dispatcher.press("Voeg toe", expect=422)
    dispatcher.sees("Met laden vanaf 5.15.", "Elke aangevinkte bestelling rijdt mee.", *codes)
    dispatcher.sees("Kijk 1 veld na voor u bewaart.")
    assert field(dispatcher, "mark") == mark
    dispatcher.go(listed).press(f"Toon plaatsen voor {codes[0]}", hour)
    offers = [one.get("value") for one in dispatcher.page.all("input") if one.get("name") == "mark"]
    sent = csrf(dispatcher) | {"at_min": "315", "mark": offers[-1]}
    page = dispatcher.browser.post(f"{dispatcher.address}/choose", data=sent)
    assert page.status_code == 422
    again = [one for one in read(page.text).all("input") if one.get("name") == "mark"]
    assert [one.get("value") for one in again] == offers
    assert [one.get("value") for one in again if "checked" in one.attributes] == offers[-1:]
    with transaction(engine) as session:
        assert states(session, codes) == {OrderState.HELD}


def test_a_list_that_comes_back_shows_a_time_as_a_clock(dispatcher: Person, ask: Ask) -> None:
    late_ones(ask, 1)
    listed = dispatcher.go("/").where("Laat toevoegen …")
    dispatcher.go(listed)
    sent = csrf(dispatcher) | {"at_min": "315", "attest": "1"}
    page = dispatcher.browser.post(f"{listed}/together/sign", data=sent)
    assert page.status_code == 422
    (at,) = [one for one in read(page.text).all("input") if one.get("name") == "at_min"]
    assert at.get("value") == "05:15"


def field(person: Person, name: str) -> str:
    (found,) = [one for one in person.page.all("input") if one.get("name") == name]
    return found.get("value")
