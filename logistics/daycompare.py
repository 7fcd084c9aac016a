"""How two plans of one day differ: figures side by side, and what the second has otherwise."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from logistics.day import DayPlan
from logistics.production import Batch

DIFFERENCES: tuple[str, ...] = (
    "day.differs.now_unserved",
    "day.differs.now_served",
    "day.differs.other_van",
    "day.differs.other_time",
    "day.differs.other_lot",
    "day.differs.batch_gone",
    "day.differs.batch_new",
    "day.differs.batch_moved",
)
"""Every code of `Difference`."""

_NOTED_MIN = 15
"""A stop that moves by less stands as it did (house rule)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that the second plan has otherwise: what it was, what it becomes, and why.

    `reason` is the code and binding of what an order no longer gets, empty where it follows from
    other changes.
    """

    code: str
    subject: str
    was: str | int = ""
    becomes: str | int = ""
    reason: str = ""
    binding: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two plans of one day: figures side by side as (name, first, second), and what differs."""

    figures: tuple[tuple[str, int, int], ...]
    differences: tuple[Difference, ...]


def compare_days(one: DayPlan, other: DayPlan) -> Comparison:
    """What the other plan has otherwise, orders first, then vans, lots and batches."""
    before, after = _figures(one), _figures(other)
    return Comparison(
        figures=tuple((name, before[name], after[name]) for name in before),
        differences=(
            *_served(one, other),
            *_vans(one, other),
            *_lots(one, other),
            *_cooked(one, other),
        ),
    )


def _figures(plan: DayPlan) -> dict[str, int]:
    routes = plan.routes
    whole = {each.order for each in plan.unserved if not each.lines}
    return {
        "unserved": len(whole),
        "short": len({each.order for each in plan.unserved} - whole),
        "vans": len(routes.routes),
        "metres": sum(route.metres for route in routes.routes),
        "cents": routes.cost_cents,
        "batches": len(plan.batches),
        "ready_min": max((batch.ready_min for batch in plan.batches), default=0),
        "cooked_g": sum(batch.amount_g for batch in plan.batches),
    }


def _served(one: DayPlan, other: DayPlan) -> Iterator[Difference]:
    before, after = (
        {(each.order, each.reason, each.binding, each.lines): each for each in plan.unserved}
        for plan in (one, other)
    )
    for code, only, there in (
        ("now_unserved", after, before),
        ("now_served", before, after),
    ):
        for key in sorted(only.keys() - there.keys()):
            each = only[key]
            yield Difference(
                code=f"day.differs.{code}",
                subject=each.order,
                becomes=len(each.lines),
                reason=each.reason,
                binding=each.binding,
            )


def _vans(one: DayPlan, other: DayPlan) -> Iterator[Difference]:
    before, after = (
        {
            stop.site: (route.letter, stop.begin_min)
            for route in plan.routes.routes
            for stop in route.stops
        }
        for plan in (one, other)
    )
    for site in sorted(before.keys() & after.keys()):
        (was, at), (becomes, then) = before[site], after[site]
        if was != becomes:
            yield Difference(code="day.differs.other_van", subject=site, was=was, becomes=becomes)
        elif abs(at - then) >= _NOTED_MIN:
            yield Difference(code="day.differs.other_time", subject=site, was=at, becomes=then)


def _lots(one: DayPlan, other: DayPlan) -> Iterator[Difference]:
    before, after = (_lots_of(plan) for plan in (one, other))
    for line in sorted(before.keys() & after.keys()):
        if before[line] != after[line]:
            was, becomes = ", ".join(before[line]), ", ".join(after[line])
            yield Difference(code="day.differs.other_lot", subject=line, was=was, becomes=becomes)


def _lots_of(plan: DayPlan) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for each in plan.allocations:
        found.setdefault(each.order_line, set()).add(each.lot)
    return {line: tuple(sorted(lots)) for line, lots in found.items()}


def _cooked(one: DayPlan, other: DayPlan) -> Iterator[Difference]:
    """Batches by dish: their numbers count anew in every plan."""
    before, after = (_batches_of(plan) for plan in (one, other))
    for key in sorted(before.keys() | after.keys()):
        was, becomes = before.get(key), after.get(key)
        if becomes is None and was is not None:
            yield Difference(code="day.differs.batch_gone", subject=key[0], was=was.amount_g)
        elif was is None and becomes is not None:
            yield Difference(code="day.differs.batch_new", subject=key[0], becomes=becomes.amount_g)
        elif was is not None and becomes is not None and was.ready_min != becomes.ready_min:
            yield Difference(
                code="day.differs.batch_moved",
                subject=key[0],
                was=was.ready_min,
                becomes=becomes.ready_min,
            )


def _batches_of(plan: DayPlan) -> dict[tuple[str, int], Batch]:
    """Each batch by its dish and how many of that dish come before it."""
    counted: Counter[str] = Counter()
    found: dict[tuple[str, int], Batch] = {}
    for batch in sorted(plan.batches, key=lambda each: (each.ready_min, each.id)):
        found[batch.sku, counted[batch.sku]] = batch
        counted[batch.sku] += 1
    return found
