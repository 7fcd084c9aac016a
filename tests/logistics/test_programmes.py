"""Programmes of machines: what runs together runs the same, and only where it can."""

from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics import (
    Batch,
    BatchOp,
    DayInputs,
    DayPlan,
    IngredientLot,
    Kitchen,
    KitchenNow,
    Machine,
    Pin,
    day_violations,
    move_batch,
    plan_day,
)
from logistics.machines import kitchen_unknowns
from logistics.weeklots import week_problem
from menus import Component, Programme, Role, StepKind, Zone, build_catalogue
from optimizer import Limits, Violation
from tests.logistics.test_dayplan import (
    DAY,
    MACHINES,
    dish,
    ingredient,
    inputs,
    line,
    only,
    order,
    recipe,
    sound,
)

STEAM, AIR, TRAYS = Programme.STEAM_85, Programme.HOT_AIR_180, Programme.FREEZE_TRAYS
DISHES = {"cod": STEAM, "eel": STEAM, "pie": AIR, "old": None}


def component(name: str, programme: Programme | None) -> Component:
    """A dish that is baked, frozen and packed; `old` comes from a table without programmes."""
    plain = dish(
        name, Role.PROTEIN, zone=Zone.FROZEN, shelf_days=90, steps="oven blast_freeze pack"
    )
    runs = {StepKind.OVEN: programme, StepKind.BLAST_FREEZE: TRAYS if programme else None}
    steps = tuple(replace(step, programme=runs.get(step.kind)) for step in plain.steps)
    return replace(plain, steps=steps)


CATALOGUE = build_catalogue(
    [ingredient("beef")],
    [recipe(name, beef=1_000) for name in DISHES],
    [component(name, programme) for name, programme in DISHES.items()],
)
SKU = {name: f"{name}/7/standard" for name in DISHES}


def oven(name: str = "oven-1", *programmes: Programme, **changes: Any) -> Machine:
    plain = next(each for each in MACHINES if each.kind is StepKind.OVEN)
    told = frozenset(programmes)
    return replace(plain, id=name, places=4, capacity_g=20_000, programmes=told, **changes)


def day(*dishes: str, ovens: tuple[Machine, ...] = (oven(),), **changes: Any) -> DayInputs:
    """One order of so many dishes, ten portions each, nothing of it in store."""
    others = tuple(
        replace(each, places=9) if each.kind is StepKind.BLAST_FREEZE else each
        for each in MACHINES
        if each.kind is not StepKind.OVEN
    )
    lines = [line("a", at, SKU[name], portions=10) for at, name in enumerate(dishes, 1)]
    beef = IngredientLot(id="I-beef", ingredient="beef", amount_g=90_000, use_by=DAY)
    return inputs(
        order("a", *lines),
        catalogue=CATALOGUE,
        machines=(*ovens, *others),
        ingredient_lots=(beef,),
        supply_items={},
        **changes,
    )


def baked(plan: DayPlan) -> dict[str, BatchOp]:
    """By dish, how it is baked."""
    return {batch.sku.partition("/")[0]: batch.ops[0] for batch in plan.batches}


def test_dishes_of_one_programme_share_a_load_and_others_wait_for_it() -> None:
    found = baked(sound(day("cod", "eel", "pie")))
    assert found["cod"].start_min == found["eel"].start_min
    assert found["cod"].programme is STEAM
    apart = sorted((found["cod"], found["pie"]), key=lambda op: op.start_min)
    assert apart[0].end_min <= apart[1].start_min


def test_a_dish_that_does_not_say_its_programme_has_an_oven_alone() -> None:
    plan = sound(day("cod", "old"))
    first, second = sorted(baked(plan).values(), key=lambda op: op.start_min)
    assert first.end_min <= second.start_min
    told = {each.code: each.subject for each in plan.reasons}
    assert told["day.kitchen.unknown.recipes"] == "1"


def test_a_dish_goes_where_its_programme_is() -> None:
    ovens = (oven("oven-1", STEAM), oven("oven-2", AIR))
    found = baked(sound(day("cod", "pie", ovens=ovens)))
    assert (found["cod"].machine, found["pie"].machine) == ("oven-1", "oven-2")


def test_a_programme_that_no_machine_has_is_named_with_what_would_help() -> None:
    found = only(sound(day("pie", ovens=(oven("oven-1", STEAM),))))
    assert (found.reason, found.binding) == ("day.kitchen.no_programme", AIR)
    assert found.would_fit_if == (("programmes", 1),)
    broken = oven("oven-2", AIR, down=((0, 2_000),))
    found = only(sound(day("pie", ovens=(oven("oven-1", STEAM), broken))))
    assert found.reason == "day.kitchen.no_programme", "the oven that has it is broken"
    found = only(sound(day("pie", ovens=(broken,))))
    assert found.reason == "day.kitchen.no_machine"


def test_what_no_oven_can_run_is_not_planned_ahead_either() -> None:
    wanted = ({}, {SKU["pie"]: 9_000}, *({},) * 12)
    assert week_problem(day("cod", forecast=wanted), (), ()).items
    without = day("cod", ovens=(oven("oven-1", STEAM),), forecast=wanted)
    assert week_problem(without, (), ()).items == ()


def test_only_machines_that_run_programmes_are_asked_for_theirs() -> None:
    told = dict(kitchen_unknowns(Kitchen(machines=MACHINES)))
    assert told["day.kitchen.unknown.programmes"] == "3", "oven, freezer and chiller"
    assert "day.kitchen.unknown.recipes" not in told
    said = tuple(replace(each, programmes=frozenset(Programme.of(each.kind))) for each in MACHINES)
    assert "day.kitchen.unknown.programmes" not in dict(kitchen_unknowns(Kitchen(machines=said)))


def test_a_machine_runs_programmes_of_its_own_kind() -> None:
    with pytest.raises(ValueError, match="its own kind"):
        oven("oven-1", Programme.BOIL)


def _put(plan: DayPlan, name: str, **changes: Any) -> DayPlan:
    """The plan with one batch baked otherwise than planned."""

    def other(batch: Batch) -> Batch:
        if not batch.sku.startswith(name):
            return batch
        return replace(batch, ops=(replace(batch.ops[0], **changes), *batch.ops[1:]))

    return replace(plan, batches=tuple(other(each) for each in plan.batches))


def test_the_check_finds_a_programme_that_is_mixed_or_run_where_it_cannot() -> None:
    asked = day("cod", "pie", ovens=(oven("oven-1", STEAM), oven("oven-2", AIR)))
    plan = sound(asked)
    cod = baked(plan)["cod"]
    codes = {
        "elsewhere": _put(plan, "pie", machine="oven-1"),
        "together": _put(plan, "pie", machine="oven-1", start_min=cod.start_min + 1),
        "other": _put(plan, "pie", programme=STEAM),
        "unsaid": _put(plan, "pie", programme=None),
    }
    found = {
        name: {each.code for each in day_violations(asked, broken)}
        for name, broken in codes.items()
    }
    assert {"check.batch.programme", "production.machine.not_eligible"} <= found["elsewhere"]
    assert "check.batch.programme" in found["together"]
    assert {"check.batch.programme", "check.batch.steps"} <= found["other"]
    assert found["unsaid"] == {"check.batch.steps"}


def test_nobody_puts_a_batch_in_an_oven_that_lacks_its_programme() -> None:
    asked = day("cod", "pie", ovens=(oven("oven-1", STEAM), oven("oven-2", AIR)))
    now = KitchenNow(
        plan=sound(asked),
        orders=asked.orders,
        catalogue=CATALOGUE,
        kitchen=asked.kitchen(),
        now_min=0,
    )
    pie = next(each for each in now.plan.batches if each.sku == SKU["pie"])
    pin = Pin(batch=pie.id, step=0, machine="oven-1", start_min=pie.ops[0].start_min)
    refusal = move_batch(now, pin, Limits(moves=50))
    assert isinstance(refusal, Violation)
    assert (refusal.code, refusal.subject) == ("kitchen.pin.programme", AIR)


@settings(max_examples=12)
@given(
    st.lists(st.sampled_from(sorted(DISHES)), min_size=1, unique=True),
    st.lists(st.frozensets(st.sampled_from([STEAM, AIR])), min_size=1, max_size=2),
)
def test_whatever_ovens_there_are_no_two_programmes_ever_run_together(
    dishes: list[str], offers: list[frozenset[Programme]]
) -> None:
    ovens = tuple(oven(f"oven-{at}", *offered) for at, offered in enumerate(offers, 1))
    plan = plan_day(day(*dishes, ovens=ovens))
    assert plan.violations == ()
    offered = {each.id: each.programmes for each in ovens}
    ops = list(baked(plan).values())
    for op in ops:
        told = op.programme and offered[op.machine]
        assert not told or op.programme in offered[op.machine]
    for first, second in combinations(ops, 2):
        if first.start_min < second.end_min and second.start_min < first.end_min:
            assert first.machine != second.machine or first.programme is second.programme
