"""Order-up-to levels and refills of many stores at once: whole numbers only.

A chance is a whole number of `WHOLE` parts, so that a level never hangs on how a machine rounds.
Amounts that are expected (a plan times a rate) are in thousandths of a unit.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import njit

Ints = NDArray[np.int64]

MILLI = 1000
WHOLE = 10**15
TOLERANCE = 10**9  # a ratio is met to a millionth: what flooring may have lost
ENOUGH, NEEDED, RESERVE, LEAST, MOST, KEEPS, ROOM = range(7)
PACKS, LEVEL, COUNTED, LOST, RUNS_OUT, REASON, WANTED, LYING = range(8)
COLUMNS = 8


class Stores(NamedTuple):
    """The stores: first row (one entry more than stores), day of arrival, last day, room."""

    starts: Ints
    arrives: Ints
    until: Ints
    room: Ints  # below zero: no limit


class Rows(NamedTuple):
    """One item in one store each."""

    sure: Ints  # row x day
    plan: Ints  # row x day
    group: Ints  # whose rates hold
    cover: Ints  # of 1000
    pack: Ints
    least: Ints  # packs of an order, if any
    most: Ints  # packs; 0: no limit
    shelf: Ints  # days that what arrives keeps, the day of arrival included
    life: Ints  # days that must be left when it is used
    size: Ints
    reserve: Ints
    lots: Ints  # row -> first lot; one entry more than rows


class Lots(NamedTuple):
    """What lies or comes: units, and the first and last day on which they keep."""

    amount: Ints
    first: Ints
    last: Ints


class Rates(NamedTuple):
    """Per group: of 1000 planned units, how many are eaten on each day, and how far that may err.

    `spread` is what the rate lies off in one of six cases above, and in one of six below.
    """

    eaten: Ints  # group x day
    spread: Ints  # group


@njit(cache=True)
def chances(plan: Ints, eaten: Ints, shift: int, last: int, mass: Ints) -> int:
    """Fill `mass` with the chance of each number of units eaten until `last`; gives the highest.

    Each planned unit is eaten or not by itself, so this is exact but for what falls below one
    part of `WHOLE`.
    """
    low, high = 0, 0
    mass[0] = WHOLE
    for day in range(last + 1):
        rate = min(MILLI, max(0, eaten[day] + shift))
        for _ in range(plan[day]):
            high += 1
            mass[high] = 0
            for at in range(high, low, -1):
                mass[at] = (mass[at] * (MILLI - rate) + mass[at - 1] * rate) // MILLI
            mass[low] = mass[low] * (MILLI - rate) // MILLI
            while low < high and mass[low] == 0:
                low += 1
            while high > low and mass[high] == 0:
                high -= 1
    for at in range(low):
        mass[at] = 0
    return high


@njit(cache=True)
def level(plan: Ints, eaten: Ints, spread: int, cover: int, last: int) -> int:
    """The least number of units that suffices in `cover` of 1000 cases until `last`."""
    units = 0
    for day in range(last + 1):
        units += plan[day]
    total = np.zeros(units + 2, dtype=np.int64)
    mass = np.zeros(units + 2, dtype=np.int64)
    for case in range(-1, 2):
        if case == 0 or spread > 0:
            weight = 1 if case else 4 if spread > 0 else 6
            high = chances(plan, eaten, case * spread, last, mass)
            for at in range(high + 1):
                total[at] += weight * mass[at]
            mass[:] = 0
    reached, found = 0, -1
    while found < units and (found < 0 or reached < 6 * (WHOLE // MILLI * cover - TOLERANCE)):
        found += 1
        reached += total[found]
    return found


@njit(cache=True)
def use_up(use: Ints, left: Ints, lots: Lots, row: Ints) -> None:
    """Let `use`, in thousandths, run over the lots until the last day, first expired first out.

    `row`: first lot, one past the last lot, arrival, last day, days of life that must be left;
    and to be filled: thousandths that expire unused until the last day, thousandths short before
    the arrival, the first day that is short (-1: none), thousandths that lie there on arrival.
    """
    begin, end, arrives, last, life = row[0], row[1], row[2], row[3], row[4]
    row[5], row[6], row[7], row[8] = 0, 0, -1, 0
    for day in range(last + 1):
        if day == arrives:
            for at in range(begin, end):
                if lots.first[at] <= day and lots.last[at] - life >= day:
                    row[8] += left[at]
        wanted = use[day]
        while wanted > 0:
            best = -1
            for at in range(begin, end):
                usable = lots.first[at] <= day and lots.last[at] - life >= day and left[at] > 0
                if usable and (best < 0 or lots.last[at] < lots.last[best]):
                    best = at
            if best < 0:
                break
            taken = min(wanted, left[best])
            left[best] -= taken
            wanted -= taken
        if wanted > 0 and row[7] < 0:
            row[7] = day
        if wanted > 0 and day < arrives:
            row[6] += wanted
    for at in range(begin, end):
        if lots.last[at] - life < last and lots.first[at] <= last:
            row[5] += left[at]


@njit(cache=True)
def keep_reserve(left: Ints, lots: Lots, span: Ints, reserve: int) -> int:
    """Set the longest keeping units apart as the reserve; gives what it lacks.

    `span`: first lot, one past the last, and the day until which the reserve must keep.
    """
    lacking = reserve * MILLI
    while lacking > 0:
        best = -1
        for at in range(span[0], span[1]):
            usable = left[at] > 0 and lots.last[at] >= span[2]
            if usable and (best < 0 or lots.last[at] > lots.last[best]):
                best = at
        if best < 0:
            break
        taken = min(lacking, left[best])
        left[best] -= taken
        lacking -= taken
    return lacking // MILLI


@njit(cache=True)
def packs_for(wanted: int, spare: int, terms: Ints, out: Ints) -> None:
    """Whole packs for a want; `spare` is what more may be eaten before it expires (-1: no limit).

    `terms`: pack, least, most, cover. The last pack stays out when what of it would expire weighs
    more than what is short without it.
    """
    pack, least, most, cover = terms[0], terms[1], terms[2], terms[3]
    count = (wanted + pack - 1) // pack
    out[REASON] = NEEDED
    if spare >= 0 and count > least and count * pack > spare:
        short = wanted - (count - 1) * pack
        if short * cover < (count * pack - max(spare, wanted - short)) * (MILLI - cover):
            count -= 1
            out[REASON] = KEEPS
    if 0 < count < least:
        count = least
        out[REASON] = LEAST
    if most > 0 and count > most:
        count = most
        out[REASON] = MOST
    out[PACKS] = count


@njit(cache=True)
def one_row(
    held_in: tuple[Stores, Rows, Lots], at: Ints, rates: Rates, left: Ints, out: Ints
) -> None:
    """The refill of one row (`at`: store and row), as if there were room for all."""
    stores, rows, lots = held_in
    store, row = at[0], at[1]
    group, days = rows.group[row], rows.plan.shape[1]
    eaten = rates.eaten[group]
    use = rows.sure[row] * MILLI + rows.plan[row] * eaten
    begin, end = rows.lots[row], rows.lots[row + 1]
    arrives, until = stores.arrives[store], stores.until[store]
    keeps = arrives + rows.shelf[row] - 1 - rows.life[row]
    last = min(until, max(keeps, arrives - 1))
    lacking = keep_reserve(left, lots, np.array([begin, end, until]), rows.reserve[row])
    held = 0
    for one in range(begin, end):
        if lots.first[one] <= last and lots.last[one] - rows.life[row] >= 0:
            held += left[one]
    seen = np.array([begin, end, arrives, last, rows.life[row], 0, 0, 0, 0])
    use_up(use, left, lots, seen)
    gone = 0  # expired before today: it was never counted
    for one in range(begin, end):
        if lots.last[one] - rows.life[row] < 0:
            gone += left[one]
    out[LOST] = (seen[5] + MILLI - 1) // MILLI
    out[RUNS_OUT] = seen[7]
    out[LYING] = (seen[8] + MILLI - 1) // MILLI + rows.reserve[row] - lacking
    out[LEVEL] = level(rows.plan[row], eaten, rates.spread[group], rows.cover[row], last)
    for day in range(last + 1):
        out[LEVEL] += rows.sure[row, day]
    out[COUNTED] = (held - (seen[5] - gone) + seen[6]) // MILLI
    wanted = max(0, out[LEVEL] - out[COUNTED])
    if keeps < arrives:
        wanted, lacking = 0, 0
    out[WANTED] = wanted + lacking
    out[REASON] = ENOUGH
    out[PACKS] = 0
    if out[WANTED] == 0:
        return
    spare = -1
    if keeps < days - 1 and lacking == 0:
        mean = 0
        for day in range(keeps + 1):
            mean += use[day]
        spare = max(0, (mean + MILLI - 1) // MILLI - out[COUNTED])
    terms = np.array([rows.pack[row], rows.least[row], rows.most[row], rows.cover[row]])
    packs_for(out[WANTED], spare, terms, out)
    if wanted == 0 and out[REASON] == NEEDED:
        out[REASON] = RESERVE


@njit(cache=True)
def fit(stores: Stores, rows: Rows, store: int, out: Ints) -> None:
    """Take packs back until the store has room: from the row that stays best covered, each time."""
    begin, end, room = stores.starts[store], stores.starts[store + 1], stores.room[store]
    if room < 0:
        return
    volume = 0
    for row in range(begin, end):
        volume += rows.size[row] * (out[row, LYING] + out[row, PACKS] * rows.pack[row])
    while volume > room:
        best, rest = -1, np.int64(-1)
        for row in range(begin, end):
            if out[row, PACKS] > 0 and rows.size[row] > 0:
                after = out[row, PACKS] - 1 if out[row, PACKS] > rows.least[row] else 0
                stock = out[row, COUNTED] + after * rows.pack[row]
                covered = stock * MILLI // max(1, out[row, LEVEL])
                if covered > rest:
                    best, rest = row, covered
        if best < 0:
            return
        before = out[best, PACKS]
        out[best, PACKS] = before - 1 if before > rows.least[best] else 0
        out[best, REASON] = ROOM
        volume -= rows.size[best] * rows.pack[best] * (before - out[best, PACKS])


@njit(cache=True)
def refill(stores: Stores, rows: Rows, rates: Rates, lots: Lots) -> Ints:
    """The refill of every row: one line of `COLUMNS` figures each."""
    out = np.zeros((len(rows.group), COLUMNS), dtype=np.int64)
    left = lots.amount * MILLI
    for store in range(len(stores.arrives)):
        for row in range(stores.starts[store], stores.starts[store + 1]):
            one_row((stores, rows, lots), np.array([store, row]), rates, left, out[row])
        fit(stores, rows, store, out)
    return out
