"""Annealing over the order in which a kitchen's jobs are placed."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import njit
from optimizer.kernels.drawing import draw, seeded
from optimizer.kernels.kitchen import (
    AT,
    BEGUN,
    CHANGES,
    DUE,
    FAR,
    FIRST_OP,
    KEEP,
    KNOWN_ON,
    KNOWN_START,
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

NOW, DONE, MOVED = range(3)
STEADY_FROM, STEADY_TO = 0.1, 0.5  # of the price of a change at the start and end of a walk
LATE_SHARE, LOOSE_SHARE, BACK_SHARE = 0.3, 0.4, 0.1  # of the moves where people know a schedule


class Walk(NamedTuple):
    """Where a search stands: the order it walks from, and the best schedule it saw."""

    order: Ints
    will: Ints
    trial: Ints
    trial_will: Ints
    best: Ints  # its spots
    best_will: Ints
    best_tally: Ints
    rng: Ints
    at: Ints
    heat: NDArray[np.float64]  # first, last


def begin(kitchen: Kitchen, jobs: int, seed: int, heat: tuple[float, float]) -> Walk:
    """A walk that has seen nothing yet."""
    return Walk(
        order=np.arange(jobs, dtype=np.int64),
        will=np.zeros(jobs, dtype=np.int64),
        trial=np.arange(jobs, dtype=np.int64),
        trial_will=np.zeros(jobs, dtype=np.int64),
        best=np.full((SPOTS, len(kitchen.rows)), NONE, dtype=np.int64),
        best_will=np.zeros(jobs, dtype=np.int64),
        best_tally=np.full(LEVELS, FAR, dtype=np.int64),
        rng=seeded(seed),
        at=np.array([FAR, 0, 0], dtype=np.int64),
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
def remember(day: Day, walk: Walk, will: Ints) -> bool:
    """Keep the schedule of the day when it is the best so far."""
    if better(day.tally, walk.best_tally):
        walk.best_tally[:] = day.tally
        walk.best[:] = day.spots
        walk.best_will[:] = will
        return True
    return False


@njit(cache=True, nogil=True)
def try_order(k: Kitchen, day: Day, walk: Walk, units: Ints, order: Ints, will: int) -> None:
    """Schedule one order of jobs and walk on from it when it is the cheapest so far."""
    walk.trial_will[:] = will
    cost = schedule(k, day, order, walk.trial_will, units, FAR)
    remember(day, walk, walk.trial_will)
    price = units[CHANGES] if k.price else 0
    if cost + price * day.tally[CHANGES] < walk.at[NOW] + price * walk.at[MOVED]:
        walk.at[NOW] = cost
        walk.at[MOVED] = day.tally[CHANGES]
        walk.order[:] = order
        walk.will[:] = will


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
def strange_place(k: Kitchen, walk: Walk) -> int:
    """A place in the order, one of a job that the best schedule has moved where the draw hits."""
    place = below(walk.rng, len(walk.order))
    for _ in range(6):
        j = walk.trial[place]
        first, last = k.rows[j, FIRST_OP] + k.rows[j, BEGUN], k.rows[j, FIRST_OP] + k.rows[j, OPS]
        for o in range(first, last):
            if walk.best[START, o] != k.rows[o, KNOWN_START]:
                return place
            if walk.best[AT, o] != k.rows[o, KNOWN_ON]:
                return place
        place = below(walk.rng, len(walk.order))
    return place


@njit(cache=True)
def claim(walk: Walk, place: int) -> None:
    """Let a job stand as published, before any other may take its room."""
    walk.trial_will[walk.trial[place]] |= KEEP
    shift(walk.trial, place, 0)


@njit(cache=True)
def repair(k: Kitchen, walk: Walk) -> None:
    """One neighbour where people know a schedule: jobs put back as known, or let loose."""
    n = len(walk.order)
    dice = draw(walk.rng)
    if dice < LATE_SHARE:
        place = late_place(k, walk)
        walk.trial_will[walk.trial[place]] &= ~KEEP
        shift(walk.trial, place, below(walk.rng, place + 1))
        return
    if dice < LATE_SHARE + LOOSE_SHARE:
        segment = min(n, 2 + below(walk.rng, 8))
        first = below(walk.rng, n - segment + 1)
        for place in range(first, first + segment):
            walk.trial_will[walk.trial[place]] &= ~KEEP
        return
    if dice < LATE_SHARE + LOOSE_SHARE + BACK_SHARE:
        for _ in range(1 + below(walk.rng, 2)):
            place = strange_place(k, walk)
            claim(walk, place)
        return
    place = below(walk.rng, n)
    dice = draw(walk.rng)
    if dice < 0.2:
        walk.trial_will[walk.trial[place]] ^= KEEP
    elif dice < 0.4:
        keep = walk.trial_will[walk.trial[place]] & KEEP
        walk.trial_will[walk.trial[place]] = keep + 2 * below(walk.rng, THRIFTIEST + 1)
    shift(walk.trial, place, below(walk.rng, n))


@njit(cache=True)
def change(k: Kitchen, walk: Walk) -> None:
    """One neighbour of the walked order in `trial`: a swap, a shift, or a job let loose."""
    n = len(walk.order)
    walk.trial[:] = walk.order
    walk.trial_will[:] = walk.will
    if k.price > 0:
        repair(k, walk)
        return
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


@njit(cache=True, nogil=True)
def search(k: Kitchen, day: Day, walk: Walk, units: Ints, steps: int, total: int) -> None:
    """So many schedules of neighbouring orders, out of `total` that the cooling is spread over."""
    for _ in range(steps):
        share = min(1.0, walk.at[DONE] / total)
        heat = walk.heat[0] * (walk.heat[1] / walk.heat[0]) ** share
        walk.at[DONE] += 1
        change(k, walk)
        price = int(units[CHANGES] * max(STEADY_FROM, STEADY_TO * share)) if k.price else 0
        worse = int(-heat * math.log(max(1e-12, 1.0 - draw(walk.rng))))
        limit = walk.at[NOW] + price * walk.at[MOVED] + worse
        cost = schedule(k, day, walk.trial, walk.trial_will, units, limit)
        if cost == FAR:
            continue
        remember(day, walk, walk.trial_will)
        if cost + price * day.tally[CHANGES] > limit:
            continue
        walk.at[NOW] = cost
        walk.at[MOVED] = day.tally[CHANGES]
        walk.order[:] = walk.trial
        walk.will[:] = walk.trial_will
