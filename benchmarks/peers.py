"""Named peers: OR-Tools routing for the rounds, earliest due date for the kitchen.

Both answers are timed, priced and verified by the same code as ours.
"""

from collections.abc import Sequence
from dataclasses import replace

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from optimizer import (
    ProductionProblem,
    ProductionSolution,
    RoutingProblem,
    RoutingSolution,
    price_rounds,
    routing_violations,
)
from optimizer.kitchen.solve import place_in_order

ROUTES_PEER = "or-tools gls, no lns"
KITCHEN_PEER = "earliest due date"
NEVER_S = 10**7


def earliest_due_date(problem: ProductionProblem) -> ProductionSolution:
    """Each batch in the order in which it is due, as early as it fits: what a cook would write."""
    by_due = sorted(problem.jobs, key=lambda job: job.due_min)
    return place_in_order(problem, [job.key for job in by_due])


def eased(problem: RoutingProblem) -> RoutingProblem:
    """The day without release times and cold limits, which weigh on the peer's search."""
    stops = tuple(replace(stop, ready_s=0, max_cold_s=None) for stop in problem.stops)
    return replace(problem, stops=stops)


def or_tools(problem: RoutingProblem, seconds: float) -> RoutingSolution:
    """OR-Tools on the same problem, prices in thousandths of a cent.

    Guided local search from parallel cheapest insertion without the large-neighbourhood
    operators, the most even of its settings in our trials. One chain, no driver's breaks.
    """
    fleet = len(problem.vehicles)
    ends = [vehicle.start_node for vehicle in problem.vehicles]
    manager = pywrapcp.RoutingIndexManager(len(problem.travel_s), fleet, ends, ends)
    model = pywrapcp.RoutingModel(manager)
    _price(problem, model)
    _keep_time(problem, model)
    _keep_room(problem, model)
    _limit_stops(problem, model, manager)
    answer = model.SolveWithParameters(settings(seconds))
    orders = [] if answer is None else [_order(model, manager, answer, v) for v in range(fleet)]
    return priced(problem, orders)


def settings(seconds: float) -> pywrapcp.DefaultRoutingSearchParameters:
    """Guided local search without the large-neighbourhood operators, for so long."""
    search = pywrapcp.DefaultRoutingSearchParameters()
    strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    search.first_solution_strategy = strategy
    metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    search.local_search_metaheuristic = metaheuristic
    operators = search.local_search_operators
    for field in operators.DESCRIPTOR.fields:
        if field.name.endswith("_lns"):
            setattr(operators, field.name, 2)  # false in its three-valued setting
    search.time_limit.FromMilliseconds(int(seconds * 1000))
    return search


def _price(problem: RoutingProblem, model: pywrapcp.RoutingModel) -> None:
    """Kilometres and vans; hours are priced with the clock."""
    by_km = {
        cents: model.RegisterTransitMatrix([[cents * m for m in row] for row in problem.travel_m])
        for cents in sorted({vehicle.cents_per_km for vehicle in problem.vehicles})
    }
    for number, vehicle in enumerate(problem.vehicles):
        model.SetArcCostEvaluatorOfVehicle(by_km[vehicle.cents_per_km], number)
        model.SetFixedCostOfVehicle(vehicle.fixed_cents * 1000, number)


def _keep_time(problem: RoutingProblem, model: pywrapcp.RoutingModel) -> None:
    service = {stop.node: stop.service_s for stop in problem.stops}
    seconds = [
        [service.get(node, 0) + travel for travel in row]
        for node, row in enumerate(problem.travel_s)
    ]
    driving = model.RegisterTransitMatrix(seconds)
    model.AddDimension(driving, NEVER_S, NEVER_S, False, "time")  # noqa: FBT003  # its signature
    clock = model.GetDimensionOrDie("time")
    for number, vehicle in enumerate(problem.vehicles):
        clock.SetSpanCostCoefficientForVehicle(round(vehicle.cents_per_hour / 3.6), number)
        clock.CumulVar(model.Start(number)).SetRange(vehicle.open_s, vehicle.last_start_s)
        clock.CumulVar(model.End(number)).SetRange(vehicle.open_s, vehicle.close_s)
        clock.SetSpanUpperBoundForVehicle(vehicle.max_duration_s or NEVER_S, number)


def _keep_room(problem: RoutingProblem, model: pywrapcp.RoutingModel) -> None:
    loads = {stop.node: stop.loads for stop in problem.stops}
    nothing = (0,) * len(problem.dimensions)
    for index, name in enumerate(problem.dimensions):
        wanted = [loads.get(node, nothing)[index] for node in range(len(problem.travel_s))]
        load = model.RegisterUnaryTransitVector(wanted)
        rooms = [vehicle.capacity[index] for vehicle in problem.vehicles]
        model.AddDimensionWithVehicleCapacity(load, 0, rooms, True, f"load-{name}")  # noqa: FBT003  # its signature


def _limit_stops(
    problem: RoutingProblem, model: pywrapcp.RoutingModel, manager: pywrapcp.RoutingIndexManager
) -> None:
    """Windows, release times, time out of the cold, and the price of leaving a stop out."""
    clock, solver = model.GetDimensionOrDie("time"), model.solver()
    fleet = range(len(problem.vehicles))
    starts = [clock.CumulVar(model.Start(vehicle)) for vehicle in fleet]
    for stop in problem.stops:
        index = manager.NodeToIndex(stop.node)
        begin = clock.CumulVar(index)
        begin.SetRange(stop.windows[0][0], stop.windows[-1][1])
        for (_, closes), (opens, _) in zip(stop.windows, stop.windows[1:], strict=False):
            begin.RemoveInterval(closes + 1, opens - 1)
        model.AddDisjunction([index], 1_000_000 * (stop.drop_penalty or 0))
        if stop.max_cold_s is None and not stop.ready_s:
            continue
        used = model.VehicleVar(index)
        start = solver.Element([*starts, begin], used + (used == -1) * (len(fleet) + 1))
        if stop.max_cold_s is not None:
            solver.Add(begin - start <= stop.max_cold_s)
        if stop.ready_s:
            solver.Add(start >= stop.ready_s * model.ActiveVar(index))


def _order(
    model: pywrapcp.RoutingModel,
    manager: pywrapcp.RoutingIndexManager,
    answer: pywrapcp.Assignment,
    vehicle: int,
) -> tuple[int, ...]:
    order, index = [], answer.Value(model.NextVar(model.Start(vehicle)))
    while not model.IsEnd(index):
        order.append(manager.IndexToNode(index))
        index = answer.Value(model.NextVar(index))
    return tuple(order)


def priced(problem: RoutingProblem, orders: Sequence[Sequence[int]]) -> RoutingSolution:
    """Orders of nodes by vehicle, with the timetable and price that ours get.

    Where they leave no place for a break they are priced without any: it shows as broken.
    """
    keys = {stop.node: stop.key for stop in problem.stops}
    rounds = {
        vehicle.key: [keys[node] for node in order]
        for vehicle, order in zip(problem.vehicles, orders, strict=False)
    }
    restless = tuple(replace(vehicle, rests=()) for vehicle in problem.vehicles)
    solution = price_rounds(problem, rounds) or price_rounds(
        replace(problem, vehicles=restless), rounds
    )
    if solution is None:
        raise SystemExit("a round of the peer cannot be driven in its order")
    return solution


ROUTES_HEADS = ("engine", "stops", "vans", "unserved", "EUR", "km", "seconds", "broken")


def routes_row(
    name: str, problem: RoutingProblem, solution: RoutingSolution, seconds: float
) -> tuple[str | int | float, ...]:
    """One line about rounds under `ROUTES_HEADS`; a broken promise would show."""
    return (
        name,
        len(problem.stops),
        len(solution.routes),
        len(solution.unserved),
        solution.cost_cents / 100,
        sum(route.metres for route in solution.routes) / 1000,
        seconds,
        len(routing_violations(problem, solution)),
    )
