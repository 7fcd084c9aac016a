"""Rounds as arrays: every insertion priced in constant time, whatever the stops ask for.

A stretch of a round maps the time t it is entered to the time max(t + T, W) it is left, for t up
to L. Stretches compose, so a prefix, a stop and a suffix price an insertion without walking.
A stop keeps the window it was inserted in (`win`), a vehicle the stop its break follows (`rest`);
`settle` looks for better ones whenever the round changes.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

FAR = 1 << 40  # later than any time, dearer than no price: an absent limit
DEAR = 1 << 61  # no price comes near
NONE = -1
TRIES = 4  # starts tried when a stop has several windows
Ints = NDArray[np.int64]
Reals = NDArray[np.float64]

SERVICE, READY, COLD, WINDOWS, PENALTY, STOP_COLUMNS = 0, 1, 2, 3, 4, 5
START, END, OPEN, CLOSE, LONGEST, FIXED, PER_M, PER_S = 0, 1, 2, 3, 4, 5, 6, 7
REST_FROM, REST_TO, REST_S, KIND, VEHICLE_COLUMNS = 8, 9, 10, 11, 12
COST, LOST, BEST_COST, BEST_LOST, STAMP, BLINK = 0, 1, 2, 3, 4, 5  # columns of `tally`
T, W, L, Q, P = 0, 1, 2, 3, 4  # Q: start no earlier (cold); P: same, relative to the entry


class Road(NamedTuple):
    """What stays: one row per stop or vehicle; stops come first in the matrices."""

    travel_s: Ints
    travel_m: Ints
    stops: Ints
    opens: Ints
    closes: Ints
    loads: Ints
    vehicles: Ints
    room: Ints
    allowed: Ints
    near: Ints
    keys: Reals
    flexible: bool
    kinds: int


class Tour(NamedTuple):
    """What moves: rounds, their prices, the best so far, and what undoes one move."""

    seq: Ints
    size: Ints
    used: Ints
    price: Ints
    win: Ints
    rest: Ints
    where: Ints
    place: Ints
    pre: Ints
    suf: Ints
    rng: Ints
    tally: Ints
    mark: Ints
    kind: Ints
    bank: Ints
    odds: Reals
    old_seq: Ints
    old_size: Ints
    old_win: Ints
    old_rest: Ints
    best_seq: Ints
    best_size: Ints
    scratch: Ints
    trial: Ints


def pack(
    matrices: tuple[Sequence[Sequence[int]], Sequence[Sequence[int]]],
    stops: Sequence[Sequence[int]],
    windows: Sequence[Sequence[tuple[int, int]]],
    loads: tuple[Sequence[Sequence[int]], Sequence[Sequence[int]]],
    vehicles: Sequence[Sequence[int]],
    allowed: Sequence[Sequence[bool]],
) -> Road:
    """Arrays of a problem; matrices are ordered stops first, loads are (needed, room)."""
    widest = max(len(row) for row in windows)
    opens = np.full((len(stops), widest), FAR, dtype=np.int64)
    closes = np.full((len(stops), widest), NONE, dtype=np.int64)
    for row, spans in enumerate(windows):
        for column, (start, end) in enumerate(spans):
            opens[row, column], closes[row, column] = start, end
    travel_s = np.array(matrices[0], dtype=np.int64)
    travel_m = np.array(matrices[1], dtype=np.int64)
    table = np.array(stops, dtype=np.int64)
    wheels = np.array(vehicles, dtype=np.int64)
    needed = np.array(loads[0], dtype=np.int64).reshape(len(stops), -1)
    room = np.array(loads[1], dtype=np.int64).reshape(len(vehicles), -1)
    paths = travel_m * wheels[:, PER_M].mean() + travel_s * (1.0 + wheels[:, PER_S].mean())
    n = len(stops)
    paths = paths[:n, :n] + paths[:n, :n].T
    np.fill_diagonal(paths, -1.0)
    depot = wheels[0, START]
    last = closes.max(axis=1)
    far = -travel_m[depot, :n] - travel_s[depot, :n]
    keys = (needed.sum(axis=1) * -1, far, -far, last - opens[:, 0], opens[:, 0], -last)
    return Road(
        travel_s,
        travel_m,
        table,
        opens,
        closes,
        needed,
        wheels,
        room,
        np.array(allowed, dtype=np.int64),
        np.argsort(paths, axis=1, kind="stable").astype(np.int64),
        np.array((*keys, -table[:, PENALTY]), dtype=np.float64),
        bool(widest > 1 or wheels[:, REST_S].any()),
        int(wheels[:, KIND].max()) + 1,
    )


def begin(road: Road, seed: int) -> Tour:
    """A tour that serves nobody yet."""
    n, v = len(road.stops), len(road.vehicles)

    def zeros(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    tour = Tour(
        seq=zeros(v, n + 1),
        size=zeros(v),
        used=zeros(v, road.room.shape[1]),
        price=zeros(v),
        win=zeros(n),
        rest=zeros(v) + NONE,
        where=zeros(n) + NONE,
        place=zeros(n),
        pre=zeros(v, n + 2, 5),
        suf=zeros(v, n + 2, 5),
        rng=np.array([1 + seed * 7919 % 2147483561, 1 + seed * 104729 % 2147483397]),
        tally=zeros(6),
        mark=zeros(v),
        kind=zeros(road.kinds),
        bank=zeros(n + 1),
        odds=np.zeros(n),
        old_seq=zeros(v, n + 1),
        old_size=zeros(v) + NONE,
        old_win=zeros(n),
        old_rest=zeros(v),
        best_seq=zeros(v, n + 1),
        best_size=zeros(v),
        scratch=zeros(n + 1, 2),
        trial=zeros(n + 2, 5),
    )
    tour.tally[LOST] = road.stops[:, PENALTY].sum()
    tour.tally[BEST_COST], tour.tally[BEST_LOST] = 0, tour.tally[LOST]
    for vehicle in range(v):
        suffix(road, tour, vehicle)
        walk(road, tour, vehicle, tour.pre[vehicle])
    return tour


@njit(cache=True)
def draw(rng: Ints) -> float:
    """A number in 0..1 by two combined generators (L'Ecuyer 1988), all within 64 bits."""
    rng[0] = rng[0] * 40014 % 2147483563
    rng[1] = rng[1] * 40692 % 2147483399
    return float((rng[0] - rng[1]) % 2147483562) / 2147483562.0


@njit(cache=True)
def walk(road: Road, tour: Tour, v: int, out: Ints) -> int:
    """Fill the prefixes of a round into `out`; its price, or NONE when it breaks a promise."""
    veh, size, rest = road.vehicles[v], tour.size[v], tour.rest[v]
    t, w, late, cold, floor, metres = 0, -FAR, FAR, -FAR, veh[OPEN], 0
    out[0, T], out[0, W], out[0, L], out[0, Q] = t, w, late, cold
    here, rested = veh[START], False
    for p in range(size):
        c = tour.seq[v, p]
        leg, k = road.travel_s[here, c], tour.win[c]
        metres += road.travel_m[here, c]
        t, w, here = t + leg, w + leg, c
        if w > road.closes[c, k] or t > road.stops[c, COLD]:
            return NONE
        late = min(late, road.closes[c, k] - t)
        w = max(w, road.opens[c, k])
        cold = max(cold, w - road.stops[c, COLD])
        floor = max(floor, road.stops[c, READY])
        t, w = t + road.stops[c, SERVICE], w + road.stops[c, SERVICE]
        if c == rest:
            if w > veh[REST_TO]:
                return NONE
            late = min(late, veh[REST_TO] - t)
            t, w, rested = t + veh[REST_S], max(w, veh[REST_FROM]) + veh[REST_S], True
        out[p + 1, T], out[p + 1, W], out[p + 1, L], out[p + 1, Q] = t, w, late, cold
        out[p + 1, P] = floor
    out[0, P] = floor
    if size == 0:
        return 0
    metres += road.travel_m[here, veh[END]]
    t, w = t + road.travel_s[here, veh[END]], w + road.travel_s[here, veh[END]]
    late, floor = min(late, veh[CLOSE] - t), max(floor, cold)
    if w > veh[CLOSE] or floor > late:
        return NONE
    start = min(late, max(floor, w - t))
    back = max(start + t, w)
    if back - start > veh[LONGEST] or (veh[REST_S] > 0 and not rested and back > veh[REST_TO]):
        return NONE
    return int(veh[FIXED] + veh[PER_M] * metres + veh[PER_S] * (back - start))


@njit(cache=True)
def suffix(road: Road, tour: Tour, v: int) -> None:
    """Fill the suffixes of a round that `walk` found sound."""
    veh, size, suf = road.vehicles[v], tour.size[v], tour.suf[v]
    suf[size, T], suf[size, W], suf[size, L] = 0, -FAR, veh[CLOSE]
    suf[size, Q], suf[size, P] = -FAR, -FAR
    after = veh[END]
    for p in range(size - 1, -1, -1):
        c = tour.seq[v, p]
        k = tour.win[c]
        t, w = road.stops[c, SERVICE], road.opens[c, k] + road.stops[c, SERVICE]
        late = road.closes[c, k]
        if c == tour.rest[v]:
            late = min(late, veh[REST_TO] - t)
            t, w = t + veh[REST_S], max(w, veh[REST_FROM]) + veh[REST_S]
        t, w = t + road.travel_s[c, after], w + road.travel_s[c, after]
        suf[p, L] = min(late, suf[p + 1, L] - t)
        suf[p, P] = max(-road.stops[c, COLD], t + suf[p + 1, P])
        opened = road.opens[c, k] - road.stops[c, COLD]
        suf[p, Q] = max(opened, w + suf[p + 1, P], suf[p + 1, Q])
        suf[p, W] = max(w + suf[p + 1, T], suf[p + 1, W])
        suf[p, T] = t + suf[p + 1, T]
        after = c


@njit(cache=True)
def ahead(road: Road, tour: Tour, v: int, floor: int) -> int:
    """Choose the earliest windows; the time the vehicle is back, or NONE. Notes each departure."""
    veh = road.vehicles[v]
    now, here = max(floor, veh[OPEN]), veh[START]
    for p in range(tour.size[v]):
        now = max(now, road.stops[tour.seq[v, p], READY])
    for p in range(tour.size[v]):
        c = tour.seq[v, p]
        now += road.travel_s[here, c]
        k = 0
        while k < road.stops[c, WINDOWS] and road.closes[c, k] < now:
            k += 1
        if k == road.stops[c, WINDOWS]:
            return NONE
        tour.win[c] = k
        now = max(now, road.opens[c, k]) + road.stops[c, SERVICE]
        tour.scratch[p, 0] = now
        if c == tour.rest[v]:
            now = max(now, veh[REST_FROM]) + veh[REST_S]
        here = c
    return int(now + road.travel_s[here, veh[END]])


@njit(cache=True)
def retime(road: Road, tour: Tour, v: int, floor: int) -> int:
    """Choose break and windows anew for a start of `floor` on: earliest return, then latest start.

    Gives that start, or NONE when there is none.
    """
    veh, size = road.vehicles[v], tour.size[v]
    tour.rest[v] = NONE
    back = ahead(road, tour, v, floor)
    if back == NONE:
        return NONE
    if veh[REST_S] > 0 and back > veh[REST_TO]:
        for p in range(size):  # first stop left within the break's window, else the last before
            if tour.scratch[p, 0] > veh[REST_TO]:
                break
            tour.rest[v] = tour.seq[v, p]
            if tour.scratch[p, 0] >= veh[REST_FROM]:
                break
        back = ahead(road, tour, v, floor)
        if tour.rest[v] == NONE or back == NONE:
            return NONE
    now, after = back, veh[END]
    for p in range(size - 1, -1, -1):
        c = tour.seq[v, p]
        now -= road.travel_s[c, after]
        if c == tour.rest[v]:
            now = min(now - veh[REST_S], veh[REST_TO])
        now -= road.stops[c, SERVICE]
        k = road.stops[c, WINDOWS] - 1
        while k > 0 and road.opens[c, k] > now:
            k -= 1
        tour.win[c] = k
        now = min(now, road.closes[c, k])
        after = c
    return int(now - road.travel_s[veh[START], after])


@njit(cache=True)
def rewalk(road: Road, tour: Tour, v: int, out: Ints) -> int:
    """As `walk` with break and windows chosen anew; each try steps over one gap of windows."""
    floor, tries = 0, 1 if road.opens.shape[1] == 1 else TRIES
    for _ in range(tries):
        late = retime(road, tour, v, floor)
        if late == NONE:
            return NONE
        price = walk(road, tour, v, out)
        if price != NONE:
            return price
        floor = late + 1
    return NONE


@njit(cache=True)
def settle(road: Road, tour: Tour, v: int) -> bool:
    """Price a changed round, with better windows and break if found; False when it is unsound."""
    price = walk(road, tour, v, tour.pre[v])
    if road.flexible and tour.size[v] > 0:
        kept = tour.rest[v]
        for p in range(tour.size[v]):
            tour.scratch[p, 1] = tour.win[tour.seq[v, p]]
        again = rewalk(road, tour, v, tour.pre[v])
        if again == NONE or (price != NONE and price <= again):
            tour.rest[v] = kept
            for p in range(tour.size[v]):
                tour.win[tour.seq[v, p]] = tour.scratch[p, 1]
            price = walk(road, tour, v, tour.pre[v])
        else:
            price = again
    if price == NONE:
        return False
    tour.tally[COST] += price - tour.price[v]
    tour.price[v] = price
    suffix(road, tour, v)
    return True


@njit(cache=True)
def touch(tour: Tour, v: int) -> None:
    """Keep a round as it was, once per move."""
    if tour.old_size[v] != NONE:
        return
    tour.old_size[v], tour.old_rest[v] = tour.size[v], tour.rest[v]
    for p in range(tour.size[v]):
        c = tour.seq[v, p]
        tour.old_seq[v, p], tour.old_win[c] = c, tour.win[c]


@njit(cache=True)
def take_out(road: Road, tour: Tour, v: int, first: int, last: int) -> None:
    """Remove the stops at positions first..last-1 of a round, without pricing it."""
    for p in range(first, last):
        c = tour.seq[v, p]
        tour.where[c] = NONE
        tour.tally[LOST] += road.stops[c, PENALTY]
        if tour.rest[v] == c:
            tour.rest[v] = NONE
        for d in range(road.room.shape[1]):
            tour.used[v, d] -= road.loads[c, d]
    gap = last - first
    for p in range(last, tour.size[v]):
        c = tour.seq[v, p]
        tour.seq[v, p - gap], tour.place[c] = c, p - gap
    tour.size[v] -= gap


@njit(cache=True)
def put_in(road: Road, tour: Tour, v: int, p: int, c: int) -> None:
    """Insert a stop at a position of a round, without pricing it."""
    for q in range(tour.size[v], p, -1):
        moved = tour.seq[v, q - 1]
        tour.seq[v, q], tour.place[moved] = moved, q
    tour.seq[v, p], tour.where[c], tour.place[c] = c, v, p
    tour.size[v] += 1
    tour.tally[LOST] -= road.stops[c, PENALTY]
    for d in range(road.room.shape[1]):
        tour.used[v, d] += road.loads[c, d]


@njit(cache=True)
def retimed_price(road: Road, tour: Tour, v: int, p: int, c: int) -> int:
    """Price of a round with `c` at `p`, break and windows chosen anew; dear when none fits."""
    for q in range(tour.size[v]):
        tour.scratch[q, 1] = tour.win[tour.seq[v, q]]
    put_in(road, tour, v, p, c)
    price = rewalk(road, tour, v, tour.trial)
    tour.rest[v] = NONE
    take_out(road, tour, v, p, p + 1)
    for q in range(tour.size[v]):
        tour.win[tour.seq[v, q]] = tour.scratch[q, 1]
    return 2 * DEAR if price == NONE else price


def rounds(tour: Tour) -> tuple[tuple[int, ...], ...]:
    """Stops of each vehicle in order, in the best tour found."""
    return tuple(
        tuple(int(c) for c in row[:size])
        for row, size in zip(tour.best_seq, tour.best_size, strict=True)
    )
