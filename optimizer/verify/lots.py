"""Solver-free check of a week's loads."""

from collections import defaultdict

from optimizer.lots.problem import LotProblem, LotSolution
from optimizer.outcome import Violation

LOT_VIOLATIONS: tuple[str, ...] = (
    "lots.item.missing",
    "lots.loads.impossible",
    "lots.group.too_long",
)


def lot_violations(problem: LotProblem, solution: LotSolution) -> tuple[Violation, ...]:
    """Every promise that a week breaks: items, whole loads, minutes with overtime; empty: sound."""
    if set(solution.loads) != {item.key for item in problem.items}:
        return (Violation(code="lots.item.missing"),)
    found: list[Violation] = []
    busy: defaultdict[tuple[str, int], int] = defaultdict(int)
    families: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    for item in problem.items:
        loads = solution.loads[item.key]
        if len(loads) != problem.days or min(loads) < 0:
            found.append(Violation(code="lots.loads.impossible", subject=item.key))
        for day in (day for day, each in enumerate(loads) if each):
            busy[item.group, day] += item.setup_min + loads[day] * item.load_min
            families[item.group, day].add(item.family)
    for group in problem.groups:
        for day, minutes in enumerate(group.minutes):
            charge = group.family_min * len(families[group.key, day])
            if busy[group.key, day] + charge > minutes + group.overtime_min:
                detail = (("day", day),)
                found.append(
                    Violation(code="lots.group.too_long", subject=group.key, detail=detail)
                )
    return tuple(found)
