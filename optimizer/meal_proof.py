"""Prove that hard bounds cannot hold together, or find choices that keep them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from optimizer.meal_problem import Bound, MealChoiceProblem, Position
from optimizer.meal_shape import Shape, limits_of, shape_of, summed
from optimizer.meal_weighing import outweighed

WORK = 1.0
"""Deterministic seconds of CP-SAT for all parts of a question: counted work, never the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Whether the hard rules can hold: `choices` shows that they can (None: not shown)."""

    impossible: bool
    choices: tuple[int, ...] | None = None
    rules: tuple[str, ...] = ()
    worked: float = 0.0


def prove(problem: MealChoiceProblem, *, seed: int = 1, work: float = WORK) -> Proof:
    """Decide the hard rules: by counting, then day by day, then over the whole horizon.

    A day that asks the same as an earlier one is decided once; the horizon is looked at only where
    a hard bound runs over it.
    """
    if counted(problem):
        return Proof(impossible=True)
    choices = [_any_choice(problem, position) for position in problem.positions]
    for part in parts_of(problem):
        found = decide(part, seed=seed, work=work)
        if found.choices is None and not part.loose:
            return Proof(impossible=found.impossible)
        if found.impossible:
            return found
        work = max(0.0, work - found.worked)
        for places in part.alike:
            for place, choice in zip(places, found.choices or (), strict=True):
                choices[place] = choice
    return Proof(impossible=False, choices=tuple(choices))


def _any_choice(problem: MealChoiceProblem, position: Position) -> int:
    """A choice where no hard bound looks: the pin, or the first candidate."""
    first = (*position.candidates, len(problem.options))[0]
    return first if position.pinned is None else position.pinned


# ---------------------------------------------------------------- counting


def counted(problem: MealChoiceProblem) -> tuple[str, ...]:
    """Rules that clash and are found by counting alone; none: counting shows nothing."""
    return empty_positions(problem) or closed_pins(problem) or _out_of_reach(problem)


def empty_positions(problem: MealChoiceProblem) -> tuple[str, ...]:
    """Rules of the positions that must be filled and have nothing to fill them."""
    return tuple(
        dict.fromkeys(
            position.rule or position.key
            for position in problem.positions
            if not position.optional and not position.candidates
        )
    )


def closed_pins(problem: MealChoiceProblem) -> tuple[str, ...]:
    """A pin whose amount is not known where a hard maximum stands, and that maximum."""
    for bound in problem.bounds:
        for place in problem.places_of(bound) if bound.hard_hi is not None else ():
            position = problem.positions[place]
            if position.pinned is not None and _amount(problem, position.pinned, bound) is None:
                return (f"pin/{position.key}", f"{bound.rule}/max")
    return ()


def _amount(problem: MealChoiceProblem, option: int, bound: Bound) -> int | None:
    return problem.options[option].amounts[bound.dimension]


def _out_of_reach(problem: MealChoiceProblem) -> tuple[str, ...]:
    """One limit that nothing can keep: a minimum above, or a maximum below, every sum there is."""
    for bound in problem.bounds:
        places = [problem.positions[place] for place in problem.places_of(bound)]
        most = sum(max(_amounts(problem, each, bound, unknown=0), default=0) for each in places)
        if bound.hard_lo is not None and most < bound.hard_lo:
            return (f"{bound.rule}/min",)
        filled = _too_full(problem, bound)
        if filled:
            return (f"{bound.rule}/max", *filled)
    return ()


def _amounts(
    problem: MealChoiceProblem, position: Position, bound: Bound, *, unknown: int
) -> list[int]:
    amounts = [_amount(problem, index, bound) for index in position.candidates]
    return [unknown if amount is None else amount for amount in amounts]


def _too_full(problem: MealChoiceProblem, bound: Bound) -> tuple[str, ...]:
    """The fewest positions to fill that alone go over a maximum, by their rules; none: it fits."""
    if bound.hard_hi is None:
        return ()
    least: Counter[str] = Counter()
    for place in problem.places_of(bound):
        position = problem.positions[place]
        if not position.optional:
            amounts = _amounts(problem, position, bound, unknown=bound.hard_hi + 1)
            least[position.rule or position.key] += min(amounts)
    total = sum(least.values())
    if total <= bound.hard_hi:
        return ()
    kept = dict(least)
    for rule in sorted(least, key=least.__getitem__):
        if total - kept[rule] > bound.hard_hi:
            total -= kept.pop(rule)
    return tuple(kept)


# ---------------------------------------------------------------- parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of the positions with the hard bounds on exactly their days.

    `alike` holds these positions, and those of every other day that asks the same. A `loose` part
    sums the bounds of such days: it can show that nothing is possible, never that something is.
    """

    shape: Shape
    alike: tuple[tuple[int, ...], ...] = ()
    loose: bool = False


def parts_of(problem: MealChoiceProblem) -> Iterator[Part]:
    """Each different day alone, which is small; then the whole, where a bound runs over days."""
    hard = [
        bound for bound in problem.bounds if bound.hard_lo is not None or bound.hard_hi is not None
    ]
    bounds: defaultdict[int | None, list[Bound]] = defaultdict(list)
    for bound in hard:
        bounds[problem.day_of(bound)].append(bound)
    alike: defaultdict[object, list[int]] = defaultdict(list)
    for day in range(problem.days):
        alike[_signature(problem, bounds[day], day)].append(day)
    for days in alike.values():
        limits = tuple(limits_of(problem, bounds[days[0]]))
        if limits:
            places = tuple(_places_on(problem, day) for day in days)
            yield Part(shape=shape_of(problem, places[0], limits), alike=places)
    horizon = tuple(limits_of(problem, bounds[None]))
    if horizon:
        every = tuple(range(len(problem.positions)))
        of_days = ([limits_of(problem, bounds[day]) for day in days] for days in alike.values())
        sums = tuple(summed(same) for each in of_days for same in zip(*each, strict=True))
        yield Part(shape=shape_of(problem, every, (*horizon, *sums)), loose=True)
        limits = tuple(limits_of(problem, hard))
        yield Part(shape=shape_of(problem, every, limits), alike=(every,))


def _places_on(problem: MealChoiceProblem, day: int) -> tuple[int, ...]:
    return tuple(place for place, each in enumerate(problem.positions) if each.day == day)


def _signature(problem: MealChoiceProblem, bounds: list[Bound], day: int) -> object:
    """What a day asks; two days with the same have the same choices."""
    number = {place: at for at, place in enumerate(_places_on(problem, day))}
    positions = (problem.positions[place] for place in number)
    return (
        tuple((each.candidates, each.pinned, each.optional) for each in positions),
        tuple(
            (
                bound.dimension,
                bound.hard_lo,
                bound.hard_hi,
                tuple(number[place] for place in problem.places_of(bound)),
            )
            for bound in bounds
        ),
    )


# ---------------------------------------------------------------- deciding


def decide(part: Part, *, seed: int, work: float = WORK) -> Proof:
    """One question about all rules of a part: by weighing, else by CP-SAT with assumptions.

    One worker, because with more the core is all of them (or-tools #3102); names that were not
    asked are left out of a core (or-tools #5141). A core is not always the smallest.
    """
    shape = part.shape
    heavy = outweighed(shape)
    if heavy or part.loose:
        return Proof(impossible=bool(heavy), rules=heavy)
    from ortools.sat.python import cp_model  # noqa: PLC0415 - importing costs about two seconds

    model = cp_model.CpModel()
    asked = {rule: model.new_bool_var(rule) for rule in shape.rules}
    counts = _counts(shape, model, asked)
    _limits(shape, model, asked, counts)
    model.add_assumptions(list(asked.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work
    status = solver.solve(model)
    worked = solver.response_proto.deterministic_time
    if status == cp_model.INFEASIBLE:
        core = set(solver.sufficient_assumptions_for_infeasibility())
        named = tuple(rule for rule, literal in asked.items() if literal.index in core)
        return Proof(impossible=True, rules=named or shape.rules, worked=worked)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Proof(impossible=False, choices=_chosen(shape, solver, counts), worked=worked)
    return Proof(impossible=False, worked=worked)


_Counts = list[dict[int, Any]]
"""Per group: option to how often it is taken."""


def _counts(shape: Shape, model: Any, asked: dict[str, Any]) -> _Counts:
    found = []
    for at, group in enumerate(shape.groups):
        room = len(group.places)
        counts = {index: model.new_int_var(0, room, f"{at}/{index}") for index in group.rows}
        found.append(counts)
        model.add(sum(counts.values()) <= room)
        if group.rule:
            model.add(sum(counts.values()) >= room).only_enforce_if(asked[group.rule])
        if group.pinned is not None:
            model.add(counts[group.pinned] >= 1).only_enforce_if(asked[group.pin])
    return found


def _limits(shape: Shape, model: Any, asked: dict[str, Any], counts: _Counts) -> None:
    for at, limit in enumerate(shape.limits):
        total = sum(
            group.rows[index][at] * count
            for group, taken in zip(shape.groups, counts, strict=True)
            for index, count in taken.items()
        )
        model.add(total >= limit.at_least).only_enforce_if([asked[name] for name in limit.names])


def _chosen(shape: Shape, solver: Any, counts: _Counts) -> tuple[int, ...]:
    chosen: dict[int, int] = {}
    for group, taken in zip(shape.groups, counts, strict=True):
        picks = [index for index, count in taken.items() for _ in range(solver.value(count))]
        room = len(group.places)
        chosen |= zip(group.places, [*picks, *[shape.nothing] * room][:room], strict=True)
    return tuple(chosen[place] for place in shape.places)
