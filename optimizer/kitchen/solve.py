"""Place jobs on machines: least left out, least late, least overtime, fewest cleans, soonest."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from optimizer.kitchen.circuit import improve
from optimizer.kitchen.objective import objective
from optimizer.kitchen.problem import (
    Job,
    Operation,
    ProductionProblem,
    ProductionSolution,
    Resource,
)
from optimizer.outcome import Limits, Outcome, Progress, Watch, keep_going

_HEAT = (1_000.0, 20.0)  # first, last
_QUIET = 2_000  # schedules without a better one, where only the length of the day is left


def solve_production(
    problem: ProductionProblem, limits: Limits, watch: Watch = keep_going
) -> Outcome[ProductionSolution]:
    """The best schedule found. A move is one schedule of all jobs.

    Annealing over the order of the jobs from known orders, and where a change has a price, by two
    sides with so many moves each (`optimizer.kitchen.steady`); where the problem is small and plain
    enough (`optimizer.CP_MAX_OPERATIONS`) CP-SAT searches on with as many moves. There is always
    an answer: a job that fits nowhere is named in `unplaced`. OPTIMAL means proved.
    """
    found = _search(problem, limits, watch, _start_orders(problem))
    status, solution = improve(problem, found, limits, watch)
    return Outcome(
        status=status,
        solution=solution,
        objective=objective(problem, solution),
        moves=limits.moves,
    )


def place_in_order(problem: ProductionProblem, order: Sequence[str]) -> ProductionSolution:
    """Every job of `order` in turn as early as it fits, without any search.

    Raises KeyError for a job that the problem does not have.
    """
    numbers = {job.key: number for number, job in enumerate(problem.jobs)}
    return _search(problem, None, keep_going, [[numbers[key] for key in order]])


def warm_up_production() -> None:
    """Plan a job of one step, and plan it again near what is known, before a person waits."""
    oven = Resource(key="oven", windows=((0, 9),))
    step = Operation(minutes=1, machines=("oven",))
    jobs = tuple(
        Job(key=key, recipe=key, operations=(step,), due_min=9, release_min=0) for key in "ab"
    )
    problem = ProductionProblem(jobs=jobs, machines=(oven,))
    known = solve_production(problem, Limits(moves=1)).solution
    assert known is not None  # noqa: S101 - a kitchen always has a schedule
    later = replace(oven, windows=((4, 9),))
    again = replace(problem, machines=(later,), published=known.placed, change_price=1)
    solve_production(again, Limits(moves=16))


def _search(
    problem: ProductionProblem, limits: Limits | None, watch: Watch, orders: Iterable[list[int]]
) -> ProductionSolution:
    """The best of the start orders and, within limits, of the walk from the cheapest of them."""
    if not problem.jobs or not problem.machines:
        return ProductionSolution(placed=(), unplaced=tuple(job.key for job in problem.jobs))
    from optimizer.kernels import kitchen_walk  # noqa: PLC0415 - numba takes a second to load
    from optimizer.kernels.kitchen import SPAN  # noqa: PLC0415 - same
    from optimizer.kitchen.steady import search_steady  # noqa: PLC0415 - same
    from optimizer.kitchen.walking import BETWEEN_WATCHES, THRIFT, Ground  # noqa: PLC0415 - same

    ground = Ground.of(problem, orders)
    moves = limits.moves if limits and len(problem.jobs) > 1 else 0
    if limits and moves and problem.change_price:
        return search_steady(ground, limits, watch)
    kitchen, day, seed = ground.kitchen, ground.day(), limits.seed if limits else 1
    walk = ground.begin(kitchen, day, seed, _HEAT, THRIFT if limits else 0)
    soonest = _soonest(problem)
    known, quiet = walk.best_tally.copy(), 0
    for done in range(0, moves, BETWEEN_WATCHES):
        steps = min(BETWEEN_WATCHES, moves - done)
        kitchen_walk.search(kitchen, day, walk, ground.units, steps, moves)
        quiet = quiet + steps if (walk.best_tally == known).all() else 0
        known[:] = walk.best_tally
        easy = not known[:SPAN].any()
        if easy and (quiet >= _QUIET or known[SPAN] + ground.tables.origin <= soonest):
            break  # nothing can be better, or only some minutes sooner
        seen = Progress(moves=int(walk.at[kitchen_walk.DONE]), incumbent=int(walk.best_tally[1]))
        if not watch(seen):
            break
    return ground.tables.solution(walk.best)


def _soonest(problem: ProductionProblem) -> int:
    """A minute before which no schedule of all jobs can end: the longest job, begun at once.

    Jobs that have begun are left aside.
    """
    begun = {each.job for each in problem.fixed}
    opens = {each.key: each.windows[0][0] for each in problem.machines if each.windows}
    last = min(opens.values(), default=0)
    for job in problem.jobs:
        if job.key in begun:
            continue
        able = [opens[name] for name in job.operations[0].machines if name in opens]
        begins = max(job.release_min, min(able, default=job.release_min))
        last = max(last, begins + sum(each.minutes for each in job.operations))
    return last


def _start_orders(problem: ProductionProblem) -> Iterator[list[int]]:
    """Earliest due; heaviest; least slack; a campaign from few traits to many; as published.

    Last, what still stands where people know it, before what lost its machine.
    """
    known: dict[str, int] = {}
    for each in problem.published:
        known[each.job] = min(each.start_min, known.get(each.job, each.start_min))
    gone = _without_machine(problem)
    rules: tuple[Callable[[Job], tuple[object, ...]], ...] = (
        lambda job: (job.due_min, -job.weight),
        lambda job: (-job.weight, job.due_min),
        lambda job: (job.due_min - sum(op.minutes for op in job.operations),),
        lambda job: (len(job.traits), sorted(job.traits), job.recipe, job.due_min),
        lambda job: (job.key not in known, known.get(job.key, 0)),
        lambda job: (job.key not in known, job.key in gone, known.get(job.key, 0)),
    )
    for rule in rules[: 6 if known else 4]:
        yield sorted(range(len(problem.jobs)), key=lambda index: (rule(problem.jobs[index]), index))


def _without_machine(problem: ProductionProblem) -> frozenset[str]:
    """Jobs of which a published operation stands where its machine is not open."""
    jobs = {job.key: job.operations for job in problem.jobs}
    windows = {each.key: each.windows for each in problem.machines}
    fixed = set(problem.fixed)
    return frozenset(
        each.job
        for each in problem.published
        if each not in fixed
        and each.operation < len(jobs.get(each.job, ()))
        and not any(
            opens <= each.start_min
            and each.start_min + jobs[each.job][each.operation].minutes <= closes
            for opens, closes in windows.get(each.machine, ())
        )
    )
