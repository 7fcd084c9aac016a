"""What became unsuitable after the stage before is stopped at the next one, and told."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.access import SYSTEM, Actor, Conflict, Forbidden, NotFound, Refused, Role
from app.db import transaction
from app.models.meals import CatalogueRow
from app.models.stock import IngredientLot, Lot
from app.operations import (
    daypapers,
    gates,
    ingredientlots,
    meals,
    orders,
    people,
    planning,
    publishing,
    supplies,
    texturetests,
    weeks,
)
from app.operations.weeks import Place
from logistics import LotState, PowerModel, plan_day
from menus import ForkDrip
from tests import factories
from tests.app.days import (
    DAY,
    DISPATCHER,
    KITCHEN,
    NOW,
    SMOOTH,
    kitchen_id,
    make_lot,
    planned,
    small_day,
)
from tests.app.test_attention import EARLY, draft_of, sign_other_level, with_client
from tests.app.test_day_pages import Visit, text
from tests.factories import make_user

PLANNER = Actor(role=Role.DIETITIAN, is_npcc=True)
RUNNY = SMOOTH | {"fork_drip": ForkDrip.RUNS}


def published(session: Session) -> str:
    """Publish the small day; gives the lot that order 30001 is served from."""
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    stored = plan.as_stored_day()
    line = next(one.id for order in stored.orders if order.id == "30001" for one in order.lines)
    return next(one.lot for one in stored.plan.allocations if one.order_line == line)


def told(session: Session) -> dict[str, set[str]]:
    found = gates.stopped(session, kitchen_id(session), DAY).orders
    return {order: {one.code for one in each} for order, each in found.items()}


def recall(session: Session, code: str) -> None:
    publishing.recall_lot(session, KITCHEN, code, NOW)
    session.flush()


def test_a_recalled_lot_stops_every_order_served_from_it(session: Session) -> None:
    small_day(session)
    lot = published(session)
    assert gates.stopped(session, kitchen_id(session), DAY) == gates.Stopped(
        orders={}, lots=frozenset(), goods={}
    )
    recall(session, lot)
    assert told(session)["30001"] == {"objection.recalled"}
    stopped = gates.stopped(session, kitchen_id(session), DAY)
    assert lot in stopped.lots
    assert {(one.code, one.why) for one in stopped.goods["30001"]} == {(lot, "objection.recalled")}
    with pytest.raises(Conflict, match="planning.unsafe_now"):
        stopped.refuse()
    with pytest.raises(Conflict, match="planning.lots_stopped"):
        stopped.refuse_lots([lot])
    stopped.refuse_lots(["another"])


def test_a_lot_that_is_put_on_hold_is_not_packed(session: Session) -> None:
    """What the day cooks waits for its release as ever; once released and held it stops too."""
    small_day(session)
    lot = published(session)
    publishing.hold_lot(session, KITCHEN, lot, NOW)
    session.flush()
    assert told(session)["30001"] == {"order.lot_held"}
    stopped = gates.stopped(session, kitchen_id(session), DAY)
    assert {(one.code, one.why) for one in stopped.goods["30001"]} == {(lot, "order.lot_held")}
    with pytest.raises(Conflict, match="planning.unsafe_now"):
        stopped.refuse()
    publishing.release_lot(session, KITCHEN, lot, NOW)
    session.flush()
    assert told(session) == {}
    stored = planning.published_plan(session, kitchen_id(session), DAY).as_stored_day()
    (born,) = stored.plan.born
    texturetests.record_test(session, KITCHEN, born.id, SMOOTH, NOW)
    publishing.release_lot(session, KITCHEN, born.id, NOW)
    publishing.hold_lot(session, KITCHEN, born.id, NOW)
    session.flush()
    assert told(session) == {"30003": {"order.lot_held"}}


def test_a_recalled_ingredient_stops_what_is_cooked_from_it(session: Session) -> None:
    """The batch is not released, its orders do not leave, and its lot serves no later day."""
    small_day(session)
    published(session)
    stored = planning.published_plan(session, kitchen_id(session), DAY).as_stored_day()
    (born,), (draw, *_) = stored.plan.born, stored.plan.draws
    texturetests.record_test(session, KITCHEN, born.id, SMOOTH, NOW)
    row = session.scalars(select(IngredientLot).where(IngredientLot.code == draw.lot)).one()
    row.state = LotState.RECALLED
    session.flush()
    assert told(session) == {"30003": {"objection.recalled"}}
    with pytest.raises(Conflict, match="stock.made_of_recalled"):
        publishing.release_lot(session, KITCHEN, born.id, NOW)
    made = session.scalars(select(Lot).where(Lot.code == born.id)).one()
    made.state = LotState.RELEASED
    (given,) = texturetests.stock_to_give(session, meals.catalogue(session).variants, [made])
    assert given.state is LotState.RECALLED
    row.state = LotState.RELEASED
    session.flush()
    assert told(session) == {}


def test_a_recalled_lot_stays_recalled_until_it_is_thrown_away(session: Session) -> None:
    small = small_day(session)
    with pytest.raises(Conflict, match="stock.nothing_to_discard"):
        publishing.discard_lot(session, KITCHEN, "L1", NOW)
    publishing.recall_lot(session, KITCHEN, "L1", NOW)
    for act in (publishing.release_lot, publishing.hold_lot, publishing.recall_lot):
        with pytest.raises(Conflict):
            act(session, KITCHEN, "L1", NOW)
    session.flush()
    assert meals.recalled_variants(session) == {small.stored}
    publishing.discard_lot(session, KITCHEN, "L1", NOW)
    session.flush()
    assert meals.recalled_variants(session) == frozenset()


def test_a_kitchen_recalls_a_lot_by_its_own_word(app: Flask, visit: Visit) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        small_day(session)
        kitchen = make_user(session, Role.KITCHEN)
    inside = visit(kitchen)
    assert inside.post("/lots/L1/recall").status_code == 422
    assert inside.post("/lots/L1/recall", data={"attest": "1"}).status_code == 303
    assert "Teruggeroepen" in text(inside, "/lots/L1")
    assert inside.post("/lots/L1/discard", data={"attest": "1"}).status_code == 303
    assert "/lots/L1/discard" not in text(inside, "/lots/L1")


def cooked_from(session: Session) -> tuple[str, str, set[str]]:
    """Publish a day; give a lot of an ingredient, the lot made of it, and the orders it serves."""
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    stored = plan.as_stored_day()
    draw = stored.plan.draws[0]
    made = next(one.lot for one in stored.plan.batches if one.id == draw.batch)
    given = {one.order_line for one in stored.plan.allocations if one.lot == made}
    lines = {line.id: order.id for order in stored.orders for line in order.lines}
    return draw.lot, made, {lines[one] for one in given}


def test_a_recalled_ingredient_takes_back_all_that_was_made_of_it(session: Session) -> None:
    small_day(session)
    bought, made, served = cooked_from(session)
    found = ingredientlots.find(session, KITCHEN, bought)
    assert made in {one.code for one in found.made}
    assert made in ingredientlots.recall(session, KITCHEN, bought, NOW)
    assert served
    assert all(told(session)[order] == {"objection.recalled"} for order in served)
    lots = {one.id: one.state for one in supplies.in_store(session, kitchen_id(session))}
    assert lots[bought] is LotState.RECALLED
    with pytest.raises(Conflict, match="stock.recalled"):
        ingredientlots.recall(session, KITCHEN, bought, NOW)
    with pytest.raises(Conflict, match="stock.made_of_recalled"):
        publishing.release_lot(session, KITCHEN, made, NOW)
    with pytest.raises(Forbidden):
        ingredientlots.recall(session, PLANNER, bought, NOW)
    with pytest.raises(NotFound):
        ingredientlots.recall(session, KITCHEN, made, NOW)


def test_a_kitchen_recalls_an_ingredient_by_its_own_word(app: Flask, visit: Visit) -> None:
    with transaction(app.extensions["npcc"].engine) as session:
        small_day(session)
        bought, made, _ = cooked_from(session)
        kitchen = make_user(session, Role.KITCHEN)
    inside = visit(kitchen)
    assert f"/stock/ingredients/{bought}" in text(inside, "/stock/ingredients")
    page = text(inside, f"/stock/ingredients/{bought}")
    assert made in page
    assert inside.post(f"/stock/ingredients/{bought}/recall").status_code == 422
    sent = inside.post(f"/stock/ingredients/{bought}/recall", data={"attest": "1"})
    assert sent.status_code == 303
    assert "Teruggeroepen" in text(inside, f"/lots/{made}")
    assert "/recall" not in text(inside, f"/stock/ingredients/{bought}")
    assert inside.get("/stock/ingredients/nothing").status_code == 404


def test_a_lot_that_failed_its_test_after_publication_stops_its_orders(session: Session) -> None:
    small_day(session)
    lot = published(session)
    texturetests.record_test(session, KITCHEN, lot, RUNNY, NOW)
    assert told(session)["30001"] == {"objection.texture.failed"}
    (bad,) = gates.stopped(session, kitchen_id(session), DAY).goods["30001"]
    assert (bad.code, bad.why) == (lot, "objection.texture.failed")
    recall(session, lot)
    (bad,) = gates.stopped(session, kitchen_id(session), DAY).goods["30001"]
    assert bad.why == "objection.recalled", "of a lot that is both, that it is recalled"


def test_another_level_signed_since_stops_one_order_and_no_lot_of_others(session: Session) -> None:
    small_day(session)
    client = with_client(session, "30001")
    published(session)
    sign_other_level(session, client)
    assert told(session) == {"30001": {"objection.texture.food"}}


def test_a_dish_that_left_the_catalogue_stops_its_orders(session: Session) -> None:
    small = small_day(session)
    published(session)
    component = small.stored.partition("/")[0]
    for row in session.scalars(select(CatalogueRow)):
        if row.table_name == "components" and row.cells["id"] == component:
            session.delete(row)
    session.flush()
    del session.info["catalogue"]
    assert told(session)["30001"] == {"order.unknown_component"}


def test_nothing_of_a_recalled_variant_is_ordered_planned_or_given(session: Session) -> None:
    small = small_day(session)
    session.add(make_lot("R1", small.stored, 500, date(2027, 1, 1), state=LotState.RECALLED))
    session.flush()
    assert meals.recalled_variants(session) == {small.stored}
    with pytest.raises(Refused) as refused:
        orders.place(session, PLANNER, draft_of(session, small), EARLY)
    assert "objection.recalled" in {code for _, code, _ in refused.value.problems}
    gathered = planning.gather(session, SYSTEM, DAY, moves=2_000)
    inputs = gathered.inputs(PowerModel().matrix(gathered.points))
    plan = plan_day(inputs)
    assert {one.order: one.reason for one in plan.unserved}["30001"] == "objection.recalled"
    fine = plan_day(replace(inputs, recalled=frozenset()))
    found = logistics.day_violations(inputs, replace(fine, violations=()))
    assert "check.line.unsafe" in {one.code for one in found}


def test_labels_papers_and_the_kitchen_page_say_what_is_stopped(app: Flask, visit: Visit) -> None:
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        small_day(session)
        published(session)
        plan = planning.published_plan(session, kitchen_id(session), DAY)
        assert plan is not None
        number, stored = plan.id, plan.as_stored_day().plan
        cooked = stored.born[0].id
        kitchen = make_user(session, Role.KITCHEN)
        dispatcher = make_user(session, Role.DISPATCHER)
    inside, board = visit(kitchen), visit(dispatcher)
    assert inside.get(f"/day-plans/{number}/labels.pdf").status_code == 200
    with transaction(engine) as session:
        texturetests.record_test(session, KITCHEN, cooked, RUNNY, NOW)
    answer = inside.get(f"/day-plans/{number}/labels.pdf")
    assert answer.status_code == 409
    assert cooked in answer.text
    for paper in ("routes", "loading"):
        assert board.get(f"/day-plans/{number}/{paper}.pdf").status_code == 409
    shown = text(inside, f"/kitchen/{DAY}")
    assert shown.count(f", partij {cooked}</b>") == 1
    assert "Niet meer veilig voor wie het zou eten" not in shown, "the lot says it for its orders"


def test_the_loading_list_names_lots_that_wait_for_their_test(session: Session) -> None:
    small_day(session)
    published(session)
    plan = planning.published_plan(session, kitchen_id(session), DAY)
    assert plan is not None
    paper = daypapers.paper_day(session, plan)
    takes = [
        take
        for one in paper.loading_lists()
        for stop in one.stops
        for line in stop.lines
        for take in line.lots
    ]
    born = {one.id for one in paper.plan.born}
    assert {take.lot for take in takes if take.untested} == {
        take.lot for take in takes if take.lot in born
    }
    assert born


def test_a_recalled_dish_is_not_proposed_and_not_swapped_in(session: Session) -> None:
    factories.load_catalogue(session)
    user, client = factories.make_user(session), factories.make_client(session)
    factories.make_prescription(session, client, user)
    dietitian = people.actor_for(session, user, NOW)
    week = {"start": date(2027, 3, 1), "now": NOW, "days": 2}
    plan = meals.propose_plan(session, dietitian, client.id, **week)
    dish = next(one for one in plan.result["items"] if one["role"] == "protein")
    session.add(make_lot("R1", dish["variant"], 500, date(2027, 5, 1), state=LotState.RECALLED))
    session.flush()
    again = meals.propose_plan(session, dietitian, client.id, **week)
    assert dish["variant"] not in {one["variant"] for one in again.result["items"]}
    place = Place(day=dish["day"], slot=dish["slot"], role=dish["role"])
    with pytest.raises(Refused) as refused:
        weeks.swap(
            session,
            dietitian,
            again.id,
            place=place,
            variant=dish["variant"],
            portion=dish["portion"],
            now=NOW,
        )
    assert "plan.rule.recalled" in {code for _, code, _ in refused.value.problems}
