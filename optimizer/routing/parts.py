"""Many stops are searched part by part, cut anew each round; at last the whole."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from itertools import pairwise
from random import Random
from typing import NamedTuple

from optimizer.fleet.parts import Part, apart, together
from optimizer.fleet.problem import FleetProblem, FleetRoutes
from optimizer.fleet.walk import Stretch, Walked, walk

PARTED = 1_000
"""Stops from which a problem is cut: the price of a move grows with the stops around it."""

_PART = 300  # stops of a part, about
_ROUNDS = 6  # of parts, before the whole
_WHOLE = 7  # one move in so many, at last, is for the whole

See = Callable[[int, int | None], bool]
"""Sees moves so far and, where it is known, the cost of the whole; False ends the search."""


class _Task(NamedTuple):
    """A part to go on with: a unit of work that any process can do."""

    part: Part
    stretch: Stretch


def search_parts(
    problem: FleetProblem,
    routes: FleetRoutes,
    stretch: Stretch,
    see: See,
    executor: Executor | None = None,
) -> tuple[FleetRoutes, int]:
    """Go on from routes with the moves of a stretch, cooling over all rounds; the moves made too.

    The parts of a round are done by the executor, without one here, one after another; `see`
    looks after each. The whole takes the last moves, here. The same problem, routes and stretch
    give the same answer, whatever the executor and its workers.
    """
    draw = Random(stretch.seed)  # noqa: S311  # no secret
    count = max(2, round(len(problem.stops) / _PART))
    share = (stretch.moves - stretch.moves // _WHOLE) // _ROUNDS
    steps = [at / (_ROUNDS + 1) for at in range(_ROUNDS + 2)]
    warm = list(pairwise(stretch.first * (stretch.last / stretch.first) ** at for at in steps))
    done = 0
    for first, last in warm[:-1]:
        parts = apart(problem, routes, count, draw)
        moves = max(1, share // len(parts))
        tasks = [
            _Task(part, Stretch(draw.randrange(1 << 30), first, last, moves, stretch.chunk))
            for part in parts
        ]
        found = [part.routes for part in parts]
        for turn, walked in enumerate(_each(executor, tasks)):
            found[turn] = walked.best
            done += walked.moves
            if not see(done, None):
                return together(parts, found), done
        routes = together(parts, found)
    first, last = warm[-1]
    whole = Stretch(
        stretch.seed,
        first,
        last,
        max(1, stretch.moves - done),
        stretch.chunk,
        watcher=lambda moves, cost: see(done + moves, cost),
    )
    walked = walk(problem, routes, whole)
    return walked.best, done + walked.moves


def _each(executor: Executor | None, tasks: Sequence[_Task]) -> Iterator[Walked]:
    """What became of each task, in their order; those not begun are dropped with the iterator."""
    if executor is None:
        yield from map(_go_on, tasks)
    else:
        yield from executor.map(_go_on, tasks)


def _go_on(task: _Task) -> Walked:
    return walk(task.part.problem, task.part.routes, task.stretch)
