"""Sharing out item by item: fair shares of clinical needs first, then the cheapest flow."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going
from optimizer.ration.fair import fair_promise
from optimizer.ration.flow import (
    CLINICAL,
    KEEP,
    KEEP_SAFE,
    OTHER,
    SEND,
    Ints,
    Loads,
    Net,
    cheapest,
    net_of,
    prices_of,
    sooner,
)
from optimizer.ration.problem import (
    Overfull,
    RationItem,
    RationProblem,
    RationSolution,
    RationStore,
    Sent,
    Share,
)

ROUNDS = 4


def solve_ration(
    problem: RationProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[RationSolution]:
    """What to send to each store: the cheapest flow of each item after fair clinical shares.

    Without too little room it is the optimum of the whole (OPTIMAL, objective in thousandths).
    Where a store overflows at night its room gets a price, in a few rounds; of these the one with
    the least overfull volume stands, then the cheapest (FEASIBLE). A move is one flow of an item.
    """
    table = _Table.of(problem)
    plans = {item.key: table.plan(item) for item in problem.items}
    best = (table.overfull(plans), sum(one.cost for one in plans.values()), dict(plans))
    for number in range(1, ROUNDS + 1):
        if not best[0] or table.moves + len(plans) > limits.moves:
            break
        if not watch(Progress(moves=table.moves, incumbent=best[1])):
            break
        for key in table.raise_prices(plans, number):
            plans[key] = table.plan(table.items[key])
        over, cost = table.overfull(plans), sum(one.cost for one in plans.values())
        if (sum(over.values()), cost) < (sum(best[0].values()), best[1]):
            best = (over, cost, dict(plans))
    over, cost, plans = best
    return Outcome(
        status=Status.OPTIMAL if not over else Status.FEASIBLE,
        solution=RationSolution(
            sent=tuple(one for item in problem.items for one in plans[item.key].sent()),
            shares=tuple(one for item in problem.items for one in plans[item.key].shares()),
            overfull=tuple(
                Overfull(store=problem.stores[store].key, day=day, volume=volume)
                for (store, day), volume in sorted(over.items())
            ),
        ),
        objective=(sum(over.values()), cost),
        moves=table.moves,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """The flow of one item."""

    item: RationItem
    net: Net
    loads: Loads
    flows: Ints
    promised: Ints
    cost: int

    def by_row(self, kind: int) -> Ints:
        """Units on the arcs of a kind, row by day."""
        found = np.zeros(self.loads.demand.shape, dtype=np.int64)
        chosen = self.net.kind == kind
        np.add.at(found, (self.net.row[chosen], self.net.day[chosen]), self.flows[chosen])
        return found

    def sent(self) -> list[Sent]:
        """What comes into each store."""
        amounts = self.by_row(SEND)
        return [
            Sent(
                item=self.item.key,
                store=self.item.rows[row].store,
                day=int(day),
                amount=int(amounts[row, day]),
            )
            for row, day in zip(*np.nonzero(amounts), strict=True)
        ]

    def shares(self) -> list[Share]:
        """The stores that do not get all they need."""
        clinical = self.by_row(CLINICAL).sum(axis=1)
        given = clinical + self.by_row(OTHER).sum(axis=1)
        needed = self.loads.demand.sum(axis=1)
        return [
            Share(
                item=self.item.key,
                store=row.store,
                needed=int(needed[at]),
                given=int(given[at]),
                clinical=int(self.loads.clinical[at].sum()),
                clinical_given=int(clinical[at]),
                promised=int(self.promised[at]),
            )
            for at, row in enumerate(self.item.rows)
            if given[at] < needed[at]
        ]

    def volume(self) -> Ints:
        """Volume that lies in each store at night, row by day."""
        found: Ints = self.item.size * (self.by_row(KEEP) + self.by_row(KEEP_SAFE))
        return found


@dataclass(slots=True, kw_only=True)
class _Table:
    """The problem by key, what each night in a store costs more, and what is known of items."""

    problem: RationProblem
    items: dict[str, RationItem]
    places: dict[str, int]
    price: dict[tuple[int, int], int] = field(default_factory=dict)  # per 1000 of volume
    nets: dict[tuple[int, ...], Net] = field(default_factory=dict)
    promises: dict[str, Ints] = field(default_factory=dict)
    moves: int = 0

    @classmethod
    def of(cls, problem: RationProblem) -> "_Table":
        """Look up items and stores by key."""
        return cls(
            problem=problem,
            items={item.key: item for item in problem.items},
            places={store.key: at for at, store in enumerate(problem.stores)},
        )

    def plan(self, item: RationItem) -> _Plan:
        """The cheapest flow of an item at the prices of now."""
        self.moves += 1
        at = tuple(self.places[row.store] for row in item.rows)
        if at not in self.nets:
            stores: tuple[RationStore, ...] = tuple(self.problem.stores[one] for one in at)
            self.nets[at] = net_of(stores, self.problem.days)
        net = self.nets[at]
        loads = Loads.of(item, net, self.problem.days)
        if item.key not in self.promises:
            self.promises[item.key] = fair_promise(net, loads)
        promised = self.promises[item.key]
        room = {
            (row, day): self.price[place, day] * item.size // 1000
            for row, place in enumerate(at)
            for day in range(self.problem.days)
            if (place, day) in self.price
        }
        flows = cheapest(net, loads, prices_of(net, self.problem.prices, room), promised)
        prices = self.problem.prices
        bare = int((flows * prices_of(net, prices, {}, promise=0)).sum())
        missed = prices.lost + sooner(prices, self.problem.days)
        due = int((loads.demand * missed).sum()) + int(loads.safety.sum()) * prices.safety
        return _Plan(
            item=item, net=net, loads=loads, flows=flows, promised=promised, cost=bare + due
        )

    def overfull(self, plans: dict[str, _Plan]) -> dict[tuple[int, int], int]:
        """Volume above the room, by store and night."""
        lies: defaultdict[tuple[int, int], int] = defaultdict(int)
        for plan in plans.values():
            for row, nights in enumerate(plan.volume().tolist()):
                place = self.places[plan.item.rows[row].store]
                for day, volume in enumerate(nights):
                    lies[place, day] += volume
        rooms = [store.room for store in self.problem.stores]
        return {
            (place, day): volume - rooms[place]
            for (place, day), volume in lies.items()
            if 0 <= rooms[place] < volume
        }

    def raise_prices(self, plans: dict[str, _Plan], number: int) -> list[str]:
        """Make the overfull nights dearer, less each round; gives the items that lie there."""
        over = self.overfull(plans)
        step = 1000 * self.problem.prices.safety // number
        for (place, day), volume in over.items():
            room = max(1, self.problem.stores[place].room)
            more = step * min(volume, room) // room
            self.price[place, day] = self.price.get((place, day), 0) + max(1000, more)
        dear = {self.problem.stores[place].key for place, _ in over}
        return [
            key for key, plan in plans.items() if any(row.store in dear for row in plan.item.rows)
        ]
