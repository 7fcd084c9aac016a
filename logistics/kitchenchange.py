"""The kitchen's day changed under way: a machine fails, or a person puts a batch elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from logistics.kitchennow import (
    KitchenChange,
    KitchenNow,
    KitchenPrice,
    Missed,
    Pin,
    StepMove,
    begun,
    falls_out,
    residues,
    vans,
    waiting,
)
from logistics.machines import CHILL_WAIT_MIN, Kitchen
from logistics.production import (
    WEIGHT_STOCK,
    WEIGHT_TODAY,
    Batch,
    BatchOp,
    BatchWish,
    Residue,
    cooked,
    kitchen_problem,
)
from menus import StepKind
from optimizer import (
    Job,
    Limits,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Violation,
    production_violations,
    solve_production,
)

CHANGE_PRICE = 10
"""Person-minutes of overtime that a changed start or machine is worth: people know the plan."""
CHANGE_LIMITS = Limits(moves=3_000, workers=2)

WHY_MOVED: tuple[str, ...] = (
    "kitchen.why.machine_down",
    "kitchen.why.interrupted",
    "kitchen.why.follows",
    "kitchen.why.makes_room",
    "kitchen.why.placed",
)
PIN_REFUSALS: tuple[str, ...] = (
    "kitchen.pin.unknown",
    "kitchen.pin.begun",
    "kitchen.pin.past",
    "kitchen.pin.machine",
    "kitchen.pin.programme",
)
"""Why a person cannot put a step where they want, beside the codes of kitchen schedules."""


def replan_kitchen(day: KitchenNow, limits: Limits = CHANGE_LIMITS) -> KitchenChange:
    """The rest of the day again, as close to what people know as the machines allow.

    What began stays; a step that stood on a machine as it failed starts again, within the time
    that food may wait. What a person had put somewhere stays there unless its machine fails.
    """
    return _changed(day, _standing(day), limits, None)


def move_batch(
    day: KitchenNow, pin: Pin, limits: Limits = CHANGE_LIMITS
) -> KitchenChange | Violation:
    """The day with one batch where a person wants it, or the first hard rule that this breaks."""
    batch = next((each for each in day.plan.batches if each.id == pin.batch), None)
    if batch is None or pin.step not in range(len(batch.ops)):
        return Violation(code="kitchen.pin.unknown", subject=pin.batch)
    if (pin.batch, pin.step) in begun(day):
        return Violation(code="kitchen.pin.begun", subject=pin.batch)
    moved = _shifted(batch, pin)
    refusal = _refusal(day, batch, moved, pin)
    if refusal is not None:
        return refusal
    at = {(batch.id, step): op for step, op in enumerate(moved.ops)}
    others = {key: op for key, op in _standing(day).items() if key[0] != batch.id}
    return _changed(day, {**others, **at}, limits, batch.id)


def _shifted(batch: Batch, pin: Pin) -> Batch:
    """The batch with the step and those after it as much later or sooner."""
    later = pin.start_min - batch.ops[pin.step].start_min
    ops = [
        op
        if step < pin.step
        else replace(
            op,
            start_min=op.start_min + later,
            end_min=op.end_min + later,
            machine=pin.machine if step == pin.step else op.machine,
        )
        for step, op in enumerate(batch.ops)
    ]
    return replace(batch, ops=tuple(ops), pinned=True)


def _refusal(day: KitchenNow, batch: Batch, moved: Batch, pin: Pin) -> Violation | None:
    """The first hard rule that the moved batch breaks beside all that cannot move."""
    machines = {each.id: each for each in day.kitchen.machines}
    machine = machines.get(pin.machine)
    if machine is None or machine.kind is not batch.ops[pin.step].kind:
        return Violation(code="kitchen.pin.machine", subject=pin.machine)
    step = day.catalogue.variants[batch.sku].steps[pin.step]
    if not machine.runs(step):
        return Violation(code="kitchen.pin.programme", subject=step.programme or "")
    done = begun(day)
    if pin.start_min < day.now_min:
        return Violation(code="kitchen.pin.past", subject=batch.id)
    stands = {key: op for key, op in _standing(day).items() if key[0] != batch.id or key in done}
    problem = _problem(day, stands)
    here = {(batch.id, step): op for step, op in enumerate(moved.ops)}
    whole = {batch.id} | _whole(day, stands)
    solution = ProductionSolution(
        placed=(*_placed({**stands, **here}), *(each for each, _ in _left_behind(day))),
        unplaced=tuple(each.id for each in day.plan.batches if each.id not in whole),
    )
    return next(iter(production_violations(problem, solution)), None)


def _whole(day: KitchenNow, stands: Mapping[tuple[str, int], BatchOp]) -> set[str]:
    return {each.id for each in day.plan.batches if (each.id, len(each.ops) - 1) in stands}


def _standing(day: KitchenNow) -> dict[tuple[str, int], BatchOp]:
    """What may not move: what began, and what a person put somewhere that still works."""
    stands = begun(day)
    for batch in day.plan.batches:
        if batch.pinned and not any(falls_out(day.kitchen, op) for op in batch.ops):
            stands |= {(batch.id, step): op for step, op in enumerate(batch.ops)}
    return stands


def _problem(day: KitchenNow, stands: Mapping[tuple[str, int], BatchOp]) -> ProductionProblem:
    """The rest of the day: nothing new begins before now, and each change has its price.

    What lies on machines from steps that no batch shows is a job of its own, done already.
    """
    plain = kitchen_problem(_wishes(day), day.kitchen)
    left = dict(_left_behind(day))
    machines = tuple(
        replace(
            each,
            windows=tuple(
                (max(opens, day.now_min), closes)
                for opens, closes in each.windows
                if closes > day.now_min
            ),
        )
        for each in plain.machines
    )
    return replace(
        plain,
        jobs=(*plain.jobs, *left.values()),
        machines=machines,
        fixed=(*_placed(stands), *left),
        published=tuple(_placed(_spots(day.plan.batches))),
        change_price=CHANGE_PRICE,
    )


def _left_behind(day: KitchenNow) -> Iterator[tuple[Placed, Job]]:
    """Each residue on a machine that is cleaned at all: where it stands, and as a job."""
    cleaned = {each.id for each in day.kitchen.machines if each.as_resource().clean_min}
    for number, each in enumerate(residues(day)):
        if each.machine not in cleaned:
            continue
        key = f"{each.batch}~{number}"
        work = Operation(minutes=each.end_min - each.start_min, machines=(each.machine,))
        yield (
            Placed(job=key, operation=0, machine=each.machine, start_min=each.start_min),
            Job(
                key=key,
                recipe=each.sku,
                operations=(work,),
                due_min=each.end_min,
                release_min=each.start_min,
                traits=each.allergens,
            ),
        )


def change_violations(day: KitchenNow, change: KitchenChange) -> tuple[Violation, ...]:
    """Every hard rule that a change breaks at the minute of the day; empty: it may be approved."""
    done, spots = begun(day), _spots(change.batches)
    steps = {each.id: each.ops for each in change.batches}
    stays = {each.id for each in day.plan.batches if steps.get(each.id) == each.ops}
    stands = {key: op for key, op in _standing(day).items() if key in done or key[0] in stays}
    given_up = {key: op for key, op in done.items() if key[0] in change.lost}
    problem = _problem(day, stands)
    solution = ProductionSolution(
        placed=(
            *_placed({**spots, **given_up}),
            *(each for each, _ in _left_behind(day)),
        ),
        unplaced=change.lost,
    )
    return production_violations(problem, solution)


def _spots(batches: Iterable[Batch]) -> dict[tuple[str, int], BatchOp]:
    return {(each.id, step): op for each in batches for step, op in enumerate(each.ops)}


def _placed(stands: Mapping[tuple[str, int], BatchOp]) -> Iterator[Placed]:
    return (
        Placed(job=batch, operation=step, machine=op.machine, start_min=op.start_min)
        for (batch, step), op in sorted(stands.items())
    )


def _wishes(day: KitchenNow) -> tuple[BatchWish, ...]:
    """Batches as they are wanted now: by the van that takes them, each by who waits for it."""
    due, who = vans(day), waiting(day)
    return tuple(
        BatchWish(
            id=each.id,
            variant=day.catalogue.variants[each.sku],
            amount_g=each.amount_g,
            due_min=due.get(each.lot, each.due_min),
            weight=WEIGHT_TODAY * len(who[each.lot]) or WEIGHT_STOCK,
        )
        for each in day.plan.batches
    )


def _changed(
    day: KitchenNow,
    stands: Mapping[tuple[str, int], BatchOp],
    limits: Limits,
    placed: str | None,
) -> KitchenChange:
    problem = _problem(day, stands)
    outcome = solve_production(problem, limits)
    solution = outcome.solution or ProductionSolution(placed=(), unplaced=())
    wishes = _wishes(day)
    found, _ = cooked(wishes, solution)
    old = {each.id: each for each in day.plan.batches}
    batches = tuple(
        replace(
            each,
            lot=old[each.id].lot,
            due_min=old[each.id].due_min,
            pinned=each.id == placed or _still_pinned(day, old[each.id]),
        )
        for each in found
    )
    lost = tuple(each for each in old if each not in {one.id for one in found})
    left = residues(day, lost)
    return KitchenChange(
        batches=batches,
        moves=tuple(_moves(day, old, batches, placed)),
        missed=tuple(_missed(day, wishes, batches)),
        lost=lost,
        was=_price(day, wishes, day.plan.batches, day.plan.residues),
        becomes=_price(day, wishes, batches, left),
        residues=left,
    )


def _still_pinned(day: KitchenNow, batch: Batch) -> bool:
    return batch.pinned and not any(falls_out(day.kitchen, op) for op in batch.ops)


def _moves(
    day: KitchenNow, old: Mapping[str, Batch], batches: Iterable[Batch], placed: str | None
) -> Iterator[StepMove]:
    for batch in batches:
        was = old[batch.id].ops
        failing = any(falls_out(day.kitchen, op) for op in was)
        for before, after in zip(was, batch.ops, strict=True):
            if before == after:
                continue
            yield StepMove(
                batch=batch.id,
                kind=after.kind,
                was_machine=before.machine,
                was_min=before.start_min,
                machine=after.machine,
                start_min=after.start_min,
                why=f"kitchen.why.{_why(day, before, failing=failing, mine=batch.id == placed)}",
            )


def _why(day: KitchenNow, before: BatchOp, *, failing: bool, mine: bool) -> str:
    if mine:
        return "placed"
    if falls_out(day.kitchen, before):
        return "interrupted" if before.start_min < day.now_min else "machine_down"
    return "follows" if failing else "makes_room"


def _missed(
    day: KitchenNow, wishes: Sequence[BatchWish], batches: Iterable[Batch]
) -> Iterator[Missed]:
    """Batches that orders wait for and that are not ready when their first van leaves."""
    ready = {each.id: each.ready_min for each in batches}
    was = {each.id: each for each in day.plan.batches}
    who = waiting(day)
    for wish in wishes:
        orders = who[was[wish.id].lot]
        ready_min = ready.get(wish.id)
        if orders and (ready_min is None or ready_min > wish.due_min):
            yield Missed(
                batch=wish.id,
                due_min=wish.due_min,
                ready_min=ready_min,
                orders=tuple(sorted(orders)),
            )


def _price(
    day: KitchenNow,
    wishes: Iterable[BatchWish],
    batches: Sequence[Batch],
    left: Sequence[Residue],
) -> KitchenPrice:
    due = {wish.id: wish.due_min for wish in wishes if wish.weight != WEIGHT_STOCK}
    late = sum(max(0, each.ready_min - due[each.id]) for each in batches if each.id in due)
    return KitchenPrice(late_min=late, cleans=len(machine_cleans(day.kitchen, batches, left)))


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineClean:
    """A full clean that must be done on a machine before a batch may follow another."""

    machine: str
    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CoolingLimit:
    """The last minute at which a batch may begin to cool on a machine."""

    batch: str
    machine: str
    latest_min: int


def cooling_limits(kitchen: Kitchen, batches: Iterable[Batch]) -> tuple[CoolingLimit, ...]:
    """Until when each batch must be cooling, counted from the end of the step before."""
    wait = CHILL_WAIT_MIN if kitchen.chill_wait_min is None else kitchen.chill_wait_min
    return tuple(
        CoolingLimit(batch=batch.id, machine=op.machine, latest_min=before.end_min + wait)
        for batch in batches
        for before, op in pairwise(batch.ops)
        if op.kind in {StepKind.CHILL, StepKind.BLAST_FREEZE}
    )


def machine_cleans(
    kitchen: Kitchen, batches: Iterable[Batch], left: Iterable[Residue] = ()
) -> tuple[MachineClean, ...]:
    """Every full clean that the order of the batches asks, right after the run before it.

    `left`: what lies on machines besides, from steps that no batch shows.
    """
    stood: list[tuple[BatchOp | Residue, frozenset[str]]] = [
        *((op, batch.allergens) for batch in batches for op in batch.ops),
        *((each, each.allergens) for each in left),
    ]
    runs: defaultdict[str, dict[int, tuple[int, frozenset[str]]]] = defaultdict(dict)
    for span, allergens in stood:
        end, traits = runs[span.machine].get(span.start_min, (span.end_min, allergens))
        runs[span.machine][span.start_min] = (max(end, span.end_min), traits)
    return tuple(
        MachineClean(machine=machine.id, start_min=end, end_min=end + clean_min)
        for machine in kitchen.machines
        if (clean_min := machine.as_resource().clean_min)
        for (_, (end, before)), (_, (_, after)) in pairwise(sorted(runs[machine.id].items()))
        if not before <= after
    )
