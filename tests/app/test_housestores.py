"""A house counts its store, a proposal follows from its menus, one of its people signs it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import SYSTEM, Actor, Conflict, Forbidden, NotFound, Refused, Role
from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, sentences
from app.models.care import Prescription
from app.models.frozen import cells
from app.models.meals import GroupMenu, MealPlan, MealPlanState
from app.models.orders import Order, OrderEater, OrderLine, ProposalState, ReorderProposal
from app.models.people import Client, User
from app.models.planning import DayPlan, DayPlanState
from app.models.stores import HouseStore, StoreCount
from app.models.system import AccessLog, OutboxMessage
from app.operations import (
    forecast,
    housestores,
    meals,
    orders,
    planning,
    publishing,
    reorderrun,
    reorders,
    storecounts,
    storemail,
    wardmeals,
    wards,
)
from app.operations.reorderrun import Turnout
from app.operations.storecounts import Counted
from app.operations.wardmeals import WardAsk
from app.outbox import written
from logistics import LotState, OrderState, SiteKind
from menus import Iddsi, Zone
from screening import RefeedingLevel
from tests.app.houses import MENU, House, load_menu_catalogue, make_house, make_menu
from tests.app.test_reorders import publish_day
from tests.conftest import NOW
from tests.factories import (
    make_client,
    make_content,
    make_kitchen,
    make_lot,
    make_prescription,
    make_user,
)

MONDAY = date(2026, 11, 23)
THURSDAY, FRIDAY, SATURDAY = (MONDAY + timedelta(days=ahead) for ahead in (3, 4, 5))
"""Filled on Thursdays and Saturdays: what comes on Thursday must last through Friday."""
CLOSED = datetime(2026, 11, 25, 10, 0, tzinfo=LOCAL_ZONE)
"""Ordering for Thursday closes on Wednesday at ten."""
LEEK, CARROT = "soup-leek/0/standard", "soup-carrot/0/standard"
MASH, VEGAN = "mash/7/standard", "mash-vegan/7/standard"


@dataclass(frozen=True, kw_only=True)
class Home:
    """A centre with a store: Ann eats everything, Bea no milk, Cor has no prescription yet."""

    house: House
    store: HouseStore
    nurse: User
    ann: Client
    bea: Client

    @property
    def actor(self) -> Actor:
        """The nurse, logged in."""
        return Actor(
            role=Role.CARER,
            user_id=self.nurse.id,
            organisation_id=self.house.organisation.id,
            is_house=True,
        )

    @property
    def site(self) -> int:
        """The number of her house's address."""
        return self.house.site.id


def make_store(session: Session, now: datetime) -> Home:
    load_menu_catalogue(session)
    house = make_house(session, now, SiteKind.RESIDENTIAL)
    today = now.astimezone(LOCAL_ZONE).date()
    for ahead in range(-7, 14):
        make_menu(session, house.site, today + timedelta(days=ahead), *MENU, meal="supper")
    dietitian = make_user(session)
    ann, bea, _ = (
        make_client(session, house.site, given_name=name, family_name="Maes", ward_id=house.ward.id)
        for name in ("Ann", "Bea", "Cor")
    )
    make_prescription(session, ann, dietitian)
    make_prescription(session, bea, dietitian, allergies=frozenset({"milk"}))
    nurse = make_user(session, Role.CARER, organisation_id=house.organisation.id)
    store = HouseStore(
        site_id=house.site.id, weekdays=[3, 5], meals=["supper"], pack_portions=1, least_packs=0
    )
    session.add(store)
    session.flush()
    return Home(house=house, store=store, nurse=nurse, ann=ann, bea=bea)


@pytest.fixture
def home(session: Session) -> Home:
    return make_store(session, NOW)


def run(session: Session, at: datetime) -> Turnout:
    return reorderrun.reorder_due(session, SYSTEM, at.astimezone(LOCAL_ZONE).date(), at)


def proposed(session: Session, home: Home, day: date = THURSDAY) -> ReorderProposal:
    found = housestores.proposal_for(session, home.site, day)
    assert found is not None
    return found


def line(
    session: Session, home: Home, sku: str, day: date = THURSDAY
) -> tuple[int, int, int | None, str]:
    """Portions, planned, what lies there, why."""
    found = next(one for one in proposed(session, home, day).lines if one[0] == sku)
    return found[2], found[3], found[4], found[5]


def counted(session: Session, home: Home, at: datetime = NOW, **lots: object) -> None:
    named = {"leek": LEEK, "carrot": CARROT, "mash": MASH, "vegan": VEGAN}
    counts = {
        named[name]: None
        if lots_ is None
        else [Counted(use_by=day, portions=many) for day, many in lots_.items()]  # type: ignore[attr-defined]
        for name, lots_ in lots.items()
    }
    housestores.count(session, home.actor, home.site, counts, at)


def sign(session: Session, home: Home, at: datetime = NOW, **amounts: int) -> Order | None:
    named = {"leek": LEEK, "mash": MASH, "vegan": VEGAN}
    found = proposed(session, home)
    given = {named[name]: many for name, many in amounts.items()}
    return housestores.sign(session, home.actor, found.id, given, at, seen=found.version)


def mails(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)))


def test_a_proposal_lasts_until_the_delivery_after_the_next(session: Session, home: Home) -> None:
    assert run(session, NOW) == Turnout(proposed=1)
    # Suppers of Thursday and Friday: then the van of Saturday comes.
    assert line(session, home, MASH) == (2, 2, None, "store.stock_unknown")
    assert line(session, home, VEGAN) == (2, 2, None, "store.stock_unknown")
    assert proposed(session, home).answer_by == CLOSED
    assert run(session, NOW) == Turnout()
    assert mails(session) == ["mail.store.proposed"]


def test_who_has_no_signed_prescription_is_told_and_nothing_is_kept_for_them(
    session: Session, home: Home
) -> None:
    run(session, NOW)
    assert ["store.no_prescription", {"count": 1}] in proposed(session, home).reasons


def test_nobody_with_an_energy_cap_or_a_strange_allergy_eats_from_the_store(
    session: Session, home: Home
) -> None:
    signed = {one.client_id: one for one in session.scalars(select(Prescription))}
    capped = make_content(refeeding=RefeedingLevel.HIGH, start_energy_kcal=700)
    signed[home.ann.id].content = cells(capped)
    signed[home.bea.id].content = cells(make_content(allergies=frozenset({"kiwi-of-mars"})))
    run(session, NOW)
    reasons = proposed(session, home).reasons
    assert ["store.capped", {"count": 1}] in reasons
    assert ["store.unknown_allergy", {"count": 1}] in reasons
    assert proposed(session, home).lines == []


def test_a_count_makes_the_open_proposal_anew(session: Session, home: Home) -> None:
    run(session, NOW)
    counted(session, home, mash={FRIDAY: 4}, vegan={})
    # Until Thursday three of the four are eaten.
    assert line(session, home, MASH) == (1, 2, 1, "store.needed")
    assert line(session, home, VEGAN) == (2, 2, 0, "store.needed")
    assert proposed(session, home).version == 2
    counted(session, home, mash={FRIDAY: 5})
    assert line(session, home, MASH) == (0, 2, 2, "store.enough_at_home")
    assert session.scalars(select(StoreCount.portions).where(StoreCount.variant == MASH)).all() == [
        5
    ]


def test_what_nobody_knows_is_never_nothing(session: Session, home: Home) -> None:
    run(session, NOW)
    counted(session, home, mash=None)
    assert line(session, home, MASH) == (2, 2, None, "store.stock_unknown")
    old = NOW - timedelta(days=storecounts.COUNT_HOLDS_DAYS + 1)
    counted(session, home, at=old, vegan={SATURDAY: 40})
    run(session, NOW)
    assert line(session, home, VEGAN)[2:] == (None, "store.stock_unknown")


def test_what_was_eaten_since_the_count_lies_there_no_more(session: Session, home: Home) -> None:
    counted(session, home, at=NOW - timedelta(days=2), mash={SATURDAY: 6})
    run(session, NOW)
    # Two portions were eaten before today, three more are until Thursday.
    assert line(session, home, MASH) == (1, 2, 1, "store.needed")


def test_what_expires_before_the_menu_comes_to_it_counts_for_nothing(
    session: Session, home: Home
) -> None:
    run(session, NOW)
    counted(session, home, mash={MONDAY: 9})
    assert line(session, home, MASH) == (2, 2, 0, "store.needed")
    (found,) = (one for one in proposed(session, home).lines if one[0] == MASH)
    assert found[7] == 8


def test_packs_come_whole_and_an_order_is_never_smaller(session: Session, home: Home) -> None:
    home.store.pack_portions, home.store.least_packs = 4, 2
    run(session, NOW)
    counted(session, home, mash={FRIDAY: 4}, vegan={})
    assert line(session, home, MASH)[0] == 8
    assert line(session, home, MASH)[3] == "store.at_least"
    assert line(session, home, VEGAN)[0] == 8
    with pytest.raises(Refused, match="store.whole_packs"):
        sign(session, home, mash=6)


def test_the_emergency_floor_is_never_food_for_the_week(session: Session, home: Home) -> None:
    run(session, NOW)
    without = {one[0]: one for one in proposed(session, home).lines}
    home.store.reserve_portions = len(without) * 3
    run(session, NOW)
    with_it = {one[0]: one for one in proposed(session, home).lines}
    keeps = {sku for sku in with_it if with_it[sku][2] > without[sku][2]}
    assert keeps
    assert all(meals.catalogue(session).variants[sku].shelf_days > 14 for sku in keeps)
    more = sum(with_it[sku][2] - without[sku][2] for sku in keeps)
    assert more == home.store.reserve_portions


def test_a_meal_that_was_ordered_does_not_come_out_of_the_store(
    session: Session, home: Home
) -> None:
    ask = WardAsk(day=THURSDAY, meal="supper", eats=frozenset({home.ann.id}), portions={}, seen=0)
    wardmeals.place_ward_order(session, home.actor, home.house.ward.id, ask, NOW)
    run(session, NOW)
    assert line(session, home, MASH)[1] == 1
    assert line(session, home, VEGAN)[1] == 2


def test_a_floor_that_no_menu_can_fill_is_told(session: Session, home: Home) -> None:
    home.store.reserve_portions = 5
    for menu in session.scalars(select(GroupMenu)):
        menu.components = ["caramel-custard"]
    run(session, NOW)
    assert {one[2] for one in proposed(session, home).lines} == {2}, "one for Ann, by day"
    assert ["store.no_reserve", {"count": 5}] in proposed(session, home).reasons


def approve(session: Session, client: Client, start: date, sku: str) -> None:
    """Approve a week of one dish at supper."""
    signed = session.scalars(select(Prescription).where(Prescription.client_id == client.id)).one()
    grams = meals.catalogue(session).variants[sku].portions_g.m
    dish = {"slot": "supper", "role": "soup", "variant": sku, "portion": "M", "grams": grams}
    session.add(
        MealPlan(
            client_id=client.id,
            prescription_id=signed.id,
            start_day=start,
            days=7,
            state=MealPlanState.APPROVED,
            request={"slots": [{"id": "supper", "time": "18:00"}]},
            result={"status": "ok", "items": [{"day": day, **dish} for day in range(7)]},
            catalogue_version="x",
            created_at=NOW,
        )
    )
    session.flush()


def test_each_day_follows_the_week_that_holds_it(session: Session, home: Home) -> None:
    """Ann's next week begins on Friday: Thursday still eats of this one."""
    approve(session, home.ann, MONDAY, LEEK)
    approve(session, home.ann, FRIDAY, CARROT)
    run(session, NOW)
    planned = {one[0]: one[3] for one in proposed(session, home).lines}
    session.delete(session.scalars(select(MealPlan).where(MealPlan.start_day == FRIDAY)).one())
    run(session, NOW)
    before = {one[0]: one[3] for one in proposed(session, home).lines}
    assert before[LEEK] - planned[LEEK] == 1
    assert planned[CARROT] - before.get(CARROT, 0) == 1


def test_a_day_without_a_menu_is_told(session: Session, home: Home) -> None:
    home.store.meals = ["supper", "evening"]
    run(session, NOW)
    assert ["store.no_menu", {"day": FRIDAY.isoformat()}] in proposed(session, home).reasons


def test_a_signature_orders_for_the_day_like_any_other_order(session: Session, home: Home) -> None:
    run(session, NOW)
    order = sign(session, home, mash=7)
    assert order is not None
    assert (order.state, order.kind) == (OrderState.PLACED, SiteKind.RESIDENTIAL)
    assert (order.service_day, order.placed_by) == (THURSDAY, home.nurse.id)
    found = proposed(session, home)
    assert (found.state, found.order_id) == (ProposalState.PLACED, order.id)
    lines = {
        one.variant: one.portions
        for one in session.scalars(select(OrderLine).where(OrderLine.order_id == order.id))
    }
    assert (lines[MASH], lines[VEGAN]) == (7, 2)
    eaters = session.scalars(select(OrderEater).where(OrderEater.order_id == order.id)).all()
    assert {one.ref for one in eaters} == {"store-drink-0", "store-food-7"}
    assert {one.as_eater().food_iddsi for one in eaters} == {Iddsi.L7, None}
    make_kitchen(session)
    (planned,) = planning.gather(session, SYSTEM, THURSDAY).fields["orders"]
    assert (planned.id, planned.lasts_days) == (order.code, 1)
    assert "store.signed" in session.scalars(select(AccessLog.act)).all()


def test_a_proposal_is_signed_once_and_in_time(session: Session, home: Home) -> None:
    run(session, NOW)
    with pytest.raises(Conflict, match="order.after_cut_off"):
        sign(session, home, CLOSED)
    sign(session, home)
    with pytest.raises(Conflict, match="reorder.already_answered"):
        sign(session, home)


def test_nobody_signs_other_figures_than_those_shown(session: Session, home: Home) -> None:
    run(session, NOW)
    found = proposed(session, home)
    counted(session, home, mash={FRIDAY: 4})
    with pytest.raises(Conflict, match="store.counted_since"):
        housestores.sign(session, home.actor, found.id, {}, NOW, seen=1)


def test_nothing_is_a_fair_answer(session: Session, home: Home) -> None:
    run(session, NOW)
    found = proposed(session, home)
    nothing = {one[0]: 0 for one in found.lines}
    assert housestores.sign(session, home.actor, found.id, nothing, NOW, seen=1) is None
    assert found.state is ProposalState.DECLINED


def test_a_dish_that_suits_nobody_any_more_is_refused(session: Session, home: Home) -> None:
    run(session, NOW)
    signed = session.scalars(select(Prescription).where(Prescription.client_id == home.ann.id))
    signed.one().content = cells(make_content(food_level="4"))
    with pytest.raises(Refused, match="store.not_in_plan"):
        sign(session, home)
    with pytest.raises(Refused, match="store.not_in_plan"):
        sign(session, home, mash=0, leek=0)


def test_nothing_recalled_is_proposed_or_signed(session: Session, home: Home) -> None:
    run(session, NOW)
    make_lot(session, MASH, 5_000, SATURDAY, state=LotState.RECALLED)
    with pytest.raises(Refused, match="store.not_in_plan"):
        sign(session, home)
    run(session, NOW)
    assert MASH not in {one[0] for one in proposed(session, home).lines}
    assert line(session, home, VEGAN)[1] == 4


def test_a_recalled_lot_in_the_store_must_be_counted_again(session: Session, home: Home) -> None:
    """Counts know dates, no lots: what came of the lot may still lie there, eaten by nobody."""
    kitchen = Actor(role=Role.KITCHEN, is_npcc=True)
    counted(session, home, mash={}, vegan={}, leek={}, carrot={SATURDAY: 9})
    run(session, NOW)
    order = sign(session, home)
    assert order is not None
    rows = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    shares = [one.portions * one.portion_g for one in sorted(rows, key=lambda one: one.id)]
    for code, sku in (("L1", MASH), ("L2", VEGAN), ("L3", MASH)):
        lot = make_lot(session, sku, 0, SATURDAY + timedelta(days=30), code=code)
        lot.made_on = MONDAY
    publish_day(session, order, *shares)
    on_thursday = datetime(2026, 11, 26, 14, 0, tzinfo=LOCAL_ZONE)
    orders.move(session, order, OrderState.PLANNED)
    orders.move(session, order, OrderState.DELIVERED)
    reorders.fill(session, order)
    assert storecounts.stock_of(session, home.site)[MASH][0].portions
    publishing.recall_lot(session, kitchen, "L3", on_thursday)
    assert storecounts.stock_of(session, home.site)[MASH][0].portions, "it got none of that one"
    publishing.recall_lot(session, kitchen, "L1", on_thursday)
    assert [one.portions for one in storecounts.stock_of(session, home.site)[MASH]] == [None]
    assert [one.portions for one in storecounts.stock_of(session, home.site)[CARROT]] == [9]
    run(session, on_thursday)
    assert line(session, home, MASH, SATURDAY)[2:] == (None, "store.stock_unknown")


def frozen_coming(session: Session, home: Home) -> int:
    """Give the frozen portions that are proposed."""
    known = meals.catalogue(session).variants
    lines = proposed(session, home).lines
    return sum(one[2] for one in lines if known[one[0]].zone is Zone.FROZEN)


def test_what_is_on_no_menu_takes_its_room_in_the_freezer(session: Session, home: Home) -> None:
    """Forty portions fit, of which thirty-eight are a recalled soup that nobody plans any more."""
    home.store.freezer_litres = 20
    counted(session, home, mash={}, vegan={}, leek={SATURDAY: 38}, carrot={})
    make_lot(session, LEEK, 5_000, SATURDAY, state=LotState.RECALLED)
    run(session, NOW)
    assert LEEK not in {one[0] for one in proposed(session, home).lines}
    assert frozen_coming(session, home) == 2
    assert "store.freezer_full" in {one[5] for one in proposed(session, home).lines}
    counted(session, home, leek={})
    assert frozen_coming(session, home) > 2


def test_an_unsigned_proposal_expires_and_the_house_is_told(session: Session, home: Home) -> None:
    run(session, NOW)
    later = CLOSED + timedelta(minutes=5)
    assert run(session, later).expired == 1
    found = proposed(session, home)
    assert found.state is ProposalState.EXPIRED
    assert found.reasons[-1] == ["store.expired", {"day": THURSDAY.isoformat()}]
    assert "mail.store.expired" in mails(session)
    assert session.scalars(select(Order)).all() == []


def test_a_count_for_a_closed_delivery_is_a_conflict_and_is_not_kept(
    session: Session, home: Home
) -> None:
    run(session, NOW)
    lots = {MASH: [Counted(use_by=FRIDAY, portions=4)]}
    with pytest.raises(Conflict, match="store.counted_too_late"):
        housestores.count(session, home.actor, home.site, lots, CLOSED, delivery=THURSDAY)
    kitchen = make_kitchen(session)
    session.add(
        DayPlan(
            depot_id=kitchen.id,
            service_day=THURSDAY,
            version=1,
            state=DayPlanState.PUBLISHED,
            snapshot="",
            document={},
            content={},
            cost_cents=0,
            unserved_count=0,
            created_at=NOW,
        )
    )
    session.flush()
    with pytest.raises(Conflict, match="order.day_published"):
        housestores.count(session, home.actor, home.site, lots, NOW, delivery=THURSDAY)
    with pytest.raises(Conflict, match="order.day_published"):
        sign(session, home)
    assert session.scalars(select(StoreCount)).all() == []
    housestores.count(session, home.actor, home.site, lots, NOW)
    assert session.scalars(select(StoreCount.portions)).all() == [4]


def test_what_comes_already_is_not_ordered_twice(session: Session, home: Home) -> None:
    counted(session, home, mash={}, vegan={})
    run(session, NOW)
    sign(session, home)
    on_wednesday = NOW + timedelta(days=2)
    run(session, on_wednesday)
    saturday = {one[0]: one for one in proposed(session, home, SATURDAY).lines}
    # Saturday through Wednesday are five suppers; what comes on Thursday feeds the two before.
    assert saturday[MASH][2:5] == [5, 5, 0]


def test_what_a_count_holds_is_under_way_no_more(session: Session, home: Home) -> None:
    """Two came on Thursday, one was eaten; nobody noted the delivery before the count."""
    counted(session, home, mash={}, vegan={})
    run(session, NOW)
    sign(session, home)
    on_friday = datetime(2026, 11, 27, 7, 0, tzinfo=LOCAL_ZONE)
    run(session, on_friday)
    counted(session, home, at=on_friday, mash={SATURDAY: 1})
    # Friday's supper eats it; Saturday through Wednesday are five suppers.
    assert line(session, home, MASH, SATURDAY) == (5, 5, 0, "store.needed")


def test_a_cancelled_order_can_be_signed_again(session: Session, home: Home) -> None:
    run(session, NOW)
    first = sign(session, home)
    housestores.take_back(session, home.actor, proposed(session, home).id, NOW)
    assert first is not None
    assert first.state is OrderState.CANCELLED
    second = sign(session, home)
    assert second is not None
    assert second.id != first.id


def test_only_people_of_the_house_sign_and_nobody_else_sees(session: Session, home: Home) -> None:
    run(session, NOW)
    found = proposed(session, home)
    other = make_house(session, NOW, SiteKind.RESIDENTIAL)
    stranger = Actor(
        role=Role.CARER, user_id=1, organisation_id=other.organisation.id, is_house=True
    )
    with pytest.raises(NotFound):
        housestores.count(session, stranger, home.site, {}, NOW)
    with pytest.raises(NotFound):
        housestores.sign(session, stranger, found.id, {}, NOW, seen=1)
    client = Actor(role=Role.CLIENT, sees=frozenset({home.ann.id}))
    with pytest.raises(Forbidden):
        housestores.find_store(session, client, home.site)
    with pytest.raises(Forbidden):
        housestores.sign(session, home.house.system, found.id, {}, NOW, seen=1)
    dietitian = Actor(role=Role.DIETITIAN, user_id=1, is_npcc=True)
    assert housestores.stores_of(session, dietitian) == (home.house.site,)
    with pytest.raises(Forbidden):
        housestores.sign(session, dietitian, found.id, {}, NOW, seen=1)
    colleague = make_user(session, Role.CARER, organisation_id=home.house.organisation.id)
    own = Actor(
        role=Role.CARER,
        user_id=colleague.id,
        organisation_id=home.house.organisation.id,
        is_house=True,
    )
    assert housestores.stores_of(session, own) == (home.house.site,)
    assert housestores.stores_of(session, stranger) == ()
    assert housestores.sign(session, own, found.id, {}, NOW, seen=1) is not None


def test_a_proposal_of_a_house_is_no_proposal_of_a_client(session: Session, home: Home) -> None:
    run(session, NOW)
    with pytest.raises(NotFound):
        reorders.accept_proposal(session, home.actor, proposed(session, home).id, NOW)


def test_a_strange_dish_and_a_date_told_twice_are_refused(session: Session, home: Home) -> None:
    with pytest.raises(Refused, match="order.unknown_component"):
        housestores.count(session, home.actor, home.site, {"stone": None}, NOW)
    twice = [Counted(use_by=FRIDAY, portions=1)] * 2
    with pytest.raises(Refused, match="store.counted_twice"):
        housestores.count(session, home.actor, home.site, {MASH: twice}, NOW)


def test_an_order_for_the_store_is_no_pattern_of_later_days(session: Session, home: Home) -> None:
    run(session, NOW)
    sign(session, home)
    known = frozenset({MASH, VEGAN, LEEK, CARROT})
    ahead = forecast.outlook(session, None, THURSDAY, known)
    assert ahead.days[0].firm
    assert not any(day.planned for day in ahead.days)


def test_an_open_proposal_is_expected_on_its_day(session: Session, home: Home) -> None:
    run(session, NOW)
    ahead = forecast.outlook(session, None, MONDAY, frozenset({MASH}))
    grams = meals.catalogue(session).variants[MASH].portions_g.m
    assert ahead.loose[3] == {MASH: 2 * grams}


def test_messages_hold_no_health_data_and_every_code_has_its_sentence(
    session: Session, home: Home
) -> None:
    run(session, NOW)
    run(session, CLOSED)
    for message in session.scalars(select(OutboxMessage)):
        assert set(message.content) == {"day", "link"}
        day = date.fromisoformat(message.content["day"])
        text = written(message, "https://npcc.example")[1]
        assert f" {day.day} november" in text
        assert f"https://npcc.example/store/{home.site}" in text
    for language in LANGUAGES:
        known = sentences(language)
        assert set(housestores.STORE_CODES) <= set(known)
        for template in storemail.STORE_MAILS:
            assert {f"{template}.subject", f"{template}.text"} <= set(known)


def make_open(session: Session, now: datetime) -> Home:
    """A store with an open proposal for three days ahead, whatever the weekday."""
    made = make_store(session, now)
    today = now.astimezone(LOCAL_ZONE).date()
    made.store.weekdays = [(today + timedelta(days=ahead)).weekday() for ahead in (3, 4)]
    made.house.site.delivery_weekdays = list(range(7))
    session.flush()
    reorderrun.reorder_due(session, SYSTEM, today, now)
    return made


@pytest.fixture
def page(app: Flask, visit: Callable[..., FlaskClient]) -> SimpleNamespace:
    """Give the nurse's browser, the store's address, and its proposal."""
    now = datetime.now(UTC)
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        made = make_open(session, now)
        day = now.astimezone(LOCAL_ZONE).date() + timedelta(days=3)
        found = proposed(session, made, day)
        stranger = make_house(session, now, SiteKind.RESIDENTIAL)
        other = make_user(session, Role.CARER, organisation_id=stranger.organisation.id)
    return SimpleNamespace(
        engine=engine,
        nurse=visit(made.nurse),
        stranger=visit(other),
        address=f"/store/{made.site}",
        proposal=found.id,
        house=made.house,
        day=day,
    )


def test_the_nurse_counts_and_signs_on_one_page(page: SimpleNamespace) -> None:
    assert page.nurse.get("/store").headers["Location"] == page.address
    text = page.nurse.get(page.address).text
    assert "Teken en bestel" in text
    assert "Niemand weet wat er ligt" in text
    keeps = (page.day + timedelta(days=30)).isoformat()
    done = page.nurse.post(
        f"{page.address}/count",
        data={
            "delivery": page.day.isoformat(),
            f"c:{MASH}@": "40",
            f"d:{MASH}": keeps,
            f"c:{VEGAN}@": "0",
            f"c:{LEEK}@_unknown": "1",
        },
        follow_redirects=True,
    )
    assert done.status_code == 200
    assert f"c:{MASH}@{keeps}" in done.text
    assert "Hiervan ligt er genoeg (1)" in done.text
    signed = page.nurse.post(
        f"{page.address}/sign",
        data={"proposal": page.proposal, "seen": 2, f"n:{VEGAN}": "7"},
        follow_redirects=True,
    )
    assert "is geplaatst voor" in signed.text
    assert "Getekend" in signed.text
    again = page.nurse.post(f"{page.address}/sign", data={"proposal": page.proposal, "seen": 2})
    assert again.status_code == 409
    back = page.nurse.post(
        f"{page.address}/take-back", data={"proposal": page.proposal}, follow_redirects=True
    )
    assert "Teken en bestel" in back.text


def test_a_date_that_lacks_is_asked_for_and_nothing_is_kept(page: SimpleNamespace) -> None:
    wrong = page.nurse.post(f"{page.address}/count", data={f"c:{MASH}@": "4"})
    assert wrong.status_code == 422
    assert "Geef de datum waarop dit vervalt" in wrong.text
    assert 'value="4"' in wrong.text
    with transaction(page.engine) as session:
        assert session.scalars(select(StoreCount)).all() == []


def test_whoever_counts_a_dish_counts_all_its_dates(page: SimpleNamespace) -> None:
    first, second = ((page.day + timedelta(days=ahead)).isoformat() for ahead in (9, 19))
    page.nurse.post(f"{page.address}/count", data={f"c:{MASH}@": "4", f"d:{MASH}": first})
    half = page.nurse.post(
        f"{page.address}/count",
        data={f"c:{MASH}@{first}": "", f"c:{MASH}@": "6", f"d:{MASH}": second},
    )
    assert half.status_code == 422
    assert "Tel ook deze datum" in half.text
    page.nurse.post(
        f"{page.address}/count",
        data={f"c:{MASH}@{first}": "3", f"c:{MASH}@": "6", f"d:{MASH}": second},
    )
    with transaction(page.engine) as session:
        rows = session.scalars(select(StoreCount).order_by(StoreCount.use_by)).all()
        assert [(str(row.use_by), row.portions) for row in rows] == [(first, 3), (second, 6)]


def test_another_house_finds_no_store(page: SimpleNamespace) -> None:
    assert page.stranger.get(page.address).status_code == 404
    assert page.stranger.post(f"{page.address}/count", data={}).status_code == 404
    wrong = {"proposal": page.proposal, "seen": 1}
    assert page.stranger.post(f"{page.address}/sign", data=wrong).status_code == 404
    assert "geen eigen voorraad" in page.stranger.get("/store").text


def test_nothing_to_sign_is_signed_too_and_a_refusal_names_the_dish(page: SimpleNamespace) -> None:
    with transaction(page.engine) as session:
        lines = session.get_one(ReorderProposal, page.proposal).lines
        session.scalars(select(HouseStore)).one().pack_portions = 5
    odd = {f"n:{given[0]}": "0" for given in lines} | {f"n:{MASH}": "3"}
    wrong = page.nurse.post(
        f"{page.address}/sign", data={"proposal": page.proposal, "seen": 1} | odd
    )
    assert wrong.status_code == 422
    assert "Kies een veelvoud" in wrong.text
    none = page.nurse.post(
        f"{page.address}/sign",
        data={"proposal": page.proposal, "seen": 1} | odd | {f"n:{MASH}": ""},
        follow_redirects=True,
    )
    assert "er hoeft niets te komen" in none.text
    assert "Niets nodig" in none.text


def test_a_system_counts_and_reads_but_never_signs(page: SimpleNamespace, app: Flask) -> None:
    system, code = app.test_client(), page.house.site.code
    told = system.get("/api/v1/stores", headers=page.house.bearer).json
    assert [one["site"] for one in told["items"]] == [code]
    body = {
        "delivery": page.day.isoformat(),
        "variants": [
            {"variant": MASH, "lots": [{"use_by": "2099-12-01", "portions": 40}]},
            {"variant": VEGAN, "lots": []},
            {"variant": LEEK, "lots": None},
        ],
    }
    address = f"/api/v1/stores/{code}/count"
    answer = system.put(address, json=body, headers=page.house.bearer)
    assert answer.status_code == 200
    variants = {one["variant"]: one for one in answer.json["variants"]}
    assert variants[MASH]["lots"] == [{"use_by": "2099-12-01", "portions": 40}]
    assert (variants[VEGAN]["left"], variants[LEEK]["lots"]) == (0, None)
    first = answer.json["deliveries"][0]
    assert (first["state"], first["version"]) == ("open", 2)
    lines = {one["variant"]: one for one in first["lines"]}
    assert lines[MASH]["code"] == "store.enough_at_home"
    assert lines[LEEK]["in_store"] is None
    twice = {"variants": [{"variant": MASH, "lots": []}] * 2}
    assert system.put(address, json=twice, headers=page.house.bearer).status_code == 422
    late = body | {"delivery": "2020-01-01"}
    refused = system.put(address, json=late, headers=page.house.bearer)
    assert (refused.status_code, refused.json["code"]) == (409, "store.counted_too_late")
    other = f"/api/v1/stores/{code}x"
    assert system.get(other, headers=page.house.bearer).status_code == 404
    assert system.get(address.removesuffix("/count")).status_code == 401


def test_a_count_goes_out_and_comes_in_as_csv(page: SimpleNamespace, app: Flask) -> None:
    system = app.test_client()
    address = f"/api/v1/stores/{page.house.site.code}/count.csv"
    lines = [
        "variant,use_by,portions",
        f"{MASH},2099-11-01,4",
        f"{MASH},2099-12-01,6",
        f"{VEGAN},,0",
        f"{LEEK},,",
    ]
    text = "\n".join(lines) + "\n"
    sent = system.put(address, data=text, content_type="text/csv", headers=page.house.bearer)
    assert sent.status_code == 200
    back = system.get(address, headers=page.house.bearer).text
    assert sorted(back.splitlines()) == sorted(lines)
    for wrong in ("variant,portions\n", f"variant,use_by,portions\n{MASH},soon,4\n"):
        sent = system.put(address, data=wrong, content_type="text/csv", headers=page.house.bearer)
        assert sent.status_code == 422
    assert system.get(address, headers=page.house.bearer).text == back


def test_an_administrator_gives_a_house_its_store(
    page: SimpleNamespace, visit: Callable[..., FlaskClient]
) -> None:
    with transaction(page.engine) as session:
        admin = make_user(session, Role.ADMIN)
        bare = make_house(session, NOW, SiteKind.HOSPITAL)
        bare.site.delivery_weekdays = [0, 1, 2]
        home = make_client(session).site_id
    browser = visit(admin)
    known = browser.get(f"/admin/sites/{page.house.site.id}/store").text
    assert "Eigen voorraad van het huis" in known
    address = f"/admin/sites/{bare.site.id}/store"
    form = {"weekdays": ["0", "2"], "meals": ["evening"], "pack_portions": "6", "active": "1"}
    assert browser.post(address, data=form | {"weekdays": ["5"]}).status_code == 422
    assert browser.post(address, data={"meals": ["evening"]}).status_code == 422
    assert browser.post(address, data=form).status_code == 303
    assert browser.post(f"/admin/sites/{home}/store", data=form).status_code == 422
    assert page.nurse.get(address).status_code == 403
    with transaction(page.engine) as session:
        found = session.scalars(select(HouseStore).where(HouseStore.site_id == bare.site.id)).one()
        assert (found.weekdays, found.meals, found.pack_portions) == ([0, 2], ["evening"], 6)
        assert found.active


def test_a_meal_out_of_the_store_asks_for_no_order(session: Session, home: Home) -> None:
    (line_,) = wards.list_wards(session, home.actor, NOW).wards
    assert [(one.meal, one.from_store) for one in line_.meals] == [("supper", True)]
