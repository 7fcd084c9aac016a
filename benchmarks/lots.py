"""Capacitated lot sizing (Trigeiro X): ours beside raw HiGHS on the same model, by MathOpt.

Run `python -m benchmarks.lots [--seconds 10] [--files 3]`. The public files are read from
`../shared/data/benchmarks/clsp-trigeiro-x`; skipped where absent. Gaps are to the best bound that
HiGHS proved in this run, so they are at most too large. Our seconds are CPU time of one core,
those of HiGHS wall time; both hold no building of the model. Every week is priced and checked
without a solver.
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import mean
from time import process_time

from benchmarks.tables import Cell, show, show_machine
from optimizer import (
    Limits,
    LotGroup,
    LotItem,
    LotProblem,
    Progress,
    lot_cost,
    lot_violations,
    solve_lots,
)
from optimizer.lots.model import Model

FOLDER = Path(__file__).parents[1] / ".." / "shared" / "data" / "benchmarks" / "clsp-trigeiro-x"
CENTS = 100  # holding costs are given in hundredths


def read(path: Path) -> LotProblem:
    """Items, periods, one machine; per item minutes, holding, setup minutes, setup price."""
    words = path.read_text(encoding="utf-8").split()
    count, days, capacity = int(words[0]), int(words[1]), int(words[3])
    figures = [float(word) for word in words[4 : 4 + 4 * count]]
    demand = [int(word) for word in words[4 + 4 * count : 4 + (4 + days) * count]]
    return LotProblem(
        days=days,
        groups=(LotGroup(key="machine", minutes=(capacity,) * days),),
        items=tuple(
            LotItem(
                key=str(item),
                group="machine",
                demand=tuple(demand[item::count]),
                load=1,
                load_min=int(figures[4 * item]),
                hold=round(CENTS * figures[4 * item + 1]),
                setup_min=int(figures[4 * item + 2]),
                setup_price=round(CENTS * figures[4 * item + 3]),
            )
            for item in range(count)
        ),
    )


def ours(problem: LotProblem, seconds: float) -> tuple[int, int, int]:
    """Price, parts decided and broken promises after so many seconds of one core."""
    began = process_time()

    def watch(_: Progress) -> bool:
        return process_time() - began < seconds

    found = solve_lots(problem, Limits(moves=10**6), watch)
    if found.solution is None or found.objective[0]:
        raise AssertionError("a week without shortage was expected")
    return found.objective[3], found.moves, len(lot_violations(problem, found.solution))


def raw(problem: LotProblem, seconds: float) -> tuple[float | None, float]:
    """Price and proved bound of the whole model after so many seconds of HiGHS."""
    model = Model.of(problem)
    result = model.solve(time_limit=timedelta(seconds=seconds))
    bound = result.termination.objective_bounds.dual_bound
    if not result.has_primal_feasible_solution():
        return None, bound
    cost = lot_cost(problem, model.read(result)[1])
    return (None if cost[0] else float(cost[3])), bound


def gap(price: float | None, bound: float) -> float | None:
    """Percent above the bound; None without a price or a bound."""
    return None if price is None or bound < 1 else 100 * (price / bound - 1)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line per file and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--files", type=int, default=1, help="every so manieth only")
    asked = parser.parse_args(arguments)
    if not FOLDER.exists():
        print(f"skipped: {FOLDER} is not here", file=sys.stderr)
        return
    show_machine()
    rows: list[tuple[Cell, ...]] = []
    gaps: list[tuple[float | None, float | None]] = []
    for path in sorted(FOLDER.iterdir())[:: asked.files]:
        problem = read(path)
        price, parts, broken = ours(problem, asked.seconds)
        peer, bound = raw(problem, asked.seconds)
        gaps.append((gap(price, bound), gap(peer, bound)))
        size = f"{len(problem.items)} x {problem.days}"
        rows.append((path.name, size, round(bound), price, parts, broken, *gaps[-1]))
    total = tuple(
        mean(known) if (known := [pair[at] for pair in gaps if pair[at] is not None]) else None
        for at in (0, 1)
    )
    heads = ("file", "items x days", "bound", "npcc", "parts", "broken", "npcc %", "HiGHS gap %")
    show(f"Lot sizing, {asked.seconds:g} s", heads, [*rows, ("mean", "", "", "", "", "", *total)])


if __name__ == "__main__":
    main()
