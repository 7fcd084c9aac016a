"""Every choice found so far for every problem, and the mixture that keeps within the supplies."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from optimizer._linear import Floats, Programme
from optimizer.kernels.shared import MILLI, Ints, Pool, cheapest, settle
from optimizer.shared.walks import Column

_SWEEPS = 30
_NEAR = 20.0
_TINY = 1e-6
MANY = 2_000
"""For more owners than this the programme is only bounded: GLOP took minutes for 20,000."""
_STEPS, _PATIENCE = 150, 6
"""So many steps of the prices; the step is halved after so many that bettered no bound."""
_AHEAD = 0.01
"""The bound is first hoped to rise by this part of itself."""


class Linear(NamedTuple):
    """The optimum over all mixtures of columns: value, price per supply in milli, what is split.

    With prices alone: a bound below that optimum, and nothing is split.
    """

    value: int
    prices: Ints
    heaviest: Ints  # owner -> its column of the largest weight
    fractional: int


class Found:
    """Columns per owner, growing with each round. An owner has at least one."""

    def __init__(self) -> None:
        self._columns: list[list[Column]] = []

    def add_owner(self, column: Column) -> None:
        """Take in one more problem with its first column."""
        self._columns.append([column])

    def add(self, owner: int, column: Column) -> int:
        """One more column of an owner; its number."""
        self._columns[owner].append(column)
        return len(self._columns[owner]) - 1

    def __len__(self) -> int:
        return sum(map(len, self._columns))

    def column(self, owner: int, number: int) -> Column:
        """A column by its number within its owner."""
        return self._columns[owner][number]

    def used(self, standing: Sequence[int], supplies: int) -> Ints:
        """What the columns that stand draw together."""
        found = np.zeros(supplies, dtype=np.int64)
        for columns, number in zip(self._columns, standing, strict=True):
            found[columns[number].supply] += columns[number].amount
        return found

    def pool(self) -> Pool:
        """Everything as arrays."""
        each = [column for columns in self._columns for column in columns]
        return Pool(
            starts=_ends([len(columns) for columns in self._columns]),
            cost=np.array([column.cost for column in each], dtype=np.int64),
            rows=_ends([len(column.supply) for column in each]),
            supply=np.concatenate([column.supply for column in each]).astype(np.int64),
            amount=np.concatenate([column.amount for column in each]),
        )


def _ends(lengths: list[int]) -> Ints:
    return np.cumsum([0, *lengths], dtype=np.int64)


def picked(pool: Pool, start: Ints, at_most: Ints, fines: Ints) -> Ints:
    """Round to one column per owner: from a start, while cost and fines together fall."""
    taken = start.copy()
    settle(pool, taken, at_most, fines, _SWEEPS)
    return taken


def linear(pool: Pool, at_most: Ints, fines: Ints, prices: Ints) -> Linear:
    """Solve the linear programme over the columns by GLOP, letting columns in as they pay.

    One row per owner and one per supply; drawing beyond a supply costs its fine. It starts from
    the columns that are best, or nearly so, at `prices`.
    """
    owner = np.repeat(np.arange(len(pool.starts) - 1), np.diff(pool.starts))
    worth = _worth(pool, prices / MILLI)
    inside = np.flatnonzero(worth <= _least(pool, worth)[owner] + _NEAR)
    while True:
        value, dual, weights = _solve(_rows(pool, owner, inside), at_most, fines)
        worth = _worth(pool, dual)
        least = np.full(len(pool.starts) - 1, np.inf)
        np.minimum.at(least, owner[inside], worth[inside])
        paying = np.setdiff1d(np.flatnonzero(worth < least[owner] - _TINY), inside)
        if not len(paying):
            return _linear(pool, owner[inside], inside, weights, value, dual)
        inside = np.union1d(inside, paying)


def by_prices(pool: Pool, at_most: Ints, fines: Ints, start: Ints) -> Linear:
    """The best bound that prices give, each owner taking its cheapest column (Lagrange).

    It is never above the optimum of the linear programme. Steps follow the subgradient as far as
    Polyak (1969) says, in units of the fines, from prices in milli.
    """
    prices = np.minimum(start, fines)
    taken = pool.starts[:-1].copy()
    best, kept, chosen = -(1 << 62), prices, taken.copy()
    ahead, quiet = _AHEAD, 0
    for _ in range(_STEPS):
        beyond = cheapest(pool, prices, taken, len(at_most)) - at_most
        bound = int(pool.cost[taken].sum()) * MILLI + int(prices @ beyond)
        quiet += 1
        if bound > best:
            best, kept, chosen, quiet = bound, prices, taken.copy(), 0
        if quiet == _PATIENCE:
            ahead, quiet, prices = ahead / 2, 0, kept
            continue
        slopes = np.where((prices > 0) | (beyond > 0), beyond * fines.astype(np.float64), 0.0)
        norm = float(slopes @ slopes)
        if norm == 0:
            break
        step = (best + ahead * abs(best) - bound) / norm
        moved = np.round(prices + step * slopes * fines).astype(np.int64)
        prices = np.clip(moved, 0, fines)
    return Linear(value=best // MILLI, prices=kept, heaviest=chosen, fractional=0)


def _least(pool: Pool, worth: Floats) -> Floats:
    least: Floats = np.minimum.reduceat(worth, pool.starts[:-1])
    return least


def _worth(pool: Pool, prices: Floats) -> Floats:
    """What each column costs with its draws at the prices."""
    charges = np.concatenate([[0.0], np.cumsum(prices[pool.supply] * pool.amount)])
    worth: Floats = pool.cost.astype(np.float64) + np.diff(charges[pool.rows])
    return worth


def _linear(
    pool: Pool, owners: Ints, inside: Ints, weights: Floats, value: float, dual: Floats
) -> Linear:
    order = np.lexsort((-np.round(weights, 9), owners))
    found, first = np.unique(owners[order], return_index=True)
    heaviest = pool.starts[:-1].copy()
    heaviest[found] = inside[order][first]
    split = np.unique(owners[(weights > _TINY) & (weights < 1 - _TINY)])
    return Linear(
        value=round(value),
        prices=np.round(dual * MILLI).astype(np.int64),
        heaviest=heaviest,
        fractional=len(split),
    )


class _Model(NamedTuple):
    """Columns with their costs, the terms of each row, owners first."""

    cost: Floats
    owners: Ints  # column -> row of its owner
    columns: Ints  # term -> column
    supplies: Ints  # term -> supply
    amounts: Ints  # term


def _rows(pool: Pool, owner: Ints, inside: Ints) -> _Model:
    lengths = np.diff(pool.rows)[inside]
    columns = np.repeat(np.arange(len(inside)), lengths)
    terms = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    terms += np.repeat(pool.rows[inside], lengths)
    return _Model(
        cost=pool.cost[inside].astype(np.float64),
        owners=np.unique(owner[inside], return_inverse=True)[1],
        columns=columns,
        supplies=pool.supply[terms],
        amounts=pool.amount[terms],
    )


def _solve(rows: _Model, at_most: Ints, fines: Ints) -> tuple[float, Floats, Floats]:
    """Value, price per supply, weight per column."""
    model = Programme()
    for cost in rows.cost.tolist():
        model.column(cost)
    owners = [model.row(1.0, 1.0) for _ in range(int(rows.owners.max()) + 1)]
    supplies = [model.row(-np.inf, float(limit)) for limit in at_most.tolist()]
    for row, fine in zip(supplies, fines.tolist(), strict=True):
        model.term(row, model.column(fine / MILLI), -1.0)
    for column, row in enumerate(rows.owners.tolist()):
        model.term(owners[row], column, 1.0)
    terms = (rows.supplies.tolist(), rows.columns.tolist(), rows.amounts.tolist())
    for supply, column, amount in zip(*terms, strict=True):
        model.term(supplies[supply], column, float(amount))
    solved = model.solve()
    prices = np.maximum(0.0, -solved.duals[len(owners) :])
    return solved.value, prices, solved.weights[: len(rows.cost)]
