"""What must not slip through between planning a day and the plate."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Role
from app.db import transaction
from app.models.care import Prescription, PrescriptionState
from app.models.orders import Order, OrderEater, OrderSource
from app.models.people import Client, Site
from app.models.planning import DayPlan, Machine, Vehicle
from app.models.stock import Lot
from app.operations import attention, orders, planning, publishing
from logistics import OrderState
from menus import Iddsi
from tests.app.days import DAY, DISPATCHER, NOW, SmallDay, kitchen_id, planned, small_day
from tests.app.test_day_pages import Visit
from tests.factories import make_client, make_prescription, make_user

EARLY = NOW - timedelta(days=3)
"""Before every cut-off of the day."""


def with_client(session: Session, code: str) -> Client:
    """Let an order be of a client whose signed prescription is what was ordered for."""
    order = session.scalars(select(Order).where(Order.code == code)).one()
    client = make_client(session, session.get_one(Site, order.site_id))
    eater = session.scalars(select(OrderEater).where(OrderEater.order_id == order.id)).one()
    eater.client_id = client.id
    food = {"food_level": "4", "allergies": frozenset({"lupin"})}
    make_prescription(session, client, make_user(session), **food)
    session.flush()
    return client


def sign_other_level(session: Session, client: Client) -> None:
    """Sign a new prescription: another texture from now on."""
    standing = planning.signed_eaters(session, DAY)[client.id]
    assert standing.food_iddsi is Iddsi.L4
    for row in session.scalars(select(Prescription).where(Prescription.client_id == client.id)):
        row.state = PrescriptionState.SUPERSEDED
    session.flush()
    make_prescription(session, client, make_user(session), version=2, food_level="6")


def draft_of(session: Session, small: SmallDay) -> orders.OrderDraft:
    """Give an order for the same day by the client of order 30001."""
    order = session.scalars(select(Order).where(Order.code == "30001")).one()
    eater = session.scalars(select(OrderEater).where(OrderEater.order_id == order.id)).one()
    line = orders.Line(sku=small.stored, portions=1)
    return orders.OrderDraft(
        site_id=order.site_id,
        service_day=DAY,
        eaters=(orders.EaterOrder(ref="x", profile=eater.as_eater(), lines=(line,)),),
        source=OrderSource.WARD,
    )


def test_a_published_day_takes_no_order_no_change_and_no_cancelling(session: Session) -> None:
    small = small_day(session)
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, EARLY)
    order = session.scalars(select(Order).where(Order.code == "30001")).one()
    planner = Actor(role=Role.DIETITIAN, is_npcc=True)
    draft = draft_of(session, small)
    with pytest.raises(Conflict, match="order.day_published"):
        orders.place(session, planner, draft, EARLY)
    with pytest.raises(Conflict, match="order.day_published"):
        orders.change(session, planner, order.id, draft, EARLY, version=order.version)
    with pytest.raises(Conflict, match="order.day_published"):
        orders.cancel(session, planner, order.id, EARLY)
    assert order.state is OrderState.PLANNED


def test_a_withdrawn_day_takes_orders_again(session: Session) -> None:
    small_day(session)
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, EARLY)
    publishing.withdraw(session, DISPATCHER, plan.id, EARLY)
    order = session.scalars(select(Order).where(Order.code == "30001")).one()
    orders.require_unpublished(session, order.site_id, DAY)
    planner = Actor(role=Role.DIETITIAN, is_npcc=True)
    assert orders.cancel(session, planner, order.id, EARLY).state is OrderState.CANCELLED


def test_a_prescription_signed_after_publication_makes_its_order_unsafe(session: Session) -> None:
    small_day(session)
    client = with_client(session, "30001")
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    assert attention.unsafe(session, kitchen_id(session), DAY) == ()
    sign_other_level(session, client)
    (found,) = attention.unsafe(session, kitchen_id(session), DAY)
    assert found.order == "30001"
    assert [code for code, _ in found.reasons] == ["objection.texture.food"]


def test_a_held_order_stays_in_sight(session: Session) -> None:
    small_day(session)
    order = session.scalars(select(Order).where(Order.code == "30002")).one()
    order.state = OrderState.HELD
    order.reasons = [["order.unknown_allergy", {"allergy": "kiwi"}]]
    session.flush()
    (found,) = attention.held(session, kitchen_id(session), DAY)
    assert (found.order, found.reasons) == (
        "30002",
        (("order.unknown_allergy", {"allergy": "kiwi"}),),
    )


def test_no_route_is_printed_and_the_board_warns_while_an_order_is_unsafe(
    app: Flask, visit: Visit
) -> None:
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        small_day(session)
        client = with_client(session, "30001")
        held = session.scalars(select(Order).where(Order.code == "30003")).one()
        held.state, held.reasons = OrderState.HELD, [["order.unknown_allergy", {"allergy": "x"}]]
        session.flush()
        plan = planned(session)
        publishing.publish(session, DISPATCHER, plan.id, NOW)
        dispatcher = make_user(session, Role.DISPATCHER)
    browser = visit(dispatcher)
    assert browser.get(f"/day-plans/{plan.id}/routes.pdf").status_code == 200
    with transaction(engine) as session:
        sign_other_level(session, session.get_one(Client, client.id))
    for paper in ("routes", "loading"):
        answer = browser.get(f"/day-plans/{plan.id}/{paper}.pdf")
        assert answer.status_code == 409
        assert "30001" in answer.text
    board = browser.get(f"/day/{DAY}").text
    assert "Niet meer veilig" in board
    assert "Bestelling 30001" in board
    assert "Bestelling 30003" in board
    with transaction(engine) as session:
        assert session.get_one(DayPlan, plan.id).published_at is not None


def test_what_concerns_other_people_leaves_a_draft_true(session: Session) -> None:
    small_day(session)
    with_client(session, "30001")
    mark = planning.fingerprint(session, kitchen_id(session), DAY)
    stranger = make_client(session)
    make_prescription(session, stranger, make_user(session))
    session.flush()
    assert planning.fingerprint(session, kitchen_id(session), DAY) == mark


def test_whatever_a_plan_rests_on_makes_it_stale_when_it_changes(session: Session) -> None:
    small_day(session)
    client = with_client(session, "30001")

    def changed(act: Callable[[], object]) -> bool:
        before = planning.fingerprint(session, kitchen_id(session), DAY)
        act()
        session.flush()
        return planning.fingerprint(session, kitchen_id(session), DAY) != before

    van, lot = session.scalars(select(Vehicle)).one(), session.scalars(select(Lot)).first()
    site = session.get_one(Site, client.site_id)
    machine = session.scalars(select(Machine)).first()
    assert lot is not None
    assert machine is not None
    assert changed(lambda: setattr(van, "frozen_boxes", 1))
    assert changed(lambda: setattr(van, "open_min", 600))
    assert changed(lambda: setattr(lot, "use_by", DAY))
    assert changed(lambda: setattr(site, "lat_e5", site.lat_e5 + 1))
    assert changed(lambda: setattr(site, "windows", [[600, 700]]))
    assert changed(lambda: setattr(machine, "close_min", 800))
    assert changed(lambda: sign_other_level(session, client))
