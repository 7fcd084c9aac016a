"""Serial schedule generation: jobs placed one after another, each as early as it fits."""

from bisect import insort
from collections.abc import Sequence
from typing import NamedTuple

from optimizer.jobs import Placed, ProductionProblem, ProductionSolution

Busy = tuple[int, int, int]  # start, end, job


class Spot(NamedTuple):
    """A start on a machine; the earliest, then the first named machine, is smallest."""

    start: int
    rank: int
    machine: int


class Compiled:
    """A problem as plain lists, compiled once for the many schedules of one search."""

    def __init__(self, problem: ProductionProblem) -> None:
        number = {machine.key: index for index, machine in enumerate(problem.machines)}
        self.problem = problem
        self.windows = [machine.windows for machine in problem.machines]
        self.operations = [
            [
                (op.minutes, [number[key] for key in op.machines], op.max_lag_min)
                for op in job.operations
            ]
            for job in problem.jobs
        ]
        self.gap = [
            [
                [machine.changeover_min(before, after) for after in problem.jobs]
                for before in problem.jobs
            ]
            for machine in problem.machines
        ]


class Schedule:
    """A schedule in the making. A job is placed whole or not at all."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.lines: list[list[Busy]] = [[] for _ in compiled.windows]
        self.spots: dict[int, list[Spot]] = {}

    def place(self, job: int) -> bool:
        """Place one job at its earliest; False when its operations fit nowhere."""
        spots = self._chain(job)
        if spots is None:
            return False
        self.spots[job] = spots
        for spot, (minutes, _, _) in zip(spots, self.compiled.operations[job], strict=True):
            insort(self.lines[spot.machine], (spot.start, spot.start + minutes, job))
        return True

    def _chain(self, job: int) -> list[Spot] | None:
        """Earliest start of each operation that keeps order and lags.

        An operation that would start too long after the one before it pushes that one later, and
        so on backwards. Floors only rise, so this ends in the earliest chain there is.
        """
        operations = self.compiled.operations[job]
        floors = [self.compiled.problem.jobs[job].release_min] * len(operations)
        spots: list[Spot] = []
        while (step := len(spots)) < len(operations):
            spot = self._earliest(job, step, floors[step])
            if spot is None:
                return None
            late = self._too_late(operations, spots, spot)
            if late > 0:
                floors[step - 1] = spots.pop().start + late
                continue
            spots.append(spot)
            if step + 1 < len(operations):
                floors[step + 1] = max(floors[step + 1], spot.start + operations[step][0])
        return spots

    @staticmethod
    def _too_late(
        operations: list[tuple[int, list[int], int | None]], spots: list[Spot], spot: Spot
    ) -> int:
        lag = operations[len(spots)][2]
        if not spots or lag is None:
            return 0
        return spot.start - (spots[-1].start + operations[len(spots) - 1][0] + lag)

    def _earliest(self, job: int, step: int, floor: int) -> Spot | None:
        minutes, machines, _ = self.compiled.operations[job][step]
        found = (
            Spot(start, rank, machine)
            for rank, machine in enumerate(machines)
            if (start := self._start_on(machine, job, minutes, floor)) is not None
        )
        return min(found, default=None)

    def _start_on(self, machine: int, job: int, minutes: int, floor: int) -> int | None:
        gap = self.compiled.gap[machine]
        line = self.lines[machine]
        windows = self.compiled.windows[machine]
        start = floor
        for begin, end, other in line:
            latest = begin - gap[job][other] - minutes
            if start <= latest:
                inside = _in_window(windows, start, minutes)
                if inside is None or inside <= latest:
                    return inside
            start = max(start, end + gap[other][job])
        return _in_window(windows, start, minutes)

    def solution(self) -> ProductionSolution:
        """What stands so far, in the order of the problem's jobs."""
        problem = self.compiled.problem
        return ProductionSolution(
            placed=tuple(
                Placed(
                    job=problem.jobs[job].key,
                    operation=step,
                    machine=problem.machines[spot.machine].key,
                    start_min=spot.start,
                )
                for job in sorted(self.spots)
                for step, spot in enumerate(self.spots[job])
            ),
            unplaced=tuple(
                job.key for index, job in enumerate(problem.jobs) if index not in self.spots
            ),
        )


def serial_schedule(compiled: Compiled, order: Sequence[int]) -> ProductionSolution:
    """Place every job of `order` in turn; what finds no place is left out."""
    schedule = Schedule(compiled)
    for job in order:
        schedule.place(job)
    return schedule.solution()


def _in_window(windows: Sequence[tuple[int, int]], start: int, minutes: int) -> int | None:
    for opens, closes in windows:
        inside = max(start, opens)
        if inside + minutes <= closes:
            return inside
    return None
