"""Ruin and recreate for rounds: slack-induction string removal with simulated annealing.

Method: Christiaens and Vanden Berghe (2020), Slack Induction by String Removals for Vehicle
Routing Problems, Transportation Science 54(2).
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.kernels.rounds import (
    BEST_COST,
    BEST_LOST,
    BLINK,
    COLD,
    COST,
    DEAR,
    END,
    FIXED,
    KIND,
    LONGEST,
    LOST,
    NONE,
    PER_M,
    PER_S,
    READY,
    REST_S,
    REST_TO,
    SERVICE,
    STAMP,
    START,
    WINDOWS,
    L,
    P,
    Q,
    Road,
    T,
    Tour,
    W,
    draw,
    put_in,
    retimed_price,
    settle,
    suffix,
    take_out,
    touch,
    walk,
)

NEARBY, SMALL = 40, 150  # above SMALL stops, insert only beside the NEARBY nearest
BLINK_LOG = float(np.log(0.99))  # one position in a hundred is passed over
RETIMED = 0.04  # odds that a stop is tried with all windows free
Place = tuple[int, int, int, int]  # added price, vehicle, position, window
STRING, REMOVED, KEEP_LONGER = 10, 10, 0.01  # longest string, mean removal, split odds (as 2020)


class Heat(NamedTuple):
    """How the search cools: first and last temperature, moves in all, weight of a penalty."""

    first: float
    last: float
    moves: int
    weight: float


@njit(cache=True)
def _best_place(road: Road, tour: Tour, c: int) -> Place:
    """Cheapest place of a stop: added price, vehicle, position, window; vehicle NONE: none fits.

    One body, because passing two dozen arrays on costs more than pricing a position.
    """
    best, best_v, best_p, best_k = DEAR, NONE, 0, 0
    n, fleet, dims = len(road.stops), len(road.vehicles), road.room.shape[1]
    vehicles, travel_s, travel_m, seq = road.vehicles, road.travel_s, road.travel_m, tour.seq
    pre, suf, tally = tour.pre, tour.suf, tour.tally
    service, limit, ready = road.stops[c, SERVICE], road.stops[c, COLD], road.stops[c, READY]
    spans = road.stops[c, WINDOWS]
    last, soonest = road.closes[c, spans - 1], road.opens[c, 0] + service
    beside = NEARBY if n > SMALL else 0
    tally[STAMP] += 1
    for i in range(beside + fleet):
        v = tour.where[road.near[c, i + 1]] if i < beside else i - beside
        if v == NONE or road.allowed[c, v] == 0:
            continue
        size, first = tour.size[v], 0
        stop_at = size + 1
        if i < beside:
            first = tour.place[road.near[c, i + 1]]
            stop_at = first + 2
        elif size == 0:  # of equal empty vehicles one is enough
            if tour.kind[vehicles[v, KIND]] == tally[STAMP]:
                continue
            tour.kind[vehicles[v, KIND]] = tally[STAMP]
        elif beside > 0:
            continue
        over = False
        for d in range(dims):
            over = over or tour.used[v, d] + road.loads[c, d] > road.room[v, d]
        if over:
            continue
        depot, home = vehicles[v, START], vehicles[v, END]
        per_m, per_s, flat = vehicles[v, PER_M], vehicles[v, PER_S], 0
        floor = max(pre[v, size, P], ready)
        owing = vehicles[v, REST_S] > 0 and tour.rest[v] == NONE
        paid = 0
        if size == 0:
            flat = vehicles[v, FIXED]
        elif per_s > 0:
            leg = travel_s[depot, seq[v, 0]]
            t, w = leg + suf[v, 0, T], suf[v, 0, W]
            start = min(suf[v, 0, L] - leg, max(pre[v, size, P], suf[v, 0, Q], w - t))
            paid = max(start + t, w) - start
        for p in range(first, stop_at):
            if pre[v, p, W] > last:
                break  # every later place is later still
            if suf[v, p, L] < soonest:
                continue
            tally[BLINK] -= 1
            if tally[BLINK] < 0:
                tally[BLINK] = int(np.log(draw(tour.rng) + 1e-9) / BLINK_LOG)
                continue
            here = depot if p == 0 else seq[v, p - 1]
            after = home if p == size else seq[v, p]
            metres = travel_m[here, c] + travel_m[c, after]
            if size > 0:
                metres -= travel_m[here, after]
            fixed = per_m * metres + flat
            leg, onward = travel_s[here, c], travel_s[c, after]
            if fixed >= best and leg + onward >= travel_s[here, after]:
                continue
            t = pre[v, p, T] + leg
            if t > limit:
                continue
            for k in range(spans):
                w = pre[v, p, W] + leg
                if w > road.closes[c, k]:
                    continue
                w = max(w, road.opens[c, k])
                t2, w2 = t + service + onward, w + service + onward
                if w2 > suf[v, p, L] or t2 + suf[v, p, P] > 0:
                    continue
                late = min(pre[v, p, L], road.closes[c, k] - t, suf[v, p, L] - t2)
                start = max(floor, pre[v, p, Q], w - limit, w2 + suf[v, p, P], suf[v, p, Q])
                if start > late:
                    continue
                w2, t2 = max(w2 + suf[v, p, T], suf[v, p, W]), t2 + suf[v, p, T]
                start = min(late, max(start, w2 - t2))
                back = max(start + t2, w2)
                added = fixed + per_s * (back - start - paid)
                if owing and back > vehicles[v, REST_TO]:
                    added = retimed_price(road, tour, v, p, c) - tour.price[v]
                elif back - start > vehicles[v, LONGEST]:
                    continue
                if added < best:
                    best, best_v, best_p, best_k = added, v, p, k
    return best, best_v, best_p, best_k


@njit(cache=True)
def _retimed_place(road: Road, tour: Tour, c: int) -> Place:
    """As `_best_place`, by walking every round with its windows chosen anew: slow, and wider."""
    best, best_v, best_p = DEAR, NONE, 0
    for v in range(len(road.vehicles)):
        over = road.allowed[c, v] == 0 or tour.size[v] == 0
        for d in range(road.room.shape[1]):
            over = over or tour.used[v, d] + road.loads[c, d] > road.room[v, d]
        if over:
            continue
        for p in range(tour.size[v] + 1):
            rest = tour.rest[v]
            added = retimed_price(road, tour, v, p, c) - tour.price[v]
            tour.rest[v] = rest
            if added < best:
                best, best_v, best_p = added, v, p
    return best, best_v, best_p, 0


@njit(cache=True)
def _clear(road: Road, tour: Tour, v: int) -> None:
    """Settle a round that lost stops; where roads break the triangle rule it may have to go."""
    if not settle(road, tour, v):
        take_out(road, tour, v, 0, tour.size[v])
        settle(road, tour, v)


@njit(cache=True)
def _ruin(road: Road, tour: Tour) -> None:
    """Remove strings of stops from rounds near one stop, so that slack meets slack."""
    n = len(road.stops)
    served, rounds = 0, 0
    for v in range(len(road.vehicles)):
        served, rounds = served + tour.size[v], rounds + min(tour.size[v], 1)
    if rounds == 0:
        return
    longest = min(float(STRING), served / rounds)
    strings = int(1 + draw(tour.rng) * (4.0 * REMOVED / (1.0 + longest) - 1.0))
    tour.tally[STAMP] += 1
    seed = min(n - 1, int(draw(tour.rng) * n))
    for i in range(n):
        c = road.near[seed, i]
        v = tour.where[c]
        if v == NONE or tour.mark[v] == tour.tally[STAMP]:
            continue
        tour.mark[v] = tour.tally[STAMP]
        touch(tour, v)
        size = tour.size[v]
        take = 1 + int(draw(tour.rng) * (min(float(size), longest) - 0.001))
        keep = 0
        if take < size and take > 1 and draw(tour.rng) < 0.5:
            keep = 1
            while take + keep < size and draw(tour.rng) < KEEP_LONGER:
                keep += 1
        lowest, highest = (
            max(0, tour.place[c] - take - keep + 1),
            min(tour.place[c], size - take - keep),
        )
        first = lowest + min(highest - lowest, int(draw(tour.rng) * (highest - lowest + 1)))
        last = first + take + keep
        if keep > 0:
            head = 1 + min(take - 2, int(draw(tour.rng) * (take - 1)))
            take_out(road, tour, v, first + head + keep, last)
            last = first + head
        take_out(road, tour, v, first, last)
        _clear(road, tour, v)
        strings -= 1
        if strings == 0:
            return


@njit(cache=True)
def _recreate(road: Road, tour: Tour) -> None:
    """Insert every stop left out where it costs least, in a drawn order."""
    count = 0
    u = int(draw(tour.rng) * 19.999)
    key = NONE  # 4 of 20 at random, 4 by load, 2 far, 1 near, 2 + 2 + 2 by window, 3 by penalty
    for edge, column in ((4, 0), (8, 1), (10, 2), (11, 3), (13, 4), (15, 5), (17, 6)):
        if u >= edge:
            key = column
    for c in range(len(road.stops)):
        if tour.where[c] == NONE:
            tour.bank[count] = c
            tour.odds[count] = draw(tour.rng) if key == NONE else road.keys[key, c]
            count += 1
    for i in range(1, count):
        c, odds, j = tour.bank[i], tour.odds[i], i
        while j > 0 and tour.odds[j - 1] > odds:
            tour.bank[j], tour.odds[j] = tour.bank[j - 1], tour.odds[j - 1]
            j -= 1
        tour.bank[j], tour.odds[j] = c, odds
    for i in range(count):
        c = tour.bank[i]
        added, v, p, k = _best_place(road, tour, c)
        if road.flexible and draw(tour.rng) < RETIMED:
            wider = _retimed_place(road, tour, c)
            if wider[0] < added:
                v, p, k = wider[1], wider[2], wider[3]
        if v == NONE:
            continue
        touch(tour, v)
        put_in(road, tour, v, p, c)
        tour.win[c] = k
        if not settle(road, tour, v):
            take_out(road, tour, v, p, p + 1)
            _clear(road, tour, v)


@njit(cache=True)
def _close_move(road: Road, tour: Tour, accepted: bool) -> None:  # noqa: FBT001  # compiled code takes no keywords
    """Forget what the move began from, or go back to it."""
    for v in range(len(road.vehicles)):
        if tour.old_size[v] == NONE or accepted:
            tour.old_size[v] = NONE
            continue
        for p in range(tour.size[v]):
            c = tour.seq[v, p]
            if tour.where[c] == v:
                tour.where[c] = NONE
    for v in range(len(road.vehicles)):
        if tour.old_size[v] == NONE:
            continue
        tour.size[v], tour.rest[v], tour.old_size[v] = tour.old_size[v], tour.old_rest[v], NONE
        for d in range(road.room.shape[1]):
            tour.used[v, d] = 0
        for p in range(tour.size[v]):
            c = tour.old_seq[v, p]
            tour.seq[v, p], tour.win[c] = c, tour.old_win[c]
            tour.where[c], tour.place[c] = v, p
            for d in range(road.room.shape[1]):
                tour.used[v, d] += road.loads[c, d]
        tour.price[v] = walk(road, tour, v, tour.pre[v])
        suffix(road, tour, v)


@njit(cache=True)
def search(road: Road, tour: Tour, heat: Heat, done: int, steps: int) -> None:
    """Moves done..done+steps-1 of the search; the best tour stays in `best_seq`, `best_size`."""
    tally = tour.tally
    for move in range(done, done + steps):
        cost, lost = tally[COST], tally[LOST]
        _ruin(road, tour)
        _recreate(road, tour)
        warmth = heat.first * (heat.last / heat.first) ** (move / heat.moves)
        worse = float(tally[COST] - cost) + heat.weight * float(tally[LOST] - lost)
        accepted = worse < -warmth * np.log(draw(tour.rng) + 1e-12)
        _close_move(road, tour, accepted)
        if not accepted:
            tally[COST], tally[LOST] = cost, lost
        elif tally[LOST] < tally[BEST_LOST] or (
            tally[LOST] == tally[BEST_LOST] and tally[COST] < tally[BEST_COST]
        ):
            tally[BEST_COST], tally[BEST_LOST] = tally[COST], tally[LOST]
            for v in range(len(road.vehicles)):
                tour.best_size[v] = tour.size[v]
                for p in range(tour.size[v]):
                    tour.best_seq[v, p] = tour.seq[v, p]
