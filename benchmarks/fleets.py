"""Public instances as problems of the engine, and its plans as routes of the file."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from benchmarks.route_check import Driven
from benchmarks.vrplib import Instance, Node, Vehicle
from optimizer import FleetPlan, FleetProblem, FleetStop, FleetType

LATEST = 1 << 40


@dataclass(frozen=True, slots=True)
class Fleet:
    """A problem, and which vehicles (from 1, in file order) are of each of its types."""

    instance: Instance
    problem: FleetProblem
    vehicles: tuple[tuple[int, ...], ...]

    def driven(self, plan: FleetPlan) -> tuple[Driven, ...]:
        """Routes of the file's vehicles and customers."""
        free = [list(reversed(each)) for each in self.vehicles]
        customers = self.instance.customers
        routes = [
            Driven(
                free[route.kind].pop(),
                tuple(tuple(customers[stop].id for stop in trip) for trip in route.trips),
            )
            for route in plan.routes
        ]
        return tuple(sorted(routes, key=lambda route: route.vehicle))

    def unserved(self, plan: FleetPlan) -> tuple[int, ...]:
        """Customers left out."""
        return tuple(self.instance.customers[stop].id for stop in plan.left_out)

    def everybody(self) -> tuple[int, ...]:
        """All customers."""
        return tuple(node.id for node in self.instance.customers)


def as_fleet(instance: Instance) -> Fleet:
    """Count in whole steps of the variant; vehicles that are alike make one type."""
    alike: defaultdict[Vehicle, list[int]] = defaultdict(list)
    for number, vehicle in enumerate(instance.vehicles, start=1):
        alike[vehicle].append(number)
    ways = _ways(instance)
    problem = FleetProblem(
        stops=tuple(_stop(instance, node, list(alike)) for node in instance.customers),
        types=tuple(_type(instance, each, len(numbers)) for each, numbers in alike.items()),
        metres=ways,
        travel=ways,
    )
    return Fleet(instance, problem, tuple(tuple(numbers) for numbers in alike.values()))


def _stop(instance: Instance, node: Node, vehicles: list[Vehicle]) -> FleetStop:
    scale = instance.rule.scale
    free = all(v.allowed is None for v in vehicles)
    welcome = (i for i, v in enumerate(vehicles) if v.allowed is None or node.id in v.allowed)
    return FleetStop(
        needs=(node.demand,),
        windows=((node.opens * scale, min(LATEST, node.closes * scale)),),
        service=node.service * scale,
        ready=node.release * scale,
        prize=node.prize * scale or None,
        types=None if free else frozenset(welcome),
    )


def _type(instance: Instance, vehicle: Vehicle, count: int) -> FleetType:
    scale = instance.rule.scale
    number, depot = next(
        (i, node) for i, node in enumerate(instance.depots) if node.id == vehicle.depot
    )
    return FleetType(
        room=(vehicle.capacity,),
        opens=depot.opens * scale,
        closes=min(LATEST, depot.closes * scale),
        count=count,
        start=number,
        end=number,
        longest=None if vehicle.longest is None else vehicle.longest * scale,
        fixed=vehicle.fixed * scale,
        rate=vehicle.rate,
        reloads=vehicle.reloads,
    )


def _ways(instance: Instance) -> np.ndarray:
    """Distances between customers, then depots."""
    rule, depots = instance.rule, len(instance.depots)
    order = [*range(depots, depots + len(instance.customers)), *range(depots)]
    if instance.ways:
        given = np.array([[float(cell) for cell in row] for row in instance.ways])
        return np.rint(given[np.ix_(order, order)] * rule.scale).astype(np.int32)
    nodes = (*instance.customers, *instance.depots)
    places = np.array([(float(node.x), float(node.y)) for node in nodes])
    exact = np.sqrt(((places[:, None] - places[None]) ** 2).sum(axis=2)) * rule.scale
    return (np.floor(exact + 1e-9) if rule.down else np.rint(exact)).astype(np.int32)


def impossible(instance: Instance) -> bool:
    """Whether all vehicles together, each driving once, cannot carry what must be served."""
    needed = sum(node.demand for node in instance.customers if not node.prize)
    largest = max(vehicle.capacity for vehicle in instance.vehicles)
    if any(node.demand > largest and not node.prize for node in instance.customers):
        return True
    once = not any(vehicle.reloads for vehicle in instance.vehicles)
    return once and needed > sum(vehicle.capacity for vehicle in instance.vehicles)
