"""A break had at the depot between two trips of one vehicle."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations_with_replacement
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    RELOAD,
    Limits,
    Matrix,
    RoutingBand,
    RoutingBreak,
    RoutingPause,
    RoutingProblem,
    RoutingReload,
    RoutingRoute,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    price_rounds,
    routing_violations,
    solve_routing,
)
from optimizer.outcome import keep_going
from optimizer.routing.solve import _Day, _search
from optimizer.verify.routing import _owed
from tests.optimizer.breaks import breaks, breaks_left
from tests.optimizer.uncompiled import both_ways

DAY = 24 * 3600
NOON = RoutingBreak(earliest_s=4000, latest_s=5000, duration_s=900)
MORNING, AFTERNOON = ((1000, 1500),), ((9000, 9500),)
BOTH = {"a": ("s1", RELOAD, "s2")}


def van(**changed: Any) -> RoutingVehicle:
    asked: dict[str, Any] = {"start_node": 0, "end_node": 0, "open_s": 0, "latest_start_s": 1000}
    prices = {"cents_per_km": 30, "cents_per_hour": 2000}
    trips = {"reloads": True, "loading_s": 600, "rests": (NOON,)}
    return RoutingVehicle(**{"key": "a", "close_s": DAY, **asked, **prices, **trips, **changed})


def day(*windows: tuple[tuple[int, int], ...], **changed: Any) -> RoutingProblem:
    """Stops on a line of 600 seconds each, and a van for them all."""
    size = len(windows) + 1
    travel = Matrix([[600 * abs(a - b) for b in range(size)] for a in range(size)])
    stops = tuple(
        RoutingStop(key=f"s{n}", node=n, windows=window, drop_penalty=100)
        for n, window in enumerate(windows, 1)
    )
    return RoutingProblem(stops=stops, vehicles=(van(**changed),), travel_s=travel, travel_m=travel)


def driven(asked: RoutingProblem, orders: dict[str, tuple[str, ...]] = BOTH) -> RoutingRoute:
    found = price_rounds(asked, orders)
    assert found is not None
    assert routing_violations(asked, found) == ()
    return found.routes[0]


@st.composite
def rounds(draw: st.DrawFn) -> tuple[RoutingProblem, tuple[str, ...]]:
    """One van, a few stops and where it comes back, in times so short that all can be tried."""
    count = draw(st.integers(2, 4))
    cells = st.lists(st.integers(1, 12), min_size=count + 1, max_size=count + 1)
    travel = draw(st.lists(cells, min_size=count + 1, max_size=count + 1).map(Matrix))
    stops = []
    opens = sorted(draw(st.lists(st.integers(0, 100), min_size=count, max_size=count)))
    for node, first in enumerate(opens, 1):
        edges = [first, first + draw(st.integers(5, 60))]
        if draw(st.booleans()):
            edges += [edges[1] + draw(st.integers(1, 9)), edges[1] + 30]
        stops.append(
            RoutingStop(
                key=f"s{node}",
                node=node,
                windows=tuple(zip(edges[::2], edges[1::2], strict=False)),
                service_s=draw(st.integers(0, 6)),
                max_cold_s=draw(st.none() | st.integers(15, 90)),
                ready_s=draw(st.sampled_from((0, 0, 0, 40))),
            )
        )
    wheels = van(
        close_s=draw(st.integers(120, 200)),
        latest_start_s=draw(st.none() | st.integers(20, 60)),
        cents_per_hour=draw(st.sampled_from((0, 1500))),
        max_duration_s=draw(st.none() | st.integers(80, 160)),
        rests=draw(breaks(least=1, unit=1)),
        loading_s=draw(st.integers(0, 9)),
    )
    back = draw(st.sets(st.integers(1, count - 1), min_size=1))
    order: list[str] = []
    for done, each in enumerate(stops):
        order += [RELOAD] * (done in back) + [each.key]
    asked = RoutingProblem(stops=tuple(stops), vehicles=(wheels,), travel_s=travel, travel_m=travel)
    return asked, tuple(order)


def test_a_driver_who_is_back_over_noon_rests_at_the_depot() -> None:
    """The trip ends before the break may begin; the wait is paid, so it costs nothing more."""
    route = driven(day(MORNING, AFTERNOON))
    (pause,) = route.pauses
    (stay,) = route.reloads
    assert (pause.after, stay.after) == ("s1", "s1")
    assert stay.back_s < NOON.earliest_s == pause.begin_s
    assert pause.begin_s + NOON.duration_s <= stay.leave_s == 9000 - 1200
    assert price_rounds(day(MORNING, AFTERNOON), BOTH) == replace(
        price_rounds(day(MORNING, AFTERNOON, rests=()), BOTH),  # type: ignore[type-var]
        routes=(route,),
    )


@pytest.mark.parametrize(
    ("back_s", "leaves_s", "begins_s"),
    [
        (3000, 4900, 4000),  # loaded while it waits for the break
        (3700, 5200, 4300),  # loaded first, then rested
        (4400, 5900, 4400),  # as soon either way: then the break comes first
        (4401, 5901, 4401),  # after loading it would be too late
        (5000, 6500, 5000),
    ],
)
def test_loading_comes_before_or_after_the_break(back_s: int, leaves_s: int, begins_s: int) -> None:
    first = ((back_s - 600, back_s - 600),)
    asked = day(first, ((leaves_s + 1200, leaves_s + 1200),), latest_start_s=back_s - 1200)
    route = driven(asked)
    assert route.pauses == (RoutingPause(after="s1", begin_s=begins_s),)
    assert route.reloads == (RoutingReload(after="s1", back_s=back_s, leave_s=leaves_s),)
    sooner = day(first, ((leaves_s + 1199, leaves_s + 1199),), latest_start_s=back_s - 1200)
    assert price_rounds(sooner, BOTH) is None


def test_who_is_back_after_the_last_begin_cannot_rest_there() -> None:
    late = ((4401, 4401),)
    asked = day(late, AFTERNOON, latest_start_s=3801, rests=(replace(NOON, latest_s=5001),))
    assert driven(asked).pauses == (RoutingPause(after="s1", begin_s=5001),)
    served_s = replace(asked.stops[0], service_s=601)  # left and back after the last begin
    asked = replace(asked, stops=(served_s, asked.stops[1]))
    assert price_rounds(asked, BOTH) is None


def test_two_breaks_are_had_in_one_stay_with_the_loading_between_them() -> None:
    """Back at 4400; the first may begin no later, the second not before the van is loaded."""
    rests = (replace(NOON, latest_s=4400), replace(NOON, earliest_s=5900, latest_s=5900))
    asked = day(((3800, 3800),), ((8000, 8000),), latest_start_s=3200, rests=rests)
    route = driven(asked)
    assert [pause.begin_s for pause in route.pauses] == [4400, 5900]
    assert route.reloads[0].leave_s == 6800


def test_the_goods_of_the_next_trip_stay_cold_while_the_driver_rests() -> None:
    asked = day(MORNING, ((6100, 6100),))
    cold = replace(asked.stops[1], max_cold_s=1200)
    route = driven(replace(asked, stops=(asked.stops[0], cold)))
    assert route.reloads[0].leave_s == 4900 == route.pauses[0].begin_s + NOON.duration_s
    assert route.visits[1].cold_s == 1200


def test_traffic_delays_the_break_at_the_depot() -> None:
    """Half speed from 1000 on: the way home of 600 seconds takes 1200."""
    rest = replace(NOON, earliest_s=0, latest_s=2200)
    asked = replace(
        day(((1000, 1000),), AFTERNOON, rests=(rest,), loading_s=0),
        bands=(RoutingBand(from_s=1000, permille=500), RoutingBand(from_s=5000, permille=1000)),
    )
    assert driven(asked).pauses == (RoutingPause(after="s1", begin_s=2200),)


def test_a_later_trip_leaves_early_where_its_break_comes_after_a_stop() -> None:
    """Left as late as the last stop allows, the stop before it would be done too late to rest."""
    asked = day(MORNING, ((0, 9000),), ((5700, 6000),))
    route = driven(asked, {"a": ("s1", RELOAD, "s2", "s3")})
    (pause,) = route.pauses
    assert (pause.after, route.visits[2].begin_s) == ("s2", 5700)
    assert route.visits[1].depart_s <= pause.begin_s <= 5100 - NOON.duration_s


def split_day() -> RoutingProblem:
    """Two addresses before noon and two so soon after it that nobody has time to rest on the road.

    Who rests after the last stop of the morning is back too late, and no stop of the afternoon is
    done while the break may begin.
    """
    early, late = ((1000, 3000),), ((6500, 8000),)
    asked = day(early, late, early, late)
    return replace(asked, stops=tuple(replace(s, max_cold_s=3000) for s in asked.stops))


def test_a_round_that_only_a_break_at_the_depot_allows_is_found() -> None:
    asked = split_day()
    found = solve_routing(asked, Limits(moves=60)).solution
    assert found is not None
    assert routing_violations(asked, found) == ()
    assert found.unserved == ()
    assert found == solve_routing(asked, Limits(moves=60)).solution


def walked(asked: RoutingProblem, moves: int = 60) -> dict[str, tuple[str, ...]]:
    """The rounds of the search, before the exact timetable turns anybody away or lets them in."""
    day_ = _Day(problem=asked, stops=asked.stops, vehicles=asked.vehicles)
    return _search(day_, Limits(moves=moves), keep_going, {}, None)[0]


def test_the_search_itself_places_the_break_at_the_depot() -> None:
    asked = split_day()
    found = walked(asked)
    assert sorted(key for key in found["a"] if key) == ["s1", "s2", "s3", "s4"]
    assert price_rounds(asked, found) is not None


UNCOMPILED = """
from tests.optimizer.test_stays import Limits, RoutingBreak, replace, solve_routing, split_day
asked = split_day()
tea = RoutingBreak(earliest_s=1500, latest_s=9000, duration_s=300)
vans = [replace(asked.vehicles[0], key=key, rests=(*asked.vehicles[0].rests, tea)) for key in "ab"]
for each in (asked, replace(asked, vehicles=tuple(vans))):
    print(solve_routing(each, Limits(moves=30)).solution)
"""


def test_the_search_places_breaks_alike_compiled_and_uncompiled() -> None:
    answers = both_ways(UNCOMPILED)
    assert len(answers) == 1
    assert "RoutingReload" in answers.pop()


@given(rounds(), st.integers(0, 9))
@settings(max_examples=60)
def test_whatever_the_search_walked_can_be_driven(
    drawn: tuple[RoutingProblem, tuple[str, ...]], seed: int
) -> None:
    asked = drawn[0]
    optional = replace(asked, stops=tuple(replace(s, drop_penalty=9) for s in asked.stops))
    assert price_rounds(optional, walked(optional, 20 + seed)) is not None


# --- a vehicle that came back before


def back(back_s: int, opens_s: int, **changed: Any) -> RoutingProblem:
    """It is back at a second, and the one address that is left opens at another."""
    started = {"open_s": back_s + 600, "back_s": back_s, "latest_start_s": None}
    return day(((opens_s, opens_s),), **started, **changed)


@pytest.mark.parametrize(
    ("back_s", "leaves_s", "begins_s"),
    [(3000, 4900, 4000), (3700, 5200, 4300), (4400, 5900, 4400), (4401, 5901, 4401)],
)
def test_who_came_back_has_had_the_break_that_there_was_time_for(
    back_s: int, leaves_s: int, begins_s: int
) -> None:
    asked = back(back_s, leaves_s + 600)
    (wheels,) = asked.vehicles
    route = driven(asked, {"a": ("s1",)})
    assert (route.start_s, route.pauses) == (leaves_s, ())
    assert wheels.had_s(route.start_s) == (begins_s,)
    assert wheels.had_s(leaves_s - 1) == ()
    slow = replace(asked.stops[0], windows=((leaves_s + 599,) * 2,), service_s=900)
    assert price_rounds(replace(asked, stops=(slow,)), {"a": ("s1",)}) is None
    sooner = with_route(solution_of(asked), start_s=leaves_s - 1)
    assert "routing.break_missing" in {v.code for v in routing_violations(asked, sooner)}


def test_who_came_back_too_late_for_a_break_never_has_had_it() -> None:
    (wheels,) = back(5001, 9000).vehicles
    assert wheels.rests_from(DAY) == (NOON,)
    assert price_rounds(back(5001, 9000), {"a": ("s1",)}) is None


def test_of_two_breaks_one_is_had_at_the_depot_and_the_other_on_the_road() -> None:
    tea = RoutingBreak(earliest_s=8000, latest_s=9000, duration_s=300)
    asked = back(3000, 8000, rests=(NOON, tea))
    asked = replace(asked, stops=(replace(asked.stops[0], service_s=600),))
    route = driven(asked, {"a": ("s1",)})
    assert route.pauses == (RoutingPause(after="s1", begin_s=8600),)
    assert asked.vehicles[0].had_s(route.start_s) == (4000,)


def solution_of(asked: RoutingProblem) -> RoutingSolution:
    found = price_rounds(asked, {"a": ("s1",)})
    assert found is not None
    return found


@given(breaks(least=1), st.integers(0, 9000), st.sampled_from((0, 600, 1500)), st.data())
def test_both_counts_of_the_breaks_that_were_had_agree(
    rests: tuple[RoutingBreak, ...], back_s: int, loading_s: int, data: st.DataObject
) -> None:
    """The vehicle tells when each began; verify counts them without its help."""
    asked = day(((0, DAY),), rests=rests, loading_s=loading_s, back_s=back_s, latest_start_s=None)
    (wheels,) = asked.vehicles
    turns = [at for at in wheels.had_by_s() if at < DAY]
    around = [at + more for at in turns for more in (-1, 0)] or [back_s + loading_s]
    start_s = data.draw(st.sampled_from(around))
    if start_s < back_s + loading_s:
        return
    begins = wheels.had_s(start_s)
    free_s, idle = back_s, []
    for rest, begin_s in zip(rests, begins, strict=False):
        assert max(free_s, rest.earliest_s) <= begin_s <= rest.latest_s
        idle.append(begin_s - free_s)
        free_s = begin_s + rest.duration_s
    assert max(*idle, start_s - free_s, -1) >= loading_s
    assert tuple(_owed(wheels, left_at(start_s))) == wheels.rests_from(start_s)


def left_at(start_s: int) -> RoutingRoute:
    return RoutingRoute(vehicle="a", start_s=start_s, visits=(), end_s=0, metres=0, cost_cents=0)


# --- what verify finds


def sound() -> tuple[RoutingProblem, RoutingSolution]:
    asked = day(((3100, 3100),), ((6400, 6400),), latest_start_s=2500)
    found = price_rounds(asked, BOTH)
    assert found is not None
    route = found.routes[0]
    assert route.reloads == (RoutingReload(after="s1", back_s=3700, leave_s=5200),)
    assert route.pauses == (RoutingPause(after="s1", begin_s=4300),)
    assert routing_violations(asked, found) == ()
    return asked, found


def with_route(solution: RoutingSolution, **changed: Any) -> RoutingSolution:
    return replace(solution, routes=(replace(solution.routes[0], **changed),))


def begun(solution: RoutingSolution, begin_s: int) -> RoutingSolution:
    return with_route(solution, pauses=(RoutingPause(after="s1", begin_s=begin_s),))


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (lambda s: begun(s, 4299), "routing.reload"),  # rests while the van is loaded
        (lambda s: begun(s, 4301), "routing.break_place"),  # leaves before it is over
        (lambda s: begun(s, 5001), "routing.break_window"),
        (lambda s: begun(s, 3999), "routing.break_window"),
        (lambda s: with_route(s, pauses=()), "routing.break_missing"),
        (lambda s: with_route(s, pauses=s.routes[0].pauses * 2), "routing.break_place"),
        (
            lambda s: with_route(s, pauses=(RoutingPause(after="s2", begin_s=4300),)),
            "routing.break_place",
        ),
    ],
)
def test_a_break_at_the_depot_that_is_broken_on_purpose_is_found(
    broken: Callable[[RoutingSolution], RoutingSolution], code: str
) -> None:
    asked, solution = sound()
    assert code in {v.code for v in routing_violations(asked, broken(solution))}


def test_a_break_that_lasts_longer_than_the_stay_is_found() -> None:
    asked, solution = sound()
    longer = replace(asked.vehicles[0], rests=(replace(NOON, duration_s=901),))
    found = routing_violations(replace(asked, vehicles=(longer,)), solution)
    assert [v.code for v in found] == ["routing.break_place"]


# --- every place for every break, counted


Steps = list[RoutingStop | str]


def steps_of(asked: RoutingProblem, order: tuple[str, ...]) -> list[Steps]:
    """What happens in turn, per trip: stops, the way home, and loading before another trip."""
    stops = {each.key: each for each in asked.stops}
    trips: list[Steps] = [[]]
    for key in order:
        if key == RELOAD:
            trips[-1] += ["home", "load"]
            trips.append([])
        else:
            trips[-1].append(stops[key])
    trips[-1].append("home")
    return trips


def places_of(trips: list[Steps]) -> list[tuple[int, int]]:
    """After which steps a break may come: a stop, being back, loading; not after the day."""
    every = [(t, at) for t, steps in enumerate(trips) for at in range(len(steps))]
    return every[:-1]


Placed = dict[tuple[int, int], list[RoutingBreak]]


def rested(now: int, rests: list[RoutingBreak]) -> int | None:
    for rest in rests:
        if now > rest.latest_s:
            return None
        now = max(now, rest.earliest_s) + rest.duration_s
    return now


def trip_end(
    asked: RoutingProblem, trip: tuple[int, Steps], leave: int, placed: Placed
) -> tuple[int, bool] | None:
    """When the next trip may leave, or the day is over, and whether all goods kept cold.

    None when a window or a break is missed.
    """
    number, steps = trip
    now, node, kept = leave, 0, True
    for at, step in enumerate(steps):
        if step == "load":
            now += asked.vehicles[0].loading_s
        elif step == "home":
            now += asked.travel_s[node][0]
        elif isinstance(step, RoutingStop):
            now += asked.travel_s[node][step.node]
            begin = next((max(now, a) for a, b in step.windows if b >= now), None)
            if begin is None:
                return None
            kept = kept and (step.max_cold_s is None or begin - leave <= step.max_cold_s)
            now, node = begin + step.service_s, step.node
        over = rested(now, placed.get((number, at), []))
        if over is None:
            return None
        now = over
    return now, kept


def day_end(asked: RoutingProblem, trips: list[Steps], start: int, placed: Placed) -> int | None:
    """When it is back last at the soonest, each later trip left whenever suits it best."""
    now = start
    for number, steps in enumerate(trips):
        ready = max([s.ready_s for s in steps if isinstance(s, RoutingStop)])
        if number == 0 and now < ready:
            return None
        leaves = range(max(now, ready), asked.vehicles[0].close_s + 1)
        ends = next_ends(asked, (number, steps), leaves[:1] if number == 0 else leaves, placed)
        soonest = next((end for end, kept in ends if kept), None)
        if soonest is None:
            return None
        now = soonest
    return now


def next_ends(
    asked: RoutingProblem, trip: tuple[int, Steps], leaves: range, placed: Placed
) -> Iterator[tuple[int, bool]]:
    """Its ends for each leave, until a window or a break is missed; later ones are no sooner."""
    for leave in leaves:
        found = trip_end(asked, trip, leave, placed)
        if found is None:
            return
        yield found


def fewest_s(asked: RoutingProblem, trips: list[Steps], start: int) -> int | None:
    """Paid seconds from one start, breaks before it included, over every place for the others."""
    (wheels,) = asked.vehicles
    owed = breaks_left(wheels, start)
    had = wheels.rests[: len(wheels.rests) - len(owed)]
    longest = DAY if wheels.max_duration_s is None else wheels.max_duration_s
    tried = []
    for count in range(len(owed) + 1):
        for places in combinations_with_replacement(places_of(trips), count):
            placed: Placed = {}
            for place, rest in zip(places, owed, strict=False):
                placed.setdefault(place, []).append(rest)
            end = day_end(asked, trips, start, placed)
            if end is None or end > wheels.close_s or end - start > longest:
                continue
            if not any(end > rest.latest_s for rest in owed[count:]):
                tried.append(end - start + sum(rest.duration_s + 1 for rest in had))
    return min(tried, default=None)


@given(rounds())
@settings(max_examples=150)
def test_no_place_for_the_breaks_is_cheaper_than_the_one_they_take(
    drawn: tuple[RoutingProblem, tuple[str, ...]],
) -> None:
    asked, order = drawn
    (wheels,) = asked.vehicles
    trips = steps_of(asked, order)
    starts = range(wheels.last_start_s + 1)
    tried = [spent for start in starts if (spent := fewest_s(asked, trips, start)) is not None]
    found = price_rounds(asked, {"a": order})
    assert (found is None) is not bool(tried)
    if found is not None:
        assert routing_violations(asked, found) == ()
        (route,) = found.routes
        had = wheels.rests[: len(wheels.rests) - len(breaks_left(wheels, route.start_s))]
        paid = route.end_s - route.start_s + sum(rest.duration_s + 1 for rest in had)
        assert paid == min(tried)


@given(rounds(), st.sampled_from((400, 700, 1500)), st.integers(0, 120), st.integers(1, 60))
@settings(max_examples=100)
def test_under_traffic_too_no_round_breaks_a_promise(
    drawn: tuple[RoutingProblem, tuple[str, ...]], permille: int, since: int, lasts: int
) -> None:
    asked, order = drawn
    bands = (
        RoutingBand(from_s=since, permille=permille),
        RoutingBand(from_s=since + lasts, permille=1000),
    )
    late = tuple(replace(s, due_s=50, late_cents_per_hour=900) for s in asked.stops)
    asked = replace(asked, bands=bands, stops=late)
    found = price_rounds(asked, {"a": order})
    assert found is None or routing_violations(asked, found) == ()
