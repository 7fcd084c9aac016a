"""Rounds that come late somewhere, put in a better order."""

from collections.abc import Iterator, Sequence
from itertools import permutations

from optimizer.routing.problem import RELOAD, RoutingProblem, RoutingStop, RoutingVehicle
from optimizer.routing.rounds import units_of
from optimizer.routing.schedule import timetable, trips_of

Order = tuple[str, ...]
_FEW = 5  # stops


def with_less_lateness(
    problem: RoutingProblem, vehicle: RoutingVehicle, order: Order, stops: dict[str, RoutingStop]
) -> Order:
    """The order after every move of a late stop that makes the round cheaper, the best one first.

    The search prices a place by how late the new stop itself would be; how much later it makes the
    others it learns only afterwards. Here each order is priced whole: a late stop goes elsewhere in
    the round, or changes places with another stop of it; few stops are tried in every order.
    """
    units = _units(problem, vehicle, order, stops)
    while units is not None:
        late = _late(problem, vehicle, order, stops)
        tried = {each for at in late for each in _moved(order, at)}
        if late and len(order) <= _FEW and RELOAD not in order:
            tried = set(permutations(order))
        found = [
            (price, other)
            for other in sorted(tried)
            if (price := _units(problem, vehicle, other, stops)) is not None
        ]
        best, other = min(found, default=(units, order))
        if best >= units:
            break
        units, order = best, other
    return order


def _units(
    problem: RoutingProblem, vehicle: RoutingVehicle, order: Order, stops: dict[str, RoutingStop]
) -> int | None:
    return units_of(problem, vehicle, trips_of([stops[key] if key else None for key in order]))


def _late(
    problem: RoutingProblem, vehicle: RoutingVehicle, order: Order, stops: dict[str, RoutingStop]
) -> list[int]:
    """Where in the order a stop begins after its due time at a price."""
    trips = trips_of([stops[key] if key else None for key in order])
    table = timetable(problem, vehicle, trips)
    late = {
        stop.key
        for trip, timed in zip(trips, table.trips if table else (), strict=bool(table))
        for stop, begin_s in zip(trip, timed.stops_s(), strict=True)
        if stop.late_cents_per_hour and begin_s > stop.due_s
    }
    return [at for at, key in enumerate(order) if key in late]


def _moved(order: Sequence[str], at: int) -> Iterator[Order]:
    """The orders in which the stop at a place stands elsewhere; a trip of it alone may go."""
    rest = [*order[:at], *order[at + 1 :]]
    for place in range(len(order)):
        if place != at:
            yield _without_empty((*rest[:place], order[at], *rest[place:]))
            if order[place] != RELOAD:
                swapped = list(order)
                swapped[at], swapped[place] = order[place], order[at]
                yield tuple(swapped)


def _without_empty(order: Order) -> Order:
    """The order without a trip to nobody."""
    kept: list[str] = []
    for key in order:
        if key != RELOAD or (kept and kept[-1] != RELOAD):
            kept.append(key)
    return tuple(kept[:-1] if kept[-1] == RELOAD else kept)
