"""How long refilling many stores takes: 5,000 items in 20 houses, and every home of 200,000.

Run `python -m benchmarks.refills [--homes N]`. Plans, stock and rates are drawn at random with a
seed. The checker walks a sample of the rows, since it counts chances the slow way.
"""

import argparse
from array import array
from collections.abc import Sequence
from random import Random
from time import process_time

from benchmarks.tables import show, show_machine
from optimizer import (
    RefillLots,
    RefillProblem,
    RefillRows,
    RefillStores,
    refill_violations,
    solve_refill,
)

DAYS = 14
HOUSES, HOUSE_ROWS, HOME_ROWS = 20, 250, 10


def houses(random: Random, stores: int, rows: int, *, portions: int, sure: bool) -> RefillProblem:
    """Stores of so many items; a plan of 0 to `portions` a day on four days in ten."""
    many = stores * rows
    spans = [(arrives := random.randrange(1, 3), arrives + 6) for _ in range(stores)]
    days = array("q", (random.randint(1, portions) if random.random() < 0.4 else 0
                       for _ in range(many * DAYS)))  # fmt: skip
    none = array("q", bytes(8 * many * DAYS))
    lots = [random.randrange(3) for _ in range(many)]
    starts = array("q", [0])
    for count in lots:
        starts.append(starts[-1] + count)

    def every(value: int) -> "array[int]":
        return array("q", [value]) * many

    return RefillProblem(
        days=DAYS,
        stores=RefillStores(
            starts=array("q", range(0, many + 1, rows)),
            arrives=array("q", (first for first, _ in spans)),
            until=array("q", (last for _, last in spans)),
            room=array("q", [rows * portions * 4]) * stores,
        ),
        rows=RefillRows(
            sure=days if sure else none,
            plan=none if sure else days,
            group=array("q", (random.randrange(4) for _ in range(many))),
            cover=every(990),
            pack=every(1 if sure else 4),
            least=every(0),
            most=every(0),
            shelf=array("q", (random.choice((8, 30, 180)) for _ in range(many))),
            life=every(1),
            size=every(1),
            reserve=every(0),
        ),
        lots=RefillLots(
            starts=starts,
            amount=array("q", (random.randint(1, 2 * portions) for _ in range(starts[-1]))),
            first=array("q", (0 for _ in range(starts[-1]))),
            last=array("q", (random.randint(0, 40) for _ in range(starts[-1]))),
        ),
        eaten=array("q", (random.randint(900, 990) for _ in range(4 * DAYS))),
        spread=array("q", (0, 10, 20, 30)),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Refill all, and print how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--homes", type=int, default=200_000)
    asked = parser.parse_args(arguments)
    random = Random(1)  # noqa: S311 - made-up stores, no secret
    small = houses(random, 2, 20, portions=6, sure=False)
    broken = len(refill_violations(small, solve_refill(small)))
    cases = (
        ("houses", houses(random, HOUSES, HOUSE_ROWS, portions=40, sure=False)),
        ("homes", houses(random, asked.homes, HOME_ROWS, portions=2, sure=True)),
    )
    rows = []
    for name, problem in cases:
        begun = process_time()
        found = solve_refill(problem)
        seconds = process_time() - begun
        stores, lines = len(problem.stores.room), len(problem.rows.group)
        sent = sum(1 for packs in found.packs if packs)
        rows.append((name, stores, lines, sent, seconds, 1e6 * seconds / lines))
    show_machine()
    heads = ("", "stores", "rows", "rows sent", "CPU seconds", "microseconds per row")
    show("Refills", heads, rows)
    print(f"promises broken in a sample of {len(small.rows.group)} rows: {broken}")


if __name__ == "__main__":
    main()
