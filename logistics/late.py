"""One stop more in a published day: the best places for it, each with its price."""

from dataclasses import dataclass, replace

from logistics.replan import (
    AGAIN,
    NOTICED_MIN,
    Published,
    asked_of,
    broken_of,
    read_answer,
    tour_of,
)
from logistics.routes import Delivery, RoutePlan, delivery_stop
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
    """One place for a late stop: when it is served, and what it adds.

    `later` counts other stops that are then served over `NOTICED_MIN` later than published.
    """

    van: str
    begin_s: int
    added_cents: int
    added_s: int  # paid seconds more
    later: int
    routes: RoutePlan
    violations: tuple[Violation, ...]


def with_stop(day: Published, delivery: Delivery, ways: Ways) -> Published:
    """The published day with one more stop asked, which stands on no route yet."""
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
    )


def _grown(
    matrix: tuple[tuple[int, ...], ...], there: tuple[int, ...], back: tuple[int, ...]
) -> tuple[tuple[int, ...], ...]:
    return (*((*row, cell) for row, cell in zip(matrix, there, strict=True)), (*back, 0))


def late_places(day: Published, site: str, *, at_min: int) -> tuple[LatePlace, ...]:
    """The cheapest places for a stop of the problem from `at_min` on, at most `PLACES`.

    All other stops keep their van and order. Vans under way keep their round: their goods are on
    board; they may come back for it. Empty when no van has the room and the time.
    """
    asked = asked_of(day, "", at_min, more=site)
    orders = {route.vehicle: tour_of(route) for route in day.routes.routes}
    found = price_rounds(asked, orders)
    if found is None:  # these rounds were published, with these times
        raise AssertionError("a published round has no timetable")
    return tuple(
        _place(day, asked, found, place)
        for place in best_insertions(asked, found, site, count=PLACES)
    )


def _place(
    day: Published, asked: RoutingProblem, found: RoutingSolution, place: Insertion
) -> LatePlace:
    orders = {route.vehicle: order_of(route) for route in found.routes}
    then = price_rounds(asked, {**orders, place.vehicle: place.order})
    routes = read_answer(day, asked, then or found)
    before, after = day.begins_s(), replace(day, routes=routes).begins_s()
    return LatePlace(
        van=place.vehicle.removesuffix(AGAIN),
        begin_s=place.begin_s,
        added_cents=routes.cost_cents - day.routes.cost_cents,
        added_s=_paid_s(routes) - _paid_s(day.routes),
        later=sum(after[s][1] > begin + 60 * NOTICED_MIN for s, (_, begin) in before.items()),
        routes=routes,
        violations=broken_of(day, asked, routes),
    )


def _paid_s(routes: RoutePlan) -> int:
    return sum(each.trips[-1].end_s - each.trips[0].start_s for each in routes.routes)
