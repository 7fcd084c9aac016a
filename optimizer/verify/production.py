"""Solver-free check of a production schedule."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from optimizer.kitchen.problem import (
    Job,
    Operation,
    ProductionProblem,
    ProductionSolution,
    Resource,
)
from optimizer.outcome import Violation

PRODUCTION_VIOLATIONS: tuple[str, ...] = (
    "production.job.unknown",
    "production.job.incomplete",
    "production.job.moved",
    "production.machine.not_eligible",
    "production.machine.closed",
    "production.machine.overlap",
    "production.machine.changeover",
    "production.machine.places",
    "production.machine.programme",
    "production.machine.mixed",
    "production.machine.not_free",
    "production.order.release",
    "production.order.sequence",
    "production.order.lag",
    "production.people.short",
    "production.store.full",
)


@dataclass(frozen=True, slots=True)
class _Stand:
    """One placed operation with all that is known about it."""

    job: Job
    step: int
    op: Operation
    machine: str
    start: int
    begun: bool

    @property
    def end(self) -> int:
        return self.start + self.op.minutes


def production_violations(
    problem: ProductionProblem, solution: ProductionSolution
) -> tuple[Violation, ...]:
    """Every promise of the problem that the schedule breaks; empty means sound.

    What is fixed has happened: it is blamed only where something that could move stands with it.
    """
    jobs = {job.key: job for job in problem.jobs}
    unknown = sorted({each.job for each in solution.placed} | set(solution.unplaced) - set(jobs))
    strange = [key for key in unknown if key not in jobs]
    if strange:
        return tuple(_broken("job.unknown", key) for key in strange)
    stands = _stands(problem, jobs, solution)
    return (
        *_complete(problem, solution),
        *_on_machines(problem, stands),
        *_in_order(stands),
        *_apart(problem, stands),
        *_enough_people(problem, stands),
        *_enough_space(problem, stands),
    )


def _broken(code: str, subject: str, **detail: int | str) -> Violation:
    return Violation(code=f"production.{code}", subject=subject, detail=tuple(detail.items()))


def _stands(
    problem: ProductionProblem, jobs: Mapping[str, Job], solution: ProductionSolution
) -> list[_Stand]:
    """What stands, in order of time; operations that a job does not have are named elsewhere."""
    begun = set(problem.fixed)
    return [
        _Stand(
            jobs[each.job],
            each.operation,
            jobs[each.job].operations[each.operation],
            each.machine,
            each.start_min,
            each in begun,
        )
        for each in sorted(solution.placed, key=lambda placed: placed.start_min)
        if each.operation in range(len(jobs[each.job].operations))
    ]


def _complete(problem: ProductionProblem, solution: ProductionSolution) -> Iterator[Violation]:
    """Each job stands whole, once, or is named as left out; never half, unless it had begun."""
    seen: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for each in solution.placed:
        seen[each.job][each.operation] += 1
    begun: defaultdict[str, set[int]] = defaultdict(set)
    for each in problem.fixed:
        begun[each.job].add(each.operation)
        if each not in solution.placed:
            yield _broken("job.moved", each.job, operation=each.operation)
    for job in problem.jobs:
        whole = set(range(len(job.operations)))
        wanted = begun[job.key] if job.key in solution.unplaced else whole
        if seen[job.key] != Counter(wanted):
            yield _broken("job.incomplete", job.key)


def _on_machines(problem: ProductionProblem, stands: Sequence[_Stand]) -> Iterator[Violation]:
    machines = {machine.key: machine for machine in problem.machines}
    for each in stands:
        if each.begun:
            continue
        if each.machine not in each.op.machines:
            yield _broken("machine.not_eligible", each.job.key, machine=each.machine)
            continue
        machine = machines[each.machine]
        if not any(opens <= each.start and each.end <= end for opens, end in machine.windows):
            yield _broken("machine.closed", each.job.key, machine=each.machine)
        for free in machine.free:
            met = each.start < free.closes and free.opens < each.end
            if met and each.job.traits & free.traits:
                yield _broken("machine.not_free", each.job.key, machine=each.machine)


def _in_order(stands: Sequence[_Stand]) -> Iterator[Violation]:
    at = {(each.job.key, each.step): each for each in stands}
    for each in stands:
        if each.begun:
            continue
        key, before = each.job.key, at.get((each.job.key, each.step - 1))
        if each.step == 0 and each.start < each.job.release_min:
            yield _broken("order.release", key, start_min=each.start)
        if before is None:
            continue
        wait, lag = each.start - before.end, each.op.max_lag_min
        if wait < 0:
            yield _broken("order.sequence", key, operation=each.step)
        elif lag is not None and wait > lag:
            yield _broken("order.lag", key, operation=each.step, wait_min=wait)


def _apart(problem: ProductionProblem, stands: Sequence[_Stand]) -> Iterator[Violation]:
    """What shares a machine fits and belongs together; what does not is apart, and cleaned for."""
    lines: defaultdict[str, list[_Stand]] = defaultdict(list)
    for each in stands:
        lines[each.machine].append(each)
    for machine in problem.machines:
        line = lines[machine.key]
        if machine.rolling:
            groups = [[each for each in line if each.start <= now.start < each.end] for now in line]
        else:
            groups = [[each for each in line if each.start == now.start] for now in line]
            yield from _between_runs(machine, line)
        for group in groups:
            if not all(each.begun for each in group):
                yield from _together(machine, group)


def _together(machine: Resource, group: Sequence[_Stand]) -> Iterator[Violation]:
    """One moment of a machine: enough places, one programme, nothing to clean between."""
    last = group[-1].job.key
    if sum(_taken(each.op, machine) for each in group) > machine.places:
        code = "machine.places" if machine.places > 1 else "machine.overlap"
        yield _broken(code, last, machine=machine.key, with_job=group[0].job.key)
    if len({each.op.programme for each in group}) > 1:
        yield _broken("machine.programme", last, machine=machine.key)
    if machine.clean_min and len({each.job.traits for each in group}) > 1:
        yield _broken("machine.mixed", last, machine=machine.key)


def _taken(op: Operation, machine: Resource) -> int:
    """Places of the machine that an operation takes, looked up by name."""
    told = dict(zip(op.machines, op.places_on, strict=False))
    return told.get(machine.key, op.places)


def _between_runs(machine: Resource, line: Sequence[_Stand]) -> Iterator[Violation]:
    """What stays behind is everything of a job that the job after it does not hold."""
    runs: dict[int, list[_Stand]] = {}
    for each in line:
        runs.setdefault(each.start, []).append(each)
    for early, late in pairwise(runs.values()):
        for before, after in product(early, late):
            if before.begun and after.begun:
                continue
            needed = machine.rinse_min if before.job.recipe != after.job.recipe else 0
            if machine.clean_min and before.job.traits - after.job.traits:
                needed = machine.clean_min
            free = after.start - before.end
            names = {"machine": machine.key, "after_job": before.job.key}
            if free < 0:
                yield _broken("machine.overlap", after.job.key, **names)
            elif free < needed:
                yield _broken("machine.changeover", after.job.key, **names)


def _enough_people(problem: ProductionProblem, stands: Sequence[_Stand]) -> Iterator[Violation]:
    """In no minute more people of a skill are wanted than are on shift or may stay on."""
    there: Counter[tuple[str, int]] = Counter()
    for shift in problem.shifts:
        for minute in range(shift.opens, shift.closes + shift.overtime_min):
            there[shift.skill, minute] += shift.people
    wanted: Counter[tuple[str, int]] = Counter()
    for each in sorted(stands, key=lambda stand: not stand.begun):
        for hands in each.op.hands:
            span = [(hands.skill, each.start + minute) for minute in range(hands.minutes)]
            wanted.update(dict.fromkeys(span, hands.people))
            lacking = [
                minute for skill, minute in span if wanted[skill, minute] > there[skill, minute]
            ]
            if lacking and not each.begun:
                yield _broken("people.short", each.job.key, skill=hands.skill, minute=lacking[0])


def _enough_space(problem: ProductionProblem, stands: Sequence[_Stand]) -> Iterator[Violation]:
    """Whenever a job comes into a store, all that lies there then fits."""
    done = [each for each in stands if each.step == len(each.job.operations) - 1]
    for store in problem.stores:
        inside = [
            (each, each.job.stay)
            for each in done
            if each.job.stay and each.job.stay.store == store.key
        ]
        for now, stay in inside:
            if stay.leaves_min is not None and now.end >= stay.leaves_min:
                continue
            there = [
                (each, other)
                for each, other in inside
                if each.end <= now.end and (other.leaves_min is None or other.leaves_min > now.end)
            ]
            space = sum(other.space for _, other in there)
            if space > store.space and not all(each.begun for each, _ in there):
                yield _broken("store.full", now.job.key, store=store.key, space=space)
