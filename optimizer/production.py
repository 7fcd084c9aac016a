"""Place jobs on machines: least left out, then least late, fewest cleans, soonest done."""

from collections.abc import Callable, Iterator
from random import Random

from optimizer.circuit import improve
from optimizer.jobs import Job, Objective, ProductionProblem, ProductionSolution, objective
from optimizer.outcome import Limits, Outcome, Progress, Watch, keep_going
from optimizer.serial import Compiled, serial_schedule


def solve_production(
    problem: ProductionProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[ProductionSolution]:
    """The best schedule found. A move is one operation placed once.

    Half of the moves go to serial schedules over changing job orders, half to CP-SAT where the
    problem is small enough for it to find something (`optimizer.CP_MAX_OPERATIONS`). There is
    always an answer: a job that fits nowhere is named in `unplaced`. OPTIMAL means proved.
    """
    half = Limits(moves=max(1, limits.moves // 2), seed=limits.seed)
    search = _Search(problem, half, watch)
    search.run()
    status, solution = improve(problem, search.best, half, watch)
    return Outcome(
        status=status,
        solution=solution,
        objective=objective(problem, solution),
        moves=limits.moves,
    )


class _Search:
    """Serial schedules over job orders: four known ones, then swaps and shifts of the best."""

    def __init__(self, problem: ProductionProblem, limits: Limits, watch: Watch) -> None:
        self._problem = problem
        self._limits = limits
        self._watch = watch
        self._compiled = Compiled(problem)
        self._moves = 0
        self._order: list[int] = []
        self.best = ProductionSolution(placed=(), unplaced=tuple(job.key for job in problem.jobs))
        self._cost: Objective = objective(problem, self.best)

    def run(self) -> None:
        """Try orders until the moves are used or the watcher has seen enough."""
        for order in _start_orders(self._problem):
            self._try(order)
        for change in self._changes(Random(self._limits.seed)):  # noqa: S311 - a search, no secret
            self._try(change)
            seen = Progress(moves=self._moves, incumbent=self._cost[1])
            if self._moves >= self._limits.moves or not self._watch(seen):
                return

    def _try(self, order: list[int]) -> None:
        """Keep the order when it is no worse, so that the search can drift over plateaus."""
        found = serial_schedule(self._compiled, order)
        cost = objective(self._problem, found)
        self._moves += sum(map(len, self._compiled.operations))
        if not self._order or cost <= self._cost:
            self._order, self._cost, self.best = order, cost, found

    def _changes(self, random: Random) -> Iterator[list[int]]:
        while len(self._order) > 1 and any(self._cost[:3]):
            order = self._order.copy()
            first, second = random.sample(range(len(order)), 2)
            if random.random() < 0.5:
                order[first], order[second] = order[second], order[first]
            else:
                order.insert(second, order.pop(first))
            yield order


def _start_orders(problem: ProductionProblem) -> Iterator[list[int]]:
    """Earliest due first; heaviest first; least slack first; a campaign from few traits to many."""
    rules: tuple[Callable[[Job], tuple[object, ...]], ...] = (
        lambda job: (job.due_min, -job.weight),
        lambda job: (-job.weight, job.due_min),
        lambda job: (job.due_min - sum(op.minutes for op in job.operations),),
        lambda job: (len(job.traits), sorted(job.traits), job.recipe, job.due_min),
    )
    for rule in rules:
        yield sorted(range(len(problem.jobs)), key=lambda index: (rule(problem.jobs[index]), index))
