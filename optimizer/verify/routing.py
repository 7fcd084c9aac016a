"""Every broken promise of a set of rounds, recomputed from the problem without the search."""

from collections.abc import Iterator

from optimizer.outcome import Violation
from optimizer.routing.problem import (
    UNITS_PER_CENT,
    RoutingBreak,
    RoutingProblem,
    RoutingRoute,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    RoutingVisit,
)

ROUTING_VIOLATIONS = (
    "routing.unknown_vehicle",
    "routing.vehicle_twice",
    "routing.unknown_stop",
    "routing.stop_twice",
    "routing.stop_missing",
    "routing.stop_required",
    "routing.round_empty",
    "routing.vehicle_not_allowed",
    "routing.load",
    "routing.shift",
    "routing.starts_late",
    "routing.duration",
    "routing.ready",
    "routing.arrival",
    "routing.window",
    "routing.departure",
    "routing.cold",
    "routing.cold_reported",
    "routing.return",
    "routing.metres",
    "routing.cost",
    "routing.penalty",
    "routing.break_missing",
    "routing.break_window",
    "routing.break_place",
    "routing.reload",
    "routing.skill",
    "routing.strain",
    "routing.locked",
)


def routing_violations(problem: RoutingProblem, solution: RoutingSolution) -> tuple[Violation, ...]:
    """Broken promises in the order found; empty for a sound solution."""
    return tuple(_all(problem, solution))


def _all(problem: RoutingProblem, solution: RoutingSolution) -> Iterator[Violation]:
    vehicles = {vehicle.key: vehicle for vehicle in problem.vehicles}
    stops = {stop.key: stop for stop in problem.stops}
    yield from _membership(problem, solution)
    yield from _locked(problem, solution)
    known = [r for r in solution.routes if r.vehicle in vehicles]
    for route in known:
        served = [stops[v.stop] for v in route.visits if v.stop in stops]
        if len(served) == len(route.visits):
            yield from _route(problem, vehicles[route.vehicle], route, served)
    yield from _sums(problem, solution, [(vehicles[r.vehicle], r) for r in known])


def _membership(problem: RoutingProblem, solution: RoutingSolution) -> Iterator[Violation]:
    """Each vehicle at most once, each stop exactly once: in a round or left out."""
    fleet = [vehicle.key for vehicle in problem.vehicles]
    used = [route.vehicle for route in solution.routes]
    for key in sorted(set(used)):
        if key not in fleet:
            yield Violation(code="routing.unknown_vehicle", subject=key)
        if used.count(key) > 1:
            yield Violation(code="routing.vehicle_twice", subject=key)
    named = [v.stop for r in solution.routes for v in r.visits] + list(solution.unserved)
    stops = {stop.key: stop for stop in problem.stops}
    for key in sorted(set(named) | set(stops)):
        if key not in stops:
            yield Violation(code="routing.unknown_stop", subject=key)
        elif named.count(key) != 1:
            code = "routing.stop_twice" if key in named else "routing.stop_missing"
            yield Violation(code=code, subject=key)
    for key in solution.unserved:
        if key in stops and stops[key].drop_penalty is None:
            yield Violation(code="routing.stop_required", subject=key)


def _locked(problem: RoutingProblem, solution: RoutingSolution) -> Iterator[Violation]:
    """A locked vehicle drives its stops in their order, and comes back between the same ones."""
    driven = {}
    for route in solution.routes:
        keys: list[str] = []
        for visit in route.visits:
            keys.append(visit.stop)
            keys += [""] * any(each.after == visit.stop for each in route.reloads)
        driven[route.vehicle] = tuple(keys)
    for vehicle, order in problem.locked:
        if driven.get(vehicle, ()) != order:
            yield Violation(code="routing.locked", subject=vehicle)


def _route(
    problem: RoutingProblem,
    vehicle: RoutingVehicle,
    route: RoutingRoute,
    served: list[RoutingStop],
) -> Iterator[Violation]:
    if not served:
        yield Violation(code="routing.round_empty", subject=route.vehicle)
        return
    trips = list(_trips(route, served))
    if len(trips) != len(route.reloads) + 1 or (route.reloads and not vehicle.reloads):
        yield Violation(code="routing.reload", subject=vehicle.key)
        return
    yield from _welcome(vehicle, served)
    for start_s, _, _, stops in trips:
        yield from _loads(problem, vehicle, stops)
        for stop in stops:
            if start_s < stop.ready_s:
                detail = (("start_s", start_s), ("ready_s", stop.ready_s))
                yield Violation(code="routing.ready", subject=stop.key, detail=detail)
    yield from _shift(vehicle, route)
    yield from _clock(problem, vehicle, route, trips)
    yield from _breaks(vehicle, route)
    yield from _stays(vehicle, route)
    metres = sum(_metres(problem, vehicle, stops) for *_, stops in trips)
    if route.metres != metres:
        detail = (("reported", route.metres), ("recomputed", metres))
        yield Violation(code="routing.metres", subject=route.vehicle, detail=detail)
    cents = _cents([_units(vehicle, route)])
    if route.cost_cents != cents:
        detail = (("reported", route.cost_cents), ("recomputed", cents))
        yield Violation(code="routing.cost", subject=route.vehicle, detail=detail)


Trip = tuple[int, int, list[RoutingVisit], list[RoutingStop]]
"""When it leaves and is said to be back, its visits and their stops."""


def _trips(route: RoutingRoute, served: list[RoutingStop]) -> Iterator[Trip]:
    """Cut a route where the vehicle comes back."""
    back = {each.after: each for each in route.reloads}
    start_s, visits, stops = route.start_s, list[RoutingVisit](), list[RoutingStop]()
    for visit, stop in zip(route.visits, served, strict=True):
        visits.append(visit)
        stops.append(stop)
        if stop.key in back and visit is not route.visits[-1]:
            yield start_s, back[stop.key].back_s, visits, stops
            start_s, visits, stops = back[stop.key].leave_s, [], []
    yield start_s, route.end_s, visits, stops


def _welcome(vehicle: RoutingVehicle, served: list[RoutingStop]) -> Iterator[Violation]:
    detail = (("vehicle", vehicle.key),)
    for stop in served:
        if stop.allowed is not None and vehicle.key not in stop.allowed:
            yield Violation(code="routing.vehicle_not_allowed", subject=stop.key, detail=detail)
        if any(skill not in vehicle.skills for skill in stop.skills):
            yield Violation(code="routing.skill", subject=stop.key, detail=detail)


def _loads(
    problem: RoutingProblem, vehicle: RoutingVehicle, stops: list[RoutingStop]
) -> Iterator[Violation]:
    """What is on board when a trip leaves, and after each stop, in fixed and switchable room."""
    board = [sum(stop.loads[d] for stop in stops) for d in range(len(problem.dimensions))]
    yield from _overfull(problem, vehicle, board)
    for stop in stops:
        if not stop.picks:
            continue
        before = stops[: stops.index(stop) + 1]
        for d in range(len(board)):
            taken = sum(each.picks[d] for each in before if each.picks)
            board[d] = sum(each.loads[d] for each in stops[len(before) :]) + taken
        yield from _overfull(problem, vehicle, board)


def _overfull(
    problem: RoutingProblem, vehicle: RoutingVehicle, board: list[int]
) -> Iterator[Violation]:
    beyond = [max(0, load - room) for load, room in zip(board, vehicle.capacity, strict=True)]
    each = vehicle.swing_room
    if each and sum((more + each - 1) // each for more in beyond) <= vehicle.swings:
        return
    for d, more in enumerate(beyond):
        if more:
            name, room = problem.dimensions[d], vehicle.capacity[d]
            excess = (("dimension", name), ("carried", board[d]), ("room", room))
            yield Violation(code="routing.load", subject=vehicle.key, detail=excess)


def _shift(vehicle: RoutingVehicle, route: RoutingRoute) -> Iterator[Violation]:
    if not vehicle.open_s <= route.start_s <= route.end_s <= vehicle.close_s:
        detail = (("start_s", route.start_s), ("end_s", route.end_s))
        yield Violation(code="routing.shift", subject=vehicle.key, detail=detail)
    latest = vehicle.latest_start_s
    if latest is not None and route.start_s > latest:
        detail = (("start_s", route.start_s), ("latest_s", latest))
        yield Violation(code="routing.starts_late", subject=vehicle.key, detail=detail)
    longest = vehicle.max_duration_s
    if longest is not None and route.end_s - route.start_s > longest:
        detail = (("lasts_s", route.end_s - route.start_s), ("most_s", longest))
        yield Violation(code="routing.duration", subject=vehicle.key, detail=detail)


def _clock(
    problem: RoutingProblem, vehicle: RoutingVehicle, route: RoutingRoute, trips: list[Trip]
) -> Iterator[Violation]:
    """Arrivals, begins, departures and returns, each from the one before as reported."""
    taken = _taken(vehicle, route)
    rested = {after: over_s for after, _, over_s, at_depot in taken if not at_depot}
    for start_s, end_s, visits, served in trips:
        now, node = start_s, vehicle.start_node
        for visit, stop in zip(visits, served, strict=True):
            arrive_s = _driven(problem, now, problem.travel_s[node][stop.node])
            yield from _visit(visit, stop, arrive_s, start_s)
            now, node = rested.get(stop.key, visit.depart_s), stop.node
        back = _driven(problem, now, problem.travel_s[node][vehicle.end_node])
        if end_s != back:
            detail = (("reported", end_s), ("recomputed", back))
            yield Violation(code="routing.return", subject=vehicle.key, detail=detail)


def _driven(problem: RoutingProblem, leave_s: int, way_s: int) -> int:
    """When a way is done, driven band by band: each second does the band's speed of it."""
    now, left, speed = leave_s, 1_000 * way_s, 1_000
    for band in problem.bands:
        if now < band.from_s:
            if left <= (band.from_s - now) * speed:
                break
            left -= (band.from_s - now) * speed
            now = band.from_s
        speed = band.permille
    return now + (left + speed - 1) // speed


def _visit(
    visit: RoutingVisit, stop: RoutingStop, arrive_s: int, left_s: int
) -> Iterator[Violation]:
    if visit.arrive_s != arrive_s or visit.begin_s < visit.arrive_s:
        detail = (("reported", visit.arrive_s), ("recomputed", arrive_s))
        yield Violation(code="routing.arrival", subject=stop.key, detail=detail)
    if not any(start <= visit.begin_s <= end for start, end in stop.windows):
        yield Violation(
            code="routing.window", subject=stop.key, detail=(("begin_s", visit.begin_s),)
        )
    if visit.depart_s != visit.begin_s + stop.service_s:
        yield Violation(
            code="routing.departure", subject=stop.key, detail=(("depart_s", visit.depart_s),)
        )
    cold = visit.begin_s - left_s
    if stop.max_cold_s is not None and cold > stop.max_cold_s:
        detail = (("cold_s", cold), ("most_s", stop.max_cold_s))
        yield Violation(code="routing.cold", subject=stop.key, detail=detail)
    if visit.cold_s != cold:
        detail = (("reported", visit.cold_s), ("recomputed", cold))
        yield Violation(code="routing.cold_reported", subject=stop.key, detail=detail)


def _owed(vehicle: RoutingVehicle, route: RoutingRoute) -> list[RoutingBreak]:
    """The breaks for which there was no time before it left, each begun as late as it may."""
    if vehicle.back_s is not None:
        return _owed_again(vehicle, vehicle.back_s, route.start_s)
    owed, over_s = list(vehicle.rests), 0
    while owed:
        over_s = max(over_s, owed[0].latest_s) + owed[0].duration_s
        if over_s > route.start_s:
            break
        owed.pop(0)
    return owed


def _owed_again(vehicle: RoutingVehicle, back_s: int, start_s: int) -> list[RoutingBreak]:
    """The same of a vehicle that came back: begun as soon as may be, it is loaded in between."""
    had, empty_s, loaded_s = 0, [back_s], [back_s + vehicle.loading_s]
    for number, rest in enumerate(vehicle.rests, 1):
        over_s = [
            [max(at_s, rest.earliest_s) + rest.duration_s for at_s in each if at_s <= rest.latest_s]
            for each in (empty_s, loaded_s)
        ]
        empty_s = over_s[0]
        loaded_s = [*over_s[1], *(at_s + vehicle.loading_s for at_s in empty_s)]
        if min(loaded_s, default=start_s + 1) <= start_s:
            had = number
    return list(vehicle.rests[had:])


def _taken(vehicle: RoutingVehicle, route: RoutingRoute) -> list[tuple[str, int, int, bool]]:
    """Of each pause its stop, when it begins and is over, and whether it is had at the depot."""
    back = {each.after: each.back_s for each in route.reloads}
    return [
        (
            pause.after,
            pause.begin_s,
            pause.begin_s + rest.duration_s,
            pause.after in back and pause.begin_s >= back[pause.after],
        )
        for pause, rest in zip(route.pauses, _owed(vehicle, route), strict=False)
    ]


def _stays(vehicle: RoutingVehicle, route: RoutingRoute) -> Iterator[Violation]:
    """Between two trips there is time to load, of which no break is a part, and to rest."""
    taken = _taken(vehicle, route)
    for stay in route.reloads:
        rests = [each for each in taken if each[3] and each[0] == stay.after]
        free = [stay.back_s, *(over_s for _, _, over_s, _ in rests)]
        busy = [*(begin_s for _, begin_s, _, _ in rests), stay.leave_s]
        if rests and free[-1] > stay.leave_s:
            detail = (("leave_s", stay.leave_s), ("rested_s", free[-1]))
            yield Violation(code="routing.break_place", subject=vehicle.key, detail=detail)
        longest_s = max(until - since for since, until in zip(free, busy, strict=True))
        if longest_s < vehicle.loading_s:
            detail = (("loading_s", vehicle.loading_s), ("free_s", longest_s))
            yield Violation(code="routing.reload", subject=vehicle.key, detail=detail)


def _breaks(vehicle: RoutingVehicle, route: RoutingRoute) -> Iterator[Violation]:
    """The first pause is the first break owed, and so on; one not taken is owed after its latest_s.

    Each begins in its window, when the stop before it is done and the pause before it is over.
    """
    rests = _owed(vehicle, route)
    for rest in rests[len(route.pauses) :]:
        if route.end_s > rest.latest_s:
            owed = (("end_s", route.end_s), ("latest_s", rest.latest_s))
            yield Violation(code="routing.break_missing", subject=vehicle.key, detail=owed)
    if len(route.pauses) > len(rests):
        yield Violation(code="routing.break_place", subject=vehicle.key)
    places = [visit.stop for visit in route.visits]
    reached, free_s = 0, 0
    for pause, rest in zip(route.pauses, rests, strict=False):
        detail = (("begin_s", pause.begin_s),)
        if not rest.earliest_s <= pause.begin_s <= rest.latest_s:
            yield Violation(code="routing.break_window", subject=vehicle.key, detail=detail)
        if places.count(pause.after) != 1 or places.index(pause.after) < reached:
            yield Violation(code="routing.break_place", subject=vehicle.key, detail=detail)
            continue
        reached = places.index(pause.after)
        if pause.begin_s < max(free_s, route.visits[reached].depart_s):
            yield Violation(code="routing.break_place", subject=vehicle.key, detail=detail)
        free_s = pause.begin_s + rest.duration_s


def _metres(problem: RoutingProblem, vehicle: RoutingVehicle, served: list[RoutingStop]) -> int:
    total, node = 0, vehicle.start_node
    for following in [*(stop.node for stop in served), vehicle.end_node]:
        total += problem.travel_m[node][following]
        node = following
    return total


def _units(vehicle: RoutingVehicle, route: RoutingRoute) -> int:
    """Price in 1/18000 cent: a metre is 1/1000 km, a second 1/3600 hour."""
    paid_s = route.end_s - route.start_s
    return (
        18_000 * vehicle.fixed_cents
        + 18 * vehicle.cents_per_km * route.metres
        + 5 * vehicle.cents_per_hour * paid_s
    )


def _strain(problem: RoutingProblem, vehicle: RoutingVehicle, route: RoutingRoute) -> int:
    """Tolls of the vehicle, late begins and breaks before it left, in 1/18000 cent."""
    stops = {stop.key: stop for stop in problem.stops}
    had = vehicle.rests[: len(vehicle.rests) - len(_owed(vehicle, route))]
    units = 5 * vehicle.cents_per_hour * sum(rest.duration_s + 1 for rest in had)
    for visit in route.visits:
        stop = stops.get(visit.stop)
        if stop is not None:
            units += 18_000 * sum(cents for key, cents in stop.tolls if key == vehicle.key)
            units += 5 * stop.late_cents_per_hour * max(0, visit.begin_s - stop.due_s)
    return units


def _cents(units: list[int]) -> int:
    return (sum(units) + UNITS_PER_CENT // 2) // UNITS_PER_CENT


def _sums(
    problem: RoutingProblem,
    solution: RoutingSolution,
    routes: list[tuple[RoutingVehicle, RoutingRoute]],
) -> Iterator[Violation]:
    cents = _cents([_units(vehicle, route) for vehicle, route in routes])
    if solution.cost_cents != cents:
        detail = (("reported", solution.cost_cents), ("recomputed", cents))
        yield Violation(code="routing.cost", detail=detail)
    strain = _cents([_strain(problem, vehicle, route) for vehicle, route in routes])
    if solution.strain_cents != strain:
        detail = (("reported", solution.strain_cents), ("recomputed", strain))
        yield Violation(code="routing.strain", detail=detail)
    left = set(solution.unserved)
    penalty = sum(stop.drop_penalty or 0 for stop in problem.stops if stop.key in left)
    if solution.penalty != penalty:
        detail = (("reported", solution.penalty), ("recomputed", penalty))
        yield Violation(code="routing.penalty", detail=detail)
