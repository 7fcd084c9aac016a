"""Compiled prices of the sums of a day: what a gram is worth where the whole day is chosen anew.

The multipliers of Lagrange's relaxation: with them every place of a day chooses for itself, and the
day keeps its limits nearly. One ascent by the sign of what is missing, in steps that shrink.
"""

import numpy as np

from optimizer.kernels.meal_arrays import (
    DAY,
    DIMENSION,
    FAMILY,
    FAR,
    FREE,
    FREE_LEN,
    GROUP,
    HARD_SLOPE,
    HIGH,
    LABEL_FAMILY,
    LABEL_GROUP,
    LOW,
    MATES,
    MATES_LEN,
    PARTS,
    PARTS_LEN,
    PERMILLE,
    REFERENCE,
    SCOPE,
    SHELF,
    SHELF_LEN,
    SLOPE,
    SPOTS,
    WISHES,
    Floats,
    Ints,
    State,
    Tables,
    compiled,
    inlined,
)
from optimizer.kernels.meal_choice import count_in, crowd_on

_NIL = np.float32(0)


@inlined
def follow(tables: Tables, state: State, place: int, fit: Floats) -> None:
    """Add to `fit` what the leads make of each option of the place."""
    shelf, width = tables.positions[place, SPOTS], len(tables.daily)
    row = tables.positions[place, DAY] * width
    for column in range(width):
        worth = state.lead[row + column]
        if worth != 0:
            amounts = tables.laid[shelf, tables.daily[column]]
            for rank in range(len(fit)):
                fit[rank] += amounts[rank] * worth
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        worth = state.lead[row]
        if worth != 0:
            amounts = tables.laid[shelf, tables.bounds[row, DIMENSION]]
            for rank in range(len(fit)):
                fit[rank] += amounts[rank] * worth


@inlined
def weigh_led(tables: Tables, state: State, place: int, aim: Floats) -> None:
    """Add to `aim` what the leads make of each option instead of the present one."""
    follow(tables, state, place, aim)
    now = aim[tables.spots[tables.positions[place, SPOTS], state.choice[place]]]
    for rank in range(len(aim)):
        aim[rank] -= now


@inlined
def sum_up(tables: Tables, sums: Ints, place: int, option: int, step: int) -> None:
    """Add an option of a place (1), or take it off (-1), in the sums of its day and its parts."""
    width = len(tables.daily)
    row = tables.positions[place, DAY] * width
    for column in range(width):
        sums[row + column] += step * tables.of_day[option, column]
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        sums[row] += step * tables.amounts[option, tables.bounds[row, DIMENSION]]


@inlined
def lift_day(tables: Tables, state: State, day: int, span: tuple[int, int], step: int) -> None:
    """Count the free places of a day out (-1) or in again (1)."""
    for at in range(span[0], span[0] + span[1]):
        place = tables.lists[at]
        count_in(tables, state, place, state.choice[place], step)
    for at in range(span[0], span[0] + span[1]):
        for column in range(GROUP, FAMILY + 1):
            group = tables.options[state.choice[tables.lists[at]], column]
            crowd_on(tables, state, group, day)


@inlined
def empty_day(tables: Tables, state: State, day: int, span: tuple[int, int]) -> None:
    """Weigh each option of each place as if the free places of the day were empty."""
    for row in range(len(state.rests)):
        state.rests[row] = state.totals[row]
    lift_day(tables, state, day, span, -1)
    crowd = state.crowd[day]
    for at in range(span[1]):
        place = tables.lists[span[0] + at]
        sum_up(tables, state.rests, place, state.choice[place], -1)
        labels, plain = tables.labels[tables.positions[place, SPOTS]], state.plain[place]
        base = state.base[at]
        for rank in range(tables.positions[place, SHELF_LEN]):
            base[rank] = plain[rank] + (
                crowd[labels[LABEL_GROUP, rank]] + crowd[labels[LABEL_FAMILY, rank]]
            )
    lift_day(tables, state, day, span, 1)


@inlined
def fill_day(tables: Tables, state: State, span: tuple[int, int]) -> None:
    """Let each place of the day take what is best by the leads, and sum that up."""
    for row in range(len(state.sums)):
        state.sums[row] = state.rests[row]
    for at in range(span[1]):
        place = tables.lists[span[0] + at]
        fit, base = state.aim[: tables.positions[place, SHELF_LEN]], state.base[at]
        for rank in range(len(fit)):
            fit[rank] = base[rank]
        follow(tables, state, place, fit)
        found = 0
        for rank in range(1, len(fit)):
            if fit[rank] < fit[found]:
                found = rank
        option = tables.lists[tables.positions[place, SHELF] + found]
        sum_up(tables, state.sums, place, option, 1)


@inlined
def follow_up(tables: Tables, state: State, row: int, pace: float) -> None:
    """Raise the lead of a sum that is too high, lower it where that is too low, else wane."""
    low, high, total = state.limits[LOW, row], state.limits[HIGH, row], state.sums[row]
    if low < -FAR // 2 and high > FAR // 2:
        return
    step = np.float32(pace * PERMILLE / tables.bounds[row, REFERENCE])
    top = state.slopes[SLOPE, row] + state.slopes[HARD_SLOPE, row]
    worth = state.lead[row]
    if total > high:
        worth = min(top, worth + step)
    elif total < low:
        worth = max(-top, worth - step)
    elif worth > 0:
        worth = max(_NIL, worth - step)
    else:
        worth = min(_NIL, worth + step)
    state.lead[row] = worth


@inlined
def day_span(tables: Tables, day: int) -> tuple[int, int]:
    """Where the free places of a day stand in the lists, and how many they are."""
    free = tables.scalars[FREE]
    for at in range(free, free + tables.scalars[FREE_LEN]):
        place = tables.lists[at]
        if tables.positions[place, DAY] == day:
            return tables.positions[place, MATES], tables.positions[place, MATES_LEN]
    return 0, 0


@compiled
def find_leads(tables: Tables, state: State, paces: Floats) -> None:
    """Find what a unit of each sum of a day is worth, from the leads there are; state is weighed.

    `paces`: how many points among the wishes a permille of a sum may become dearer or cheaper at
    each step. A unit is never worth more than what it costs to be without.
    """
    wish = np.float32(state.weights[WISHES])
    if state.wish[0] > 0:
        ratio = wish / state.wish[0]
        for row in range(len(state.lead)):
            state.lead[row] *= ratio
    state.wish[0] = wish
    for day in range(state.crowd.shape[0]):
        span = day_span(tables, day)
        if span[1] == 0:
            continue
        empty_day(tables, state, day, span)
        for step in range(len(paces)):
            fill_day(tables, state, span)
            for row in range(len(state.sums)):
                if tables.bounds[row, SCOPE] == day:
                    follow_up(tables, state, row, paces[step] * wish)
