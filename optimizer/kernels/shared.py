"""Compiled sums over many choices that draw on the same supplies: whole numbers only."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import njit

Ints = NDArray[np.int64]

MILLI = 1000


class Draws(NamedTuple):
    """What each option of one problem draws: rows of (tag, amount), and where each option's lie."""

    starts: Ints  # option -> first row; one entry more than options
    rows: Ints  # row x (tag, amount)


class Stores(NamedTuple):
    """Which supplies a tag on a day falls under, and what there is of each."""

    starts: Ints  # tag * days + day -> first entry of `members`
    members: Ints  # supply
    at_most: Ints  # supply
    days: int


class Pool(NamedTuple):
    """Every choice found so far, those of one owner side by side."""

    starts: Ints  # owner -> first column
    cost: Ints  # column
    rows: Ints  # column -> first entry of `supply` and `amount`
    supply: Ints
    amount: Ints


@njit(cache=True, error_model="numpy")
def use_of(draws: Draws, stores: Stores, days: Ints, choice: Ints) -> Ints:
    """Give what one choice draws from each supply."""
    used = np.zeros(len(stores.at_most), dtype=np.int64)
    for place in range(len(choice)):
        for row in range(draws.starts[choice[place]], draws.starts[choice[place] + 1]):
            at = draws.rows[row, 0] * stores.days + days[place]
            for entry in range(stores.starts[at], stores.starts[at + 1]):
                used[stores.members[entry]] += draws.rows[row, 1]
    return used


@njit(cache=True, error_model="numpy")
def charges_of(draws: Draws, stores: Stores, prices: Ints) -> Ints:
    """Give what each option is charged on each day: amounts times thousandths, rounded up."""
    charges = np.zeros((len(draws.starts) - 1, stores.days), dtype=np.int64)
    for option in range(charges.shape[0]):
        for row in range(draws.starts[option], draws.starts[option + 1]):
            for day in range(stores.days):
                at = draws.rows[row, 0] * stores.days + day
                for entry in range(stores.starts[at], stores.starts[at + 1]):
                    price = prices[stores.members[entry]]
                    charges[option, day] += (price * draws.rows[row, 1] + MILLI - 1) // MILLI
    return charges


@njit(cache=True, error_model="numpy")
def touches(draws: Draws, stores: Stores, marked: Ints) -> Ints:
    """Say per option and day whether it draws on a marked supply."""
    found = np.zeros((len(draws.starts) - 1, stores.days), dtype=np.int64)
    for option in range(found.shape[0]):
        for row in range(draws.starts[option], draws.starts[option + 1]):
            for day in range(stores.days):
                at = draws.rows[row, 0] * stores.days + day
                for entry in range(stores.starts[at], stores.starts[at + 1]):
                    if marked[stores.members[entry]]:
                        found[option, day] = 1
    return found


@njit(cache=True, error_model="numpy")
def tally(pool: Pool, taken: Ints, supplies: int) -> Ints:
    """Give what the taken columns draw from each supply together."""
    used = np.zeros(supplies, dtype=np.int64)
    for owner in range(len(taken)):
        for entry in range(pool.rows[taken[owner]], pool.rows[taken[owner] + 1]):
            used[pool.supply[entry]] += pool.amount[entry]
    return used


@njit(cache=True, error_model="numpy", forceinline=True)
def over(used: int, at_most: int) -> int:
    """What is drawn beyond what there is."""
    return used - at_most if used > at_most else 0


@njit(cache=True, error_model="numpy")
def settle(pool: Pool, taken: Ints, at_most: Ints, fines: Ints, sweeps: int) -> Ints:
    """Let owners change columns while cost and fines together fall; `fines` are milli per unit.

    Each sweep asks every owner once, in order; it ends early when nobody changes. Give the use.
    """
    used = tally(pool, taken, len(at_most))
    for _ in range(sweeps):
        changed = False
        for owner in range(len(taken)):
            old = taken[owner]
            for entry in range(pool.rows[old], pool.rows[old + 1]):
                used[pool.supply[entry]] -= pool.amount[entry]
            best = old
            least = np.int64(1) << 62
            for column in range(pool.starts[owner], pool.starts[owner + 1]):
                worth = pool.cost[column] * MILLI
                for entry in range(pool.rows[column], pool.rows[column + 1]):
                    supply, amount = pool.supply[entry], pool.amount[entry]
                    more = over(used[supply] + amount, at_most[supply])
                    worth += fines[supply] * (more - over(used[supply], at_most[supply]))
                if worth < least or (worth == least and column == old):
                    least = worth
                    best = column
            for entry in range(pool.rows[best], pool.rows[best + 1]):
                used[pool.supply[entry]] += pool.amount[entry]
            taken[owner] = best
            changed = changed or best != old
        if not changed:
            break
    return used


@njit(cache=True, error_model="numpy")
def cheapest(pool: Pool, prices: Ints, taken: Ints, supplies: int) -> Ints:
    """Let every owner take what is cheapest at prices in milli per unit; give the use."""
    used = np.zeros(supplies, dtype=np.int64)
    for owner in range(len(taken)):
        least = np.int64(1) << 62
        for column in range(pool.starts[owner], pool.starts[owner + 1]):
            worth = pool.cost[column] * MILLI
            for entry in range(pool.rows[column], pool.rows[column + 1]):
                worth += prices[pool.supply[entry]] * pool.amount[entry]
            if worth < least:
                least = worth
                taken[owner] = column
        for entry in range(pool.rows[taken[owner]], pool.rows[taken[owner] + 1]):
            used[pool.supply[entry]] += pool.amount[entry]
    return used


@njit(cache=True, error_model="numpy")
def drawn(pool: Pool, column: int, supply: int) -> int:
    """Give what a column draws from a supply."""
    for entry in range(pool.rows[column], pool.rows[column + 1]):
        if pool.supply[entry] == supply:
            return int(pool.amount[entry])
    return 0


@njit(cache=True, error_model="numpy")
def losses(pool: Pool, taken: Ints, supply: int) -> tuple[Ints, Ints]:
    """Give what each owner draws from a supply, and what it costs to take a column drawing less."""
    amounts = np.zeros(len(taken), dtype=np.int64)
    lost = np.zeros(len(taken), dtype=np.int64)
    for owner in range(len(taken)):
        amounts[owner] = drawn(pool, taken[owner], supply)
        if amounts[owner] == 0:
            continue
        least = np.int64(1) << 40
        for column in range(pool.starts[owner], pool.starts[owner + 1]):
            if drawn(pool, column, supply) < amounts[owner]:
                least = min(least, pool.cost[column] - pool.cost[taken[owner]])
        lost[owner] = least
    return amounts, lost
