"""Every broken promise of a day's routes, in the depot's words and without a solver."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from logistics.roads import RoadMatrix
from logistics.routes import (
    PREFERRED_CENTS_PER_HOUR,
    BreakTaken,
    Delivery,
    Route,
    RoutePlan,
    Stop,
    Trip,
)
from logistics.vans import Boxes, Depot, DriverBreak, Vehicle
from optimizer import Violation

ROUTE_VIOLATIONS = (
    "route.vehicle_unknown",
    "route.vehicle_twice",
    "route.site_unknown",
    "route.site_twice",
    "route.site_missing",
    "route.trip_empty",
    "route.boxes",
    "route.capacity",
    "route.shift",
    "route.starts_late",
    "route.longest",
    "route.reload",
    "route.skill",
    "route.address",
    "route.ready",
    "route.arrival",
    "route.window",
    "route.service",
    "route.cold",
    "route.return",
    "route.break",
    "route.metres",
    "route.cost",
    "route.preferred",
    "route.late",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    depot: Depot
    vehicles: dict[str, Vehicle]
    deliveries: dict[str, Delivery]
    nodes: dict[str, int]
    roads: RoadMatrix


def route_violations(
    depot: Depot,
    vehicles: tuple[Vehicle, ...],
    *,
    deliveries: tuple[Delivery, ...],
    roads: RoadMatrix,
    plan: RoutePlan,
) -> tuple[Violation, ...]:
    """What the plan breaks, recomputed from the day as it was asked; empty for a sound plan."""
    day = _Day(
        depot=depot,
        vehicles={vehicle.id: vehicle for vehicle in vehicles},
        deliveries={delivery.site: delivery for delivery in deliveries},
        nodes={delivery.site: node for node, delivery in enumerate(deliveries, start=1)},
        roads=roads,
    )
    return tuple(_all(day, plan))


def _all(day: _Day, plan: RoutePlan) -> Iterator[Violation]:
    yield from _membership(day, plan)
    units = late_s = 0
    for route in plan.routes:
        vehicle = day.vehicles.get(route.vehicle)
        if vehicle is None or any(stop.site not in day.nodes for stop in route.stops):
            continue  # named above
        units += _units(vehicle, route)
        late_s += sum(_late_s(day, stop) for stop in route.stops)
        yield from _route(day, vehicle, route)
    if plan.cost_cents != _cents(units):
        yield Violation(code="route.cost")
    if plan.late_cents != (PREFERRED_CENTS_PER_HOUR * late_s + 1_800) // 3_600:
        yield Violation(code="route.late")


def _late_s(day: _Day, stop: Stop) -> int:
    """Seconds after the time that its address asked for."""
    by_min = day.deliveries[stop.site].preferred_by_min
    return 0 if by_min is None else max(0, stop.begin_s - 60 * by_min)


def _membership(day: _Day, plan: RoutePlan) -> Iterator[Violation]:
    """Each van at most once, each site exactly once: on a route or left behind."""
    used = [route.vehicle for route in plan.routes]
    for vehicle in sorted(set(used)):
        if vehicle not in day.vehicles:
            yield Violation(code="route.vehicle_unknown", subject=vehicle)
        if used.count(vehicle) > 1:
            yield Violation(code="route.vehicle_twice", subject=vehicle)
    named = [stop.site for route in plan.routes for stop in route.stops]
    named += [left.site for left in plan.unserved]
    for site in sorted(set(named) | set(day.nodes)):
        if site not in day.nodes:
            yield Violation(code="route.site_unknown", subject=site)
        elif named.count(site) != 1:
            code = "route.site_twice" if site in named else "route.site_missing"
            yield Violation(code=code, subject=site)


def _route(day: _Day, vehicle: Vehicle, route: Route) -> Iterator[Violation]:
    if not route.trips or not all(trip.stops for trip in route.trips):
        yield Violation(code="route.trip_empty", subject=vehicle.id)
        return
    yield from _shift(vehicle, route)
    yield from _reloads(vehicle, route)
    for trip in route.trips:
        yield from _welcome(day, vehicle, trip)
        yield from _loading(day, vehicle, trip)
        yield from _driving(day, vehicle, trip, dict(_ends(vehicle, route)))
    yield from _breaks(vehicle, route)
    if route.metres != sum(_metres(day, trip) for trip in route.trips):
        yield Violation(code="route.metres", subject=vehicle.id)
    if route.cost_cents != _cents(_units(vehicle, route)):
        yield Violation(code="route.cost", subject=vehicle.id)


def _shift(vehicle: Vehicle, route: Route) -> Iterator[Violation]:
    """It leaves between its earliest and latest start, and is back in time and before too long."""
    start_s, free_s = route.trips[0].start_s, route.trips[-1].end_s
    if start_s < 60 * vehicle.shift_open_min:
        yield Violation(code="route.shift", subject=vehicle.id)
    if vehicle.latest_start_min is not None and start_s > 60 * vehicle.latest_start_min:
        detail = (("start_s", start_s),)
        yield Violation(code="route.starts_late", subject=vehicle.id, detail=detail)
    if free_s > 60 * vehicle.shift_close_min:
        yield Violation(code="route.shift", subject=vehicle.id, detail=(("end_s", free_s),))
    lasts_s = free_s - start_s
    if vehicle.longest_min is not None and lasts_s > 60 * vehicle.longest_min:
        yield Violation(code="route.longest", subject=vehicle.id, detail=(("lasts_s", lasts_s),))


def _reloads(vehicle: Vehicle, route: Route) -> Iterator[Violation]:
    """It comes back only if it may, and leaves again when it is loaded and its driver has rested.

    Whoever loads does not rest: one stretch of the stay without a break is long enough to load.
    """
    if len(route.trips) > 1 and not vehicle.reloads:
        yield Violation(code="route.reload", subject=vehicle.id)
    for before, after in pairwise(route.trips):
        free_s, stretches = before.end_s, list[int]()
        for trip, taken, over_s in _rested(vehicle, route):
            if trip is before and _at_depot(route, trip, taken):
                stretches.append(taken.begin_s - free_s)
                free_s = over_s
        if max(*stretches, after.start_s - free_s, -1) < 60 * vehicle.loading_min:
            yield Violation(code="route.reload", subject=vehicle.id)
        if stretches and free_s > after.start_s:
            yield Violation(code="route.break", subject=vehicle.id)


def _welcome(day: _Day, vehicle: Vehicle, trip: Trip) -> Iterator[Violation]:
    """Each address gets a van that it allows, with what it asks of a driver."""
    for stop in trip.stops:
        delivery = day.deliveries[stop.site]
        if not set(delivery.skills) <= set(vehicle.skills):
            yield Violation(code="route.skill", subject=stop.site)
        if delivery.vans is not None and vehicle.id not in delivery.vans:
            yield Violation(code="route.address", subject=stop.site)


def _loading(day: _Day, vehicle: Vehicle, trip: Trip) -> Iterator[Violation]:
    """Boxes as ordered, within the van, and none before its goods are ready."""
    load = Boxes()
    for stop in trip.stops:
        delivery = day.deliveries[stop.site]
        load += delivery.boxes
        if (stop.boxes, stop.pickups) != (delivery.boxes, delivery.pickups):
            yield Violation(code="route.boxes", subject=stop.site)
        if trip.start_s < 60 * delivery.ready_min:
            yield Violation(code="route.ready", subject=stop.site)
    if not all(vehicle.settings(board) is not None for board in _on_board(day, trip, load)):
        yield Violation(code="route.capacity", subject=vehicle.id)


def _on_board(day: _Day, trip: Trip, load: Boxes) -> Iterator[Boxes]:
    """What the van holds as it leaves, and after each door."""
    yield load
    for stop in trip.stops:
        delivery = day.deliveries[stop.site]
        load = load.without(delivery.boxes) + delivery.picks
        yield load


def _rested(vehicle: Vehicle, route: Route) -> Iterator[tuple[Trip, BreakTaken, int]]:
    """Each break taken, with its trip and when it is over."""
    pairs = [(trip, taken) for trip in route.trips for taken in trip.breaks]
    for (trip, taken), rest in zip(pairs, _owed(vehicle, route), strict=False):
        yield trip, taken, taken.begin_s + 60 * rest.minutes


def _at_depot(route: Route, trip: Trip, taken: BreakTaken) -> bool:
    """Whether a break comes when the van is back from a trip and has another one to drive."""
    back = taken.after == trip.stops[-1].site and taken.begin_s >= trip.end_s
    return back and trip is not route.trips[-1]


def _ends(vehicle: Vehicle, route: Route) -> Iterator[tuple[str, int]]:
    """After which site breaks on the road are over, and when: of two after one site the last."""
    for trip, taken, over_s in _rested(vehicle, route):
        if not _at_depot(route, trip, taken):
            yield taken.after, over_s


def _driving(
    day: _Day, vehicle: Vehicle, trip: Trip, rested: dict[str, int]
) -> Iterator[Violation]:
    """The clock of one trip: each arrival from the departure before it, as reported."""
    now, here = trip.start_s, 0
    for stop in trip.stops:
        there = day.nodes[stop.site]
        yield from _visit(day, stop, _arrival(day.roads, now, here, there), trip.start_s)
        now, here = rested.get(stop.site, stop.depart_s), there
    if trip.end_s != _arrival(day.roads, now, here, 0):
        yield Violation(code="route.return", subject=vehicle.id)


def _arrival(roads: RoadMatrix, leave_s: int, here: int, there: int) -> int:
    """When a way is done that each second shortens by the speed of its hour."""
    left, now = Fraction(roads.seconds[here][there]), leave_s
    speeds = [(60 * minute, Fraction(speed, 1000)) for minute, speed in roads.bands]
    for at, (begins, speed) in enumerate(reversed(speeds)):
        if now >= begins:
            ahead, running = speeds[len(speeds) - at :], speed
            break
    else:
        ahead, running = speeds, Fraction(1)
    for begins, speed in ahead:
        if left <= (begins - now) * running:
            break
        left -= (begins - now) * running
        now, running = begins, speed
    return now + ceil(left / running)


def _visit(day: _Day, stop: Stop, arrive_s: int, left_s: int) -> Iterator[Violation]:
    delivery = day.deliveries[stop.site]
    if stop.arrive_s != arrive_s or stop.begin_s < arrive_s:
        yield Violation(code="route.arrival", subject=stop.site)
    if not any(60 * a <= stop.begin_s <= 60 * b for a, b in delivery.windows):
        yield Violation(code="route.window", subject=stop.site)
    if stop.preferred_by_min != delivery.preferred_by_min:
        yield Violation(code="route.preferred", subject=stop.site)
    if stop.depart_s != stop.begin_s + 60 * delivery.service_min:
        yield Violation(code="route.service", subject=stop.site)
    cold_s, most_min = stop.begin_s - left_s, day.depot.cold_min(delivery.boxes)
    if stop.cold_s != cold_s or (most_min is not None and cold_s > 60 * most_min):
        yield Violation(code="route.cold", subject=stop.site, detail=(("cold_s", cold_s),))


def _owed(vehicle: Vehicle, route: Route) -> tuple[DriverBreak, ...]:
    """The breaks that cannot be over before the van leaves, each begun as late as it may."""
    over_min, had = 0, 0
    for rest in vehicle.rests:
        over_min = max(over_min, rest.latest_min) + rest.minutes
        had += route.trips[0].start_s >= 60 * over_min
    return vehicle.rests[had:]


def _breaks(vehicle: Vehicle, route: Route) -> Iterator[Violation]:
    """A driver still out after the latest begin of a break had it, in its window, after a stop.

    At the depot it comes after the last stop of a trip, once that is over.
    """
    rests = _owed(vehicle, route)
    left = rests[len(route.breaks) :]
    missed = any(route.trips[-1].end_s > 60 * rest.latest_min for rest in left)
    if missed or len(route.breaks) > len(rests) or not _well_placed(route, rests):
        yield Violation(code="route.break", subject=vehicle.id)


def _well_placed(route: Route, rests: Sequence[DriverBreak]) -> bool:
    """Whether each break begins in its window, its stop done, and the break before it over."""
    free_s = 0
    pairs = [(trip, taken) for trip in route.trips for taken in trip.breaks]
    for (trip, taken), rest in zip(pairs, rests, strict=False):
        before = [stop.depart_s for stop in trip.stops if stop.site == taken.after]
        soonest = max(60 * rest.earliest_min, free_s, *before)
        late = not soonest <= taken.begin_s <= 60 * rest.latest_min
        if late or len(before) != 1 or taken.minutes not in {None, rest.minutes}:
            return False
        free_s = taken.begin_s + 60 * rest.minutes
    return True


def _metres(day: _Day, trip: Trip) -> int:
    total, here = 0, 0
    for there in (*(day.nodes[stop.site] for stop in trip.stops), 0):
        total += day.roads.metres[here][there]
        here = there
    return total


def _units(vehicle: Vehicle, route: Route) -> int:
    """Price in 1/18000 cent, so that metres and seconds count without rounding."""
    if not route.trips:
        return 0
    paid_s = route.trips[-1].end_s - route.trips[0].start_s
    return (
        18_000 * vehicle.fixed_cents
        + 18 * vehicle.cents_per_km * route.metres
        + 5 * vehicle.cents_per_hour * paid_s
    )


def _cents(units: int) -> int:
    return (units + 9_000) // 18_000
