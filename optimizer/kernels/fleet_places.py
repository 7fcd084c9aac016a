"""Where one more stop costs least, for vehicles whose time has a price or a limit."""

from optimizer.kernels.fleet_arrays import (
    BANKED,
    BEFORE,
    CLOSE,
    COLD,
    COUNT,
    DEAR,
    DUE,
    END,
    FAR,
    FIXED,
    FLEXIBLE,
    FROM,
    GOODS,
    GRANULAR,
    IN_USE,
    KIND,
    LATE,
    LEAVE_BY,
    LEG,
    LOADING,
    LONGEST,
    METRES,
    METRES_TO,
    NONE,
    OPEN,
    ORDER,
    PACE,
    PAID,
    PLACE,
    RATE,
    READY,
    RELOADS,
    RESTS,
    SEQ,
    SERVICE,
    SIZE,
    SPANS,
    START,
    TRAVEL,
    TRAVEL_TO,
    TRIPS,
    UNTIL,
    USED,
    WHERE,
    WIN,
    Aside,
    Road,
)
from optimizer.kernels.fleet_choice import drive_anew, put_aside, put_back
from optimizer.kernels.fleet_room import extra_of, holds_with, kind_of
from optimizer.kernels.fleet_spans import (
    BACK_BY,
    LASTS,
    OPENS,
    PRE_L,
    PRE_Q,
    PRE_T,
    PRE_W,
    SUF_L,
    SUF_P,
    SUF_Q,
    SUF_T,
    SUF_W,
    TRIP_L,
    TRIP_T,
    TRIP_W,
    drive,
    head_of,
    keep,
    opening,
    rest_of,
    ride,
    toll,
)
from optimizer.kernels.meal_arrays import compiled, inlined
from optimizer.kernels.meal_walk import draw

BLINK = 10  # of a thousand places, so many are passed over
SHY = 300  # of a thousand, over the number of stops, where that is more: few stops need more luck
BOLD, SHYEST = 1_500, 500  # the same of types for a row of its own, and at most so many
BESIDE = 60  # nearest stops beside which a stop is tried, where there are many
WIDER = 40  # of a thousand stops, so many are tried with all windows and breaks free
Stretch = tuple[int, int, int]
Place = tuple[int, int, int]
Priced = tuple[int, int]


@inlined
def blinks(road: Road) -> int:
    """Of a thousand places, how many are passed over."""
    return max(BLINK, SHY // len(road.stops))


@inlined
def type_blinks(road: Road) -> int:
    """Of a thousand types for a row of its own, how many are passed over.

    The first stop of a row takes the type that is cheapest for it alone; a walk of few stops would
    hardly ever open the one that is cheapest for all.
    """
    return max(BLINK, min(SHYEST, BOLD // len(road.stops)))


@compiled
def _trip_price(road: Road, kind: int, c: int, before: Stretch, after: Stretch) -> Priced:
    """The price of the time of a vehicle with a trip for one stop alone, and its window."""
    types, stops, x, y = road.types, road.stops, extra_of(road), kind_of(road)
    out = ride(road, types[kind, START], c)
    best, window = DEAR, NONE
    if out > stops[c, x + COLD]:
        return best, window
    home = stops[c, SERVICE] + ride(road, c, types[kind, END])
    for k in range(stops[c, x + SPANS]):
        at = opening(road, k)
        late, floor = (
            stops[c, at + 1] - out,
            max(stops[c, READY], stops[c, at] - stops[c, x + COLD]),
        )
        if max(floor, before[1]) > late:
            continue
        t, w = out + home, max(stops[c, at] + home, floor + out + home)
        w, late = max(before[1] + t, w), min(before[2], late - before[0])
        t += before[0]
        late = min(late, after[2] - t)
        soon = types[kind, FROM]
        if before[1] == -FAR:  # no trip goes before: the vehicle starts with this one
            soon = max(soon, floor)
        if w > after[2] or soon > late:
            continue
        w, t = max(w + after[0], after[1]), t + after[0]
        start = min(late, max(soon, w - t))
        lasts = max(start + t, w) - start
        at_depot = 0
        for rest in range(types[kind, y + RESTS]):
            first = rest_of(road, rest)
            if start + lasts > types[kind, first + 1]:
                if late < types[kind, first + 3]:
                    lasts += types[kind, first + 2]
                else:
                    at_depot += types[kind, first + 2] + 1
        if lasts > types[kind, LONGEST]:
            continue
        begun = max(w - after[0] - home, stops[c, at])
        price = types[kind, y + PACE] * (lasts + at_depot)
        price += stops[c, x + LATE] * max(0, begun - stops[c, x + DUE])
        if price < best:
            best, window = price, k
    return best, window


@compiled
def _way(road: Road, kind: int, c: int) -> int:
    """What the way of a trip for one stop costs."""
    out = int(road.ways[road.tally[METRES], road.types[kind, START], c])
    home = int(road.ways[road.tally[METRES], c, road.types[kind, END]])
    return int(road.types[kind, RATE] * (out + home)) + toll(road, c, kind)


@compiled
def _own_row(road: Road, aside: Aside, c: int, dear: int) -> tuple[int, int, int, int]:
    """The cheapest row of its own below a price: that price, row, type and window."""
    rows, types, cells, y = road.rows, road.types, road.cells, kind_of(road)
    best, row, found, window = dear, NONE, NONE, NONE
    blink = type_blinks(road)
    for kind in range(len(types)):
        if blink > BLINK and draw(road.tally, 1000) < blink:
            continue
        first = (0, -FAR, types[kind, y + LEAVE_BY])
        free = types[kind, IN_USE] < types[kind, COUNT] and aside.allowed[c, kind]
        if not free or not holds_with(road, NONE, c, kind):
            continue
        price, k = _trip_price(road, kind, c, first, (0, -FAR, types[kind, UNTIL]))
        price += _way(road, kind, c) + types[kind, FIXED]
        if k != NONE and price < best:
            best, row, found, window = price, DEAR, kind, k
    for i in range(road.tally[USED] if road.tally[TRIPS] else 0):
        r = road.lists[ORDER, i]
        kind = rows[r, KIND]
        if not types[kind, RELOADS] or not aside.allowed[c, kind]:
            continue
        if not holds_with(road, NONE, c, kind):
            continue
        loading, end = types[kind, y + LOADING], rows[r, SIZE] + 1
        t = cells[r, 0, TRIP_T]
        paid = types[kind, y + PACE] * cells[r, 0, LASTS]
        b = (cells[r, 0, SUF_T], cells[r, 0, SUF_W], cells[r, 0, SUF_L])
        a = (cells[r, end, PRE_T], cells[r, end, PRE_W], cells[r, end, PRE_L])
        before = (
            b[0] + t + loading,
            max(b[1] + t, cells[r, 0, TRIP_W]) + loading,
            min(b[2], cells[r, 0, TRIP_L] - b[0]),
        )
        price, k = _trip_price(road, kind, c, before, a)
        price += _way(road, kind, c) - paid
        if k != NONE and price < best:
            best, row, found, window = price, r, kind, k
        if rows[r, BEFORE] != NONE:
            continue
        after = (
            loading + t + a[0],
            max(cells[r, 0, TRIP_W] + a[0], a[1]),
            min(cells[r, 0, TRIP_L], a[2] - t) - loading,
        )
        first = (0, -FAR, types[kind, y + LEAVE_BY])
        price, k = _trip_price(road, kind, c, first, after)
        price += _way(road, kind, c) - paid
        if k != NONE and price < best:
            best, row, found, window = price, -2 - r, kind, k
    return best, row, found, window


@compiled
def _anew(road: Road, r: int, p: int, c: int) -> int:
    """The price of the time of a vehicle with a stop after position p, all windows chosen anew."""
    rows, cells, size = road.rows, road.cells, road.rows[r, SIZE]
    head = head_of(road, r)
    put_aside(road, head)
    for q in range(size + 1, p, -1):
        cells[r, q + 1, SEQ] = cells[r, q, SEQ]
    cells[r, p + 1, SEQ] = c
    rows[r, SIZE] = size + 1
    kept = road.stops[c, extra_of(road) + WIN]
    price = drive_anew(road, head)
    for q in range(p + 1, size + 2):
        cells[r, q, SEQ] = cells[r, q + 1, SEQ]
    rows[r, SIZE] = size
    put_back(road, head)
    road.stops[c, extra_of(road) + WIN] = kept
    drive(road, head)
    keep(road, head)
    return DEAR if price == NONE else price - rows[head, PAID]


@compiled
def _in_row(road: Road, c: int, r: int, span: tuple[int, int], dear: int) -> tuple[int, int, int]:
    """The cheapest place in a stretch of a row below a price: that price, position and window.

    One body, because passing arrays on costs more than pricing a position.
    """
    rows, cells, stops, types, tally = road.rows, road.cells, road.stops, road.types, road.tally
    x, y, kind, size = extra_of(road), kind_of(road), rows[r, KIND], rows[r, SIZE]
    metres, metres_to = road.ways[tally[METRES], c], road.ways[tally[METRES_TO], c]
    travel, travel_to = road.ways[tally[TRAVEL], c], road.ways[tally[TRAVEL_TO], c]
    service, limit, spans = stops[c, SERVICE], stops[c, x + COLD], stops[c, x + SPANS]
    last, soonest = stops[c, CLOSE], stops[c, OPEN] + service
    rate, pace, opens = types[kind, RATE], types[kind, y + PACE], cells[r, 0, OPENS]
    ready, paid = max(rows[r, GOODS], stops[c, READY]), pace * cells[r, 0, LASTS]
    b_t, b_w, b_l = cells[r, 0, SUF_T], cells[r, 0, SUF_W], cells[r, 0, SUF_L]
    end = size + 1
    a_t, a_w, a_l = cells[r, end, PRE_T], cells[r, end, PRE_W], cells[r, end, PRE_L]
    extra, blink = toll(road, c, kind), blinks(road)
    best, best_p, best_k = dear, NONE, NONE
    for p in range(span[0], span[1]):
        if cells[r, p, PRE_W] > last:
            break  # every later place is later still
        if cells[r, p + 1, SUF_L] < soonest:
            continue
        here, after = cells[r, p, SEQ], cells[r, p + 1, SEQ]
        way = int(metres_to[here]) + int(metres[after]) - cells[r, p + 1, LEG]
        way = extra + rate * way
        leg, onward = int(travel_to[here]), int(travel[after])
        if way >= best and leg + onward >= road.ways[tally[TRAVEL], here, after]:
            continue
        before = cells[r, p, PRE_T] + leg
        if before > limit or draw(tally, 1000) < blink:
            continue
        for k in range(spans):
            at = opening(road, k)
            opening_s, closing_s = stops[c, at], stops[c, at + 1]
            w = cells[r, p, PRE_W] + leg
            if w > closing_s:
                continue
            w = max(w, opening_s)
            begun, late = w, min(cells[r, p, PRE_L], closing_s - before)
            floor = max(ready, cells[r, p, PRE_Q], w - limit, cells[r, p + 1, SUF_Q])
            t, w = before + service + onward, w + service + onward
            if w > cells[r, p + 1, SUF_L] or t + cells[r, p + 1, SUF_P] > 0:
                continue
            late = min(late, cells[r, p + 1, SUF_L] - t)
            floor = max(floor, w + cells[r, p + 1, SUF_P])
            if max(floor, b_w) > late:
                continue
            w = max(w + cells[r, p + 1, SUF_T], cells[r, p + 1, SUF_W])
            t += cells[r, p + 1, SUF_T]
            w = max(w, floor + t)
            w, late, t = max(b_w + t, w), min(b_l, late - b_t), t + b_t
            late = min(late, a_l - t)
            soon = max(opens, floor) if rows[r, BEFORE] == NONE else opens
            if w > a_l or soon > late:
                continue
            w, t = max(w + a_t, a_w), t + a_t
            start = min(late, max(soon, w - t))
            lasts = max(start + t, w) - start
            added = way + pace * lasts - paid
            if stops[c, x + LATE] > 0:
                begun = max(begun, max(floor, b_t + start, b_w) + before)
                added += stops[c, x + LATE] * max(0, begun - stops[c, x + DUE])
            if added >= best:
                continue
            if start + lasts > cells[r, 0, BACK_BY]:
                added = way + _anew(road, r, p, c)
            elif lasts > types[kind, LONGEST]:
                continue
            if added < best:
                best, best_p, best_k = added, p + 1, k
    return best, best_p, best_k


@compiled
def _wider(road: Road, aside: Aside, c: int, dear: int) -> tuple[int, int, int]:
    """The cheapest place below a price with all windows and breaks free: slow, and wider."""
    best, best_r, best_p = dear, NONE, NONE
    for i in range(road.tally[USED]):
        r = road.lists[ORDER, i]
        kind = road.rows[r, KIND]
        if not aside.allowed[c, kind] or not holds_with(road, r, c, kind):
            continue
        for p in range(road.rows[r, SIZE] + 1):
            here, after = road.cells[r, p, SEQ], road.cells[r, p + 1, SEQ]
            way = int(road.ways[road.tally[METRES], here, c])
            way += int(road.ways[road.tally[METRES], c, after])
            way = road.types[kind, RATE] * (way - road.cells[r, p + 1, LEG]) + toll(road, c, kind)
            if way >= best:
                continue  # one stop more saves no time, but where ways break the triangle rule
            added = way + _anew(road, r, p, c)
            if added < best:
                best, best_r, best_p = added, r, p + 1
    return best, best_r, best_p


@compiled
def place_in_time(road: Road, aside: Aside, c: int, dear: int) -> Place:
    """Cheapest place of a stop below a price; its window is noted with the stop."""
    rows, tally = road.rows, road.tally
    best, best_r, best_k, window = _own_row(road, aside, c, dear)
    best_p = 0
    beside = tally[GRANULAR] > 0 and tally[BANKED] < len(road.stops) >> 1
    tried = 0
    for i in range(aside.near.shape[1] - 1 if beside else tally[USED]):
        if beside:
            near = aside.near[c, i + 1]
            r = road.stops[near, WHERE]
            if r == NONE:
                continue
            tried += 1
            if tried > BESIDE:
                break
            first = road.stops[near, PLACE] - 1
            span = (first, first + 2)
        else:
            r = road.lists[ORDER, i]
            span = (0, rows[r, SIZE] + 1)
        kind = rows[r, KIND]
        if not aside.allowed[c, kind] or not holds_with(road, r, c, kind):
            continue
        price, p, k = _in_row(road, c, r, span, best)
        if p != NONE:
            best, best_r, best_p, best_k, window = price, r, p, kind, k
    if tally[FLEXIBLE] and draw(tally, 1000) < WIDER:
        price, r, p = _wider(road, aside, c, best)
        if p != NONE:
            best, best_r, best_p, best_k, window = price, r, p, rows[r, KIND], 0
    road.stops[c, extra_of(road) + WIN] = max(0, window)
    return best_r, best_p, best_k
