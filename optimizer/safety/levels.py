"""The best levels of many items against Poisson demand, exact: one order, or orders for ever."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Column = Sequence[int]
_NANO = 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelItems:
    """Items by column, all in thousandths: prices per period, and the mean of a period's demand.

    `hold`: a unit left over. `short`: a unit owed. `fixed`: an order, whatever its size.
    """

    hold: Column
    short: Column
    mean: Column
    fixed: Column = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if {len(self.hold), len(self.short)} != {len(self.mean)} or (
            len(self.fixed) not in {0, len(self.mean)}
        ):
            raise ValueError("each column is as long as the others")
        if any(min(getattr(self, each.name), default=0) < 0 for each in fields(self)):
            raise ValueError("prices and means are never negative")
        if min((*self.hold, *self.short), default=1) < 1:
            raise ValueError("a unit left over and a unit owed cost something")


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """Per item: at or below `low` one fills up to `high`; `cost` per period in billionths.

    For a single order `low` says nothing: it is one below `high`.
    """

    low: tuple[int, ...]
    high: tuple[int, ...]
    cost: tuple[int, ...]


def single_order(items: LevelItems) -> Levels:
    """The least amount that suffices as often as the prices ask (newsvendor)."""
    from optimizer.kernels import levels as kernel  # noqa: PLC0415 - compiled code costs a second

    high, cost = kernel.single(*(np.array(column) / 1000 for column in _prices(items)))
    return Levels(low=tuple((high - 1).tolist()), high=tuple(high.tolist()), cost=_nano(cost))


def lasting_orders(items: LevelItems) -> Levels:
    """The (s, S) of least cost per period, stock owed being kept (Zheng and Federgruen 1991).

    Items without a mean or a price of an order fill up at once whatever is taken.
    """
    from optimizer.kernels import levels as kernel  # noqa: PLC0415 - compiled code costs a second

    fixed = items.fixed or (0,) * len(items.mean)
    hold, short, mean = (np.array(column) / 1000 for column in _prices(items))
    low, high, cost = kernel.lasting(hold, short, np.array(fixed) / 1000, mean)
    return Levels(low=tuple(low.tolist()), high=tuple(high.tolist()), cost=_nano(cost))


def _prices(items: LevelItems) -> tuple[Column, Column, Column]:
    return items.hold, items.short, items.mean


def _nano(cost: NDArray[np.float64]) -> tuple[int, ...]:
    return tuple(np.rint(cost * _NANO).astype(np.int64).tolist())
