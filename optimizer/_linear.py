"""A linear programme row by row: by GLOP, or of whole choices by CP-SAT. OR-Tools is loaded inside.

CP-SAT is asked through the same door as GLOP, because its own one takes 20 times as long to load.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Solved(NamedTuple):
    """The optimum: value, one weight per column, one dual per row."""

    value: float
    weights: Floats
    duals: Floats


class Taken(NamedTuple):
    """Which columns are taken whole, and whether nothing cheaper is left."""

    columns: tuple[int, ...]
    proven: bool


class Programme:
    """Minimise costs of columns that are not negative, under rows with limits."""

    def __init__(self, *, whole: bool = False) -> None:
        """Columns of any weight; or `whole` ones, each taken once or not at all."""
        from ortools.linear_solver import pywraplp  # noqa: PLC0415 - loading takes seconds

        self._whole = whole
        self._solver: Any = pywraplp.Solver.CreateSolver("SAT" if whole else "GLOP")
        self._columns: list[Any] = []
        self._rows: list[Any] = []

    def column(self, cost: float) -> int:
        """One more column; its number."""
        most = 1.0 if self._whole else self._solver.infinity()
        self._columns.append(self._solver.Var(0.0, most, self._whole, ""))
        self._solver.Objective().SetCoefficient(self._columns[-1], cost)
        return len(self._columns) - 1

    def row(self, low: float, high: float) -> int:
        """One more row; its number."""
        self._rows.append(self._solver.Constraint(low, high, ""))
        return len(self._rows) - 1

    def term(self, row: int, column: int, factor: float) -> None:
        """Set the factor of a column in a row."""
        self._rows[row].SetCoefficient(self._columns[column], factor)

    def solve(self) -> Solved:
        """Solve to the optimum; RuntimeError where GLOP finds none."""
        if self._solver.Solve() != self._solver.OPTIMAL:
            raise RuntimeError("the linear programme has no optimum")
        return Solved(
            value=float(self._solver.Objective().Value()),
            weights=np.array([column.solution_value() for column in self._columns]),
            duals=np.array([row.dual_value() for row in self._rows]),
        )

    def take(self, begin: Sequence[int], work: float) -> Taken:
        """Whole columns, from some that keep all rows; `work` is CP-SAT's own count of seconds.

        One worker that stops on counted work gives the same answer each time.
        """
        begun = set(begin)
        self._solver.SetHint(self._columns, [float(i in begun) for i in range(len(self._columns))])
        asked = f"num_workers:1 linearization_level:2 max_deterministic_time:{work:.6f}"
        self._solver.SetSolverSpecificParametersAsString(asked)
        told = self._solver.Solve()
        if told not in {self._solver.OPTIMAL, self._solver.FEASIBLE}:
            return Taken(tuple(begin), proven=False)
        taken = [i for i, column in enumerate(self._columns) if column.solution_value() > 0.5]
        return Taken(tuple(taken), told == self._solver.OPTIMAL)
