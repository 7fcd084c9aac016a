"""The cheapest timetable of one vehicle and one given order of stops."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise

from optimizer.routing.problem import (
    RoutingProblem,
    RoutingStop,
    RoutingVehicle,
    cost_units,
    late_units,
)
from optimizer.routing.traffic import Traffic

Trips = tuple[tuple[RoutingStop, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """Something with a way before it, windows to begin in and a length: a stop or a break."""

    travel_s: int  # at the usual speed
    windows: tuple[tuple[int, int], ...]
    length_s: int
    max_cold_s: int | None
    stop: RoutingStop | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trip:
    """Acts in order, the way home, and when it may leave."""

    acts: tuple[_Act, ...]
    home_s: int
    ready_s: int
    traffic: Traffic


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """A vehicle's trips in order."""

    vehicle: RoutingVehicle
    trips: tuple[_Trip, ...]

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
        trips = sum(sum(a.travel_s + a.length_s for a in t.acts) + t.home_s for t in self.trips)
        return trips + self.vehicle.loading_s * (len(self.trips) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One trip: when it leaves, each act begins and it is back; `rest` is the break's position."""

    start_s: int
    begins_s: tuple[int, ...]
    end_s: int
    rest: int | None = None

    def stops_s(self) -> tuple[int, ...]:
        """When service of each stop begins."""
        return tuple(begin for spot, begin in enumerate(self.begins_s) if spot != self.rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The day of a vehicle, and what its late begins cost in units."""

    trips: tuple[Timed, ...]
    strain: int = 0

    @property
    def start_s(self) -> int:
        """When it leaves first."""
        return self.trips[0].start_s

    @property
    def end_s(self) -> int:
        """When it is back last."""
        return self.trips[-1].end_s

    @property
    def duration_s(self) -> int:
        """Seconds from leaving first to returning last."""
        return self.end_s - self.start_s


def trips_of(stops: Sequence[RoutingStop | None]) -> Trips:
    """Stops as trips, none of them empty; None stands where the vehicle comes back."""
    trips: list[tuple[RoutingStop, ...]] = [()]
    for stop in stops:
        if stop is None:
            trips.append(())
        else:
            trips[-1] = (*trips[-1], stop)
    return tuple(trip for trip in trips if trip)


def metres_of(problem: RoutingProblem, vehicle: RoutingVehicle, trips: Trips) -> int:
    """Length of the day, from start node over the stops to end node, trip by trip."""
    total = 0
    for trip in trips:
        nodes = (vehicle.start_node, *(stop.node for stop in trip), vehicle.end_node)
        total += sum(problem.travel_m[a][b] for a, b in pairwise(nodes))
    return total


def timetable(problem: RoutingProblem, vehicle: RoutingVehicle, trips: Trips) -> Timetable | None:
    """The timetable with fewest paid seconds, started as late as possible; None if there is none.

    Under traffic those starts are tried at which something changes: a way that meets the begin of
    a band, a window, a due time. A few seconds of rounding may lie between them.
    Late begins that have a price are weighed against paid seconds. Of equally dear ones the
    earliest end wins, without a break before with one. Loads and allowed vehicles are not looked
    at here. For one trip no timetable is cheaper; later trips each end as early as they can.
    """
    whole = _round(problem, vehicle, trips)
    found = [t for t in _candidates(whole) if t is not None]
    return min(found, key=lambda table: _units(vehicle, table), default=None)


def _units(vehicle: RoutingVehicle, table: Timetable) -> int:
    """What the time costs, late begins included; bare seconds where an hour has no price."""
    paid = cost_units(vehicle, 0, table.duration_s) if vehicle.cents_per_hour else table.duration_s
    return paid + table.strain


def _round(problem: RoutingProblem, vehicle: RoutingVehicle, trips: Trips) -> _Round:
    traffic = Traffic(problem.bands)
    whole = tuple(_trip(problem, vehicle, stops, traffic) for stops in trips)
    return _Round(vehicle=vehicle, trips=whole)


def _trip(
    problem: RoutingProblem,
    vehicle: RoutingVehicle,
    stops: Sequence[RoutingStop],
    traffic: Traffic,
) -> _Trip:
    nodes = (vehicle.start_node, *(stop.node for stop in stops), vehicle.end_node)
    legs = [problem.travel_s[a][b] for a, b in pairwise(nodes)]
    acts = tuple(
        _Act(
            travel_s=leg,
            windows=s.windows,
            length_s=s.service_s,
            max_cold_s=s.max_cold_s,
            stop=s,
        )
        for leg, s in zip(legs, stops, strict=False)
    )
    ready_s = max((stop.ready_s for stop in stops), default=0)
    return _Trip(acts=acts, home_s=legs[-1], ready_s=ready_s, traffic=traffic)


def _candidates(whole: _Round) -> Iterator[Timetable | None]:
    """The best without a break, then the best with it after each stop that is left in time."""
    rest = whole.vehicle.rest
    plain = _forward(whole, whole.first_start_s, cold=False)
    if plain is None or whole.first_start_s > whole.last_start_s:
        return  # a break can only make it later
    yield _cheapest(whole, None if rest is None else rest.latest_s)
    if rest is None:
        return
    pause = _Act(
        travel_s=0,
        windows=((rest.earliest_s, rest.latest_s),),
        length_s=rest.duration_s,
        max_cold_s=None,
        stop=None,
    )
    for number, (trip, timed) in enumerate(zip(whole.trips, plain, strict=True)):
        for spot, act in enumerate(trip.acts, start=1):
            if timed.begins_s[spot - 1] + act.length_s > rest.latest_s:
                return
            paused = replace(trip, acts=(*trip.acts[:spot], pause, *trip.acts[spot:]))
            trips = (*whole.trips[:number], paused, *whole.trips[number + 1 :])
            yield _cheapest(replace(whole, trips=trips), None)


def _cheapest(whole: _Round, back_by: int | None) -> Timetable | None:
    """The best over all starts: each pass steps over one gap between windows."""
    if whole.trips[0].traffic.moments:
        return _cheapest_in_traffic(whole, back_by)
    best: Timetable | None = None
    start_s = whole.first_start_s
    starts = cache(partial(_tried, whole, (start_s, whole.last_start_s), None))
    while start_s <= whole.last_start_s:
        found = _forward(whole, start_s, cold=False)
        if found is None:
            return best
        late = min(_latest_start(whole, found[-1].end_s), whole.last_start_s)
        longest = whole.vehicle.max_duration_s
        soonest = start_s if longest is None else max(start_s, found[-1].end_s - longest)
        for table in _around(whole, (soonest, late), starts):
            kept = back_by is None or table.end_s <= back_by
            cheaper = best is None or _units(whole.vehicle, table) < _units(whole.vehicle, best)
            if kept and cheaper and _lasts(whole, table):
                best = table
        plain = _forward(whole, late, cold=False) or found
        if plain[-1].end_s - late == whole.work_s:
            return best  # no second of waiting is left: later is only later
        if back_by is not None and found[-1].end_s > back_by:
            return best
        start_s = late + 1
    return best


def _cheapest_in_traffic(whole: _Round, back_by: int | None) -> Timetable | None:
    """The best over the starts at which something changes, and those a second later."""
    best: Timetable | None = None
    soonest = whole.first_start_s
    for start_s in _tried(whole, (soonest, whole.last_start_s), back_by):
        table = _table(whole, start_s)
        if table is None or (back_by is not None and table.end_s > back_by):
            continue
        cheaper = best is None or _units(whole.vehicle, table) < _units(whole.vehicle, best)
        if cheaper and _lasts(whole, table):
            best = table
    return best


def _tried(whole: _Round, span: tuple[int, int], back_by: int | None) -> list[int]:
    """The ends of a span, the starts in it at which something changes, and those a second later."""
    starts = {*span, *_turning(whole, back_by)}
    near = {each for start in starts for each in (start, start + 1)}
    return sorted(each for each in near if span[0] <= each <= span[1])


def _turning(whole: _Round, back_by: int | None) -> Iterator[int]:
    """Starts from which a band, a window, a due time or the end of the shift is just met."""
    for number, trip in enumerate(whole.trips):
        moments = trip.traffic.moments
        met = [(len(trip.acts), end) for end in (whole.vehicle.close_s, back_by) if end is not None]
        met += [(spot, at) for spot in range(len(trip.acts) + 1) for at in moments]
        for spot, act in enumerate(trip.acts):
            met += [(spot, edge) for window in act.windows for edge in window]
            if act.stop is not None and act.stop.late_cents_per_hour:
                met.append((spot, act.stop.due_s))
        ways = [*(act.travel_s for act in trip.acts), trip.home_s]
        leaves = [(spot, trip.traffic.leave(at, ways[spot])) for spot, at in met]
        leaves += [(spot, at) for spot in range(len(trip.acts) + 1) for at in moments]
        for spot, leave in leaves:
            start_s = _start_for(whole, number, _left_by(trip, spot, leave))
            if start_s is not None:
                yield start_s


def _start_for(whole: _Round, number: int, leave_s: int | None) -> int | None:
    """The latest start of the day from which a trip can leave by a second."""
    now = leave_s
    for trip in reversed(whole.trips[:number]):
        if now is None:
            return None
        home = trip.traffic.leave(now - whole.vehicle.loading_s, trip.home_s)
        now = _left_by(trip, len(trip.acts), home)
    return now


def _around(
    whole: _Round, span: tuple[int, int], starts: Callable[[], list[int]]
) -> Iterator[Timetable]:
    """Timetables for the latest start; and for earlier ones where late begins have a price.

    Where the shift bounds the latest start, goods may wait on the road for a later window that an
    earlier start does not need.
    """
    soonest, late = span
    table = _table(whole, late)
    if table is not None:
        yield table
    if table is not None and not table.strain:
        return  # it lasts no longer than any other, and nobody waits for it
    bound = late == whole.vehicle.latest_start_s
    if bound or any(_due(act) for trip in whole.trips for act in trip.acts):
        near = sorted({*span, *starts()})
        yield from _earlier(whole, [each for each in near if soonest <= each <= late])


def _earlier(whole: _Round, starts: Sequence[int]) -> Iterator[Timetable]:
    """Timetables of ascending starts; and of the first between two that keeps the cold."""
    warm = None
    for start_s in starts:
        table = _table(whole, start_s)
        if table is None:
            warm = start_s
            continue
        yield table
        if warm is not None:
            between = range(warm + 1, start_s)
            kept = bisect_left(between, 1, key=lambda at: _table(whole, at) is not None)
            soonest = _table(whole, warm + 1 + kept)
            if soonest is not None:
                yield soonest
        warm = None


def _due(act: _Act) -> bool:
    return act.stop is not None and act.stop.late_cents_per_hour > 0


def _table(whole: _Round, start_s: int) -> Timetable | None:
    trips = _forward(whole, start_s, cold=True)
    if trips is None:
        return None
    strain = sum(
        late_units(act.stop, begin)
        for trip, timed in zip(whole.trips, trips, strict=True)
        for act, begin in zip(trip.acts, timed.begins_s, strict=True)
        if act.stop is not None
    )
    return Timetable(trips=trips, strain=strain)


def _lasts(whole: _Round, table: Timetable) -> bool:
    longest = whole.vehicle.max_duration_s
    return longest is None or table.duration_s <= longest


def _forward(whole: _Round, start_s: int, *, cold: bool) -> tuple[Timed, ...] | None:
    """Earliest begins and ends for a start; None when a window, the shift or the cold is missed.

    `cold` says whether the first trip must keep time out of the cold; later ones always do.
    """
    first = _on_the_road(whole.trips[0], start_s)
    if first is None or (cold and not _keeps_cold(whole.trips[0], first)):
        return None
    found = [first]
    for trip in whole.trips[1:]:
        timed = _soonest(trip, max(found[-1].end_s + whole.vehicle.loading_s, trip.ready_s))
        if timed is None:
            return None
        found.append(timed)
    return tuple(found) if found[-1].end_s <= whole.vehicle.close_s else None


def _on_the_road(trip: _Trip, start_s: int) -> Timed | None:
    """Earliest begins and end of a trip for a start; None when a window is missed."""
    now, begins, rest = start_s, [], None
    traffic = trip.traffic
    for spot, act in enumerate(trip.acts):
        now = traffic.arrive(now, act.travel_s)
        window = next((w for w in act.windows if w[1] >= now), None)
        if window is None:
            return None
        now = max(now, window[0])
        begins.append(now)
        now += act.length_s
        rest = spot if act.stop is None else rest
    end_s = traffic.arrive(now, trip.home_s)
    return Timed(start_s=start_s, begins_s=tuple(begins), end_s=end_s, rest=rest)


def _soonest(trip: _Trip, start_s: int) -> Timed | None:
    """The trip that is back first and keeps the cold, left as late as that allows."""
    while (found := _on_the_road(trip, start_s)) is not None:
        late = _latest(trip, found.end_s)
        timed = _on_the_road(trip, late)
        if timed is not None and _keeps_cold(trip, timed):
            return timed
        start_s = late + 1
    return None


def _latest_start(whole: _Round, end_s: int) -> int:
    """Latest start that is still back by `end_s`, which some start is known to reach."""
    now = end_s
    for trip in reversed(whole.trips):
        now = _latest(trip, now) - whole.vehicle.loading_s
    return now + whole.vehicle.loading_s


def _latest(trip: _Trip, end_s: int) -> int:
    found = _left_by(trip, len(trip.acts), trip.traffic.leave(end_s, trip.home_s))
    if found is None:  # the caller knows a start that is back by then
        raise AssertionError("no start is back by a time that one is known to reach")
    return found


def _left_by(trip: _Trip, acts: int, leave_s: int) -> int | None:
    """The latest start from which so many acts are done by a second; None: a window opens later."""
    now = leave_s
    for act in reversed(trip.acts[:acts]):
        now -= act.length_s
        window = next((w for w in reversed(act.windows) if w[0] <= now), None)
        if window is None:
            return None
        now = trip.traffic.leave(min(now, window[1]), act.travel_s)
    return now


def _keeps_cold(trip: _Trip, timed: Timed) -> bool:
    return all(
        act.max_cold_s is None or begin - timed.start_s <= act.max_cold_s
        for act, begin in zip(trip.acts, timed.begins_s, strict=True)
    )
