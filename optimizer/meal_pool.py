"""Days that weeks are put together from, and what all that the days share is worth.

Column generation (Dantzig and Wolfe). A linear programme mixes the days that are known and tells
what one serving more of a dish, or a unit more of a sum of the week, is worth; whoever looks for a
single day at these prices finds one that makes the mix better; and so on until none is found.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from optimizer._linear import Floats, Programme
from optimizer.kernels import meal_arrays as arrays
from optimizer.kernels import meal_choice as kernel
from optimizer.meal_problem import Bound, Contrast, MealChoiceProblem
from optimizer.meal_tables import tables_of

Day = tuple[int, ...]
"""An option for each place of a day."""

_ABOVE = 1_000
"""Points among the wishes that a unit of a higher level weighs in a mix: more than it saves on
nearly any day, little enough for the prices to tell something. What is kept is compared by level.
"""
_WEIGHTS = (10 * _ABOVE, _ABOVE, _ABOVE, _ABOVE, 1, 0, 0)
_GAIN = 0.5
"""Points by which a day must better the mix to count as found."""
_WHOLE = 1e-6


class Dearer(NamedTuple):
    """With each day beyond `least` on which it comes a group breaks `slope` rules more."""

    least: int
    slope: int


class Kind(NamedTuple):
    """Days before the same shelves and under the same limits."""

    days: tuple[int, ...]
    places: tuple[tuple[int, ...], ...]  # of each of the days
    shelves: tuple[tuple[int, ...], ...]
    tables: arrays.Tables  # of such a day alone: what the days share costs nothing there
    rules: arrays.Ints  # group x (per day, in all, gap, penalty)


class _Known(NamedTuple):
    """A day in the mix, and its column in the programme."""

    kind: int
    day: Day
    column: int


@lru_cache(maxsize=64)
def dearer(days: int, gap: int) -> tuple[Dearer, ...]:
    """What a group breaks at least that comes on so many of the days, as slopes that add up.

    At the kindest spread over the days: on 4 of 7 days with a gap of 3 that is 3.
    """
    broken = [
        min(
            sum(max(0, gap - (after - before)) for before, after in combinations(chosen, 2))
            for chosen in combinations(range(days), count)
        )
        for count in range(days + 1)
    ]
    turns = np.diff(np.diff(np.array(broken)), prepend=0).tolist()
    return tuple(Dearer(least, turn) for least, turn in enumerate(turns) if turn > 0)


def kinds_of(problem: MealChoiceProblem, shelves: Sequence[tuple[int, ...]]) -> list[Kind]:
    """The days of a problem, by what stands before them and binds them."""
    alike: dict[object, list[tuple[int, MealChoiceProblem, tuple[int, ...]]]] = {}
    for day in range(problem.days):
        places = tuple(at for at, each in enumerate(problem.positions) if each.day == day)
        if places:
            alone = _alone(problem, day, places)
            stands = tuple(shelves[place] for place in places)
            same = (stands, alone.positions, alone.bounds, alone.contrasts)
            alike.setdefault(same, []).append((day, alone, places))
    return [
        _kind(each[0][1], [day for day, _, _ in each], [places for _, _, places in each], shelves)
        for each in alike.values()
    ]


def _alone(problem: MealChoiceProblem, day: int, places: Sequence[int]) -> MealChoiceProblem:
    """A day without the others, and without what the days draw on together."""
    rank = {place: at for at, place in enumerate(places)}

    def here(of: Sequence[int]) -> tuple[int, ...]:
        return tuple(rank[place] for place in of)

    def bounds() -> Iterator[Bound]:
        for bound in problem.bounds:
            if bound.day == day:
                yield replace(bound, rule="", day=0)
            elif bound.positions is not None and problem.day_of(bound) == day:
                yield replace(bound, rule="", positions=here(bound.positions))

    return replace(
        problem,
        days=1,
        positions=tuple(
            replace(problem.positions[place], key=str(rank[place]), day=0) for place in places
        ),
        bounds=tuple(bounds()),
        contrasts=tuple(
            Contrast(positions=here(each.positions), penalty=each.penalty)
            for each in problem.contrasts
            if set(each.positions) <= rank.keys()
        ),
        stock=(),
        use_first=(),
        tolls=(),
    )


def _kind(
    alone: MealChoiceProblem,
    days: Sequence[int],
    places: Sequence[tuple[int, ...]],
    shelves: Sequence[tuple[int, ...]],
) -> Kind:
    stands = tuple(shelves[place] for place in places[0])
    tables = tables_of(alone, stands)
    groups = tables.groups.copy()
    groups[:, arrays.TOTAL], groups[:, arrays.GAP] = arrays.FAR, 0
    return Kind(tuple(days), tuple(places), stands, tables._replace(groups=groups), tables.groups)


class Pool:
    """The days that are known, and the cheapest mix of them as far as a linear programme tells."""

    def __init__(self, problem: MealChoiceProblem, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)
        self._horizon = problem.days
        self._programme = Programme()
        self._shares = [self._programme.row(len(each.days), len(each.days)) for each in kinds]
        self._rules: dict[int, list[tuple[int, bool]]] = {}  # group: rows, and whether in servings
        self._sums: list[tuple[int, int, float]] = []  # row, dimension, factor
        self._known: dict[tuple[int, Day], _Known] = {}
        self._duals: Floats = np.zeros(0)
        self._weights: Floats = np.zeros(0)
        self.cost = float("inf")  # of the mix, in points among the wishes
        for bound in problem.bounds:
            if problem.day_of(bound) is None and bound.positions is None:
                weight = bound.wish_weight + _ABOVE * (bound.weight + bound.dose_weight)
                self._limit(bound, (bound.soft_lo, bound.soft_hi), weight)
                self._limit(bound, (bound.hard_lo, bound.hard_hi), _WEIGHTS[arrays.HARD])

    def _limit(self, bound: Bound, limits: tuple[int | None, int | None], weight: int) -> None:
        """Rows in permille for a sum of the horizon, with slack at a price."""
        scale = arrays.PERMILLE / bound.reference
        for limit, sign in zip(limits, (1, -1), strict=True):
            if limit is not None and weight:
                row = self._programme.row(sign * scale * limit, float("inf"))
                self._programme.term(row, self._programme.column(weight), 1)
                self._sums.append((row, bound.dimension, sign * scale))

    def _rows_of(self, rule: Sequence[int], group: int) -> list[tuple[int, bool]]:
        """The rows of a group that may come so often only, made when it first comes."""
        _, total, gap, penalty = rule
        if not penalty:
            return []
        if group not in self._rules:
            slopes = [(least, slope, False) for least, slope in dearer(self._horizon, gap)]
            self._rules[group] = rows = []
            for most, slope, servings in [(total, 1, True), *slopes]:
                row = self._programme.row(-float("inf"), most)
                self._programme.term(row, self._programme.column(penalty * slope), -1)
                rows.append((row, servings))
        return self._rules[group]

    def add(self, kind: int, day: Day) -> bool:
        """Know one more day; answer whether it is new and a gain at the present prices."""
        if (kind, day) in self._known:
            return False
        found, chosen = self.kinds[kind], list(day)
        levels = kernel.levels_of(found.tables, kernel.start_state(found.tables, day, seed=1))
        cost = sum(weight * level for weight, level in zip(_WEIGHTS, levels, strict=True))
        terms = [(self._shares[kind], 1.0)]
        groups = found.tables.options[chosen][:, [arrays.GROUP, arrays.FAMILY]]
        for group, times in Counter(groups.ravel().tolist()).items():
            rows = self._rows_of(found.rules[group].tolist(), group)
            terms += [(row, float(times if servings else 1)) for row, servings in rows]
        sums = found.tables.amounts[chosen].sum(axis=0).tolist()
        terms += [(row, factor * sums[dimension]) for row, dimension, factor in self._sums]
        column = self._programme.column(cost)
        for row, factor in terms:
            self._programme.term(row, column, factor)
        self._known[kind, day] = _Known(kind, day, column)
        known = len(self._duals)
        worth = sum(float(self._duals[row]) * factor for row, factor in terms if row < known)
        return worth - cost > _GAIN

    def add_week(self, choice: Sequence[int]) -> int:
        """Know the days of a week; answer how many were new."""
        before = len(self._known)
        for number, kind in enumerate(self.kinds):
            for places in kind.places:
                self.add(number, tuple(choice[place] for place in places))
        return len(self._known) - before

    def mix(self) -> bool:
        """Find the cheapest mix of what is known, and with it the prices; False: there is none."""
        try:
            solved = self._programme.solve()
        except RuntimeError:  # numbers too far apart for GLOP: the prices of before stay
            return False
        self._duals, self._weights, self.cost = solved.duals, solved.weights, solved.value
        return True

    def above(self, levels: Sequence[int]) -> float:
        """How far a week lies above the mix, in points among the wishes."""
        own = sum(weight * level for weight, level in zip(_WEIGHTS, levels, strict=True))
        return own - self.cost

    def free_kinds(self) -> tuple[int, ...]:
        """The kinds of which a day leaves a choice."""
        return tuple(
            number
            for number, kind in enumerate(self.kinds)
            if any(len(shelf) > 1 for shelf in kind.shelves)
        )

    def priced(self, kind: int) -> arrays.Tables:
        """A day of a kind with each option at its price in the mix, in points among the wishes."""
        tables = self.kinds[kind].tables
        each = np.zeros(len(tables.groups))
        for group, rows in self._rules.items():
            each[group] = -sum(self._duals[row] for row, _ in rows)
        options = tables.options.copy()
        worth = each[options[:, arrays.GROUP]] + each[options[:, arrays.FAMILY]]
        for row, dimension, factor in self._sums:
            worth -= self._duals[row] * factor * tables.amounts[:, dimension]
        options[:, arrays.PENALTY] += np.rint(worth).astype(np.int64)
        return tables._replace(options=options)

    def mixed(self, kind: int, turn: int) -> Day:
        """One of the days of a kind that are in the mix, the heaviest first, each in its turn."""
        shares = self._heaviest(kind)
        inside = sum(weight > _WHOLE for weight, _ in shares)
        return shares[turn % inside][1].day

    def _heaviest(self, kind: int) -> list[tuple[float, _Known]]:
        size = len(self._weights)
        own = [each for each in self._known.values() if each.kind == kind and each.column < size]
        return sorted(
            ((float(self._weights[each.column]), each) for each in own),
            key=lambda pair: (-pair[0], pair[1].column),
        )

    def week(self, choice: Sequence[int]) -> list[int]:
        """The mix as a week: whole days first, then the heaviest parts; `choice` where none is."""
        found = list(choice)
        for number, kind in enumerate(self.kinds):
            shares = self._heaviest(number)
            whole = [day.day for weight, day in shares for _ in range(int(weight + _WHOLE))]
            parts = sorted(shares, key=lambda pair: int(pair[0] + _WHOLE) - pair[0])
            taken = [*whole, *(each.day for _, each in parts)]
            for places, day in zip(kind.places, taken, strict=False):
                for place, option in zip(places, day, strict=True):
                    found[place] = option
        return found

    def laid_out(self) -> tuple[arrays.Ints, arrays.Ints]:
        """Every day that is known by its free places, and on which days it may stand."""
        rows = []
        for each in self._known.values():
            shelves = self.kinds[each.kind].shelves
            rows.append(
                [option for option, shelf in zip(each.day, shelves, strict=True) if len(shelf) > 1]
            )
        widest = max(map(len, rows))
        stands = np.zeros((len(rows), self._horizon), dtype=np.int64)
        for row, each in zip(stands, self._known.values(), strict=True):
            row[list(self.kinds[each.kind].days)] = 1
        return arrays.as_ints([[*row, *[0] * (widest - len(row))] for row in rows]), stands
