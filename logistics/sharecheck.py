"""Whether what was too little went to those with the strongest claim; without a solver."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction

from logistics.day import DayInputs, DayPlan
from logistics.dayroutes import latest_ready_min
from logistics.demand import DayOrder, OrderLine
from logistics.production import Detail
from logistics.stock import Lot, LotState
from menus import hard_objections
from optimizer import Violation


def share_violations(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """No line holds a portion on which a line that goes without has the stronger claim.

    Lines of orders that no van reaches, or that may not have the dish, claim nothing. What is told
    of the shares must be what is given, and what is offered instead must suit the eater.
    """
    facts = _Facts(inputs, plan)
    yield from facts.told()
    by_sku: defaultdict[str, list[OrderLine]] = defaultdict(list)
    for order in inputs.orders:
        for line in order.lines if facts.reached(order) else ():
            by_sku[line.sku].append(line)
    for lines in by_sku.values():
        without = [line for line in lines if facts.short(line) and facts.suits(line, line.sku)]
        if without:
            yield from facts.unfair(without, lines)


class _Facts:
    """Lines, orders and lots of a planned day, and what each was given."""

    def __init__(self, inputs: DayInputs, plan: DayPlan) -> None:
        self.inputs, self.plan = inputs, plan
        self.lines: dict[str, OrderLine] = {line.id: line for line in inputs.lines()}
        self.orders: dict[str, DayOrder] = {order.id: order for order in inputs.orders}
        self.lots: dict[str, Lot] = {lot.id: lot for lot in (*inputs.lots, *plan.born)}
        self.ready = {batch.lot: batch.ready_min for batch in plan.batches}
        self.latest = latest_ready_min(inputs)
        self.life_days = inputs.min_life_days()
        self.left_behind = {
            one.order
            for one in plan.unserved
            if not one.lines and (one.reason.startswith("route.") or one.reason == "day.order.cut")
        }
        self.given: Counter[str] = Counter()
        self.holders: defaultdict[str, set[str]] = defaultdict(set)
        self.had: Counter[str] = Counter()
        for each in plan.allocations:
            line = self.lines.get(each.order_line)
            if line is not None and each.lot in self.lots:
                portions = each.amount_g // line.portion_g
                self.given[line.id] += portions
                self.had[line.order] += portions
                self.holders[each.lot].add(line.id)

    def reached(self, order: DayOrder) -> bool:
        """Whether a van could bring anything of an order."""
        return order.site in self.latest and order.id not in self.left_behind

    def short(self, line: OrderLine) -> bool:
        """Whether a line gets fewer portions than it asks."""
        return self.given[line.id] < line.portions

    def suits(self, line: OrderLine, sku: str) -> bool:
        """Whether nothing speaks against a variant for the eater of a line."""
        variant = self.inputs.catalogue.variants.get(sku)
        eater = self.inputs.eaters.get(line.eater)
        if variant is None or eater is None:
            return False
        return not hard_objections(variant, eater, recalled=self.inputs.recalled)

    def told(self) -> Iterator[Violation]:
        """What is said of a share is what was given, or nothing where no van comes."""
        for share in self.plan.shares:
            line = self.lines.get(share.line)
            if (
                line is None
                or share.asked != line.portions
                or share.given > share.asked
                or (self.reached(self.orders[line.order]) and share.given != self.given[line.id])
            ):
                yield Violation(code="check.share.differs", subject=share.line)
            elif share.instead and not self.suits(line, share.instead):
                yield Violation(code="check.share.unsafe", subject=share.line)

    def unfair(self, without: list[OrderLine], lines: list[OrderLine]) -> Iterator[Violation]:
        """Each line that goes without though somebody with less claim holds what it may have."""
        known = {line.id for line in lines}
        for line in without:
            envied = next(self._envied(line, known), None)
            if envied is not None:
                yield Violation(code="check.share.unfair", subject=line.id, detail=envied)

    def _envied(self, line: OrderLine, known: set[str]) -> Iterator[Detail]:
        """Lots and who holds a portion of them that this line should have."""
        mine = self._claim(line, self.given[line.id], self.had[line.order])
        for lot in self._fitting(line):
            for name in sorted(self.holders[lot] & known - {line.id}):
                other = self.lines[name]
                if other.portion_g == line.portion_g and mine < self._kept(other):
                    yield (("lot", lot), ("holder", name))

    def _fitting(self, line: OrderLine) -> Iterator[str]:
        """Lots of its variant that last long enough and are ready in time for its van."""
        until = self.inputs.service_day + timedelta(days=self.life_days.get(line.id, 0))
        latest = self.latest[self.orders[line.order].site]
        for lot in self.lots.values():
            lasts = lot.state is LotState.RELEASED and lot.use_by >= until
            if lot.sku == line.sku and lasts and self.ready.get(lot.id, latest) <= latest:
                yield lot.id

    def _claim(self, line: OrderLine, given: int, had: int) -> tuple[int, int, Fraction]:
        order = self.orders[line.order]
        if had < order.floor_portions:
            return 0, 0, Fraction(0)
        return 1, -order.priority, Fraction(given, line.portions)

    def _kept(self, line: OrderLine) -> tuple[int, int, Fraction]:
        """The claim of a line on the last portion it got."""
        if self.given[line.id] <= self.orders[line.order].floor_portions:
            return 0, 0, Fraction(0)
        return self._claim(line, self.given[line.id] - 1, self.had[line.order] - 1)
