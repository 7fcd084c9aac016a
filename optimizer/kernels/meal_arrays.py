"""The arrays a choice is searched in, and how its kernels are compiled."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import njit

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]
"""Only what steers the walk; what is kept is compared in whole numbers."""
Labels = NDArray[np.uint32]

FAR = 1 << 50  # a limit that never binds; sums of amounts stay far below
PERMILLE = 1000
HARD, STOCK, SOFT, DOSE, WISHES, COST, CHANGES = range(7)
LEVELS = 7

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
# rows of State.limits and of State.slopes: one column per bound
LOW, HIGH, HARD_LOW, HARD_HIGH = range(4)
SLOPE, HARD_SLOPE = range(2)
# rows of Tables.labels: what stands beside the dish at each rank of a shelf
(LABEL_GROUP, LABEL_FAMILY, LABEL_TRAIT, LABEL_OTHER) = range(4)
LEAST, MOST = range(2)  # of Tables.reach, and rows of its panels
DRAWN_LINE, DRAWN_LOT = range(2)  # rows of Tables.drawers


Function = TypeVar("Function", bound=Callable[..., object])
_OPTIONS: dict[str, Any] = {"cache": True, "error_model": "numpy", "nogil": True, "_nrt": False}
"""No kernel here makes an array, so none counts references: that took ten times as long. Two walks
run side by side."""


def compiled(function: Function) -> Function:
    """Compile a kernel; it is kept on disk."""
    made: Function = njit(**_OPTIONS)(function)
    return made


def inlined(function: Function) -> Function:
    """Compile a kernel into each of its callers."""
    made: Function = njit(forceinline=True, **_OPTIONS)(function)
    return made


class Rows(NamedTuple):
    """The same parts as Tables, as plain sequences; no tolls: none is asked.

    `of_day` and `of_all` name the dimensions summed over each day and over the horizon.
    """

    of_day: Sequence[int]
    of_all: Sequence[int]
    positions: Sequence[Sequence[int]]
    lists: Sequence[int]
    bounds: Sequence[Sequence[int]]
    groups: Sequence[Sequence[int]]
    meals: Sequence[int]
    stock: Sequence[int]
    lots: Sequence[Sequence[int]]
    tolls: Sequence[Sequence[int]]
    scalars: Sequence[int]


class Shelves(NamedTuple):
    """What stands at each rank of each shelf, side by side, so that many are weighed at once."""

    spots: Ints  # shelf x option: its rank
    laid: Floats  # shelf x dimension x rank: amounts
    reach: Floats  # shelf x dimension x (least, most)
    labels: Labels  # shelf x kind x rank


class Tables(NamedTuple):
    """The problem as arrays; the last option is "leave empty", other last rows are "none".

    The bounds lie in panels: as many for each day, then those of the horizon, then the parts. A
    panel holds what a day does not ask as an open bound, and each option's amounts in its order.
    A shelf holds the options of some places, each at its rank.
    """

    amounts: Ints  # option x dimension
    of_day: Ints  # option x bound of a day
    of_all: Ints  # option x bound of the horizon
    daily: Ints  # bound of a day: its dimension
    whole: Ints  # bound of the horizon: its dimension
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
    spots: Ints  # shelf x option: its rank
    laid: Floats  # shelf x dimension x rank: amounts side by side, so that many are weighed at once
    reach: Floats  # shelf x dimension x (least, most)
    day_reach: Ints  # shelf x (least, most) x bound of a day
    all_reach: Ints  # shelf x (least, most) x bound of the horizon
    labels: Labels  # shelf x kind x rank
    drawers: Labels  # shelf x (line, lot) x rank; no ranks where nothing is drawn on
    bars: Ints  # position x rank: 1 where it may not stand; no rows: nothing is barred


class State(NamedTuple):
    """Where the walk stands, and the best it has seen."""

    choice: Ints
    totals: Ints  # bound
    counts: Ints  # group x day (last: horizon)
    served: Ints  # meal x trait
    drawn: Ints  # stock line
    spent: Ints  # lot
    limits: Ints  # at the present weights x bound
    slopes: Floats  # at the present weights x bound
    weights: Ints  # level, and last what a toll weighs
    plain: Floats  # position x rank: what an option weighs whatever else is chosen
    crowd: Floats  # day x group: what one more of it weighs
    burden: Floats  # stock line: what one more of it weighs
    relief: Floats  # day x lot: what one more of it weighs, never above nothing
    press: Ints  # bound of a panel: whether some option of a shelf passes a limit
    lead: Floats  # bound of one day: what a unit of its sum is worth there
    wish: Floats  # one number: what a wish weighed when the leads were found; 0: there are none
    base: Floats  # place of a day x rank: what an option weighs on a day without that day's others
    rests: Ints  # bound: its sum without the free places of a day
    sums: Ints  # bound: its sum with what the leads would choose
    aim: Floats  # rank: what each option of a place would change by the leads
    worth: Floats  # rank: what each option of a place weighs in a draw
    fit: Floats  # rank: what each option of a place would change
    places: Ints  # those of a chain
    former: Ints  # what stood there
    best: Ints
    draws: Ints  # one number: the state of the generator


def as_ints(values: Sequence[int] | Sequence[Sequence[int]]) -> Ints:
    """Whole numbers as an array."""
    return np.array(values, dtype=np.int64)


def as_floats(values: Sequence[float]) -> Floats:
    """Numbers that only steer, as an array."""
    return np.array(values, dtype=np.float32)


def lay_out(amounts: Ints, options: Ints, shelves: Sequence[tuple[int, ...]]) -> Shelves:
    """The options of each shelf side by side."""
    dimensions, widest = amounts.shape[1], max(map(len, shelves), default=0)
    found = Shelves(
        spots=np.zeros((len(shelves), len(options)), dtype=np.int64),
        laid=np.zeros((len(shelves), dimensions, widest), dtype=np.float32),
        reach=np.zeros((len(shelves), dimensions, 2), dtype=np.float32),
        labels=np.zeros((len(shelves), 4, widest), dtype=np.uint32),
    )
    for number, each in enumerate(shelves):
        shelf = as_ints(each)
        found.spots[number, shelf] = np.arange(len(shelf))
        beside = found.laid[number, :, : len(shelf)]
        beside[:] = amounts[shelf].T
        found.reach[number, :, LEAST] = beside.min(axis=1)
        found.reach[number, :, MOST] = beside.max(axis=1)
        labels = options[shelf][:, [GROUP, FAMILY, TRAIT, OTHER_TRAIT]]
        found.labels[number, :, : len(shelf)] = labels.T
    return found


def as_tables(rows: Rows, table: tuple[Ints, Ints], shelves: Shelves, *, days: int) -> Tables:
    """Rows of ints as arrays; a table without rows keeps its columns.

    `table`: the amounts of the options, and the options.
    """
    amounts, options = table
    daily, whole = as_ints(rows.of_day), as_ints(rows.of_all)
    tolls = as_ints(rows.tolls).reshape(-1, days)
    return Tables(
        amounts=amounts,
        of_day=np.ascontiguousarray(amounts[:, daily]),
        of_all=np.ascontiguousarray(amounts[:, whole]),
        daily=daily,
        whole=whole,
        options=options,
        positions=as_ints(rows.positions).reshape(-1, 14),
        lists=as_ints(rows.lists),
        bounds=as_ints(rows.bounds).reshape(-1, 10),
        groups=as_ints(rows.groups),
        meals=as_ints(rows.meals),
        stock=as_ints(rows.stock),
        lots=as_ints(rows.lots),
        tolls=tolls if len(tolls) else np.zeros((len(options), days), dtype=np.int64),
        scalars=as_ints(rows.scalars),
        spots=shelves.spots,
        laid=shelves.laid,
        reach=shelves.reach,
        day_reach=_panel_reach(shelves.reach, daily),
        all_reach=_panel_reach(shelves.reach, whole),
        labels=shelves.labels,
        drawers=_drawers(rows, options, shelves.labels.shape),
        bars=np.zeros((0, shelves.laid.shape[2]), dtype=np.int64),
    )


def _panel_reach(reach: Floats, dimensions: Ints) -> Ints:
    """The least and the most that a shelf brings, in the order of a panel."""
    return np.ascontiguousarray(reach[:, dimensions].transpose(0, 2, 1)).astype(np.int64)


def _drawers(rows: Rows, options: Ints, shape: tuple[int, ...]) -> Labels:
    """The stock line and the lot of the option at each rank of each shelf."""
    drawn = len(rows.stock) > 1 or len(rows.lots) > 1
    found = np.zeros((shape[0], 2, shape[2] if drawn else 0), dtype=np.uint32)
    if drawn:
        for start, length, spots in {
            (each[SHELF], each[SHELF_LEN], each[SPOTS]) for each in rows.positions
        }:
            shelf = as_ints(rows.lists[start : start + length])
            found[spots, :, :length] = options[shelf][:, [LINE, LOT]].T
    return found
