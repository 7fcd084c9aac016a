"""Solver-free check of refills: its own chances, its own ledger, one row at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

from optimizer.outcome import Violation
from optimizer.refill.problem import REFILL_REASONS, RefillProblem, RefillSolution

REFILL_VIOLATIONS: tuple[str, ...] = (
    "refill.rows.differ",
    "refill.level.differs",
    "refill.counted.differs",
    "refill.lost.differs",
    "refill.runs_out.differs",
    "refill.below_least",
    "refill.above_most",
    "refill.too_old",
    "refill.too_little",
    "refill.too_much",
    "refill.no_room",
)
_NEAR = 2e-6
_GIVES_WAY = frozenset({"refill.at_most", "refill.keeps", "refill.room"})


def refill_violations(problem: RefillProblem, solution: RefillSolution) -> tuple[Violation, ...]:
    """Every promise that a refill breaks, and every figure stated wrongly; subject: the row."""
    if len(solution.packs) != len(problem.rows.group):
        return (Violation(code="refill.rows.differ"),)
    found: list[Violation] = []
    starts = problem.stores.starts
    for store in range(len(starts) - 1):
        rows = [_Row.of(problem, store, row) for row in range(starts[store], starts[store + 1])]
        for row in rows:
            found += (_broken(code, row.at) for code in _row(problem, solution, row))
        volume = sum(
            row.size * (-(-row.lying // 1000) + solution.packs[row.at] * row.pack) for row in rows
        )
        sends = any(solution.packs[row.at] and row.size for row in rows)
        if sends and 0 <= problem.stores.room[store] < volume:
            found.append(_broken("no_room", starts[store]))
    return tuple(found)


def _broken(code: str, row: int) -> Violation:
    return Violation(code=f"refill.{code}", subject=str(row))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What the ledger says of one row, in thousandths where a name does not end in units."""

    at: int
    pack: int
    size: int
    last: int
    keeps: int
    arrives: int
    lacking: int
    counted: int
    lost: int
    runs_out: int
    lying: int

    @classmethod
    def of(cls, problem: RefillProblem, store: int, row: int) -> "_Row":
        """Walk the days with lots as [last day usable, first day, thousandths]."""
        rows, arrives = problem.rows, problem.stores.arrives[store]
        until = problem.stores.until[store]
        keeps = arrives + rows.shelf[row] - rows.life[row] - 1
        last = min(until, max(keeps, arrives - 1))
        lots, lacking = _apart(problem, row, until)
        lying = 1000 * (rows.reserve[row] - lacking)
        dead = sum(lot[2] for lot in lots if lot[0] < 0)
        held = sum(lot[2] for lot in lots if lot[0] >= 0 and lot[1] <= last)
        short: list[int] = []
        for day in range(last + 1):
            if day == arrives:
                lying += sum(lot[2] for lot in lots if lot[1] <= day <= lot[0])
            short.append(_eat(problem, row, day, lots))
        lost = sum(lot[2] for lot in lots if lot[0] < last and lot[1] <= last)
        return cls(
            at=row,
            pack=rows.pack[row],
            size=rows.size[row],
            last=last,
            keeps=keeps,
            arrives=arrives,
            lacking=lacking,
            counted=(held - (lost - dead) + sum(short[:arrives])) // 1000,
            lost=-(-lost // 1000),
            runs_out=next((day for day, amount in enumerate(short) if amount), -1),
            lying=lying,
        )


def _apart(problem: RefillProblem, row: int, until: int) -> tuple[list[list[int]], int]:
    """The lots of a row without its reserve, and the units that the reserve lacks."""
    given, life = problem.lots, problem.rows.life[row]
    span = range(given.starts[row], given.starts[row + 1])
    lots = [[given.last[at], given.first[at], 1000 * given.amount[at]] for at in span]
    lacking = problem.rows.reserve[row] * 1000
    for lot in sorted(lots, key=lambda each: -each[0]):
        taken = min(lacking, lot[2]) if lot[0] >= until else 0
        lot[2] -= taken
        lacking -= taken
    return [[last - life, first, amount] for last, first, amount in lots], lacking // 1000


def _eat(problem: RefillProblem, row: int, day: int, lots: list[list[int]]) -> int:
    """Take a day's expected use from the lots, oldest first; what is short of it."""
    rate = problem.eaten[problem.rows.group[row] * problem.days + day]
    place = row * problem.days + day
    wanted = problem.rows.plan[place] * rate + problem.rows.sure[place] * 1000
    for lot in sorted(each for each in lots if each[1] <= day <= each[0]):
        taken = min(wanted, lot[2])
        next(each for each in lots if each == lot)[2] -= taken
        wanted -= taken
    return wanted


def _chance(problem: RefillProblem, row: _Row, units: int) -> float:
    """How likely the use through the last day is at most so many units."""
    group, base = problem.rows.group[row.at], row.at * problem.days
    off = problem.spread[group]
    units -= sum(problem.rows.sure[base : base + row.last + 1])
    total = 0.0
    for shift, weight in ((-off, 1 / 6), (0, 4 / 6), (off, 1 / 6)):
        ways = [1.0]
        for day in range(row.last + 1):
            rate = min(1000, max(0, problem.eaten[group * problem.days + day] + shift)) / 1000
            for _ in range(problem.rows.plan[base + day]):
                none, one = [*ways, 0.0], [0.0, *ways]
                ways = [a * (1 - rate) + b * rate for a, b in zip(none, one, strict=True)]
        total += weight * sum(ways[: max(0, units + 1)])
    return total


def _row(problem: RefillProblem, solution: RefillSolution, row: _Row) -> Iterator[str]:
    at, level = row.at, solution.level[row.at]
    cover = problem.rows.cover[at] / 1000
    enough = _chance(problem, row, level) >= cover - _NEAR
    if not enough or (level and _chance(problem, row, level - 1) >= cover + _NEAR):
        yield "level.differs"
    for name in ("counted", "lost", "runs_out"):
        if getattr(solution, name)[at] != getattr(row, name):
            yield f"{name}.differs"
    yield from _amount(problem, solution, row)


def _amount(problem: RefillProblem, solution: RefillSolution, row: _Row) -> Iterator[str]:
    at, packs, rows = row.at, solution.packs[row.at], problem.rows
    reason = REFILL_REASONS[solution.reason[at]]
    wanted = max(0, solution.level[at] - solution.counted[at]) + row.lacking
    if 0 < packs < rows.least[at]:
        yield "below_least"
    if rows.most[at] and packs > rows.most[at]:
        yield "above_most"
    if row.keeps < row.arrives:
        if packs:
            yield "too_old"
        return
    if packs * row.pack < wanted and reason not in _GIVES_WAY:
        yield "too_little"
    if (packs - 1) * row.pack >= wanted and packs > rows.least[at]:
        yield "too_much"
