"""Changing the rows of a fleet, and undoing it."""

from optimizer.kernels.fleet_arrays import (
    AFTER,
    BANK,
    BANKED,
    BEFORE,
    BEST_COST,
    BEST_LOST,
    COST,
    COUNT,
    END,
    FAMILY,
    FIXED,
    FRESH,
    FROM,
    GOODS,
    HOME,
    IN_USE,
    KIND,
    LAT,
    LEG,
    LENGTH,
    LOAD,
    LONGEST,
    LOST,
    METRES,
    MUST,
    NEED,
    NONE,
    ORDER,
    PAID,
    PLACE,
    PRE,
    PRIZE,
    RATE,
    READY,
    REST,
    ROOM,
    RUINED,
    SEQ,
    SIZE,
    SLOT,
    SO_FAR,
    SPANNED,
    STAMP,
    START,
    TIMED,
    TOUCHED,
    TOUCHES,
    TRIPS,
    UNTIL,
    USED,
    WHERE,
    WIN,
    Aside,
    Road,
    backward,
    forward,
    retime_trips,
    span,
    touch,
)
from optimizer.kernels.fleet_choice import settle
from optimizer.kernels.fleet_room import extra_of
from optimizer.kernels.fleet_spans import KEPT_REST, KEPT_WIN, toll
from optimizer.kernels.meal_arrays import Ints, compiled, inlined


@inlined
def retime(road: Road, r: int, p: int) -> bool:
    """Time a row changed at p, and all trips of its vehicle; False when a promise is broken."""
    if road.tally[SPANNED]:
        return settle(road, r)
    if road.tally[TRIPS]:
        return retime_trips(road, r)
    forward(road, r, p)
    backward(road, r, min(p, road.rows[r, SIZE]))
    cells = road.cells
    if cells[r, 0, LAT] < cells[r, 0, PRE]:
        return False
    if not road.tally[TIMED]:
        return True
    span(road, r)
    size = road.rows[r, SIZE]
    out = cells[r, size + 1, PRE] - cells[r, 0, LAT]
    return bool(max(cells[r, size + 1, SO_FAR], out) <= road.types[road.rows[r, KIND], LONGEST])


@inlined
def _enlist(road: Road, r: int) -> None:
    """Count a row among those in use."""
    tally, rows, order = road.tally, road.rows, road.lists
    other, here = order[ORDER, tally[USED]], rows[r, SLOT]
    order[ORDER, here], rows[other, SLOT] = other, here
    order[ORDER, tally[USED]], rows[r, SLOT] = r, tally[USED]
    tally[USED] += 1


@inlined
def _dismiss(road: Road, r: int) -> None:
    """Count a row among the free ones."""
    tally, rows, order = road.tally, road.rows, road.lists
    tally[USED] -= 1
    other, here = order[ORDER, tally[USED]], rows[r, SLOT]
    order[ORDER, here], rows[other, SLOT] = other, here
    order[ORDER, tally[USED]], rows[r, SLOT] = r, tally[USED]


@compiled
def open_row(road: Road, r: int, c: int, kind: int, after: int) -> bool:
    """Fill a free, touched row with one stop: a vehicle of its own, or a trip after another row.

    `after` of -2 - r asks for a trip before row r, the first of its vehicle; both are touched.
    False when a promise is broken.
    """
    rows, tally, types, cells, stops = road.rows, road.tally, road.types, road.cells, road.stops
    before, behind = NONE, NONE
    if after >= 0:
        before, behind = after, rows[after, AFTER]
    elif after < NONE:
        behind = -2 - after
    _enlist(road, r)
    rows[r, BEFORE], rows[r, AFTER] = before, behind
    if before != NONE:
        rows[before, AFTER] = r
    if behind != NONE:
        rows[behind, BEFORE] = r
    if before == NONE and behind == NONE:
        types[kind, IN_USE] += 1
        tally[COST] += types[kind, FIXED]
    rows[r, SIZE], rows[r, KIND], rows[r, GOODS] = 1, kind, stops[c, READY]
    rows[r, PAID], rows[r, HOME] = 0, 0
    start, end = types[kind, START], types[kind, END]
    cells[r, 0, SEQ], cells[r, 1, SEQ], cells[r, 2, SEQ] = start, c, end
    cells[r, 1, LEG] = road.ways[tally[METRES], start, c]
    cells[r, 2, LEG] = road.ways[tally[METRES], c, end]
    rows[r, LENGTH] = cells[r, 1, LEG] + cells[r, 2, LEG]
    cells[r, 0, PRE], cells[r, 2, LAT] = types[kind, FROM], types[kind, UNTIL]
    for d in range(rows.shape[1] - LOAD):
        rows[r, LOAD + d] = stops[c, NEED + d]
    stops[c, WHERE], stops[c, PLACE] = r, 1
    tally[COST] += types[kind, RATE] * rows[r, LENGTH] - stops[c, PRIZE]
    tally[LOST] -= stops[c, MUST]
    if tally[SPANNED]:
        tally[COST] += toll(road, c, kind)
        stops[c, extra_of(road) + REST] = 0
    return retime(road, r, 1)


@compiled
def _close_row(road: Road, r: int) -> bool:
    """Free a touched row that lost its last stop.

    False when the other trips of its vehicle break a promise without it: their break was in it.
    """
    rows, kind = road.rows, road.rows[r, KIND]
    before, behind = rows[r, BEFORE], rows[r, AFTER]
    _dismiss(road, r)
    if before != NONE:
        rows[before, AFTER] = behind
    if behind != NONE:
        rows[behind, BEFORE] = before
    elif before != NONE:
        rows[before, HOME] = 0
    if before == NONE and behind == NONE:
        road.types[kind, IN_USE] -= 1
        road.tally[COST] -= road.types[kind, FIXED] + rows[r, PAID]
        return True
    other = behind if before == NONE else before
    rows[other, PAID] += rows[r, PAID]
    return retime(road, other, 1)


@compiled
def put_in(road: Road, c: int, r: int, p: int) -> bool:
    """Insert a stop before position p of a touched row; False when a promise is broken."""
    rows, cells, stops, tally = road.rows, road.cells, road.stops, road.tally
    size = rows[r, SIZE]
    for q in range(size + 1, p - 1, -1):
        for k in range(LEG + 1):
            cells[r, q + 1, k] = cells[r, q, k]
    for q in range(p + 1, size + 2):
        stops[cells[r, q, SEQ], PLACE] = q
    cells[r, p, SEQ] = c
    before, behind, old = cells[r, p - 1, SEQ], cells[r, p + 1, SEQ], cells[r, p + 1, LEG]
    cells[r, p, LEG] = road.ways[tally[METRES], before, c]
    cells[r, p + 1, LEG] = road.ways[tally[METRES], c, behind]
    added = cells[r, p, LEG] + cells[r, p + 1, LEG] - old
    rows[r, LENGTH] += added
    rows[r, SIZE] = size + 1
    rows[r, GOODS] = max(rows[r, GOODS], stops[c, READY])
    for d in range(rows.shape[1] - LOAD):
        rows[r, LOAD + d] += stops[c, NEED + d]
    stops[c, WHERE], stops[c, PLACE] = r, p
    tally[COST] += road.types[rows[r, KIND], RATE] * added - stops[c, PRIZE]
    tally[LOST] -= stops[c, MUST]
    if tally[SPANNED]:
        tally[COST] += toll(road, c, rows[r, KIND])
        stops[c, extra_of(road) + REST] = 0
    return retime(road, r, p)


@compiled
def take_out(road: Road, r: int, first: int, last: int) -> bool:
    """Remove positions first..last-1 of a touched row into the bank; False: the rest is unsound.

    That happens where the ways break the triangle rule, or another trip loses its break.
    """
    rows, cells, stops, tally = road.rows, road.cells, road.stops, road.tally
    size, gap = rows[r, SIZE], last - first
    length = 0
    for q in range(first, last + 1):
        length -= cells[r, q, LEG]
    for q in range(first, last):
        c = cells[r, q, SEQ]
        stops[c, WHERE], stops[c, FRESH] = NONE, tally[STAMP]
        road.lists[BANK, tally[BANKED]] = c
        tally[BANKED] += 1
        tally[COST] += stops[c, PRIZE]
        tally[LOST] += stops[c, MUST]
        if tally[SPANNED]:
            tally[COST] -= toll(road, c, rows[r, KIND])
        for d in range(rows.shape[1] - LOAD):
            rows[r, LOAD + d] -= stops[c, NEED + d]
    for q in range(last, size + 2):
        for k in range(LEG + 1):
            cells[r, q - gap, k] = cells[r, q, k]
    size -= gap
    for q in range(first, size + 1):
        stops[cells[r, q, SEQ], PLACE] = q
    if size > 0:
        cells[r, first, LEG] = road.ways[
            tally[METRES], cells[r, first - 1, SEQ], cells[r, first, SEQ]
        ]
        length += cells[r, first, LEG]
    rows[r, LENGTH] += length
    rows[r, SIZE] = size
    tally[COST] += road.types[rows[r, KIND], RATE] * length
    if size == 0:
        return _close_row(road, r)
    if tally[TRIPS] or tally[SPANNED]:
        rows[r, GOODS] = 0
        for q in range(1, size + 1):
            rows[r, GOODS] = max(rows[r, GOODS], stops[cells[r, q, SEQ], READY])
    return retime(road, r, first)


@inlined
def trip_beside(road: Road, r: int) -> int:
    """Another trip of the vehicle of a row, or NONE."""
    return int(road.rows[r, AFTER] if road.rows[r, BEFORE] == NONE else road.rows[r, BEFORE])


@compiled
def clear(road: Road, r: int) -> None:
    """Remove a touched row whole, and more trips of its vehicle until the others stand alone."""
    while r != NONE:
        other = trip_beside(road, r)
        if take_out(road, r, 1, road.rows[r, SIZE] + 1):
            return
        r = other


@inlined
def holds(road: Road, r: int, kind: int) -> bool:
    """Whether vehicles of a type have room for what a row carries."""
    for d in range(road.rows.shape[1] - LOAD):
        if road.rows[r, LOAD + d] > road.types[kind, ROOM + d]:
            return False
    return True


@compiled
def welcome(road: Road, aside: Aside, r: int, kind: int) -> bool:
    """Whether every stop of a row allows a type."""
    found = 1
    for p in range(1, road.rows[r, SIZE] + 1):
        found = min(found, aside.allowed[road.cells[r, p, SEQ], kind])
    return bool(found > 0)


@compiled
def change_kind(road: Road, r: int, kind: int) -> None:
    """Give a touched row to a vehicle of another type with the same shift and depots."""
    types, old = road.types, road.rows[r, KIND]
    types[old, IN_USE] -= 1
    types[kind, IN_USE] += 1
    road.tally[COST] += types[kind, FIXED] - types[old, FIXED]
    road.tally[COST] += (types[kind, RATE] - types[old, RATE]) * road.rows[r, LENGTH]
    road.rows[r, KIND] = kind


@compiled
def _cheapest(road: Road, aside: Aside, r: int) -> int:
    """The type, its own or a free one of the family, that drives a row at the least price."""
    types, old, length = road.types, road.rows[r, KIND], road.rows[r, LENGTH]
    best, least = old, types[old, FIXED] + types[old, RATE] * length
    for kind in range(len(types)):
        price = types[kind, FIXED] + types[kind, RATE] * length
        if price >= least or types[kind, IN_USE] >= types[kind, COUNT]:
            continue
        if types[kind, FAMILY] != types[old, FAMILY] or not holds(road, r, kind):
            continue
        if welcome(road, aside, r, kind):
            best, least = kind, price
    return int(best)


@compiled
def _partner(road: Road, aside: Aside, r: int) -> int:
    """The row with which a row had best change types, or NONE."""
    types, rows, old = road.types, road.rows, road.rows[r, KIND]
    other, gain = NONE, 0
    for j in range(road.tally[USED]):
        s = road.lists[ORDER, j]
        kind = rows[s, KIND]
        won = (types[old, RATE] - types[kind, RATE]) * (rows[r, LENGTH] - rows[s, LENGTH])
        if won <= gain or types[kind, FAMILY] != types[old, FAMILY]:
            continue
        if not holds(road, r, kind) or not holds(road, s, old):
            continue
        if welcome(road, aside, r, kind) and welcome(road, aside, s, old):
            other, gain = s, won
    return int(other)


@compiled
def refit(road: Road, aside: Aside) -> None:
    """Give each touched row its cheapest free type, or let it change types with another row."""
    for i in range(road.tally[TOUCHES]):
        r = road.lists[TOUCHED, i]
        if road.rows[r, SIZE] == 0:
            continue
        best = _cheapest(road, aside, r)
        if best != road.rows[r, KIND]:
            change_kind(road, r, best)
        other = _partner(road, aside, r)
        if other != NONE:
            touch(road, aside, other)
            old, kind = road.rows[r, KIND], road.rows[other, KIND]
            change_kind(road, other, old)
            change_kind(road, r, kind)


@compiled
def undo(road: Road, aside: Aside) -> None:
    """Go back to what the move began from; the caller restores cost and lost."""
    rows, tally, cells, old = road.rows, road.tally, road.cells, aside.old_rows
    for i in range(tally[TOUCHES]):
        r = road.lists[TOUCHED, i]
        for p in range(1, rows[r, SIZE] + 1):
            road.stops[cells[r, p, SEQ], WHERE] = NONE
        if rows[r, SIZE] > 0 and rows[r, BEFORE] == NONE:
            road.types[rows[r, KIND], IN_USE] -= 1
        if rows[r, SIZE] > 0 and old[r, SIZE] == 0:
            _dismiss(road, r)
        elif rows[r, SIZE] == 0 and old[r, SIZE] > 0:
            _enlist(road, r)
    for i in range(tally[TOUCHES]):
        r = road.lists[TOUCHED, i]
        for k in range(RUINED):
            rows[r, k] = old[r, k]
        size = rows[r, SIZE]
        if size == 0:
            continue
        if rows[r, BEFORE] == NONE:
            road.types[rows[r, KIND], IN_USE] += 1
        for k in range(LOAD, rows.shape[1]):
            rows[r, k] = old[r, k]
        for p in range(size + 2):
            for k in range(cells.shape[2]):
                cells[r, p, k] = aside.old_cells[r, p, k]
        for p in range(1, size + 1):
            c = cells[r, p, SEQ]
            road.stops[c, WHERE], road.stops[c, PLACE] = r, p
            if tally[SPANNED]:
                road.stops[c, extra_of(road) + WIN] = cells[r, p, KEPT_WIN]
                road.stops[c, extra_of(road) + REST] = cells[r, p, KEPT_REST]


@compiled
def remember(road: Road, aside: Aside) -> None:
    """Keep the present rows as the best."""
    tally, best, at = road.tally, aside.best, 0
    tally[BEST_COST], tally[BEST_LOST] = tally[COST], tally[LOST]
    for i in range(tally[USED]):
        r = road.lists[ORDER, i]
        best[at], best[at + 1] = r, road.rows[r, KIND]
        best[at + 2], best[at + 3] = road.rows[r, AFTER], road.rows[r, SIZE]
        at += 4
        for p in range(1, road.rows[r, SIZE] + 1):
            best[at] = road.cells[r, p, SEQ]
            at += 1
    best[at] = NONE


@compiled
def load(road: Road, aside: Aside, stops: Ints, trips: Ints) -> None:
    """Build rows of a tour that serves nobody; per trip: end in `stops`, type, 1 if it follows.

    A trip that cannot be driven is forgotten.
    """
    tally, first, before = road.tally, 0, NONE
    tally[STAMP] += 1
    tally[TOUCHES], tally[BANKED] = 0, 0
    for i in range(len(trips)):
        r = road.lists[ORDER, tally[USED]]
        before = before if trips[i, 2] else NONE
        sound = open_row(road, r, stops[first], trips[i, 1], before)
        for j in range(first + 1, trips[i, 0]):
            sound = put_in(road, stops[j], r, j - first + 1)
        first = trips[i, 0]
        if sound:
            before = r
        else:
            clear(road, r)
    tally[BANKED] = 0
    remember(road, aside)
