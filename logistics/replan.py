"""A published day on the road: what may still change of it, and the answer in its own words."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import ceil

from logistics.horizon import changed_van_cents
from logistics.leftbehind import UnservedDelivery
from logistics.roads import RoadMatrix
from logistics.routecheck import route_violations
from logistics.routes import (
    BreakTaken,
    Delivery,
    Route,
    RoutePlan,
    Trip,
    late_cents,
    read_routes,
)
from logistics.vans import LOADING_MIN, Boxes, Depot, DriverSkill, Pickup, Vehicle
from optimizer import (
    RELOAD,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    Violation,
)

FETCHED_MIN = 30
"""From the loss of a van that was out until its goods lie at the depot again (house rule)."""
LATER_CENTS_PER_HOUR = 1_200
"""What it weighs to come later than published, beyond `NOTICED_MIN`."""
NOTICED_MIN = 15
"""A stop moves in time when it is served so much earlier or later than published."""
AGAIN = " again"  # after the key of a van: what it drives once it is back from a round under way


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published day on the road: what was asked of the search, and the routes that stand.

    `problem` names sites and vans; every stop on a route is in it. `gone` were lost before.
    `fetched`: by site what is taken back there, where no route of the day tells it yet.
    """

    depot: Depot
    vehicles: tuple[Vehicle, ...]
    problem: RoutingProblem
    routes: RoutePlan
    gone: frozenset[str] = frozenset()
    fetched: Mapping[str, tuple[Pickup, ...]] = field(default_factory=dict)

    def pickups(self) -> dict[str, tuple[Pickup, ...]]:
        """What is fetched, by site."""
        told = {s.site: s.pickups for r in self.routes.routes for s in r.stops if s.pickups}
        return {**told, **self.fetched}

    def begins_s(self) -> dict[str, tuple[str, int]]:
        """By site: its van, and when service begins."""
        return begins_of(self.routes.routes)

    def not_carried(self, doors: Iterable[Delivery]) -> Iterator[Violation]:
        """What the routes do not bring of deliveries: a door without a stop, or other boxes."""
        stops = {stop.site: stop for route in self.routes.routes for stop in route.stops}
        for door in doors:
            stop = stops.get(door.site)
            if stop is None:
                yield Violation(code="check.order.not_routed", subject=door.site)
            elif (stop.boxes, stop.pickups) != (door.boxes, door.pickups):
                yield Violation(code="route.boxes", subject=door.site)

    def held(self) -> frozenset[str]:
        """Vans that drive the tour a person keeps; doors that came or went since change nothing."""
        kept, begins = dict(self.problem.locked), self.begins_s()
        return frozenset(
            route.vehicle
            for route in self.routes.routes
            if (doors := [key for key in kept.get(route.vehicle, ()) if key in begins])
            and doors == [stop.site for stop in route.stops if stop.site in doors]
        )


def under_way(route: Route, at_min: int) -> bool:
    """Whether a van has left by a minute."""
    return route.trips[0].start_s <= 60 * at_min


def tour_of(route: Route) -> tuple[str, ...]:
    """The sites of a route in their order, with `RELOAD` between two trips."""
    keys: list[str] = []
    for trip in route.trips:
        keys += [RELOAD] * bool(keys) + [stop.site for stop in trip.stops]
    return tuple(keys)


def begins_of(routes: tuple[Route, ...]) -> dict[str, tuple[str, int]]:
    """By site: its van, and when service begins."""
    return {stop.site: (route.vehicle, stop.begin_s) for route in routes for stop in route.stops}


def asked_of(
    day: Published,
    lost: str,
    at_min: int,
    *,
    now_min: int,
    more: frozenset[str] = frozenset(),
    held: frozenset[str] = frozenset(),
) -> RoutingProblem:
    """What is left to drive: done stops locked at their times, all others free from now on.

    `more` are sites on no route yet that are asked too. Vans in `held` keep their tour and its
    times as if they were under way.
    """
    locked = dict(_locked(day, lost, at_min, now_min, held))
    fixed = {site for order in locked.values() for site in order if site != RELOAD}
    begins = day.begins_s()
    vans = tuple(_vans(day, lost, now_min, locked))
    stops = []
    for stop in day.problem.stops:
        if stop.key in fixed:
            begin_s = begins[stop.key][1]
            stops.append(replace(stop, windows=((begin_s, begin_s),), allowed=None, tolls=()))
        elif stop.key in begins:
            fetched = FETCHED_MIN if _was_aboard(day, stop, lost, at_min) else 0
            stops.append(_free(day, stop, vans, lost=lost, ready_min=now_min + fetched))
        elif stop.key in more:
            ready_s = max(stop.ready_s, 60 * now_min)
            stops.append(replace(stop, ready_s=ready_s, allowed=_allowed(stop, vans)))
    return replace(day.problem, stops=tuple(stops), vehicles=vans, locked=tuple(locked.items()))


def _locked(
    day: Published, lost: str, at_min: int, now_min: int, held: frozenset[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Rounds under way or held; of the lost van what it began to serve in time, trip by trip."""
    for route in day.routes.routes:
        minute = at_min if route.vehicle == lost else now_min
        if route.vehicle not in held and not under_way(route, minute):
            continue
        if route.vehicle != lost:
            yield route.vehicle, tour_of(route)
            continue
        keys: list[str] = []
        for trip in route.trips:
            done = [stop.site for stop in trip.stops if stop.begin_s <= 60 * at_min]
            keys += [RELOAD] * (bool(keys) and bool(done)) + done
        if keys:
            yield route.vehicle, tuple(keys)


def _vans(
    day: Published, lost: str, now_min: int, locked: Mapping[str, tuple[str, ...]]
) -> Iterator[RoutingVehicle]:
    """Vans that are out or free, and those that may drive again once they are back."""
    routes = {route.vehicle: route for route in day.routes.routes}
    gone = day.gone | {lost}
    for van in day.problem.vehicles:
        if van.key in locked:
            reloads = van.reloads or RELOAD in locked[van.key]
            left_s = routes[van.key].trips[0].start_s  # nobody who is out leaves a second time
            yield replace(van, reloads=reloads, latest_start_s=left_s)
            if van.key not in gone:
                yield from _again(van, routes[van.key], now_min)
        elif van.key not in gone and 60 * now_min <= van.last_start_s:
            open_s = max(van.open_s, 60 * now_min)
            yield replace(van, open_s=open_s, reloads=True, loading_s=_loading_s(van))


def _loading_s(van: RoutingVehicle) -> int:
    """Seconds to load it again; a van that was not meant to come back needs the usual time."""
    return van.loading_s or 60 * LOADING_MIN


def _again(van: RoutingVehicle, route: Route, now_min: int) -> Iterator[RoutingVehicle]:
    """The van for one more trip, within its shift and the longest its driver may be out.

    Its driver began long ago: the latest start binds no more. From being back on nobody asked
    anything of them, so that a break may have begun before now.
    """
    first, last = route.trips[0], route.trips[-1]
    open_s, close_s = max(last.end_s + _loading_s(van), 60 * now_min), van.close_s
    if van.max_duration_s is not None:
        close_s = min(close_s, first.start_s + van.max_duration_s)
    if open_s < close_s:
        yield replace(
            van,
            key=van.key + AGAIN,
            open_s=open_s,
            close_s=close_s,
            latest_start_s=None,
            max_duration_s=None,
            fixed_cents=0,
            rests=van.rests_from(first.start_s)[len(route.breaks) :],
            loading_s=_loading_s(van),
            back_s=last.end_s,
        )


def _was_aboard(day: Published, stop: RoutingStop, lost: str, at_min: int) -> bool:
    """Whether the lost van had left with the goods of a stop."""
    trips = (trip for route in day.routes.routes if route.vehicle == lost for trip in route.trips)
    trip = next((trip for trip in trips if any(s.site == stop.key for s in trip.stops)), None)
    return trip is not None and trip.start_s <= 60 * at_min


def _free(
    day: Published,
    stop: RoutingStop,
    vans: tuple[RoutingVehicle, ...],
    *,
    lost: str,
    ready_min: int,
) -> RoutingStop:
    """A stop that may move: from now on, by its own van if that costs about the same."""
    van, begin_s = day.begins_s()[stop.key]
    due_s = begin_s + 60 * NOTICED_MIN
    others = () if van == lost else (each.key for each in vans if each.key != van)
    return replace(
        stop,
        ready_s=max(stop.ready_s, 60 * ready_min),
        allowed=_allowed(stop, vans),
        tolls=tuple((key, changed_van_cents()) for key in others),
        due_s=min(due_s, stop.due_s) if stop.late_cents_per_hour else due_s,
        late_cents_per_hour=max(LATER_CENTS_PER_HOUR, stop.late_cents_per_hour),
    )


def _allowed(stop: RoutingStop, vans: tuple[RoutingVehicle, ...]) -> tuple[str, ...] | None:
    """The vans that a stop allows, also once they are back."""
    if stop.allowed is None:
        return None
    return tuple(each.key for each in vans if each.key.removesuffix(AGAIN) in stop.allowed)


def left_meanwhile(
    before: RoutePlan, after: RoutePlan, *, now_min: int, lost: str = ""
) -> str | None:
    """The letter of a van that left by now on a trip that would change; None when none did."""
    was, becomes = (set(_left(plan, now_min, lost)) for plan in (before, after))
    return min((letter for letter, _, _ in was ^ becomes), default=None)


def _left(plan: RoutePlan, now_min: int, lost: str) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    for route in plan.routes:
        for trip in route.trips:
            if route.vehicle != lost and trip.start_s <= 60 * now_min:
                yield route.letter, trip.start_s, tuple(stop.site for stop in trip.stops)


def read_answer(day: Published, asked: RoutingProblem, found: RoutingSolution) -> RoutePlan:
    """The answer in the depot's words, with the trips of one van together."""
    vehicles = tuple(
        replace(
            next(one for one in day.vehicles if one.id == van.key.removesuffix(AGAIN)), id=van.key
        )
        for van in asked.vehicles
    )
    deliveries = tuple(_delivery(day, stop) for stop in _own_terms(day, asked))
    plan = read_routes(
        asked,
        found,
        vehicles=vehicles,
        deliveries=deliveries,
        provenance=day.routes.provenance,
    )
    vans = {van.key: van for van in asked.vehicles}
    routes = [_joined(day, vans, van, plan.routes) for van in day.vehicles]
    kept = tuple(route for route in routes if route is not None)
    return RoutePlan(
        routes=kept,
        unserved=(*day.routes.unserved, *(own_name(each) for each in plan.unserved)),
        cost_cents=_cents(sum(_units(day, route) for route in kept)),
        provenance=day.routes.provenance,
        usual=day.routes.usual,
        late_cents=late_cents(kept),
    )


def own_name(left: UnservedDelivery) -> UnservedDelivery:
    """A reason that names the van itself, also where it binds once it is back."""
    return replace(left, binding=left.binding.removesuffix(AGAIN))


def _joined(
    day: Published, vans: Mapping[str, RoutingVehicle], van: Vehicle, routes: tuple[Route, ...]
) -> Route | None:
    """All trips of a van, with the breaks that its driver has between them; None without any."""
    own = {route.vehicle: route for route in routes}
    mine = [own[key] for key in (van.id, van.id + AGAIN) if key in own]
    if not mine:
        return None
    trips = [trip for one in mine for trip in one.trips]
    if mine[1:]:
        last, then = len(mine[0].trips) - 1, trips[len(mine[0].trips)]
        had = _had(trips[last], vans[van.id + AGAIN], then.start_s)
        trips[last] = replace(trips[last], breaks=(*trips[last].breaks, *had))
    route = Route(
        vehicle=van.id,
        letter=van.letter,
        trips=tuple(trips),
        metres=sum(one.metres for one in mine),
        cost_cents=0,
    )
    return replace(route, cost_cents=_cents(_units(day, route)))


def _had(trip: Trip, again: RoutingVehicle, leave_s: int) -> Iterator[BreakTaken]:
    """The breaks that a driver who is back from a trip has at the depot before leaving again."""
    for rest, begin_s in zip(again.rests, again.had_s(leave_s), strict=False):
        minutes = rest.duration_s // 60
        yield BreakTaken(after=trip.stops[-1].site, begin_s=begin_s, minutes=minutes)


def _units(day: Published, route: Route) -> int:
    """Price of all trips of a van in 1/18000 cent: from leaving first to being back last."""
    van = next(each for each in day.vehicles if each.id == route.vehicle)
    paid_s = route.trips[-1].end_s - route.trips[0].start_s
    metres = 18 * van.cents_per_km * route.metres
    return 18_000 * van.fixed_cents + metres + 5 * van.cents_per_hour * paid_s


def _cents(units: int) -> int:
    return (units + 9_000) // 18_000


def _delivery(day: Published, stop: RoutingStop) -> Delivery:
    """A stop as the checker and the papers know it."""
    return Delivery(
        site=stop.key,
        point=day.depot.point,
        windows=tuple((open_s // 60, ceil(close_s / 60)) for open_s, close_s in stop.windows),
        service_min=stop.service_s // 60,
        boxes=Boxes(**dict(zip(day.problem.dimensions, stop.loads, strict=True))),
        orders=(),
        ready_min=stop.ready_s // 60,
        skills=tuple(DriverSkill(skill) for skill in stop.skills),
        vans=stop.allowed,
        pickups=day.pickups().get(stop.key, ()),
        preferred_by_min=stop.due_s // 60 if stop.late_cents_per_hour else None,
    )


def _own_terms(day: Published, asked: RoutingProblem) -> tuple[RoutingStop, ...]:
    """The stops asked with the windows, vans and preferred times of the day itself."""
    first = {stop.key: stop for stop in day.problem.stops}
    return tuple(
        replace(
            stop,
            windows=first[stop.key].windows,
            allowed=first[stop.key].allowed,
            due_s=first[stop.key].due_s,
            late_cents_per_hour=first[stop.key].late_cents_per_hour,
        )
        for stop in asked.stops
    )


def broken_of(day: Published, asked: RoutingProblem, routes: RoutePlan) -> tuple[Violation, ...]:
    """What the routes break of the day, with its own windows and the new release times."""
    nodes = [0, *(stop.node for stop in asked.stops)]
    own = _own_terms(day, asked)
    here = {stop.key for stop in own}
    return route_violations(
        day.depot,
        tuple(_may_come_back(day)),
        deliveries=tuple(_delivery(day, stop) for stop in own),
        roads=RoadMatrix(
            seconds=asked.travel_s.only(nodes),
            metres=asked.travel_m.only(nodes),
            provenance=routes.provenance,
            bands=tuple((band.from_s // 60, band.permille) for band in asked.bands),
        ),
        plan=replace(routes, unserved=tuple(one for one in routes.unserved if one.site in here)),
    )


def _may_come_back(day: Published) -> Iterator[Vehicle]:
    """The vans as this day loads them: where one is lost, every other may drive twice."""
    loading = {van.key: _loading_s(van) // 60 for van in day.problem.vehicles}
    for van in day.vehicles:
        yield replace(van, reloads=True, loading_min=loading.get(van.id, van.loading_min))
