"""The cheapest timetable of one vehicle and one given order of stops."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise

from optimizer.routing.clock import (
    Act,
    Round,
    Stay,
    Timed,
    Trip,
    Trips,
    as_round,
    forward,
    hurried,
    latest_start,
    left_by,
)
from optimizer.routing.problem import (
    NEVER,
    RoutingBreak,
    RoutingProblem,
    RoutingStop,
    RoutingVehicle,
    cost_units,
    late_units,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """The day of a vehicle, and what late begins and breaks had before it cost in units."""

    trips: tuple[Timed, ...]
    strain: int = 0
    had_s: int = 0

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
    Late begins that have a price are weighed against paid seconds. A break had before it leaves
    weighs a second more than one later: nobody is sent out later to be spared it. Of equally dear
    ones the earliest end wins, fewer breaks before more. Loads and allowed vehicles are not looked
    at here. For one trip no timetable is cheaper; later trips each end as early as they can.
    """
    rests = vehicle.rests
    best: Timetable | None = None
    for had, later in enumerate(_rested(vehicle)):
        if later is None:
            continue
        had_s = sum(rest.duration_s + 1 for rest in rests[:had])
        whole = replace(as_round(problem, later, trips), had_s=had_s)
        for taken in range(had, len(rests) + 1):
            back_by = rests[taken].latest_s if taken < len(rests) else None
            best = _better(whole, _Breaks(rests=rests[had:taken], back_by=back_by), best)
    return best


def _rested(vehicle: RoutingVehicle) -> Iterator[RoutingVehicle | None]:
    """The vehicle within the starts from which it has had no break, one, and so on."""
    had_by_s = vehicle.had_by_s()
    for since_s, until_s in zip((0, *had_by_s), (*had_by_s, NEVER), strict=True):
        open_s, latest_s = max(vehicle.open_s, since_s), vehicle.latest_start_s
        if vehicle.back_s is not None:  # else who leaves after it was had is too late to have it
            latest_s = min(vehicle.last_start_s, until_s - 1)
        fits = open_s <= (vehicle.last_start_s if latest_s is None else latest_s)
        yield replace(vehicle, open_s=open_s, latest_start_s=latest_s) if fits else None


def _units(vehicle: RoutingVehicle, table: Timetable) -> int:
    """What the time costs, late begins and breaks had before it leaves included."""
    unpriced_s = 0 if vehicle.cents_per_hour else table.had_s
    return _paid(vehicle, table.duration_s) + unpriced_s + table.strain


def _paid(vehicle: RoutingVehicle, seconds: int) -> int:
    """The price of so much time; bare seconds where an hour has no price."""
    return cost_units(vehicle, 0, seconds) if vehicle.cents_per_hour else seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class _Breaks:
    """The breaks that are still to be placed, and what is known of where."""

    rests: tuple[RoutingBreak, ...]  # in their order
    back_by: int | None  # else the break after them is owed too
    since: tuple[int, int] = (0, 1)  # the first place that the first one may have
    bound: int = 0  # units: no place of them is cheaper


def _better(whole: Round, breaks: _Breaks, best: Timetable | None) -> Timetable | None:
    """The best of a round with breaks after some of its acts, if it is cheaper than another.

    A break only makes it later: what a round costs without the breaks still to be placed tells in
    which order their places are looked at, and when to stop.
    """
    vehicle, rests = whole.vehicle, breaks.rests
    work_s = whole.work_s + sum(rest.duration_s for rest in rests)
    if not whole.trips[0].traffic.moments:
        breaks = replace(breaks, bound=max(breaks.bound, _paid(vehicle, work_s)))
    if not rests:
        table = _cheapest(whole, breaks.back_by) if _cheaper(vehicle, best, breaks.bound) else None
        better = table is not None and _cheaper(vehicle, best, _units(vehicle, table))
        return table if better else best
    places = [(breaks.bound, place) for place in _places(whole, rests[0], breaks.since)]
    if rests[1:]:
        bounded = _bounded(whole, rests[0], [place for _, place in places])
        places = sorted(bounded, key=lambda one: one[0])
    for bound, (number, spot) in places:
        onward = spot + (spot <= len(whole.trips[number].acts))  # a stay takes several breaks
        left = replace(breaks, rests=rests[1:], since=(number, onward), bound=bound)
        best = _better(_with_break(whole, (number, spot), rests[0]), left, best)
    return best


def _bounded(
    whole: Round, rest: RoutingBreak, places: Iterable[tuple[int, int]]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """What the round costs with a break at each place that it can be driven with."""
    for place in places:
        table = _cheapest(_with_break(whole, place, rest), None)
        if table is not None:
            yield _units(whole.vehicle, table), place


def _cheaper(vehicle: RoutingVehicle, best: Timetable | None, units: int) -> bool:
    return best is None or units < _units(vehicle, best)


def _places(whole: Round, rest: RoutingBreak, since: tuple[int, int]) -> Sequence[tuple[int, int]]:
    """Trip and spot of each place for a break: where it can still begin in time.

    A spot up to the number of acts is after so many of them, the next one at the depot before
    loading for another trip, the last one after it. Of equal timetables people like to rest at the
    depot, and least right after another break on the road: the depot comes first, that last.
    """
    plain = hurried(whole)
    road = [
        (number, spot)
        for number, (trip, timed) in enumerate(zip(whole.trips, plain, strict=bool(plain)))
        for spot, (act, begin) in enumerate(zip(trip.acts, timed.begins_s, strict=True), 1)
        if (number, spot) >= since and begin + act.length_s <= rest.latest_s
    ]
    depot = [
        (number, spot)
        for number, (trip, timed) in enumerate(zip(whole.trips[:-1], plain, strict=False))
        for spot in (len(trip.acts) + 1, len(trip.acts) + 2)
        if (number, spot) >= since
        and _at_depot(trip, spot, rest).stay.through(timed.end_s) is not None
    ]
    beside = [(n, spot) for n, spot in road if whole.trips[n].acts[spot - 1].stop is None]
    return depot + [place for place in road if place not in beside] + beside


def _with_break(whole: Round, place: tuple[int, int], rest: RoutingBreak) -> Round:
    """The round with a break at a place."""
    number, spot = place
    trip = whole.trips[number]
    if spot <= len(trip.acts):
        paused = replace(trip, acts=(*trip.acts[:spot], _pause(rest), *trip.acts[spot:]))
    else:
        paused = _at_depot(trip, spot, rest)
    trips = (*whole.trips[:number], paused, *whole.trips[number + 1 :])
    return replace(whole, trips=trips)


def _at_depot(trip: Trip, spot: int, rest: RoutingBreak) -> Trip:
    """The trip with one more break once it is back: before or after loading."""
    stay = trip.stay
    if spot == len(trip.acts) + 1:
        return replace(trip, stay=replace(stay, before=(*stay.before, _pause(rest))))
    return replace(trip, stay=replace(stay, after=(*stay.after, _pause(rest))))


def _pause(rest: RoutingBreak) -> Act:
    return Act(
        travel_s=0,
        windows=((rest.earliest_s, rest.latest_s),),
        length_s=rest.duration_s,
        max_cold_s=None,
        stop=None,
    )


def _cheapest(whole: Round, back_by: int | None) -> Timetable | None:
    """The best over all starts: each pass steps over one gap between windows."""
    if whole.trips[0].traffic.moments:
        return _cheapest_in_traffic(whole, back_by)
    best: Timetable | None = None
    start_s = whole.first_start_s
    starts = cache(partial(_tried, whole, (start_s, whole.last_start_s), None))
    while start_s <= whole.last_start_s:
        found = forward(whole, start_s, cold=False)
        if found is None:
            return best
        late = min(latest_start(whole, found[-1].end_s), whole.last_start_s)
        longest = whole.vehicle.max_duration_s
        soonest = start_s if longest is None else max(start_s, found[-1].end_s - longest)
        for table in _around(whole, (soonest, late), starts):
            kept = back_by is None or table.end_s <= back_by
            cheaper = best is None or _units(whole.vehicle, table) < _units(whole.vehicle, best)
            if kept and cheaper and _lasts(whole, table):
                best = table
        plain = forward(whole, late, cold=False) or found
        if plain[-1].end_s - late == whole.work_s:
            return best  # no second of waiting is left: later is only later
        if back_by is not None and found[-1].end_s > back_by:
            return best
        start_s = late + 1
    return best


def _cheapest_in_traffic(whole: Round, back_by: int | None) -> Timetable | None:
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


def _tried(whole: Round, span: tuple[int, int], back_by: int | None) -> list[int]:
    """The ends of a span, the starts in it at which something changes, and those a second later."""
    starts = {*span, *_turning(whole, back_by)}
    near = {each for start in starts for each in (start, start + 1)}
    return sorted(each for each in near if span[0] <= each <= span[1])


def _turning(whole: Round, back_by: int | None) -> Iterator[int]:
    """Starts from which a band, a window, a due time or the end of the shift is just met."""
    for number, trip in enumerate(whole.trips):
        moments = trip.traffic.moments
        met = [(len(trip.acts), end) for end in (whole.vehicle.close_s, back_by) if end is not None]
        met += [(spot, at) for spot in range(len(trip.acts) + 1) for at in moments]
        for spot, act in enumerate(trip.acts):
            met += [(spot, edge) for window in act.windows for edge in window]
            if act.stop is not None and act.stop.late_cents_per_hour:
                met.append((spot, act.stop.due_s))
        met += [(len(trip.acts), at) for at in _met_at_depot(trip.stay)]
        ways = [*(act.travel_s for act in trip.acts), trip.home_s]
        leaves = [(spot, trip.traffic.leave(at, ways[spot])) for spot, at in met]
        leaves += [(spot, at) for spot in range(len(trip.acts) + 1) for at in moments]
        for spot, leave in leaves:
            start_s = _start_for(whole, number, left_by(trip, spot, leave))
            if start_s is not None:
                yield start_s


def _met_at_depot(stay: Stay) -> Iterator[int]:
    """When a trip is back whose breaks at the depot just meet an end of their windows."""
    for done, step in enumerate(stay.steps):
        for edge in step.windows[0] if done != len(stay.before) else ():
            back_s = stay.back_by(edge, done)
            if back_s is not None:
                yield back_s


def _start_for(whole: Round, number: int, leave_s: int | None) -> int | None:
    """The latest start of the day from which a trip can leave by a second."""
    now = leave_s
    for trip in reversed(whole.trips[:number]):
        back_s = None if now is None else trip.stay.back_by(now)
        if back_s is None:
            return None
        now = left_by(trip, len(trip.acts), trip.traffic.leave(back_s, trip.home_s))
    return now


def _around(
    whole: Round, span: tuple[int, int], starts: Callable[[], list[int]]
) -> Iterator[Timetable]:
    """Timetables for the latest start; and for earlier ones where late begins have a price.

    Where the shift bounds the latest start, goods may wait on the road for a later window that an
    earlier start does not need.
    """
    soonest, late = span
    table = _table(whole, late)
    if table is not None:
        yield table
    if table is not None and table.strain == _had_units(whole):
        return  # it lasts no longer than any other, and nobody waits for it
    bound = late == whole.vehicle.latest_start_s
    if bound or any(_due(act) for trip in whole.trips for act in trip.acts):
        near = sorted({*span, *starts()})
        yield from _earlier(whole, [each for each in near if soonest <= each <= late])


def _earlier(whole: Round, starts: Sequence[int]) -> Iterator[Timetable]:
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


def _due(act: Act) -> bool:
    return act.stop is not None and act.stop.late_cents_per_hour > 0


def _table(whole: Round, start_s: int) -> Timetable | None:
    trips = forward(whole, start_s, cold=True)
    if trips is None:
        return None
    late = sum(
        late_units(act.stop, begin)
        for trip, timed in zip(whole.trips, trips, strict=True)
        for act, begin in zip(trip.acts, timed.begins_s, strict=True)
        if act.stop is not None
    )
    return Timetable(trips=trips, strain=late + _had_units(whole), had_s=whole.had_s)


def _had_units(whole: Round) -> int:
    """What the breaks had before it leaves weigh, in units."""
    return cost_units(replace(whole.vehicle, fixed_cents=0), 0, whole.had_s) if whole.had_s else 0


def _lasts(whole: Round, table: Timetable) -> bool:
    longest = whole.vehicle.max_duration_s
    return longest is None or table.duration_s <= longest
