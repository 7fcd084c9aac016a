"""A problem as arrays for the compiled search, and its schedules as placed operations."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np

from optimizer.kernels.kitchen import (
    AT,
    COLUMNS,
    FAR,
    NONE,
    START,
    Day,
    Ints,
    Kitchen,
    empty_day,
)
from optimizer.kitchen.problem import (
    Job,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Resource,
    Window,
)

Key = TypeVar("Key", bound=Hashable)
Rows = list[list[int]]


def _counted(keys: Iterable[Key], first: int = 0) -> dict[Key, int]:
    return {key: number for number, key in enumerate(dict.fromkeys(keys), start=first)}


@dataclass(slots=True)
class Tables:
    """A problem in rows: jobs, operations, machines and stores, then what they refer to.

    `origin` is the minute that counts as 0.
    """

    problem: ProductionProblem
    origin: int
    minutes: int
    op: Mapping[tuple[str, int], int]
    machine: Mapping[str, int]
    store: Mapping[str, int]
    recipe: Mapping[str, int]
    traits: Mapping[frozenset[str], int]
    programme: Mapping[str, int]
    skill: Mapping[str, int]
    rows: Rows = field(default_factory=list)
    later: Rows = field(default_factory=list)

    @classmethod
    def of(cls, problem: ProductionProblem) -> "Tables":
        """Count everything in the order in which it stands in the problem."""
        jobs = problem.jobs
        ops = [op for job in jobs for op in job.operations]
        spans = _spans(problem)
        known = (each.start_min for each in (*problem.fixed, *problem.published))
        origin = min((*(opens for opens, _ in spans), *known), default=0)  # nothing lies before it
        made = cls(
            problem=problem,
            origin=origin,
            minutes=max((closes for _, closes in spans), default=0) - origin + 1,
            op=_counted(
                ((job.key, at) for job in jobs for at in range(len(job.operations))), len(jobs)
            ),
            machine=_counted((each.key for each in problem.machines), len(jobs) + len(ops)),
            store=_counted(
                (store.key for store in problem.stores),
                len(jobs) + len(ops) + len(problem.machines),
            ),
            recipe=_counted(job.recipe for job in jobs),
            traits=_counted(job.traits for job in jobs),
            programme=_counted(op.programme for op in ops),
            skill=_counted([*(each.skill for each in problem.shifts), *_skills(ops)]),
        )
        made._fill()
        return made

    def _fill(self) -> None:
        fixed = {(each.job, each.operation): each for each in self.problem.fixed}
        known = {(each.job, each.operation): each for each in self.problem.published}
        self.rows += [self._job(job, fixed) for job in self.problem.jobs]
        for number, job in enumerate(self.problem.jobs):
            for step, operation in enumerate(job.operations):
                key = (job.key, step)
                stands = [*self._stands(fixed.get(key)), *self._stands(known.get(key))]
                self.rows.append([*self._operation(operation), *stands, number])
        kept, bars = len(self.skill), len(self.traits)
        for line, machine in enumerate(self.problem.machines):
            self.rows.append(
                [*self._machine(machine, bars), line, kept if machine.rolling else NONE]
            )
            bars += len(machine.free)
            kept += 2 * machine.rolling
        self.rows += [[store.space, kept + at] for at, store in enumerate(self.problem.stores)]

    def _refer(self, rows: Rows) -> list[int]:
        """Keep rows for the end of the table; gives the first and how many."""
        first = len(self.op) + len(self.problem.jobs) + len(self.machine) + len(self.store)
        self.later += rows
        return [first + len(self.later) - len(rows), len(rows)]

    def _job(self, job: Job, fixed: Mapping[tuple[str, int], Placed]) -> list[int]:
        stay, leaves = job.stay, self.minutes
        if stay and stay.leaves_min is not None:
            leaves = min(leaves, max(0, stay.leaves_min - self.origin))
        return [
            self.op[job.key, 0],
            len(job.operations),
            job.release_min - self.origin,
            job.due_min - self.origin,
            job.weight,
            self.recipe[job.recipe],
            self.traits[job.traits],
            self.store[stay.store] if stay else NONE,
            stay.space if stay else 0,
            leaves,
            sum((job.key, step) in fixed for step in range(len(job.operations))),
        ]

    def _operation(self, operation: Operation) -> list[int]:
        return [
            operation.minutes,
            FAR if operation.max_lag_min is None else operation.max_lag_min,
            self.programme[operation.programme],
            -operation.places if operation.places_on else operation.places,
            *self._refer(
                [[self.machine[name], operation.takes(name)] for name in operation.machines]
            ),
            *self._refer(
                [[self.skill[each.skill], each.people, each.minutes] for each in operation.hands]
            ),
        ]

    def _stands(self, placed: Placed | None) -> list[int]:
        """Start and machine; a machine that is gone counts as a row that is none."""
        if placed is None:
            return [NONE, NONE]
        return [placed.start_min - self.origin, self.machine.get(placed.machine, 0)]

    def _machine(self, machine: Resource, bars: int) -> list[int]:
        free = [
            [*self._span((each.opens, each.closes)), bars + at]
            for at, each in enumerate(machine.free)
        ]
        return [
            machine.clean_min,
            machine.rinse_min,
            machine.places,
            int(machine.rolling),
            *self._refer([self._span(window) for window in machine.windows]),
            *self._refer(free),
        ]

    def _span(self, window: Window) -> list[int]:
        return [window[0] - self.origin, window[1] - self.origin]

    def kitchen(self) -> Kitchen:
        """The whole problem as arrays."""
        rows = [*self.rows, *self.later]
        jobs, ops, machines = len(self.problem.jobs), len(self.op), len(self.machine)
        free = [each.traits for machine in self.problem.machines for each in machine.free]
        soils = [[int(not old <= new) for new in self.traits] for old in self.traits]
        bars = [[int(bool(traits & held)) for held in self.traits] for traits in free]
        return Kitchen(
            rows=np.array([row + [0] * (COLUMNS - len(row)) for row in rows], dtype=np.int64),
            shifts=np.concatenate([self._people(overtime=False), self._people(overtime=True)]),
            meets=np.array(soils + bars, dtype=np.int64),
            ops=(jobs, jobs + ops),
            machines=(jobs + ops, jobs + ops + machines),
            price=self.problem.change_price,
        )

    def _people(self, *, overtime: bool) -> Ints:
        """People of each skill by minute; overtime adds a shift's people after its end."""
        people = np.zeros((len(self.skill), self.minutes), dtype=np.int64)
        for shift in self.problem.shifts:
            opens = max(0, shift.opens - self.origin)
            closes = shift.closes - self.origin + (shift.overtime_min if overtime else 0)
            people[self.skill[shift.skill], opens : max(opens, closes)] += shift.people
        return people

    def day(self, kitchen: Kitchen) -> Day:
        """Room for the schedules of a search."""
        rolling = sum(machine.rolling for machine in self.problem.machines)
        kept = len(self.skill) + 2 * rolling + len(self.store)
        return empty_day(kitchen, len(self.machine), kept)

    def solution(self, spots: Ints) -> ProductionSolution:
        """A schedule of the search in the words of the problem."""
        names = {number: key for key, number in self.machine.items()}
        placed = tuple(
            Placed(
                job=key[0],
                operation=key[1],
                machine=names[int(spots[AT, row])],
                start_min=int(spots[START, row]) + self.origin,
            )
            for key, row in self.op.items()
            if spots[AT, row] != NONE
        )
        stand = {(each.job, each.operation) for each in placed}
        return ProductionSolution(
            placed=placed,
            unplaced=tuple(
                job.key
                for job in self.problem.jobs
                if (job.key, len(job.operations) - 1) not in stand
            ),
        )


def _skills(ops: Iterable[Operation]) -> Iterator[str]:
    return (hands.skill for op in ops for hands in op.hands)


def _spans(problem: ProductionProblem) -> list[Window]:
    """Windows of machines, and what has begun, wherever it stands."""
    jobs = {job.key: job for job in problem.jobs}
    return [
        *(window for machine in problem.machines for window in machine.windows),
        *(
            (each.start_min, each.start_min + jobs[each.job].operations[each.operation].minutes)
            for each in problem.fixed
        ),
    ]
