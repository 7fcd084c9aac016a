"""The road's part of a day: what is loaded becomes deliveries, deliveries become routes."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from logistics.day import DayInputs, DayPlan, DaySite, Remark, Solved, Why
from logistics.daykitchen import KitchenDay
from logistics.production import Batch
from logistics.roads import RoadMatrix
from logistics.routecheck import route_violations
from logistics.routes import Delivery, RoutePlan, read_routes, route_problem
from logistics.stock import Allocation, Lot
from logistics.vans import Boxes, Vehicle, service_minutes
from menus import Zone
from optimizer import (
    RELOAD,
    Limits,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    Violation,
    Watch,
    order_of,
    price_rounds,
    routing_violations,
    solve_routing,
)

BOX_G: Mapping[Zone, int] = {Zone.FROZEN: 8_000, Zone.CHILLED: 8_000, Zone.AMBIENT: 10_000}
"""Grams of food in one delivery box, by zone (house rule until boxes are weighed)."""

SAME_FACE_CENTS = 150
"""What it is worth that a site sees the van and driver it knows (house rule): less than a detour
of some minutes, so that nobody drives about for it."""

LOADING_MIN = 90
"""Minutes a van may wait for the kitchen after its shift begins. Beyond it a line stays out, so
that one late batch does not keep a whole round behind (house rule; on a synthetic day of 150 homes
and four houses, 60 to 120 minutes served most lines and left fewest orders with nothing)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedDay:
    """Routes, what is really loaded, and the orders that no route reaches with the reason."""

    routes: RoutePlan
    loaded: tuple[Allocation, ...]
    unreached: Mapping[str, Why]
    solved: Solved
    remarks: tuple[Remark, ...] = ()


def latest_ready_min(inputs: DayInputs) -> dict[str, int]:
    """By site, the last minute at which goods may come from the kitchen and still be loaded."""
    latest: dict[str, int] = {}
    for node, site in enumerate(inputs.sites, start=1):
        leave = site.windows[-1][1] - -(-inputs.roads.seconds[0][node] // 60)
        waits = [_waits_until(van) for van in inputs.vehicles if van.shift_open_min <= leave]
        latest[site.id] = min(leave, max(waits, default=leave))
    return latest


def _waits_until(van: Vehicle) -> int:
    """How long a van waits for the kitchen; past its latest start only where it comes back."""
    until = van.shift_open_min + LOADING_MIN
    if van.latest_start_min is None or van.reloads:
        return until
    return min(until, van.latest_start_min)


def wave_min(inputs: DayInputs) -> dict[str, int]:
    """By site, when the van leaves that it is cooked for: the last that is there as it opens.

    Vans that begin together are a wave. Where none is in time for the opening, the first counts:
    its food must be ready early.
    """
    begins = sorted({van.shift_open_min for van in inputs.vehicles})
    waves: dict[str, int] = {}
    for node, site in enumerate(inputs.sites, start=1):
        leave = site.windows[0][0] - -(-inputs.roads.seconds[0][node] // 60)
        in_time = [begin for begin in begins if begin <= leave]
        if begins:
            waves[site.id] = max(in_time, default=begins[0])
    return waves


def drive(
    inputs: DayInputs,
    given: tuple[Allocation, ...],
    kitchen: KitchenDay,
    search: tuple[Limits, Watch],
    executor: Executor | None = None,
) -> RoutedDay:
    """Routes for everything that was given; goods of an order without a route stay in store."""
    deliveries = day_deliveries(inputs, given, kitchen.batches, kitchen.born)
    limits, watch = search
    problem = _weighed(
        inputs,
        route_problem(
            inputs.depot, inputs.vehicles, deliveries=deliveries, roads=_between(inputs, deliveries)
        ),
    )
    held, broken = _held(inputs, problem)
    problem = replace(problem, locked=held)
    outcome = solve_routing(problem, limits, watch, executor=executor)
    routes = read_routes(
        problem,
        outcome.solution or _nothing_driven(problem),
        vehicles=inputs.vehicles,
        deliveries=deliveries,
        provenance=inputs.roads.provenance,
    )
    unreached = {
        order: Why(reason=left.reason, binding=left.binding, would_fit_if=left.would_fit_if)
        for left in routes.unserved
        for order in left.orders
    }
    order_of = {line.id: line.order for line in inputs.lines()}
    return RoutedDay(
        routes=replace(routes, usual=_known(routes, inputs.usual_vans)),
        loaded=tuple(each for each in given if order_of[each.order_line] not in unreached),
        unreached=unreached,
        solved=Solved(name="routing", problem=problem, limits=limits, outcome=outcome),
        remarks=tuple(Remark(code="day.tour.not_held", subject=van) for van in broken),
    )


def _held(
    inputs: DayInputs, problem: RoutingProblem
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], list[str]]:
    """The tours that a person keeps, and the vans that cannot drive theirs any more.

    A door that gets nothing today falls out of its tour. A tour breaks when there is no longer the
    room, the time or the skill for it, or another one has one of its doors.
    """
    there = {stop.key for stop in problem.stops}
    vans = {vehicle.id for vehicle in inputs.vehicles}
    held, broken, taken = [], [], set[str]()
    for van, order in sorted(inputs.held_tours.items()):
        kept = tuple(key for key in order if key in there or key == RELOAD)
        doors = {key for key in kept if key != RELOAD}
        if van not in vans or not doors:
            continue
        alone = price_rounds(problem, {van: kept})
        if alone is None or routing_violations(problem, alone) or doors & taken:
            broken.append(van)
        else:
            held.append((van, order_of(alone.routes[0])))
            taken |= doors
    return tuple(held), broken


def _weighed(inputs: DayInputs, problem: RoutingProblem) -> RoutingProblem:
    """Let every other van weigh than stands in the plan people know, and than came last.

    A van that is gone weighs nothing.
    """
    vans = sorted(vehicle.id for vehicle in inputs.vehicles)
    wishes = ((inputs.stands, inputs.change_cents), (inputs.usual_vans, SAME_FACE_CENTS))

    def weighed(stop: RoutingStop) -> RoutingStop:
        tolls: Counter[str] = Counter()
        for known, cents in wishes:
            van = known.get(stop.key)
            if van in vans and cents:
                tolls.update({other: cents for other in vans if other != van})
        return replace(stop, tolls=tuple(sorted(tolls.items())))

    return replace(problem, stops=tuple(weighed(stop) for stop in problem.stops))


def _nothing_driven(problem: RoutingProblem) -> RoutingSolution:
    """The answer when there is none: every stop stays behind, none is forgotten."""
    return RoutingSolution(
        routes=(), unserved=tuple(stop.key for stop in problem.stops), penalty=0, cost_cents=0
    )


def _known(routes: RoutePlan, usual: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    sites = (stop.site for route in routes.routes for stop in route.stops)
    return tuple((site, usual[site]) for site in sorted(sites) if site in usual)


def day_deliveries(
    inputs: DayInputs,
    given: Iterable[Allocation],
    batches: Iterable[Batch],
    born: Iterable[Lot],
) -> tuple[Delivery, ...]:
    """One delivery per site that gets or gives anything, ready when its last batch is.

    Where something is fetched only, leaving it for another day weighs least.
    """
    zone = {lot.id: lot.zone for lot in (*inputs.lots, *born)}
    ready = {batch.lot: batch.ready_min for batch in batches}
    order_of = {line.id: line.order for line in inputs.lines()}
    orders = {order.id: order for order in inputs.orders}
    grams: defaultdict[str, Counter[Zone]] = defaultdict(Counter)
    ready_min: Counter[str] = Counter()
    served: defaultdict[str, set[str]] = defaultdict(set)
    for each in given:
        order = orders[order_of[each.order_line]]
        grams[order.site][zone[each.lot]] += each.amount_g
        ready_min[order.site] = max(ready_min[order.site], ready.get(each.lot, 0))
        served[order.site].add(order.id)
    return tuple(
        _delivery(
            site,
            grams[site.id],
            tuple(sorted(served[site.id])),
            priority=max((orders[order].priority for order in served[site.id]), default=1),
            ready_min=ready_min[site.id],
        )
        for site in inputs.sites
        if site.id in served or site.pickups
    )


def _delivery(
    site: DaySite, grams: Counter[Zone], orders: tuple[str, ...], *, priority: int, ready_min: int
) -> Delivery:
    goods = Boxes(**{zone.value: -(-grams[zone] // BOX_G[zone]) for zone in Zone})
    boxes = sum((each.brings for each in site.pickups), goods)
    carried = boxes + Boxes(ambient=sum(each.boxes for each in site.pickups))
    return Delivery(
        site=site.id,
        point=site.point,
        windows=site.windows,
        service_min=service_minutes(carried, floor=site.floor, lift=site.lift),
        boxes=boxes,
        orders=orders,
        priority=priority,
        ready_min=ready_min,
        skills=site.skills,
        vans=site.vans,
        pickups=site.pickups,
        preferred_by_min=site.preferred_by_min,
    )


def _between(inputs: DayInputs, deliveries: Iterable[Delivery]) -> RoadMatrix:
    """The roads of the day between the depot and the sites that get a delivery."""
    node = {site.id: index for index, site in enumerate(inputs.sites, start=1)}
    nodes = [0, *(node[each.site] for each in deliveries)]
    return inputs.roads.only(tuple(nodes))


def road_violations(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """What the routes break for the goods that are loaded, and sites with goods but no stop."""
    lots = {lot.id for lot in (*inputs.lots, *plan.born)}
    lines = {line.id for line in inputs.lines()}
    sound = [each for each in plan.allocations if each.lot in lots and each.order_line in lines]
    loaded = day_deliveries(inputs, sound, plan.batches, plan.born)
    reached = {stop.site for route in plan.routes.routes for stop in route.stops}
    for delivery in loaded:
        if delivery.orders and delivery.site not in reached:
            yield Violation(code="check.order.not_routed", subject=delivery.site)
    behind = {each.site for each in plan.routes.unserved} - {each.site for each in loaded}
    every = (*loaded, *(_empty(site) for site in inputs.sites if site.id in behind))
    yield from route_violations(
        inputs.depot,
        inputs.vehicles,
        deliveries=every,
        roads=_between(inputs, every),
        plan=plan.routes,
    )


def _empty(site: DaySite) -> Delivery:
    """A delivery of nothing: what a site that was left behind is loaded."""
    return Delivery(
        site=site.id,
        point=site.point,
        windows=site.windows,
        service_min=0,
        boxes=Boxes(),
        orders=(),
    )
