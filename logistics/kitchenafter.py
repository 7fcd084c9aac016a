"""A change of the kitchen's day made its plan: what it takes from orders, lots and draws."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from logistics.day import DayPlan, Unserved
from logistics.kitchenchange import change_violations
from logistics.kitchennow import KitchenChange, KitchenNow, residues
from logistics.production import Batch
from logistics.stock import Allocation


def with_change(day: KitchenNow, change: KitchenChange) -> DayPlan:
    """The plan with the new schedule: what no longer reaches its van is named, never promised.

    Its violations are the hard rules that the schedule breaks at the minute of `day`.
    """
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
        residues=residues(day, change.lost),
        violations=change_violations(day, change),
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
