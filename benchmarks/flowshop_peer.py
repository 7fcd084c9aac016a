"""PyJobShop on one flow line: `python flowshop_peer.py FILE SECONDS` prints the length found.

For an interpreter that has PyJobShop; it needs nothing of this project.
"""

import sys
from itertools import pairwise, product
from pathlib import Path

from pyjobshop import Model


def main() -> None:
    """Build the model as PyJobShop's own experiments do, and solve it on one worker."""
    path, seconds = sys.argv[1:]
    jobs, machines, *numbers = map(int, Path(path).read_text(encoding="utf-8").split())
    setups = numbers[jobs * machines :]
    model = Model()
    lines = [model.add_machine() for _ in range(machines)]
    tasks = []
    for number in range(jobs):
        job = model.add_job()
        row = [model.add_task(job=job) for _ in lines]
        for at, (task, line) in enumerate(zip(row, lines, strict=True)):
            model.add_mode(task, line, numbers[number * machines + at])
        for before, after in pairwise(row):
            model.add_end_before_start(before, after)
        tasks.append(row)
    for first, second in pairwise(lines):
        model.add_same_sequence(first, second)
    for at, before, after in product(range(machines), range(jobs), range(jobs)):
        minutes = setups[(at * jobs + before) * jobs + after]
        if before != after:
            model.add_setup_time(lines[at], tasks[before][at], tasks[after][at], minutes)
    found = model.solve(solver="ortools", time_limit=float(seconds), num_workers=1, display=False)
    print(round(found.objective) if found.objective < float("inf") else "none")


if __name__ == "__main__":
    main()
