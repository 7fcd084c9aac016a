"""Many late stops at once: all with room find a place, nobody published moves, each no is told."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import logistics.latetogether
from logistics import LateTaken, Published, late_places, take_late
from logistics.late import aboard
from logistics.leftbehind import UNSERVED_CODES, UNSERVED_LEFT
from logistics.replan import begins_of, tour_of
from logistics.routes import Delivery, read_routes
from logistics.vans import Boxes, DriverBreak
from optimizer import RELOAD, Matrix, price_rounds
from tests.logistics.test_replan import EIGHT, days, delivery, published, roads_with, van


def taken(day: Published, *late: Delivery, at_min: int = 0) -> LateTaken:
    found = take_late(day, late, roads_with(day, *late), at_min=at_min)
    assert found.violations == ()
    return found


def placed(found: LateTaken) -> dict[str, str]:
    return {stop.site: change.van for change in found.vans for stop in change.stops}


def tours(day: Published, late: set[str]) -> dict[str, list[str]]:
    """By van the doors that are not late, in their order."""
    found = {
        route.vehicle: [key for key in tour_of(route) if key != RELOAD and key not in late]
        for route in day.routes.routes
    }
    return {van_id: order for van_id, order in found.items() if order}


ROOMY = tuple(van(letter, capacity=Boxes(frozen=12)) for letter in "ABC")


def test_twenty_late_hospital_orders_join_a_day_and_nobody_else_moves() -> None:
    """Eight homes on one van; twenty wards of hospitals want a box each by noon."""
    day = published(*EIGHT, vans=ROOMY)
    wards = tuple(delivery(n, windows=((480, 720),)) for n in range(20, 40))
    found = taken(day, *wards)
    assert found.left == ()
    assert set(placed(found)) == {one.site for one in wards}
    late = {one.site for one in wards}
    assert tours(found.day, late) == tours(day, set())
    begins = found.day.begins_s()
    for change in found.vans:
        for stop in change.stops:
            assert begins[stop.site] == (stop.van, stop.begin_s)
            assert 480 * 60 <= stop.begin_s <= 720 * 60
            assert stop.was is None
    assert found.added_cents == found.day.routes.cost_cents - day.routes.cost_cents
    assert sum(change.added_cents for change in found.vans) == pytest.approx(
        found.added_cents, abs=len(found.vans)
    )


def test_who_has_one_van_goes_before_who_has_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """All want it at one time, a van has room for one: who may choose leaves the only place."""
    monkeypatch.setattr(logistics.latetogether, "PASSES", 1)
    vans = tuple(van(letter, capacity=Boxes(frozen=1)) for letter in "AB")
    hour = {"windows": ((480, 482),)}
    day = published(vans=vans)
    assert placed(taken(day, delivery(3, **hour))) == {"site-3": "van-A"}
    anyone, choosy = delivery(3, **hour), delivery(9, vans=("van-A",), **hour)
    for late in ((anyone, choosy), (choosy, anyone)):
        assert placed(taken(day, *late)) == {"site-3": "van-B", "site-9": "van-A"}


def test_a_day_that_does_not_bring_what_a_door_gets_is_told() -> None:
    """The old routes, and new ones with less than the door gets, do not bring it."""
    day = published(*EIGHT, vans=ROOMY)
    late, more = delivery(50), replace(EIGHT[2], boxes=Boxes(frozen=3), orders=("o3", "late"))
    after = taken(day, late, more).day
    assert list(after.not_carried((late, more, EIGHT[0]))) == []
    told = [(one.code, one.subject) for one in day.not_carried((late, more))]
    assert told == [("check.order.not_routed", late.site), ("route.boxes", more.site)]
    less = replace(late, boxes=Boxes(frozen=2))
    assert [one.code for one in after.not_carried((less,))] == ["route.boxes"]


def test_a_door_of_the_day_keeps_its_place_when_its_van_has_the_room() -> None:
    day = published(*EIGHT, vans=ROOMY)
    more = replace(EIGHT[2], boxes=Boxes(frozen=3), orders=("o3", "late"), service_min=8)
    found = taken(day, more, delivery(50))
    assert tours(found.day, {"site-50"}) == tours(day, set())
    (stop,) = [s for r in found.day.routes.routes for s in r.stops if s.site == more.site]
    assert (stop.boxes.frozen, stop.depart_s - stop.begin_s) == (3, 480)
    told = next(s for change in found.vans for s in change.stops if s.site == more.site)
    assert told.was == day.begins_s()[more.site]
    assert told.van == told.was[0]


def driving(day: Published, rounds: dict[str, tuple[str, ...]]) -> Published:
    """The day with rounds chosen by hand."""
    driven = price_rounds(day.problem, rounds)
    assert driven is not None
    plan = read_routes(
        day.problem, driven, vehicles=day.vehicles, deliveries=EIGHT, provenance="model"
    )
    return replace(day, routes=plan)


def test_a_door_stays_even_where_another_place_is_cheaper() -> None:
    """One home has a van of its own, with a fixed price that any other place would save."""
    day = published(*EIGHT[:4], vans=ROOMY)
    sites = [one.site for one in EIGHT[:4]]
    day = driving(day, {"van-A": tuple(sites[:3]), "van-B": (sites[3],)})
    found = taken(day, replace(EIGHT[3], boxes=Boxes(frozen=2)))
    assert placed(found) == {sites[3]: "van-B"}
    assert tours(found.day, set()) == tours(day, set())


def test_two_doors_of_two_vans_both_stay() -> None:
    day = published(*EIGHT[:2], vans=ROOMY)
    day = driving(day, {"van-A": (EIGHT[0].site,), "van-B": (EIGHT[1].site,)})
    found = taken(day, *(replace(one, boxes=Boxes(frozen=2)) for one in EIGHT[:2]))
    assert placed(found) == {EIGHT[0].site: "van-A", EIGHT[1].site: "van-B"}
    assert tours(found.day, set()) == tours(day, set())


def test_a_door_without_which_its_van_is_late_elsewhere_goes_nowhere() -> None:
    """The road to the second leads over the first: by the triangle rule it cannot leave."""
    day = published(*EIGHT[:2], vans=ROOMY)
    first, second = (one.site for one in EIGHT[:2])
    (node,) = (stop.node for stop in day.problem.stops if stop.key == second)
    far = [list(row) for row in day.problem.travel_s]
    far[0][node] = 50_000
    day = replace(day, problem=replace(day.problem, travel_s=Matrix(far)))
    day = driving(day, {"van-A": (first, second)})
    found = taken(day, replace(EIGHT[0], boxes=Boxes(frozen=13)))
    assert [one.site for one in found.left] == [first]
    assert found.day == day


def test_a_door_whose_van_is_full_goes_elsewhere_with_all_its_goods() -> None:
    vans = (van("A", capacity=Boxes(frozen=8)), van("B", capacity=Boxes(frozen=8)))
    day = published(*EIGHT, vans=vans)
    more = replace(EIGHT[0], boxes=Boxes(frozen=4))
    found = taken(day, more)
    ((stop,),) = [change.stops for change in found.vans if change.stops]
    assert (stop.site, stop.was) == (more.site, day.begins_s()[more.site])
    assert tours(found.day, {more.site}) == tours(day, {more.site})
    loads = [sum(s.boxes.frozen for s in t.stops) for r in found.day.routes.routes for t in r.trips]
    assert sorted(loads) == [4, 7]


def test_a_door_whose_late_goods_fit_nowhere_keeps_what_was_published() -> None:
    day = published(*EIGHT, vans=ROOMY)
    more = replace(EIGHT[0], boxes=Boxes(frozen=30), orders=("o1", "late"))
    found = taken(day, more)
    (left,) = found.left
    assert (left.site, left.reason) == (more.site, "route.unserved.capacity")
    assert left.binding in {"van-A", "van-B", "van-C"}
    assert dict(left.would_fit_if)["extra_boxes"] == 18
    assert found.day == day
    assert found.vans == ()


def test_a_door_whose_van_has_left_with_its_goods_says_so() -> None:
    day = published(*EIGHT[:4], vans=(van("A"),))
    (route,) = day.routes.routes
    more = replace(EIGHT[0], boxes=Boxes(frozen=2))
    found = taken(day, more, delivery(50), at_min=route.start_min + 1)
    (left,) = found.left
    assert (left.reason, left.binding) == (UNSERVED_LEFT, "van-A")
    (now,) = found.day.routes.routes
    assert now.trips[0] == route.trips[0]
    assert placed(found) == {"site-50": "van-A"}
    assert now.trips[1].start_s > now.trips[0].end_s


def test_an_address_that_allows_one_van_is_served_when_that_comes_back() -> None:
    """Its name on the road is another once it is under way."""
    day = published(*EIGHT, vans=(van("A"), van("B")))
    at_min = max(route.start_min for route in day.routes.routes) + 1
    choosy = delivery(50, vans=("van-B",))
    assert placed(taken(day, choosy, at_min=at_min)) == {"site-50": "van-B"}
    _, (place, *_) = late_places(day, choosy, roads_with(day, choosy), at_min=at_min)
    assert place.van == "van-B"


def test_who_has_no_place_is_told_what_binds_and_the_others_go() -> None:
    day = published(*EIGHT, vans=ROOMY)
    late = (
        delivery(50),
        delivery(51, boxes=Boxes(frozen=13)),
        delivery(52, windows=((60, 120),)),
        delivery(53, vans=()),
    )
    found = taken(day, *late)
    reasons = {one.site: one.reason for one in found.left}
    assert reasons == {
        "site-51": "route.unserved.capacity",
        "site-52": "route.unserved.window",
        "site-53": "route.unserved.address",
    }
    assert set(placed(found)) == {"site-50"}
    orders = {one.site: one.orders for one in found.left}
    assert orders["site-51"] == ("o51",)


def test_at_night_no_van_is_left_to_load() -> None:
    day = published(*EIGHT, vans=ROOMY)
    found = taken(day, delivery(50), delivery(51), at_min=1300)
    assert {one.site for one in found.left} == {"site-50", "site-51"}
    assert {one.reason for one in found.left} <= set(UNSERVED_CODES)
    assert found.day == day


def test_who_was_left_behind_goes_first_the_next_time() -> None:
    """Two vans of three boxes, loads of 1, 1, 2, 2: the small press more and fill one van first."""
    vans = tuple(van(letter, capacity=Boxes(frozen=3)) for letter in "AB")
    here = {"point": delivery(3).point, "windows": ((480, 490),), "service_min": 1}
    small = [delivery(n, priority=3, **here) for n in (3, 4)]
    wide = [delivery(n, boxes=Boxes(frozen=2), **here) for n in (5, 6)]
    found = taken(published(vans=vans), *small, *wide)
    assert found.left == ()
    loads = [sum(s.boxes.frozen for s in r.stops) for r in found.day.routes.routes]
    assert loads == [3, 3]


def test_rounds_that_cannot_be_driven_take_nobody_in() -> None:
    day = published(*EIGHT[:4], vans=(van("A"),))
    shut = tuple(replace(stop, windows=((0, 1),)) for stop in day.problem.stops)
    shut_day = replace(day, problem=replace(day.problem, stops=shut))
    found = taken(shut_day, delivery(50))
    assert [one.reason for one in found.left] == ["route.unserved.vehicle"]
    assert found.day == shut_day


NOON = DriverBreak(earliest_min=500, latest_min=560, minutes=30)


@pytest.mark.parametrize("at_min", [0, 500])
def test_breaks_and_second_trips_stay_within_the_rules(at_min: int) -> None:
    vans = tuple(van(letter, rests=(NOON,), capacity=Boxes(frozen=3)) for letter in "ABC")
    day = published(*EIGHT, vans=vans)
    late = tuple(delivery(number) for number in range(20, 32))
    found = taken(day, *late, at_min=at_min)
    assert placed(found)
    assert {one.site for one in found.left} | set(placed(found)) == {one.site for one in late}


def home(number: int, boxes: int, service_min: int, open_min: int, close_min: int) -> Delivery:
    return delivery(
        number,
        boxes=Boxes(frozen=boxes),
        service_min=service_min,
        windows=((open_min, close_min),),
    )


def nobody_is_lost(day: Published, late: Iterable[Delivery], *, at_min: int = 0) -> LateTaken:
    """Each late stop is told as left, or stands on a round with all its boxes."""
    found = taken(day, *late, at_min=at_min)
    wanted = {one.site: one.boxes for one in late}
    on_board = {s.site: s.boxes for r in found.day.routes.routes for s in r.stops}
    left = {one.site for one in found.left}
    assert left | set(placed(found)) == set(wanted)
    assert not left & set(placed(found))
    assert {site: on_board.get(site) for site in placed(found)} == {
        site: wanted[site] for site in placed(found)
    }
    assert tours(found.day, set(wanted)) == tours(day, set(wanted))
    return found


@st.composite
def tight_homes(draw: st.DrawFn, numbers: range, most: int) -> tuple[Delivery, ...]:
    """Homes of which many are at home for a quarter of an hour only."""
    chosen = draw(st.lists(st.sampled_from(numbers), min_size=1, max_size=most, unique=True))
    return tuple(
        home(
            number,
            draw(st.integers(1, 2)),
            draw(st.sampled_from((0, 1, 5))),
            open_min := draw(st.sampled_from((450, 480, 540))),
            open_min + draw(st.sampled_from((15, 60, 300))),
        )
        for number in chosen
    )


@settings(max_examples=40)
@given(
    tight_homes(range(1, 10), 7),
    tight_homes(range(10, 40), 9),
    st.sampled_from((500, 520, 560)),
    st.integers(2, 5),
    st.sampled_from((0, 0, 430, 500)),
)
def test_no_late_stop_is_lost_where_drivers_rest_and_doors_are_open_shortly(
    known: tuple[Delivery, ...],
    late: tuple[Delivery, ...],
    latest_min: int,
    room: int,
    at_min: int,
) -> None:
    rest = DriverBreak(earliest_min=500, latest_min=latest_min, minutes=30)
    vans = tuple(van(one, rests=(rest,), capacity=Boxes(frozen=room)) for one in "ABC")
    nobody_is_lost(published(*known, vans=vans), late, at_min=at_min)


FEW_VANS = (None, None, ("van-A", "van-B"))


@st.composite
def late_ones(
    draw: st.DrawFn, vans: tuple[tuple[str, ...] | None, ...] = FEW_VANS
) -> tuple[Delivery, ...]:
    """New doors, and doors that a day may have already."""
    numbers = draw(st.lists(st.integers(1, 60), min_size=1, max_size=8, unique=True))
    return tuple(
        delivery(
            number,
            boxes=Boxes(frozen=draw(st.integers(1, 3))),
            priority=draw(st.integers(1, 3)),
            windows=draw(st.sampled_from((((480, 1000),), ((500, 620), (780, 960))))),
            vans=draw(st.sampled_from(vans)),
        )
        for number in numbers
    )


@settings(max_examples=20)
@given(days(), late_ones())
def test_late_stops_taken_together_keep_every_promise(
    asked: tuple[Published, str, int], late: tuple[Delivery, ...]
) -> None:
    day, _, at_min = asked
    found = taken(day, *late, at_min=at_min)
    doors, before = {one.site for one in late}, day.begins_s()
    assert tours(found.day, doors) == tours(day, doors)
    assert set(placed(found)).isdisjoint(one.site for one in found.left)
    assert set(placed(found)) | {one.site for one in found.left} == doors
    assert {one.reason for one in found.left} <= set(UNSERVED_CODES)
    after = found.day.begins_s()
    for one in found.left:
        assert after.get(one.site, ("", 0))[0] == before.get(one.site, ("", 0))[0]
    for site in aboard(day, at_min):
        assert after[site] == before[site]
    for change in found.vans:
        later = {one.site for one in change.later}
        assert later.isdisjoint(doors)
        assert all(one.begin_s > before[one.site][1] for one in change.later)
    assert found.day.routes.cost_cents - day.routes.cost_cents == found.added_cents
    assert begins_of(found.day.routes.routes) == after
    turned = take_late(day, late[::-1], roads_with(day, *late[::-1]), at_min=at_min)
    assert turned == found


@settings(max_examples=20)
@given(days(), late_ones(vans=(None,)))
def test_who_fits_alone_is_not_left_out_where_there_is_room_for_all(
    asked: tuple[Published, str, int], late: tuple[Delivery, ...]
) -> None:
    """A fleet with a van more for each late stop has room for every one that fits alone."""
    day, _, at_min = asked
    more = tuple(van(f"X{number}", capacity=Boxes(frozen=3)) for number in range(len(late)))
    asked_more = published(vans=more).problem.vehicles
    wide = replace(
        day,
        vehicles=(*day.vehicles, *more),
        problem=replace(day.problem, vehicles=(*day.problem.vehicles, *asked_more)),
    )
    alone = {one.site for one in late if not taken(wide, one, at_min=at_min).left}
    assert alone <= set(placed(taken(wide, *late, at_min=at_min)))


@settings(max_examples=20)
@given(days(), late_ones())
def test_who_has_a_place_by_hand_has_one_together_with_nobody(
    asked: tuple[Published, str, int], late: tuple[Delivery, ...]
) -> None:
    """What is guessed from the roads and the hours loses no place that would do."""
    day, _, at_min = asked
    for one in late:
        _, places = late_places(day, one, roads_with(day, one), at_min=at_min)
        assert not places or placed(taken(day, one, at_min=at_min))
