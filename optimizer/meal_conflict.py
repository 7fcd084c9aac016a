"""Whether hard rules can hold together, and some of them that cannot."""

from optimizer.meal_choice import solve_meal_choice
from optimizer.meal_problem import MealChoiceProblem
from optimizer.meal_proof import WORK, counted, decide, parts_of, prove
from optimizer.outcome import Limits, Status

CHECK_WORK = 0.2
"""Deterministic seconds for one of many small questions."""

LOOK = Limits(moves=20_000)
"""A short walk finds most choices that there are, sooner than a proof."""


def meal_choice_possible(
    problem: MealChoiceProblem, *, seed: int = 1, work: float = CHECK_WORK
) -> bool | None:
    """Whether some choice keeps every hard rule; None when the work ends before it is decided."""
    if counted(problem):
        return False
    if solve_meal_choice(problem, LOOK, proof=False).status is Status.FEASIBLE:
        return True
    proof = prove(problem, seed=seed, work=work)
    if proof.choices is not None:
        return True
    return False if proof.impossible else None


def meal_choice_core(
    problem: MealChoiceProblem, *, seed: int = 1, work: float = WORK
) -> tuple[str, ...]:
    """Rules that cannot hold together, not always the fewest; empty: no conflict shown.

    Positions without a candidate and single bounds out of reach are found by counting; anything
    else by weighing or by CP-SAT. A bound is named by its rule and `/min` or `/max`, a pin by
    `pin/` and its position.
    """
    found = counted(problem)
    if found:
        return found
    for part in parts_of(problem):
        clash = decide(part, seed=seed, work=work)
        if clash.impossible:
            return clash.rules
        work = max(0.0, work - clash.worked)
    return ()
