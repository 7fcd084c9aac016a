"""What a fleet must do, and what a plan for it costs. Whole numbers; names stay outside."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LARGEST = 1 << 40  # of any time, and of any price of one thing
DEAREST = 1 << 58  # of the price of leaving a stop out; all of them together lie below it too


def _promise(condition: bool, text: str) -> None:  # noqa: FBT001  # reads as a sentence
    if not condition:
        raise ValueError(text)


def _within(values: Iterable[int], name: str) -> None:
    _promise(all(0 <= value <= LARGEST for value in values), f"{name} lie in 0..{LARGEST}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetStop:
    """One place to serve once; service begins in one of its windows, which ascend."""

    needs: tuple[int, ...]  # one amount per load, brought from the depot
    windows: tuple[tuple[int, int], ...]
    service: int = 0
    ready: int = 0  # a trip with this stop leaves the depot from here on
    prize: int | None = None  # price of leaving it out; None: it must be served
    types: frozenset[int] | None = None  # that may serve it; None: all
    cold: int | None = None  # longest time from leaving the depot to begin of service
    due: int = 0  # a later begin costs `late` for each unit of time
    late: int = 0
    picks: tuple[int, ...] = ()  # one amount per load, taken back to the depot; empty: nothing
    tolls: tuple[int, ...] = ()  # per type, what it costs besides when it serves; empty: nothing

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        figures = (*self.needs, *self.picks, self.service, self.ready, self.cold or 0, self.due)
        _within((*figures, self.late, *self.tolls), "figures of a stop")
        _promise(0 <= (self.prize or 0) <= DEAREST, f"prizes lie in 0..{DEAREST}")
        _within((time for window in self.windows for time in window), "windows of a stop")
        _promise(bool(self.windows), "a stop has a window")

    @property
    def opens(self) -> int:
        """When its first window opens."""
        return self.windows[0][0]

    @property
    def closes(self) -> int:
        """When its last window closes."""
        return self.windows[-1][1]

    @property
    def timed(self) -> bool:
        """Whether its time has a price or a limit that one window does not tell."""
        asks = self.cold is not None or self.late > 0 or any(self.picks) or any(self.tolls)
        return asks or len(self.windows) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetRest:
    """A pause begun in opens..closes; owed by a vehicle still out after closes.

    It comes after a stop, or between two trips before or after loading. One that leaves first at
    `had_by` or later has had it, and those before it.
    """

    opens: int
    closes: int
    lasts: int
    had_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetType:
    """Vehicles that are alike. `start` and `end` count depots from 0."""

    room: tuple[int, ...]
    opens: int
    closes: int
    count: int
    start: int = 0
    end: int = 0
    latest: int | None = None  # it leaves first no later; None: until it closes
    longest: int | None = None  # from leaving first to being back last
    fixed: int = 0
    rate: int = 1  # price of one unit of distance
    pace: int = 0  # price of one unit of time from leaving first to being back last
    reloads: bool = False  # may come back for another trip
    loading: int = 0  # time between two trips
    rests: tuple[FleetRest, ...] = ()  # taken in their order; none closes before the one before
    swings: int = 0  # compartments that hold any one load, chosen anew for each trip
    swing_room: int = 0  # of each of them

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        prices = (self.fixed, self.rate, self.pace, self.loading)
        _within(
            (*self.room, self.count, *prices, self.swings, self.swing_room), "figures of a type"
        )
        limits = (self.latest or 0, self.longest or 0)
        _within((self.opens, self.closes, *limits), "times of a type")
        _promise(not self.reloads or self.start == self.end, "reloading happens where trips start")

    @property
    def timed(self) -> bool:
        """Whether its time has a price or a limit that its shift does not tell."""
        asks = self.pace > 0 or self.loading > 0 or bool(self.rests) or self.swings > 0
        return asks or self.latest is not None or (self.reloads and self.longest is not None)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FleetProblem:
    """Stops, types of vehicles, and the ways between: stops first, then depots.

    The matrices go from row to column and need be neither symmetric nor triangular.
    """

    stops: tuple[FleetStop, ...]
    types: tuple[FleetType, ...]
    metres: NDArray[np.int32]
    travel: NDArray[np.int32]

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        size, stops = len(self.metres), len(self.stops)
        depots = [depot for each in self.types for depot in (each.start, each.end)]
        _promise(stops > 0 and bool(self.types), "there is a stop and a vehicle")
        _promise(all(0 <= d < size - stops for d in depots), "each depot lies in the matrix")
        _promise(self.metres.shape == (size, size), "the distances are square")
        _promise(self.travel.shape == (size, size), "the times have the size of the distances")
        _promise(int(min(self.metres.min(), self.travel.min())) >= 0, "no way is below 0")
        wide = {len(each.needs) for each in self.stops} | {len(each.room) for each in self.types}
        _promise(len(wide) == 1, "stops and vehicles name the same loads")
        picked = {len(each.picks) for each in self.stops if each.picks}
        _promise(picked <= wide, "stops pick up the loads they name")
        tolls = {len(each.tolls) for each in self.stops if each.tolls}
        _promise(tolls <= {len(self.types)}, "a stop names a toll for each type, or none")

    @property
    def timed(self) -> bool:
        """Whether the search needs the clock of `fleet_spans`: it is slower, and knows more."""
        return any(s.timed for s in self.stops) or any(t.timed for t in self.types)


def rows_needed(problem: FleetProblem) -> float:
    """Trips that the loads ask for, at least."""
    needs = np.array([stop.needs for stop in problem.stops], dtype=np.int64).sum(axis=0)
    room = np.array([each.room for each in problem.types], dtype=np.int64).max(axis=0)
    return float((needs / np.maximum(1, room)).max(initial=1.0))


@dataclass(frozen=True, slots=True)
class FleetRoute:
    """One vehicle of a type: its trips, each the numbers of its stops in order."""

    kind: int
    trips: tuple[tuple[int, ...], ...]


FleetRoutes = tuple[FleetRoute, ...]


@dataclass(frozen=True, slots=True)
class FleetPlan:
    """Routes, the stops they leave out, and what both cost."""

    routes: FleetRoutes
    left_out: tuple[int, ...]
    cost: int
    missed: int  # how many of those left out must be served


def fleet_plan(problem: FleetProblem, routes: FleetRoutes) -> FleetPlan:
    """Price routes; a stop that must be served and is not has no price and counts as missed.

    Hours and lateness are not in it: where they have a price, the timetable tells the cost.
    """
    served = {stop for route in routes for trip in route.trips for stop in trip}
    left = tuple(stop for stop in range(len(problem.stops)) if stop not in served)
    prizes = [problem.stops[stop].prize for stop in left]
    cost = sum(_price(problem, route) for route in routes) + sum(p or 0 for p in prizes)
    return FleetPlan(routes, left, cost, prizes.count(None))


def _price(problem: FleetProblem, route: FleetRoute) -> int:
    kind, stops = problem.types[route.kind], len(problem.stops)
    metres = 0
    for trip in route.trips:
        here = stops + kind.start
        for stop in (*trip, stops + kind.end):
            metres += int(problem.metres[here, stop])
            here = stop
    return kind.fixed + kind.rate * metres
