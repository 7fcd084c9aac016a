"""The search for cheap routes: chains in several processes that exchange what they found."""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from random import Random
from typing import NamedTuple

import numpy as np

from optimizer.fleet.parts import apart, together
from optimizer.fleet.problem import FleetPlan, FleetProblem, FleetRoutes, fleet_plan, rows_needed
from optimizer.fleet.rows import Rows, stacked
from optimizer.outcome import Limits

Clock = Callable[[], float]
FleetCrew = Callable[[Sequence["FleetTask"]], Sequence["FleetDone"]]
"""Does task i on worker i and gives what each did, in order."""
FleetSeen = Callable[[FleetPlan], None]
_PARTED, _ALWAYS = 300, 800  # stops from which the problem is cut: with enough routes, or always
_ROWS = 10  # routes for each part
_ROUNDS, _PARTED_ROUNDS = 8, 16
_SECOND_ROUNDS = 2
_JOINED = 6  # one round in so many, at the end, is for the whole
_LOADING_S = 0.0015  # per stop: a round shorter than this would load more than search
_SHARED_ROUNDS, _TAKEN_OVER = 5, 2
_HOT, _TEPID, _COLD = 2.0, 0.4, 0.035  # of the price of a usual way
_PATIENT = 1_500  # moves per stop from which the first heat pays; less asks for less
_PER_SECOND = 60_000.0  # moves, about
_SECOND = 1  # the worker of the second engine
_CHUNK = 100  # moves between two looks at the clock
_ITERATION = 50  # moves that one iteration of the second engine counts as
_POOLED = 3  # round of the whole from which the rows that walks pass are kept
_JOINING = (5, 7)  # rounds that begin with joining them
_SHORT = 20  # stops that fit a row, up to which rows are joined: long ones hardly ever fit together
_KEPT_ROWS = 60_000
_MOVES_PER_SECOND = 50_000  # of a solver's counted seconds


class FleetGuard(NamedTuple):
    """Search until a moment of a clock that all processes share, whatever the moves."""

    clock: Clock
    until: float


class FleetTask(NamedTuple):
    """What one process does in one round."""

    problem: FleetProblem
    routes: FleetRoutes
    seed: int
    first: float
    last: float
    moves: int
    guard: FleetGuard | None
    second: bool
    pooled: bool = False  # whether to tell the rows it passes
    rows: Rows | None = None  # to choose the routes from that it begins with


class FleetDone(NamedTuple):
    """Where a task ended, the best it saw, and rows it passed."""

    current: FleetRoutes
    best: FleetRoutes
    rows: Rows


def do_fleet_task(task: FleetTask) -> FleetDone:
    """Walk, or let the second engine go on."""
    if task.second:
        from optimizer.fleet import second  # noqa: PLC0415  # it costs a second to import

        found = second.go_on(task.problem, task.routes, task.seed, _Stop(task))
        return FleetDone(found or task.routes, found or task.routes, stacked([]))
    from optimizer.fleet.walk import Stretch, walk  # noqa: PLC0415  # numba costs a second

    begin, moves = task.routes, task.moves
    if task.rows is not None:
        from optimizer.fleet.joining import joined  # noqa: PLC0415  # the solver takes a moment

        begin, moves = joined(task.problem, begin, task.rows, _effort(task)), max(1, moves // 2)
    clock, until = task.guard or (None, 0.0)
    stretch = Stretch(task.seed, task.first, task.last, moves, _CHUNK, clock, until)
    walked = walk(task.problem, begin, stretch._replace(pooled=task.pooled))
    return FleetDone(walked.current, walked.best, walked.pool)


def _effort(task: FleetTask) -> Callable[[], float]:
    """Seconds that one programme may take: half of what is left for the task."""
    if task.guard is None:
        counted = task.moves / 2 / _MOVES_PER_SECOND
        return lambda: counted
    clock, until = task.guard
    return lambda: (until - clock()) / 2


def warm_up_fleet() -> bool:
    """Load the kernels; whether one had to be compiled for it."""
    from optimizer.fleet.walk import warm_up  # noqa: PLC0415  # numba costs a second

    return warm_up()


def _unseen(_: FleetPlan) -> None:
    """Watch no plan."""


def alone(tasks: Sequence[FleetTask]) -> list[FleetDone]:
    """Do all tasks in this process, one after another."""
    return [do_fleet_task(task) for task in tasks]


class _Stop:
    """Ends the second engine with the guard, or after its share of the moves."""

    def __init__(self, task: FleetTask) -> None:
        self._guard, self._left = task.guard, task.moves // _ITERATION

    def __call__(self, best_cost: float) -> bool:
        del best_cost
        self._left -= 1
        return self._guard.clock() >= self._guard.until if self._guard else self._left < 0


def solve_fleet(
    problem: FleetProblem,
    limits: Limits,
    *,
    crew: FleetCrew | None = None,
    guard: FleetGuard | None = None,
    seen: FleetSeen = _unseen,
) -> FleetPlan:
    """Cheap routes after the moves, which the workers share, or at the end of the guard.

    Without a guard, the same problem and limits give the same answer. Problems whose time has a
    price or more limits go by `solve_routing`: ValueError, for workers compare routes by distance.
    """
    if problem.timed:
        raise ValueError("hours, breaks, cold and several windows are for solve_routing")
    search = _Search(problem, limits, crew or alone)
    search.seen = seen
    search.guarded(guard)
    if _optional(problem) and limits.workers > 1:
        search.shared()
    elif _divides(problem, limits.workers):
        search.parted()
    else:
        search.exchanged()
    return search.best


class _Turn(NamedTuple):
    """One round of many, and how hot it begins and ends."""

    number: int
    of: int
    first: float
    last: float


class _Search:
    def __init__(self, problem: FleetProblem, limits: Limits, crew: FleetCrew) -> None:
        self.problem, self.limits, self.crew = problem, limits, crew
        self.guard: FleetGuard | None = None
        self.began = 0.0
        self.seen: FleetSeen = _unseen
        self.draw = Random(limits.seed)  # noqa: S311  # no secret
        self.best = fleet_plan(problem, ())
        self.heat = _heat(problem)
        self.rows: list[Rows] = []
        self.short = _short(problem)

    def guarded(self, guard: FleetGuard | None) -> None:
        """Take turns of equal time until the end of the guard."""
        self.guard, self.began = guard, guard.clock() if guard else 0.0

    def exchanged(self) -> None:
        """Let every worker search the whole; at last the second engine joins, on the best."""
        current: list[FleetRoutes] = [()] * self.limits.workers
        whole, short = self.turns(_ROUNDS, _ROUNDS), self.turns(_ROUNDS, _ROUNDS - _SECOND_ROUNDS)
        for turn in self.timely(whole):
            shorter = short[turn.number]
            tasks = []
            for worker, routes in enumerate(current):
                second = worker == _SECOND and shorter.number >= _ROUNDS - _SECOND_ROUNDS
                joins = worker == 0 and turn.number in _JOINING and self.ready()
                late = second or joins or turn.number == _ROUNDS - 1
                mine = shorter if worker == _SECOND else turn
                task = self.task(self.problem, self.best.routes if late else routes, mine)
                rows = stacked(self.rows) if joins else None
                pooled = turn.number >= _POOLED and self.ready()
                tasks.append(task._replace(second=second, pooled=pooled, rows=rows))
            self.take(tasks, current)

    def shared(self) -> None:
        """Let the second engine search from the beginning; each takes over the best at last."""
        current: list[FleetRoutes] = [()] * self.limits.workers
        for turn in self.timely(self.turns(_SHARED_ROUNDS, _SHARED_ROUNDS)):
            late = turn.number >= _SHARED_ROUNDS - _TAKEN_OVER
            tasks = [
                self.task(self.problem, self.best.routes if late else routes, turn)._replace(
                    second=worker == _SECOND
                )
                for worker, routes in enumerate(current)
            ]
            self.take(tasks, current)

    def parted_rounds(self) -> int:
        """As many as there is time for."""
        if not self.guard:
            return _PARTED_ROUNDS
        shortest = _LOADING_S * len(self.problem.stops)
        return max(4, min(_PARTED_ROUNDS, int((self.guard.until - self.began) / shortest)))

    def take(self, tasks: Sequence[FleetTask], current: list[FleetRoutes]) -> None:
        """Do tasks on the whole: each worker goes on from where it ended."""
        for worker, done in enumerate(self.crew(tasks)):
            current[worker] = done.current
            self.offer(done.best)
            self.keep(done.rows)

    def parted(self) -> None:
        """Let every worker search a part of its own, cut anew each turn; at last the whole."""
        routes: FleetRoutes = ()
        count = self.parted_rounds()
        turns, joined = self.turns(count, count, self.limits.workers), -(-count // _JOINED)
        for turn in self.timely(turns[:-joined]):
            parts = apart(self.problem, routes, self.limits.workers, self.draw)
            done = self.crew([self.task(part.problem, part.routes, turn) for part in parts])
            routes = together(parts, [each.current for each in done])
            self.offer(together(parts, [each.best for each in done]))
        for turn in self.timely(turns[-joined:]):
            tasks = [
                self.task(self.problem, self.best.routes, turn)._replace(second=worker == _SECOND)
                for worker in range(self.limits.workers)
            ]
            self.take(tasks, [()] * self.limits.workers)

    def ready(self) -> bool:
        """Whether rows may be joined: they are short, and the best plan misses no stop."""
        return self.short and not self.best.missed

    def keep(self, rows: Rows) -> None:
        """Keep rows of the whole; where there are many, the oldest are forgotten."""
        self.rows.append(rows)
        while sum(map(len, self.rows)) > _KEPT_ROWS:
            self.rows.pop(0)

    def timely(self, turns: Sequence[_Turn]) -> Iterator[_Turn]:
        """Turns, until the time is over; the very first is always taken."""
        for turn in turns:
            if turn.number and self.guard and self.guard.clock() >= self.guard.until:
                return
            yield turn

    def turns(self, count: int, cooling: int, parts: int = 1) -> list[_Turn]:
        """Rounds of equal work; the first `cooling` of them cool evenly."""
        first, last = self.warmth(parts), _COLD
        steps = [min(1.0, at / cooling) for at in range(count + 1)]
        warm = [self.heat * first * (last / first) ** step for step in steps]
        return [_Turn(i, count, begin, end) for i, (begin, end) in enumerate(pairwise(warm))]

    def warmth(self, parts: int) -> float:
        """How hot to begin: the less time there is for each stop of a part, the cooler."""
        moves = self.limits.moves / self.limits.workers
        if self.guard:
            moves = _PER_SECOND * (self.guard.until - self.began)
        patience = moves * parts / len(self.problem.stops) / _PATIENT
        return max(_TEPID, min(_HOT, _HOT * patience))

    def task(self, problem: FleetProblem, routes: FleetRoutes, turn: _Turn) -> FleetTask:
        """What one worker does in a turn."""
        guard = None
        if self.guard:
            whole = self.guard.until - self.began
            guard = FleetGuard(self.guard.clock, self.began + whole * (turn.number + 1) / turn.of)
        moves = max(1, self.limits.moves // (turn.of * self.limits.workers))
        seed = self.draw.randrange(1 << 30)
        return FleetTask(problem, routes, seed, turn.first, turn.last, moves, guard, second=False)

    def offer(self, routes: FleetRoutes) -> None:
        """Keep routes that are better than the best."""
        plan = fleet_plan(self.problem, routes)
        if (plan.missed, plan.cost) < (self.best.missed, self.best.cost):
            self.best = plan
            self.seen(plan)


def _optional(problem: FleetProblem) -> bool:
    """Whether stops may be left out for a price: there the second engine is the stronger."""
    return any(stop.prize is not None for stop in problem.stops)


def _short(problem: FleetProblem) -> bool:
    """Whether few stops fit a row, and each row is a vehicle's only trip."""
    trips = any(each.reloads for each in problem.types)
    return not trips and len(problem.stops) <= _SHORT * rows_needed(problem)


def _divides(problem: FleetProblem, workers: int) -> bool:
    """Whether parts would be worth it: many stops, and enough routes for each."""
    stops, rows = len(problem.stops), rows_needed(problem)
    enough = rows >= _ROWS * workers or stops >= _ALWAYS
    return workers > 1 and stops >= _PARTED and enough


def _heat(problem: FleetProblem) -> float:
    """A typical price of the way to one stop: the mean over stops of the way to a near one."""
    n = len(problem.stops)
    ways = np.sort(problem.metres[:n, :n], axis=1)[:, 1 : min(n, 12)]
    rate = min(each.rate for each in problem.types)
    return max(1.0, rate * float(ways.sum()) / max(1, ways.size))
