"""What a prescription, a table and a store ask of a week beside the windows of its days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.access import Actor
from app.models.people import Client, User
from app.models.stock import Lot
from app.operations import meals, people
from app.operations.weekrequest import plan_request, reckonable, slot_windows, within_reach
from app.operations.weekrequest.slots import dose_free
from logistics import LotState
from menus import NUTRIENTS, PlanRequest, Zone, request_from_json
from screening import Constraint, MealPattern, Prescription, Range
from tests import factories

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
SCALES = {one.code: one.scale for one in NUTRIENTS}
G, CARB = SCALES["protein_g"], SCALES["carbohydrate_g"]


def content(low: int, high: int | None, **values: Any) -> Prescription:
    return factories.make_content(protein_g=Range(low=low, high=high), **values)


@pytest.mark.parametrize(
    ("high", "window"),
    [
        (74, None),
        (75, {"min": 25 * G, "max": 30 * G}),
        (90, {"min": 25 * G, "max": 30 * G}),
        (100, {"min": 25 * G, "max": 34 * G}),
        (None, {"min": 25 * G, "max": 30 * G}),
    ],
)
def test_protein_is_spread_where_the_order_of_the_day_has_room(
    high: int | None, window: dict[str, int] | None
) -> None:
    found = slot_windows(content(57, high))
    asked = {slot: one["protein_g"] for slot, one in found.items() if "protein_g" in one}
    mains = ("breakfast", "lunch", "supper")
    assert asked == ({} if window is None else dict.fromkeys(mains, window))


def test_beside_levodopa_and_in_a_slow_rise_protein_is_not_spread() -> None:
    rule = Constraint(rule="r-203", hard=False, dose_protein_g=7)
    assert slot_windows(content(80, 100, rules=(rule,), dose_times=("08:00",))) == {}
    assert slot_windows(content(80, 100, step_up=(500, 700), step_up_from=MONDAY)) == {}


def test_ordered_fluid_becomes_water_of_the_whole_day_drinks_included() -> None:
    """Drinks are four fifths of all water: 1.6 of 2.0 litres, 2.0 of 2.5 (EFSA 2010)."""
    water = SCALES["water_g"]

    def windows(fluid: Range) -> tuple[dict[str, int] | None, dict[str, int] | None]:
        asked = plan_request("C1", content(57, 71, fluid_ml=fluid), start=MONDAY, days=7)
        read = request_from_json(asked)
        assert isinstance(read, PlanRequest)
        return asked["day"].get("water_g"), asked["week"].get("water_g")

    assert windows(Range()) == (None, None)
    assert windows(Range(low=1600)) == (None, {"min": 2000 * water})
    ceiling = {"max": 1875 * water}
    assert windows(Range(high=1500)) == (ceiling, ceiling)
    assert windows(Range(low=1000, high=1500)) == (ceiling, {"min": 1250 * water, **ceiling})
    signed = content(57, 71, fluid_ml=Range(low=1600), nutrients={"water_g": Range(low=1800)})
    by_hand = plan_request("C1", signed, start=MONDAY, days=7)["week"]["water_g"]
    assert by_hand == {"min": 1800 * water}


def test_a_week_keeps_to_ordered_fluid(session: Session) -> None:
    factories.load_catalogue(session)
    user, client = factories.make_user(session), factories.make_client(session)
    fluid = Range(high=900)
    factories.make_prescription(session, client, user, fluid_ml=fluid)
    actor = people.actor_for(session, user, NOW)
    plan = meals.propose_plan(session, actor, client.id, start=MONDAY, now=NOW, days=2)
    sums = [day["nutrients"]["water_g"] for day in plan.result["totals"]]
    assert all(not one["missing"] for one in sums)
    told = [one for one in plan.result["slack"] if one["nutrient"] == "water_g" and one["above"]]
    over = [one for one in sums if one["known"] > 900 * 5 / 4 * SCALES["water_g"]]
    assert len([one for one in told if one["day"] is not None]) == len(over) == 0


def test_a_tolerance_around_usual_carbohydrate_is_spread_over_the_day() -> None:
    rule = Constraint(
        rule="r-221",
        hard=False,
        nutrient="carbohydrate_g",
        daily=True,
        bounds=Range(low=170, high=230),
    )
    found = slot_windows(content(40, 60, rules=(rule,), meal_pattern=MealPattern.FIVE))
    lows = {slot: one["carbohydrate_g"]["min"] for slot, one in found.items()}
    highs = {slot: one["carbohydrate_g"]["max"] for slot, one in found.items()}
    assert lows["lunch"] == 170 * CARB * 3 // 11
    assert lows["afternoon"] == 170 * CARB // 11
    assert sum(lows.values()) <= 170 * CARB
    assert sum(highs.values()) >= 230 * CARB


@pytest.mark.parametrize(
    ("doses", "free"),
    [
        (("08:00", "12:00", "18:00"), ["18:00"]),
        (("07:00", "11:30", "17:30", "21:30"), ["17:30"]),
        (("08:00", "12:00"), []),
        (("08:00", "14:00", "18:00"), []),
        ((), []),
    ],
)
def test_the_evening_meal_brings_the_protein_where_no_main_meal_is_apart_from_a_dose(
    doses: tuple[str, ...], free: list[str]
) -> None:
    rule = Constraint(rule="r-203", hard=False, dose_protein_g=7)
    asked = content(80, 100, dose_times=doses)
    assert dose_free(replace(asked, rules=(rule,))) == free
    assert dose_free(asked) == []


def test_an_ordered_late_snack_asks_fifty_grams_of_carbohydrate() -> None:
    found = slot_windows(content(40, 60, meal_pattern=MealPattern.SIX_LATE))
    assert found == {"late_evening": {"carbohydrate_g": {"min": 50 * CARB}}}


RULES = st.sampled_from(
    [
        (),
        (Constraint(rule="r-203", hard=False, dose_protein_g=7),),
        (
            Constraint(
                rule="r-221",
                hard=False,
                nutrient="carbohydrate_g",
                daily=True,
                bounds=Range(low=100, high=140),
            ),
        ),
    ]
)


@given(
    low=st.integers(20, 120),
    wide=st.integers(0, 60),
    pattern=st.sampled_from(MealPattern),
    late=st.booleans(),
    rules=RULES,
)
def test_no_window_of_a_slot_is_a_limit_and_all_of_them_can_be_read(
    *, low: int, wide: int, pattern: MealPattern, late: bool, rules: tuple[Constraint, ...]
) -> None:
    asked = content(low, low + wide, meal_pattern=pattern, late_snack=late, rules=rules)
    windows = slot_windows(asked)
    limits = {name for one in windows.values() for window in one.values() for name in window}
    assert limits <= {"min", "max"}
    read = request_from_json(plan_request("c", asked, start=MONDAY, days=1))
    assert isinstance(read, PlanRequest)
    assert {slot for slot, _ in read.slot_windows} == set(windows)


@pytest.fixture
def user(session: Session) -> User:
    factories.load_catalogue(session)
    return factories.make_user(session)


@pytest.fixture
def actor(session: Session, user: User) -> Actor:
    return people.actor_for(session, user, NOW)


def test_an_aim_is_lowered_to_what_the_kitchen_can_choose_among(
    session: Session, user: User
) -> None:
    asked = content(90, 100, food_level="4", drink_level="3", allergies=frozenset({"milk"}))
    client = factories.make_client(session)
    row = factories.make_prescription(session, client, user, **_fields(asked))
    request = plan_request("c", asked, start=MONDAY, days=1)
    reached = within_reach(request, meals.catalogue(session), row.as_eater())["slot_windows"]
    for slot, windows in request["slot_windows"].items():
        assert 0 < reached[slot]["protein_g"]["min"] <= windows["protein_g"]["min"]
    assert reached["breakfast"]["protein_g"]["min"] < 25 * G
    assert reached["lunch"]["protein_g"] == request["slot_windows"]["lunch"]["protein_g"]


def _fields(asked: Prescription) -> dict[str, Any]:
    return {
        "food_level": asked.food_level,
        "drink_level": asked.drink_level,
        "allergies": asked.allergies,
        "protein_g": asked.protein_g,
    }


def _week(session: Session, actor: Actor, client: Client, user: User) -> Any:
    factories.make_prescription(session, client, user)
    plan = meals.propose_plan(session, actor, client.id, start=MONDAY, now=NOW)
    return meals.approve(session, actor, plan.id, NOW, reason="x")


def test_who_shares_a_home_is_asked_to_eat_the_same(
    session: Session, actor: Actor, user: User
) -> None:
    first = factories.make_client(session)
    second = factories.make_client(session, site_id=first.site_id)
    alone = factories.make_client(session)
    week = _week(session, actor, first, user)
    assert week.request["together"] == []
    beside = _week(session, actor, second, user)
    wanted = {
        (one["day"], one["slot"], one["role"], one["component"])
        for one in beside.request["together"]
    }
    assert wanted == {
        (item["day"], item["slot"], item["role"], item["variant"].partition("/")[0])
        for item in week.result["items"]
    }
    assert _week(session, actor, alone, user).request["together"] == []


def test_released_lots_near_their_end_are_named_and_no_other(
    session: Session, actor: Actor, user: User
) -> None:
    client = factories.make_client(session)
    names = sorted(meals.catalogue(session).variants)[:5]
    portion = meals.catalogue(session).variants[names[0]].portions_g["M"]
    ends = (2, 30, -1, 3, 4)
    states = (LotState.RELEASED,) * 3 + (LotState.HOLD, LotState.RELEASED)
    for at, (sku, end, state) in enumerate(zip(names, ends, states, strict=True)):
        grams = 4 * portion if at < 4 else 1
        keep_lot(session, f"L{at}", sku, grams, MONDAY + timedelta(days=end), state)
    factories.make_prescription(session, client, user)
    plan = meals.propose_plan(session, actor, client.id, start=MONDAY, now=NOW)
    assert plan.request["use_first"] == [{"variant": names[0], "portions": 4, "until_day": 2}]


def keep_lot(
    session: Session, code: str, sku: str, grams: int, use_by: date, state: LotState
) -> None:
    day = MONDAY - timedelta(days=20)
    lot = Lot(
        code=code,
        sku=sku,
        amount_g=grams,
        use_by=use_by,
        zone=Zone.FROZEN,
        state=state,
        made_on=day,
    )
    session.add(lot)
    session.flush()


def test_a_reference_value_that_most_dishes_do_not_know_is_not_aimed_at(session: Session) -> None:
    """A minimum would prize a dish for being measured; one that was signed stays."""
    factories.load_catalogue(session)
    stock = meals.catalogue(session)
    week = {
        "manganese_mg": {"min": 3000},
        "pantothenic_mg": {"min": 5000, "safe_max": 9000},
        "iron_mg": {"min": 110},
    }
    at = {one.code: at for at, one in enumerate(NUTRIENTS)}
    for name in ("manganese_mg", "pantothenic_mg"):
        unknown = sum(one.per_100g[at[name]] is None for one in stock.variants.values())
        assert unknown * 4 > len(stock.variants)
    found = reckonable({"week": week}, stock, frozenset())["week"]
    assert found == {"pantothenic_mg": {"safe_max": 9000}, "iron_mg": {"min": 110}}
    assert reckonable({"week": week}, stock, frozenset(week)) == {"week": week}
