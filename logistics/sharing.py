"""What is too little today, shared out line by line: floors, then need, then equal shares."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zlib import crc32

from logistics.day import DayInputs, LineShare, Why
from logistics.daykitchen import KitchenDay
from logistics.demand import DayOrder, OrderLine
from logistics.stock import Allocation, Lot, first_expired_first
from menus import Variant, hard_objections
from optimizer import PortionAsk, share_portions

_OF_ONE_LINE = frozenset({"day.kitchen.too_late", "day.line.shelf_too_short"})
"""Reasons that speak of one line, not of all that ask for the dish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What every line is given, why the short ones are, and how what is scarce was shared."""

    given: tuple[Allocation, ...]
    why: Mapping[str, Why]
    shares: tuple[LineShare, ...] = ()


def share_scarce(
    inputs: DayInputs,
    wanted: tuple[OrderLine, ...],
    picked: tuple[Allocation, ...],
    kitchen: KitchenDay,
    latest_min: Mapping[str, int],
) -> Shared:
    """Share each variant that stays short anew among all lines that ask for it.

    Stock and today's batches together. The emergency floor of a home comes before anyone's share,
    then the orders of the highest priority, and within one priority the smallest share is made as
    large as can be. Of equals a draw decides that falls otherwise for the next order.
    """
    given = (*picked, *kitchen.allocations)
    scarce = sorted({line.sku for line in wanted if line.id in kitchen.why})
    if not scarce:
        return Shared(given=given, why=kitchen.why)
    table = _Day(inputs=inputs, kitchen=kitchen, latest_min=latest_min)
    by_sku: defaultdict[str, list[OrderLine]] = defaultdict(list)
    for line in wanted:
        by_sku[line.sku].append(line)
    kept = [each for each in given if table.lots[each.lot].sku not in scarce]
    had: Counter[str] = Counter()  # portions by order
    for each in kept:
        line = table.lines[each.order_line]
        had[line.order] += each.amount_g // line.portion_g
    why = {
        line: found for line, found in kitchen.why.items() if table.lines[line].sku not in scarce
    }
    shares: list[LineShare] = []
    for sku in scarce:
        found = table.share(by_sku[sku], had)
        kept += found
        why |= table.reasons(by_sku[sku], found)
        shares += table.told(by_sku[sku], found)
    left = table.left(kept)
    return Shared(
        given=tuple(kept),
        why=why,
        shares=tuple(
            replace(one, instead=table.instead(one, left)) if one.extra_g else one for one in shares
        ),
    )


_Left = Mapping[str, Sequence[tuple[Lot, int]]]
"""Variant: its lots that may still go out, and the grams left of each."""


class _Day:
    """The day's lines, orders and lots by id."""

    def __init__(
        self, inputs: DayInputs, kitchen: KitchenDay, latest_min: Mapping[str, int]
    ) -> None:
        self.inputs, self.kitchen, self.latest_min = inputs, kitchen, latest_min
        self.lines = {line.id: line for line in inputs.lines()}
        self.orders: dict[str, DayOrder] = {order.id: order for order in inputs.orders}
        self.lots = {lot.id: lot for lot in (*inputs.lots, *kitchen.born)}
        self.ready = {batch.lot: batch.ready_min for batch in kitchen.batches}
        self.life_days = inputs.min_life_days()

    def share(self, lines: list[OrderLine], had: Counter[str]) -> list[Allocation]:
        """Share one variant; `had` is added up by order, so that a floor counts once."""
        lots = [
            each.lot
            for each in first_expired_first(
                (lot for lot in self.lots.values() if lot.sku == lines[0].sku),
                self.inputs.service_day,
            )
        ]
        asks = []
        for line in sorted(lines, key=lambda one: (crc32(one.id.encode()), one.id)):
            order = self.orders[line.order]
            asks.append(
                PortionAsk(
                    key=line.id,
                    unit=line.portion_g,
                    wanted=line.portions,
                    lots=tuple(lot.id for lot in lots if self._may(line, lot)),
                    rank=order.priority,
                    floor=min(line.portions, max(0, order.floor_portions - had[order.id])),
                )
            )
        gifts = share_portions(asks, {lot.id: lot.amount_g for lot in lots})
        for one in gifts:
            had[self.lines[one.ask].order] += one.portions
        return [
            Allocation(
                order_line=one.ask,
                lot=one.lot,
                amount_g=one.portions * self.lines[one.ask].portion_g,
            )
            for one in gifts
        ]

    def _may(self, line: OrderLine, lot: Lot) -> bool:
        """Whether a lot lasts long enough for a line and is ready before its van must leave."""
        lasts = lot.use_by >= self.inputs.service_day + timedelta(days=self.life_days[line.id])
        latest = self.latest_min[self.orders[line.order].site]
        return lasts and self.ready.get(lot.id, latest) <= latest

    def reasons(self, lines: list[OrderLine], found: Iterable[Allocation]) -> dict[str, Why]:
        """Why each line that is short is: its own reason, else that of the variant."""
        given = _given_g(found)
        known = [self.kitchen.why[line.id] for line in lines if line.id in self.kitchen.why]
        common = next((one for one in known if one.reason not in _OF_ONE_LINE), None)
        why = {}
        for line in (one for one in lines if given[one.id] < one.amount_g):
            extra = (("extra_g", line.amount_g - given[line.id]),)
            plain = Why(reason="day.stock.short", binding=line.sku, would_fit_if=extra)
            why[line.id] = self.kitchen.why.get(line.id) or common or plain
        return why

    def told(self, lines: list[OrderLine], found: Iterable[Allocation]) -> list[LineShare]:
        """How each line came to its share, in words a person can check."""
        given = _given_g(found)
        missing_g = sum(line.amount_g - given[line.id] for line in lines)
        ranks = {self.orders[one.order].priority for one in lines if given[one.id]}
        shares = []
        for line in lines:
            order, short = self.orders[line.order], given[line.id] < line.amount_g
            portions = given[line.id] // line.portion_g
            if not short:
                code = "share.line.all"
            elif max(ranks, default=0) > order.priority:
                code = "share.line.need"
            elif portions and portions <= order.floor_portions:
                code = "share.line.floor"
            else:
                code = "share.line.fair"
            shares.append(
                LineShare(
                    line=line.id,
                    code=code,
                    asked=line.portions,
                    given=portions,
                    extra_g=missing_g if short else 0,
                )
            )
        return shares

    def left(self, given: Iterable[Allocation]) -> _Left:
        """What is left of each variant that the catalogue knows, lot by lot."""
        known, found = self.inputs.catalogue.variants, defaultdict[str, list[tuple[Lot, int]]](list)
        for lot_id, left_g in _left_g(self.inputs, self.kitchen, given).items():
            lot = self.lots[lot_id]
            if lot.sku in known:
                found[lot.sku].append((lot, left_g))
        return found

    def instead(self, share: LineShare, left: _Left) -> str:
        """A variant of which enough is left for what a line lacks; empty: none.

        The same role, level and zone, and nothing that speaks against it for this eater: allergy,
        texture and the rest are judged again, as for any other line.
        """
        line, known = self.lines[share.line], self.inputs.catalogue.variants
        mine, missing_g = known[line.sku], (share.asked - share.given) * line.portion_g
        for sku in sorted(sku for sku in left if sku != line.sku and _alike(mine, known[sku])):
            spare_g = sum(left_g for lot, left_g in left[sku] if self._may(line, lot))
            if spare_g - self.inputs.stock_targets.get(sku, 0) < missing_g:
                continue
            eater = self.inputs.eaters[line.eater]
            if not hard_objections(known[sku], eater, recalled=self.inputs.recalled):
                return sku
        return ""


def _alike(one: Variant, other: Variant) -> bool:
    return (one.role, one.iddsi, one.zone) == (other.role, other.iddsi, other.zone)


def _given_g(found: Iterable[Allocation]) -> Counter[str]:
    given: Counter[str] = Counter()
    for each in found:
        given[each.order_line] += each.amount_g
    return given


def _left_g(inputs: DayInputs, kitchen: KitchenDay, given: Iterable[Allocation]) -> dict[str, int]:
    """Grams left of each lot that may still go out."""
    lots = first_expired_first((*inputs.lots, *kitchen.born), inputs.service_day)
    left = {each.lot.id: each.left_g for each in lots}
    for gone in given:
        left[gone.lot] -= gone.amount_g
    return left
