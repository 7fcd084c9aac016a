"""The clock of one vehicle and one order of stops: forward from a start, back from an end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from optimizer.routing.problem import RoutingProblem, RoutingStop, RoutingVehicle
from optimizer.routing.traffic import Traffic

Trips = tuple[tuple[RoutingStop, ...], ...]
_ALWAYS = (-(1 << 60), 1 << 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something with a way before it, windows to begin in and a length: a stop or a break."""

    travel_s: int  # at the usual speed
    windows: tuple[tuple[int, int], ...]
    length_s: int
    max_cold_s: int | None
    stop: RoutingStop | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """At the depot between two trips: breaks, loading, breaks. Whoever loads does not rest."""

    loading_s: int
    before: tuple[Act, ...] = ()  # breaks had before it is loaded
    after: tuple[Act, ...] = ()

    @property
    def steps(self) -> tuple[Act, ...]:
        """All of it in order; loading begins whenever it can."""
        loading = Act(
            travel_s=0, windows=(_ALWAYS,), length_s=self.loading_s, max_cold_s=None, stop=None
        )
        return (*self.before, loading, *self.after)

    @property
    def length_s(self) -> int:
        """Seconds without any waiting."""
        return sum(step.length_s for step in self.steps)

    def through(self, back_s: int) -> tuple[tuple[int, ...], int] | None:
        """When each break begins and it can leave, as early as may be; None: too late for one."""
        now, begins = back_s, list[int]()
        for step in self.steps:
            (window,) = step.windows
            if now > window[1]:
                return None
            begins.append(max(now, window[0]))
            now = begins[-1] + step.length_s
        del begins[len(self.before)]  # of loading
        return tuple(begins), now

    def back_by(self, at_s: int, steps: int | None = None) -> int | None:
        """The latest second to be back at to have done so many steps, or all, by another second.

        None: a break may not begin so soon.
        """
        now = at_s
        for step in reversed(self.steps[:steps]):
            now -= step.length_s
            (window,) = step.windows
            if now < window[0]:
                return None
            now = min(now, window[1])
        return now


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """Acts in order, the way home, and when it may leave; `stay` comes after it, before another."""

    acts: tuple[Act, ...]
    home_s: int
    ready_s: int
    traffic: Traffic
    stay: Stay

    @property
    def work_s(self) -> int:
        """Seconds without any waiting, where no traffic stretches them."""
        return sum(act.travel_s + act.length_s for act in self.acts) + self.home_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A vehicle's trips in order; `had_s`: paid seconds that breaks had before it leaves weigh."""

    vehicle: RoutingVehicle
    trips: tuple[Trip, ...]
    had_s: int = 0

    @property
    def first_start_s(self) -> int:
        """The earliest start."""
        return max(self.vehicle.open_s, self.trips[0].ready_s)

    @property
    def last_start_s(self) -> int:
        """The latest start."""
        return self.vehicle.last_start_s

    @property
    def work_s(self) -> int:
        """Seconds without any waiting, where no traffic stretches them."""
        stays = sum(trip.stay.length_s for trip in self.trips[:-1])
        return sum(trip.work_s for trip in self.trips) + stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One trip: when it leaves, each act begins, and it is back; `rests`: which acts are breaks.

    `stay_s`: when each break begins that is had at the depot once it is back.
    """

    start_s: int
    begins_s: tuple[int, ...]
    end_s: int
    rests: tuple[int, ...] = ()
    stay_s: tuple[int, ...] = ()

    def stops_s(self) -> tuple[int, ...]:
        """When service of each stop begins."""
        return tuple(at for spot, at in enumerate(self.begins_s) if spot not in self.rests)

    def pauses_s(self) -> tuple[tuple[int, int], ...]:
        """Of each break, after how many stops it comes and when; those at the depot after all."""
        road = tuple((spot - done, self.begins_s[spot]) for done, spot in enumerate(self.rests))
        stops = len(self.begins_s) - len(self.rests)
        return road + tuple((stops, begin) for begin in self.stay_s)


def as_round(problem: RoutingProblem, vehicle: RoutingVehicle, trips: Trips) -> Round:
    """The day of a vehicle as acts, without any break."""
    traffic = Traffic(problem.bands)
    whole = tuple(_trip(problem, vehicle, stops, traffic) for stops in trips)
    return Round(vehicle=vehicle, trips=whole)


def _trip(
    problem: RoutingProblem,
    vehicle: RoutingVehicle,
    stops: Sequence[RoutingStop],
    traffic: Traffic,
) -> Trip:
    nodes = (vehicle.start_node, *(stop.node for stop in stops), vehicle.end_node)
    legs = [problem.travel_s[a][b] for a, b in pairwise(nodes)]
    acts = tuple(
        Act(
            travel_s=leg,
            windows=s.windows,
            length_s=s.service_s,
            max_cold_s=s.max_cold_s,
            stop=s,
        )
        for leg, s in zip(legs, stops, strict=False)
    )
    ready_s = max((stop.ready_s for stop in stops), default=0)
    stay = Stay(loading_s=vehicle.loading_s)
    return Trip(acts=acts, home_s=legs[-1], ready_s=ready_s, traffic=traffic, stay=stay)


def forward(whole: Round, start_s: int, *, cold: bool) -> tuple[Timed, ...] | None:
    """Earliest begins and ends for a start; None when a window, the shift or the cold is missed.

    `cold` says whether the first trip must keep time out of the cold; later ones always do.
    """
    first = _on_the_road(whole.trips[0], start_s)
    if first is None or (cold and not _keeps_cold(whole.trips[0], first)):
        return None
    found = [first]
    for before, trip in pairwise(whole.trips):
        stayed = before.stay.through(found[-1].end_s)
        if stayed is None:
            return None
        timed = _soonest(trip, max(stayed[1], trip.ready_s))
        if timed is None:
            return None
        found[-1] = replace(found[-1], stay_s=stayed[0])
        found.append(timed)
    return tuple(found) if found[-1].end_s <= whole.vehicle.close_s else None


def hurried(whole: Round) -> tuple[Timed, ...]:
    """Each trip left at once, cold or not: no start lets anything begin sooner.

    Empty when a window or a break is missed.
    """
    found: list[Timed] = []
    now: int | None = whole.first_start_s
    for trip in whole.trips:
        timed = None if now is None else _on_the_road(trip, max(now, trip.ready_s))
        if timed is None:
            return ()
        found.append(timed)
        stayed = trip.stay.through(timed.end_s)
        now = None if stayed is None else stayed[1]
    return tuple(found)


def _on_the_road(trip: Trip, start_s: int) -> Timed | None:
    """Earliest begins and end of a trip for a start; None when a window is missed."""
    now, begins, rests = start_s, list[int](), list[int]()
    traffic = trip.traffic
    for spot, act in enumerate(trip.acts):
        now = traffic.arrive(now, act.travel_s)
        window = next((w for w in act.windows if w[1] >= now), None)
        if window is None:
            return None
        now = max(now, window[0])
        begins.append(now)
        now += act.length_s
        if act.stop is None:
            rests.append(spot)
    end_s = traffic.arrive(now, trip.home_s)
    return Timed(start_s=start_s, begins_s=tuple(begins), end_s=end_s, rests=tuple(rests))


def _soonest(trip: Trip, start_s: int) -> Timed | None:
    """The trip that is back first and keeps the cold, left as late as that allows."""
    while (found := _on_the_road(trip, start_s)) is not None:
        late = _latest(trip, found.end_s)
        timed = _on_the_road(trip, late)
        if timed is not None and _keeps_cold(trip, timed):
            return timed
        if not trip.traffic.moments and found.end_s - late == trip.work_s:
            return None  # no second of waiting is left: later is as long out of the cold
        start_s = late + 1
    return None


def latest_start(whole: Round, end_s: int) -> int:
    """Latest start that is still back by `end_s`, which some start is known to reach."""
    now = _latest(whole.trips[-1], end_s)
    for trip in reversed(whole.trips[:-1]):
        now = _latest(trip, _known(trip.stay.back_by(now)))
    return now


def _latest(trip: Trip, end_s: int) -> int:
    return _known(left_by(trip, len(trip.acts), trip.traffic.leave(end_s, trip.home_s)))


def _known(found: int | None) -> int:
    if found is None:  # the caller knows a start that is back by then
        raise AssertionError("no start is back by a time that one is known to reach")
    return found


def left_by(trip: Trip, acts: int, leave_s: int) -> int | None:
    """The latest start from which so many acts are done by a second; None: a window opens later."""
    now = leave_s
    for act in reversed(trip.acts[:acts]):
        now -= act.length_s
        window = next((w for w in reversed(act.windows) if w[0] <= now), None)
        if window is None:
            return None
        now = trip.traffic.leave(min(now, window[1]), act.travel_s)
    return now


def _keeps_cold(trip: Trip, timed: Timed) -> bool:
    return all(
        act.max_cold_s is None or begin - timed.start_s <= act.max_cold_s
        for act, begin in zip(trip.acts, timed.begins_s, strict=True)
    )
