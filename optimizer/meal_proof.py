"""Prove that hard bounds cannot hold together, and name the fewest of them that cannot."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.meal_problem import Bound, MealChoiceProblem, Position

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

WORK = 2.0  # deterministic seconds of CP-SAT per question: counted work, never the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether the hard rules can hold: `choices` shows that they can (None: not shown)."""

    impossible: bool
    choices: tuple[int, ...] | None = None
    rules: tuple[str, ...] = ()


def empty_positions(problem: MealChoiceProblem) -> tuple[str, ...]:
    """Rules of the positions that must be filled and have nothing to fill them."""
    return tuple(
        dict.fromkeys(
            position.rule or position.key
            for position in problem.positions
            if not position.optional and not position.candidates
        )
    )


def meal_choice_conflict(
    problem: MealChoiceProblem, *, seed: int = 1, work: float = WORK
) -> tuple[str, ...]:
    """Rules that cannot hold together, none of which can be missed; empty: no conflict shown.

    Positions without a candidate and single bounds out of reach are found by counting; anything
    else by CP-SAT with one assumption per rule, thinned by leaving out one rule at a time. A bound
    is named by its rule and `/min` or `/max`, a pin by `pin/` and its position.
    """
    counted = empty_positions(problem) or _out_of_reach(problem)
    if counted:
        return counted
    for part in _parts(problem):
        found = _decide(part, _rules(part), seed=seed, work=work)
        if found.impossible:
            return _thin(part, found.rules, seed=seed)
    return ()


def prove(problem: MealChoiceProblem, *, seed: int = 1) -> Proof:
    """Decide the hard rules: by counting, then day by day, then over the whole horizon."""
    if empty_positions(problem) or _out_of_reach(problem):
        return Proof(impossible=True)
    whole = Proof(impossible=False)
    for part in _parts(problem):
        whole = _decide(part, _rules(part), seed=seed)
        if whole.impossible:
            break
    return whole


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """Some of the positions with the hard bounds on exactly their days."""

    problem: MealChoiceProblem
    places: tuple[int, ...]
    bounds: tuple[Bound, ...]


def _parts(problem: MealChoiceProblem) -> Iterator[_Part]:
    """Each day alone, which is small; then the whole, which decides."""
    hard = [
        bound for bound in problem.bounds if bound.hard_lo is not None or bound.hard_hi is not None
    ]
    for day in sorted({bound.day for bound in hard if bound.day is not None}):
        yield _Part(
            problem=problem,
            places=tuple(place for place, each in enumerate(problem.positions) if each.day == day),
            bounds=tuple(bound for bound in hard if bound.day == day),
        )
    yield _Part(problem=problem, places=tuple(range(len(problem.positions))), bounds=tuple(hard))


def _rules(part: _Part) -> tuple[str, ...]:
    """Every rule of a part, bounds first: what is named first is kept longest."""
    names = [
        f"{bound.rule}/{end}"
        for bound in part.bounds
        for end, limit in (("min", bound.hard_lo), ("max", bound.hard_hi))
        if limit is not None
    ]
    for place in part.places:
        position = part.problem.positions[place]
        if position.pinned is not None:
            names.append(f"pin/{position.key}")
        if not position.optional:
            names.append(position.rule or position.key)
    return tuple(dict.fromkeys(names))


def _out_of_reach(problem: MealChoiceProblem) -> tuple[str, ...]:
    """One limit that nothing can keep: a minimum above, or a maximum below, every sum there is."""
    for bound in problem.bounds:
        places = [each for each in problem.positions if bound.day in (None, each.day)]
        most = sum(max(_amounts(problem, each, bound.dimension), default=0) for each in places)
        if bound.hard_lo is not None and most < bound.hard_lo:
            return (f"{bound.rule}/min",)
        filled = _too_full(problem, bound)
        if filled:
            return (f"{bound.rule}/max", *filled)
    return ()


def _amounts(problem: MealChoiceProblem, position: Position, dimension: int) -> list[int]:
    return [problem.options[index].amounts[dimension] or 0 for index in position.candidates]


def _too_full(problem: MealChoiceProblem, bound: Bound) -> tuple[str, ...]:
    """The fewest positions to fill that alone go over a maximum, by their rules; none: it fits."""
    least: Counter[str] = Counter()
    for position in problem.positions:
        if bound.day in (None, position.day) and not position.optional:
            amounts = _amounts(problem, position, bound.dimension)
            least[position.rule or position.key] += min(amounts)
    total = sum(least.values())
    if bound.hard_hi is None or total <= bound.hard_hi:
        return ()
    kept = dict(least)
    for rule in sorted(least, key=least.__getitem__):
        if total - kept[rule] > bound.hard_hi:
            total -= kept.pop(rule)
    return tuple(kept)


def _thin(part: _Part, rules: tuple[str, ...], *, seed: int) -> tuple[str, ...]:
    """Leave out one rule at a time; what stays cannot be missed, and is checked again."""
    kept = rules
    for rule in reversed(rules):
        rest = tuple(each for each in kept if each != rule)
        if _decide(part, rest, seed=seed).impossible:
            kept = rest
    assert _decide(part, kept, seed=seed).impossible, "a core is checked again"  # noqa: S101 - #5141
    return kept


def _decide(part: _Part, rules: tuple[str, ...], *, seed: int, work: float = WORK) -> Proof:
    """One feasibility question with the given rules as assumptions (one worker: or-tools #3102)."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - importing costs about a second

    model = cp_model.CpModel()
    asked = {rule: model.new_bool_var(rule) for rule in rules}
    taken = _place_literals(part, model, asked)
    _bound_sums(part, model, asked, taken)
    model.add_assumptions(list(asked.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        core = set(solver.sufficient_assumptions_for_infeasibility())
        named = tuple(rule for rule, literal in asked.items() if literal.index in core)
        return Proof(impossible=True, rules=named or rules)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Proof(impossible=False, choices=_chosen(part, solver, taken))
    return Proof(impossible=False)


_Taken = dict[int, dict[int, "cp_model.IntVar"]]


def _place_literals(
    part: _Part, model: "cp_model.CpModel", asked: dict[str, "cp_model.IntVar"]
) -> _Taken:
    """A literal per position and option; options alike in every bounded dimension share one."""
    bounded = sorted({bound.dimension for bound in part.bounds})
    taken: _Taken = {}
    for place in part.places:
        position = part.problem.positions[place]
        first: dict[tuple[int, ...], int] = {}
        for index in (position.pinned, *position.candidates):
            if index is not None:
                amounts = part.problem.options[index].amounts
                first.setdefault(tuple(amounts[each] or 0 for each in bounded), index)
        literals = {index: model.new_bool_var(f"{place}/{index}") for index in first.values()}
        taken[place] = literals
        model.add_at_most_one(literals.values())
        if (position.rule or position.key) in asked and not position.optional:
            rule = asked[position.rule or position.key]
            model.add_bool_or(literals.values()).only_enforce_if(rule)
        if position.pinned is not None and f"pin/{position.key}" in asked:
            model.add_implication(asked[f"pin/{position.key}"], literals[position.pinned])
    return taken


def _bound_sums(
    part: _Part,
    model: "cp_model.CpModel",
    asked: dict[str, "cp_model.IntVar"],
    taken: _Taken,
) -> None:
    for bound in part.bounds:
        total = sum(
            (part.problem.options[index].amounts[bound.dimension] or 0) * literal
            for place, literals in taken.items()
            for index, literal in literals.items()
            if bound.day in (None, part.problem.positions[place].day)
        )
        low, high = asked.get(f"{bound.rule}/min"), asked.get(f"{bound.rule}/max")
        if low is not None and bound.hard_lo is not None:
            model.add(total >= bound.hard_lo).only_enforce_if(low)
        if high is not None and bound.hard_hi is not None:
            model.add(total <= bound.hard_hi).only_enforce_if(high)


def _chosen(part: _Part, solver: "cp_model.CpSolver", taken: _Taken) -> tuple[int, ...]:
    nothing = len(part.problem.options)
    return tuple(
        next((index for index, literal in literals.items() if solver.value(literal)), nothing)
        for literals in taken.values()
    )
