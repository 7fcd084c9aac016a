"""Many late stops in a planned day at once: who has fewest places goes first, nobody else moves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from logistics.late import aboard, paid_s, with_stops
from logistics.laterounds import Rounds, Row
from logistics.leftbehind import UNSERVED_LEFT, UnservedDelivery
from logistics.replan import (
    NOTICED_MIN,
    Published,
    asked_of,
    broken_of,
    read_answer,
    tour_of,
)
from logistics.roads import RoadMatrix
from logistics.routes import Delivery, Route
from optimizer import (
    RoutingStop,
    Violation,
    price_rounds,
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
    begun = Rounds(
        asked=asked,
        stops={stop.key: stop for stop in asked_of(day, "", at_min, now_min=at_min).stops},
        orders={route.vehicle: tour_of(route) for route in day.routes.routes},
        starts={route.vehicle: route.trips[0].start_s for route in day.routes.routes},
    )
    rounds = _taken(begun, wanted)
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
    day: Published, rounds: Rounds, placed: frozenset[str], at_min: int
) -> tuple[Published, tuple[Violation, ...]]:
    """The day with its new routes, and what they break; without anything placed as it was."""
    asked = asked_of(day, "", at_min, now_min=at_min, more=placed)
    if not placed:
        return day, ()
    driven = price_rounds(asked, rounds.orders)
    if driven is None:
        raise AssertionError("rounds with late stops cannot be driven that could be")
    routes = read_answer(day, asked, driven)
    return replace(day, routes=routes), broken_of(day, asked, routes)


def _why_left(
    day: Published, rounds: Rounds, wanted: Mapping[str, RoutingStop], one: Delivery
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


# --- who goes first


def _taken(begun: Rounds, wanted: Mapping[str, RoutingStop]) -> Rounds:
    """The rounds with all that found a place; as they began where those could not be driven."""
    if begun.driven is None:
        return begun
    placed = _best_pass(begun, wanted)
    cheaper = _cheaper(begun, placed, wanted)
    return next((one for one in (cheaper, placed) if one.driven is not None), begun)


def _best_pass(begun: Rounds, wanted: Mapping[str, RoutingStop]) -> Rounds:
    """Place all; who fits alone and found no place goes first the next time. The best pass."""
    alone = {key: begun.row(stop) for key, stop in wanted.items()}
    first: frozenset[str] = frozenset()
    passes = list[Rounds]()
    for _ in range(PASSES):
        rounds = _filled(begun, wanted, alone, first)
        passes.append(rounds)
        again = frozenset(
            key
            for key, stop in wanted.items()
            if alone[key].best and rounds.stops.get(key) is not stop
        )
        if again <= first:
            break
        first |= again
    return min(passes, key=lambda one: one.price(wanted)) if passes[1:] else passes[0]


def _filled(
    rounds: Rounds,
    wanted: Mapping[str, RoutingStop],
    alone: Mapping[str, Row],
    first: frozenset[str],
) -> Rounds:
    """The rounds with every stop that finds a place while others take theirs."""
    table = dict(alone)
    while ready := [key for key, row in table.items() if row.best]:
        key = min(ready, key=lambda each: _turn(wanted[each], table[each], first))
        spot = table.pop(key).ranked()[0]
        changed = {spot.van, rounds.van_of(key)} - {""}
        rounds = rounds.with_stop(wanted[key], spot)
        for other, row in table.items():
            table[other] = _renewed(rounds, wanted[other], row, changed)
    return rounds


def _turn(stop: RoutingStop, row: Row, first: frozenset[str]) -> tuple[bool, int, int, int, str]:
    """By when a stop takes its turn: left behind before, few vans, pressing, much to lose."""
    best, *others = row.ranked()
    lost = others[0].units - best.units if others else 0
    return stop.key not in first, row.vans(), -(stop.drop_penalty or 0), -lost, stop.key


def _renewed(rounds: Rounds, stop: RoutingStop, row: Row, changed: set[str]) -> Row:
    """The places of a stop after the tours of some vans changed."""
    own = rounds.van_of(stop.key)
    if own in changed:
        return rounds.row(stop)
    if own in row.best and row.best[own].order == rounds.orders[own]:
        return row  # it stays as it stands
    same, more = row.without(changed), rounds.row_of(stop, changed)
    return rounds.settled(stop, same.with_more(more))


def _cheaper(begun: Rounds, rounds: Rounds, wanted: Mapping[str, RoutingStop]) -> Rounds:
    """Each new stop once more at its cheapest place, now that all others have theirs."""
    for key, stop in wanted.items():
        if key in begun.stops or key not in rounds.stops:
            continue
        own, less = rounds.van_of(key), rounds.less(stop)
        if not less.drivable(own):
            continue  # its driver had a break after this stop
        row = less.row(stop)
        rounds = less.with_stop(stop, row.ranked()[0]) if row.best else rounds
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
            added_cents=_cents(new) - _cents(old),
            added_s=paid_s(new) - paid_s(old),
        )
        if change.stops or new != old:
            yield change


def _comes_later(one: MovedStop) -> bool:
    return one.was is not None and one.begin_s > one.was[1] + 60 * NOTICED_MIN


def _cents(route: Route | None) -> int:
    return 0 if route is None else route.cost_cents
