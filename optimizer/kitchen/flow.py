"""One line that all jobs pass in the same order, with setups that depend on that order."""

from dataclasses import dataclass

from optimizer.outcome import Limits, Outcome, Progress, Status, Watch, keep_going

_TAKE = 2  # jobs taken out at once
_HEAT = 0.4  # of a tenth of the mean minutes of a job on a machine
_WORK_BETWEEN_WATCHES = 2_000_000  # jobs x jobs x machines priced


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowProblem:
    """`minutes` by job and machine; `setups` by machine, job before and job after.

    A machine is set up as soon as the job before has left it. Before the first job there is none.
    """

    minutes: tuple[tuple[int, ...], ...]
    setups: tuple[tuple[tuple[int, ...], ...], ...]

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        jobs, machines = len(self.minutes), len(self.setups)
        if not jobs or not machines:
            raise ValueError("a line has jobs and machines")
        if any(len(row) != machines for row in self.minutes):
            raise ValueError("every job names its minutes on every machine")
        if any(len(table) != jobs or {*map(len, table)} != {jobs} for table in self.setups):
            raise ValueError("every machine names its setup between any two jobs")
        setups = (minutes for table in self.setups for row in table for minutes in row)
        if min(*map(min, self.minutes), *setups) < 0:
            raise ValueError("minutes are never negative")


def line_length(problem: FlowProblem, order: tuple[int, ...]) -> int:
    """Minutes until the last job has left the last machine."""
    free = [0] * len(problem.setups)
    before: int | None = None
    for job in order:
        done = 0
        for machine, setup in enumerate(problem.setups):
            ready = free[machine] + (0 if before is None else setup[before][job])
            done = max(done, ready) + problem.minutes[job][machine]
            free[machine] = done
        before = job
    return free[-1]


def solve_flow(
    problem: FlowProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[tuple[int, ...]]:
    """The order of all jobs, by number, that leaves the line soonest among those tried.

    A move is one round of iterated greedy: some jobs out, the rest mended, back in, all mended.
    """
    import numpy as np  # noqa: PLC0415 - numpy and numba cost a second to load

    from optimizer.kernels import flow  # noqa: PLC0415 - same

    minutes = np.array(problem.minutes, dtype=np.int64)
    jobs, machines = minutes.shape
    setup = np.zeros((jobs + 1, jobs, machines), dtype=np.int64)
    setup[:jobs] = np.array(problem.setups, dtype=np.int64).transpose(1, 2, 0)
    line = flow.Line(minutes, setup)
    search = flow.begin(line, limits.seed)
    flow.build(line, search)
    heat = max(1e-9, _HEAT * float(minutes.mean()) / 10)
    done, chunk = 0, max(1, _WORK_BETWEEN_WATCHES // (jobs * jobs * machines))
    while done < limits.moves:
        steps = min(chunk, limits.moves - done)
        flow.greedy(line, search, _TAKE, heat, steps)
        done += steps
        if not watch(Progress(moves=done, incumbent=int(search.at[flow.BEST]))):
            break
    order = tuple(int(job) for job in search.best)
    return Outcome(
        status=Status.FEASIBLE,
        solution=order,
        objective=(line_length(problem, order),),
        moves=done,
    )
