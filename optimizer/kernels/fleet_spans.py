"""The clock of vehicles whose time has a price or a limit: hours, breaks, cold, several windows.

A stretch of a trip maps the time t it is entered to the time max(t + T, W) it is left, for t up
to L. Stretches compose: a prefix, a stop and a suffix price an insertion without walking, and
the trips before and after are stretches too. A stop keeps the window it was put in (WIN) and the
breaks taken after it (REST), a trip those had at the depot before the next one (HOME);
`fleet_choice` looks for better ones whenever a row changes.
"""

from optimizer.kernels.fleet_arrays import (
    AFTER,
    BEFORE,
    BREAK,
    COLD,
    DUE,
    FAR,
    FROM,
    HOME,
    KIND,
    LATE,
    LATENESS,
    LEAVE_BY,
    LOADED,
    LOADING,
    LONGEST,
    NONE,
    PACE,
    PICK,
    PICKS,
    READY,
    REST,
    RESTS,
    SEQ,
    SERVICE,
    SIZE,
    TRAVEL,
    UNTIL,
    WIN,
    Road,
)
from optimizer.kernels.fleet_room import carries, extra_of, kind_of
from optimizer.kernels.meal_arrays import compiled, inlined

# columns of `cells` from the fifth on: up to leaving a position; from arriving at it on.
# At position 0 the second five hold what goes before the trip, at SIZE + 1 the first five what
# follows it; there, and in the trip as a whole, only T, W and L are used.
PRE_T, PRE_W, PRE_L, PRE_Q = 4, 5, 6, 7  # Q: leave the depot no earlier, for the cold
SUF_T, SUF_W, SUF_L, SUF_Q, SUF_P = 8, 9, 10, 11, 12  # P: the same, relative to the entry
KEPT_WIN, KEPT_REST, TRIP_T, TRIP_W, TRIP_L, FLOOR, LASTS = 13, 14, 15, 16, 17, 18, 19
BACK_BY, OPENS = 20, 21  # of the vehicle: with the breaks that it takes it is back, and leaves
SPAN_COLUMNS = 22


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


@inlined
def rest_of(road: Road, k: int) -> int:
    """In which column of `types` break k may begin first; the next are as told at BREAK."""
    return kind_of(road) + BREAK + 4 * k


@inlined
def opens_after(road: Road, kind: int, had: int) -> int:
    """From when on a type may leave first, the first breaks had before."""
    soon = int(road.types[kind, FROM])
    return max(soon, int(road.types[kind, rest_of(road, had - 1) + 3])) if had > 0 else soon


@inlined
def rested(road: Road, kind: int, rest: int, now: int) -> int:
    """When the breaks taken after a stop that is left at a moment are over."""
    k = 0
    while rest >> k:
        if rest >> k & 1:
            at = rest_of(road, k)
            now = max(now, road.types[kind, at]) + road.types[kind, at + 2]
        k += 1
    return now


@inlined
def away(road: Road, r: int, now: int) -> int:
    """When a vehicle can leave again that is back from a trip at a moment."""
    home, kind = road.rows[r, HOME], road.rows[r, KIND]
    now = rested(road, kind, home & ((1 << LOADED) - 1), now)
    return rested(road, kind, home >> LOADED, now + road.types[kind, kind_of(road) + LOADING])


@compiled
def stay(road: Road, r: int) -> tuple[int, int, int]:
    """The stretch from being back from a trip to leaving for the next: breaks and loading."""
    types, kind, home = road.types, road.rows[r, KIND], road.rows[r, HOME]
    t, w, late = 0, -FAR, FAR
    for part in range(2):
        rest, k = home >> part * LOADED & ((1 << LOADED) - 1), 0
        while rest >> k:
            if rest >> k & 1:
                at = rest_of(road, k)
                if w > types[kind, at + 1]:
                    return 0, 0, -FAR
                late = min(late, types[kind, at + 1] - t)
                t, w = t + types[kind, at + 2], max(w, types[kind, at]) + types[kind, at + 2]
            k += 1
        if part == 0:
            t += types[kind, kind_of(road) + LOADING]
            w += types[kind, kind_of(road) + LOADING]
    return int(t), int(w), int(late)


@compiled
def _trip(road: Road, r: int) -> int:
    """Fill the prefixes of a trip and what it is as a whole; the breaks it takes, as bits.

    NONE when it breaks a promise.
    """
    rows, cells, stops, kind = road.rows, road.cells, road.stops, road.rows[r, KIND]
    x, taken = extra_of(road), 0
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
            return NONE
        late = min(late, stops[c, at + 1] - t)
        w = max(w, stops[c, at])
        cold = max(cold, w - limit)
        floor = max(floor, stops[c, READY])
        t, w = t + stops[c, SERVICE], w + stops[c, SERVICE]
        rest, k = stops[c, x + REST], 0
        while rest >> k:
            if rest >> k & 1:
                at = rest_of(road, k)
                until, lasts = road.types[kind, at + 1], road.types[kind, at + 2]
                if w > until:
                    return NONE
                late = min(late, until - t)
                t, w = t + lasts, max(w, road.types[kind, at]) + lasts
            k += 1
        taken |= rest
        cells[r, p, PRE_T], cells[r, p, PRE_W] = t, w
        cells[r, p, PRE_L], cells[r, p, PRE_Q] = late, cold
    leg = ride(road, here, cells[r, size + 1, SEQ])
    floor = max(floor, cold)
    cells[r, 0, FLOOR] = floor
    cells[r, 0, TRIP_T], cells[r, 0, TRIP_L] = t + leg, late
    cells[r, 0, TRIP_W] = max(w + leg, floor + t + leg)
    sound = floor <= late and (road.tally[PICKS] == 0 or carries(road, r))
    return int(taken) if sound else NONE


@compiled
def _lateness(road: Road, head: int, start: int) -> int:
    """What begins after their due time cost when a vehicle starts at a moment."""
    stops, x = road.stops, extra_of(road)
    kind, now, price, r = road.rows[head, KIND], start, 0, head
    while r != NONE:
        if r != head:
            now = away(road, road.rows[r, BEFORE], now)
        now = max(now, road.cells[r, 0, FLOOR])
        here = road.cells[r, 0, SEQ]
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            at = opening(road, stops[c, x + WIN])
            now = max(now + ride(road, here, c), stops[c, at])
            price += stops[c, x + LATE] * max(0, now - stops[c, x + DUE])
            now = rested(road, kind, stops[c, x + REST], now + stops[c, SERVICE])
            here = c
        now += ride(road, here, road.cells[r, road.rows[r, SIZE] + 1, SEQ])
        r = road.rows[r, AFTER]
    return int(price)


@inlined
def _out(road: Road, head: int, taken: int, way: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """How many breaks are had before a vehicle leaves, when it may leave, leaves, and is back.

    `way`: time, earliest end and latest start of all its trips. Breaks before the first one taken
    are had; where none is taken, as few as may be. NONE where it owes one. Notes OPENS and BACK_BY.
    """
    types, cells, kind = road.types, road.cells, road.rows[head, KIND]
    had = 0
    while taken > 0 and not taken >> had & 1:
        had += 1
    while True:
        opens = opens_after(road, kind, had)
        soon = max(opens, cells[head, 0, FLOOR])
        start = min(way[2], max(soon, way[1] - way[0]))
        back = max(start + way[0], way[1])
        k = had
        while taken >> k & 1:
            k += 1
        owes = k < types[kind, kind_of(road) + RESTS]  # no later window ends before this one
        back_by = types[kind, rest_of(road, k) + 1] if owes else FAR
        if soon > way[2] or (taken > 0 and back > back_by):
            return NONE, NONE, NONE, NONE
        if back <= back_by:
            cells[head, 0, OPENS], cells[head, 0, BACK_BY] = opens, back_by
            return had, soon, start, back
        had += 1


@compiled
def drive(road: Road, head: int) -> int:
    """The price of a vehicle's time over all its trips, or NONE when a promise is broken.

    Hours are paid from leaving first to being back last. Leaving as late as saves hours is
    weighed against leaving as early as may be where late begins have a price. Breaks had before it
    leaves weigh a moment more than on the road.
    """
    rows, cells, types, kind = road.rows, road.cells, road.types, road.rows[head, KIND]
    y, r, taken = kind_of(road), head, 0
    t, w, late = 0, -FAR, types[kind, y + LEAVE_BY]
    while r != NONE:
        rest = _trip(road, r)
        if rest == NONE:
            return NONE
        taken |= rest
        if r != head:
            before = rows[r, BEFORE]
            stay_t, stay_w, stay_l = stay(road, before)
            if w > stay_l:
                return NONE
            late, w, t = min(late, stay_l - t), max(w + stay_t, stay_w), t + stay_t
            taken |= rows[before, HOME] & ((1 << LOADED) - 1) | rows[before, HOME] >> LOADED
        if w > cells[r, 0, TRIP_L]:
            return NONE
        cells[r, 0, SUF_T], cells[r, 0, SUF_W], cells[r, 0, SUF_L] = t, w, late
        late = min(late, cells[r, 0, TRIP_L] - t)
        w = max(w + cells[r, 0, TRIP_T], cells[r, 0, TRIP_W])
        t += cells[r, 0, TRIP_T]
        r = rows[r, AFTER]
    late = min(late, types[kind, UNTIL] - t)
    had, soon, start, back = _out(road, head, taken, (t, w, late))
    if had == NONE or w > types[kind, UNTIL]:
        return NONE
    spared = 0
    for k in range(had):
        spared += types[kind, rest_of(road, k) + 2] + 1
    cells[head, 0, LASTS] = back - start
    if back - start > types[kind, LONGEST]:
        return NONE
    price = types[kind, y + PACE] * (back - start + spared)
    if road.tally[LATENESS]:
        price += _lateness(road, head, start)
        lasts = max(soon + t, w) - soon
        if soon < start and lasts <= types[kind, LONGEST]:
            early = types[kind, y + PACE] * (lasts + spared) + _lateness(road, head, soon)
            if early < price:
                price = early
                cells[head, 0, LASTS] = lasts
    return int(price)


@compiled
def _suffix(road: Road, r: int) -> None:
    """Fill the suffixes of a trip that `drive` found sound."""
    rows, cells, stops, kind = road.rows, road.cells, road.stops, road.rows[r, KIND]
    x, size = extra_of(road), rows[r, SIZE]
    after = cells[r, size + 1, SEQ]
    cells[r, size + 1, SUF_T], cells[r, size + 1, SUF_W] = 0, -FAR
    cells[r, size + 1, SUF_L], cells[r, size + 1, SUF_Q] = FAR, -FAR
    cells[r, size + 1, SUF_P] = -FAR
    for p in range(size, 0, -1):
        c = cells[r, p, SEQ]
        at, limit = opening(road, stops[c, x + WIN]), stops[c, x + COLD]
        cells[r, p, KEPT_WIN], cells[r, p, KEPT_REST] = stops[c, x + WIN], stops[c, x + REST]
        t, w, late = stops[c, SERVICE], stops[c, at] + stops[c, SERVICE], stops[c, at + 1]
        rest, k = stops[c, x + REST], 0
        while rest >> k:
            if rest >> k & 1:
                first = rest_of(road, k)
                late = min(late, road.types[kind, first + 1] - t)
                lasts = road.types[kind, first + 2]
                t, w = t + lasts, max(w, road.types[kind, first]) + lasts
            k += 1
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
    rows, cells, kind, r = road.rows, road.cells, road.rows[head, KIND], head
    while True:
        _suffix(road, r)
        cells[r, 0, LASTS], cells[r, 0, BACK_BY] = cells[head, 0, LASTS], cells[head, 0, BACK_BY]
        cells[r, 0, OPENS] = cells[head, 0, OPENS]
        if rows[r, AFTER] == NONE:
            break
        r = rows[r, AFTER]
    t, w, late = 0, -FAR, road.types[kind, UNTIL]
    while r != NONE:
        end = rows[r, SIZE] + 1
        cells[r, end, PRE_T], cells[r, end, PRE_W], cells[r, end, PRE_L] = t, w, late
        late = min(cells[r, 0, TRIP_L], late - cells[r, 0, TRIP_T])
        w = max(cells[r, 0, TRIP_W] + t, w)
        t += cells[r, 0, TRIP_T]
        r = rows[r, BEFORE]
        if r != NONE:
            stay_t, stay_w, stay_l = stay(road, r)
            late, w, t = min(stay_l, late - stay_t), max(stay_w + t, w), t + stay_t
