"""What must be overdrawn whatever anybody chooses: counted over shelves, without any other wish."""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import Executor

import numpy as np

from optimizer._linear import Floats, Programme
from optimizer.kernels import meal_arrays as arrays
from optimizer.kernels.shared import Stores
from optimizer.shared.problem import SharedChoices, SharedPart
from optimizer.shared.seats import Seat, Uses, prepare, stores_of, tags_of, usual

Alternative = tuple[tuple[int, int], ...]  # what one choice draws: (tag, amount)
Shelf = tuple[int, frozenset[Alternative]]  # day, what may be taken


def least_overdraw(shared: SharedChoices, executor: Executor) -> Mapping[str, int]:
    """How much of each supply must be drawn beyond it, at the least, in whole units rounded down.

    A true lower bound on the sum (each supply in its usual draws): only positions that must be
    filled count, each with the least that every candidate draws; bounds, repetition and wishes
    do not. One cheapest spread is given; another may overdraw other supplies as much.
    """
    tags, stores = tags_of(shared), stores_of(shared)
    jobs = [executor.submit(shelves_of, part, shared.uses, tags, stores) for part in shared.parts]
    counted = Counter[Shelf]()
    for job in jobs:
        counted.update(job.result())
    beyond = _spread(counted, stores, 1 / usual(shared))
    return {
        supply.key: int(amount + 1e-6)
        for supply, amount in zip(shared.supplies, beyond, strict=True)
        if amount > 1e-6
    }


def shelves_of(
    part: SharedPart, uses: Uses, tags: Mapping[str, int], stores: Stores
) -> Counter[Shelf]:
    """How often each shelf must be served where every candidate draws on some supply."""
    counted = Counter[Shelf]()
    for seat in prepare(part, uses, tags, stores).seats:
        if seat is not None:
            counted.update(_shelves(seat))
    return counted


def _shelves(seat: Seat) -> Counter[Shelf]:
    positions, lists = seat.tables.positions, seat.tables.lists
    nothing = len(seat.tables.options) - 1
    held = Counter(
        (int(row[arrays.DAY]), int(row[arrays.SHELF]), int(row[arrays.SHELF_LEN]))
        for row in positions
    )
    found = Counter[Shelf]()
    for (day, start, length), times in held.items():
        shelf = lists[start : start + length].tolist()
        drawn = [_drawn(seat, option) for option in shelf if option != nothing]
        if len(drawn) == length and all(drawn):
            found[day, _leanest(drawn)] += times
    return found


def _drawn(seat: Seat, option: int) -> Alternative:
    rows = seat.draws.rows[seat.draws.starts[option] : seat.draws.starts[option + 1]]
    return tuple(sorted((tag, amount) for tag, amount in rows.tolist()))


def _leanest(drawn: list[Alternative]) -> frozenset[Alternative]:
    """Per set of tags the smallest amounts."""
    least: dict[tuple[int, ...], Alternative] = {}
    for each in drawn:
        tags = tuple(tag for tag, _ in each)
        before = least.get(tags, each)
        least[tags] = tuple(
            (tag, min(amount, other))
            for (tag, amount), (_, other) in zip(each, before, strict=True)
        )
    return frozenset(least.values())


def _spread(counted: Counter[Shelf], stores: Stores, worth: Floats) -> Floats:
    """The least overdraw per supply when every shelf is served by whatever strains least."""
    model = Programme()
    supplies = [model.row(-np.inf, float(limit)) for limit in stores.at_most.tolist()]
    beyond = [model.column(float(each)) for each in worth.tolist()]
    for row, column in zip(supplies, beyond, strict=True):
        model.term(row, column, -1.0)
    for (day, shelf), times in sorted(
        counted.items(), key=lambda each: (each[0][0], sorted(each[0][1]))
    ):
        served = model.row(float(times), float(times))
        for drawn in sorted(shelf):
            column = model.column(0.0)
            model.term(served, column, 1.0)
            for supply, amount in _under(drawn, day, stores).items():
                model.term(supplies[supply], column, float(amount))
    return model.solve().weights[: len(beyond)]


def _under(drawn: Alternative, day: int, stores: Stores) -> Counter[int]:
    """What one choice draws from each supply."""
    found = Counter[int]()
    for tag, amount in drawn:
        at = tag * stores.days + day
        for supply in stores.members[stores.starts[at] : stores.starts[at + 1]].tolist():
            found[supply] += amount
    return found
