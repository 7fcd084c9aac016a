"""Compiled sums against their bounds: weighed in panels while walking, counted exactly after."""

from optimizer.kernels.meal_arrays import (
    DAY,
    DIMENSION,
    DOSE,
    DOSE_WEIGHT,
    FINE,
    HARD,
    HARD_HI,
    HARD_HIGH,
    HARD_LO,
    HARD_LOW,
    HARD_SLOPE,
    HIGH,
    LEVELS,
    LOW,
    MOST,
    PARTS,
    PARTS_LEN,
    PERMILLE,
    REFERENCE,
    SCOPE,
    SLOPE,
    SOFT,
    SOFT_HI,
    SOFT_LO,
    SOFT_WEIGHT,
    WISH_WEIGHT,
    WISHES,
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
def energy(guide: Ints, row: int, total: int) -> int:
    """The weighed slack of one sum; beyond a hundred times the reference it stays the same."""
    beyond = max(guide[LOW, row] - total, total - guide[HIGH, row], 0)
    hard = max(guide[HARD_LOW, row] - total, total - guide[HARD_HIGH, row], 0)
    most = guide[MOST, row]
    return int(min(beyond, most) * guide[SLOPE, row] + min(hard, most) * guide[HARD_SLOPE, row])


@inlined
def panel(state: State, start: int, amounts: Ints, old: int, new: int) -> int:
    """The weighed slack of the panel from bound `start` on when `new` replaces `old`."""
    found = 0
    for column in range(amounts.shape[1]):
        total = state.totals[start + column] + amounts[new, column] - amounts[old, column]
        found += energy(state.guide, start + column, total)
    return found


@inlined
def panel_of_two(
    state: State, start: int, amounts: Ints, olds: tuple[int, int], news: tuple[int, int]
) -> int:
    """The weighed slack of the panel when two options are replaced at once."""
    found = 0
    for column in range(amounts.shape[1]):
        step = amounts[news[0], column] - amounts[olds[0], column]
        step += amounts[news[1], column] - amounts[olds[1], column]
        found += energy(state.guide, start + column, state.totals[start + column] + step)
    return found


@inlined
def counts_too(tables: Tables, place: int, row: int) -> bool:
    """Whether the sum of part `row` counts the place."""
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        if tables.lists[index] == row:
            return True
    return False


@inlined
def parts(tables: Tables, state: State, place: int, new: int) -> int:
    """How the weighed slack of the parts that count `place` changes when it takes `new`."""
    found = 0
    old = state.choice[place]
    first = len(tables.bounds) - len(state.energies)
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        dimension = tables.bounds[row, DIMENSION]
        step = tables.amounts[new, dimension] - tables.amounts[old, dimension]
        found += energy(state.guide, row, state.totals[row] + step) - state.energies[row - first]
    return found


@inlined
def parts_of_two(
    tables: Tables, state: State, places: tuple[int, int], news: tuple[int, int]
) -> int:
    """The same where two places take new options at once."""
    found = 0
    first = len(tables.bounds) - len(state.energies)
    for turn in range(2):
        place, other = places[turn], places[1 - turn]
        old, before = state.choice[place], state.choice[other]
        start = tables.positions[place, PARTS]
        for index in range(start, start + tables.positions[place, PARTS_LEN]):
            row = tables.lists[index]
            dimension = tables.bounds[row, DIMENSION]
            step = tables.amounts[news[turn], dimension] - tables.amounts[old, dimension]
            if counts_too(tables, other, row):
                if turn == 1:
                    continue
                step += tables.amounts[news[1], dimension] - tables.amounts[before, dimension]
            now = energy(state.guide, row, state.totals[row] + step)
            found += now - state.energies[row - first]
    return found


@inlined
def add_up(tables: Tables, state: State, place: int, old: int, new: int) -> None:
    """Bring every sum that counts the place up to date, and what it weighs."""
    day = tables.positions[place, DAY]
    days = len(state.panels) - 1
    width = tables.of_day.shape[1]
    found = 0
    for column in range(width):
        row = day * width + column
        state.totals[row] += tables.of_day[new, column] - tables.of_day[old, column]
        found += energy(state.guide, row, state.totals[row])
    state.scopes[day] += found - state.panels[day]
    state.panels[day] = found
    found = 0
    for column in range(tables.of_all.shape[1]):
        row = days * width + column
        state.totals[row] += tables.of_all[new, column] - tables.of_all[old, column]
        found += energy(state.guide, row, state.totals[row])
    state.scopes[days] += found - state.panels[days]
    state.panels[days] = found
    first = len(tables.bounds) - len(state.energies)
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        dimension = tables.bounds[row, DIMENSION]
        state.totals[row] += tables.amounts[new, dimension] - tables.amounts[old, dimension]
        found = energy(state.guide, row, state.totals[row])
        state.scopes[tables.bounds[row, SCOPE]] += found - state.energies[row - first]
        state.energies[row - first] = found


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
    above = (len(state.panels) - 1) * width
    for column in range(tables.of_all.shape[1]):
        step = tables.of_all[new, column] - tables.of_all[old, column]
        price_row(tables.bounds, state, above + column, step, delta)
    start = tables.positions[place, PARTS]
    for index in range(start, start + tables.positions[place, PARTS_LEN]):
        row = tables.lists[index]
        dimension = tables.bounds[row, DIMENSION]
        step = tables.amounts[new, dimension] - tables.amounts[old, dimension]
        price_row(tables.bounds, state, row, step, delta)


@compiled
def weigh(tables: Tables, state: State, weights: Ints) -> None:
    """Set what one unit of each level weighs, and weigh the present sums anew."""
    bounds, guide = tables.bounds, state.guide
    for level in range(LEVELS + 1):
        state.weights[level] = weights[level]
    days = len(state.panels) - 1
    for scope in range(days + 1):
        state.scopes[scope] = 0
        state.panels[scope] = 0
    parts_from = len(bounds) - len(state.energies)
    for row in range(len(bounds)):
        reference = bounds[row, REFERENCE]
        soft = bounds[row, SOFT_WEIGHT] * weights[SOFT] + bounds[row, DOSE_WEIGHT] * weights[DOSE]
        soft += bounds[row, WISH_WEIGHT] * weights[WISHES]
        guide[LOW, row] = max(bounds[row, SOFT_LO], bounds[row, HARD_LO])
        guide[HIGH, row] = min(bounds[row, SOFT_HI], bounds[row, HARD_HI])
        guide[HARD_LOW, row] = bounds[row, HARD_LO]
        guide[HARD_HIGH, row] = bounds[row, HARD_HI]
        guide[SLOPE, row] = ((soft * PERMILLE) << FINE) // reference
        guide[HARD_SLOPE, row] = ((weights[HARD] * PERMILLE) << FINE) // reference
        guide[MOST, row] = 100 * reference
        found = energy(guide, row, state.totals[row])
        state.scopes[bounds[row, SCOPE]] += found
        if row >= parts_from:
            state.energies[row - parts_from] = found
        else:
            state.panels[bounds[row, SCOPE]] += found


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
