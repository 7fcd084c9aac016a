"""What a kitchen schedule costs, level by level."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from itertools import pairwise

from optimizer.kitchen.problem import Job, Placed, ProductionProblem, ProductionSolution, Resource

Objective = tuple[int, int, int, int, int, int]
"""Weight left out; weighted minutes late; person-minutes of overtime and the price of changes;
cleans; minutes from the first opening to the last end; changes to the published schedule."""


def objective(problem: ProductionProblem, solution: ProductionSolution) -> Objective:
    """What a solution costs; earlier levels weigh infinitely more."""
    jobs = {job.key: job for job in problem.jobs}
    left = set(solution.unplaced)
    ends = _ends(jobs, solution)
    changed = changes(problem, solution)
    span = max(ends.values()) - first_opening(problem) if ends else 0
    return (
        sum(jobs[key].weight for key in left),
        sum(
            jobs[key].weight * max(0, end - jobs[key].due_min)
            for key, end in ends.items()
            if key not in left
        ),
        overtime_min(problem, solution) + problem.change_price * changed,
        _cleans(problem, jobs, solution),
        span,
        changed,
    )


def first_opening(problem: ProductionProblem) -> int:
    """Minute at which the first machine opens; 0 without one."""
    return min((opens for each in problem.machines for opens, _ in each.windows), default=0)


def changes(problem: ProductionProblem, solution: ProductionSolution) -> int:
    """Starts and machines that differ from the published schedule; an operation gone is both."""
    steps = {job.key: len(job.operations) for job in problem.jobs}
    now = {(each.job, each.operation): each for each in solution.placed}
    changed = 0
    for was in problem.published:
        if was.operation < steps.get(was.job, 0):
            here = now.get((was.job, was.operation))
            changed += here is None or here.start_min != was.start_min
            changed += here is None or here.machine != was.machine
    return changed


def overtime_min(problem: ProductionProblem, solution: ProductionSolution) -> int:
    """Person-minutes in which more people of a skill work than are on shift."""
    wanted: dict[str, Counter[int]] = defaultdict(Counter)
    jobs = {job.key: job for job in problem.jobs}
    for each in solution.placed:
        for hands in jobs[each.job].operations[each.operation].hands:
            wanted[hands.skill].update(
                dict.fromkeys(range(each.start_min, each.start_min + hands.minutes), hands.people)
            )
    on_shift: dict[str, Counter[int]] = defaultdict(Counter)
    for shift in problem.shifts:
        on_shift[shift.skill].update(dict.fromkeys(range(shift.opens, shift.closes), shift.people))
    return sum(
        max(0, people - on_shift[skill][minute])
        for skill, minutes in wanted.items()
        for minute, people in minutes.items()
    )


def _ends(jobs: Mapping[str, Job], solution: ProductionSolution) -> dict[str, int]:
    ends: dict[str, int] = {}
    for each in solution.placed:
        end = each.start_min + jobs[each.job].operations[each.operation].minutes
        ends[each.job] = max(end, ends.get(each.job, end))
    return ends


def _cleans(
    problem: ProductionProblem, jobs: Mapping[str, Job], solution: ProductionSolution
) -> int:
    """Cleans between runs; jobs that start together on a machine are one run."""
    lines: defaultdict[str, dict[int, Placed]] = defaultdict(dict)
    for each in sorted(solution.placed, key=lambda placed: placed.start_min):
        lines[each.machine][each.start_min] = each
    return sum(_cleans_on(machine, jobs, lines[machine.key]) for machine in problem.machines)


def _cleans_on(machine: Resource, jobs: Mapping[str, Job], runs: Mapping[int, Placed]) -> int:
    return sum(
        machine.needs_clean(jobs[before.job], jobs[after.job])
        for before, after in pairwise(runs.values())
    )
