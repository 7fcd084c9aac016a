"""Compiled annealing over choices, with own seeded numbers and work counted in moves."""

from functools import lru_cache
from itertools import pairwise
from math import log

import numpy as np

from optimizer.kernels.meal_arrays import (
    FREE,
    FREE_LEN,
    LEVELS,
    MATES,
    MATES_LEN,
    PEERS,
    PEERS_LEN,
    SHELF,
    SHELF_LEN,
    SPOTS,
    WISHES,
    Floats,
    Ints,
    State,
    Tables,
    as_ints,
    compiled,
    inlined,
)
from optimizer.kernels.meal_choice import price, put, recount, turn, weigh_bare
from optimizer.kernels.meal_leads import weigh_led
from optimizer.kernels.meal_sums import fold_day, fold_week, lean_day

_MULTIPLIER = 25_214_903_917  # drand48 (POSIX): x -> 25214903917 x + 11 mod 2^48
_MASK = (1 << 48) - 1
_CHANCES = 4096
_COOLINGS = 400
_ROW = 8
"""A move weighs so many options of one place: they lie side by side and are weighed together."""
MATED, PEERED = 80, 90
"""Of 100 turns so many begin a chain with a place of the same day, or up to the second with one of
the same shelf; in the others one place changes alone."""
CHAIN = 6
"""So many places change at most at once: a tight day keeps several sums between narrow limits."""
HEATS = as_ints([30, 100, 100])
"""The first of a chain is drawn so many times as warm, so nearly anything: others mend it."""
LED = 90
"""Of 100 chains where leads are known so many begin with what the leads of its day find worth it:
what would be good there if the rest of the day were mended."""
LED_HEATS = as_ints([1, 3, 3, 10])
"""So many times as warm is that draw: the leads tell good from bad, the sums as they are do not."""
NEARLY = 60
"""A polish looks at every option that seems at most so many wishes worse: the walk weighs what a
sum lacks as it is, the levels count whole permille."""


def _chances() -> Ints:
    """So many equally likely u in (0, 1) as odd numbers of halves, well shuffled."""
    odd = [2 * step + 1 for step in range(_CHANCES)]
    state = 1
    for step in range(_CHANCES - 1, 0, -1):
        state = (state * _MULTIPLIER + 11) & _MASK
        other = ((state >> 16) * (step + 1)) >> 32
        odd[step], odd[other] = odd[other], odd[step]
    return as_ints(odd)


def _noise(chances: Ints, *, twice: bool) -> Floats:
    """-ln u in 1024ths, or -ln of that: whole 1024ths are the same on every machine."""
    waits = [-log(odd / (2 * _CHANCES)) for odd in chances.tolist()]
    found = [-log(wait) if twice else wait for wait in waits]
    return np.array([round(1024 * each) / 1024 for each in found], dtype=np.float32)


PATIENCE: Floats = _noise(_chances(), twice=False)
"""How much worse a turn may be, in temperatures: Metropolis' rule."""
NOISE: Floats = np.tile(_noise(_chances(), twice=True), 2)
"""Gumbel's numbers: the least of (energy - temperature x one of these) is a draw by Boltzmann.

Twice in a row, so that from any of them on as many lie side by side as there are.
"""


@lru_cache(maxsize=256)
def schedule(moves: int, *, hot: int, cold: int) -> tuple[Ints, Ints]:
    """Temperatures from hot to cold, and how many of the moves each of them gets; only to read."""
    steps = max(1, min(_COOLINGS, moves // 20))
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
def gather(tables: Tables, state: State, place: int, most: int, kind: int) -> int:
    """Draw the places of a chain, all but a second peer from one day; answer how many."""
    state.places[0] = place
    count = 1
    for step in range(1, most):
        last = state.places[count - 1]
        start, length = tables.positions[last, MATES], tables.positions[last, MATES_LEN]
        if step == 1 and kind >= MATED:
            start, length = tables.positions[last, PEERS], tables.positions[last, PEERS_LEN]
        found = tables.lists[start + draw(state.draws, length)]
        for before in range(count):
            if state.places[before] == found:
                found = -1
        if found >= 0:
            state.places[count] = found
            count += 1
    return count


@inlined
def remember(state: State) -> None:
    """Keep the present choice as the best."""
    for place in range(len(state.choice)):
        state.best[place] = state.choice[place]


@inlined
def least_of(worth: Floats) -> np.float32:
    """The least of some numbers, eight at a time: one after the other takes thrice as long."""
    least: np.float32 = worth[0]
    whole = len(worth) - len(worth) % _ROW
    for at in range(0, whole, _ROW):
        first_two, next_two = min(worth[at], worth[at + 1]), min(worth[at + 2], worth[at + 3])
        third_two, last_two = min(worth[at + 4], worth[at + 5]), min(worth[at + 6], worth[at + 7])
        front, back = min(first_two, next_two), min(third_two, last_two)
        row = min(front, back)
        least = min(least, row)
    for at in range(whole, len(worth)):
        least = min(least, worth[at])
    return least


@inlined
def drawn(state: State, fit: Floats, warm: np.float32, but: int) -> int:
    """A rank by Boltzmann's law at the temperature, never `but`."""
    offset, worth = draw(state.draws, _CHANCES), state.worth[: len(fit)]
    for start in range(0, len(fit), _CHANCES):
        part, ahead = fit[start : start + _CHANCES], worth[start : start + _CHANCES]
        noise = NOISE[offset : offset + len(part)]  # as slices these are subtracted side by side
        for at in range(len(part)):
            ahead[at] = part[at] - warm * noise[at]
    if but >= 0:
        worth[but] = np.float32(np.inf)
    least = least_of(worth)
    for rank in range(len(worth)):
        if worth[rank] == least:
            return rank
    return 0


@inlined
def rows(length: int) -> int:
    """How many moves it takes to weigh so many options."""
    return (length + _ROW - 1) // _ROW


@inlined
def weigh_shelf(tables: Tables, state: State, place: int, fit: Floats) -> None:
    """Write into `fit` what each option of the place would change instead of the present one."""
    weigh_bare(tables, state, place, fit)
    fold_week(tables, state, place, fit)
    fold_day(tables, state, place, fit)


@inlined
def answer(tables: Tables, state: State, place: int, warm: np.float32) -> float:
    """Give a place whatever suits it now, by Boltzmann's law; answer how the energy changed."""
    fit = state.fit[: tables.positions[place, SHELF_LEN]]
    weigh_shelf(tables, state, place, fit)
    rank = drawn(state, fit, warm, -1)
    swap(tables, state, place, tables.lists[tables.positions[place, SHELF] + rank])
    return float(fit[rank])


@inlined
def swap(tables: Tables, state: State, place: int, new: int) -> None:
    """Put an option in unless it is there."""
    if state.choice[place] != new:
        turn(tables, state, place, new)


@inlined
def first(
    tables: Tables, state: State, count: int, warm: np.float32, fit: Floats
) -> tuple[int, float]:
    """Draw an option of the first place, another one where others mend it.

    Answers its rank and how the energy changes with it.
    """
    place = state.places[0]
    present = tables.spots[tables.positions[place, SPOTS], state.choice[place]]
    weigh_bare(tables, state, place, fit)
    fold_week(tables, state, place, fit)
    if count == 1:
        fold_day(tables, state, place, fit)
        rank = drawn(state, fit, warm, -1)
        return rank, float(fit[rank])
    if state.wish[0] > 0 and draw(state.draws, 100) < LED:
        aim = state.aim[: len(fit)]
        for rank in range(len(fit)):
            aim[rank] = fit[rank]
        weigh_led(tables, state, place, aim)
        heat = warm * np.float32(LED_HEATS[draw(state.draws, len(LED_HEATS))])
        rank = drawn(state, aim, heat, present)
        option = tables.lists[tables.positions[place, SHELF] + rank]
        return rank, float(fit[rank]) + lean_day(tables, state, place, option)
    fold_day(tables, state, place, fit)
    heat = warm * np.float32(HEATS[draw(state.draws, len(HEATS))])
    rank = drawn(state, fit, heat, present)
    return rank, float(fit[rank])


@inlined
def chain(tables: Tables, state: State, count: int, warm: np.float32) -> tuple[float, int]:
    """Force another option on the first place; the others answer in turn until it is borne.

    One place alone takes whatever suits it now. Answers how the energy changed, and the moves;
    where it stays too much, all stay as they were.
    """
    place = state.places[0]
    start, length = tables.positions[place, SHELF], tables.positions[place, SHELF_LEN]
    fit = state.fit[:length]
    rank, change = first(tables, state, count, warm, fit)
    moves = rows(length)
    state.former[0] = state.choice[place]
    swap(tables, state, place, tables.lists[start + rank])
    if count == 1:
        return change, moves
    limit = warm * PATIENCE[draw(state.draws, _CHANCES)]
    for step in range(1, count):
        place = state.places[step]
        state.former[step] = state.choice[place]
        change += answer(tables, state, place, warm)
        moves += rows(tables.positions[place, SHELF_LEN])
        if change <= limit:
            return change, moves
    for step in range(count):
        swap(tables, state, state.places[step], state.former[step])
    return 0.0, moves


@compiled
def walk(tables: Tables, state: State, warmth: Ints, shares: Ints) -> None:
    """Anneal: `shares[i]` moves at temperature `warmth[i]`; the state is weighed.

    A turn weighs every option of one place and draws one by Boltzmann's law, or runs a chain.
    The choice of the lowest energy from here on is kept as the best.
    """
    present, lowest = 0.0, 0.0
    remember(state)
    free, free_len = tables.scalars[FREE], tables.scalars[FREE_LEN]
    left = 0
    for step in range(len(warmth)):
        warm = np.float32(warmth[step])
        left += shares[step]
        while left > 0:
            place = tables.lists[free + draw(state.draws, free_len)]
            kind = draw(state.draws, 100)
            count = gather(tables, state, place, CHAIN if kind < PEERED else 1, kind)
            change, moves = chain(tables, state, count, warm)
            present += change
            left -= moves
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
        swap(tables, state, place, state.best[place])


@compiled
def polish(tables: Tables, state: State, delta: Ints, none: Ints) -> int:
    """Take every single change that is better by level order; answer the moves it took.

    The state is weighed strictly: what seems clearly worse then is not looked at again. What a
    lower level could have bought of a higher one by one change is bought back.
    """
    free, free_len = tables.scalars[FREE], tables.scalars[FREE_LEN]
    allowed = np.float32(NEARLY * state.weights[WISHES])
    moves, quiet, at = 0, 0, 0
    while quiet < free_len:
        place = tables.lists[free + at % free_len]
        at += 1
        quiet += 1
        start, length = tables.positions[place, SHELF], tables.positions[place, SHELF_LEN]
        fit = state.fit[:length]
        rank, stale = 0, True
        while rank < length:
            if stale:
                weigh_shelf(tables, state, place, fit)
                moves += rows(length)
                stale = False
            if fit[rank] <= allowed:
                price(tables, state, place, tables.lists[start + rank], delta)
                if compare(delta, none) < 0:
                    turn(tables, state, place, tables.lists[start + rank])
                    quiet = 0
                    stale = True
            rank += 1
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
