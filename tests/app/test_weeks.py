"""A proposed week changed part by part: what moves, what stays, what is asked before a name."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.access import Actor, Conflict, NotFound, Refused
from app.models.meals import MealPlan, MealPlanState
from app.models.people import Client, User
from app.operations import meals, people, planning, weekplan, weeks
from app.operations.eaters import current_profile
from app.operations.weekrequest import plan_request, without_rule
from app.operations.weeks import Place
from menus import (
    PlanRequest,
    Role,
    objections,
    request_from_json,
)
from screening import Constraint, Range, Strength
from tests import factories

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
DINNER = Place(day=2, slot="lunch", role="protein")


@pytest.fixture
def user(session: Session) -> User:
    factories.load_catalogue(session)
    return factories.make_user(session)


@pytest.fixture
def actor(session: Session, user: User) -> Actor:
    return people.actor_for(session, user, NOW)


@pytest.fixture
def client(session: Session) -> Client:
    return factories.make_client(session)


def propose(session: Session, actor: Actor, client: Client, user: User, **values: Any) -> MealPlan:
    factories.make_prescription(session, client, user, **values)
    return meals.propose_plan(session, actor, client.id, start=MONDAY, now=NOW)


def dishes(plan: MealPlan) -> dict[tuple[Any, ...], str]:
    return {
        (item["day"], item["slot"], item["role"]): item["variant"] for item in plan.result["items"]
    }


def other_dish(session: Session, plan: MealPlan) -> tuple[str, str]:
    """Give a dish and size that suit this eater and do not stand in the place now."""
    request = weekplan.request_of(plan)
    assert request is not None
    standing = dishes(plan)[2, "lunch", "protein"].partition("/")[0]
    found = next(
        one
        for one in meals.catalogue(session).variants.values()
        if one.role is Role.PROTEIN
        and one.component != standing
        and not objections(one, request.eater)
    )
    return found.id, "M"


def test_a_swap_moves_one_dish_and_can_be_undone(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user)
    before = dishes(plan)
    variant, portion = other_dish(session, plan)
    changed = weeks.swap(
        session, actor, plan.id, place=DINNER, variant=variant, portion=portion, now=NOW
    )
    moved = {place for place, dish in before.items() if dishes(changed).get(place) != dish}
    assert moved == {(2, "lunch", "protein")}
    assert (plan.state, changed.state) == (MealPlanState.SUPERSEDED, MealPlanState.PROPOSED)
    assert weeks.undo(session, actor, changed.id, NOW) is plan
    assert (plan.state, changed.state) == (MealPlanState.PROPOSED, MealPlanState.SUPERSEDED)
    with pytest.raises(Conflict, match=r"plan\.nothing_to_undo"):
        weeks.undo(session, actor, plan.id, NOW)


def test_a_pin_changes_no_dish_and_survives_a_new_proposal(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user)
    before = dishes(plan)
    meal = Place(day=1, slot="lunch")
    weeks.pin(session, actor, plan.id, place=meal, on=True, now=NOW)
    assert dishes(plan) == before
    fixed = {place for place in before if place[:2] == (1, "lunch")}
    told = {
        (item["day"], item["slot"], item["role"])
        for item in plan.result["items"]
        if "plan.reason.pinned" in item["reasons"]
    }
    assert told == fixed
    again = meals.propose_plan(session, actor, client.id, start=MONDAY, now=NOW)
    assert {place: dishes(again)[place] for place in fixed} == {
        place: before[place] for place in fixed
    }
    assert dishes(again) != before
    weeks.pin(session, actor, again.id, place=meal, on=False, now=NOW)
    assert again.request["pins"] == []
    with pytest.raises(NotFound):
        weeks.pin(session, actor, again.id, place=Place(day=1, slot="tea"), on=True, now=NOW)


def test_a_pin_that_no_longer_suits_is_let_loose_and_counted(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user)
    weeks.pin(session, actor, plan.id, place=Place(day=0, slot="lunch"), on=True, now=NOW)
    row = session.get(type(plan), plan.id)
    assert row is not None
    soup = next(pin for pin in row.request["pins"] if pin["role"] == "soup")
    held = meals.catalogue(session).variants[soup["variant"]].ingredients
    signed = weekplan.signed_prescription(session, client.id)
    assert signed is not None
    signed.content = {**signed.content, "excluded_ingredients": [min(held - {"water"})]}
    session.flush()
    again = meals.propose_plan(session, actor, client.id, start=MONDAY, now=NOW)
    assert soup not in again.request["pins"]
    assert weekplan.pins_lost(session, again) >= 1


def test_one_day_is_composed_again_and_six_stay(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user)
    weeks.pin(session, actor, plan.id, place=Place(day=3, slot="supper"), on=True, now=NOW)
    before = dishes(plan)
    changed = weeks.another_day(session, actor, plan.id, day=3, now=NOW)
    assert changed is not None
    differing = {place for place in before if dishes(changed).get(place) != before[place]}
    assert {day for day, _, _ in differing} == {3}
    assert all(slot != "supper" for _, slot, _ in differing)
    assert changed.request["pins"] == plan.request["pins"]
    with pytest.raises(NotFound):
        weeks.another_day(session, actor, changed.id, day=7, now=NOW)


def test_a_day_of_which_every_dish_is_pinned_stays_and_nothing_is_kept(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user)
    weeks.pin(session, actor, plan.id, place=Place(day=0), on=True, now=NOW)
    same = weeks.another_day(session, actor, plan.id, day=0, now=NOW)
    optional = same is not None and set(dishes(plan)) < set(dishes(same))
    assert same is None or optional


NARROW = {
    "energy_kcal": Range(low=1500, high=1600),
    "protein_g": Range(low=90, high=100),
    "diets": frozenset({"vegan"}),
}
"""More protein for less energy than this kitchen has without meat: a day lies outside."""


def test_what_lies_outside_the_order_asks_a_reason(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user, **NARROW)
    found = weekplan.week(session, actor, client.id, now=NOW)
    assert found.outside
    with pytest.raises(Refused) as refused:
        meals.approve(session, actor, plan.id, NOW, reason=" ")
    assert [code for _, code, _ in refused.value.problems] == ["plan.sign.needs_reason"]
    assert plan.state is MealPlanState.PROPOSED
    meals.approve(session, actor, plan.id, NOW, reason=" Zij eet graag veel. ")
    assert (plan.state, plan.reason) == (MealPlanState.APPROVED, "Zij eet graag veel.")


def test_a_mean_below_an_unsigned_reference_value_asks_no_reason() -> None:
    mean = {"day": None, "nutrient": "vitamin_d_ug", "below": 3, "above": 0}
    content = factories.make_content()
    assert meals.out_of_order({"slack": [mean]}, content) == ()
    signed = factories.make_content(nutrients={"vitamin_d_ug": Range(low=20)})
    assert meals.out_of_order({"slack": [mean]}, signed) == (mean,)
    dose = {"day": 0, "dose": "08:00", "above": 2}
    assert meals.out_of_order({"slack": [], "dose_slack": [dose]}, content) == (dose,)


def test_a_refused_proposal_is_gone_with_its_reason(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user)
    with pytest.raises(Refused):
        weeks.refuse(session, actor, plan.id, reason="", now=NOW)
    weeks.refuse(session, actor, plan.id, reason="Te veel vis.", now=NOW)
    assert (plan.state, plan.reason) == (MealPlanState.REFUSED, "Te veel vis.")
    assert weekplan.newest_plan(session, client.id) is None
    with pytest.raises(Conflict):
        meals.approve(session, actor, plan.id, NOW)


def no_soup(session: Session) -> frozenset[str]:
    """Give few ingredients of which every soup holds one."""
    left = [one for one in meals.catalogue(session).variants.values() if one.role is Role.SOUP]
    words: set[str] = set()
    while left:
        common = Counter(word for one in left for word in one.ingredients).most_common(1)[0][0]
        words.add(common)
        left = [one for one in left if common not in one.ingredients]
    return frozenset(words)


def test_an_unmet_week_is_no_proposal_and_gives_up_only_what_is_its_own(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    plan = propose(session, actor, client, user, excluded_ingredients=no_soup(session))
    assert plan.state is MealPlanState.UNMET
    assert weekplan.newest_plan(session, client.id) is plan
    with pytest.raises(Conflict):
        meals.approve(session, actor, plan.id, NOW, reason="x")
    offered = [one["rule"] for one in plan.result["relaxations"]]
    assert "role:lunch/soup" in offered
    elsewhere = [one for one in offered if not one.startswith(("role:", "pin:"))]
    for rule, reason in (
        ("role:lunch/soup", ""),
        ("allergy:nuts", "x"),
        *((one, "x") for one in elsewhere),
    ):
        with pytest.raises(Refused):
            weeks.give_up(session, actor, plan.id, rule=rule, reason=reason, now=NOW)
    easier = weeks.give_up(
        session, actor, plan.id, rule="role:lunch/soup", reason="Eet geen soep.", now=NOW
    )
    assert easier.state is MealPlanState.PROPOSED
    assert easier.given_up == [{"rule": "role:lunch/soup", "reason": "Eet geen soep."}]
    again = meals.propose_plan(session, actor, client.id, start=MONDAY, now=NOW)
    assert again.given_up == easier.given_up
    with pytest.raises(Conflict):
        weeks.give_up(session, actor, again.id, rule="role:lunch/soup", reason="x", now=NOW)


def test_an_exclusion_by_dislike_is_given_up_for_one_week_and_holds_again_after_it(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    words = no_soup(session)
    values = {"excluded_ingredients": words, "dislikes": words}
    plan = propose(session, actor, client, user, **values)
    assert plan.state is MealPlanState.UNMET
    ways = [
        {one["rule"], *one.get("also", ())}
        for one in plan.result["relaxations"]
        if one["rule"].startswith("exclude_ingredient:")
    ]
    assert ways
    rule = next(one for one in plan.result["relaxations"] if one["rule"] in ways[0])["rule"]
    easier = weeks.give_up(session, actor, plan.id, rule=rule, reason="Even proberen.", now=NOW)
    assert easier.state is MealPlanState.PROPOSED
    eaten = set().union(
        *(meals.catalogue(session).variants[one].ingredients for one in dishes(easier).values())
    )
    let_go = {one.partition(":")[2] for one in ways[0]}
    assert let_go & words <= eaten | let_go
    assert not (words - let_go) & eaten
    assert let_go & eaten
    meals.approve(session, actor, easier.id, NOW, reason="x")

    def kept_away(day: date) -> frozenset[str]:
        profile = current_profile(session, client.id, day)
        assert profile is not None
        assert planning.signed_eaters(session, day)[client.id] == profile
        return profile.exclude_ingredients

    assert kept_away(MONDAY) == words - let_go
    following = meals.propose_plan(
        session, actor, client.id, start=MONDAY + timedelta(days=7), now=NOW
    )
    assert following.state is MealPlanState.UNMET
    following.state = MealPlanState.APPROVED
    session.flush()
    assert kept_away(MONDAY + timedelta(days=7)) == words


def test_only_what_is_a_matter_of_taste_can_be_given_up_and_a_rule_stays(
    session: Session, user: User, client: Client
) -> None:
    rule = Constraint(rule="r-157", hard=True, exclude_ingredient="pomelo")
    content = factories.make_content(
        excluded_ingredients=frozenset({"pomelo", "leek", "fennel"}),
        dislikes=frozenset({"pomelo", "leek"}),
        rules=(rule,),
        salt=Strength.LESS,
    )
    request = plan_request("C1", content, start=MONDAY, days=2)
    assert request["seasoning"]
    assert without_rule(request, "seasoning:low-salt")["seasoning"] == []
    for never in ("allergy:milk", "food_iddsi:5", "diet:vegan", "exclude_ingredient:fennel"):
        with pytest.raises(ValueError, match=never.partition(":")[2 if "fennel" in never else 0]):
            without_rule(request, never)
    without = request_from_json(without_rule(request, "exclude_ingredient:pomelo"))
    assert isinstance(without, PlanRequest)
    wanted = without.eater.wants("exclude_ingredient", without.eater.exclude_ingredients)
    assert wanted == ["fennel", "leek", "pomelo"]
    signed = factories.make_prescription(
        session,
        client,
        user,
        excluded_ingredients=content.excluded_ingredients,
        dislikes=content.dislikes,
        rules=content.rules,
        salt=content.salt,
    )
    words = ("leek", "fennel", "pomelo")
    eater = signed.as_eater([*(f"exclude_ingredient:{one}" for one in words), "seasoning:low-salt"])
    assert eater.exclude_ingredients == {"fennel", "pomelo"}
    assert (eater.seasonings, bool(signed.as_eater().seasonings)) == (frozenset(), True)
    assert eater.allergies == signed.as_eater().allergies


def test_a_week_is_compared_with_the_one_eaten_before(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    first = propose(session, actor, client, user)
    assert weeks.compare_with_last(session, first) is None
    meals.approve(session, actor, first.id, NOW, reason="x")
    start = MONDAY + timedelta(days=7)
    later = meals.propose_plan(session, actor, client.id, start=start, now=NOW)
    variant, portion = other_dish(session, later)
    was = dishes(first)[2, "lunch", "protein"]
    changed = weeks.swap(
        session, actor, later.id, place=DINNER, variant=variant, portion=portion, now=NOW
    )
    beside = weeks.compare_with_last(session, changed)
    assert beside is not None
    day = next(one for one in beside.changes.days if one.day == 2)
    moved = {gone.variant for gone, _ in day.moved}
    assert was in {*moved, *(one.variant for one in day.removed)}
    assert variant in {one.variant for one in day.added}
    assert beside.changes.objective == ()
    before, now = dishes(first), dishes(changed)
    differing = {place[0] for place in {*before, *now} if before.get(place) != now.get(place)}
    assert differing <= {one.day for one in beside.changes.days}


def test_a_proposal_for_the_days_of_a_signed_week_keeps_to_it(
    session: Session, actor: Actor, client: Client, user: User
) -> None:
    first = propose(session, actor, client, user)
    meals.approve(session, actor, first.id, NOW, reason="x")
    again = meals.propose_plan(session, actor, client.id, start=MONDAY, now=NOW)
    assert again.request["previous"] == first.result
