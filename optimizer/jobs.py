"""Jobs of several operations, the machines they may run on, and where they were placed."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

Window = tuple[int, int]
Objective = tuple[int, int, int, int]
"""Weight left out, weighted minutes late, cleans, minutes from first opening to last end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Work on one of the named machines.

    `max_lag_min`: it starts at most so long after the end of the operation before it.
    """

    minutes: int
    machines: tuple[str, ...]
    max_lag_min: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.minutes < 1:
            raise ValueError("an operation takes at least a minute")
        if len(set(self.machines)) != len(self.machines):
            raise ValueError("an operation names each machine once")
        if self.max_lag_min is not None and self.max_lag_min < 0:
            raise ValueError("a lag is never negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run of operations in fixed order. `traits` stay behind on a machine until it is cleaned.

    `weight` is the price of one minute late and of not being placed at all.
    """

    key: str
    recipe: str
    operations: tuple[Operation, ...]
    due_min: int
    release_min: int
    weight: int = 1
    traits: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if not self.operations:
            raise ValueError("a job has at least one operation")
        if self.weight < 1:
            raise ValueError("a job weighs at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One machine: one job at a time, inside its opening windows.

    Before a job that does not share all traits of the job before it, the machine is cleaned;
    between other different recipes it is rinsed.
    """

    key: str
    windows: tuple[Window, ...]
    clean_min: int = 0
    rinse_min: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if any(opens >= closes for opens, closes in self.windows):
            raise ValueError("a window opens before it closes")
        if any(before[1] > after[0] for before, after in pairwise(self.windows)):
            raise ValueError("windows are in order and apart")
        if min(self.clean_min, self.rinse_min) < 0:
            raise ValueError("cleaning and rinsing take no negative time")

    def needs_clean(self, before: Job, after: Job) -> bool:
        """Say whether the second job may not meet what the first leaves behind."""
        return self.clean_min > 0 and not before.traits <= after.traits

    def changeover_min(self, before: Job, after: Job) -> int:
        """Minutes between the end of one job and the start of the next on this machine."""
        if self.needs_clean(before, after):
            return self.clean_min
        return 0 if before.recipe == after.recipe else self.rinse_min


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionProblem:
    """Jobs and the machines they may run on."""

    jobs: tuple[Job, ...]
    machines: tuple[Resource, ...]

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        known = {machine.key for machine in self.machines}
        if len(known) != len(self.machines):
            raise ValueError("each machine has its own key")
        if len({job.key for job in self.jobs}) != len(self.jobs):
            raise ValueError("each job has its own key")
        if any(not known.issuperset(op.machines) for job in self.jobs for op in job.operations):
            raise ValueError("an operation names only machines of the problem")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One operation (counted from 0) of one job on one machine."""

    job: str
    operation: int
    machine: str
    start_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionSolution:
    """Where each operation stands, in order of job and operation, and which jobs found no place."""

    placed: tuple[Placed, ...]
    unplaced: tuple[str, ...] = ()


def objective(problem: ProductionProblem, solution: ProductionSolution) -> Objective:
    """What a solution costs; earlier levels weigh infinitely more."""
    jobs = {job.key: job for job in problem.jobs}
    ends = _ends(jobs, solution)
    return (
        sum(jobs[key].weight for key in solution.unplaced),
        sum(jobs[key].weight * max(0, end - jobs[key].due_min) for key, end in ends.items()),
        _cleans(problem, jobs, solution),
        max(ends.values()) - first_opening(problem) if ends else 0,
    )


def first_opening(problem: ProductionProblem) -> int:
    """Minute at which the first machine opens; 0 without one."""
    return min((opens for each in problem.machines for opens, _ in each.windows), default=0)


def _ends(jobs: dict[str, Job], solution: ProductionSolution) -> dict[str, int]:
    ends: dict[str, int] = {}
    for each in solution.placed:
        end = each.start_min + jobs[each.job].operations[each.operation].minutes
        ends[each.job] = max(end, ends.get(each.job, end))
    return ends


def _cleans(problem: ProductionProblem, jobs: dict[str, Job], solution: ProductionSolution) -> int:
    machines = {machine.key: machine for machine in problem.machines}
    lines: defaultdict[str, list[Placed]] = defaultdict(list)
    for each in sorted(solution.placed, key=lambda placed: placed.start_min):
        lines[each.machine].append(each)
    return sum(
        machines[key].needs_clean(jobs[before.job], jobs[after.job])
        for key, line in lines.items()
        for before, after in pairwise(line)
    )
