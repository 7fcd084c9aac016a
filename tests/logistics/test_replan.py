"""A day that loses a van: what is under way stays, the rest moves little, and says why."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import logistics.lostvan
from logistics import (
    FETCHED_MIN,
    LOADING_MIN,
    MOVED_CODES,
    Boxes,
    LatePlace,
    Moved,
    Published,
    Replan,
    late_places,
    lose_van,
    other_places,
)
from logistics.late import routes_without
from logistics.lostvan import _swapped
from logistics.replan import AGAIN, asked_of, begins_of, left_meanwhile, tour_of
from logistics.roads import Point, PowerModel, RoadMatrix
from logistics.routecheck import route_violations
from logistics.routes import (
    BreakTaken,
    Delivery,
    plan_routes,
    read_routes,
    route_points,
    route_problem,
)
from logistics.vans import Depot, DriverBreak, Pickup, PickupThing, Vehicle
from optimizer import (
    Limits,
    Matrix,
    Outcome,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    Status,
    price_rounds,
)
from tests.logistics.breaks import breaks

DEPOT = Depot(id="roeselare", point=Point.of(50.9465, 3.1227))
MOVES = 400


def delivery(number: int, **changed: Any) -> Delivery:
    """A home some minutes from the depot, in a half circle around it."""
    point = Point(
        lat_e5=DEPOT.point.lat_e5 + (number * 7919 % 21 - 10) * 300,
        lon_e5=DEPOT.point.lon_e5 + (number * 104_729 % 23 - 11) * 400,
    )
    given_: dict[str, Any] = {"site": f"site-{number}", "point": point, "orders": (f"o{number}",)}
    asked = {"windows": ((480, 1000),), "service_min": 5, "boxes": Boxes(frozen=1)}
    return Delivery(**{**given_, **asked, **changed})


def van(letter: str, **changed: Any) -> Vehicle:
    given_: dict[str, Any] = {"id": f"van-{letter}", "letter": letter, "shift_open_min": 420}
    asked = {"capacity": Boxes(frozen=4), "shift_close_min": 1020, "fixed_cents": 3000}
    prices = {"cents_per_km": 45, "cents_per_hour": 3000}
    return Vehicle(**{**given_, **asked, **prices, **changed})


def published(*deliveries: Delivery, vans: tuple[Vehicle, ...]) -> Published:
    roads = PowerModel().matrix(route_points(DEPOT, deliveries))
    plan = plan_routes(DEPOT, vans, deliveries=deliveries, roads=roads, limits=Limits(moves=MOVES))
    assert route_violations(DEPOT, vans, deliveries=deliveries, roads=roads, plan=plan) == ()
    problem = route_problem(DEPOT, vans, deliveries=deliveries, roads=roads)
    return Published(depot=DEPOT, vehicles=vans, problem=problem, routes=plan)


def lost(day: Published, van_id: str, at_min: int) -> Replan:
    found = lose_van(day, van_id, at_min=at_min, moves=MOVES)
    assert found.violations == ()
    return found


def served(found: Replan) -> dict[str, str]:
    return {stop.site: route.vehicle for route in found.routes.routes for stop in route.stops}


EIGHT = tuple(delivery(number) for number in range(1, 9))


def test_another_van_drives_a_second_trip_for_the_lost_one() -> None:
    day = published(*EIGHT, vans=(van("A"), van("B")))
    first, second = day.routes.routes
    found = lost(day, second.vehicle, 0)
    (route,) = found.routes.routes
    assert (route.vehicle, len(route.trips)) == (first.vehicle, 2)
    assert route.trips[1].start_s - route.trips[0].end_s >= 60 * LOADING_MIN
    assert {one.code for one in found.moved if one.was_van == second.vehicle} == {
        "route.moved.lost"
    }
    assert len(served(found)) == 8


def test_what_is_under_way_keeps_its_times_and_goods_come_back_first() -> None:
    day = published(*EIGHT, vans=(van("A"), van("B")))
    gone, stays = sorted(day.routes.routes, key=lambda route: route.trips[0].start_s)
    at_min = max(route.start_min for route in day.routes.routes) + 1
    found = lost(day, gone.vehicle, at_min)
    kept = next(route for route in found.routes.routes if route.vehicle == stays.vehicle)
    assert kept.trips[0] == stays.trips[0]
    assert kept.trips[1].start_s >= 60 * (at_min + FETCHED_MIN)
    done = [stop for stop in gone.stops if stop.begin_s <= 60 * at_min]
    again = [route for route in found.routes.routes if route.vehicle == gone.vehicle]
    assert [s.site for route in again for s in route.stops] == [s.site for s in done]


def test_a_van_lost_before_is_not_sent_again() -> None:
    day = published(*EIGHT, vans=(van("A"), van("B"), van("C")))
    first, second = (route.vehicle for route in day.routes.routes)
    found = lost(day, first, 0)
    later = replace(day, routes=found.routes, gone=frozenset({first}))
    again = lost(later, second, 0)
    assert set(served(again).values()) == {"van-C"}
    assert {one.van for one in again.moved} <= {"van-C", None}


def test_who_finds_no_place_is_named_with_what_would_help() -> None:
    day = published(*EIGHT, vans=(van("A", shift_close_min=525), van("B", shift_close_min=525)))
    found = lost(day, day.routes.routes[0].vehicle, 0)
    left = [one for one in found.moved if one.code == "route.moved.left"]
    assert left
    assert {one.site for one in left} <= {one.site for one in found.routes.unserved}
    assert all(one.van is None and one.begin_s is None for one in left)
    assert not any(" " in one.binding for one in found.routes.unserved)
    (last,) = {route.vehicle for route in found.routes.routes}
    gone = frozenset({day.routes.routes[0].vehicle})
    empty = lost(replace(day, routes=found.routes, gone=gone), last, 0)
    assert empty.routes.routes == ()
    assert {one.code for one in empty.moved} == {"route.moved.left"}


def test_past_the_latest_start_only_a_driver_who_began_drives_once_more() -> None:
    day = published(*EIGHT, vans=tuple(van(letter, latest_start_min=480) for letter in "ABC"))
    out, gone = (route.vehicle for route in day.routes.routes)
    asked = asked_of(day, gone, 481, now_min=481)
    latest = {each.key: each.latest_start_s for each in asked.vehicles}
    left = {route.vehicle: route.trips[0].start_s for route in day.routes.routes}
    assert max(left.values()) <= 480 * 60
    assert latest == left | {out + AGAIN: None}
    assert set(served(lost(day, gone, 481)).values()) <= {out, gone}
    assert len({each.key for each in asked_of(day, gone, 400, now_min=400).vehicles}) == 2


def test_a_break_that_was_taken_is_not_owed_again() -> None:
    rest = DriverBreak(earliest_min=480, latest_min=500, minutes=30)
    vans = tuple(van(letter, rests=(rest,), longest_min=500) for letter in "AB")
    day = published(*EIGHT, vans=vans)
    first, second = day.routes.routes
    assert second.trips[0].breaks
    for at_min in (second.start_min + 1, 0):
        found = lost(day, first.vehicle, at_min)
        (route,) = found.routes.routes
        assert len(route.trips) == 2
        assert [bool(trip.breaks) for trip in route.trips] == [True, False]
        assert not found.routes.unserved


NOON = DriverBreak(earliest_min=720, latest_min=780, minutes=30)


def home_over_noon(*windows: tuple[int, int]) -> tuple[Published, str]:
    """Van A is back in the morning; van B, which is lost, would have driven after noon."""
    small = {"capacity": Boxes(frozen=2)}
    morning = [delivery(n, windows=((480, 560),)) for n in (1, 2)]
    later = [delivery(n, windows=(window,)) for n, window in enumerate(windows, 3)]
    vans = (van("A", rests=(NOON,), **small), van("B", shift_open_min=700, **small))
    day = published(*morning, *later, vans=vans)
    gone = next(r.vehicle for r in day.routes.routes if r.trips[0].stops[0].site == "site-3")
    assert not day.routes.unserved
    return day, gone


@pytest.mark.parametrize("at_min", [600, 830])
def test_a_driver_who_is_home_over_noon_rests_there_and_drives_again(at_min: int) -> None:
    """Told before noon or after it: from being back on nobody asked anything of the driver."""
    day, gone = home_over_noon((840, 900), (900, 960))
    found = lost(day, gone, at_min)
    assert not found.routes.unserved
    (route,) = found.routes.routes
    first, again = route.trips
    assert first.end_s < 60 * 720
    assert first.breaks == (BreakTaken(after=first.stops[-1].site, begin_s=60 * 720, minutes=30),)
    assert again.breaks == ()
    assert again.start_s >= 60 * 750


def test_a_second_trip_rests_after_a_stop_or_not_at_all_where_noon_is_busy() -> None:
    """The door asks for a van before the break can be over at the depot."""
    day, gone = home_over_noon((745, 750), (800, 820))
    (route,) = lost(day, gone, 600).routes.routes
    assert [[taken.after for taken in trip.breaks] for trip in route.trips] == [[], ["site-3"]]
    stops = tuple(
        replace(s, service_s=60 * 40) if s.key == "site-3" else s for s in day.problem.stops
    )
    long = replace(day, problem=replace(day.problem, stops=stops))
    assert {left.site for left in lost(long, gone, 600).routes.unserved} == {"site-3"}


def test_a_late_stop_is_offered_to_a_driver_who_is_home_over_noon() -> None:
    day = published(delivery(1, windows=((480, 560),)), vans=(van("A", rests=(NOON,)),))
    _, (place,) = late(day, delivery(50, windows=((840, 900),)), 700)
    assert place.violations == ()
    (route,) = place.routes.routes
    assert [taken.begin_s for taken in route.trips[0].breaks] == [60 * 720]
    assert route.trips[1].start_s >= 60 * 750


def test_nobody_who_is_out_leaves_anew_when_the_first_stop_falls_out() -> None:
    """The break came after the first stop; without it there is no stop left to rest after."""
    stops = (delivery(1, windows=((700, 760),)), delivery(4, windows=((860, 900),)))
    day = published(*stops, vans=(van("A", rests=(NOON,)),))
    (route,) = day.routes.routes
    (taken,) = route.breaks
    assert taken.after == "site-1"
    kept = tuple(routes_without(day.routes.routes, "site-1"))
    less = replace(day.problem, stops=day.problem.stops[1:])
    day = replace(day, problem=less, routes=replace(day.routes, routes=kept))
    now = route.start_min + 1
    assert price_rounds(asked_of(day, "", now, now_min=now), {"van-A": ("site-4",)}) is None


def test_of_several_breaks_those_not_taken_are_still_owed() -> None:
    """The first was taken on the round under way; the second falls on the trip after it."""
    rests = tuple(
        DriverBreak(earliest_min=since, latest_min=since + 20, minutes=minutes)
        for since, minutes in ((480, 15), (570, 30))
    )
    vans = tuple(van(letter, rests=rests, longest_min=500) for letter in "AB")
    day = published(*EIGHT, vans=vans)
    first, second = day.routes.routes
    assert [taken.minutes for taken in second.breaks] == [15]
    found = lost(day, first.vehicle, second.start_min + 1)
    (route,) = found.routes.routes
    assert [[taken.minutes for taken in trip.breaks] for trip in route.trips] == [[15], [30]]
    assert not found.routes.unserved


@st.composite
def days(draw: st.DrawFn) -> tuple[Published, str, int]:
    numbers = draw(st.lists(st.integers(1, 40), min_size=2, max_size=9, unique=True))
    deliveries = tuple(
        delivery(
            number,
            windows=draw(st.sampled_from((((480, 1000),), ((500, 620), (780, 960))))),
            ready_min=draw(st.sampled_from((0, 0, 540))),
            preferred_by_min=draw(st.sampled_from((None, None, 500, 560))),
        )
        for number in numbers
    )
    rests = draw(breaks(earliest_min=480, latest_min=800))
    vans = tuple(
        van(
            letter,
            capacity=Boxes(frozen=draw(st.integers(2, 5))),
            latest_start_min=draw(st.sampled_from((None, 470, 560))),
            longest_min=draw(st.sampled_from((None, 240))),
            cents_per_km=draw(st.integers(20, 60)),
            rests=rests,
        )
        for letter in "ABC"
    )
    day = published(*deliveries, vans=vans)
    driving = [route.vehicle for route in day.routes.routes]
    return day, draw(st.sampled_from(driving or ["van-A"])), draw(st.integers(0, 900))


@settings(max_examples=25)
@given(days())
def test_every_difference_is_told_and_nothing_else(asked: tuple[Published, str, int]) -> None:
    day, gone, at_min = asked
    found = lost(day, gone, at_min)
    before, after = day.begins_s(), replace(day, routes=found.routes).begins_s()
    told = {one.site: one for one in found.moved}
    assert {one.code for one in found.moved} <= set(MOVED_CODES)
    assert set(after) <= set(before)
    for site, (was_van, was_s) in before.items():
        if site not in after:
            assert told[site].code == "route.moved.left"
        elif after[site][0] != was_van:
            assert (told[site].van, told[site].begin_s) == after[site]
        if was_van != gone and site in after and after[site] == (was_van, was_s):
            assert site not in told
    for site, (now_van, begin_s) in after.items():
        assert now_van != gone or (begin_s <= 60 * at_min and before[site] == (gone, begin_s))
    assert lose_van(day, gone, at_min=at_min, moves=MOVES) == found


@pytest.mark.parametrize("at_min", [0, 540])
def test_a_stop_that_swaps_vans_says_what_it_saves_or_that_it_has_no_room(at_min: int) -> None:
    """Three vans, one lost: a stop of another may make room; its reason is computed."""
    vans = (van("A"), van("B", capacity=Boxes(frozen=3)), van("C", cents_per_km=60))
    day = published(*(delivery(number) for number in range(1, 12)), vans=vans)
    for route in day.routes.routes:
        found = lost(day, route.vehicle, at_min)
        for one in found.moved:
            assert one.figure >= 0
            if one.code in {"route.moved.cheaper", "route.moved.full", "route.moved.no_room"}:
                assert one.was_van not in {route.vehicle, one.van}


def test_the_preferred_time_of_a_stop_stays_its_own_when_a_van_is_lost() -> None:
    """Coming later than was told weighs too, and is not taken for a wish of the address."""
    wishes = tuple(replace(one, preferred_by_min=510) for one in EIGHT[:3])
    day = published(*wishes, *EIGHT[3:], vans=(van("A"), van("B")))
    found = lost(day, day.routes.routes[0].vehicle, 0)
    told = {s.site: s.preferred_by_min for r in found.routes.routes for s in r.stops}
    assert told == {one.site: one.preferred_by_min for one in (*wishes, *EIGHT[3:])}
    late_s = sum(stop.late_s for route in found.routes.routes for stop in route.stops)
    assert found.routes.late_cents == (1_200 * late_s + 1_800) // 3_600


# --- a tour that a person keeps


def keeping(day: Published, van_id: str) -> Published:
    """The day whose tour of a van a person held before it was published."""
    (route,) = (route for route in day.routes.routes if route.vehicle == van_id)
    locked = ((van_id, tour_of(route)),)
    return replace(day, problem=replace(day.problem, locked=locked))


def test_a_held_tour_stays_held_when_another_van_is_lost() -> None:
    """Without the hold, this loss moves stops of the other vans."""
    vans = (van("A"), van("B", capacity=Boxes(frozen=3)), van("C", cents_per_km=60))
    day = published(*(delivery(number) for number in range(1, 12)), vans=vans)
    opened = 0
    for gone in day.routes.routes:
        for held in day.routes.routes:
            if held.vehicle == gone.vehicle:
                continue
            free = lost(day, gone.vehicle, 0).routes.routes
            opened += held.trips not in {route.trips[: len(held.trips)] for route in free}
            found = lost(keeping(day, held.vehicle), gone.vehicle, 0)
            kept = next(r for r in found.routes.routes if r.vehicle == held.vehicle)
            assert kept.trips[: len(held.trips)] == held.trips
            assert {one.was_van for one in found.moved}.isdisjoint({held.vehicle})
    assert opened


def test_a_held_tour_that_loses_its_own_van_is_let_loose() -> None:
    day = published(*EIGHT, vans=(van("A"), van("B")))
    first, second = day.routes.routes
    found = lost(keeping(day, second.vehicle), second.vehicle, 0)
    assert set(served(found).values()) == {first.vehicle}


def test_who_finds_room_only_in_a_held_tour_is_told_so() -> None:
    """Whoever drives a second trip is too late: only a longer first one would do."""
    roomy = van("A", capacity=Boxes(frozen=8), shift_close_min=600)
    day = published(*EIGHT[:4], vans=(roomy, van("B", shift_close_min=600)))
    one, two = EIGHT[:2], EIGHT[2:4]
    rounds = {"van-A": tuple(d.site for d in one), "van-B": tuple(d.site for d in two)}
    problem = replace(
        day.problem,
        stops=tuple(replace(s, windows=((28_800, 30_600),)) for s in day.problem.stops),
    )
    both = price_rounds(problem, rounds)
    assert both is not None
    plan = read_routes(
        problem, both, vehicles=day.vehicles, deliveries=EIGHT[:4], provenance="model"
    )
    day = replace(day, problem=problem, routes=plan)
    assert len(served(lost(day, "van-B", 0))) == 4
    found = lost(keeping(day, "van-A"), "van-B", 0)
    assert set(served(found)) == {d.site for d in one}
    assert {(u.reason, u.binding) for u in found.routes.unserved} == {
        ("route.unserved.held", "van-A")
    }


@settings(max_examples=25)
@given(days(), st.data())
def test_whatever_is_lost_a_held_tour_of_another_van_keeps_its_doors_and_times(
    asked: tuple[Published, str, int], data: st.DataObject
) -> None:
    day, gone, at_min = asked
    others = [route for route in day.routes.routes if route.vehicle != gone]
    if not others:
        return
    held = data.draw(st.sampled_from(others))
    found = lost(keeping(day, held.vehicle), gone, at_min)
    kept = next(route for route in found.routes.routes if route.vehicle == held.vehicle)
    *before, last = kept.trips[: len(held.trips)]
    away = tuple(taken for taken in last.breaks if not last.home_for(taken))
    assert (*before, replace(last, breaks=away)) == held.trips


# --- one stop more


def roads_with(day: Published, *doors: Delivery) -> RoadMatrix:
    """The roads between the nodes of a day, in their order, and more doors."""
    numbers = [int(stop.key.removeprefix("site-")) for stop in day.problem.stops]
    known = [delivery(number) for number in numbers]
    return PowerModel().matrix(route_points(DEPOT, (*known, *doors)))


def late(day: Published, one: Delivery, at_min: int) -> tuple[Published, tuple[LatePlace, ...]]:
    return late_places(day, one, roads_with(day, one), at_min=at_min)


def test_a_late_stop_gets_three_places_by_price_and_the_rest_keeps_its_order() -> None:
    vans = tuple(van(letter, capacity=Boxes(frozen=5)) for letter in "ABC")
    day = published(*EIGHT, vans=vans)
    asked, places = late(day, delivery(50), 0)
    assert len(places) == 3
    assert len({place.van for place in places}) == 3
    for place in places:
        assert place.violations == ()
        routes = replace(asked, routes=place.routes).begins_s()
        assert routes["site-50"] == (place.van, place.begin_s)
        assert place.added_cents == place.routes.cost_cents - day.routes.cost_cents > 0
        for route in day.routes.routes:
            now = next(each for each in place.routes.routes if each.vehicle == route.vehicle)
            order = [stop.site for stop in now.stops if stop.site != "site-50"]
            assert order == [stop.site for stop in route.stops]
    assert places[0].added_cents < places[2].added_cents  # the third is a van of its own


def test_a_van_under_way_takes_a_late_stop_only_once_it_is_back() -> None:
    day = published(*EIGHT[:4], vans=(van("A"),))
    (route,) = day.routes.routes
    _, (place,) = late(day, delivery(50), route.start_min + 1)
    (now,) = place.routes.routes
    assert now.trips[0] == route.trips[0]
    assert now.trips[1].start_s >= route.trips[0].end_s + 60 * LOADING_MIN
    assert (place.later, place.van) == (0, "van-A")
    assert place.added_s >= now.trips[1].end_s - now.trips[1].start_s


def test_a_late_stop_without_a_van_gets_no_place() -> None:
    day = published(*EIGHT[:4], vans=(van("A"),))
    assert late(day, delivery(50, boxes=Boxes(frozen=9)), 0)[1] == ()
    assert late(day, delivery(50), 1015)[1] == ()


def test_late_goods_join_the_stop_that_their_site_has() -> None:
    vans = tuple(van(letter, capacity=Boxes(frozen=5)) for letter in "AB")
    day = published(*EIGHT, vans=vans)
    site, was = next(iter(day.begins_s().items()))
    number = int(site.removeprefix("site-"))
    more = delivery(number, boxes=Boxes(frozen=2), orders=("o1", "late"), service_min=6)
    _, places = late(day, more, 0)
    assert places
    for place in places:
        assert place.violations == ()
        (stop,) = [s for r in place.routes.routes for s in r.stops if s.site == site]
        assert (stop.boxes.frozen, stop.depart_s - stop.begin_s) == (2, 360)
        assert place.was == was
        assert len({s.site for r in place.routes.routes for s in r.stops}) == 8


def test_late_goods_find_no_place_once_the_round_of_their_site_has_left() -> None:
    day = published(*EIGHT[:4], vans=(van("A"),))
    (route,) = day.routes.routes
    more = delivery(1, boxes=Boxes(frozen=2))
    assert late(day, more, route.start_min - 30)[1]
    assert late(day, more, route.start_min + 1)[1] == ()


def test_what_a_late_stop_gives_back_is_told_and_carried() -> None:
    day = published(*EIGHT[:4], vans=(van("A"),))
    old = Pickup(id="7", thing=PickupThing.FREEZER, boxes=2)
    roomy = replace(day, vehicles=(van("A", capacity=Boxes(frozen=4, ambient=3)),))
    (asked,) = (replace(v, capacity=(4, 0, 3)) for v in day.problem.vehicles)
    roomy = replace(roomy, problem=replace(day.problem, vehicles=(asked,)))
    _, places = late(roomy, delivery(50, boxes=Boxes(), pickups=(old,)), 0)
    for place in places:
        assert place.violations == ()
        (stop,) = [s for r in place.routes.routes for s in r.stops if s.site == "site-50"]
        assert stop.pickups == (old,)
    assert places


def test_a_van_that_left_before_the_loss_was_told_keeps_its_round() -> None:
    """The loss is told an hour late: who left in between has its goods on board."""
    day = published(*EIGHT, vans=(van("A"), van("B")))
    gone, stays = sorted(day.routes.routes, key=lambda route: route.start_min)
    now_min = max(gone.start_min, stays.start_min) + 20
    at_min = stays.start_min - 1
    found = lose_van(day, gone.vehicle, at_min=at_min, now_min=now_min, moves=MOVES)
    assert found.violations == ()
    kept = next(route for route in found.routes.routes if route.vehicle == stays.vehicle)
    assert kept.trips[0] == stays.trips[0]
    assert all(trip.start_s >= 60 * now_min for trip in kept.trips[1:])
    done = {stop.site for stop in gone.stops if stop.begin_s <= 60 * at_min}
    again = {s.site for r in found.routes.routes if r.vehicle == gone.vehicle for s in r.stops}
    assert again == done


def test_a_van_that_left_while_somebody_read_is_named() -> None:
    day = published(*EIGHT, vans=(van("A"), van("B")))
    first, second = day.routes.routes
    found = lost(day, second.vehicle, 0)
    (now,) = found.routes.routes
    assert left_meanwhile(day.routes, found.routes, now_min=0, lost=second.vehicle) is None
    late_min = max(first.start_min, now.start_min) + 1
    changed = left_meanwhile(
        day.routes, found.routes, now_min=now.trips[1].start_s // 60 + 1, lost=second.vehicle
    )
    assert changed == first.letter
    same = left_meanwhile(day.routes, day.routes, now_min=late_min)
    assert same is None


@settings(max_examples=15)
@given(days(), st.integers(1, 60))
def test_every_place_for_a_late_stop_keeps_every_promise(
    asked: tuple[Published, str, int], number: int
) -> None:
    day, _, at_min = asked
    for place in late(day, delivery(number), at_min)[1]:
        assert place.violations == ()
        assert 0 <= place.later <= len(day.problem.stops)


@settings(max_examples=15)
@given(days(), st.data())
def test_every_other_place_of_a_stop_keeps_every_promise(
    asked: tuple[Published, str, int], data: st.DataObject
) -> None:
    day, _, at_min = asked
    begins = day.begins_s()
    site = data.draw(st.sampled_from(sorted(begins) or ["nobody"]))
    now = {route.vehicle: tour_of(route) for route in day.routes.routes}
    for place in other_places(day, site, at_min=at_min):
        assert place.violations == ()
        then = {route.vehicle: tour_of(route) for route in place.routes.routes}
        assert then != now
        without = {van: [key for key in tour if key not in {site, ""}] for van, tour in now.items()}
        left = {van: [key for key in tour if key not in {site, ""}] for van, tour in then.items()}
        assert {van: t for van, t in without.items() if t} == {v: t for v, t in left.items() if t}
        assert place.was == begins[site]
        assert (place.van, place.begin_s) == begins_of(place.routes.routes)[site]
        assert place.added_cents == place.routes.cost_cents - day.routes.cost_cents


# --- what cannot be


def test_rounds_that_cannot_be_driven_are_never_read(monkeypatch: pytest.MonkeyPatch) -> None:
    day = published(*EIGHT[:4], vans=(van("A"),))
    shut = tuple(replace(stop, windows=((0, 1),)) for stop in day.problem.stops)
    shut_day = replace(day, problem=replace(day.problem, stops=shut))
    assert late(shut_day, delivery(50), 0)[1] == ()
    nothing: Outcome[RoutingSolution] = Outcome(status=Status.UNKNOWN)
    monkeypatch.setattr(logistics.lostvan, "solve_routing", lambda *_, **__: nothing)
    with pytest.raises(AssertionError, match="no answer"):
        lose_van(day, "van-A", at_min=0)


def test_a_van_without_time_for_another_trip_is_not_sent_again() -> None:
    day = published(*EIGHT[:4], vans=(van("A"),))
    (route,) = day.routes.routes
    short = tuple(replace(v, close_s=route.trips[-1].end_s + 60) for v in day.problem.vehicles)
    brief = replace(day, problem=replace(day.problem, vehicles=short))
    assert late(brief, delivery(50), route.start_min + 1)[1] == ()


def test_a_stop_that_allows_few_vans_still_does_when_they_come_again() -> None:
    day = published(*EIGHT, vans=(van("A"), van("B"), van("C")))
    known = tuple(r.vehicle for r in day.routes.routes)
    stops = tuple(replace(stop, allowed=known) for stop in day.problem.stops)
    found = lost(replace(day, problem=replace(day.problem, stops=stops)), known[1], 0)
    assert set(served(found).values()) == {known[0]}


def swapped(room: int, travel: Matrix, joined: int) -> Moved:
    """A stop of van a that b drives now, and what is told of it."""
    stops = tuple(
        RoutingStop(key=f"s{n}", node=n, windows=((0, 900),), loads=(1,), drop_penalty=1)
        for n in (1, 2)
    )
    vans = tuple(
        RoutingVehicle(key=k, start_node=0, end_node=0, open_s=0, close_s=9000, capacity=(c,))
        for k, c in (("a", room), ("b", 2))
    )
    asked = RoutingProblem(
        stops=stops, vehicles=vans, travel_s=travel, travel_m=travel, dimensions=("frozen",)
    )
    found = price_rounds(asked, {"b": ("s1", "s2")})
    assert found is not None
    told = Moved(site="s1", code="", was_van="a", was_s=0, van="b", begin_s=0)
    return _swapped(told, (asked, found), joined)


def test_a_swap_says_why_its_own_van_would_not_do() -> None:
    near = Matrix(((0, 100, 100), (100, 0, 100), (100, 100, 0)))
    assert swapped(1, near, 0).code == "route.moved.cheaper"
    assert swapped(0, near, 0).code == "route.moved.full"
    assert (swapped(0, near, 3).code, swapped(0, near, 3).figure) == ("route.moved.no_room", 3)
    barred = Matrix(((0, 100, 5000), (100, 0, 100), (100, 100, 0)))
    assert swapped(1, barred, 0).code == "route.moved.full"
