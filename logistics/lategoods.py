"""What the store gives to late orders: one after the other, all of an order or nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from logistics.day import DayInputs, Unserved, Why
from logistics.dayplan import refusal_of
from logistics.demand import DayOrder
from logistics.stock import Allocation, Lot, allocate_fefo, left_over


@dataclass(frozen=True, slots=True, kw_only=True)
class LateGoods:
    """By order the goods that it gets, and why others get none."""

    given: Mapping[str, tuple[Allocation, ...]]
    refused: tuple[Unserved, ...]

    def allocations(self) -> tuple[Allocation, ...]:
        """All that is given, order by order."""
        return tuple(one for goods in self.given.values() for one in goods)


def late_goods(inputs: DayInputs, codes: Sequence[str]) -> LateGoods:
    """Goods for some orders of the inputs: the highest priority first, then by their codes.

    Each takes what those before it left, first expired first out. An order that holds something
    its eater may not have, or of which the store cannot give all, gets nothing. One that lacks
    several dishes binds on all of their codes, with a blank between two.
    """
    orders = [order for order in inputs.orders if order.id in set(codes)]
    given: dict[str, tuple[Allocation, ...]] = {}
    refused: list[Unserved] = []
    lots = inputs.lots
    for order in sorted(orders, key=lambda each: (-each.priority, each.id)):
        goods, why = _goods(inputs, order, lots)
        if why is None:
            given[order.id] = goods
            lots = left_over(lots, goods)
            continue
        told = Unserved(order=order.id, reason=why.reason, binding=why.binding)
        refused.append(replace(told, would_fit_if=why.would_fit_if))
    return LateGoods(given=given, refused=tuple(refused))


def _goods(
    inputs: DayInputs, order: DayOrder, lots: tuple[Lot, ...]
) -> tuple[tuple[Allocation, ...], Why | None]:
    """What lots give to an order, or what speaks against it: the unsafe first, then the short."""
    against = (refusal_of(inputs, line) for line in order.lines)
    unsafe = next((why for why in against if why is not None), None)
    if unsafe is not None:
        return (), unsafe
    goods, short = allocate_fefo(
        order.lines, lots, on=inputs.service_day, min_life_days=inputs.min_life_days()
    )
    lacking: Counter[str] = Counter()
    for one in short:
        lacking[one.sku] += one.amount_g
    if not lacking:
        return goods, None
    extra = (("extra_g", lacking.total()),) if len(lacking) == 1 else ()
    return (), Why(reason="day.stock.short", binding=" ".join(lacking), would_fit_if=extra)
