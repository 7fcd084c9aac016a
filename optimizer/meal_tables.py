"""A choice problem as the rows of numbers that the kernel walks over."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, cast

from optimizer.kernels import meal_arrays as kernel
from optimizer.meal_problem import Bound, MealChoiceProblem, Option, Repetition
from optimizer.same import Same

_OPEN_LOT = (-1, 0, 0, 0)
_OPEN_GROUP = (kernel.FAR, kernel.FAR, 0, 0)


class _Laid(NamedTuple):
    """What a table of options is as arrays, whoever chooses from it."""

    groups: dict[str, int]
    traits: int
    amounts: kernel.Ints
    options: kernel.Ints
    shelves: kernel.Shelves


def tables_of(problem: MealChoiceProblem, shelves: Sequence[tuple[int, ...]]) -> kernel.Tables:
    """Every part of the problem as an array; `shelves` as `shelves_of` gives them.

    What hangs on the options and the shelves alone is laid out once for as long as problems are
    made of the very same objects.
    """
    lists: list[int] = []
    panels = _panels(problem)
    wanted = tuple(dict.fromkeys(each.wanted for each in problem.positions if each.wanted))
    same = (Same(problem.options), Same(problem.repetitions))
    laid = _laid(*same, (wanted, problem.dimensions), tuple(dict.fromkeys(shelves)))
    positions = _position_rows(problem, shelves, (panels.parts, laid.groups), lists)
    free = [place for place, shelf in enumerate(shelves) if len(shelf) > 1]
    scalars = (len(lists), len(free), problem.change_penalty, problem.apart_penalty)
    rows = kernel.Rows(
        of_day=panels.of_day,
        of_all=panels.of_all,
        positions=positions,
        lists=[*lists, *free],
        bounds=[_bound_row(problem, bound) for bound in panels.bounds],
        groups=[
            *((r.max_per_day, r.max_total, r.min_gap, r.penalty) for r in problem.repetitions),
            *[_OPEN_GROUP] * (len(laid.groups) - len(problem.repetitions) + 1),
        ],
        meals=[*(each.penalty for each in problem.contrasts), 0],
        stock=[*(line.units for line in problem.stock), kernel.FAR],
        lots=[*((a.until_day, a.units, a.penalty, a.cost) for a in problem.use_first), _OPEN_LOT],
        tolls=[*problem.tolls, (0,) * problem.days] if problem.tolls else [],
        scalars=(*scalars, laid.traits + 1),
    )
    options = _in_lines(problem, laid.options)
    return kernel.as_tables(rows, (laid.amounts, options), laid.shelves, days=problem.days)


@lru_cache(maxsize=64)
def _laid(
    options: Same[tuple[Option, ...]],
    repetitions: Same[tuple[Repetition, ...]],
    asked: tuple[tuple[str, ...], int],
    shelves: tuple[tuple[int, ...], ...],
) -> _Laid:
    """Groups with a rule first, then those that only somebody else's table asks for."""
    wanted, dimensions = asked
    groups = _numbered(chain((rule.group for rule in repetitions.held), wanted))
    traits = _numbered(trait for option in options.held for trait in option.traits)
    amounts = kernel.as_ints(
        [
            *(
                [amount or 0 for amount in option.amounts]
                if None in option.amounts
                else cast("Sequence[int]", option.amounts)
                for option in options.held
            ),
            [0] * dimensions,
        ]
    ).reshape(len(options.held) + 1, dimensions)
    rows = kernel.as_ints(_option_rows(options.held, groups, traits))
    return _Laid(groups, len(traits), amounts, rows, kernel.lay_out(amounts, rows, shelves))


def shelves_of(problem: MealChoiceProblem, *, pins: bool = True) -> tuple[tuple[int, ...], ...]:
    """What may stand at each place, and the index behind the last option where it may be empty.

    An amount that is not known may not stand under a hard maximum. A pin stands alone,
    unless `pins` are to be treated as free.
    """
    closing: list[list[int]] = [[] for _ in problem.positions]
    for bound, places in zip(problem.bounds, problem.coverage(), strict=True):
        for place in places if bound.hard_hi is not None else ():
            closing[place].append(bound.dimension)
    known: dict[tuple[int, bool, tuple[int, ...]], tuple[int, ...]] = {}
    shelves: list[tuple[int, ...]] = []
    options = Same(problem.options)
    for position, dimensions in zip(problem.positions, closing, strict=True):
        if pins and position.pinned is not None:
            shelves.append((position.pinned,))
            continue
        key = (id(position.candidates), position.optional, tuple(sorted(set(dimensions))))
        if key not in known:
            nothing = (len(problem.options),) if position.optional else ()
            known[key] = (*_known_amounts(options, position.candidates, key[2]), *nothing)
        shelves.append(known[key])
    return tuple(shelves)


@lru_cache(maxsize=1_024)
def _known_amounts(
    options: Same[tuple[Option, ...]], candidates: tuple[int, ...], dimensions: tuple[int, ...]
) -> tuple[int, ...]:
    if not dimensions:
        return candidates
    asked = itemgetter(*dimensions, dimensions[0])  # one more: always a tuple
    return tuple(index for index in candidates if None not in asked(options.held[index].amounts))


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(dict.fromkeys(names))}


def _option_rows(
    options: Sequence[Option], groups: dict[str, int], traits: dict[str, int]
) -> list[tuple[int, ...]]:
    """One row per option, last "leave empty"; its stock and its lot are filled in per problem."""
    no_group, no_trait = len(groups), len(traits)
    rows = [
        (
            groups.get(option.group, no_group),
            groups.get(option.family, no_group),
            option.penalty,
            option.cost,
            *([traits[each] for each in option.traits] + [no_trait, no_trait])[:2],
            0,
            0,
        )
        for option in options
    ]
    return [*rows, (no_group, no_group, 0, 0, no_trait, no_trait, 0, 0)]


def _in_lines(problem: MealChoiceProblem, rows: kernel.Ints) -> kernel.Ints:
    """The rows of the options with the stock line and the lot that each one draws on."""
    if not problem.stock and not problem.use_first:
        return rows
    found = rows.copy()
    stock = [line.options for line in problem.stock]
    lots = [lot.options for lot in problem.use_first]
    for column, lines in ((kernel.LINE, stock), (kernel.LOT, lots)):
        found[:, column] = len(lines)
        for at, drawing in enumerate(lines):
            found[list(drawing), column] = at
    return found


def _bound_row(problem: MealChoiceProblem, bound: Bound) -> tuple[int, ...]:
    far = kernel.FAR
    day = problem.day_of(bound)
    return (
        bound.dimension,
        -far if bound.hard_lo is None else bound.hard_lo,
        -far if bound.soft_lo is None else bound.soft_lo,
        far if bound.soft_hi is None else bound.soft_hi,
        far if bound.hard_hi is None else bound.hard_hi,
        bound.reference,
        bound.weight,
        bound.dose_weight,
        bound.wish_weight,
        problem.days if day is None else day,
    )


def _position_rows(
    problem: MealChoiceProblem,
    shelves: Sequence[tuple[int, ...]],
    known: tuple[list[list[int]], dict[str, int]],
    lists: list[int],
) -> list[list[int]]:
    """One row per position; the lists it points into grow at the end of `lists`.

    `known`: the parts per position, and the number of each group.
    """
    parts, groups = known
    shelf_at = {shelf: _append(lists, shelf) for shelf in dict.fromkeys(shelves)}
    peers: defaultdict[tuple[int, ...], list[int]] = defaultdict(list)
    mates: defaultdict[int, list[int]] = defaultdict(list)
    for place, (position, shelf) in enumerate(zip(problem.positions, shelves, strict=True)):
        if len(shelf) > 1:
            peers[shelf].append(place)
            mates[position.day].append(place)
    peers_at = {shelf: _append(lists, places) for shelf, places in peers.items()}
    mates_at = {day: _append(lists, places) for day, places in mates.items()}
    parts_at = {rows: _append(lists, rows) for rows in dict.fromkeys(map(tuple, parts))}
    meals = {place: at for at, each in enumerate(problem.contrasts) for place in each.positions}
    spots = {shelf: number for number, shelf in enumerate(shelf_at)}
    return [
        [
            position.day,
            *shelf_at[shelf],
            -1 if position.earlier is None else position.earlier,
            position.skip_penalty,
            *peers_at.get(shelf, (0, 0)),
            *parts_at[tuple(parts[place])],
            *mates_at.get(position.day, (0, 0)),
            meals.get(place, len(problem.contrasts)),
            groups[position.wanted] if position.wanted else -1,
            spots[shelf],
        ]
        for place, (position, shelf) in enumerate(zip(problem.positions, shelves, strict=True))
    ]


class _Panels(NamedTuple):
    """The bounds in their order in the tables, and the dimensions of the panels."""

    bounds: list[Bound]
    of_day: list[int]
    of_all: list[int]
    parts: list[list[int]]  # per position the bounds that count it and lie in no panel


def _panels(problem: MealChoiceProblem) -> _Panels:
    """One panel per day, each with the same dimensions in the same order, one of the horizon."""
    panels: dict[int | None, dict[tuple[int, int], Bound]] = {None: {}}
    panels |= {day: {} for day in range(problem.days)}
    others: list[Bound] = []
    for bound in problem.bounds:
        if bound.positions is not None:
            others.append(bound)
            continue
        panel = panels[bound.day]
        again = sum(dimension == bound.dimension for dimension, _ in panel)
        panel[bound.dimension, again] = bound
    daily = list(dict.fromkeys(chain(*(panels[day] for day in range(problem.days)))))
    whole = list(panels[None])
    rows = [
        panels[day].get(key, Bound(rule="", dimension=key[0], day=day))
        for day in range(problem.days)
        for key in daily
    ]
    rows += panels[None].values()
    parts: list[list[int]] = [[] for _ in problem.positions]
    for row, bound in enumerate(others, start=len(rows)):
        for place in bound.positions or ():
            parts[place].append(row)
    return _Panels([*rows, *others], [key[0] for key in daily], [key[0] for key in whole], parts)


def _append(lists: list[int], entries: Sequence[int]) -> tuple[int, int]:
    start = len(lists)
    lists.extend(entries)
    return start, len(entries)
