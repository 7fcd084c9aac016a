"""Purchases by rule: as late as they still come in time, first expired first out."""

from collections.abc import Iterable

from optimizer.replenishment.problem import (
    Buy,
    Held,
    Loss,
    ReplenishmentProblem,
    ReplenishmentSolution,
    SupplyLine,
)

Packs = dict[int, int]  # packs per order day


def just_in_time(line: SupplyLine, days: int, already: Packs | None = None) -> Packs:
    """Cover each shortage by the latest order that still arrives in time, beside what is ordered.

    Least short, least expired and fewest packs for a plain line: goods then expire in the order
    in which they come, what rounding leaves over lasts longest, and an order moved earlier serves
    no day that the later one does not.
    """
    packs = dict(already or {})
    while gap := _coverable_shortage(line, packs, days):
        day, amount = gap
        more = max(-(-amount // line.pack), 0 if day in packs else line.min_packs)
        packs[day] = packs.get(day, 0) + more
    return packs


def least_short(line: SupplyLine, days: int) -> int:
    """What stays short of an item however much of it is ordered."""
    return sum(amount for _, amount in ledger(line, just_in_time(line, days), days)[0])


def _coverable_shortage(line: SupplyLine, packs: Packs, days: int) -> tuple[int, int] | None:
    """First shortage that an order can cover, as the day to order and the amount."""
    for short_day, amount in ledger(line, packs, days)[0]:
        in_time = [
            day
            for day in line.order_days
            if line.arrival(day) <= short_day < line.arrival(day) + line.shelf_days
        ]
        if in_time:
            return in_time[-1], amount
    return None


DayAmounts = list[tuple[int, int]]


def ledger(line: SupplyLine, packs: Packs, days: int) -> tuple[DayAmounts, DayAmounts]:
    """Day by day, first expired first out: what is short, and what expires unused."""
    left = [[each.last_day, each.first_day, each.amount] for each in supply(line, packs)]
    left.sort()
    short: DayAmounts = []
    for day, need in enumerate(line.need):
        missing = need
        for entry in left:
            if entry[1] <= day <= entry[0]:
                taken = min(missing, entry[2])
                entry[2] -= taken
                missing -= taken
        if missing:
            short.append((day, missing))
    expired = [(last, amount) for last, _, amount in left if amount and last < days]
    return short, expired


def supply(line: SupplyLine, packs: Packs) -> Iterable[Held]:
    """What lies there and what comes in."""
    yield from line.held
    for day, count in packs.items():
        arrival = line.arrival(day)
        yield Held(
            amount=count * line.pack, first_day=arrival, last_day=arrival + line.shelf_days - 1
        )


def solution_of(problem: ReplenishmentProblem, plans: dict[str, Packs]) -> ReplenishmentSolution:
    """The purchases with what is short and what expires."""
    buys: list[Buy] = []
    short: list[Loss] = []
    expired: list[Loss] = []
    for line in sorted(problem.lines, key=lambda each: each.key):
        packs = plans[line.key]
        buys += [Buy(item=line.key, day=day, packs=packs[day]) for day in sorted(packs)]
        lacking, lost = ledger(line, packs, problem.days)
        short += [Loss(item=line.key, day=day, amount=amount) for day, amount in lacking]
        expired += [Loss(item=line.key, day=day, amount=amount) for day, amount in lost]
    return ReplenishmentSolution(buys=tuple(buys), short=tuple(short), expired=tuple(expired))


def cost_of(problem: ReplenishmentProblem, solution: ReplenishmentSolution) -> tuple[int, int, int]:
    """What is short, what expires, and what is paid for goods and deliveries."""
    lines = {line.key: line for line in problem.lines}
    orders = {(lines[buy.item].supplier, buy.day) for buy in solution.buys}
    return (
        sum(loss.amount for loss in solution.short),
        sum(loss.amount for loss in solution.expired),
        sum(lines[buy.item].cost(buy.packs) for buy in solution.buys)
        + sum(problem.terms(supplier).delivery for supplier, _ in orders),
    )
