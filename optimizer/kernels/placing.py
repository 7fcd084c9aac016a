"""Where safety stock belongs in trees of guaranteed service: dynamic programming, many at once.

Costs are whole numbers kept as doubles, exact below 2 ** 53; beyond that near equals may tie.
"""

import math

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import njit

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]
DAYS, SERVED_IN, PROMISE = 0, 1, 2  # columns of `times`; a promise below zero: nobody outside asks
NEVER = 1e300


@njit(cache=True)
def reaches(times: Ints, joints: Ints) -> Ints:
    """The longest that each stage may take, from the outside suppliers on."""
    longest = times[:, DAYS] + times[:, SERVED_IN]
    changed = True
    while changed:
        changed = False
        for at in range(len(joints)):
            before, after = joints[at, 0], joints[at, 1]
            if longest[before] + times[after, DAYS] > longest[after]:
                longest[after] = longest[before] + times[after, DAYS]
                changed = True
    return longest


@njit(cache=True)
def spreads(variance: Reals, joints: Ints, longest: Ints) -> Reals:
    """The variance that each stage sees: its own and that of all it serves."""
    found = variance.copy()
    left = np.zeros(len(variance), dtype=np.int64)
    for at in range(len(joints)):
        left[joints[at, 0]] += 1
    for _ in range(len(longest)):
        for stage in range(len(longest)):
            if left[stage] == 0:
                left[stage] = -1
                for at in range(len(joints)):
                    if joints[at, 1] == stage:
                        found[joints[at, 0]] += found[stage]
                        left[joints[at, 0]] -= 1
    return found


@njit(cache=True)
def walk(many: int, joints: Ints) -> tuple[Ints, Ints, Ints]:
    """Stages from the last one outwards, the parent of each, and whether it serves its parent."""
    order = np.zeros(many, dtype=np.int64)
    parent = np.full(many, -1, dtype=np.int64)
    serves = np.zeros(many, dtype=np.int64)
    order[0], seen = many - 1, 1
    for at in range(many):
        here = order[at]
        for joint in range(len(joints)):
            before, after = joints[joint, 0], joints[joint, 1]
            other = before if after == here else after if before == here else -1
            if other >= 0 and other != parent[here]:
                parent[other] = here
                serves[other] = 1 if after == here else 0
                order[seen] = other
                seen += 1
    return order, parent, serves


@njit(cache=True)
def best(stage: Ints, most: int, weight: float, sides: Reals, upward: int) -> tuple[Reals, Ints]:
    """Least cost of a stage and all behind it, by its promise (`upward`) or days until served.

    `sides`: what lies behind costs, by days until served and by promise. With each its choice.
    """
    last = len(sides[0]) - 1
    cost, choice = np.full(last + 1, NEVER), np.zeros((last + 1, 2), dtype=np.int64)
    days, latest = stage[DAYS], last - stage[DAYS]
    promise = most if stage[PROMISE] < 0 else stage[PROMISE]
    for si in range(stage[SERVED_IN], latest + 1):
        for s in range(min(promise, si + days) + 1):
            paid = np.floor(math.sqrt((si + days - s) * weight)) + sides[0, si] + sides[1, s]
            at = s if upward else si
            if paid < cost[at]:
                cost[at], choice[at, 0], choice[at, 1] = paid, si, s
    if upward:
        for at in range(1, last + 1):
            if cost[at - 1] <= cost[at]:
                cost[at], choice[at] = cost[at - 1], choice[at - 1]
    else:
        for at in range(last - 1, -1, -1):
            if cost[at + 1] < cost[at]:
                cost[at], choice[at] = cost[at + 1], choice[at + 1]
    return cost, choice


@njit(cache=True)
def tree(times: Ints, weights: Reals, joints: Ints, found: Ints) -> None:
    """Write down for each stage of a tree the days until it is served, and its promise."""
    many = len(times)
    longest = reaches(times, joints)
    weight = weights[:, 0] * spreads(weights[:, 1], joints, longest)
    order, parent, serves = walk(many, joints)
    size = longest.max() + 1
    sides = np.zeros((many, 2, size))
    choices = np.zeros((many, size, 2), dtype=np.int64)
    for place in range(many - 1, -1, -1):
        here = order[place]
        up = longest[here] + 1
        upward = serves[here] if place else 1
        cost, choice = best(times[here], longest[here], weight[here], sides[here, :, :up], upward)
        choices[here, :up] = choice
        if place:
            above = parent[here]
            for at in range(size):
                if serves[here]:
                    sides[above, 0, at] += cost[min(at, up - 1)]
                else:
                    sides[above, 1, at] += cost[at] if at < up else NEVER
    for place in range(many):
        here = order[place]
        at = longest[here]
        if place:
            wait = found[parent[here], 0] if serves[here] else found[parent[here], 1]
            at = min(at, wait)
        found[here, 0], found[here, 1] = choices[here, at, 0], choices[here, at, 1]


@njit(cache=True)
def forest(starts: Ints, ties: Ints, times: Ints, weights: Reals, joints: Ints) -> Ints:
    """Every tree by itself; `starts` and `ties` say where its stages and its joints begin."""
    found = np.zeros((len(times), 2), dtype=np.int64)
    for at in range(len(starts) - 1):
        one, other = starts[at], starts[at + 1]
        tree(
            times[one:other],
            weights[one:other],
            joints[ties[at] : ties[at + 1]],
            found[one:other],
        )
    return found
