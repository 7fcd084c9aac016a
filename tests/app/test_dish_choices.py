"""Another dish for a day: what a client chooses, what the dietitian decides, what is delivered."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import SYSTEM, Actor, Conflict, NotFound, Refused
from app.db import transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, translator
from app.models.care import Prescription
from app.models.choosing import ChoiceState, DishChoice
from app.models.meals import MealPlan
from app.models.orders import HomeStock, Order, OrderLine, OrderSource, ReorderProposal
from app.models.people import User
from app.models.system import AccessLog
from app.operations import caseload, choosing, meals, people, portal, reorderrun, reorders
from app.operations.care import signed_prescription
from app.operations.caseload import Matter, Task, Wish
from app.operations.choosing import Offer, Place
from app.operations.eating import served
from app.paper import cooking_pdf, menu_pdf
from app.web.dishes import name_of
from menus import DishOption, Portion, Role, hard_objections
from tests.app.test_reorders import Home, make_home
from tests.conftest import NOW
from tests.factories import load_catalogue, make_client, make_content, make_user

MONDAY, FRIDAY, SATURDAY = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 28)
MAIN = Place(day=SATURDAY, slot="lunch", role=Role.PROTEIN)
LATE = datetime(2026, 11, 25, 12, 0, tzinfo=LOCAL_ZONE)


@pytest.fixture
def home(session: Session) -> Home:
    """A client with a composed and signed week, and a delivery on Friday."""
    load_catalogue(session)
    made = make_home(session)
    plan = meals.propose_plan(session, signer(session), made.client.id, start=MONDAY, now=NOW)
    meals.approve(session, signer(session), plan.id, NOW)
    return made


def signer(session: Session) -> Actor:
    return people.actor_for(session, make_user(session), NOW)


def offered(session: Session, home: Home, place: Place = MAIN, now: datetime = NOW) -> Offer:
    return choosing.offer(session, home.actor, home.client.id, place, now)


def dish(option: DishOption) -> tuple[str, Portion]:
    return option.alternative.variant, option.alternative.portion


def choose(session: Session, home: Home, place: Place = MAIN, now: datetime = NOW) -> DishChoice:
    free = offered(session, home, place, now).free
    return choosing.choose_dish(
        session, home.actor, home.client.id, place, dish(free[0][0]), now=now
    )


def eaten(session: Session, home: Home, day: date) -> list[str]:
    plan = meals.approved_plan(session, home.client.id, day)
    assert plan is not None
    return [one["variant"] for one in served(session, plan).on(day) if one["slot"] == "lunch"]


def test_a_choice_stands_on_its_day_and_on_no_other(session: Session, home: Home) -> None:
    before = eaten(session, home, SATURDAY)
    row = choose(session, home)
    assert (row.state, row.made_by) == (ChoiceState.CHOSEN, home.user.id)
    assert row.before in before
    assert eaten(session, home, SATURDAY) == [
        row.variant if one == row.before else one for one in before
    ]
    assert eaten(session, home, SATURDAY + timedelta(days=7)) == before
    week = portal.week(session, home.actor, home.client.id, NOW, day=SATURDAY)
    assert row.id in {one.choice for moment in week.eatings for one in moment.dishes}


def test_the_signed_week_itself_is_never_changed(session: Session, home: Home) -> None:
    plan = meals.approved_plan(session, home.client.id, SATURDAY)
    assert plan is not None
    kept = dict(plan.result), plan.approved_by, plan.approved_at
    choose(session, home)
    session.refresh(plan)
    assert (dict(plan.result), plan.approved_by, plan.approved_at) == kept


def test_everything_offered_passes_the_gate_of_today(session: Session, home: Home) -> None:
    found = offered(session, home)
    stock = meals.catalogue(session)
    assert found.free
    signed = signed_prescription(session, home.client.id)
    assert signed is not None
    for option, variant in (*found.free, *found.asking):
        assert not hard_objections(variant, signed.as_eater())
        assert stock.variants[option.alternative.variant] is variant
        assert variant.component != found.now.component


def test_a_dish_that_is_not_offered_is_refused(session: Session, home: Home) -> None:
    with pytest.raises(Refused, match="choice.not_offered"):
        choosing.choose_dish(
            session, home.actor, home.client.id, MAIN, ("mash/7/standard", Portion.M), now=NOW
        )


def portions(session: Session, order: Order) -> dict[str, int]:
    rows = session.execute(
        select(OrderLine.variant, func.sum(OrderLine.portions))
        .where(OrderLine.order_id == order.id)
        .group_by(OrderLine.variant)
    )
    return {row[0]: row[1] for row in rows}


def live_order(session: Session) -> Order:
    return session.scalars(select(Order).where(Order.state == "placed")).one()


def test_a_delivery_that_is_ordered_brings_the_other_dish_before_cut_off(
    session: Session, home: Home
) -> None:
    reorderrun.reorder_due(session, SYSTEM, MONDAY, NOW)
    proposal = session.scalars(select(ReorderProposal)).one()
    reorders.accept_proposal(session, home.actor, proposal.id, NOW)
    before = portions(session, live_order(session))
    row = choose(session, home)
    after = portions(session, live_order(session))
    assert after.get(row.variant, 0) == before.get(row.variant, 0) + 1
    assert after.get(row.before, 0) == before[row.before] - 1
    assert live_order(session).source is OrderSource.PORTAL
    choosing.undo_choice(session, home.actor, row.id, NOW)
    assert portions(session, live_order(session)) == before


def test_an_open_proposal_is_worked_out_again(session: Session, home: Home) -> None:
    reorderrun.reorder_due(session, SYSTEM, MONDAY, NOW)
    proposal = session.scalars(select(ReorderProposal)).one()
    before = {line[0]: line[2] for line in proposal.lines}
    row = choose(session, home)
    session.refresh(proposal)
    after = {line[0]: line[2] for line in proposal.lines}
    assert after[row.variant] == before.get(row.variant, 0) + 1
    assert session.scalars(select(Order)).all() == []


def test_after_the_cut_off_only_what_lies_at_home_can_be_chosen(
    session: Session, home: Home
) -> None:
    found = offered(session, home, now=LATE)
    assert (found.free, found.reach.at_home) == ((), {})
    assert found.reach.first_open == FRIDAY + timedelta(days=7)
    with pytest.raises(Refused, match="choice.too_late"):
        choosing.choose_dish(
            session, home.actor, home.client.id, MAIN, ("mash/7/standard", Portion.M), now=LATE
        )
    there = offered(session, home).free[0][1].id
    session.add(HomeStock(client_id=home.client.id, variant=there, portions=9, counted_at=LATE))
    session.flush()
    again = offered(session, home, now=LATE)
    assert [variant.id for _, variant in again.free] == [there]
    assert choose(session, home, now=LATE).state is ChoiceState.CHOSEN


def test_a_choice_can_be_undone_until_the_cut_off(session: Session, home: Home) -> None:
    row = choose(session, home)
    with pytest.raises(Refused, match="choice.too_late"):
        choosing.undo_choice(session, home.actor, row.id, LATE)
    before = eaten(session, home, SATURDAY)
    choosing.undo_choice(session, home.actor, row.id, NOW)
    assert (row.state, row.ended_by) == (ChoiceState.UNDONE, home.user.id)
    assert eaten(session, home, SATURDAY) != before
    with pytest.raises(Conflict, match="choice.settled"):
        choosing.undo_choice(session, home.actor, row.id, NOW)


def test_a_second_choice_takes_the_place_of_the_first(session: Session, home: Home) -> None:
    first, second = choose(session, home), choose(session, home)
    assert first.state is ChoiceState.REPLACED
    assert second.before == first.before
    assert second.variant in eaten(session, home, SATURDAY)


def pin_main(session: Session, home: Home) -> None:
    """Let the dietitian have pinned the dish."""
    plan = meals.approved_plan(session, home.client.id, SATURDAY)
    assert plan is not None
    at = (SATURDAY - plan.start_day).days
    here = {"day": at, "slot": "lunch", "role": "protein"}
    item = next(one for one in plan.result["items"] if here.items() <= one.items())
    pin = here | {name: item[name] for name in ("variant", "portion")}
    plan.request = {**plan.request, "pins": [pin]}
    session.flush()


def ask(session: Session, home: Home) -> DishChoice:
    pin_main(session, home)
    asking = offered(session, home).asking
    return choosing.choose_dish(
        session, home.actor, home.client.id, MAIN, dish(asking[0][0]), now=NOW
    )


def test_what_goes_beyond_the_signature_asks_and_changes_nothing_yet(
    session: Session, home: Home
) -> None:
    before = eaten(session, home, SATURDAY)
    row = ask(session, home)
    assert row.state is ChoiceState.ASKED
    assert eaten(session, home, SATURDAY) == before
    dietitian = signer(session)
    found = choosing.wishes(session, dietitian, home.client.id, NOW)
    assert [one.row.id for one in found.asked] == [row.id]
    assert found.asked[0].departures
    choosing.answer_choice(session, dietitian, row.id, allowed=True, now=NOW)
    assert (row.state, row.allowed_by) == (ChoiceState.CHOSEN, dietitian.user_id)
    assert row.variant in eaten(session, home, SATURDAY)
    with pytest.raises(Conflict, match="choice.settled"):
        choosing.answer_choice(session, dietitian, row.id, allowed=False, now=NOW)


def test_a_question_stands_on_the_worklist_until_it_is_answered(
    session: Session, home: Home
) -> None:
    row, actor = ask(session, home), signer(session)

    def asked() -> list[Task]:
        (mine,) = (
            one
            for one in caseload.worklist(session, actor, Wish(), NOW).rows
            if one.known.client_id == home.client.id
        )
        return [one for one in mine.tasks if one.matter is Matter.DISH_ASKED]

    (task,) = asked()
    assert (task.due, task.args) == (date(2026, 11, 26), {"day": SATURDAY})
    choosing.answer_choice(session, actor, row.id, allowed=False, now=NOW)
    assert asked() == []


def test_a_week_signed_over_a_choice_takes_it_off_every_list(session: Session, home: Home) -> None:
    chosen, asked = choose(session, home, replace(MAIN, role=Role.SOUP)), ask(session, home)
    other = signer(session)
    plan = meals.propose_plan(session, other, home.client.id, start=SATURDAY, now=NOW)
    found = choosing.wishes(session, other, home.client.id, NOW)
    assert {one.row.id for one in (*found.asked, *found.others)} == {chosen.id, asked.id}
    meals.approve(session, other, plan.id, NOW, reason="x")
    assert (chosen.state, asked.state) == (ChoiceState.REPLACED, ChoiceState.REPLACED)
    assert chosen.ended_by == other.user_id
    found = choosing.wishes(session, other, home.client.id, NOW)
    assert (found.asked, found.others) == ((), ())
    with pytest.raises(Conflict, match="choice.settled"):
        choosing.answer_choice(session, other, asked.id, allowed=True, now=NOW)


def test_a_week_signed_for_later_days_leaves_a_choice(session: Session, home: Home) -> None:
    chosen = choose(session, home)
    later = SATURDAY + timedelta(days=2)
    plan = meals.propose_plan(session, signer(session), home.client.id, start=later, now=NOW)
    meals.approve(session, signer(session), plan.id, NOW, reason="x")
    assert (chosen.state, chosen.ended_at) == (ChoiceState.CHOSEN, None)


def test_a_dietitian_may_decline_and_a_client_may_not_answer(session: Session, home: Home) -> None:
    row = ask(session, home)
    with pytest.raises(Exception, match="approve_plan"):
        choosing.answer_choice(session, home.actor, row.id, allowed=True, now=NOW)
    choosing.answer_choice(session, signer(session), row.id, allowed=False, now=NOW)
    assert row.state is ChoiceState.DECLINED


def test_a_stranger_finds_nothing_and_each_act_is_logged(session: Session, home: Home) -> None:
    other = frozenset({make_client(session).id})
    stranger = Actor(role=home.actor.role, sees=other, orders_for=other)
    row = choose(session, home)
    with pytest.raises(NotFound):
        choosing.offer(session, stranger, home.client.id, MAIN, NOW)
    with pytest.raises(NotFound):
        choosing.undo_choice(session, stranger, row.id, NOW)
    with pytest.raises(NotFound):
        choosing.undo_choice(session, stranger, 99_999, NOW)
    with pytest.raises(NotFound):
        offered(session, home, Place(day=SATURDAY, slot="moon", role=Role.SOUP))
    acts = set(session.scalars(select(AccessLog.act)))
    assert {"week.viewed", "dish.chosen"} <= acts


@pytest.fixture
def open_home(app: Flask) -> tuple[Home, User]:
    today = datetime.now(UTC).astimezone(LOCAL_ZONE).date()
    with transaction(app.extensions["npcc"].engine) as session:
        load_catalogue(session)
        made = make_home(session)
        made.rule.weekday = (today + timedelta(days=4)).weekday()
        dietitian = make_user(session)
        actor = people.actor_for(session, dietitian, NOW)
        plan = meals.propose_plan(session, actor, made.client.id, start=MONDAY, now=NOW)
        meals.approve(session, actor, plan.id, NOW)
        return made, dietitian


def test_the_page_offers_dishes_in_words_and_keeps_the_choice(
    app: Flask, visit: Callable[[User], FlaskClient], open_home: tuple[Home, User]
) -> None:
    home, dietitian = open_home
    browser = visit(home.user)
    day = datetime.now(UTC).astimezone(LOCAL_ZONE).date() + timedelta(days=5)
    week = browser.get(f"/week?day={day}").get_data(as_text=True)
    assert "Kies iets anders" in week
    where = {"day": day.isoformat(), "slot": "lunch", "role": "protein"}
    page = browser.get("/week/other", query_string=where).get_data(as_text=True)
    assert "Kies dit" in page
    assert "kcal" not in page
    value = page.partition('name="dish" value="')[2].partition('"')[0]
    answer = browser.post("/week/other", data=where | {"dish": value})
    assert answer.status_code == 303
    assert "U koos dit zelf" in browser.get(f"/week?day={day}").get_data(as_text=True)
    wrong = browser.post("/week/other", data=where | {"dish": "mash/7/standard M"})
    assert wrong.status_code == 422
    assert browser.get("/week/other").status_code == 422
    assert "Dit gerecht past niet meer in uw dag." in wrong.get_data(as_text=True)
    desk = visit(dietitian)
    wishes = desk.get(f"/clients/{home.client.id}/wishes").get_data(as_text=True)
    assert "Gekozen" in wishes
    with Session(app.extensions["npcc"].engine) as session:
        number = session.scalars(select(DishChoice.id)).one()
        assert session.scalars(select(MealPlan)).all()
    assert desk.post(f"/choices/{number}/undo").status_code == 303
    assert desk.post(f"/choices/{number}/undo").status_code == 409
    assert browser.post("/week/appliance", data={"appliance": "pan"}).status_code == 303
    assert "U warmt op met" in browser.get("/week").get_data(as_text=True)
    for paper in ("menu", "cooking"):
        for reader in (browser, desk):
            answer = reader.get(f"/week/{paper}.pdf?client={home.client.id}")
            assert answer.mimetype == "application/pdf"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_week_on_paper_holds_every_dish_and_what_it_holds(
    session: Session, home: Home, language: str
) -> None:
    row = choose(session, home)
    speak = translator(language)
    found = choosing.menu_week(session, home.actor, home.client.id, NOW, first=MONDAY)
    text = printed(menu_pdf(found, speak))
    dishes = [dish for _, day in found.days for one in day for dish in one.dishes]
    assert row.variant in {dish.variant.id for dish in dishes}
    for dish in dishes:
        assert "".join(name_of(speak, dish.variant).split()) in text
        for allergen in dish.variant.allergens.contains:
            assert "".join(speak.word(allergen).split()) in text
    again = choosing.menu_week(session, home.actor, home.client.id, NOW, first=MONDAY)
    assert menu_pdf(again, speak) == menu_pdf(found, speak)


def test_the_cooking_sheet_holds_suitable_dishes_only(session: Session, home: Home) -> None:
    whole = choosing.cooking_week(session, home.actor, home.client.id, NOW, first=MONDAY)
    assert "Boodschappenenkoken" in printed(cooking_pdf(whole, translator("nl")))
    signed = signed_prescription(session, home.client.id)
    assert signed is not None
    content = make_content(allergies=frozenset({"milk"}))
    signed.content = Prescription.of(home.client.id, 1, content, basis={}, by=None, at=NOW).content
    session.flush()
    found = choosing.cooking_week(session, home.actor, home.client.id, NOW, first=MONDAY)
    assert found.dishes
    assert not any("milk" in one.variant.allergens.contains for one in found.dishes)
    assert any("milk" in one.variant.allergens.contains for one in whole.dishes)


def test_there_is_no_paper_without_a_signed_week(session: Session, home: Home) -> None:
    other = make_client(session)
    dietitian = signer(session)
    with pytest.raises(NotFound):
        choosing.menu_week(session, dietitian, other.id, NOW)
    with pytest.raises(NotFound):
        choosing.cooking_week(session, home.actor, other.id, NOW)


def printed(content: bytes) -> str:
    """Give the words of a paper without blanks: a line may break anywhere."""
    pages = PdfReader(io.BytesIO(content)).pages
    return "".join("".join(page.extract_text() for page in pages).split())
