"""The second engine: PyVRP's iterated local search on the same problem, from the same routes."""

from typing import Protocol
from warnings import catch_warnings, simplefilter

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.exceptions import PenaltyBoundWarning

from optimizer.fleet.problem import FleetProblem, FleetRoute, FleetRoutes, FleetType

_BARRED = 1 << 40  # a way to a stop that a type may not serve
Ints = NDArray[np.int64]


class Stop(Protocol):
    """Whether to end, asked after each iteration."""

    def __call__(self, best_cost: float) -> bool:
        """Answer for the cost of the best routes."""


def go_on(problem: FleetProblem, routes: FleetRoutes, seed: int, stop: Stop) -> FleetRoutes | None:
    """Routes that PyVRP found from here; None when it found none that keep every promise."""
    data = _data(problem)
    begun = [_begun(data, route) for route in routes]
    start = pyvrp.Solution(data, begun) if routes else None
    asked = pyvrp.SolveParams(penalty=pyvrp.PenaltyParams(max_penalty=_dearest(problem)))
    with catch_warnings():
        simplefilter("ignore", PenaltyBoundWarning)  # it then goes on, and may still succeed
        found = pyvrp.solve(data, stop, seed, False, False, asked, start).best  # noqa: FBT003  # no figures, no display
    if not found.is_feasible():
        return None
    return tuple(_route(route) for route in found.routes())


def _dearest(problem: FleetProblem) -> float:
    """A penalty for one unit too much that outweighs any vehicle; its own bound, if larger."""
    farthest = int(problem.metres.max())
    return float(max(100_000, *(each.fixed + 2 * each.rate * farthest for each in problem.types)))


def _data(problem: FleetProblem) -> pyvrp.ProblemData:
    n = len(problem.stops)
    profiles: dict[bytes, int] = {}
    barred = [_barred(problem, kind) for kind in range(len(problem.types))]
    numbers = [profiles.setdefault(each.tobytes(), len(profiles)) for each in barred]
    masks = [np.frombuffer(each, dtype=bool) for each in profiles]
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in problem.metres],
        _clients(problem),
        [pyvrp.Depot(location) for location in range(n, len(problem.metres))],
        [_type(each, number) for each, number in zip(problem.types, numbers, strict=True)],
        [_closed(problem.metres, mask) for mask in masks],  # type: ignore[misc]  # its own are int
        [_closed(problem.travel, mask) for mask in masks],  # type: ignore[misc]  # same
    )


def _clients(problem: FleetProblem) -> list[pyvrp.Client]:
    return [
        pyvrp.Client(
            location=number,
            delivery=list(stop.needs),
            service_duration=stop.service,
            tw_early=stop.opens,
            tw_late=stop.closes,
            release_time=stop.ready,
            prize=stop.prize or 0,
            required=stop.prize is None,
        )
        for number, stop in enumerate(problem.stops)
    ]


def _type(each: FleetType, profile: int) -> pyvrp.VehicleType:
    return pyvrp.VehicleType(
        num_available=each.count,
        capacity=list(each.room),
        start_depot=each.start,
        end_depot=each.end,
        fixed_cost=each.fixed,
        tw_early=each.opens,
        tw_late=each.closes,
        unit_distance_cost=each.rate,
        profile=profile,
        reload_depots=[each.start] if each.reloads else [],
        shift_duration=_BARRED if each.longest is None else each.longest,
    )


def _barred(problem: FleetProblem, kind: int) -> NDArray[np.bool_]:
    mask = np.zeros(len(problem.metres), dtype=bool)
    mask[: len(problem.stops)] = [
        stop.types is not None and kind not in stop.types for stop in problem.stops
    ]
    return mask


def _closed(matrix: NDArray[np.int32], mask: NDArray[np.bool_]) -> Ints:
    ways = matrix.astype(np.int64)
    ways[:, mask] = ways[mask, :] = _BARRED
    np.fill_diagonal(ways, 0)
    return ways


def _begun(data: pyvrp.ProblemData, route: FleetRoute) -> pyvrp.Route:
    client, depot = pyvrp.ActivityType.CLIENT, pyvrp.ActivityType.DEPOT
    start = data.vehicle_type(route.kind).start_depot
    activities = []
    for turn, trip in enumerate(route.trips):
        if turn > 0:
            activities.append(pyvrp.Activity(depot, start))
        activities += [pyvrp.Activity(client, stop) for stop in trip]
    return pyvrp.Route(data, activities, route.kind)


def _route(route: pyvrp.Route) -> FleetRoute:
    trips: dict[int, list[int]] = {}
    for each in route:
        if each.is_client():
            trips.setdefault(each.trip, []).append(each.idx)
    return FleetRoute(route.vehicle_type(), tuple(tuple(trip) for trip in trips.values()))
