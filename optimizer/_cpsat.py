"""Private: limits to CP-SAT parameters, CP-SAT answers to ours. OR-Tools is loaded inside."""

from typing import Any

from optimizer.outcome import Limits, Progress, Status, Watch

MOVES_PER_DETERMINISTIC_SECOND = 50_000
"""One unit of CP-SAT's own work counter, about a second of one core, counts as so many moves."""


def run(model: Any, limits: Limits, watch: Watch) -> tuple[Status, Any]:
    """Search on one worker and stop on counted work, so that the same call answers the same.

    Returns the status and the solver to read values from; values exist when the status is
    OPTIMAL or FEASIBLE. `watch` sees each better answer and may end the search.
    """
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loading takes seconds

    class Watcher(cp_model.CpSolverSolutionCallback):
        def on_solution_callback(self) -> None:
            seen = Progress(
                moves=limits.moves,
                incumbent=round(self.objective_value),
                bound=round(self.best_objective_bound),
            )
            if not watch(seen):
                self.stop_search()

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_deterministic_time = limits.moves / MOVES_PER_DETERMINISTIC_SECOND
    code = solver.solve(model, Watcher())
    return _STATUS.get(solver.status_name(code), Status.UNKNOWN), solver


_STATUS = {
    "OPTIMAL": Status.OPTIMAL,
    "FEASIBLE": Status.FEASIBLE,
    "INFEASIBLE": Status.IMPOSSIBLE,
}
