"""Routes of typed vehicles, judged by a checker that shares nothing with the search."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fleets import as_fleet
from benchmarks.route_check import Driven, objections, objective
from benchmarks.vrplib import Instance, Node, Vehicle
from optimizer import (
    FleetGuard,
    FleetPlan,
    FleetProblem,
    FleetRoute,
    FleetStop,
    FleetType,
    Limits,
    fleet_plan,
    solve_fleet,
    warm_up_fleet,
)
from optimizer.fleet import walk
from tests.optimizer.uncompiled import both_ways

KINDS = ("VRPTW", "MTVRPTWR", "PCVRPTW", "MDVRPTW", "SDVRPTW", "HFVRP")


def made(kind: str, seed: int, customers: int) -> Instance:
    """A small instance that uses what its variant is about."""
    draw = random.Random(f"{kind} {seed}")  # noqa: S311  # no secret
    depots = tuple(node(draw, number, closes=400) for number in range(1, 3))
    timed = kind != "HFVRP"
    clients = []
    for number in range(3, 3 + customers):
        opens = draw.randrange(0, 150) if timed else 0
        client = node(draw, number, opens=opens, closes=opens + draw.randrange(60, 200))
        release = draw.randrange(0, 60) if kind == "MTVRPTWR" else 0
        prize = draw.choice((0, 5, 20, 60)) if kind == "PCVRPTW" else 0
        clients.append(replace(client, demand=draw.randrange(1, 4), release=release, prize=prize))
    return Instance(
        name="made",
        variant=kind,
        depots=depots,
        customers=tuple(clients),
        vehicles=tuple(vehicle(draw, kind, clients) for _ in range(3)),
    )


def node(draw: random.Random, number: int, opens: int = 0, closes: int = 400) -> Node:
    x, y = (Fraction(draw.randrange(0, 40)) for _ in range(2))
    return Node(id=number, x=x, y=y, opens=opens, closes=closes, service=3 if number > 2 else 0)


def vehicle(draw: random.Random, kind: str, clients: list[Node]) -> Vehicle:
    everybody = frozenset(client.id for client in clients)
    few = frozenset(client.id for client in clients if draw.random() < 0.8)
    return Vehicle(
        depot=draw.choice((1, 2)) if kind == "MDVRPTW" else 1,
        capacity=draw.choice((6, 9)) if kind == "HFVRP" else 6,
        longest=draw.choice((150, 400)) if kind in {"MDVRPTW", "SDVRPTW"} else None,
        fixed=draw.choice((0, 30)) if kind == "HFVRP" else 0,
        rate=draw.choice((1, 2)) if kind == "HFVRP" else 1,
        allowed=draw.choice((everybody, few)) if kind == "SDVRPTW" else None,
        reloads=kind == "MTVRPTWR",
    )


def solved(instance: Instance, moves: int = 600, seed: int = 1, workers: int = 1) -> FleetPlan:
    limits = Limits(moves=moves, seed=seed, workers=workers)
    return solve_fleet(as_fleet(instance).problem, limits)


def cheapest(instance: Instance) -> float | None:
    """The least cost of all plans there are; vehicles drive once."""
    best: float | None = None
    numbers = [client.id for client in instance.customers]
    optional = [(True, False) if client.prize else (True,) for client in instance.customers]
    for chosen in product(*optional):
        served = [number for number, kept in zip(numbers, chosen, strict=True) if kept]
        left = [number for number in numbers if number not in served]
        for order in {tuple(order) for order in permutations((*served, None, None))}:
            routes = cut(order)
            if not objections(instance, routes, left):
                cost = objective(instance, routes)
                best = cost if best is None else min(best, cost)
    return best


def cut(order: tuple[int | None, ...]) -> list[Driven]:
    trips: list[list[int]] = [[]]
    for number in order:
        if number is None:
            trips.append([])
        else:
            trips[-1].append(number)
    return [Driven(i, (tuple(trip),)) for i, trip in enumerate(trips, start=1) if trip]


@given(seed=st.integers(0, 10_000), count=st.integers(1, 30), most=st.sampled_from((1, 3, 90)))
def test_the_nearest_of_a_stop_are_those_by_the_way_there_and_back(
    seed: int, count: int, most: int
) -> None:
    """However few rows are looked at together; who shares no vehicle with it comes last."""
    draw = random.Random(seed)  # noqa: S311  # no secret
    kinds = [frozenset(draw.sample(range(3), draw.randrange(4))) for _ in range(count)]
    ways = np.array([[draw.randrange(5) for _ in range(count + 1)] for _ in range(count + 1)])
    kind = FleetType(room=(9,), start=0, end=0, opens=0, closes=9, fixed=0, rate=1, count=1)
    asked = FleetProblem(
        stops=tuple(FleetStop(needs=(1,), windows=((0, 9),), types=each) for each in kinds),
        types=(kind,) * 3,
        metres=ways.astype(np.int32),
        travel=ways.astype(np.int32),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "_ROWS", 4)
        patch.setattr(walk, "_NEAREST", most)
        near = walk.as_arrays(asked, 1)[1].near.tolist()
    for stop, found in enumerate(near):
        order = sorted(
            range(count),
            key=lambda b: (
                b != stop,
                not kinds[stop] & kinds[b],
                ways[stop, b] + ways[b, stop],
                b,
            ),
        )
        assert found == order[:most]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12)
@given(seed=st.integers(0, 10_000), customers=st.integers(1, 14), workers=st.integers(1, 2))
def test_the_checker_has_nothing_against_any_answer(
    kind: str, seed: int, customers: int, workers: int
) -> None:
    instance = made(kind, seed, customers)
    plan = solved(instance, moves=200, seed=seed, workers=workers)
    fleet = as_fleet(instance)
    found = objections(instance, fleet.driven(plan), fleet.unserved(plan))
    assert [each for each in found if "must be served" not in each] == []
    assert len(found) == plan.missed
    if not plan.missed and kind != "HFVRP":
        assert plan.cost == objective(instance, fleet.driven(plan))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "MTVRPTWR"])
def test_small_problems_are_solved_to_the_optimum(kind: str) -> None:
    for seed in range(3):
        instance = made(kind, seed, 4)
        plan = solved(instance)
        found = None if plan.missed else objective(instance, as_fleet(instance).driven(plan))
        assert found == cheapest(instance)


def test_a_harder_problem_is_never_cheaper() -> None:
    for seed in range(5):
        easy = made("VRPTW", seed, 4)
        hard = replace(easy, vehicles=tuple(replace(v, capacity=5) for v in easy.vehicles[:2]))
        before, after = solved(easy), solved(hard)
        assert (after.missed, after.cost) >= (before.missed, before.cost)


def test_another_trip_is_made_where_it_is_cheaper_than_another_vehicle() -> None:
    one = replace(made("MTVRPTWR", 1, 6), vehicles=made("MTVRPTWR", 1, 6).vehicles[:1])
    plan = solved(one, moves=2000)
    assert plan.missed == 0
    assert len(plan.routes) == 1
    assert len(plan.routes[0].trips) > 1


def test_the_same_moves_give_the_same_plan() -> None:
    instance = made("VRPTW", 3, 12)
    assert solved(instance, workers=2) == solved(instance, workers=2)


def test_the_second_engine_takes_over_trips_and_barred_stops() -> None:
    for kind in ("MTVRPTWR", "SDVRPTW"):
        instance = made(kind, 5, 12)
        assert solved(instance, moves=4000, workers=2).missed <= solved(instance, moves=2).missed


def test_a_guard_ends_the_search_whatever_the_moves() -> None:
    now = iter(range(10_000))
    guard = FleetGuard(lambda: float(next(now)), 40.0)
    problem = as_fleet(made("VRPTW", 3, 8)).problem
    seen: list[int] = []
    limits = Limits(moves=1 << 40, workers=2)
    plan = solve_fleet(problem, limits, guard=guard, seen=lambda plan: seen.append(plan.cost))
    assert seen[-1] == plan.cost
    assert seen == sorted(seen, reverse=True)


def test_a_guard_that_is_over_leaves_the_first_answer() -> None:
    problem = as_fleet(made("VRPTW", 3, 8)).problem
    guard = FleetGuard(lambda: 50.0, 40.0)
    plan = solve_fleet(problem, Limits(moves=1 << 40, workers=2), guard=guard)
    assert plan.missed == 0


def test_a_large_problem_is_cut_and_put_together() -> None:
    draw = random.Random(4)  # noqa: S311  # no secret
    clients = [replace(node(draw, n, closes=200), demand=1) for n in range(3, 423)]
    lonely = replace(clients[0], demand=99)  # no vehicle holds it
    instance = Instance(
        name="large",
        variant="VRPTW",
        depots=(node(draw, 1), node(draw, 2)),
        customers=(lonely, *clients[1:]),
        vehicles=(Vehicle(depot=1, capacity=20),) * 40,
    )
    plan = solved(instance, moves=1600, workers=2)
    assert plan.left_out == (0,)
    fleet = as_fleet(instance)
    assert len(objections(instance, fleet.driven(plan), fleet.unserved(plan))) == 1


def test_ways_that_break_the_triangle_rule_are_driven_soundly() -> None:
    draw = random.Random(6)  # noqa: S311  # no secret
    ways = np.array(
        [[0 if a == b else draw.randrange(1, 90) for b in range(13)] for a in range(13)]
    )
    stops = tuple(FleetStop(needs=(1,), windows=((20 * n, 20 * n + 60),)) for n in range(12))
    problem = FleetProblem(
        stops=stops,
        types=(FleetType(room=(4,), opens=0, closes=500, count=6),),
        metres=ways.astype(np.int32),
        travel=ways.astype(np.int32),
    )
    for route in solve_fleet(problem, Limits(moves=3000)).routes:
        now, here = 0, 12
        for stop in route.trips[0]:
            now = max(now + int(ways[here, stop]), stops[stop].opens)
            assert now <= stops[stop].closes
            here = stop


def test_a_problem_whose_time_has_a_price_is_sent_to_its_own_door() -> None:
    problem = as_fleet(made("VRPTW", 3, 4)).problem
    paid = replace(problem, types=tuple(replace(each, pace=1) for each in problem.types))
    with pytest.raises(ValueError, match="solve_routing"):
        solve_fleet(paid, Limits(moves=1))


def test_kernels_are_loaded_before_they_are_needed() -> None:
    warm_up_fleet()
    assert warm_up_fleet() in {True, False}


def test_a_plan_costs_vehicles_ways_and_what_is_left_out() -> None:
    ways = np.array([[0, 5, 7], [5, 0, 9], [7, 9, 0]], dtype=np.int32)
    problem = FleetProblem(
        stops=(
            FleetStop(needs=(1,), windows=((0, 99),)),
            FleetStop(needs=(1,), windows=((0, 99),), prize=8),
        ),
        types=(FleetType(room=(1,), opens=0, closes=99, count=1, fixed=100, rate=3),),
        metres=ways,
        travel=ways,
    )
    assert fleet_plan(problem, (FleetRoute(0, ((0,),)),)).cost == 100 + 3 * 14 + 8
    assert fleet_plan(problem, ()) == FleetPlan((), (0, 1), 8, 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"needs": (-1,)}, "figures of a stop"),
        ({"windows": ((-1, 1),)}, "windows of a stop"),
        ({"needs": (1, 1)}, "the same loads"),
    ],
)
def test_a_stop_keeps_its_promises(changed: dict[str, object], said: str) -> None:
    ways = np.zeros((2, 2), dtype=np.int32)
    with pytest.raises(ValueError, match=said):
        FleetProblem(
            stops=(FleetStop(**{"needs": (1,), "windows": ((0, 1),)} | changed),),
            types=(FleetType(room=(1,), opens=0, closes=1, count=1),),
            metres=ways,
            travel=ways,
        )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"rate": -1}, "figures of a type"),
        ({"opens": -1}, "times of a type"),
        ({"reloads": True, "end": 1}, "where trips start"),
        ({"start": 1}, "each depot lies in the matrix"),
    ],
)
def test_a_type_keeps_its_promises(changed: dict[str, object], said: str) -> None:
    ways = np.zeros((2, 2), dtype=np.int32)
    with pytest.raises(ValueError, match=said):
        FleetProblem(
            stops=(FleetStop(needs=(1,), windows=((0, 1),)),),
            types=(FleetType(**{"room": (1,), "opens": 0, "closes": 1, "count": 1} | changed),),
            metres=ways,
            travel=ways,
        )


UNCOMPILED = """
from tests.optimizer.test_fleet import KINDS, made, solved
for kind in KINDS:
    print(solved(made(kind, 7, 7), moves=25))
"""


def test_the_search_gives_the_same_answer_uncompiled() -> None:
    answers = both_ways(UNCOMPILED)
    assert len(answers) == 1
    assert "FleetRoute" in answers.pop()
