"""The arrays a choice is searched in, and how its kernels are compiled."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]

FAR = 1 << 50  # a limit that never binds; sums of amounts stay far below
PERMILLE = 1000
HARD, STOCK, SOFT, DOSE, WISHES, COST, CHANGES = range(7)
LEVELS = 7
FINE = 16  # energies are shifted by so many bits: slopes of wide windows stay whole

# columns of Tables.positions; PARTS: the sums over some positions only that count this one
(
    DAY, SHELF, SHELF_LEN, EARLIER, SKIP, PEERS, PEERS_LEN,
    PARTS, PARTS_LEN, MATES, MATES_LEN, MEAL, WANTED, SPOTS,
) = range(14)  # fmt: skip
# columns of Tables.options
GROUP, FAMILY, PENALTY, PRICE, TRAIT, OTHER_TRAIT, LINE, LOT = range(8)
# columns of Tables.bounds
(
    DIMENSION, HARD_LO, SOFT_LO, SOFT_HI, HARD_HI, REFERENCE,
    SOFT_WEIGHT, DOSE_WEIGHT, WISH_WEIGHT, SCOPE,
) = range(10)  # fmt: skip
# columns of Tables.groups
PER_DAY, TOTAL, GAP, REPEAT = range(4)
# columns of Tables.lots
UNTIL, UNITS, LEFT, WASTE = range(4)
# entries of Tables.scalars
FREE, FREE_LEN, CHANGE, APART, TRAITS = range(5)
# rows of State.guide: one column per bound, so that many are weighed at once
LOW, HIGH, HARD_LOW, HARD_HIGH, SLOPE, HARD_SLOPE, MOST = range(7)


Function = TypeVar("Function", bound=Callable[..., object])
_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "_nrt": False}
"""No kernel here makes an array, so none counts references: that took ten times as long."""


def compiled(function: Function) -> Function:
    """Compile a kernel; it is kept on disk."""
    made: Function = njit(**_OPTIONS)(function)
    return made


def inlined(function: Function) -> Function:
    """Compile a kernel into each of its callers."""
    made: Function = njit(forceinline=True, **_OPTIONS)(function)
    return made


class Rows(NamedTuple):
    """The same parts as Tables, as plain sequences.

    `of_day` and `of_all` name the dimensions summed over each day and over the horizon.
    """

    amounts: Sequence[Sequence[int]]
    of_day: Sequence[int]
    of_all: Sequence[int]
    options: Sequence[Sequence[int]]
    positions: Sequence[Sequence[int]]
    lists: Sequence[int]
    bounds: Sequence[Sequence[int]]
    groups: Sequence[Sequence[int]]
    meals: Sequence[int]
    stock: Sequence[int]
    lots: Sequence[Sequence[int]]
    tolls: Sequence[Sequence[int]]
    scalars: Sequence[int]


class Tables(NamedTuple):
    """The problem as arrays; the last option is "leave empty", other last rows are "none".

    The bounds lie in panels: as many for each day, then those of the horizon, then the parts. A
    panel holds what a day does not ask as an open bound, and each option's amounts in its order.
    """

    amounts: Ints  # option x dimension
    of_day: Ints  # option x bound of a day
    of_all: Ints  # option x bound of the horizon
    options: Ints
    positions: Ints
    lists: Ints  # shelves, peers with the same shelf, parts, positions of the same day, free ones
    bounds: Ints
    groups: Ints
    meals: Ints  # contrast penalty
    stock: Ints  # units
    lots: Ints
    tolls: Ints  # option x day
    scalars: Ints
    spots: Ints  # shelf x option: where on the shelf
    ranks: Ints  # shelf x bound of a day x rank: its options by what they bring, least first
    sizes: Ints  # shelf: how many options


class State(NamedTuple):
    """Where the walk stands, and the best it has seen."""

    choice: Ints
    totals: Ints  # bound
    counts: Ints  # group x day (last: horizon)
    served: Ints  # meal x trait
    drawn: Ints  # stock line
    spent: Ints  # lot
    guide: Ints  # limits and slopes of the present weights x bound
    energies: Ints  # part: index of the bound less those of the panels
    panels: Ints  # day (last: horizon): sums of energies of its panel
    scopes: Ints  # day (last: more than one): sums of energies of its panel and parts
    weights: Ints  # level, and last what a toll weighs
    best: Ints
    draws: Ints  # one number: the state of the generator


def as_ints(values: Sequence[int] | Sequence[Sequence[int]]) -> Ints:
    """Whole numbers as an array."""
    return np.array(values, dtype=np.int64)


def as_tables(
    rows: Rows, shelves: Sequence[tuple[int, ...]], *, days: int, dimensions: int
) -> Tables:
    """Rows of ints as arrays; a table without rows keeps its columns."""
    options = len(rows.options)
    amounts = as_ints(rows.amounts).reshape(options, dimensions)
    spots = np.zeros((len(shelves), options), dtype=np.int64)
    of_day = np.ascontiguousarray(amounts[:, as_ints(rows.of_day)])
    sizes = as_ints([len(shelf) for shelf in shelves])
    ranks = np.zeros((len(shelves), of_day.shape[1], max(sizes, default=0)), dtype=np.int64)
    for number, each in enumerate(shelves):
        shelf = as_ints(each)
        spots[number, shelf] = np.arange(len(shelf))
        order = np.argsort(of_day[shelf], axis=0, kind="stable")
        ranks[number, :, : len(shelf)] = shelf[order.T]
    return Tables(
        amounts=amounts,
        of_day=of_day,
        of_all=np.ascontiguousarray(amounts[:, as_ints(rows.of_all)]),
        options=as_ints(rows.options),
        positions=as_ints(rows.positions).reshape(-1, 14),
        lists=as_ints(rows.lists),
        bounds=as_ints(rows.bounds).reshape(-1, 10),
        groups=as_ints(rows.groups),
        meals=as_ints(rows.meals),
        stock=as_ints(rows.stock),
        lots=as_ints(rows.lots),
        tolls=as_ints(rows.tolls).reshape(options, days),
        scalars=as_ints(rows.scalars),
        spots=spots,
        ranks=ranks,
        sizes=sizes,
    )
