"""An order that comes too late: asked, held, given a place in the published day, or turned down."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Refused, Role
from app.i18n import LANGUAGES, sentences
from app.models.orders import Order, OrderEater, OrderSource
from app.models.planning import DayPlan
from app.models.stock import Lot
from app.operations import (
    attention,
    lateorders,
    lateplaces,
    orders,
    planning,
    publishing,
    replanning,
    stopmoves,
)
from app.operations.daypapers import stored_day
from app.operations.orderviews import LATE_REFUSED
from logistics import OrderState, PowerModel
from tests.app.days import DAY, DISPATCHER, NOW, SmallDay, kitchen_id, planned, small_day

HOUSE = Actor(role=Role.DIETITIAN, is_npcc=True)


def late_draft(
    session: Session, small: SmallDay, code: str, portions: int = 2
) -> orders.OrderDraft:
    """Give an order for the door of another one, asked after ordering closed."""
    order = session.scalars(select(Order).where(Order.code == code)).one()
    eater = session.scalars(select(OrderEater).where(OrderEater.order_id == order.id)).one()
    line = orders.Line(sku=small.stored, portions=portions)
    return orders.OrderDraft(
        site_id=order.site_id,
        service_day=DAY,
        eaters=(orders.EaterOrder(ref="x", profile=eater.as_eater(), lines=(line,)),),
        source=OrderSource.WARD,
        late=True,
    )


def published(session: Session) -> tuple[SmallDay, DayPlan]:
    small = small_day(session)
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    return small, plan


def test_a_late_order_is_held_and_joins_the_stop_of_its_door(session: Session) -> None:
    small, plan = published(session)
    before = stored_day(plan).plan
    order = orders.place(session, HOUSE, late_draft(session, small, "30001"), NOW)
    assert (order.state, [code for code, _ in order.reasons]) == (OrderState.HELD, ["order.late"])
    (waits,) = attention.held(session, kitchen_id(session), DAY)
    assert (waits.order, waits.late) == (order.code, True)
    (late,) = lateorders.late_orders(session, DISPATCHER, plan.id)
    assert (late.code, late.asked, late.joins) == (order.code, True, True)
    told = (order.code, 300)
    offered = lateplaces.offer(session, DISPATCHER, plan.id, late=told, roads=PowerModel())
    place = offered.places[0]
    assert place.was is not None
    grams = sum(lot.amount_g for lot in session.scalars(select(Lot)))
    new = lateplaces.choose(
        session,
        DISPATCHER,
        plan.id,
        late=told,
        roads=PowerModel(),
        mark=offered.mark(place),
        now=NOW,
    )
    assert order.state is OrderState.PLANNED
    assert order.reasons == []
    stored = stored_day(new)
    sites = [stop.site for route in stored.plan.routes.routes for stop in route.stops]
    old = [stop.site for route in before.routes.routes for stop in route.stops]
    assert sorted(sites) == sorted(old)
    line = next(line.id for one in stored.orders if one.id == order.code for line in one.lines)
    given = sum(one.amount_g for one in stored.plan.allocations if one.order_line == line)
    assert grams - sum(lot.amount_g for lot in session.scalars(select(Lot))) == given > 0
    assert lateorders.late_orders(session, DISPATCHER, new.id) == ()


def test_a_late_order_is_only_taken_where_somebody_asked_so(session: Session) -> None:
    small, _ = published(session)
    draft = late_draft(session, small, "30001")
    with pytest.raises(Refused, match=r"order\.after_cut_off"):
        orders.place(session, HOUSE, draft, NOW + timedelta(days=3))
    early = orders.place(session, HOUSE, draft, NOW - timedelta(days=9))
    assert early.state is OrderState.HELD  # before its cut-off, but the day is published


def test_a_late_order_of_a_draft_is_taken_in_or_turned_down(session: Session) -> None:
    small = small_day(session)
    taken = orders.place(session, HOUSE, late_draft(session, small, "30001"), NOW)
    refused = orders.place(session, HOUSE, late_draft(session, small, "30002"), NOW)
    waiting = lateorders.waiting_late(session, DISPATCHER, DAY)
    assert {one.code for one in waiting} == {taken.code, refused.code}
    assert taken.code not in {
        one.id for one in planning.orders_with_lines(session, kitchen_id(session), DAY)[0]
    }
    lateorders.take_in(session, DISPATCHER, taken.code, NOW)
    lateorders.turn_down(session, DISPATCHER, refused.code, NOW)
    assert taken.code in {
        one.id for one in planning.orders_with_lines(session, kitchen_id(session), DAY)[0]
    }
    assert (refused.state, refused.reasons) == (OrderState.CANCELLED, [[LATE_REFUSED, {}]])
    assert lateorders.waiting_late(session, DISPATCHER, DAY) == ()
    with pytest.raises(NotFound):
        lateorders.turn_down(session, DISPATCHER, taken.code, NOW)


def test_a_published_day_takes_no_late_order_in_without_a_place(session: Session) -> None:
    small, _ = published(session)
    order = orders.place(session, HOUSE, late_draft(session, small, "30001"), NOW)
    with pytest.raises(Conflict, match=r"order\.day_published"):
        lateorders.take_in(session, DISPATCHER, order.code, NOW)


def test_who_asked_late_may_take_it_back_until_somebody_decided(session: Session) -> None:
    small, _ = published(session)
    order = orders.place(session, HOUSE, late_draft(session, small, "30001"), NOW)
    assert orders.cancel(session, HOUSE, order.id, NOW).state is OrderState.CANCELLED


def test_an_allergy_nobody_knows_is_not_the_dispatchers_to_decide(session: Session) -> None:
    small, plan = published(session)
    order = orders.place(session, HOUSE, late_draft(session, small, "30001"), NOW)
    order.reasons = [*order.reasons, ["order.unknown_allergy", {"allergy": "kiwi"}]]
    assert lateorders.late_orders(session, DISPATCHER, plan.id) == ()
    with pytest.raises(NotFound):
        lateorders.take_in(session, DISPATCHER, order.code, NOW)


def test_an_order_that_was_left_out_can_still_find_a_place(session: Session) -> None:
    _, plan = published(session)
    order = session.scalars(select(Order).where(Order.code == "30001")).one()
    order.state = OrderState.UNSERVED
    codes = {one.code: one.asked for one in lateorders.late_orders(session, DISPATCHER, plan.id)}
    assert codes == {"30001": False}


def test_a_place_is_gone_once_a_van_that_it_changes_has_left(session: Session) -> None:
    small, plan = published(session)
    order = orders.place(session, HOUSE, late_draft(session, small, "30001"), NOW)
    told = (order.code, 300)
    offered = lateplaces.offer(session, DISPATCHER, plan.id, late=told, roads=PowerModel())
    evening = NOW.replace(day=DAY.day, hour=20)
    with pytest.raises(Conflict, match=r"replan\.left"):
        lateplaces.choose(
            session,
            DISPATCHER,
            plan.id,
            late=told,
            roads=PowerModel(),
            mark=offered.mark(offered.places[0]),
            now=evening,
        )


def test_a_day_is_over_at_the_midnight_of_its_kitchen() -> None:
    """In November it comes an hour before that of Greenwich."""
    last = datetime(DAY.year, DAY.month, DAY.day, 22, 59, tzinfo=UTC)
    told = [replanning.now_min(DAY, last - timedelta(days=days)) for days in (0, 1, 40)]
    assert told == [1439, 0, 0]
    for after in (timedelta(minutes=1), timedelta(days=1), timedelta(days=40)):
        with pytest.raises(Conflict, match=r"replan\.over"):
            replanning.now_min(DAY, last + after)


def test_nobody_signs_a_late_order_or_a_lost_van_of_yesterday(session: Session) -> None:
    small, plan = published(session)
    order = orders.place(session, HOUSE, late_draft(session, small, "30001"), NOW)
    told, after = (order.code, 300), NOW + timedelta(days=2)
    offered = lateplaces.offer(session, DISPATCHER, plan.id, late=told, roads=PowerModel())
    mark = offered.mark(offered.places[0])
    with pytest.raises(Conflict, match=r"replan\.over"):
        lateplaces.choose(
            session, DISPATCHER, plan.id, late=told, roads=PowerModel(), mark=mark, now=after
        )
    seen = replanning.lose_van(session, DISPATCHER, plan.id, van="van-a", at_min=300)
    lost = ("van-a", 300, 0)
    with pytest.raises(Conflict, match=r"replan\.over"):
        replanning.approve_lost_van(
            session, DISPATCHER, plan.id, lost=lost, mark=seen.mark, now=after
        )
    with pytest.raises(Conflict, match=r"replan\.over"):
        stopmoves.offer(session, DISPATCHER, plan.id, stop=("A", 1), now=after)


def test_goods_that_no_van_would_bring_do_not_leave_the_store(session: Session) -> None:
    """The routes as published have the door, but not the boxes of its late order."""
    small, plan = published(session)
    draft = late_draft(session, small, "30001", 40)
    late = [orders.place(session, HOUSE, draft, NOW).code for _ in range(2)], 300
    seen = lateplaces.offer_together(session, DISPATCHER, plan.id, late=late, roads=PowerModel())
    goods = seen.goods.allocations()
    assert seen.asked.broken(seen.found.day, goods) == ()
    (broken,) = seen.asked.broken(seen.asked.day, goods)
    assert (broken.code, broken.subject) == ("route.boxes", seen.asked.late[0].site)
    gone = replace(seen.asked.day, routes=replace(seen.asked.day.routes, routes=()))
    (broken,) = seen.asked.broken(gone, goods)
    assert broken.code == "check.order.not_routed"
    twice = (*goods, replace(goods[0], amount_g=1_000_000))
    assert "check.lot.overdrawn" in {one.code for one in seen.asked.broken(seen.found.day, twice)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_to_a_late_order_has_its_sentence(language: str) -> None:
    assert LATE_REFUSED in sentences(language)
