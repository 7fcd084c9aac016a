"""A published day of which some lines may not go out as planned: other lots, or nothing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from logistics.day import DayInputs, DayPlan, Unserved, Why
from logistics.dayroutes import day_deliveries
from logistics.demand import OrderLine
from logistics.late import aboard, routes_without
from logistics.replan import NOTICED_MIN, Published, asked_of, broken_of, read_answer, tour_of
from logistics.routes import RoutePlan, delivery_stop
from logistics.stock import Allocation, allocate_fefo
from menus import hard_objections
from optimizer import RoutingStop, Violation, price_rounds


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendedLine:
    """A line that may not be served as planned: from which lots it comes instead, if from any.

    `aboard`: its goods left the depot; somebody must call that van.
    """

    line: str
    order: str
    sku: str
    why: Why
    was: tuple[str, ...]
    lots: tuple[str, ...]
    given_g: int
    van: str = ""
    aboard: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Amended:
    """The day without what may not go out, and each line that it concerns.

    `later`: other sites served more than `NOTICED_MIN` later or earlier; `left`: sites to which
    nobody drives any more.
    """

    plan: DayPlan
    lines: tuple[AmendedLine, ...]
    left: tuple[str, ...]
    later: int
    violations: tuple[Violation, ...]


def amend_day(
    day: Published, plan: DayPlan, facts: DayInputs, *, bad: Mapping[str, Why], now_min: int
) -> Amended | None:
    """The published day with the lines `bad` served from other lots that may go out, or not at all.

    `facts` hold the orders, eaters and doors that it concerns, and the lots of store and plan. All
    else stays: every van keeps its order of doors. Goods on a van under way are not replaced. None
    where a round can no longer be driven so: never on roads where a detour costs time.
    """
    lines = {line.id: line for line in facts.lines()}
    gone = aboard(day, now_min)
    site_of = {line.id: order.site for order in facts.orders for line in order.lines}
    again = [
        lines[key] for key in sorted(bad) if site_of[key] not in gone and _suits(facts, lines[key])
    ]
    fresh, _ = allocate_fefo(
        again, facts.lots, on=facts.service_day, min_life_days=facts.min_life_days()
    )
    given = (*(one for one in plan.allocations if one.order_line not in bad), *fresh)
    routes, violations = _driven(day, plan, facts, given, now_min) or (None, ())
    if routes is None:
        return None
    then = replace(
        plan,
        allocations=given,
        routes=routes,
        unserved=tuple(_unserved(plan, facts, given, bad)),
    )
    return Amended(
        plan=then,
        lines=tuple(_told(day, plan, facts, fresh, bad, gone)),
        left=tuple(sorted(day.begins_s().keys() - replace(day, routes=routes).begins_s().keys())),
        later=_later(day, routes),
        violations=violations,
    )


def _suits(facts: DayInputs, line: OrderLine) -> bool:
    variant, eater = facts.catalogue.variants.get(line.sku), facts.eaters.get(line.eater)
    if variant is None or eater is None:
        return False
    return not hard_objections(variant, eater, recalled=facts.recalled)


def _driven(
    day: Published,
    plan: DayPlan,
    facts: DayInputs,
    given: Iterable[Allocation],
    now_min: int,
) -> tuple[RoutePlan, tuple[Violation, ...]] | None:
    """The same rounds with what each door now gets; a door that gets nothing falls out."""
    known = {line.id for line in facts.lines()}
    own = [one for one in given if one.order_line in known]
    found = {one.site: one for one in day_deliveries(facts, own, plan.batches, plan.born)}
    touched = {site.id for site in facts.sites}
    there = frozenset(van.key for van in day.problem.vehicles)
    stops: list[RoutingStop] = []
    for stop in day.problem.stops:
        if stop.key not in touched:
            stops.append(stop)
        elif stop.key in found:
            stops.append(delivery_stop(day.depot, stop.node, found[stop.key], there=there))
    routes = day.routes.routes
    for site in touched - found.keys():
        routes = tuple(routes_without(routes, site))
    smaller = replace(
        day,
        problem=replace(day.problem, stops=tuple(stops), locked=()),
        routes=replace(day.routes, routes=routes),
    )
    asked = asked_of(smaller, "", now_min, now_min=now_min)
    driven = price_rounds(asked, {route.vehicle: tour_of(route) for route in routes})
    if driven is None:
        return None
    answer = read_answer(smaller, asked, driven)
    return answer, broken_of(smaller, asked, answer)


def _unserved(
    plan: DayPlan, facts: DayInputs, given: Iterable[Allocation], bad: Mapping[str, Why]
) -> Iterator[Unserved]:
    """What orders miss: as before, with the lines that fall out; whole orders without lines."""
    grams: dict[str, int] = {}
    for one in given:
        grams[one.order_line] = grams.get(one.order_line, 0) + one.amount_g
    orders = {order.id: order for order in facts.orders}
    empty = {
        code
        for code, order in orders.items()
        if not any(grams.get(line.id) for line in order.lines)
    }
    for missed_before in plan.unserved:
        nothing = missed_before.order in empty
        yield replace(missed_before, lines=()) if nothing else missed_before
    for code, order in sorted(orders.items()):
        missed: dict[Why, list[str]] = {}
        for line in order.lines:
            if line.id in bad and grams.get(line.id, 0) < line.amount_g:
                missed.setdefault(bad[line.id], []).append(line.id)
        for why, lines in missed.items():
            yield Unserved(
                order=code,
                reason=why.reason,
                binding=why.binding,
                would_fit_if=why.would_fit_if,
                lines=() if code in empty else tuple(lines),
            )


def _told(
    day: Published,
    plan: DayPlan,
    facts: DayInputs,
    fresh: Iterable[Allocation],
    bad: Mapping[str, Why],
    gone: frozenset[str],
) -> Iterator[AmendedLine]:
    begins = day.begins_s()
    fresh = tuple(fresh)
    for order in facts.orders:
        for line in order.lines:
            if line.id not in bad:
                continue
            now = [one for one in fresh if one.order_line == line.id]
            was = [one.lot for one in plan.allocations if one.order_line == line.id]
            yield AmendedLine(
                line=line.id,
                order=order.id,
                sku=line.sku,
                why=bad[line.id],
                was=tuple(was),
                lots=tuple(one.lot for one in now),
                given_g=sum(one.amount_g for one in now),
                van=begins[order.site][0] if order.site in begins else "",
                aboard=order.site in gone,
            )


def _later(day: Published, routes: RoutePlan) -> int:
    now, before = replace(day, routes=routes).begins_s(), day.begins_s()
    return sum(
        abs(now[site][1] - before[site][1]) > 60 * NOTICED_MIN
        for site in now.keys() & before.keys()
    )
