"""The clock of vehicles whose time has a price or a limit: hours, breaks, cold, several windows.

A stretch of a trip maps the time t it is entered to the time max(t + T, W) it is left, for t up
to L. Stretches compose: a prefix, a stop and a suffix price an insertion without walking, and
the trips before and after are stretches too. A stop keeps the window it was put in (WIN), a row
the stop its break follows (REST); `settle` looks for better ones whenever a row changes.
"""

from optimizer.kernels.fleet_arrays import (
    AFTER,
    BEFORE,
    COLD,
    COST,
    DUE,
    FAR,
    FLEXIBLE,
    FROM,
    KIND,
    LATE,
    LATENESS,
    LEAVE_BY,
    LEFT,
    LOADING,
    LONGEST,
    NONE,
    OLD_WIN,
    PACE,
    PAID,
    PICK,
    PICKS,
    READY,
    REST,
    REST_FROM,
    REST_S,
    REST_TO,
    SEQ,
    SERVICE,
    SIZE,
    SPANS,
    TRAVEL,
    UNTIL,
    WIN,
    Road,
)
from optimizer.kernels.fleet_room import carries, extra_of, kind_of
from optimizer.kernels.meal_arrays import compiled, inlined

TRIES = 4  # starts tried when a stop has several windows
# columns of `cells` from the fifth on: up to leaving a position; from arriving at it on.
# At position 0 the second five hold what goes before the trip, at SIZE + 1 the first five what
# follows it; there, and in the trip as a whole, only T, W and L are used.
PRE_T, PRE_W, PRE_L, PRE_Q = 4, 5, 6, 7  # Q: leave the depot no earlier, for the cold
SUF_T, SUF_W, SUF_L, SUF_Q, SUF_P = 8, 9, 10, 11, 12  # P: the same, relative to the entry
KEPT_WIN, TRIP_T, TRIP_W, TRIP_L, FLOOR, LASTS, OLD_REST = 13, 14, 15, 16, 17, 18, 19
SPAN_COLUMNS = 20


@inlined
def toll(road: Road, c: int, kind: int) -> int:
    """What it costs besides when a type serves a stop."""
    return int(road.stops[c, extra_of(road) + PICK + kind])


@inlined
def opening(road: Road, k: int) -> int:
    """In which column of `stops` the window k opens; it closes one column on."""
    return extra_of(road) + PICK + len(road.types) + 2 * k


@inlined
def ride(road: Road, here: int, there: int) -> int:
    """How long a way takes, wide enough to add to any time."""
    return int(road.ways[road.tally[TRAVEL], here, there])


@inlined
def head_of(road: Road, r: int) -> int:
    """The first trip of a row's vehicle."""
    while road.rows[r, BEFORE] != NONE:
        r = road.rows[r, BEFORE]
    return r


@compiled
def _trip(road: Road, r: int) -> bool:
    """Fill the prefixes of a trip and what it is as a whole; False when it breaks a promise."""
    rows, cells, stops, kind = road.rows, road.cells, road.stops, road.rows[r, KIND]
    x, y = extra_of(road), kind_of(road)
    t, w, late, cold, floor = 0, -FAR, FAR, -FAR, 0
    cells[r, 0, PRE_T], cells[r, 0, PRE_W] = t, w
    cells[r, 0, PRE_L], cells[r, 0, PRE_Q] = late, cold
    here, size = cells[r, 0, SEQ], rows[r, SIZE]
    for p in range(1, size + 1):
        c = cells[r, p, SEQ]
        at = opening(road, stops[c, x + WIN])
        leg = ride(road, here, c)
        t, w, here = t + leg, w + leg, c
        limit = stops[c, x + COLD]
        if w > stops[c, at + 1] or t > limit:
            return False
        late = min(late, stops[c, at + 1] - t)
        w = max(w, stops[c, at])
        cold = max(cold, w - limit)
        floor = max(floor, stops[c, READY])
        t, w = t + stops[c, SERVICE], w + stops[c, SERVICE]
        if c == rows[r, REST]:
            until, lasts = road.types[kind, y + REST_TO], road.types[kind, y + REST_S]
            if w > until:
                return False
            late = min(late, until - t)
            t, w = t + lasts, max(w, road.types[kind, y + REST_FROM]) + lasts
        cells[r, p, PRE_T], cells[r, p, PRE_W] = t, w
        cells[r, p, PRE_L], cells[r, p, PRE_Q] = late, cold
    leg = ride(road, here, cells[r, size + 1, SEQ])
    floor = max(floor, cold)
    cells[r, 0, FLOOR] = floor
    cells[r, 0, TRIP_T], cells[r, 0, TRIP_L] = t + leg, late
    cells[r, 0, TRIP_W] = max(w + leg, floor + t + leg)
    return floor <= late and (road.tally[PICKS] == 0 or carries(road, r))


@compiled
def _lateness(road: Road, head: int, start: int) -> int:
    """What begins after their due time cost when a vehicle starts at a moment."""
    stops, x = road.stops, extra_of(road)
    kind, now, price, r = road.rows[head, KIND], start, 0, head
    y = kind_of(road)
    while r != NONE:
        if r != head:
            now += road.types[kind, y + LOADING]
        now = max(now, road.cells[r, 0, FLOOR])
        here = road.cells[r, 0, SEQ]
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            at = opening(road, stops[c, x + WIN])
            now = max(now + ride(road, here, c), stops[c, at])
            price += stops[c, x + LATE] * max(0, now - stops[c, x + DUE])
            now += stops[c, SERVICE]
            if c == road.rows[r, REST]:
                now = max(now, road.types[kind, y + REST_FROM]) + road.types[kind, y + REST_S]
            here = c
        now += ride(road, here, road.cells[r, road.rows[r, SIZE] + 1, SEQ])
        r = road.rows[r, AFTER]
    return int(price)


@compiled
def drive(road: Road, head: int) -> int:
    """The price of a vehicle's time over all its trips, or NONE when a promise is broken.

    Hours are paid from leaving first to being back last. Leaving as late as saves hours is
    weighed against leaving as early as may be where late begins have a price.
    """
    rows, cells, types, kind = road.rows, road.cells, road.types, road.rows[head, KIND]
    y, r, rested = kind_of(road), head, False
    t, w, late = 0, -FAR, types[kind, y + LEAVE_BY]
    while r != NONE:
        if not _trip(road, r):
            return NONE
        rested = rested or rows[r, REST] != NONE
        if r != head:
            t, w = t + types[kind, y + LOADING], w + types[kind, y + LOADING]
        if w > cells[r, 0, TRIP_L]:
            return NONE
        cells[r, 0, SUF_T], cells[r, 0, SUF_W], cells[r, 0, SUF_L] = t, w, late
        late = min(late, cells[r, 0, TRIP_L] - t)
        w = max(w + cells[r, 0, TRIP_T], cells[r, 0, TRIP_W])
        t += cells[r, 0, TRIP_T]
        r = rows[r, AFTER]
    late = min(late, types[kind, UNTIL] - t)
    soon = max(types[kind, FROM], cells[head, 0, FLOOR])
    if w > types[kind, UNTIL] or soon > late:
        return NONE
    start = min(late, max(soon, w - t))
    back = max(start + t, w)
    cells[head, 0, LASTS] = back - start
    if back - start > types[kind, LONGEST]:
        return NONE
    if types[kind, y + REST_S] > 0 and not rested and back > types[kind, y + REST_TO]:
        return NONE
    price = types[kind, y + PACE] * (back - start)
    if road.tally[LATENESS]:
        price += _lateness(road, head, start)
        lasts = max(soon + t, w) - soon
        if soon < start and lasts <= types[kind, LONGEST]:
            early = types[kind, y + PACE] * lasts + _lateness(road, head, soon)
            if early < price:
                price = early
                cells[head, 0, LASTS] = lasts
    return int(price)


@compiled
def _suffix(road: Road, r: int) -> None:
    """Fill the suffixes of a trip that `drive` found sound."""
    rows, cells, stops, kind = road.rows, road.cells, road.stops, road.rows[r, KIND]
    x, y = extra_of(road), kind_of(road)
    size = rows[r, SIZE]
    after = cells[r, size + 1, SEQ]
    cells[r, size + 1, SUF_T], cells[r, size + 1, SUF_W] = 0, -FAR
    cells[r, size + 1, SUF_L], cells[r, size + 1, SUF_Q] = FAR, -FAR
    cells[r, size + 1, SUF_P] = -FAR
    for p in range(size, 0, -1):
        c = cells[r, p, SEQ]
        at, limit = opening(road, stops[c, x + WIN]), stops[c, x + COLD]
        cells[r, p, KEPT_WIN] = stops[c, x + WIN]
        t, w, late = stops[c, SERVICE], stops[c, at] + stops[c, SERVICE], stops[c, at + 1]
        if c == rows[r, REST]:
            late = min(late, road.types[kind, y + REST_TO] - t)
            lasts = road.types[kind, y + REST_S]
            t, w = t + lasts, max(w, road.types[kind, y + REST_FROM]) + lasts
        leg = ride(road, c, after)
        t, w = t + leg, w + leg
        cells[r, p, SUF_L] = min(late, cells[r, p + 1, SUF_L] - t)
        cells[r, p, SUF_P] = max(-limit, t + cells[r, p + 1, SUF_P])
        held = max(stops[c, at] - limit, w + cells[r, p + 1, SUF_P])
        cells[r, p, SUF_Q] = max(held, cells[r, p + 1, SUF_Q])
        cells[r, p, SUF_W] = max(w + cells[r, p + 1, SUF_T], cells[r, p + 1, SUF_W])
        cells[r, p, SUF_T] = t + cells[r, p + 1, SUF_T]
        after = c


@compiled
def keep(road: Road, head: int) -> None:
    """Fill suffixes, and what follows each trip, of a vehicle that `drive` found sound."""
    rows, cells, kind = road.rows, road.cells, road.rows[head, KIND]
    loading, r = road.types[kind, kind_of(road) + LOADING], head
    while True:
        _suffix(road, r)
        cells[r, 0, LASTS] = cells[head, 0, LASTS]
        if rows[r, AFTER] == NONE:
            break
        r = rows[r, AFTER]
    t, w, late = 0, -FAR, road.types[kind, UNTIL]
    while r != NONE:
        end = rows[r, SIZE] + 1
        cells[r, end, PRE_T], cells[r, end, PRE_W], cells[r, end, PRE_L] = t, w, late
        late = min(cells[r, 0, TRIP_L], late - cells[r, 0, TRIP_T]) - loading
        w = max(cells[r, 0, TRIP_W] + t, w)
        t += cells[r, 0, TRIP_T] + loading
        r = rows[r, BEFORE]


@compiled
def _along(road: Road, r: int, now: int) -> int:
    """Choose the earliest windows of a trip left at a moment; when it is back, or NONE.

    Notes each departure.
    """
    rows, cells, stops, kind = road.rows, road.cells, road.stops, road.rows[r, KIND]
    x, y, here = extra_of(road), kind_of(road), road.cells[r, 0, SEQ]
    for p in range(1, rows[r, SIZE] + 1):
        c = cells[r, p, SEQ]
        now += ride(road, here, c)
        k = 0
        while k < stops[c, x + SPANS] and stops[c, opening(road, k) + 1] < now:
            k += 1
        if k == stops[c, x + SPANS]:
            return NONE
        stops[c, x + WIN] = k
        now = max(now, stops[c, opening(road, k)]) + stops[c, SERVICE]
        road.lists[LEFT, c] = now
        if c == rows[r, REST]:
            now = max(now, road.types[kind, y + REST_FROM]) + road.types[kind, y + REST_S]
        here = c
    return int(now + ride(road, here, cells[r, rows[r, SIZE] + 1, SEQ]))


@compiled
def _ahead(road: Road, head: int, floor: int) -> int:
    """Choose the earliest windows; the time the vehicle is back, or NONE. Notes each departure."""
    rows, kind, y = road.rows, road.rows[head, KIND], kind_of(road)
    now, r = max(floor, road.types[kind, FROM]), head
    while r != NONE:
        if r != head:
            now += road.types[kind, y + LOADING]
        for p in range(1, rows[r, SIZE] + 1):
            now = max(now, road.stops[road.cells[r, p, SEQ], READY])
        if r == head and now > road.types[kind, y + LEAVE_BY]:
            return NONE
        now = _along(road, r, now)
        if now == NONE:
            return NONE
        r = rows[r, AFTER]
    return int(now)


@compiled
def _rest(road: Road, head: int) -> bool:
    """Put the break after the first stop left within its window, else after the last before."""
    kind, r = road.rows[head, KIND], head
    y, found, row = kind_of(road), NONE, NONE
    while r != NONE:
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            left = road.lists[LEFT, c]
            early = found == NONE or road.lists[LEFT, found] < road.types[kind, y + REST_FROM]
            if early and left <= road.types[kind, y + REST_TO]:
                found, row = c, r
        r = road.rows[r, AFTER]
    if found == NONE:
        return False
    road.rows[row, REST] = found
    return True


@compiled
def _choose(road: Road, head: int, floor: int) -> int:
    """Choose break and windows anew for a start of `floor` on: earliest return, then latest start.

    Gives that start, or NONE when there is none. Where the shift bounds it, the first trip takes
    the windows that it meets from there: a later one would only let its goods wait on the road.
    """
    rows, cells, stops, kind = road.rows, road.cells, road.stops, road.rows[head, KIND]
    x, y = extra_of(road), kind_of(road)
    r = last = head
    while r != NONE:
        rows[r, REST] = NONE
        last, r = r, rows[r, AFTER]
    now = _ahead(road, head, floor)
    if now != NONE and road.types[kind, y + REST_S] > 0 and now > road.types[kind, y + REST_TO]:
        now = _ahead(road, head, floor) if _rest(road, head) else NONE
    if now == NONE:
        return NONE
    r = last
    while r != NONE:
        after = cells[r, rows[r, SIZE] + 1, SEQ]
        for p in range(rows[r, SIZE], 0, -1):
            c = cells[r, p, SEQ]
            now -= ride(road, c, after)
            if c == rows[r, REST]:
                now = min(now - road.types[kind, y + REST_S], road.types[kind, y + REST_TO])
            now -= stops[c, SERVICE]
            k = stops[c, x + SPANS] - 1
            while k > 0 and stops[c, opening(road, k)] > now:
                k -= 1
            stops[c, x + WIN] = k
            now = min(now, stops[c, opening(road, k) + 1])
            after = c
        now -= ride(road, cells[r, 0, SEQ], after)
        if r != head:
            now -= road.types[kind, y + LOADING]
        r = rows[r, BEFORE]
    if now > road.types[kind, y + LEAVE_BY]:
        now = road.types[kind, y + LEAVE_BY]
        _along(road, head, now)
    return int(now)


@compiled
def drive_anew(road: Road, head: int) -> int:
    """As `drive` with break and windows chosen anew; each try steps over one gap of windows."""
    floor = 0
    for _ in range(TRIES):
        late = _choose(road, head, floor)
        if late == NONE:
            return NONE
        price = drive(road, head)
        if price != NONE:
            return price
        floor = late + 1
    return NONE


@compiled
def put_aside(road: Road, head: int) -> None:
    """Note the windows and break of a vehicle."""
    r, x = head, extra_of(road)
    while r != NONE:
        road.cells[r, 0, OLD_REST] = road.rows[r, REST]
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            road.lists[OLD_WIN, c] = road.stops[c, x + WIN]
        r = road.rows[r, AFTER]


@compiled
def put_back(road: Road, head: int) -> bool:
    """Take the windows and break as noted; whether any of them had changed."""
    r, x, same = head, extra_of(road), True
    while r != NONE:
        same = same and road.rows[r, REST] == road.cells[r, 0, OLD_REST]
        road.rows[r, REST] = road.cells[r, 0, OLD_REST]
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            same = same and road.stops[c, x + WIN] == road.lists[OLD_WIN, c]
            road.stops[c, x + WIN] = road.lists[OLD_WIN, c]
        r = road.rows[r, AFTER]
    return not same


@compiled
def _chooses(road: Road, head: int) -> bool:
    """Whether a vehicle has a break to place or a stop with several windows."""
    r, x = head, extra_of(road)
    while r != NONE:
        if road.rows[r, REST] != NONE:
            return True
        for p in range(1, road.rows[r, SIZE] + 1):
            if road.stops[road.cells[r, p, SEQ], x + SPANS] > 1:
                return True
        r = road.rows[r, AFTER]
    return False


@compiled
def settle(road: Road, r: int) -> bool:
    """Price the vehicle of a changed row, with better windows and break if found.

    False when it breaks a promise: then the caller takes the change back.
    """
    head = head_of(road, r)
    price = drive(road, head)
    if road.tally[FLEXIBLE] and (price == NONE or _chooses(road, head)):
        put_aside(road, head)
        again = drive_anew(road, head)
        if again == NONE or (price != NONE and price <= again):
            if put_back(road, head) or again == NONE:
                price = drive(road, head)
        else:
            price = again
    if price == NONE:
        return False
    keep(road, head)
    was, t = 0, head
    while t != NONE:
        was += road.rows[t, PAID]
        road.rows[t, PAID] = 0
        t = road.rows[t, AFTER]
    road.rows[head, PAID] = price
    road.tally[COST] += price - was
    return True
