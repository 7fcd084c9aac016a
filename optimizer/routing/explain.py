"""Why a stop was left out, what would make it fit, and where one more stop fits best."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain

from optimizer.matrix import LARGEST
from optimizer.routing.clock import Trips
from optimizer.routing.problem import (
    RELOAD,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    cost_units,
    lacking,
    may_serve,
    toll_units,
    whole_cents,
)
from optimizer.routing.rounds import order_of
from optimizer.routing.schedule import Timetable, metres_of, timetable, trips_of

UNSERVED_REASONS = ("cost", "vehicle", "capacity", "ready", "cold", "window", "shift")
"""The closed list; `capacity` is followed by `:` and the dimension."""

Detail = tuple[tuple[str, int | str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnservedReason:
    """The one promise whose easing would serve the stop, all else as it is.

    `binding` is the vehicle that could then serve it. `would_fit_if` names the figure: `begin_s`
    (a window there), `cold_s` (that long out of the cold), `ready_s` (goods ready by then),
    `extra` (that much more room), `end_s` and `duration_s` (of the shift), `vehicles` (one more
    of that kind), `drop_penalty` (above nothing).
    """

    stop: str
    reason: str
    binding: str
    would_fit_if: Detail = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Insertion:
    """One place for a stop in the rounds as they are: `position` counts the stops before it."""

    vehicle: str
    position: int
    begin_s: int
    added_cents: int  # lateness and tolls included, rounded half up
    added_s: int  # paid seconds more
    order: tuple[str, ...]  # the vehicle's stops with it, `RELOAD` between two trips


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    vehicle: RoutingVehicle
    trips: Trips
    trip: int
    spot: int  # in its trip
    table: Timetable
    added_units: int
    added_s: int

    @property
    def begin_s(self) -> int:
        """When service of the inserted stop begins."""
        return self.table.trips[self.trip].stops_s()[self.spot]

    @property
    def cold_s(self) -> int:
        """How long its goods are then out of the cold."""
        return self.begin_s - self.table.trips[self.trip].start_s


def best_insertions(
    problem: RoutingProblem, solution: RoutingSolution, stop: str, *, count: int = 3
) -> tuple[Insertion, ...]:
    """The cheapest places for a stop of the problem, at most one per vehicle and window.

    The other stops keep their order, and locked vehicles theirs. A stop already served is priced
    as if it stood nowhere.
    """
    wanted = _stop(problem, stop)
    best: dict[tuple[str, int], _Place] = {}
    for place in sorted(_places(problem, solution, wanted), key=lambda p: p.added_units):
        window = sum(end < place.begin_s for _, end in wanted.windows)
        best.setdefault((place.vehicle.key, window), place)
    return tuple(_insertion(place) for place in list(best.values())[:count])


def _insertion(place: _Place) -> Insertion:
    order: list[str] = []
    for trip in place.trips:
        order += [RELOAD] * bool(order) + [stop.key for stop in trip]
    before = sum(len(trip) for trip in place.trips[: place.trip])
    return Insertion(
        vehicle=place.vehicle.key,
        position=before + place.spot,
        begin_s=place.begin_s,
        added_cents=whole_cents(place.added_units),
        added_s=place.added_s,
        order=tuple(order),
    )


def explain_unserved(
    problem: RoutingProblem, solution: RoutingSolution
) -> tuple[UnservedReason, ...]:
    """One reason per stop left out, in the order of the solution.

    Promises are eased one at a time in the order of `UNSERVED_REASONS`; the first that gives the
    stop a place is named, with the cheapest such place. When no single one does, the fleet is
    too small: the reason is `vehicle` or, where even a vehicle of its own would not do, `shift`.
    """
    return tuple(_reason(problem, solution, _stop(problem, key)) for key in solution.unserved)


def _stop(problem: RoutingProblem, key: str) -> RoutingStop:
    return next(stop for stop in problem.stops if stop.key == key)


def _orders(
    problem: RoutingProblem, solution: RoutingSolution, without: str
) -> Iterator[tuple[RoutingVehicle, Trips]]:
    """Every free vehicle with its trips; one of equal unused vehicles stands for all."""
    stops = {stop.key: stop for stop in problem.stops}
    rounds = {route.vehicle: order_of(route) for route in solution.routes}
    locked = {vehicle for vehicle, _ in problem.locked}
    idle: set[tuple[RoutingVehicle, object]] = set()
    for vehicle in problem.vehicles:
        order = [key for key in rounds.get(vehicle.key, ()) if key != without]
        if not order:
            welcome = tuple((may_serve(vehicle, s), toll_units(vehicle, s)) for s in problem.stops)
            kind = (replace(vehicle, key=""), welcome)
            if kind in idle:
                continue
            idle.add(kind)
        if vehicle.key not in locked:
            trips = trips_of([stops[key] if key else None for key in order])
            yield vehicle, trips or ((),)


def _places(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[_Place]:
    for vehicle, trips in _orders(problem, solution, stop.key):
        if may_serve(vehicle, stop):
            yield from _in_round(problem, vehicle, trips, stop, full=False)


Widened = tuple[Trips, int, int]


def _widened(vehicle: RoutingVehicle, trips: Trips, stop: RoutingStop) -> Iterator[Widened]:
    """The trips with a stop more, which trip it is in and where; in a trip of its own too."""
    for number, trip in enumerate(trips):
        for spot in range(len(trip) + 1):
            grown = (*trip[:spot], stop, *trip[spot:])
            yield (*trips[:number], grown, *trips[number + 1 :]), number, spot
    if vehicle.reloads and trips[0]:
        for number in range(len(trips) + 1):
            yield (*trips[:number], (stop,), *trips[number:]), number, 0


def _in_round(
    problem: RoutingProblem,
    vehicle: RoutingVehicle,
    trips: Trips,
    stop: RoutingStop,
    *,
    full: bool,
) -> Iterator[_Place]:
    """Places with a timetable; among them those with too little room, if `full`."""
    before, before_s = _units(problem, vehicle, trips)
    for widened, number, spot in _widened(vehicle, trips, stop):
        if bool(lacking(vehicle, widened[number])) is not full:
            continue
        table = timetable(problem, vehicle, widened)
        if table is not None:
            units = cost_units(vehicle, metres_of(problem, vehicle, widened), table.duration_s)
            yield _Place(
                vehicle=vehicle,
                trips=widened,
                trip=number,
                spot=spot,
                table=table,
                added_units=units + table.strain + toll_units(vehicle, stop) - before,
                added_s=table.duration_s - before_s,
            )


def _units(problem: RoutingProblem, vehicle: RoutingVehicle, trips: Trips) -> tuple[int, int]:
    """Price and paid seconds; taking a stop out can break a round, by the triangle rule."""
    table = timetable(problem, vehicle, trips) if any(trips) else None
    if table is None:
        return 0, 0
    units = cost_units(vehicle, metres_of(problem, vehicle, trips), table.duration_s)
    return units + table.strain, table.duration_s


def _reason(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> UnservedReason:
    eased = chain(
        _as_it_is(problem, solution, stop),
        _any_vehicle(problem, solution, stop),
        _more_room(problem, solution, stop),
        _at_once(problem, solution, stop),
        _any_cold(problem, solution, stop),
        _any_time(problem, solution, stop),
        _long_shift(problem, solution, stop),
        _more_vehicles(problem, stop),
    )
    fallback = UnservedReason(stop=stop.key, reason="shift", binding="")
    return next(eased, fallback)


def _cheapest(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> _Place | None:
    places = _places(problem, solution, stop)
    return min(places, key=lambda place: place.added_units, default=None)


def _named(stop: RoutingStop, reason: str, place: _Place, would_fit_if: Detail) -> UnservedReason:
    return UnservedReason(
        stop=stop.key, reason=reason, binding=place.vehicle.key, would_fit_if=would_fit_if
    )


def _as_it_is(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    if place := _cheapest(problem, solution, stop):
        cents = whole_cents(place.added_units)
        yield _named(stop, "cost", place, (("added_cents", cents), ("drop_penalty", 1)))


def _any_vehicle(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    if stop.allowed is None and not stop.skills:
        return
    if place := _cheapest(problem, solution, replace(stop, allowed=None, skills=())):
        yield _named(stop, "vehicle", place, (("begin_s", place.begin_s),))


def _more_room(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    """The vehicle that misses least room among those with the time."""
    found = []
    for vehicle, trips in _orders(problem, solution, stop.key):
        if may_serve(vehicle, stop):
            place = next(_in_round(problem, vehicle, trips, stop, full=True), None)
            if place:
                missing = lacking(vehicle, place.trips[place.trip])
                index, extra = max(missing.items(), key=lambda pair: pair[1])
                found.append((extra, index, place))
    if found:
        extra, index, place = min(found, key=lambda item: item[:2])
        reason = f"capacity:{problem.dimensions[index]}"
        yield _named(stop, reason, place, (("extra", extra),))


def _any_time(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    """The begin nearest to a window the stop has."""
    eased = replace(stop, windows=((0, LARGEST),))

    def apart(place: _Place) -> int:
        return min(max(a - place.begin_s, place.begin_s - b, 0) for a, b in stop.windows)

    place = min(_places(problem, solution, eased), key=apart, default=None)
    if place:
        yield _named(stop, "window", place, (("begin_s", place.begin_s),))


def _any_cold(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    if stop.max_cold_s is None:
        return
    if place := _cheapest(problem, solution, replace(stop, max_cold_s=None)):
        yield _named(stop, "cold", place, (("cold_s", place.cold_s),))


def _at_once(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    if stop.ready_s == 0:
        return
    if place := _cheapest(problem, solution, replace(stop, ready_s=0)):
        latest = _latest_ready(problem, solution, stop, place.vehicle)
        yield _named(stop, "ready", place, (("ready_s", latest),))


def _latest_ready(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop, vehicle: RoutingVehicle
) -> int:
    """Latest release with which the vehicle's round still has a place, where 0 has one."""
    order = next(o for v, o in _orders(problem, solution, stop.key) if v == vehicle)

    def too_late(ready_s: int) -> bool:
        eased = replace(stop, ready_s=ready_s)
        return not any(_in_round(problem, vehicle, order, eased, full=False))

    return bisect_left(range(stop.ready_s), 1, key=too_late) - 1


def _long_shift(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    """Nobody's shift or length of round binds, and nobody rests."""
    fleet = tuple(
        replace(
            vehicle,
            open_s=0,
            close_s=LARGEST,
            latest_start_s=None,
            max_duration_s=None,
            rests=(),
        )
        for vehicle in problem.vehicles
    )
    if place := _cheapest(replace(problem, vehicles=fleet), solution, stop):
        table = place.table
        detail = (("end_s", table.end_s), ("duration_s", table.duration_s))
        yield _named(stop, "shift", place, detail)


def _more_vehicles(problem: RoutingProblem, stop: RoutingStop) -> Iterator[UnservedReason]:
    nobody = RoutingSolution(routes=(), unserved=(), penalty=0, cost_cents=0)
    if place := _cheapest(problem, nobody, stop):
        yield _named(stop, "vehicle", place, (("vehicles", 1),))
