"""Peers on public routing instances, each in a process of its own with all its imports.

Run `python -m benchmarks.routing_peers PEER FILE --seconds N [--seed N]`; it prints the objective
of checked routes, or null where the peer found none or cannot model the variant.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from benchmarks.crew import started
from benchmarks.fleets import Fleet, as_fleet
from benchmarks.route_check import Driven, objections, objective
from benchmarks.vrplib import read_instance
from optimizer import FleetProblem, FleetRoute, fleet_plan

BEGAN = time.monotonic()
FOREVER = 1 << 40
OFTEN = 60  # vehicles of one type that OR-Tools and VROOM are given at most
LATEST = 100_000_000  # seconds that VROOM still counts with
LEAVING = 0.4  # seconds that reading the answer and leaving take


Clock = Callable[[], float]


def pyvrp(
    fleet: Fleet, until: float, seed: int, clock: Clock = time.monotonic
) -> list[FleetRoute] | None:
    """PyVRP with its own settings."""
    from optimizer.fleet import second  # noqa: PLC0415  # one peer's imports only

    def stop(best_cost: float) -> bool:
        del best_cost
        return clock() >= until

    found = second.go_on(fleet.problem, (), seed, stop)
    return None if found is None else list(found)


def or_tools(fleet: Fleet, until: float, seed: int) -> list[FleetRoute] | None:
    """OR-Tools' routing library; see `benchmarks.peers`. An even seed begins from savings."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # noqa: PLC0415  # same

    from benchmarks.peers import settings  # noqa: PLC0415  # same

    problem = fleet.problem
    if _trips(problem):
        return None
    kinds = [kind for kind, each in enumerate(problem.types) for _ in range(_some(problem, kind))]
    n = len(problem.stops)
    starts = [n + problem.types[kind].start for kind in kinds]
    ends = [n + problem.types[kind].end for kind in kinds]
    manager = pywrapcp.RoutingIndexManager(len(problem.metres), len(kinds), starts, ends)
    model = pywrapcp.RoutingModel(manager)
    rates = {each.rate for each in problem.types}
    prices = {rate: model.RegisterTransitMatrix((problem.metres * rate).tolist()) for rate in rates}
    service = [[stop.service] for stop in problem.stops] + [[0]] * (len(problem.metres) - n)
    moving = model.RegisterTransitMatrix((problem.travel + service).tolist())
    model.AddDimension(moving, FOREVER, FOREVER, False, "time")  # noqa: FBT003  # its signature
    clock = model.GetDimensionOrDie("time")
    for vehicle, kind in enumerate(kinds):
        each = problem.types[kind]
        model.SetArcCostEvaluatorOfVehicle(prices[each.rate], vehicle)
        model.SetFixedCostOfVehicle(each.fixed, vehicle)
        clock.CumulVar(model.Start(vehicle)).SetRange(each.opens, each.closes)
        clock.CumulVar(model.End(vehicle)).SetRange(each.opens, each.closes)
        clock.SetSpanUpperBoundForVehicle(each.longest or FOREVER, vehicle)
    needs = [stop.needs[0] for stop in problem.stops] + [0] * (len(problem.metres) - n)
    load = model.RegisterUnaryTransitVector(needs)
    rooms = [problem.types[kind].room[0] for kind in kinds]
    model.AddDimensionWithVehicleCapacity(load, 0, rooms, True, "load")  # noqa: FBT003  # its signature
    for number, stop in enumerate(problem.stops):
        index = manager.NodeToIndex(number)
        clock.CumulVar(index).SetRange(stop.opens, stop.closes)
        if stop.prize is not None:
            model.AddDisjunction([index], stop.prize)
        if stop.types is not None:
            welcome = [vehicle for vehicle, kind in enumerate(kinds) if kind in stop.types]
            model.SetAllowedVehiclesForIndex(welcome, index)
    search = settings(max(0.1, until - time.monotonic()))
    if seed % 2 == 0:
        search.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.SAVINGS
    answer = model.SolveWithParameters(search)
    if answer is None:
        return None
    return [
        FleetRoute(kind, (tuple(order),))
        for vehicle, kind in enumerate(kinds)
        if (order := _order(model, manager, answer, vehicle))
    ]


def _order(model, manager, answer, vehicle: int) -> list[int]:  # noqa: ANN001  # untyped library
    order, index = [], answer.Value(model.NextVar(model.Start(vehicle)))
    while not model.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = answer.Value(model.NextVar(index))
    return order


def vroom(fleet: Fleet, until: float, seed: int) -> list[FleetRoute] | None:
    """VROOM at its most thorough level, on two threads; it has no seed."""
    del seed
    problem = fleet.problem
    limited = any(each.longest is not None for each in problem.types)
    optional = any(stop.prize is not None for stop in problem.stops)
    if _trips(problem) or limited or optional or find_spec("vroom") is None:
        return None
    import vroom  # noqa: PLC0415  # same

    asked = vroom.Input()
    asked.set_durations_matrix("car", (problem.travel // _unit(problem)).astype("uint32"))
    n = len(problem.stops)
    for kind, each in enumerate(problem.types):
        for number in range(_some(problem, kind)):
            asked.add_vehicle(
                vroom.Vehicle(
                    kind * 10_000 + number,
                    start=n + each.start,
                    end=n + each.end,
                    capacity=list(each.room),
                    time_window=vroom.TimeWindow(each.opens, min(each.closes, LATEST)),
                    costs=vroom.VehicleCosts(fixed=each.fixed, per_hour=3600 * each.rate),
                )
            )
    for number, stop in enumerate(problem.stops):
        window = vroom.TimeWindow(stop.opens, min(stop.closes, LATEST))
        asked.add_job(
            vroom.Job(
                number,
                number,
                delivery=list(stop.needs),
                default_service=stop.service,
                time_windows=[window],
            )
        )
    from datetime import timedelta  # noqa: PLC0415  # same

    limit = timedelta(seconds=max(0.1, until - 0.6 - time.monotonic()))
    found = asked.solve(exploration_level=5, nb_threads=2, timeout=limit)
    table = found.routes
    jobs = table[table["type"] == "job"]
    return [
        FleetRoute(int(vehicle) // 10_000, (tuple(int(i) for i in rows["id"]),))
        for vehicle, rows in jobs.groupby("vehicle_id", sort=True)
    ]


def _unit(problem: FleetProblem) -> int:
    """What a way is counted in: at most six figures where no clock is asked; VROOM fears more."""
    clocked = any(stop.opens or stop.closes < LATEST for stop in problem.stops)
    figures = len(str(int(problem.travel.max())))
    return 1 if clocked else int(10 ** max(0, figures - 6))


def _trips(problem: FleetProblem) -> bool:
    return any(each.reloads for each in problem.types) or any(s.ready for s in problem.stops)


def _some(problem: FleetProblem, kind: int) -> int:
    return min(problem.types[kind].count, max(OFTEN, len(problem.stops) // 4))


PEERS: dict[str, Callable[[Fleet, float, int], list[FleetRoute] | None]] = {
    "pyvrp": pyvrp,
    "or-tools": or_tools,
    "vroom": vroom,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the objective that a peer reaches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=sorted(PEERS))
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cpu", action="store_true", help="CPU seconds; pyvrp only")
    asked = parser.parse_args(arguments)
    until = started(BEGAN) + asked.seconds - LEAVING
    fleet = as_fleet(read_instance(asked.file))
    if asked.cpu:
        routes = pyvrp(fleet, asked.seconds - LEAVING, asked.seed, time.process_time)
    else:
        routes = PEERS[asked.peer](fleet, until, asked.seed)
    print(json.dumps(None if routes is None else _checked(fleet, routes)))
    return 0


def _checked(fleet: Fleet, routes: Sequence[FleetRoute]) -> float | None:
    plan = fleet_plan(fleet.problem, tuple(routes))
    driven: tuple[Driven, ...] = fleet.driven(plan)
    broken = objections(fleet.instance, driven, fleet.unserved(plan))
    for each in broken:
        print(each, file=sys.stderr)
    return None if broken else objective(fleet.instance, driven)


if __name__ == "__main__":
    sys.exit(main())
