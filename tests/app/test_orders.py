"""The one way in for orders: taken, held, refused, changed and cancelled; two at once."""

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.orm import Session

from app.access import SYSTEM, Actor, Conflict, NotFound, Refused, Role
from app.db import make_engine, transaction
from app.i18n import LANGUAGES, translator
from app.models.orders import (
    IdempotencyKey,
    Order,
    OrderEater,
    OrderLine,
    OrderSource,
    StandingOrder,
)
from app.models.people import Client, OrganisationKind
from app.models.system import AccessLog
from app.operations import grouporders, meals, orders, orderviews
from app.operations.eaters import current_profile
from app.operations.grouporders import Asked, AskedEater, AskedLine
from app.operations.orderviews import Wanted
from app.operations.serving import reason_text
from logistics import OrderState, SiteKind
from menus import Eater, Iddsi, Portion, Seasoning, objections
from tests.app.houses import (
    MENU,
    House,
    load_menu_catalogue,
    make_house,
    make_menu,
    make_ward,
)
from tests.conftest import NOW
from tests.factories import (
    make_client,
    make_organisation,
    make_prescription,
    make_site,
    make_user,
)

DAY = date(2026, 11, 25)
NORMAL = Eater(
    food_iddsi=Iddsi.L7, drink_iddsi=Iddsi.L0, seasonings=frozenset({Seasoning.STANDARD})
)
CARROTS = "carrots/7/standard"


@pytest.fixture
def house(session: Session) -> House:
    load_menu_catalogue(session)
    made = make_house(session, NOW)
    make_menu(session, made.site, DAY, *MENU)
    return made


def eater(
    ref: str = "P1", *, lines: tuple[str, ...] | None = None, **profile: object
) -> AskedEater:
    asked = None if lines is None else tuple(AskedLine(variant=one, portions=1) for one in lines)
    return AskedEater(ref=ref, profile=replace(NORMAL, **profile), portion=Portion.M, lines=asked)


def ask(*eaters: AskedEater, **values: object) -> Asked:
    defaults = {"ward": "3B", "service_day": DAY, "meal": "lunch", "eaters": eaters or (eater(),)}
    return Asked(**(defaults | values))


def placed(session: Session, house: House, *eaters: AskedEater, key: str = "k1") -> Order:
    order, _ = grouporders.place_asked(session, house.system, ask(*eaters), key, NOW)
    return order


def contents(session: Session, order: Order) -> dict[str, list[str]]:
    (eaters,) = orderviews.eaters_of(session, [order.id]).values()
    return {one.ref: [line.variant for line in one.lines] for one in eaters}


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_who_asks_no_dishes_is_served_the_menu(session: Session, house: House) -> None:
    order = placed(session, house, eater(), eater("P2", allergies=frozenset({"milk"})))
    assert order.state is OrderState.PLACED
    assert contents(session, order) == {
        "P1": [
            "soup-leek/0/standard",
            "cod-lemon/7/standard",
            "mash/7/standard",
            CARROTS,
            "caramel-custard/7/standard",
        ],
        "P2": [
            "soup-leek/0/standard",
            "cod-lemon/7/standard",
            "mash-vegan/7/standard",
            CARROTS,
            "apple-compote/7/standard",
        ],
    }


def test_a_line_says_why_the_first_choice_was_passed_over(session: Session, house: House) -> None:
    order = placed(session, house, eater(allergies=frozenset({"milk"})))
    (seen,) = orderviews.view(session, order).eaters
    reasons = {line.variant: [one.code for one in line.reasons] for line in seen.lines}
    assert reasons["mash-vegan/7/standard"] == ["objection.allergy.contains"]
    assert reasons[CARROTS] == []


def test_the_price_is_the_sum_of_its_lines(session: Session, house: House) -> None:
    order = placed(session, house, eater(), eater("P2", food_iddsi=Iddsi.L4))
    lines = session.scalars(select(OrderLine.price_cents).where(OrderLine.order_id == order.id))
    assert order.total_cents == sum(lines) > 0


def test_a_role_for_which_nothing_suits_is_a_reason_on_the_order(
    session: Session, house: House
) -> None:
    order = placed(session, house, eater(exclude_ingredients=frozenset({"carrot"})))
    assert order.state is OrderState.PLACED
    assert ["order.nothing_suits", {"eater": "P1", "role": "vegetable"}] in order.reasons
    assert CARROTS not in contents(session, order)["P1"]


def test_an_unknown_allergy_holds_the_order_and_drops_nothing(
    session: Session, house: House
) -> None:
    order = placed(session, house, eater(allergies=frozenset({"kiwi", "milk"})))
    assert order.state is OrderState.HELD
    assert order.reasons == [["order.unknown_allergy", {"eater": "P1", "allergy": "kiwi"}]]
    assert "mash-vegan/7/standard" in contents(session, order)["P1"]


def test_a_menu_component_that_left_the_catalogue_is_told(session: Session, house: House) -> None:
    make_menu(session, house.site, DAY, "carrots", "gone-dish", meal="supper")
    order, _ = grouporders.place_asked(session, house.system, ask(meal="supper"), "k", NOW)
    assert order.reasons == [["order.unknown_component", {"sku": "gone-dish"}]]


def problems(session: Session, house: House, asked: Asked) -> set[tuple[str, str]]:
    with pytest.raises(Refused) as raised:
        grouporders.place_asked(session, house.system, asked, "k", NOW)
    assert count(session, Order) == 0
    return {(field, code) for field, code, _ in raised.value.problems}


def test_every_problem_is_named_at_its_place(session: Session, house: House) -> None:
    asked = ask(
        eater(lines=(CARROTS, "moon/7/standard")),
        eater("P2", lines=("cod-lemon/7/standard",), allergies=frozenset({"fish"})),
    )
    assert problems(session, house, asked) == {
        ("eaters.0.lines.1", "order.unknown_component"),
        ("eaters.1.lines.0", "objection.allergy.contains"),
    }


def test_what_does_not_exist_is_refused_before_the_rules(session: Session, house: House) -> None:
    asked = ask(eater(exclude_ingredients=frozenset({"carot"})), eater(), ward="9Z", meal="supper")
    assert problems(session, house, asked) == {
        ("ward", "order.unknown_ward"),
        ("meal", "order.no_menu"),
        ("eaters.0.exclude_ingredients", "order.unknown_ingredient"),
        ("eaters.1.ref", "order.eater_twice"),
    }


def test_after_the_cut_off_the_refusal_says_when_it_was(session: Session, house: House) -> None:
    late = NOW + timedelta(days=2)
    with pytest.raises(Refused) as raised:
        grouporders.place_asked(session, house.system, ask(), "k", late)
    ((_, code, args),) = raised.value.problems
    assert code == "order.after_cut_off"
    assert args["cut_off"].isoformat() == "2026-11-24T14:00:00+00:00"


def test_nobody_gets_an_empty_order(session: Session, house: House) -> None:
    nothing = eater(drink_iddsi=None, food_iddsi=None)
    assert problems(session, house, ask(nothing)) >= {
        ("", "order.empty"),
        ("", "order.nothing_suits"),
    }


def test_the_only_site_need_not_be_named_and_no_other_counts(
    session: Session, house: House
) -> None:
    other = make_house(session, NOW)
    assert placed(session, house).site_id == house.site.id
    with pytest.raises(Refused, match="order.unknown_site"):
        grouporders.draft_of(session, house.system, ask(site=other.site.code))
    make_site(session, house.organisation, kind=SiteKind.HOSPITAL)
    with pytest.raises(Refused, match="order.site_needed"):
        grouporders.draft_of(session, house.system, ask())
    assert grouporders.draft_of(session, house.system, ask(site=house.site.code))


def test_a_reference_is_used_once(session: Session, house: House) -> None:
    first, _ = grouporders.place_asked(session, house.system, ask(reference="A-1"), "k1", NOW)
    with pytest.raises(Conflict) as raised:
        grouporders.place_asked(session, house.system, ask(reference="A-1"), "k2", NOW)
    assert raised.value.args_for_text == {"reference": "A-1", "order": first.code}


def test_the_same_key_is_the_same_order_even_after_the_cut_off(
    session: Session, house: House
) -> None:
    first, new = grouporders.place_asked(session, house.system, ask(), "k1", NOW)
    again, second = grouporders.place_asked(
        session, house.system, ask(), "k1", NOW + timedelta(days=9)
    )
    assert (first, new, second) == (again, True, False)
    with pytest.raises(Conflict, match="order.key_used_for_other_content"):
        grouporders.place_asked(session, house.system, ask(eater("P9")), "k1", NOW)


def test_two_houses_may_use_the_same_key(session: Session, house: House) -> None:
    other = make_house(session, NOW)
    make_menu(session, other.site, DAY, *MENU)
    assert placed(session, house) is not placed(session, other)


def test_a_trial_keeps_nothing_and_tells_all(session: Session, house: House) -> None:
    trial = orderviews.try_asked(session, house.system, ask(), NOW)
    assert (trial.id, trial.code, trial.version, trial.state) == (None, None, None, "placed")
    assert trial.total_cents == sum(line.price_cents for one in trial.eaters for line in one.lines)
    refused = orderviews.try_asked(
        session, house.system, ask(eater(lines=("moon/7/standard",))), NOW
    )
    assert refused.state == "refused"
    assert [(one.field, one.code) for one in refused.reasons] == [
        ("eaters.0.lines.0", "order.unknown_component")
    ]
    assert count(session, Order) == count(session, OrderEater) == 0


def test_a_change_replaces_the_content_and_counts_a_version(session: Session, house: House) -> None:
    order = placed(session, house)
    changed = grouporders.change_asked(
        session, house.system, order.id, ask(eater("P7", lines=(CARROTS,))), NOW, version=1
    )
    assert (changed.id, changed.code, changed.version) == (order.id, order.code, 2)
    assert contents(session, changed) == {"P7": [CARROTS]}
    assert changed.total_cents == orderviews.view(session, changed).eaters[0].lines[0].price_cents


@pytest.mark.parametrize(
    ("asked", "version", "now", "error"),
    [
        (ask(eater(lines=("moon/7/standard",))), 1, NOW, Refused),
        (ask(eater(), meal="supper"), 1, NOW, Refused),
        (ask(), 2, NOW, Conflict),
        (ask(), 1, NOW + timedelta(days=2), Conflict),
    ],
)
def test_a_refused_change_leaves_the_order_as_it_was(
    session: Session, house: House, asked: Asked, version: int, now: object, error: type
) -> None:
    make_menu(session, house.site, DAY, "carrots", meal="supper")
    order = placed(session, house)
    before = orderviews.view(session, order)
    with pytest.raises(error):
        grouporders.change_asked(
            session,
            house.system,
            order.id,
            asked,
            now,
            version=version,  # type: ignore[arg-type]
        )
    session.expire_all()
    assert orderviews.view(session, order) == before


def test_an_order_on_its_way_can_no_longer_change(session: Session, house: House) -> None:
    order = placed(session, house)
    order.state = OrderState.DISPATCHED
    with pytest.raises(Conflict, match="order.cannot_change"):
        grouporders.change_asked(session, house.system, order.id, ask(), NOW, version=1)
    with pytest.raises(Conflict, match="order.cannot_change"):
        orders.cancel(session, house.system, order.id, NOW)


def test_cancelling_twice_is_cancelling_once(session: Session, house: House) -> None:
    order = placed(session, house)
    assert orders.cancel(session, house.system, order.id, NOW).state is OrderState.CANCELLED
    assert orders.cancel(session, house.system, order.id, NOW).version == 2
    with pytest.raises(Conflict, match="order.cannot_change"):
        grouporders.change_asked(session, house.system, order.id, ask(), NOW, version=2)


def test_cancelling_after_the_cut_off_says_when_it_was(session: Session, house: House) -> None:
    order = placed(session, house)
    with pytest.raises(Conflict, match="order.after_cut_off"):
        orders.cancel(session, house.system, order.id, NOW + timedelta(days=2))


def test_a_stranger_neither_reads_nor_touches(session: Session, house: House) -> None:
    order, stranger = placed(session, house), make_house(session, NOW).system
    with pytest.raises(NotFound):
        orderviews.read_order(session, stranger, order.id, NOW)
    with pytest.raises(NotFound):
        orders.cancel(session, stranger, order.id, NOW)
    with pytest.raises(NotFound):
        grouporders.change_asked(session, stranger, order.id, ask(), NOW, version=1)
    assert orderviews.list_orders(session, stranger, Wanted(), NOW).total == 0


def test_who_may_order_for_one_client_reaches_only_orders_of_that_client(session: Session) -> None:
    load_menu_catalogue(session)
    site = make_site(
        session, make_organisation(session, OrganisationKind.RESIDENTIAL), kind=SiteKind.RESIDENTIAL
    )
    mine, other = make_client(session, site), make_client(session, site)
    carer = Actor(
        role=Role.CARER,
        organisation_id=site.organisation_id,
        sees=frozenset({mine.id}),
        orders_for=frozenset({mine.id}),
    )

    def draft(client_id: int) -> orders.OrderDraft:
        line = orders.Line(sku=CARROTS, portions=1)
        one = orders.EaterOrder(ref="E", profile=NORMAL, lines=(line,), client_id=client_id)
        return orders.OrderDraft(
            site_id=site.id, service_day=DAY, eaters=(one,), source=OrderSource.PORTAL
        )

    own = orders.place(session, carer, draft(mine.id), NOW)
    assert orders.find_order(session, carer, own.id, orders.Permission.ORDER) is own
    with pytest.raises(NotFound):
        orders.place(session, carer, draft(other.id), NOW)
    staff = Actor(role=Role.DIETITIAN, organisation_id=site.organisation_id, is_house=True)
    foreign = orders.place(session, staff, draft(other.id), NOW)
    with pytest.raises(NotFound):
        orders.find_order(session, carer, foreign.id, orders.Permission.ORDER)
    assert orderviews.list_orders(session, carer, Wanted(), NOW).total == 0
    assert orderviews.list_orders(session, staff, Wanted(), NOW).total == 2


def test_the_list_is_filtered_and_paged(session: Session, house: House) -> None:
    make_ward(session, house.site, "4A")
    for number in range(orderviews.PAGE + 1):
        asked = ask(eater(lines=(CARROTS,)), ward="4A" if number == 0 else "3B")
        grouporders.place_asked(session, house.system, asked, f"k{number}", NOW)

    def listed(**wanted: object) -> orderviews.Page:
        return orderviews.list_orders(session, house.system, Wanted(**wanted), NOW)

    assert (len(listed().items), listed().pages, listed().total) == (50, 2, 51)
    assert len(listed(page=2).items) == 1
    assert listed(page=3).items == ()
    assert [one.ward for one in listed(ward="4A").items] == ["4A"]
    assert listed(state=OrderState.HELD).total == 0
    assert listed(service_day=DAY).total == 51
    assert listed(service_day=DAY + timedelta(days=1)).total == 0


def test_reading_an_order_leaves_a_trace(session: Session, house: House) -> None:
    order = placed(session, house)
    orderviews.read_order(session, house.system, order.id, NOW)
    orderviews.list_orders(session, house.system, Wanted(), NOW)
    acts = session.scalars(
        select(AccessLog.act).where(AccessLog.act.like("order%")).order_by(AccessLog.id)
    )
    assert list(acts) == ["order.read", "orders.listed"]


def test_a_house_orders_for_its_own_sites_and_npcc_for_all(session: Session, house: House) -> None:
    draft = grouporders.draft_of(session, house.system, ask())
    with pytest.raises(NotFound):
        orders.place(session, make_house(session, NOW).system, draft, NOW)
    npcc = Actor(role=Role.DIETITIAN, is_npcc=True)
    order = orders.place(session, npcc, draft, NOW)
    assert orderviews.read_order(session, npcc, order.id, NOW).id == order.id
    assert orderviews.list_orders(session, npcc, Wanted(), NOW).total == 1


def home_draft(session: Session, client: Client) -> orders.OrderDraft:
    profile = current_profile(session, client.id, NOW.date())
    line = orders.Line(sku=CARROTS, portions=1, reasons=("reorder.needed",))
    one = orders.EaterOrder(
        ref=client.code, profile=profile or NORMAL, lines=(line,), client_id=client.id
    )
    return orders.OrderDraft(
        site_id=client.site_id, service_day=DAY, eaters=(one,), source=OrderSource.REORDER
    )


def test_at_home_a_pause_and_an_unapproved_week_refuse(session: Session) -> None:
    load_menu_catalogue(session)
    client = make_client(session)
    assert current_profile(session, client.id, NOW.date()) is None
    session.add(StandingOrder(client_id=client.id, weekday=2, paused_from=DAY))
    make_prescription(session, client, make_user(session))
    assert current_profile(session, client.id, NOW.date()) is not None
    with pytest.raises(Refused) as raised:
        orders.place(session, SYSTEM, home_draft(session, client), NOW - timedelta(days=2))
    assert {code for _, code, _ in raised.value.problems} == {
        "order.plan_not_approved",
        "order.paused",
    }
    stray = replace(
        home_draft(session, client), site_id=make_site(session, make_organisation(session)).id
    )
    with pytest.raises(NotFound):
        orders.place(session, SYSTEM, stray, NOW)


def test_of_two_who_move_an_order_one_is_told(session: Session, house: House) -> None:
    order = placed(session, house)
    session.execute(
        update(Order)
        .where(Order.id == order.id)
        .values(state=OrderState.PLANNED)
        .execution_options(synchronize_session=False)
    )
    with pytest.raises(Conflict, match="order.someone_was_first"):
        orders.move(session, order, OrderState.CANCELLED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_objection_is_said_with_words_not_codes(
    session: Session, house: House, language: str
) -> None:
    catalogue, speak = meals.catalogue(session), translator(language)
    picky = replace(
        NORMAL,
        food_iddsi=Iddsi.L4,
        drink_iddsi=Iddsi.L2,
        allergies=frozenset({"milk", "celery"}),
        exclude_ingredients=frozenset({"carrot", "nobody-knows"}),
        diets=frozenset({"vegan"}),
        exclude_properties=frozenset({"beef"}),
        seasonings=frozenset({Seasoning.LOW_SALT}),
    )
    said = {
        reason_text(speak, one.code, {"subject": one.subject, "rule": one.rule}, catalogue)
        for variant in catalogue.variants.values()
        for one in objections(variant, picky)
    }
    assert len(said) > 6
    assert [text for text in said if "_" in text or "iddsi:" in text.lower()] == []


def test_the_same_key_from_two_at_once_makes_one_order(any_url: str) -> None:
    engine = make_engine(any_url)
    with transaction(engine) as session:
        load_menu_catalogue(session)
        house = make_house(session, NOW)
        make_menu(session, house.site, DAY, *MENU)
        system = house.system
    found: list[tuple[int, bool]] = []
    start = threading.Barrier(4)
    threads = [
        threading.Thread(target=_place_at_once, args=(engine, system, start, found))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(new for _, new in found) == [False, False, False, True]
    assert len({order_id for order_id, _ in found}) == 1
    with transaction(engine) as session:
        assert count(session, Order) == count(session, IdempotencyKey) == 1
    engine.dispose()


def _place_at_once(
    engine: Engine, system: Actor, start: threading.Barrier, found: list[tuple[int, bool]]
) -> None:
    start.wait()
    with transaction(engine) as session:
        order, new = grouporders.place_asked(session, system, ask(), "one-key", NOW)
        found.append((order.id, new))
