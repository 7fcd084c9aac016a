"""An independent checker of routes: no solver, no array, nothing of the engine. It only reads.

It works in the file's unit times the scale of its variant, distances computed here once more.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt, sqrt

from benchmarks.vrplib import Instance, Node, Vehicle


@dataclass(frozen=True, slots=True)
class Driven:
    """One vehicle (counted from 1 in file order) and its trips, customers by number."""

    vehicle: int
    trips: tuple[tuple[int, ...], ...]


class _Map:
    """Distances of an instance between numbers of nodes."""

    def __init__(self, instance: Instance) -> None:
        nodes = (*instance.depots, *instance.customers)
        self._rule, self._ways = instance.rule, instance.ways
        self._nodes = {node.id: node for node in nodes}
        self._order = {node.id: i for i, node in enumerate(nodes)}

    def counted(self, here: int, there: int) -> int:
        """Distance and time, whole, as the variant counts them."""
        if self._ways:
            return round(self._ways[self._order[here]][self._order[there]] * self._rule.scale)
        square = self._square(here, there) * self._rule.scale**2
        low = isqrt(int(square))
        if self._rule.down:
            return low
        return low + (4 * square >= (2 * low + 1) ** 2)

    def exact(self, here: int, there: int) -> float:
        """The distance itself."""
        return sqrt(self._square(here, there))

    def _square(self, here: int, there: int) -> Fraction:
        a, b = self._nodes[here], self._nodes[there]
        return (a.x - b.x) ** 2 + (a.y - b.y) ** 2


def objective(instance: Instance, routes: Sequence[Driven]) -> float:
    """What routes cost as `benchmarks/README.md` counts: whole, but for HFVRP and given ways."""
    ways = _Map(instance)
    total = 0.0
    for route in routes:
        vehicle = instance.vehicles[route.vehicle - 1]
        legs = list(_legs(vehicle, route.trips))
        if instance.variant == "HFVRP":
            total += vehicle.fixed + vehicle.rate * sum(ways.exact(*leg) for leg in legs)
        else:
            total += sum(ways.counted(*leg) for leg in legs)
    served = {customer for route in routes for trip in route.trips for customer in trip}
    left = sum(node.prize for node in instance.customers if node.id not in served)
    if instance.variant == "HFVRP":
        return round(total, 2)
    if instance.ways:
        return total / instance.rule.scale
    return int(total) + instance.rule.scale * left


def _legs(vehicle: Vehicle, trips: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    return [leg for trip in trips for leg in pairwise((vehicle.depot, *trip, vehicle.depot))]


def objections(
    instance: Instance, routes: Sequence[Driven], unserved: Sequence[int]
) -> tuple[str, ...]:
    """Every promise of the instance that the routes break, in words."""
    known = {node.id: node for node in instance.customers}
    visits = Counter(c for route in routes for trip in route.trips for c in trip)
    found = [f"customer {c} is not in the file" for c in (*visits, *unserved) if c not in known]
    found += [f"customer {c} is served {many} times" for c, many in visits.items() if many > 1]
    found += [f"customer {c} is served and unserved" for c in unserved if c in visits]
    told = {*visits, *unserved}
    found += [f"customer {c} is not mentioned" for c in known if c not in told]
    found += [f"customer {c} must be served" for c in unserved if c in known and not known[c].prize]
    driven = Counter(route.vehicle for route in routes)
    found += [f"vehicle {v} drives {many} routes" for v, many in driven.items() if many > 1]
    ways = _Map(instance)
    for route in routes:
        if not 1 <= route.vehicle <= len(instance.vehicles):
            found.append(f"vehicle {route.vehicle} is not in the file")
        elif all(c in known for trip in route.trips for c in trip):
            found += _route(instance, ways, known, route)
    return tuple(found)


def _route(instance: Instance, ways: _Map, known: dict[int, Node], route: Driven) -> list[str]:
    vehicle, name = instance.vehicles[route.vehicle - 1], f"vehicle {route.vehicle}"
    found = []
    if len(route.trips) > 1 and not vehicle.reloads:
        found.append(f"{name} reloads and may not")
    for trip in route.trips:
        if not trip:
            found.append(f"{name} makes an empty trip")
        load = sum(known[c].demand for c in trip)
        if load > vehicle.capacity:
            found.append(f"{name} carries {load}, more than {vehicle.capacity}")
        if vehicle.allowed is not None:
            found += [f"{name} may not serve {c}" for c in trip if c not in vehicle.allowed]
    return found + _times(instance, ways, known, route)


def _times(instance: Instance, ways: _Map, known: dict[int, Node], route: Driven) -> list[str]:
    """Drive a route as early as possible, then see how late it could have begun."""
    vehicle, scale = instance.vehicles[route.vehicle - 1], instance.rule.scale
    name = f"vehicle {route.vehicle}"
    depot = next(node for node in instance.depots if node.id == vehicle.depot)
    found = []
    now = depot.opens * scale
    slack, waited, begun = None, 0, now
    for turn, trip in enumerate(route.trips):
        ready = max((known[c].release for c in trip), default=0) * scale
        if turn == 0:
            begun = now = max(now, ready)
        waited += max(0, ready - now)
        now, here = max(now, ready), depot.id
        for c in trip:
            node = known[c]
            now += ways.counted(here, c)
            if now > node.closes * scale:
                found.append(f"{name} reaches {c} at {now}, after {node.closes * scale}")
            room = node.closes * scale - now + waited
            slack = room if slack is None else min(slack, room)
            waited += max(0, node.opens * scale - now)
            now, here = max(now, node.opens * scale) + node.service * scale, c
        now += ways.counted(here, depot.id)
    if now > depot.closes * scale:
        found.append(f"{name} is back at {now}, after {depot.closes * scale}")
    later = min(waited, max(0, slack or 0))  # leaving later takes away waiting only
    if vehicle.longest is not None and now - begun - later > vehicle.longest * scale:
        found.append(f"{name} is out for {now - begun - later}, over {vehicle.longest * scale}")
    return found
