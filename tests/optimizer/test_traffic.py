"""Traffic by the hour: nobody gains by leaving later, and no band makes anything cheaper."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    Limits,
    Matrix,
    RoutingBand,
    RoutingProblem,
    RoutingSolution,
    RoutingStop,
    RoutingVehicle,
    price_rounds,
    routing_violations,
    solve_routing,
)
from optimizer.routing.traffic import Traffic

HOUR = 3600
RUSH = (RoutingBand(from_s=7 * HOUR, permille=500), RoutingBand(from_s=9 * HOUR, permille=1000))
seconds = st.integers(0, 30_000)
speeds = st.sampled_from((250, 500, 1000))
"""A second at these is a whole share of any whole way, so that nothing is rounded."""


@st.composite
def bands(draw: st.DrawFn, speed: st.SearchStrategy[int] = speeds) -> tuple[RoutingBand, ...]:
    begins = sorted(draw(st.sets(st.integers(0, 30), max_size=4)))
    return tuple(RoutingBand(from_s=1000 * at, permille=draw(speed)) for at in begins)


def stop(key: str, node: int, *window: int) -> RoutingStop:
    return RoutingStop(key=key, node=node, windows=(window,), service_s=300, drop_penalty=1000)


def van(**changed: int) -> RoutingVehicle:
    asked = {"open_s": 0, "close_s": 24 * HOUR, "cents_per_km": 30, "cents_per_hour": 2000}
    return RoutingVehicle(key="a", start_node=0, end_node=0, **{**asked, **changed})


def problem(*stops: RoutingStop, **changed: object) -> RoutingProblem:
    size = 1 + max(each.node for each in stops)
    ways = Matrix([[900 * abs(a - b) for b in range(size)] for a in range(size)])
    asked = RoutingProblem(stops=stops, vehicles=(van(),), travel_s=ways, travel_m=ways)
    return replace(asked, **changed)  # type: ignore[arg-type]  # as the test says


def driven(asked: RoutingProblem, *order: str) -> RoutingSolution:
    found = price_rounds(asked, {"a": order})
    assert found is not None
    assert routing_violations(asked, found) == ()
    return found


def test_a_way_is_driven_partly_at_each_speed() -> None:
    traffic = Traffic(RUSH)
    assert traffic.arrive(6 * HOUR, 1800) == 6 * HOUR + 1800
    assert traffic.arrive(7 * HOUR - 600, 1800) == 7 * HOUR + 2400
    assert traffic.arrive(9 * HOUR - 600, 1800) == 9 * HOUR + 1500
    assert traffic.leave(7 * HOUR + 2400, 1800) == 7 * HOUR - 600


@given(bands=bands(st.integers(1, 5000)), first=seconds, wait=seconds, way=seconds)
def test_leaving_later_is_never_arriving_earlier(
    bands: tuple[RoutingBand, ...], first: int, wait: int, way: int
) -> None:
    traffic = Traffic(bands)
    arrived = traffic.arrive(first, way)
    assert traffic.arrive(first + wait, way) >= arrived >= first
    last = traffic.leave(arrived, way)
    assert last >= first
    assert traffic.arrive(last, way) <= arrived < traffic.arrive(last + 1, way) or way == 0


def test_a_round_leaves_after_the_rush_where_its_stop_can_wait() -> None:
    (route,) = driven(problem(stop("x", 1, 8 * HOUR, 10 * HOUR), bands=RUSH), "x").routes
    assert (route.start_s, route.end_s - route.start_s) == (9 * HOUR, 2100)


def test_a_round_in_the_rush_pays_for_it() -> None:
    asked = problem(stop("x", 1, 8 * HOUR, 8 * HOUR), bands=RUSH)
    (route,) = driven(asked, "x").routes
    assert (route.start_s, route.visits[0].arrive_s) == (7 * HOUR + 1800, 8 * HOUR)
    assert route.end_s == 8 * HOUR + 300 + 1800
    assert (
        price_rounds(replace(asked, vehicles=(van(open_s=8 * HOUR - 900),)), {"a": ("x",)}) is None
    )


@st.composite
def days(draw: st.DrawFn) -> RoutingProblem:
    stops = []
    for number in range(1, 1 + draw(st.integers(1, 5))):
        opens = draw(st.integers(0, 15)) * 1000
        stops.append(stop(f"s{number}", number, opens, opens + draw(st.integers(2, 12)) * 1000))
    return problem(*stops)


@settings(max_examples=60)
@given(asked=days(), bands=bands(), slower=st.data())
def test_a_slower_band_is_never_cheaper(
    asked: RoutingProblem, bands: tuple[RoutingBand, ...], slower: st.DataObject
) -> None:
    order = tuple(each.key for each in asked.stops)
    easy = replace(asked, bands=bands)
    halves = [b.permille // slower.draw(st.sampled_from((1, 2))) for b in bands]
    hard = replace(
        asked,
        bands=tuple(replace(b, permille=p) for b, p in zip(bands, halves, strict=True)),
    )
    before, after = (price_rounds(each, {"a": order}) for each in (easy, hard))
    if after is None:
        return
    assert before is not None
    assert after.cost_cents >= before.cost_cents
    assert routing_violations(hard, after) == ()


@settings(max_examples=25)
@given(asked=days())
def test_bands_at_the_usual_speed_change_nothing(asked: RoutingProblem) -> None:
    order = tuple(each.key for each in asked.stops)
    usual = replace(asked, bands=(RoutingBand(from_s=5000, permille=1000),))
    assert price_rounds(usual, {"a": order}) == price_rounds(asked, {"a": order})


@settings(max_examples=12)
@given(asked=days(), bands=bands(), vans=st.integers(1, 2))
def test_the_checker_has_nothing_against_a_search_in_traffic(
    asked: RoutingProblem, bands: tuple[RoutingBand, ...], vans: int
) -> None:
    fleet = tuple(replace(van(), key="ab"[n], fixed_cents=500) for n in range(vans))
    day = replace(asked, bands=bands, vehicles=fleet)
    found = solve_routing(day, Limits(moves=120)).solution
    assert found is not None
    assert routing_violations(day, found) == ()
    without = solve_routing(replace(day, bands=()), Limits(moves=120)).solution
    assert without is not None
    assert (found.penalty, found.cost_cents) >= (without.penalty, without.cost_cents)
    if bands:
        late = [replace(visit, arrive_s=visit.arrive_s + 1) for visit in found.routes[0].visits]
        told = replace(found, routes=(replace(found.routes[0], visits=tuple(late)),))
        assert "routing.arrival" in {each.code for each in routing_violations(day, told)}


@pytest.mark.parametrize(
    ("begins", "said"), [((5, 5), "bands ascend"), ((9, 5), "bands ascend"), ((-1,), "begin of a")]
)
def test_bands_keep_their_promises(begins: tuple[int, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        problem(stop("x", 1, 0, 9), bands=tuple(RoutingBand(from_s=b, permille=9) for b in begins))
    with pytest.raises(ValueError, match="speed of a band"):
        RoutingBand(from_s=0, permille=0)
