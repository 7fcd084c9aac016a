"""Rounds that take in late stops one by one: where each may stand, and what it adds there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from logistics.leftbehind import UnservedDelivery, left_behind
from logistics.replan import own_name
from optimizer import (
    RELOAD,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    explain_unserved,
    lacking,
    may_serve,
    price_rounds,
    route_of,
)

_TRIES, _SCARCE_TRIES = 8, 24
"""How many places are priced to compare two vans, and to find the second one."""
_NEAR_VANS = 2  # that are looked at to tell what would help
_NEVER = 10**8
_UNITS = 18_000  # of a cent, as the search counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A place for a late stop: the van, its tour with it, and what it adds, in 1/18000 cent.

    Until it is `sure` the price is a guess from the roads alone, and it may break a promise.
    """

    van: str
    order: tuple[str, ...]
    units: int
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The places of a stop: the best known of each van, and those that nobody priced yet."""

    best: Mapping[str, Spot]
    open: tuple[Spot, ...]

    def vans(self) -> int:
        """How many vans may have a place."""
        return len({*self.best, *(spot.van for spot in self.open)})

    def ranked(self) -> list[Spot]:
        """The best places of all vans, the cheapest first."""
        return sorted(self.best.values(), key=_by_price)

    def without(self, vans: Iterable[str]) -> "Row":
        """The places with other vans."""
        gone = frozenset(vans)
        return Row(
            best={van: spot for van, spot in self.best.items() if van not in gone},
            open=tuple(spot for spot in self.open if spot.van not in gone),
        )

    def with_more(self, other: "Row") -> "Row":
        """These places and others."""
        return Row(
            best={**self.best, **other.best},
            open=tuple(sorted((*self.open, *other.open), key=_by_price)),
        )


def _by_price(spot: Spot) -> tuple[int, str, tuple[str, ...]]:
    return spot.units, spot.van, spot.order


@dataclass(frozen=True, kw_only=True)
class Rounds:
    """The tours as they are so far. `asked` knows vans and roads, `stops` those that stand.

    `starts`: when vans left the depot first as published, in seconds.
    """

    asked: RoutingProblem
    stops: Mapping[str, RoutingStop]
    orders: Mapping[str, tuple[str, ...]]
    starts: Mapping[str, int]

    @cached_property
    def free(self) -> Mapping[str, RoutingVehicle]:
        """The vans that are not under way, by key."""
        locked = {van for van, _ in self.asked.locked}
        return {van.key: van for van in self.asked.vehicles if van.key not in locked}

    def van_of(self, site: str) -> str:
        """The van that serves a site; empty when none does."""
        return next((van for van, order in self.orders.items() if site in order), "")

    def row(self, stop: RoutingStop) -> Row:
        """All places of a stop; its own alone where it may stay as it stands."""
        own = self.van_of(stop.key)
        order = self.orders.get(own, ())
        if own and self._units(own, order, stop) is not None:
            stays = Spot(van=own, order=order, units=0, sure=True)
            return Row(best={own: stays}, open=())
        return self.settled(stop, self.row_of(stop, self.free))

    def row_of(self, stop: RoutingStop, vans: Iterable[str]) -> Row:
        """The places of a stop with some vans, each guessed; a van under way has none."""
        own = self.van_of(stop.key)
        if own and self._units(own, self._without(own, stop), stop) is None:
            return Row(best={}, open=())  # by the triangle rule: without it others are late
        guesses = (spot for van in vans if van in self.free for spot in self._guesses(van, stop))
        return Row(best={}, open=tuple(sorted(guesses, key=_by_price)))

    def settled(self, stop: RoutingStop, row: Row) -> Row:
        """The same with enough places priced to tell the cheapest, and what the next would be.

        Every one is priced before a stop is said to have none.
        """
        best, before = dict(row.best), dict[str, int | None]()
        for number, spot in enumerate(row.open):
            ranked = sorted(best.values(), key=_by_price)
            known = len(ranked) > 1 and (number >= _TRIES or spot.units >= ranked[1].units)
            if known or (ranked and number >= _SCARCE_TRIES):
                return Row(best=best, open=row.open[number:])
            van = spot.van
            then = self._units(van, spot.order, stop)
            if van not in before:
                before[van] = self._units(van, self._without(van, stop), stop)
            was = before[van]
            if was is not None and then is not None:
                priced = replace(spot, units=then - was, sure=True)
                best[van] = min(priced, best.get(van, priced), key=_by_price)
        return Row(best=best, open=())

    def with_stop(self, stop: RoutingStop, spot: Spot) -> "Rounds":
        """The tours with a stop at its place, and nowhere else."""
        own = self.van_of(stop.key)
        left = {own: self._without(own, stop)} if own else {}
        return replace(
            self,
            stops={**self.stops, stop.key: stop},
            orders={**self.orders, **left, spot.van: spot.order},
        )

    def less(self, stop: RoutingStop) -> "Rounds":
        """The tours without a stop."""
        own = self.van_of(stop.key)
        stops = {key: one for key, one in self.stops.items() if key != stop.key}
        return replace(self, stops=stops, orders={**self.orders, own: self._without(own, stop)})

    @cached_property
    def driven(self) -> RoutingSolution | None:
        """The tours with their timetables; None when one cannot be driven."""
        stops = tuple(self.stops.values())
        return price_rounds(replace(self.asked, stops=stops), self.orders)

    def price(self, wanted: Mapping[str, RoutingStop]) -> tuple[bool, int, int]:
        """Whether nobody can drive it, what waits weighs, then cents with all that is no money."""
        waits = (stop for key, stop in wanted.items() if self.stops.get(key) is not stop)
        cents = self.driven.cost_cents + self.driven.strain_cents if self.driven else 0
        return self.driven is None, sum(one.drop_penalty or 0 for one in waits), cents

    def drivable(self, van: str) -> bool:
        """Whether a van can drive its tour as it is now; one without a tour can."""
        return self._told(van, self.orders.get(van, ()), self.stops) is not None

    def why_left(self, stop: RoutingStop, orders: tuple[str, ...]) -> UnservedDelivery:
        """Why a stop has no place, and what would give it one."""
        if self.driven is None:  # stops that fell out since left rounds that nobody can drive
            return UnservedDelivery(
                site=stop.key, orders=orders, reason="route.unserved.vehicle", binding=""
            )
        stops = {**self.stops, stop.key: stop}
        problem = replace(self.asked, stops=tuple(map(_in_no_hurry, stops.values())))
        driven = replace(self.driven, unserved=(stop.key,))
        (why,) = explain_unserved(*self._near(problem, driven, stop))
        if why.reason in {"vehicle", "shift"}:  # of the whole fleet, or not at all
            (why,) = explain_unserved(problem, driven)
        return own_name(left_behind(problem, why, orders))

    def _near(
        self, problem: RoutingProblem, driven: RoutingSolution, stop: RoutingStop
    ) -> tuple[RoutingProblem, RoutingSolution]:
        """The same with the vans alone that pass nearest, and those that stand idle.

        To look what would help with every van of a large day takes minutes.
        """
        apart = {
            van: min(self.asked.travel_m[self.stops[key].node][stop.node] for key in order if key)
            for van, order in self.orders.items()
            if order and van in self.free and may_serve(self.free[van], stop)
        }
        far = set(sorted(apart, key=lambda van: (apart[van], van))[_NEAR_VANS:])
        vans = tuple(van for van in problem.vehicles if van.key not in far)
        there = {van.key for van in vans}
        stops = (_by(one, there) for one in problem.stops if self.van_of(one.key) not in far)
        routes = tuple(route for route in driven.routes if route.vehicle in there)
        return replace(problem, vehicles=vans, stops=tuple(stops)), replace(driven, routes=routes)

    def _without(self, van: str, stop: RoutingStop) -> tuple[str, ...]:
        """The tour of a van without a stop, and without a trip of nothing."""
        trips = ([key for key in trip if key != stop.key] for trip in self._trips(van))
        return _joined([trip for trip in trips if trip])

    def _trips(self, van: str) -> list[list[str]]:
        return _split(self.orders.get(van, ()))

    def _units(self, van: str, order: tuple[str, ...], stop: RoutingStop) -> int | None:
        """What a tour costs in 1/18000 cent, one stop as it is wanted; None: it breaks a rule.

        Coming late is weighed at the begins that the fewest paid seconds give: to weigh it against
        them takes a hundred times as long. The van leaves as published if that can be.
        """
        return self._told(van, order, {**self.stops, stop.key: stop})

    def _told(
        self, van: str, order: tuple[str, ...], stops: Mapping[str, RoutingStop]
    ) -> int | None:
        if not order:
            return 0
        vehicle = self.free[van]
        trips = [[stops[key] for key in trip] for trip in _split(order)]
        able = all(may_serve(vehicle, one) for trip in trips for one in trip)
        if not able or (trips[1:] and not vehicle.reloads):
            return None
        if any(lacking(vehicle, trip) for trip in trips):
            return None
        bare = tuple(tuple(map(_in_no_hurry, trip)) for trip in trips)
        left_s = max(vehicle.open_s, min(self.starts.get(van, _NEVER), vehicle.last_start_s))
        as_told = replace(vehicle, latest_start_s=left_s)
        found = route_of(self.asked, as_told, bare) or route_of(self.asked, vehicle, bare)
        if found is None:
            return None
        route, strain = found
        late = sum(_late_units(stops[visit.stop], visit.begin_s) for visit in route.visits)
        return _UNITS * route.cost_cents + strain + late

    # --- a guess from the roads alone

    def _guesses(self, van: str, stop: RoutingStop) -> Iterator[Spot]:
        """Every place with a van that its hours may allow, at what the way there and on costs."""
        vehicle, trips = self.free[van], _split(self._without(van, stop))
        toll = _UNITS * dict(stop.tolls).get(van, 0)
        start = 0 if trips else _UNITS * vehicle.fixed_cents
        for number, trip in enumerate(trips or [[]]):
            nodes = [vehicle.start_node, *(self.stops[key].node for key in trip), vehicle.end_node]
            soonest, latest = self._hours(vehicle, trip)
            for spot, (here, then) in enumerate(pairwise(nodes)):
                begin_s = max(soonest[spot] + self._way(here, stop.node), stop.windows[0][0])
                leave_s = begin_s + stop.service_s
                if begin_s > stop.windows[-1][1]:
                    break
                if leave_s + self._way(stop.node, then) > latest[spot]:
                    continue
                order = [*trips[:number], [*trip[:spot], stop.key, *trip[spot:]]]
                way = self._detour(vehicle, here, stop, then)
                yield Spot(
                    van=van, order=_joined([*order, *trips[number + 1 :]]), units=start + toll + way
                )
        if vehicle.reloads and trips:
            way = self._detour(vehicle, vehicle.start_node, stop, vehicle.end_node)
            for number in range(len(trips) + 1):
                order = [*trips[:number], [stop.key], *trips[number:]]
                yield Spot(van=van, order=_joined(order), units=toll + way)

    def _hours(self, van: RoutingVehicle, trip: list[str]) -> tuple[list[int], list[int]]:
        """From each place of a trip the soonest leave, and the latest arrival at the next.

        Without breaks, loading, cold and room: no place is lost by it that would do.
        """
        stops = [self.stops[key] for key in trip]
        soonest, node = [van.open_s], van.start_node
        for stop in stops:
            begin_s = max(soonest[-1] + self._way(node, stop.node), stop.windows[0][0])
            soonest.append(begin_s + stop.service_s)
            node = stop.node
        latest, node = [van.close_s], van.end_node
        for stop in reversed(stops):
            leave_s = latest[-1] - self._way(stop.node, node)
            latest.append(min(leave_s - stop.service_s, stop.windows[-1][1]))
            node = stop.node
        return soonest, latest[::-1]

    def _way(self, here: int, then: int) -> int:
        """The fewest seconds from a node to another at any hour."""
        fastest = max((band.permille for band in self.asked.bands), default=1_000)
        return self.asked.travel_s[here][then] * 1_000 // max(fastest, 1_000)

    def _detour(self, van: RoutingVehicle, here: int, stop: RoutingStop, then: int) -> int:
        seconds, metres = self.asked.travel_s, self.asked.travel_m
        at = stop.node
        more_s = seconds[here][at] + stop.service_s + seconds[at][then] - seconds[here][then]
        more_m = metres[here][at] + metres[at][then] - metres[here][then]
        return 5 * van.cents_per_hour * more_s + 18 * van.cents_per_km * more_m


def _by(stop: RoutingStop, vans: set[str]) -> RoutingStop:
    """A stop that names no other vans than some."""
    return replace(
        stop,
        allowed=None if stop.allowed is None else tuple(v for v in stop.allowed if v in vans),
        tolls=tuple(toll for toll in stop.tolls if toll[0] in vans),
    )


def _late_units(stop: RoutingStop, begin_s: int) -> int:
    return 5 * stop.late_cents_per_hour * max(0, begin_s - stop.due_s)


def _in_no_hurry(stop: RoutingStop) -> RoutingStop:
    """The same stop without a price of coming late."""
    return replace(stop, late_cents_per_hour=0)


def _split(order: Iterable[str]) -> list[list[str]]:
    """The trips of a tour; none of an empty one."""
    trips: list[list[str]] = []
    for key in order:
        if key == RELOAD or not trips:
            trips.append([])
        if key != RELOAD:
            trips[-1].append(key)
    return trips


def _joined(trips: list[list[str]]) -> tuple[str, ...]:
    order: list[str] = []
    for trip in trips:
        order += [RELOAD] * bool(order) + trip
    return tuple(order)
