"""A published day that changes: one late stop, twenty at once, one van lost, in CPU seconds.

Run `python -m benchmarks.day_changes [--stops 150 500] [--seed 1]`. The day of
`benchmarks.routing_day`, published by a short search; it changes before the first van leaves, when
every round is still free, and at ten, when most are under way.
"""

import argparse
import random
import time
from collections.abc import Sequence

from benchmarks.routing_day import DEPOT, delivery, van, vans_for
from benchmarks.tables import show, show_machine
from logistics import Delivery, Published, RoadMatrix, late_places, lose_van, take_late
from logistics.roads import PowerModel
from logistics.routes import plan_routes, route_points, route_problem
from optimizer import Limits

MOVES = 30_000
LATE = 20
HEADS = (
    *("stops", "from", "late s", "places", "cheapest EUR"),
    *(f"{LATE} late s", "placed", "EUR", "lost s", "moved", "left", "broken"),
)


def published(stops: int, seed: int) -> tuple[Published, tuple[Delivery, ...], RoadMatrix]:
    """A published day, and more sites that stand on no route, with the roads to all of them."""
    draw = random.Random(seed)  # noqa: S311  # made-up sites, no secret
    every = tuple(delivery(draw, number) for number in range(stops + LATE))
    known = every[:stops]
    vans = tuple(van(number) for number in range(vans_for(stops)))
    roads = PowerModel().matrix(route_points(DEPOT, known))
    plan = plan_routes(DEPOT, vans, deliveries=known, roads=roads, limits=Limits(moves=MOVES))
    problem = route_problem(DEPOT, vans, deliveries=known, roads=roads)
    day = Published(depot=DEPOT, vehicles=vans, problem=problem, routes=plan)
    return day, every[stops:], PowerModel().matrix(route_points(DEPOT, every))


def row(stops: int, seed: int, at_min: int) -> tuple[str | int | float, ...]:
    """One line: all three changes from a minute on."""
    day, late, roads = published(stops, seed)
    began = time.process_time()
    _, places = late_places(day, late[0], roads.only(tuple(range(stops + 2))), at_min=at_min)
    found_s = time.process_time() - began
    began = time.process_time()
    taken = take_late(day, late, roads, at_min=at_min)
    taken_s = time.process_time() - began
    began = time.process_time()
    lost = lose_van(day, day.routes.routes[1].vehicle, at_min=at_min)
    lost_s = time.process_time() - began
    broken = len(lost.violations) + len(taken.violations)
    broken += sum(len(place.violations) for place in places)
    left = sum(one.van is None for one in lost.moved)
    cheapest = places[0].added_cents / 100 if places else 0.0
    at = f"{at_min // 60}:{at_min % 60:02d}"
    return (
        *(stops, at, found_s, len(places), cheapest),
        *(taken_s, LATE - len(taken.left), taken.added_cents / 100),
        *(lost_s, len(lost.moved) - left, left, broken),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stops", type=int, nargs="+", default=[150, 500])
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    show_machine()
    row(20, 0, 400)  # load the compiled kernel
    rows = [row(stops, asked.seed, at_min) for stops in asked.stops for at_min in (400, 600)]
    show(f"A published day that changes, CPU seconds, seed {asked.seed}", HEADS, rows)


if __name__ == "__main__":
    main()
