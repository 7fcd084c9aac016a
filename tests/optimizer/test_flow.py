"""The order of jobs on one line: never longer than told, never shorter than possible."""

from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import FlowProblem, Limits, Progress, line_length, solve_flow

LINE = FlowProblem(minutes=((3, 1), (2, 4)), setups=(((0, 9), (1, 0)), ((0, 0), (5, 0))))


def test_the_length_of_a_line_is_that_of_the_drawn_chart() -> None:
    assert line_length(LINE, (0, 1)) == 3 + 9 + 2 + 4
    assert line_length(LINE, (1, 0)) == 2 + 4 + 5 + 1
    assert solve_flow(LINE, Limits(moves=3)).solution == (1, 0)


@st.composite
def lines(draw: st.DrawFn) -> FlowProblem:
    jobs, machines = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    minutes = st.integers(0, 9)
    return FlowProblem(
        minutes=tuple(tuple(draw(minutes) for _ in range(machines)) for _ in range(jobs)),
        setups=tuple(
            tuple(tuple(draw(minutes) for _ in range(jobs)) for _ in range(jobs))
            for _ in range(machines)
        ),
    )


def shortest(problem: FlowProblem) -> int:
    return min(line_length(problem, order) for order in permutations(range(len(problem.minutes))))


@settings(max_examples=40)
@given(lines(), st.integers(1, 3))
def test_a_short_line_is_put_in_its_best_order(problem: FlowProblem, seed: int) -> None:
    found = solve_flow(problem, Limits(moves=60, seed=seed))
    assert found.solution is not None
    assert sorted(found.solution) == list(range(len(problem.minutes)))
    assert found.objective == (shortest(problem),)
    assert found == solve_flow(problem, Limits(moves=60, seed=seed))


@settings(max_examples=30)
@given(lines(), st.integers(0, 2))
def test_more_work_is_never_done_sooner(problem: FlowProblem, job: int) -> None:
    job = min(job, len(problem.minutes) - 1)
    more = tuple(
        tuple(each + (row == job) for each in minutes)
        for row, minutes in enumerate(problem.minutes)
    )
    harder = FlowProblem(minutes=more, setups=problem.setups)
    assert shortest(harder) >= shortest(problem)


def test_a_watcher_ends_the_search_with_the_best_so_far() -> None:
    seen: list[Progress] = []

    def stop(progress: Progress) -> bool:
        seen.append(progress)
        return False

    found = solve_flow(LINE, Limits(moves=10**9), stop)
    assert len(seen) == 1
    assert found.objective == (seen[0].incumbent,)


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: FlowProblem(minutes=(), setups=LINE.setups), "jobs and machines"),
        (lambda: FlowProblem(minutes=LINE.minutes, setups=()), "jobs and machines"),
        (lambda: FlowProblem(minutes=((3,), (2,)), setups=LINE.setups), "on every machine"),
        (lambda: FlowProblem(minutes=LINE.minutes, setups=LINE.setups[:1] * 3), "every machine"),
        (lambda: FlowProblem(minutes=LINE.minutes, setups=(((0,), (0,)),) * 2), "any two jobs"),
        (lambda: FlowProblem(minutes=((3, 1), (2, -4)), setups=LINE.setups), "never negative"),
    ],
)
def test_a_broken_promise_of_a_line_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()
