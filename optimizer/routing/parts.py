"""Many stops are searched part by part, cut anew each round; at last the whole."""

from collections.abc import Callable
from itertools import pairwise
from random import Random

from optimizer.fleet.parts import apart, together
from optimizer.fleet.problem import FleetProblem, FleetRoutes
from optimizer.fleet.walk import Stretch, walk

PARTED = 1_000
"""Stops from which a problem is cut: the price of a move grows with the stops around it."""

_PART = 300  # stops of a part, about
_ROUNDS = 6  # of parts, before the whole

See = Callable[[int, int | None], bool]
"""Sees moves so far and, where it is known, the cost of the whole; False ends the search."""


def search_parts(
    problem: FleetProblem, routes: FleetRoutes, stretch: Stretch, see: See
) -> tuple[FleetRoutes, int]:
    """Go on from routes with the moves of a stretch, cooling over all rounds; the moves made too.

    The whole takes the last round. The same problem, routes and stretch give the same answer.
    """
    draw = Random(stretch.seed)  # noqa: S311  # no secret
    count = max(2, round(len(problem.stops) / _PART))
    share = stretch.moves // (_ROUNDS + 1)
    steps = [at / (_ROUNDS + 1) for at in range(_ROUNDS + 2)]
    warm = [stretch.first * (stretch.last / stretch.first) ** step for step in steps]
    turns = list(pairwise(warm))
    done, going = 0, True
    for first, last in turns[:-1]:
        parts = apart(problem, routes, count, draw)
        found = []
        for part in parts:
            asked = Stretch(
                draw.randrange(1 << 30),
                first,
                last,
                max(1, share // len(parts)),
                stretch.chunk,
                watcher=_from(done, see),
            )
            walked = walk(part.problem, part.routes, asked) if going else None
            found.append(walked.best if walked else part.routes)
            if walked:
                done += walked.moves
                going = walked.moves >= asked.moves
        routes = together(parts, found)
    if not going:
        return routes, done
    first, last = turns[-1]
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


def _from(done: int, see: See) -> Callable[[int, int], bool]:
    return lambda moves, _: see(done + moves, None)
