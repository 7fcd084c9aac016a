"""Public routing instances, answered within a wall time and checked.

Run `python -m benchmarks.routing FILE --seconds N --workers N --seed N [--moves N] --json` for one
answer; `python -m benchmarks.routing FILE... --seconds N` or `--family solomon` for a table of ours
beside peers. `--cpu` counts the CPU seconds of each core instead and lets one core work at a time,
so that other work on the machine does not change the answer.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

BEGAN = time.monotonic()

from benchmarks.crew import (  # noqa: E402  # the clock runs from here on
    CpuClock,
    Crew,
    cpu_seconds,
    started,
)
from benchmarks.fleets import Fleet, as_fleet, impossible  # noqa: E402
from benchmarks.route_check import objections, objective  # noqa: E402
from benchmarks.routing_table import FAMILIES, PEERS, family, show_table  # noqa: E402
from benchmarks.vrplib import Instance, Unreadable, read_instance  # noqa: E402
from optimizer import FleetGuard, FleetPlan, Limits, solve_fleet, warm_up_fleet  # noqa: E402

ENDLESS = 1 << 40
LEAVING, QUIET = 0.4, 2.5
"""Seconds to check and leave after a quiet start of so many; a busy machine needs more."""


class Run:
    """One answer to one instance: what is asked, and what was seen on the way."""

    def __init__(self, instance: Instance, asked: argparse.Namespace, began: float) -> None:
        self.instance, self.asked, self.began = instance, asked, began
        self.fleet: Fleet = as_fleet(instance)
        self.loading = time.monotonic() - began
        self.trace: list[tuple[float, float]] = []

    def seen(self, plan: FleetPlan) -> None:
        """Note a better plan that serves all."""
        if plan.missed == 0:
            found = objective(self.instance, self.fleet.driven(plan))
            self.trace.append((round(time.monotonic() - self.began, 1), found))

    def plan(self, crew: Crew) -> FleetPlan:
        """Search until the time is over, or through the moves."""
        asked = self.asked
        margin = LEAVING * max(1.0, self.loading / QUIET) + 0.01 * asked.seconds
        guard = FleetGuard(time.monotonic, self.began + asked.seconds - margin)
        if asked.cpu:
            guard = FleetGuard(CpuClock(), asked.seconds - LEAVING)
        return solve_fleet(
            self.fleet.problem,
            Limits(moves=asked.moves or ENDLESS, seed=asked.seed, workers=asked.workers),
            crew=crew,
            guard=None if asked.moves else guard,
            seen=self.seen,
        )

    def answer(self, plan: FleetPlan | None) -> dict[str, object]:
        """The document that outside checkers read."""
        driven = self.fleet.driven(plan) if plan else ()
        unserved = self.fleet.unserved(plan) if plan else self.fleet.everybody()
        broken = objections(self.instance, driven, unserved)
        for each in broken:
            print(each, file=sys.stderr)
        return {
            "instance": self.instance.name,
            "variant": self.instance.variant,
            "status": "infeasible" if plan is None else "unknown" if broken else "ok",
            "objective": None if broken else objective(self.instance, driven),
            "routes": [
                {
                    "vehicle": route.vehicle,
                    "depot": self.instance.vehicles[route.vehicle - 1].depot,
                    "trips": [list(trip) for trip in route.trips],
                }
                for route in driven
            ],
            "unserved": list(unserved),
            "seconds": round(time.monotonic() - self.began, 2),
            "cpu_seconds": round(cpu_seconds(), 2),
            "seed": self.asked.seed,
            "workers": self.asked.workers,
            "engines": ["npcc"] if self.asked.workers == 1 else ["npcc", "pyvrp"],
            "trace": [list(each) for each in self.trace],
        }


def solve(asked: argparse.Namespace) -> dict[str, object]:
    """Answer one file; raise `Unreadable`."""
    began = started(BEGAN)
    instance = read_instance(asked.files[0])
    if warm_up_fleet():
        print("kernels compiled, once; the clock starts now", file=sys.stderr)
        began = time.monotonic()
    run = Run(instance, asked, began)
    crew = Crew(asked.workers, in_turn=asked.cpu)
    try:
        plan = None if impossible(instance) else run.plan(crew)
    finally:
        crew.end()
    return run.answer(plan)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the answer to a file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("files", type=Path, nargs="*", metavar="FILE")
    parser.add_argument("--family", nargs="+", choices=FAMILIES, default=(), help="whole families")
    parser.add_argument("--every", type=int, default=1, help="each so manieth file of a family")
    parser.add_argument("--peers", nargs="*", choices=sorted(PEERS), default=sorted(PEERS))
    parser.add_argument("--cpu", action="store_true", help="CPU seconds of each core, in turn")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--moves", type=int, help="a number of moves instead of a wall time")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    asked = parser.parse_args(arguments)
    if asked.workers < 1 or asked.seconds <= 0 or (asked.moves is not None and asked.moves < 1):
        parser.error("seconds, workers and moves are above 0")
    asked.files += [file for name in asked.family for file in family(name)[:: asked.every]]
    if not asked.files or (asked.json and len(asked.files) > 1):
        parser.error("--json answers one file, a table has one at least")
    try:
        if not asked.json:
            show_table(asked)
            return 0
        answer = solve(asked)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    os._exit(ended)  # taking down the compiled code would take part of the seconds asked for
