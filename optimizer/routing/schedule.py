"""The cheapest timetable of one vehicle and one given order of stops, exactly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from optimizer.routing.problem import (
    RoutingProblem,
    RoutingRoute,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    RoutingVisit,
    cost_units,
    whole_cents,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """Something with a travel before it, windows to begin in and a length: a stop or a break."""

    travel_s: int
    windows: tuple[tuple[int, int], ...]
    length_s: int
    max_cold_s: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """When the round starts, each act begins, and it ends; `rest` is the position of the break."""

    start_s: int
    begins_s: tuple[int, ...]
    end_s: int
    rest: int | None = None

    @property
    def duration_s(self) -> int:
        """Seconds from leaving to returning."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """A vehicle's acts in order, and the way home."""

    vehicle: RoutingVehicle
    acts: tuple[_Act, ...]
    home_s: int
    first_start_s: int


def metres_of(
    problem: RoutingProblem, vehicle: RoutingVehicle, stops: Sequence[RoutingStop]
) -> int:
    """Length of the round, from start node over the stops to end node."""
    nodes = (vehicle.start_node, *(stop.node for stop in stops), vehicle.end_node)
    return sum(problem.travel_m[a][b] for a, b in pairwise(nodes))


def timetable(
    problem: RoutingProblem, vehicle: RoutingVehicle, stops: Sequence[RoutingStop]
) -> Timetable | None:
    """The timetable with fewest paid seconds, started as late as possible; None if there is none.

    Of equally short ones the earliest end wins, without a break before with one.
    Loads and allowed vehicles are not looked at here.
    """
    whole = _round(problem, vehicle, stops)
    plain = _forward(whole, whole.first_start_s)
    if plain is None:
        return None  # a break can only make it later
    found = [t for t in _candidates(whole, len(stops), plain) if t is not None]
    return min(found, key=lambda t: t.duration_s, default=None)


def _round(
    problem: RoutingProblem, vehicle: RoutingVehicle, stops: Sequence[RoutingStop]
) -> _Round:
    nodes = (vehicle.start_node, *(stop.node for stop in stops), vehicle.end_node)
    legs = [problem.travel_s[a][b] for a, b in pairwise(nodes)]
    acts = tuple(
        _Act(travel_s=leg, windows=s.windows, length_s=s.service_s, max_cold_s=s.max_cold_s)
        for leg, s in zip(legs, stops, strict=False)
    )
    first = max((vehicle.open_s, *(stop.ready_s for stop in stops)))
    return _Round(vehicle=vehicle, acts=acts, home_s=legs[-1], first_start_s=first)


def _candidates(
    whole: _Round, size: int, plain: tuple[list[int], int]
) -> Iterator[Timetable | None]:
    rest = whole.vehicle.rest
    latest = None if rest is None else rest.latest_s
    yield _shortest(whole, latest, rest=None)
    if rest is None:
        return
    pause = _Act(
        travel_s=0,
        windows=((rest.earliest_s, rest.latest_s),),
        length_s=rest.duration_s,
        max_cold_s=None,
    )
    for spot in range(1, size + 1):
        if plain[0][spot - 1] + whole.acts[spot - 1].length_s > rest.latest_s:
            return
        acts = (*whole.acts[:spot], pause, *whole.acts[spot:])
        paused = _Round(
            vehicle=whole.vehicle,
            acts=acts,
            home_s=whole.home_s,
            first_start_s=whole.first_start_s,
        )
        yield _shortest(paused, None, rest=spot)


def _shortest(whole: _Round, back_by: int | None, *, rest: int | None) -> Timetable | None:
    """Fewest seconds over all starts: each pass steps over one gap between windows."""
    best: Timetable | None = None
    work_s = sum(act.travel_s + act.length_s for act in whole.acts) + whole.home_s
    start_s = whole.first_start_s
    while (found := _forward(whole, start_s)) is not None:
        late = _latest_start(whole, found[1])
        begins, end_s = _forward(whole, late) or found
        table = Timetable(start_s=late, begins_s=tuple(begins), end_s=end_s, rest=rest)
        if back_by is not None and end_s > back_by:
            return best
        shorter = best is None or table.duration_s < best.duration_s
        if shorter and _keeps_limits(whole, table):
            best = table
        if table.duration_s == work_s:
            return best  # no second of waiting is left
        start_s = late + 1
    return best


def _forward(whole: _Round, start_s: int) -> tuple[list[int], int] | None:
    """Earliest begins and end for a start; None when a window or the shift is missed."""
    now, begins = start_s, []
    for act in whole.acts:
        now += act.travel_s
        window = next((w for w in act.windows if w[1] >= now), None)
        if window is None:
            return None
        now = max(now, window[0])
        begins.append(now)
        now += act.length_s
    now += whole.home_s
    return (begins, now) if now <= whole.vehicle.close_s else None


def _latest_start(whole: _Round, end_s: int) -> int:
    """Latest start that is still back by `end_s`, which some start is known to reach."""
    now = end_s - whole.home_s
    for act in reversed(whole.acts):
        now -= act.length_s
        window = next(w for w in reversed(act.windows) if w[0] <= now)
        now = min(now, window[1]) - act.travel_s
    return now


def _keeps_limits(whole: _Round, table: Timetable) -> bool:
    longest = whole.vehicle.max_duration_s
    if longest is not None and table.duration_s > longest:
        return False
    return all(
        act.max_cold_s is None or begin - table.start_s <= act.max_cold_s
        for act, begin in zip(whole.acts, table.begins_s, strict=True)
    )


def route_of(
    problem: RoutingProblem, vehicle: RoutingVehicle, stops: Sequence[RoutingStop]
) -> RoutingRoute | None:
    """The round as it is reported, or None when no timetable exists."""
    table = timetable(problem, vehicle, stops)
    if table is None:
        return None
    metres = metres_of(problem, vehicle, stops)
    begins = list(table.begins_s)
    pause = None if table.rest is None else begins.pop(table.rest)
    return RoutingRoute(
        vehicle=vehicle.key,
        start_s=table.start_s,
        visits=_visits(problem, vehicle, stops, table, begins),
        end_s=table.end_s,
        metres=metres,
        cost_cents=whole_cents(cost_units(vehicle, metres, table.duration_s)),
        break_begin_s=pause,
        break_after=None if table.rest is None else stops[table.rest - 1].key,
    )


def price_rounds(
    problem: RoutingProblem, orders: Mapping[str, Sequence[str]]
) -> RoutingSolution | None:
    """Timetables and price of rounds chosen by hand: vehicle key to stop keys in order.

    None when a round cannot be driven in its order. Loads and allowed vehicles are left to
    `routing_violations`; stops that stand nowhere are unserved.
    """
    stops = {stop.key: stop for stop in problem.stops}
    used = [vehicle for vehicle in problem.vehicles if orders.get(vehicle.key)]
    routes, units = [], 0
    for vehicle in used:
        route = route_of(problem, vehicle, [stops[key] for key in orders[vehicle.key]])
        if route is None:
            return None
        routes.append(route)
        units += cost_units(vehicle, route.metres, route.end_s - route.start_s)
    served = {key for order in orders.values() for key in order}
    left = [stop for stop in problem.stops if stop.key not in served]
    return RoutingSolution(
        routes=tuple(routes),
        unserved=tuple(stop.key for stop in left),
        penalty=sum(stop.drop_penalty or 0 for stop in left),
        cost_cents=whole_cents(units),
    )


def _visits(
    problem: RoutingProblem,
    vehicle: RoutingVehicle,
    stops: Sequence[RoutingStop],
    table: Timetable,
    begins: Sequence[int],
) -> tuple[RoutingVisit, ...]:
    visits = []
    rest_s = 0 if vehicle.rest is None else vehicle.rest.duration_s
    node, now = vehicle.start_node, table.start_s
    for spot, (stop, begin) in enumerate(zip(stops, begins, strict=True), start=1):
        arrive = now + problem.travel_s[node][stop.node]
        depart = begin + stop.service_s
        visits.append(
            RoutingVisit(
                stop=stop.key,
                arrive_s=arrive,
                begin_s=begin,
                depart_s=depart,
                cold_s=begin - table.start_s,
            )
        )
        now = table.begins_s[spot] + rest_s if table.rest == spot else depart
        node = stop.node
    return tuple(visits)
