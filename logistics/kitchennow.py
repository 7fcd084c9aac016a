"""A kitchen day under way: who waits for what, what began, and what lies on its machines."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from logistics.day import DayPlan
from logistics.demand import DayOrder
from logistics.machines import Kitchen
from logistics.production import Batch, BatchOp, Residue
from menus import Catalogue, StepKind


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenNow:
    """A planned kitchen day as it stands at a minute: what began before stays where it is."""

    plan: DayPlan
    orders: tuple[DayOrder, ...]
    catalogue: Catalogue
    kitchen: Kitchen
    now_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """Where a person puts one step of a batch; the steps after it move along, those before stay."""

    batch: str
    step: int
    machine: str
    start_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMove:
    """One step that stands elsewhere than published. `why` is one of `WHY_MOVED`."""

    batch: str
    kind: StepKind
    was_machine: str
    was_min: int
    machine: str
    start_min: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenPrice:
    """What a schedule costs in words of the kitchen: minutes late for a van, and cleans."""

    late_min: int
    cleans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A batch that no longer reaches its orders: no place (`ready_min` None), or after the van."""

    batch: str
    due_min: int
    ready_min: int | None
    orders: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenChange:
    """A kitchen day planned again, as a proposal beside the published one."""

    batches: tuple[Batch, ...]
    moves: tuple[StepMove, ...]
    missed: tuple[Missed, ...]
    lost: tuple[str, ...]  # batches without a place
    was: KitchenPrice
    becomes: KitchenPrice
    residues: tuple[Residue, ...] = ()


Steps = dict[tuple[str, int], BatchOp]  # by batch and number


def begun(day: KitchenNow) -> Steps:
    """Steps that began, up to the first that a failing machine broke off."""
    found: Steps = {}
    for batch in day.plan.batches:
        for step, op in enumerate(batch.ops):
            if op.start_min >= day.now_min or falls_out(day.kitchen, op):
                break
            found[batch.id, step] = op
    return found


def falls_out(kitchen: Kitchen, op: BatchOp) -> bool:
    """Whether its machine is down while the step stands on it."""
    return _fails_at(kitchen, op) is not None


def _fails_at(kitchen: Kitchen, op: BatchOp) -> int | None:
    """When its machine first fails while the step stands on it."""
    fails = [
        start
        for machine in kitchen.machines
        if machine.id == op.machine
        for start, end in machine.down
        if start < op.end_min and op.start_min < end
    ]
    return min(fails, default=None)


def residues(day: KitchenNow, lost: Collection[str] = ()) -> tuple[Residue, ...]:
    """What lies on machines although no batch shows it, once `lost` batches are given up.

    An allergen stays where a step was broken off, or where a batch began that is not finished.
    """
    done = begun(day)
    given_up = (
        _residue(batch, op, op.end_min)
        for batch in day.plan.batches
        if batch.id in lost
        for step, op in enumerate(batch.ops)
        if (batch.id, step) in done
    )
    return (*day.plan.residues, *_broken_off(day), *given_up)


def _broken_off(day: KitchenNow) -> Iterator[Residue]:
    """Of each batch the step that its machine broke off, if it had begun by then."""
    for batch in day.plan.batches:
        broken = next((op for op in batch.ops if falls_out(day.kitchen, op)), None)
        fails = None if broken is None else _fails_at(day.kitchen, broken)
        if broken is None or fails is None:
            continue
        if broken.start_min < min(fails, day.now_min):
            yield _residue(batch, broken, min(fails, day.now_min))


def _residue(batch: Batch, op: BatchOp, end_min: int) -> Residue:
    return Residue(
        batch=batch.id,
        sku=batch.sku,
        machine=op.machine,
        start_min=op.start_min,
        end_min=end_min,
        allergens=batch.allergens,
    )


def waiting(day: KitchenNow) -> defaultdict[str, set[str]]:
    """By lot, the orders that wait for it."""
    order_of = {line.id: order.id for order in day.orders for line in order.lines}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for each in day.plan.allocations:
        found[each.lot].add(order_of[each.order_line])
    return found


def vans(day: KitchenNow) -> dict[str, int]:
    """By lot, the minute at which the first van leaves that carries of it."""
    site_of = {line.id: order.site for order in day.orders for line in order.lines}
    leaves: dict[str, int] = {}
    for route in day.plan.routes.routes:
        for trip in route.trips:
            leaves |= {stop.site: trip.start_s // 60 for stop in trip.stops}
    due: dict[str, int] = {}
    for each in day.plan.allocations:
        site = site_of[each.order_line]
        due[each.lot] = min(leaves[site], due.get(each.lot, leaves[site]))
    return due
