"""What to buy on which day: least shortage, then least expired, then cheapest."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from optimizer._cpsat import run
from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going

CP_MAX_ITEMS = 40
"""Items of one supplier that CP-SAT takes together; with more, the rule's answer stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An amount at hand, or under way, that is usable from one day to another, both included."""

    amount: int
    last_day: int
    first_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyLine:
    """One item, what is needed of it each day (day 0 first), and how it can be bought.

    Ordered on one of `order_days`, it arrives `lead_days` later and is usable for `shelf_days`,
    the day of arrival included. An order is at least `min_packs` of `pack`.
    """

    key: str
    supplier: str
    need: tuple[int, ...]
    held: tuple[Held, ...]
    pack: int
    price: int  # per pack
    lead_days: int
    shelf_days: int
    order_days: tuple[int, ...]
    min_packs: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.pack, self.shelf_days, self.min_packs) < 1:
            raise ValueError("a pack, a shelf life and a smallest order are at least one")
        if min((self.price, self.lead_days, *self.need, *(each.amount for each in self.held))) < 0:
            raise ValueError("prices, days, needs and amounts are never negative")
        if list(self.order_days) != sorted(set(self.order_days)):
            raise ValueError("order days are in order, each once")

    def arrival(self, day: int) -> int:
        """Day on which an order of `day` comes in."""
        return day + self.lead_days


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplenishmentProblem:
    """Items over one horizon; an amount that lasts beyond the horizon is not counted as expired."""

    lines: tuple[SupplyLine, ...]
    days: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if len({line.key for line in self.lines}) != len(self.lines):
            raise ValueError("each item stands once")
        if any(len(line.need) != self.days for line in self.lines):
            raise ValueError("a need is given for each day of the horizon")


@dataclass(frozen=True, slots=True, kw_only=True)
class Buy:
    """Packs of one item ordered on one day."""

    item: str
    day: int
    packs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An amount of one item that is short on a day, or expires at the end of it."""

    item: str
    day: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplenishmentSolution:
    """What to buy, and what is short or expires even so; in order of item and day."""

    buys: tuple[Buy, ...]
    short: tuple[Loss, ...] = ()
    expired: tuple[Loss, ...] = ()


Packs = dict[int, int]  # packs per order day


def solve_replenishment(
    problem: ReplenishmentProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[ReplenishmentSolution]:
    """The purchases with the least shortage, then the least expired, then the lowest price.

    A line ordered by single packs that holds nothing outlasting what is ordered is solved exactly
    by a rule, without moves. Others start from the same rule and go to CP-SAT, supplier by
    supplier and level by level; OPTIMAL says that no line needed it or that every level was proved.
    """
    plans = {line.key: _just_in_time(line, problem.days) for line in problem.lines}
    proved = _improve_others(problem, plans, limits, watch)
    solution = _solution(problem, plans)
    cost = _cost(problem, solution)
    watch(Progress(moves=limits.moves, incumbent=cost[0]))
    return Outcome(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        solution=solution,
        objective=cost,
        moves=limits.moves,
    )


def _is_plain(line: SupplyLine) -> bool:
    """Whether one pack may be ordered and what is held never outlasts what is ordered."""
    if not line.order_days:
        return True
    first_fresh = line.arrival(line.order_days[0]) + line.shelf_days - 1
    return line.min_packs == 1 and all(each.last_day <= first_fresh for each in line.held)


def _just_in_time(line: SupplyLine, days: int) -> Packs:
    """Cover each shortage by the latest order that still arrives in time.

    Least short, least expired and fewest packs for a plain line: goods then expire in the order
    in which they come, what rounding leaves over lasts longest, and an order moved earlier serves
    no day that the later one does not.
    """
    packs: Packs = {}
    while gap := _coverable_shortage(line, packs, days):
        day, amount = gap
        more = max(-(-amount // line.pack), 0 if day in packs else line.min_packs)
        packs[day] = packs.get(day, 0) + more
    return packs


def _coverable_shortage(line: SupplyLine, packs: Packs, days: int) -> tuple[int, int] | None:
    """First shortage that an order can cover, as the day to order and the amount."""
    for short_day, amount in _ledger(line, packs, days)[0]:
        in_time = [
            day
            for day in line.order_days
            if line.arrival(day) <= short_day < line.arrival(day) + line.shelf_days
        ]
        if in_time:
            return in_time[-1], amount
    return None


DayAmounts = list[tuple[int, int]]


def _ledger(line: SupplyLine, packs: Packs, days: int) -> tuple[DayAmounts, DayAmounts]:
    """Day by day, first expired first out: what is short, and what expires unused."""
    left = [[each.last_day, each.first_day, each.amount] for each in _supply(line, packs)]
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


def _supply(line: SupplyLine, packs: Packs) -> Iterable[Held]:
    yield from line.held
    for day, count in packs.items():
        arrival = line.arrival(day)
        yield Held(
            amount=count * line.pack, first_day=arrival, last_day=arrival + line.shelf_days - 1
        )


def _solution(problem: ReplenishmentProblem, plans: dict[str, Packs]) -> ReplenishmentSolution:
    buys: list[Buy] = []
    short: list[Loss] = []
    expired: list[Loss] = []
    for line in sorted(problem.lines, key=lambda each: each.key):
        packs = plans[line.key]
        buys += [Buy(item=line.key, day=day, packs=packs[day]) for day in sorted(packs)]
        lacking, lost = _ledger(line, packs, problem.days)
        short += [Loss(item=line.key, day=day, amount=amount) for day, amount in lacking]
        expired += [Loss(item=line.key, day=day, amount=amount) for day, amount in lost]
    return ReplenishmentSolution(buys=tuple(buys), short=tuple(short), expired=tuple(expired))


def _cost(problem: ReplenishmentProblem, solution: ReplenishmentSolution) -> tuple[int, int, int]:
    price = {line.key: line.price for line in problem.lines}
    return (
        sum(loss.amount for loss in solution.short),
        sum(loss.amount for loss in solution.expired),
        sum(price[buy.item] * buy.packs for buy in solution.buys),
    )


def _improve_others(
    problem: ReplenishmentProblem, plans: dict[str, Packs], limits: Limits, watch: Watch
) -> bool:
    """Improve `plans` where the rule may not be best; say whether all is proved."""
    suppliers: defaultdict[str, list[SupplyLine]] = defaultdict(list)
    for line in problem.lines:
        if not _is_plain(line):
            suppliers[line.supplier].append(line)
    proved = True
    share = replace(limits, moves=max(1, limits.moves // (2 * max(1, len(suppliers)))))
    for _, lines in sorted(suppliers.items()):
        small = len(lines) <= CP_MAX_ITEMS
        proved &= small and _improve(lines, problem.days, plans, share, watch)
    return proved


@dataclass(slots=True)
class _Model:
    """One supplier's purchases, with how much is short, expires and is paid."""

    cp: Any
    packs: dict[tuple[str, int], Any]
    short: Any
    expired: Any
    paid: Any


def _improve(
    lines: list[SupplyLine],
    days: int,
    plans: dict[str, Packs],
    limits: Limits,
    watch: Watch,
) -> bool:
    """Search level by level: the earlier level is fixed at its best before the next begins."""
    model = _model(lines, days, plans)
    proved = True
    for level in (model.short, model.expired, model.paid):
        model.cp.minimize(level)
        status, solver = run(model.cp, limits, watch)
        if status not in (Status.OPTIMAL, Status.FEASIBLE):
            return False
        proved &= status is Status.OPTIMAL
        model.cp.add(level <= round(solver.objective_value))
        model.cp.clear_hints()
        found = {key: solver.value(var) for key, var in model.packs.items()}
        for key, count in found.items():
            model.cp.add_hint(model.packs[key], count)
    better = {
        line.key: {day: found[line.key, day] for day in line.order_days if found[line.key, day]}
        for line in lines
    }
    part = ReplenishmentProblem(lines=tuple(lines), days=days)
    if _cost(part, _solution(part, better)) < _cost(part, _solution(part, plans)):
        plans.update(better)
    return proved


def _model(lines: list[SupplyLine], days: int, plans: dict[str, Packs]) -> _Model:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loading takes seconds

    cp = cp_model.CpModel()
    packs: dict[tuple[str, int], Any] = {}
    short: list[Any] = []
    expired: list[Any] = []
    for line in lines:
        most = line.min_packs + -(-sum(line.need) // line.pack)
        for day in line.order_days:
            allowed = cp_model.Domain.from_intervals([[0, 0], [line.min_packs, most]])
            packs[line.key, day] = cp.new_int_var_from_domain(allowed, f"{line.key} on {day}")
            cp.add_hint(packs[line.key, day], plans[line.key].get(day, 0))
        lacking, lost = _flows(cp, line, packs, days)
        short += lacking
        expired += lost
    prices = {line.key: line.price for line in lines}
    paid = sum(prices[key] * var for (key, _), var in packs.items())
    return _Model(cp=cp, packs=packs, short=sum(short), expired=sum(expired), paid=paid)


def _flows(
    cp: Any, line: SupplyLine, packs: dict[tuple[str, int], Any], days: int
) -> tuple[list[Any], list[Any]]:
    """What goes from each supply to each day it is usable on; the rest is short or expires."""
    supply = [(each.first_day, each.last_day, each.amount) for each in line.held] + [
        (
            line.arrival(day),
            line.arrival(day) + line.shelf_days - 1,
            packs[line.key, day] * line.pack,
        )
        for day in line.order_days
    ]
    used = {
        (index, day): cp.new_int_var(0, line.need[day], f"{line.key} {index} for {day}")
        for (index, (first, last, _)), day in product(enumerate(supply), range(days))
        if first <= day <= last
    }
    short = []
    for day, need in enumerate(line.need):
        given = sum(var for (_, on), var in used.items() if on == day)
        cp.add(given <= need)
        short.append(need - given)
    expired = []
    for index, (_, last, amount) in enumerate(supply):
        taken = sum(var for (one, _), var in used.items() if one == index)
        cp.add(taken <= amount)
        if last < days:
            expired.append(amount - taken)
    return short, expired
