"""What a person pinned on the kitchen's timeline, kept when the day is planned anew."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from logistics.day import Remark
from logistics.machines import Machine
from logistics.production import Batch, BatchWish, step_minutes
from optimizer import Placed, ProductionProblem, ProductionSolution, production_violations


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPins:
    """The day's problem with the pins that still hold, the batches they hold, and lost pins."""

    problem: ProductionProblem
    pinned: frozenset[str]
    lost: tuple[Remark, ...]


def keep_pins(
    problem: ProductionProblem,
    wishes: Sequence[BatchWish],
    pinned: Iterable[Batch],
    machines: Iterable[Machine],
) -> KeptPins:
    """Let each pinned batch stand where a person put it, if it still can beside those before.

    A lost pin says why: nothing of the dish is cooked, its machine is not there or does not work
    then, or a hard rule stands against it. A pin goes to the first free batch of the same dish,
    whatever that weighs now: its steps begin where they were put, later only where the step
    before now takes longer.
    """
    free: defaultdict[str, list[BatchWish]] = defaultdict(list)
    for wish in wishes:
        free[wish.variant.id].append(wish)
    known = {each.id: each for each in machines}
    stands: list[Placed] = []
    held: list[str] = []
    lost: list[Remark] = []
    for batch in sorted(pinned, key=lambda each: each.id):
        code = "pin_gone"
        if free[batch.sku] and len(batch.ops) == len(free[batch.sku][0].variant.steps):
            wish = free[batch.sku].pop(0)
            spots = _spots(batch, wish)
            code = _refused(problem, [*stands, *spots], {*held, wish.id}, known)
            if not code:
                stands += spots
                held.append(wish.id)
                continue
        lost.append(Remark(code=f"day.kitchen.{code}", subject=batch.sku))
    return KeptPins(
        problem=replace(problem, fixed=tuple(stands)), pinned=frozenset(held), lost=tuple(lost)
    )


def _spots(batch: Batch, wish: BatchWish) -> list[Placed]:
    spots: list[Placed] = []
    ready = batch.ops[0].start_min
    for step, (op, work) in enumerate(zip(batch.ops, wish.variant.steps, strict=True)):
        start = max(ready, op.start_min)
        spots.append(Placed(job=wish.id, operation=step, machine=op.machine, start_min=start))
        ready = start + step_minutes(work, wish.amount_g)
    return spots


def _refused(
    problem: ProductionProblem,
    spots: Sequence[Placed],
    held: set[str],
    machines: Mapping[str, Machine],
) -> str:
    """Why the last of the pins cannot stand beside the others; empty: it can."""
    if any(each.machine not in machines for each in spots):
        return "pin_machine"
    others = tuple(job.key for job in problem.jobs if job.key not in held)
    solution = ProductionSolution(placed=tuple(spots), unplaced=others)
    codes = {each.code for each in production_violations(problem, solution)}
    if codes & {"production.machine.closed", "production.machine.not_eligible"}:
        return "pin_machine"
    return "pin_clash" if codes else ""
