"""Solver-free check of a production schedule."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from optimizer.jobs import Job, ProductionProblem, ProductionSolution, Resource
from optimizer.outcome import Violation

PRODUCTION_VIOLATIONS: tuple[str, ...] = (
    "production.job.unknown",
    "production.job.incomplete",
    "production.machine.not_eligible",
    "production.machine.closed",
    "production.machine.overlap",
    "production.machine.changeover",
    "production.order.release",
    "production.order.sequence",
    "production.order.lag",
)


def production_violations(
    problem: ProductionProblem, solution: ProductionSolution
) -> tuple[Violation, ...]:
    """Every promise of the problem that the schedule breaks; empty means sound."""
    jobs = {job.key: job for job in problem.jobs}
    unknown = sorted({each.job for each in solution.placed} | set(solution.unplaced) - set(jobs))
    strange = [key for key in unknown if key not in jobs]
    if strange:
        return tuple(_broken("job.unknown", key) for key in strange)
    return (
        *_complete(problem, solution),
        *_on_machines(problem, solution),
        *_in_order(jobs, solution),
        *_apart(problem, solution),
    )


def _broken(code: str, subject: str, **detail: int | str) -> Violation:
    return Violation(code=f"production.{code}", subject=subject, detail=tuple(detail.items()))


def _complete(problem: ProductionProblem, solution: ProductionSolution) -> Iterator[Violation]:
    """Each job stands whole, once, or is named as left out; never half."""
    seen = Counter((each.job, each.operation) for each in solution.placed)
    for job in problem.jobs:
        out = job.key in solution.unplaced
        wanted = {} if out else {(job.key, step): 1 for step in range(len(job.operations))}
        if {key: count for key, count in seen.items() if key[0] == job.key} != wanted:
            yield _broken("job.incomplete", job.key)


def _on_machines(problem: ProductionProblem, solution: ProductionSolution) -> Iterator[Violation]:
    jobs = {job.key: job for job in problem.jobs}
    machines = {machine.key: machine for machine in problem.machines}
    for each in solution.placed:
        operations = jobs[each.job].operations
        if each.operation not in range(len(operations)):
            continue  # already named as incomplete
        if each.machine not in operations[each.operation].machines:
            yield _broken("machine.not_eligible", each.job, machine=each.machine)
            continue
        end = each.start_min + operations[each.operation].minutes
        windows = machines[each.machine].windows
        if not any(opens <= each.start_min and end <= closes for opens, closes in windows):
            yield _broken("machine.closed", each.job, machine=each.machine)


def _in_order(jobs: dict[str, Job], solution: ProductionSolution) -> Iterator[Violation]:
    starts: dict[tuple[str, int], int] = {
        (each.job, each.operation): each.start_min for each in solution.placed
    }
    for (key, step), start in starts.items():
        job = jobs[key]
        if step == 0 and start < job.release_min:
            yield _broken("order.release", key, start_min=start)
        if (key, step - 1) not in starts or step >= len(job.operations):
            continue
        wait = start - starts[key, step - 1] - job.operations[step - 1].minutes
        lag = job.operations[step].max_lag_min
        if wait < 0:
            yield _broken("order.sequence", key, operation=step)
        elif lag is not None and wait > lag:
            yield _broken("order.lag", key, operation=step, wait_min=wait)


def _apart(problem: ProductionProblem, solution: ProductionSolution) -> Iterator[Violation]:
    jobs = {job.key: job for job in problem.jobs}
    lines: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for each in solution.placed:
        if each.operation in range(len(jobs[each.job].operations)):
            end = each.start_min + jobs[each.job].operations[each.operation].minutes
            lines[each.machine].append((each.start_min, end, each.job))
    for machine in problem.machines:
        for before, after in pairwise(sorted(lines[machine.key])):
            yield from _between(machine, jobs, before, after)


def _between(
    machine: Resource,
    jobs: dict[str, Job],
    before: tuple[int, int, str],
    after: tuple[int, int, str],
) -> Iterator[Violation]:
    """What stays behind is everything of the job before that the job after does not hold."""
    first, second = jobs[before[2]], jobs[after[2]]
    needed = machine.rinse_min if first.recipe != second.recipe else 0
    if machine.clean_min and first.traits - second.traits:
        needed = machine.clean_min
    free = after[0] - before[1]
    if free < 0:
        yield _broken("machine.overlap", after[2], machine=machine.key, with_job=before[2])
    elif free < needed:
        yield _broken("machine.changeover", after[2], machine=machine.key, after_job=before[2])
