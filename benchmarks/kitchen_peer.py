"""A kitchen day as a plain CP-SAT model: intervals, pairs on ovens, circuits, people, stores."""

from itertools import combinations
from typing import Any

from ortools.sat.python import cp_model

from optimizer import Placed, ProductionProblem, ProductionSolution, Resource

Key = tuple[str, int]


def plain_cp_sat(problem: ProductionProblem, seconds: float) -> ProductionSolution | None:
    """What one worker finds in so much wall time; None when it finds no whole schedule.

    Every job must stand. Overtime is allowed and free, freed allergen windows are kept, and one
    minute late weighs 10 cleans.
    """
    day = _Day(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    if solver.solve(day.model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return ProductionSolution(
        placed=tuple(
            Placed(
                job=key[0],
                operation=key[1],
                machine=next(m for m in day.on[key] if solver.boolean_value(day.on[key][m])),
                start_min=solver.value(start),
            )
            for key, start in day.start.items()
        )
    )


class _Day:
    """Variables and constraints of one day."""

    def __init__(self, problem: ProductionProblem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.jobs = {job.key: job for job in problem.jobs}
        self.start: dict[Key, Any] = {}
        self.on: dict[Key, dict[str, Any]] = {}
        self.cleans: list[Any] = []
        self.low = min(opens for each in problem.machines for opens, _ in each.windows)
        self.high = max(closes for each in problem.machines for _, closes in each.windows)
        for job in problem.jobs:
            self._job(job.key)
        for machine in problem.machines:
            self._machine(machine)
        self._people()
        self._stores()
        self._late()

    def _job(self, key: str) -> None:
        job = self.jobs[key]
        before = None
        for step, op in enumerate(job.operations):
            start = self.model.new_int_var(self.low, self.high - op.minutes, "")
            self.start[key, step] = start
            self.on[key, step] = {name: self.model.new_bool_var("") for name in op.machines}
            self.model.add_exactly_one(self.on[key, step].values())
            if before is not None:
                end = before + job.operations[step - 1].minutes
                self.model.add(start >= end)
                if op.max_lag_min is not None:
                    self.model.add(start <= end + op.max_lag_min)
            before = start

    def _machine(self, machine: Resource) -> None:
        keys = [key for key, on in self.on.items() if machine.key in on]
        spans = {}
        for key in keys:
            op, on = self.jobs[key[0]].operations[key[1]], self.on[key][machine.key]
            start = self.start[key]
            spans[key] = self.model.new_optional_fixed_size_interval_var(start, op.minutes, on, "")
            for free in machine.free:
                if self.jobs[key[0]].traits & free.traits:
                    self.model.add(start >= free.closes).only_enforce_if(on)
        if machine.rolling:
            places = [self.jobs[key[0]].operations[key[1]].places for key in keys]
            self.model.add_cumulative(list(spans.values()), places, machine.places)
        elif machine.places > 1:
            places = [self.jobs[key[0]].operations[key[1]].places for key in keys]
            self.model.add_cumulative(list(spans.values()), places, machine.places)
            self._pairs(machine, keys)
        else:
            self.model.add_no_overlap(spans.values())
            if machine.clean_min or machine.rinse_min:
                self._circuit(machine, keys)

    def _pairs(self, machine: Resource, keys: list[Key]) -> None:
        """In one oven two start together, or one is out, and cleaned for, before the other."""
        for one, two in combinations(keys, 2):
            first, second = self.jobs[one[0]], self.jobs[two[0]]
            both = [self.on[one][machine.key], self.on[two][machine.key]]
            ops = first.operations[one[1]], second.operations[two[1]]
            begins = self.start[one], self.start[two]
            earlier, later, same = (self.model.new_bool_var("") for _ in range(3))
            self.model.add_bool_or([earlier, later, same, *(~each for each in both)])
            gap = machine.changeover_min(first, second)
            self.model.add(begins[1] >= begins[0] + ops[0].minutes + gap).only_enforce_if(earlier)
            gap = machine.changeover_min(second, first)
            self.model.add(begins[0] >= begins[1] + ops[1].minutes + gap).only_enforce_if(later)
            if first.traits == second.traits and ops[0].programme == ops[1].programme:
                self.model.add(begins[0] == begins[1]).only_enforce_if(same)
            else:
                self.model.add(same == 0)

    def _circuit(self, machine: Resource, keys: list[Key]) -> None:
        arcs = [(0, 0, self.model.new_bool_var(""))]
        for tail, one in enumerate(keys, start=1):
            on = self.on[one][machine.key]
            arcs.append((tail, tail, ~on))
            arcs += [
                (0, tail, self.model.new_bool_var("")),
                (tail, 0, self.model.new_bool_var("")),
            ]
            for head, two in enumerate(keys, start=1):
                if head == tail:
                    continue
                arc = self.model.new_bool_var("")
                arcs.append((tail, head, arc))
                first, second = self.jobs[one[0]], self.jobs[two[0]]
                ready = first.operations[one[1]].minutes + machine.changeover_min(first, second)
                self.model.add(self.start[two] >= self.start[one] + ready).only_enforce_if(arc)
                if machine.needs_clean(first, second):
                    self.cleans.append(arc)
        self.model.add_circuit(arcs)

    def _people(self) -> None:
        for skill in {shift.skill for shift in self.problem.shifts}:
            shifts = [shift for shift in self.problem.shifts if shift.skill == skill]
            most = sum(shift.people for shift in shifts)
            spans, needs = [], []
            for key, start in self.start.items():
                for hands in self.jobs[key[0]].operations[key[1]].hands:
                    if hands.skill == skill:
                        spans.append(
                            self.model.new_fixed_size_interval_var(start, hands.minutes, "")
                        )
                        needs.append(hands.people)
            for shift in shifts:
                for opens, closes in (
                    (self.low, shift.opens),
                    (shift.closes + shift.overtime_min, self.high),
                ):
                    if opens < closes:
                        spans.append(
                            self.model.new_fixed_size_interval_var(opens, closes - opens, "")
                        )
                        needs.append(shift.people)
            self.model.add_cumulative(spans, needs, most)

    def _stores(self) -> None:
        for store in self.problem.stores:
            spans, needs = [], []
            for job in self.problem.jobs:
                if job.stay and job.stay.store == store.key:
                    last = len(job.operations) - 1
                    end = self.start[job.key, last] + job.operations[last].minutes
                    leaves = job.stay.leaves_min or self.high + 1
                    size = self.model.new_int_var(0, self.high + 1 - self.low, "")
                    out = self.model.new_int_var(self.low, self.high + 1, "")
                    self.model.add_max_equality(out, [leaves, end])
                    spans.append(self.model.new_interval_var(end, size, out, ""))
                    needs.append(job.stay.space)
            self.model.add_cumulative(spans, needs, store.space)

    def _late(self) -> None:
        terms = []
        for job in self.problem.jobs:
            last = len(job.operations) - 1
            late = self.model.new_int_var(0, self.high - self.low, "")
            end = self.start[job.key, last] + job.operations[last].minutes
            self.model.add(late >= end - job.due_min)
            terms.append(10 * job.weight * late)
        self.model.minimize(sum(terms) + sum(self.cleans))
