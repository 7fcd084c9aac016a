"""What every search of one kitchen day stands on, and a walk over the order of its jobs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from optimizer.kernels import kitchen_walk
from optimizer.kernels.kitchen import KEEP, Day, Ints, Kitchen
from optimizer.kitchen.problem import ProductionProblem
from optimizer.kitchen.tables import Tables

BETWEEN_WATCHES = 200  # schedules
THRIFT = 3  # level at the start
_CLEAN, _OVERTIME, _SPAN, _CHANGE = 2_000, 100, 10, 200  # thousand: an average job, late 1 min


@dataclass(frozen=True, slots=True)
class Ground:
    """A problem in arrays, what one of each level costs while a search walks, the start orders.

    Only read: two walks may share it. The best schedule is kept level by level.
    """

    tables: Tables
    kitchen: Kitchen
    units: Ints
    orders: tuple[Ints, ...]

    @classmethod
    def of(cls, problem: ProductionProblem, orders: Iterable[list[int]]) -> "Ground":
        """Count everything once."""
        tables = Tables.of(problem)
        mean = max(1, sum(job.weight for job in problem.jobs) // len(problem.jobs))
        late = max(1, 1_000 // mean)
        units = [2 * late * tables.minutes, late, _OVERTIME, _CLEAN, _SPAN, _CHANGE]
        return cls(
            tables=tables,
            kitchen=tables.kitchen(),
            units=np.array(units, dtype=np.int64),
            orders=tuple(np.array(order, dtype=np.int64) for order in orders),
        )

    def day(self) -> Day:
        """Room for the schedules of one walk."""
        return self.tables.day(self.kitchen)

    def begin(
        self, kitchen: Kitchen, day: Day, seed: int, heat: tuple[float, float], thrift: int
    ) -> kitchen_walk.Walk:
        """A walk from the cheapest of the start orders, in this kitchen with its price or none."""
        walk = kitchen_walk.begin(kitchen, len(self.tables.problem.jobs), seed, heat)
        for order in self.orders:
            if kitchen.price:
                kitchen_walk.try_order(kitchen, day, walk, self.units, order, 2 * thrift + KEEP)
            kitchen_walk.try_order(kitchen, day, walk, self.units, order, 2 * thrift)
        return walk
