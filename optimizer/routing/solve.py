"""The search for cheap rounds: problem to arrays, moves, arrays to rounds."""

from collections.abc import Iterator

from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going
from optimizer.routing.problem import (
    LARGEST,
    UNITS_PER_CENT,
    Matrix,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    cost_units,
    may_serve,
    whole_cents,
)
from optimizer.routing.schedule import price_rounds, timetable

_BETWEEN_WATCHES = 500  # moves
_FIRST_HEAT, _LAST_HEAT = 0.4, 0.012  # of the mean price of a served stop
_DROP_WEIGHT = 10  # round trips that a dropped stop weighs while the search walks

Rounds = tuple[tuple[int, ...], ...]


def solve_routing(
    problem: RoutingProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[RoutingSolution]:
    """Rounds that keep every promise: least drop penalty first, then fewest cents.

    IMPOSSIBLE names a stop that must be served and that no vehicle could serve even alone;
    UNKNOWN says that a stop that must be served found no place. Time does not enter: the same
    problem, moves and seed give the same answer. One chain is searched, whatever the workers.
    """
    if not all(_fits_alone(problem, s) for s in problem.stops if s.drop_penalty is None):
        return Outcome(status=Status.IMPOSSIBLE)
    if not problem.stops or not problem.vehicles:
        return _answer(problem, (), 0)
    rounds, moves = _search(problem, limits, watch)
    return _answer(problem, rounds, moves)


def _fits_alone(problem: RoutingProblem, stop: RoutingStop) -> bool:
    return any(
        may_serve(vehicle, stop)
        and all(load <= room for load, room in zip(stop.loads, vehicle.capacity, strict=True))
        and timetable(problem, vehicle, (stop,)) is not None
        for vehicle in problem.vehicles
    )


def _search(problem: RoutingProblem, limits: Limits, watch: Watch) -> tuple[Rounds, int]:
    """Best rounds after the moves, or after as many as `watch` allowed: one chunk at least."""
    from optimizer.kernels import routing  # noqa: PLC0415  # numba costs a second to import
    from optimizer.kernels.rounds import BEST_COST, begin, pack, rounds  # noqa: PLC0415  # same

    road = pack(*_tables(problem))
    tour = begin(road, limits.seed)
    weight = _drop_weight(problem)
    routing.search(road, tour, routing.Heat(1.0, 1.0, 1, weight), 0, 1)
    heat = _per_stop(problem, rounds(tour), int(tour.tally[BEST_COST]))
    cooling = routing.Heat(_FIRST_HEAT * heat, _LAST_HEAT * heat, limits.moves, weight)
    done = 1
    for steps in _chunks(limits.moves - 1):
        routing.search(road, tour, cooling, done, steps)
        done += steps
        if not watch(Progress(moves=done, incumbent=whole_cents(int(tour.tally[BEST_COST])))):
            break
    return rounds(tour), done


def _chunks(moves: int) -> Iterator[int]:
    for done in range(0, moves, _BETWEEN_WATCHES):
        yield min(_BETWEEN_WATCHES, moves - done)


def _per_stop(problem: RoutingProblem, rounds: Rounds, cost: int) -> float:
    """Mean price of a served stop in units, the fixed price of vehicles left aside."""
    served = sum(len(order) for order in rounds)
    used = (v for v, order in zip(problem.vehicles, rounds, strict=True) if order)
    fixed = sum(vehicle.fixed_cents for vehicle in used) * UNITS_PER_CENT
    return max(1.0, (cost - fixed) / max(1, served))


def _drop_weight(problem: RoutingProblem) -> float:
    """Units that one point of penalty weighs in the walk; the best is kept by penalty first."""
    seconds = max(max(row) for row in problem.travel_s) * 2
    metres = max(max(row) for row in problem.travel_m) * 2
    trip = max(cost_units(vehicle, metres, seconds) for vehicle in problem.vehicles)
    least = min((p for p in _penalties(problem) if p > 0), default=1)
    return float(_DROP_WEIGHT * (trip + UNITS_PER_CENT) / least)


def _penalties(problem: RoutingProblem) -> list[int]:
    """Drop penalties; a stop that must be served outweighs all others together."""
    above = 1 + sum(stop.drop_penalty or 0 for stop in problem.stops)
    return [above if s.drop_penalty is None else s.drop_penalty for s in problem.stops]


Tables = tuple[
    tuple[list[list[int]], list[list[int]]],
    list[list[int]],
    list[tuple[tuple[int, int], ...]],
    tuple[list[tuple[int, ...]], list[tuple[int, ...]]],
    list[list[int]],
    list[list[bool]],
]


def _tables(problem: RoutingProblem) -> Tables:
    """The problem as plain rows in the order that the kernel's `pack` takes them."""
    ends = sorted({n for v in problem.vehicles for n in (v.start_node, v.end_node)})
    nodes = [stop.node for stop in problem.stops] + ends
    place = {node: len(problem.stops) + i for i, node in enumerate(ends)}
    penalties = _penalties(problem)
    return (
        (_reordered(problem.travel_s, nodes), _reordered(problem.travel_m, nodes)),
        [_stop_row(s, p) for s, p in zip(problem.stops, penalties, strict=True)],
        [stop.windows for stop in problem.stops],
        ([stop.loads for stop in problem.stops], [v.capacity for v in problem.vehicles]),
        _vehicle_rows(problem, place),
        [[may_serve(vehicle, stop) for vehicle in problem.vehicles] for stop in problem.stops],
    )


def _reordered(matrix: Matrix, nodes: list[int]) -> list[list[int]]:
    return [[matrix[a][b] for b in nodes] for a in nodes]


def _stop_row(stop: RoutingStop, penalty: int) -> list[int]:
    cold = LARGEST * 1000 if stop.max_cold_s is None else stop.max_cold_s
    return [stop.service_s, stop.ready_s, cold, len(stop.windows), penalty]


def _vehicle_rows(problem: RoutingProblem, place: dict[int, int]) -> list[list[int]]:
    rows = [_vehicle_row(vehicle, place) for vehicle in problem.vehicles]
    kinds: dict[object, int] = {}
    for row, vehicle in zip(rows, problem.vehicles, strict=True):
        welcome = tuple(may_serve(vehicle, stop) for stop in problem.stops)
        row.append(kinds.setdefault((*row, vehicle.capacity, welcome), len(kinds)))
    return rows


def _vehicle_row(vehicle: RoutingVehicle, place: dict[int, int]) -> list[int]:
    longest = LARGEST * 1000 if vehicle.max_duration_s is None else vehicle.max_duration_s
    rest = vehicle.rest
    return [
        place[vehicle.start_node],
        place[vehicle.end_node],
        vehicle.open_s,
        vehicle.close_s,
        longest,
        vehicle.fixed_cents * UNITS_PER_CENT,
        vehicle.cents_per_km * (UNITS_PER_CENT // 1_000),
        vehicle.cents_per_hour * (UNITS_PER_CENT // 3_600),
        *((0, 0, 0) if rest is None else (rest.earliest_s, rest.latest_s, rest.duration_s)),
    ]


def _answer(problem: RoutingProblem, rounds: Rounds, moves: int) -> Outcome[RoutingSolution]:
    solution = price_rounds(problem, _orders(problem, rounds))
    if solution is None:  # the kernel walked these rounds itself
        raise AssertionError("the search gave a round without a timetable")
    left = set(solution.unserved)
    if any(stop.drop_penalty is None for stop in problem.stops if stop.key in left):
        return Outcome(status=Status.UNKNOWN, moves=moves)
    return Outcome(
        status=Status.FEASIBLE,
        solution=solution,
        objective=(solution.penalty, solution.cost_cents),
        moves=moves,
    )


def _orders(problem: RoutingProblem, rounds: Rounds) -> dict[str, tuple[str, ...]]:
    return {
        vehicle.key: tuple(problem.stops[index].key for index in order)
        for vehicle, order in zip(problem.vehicles, rounds, strict=False)
    }
