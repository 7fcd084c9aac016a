"""Rows of many plans put together anew, against every choice there is and the outside checker."""

import random
from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.crew import Crew
from benchmarks.fleets import as_fleet
from benchmarks.route_check import objections
from benchmarks.vrplib import Instance, Vehicle
from optimizer import (
    FleetGuard,
    FleetProblem,
    FleetRoute,
    FleetStop,
    FleetType,
    Limits,
    fleet_plan,
    solve_fleet,
)
from optimizer.fleet.joining import joined
from optimizer.fleet.problem import FleetRoutes
from optimizer.fleet.rows import costs_of, routes_of, rows_of, stacked
from optimizer.fleet.walk import Stretch, walk
from tests.optimizer.test_fleet import made, node

SEEDS = st.integers(0, 10_000)


def enough() -> float:
    return 5.0


def served(routes: FleetRoutes) -> list[int]:
    return [stop for route in routes for trip in route.trips for stop in trip]


def town(seed: int, customers: int, vehicles: int, room: int = 20) -> Instance:
    """Customers of one depot with vehicles that hold a few of them each."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    clients = [
        replace(node(draw, n, closes=draw.randrange(60, 200)), demand=draw.randrange(2, 6))
        for n in range(3, 3 + customers)
    ]
    return Instance(
        name="town",
        variant="VRPTW",
        depots=(node(draw, 1), node(draw, 2)),
        customers=tuple(clients),
        vehicles=(Vehicle(depot=1, capacity=room),) * vehicles,
    )


def a_few(seed: int) -> tuple[FleetProblem, FleetRoutes, list[FleetRoute]]:
    """Stops, some optional, vehicles of two types, a plan that holds, and other rows."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    n, depots = draw.randrange(2, 7), 1
    places = [(draw.randrange(50), draw.randrange(50)) for _ in range(n + depots)]
    ways = np.array(
        [[abs(a - c) + abs(b - d) for c, d in places] for a, b in places], dtype=np.int32
    )
    problem = FleetProblem(
        stops=tuple(
            FleetStop(needs=(1,), windows=((0, 999),), prize=draw.choice((None, 9, 60)))
            for _ in range(n)
        ),
        types=(
            FleetType(room=(9,), opens=0, closes=999, count=draw.randrange(1, 3), fixed=5),
            FleetType(room=(9,), opens=0, closes=999, count=1, fixed=1),
        ),
        metres=ways,
        travel=ways,
    )
    order = draw.sample(range(n), n)
    plan = (FleetRoute(0, (tuple(order),)),)
    rows = [
        FleetRoute(
            draw.randrange(2), (tuple(draw.sample(range(n), draw.randrange(1, n // 2 + 1))),)
        )
        for _ in range(draw.randrange(4, 12))
    ]
    return problem, plan, rows


def cheapest(problem: FleetProblem, rows: list[FleetRoute]) -> int:
    """The least cost of any choice among rows that serves what must be served, once."""
    found = []
    for many in range(len(rows) + 1):
        for chosen in combinations(rows, many):
            used = Counter(route.kind for route in chosen)
            once = len(served(chosen)) == len(set(served(chosen)))
            plan = fleet_plan(problem, chosen)
            if once and not plan.missed and all(used[k] <= problem.types[k].count for k in used):
                found.append(plan.cost)
    return min(found)


@settings(max_examples=100)
@given(seed=SEEDS)
def test_the_cheapest_choice_of_rows_is_found(seed: int) -> None:
    problem, plan, rows = a_few(seed)
    found = joined(problem, plan, rows_of(tuple(rows)), enough)
    assert fleet_plan(problem, found).cost == cheapest(problem, [*plan, *rows])
    used = Counter(route.kind for route in found)
    assert all(used[kind] <= problem.types[kind].count for kind in used)
    assert len(served(found)) == len(set(served(found)))


@pytest.mark.parametrize("kind", ["VRPTW", "PCVRPTW", "MDVRPTW", "SDVRPTW", "HFVRP"])
@settings(max_examples=10)
@given(seed=SEEDS, customers=st.integers(2, 14))
def test_rows_of_two_walks_make_a_plan_that_is_sound_and_not_dearer(
    kind: str, seed: int, customers: int
) -> None:
    fleet = as_fleet(made(kind, seed, customers))
    walks = [
        walk(fleet.problem, (), Stretch(seed + i, 20.0, 1.0, 200, 100, pooled=True))
        for i in range(2)
    ]
    plans = [fleet_plan(fleet.problem, each.best) for each in walks]
    plan = min(plans, key=lambda each: (each.missed, each.cost))
    if plan.missed:
        return
    rows = stacked([each.pool for each in walks])
    found = fleet_plan(fleet.problem, joined(fleet.problem, plan.routes, rows, enough))
    assert found.cost <= min(each.cost for each in plans if not each.missed)
    assert list(objections(fleet.instance, fleet.driven(found), fleet.unserved(found))) == []


@settings(max_examples=20)
@given(seed=SEEDS)
def test_a_walk_tells_rows_that_can_each_be_driven(seed: int) -> None:
    fleet = as_fleet(town(seed, customers=12, vehicles=8))
    walked = walk(fleet.problem, (), Stretch(seed, 20.0, 1.0, 300, 100, pooled=True))
    told = routes_of(walked.pool)
    assert {frozenset(served((each,))) for each in walked.best} <= {
        frozenset(served((each,))) for each in told
    }
    for route in told:
        plan = fleet_plan(fleet.problem, (route,))
        found = objections(fleet.instance, fleet.driven(plan), fleet.unserved(plan))
        assert [each for each in found if "must be served" not in each] == []


def test_a_walk_that_is_not_asked_tells_no_rows() -> None:
    fleet = as_fleet(town(1, customers=5, vehicles=4))
    assert walk(fleet.problem, (), Stretch(1, 20.0, 1.0, 100, 100)).pool.shape == (0, 1)


def test_no_effort_leaves_the_routes_as_they_are() -> None:
    problem, plan, rows = a_few(3)
    assert joined(problem, plan, rows_of(tuple(rows)), lambda: 0.0) == plan


@settings(max_examples=20)
@given(seed=SEEDS)
def test_rows_are_routes_again_at_the_same_cost(seed: int) -> None:
    problem, _, rows = a_few(seed)
    table = rows_of(tuple(rows))
    assert routes_of(table) == tuple(rows)
    assert costs_of(problem, table).sum() == sum(
        fleet_plan(problem, (each,)).cost
        - sum(problem.stops[s].prize or 0 for s in fleet_plan(problem, (each,)).left_out)
        for each in rows
    )


@pytest.mark.parametrize("customers", [24, 320])
def test_any_crew_gives_the_same_plan(customers: int) -> None:
    problem = as_fleet(town(5, customers=customers, vehicles=customers)).problem
    limits = Limits(moves=8_000, seed=2, workers=2)
    crew = Crew(2)
    try:
        apart = solve_fleet(problem, limits, crew=crew)
    finally:
        crew.end()
    alone = solve_fleet(problem, limits)
    assert apart == alone
    assert alone.missed == 0


def test_rows_are_joined_within_a_guard_too() -> None:
    now = iter(range(10_000))
    guard = FleetGuard(lambda: float(next(now)), 400.0)
    fleet = as_fleet(town(7, customers=30, vehicles=20))
    plan = solve_fleet(fleet.problem, Limits(moves=1 << 40, workers=2), guard=guard)
    assert list(objections(fleet.instance, fleet.driven(plan), fleet.unserved(plan))) == []
