"""The job-shop model for CP-SAT: intervals per machine, a circuit where changeovers count."""

from dataclasses import dataclass, field
from itertools import product
from typing import Any

from optimizer._cpsat import run
from optimizer.kitchen.objective import first_opening, objective
from optimizer.kitchen.problem import (
    Job,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Resource,
)
from optimizer.outcome import Limits, Status, Watch

CP_MAX_OPERATIONS = 48
"""CP-SAT is asked up to so many operations; beyond it the circuits load slowly and, measured on
kitchen days, improved nothing that serial schedules had found."""

_LARGEST_OBJECTIVE = 2**52
"""Above it CP-SAT's own sums may overflow; such a problem stays with its serial schedule."""

Key = tuple[str, int]  # job, operation


@dataclass(slots=True)
class Model:
    """The model with its variables; hints are set as the variables are made."""

    cp: Any
    problem: ProductionProblem
    start_from: ProductionSolution
    low: int
    high: int
    present: dict[str, Any] = field(default_factory=dict)
    start: dict[Key, Any] = field(default_factory=dict)
    on: dict[tuple[Key, str], Any] = field(default_factory=dict)
    cleans: list[tuple[Any, bool]] = field(default_factory=list)

    def flag(self, name: str, *, hint: bool) -> Any:
        """Make a yes-or-no variable that starts from `hint`."""
        made = self.cp.new_bool_var(name)
        self.cp.add_hint(made, hint)
        return made

    def minute(self, low: int, high: int, name: str, hint: int) -> Any:
        """Make a whole variable that starts from `hint`."""
        made = self.cp.new_int_var(low, high, name)
        self.cp.add_hint(made, hint)
        return made


def improve(
    problem: ProductionProblem, start: ProductionSolution, limits: Limits, watch: Watch
) -> tuple[Status, ProductionSolution]:
    """Search on from a complete start; gives the start back when nothing better was found."""
    factors = _factors(problem)
    if not _plain(problem) or _operations(problem) > CP_MAX_OPERATIONS or factors is None:
        return Status.FEASIBLE, start
    model = _build(problem, start, factors)
    status, solver = run(model.cp, limits, watch)
    if status not in (Status.OPTIMAL, Status.FEASIBLE):
        return Status.FEASIBLE, start
    found = _read(model, solver)
    return status, min(start, found, key=lambda each: objective(problem, each))


def _plain(problem: ProductionProblem) -> bool:
    """Whether jobs, machines of one place and changeovers are all there is."""
    ops = [op for job in problem.jobs for op in job.operations]
    more = (problem.shifts, problem.stores, problem.fixed, problem.published)
    return not (
        any(more)
        or any(op.hands or max(op.places, *op.places_on, 1) > 1 for op in ops)
        or any(machine.free or machine.places > 1 for machine in problem.machines)
    )


def _operations(problem: ProductionProblem) -> int:
    return sum(len(job.operations) for job in problem.jobs)


def _factors(problem: ProductionProblem) -> tuple[int, int, int] | None:
    """One integer price per level that no sum of the lower levels can reach."""
    span = _high(problem) - first_opening(problem) + 1
    weight = sum(job.weight for job in problem.jobs)
    latest = max((_high(problem) - job.due_min for job in problem.jobs), default=0)
    clean = span
    late = clean * (_operations(problem) + 1)
    left_out = late * (weight * max(latest, 0) + 1)
    return (left_out, late, clean) if left_out * (weight + 1) < _LARGEST_OBJECTIVE else None


def _high(problem: ProductionProblem) -> int:
    return max((closes for each in problem.machines for _, closes in each.windows), default=0)


def _build(
    problem: ProductionProblem, start: ProductionSolution, factors: tuple[int, int, int]
) -> Model:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loading takes seconds

    low, high = first_opening(problem), _high(problem)
    model = Model(
        cp=cp_model.CpModel(), problem=problem, start_from=start, low=low, high=max(low, high)
    )
    stands = {(each.job, each.operation): each for each in start.placed}
    for job in problem.jobs:
        _add_job(model, job, stands)
    for machine in problem.machines:
        _one_at_a_time(model, machine, stands)
    _price(model, factors)
    return model


def _add_job(model: Model, job: Job, stands: dict[Key, Placed]) -> None:
    placed = job.key not in model.start_from.unplaced
    model.present[job.key] = model.flag(f"present {job.key}", hint=placed)
    for step, operation in enumerate(job.operations):
        key = (job.key, step)
        here = stands.get(key)
        begin = model.minute(
            model.low, model.high, f"start {key}", here.start_min if here else model.low
        )
        model.start[key] = begin
        for name in operation.machines:
            chosen = here is not None and here.machine == name
            model.on[key, name] = model.flag(f"{key} on {name}", hint=chosen)
        model.cp.add(
            sum(model.on[key, name] for name in operation.machines) == model.present[job.key]
        )
    _keep_order(model, job)


def _keep_order(model: Model, job: Job) -> None:
    present = model.present[job.key]
    starts = [model.start[job.key, step] for step in range(len(job.operations))]
    model.cp.add(starts[0] >= job.release_min).only_enforce_if(present)
    for step, operation in enumerate(job.operations[1:], start=1):
        end = starts[step - 1] + job.operations[step - 1].minutes
        model.cp.add(starts[step] >= end).only_enforce_if(present)
        if operation.max_lag_min is not None:
            model.cp.add(starts[step] <= end + operation.max_lag_min).only_enforce_if(present)


def _one_at_a_time(model: Model, machine: Resource, stands: dict[Key, Placed]) -> None:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loading takes seconds

    jobs = {job.key: job for job in model.problem.jobs}
    keys = [key for key, name in model.on if name == machine.key]
    intervals = []
    for key in keys:
        minutes = jobs[key[0]].operations[key[1]].minutes
        starts = [[opens, closes - minutes] for opens, closes in machine.windows]
        allowed = cp_model.Domain.from_intervals([each for each in starts if each[0] <= each[1]])
        begin, on = model.start[key], model.on[key, machine.key]
        model.cp.add_linear_expression_in_domain(begin, allowed).only_enforce_if(on)
        intervals.append(
            model.cp.new_optional_fixed_size_interval_var(
                begin, minutes, on, f"{key} {machine.key}"
            )
        )
    model.cp.add_no_overlap(intervals)
    if machine.clean_min or machine.rinse_min:
        _changeovers(model, machine, keys, stands)


def _changeovers(
    model: Model, machine: Resource, keys: list[Key], stands: dict[Key, Placed]
) -> None:
    """A circuit through the operations on the machine; node 0 is its begin and end of day."""
    here = {key: each for key, each in stands.items() if each.machine == machine.key}
    line = sorted(here, key=lambda key: here[key].start_min)
    follows = set(zip([None, *line], [*line, None], strict=True)) if line else {(None, None)}
    nodes: list[Key | None] = [None, *keys]
    arcs = []
    for (tail, before), (head, after) in product(enumerate(nodes), repeat=2):
        if tail == head and before is not None:
            arcs.append((tail, head, ~model.on[before, machine.key]))
            continue
        taken = (before, after) in follows
        arc = model.flag(f"{before} then {after} on {machine.key}", hint=taken)
        arcs.append((tail, head, arc))
        if before is not None and after is not None:
            _separate(model, machine, (before, after), arc, hint=taken)
    model.cp.add_circuit(arcs)


def _separate(
    model: Model, machine: Resource, pair: tuple[Key, Key], arc: Any, *, hint: bool
) -> None:
    jobs = {job.key: job for job in model.problem.jobs}
    before, after = jobs[pair[0][0]], jobs[pair[1][0]]
    end = model.start[pair[0]] + before.operations[pair[0][1]].minutes
    gap = machine.changeover_min(before, after)
    model.cp.add(model.start[pair[1]] >= end + gap).only_enforce_if(arc)
    if machine.needs_clean(before, after):
        model.cleans.append((arc, hint))


def _price(model: Model, factors: tuple[int, int, int]) -> None:
    left_out, late, clean = factors
    span = objective(model.problem, model.start_from)[4]
    done = model.minute(0, model.high - model.low, "done", span)
    terms = [done]
    ends = {each.job: each.start_min for each in model.start_from.placed}
    for job in model.problem.jobs:
        last = job.operations[-1].minutes
        end = model.start[job.key, len(job.operations) - 1] + last
        present = model.present[job.key]
        was_late = max(0, ends[job.key] + last - job.due_min) if job.key in ends else 0
        tardy = model.minute(0, max(0, model.high - job.due_min), f"late {job.key}", was_late)
        model.cp.add(tardy >= end - job.due_min).only_enforce_if(present)
        model.cp.add(done >= end - model.low).only_enforce_if(present)
        terms += [late * job.weight * tardy, left_out * job.weight * ~present]
    model.cp.minimize(sum(terms) + clean * sum(arc for arc, _ in model.cleans))


def _read(model: Model, solver: Any) -> ProductionSolution:
    on = {key: name for (key, name), var in model.on.items() if solver.boolean_value(var)}
    return ProductionSolution(
        placed=tuple(
            Placed(
                job=job.key,
                operation=step,
                machine=on[job.key, step],
                start_min=solver.value(model.start[job.key, step]),
            )
            for job in model.problem.jobs
            for step in range(len(job.operations))
            if (job.key, step) in on
        ),
        unplaced=tuple(job.key for job in model.problem.jobs if (job.key, 0) not in on),
    )
