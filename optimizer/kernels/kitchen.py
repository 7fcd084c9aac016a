"""Serial schedules of a kitchen day: jobs placed in turn, each as early as everything allows.

Minutes count from the first opening. A line holds the runs of a machine in order; a rolling
machine, the people at work and the stores are kept minute by minute. Jobs, operations, machines
and all else are rows of one table and known by their row: few arrays make cheap calls. Nothing is
allocated here, so references are not counted: counting cost two fifths of the time.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import bare

FAR = 1 << 40  # later than any minute
NONE = -1
Ints = NDArray[np.int64]

COLUMNS = 14
FIRST_OP, OPS, RELEASE, DUE, WEIGHT, RECIPE, TRAITS, STORE, SPACE, LEAVES, BEGUN = range(11)  # jobs
MINUTES, LAG, PROGRAMME, PLACES, FIRST_MACHINE, MACHINES, FIRST_HAND, HANDS = range(8)  # operations
FIXED_START, FIXED_ON, KNOWN_START, KNOWN_ON, OWNER = range(8, 13)
CLEAN, RINSE, ROOM, ROLLING, FIRST_WINDOW, WINDOWS, FIRST_FREE, FREES, LINE, LOADS = range(10)
ON, TAKES = range(2)  # one machine that an operation may run on, and its places that it takes
SKILL, PEOPLE, HAND_MINUTES = range(3)  # hands
OPENS, CLOSES, BARS = range(3)  # windows; BARS is the row of `meets` of a free window
CAPACITY, FILLED = range(2)  # stores
BEGIN, END, RUN_PROGRAMME, RUN_TRAITS, RUN_RECIPE, LOAD, RUN_COLUMNS = range(7)
LEFT, LATE, OVER, CLEANS, SPAN, CHANGES, LEVELS = range(7)
START, AT, FLOOR, SPOTS = range(4)
STRANGE_MIN = 15  # later on the machine that people know rather than at once on another
KEEP, THRIFT_MIN, THRIFTIEST = 1, 12, 4  # will of a job: KEEP, and twice its level of thrift


class Kitchen(NamedTuple):
    """What stays."""

    rows: Ints  # jobs first, then operations, machines and the others
    shifts: Ints  # row x minute: people on shift by skill, then the same with overtime
    meets: Ints  # traits x traits: 1 where the first soils the second; then free windows x traits
    ops: tuple[int, int]  # first and last row, the last not counted
    machines: tuple[int, int]
    price: int  # person-minutes of overtime that a change is worth


class Day(NamedTuple):
    """What moves: one schedule in the making."""

    runs: Ints  # line x run x column
    lines: Ints  # runs by line
    minutes: Ints  # people at work by skill, then what LOADS and FILLED say, by minute
    spots: Ints  # start, machine and floor by row of an operation
    tally: Ints


def empty_day(kitchen: Kitchen, lines: int, kept: int) -> Day:
    """Room for one schedule: so many lines, and rows kept minute by minute."""
    ops = kitchen.ops[1] - kitchen.ops[0]
    return Day(
        runs=np.zeros((lines, ops + 1, RUN_COLUMNS), dtype=np.int64),
        lines=np.zeros(lines, dtype=np.int64),
        minutes=np.zeros((kept, kitchen.shifts.shape[1]), dtype=np.int64),
        spots=np.zeros((SPOTS, len(kitchen.rows)), dtype=np.int64),
        tally=np.zeros(LEVELS, dtype=np.int64),
    )


@bare
def open_from(k: Kitchen, m: int, traits: int, t: int, minutes: int) -> int:
    """First minute from t at which the machine is open long enough to these traits, or NONE."""
    rows = k.rows
    w, last = rows[m, FIRST_WINDOW], rows[m, FIRST_WINDOW] + rows[m, WINDOWS]
    free, frees = rows[m, FIRST_FREE], rows[m, FIRST_FREE] + rows[m, FREES]
    while w < last:
        inside = max(t, rows[w, OPENS])
        if inside + minutes > rows[w, CLOSES]:
            w += 1
            continue
        moved = False
        for f in range(free, frees):
            barred = k.meets[rows[f, BARS], traits] == 1
            if barred and inside < rows[f, CLOSES] and inside + minutes > rows[f, OPENS]:
                inside = rows[f, CLOSES]
                moved = True
        if not moved:
            return int(inside)
        t = inside
    return NONE


@bare
def gap(k: Kitchen, m: int, before: tuple[int, int], after: tuple[int, int]) -> int:
    """Minutes of cleaning or rinsing between two runs, each as (traits, recipe)."""
    if k.rows[m, CLEAN] > 0 and k.meets[before[0], after[0]]:
        return int(k.rows[m, CLEAN])
    return 0 if before[1] == after[1] else int(k.rows[m, RINSE])


@bare
def takes(k: Kitchen, o: int, m: int) -> int:
    """Places that an operation takes of a machine; below 0 each machine tells its own."""
    rows, first = k.rows, k.rows[o, FIRST_MACHINE]
    if rows[o, PLACES] > 0:
        return int(rows[o, PLACES])
    for e in range(first, first + rows[o, MACHINES]):
        if rows[e, ON] == m:
            return int(rows[e, TAKES])
    return int(-rows[o, PLACES])


@bare
def joins(k: Kitchen, day: Day, m: int, r: int, o: int) -> bool:
    """Whether an operation may start together with a run, and what follows is still clear of it."""
    rows, runs, line = k.rows, day.runs, k.rows[m, LINE]
    traits = rows[rows[o, OWNER], TRAITS]
    if runs[line, r, RUN_PROGRAMME] != rows[o, PROGRAMME]:
        return False
    if runs[line, r, LOAD] + takes(k, o, m) > rows[m, ROOM]:
        return False
    if rows[m, CLEAN] > 0 and runs[line, r, RUN_TRAITS] != traits:
        return False
    begin = runs[line, r, BEGIN]
    if r + 1 < day.lines[line]:
        run = (runs[line, r, RUN_TRAITS], runs[line, r, RUN_RECIPE])
        after = (runs[line, r + 1, RUN_TRAITS], runs[line, r + 1, RUN_RECIPE])
        end = max(runs[line, r, END], begin + rows[o, MINUTES])
        if end + gap(k, m, run, after) > runs[line, r + 1, BEGIN]:
            return False
    return bool(open_from(k, m, traits, begin, rows[o, MINUTES]) == begin)


@bare
def line_start(k: Kitchen, day: Day, m: int, o: int, t: int, bound: int) -> int:
    """Earliest start from t in the line of a machine: in a gap, together with a run, or after.

    NONE when there is none before `bound`.
    """
    runs, line, minutes = day.runs, k.rows[m, LINE], k.rows[o, MINUTES]
    count, shared = day.lines[line], k.rows[m, ROOM] > 1
    new = (k.rows[k.rows[o, OWNER], TRAITS], k.rows[k.rows[o, OWNER], RECIPE])
    low, high = 0, count  # runs that end before t cannot matter but for the last of them
    while low < high:
        middle = (low + high) // 2
        if runs[line, middle, END] < t:
            low = middle + 1
        else:
            high = middle
    for r in range(low, count + 1):
        start, latest = t, FAR
        if r > 0:
            start = max(t, runs[line, r - 1, END])
        if start >= bound:
            return NONE
        begin = runs[line, r, BEGIN] if r < count else FAR
        if begin - start >= minutes:
            if r > 0:
                before = (runs[line, r - 1, RUN_TRAITS], runs[line, r - 1, RUN_RECIPE])
                start = max(t, runs[line, r - 1, END] + gap(k, m, before, new))
            if r < count:
                after = (runs[line, r, RUN_TRAITS], runs[line, r, RUN_RECIPE])
                latest = begin - gap(k, m, new, after) - minutes
            if start <= latest:
                inside = open_from(k, m, new[0], start, minutes)
                if inside == NONE or inside <= latest:
                    return inside
        if shared and r < count and begin >= t and joins(k, day, m, r, o):
            return int(begin)
    return NONE


@bare
def rolling_start(k: Kitchen, day: Day, m: int, o: int, t: int) -> int:
    """Earliest start from t at which a rolling machine has places for the whole time."""
    rows, loads, running = k.rows, k.rows[m, LOADS], k.rows[m, LOADS] + 1
    minutes, programme = rows[o, MINUTES], rows[o, PROGRAMME]
    traits, room = rows[rows[o, OWNER], TRAITS], rows[m, ROOM] - takes(k, o, m)
    t = open_from(k, m, traits, t, minutes)
    while t != NONE:
        free = t
        for minute in range(t + minutes - 1, t - 1, -1):
            load = day.minutes[loads, minute]
            if load > room or (load > 0 and day.minutes[running, minute] != programme):
                free = minute + 1
                break
        if free == t:
            return int(t)
        t = open_from(k, m, traits, free, minutes)
    return NONE


@bare
def people_from(k: Kitchen, day: Day, o: int, t: int) -> int:
    """The minute t when there are hands for the operation, or the first that may be better."""
    first, most = k.rows[o, FIRST_HAND], len(k.shifts) // 2
    for h in range(first, first + k.rows[o, HANDS]):
        skill, people = k.rows[h, SKILL], k.rows[h, PEOPLE]
        for minute in range(t + k.rows[h, HAND_MINUTES] - 1, t - 1, -1):
            if day.minutes[skill, minute] + people > k.shifts[most + skill, minute]:
                return minute + 1
    return t


@bare
def space_from(k: Kitchen, day: Day, j: int, end: int) -> int:
    """The minute `end` when the store has room from then on, or the first that may be better."""
    store = k.rows[j, STORE]
    if store == NONE:
        return end
    room, filled = k.rows[store, CAPACITY] - k.rows[j, SPACE], k.rows[store, FILLED]
    for minute in range(k.rows[j, LEAVES] - 1, end - 1, -1):
        if day.minutes[filled, minute] > room:
            return minute + 1
    return end


@bare
def start_on(k: Kitchen, day: Day, o: int, m: int, t: int, bound: int) -> int:
    """Earliest start of an operation on a machine from t and before `bound`, or NONE."""
    if takes(k, o, m) > k.rows[m, ROOM]:
        return NONE
    minutes, j = k.rows[o, MINUTES], k.rows[o, OWNER]
    last = o == k.rows[j, FIRST_OP] + k.rows[j, OPS] - 1
    while t < bound:
        if k.rows[m, ROLLING]:
            found = rolling_start(k, day, m, o, t)
        else:
            found = line_start(k, day, m, o, t, bound)
        if found == NONE or found >= bound:
            return NONE
        t = people_from(k, day, o, found)
        if last:
            t = max(t, space_from(k, day, j, found + minutes) - minutes)
        if t == found:
            return int(t)
    return NONE


@bare
def insert(k: Kitchen, day: Day, o: int, m: int, start: int) -> None:
    """Let an operation stand where `start_on` found a place for it."""
    rows, runs, minutes = k.rows, day.runs, day.minutes
    j, end, line = rows[o, OWNER], start + rows[o, MINUTES], rows[m, LINE]
    places = takes(k, o, m)
    day.spots[START, o], day.spots[AT, o] = start, m
    for h in range(rows[o, FIRST_HAND], rows[o, FIRST_HAND] + rows[o, HANDS]):
        for minute in range(start, start + rows[h, HAND_MINUTES]):
            minutes[rows[h, SKILL], minute] += rows[h, PEOPLE]
    if o == rows[j, FIRST_OP] + rows[j, OPS] - 1 and rows[j, STORE] != NONE:
        for minute in range(end, rows[j, LEAVES]):
            minutes[rows[rows[j, STORE], FILLED], minute] += rows[j, SPACE]
    if rows[m, ROLLING]:
        for minute in range(start, end):
            minutes[rows[m, LOADS], minute] += places
            minutes[rows[m, LOADS] + 1, minute] = rows[o, PROGRAMME]
        return
    at = day.lines[line]
    while at > 0 and runs[line, at - 1, BEGIN] > start:
        at -= 1
    if at > 0 and runs[line, at - 1, BEGIN] == start:
        runs[line, at - 1, END] = max(runs[line, at - 1, END], end)
        runs[line, at - 1, LOAD] += places
        return
    for r in range(day.lines[line], at, -1):
        for column in range(RUN_COLUMNS):
            runs[line, r, column] = runs[line, r - 1, column]
    runs[line, at, BEGIN], runs[line, at, END] = start, end
    runs[line, at, RUN_PROGRAMME], runs[line, at, LOAD] = rows[o, PROGRAMME], places
    runs[line, at, RUN_TRAITS], runs[line, at, RUN_RECIPE] = rows[j, TRAITS], rows[j, RECIPE]
    day.lines[line] += 1


@bare
def stays(k: Kitchen, day: Day, j: int) -> bool:
    """Whether a job can stand just as it was published; leaves that in `spots`."""
    rows, spots = k.rows, day.spots
    first, begun = rows[j, FIRST_OP], rows[j, BEGUN]
    for o in range(first + begun, first + rows[j, OPS]):
        start, m = rows[o, KNOWN_START], rows[o, KNOWN_ON]
        early = rows[j, RELEASE]
        if o > first:
            early = spots[START, o - 1] + rows[o - 1, MINUTES]
            if start - early > rows[o, LAG]:
                return False
        if m == NONE or start < early:
            return False
        may = False
        for e in range(rows[o, FIRST_MACHINE], rows[o, FIRST_MACHINE] + rows[o, MACHINES]):
            may = may or rows[e, ON] == m
        if not may or start_on(k, day, o, m, start, start + 1) != start:
            return False
        spots[START, o], spots[AT, o] = start, m
    return True


@bare
def soils(k: Kitchen, day: Day, o: int, m: int, start: int) -> int:
    """How many more cleans a machine has with the operation in its line."""
    if k.rows[m, CLEAN] == 0:
        return 0
    runs, line, meets = day.runs, k.rows[m, LINE], k.meets
    traits, at = k.rows[k.rows[o, OWNER], TRAITS], day.lines[line]
    while at > 0 and runs[line, at - 1, BEGIN] > start:
        at -= 1
    if at > 0 and runs[line, at - 1, BEGIN] == start:
        return 0
    more = 0
    if at > 0:
        more += meets[runs[line, at - 1, RUN_TRAITS], traits]
    if at < day.lines[line]:
        more += meets[traits, runs[line, at, RUN_TRAITS]]
        if at > 0:
            more -= meets[runs[line, at - 1, RUN_TRAITS], runs[line, at, RUN_TRAITS]]
    return int(more)


@bare
def chain(k: Kitchen, day: Day, j: int, thrift: int, near: int) -> bool:
    """Earliest start of each operation that keeps order and lags, in `spots`.

    On the machine where it starts first, `thrift` minutes added for each clean it would cause.
    `near`: none sooner than published, and STRANGE_MIN added for another machine than that.
    An operation that would start too long after the one before it pushes that one later, and so
    on backwards. Floors only rise, so this ends.
    """
    rows, spots = k.rows, day.spots
    first, begun = rows[j, FIRST_OP], rows[j, FIRST_OP] + rows[j, BEGUN]
    last = first + rows[j, OPS]
    spots[FLOOR, first:last] = max(0, rows[j, RELEASE])
    if begun > first:
        spots[FLOOR, begun] = spots[START, begun - 1] + rows[begun - 1, MINUTES]
    o = begun
    while o < last:
        best, where, least = FAR, NONE, FAR
        near_by = near == 1 and rows[o, KNOWN_ON] != NONE
        if near_by:
            spots[FLOOR, o] = max(spots[FLOOR, o], rows[o, KNOWN_START])
        for e in range(rows[o, FIRST_MACHINE], rows[o, FIRST_MACHINE] + rows[o, MACHINES]):
            found = start_on(k, day, o, rows[e, ON], spots[FLOOR, o], least)
            if found == NONE:
                continue
            score = found
            if thrift and rows[o, MACHINES] > 1:
                score += thrift * max(0, soils(k, day, o, rows[e, ON], found))
            if near_by and rows[e, ON] != rows[o, KNOWN_ON]:
                score += STRANGE_MIN
            if score < least:
                best, where, least = found, rows[e, ON], score
        if where == NONE:
            return False
        if o > first:
            late = best - spots[START, o - 1] - rows[o - 1, MINUTES] - rows[o, LAG]
            if late > 0:
                if o == begun:
                    return False
                o -= 1
                spots[FLOOR, o] = spots[START, o] + late
                continue
        spots[START, o], spots[AT, o] = best, where
        o += 1
        if o < last:
            spots[FLOOR, o] = max(spots[FLOOR, o], best + rows[o - 1, MINUTES])
    return True


@bare
def place(k: Kitchen, day: Day, j: int, will: int) -> bool:
    """Place the rest of a job, as published or near it where asked, else as early as it fits.

    `will` is what the search wants of the job: KEEP it as published, and how thrifty it is.
    """
    first, last = k.rows[j, FIRST_OP] + k.rows[j, BEGUN], k.rows[j, FIRST_OP] + k.rows[j, OPS]
    if first == last:
        return True
    keep, thrift = will & KEEP != 0, THRIFT_MIN * (will >> 1)
    stands = keep and (stays(k, day, j) or chain(k, day, j, thrift, 1))
    if not stands and not chain(k, day, j, thrift, 0):
        day.spots[AT, first:last] = NONE
        day.spots[START, first:last] = NONE
        return False
    for o in range(first, last):
        insert(k, day, o, day.spots[AT, o], day.spots[START, o])
    return True


@bare
def reset(k: Kitchen, day: Day) -> None:
    """An empty day but for what has begun."""
    day.lines[:] = 0
    day.minutes[:] = 0
    day.tally[:] = 0
    day.spots[:] = NONE
    for o in range(k.ops[0], k.ops[1]):
        if k.rows[o, FIXED_ON] != NONE:
            insert(k, day, o, k.rows[o, FIXED_ON], k.rows[o, FIXED_START])


@bare
def settle(k: Kitchen, day: Day) -> None:
    """Fill in what is known only of a whole schedule: overtime, cleans, length, changes."""
    rows, spots, tally = k.rows, day.spots, day.tally
    end = 0
    for o in range(k.ops[0], k.ops[1]):
        if spots[AT, o] != NONE:
            end = max(end, spots[START, o] + rows[o, MINUTES])
        if rows[o, KNOWN_ON] != NONE:
            tally[CHANGES] += spots[START, o] != rows[o, KNOWN_START]
            tally[CHANGES] += spots[AT, o] != rows[o, KNOWN_ON]
    tally[SPAN] = end
    tally[OVER] = k.price * tally[CHANGES]
    for skill in range(len(k.shifts) // 2):
        for minute in range(k.shifts.shape[1]):
            tally[OVER] += max(0, day.minutes[skill, minute] - k.shifts[skill, minute])
    for m in range(k.machines[0], k.machines[1]):
        line = rows[m, LINE]
        if rows[m, CLEAN] > 0:
            for r in range(1, day.lines[line]):
                before, after = day.runs[line, r - 1, RUN_TRAITS], day.runs[line, r, RUN_TRAITS]
                tally[CLEANS] += k.meets[before, after]


@bare
def schedule(k: Kitchen, day: Day, order: Ints, will: Ints, units: Ints, limit: int) -> int:
    """Place all jobs in an order; what that costs, or FAR as soon as it is more than `limit`.

    `units` is the price of one of each level; the levels themselves stand in `day.tally`. Changes
    are left to who asks.
    """
    reset(k, day)
    cost = 0
    for j in order:
        weight = k.rows[j, WEIGHT]
        if place(k, day, j, will[j]):
            last = k.rows[j, FIRST_OP] + k.rows[j, OPS] - 1
            end = day.spots[START, last] + k.rows[last, MINUTES]
            late = max(0, end - k.rows[j, DUE]) * weight
            day.tally[LATE] += late
            cost += late * units[LATE]
        else:
            day.tally[LEFT] += weight
            cost += weight * units[LEFT]
        if cost > limit:
            return FAR
    settle(k, day)
    cost -= k.price * day.tally[CHANGES] * units[OVER]
    for level in range(OVER, CHANGES):
        cost += day.tally[level] * units[level]
    return int(cost)
