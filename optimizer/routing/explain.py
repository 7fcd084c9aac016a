"""Why a stop was left out, what would make it fit, and where one more stop fits best."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from optimizer.routing.problem import (
    LARGEST,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    cost_units,
    may_serve,
    whole_cents,
)
from optimizer.routing.schedule import Timetable, metres_of, timetable

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
    added_cents: int  # rounded half up


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    vehicle: RoutingVehicle
    position: int
    table: Timetable
    added_units: int

    @property
    def begin_s(self) -> int:
        """When service of the inserted stop begins."""
        rest = self.table.rest
        later = rest is not None and rest <= self.position
        return self.table.begins_s[self.position + later]


def best_insertions(
    problem: RoutingProblem, solution: RoutingSolution, stop: str, *, count: int = 3
) -> tuple[Insertion, ...]:
    """The cheapest places for a stop of the problem, at most one per vehicle and window.

    The other stops keep their order. A stop already served is priced as if it stood nowhere.
    """
    wanted = _stop(problem, stop)
    best: dict[tuple[str, int], _Place] = {}
    for place in sorted(_places(problem, solution, wanted), key=lambda p: p.added_units):
        window = sum(end < place.begin_s for _, end in wanted.windows)
        best.setdefault((place.vehicle.key, window), place)
    return tuple(
        Insertion(
            vehicle=place.vehicle.key,
            position=place.position,
            begin_s=place.begin_s,
            added_cents=whole_cents(place.added_units),
        )
        for place in list(best.values())[:count]
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
) -> Iterator[tuple[RoutingVehicle, tuple[RoutingStop, ...]]]:
    """Every vehicle with its stops in order; one of equal unused vehicles stands for all."""
    stops = {stop.key: stop for stop in problem.stops}
    rounds = {route.vehicle: route.visits for route in solution.routes}
    idle: set[RoutingVehicle] = set()
    for vehicle in problem.vehicles:
        visits = rounds.get(vehicle.key, ())
        if not visits:
            welcome = tuple(stop.key for stop in problem.stops if may_serve(vehicle, stop))
            kind = replace(vehicle, key=str(welcome))
            if kind in idle:
                continue
            idle.add(kind)
        yield vehicle, tuple(stops[v.stop] for v in visits if v.stop != without)


def _places(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[_Place]:
    for vehicle, order in _orders(problem, solution, stop.key):
        if may_serve(vehicle, stop) and not _missing_room(vehicle, (*order, stop)):
            yield from _in_round(problem, vehicle, order, stop)


def _missing_room(vehicle: RoutingVehicle, stops: Sequence[RoutingStop]) -> list[tuple[int, int]]:
    """Dimensions that the stops together overfill, with the excess."""
    sums = [sum(column) for column in zip(*(stop.loads for stop in stops), strict=True)]
    pairs = enumerate(zip(sums, vehicle.capacity, strict=True))
    return [(index, needed - room) for index, (needed, room) in pairs if needed > room]


def _in_round(
    problem: RoutingProblem,
    vehicle: RoutingVehicle,
    order: tuple[RoutingStop, ...],
    stop: RoutingStop,
) -> Iterator[_Place]:
    before = _units(problem, vehicle, order)
    for position in range(len(order) + 1):
        widened = (*order[:position], stop, *order[position:])
        table = timetable(problem, vehicle, widened)
        if table is not None:
            metres = metres_of(problem, vehicle, widened)
            after = cost_units(vehicle, metres, table.duration_s)
            yield _Place(
                vehicle=vehicle, position=position, table=table, added_units=after - before
            )


def _units(problem: RoutingProblem, vehicle: RoutingVehicle, order: tuple[RoutingStop, ...]) -> int:
    """Price of a round; taking a stop out can break it only where roads break the triangle rule."""
    table = timetable(problem, vehicle, order) if order else None
    if table is None:
        return 0
    return cost_units(vehicle, metres_of(problem, vehicle, order), table.duration_s)


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
    if stop.allowed is None:
        return
    if place := _cheapest(problem, solution, replace(stop, allowed=None)):
        yield _named(stop, "vehicle", place, (("begin_s", place.begin_s),))


def _more_room(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    """The vehicle that misses least room among those with the time."""
    found = []
    for vehicle, order in _orders(problem, solution, stop.key):
        missing = _missing_room(vehicle, (*order, stop))
        if may_serve(vehicle, stop) and missing:
            worst = max(missing, key=lambda pair: pair[1])
            place = next(_in_round(problem, vehicle, order, stop), None)
            found += [(worst[1], worst[0], place)] if place else []
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
        cold = place.begin_s - place.table.start_s
        yield _named(stop, "cold", place, (("cold_s", cold),))


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
    order = dict(_orders(problem, solution, stop.key))[vehicle]

    def too_late(ready_s: int) -> bool:
        return not any(_in_round(problem, vehicle, order, replace(stop, ready_s=ready_s)))

    return bisect_left(range(stop.ready_s), 1, key=too_late) - 1


def _long_shift(
    problem: RoutingProblem, solution: RoutingSolution, stop: RoutingStop
) -> Iterator[UnservedReason]:
    """Nobody's shift or length of round binds, and nobody rests."""
    fleet = tuple(
        replace(vehicle, open_s=0, close_s=LARGEST, max_duration_s=None, rest=None)
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
