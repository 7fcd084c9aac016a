"""Vans over sites: estimated roads, sound plans, and a reason for every order left behind."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import logistics.routes
from logistics.leftbehind import UNSERVED_CODES
from logistics.roads import Point, PowerModel, RoadMatrix, crow_km
from logistics.routecheck import ROUTE_VIOLATIONS, route_violations
from logistics.routes import (
    BreakTaken,
    Delivery,
    Route,
    RoutePlan,
    Stop,
    Trip,
    plan_routes,
    read_routes,
    route_points,
    route_problem,
)
from logistics.vans import (
    HOUSE_COLD_BUDGETS,
    Boxes,
    Depot,
    DriverBreak,
    DriverSkill,
    Pickup,
    PickupThing,
    Vehicle,
    crowded,
    service_minutes,
)
from menus import Zone
from optimizer import (
    Limits,
    Matrix,
    Outcome,
    RoutingProblem,
    RoutingSolution,
    Status,
    order_of,
    price_rounds,
    solve_routing,
)
from tests.logistics.breaks import breaks

ROESELARE = Point.of(50.9465, 3.1227)
KORTRIJK = Point.of(50.8280, 3.2649)
DEPOT = Depot(id="roeselare", point=ROESELARE)


def place(number: int) -> Point:
    """Places on a spiral within some 15 km of the depot."""
    return Point(
        lat_e5=ROESELARE.lat_e5 + (number * 7919 % 21 - 10) * 1000,
        lon_e5=ROESELARE.lon_e5 + (number * 104_729 % 23 - 11) * 1500,
    )


def delivery(number: int, **changed: Any) -> Delivery:
    given_: dict[str, Any] = {
        "site": f"site-{number}",
        "point": place(number),
        "windows": ((8 * 60, 18 * 60),),
        "service_min": 5,
        "boxes": Boxes(frozen=1, chilled=1),
        "orders": (f"order-{number}",),
    }
    return Delivery(**{**given_, **changed})


def fetched(boxes: int) -> Pickup:
    return Pickup(id="1", thing=PickupThing.EMPTY_BOXES, boxes=boxes)


def van(letter: str = "A", **changed: Any) -> Vehicle:
    given_: dict[str, Any] = {
        "id": f"van-{letter}",
        "letter": letter,
        "capacity": Boxes(frozen=20, chilled=20, ambient=20),
        "shift_open_min": 7 * 60,
        "shift_close_min": 16 * 60,
        "fixed_cents": 2000,
        "cents_per_km": 45,
        "cents_per_hour": 3200,
    }
    return Vehicle(**{**given_, **changed})


def planned(
    *deliveries: Delivery,
    vans: tuple[Vehicle, ...] = (van(),),
    moves: int = 60,
    bands: tuple[tuple[int, int], ...] = (),
) -> RoutePlan:
    roads = replace(PowerModel().matrix(route_points(DEPOT, deliveries)), bands=bands)
    plan = plan_routes(DEPOT, vans, deliveries=deliveries, roads=roads, limits=Limits(moves=moves))
    found = route_violations(DEPOT, vans, deliveries=deliveries, roads=roads, plan=plan)
    assert found == ()
    return plan


# --- roads


@pytest.mark.parametrize(
    ("crow", "metres", "seconds"), [(1, 1380, 147), (5, 6390, 517), (20, 23_900, 1530)]
)
def test_the_model_gives_the_published_roads(crow: int, metres: int, seconds: int) -> None:
    """One degree of latitude is 111.195 km on the mean sphere."""
    away = Point(lat_e5=round(crow / 111.195 * 1e5), lon_e5=0)
    roads = PowerModel(traffic_percent=100).matrix((Point(lat_e5=0, lon_e5=0), away))
    assert abs(roads.metres[0][1] - metres) <= 0.005 * metres
    assert abs(roads.seconds[0][1] - seconds) <= 1


def test_roeselare_lies_sixteen_kilometres_from_kortrijk_as_the_crow_flies() -> None:
    there, back = (row.tolist() for row in crow_km((ROESELARE, KORTRIJK)))
    assert round(there[1], 1) == 16.5
    assert there == back[::-1]
    assert there[0] == 0


def test_traffic_stretches_time_and_not_distance() -> None:
    points = (ROESELARE, KORTRIJK)
    free, busy = PowerModel(traffic_percent=100).matrix(points), PowerModel().matrix(points)
    assert busy.metres == free.metres
    assert abs(busy.seconds[0][1] - 1.2 * free.seconds[0][1]) <= 1
    assert busy.provenance == "power-model-1 traffic 120 %"


def test_a_part_of_the_roads_keeps_the_order_asked_for() -> None:
    roads = RoadMatrix(
        seconds=Matrix(((0, 1), (2, 0))), metres=Matrix(((0, 3), (4, 0))), provenance="x"
    )
    asked = RoadMatrix(
        seconds=Matrix(((0, 2), (1, 0))), metres=Matrix(((0, 4), (3, 0))), provenance="x"
    )
    assert roads.only((1, 0)) == asked
    hours = ((420, 650), (540, 1000))
    assert replace(roads, bands=hours).only((1, 0)) == replace(asked, bands=hours)


@given(st.lists(st.integers(0, 500), min_size=3, max_size=3, unique=True))
def test_a_detour_is_never_a_short_cut(numbers: list[int]) -> None:
    roads = PowerModel().matrix(tuple(place(number) for number in numbers))
    for table in (roads.seconds, roads.metres):
        assert table[0][2] <= table[0][1] + table[1][2] + 1  # each rounded by itself


@pytest.mark.parametrize(
    ("build", "promise"),
    [
        (lambda: Point(lat_e5=9_000_001, lon_e5=0), "latitude"),
        (lambda: Point(lat_e5=0, lon_e5=-18_000_001), "longitude"),
        (lambda: PowerModel(traffic_percent=99), "free flow"),
        (lambda: RoadMatrix(seconds=Matrix.still(1), metres=Matrix(), provenance=""), "one size"),
        (
            lambda: RoadMatrix(seconds=Matrix(), metres=Matrix(), provenance="", bands=((0, 0),)),
            "a band begins",
        ),
        (
            lambda: RoadMatrix(
                seconds=Matrix(), metres=Matrix(), provenance="", bands=((9, 9), (9, 9))
            ),
            "bands of traffic ascend",
        ),
        (lambda: Boxes(frozen=-1), "never negative"),
        (lambda: delivery(1, priority=0), "priority"),
        (lambda: fetched(0), "takes room"),
    ],
)
def test_a_broken_promise_is_named(build: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        build()


# --- worked examples


def test_boxes_are_counted_by_zone() -> None:
    both = Boxes(frozen=1, chilled=2) + Boxes(ambient=3)
    assert both.by_zone == (1, 2, 3)
    assert (both.of(Zone.CHILLED), both.total) == (2, 6)


@pytest.mark.parametrize(
    ("boxes", "floor", "lift", "minutes"),
    [(0, 0, False, 3), (1, 0, False, 4), (5, 0, False, 5), (5, 2, False, 9), (5, 2, True, 5)],
)
def test_minutes_at_the_door_grow_with_boxes_and_stairs(
    boxes: int, floor: int, *, lift: bool, minutes: int
) -> None:
    assert service_minutes(Boxes(chilled=boxes), floor=floor, lift=lift) == minutes


def test_the_cold_budget_is_the_shortest_of_the_zones_on_board() -> None:
    minutes = {budget.zone: budget.minutes for budget in HOUSE_COLD_BUDGETS}
    assert DEPOT.cold_min(Boxes(frozen=1)) == minutes[Zone.FROZEN]
    assert DEPOT.cold_min(Boxes(frozen=1, chilled=1)) == min(minutes.values())
    assert DEPOT.cold_min(Boxes(ambient=1)) is None
    assert all(budget.source for budget in HOUSE_COLD_BUDGETS)


def test_a_van_leaves_just_in_time_for_the_first_window() -> None:
    plan = planned(delivery(3, windows=((9 * 60, 10 * 60),)))
    (route,) = plan.routes
    (stop,) = route.stops
    assert (stop.arrive_min, stop.begin_min, stop.depart_min) == (540, 540, 545)
    assert route.start_min == (540 * 60 - stop.cold_s) // 60
    assert route.end_min == -(-(545 * 60 + stop.cold_s) // 60)
    assert stop.cold_min == -(-stop.cold_s // 60)
    assert (route.vehicle, route.letter) == ("van-A", "A")
    assert route.trips[0].boxes == Boxes(frozen=1, chilled=1)
    assert plan.cost_cents == route.cost_cents
    assert plan.provenance.startswith("power-model")


def test_a_van_leaves_earlier_in_the_rush_and_the_check_knows_why() -> None:
    asked = delivery(3, windows=((9 * 60, 9 * 60),))
    (free,), (busy,) = (
        planned(asked, bands=bands).routes for bands in ((), ((8 * 60, 500), (9 * 60, 1000)))
    )
    assert busy.stops[0].begin_min == free.stops[0].begin_min
    assert 540 * 60 - busy.trips[0].start_s == 2 * (540 * 60 - free.trips[0].start_s)
    assert busy.trips[0].end_s == free.trips[0].end_s
    roads = PowerModel().matrix(route_points(DEPOT, (asked,)))
    broken = route_violations(
        DEPOT, (van(),), deliveries=(asked,), roads=roads, plan=planned(asked, bands=((0, 500),))
    )
    assert {each.code for each in broken} >= {"route.arrival", "route.return"}


def test_goods_from_the_kitchen_hold_back_the_van() -> None:
    (route,) = planned(delivery(1), delivery(2, ready_min=11 * 60)).routes
    assert route.start_min >= 11 * 60


def test_the_delivery_without_another_meal_goes_first() -> None:
    small = van(capacity=Boxes(frozen=1, chilled=1))
    plan = planned(delivery(1, priority=2), delivery(2, priority=3), vans=(small,))
    (left,) = plan.unserved
    assert (left.site, left.orders, left.reason) == (
        "site-1",
        ("order-1",),
        "route.unserved.capacity",
    )
    assert left.would_fit_if == (("zone", "frozen"), ("extra_boxes", 1))


def test_an_impossible_window_says_when_the_van_could_come() -> None:
    (left,) = planned(delivery(1, windows=((0, 6 * 60),))).unserved
    assert left.reason == "route.unserved.window"
    assert left.binding == "van-A"
    name, minute = left.would_fit_if[0]
    assert name == "begin_min"
    assert int(minute) > 7 * 60


def test_goods_ready_after_the_window_say_until_when_they_would_do() -> None:
    (left,) = planned(delivery(1, ready_min=12 * 60, windows=((480, 600),))).unserved
    assert left.reason == "route.unserved.ready"
    name, minute = left.would_fit_if[0]
    assert name == "ready_min"
    assert 0 < int(minute) < 600


def test_a_day_without_vans_leaves_every_delivery_with_a_reason() -> None:
    (left,) = planned(delivery(1), vans=()).unserved
    assert (left.reason, left.binding) == ("route.unserved.nowhere", "")


def test_an_order_weighs_by_priority_and_never_more_than_the_search_can_hold() -> None:
    assert delivery(1).weight == 1000
    assert delivery(1, orders=("a", "b"), priority=1).weight == 2
    crowd = tuple(str(n) for n in range(200))
    assert delivery(1, orders=crowd, priority=3).weight == 10**8


def test_an_answer_that_is_missing_is_never_taken_for_an_empty_day(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(*_: object) -> Outcome[RoutingSolution]:
        return Outcome(status=Status.UNKNOWN)

    monkeypatch.setattr(logistics.routes, "solve_routing", none)
    with pytest.raises(AssertionError, match="gave no answer"):
        planned(delivery(1))


# --- properties


@st.composite
def days(draw: st.DrawFn) -> tuple[tuple[Delivery, ...], tuple[Vehicle, ...]]:
    numbers = draw(st.lists(st.integers(1, 400), min_size=1, max_size=9, unique=True))
    opens = st.integers(6 * 60, 15 * 60)
    deliveries = tuple(
        delivery(
            number,
            windows=((start := draw(opens), start + draw(st.integers(15, 400))),),
            boxes=Boxes(
                frozen=draw(st.integers(0, 6)),
                chilled=draw(st.integers(0, 6)),
                ambient=draw(st.integers(0, 6)),
            ),
            service_min=draw(st.integers(2, 20)),
            priority=draw(st.integers(1, 3)),
            ready_min=draw(st.sampled_from((0, 9 * 60))),
            skills=draw(st.sampled_from(((), (), (DriverSkill.KEYS,)))),
            vans=draw(st.sampled_from((None, None, ("van-B", "van-Z")))),
            pickups=draw(st.sampled_from(((), (), (fetched(4),)))),
        )
        for number in numbers
    )
    vans = tuple(
        van(
            letter,
            latest_start_min=draw(st.sampled_from((None, None, 440, 560))),
            longest_min=draw(st.sampled_from((None, 240))),
            rests=draw(breaks(earliest_min=500, latest_min=900)),
            reloads=draw(st.booleans()),
            switches=(switches := draw(st.integers(0, 2))),
            switch_boxes=6 * bool(switches),
            skills=draw(st.sampled_from(((), (DriverSkill.KEYS,)))),
        )
        for letter in "ABC"[: draw(st.integers(1, 3))]
    )
    return deliveries, vans


@given(days())
@settings(max_examples=40)
def test_every_plan_is_sound_and_every_gap_has_a_reason(
    day: tuple[tuple[Delivery, ...], tuple[Vehicle, ...]],
) -> None:
    plan = planned(*day[0], vans=day[1])
    assert {left.reason for left in plan.unserved} <= set(UNSERVED_CODES)
    assert planned(*day[0], vans=day[1]) == plan


def test_a_driver_begins_by_the_latest_start_and_is_paid_for_the_wait() -> None:
    free, bound = van(), van(latest_start_min=8 * 60)
    asked = (delivery(1, windows=((11 * 60, 12 * 60),)),)
    (late,), (early,) = (planned(*asked, vans=(each,)).routes for each in (free, bound))
    assert late.start_min > early.start_min == 8 * 60
    assert early.cost_cents > late.cost_cents
    held = planned(replace(asked[0], ready_min=8 * 60 + 1), vans=(bound,))
    assert [left.reason for left in held.unserved] == ["route.unserved.ready"]


# --- second trips, compartments, skills


def test_a_van_that_may_come_back_serves_what_one_load_cannot() -> None:
    asked = tuple(delivery(number, boxes=Boxes(chilled=10)) for number in range(1, 5))
    once = planned(*asked, vans=(van(),))
    assert [left.reason for left in once.unserved] == ["route.unserved.capacity"] * 2
    twice = planned(*asked, vans=(van(reloads=True, loading_min=25),))
    (route,) = twice.routes
    assert not twice.unserved
    first, second = route.trips
    assert second.start_s >= first.end_s + 25 * 60


def test_the_first_trip_does_not_wait_for_what_the_kitchen_finishes_late() -> None:
    early, late = delivery(1, windows=((480, 600),)), delivery(2, ready_min=11 * 60)
    assert len(planned(early, late, vans=(van(),)).unserved) == 1
    (route,) = planned(early, late, vans=(van(reloads=True),)).routes
    assert [[stop.site for stop in trip.stops] for trip in route.trips] == [["site-1"], ["site-2"]]
    assert route.trips[1].start_s >= 11 * 3600


SWITCHED = van(capacity=Boxes(frozen=4, chilled=4), switches=2, switch_boxes=3)


@pytest.mark.parametrize(
    ("load", "settings"),
    [
        (Boxes(frozen=4, chilled=4), ()),
        (Boxes(frozen=5), (Zone.FROZEN,)),
        (Boxes(frozen=7, chilled=7), (Zone.FROZEN, Zone.CHILLED)),
        (Boxes(chilled=10), (Zone.CHILLED, Zone.CHILLED)),
        (Boxes(frozen=5, chilled=5, ambient=1), None),
        (Boxes(chilled=11), None),
    ],
)
def test_a_compartment_is_set_to_what_its_van_is_short_of(
    load: Boxes, settings: tuple[Zone, ...] | None
) -> None:
    assert SWITCHED.settings(load) == settings
    plan = planned(delivery(1, boxes=load), vans=(SWITCHED,))
    assert bool(plan.unserved) is (settings is None)


def test_what_is_fetched_needs_room_only_where_room_is_left() -> None:
    """The boxes of two doors fill the van; what the first gives back fits, and no more."""
    fits = [delivery(n, boxes=Boxes(ambient=10), pickups=(fetched(10),)) for n in (1, 2)]
    (route,) = planned(*fits, vans=(van(),)).routes
    assert [stop.pickups for stop in route.stops] == [(fetched(10),)] * 2
    more = [replace(each, pickups=(fetched(11),)) for each in fits]
    assert len(planned(*more, vans=(van(),)).unserved) == 1


def test_who_is_left_behind_for_a_skill_is_told_which() -> None:
    keys, lift = DriverSkill.KEYS, DriverSkill.TAIL_LIFT
    asked = delivery(1, skills=(keys, lift))
    able = van("B", skills=(keys, lift))
    assert [route.letter for route in planned(asked, vans=(van(), able)).routes] == ["B"]
    (left,) = planned(asked, vans=(van(), van("B", skills=(lift,)))).unserved
    assert (left.reason, left.binding) == ("route.unserved.skill", "van-B")
    assert left.would_fit_if == (("skills", "keys"),)
    busy = delivery(2, boxes=Boxes(frozen=20), skills=(keys,), priority=3)
    (left,) = planned(asked, busy, vans=(van(), able)).unserved
    assert (left.reason, left.binding) == ("route.unserved.skill", "van-A"), "a place, no skill"


def test_an_address_is_left_only_to_the_vans_it_allows() -> None:
    asked = delivery(1, vans=("van-B",))
    assert [route.letter for route in planned(asked, vans=(van(), van("B"))).routes] == ["B"]
    (left,) = planned(asked, vans=(van(),)).unserved
    assert left.reason == "route.unserved.address"


# --- what the check finds


DAY = (
    delivery(1, windows=((9 * 60, 10 * 60),), ready_min=450),
    delivery(2, windows=((9 * 60, 14 * 60),)),
    delivery(3, boxes=Boxes(ambient=99)),
)
RESTS = (
    DriverBreak(earliest_min=600, latest_min=610, minutes=30),
    DriverBreak(earliest_min=620, latest_min=680, minutes=15),
)
VANS = (van("A", rests=RESTS, longest_min=480), van("B"))
ROADS = PowerModel().matrix(route_points(DEPOT, DAY))


def checked(plan: RoutePlan, **changed: Any) -> set[str]:
    given_: dict[str, Any] = {"vehicles": VANS, "deliveries": DAY, "roads": ROADS}
    asked = {**given_, **changed}
    found = route_violations(
        DEPOT, asked["vehicles"], deliveries=asked["deliveries"], roads=asked["roads"], plan=plan
    )
    return {violation.code for violation in found}


def resting() -> RoutePlan:
    """Both sites by van A, a break after each, written by hand from the road matrix."""
    legs, metres = ROADS.seconds, ROADS.metres
    start = 36_000 - 300 - legs[0][1]
    at_two = 36_000 + 1800 + legs[1][2]
    breaks = (
        BreakTaken(after="site-1", begin_s=36_000, minutes=30),
        BreakTaken(after="site-2", begin_s=at_two + 300, minutes=15),
    )
    boxes = Boxes(frozen=1, chilled=1)
    stops = tuple(
        Stop(
            site=f"site-{n}",
            arrive_s=begin,
            begin_s=begin,
            depart_s=begin + 300,
            cold_s=begin - start,
            boxes=boxes,
        )
        for n, begin in ((1, 35_700), (2, at_two))
    )
    end = at_two + 300 + 900 + legs[2][0]
    trip = Trip(start_s=start, stops=stops, end_s=end, breaks=breaks)
    length = metres[0][1] + metres[1][2] + metres[2][0]
    cents = (18_000 * 2000 + 18 * 45 * length + 5 * 3200 * (end - start) + 9000) // 18_000
    route = Route(vehicle="van-A", letter="A", trips=(trip,), metres=length, cost_cents=cents)
    left = planned(DAY[2]).unserved
    return RoutePlan(routes=(route,), unserved=left, cost_cents=cents, provenance="x")


def route_with(**changed: Any) -> RoutePlan:
    plan = resting()
    return replace(plan, routes=(replace(plan.routes[0], **changed),))


def trip_with(**changed: Any) -> RoutePlan:
    return route_with(trips=(replace(resting().routes[0].trips[0], **changed),))


def rested(number: int, **changed: Any) -> RoutePlan:
    breaks = list(resting().routes[0].breaks)
    breaks[number] = replace(breaks[number], **changed)
    return trip_with(breaks=tuple(breaks))


def stop_with(**changed: Any) -> RoutePlan:
    head, *others = resting().routes[0].stops
    return trip_with(stops=(replace(head, **changed), *others))


ASKED = {
    "route.skill": {"skills": (DriverSkill.KEYS,)},
    "route.address": {"vans": ("van-B",)},
    "route.preferred": {"preferred_by_min": 700},
    "route.late": {"preferred_by_min": 590},
}
"""What the first address asks for, where that is what the plan breaks."""
BROKEN: dict[str, Callable[[], RoutePlan]] = {
    "route.vehicle_unknown": lambda: route_with(vehicle="van-Z"),
    "route.vehicle_twice": lambda: replace(resting(), routes=resting().routes * 2),
    "route.site_unknown": lambda: stop_with(site="nowhere"),
    "route.site_twice": lambda: replace(resting(), routes=resting().routes * 2),
    "route.site_missing": lambda: replace(resting(), unserved=()),
    "route.trip_empty": lambda: trip_with(stops=()),
    "route.boxes": lambda: stop_with(boxes=Boxes()),
    "route.shift": lambda: trip_with(start_s=0),
    "route.starts_late": resting,
    "route.longest": lambda: trip_with(end_s=60 * 1100),
    "route.ready": lambda: trip_with(start_s=60 * 449),
    "route.arrival": lambda: stop_with(arrive_s=35_000),
    "route.window": lambda: stop_with(begin_s=60 * 601),
    "route.service": lambda: stop_with(depart_s=36_060),
    "route.cold": lambda: stop_with(cold_s=0),
    "route.return": lambda: trip_with(end_s=60 * 800),
    "route.break": lambda: rested(0, begin_s=60 * 620),
    "route.metres": lambda: route_with(metres=1),
    "route.cost": lambda: route_with(cost_cents=1),
    "route.capacity": resting,
    "route.reload": lambda: route_with(trips=resting().routes[0].trips * 2),
    "route.skill": resting,
    "route.address": resting,
    "route.preferred": resting,
    "route.late": lambda: stop_with(preferred_by_min=590),
}


def test_the_plan_written_by_hand_is_sound() -> None:
    assert checked(resting()) == set()


def test_five_minutes_after_the_preferred_time_weigh_a_twelfth_of_an_hour() -> None:
    """Service begins at 9.55, preferred by 9.50; in time it weighs nothing."""
    for by_min, cents in ((590, 100), (595, 0)):
        plan = replace(stop_with(preferred_by_min=by_min), late_cents=cents)
        asked = (replace(DAY[0], preferred_by_min=by_min), *DAY[1:])
        assert checked(plan, deliveries=asked) == set()
        assert plan.routes[0].stops[0].late_s == 60 * (595 - by_min)


@pytest.mark.parametrize(
    ("homes", "wishes"),
    [
        ((6, 9, 15, 1), (None, 510, 510, 540)),
        ((16, 37, 9, 36), (540, 540, 490, None)),
        ((6, 9, 15, 1, 22, 30, 4, 12), (None, 510, 510, 540, 500, None, 520, 530)),
    ],
)
def test_no_late_stop_of_a_round_would_be_cheaper_elsewhere_in_it(
    homes: tuple[int, ...], wishes: tuple[int | None, ...]
) -> None:
    deliveries = tuple(
        delivery(n, windows=((480, 900),), preferred_by_min=by_min)
        for n, by_min in zip(homes, wishes, strict=True)
    )
    roads = PowerModel().matrix(route_points(DEPOT, deliveries))
    problem = route_problem(DEPOT, (van(),), deliveries=deliveries, roads=roads)
    for seed in range(1, 4):
        found = solve_routing(problem, Limits(moves=300, seed=seed)).solution
        assert found is not None
        order = order_of(found.routes[0])
        due = {s.key: s.due_s for s in problem.stops if s.late_cents_per_hour}
        visits = found.routes[0].visits
        late = [v.stop for v in visits if v.stop in due and v.begin_s > due[v.stop]]
        assert late
        others = permutations(order) if len(order) < 5 else _elsewhere(order, late)
        for other in others:
            told = price_rounds(problem, {"van-A": other})
            if told is not None:
                ours = found.cost_cents + found.strain_cents
                assert ours <= told.cost_cents + told.strain_cents + 2  # four figures rounded


def _elsewhere(order: tuple[str, ...], late: list[str]) -> Iterator[tuple[str, ...]]:
    """Orders in which one late stop stands elsewhere."""
    for key in late:
        rest = [each for each in order if each != key]
        for place in range(len(order)):
            yield (*rest[:place], key, *rest[place:])


@settings(max_examples=25)
@given(st.data())
def test_a_price_of_lateness_never_makes_the_best_plan_later(data: st.DataObject) -> None:
    """One van, all orders of its doors tried: the winner is no later than the one without it."""
    numbers = data.draw(st.lists(st.integers(1, 40), min_size=2, max_size=4, unique=True))
    wishes = [data.draw(st.sampled_from((None, 490, 510, 540))) for _ in numbers]
    deliveries = tuple(
        delivery(n, windows=((480, 900),), preferred_by_min=by_min)
        for n, by_min in zip(numbers, wishes, strict=True)
    )
    roads = PowerModel().matrix(route_points(DEPOT, deliveries))
    problem = route_problem(DEPOT, (van(),), deliveries=deliveries, roads=roads)
    assert [s.late_cents_per_hour > 0 for s in problem.stops] == [w is not None for w in wishes]

    def best(asked: RoutingProblem) -> RoutePlan:
        orders = permutations(stop.key for stop in asked.stops)
        priced = (price_rounds(asked, {"van-A": order}) for order in orders)
        driven = [each for each in priced if each is not None]
        found = min(driven, key=lambda each: each.cost_cents + each.strain_cents)
        return read_routes(
            problem, found, vehicles=(van(),), deliveries=deliveries, provenance="model"
        )

    free = replace(problem, stops=tuple(replace(s, late_cents_per_hour=0) for s in problem.stops))
    with_price, without = best(problem), best(free)
    assert with_price.late_cents <= without.late_cents + 2  # four figures, each rounded once
    assert with_price.cost_cents >= without.cost_cents - 1
    solved = plan_routes(
        DEPOT, (van(),), deliveries=deliveries, roads=roads, limits=Limits(moves=300)
    )
    assert route_violations(DEPOT, (van(),), deliveries=deliveries, roads=roads, plan=solved) == ()
    total = solved.cost_cents + solved.late_cents
    assert total <= with_price.cost_cents + with_price.late_cents + 2


@pytest.mark.parametrize("code", ROUTE_VIOLATIONS)
def test_what_is_broken_on_purpose_is_found(code: str) -> None:
    narrow: dict[str, dict[str, Any]] = {
        "route.capacity": {"capacity": Boxes(frozen=1)},
        "route.starts_late": {"latest_start_min": 451},
    }
    vans = (replace(VANS[0], **narrow.get(code, {})), VANS[1])
    asked = (replace(DAY[0], **ASKED.get(code, {})), *DAY[1:])
    assert code in checked(BROKEN[code](), vehicles=vans, deliveries=asked)


@pytest.mark.parametrize(
    "changed",
    [
        lambda: trip_with(breaks=()),
        lambda: trip_with(breaks=resting().routes[0].breaks[:1]),
        lambda: trip_with(breaks=resting().routes[0].breaks[1:]),
        lambda: trip_with(breaks=resting().routes[0].breaks[::-1]),
        lambda: rested(0, after="elsewhere"),
        lambda: rested(0, after="site-2"),
        lambda: rested(0, minutes=20),
        lambda: rested(1, after="site-1", begin_s=60 * 625),
        lambda: rested(1, begin_s=60 * 681),
    ],
)
def test_a_break_owed_or_out_of_place_is_found(changed: Callable[[], RoutePlan]) -> None:
    assert checked(resting()) == set()
    assert "route.break" in checked(changed())


def coming_back(**changed: Any) -> RoutePlan:
    """Site 1, back at the depot, a break there, loaded, then site 2 with a break after it."""
    legs, metres = ROADS.seconds, ROADS.metres
    one, two = resting().routes[0].stops
    back = one.depart_s + legs[1][0]
    leave = back + 1800 + 600
    at_two = leave + legs[0][2]
    two = replace(
        two, arrive_s=at_two, begin_s=at_two, depart_s=at_two + 300, cold_s=at_two - leave
    )
    end = two.depart_s + 900 + legs[2][0]
    start = resting().routes[0].trips[0].start_s
    had = BreakTaken(**{"after": "site-1", "begin_s": back, "minutes": 30, **changed})
    then = BreakTaken(after="site-2", begin_s=two.depart_s, minutes=15)
    trips = (
        Trip(start_s=start, stops=(one,), end_s=back, breaks=(had,)),
        Trip(start_s=leave, stops=(two,), end_s=end, breaks=(then,)),
    )
    length = metres[0][1] + metres[1][0] + metres[0][2] + metres[2][0]
    cents = (18_000 * 2000 + 18 * 45 * length + 5 * 3200 * (end - start) + 9000) // 18_000
    plan = resting()
    route = replace(plan.routes[0], trips=trips, metres=length, cost_cents=cents)
    return replace(plan, routes=(route,), cost_cents=cents)


def checked_back(plan: RoutePlan, first: DriverBreak, **changed: Any) -> set[str]:
    roomy = replace(RESTS[1], latest_min=780)
    vehicle = replace(VANS[0], reloads=True, rests=(first, roomy), **{"loading_min": 10, **changed})
    return checked(plan, vehicles=(vehicle, VANS[1]))


def test_a_break_at_the_depot_lies_between_two_trips_and_beside_the_loading() -> None:
    first, second = coming_back().routes[0].trips
    noon = DriverBreak(earliest_min=600, latest_min=660, minutes=30)
    assert checked_back(coming_back(), noon) == set()
    later = coming_back(begin_s=second.start_s - 1800)  # loaded first
    assert checked_back(later, noon) == set()
    assert checked_back(coming_back(begin_s=first.end_s + 1), noon) == {"route.reload"}
    over = coming_back(begin_s=second.start_s - 1799)
    assert checked_back(over, noon) == {"route.break"}
    assert checked_back(coming_back(), noon, loading_min=11) == {"route.reload"}
    longer = replace(noon, minutes=31)
    assert checked_back(coming_back(minutes=31), longer) == {"route.reload"}


def test_a_break_at_the_depot_out_of_its_window_or_too_short_is_found() -> None:
    first, _ = coming_back().routes[0].trips
    noon = DriverBreak(earliest_min=600, latest_min=first.end_s // 60 - 1, minutes=30)
    assert checked_back(coming_back(), noon) == {"route.break"}
    early = DriverBreak(earliest_min=first.end_s // 60 + 1, latest_min=700, minutes=30)
    assert checked_back(coming_back(), early) == {"route.break"}
    noon = DriverBreak(earliest_min=600, latest_min=660, minutes=30)
    assert checked_back(coming_back(minutes=29), noon) == {"route.break"}
    plan = coming_back()
    route = plan.routes[0]
    none = replace(route, trips=(replace(route.trips[0], breaks=()), route.trips[1]))
    assert "route.break" in checked_back(replace(plan, routes=(none,)), noon)


def test_after_the_last_trip_nobody_rests_at_the_depot() -> None:
    route = coming_back().routes[0]
    first, last = route.trips
    home = BreakTaken(after="site-2", begin_s=last.end_s, minutes=15)
    moved = replace(route, trips=(first, replace(last, breaks=(home,))))
    noon = DriverBreak(earliest_min=600, latest_min=660, minutes=30)
    assert "route.return" in checked_back(replace(coming_back(), routes=(moved,)), noon)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_van_may_not_report_more_breaks_than_its_shift_has(kept: int) -> None:
    plain = (replace(VANS[0], rests=RESTS[:kept]), VANS[1])
    assert "route.break" in checked(resting(), vehicles=plain)


def test_a_round_in_the_afternoon_alone_owes_no_break_at_noon() -> None:
    noon = DriverBreak(earliest_min=720, latest_min=780, minutes=30)
    late = (delivery(1, windows=((900, 960),)), delivery(2, windows=((900, 1000),)))
    plan = planned(*late, vans=(van(rests=(noon,)),))
    assert not plan.unserved
    (route,) = plan.routes
    start_s = route.trips[0].start_s
    assert start_s >= 60 * 810
    assert route.breaks == ()

    def found(rest: DriverBreak) -> set[str]:
        roads = PowerModel().matrix(route_points(DEPOT, late))
        return checked(plan, vehicles=(van(rests=(rest,)),), deliveries=late, roads=roads)

    over_min = start_s // 60  # a break may be over then at the latest
    assert found(noon) == found(replace(noon, minutes=over_min - 780)) == set()
    assert found(replace(noon, minutes=over_min - 779)) == {"route.break"}


def test_a_break_that_never_can_begin_in_time_is_named() -> None:
    noon = DriverBreak(earliest_min=720, latest_min=730, minutes=30)
    assert crowded(()) is crowded(RESTS) is None
    assert crowded((replace(noon, latest_min=719),)) == (0, 720)
    assert crowded((*RESTS, noon, replace(noon, latest_min=749))) == (3, 750)
    assert crowded((*RESTS, noon, replace(noon, latest_min=750))) is None


def test_a_trip_that_was_stored_with_one_break_or_none_is_read_again() -> None:
    older = {"start_s": 1, "stops": [], "end_s": 2, "break_begin_s": 36_000, "break_after": "x"}
    taken = {"start_s": 1, "stops": [], "end_s": 2, "breaks": [{"after": "x", "begin_s": 36_000}]}
    assert Trip.renewed(older) == taken
    none = older | {"break_begin_s": None, "break_after": None}
    assert Trip.renewed(none) == taken | {"breaks": []}
    assert Trip.renewed(taken) == taken


def test_a_return_after_the_shift_is_found() -> None:
    early = (replace(VANS[0], shift_close_min=600), VANS[1])
    assert checked(resting(), vehicles=early) == {"route.shift"}


def test_a_second_trip_leaves_only_when_the_first_is_back() -> None:
    trip = resting().routes[0].trips[0]
    may = (replace(VANS[0], reloads=True), VANS[1])
    assert "route.reload" in checked(route_with(trips=(trip, trip)), vehicles=may)


def test_a_van_without_trips_is_found() -> None:
    assert "route.trip_empty" in checked(route_with(trips=()))


def test_a_wrong_total_is_found() -> None:
    assert checked(replace(resting(), cost_cents=0)) == {"route.cost"}
