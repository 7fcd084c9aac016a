"""Compiled sums against their bounds: weighed for a whole shelf at once, counted exactly after."""

import numpy as np

from optimizer.kernels.meal_arrays import (
    DAY,
    DIMENSION,
    DOSE,
    DOSE_WEIGHT,
    HARD,
    HARD_HI,
    HARD_HIGH,
    HARD_LO,
    HARD_LOW,
    HARD_SLOPE,
    HIGH,
    LEAST,
    LOW,
    MOST,
    PARTS,
    PARTS_LEN,
    PERMILLE,
    REFERENCE,
    SLOPE,
    SOFT,
    SOFT_HI,
    SOFT_LO,
    SOFT_WEIGHT,
    SPOTS,
    WISH_WEIGHT,
    WISHES,
    Floats,
    Ints,
    State,
    Tables,
    inlined,
)


@inlined
def permille(excess: int, reference: int) -> int:
    """Slack in thousandths of the reference, rounded up."""
    return (excess * PERMILLE + reference - 1) // reference


@inlined
def rate(bounds: Ints, row: int, total: int) -> tuple[int, int]:
    """Hard and soft slack of one sum in permille."""
    soft = max(bounds[row, SOFT_LO] - total, total - bounds[row, SOFT_HI])
    hard = max(bounds[row, HARD_LO] - total, total - bounds[row, HARD_HI])
    if soft <= 0 and hard <= 0:
        return 0, 0
    reference = bounds[row, REFERENCE]
    hard = permille(hard, reference) if hard > 0 else 0
    soft = permille(soft, reference) if soft > 0 else 0
    return hard, soft


@inlined
def add_up(tables: Tables, state: State, place: int, old: int, new: int) -> None:
    """Bring every sum that counts the place up to date."""
    width = tables.of_day.shape[1]
    row = tables.positions[place, DAY] * width
    for column in range(width):
        state.totals[row + column] += tables.of_day[new, column] - tables.of_day[old, column]
    row = tables.tolls.shape[1] * width
    for column in range(tables.of_all.shape[1]):
        state.totals[row + column] += tables.of_all[new, column] - tables.of_all[old, column]
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        dimension = tables.bounds[row, DIMENSION]
        state.totals[row] += tables.amounts[new, dimension] - tables.amounts[old, dimension]


@inlined
def price_row(bounds: Ints, state: State, row: int, step: int, delta: Ints) -> None:
    """Add to `delta` how the exact slack of one sum changes."""
    if step == 0:
        return
    hard, soft = rate(bounds, row, state.totals[row] + step)
    hard_before, soft_before = rate(bounds, row, state.totals[row])
    soft -= soft_before
    delta[HARD] += hard - hard_before
    delta[SOFT] += soft * bounds[row, SOFT_WEIGHT]
    delta[DOSE] += soft * bounds[row, DOSE_WEIGHT]
    delta[WISHES] += soft * bounds[row, WISH_WEIGHT]


@inlined
def price_sums(tables: Tables, state: State, place: int, new: int, delta: Ints) -> None:
    """Add to `delta` how the exact slack of every sum changes when `place` takes `new`."""
    old, day = state.choice[place], tables.positions[place, DAY]
    width = tables.of_day.shape[1]
    for column in range(width):
        step = tables.of_day[new, column] - tables.of_day[old, column]
        price_row(tables.bounds, state, day * width + column, step, delta)
    above = tables.tolls.shape[1] * width
    for column in range(tables.of_all.shape[1]):
        step = tables.of_all[new, column] - tables.of_all[old, column]
        price_row(tables.bounds, state, above + column, step, delta)
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        dimension = tables.bounds[row, DIMENSION]
        step = tables.amounts[new, dimension] - tables.amounts[old, dimension]
        price_row(tables.bounds, state, row, step, delta)


@inlined
def weigh_sums(tables: Tables, state: State, weights: Ints) -> None:
    """Set the limits of each sum and what one unit beyond them weighs."""
    bounds = tables.bounds
    for row in range(len(bounds)):
        reference = bounds[row, REFERENCE]
        soft = bounds[row, SOFT_WEIGHT] * weights[SOFT] + bounds[row, DOSE_WEIGHT] * weights[DOSE]
        soft += bounds[row, WISH_WEIGHT] * weights[WISHES]
        state.limits[LOW, row] = max(bounds[row, SOFT_LO], bounds[row, HARD_LO])
        state.limits[HIGH, row] = min(bounds[row, SOFT_HI], bounds[row, HARD_HI])
        state.limits[HARD_LOW, row] = bounds[row, HARD_LO]
        state.limits[HARD_HIGH, row] = bounds[row, HARD_HI]
        state.slopes[SLOPE, row] = np.float32(soft * PERMILLE / reference)
        state.slopes[HARD_SLOPE, row] = np.float32(weights[HARD] * PERMILLE / reference)


@inlined
def lean(fit: Floats, amounts: Floats, rank: int, ends: tuple[int, int], slope: np.float32) -> None:
    """Add to `fit` the weighed slack of one sum with each option instead of that at `rank`.

    `ends`: the limits of what the option itself may bring.
    """
    low, high = np.float32(ends[0]), np.float32(ends[1])
    nil = np.float32(0)
    now = max(low - amounts[rank], amounts[rank] - high, nil) * slope
    for at in range(len(fit)):
        below, above = low - amounts[at], amounts[at] - high
        beyond = max(above, below)
        fit[at] += (max(nil, beyond)) * slope - now


@inlined
def fold(tables: Tables, state: State, place: int, row: int, dimension: int, fit: Floats) -> None:
    """Add to `fit` what bound `row` makes of each option of the place instead of the present."""
    shelf, old = tables.positions[place, SPOTS], state.choice[place]
    least, most = tables.reach[shelf, dimension, LEAST], tables.reach[shelf, dimension, MOST]
    rest = state.totals[row] - tables.amounts[old, dimension]
    for end in range(2):
        low, high = state.limits[2 * end, row] - rest, state.limits[2 * end + 1, row] - rest
        if least < low or most > high:
            slope = state.slopes[end, row]
            lean(fit, tables.laid[shelf, dimension], tables.spots[shelf, old], (low, high), slope)


@inlined
def fold_all(tables: Tables, state: State, place: int, fit: Floats) -> None:
    """Add to `fit` what every sum that counts the place makes of each of its options."""
    row = tables.positions[place, DAY] * len(tables.daily)
    for column in range(len(tables.daily)):
        fold(tables, state, place, row + column, tables.daily[column], fit)
    row = tables.tolls.shape[1] * len(tables.daily)
    for column in range(len(tables.whole)):
        fold(tables, state, place, row + column, tables.whole[column], fit)
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        fold(tables, state, place, row, tables.bounds[row, DIMENSION], fit)


@inlined
def count_sums(tables: Tables, state: State, levels: Ints) -> None:
    """Add the exact slack of every sum to its levels."""
    bounds = tables.bounds
    for row in range(len(bounds)):
        hard, soft = rate(bounds, row, state.totals[row])
        levels[HARD] += hard
        levels[SOFT] += soft * bounds[row, SOFT_WEIGHT]
        levels[DOSE] += soft * bounds[row, DOSE_WEIGHT]
        levels[WISHES] += soft * bounds[row, WISH_WEIGHT]
