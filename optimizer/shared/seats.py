"""A unit of work as arrays: every problem of a part, ready to be walked again and again."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels import meal_arrays as arrays
from optimizer.kernels.meal_arrays import Ints, Tables
from optimizer.kernels.shared import Draws, Stores, touches
from optimizer.meal_problem import MealChoiceProblem
from optimizer.meal_proof import closed_pins
from optimizer.meal_tables import shelves_of, tables_of
from optimizer.shared.problem import SharedChoices, SharedPart

Choices = NDArray[np.int16]


class Seat(NamedTuple):
    """One problem as arrays; what is equal in two seats of a part is the same object."""

    tables: Tables
    draws: Draws
    first: Choices


class Prepared(NamedTuple):
    """A part as arrays: what goes to another process in each round."""

    seats: tuple[Seat | None, ...]
    stores: Stores


def stores_of(shared: SharedChoices) -> Stores:
    """The supplies by tag and day; tags count in the order in which supplies name them."""
    tags = tags_of(shared)
    under: list[list[int]] = [[] for _ in range(len(tags) * shared.days)]
    for number, supply in enumerate(shared.supplies):
        for day in range(shared.days) if supply.days is None else supply.days:
            under[tags[supply.tag] * shared.days + day].append(number)
    starts, members = ragged(under)
    at_most = arrays.as_ints([supply.at_most for supply in shared.supplies])
    return Stores(starts=starts, members=members, at_most=at_most, days=shared.days)


def tags_of(shared: SharedChoices) -> dict[str, int]:
    """The number of each tag that some supply is about."""
    names = dict.fromkeys(supply.tag for supply in shared.supplies)
    return {name: number for number, name in enumerate(names)}


def ragged(lists: list[list[int]]) -> tuple[Ints, Ints]:
    """Lists of different lengths as one row of numbers, and where each begins."""
    ends = np.cumsum([0, *(len(each) for each in lists)], dtype=np.int64)
    return ends, arrays.as_ints([number for each in lists for number in each])


Uses = Mapping[str, tuple[tuple[str, int], ...]]


def prepare(part: SharedPart, uses: Uses, tags: Mapping[str, int], stores: Stores) -> Prepared:
    """Build the problems of a part and lay them out; None where a position has no candidate."""
    same = _Same()
    seats = [_seat(problem, uses, tags, same) for problem in part.build()]
    return Prepared(seats=tuple(seats), stores=stores)


class _Same:
    """Keep one array of each content, and one row table of each object."""

    def __init__(self) -> None:
        self._arrays: dict[bytes, NDArray[Any]] = {}
        self._draws: dict[int, tuple[object, Draws]] = {}

    def array(self, one: NDArray[Any]) -> NDArray[Any]:
        """The first array with this content, kind and shape."""
        return self._arrays.setdefault(repr((one.dtype, one.shape)).encode() + one.tobytes(), one)

    def draws(self, owner: object, make: Callable[[], Draws]) -> Draws:
        """What was made for this very object before, else made now."""
        if id(owner) not in self._draws:
            self._draws[id(owner)] = (owner, Draws(*map(self.array, make())))
        return self._draws[id(owner)][1]


def _seat(
    problem: MealChoiceProblem, uses: Uses, tags: Mapping[str, int], same: _Same
) -> Seat | None:
    shelves = shelves_of(problem)
    if not all(shelves) or closed_pins(problem):
        return None
    return Seat(
        tables=Tables._make(same.array(each) for each in tables_of(problem, shelves)),
        draws=same.draws(problem.options, lambda: _draws(problem, uses, tags)),
        first=np.array([shelf[0] for shelf in shelves], dtype=np.int16),
    )


def _draws(problem: MealChoiceProblem, uses: Uses, tags: Mapping[str, int]) -> Draws:
    drawn = [
        [(tags[tag], amount) for tag, amount in uses.get(option.key, ()) if tag in tags]
        for option in problem.options
    ]
    starts = np.cumsum([0, *map(len, drawn), 0], dtype=np.int64)
    rows = np.array([row for each in drawn for row in each], dtype=np.int64).reshape(-1, 2)
    return Draws(starts=starts, rows=rows)


def days_of(seat: Seat) -> Ints:
    """The day of each position."""
    return np.ascontiguousarray(seat.tables.positions[:, arrays.DAY])


def without(seat: Seat, stores: Stores, standing: Choices, barred: Ints, full: Ints) -> Seat:
    """The same problem where no position may draw on a barred supply, nor newly on a full one.

    A position with nothing else to take keeps its shelf. Where the standing choice is barred
    the walk starts from the first thing left.
    """
    tables = seat.tables
    never, not_anew = touches(seat.draws, stores, barred), touches(seat.draws, stores, full)
    first = standing.copy()
    bars = np.zeros((len(tables.positions), tables.laid.shape[2]), dtype=np.int64)
    for place, row in enumerate(tables.positions):
        shelf = tables.lists[row[arrays.SHELF] : row[arrays.SHELF] + row[arrays.SHELF_LEN]]
        day = row[arrays.DAY]
        open_ = (never[shelf, day] == 0) & ((not_anew[shelf, day] == 0) | (shelf == first[place]))
        if not open_.any():
            continue
        if first[place] not in shelf[open_]:
            first[place] = shelf[open_][0]
        bars[place, : len(shelf)] = ~open_
    return Seat(tables=tables._replace(bars=bars), draws=seat.draws, first=first)


def moved(
    seat: Seat, stores: Stores, choices: tuple[Choices, Choices], scarce: Ints
) -> tuple[int, ...]:
    """Positions whose first choice draws on something scarce and whose second does not."""
    days, marked = days_of(seat), touches(seat.draws, stores, scarce)
    first, now = choices
    return tuple(np.flatnonzero((marked[first, days] == 1) & (marked[now, days] == 0)).tolist())


def usual(shared: SharedChoices) -> NDArray[np.float64]:
    """What one option that draws on a supply draws on the mean, at least 1."""
    drawn: defaultdict[str, list[int]] = defaultdict(list)
    for uses in shared.uses.values():
        for tag, amount in uses:
            drawn[tag].append(amount)
    return np.array([max(1.0, fmean(drawn[each.tag] or [1])) for each in shared.supplies])
