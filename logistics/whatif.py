"""A day as it would be otherwise: a van less, an order cut, more of one, a lot recalled."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from logistics.day import DayInputs, DayPlan, Unserved
from logistics.daycheck import day_violations
from logistics.demand import DayOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """What a copy of a day has otherwise; everything by the id it has in the day.

    `more`: an order and how many times more of it, each for the same site, as if it came late.
    """

    without_vehicles: frozenset[str] = frozenset()
    without_machines: frozenset[str] = frozenset()
    without_orders: frozenset[str] = frozenset()
    recalled_lots: frozenset[str] = frozenset()
    more: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if any(times < 1 for _, times in self.more):
            raise ValueError("an order comes at least once more")

    def unknown(self, inputs: DayInputs) -> tuple[str, ...]:
        """Give the ids that the day does not have."""
        orders = {order.id for order in inputs.orders}
        lots = {lot.id for lot in inputs.lots} | {lot.id for lot in inputs.ingredient_lots}
        strange = (
            self.without_vehicles - {each.id for each in inputs.vehicles},
            self.without_machines - {each.id for each in inputs.machines},
            (self.without_orders | {order for order, _ in self.more}) - orders,
            self.recalled_lots - lots,
        )
        return tuple(sorted(name for names in strange for name in names))


def changed_day(inputs: DayInputs, change: DayChange) -> DayInputs:
    """The day with the change. Of a recalled dish nothing goes out at all, as in a real recall.

    Raises KeyError for an id that the day does not have.
    """
    for name in change.unknown(inputs):
        raise KeyError(name)
    recalled = {lot.sku for lot in inputs.lots if lot.id in change.recalled_lots}
    orders = [order for order in inputs.orders if order.id not in change.without_orders]
    return replace(
        inputs,
        vehicles=tuple(v for v in inputs.vehicles if v.id not in change.without_vehicles),
        machines=tuple(m for m in inputs.machines if m.id not in change.without_machines),
        orders=(*orders, *_more(inputs, change)),
        lots=tuple(lot for lot in inputs.lots if lot.id not in change.recalled_lots),
        ingredient_lots=tuple(
            lot for lot in inputs.ingredient_lots if lot.id not in change.recalled_lots
        ),
        recalled=inputs.recalled | recalled,
    )


def _more(inputs: DayInputs, change: DayChange) -> Iterator[DayOrder]:
    orders = {order.id: order for order in inputs.orders}
    for name, times in change.more:
        for number in range(1, times + 1):
            yield _again(orders[name], f"+{number}")


def _again(order: DayOrder, mark: str) -> DayOrder:
    lines = tuple(
        replace(line, id=f"{line.id}{mark}", order=f"{order.id}{mark}") for line in order.lines
    )
    return replace(order, id=f"{order.id}{mark}", lines=lines)


CUT = "day.order.cut"
"""Why an order of the real day gets nothing when a copy without it becomes the plan."""


def as_real_plan(inputs: DayInputs, plan: DayPlan, change: DayChange) -> DayPlan:
    """A plan of the changed day as a plan of the day itself, with every promise checked anew.

    Orders that were cut are stated as such. Violations say that it cannot be: more orders than
    there are, a lot that is gone since.
    """
    cut = tuple(
        Unserved(order=order.id, reason=CUT, binding=order.id)
        for order in inputs.orders
        if order.id in change.without_orders
    )
    real = replace(plan, snapshot=inputs.snapshot, unserved=(*plan.unserved, *cut), violations=())
    return replace(real, violations=day_violations(inputs, real))
