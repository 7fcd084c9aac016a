"""Why a step of a batch waits: what stood in the way of beginning a minute sooner."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from logistics.dayexplain import Because
from optimizer import Job, Operation, Placed, ProductionProblem, Resource

KITCHEN_WAITS: tuple[str, ...] = (
    "kitchen.waits.closed",
    "kitchen.waits.kept_free",
    "kitchen.waits.programme",
    "kitchen.waits.full",
    "kitchen.waits.runs",
    "kitchen.waits.clean",
    "kitchen.waits.people",
    "kitchen.waits.store",
    "kitchen.waits.next",
    "kitchen.waits.chosen",
)
"""What a step waits for: its machine is closed or broken, is kept free of an allergen, runs another
programme, is full, has begun its load, is taken or must be cleaned; people; room in store; the step
after it; or nothing: another batch went first, or fewer cleans."""


@dataclass(frozen=True, slots=True)
class _Stand:
    """One placed step with what it asks."""

    job: Job
    op: Operation
    machine: str
    start: int

    @property
    def end(self) -> int:
        return self.start + self.op.minutes


@dataclass(frozen=True, slots=True)
class _Day:
    """The day as it stands, and the step that is asked about, put a minute sooner.

    `ready`: from when it could have begun.
    """

    problem: ProductionProblem
    others: tuple[_Stand, ...]
    sooner: _Stand
    after: _Stand | None
    ready: int


def why_waits(
    problem: ProductionProblem, placed: Iterable[Placed], batch: str
) -> tuple[Because | None, ...]:
    """By step of a batch, why it does not begin once the step before it is done; None: it does.

    The first step counts from when its batch may begin. Figures: minutes of waiting, the machine,
    and what binds (the programme that runs there, the skill, the store). Empty when the problem
    does not have the batch or not all of it stands.
    """
    jobs = {job.key: job for job in problem.jobs}
    stands = {(each.job, each.operation): _stand(jobs, each) for each in placed if each.job in jobs}
    job = jobs.get(batch)
    if job is None or any((batch, at) not in stands for at in range(len(job.operations))):
        return ()
    return tuple(_why_step(problem, stands, job, at) for at in range(len(job.operations)))


def _stand(jobs: Mapping[str, Job], each: Placed) -> _Stand:
    job = jobs[each.job]
    return _Stand(job, job.operations[each.operation], each.machine, each.start_min)


def _why_step(
    problem: ProductionProblem, stands: Mapping[tuple[str, int], _Stand], job: Job, at: int
) -> Because | None:
    here = stands[job.key, at]
    opens = min((start for each in problem.machines for start, _ in each.windows), default=0)
    ready = stands[job.key, at - 1].end if at else max(job.release_min, opens)
    if here.start <= ready:
        return None
    others = tuple(each for key, each in stands.items() if key != (job.key, at))
    day = _Day(
        problem=problem,
        others=others,
        sooner=_Stand(job, here.op, here.machine, here.start - 1),
        after=stands.get((job.key, at + 1)),
        ready=ready,
    )
    code, binding = _why(day)
    figures = (("minutes", here.start - ready), ("machine", here.machine), ("binding", binding))
    return Because(code=f"kitchen.waits.{code}", figures=figures)


def _why(day: _Day) -> tuple[str, str]:
    """The first rule in the way: of its machine, unless another one was free then."""
    machines = {each.key: each for each in day.problem.machines}
    able = {key: next(_on(day, machines[key]), None) for key in day.sooner.op.machines}
    found = able.get(day.sooner.machine)
    if found and all(able.values()):
        return found
    return next(_beside_machines(day), ("chosen", ""))


def _on(day: _Day, machine: Resource) -> Iterator[tuple[str, str]]:
    """What keeps the step off a machine a minute sooner."""
    new = day.sooner
    if not any(opens <= new.start and new.end <= closes for opens, closes in machine.windows):
        yield "closed", ""
    for free in machine.free:
        if new.start < free.closes and free.opens < new.end and new.job.traits & free.traits:
            yield "kept_free", ""
    line = [each for each in day.others if each.machine == machine.key]
    met = [each for each in line if each.start < new.end and new.start < each.end]
    strange = {each.op.programme for each in met} - {new.op.programme}
    if strange:
        yield "programme", min(strange)
    taken = sum(each.op.takes(machine.key) for each in (*met, new))
    if taken > machine.places:
        yield ("full" if machine.places > 1 else "runs"), ""
    if machine.rolling:
        return
    if any(each.start != new.start for each in met):
        yield "runs", ""
    for each in line:
        gap = machine.changeover_min(each.job, new.job)
        if each.end <= new.start < each.end + gap:
            yield _since(day, each)


def _since(day: _Day, before: _Stand) -> tuple[str, str]:
    """What really made a step wait that a clean precedes: the run before, where that was longer."""
    if before.end <= day.ready:
        return "clean", ""
    if before.op.programme != day.sooner.op.programme:
        return "programme", before.op.programme
    return "runs", ""


def _beside_machines(day: _Day) -> Iterator[tuple[str, str]]:
    """What keeps the step from beginning a minute sooner on whatever machine."""
    new = day.sooner
    for hands in new.op.hands:
        there = sum(
            shift.people
            for shift in day.problem.shifts
            if shift.skill == hands.skill
            and shift.opens <= new.start < shift.closes + shift.overtime_min
        )
        if _busy(day, hands.skill) + hands.people > there:
            yield "people", hands.skill
    stay = new.job.stay
    if stay is not None and day.after is None:
        space = next(each.space for each in day.problem.stores if each.key == stay.store)
        if _stored(day, stay.store) + stay.space > space:
            yield "store", stay.store
    lag = day.after.op.max_lag_min if day.after else None
    if day.after is not None and lag is not None and day.after.start - new.end > lag:
        yield "next", ""


def _busy(day: _Day, skill: str) -> int:
    """People of a skill whom the other steps need in the first minute of the step."""
    return sum(
        hands.people
        for each in day.others
        for hands in each.op.hands
        if hands.skill == skill and 0 <= day.sooner.start - each.start < hands.minutes
    )


def _stored(day: _Day, store: str) -> int:
    """Space that other jobs take in a store when the step would end."""
    ends: dict[str, int] = {}
    stays = {each.job.key: each.job.stay for each in day.others}
    for each in day.others:
        ends[each.job.key] = max(each.end, ends.get(each.job.key, each.end))
    return sum(
        stay.space
        for key, stay in stays.items()
        if stay is not None
        and stay.store == store
        and key != day.sooner.job.key
        and ends[key] <= day.sooner.end
        and (stay.leaves_min is None or stay.leaves_min > day.sooner.end)
    )
