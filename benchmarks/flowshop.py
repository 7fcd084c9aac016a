"""One line with setups that depend on the order (SDST-PFSP): ours beside PyJobShop.

Run `python -m benchmarks.flowshop [--seconds 1 3] [--seeds 1 2 3] [--files 4] [--peer-python P]`.
The public instances, best known lengths and PyJobShop's published runs (OR-Tools, 900 s) are read
from `../shared/data/benchmarks/sdst-pfsp`; skipped where absent. PyJobShop itself runs at equal
time, one worker, in the interpreter P that has it installed; without P its column is a dash.
Every length is worked out again from the order. Ours is made for this one problem, PyJobShop is
general.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from time import process_time

from benchmarks.tables import Cell, show, show_machine
from optimizer import FlowProblem, Limits, Progress, line_length, solve_flow

FOLDER = Path(__file__).parents[1] / ".." / "shared" / "data" / "benchmarks" / "sdst-pfsp"
PEER = Path(__file__).with_name("flowshop_peer.py")


def read(path: Path) -> FlowProblem:
    """Jobs, machines, minutes by job, then a square of setups per machine."""
    jobs, machines, *numbers = map(int, path.read_text(encoding="utf-8").split())
    rows = [tuple(numbers[at : at + machines]) for at in range(0, jobs * machines, machines)]
    rest = numbers[jobs * machines :]
    setups = [tuple(rest[at : at + jobs]) for at in range(0, len(rest), jobs)]
    return FlowProblem(
        minutes=tuple(rows),
        setups=tuple(tuple(setups[at : at + jobs]) for at in range(0, len(setups), jobs)),
    )


def ours(problem: FlowProblem, seconds: float, seed: int) -> int:
    """Length of the line after so many seconds of one core."""
    began = process_time()

    def watch(_: Progress) -> bool:
        return process_time() - began < seconds

    found = solve_flow(problem, Limits(moves=10**9, seed=seed), watch)
    if found.solution is None or line_length(problem, found.solution) != found.objective[0]:
        raise AssertionError("the search gave no order, or another length than its order has")
    return found.objective[0]


def peer(python: str | None, path: Path, seconds: float) -> float | None:
    """PyJobShop with OR-Tools on one worker; wall seconds of its solver. None: no order found."""
    if python is None:
        return None
    told = subprocess.run(
        [python, str(PEER), str(path), str(seconds)], capture_output=True, text=True, check=True
    )
    last = told.stdout.split()[-1]
    return None if last == "none" else float(last)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print each file and the mean gaps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", nargs="+", type=float, default=[1, 3])
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--files", type=int, default=None, help="every so manieth only")
    parser.add_argument("--peer-python", default=None)
    asked = parser.parse_args(arguments)
    if not FOLDER.exists():
        print(f"skipped: {FOLDER} is not here", file=sys.stderr)
        return
    best = json.loads((FOLDER / "best-known.json").read_text(encoding="utf-8"))
    told = json.loads((FOLDER / "pyjobshop-published.json").read_text(encoding="utf-8"))
    published = {
        each["instance"]: each["objective"] for each in told if each["solver"] == "ortools"
    }
    show_machine()
    solve_flow(read(FOLDER / next(iter(best))), Limits(moves=1))  # compiled once
    rows: list[tuple[Cell, ...]] = []
    for name in sorted(best, key=lambda name: int(name.split(".")[0]))[:: asked.files or 1]:
        problem = read(FOLDER / name)

        def gap(length: float | str | None, known: float = best[name]) -> float | None:
            return None if length is None else (float(length) / known - 1) * 100

        found = [
            mean(gap(ours(problem, seconds, seed)) or 0.0 for seed in asked.seeds)
            for seconds in asked.seconds
        ]
        own = peer(asked.peer_python, FOLDER / name, asked.seconds[-1])
        size = f"{len(problem.minutes)} x {len(problem.setups)}"
        rows.append((name, size, int(best[name]), *found, gap(own), gap(published.get(name))))
    heads = (
        "file",
        "jobs x machines",
        "best known",
        *(f"npcc {seconds:g} s, gap %" for seconds in asked.seconds),
        f"PyJobShop {asked.seconds[-1]:g} s, gap %",
        "PyJobShop published 900 s, gap %",
    )
    columns = [[row[at] for row in rows if row[at] is not None] for at in range(3, len(heads))]
    means = [mean(map(float, column)) if column else None for column in columns]  # type: ignore[arg-type]
    show("Flow line with setups by order", heads, [*rows, ("mean", "", "", *means)])


if __name__ == "__main__":
    main()
