"""The words of a routing problem and of its answer: whole seconds, whole metres, opaque keys."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from optimizer.matrix import LARGEST, Matrix

MOST_BREAKS = 3  # of one shift
NEVER = 10**9  # later than any time
DEAREST = 10**5  # same for cents per km and per hour
UNITS_PER_CENT = 18_000  # makes cents per km (1/1000) and cents per hour (1/3600) whole numbers
USUAL_SPEED = 1_000  # thousandths of the speed that the matrix of seconds supposes
RELOAD = ""
"""Stands between two stops of an order where the vehicle comes back for another trip."""


def _promise(kept: bool, text: str) -> None:  # noqa: FBT001  # reads as: promise(condition, text)
    if not kept:
        raise ValueError(text)


def _all_within(values: Iterable[int], name: str) -> None:
    _promise(all(0 <= value <= LARGEST for value in values), f"{name} lies in 0..{LARGEST}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingStop:
    """One place to serve once. Service may begin in any of its windows, both ends included."""

    key: str
    node: int
    windows: tuple[tuple[int, int], ...]  # (open_s, close_s), ascending and apart
    service_s: int = 0
    loads: tuple[int, ...] = ()  # one amount per dimension of the vehicles' capacity
    ready_s: int = 0  # its goods can leave the depot from here on
    max_cold_s: int | None = None  # from leaving the depot to begin of service; None: no limit
    allowed: tuple[str, ...] | None = None  # vehicle keys; None: every vehicle
    drop_penalty: int | None = None  # None: must be served
    picks: tuple[int, ...] = ()  # taken back to the depot, per dimension; empty: nothing
    skills: tuple[str, ...] = ()  # that the vehicle's driver must have
    due_s: int = 0  # a begin after it costs `late_cents_per_hour`
    late_cents_per_hour: int = 0
    tolls: tuple[tuple[str, int], ...] = ()  # vehicle key, cents when that vehicle serves it

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _promise(self.key != RELOAD, "a stop has a key")
        _promise(bool(self.windows), f"stop {self.key} has a window")
        _promise(all(a <= b for a, b in self.windows), f"stop {self.key} opens before it closes")
        _promise(
            all(a[1] < b[0] for a, b in pairwise(self.windows)),
            f"windows of {self.key} ascend and lie apart",
        )
        _all_within((t for window in self.windows for t in window), f"windows of {self.key}")
        _all_within((self.node, self.service_s, self.ready_s), f"node and times of {self.key}")
        _all_within((*self.loads, *self.picks), f"loads of {self.key}")
        limits = (self.max_cold_s or 0, self.drop_penalty or 0, self.due_s)
        _all_within((*limits, *(cents for _, cents in self.tolls)), f"limits of {self.key}")
        rate = self.late_cents_per_hour
        _promise(0 <= rate <= DEAREST, f"price of lateness of {self.key} lies in 0..{DEAREST}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingBreak:
    """A pause after a stop or at the depot, owed by a route that is still out after `latest_s`.

    At the depot it is had between two trips, before the vehicle is loaded or after it: whoever
    loads does not rest. It falls away for a vehicle that leaves first when it may have been had
    before: see `had_by_s`.
    """

    earliest_s: int
    latest_s: int  # the pause begins in earliest_s..latest_s
    duration_s: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _all_within((self.earliest_s, self.latest_s), "the time of a break")
        _promise(self.earliest_s <= self.latest_s, "a break may begin before its latest begin")
        _promise(0 < self.duration_s <= LARGEST, "a break lasts a second or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingVehicle:
    """One vehicle and one shift: it leaves and returns within it.

    Its breaks are taken in their order, each for itself owed or not; those had before it leaves
    come first. Two may follow one stop, one right after the other: then a break is only longer, and
    nobody drives unrested for want of a second stop.
    """

    key: str
    start_node: int
    end_node: int
    open_s: int
    close_s: int
    capacity: tuple[int, ...] = ()
    latest_start_s: int | None = None  # it leaves first no later; None: until the shift closes
    max_duration_s: int | None = None  # from leaving first to returning last, break included
    fixed_cents: int = 0  # for leaving the depot at all
    cents_per_km: int = 0
    cents_per_hour: int = 0  # from leaving first to returning last
    rests: tuple[RoutingBreak, ...] = ()
    skills: tuple[str, ...] = ()
    reloads: bool = False  # may come back for another trip
    loading_s: int = 0  # from coming back to leaving again
    swings: int = 0  # compartments that hold any one dimension, chosen anew for each trip
    swing_room: int = 0  # of each of them
    back_s: int | None = None
    """When it came back from a trip that is no part of the problem: its driver rests from then on,
    beside the loading, and has had each break that there was time for."""

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _all_within((self.start_node, self.end_node), f"nodes of {self.key}")
        _all_within((self.open_s, self.close_s, self.max_duration_s or 0), f"times of {self.key}")
        _promise(self.open_s <= self.close_s, f"the shift of {self.key} opens before it closes")
        within = self.open_s <= self.last_start_s <= self.close_s
        _promise(within, f"the latest start of {self.key} lies in its shift")
        swings = (self.swings, self.swing_room)
        _all_within((*self.capacity, *swings), f"capacity of {self.key}")
        _all_within((self.loading_s, self.back_s or 0), f"loading time and return of {self.key}")
        _promise(len(self.rests) <= MOST_BREAKS, f"a shift has at most {MOST_BREAKS} breaks")
        ends = [rest.latest_s for rest in self.rests]
        _promise(ends == sorted(ends), f"no break of {self.key} ends its window before the last")
        _promise(not self.reloads or self.start_node == self.end_node, "trips end where they start")
        _all_within((self.fixed_cents,), f"fixed price of {self.key}")
        rates = (self.cents_per_km, self.cents_per_hour)
        _promise(all(0 <= r <= DEAREST for r in rates), f"rates of {self.key} lie in 0..{DEAREST}")

    def had_by_s(self) -> tuple[int, ...]:
        """Of each break, the second from which on a vehicle that leaves has had it at the depot.

        Begun as late as it may, after the breaks before it; of one that came back as soon as it
        may. A break that can no more be had there has a second that is never reached.
        """
        if self.back_s is not None:
            counts = range(1, len(self.rests) + 1)
            return tuple(
                min((leave_s for leave_s, _ in self._stays(count)), default=NEVER)
                for count in counts
            )
        over, found = 0, list[int]()
        for rest in self.rests:
            over = max(over, rest.latest_s) + rest.duration_s
            found.append(over)
        return tuple(found)

    def had_s(self, start_s: int) -> tuple[int, ...]:
        """When each break began that one that came back had before it leaves at a second."""
        count = len(self.rests) - len(self.rests_from(start_s))
        return min((begins for leave_s, begins in self._stays(count) if leave_s <= start_s))

    def _stays(self, count: int) -> Iterator[tuple[int, tuple[int, ...]]]:
        """When it can leave, and its first breaks begin, for each turn at which it is loaded."""
        for turn in range(count + 1):
            now, begins = self.back_s or 0, list[int]()
            for rest in self.rests[:count]:
                now += self.loading_s if len(begins) == turn else 0
                if now > rest.latest_s:
                    break
                begins.append(max(now, rest.earliest_s))
                now = begins[-1] + rest.duration_s
            if len(begins) == count:
                yield now + (self.loading_s if turn == count else 0), tuple(begins)

    def rests_from(self, start_s: int) -> tuple[RoutingBreak, ...]:
        """The breaks that are not had yet when it leaves first at a second."""
        return self.rests[bisect_right(self.had_by_s(), start_s) :]

    @staticmethod
    def renewed(told: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a vehicle that was stored when a shift had one break or none."""
        if "rest" not in told:
            return told
        kept = {name: value for name, value in told.items() if name != "rest"}
        return kept | {"rests": [told["rest"]] if told["rest"] else []}

    @property
    def last_start_s(self) -> int:
        """The last second at which its first trip may leave."""
        return self.close_s if self.latest_start_s is None else self.latest_start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingBand:
    """Traffic from a moment on, until the next band: thousandths of the matrix's speed."""

    from_s: int
    permille: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _all_within((self.from_s,), "the begin of a band")
        _promise(1 <= self.permille <= 10 * USUAL_SPEED, "the speed of a band lies in 1..10000")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingProblem:
    """Which vehicle serves which stops in which order: fewest penalties first, then fewest cents.

    The matrices go from row to column and need be neither symmetric nor triangular.
    """

    stops: tuple[RoutingStop, ...]
    vehicles: tuple[RoutingVehicle, ...]
    travel_s: Matrix
    travel_m: Matrix
    dimensions: tuple[str, ...] = ()  # names of the loads, in order
    locked: tuple[tuple[str, tuple[str, ...]], ...] = ()  # vehicle, its stops in their order
    bands: tuple[RoutingBand, ...] = ()  # traffic by time of day; before the first: as the matrix

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        size = len(self.travel_s)
        _promise(len(self.travel_m) == size, "both matrices have one size")
        self._check_keys()
        begins = [band.from_s for band in self.bands]
        _promise(all(a < b for a, b in pairwise(begins)), "bands ascend")
        _promise(all(s.node < size for s in self.stops), "each stop lies in the matrix")
        ends = (n for v in self.vehicles for n in (v.start_node, v.end_node))
        _promise(all(n < size for n in ends), "each vehicle starts and ends in the matrix")
        wide = len(self.dimensions)
        _promise(all(len(s.loads) == wide for s in self.stops), "a stop loads every dimension")
        _promise(all(len(v.capacity) == wide for v in self.vehicles), "a vehicle holds every one")
        _promise(all(len(s.picks) in {0, wide} for s in self.stops), "picks name every dimension")

    def _check_keys(self) -> None:
        vehicles = {vehicle.key for vehicle in self.vehicles}
        _promise(len(vehicles) == len(self.vehicles), "each vehicle key stands once")
        stops = {stop.key for stop in self.stops}
        _promise(len(stops) == len(self.stops), "each stop key stands once")
        allowed = {key for stop in self.stops for key in stop.allowed or ()}
        _promise(allowed <= vehicles, "a stop allows only vehicles that are there")
        tolled = {key for stop in self.stops for key, _ in stop.tolls}
        held = {key for key, _ in self.locked}
        _promise(tolled | held <= vehicles, "tolls and locks name vehicles that are there")
        fixed = [key for _, order in self.locked for key in order if key != RELOAD]
        _promise(len(set(fixed)) == len(fixed) and set(fixed) <= stops, "a lock names stops once")
        _promise(len(set(self.dimensions)) == len(self.dimensions), "each dimension stands once")


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingVisit:
    """One served stop of a route: when the vehicle arrives, begins and leaves again.

    A break taken here begins with `depart_s`: the vehicle drives on after it.
    """

    stop: str
    arrive_s: int
    begin_s: int
    depart_s: int
    cold_s: int  # from leaving the depot to begin of service


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingPause:
    """A break that is taken: after which stop, and when it begins.

    One after the last stop of a trip that begins when the vehicle is back is had at the depot.
    """

    after: str
    begin_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingReload:
    """Between two trips: back at the depot after a stop, and away again."""

    after: str
    back_s: int
    leave_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRoute:
    """One vehicle's day, started as late as its stops allow.

    Its first pause is the first break that was not had before.
    """

    vehicle: str
    start_s: int
    visits: tuple[RoutingVisit, ...]
    end_s: int
    metres: int
    cost_cents: int  # of this round alone, rounded half up
    pauses: tuple[RoutingPause, ...] = ()
    reloads: tuple[RoutingReload, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingSolution:
    """Used vehicles in the order of the problem, and the stops left out."""

    routes: tuple[RoutingRoute, ...]
    unserved: tuple[str, ...]
    penalty: int
    cost_cents: int  # of all rounds together, rounded half up once
    strain_cents: int = 0
    """Tolls, begins after their due time, and breaks had before leaving: rounded half up once."""


def cost_units(vehicle: RoutingVehicle, metres: int, seconds: int) -> int:
    """Price of one round in 1/18000 cent: exact, so that sums compare without rounding."""
    return (
        vehicle.fixed_cents * UNITS_PER_CENT
        + vehicle.cents_per_km * metres * (UNITS_PER_CENT // 1_000)
        + vehicle.cents_per_hour * seconds * (UNITS_PER_CENT // 3_600)
    )


def whole_cents(units: int) -> int:
    """Cents of a price in units, rounded half up."""
    return (2 * units + UNITS_PER_CENT) // (2 * UNITS_PER_CENT)


def late_units(stop: RoutingStop, begin_s: int) -> int:
    """Price of a begin after its due time, in units."""
    late_s = max(0, begin_s - stop.due_s)
    return stop.late_cents_per_hour * late_s * (UNITS_PER_CENT // 3_600)


def toll_units(vehicle: RoutingVehicle, stop: RoutingStop) -> int:
    """Price that a stop asks besides of this vehicle, in units."""
    return dict(stop.tolls).get(vehicle.key, 0) * UNITS_PER_CENT


def may_serve(vehicle: RoutingVehicle, stop: RoutingStop) -> bool:
    """Whether the stop allows this vehicle, and its driver has the skills."""
    skilled = set(stop.skills) <= set(vehicle.skills)
    return skilled and (stop.allowed is None or vehicle.key in stop.allowed)


def lacking(vehicle: RoutingVehicle, stops: Sequence[RoutingStop]) -> dict[int, int]:
    """How much room a trip misses, by dimension; empty when all of it fits.

    Compartments that may be switched go to whatever overfills its own room; what then is still
    too much is told of the dimension that overfills most.
    """
    worst: dict[int, int] = {}
    for done in range(len(stops) + 1):
        if done and not any(stop.picks for stop in stops):
            break
        missing = _missing(vehicle, stops[:done], stops[done:])
        if sum(missing.values()) > sum(worst.values()):
            worst = missing
    return worst


def _missing(
    vehicle: RoutingVehicle, done: Sequence[RoutingStop], ahead: Sequence[RoutingStop]
) -> dict[int, int]:
    """Room missing between two stops of a trip."""
    beyond = {}
    for index, room in enumerate(vehicle.capacity):
        load = sum(s.loads[index] for s in ahead) + sum(s.picks[index] for s in done if s.picks)
        if load > room:
            beyond[index] = load - room
    if vehicle.swing_room:
        parts = sum(-(-each // vehicle.swing_room) for each in beyond.values())
        if parts <= vehicle.swings:
            return {}
    return beyond
