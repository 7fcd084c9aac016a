"""Best stock against Poisson demand for many items at once: one order, and (s, S) for ever.

Costs are per period, in the units of the prices; demand beyond twelve deviations counts as none.
"""

import math

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import njit

Ints = NDArray[np.int64]
Reals = NDArray[np.float64]


@njit(cache=True)
def poisson(mean: float) -> Reals:
    """The chance of each demand, up to where nothing worth counting is left."""
    most = int(mean + 12.0 * math.sqrt(mean) + 40.0)
    found = np.zeros(most + 1)
    top = int(mean)
    found[top] = (
        1.0 if mean <= 0 else math.exp(top * math.log(mean) - mean - math.lgamma(top + 1.0))
    )
    for at in range(top, 0, -1):  # from the likeliest outwards: nothing is lost to tiny chances
        found[at - 1] = found[at] * at / mean
    for at in range(top, most):
        found[at + 1] = found[at] * mean / (at + 1)
    return found


@njit(cache=True)
def night(chance: Reals, mean: float, hold: float, short: float) -> Reals:
    """Cost of a period that begins with 0, 1, 2 ... units."""
    size = len(chance)
    found = np.empty(size)
    below, missing = 0.0, mean
    for level in range(size):
        found[level] = hold * (level - mean) + (hold + short) * missing
        below += chance[level]
        missing -= max(0.0, 1.0 - below)
        missing = max(0.0, missing)
    return found


@njit(cache=True)
def at_level(costs: Reals, mean: float, short: float, level: int) -> float:
    """Cost of a period from any level: below nothing each unit owed costs as long as it is owed."""
    if level < 0:
        return short * (mean - level)
    return costs[level] if level < len(costs) else math.inf


@njit(cache=True)
def single(hold: Reals, short: Reals, mean: Reals) -> tuple[Ints, Reals]:
    """The cheapest amount for one period of each item, and its cost."""
    many = len(mean)
    levels, paid = np.zeros(many, dtype=np.int64), np.zeros(many)
    for item in range(many):
        chance = poisson(mean[item])
        costs = night(chance, mean[item], hold[item], short[item])
        reached, level = chance[0], 0
        ratio = short[item] / (hold[item] + short[item])
        while reached < ratio - 1e-12 and level + 1 < len(chance):
            level += 1
            reached += chance[level]
        levels[item], paid[item] = level, costs[level]
    return levels, paid


@njit(cache=True)
def renewals(chance: Reals, count: int) -> Reals:
    """How often the stock is expected to lie so many units below where it was filled up to."""
    found = np.zeros(count)
    stays = 1.0 - chance[0]
    found[0] = 1.0 / stays
    for below in range(1, count):
        total = 0.0
        for used in range(1, min(below, len(chance) - 1) + 1):
            total += chance[used] * found[below - used]
        found[below] = total / stays
    return found


@njit(cache=True)
def average(costs: Reals, seen: Reals, terms: Reals, low: int, high: int) -> float:
    """Cost per period of filling up to `high` at `low` or below; terms: mean, short, fixed."""
    total, periods = terms[2], 0.0
    for below in range(high - low):
        total += seen[below] * at_level(costs, terms[0], terms[1], high - below)
        periods += seen[below]
    return float(total / periods)


@njit(cache=True)
def lasting(hold: Reals, short: Reals, fixed: Reals, mean: Reals) -> tuple[Ints, Ints, Reals]:
    """The cheapest (s, S) of each item and its cost (Zheng and Federgruen 1991)."""
    many = len(mean)
    lows, highs = np.zeros(many, dtype=np.int64), np.zeros(many, dtype=np.int64)
    paid = np.zeros(many)
    best_of, _ = single(hold, short, mean)
    for item in range(many):
        chance = poisson(mean[item])
        costs = night(chance, mean[item], hold[item], short[item])
        terms = np.array([mean[item], short[item], fixed[item]])
        reach = len(costs) + int(2.0 * math.sqrt(2.0 * fixed[item] * mean[item] / hold[item])) + 50
        if reach > len(costs):  # holding is linear where demand never reaches
            more = np.empty(reach)
            more[: len(costs)] = costs
            for level in range(len(costs), reach):
                more[level] = hold[item] * (level - mean[item])
            costs = more
        seen = renewals(chance, 2 * reach)
        top = best_of[item]
        low = top - 1
        while average(costs, seen, terms, low, top) > at_level(costs, terms[0], terms[1], low):
            low -= 1
        cost = average(costs, seen, terms, low, top)
        high = top + 1
        while at_level(costs, terms[0], terms[1], high) <= cost:
            if average(costs, seen, terms, low, high) < cost:
                top = high
                while average(costs, seen, terms, low, top) <= at_level(
                    costs, terms[0], terms[1], low + 1
                ):
                    low += 1
                cost = average(costs, seen, terms, low, top)
            high += 1
        lows[item], highs[item], paid[item] = low, top, cost
    return lows, highs, paid
