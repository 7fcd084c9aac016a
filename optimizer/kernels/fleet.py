"""Ruin and recreate for a fleet: slack induction by string removals with simulated annealing.

Method: Christiaens and Vanden Berghe (2020), Slack Induction by String Removals for Vehicle
Routing Problems, Transportation Science 54(2); here with types of vehicles, trips, prizes.
"""

import numpy as np

from optimizer.kernels.fleet_arrays import (
    AFTER,
    BANK,
    BANKED,
    BEFORE,
    BEST_COST,
    BEST_LOST,
    CLOSE,
    COST,
    COUNT,
    DEAR,
    END,
    END_AT,
    FAMILY,
    FIXED,
    FRESH,
    FROM,
    GRANULAR,
    IN_USE,
    KIND,
    KINDS,
    LAT,
    LEG,
    LENGTH,
    LOAD,
    LONGEST,
    LOST,
    METRES,
    METRES_TO,
    MUST,
    NEED,
    NONE,
    ODDS,
    OPEN,
    OPTIONAL,
    ORDER,
    PLACE,
    PRE,
    PRIZE,
    RATE,
    READY,
    RELOADS,
    ROOM,
    RUINED,
    SEQ,
    SERVICE,
    SIZE,
    SO_FAR,
    SPANNED,
    STAMP,
    START,
    START_BY,
    TIMED,
    TO_GO,
    TOUCHES,
    TRAVEL,
    TRAVEL_TO,
    TRIPS,
    UNTIL,
    USED,
    WHERE,
    Aside,
    Road,
    touch,
)
from optimizer.kernels.fleet_places import BLINK, blinks, place_in_time, type_blinks
from optimizer.kernels.fleet_pool import EVERY, pool_rows
from optimizer.kernels.fleet_rows import (
    change_kind,
    clear,
    open_row,
    put_in,
    refit,
    remember,
    take_out,
    trip_beside,
    undo,
    welcome,
)
from optimizer.kernels.meal_arrays import Ints, compiled, inlined
from optimizer.kernels.meal_walk import draw

BESIDE = 60  # nearest stops beside which a stop is tried, where there are many
OFFERED = 15  # stops left out so far that are offered a place again, near the ruin
WHOLE = 4  # a row of so few stops may be taken out whole, however short the others are
MILLION = 1 << 20
Place = tuple[int, int, int]
"""Row (NONE: none fits; DEAR: a vehicle more; -2 - r: before row r), position or 0, type."""


@inlined
def _fits(road: Road, r: int, c: int, kind: int) -> bool:
    for d in range(road.rows.shape[1] - LOAD):
        if road.rows[r, LOAD + d] + road.stops[c, NEED + d] > road.types[kind, ROOM + d]:
            return False
    return True


@inlined
def _fits_alone(road: Road, c: int, kind: int) -> bool:
    for d in range(road.rows.shape[1] - LOAD):
        if road.stops[c, NEED + d] > road.types[kind, ROOM + d]:
            return False
    return True


@inlined
def _spare(road: Road) -> int:
    """The most of the first load that an idle vehicle would hold; NONE where types never change."""
    most = NONE
    if road.tally[KINDS]:
        for kind in range(len(road.types)):
            if road.types[kind, IN_USE] < road.types[kind, COUNT]:
                most = max(most, road.types[kind, ROOM])
    return most


@compiled
def _bigger(road: Road, aside: Aside, r: int, c: int) -> int:
    """The cheapest free type of the same family that would hold a row with one stop more."""
    types, old, length = road.types, road.rows[r, KIND], road.rows[r, LENGTH]
    best, least = NONE, DEAR
    for kind in range(len(types)):
        if types[kind, FAMILY] != types[old, FAMILY] or types[kind, IN_USE] >= types[kind, COUNT]:
            continue
        price = types[kind, FIXED] + types[kind, RATE] * length
        if price >= least or not aside.allowed[c, kind] or not _fits(road, r, c, kind):
            continue
        if welcome(road, aside, r, kind):
            best, least = kind, price
    return best


@inlined
def _detour(road: Road, c: int, r: int, first: int, last: int) -> int:
    """The least way more that a stop asks of a stretch of a row."""
    cells, least = road.cells, DEAR
    to, on = road.tally[METRES_TO], road.tally[METRES]
    for p in range(first, last):
        here, after = cells[r, p, SEQ], cells[r, p + 1, SEQ]
        way = road.ways[to, c, here] + road.ways[on, c, after] - cells[r, p + 1, LEG]
        least = min(least, way)
    return least


@compiled
def _keeps_limits(road: Road, c: int, r: int, p: int) -> bool:
    """Whether a place that the windows allow keeps release times and the longest duration too."""
    cells, stop, kind = road.cells, road.stops[c], road.rows[r, KIND]
    leg = road.ways[road.tally[TRAVEL], cells[r, p, SEQ], c]
    onward = road.ways[road.tally[TRAVEL], c, cells[r, p + 1, SEQ]]
    t = cells[r, p, SO_FAR] + leg
    late = min(cells[r, p, START_BY], stop[CLOSE] - t)
    leave = max(cells[r, p, PRE] + leg, stop[OPEN]) + stop[SERVICE]
    if road.tally[TRIPS] and stop[READY] > cells[r, 0, PRE]:
        if stop[READY] > late:
            return False
        leave = max(leave, stop[READY] + t + stop[SERVICE])
    if leave + onward > cells[r, p + 1, LAT]:
        return False
    if road.types[kind, LONGEST] >= DEAR:
        return True
    t += stop[SERVICE] + onward
    late = min(late, cells[r, p + 1, LAT] - t)
    t += cells[r, p + 1, TO_GO]
    end = max(leave + onward + cells[r, p + 1, TO_GO], cells[r, p + 1, END_AT])
    return bool(max(t, end - late) <= road.types[kind, LONGEST])


@compiled
def _new_trip(road: Road, aside: Aside, c: int, best: int) -> Place:
    """The cheapest new trip of a vehicle that drives already, below a price; and that price."""
    types, stop, rows, cells = road.types, road.stops[c], road.rows, road.cells
    row, found = NONE, NONE
    for i in range(road.tally[USED]):
        r = road.lists[ORDER, i]
        kind, after = rows[r, KIND], rows[r, AFTER]
        if not types[kind, RELOADS] or not aside.allowed[c, kind] or not _fits_alone(road, c, kind):
            continue
        start, end = types[kind, START], types[kind, END]
        added = road.ways[road.tally[METRES], start, c] + road.ways[road.tally[METRES], c, end]
        added *= types[kind, RATE]
        if added >= best:
            continue
        out, home = road.ways[road.tally[TRAVEL], start, c], road.ways[road.tally[TRAVEL], c, end]
        late = types[kind, UNTIL] if after == NONE else cells[after, 0, LAT]
        there = max(cells[r, rows[r, SIZE] + 1, PRE], stop[READY]) + out
        back = max(there, stop[OPEN]) + stop[SERVICE] + home
        if there <= stop[CLOSE] and back <= late:
            best, row, found = added, r, kind
            continue
        there = max(types[kind, FROM], stop[READY]) + out
        back = max(there, stop[OPEN]) + stop[SERVICE] + home
        if rows[r, BEFORE] == NONE and there <= stop[CLOSE] and back <= cells[r, 0, LAT]:
            best, row, found = added, -2 - r, kind
    return best, row, found


@compiled
def _new_row(road: Road, aside: Aside, c: int, best: int) -> Place:
    """The cheapest new row below a price, of one more vehicle or one more trip; and that price."""
    types, stop = road.types, road.stops[c]
    row, found = NONE, NONE
    blink = type_blinks(road)
    for kind in range(len(types)):
        if types[kind, IN_USE] >= types[kind, COUNT] or not aside.allowed[c, kind]:
            continue
        if blink > BLINK and draw(road.tally, 1000) < blink:
            continue
        start, end = types[kind, START], types[kind, END]
        added = road.ways[road.tally[METRES], start, c] + road.ways[road.tally[METRES], c, end]
        added = added * types[kind, RATE] + types[kind, FIXED]
        out, home = road.ways[road.tally[TRAVEL], start, c], road.ways[road.tally[TRAVEL], c, end]
        there = max(types[kind, FROM], stop[READY]) + out
        back = max(there, stop[OPEN]) + stop[SERVICE] + home
        if added >= best or there > stop[CLOSE] or back > types[kind, UNTIL]:
            continue
        if out + stop[SERVICE] + home <= types[kind, LONGEST] and _fits_alone(road, c, kind):
            best, row, found = added, DEAR, kind
    return best, row, found


@compiled
def _best_place(road: Road, aside: Aside, c: int, dear: int) -> Place:
    """Cheapest place of a stop below a price.

    One body, because passing arrays on costs more than pricing a position.
    """
    rows, cells, tally, types = road.rows, road.cells, road.tally, road.types
    if tally[SPANNED]:
        return place_in_time(road, aside, c, dear)
    best, best_r, best_k = _new_row(road, aside, c, dear)
    best_p = 0
    if tally[TRIPS]:
        price, r, kind = _new_trip(road, aside, c, best)
        if r != NONE:
            best, best_r, best_k = price, r, kind
    metres, metres_to = road.ways[tally[METRES], c], road.ways[tally[METRES_TO], c]
    travel, travel_to = road.ways[tally[TRAVEL], c], road.ways[tally[TRAVEL_TO], c]
    opens, closes = road.stops[c, OPEN], road.stops[c, CLOSE]
    service, timed, spare = road.stops[c, SERVICE], tally[TIMED], _spare(road)
    beside = tally[GRANULAR] > 0 and tally[BANKED] < len(road.stops) >> 1
    tried, blink = 0, blinks(road)
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
            last = first + 2
        else:
            r = road.lists[ORDER, i]
            first, last = 0, rows[r, SIZE] + 1
        kind, flat = rows[r, KIND], 0
        if not aside.allowed[c, kind]:
            continue
        if not _fits(road, r, c, kind):
            if rows[r, LOAD] + road.stops[c, NEED] > spare:
                continue
            if types[kind, RATE] * _detour(road, c, r, first, last) >= best:
                continue
            old, kind = kind, _bigger(road, aside, r, c)
            if kind == NONE:
                continue
            flat = types[kind, FIXED] - types[old, FIXED]
            flat += (types[kind, RATE] - types[old, RATE]) * rows[r, LENGTH]
        rate = types[kind, RATE]
        here = cells[r, first, SEQ]
        for p in range(first, last):
            after = cells[r, p + 1, SEQ]
            added = flat + rate * (metres_to[here] + metres[after] - cells[r, p + 1, LEG])
            before, here = here, after
            if added > best or (added == best and (best_p == 0 or draw(tally, 2))):
                continue  # of equal places any: else the first row would win for ever
            there = cells[r, p, PRE] + travel_to[before]
            if there > closes:
                if cells[r, p, PRE] > closes:
                    break  # every later place is later still
                continue
            if max(there, opens) + service + travel[after] > cells[r, p + 1, LAT]:
                continue
            if timed and not _keeps_limits(road, c, r, p):
                continue
            if draw(tally, 1000) < blink:
                continue
            best, best_r, best_p, best_k = added, r, p + 1, kind
    return best_r, best_p, best_k


@compiled
def _ruin(road: Road, aside: Aside, seed: int, strings: int, longest: int) -> None:
    """Remove strings of stops from rows near one stop, so that slack meets slack."""
    tally, rows = road.tally, road.rows
    for i in range(aside.near.shape[1]):
        c = aside.near[seed, i]
        r = road.stops[c, WHERE]
        if r == NONE or rows[r, RUINED] == tally[STAMP]:
            continue
        rows[r, RUINED] = tally[STAMP]
        touch(road, aside, r)
        size, place, other = rows[r, SIZE], road.stops[c, PLACE], trip_beside(road, r)
        take = 1 + draw(tally, min(size, longest))
        keep = 0
        if 1 < take < size and draw(tally, 2):
            keep = 1
            while take + keep < size and draw(tally, 100) < 1:
                keep += 1
        low = max(1, place - take - keep + 1)
        high = min(place, size - take - keep + 1)
        first = low + draw(tally, high - low + 1)
        last, sound = first + take + keep, True
        if keep > 0:
            head = 1 + draw(tally, take - 1)
            sound = take_out(road, r, first + head + keep, last)
            last = first + head
        sound = take_out(road, r, first, last) and sound
        if not sound:
            clear(road, r if rows[r, SIZE] > 0 else other)
        strings -= 1
        if strings == 0:
            return


@compiled
def _gather(road: Road, aside: Aside, seed: int) -> None:
    """Bring stops left out so far to the bank: all; of optional ones those near the seed.

    Where time has a price few stay out, each for want of a place: all are tried each time.
    """
    tally, bank, stops = road.tally, road.lists, road.stops
    if tally[OPTIONAL] and not tally[SPANNED]:
        for i in range(min(OFFERED, aside.near.shape[1])):
            c = aside.near[seed, i]
            if stops[c, WHERE] == NONE and stops[c, FRESH] != tally[STAMP]:
                bank[BANK, tally[BANKED]] = c
                tally[BANKED] += 1
        return
    tally[BANKED] = 0
    for c in range(len(stops)):
        if stops[c, WHERE] == NONE:
            bank[BANK, tally[BANKED]] = c
            tally[BANKED] += 1


@compiled
def _sort(road: Road, aside: Aside) -> None:
    """Put the bank in a drawn order of insertion."""
    u = draw(road.tally, 17)
    key = NONE  # 4 of 17 at random, 4 by load, 2 far, 1 near, 2 + 2 + 2 by window
    for edge, column in ((4, 0), (8, 1), (10, 2), (11, 3), (13, 4), (15, 5)):
        if u >= edge:
            key = column
    lists = road.lists
    for i in range(road.tally[BANKED]):
        c = lists[BANK, i]
        odd = draw(road.tally, MILLION) if key == NONE else aside.keys[key, c]
        j = i
        while j > 0 and lists[ODDS, j - 1] > odd:
            lists[BANK, j], lists[ODDS, j] = lists[BANK, j - 1], lists[ODDS, j - 1]
            j -= 1
        lists[BANK, j], lists[ODDS, j] = c, odd


@compiled
def _turn_away(road: Road, r: int, p: int) -> None:
    """Leave a stop out after all: its place was priced without a promise that it breaks."""
    banked, other = road.tally[BANKED], trip_beside(road, r)
    if not take_out(road, r, p, p + 1):
        clear(road, r if road.rows[r, SIZE] > 0 else other)
    road.tally[BANKED] = banked


@compiled
def _recreate(road: Road, aside: Aside, seed: int, generous: int) -> None:
    """Insert every stop of the bank where it costs least; an optional one where it pays."""
    tally, stops = road.tally, road.stops
    for i in range(tally[BANKED]):
        c = road.lists[BANK, i]
        dear = stops[c, PRIZE]
        if stops[c, MUST] or (generous and (stops[c, FRESH] == tally[STAMP] or c == seed)):
            dear = DEAR
        r, p, kind = _best_place(road, aside, c, dear)
        if r == NONE:
            continue
        if p > 0:
            touch(road, aside, r)
            if kind != road.rows[r, KIND]:
                change_kind(road, r, kind)
            if not put_in(road, c, r, p):
                _turn_away(road, r, p)
            continue
        if r != DEAR:
            touch(road, aside, r if r >= 0 else -2 - r)
        row = road.lists[ORDER, tally[USED]]
        touch(road, aside, row)
        if not open_row(road, row, c, kind, NONE if r == DEAR else r):
            _turn_away(road, row, 1)


@compiled
def search(road: Road, aside: Aside, moves: int, warmth: float, shape: Ints) -> None:
    """Moves at one temperature; `shape`: mean stops removed, longest string. Best is kept."""
    tally, n = road.tally, len(road.stops)
    for move in range(moves):
        if len(aside.pool) and move % EVERY == 0:
            pool_rows(road, aside)
        cost, lost = tally[COST], tally[LOST]
        tally[STAMP] += 1
        tally[TOUCHES], tally[BANKED] = 0, 0
        seed, served = draw(tally, n), 0
        for i in range(tally[USED]):
            served += road.rows[road.lists[ORDER, i], SIZE]
        if served > 0:
            longest = max(WHOLE, min(shape[1], served // tally[USED]))
            strings = 1 + draw(tally, max(1, 4 * shape[0] // (1 + longest)))
            _ruin(road, aside, seed, strings, longest)
        if served < n:
            _gather(road, aside, seed)
        _sort(road, aside)
        _recreate(road, aside, seed, draw(tally, 8) == 0)
        if tally[KINDS]:
            refit(road, aside)
        odds = (draw(tally, MILLION) + 1) / (MILLION + 1)
        if tally[COST] - cost >= -warmth * np.log(odds):
            undo(road, aside)
            tally[COST], tally[LOST] = cost, lost
        elif tally[LOST] < tally[BEST_LOST] or (
            tally[LOST] == tally[BEST_LOST] and tally[COST] < tally[BEST_COST]
        ):
            remember(road, aside)
            if len(aside.pool):
                pool_rows(road, aside)
