"""A linear programme row by row, solved by GLOP. OR-Tools is loaded inside."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Solved(NamedTuple):
    """The optimum: value, one weight per column, one dual per row."""

    value: float
    weights: Floats
    duals: Floats


class Programme:
    """Minimise costs of columns that are not negative, under rows with limits."""

    def __init__(self) -> None:
        from ortools.linear_solver import pywraplp  # noqa: PLC0415 - loading takes seconds

        self._solver: Any = pywraplp.Solver.CreateSolver("GLOP")
        self._columns: list[Any] = []
        self._rows: list[Any] = []

    def column(self, cost: float) -> int:
        """One more column; its number."""
        self._columns.append(self._solver.NumVar(0.0, self._solver.infinity(), ""))
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
