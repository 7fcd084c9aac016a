"""A delivery day around Roeselare: our search beside OR-Tools routing at equal wall time.

Run `python -m benchmarks.routing_day [--stops 150 500] [--seconds 30] [--seed 1] [--eased]`.
Fictitious sites within 20 km; windows, three temperature zones with time out of the cold, release
times, drop penalties, price of km, hours and vans; no breaks, one window per stop. Both answers
are timed, priced and verified by the same code. OR-Tools runs guided local search from parallel
cheapest insertion without its large-neighbourhood operators, the most even of its settings in our
trials.
"""

import argparse
import random
import time
from collections.abc import Sequence
from dataclasses import replace

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from logistics.roads import Point, PowerModel
from logistics.routes import Boxes, Delivery, Depot, Vehicle, route_points, route_problem
from logistics.routes import service_minutes as at_the_door
from optimizer import (
    Limits,
    Progress,
    RoutingProblem,
    RoutingSolution,
    price_rounds,
    routing_violations,
    solve_routing,
)

DEPOT = Depot(id="roeselare", point=Point.of(50.9465, 3.1227))
STOPS_PER_VAN = 19
NEVER_S = 10**7
ENDLESS = 10**9  # moves: the watch ends the search


def day(stops: int, seed: int) -> RoutingProblem:
    """Mostly homes with a few boxes, one site in 25 with many; half frozen only."""
    draw = random.Random(seed)  # noqa: S311  # made-up sites, no secret
    deliveries = tuple(_delivery(draw, number) for number in range(stops))
    vans = tuple(_van(number) for number in range(-(-stops // STOPS_PER_VAN)))
    roads = PowerModel().matrix(route_points(DEPOT, deliveries))
    return route_problem(DEPOT, vans, deliveries=deliveries, roads=roads)


def _delivery(draw: random.Random, number: int) -> Delivery:
    big = number % 25 == 0
    start = draw.choice((480, 480, 480, 540, 600, 660, 720))
    width = draw.choice((120, 240, 480))
    frozen = draw.randint(6, 12) if big else draw.randint(1, 2)
    boxes = Boxes(
        frozen=frozen, chilled=draw.choice((0, 1)) * frozen, ambient=draw.choice((0, 0, 1))
    )
    return Delivery(
        site=f"site-{number}",
        point=Point(
            lat_e5=DEPOT.point.lat_e5 + round(draw.triangular(-18_000, 18_000, 0)),
            lon_e5=DEPOT.point.lon_e5 + round(draw.triangular(-28_000, 28_000, 0)),
        ),
        windows=((start, min(start + width, 960)),),
        service_min=at_the_door(boxes, floor=draw.choice((0, 0, 1, 3)), lift=draw.random() < 0.5),
        boxes=boxes,
        orders=(f"order-{number}",),
        ready_min=draw.choice((0, 0, 0, 510)),
    )


def _van(number: int) -> Vehicle:
    return Vehicle(
        id=f"van-{number}",
        letter=str(number),
        capacity=Boxes(frozen=50, chilled=40, ambient=20),
        shift_open_min=420,
        shift_close_min=1020,
        longest_min=540,
        fixed_cents=4000,
        cents_per_km=45,
        cents_per_hour=3200,
    )


def ours(problem: RoutingProblem, seconds: float, seed: int) -> tuple[RoutingSolution, int]:
    """Best solution within the wall time, and the moves made; cooling is planned on a trial."""
    began = time.perf_counter()
    trial = 2_000
    solve_routing(problem, Limits(moves=trial, seed=seed))
    each = (time.perf_counter() - began) / trial
    moves = max(trial, int((seconds - trial * each) / each))

    def watch(_: Progress) -> bool:
        return time.perf_counter() - began < seconds

    outcome = solve_routing(problem, Limits(moves=moves, seed=seed), watch)
    if outcome.solution is None:
        raise SystemExit("every stop is optional, so there is always an answer")
    return outcome.solution, outcome.moves


def theirs(problem: RoutingProblem, seconds: float) -> RoutingSolution:
    """OR-Tools on the same problem, prices in thousandths of a cent."""
    fleet = len(problem.vehicles)
    manager = pywrapcp.RoutingIndexManager(len(problem.travel_s), fleet, 0)
    model = pywrapcp.RoutingModel(manager)
    node = manager.IndexToNode
    van = problem.vehicles[0]
    service = [0, *(stop.service_s for stop in problem.stops)]
    driving = model.RegisterTransitCallback(
        lambda a, b: service[node(a)] + problem.travel_s[node(a)][node(b)]
    )
    length = model.RegisterTransitCallback(
        lambda a, b: van.cents_per_km * problem.travel_m[node(a)][node(b)]
    )
    model.SetArcCostEvaluatorOfAllVehicles(length)
    model.SetFixedCostOfAllVehicles(van.fixed_cents * 1000)
    model.AddDimension(driving, NEVER_S, NEVER_S, False, "time")  # noqa: FBT003  # its signature
    clock = model.GetDimensionOrDie("time")
    clock.SetSpanCostCoefficientForAllVehicles(round(van.cents_per_hour / 3.6))
    for vehicle in range(fleet):
        clock.CumulVar(model.Start(vehicle)).SetRange(van.open_s, van.close_s)
        clock.CumulVar(model.End(vehicle)).SetRange(van.open_s, van.close_s)
        clock.SetSpanUpperBoundForVehicle(van.max_duration_s or NEVER_S, vehicle)
    for index, room in enumerate(van.capacity):
        loads = [0, *(stop.loads[index] for stop in problem.stops)]
        load = model.RegisterUnaryTransitCallback(lambda a, loads=loads: loads[node(a)])
        model.AddDimension(load, 0, room, True, f"load-{index}")  # noqa: FBT003  # its signature
    _limit_stops(problem, model, manager)
    search = pywrapcp.DefaultRoutingSearchParameters()
    strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.first_solution_strategy = strategy
    metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.local_search_metaheuristic = metaheuristic
    _without_lns(search)
    search.time_limit.FromMilliseconds(int(seconds * 1000))
    answer = model.SolveWithParameters(search)
    orders = [] if answer is None else [_order(model, manager, answer, v) for v in range(fleet)]
    return priced(problem, orders)


def priced(problem: RoutingProblem, orders: Sequence[Sequence[int]]) -> RoutingSolution:
    """Orders of stop numbers by vehicle, with the timetable and price that ours get."""
    keys = {
        vehicle.key: [problem.stops[place].key for place in order]
        for vehicle, order in zip(problem.vehicles, orders, strict=False)
    }
    solution = price_rounds(problem, keys)
    if solution is None:
        raise SystemExit("a round of the peer cannot be driven in its order")
    return solution


def _limit_stops(
    problem: RoutingProblem, model: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager
) -> None:
    """Windows, release times, time out of the cold, and the price of leaving a stop out."""
    clock, solver = model.GetDimensionOrDie("time"), model.solver()
    fleet = range(len(problem.vehicles))
    starts = [clock.CumulVar(model.Start(vehicle)) for vehicle in fleet]
    for place, stop in enumerate(problem.stops, start=1):
        index = manager.NodeToIndex(place)
        begin = clock.CumulVar(index)
        begin.SetRange(*stop.windows[0])
        model.AddDisjunction([index], 1_000_000 * (stop.drop_penalty or 0))
        used = model.VehicleVar(index)
        start = solver.Element([*starts, begin], used + (used == -1) * (len(fleet) + 1))
        if stop.max_cold_s is not None:
            solver.Add(begin - start <= stop.max_cold_s)
        if stop.ready_s:
            solver.Add(start >= stop.ready_s * model.ActiveVar(index))


def _without_lns(search: pywrapcp.DefaultRoutingSearchParameters) -> None:
    """Switch every large-neighbourhood operator off (2 is false in its three-valued setting)."""
    operators = search.local_search_operators
    for field in operators.DESCRIPTOR.fields:
        if field.name.endswith("_lns"):
            setattr(operators, field.name, 2)


def _order(
    model: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    answer: pywrapcp.Assignment,
    vehicle: int,
) -> tuple[int, ...]:
    order, index = [], answer.Value(model.NextVar(model.Start(vehicle)))
    while not model.IsEnd(index):
        order.append(manager.IndexToNode(index) - 1)
        index = answer.Value(model.NextVar(index))
    return tuple(order)


def eased(problem: RoutingProblem) -> RoutingProblem:
    """The day without release times and cold limits, which weigh on the peer's search."""
    stops = tuple(replace(stop, ready_s=0, max_cold_s=None) for stop in problem.stops)
    return replace(problem, stops=stops)


def row(name: str, problem: RoutingProblem, solution: RoutingSolution, spent: float) -> str:
    """One line of the table; a broken promise would show."""
    broken = len(routing_violations(problem, solution))
    km = sum(route.metres for route in solution.routes) / 1000
    return (
        f"{name:22} {len(problem.stops):5} {len(solution.routes):5} {len(solution.unserved):9}"
        f" {solution.cost_cents / 100:10.2f} {km:8.1f} {spent:8.1f} {broken:7}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stops", type=int, nargs="+", default=[150, 500])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--eased", action="store_true", help=eased.__doc__)
    asked = parser.parse_args(arguments)
    solve_routing(day(5, 0), Limits(moves=1))  # load the compiled kernel
    print(f"{'engine':22} stops  vans  unserved   cost EUR       km  seconds  broken")
    for stops in asked.stops:
        problem = eased(day(stops, asked.seed)) if asked.eased else day(stops, asked.seed)
        began = time.perf_counter()
        solution, moves = ours(problem, asked.seconds, asked.seed)
        print(row(f"npcc {moves} moves", problem, solution, time.perf_counter() - began))
        began = time.perf_counter()
        peer = theirs(problem, asked.seconds)
        print(row("or-tools gls, no lns", problem, peer, time.perf_counter() - began))


if __name__ == "__main__":
    main()
