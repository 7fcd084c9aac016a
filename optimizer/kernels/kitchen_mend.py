"""A kitchen's schedule mended in place: a few jobs taken out and put in again, the rest stands.

That costs an eighth of a schedule of all jobs, and moves only what it must.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import bare, njit
from optimizer.kernels.drawing import draw, seeded
from optimizer.kernels.kitchen import (
    AT,
    BEGIN,
    BEGUN,
    CHANGES,
    CLEAN,
    DUE,
    END,
    FILLED,
    FIRST_HAND,
    FIRST_MACHINE,
    FIRST_OP,
    FIXED_ON,
    HAND_MINUTES,
    HANDS,
    KEEP,
    KNOWN_ON,
    KNOWN_START,
    LATE,
    LEAVES,
    LEFT,
    LEVELS,
    LINE,
    LOAD,
    LOADS,
    MACHINES,
    MINUTES,
    NONE,
    ON,
    OPS,
    OVER,
    OWNER,
    PEOPLE,
    ROLLING,
    RUN_COLUMNS,
    RUN_RECIPE,
    RUN_TRAITS,
    SKILL,
    SPACE,
    START,
    STORE,
    THRIFTIEST,
    WEIGHT,
    Day,
    Ints,
    Kitchen,
    gap,
    insert,
    place,
    reset,
    settle,
    takes,
)
from optimizer.kernels.kitchen_walk import Walk, below, remember

SOONER, BACK, ANYHOW = range(3)  # why a job is taken out: it is late, people know it elsewhere
DONE, TOTAL, NOW = range(3)
MOST_OUT = 6
REACH_MIN = 150  # so much sooner at most a late job wants to begin
WIDE_MIN = 60  # so long is the stretch of a machine that is cleared for it
LATE_SHARE, BACK_SHARE = 0.6, 0.2  # of the changes
LAST_SHARE = 0.25  # of those where the job that is meant need not be the first put in again
THRIFT_SHARE, KEEP_SHARE = 0.2, 0.5  # of the jobs put in again
TRIES = 30  # draws for a job that is late or stands elsewhere


class Mending(NamedTuple):
    """Where a mending stands: which jobs are out, and how those stood before."""

    out: Ints
    was: Ints  # spots
    was_will: Ints
    rng: Ints
    at: Ints  # changes done, of how many, what the schedule costs now
    heat: NDArray[np.float64]  # first, last


def begin(walk: Walk, seed: int, total: int, heat: tuple[float, float]) -> Mending:
    """A mending of so many changes that has taken nothing out yet."""
    return Mending(
        out=np.zeros(MOST_OUT, dtype=np.int64),
        was=walk.best.copy(),
        was_will=walk.will.copy(),
        rng=seeded(seed),
        at=np.array([0, total, 0], dtype=np.int64),
        heat=np.array(heat),
    )


@bare
def take_step(k: Kitchen, day: Day, o: int) -> bool:
    """Undo `insert`; whether what stood on both sides can stand next to each other.

    It cannot where a clean takes less than a rinse.
    """
    rows, runs, minutes = k.rows, day.runs, day.minutes
    start, m = day.spots[START, o], day.spots[AT, o]
    j, end, line = rows[o, OWNER], start + rows[o, MINUTES], rows[m, LINE]
    places = takes(k, o, m)
    day.spots[START, o] = day.spots[AT, o] = NONE
    for h in range(rows[o, FIRST_HAND], rows[o, FIRST_HAND] + rows[o, HANDS]):
        for minute in range(start, start + rows[h, HAND_MINUTES]):
            minutes[rows[h, SKILL], minute] -= rows[h, PEOPLE]
    if o == rows[j, FIRST_OP] + rows[j, OPS] - 1 and rows[j, STORE] != NONE:
        for minute in range(end, rows[j, LEAVES]):
            minutes[rows[rows[j, STORE], FILLED], minute] -= rows[j, SPACE]
    if rows[m, ROLLING]:
        for minute in range(start, end):
            minutes[rows[m, LOADS], minute] -= places
        return True
    r = day.lines[line] - 1
    while runs[line, r, BEGIN] != start:
        r -= 1
    if runs[line, r, LOAD] > places:
        runs[line, r, LOAD] -= places
        runs[line, r, END] = start
        for other in range(k.ops[0], k.ops[1]):
            if day.spots[AT, other] == m and day.spots[START, other] == start:
                runs[line, r, END] = max(runs[line, r, END], start + rows[other, MINUTES])
        return True
    day.lines[line] -= 1
    for later in range(r, day.lines[line]):
        for column in range(RUN_COLUMNS):
            runs[line, later, column] = runs[line, later + 1, column]
    if r == 0 or r == day.lines[line]:
        return True
    before = (runs[line, r - 1, RUN_TRAITS], runs[line, r - 1, RUN_RECIPE])
    after = (runs[line, r, RUN_TRAITS], runs[line, r, RUN_RECIPE])
    return bool(runs[line, r - 1, END] + gap(k, m, before, after) <= runs[line, r, BEGIN])


@bare
def take_out(k: Kitchen, day: Day, j: int) -> bool:
    """Take out what has not begun of a job; whether all that stays can stand so."""
    first, last = k.rows[j, FIRST_OP] + k.rows[j, BEGUN], k.rows[j, FIRST_OP] + k.rows[j, OPS]
    sound = True
    if day.spots[AT, last - 1] != NONE:
        for o in range(first, last):
            sound = take_step(k, day, o) and sound
    return sound


@bare
def put_in(k: Kitchen, day: Day, j: int, spots: Ints) -> None:
    """Let the rest of a job stand as it does in `spots`."""
    first, last = k.rows[j, FIRST_OP] + k.rows[j, BEGUN], k.rows[j, FIRST_OP] + k.rows[j, OPS]
    for o in range(first, last):
        if spots[AT, o] == NONE:
            day.spots[START, o] = day.spots[AT, o] = NONE
        else:
            insert(k, day, o, spots[AT, o], spots[START, o])


@bare
def weigh(k: Kitchen, day: Day, jobs: int, units: Ints) -> int:
    """What the schedule costs as it stands; its levels stand in `day.tally`."""
    rows, tally = k.rows, day.tally
    tally[:] = 0
    for j in range(jobs):
        last = rows[j, FIRST_OP] + rows[j, OPS] - 1
        if day.spots[AT, last] == NONE:
            tally[LEFT] += rows[j, WEIGHT]
        else:
            end = day.spots[START, last] + rows[last, MINUTES]
            tally[LATE] += max(0, end - rows[j, DUE]) * rows[j, WEIGHT]
    settle(k, day)
    cost = -k.price * tally[CHANGES] * units[OVER]
    for level in range(LEVELS):
        cost += tally[level] * units[level]
    return int(cost)


@bare
def wants(k: Kitchen, day: Day, j: int, why: int) -> bool:
    """Whether a job has a step that has not begun, and a reason to be taken out."""
    rows, spots = k.rows, day.spots
    first, last = rows[j, FIRST_OP] + rows[j, BEGUN], rows[j, FIRST_OP] + rows[j, OPS]
    if first == last:
        return False
    if why == SOONER:
        end = spots[START, last - 1] + rows[last - 1, MINUTES]
        return bool(spots[AT, last - 1] == NONE or end > rows[j, DUE])
    if why == ANYHOW:
        return True
    for o in range(first, last):
        moved = spots[START, o] != rows[o, KNOWN_START] or spots[AT, o] != rows[o, KNOWN_ON]
        if moved and rows[o, KNOWN_ON] != NONE:
            return True
    return False


@bare
def clear(
    k: Kitchen, day: Day, out: Ints, count: int, most: int, room: tuple[int, int, int]
) -> int:
    """Add the jobs that stand in some room (machine, from, until) to those taken out."""
    m, begins, ends = room
    for o in range(k.ops[0], k.ops[1]):
        if count >= most:
            break
        if day.spots[AT, o] != m or k.rows[o, FIXED_ON] != NONE or day.spots[START, o] >= ends:
            continue
        if day.spots[START, o] + k.rows[o, MINUTES] <= begins:
            continue
        known = False
        for at in range(count):
            known = known or out[at] == k.rows[o, OWNER]
        if not known:
            out[count] = k.rows[o, OWNER]
            count += 1
    return count


@bare
def clear_known(k: Kitchen, day: Day, out: Ints, most: int) -> int:
    """After the first job out, those that stand where people know its steps; gives how many."""
    rows, j, count = k.rows, out[0], 1
    for o in range(rows[j, FIRST_OP] + rows[j, BEGUN], rows[j, FIRST_OP] + rows[j, OPS]):
        m = rows[o, KNOWN_ON]
        if m >= k.machines[0] and not rows[m, ROLLING]:
            begins, ends = rows[o, KNOWN_START], rows[o, KNOWN_START] + rows[o, MINUTES]
            room = (m, begins - rows[m, CLEAN], ends + rows[m, CLEAN])
            count = clear(k, day, out, count, most, room)
    return count


@bare
def clear_sooner(k: Kitchen, day: Day, rng: Ints, out: Ints, most: int) -> int:
    """After the first job out, those that stand somewhat before one or two of its steps.

    Of a job that began and is left out those that stand where it has to go on.
    """
    rows, j, count = k.rows, out[0], 1
    first = rows[j, FIRST_OP] + rows[j, BEGUN]
    sooner = below(rng, REACH_MIN)
    for _ in range(1 + below(rng, 2)):
        o = first + below(rng, rows[j, FIRST_OP] + rows[j, OPS] - first)
        m = rows[rows[o, FIRST_MACHINE] + below(rng, rows[o, MACHINES]), ON]
        if day.spots[START, o] != NONE:
            begins = day.spots[START, o] - sooner
        elif rows[j, BEGUN]:
            begins = day.spots[START, first - 1] + rows[first - 1, MINUTES]
            for step in range(first, o):
                begins += rows[step, MINUTES]
        else:
            begins = rows[j, DUE] - sooner
        count = clear(k, day, out, count, most, (m, begins, begins + WIDE_MIN))
    return count


@bare
def choose(k: Kitchen, day: Day, walk: Walk, mending: Mending) -> tuple[int, int]:
    """Jobs to take out, first the one that is meant: how many, and why."""
    rng, out, jobs = mending.rng, mending.out, len(walk.will)
    dice, why = draw(rng), ANYHOW
    if dice < LATE_SHARE:
        why = SOONER
    elif dice < LATE_SHARE + BACK_SHARE:
        why = BACK
    j = below(rng, jobs)
    for _ in range(TRIES):
        if wants(k, day, j, why):
            break
        j = below(rng, jobs)
    if not wants(k, day, j, ANYHOW):
        return 0, why
    out[0] = j
    most = 2 + below(rng, MOST_OUT - 1)
    if why == BACK:
        return clear_known(k, day, out, most), why
    return clear_sooner(k, day, rng, out, most), why


@bare
def take_all_out(k: Kitchen, day: Day, walk: Walk, mending: Mending, count: int) -> bool:
    """Take the chosen jobs out and remember how they stood; whether all that stays can stand so."""
    sound = True
    for at in range(count):
        j = mending.out[at]
        first, last = k.rows[j, FIRST_OP], k.rows[j, FIRST_OP] + k.rows[j, OPS]
        for o in range(first, last):
            mending.was[START, o], mending.was[AT, o] = day.spots[START, o], day.spots[AT, o]
        mending.was_will[j] = walk.will[j]
        sound = take_out(k, day, j) and sound
    return sound


@bare
def put_all_in(k: Kitchen, day: Day, walk: Walk, mending: Mending, count: int, why: int) -> None:
    """Place the chosen jobs anew, the one that is meant mostly first, the others in any order."""
    rng, out, meant = mending.rng, mending.out, mending.out[0]
    first = 0 if why == ANYHOW or draw(rng) < LAST_SHARE else 1
    for at in range(count - 1, first, -1):
        other = first + below(rng, at + 1 - first)
        out[at], out[other] = out[other], out[at]
    for at in range(count):
        j = out[at]
        will = walk.will[j] & ~KEEP
        if draw(rng) < THRIFT_SHARE:
            will = 2 * below(rng, THRIFTIEST + 1)
        keep = draw(rng) < KEEP_SHARE
        if j == meant and why == BACK:
            keep = True
        elif j == meant and why == SOONER:
            keep = keep and draw(rng) < THRIFT_SHARE
        walk.will[j] = will | KEEP if keep else will
        place(k, day, j, walk.will[j])


@bare
def as_before(k: Kitchen, day: Day, walk: Walk, mending: Mending, count: int) -> None:
    """Let the chosen jobs stand as they stood, none of which stands now."""
    for at in range(count):
        j = mending.out[at]
        put_in(k, day, j, mending.was)
        walk.will[j] = mending.was_will[j]


@njit(cache=True, nogil=True)
def stand(k: Kitchen, day: Day, walk: Walk, mending: Mending, units: Ints) -> None:
    """Begin at the best schedule of a walk, weighed as this kitchen weighs it."""
    reset(k, day)
    walk.will[:] = walk.best_will
    for j in range(len(walk.will)):
        put_in(k, day, j, walk.best)
    mending.at[NOW] = weigh(k, day, len(walk.will), units)
    walk.best_tally[:] = day.tally


@njit(cache=True, nogil=True)
def mend(k: Kitchen, day: Day, walk: Walk, mending: Mending, units: Ints, steps: int) -> None:
    """So many small changes from where the day stands; it stays so for the next."""
    for _ in range(steps):
        share = mending.at[DONE] / mending.at[TOTAL]
        heat = mending.heat[0] * (mending.heat[1] / mending.heat[0]) ** share
        mending.at[DONE] += 1
        count, why = choose(k, day, walk, mending)
        if not take_all_out(k, day, walk, mending, count):
            as_before(k, day, walk, mending, count)
            continue
        put_all_in(k, day, walk, mending, count, why)
        cost = weigh(k, day, len(walk.will), units)
        remember(day, walk, walk.will)
        worse = int(-heat * math.log(max(1e-12, 1.0 - draw(mending.rng))))
        if cost <= mending.at[NOW] + worse:
            mending.at[NOW] = cost
            continue
        for at in range(count):
            take_out(k, day, mending.out[at])
        as_before(k, day, walk, mending, count)
