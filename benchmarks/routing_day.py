"""A delivery day around Roeselare: our search beside OR-Tools routing at equal wall time.

Run `python -m benchmarks.routing_day [--stops 150 500] [--seconds 30] [--seed 1] [--eased]
[--peer-most 2000]`.
Fictitious sites within 20 km; windows, three temperature zones with time out of the cold, release
times, drop penalties, price of km, hours and vans; no breaks, one window per stop. Both answers
are timed, priced and verified by the same code; see `benchmarks.peers` for the peer.
"""

import argparse
import random
import time
from collections.abc import Sequence

from benchmarks.peers import ROUTES_HEADS, ROUTES_PEER, eased, or_tools, routes_row
from benchmarks.tables import show, show_machine
from logistics.roads import Point, PowerModel
from logistics.routes import Delivery, route_points, route_problem
from logistics.vans import Boxes, Depot, Vehicle
from logistics.vans import service_minutes as at_the_door
from optimizer import Limits, Progress, RoutingProblem, RoutingSolution, solve_routing

DEPOT = Depot(id="roeselare", point=Point.of(50.9465, 3.1227))
STOPS_PER_VAN = 19
TRIALS = 4, 10  # moves per stop
SPARE = 0.85  # of the time: a search that is cut short ends hot, and worse


def day(stops: int, seed: int) -> RoutingProblem:
    """Mostly homes with a few boxes, one site in 25 with many; half frozen only."""
    draw = random.Random(seed)  # noqa: S311  # made-up sites, no secret
    deliveries = tuple(delivery(draw, number) for number in range(stops))
    vans = tuple(van(number) for number in range(vans_for(stops)))
    roads = PowerModel().matrix(route_points(DEPOT, deliveries))
    return route_problem(DEPOT, vans, deliveries=deliveries, roads=roads)


def vans_for(stops: int) -> int:
    """How many vans a day of so many stops has."""
    return -(-stops // STOPS_PER_VAN)


def delivery(draw: random.Random, number: int) -> Delivery:
    """One made-up site; one in 25 is a house with many boxes."""
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


def van(number: int) -> Vehicle:
    """One van; all are alike."""
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
    """Best solution within the wall time, and the moves made; cooling is planned on two trials.

    What a search takes before its first move is in both trials: only the rest grows with moves.
    """
    began = time.perf_counter()
    ends = [began]
    trials = [each * len(problem.stops) for each in TRIALS]
    for trial in trials:
        solve_routing(problem, Limits(moves=trial, seed=seed))
        ends.append(time.perf_counter())
    few, more = ends[1] - ends[0], ends[2] - ends[1]
    each = max((more - few) / (trials[1] - trials[0]), 1e-6)
    ahead = max(0.0, few - trials[0] * each)
    moves = max(trials[1], int((SPARE * seconds - few - more - ahead) / each))

    def watch(_: Progress) -> bool:
        return time.perf_counter() - began < seconds

    outcome = solve_routing(problem, Limits(moves=moves, seed=seed), watch)
    if outcome.solution is None:
        raise SystemExit("every stop is optional, so there is always an answer")
    return outcome.solution, outcome.moves


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stops", type=int, nargs="+", default=[150, 500])
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peer-most", type=int, default=2_000, help="stops, beyond: no peer")
    parser.add_argument("--eased", action="store_true", help=eased.__doc__)
    asked = parser.parse_args(arguments)
    show_machine()
    solve_routing(day(5, 0), Limits(moves=1))  # load the compiled kernel
    rows = []
    for stops in asked.stops:
        problem = eased(day(stops, asked.seed)) if asked.eased else day(stops, asked.seed)
        began = time.perf_counter()
        solution, moves = ours(problem, asked.seconds, asked.seed)
        took = time.perf_counter() - began
        rows.append(routes_row(f"npcc, {moves} moves", problem, solution, took))
        if stops > asked.peer_most:
            continue
        began = time.perf_counter()
        peer = or_tools(problem, asked.seconds)
        rows.append(routes_row(ROUTES_PEER, problem, peer, time.perf_counter() - began))
    kind = "without release times and cold limits" if asked.eased else "whole"
    show(f"One delivery day, {kind}, seed {asked.seed}", ROUTES_HEADS, rows)


if __name__ == "__main__":
    main()
