"""Check a meal choice without a solver, and count its objective anew from the problem."""

from collections import defaultdict
from collections.abc import Iterator

from optimizer.meal_problem import Bound, MealChoice, MealChoiceProblem, Option, Position
from optimizer.outcome import Violation

MEAL_CHOICE_VIOLATIONS = (
    "meal_choice.positions",
    "meal_choice.candidate",
    "meal_choice.pin",
    "meal_choice.min",
    "meal_choice.max",
)
"""Every code the checker can give."""

_Filled = list[tuple[Position, Option | None]]


def meal_choice_violations(
    problem: MealChoiceProblem, solution: MealChoice
) -> tuple[Violation, ...]:
    """Every broken hard promise: positions, candidates, pins and hard bounds.

    An amount that is not known adds nothing to a minimum.
    """
    if [each.key for each in problem.positions] != [each.position for each in solution.choices]:
        return (Violation(code="meal_choice.positions"),)
    filled = _filled(problem, solution)
    return (*_fillings(problem, solution), *_bounds(problem, filled))


def _filled(problem: MealChoiceProblem, solution: MealChoice) -> _Filled:
    known = {option.key: option for option in problem.options}
    return [
        (position, known.get(choice.option or ""))
        for position, choice in zip(problem.positions, solution.choices, strict=True)
    ]


def _fillings(problem: MealChoiceProblem, solution: MealChoice) -> Iterator[Violation]:
    for position, choice in zip(problem.positions, solution.choices, strict=True):
        allowed = {problem.options[index].key for index in position.candidates}
        if choice.option is None and position.pinned is None and position.optional:
            continue
        if choice.option not in allowed:
            yield Violation(code="meal_choice.candidate", subject=position.key)
        elif position.pinned is not None and problem.options[position.pinned].key != choice.option:
            yield Violation(code="meal_choice.pin", subject=position.key)


def _bounds(problem: MealChoiceProblem, filled: _Filled) -> Iterator[Violation]:
    for bound in problem.bounds:
        total = _sum(bound.dimension, _on(bound, filled))
        if bound.hard_lo is not None and total < bound.hard_lo:
            yield _beyond(bound, "min", limit=bound.hard_lo, total=total)
        if bound.hard_hi is not None and total > bound.hard_hi:
            yield _beyond(bound, "max", limit=bound.hard_hi, total=total)


def _beyond(bound: Bound, end: str, *, limit: int, total: int) -> Violation:
    return Violation(
        code=f"meal_choice.{end}",
        subject=f"{bound.rule}/{end}",
        detail=(("limit", limit), ("total", total)),
    )


def _on(bound: Bound, filled: _Filled) -> _Filled:
    return [pair for pair in filled if bound.day in (None, pair[0].day)]


def _sum(dimension: int, filled: _Filled) -> int:
    return sum(option.amounts[dimension] or 0 for _, option in filled if option is not None)


def meal_choice_objective(problem: MealChoiceProblem, solution: MealChoice) -> tuple[int, ...]:
    """The five numbers of `meal_problem.LEVELS`, counted from nothing but the problem."""
    filled = _filled(problem, solution)
    hard = soft = wishes = 0
    for bound in problem.bounds:
        total = _sum(bound.dimension, _on(bound, filled))
        beyond_soft = _permille(bound, total, low=bound.soft_lo, high=bound.soft_hi)
        hard += _permille(bound, total, low=bound.hard_lo, high=bound.hard_hi)
        soft += beyond_soft * bound.weight
        wishes += beyond_soft * bound.wish_weight
    return (
        hard,
        soft + _unknowns(problem, filled),
        _over_caps(problem, filled),
        wishes + _penalties(problem, filled) + _repeats(problem, filled),
        sum(option.cost for _, option in filled if option is not None),
    )


def _permille(bound: Bound, total: int, *, low: int | None, high: int | None) -> int:
    beyond = max(
        0 if low is None else low - total,
        0 if high is None else total - high,
        0,
    )
    return -(-beyond * 1000 // bound.reference)


def _unknowns(problem: MealChoiceProblem, filled: _Filled) -> int:
    limited = {bound.dimension for bound in problem.bounds if bound.hard_hi is not None}
    return problem.unknown_penalty * sum(
        option.amounts[dimension] is None
        for _, option in filled
        if option is not None
        for dimension in limited
    )


def _over_caps(problem: MealChoiceProblem, filled: _Filled) -> int:
    over = 0
    for cap in problem.caps:
        total = _sum(cap.dimension, [filled[place] for place in cap.positions])
        over += -(-max(0, total - cap.at_most) * 1000 // cap.at_most)
    return over


def _penalties(problem: MealChoiceProblem, filled: _Filled) -> int:
    total = 0
    for position, option in filled:
        total += position.skip_penalty if option is None else option.penalty
        if position.earlier is not None and problem.options[position.earlier] is not option:
            total += problem.change_penalty
    return total


def _repeats(problem: MealChoiceProblem, filled: _Filled) -> int:
    days_of: defaultdict[str, list[int]] = defaultdict(list)
    for position, option in filled:
        if option is not None:
            days_of[option.group].append(position.day)
    total = 0
    for rule in problem.repetitions:
        days = days_of[rule.group]
        used = sorted(set(days))
        broken = max(0, len(days) - rule.max_total)
        broken += sum(max(0, days.count(day) - rule.max_per_day) for day in used)
        broken += sum(
            max(0, rule.min_gap - (later - day)) for day in used for later in used if later > day
        )
        total += broken * rule.penalty
    return total
