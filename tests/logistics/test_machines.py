"""What a kitchen has and when: hours, trays, hours free of allergens, room, and what is unknown."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import (
    KITCHEN_UNKNOWNS,
    Kitchen,
    Lot,
    Machine,
    Skill,
    free_room_g,
    hours_free_of,
)
from logistics.machines import CHILL_WAIT_MIN, STORE_G_PER_LITRE, kitchen_unknowns
from logistics.production import CookingNeed, Times, kitchen_problem, wish_batches
from menus import Programme, StepKind, Zone
from optimizer import Shift
from tests.logistics.test_dayplan import (
    CATALOGUE,
    FLAN,
    MACHINES,
    STEW,
    A,
    inputs,
    line,
    order,
    site,
    sound,
    spans,
    two_stews,
)

OVEN = Machine(id="oven", kind=StepKind.OVEN, capacity_g=1_000, open_min=0, close_min=600)
COOK = Shift(skill=Skill.COOK, people=9, opens=0, closes=900)


@given(st.lists(st.tuples(st.integers(-50, 650), st.integers(1, 300)), max_size=4))
def test_a_machine_works_in_its_hours_except_when_it_is_down(falls: list[tuple[int, int]]) -> None:
    down = tuple((start, start + minutes) for start, minutes in falls)
    windows = replace(OVEN, down=down).windows
    works = {minute for opens, closes in windows for minute in range(opens, closes)}
    fails = {minute for start, end in down for minute in range(start, end)}
    assert works == set(range(600)) - fails
    assert list(windows) == sorted(windows)


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        ({"places": 0}, "at least one place"),
        ({"capacity_g": 0}, "at least one gram"),
        ({"open_min": 600}, "opens before it closes"),
        ({"down": ((10, 10),)}, "fails before it works again"),
    ],
)
def test_a_machine_keeps_its_promises(change: dict[str, object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        replace(OVEN, **change)


def test_food_never_waits_a_negative_time() -> None:
    with pytest.raises(ValueError, match="negative time"):
        Kitchen(machines=(), chill_wait_min=-1)


def test_a_group_of_allergens_keeps_out_each_of_its_species() -> None:
    assert hours_free_of(0, 60, ["nuts"]).traits >= {"nuts:almond", "nuts:walnut"}
    assert hours_free_of(0, 60, ["milk"]).traits == {"milk"}


def test_a_store_takes_what_does_not_lie_in_it_yet() -> None:
    lots = [
        Lot(id=zone, sku="x", amount_g=3_000, use_by=date(2026, 12, 1), zone=zone) for zone in Zone
    ]
    litres = {Zone.FROZEN: 10, Zone.CHILLED: 5}
    room_g = free_room_g(litres, lots)
    assert room_g == {Zone.FROZEN: 10 * STORE_G_PER_LITRE - 3_000, Zone.CHILLED: 0}
    assert free_room_g({}, lots) == {}, "what nobody measured stays unknown"


def test_what_nobody_said_is_told_and_what_was_said_is_not() -> None:
    silent = Kitchen(machines=(OVEN, replace(OVEN, id="chill", kind=StepKind.CHILL)))
    told = dict(kitchen_unknowns(silent, [CATALOGUE.variants[FLAN]]))
    assert set(told) == set(KITCHEN_UNKNOWNS)
    assert told["day.kitchen.unknown.dedicated"] == "1", "food stands covered in a chiller"
    assert told["day.kitchen.unknown.places"] == "2"
    assert told["day.kitchen.unknown.cooling"] == str(CHILL_WAIT_MIN)
    known = Kitchen(
        machines=(replace(OVEN, places=1, free=(), programmes=frozenset({Programme.STEAM_85})),),
        shifts=(COOK,),
        room_g={Zone.FROZEN: 1, Zone.CHILLED: 1},
        chill_wait_min=10,
    )
    assert list(kitchen_unknowns(known)) == []


def test_a_plan_that_cooks_tells_what_is_not_known_of_its_kitchen() -> None:
    told = [each.code for each in sound(inputs(A)).reasons]
    assert "day.kitchen.unknown.dedicated" in told
    assert sound(inputs()).reasons == (), "nothing is cooked"


def test_a_machine_that_is_down_all_day_is_no_machine() -> None:
    broken = tuple(
        replace(each, down=((0, 1_000),)) if each.kind is StepKind.OVEN else each
        for each in MACHINES
    )
    reasons = {each.reason for each in sound(inputs(A, machines=broken)).unserved}
    assert reasons == {"day.kitchen.no_machine"}


def test_nothing_stands_in_a_machine_while_it_is_down() -> None:
    broken = tuple(
        replace(each, down=((240, 600),)) if each.kind is StepKind.OVEN else each
        for each in MACHINES
    )
    plan = sound(two_stews(machines=broken))
    assert plan.batches
    assert min(start for start, _ in spans(plan, StepKind.OVEN)) >= 600


def test_an_oven_with_other_trays_bakes_what_it_has_room_for() -> None:
    """Nobody counted the trays of the second oven: it takes one batch, though the first has ten."""
    oven = next(each for each in MACHINES if each.kind is StepKind.OVEN)
    rest = tuple(each for each in MACHINES if each is not oven)
    broken = replace(oven, places=10, down=((oven.open_min, oven.close_min),))
    other = replace(oven, id="oven-2")
    wanted = order("o", line("o", 1, STEW, portions=8), line("o", 2, FLAN, portions=8))
    plan = sound(inputs(wanted, machines=(*rest, broken, other)))
    assert plan.unserved == ()
    used = {op.machine for each in plan.batches for op in each.ops if op.kind is StepKind.OVEN}
    assert used == {"oven-2"}
    larger = replace(other, places=2, capacity_g=2 * oven.capacity_g)
    (wish, _), _ = wish_batches(
        [CookingNeed(sku=sku, today_g=1_600, stock_g=0, portion_g=200) for sku in (FLAN, STEW)],
        CATALOGUE,
        (*rest, broken, larger),
        times=Times(today_min=900, stock_min=900),
        prefix="b",
    )
    problem = kitchen_problem([wish], Kitchen(machines=(*rest, broken, larger)))
    bake = problem.jobs[0].operations[1]
    assert [bake.takes(name) for name in (oven.id, "oven-2", "elsewhere")] == [4, 1, 4]


def test_food_waits_for_cooling_no_longer_than_the_kitchen_measured() -> None:
    plan = sound(inputs(stock_targets={FLAN: 4_000, STEW: 4_000}, chill_wait_min=0))
    assert plan.batches
    for batch in plan.batches:
        oven, cold = (
            next(op for op in batch.ops if op.kind in kinds)
            for kinds in ({StepKind.OVEN}, {StepKind.CHILL, StepKind.BLAST_FREEZE})
        )
        assert cold.start_min == oven.end_min


def test_a_batch_is_due_when_the_van_leaves_that_is_at_the_door_as_it_opens() -> None:
    early = order("early", line("early", 1, STEW))
    late = order("late", line("late", 1, FLAN))
    sites = (site("site-early", windows=((540, 900),)), site("site-late", windows=((720, 900),)))
    plain = inputs()
    (van,) = plain.vehicles
    vans = (van, replace(van, id="van-b", letter="B", shift_open_min=600))
    plan = sound(inputs(early, late, sites=sites, vehicles=vans))
    assert {batch.sku: batch.due_min for batch in plan.batches} == {STEW: 480, FLAN: 600}


@given(
    waits=st.lists(st.tuples(st.integers(1, 50), st.integers(0, 5)), max_size=5),
    given_g=st.integers(0, 100),
    amount_g=st.integers(1, 60),
)
def test_a_run_is_due_with_the_first_van_that_takes_of_it(
    waits: list[tuple[int, int]], given_g: int, amount_g: int
) -> None:
    need = CookingNeed(sku="x", today_g=9, stock_g=0, portion_g=1, waits=tuple(waits))
    due = [due_min for grams, due_min in waits for _ in range(grams)]
    assert need.due_min(given_g, amount_g, 9) == min([9, *due[given_g : given_g + amount_g]])
