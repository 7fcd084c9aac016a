"""The hard rules of some positions in their smallest form: groups of places, options that count."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.meal_problem import Bound, MealChoiceProblem, Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One end of hard bounds as a sum over places that is at least `at_least`.

    A maximum has both sides negated. Bounds of days that ask the same may be summed: all of their
    `names` stand behind the limit then.
    """

    names: tuple[str, ...]
    places: frozenset[int]
    dimension: int
    sign: int
    at_least: int

    def share(self, option: Option) -> int:
        """What a choice brings; what is not known brings nothing, and is over any maximum."""
        amount = option.amounts[self.dimension]
        if amount is None:
            return 0 if self.sign > 0 else self.at_least - 1
        return self.sign * amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Places that ask the same, and the options worth a look there.

    `rows` gives per option its share of each limit. `rule` says that the places must be filled
    (empty: they need not), `pin` that the one place holds the option `pinned` (empty: it need not).
    """

    places: tuple[int, ...]
    rule: str
    pin: str
    pinned: int | None
    rows: dict[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Groups and limits of some places of a problem; `nothing` is the option of an empty place."""

    places: tuple[int, ...]
    limits: tuple[Limit, ...]
    groups: tuple[Group, ...]
    nothing: int

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule, limits first: what is named first is kept longest."""
        names = [name for limit in self.limits for name in limit.names]
        for group in self.groups:
            names += [name for name in (group.pin, group.rule) if name]
        return tuple(dict.fromkeys(names))


def shape_of(
    problem: MealChoiceProblem, places: tuple[int, ...], limits: tuple[Limit, ...]
) -> Shape:
    """The hard rules of the places under the limits."""
    gathered: defaultdict[object, list[int]] = defaultdict(list)
    for place in places:
        each = problem.positions[place]
        apart = None if each.pinned is None else place
        asks = (_covered(limits, place), each.candidates, each.optional, each.rule or each.key)
        gathered[*asks, apart].append(place)
    fronts: dict[object, dict[int, tuple[int, ...]]] = {}
    groups = []
    for same in gathered.values():
        key = (_covered(limits, same[0]), problem.positions[same[0]].candidates)
        if key not in fronts:
            fronts[key] = _front(problem, limits, *key)
        groups.append(_group(problem, limits, tuple(same), fronts[key]))
    return Shape(places=places, limits=limits, groups=tuple(groups), nothing=len(problem.options))


def _covered(limits: tuple[Limit, ...], place: int) -> tuple[bool, ...]:
    return tuple(place in limit.places for limit in limits)


def limits_of(problem: MealChoiceProblem, bounds: Iterable[Bound]) -> Iterator[Limit]:
    """Each end of each bound."""
    for bound in bounds:
        for end, sign, limit in (("min", 1, bound.hard_lo), ("max", -1, bound.hard_hi)):
            if limit is not None:
                yield Limit(
                    names=(f"{bound.rule}/{end}",),
                    places=frozenset(problem.places_of(bound)),
                    dimension=bound.dimension,
                    sign=sign,
                    at_least=sign * limit,
                )


def summed(alike: tuple[Limit, ...]) -> Limit:
    """One limit over the places of all."""
    return replace(
        alike[0],
        names=tuple(name for limit in alike for name in limit.names),
        places=frozenset[int]().union(*(limit.places for limit in alike)),
        at_least=sum(limit.at_least for limit in alike),
    )


def _group(
    problem: MealChoiceProblem,
    limits: tuple[Limit, ...],
    places: tuple[int, ...],
    front: dict[int, tuple[int, ...]],
) -> Group:
    position = problem.positions[places[0]]
    pinned = position.pinned
    rows = dict(front)
    if pinned is not None:
        rows[pinned] = _row(problem, limits, _covered(limits, places[0]), pinned)
    return Group(
        places=places,
        rule="" if position.optional else position.rule or position.key,
        pin="" if pinned is None else f"pin/{position.key}",
        pinned=pinned,
        rows=rows,
    )


def _row(
    problem: MealChoiceProblem, limits: tuple[Limit, ...], covered: tuple[bool, ...], index: int
) -> tuple[int, ...]:
    option = problem.options[index]
    return tuple(
        limit.share(option) if counts else 0 for limit, counts in zip(limits, covered, strict=True)
    )


def _front(
    problem: MealChoiceProblem,
    limits: tuple[Limit, ...],
    covered: tuple[bool, ...],
    candidates: tuple[int, ...],
) -> dict[int, tuple[int, ...]]:
    """The candidates of which no other brings as much to every limit."""
    first: dict[tuple[int, ...], int] = {}
    for index in candidates:
        first.setdefault(_row(problem, limits, covered, index), index)
    kept = undominated(list(first))
    return {index: row for (row, index), keep in zip(first.items(), kept, strict=True) if keep}


def undominated(rows: list[tuple[int, ...]]) -> list[bool]:
    """Of distinct rows of one width, whether each is above every other one in some column."""
    width = len(rows[0]) if rows else 0
    table = np.array(rows, dtype=np.int64).reshape(len(rows), width)
    as_good = (table[:, None, :] >= table[None, :, :]).all(axis=2)
    return [bool(one) for one in as_good.sum(axis=0) <= 1]
