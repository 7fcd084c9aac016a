"""Keeping the rows that a walk passes, each set of stops once, in the cheapest order seen.

A slot holds one row and the newest takes it: what a hot walk left gives way to what a cold one
finds. Two rows that meet in a slot lose one, which costs a chance and no promise.
"""

from optimizer.kernels.fleet_arrays import KIND, LENGTH, ORDER, SEQ, SIZE, USED, Aside, Road
from optimizer.kernels.meal_arrays import compiled

# columns of `pool`, the stops of the row from FIRST on
MARK, TYPE, WAY, MANY, FIRST = range(5)
EVERY = 15  # moves between two looks at the present rows


@compiled
def pool_rows(road: Road, aside: Aside) -> None:
    """Keep the present rows."""
    rows, cells, pool, codes = road.rows, road.cells, aside.pool, aside.codes
    for i in range(road.tally[USED]):
        r = road.lists[ORDER, i]
        size, kind = rows[r, SIZE], rows[r, KIND]
        code = codes[len(road.stops) + kind]
        for p in range(1, size + 1):
            code ^= codes[cells[r, p, SEQ]]
        slot, mark = code % len(pool), code // len(pool)
        if pool[slot, MARK] == mark and pool[slot, WAY] <= rows[r, LENGTH]:
            continue
        pool[slot, MARK], pool[slot, TYPE] = mark, kind
        pool[slot, WAY], pool[slot, MANY] = rows[r, LENGTH], size
        for p in range(size):
            pool[slot, FIRST + p] = cells[r, p + 1, SEQ]
