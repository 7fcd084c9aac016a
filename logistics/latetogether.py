"""Many late stops in a planned day at once: who has fewest places goes first, nobody else moves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from logistics.late import aboard, paid_s, with_stops
from logistics.leftbehind import UNSERVED_LEFT, UnservedDelivery, left_behind
from logistics.replan import (
    NOTICED_MIN,
    Published,
    asked_of,
    broken_of,
    own_name,
    read_answer,
    tour_of,
)
from logistics.roads import Matrix, RoadMatrix
from logistics.routes import Delivery, Route
from optimizer import (
    RELOAD,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    Violation,
    best_insertions,
    explain_unserved,
    price_rounds,
    routing_violations,
)

PASSES = 4
"""How often all are placed: who fits alone and was left behind goes first the next time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedStop:
    """A stop of the new day: its van and begin. `was`: the same before; None: it had none."""

    site: str
    van: str
    begin_s: int
    was: tuple[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VanChange:
    """What the late stops change of the day of one van.

    `stops` are the late ones that it serves, by time; `later` other stops that come over
    `NOTICED_MIN` later than before.
    """

    van: str
    stops: tuple[MovedStop, ...]
    later: tuple[MovedStop, ...]
    added_cents: int
    added_s: int  # paid seconds more


@dataclass(frozen=True, slots=True, kw_only=True)
class LateTaken:
    """A day with the late stops that found a place, van by van, and why others found none.

    `day` asks for what was placed and has the routes that serve it.
    """

    day: Published
    vans: tuple[VanChange, ...]
    left: tuple[UnservedDelivery, ...]
    added_cents: int
    violations: tuple[Violation, ...]


def take_late(
    day: Published, deliveries: Sequence[Delivery], roads: RoadMatrix, *, at_min: int
) -> LateTaken:
    """Places for several deliveries, one for each site, from `at_min` on.

    `roads` lead between all nodes of the day in their order, and the doors of the deliveries. A
    delivery holds all that its site gets: a stop that stands already stays where it is if its van
    has the room and the time, else it gets another place, else it stays as it was published. All
    other stops keep their van and order, vans under way their round; they may come back for more.
    Of those with a place, who has fewest vans goes first, then who presses most, then who would
    lose most without the best place. Same answer in whatever
    order they are told.
    """
    gone = aboard(day, at_min)
    told = sorted(deliveries, key=attrgetter("site"))
    free = tuple(one for one in told if one.site not in gone)
    grown = with_stops(day, free, _beside(day, roads, deliveries, free))
    sites = frozenset(one.site for one in free)
    asked = asked_of(grown, "", at_min, now_min=at_min, more=sites)
    wanted = {stop.key: stop for stop in asked.stops if stop.key in sites}
    begun = _Rounds(
        asked=asked,
        stops={stop.key: stop for stop in asked_of(day, "", at_min, now_min=at_min).stops},
        orders={route.vehicle: tour_of(route) for route in day.routes.routes},
    )
    rounds = begun
    if price_rounds(begun.problem(), begun.orders) is not None:
        rounds = _cheaper(begun, _best_pass(begun, wanted), wanted)
    placed = tuple(one for one in free if rounds.stops.get(one.site) is wanted[one.site])
    then = with_stops(day, placed, _beside(day, roads, deliveries, placed))
    then, violations = _driven(then, rounds, frozenset(one.site for one in placed), at_min)
    return LateTaken(
        day=then,
        vans=tuple(_changes(day, then, frozenset(one.site for one in placed))),
        left=tuple(_why_left(day, rounds, wanted, one) for one in told if one not in placed),
        added_cents=then.routes.cost_cents - day.routes.cost_cents,
        violations=violations,
    )


def _driven(
    day: Published, rounds: "_Rounds", placed: frozenset[str], at_min: int
) -> tuple[Published, tuple[Violation, ...]]:
    """The day with its new routes, and what they break; without anything placed as it was."""
    asked = asked_of(day, "", at_min, now_min=at_min, more=placed)
    driven = price_rounds(asked, rounds.orders)
    if driven is None or not placed:
        return day, ()
    routes = read_answer(day, asked, driven)
    return replace(day, routes=routes), broken_of(day, asked, routes)


def _why_left(
    day: Published, rounds: "_Rounds", wanted: Mapping[str, RoutingStop], one: Delivery
) -> UnservedDelivery:
    """Why a delivery has no place: its van is under way, or what the search says of it."""
    if one.site in wanted:
        return rounds.why_left(wanted[one.site], one.orders)
    van, _ = day.begins_s()[one.site]
    return UnservedDelivery(site=one.site, orders=one.orders, reason=UNSERVED_LEFT, binding=van)


def _beside(
    day: Published, roads: RoadMatrix, deliveries: Sequence[Delivery], some: Sequence[Delivery]
) -> RoadMatrix:
    """The roads of the day and the doors of some of the deliveries."""
    first = len(day.problem.travel_s)
    number = {one.site: first + at for at, one in enumerate(deliveries)}
    doors = [number[one.site] for one in some]
    return roads.only((*range(first), *doors))


# --- rounds while they grow


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """A place for a late stop: the van, its tour with it, and what it adds.

    Until it is `sure` the price is one that no place there is below.
    """

    van: str
    order: tuple[str, ...]
    cents: int
    sure: bool


_Row = Mapping[str, _Spot]  # by van, its best place for a stop


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rounds:
    """The tours as they are so far. `asked` knows vans and roads, `stops` those that stand."""

    asked: RoutingProblem
    stops: Mapping[str, RoutingStop]
    orders: Mapping[str, tuple[str, ...]]

    def van_of(self, site: str) -> str:
        """The van that serves a site; empty when none does."""
        return next((van for van, order in self.orders.items() if site in order), "")

    def spots(self, stop: RoutingStop) -> _Row:
        """The best place with each van; its own alone where the stop may stay as it stands."""
        own = self.van_of(stop.key)
        order = self.orders.get(own, ())
        if own and self._drives(own, order, stop):
            return {own: _Spot(van=own, order=order, cents=0, sure=True)}
        return self.settled(stop, self.spots_of(stop, {van.key for van in self.asked.vehicles}))

    def spots_of(self, stop: RoutingStop, vans: Iterable[str]) -> _Row:
        """What a place with each of some vans costs at least; a van under way has none.

        Told without the price of coming late, which takes long to weigh.
        """
        own, locked = self.van_of(stop.key), {van for van, _ in self.asked.locked}
        if own and price_rounds(self._alone(own, stop), {own: self._without(own, stop)}) is None:
            return {}  # by the triangle rule: its van is late elsewhere without it
        found = {}
        for van in set(vans) - locked:
            order, small = self._without(van, stop), self._alone(van, stop)
            here, bare = price_rounds(small, {van: order}), _in_no_hurry(small)
            then = price_rounds(bare, {van: order})
            if here is None or then is None:
                continue
            late = _cents(here) - _cents(then)
            for place in best_insertions(bare, then, stop.key, count=1):
                least = place.added_cents - late - 1  # of rounding
                found[van] = _Spot(van=van, order=place.order, cents=least, sure=False)
        return found

    def settled(self, stop: RoutingStop, row: _Row) -> _Row:
        """The places with the two cheapest priced for sure: what is taken, and what is lost."""
        found = dict(row)
        while unsure := [one for one in sorted(found.values(), key=_by_price)[:2] if not one.sure]:
            for spot in unsure:
                van, small = spot.van, self._alone(spot.van, stop)
                here = price_rounds(small, {van: self._without(van, stop)})
                for one in best_insertions(small, here, stop.key, count=1) if here else ():
                    found[van] = replace(spot, order=one.order, cents=one.added_cents, sure=True)
        return found

    def with_stop(self, stop: RoutingStop, spot: _Spot) -> "_Rounds":
        """The tours with a stop at its place, and nowhere else."""
        own = self.van_of(stop.key)
        left = {own: self._without(own, stop)} if own else {}
        return replace(
            self,
            stops={**self.stops, stop.key: stop},
            orders={**self.orders, **left, spot.van: spot.order},
        )

    def less(self, stop: RoutingStop) -> "_Rounds":
        """The tours without a stop."""
        own = self.van_of(stop.key)
        stops = {key: one for key, one in self.stops.items() if key != stop.key}
        return replace(self, stops=stops, orders={**self.orders, own: self._without(own, stop)})

    def problem(self, stop: RoutingStop | None = None) -> RoutingProblem:
        """What is asked so far, and one stop as it is wanted."""
        more = {} if stop is None else {stop.key: stop}
        return replace(self.asked, stops=tuple({**self.stops, **more}.values()))

    def price(self, wanted: Mapping[str, RoutingStop]) -> tuple[int, int]:
        """What waits weighs, then cents with all that is no money."""
        waits = (stop for key, stop in wanted.items() if self.stops.get(key) is not stop)
        found = price_rounds(self.problem(), self.orders)
        return sum(one.drop_penalty or 0 for one in waits), _cents(found) if found else 0

    def why_left(self, stop: RoutingStop, orders: tuple[str, ...]) -> UnservedDelivery:
        """Why a stop has no place, and what would give it one."""
        problem = self.problem(stop)
        driven = price_rounds(self.problem(), self.orders)
        if driven is None:  # stops that fell out since left rounds that nobody can drive
            return UnservedDelivery(
                site=stop.key, orders=orders, reason="route.unserved.vehicle", binding=""
            )
        (why,) = explain_unserved(problem, replace(driven, unserved=(stop.key,)))
        return own_name(left_behind(problem, why, orders))

    def _drives(self, van: str, order: tuple[str, ...], stop: RoutingStop) -> bool:
        """Whether a van has the room and the time to serve a stop where it stands."""
        small = self._alone(van, stop)
        found = price_rounds(small, {van: order})
        return found is not None and not routing_violations(small, found)

    def _without(self, van: str, stop: RoutingStop) -> tuple[str, ...]:
        """The tour of a van without a stop, and without a trip of nothing."""
        trips: list[list[str]] = [[]]
        for key in self.orders.get(van, ()):
            if key == RELOAD:
                trips.append([])
            elif key != stop.key:
                trips[-1].append(key)
        order: list[str] = []
        for trip in filter(None, trips):
            order += [RELOAD] * bool(order) + trip
        return tuple(order)

    def _alone(self, van: str, stop: RoutingStop) -> RoutingProblem:
        """The day of one van alone with one more stop: small, so that it is asked in no time."""
        (vehicle,) = (each for each in self.asked.vehicles if each.key == van)
        others = [key for key in self.orders.get(van, ()) if key not in {RELOAD, stop.key}]
        stops = [self.stops[key] for key in others]
        ends = {vehicle.start_node, vehicle.end_node}
        nodes = sorted({*ends, stop.node, *(one.node for one in stops)})
        return RoutingProblem(
            stops=tuple(_for_van(one, vehicle, nodes) for one in (*stops, stop)),
            vehicles=(
                replace(
                    vehicle,
                    start_node=nodes.index(vehicle.start_node),
                    end_node=nodes.index(vehicle.end_node),
                ),
            ),
            travel_s=_between(self.asked.travel_s, nodes),
            travel_m=_between(self.asked.travel_m, nodes),
            dimensions=self.asked.dimensions,
            bands=self.asked.bands,
        )


def _cents(driven: RoutingSolution) -> int:
    return driven.cost_cents + driven.strain_cents


def _in_no_hurry(problem: RoutingProblem) -> RoutingProblem:
    """The same without a price of coming late."""
    stops = (replace(stop, late_cents_per_hour=0) for stop in problem.stops)
    return replace(problem, stops=tuple(stops))


def _for_van(stop: RoutingStop, van: RoutingVehicle, nodes: Sequence[int]) -> RoutingStop:
    return replace(
        stop,
        node=nodes.index(stop.node),
        allowed=None if stop.allowed is None else tuple({van.key} & set(stop.allowed)),
        tolls=tuple(toll for toll in stop.tolls if toll[0] == van.key),
    )


def _between(matrix: Matrix, nodes: Sequence[int]) -> Matrix:
    return tuple(tuple(matrix[a][b] for b in nodes) for a in nodes)


# --- who goes first


def _best_pass(begun: _Rounds, wanted: Mapping[str, RoutingStop]) -> _Rounds:
    """Place all; who fits alone and found no place goes first the next time. The best pass."""
    alone = {key: begun.spots(stop) for key, stop in wanted.items()}
    first: frozenset[str] = frozenset()
    best, least = begun, begun.price(wanted)
    for _ in range(PASSES):
        rounds = _filled(begun, wanted, alone, first)
        price = rounds.price(wanted)
        if price < least:
            best, least = rounds, price
        again = frozenset(
            key for key, stop in wanted.items() if alone[key] and rounds.stops.get(key) is not stop
        )
        if again <= first:
            break
        first |= again
    return best


def _filled(
    rounds: _Rounds,
    wanted: Mapping[str, RoutingStop],
    alone: Mapping[str, _Row],
    first: frozenset[str],
) -> _Rounds:
    """The rounds with every stop that finds a place while others take theirs."""
    table = dict(alone)
    while ready := [key for key, row in table.items() if row]:
        key = min(ready, key=lambda each: _turn(wanted[each], table[each], first))
        spot = _cheapest(table.pop(key))
        changed = {spot.van, rounds.van_of(key)} - {""}
        rounds = rounds.with_stop(wanted[key], spot)
        for other, row in table.items():
            table[other] = _renewed(rounds, wanted[other], row, changed)
    return rounds


def _turn(stop: RoutingStop, row: _Row, first: frozenset[str]) -> tuple[bool, int, int, int, str]:
    """By when a stop takes its turn: left behind before, few vans, pressing, much to lose."""
    best, *others = sorted(spot.cents for spot in row.values())
    lost = min(others, default=best) - best
    return stop.key not in first, len(row), -(stop.drop_penalty or 0), -lost, stop.key


def _by_price(spot: _Spot) -> tuple[int, str]:
    return spot.cents, spot.van


def _cheapest(row: _Row) -> _Spot:
    return min(row.values(), key=_by_price)


def _renewed(rounds: _Rounds, stop: RoutingStop, row: _Row, changed: set[str]) -> _Row:
    """The places of a stop after the tours of some vans changed."""
    own = rounds.van_of(stop.key)
    if own in changed:
        return rounds.spots(stop)
    if own in row and row[own].order == rounds.orders[own]:
        return row  # it stays as it stands
    same = {van: spot for van, spot in row.items() if van not in changed}
    return rounds.settled(stop, {**same, **rounds.spots_of(stop, changed)})


def _cheaper(begun: _Rounds, rounds: _Rounds, wanted: Mapping[str, RoutingStop]) -> _Rounds:
    """Each new stop once more at its cheapest place, now that all others have theirs."""
    for key, stop in wanted.items():
        if key in begun.stops or key not in rounds.stops:
            continue
        less = rounds.less(stop)
        row = less.spots(stop)
        rounds = less.with_stop(stop, _cheapest(row)) if row else rounds
    return rounds


# --- what changes


def _changes(before: Published, after: Published, late: frozenset[str]) -> Iterator[VanChange]:
    """Every van whose day is another than published, in the order of the vans."""
    was, known = before.begins_s(), {route.vehicle: route for route in before.routes.routes}
    driven = {route.vehicle: route for route in after.routes.routes}
    for van in dict.fromkeys((*driven, *known)):
        old, new = known.get(van), driven.get(van)
        stops = tuple(
            MovedStop(site=stop.site, van=van, begin_s=stop.begin_s, was=was.get(stop.site))
            for stop in (new.stops if new else ())
        )
        change = VanChange(
            van=van,
            stops=tuple(one for one in stops if one.site in late),
            later=tuple(one for one in stops if one.site not in late and _comes_later(one)),
            added_cents=_cost(new) - _cost(old),
            added_s=paid_s(new) - paid_s(old),
        )
        if change.stops or new != old:
            yield change


def _comes_later(one: MovedStop) -> bool:
    return one.was is not None and one.begin_s > one.was[1] + 60 * NOTICED_MIN


def _cost(route: Route | None) -> int:
    return 0 if route is None else route.cost_cents
