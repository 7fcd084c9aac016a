"""One supplier's orders: worth their minimum, brought together, at the price of a break."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from operator import itemgetter

from optimizer.replenishment.problem import ReplenishmentProblem, Supplier, SupplyLine
from optimizer.replenishment.rule import Packs, cost_of, just_in_time, ledger, solution_of

_PASSES = 4
_MANY = 1 << 30  # packs: costs nothing only where the last price break gives things away

Plans = dict[str, Packs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """The lines of one supplier over the horizon, with its terms."""

    lines: tuple[SupplyLine, ...]
    terms: Supplier
    days: int

    def order_days(self) -> list[int]:
        """Days on which anything may be ordered."""
        return sorted({day for line in self.lines for day in line.order_days})

    def worth(self, plans: Plans, day: int) -> int:
        """What the order of a day costs, without its delivery."""
        return sum(line.cost(plans[line.key].get(day, 0)) for line in self.lines)

    def ordered(self, plans: Plans) -> list[int]:
        """Days on which anything is ordered."""
        return sorted({day for packs in plans.values() for day in packs})

    def holds(self, plans: Plans) -> bool:
        """Whether every order is worth its minimum."""
        days = self.ordered(plans)
        return all(self.worth(plans, day) >= self.terms.minimum for day in days)

    def cost(self, plans: Plans) -> tuple[int, int, int]:
        """What is short, expires and is paid."""
        part = ReplenishmentProblem(lines=self.lines, days=self.days, suppliers=(self.terms,))
        return cost_of(part, solution_of(part, plans))


def order_together(basket: Basket) -> Plans:
    """Purchases that keep the terms: on as few days as pays, then up to price breaks that pay."""
    days = set(basket.order_days())
    plans = _on_days(basket, days)
    best = (basket.cost(plans), plans)
    for day in sorted(days, reverse=True):
        if any(day in packs for packs in best[1].values()):
            tried = _on_days(basket, days - {day})
            if (cost := basket.cost(tried)) < best[0]:
                best, days = (cost, tried), days - {day}
    for line, day in _cells(basket):
        raised = _raised(basket, best[1], line, day)
        if raised is not None and basket.holds(raised):
            best = min(best, (basket.cost(raised), raised), key=itemgetter(0))
    return best[1]


def _on_days(basket: Basket, days: set[int]) -> Plans:
    """Order as late as possible on some days only, and bring each order to its minimum."""
    kept = tuple(
        replace(line, order_days=tuple(day for day in line.order_days if day in days))
        for line in basket.lines
    )
    fewer = replace(basket, lines=kept)
    plans = {line.key: just_in_time(line, basket.days) for line in kept}
    for _ in range(_PASSES):
        plans = _reach_minimum(fewer, plans)
        if fewer.holds(plans):
            return plans
    return _only_worthy(fewer, plans)


def _only_worthy(basket: Basket, plans: Plans) -> Plans:
    """Leave out the orders that nothing brings to their minimum."""
    small = {
        day for day in basket.ordered(plans) if basket.worth(plans, day) < basket.terms.minimum
    }
    return {
        key: {day: count for day, count in packs.items() if day not in small}
        for key, packs in plans.items()
    }


def _reach_minimum(basket: Basket, plans: Plans) -> Plans:
    for day in basket.order_days():
        if any(day in packs for packs in plans.values()):
            plans = _worth_it(basket, plans, day)
    return plans


def _worth_it(basket: Basket, plans: Plans, day: int) -> Plans:
    """Order more on a day until that is worth the minimum, as far as anything brings it there."""
    while basket.worth(plans, day) < basket.terms.minimum:
        more = _pulled(basket, plans, day) or _filled(basket, plans, day)
        if more is None:
            break
        plans = more
    return plans


def _pulled(basket: Basket, plans: Plans, day: int) -> Plans | None:
    """Order on a day what would be ordered next, if nothing more expires for it."""
    later = sorted(
        (after, line.key, line)
        for line in basket.lines
        if day in line.order_days
        for after in plans[line.key]
        if after > day
    )
    for after, key, line in later:
        packs = plans[key]
        moved = {at: count for at, count in packs.items() if at <= day}
        moved[day] = moved.get(day, 0) + packs[after]
        moved = just_in_time(line, basket.days, moved)
        if _lost(basket, line, moved) <= _lost(basket, line, packs):
            return plans | {key: moved}
    return None


def _filled(basket: Basket, plans: Plans, day: int) -> Plans | None:
    """Order more of what expires least and keeps longest, enough to be worth the minimum."""
    missing = basket.terms.minimum - basket.worth(plans, day)
    tried = []
    for line in basket.lines:
        if day in line.order_days and line.cost(_MANY):
            packs = plans[line.key]
            count = packs.get(day, 0)
            more = max(line.min_packs, count + -(-missing // line.price))
            while line.cost(more) - line.cost(count) < missing:
                more *= 2
            filled = just_in_time(line, basket.days, _until(packs, day) | {day: more})
            lost = _lost(basket, line, filled) - _lost(basket, line, packs)
            tried.append((lost, -line.arrival(day) - line.shelf_days, line.key, filled))
    if not tried:
        return None
    *_, key, filled = min(tried, key=lambda each: each[:3])
    return plans | {key: filled}


def _until(packs: Packs, day: int) -> Packs:
    return {at: count for at, count in packs.items() if at <= day}


def _lost(basket: Basket, line: SupplyLine, packs: Packs) -> int:
    return sum(amount for _, amount in ledger(line, packs, basket.days)[1])


def _raised(basket: Basket, plans: Plans, line: SupplyLine, day: int) -> Plans | None:
    """Order as much of an item on a day as the next price break asks, and less later."""
    packs = plans[line.key]
    higher = [least for least, _ in line.breaks if least > packs.get(day, least)]
    if not higher:
        return None
    raised = _until(packs, day) | {day: higher[0]}
    return plans | {line.key: just_in_time(line, basket.days, raised)}


def _cells(basket: Basket) -> Iterable[tuple[SupplyLine, int]]:
    """Each order day of each item, once per price break."""
    return ((line, day) for line in basket.lines for _ in line.breaks for day in line.order_days)
