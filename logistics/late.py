"""One stop more in a planned day, or one elsewhere: its best places, each with its price."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from logistics.replan import (
    AGAIN,
    NOTICED_MIN,
    Published,
    asked_of,
    broken_of,
    read_answer,
    tour_of,
    under_way,
)
from logistics.roads import RoadMatrix
from logistics.routes import Delivery, Route, RoutePlan, delivery_stop
from optimizer import (
    Insertion,
    RoutingProblem,
    RoutingSolution,
    Violation,
    best_insertions,
    order_of,
    price_rounds,
)

PLACES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePlace:
    """One place for a stop: when it is served, and what it adds to the day as it stands.

    `later` counts other stops that are then served over `NOTICED_MIN` later than before.
    `was`: the van and begin that the site had before; None: it had none.
    """

    van: str
    leaves_s: int  # the depot, with it
    begin_s: int
    added_cents: int
    added_s: int  # paid seconds more
    later: int
    routes: RoutePlan
    violations: tuple[Violation, ...]
    was: tuple[str, int] | None = None


def late_places(
    day: Published, delivery: Delivery, roads: RoadMatrix, *, at_min: int
) -> tuple[Published, tuple[LatePlace, ...]]:
    """The day with one more stop asked, and the cheapest places for it from `at_min` on.

    `roads` lead between all nodes of the day in their order, and the door of the delivery.

    What the site gets already is part of the delivery: it leaves its round and comes back with
    the late goods. All other stops keep their van and order. Vans under way keep their round: their
    goods are on board; they may come back for it. At most `PLACES`, none when no van has the room
    and the time, or the site's own round is under way.
    """
    site = delivery.site
    asked_for = with_stops(day, (delivery,), roads)
    routes = tuple(routes_without(day.routes.routes, site))
    grown = replace(asked_for, routes=replace(asked_for.routes, routes=routes))
    asked = asked_of(grown, "", at_min, now_min=at_min, more=frozenset({site}))
    orders = {route.vehicle: tour_of(route) for route in grown.routes.routes}
    found = price_rounds(asked, orders)
    if found is None or site in aboard(day, at_min):
        return grown, ()
    places = best_insertions(asked, found, site, count=PLACES)
    return grown, tuple(_place((day, grown), asked, found, place) for place in places)


def other_places(day: Published, site: str, *, at_min: int) -> tuple[LatePlace, ...]:
    """The cheapest other places of a stop from `at_min` on, one for each van and window.

    All other stops keep their van and order. None where its van is under way: its goods are on
    board.
    """
    begins = day.begins_s()
    if site not in begins or site in aboard(day, at_min):
        return ()
    less = replace(
        day,
        routes=replace(day.routes, routes=tuple(routes_without(day.routes.routes, site))),
        fetched=day.pickups(),
    )
    asked = asked_of(less, "", at_min, now_min=at_min, more=frozenset({site}))
    orders = {route.vehicle: tour_of(route) for route in less.routes.routes}
    found = price_rounds(asked, orders)
    if found is None:
        return ()
    now = {route.vehicle: tour_of(route) for route in day.routes.routes}
    windows = next(len(stop.windows) for stop in asked.stops if stop.key == site)
    places = best_insertions(asked, found, site, count=windows * len(asked.vehicles))
    return tuple(
        _place((day, less), asked, found, place)
        for place in places
        if place.order != now.get(place.vehicle)
    )


def aboard(day: Published, at_min: int) -> frozenset[str]:
    """The sites whose goods are on a van under way."""
    return frozenset(
        stop.site for route in day.routes.routes if under_way(route, at_min) for stop in route.stops
    )


def with_stops(day: Published, deliveries: Sequence[Delivery], roads: RoadMatrix) -> Published:
    """The day with deliveries asked as told, each at a node of its own; the rounds stay.

    `roads` lead between all nodes of the day in their order, and the doors of the deliveries.
    """
    problem, first = day.problem, len(day.problem.travel_s)
    there = frozenset(van.key for van in problem.vehicles)
    asked = {
        one.site: delivery_stop(day.depot, node, one, there=there)
        for node, one in enumerate(deliveries, start=first)
    }
    kept = tuple(each for each in problem.stops if each.key not in asked)
    return replace(
        day,
        problem=replace(
            problem,
            stops=(*kept, *asked.values()),
            travel_s=problem.travel_s.within(roads.seconds),
            travel_m=problem.travel_m.within(roads.metres),
        ),
        routes=replace(
            day.routes,
            unserved=tuple(one for one in day.routes.unserved if one.site not in asked),
        ),
        fetched={**day.fetched, **{one.site: one.pickups for one in deliveries}},
    )


def routes_without(routes: Iterable[Route], site: str) -> Iterator[Route]:
    """Routes whose vans no longer stop at a site; one without any stop is none."""
    for route in routes:
        trips = (
            replace(trip, stops=tuple(stop for stop in trip.stops if stop.site != site))
            for trip in route.trips
        )
        kept = tuple(trip for trip in trips if trip.stops)
        if kept:
            yield replace(route, trips=kept)


def _place(
    days: tuple[Published, Published],
    asked: RoutingProblem,
    found: RoutingSolution,
    place: Insertion,
) -> LatePlace:
    """One place, as the day would then be: `days` are the published one, and the one asked."""
    day, grown = days
    orders = {route.vehicle: order_of(route) for route in found.routes}
    then = price_rounds(asked, {**orders, place.vehicle: place.order})
    routes = read_answer(grown, asked, then or found)
    before, after = grown.begins_s(), replace(day, routes=routes).begins_s()
    published = day.begins_s()
    (site,) = after.keys() - before.keys()
    return LatePlace(
        van=place.vehicle.removesuffix(AGAIN),
        leaves_s=_leaves_s(routes, site),
        begin_s=place.begin_s,
        added_cents=routes.cost_cents - day.routes.cost_cents,
        added_s=sum(map(paid_s, routes.routes)) - sum(map(paid_s, day.routes.routes)),
        later=sum(after[s][1] > published[s][1] + 60 * NOTICED_MIN for s in before),
        routes=routes,
        violations=broken_of(grown, asked, routes),
        was=published.get(site),
    )


def _leaves_s(routes: RoutePlan, site: str) -> int:
    trips = (trip for route in routes.routes for trip in route.trips)
    return next(t.start_s for t in trips if any(stop.site == site for stop in t.stops))


def paid_s(route: Route | None) -> int:
    """Paid seconds of a van: from leaving first to being back last; none for no route."""
    return 0 if route is None else route.trips[-1].end_s - route.trips[0].start_s
