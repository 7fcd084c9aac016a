"""Schedules keep every promise, and the best known small ones are found."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    Job,
    Limits,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Progress,
    Resource,
    Status,
    production_violations,
    solve_production,
)
from optimizer.kitchen.circuit import CP_MAX_OPERATIONS

MOVES = Limits(moves=600)


def machine(key: str, **changes: Any) -> Resource:
    return replace(Resource(key=key, windows=((0, 480),), clean_min=25, rinse_min=5), **changes)


def job(key: str, *steps: tuple[str, int], **changes: Any) -> Job:
    operations = tuple(Operation(minutes=minutes, machines=(name,)) for name, minutes in steps)
    plain = Job(key=key, recipe=key, operations=operations, due_min=480, release_min=0)
    return replace(plain, **changes)


def problem(*jobs: Job, machines: tuple[Resource, ...] = (machine("oven"),)) -> ProductionProblem:
    return ProductionProblem(jobs=jobs, machines=machines)


def test_jobs_with_the_same_traits_stand_together_so_that_the_oven_is_cleaned_once() -> None:
    milk, nuts = frozenset({"milk"}), frozenset({"nuts"})
    wanted = problem(
        job("a", ("oven", 30), traits=milk),
        job("b", ("oven", 30), traits=nuts),
        job("c", ("oven", 30), traits=milk),
        job("d", ("oven", 30), traits=nuts),
    )
    found = solve_production(wanted, Limits(moves=20_000))
    assert found.status is Status.OPTIMAL
    assert found.objective == (0, 0, 0, 1, 4 * 30 + 25 + 2 * 5, 0)


def test_what_is_due_first_is_cooked_first_even_when_that_costs_a_clean() -> None:
    wanted = problem(
        job("plain", ("oven", 60), due_min=200),
        job("milk", ("oven", 60), due_min=60, traits=frozenset({"milk"})),
    )
    found = solve_production(wanted, MOVES)
    assert found.solution is not None
    assert [each.start_min for each in found.solution.placed] == [85, 0]
    assert found.objective == (0, 0, 0, 1, 145, 0)


def test_the_same_recipe_again_needs_no_rinse() -> None:
    wanted = problem(job("a", ("oven", 30), recipe="soup"), job("b", ("oven", 30), recipe="soup"))
    assert solve_production(wanted, MOVES).objective == (0, 0, 0, 0, 60, 0)


def test_an_operation_that_would_wait_too_long_pushes_the_one_before_it_later() -> None:
    hot = Job(
        key="hot",
        recipe="hot",
        operations=(
            Operation(minutes=20, machines=("kettle",)),
            Operation(minutes=10, machines=("freezer",), max_lag_min=30),
        ),
        due_min=480,
        release_min=0,
    )
    freezer = machine("freezer", windows=((300, 480),))
    found = solve_production(problem(hot, machines=(machine("kettle"), freezer)), MOVES)
    assert found.solution is not None
    assert [each.start_min for each in found.solution.placed] == [250, 300]


def test_a_job_that_fits_nowhere_is_named_and_the_others_stand() -> None:
    wanted = problem(job("long", ("oven", 500)), job("short", ("oven", 30)))
    found = solve_production(wanted, MOVES)
    assert found.solution is not None
    assert found.solution.unplaced == ("long",)
    assert [each.job for each in found.solution.placed] == ["short"]


def test_when_not_all_fit_the_lightest_stays_out() -> None:
    wanted = problem(
        *(
            job(key, ("oven", 200), weight=weight)
            for key, weight in zip("abc", (2, 1, 3), strict=True)
        )
    )
    found = solve_production(wanted, MOVES)
    assert found.solution is not None
    assert found.solution.unplaced == ("b",)


def test_a_problem_without_jobs_has_an_empty_schedule() -> None:
    found = solve_production(problem(), MOVES)
    assert found.solution == ProductionSolution(placed=())
    assert found.objective == (0, 0, 0, 0, 0, 0)


def test_a_problem_without_machines_leaves_every_job_out() -> None:
    nowhere = Job(
        key="a",
        recipe="a",
        operations=(Operation(minutes=5, machines=()),),
        due_min=0,
        release_min=0,
    )
    found = solve_production(problem(nowhere, machines=()), MOVES)
    assert found.solution is not None
    assert found.solution.unplaced == ("a",)


def test_a_watcher_can_end_the_search_with_the_best_so_far() -> None:
    seen: list[Progress] = []

    def stop(progress: Progress) -> bool:
        seen.append(progress)
        return False

    wanted = problem(*(job(f"j{i}", ("oven", 60), due_min=60) for i in range(7)))
    found = solve_production(wanted, Limits(moves=10_000_000), stop)
    assert found.solution is not None
    assert production_violations(wanted, found.solution) == ()
    assert len(seen) <= 2


def test_a_problem_above_the_size_for_proof_is_still_answered() -> None:
    wanted = problem(*(job(f"j{i}", ("oven", 5)) for i in range(CP_MAX_OPERATIONS + 1)))
    found = solve_production(wanted, MOVES)
    assert found.status is Status.FEASIBLE
    assert found.solution is not None
    assert production_violations(wanted, found.solution) == ()


def test_weights_too_large_for_one_sum_leave_the_serial_answer() -> None:
    heavy = problem(job("a", ("oven", 30), weight=10**13), job("b", ("oven", 30), weight=10**13))
    found = solve_production(heavy, MOVES)
    assert found.status is Status.FEASIBLE
    assert found.objective == (0, 0, 0, 0, 65, 0)


MACHINES = (
    machine("prep", clean_min=0, rinse_min=0),
    machine("kettle", windows=((0, 200), (240, 480))),
    machine("oven", clean_min=15),
    machine("freezer", clean_min=0, rinse_min=0, windows=((60, 480),)),
)


@st.composite
def problems(draw: st.DrawFn) -> ProductionProblem:
    cook = st.sampled_from([("kettle",), ("oven",), ("kettle", "oven")])
    jobs = tuple(
        Job(
            key=f"j{index}",
            recipe=draw(st.sampled_from("xyz")),
            operations=(
                Operation(minutes=draw(st.integers(1, 60)), machines=("prep",)),
                Operation(minutes=draw(st.integers(1, 120)), machines=draw(cook), max_lag_min=120),
                Operation(minutes=draw(st.integers(1, 60)), machines=("freezer",), max_lag_min=30),
            ),
            due_min=draw(st.integers(0, 480)),
            release_min=draw(st.integers(0, 100)),
            weight=draw(st.integers(1, 9)),
            traits=draw(st.frozensets(st.sampled_from(["milk", "nuts", "egg"]))),
        )
        for index in range(draw(st.integers(1, 6)))
    )
    return ProductionProblem(jobs=jobs, machines=MACHINES)


@settings(max_examples=25)
@given(problems(), st.integers(1, 5))
def test_whatever_is_solved_the_check_finds_nothing(wanted: ProductionProblem, seed: int) -> None:
    found = solve_production(wanted, Limits(moves=1000, seed=seed))
    assert found.solution is not None
    assert production_violations(wanted, found.solution) == ()
    assert found == solve_production(wanted, Limits(moves=1000, seed=seed))


STEADY = problem(
    job("a", ("prep", 10), ("oven", 30), traits=frozenset({"milk"})),
    job("b", ("prep", 10), ("oven", 30), release_min=5),
    machines=(machine("prep", clean_min=0, rinse_min=0), machine("oven"), machine("other")),
)


def stand(a: tuple[int, int], b: tuple[int, int], oven: str = "oven") -> ProductionSolution:
    return ProductionSolution(
        placed=(
            Placed(job="a", operation=0, machine="prep", start_min=a[0]),
            Placed(job="a", operation=1, machine=oven, start_min=a[1]),
            Placed(job="b", operation=0, machine="prep", start_min=b[0]),
            Placed(job="b", operation=1, machine="oven", start_min=b[1]),
        )
    )


SOUND = stand((15, 50), (5, 15))


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        (stand((15, 24), (5, 65)), "production.order.sequence"),
        (stand((15, 40), (5, 75)), "production.machine.changeover"),
        (stand((15, 40), (5, 60)), "production.machine.overlap"),
        (stand((15, 470), (5, 15)), "production.machine.closed"),
        (stand((15, 25), (0, 80)), "production.order.release"),
        (stand((15, 55), (5, 15), "other"), "production.machine.not_eligible"),
        (ProductionSolution(placed=SOUND.placed[:3]), "production.job.incomplete"),
        (ProductionSolution(placed=SOUND.placed[:2]), "production.job.incomplete"),
        (ProductionSolution(placed=SOUND.placed, unplaced=("a",)), "production.job.incomplete"),
        (ProductionSolution(placed=(), unplaced=("a", "b", "z")), "production.job.unknown"),
        (
            ProductionSolution(
                placed=(*SOUND.placed, Placed(job="a", operation=2, machine="oven", start_min=99))
            ),
            "production.job.incomplete",
        ),
    ],
)
def test_what_is_broken_on_purpose_is_found(broken: ProductionSolution, code: str) -> None:
    assert production_violations(STEADY, SOUND) == ()
    assert code in {each.code for each in production_violations(STEADY, broken)}


def test_operations_may_wait_where_no_lag_is_named() -> None:
    found = solve_production(STEADY, Limits(moves=20_000))
    assert found.status is Status.OPTIMAL
    assert found.objective == (0, 0, 0, 0, 5 + 10 + 30 + 5 + 30, 0)


def test_without_moves_for_a_proof_the_serial_answer_stands() -> None:
    wanted = problem(*(job(f"j{at}", ("oven", 9), due_min=9, recipe="x") for at in range(40)))
    found = solve_production(wanted, Limits(moves=1))
    assert found.status is Status.FEASIBLE
    assert found.solution is not None
    assert production_violations(wanted, found.solution) == ()


def test_a_wait_above_the_lag_is_found() -> None:
    lagging = replace(
        STEADY.jobs[0],
        operations=(
            STEADY.jobs[0].operations[0],
            replace(STEADY.jobs[0].operations[1], max_lag_min=10),
        ),
    )
    strict = replace(STEADY, jobs=(lagging, STEADY.jobs[1]))
    (found,) = production_violations(strict, SOUND)
    assert (found.code, found.subject) == ("production.order.lag", "a")
    assert dict(found.detail) == {"operation": 1, "wait_min": 25}


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: Limits(moves=0), "moves is at least 1"),
        (lambda: Limits(moves=1, workers=0), "workers is at least 1"),
        (lambda: job("a"), "at least one operation"),
        (lambda: job("a", ("oven", 1), weight=0), "weighs at least 1"),
        (lambda: Operation(minutes=0, machines=()), "at least a minute"),
        (lambda: Operation(minutes=1, machines=("a", "a")), "each machine once"),
        (lambda: Operation(minutes=1, machines=("a",), max_lag_min=-1), "never negative"),
        (lambda: machine("a", windows=((5, 5),)), "opens before"),
        (lambda: machine("a", windows=((5, 9), (8, 12))), "in order"),
        (lambda: machine("a", clean_min=-1), "no negative time"),
        (lambda: problem(machines=(machine("a"), machine("a"))), "machine has its own key"),
        (lambda: problem(job("a", ("oven", 1)), job("a", ("oven", 1))), "job has its own key"),
        (lambda: problem(job("a", ("grill", 1))), "only machines of the problem"),
    ],
)
def test_a_broken_promise_of_a_problem_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()
