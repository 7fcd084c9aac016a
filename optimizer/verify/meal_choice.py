"""Check a meal choice without a solver, and count its objective anew from the problem."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from optimizer.meal_problem import (
    Bound,
    Contrast,
    MealChoice,
    MealChoiceProblem,
    Option,
    Position,
    UseFirst,
)
from optimizer.outcome import Violation

MEAL_CHOICE_VIOLATIONS = (
    "meal_choice.positions",
    "meal_choice.candidate",
    "meal_choice.pin",
    "meal_choice.min",
    "meal_choice.max",
    "meal_choice.unknown",
)
"""Every code the checker can give."""

_Filled = list[tuple[Position, Option | None]]


def meal_choice_violations(
    problem: MealChoiceProblem, solution: MealChoice
) -> tuple[Violation, ...]:
    """Every broken hard promise: positions, candidates, pins and hard bounds.

    An amount that is not known adds nothing to a minimum, and fits under no maximum.
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
    shelves = {
        candidates: {problem.options[index].key for index in candidates}
        for candidates in {position.candidates for position in problem.positions}
    }
    for position, choice in zip(problem.positions, solution.choices, strict=True):
        if choice.option is None and position.pinned is None and position.optional:
            continue
        if choice.option not in shelves[position.candidates]:
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
        for key in _unknown(bound, filled):
            yield Violation(code="meal_choice.unknown", subject=f"{bound.rule}/{key}")


def _unknown(bound: Bound, filled: _Filled) -> Iterator[str]:
    """Where an amount is not known although a hard maximum stands."""
    for position, option in _on(bound, filled) if bound.hard_hi is not None else ():
        if option is not None and option.amounts[bound.dimension] is None:
            yield position.key


def _beyond(bound: Bound, end: str, *, limit: int, total: int) -> Violation:
    return Violation(
        code=f"meal_choice.{end}",
        subject=f"{bound.rule}/{end}",
        detail=(("limit", limit), ("total", total)),
    )


def _on(bound: Bound, filled: _Filled) -> _Filled:
    if bound.positions is not None:
        return [filled[place] for place in bound.positions]
    return [pair for pair in filled if bound.day in (None, pair[0].day)]


def _sum(dimension: int, filled: _Filled) -> int:
    return sum(option.amounts[dimension] or 0 for _, option in filled if option is not None)


def meal_choice_objective(problem: MealChoiceProblem, solution: MealChoice) -> tuple[int, ...]:
    """The numbers of `meal_problem.LEVELS`, counted from nothing but the problem."""
    filled = _filled(problem, solution)
    hard = soft = dose = wishes = 0
    for bound in problem.bounds:
        total = _sum(bound.dimension, _on(bound, filled))
        beyond_soft = _permille(bound, total, low=bound.soft_lo, high=bound.soft_hi)
        hard += _permille(bound, total, low=bound.hard_lo, high=bound.hard_hi)
        hard += 1_000 * len(list(_unknown(bound, filled)))
        soft += beyond_soft * bound.weight
        dose += beyond_soft * bound.dose_weight
        wishes += beyond_soft * bound.wish_weight
    changed = _changed(problem, filled)
    wishes += _penalties(filled) + problem.change_penalty * changed
    wishes += problem.apart_penalty * _apart(filled)
    wishes += sum(_again(contrast, filled) * contrast.penalty for contrast in problem.contrasts)
    lost = [(lot, _lost(problem, lot, filled)) for lot in problem.use_first]
    return (
        hard,
        _overrun(problem, filled) + _tolls(problem, filled),
        soft,
        dose,
        wishes + _repeats(problem, filled) + sum(lot.penalty * units for lot, units in lost),
        sum(option.cost for _, option in filled if option is not None)
        + sum(lot.cost * units for lot, units in lost),
        changed,
    )


def _permille(bound: Bound, total: int, *, low: int | None, high: int | None) -> int:
    beyond = max(
        0 if low is None else low - total,
        0 if high is None else total - high,
        0,
    )
    return -(-beyond * 1000 // bound.reference)


def _keys(problem: MealChoiceProblem, options: tuple[int, ...]) -> set[str]:
    return {problem.options[index].key for index in options}


def _overrun(problem: MealChoiceProblem, filled: _Filled) -> int:
    taken = Counter(option.key for _, option in filled if option is not None)
    return sum(
        max(0, sum(taken[key] for key in _keys(problem, line.options)) - line.units)
        for line in problem.stock
    )


def _tolls(problem: MealChoiceProblem, filled: _Filled) -> int:
    if not problem.tolls:
        return 0
    index = {option.key: at for at, option in enumerate(problem.options)}
    return sum(
        problem.tolls[index[option.key]][position.day]
        for position, option in filled
        if option is not None
    )


def _lost(problem: MealChoiceProblem, lot: UseFirst, filled: _Filled) -> int:
    keys = _keys(problem, lot.options)
    used = [
        option
        for position, option in filled
        if option is not None and option.key in keys and position.day <= lot.until_day
    ]
    return max(0, lot.units - len(used))


def _penalties(filled: _Filled) -> int:
    return sum(
        position.skip_penalty if option is None else option.penalty for position, option in filled
    )


def _changed(problem: MealChoiceProblem, filled: _Filled) -> int:
    return sum(
        position.earlier is not None and problem.options[position.earlier] is not option
        for position, option in filled
    )


def _apart(filled: _Filled) -> int:
    return sum(
        bool(position.wanted) and (option is None or option.group != position.wanted)
        for position, option in filled
    )


def _again(contrast: Contrast, filled: _Filled) -> int:
    """How many traits come again among the positions."""
    traits = [
        trait
        for _, option in (filled[place] for place in contrast.positions)
        if option is not None
        for trait in option.traits
    ]
    return len(traits) - len(set(traits))


def _repeats(problem: MealChoiceProblem, filled: _Filled) -> int:
    days_of: defaultdict[str, list[int]] = defaultdict(list)
    for position, option in filled:
        for group in () if option is None else {option.group, option.family}:
            days_of[group].append(position.day)
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
