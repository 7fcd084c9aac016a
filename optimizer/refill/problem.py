"""What many stores hold and will need, column by column, and what to send to each."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

Column = Sequence[int]
"""Whole numbers in order: a tuple where there are few, an `array.array` of type q for millions."""

REFILL_REASONS: tuple[str, ...] = (
    "refill.enough",
    "refill.needed",
    "refill.reserve",
    "refill.at_least",
    "refill.at_most",
    "refill.keeps",
    "refill.room",
)
"""Why a refill is as large as it is; a solution holds the place in this list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillStores:
    """Stores in order; the rows of one store lie side by side.

    `starts`: store to its first row, with one entry more than there are stores. What is sent now
    comes in on day `arrives` (today is 0), before anything of that day is used, and must last
    through day `until`, the last one before the order after next comes in.
    `room`: volume for what has a size, below zero for no limit.
    """

    starts: Column
    arrives: Column
    until: Column
    room: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillRows:
    """One item of one store per row; units are portions.

    `sure`: units that are used for certain, by row and day, day by day in a row; `plan`: further
    units planned, of which the rates say how many are used. `group`: whose rates hold.
    `cover`: in how many of 1000 cases the refill should suffice, what a unit short costs against
    what a unit left costs (newsvendor). An order is `least` to `most` packs (0: no most).
    What arrives keeps `shelf` days, the day of arrival included; `life` days must be left when a
    unit is used. `size`: volume of a unit, in the measure of `room`. `reserve`: units for an
    emergency, of the longest keeping ones, never counted as there to be used.
    """

    sure: Column
    plan: Column
    group: Column
    cover: Column
    pack: Column
    least: Column
    most: Column
    shelf: Column
    life: Column
    size: Column
    reserve: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillLots:
    """What lies in the stores or is under way, the lots of a row side by side.

    `starts`: row to its first lot, one entry more than rows; `first` and `last`: days on which a
    lot keeps, both included.
    """

    starts: Column
    amount: Column
    first: Column
    last: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillProblem:
    """Many stores over one horizon of days.

    `eaten`: by group and day, how many of 1000 planned units are used. `spread`: by group, how far
    in thousandths a whole group's rate lies higher in one case of six and lower in another.
    """

    days: int
    stores: RefillStores
    rows: RefillRows
    lots: RefillLots
    eaten: Column
    spread: Column

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        rows, stores, lots = self.rows, self.stores, self.lots
        many = len(rows.group)
        if {len(rows.plan), len(rows.sure)} != {many * self.days} or (
            len(self.eaten) != len(self.spread) * self.days
        ):
            raise ValueError("a plan and a rate are given for each day")
        told = (
            getattr(rows, each.name) for each in fields(rows) if each.name not in {"plan", "sure"}
        )
        if {len(column) for column in told} != {many}:
            raise ValueError("each column of the rows is as long as the others")
        if {len(stores.arrives), len(stores.until), len(stores.room)} != {len(stores.starts) - 1}:
            raise ValueError("each column of the stores is as long as the others")
        if {len(lots.first), len(lots.last)} != {len(lots.amount)}:
            raise ValueError("each column of the lots is as long as the others")
        if not _leads(stores.starts, many) or not _leads(lots.starts, len(lots.amount)):
            raise ValueError("every row has its store and every lot its row, side by side")
        if len(lots.starts) != many + 1:
            raise ValueError("every row says where its lots begin")
        self._within()

    def _within(self) -> None:
        rows, stores = self.rows, self.stores
        amounts = (rows.sure, rows.plan, rows.least, rows.most, rows.life, rows.size, rows.reserve)
        if any(_lowest(column) < 0 for column in (*amounts, self.lots.amount)):
            raise ValueError("plans, packs, lives, sizes, reserves and amounts are never negative")
        if min(_lowest(rows.pack, 1), _lowest(rows.shelf, 1)) < 1:
            raise ValueError("a pack and a shelf life are at least one")
        rates = (rows.cover, self.eaten, self.spread)
        if any(_lowest(each) < 0 or _highest(each) > 1000 for each in rates):
            raise ValueError("rates are thousandths, 0 to 1000")
        if _lowest(rows.group) < 0 or _highest(rows.group) >= max(1, len(self.spread)):
            raise ValueError("every row has a group with rates")
        arrives, until = np.asarray(stores.arrives), np.asarray(stores.until)
        if _lowest(stores.arrives) < 0 or _highest(until) >= self.days or (arrives > until).any():
            raise ValueError("an order arrives within the horizon, and no later than its last day")


def _lowest(column: Any, empty: int = 0) -> int:
    return int(np.min(column, initial=1000 if len(column) else empty))


def _highest(column: Any) -> int:
    return int(np.max(column, initial=0))


def _leads(starts: Column, end: int) -> bool:
    """Whether starts run from nothing to the end without going back."""
    known = len(starts) > 0 and starts[0] == 0 and starts[-1] == end
    return known and bool((np.diff(starts) >= 0).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class RefillSolution:
    """Per row: what to send, and the figures behind it.

    `level`: units that should suffice through the last day counted. `counted`: units there or
    under way that are counted against it, without the reserve and without what expires first.
    `lost`: units that will expire unused. `runs_out`: first day that is short when nothing is
    sent, -1 for none. `reason`: place in `REFILL_REASONS`.
    """

    packs: Column
    level: Column
    counted: Column
    lost: Column
    runs_out: Column
    reason: Column
