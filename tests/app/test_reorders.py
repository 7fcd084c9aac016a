"""Each delivery is ordered once, by whom it may, and only when nothing speaks against it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from app import jobs, turns
from app.access import SYSTEM, Actor, Conflict, NotFound, Refused, Role
from app.db import make_engine, transaction
from app.i18n import LANGUAGES, LOCAL_ZONE, sentences
from app.models.care import Prescription, PrescriptionState
from app.models.frozen import cells
from app.models.meals import MealPlan, MealPlanState
from app.models.orders import (
    BroughtLot,
    HomeStock,
    Order,
    OrderLine,
    ProposalState,
    ReorderProposal,
    StandingOrder,
)
from app.models.people import (
    CarerLevel,
    CarerLink,
    Client,
    ConsentPurpose,
    OrganisationKind,
    Site,
    User,
)
from app.models.planning import DayPlan, DayPlanState, StoredDay
from app.models.stock import Lot
from app.models.system import Job, OutboxMessage
from app.operations import (
    floors,
    freezer,
    homelots,
    people,
    planning,
    portal,
    reordermail,
    reorderrun,
    reorders,
    standing,
    warnings,
)
from app.operations.reorderrun import Turnout
from app.outbox import written
from logistics import (
    Allocation,
    LotState,
    OnNoAnswer,
    OrderState,
    ReorderRule,
    RoutePlan,
    life_at_delivery,
)
from logistics import DayPlan as DayPlanned
from screening import RefeedingLevel, WarningCode, WarningLevel
from tests.conftest import NOW
from tests.factories import (
    load_catalogue,
    make_client,
    make_kitchen,
    make_lot,
    make_organisation,
    make_prescription,
    make_user,
)

FRIDAY = date(2026, 11, 27)
"""A service day: proposed from Monday 23, placed on Wednesday 25 at 6.00, closed at noon."""
PLACING = datetime(2026, 11, 25, 6, 0, tzinfo=LOCAL_ZONE)
AFTER_NOON = datetime(2026, 11, 25, 12, 0, tzinfo=LOCAL_ZONE)
SOUP, JUICE = "soup-celeriac/0/standard", "apple-juice/0/standard"
SIP = "sip-feed/0/standard"


@dataclass(frozen=True, kw_only=True)
class Home:
    """A client at home with a weekly delivery on Friday."""

    client: Client
    user: User
    rule: StandingOrder

    @property
    def actor(self) -> Actor:
        """The client, logged in."""
        own = frozenset({self.client.id})
        return Actor(role=Role.CLIENT, user_id=self.user.id, sees=own, orders_for=own)


def approve_week(session: Session, client: Client, *items: tuple[str, int]) -> MealPlan:
    """Give an approved week of (variant, grams), each eaten once a day."""
    dietitian = make_user(session)
    signed = make_prescription(session, client, dietitian)
    plan = MealPlan(
        client_id=client.id,
        prescription_id=signed.id,
        start_day=date(2026, 11, 23),
        days=7,
        state=MealPlanState.APPROVED,
        request={"slots": [{"id": "lunch", "time": "12:00"}]},
        result={
            "status": "ok",
            "items": [
                {
                    "day": day,
                    "slot": "lunch",
                    "role": "drink" if sku == JUICE else "soup",
                    "variant": sku,
                    "portion": "M",
                    "grams": grams,
                }
                for day in range(7)
                for sku, grams in items
            ],
        },
        catalogue_version="x",
        created_at=NOW,
    )
    session.add(plan)
    session.flush()
    return plan


def make_home(
    session: Session,
    *,
    consent: bool = True,
    answer: OnNoAnswer = OnNoAnswer.SEND,
    items: tuple[tuple[str, int], ...] = ((SOUP, 250), (JUICE, 200)),
) -> Home:
    client = make_client(session)
    user = make_user(
        session, Role.CLIENT, client_id=client.id, organisation_id=client.organisation_id
    )
    rule = StandingOrder(client_id=client.id, weekday=4, on_no_answer=answer)
    session.add(rule)
    approve_week(session, client, *items)
    home = Home(client=client, user=user, rule=rule)
    agree(session, home, given=consent)
    return home


def agree(session: Session, home: Home, *, given: bool) -> None:
    purpose = ConsentPurpose.AUTOMATIC_REORDER
    at = NOW - timedelta(days=200)
    people.record_consent(session, home.actor, home.client.id, purpose, given=given, now=at)
    session.flush()


@pytest.fixture
def catalogue(session: Session) -> None:
    load_catalogue(session)


@pytest.fixture
def home(session: Session, catalogue: None) -> Home:
    return make_home(session)


def run(session: Session, at: datetime) -> Turnout:
    return reorderrun.reorder_due(session, SYSTEM, at.astimezone(LOCAL_ZONE).date(), at)


def proposal_of(session: Session, home: Home) -> ReorderProposal:
    found = reorders.proposal_for(session, home.client.id, FRIDAY)
    assert found is not None
    return found


def orders_of(session: Session, home: Home) -> list[Order]:
    return reorders.orders_of_day(session, home.client.id, FRIDAY)


def mails(session: Session) -> list[str]:
    return list(session.scalars(select(OutboxMessage.template).order_by(OutboxMessage.id)))


def test_the_job_proposes_first_and_places_before_the_cut_off(session: Session, home: Home) -> None:
    assert run(session, NOW) == Turnout(proposed=1)
    proposal = proposal_of(session, home)
    assert proposal.answer_by == AFTER_NOON
    assert run(session, PLACING) == Turnout(placed=1)
    (order,) = orders_of(session, home)
    assert order.state is OrderState.PLACED
    assert (proposal.state, proposal.order_id) == (ProposalState.PLACED, order.id)
    assert mails(session) == ["mail.reorder.send", "mail.reorder.placed"]


def test_a_message_says_what_happens_and_holds_no_health_data(session: Session, home: Home) -> None:
    run(session, NOW)
    run(session, PLACING)
    for message in session.scalars(select(OutboxMessage)):
        assert set(message.content) <= {"day", "link", "number", "total"}
        _, text = written(message, "https://npcc.example")
        assert "vrijdag 27 november" in text
        assert "https://npcc.example/week" in text


def test_running_again_changes_nothing(session: Session, home: Home) -> None:
    for at in (NOW, NOW, PLACING):
        run(session, at)
    assert run(session, PLACING) == Turnout()
    assert len(orders_of(session, home)) == 1
    assert len(mails(session)) == 2


def test_a_missed_proposal_is_made_up_for_on_the_day_of_placing(
    session: Session, home: Home
) -> None:
    assert run(session, PLACING) == Turnout(placed=1)
    assert mails(session) == ["mail.reorder.placed"]


def test_nothing_is_placed_after_the_cut_off(session: Session, home: Home) -> None:
    run(session, NOW)
    assert run(session, AFTER_NOON) == Turnout(declined=1)
    assert orders_of(session, home) == []


def test_without_consent_nothing_is_ordered_and_no_message_says_so(
    session: Session, catalogue: None
) -> None:
    home = make_home(session, consent=False)
    run(session, NOW)
    run(session, PLACING)
    assert orders_of(session, home) == []
    assert mails(session) == ["mail.reorder.do_not_send"]


def test_consent_withdrawn_after_the_proposal_means_no_order(session: Session, home: Home) -> None:
    run(session, NOW)
    standing.stop(session, home.actor, home.client.id, NOW)
    assert run(session, PLACING) == Turnout()
    assert orders_of(session, home) == []
    assert mails(session)[-1] == "mail.reorder.stopped"


def test_who_rather_answers_can_do_so_until_the_cut_off(session: Session, catalogue: None) -> None:
    home = make_home(session, answer=OnNoAnswer.DO_NOT_SEND)
    run(session, NOW)
    assert run(session, PLACING) == Turnout()
    proposal = proposal_of(session, home)
    before_noon = AFTER_NOON - timedelta(minutes=1)
    order = reorders.accept_proposal(session, home.actor, proposal.id, before_noon)
    assert order.state is OrderState.PLACED


def test_an_unanswered_proposal_closes_at_its_cut_off(session: Session, catalogue: None) -> None:
    home = make_home(session, answer=OnNoAnswer.DO_NOT_SEND)
    run(session, NOW)
    proposal = proposal_of(session, home)
    with pytest.raises(Conflict, match="after_cut_off"):
        reorders.accept_proposal(session, home.actor, proposal.id, AFTER_NOON)
    assert run(session, PLACING + timedelta(days=1)) == Turnout(declined=1)
    assert proposal.state is ProposalState.DECLINED


@pytest.mark.parametrize(
    ("level", "shares", "asked"),
    [(CarerLevel.ORDER, True, 1), (CarerLevel.VIEW, True, 0), (CarerLevel.ORDER, False, 0)],
)
def test_a_carer_who_may_order_is_asked_once(
    session: Session, catalogue: None, level: CarerLevel, *, shares: bool, asked: int
) -> None:
    home = make_home(session, answer=OnNoAnswer.ASK_CARER)
    carer = make_user(session, Role.CARER, organisation_id=home.client.organisation_id)
    session.add(CarerLink(user_id=carer.id, client_id=home.client.id, level=level, until=FRIDAY))
    purpose = ConsentPurpose.CARER_SHARING
    people.record_consent(session, home.actor, home.client.id, purpose, given=shares, now=NOW)
    run(session, NOW)
    assert run(session, PLACING) == Turnout(asked=1)
    assert run(session, PLACING) == Turnout()
    assert mails(session).count("mail.reorder.please") == asked
    assert proposal_of(session, home).state is ProposalState.OPEN


def test_an_answer_counts_once(session: Session, home: Home) -> None:
    run(session, NOW)
    proposal = proposal_of(session, home)
    reorders.accept_proposal(session, home.actor, proposal.id, NOW)
    with pytest.raises(Conflict, match="already_answered"):
        reorders.accept_proposal(session, home.actor, proposal.id, NOW)
    assert run(session, PLACING) == Turnout()
    assert len(orders_of(session, home)) == 1


def test_a_stranger_answers_nothing(session: Session, home: Home) -> None:
    run(session, NOW)
    stranger = make_home(session)
    with pytest.raises(NotFound):
        reorders.accept_proposal(session, stranger.actor, proposal_of(session, home).id, NOW)
    with pytest.raises(NotFound):
        reorders.accept_proposal(session, home.actor, 999_999, NOW)
    for act in (standing.resume, standing.stop):
        with pytest.raises(NotFound):
            act(session, stranger.actor, home.client.id, NOW)


def next_week(session: Session, home: Home, *items: tuple[str, int]) -> MealPlan:
    """Approve another week that begins on the Monday after the delivery."""
    now = session.scalars(select(MealPlan).where(MealPlan.client_id == home.client.id)).one()
    plan = MealPlan(
        client_id=home.client.id,
        prescription_id=now.prescription_id,
        start_day=now.start_day + timedelta(days=7),
        days=7,
        state=MealPlanState.APPROVED,
        request=now.request,
        result={
            "status": "ok",
            "items": [
                {**one, "variant": sku, "grams": grams}
                for one in now.result["items"][::2]
                for sku, grams in items
            ],
        },
        catalogue_version="x",
        created_at=NOW,
    )
    session.add(plan)
    session.flush()
    return plan


def test_a_delivery_feeds_the_end_of_one_week_and_the_begin_of_the_next(
    session: Session, home: Home
) -> None:
    """From Friday: three days of soup and juice, then four days of sip feed."""
    next_week(session, home, (SIP, 200))
    run(session, NOW)
    lines = {line[0]: line[2:4] for line in proposal_of(session, home).lines}
    assert lines == {SOUP: [3, 3], JUICE: [3, 3], SIP: [4, 4]}
    order = choose(session, home, {SOUP: 3, SIP: 2})
    kept = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    assert {one.variant: one.portion_g for one in kept} == {SOUP: 250, SIP: 200}
    page = portal.choice(session, home.actor, home.client.id, NOW)
    assert {one.variant.id for one in page.lines} == {SOUP, JUICE, SIP}


def test_what_is_eaten_since_a_count_follows_the_week_of_each_day(
    session: Session, home: Home
) -> None:
    """Nine of soup on Monday: seven are eaten until the next week begins, then none any more."""
    next_week(session, home, (SIP, 200))
    count_soup(session, home, 9, NOW)
    session.add(HomeStock(client_id=home.client.id, variant=SIP, portions=5, counted_at=NOW))
    session.flush()
    there = freezer.expected_at_home(session, home.client.id, FRIDAY + timedelta(days=6))
    assert there == {SOUP: 2, SIP: 2}


def test_unknown_stock_sends_the_whole_plan_and_says_so(session: Session, home: Home) -> None:
    session.add(HomeStock(client_id=home.client.id, variant=SOUP, portions=None, counted_at=NOW))
    run(session, NOW)
    lines = {line[0]: line for line in proposal_of(session, home).lines}
    assert lines[SOUP][2:] == [7, 7, None, "reorder.stock_unknown"]


def test_what_is_eaten_until_the_delivery_is_not_counted_as_lying_there(
    session: Session, home: Home
) -> None:
    """Counted 9 on Monday, 4 eaten until Friday: 5 left for the 7 of the coming week."""
    session.add(HomeStock(client_id=home.client.id, variant=SOUP, portions=9, counted_at=NOW))
    run(session, NOW)
    lines = {line[0]: line for line in proposal_of(session, home).lines}
    assert lines[SOUP][2:] == [2, 7, 5, "reorder.needed"]


def test_a_new_count_works_an_open_proposal_out_again(session: Session, home: Home) -> None:
    run(session, NOW)
    reorders.count_home_stock(session, home.actor, home.client.id, {SOUP: 20, JUICE: None}, NOW)
    lines = {line[0]: line[2] for line in proposal_of(session, home).lines}
    assert lines == {SOUP: 0, JUICE: 7}
    assert freezer.home_stock(session, home.client.id)[JUICE].portions is None
    reorders.count_home_stock(session, home.actor, home.client.id, {SOUP: 0}, NOW)
    assert {line[0]: line[2] for line in proposal_of(session, home).lines}[SOUP] == 7


def test_a_dish_nobody_knows_cannot_be_counted(session: Session, home: Home) -> None:
    with pytest.raises(Refused, match="unknown_component"):
        reorders.count_home_stock(session, home.actor, home.client.id, {"stone": 1}, NOW)


def test_only_frozen_food_takes_room_in_the_freezer(session: Session, home: Home) -> None:
    home.client.freezer_litres = 2
    run(session, NOW)
    lines = {line[0]: line for line in proposal_of(session, home).lines}
    assert (lines[SOUP][2], lines[SOUP][5]) == (4, "reorder.freezer_full")
    assert lines[JUICE][2] == 7


def test_the_reserve_is_of_what_keeps_on_a_shelf_and_is_never_counted(
    session: Session, catalogue: None
) -> None:
    home = make_home(session, items=((SOUP, 250), (SIP, 200)))
    home.client.reserve_portions = 2
    session.add(HomeStock(client_id=home.client.id, variant=SIP, portions=9, counted_at=NOW))
    run(session, NOW)
    before = proposal_of(session, home).lines
    home.client.reserve_portions = 0
    reorders.count_home_stock(session, home.actor, home.client.id, {SIP: 9}, NOW)
    after = proposal_of(session, home).lines
    changed = {a[0]: b[2] - a[2] for a, b in zip(after, before, strict=True) if a != b}
    assert changed == {SIP: 2}


def test_a_reserve_that_no_week_can_fill_is_told(session: Session, home: Home) -> None:
    """Soup and juice are all of the week: nothing in it keeps outside the freezer."""
    home.client.reserve_portions = 2
    run(session, NOW)
    told = ["reorder.no_reserve", {"portions": 2}]
    assert proposal_of(session, home).reasons == [told]
    reorders.count_home_stock(session, home.actor, home.client.id, {SIP: 1}, NOW)
    told[1] = {"portions": 1}
    assert proposal_of(session, home).reasons == [told]
    assert run(session, PLACING) == Turnout(placed=1)
    (order,) = orders_of(session, home)
    assert order.reasons == [told]
    reorders.count_home_stock(session, home.actor, home.client.id, {SIP: 2}, NOW)
    assert choose(session, home, {SOUP: 3}).reasons == []


def test_with_enough_at_home_nothing_comes(session: Session, catalogue: None) -> None:
    home = make_home(session, items=((SOUP, 250),))
    session.add(HomeStock(client_id=home.client.id, variant=SOUP, portions=50, counted_at=NOW))
    run(session, NOW)
    with pytest.raises(Refused, match="nothing_needed"), session.begin_nested():
        reorders.accept_proposal(session, home.actor, proposal_of(session, home).id, NOW)
    assert run(session, PLACING) == Turnout(declined=1)
    assert orders_of(session, home) == []


def test_a_refusal_is_kept_with_its_reasons_and_stops_nobody_else(
    session: Session, catalogue: None
) -> None:
    first, second = make_home(session), make_home(session)
    run(session, NOW)
    signed = make_allergic(session, first)
    for plan in session.scalars(select(MealPlan).where(MealPlan.client_id == first.client.id)):
        plan.prescription_id = signed.id  # it suited when it was approved; a dish changed since
    session.flush()
    assert run(session, PLACING) == Turnout(placed=1, refused=1)
    kept = proposal_of(session, first)
    assert kept.state is ProposalState.REFUSED
    assert any("celery" in str(reason) for reason in kept.reasons)
    assert len(orders_of(session, second)) == 1


def prescribe_anew(session: Session, home: Home, **values: Any) -> Prescription:
    """Sign another prescription than the one the approved week was made under."""
    signed = session.scalars(
        select(Prescription).where(Prescription.client_id == home.client.id)
    ).one()
    signed.state, signed.version = PrescriptionState.SUPERSEDED, 0
    session.flush()
    return make_prescription(session, home.client, home.user, **values)


def make_allergic(session: Session, home: Home) -> Prescription:
    return prescribe_anew(session, home, allergies=frozenset({"celery", "milk"}))


def test_a_broken_record_costs_nobody_else_their_meals(session: Session, catalogue: None) -> None:
    broken, sound = make_home(session), make_home(session)
    plan = session.scalars(select(MealPlan).where(MealPlan.client_id == broken.client.id)).one()
    plan.result = {"status": "ok"}
    session.flush()
    assert run(session, PLACING) == Turnout(placed=1, failed=1)
    assert len(orders_of(session, sound)) == 1


def test_a_rule_that_cannot_be_followed_costs_nobody_else_their_meals(
    session: Session, catalogue: None
) -> None:
    broken, sound = make_home(session), make_home(session)
    broken.rule.period_days = 10  # a file of an earlier version brought it
    session.flush()
    assert run(session, PLACING) == Turnout(placed=1, failed=1)
    assert len(orders_of(session, sound)) == 1
    make_kitchen(session)
    assert planning.gather(session, SYSTEM, FRIDAY).fields["forecast"][0]


@pytest.mark.parametrize("gone", ["left", "inactive", "no_plan"])
def test_who_gets_no_meals_gets_no_proposal(session: Session, home: Home, gone: str) -> None:
    if gone == "left":
        home.client.left_on = date(2026, 11, 20)
    elif gone == "inactive":
        home.rule.active = False
    else:
        plan = session.scalars(select(MealPlan)).one()
        plan.state = MealPlanState.SUPERSEDED
    session.flush()
    assert run(session, NOW) == run(session, PLACING) == Turnout()


def test_without_a_signed_prescription_a_person_must_look(session: Session, home: Home) -> None:
    run(session, NOW)
    for row in session.scalars(select(Prescription)):
        row.state = PrescriptionState.SUPERSEDED
    session.flush()
    assert run(session, PLACING) == Turnout(refused=1)
    assert proposal_of(session, home).reasons == [["reorder.no_profile", {}]]


def test_a_skipped_day_is_left_out_and_can_come_back(session: Session, home: Home) -> None:
    run(session, NOW)
    standing.skip(session, home.actor, home.client.id, FRIDAY, NOW)
    assert proposal_of(session, home).state is ProposalState.DECLINED
    assert standing.coming(session, home.client.id, NOW).day == FRIDAY + timedelta(days=7)
    assert run(session, PLACING) == Turnout()
    standing.unskip(session, home.actor, home.client.id, FRIDAY, PLACING)
    assert proposal_of(session, home).state is ProposalState.OPEN
    assert home.rule.skipped_days == []


def test_skipping_an_ordered_day_cancels_its_order_before_the_cut_off(
    session: Session, home: Home
) -> None:
    run(session, NOW)
    run(session, PLACING)
    with pytest.raises(Conflict, match="after_cut_off"):
        standing.skip(session, home.actor, home.client.id, FRIDAY, AFTER_NOON)
    standing.skip(session, home.actor, home.client.id, FRIDAY, PLACING)
    (order,) = orders_of(session, home)
    assert order.state is OrderState.CANCELLED
    standing.unskip(session, home.actor, home.client.id, FRIDAY, PLACING)
    assert run(session, PLACING) == Turnout(placed=1)
    assert [one.state.value for one in orders_of(session, home)] == ["cancelled", "placed"]


def test_a_pause_stops_what_can_be_stopped_and_says_what_comes(
    session: Session, home: Home
) -> None:
    run(session, NOW)
    run(session, PLACING)
    end = FRIDAY + timedelta(days=14)
    first = AFTER_NOON.date()
    left = standing.pause(
        session, home.actor, home.client.id, first=first, until=end, now=AFTER_NOON
    )
    assert left == (FRIDAY,)
    assert orders_of(session, home)[0].state is OrderState.PLACED
    ahead = standing.coming(session, home.client.id, AFTER_NOON)
    assert ahead is not None
    assert ahead.day == FRIDAY + timedelta(days=21)
    left = standing.pause(session, home.actor, home.client.id, first=first, until=end, now=PLACING)
    assert left == ()
    assert orders_of(session, home)[0].state is OrderState.CANCELLED


def test_the_end_of_a_pause_says_whether_an_order_is_made_now(session: Session, home: Home) -> None:
    run(session, NOW)
    standing.pause(session, home.actor, home.client.id, first=NOW.date(), until=FRIDAY, now=NOW)
    assert run(session, PLACING) == Turnout()
    ahead = standing.resume(session, home.actor, home.client.id, NOW)
    assert ahead is not None
    assert ahead.places_itself
    assert ahead.proposal is proposal_of(session, home)
    assert ahead.proposal.state is ProposalState.OPEN
    late = standing.resume(session, home.actor, home.client.id, AFTER_NOON)
    assert late is not None
    assert (late.day, late.proposal) == (FRIDAY + timedelta(days=7), None)


def test_a_pause_over_the_proposal_day_is_made_up_for_when_it_ends(
    session: Session, home: Home
) -> None:
    standing.pause(session, home.actor, home.client.id, first=NOW.date(), until=FRIDAY, now=NOW)
    assert run(session, NOW) == Turnout()
    last_run = AFTER_NOON - timedelta(minutes=15)
    just_before = last_run - timedelta(minutes=1)
    ahead = standing.resume(session, home.actor, home.client.id, just_before)
    assert ahead is not None
    assert ahead.places_itself
    ahead = standing.coming(session, home.client.id, last_run)
    assert ahead is not None
    assert ahead.proposal is not None
    assert not ahead.places_itself


@pytest.mark.parametrize(
    ("first", "until", "code"),
    [(2, 1, "pause_reversed"), (-1, 3, "pause_started"), (0, 400, "pause_too_long")],
)
def test_a_pause_has_a_sensible_end(
    session: Session, home: Home, first: int, until: int, code: str
) -> None:
    day = NOW.date()
    with pytest.raises(Refused, match=code):
        standing.pause(
            session,
            home.actor,
            home.client.id,
            first=day + timedelta(days=first),
            until=day + timedelta(days=until),
            now=NOW,
        )


def test_without_a_rule_nothing_comes_and_nothing_can_be_paused(
    session: Session, catalogue: None
) -> None:
    home = make_home(session)
    session.delete(home.rule)
    session.flush()
    assert standing.coming(session, home.client.id, NOW) is None
    with pytest.raises(NotFound):
        standing.resume(session, home.actor, home.client.id, NOW)


def test_what_is_done_without_an_answer_is_chosen_in_advance(session: Session, home: Home) -> None:
    choice = OnNoAnswer.DO_NOT_SEND
    standing.choose_if_no_answer(session, home.actor, home.client.id, choice, NOW)
    ahead = standing.coming(session, home.client.id, NOW)
    assert ahead is not None
    assert (ahead.if_no_answer, ahead.places_itself) == (choice, False)


def choose(session: Session, home: Home, amounts: dict[str, int], **more: Any) -> Order:
    return reorders.choose(session, home.actor, home.client.id, FRIDAY, amounts, NOW, **more)


def test_chosen_amounts_take_the_place_of_the_proposal(session: Session, home: Home) -> None:
    run(session, NOW)
    order = choose(session, home, {SOUP: 3, JUICE: 0})
    lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    assert [(line.variant, line.portions, line.portion_g) for line in lines] == [(SOUP, 3, 250)]
    assert proposal_of(session, home).order_id == order.id
    assert run(session, PLACING) == Turnout()


def test_choosing_again_leaves_one_order(session: Session, home: Home) -> None:
    for portions in (3, 5, 5):
        choose(session, home, {SOUP: portions})
    states = [one.state.value for one in orders_of(session, home)]
    assert states == ["cancelled", "cancelled", "placed"]


def test_a_trial_gives_the_price_and_keeps_nothing(session: Session, home: Home) -> None:
    run(session, NOW)
    assert choose(session, home, {SOUP: 3}, dry_run=True).total_cents > 0
    assert orders_of(session, home) == []


def test_only_dishes_of_the_plan_can_be_chosen(session: Session, home: Home) -> None:
    with pytest.raises(Refused, match="not_in_plan"):
        choose(session, home, {"mash/7/standard": 1})
    with pytest.raises(Refused, match="empty"):
        choose(session, home, {SOUP: 0})
    for plan in session.scalars(select(MealPlan)):
        plan.state = MealPlanState.SUPERSEDED
    session.flush()
    with pytest.raises(Refused, match="plan_not_approved"):
        choose(session, home, {SOUP: 1})


def test_what_no_longer_suits_cannot_be_chosen(session: Session, home: Home) -> None:
    make_allergic(session, home)
    with pytest.raises(Refused, match="celery|allergen|objection"):
        choose(session, home, {SOUP: 1})
    assert orders_of(session, home) == []


def publish_day(session: Session, order: Order, *shares: int) -> None:
    """Publish a day that serves so many grams of each line of an order, in their order."""
    lines = session.scalars(
        select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.id)
    ).all()
    stored = StoredDay(
        orders=(),
        plan=DayPlanned(
            snapshot="x",
            service_day=order.service_day,
            batches=(),
            born=(),
            draws=(),
            purchases=(),
            routes=RoutePlan(routes=(), unserved=(), cost_cents=0, provenance="x"),
            unserved=(),
            allocations=tuple(
                Allocation(order_line=f"{order.code}-{line.id}", lot=lot, amount_g=grams)
                for line, share in zip(lines, shares, strict=True)
                for lot, grams in (("L1", share // 3), ("L2", share - share // 3))
            ),
        ),
    )
    plan = DayPlan(
        depot_id=make_kitchen(session).id,
        version=1,
        service_day=order.service_day,
        state=DayPlanState.PUBLISHED,
        snapshot="x",
        document={},
        content=cells(stored),
        cost_cents=0,
        unserved_count=0,
        created_at=NOW,
    )
    session.add(plan)
    session.flush()


def count_soup(session: Session, home: Home, portions: int | None, at: datetime) -> None:
    row = HomeStock(client_id=home.client.id, variant=SOUP, portions=portions, counted_at=at)
    session.add(row)
    session.flush()


def soup_at_home(session: Session, home: Home) -> int | None:
    return freezer.home_stock(session, home.client.id)[SOUP].portions


def test_what_was_served_is_added_to_what_was_counted(session: Session, home: Home) -> None:
    count_soup(session, home, 2, NOW)
    order = choose(session, home, {SOUP: 3, JUICE: 2})
    publish_day(session, order, 400, 749)  # juice, then soup: two and a bit of three portions
    reorders.fill(session, order)
    assert soup_at_home(session, home) == 4
    assert JUICE not in freezer.home_stock(session, home.client.id)


def test_the_lots_that_were_brought_are_known_at_home_with_their_dates(
    session: Session, home: Home
) -> None:
    for code, days in (("L1", 30), ("L2", 60)):
        make_lot(session, SOUP, 0, FRIDAY + timedelta(days=days), code=code)
    order = choose(session, home, {SOUP: 3})
    publish_day(session, order, 750)
    reorders.fill(session, order)
    (lots,) = freezer.lots_brought(session, home.client.id).values()
    assert [(one.lot, one.portions) for one in lots] == [("L1", 1), ("L2", 2)]
    assert lots[0].use_by == FRIDAY + timedelta(days=30)


def test_food_that_will_have_expired_is_no_stock(session: Session, home: Home) -> None:
    """Counted 9 on Monday, 4 eaten until Friday; of the 5, two are eaten by Saturday, 3 expire."""
    count_soup(session, home, 9, NOW)
    lot = {"lot": "L1", "portions": 9, "brought_on": NOW.date()}
    use_by = FRIDAY + timedelta(days=1)
    session.add(BroughtLot(client_id=home.client.id, variant=SOUP, use_by=use_by, **lot))
    run(session, NOW)
    lines = {line[0]: line for line in proposal_of(session, home).lines}
    assert lines[SOUP][2:] == [5, 7, 2, "reorder.needed"]
    today = NOW.astimezone(LOCAL_ZONE).date()
    (first,) = homelots.to_eat_first(session, home.client.id, today)
    assert (first.lot.portions, first.left, first.gone) == (9, 3, False)
    (gone,) = homelots.to_eat_first(session, home.client.id, use_by + timedelta(days=1))
    assert gone.gone


def bring(session: Session, home: Home, code: str, portions: int, use_by: date) -> None:
    """Bring a lot of soup of which nothing lies in the central store any more."""
    make_lot(session, SOUP, 0, use_by, code=code)
    lot = {"lot": code, "portions": portions, "brought_on": NOW.date()}
    session.add(BroughtLot(client_id=home.client.id, variant=SOUP, use_by=use_by, **lot))
    session.flush()


def withdraw_lot(session: Session, code: str) -> None:
    row = session.scalars(select(Lot).where(Lot.code == code)).one()
    row.state = LotState.RECALLED
    session.flush()


def test_a_recalled_lot_at_home_is_no_stock(session: Session, home: Home) -> None:
    """Counted 12 on Monday, 4 eaten until Friday: 8 left, until 9 of them are withdrawn."""
    count_soup(session, home, 12, NOW)
    bring(session, home, "L1", 3, FRIDAY + timedelta(days=60))
    bring(session, home, "L2", 9, FRIDAY + timedelta(days=90))
    run(session, NOW)
    lines = {line[0]: line for line in proposal_of(session, home).lines}
    assert lines[SOUP][2:] == [0, 7, 8, "reorder.enough_at_home"]
    withdraw_lot(session, "L2")
    run(session, NOW)
    lines = {line[0]: line for line in proposal_of(session, home).lines}
    assert lines[SOUP][2:] == [7, 7, 0, "reorder.needed"]
    reorders.count_home_stock(session, home.actor, home.client.id, {SOUP: 0}, NOW)
    assert homelots.withdrawn_at_home(session, home.client.id) == ()


def lacking(session: Session, home: Home, day: date = FRIDAY) -> int:
    """Give the portions of its emergency floor that the home lacks before a delivery."""
    return floors.lacking(session, {7: home.client.id}, day)[7]


def test_the_floor_counts_what_may_still_be_eaten_that_day(session: Session, home: Home) -> None:
    assert lacking(session, home) == 0
    home.client.reserve_portions = 3
    session.flush()
    assert lacking(session, home) == 3
    count_soup(session, home, 6, NOW)
    assert lacking(session, home, NOW.date()) == 0
    assert lacking(session, home) == 1  # four were eaten since Monday
    bring(session, home, "L1", 6, FRIDAY)
    assert lacking(session, home) == 1
    assert lacking(session, home, FRIDAY + timedelta(days=1)) == 3  # expired, and eaten besides


def test_the_floor_is_never_made_of_food_that_expired_or_was_withdrawn(
    session: Session, home: Home
) -> None:
    home.client.reserve_portions = 3
    count_soup(session, home, 20, NOW)
    bring(session, home, "L1", 12, FRIDAY - timedelta(days=1))
    bring(session, home, "L2", 8, FRIDAY + timedelta(days=90))
    assert lacking(session, home) == 0
    withdraw_lot(session, "L2")
    assert lacking(session, home) == 3


@pytest.mark.parametrize(("period", "lasts"), [(7, 0), (14, 17), (28, 31)])
def test_an_order_for_weeks_keeps_until_the_next_one_and_three_days_more(
    session: Session, home: Home, period: int, lasts: int
) -> None:
    home.rule.period_days = period
    choose(session, home, {SOUP: 3})
    make_kitchen(session)
    (order,) = planning.gather(session, SYSTEM, FRIDAY).fields["orders"]
    assert order.lasts_days == lasts
    life_days = life_at_delivery(order.kind, 365, order.min_life_days, order.lasts_days)
    assert life_days == max(10, lasts)


def test_what_no_plan_served_is_not_at_home(session: Session, home: Home) -> None:
    count_soup(session, home, 2, NOW)
    order = choose(session, home, {SOUP: 3})
    reorders.fill(session, order)
    assert soup_at_home(session, home) == 2


@pytest.mark.parametrize(
    ("at", "found"), [((7, 59), 5), ((8, 0), 2), ((12, 0), 2)], ids=["before", "at", "after"]
)
def test_a_count_made_since_the_door_opened_holds_what_came(
    session: Session, home: Home, at: tuple[int, int], found: int
) -> None:
    moment = datetime.combine(FRIDAY, time(*at), tzinfo=LOCAL_ZONE)
    count_soup(session, home, 2, moment)
    order = choose(session, home, {SOUP: 3})
    publish_day(session, order, 750)
    reorders.fill(session, order)
    assert soup_at_home(session, home) == found


def test_what_nobody_counted_stays_unknown(session: Session, home: Home) -> None:
    count_soup(session, home, None, NOW)
    order = choose(session, home, {SOUP: 3})
    publish_day(session, order, 750)
    reorders.fill(session, order)
    assert soup_at_home(session, home) is None


@pytest.fixture
def filled(any_url: str) -> Iterator[Engine]:
    engine = make_engine(any_url)
    with transaction(engine) as session:
        load_catalogue(session)
        for _ in range(3):
            make_home(session)
    yield engine
    engine.dispose()


def together(*acts: Any) -> list[Any]:
    """Do things in threads of their own at the same moment; an error is a result."""
    barrier, found = Barrier(len(acts)), []

    def act(one: Any) -> None:
        barrier.wait()
        try:
            found.append(one())
        except Exception as error:  # noqa: BLE001 - the test looks at it
            found.append(error)

    threads = [Thread(target=act, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_workers_at_once_order_each_delivery_once(filled: Engine) -> None:
    def work() -> Turnout:
        with transaction(filled) as session:
            return run(session, PLACING)

    done = together(work, work)
    assert sorted(one.placed for one in done) == [0, 3]
    assert [one.failed for one in done] == [0, 0]
    with transaction(filled) as session:
        assert session.scalar(select(func.count(Order.id))) == 3


def test_nobody_but_a_dietitian_orders_while_an_urgent_warning_is_open(
    session: Session, home: Home
) -> None:
    run(session, NOW)
    proposal = proposal_of(session, home)
    warnings.open_warning(
        session, home.client.id, WarningCode.ALLERGEN, level=WarningLevel.URGENT, now=NOW, facts={}
    )
    with pytest.raises(Refused, match="dietitian_first"):
        reorders.accept_proposal(session, home.actor, proposal.id, NOW)
    with pytest.raises(Refused, match="dietitian_first"):
        reorders.choose(session, home.actor, home.client.id, FRIDAY, {SOUP: 1}, NOW)
    assert orders_of(session, home) == []
    house = make_organisation(session, OrganisationKind.NPCC)
    user = make_user(session, Role.DIETITIAN, organisation_id=house.id)
    dietitian = people.actor_for(session, user, NOW)
    assert reorders.accept_proposal(session, dietitian, proposal.id, NOW).state is OrderState.PLACED


def test_a_click_and_the_job_at_once_make_one_order(filled: Engine) -> None:
    with transaction(filled) as session:
        run(session, NOW)
        proposal = session.scalars(select(ReorderProposal).order_by(ReorderProposal.id)).first()
        assert proposal is not None
        own = frozenset({proposal.client_id})
        proposal_id = proposal.id
    actor = Actor(role=Role.CLIENT, sees=own, orders_for=own)

    def click() -> None:
        with transaction(filled) as session:
            reorders.accept_proposal(session, actor, proposal_id, PLACING)

    def work() -> None:
        with transaction(filled) as session:
            run(session, PLACING)

    problems = [one for one in together(click, work) if one is not None]
    assert all(isinstance(one, Conflict) for one in problems)
    with transaction(filled) as session:
        assert session.scalar(select(func.count(Order.id))) == 3


def test_the_scheduler_turn_orders_once_whoever_works(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two schedulers fire the same turn, two workers look for work: one job, one order each.

    The job reads the clock: its deliveries are those whose last run is today, in a house that runs
    it after noon and so places the day before the cut-off, whatever the time is now.
    """
    late = ReorderRule(cut_off=reorders.RULE.cut_off, run_minute_of_day=13 * 60)
    monkeypatch.setattr(reorders, "RULE", late)
    now = datetime.now(UTC)
    today = now.astimezone(LOCAL_ZONE).date()
    day = next(
        one
        for ahead in range(7)
        if reorders.RULE.place_on(one := today + timedelta(days=ahead)) == today
    )
    with transaction(filled) as session:
        for rule in session.scalars(select(StandingOrder)):
            rule.weekday = day.weekday()
        for site in session.scalars(select(Site)):
            site.delivery_weekdays = list(range(7))
    turn = turns.Turn(kind="reorder", hour=6, minute=0)
    fired = together(*(lambda: turns.fire(filled, turn, now),) * 2)
    assert sorted(fired) == [False, True]
    together(*(lambda name=name: jobs.work_once(filled, name) for name in ("one", "two")))
    with transaction(filled) as session:
        (job,) = session.scalars(select(Job)).all()
        assert job.status.value == "done"
        assert job.result["placed"] == 3
        assert session.scalar(select(func.count(Order.id))) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_reorders_has_a_sentence(language: str) -> None:
    known = sentences(language)
    for code in (*reorders.REORDER_NOTES, *standing.STANDING_CODES):
        assert code in known
    for template in reordermail.REORDER_MAILS:
        assert f"{template}.subject" in known
        assert f"{template}.text" in known


def test_a_week_of_an_older_prescription_is_placed_by_a_person_only(
    session: Session, home: Home
) -> None:
    prescribe_anew(session, home)
    assert run(session, NOW) == Turnout(proposed=1)
    assert mails(session) == ["mail.reorder.do_not_send"]
    ahead = standing.coming(session, home.client.id, NOW)
    assert ahead is not None
    assert not ahead.places_itself
    assert run(session, PLACING) == Turnout(refused=1)
    assert run(session, PLACING) == Turnout()
    proposal = proposal_of(session, home)
    assert proposal.state is ProposalState.OPEN
    assert proposal.reasons == [["plan.prescription_changed", {}]]
    assert orders_of(session, home) == []
    order = reorders.accept_proposal(session, home.actor, proposal.id, PLACING)
    assert order.state is OrderState.PLACED


@pytest.mark.parametrize("answer", list(OnNoAnswer))
def test_a_high_refeeding_risk_ends_what_the_job_proposed(
    session: Session, home: Home, answer: OnNoAnswer
) -> None:
    run(session, NOW)
    home.rule.on_no_answer = answer
    prescribe_anew(session, home, refeeding=RefeedingLevel.HIGH)
    assert run(session, PLACING) == Turnout(refused=1)
    proposal = proposal_of(session, home)
    assert proposal.state is ProposalState.REFUSED
    assert proposal.reasons == [["plan.refeeding_blocks", {}]]
    assert orders_of(session, home) == []


def test_a_week_approved_meanwhile_is_what_gets_placed(session: Session, home: Home) -> None:
    run(session, NOW)
    signed = prescribe_anew(session, home)
    (old,) = session.scalars(select(MealPlan)).all()
    items = [{**item, "variant": JUICE} for item in old.result["items"]]
    session.add(
        MealPlan(
            client_id=home.client.id,
            prescription_id=signed.id,
            start_day=old.start_day - timedelta(days=70),
            days=7,
            state=MealPlanState.APPROVED,
            request=old.request,
            result={**old.result, "items": items},
            catalogue_version="x",
            created_at=NOW,
            approved_at=NOW,
        )
    )
    session.flush()
    assert run(session, PLACING) == Turnout(placed=1)
    (order,) = orders_of(session, home)
    lines = session.scalars(select(OrderLine.variant).where(OrderLine.order_id == order.id))
    assert set(lines) == {JUICE}
