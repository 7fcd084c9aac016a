"""A van is lost on a published day: the dispatcher reads what moves and why, and approves."""

import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.access import Conflict, Role
from app.db import make_engine, transaction
from app.i18n import LANGUAGES, sentences
from app.models.orders import Order, OrderEater, OrderLine
from app.models.people import Site, User
from app.models.planning import DayPlan, DayPlanState, Depot, TourPin, Vehicle
from app.models.stock import Lot, LotMove
from app.operations import depots, meals, publishing, replanning, tourpins
from app.operations.daypapers import stored_day
from logistics import FACE_CODES, MOVED_CODES, UNSERVED_CODES, LotState, OrderState
from tests.app.days import (
    DAY,
    DISPATCHER,
    NOW,
    kitchen_id,
    make_order,
    make_van,
    order_at,
    planned,
    small_day,
)
from tests.factories import make_user

Visit = Callable[..., FlaskClient]
pytestmark = pytest.mark.usefixtures("day_before")


def two_vans(session: Session, *, close_min: int = 1080) -> int:
    """Give the published small day on two vans of two boxes, with two orders more.

    The doors stand alike whatever was made before: who is left out hangs on where they are.
    """
    first = small_day(session)
    variant = meals.catalogue(session).variants[first.stored]
    for code in ("30004", "30005"):
        make_order(session, code, variant, portions=4)
    for number, site in enumerate(session.scalars(select(Site).order_by(Site.code))):
        site.lat_e5, site.lon_e5 = 5_093_000 + 10 * number, 316_000 + 10 * number
    depot = session.scalars(select(Depot)).one()
    van = session.scalars(select(Vehicle)).one()
    van.frozen_boxes, van.close_min = 2, close_min
    two = {"frozen_boxes": 2, "close_min": close_min}
    session.add(make_van(depot, code="van-b", letter="B", name="Bestelwagen B", **two))
    session.flush()
    row = planned(session)
    publishing.publish(session, DISPATCHER, row.id, NOW)
    return row.id


@pytest.fixture(scope="module")
def published_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with the published day and a user of each role, to be copied."""
    path = tmp_path_factory.mktemp("replan") / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        two_vans(session)
        for role in (Role.DISPATCHER, Role.KITCHEN):
            make_user(session, role, name=f"Inge {role}")
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(published_file: Path, tmp_path: Path) -> str:
    """Give a fresh database with the published day."""
    shutil.copyfile(published_file, tmp_path / "npcc.sqlite3")
    return f"sqlite:///{tmp_path / 'npcc.sqlite3'}"


@pytest.fixture
def day(app: Flask, visit: Visit) -> SimpleNamespace:
    """Give the published day with a browser for each role."""
    engine: Engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        row = session.scalars(select(DayPlan)).one()
        routes = stored_day(row).plan.routes.routes
        users = {user.role: user for user in session.scalars(select(User))}
        plan_id = row.id
    return SimpleNamespace(
        engine=engine,
        plan=plan_id,
        routes=routes,
        lost=routes[1].vehicle,
        address=f"/day-plans/{plan_id}/lost-van",
        dispatcher=visit(users[Role.DISPATCHER]),
        kitchen=visit(users[Role.KITCHEN]),
    )


def hidden(page: str) -> dict[str, str]:
    return dict(
        re.findall(r'type="hidden" name="(van|at_min|told_min|mark)" value="([^"]*)"', page)
    )


def look(day: SimpleNamespace, at: str = "05:00") -> str:
    answer = day.dispatcher.post(day.address, data={"van": day.lost, "at_min": at})
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_a_dispatcher_loses_a_van_reads_why_and_approves(day: SimpleNamespace) -> None:
    assert len(day.routes) == 2
    board = day.dispatcher.get(f"/day/{DAY}").get_data(as_text=True)
    assert day.address in board
    form = day.dispatcher.get(day.address).get_data(as_text=True)
    assert form.count("<option") == 2
    with transaction(day.engine) as session:
        states = session.scalars(select(Order.state).order_by(Order.id)).all()
    page = look(day)
    moved = len(day.routes[1].stops)
    assert page.count("is uitgevallen; bus") == moved
    for stop in day.routes[1].stops:
        assert stop.site not in page  # a person reads names, not codes
    data = {**hidden(page), "attest": "1"}
    answer = day.dispatcher.post(f"{day.address}/approve", data=data)
    assert answer.headers["Location"] == f"/day/{DAY}"
    with transaction(day.engine) as session:
        old, new = session.scalars(select(DayPlan).order_by(DayPlan.version)).all()
        assert (old.state, new.state) == (DayPlanState.SUPERSEDED, DayPlanState.PUBLISHED)
        assert {route.vehicle for route in stored_day(new).plan.routes.routes} == {
            day.routes[0].vehicle
        }
        assert new.document["lost_vans"] == {day.lost: 300}
        assert session.scalars(select(Order.state).order_by(Order.id)).all() == states
        assert not [move for move in session.scalars(select(LotMove)) if move.reason == "replanned"]
        again = new.id
    shown = day.dispatcher.get(f"/day/{DAY}").get_data(as_text=True)
    assert "De nieuwe ritten gelden (versie 2)" in shown
    assert day.dispatcher.get(f"/routes/{DAY}").status_code == 200
    assert day.dispatcher.get(f"/day-plans/{again}/routes.pdf").status_code == 200
    assert day.dispatcher.get(f"/day-plans/{again}/lost-van").status_code == 200
    assert day.dispatcher.post(day.address, data={"van": "x", "at_min": "9:00"}).status_code == 409


def test_why_not_another_van_is_asked_of_the_day_as_it_stands(day: SimpleNamespace) -> None:
    """After a loss the van that is gone is no choice, and the one that took over is the plan."""
    data = {**hidden(look(day)), "attest": "1"}
    assert day.dispatcher.post(f"{day.address}/approve", data=data).status_code == 303
    with transaction(day.engine) as session:
        new = session.scalars(select(DayPlan).order_by(DayPlan.version.desc())).first()
        assert new is not None
        stored = stored_day(new)
        driven = {stop.site for route in stored.plan.routes.routes for stop in route.stops}
        code = next(order.id for order in stored.orders if order.site in driven)
    address = f"/day/{DAY}/orders/{code}"
    plain = day.dispatcher.get(address).get_data(as_text=True)
    assert "Geen andere bus" in plain
    asked = day.dispatcher.get(f"{address}?van={day.lost}").get_data(as_text=True)
    assert "is uitgevallen" in asked
    kept = day.dispatcher.get(f"{address}?van={day.routes[0].vehicle}").get_data(as_text=True)
    assert "Zo staat het al in het plan." in kept


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"attest": ""}, 422),
        ({"mark": "other"}, 409),
        ({"at_min": "301"}, 409),
        ({"van": "van-z"}, 409),
    ],
)
def test_only_what_was_read_is_approved(
    day: SimpleNamespace, changed: dict[str, Any], status: int
) -> None:
    data = {**hidden(look(day)), "attest": "1", **changed}
    assert day.dispatcher.post(f"{day.address}/approve", data=data).status_code == status
    with transaction(day.engine) as session:
        assert session.scalars(select(DayPlan.state)).all() == [DayPlanState.PUBLISHED]


def test_a_time_that_is_none_is_asked_again(day: SimpleNamespace) -> None:
    for at in ("25:00", "soon", ""):
        answer = day.dispatcher.post(day.address, data={"van": day.lost, "at_min": at})
        assert answer.status_code == 422
    assert "Schrijf een uur als 9:30." in answer.get_data(as_text=True) or at == ""


def test_the_kitchen_has_no_say_over_vans(day: SimpleNamespace) -> None:
    assert day.kitchen.get(day.address).status_code == 403
    assert day.kitchen.post(day.address, data={"van": "x", "at_min": "9:00"}).status_code == 403


def test_a_late_loss_moves_nothing(day: SimpleNamespace) -> None:
    assert "Geen enkele stop verschuift" in look(day, "23:00")


def test_goods_without_a_van_go_back_and_their_order_says_why(
    migrated_file: Path, tmp_path: Path
) -> None:
    """The shift is too short for a second trip: what was on the lost van lies in its lots again."""
    shutil.copyfile(migrated_file, tmp_path / "short.sqlite3")
    engine = make_engine(f"sqlite:///{tmp_path / 'short.sqlite3'}")
    with transaction(engine) as session:
        plan_id = two_vans(session, close_min=520)
        row = session.get_one(DayPlan, plan_id)
        before = stored_day(row).plan
        lost = before.routes.routes[-1].vehicle
        found = replanning.lose_van(session, DISPATCHER, plan_id, van=lost, at_min=0)
        told = (lost, 0, 0)
        new = replanning.approve_lost_van(
            session, DISPATCHER, plan_id, lost=told, mark=found.mark, now=NOW
        )
        after = stored_day(new).plan
        gone = {one.order for one in after.unserved} - {one.order for one in before.unserved}
        assert gone
        states = dict(session.execute(select(Order.code, Order.state)).all())
        assert {states[code] for code in gone} == {OrderState.UNSERVED}
        grams = sum(one.amount_g for one in before.allocations)
        grams -= sum(one.amount_g for one in after.allocations)
        back = session.scalars(select(LotMove).where(LotMove.reason == "replanned"))
        assert sum(move.amount_g for move in back) == grams > 0
        with pytest.raises(Conflict, match="replan.not_driving"):
            replanning.lose_van(session, DISPATCHER, new.id, van=lost, at_min=0)
        with pytest.raises(Conflict, match="planning.not_published"):
            replanning.published_day(session, DISPATCHER, plan_id)
        document = dict(new.document)
        document["inputs"] = {**document["inputs"], "problems": []}
        new.document = document
        with pytest.raises(Conflict, match="replan.not_kept"):
            replanning.published_day(session, DISPATCHER, new.id)
    engine.dispose()


def test_a_tour_held_in_the_draft_stays_held_on_the_road_until_let_loose(
    day: SimpleNamespace,
) -> None:
    """There is room in the held van, and no time for a second trip of it."""
    with transaction(day.engine) as session:
        publishing.withdraw(session, DISPATCHER, day.plan, NOW)
        held, gone = stored_day(planned(session)).plan.routes.routes
        tourpins.hold(session, DISPATCHER, DAY, held.letter, NOW)
        for van in session.scalars(select(Vehicle)):
            van.close_min = 520
            van.frozen_boxes = 9 if van.code == held.vehicle else 2
        row = planned(session)
        publishing.publish(session, DISPATCHER, row.id, NOW)
        assert replanning.published_day(session, DISPATCHER, row.id)[1].held() == {held.vehicle}
        found = replanning.lose_van(session, DISPATCHER, row.id, van=gone.vehicle, at_min=0)
        (kept,) = found.plan.routes.routes
        assert (kept.vehicle, kept.trips) == (held.vehicle, held.trips)
        plan_id = row.id
    ask = {"van": gone.vehicle, "at_min": "00:00"}
    page = day.dispatcher.post(f"/day-plans/{plan_id}/lost-van", data=ask).get_data(as_text=True)
    assert page.count("die houdt u vast. Laat die rit los") == len(gone.stops)
    with transaction(day.engine) as session:
        tourpins.let_loose(session, DISPATCHER, DAY, held.letter, NOW)
        found = replanning.lose_van(session, DISPATCHER, plan_id, van=gone.vehicle, at_min=0)
        assert {one.van for one in found.replan.moved} == {held.vehicle}


def test_a_stop_later_than_its_address_prefers_says_so_on_page_and_paper(
    day: SimpleNamespace,
) -> None:
    with transaction(day.engine) as session:
        publishing.withdraw(session, DISPATCHER, day.plan, NOW)
        for site in session.scalars(select(Site)):
            site.preferred_by_min = site.windows[0][0] + 1
        row = planned(session)
        publishing.publish(session, DISPATCHER, row.id, NOW)
        plan, plan_id = stored_day(row).plan.routes, row.id
        late = [(r.letter, s) for r in plan.routes for s in r.stops if s.late_s >= 60]
        assert plan.late_cents > 0
    letter, stop = late[0]
    by, at = (f"{m // 60}.{m % 60:02d}" for m in (stop.preferred_by_min or 0, stop.begin_min))
    page = day.dispatcher.get(f"/routes/{DAY}/{letter}").get_data(as_text=True)
    assert f"Liefst vóór {by}, nu {at}." in page
    paper = day.dispatcher.get(f"/day-plans/{plan_id}/routes.pdf?van={letter}").data
    text = "".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages)
    assert f"nu {at}." in text
    ask = {"van": plan.routes[0].vehicle, "at_min": "05:00"}
    answer = day.dispatcher.post(f"/day-plans/{plan_id}/lost-van", data=ask)
    assert "Liefst vóór" in answer.get_data(as_text=True)


def test_a_published_tour_can_only_be_let_loose(day: SimpleNamespace) -> None:
    letter = day.routes[0].letter
    page = day.dispatcher.get(f"/routes/{DAY}/{letter}").get_data(as_text=True)
    assert "Houd deze rit zo" not in page
    with transaction(day.engine) as session:
        van = session.scalars(select(Vehicle).where(Vehicle.letter == letter)).one()
        who = session.scalars(select(User).where(User.role == Role.DISPATCHER)).one()
        stops = [stop.site for stop in day.routes[0].stops]
        pin = TourPin(service_day=DAY, vehicle_id=van.id, stops=stops, made_at=NOW, made_by=who.id)
        session.add(pin)
    page = day.dispatcher.get(f"/routes/{DAY}/{letter}").get_data(as_text=True)
    assert "Laat deze rit los" in page


# --- an order that comes late


@pytest.fixture
def late(day: SimpleNamespace) -> SimpleNamespace:
    """Give the published day with one order that came since, from store."""
    with transaction(day.engine) as session:
        lines = select(OrderLine.variant).join(Order, Order.id == OrderLine.order_id)
        sku = session.scalars(lines.where(Order.code == "30004")).one()
        variant = meals.catalogue(session).variants[sku]
        make_order(session, "30009", variant, portions=2)
    day.late = f"/day-plans/{day.plan}/late"
    return day


def places(late: SimpleNamespace, at: str = "05:00") -> str:
    answer = late.dispatcher.post(f"{late.late}/30009", data={"at_min": at})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


def marks(page: str) -> list[str]:
    return re.findall(r'type="radio" name="mark" value="([^"]*)"', page)


def test_a_late_order_gets_the_place_that_was_chosen(late: SimpleNamespace) -> None:
    assert late.late in late.dispatcher.get(f"/day/{DAY}").get_data(as_text=True)
    listed = late.dispatcher.get(late.late).get_data(as_text=True)
    assert "Toon plaatsen voor 30009" in listed
    assert "30004" not in listed
    page = places(late)
    assert 1 <= len(marks(page)) <= 3
    assert re.search(r"Bus [AB] om \d+\.\d\d: €\xa0\d+,\d\d en \d+ minuten meer\.", page)
    chosen = {"at_min": "300", "attest": "1", "mark": marks(page)[-1]}
    with transaction(late.engine) as session:
        before = sum(lot.amount_g for lot in session.scalars(select(Lot)))
    answer = late.dispatcher.post(f"{late.late}/30009/choose", data=chosen)
    assert answer.headers["Location"] == f"/day/{DAY}"
    with transaction(late.engine) as session:
        new = session.scalars(select(DayPlan).order_by(DayPlan.version.desc())).first()
        assert new is not None
        stored = stored_day(new)
        order = session.scalars(select(Order).where(Order.code == "30009")).one()
        assert order.state is OrderState.PLANNED
        line = next(line for one in stored.orders if one.id == "30009" for line in one.lines)
        given = sum(a.amount_g for a in stored.plan.allocations if a.order_line == line.id)
        assert given == line.amount_g
        assert before - sum(lot.amount_g for lot in session.scalars(select(Lot))) == given
        again = new.id
        codes = {site["id"] for site in new.document["inputs"]["sites"]}
        trips = [trip for route in new.document["routes"] for trip in route["trips"]]
        assert {stop["site"] for trip in trips for stop in trip["stops"]} <= codes
    board = late.dispatcher.get(f"/day/{DAY}").get_data(as_text=True)
    assert "Bestelling 30009 rijdt mee (versie 2)" in board
    assert late.dispatcher.get(f"/day-plans/{again}/routes.pdf").status_code == 200
    listed = late.dispatcher.get(f"/day-plans/{again}/late").get_data(as_text=True)
    assert "Toon plaatsen voor 30009" not in listed
    for van in ("van-a", "van-b"):
        explained = late.dispatcher.get(f"/day/{DAY}/orders/30009?van={van}")
        assert explained.status_code == 200, van
    lost = {"van": late.lost, "at_min": "05:00"}
    page = late.dispatcher.post(f"/day-plans/{again}/lost-van", data=lost).get_data(as_text=True)
    assert "is uitgevallen; bus" in page


@pytest.mark.parametrize(
    ("order", "changed", "status"),
    [
        ("30009", {"attest": ""}, 422),
        ("30009", {"mark": "other"}, 409),
        ("30004", {}, 404),
    ],
)
def test_only_a_place_that_was_read_is_given(
    late: SimpleNamespace, order: str, changed: dict[str, Any], status: int
) -> None:
    data = {"at_min": "300", "attest": "1", "mark": marks(places(late))[0], **changed}
    answer = late.dispatcher.post(f"{late.late}/{order}/choose", data=data)
    assert answer.status_code == status


def test_no_place_is_offered_when_the_day_is_over(late: SimpleNamespace) -> None:
    assert "Geen enkele bus heeft nog plaats en tijd" in places(late, "23:00")


def test_what_the_store_cannot_give_or_the_eater_may_not_have_gets_no_place(
    late: SimpleNamespace,
) -> None:
    with transaction(late.engine) as session:
        for eater in session.scalars(
            select(OrderEater)
            .join(Order, Order.id == OrderEater.order_id)
            .where(Order.code == "30009")
        ):
            kept = dict(eater.profile)
            eater.profile = {**kept, "food_iddsi": "3"}
    page = places(late)
    assert "niet mag hebben" in page
    assert marks(page) == []
    with transaction(late.engine) as session:
        for eater in session.scalars(select(OrderEater)):
            eater.profile = kept
        for lot in session.scalars(select(Lot).where(Lot.state == LotState.RELEASED)):
            lot.amount_g = 0
    page = places(late)
    assert "g meer in voorraad" in page
    assert marks(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_has_its_sentence(language: str) -> None:
    assert {*MOVED_CODES, *FACE_CODES, *UNSERVED_CODES} <= set(sentences(language))


# --- the same face


def test_an_address_keeps_the_van_it_knows_and_the_sheet_says_so(day: SimpleNamespace) -> None:
    """The day after, both vans would do: each address gets the one that came last."""
    later = DAY + timedelta(days=1)
    with transaction(day.engine) as session:
        came = {stop.site: route.vehicle for route in day.routes for stop in route.stops}
        assert depots.usual_vans(session, kitchen_id(session), later) == came
        assert depots.usual_vans(session, kitchen_id(session), DAY) == {}
        for lot in session.scalars(select(Lot).where(Lot.code == "L2")):
            lot.amount_g += 20_000
        lines = select(OrderLine.variant).join(Order, Order.id == OrderLine.order_id)
        sku = session.scalars(lines.where(Order.code == "30004")).one()
        variant = meals.catalogue(session).variants[sku]
        sites = session.scalars(select(Site).where(Site.code.in_(came)).order_by(Site.code)).all()
        for site in sites:
            order_at(session, site, f"4{site.code[-4:]}", variant, portions=2).service_day = later
        session.flush()
        row = planned(session, day=later)
        routes = stored_day(row).plan.routes
        assert dict(routes.usual) == came
        kept = [came[s.site] == r.vehicle for r in routes.routes for s in r.stops]
        letter = routes.routes[0].letter
    page = day.dispatcher.get(f"/routes/{later}/{letter}").get_data(as_text=True)
    assert page.count("De vaste bus van dit adres.") + page.count("Dit adres kent bus") > 0
    assert kept.count(True) >= kept.count(False)
    assert day.dispatcher.get(f"/day-plans/{row.id}/routes.pdf").status_code == 200
