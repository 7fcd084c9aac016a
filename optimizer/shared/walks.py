"""What one process does with one part: walk alone, walk at prices, walk around what is gone."""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels import meal_arrays as arrays
from optimizer.kernels import meal_choice as kernel
from optimizer.kernels import meal_walk as walker
from optimizer.kernels.meal_arrays import Ints, State, Tables
from optimizer.kernels.shared import charges_of, use_of
from optimizer.shared.seats import Choices, Prepared, Seat, days_of, without

WISH = 4
_FREE = (4_000, 4_000, 30, 30, WISH, 1, 1, 1)
"""What one unit of each level weighs in the first walk, and last what one of a toll does."""
_FIRM = (400_000_000, 400_000, 4_000, 800, WISH, 1, 1, 1)
"""In every other walk, and in what a choice costs among all: 0.1 % of a window as much as a
thousand points among the wishes, so that scarcity takes every wish before a nutrient."""
_HOT, _WARM, _COLD = 6_000, 40, 4
"""Temperatures: of the first walk; where one begins from a good choice, hot enough to leave it,
not to lose it; and where each ends."""


class Column(NamedTuple):
    """One choice for one problem: what it costs by level, and what it draws."""

    choice: Choices
    levels: tuple[int, ...]
    supply: NDArray[np.int32]
    amount: NDArray[np.int64]

    @property
    def cost(self) -> int:
        """The levels in weighted points."""
        return weighed(self.levels)


def weighed(levels: Sequence[int]) -> int:
    """Levels as weighted points."""
    return sum(weight * level for weight, level in zip(_FIRM, levels, strict=False))


Columns = tuple[Column | None, ...]
"""One per problem of a part, in its order; None where the hard bounds do not hold."""


def seed_of(seed: int, key: str, turn: int) -> int:
    """A seed from the seed of the run, the key and the turn: never from who else there is."""
    told = f"{seed} {turn} {key}".encode()
    return int.from_bytes(blake2b(told, digest_size=4).digest(), "big") >> 2


def alone(prepared: Prepared, seeds: Sequence[int], moves: int) -> Columns:
    """Fill each problem as if nobody shared."""
    return tuple(
        None if seat is None else _column(prepared, seat, _first_walk(seat, seed, moves))
        for seat, seed in zip(prepared.seats, seeds, strict=True)
    )


def priced(
    prepared: Prepared,
    standing: Sequence[Choices | None],
    prices: Ints,
    seeds: Sequence[int],
    moves: int,
) -> Columns:
    """Go on from what stands, where every option costs its price as well."""
    found: list[Column | None] = []
    tolls: dict[int, Ints] = {}
    for seat, choice, seed in zip(prepared.seats, standing, seeds, strict=True):
        if seat is None or choice is None:
            found.append(None)
            continue
        if id(seat.draws) not in tolls:
            tolls[id(seat.draws)] = charges_of(seat.draws, prepared.stores, prices)
        tolled = seat.tables._replace(tolls=tolls[id(seat.draws)])
        best = _walk_on(tolled, choice, seed, moves)
        found.append(_column(prepared, seat, best))
    return tuple(found)


def around(
    prepared: Prepared,
    standing: Sequence[Choices],
    gone: tuple[Sequence[Ints], Ints],
    seeds: Sequence[int],
    moves: int,
) -> Columns:
    """Go on from what stands, without drawing on what is barred nor newly on what is full.

    `gone`: per problem the supplies barred, and for all the supplies that are full.
    """
    barred, full = gone
    found = []
    for seat, choice, bars, seed in zip(prepared.seats, standing, barred, seeds, strict=True):
        assert seat is not None  # noqa: S101 - only problems with a choice are asked
        kept = without(seat, prepared.stores, choice, bars, full)
        best = _walk_on(kept.tables, kept.first, seed, moves)
        found.append(_column(prepared, seat, best))
    return tuple(found)


def _first_walk(seat: Seat, seed: int, moves: int) -> Ints:
    """Two thirds free, one third firm, from the first candidates."""
    state = kernel.start_state(seat.tables, seat.first.tolist(), seed=seed)
    _anneal(seat.tables, state, moves * 2 // 3, (_FREE, _HOT))
    _anneal(seat.tables, state, moves // 3, (_FIRM, _WARM))
    return state.choice


def _walk_on(tables: Tables, start: Choices, seed: int, moves: int) -> Ints:
    """Firm, from a good choice; tolls weigh as much as wishes."""
    state = kernel.start_state(tables, start.tolist(), seed=seed)
    _anneal(tables, state, moves, (_FIRM, _WARM))
    return state.choice


def _anneal(tables: Tables, state: State, moves: int, how: tuple[tuple[int, ...], int]) -> None:
    """Walk at these weights from this temperature, and stand on the best."""
    weights, hot = how
    free = moves if tables.scalars[arrays.FREE_LEN] else 0
    warmth, shares = _schedule(free, hot)
    state.best[:] = state.choice
    kernel.weigh(tables, state, arrays.as_ints(weights))
    walker.walk(tables, state, warmth, shares)
    walker.go_back(tables, state)


@lru_cache(maxsize=16)
def _schedule(moves: int, hot: int) -> tuple[Ints, Ints]:
    """Temperatures and their moves: the same for everybody who makes as many moves."""
    return walker.schedule(moves, hot=hot, cold=_COLD)


def _column(prepared: Prepared, seat: Seat, best: Ints) -> Column | None:
    """The choice with its levels counted without prices or bars; None with hard slack."""
    state = kernel.start_state(seat.tables, best.tolist(), seed=1)
    levels = kernel.levels_of(seat.tables, state)
    if levels[0]:
        return None
    used = use_of(seat.draws, prepared.stores, days_of(seat), best)
    supply = np.flatnonzero(used)
    return Column(
        choice=best.astype(np.int16),
        levels=levels,
        supply=supply.astype(np.int32),
        amount=used[supply],
    )
