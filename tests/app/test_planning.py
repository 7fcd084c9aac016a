"""A day is planned on what is true, published once, and taken back to the gram."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import logistics
from app.access import SYSTEM, Actor, Conflict, Forbidden, NotFound, Role
from app.db import make_engine, transaction
from app.i18n import LANGUAGES, translator
from app.models.orders import Order
from app.models.people import Site
from app.models.planning import DayPlan, DayPlanState, Depot, Machine
from app.models.stock import IngredientLot, Lot, LotMove
from app.models.system import AccessLog
from app.operations import meals, planjobs, planning, planwatch, publishing, texturetests, upkeep
from logistics import DayProgress, LotState, OrderState, PowerModel, Stage
from logistics.routecheck import ROUTE_VIOLATIONS
from optimizer import PRODUCTION_VIOLATIONS, Violation
from tests.app.days import (
    DAY,
    DISPATCHER,
    KITCHEN,
    NOW,
    SMOOTH,
    SmallDay,
    filled,
    kitchen_id,
    make_order,
    planned,
    small_day,
)

ONE = timedelta(days=1)


@pytest.fixture(scope="module")
def store(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, SmallDay]]:
    """Give a database with the small day, for every test of this file."""
    path = tmp_path_factory.mktemp("day") / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        small = small_day(session)
    yield engine, small
    engine.dispose()


@pytest.fixture
def session(store: tuple[Engine, SmallDay]) -> Iterator[Session]:
    """Give a session on the small day; its work is rolled back at the end."""
    engine, small = store
    with Session(engine, expire_on_commit=False, info={"small": small}) as opened:
        yield opened
        opened.rollback()


def amounts(session: Session) -> dict[str, int]:
    """Grams in every lot of food and ingredients."""
    session.expire_all()
    found = dict(session.execute(select(Lot.code, Lot.amount_g)).all())
    bought = select(IngredientLot.code, IngredientLot.amount_g)
    return found | dict(session.execute(bought).all())


def states(session: Session) -> dict[str, OrderState]:
    session.expire_all()
    return dict(session.execute(select(Order.code, Order.state)).all())


def test_next_service_day_leaps_over_sunday() -> None:
    saturday = NOW + timedelta(days=5)
    assert planning.next_service_day(NOW) == DAY
    assert planning.next_service_day(saturday).isoweekday() == 1
    assert planning.day_before(DAY - timedelta(days=1)).isoweekday() == 6


def test_without_a_depot_there_is_nothing_to_plan(engine: Engine) -> None:
    with transaction(engine) as session, pytest.raises(NotFound):
        planning.gather(session, SYSTEM, DAY)


def test_the_kitchen_may_not_plan(session: Session) -> None:
    with pytest.raises(Forbidden):
        planning.gather(session, KITCHEN, DAY)


def test_a_place_gets_only_what_keeps_as_long_as_it_asks(session: Session) -> None:
    for site in session.scalars(select(Site)):
        site.min_life_days = 80  # the lot in store keeps 70 days, the other one 97
    session.flush()
    orders, _ = planning.orders_with_lines(session, kitchen_id(session), DAY)
    assert {order.min_life_days for order in orders} == {80}
    given = planned(session).as_stored_day().plan.allocations
    assert "L2" in {one.lot for one in given}
    assert "L1" not in {one.lot for one in given}


def test_publishing_takes_exactly_what_is_allocated(session: Session) -> None:
    before = amounts(session)
    plan = planned(session)
    stored = plan.as_stored_day().plan
    assert amounts(session) == before
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    after = amounts(session)
    for code, grams in before.items():
        taken = sum(one.amount_g for one in stored.allocations if one.lot == code)
        drawn = sum(one.amount_g for one in stored.draws if one.lot == code)
        assert after[code] == grams - taken - drawn
    assert stored.born
    for lot in stored.born:
        given = sum(one.amount_g for one in stored.allocations if one.lot == lot.id)
        assert after[lot.id] == lot.amount_g - given
    held = session.scalars(select(Lot).where(Lot.code.in_([one.id for one in stored.born])))
    assert {lot.state for lot in held} == {LotState.HOLD}
    assert set(states(session).values()) == {OrderState.PLANNED}
    assert session.scalar(select(AccessLog.act)) == "day.published"


def test_a_withdrawn_plan_restores_every_gram(session: Session) -> None:
    before = amounts(session)
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    publishing.withdraw(session, DISPATCHER, plan.id, NOW)
    assert amounts(session) == before
    assert set(states(session).values()) == {OrderState.PLACED}
    assert session.get_one(DayPlan, plan.id).state is DayPlanState.SUPERSEDED
    moves: dict[int, int] = {}
    for move in session.scalars(select(LotMove)):
        moves[move.lot_id] = moves.get(move.lot_id, 0) + move.amount_g
    assert set(moves.values()) == {0}
    assert planned(session).version == plan.version + 1


def test_a_day_of_which_a_lot_was_tested_is_not_withdrawn(session: Session) -> None:
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    born = plan.as_stored_day().plan.born[0].id
    texturetests.record_test(session, KITCHEN, born, SMOOTH, NOW)
    before = amounts(session)
    with pytest.raises(Conflict, match="planning.already_under_way"), session.begin_nested():
        publishing.withdraw(session, DISPATCHER, plan.id, NOW)
    assert amounts(session) == before
    assert session.get_one(DayPlan, plan.id).state is DayPlanState.PUBLISHED


def test_an_order_added_meanwhile_keeps_the_draft_out(session: Session) -> None:
    day: SmallDay = session.info["small"]
    gathered = planning.gather(session, SYSTEM, DAY, moves=500)
    inputs = gathered.inputs(PowerModel().matrix(gathered.points))
    plan = logistics.plan_day(inputs)
    variant = meals.catalogue(session).variants[day.stored]
    make_order(session, "30004", variant, portions=1)
    kept = planning.save_draft(session, SYSTEM, gathered, plan, inputs=inputs, job_id=None, now=NOW)
    assert kept is None


@pytest.mark.parametrize("change", ["order", "lot", "ingredient"])
def test_a_draft_is_not_published_on_what_is_no_longer_true(session: Session, change: str) -> None:
    day: SmallDay = session.info["small"]
    plan = planned(session)
    if change == "order":
        variant = meals.catalogue(session).variants[day.stored]
        make_order(session, "30004", variant, portions=1)
    elif change == "lot":
        publishing.hold_lot(session, KITCHEN, "L2", NOW)
    else:
        lot = session.scalars(select(IngredientLot)).first()
        assert lot is not None
        lot.amount_g -= 1
    session.flush()
    with pytest.raises(Conflict) as raised:
        publishing.publish(session, DISPATCHER, plan.id, NOW)
    assert raised.value.code == "planning.changed_since"


def test_a_published_day_is_not_planned_over(session: Session) -> None:
    gathered = planning.gather(session, SYSTEM, DAY, moves=500)
    inputs = gathered.inputs(PowerModel().matrix(gathered.points))
    late = logistics.plan_day(inputs)
    publishing.publish(session, DISPATCHER, planned(session).id, NOW)
    with pytest.raises(Conflict) as raised:
        planning.save_draft(session, SYSTEM, gathered, late, inputs=inputs, job_id=None, now=NOW)
    assert raised.value.code == "planning.withdraw_first"
    with pytest.raises(Conflict):
        planjobs.ask_plan(session, DISPATCHER, DAY, NOW)


def test_a_newer_draft_takes_the_place_of_the_older(session: Session) -> None:
    first, second = planned(session), planned(session)
    session.refresh(first)
    assert (first.state, second.state) == (DayPlanState.SUPERSEDED, DayPlanState.DRAFT)
    with pytest.raises(Conflict) as raised:
        publishing.publish(session, DISPATCHER, first.id, NOW)
    assert raised.value.code == "planning.not_a_draft"


def test_a_day_planned_again_knows_the_vans_of_its_draft_and_what_a_change_weighs(
    session: Session,
) -> None:
    fresh = planning.gather(session, SYSTEM, DAY).fields
    assert (fresh["stands"], fresh["change_cents"]) == ({}, 1)
    draft = planned(session)
    sites = {order.site for order in draft.as_stored_day().orders}
    weights = []
    for ahead in (1, 3, 9):
        today = DAY - timedelta(days=ahead)
        again = planning.gather(session, SYSTEM, DAY, today=today).fields
        assert again["stands"] == dict.fromkeys(sites, "van-a")
        weights.append(again["change_cents"])
    assert weights == [1, 100, 1]


def test_two_dispatchers_publish_at_once_and_one_wins(any_url: str) -> None:
    engine = make_engine(any_url)
    plan_id = filled(engine)
    with transaction(engine) as session:
        before = amounts(session)
        stored = session.get_one(DayPlan, plan_id).as_stored_day().plan
    barrier, told = Barrier(2), []

    def publish() -> None:
        barrier.wait()
        try:
            with transaction(engine) as mine:
                publishing.publish(mine, DISPATCHER, plan_id, NOW)
        except Conflict as problem:
            told.append(problem.code)
        else:
            told.append("published")

    threads = [Thread(target=publish) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) in (
        ["planning.changed_since", "published"],
        ["planning.not_a_draft", "published"],
        ["planning.withdraw_first", "published"],
    )
    with transaction(engine) as session:
        after = amounts(session)
    taken = sum(one.amount_g for one in stored.allocations if one.lot in before)
    stock = [code for code in before if code.startswith("L")]
    assert sum(before[code] - after[code] for code in stock) == taken
    engine.dispose()


def test_an_order_that_cannot_go_carries_its_reason(session: Session) -> None:
    for lot in session.scalars(select(IngredientLot)):
        lot.amount_g = 0
    plan = planned(session)
    assert plan.unserved_count == 1
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    row = session.scalars(select(Order).where(Order.code == "30003")).one()
    assert row.state is OrderState.UNSERVED
    assert row.reasons[0][0] == "day.kitchen.ingredient_short"
    assert row.reasons[0][1]["binding"] in meals.catalogue(session).ingredients
    assert states(session)["30001"] is OrderState.PLANNED


def test_a_day_under_way_is_not_taken_back(session: Session) -> None:
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    born = plan.as_stored_day().plan.born[0].id
    texturetests.record_test(session, KITCHEN, born, SMOOTH, NOW)
    publishing.release_lot(session, KITCHEN, born, NOW)
    with pytest.raises(Conflict) as raised:
        publishing.withdraw(session, DISPATCHER, plan.id, NOW)
    assert raised.value.code == "planning.already_under_way"


def test_only_a_published_plan_is_taken_back(session: Session) -> None:
    with pytest.raises(Conflict) as raised:
        publishing.withdraw(session, DISPATCHER, planned(session).id, NOW)
    assert raised.value.code == "planning.not_published"


def test_a_lot_is_held_and_released_by_a_person(session: Session) -> None:
    assert publishing.hold_lot(session, KITCHEN, "L1", NOW).state is LotState.HOLD
    with pytest.raises(Conflict):
        publishing.hold_lot(session, KITCHEN, "L1", NOW)
    assert publishing.release_lot(session, KITCHEN, "L1", NOW).state is LotState.RELEASED
    with pytest.raises(Conflict):
        publishing.release_lot(session, KITCHEN, "L1", NOW)
    with pytest.raises(NotFound):
        publishing.release_lot(session, KITCHEN, "no-such-lot", NOW)
    with pytest.raises(Forbidden):
        publishing.hold_lot(session, Actor(role=Role.DIETITIAN, is_npcc=True), "L1", NOW)


def test_a_held_lot_is_not_planned(session: Session) -> None:
    publishing.hold_lot(session, KITCHEN, "L1", NOW)
    stored = planned(session).as_stored_day().plan
    assert "L1" not in {one.lot for one in stored.allocations}


def test_what_a_later_day_cooks_is_not_in_store_yet(session: Session) -> None:
    """Somebody released it too soon: the day before neither gives it out nor needs its room."""
    session.scalars(select(Depot)).one().frozen_litres = 100
    plan = planned(session)
    publishing.publish(session, DISPATCHER, plan.id, NOW)
    (born,) = plan.as_stored_day().plan.born
    texturetests.record_test(session, KITCHEN, born.id, SMOOTH, NOW)
    publishing.release_lot(session, KITCHEN, born.id, NOW)
    session.flush()
    here = session.scalars(select(Lot).where(Lot.code == born.id)).one()
    here.amount_g = 1_000
    session.flush()
    eve, same = (planning.gather(session, DISPATCHER, day).fields for day in (DAY - ONE, DAY))
    assert born.id not in {lot.id for lot in eve["lots"]}
    assert born.id in {lot.id for lot in same["lots"]}
    (less,), (more,) = same["room_g"].values(), eve["room_g"].values()
    assert more - less == 1_000


def test_an_order_is_delivered_on_its_day_and_once(session: Session) -> None:
    publishing.publish(session, DISPATCHER, planned(session).id, NOW)
    with pytest.raises(Conflict) as raised:
        publishing.record_delivery(session, DISPATCHER, "30001", NOW)
    assert raised.value.code == "day.not_yet"
    later = NOW + timedelta(days=1)
    publishing.record_delivery(session, DISPATCHER, "30001", later)
    assert states(session)["30001"] is OrderState.DELIVERED
    with pytest.raises(Conflict):
        publishing.record_delivery(session, DISPATCHER, "30001", later)
    with pytest.raises(NotFound):
        publishing.record_delivery(session, DISPATCHER, "99999", later)


def test_progress_never_runs_back() -> None:
    told: list[dict[str, object]] = []

    def tell(**facts: object) -> bool:
        told.append(facts)
        return True

    see = planwatch.watcher(tell, moves=100)
    for stage in Stage:
        for moves in (0, 50, 200):
            assert see(DayProgress(stage=stage, moves=moves, incumbent=moves or None))
    percents = [one["percent"] for one in told]
    assert percents == sorted(percents)  # type: ignore[type-var]  # every one a whole number
    assert (percents[0], percents[-1]) == (0, 100)
    assert [one["stage"] for one in told[::3]] == [stage.value for stage in Stage]


def test_a_day_is_asked_for_once(session: Session) -> None:
    first = planjobs.ask_plan(session, DISPATCHER, DAY, NOW)
    assert planjobs.ask_plan(session, DISPATCHER, DAY, NOW).id == first.id
    assert planjobs.running_job(session, kitchen_id(session), DAY + timedelta(days=1)) is None
    upkeep.ask_stop(session, DISPATCHER, first.id)
    assert first.stop_asked


def test_a_broken_promise_is_never_kept(session: Session) -> None:
    gathered = planning.gather(session, SYSTEM, DAY, moves=500)
    inputs = gathered.inputs(PowerModel().matrix(gathered.points))
    plan = logistics.plan_day(inputs)
    twice = [*plan.allocations, *plan.allocations]
    broken = logistics.DayPlan(
        **{name: getattr(plan, name) for name in plan.__slots__ if name != "allocations"},
        allocations=tuple(twice),
    )
    found = logistics.day_violations(inputs, broken)
    assert found
    broken = logistics.DayPlan(
        **{name: getattr(broken, name) for name in plan.__slots__ if name != "violations"},
        violations=found,
    )
    with pytest.raises(Conflict) as raised:
        planning.save_draft(session, SYSTEM, gathered, broken, inputs=inputs, job_id=None, now=NOW)
    assert raised.value.code == "planning.check_failed"


def test_without_machines_the_kitchen_says_what_is_missing(session: Session) -> None:
    for row in session.scalars(select(Machine)):
        session.delete(row)
    session.flush()
    reasons = {one.reason for one in planned(session).as_stored_day().plan.unserved}
    assert reasons == {"day.kitchen.no_machine"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_promise_is_told_in_words_not_as_a_code(language: str) -> None:
    speak = translator(language)
    for code in (*logistics.DAY_VIOLATIONS, *PRODUCTION_VIOLATIONS, *ROUTE_VIOLATIONS):
        failed = planning.check_failed(
            Violation(code=code, subject="s-9", detail=(("cold_s", 7200),))
        )
        told = speak.say(failed.code, **failed.args_for_text)
        assert speak.say(code, subject="s-9").rstrip(".") in told
        assert code not in told
