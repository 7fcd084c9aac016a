"""Annealing over the order in which a kitchen's jobs are placed."""

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.kernels.drawing import draw
from optimizer.kernels.kitchen import (
    AT,
    BEGUN,
    DUE,
    FAR,
    FIRST_OP,
    KEEP,
    LEVELS,
    MINUTES,
    NONE,
    OPS,
    SPOTS,
    START,
    THRIFTIEST,
    Day,
    Ints,
    Kitchen,
    schedule,
)

NOW, DONE = 0, 1


class Walk(NamedTuple):
    """Where a search stands: the order it walks from, and the best schedule it saw."""

    order: Ints
    will: Ints
    trial: Ints
    trial_will: Ints
    best: Ints  # its spots
    best_tally: Ints
    rng: Ints
    at: Ints
    heat: NDArray[np.float64]  # first, last


def begin(kitchen: Kitchen, jobs: int, seed: int, *, will: int, heat: tuple[float, float]) -> Walk:
    """A walk that has seen nothing yet."""
    return Walk(
        order=np.arange(jobs, dtype=np.int64),
        will=np.full(jobs, will, dtype=np.int64),
        trial=np.arange(jobs, dtype=np.int64),
        trial_will=np.full(jobs, will, dtype=np.int64),
        best=np.full((SPOTS, len(kitchen.rows)), NONE, dtype=np.int64),
        best_tally=np.full(LEVELS, FAR, dtype=np.int64),
        rng=np.array([1 + seed * 7919 % 2147483561, 1 + seed * 104729 % 2147483397]),
        at=np.array([FAR, 0], dtype=np.int64),
        heat=np.array(heat),
    )


@njit(cache=True)
def better(tally: Ints, best: Ints) -> bool:
    """Whether the first differing level is smaller."""
    for level in range(LEVELS):
        if tally[level] != best[level]:
            return bool(tally[level] < best[level])
    return False


@njit(cache=True)
def remember(day: Day, walk: Walk) -> None:
    """Keep the schedule of the day when it is the best so far."""
    if better(day.tally, walk.best_tally):
        walk.best_tally[:] = day.tally
        walk.best[:] = day.spots


@njit(cache=True)
def try_order(k: Kitchen, day: Day, walk: Walk, units: Ints, order: Ints) -> None:
    """Schedule one order of jobs and walk on from it when it is the cheapest so far."""
    cost = schedule(k, day, order, walk.will, units, FAR)
    remember(day, walk)
    if cost < walk.at[NOW]:
        walk.at[NOW] = cost
        walk.order[:] = order


@njit(cache=True)
def below(rng: Ints, count: int) -> int:
    """A whole number from 0 up to and without `count`."""
    return min(count - 1, int(draw(rng) * count))


@njit(cache=True)
def shift(order: Ints, source: int, target: int) -> None:
    """Move one entry to another place; those in between close up."""
    moved = order[source]
    step = 1 if target > source else -1
    for place in range(source, target, step):
        order[place] = order[place + step]
    order[target] = moved


@njit(cache=True)
def late_place(k: Kitchen, walk: Walk) -> int:
    """A place in the order, one of a job that the best schedule has late where the draw hits it."""
    place = below(walk.rng, len(walk.order))
    for _ in range(4):
        j = walk.order[place]
        last = k.rows[j, FIRST_OP] + k.rows[j, OPS] - 1
        late = walk.best[START, last] + k.rows[last, MINUTES] > k.rows[j, DUE]
        if k.rows[j, BEGUN] < k.rows[j, OPS] and (late or walk.best[AT, last] == NONE):
            break
        place = below(walk.rng, len(walk.order))
    return place


@njit(cache=True)
def change(k: Kitchen, walk: Walk) -> None:
    """One neighbour of the walked order in `trial`: a swap, a shift, or a job let loose."""
    n = len(walk.order)
    walk.trial[:] = walk.order
    walk.trial_will[:] = walk.will
    dice = draw(walk.rng)
    first = below(walk.rng, n)
    second = (first + 1 + below(walk.rng, n - 1)) % n
    if dice < 0.2:
        source = late_place(k, walk)
        shift(walk.trial, source, below(walk.rng, source + 1))
    elif dice < 0.6:
        shift(walk.trial, first, second)
    else:
        walk.trial[first], walk.trial[second] = walk.trial[second], walk.trial[first]
    dice = draw(walk.rng)
    if dice < 0.2:
        keep = walk.trial_will[first] & KEEP
        walk.trial_will[first] = keep + 2 * below(walk.rng, THRIFTIEST + 1)
    elif k.price > 0 and dice < 0.35:
        walk.trial_will[first] &= ~KEEP
    elif k.price > 0 and dice < 0.6:
        walk.trial_will[second] |= KEEP


@njit(cache=True)
def search(k: Kitchen, day: Day, walk: Walk, units: Ints, steps: int, total: int) -> None:
    """So many schedules of neighbouring orders, out of `total` that the cooling is spread over."""
    for _ in range(steps):
        share = min(1.0, walk.at[DONE] / total)
        heat = walk.heat[0] * (walk.heat[1] / walk.heat[0]) ** share
        walk.at[DONE] += 1
        change(k, walk)
        limit = walk.at[NOW] + int(-heat * math.log(max(1e-12, 1.0 - draw(walk.rng))))
        cost = schedule(k, day, walk.trial, walk.trial_will, units, limit)
        if cost > limit:
            continue
        remember(day, walk)
        walk.at[NOW] = cost
        walk.order[:] = walk.trial
        walk.will[:] = walk.trial_will
