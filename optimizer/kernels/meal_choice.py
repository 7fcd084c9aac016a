"""Compiled prices of a choice: each level counted exactly, or a whole shelf weighed to steer."""

from collections.abc import Sequence

import numpy as np

from optimizer.kernels.meal_arrays import (
    APART,
    CHANGE,
    CHANGES,
    COST,
    DAY,
    DOSE,
    DRAWN_LINE,
    DRAWN_LOT,
    EARLIER,
    FAMILY,
    GAP,
    GROUP,
    HARD,
    LABEL_FAMILY,
    LABEL_GROUP,
    LABEL_OTHER,
    LABEL_TRAIT,
    LEFT,
    LEVELS,
    LINE,
    LOT,
    MEAL,
    OTHER_TRAIT,
    PENALTY,
    PER_DAY,
    PRICE,
    REPEAT,
    SHELF,
    SHELF_LEN,
    SKIP,
    SOFT,
    SPOTS,
    STOCK,
    TOTAL,
    TRAIT,
    TRAITS,
    UNITS,
    UNTIL,
    WANTED,
    WASTE,
    WISHES,
    Floats,
    Ints,
    State,
    Tables,
    as_ints,
    compiled,
    inlined,
)
from optimizer.kernels.meal_sums import (
    add_up,
    count_sums,
    price_sums,
    weigh_sums,
)

BARRED = np.float32(1e30)
"""What a barred option weighs: it is never taken."""


def start_state(tables: Tables, start: Sequence[int], *, seed: int) -> State:
    """Stand at `start`, with every sum in place."""
    choice = as_ints(start)
    days, bounds = tables.tolls.shape[1], len(tables.bounds)
    widest = tables.laid.shape[2]
    state = State(
        choice=choice,
        totals=np.zeros(bounds, dtype=np.int64),
        counts=np.zeros((len(tables.groups), days + 1), dtype=np.int64),
        served=np.zeros((len(tables.meals), int(tables.scalars[TRAITS])), dtype=np.int64),
        drawn=np.zeros(len(tables.stock), dtype=np.int64),
        spent=np.zeros(len(tables.lots), dtype=np.int64),
        limits=np.zeros((4, bounds), dtype=np.int64),
        slopes=np.zeros((2, bounds), dtype=np.float32),
        weights=np.zeros(LEVELS + 1, dtype=np.int64),
        plain=np.zeros((len(choice), widest), dtype=np.float32),
        crowd=np.zeros((days, len(tables.groups)), dtype=np.float32),
        burden=np.zeros(len(tables.stock), dtype=np.float32),
        relief=np.zeros((days, len(tables.lots)), dtype=np.float32),
        press=np.zeros(max(len(tables.daily), len(tables.whole)), dtype=np.int64),
        lead=np.zeros(bounds, dtype=np.float32),
        wish=np.zeros(1, dtype=np.float32),
        base=np.zeros((len(choice), widest), dtype=np.float32),
        rests=np.zeros(bounds, dtype=np.int64),
        sums=np.zeros(bounds, dtype=np.int64),
        aim=np.zeros(widest, dtype=np.float32),
        worth=np.zeros(widest, dtype=np.float32),
        fit=np.zeros(widest, dtype=np.float32),
        places=np.zeros(len(choice), dtype=np.int64),
        former=np.zeros(len(choice), dtype=np.int64),
        best=choice.copy(),
        draws=as_ints([seed * 1_000_003 + 12_345]),
    )
    fill(tables, state)
    return state


def no_levels() -> Ints:
    """Room for one number per level."""
    return np.zeros(LEVELS, dtype=np.int64)


def levels_of(tables: Tables, state: State) -> tuple[int, ...]:
    """Every level of the present choice, as plain numbers."""
    levels = no_levels()
    recount(tables, state, levels)
    return tuple(levels.tolist())


def price_of(tables: Tables, state: State, place: int, option: int) -> tuple[int, ...]:
    """How each level would change; the state stays as it is."""
    delta = no_levels()
    price_once(tables, state, place, option, delta)
    return tuple(delta.tolist())


@inlined
def crowding(groups: Ints, counts: Ints, group: int, day: int) -> int:
    """What one more of a group on this day breaks, given the counts without it."""
    if groups[group, REPEAT] == 0:
        return 0
    last = counts.shape[1] - 1
    gap = groups[group, GAP]
    broken = 0
    if counts[group, day] >= groups[group, PER_DAY]:
        broken += 1
    if counts[group, last] >= groups[group, TOTAL]:
        broken += 1
    if gap > 1 and counts[group, day] == 0 and counts[group, last] > 0:
        for other in range(max(0, day - gap + 1), min(last, day + gap)):
            if counts[group, other] > 0:
                broken += gap - abs(day - other)
    return int(broken * groups[group, REPEAT])


@inlined
def regroup(groups: Ints, counts: Ints, old: int, new: int, day: int) -> int:
    """What it changes when one of `old` becomes one of `new`; the counts stay as they are."""
    if old == new:
        return 0
    last = counts.shape[1] - 1
    counts[old, day] -= 1
    counts[old, last] -= 1
    change = crowding(groups, counts, new, day) - crowding(groups, counts, old, day)
    counts[old, day] += 1
    counts[old, last] += 1
    return change


@inlined
def contrast(tables: Tables, state: State, meal: int, old: int, new: int) -> int:
    """How many traits more come again in the meal when option `new` replaces `old`."""
    options, served = tables.options, state.served
    none = served.shape[1] - 1
    change = 0
    for column in range(TRAIT, OTHER_TRAIT + 1):
        trait = options[old, column]
        if trait != none:
            served[meal, trait] -= 1
            change -= int(served[meal, trait] > 0)
    for column in range(TRAIT, OTHER_TRAIT + 1):
        trait = options[new, column]
        if trait != none:
            change += int(served[meal, trait] > 0)
            served[meal, trait] += 1
    for column in range(TRAIT, OTHER_TRAIT + 1):
        served[meal, options[new, column]] -= 1
        served[meal, options[old, column]] += 1
    served[meal, none] = 0
    return change


@inlined
def left_over(tables: Tables, state: State, lot: int, day: int, step: int) -> int:
    """How many units more are lost when `step` more are taken on the day."""
    if day > tables.lots[lot, UNTIL]:
        return 0
    spare = tables.lots[lot, UNITS] - state.spent[lot]
    return int(max(0, spare - step) - max(0, spare))


@inlined
def around(tables: Tables, state: State, place: int, new: int) -> tuple[int, int, int, int, int]:
    """What changes besides the bounds: overrun, tolls, wishes, cost, changes."""
    options, positions = tables.options, tables.positions
    old = state.choice[place]
    day = positions[place, DAY]
    nothing = options.shape[0] - 1
    wish = options[new, PENALTY] - options[old, PENALTY]
    wish += positions[place, SKIP] * (int(new == nothing) - int(old == nothing))
    changes = 0
    if positions[place, EARLIER] >= 0:
        changes = int(new != positions[place, EARLIER]) - int(old != positions[place, EARLIER])
        wish += tables.scalars[CHANGE] * changes
    if positions[place, WANTED] >= 0:
        apart = int(options[new, GROUP] != positions[place, WANTED])
        apart -= int(options[old, GROUP] != positions[place, WANTED])
        wish += tables.scalars[APART] * apart
    wish += regroup(tables.groups, state.counts, options[old, GROUP], options[new, GROUP], day)
    wish += regroup(tables.groups, state.counts, options[old, FAMILY], options[new, FAMILY], day)
    if tables.meals[positions[place, MEAL]]:
        again = contrast(tables, state, positions[place, MEAL], old, new)
        wish += again * tables.meals[positions[place, MEAL]]
    cost = options[new, PRICE] - options[old, PRICE]
    before, after = options[old, LOT], options[new, LOT]
    if before != after:
        less = left_over(tables, state, before, day, -1)
        more = left_over(tables, state, after, day, 1)
        wish += less * tables.lots[before, LEFT] + more * tables.lots[after, LEFT]
        cost += less * tables.lots[before, WASTE] + more * tables.lots[after, WASTE]
    overrun = 0
    before, after = options[old, LINE], options[new, LINE]
    if before != after:
        overrun = int(state.drawn[after] >= tables.stock[after])
        overrun -= int(state.drawn[before] > tables.stock[before])
    toll = tables.tolls[new, day] - tables.tolls[old, day]
    return overrun, toll, wish, cost, changes


@inlined
def price(tables: Tables, state: State, place: int, new: int, delta: Ints) -> None:
    """Write into `delta` how each level changes when `place` takes the option `new`."""
    overrun, toll, delta[WISHES], delta[COST], delta[CHANGES] = around(tables, state, place, new)
    delta[STOCK] = overrun + toll
    delta[HARD] = 0
    delta[SOFT] = 0
    delta[DOSE] = 0
    price_sums(tables, state, place, new, delta)


@compiled
def price_once(tables: Tables, state: State, place: int, new: int, delta: Ints) -> None:
    """Price from outside compiled code."""
    price(tables, state, place, new, delta)


@inlined
def count_in(tables: Tables, state: State, place: int, option: int, step: int) -> None:
    """Count one more (1) or one less (-1) of an option at a place, besides the bounds."""
    options, day = tables.options, tables.positions[place, DAY]
    last = state.counts.shape[1] - 1
    for column in range(GROUP, FAMILY + 1):
        state.counts[options[option, column], day] += step
        state.counts[options[option, column], last] += step
    for column in range(TRAIT, OTHER_TRAIT + 1):
        state.served[tables.positions[place, MEAL], options[option, column]] += step
    state.served[tables.positions[place, MEAL], state.served.shape[1] - 1] = 0
    state.drawn[options[option, LINE]] += step
    if day <= tables.lots[options[option, LOT], UNTIL]:
        state.spent[options[option, LOT]] += step


@inlined
def put(tables: Tables, state: State, place: int, new: int) -> None:
    """Take the option and bring every sum up to date."""
    old = state.choice[place]
    add_up(tables, state, place, old, new)
    count_in(tables, state, place, old, -1)
    count_in(tables, state, place, new, 1)
    state.choice[place] = new


@inlined
def crowd_on(tables: Tables, state: State, group: int, day: int) -> None:
    """Bring up to date what one more of a group weighs on a day."""
    broken = crowding(tables.groups, state.counts, group, day)
    state.crowd[day, group] = np.float32(state.weights[WISHES] * broken)


@inlined
def draw_on(tables: Tables, state: State, option: int) -> None:
    """Bring up to date what one more weighs of the stock and of the lot that an option draws on."""
    line, lot = tables.options[option, LINE], tables.options[option, LOT]
    full = int(state.drawn[line] >= tables.stock[line])
    state.burden[line] = np.float32(state.weights[STOCK] * full)
    each = state.weights[WISHES] * tables.lots[lot, LEFT]
    each += state.weights[COST] * tables.lots[lot, WASTE]
    for day in range(state.relief.shape[0]):
        state.relief[day, lot] = np.float32(left_over(tables, state, lot, day, 1) * each)


@inlined
def lift(tables: Tables, state: State, place: int, step: int) -> None:
    """Count the present option of a place out (-1) or in again (1) for a look at the others."""
    old, day = state.choice[place], tables.positions[place, DAY]
    count_in(tables, state, place, old, step)
    crowd_on(tables, state, tables.options[old, GROUP], day)
    crowd_on(tables, state, tables.options[old, FAMILY], day)
    if tables.drawers.shape[2] > 0:
        draw_on(tables, state, old)


@inlined
def crowd_near(tables: Tables, state: State, group: int, day: int, step: int) -> None:
    """Bring up to date what one more of a group weighs, after `step` more came on a day.

    Only where that is another number now: every day when the horizon is full or no longer full,
    the days within the gap when the day is its first or has none left, else the day itself.
    """
    last = state.counts.shape[1] - 1
    most, here = tables.groups[group, TOTAL], state.counts[group, day]
    all_days = state.counts[group, last]
    reach = 1
    if (all_days >= most) != (all_days - step >= most):
        reach = last
    elif (here > 0) != (here - step > 0):
        reach = tables.groups[group, GAP]
    for other in range(max(0, day - reach + 1), min(last, day + reach)):
        crowd_on(tables, state, group, other)


@inlined
def turn(tables: Tables, state: State, place: int, new: int) -> None:
    """Put the option in and bring up to date what one more of anything weighs."""
    old, day = state.choice[place], tables.positions[place, DAY]
    put(tables, state, place, new)
    for column in range(GROUP, FAMILY + 1):
        before, after = tables.options[old, column], tables.options[new, column]
        if before != after:
            if tables.groups[before, REPEAT] > 0:
                crowd_near(tables, state, before, day, -1)
            if tables.groups[after, REPEAT] > 0:
                crowd_near(tables, state, after, day, 1)
    if tables.drawers.shape[2] > 0:
        draw_on(tables, state, old)
        draw_on(tables, state, new)


@compiled
def weigh(tables: Tables, state: State, weights: Ints) -> None:
    """Set what one unit of each level weighs, and all that follows from it."""
    for level in range(LEVELS + 1):
        state.weights[level] = weights[level]
    weigh_sums(tables, state, weights)
    for group in range(len(tables.groups)):
        for day in range(state.crowd.shape[0]):
            crowd_on(tables, state, group, day)
    options, positions = tables.options, tables.positions
    nothing = options.shape[0] - 1
    for option in range(nothing + 1):
        draw_on(tables, state, option)
    for place in range(len(positions)):
        start = positions[place, SHELF]
        for rank in range(positions[place, SHELF_LEN]):
            option = tables.lists[start + rank]
            wish = options[option, PENALTY] + positions[place, SKIP] * int(option == nothing)
            moved = int(positions[place, EARLIER] >= 0 and option != positions[place, EARLIER])
            wish += tables.scalars[CHANGE] * moved
            if positions[place, WANTED] >= 0 and options[option, GROUP] != positions[place, WANTED]:
                wish += tables.scalars[APART]
            found = weights[WISHES] * wish + weights[COST] * options[option, PRICE]
            found += weights[CHANGES] * moved
            found += weights[LEVELS] * tables.tolls[option, positions[place, DAY]]
            state.plain[place, rank] = np.float32(found)
            if len(tables.bars) > 0 and tables.bars[place, rank] > 0:
                state.plain[place, rank] = BARRED


@inlined
def weigh_bare(tables: Tables, state: State, place: int, fit: Floats) -> None:
    """Write into `fit` what each option would change instead of the present one, but in no sum."""
    lift(tables, state, place, -1)
    shelf, meal = tables.positions[place, SPOTS], tables.positions[place, MEAL]
    labels, plain = tables.labels[shelf], state.plain[place]
    crowd = state.crowd[tables.positions[place, DAY]]
    for rank in range(len(fit)):
        fit[rank] = plain[rank] + (
            crowd[labels[LABEL_GROUP, rank]] + crowd[labels[LABEL_FAMILY, rank]]
        )
    if tables.meals[meal] > 0:
        again = np.float32(state.weights[WISHES] * tables.meals[meal])
        served = state.served[meal]
        for rank in range(len(fit)):
            dull = int(served[labels[LABEL_TRAIT, rank]] > 0)
            fit[rank] += np.float32(dull + int(served[labels[LABEL_OTHER, rank]] > 0)) * again
    if tables.drawers.shape[2] > 0:
        drawers, relief = tables.drawers[shelf], state.relief[tables.positions[place, DAY]]
        for rank in range(len(fit)):
            fit[rank] += state.burden[drawers[DRAWN_LINE, rank]] + relief[drawers[DRAWN_LOT, rank]]
    now = fit[tables.spots[shelf, state.choice[place]]]
    for rank in range(len(fit)):
        fit[rank] -= now
    lift(tables, state, place, 1)


@compiled
def fill(tables: Tables, state: State) -> None:
    """Count the present choice from nothing."""
    nothing = len(tables.options) - 1
    for place in range(len(state.choice)):
        option = state.choice[place]
        count_in(tables, state, place, option, 1)
        add_up(tables, state, place, nothing, option)


@compiled
def recount(tables: Tables, state: State, levels: Ints) -> None:
    """Write every level of the present choice: the same numbers as the checker's."""
    options = tables.options
    for level in range(LEVELS):
        levels[level] = 0
    count_sums(tables, state, levels)
    for line in range(len(tables.stock)):
        levels[STOCK] += max(0, state.drawn[line] - tables.stock[line])
    for lot in range(len(tables.lots)):
        lost = max(0, tables.lots[lot, UNITS] - state.spent[lot])
        levels[WISHES] += lost * tables.lots[lot, LEFT]
        levels[COST] += lost * tables.lots[lot, WASTE]
    for meal in range(len(tables.meals)):
        for trait in range(state.served.shape[1] - 1):
            levels[WISHES] += max(0, state.served[meal, trait] - 1) * tables.meals[meal]
    nothing = len(options) - 1
    for place in range(len(state.choice)):
        option = state.choice[place]
        levels[STOCK] += tables.tolls[option, tables.positions[place, DAY]]
        levels[COST] += options[option, PRICE]
        levels[WISHES] += options[option, PENALTY] + tables.positions[place, SKIP] * int(
            option == nothing
        )
        if tables.positions[place, EARLIER] >= 0 and tables.positions[place, EARLIER] != option:
            levels[CHANGES] += 1
            levels[WISHES] += tables.scalars[CHANGE]
        if (
            tables.positions[place, WANTED] >= 0
            and options[option, GROUP] != tables.positions[place, WANTED]
        ):
            levels[WISHES] += tables.scalars[APART]
    last = state.counts.shape[1] - 1
    for group in range(len(tables.groups)):
        broken = max(0, state.counts[group, last] - tables.groups[group, TOTAL])
        for day in range(last):
            broken += max(0, state.counts[group, day] - tables.groups[group, PER_DAY])
            if state.counts[group, day] > 0:
                for later in range(day + 1, min(last, day + tables.groups[group, GAP])):
                    broken += (tables.groups[group, GAP] - (later - day)) * int(
                        state.counts[group, later] > 0
                    )
        levels[WISHES] += broken * tables.groups[group, REPEAT]
