"""Iterated greedy for a flow line with setups that depend on the order (Ruiz and Stuetzle 2008).

All jobs pass all machines in the same order. Inserting a job at every place of a sequence is
priced from heads and tails in one pass (Taillard's acceleration, with setups).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import njit
from optimizer.kernels.drawing import draw, seeded

FAR = 1 << 40
NOW, BEST, SIZE = 0, 1, 2  # columns of `at`
Ints = NDArray[np.int64]


class Line(NamedTuple):
    """What stays: minutes by job and machine, and setups by job before, job after and machine.

    The last row of `setup` is the empty line before the first job.
    """

    minutes: Ints
    setup: Ints


class Greedy(NamedTuple):
    """What moves: the sequence, what was taken out, heads and tails, and the best so far."""

    order: Ints
    trial: Ints
    best: Ints
    out: Ints
    heads: Ints
    tails: Ints
    cost: Ints
    rng: Ints
    at: Ints


def begin(line: Line, seed: int) -> Greedy:
    """An empty sequence."""
    n, m = line.minutes.shape

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return Greedy(
        order=zeros(n),
        trial=zeros(n),
        best=zeros(n),
        out=zeros(n),
        heads=zeros(n + 2, m),
        tails=zeros(n + 2, m),
        cost=zeros(n + 2),
        rng=seeded(seed),
        at=np.array([FAR, FAR, 0]),
    )


@njit(cache=True)
def price_places(line: Line, g: Greedy, job: int) -> None:
    """The length of the line with the job at each place of `trial`, in `cost`."""
    minutes, setup, heads, tails, trial = line.minutes, line.setup, g.heads, g.tails, g.trial
    n, size, machines = minutes.shape[0], g.at[SIZE], minutes.shape[1]
    before = n
    for p in range(size):
        here, done = trial[p], 0
        for m in range(machines):
            done = max(done, heads[p, m] + setup[before, here, m]) + minutes[here, m]
            heads[p + 1, m] = done
        before = here
    for m in range(machines):
        tails[size, m] = 0
    for p in range(size - 1, -1, -1):
        here, left = trial[p], 0
        for m in range(machines - 1, -1, -1):
            after = tails[p + 1, m]
            if p + 1 < size:
                after += setup[here, trial[p + 1], m]
            left = max(left, after) + minutes[here, m]
            tails[p, m] = left
    before = n
    for p in range(size + 1):
        done, longest = 0, 0
        for m in range(machines):
            done = max(done, heads[p, m] + setup[before, job, m]) + minutes[job, m]
            rest = done + tails[p, m]
            if p < size:
                rest += setup[job, trial[p], m]
            longest = max(longest, rest)
        g.cost[p] = longest
        if p < size:
            before = trial[p]


@njit(cache=True)
def put_back(line: Line, g: Greedy, job: int) -> int:
    """Insert the job where the line is shortest, one of equals by chance; gives that length."""
    price_places(line, g, job)
    size, place, ties = g.at[SIZE], 0, 1
    for p in range(1, size + 1):
        if g.cost[p] < g.cost[place]:
            place, ties = p, 1
        elif g.cost[p] == g.cost[place]:
            ties += 1
            if draw(g.rng) * ties < 1.0:
                place = p
    for p in range(size, place, -1):
        g.trial[p] = g.trial[p - 1]
    g.trial[place] = job
    g.at[SIZE] = size + 1
    return int(g.cost[place])


@njit(cache=True)
def take_out(g: Greedy, place: int) -> int:
    """Take the job at a place out of `trial`."""
    job = g.trial[place]
    for p in range(place, g.at[SIZE] - 1):
        g.trial[p] = g.trial[p + 1]
    g.at[SIZE] -= 1
    return int(job)


@njit(cache=True)
def mend(line: Line, g: Greedy, length: int) -> int:
    """Move single jobs to better places, in random order, until none gains; gives the length."""
    size, since = g.at[SIZE], 0
    jobs = g.trial[:size].copy()
    for p in range(size - 1, 0, -1):
        q = min(p, int(draw(g.rng) * (p + 1)))
        jobs[p], jobs[q] = jobs[q], jobs[p]
    at = 0
    while since < size:
        place = 0
        while g.trial[place] != jobs[at]:
            place += 1
        found = put_back(line, g, take_out(g, place))
        since = 0 if found < length else since + 1
        length = min(length, found)
        at = (at + 1) % size
    return length


@njit(cache=True)
def build(line: Line, g: Greedy) -> None:
    """First sequence: jobs of most work first, each where the line is shortest, then mended."""
    n = line.minutes.shape[0]
    by_work = np.argsort(-line.minutes.sum(axis=1), kind="mergesort")
    g.at[SIZE] = 0
    length = 0
    for job in by_work:
        length = put_back(line, g, job)
    g.at[NOW] = mend(line, g, length)
    g.order[:n] = g.trial
    g.best[:n] = g.trial
    g.at[BEST] = g.at[NOW]


@njit(cache=True)
def greedy(line: Line, g: Greedy, take: int, heat: float, steps: int) -> None:
    """Take some jobs out, mend the rest, put them back, mend, and walk on or return; so often."""
    n = line.minutes.shape[0]
    take = min(take, n - 1)
    for _ in range(steps):
        g.trial[:] = g.order
        g.at[SIZE] = n
        for each in range(take):
            g.out[each] = take_out(g, min(n - each - 1, int(draw(g.rng) * (n - each))))
        mend(line, g, FAR)
        length = 0
        for each in range(take):
            length = put_back(line, g, g.out[each])
        length = mend(line, g, length)
        worse = length - g.at[NOW]
        if worse <= 0 or draw(g.rng) < math.exp(-worse / heat):
            g.at[NOW] = length
            g.order[:] = g.trial
        if length < g.at[BEST]:
            g.at[BEST] = length
            g.best[:] = g.trial
