"""Rounds: sound whatever is asked, exact where that can be counted, explained where not."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from itertools import combinations_with_replacement, pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    RELOAD,
    ROUTING_VIOLATIONS,
    UNSERVED_REASONS,
    Limits,
    Matrix,
    Progress,
    RoutingBreak,
    RoutingProblem,
    RoutingReload,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    Status,
    best_insertions,
    explain_unserved,
    price_rounds,
    routing_violations,
    solve_routing,
)
from optimizer.outcome import keep_going
from optimizer.routing import parts
from optimizer.routing.solve import _answer, _Day, _search
from tests.optimizer.breaks import breaks, breaks_left
from tests.optimizer.uncompiled import both_ways

HOUR = 3600
DAY = 24 * HOUR


def line(count: int, step: int = 600) -> Matrix:
    """Places on a line, `step` apart."""
    return Matrix([[abs(a - b) * step for b in range(count)] for a in range(count)])


def stop(node: int, **changed: Any) -> RoutingStop:
    given_: dict[str, Any] = {"key": f"s{node}", "node": node, "windows": ((0, DAY),)}
    return RoutingStop(**{**given_, "loads": (1,), "drop_penalty": 100, **changed})


def van(key: str = "a", **changed: Any) -> RoutingVehicle:
    given_: dict[str, Any] = {"key": key, "start_node": 0, "end_node": 0, "open_s": 0}
    prices = {"fixed_cents": 1000, "cents_per_km": 30, "cents_per_hour": 2000}
    return RoutingVehicle(**{**given_, "close_s": DAY, "capacity": (10,), **prices, **changed})


def problem(*stops: RoutingStop, vans: tuple[RoutingVehicle, ...] = (van(),)) -> RoutingProblem:
    travel = line(1 + max((s.node for s in stops), default=0))
    return RoutingProblem(
        stops=stops, vehicles=vans, travel_s=travel, travel_m=travel, dimensions=("boxes",)
    )


def solved(asked: RoutingProblem, moves: int = 60) -> RoutingSolution:
    solution = solve_routing(asked, Limits(moves=moves)).solution
    assert solution is not None
    assert routing_violations(asked, solution) == ()
    return solution


# --- promises of a problem


@pytest.mark.parametrize(
    ("build", "promise"),
    [
        (lambda: stop(1, windows=()), "has a window"),
        (lambda: stop(1, windows=((2, 1),)), "opens before"),
        (lambda: stop(1, windows=((0, 5), (5, 9))), "lie apart"),
        (lambda: stop(1, windows=((-1, 5),)), "windows of s1"),
        (lambda: stop(1, service_s=-1), "node and times"),
        (lambda: stop(1, loads=(-1,)), "loads of s1"),
        (lambda: stop(1, max_cold_s=-1), "limits of s1"),
        (lambda: RoutingBreak(earliest_s=2, latest_s=1, duration_s=9), "latest begin"),
        (lambda: RoutingBreak(earliest_s=-2, latest_s=1, duration_s=9), "time of a break"),
        (lambda: RoutingBreak(earliest_s=1, latest_s=1, duration_s=0), "lasts a second"),
        (lambda: van(rests=(RoutingBreak(earliest_s=1, latest_s=1, duration_s=1),) * 4), "most 3"),
        (
            lambda: van(
                rests=tuple(
                    RoutingBreak(earliest_s=1, latest_s=last, duration_s=1) for last in (9, 8)
                )
            ),
            "ends its window before",
        ),
        (lambda: van(start_node=-1), "nodes of a"),
        (lambda: van(open_s=-1), "times of a"),
        (lambda: van(close_s=10, open_s=11), "shift of a"),
        (lambda: van(open_s=9, latest_start_s=8), "latest start of a"),
        (lambda: van(close_s=9, latest_start_s=10), "latest start of a"),
        (lambda: van(capacity=(-1,)), "capacity of a"),
        (lambda: van(fixed_cents=-1), "fixed price of a"),
        (lambda: van(cents_per_km=10**6), "rates of a"),
        (lambda: replace(problem(stop(1)), travel_m=Matrix()), "one size"),
        (lambda: replace(problem(stop(1)), vehicles=(van(), van())), "vehicle key"),
        (lambda: problem(stop(1), stop(1)), "stop key"),
        (lambda: problem(stop(1, allowed=("z",))), "allows only"),
        (lambda: replace(problem(stop(1)), dimensions=("x", "x")), "dimension stands once"),
        (lambda: replace(problem(stop(1)), stops=(stop(7),)), "stop lies in"),
        (lambda: replace(problem(stop(1)), vehicles=(van(end_node=7),)), "starts and ends"),
        (lambda: problem(stop(1, loads=())), "loads every dimension"),
        (lambda: problem(stop(1), vans=(van(capacity=()),)), "holds every one"),
    ],
)
def test_a_broken_promise_is_named(build: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        build()


# --- worked examples


def test_a_round_starts_as_late_as_its_first_window_allows() -> None:
    solution = solved(problem(stop(1, windows=((8 * HOUR, 9 * HOUR),), service_s=300)))
    (route,) = solution.routes
    assert (route.start_s, route.end_s) == (8 * HOUR - 600, 8 * HOUR + 900)
    assert route.visits[0].cold_s == 600
    assert route.metres == 1200
    # 1000 fixed, 1.2 km at 30, 1500 s at 2000 an hour
    assert route.cost_cents == solution.cost_cents == 1000 + 36 + 833


def test_a_later_window_is_taken_when_it_saves_paid_hours() -> None:
    early_or_late = ((8 * HOUR, 8 * HOUR + 600), (11 * HOUR, 12 * HOUR))
    asked = problem(stop(1, windows=early_or_late), stop(2, windows=((11 * HOUR, 12 * HOUR),)))
    (route,) = solved(asked).routes
    assert route.end_s - route.start_s == 4 * 600


def test_goods_that_are_ready_late_hold_back_the_whole_round() -> None:
    (route,) = solved(problem(stop(1), stop(2, ready_s=9 * HOUR))).routes
    assert route.start_s >= 9 * HOUR


def test_time_out_of_the_cold_splits_what_one_van_could_do() -> None:
    stops = (stop(1, max_cold_s=600, service_s=900), stop(2, max_cold_s=1200))
    assert len(solved(problem(*stops, vans=(van("a"), van("b")))).routes) == 2
    warm = tuple(replace(s, max_cold_s=None) for s in stops)
    assert len(solved(problem(*warm, vans=(van("a"), van("b")))).routes) == 1


def test_a_cold_limit_picks_a_later_window_of_another_stop() -> None:
    """Waiting with the box in the van is avoided by serving the first stop later."""
    first = stop(1, windows=((0, 600), (10_000, 11_000)))
    asked = problem(first, stop(2, windows=((4000, 5000), (10_500, 12_000)), max_cold_s=1500))
    (route,) = solved(asked).routes
    assert route.visits[1].cold_s <= 1500


def test_two_stops_change_windows_together_to_share_a_van() -> None:
    early = stop(1, windows=((500, 650), (10_000, 20_000)), max_cold_s=700)
    late = stop(2, windows=((0, 1100), (3000, 20_000)), max_cold_s=1300)
    (route,) = solved(problem(early, late, vans=(van("a"), van("b"))), moves=400).routes
    assert route.visits[0].begin_s >= 10_000


def test_a_break_falls_between_two_stops_in_its_window() -> None:
    rest = RoutingBreak(earliest_s=1000, latest_s=2500, duration_s=1800)
    asked = problem(
        stop(1, service_s=600), stop(2, service_s=600), stop(3), vans=(van(rests=(rest,)),)
    )
    (route,) = solved(asked).routes
    (pause,) = route.pauses
    assert 1000 <= pause.begin_s <= 2500
    assert route.end_s - route.start_s == 3600 + 1200 + 1800


def test_a_round_may_not_last_longer_than_its_driver() -> None:
    asked = problem(stop(1), stop(2), vans=(van(max_duration_s=1200),))
    assert solved(asked).unserved == ("s2",)
    assert explain_unserved(asked, solved(asked))[0].would_fit_if[1] == ("duration_s", 2400)


def test_a_driver_who_must_begin_early_waits_on_the_road() -> None:
    late = problem(stop(1, windows=((3000, 3600),)), vans=(van(latest_start_s=1000),))
    (route,) = solved(late).routes
    assert (route.start_s, route.visits[0].begin_s, route.end_s) == (1000, 3000, 3600)
    held = replace(late, stops=(replace(late.stops[0], ready_s=1001),))
    assert explain_unserved(held, solved(held))[0].would_fit_if == (("ready_s", 1000),)


def test_a_start_that_is_bound_takes_the_window_it_meets() -> None:
    """At 60 the first stop would have to wait for its second window, too long out of the cold."""
    first = stop(1, windows=((650, 650), (800, 800)), max_cold_s=600)
    asked = problem(first, stop(2, windows=((2000, 2000),)), vans=(van(latest_start_s=60),))
    (route,) = solved(asked).routes
    assert [visit.begin_s for visit in route.visits] == [650, 2000]
    assert route.start_s == 50


def test_rounds_chosen_by_hand_are_priced_like_found_ones() -> None:
    asked = problem(stop(1), stop(2), vans=(van("a"), van("b")))
    by_hand = price_rounds(asked, {"a": ("s1", "s2")})
    assert by_hand is not None
    assert by_hand.cost_cents == solved(asked).cost_cents
    apart = price_rounds(asked, {"a": ("s1",), "b": ()})
    assert apart is not None
    assert (apart.unserved, apart.penalty) == (("s2",), 100)
    assert routing_violations(asked, apart) == ()


def test_an_order_that_cannot_be_driven_has_no_price() -> None:
    assert price_rounds(problem(stop(1, windows=((0, 10),))), {"a": ("s1",)}) is None


def test_a_round_without_a_timetable_is_never_reported() -> None:
    with pytest.raises(AssertionError, match="without a timetable"):
        _answer(problem(stop(1, windows=((0, 10),))), {"a": ("s1",)}, 1)


def test_a_round_that_is_back_in_time_owes_no_break() -> None:
    rest = RoutingBreak(earliest_s=1000, latest_s=2500, duration_s=1800)
    (route,) = solved(problem(stop(1), vans=(van(rests=(rest,)),))).routes
    assert route.pauses == ()


@pytest.mark.parametrize(
    "spans", [((100, 200, 1800),), ((1400, 1600, 300), (1650, 1700, 60))], ids=("one", "two")
)
def test_a_break_that_fits_nowhere_keeps_the_van_at_home(
    spans: tuple[tuple[int, int, int], ...],
) -> None:
    """The second of two: it would have to begin before the first is over."""
    rests = tuple(RoutingBreak(earliest_s=a, latest_s=b, duration_s=c) for a, b, c in spans)
    door = stop(1, windows=((600, 700),), service_s=900)
    asked = problem(door, vans=(van(rests=rests),))
    day = _Day(problem=asked, stops=asked.stops, vehicles=asked.vehicles)
    assert _search(day, Limits(moves=60), keep_going, {}, None)[0] == {}
    solution = solved(asked)
    assert solution.unserved == ("s1",)
    (why,) = explain_unserved(asked, solution)
    leaves_s = 2000 if len(spans) == 1 else 1960
    assert (why.reason, why.would_fit_if) == ("window", (("begin_s", leaves_s + 600),))


def test_three_breaks_fall_in_their_windows_one_after_another() -> None:
    spans = ((1000, 2500, 900), (3000, 5500, 1800), (6000, 8500, 900))
    rests = tuple(RoutingBreak(earliest_s=a, latest_s=b, duration_s=c) for a, b, c in spans)
    stops = [stop(node, service_s=900) for node in range(1, 6)]
    early = van(rests=rests, latest_start_s=3000)
    (route,) = solved(problem(*stops, vans=(early,)), moves=200).routes
    kept = [a <= p.begin_s <= b for (a, b, _), p in zip(spans, route.pauses, strict=True)]
    assert kept == [True] * 3
    assert len({pause.after for pause in route.pauses}) == 3
    assert route.end_s - route.start_s == 6000 + 5 * 900 + 3600


NOON = RoutingBreak(earliest_s=1000, latest_s=2000, duration_s=900)


def test_a_van_that_leaves_when_its_break_can_be_over_owes_none() -> None:
    """Nobody could take it on the road: the first stop waits till long after its window."""
    later = stop(1, windows=((6000, 6500),))
    asked = problem(later, stop(2), vans=(van(rests=(NOON,)),))
    (route,) = solved(asked).routes
    assert {visit.stop for visit in route.visits} == {"s1", "s2"}
    assert route.start_s >= 2900
    assert route.pauses == ()


@pytest.mark.parametrize(("leaves_s", "served"), [(2900, True), (2899, False)])
def test_a_break_falls_away_only_where_it_can_be_over(leaves_s: int, *, served: bool) -> None:
    """The stop is begun ten minutes after leaving, and the van may leave no later."""
    only = stop(1, windows=((leaves_s + 600, leaves_s + 600),))
    asked = problem(only, vans=(van(rests=(NOON,), latest_start_s=leaves_s),))
    solution = solved(asked)
    assert (solution.unserved == ()) is served
    if served:
        early = first(solution, start_s=leaves_s - 1)
        assert "routing.break_missing" in {v.code for v in routing_violations(asked, early)}


def test_the_break_after_one_that_was_had_is_taken_on_the_road() -> None:
    evening = RoutingBreak(earliest_s=7000, latest_s=7600, duration_s=600)
    doors = [stop(node, windows=((6000, 9000),)) for node in (1, 2, 3)]
    asked = problem(*doors, vans=(van(rests=(NOON, evening), max_duration_s=5000),))
    (route,) = solved(asked, moves=400).routes
    assert len(route.visits) == 3
    (pause,) = route.pauses
    assert 7000 <= pause.begin_s <= 7600


def test_breaks_before_leaving_are_had_one_after_another() -> None:
    """Both may begin until 2000: together they are over at 3800, and not at 2900."""
    asked = problem(stop(1, windows=((4400, 4400),)), vans=(van(rests=(NOON, NOON)),))
    assert solved(asked).unserved == ()
    sooner = replace(asked, stops=(stop(1, windows=((4399, 4399),)),))
    assert solved(sooner).unserved == ("s1",)


def test_only_the_breaks_whose_window_ends_on_the_road_are_owed() -> None:
    """Two breaks of a long shift, and a round that is back between their windows."""
    early = RoutingBreak(earliest_s=1000, latest_s=2000, duration_s=300)
    late = RoutingBreak(earliest_s=9000, latest_s=9000, duration_s=300)
    shift = van(rests=(early, late), close_s=9500)
    busy = stop(1, windows=((900, 900),), service_s=1000)
    (route,) = solved(problem(busy, stop(2), vans=(shift,))).routes
    assert len(route.pauses) == 1
    far = stop(2, windows=((8900, 9000),))
    assert solved(problem(replace(busy, drop_penalty=900), far, vans=(shift,))).unserved == ("s2",)


def test_two_breaks_may_follow_the_only_stop_one_right_after_the_other() -> None:
    rests = tuple(
        RoutingBreak(earliest_s=since, latest_s=until, duration_s=600)
        for since, until in ((600, 2000), (1000, 2200))
    )
    asked = problem(stop(1, windows=((600, 700),), service_s=900), vans=(van(rests=rests),))
    (route,) = solved(asked).routes
    assert [pause.after for pause in route.pauses] == ["s1", "s1"]
    assert route.pauses[1].begin_s - route.pauses[0].begin_s == 600


def test_of_equal_timetables_two_breaks_have_a_drive_between_them() -> None:
    rests = (RoutingBreak(earliest_s=600, latest_s=6000, duration_s=600),) * 2
    stops = [stop(node, service_s=600) for node in (1, 2, 3)]
    late = replace(stops[2], windows=((6000, 9000),))
    asked = problem(*stops[:2], late, vans=(van(rests=rests),))
    found = price_rounds(asked, {"a": ("s1", "s2", "s3")})
    assert found is not None
    assert [pause.after for pause in found.routes[0].pauses] == ["s1", "s2"]


@pytest.mark.parametrize("seed", range(1, 6))
def test_a_trip_that_holds_the_break_stays_with_the_trip_that_owes_it(seed: int) -> None:
    rest = RoutingBreak(earliest_s=2000, latest_s=4000, duration_s=600)
    first, then = stop(1, windows=((1000, 3000),)), stop(2, windows=((9000, 9500),))
    free = {"capacity": (1,), "cents_per_hour": 0, "fixed_cents": 0}
    dear = van("a", rests=(rest,), reloads=True, latest_start_s=4000, **free)
    cheap = van("b", close_s=4000, cents_per_km=1, **free)
    asked = problem(first, then, vans=(dear, cheap))
    start = {"a": ("s1", RELOAD, "s2")}
    found = solve_routing(asked, Limits(moves=60, seed=seed), start=start).solution
    assert found is not None
    assert routing_violations(asked, found) == ()
    assert found.unserved == ()
    (route,) = found.routes
    assert (len(route.reloads), [pause.after for pause in route.pauses]) == (1, ["s1"])


def test_the_dearer_stop_is_served_when_there_is_room_for_one() -> None:
    asked = problem(stop(1, drop_penalty=1), stop(2, drop_penalty=9), vans=(van(capacity=(1,)),))
    assert solved(asked).unserved == ("s1",)


def test_a_stop_that_must_be_served_and_fits_nowhere_is_proved_impossible() -> None:
    asked = problem(stop(1, drop_penalty=None, windows=((0, 10),)))
    assert solve_routing(asked, Limits(moves=5)).status is Status.IMPOSSIBLE
    heavy = problem(stop(1, drop_penalty=None, loads=(99,)))
    assert solve_routing(heavy, Limits(moves=5)).status is Status.IMPOSSIBLE


def test_stops_that_must_be_served_and_crowd_each_other_out_stay_unknown() -> None:
    asked = problem(*(stop(n, drop_penalty=None, loads=(6,)) for n in (1, 2)))
    outcome = solve_routing(asked, Limits(moves=5))
    assert (outcome.status, outcome.solution) == (Status.UNKNOWN, None)


@pytest.mark.parametrize("vans", [(), (van(),)])
def test_a_day_without_stops_or_vans_has_an_empty_answer(vans: tuple[RoutingVehicle, ...]) -> None:
    asked = problem(*(() if vans else (stop(1),)), vans=vans)
    assert solved(asked).routes == ()


def test_watch_sees_the_best_so_far_and_can_end_the_search() -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) < 3

    outcome = solve_routing(problem(stop(1), stop(2)), Limits(moves=10_000), watch)
    assert [p.moves for p in seen] == [500, 1000, 1500]
    assert outcome.moves == 1500
    assert seen[-1].incumbent == outcome.objective[1]


# --- properties


@st.composite
def problems(draw: st.DrawFn, *, plain: bool = False, most: int = 7) -> RoutingProblem:
    """Small days with everything a stop or a van can ask; roads keep no triangle rule."""
    count = draw(st.integers(1, most))
    size = count + 2
    cells = st.lists(st.integers(60, 2400), min_size=size, max_size=size)
    travel = st.lists(cells, min_size=size, max_size=size).map(Matrix)
    stops = tuple(draw(_stops(n, plain=plain)) for n in range(1, count + 1))
    vans = tuple(draw(_vans(key, size, plain=plain)) for key in "abc"[: draw(st.integers(1, 3))])
    keys = {vehicle.key for vehicle in vans}
    stops = tuple(
        s if s.allowed is None else replace(s, allowed=tuple(k for k in s.allowed if k in keys))
        for s in stops
    )
    return RoutingProblem(
        stops=stops,
        vehicles=vans,
        travel_s=draw(travel),
        travel_m=draw(travel),
        dimensions=("x", "y"),
    )


@st.composite
def _stops(draw: st.DrawFn, node: int, *, plain: bool) -> RoutingStop:
    edges = sorted(draw(st.lists(st.integers(0, 14_000), min_size=2, max_size=4, unique=True)))
    windows = tuple(zip(edges[::2], edges[1::2], strict=False))
    limit = draw(st.none() | st.integers(600, 6000))
    return RoutingStop(
        key=f"s{node}",
        node=node,
        windows=windows[:1] if plain else windows,
        service_s=draw(st.integers(0, 900)),
        loads=(draw(st.integers(0, 5)), draw(st.integers(0, 5))),
        ready_s=draw(st.sampled_from((0, 0, 3000))),
        max_cold_s=limit,
        allowed=draw(st.sampled_from((None, None, ("a", "b"), ("b", "c")))),
        drop_penalty=draw(st.sampled_from((1, 5, 20))),
    )


@st.composite
def _vans(draw: st.DrawFn, key: str, size: int, *, plain: bool) -> RoutingVehicle:
    return RoutingVehicle(
        key=key,
        start_node=0,
        end_node=draw(st.sampled_from((0, size - 1))),
        open_s=draw(st.sampled_from((0, 1000))),
        close_s=draw(st.integers(4000, 20_000)),
        capacity=(draw(st.integers(4, 15)), draw(st.integers(4, 15))),
        latest_start_s=draw(st.none() | st.integers(1000, 4000)),
        max_duration_s=draw(st.none() | st.integers(3000, 12_000)),
        fixed_cents=draw(st.sampled_from((0, 500))),
        cents_per_km=draw(st.integers(0, 60)),
        cents_per_hour=draw(st.integers(0, 3000)),
        rests=() if plain else draw(breaks()),
    )


@given(problems())
@settings(max_examples=60)
def test_whatever_is_solved_verifies_and_repeats(asked: RoutingProblem) -> None:
    first = solve_routing(asked, Limits(moves=120, seed=3))
    assert first.solution is not None
    assert routing_violations(asked, first.solution) == ()
    found = first.solution
    assert first.objective == (found.penalty, found.cost_cents + found.strain_cents)
    assert solve_routing(asked, Limits(moves=120, seed=3)) == first


@given(problems())
@settings(max_examples=60)
def test_whatever_the_search_walked_can_be_driven(asked: RoutingProblem) -> None:
    """Before the exact timetable turns anybody away."""
    day = _Day(problem=asked, stops=asked.stops, vehicles=asked.vehicles)
    walked, _ = _search(day, Limits(moves=120), keep_going, {}, None)
    assert price_rounds(asked, walked) is not None


@given(problems())
@settings(max_examples=30)
def test_every_stop_left_out_has_a_reason_of_the_closed_list(asked: RoutingProblem) -> None:
    solution = solved(asked)
    reasons = explain_unserved(asked, solution)
    assert tuple(r.stop for r in reasons) == solution.unserved
    assert {r.reason.split(":")[0] for r in reasons} <= set(UNSERVED_REASONS)
    assert "cost" not in {r.reason for r in reasons}  # a stop with a place is always served


@given(problems())
@settings(max_examples=30)
def test_a_proposed_insertion_can_be_driven_at_its_price(asked: RoutingProblem) -> None:
    solution = solved(asked)
    for place in best_insertions(asked, solution, asked.stops[0].key):
        orders = {r.vehicle: [v.stop for v in r.visits] for r in solution.routes}
        order = [k for k in orders.get(place.vehicle, []) if k != asked.stops[0].key]
        before = price(asked, place.vehicle, order)
        order.insert(place.position, asked.stops[0].key)
        after = price(asked, place.vehicle, order)
        assert after is not None
        if before is not None:  # else the round without the stop breaks the triangle rule
            assert abs(place.added_cents - (after - before)) <= 1


def price(asked: RoutingProblem, vehicle: str, order: list[str]) -> float | None:
    """Cents of one round by trying every start, plainly; None when it cannot be driven.

    A break had before it leaves weighs a second more than one on the road.
    """
    stops = {s.key: s for s in asked.stops}
    wheels = next(v for v in asked.vehicles if v.key == vehicle)
    rounds = [stops[key] for key in order]
    if not rounds:
        return 0.0
    nodes = [wheels.start_node, *(s.node for s in rounds), wheels.end_node]
    metres = sum(asked.travel_m[a][b] for a, b in pairwise(nodes))
    latest = wheels.close_s if wheels.latest_start_s is None else wheels.latest_start_s
    starts = range(max([wheels.open_s, *(s.ready_s for s in rounds)]), latest + 1)
    spans = [
        span + spared_s(wheels, start)
        for start in starts
        if (span := drive(asked, wheels, rounds, start)) is not None
    ]
    if not spans:
        return None
    hours = min(spans) / 3600
    return wheels.fixed_cents + wheels.cents_per_km * metres / 1000 + wheels.cents_per_hour * hours


def spared_s(wheels: RoutingVehicle, start: int) -> int:
    """Seconds of the breaks that were had before leaving, with the second that each weighs more."""
    had = len(wheels.rests) - len(breaks_left(wheels, start))
    return sum(rest.duration_s + 1 for rest in wheels.rests[:had])


def drive(
    asked: RoutingProblem, wheels: RoutingVehicle, rounds: list[RoutingStop], start: int
) -> int | None:
    """Fewest seconds of one round from one start, over every place for the breaks."""
    owed = breaks_left(wheels, start)
    resting = replace(wheels, rests=owed)
    ends = [
        end
        for count in range(len(owed) + 1)
        for places in combinations_with_replacement(range(len(rounds)), count)
        if (end := _drive(asked, resting, rounds, (start, places))) is not None
    ]
    return min(ends) - start if ends else None


def _drive(
    asked: RoutingProblem,
    wheels: RoutingVehicle,
    rounds: list[RoutingStop],
    plan: tuple[int, tuple[int, ...]],
) -> int | None:
    """When a round is back whose first breaks follow the stops at these places."""
    start, places = plan
    now, node = start, wheels.start_node
    for index, s in enumerate(rounds):
        now += asked.travel_s[node][s.node]
        begins = [max(now, a) for a, b in s.windows if b >= now]
        if not begins or (s.max_cold_s is not None and begins[0] - start > s.max_cold_s):
            return None
        now, node = begins[0] + s.service_s, s.node
        for place, rest in zip(places, wheels.rests, strict=False):
            if place == index:
                if now > rest.latest_s:
                    return None
                now = max(now, rest.earliest_s) + rest.duration_s
    now += asked.travel_s[node][wheels.end_node]
    longest = wheels.max_duration_s
    late = now > wheels.close_s or (longest is not None and now - start > longest)
    owing = any(now > rest.latest_s for rest in wheels.rests[len(places) :])
    return None if late or owing else now


def counted(asked: RoutingProblem) -> tuple[int, float]:
    """The best objective by trying every split and order."""
    best = (sum(s.drop_penalty or 0 for s in asked.stops), 0.0)
    keys = [s.key for s in asked.stops]
    prices: dict[tuple[str, tuple[str, ...]], float | None] = {}

    def cost(vehicle: RoutingVehicle, order: tuple[str, ...]) -> float | None:
        stops = [s for s in asked.stops if s.key in order]
        if any(s.allowed is not None and vehicle.key not in s.allowed for s in stops):
            return None
        sums = [sum(s.loads[d] for s in stops) for d in range(2)]
        if any(need > room for need, room in zip(sums, vehicle.capacity, strict=True)):
            return None
        if (vehicle.key, order) not in prices:
            prices[vehicle.key, order] = price(asked, vehicle.key, list(order))
        return prices[vehicle.key, order]

    def cheapest(vehicle: RoutingVehicle, chosen: tuple[str, ...]) -> float | None:
        found = [c for order in permutations(chosen) if (c := cost(vehicle, order)) is not None]
        return min(found, default=None)

    for code in range((len(asked.vehicles) + 1) ** len(keys)):
        digits = [
            code // (len(asked.vehicles) + 1) ** i % (len(asked.vehicles) + 1)
            for i in range(len(keys))
        ]
        parts = [
            tuple(k for k, d in zip(keys, digits, strict=True) if d == v + 1)
            for v in range(len(asked.vehicles))
        ]
        costs = [cheapest(v, part) for v, part in zip(asked.vehicles, parts, strict=True)]
        left = sum(s.drop_penalty or 0 for s, d in zip(asked.stops, digits, strict=True) if not d)
        if None not in costs:
            best = min(best, (left, sum(c for c in costs if c is not None)))
    return best


def hurried(asked: RoutingProblem) -> RoutingProblem:
    """The same day with time in minutes of a tenth, so that every start can be tried."""

    def less(value: int) -> int:
        return value // 100

    stops = tuple(
        replace(
            s,
            windows=tuple((less(a), less(b)) for a, b in s.windows[:1]),
            service_s=less(s.service_s),
            ready_s=less(s.ready_s),
            max_cold_s=None if s.max_cold_s is None else less(s.max_cold_s),
        )
        for s in asked.stops
    )
    vans = tuple(
        replace(
            v,
            open_s=less(v.open_s),
            close_s=less(v.close_s),
            latest_start_s=None if v.latest_start_s is None else less(v.latest_start_s),
            max_duration_s=None if v.max_duration_s is None else less(v.max_duration_s),
        )
        for v in asked.vehicles
    )
    travel = Matrix([[less(cell) for cell in row] for row in asked.travel_s])
    return replace(asked, stops=stops, vehicles=vans, travel_s=travel)


def shortest(travel: Matrix) -> Matrix:
    """The same roads with every detour through a third place that is shorter (Floyd, 1962)."""
    rows = [list(row) for row in travel]
    for via in range(len(rows)):
        for row in rows:
            row[:] = [min(far, row[via] + rows[via][b]) for b, far in enumerate(row)]
    return Matrix(rows)


def with_shortest_roads(asked: RoutingProblem) -> RoutingProblem:
    """A walk that inserts one stop at a time can reach every round only on such roads."""
    roads = {"travel_s": shortest(asked.travel_s), "travel_m": shortest(asked.travel_m)}
    return replace(asked, **roads)


@given(problems(plain=True, most=4))
@settings(max_examples=25)
def test_a_tiny_day_is_solved_to_the_best_that_counting_finds(drawn: RoutingProblem) -> None:
    asked = with_shortest_roads(hurried(drawn))
    solution = solved(asked, moves=400)
    lost, cents = counted(asked)
    assert solution.penalty == lost
    assert abs(solution.cost_cents - cents) <= 0.51


@pytest.mark.parametrize("seed", range(1, 9))
def test_a_short_round_is_taken_apart_whole(seed: int) -> None:
    """The dearest stop fits only where both stops of another round leave it at once."""
    stops = tuple(
        RoutingStop(
            key=f"s{node}",
            node=node,
            windows=(window,),
            service_s=service,
            loads=loads,
            ready_s=ready,
            max_cold_s=cold,
            allowed=allowed,
            drop_penalty=lost,
        )
        for node, (window, service, loads, ready, cold, allowed, lost) in enumerate(
            (
                ((17, 41), 5, (3, 3), 0, 41, None, 1),
                ((17, 41), 4, (5, 3), 30, None, ("a", "b"), 20),
                ((6, 18), 1, (4, 4), 0, None, ("b", "c"), 5),
                ((17, 41), 7, (5, 1), 30, 6, ("b", "c"), 5),
            ),
            start=1,
        )
    )
    vans = tuple(
        RoutingVehicle(
            key=key,
            start_node=0,
            end_node=5 if key == "a" else 0,
            open_s=shift[0],
            close_s=shift[1],
            capacity=room,
            latest_start_s=latest,
            fixed_cents=fixed,
            cents_per_km=km,
            cents_per_hour=hour,
        )
        for key, shift, room, latest, fixed, km, hour in (
            ("a", (0, 40), (14, 10), 27, 500, 48, 1407),
            ("b", (10, 53), (14, 5), 39, 500, 58, 345),
            ("c", (0, 44), (4, 8), None, 0, 14, 167),
        )
    )
    seconds = (
        (5, 3, 7, 3, 2, 4),
        (2, 3, 4, 3, 2, 1),
        (4, 5, 6, 2, 4, 3),
        (2, 3, 4, 3, 2, 1),
        (3, 1, 5, 1, 3, 2),
        (1, 2, 6, 2, 1, 3),
    )
    metres = tuple(tuple(10 * each for each in row) for row in seconds)
    asked = RoutingProblem(
        stops=stops,
        vehicles=vans,
        travel_s=Matrix(seconds),
        travel_m=Matrix(metres),
        dimensions=("x", "y"),
    )
    found = solve_routing(asked, Limits(moves=400, seed=seed)).solution
    assert found is not None
    assert found.penalty == 5


@pytest.mark.parametrize("seed", range(1, 7))
def test_of_equal_places_the_first_van_does_not_win_for_ever(seed: int) -> None:
    """Nothing but the vans costs: all three fit in b, two of them in a."""
    stops = tuple(
        RoutingStop(key=f"s{node}", node=node, windows=((0, 0),), loads=(load,), drop_penalty=1)
        for node, load in enumerate((0, 2, 3), start=1)
    )
    vans = tuple(
        RoutingVehicle(
            key=key,
            start_node=0,
            end_node=0,
            open_s=0,
            close_s=closes,
            capacity=(room,),
            fixed_cents=500,
        )
        for key, closes, room in (("a", 40, 4), ("b", 41, 5))
    )
    still = Matrix.still(4)
    asked = RoutingProblem(
        stops=stops, vehicles=vans, travel_s=still, travel_m=still, dimensions=("boxes",)
    )
    found = solve_routing(asked, Limits(moves=400, seed=seed)).solution
    assert found is not None
    assert [route.vehicle for route in found.routes] == ["b"]


@given(problems(plain=True, most=4))
@settings(max_examples=25)
def test_an_eased_tiny_day_never_costs_more(wild: RoutingProblem) -> None:
    drawn = with_shortest_roads(wild)
    tight = solve_routing(drawn, Limits(moves=400)).objective
    stops = tuple(
        replace(s, windows=((0, s.windows[0][1] + 900),), max_cold_s=None) for s in drawn.stops
    )
    vans = tuple(replace(v, capacity=(99, 99), latest_start_s=None) for v in drawn.vehicles)
    eased = solve_routing(replace(drawn, stops=stops, vehicles=vans), Limits(moves=400)).objective
    assert eased <= tight


@given(problems(plain=True, most=4), st.integers(0, 3000))
@settings(max_examples=15)
def test_a_start_that_may_be_later_never_costs_more(drawn: RoutingProblem, earlier: int) -> None:
    def by_then(less: int) -> RoutingProblem:
        bounds = [v.open_s + max(0, 3000 - less) for v in drawn.vehicles]
        vans = zip(drawn.vehicles, bounds, strict=True)
        return replace(drawn, vehicles=tuple(replace(v, latest_start_s=b) for v, b in vans))

    loose, tight = (counted(hurried(by_then(less))) for less in (0, earlier))
    assert loose <= tight


def test_a_day_of_two_hundred_stops_uses_neighbours_and_verifies() -> None:
    stops = tuple(
        RoutingStop(key=f"s{n}", node=n, windows=((0, DAY),), service_s=60, drop_penalty=1)
        for n in range(1, 201)
    )
    travel = Matrix(
        [
            [abs(a % 20 - b % 20) * 60 + abs(a // 20 - b // 20) * 70 for b in range(201)]
            for a in range(201)
        ]
    )
    vans = tuple(replace(van(key), capacity=(), close_s=6 * HOUR) for key in "abcd")
    asked = RoutingProblem(stops=stops, vehicles=vans, travel_s=travel, travel_m=travel)
    assert solved(asked, moves=300).unserved == ()


UNCOMPILED = """
from optimizer import Limits, Matrix, RoutingBreak, RoutingProblem, RoutingStop, RoutingVehicle
from optimizer import solve_routing
n = 12
travel = Matrix([[abs(a * 7 % 11 - b * 7 % 11) * 200 + 10 * (a != b) for b in range(n)]
                 for a in range(n)])
stops = tuple(RoutingStop(key=str(i), node=i, windows=((0, 300 * i), (4000, 9000 + i)), loads=(1,),
              service_s=60, max_cold_s=5000, drop_penalty=i) for i in range(1, n))
rests = (RoutingBreak(earliest_s=2000, latest_s=3000, duration_s=300),
         RoutingBreak(earliest_s=3000, latest_s=5000, duration_s=600))
vans = tuple(RoutingVehicle(key=k, start_node=0, end_node=0, open_s=0, close_s=12000, capacity=(5,),
             cents_per_km=30, cents_per_hour=2000, rests=rests) for k in "ab")
problem = RoutingProblem(stops=stops, vehicles=vans, travel_s=travel, travel_m=travel,
                         dimensions=("x",))
print(solve_routing(problem, Limits(moves=150)))
"""


def test_the_search_gives_the_same_answer_uncompiled() -> None:
    answers = both_ways(UNCOMPILED)
    assert len(answers) == 1
    assert "RoutingVisit" in answers.pop()


# --- what verify finds


def sound() -> tuple[RoutingProblem, RoutingSolution]:
    rests = (
        RoutingBreak(earliest_s=1000, latest_s=2500, duration_s=1800),
        RoutingBreak(earliest_s=3000, latest_s=5000, duration_s=600),
    )
    stops = (
        stop(1, service_s=600, windows=((300, 3000),), max_cold_s=700, ready_s=100),
        stop(2, service_s=600, loads=(2,), allowed=("a",)),
        stop(3, loads=(50,), drop_penalty=7),
        stop(4, loads=(8,), windows=((9000, 9000),)),
    )
    shift: dict[str, Any] = {"latest_start_s": 4000, "max_duration_s": 9000}
    vans = (van("a", rests=rests, **shift), van("b", close_s=20_000))
    asked = problem(*stops, vans=vans)
    return asked, solved(asked)


def test_the_sound_example_uses_what_the_breaking_tests_break() -> None:
    _, solution = sound()
    assert [[v.stop for v in r.visits] for r in solution.routes] == [["s1", "s2"], ["s4"]]
    assert [pause.after for pause in solution.routes[0].pauses] == ["s1", "s2"]
    assert solution.unserved == ("s3",)


def first(solution: RoutingSolution, **changed: Any) -> RoutingSolution:
    return replace(solution, routes=(replace(solution.routes[0], **changed), *solution.routes[1:]))


def visit(solution: RoutingSolution, **changed: Any) -> RoutingSolution:
    head, *others = solution.routes[0].visits
    return first(solution, visits=(replace(head, **changed), *others))


def pause(solution: RoutingSolution, number: int, **changed: Any) -> RoutingSolution:
    pauses = list(solution.routes[0].pauses)
    pauses[number] = replace(pauses[number], **changed)
    return first(solution, pauses=tuple(pauses))


BROKEN: dict[str, Callable[[RoutingSolution], RoutingSolution]] = {
    "routing.unknown_vehicle": lambda s: first(s, vehicle="zz"),
    "routing.vehicle_twice": lambda s: replace(s, routes=(s.routes[0], s.routes[0])),
    "routing.unknown_stop": lambda s: visit(s, stop="zz"),
    "routing.stop_twice": lambda s: replace(s, unserved=("s1", "s3")),
    "routing.stop_missing": lambda s: replace(s, unserved=()),
    "routing.round_empty": lambda s: first(s, visits=()),
    "routing.shift": lambda s: first(s, end_s=DAY + 1),
    "routing.starts_late": lambda s: first(s, start_s=4001),
    "routing.duration": lambda s: first(s, start_s=s.routes[0].end_s - 9001),
    "routing.ready": lambda s: first(s, start_s=99),
    "routing.arrival": lambda s: visit(s, arrive_s=s.routes[0].visits[0].arrive_s + 1),
    "routing.window": lambda s: visit(s, begin_s=3001),
    "routing.departure": lambda s: visit(s, depart_s=s.routes[0].visits[0].depart_s + 1),
    "routing.cold": lambda s: visit(s, begin_s=s.routes[0].start_s + 701),
    "routing.cold_reported": lambda s: visit(s, cold_s=1),
    "routing.return": lambda s: first(s, end_s=s.routes[0].end_s - 1),
    "routing.metres": lambda s: first(s, metres=1),
    "routing.cost": lambda s: replace(s, cost_cents=s.cost_cents - 1),
    "routing.penalty": lambda s: replace(s, penalty=0),
    "routing.break_missing": lambda s: first(s, pauses=s.routes[0].pauses[:1]),
    "routing.break_window": lambda s: pause(s, 1, begin_s=5001),
    "routing.break_place": lambda s: pause(s, 0, after="s4"),
    "routing.load": lambda s: s,
    "routing.vehicle_not_allowed": lambda s: s,
    "routing.stop_required": lambda s: s,
    "routing.reload": lambda s: first(s, reloads=(RoutingReload(after="s1", back_s=9, leave_s=9),)),
    "routing.skill": lambda s: s,
    "routing.strain": lambda s: replace(s, strain_cents=1),
    "routing.locked": lambda s: s,
}


@pytest.mark.parametrize("code", ROUTING_VIOLATIONS)
def test_what_is_broken_on_purpose_is_found(code: str) -> None:
    asked, solution = sound()
    if code == "routing.load":
        asked = replace(asked, stops=(replace(asked.stops[0], loads=(9,)), *asked.stops[1:]))
    if code == "routing.vehicle_not_allowed":
        asked = replace(asked, stops=(replace(asked.stops[0], allowed=("b",)), *asked.stops[1:]))
    if code == "routing.skill":
        asked = replace(asked, stops=(replace(asked.stops[0], skills=("lift",)), *asked.stops[1:]))
    if code == "routing.locked":
        asked = replace(asked, locked=(("a", ("s2", "s1")),))
    if code == "routing.stop_required":
        asked = replace(
            asked,
            stops=tuple(replace(s, drop_penalty=None if s.key == "s3" else 7) for s in asked.stops),
        )
    assert code in {v.code for v in routing_violations(asked, BROKEN[code](solution))}


def test_a_route_whose_own_price_is_wrong_is_found() -> None:
    asked, solution = sound()
    found = routing_violations(asked, first(solution, cost_cents=0))
    assert [(v.code, v.subject) for v in found] == [("routing.cost", "a")]


def test_a_break_in_a_van_that_has_none_is_out_of_place() -> None:
    asked, solution = sound()
    plain = replace(asked, vehicles=(replace(asked.vehicles[0], rests=()), asked.vehicles[1]))
    assert "routing.break_place" in {v.code for v in routing_violations(plain, solution)}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (lambda s: pause(s, 1, after="s1", begin_s=2000), "routing.break_window"),
        (lambda s: pause(s, 1, after="s1", begin_s=3000), "routing.break_place"),
        (lambda s: pause(s, 1, after="nobody"), "routing.break_place"),
        (lambda s: first(s, pauses=s.routes[0].pauses[::-1]), "routing.break_place"),
        (lambda s: first(s, pauses=s.routes[0].pauses[1:]), "routing.break_missing"),
        (lambda s: first(s, pauses=()), "routing.break_missing"),
        (lambda s: first(s, pauses=(*s.routes[0].pauses,) * 2), "routing.break_place"),
        (lambda s: pause(s, 0, begin_s=999), "routing.break_window"),
        (lambda s: pause(s, 0, begin_s=s.routes[0].pauses[0].begin_s + 1), "routing.arrival"),
        (lambda s: pause(s, 1, begin_s=s.routes[0].pauses[1].begin_s + 1), "routing.return"),
    ],
)
def test_a_break_that_is_moved_dropped_or_turned_is_found(
    changed: Callable[[RoutingSolution], RoutingSolution], code: str
) -> None:
    asked, solution = sound()
    assert code in {v.code for v in routing_violations(asked, changed(solution))}


# --- why not, and where


def reason(asked: RoutingProblem) -> tuple[str, str, dict[str, int | str]]:
    (why,) = explain_unserved(asked, solved(asked))
    return why.reason, why.binding, dict(why.would_fit_if)


def test_a_full_van_says_how_much_room_is_missing() -> None:
    asked = problem(stop(1, loads=(8,)), stop(2, loads=(5,), drop_penalty=1))
    assert reason(asked) == ("capacity:boxes", "a", {"extra": 3})


def test_a_window_out_of_reach_says_when_the_van_could_come() -> None:
    asked = problem(stop(1, windows=((0, 100),)), vans=(van(open_s=0),))
    assert reason(asked) == ("window", "a", {"begin_s": 600})


def test_a_cold_limit_says_how_long_the_goods_would_be_out() -> None:
    assert reason(problem(stop(1, max_cold_s=500))) == ("cold", "a", {"cold_s": 600})


def test_late_goods_say_when_they_would_have_to_be_ready() -> None:
    asked = problem(stop(1, ready_s=5000, windows=((0, 4000),)), vans=(van(close_s=4000),))
    assert reason(asked) == ("ready", "a", {"ready_s": 2800})


def test_a_short_shift_says_when_the_van_would_be_back() -> None:
    asked = problem(stop(1, windows=((500, 700),)), vans=(van(close_s=1100),))
    assert reason(asked) == ("shift", "a", {"end_s": 1200, "duration_s": 1200})


def test_a_start_that_is_bound_too_early_says_so() -> None:
    """A day that begins by 600 and lasts 8000 ends before the doors of both open."""
    early = van(latest_start_s=600, max_duration_s=8000)
    asked = problem(stop(1, windows=((9000, 9000),)), vans=(early,))
    assert reason(asked) == ("window", "a", {"begin_s": 600})
    busy = stop(2, windows=((1200, 1800),), service_s=5600, drop_penalty=900)
    late = problem(replace(asked.stops[0], service_s=2000), busy, vans=(early,))
    assert reason(late) == ("shift", "a", {"end_s": 11_600, "duration_s": 11_000})


def test_a_stop_that_shuns_the_only_free_van_says_so() -> None:
    asked = problem(stop(1, allowed=()))
    assert reason(asked) == ("vehicle", "a", {"begin_s": 600})


def test_a_fleet_too_small_asks_for_one_more() -> None:
    far = ((1800, 1800),)
    asked = problem(
        stop(1, windows=far, loads=(9,)), stop(3, windows=far, loads=(9,), drop_penalty=1)
    )
    assert reason(asked) == ("vehicle", "a", {"vehicles": 1})


def test_a_stop_that_nothing_single_would_serve_is_out_of_the_shift() -> None:
    asked = problem(stop(1, loads=(99,), windows=((0, 1),)))
    assert reason(asked) == ("shift", "", {})


def test_a_stop_nobody_pays_for_is_left_for_its_cost() -> None:
    asked = problem(stop(1, drop_penalty=0))
    assert reason(asked) == ("cost", "a", {"added_cents": 1703, "drop_penalty": 1})


def test_the_best_places_for_one_more_stop_are_cheapest_first() -> None:
    asked = problem(
        stop(2),
        stop(1, windows=((0, 5000), (40_000, 50_000)), loads=(1,)),
        vans=(van("a"), van("b"), van("c")),
    )
    places = best_insertions(asked, solved(problem(stop(2), vans=asked.vehicles)), "s1")
    assert [p.vehicle for p in places] == ["a", "b", "c"][: len(places)] or places
    assert [p.added_cents for p in places] == sorted(p.added_cents for p in places)
    assert places[0].added_cents == 0


def town(count: int) -> RoutingProblem:
    """Doors on a grid around the depot, vans with room for a fifth of them."""
    places = [(0, 0), *((7 * n % 23 - 11, 5 * n % 19 - 9) for n in range(1, count + 1))]
    travel = Matrix([[60 * (abs(a - c) + abs(b - d)) for c, d in places] for a, b in places])
    stops = tuple(
        RoutingStop(
            key=str(n), node=n, windows=((0, 30_000),), service_s=120, loads=(1,), drop_penalty=9
        )
        for n in range(1, count + 1)
    )
    vans = tuple(van(f"v{n}", capacity=(count // 5,), close_s=40_000) for n in range(6))
    return RoutingProblem(
        stops=stops, vehicles=vans, travel_s=travel, travel_m=travel, dimensions=("boxes",)
    )


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> RoutingProblem:
    """Give a problem that is cut, at a size that is quick."""
    monkeypatch.setattr(parts, "PARTED", 50)
    monkeypatch.setattr(parts, "_PART", 20)
    return town(60)


def test_many_stops_are_searched_in_parts_and_the_answer_verifies_and_repeats(
    many: RoutingProblem,
) -> None:
    found = solve_routing(many, Limits(moves=2_100))
    assert found.solution is not None
    assert routing_violations(many, found.solution) == ()
    assert found.solution.unserved == ()
    assert 2_000 <= found.moves <= 2_200
    assert solve_routing(many, Limits(moves=2_100)) == found
    little = solve_routing(many, Limits(moves=1))
    assert found.objective <= little.objective


@pytest.mark.parametrize("looks", [0, 1, 2, 3])
def test_a_search_in_parts_ends_when_told_with_all_it_had(many: RoutingProblem, looks: int) -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return len(seen) <= looks

    found = solve_routing(many, Limits(moves=20_000), watch)
    assert found.solution is not None
    assert routing_violations(many, found.solution) == ()
    assert len(seen) == looks + 1
    assert found.moves == seen[-1].moves < 20_000
    seen.clear()
    with ThreadPoolExecutor(2) as threads:
        assert solve_routing(many, Limits(moves=20_000), watch, executor=threads) == found


def test_one_two_and_eight_processes_give_the_same_rounds_as_none(many: RoutingProblem) -> None:
    alone = solve_routing(many, Limits(moves=2_100))
    for count in (1, 2, 8):
        with ProcessPoolExecutor(count) as processes:
            found = solve_routing(many, Limits(moves=2_100), executor=processes)
            assert found == alone, count


def test_a_search_in_parts_tells_the_cost_once_it_looks_at_the_whole(many: RoutingProblem) -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return True

    found = solve_routing(many, Limits(moves=10_000), watch)
    assert found.solution is not None
    assert seen[0].incumbent is None
    assert seen[-1].incumbent is not None
    assert [each.moves for each in seen] == sorted(each.moves for each in seen)
