"""Fill many problems that share supplies: alone, at prices, mixed, and around what is gone."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.shared import MILLI, Ints, Pool, Stores, losses
from optimizer.outcome import Progress, Watch, keep_going
from optimizer.shared.pool import MANY, Found, Linear, by_prices, linear, picked
from optimizer.shared.prices import Prices
from optimizer.shared.problem import (
    Picked,
    SharedChoices,
    SharedEffort,
    SharedFigures,
    SharedPart,
    SharedSolution,
    SupplyUse,
)
from optimizer.shared.seats import (
    Choices,
    Prepared,
    Uses,
    moved,
    prepare,
    stores_of,
    tags_of,
    usual,
)
from optimizer.shared.walks import WISH, Column, Columns, alone, around, priced, seed_of

_FINE = 4_000_000
"""Weighted points for one usual draw beyond a supply: as much as a whole window of a day."""
_ASKED = 2
"""So many times what is overdrawn is asked to leave; the cheapest of them are then taken."""
_NEVER = 1 << 50

_Thing = TypeVar("_Thing")
_Keys = defaultdict[int, list[str]]


def solve_shared_choices(
    shared: SharedChoices,
    effort: SharedEffort,
    executor: Executor,
    *,
    seed: int = 1,
    watch: Watch = keep_going,
) -> SharedSolution:
    """Fill every problem within its hard bounds, all together within the supplies if possible.

    Prices steer each problem away from what is scarce, among its wishes first; what is still
    overdrawn is barred for those with the least to lose, at the cost of soft slack if need be.
    The answer follows from the problems, the effort and the seed, never from the executor.
    `watch` sees what is overdrawn in all units together; answering False ends with what stands.
    """
    sharing = _Sharing(shared, effort, executor, seed)
    sharing.begin()
    going = watch(sharing.progress())
    for turn in range(1, effort.rounds + 1):
        if going:
            sharing.priced(turn)
            going = watch(sharing.progress())
    sharing.pick()
    for turn in range(1, effort.exact + 1):
        if going and sharing.mixed:
            sharing.improve(effort.rounds + turn)
            going = watch(sharing.progress())
    for turn in range(1, effort.repairs + 1):
        if going and sharing.overdrawn:
            sharing.leave(effort.rounds + effort.exact + turn)
            going = watch(sharing.progress())
    return sharing.solution()


def _begin(
    part: SharedPart, uses: Uses, tags: dict[str, int], stores: Stores, work: tuple[int, int]
) -> tuple[Prepared, Columns]:
    """Build a part and fill each of its problems alone."""
    prepared = prepare(part, uses, tags, stores)
    seed, moves = work
    return prepared, alone(prepared, [seed_of(seed, key, 0) for key in part.keys], moves)


class _Sharing:
    """Where the search over all problems stands. An owner is a problem that has a choice."""

    def __init__(
        self, shared: SharedChoices, effort: SharedEffort, executor: Executor, seed: int
    ) -> None:
        self._shared, self._effort, self._executor, self._seed = shared, effort, executor, seed
        self._stores = stores_of(shared)
        self._at_most = self._stores.at_most
        each = usual(shared)
        self._fines = np.ceil(_FINE * MILLI / each).astype(np.int64)
        self._prices = Prices(self._at_most, each)
        self._prepared: list[Prepared] = []
        self._owners: list[tuple[int, int]] = []  # part, place in it
        self._found = Found()
        self._standing: list[int] = []
        self._linear: Linear | None = None
        self._moves = 0

    def begin(self) -> None:
        """Build every part and fill each problem as if nobody shared."""
        tags, work = tags_of(self._shared), (self._seed, self._effort.alone)
        jobs = [
            self._executor.submit(_begin, part, self._shared.uses, tags, self._stores, work)
            for part in self._shared.parts
        ]
        for number, job in enumerate(jobs):
            prepared, columns = job.result()
            self._prepared.append(prepared)
            for place, column in enumerate(columns):
                if column is not None:
                    self._owners.append((number, place))
                    self._found.add_owner(column)
        self._standing = [0] * len(self._owners)
        self._moves += self._effort.alone * len(self._owners)
        self._wished, self._alone = self._used(), self._cost()

    def progress(self) -> Progress:
        """Moves so far, and what is overdrawn."""
        return Progress(moves=self._moves, incumbent=int(self._beyond().sum()))

    @property
    def overdrawn(self) -> bool:
        """Whether more is drawn of anything than there is."""
        return bool(self._beyond().any())

    @property
    def mixed(self) -> bool:
        """Whether a linear programme told prices."""
        return self._linear is not None

    def _used(self) -> Ints:
        return self._found.used(self._standing, len(self._at_most))

    def _beyond(self) -> Ints:
        beyond: Ints = np.maximum(0, self._used() - self._at_most)
        return beyond

    def _column(self, owner: int) -> Column:
        return self._found.column(owner, self._standing[owner])

    def _cost(self) -> int:
        return sum(self._column(owner).cost for owner in range(len(self._owners)))

    def _seeds(self, part: int, turn: int) -> list[int]:
        return [seed_of(self._seed, key, turn) for key in self._shared.parts[part].keys]

    def _add(self, pairs: Iterable[tuple[int, Column | None]]) -> dict[int, int]:
        """Keep each owner's new column, where there is one; the number of each."""
        return {owner: self._found.add(owner, one) for owner, one in pairs if one is not None}

    def priced(self, turn: int) -> None:
        """Move the prices after what is drawn, and let everybody go on at those."""
        self._prices.follow(self._used())
        for owner, number in self._add(self._walked(self._prices.milli(), turn)).items():
            self._standing[owner] = number

    def improve(self, turn: int) -> None:
        """Let everybody go on at the prices of the linear programme, and mix again."""
        self._add(self._walked(there(self._linear).prices, turn))
        self.pick()

    def _walked(self, prices: Ints, turn: int) -> Iterator[tuple[int, Column | None]]:
        """What each owner finds at these prices, going on from where it stands."""
        moves = self._effort.priced
        standing: list[list[Choices | None]] = [
            [None] * len(part.keys) for part in self._shared.parts
        ]
        for owner, (part, place) in enumerate(self._owners):
            standing[part][place] = self._column(owner).choice
        jobs = [
            self._executor.submit(
                priced, prepared, standing[part], prices, self._seeds(part, turn), moves
            )
            for part, prepared in enumerate(self._prepared)
        ]
        found = [job.result() for job in jobs]
        self._moves += moves * len(self._owners)
        return ((owner, found[part][place]) for owner, (part, place) in enumerate(self._owners))

    def pick(self) -> None:
        """Mix all columns by linear programme, then take one column for each."""
        if self._owners:
            pool = self._found.pool()
            self._linear = self._mix(pool)
            self._settle(pool, self._linear.heaviest)

    def _mix(self, pool: Pool) -> Linear:
        """Solve the programme, or bound it where it is large."""
        near = self._prices.milli() if self._linear is None else self._linear.prices
        solve = by_prices if len(self._owners) > MANY else linear
        return solve(pool, self._at_most, self._fines, near)

    def _settle(self, pool: Pool, start: Ints) -> None:
        taken = picked(pool, start, self._at_most, self._fines)
        self._standing = (taken - pool.starts[:-1]).tolist()

    def leave(self, turn: int) -> None:
        """Ask those with the least to lose to move away from what is overdrawn."""
        pool = self._found.pool()
        barred = self._asked(pool)
        by_part: defaultdict[int, list[int]] = defaultdict(list)
        for owner in sorted(barred):
            by_part[self._owners[owner][0]].append(owner)
        full = (self._used() >= self._at_most).astype(np.int64)
        jobs = [
            (owners, self._around(owners, [barred[owner] for owner in owners], full, turn))
            for owners in by_part.values()
        ]
        for owners, job in jobs:
            self._add(zip(owners, job.result(), strict=True))
        self._moves += self._effort.repair * len(barred)
        pool = self._found.pool()
        self._settle(pool, pool.starts[:-1] + np.array(self._standing))

    def _around(
        self, owners: list[int], barred: list[Ints], full: Ints, turn: int
    ) -> "Future[Columns]":
        """Send some problems of one part on their way."""
        part = self._owners[owners[0]][0]
        places = [self._owners[owner][1] for owner in owners]
        seeds, seats = self._seeds(part, turn), self._prepared[part].seats
        return self._executor.submit(
            around,
            Prepared(seats=tuple(seats[place] for place in places), stores=self._stores),
            [self._column(owner).choice for owner in owners],
            (barred, full),
            [seeds[place] for place in places],
            self._effort.repair,
        )

    def _asked(self, pool: Pool) -> dict[int, Ints]:
        """Who is asked to leave which supplies."""
        barred: dict[int, Ints] = {}
        beyond = self._beyond()
        taken = pool.starts[:-1] + np.array(self._standing)
        for supply in np.flatnonzero(beyond).tolist():
            amounts, lost = losses(pool, taken, supply)
            order = np.argsort(np.where(amounts > 0, lost, _NEVER), kind="stable")
            before = np.cumsum(amounts[order]) - amounts[order]
            for owner in order[(before < _ASKED * beyond[supply]) & (amounts[order] > 0)].tolist():
                barred.setdefault(owner, np.zeros_like(beyond))[supply] = 1
        return barred

    def solution(self) -> SharedSolution:
        """What everybody stands on, with what each supply gave."""
        used = self._used()
        prices = np.zeros_like(used) if self._linear is None else self._linear.prices
        scarce = (self._wished > self._at_most) | (prices > 0)
        drawing, gone = self._drawers(self._wished > self._at_most)
        return SharedSolution(
            picked=tuple(self._picked(scarce.astype(np.int64))),
            supplies=tuple(
                SupplyUse(
                    key=supply.key,
                    at_most=supply.at_most,
                    wished=int(self._wished[number]),
                    used=int(used[number]),
                    price=-(-int(prices[number]) // WISH),
                    drawing=tuple(drawing[number]),
                    moved=tuple(gone[number]),
                )
                for number, supply in enumerate(self._shared.supplies)
            ),
            figures=self._figures(),
        )

    def _drawers(self, short: NDArray[np.bool_]) -> tuple[_Keys, _Keys]:
        """Per supply that falls short: who draws on it, and who only would alone."""
        drawing: _Keys = defaultdict(list)
        gone: _Keys = defaultdict(list)
        for owner, (part, place) in enumerate(self._owners):
            key = self._shared.parts[part].keys[place]
            now = set(self._column(owner).supply.tolist())
            for supply in {*now, *self._found.column(owner, 0).supply.tolist()}:
                if short[supply]:
                    (drawing if supply in now else gone)[supply].append(key)
        return drawing, gone

    def _picked(self, scarce: Ints) -> Iterator[Picked]:
        owners = {where: owner for owner, where in enumerate(self._owners)}
        for number, part in enumerate(self._shared.parts):
            for place, key in enumerate(part.keys):
                owner = owners.get((number, place))
                if owner is None:
                    yield Picked(key=key, choice=array("h"))
                    continue
                first, now = self._found.column(owner, 0), self._column(owner)
                seat = there(self._prepared[number].seats[place])
                yield Picked(
                    key=key,
                    choice=array("h", now.choice.tolist()),
                    moved=moved(seat, self._stores, (first.choice, now.choice), scarce),
                    levels=now.levels,
                )

    def _figures(self) -> SharedFigures:
        fined = int((self._beyond() * self._fines).sum()) // MILLI
        best = None if self._linear is None else self._mix(self._found.pool())
        return SharedFigures(
            alone=self._alone,
            chosen=self._cost(),
            fined=fined,
            linear=0 if best is None else best.value,
            fractional=0 if best is None else best.fractional,
            columns=len(self._found),
            moves=self._moves,
        )


def there(one: _Thing | None) -> _Thing:
    """The thing, which an owner always has."""
    assert one is not None, "an owner has a choice"  # noqa: S101 - run-time promise
    return one
