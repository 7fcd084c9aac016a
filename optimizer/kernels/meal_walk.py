"""Compiled annealing over choices, with own seeded numbers and work counted in moves."""

from itertools import pairwise
from math import log

import numpy as np

from optimizer.kernels.meal_arrays import (
    CHANGES,
    COST,
    DAY,
    FINE,
    FREE,
    FREE_LEN,
    HIGH,
    LEVELS,
    LOW,
    MATES,
    MATES_LEN,
    PEERS,
    PEERS_LEN,
    SHELF,
    SHELF_LEN,
    SPOTS,
    STOCK,
    WISHES,
    Ints,
    State,
    Tables,
    as_ints,
    compiled,
    inlined,
)
from optimizer.kernels.meal_choice import around, count_in, price, put, recount
from optimizer.kernels.meal_sums import panel, panel_of_two, parts, parts_of_two

_MULTIPLIER = 25_214_903_917  # drand48 (POSIX): x -> 25214903917 x + 11 mod 2^48
_MASK = (1 << 48) - 1
_STEPS = 1024
_COOLINGS = 400
NEAR, NEAR_PAIRS, BALANCED, PAIRS, SWAPS = 20, 25, 60, 65, 80
"""Of 100 moves: one near on the shelf, two near, two of which one makes up for the other, two of
one day, two with the same shelf; else one anywhere."""
REACH = 3
WIDTH = 5
"""So many options of each place are tried in pairs."""
REFUSED = 1 << 62
PATIENCE: Ints = np.array(
    [round(-log((step + 0.5) / _STEPS) * _STEPS) for step in range(_STEPS)], dtype=np.int64
)
"""-ln u in 1024ths for 1024 equally likely u: Metropolis' rule without a float."""


def schedule(moves: int, *, hot: int, cold: int) -> tuple[Ints, Ints]:
    """Temperatures from hot to cold, and how many of the moves each of them gets."""
    steps = max(1, min(_COOLINGS, moves))
    ratio = (cold / hot) ** (1 / max(1, steps - 1))
    warmth = [max(1, round(hot * ratio**step)) for step in range(steps)]
    ends = [moves * step // steps for step in range(steps + 1)]
    return as_ints(warmth), as_ints([end - start for start, end in pairwise(ends)])


@inlined
def draw(draws: Ints, below: int) -> int:
    """Take the next number in [0, below)."""
    draws[0] = (int(draws[0]) * _MULTIPLIER + 11) & _MASK
    return ((int(draws[0]) >> 16) * int(below)) >> 32


@inlined
def aside(tables: Tables, state: State, place: int, new: int) -> int:
    """The weighed change of everything but the sums."""
    weights = state.weights
    overrun, toll, wish, cost, changes = around(tables, state, place, new)
    found = weights[STOCK] * overrun + weights[LEVELS] * toll + weights[WISHES] * wish
    return int((found + weights[COST] * cost + weights[CHANGES] * changes) << FINE)


@inlined
def worth(tables: Tables, state: State, place: int, new: int, limit: int) -> int:
    """How the energy changes when `place` takes `new`; REFUSED as soon as it exceeds `limit`."""
    day = tables.positions[place, DAY]
    days = len(state.panels) - 1
    found = aside(tables, state, place, new)
    if found - state.scopes[day] - state.scopes[days] > limit:
        return REFUSED
    old = state.choice[place]
    width = tables.of_day.shape[1]
    found += panel(state, day * width, tables.of_day, old, new) - state.panels[day]
    found += parts(tables, state, place, new) - state.panels[days]
    if found > limit:
        return REFUSED
    found += panel(state, days * width, tables.of_all, old, new)
    return REFUSED if found > limit else found


@inlined
def worth_of_two(
    tables: Tables, state: State, places: tuple[int, int], news: tuple[int, int], limit: int
) -> int:
    """How the energy changes when two places change at once; REFUSED if it exceeds `limit`."""
    first, second = places
    olds = (state.choice[first], state.choice[second])
    found = aside(tables, state, first, news[0])
    count_in(tables, state, first, olds[0], -1)
    count_in(tables, state, first, news[0], 1)
    found += aside(tables, state, second, news[1])
    count_in(tables, state, first, news[0], -1)
    count_in(tables, state, first, olds[0], 1)
    day, later = tables.positions[first, DAY], tables.positions[second, DAY]
    days = len(state.panels) - 1
    least = found - state.scopes[day] - state.scopes[days]
    if later != day:
        least -= state.scopes[later]
    if least > limit:
        return REFUSED
    width = tables.of_day.shape[1]
    if day == later:
        found += panel_of_two(state, day * width, tables.of_day, olds, news) - state.panels[day]
    else:
        found += panel(state, day * width, tables.of_day, olds[0], news[0]) - state.panels[day]
        found += panel(state, later * width, tables.of_day, olds[1], news[1])
        found -= state.panels[later]
    found += parts_of_two(tables, state, places, news)
    if news[0] == olds[1] and news[1] == olds[0]:
        return REFUSED if found > limit else found
    found -= state.panels[days]
    if found > limit:
        return REFUSED
    found += panel_of_two(state, days * width, tables.of_all, olds, news)
    return REFUSED if found > limit else found


@inlined
def partner(tables: Tables, state: State, place: int, kind: int) -> int:
    """A second position for a pair move: of the same day, or with the same shelf; or -1."""
    start, length = tables.positions[place, MATES], tables.positions[place, MATES_LEN]
    if kind >= PAIRS:
        start, length = tables.positions[place, PEERS], tables.positions[place, PEERS_LEN]
    other = tables.lists[start + draw(state.draws, length)]
    return -1 if other == place else int(other)


@inlined
def pick(tables: Tables, state: State, place: int) -> int:
    """Any option of the position's shelf."""
    drawn = draw(state.draws, tables.positions[place, SHELF_LEN])
    return int(tables.lists[tables.positions[place, SHELF] + drawn])


@inlined
def remember(state: State) -> None:
    """Keep the present choice as the best."""
    for place in range(len(state.choice)):
        state.best[place] = state.choice[place]


@inlined
def beside(tables: Tables, state: State, place: int) -> int:
    """An option at most so many spots away on the shelf: often the same dish in another size."""
    length = tables.positions[place, SHELF_LEN]
    drawn = draw(state.draws, 2 * REACH)
    spot = tables.spots[tables.positions[place, SPOTS], state.choice[place]] + drawn - REACH
    spot = (spot + int(drawn >= REACH)) % length
    return int(tables.lists[tables.positions[place, SHELF] + spot])


@inlined
def balancing(tables: Tables, state: State, place: int, new: int, other: int) -> int:
    """An option for `other` that brings a sum of the day back to its window after `new`.

    Which sum is drawn, and so is one of the few options that come nearest.
    """
    width = tables.of_day.shape[1]
    shelf = tables.positions[other, SPOTS]
    length = tables.positions[other, SHELF_LEN]
    if width == 0 or tables.sizes[shelf] != length:
        return pick(tables, state, other)
    column = draw(state.draws, width)
    row = tables.positions[place, DAY] * width + column
    step = tables.of_day[new, column] - tables.of_day[state.choice[place], column]
    total = state.totals[row] + step
    wanted = tables.of_day[state.choice[other], column]
    if total < state.guide[LOW, row]:
        wanted += state.guide[LOW, row] - total
    elif total > state.guide[HIGH, row]:
        wanted += state.guide[HIGH, row] - total
    low, high = 0, length
    while low < high:
        middle = (low + high) >> 1
        if tables.of_day[tables.ranks[shelf, column, middle], column] < wanted:
            low = middle + 1
        else:
            high = middle
    rank = low + draw(state.draws, 2 * REACH) - REACH
    return int(tables.ranks[shelf, column, min(max(rank, 0), length - 1)])


@compiled
def walk(tables: Tables, state: State, warmth: Ints, shares: Ints) -> None:
    """Anneal: `shares[i]` moves at temperature `warmth[i]`.

    A move changes one position, changes two of the same day, or swaps two with the same shelf.
    The choice of the lowest energy from here on is kept as the best.
    """
    present = 0
    lowest = 0
    remember(state)
    free, free_len = tables.scalars[FREE], tables.scalars[FREE_LEN]
    for step in range(len(warmth)):
        for _ in range(shares[step]):
            place = tables.lists[free + draw(state.draws, free_len)]
            kind = draw(state.draws, 100)
            limit = (warmth[step] * PATIENCE[draw(state.draws, 1024)]) << (FINE - 10)
            old = state.choice[place]
            new = beside(tables, state, place) if kind < NEAR_PAIRS else pick(tables, state, place)
            second = -1
            other_new = -1
            if NEAR <= kind < SWAPS:
                second = partner(tables, state, place, kind)
            if second >= 0:
                other_new = state.choice[place]
                if kind < NEAR_PAIRS:
                    other_new = beside(tables, state, second)
                elif kind < BALANCED:
                    other_new = balancing(tables, state, place, new, second)
                elif kind < PAIRS:
                    other_new = pick(tables, state, second)
                else:
                    new = state.choice[second]
            if new == old:
                continue
            if second < 0:
                change = worth(tables, state, place, new, limit)
            else:
                news = (new, other_new)
                change = worth_of_two(tables, state, (place, second), news, limit)
            if change == REFUSED:
                continue
            put(tables, state, place, new)
            if second >= 0:
                put(tables, state, second, other_new)
            present += change
            if present < lowest:
                lowest = present
                remember(state)


@inlined
def compare(left: Ints, right: Ints) -> int:
    """Below 0 where the first differing level of `left` is lower, 0 where none differs."""
    for level in range(LEVELS):
        if left[level] != right[level]:
            return -1 if left[level] < right[level] else 1
    return 0


@compiled
def go_back(tables: Tables, state: State) -> None:
    """Return to the best seen."""
    for place in range(len(state.choice)):
        if state.choice[place] != state.best[place]:
            put(tables, state, place, state.best[place])


@compiled
def polish(tables: Tables, state: State, delta: Ints, none: Ints, moves: int) -> int:
    """Take every single change that is better by level order; answer the moves not used.

    With moves left over, no level can be bought lower by any one change: what a lower level
    could have bought of a higher one has been bought back.
    """
    free, free_len = tables.scalars[FREE], tables.scalars[FREE_LEN]
    quiet = 0
    turn = 0
    while quiet < free_len and moves > 0:
        place = tables.lists[free + turn % free_len]
        turn += 1
        quiet += 1
        start = tables.positions[place, SHELF]
        for index in range(start, start + tables.positions[place, SHELF_LEN]):
            moves -= 1
            price(tables, state, place, tables.lists[index], delta)
            if compare(delta, none) < 0:
                put(tables, state, place, tables.lists[index])
                quiet = 0
    remember(state)
    return moves


@compiled
def try_all(tables: Tables, state: State, levels: Ints, lowest: Ints) -> None:
    """Go through every choice there is and end on the first of the lowest levels."""
    free, free_len = tables.scalars[FREE], tables.scalars[FREE_LEN]
    for index in range(free_len):
        place = tables.lists[free + index]
        put(tables, state, place, tables.lists[tables.positions[place, SHELF]])
    recount(tables, state, lowest)
    remember(state)
    turned = 0
    while turned < free_len:
        turned = 0
        while turned < free_len:
            place = tables.lists[free + turned]
            start, length = tables.positions[place, SHELF], tables.positions[place, SHELF_LEN]
            spot = tables.spots[tables.positions[place, SPOTS], state.choice[place]] + 1
            put(tables, state, place, tables.lists[start + spot % length])
            if spot < length:
                break
            turned += 1
        recount(tables, state, levels)
        if compare(levels, lowest) < 0:
            for level in range(LEVELS):
                lowest[level] = levels[level]
            remember(state)
    go_back(tables, state)


def promising(tables: Tables, state: State) -> Ints:
    """Per place the options that change the present energy least; its own where there are few."""
    tops = np.zeros((len(state.choice), WIDTH), dtype=np.int64)
    front(tables, state, tops, np.zeros(WIDTH, dtype=np.int64))
    return tops


@compiled
def front(tables: Tables, state: State, tops: Ints, found: Ints) -> None:
    """Write into `tops` the other options of each place that change the energy least."""
    width = tops.shape[1]
    for place in range(len(state.choice)):
        kept = 0
        start = tables.positions[place, SHELF]
        for index in range(start, start + tables.positions[place, SHELF_LEN]):
            option = tables.lists[index]
            if option == state.choice[place]:
                continue
            limit = found[kept - 1] if kept == width else REFUSED >> 1
            change = worth(tables, state, place, option, limit)
            if change > limit:
                continue
            spot = min(kept, width - 1)
            while spot > 0 and found[spot - 1] > change:
                found[spot] = found[spot - 1]
                tops[place, spot] = tops[place, spot - 1]
                spot -= 1
            found[spot] = change
            tops[place, spot] = option
            kept = min(width, kept + 1)
        for spot in range(kept, width):
            tops[place, spot] = state.choice[place]


@inlined
def settle(tables: Tables, state: State, pair: tuple[int, int], tops: Ints, deltas: Ints) -> int:
    """Take the first pair of options of two places that is better by level order, if any."""
    first, second = pair
    was, other = state.choice[first], state.choice[second]
    for column in range(tops.shape[1]):
        new = tops[first, column]
        if new == was:
            continue
        for rank in range(tops.shape[1]):
            third = tops[second, rank]
            if third == other:
                continue
            if worth_of_two(tables, state, pair, (new, third), 0) == REFUSED:
                continue
            price(tables, state, first, new, deltas[0])
            put(tables, state, first, new)
            price(tables, state, second, third, deltas[1])
            for level in range(LEVELS):
                deltas[1, level] += deltas[0, level]
            if compare(deltas[1], deltas[2]) < 0:
                put(tables, state, second, third)
                return 1
            put(tables, state, first, was)
    return 0


@compiled
def settle_pairs(tables: Tables, state: State, tops: Ints, deltas: Ints, moves: int) -> int:
    """Better pairs of one day, or of one shelf, by level order; answer the moves not used.

    `deltas` has three rows of levels, the last of nothing.
    """
    free, free_len = tables.scalars[FREE], tables.scalars[FREE_LEN]
    each = tops.shape[1] * tops.shape[1]
    for turn in range(free_len):
        place = tables.lists[free + turn]
        for column in (MATES, PEERS):
            start = tables.positions[place, column]
            for index in range(start, start + tables.positions[place, column + 1]):
                other = tables.lists[index]
                if other <= place or (
                    column == PEERS and tables.positions[place, DAY] == tables.positions[other, DAY]
                ):
                    continue
                if moves <= 0:
                    return 0
                moves -= each
                settle(tables, state, (place, other), tops, deltas)
    return moves
