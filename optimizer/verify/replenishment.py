"""Solver-free check of purchases: its own stock ledger, day by day."""

from collections import Counter
from collections.abc import Iterator

from optimizer.outcome import Violation
from optimizer.replenishment.problem import (
    Buy,
    Loss,
    ReplenishmentProblem,
    ReplenishmentSolution,
    SupplyLine,
)

REPLENISHMENT_VIOLATIONS: tuple[str, ...] = (
    "replenishment.item.unknown",
    "replenishment.order.day",
    "replenishment.order.repeated",
    "replenishment.order.below_minimum",
    "replenishment.order.below_worth",
    "replenishment.short.differs",
    "replenishment.expired.differs",
)


def replenishment_violations(
    problem: ReplenishmentProblem, solution: ReplenishmentSolution
) -> tuple[Violation, ...]:
    """Every promise that the purchases break, and every loss stated wrongly."""
    lines = {line.key: line for line in problem.lines}
    strange = sorted({buy.item for buy in solution.buys} - set(lines))
    if strange:
        return tuple(_broken("item.unknown", key) for key in strange)
    return (
        *_orders(lines, solution),
        *_worth(problem, lines, solution),
        *_losses(problem, solution),
    )


def _broken(code: str, subject: str, **detail: int | str) -> Violation:
    return Violation(code=f"replenishment.{code}", subject=subject, detail=tuple(detail.items()))


def _orders(lines: dict[str, SupplyLine], solution: ReplenishmentSolution) -> Iterator[Violation]:
    for (item, day), count in Counter((buy.item, buy.day) for buy in solution.buys).items():
        if count > 1:
            yield _broken("order.repeated", item, day=day)
    for buy in solution.buys:
        if buy.day not in lines[buy.item].order_days:
            yield _broken("order.day", buy.item, day=buy.day)
        if buy.packs < lines[buy.item].min_packs:
            yield _broken("order.below_minimum", buy.item, day=buy.day, packs=buy.packs)


def _worth(
    problem: ReplenishmentProblem, lines: dict[str, SupplyLine], solution: ReplenishmentSolution
) -> Iterator[Violation]:
    """Orders, all items of one supplier and day together, that cost less than they must."""
    worth: Counter[tuple[str, int]] = Counter()
    for buy in solution.buys:
        line = lines[buy.item]
        reached = [each for each in ((1, line.price), *line.breaks) if each[0] <= buy.packs]
        worth[line.supplier, buy.day] += buy.packs * max(reached, default=(1, line.price))[1]
    least = {each.key: each.minimum for each in problem.suppliers}
    for (supplier, day), cents in worth.items():
        if cents < least.get(supplier, 0):
            yield _broken("order.below_worth", supplier, day=day, worth=cents)


def _losses(problem: ReplenishmentProblem, solution: ReplenishmentSolution) -> Iterator[Violation]:
    for line in problem.lines:
        short, expired = _walk(line, [buy for buy in solution.buys if buy.item == line.key])
        if short != _stated(solution.short, line.key):
            yield _broken("short.differs", line.key)
        inside = {day: amount for day, amount in expired.items() if day < problem.days}
        if inside != _stated(solution.expired, line.key):
            yield _broken("expired.differs", line.key)


def _stated(losses: tuple[Loss, ...], item: str) -> dict[int, int]:
    total: Counter[int] = Counter()
    for loss in losses:
        if loss.item == item:
            total[loss.day] += loss.amount
    return dict(total)


def _walk(line: SupplyLine, buys: list[Buy]) -> tuple[dict[int, int], dict[int, int]]:
    """Shelf by last usable day: goods come in, the need goes out oldest first, the rest expires."""
    coming = [(each.first_day, each.last_day, each.amount) for each in line.held]
    for buy in buys:
        first = buy.day + line.lead_days
        coming.append((first, first + line.shelf_days - 1, buy.packs * line.pack))
    shelf: Counter[int] = Counter()
    short: dict[int, int] = {}
    for day, need in enumerate(line.need):
        for first, last, amount in coming:
            if first == day or (day == 0 and first < 0):
                shelf[last] += amount
        wanted = need
        for last in sorted(last for last in shelf if last >= day):
            out = min(wanted, shelf[last])
            shelf[last] -= out
            wanted -= out
        if wanted:
            short[day] = wanted
    for first, last, amount in coming:
        if first >= len(line.need):
            shelf[last] += amount
    return short, {last: amount for last, amount in shelf.items() if amount}
