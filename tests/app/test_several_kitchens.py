"""Several kitchens in one product: each plans, cooks, stores and drives for its own addresses."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

import logistics
from app import jobs, turns
from app.access import Conflict, NotFound, Refused, Role
from app.db import transaction
from app.models.orders import Order
from app.models.people import Site
from app.models.planning import Depot, Machine, TourPin, Vehicle
from app.models.stock import IngredientLot, Lot
from app.models.system import Job, JobStatus
from app.operations import (
    admin,
    dayboard,
    depotadmin,
    depots,
    forecast,
    gates,
    horizons,
    houses,
    kitchenruns,
    kitchens,
    meals,
    orders,
    people,
    pickups,
    planning,
    publishing,
    storing,
    texturetests,
    tourpins,
    upkeep,
    vans,
    whatifs,
)
from logistics import DayChange, OrderState, PickupThing
from tests.app.days import (
    DAY,
    NOW,
    SMOOTH,
)
from tests.app.twokitchens import ADMIN, FACTS, Two, gathered, planned, site_of, two_kitchens
from tests.factories import make_organisation, make_site, make_user


@pytest.fixture
def two(session: Session) -> Two:
    return two_kitchens(session)


def apart(*sides: Iterable[str]) -> bool:
    """Whether no name stands on two sides."""
    names = [name for side in sides for name in set(side)]
    return len(names) == len(set(names))


def test_plans_of_two_kitchens_share_no_lot_order_van_or_machine(
    session: Session, two: Two
) -> None:
    plans = [planned(session, two, one).as_stored_day() for one in (two.first, two.second)]
    assert [[order.id for order in stored.orders] for stored in plans] == [
        ["30001", "30003"],
        ["30002"],
    ]
    one, other = (stored.plan for stored in plans)
    assert {each.lot for each in other.allocations} == {"L9"}
    assert apart(*([each.lot for each in plan.allocations] for plan in (one, other)))
    assert apart(*([route.vehicle for route in plan.routes.routes] for plan in (one, other)))
    assert apart(*([op.machine for b in plan.batches for op in b.ops] for plan in (one, other)))
    assert apart(*([lot.id for lot in plan.born] for plan in (one, other)))
    assert other.unserved == ()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_lies_and_lives_where_no_kitchen_sees_what_is_of_another(
    session: Session, data: st.DataObject
) -> None:
    known = session.scalars(select(Depot.id)).all()
    two = (
        Two(first=known[0], second=known[1], stored="")
        if len(known) == 2
        else two_kitchens(session)
    )
    both = (two.first, two.second)
    rows = [*session.scalars(select(Lot)), *session.scalars(select(IngredientLot))]
    rows += [site_of(session, code) for code in ("30001", "30002", "30003")]
    for row in rows:
        row.depot_id = data.draw(st.sampled_from(both))
    session.flush()
    sides = [gathered(session, two, one)[1] for one in both]
    for name in ("orders", "lots", "ingredient_lots", "sites", "machines", "vehicles"):
        assert apart(*([each.id for each in getattr(side, name)] for side in sides)), name
    assert {lot.id for side in sides for lot in side.lots} == {"L1", "L2", "L9"}
    assert {order.id for side in sides for order in side.orders} == {"30001", "30002", "30003"}
    for side, depot_id in zip(sides, both, strict=True):
        theirs = {row.code for row in rows if row.depot_id == depot_id}
        assert {lot.id for lot in side.lots} <= theirs
        assert {site.id for site in side.sites} <= theirs


def test_each_kitchen_publishes_and_withdraws_its_own_day(session: Session, two: Two) -> None:
    one, other = (planned(session, two, each) for each in (two.first, two.second))
    publishing.publish(session, two.at(two.first), one.id, NOW)
    assert planning.published_plan(session, two.second, DAY) is None
    publishing.publish(session, two.at(two.second), other.id, NOW)
    states = dict(session.execute(select(Order.code, Order.state)).all())
    assert set(states.values()) == {OrderState.PLANNED}
    publishing.withdraw(session, two.at(two.first), one.id, NOW)
    standing = planning.published_plan(session, two.second, DAY)
    assert standing is not None
    assert standing.id == other.id
    assert session.scalar(select(Order.state).where(Order.code == "30002")) is OrderState.PLANNED
    assert session.scalar(select(Order.state).where(Order.code == "30001")) is OrderState.PLACED


def test_a_change_in_one_kitchen_leaves_the_draft_of_another_true(
    session: Session, two: Two
) -> None:
    mark = planning.fingerprint(session, two.second, DAY)
    session.scalars(select(Lot).where(Lot.code == "L1")).one().amount_g -= 100
    site_of(session, "30001").floor = 3
    session.scalars(select(Vehicle).where(Vehicle.code == "van-a")).one().fixed_cents += 1
    session.flush()
    assert planning.fingerprint(session, two.second, DAY) == mark
    session.scalars(select(Lot).where(Lot.code == "L9")).one().amount_g -= 100
    session.flush()
    assert planning.fingerprint(session, two.second, DAY) != mark


def test_orders_close_where_the_kitchen_of_their_door_published(session: Session, two: Two) -> None:
    plan = planned(session, two, two.first)
    publishing.publish(session, two.at(two.first), plan.id, NOW)
    orders.require_unpublished(session, site_of(session, "30002").id, DAY)
    with pytest.raises(Conflict, match="order.day_published"):
        orders.require_unpublished(session, site_of(session, "30001").id, DAY)


def test_what_is_of_another_kitchen_is_not_found(session: Session, two: Two) -> None:
    """Every verb that takes a number or a code of a kitchen's things."""
    theirs = planned(session, two, two.second)
    mine, boss = two.at(two.first), replace(ADMIN, depot_id=two.first)
    change = DayChange(without_orders=frozenset({"30002"}))
    idea = whatifs.make(session, two.at(two.second), DAY, "zonder", change=change, now=NOW)
    fact = kitchenruns.Breakdown(machine="izegem-oven", start_min=0, end_min=60)
    kitchenruns.report_down(session, two.at(two.second), DAY, fact, NOW)
    (down,) = kitchenruns.downs(session, two.at(two.second), DAY)
    wish = pickups.Wish(thing=PickupThing.OTHER)
    door = site_of(session, "30002")
    asked = pickups.ask_at(session, two.at(two.second), door.code, wish, now=NOW)
    machine = session.scalars(select(Machine.id).where(Machine.code == "izegem-oven")).one()
    van = session.scalars(select(Vehicle.id).where(Vehicle.code == "izegem-van")).one()
    acts: dict[str, Callable[[], object]] = {
        "plan": lambda: publishing.publish(session, mine, theirs.id, NOW),
        "what-if": lambda: whatifs.look(session, mine, idea.id),
        "adopt": lambda: whatifs.ask_adoption(session, mine, idea.id, NOW),
        "lot": lambda: texturetests.find_lot(session, mine, "L9"),
        "test": lambda: texturetests.record_test(session, mine, "L9", SMOOTH, NOW),
        "hold": lambda: publishing.hold_lot(session, mine, "L9", NOW),
        "recall": lambda: publishing.recall_lot(session, mine, "L9", NOW),
        "delivered": lambda: publishing.record_delivery(session, mine, "30002", NOW),
        "mend": lambda: kitchenruns.mend(session, mine, down.id, NOW),
        "fetched": lambda: pickups.note_fetched(session, mine, asked.id, NOW),
        "take back": lambda: pickups.take_back(session, mine, asked.id, now=NOW),
        "job": lambda: upkeep.find_job(session, mine, idea.job_id or 0),
        "machine": lambda: kitchens.find_machine(session, boss, machine),
        "van": lambda: vans.find_van(session, boss, van),
        "tour": lambda: tourpins.hold(session, mine, DAY, "A", NOW),
    }
    for name, act in acts.items():
        with pytest.raises(NotFound):
            act()
        assert name
    with pytest.raises(Refused, match="pickup.site_unknown"):
        pickups.ask_at(session, mine, door.code, wish, now=NOW)
    with pytest.raises(Refused, match="kitchen.down.unknown"):
        kitchenruns.report_down(session, mine, DAY, fact, NOW)


def test_pages_list_only_what_is_of_the_kitchen_one_works_in(session: Session, two: Two) -> None:
    mine, other = two.at(two.first), two.at(two.second)
    planned(session, two, two.second)
    assert planning.day_plan(session, mine, DAY) is None
    assert {lot.code for lot in dayboard.stock(session, mine).lots} == {"L1", "L2"}
    assert {lot.code for lot in dayboard.stock(session, other).lots} == {"L9"}
    assert dayboard.ingredient_stock(session, other).lots == ()
    assert dayboard.newest_plan(session, mine) is None
    assert set(dayboard.order_states(session, other, DAY)) == {"30002"}
    assert dayboard.board(session, mine, DAY).orders == 2
    assert set(dayboard.board(session, other, DAY).vans) == {"izegem-van"}
    ahead = [horizons.days_ahead(session, who, DAY)[0] for who in (mine, other)]
    assert [(one.orders, one.planned is None) for one in ahead] == [(2, True), (1, False)]
    lines = {line.sku for line in storing.store_ahead(session, other, DAY).lines}
    assert two.stored in lines
    assert texturetests.lots_to_test(session, other) == ()


def test_a_van_of_one_letter_drives_for_each_kitchen_and_is_held_apart(
    session: Session, two: Two
) -> None:
    for each in (two.first, two.second):
        planned(session, two, each)
        tourpins.hold(session, two.at(each), DAY, "A", NOW)
    tourpins.let_loose(session, two.at(two.first), DAY, "A", NOW)
    (kept,) = session.scalars(select(TourPin))
    assert session.get_one(Vehicle, kept.vehicle_id).depot_id == two.second
    assert horizons.held_tours(session, two.first, DAY) == {}
    assert set(horizons.held_tours(session, two.second, DAY)) == {"izegem-van"}


def test_what_ifs_of_two_kitchens_may_bear_one_name(session: Session, two: Two) -> None:
    for each, order in ((two.first, "30001"), (two.second, "30002")):
        planned(session, two, each)
        change = DayChange(more=((order, 1),))
        whatifs.make(session, two.at(each), DAY, "drukker", change=change, now=NOW)
    (mine,) = whatifs.of_day(session, two.at(two.first), DAY)
    assert mine.depot_id == two.first


def test_gates_and_forecasts_are_of_one_kitchen(session: Session, two: Two) -> None:
    plan = planned(session, two, two.second)
    publishing.publish(session, two.at(two.second), plan.id, NOW)
    assert gates.stopped(session, two.first, DAY).lots == frozenset()
    publishing.recall_lot(session, two.at(two.second), "L9", NOW)
    assert gates.stopped(session, two.second, DAY).lots == {"L9"}
    known = frozenset(meals.catalogue(session).variants)
    grams = [
        forecast.outlook(session, one, DAY, known).expected_g()[0][two.stored]
        for one in (two.first, two.second)
    ]
    lines = {line.order: line.amount_g for line in _lines(session, two)}
    assert grams == [lines["30001"], lines["30002"]]


def _lines(session: Session, two: Two) -> Iterable[logistics.OrderLine]:
    for each in (two.first, two.second):
        for order in planning.orders_with_lines(session, each, DAY)[0]:
            yield from order.lines


def test_the_night_plans_each_kitchen_by_itself(engine: Engine) -> None:
    """The second kitchen published its day already: its job fails, that of the first does not."""
    with transaction(engine) as session:
        two = two_kitchens(session)
        plan = planned(session, two, two.second)
        publishing.publish(session, two.at(two.second), plan.id, NOW)
    (turn,) = (one for one in turns.TURNS if one.kind == "plan_tomorrow")
    at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert turns.fire(engine, turn, at)
    assert not turns.fire(engine, turn, at)
    for _ in range(2):
        assert jobs.work_once(engine, "one")
    assert not jobs.work_once(engine, "one")
    with transaction(engine) as session:
        ended = {job.payload["depot"]: job for job in session.scalars(select(Job))}
        assert {depot: job.payload["day"] for depot, job in ended.items()} == {
            two.first: DAY.isoformat(),
            two.second: DAY.isoformat(),
        }
        assert ended[two.first].status is JobStatus.DONE
        assert ended[two.second].result["code"] == "planning.withdraw_first"
        made = planning.day_plan(session, two.at(two.first), DAY)
        assert made is not None
        assert [one.id for one in made.as_stored_day().orders] == ["30001", "30003"]


def test_an_address_moves_only_when_no_published_day_counts_on_it(
    session: Session, two: Two
) -> None:
    plan = planned(session, two, two.first)
    publishing.publish(session, two.at(two.first), plan.id, NOW)
    site = site_of(session, "30001")
    for day in (NOW, NOW + timedelta(days=4)):
        with pytest.raises(Refused, match="admin.site.depot_published"):
            move(session, site, "izegem", day)
    assert site.depot_id == two.first
    move(session, site, "izegem", NOW + timedelta(days=30))
    assert site.depot_id == two.second
    fresh = site_of(session, "30002")
    with pytest.raises(Refused, match="admin.site.depot_published"):
        move(session, fresh, "depot", NOW)
    publishing.withdraw(session, two.at(two.first), plan.id, NOW)
    move(session, fresh, "depot", NOW)
    assert fresh.depot_id == two.first


def move(session: Session, site: Site, depot: str | None, now: datetime, **more: Any) -> None:
    """Say as an administrator which kitchen serves an address."""
    facts = houses.SiteFacts(
        name=site.name,
        street=site.street,
        postcode=site.postcode,
        place=site.place,
        lat_e5=site.lat_e5,
        lon_e5=site.lon_e5,
        windows=(houses.Hours(open_min=480, close_min=960),),
        weekdays=(0, 1),
        depot=depot,
        **more,
    )
    houses.change_site(session, ADMIN, site.id, facts, now)


def test_an_address_names_only_vans_of_its_kitchen(session: Session, two: Two) -> None:
    site = site_of(session, "30002")
    assert [code for code, _ in houses.van_choices(session, ADMIN, site)] == ["izegem-van"]
    move(session, site, None, NOW, vans=("izegem-van",))
    assert site.depot_id == two.second, "nothing said changes nothing"
    with pytest.raises(Refused, match="admin.site.van_unknown"):
        move(session, site, None, NOW, vans=("van-a",))


def test_a_new_home_goes_to_the_nearest_kitchen(session: Session, two: Two) -> None:
    assert depots.nearest(session, 5_091_000, 321_000) == two.second
    assert depots.nearest(session, 5_095_000, 313_100) == two.first


def test_without_a_word_everything_belongs_to_the_only_kitchen(session: Session) -> None:
    organisation = make_organisation(session)
    before = make_site(session, organisation)
    cook = make_user(session, Role.KITCHEN)
    first = depotadmin.add(session, ADMIN, "eerste", FACTS, NOW)
    after = make_site(session, organisation)
    session.refresh(before)
    assert (before.depot_id, after.depot_id) == (first.id, first.id)
    assert people.actor_for(session, cook, NOW).depot_id == first.id
    second = depotadmin.add(session, ADMIN, "tweede", FACTS, NOW)
    assert make_site(session, organisation).depot_id is None, "with two it must be said"
    assert people.actor_for(session, cook, NOW).kitchens == ((first.id, FACTS.name),)
    late = make_user(session, Role.KITCHEN)
    nobody = people.actor_for(session, late, NOW)
    assert (nobody.depot_id, nobody.kitchens) == (None, ())
    with pytest.raises(Conflict, match="depot.none_yours"):
        depots.depot_of(session, nobody)
    boss = people.actor_for(session, make_user(session, Role.ADMIN), NOW)
    assert [number for number, _ in boss.kitchens] == [first.id, second.id]
    assert people.actor_for(session, make_user(session), NOW).kitchens == ()


def test_people_change_kitchens_only_where_they_may(session: Session, two: Two) -> None:
    user = make_user(session, Role.DISPATCHER, depots=["izegem"])
    actor = people.actor_for(session, user, NOW)
    assert actor.depot_id == two.second
    with pytest.raises(NotFound):
        people.choose_kitchen(session, actor, two.first)
    user.depots = ["depot", "izegem"]
    people.choose_kitchen(session, people.actor_for(session, user, NOW), two.second)
    assert people.actor_for(session, user, NOW).depot_id == two.second
    user.depots = ["depot"]
    user.depot_id = None
    assert people.actor_for(session, user, NOW).depot_id == two.first


def test_with_several_kitchens_staff_are_told_where_they_work(session: Session, two: Two) -> None:
    user = make_user(session, Role.DISPATCHER, depots=["depot", "izegem"], depot_id=two.second)
    plain = admin.ChangedUser(
        name="Bart", role=user.role, organisation_id=user.organisation_id, active=True
    )
    with pytest.raises(Refused, match="admin.depot_needed"):
        admin.change_user(session, ADMIN, user.id, plain, NOW)
    with pytest.raises(Refused, match="form.choice"):
        admin.change_user(session, ADMIN, user.id, replace(plain, depots=("mars",)), NOW)
    admin.change_user(session, ADMIN, user.id, replace(plain, depots=("depot",)), NOW)
    assert people.actor_for(session, user, NOW).kitchens == ((two.first, "Keuken Proef"),)
    assert admin.kitchens_of(session, ADMIN, user) == ["depot"]
