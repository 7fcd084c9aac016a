"""The cheapest timetable of one vehicle and one given order of stops."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from optimizer.routing.problem import (
    RELOAD,
    RoutingProblem,
    RoutingReload,
    RoutingRoute,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    RoutingVisit,
    cost_units,
    late_units,
    toll_units,
    whole_cents,
)

Trips = tuple[tuple[RoutingStop, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """Something with a travel before it, windows to begin in and a length: a stop or a break."""

    travel_s: int
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
    def work_s(self) -> int:
        """Seconds without any waiting."""
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
    return _Round(vehicle=vehicle, trips=tuple(_trip(problem, vehicle, stops) for stops in trips))


def _trip(problem: RoutingProblem, vehicle: RoutingVehicle, stops: Sequence[RoutingStop]) -> _Trip:
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
    return _Trip(acts=acts, home_s=legs[-1], ready_s=ready_s)


def _candidates(whole: _Round) -> Iterator[Timetable | None]:
    """The best without a break, then the best with it after each stop that is left in time."""
    rest = whole.vehicle.rest
    plain = _forward(whole, whole.first_start_s, cold=False)
    if plain is None:
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
    best: Timetable | None = None
    start_s = whole.first_start_s
    while (found := _forward(whole, start_s, cold=False)) is not None:
        late = _latest_start(whole, found[-1].end_s)
        for table in _around(whole, start_s, late):
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


def _around(whole: _Round, soonest: int, late: int) -> Iterator[Timetable]:
    """Timetables for the latest start; and for earlier ones where late begins have a price."""
    table = _table(whole, late)
    if table is not None:
        yield table
    if table is not None and not table.strain:
        return  # it lasts no longer than any other, and nobody waits for it
    if any(_due(act) for trip in whole.trips for act in trip.acts):
        behind = {late} if table is None else _behind(whole, table)
        for start_s in sorted({soonest, *(max(soonest, late - each) for each in behind)}):
            table = _table(whole, start_s)
            if table is not None:
                yield table


def _due(act: _Act) -> bool:
    return act.stop is not None and act.stop.late_cents_per_hour > 0


def _behind(whole: _Round, table: Timetable) -> set[int]:
    """How late each stop with a price of lateness is begun."""
    return {
        begin - act.stop.due_s
        for trip, timed in zip(whole.trips, table.trips, strict=True)
        for act, begin in zip(trip.acts, timed.begins_s, strict=True)
        if act.stop is not None and act.stop.late_cents_per_hour and begin > act.stop.due_s
    }


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
    for spot, act in enumerate(trip.acts):
        now += act.travel_s
        window = next((w for w in act.windows if w[1] >= now), None)
        if window is None:
            return None
        now = max(now, window[0])
        begins.append(now)
        now += act.length_s
        rest = spot if act.stop is None else rest
    return Timed(start_s=start_s, begins_s=tuple(begins), end_s=now + trip.home_s, rest=rest)


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
    now = end_s - trip.home_s
    for act in reversed(trip.acts):
        now -= act.length_s
        window = next(w for w in reversed(act.windows) if w[0] <= now)
        now = min(now, window[1]) - act.travel_s
    return now


def _keeps_cold(trip: _Trip, timed: Timed) -> bool:
    return all(
        act.max_cold_s is None or begin - timed.start_s <= act.max_cold_s
        for act, begin in zip(trip.acts, timed.begins_s, strict=True)
    )


def route_of(
    problem: RoutingProblem, vehicle: RoutingVehicle, trips: Trips
) -> tuple[RoutingRoute, int] | None:
    """The day as it is reported and its strain in units; None when no timetable exists."""
    table = timetable(problem, vehicle, trips)
    if table is None:
        return None
    metres = metres_of(problem, vehicle, trips)
    pauses = [
        (timed.begins_s[timed.rest], trip[timed.rest - 1].key)
        for trip, timed in zip(trips, table.trips, strict=True)
        if timed.rest is not None
    ]
    begin, after = pauses[0] if pauses else (None, None)
    route = RoutingRoute(
        vehicle=vehicle.key,
        start_s=table.start_s,
        visits=tuple(
            visit
            for trip, timed in zip(trips, table.trips, strict=True)
            for visit in _visits(problem, vehicle, trip, timed)
        ),
        end_s=table.end_s,
        metres=metres,
        cost_cents=whole_cents(cost_units(vehicle, metres, table.duration_s)),
        break_begin_s=begin,
        break_after=after,
        reloads=tuple(
            RoutingReload(after=trip[-1].key, back_s=done.end_s, leave_s=then.start_s)
            for trip, (done, then) in zip(trips, pairwise(table.trips), strict=False)
        ),
    )
    tolls = sum(toll_units(vehicle, stop) for trip in trips for stop in trip)
    return route, table.strain + tolls


def price_rounds(
    problem: RoutingProblem, orders: Mapping[str, Sequence[str]]
) -> RoutingSolution | None:
    """Timetables and price of rounds chosen by hand: vehicle key to stop keys in order.

    `RELOAD` stands between two trips. None when a round cannot be driven in its order. Loads and
    allowed vehicles are left to `routing_violations`; stops that stand nowhere are unserved.
    """
    stops = {stop.key: stop for stop in problem.stops}
    used = [vehicle for vehicle in problem.vehicles if any(orders.get(vehicle.key, ()))]
    routes, units, strain = [], 0, 0
    for vehicle in used:
        trips = trips_of([stops[key] if key else None for key in orders[vehicle.key]])
        found = route_of(problem, vehicle, trips)
        if found is None:
            return None
        route, strained = found
        routes.append(route)
        units += cost_units(vehicle, route.metres, route.end_s - route.start_s)
        strain += strained
    served = {key for order in orders.values() for key in order}
    left = [stop for stop in problem.stops if stop.key not in served]
    return RoutingSolution(
        routes=tuple(routes),
        unserved=tuple(stop.key for stop in left),
        penalty=sum(stop.drop_penalty or 0 for stop in left),
        cost_cents=whole_cents(units),
        strain_cents=whole_cents(strain),
    )


def order_of(route: RoutingRoute) -> tuple[str, ...]:
    """The stops of a route in their order, with `RELOAD` between two trips."""
    back = {each.after for each in route.reloads}
    keys: list[str] = []
    for visit in route.visits:
        keys += [visit.stop, RELOAD] if visit.stop in back else [visit.stop]
    return tuple(keys)


def _visits(
    problem: RoutingProblem, vehicle: RoutingVehicle, trip: Sequence[RoutingStop], timed: Timed
) -> Iterator[RoutingVisit]:
    rest_s = 0 if vehicle.rest is None else vehicle.rest.duration_s
    node, now = vehicle.start_node, timed.start_s
    for spot, (stop, begin) in enumerate(zip(trip, timed.stops_s(), strict=True), start=1):
        depart = begin + stop.service_s
        yield RoutingVisit(
            stop=stop.key,
            arrive_s=now + problem.travel_s[node][stop.node],
            begin_s=begin,
            depart_s=depart,
            cold_s=begin - timed.start_s,
        )
        now = timed.begins_s[spot] + rest_s if timed.rest == spot else depart
        node = stop.node
