"""A fleet as arrays: what stays, what moves, and how a row of stops is timed.

A row is one trip of one vehicle: position 0 leaves a depot, position SIZE + 1 is back at one.
Rows with a row BEFORE or AFTER them are trips of the same vehicle. Few arrays with many columns,
because passing dozens of arrays on costs more than pricing a position.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.meal_arrays import Ints, compiled, inlined

FAR = 1 << 40  # later than any time: an absent limit
DEAR = 1 << 60  # no price comes near
NONE = -1
Smalls = NDArray[np.int32]

# columns of `stops`, their needs from NEED on
OPEN, CLOSE, SERVICE, READY, PRIZE, MUST, WHERE, PLACE, FRESH, NEED = range(10)
# after the needs, only where time has a price or a limit; from PICK on a toll per type, then
# the begin and end of each window; REST: the breaks taken after it, the first one as bit 0
COLD, DUE, LATE, SPANS, WIN, REST, PICK = range(7)
# columns of `types`, their room from ROOM on
START, END, FROM, UNTIL, LONGEST, FIXED, RATE, COUNT, FAMILY, RELOADS, IN_USE, ROOM = range(12)
# after the room, as above; compartments that may be switched to any load, and what each holds;
# the latest start of the first trip; how many breaks there are, and of each from BREAK on when it
# may begin first, when last, how long it is, and from when on a vehicle that leaves has had it
PACE, LOADING, SWINGS, SWING_ROOM, LEAVE_BY, RESTS, BREAK = range(7)
# columns of `rows`, what they carry from LOAD on; those from RUINED to SLOT are not undone.
# HOME: the breaks had at the depot between this trip and the next, those before loading as bits
# from 0 on, those after it from LOADED on; HOME_AT, AWAY_AT: when these are over
(
    SIZE, KIND, LENGTH, BEFORE, AFTER, GOODS, PAID, HOME,
    RUINED, KEPT, OLD_HOME, HOME_AT, AWAY_AT, SLOT, LOAD,
) = range(15)  # fmt: skip
LOADED = 8
# columns of `cells`; the last four only where limits on the whole are kept (where time has a
# price, `fleet_spans` has other columns there):
# time and latest start up to a position, time and earliest end from a position on
SEQ, PRE, LAT, LEG, SO_FAR, START_BY, TO_GO, END_AT = range(8)
# rows of `lists`; ORDER: those in use first
ORDER, TOUCHED, BANK, ODDS, OLD_WIN, OLD_REST, LEFT = range(7)
# entries of `tally`; the first is the state of the generator
(
    DRAWS, COST, LOST, STAMP, USED, BANKED, TOUCHES, BEST_COST, BEST_LOST,
    TIMED, TRIPS, GRANULAR, OPTIONAL, KINDS, SPANNED, FLEXIBLE, LATENESS, PICKS,
    METRES, METRES_TO, TRAVEL, TRAVEL_TO,
) = range(22)  # fmt: skip


class Road(NamedTuple):
    """What every change needs. `ways` has one layer per matrix; `tally` says which is which."""

    ways: Smalls
    stops: Ints
    types: Ints
    rows: Ints
    cells: Ints
    lists: Ints
    tally: Ints


class Aside(NamedTuple):
    """What choosing and undoing need besides."""

    near: Smalls  # stop x the nearest stops, itself first
    allowed: Ints  # stop x type
    keys: Ints  # orders of insertion x stop
    old_rows: Ints
    old_cells: Ints
    best: Ints  # row, type, row after, stops; again; NONE
    pool: Ints  # slot x what `fleet_pool` keeps of a row; no slot: nothing is kept
    codes: Ints  # of each stop, then of each type: random bits that tell rows apart


@compiled
def _keep_row(road: Road, aside: Aside, r: int) -> None:
    """Keep a row as it was, once per move."""
    rows, tally = road.rows, road.tally
    if rows[r, KEPT] == tally[STAMP]:
        return
    rows[r, KEPT] = tally[STAMP]
    road.lists[TOUCHED, tally[TOUCHES]] = r
    tally[TOUCHES] += 1
    size = rows[r, SIZE]
    for k in range(rows.shape[1]):
        aside.old_rows[r, k] = rows[r, k]
    if size == 0:
        return
    for p in range(size + 2):
        for k in range(road.cells.shape[2]):
            aside.old_cells[r, p, k] = road.cells[r, p, k]


@compiled
def touch(road: Road, aside: Aside, r: int) -> None:
    """Keep a row and all other trips of its vehicle as they were."""
    rows = road.rows
    _keep_row(road, aside, r)
    if road.tally[TRIPS] and rows[r, SIZE] > 0:
        other = rows[r, BEFORE]
        while other != NONE:
            _keep_row(road, aside, other)
            other = rows[other, BEFORE]
        other = rows[r, AFTER]
        while other != NONE:
            _keep_row(road, aside, other)
            other = rows[other, AFTER]


@inlined
def forward(road: Road, r: int, p: int) -> None:
    """Earliest leaving from position p on; it ends where nothing changes any more."""
    cells, stops, travel = road.cells, road.stops, road.tally[TRAVEL]
    size, alone = road.rows[r, SIZE], not road.tally[TRIPS]
    here, now = cells[r, p - 1, SEQ], cells[r, p - 1, PRE]
    for q in range(p, size + 1):
        c = cells[r, q, SEQ]
        now = max(now + road.ways[travel, here, c], stops[c, OPEN]) + stops[c, SERVICE]
        if alone and now == cells[r, q, PRE] and q > p:
            return
        cells[r, q, PRE] = now
        here = c
    cells[r, size + 1, PRE] = now + road.ways[travel, here, cells[r, size + 1, SEQ]]


@inlined
def backward(road: Road, r: int, p: int) -> None:
    """Latest arrivals from position p back to the start."""
    cells, stops, travel = road.cells, road.stops, road.tally[TRAVEL]
    after, late = cells[r, p + 1, SEQ], cells[r, p + 1, LAT]
    for q in range(p, 0, -1):
        c = cells[r, q, SEQ]
        late = min(late - road.ways[travel, c, after] - stops[c, SERVICE], stops[c, CLOSE])
        cells[r, q, LAT] = late
        after = c
    cells[r, 0, LAT] = late - road.ways[travel, cells[r, 0, SEQ], after]


@compiled
def span(road: Road, r: int) -> None:
    """Lengths of time up to and from each position, for limits on the whole."""
    size, cells, stops = road.rows[r, SIZE], road.cells, road.stops
    travel = road.tally[TRAVEL]
    here, t, late = cells[r, 0, SEQ], 0, FAR
    cells[r, 0, SO_FAR], cells[r, 0, START_BY] = t, late
    for q in range(1, size + 2):
        c = cells[r, q, SEQ]
        t += road.ways[travel, here, c]
        if q <= size:
            late = min(late, stops[c, CLOSE] - t)
            t += stops[c, SERVICE]
        cells[r, q, SO_FAR], cells[r, q, START_BY] = t, late
        here = c
    t, end, after = 0, -FAR, cells[r, size + 1, SEQ]
    cells[r, size + 1, TO_GO], cells[r, size + 1, END_AT] = t, end
    for q in range(size, 0, -1):
        c = cells[r, q, SEQ]
        leave = stops[c, SERVICE] + road.ways[travel, c, after]
        end = max(end, stops[c, OPEN] + leave + t)
        t += leave
        cells[r, q, TO_GO], cells[r, q, END_AT] = t, end
        after = c


@compiled
def retime_trips(road: Road, r: int) -> bool:
    """Time all trips of the vehicle of a row; False when a promise is broken."""
    rows, cells, kind = road.rows, road.cells, road.rows[r, KIND]
    head = r
    while rows[head, BEFORE] != NONE:
        head = rows[head, BEFORE]
    now, t, last = road.types[kind, FROM], head, head
    while t != NONE:
        cells[t, 0, PRE] = max(now, rows[t, GOODS])
        forward(road, t, 1)
        span(road, t)
        now = cells[t, rows[t, SIZE] + 1, PRE]
        last, t = t, rows[t, AFTER]
    late, t, sound = road.types[kind, UNTIL], last, True
    while t != NONE:
        cells[t, rows[t, SIZE] + 1, LAT] = late
        backward(road, t, rows[t, SIZE])
        late = cells[t, 0, LAT]
        sound = sound and late >= cells[t, 0, PRE]
        t = rows[t, BEFORE]
    return sound
