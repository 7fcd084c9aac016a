"""Rounds as they are reported: the timetable of each vehicle, its metres and its price."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from optimizer.routing.clock import Timed, Trips
from optimizer.routing.problem import (
    RELOAD,
    RoutingBreak,
    RoutingPause,
    RoutingProblem,
    RoutingReload,
    RoutingRoute,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    RoutingVisit,
    cost_units,
    lacking,
    may_serve,
    toll_units,
    whole_cents,
)
from optimizer.routing.schedule import metres_of, timetable, trips_of
from optimizer.routing.traffic import Traffic


def route_of(
    problem: RoutingProblem, vehicle: RoutingVehicle, trips: Trips
) -> tuple[RoutingRoute, int] | None:
    """The day as it is reported and its strain in units; None when no timetable exists."""
    table = timetable(problem, vehicle, trips)
    if table is None:
        return None
    metres = metres_of(problem, vehicle, trips)
    rests = iter(vehicle.rests_from(table.start_s))
    route = RoutingRoute(
        vehicle=vehicle.key,
        start_s=table.start_s,
        visits=tuple(
            visit
            for trip, timed in zip(trips, table.trips, strict=True)
            for visit in _visits(problem, trip, timed, (vehicle.start_node, rests))
        ),
        end_s=table.end_s,
        metres=metres,
        cost_cents=whole_cents(cost_units(vehicle, metres, table.duration_s)),
        pauses=tuple(
            RoutingPause(after=trip[done - 1].key, begin_s=begin)
            for trip, timed in zip(trips, table.trips, strict=True)
            for done, begin in timed.pauses_s()
        ),
        reloads=tuple(
            RoutingReload(after=trip[-1].key, back_s=done.end_s, leave_s=then.start_s)
            for trip, (done, then) in zip(trips, pairwise(table.trips), strict=False)
        ),
    )
    tolls = sum(toll_units(vehicle, stop) for trip in trips for stop in trip)
    return route, table.strain + tolls


def units_of(problem: RoutingProblem, vehicle: RoutingVehicle, trips: Trips) -> int | None:
    """What a round costs with a vehicle, strain included; None where it may not or cannot drive it.

    In 1/18000 cent, so that sums compare without rounding.
    """
    every = [stop for trip in trips for stop in trip]
    if not all(may_serve(vehicle, stop) for stop in every):
        return None
    if (trips[1:] and not vehicle.reloads) or any(lacking(vehicle, trip) for trip in trips):
        return None
    table = timetable(problem, vehicle, trips)
    if table is None:
        return None
    driven = cost_units(vehicle, metres_of(problem, vehicle, trips), table.duration_s)
    return driven + table.strain + sum(toll_units(vehicle, stop) for stop in every)


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
    problem: RoutingProblem,
    trip: Sequence[RoutingStop],
    timed: Timed,
    begun: tuple[int, Iterator[RoutingBreak]],
) -> Iterator[RoutingVisit]:
    """The stops of a trip from its first node on; each pause takes the next break of the shift."""
    node, rests = begun
    traffic, now = Traffic(problem.bands), timed.start_s
    for spot, (stop, begin) in enumerate(zip(trip, timed.stops_s(), strict=True), start=1):
        depart = begin + stop.service_s
        yield RoutingVisit(
            stop=stop.key,
            arrive_s=traffic.arrive(now, problem.travel_s[node][stop.node]),
            begin_s=begin,
            depart_s=depart,
            cold_s=begin - timed.start_s,
        )
        node, now = stop.node, depart
        for done, paused in timed.pauses_s():
            if done == spot:
                now = paused + next(rests).duration_s
