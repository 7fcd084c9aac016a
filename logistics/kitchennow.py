"""A kitchen day under way: who waits for what, and what a change of it takes from the plan."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from logistics.day import DayPlan, Unserved
from logistics.demand import DayOrder
from logistics.machines import Kitchen
from logistics.production import Batch
from logistics.stock import Allocation
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


def with_change(day: KitchenNow, change: KitchenChange) -> DayPlan:
    """The plan with the new schedule: what no longer reaches its van is named, never promised."""
    lots = {each.id: each.lot for each in day.plan.batches}
    lost = {lots[each] for each in change.lost}
    late = _too_late(day, change)
    kept = tuple(
        each
        for each in day.plan.allocations
        if each.lot not in lost and (each.order_line, each.lot) not in late
    )
    return replace(
        day.plan,
        batches=change.batches,
        born=tuple(each for each in day.plan.born if each.id not in lost),
        draws=tuple(each for each in day.plan.draws if each.batch not in change.lost),
        allocations=kept,
        unserved=(*day.plan.unserved, *_unserved(day, change, kept)),
    )


def _too_late(day: KitchenNow, change: KitchenChange) -> dict[tuple[str, str], int]:
    """Lines whose van leaves before the lot is ready, with when it leaves; by line and lot."""
    ready = {each.lot: each.ready_min for each in change.batches}
    site_of = {line.id: order.site for order in day.orders for line in order.lines}
    leaves = {
        stop.site: trip.start_s // 60
        for route in day.plan.routes.routes
        for trip in route.trips
        for stop in trip.stops
    }
    return {
        (each.order_line, each.lot): leaves[site_of[each.order_line]]
        for each in day.plan.allocations
        if each.lot in ready and ready[each.lot] > leaves[site_of[each.order_line]]
    }


def _unserved(
    day: KitchenNow, change: KitchenChange, kept: Iterable[Allocation]
) -> Iterator[Unserved]:
    """What each order misses by the change: the whole of it when nothing else goes."""
    batch_of = {each.lot: each for each in day.plan.batches}
    order_of = {line.id: order.id for order in day.orders for line in order.lines}
    gone = Counter(each for each in day.plan.allocations) - Counter(kept)
    served = {order_of[each.order_line] for each in kept}
    late = _too_late(day, change)
    missing: defaultdict[tuple[str, str, str, int], list[str]] = defaultdict(list)
    for each in gone:
        batch, leaves = batch_of[each.lot], late.get((each.order_line, each.lot), -1)
        reason = "day.kitchen.full" if batch.id in change.lost else "day.kitchen.too_late"
        binding = _longest(batch) if batch.id in change.lost else batch.id
        missing[order_of[each.order_line], reason, binding, leaves].append(each.order_line)
    for (order, reason, binding, leaves), lines in sorted(missing.items()):
        fits = (("ready_min", leaves),) if reason == "day.kitchen.too_late" else ()
        yield Unserved(
            order=order,
            reason=reason,
            binding=binding,
            would_fit_if=fits,
            lines=tuple(lines) if order in served else (),
        )


def _longest(batch: Batch) -> str:
    return max(batch.ops, key=lambda op: op.end_min - op.start_min).kind.value
