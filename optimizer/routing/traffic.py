"""Traffic: what the hour makes of a way, in whole seconds, so that leaving later never pays.

A band says how many thousandths of the matrix's speed are driven from a moment on, until the next
band. A way of s seconds asks for 1000 s of work, and each second of a band does its speed of it
(Ichoua, Gendreau and Potvin, 2003): a way that meets two bands is driven partly at each speed, and
whoever leaves later arrives later or at the same second.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from statistics import median_low

from optimizer.matrix import LARGEST, Matrix
from optimizer.routing.problem import (
    USUAL_SPEED,
    RoutingBand,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
)


class Traffic:
    """Arrivals and departures under bands; without any, a way takes what it takes."""

    def __init__(self, bands: Sequence[RoutingBand]) -> None:
        self.moments = tuple(band.from_s for band in bands)
        """When the speed changes."""
        self._speeds = (USUAL_SPEED, *(band.permille for band in bands))
        work, since, self._work = 0, self.moments[0] if bands else 0, []
        for moment, speed in zip(self.moments, self._speeds, strict=False):
            work += (moment - since) * speed
            since = moment
            self._work.append(work)

    def arrive(self, leave_s: int, way_s: int) -> int:
        """The second at which a way that is left at a second is done."""
        if not self.moments:
            return leave_s + way_s
        return self._when(self._done(leave_s) + way_s * USUAL_SPEED, late=False)

    def leave(self, arrive_s: int, way_s: int) -> int:
        """The last second to leave at to have done a way by a second."""
        if not self.moments:
            return arrive_s - way_s
        return self._when(self._done(arrive_s) - way_s * USUAL_SPEED, late=True)

    def _done(self, at_s: int) -> int:
        """Work that could have been done since the first moment; below 0 before it."""
        band = bisect_right(self.moments, at_s)
        since = max(0, band - 1)
        return self._work[since] + (at_s - self.moments[since]) * self._speeds[band]

    def _when(self, work: int, *, late: bool) -> int:
        """The first second by which so much is done, or the last by which no more is."""
        band = bisect_right(self._work, work) if late else _left(self._work, work)
        since = max(0, band - 1)
        more, speed = work - self._work[since], self._speeds[band]
        return self.moments[since] + (more // speed if late else -(-more // speed))


def _left(marks: Sequence[int], work: int) -> int:
    """How many marks lie below."""
    return bisect_right(marks, work - 1)


Leaves = Mapping[int, int]
"""Node: the second at which it is left."""


def as_driven(problem: RoutingProblem, leaves: Leaves) -> RoutingProblem:
    """The same problem without traffic: each way lasts what it would if its node were left then."""
    traffic, rows = Traffic(problem.bands), []
    for node, row in enumerate(problem.travel_s):
        at = leaves.get(node, 0)
        rows.append([min(LARGEST, traffic.arrive(at, way) - at) for way in row])
    return replace(problem, travel_s=Matrix(rows), bands=())


def first_guess(stops: Sequence[RoutingStop], vehicles: Sequence[RoutingVehicle]) -> dict[int, int]:
    """Stops are left in the middle of their windows, as far as shifts reach; depots before them."""
    opens, closes = min(v.open_s for v in vehicles), max(v.close_s for v in vehicles)
    found: defaultdict[int, list[int]] = defaultdict(list)
    for stop in stops:
        first = max(opens, stop.ready_s, stop.windows[0][0])
        found[stop.node].append((first + max(first, min(closes, stop.windows[-1][1]))) // 2)
    first = median_low([max(opens, s.ready_s, s.windows[0][0]) for s in stops])
    for vehicle in vehicles:
        found[vehicle.start_node].append(first)
    return {node: median_low(times) for node, times in found.items()}


def told_leaves(problem: RoutingProblem, solution: RoutingSolution) -> dict[int, int]:
    """When rounds leave each node, in the middle where that is several times."""
    nodes = {stop.key: stop.node for stop in problem.stops}
    starts = {vehicle.key: vehicle.start_node for vehicle in problem.vehicles}
    found: defaultdict[int, list[int]] = defaultdict(list)
    for route in solution.routes:
        found[starts[route.vehicle]] += [route.start_s, *(r.leave_s for r in route.reloads)]
        for visit in route.visits:
            found[nodes[visit.stop]].append(visit.depart_s)
    return {node: median_low(times) for node, times in found.items()}
