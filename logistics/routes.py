"""The day's deliveries on the depot's vans: which van, in which order, at what time, how cold."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from logistics.leftbehind import UnservedDelivery, left_behind
from logistics.roads import Point, RoadMatrix
from logistics.vans import Boxes, Depot, DriverBreak, DriverSkill, Pickup, Vehicle
from menus import Zone
from optimizer import (
    Limits,
    RoutingBand,
    RoutingBreak,
    RoutingProblem,
    RoutingRoute,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    Watch,
    explain_unserved,
    keep_going,
    solve_routing,
)

PRIORITY_WEIGHTS = (1, 1_000, 1_000_000)
"""What an order left out weighs by priority 1 (home stock covers it), 2 (usual), 3 (no other meal):
a thousand orders of one level weigh as one of the next."""

_HEAVIEST = 10**8  # the optimizer's largest penalty
PREFERRED_CENTS_PER_HOUR = 1_200
"""What an hour after the time that an address prefers weighs (house rule, as much as to come later
than was told): a detour of a few minutes for it, never a van more."""
DIMENSIONS = tuple(zone.value for zone in (Zone.FROZEN, Zone.CHILLED, Zone.AMBIENT))
"""What loads are counted by, in the order of `Boxes.by_zone`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """All that one site gets on the service day, in one stop.

    `windows` are (open_min, close_min) after local midnight in which service may begin. `boxes`
    holds what is brought in exchange too. `skills` are asked of its van and driver; `vans` None:
    every van may come. `pickups` are taken back to the depot.
    """

    site: str
    point: Point
    windows: tuple[tuple[int, int], ...]
    service_min: int
    boxes: Boxes
    orders: tuple[str, ...]
    priority: int = 2  # 1..3, see PRIORITY_WEIGHTS
    ready_min: int = 0  # when the last of its goods can leave the depot
    skills: tuple[DriverSkill, ...] = ()
    vans: tuple[str, ...] | None = None
    pickups: tuple[Pickup, ...] = ()
    preferred_by_min: int | None = None  # a begin after it is allowed, and weighs

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if not 1 <= self.priority <= len(PRIORITY_WEIGHTS):
            raise ValueError("a priority is 1, 2 or 3")

    @property
    def picks(self) -> Boxes:
        """The room of what is fetched."""
        return Boxes(ambient=sum(each.boxes for each in self.pickups))

    @property
    def weight(self) -> int:
        """What leaving it out weighs: every order by the priority of the delivery."""
        return min(_HEAVIEST, PRIORITY_WEIGHTS[self.priority - 1] * max(1, len(self.orders)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One site visited: seconds after local midnight, with minutes as people read them."""

    site: str
    arrive_s: int
    begin_s: int
    depart_s: int
    cold_s: int  # since leaving the depot, at begin
    boxes: Boxes
    pickups: tuple[Pickup, ...] = ()
    preferred_by_min: int | None = None

    @property
    def late_s(self) -> int:
        """Seconds after the time that the address prefers; 0 where it prefers none."""
        if self.preferred_by_min is None:
            return 0
        return max(0, self.begin_s - 60 * self.preferred_by_min)

    @property
    def goods(self) -> Boxes:
        """The boxes of food: without what is brought in exchange."""
        return self.boxes.without(sum((each.brings for each in self.pickups), Boxes()))

    @property
    def arrive_min(self) -> int:
        """Minute of arrival, begun."""
        return self.arrive_s // 60

    @property
    def begin_min(self) -> int:
        """Minute of begin, begun: as whole-minute windows have it."""
        return self.begin_s // 60

    @property
    def depart_min(self) -> int:
        """Minute of departure, full."""
        return ceil(self.depart_s / 60)

    @property
    def cold_min(self) -> int:
        """Minutes out of the cold store, full."""
        return ceil(self.cold_s / 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakTaken:
    """A break of the driver: the site that it follows, when it begins and how long it is.

    One had at the depot follows the last site of the trip that is over: see `Trip.home_for`.
    """

    after: str
    begin_s: int
    minutes: int | None = None  # None: stored before a shift could have several


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """From the depot over its stops back to the depot, with the breaks before the next trip."""

    start_s: int
    stops: tuple[Stop, ...]
    end_s: int
    breaks: tuple[BreakTaken, ...] = ()

    @staticmethod
    def renewed(told: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a trip that was stored when a shift had one break or none."""
        if "break_after" not in told:
            return told
        after, begin_s = told["break_after"], told["break_begin_s"]
        kept = {name: told[name] for name in ("start_s", "stops", "end_s")}
        return kept | {"breaks": [] if after is None else [{"after": after, "begin_s": begin_s}]}

    def home_for(self, taken: BreakTaken) -> bool:
        """Whether one of its breaks is had at the depot, once the van is back."""
        return taken.begin_s >= self.end_s

    @property
    def boxes(self) -> Boxes:
        """What is loaded at the depot."""
        return sum((stop.boxes for stop in self.stops), Boxes())

    @property
    def goods(self) -> Boxes:
        """The boxes of food among it."""
        return sum((stop.goods for stop in self.stops), Boxes())


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The day of one van: a trip, and one more each time it comes back to load again."""

    vehicle: str
    letter: str
    trips: tuple[Trip, ...]
    metres: int
    cost_cents: int  # rounded half up

    @property
    def stops(self) -> tuple[Stop, ...]:
        """Every stop in the order of the day."""
        return tuple(stop for trip in self.trips for stop in trip.stops)

    @property
    def breaks(self) -> tuple[BreakTaken, ...]:
        """The breaks taken, the first one of the shift first."""
        return tuple(taken for trip in self.trips for taken in trip.breaks)

    @property
    def start_min(self) -> int:
        """Minute of leaving the depot first, begun."""
        return self.trips[0].start_s // 60

    @property
    def end_min(self) -> int:
        """Minute of the last return, full."""
        return ceil(self.trips[-1].end_s / 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """The day's routes, what stayed behind, and where the travel times come from."""

    routes: tuple[Route, ...]
    unserved: tuple[UnservedDelivery, ...]
    cost_cents: int  # of all routes together, rounded half up once
    provenance: str
    usual: tuple[tuple[str, str], ...] = ()  # site, the van that came last
    late_cents: int = 0  # what begins after the preferred times weigh: paid by nobody


def route_points(depot: Depot, deliveries: Iterable[Delivery]) -> tuple[Point, ...]:
    """The points in the order in which `plan_routes` reads the road matrix: depot first."""
    return (depot.point, *(delivery.point for delivery in deliveries))


def plan_routes(
    depot: Depot,
    vehicles: tuple[Vehicle, ...],
    *,
    deliveries: tuple[Delivery, ...],
    roads: RoadMatrix,
    limits: Limits,
    watch: Watch = keep_going,
) -> RoutePlan:
    """Fewest and least pressing orders left behind, then fewest cents; each left with its reason.

    `roads` is the matrix of `route_points(depot, deliveries)`. The same input, moves and seed
    give the same plan.
    """
    problem = route_problem(depot, vehicles, deliveries=deliveries, roads=roads)
    solution = solve_routing(problem, limits, watch).solution
    if solution is None:  # every delivery may be left out, so the empty plan always stands
        raise AssertionError("routing gave no answer though every stop was optional")
    return read_routes(
        problem, solution, vehicles=vehicles, deliveries=deliveries, provenance=roads.provenance
    )


def route_problem(
    depot: Depot,
    vehicles: tuple[Vehicle, ...],
    *,
    deliveries: tuple[Delivery, ...],
    roads: RoadMatrix,
) -> RoutingProblem:
    """The day as the optimizer reads it: seconds, and a weight for every stop left out."""
    there = frozenset(vehicle.id for vehicle in vehicles)
    return RoutingProblem(
        stops=tuple(
            delivery_stop(depot, node, d, there=there) for node, d in enumerate(deliveries, start=1)
        ),
        vehicles=tuple(_vehicle(vehicle) for vehicle in vehicles),
        travel_s=roads.seconds,
        travel_m=roads.metres,
        dimensions=DIMENSIONS,
        bands=tuple(RoutingBand(from_s=60 * at, permille=speed) for at, speed in roads.bands),
    )


def read_routes(
    problem: RoutingProblem,
    solution: RoutingSolution,
    *,
    vehicles: tuple[Vehicle, ...],
    deliveries: tuple[Delivery, ...],
    provenance: str,
) -> RoutePlan:
    """The optimizer's answer to `route_problem` in the words of the depot."""
    letters = {vehicle.id: vehicle.letter for vehicle in vehicles}
    asked = {delivery.site: delivery for delivery in deliveries}
    vans = {van.key: van for van in problem.vehicles}
    routes = tuple(
        Route(
            vehicle=route.vehicle,
            letter=letters[route.vehicle],
            trips=tuple(_trips(vans[route.vehicle], route, asked)),
            metres=route.metres,
            cost_cents=route.cost_cents,
        )
        for route in solution.routes
    )
    return RoutePlan(
        routes=routes,
        unserved=_unserved(problem, solution, deliveries),
        cost_cents=solution.cost_cents,
        provenance=provenance,
        late_cents=late_cents(routes),
    )


def late_cents(routes: Iterable[Route]) -> int:
    """What all begins after the preferred times weigh, rounded half up once."""
    late_s = sum(stop.late_s for route in routes for stop in route.stops)
    return (PREFERRED_CENTS_PER_HOUR * late_s + 1_800) // 3_600


def delivery_stop(
    depot: Depot, node: int, delivery: Delivery, *, there: frozenset[str]
) -> RoutingStop:
    """A delivery as the optimizer reads it; `node` is its row in the road matrix.

    `there` are the vans of the day: one that an address allows and that is gone serves nobody.
    """
    cold_min, by_min = depot.cold_min(delivery.boxes), delivery.preferred_by_min
    return RoutingStop(
        key=delivery.site,
        node=node,
        windows=tuple((60 * start, 60 * end) for start, end in delivery.windows),
        service_s=60 * delivery.service_min,
        loads=delivery.boxes.by_zone,
        ready_s=60 * delivery.ready_min,
        max_cold_s=None if cold_min is None else 60 * cold_min,
        drop_penalty=delivery.weight,
        allowed=None if delivery.vans is None else tuple(sorted(there & set(delivery.vans))),
        skills=tuple(skill.value for skill in delivery.skills),
        picks=delivery.picks.by_zone if delivery.picks.total else (),
        due_s=60 * (by_min or 0),
        late_cents_per_hour=0 if by_min is None else PREFERRED_CENTS_PER_HOUR,
    )


def _vehicle(vehicle: Vehicle) -> RoutingVehicle:
    return RoutingVehicle(
        key=vehicle.id,
        start_node=0,
        end_node=0,
        open_s=60 * vehicle.shift_open_min,
        close_s=60 * vehicle.shift_close_min,
        capacity=vehicle.capacity.by_zone,
        latest_start_s=_seconds(vehicle.latest_start_min),
        max_duration_s=_seconds(vehicle.longest_min),
        fixed_cents=vehicle.fixed_cents,
        cents_per_km=vehicle.cents_per_km,
        cents_per_hour=vehicle.cents_per_hour,
        rests=tuple(_rest(rest) for rest in vehicle.rests),
        skills=tuple(skill.value for skill in vehicle.skills),
        reloads=vehicle.reloads,
        loading_s=60 * vehicle.loading_min,
        swings=vehicle.switches,
        swing_room=vehicle.switch_boxes,
    )


def _seconds(minutes: int | None) -> int | None:
    return None if minutes is None else 60 * minutes


def _rest(rest: DriverBreak) -> RoutingBreak:
    return RoutingBreak(
        earliest_s=60 * rest.earliest_min,
        latest_s=60 * rest.latest_min,
        duration_s=60 * rest.minutes,
    )


def _trips(
    vehicle: RoutingVehicle, route: RoutingRoute, asked: dict[str, Delivery]
) -> Iterator[Trip]:
    """From the depot and back, as often as the van leaves; each break falls in or after one."""
    back = {each.after: each for each in route.reloads}
    start_s, stops, breaks = route.start_s, list[Stop](), list[BreakTaken]()
    for visit in route.visits:
        stops.append(
            Stop(
                site=visit.stop,
                arrive_s=visit.arrive_s,
                begin_s=visit.begin_s,
                depart_s=visit.depart_s,
                cold_s=visit.cold_s,
                boxes=asked[visit.stop].boxes,
                pickups=asked[visit.stop].pickups,
                preferred_by_min=asked[visit.stop].preferred_by_min,
            )
        )
        breaks += [
            BreakTaken(after=pause.after, begin_s=pause.begin_s, minutes=rest.duration_s // 60)
            for pause, rest in zip(route.pauses, vehicle.rests_from(route.start_s), strict=False)
            if pause.after == visit.stop
        ]
        if visit.stop in back or visit is route.visits[-1]:
            end_s = back[visit.stop].back_s if visit.stop in back else route.end_s
            yield Trip(start_s=start_s, stops=tuple(stops), end_s=end_s, breaks=tuple(breaks))
            stops, breaks = [], []
            start_s = back[visit.stop].leave_s if visit.stop in back else end_s


def _unserved(
    problem: RoutingProblem, solution: RoutingSolution, deliveries: tuple[Delivery, ...]
) -> tuple[UnservedDelivery, ...]:
    orders = {delivery.site: delivery.orders for delivery in deliveries}
    return tuple(
        left_behind(problem, why, orders[why.stop]) for why in explain_unserved(problem, solution)
    )
