"""A copy of a day changes what was asked and nothing else; the fortnight has three zones."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import (
    CUT,
    DayChange,
    DayPlan,
    HorizonZone,
    as_real_plan,
    changed_day,
    changed_van_cents,
    fortnight,
    plan_day,
    zone_of,
)
from tests.logistics.test_dayplan import MACHINES, STEW, VAN, A, B, full_day, sound

TODAY = date(2026, 11, 23)
SECOND = replace(VAN, id="van-b", letter="B")


def test_a_day_without_a_change_is_the_day_itself() -> None:
    day = full_day()
    assert changed_day(day, DayChange()) == day


def test_a_van_a_machine_an_order_and_lots_are_taken_out() -> None:
    day = full_day(vehicles=(VAN, SECOND))
    change = DayChange(
        without_vehicles=frozenset({VAN.id}),
        without_machines=frozenset({MACHINES[0].id}),
        without_orders=frozenset({A.id}),
        recalled_lots=frozenset({"S1", "I-leek"}),
    )
    other = changed_day(day, change)
    assert other.vehicles == (SECOND,)
    assert other.machines == MACHINES[1:]
    assert other.orders == (B,)
    assert [lot.id for lot in other.lots] == ["S2"]
    assert "I-leek" not in {lot.id for lot in other.ingredient_lots}
    assert other.recalled == {STEW}, "of a recalled dish nothing goes out"
    assert day.orders == (A, B)


@pytest.mark.parametrize(
    "asked",
    [
        {"without_vehicles": frozenset({"x"})},
        {"without_machines": frozenset({"x"})},
        {"without_orders": frozenset({"x"})},
        {"recalled_lots": frozenset({"x"})},
        {"more": (("x", 1),)},
    ],
)
def test_what_the_day_does_not_have_is_named(asked: dict[str, Any]) -> None:
    change = DayChange(**asked)
    assert change.unknown(full_day()) == ("x",)
    with pytest.raises(KeyError, match="x"):
        changed_day(full_day(), change)


def test_an_order_comes_at_least_once_more() -> None:
    with pytest.raises(ValueError, match="at least once"):
        DayChange(more=(("a", 0),))


def test_late_orders_are_planned_like_the_one_they_follow() -> None:
    day = full_day()
    more = changed_day(day, DayChange(more=((B.id, 20),)))
    assert len(more.orders) == 22
    plan = sound(more)
    given_g = sum(
        each.amount_g for each in plan.allocations if each.order_line.startswith(f"{B.id}-")
    )
    assert given_g == 21 * 400
    real = as_real_plan(day, plan, DayChange(more=((B.id, 20),)))
    assert "check.line.unknown" in {each.code for each in real.violations}


def test_a_copy_with_less_becomes_a_plan_of_the_real_day_and_states_what_was_cut() -> None:
    day = full_day(vehicles=(VAN, SECOND))
    change = DayChange(
        without_vehicles=frozenset({SECOND.id}),
        without_orders=frozenset({A.id}),
        recalled_lots=frozenset({"S1"}),
    )
    real = as_real_plan(day, plan_day(changed_day(day, change)), change)
    assert real.violations == ()
    (cut,) = real.unserved
    assert (cut.order, cut.reason, cut.lines) == (A.id, CUT, ())


def test_a_lot_that_is_gone_since_is_found() -> None:
    day = full_day()
    plan = plan_day(day)
    left = replace(day, lots=())
    real = as_real_plan(left, plan, DayChange())
    assert "check.lot.unknown" in {each.code for each in real.violations}


@given(ahead=st.integers(-3, 20))
def test_two_days_are_frozen_two_firm_and_the_rest_free(ahead: int) -> None:
    expected = (
        HorizonZone.FROZEN if ahead <= 1 else HorizonZone.FIRM if ahead <= 3 else HorizonZone.FREE
    )
    assert zone_of(TODAY + timedelta(days=ahead), TODAY) is expected


def test_the_horizon_is_a_fortnight_and_a_firm_change_weighs_a_hundredfold() -> None:
    days = fortnight(TODAY)
    assert [each.day for each in days] == [TODAY + timedelta(days=n) for n in range(14)]
    assert [each.zone for each in days] == ["frozen"] * 2 + ["firm"] * 2 + ["free"] * 10
    assert changed_van_cents(HorizonZone.FIRM) == 100 * changed_van_cents(HorizonZone.FREE)
    assert all(changed_van_cents(zone) < changed_van_cents() for zone in HorizonZone)


def vans_of(plan: DayPlan) -> dict[str, str]:
    return {stop.site: route.vehicle for route in plan.routes.routes for stop in route.stops}


def test_a_firm_day_keeps_the_van_people_know_where_a_free_one_takes_the_cheaper() -> None:
    dear = replace(VAN, id="van-b", letter="B", fixed_cents=50)
    known = {A.site: "van-b", B.site: "van-b"}
    day = replace(full_day(vehicles=(VAN, dear)), stands=known)
    free, firm = (
        sound(replace(day, change_cents=changed_van_cents(zone)))
        for zone in (HorizonZone.FREE, HorizonZone.FIRM)
    )
    assert set(vans_of(free).values()) == {VAN.id}
    assert vans_of(firm) == known
    assert firm.routes.cost_cents == free.routes.cost_cents + 50, "a change is no cost of the day"


@pytest.mark.parametrize("stands", [{}, {A.site: "van-gone"}])
def test_what_nobody_knows_or_is_gone_weighs_nothing(stands: dict[str, str]) -> None:
    day = replace(full_day(), stands=stands, change_cents=100)
    (routing,) = (each.problem for each in sound(day).solved if each.name == "routing")
    assert all(stop.tolls == () for stop in routing.stops)
