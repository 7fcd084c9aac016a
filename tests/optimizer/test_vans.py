"""What vans can do besides: trips, pickups, switchable room, skills, lateness, tolls, locks."""

from dataclasses import replace
from itertools import combinations, combinations_with_replacement
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    RELOAD,
    Limits,
    Matrix,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    best_insertions,
    explain_unserved,
    order_of,
    price_rounds,
    routing_violations,
    solve_routing,
)
from optimizer.routing.late import with_less_lateness
from tests.optimizer.breaks import breaks, breaks_left
from tests.optimizer.uncompiled import both_ways

DAY = 24 * 3600


def stop(node: int, **changed: Any) -> RoutingStop:
    given_: dict[str, Any] = {"key": f"s{node}", "node": node, "windows": ((0, DAY),)}
    return RoutingStop(**{**given_, "loads": (1, 0), "drop_penalty": 100, **changed})


def van(key: str = "a", **changed: Any) -> RoutingVehicle:
    given_: dict[str, Any] = {"key": key, "start_node": 0, "end_node": 0, "open_s": 0}
    prices = {"fixed_cents": 1000, "cents_per_km": 30, "cents_per_hour": 2000}
    return RoutingVehicle(**{**given_, "close_s": DAY, "capacity": (9, 9), **prices, **changed})


def problem(*stops: RoutingStop, vans: tuple[RoutingVehicle, ...] = (van(),)) -> RoutingProblem:
    """Places on a line, 600 seconds and metres apart."""
    size = 1 + max(s.node for s in stops)
    travel = Matrix([[abs(a - b) * 600 for b in range(size)] for a in range(size)])
    return RoutingProblem(
        stops=stops, vehicles=vans, travel_s=travel, travel_m=travel, dimensions=("cold", "warm")
    )


def solved(asked: RoutingProblem, moves: int = 60) -> RoutingSolution:
    solution = solve_routing(asked, Limits(moves=moves)).solution
    assert solution is not None
    assert routing_violations(asked, solution) == ()
    return solution


def orders(solution: RoutingSolution) -> dict[str, tuple[str, ...]]:
    return {route.vehicle: order_of(route) for route in solution.routes}


# --- worked examples


def test_whole_rounds_change_vans_where_that_is_cheaper() -> None:
    """Two stops are served at once and exclude the third; from there it ends where a starts not."""
    ways = Matrix(((60,) * 5,) * 3 + ((90, 60, 60, 60, 60), (60, 64, 63, 60, 60)))
    asked = RoutingProblem(
        stops=(
            stop(1, windows=((0, 1),), service_s=1, loads=(4, 4)),
            stop(2, windows=((0, 0),), service_s=1, loads=(0, 0)),
            stop(3, windows=((0, 32),), loads=(0, 0), ready_s=30),
        ),
        vehicles=(
            van("a", capacity=(4, 4), fixed_cents=0, cents_per_km=43, cents_per_hour=1),
            van("b", end_node=4, fixed_cents=0, cents_per_km=43, cents_per_hour=0),
        ),
        travel_s=Matrix.still(5),
        travel_m=ways,
        dimensions=("cold", "warm"),
    )
    assert orders(solved(asked, moves=400)) == {"a": ("s2", "s1"), "b": ("s3",)}


def test_a_late_stop_with_a_trip_of_its_own_joins_the_first_trip() -> None:
    """Going home to load in between costs more than the room there is."""
    due = {"due_s": 1300, "late_cents_per_hour": 9000}
    asked = problem(
        stop(1, windows=((600, DAY),)),
        stop(2, **due),
        stop(3, windows=((9000, DAY),), ready_s=9000),
        vans=(van(reloads=True, loading_s=300),),
    )
    stops = {each.key: each for each in asked.stops}
    (wheels,) = asked.vehicles
    found = with_less_lateness(asked, wheels, ("s1", RELOAD, "s2", RELOAD, "s3"), stops)
    assert found == ("s1", "s2", RELOAD, "s3")
    assert with_less_lateness(asked, wheels, ("s1", RELOAD, "s2"), stops) == ("s1", "s2")
    closed = replace(wheels, close_s=100)
    assert with_less_lateness(asked, closed, ("s1", "s2"), stops) == ("s1", "s2")


@pytest.mark.parametrize("seed", range(6))
def test_no_two_rounds_would_be_cheaper_in_each_other_s_van(seed: int) -> None:
    draw = Random(seed)  # noqa: S311  # no secret
    size = 31
    spots = [(draw.randrange(60), draw.randrange(60)) for _ in range(size)]
    ways = Matrix([[400 * (abs(x - u) + abs(y - v)) for u, v in spots] for x, y in spots])
    stops = tuple(
        stop(node, loads=(draw.randint(1, 3), 0), drop_penalty=1000, service_s=300)
        for node in range(1, size)
    )
    vans = tuple(
        van(
            key,
            capacity=(draw.choice((12, 18, 24)), 0),
            cents_per_km=draw.randint(20, 60),
            cents_per_hour=draw.randint(1500, 3000),
            skills=draw.choice(((), ("lift",))),
            reloads=draw.random() < 0.3,
        )
        for key in "abcdef"
    )
    asked = RoutingProblem(
        stops=tuple(replace(s, skills=("lift",)) if s.node % 9 == 0 else s for s in stops),
        vehicles=vans,
        travel_s=ways,
        travel_m=ways,
        dimensions=("cold", "warm"),
    )
    found = solve_routing(asked, Limits(moves=1500, seed=seed)).solution
    assert found is not None
    driven = orders(found)
    for one, other in combinations("abcdef", 2):
        changed = driven | {one: driven.get(other, ()), other: driven.get(one, ())}
        priced = price_rounds(asked, changed)
        if priced and not routing_violations(asked, priced):
            assert priced.cost_cents + 1 >= found.cost_cents


def test_a_small_van_drives_twice_and_loads_between() -> None:
    small = van(capacity=(1, 0), reloads=True, loading_s=300)
    (route,) = solved(problem(stop(1), stop(2), vans=(small,))).routes
    (reload,) = route.reloads
    assert reload.leave_s - reload.back_s == 300
    assert route.end_s - route.start_s == 1200 + 300 + 2400
    assert solved(problem(stop(1), stop(2), vans=(van(capacity=(1, 0)),))).unserved != ()


def test_a_second_trip_waits_for_its_goods_at_the_depot_not_on_the_road() -> None:
    late = stop(2, ready_s=9000, max_cold_s=1200)
    (route,) = solved(problem(stop(1), late, vans=(van(capacity=(1, 0), reloads=True),))).routes
    assert [visit.cold_s for visit in route.visits] == [600, 1200]
    assert route.reloads[0].leave_s >= 9000


def test_a_second_trip_is_cold_anew_and_waits_for_a_window_within_it() -> None:
    """Served early it would be too warm: the trip leaves later, for the second window."""
    picky = stop(2, windows=((0, 3000), (9000, 9600)), max_cold_s=1200, ready_s=1900)
    (route,) = solved(problem(stop(1), picky, vans=(van(capacity=(1, 0), reloads=True),))).routes
    assert (
        dict(zip([v.stop for v in route.visits], [v.cold_s for v in route.visits], strict=True))[
            "s2"
        ]
        == 1200
    )


def test_a_later_trip_steps_over_a_window_that_would_leave_goods_waiting_on_the_road() -> None:
    first = stop(1, windows=((0, 5000), (9000, 9600)))
    asked = problem(
        first, stop(2, windows=((8500, 9700),), max_cold_s=1500), stop(3), vans=(van(reloads=True),)
    )
    priced = price_rounds(asked, {"a": ("s3", RELOAD, "s1", "s2")})
    assert priced is not None
    assert priced.routes[0].visits[1].begin_s == 9000
    assert routing_violations(asked, priced) == ()


def test_what_is_picked_up_needs_room_where_it_is_picked_up() -> None:
    """Full at the start and full at the end, never over on the way: the order is forced."""
    gives, takes = stop(2, loads=(9, 0)), stop(1, loads=(0, 0), picks=(9, 0))
    asked = problem(takes, gives)
    assert orders(solved(asked)) == {"a": ("s2", "s1")}
    other = price_rounds(asked, {"a": ("s1", "s2")})
    assert other is not None
    assert "routing.load" in {each.code for each in routing_violations(asked, other)}


def test_a_compartment_is_switched_to_what_a_trip_needs() -> None:
    cold, warm = stop(1, loads=(3, 0)), stop(2, loads=(0, 3))
    switchable = van(capacity=(1, 1), swings=1, swing_room=2)
    assert len(solved(problem(cold, warm, vans=(switchable,))).unserved) == 1
    twice = replace(switchable, reloads=True)
    assert order_of(solved(problem(cold, warm, vans=(twice,))).routes[0]).count(RELOAD) == 1
    assert solved(problem(cold, warm, vans=(replace(switchable, swings=2),))).unserved == ()


def test_room_that_is_missing_is_told_beyond_what_can_be_switched() -> None:
    asked = problem(stop(1, loads=(9, 0)), vans=(van(capacity=(1, 1), swings=1, swing_room=2),))
    (why,) = explain_unserved(asked, solved(asked))
    assert (why.reason, why.would_fit_if) == ("capacity:cold", (("extra", 8),))


def test_a_driver_without_the_skill_is_not_sent() -> None:
    asked = problem(stop(1, skills=("lift",)), vans=(van("a"), van("b", skills=("lift",))))
    assert orders(solved(asked)) == {"b": ("s1",)}
    nobody = replace(asked, vehicles=(van("a"),))
    assert explain_unserved(nobody, solved(nobody))[0].reason == "vehicle"


def test_a_late_begin_is_weighed_against_paid_hours() -> None:
    """Waiting an hour at the second costs 2000; coming late at the first costs its own price."""
    soft = stop(1, due_s=600, late_cents_per_hour=1000)
    fixed = stop(2, windows=((4800, 5000),))
    (cheap,) = solved(problem(soft, fixed)).routes
    assert cheap.end_s - cheap.start_s == 2400
    dear = problem(replace(soft, late_cents_per_hour=90_000), fixed)
    (kept,) = solved(dear).routes
    begun = {visit.stop: visit.begin_s for visit in kept.visits}
    assert begun["s1"] == 600
    assert solved(problem(soft, fixed)).strain_cents == 1000 * (4200 - 600) // 3600


def test_a_start_between_late_and_soon_is_found() -> None:
    soft = stop(1, windows=((0, 9000),), due_s=2000, late_cents_per_hour=90_000)
    priced = price_rounds(problem(soft, stop(2, windows=((4800, 5000),))), {"a": ("s1", "s2")})
    assert priced is not None
    assert priced.routes[0].visits[0].begin_s == 2000


def test_the_same_face_is_kept_until_it_costs_more_than_it_is_worth() -> None:
    vans = (van("a"), van("b", cents_per_km=31))
    known = stop(1, tolls=(("a", 500),))
    assert orders(solved(problem(known, vans=vans))) == {"b": ("s1",)}
    assert solved(problem(known, vans=vans)).strain_cents == 0
    dearer = (vans[0], replace(vans[1], fixed_cents=5000))
    kept = solved(problem(known, vans=dearer))
    assert (orders(kept), kept.strain_cents) == ({"a": ("s1",)}, 500)


def test_a_locked_van_keeps_its_stops_and_order() -> None:
    asked = replace(problem(stop(1), stop(2), stop(3)), locked=(("a", ("s2", "s1")),))
    found = solved(asked)
    assert (orders(found), found.unserved) == ({"a": ("s2", "s1")}, ("s3",))
    more = replace(asked, vehicles=(van("a"), van("b")))
    assert orders(solved(more)) == {"a": ("s2", "s1"), "b": ("s3",)}
    assert {p.vehicle for p in best_insertions(more, solved(more), "s3")} == {"b"}


def test_two_depots_each_serve_what_is_near() -> None:
    asked = problem(stop(1), stop(8), stop(9, loads=(0, 0), drop_penalty=0))
    near = van("b", start_node=9, end_node=9)
    assert orders(solved(replace(asked, vehicles=(van("a"), near))))["b"] == ("s8",)


def test_going_on_from_a_published_day_keeps_what_still_stands() -> None:
    asked = problem(stop(1), stop(2), vans=(van("a"), van("b")))
    start = {"a": ("s1",), "b": ("s2", "gone")}
    outcome = solve_routing(asked, Limits(moves=1), start=start)
    assert outcome.solution is not None
    assert routing_violations(asked, outcome.solution) == ()
    twice = solve_routing(asked, Limits(moves=40), start=start)
    assert twice == solve_routing(asked, Limits(moves=40), start=start)


def test_an_empty_start_or_one_that_cannot_be_driven_is_forgotten() -> None:
    asked = problem(stop(1, windows=((600, 600),)), stop(2, windows=((600, 600),)))
    found = solve_routing(asked, Limits(moves=20), start={"a": ("s1", "s2")}).solution
    assert found is not None
    assert len(found.unserved) == 1
    assert routing_violations(asked, found) == ()


def test_a_late_stop_is_offered_a_trip_of_its_own() -> None:
    asked = problem(stop(1), stop(2), vans=(van(capacity=(1, 0), reloads=True),))
    before = price_rounds(asked, {"a": ("s1",)})
    assert before is not None
    place = best_insertions(asked, before, "s2")[0]
    assert place.order.count(RELOAD) == 1
    after = price_rounds(asked, {"a": place.order})
    assert after is not None
    assert place.added_cents == after.cost_cents - before.cost_cents
    assert place.added_s == 2400
    assert routing_violations(asked, after) == ()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"stops": (stop(1, picks=(1,)),)}, "picks name"),
        ({"stops": (stop(1, tolls=(("z", 1),)),)}, "tolls and locks"),
        ({"locked": (("a", ("s1", "s1")),)}, "stops once"),
        ({"locked": (("z", ()),)}, "tolls and locks"),
    ],
)
def test_a_broken_promise_is_named(changed: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(problem(stop(1)), **changed)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: stop(1, key=""), "has a key"),
        (lambda: stop(1, late_cents_per_hour=-1), "price of lateness"),
        (lambda: van(loading_s=-1), "loading time"),
        (lambda: van(reloads=True, end_node=1), "trips end"),
    ],
)
def test_a_stop_or_van_keeps_its_promises(build: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        build()


# --- properties


@st.composite
def days(draw: st.DrawFn) -> RoutingProblem:
    """Small days where everything is asked at once; roads keep no triangle rule."""
    count = draw(st.integers(1, 7))
    cells = st.lists(st.integers(60, 2400), min_size=count + 2, max_size=count + 2)
    travel = st.lists(cells, min_size=count + 2, max_size=count + 2).map(Matrix)
    asked = RoutingProblem(
        stops=tuple(draw(_stops(node)) for node in range(1, count + 1)),
        vehicles=tuple(draw(_vans(key, count + 1)) for key in "abc"),
        travel_s=draw(travel),
        travel_m=draw(travel),
        dimensions=("cold", "warm"),
    )
    first = draw(st.sampled_from(((), (("a", ("s1",)),))))
    held = price_rounds(asked, dict(first))
    return (
        asked if held is None or routing_violations(asked, held) else replace(asked, locked=first)
    )


@st.composite
def _stops(draw: st.DrawFn, node: int) -> RoutingStop:
    edges = sorted(draw(st.lists(st.integers(0, 14_000), min_size=2, max_size=4, unique=True)))
    load = st.tuples(st.integers(0, 4), st.integers(0, 4))
    return RoutingStop(
        key=f"s{node}",
        node=node,
        windows=tuple(zip(edges[::2], edges[1::2], strict=False)),
        service_s=draw(st.integers(0, 900)),
        loads=draw(load),
        picks=draw(st.just(()) | load),
        ready_s=draw(st.sampled_from((0, 0, 3000))),
        max_cold_s=draw(st.none() | st.integers(600, 6000)),
        skills=draw(st.sampled_from(((), (), ("lift",)))),
        drop_penalty=draw(st.sampled_from((1, 5, 20))),
        due_s=draw(st.integers(0, 9000)),
        late_cents_per_hour=draw(st.sampled_from((0, 0, 500, 20_000))),
        tolls=draw(st.sampled_from(((), (("a", 400),), (("a", 90), ("b", 90))))),
    )


@st.composite
def _vans(draw: st.DrawFn, key: str, far: int) -> RoutingVehicle:
    depot = draw(st.sampled_from((0, far)))
    return RoutingVehicle(
        key=key,
        start_node=depot,
        end_node=depot,
        open_s=draw(st.sampled_from((0, 1000))),
        close_s=draw(st.integers(4000, 30_000)),
        capacity=(draw(st.integers(2, 9)), draw(st.integers(0, 9))),
        latest_start_s=draw(st.none() | st.integers(1000, 4000)),
        max_duration_s=draw(st.none() | st.integers(3000, 20_000)),
        fixed_cents=draw(st.sampled_from((0, 500))),
        cents_per_km=draw(st.integers(0, 60)),
        cents_per_hour=draw(st.sampled_from((0, 3000))),
        rests=draw(breaks()),
        skills=draw(st.sampled_from(((), ("lift",)))),
        reloads=draw(st.booleans()),
        loading_s=draw(st.sampled_from((0, 600))),
        swings=draw(st.integers(0, 2)),
        swing_room=draw(st.integers(0, 3)),
    )


@given(days(), st.integers(0, 99))
@settings(max_examples=40)
def test_whatever_is_solved_verifies_and_repeats(asked: RoutingProblem, seed: int) -> None:
    limits = Limits(moves=80, seed=seed)
    first = solve_routing(asked, limits)
    assert first.solution is not None
    assert routing_violations(asked, first.solution) == ()
    assert solve_routing(asked, limits) == first


@st.composite
def rounds(draw: st.DrawFn) -> RoutingProblem:
    """One van and the order of its few stops, in times so short that every start can be tried."""
    count = draw(st.integers(1, 4))
    cells = st.lists(st.integers(1, 20), min_size=count + 1, max_size=count + 1)
    travel = draw(st.lists(cells, min_size=count + 1, max_size=count + 1).map(Matrix))
    stops = []
    for node in range(1, count + 1):
        edges = sorted(draw(st.lists(st.integers(0, 200), min_size=2, max_size=4, unique=True)))
        asked = stop(node, windows=tuple(zip(edges[::2], edges[1::2], strict=False)), loads=())
        stops.append(
            replace(
                asked,
                service_s=draw(st.integers(0, 9)),
                max_cold_s=draw(st.none() | st.integers(10, 80)),
                due_s=draw(st.integers(0, 150)),
                late_cents_per_hour=draw(st.sampled_from((0, 500, 20_000))),
            )
        )
    wheels = van(
        capacity=(),
        close_s=220,
        latest_start_s=draw(st.none() | st.integers(0, 60)),
        cents_per_hour=draw(st.sampled_from((0, 1500))),
        max_duration_s=draw(st.none() | st.integers(40, 150)),
        rests=draw(breaks(unit=1)),
    )
    return RoutingProblem(stops=tuple(stops), vehicles=(wheels,), travel_s=travel, travel_m=travel)


def units(asked: RoutingProblem, start: int) -> int | None:
    """What the time of the round costs from one start, over every place for its breaks.

    None when it cannot be driven.
    """
    (wheels,) = asked.vehicles
    owed = breaks_left(wheels, start)
    resting = replace(asked, vehicles=(replace(wheels, rests=owed),))
    tried = [
        cost
        for count in range(len(owed) + 1)
        for places in combinations_with_replacement(range(len(asked.stops)), count)
        if (cost := _units(resting, start, places)) is not None
    ]
    return min(tried) + 5 * wheels.cents_per_hour * spared_s(wheels, start) if tried else None


def spared_s(wheels: RoutingVehicle, start: int) -> int:
    """Seconds of the breaks that were had before leaving; each weighs one more than on the road."""
    owed = breaks_left(wheels, start)
    return sum(rest.duration_s + 1 for rest in wheels.rests[: len(wheels.rests) - len(owed)])


def _units(asked: RoutingProblem, start: int, places: tuple[int, ...]) -> int | None:
    """The same with the first breaks after the stops at these places."""
    (wheels,) = asked.vehicles
    now, node, late = start, 0, 0
    for at, s in enumerate(asked.stops):
        now += asked.travel_s[node][s.node]
        begin = next((max(now, a) for a, b in s.windows if b >= now), DAY)
        if begin - start > (DAY if s.max_cold_s is None else s.max_cold_s):
            return None
        late += s.late_cents_per_hour * max(0, begin - s.due_s)
        now, node = begin + s.service_s, s.node
        for rest in (r for place, r in zip(places, wheels.rests, strict=False) if place == at):
            if now > rest.latest_s:
                return None
            now = max(now, rest.earliest_s) + rest.duration_s
    now += asked.travel_s[node][0]
    longest = DAY if wheels.max_duration_s is None else wheels.max_duration_s
    if now > wheels.close_s or now - start > longest:
        return None
    if any(now > rest.latest_s for rest in wheels.rests[len(places) :]):
        return None
    return 5 * ((wheels.cents_per_hour * (now - start)) + late)


@given(rounds())
@settings(max_examples=300)
def test_no_start_of_a_round_is_cheaper_than_the_one_it_takes(asked: RoutingProblem) -> None:
    (wheels,) = asked.vehicles
    starts = range(wheels.last_start_s + 1)
    tried = [cost for start in starts if (cost := units(asked, start)) is not None]
    found = price_rounds(asked, {"a": tuple(s.key for s in asked.stops)})
    assert (found is None) is not bool(tried)
    if found is not None:
        assert routing_violations(asked, found) == ()
        (route,) = found.routes
        pairs = zip(asked.stops, route.visits, strict=True)
        late = sum(s.late_cents_per_hour * max(0, v.begin_s - s.due_s) for s, v in pairs)
        hours = wheels.cents_per_hour * (route.end_s - route.start_s)
        depot = wheels.cents_per_hour * spared_s(wheels, route.start_s)
        assert 5 * (hours + depot + late) == units(asked, route.start_s) == min(tried)


@given(rounds(), st.integers(0, 2))
@settings(max_examples=100)
def test_a_break_less_never_costs_more(asked: RoutingProblem, which: int) -> None:
    (wheels,) = asked.vehicles
    order = {"a": tuple(s.key for s in asked.stops)}
    fewer = replace(wheels, rests=(*wheels.rests[:which], *wheels.rests[which + 1 :]))
    tight, eased = (price_rounds(replace(asked, vehicles=(v,)), order) for v in (wheels, fewer))
    if tight is not None:
        assert eased is not None
        paid, less = (one.cost_cents + one.strain_cents for one in (tight, eased))
        assert less <= paid + 1  # both rounded


@given(days())
@settings(max_examples=20)
def test_a_proposed_place_verifies_at_its_price(asked: RoutingProblem) -> None:
    found = solved(asked, moves=20)
    for place in best_insertions(asked, found, asked.stops[-1].key):
        before = {k: tuple(s for s in o if s != "s1") for k, o in orders(found).items()}
        order = tuple(key for key in place.order if key)
        assert order[place.position] == asked.stops[-1].key
        after = price_rounds(asked, {**orders(found), place.vehicle: place.order})
        if place.vehicle in before and after is not None:
            served = [r for r in after.routes if r.vehicle == place.vehicle]
            begun = {v.stop: v.begin_s for v in served[0].visits}
            assert begun[asked.stops[-1].key] == place.begin_s


UNCOMPILED = """
from tests.optimizer.test_vans import problem, solved, stop, van
vans = (van("a", capacity=(3, 2), reloads=True, loading_s=300, swings=1, swing_room=2),
        van("b", capacity=(4, 4), skills=("lift",)))
stops = [stop(n, windows=((0, 4000 * n), (30000, 40000)), loads=(n % 3, n % 2), picks=(1, 0),
              due_s=3000, late_cents_per_hour=900, tolls=(("a", 50 * n),), max_cold_s=9000)
         for n in range(1, 8)]
print(solved(problem(*stops, vans=vans), moves=40))
"""


def test_the_search_gives_the_same_answer_uncompiled() -> None:
    answers = both_ways(UNCOMPILED)
    assert len(answers) == 1
    assert "RoutingVisit" in answers.pop()


def test_a_trip_without_a_stop_is_no_trip() -> None:
    asked = problem(stop(1), stop(2), vans=(van(reloads=True),))
    plain = price_rounds(asked, {"a": ("s1",)})
    assert price_rounds(asked, {"a": (RELOAD, "s1", RELOAD)}) == plain
    assert price_rounds(asked, {"a": (RELOAD,)}) == price_rounds(asked, {})
    start = {"a": ("s1", RELOAD, "s2")}
    found = solve_routing(asked, Limits(moves=1), start=start).solution
    assert found is not None
    assert found.unserved == ()
