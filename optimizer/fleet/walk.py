"""One chain of the search: problem to arrays, moves, arrays to routes."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.fleet.problem import (
    FleetProblem,
    FleetRoute,
    FleetRoutes,
    FleetStop,
    FleetType,
    rows_needed,
)
from optimizer.kernels import fleet as kernel
from optimizer.kernels import fleet_arrays as arrays
from optimizer.kernels.fleet_arrays import NONE, Aside, Road, Smalls
from optimizer.kernels.fleet_pool import FIRST, MANY, MARK, TYPE
from optimizer.kernels.fleet_rows import load, remember
from optimizer.kernels.fleet_spans import SPAN_COLUMNS
from optimizer.kernels.meal_arrays import Ints, as_ints

Clock = Callable[[], float]
_MANY = 250  # stops above which a stop is tried beside its nearest only
_NEAREST = 400
_ROWS = 512  # of stops whose nearest are found at once
_SHAPES = ((10, 10), (15, 15))  # mean removed, longest string: short rows, long rows
_LONG_ROWS = 30  # stops in a row
_POOLED = 1 << 20  # numbers, 8 MB, that rows are kept in


Watcher = Callable[[int, int], bool]
"""Told the moves and the best cost after each chunk; False ends the walk."""


class Stretch(NamedTuple):
    """A part of a walk: from and to a temperature, in moves; or until a moment of the clock."""

    seed: int
    first: float
    last: float
    moves: int
    chunk: int
    clock: Clock | None = None
    until: float = 0.0
    watcher: Watcher | None = None
    pooled: bool = False  # whether to keep the rows that are passed; never where trips follow


class Walked(NamedTuple):
    """Where a walk stands, the best it saw and what that costs, and the moves it made."""

    current: FleetRoutes
    best: FleetRoutes
    cost: int
    moves: int
    pool: Smalls  # rows passed: type, stops in order, NONE behind them


def walk(problem: FleetProblem, routes: FleetRoutes, stretch: Stretch) -> Walked:
    """Go on from routes; the same stretch without a clock gives the same answer."""
    began = stretch.clock() if stretch.clock else 0.0
    road, aside = as_arrays(problem, stretch.seed, pooled=stretch.pooled)
    _load(road, aside, routes)
    done, share = 0, 0.0
    shape = as_ints(_SHAPES[len(problem.stops) > _LONG_ROWS * rows_needed(problem)])
    while share < 1.0:
        warmth = stretch.first * (stretch.last / stretch.first) ** share
        steps = stretch.chunk if stretch.clock else min(stretch.chunk, stretch.moves - done)
        kernel.search(road, aside, steps, warmth, shape)
        done += steps
        share = done / stretch.moves
        if stretch.clock:
            now = stretch.clock()
            share = 1.0 if now >= stretch.until else (now - began) / (stretch.until - began)
        if stretch.watcher and not stretch.watcher(done, int(road.tally[arrays.BEST_COST])):
            break
    best, cost = _routes(aside.best), int(road.tally[arrays.BEST_COST])
    remember(road, aside)
    return Walked(_routes(aside.best), best, cost, done, _pooled(aside.pool))


def warm_up() -> bool:
    """Load the kernels from disk; whether one had to be compiled."""
    ways = np.zeros((2, 2), dtype=np.int32)
    stop, van = (
        FleetStop(needs=(1,), windows=((0, 1),)),
        FleetType(room=(1,), opens=0, closes=1, count=1),
    )
    problem = FleetProblem(stops=(stop,), types=(van,), metres=ways, travel=ways)
    route = FleetRoute(0, ((0,),))
    walk(problem, (route,), Stretch(1, 1.0, 1.0, 1, 1))
    told = getattr(kernel.search, "stats", None)  # absent where nothing is compiled
    return bool(told and told.cache_misses)


def _longest_row(problem: FleetProblem) -> int:
    """No row can hold more stops than the smallest needs fill the largest vehicle."""
    needs, n = np.sort(_needs(problem), axis=0), len(problem.stops)
    swings = np.array([each.swings * each.swing_room for each in problem.types])
    room = (_room(problem) + swings[:, None]).max(axis=0)
    held = (np.cumsum(needs, axis=0) <= room).sum(axis=0)
    return int(max(1, min(held.min(initial=n), n)))


def _needs(problem: FleetProblem) -> Ints:
    """What each stop is brought; and what is picked up there, where any stop has something."""
    rows = [(*stop.needs, *stop.picks) for stop in problem.stops]
    wide = max(len(row) for row in rows)
    table = [row + (0,) * (wide - len(row)) for row in rows]
    return np.array(table, dtype=np.int64).reshape(len(problem.stops), -1)


def _room(problem: FleetProblem) -> Ints:
    twice = 1 + any(stop.picks for stop in problem.stops)
    table = np.array([each.room * twice for each in problem.types], dtype=np.int64)
    return table.reshape(len(problem.types), -1)


def as_arrays(problem: FleetProblem, seed: int, *, pooled: bool = False) -> tuple[Road, Aside]:
    """The problem as the kernel reads it, with a tour that serves nobody yet."""
    types, stops = _type_rows(problem), _stop_rows(problem)
    n, dims = len(stops), _needs(problem).shape[1]
    ways, layers = _ways(problem)
    must = stops[:, arrays.MUST]
    trips = any(t.reloads for t in problem.types)
    trips = trips or (not problem.timed and any(s.ready for s in problem.stops))
    limited = trips or any(t.longest is not None for t in problem.types)
    kinds = not trips and not problem.timed and _differ(problem)
    stops[must == 1, arrays.PRIZE] = _beyond(problem)
    count = n if trips else min(n, int(types[:, arrays.COUNT].sum()))
    rows = np.zeros((count + 1, arrays.LOAD + dims), dtype=np.int64)
    rows[:, arrays.SLOT] = np.arange(count + 1)
    wide = SPAN_COLUMNS if problem.timed else 8 if limited else 4
    cells = np.zeros((count + 1, _longest_row(problem) + 2, wide), dtype=np.int64)
    lists = np.zeros((7, 2 * n + 2), dtype=np.int64)
    lists[arrays.ORDER, : count + 1] = np.arange(count + 1)
    cost, lost = stops[:, arrays.PRIZE].sum(), must.sum()
    state = (seed * 0x9E3779B9 + 0x7F4A7C15) % (1 << 47)
    tally = [state, cost, lost, 0, 0, 0, 0, cost, lost]
    flags = [limited, trips, n > _MANY, not must.all(), kinds, *_clock(problem), *layers]
    road = Road(ways, stops, types, rows, cells, lists, as_ints([*tally, *flags]))
    return road, Aside(
        near=_near(problem),
        allowed=_allowed(problem),
        keys=_keys(problem, stops),
        old_rows=rows.copy(),
        old_cells=cells.copy(),
        best=np.full(5 * n + 5, NONE, dtype=np.int64),
        pool=_pool(_longest_row(problem) if pooled else 0),
        codes=_codes(n + len(types), seed),
    )


def _pool(longest: int) -> Ints:
    """Room for rows of so many stops; none for 0."""
    wide = FIRST + longest
    return np.full((_POOLED // wide if longest else 0, wide), NONE, dtype=np.int64)


def _codes(count: int, seed: int) -> Ints:
    draw = Random(seed)  # noqa: S311  # no secret
    return as_ints([draw.getrandbits(62) for _ in range(count)])


def _pooled(pool: Ints) -> Smalls:
    kept = pool[pool[:, MARK] != NONE]
    inside = np.arange(kept.shape[1] - FIRST) < kept[:, MANY, None]
    stops = np.where(inside, kept[:, FIRST:], NONE)
    return np.column_stack((kept[:, TYPE], stops)).astype(np.int32)


def _beyond(problem: FleetProblem) -> int:
    """More than any place of a stop can cost."""
    way = 2 * int(problem.metres.max()) * max(each.rate for each in problem.types)
    hours = max(each.pace for each in problem.types) * 2 * int(problem.travel.max())
    tolls = max((max(stop.tolls, default=0) for stop in problem.stops), default=0)
    return way + hours + tolls + max(each.fixed for each in problem.types) + 1


def _clock(problem: FleetProblem) -> list[int]:
    """Whether time has a price or limits, windows or breaks are chosen, late begins have a price.

    The last is the number of loads that are picked up.
    """
    chosen = any(len(stop.windows) > 1 for stop in problem.stops)
    chosen = chosen or any(each.rests for each in problem.types)
    late = any(stop.late for stop in problem.stops)
    picks = max(len(stop.picks) for stop in problem.stops)
    return [problem.timed, chosen, late, picks]


def _differ(problem: FleetProblem) -> bool:
    """Whether types with one shift and one way differ in room or price, so that rows may change."""
    shifts = {(t.start, t.end, t.opens, t.closes, t.longest) for t in problem.types}
    whole = {
        (t.start, t.end, t.opens, t.closes, t.longest, t.room, t.fixed, t.rate)
        for t in problem.types
    }
    return len(whole) > len(shifts)


def _ways(problem: FleetProblem) -> tuple[NDArray[np.int32], list[int]]:
    """Each different matrix once, and where distances, their mirror, times, theirs are."""
    layers: list[NDArray[np.int32]] = []
    found = []
    for matrix in (problem.metres, problem.metres.T, problem.travel, problem.travel.T):
        same = [i for i, layer in enumerate(layers) if np.array_equal(layer, matrix)]
        found.append(same[0] if same else len(layers))
        if not same:
            layers.append(matrix)
    return np.ascontiguousarray(np.stack(layers)), found


def _stop_rows(problem: FleetProblem) -> Ints:
    needs = _needs(problem).tolist()
    widest, timed = max(len(stop.windows) for stop in problem.stops), problem.timed
    rows = []
    for stop, need in zip(problem.stops, needs, strict=True):
        row = [stop.opens, stop.closes, stop.service, stop.ready, stop.prize or 0]
        row += [stop.prize is None, NONE, 0, 0, *need]
        if timed:
            row += _timed_columns(stop, len(problem.types), widest)
        rows.append(row)
    return np.array(rows, dtype=np.int64)


def _timed_columns(stop: FleetStop, types: int, widest: int) -> list[int]:
    cold = arrays.FAR if stop.cold is None else stop.cold
    times = [time for window in stop.windows for time in window]
    times += [arrays.FAR, NONE] * (widest - len(stop.windows))
    head = [cold, stop.due, stop.late, len(stop.windows), 0, 0]
    return [*head, *(stop.tolls or (0,) * types), *times]


def _type_rows(problem: FleetProblem) -> Ints:
    n, timed, rows = len(problem.stops), problem.timed, []
    families: dict[tuple[int, ...], int] = {}
    most = max(len(each.rests) for each in problem.types)
    for each, room in zip(problem.types, _room(problem).tolist(), strict=True):
        longest = arrays.DEAR if each.longest is None else each.longest
        shift = (n + each.start, n + each.end, each.opens, each.closes, longest)
        family = families.setdefault(shift, len(families))
        price = (each.fixed, each.rate, each.count, family, each.reloads, 0)
        rests = [time for r in each.rests for time in (r.opens, r.closes, r.lasts, r.had_by)]
        latest = arrays.FAR if each.latest is None else each.latest
        clock = [each.pace, each.loading, each.swings, each.swing_room, latest, len(each.rests)]
        clock += [*rests, *(0,) * (4 * most - len(rests))]
        rows.append((*shift, *price, *room, *(clock if timed else ())))
    return np.array(rows, dtype=np.int64)


def _allowed(problem: FleetProblem) -> Ints:
    found = np.ones((len(problem.stops), len(problem.types)), dtype=np.int64)
    for row, stop in enumerate(problem.stops):
        if stop.types is not None:
            found[row] = [kind in stop.types for kind in range(len(problem.types))]
    return found


def _near(problem: FleetProblem) -> NDArray[np.int32]:
    """Of each stop itself and those nearest both ways; of equally near ones the first.

    Those that no vehicle could swap with it come last. Some rows at a time: the tables of ten
    thousand stops would fill the memory.
    """
    n = len(problem.stops)
    ways, kept, number = problem.metres[:n, :n], min(_NEAREST, n), np.arange(n)
    kinds, kind = np.unique(_allowed(problem), axis=0, return_inverse=True)
    strange = (kinds @ kinds.T == 0) * (2 * int(ways.max()) + 1)
    near = np.zeros((n, kept), dtype=np.int32)
    for rows in np.array_split(number, -(-n // _ROWS)):
        far = ways[rows].astype(np.int64) + ways[:, rows].T + strange[kind[rows]][:, kind]
        far[rows - rows[0], rows] = -1
        ranks = far * n + number
        first = np.sort(np.partition(ranks, kept - 1, axis=1)[:, :kept], axis=1)
        near[rows] = first % n
    return near


def _keys(problem: FleetProblem, stops: Ints) -> Ints:
    """Orders of insertion: large loads, far, near, short window, early, late."""
    far = problem.metres[len(stops) :, : len(stops)].min(axis=0).astype(np.int64)
    opens, closes = stops[:, arrays.OPEN], stops[:, arrays.CLOSE]
    load = _needs(problem).sum(axis=1)
    return np.array((-load, -far, far, closes - opens, opens, -closes))


def _load(road: Road, aside: Aside, routes: FleetRoutes) -> None:
    trips = [(route.kind, turn, trip) for route in routes for turn, trip in enumerate(route.trips)]
    if not trips:
        return
    ends = np.cumsum([len(trip) for *_, trip in trips]).tolist()
    table = [(end, kind, turn > 0) for end, (kind, turn, _) in zip(ends, trips, strict=True)]
    load(
        road,
        aside,
        as_ints([s for *_, trip in trips for s in trip]),
        np.array(table, dtype=np.int64),
    )


def _routes(best: Ints) -> FleetRoutes:
    """Read what `remember` wrote."""
    told, rows, followers = best.tolist(), {}, set()
    at = 0
    while told[at] != NONE:
        row, kind, after, size = told[at : at + 4]
        rows[row] = (kind, after, tuple(told[at + 4 : at + 4 + size]))
        followers.add(after)
        at += 4 + size
    found = []
    for row, (kind, *_) in rows.items():
        if row in followers:
            continue
        trips, trip = [], row
        while trip != NONE:
            trips.append(rows[trip][2])
            trip = rows[trip][1]
        found.append(FleetRoute(kind, tuple(trips)))
    return tuple(found)
