"""A kitchen day under way: a machine fails, a person puts a batch elsewhere; nothing is hidden."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics import (
    Batch,
    DayPlan,
    KitchenChange,
    KitchenNow,
    Pin,
    machine_cleans,
    move_batch,
    replan_kitchen,
    with_change,
)
from logistics.day import DayInputs
from logistics.kitchenchange import PIN_REFUSALS, WHY_MOVED
from logistics.machines import CLEAN_MIN
from menus import StepKind
from optimizer import Limits, Violation
from tests.logistics.test_dayplan import (
    FLAN,
    MACHINES,
    STEW,
    full_day,
    inputs,
    line,
    order,
    sound,
)

QUICK = Limits(moves=200)
TWICE = (*MACHINES, *(replace(each, id=f"{each.kind}-2") for each in MACHINES))


@cache
def planned() -> tuple[DayInputs, DayPlan]:
    """A day with two machines of each kind, published before the first step."""
    day = full_day(machines=TWICE)
    return day, sound(day)


def at(now_min: int, plan: DayPlan | None = None, **down: tuple[int, int]) -> KitchenNow:
    """The day at a minute; machines named by kind and number (`oven_1`) fail."""
    day, published = planned()
    fails = {
        name.replace("_", "-").replace("blast-freeze", "blast_freeze"): span
        for name, span in down.items()
    }
    assert set(fails) <= {each.id for each in TWICE}
    machines = tuple(
        replace(each, down=(fails[each.id],)) if each.id in fails else each for each in TWICE
    )
    return KitchenNow(
        plan=plan or published,
        orders=day.orders,
        catalogue=day.catalogue,
        kitchen=replace(day.kitchen(), machines=machines),
        now_min=now_min,
    )


def batch_of(sku: str, plan: DayPlan | None = None) -> Batch:
    return next(each for each in (plan or planned()[1]).batches if each.sku == sku)


def step_of(batch: Batch, kind: StepKind) -> int:
    return next(number for number, op in enumerate(batch.ops) if op.kind is kind)


def first_start() -> int:
    return min(op.start_min for each in planned()[1].batches for op in each.ops)


def changed(result: KitchenChange | Violation) -> KitchenChange:
    assert isinstance(result, KitchenChange)
    return result


def refused(result: KitchenChange | Violation) -> str:
    assert isinstance(result, Violation)
    return result.code


def test_a_day_on_which_nothing_happens_stays_as_it_is() -> None:
    change = replan_kitchen(at(0), QUICK)
    assert change.batches == planned()[1].batches
    assert (change.moves, change.missed, change.lost) == ((), (), ())
    assert change.was == change.becomes


def test_what_stood_on_the_failing_machine_moves_and_says_why() -> None:
    flan = batch_of(FLAN)
    oven = flan.ops[step_of(flan, StepKind.OVEN)]
    name = oven.machine
    change = replan_kitchen(at(oven.start_min - 1, **{name: (oven.start_min, 900)}), QUICK)
    (mine,) = [
        each for each in change.moves if each.batch == flan.id and each.kind is StepKind.OVEN
    ]
    assert mine.was_machine == oven.machine != mine.machine
    assert mine.why == "kitchen.why.machine_down"
    assert {each.why for each in change.moves} <= set(WHY_MOVED)
    assert change.missed == ()


def test_what_was_on_the_machine_as_it_failed_starts_again_and_the_rest_of_it_follows() -> None:
    flan = batch_of(FLAN)
    number = step_of(flan, StepKind.OVEN)
    oven = flan.ops[number]
    fails = oven.start_min + 10
    name = oven.machine
    change = replan_kitchen(at(fails + 5, **{name: (fails, 900)}), QUICK)
    again = next(each for each in change.batches if each.id == flan.id)
    assert again.ops[number].start_min >= fails + 5
    assert again.ops[number].machine != oven.machine
    assert again.ops[:number] == flan.ops[:number], "what was done is done"
    whys = {each.why for each in change.moves if each.batch == flan.id}
    assert whys == {"kitchen.why.interrupted", "kitchen.why.follows"}


@settings(max_examples=25)
@given(
    now=st.integers(200, 700),
    name=st.sampled_from(sorted(each.id for each in TWICE)),
    minutes=st.integers(10, 400),
)
def test_what_began_on_machines_that_work_never_moves(now: int, name: str, minutes: int) -> None:
    day = at(now, **{name: (now - 5, now + minutes)})
    change = replan_kitchen(day, Limits(moves=20))
    new = {each.id: each for each in change.batches}
    for batch in day.plan.batches:
        for step, op in enumerate(batch.ops):
            fails = op.machine == name and op.end_min > now - 5 and op.start_min < now + minutes
            if fails or op.start_min >= now:
                break
            if batch.id in new:
                assert new[batch.id].ops[step] == op
    for each in change.moves:
        assert each.start_min >= now
    assert set(new) | set(change.lost) == {each.id for each in day.plan.batches}


def test_without_any_oven_left_the_batch_is_lost_and_its_orders_are_named() -> None:
    _, plan = planned()
    change = replan_kitchen(at(0, oven_1=(0, 900), oven_2=(0, 900)), QUICK)
    assert set(change.lost) == {each.id for each in plan.batches}
    missed = {each.batch: each for each in change.missed}
    assert missed[batch_of(FLAN).id].orders == ("a",)
    assert missed[batch_of(FLAN).id].ready_min is None
    after = with_change(at(0, oven_1=(0, 900), oven_2=(0, 900)), change)
    assert (after.batches, after.born, after.draws) == ((), (), ())
    reasons = {(each.order, each.reason, each.lines) for each in after.unserved}
    assert reasons == {("a", "day.kitchen.full", ("a-2",)), ("b", "day.kitchen.full", ())}
    given_lines = {each.order_line for each in after.allocations}
    assert given_lines == {"a-1"}, "what lay in store still goes"


def test_a_batch_that_comes_after_its_van_is_never_promised() -> None:
    day = at(0, oven_1=(0, 700), oven_2=(0, 700))
    change = replan_kitchen(day, QUICK)
    assert change.lost == ()
    late = {each.batch: each for each in change.missed}
    flan = late[batch_of(FLAN).id]
    assert flan.ready_min is not None
    assert flan.ready_min > flan.due_min
    assert change.becomes.late_min > change.was.late_min == 0
    after = with_change(day, change)
    told = {each.order: each for each in after.unserved}
    assert told["a"].reason == "day.kitchen.too_late"
    assert told["a"].would_fit_if == (("ready_min", flan.due_min),)
    assert len(after.born) == len(planned()[1].born), "it is cooked all the same"


def test_a_person_puts_a_batch_elsewhere_and_sees_the_price() -> None:
    stew = batch_of(STEW)
    step = step_of(stew, StepKind.PREP)
    later = stew.ops[step].start_min + 120
    change = changed(
        move_batch(at(0), Pin(batch=stew.id, step=step, machine="prep-2", start_min=later), QUICK)
    )
    put = next(each for each in change.batches if each.id == stew.id)
    assert put.pinned
    assert (put.ops[step].machine, put.ops[step].start_min) == ("prep-2", later)
    assert [
        after.start_min - before.start_min for before, after in zip(stew.ops, put.ops, strict=True)
    ] == [120] * len(put.ops)
    assert {each.why for each in change.moves if each.batch == stew.id} == {"kitchen.why.placed"}
    plan = with_change(at(0), change)
    again = replan_kitchen(at(0, plan), QUICK)
    assert again.batches == plan.batches, "what a person put somewhere stays there"
    oven = put.ops[step_of(put, StepKind.OVEN)]
    broken = replan_kitchen(at(0, plan, **{oven.machine: (oven.start_min, 900)}), QUICK)
    moved = next(each for each in broken.batches if each.id == stew.id)
    assert not moved.pinned, "its machine failed"


def put_later(minutes: int = 120) -> tuple[DayPlan, Batch]:
    """The day with the stew on the second table so much later, and that batch."""
    stew = batch_of(STEW)
    start = stew.ops[0].start_min + minutes
    pin = Pin(batch=stew.id, step=0, machine="prep-2", start_min=start)
    plan = with_change(at(0), changed(move_batch(at(0), pin, QUICK)))
    return plan, next(each for each in plan.batches if each.id == stew.id)


def test_a_day_planned_anew_keeps_what_a_person_pinned() -> None:
    plan, put = put_later()
    day, _ = planned()
    anew = sound(replace(day, pinned=tuple(each for each in plan.batches if each.pinned)))
    again = batch_of(STEW, anew)
    assert (again.ops, again.pinned) == (put.ops, True)
    assert not batch_of(FLAN, anew).pinned
    assert not any(each.code.startswith("day.kitchen.pin") for each in anew.reasons)
    twice = sound(replace(day, pinned=(again,)))
    assert batch_of(STEW, twice).ops == put.ops


def test_a_pin_that_cannot_hold_any_more_is_told_with_its_reason() -> None:
    _, put = put_later()
    day, _ = planned()
    flan = batch_of(FLAN)
    oven = put.ops[step_of(put, StepKind.OVEN)]
    broken = tuple(
        replace(each, down=((oven.start_min, oven.end_min),)) if each.id == oven.machine else each
        for each in day.machines
    )
    for changes, code in (
        ({"machines": broken}, "pin_machine"),
        ({"machines": MACHINES}, "pin_machine"),
        ({"orders": (), "stock_targets": {}}, "pin_gone"),
    ):
        anew = sound(replace(day, pinned=(put,), **changes))
        told = [each for each in anew.reasons if each.code.startswith("day.kitchen.pin")]
        assert [(each.code, each.subject) for each in told] == [(f"day.kitchen.{code}", STEW)]
        assert not any(each.pinned for each in anew.batches)
    later = flan.ops[0].start_min - put.ops[0].start_min
    onto = tuple(
        replace(op, start_min=op.start_min + later, machine=flan.ops[0].machine)
        if op == put.ops[0]
        else replace(op, start_min=op.start_min + later)
        for op in put.ops
    )
    both = (replace(flan, id="a", pinned=True), replace(put, id="b", ops=onto))
    anew = sound(replace(day, pinned=both))
    assert [each.code for each in anew.reasons if "pin_" in each.code] == ["day.kitchen.pin_clash"]
    assert batch_of(FLAN, anew).ops == flan.ops


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"batch": "nothing"}, "kitchen.pin.unknown"),
        ({"step": 9}, "kitchen.pin.unknown"),
        ({"machine": "oven-1"}, "kitchen.pin.machine"),
        ({"machine": "nowhere"}, "kitchen.pin.machine"),
        ({"start_min": 0}, "kitchen.pin.past"),
        ({"start_min": 890}, "production.machine.closed"),
    ],
)
def test_a_pin_that_breaks_a_hard_rule_is_refused_with_the_rule(
    change: dict[str, object], code: str
) -> None:
    stew = batch_of(STEW)
    plain = Pin(batch=stew.id, step=0, machine="prep-1", start_min=stew.ops[0].start_min)
    assert refused(move_batch(at(first_start()), replace(plain, **change), QUICK)) == code


def test_what_began_cannot_be_put_elsewhere() -> None:
    stew = batch_of(STEW)
    pin = Pin(batch=stew.id, step=0, machine="prep-1", start_min=600)
    assert refused(move_batch(at(stew.ops[0].start_min + 1), pin, QUICK)) == "kitchen.pin.begun"


def put_stew(day: KitchenNow, machine: str, start_min: int) -> KitchenChange | Violation:
    """The last stew, without milk, put in an oven."""
    stew = batch_of(STEW, day.plan)
    step = step_of(stew, StepKind.OVEN)
    pin = Pin(batch=stew.id, step=step, machine=machine, start_min=start_min)
    return move_batch(day, pin, QUICK)


def test_what_was_in_an_oven_as_it_failed_is_cleaned_out_before_other_food() -> None:
    flan = batch_of(FLAN)
    oven = flan.ops[step_of(flan, StepKind.OVEN)]
    fails = oven.start_min + 10
    assert "milk" in flan.allergens
    assert "milk" not in batch_of(STEW).allergens
    day = at(fails + 5, **{oven.machine: (fails, fails + 5)})
    soon = put_stew(day, oven.machine, fails + CLEAN_MIN - 1)
    assert refused(soon) == "production.machine.changeover"
    change = changed(put_stew(day, oven.machine, fails + CLEAN_MIN))
    plan = with_change(day, change)
    assert plan.violations == ()
    (left,) = plan.residues
    assert (left.machine, left.start_min, left.end_min) == (oven.machine, oven.start_min, fails)
    cleans = machine_cleans(day.kitchen, plan.batches, plan.residues)
    assert (oven.machine, fails) in {(each.machine, each.start_min) for each in cleans}
    again = put_stew(replace(day, plan=plan), oven.machine, fails + CLEAN_MIN - 1)
    assert refused(again) == "production.machine.changeover", "the plan remembers it"


def test_a_batch_given_up_half_way_leaves_its_allergens_on_the_machines_it_used() -> None:
    flan = batch_of(FLAN)
    oven = flan.ops[step_of(flan, StepKind.OVEN)]
    now = oven.start_min + 20
    day = at(now, chill_1=(now, 900), chill_2=(now, 900))
    change = replan_kitchen(day, QUICK)
    assert change.lost == (flan.id,)
    after = replace(day, plan=with_change(day, change))
    assert {(each.machine, each.end_min) for each in after.plan.residues} == {
        (op.machine, op.end_min) for op in flan.ops[:2]
    }
    soon = put_stew(after, oven.machine, oven.end_min + CLEAN_MIN - 1)
    assert refused(soon) == "production.machine.changeover"
    changed(put_stew(after, oven.machine, oven.end_min + CLEAN_MIN))


def test_a_change_is_checked_again_when_it_is_approved() -> None:
    """What was sound as it was proposed may soil a machine by the minute a person decides."""
    flan, stew = batch_of(FLAN), batch_of(STEW)
    oven = flan.ops[step_of(flan, StepKind.OVEN)]
    change = changed(put_stew(at(first_start()), oven.machine, oven.end_min + CLEAN_MIN))
    assert with_change(at(first_start()), change).violations == ()
    sooner = [
        replace(
            op, start_min=oven.end_min + 1, end_min=oven.end_min + 1 + op.end_min - op.start_min
        )
        if op.kind is StepKind.OVEN and each.id == stew.id
        else op
        for each in change.batches
        for op in each.ops
        if each.id == stew.id
    ]
    moved = tuple(
        replace(each, ops=tuple(sooner)) if each.id == stew.id else each for each in change.batches
    )
    broken = with_change(at(first_start()), replace(change, batches=moved)).violations
    assert "production.machine.changeover" in {each.code for each in broken}


def test_a_later_step_of_a_pinned_batch_can_be_put_elsewhere_again() -> None:
    plan, put = put_later()
    step = step_of(put, StepKind.PACK)
    pin = Pin(batch=put.id, step=step, machine="pack-2", start_min=put.ops[step].start_min + 7)
    again = with_change(at(0, plan), changed(move_batch(at(0, plan), pin, QUICK)))
    assert again.violations == ()
    assert batch_of(STEW, again).ops[step].start_min == pin.start_min


def test_food_that_was_prepared_waits_no_longer_because_a_person_wants_it() -> None:
    stew = batch_of(STEW)
    oven = stew.ops[1]
    pin = Pin(batch=stew.id, step=1, machine=oven.machine, start_min=stew.ops[0].end_min + 121)
    now = stew.ops[0].start_min + 1
    assert refused(move_batch(at(now), pin, QUICK)) == "production.order.lag"


def test_a_clean_stands_where_an_allergen_leaves_a_machine() -> None:
    oven = next(each for each in MACHINES if each.kind is StepKind.OVEN)
    plan = sound(inputs(order("o", line("o", 1, FLAN), line("o", 2, STEW))))
    kitchen = inputs().kitchen()
    found = machine_cleans(kitchen, plan.batches)
    spots = {each.sku: each.ops[1] for each in plan.batches}
    if spots[FLAN].start_min < spots[STEW].start_min:
        assert any(each.machine == oven.id for each in found)
    flipped = [replace(each, allergens=frozenset({"fish", each.sku})) for each in plan.batches]
    assert len(machine_cleans(kitchen, flipped)) >= len(found)
    assert machine_cleans(kitchen, ()) == ()


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_reason_of_a_change_has_a_sentence(language: str) -> None:
    path = Path(__file__).parents[2] / "app" / "translations" / language / "day.po"
    with path.open("rb") as file:
        said = {message.id for message in read_po(file) if message.string}
    assert {*WHY_MOVED, *PIN_REFUSALS} <= said
