"""One item as a flow from the central store through the days and stores to those who eat.

Amounts are whole and every price lies on an arc, so the cheapest flow is whole as well: no rounding
is needed, and it costs what the linear program costs.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.ration.problem import RationItem, RationPrices, RationStore

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
SEND, KEEP_SAFE, KEEP, CLINICAL, OTHER, PROMISED, FURTHER, CENTRAL = range(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Net:
    """The arcs of an item: kind, row and day of each, and the nodes they join.

    Nodes: the central store by day, each row by day, the clinical need of each row, the end.
    `kept` and `eaten` mark the arcs of nights and of meals.
    """

    kind: Ints
    row: Ints
    day: Ints
    tail: Ints
    head: Ints
    nodes: int
    kept: Bools
    eaten: Bools


def net_of(stores: tuple[RationStore, ...], days: int) -> Net:
    """The arcs of an item that lies in these stores."""
    rows, end = len(stores), days + len(stores) * (days + 1)
    arcs: list[tuple[int, int, int, int, int]] = []
    for day in range(days):
        arcs.append((CENTRAL, 0, day, day, day + 1 if day + 1 < days else end))
        for row, store in enumerate(stores):
            here = days + row * days + day
            later = here + 1 if day + 1 < days else end
            need = days + rows * days + row
            arcs += [(KEEP_SAFE, row, day, here, later), (KEEP, row, day, here, later)]
            arcs += [(CLINICAL, row, day, here, need), (OTHER, row, day, here, end)]
            sent_on = day - store.lead_days
            if day in store.delivery_days and sent_on >= 0:
                arcs.append((SEND, row, day, sent_on, here))
    for row in range(rows):
        need = days + rows * days + row
        arcs += [(PROMISED, row, 0, need, end), (FURTHER, row, 0, need, end)]
    kinds, places, on, tails, heads = np.array(arcs, dtype=np.int64).T
    return Net(
        kind=kinds,
        row=places,
        day=on,
        tail=tails,
        head=heads,
        nodes=end + 1,
        kept=np.isin(kinds, (KEEP, KEEP_SAFE)),
        eaten=np.isin(kinds, (CLINICAL, OTHER)),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loads:
    """An item's amounts, row by day, and what may flow on each arc."""

    demand: Ints
    clinical: Ints
    safety: Ints
    supply: Ints  # by node
    most: Ints  # by arc, without promises

    @classmethod
    def of(cls, item: RationItem, net: Net, days: int) -> "Loads":
        """Lay the amounts of an item on its arcs."""
        rows = len(item.rows)
        held = np.array([row.held for row in item.rows]).reshape(rows, days)
        demand = np.array([row.demand for row in item.rows]).reshape(rows, days)
        clinical = np.array([row.clinical for row in item.rows]).reshape(rows, days)
        safety = np.array([row.safety for row in item.rows]).reshape(rows, days)
        supply = np.zeros(net.nodes, dtype=np.int64)
        supply[:days] = item.central
        supply[days : days + rows * days] = held.ravel()
        supply[-1] = -supply.sum()
        total = -supply[-1]
        most = np.full(len(net.kind), total, dtype=np.int64)
        for kind, column in ((KEEP_SAFE, safety), (CLINICAL, clinical), (OTHER, demand - clinical)):
            chosen = net.kind == kind
            most[chosen] = column[net.row[chosen], net.day[chosen]]
        return cls(demand=demand, clinical=clinical, safety=safety, supply=supply, most=most)


def cheapest(net: Net, loads: Loads, prices: Ints, promised: Ints) -> Ints:
    """The cheapest flow on each arc; what is promised to a row's clinical need comes first.

    `prices` are those of `prices_of`.
    """
    from ortools.graph.python import min_cost_flow  # noqa: PLC0415 - loading takes a moment

    most = loads.most.copy()
    most[net.kind == PROMISED] = promised
    solver: Any = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(
        net.tail, net.head, most, with_promise(net, prices)
    )
    solver.set_nodes_supplies(np.arange(net.nodes), loads.supply)
    if solver.solve() != solver.OPTIMAL:
        raise RuntimeError("a flow that may always end in the store has a cheapest one")
    flows: Ints = np.asarray(solver.flows(arcs))
    return flows


def prices_of(net: Net, prices: RationPrices, room: Ints | None = None) -> Ints:
    """What a unit costs on each arc; `room` is what keeping it costs more, row by day.

    What is not lost is a gain: demand met and safety kept are below zero. A unit is worth more the
    sooner it is eaten, so that nobody goes without today for the sake of a full store tonight.
    """
    by_kind = np.zeros(CENTRAL + 1, dtype=np.int64)
    by_kind[SEND], by_kind[KEEP] = prices.sent, prices.kept
    by_kind[KEEP_SAFE] = prices.kept - prices.safety
    by_kind[OTHER] = by_kind[FURTHER] = by_kind[PROMISED] = -prices.lost
    costs: Ints = by_kind[net.kind]
    costs[net.eaten] -= sooner(prices, int(net.day.max()) + 1)[net.day[net.eaten]]
    if room is not None:
        costs[net.kept] += room[net.row[net.kept], net.day[net.kept]]
    return costs


def with_promise(net: Net, costs: Ints) -> Ints:
    """The same with a gain on promised units that no other way through the net makes up for."""
    found = costs.copy()
    found[net.kind == PROMISED] -= 1 + net.nodes * int(np.abs(costs).max())
    return found


def sooner(prices: RationPrices, days: int) -> Ints:
    """What a unit of each day's demand is worth more than one of the last day's."""
    found: Ints = (prices.safety + prices.kept + 1) * np.arange(days - 1, -1, -1)
    return found


def met(net: Net, loads: Loads, promised: Ints) -> int:
    """How many units of what is promised to clinical needs can be given at all."""
    from ortools.graph.python import max_flow  # noqa: PLC0415 - loading takes a moment

    most = loads.most.copy()
    most[net.kind == PROMISED] = promised
    used = ~np.isin(net.kind, (OTHER, FURTHER))
    used &= (net.head != net.nodes - 1) | (net.kind == PROMISED)
    solver: Any = max_flow.SimpleMaxFlow()
    most[net.kind == KEEP_SAFE] = 0
    solver.add_arcs_with_capacity(net.tail[used], net.head[used], most[used])
    source, given = net.nodes, loads.supply[:-1]
    nodes = np.flatnonzero(given)
    solver.add_arcs_with_capacity(np.full(len(nodes), source), nodes, given[nodes])
    solver.solve(source, net.nodes - 1)
    return int(solver.optimal_flow())
