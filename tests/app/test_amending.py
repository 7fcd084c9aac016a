"""A published day of which something may no longer go out is put right, and its papers print."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Conflict, Role
from app.db import transaction
from app.models.orders import Order
from app.models.planning import DayPlan, DayPlanState
from app.models.stock import Lot
from app.operations import amending, gates, meals, publishing, texturetests
from app.operations.amending import Amendment
from app.operations.daypapers import stored_day
from logistics import LotState, OrderState, Unserved
from menus import ForkDrip
from tests.app.days import (
    DAY,
    DISPATCHER,
    KITCHEN,
    NOW,
    SMOOTH,
    kitchen_id,
    make_order,
    planned,
    small_day,
)
from tests.app.test_attention import sign_other_level, with_client
from tests.factories import make_user

Visit = Callable[..., FlaskClient]
pytestmark = pytest.mark.usefixtures("day_before")


def published(session: Session) -> DayPlan:
    small_day(session)
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    return plan


def recalled(session: Session, plan: DayPlan) -> tuple[str, set[str]]:
    """Recall the lot of order 30001; gives it and the orders that it serves."""
    stored = stored_day(plan)
    order_of = {line.id: order.id for order in stored.orders for line in order.lines}
    lot = next(o.lot for o in stored.plan.allocations if order_of[o.order_line] == "30001")
    publishing.recall_lot(session, KITCHEN, lot, NOW)
    session.flush()
    served = {order_of[o.order_line] for o in stored.plan.allocations if o.lot == lot}
    return lot, served


def look(session: Session, plan: DayPlan, *, others: bool = False, told_min: int = 0) -> Amendment:
    seen = amending.look(session, DISPATCHER, plan.id, told_min=told_min, others=others, now=NOW)
    assert seen.found.violations == ()
    return seen


def put_right(session: Session, plan: DayPlan, *, others: bool = False) -> DayPlan:
    seen = look(session, plan, others=others)
    told = (0, others, seen.mark)
    return amending.approve(session, DISPATCHER, plan.id, told=told, now=NOW)


def given_g(plan: DayPlan, order: str) -> dict[str, int]:
    """Give the grams by lot of an order."""
    stored = stored_day(plan)
    lines = {line.id for one in stored.orders if one.id == order for line in one.lines}
    found: dict[str, int] = {}
    for one in stored.plan.allocations:
        if one.order_line in lines:
            found[one.lot] = found.get(one.lot, 0) + one.amount_g
    return found


def test_nothing_of_a_recalled_dish_goes_out_and_the_rest_of_the_day_does(
    session: Session,
) -> None:
    plan = published(session)
    before = session.scalar(select(func.sum(Lot.amount_g)))
    lot, served = recalled(session, plan)
    with pytest.raises(Conflict, match=r"planning\.unsafe_now"):
        gates.stopped(session, kitchen_id(session), DAY).refuse()
    was = sum(given_g(plan, order)[lot] for order in served if lot in given_g(plan, order))
    new = put_right(session, plan)
    gates.stopped(session, kitchen_id(session), DAY).refuse()
    assert lot not in {one.lot for one in stored_day(new).plan.allocations}
    assert session.scalars(select(Lot.amount_g).where(Lot.code == lot)).one() >= was
    after = session.scalar(select(func.sum(Lot.amount_g)))
    assert after >= before + was
    missed = {one.order: one for one in stored_day(new).plan.unserved}
    for order in served:
        assert missed[order].reason == "objection.recalled"
    rows = session.scalars(select(Order).where(Order.code.in_(served))).all()
    assert {row.state for row in rows if not missed[row.code].lines} <= {OrderState.UNSERVED}
    assert all(row.reasons for row in rows)
    sites = [s.site for r in stored_day(new).plan.routes.routes for s in r.stops]
    assert len(sites) == len(set(sites))


def test_other_lots_go_out_where_a_person_vouches_for_them(session: Session) -> None:
    plan = published(session)
    lot, served = recalled(session, plan)
    was = sum(given_g(plan, "30001").values())
    new = put_right(session, plan, others=True)
    assert sum(given_g(new, "30001").values()) == was
    assert lot not in given_g(new, "30001")
    gates.stopped(session, kitchen_id(session), DAY).refuse()
    states = session.scalars(select(Order.state).where(Order.code.in_(served)))
    assert set(states) == {OrderState.PLANNED}
    old = [s.site for r in stored_day(plan).plan.routes.routes for s in r.stops]
    assert [s.site for r in stored_day(new).plan.routes.routes for s in r.stops] == old
    other = next(iter(given_g(new, "30001")))
    assert session.scalars(select(Lot.state).where(Lot.code == other)).one() is LotState.RELEASED


def test_a_lot_that_failed_its_texture_test_is_replaced_by_another(session: Session) -> None:
    plan = published(session)
    (lot,) = given_g(plan, "30001")
    runny = SMOOTH | {"fork_drip": ForkDrip.RUNS}
    texturetests.record_test(session, KITCHEN, lot, runny, NOW)
    new = put_right(session, plan)
    assert lot not in given_g(new, "30001")
    assert sum(given_g(new, "30001").values()) == sum(given_g(plan, "30001").values())


def test_a_lot_on_hold_is_told_on_the_board_and_replaced_by_another(
    app: Flask, visit: Visit
) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        plan = published(session)
        (lot,) = given_g(plan, "30001")
        publishing.hold_lot(session, KITCHEN, lot, NOW)
        browser = visit(make_user(session, Role.DISPATCHER))
        address = f"/day-plans/{plan.id}/unsafe"
    for page in (f"/day/{DAY}", address):
        told = browser.get(page).text
        assert "wordt tegengehouden" in told
        assert "order.lot_held" not in told
    assert browser.get(f"/day-plans/{address.split('/')[2]}/loading.pdf").status_code == 409
    with transaction(app.extensions["npcc"].engine) as session:
        plan = session.get_one(DayPlan, int(address.split("/")[2]))
        new = put_right(session, plan)
        assert lot not in given_g(new, "30001")
        assert sum(given_g(new, "30001").values()) == sum(given_g(plan, "30001").values())


def test_what_a_new_prescription_forbids_falls_out_with_its_reason(session: Session) -> None:
    small_day(session)
    client = with_client(session, "30001")
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    sign_other_level(session, client)
    seen = look(session, plan)
    (line,) = seen.found.lines
    assert (line.order, line.lots, line.why.reason) == ("30001", (), "objection.texture.food")
    site = next(o.site for o in stored_day(plan).orders if o.id == "30001")
    assert seen.found.left == (site,)
    new = put_right(session, plan)
    assert given_g(new, "30001") == {}
    assert (
        Unserved(order="30001", reason="objection.texture.food", binding=line.why.binding)
        in stored_day(new).plan.unserved
    )
    gates.stopped(session, kitchen_id(session), DAY).refuse()


def test_goods_on_a_van_under_way_are_not_replaced_and_its_driver_is_named(
    session: Session,
) -> None:
    plan = published(session)
    recalled(session, plan)
    late = max(route.end_min for route in stored_day(plan).plan.routes.routes)
    seen = look(session, plan, others=True, told_min=late)
    assert all(one.aboard and not one.lots and one.van for one in seen.found.lines)


def test_only_what_was_read_is_put_right_and_only_once(session: Session) -> None:
    plan = published(session)
    with pytest.raises(Conflict, match=r"amend\.nothing"):
        look(session, plan)
    recalled(session, plan)
    strict, kind = look(session, plan), look(session, plan, others=True)
    assert strict.mark != kind.mark
    told = (0, False, kind.mark)
    with pytest.raises(Conflict, match=r"replan\.changed"):
        amending.approve(session, DISPATCHER, plan.id, told=told, now=NOW)
    put_right(session, plan)
    assert plan.state is DayPlanState.SUPERSEDED
    with pytest.raises(Conflict, match=r"planning\.not_published"):
        put_right(session, plan)


def test_a_recalled_lot_stands_once_on_the_board_with_its_orders_folded(
    app: Flask, visit: Visit
) -> None:
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        small = small_day(session)
        variant = meals.catalogue(session).variants[small.stored]
        for code in ("30004", "30005"):
            make_order(session, code, variant, portions=1)
        client = with_client(session, "30003")
        plan = planned(session)
        publishing.publish(session, DISPATCHER, plan.id, NOW)
        lot, served = recalled(session, plan)
        sign_other_level(session, client)
        dispatcher = make_user(session, Role.DISPATCHER, name="Bart")
        kitchen = make_user(session, Role.KITCHEN, name="Inge")
    assert len(served) > 1
    name = f"{variant.names.nl} · {variant.iddsi}"
    board = visit(dispatcher).get(f"/day/{DAY}").text
    waiting = board.partition('id="waiting-t"')[2].partition("</section>")[0]
    assert '<span class="count">2</span>' in waiting
    assert waiting.count(f"{name}, partij {lot}") == 1
    assert waiting.count(f"{name} is teruggeroepen") == 1
    assert f"<summary>{len(served)} bestellingen krijgen hiervan</summary>" in waiting
    for code in served:
        assert waiting.count(f"/orders/{code}") == 1
    assert "Bestelling 30003" in waiting, "what concerns one person stands by itself"
    assert small.stored not in waiting
    inside = visit(kitchen).get(f"/day/{DAY}").text
    assert f"{name}, partij {lot}" in inside
    assert "/orders/" not in inside


def test_a_dispatcher_reads_line_by_line_and_signs(app: Flask, visit: Visit) -> None:
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        small_day(session)
        with_client(session, "30001")  # whose food is read: that leaves a trace
        plan = planned(session)
        publishing.publish(session, DISPATCHER, plan.id, NOW)
        lot, _ = recalled(session, plan)
        dispatcher = make_user(session, Role.DISPATCHER, name="Bart")
        kitchen = make_user(session, Role.KITCHEN, name="Inge")
        address = f"/day-plans/{plan.id}/unsafe"
    browser = visit(dispatcher)
    assert address in browser.get(f"/day/{DAY}").text
    page = browser.get(address).text
    assert lot in page
    assert "30001" in page
    assert "Niets van dit gerecht" not in page
    assert (
        "De andere partijen van dit gerecht zijn nagekeken"
        in browser.get(f"{address}?others=1").text
    )
    told = dict(re.findall(r'type="hidden" name="(told_min|others|mark)" value="([^"]*)"', page))
    assert browser.post(address, data=told).status_code == 422
    assert visit(kitchen).get(address).status_code == 403
    answer = browser.post(address, data={**told, "attest": "1"})
    assert answer.headers["Location"] == f"/day/{DAY}"
    board = browser.get(f"/day/{DAY}").text
    assert "De dag is rechtgezet (versie 2)" in board
    with transaction(engine) as session:
        again = session.scalar(select(DayPlan.id).where(DayPlan.state == DayPlanState.PUBLISHED))
    assert browser.get(f"/day-plans/{again}/loading.pdf").status_code in {200, 404}
    assert browser.get(f"/day-plans/{again}/unsafe").status_code == 409
