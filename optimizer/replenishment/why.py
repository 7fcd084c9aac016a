"""Why each purchase is as large and as early as it is, read from the purchases themselves."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.replenishment.problem import (
    Buy,
    ReplenishmentProblem,
    ReplenishmentSolution,
    SupplyLine,
)
from optimizer.replenishment.rule import Packs, ledger

BUY_REASONS: tuple[str, ...] = (
    "buy.needed",
    "buy.together",
    "buy.break",
    "buy.worth",
    "buy.least",
    "buy.pack",
)
"""Codes of `BuyReason`: needed from `day` on; ordered with others before it must be (until `day`);
`amount` packs lower the price of all; more than is needed (`amount`) to make the order worth the
supplier's minimum, to reach the smallest order of the item, or since packs are not opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyReason:
    """One reason of one purchase; see `BUY_REASONS` for the figures."""

    item: str
    day: int
    code: str
    on: int | None = None
    amount: int = 0


def buy_reasons(
    problem: ReplenishmentProblem, solution: ReplenishmentSolution
) -> tuple[BuyReason, ...]:
    """The reasons of every purchase, in the order of the purchases."""
    lines = {line.key: line for line in problem.lines}
    packs: defaultdict[str, Packs] = defaultdict(dict)
    worth: defaultdict[tuple[str, int], int] = defaultdict(int)
    for buy in solution.buys:
        line = lines[buy.item]
        packs[buy.item][buy.day] = buy.packs
        worth[line.supplier, buy.day] += line.cost(buy.packs)
    found: list[BuyReason] = []
    for buy in solution.buys:
        line = lines[buy.item]
        spare = worth[line.supplier, buy.day] - problem.terms(line.supplier).minimum
        found += _of(line, packs[buy.item], buy, problem.days, spare=spare)
    return tuple(found)


def _of(line: SupplyLine, packs: Packs, buy: Buy, days: int, *, spare: int) -> Iterator[BuyReason]:
    """`spare`: what the whole order is worth above the supplier's minimum."""
    without = {day: count for day, count in packs.items() if day != buy.day}
    now = dict(ledger(line, packs, days)[0])
    then = ledger(line, without, days)[0]
    more = [(day, amount - now.get(day, 0)) for day, amount in then if amount > now.get(day, 0)]
    if more:
        first = more[0][0]
        yield BuyReason(item=buy.item, day=buy.day, code="buy.needed", on=first)
        later = [day for day in line.order_days if day > buy.day and line.arrival(day) <= first]
        if later:
            yield BuyReason(item=buy.item, day=buy.day, code="buy.together", on=later[-1])
    over = buy.packs * line.pack - sum(amount for _, amount in more)
    steps = [least for least, _ in line.breaks if least <= buy.packs]
    if steps:
        yield BuyReason(item=buy.item, day=buy.day, code="buy.break", amount=steps[-1])
    if over:
        fewer = line.cost(buy.packs) - line.cost(buy.packs - 1)
        code = _over(line, buy, over=over, tight=spare < fewer)
        yield BuyReason(item=buy.item, day=buy.day, code=code, amount=over)


def _over(line: SupplyLine, buy: Buy, *, over: int, tight: bool) -> str:
    if over < line.pack:
        return "buy.pack"
    if buy.packs == line.min_packs:
        return "buy.least"
    return "buy.worth" if tight else "buy.pack"
