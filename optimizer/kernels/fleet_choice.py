"""Which window each stop is served in, and where a vehicle takes its breaks."""

from optimizer.kernels.fleet_arrays import (
    AFTER,
    AWAY_AT,
    BEFORE,
    COST,
    FLEXIBLE,
    FROM,
    HOME,
    HOME_AT,
    KIND,
    LEAVE_BY,
    LEFT,
    LOADED,
    LOADING,
    NONE,
    OLD_HOME,
    OLD_REST,
    OLD_WIN,
    PAID,
    READY,
    REST,
    RESTS,
    SEQ,
    SERVICE,
    SIZE,
    SPANS,
    WIN,
    Road,
)
from optimizer.kernels.fleet_room import extra_of, kind_of
from optimizer.kernels.fleet_spans import (
    away,
    drive,
    head_of,
    keep,
    opening,
    opens_after,
    rest_of,
    rested,
    ride,
)
from optimizer.kernels.meal_arrays import compiled, inlined

TRIES = 4  # starts tried when a stop has several windows


@compiled
def _along(road: Road, r: int, now: int) -> int:
    """Choose the earliest windows of a trip left at a moment; when it is back, or NONE.

    Notes when each stop is left, its breaks taken, and the same of the depot after it.
    """
    rows, cells, stops, kind = road.rows, road.cells, road.stops, road.rows[r, KIND]
    x, here = extra_of(road), road.cells[r, 0, SEQ]
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
        now = rested(road, kind, stops[c, x + REST], now)
        road.lists[LEFT, c] = now
        here = c
    now += ride(road, here, cells[r, rows[r, SIZE] + 1, SEQ])
    rows[r, HOME_AT] = rested(road, kind, rows[r, HOME] & ((1 << LOADED) - 1), now)
    rows[r, AWAY_AT] = away(road, r, now)
    return int(now)


@compiled
def _ahead(road: Road, head: int, floor: int) -> int:
    """Choose the earliest windows; the time the vehicle is back, or NONE. Notes as above."""
    rows, kind, y = road.rows, road.rows[head, KIND], kind_of(road)
    now, r = max(floor, road.types[kind, FROM]), head
    while r != NONE:
        if r != head:
            now = rows[rows[r, BEFORE], AWAY_AT]
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
def _rest(road: Road, head: int, k: int, had: int) -> bool:
    """Put break k after the first stop left within its window, else after the last before.

    After the stop of the break before it only where no later one is left in time. So many are had
    before it leaves.
    """
    stops, x, r = road.stops, extra_of(road), head
    at = rest_of(road, k)
    since, until = road.types[road.rows[head, KIND], at], road.types[road.rows[head, KIND], at + 1]
    found, same, past = NONE, NONE, k == had
    while r != NONE:
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            if road.lists[LEFT, c] > until:
                continue
            if past and (found == NONE or road.lists[LEFT, found] < since):
                found = c
            if not past and stops[c, x + REST] >> (k - 1) & 1:
                same, past = c, True
        past = past or _at_home(road, r, k - 1)
        r = road.rows[r, AFTER]
    found = same if found == NONE else found
    if found == NONE:
        return False
    stops[found, x + REST] |= 1 << k
    return True


@inlined
def _at_home(road: Road, r: int, k: int) -> bool:
    """Whether break k is had at the depot after a trip."""
    return bool((road.rows[r, HOME] | road.rows[r, HOME] >> LOADED) >> k & 1)


@compiled
def _rest_home(road: Road, head: int, k: int, had: int) -> bool:
    """Put break k at the depot after the first trip back within its window, else the last before.

    Before or after loading, whichever lets it leave sooner; not before the break before it. So many
    are had before it leaves.
    """
    rows, kind, r, at = road.rows, road.rows[head, KIND], head, rest_of(road, k)
    since, until = road.types[kind, at], road.types[kind, at + 1]
    loading = road.types[kind, kind_of(road) + LOADING]
    found, bit, begins, past = NONE, 0, 0, k == had
    while rows[r, AFTER] != NONE and (found == NONE or begins < since):
        for p in range(1, rows[r, SIZE] + 1):
            rest = road.stops[road.cells[r, p, SEQ], extra_of(road) + REST]
            past = past or rest >> (k - 1) & 1 > 0
        past = past or _at_home(road, r, k - 1)
        first = rows[r, HOME] >> LOADED == 0 and rows[r, HOME_AT] <= until
        then = rows[r, AWAY_AT] <= until
        if first and then:
            first = max(rows[r, AWAY_AT], since) >= max(rows[r, HOME_AT], since) + loading
        if past and (first or then):
            found, bit = r, k if first else k + LOADED
            begins = rows[r, HOME_AT] if first else rows[r, AWAY_AT]
        r = rows[r, AFTER]
    if found == NONE:
        return False
    rows[found, HOME] |= 1 << bit
    return True


@compiled
def _unrest(road: Road, head: int) -> None:
    """Take no break."""
    x, r = extra_of(road), head
    while r != NONE:
        for p in range(1, road.rows[r, SIZE] + 1):
            road.stops[road.cells[r, p, SEQ], x + REST] = 0
        road.rows[r, HOME] = 0
        r = road.rows[r, AFTER]


@compiled
def _back_by(road: Road, r: int, now: int) -> int:
    """When it is back from a trip at the latest that leaves for the next one by a moment."""
    kind, home = road.rows[r, KIND], road.rows[r, HOME]
    for bit in range(2 * LOADED - 1, -1, -1):
        if bit == LOADED - 1:
            now -= road.types[kind, kind_of(road) + LOADING]
        if home >> bit & 1:
            at = rest_of(road, bit % LOADED)
            now = min(now - road.types[kind, at + 2], road.types[kind, at + 1])
    return int(now)


@compiled
def _choose(road: Road, head: int, floor: int, choice: tuple[int, int]) -> int:
    """Choose breaks and windows anew for a start of `floor` on: earliest return, then latest start.

    `choice`: how many breaks are had before it leaves; as bits those that had rather come at the
    depot than on the road. Gives that start, or NONE when there is none. Where the shift bounds it,
    the first trip takes the windows that it meets from there: a later one would only let its goods
    wait on the road.
    """
    had, home = choice
    rows, cells, stops, kind = road.rows, road.cells, road.stops, road.rows[head, KIND]
    x, y = extra_of(road), kind_of(road)
    r = last = head
    while r != NONE:
        last, r = r, rows[r, AFTER]
    rests = road.types[kind, y + RESTS]
    if rests > 0:
        _unrest(road, head)
    floor = max(floor, opens_after(road, kind, had))
    now = _ahead(road, head, floor)
    for k in range(had, rests):
        if now == NONE or now <= road.types[kind, rest_of(road, k) + 1]:
            break
        if home >> k & 1:
            placed = _rest_home(road, head, k, had) or _rest(road, head, k, had)
        else:
            placed = _rest(road, head, k, had) or _rest_home(road, head, k, had)
        now = _ahead(road, head, floor) if placed else NONE
    if now == NONE:
        return NONE
    r = last
    while r != NONE:
        after = cells[r, rows[r, SIZE] + 1, SEQ]
        for p in range(rows[r, SIZE], 0, -1):
            c = cells[r, p, SEQ]
            now -= ride(road, c, after)
            for k in range(rests - 1, -1, -1):
                if stops[c, x + REST] >> k & 1:
                    at = rest_of(road, k)
                    now = min(now - road.types[kind, at + 2], road.types[kind, at + 1])
            now -= stops[c, SERVICE]
            k = stops[c, x + SPANS] - 1
            while k > 0 and stops[c, opening(road, k)] > now:
                k -= 1
            stops[c, x + WIN] = k
            now = min(now, stops[c, opening(road, k) + 1])
            after = c
        now -= ride(road, cells[r, 0, SEQ], after)
        r = rows[r, BEFORE]
        if r != NONE:
            now = _back_by(road, r, now)
    if now > road.types[kind, y + LEAVE_BY]:
        now = road.types[kind, y + LEAVE_BY]
        _along(road, head, now)
    return int(now)


@compiled
def drive_anew(road: Road, head: int) -> int:
    """As `drive` with breaks and windows chosen anew; each try steps over one gap of windows.

    As many breaks are had before it leaves, and between its trips, as is cheapest.
    """
    best, pick, since = NONE, (0, 0), 0
    rests = road.types[road.rows[head, KIND], kind_of(road) + RESTS]
    alone = road.rows[head, AFTER] == NONE
    for turn in range(rests + 1 if alone else (rests + 1) << rests):
        choice = (turn, 0) if alone else (turn >> rests, turn & ((1 << rests) - 1))
        floor = 0
        for _ in range(TRIES):
            late = _choose(road, head, floor, choice)
            if late == NONE:
                break
            price = drive(road, head)
            if price != NONE:
                if best == NONE or price < best:
                    best, pick, since = price, choice, floor
                break
            floor = late + 1
    if best != NONE:
        _choose(road, head, since, pick)
        drive(road, head)
    return best


@compiled
def put_aside(road: Road, head: int) -> None:
    """Note the windows and breaks of a vehicle."""
    r, x = head, extra_of(road)
    while r != NONE:
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            road.lists[OLD_WIN, c] = road.stops[c, x + WIN]
            road.lists[OLD_REST, c] = road.stops[c, x + REST]
        road.rows[r, OLD_HOME] = road.rows[r, HOME]
        r = road.rows[r, AFTER]


@compiled
def put_back(road: Road, head: int) -> bool:
    """Take the windows and breaks as noted; whether any of them had changed."""
    r, x, same = head, extra_of(road), True
    while r != NONE:
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            same = same and road.stops[c, x + WIN] == road.lists[OLD_WIN, c]
            same = same and road.stops[c, x + REST] == road.lists[OLD_REST, c]
            road.stops[c, x + WIN] = road.lists[OLD_WIN, c]
            road.stops[c, x + REST] = road.lists[OLD_REST, c]
        same = same and road.rows[r, HOME] == road.rows[r, OLD_HOME]
        road.rows[r, HOME] = road.rows[r, OLD_HOME]
        r = road.rows[r, AFTER]
    return not same


@compiled
def _chooses(road: Road, head: int) -> bool:
    """Whether a vehicle takes a break or has a stop with several windows."""
    r, x = head, extra_of(road)
    while r != NONE:
        for p in range(1, road.rows[r, SIZE] + 1):
            c = road.cells[r, p, SEQ]
            if road.stops[c, x + SPANS] > 1 or road.stops[c, x + REST] > 0:
                return True
        if road.rows[r, HOME] > 0:
            return True
        r = road.rows[r, AFTER]
    return False


@compiled
def settle(road: Road, r: int) -> bool:
    """Price the vehicle of a changed row, with better windows and breaks if found.

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
