"""Room on board: fixed per load, switchable compartments, and what is picked up on the way."""

from optimizer.kernels.fleet_arrays import (
    FAR,
    KIND,
    LOAD,
    NEED,
    NONE,
    PICKS,
    ROOM,
    SEQ,
    SIZE,
    SWING_ROOM,
    SWINGS,
    Road,
)
from optimizer.kernels.meal_arrays import compiled, inlined


@inlined
def extra_of(road: Road) -> int:
    """Where the columns of `stops` begin that only such vehicles need."""
    return int(NEED + road.rows.shape[1] - LOAD)


@inlined
def kind_of(road: Road) -> int:
    """Where the columns of `types` begin that only such vehicles have."""
    return int(ROOM + road.rows.shape[1] - LOAD)


@compiled
def _over(road: Road, kind: int, d: int, load: int) -> int:
    """Switchable compartments that a load beyond its own room asks for."""
    beyond = load - road.types[kind, ROOM + d]
    if beyond <= 0:
        return 0
    each = road.types[kind, kind_of(road) + SWING_ROOM]
    return int(-(-beyond // each)) if each > 0 else FAR


@compiled
def holds_with(road: Road, r: int, c: int, kind: int) -> bool:
    """Whether a type has room for a row (NONE: an empty one) and one stop more.

    The second half of the loads, if there is one, is what is picked up.
    """
    dims, picked = road.rows.shape[1] - LOAD, road.tally[PICKS]
    half = dims - picked
    for first, last in ((0, half), (half, dims)):
        asked = 0
        for d in range(first, last):
            load = road.stops[c, NEED + d]
            if r != NONE:
                load += road.rows[r, LOAD + d]
            asked += _over(road, kind, d, load)
        if asked > road.types[kind, kind_of(road) + SWINGS]:
            return False
    return True


@compiled
def carries(road: Road, r: int) -> bool:
    """Whether there is room all along a trip for what is still on board and what was picked up."""
    half, kind = road.tally[PICKS], road.rows[r, KIND]
    most = road.types[kind, kind_of(road) + SWINGS]
    for q in range(road.rows[r, SIZE] + 1):
        asked = 0
        for d in range(half):
            load = 0
            for p in range(1, road.rows[r, SIZE] + 1):
                c = road.cells[r, p, SEQ]
                load += road.stops[c, NEED + d] if p > q else road.stops[c, NEED + half + d]
            asked += _over(road, kind, d, load)
        if asked > most:
            return False
    return True
