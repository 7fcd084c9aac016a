"""The day of named vehicles as a problem of the fleet's search, and its answer as rounds."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from optimizer.fleet.problem import (
    FleetProblem,
    FleetRest,
    FleetRoute,
    FleetRoutes,
    FleetStop,
    FleetType,
)
from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going
from optimizer.routing.explain import best_insertions
from optimizer.routing.late import with_less_lateness
from optimizer.routing.problem import (
    RELOAD,
    UNITS_PER_CENT,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    cost_units,
    lacking,
    may_serve,
    toll_units,
    whole_cents,
)
from optimizer.routing.rounds import order_of, price_rounds
from optimizer.routing.schedule import timetable, trips_of
from optimizer.routing.traffic import as_driven, first_guess, told_leaves
from optimizer.routing.vans import with_best_vans

if TYPE_CHECKING:
    from optimizer.fleet.walk import Stretch

_BETWEEN_WATCHES = 500  # moves
_FEW, _MANY = (40, 0.4), (160, 1.0)  # moves per stop and the first heat that pays for so many
_LAST_HEAT = 0.012  # heats are of the mean price of a served stop
_WARM_HEAT = 0.05  # where the search goes on from rounds that are given
_DROP_WEIGHT = 10  # round trips that a dropped stop weighs while the search walks
_HEAVIEST = 1 << 58  # of all penalties together in the search

Orders = dict[str, tuple[str, ...]]
"""Vehicle key: its stops in order, with `RELOAD` between two trips."""


def solve_routing(
    problem: RoutingProblem,
    limits: Limits,
    watch: Watch = keep_going,
    *,
    start: Orders | None = None,
    executor: Executor | None = None,
) -> Outcome[RoutingSolution]:
    """Rounds that keep every promise: least drop penalty first, then fewest cents.

    With a `start` (of yesterday, or as published) the search goes on from there, little warmed:
    rounds of it that cannot be driven any more are forgotten. IMPOSSIBLE names a stop that must
    be served and that no vehicle could serve even alone; UNKNOWN says that a stop that must be
    served found no place. Time does not enter: the same problem, moves, seed and start give the
    same answer. Of many stops the executor searches the parts; its workers change no answer.
    """
    held = {key for _, order in problem.locked for key in order}
    free = [stop for stop in problem.stops if stop.key not in held]
    if not all(_fits_alone(problem, s) for s in free if s.drop_penalty is None):
        return Outcome(status=Status.IMPOSSIBLE)
    orders, moves = dict(problem.locked), 0
    vans = [vehicle for vehicle in problem.vehicles if vehicle.key not in orders]
    if free and vans:
        day = _Day(problem=problem, stops=tuple(free), vehicles=tuple(vans))
        search = _search_in_traffic if problem.bands else _search
        found, moves = search(day, limits, watch, start or {}, executor)
        # The exact timetable has the last word: who must leave a round is offered another place.
        orders |= _driveable(day, found)
    return _answer(problem, orders, moves)


def _fits_alone(problem: RoutingProblem, stop: RoutingStop) -> bool:
    return any(
        may_serve(vehicle, stop)
        and not lacking(vehicle, (stop,))
        and timetable(problem, vehicle, ((stop,),)) is not None
        for vehicle in problem.vehicles
    )


@dataclass(frozen=True, kw_only=True)
class _Day:
    """What is left to decide, in the words of the day and in those of the search."""

    problem: RoutingProblem
    stops: tuple[RoutingStop, ...]
    vehicles: tuple[RoutingVehicle, ...]

    @cached_property
    def kinds(self) -> tuple[tuple[RoutingVehicle, ...], ...]:
        """Vehicles that nothing tells apart, together."""
        alike: defaultdict[object, list[RoutingVehicle]] = defaultdict(list)
        choosy = [s for s in self.stops if s.allowed is not None or s.skills or s.tolls]
        for vehicle in self.vehicles:
            asked = tuple((may_serve(vehicle, s), toll_units(vehicle, s)) for s in choosy)
            alike[replace(vehicle, key=""), asked].append(vehicle)
        return tuple(tuple(each) for each in alike.values())

    @cached_property
    def depots(self) -> tuple[int, ...]:
        """Nodes where vehicles start or end."""
        return tuple(sorted({n for v in self.vehicles for n in (v.start_node, v.end_node)}))

    @cached_property
    def fleet(self) -> FleetProblem:
        """The problem of the search, in 1/18000 cent."""
        nodes = [stop.node for stop in self.stops] + list(self.depots)
        weight = _drop_weight(self.problem)
        return FleetProblem(
            stops=tuple(self._stop(stop, weight) for stop in self.stops),
            types=tuple(self._type(alike) for alike in self.kinds),
            metres=self.problem.travel_m.between(nodes),
            travel=self.problem.travel_s.between(nodes),
        )

    def _stop(self, stop: RoutingStop, weight: int) -> FleetStop:
        first = [alike[0] for alike in self.kinds]
        tolls = tuple(toll_units(vehicle, stop) for vehicle in first)
        return FleetStop(
            needs=stop.loads,
            windows=stop.windows,
            service=stop.service_s,
            ready=stop.ready_s,
            prize=None if stop.drop_penalty is None else stop.drop_penalty * weight,
            types=frozenset(i for i, vehicle in enumerate(first) if may_serve(vehicle, stop)),
            cold=stop.max_cold_s,
            due=stop.due_s,
            late=stop.late_cents_per_hour * (UNITS_PER_CENT // 3_600),
            picks=stop.picks,
            tolls=tolls if any(tolls) else (),
        )

    def _type(self, alike: Sequence[RoutingVehicle]) -> FleetType:
        vehicle = alike[0]
        return FleetType(
            room=vehicle.capacity,
            opens=vehicle.open_s,
            closes=vehicle.close_s,
            count=len(alike),
            start=self.depots.index(vehicle.start_node),
            end=self.depots.index(vehicle.end_node),
            latest=vehicle.latest_start_s,
            longest=vehicle.max_duration_s,
            fixed=vehicle.fixed_cents * UNITS_PER_CENT,
            rate=vehicle.cents_per_km * (UNITS_PER_CENT // 1_000),
            pace=vehicle.cents_per_hour * (UNITS_PER_CENT // 3_600),
            reloads=vehicle.reloads,
            loading=vehicle.loading_s,
            rests=tuple(
                FleetRest(
                    opens=rest.earliest_s, closes=rest.latest_s, lasts=rest.duration_s, had_by=had_s
                )
                for rest, had_s in zip(vehicle.rests, vehicle.had_by_s(), strict=True)
            ),
            swings=vehicle.swings,
            swing_room=vehicle.swing_room,
        )

    def routes(self, orders: Orders) -> FleetRoutes:
        """Rounds that can be driven, in the numbers of the search."""
        number = {stop.key: i for i, stop in enumerate(self.stops)}
        found = []
        for kind, alike in enumerate(self.kinds):
            for vehicle in alike:
                kept = [k for k in orders.get(vehicle.key, ()) if k == RELOAD or k in number]
                trips = _split(kept)
                if trips:
                    routes = tuple(tuple(number[key] for key in trip) for trip in trips)
                    found.append(FleetRoute(kind, routes))
        return tuple(found)

    def orders(self, routes: FleetRoutes) -> Orders:
        """Rounds in the words of the day: alike vehicles are used in their order."""
        free = [list(reversed(alike)) for alike in self.kinds]
        found = {}
        for route in sorted(routes, key=lambda each: each.trips):
            keys: list[str] = []
            for trip in route.trips:
                keys += [RELOAD] * bool(keys) + [self.stops[stop].key for stop in trip]
            found[free[route.kind].pop().key] = tuple(keys)
        return found

    def settled(self, routes: FleetRoutes) -> Orders:
        """Rounds in the words of the day, each with the vehicle and in an order that suit it."""
        stops = {stop.key: stop for stop in self.stops}
        vans = {vehicle.key: vehicle for vehicle in self.vehicles}
        orders = with_best_vans(self.problem, self.kinds, self.orders(routes))
        if not any(stop.late_cents_per_hour for stop in self.stops):
            return orders
        return {
            key: with_less_lateness(self.problem, vans[key], order, stops)
            for key, order in orders.items()
        }


def _split(order: Sequence[str]) -> list[list[str]]:
    trips: list[list[str]] = [[]]
    for key in order:
        if key == RELOAD:
            trips.append([])
        else:
            trips[-1].append(key)
    return [trip for trip in trips if trip]


def _search(
    day: _Day, limits: Limits, watch: Watch, start: Orders, executor: Executor | None
) -> tuple[Orders, int]:
    """Best rounds after the moves, or after as many as `watch` allowed: one chunk at least."""
    from optimizer.fleet.walk import Stretch, walk  # noqa: PLC0415  # numba costs a second
    from optimizer.routing.parts import PARTED, search_parts  # noqa: PLC0415  # same

    seen, going = 0, True

    def see(before: int, more: int, cost: int | None) -> bool:
        nonlocal seen, going
        moves = before + more
        if moves - seen >= _BETWEEN_WATCHES or moves == limits.moves:
            seen = moves
            best = None if cost is None else whole_cents(cost)
            going = watch(Progress(moves=moves, incumbent=best))
        return going

    begun = day.routes(start)
    first = walk(day.fleet, begun, Stretch(limits.seed, 1.0, 1.0, 1, 1))
    heat = _per_stop(day, first.best, first.cost)
    warm = _WARM_HEAT if begun else _first_heat(limits.moves / len(day.stops))
    stretch = Stretch(limits.seed, warm * heat, _LAST_HEAT * heat, limits.moves, _CHUNK)
    if len(day.stops) >= PARTED:
        routes, moves = search_parts(day.fleet, first.best, stretch, partial(see, 0), executor)
        return day.settled(routes), moves
    orders, done = day.orders(first.best), 0
    for part in _pieces(stretch, min(_PIECES, len(day.kinds), limits.moves)):
        walked = walk(day.fleet, day.routes(orders), part._replace(watcher=partial(see, done)))
        orders, done = day.settled(walked.best), done + walked.moves
        if not going:
            break
    return orders, done


def _pieces(stretch: "Stretch", count: int) -> Iterator["Stretch"]:
    """A stretch in so many pieces, each as cool as the one before ended."""
    for at in range(count):
        first, last = (
            stretch.first * (stretch.last / stretch.first) ** (step / count)
            for step in (at, at + 1)
        )
        moves = stretch.moves * (at + 1) // count - stretch.moves * at // count
        yield stretch._replace(seed=stretch.seed + at, first=first, last=last, moves=moves)


_CHUNK = 100  # moves at one temperature
_PIECES = 2  # of a walk, between which vehicles that differ change rounds
_TURNS = (3, 1, 1, 1)  # shares of the moves under traffic: after each the ways are told anew


def _search_in_traffic(
    day: _Day, limits: Limits, watch: Watch, start: Orders, executor: Executor | None
) -> tuple[Orders, int]:
    """Best rounds of several searches, each on the ways as they were driven in the last."""
    problem, done, orders = day.problem, 0, start
    leaves = first_guess(day.stops, day.vehicles)
    best: tuple[tuple[int, int, int], Orders] | None = None
    going = True

    def see(progress: Progress) -> bool:
        nonlocal going
        incumbent = best[0][2] if best else None
        going = watch(Progress(moves=done + progress.moves, incumbent=incumbent))
        return going

    for share in _TURNS:
        frozen = replace(day, problem=as_driven(problem, leaves))
        mine = replace(limits, moves=max(1, limits.moves * share // sum(_TURNS)))
        found, moves = _search(frozen, mine, see, orders, executor)
        done += moves
        orders = dict(problem.locked) | _driveable(day, found)
        solution = price_rounds(problem, orders)
        if solution is None:
            break  # a locked round cannot be driven: the caller says so
        solution = _completed(problem, orders, solution)
        orders = {route.vehicle: order_of(route) for route in solution.routes}
        worth = _worth(problem, solution)
        if best is None or worth < best[0]:
            best = (worth, orders)
        leaves = leaves | told_leaves(problem, solution)
        if not going:
            break
    kept = {vehicle.key for vehicle in day.vehicles}
    chosen = best[1] if best else orders
    return {key: order for key, order in chosen.items() if key in kept}, done


def _driveable(day: _Day, orders: Orders) -> Orders:
    """Rounds without the stops at which they miss a promise of time."""
    stops = {stop.key: stop for stop in day.stops}
    found = {}
    for vehicle in day.vehicles:
        kept: list[str] = []
        whole = list(orders.get(vehicle.key, ()))
        if whole and _can_drive(day, vehicle, whole, stops):
            found[vehicle.key] = tuple(whole)
            continue
        for key in whole:
            if key == RELOAD or _can_drive(day, vehicle, [*kept, key], stops):
                kept.append(key)
        trips = _split(kept)
        if trips:
            found[vehicle.key] = tuple(
                key for turn, trip in enumerate(trips) for key in ([RELOAD] * bool(turn) + trip)
            )
    return found


def _can_drive(
    day: _Day, vehicle: RoutingVehicle, order: Sequence[str], stops: dict[str, RoutingStop]
) -> bool:
    trips = trips_of([stops[key] if key else None for key in order])
    return timetable(day.problem, vehicle, trips) is not None


def _worth(problem: RoutingProblem, solution: RoutingSolution) -> tuple[int, int, int]:
    """Stops left out that must be served, the penalty of the others, cents: less is better."""
    left = set(solution.unserved)
    required = sum(stop.drop_penalty is None for stop in problem.stops if stop.key in left)
    return required, solution.penalty, solution.cost_cents + solution.strain_cents


def _first_heat(moves: float) -> float:
    """How hot to begin with so many moves for each stop: a short walk has no time to cool."""
    (few, tepid), (many, hot) = _FEW, _MANY
    share = min(1.0, max(0.0, (moves - few) / (many - few)))
    return tepid + share * (hot - tepid)


def _per_stop(day: _Day, routes: FleetRoutes, cost: int) -> float:
    """Mean price of a served stop in units; the fixed price of vehicles and what is left aside."""
    served = {stop for route in routes for trip in route.trips for stop in trip}
    fixed = sum(day.fleet.types[route.kind].fixed for route in routes)
    left = sum(s.prize or 0 for i, s in enumerate(day.fleet.stops) if i not in served)
    return max(1.0, (cost - fixed - left) / max(1, len(served)))


def _drop_weight(problem: RoutingProblem) -> int:
    """Units that one point of penalty weighs in the walk, so that all together stay in bounds."""
    seconds = int(problem.travel_s.cells.max()) * 2
    metres = int(problem.travel_m.cells.max()) * 2
    trip = max(cost_units(vehicle, metres, seconds) for vehicle in problem.vehicles)
    penalties = [stop.drop_penalty for stop in problem.stops if stop.drop_penalty]
    least, total = min(penalties, default=1), max(1, sum(penalties))
    wanted = -(-_DROP_WEIGHT * (trip + UNITS_PER_CENT) // least)
    return int(max(1, min(wanted, _HEAVIEST // total)))


def _answer(problem: RoutingProblem, orders: Orders, moves: int) -> Outcome[RoutingSolution]:
    solution = price_rounds(problem, orders)
    if solution is None:  # the kernel walked these rounds itself
        raise AssertionError("the search gave a round without a timetable")
    solution = _completed(problem, orders, solution)
    left = set(solution.unserved)
    if any(stop.drop_penalty is None for stop in problem.stops if stop.key in left):
        return Outcome(status=Status.UNKNOWN, moves=moves)
    return Outcome(
        status=Status.FEASIBLE,
        solution=solution,
        objective=(solution.penalty, solution.cost_cents + solution.strain_cents),
        moves=moves,
    )


def _completed(
    problem: RoutingProblem, orders: Orders, solution: RoutingSolution
) -> RoutingSolution:
    """Give what was left out a place if there is one: the search prices few of them exactly."""
    stops = {stop.key: stop for stop in problem.stops}

    def weight(key: str) -> tuple[bool, int]:
        penalty = stops[key].drop_penalty
        return penalty is not None, -(penalty or 0)

    for key in sorted(solution.unserved, key=weight):
        wanted = stops[key].drop_penalty != 0
        for place in best_insertions(problem, solution, key, count=1) if wanted else ():
            orders = {**orders, place.vehicle: place.order}
            solution = price_rounds(problem, orders) or solution
    return solution
