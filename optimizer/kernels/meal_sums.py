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
    compiled,
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


@compiled
def lean(fit: Floats, amounts: Floats, rank: int, ends: tuple[int, int], slope: np.float32) -> None:
    """Add to `fit` the weighed slack of one sum with each option instead of that at `rank`.

    `ends`: the limits of what the option itself may bring. A limit that no option of the shelf
    passes is left out: most sums press from one side. What the present option lacks is taken off
    before the slack is weighed, so that large slack does not swallow small.
    """
    low, high = np.float32(ends[0]), np.float32(ends[1])
    nil = np.float32(0)
    least = -max(low - amounts[rank], amounts[rank] - high, nil)
    low, high = low + least, high - least
    for at in range(len(fit)):
        fit[at] += max(low - amounts[at], amounts[at] - high, least) * slope


@compiled
def lean_low(fit: Floats, amounts: Floats, rank: int, low: int, slope: np.float32) -> None:
    """The same where only the lower limit can be passed."""
    least = -max(np.float32(low) - amounts[rank], np.float32(0))
    edge = np.float32(low) + least
    for at in range(len(fit)):
        fit[at] += max(edge - amounts[at], least) * slope


@compiled
def lean_high(fit: Floats, amounts: Floats, rank: int, high: int, slope: np.float32) -> None:
    """The same where only the upper limit can be passed."""
    least = -max(amounts[rank] - np.float32(high), np.float32(0))
    edge = np.float32(high) - least
    for at in range(len(fit)):
        fit[at] += max(amounts[at] - edge, least) * slope


@inlined
def fold(tables: Tables, state: State, place: int, row: int, dimension: int, fit: Floats) -> None:
    """Add to `fit` what bound `row` makes of each option of the place instead of the present."""
    shelf, old = tables.positions[place, SPOTS], state.choice[place]
    least, most = tables.reach[shelf, dimension, LEAST], tables.reach[shelf, dimension, MOST]
    rest = state.totals[row] - tables.amounts[old, dimension]
    amounts, rank = tables.laid[shelf, dimension], tables.spots[shelf, old]
    for end in range(2):
        low, high = state.limits[2 * end, row] - rest, state.limits[2 * end + 1, row] - rest
        slope = state.slopes[end, row]
        if least < low and most > high:
            lean(fit, amounts, rank, (low, high), slope)
        elif least < low:
            lean_low(fit, amounts, rank, low, slope)
        elif most > high:
            lean_high(fit, amounts, rank, high, slope)


@inlined
def fold_panel(
    tables: Tables, state: State, place: int, row: int, fit: Floats, panel: tuple[Ints, Ints, Ints]
) -> None:
    """Fold the bounds of a panel from `row` on; those that no option can pass are seen at once.

    `panel`: its dimensions, each option's amounts and each shelf's reach in their order.
    """
    dimensions, of_options, of_shelves = panel
    width = len(dimensions)
    old, reach = of_options[state.choice[place]], of_shelves[tables.positions[place, SPOTS]]
    totals, press = state.totals[row : row + width], state.press[:width]
    low, high = state.limits[LOW, row : row + width], state.limits[HIGH, row : row + width]
    for column in range(width):
        rest = totals[column] - old[column]
        press[column] = int(rest + reach[LEAST, column] < low[column]) | int(
            rest + reach[MOST, column] > high[column]
        )
    for column in range(width):
        if press[column] > 0:
            fold(tables, state, place, row + column, dimensions[column], fit)


@inlined
def fold_week(tables: Tables, state: State, place: int, fit: Floats) -> None:
    """Add to `fit` what the sums over the horizon make of each option of the place."""
    row = tables.tolls.shape[1] * len(tables.daily)
    panel = (tables.whole, tables.of_all, tables.all_reach)
    fold_panel(tables, state, place, row, fit, panel)


@inlined
def fold_day(tables: Tables, state: State, place: int, fit: Floats) -> None:
    """Add to `fit` what the other sums that count the place make of each of its options."""
    row = tables.positions[place, DAY] * len(tables.daily)
    panel = (tables.daily, tables.of_day, tables.day_reach)
    fold_panel(tables, state, place, row, fit, panel)
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        fold(tables, state, place, row, tables.bounds[row, DIMENSION], fit)


@inlined
def lean_row(state: State, row: int, step: int) -> float:
    """What it weighs that one sum becomes larger by `step`."""
    change, total = 0.0, state.totals[row]
    for end in range(2):
        low, high = state.limits[2 * end, row], state.limits[2 * end + 1, row]
        after = max(low - total - step, total + step - high, 0)
        change += float(after - max(low - total, total - high, 0)) * state.slopes[end, row]
    return change


@inlined
def lean_day(tables: Tables, state: State, place: int, new: int) -> float:
    """What the sums of the day and the parts make of one option instead of the present one."""
    old, change = state.choice[place], 0.0
    width = len(tables.daily)
    row = tables.positions[place, DAY] * width
    for column in range(width):
        step = tables.of_day[new, column] - tables.of_day[old, column]
        change += lean_row(state, row + column, step)
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        dimension = tables.bounds[row, DIMENSION]
        change += lean_row(
            state, row, tables.amounts[new, dimension] - tables.amounts[old, dimension]
        )
    return change


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
