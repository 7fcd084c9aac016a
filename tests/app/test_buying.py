"""Orders at suppliers: signed once, counted by the next plan, taken in at the door."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, Forbidden, NotFound, Refused, Role
from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, sentences
from app.models.buying import PurchaseLine, PurchaseOrder
from app.models.orders import Order, OrderLine
from app.models.planning import DayPlan
from app.models.stock import IngredientLot, Lot, Supplier, SupplyOffer
from app.operations import buying, supplies
from logistics import (
    ARRIVAL_CODES,
    BUY_CODES,
    Arrival,
    LotState,
    OrderState,
    Purchase,
    PurchaseState,
    RefusedGoods,
)
from tests.app.days import DAY, DISPATCHER, KITCHEN, NOW, kitchen_id, planned, small_day
from tests.app.twokitchens import two_kitchens
from tests.factories import make_user


def hungry_day(session: Session) -> DayPlan:
    """Give the plan of a day after which nothing is left to cook the orders of a later one."""
    small_day(session)
    later = DAY + timedelta(days=6)
    rows = list(session.scalars(select(Order)))
    for row in rows:
        row.service_day = later
        row.state = OrderState.PLACED
    for line in session.scalars(select(OrderLine)):
        line.portions = 40
    for lot in (*session.scalars(select(Lot)), *session.scalars(select(IngredientLot))):
        lot.state = LotState.HOLD
    session.flush()
    return planned(session)


def first_of(plan: DayPlan) -> tuple[str, date, tuple[Purchase, ...]]:
    """Give the first proposal of a plan: supplier, day, lines."""
    bought = plan.as_stored_day().plan.purchases
    supplier, day = bought[0].supplier, bought[0].day
    mine = tuple(each for each in bought if (each.supplier, each.day) == (supplier, day))
    return supplier, day, mine


def signed(
    session: Session, plan: DayPlan, actor: Actor = DISPATCHER, **more: int
) -> PurchaseOrder:
    """Give the first proposal of a plan, signed."""
    supplier, day, lines = first_of(plan)
    packs = {each.item: each.packs for each in lines} | more
    return buying.sign(session, actor, plan.id, supplier=supplier, day=day, packs=packs, now=NOW)


def lines_of(session: Session, order: PurchaseOrder) -> list[PurchaseLine]:
    """Give the lines of an order."""
    return list(session.scalars(select(PurchaseLine).where(PurchaseLine.order_id == order.id)))


def take(
    session: Session, order: PurchaseOrder, line: PurchaseLine, grams: int, now: datetime = NOW
) -> IngredientLot:
    """Take so many grams of a line in."""
    good = Arrival(grams=grams, use_by=date(2027, 1, 1), celsius=Decimal(-20))
    return buying.receive(
        session,
        KITCHEN,
        order.code,
        line.ingredient,
        good,
        supplier_lot="X1",
        seen_g=line.received_g,
        now=now,
    )


def test_a_plan_after_signing_proposes_the_same_no_more(session: Session) -> None:
    plan = hungry_day(session)
    _, day, lines = first_of(plan)
    order = signed(session, plan)
    assert (order.state, order.ordered_on) == (PurchaseState.OPEN, day)
    again = planned(session).as_stored_day().plan.purchases
    ordered = {each.item for each in lines}
    assert ordered
    assert not ordered & {each.item for each in again}


def test_an_overdue_order_is_proposed_again_with_its_reason(session: Session) -> None:
    plan = hungry_day(session)
    _, _, lines = first_of(plan)
    order = signed(session, plan)
    late = DAY - timedelta(days=3)
    for line in lines_of(session, order):
        line.expected_on = late
    session.flush()
    again = planned(session).as_stored_day().plan.purchases
    for each in lines:
        found = next(one for one in again if one.item == each.item)
        (why,) = (one for one in found.reasons if one.code == "purchase.overdue")
        assert why.on == late
        assert why.amount > 0


def test_what_came_in_after_all_is_not_bought_again(session: Session) -> None:
    first = hungry_day(session)
    order = signed(session, first)
    (line, *_) = lines_of(session, order)
    line.expected_on = DAY - timedelta(days=3)
    session.flush()
    plan = planned(session)
    again = next(one for one in plan.as_stored_day().plan.purchases if one.item == line.ingredient)
    mine = {
        one.item: one.packs
        for one in plan.as_stored_day().plan.purchases
        if (one.supplier, one.day) == (again.supplier, again.day)
    }
    take(session, order, line, line.open_g)
    with pytest.raises(Conflict, match="purchase.stale"):
        buying.sign(
            session,
            DISPATCHER,
            plan.id,
            supplier=again.supplier,
            day=again.day,
            packs=mine,
            now=NOW,
        )


def test_signing_twice_orders_once(session: Session) -> None:
    plan = hungry_day(session)
    signed(session, plan)
    with pytest.raises(Conflict, match="purchase.signed_already"):
        signed(session, plan)
    assert session.scalar(select(func.count()).select_from(PurchaseOrder)) == 1


def test_a_proposal_that_no_longer_holds_is_not_ordered(session: Session) -> None:
    old = hungry_day(session)
    plan = planned(session)
    with pytest.raises(Conflict, match="purchase.stale"):
        signed(session, old)
    supplier, day, lines = first_of(plan)
    packs = {each.item: each.packs for each in lines}
    with pytest.raises(Conflict, match="purchase.stale"):
        buying.sign(
            session,
            DISPATCHER,
            plan.id,
            supplier=supplier,
            day=day,
            packs=packs,
            now=NOW + timedelta(days=30),
        )
    other = PurchaseOrder(
        code="X",
        depot_id=plan.depot_id,
        supplier=supplier,
        ordered_on=day,
        state=PurchaseState.OPEN,
        signed_at=NOW,
    )
    session.add(other)
    session.flush()
    session.add(
        PurchaseLine(
            order_id=other.id,
            ingredient=lines[0].item,
            packs=1,
            pack_g=1,
            cents=1,
            expected_on=day,
        )
    )
    session.flush()
    with pytest.raises(Conflict, match="purchase.stale"):
        signed(session, plan)


def test_an_order_below_the_minimum_is_told_plainly(session: Session) -> None:
    plan = hungry_day(session)
    supplier, _, lines = first_of(plan)
    session.add(Supplier(code=supplier, name="Proef", minimum_cents=10_000_000))
    session.flush()
    with pytest.raises(Refused, match="purchase.below_minimum"):
        signed(session, plan)
    with pytest.raises(Refused, match="purchase.nothing"):
        signed(session, plan, **{each.item: 0 for each in lines})


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.integers(1, 900), min_size=1, max_size=4), sent_back=st.booleans())
def test_what_is_ordered_is_in_store_or_open_or_given_up(
    session: Session,
    parts: list[int],
    sent_back: bool,  # noqa: FBT001 - hypothesis
) -> None:
    """No gram appears or is lost between the order, its lots and what is still counted on."""
    with session.begin_nested() as undone:
        plan = hungry_day(session)
        order = signed(session, plan)
        line = lines_of(session, order)[0]
        for permille in parts:
            grams = line.open_g * permille // 1000
            if grams:
                take(session, order, line, grams)
        mine = IngredientLot.purchase_line_id == line.id
        held = session.scalar(select(func.sum(IngredientLot.amount_g)).where(mine)) or 0
        assert held == line.received_g
        coming = {one.ingredient: one for one in _coming(session)}
        left = coming[line.ingredient].amount_g if line.ingredient in coming else 0
        assert held + left == line.amount_g
        if sent_back and line.open_g:
            buying.refuse(
                session,
                KITCHEN,
                order.code,
                line.ingredient,
                RefusedGoods.DAMAGED,
                seen_g=line.received_g,
                now=NOW,
            )
            assert line.ingredient not in {one.ingredient for one in _coming(session)}
        undone.rollback()


def _coming(session: Session) -> Iterator[supplies.logistics.OnOrder]:
    yield from supplies.on_order(session, kitchen_id(session), DAY)


def test_goods_at_the_door_become_a_lot_that_names_its_order(session: Session) -> None:
    plan = hungry_day(session)
    order = signed(session, plan)
    lines = lines_of(session, order)
    lot = take(session, order, lines[0], lines[0].amount_g)
    assert (lot.state, lot.supplier_lot, lot.depot_id) == (
        LotState.RELEASED,
        "X1",
        order.depot_id,
    )
    assert supplies.bought_as(session, [lot.code]) == {lot.code: order.code}
    with pytest.raises(Conflict, match="purchase.moved_on"):
        buying.receive(
            session,
            KITCHEN,
            order.code,
            lines[0].ingredient,
            Arrival(packs=1, use_by=date(2027, 1, 1), celsius=Decimal(-20)),
            supplier_lot="X1",
            seen_g=0,
            now=NOW,
        )
    for line in lines[1:]:
        take(session, order, line, line.amount_g)
    assert order.state is PurchaseState.RECEIVED


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"grams": None}, "purchase.how_much"),
        ({"packs": 1}, "purchase.how_much"),
        ({"grams": 10**8}, "purchase.too_much"),
        ({"use_by": date(2026, 11, 1)}, "purchase.use_by_past"),
    ],
)
def test_what_may_not_come_in_is_refused(
    session: Session, change: dict[str, object], code: str
) -> None:
    order = signed(session, hungry_day(session))
    line = lines_of(session, order)[0]
    good = Arrival(grams=1, use_by=date(2027, 1, 1), celsius=Decimal(-20))
    with pytest.raises(Refused, match=code):
        buying.receive(
            session,
            KITCHEN,
            order.code,
            line.ingredient,
            replace(good, **change),
            supplier_lot="X1",
            seen_g=0,
            now=NOW,
        )
    assert line.received_g == 0


def test_a_person_closes_what_does_not_come(session: Session) -> None:
    plan = hungry_day(session)
    order = signed(session, plan)
    buying.close(session, KITCHEN, order.code, NOW)
    assert order.state is PurchaseState.CANCELLED
    assert list(_coming(session)) == []
    with pytest.raises(Conflict, match="purchase.closed"):
        buying.close(session, KITCHEN, order.code, NOW)


def test_strangers_and_other_kitchens_find_nothing(session: Session) -> None:
    two = two_kitchens(session)
    order = PurchaseOrder(
        code="B1",
        depot_id=two.first,
        supplier="x",
        ordered_on=DAY,
        state=PurchaseState.OPEN,
        signed_at=NOW,
    )
    session.add(order)
    session.flush()
    other = two.at(two.second)
    assert [one.order.code for one in buying.orders(session, two.at(two.first), NOW)] == ["B1"]
    assert buying.orders(session, other, NOW) == ()
    with pytest.raises(NotFound):
        buying.find(session, other, "B1", NOW)
    with pytest.raises(NotFound):
        buying.close(session, other, "B1", NOW)
    with pytest.raises(Forbidden):
        buying.close(session, Actor(role=Role.CLIENT), "B1", NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    told = {*BUY_CODES, *ARRIVAL_CODES, *buying.BUYING_CODES}
    told |= {f"purchase.refused.{one}" for one in RefusedGoods}
    told |= {f"purchase.state.{one}" for one in PurchaseState}
    assert told <= set(sentences(language))


def test_what_is_sold_no_longer_is_shown_and_cannot_be_signed(
    app: Flask, visit: Callable[..., FlaskClient]
) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        *_, lines = first_of(hungry_day(session))
        cheap = Supplier(code="nieuw", name="Nieuw")
        session.add(cheap)
        session.flush()
        facts = {"pack_g": 700, "pack_cents": 1, "lead_days": 1, "min_packs": 1}
        offer = SupplyOffer(supplier_id=cheap.id, ingredient=lines[0].item, **facts)
        session.add(offer)
        session.flush()
        bought = planned(session).as_stored_day().plan.purchases
        assert lines[0].item in {each.item for each in bought if each.supplier == "nieuw"}
        session.delete(offer)
        cook = make_user(session, Role.KITCHEN)
    page = visit(cook).get("/stock/purchases")
    assert page.status_code == 200
    gone = sentences("nl")["purchase.withdrawn"][0]
    assert page.text.count(gone) == 1
    assert f'name="packs_{lines[0].item}"' not in page.text


def test_a_person_signs_and_takes_in_on_the_pages(
    app: Flask, visit: Callable[..., FlaskClient]
) -> None:
    engine = app.extensions["npcc"].engine
    today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
    with transaction(engine) as session:
        plan = hungry_day(session)
        supplier, day, lines = first_of(plan)
        cook, eater = make_user(session, Role.KITCHEN), make_user(session, Role.CLIENT)
        number = plan.id
    browser = visit(cook)
    page = browser.get("/stock/purchases").text
    assert f'name="packs_{lines[0].item}"' in page
    bought = plan.as_stored_day().plan.purchases
    of_first = {each.supplier for each in bought if each.day == min(one.day for one in bought)}
    assert page.count("data-wide open>") == len(of_first)
    sent = {"plan": number, "supplier": supplier, "day": day.isoformat()}
    packs = {f"packs_{each.item}": str(each.packs) for each in lines}
    empty = browser.post("/stock/purchases", data=sent | dict.fromkeys(packs, ""))
    assert empty.status_code == 422
    for control in re.findall(r'href="#(o1[^"]*)"', empty.text):
        assert f'id="{control}"' in empty.text
    assert 'href="#o1-packs_' in empty.text
    assert visit(eater).post("/stock/purchases", data=sent | packs).status_code == 403
    gone = day < today
    assert browser.post("/stock/purchases", data=sent | packs).status_code == (409 if gone else 303)
    with transaction(engine) as session:
        order = session.scalar(select(PurchaseOrder)) or signed(session, plan)
        code, line = order.code, lines_of(session, order)[0]
        item, most = line.ingredient, line.packs
    assert code in browser.get("/stock/purchases").text
    where = f"/stock/purchases/{code}"
    assert browser.get(where).status_code == 200
    good = {"ingredient": item, "seen_g": "0", "packs": str(most), "supplier_lot": "X9"}
    late = browser.post(f"{where}/receive", data=good | {"use_by": "2020-01-01", "celsius": "3"})
    assert late.status_code == 422
    assert "Deze datum is voorbij" in late.text
    fine = good | {"use_by": (today + timedelta(days=30)).isoformat(), "celsius": "-20"}
    assert browser.post(f"{where}/receive", data=fine).status_code == 303
    assert browser.post(f"{where}/receive", data=fine).status_code in {404, 409}
    assert "X9" in browser.get(where).text
    assert "X9" in browser.get("/stock/ingredients").text
    assert browser.get("/stock/purchases/B0").status_code == 404
    assert visit(eater).get(where).status_code == 403
