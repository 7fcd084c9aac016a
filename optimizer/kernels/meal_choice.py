"""Compiled sums and prices of a choice: integers only, each level counted exactly or weighed."""

from collections.abc import Sequence

import numpy as np

from optimizer.kernels.meal_arrays import (
    APART,
    BOUNDS,
    BOUNDS_LEN,
    CHANGE,
    CHANGES,
    COST,
    DAY,
    DIMENSION,
    DOSE,
    DOSE_WEIGHT,
    EARLIER,
    FAMILY,
    FINE,
    G_DIMENSION,
    GAP,
    GROUP,
    HARD,
    HARD_HI,
    HARD_HIGH,
    HARD_LO,
    HARD_LOW,
    HARD_SLOPE,
    HIGH,
    LEFT,
    LEVELS,
    LINE,
    LOT,
    LOW,
    MEAL,
    MOST,
    OTHER_TRAIT,
    PENALTY,
    PER_DAY,
    PERMILLE,
    PRICE,
    REFERENCE,
    REPEAT,
    SCOPE,
    SKIP,
    SLOPE,
    SOFT,
    SOFT_HI,
    SOFT_LO,
    SOFT_WEIGHT,
    STOCK,
    TOTAL,
    TRAIT,
    TRAITS,
    UNITS,
    UNTIL,
    WANTED,
    WASTE,
    WISH_WEIGHT,
    WISHES,
    Ints,
    State,
    Tables,
    as_ints,
    compiled,
    inlined,
)


def start_state(tables: Tables, start: Sequence[int], *, seed: int) -> State:
    """Stand at `start`, with every sum in place."""
    choice = as_ints(start)
    days, bounds = tables.tolls.shape[1], len(tables.bounds)
    state = State(
        choice=choice,
        totals=np.zeros(bounds, dtype=np.int64),
        counts=np.zeros((len(tables.groups), days + 1), dtype=np.int64),
        served=np.zeros((len(tables.meals), int(tables.scalars[TRAITS])), dtype=np.int64),
        drawn=np.zeros(len(tables.stock), dtype=np.int64),
        spent=np.zeros(len(tables.lots), dtype=np.int64),
        guide=np.zeros((bounds, 8), dtype=np.int64),
        energies=np.zeros(bounds, dtype=np.int64),
        scopes=np.zeros(days + 1, dtype=np.int64),
        weights=np.zeros(LEVELS + 1, dtype=np.int64),
        best=choice.copy(),
        draws=as_ints([seed * 1_000_003 + 12_345]),
    )
    fill(tables, state)
    return state


def no_levels() -> Ints:
    """Room for one number per level."""
    return np.zeros(LEVELS, dtype=np.int64)


def no_prices() -> Ints:
    """Room for the levels of a first change, of both, and of none."""
    return np.zeros((3, LEVELS), dtype=np.int64)


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
    amounts, bounds = tables.amounts, tables.bounds
    old = state.choice[place]
    overrun, toll, delta[WISHES], delta[COST], delta[CHANGES] = around(tables, state, place, new)
    delta[STOCK] = overrun + toll
    delta[HARD] = 0
    delta[SOFT] = 0
    delta[DOSE] = 0
    start = tables.positions[place, BOUNDS]
    for index in range(start, start + tables.positions[place, BOUNDS_LEN]):
        row = tables.lists[index]
        dimension = bounds[row, DIMENSION]
        step = amounts[new, dimension] - amounts[old, dimension]
        if step == 0:
            continue
        hard, soft = rate(bounds, row, state.totals[row] + step)
        hard_before, soft_before = rate(bounds, row, state.totals[row])
        soft -= soft_before
        delta[HARD] += hard - hard_before
        delta[SOFT] += soft * bounds[row, SOFT_WEIGHT]
        delta[DOSE] += soft * bounds[row, DOSE_WEIGHT]
        delta[WISHES] += soft * bounds[row, WISH_WEIGHT]


@compiled
def price_once(tables: Tables, state: State, place: int, new: int, delta: Ints) -> None:
    """Price from outside compiled code."""
    price(tables, state, place, new, delta)


@inlined
def energy(guide: Ints, row: int, total: int) -> int:
    """The weighed slack of one sum; beyond a hundred times the reference it stays the same."""
    beyond = max(guide[row, LOW] - total, total - guide[row, HIGH])
    if beyond <= 0:
        return 0
    found = min(beyond, guide[row, MOST]) * guide[row, SLOPE]
    beyond = max(guide[row, HARD_LOW] - total, total - guide[row, HARD_HIGH])
    if beyond > 0:
        found += min(beyond, guide[row, MOST]) * guide[row, HARD_SLOPE]
    return int(found)


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
    amounts = tables.amounts
    old = state.choice[place]
    start = tables.positions[place, BOUNDS]
    for index in range(start, start + tables.positions[place, BOUNDS_LEN]):
        row = tables.lists[index]
        dimension = tables.bounds[row, DIMENSION]
        step = amounts[new, dimension] - amounts[old, dimension]
        if step != 0:
            state.totals[row] += step
            found = energy(state.guide, row, state.totals[row])
            state.scopes[tables.bounds[row, SCOPE]] += found - state.energies[row]
            state.energies[row] = found
    count_in(tables, state, place, old, -1)
    count_in(tables, state, place, new, 1)
    state.choice[place] = new


@compiled
def fill(tables: Tables, state: State) -> None:
    """Count the present choice from nothing."""
    for place in range(len(state.choice)):
        option = state.choice[place]
        count_in(tables, state, place, option, 1)
        start = tables.positions[place, BOUNDS]
        for index in range(start, start + tables.positions[place, BOUNDS_LEN]):
            row = tables.lists[index]
            state.totals[row] += tables.amounts[option, tables.bounds[row, DIMENSION]]


@compiled
def weigh(tables: Tables, state: State, weights: Ints) -> None:
    """Set what one unit of each level weighs, and weigh the present sums anew."""
    bounds, guide = tables.bounds, state.guide
    for level in range(LEVELS + 1):
        state.weights[level] = weights[level]
    for scope in range(len(state.scopes)):
        state.scopes[scope] = 0
    for row in range(len(bounds)):
        reference = bounds[row, REFERENCE]
        soft = bounds[row, SOFT_WEIGHT] * weights[SOFT] + bounds[row, DOSE_WEIGHT] * weights[DOSE]
        soft += bounds[row, WISH_WEIGHT] * weights[WISHES]
        guide[row, G_DIMENSION] = bounds[row, DIMENSION]
        guide[row, LOW] = max(bounds[row, SOFT_LO], bounds[row, HARD_LO])
        guide[row, HIGH] = min(bounds[row, SOFT_HI], bounds[row, HARD_HI])
        guide[row, HARD_LOW] = bounds[row, HARD_LO]
        guide[row, HARD_HIGH] = bounds[row, HARD_HI]
        guide[row, SLOPE] = ((soft * PERMILLE) << FINE) // reference
        guide[row, HARD_SLOPE] = ((weights[HARD] * PERMILLE) << FINE) // reference
        guide[row, MOST] = 100 * reference
        state.energies[row] = energy(guide, row, state.totals[row])
        state.scopes[bounds[row, SCOPE]] += state.energies[row]


@compiled
def recount(tables: Tables, state: State, levels: Ints) -> None:
    """Write every level of the present choice: the same numbers as the checker's."""
    bounds, options = tables.bounds, tables.options
    for level in range(LEVELS):
        levels[level] = 0
    for row in range(len(bounds)):
        hard, soft = rate(bounds, row, state.totals[row])
        levels[HARD] += hard
        levels[SOFT] += soft * bounds[row, SOFT_WEIGHT]
        levels[DOSE] += soft * bounds[row, DOSE_WEIGHT]
        levels[WISHES] += soft * bounds[row, WISH_WEIGHT]
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
