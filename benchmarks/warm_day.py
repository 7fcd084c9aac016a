"""Whether a day's search gains by beginning with the rounds of the day before.

`python -m benchmarks.warm_day plan.json [--gone PERCENT]` takes the routing problem stored in a
plan, leaves some doors out of it as the day before, solves that, and solves the day itself from
nothing and from those rounds, with the same moves.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path
from random import Random

from optimizer import (
    Limits,
    RoutingProblem,
    RoutingSolution,
    from_json,
    order_of,
    solve_routing,
)

SEEDS = (1, 2)
MOVES = (2_000, 10_000, 40_000)

Orders = dict[str, tuple[str, ...]]


def orders_of(solution: RoutingSolution | None) -> Orders:
    """The rounds of an answer, by vehicle."""
    routes = solution.routes if solution else ()
    return {route.vehicle: order_of(route) for route in routes}


def day_before(problem: RoutingProblem, seed: int, gone: int) -> Orders:
    """The rounds of a day on which some doors asked for nothing."""
    draw = Random(seed)  # noqa: S311  # no secret
    stops = tuple(stop for stop in problem.stops if draw.randrange(100) >= gone)
    return orders_of(solve_routing(replace(problem, stops=stops), Limits(moves=40_000)).solution)


def same_percent(before: Orders, now: Orders) -> int:
    """Doors that see the vehicle of the day before, of those served on both days."""
    van = {stop: vehicle for vehicle, order in now.items() for stop in order if stop}
    was = {stop: vehicle for vehicle, order in before.items() for stop in order if stop in van}
    return 100 * sum(van[stop] == vehicle for stop, vehicle in was.items()) // max(1, len(was))


def main() -> None:
    """Print per seed and number of moves what is left out, the cents and the same doors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--gone", type=int, default=15)
    asked = parser.parse_args()
    entries = json.loads(asked.plan.read_text(encoding="utf-8"))["inputs"]["problems"]
    entry = next(each for each in entries if each["name"] == "routing")
    problem = from_json(RoutingProblem, entry["problem"])
    for seed in SEEDS:
        before = day_before(problem, seed, asked.gone)
        for moves in MOVES:
            limits = Limits(moves=moves, seed=seed)
            for name, start in (("cold", None), ("warm", before)):
                found = solve_routing(problem, limits, start=start)
                same = same_percent(before, orders_of(found.solution))
                print(seed, moves, name, *found.objective, f"{same} %", flush=True)


if __name__ == "__main__":
    main()
