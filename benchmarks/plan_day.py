"""One service day planned as a worker does it: seconds per stage, memory, cost, what stays behind.

Run `python -m benchmarks.plan_day [--clients 100 500 2000] [--moves N] [--seed N] [--repeats N]`.
The demo region of `benchmarks.regions` on a fixed Monday; every size is filled once and planned
in a fresh process per seed, with the compiled kernels already on disk. The same routing problem
then goes to OR-Tools for as many seconds as our routes took, whole and without release times and
cold limits; the same kitchen problem to earliest due date. Filling the database is reported by
itself.
"""

import argparse
import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, TypeVar

from app.access import SYSTEM
from app.db import transaction
from app.operations import planning
from benchmarks.peers import (
    KITCHEN_PEER,
    ROUTES_HEADS,
    ROUTES_PEER,
    earliest_due_date,
    eased,
    or_tools,
    routes_row,
)
from benchmarks.regions import Filled, fill, folder_of
from benchmarks.routing_day import day
from benchmarks.tables import Cell, show, show_machine
from logistics import DayInputs, DayPlan, DayProgress, PowerModel, Solved, plan_day
from optimizer import Limits, ProductionSolution, production_violations, solve_routing
from optimizer.kitchen.objective import objective

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The moment at which every measured day is planned, for the Tuesday after."""

GOAL_S = 60
STAGES = ("gather", "roads", "demand", "stock", "kitchen", "purchases", "routes", "check", "save")
KITCHEN_HEADS = (
    "engine",
    "batches",
    "left out",
    "weighted min late",
    "overtime min",
    "cleans",
    "minutes",
    "changes",
    "seconds",
    "broken",
)

Result = TypeVar("Result")
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One planned day."""

    clients: int
    seed: int
    orders: int
    addresses: int
    vans: int
    batches: int
    seconds: dict[str, float]
    peak_mb: int
    cost_cents: int
    unserved: int
    violations: int
    routes: tuple[Row, ...] = ()
    kitchen: tuple[Row, ...] = ()

    @property
    def total_s(self) -> float:
        """From the first read to the committed draft."""
        return sum(self.seconds.values())


class Clock:
    """A watch of planning that notes when each stage began."""

    def __init__(self, now: Callable[[], float] = perf_counter) -> None:
        self.now = now
        self.begins: dict[str, float] = {}

    def __call__(self, progress: DayProgress) -> bool:
        """Note a stage at its first sign."""
        self.begins.setdefault(progress.stage.value, self.now())
        return True

    def mark(self, stage: str) -> None:
        """Note a stage of our own."""
        self.begins[stage] = self.now()

    def seconds(self) -> dict[str, float]:
        """How long each stage lasted; the last mark is the end."""
        marks = pairwise(self.begins.items())
        return {name: after - began for (name, began), (_, after) in marks}


def measure(filled: Filled, moves: int, seed: int, *, peers: bool) -> Measured:
    """Plan the day once, in this process; memory is read before any peer runs."""
    solve_routing(day(5, 0), Limits(moves=1))  # load the compiled kernel
    clock = Clock()
    engine = filled.engine()
    clock.mark("gather")
    with transaction(engine) as session:
        gathered = planning.gather(session, SYSTEM, filled.service_day, moves=moves, seed=seed)
    clock.mark("roads")
    inputs = gathered.inputs(PowerModel().matrix(gathered.points))
    plan = plan_day(inputs, clock)
    clock.mark("save")
    with transaction(engine) as session:
        if not plan.violations:
            planning.save_draft(
                session, SYSTEM, gathered, plan, inputs=inputs, job_id=None, now=MONDAY
            )
    clock.mark("end")
    peak_mb = peak_memory_mb()
    engine.dispose()
    seconds = clock.seconds()
    return _measured(filled, inputs, plan, seed=seed, seconds=seconds, peak_mb=peak_mb, peers=peers)


def peak_memory_mb() -> int:
    """The most memory this process held: of itself where the system tells, without its parent's."""
    told = Path("/proc/self/status")
    for line in told.read_text(encoding="utf-8").splitlines() if told.exists() else ():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _measured(
    filled: Filled, inputs: DayInputs, plan: DayPlan, *, peers: bool, **figures: Any
) -> Measured:
    kitchen, _, routing = plan.solved[-3:]  # the week comes first where it is planned
    seconds: dict[str, float] = figures["seconds"]
    return Measured(
        clients=filled.clients,
        orders=len(inputs.orders),
        addresses=len(inputs.sites),
        vans=len(inputs.vehicles),
        batches=len(plan.batches),
        cost_cents=plan.routes.cost_cents,
        unserved=len({one.order for one in plan.unserved}),
        violations=len(plan.violations),
        routes=tuple(routes_beside_peer(routing, seconds["routes"])) if peers else (),
        kitchen=tuple(kitchen_beside_peer(kitchen, seconds["kitchen"])) if peers else (),
        **figures,
    )


def routes_beside_peer(routing: Solved, seconds: float) -> Iterable[Row]:
    """Our routes, and the peer's in the same time: on the whole problem and on an eased one."""
    problem, ours = routing.problem, routing.outcome.solution
    if ours is not None:
        yield routes_row("npcc", problem, ours, seconds)
    for name, given in ((ROUTES_PEER, problem), (f"{ROUTES_PEER}, eased", eased(problem))):
        began = perf_counter()
        found = or_tools(given, seconds)
        yield routes_row(name, given, found, perf_counter() - began)


def kitchen_beside_peer(kitchen: Solved, seconds: float) -> Iterable[Row]:
    """Our kitchen day, and the same batches in the order in which they are due."""
    problem, ours = kitchen.problem, kitchen.outcome.solution
    if ours is not None:
        yield _kitchen_row("npcc", problem, ours, seconds)
    began = perf_counter()
    found = earliest_due_date(problem)
    yield _kitchen_row(KITCHEN_PEER, problem, found, perf_counter() - began)


def _kitchen_row(name: str, problem: Any, solution: ProductionSolution, seconds: float) -> Row:
    broken = len(production_violations(problem, solution))
    return (name, len(problem.jobs), *objective(problem, solution), seconds, broken)


def fresh(act: Callable[..., Result], *given: Any, **named: Any) -> Result:
    """Do it in a process of its own, which ends with it."""
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as one:
        return one.submit(act, *given, **named).result()


def day_row(one: Measured) -> Row:
    """The figures of one day."""
    return (
        one.clients,
        one.seed,
        one.orders,
        one.addresses,
        one.vans,
        one.batches,
        *(one.seconds[stage] for stage in STAGES),
        one.total_s,
        one.peak_mb,
        one.cost_cents / 100,
        one.unserved,
        one.violations,
    )


DAY_HEADS = (
    *("clients", "seed", "orders", "addresses", "vans", "batches"),
    *STAGES,
    *("total s", "peak MB", "EUR", "unserved", "violations"),
)


def show_all(fillings: Sequence[Filled], days: Sequence[Measured], moves: int) -> None:
    """Print every table."""
    show(f"Planning one day, seconds per stage, {moves} moves", DAY_HEADS, map(day_row, days))
    for size in fillings:
        totals = [one.total_s for one in days if one.clients == size.clients]
        if len(totals) > 1:
            told = f"median {median(totals):.1f} s, worst {max(totals):.1f} s"
            print(f"{size.clients} clients, {len(totals)} seeds: {told}")
    heads = ("clients", *(name for name, _ in fillings[0].seconds), "total s")
    show(
        "Filling the database, seconds: rows, weeks composed, orders at home, orders of wards",
        heads,
        (
            (one.clients, *(each for _, each in one.seconds), sum(each for _, each in one.seconds))
            for one in fillings
        ),
    )
    for one in days:
        if one.routes:
            show(f"{one.clients} clients: rounds of the same day", ROUTES_HEADS, one.routes)
            show(f"{one.clients} clients: kitchen of the same day", KITCHEN_HEADS, one.kitchen)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[100, 500, 2000])
    parser.add_argument("--moves", type=int, default=planning.MOVES)
    parser.add_argument("--seed", type=int, default=1, help="of the region and the first search")
    parser.add_argument("--repeats", type=int, default=1, help="searches, with seeds counting up")
    parser.add_argument("--no-peers", action="store_true", help="leave OR-Tools and EDD out")
    parser.add_argument("--keep", type=Path, help="folder that keeps the databases")
    asked = parser.parse_args(arguments)
    show_machine()
    fillings, days = [], []
    with ExitStack() as stack:
        folder = folder_of(asked.keep, stack)
        for clients in asked.clients:
            print(f"filling {clients} clients", file=sys.stderr)
            filled = fresh(fill, folder, MONDAY, clients, asked.seed)
            fillings.append(filled)
            for seed in range(asked.seed, asked.seed + asked.repeats):
                peers = seed == asked.seed and not asked.no_peers
                days.append(fresh(measure, filled, asked.moves, seed, peers=peers))
    show_all(fillings, days, asked.moves)


if __name__ == "__main__":
    main()
