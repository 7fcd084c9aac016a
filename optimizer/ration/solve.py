"""Sharing out item by item: fair shares of clinical needs first, then the cheapest flow."""

from collections.abc import Mapping, Sequence
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

ROUNDS = 2
STEP = 2_500
"""Thousandths of the price of safety that a unit pays more on a night overfull by its whole room,
less each round: on made-up stores safety stock gives way, and nobody goes without more meals."""
_NO_LIMIT = 1 << 60


def solve_ration(
    problem: RationProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[RationSolution]:
    """What to send to each store: the cheapest flow of each item after fair clinical shares.

    Without too little room it is the optimum of the whole (OPTIMAL, objective in thousandths).
    Where a store overflows at night its room gets a price, in a few rounds; then each item takes
    the flow of the round that leaves least volume overfull, and of equals the cheapest (FEASIBLE).
    A move is one flow of an item.
    """
    table = _Table.of(problem)
    plans = [{item.key: table.plan(item) for item in problem.items}]
    for number in range(1, ROUNDS + 1):
        over = table.overfull(plans[-1])
        if not over.any() or table.moves + len(problem.items) > limits.moves:
            break
        if not watch(Progress(moves=table.moves, incumbent=_cost(plans[0]))):
            break
        table.raise_prices(over, number)
        plans.append({key: table.again(plan, over) for key, plan in plans[-1].items()})
    chosen = table.mixed(plans)
    over = table.overfull(chosen)
    return Outcome(
        status=Status.FEASIBLE if over.any() else Status.OPTIMAL,
        solution=RationSolution(
            sent=tuple(one for item in problem.items for one in chosen[item.key].sent()),
            shares=tuple(one for item in problem.items for one in chosen[item.key].shares()),
            overfull=tuple(
                Overfull(store=problem.stores[store].key, day=int(day), volume=int(volume))
                for (store, day), volume in np.ndenumerate(over)
                if volume
            ),
        ),
        objective=(int(over.sum()), _cost(chosen)),
        moves=table.moves,
    )


def _cost(plans: Mapping[str, "_Plan"]) -> int:
    return sum(one.cost for one in plans.values())


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
    """The problem by key, what each night in a store costs more, and what is known of items.

    `room`: of each store, a large number where it has no limit. `price`: per 1000 of volume, store
    by night.
    """

    problem: RationProblem
    places: dict[str, int]
    room: Ints
    price: Ints
    nets: dict[tuple[int, ...], Net] = field(default_factory=dict)
    promises: dict[str, Ints] = field(default_factory=dict)
    moves: int = 0

    @classmethod
    def of(cls, problem: RationProblem) -> "_Table":
        """Look up stores by key."""
        rooms = [store.room if store.room >= 0 else _NO_LIMIT for store in problem.stores]
        return cls(
            problem=problem,
            places={store.key: at for at, store in enumerate(problem.stores)},
            room=np.array(rooms, dtype=np.int64).reshape(-1, 1),
            price=np.zeros((len(problem.stores), problem.days), dtype=np.int64),
        )

    def at(self, item: RationItem) -> tuple[int, ...]:
        """The stores in which an item lies."""
        return tuple(self.places[row.store] for row in item.rows)

    def plan(self, item: RationItem) -> _Plan:
        """The cheapest flow of an item at the prices of now."""
        self.moves += 1
        at = self.at(item)
        if at not in self.nets:
            stores: tuple[RationStore, ...] = tuple(self.problem.stores[one] for one in at)
            self.nets[at] = net_of(stores, self.problem.days)
        net, prices = self.nets[at], self.problem.prices
        loads = Loads.of(item, net, self.problem.days)
        if item.key not in self.promises:
            self.promises[item.key] = fair_promise(net, loads)
        promised = self.promises[item.key]
        bare = prices_of(net, prices)
        room = self.price[list(at)] * item.size // 1000
        flows = cheapest(net, loads, prices_of(net, prices, room) if room.any() else bare, promised)
        missed = prices.lost + sooner(prices, self.problem.days)
        due = int((loads.demand * missed).sum()) + int(loads.safety.sum()) * prices.safety
        return _Plan(
            item=item,
            net=net,
            loads=loads,
            flows=flows,
            promised=promised,
            cost=int((flows * bare).sum()) + due,
        )

    def again(self, plan: _Plan, over: Ints) -> _Plan:
        """The flow at dearer nights; one that keeps nothing there stays the cheapest."""
        lies = plan.volume()[over[list(self.at(plan.item))] > 0]
        return self.plan(plan.item) if lies.any() else plan

    def volume(self, plan: _Plan) -> Ints:
        """Volume that an item lays in each store, by night."""
        found = np.zeros_like(self.price)
        found[list(self.at(plan.item))] = plan.volume()
        return found

    def overfull(self, plans: Mapping[str, _Plan]) -> Ints:
        """Volume above the room, store by night."""
        lies = np.zeros_like(self.price)
        for plan in plans.values():
            lies[list(self.at(plan.item))] += plan.volume()
        found: Ints = np.maximum(0, lies - self.room)
        return found

    def raise_prices(self, over: Ints, number: int) -> None:
        """Make the overfull nights dearer, in proportion to the room, less each round."""
        room = np.maximum(1, self.room)
        more = STEP * self.problem.prices.safety * np.minimum(over, room) // room // number
        self.price += np.where(over > 0, np.maximum(1000, more), 0)

    def mixed(self, rounds: Sequence[Mapping[str, _Plan]]) -> dict[str, _Plan]:
        """Each item by the round that leaves least overfull, then costs least, one after another.

        From the best round on, as long as a whole pass over the items still gains.
        """
        totals = [(int(self.overfull(plans).sum()), _cost(plans)) for plans in rounds]
        best = min(totals)
        chosen = dict(rounds[totals.index(best)])
        if not best[0]:
            return chosen
        ways = {key: list({id(one[key]): one[key] for one in rounds}.values()) for key in chosen}
        lies = {key: np.stack([self.volume(one) for one in ways[key]]) for key in chosen}
        total = np.sum([self.volume(one) for one in chosen.values()], axis=0)
        gained = True
        while gained:
            gained = False
            for key, mine in chosen.items():
                rest = total - self.volume(mine)
                over = np.maximum(0, rest + lies[key] - self.room).sum(axis=(1, 2)).tolist()
                worth = [(left, one.cost) for left, one in zip(over, ways[key], strict=True)]
                at = worth.index(min(worth))
                now = next(n for n, one in enumerate(ways[key]) if one is mine)
                if worth[at] < worth[now]:
                    chosen |= {key: ways[key][at]}
                    total, gained = rest + lies[key][at], True
        return chosen
