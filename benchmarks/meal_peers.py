"""The choice of a week as an integer program, for CP-SAT and for HiGHS through MathOpt."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from optimizer import (
    Bound,
    Choice,
    MealChoice,
    MealChoiceProblem,
    Repetition,
    meal_choice_objective,
    meal_choice_violations,
)

Terms = list[tuple[int, int]]
FAR = 10**12


@dataclass(kw_only=True)
class Program:
    """Whole variables with an upper limit (none is negative), rows, and each level's terms."""

    tops: list[int] = field(default_factory=list)
    rows: list[tuple[int, Terms, int]] = field(default_factory=list)
    levels: list[Terms] = field(default_factory=lambda: [[] for _ in range(7)])
    taken: list[dict[int, int]] = field(default_factory=list)

    def variable(self, top: int) -> int:
        """Add a variable."""
        self.tops.append(top)
        return len(self.tops) - 1

    def above(self, terms: Terms, low: int) -> int:
        """Add a variable for what the terms lack below `low`."""
        lacking = self.variable(10**7)
        self.rows.append((low, [*terms, (1, lacking)], FAR))
        return lacking


def program(problem: MealChoiceProblem) -> Program:
    """Every rule of the problem as rows and terms; constants are left out."""
    found = Program()
    for place, position in enumerate(problem.positions):
        closed = {
            bound.dimension
            for bound in problem.bounds
            if bound.hard_hi is not None and place in problem.places_of(bound)
        }
        shelf = position.candidates if position.pinned is None else (position.pinned,)
        literals = {
            index: found.variable(1)
            for index in shelf
            if all(problem.options[index].amounts[each] is not None for each in closed)
        }
        found.taken.append(literals)
        least = 0 if position.optional and position.pinned is None else 1
        found.rows.append((least, [(1, each) for each in literals.values()], 1))
    for bound in problem.bounds:
        _bound(found, problem, bound)
    _points(found, problem)
    _repetitions(found, problem)
    _meals(found, problem)
    _lines(found, problem)
    return found


def _bound(found: Program, problem: MealChoiceProblem, bound: Bound) -> None:
    total = [
        (problem.options[index].amounts[bound.dimension] or 0, literal)
        for place in problem.places_of(bound)
        for index, literal in found.taken[place].items()
    ]
    low = 0 if bound.hard_lo is None else bound.hard_lo
    high = FAR if bound.hard_hi is None else bound.hard_hi
    if low or high < FAR:
        found.rows.append((low, total, high))
    if bound.soft_lo is None and bound.soft_hi is None:
        return
    permille = found.variable(10**6)
    scaled = [(1_000 * amount, literal) for amount, literal in total]
    slack = (bound.reference, permille)
    if bound.soft_lo is not None:
        found.rows.append((1_000 * bound.soft_lo, [*scaled, slack], FAR))
    if bound.soft_hi is not None:
        found.rows.append(
            (-1_000 * bound.soft_hi, [*((-a, each) for a, each in scaled), slack], FAR)
        )
    for level, weight in ((2, bound.weight), (3, bound.dose_weight), (4, bound.wish_weight)):
        if weight:
            found.levels[level].append((weight, permille))


def _points(found: Program, problem: MealChoiceProblem) -> None:
    for position, literals in zip(problem.positions, found.taken, strict=True):
        for index, literal in literals.items():
            option = problem.options[index]
            points = option.penalty - (position.skip_penalty if position.optional else 0)
            if position.earlier is not None:
                found.levels[6].append((-int(index == position.earlier), literal))
                points -= problem.change_penalty * int(index == position.earlier)
            if position.wanted:
                points -= problem.apart_penalty * int(option.group == position.wanted)
            found.levels[4].append((points, literal))
            found.levels[5].append((option.cost, literal))
            if problem.tolls:
                found.levels[1].append((problem.tolls[index][position.day], literal))


def _repetitions(found: Program, problem: MealChoiceProblem) -> None:
    served: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for position, literals in zip(problem.positions, found.taken, strict=True):
        for index, literal in literals.items():
            for group in {problem.options[index].group, problem.options[index].family}:
                served[group][position.day].append(literal)
    for rule in problem.repetitions:
        broken = list(_repeats(found, rule, served[rule.group]))
        found.levels[4] += [(rule.penalty * times, each) for times, each in broken]


def _repeats(
    found: Program, rule: Repetition, days: dict[int, list[int]]
) -> Iterator[tuple[int, int]]:
    used: dict[int, int] = {}
    for day, literals in days.items():
        yield 1, found.above([(-1, each) for each in literals], -rule.max_per_day)
        if rule.min_gap > 1:
            used[day] = found.variable(1)
            found.rows += [(0, [(1, used[day]), (-1, each)], FAR) for each in literals]
    yield 1, found.above([(-1, e) for each in days.values() for e in each], -rule.max_total)
    for day, first in used.items():
        for other, then in used.items():
            if day < other < day + rule.min_gap:
                yield rule.min_gap - (other - day), found.above([(-1, first), (-1, then)], -1)


def _meals(found: Program, problem: MealChoiceProblem) -> None:
    for contrast in problem.contrasts:
        wearing: dict[str, list[int]] = defaultdict(list)
        for place in contrast.positions:
            for index, literal in found.taken[place].items():
                for trait in problem.options[index].traits:
                    wearing[trait].append(literal)
        for literals in wearing.values():
            again = found.above([(-1, each) for each in literals], -1)
            found.levels[4].append((contrast.penalty, again))


def _lines(found: Program, problem: MealChoiceProblem) -> None:
    for line in problem.stock:
        drawn = [
            (-1, e) for each in found.taken for index, e in each.items() if index in line.options
        ]
        found.levels[1].append((1, found.above(drawn, -line.units)))
    for lot in problem.use_first:
        used = [
            (1, literal)
            for position, literals in zip(problem.positions, found.taken, strict=True)
            if position.day <= lot.until_day
            for index, literal in literals.items()
            if index in lot.options
        ]
        lost = found.above(used, lot.units)
        found.levels[4].append((lot.penalty, lost))
        found.levels[5].append((lot.cost, lost))


def _objective(found: Program, weights: Sequence[int]) -> dict[int, int]:
    total: dict[int, int] = defaultdict(int)
    for weight, terms in zip(weights, found.levels, strict=True):
        for factor, variable in terms:
            total[variable] += weight * factor
    return total


def _answer(
    problem: MealChoiceProblem, found: Program, values: Sequence[bool]
) -> tuple[int, ...] | None:
    """The levels of a peer's choice, counted by the checker; None where it breaks a rule."""
    picks = [
        next((problem.options[index].key for index, at in literals.items() if values[at]), None)
        for literals in found.taken
    ]
    choice = MealChoice(
        choices=tuple(
            Choice(position=position.key, option=key)
            for position, key in zip(problem.positions, picks, strict=True)
        )
    )
    if meal_choice_violations(problem, choice):
        return None
    return meal_choice_objective(problem, choice)


def by_cp_sat(
    problem: MealChoiceProblem, weights: Sequence[int], seconds: float, *, workers: int = 1
) -> tuple[int, ...] | None:
    """The levels CP-SAT reaches in its seconds; None where it found nothing."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - importing costs about a second

    found = program(problem)
    model = cp_model.CpModel()
    variables = [model.new_int_var(0, top, "") for top in found.tops]
    for low, terms, high in found.rows:
        total = cp_model.LinearExpr.weighted_sum(
            [variables[each] for _, each in terms], [factor for factor, _ in terms]
        )
        model.add_linear_constraint(total, low, high)
    goal = _objective(found, weights)
    model.minimize(
        cp_model.LinearExpr.weighted_sum([variables[each] for each in goal], list(goal.values()))
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.max_time_in_seconds = seconds
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return _answer(problem, found, [solver.value(each) > 0 for each in variables])


def by_highs(
    problem: MealChoiceProblem, weights: Sequence[int], seconds: float
) -> tuple[int, ...] | None:
    """The levels HiGHS reaches in its seconds through MathOpt, its threads left as they are."""
    from ortools.math_opt.python import mathopt  # noqa: PLC0415 - importing costs about a second

    found = program(problem)
    model = mathopt.Model()
    variables = [model.add_integer_variable(lb=0, ub=top) for top in found.tops]
    for low, terms, high in found.rows:
        row = model.add_linear_constraint(lb=low, ub=float("inf") if high == FAR else high)
        for factor, each in terms:
            row.set_coefficient(variables[each], row.get_coefficient(variables[each]) + factor)
    model.minimize(
        sum(weight * variables[each] for each, weight in _objective(found, weights).items())
    )
    limits = mathopt.SolveParameters(time_limit=timedelta(seconds=seconds))
    result = mathopt.solve(model, mathopt.SolverType.HIGHS, params=limits)
    if not result.has_primal_feasible_solution():
        return None
    values = result.variable_values(variables)
    return _answer(problem, found, [value > 0.5 for value in values])
