"""What to buy on which day: least shortage, then least expired, then cheapest."""

from collections import defaultdict
from dataclasses import replace

from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going
from optimizer.replenishment.problem import (
    ReplenishmentProblem,
    ReplenishmentSolution,
    SupplyLine,
)
from optimizer.replenishment.rule import cost_of, just_in_time, solution_of
from optimizer.replenishment.search import improve
from optimizer.replenishment.terms import Basket, Plans, order_together

CP_MAX_ITEMS = 40
"""Items of one supplier that CP-SAT takes together; with more, the rule's answer stands."""


def solve_replenishment(
    problem: ReplenishmentProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[ReplenishmentSolution]:
    """The purchases with the least shortage, then the least expired, then the lowest price.

    A line ordered by single packs at one price from a supplier without terms, that holds nothing
    outlasting what is ordered, is solved exactly by a rule, without moves. Others start from the
    same rule, are ordered together by supplier, and go to CP-SAT level by level; OPTIMAL says that
    no line needed it or that every level was proved.
    """
    plans = {line.key: just_in_time(line, problem.days) for line in problem.lines}
    proved = _improve_others(problem, plans, limits, watch)
    solution = solution_of(problem, plans)
    cost = cost_of(problem, solution)
    watch(Progress(moves=limits.moves, incumbent=cost[0]))
    return Outcome(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        solution=solution,
        objective=cost,
        moves=limits.moves,
    )


def _is_plain(line: SupplyLine) -> bool:
    """Whether one pack may be ordered and what is held never outlasts what is ordered."""
    if not line.order_days:
        return True
    first_fresh = line.arrival(line.order_days[0]) + line.shelf_days - 1
    single = line.min_packs == 1 and not line.breaks
    return single and all(each.last_day <= first_fresh for each in line.held)


def _improve_others(
    problem: ReplenishmentProblem, plans: Plans, limits: Limits, watch: Watch
) -> bool:
    """Improve `plans` where the rule may not be best; say whether all is proved."""
    baskets = [each for each in _baskets(problem) if each.lines]
    proved = True
    share = replace(limits, moves=max(1, limits.moves // (2 * max(1, len(baskets)))))
    for basket in baskets:
        mine = order_together(basket)
        small = len(basket.lines) <= CP_MAX_ITEMS
        better, best = improve(basket, mine, share, watch) if small else (mine, False)
        plans.update(better)
        proved &= best
    return proved


def _baskets(problem: ReplenishmentProblem) -> list[Basket]:
    """By supplier, the lines that must be looked at together, or one by one for want of terms."""
    of: defaultdict[str, list[SupplyLine]] = defaultdict(list)
    for line in problem.lines:
        terms = problem.terms(line.supplier)
        if terms.minimum or terms.delivery or not _is_plain(line):
            of[line.supplier].append(line)
    return [
        Basket(lines=tuple(lines), terms=problem.terms(supplier), days=problem.days)
        for supplier, lines in sorted(of.items())
    ]
