"""Which vehicle drives which round: the cheapest assignment, with the order of stops as it is."""

from collections.abc import Mapping, Sequence

from optimizer.routing.problem import RoutingProblem, RoutingVehicle
from optimizer.routing.rounds import units_of
from optimizer.routing.schedule import trips_of

Kinds = Sequence[Sequence[RoutingVehicle]]
"""Vehicles, those together that nothing tells apart."""
Orders = Mapping[str, tuple[str, ...]]


def with_best_vans(
    problem: RoutingProblem, kinds: Kinds, orders: Orders
) -> dict[str, tuple[str, ...]]:
    """The same rounds, each driven by the vehicle with which all together cost least.

    A search that takes some stops out and puts them back hardly ever exchanges whole rounds. A
    round stays with its vehicle where a change saves nothing; all do where one cannot be driven.
    """
    if len(kinds) == 1:
        return dict(orders)
    stops = {stop.key: stop for stop in problem.stops}
    kind_of = {vehicle.key: kind for kind, alike in enumerate(kinds) for vehicle in alike}
    driven = [key for key in kind_of if orders.get(key)]
    rounds = [trips_of([stops[s] if s else None for s in orders[key]]) for key in driven]
    prices = [[units_of(problem, alike[0], trips) for alike in kinds] for trips in rounds]
    now = [kind_of[key] for key in driven]
    if any(row[kind] is None for row, kind in zip(prices, now, strict=True)):
        return dict(orders)
    chosen = _matched(prices, now, list(kind_of.values()))
    kept = {key for key, old, new in zip(driven, now, chosen, strict=True) if old == new}
    free = [[each.key for each in alike if each.key not in kept] for alike in kinds]
    return {
        key if key in kept else free[kind].pop(0): orders[key]
        for key, kind in zip(driven, chosen, strict=True)
    }


def _matched(
    prices: Sequence[Sequence[int | None]], now: Sequence[int], vehicles: Sequence[int]
) -> list[int]:
    """The kind of vehicle for each round, given the kind of each vehicle: fewest units in all."""
    from ortools.graph.python.linear_sum_assignment import (  # noqa: PLC0415  # it takes a moment
        SimpleLinearSumAssignment,
    )

    matching = SimpleLinearSumAssignment()
    for place, kind in enumerate(vehicles):
        for turn, row in enumerate(prices):
            price = row[kind]
            if price is not None:  # a change must save more than a unit
                matching.add_arc_with_cost(turn, place, price + (kind != now[turn]))
        for idle in range(len(prices), len(vehicles)):
            matching.add_arc_with_cost(idle, place, 0)
    best = matching.solve() == matching.OPTIMAL  # not where sums might leave 64 bits
    return [vehicles[matching.right_mate(turn)] if best else kind for turn, kind in enumerate(now)]
