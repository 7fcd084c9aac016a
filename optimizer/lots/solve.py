"""The week's loads: decided roughly as a whole, then parts of the week decided again."""

from collections.abc import Iterator
from operator import itemgetter
from random import Random
from typing import Any

from optimizer.lots.model import Cell, Model
from optimizer.lots.problem import LotProblem, LotSolution, lot_cost
from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going

_REACH = 7  # days ahead that anything is made
_NODES, _GAP = 20, 1e-3  # of one part; counted work, so that the same call answers the same
_FIRST_GAP = 0.05  # the first answer is only a start
_CELLS = 40  # setups that are decided again at once


def solve_lots(
    problem: LotProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[LotSolution]:
    """The cheapest week found. A move is one part of the week decided again.

    HiGHS decides the whole week roughly, then parts of it while the rest stands: a few days of all
    items, or all days of a few items. Making nothing is always possible, so there is an answer.
    """
    model = Model.of(problem, _REACH)
    at = dict.fromkeys(model.setup, 0)
    best = LotSolution(loads={item.key: (0,) * problem.days for item in problem.items})
    model.hold(at, model.setup)
    at, best = _solve(model, 1, _FIRST_GAP) or (at, best)
    cost = lot_cost(problem, best)
    parts, done = _parts(problem, Random(limits.seed)), 0  # noqa: S311 - a search, no secret
    while done < limits.moves and watch(Progress(moves=done, incumbent=cost[3])):
        model.hold(at, next(parts))
        found = _solve(model) or (at, best)
        known = ((lot_cost(problem, found[1]), *found), (cost, at, best))
        cost, at, best = min(known, key=itemgetter(0))
        done += 1
    return Outcome(status=Status.FEASIBLE, solution=best, objective=cost, moves=done)


def _solve(
    model: Model, nodes: int = _NODES, gap: float = _GAP
) -> tuple[dict[Cell, int], LotSolution] | None:
    result: Any = model.solve(node_limit=nodes, relative_gap_tolerance=gap)
    return model.read(result) if result.has_primal_feasible_solution() else None


def _parts(problem: LotProblem, random: Random) -> Iterator[list[Cell]]:
    """Windows of days in turn, now and then a few items over all days."""
    items, days = range(len(problem.items)), range(problem.days)
    width = max(2, min(len(days), _CELLS // max(1, len(items))))
    few = max(1, min(len(items), _CELLS // len(days)))
    while True:
        for start in random.sample(days, len(days)):
            yield [(item, day) for item in items for day in days if start <= day < start + width]
            chosen = random.sample(items, few)
            yield [(item, day) for item in chosen for day in days]
