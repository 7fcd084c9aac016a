"""The best week known of each client of the benchmark of weeks, kept beside it in a table.

Of everything that any run of ours and any peer has reached the lowest in the order of the levels. A
row belongs to one problem by the digest of all its numbers: where the catalogue, a client or a
price changes, its rows no longer count.
"""

import csv
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from optimizer import LEVELS, MealChoiceProblem

KEPT = Path(__file__).parent / "menus_known.csv"

Levels = tuple[int, ...]


def digest(problem: MealChoiceProblem) -> str:
    """What tells one problem from every other."""
    return sha256(repr(problem).encode()).hexdigest()[:16]


def read_known(kept: Path = KEPT) -> dict[str, Levels]:
    """The best known levels by digest."""
    if not kept.exists():
        return {}
    with kept.open(encoding="utf-8", newline="") as file:
        return {
            row["problem"]: tuple(int(row[level]) for level in LEVELS)
            for row in csv.DictReader(file)
        }


def write_known(
    rows: Iterable[tuple[str, MealChoiceProblem, Levels]],
    known: Mapping[str, Levels],
    kept: Path = KEPT,
) -> None:
    """Keep the lower of what was found (name, problem, levels) and what was known."""
    with kept.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow(("client", "problem", *LEVELS))
        for name, problem, levels in rows:
            key = digest(problem)
            lines.writerow((name, key, *min(levels, known.get(key, levels))))
