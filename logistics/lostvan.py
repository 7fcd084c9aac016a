"""A published day that loses a van: the others take over with least change, and say why."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from logistics.leftbehind import UNSERVED_HELD, UnservedDelivery
from logistics.replan import (
    AGAIN,
    NOTICED_MIN,
    Published,
    asked_of,
    begins_of,
    broken_of,
    read_answer,
    tour_of,
)
from logistics.routes import RoutePlan
from optimizer import (
    Limits,
    RoutingProblem,
    RoutingSolution,
    Violation,
    best_insertions,
    order_of,
    price_rounds,
    solve_routing,
)

MOVES = 20_000

MOVED_CODES = (
    "route.moved.lost",
    "route.moved.no_room",
    "route.moved.full",
    "route.moved.cheaper",
    "route.moved.time",
    "route.moved.reordered",
    "route.moved.left",
)
"""Why a stop moved: its van is lost; its own van took over others, or has no place any more; it
costs less there; only its time changes, for stops that joined or another order; no van is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A site whose van or time is another than published. `van` is None when it gets nothing.

    `figure`: cents saved (cheaper), stops that joined the van (no_room, time); 0 otherwise.
    """

    site: str
    code: str  # one of MOVED_CODES
    was_van: str
    was_s: int
    van: str | None = None
    begin_s: int | None = None
    figure: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """The routes of a day without a van, and every stop that moved, by its old time."""

    routes: RoutePlan
    moved: tuple[Moved, ...]
    violations: tuple[Violation, ...]

    def for_held(self) -> dict[str, str]:
        """By site left behind, the van whose held tour alone has a place for it."""
        return {
            left.site: left.binding for left in self.routes.unserved if left.reason == UNSERVED_HELD
        }


def lose_van(
    day: Published, lost: str, *, at_min: int, now_min: int = 0, moves: int = MOVES
) -> Replan:
    """The day without the van `lost` from `at_min` on, told at `now_min`, with least change.

    Rounds under way by now stay as they are, and so do tours that a person holds: a stop that only
    an opened one could take stays behind and says so. A van may drive once more when it is back,
    for stops whose goods lie at the depot. What the lost van served until `at_min` stays served;
    its other goods are at the depot `FETCHED_MIN` from now, or at once if it had not left. Same
    input, same answer.
    """
    now_min = max(at_min, now_min)
    held = day.held() - {lost}
    asked, found = _without(day, lost, (at_min, now_min), held=held, moves=moves)
    routes = read_answer(day, asked, found)
    if found.unserved and held:
        opened = _without(day, lost, (at_min, now_min), held=frozenset(), moves=moves)[1]
        routes = replace(routes, unserved=tuple(_for_held(day, routes, held, (found, opened))))
    return Replan(
        routes=routes,
        moved=tuple(_moved(day, (asked, found), routes, lost)),
        violations=broken_of(day, asked, routes),
    )


def _without(
    day: Published, lost: str, minutes: tuple[int, int], *, held: frozenset[str], moves: int
) -> tuple[RoutingProblem, RoutingSolution]:
    """What is asked without the van, lost and told at `minutes`, and the answer from its tours."""
    at_min, now_min = minutes
    asked = asked_of(day, lost, at_min, now_min=now_min, held=held)
    locked = {van for van, _ in asked.locked}
    start = {r.vehicle: tour_of(r) for r in day.routes.routes if r.vehicle not in {lost, *locked}}
    found = solve_routing(asked, Limits(moves=moves), start=start).solution
    if found is None:  # every stop that is not locked may be left out
        raise AssertionError("routing gave no answer though every stop was optional")
    return asked, found


def _for_held(
    day: Published,
    routes: RoutePlan,
    held: frozenset[str],
    answers: tuple[RoutingSolution, RoutingSolution],
) -> Iterator[UnservedDelivery]:
    """The stops left behind; one that only fits when held tours are opened says which."""
    kept, opened = answers
    tours = {route.vehicle: order_of(route) for route in opened.routes}
    before = {route.vehicle: tour_of(route) for route in day.routes.routes}
    changed = sorted(van for van in held if tours.get(van) != before[van])
    saved = set(kept.unserved) - set(opened.unserved) if opened.penalty < kept.penalty else set()
    for left in routes.unserved:
        if left.site not in saved or not changed:
            yield left
            continue
        own = [van for van in changed if left.site in tours.get(van, ())]
        yield replace(left, reason=UNSERVED_HELD, binding=(own or changed)[0], would_fit_if=())


def _moved(
    day: Published, answer: tuple[RoutingProblem, RoutingSolution], routes: RoutePlan, lost: str
) -> Iterator[Moved]:
    """Every stop whose van is another, or that is served at another time, with the reason."""
    now = begins_of(routes.routes)
    joined = {
        route.vehicle: sum(day.begins_s()[s.site][0] != route.vehicle for s in route.stops)
        for route in routes.routes
    }
    before = sorted(day.begins_s().items(), key=lambda each: (each[1][1], each[0]))
    for site, (van, begin_s) in before:
        told = Moved(site=site, code="route.moved.left", was_van=van, was_s=begin_s)
        if site not in now:
            yield told
            continue
        told = replace(told, van=now[site][0], begin_s=now[site][1])
        if van == lost != told.van:
            yield replace(told, code="route.moved.lost")
        elif told.van != van:
            yield _swapped(told, answer, joined.get(van, 0))
        elif abs(now[site][1] - begin_s) > 60 * NOTICED_MIN:
            code = "route.moved.time" if joined[van] else "route.moved.reordered"
            yield replace(told, code=code, figure=joined[van])


def _swapped(told: Moved, answer: tuple[RoutingProblem, RoutingSolution], joined: int) -> Moved:
    """Tell why a stop goes with another van though its own still drives."""
    saved = _saved(answer, told.site, told.was_van)
    if saved is not None:
        return replace(told, code="route.moved.cheaper", figure=saved)
    code = "route.moved.no_room" if joined else "route.moved.full"
    return replace(told, code=code, figure=joined)


def _saved(answer: tuple[RoutingProblem, RoutingSolution], site: str, van: str) -> int | None:
    """Cents that the stop would cost more with its own van; None when that has no place for it."""
    asked, found = answer
    orders = {r.vehicle: tuple(k for k in order_of(r) if k != site) for r in found.routes}
    driver = next(r.vehicle for r in found.routes if site in order_of(r))
    without = price_rounds(asked, orders)
    if without is None:  # roads that break the triangle rule: nothing can be said of the price
        return None

    def price(*keys: str) -> int | None:
        stops = tuple(
            replace(s, allowed=keys, tolls=()) if s.key == site else s for s in asked.stops
        )
        places = best_insertions(replace(asked, stops=stops), without, site, count=1)
        return places[0].added_cents if places else None

    there = {each.key for each in asked.vehicles}
    own = price(*(key for key in (van, van + AGAIN) if key in there))
    here = price(driver)
    return None if own is None or here is None else max(0, own - here)
