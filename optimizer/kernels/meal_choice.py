"""Compiled annealing over choices: integers only, own seeded numbers, work counted in moves."""

from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Ints = NDArray[np.int64]

FAR = 1 << 50  # a limit that never binds; sums of amounts stay far below
PERMILLE = 1000

# columns of Tables.positions
(
    DAY, SHELF, SHELF_LEN, EARLIER, SKIP,
    PEERS, PEERS_LEN, CAPS, CAPS_LEN, MATES, MATES_LEN,
) = range(11)  # fmt: skip
# columns of Tables.options
GROUP, PENALTY, COST, UNKNOWN = range(4)
# columns of Tables.bounds
HARD_LO, SOFT_LO, SOFT_HI, HARD_HI, REFERENCE, WEIGHT, WISH, BINDS = range(8)
# columns of Tables.groups
PER_DAY, TOTAL, GAP, REPEAT = range(4)
# columns of Tables.caps
CAP_DIMENSION, AT_MOST = range(2)
# entries of Tables.scalars
FREE, FREE_LEN, CHANGE = range(3)

_MODULUS = 2_147_483_647  # Lehmer 1951 / Park and Miller 1988: x -> 48271 x mod (2^31 - 1)
_MULTIPLIER = 48_271
_STEPS = 1024
_COOLINGS = 200
PAIRS, SWAPS = 15, 10  # of 100 moves: two of one day, two with the same shelf; else one
PATIENCE: Ints = np.array(
    [round(-log((step + 0.5) / _STEPS) * _STEPS) for step in range(_STEPS)], dtype=np.int64
)
"""-ln u in 1024ths for 1024 equally likely u: Metropolis' rule without a float."""


class Rows(NamedTuple):
    """The same parts as Tables, as plain sequences."""

    amounts: Sequence[Sequence[int]]
    options: Sequence[Sequence[int]]
    positions: Sequence[Sequence[int]]
    lists: Sequence[int]
    bounds: Sequence[Sequence[Sequence[int]]]
    groups: Sequence[Sequence[int]]
    caps: Sequence[Sequence[int]]
    scalars: Sequence[int]


class Tables(NamedTuple):
    """The problem as arrays; the last option is "leave empty", the last group "no group"."""

    amounts: Ints  # option x dimension
    options: Ints  # option x (group, penalty, cost, unknown)
    positions: Ints  # position x (day, parts of lists)
    lists: Ints  # shelves, peers with the same shelf, caps, positions of the same day, free ones
    bounds: Ints  # day (last: horizon) x dimension x limits
    groups: Ints
    caps: Ints
    scalars: Ints


class State(NamedTuple):
    """Where the walk stands, and the best it has seen."""

    choice: Ints
    totals: Ints  # day (last: horizon) x dimension
    slack: Ints  # day (last: horizon) x dimension x (hard, soft, wish)
    counts: Ints  # group x day (last: horizon)
    cap_totals: Ints
    levels: Ints
    best: Ints
    best_levels: Ints
    draws: Ints  # one number: the state of the generator


def as_ints(values: Sequence[int]) -> Ints:
    """Whole numbers as an array."""
    return np.array(values, dtype=np.int64)


def as_tables(rows: Rows) -> Tables:
    """Rows of ints as arrays; a table without rows keeps its columns."""
    options, dimensions = len(rows.options), len(rows.bounds[0])
    shapes: tuple[tuple[int, ...], ...] = (
        (options, dimensions),
        (options, 4),
        (len(rows.positions), 11),
        (len(rows.lists),),
        (len(rows.bounds), dimensions, 8),
        (len(rows.groups), 4),
        (len(rows.caps), 2),
        (3,),
    )
    return Tables(
        *(
            np.array(table, dtype=np.int64).reshape(shape)
            for table, shape in zip(rows, shapes, strict=True)
        )
    )


def start_state(tables: Tables, start: Sequence[int], *, seed: int) -> State:
    """Stand at `start`, with every sum in place."""
    choice = np.array(start, dtype=np.int64)
    days, dimensions = tables.bounds.shape[:2]
    state = State(
        choice=np.full_like(choice, len(tables.options) - 1),
        totals=np.zeros((days, dimensions), dtype=np.int64),
        slack=np.zeros((days, dimensions, 3), dtype=np.int64),
        counts=np.zeros((len(tables.groups), days), dtype=np.int64),
        cap_totals=np.zeros(len(tables.caps), dtype=np.int64),
        levels=np.zeros(5, dtype=np.int64),
        best=choice.copy(),
        best_levels=np.zeros(5, dtype=np.int64),
        draws=np.array([seed * 7_919 % (_MODULUS - 1) + 1], dtype=np.int64),
    )
    fill(tables, state, choice)
    return state


def best_of(state: State) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The best choice seen and its levels, as plain numbers."""
    return tuple(state.best.tolist()), tuple(state.best_levels.tolist())


def price_of(tables: Tables, state: State, place: int, option: int) -> tuple[int, ...]:
    """How each level would change; the state stays as it is."""
    delta = np.zeros(5, dtype=np.int64)
    price_once(tables, state, place, option, delta)
    return tuple(delta.tolist())


def schedule(moves: int, *, hot: int, cold: int) -> tuple[Ints, Ints]:
    """Temperatures from hot to cold, and how many of the moves each of them gets."""
    steps = max(1, min(_COOLINGS, moves))
    ratio = (cold / hot) ** (1 / max(1, steps - 1))
    warmth = [max(1, round(hot * ratio**step)) for step in range(steps)]
    ends = [moves * step // steps for step in range(steps + 1)]
    return as_ints(warmth), as_ints([end - start for start, end in pairwise(ends)])


@njit(cache=True, error_model="numpy", forceinline=True)
def draw(draws: Ints, below: int) -> int:
    """Take the next number in [0, below)."""
    draws[0] = draws[0] * _MULTIPLIER % _MODULUS
    return int((draws[0] >> 3) % below)


@njit(cache=True, error_model="numpy", forceinline=True)
def permille(excess: int, reference: int) -> int:
    """Slack in thousandths of the reference, rounded up."""
    return (excess * PERMILLE + reference - 1) // reference


@njit(cache=True, error_model="numpy", forceinline=True)
def rate(bounds: Ints, row: int, dimension: int, total: int) -> tuple[int, int, int]:
    """Hard slack, soft slack and slack among the wishes of one sum."""
    soft = max(bounds[row, dimension, SOFT_LO] - total, total - bounds[row, dimension, SOFT_HI])
    hard = max(bounds[row, dimension, HARD_LO] - total, total - bounds[row, dimension, HARD_HI])
    if soft <= 0 and hard <= 0:
        return 0, 0, 0
    reference = bounds[row, dimension, REFERENCE]
    hard = permille(hard, reference) if hard > 0 else 0
    soft = permille(soft, reference) if soft > 0 else 0
    return hard, soft * bounds[row, dimension, WEIGHT], soft * bounds[row, dimension, WISH]


@njit(cache=True, error_model="numpy", forceinline=True)
def crowding(groups: Ints, counts: Ints, group: int, day: int) -> int:
    """What one more of a group on this day breaks, given the counts without it."""
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


@njit(cache=True, error_model="numpy", forceinline=True)
def price(tables: Tables, state: State, place: int, new: int, delta: Ints) -> None:
    """Write into `delta` how each level changes when `place` takes the option `new`."""
    amounts, bounds, slack = tables.amounts, tables.bounds, state.slack
    options, counts = tables.options, state.counts
    old = state.choice[place]
    day = tables.positions[place, DAY]
    last = state.totals.shape[0] - 1
    hard_change = 0
    soft_change = options[new, UNKNOWN] - options[old, UNKNOWN]
    caps_change = 0
    wish_change = options[new, PENALTY] - options[old, PENALTY]
    for dimension in range(amounts.shape[1]):
        step = amounts[new, dimension] - amounts[old, dimension]
        if step == 0:
            continue
        for scope in range(2):
            row = last if scope else day
            if bounds[row, dimension, BINDS]:
                hard, soft, wish = rate(bounds, row, dimension, state.totals[row, dimension] + step)
                hard_change += hard - slack[row, dimension, 0]
                soft_change += soft - slack[row, dimension, 1]
                wish_change += wish - slack[row, dimension, 2]
    start = tables.positions[place, CAPS]
    for index in range(start, start + tables.positions[place, CAPS_LEN]):
        cap = tables.lists[index]
        dimension = tables.caps[cap, CAP_DIMENSION]
        at_most = tables.caps[cap, AT_MOST]
        before = state.cap_totals[cap]
        after = before + amounts[new, dimension] - amounts[old, dimension]
        caps_change += permille(max(0, after - at_most), at_most)
        caps_change -= permille(max(0, before - at_most), at_most)
    nothing = options.shape[0] - 1
    if new == nothing:
        wish_change += tables.positions[place, SKIP]
    if old == nothing:
        wish_change -= tables.positions[place, SKIP]
    earlier = tables.positions[place, EARLIER]
    if earlier >= 0:
        wish_change += tables.scalars[CHANGE] * (int(new != earlier) - int(old != earlier))
    group_old, group_new = options[old, GROUP], options[new, GROUP]
    if group_old != group_new:
        counts[group_old, day] -= 1
        counts[group_old, last] -= 1
        wish_change -= crowding(tables.groups, counts, group_old, day)
        wish_change += crowding(tables.groups, counts, group_new, day)
        counts[group_old, day] += 1
        counts[group_old, last] += 1
    delta[0] = hard_change
    delta[1] = soft_change
    delta[2] = caps_change
    delta[3] = wish_change
    delta[4] = options[new, COST] - options[old, COST]


@njit(cache=True, error_model="numpy")
def price_once(tables: Tables, state: State, place: int, new: int, delta: Ints) -> None:
    """Price from outside compiled code."""
    price(tables, state, place, new, delta)


@njit(cache=True, error_model="numpy", forceinline=True)
def put(tables: Tables, state: State, place: int, new: int, delta: Ints) -> None:
    """Take the option, after `price` wrote its delta."""
    amounts, bounds, slack = tables.amounts, tables.bounds, state.slack
    old = state.choice[place]
    day = tables.positions[place, DAY]
    last = state.totals.shape[0] - 1
    for dimension in range(amounts.shape[1]):
        step = amounts[new, dimension] - amounts[old, dimension]
        if step == 0:
            continue
        for scope in range(2):
            row = last if scope else day
            if bounds[row, dimension, BINDS]:
                total = state.totals[row, dimension] + step
                state.totals[row, dimension] = total
                hard, soft, wish = rate(bounds, row, dimension, total)
                slack[row, dimension, 0] = hard
                slack[row, dimension, 1] = soft
                slack[row, dimension, 2] = wish
    start = tables.positions[place, CAPS]
    for index in range(start, start + tables.positions[place, CAPS_LEN]):
        cap = tables.lists[index]
        dimension = tables.caps[cap, CAP_DIMENSION]
        state.cap_totals[cap] += amounts[new, dimension] - amounts[old, dimension]
    group_old, group_new = tables.options[old, GROUP], tables.options[new, GROUP]
    state.counts[group_old, day] -= 1
    state.counts[group_old, last] -= 1
    state.counts[group_new, day] += 1
    state.counts[group_new, last] += 1
    state.choice[place] = new
    for level in range(5):
        state.levels[level] += delta[level]


@njit(cache=True, error_model="numpy", forceinline=True)
def settle(tables: Tables, state: State, place: int, new: int, delta: Ints) -> None:
    """Price and take the option."""
    price(tables, state, place, new, delta)
    put(tables, state, place, new, delta)


@njit(cache=True, error_model="numpy")
def fill(tables: Tables, state: State, choice: Ints) -> None:
    """Bring an empty state to `choice`; what an empty state breaks counts from the start."""
    for row in range(state.totals.shape[0]):
        for dimension in range(state.totals.shape[1]):
            hard, soft, wish = rate(tables.bounds, row, dimension, 0)
            state.slack[row, dimension, 0] = hard
            state.slack[row, dimension, 1] = soft
            state.slack[row, dimension, 2] = wish
            state.levels[0] += hard
            state.levels[1] += soft
            state.levels[3] += wish
    for place in range(len(choice)):
        state.levels[3] += tables.positions[place, SKIP]
        earlier = tables.positions[place, EARLIER]
        if earlier >= 0 and earlier != state.choice[place]:
            state.levels[3] += tables.scalars[CHANGE]
    delta = np.zeros(5, dtype=np.int64)
    for place in range(len(choice)):
        settle(tables, state, place, choice[place], delta)
    state.best[:] = state.choice
    state.best_levels[:] = state.levels


@njit(cache=True, error_model="numpy", forceinline=True)
def compare(left: Ints, right: Ints, levels: int) -> int:
    """Below 0 where the first differing level of `left` is lower, 0 where none differs."""
    for level in range(levels):
        if left[level] != right[level]:
            return -1 if left[level] < right[level] else 1
    return 0


@njit(cache=True, error_model="numpy", forceinline=True)
def remember(state: State) -> None:
    """Keep the present choice where it is the best by level order."""
    if compare(state.levels, state.best_levels, 5) < 0:
        state.best_levels[:] = state.levels
        state.best[:] = state.choice


@njit(cache=True, error_model="numpy")
def go_back(tables: Tables, state: State) -> None:
    """Return to the best seen."""
    delta = np.zeros(5, dtype=np.int64)
    for place in range(len(state.choice)):
        if state.choice[place] != state.best[place]:
            settle(tables, state, place, state.best[place], delta)


@njit(cache=True, error_model="numpy", forceinline=True)
def partner(tables: Tables, state: State, place: int, kind: int) -> int:
    """A second position for a pair move: of the same day, or with the same shelf; or -1."""
    start, length = tables.positions[place, MATES], tables.positions[place, MATES_LEN]
    if kind >= PAIRS:
        start, length = tables.positions[place, PEERS], tables.positions[place, PEERS_LEN]
    other = tables.lists[start + draw(state.draws, length)]
    return -1 if other == place else int(other)


@njit(cache=True, error_model="numpy", forceinline=True)
def pick(tables: Tables, state: State, place: int) -> int:
    """Any option of the position's shelf."""
    drawn = draw(state.draws, tables.positions[place, SHELF_LEN])
    return int(tables.lists[tables.positions[place, SHELF] + drawn])


@njit(cache=True, error_model="numpy")
def walk(
    tables: Tables, state: State, warmth: Ints, shares: Ints, weights: Ints, guarded: int
) -> None:
    """Anneal: `shares[i]` moves at temperature `warmth[i]`.

    A move changes one position, changes two of the same day, or swaps two with the same shelf.
    The first `guarded` levels may only get better, in level order; the others are weighed
    against each other by `weights`. The best by level order is kept.
    """
    first = np.zeros(5, dtype=np.int64)
    both = np.zeros(5, dtype=np.int64)
    none = np.zeros(5, dtype=np.int64)
    free, free_len = tables.scalars[FREE], tables.scalars[FREE_LEN]
    for step in range(len(warmth)):
        for _ in range(shares[step]):
            place = tables.lists[free + draw(state.draws, free_len)]
            kind = draw(state.draws, 100)
            new = pick(tables, state, place)
            second = -1
            other_new = -1
            if kind < PAIRS + SWAPS:
                second = partner(tables, state, place, kind)
            if second >= 0:
                other_new = state.choice[place]
                if kind < PAIRS:
                    other_new = pick(tables, state, second)
                else:
                    new = state.choice[second]
            old = state.choice[place]
            if new == old and second < 0:
                continue
            price(tables, state, place, new, both)
            if second >= 0:
                first[:] = both
                put(tables, state, place, new, first)
                price(tables, state, second, other_new, both)
                for level in range(5):
                    both[level] += first[level]
            order = compare(both, none, guarded)
            accept = order < 0
            if order == 0:
                worse = 0
                for level in range(guarded, 5):
                    worse += both[level] * weights[level]
                accept = worse <= 0
                if not accept:
                    patience = PATIENCE[draw(state.draws, 1024)]
                    accept = worse * 1024 < warmth[step] * patience
            if second >= 0:
                for level in range(5):
                    both[level] -= first[level]
                if accept:
                    put(tables, state, second, other_new, both)
                else:
                    settle(tables, state, place, old, first)
            elif accept:
                put(tables, state, place, new, both)
            if accept:
                remember(state)


@njit(cache=True, error_model="numpy")
def polish(tables: Tables, state: State, moves: int) -> int:
    """Take every single change that is better by level order; answer the moves not used.

    With moves left over, no level can be bought lower by any one change: what a lower level
    could have bought of a higher one has been bought back.
    """
    delta = np.zeros(5, dtype=np.int64)
    none = np.zeros(5, dtype=np.int64)
    go_back(tables, state)
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
            if compare(delta, none, 5) < 0:
                put(tables, state, place, tables.lists[index], delta)
                quiet = 0
    remember(state)
    return moves
