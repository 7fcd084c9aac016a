"""Compiled exchange of whole days: what comes again too soon is set further apart.

Or a day gives way to one of a pool that was found elsewhere.
"""

from optimizer.kernels.meal_arrays import (
    GAP,
    LEVELS,
    REPEAT,
    SPOTS,
    Ints,
    State,
    Tables,
    compiled,
    inlined,
)
from optimizer.kernels.meal_choice import put, recount, turn
from optimizer.kernels.meal_leads import day_span
from optimizer.kernels.meal_walk import compare


@inlined
def too_soon(tables: Tables, state: State) -> int:
    """What all that comes again within its gap costs."""
    counts, last = state.counts, state.counts.shape[1] - 1
    total = 0
    for group in range(len(tables.groups)):
        gap = tables.groups[group, GAP]
        if gap < 2 or tables.groups[group, REPEAT] == 0 or counts[group, last] < 2:
            continue
        broken = 0
        for day in range(last):
            if counts[group, day] > 0:
                for later in range(day + 1, min(last, day + gap)):
                    broken += (gap - (later - day)) * int(counts[group, later] > 0)
        total += broken * tables.groups[group, REPEAT]
    return total


@inlined
def relabel(state: State, left: int, right: int) -> None:
    """Let two days change their counts."""
    for group in range(len(state.counts)):
        counts = state.counts[group]
        counts[left], counts[right] = counts[right], counts[left]


@inlined
def alike(tables: Tables, left: tuple[int, int], right: tuple[int, int]) -> bool:
    """Whether the free places of two days stand before the same shelves."""
    same = left[1] == right[1] and left[1] > 0
    for at in range(min(left[1], right[1])):
        one, other = tables.lists[left[0] + at], tables.lists[right[0] + at]
        same = same and tables.positions[one, SPOTS] == tables.positions[other, SPOTS]
    return same


@inlined
def exchange(tables: Tables, state: State, left: tuple[int, int], right: tuple[int, int]) -> None:
    """Let the free places of two days change what they hold."""
    for at in range(left[1]):
        one, other = tables.lists[left[0] + at], tables.lists[right[0] + at]
        here, there = state.choice[one], state.choice[other]
        if here != there:
            turn(tables, state, one, there)
            turn(tables, state, other, here)


@compiled
def set_apart(tables: Tables, state: State, found: Ints, before: Ints) -> int:
    """Let two days change places as long as the levels become lower; answer how often they did.

    The state is weighed. Where nothing comes again too soon there is nothing to gain.
    """
    last, cost, times = state.counts.shape[1] - 1, too_soon(tables, state), 0
    better = cost > 0
    if better:
        recount(tables, state, before)
    while better:
        better = False
        for left in range(last):
            for right in range(left + 1, last):
                relabel(state, left, right)
                gained = too_soon(tables, state) < cost
                relabel(state, left, right)
                if not gained:
                    continue
                spans = day_span(tables, left), day_span(tables, right)
                if not alike(tables, spans[0], spans[1]):
                    continue
                exchange(tables, state, spans[0], spans[1])
                recount(tables, state, found)
                if compare(found, before) < 0:
                    cost = too_soon(tables, state)
                    times, better = times + 1, True
                    for level in range(LEVELS):
                        before[level] = found[level]
                else:
                    exchange(tables, state, spans[0], spans[1])
    return times


@inlined
def lay_day(tables: Tables, state: State, span: tuple[int, int], options: Ints) -> None:
    """Put an option at each free place of a day."""
    for at in range(span[1]):
        place = tables.lists[span[0] + at]
        if state.choice[place] != options[at]:
            put(tables, state, place, options[at])


@inlined
def note_day(tables: Tables, state: State, span: tuple[int, int]) -> None:
    """Note what stands at the free places of a day."""
    for at in range(span[1]):
        state.former[at] = state.choice[tables.lists[span[0] + at]]


@inlined
def lowest_day(
    tables: Tables,
    state: State,
    span: tuple[int, int],
    pool: tuple[Ints, Ints],
    levels: tuple[Ints, Ints],
) -> int:
    """The day of the pool that makes the levels lowest, below 0 where none makes them lower.

    `pool`: an option for each free place, and above 0 where a day of it may stand here. `levels`:
    room, and the lowest so far.
    """
    found, before = levels
    options, stands = pool
    best = -1
    for row in range(len(options)):
        if stands[row] <= 0:
            continue
        lay_day(tables, state, span, options[row])
        recount(tables, state, found)
        if compare(found, before) < 0:
            best = row
            for level in range(LEVELS):
                before[level] = found[level]
    return best


@compiled
def take_days(
    tables: Tables, state: State, pool: Ints, stands: Ints, levels: tuple[Ints, Ints]
) -> int:
    """Let each day in turn take that of the pool which makes the levels lowest, while one does.

    `pool`: an option for each free place of a day; `stands`: day of the pool x day, above 0 where
    it may stand there; `levels`: room for two. Afterwards the state is to be weighed anew. Answers
    how often a day was taken.
    """
    recount(tables, state, levels[1])
    times, quiet, last = 0, 0, state.counts.shape[1] - 1
    while quiet < last:
        for day in range(last):
            span = day_span(tables, day)
            note_day(tables, state, span)
            best = lowest_day(tables, state, span, (pool, stands[:, day]), levels)
            lay_day(tables, state, span, state.former if best < 0 else pool[best])
            quiet = 0 if best >= 0 else quiet + 1
            times += int(best >= 0)
    return times
