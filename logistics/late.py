"""One stop more in a planned day, or one elsewhere: its best places, each with its price."""

from collections.abc import Iterable, Iterator
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
class Ways:
    """The road between one new place and every node of a published day, in the order of nodes."""

    there_s: tuple[int, ...]  # from each node to the new place
    back_s: tuple[int, ...]
    there_m: tuple[int, ...]
    back_m: tuple[int, ...]


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
    day: Published, delivery: Delivery, ways: Ways, *, at_min: int
) -> tuple[Published, tuple[LatePlace, ...]]:
    """The day with one more stop asked, and the cheapest places for it from `at_min` on.

    What the site gets already is part of the delivery: it leaves its round and comes back with
    the late goods. All other stops keep their van and order. Vans under way keep their round: their
    goods are on board; they may come back for it. At most `PLACES`, none when no van has the room
    and the time, or the site's own round is under way.
    """
    grown = _with_stop(day, delivery, ways)
    asked = asked_of(grown, "", at_min, now_min=at_min, more=delivery.site)
    orders = {route.vehicle: tour_of(route) for route in grown.routes.routes}
    found = price_rounds(asked, orders)
    if found is None or delivery.site in aboard(day, at_min):
        return grown, ()
    places = best_insertions(asked, found, delivery.site, count=PLACES)
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
    asked = asked_of(less, "", at_min, now_min=at_min, more=site)
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


def _with_stop(day: Published, delivery: Delivery, ways: Ways) -> Published:
    problem = day.problem
    node = len(problem.travel_s)
    there = frozenset(van.key for van in problem.vehicles)
    stop = delivery_stop(day.depot, node, delivery, there=there)
    kept = tuple(each for each in problem.stops if each.key != stop.key)
    return replace(
        day,
        problem=replace(
            problem,
            stops=(*kept, stop),
            travel_s=_grown(problem.travel_s, ways.there_s, ways.back_s),
            travel_m=_grown(problem.travel_m, ways.there_m, ways.back_m),
        ),
        routes=replace(
            day.routes,
            routes=tuple(routes_without(day.routes.routes, delivery.site)),
            unserved=tuple(one for one in day.routes.unserved if one.site != delivery.site),
        ),
        fetched={**day.fetched, delivery.site: delivery.pickups},
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


def _grown(
    matrix: tuple[tuple[int, ...], ...], there: tuple[int, ...], back: tuple[int, ...]
) -> tuple[tuple[int, ...], ...]:
    return (*((*row, cell) for row, cell in zip(matrix, there, strict=True)), (*back, 0))


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
        added_s=_paid_s(routes) - _paid_s(day.routes),
        later=sum(after[s][1] > published[s][1] + 60 * NOTICED_MIN for s in before),
        routes=routes,
        violations=broken_of(grown, asked, routes),
        was=published.get(site),
    )


def _leaves_s(routes: RoutePlan, site: str) -> int:
    trips = (trip for route in routes.routes for trip in route.trips)
    return next(t.start_s for t in trips if any(stop.site == site for stop in t.stops))


def _paid_s(routes: RoutePlan) -> int:
    return sum(each.trips[-1].end_s - each.trips[0].start_s for each in routes.routes)
