"""A kitchen day of 80 batches: ours beside the order of due dates and a plain CP-SAT model.

Run `python -m benchmarks.kitchen [--seeds 20] [--moves 6000] [--peer-seeds 2] [--peer-seconds 15]`.
The days are made up (`benchmarks.kitchen_days`). Every schedule is judged by the same solver-free
check and priced by the same code. Our seconds are CPU time of one core; CP-SAT gets wall time.
Then an oven fails at minute 200: what had begun stands, the rest is planned again, by two sides
with the published schedule in mind (a change costs 10 person-minutes of overtime) and, as peers, by
one walk and by the better of two that do not know it, each side and walk with as many moves. A
change is a start or a machine; a step counts as moved on another machine or over 10 minutes away.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import mean, median
from time import perf_counter, process_time

from benchmarks.kitchen_days import kitchen_day, oven_down
from benchmarks.kitchen_peer import plain_cp_sat
from benchmarks.peers import earliest_due_date
from benchmarks.tables import Cell, show, show_machine
from optimizer import (
    Limits,
    Placed,
    ProductionProblem,
    ProductionSolution,
    production_violations,
    solve_production,
    warm_up_production,
)
from optimizer.kitchen.objective import Objective, objective

HEADS = (
    "seed",
    "engine",
    "left out",
    "weighted min late",
    "overtime",
    "cleans",
    "minutes",
    "broken",
)
STABILITY = 10
OTHER_SEED = 1_001
FAR_MIN = 10


def ours(problem: ProductionProblem, moves: int) -> tuple[ProductionSolution, float]:
    """Our schedule after so many moves, and the seconds of one core that it took."""
    began = process_time()
    found = solve_production(problem, Limits(moves=moves)).solution
    if found is None:
        raise AssertionError("a kitchen always has a schedule")
    return found, process_time() - began


def row(
    seed: int, name: str, problem: ProductionProblem, solution: ProductionSolution | None
) -> tuple[Cell, ...]:
    """What one schedule costs and how many promises it breaks."""
    if solution is None:
        return (seed, name, "no schedule", None, None, None, None, None)
    cost = objective(problem, solution)
    return (seed, name, *cost[:5], len(production_violations(problem, solution)))


def days(seeds: int, moves: int) -> None:
    """Ours beside earliest due date on every seed."""
    rows: list[tuple[Cell, ...]] = []
    costs: list[tuple[Objective, Objective]] = []
    spent: list[float] = []
    for seed in range(seeds):
        problem = kitchen_day(seed)
        by_due = earliest_due_date(problem)
        found, seconds = ours(problem, moves)
        spent.append(seconds)
        costs.append((objective(problem, by_due), objective(problem, found)))
        rows += [
            row(seed, "earliest due date", problem, by_due),
            row(seed, "npcc", problem, found),
        ]
    show("80 batches", HEADS, rows)
    late = [sum(pair[at][1] for pair in costs) for at in (0, 1)]
    cleans = [sum(pair[at][3] for pair in costs) for at in (0, 1)]
    fewer = [100 - 100 * new[3] / max(1, old[3]) for old, new in costs]
    print(
        f"together: late {100 * late[1] / max(1, late[0]):.1f} % of earliest due date, "
        f"cleans -{100 - 100 * cleans[1] / max(1, cleans[0]):.0f} % "
        f"(median -{median(fewer):.0f}, worst -{min(fewer):.0f}); "
        f"{moves} moves, median {median(spent):.2f} s of one core"
    )


def beside_cp_sat(seeds: int, seconds: float) -> None:
    """A plain CP-SAT model of the same days."""
    rows = []
    for seed in range(seeds):
        problem = kitchen_day(seed)
        rows.append(row(seed, f"CP-SAT {seconds:g} s", problem, plain_cp_sat(problem, seconds)))
    show("the same days as a plain CP-SAT model, one worker", HEADS, rows)


def moved(published: Iterable[Placed], solution: ProductionSolution) -> int:
    """Steps that stand on another machine, or more than some minutes from where they stood."""
    now = {(each.job, each.operation): each for each in solution.placed}
    return sum(
        here is None or here.machine != was.machine or abs(here.start_min - was.start_min) > FAR_MIN
        for was in published
        for here in [now.get((was.job, was.operation))]
    )


def breakdowns(seeds: int, moves: int) -> None:
    """An oven fails: planned again near what people know, and as if nobody knew a schedule."""
    heads = (
        *("seed", "engine", "begun", "left out", "late", "overtime", "cleans"),
        *("changes", "steps moved", "of steps", "seconds", "broken"),
    )
    rows: list[tuple[Cell, ...]] = []
    ratios: list[float] = []
    spent: list[float] = []
    worse: Counter[str] = Counter()
    for seed in range(seeds):
        published = ours(kitchen_day(seed), moves)[0].placed
        down = oven_down(kitchen_day(seed), published)
        one, other = (timed(down, Limits(moves=moves, seed=each)) for each in (1, OTHER_SEED))
        near = timed(replace(down, change_price=STABILITY), Limits(moves=moves, workers=2))
        engines = {
            "one walk": one,
            "better of two": min(one, other, key=lambda each: objective(down, each[0])),
            "npcc": near,
        }
        costs = {name: objective(down, found) for name, (found, _) in engines.items()}
        for name, (solution, seconds) in engines.items():
            cost, broken = costs[name], len(production_violations(down, solution))
            names = (seed, name, len(down.fixed), *cost[:4], cost[5])
            far = moved(published, solution)
            rows.append((*names, far, len(published), seconds, broken))
            told = costs["npcc"][:2], cost[:2]
            than = "equal to" if told[0] == told[1] else "less" if told[0] < told[1] else "more"
            worse[f"{than} {name}"] += name != "npcc"
        ratios.append(100 * costs["npcc"][5] / max(1, costs["one walk"][5]))
        spent.append(near[1])
    show("An oven fails at minute 200", heads, rows)
    told = ", ".join(f"{name} on {count}" for name, count in sorted(worse.items()) if count)
    print(
        f"npcc: changes {mean(ratios):.0f} % of one walk's (median {median(ratios):.0f}, worst"
        f" {max(ratios):.0f}); left out and late {told} of {seeds} days; {moves} moves a side,"
        f" median {median(spent):.2f} s (worst {max(spent):.2f}) of wall time on two cores"
    )


def timed(problem: ProductionProblem, limits: Limits) -> tuple[ProductionSolution, float]:
    """Our schedule, and the seconds of wall time that it took."""
    began = perf_counter()
    found = solve_production(problem, limits).solution
    if found is None:
        raise AssertionError("a kitchen always has a schedule")
    return found, perf_counter() - began


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--moves", type=int, default=6_000)
    parser.add_argument("--replan-moves", type=int, default=3_000)
    parser.add_argument("--peer-seeds", type=int, default=2)
    parser.add_argument("--peer-seconds", type=float, default=15.0)
    asked = parser.parse_args(arguments)
    show_machine()
    warm_up_production()
    days(asked.seeds, asked.moves)
    breakdowns(asked.seeds, asked.replan_moves)
    beside_cp_sat(asked.peer_seeds, asked.peer_seconds)


if __name__ == "__main__":
    main()
