"""Jobs of several operations, the machines and people they need, and where they were placed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import pairwise

Window = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """People of one skill that an operation needs during its first `minutes`."""

    skill: str
    minutes: int
    people: int = 1

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.minutes, self.people) < 1:
            raise ValueError("hands are at least one person for a minute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Work on one of the named machines, on `places` of it.

    `max_lag_min`: it starts at most so long after the end of the operation before it.
    Only operations of the same `programme` share a machine at the same time. `places_on`: places
    of each machine, in their order, where these differ.
    """

    minutes: int
    machines: tuple[str, ...]
    max_lag_min: int | None = None
    programme: str = ""
    places: int = 1
    hands: tuple[Hands, ...] = ()
    places_on: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.minutes < 1:
            raise ValueError("an operation takes at least a minute")
        if self.places_on and len(self.places_on) != len(self.machines):
            raise ValueError("an operation takes places of each of its machines")
        if len(set(self.machines)) != len(self.machines):
            raise ValueError("an operation names each machine once")
        if self.max_lag_min is not None and self.max_lag_min < 0:
            raise ValueError("a lag is never negative")
        if min((self.places, *self.places_on)) < 1:
            raise ValueError("an operation takes at least one place")
        if len({each.skill for each in self.hands}) != len(self.hands):
            raise ValueError("an operation names each skill once")
        if any(each.minutes > self.minutes for each in self.hands):
            raise ValueError("hands stay no longer than their operation")

    def takes(self, machine: str) -> int:
        """Places that it takes of a machine."""
        return dict(zip(self.machines, self.places_on, strict=False)).get(machine, self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """Room that a job takes in a store from its last end until it leaves (None: stays)."""

    store: str
    space: int
    leaves_min: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.space < 1:
            raise ValueError("a stay takes some space")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A run of operations in fixed order. `traits` stay behind on a machine until it is cleaned.

    `weight` is the price of one minute late and of not being placed at all.
    """

    key: str
    recipe: str
    operations: tuple[Operation, ...]
    due_min: int
    release_min: int
    weight: int = 1
    traits: frozenset[str] = frozenset()
    stay: Stay | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if not self.operations:
            raise ValueError("a job has at least one operation")
        if self.weight < 1:
            raise ValueError("a job weighs at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeWindow:
    """Minutes in which no job with any of these traits may run on a machine."""

    opens: int
    closes: int
    traits: frozenset[str]

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.opens >= self.closes:
            raise ValueError("a free window opens before it closes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One machine: one run at a time, inside its opening windows.

    A run is one operation, or on a machine of several `places` operations of one programme that
    start together and, where the machine is cleaned at all, hold the same traits. A `rolling`
    machine is never cleaned and lets an operation of the running programme join at any time.
    Before a run that does not share all traits of the run before it, the machine is cleaned;
    between other different recipes a machine of one place is rinsed.
    """

    key: str
    windows: tuple[Window, ...]
    clean_min: int = 0
    rinse_min: int = 0
    places: int = 1
    rolling: bool = False
    free: tuple[FreeWindow, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        _in_order(self.windows)
        if min(self.clean_min, self.rinse_min) < 0:
            raise ValueError("cleaning and rinsing take no negative time")
        if self.places < 1:
            raise ValueError("a machine has at least one place")
        if self.places > 1 and self.rinse_min:
            raise ValueError("a machine of several places is not rinsed")
        if self.rolling and (self.clean_min or self.rinse_min):
            raise ValueError("a rolling machine is neither cleaned nor rinsed")

    def needs_clean(self, before: Job, after: Job) -> bool:
        """Say whether the second job may not meet what the first leaves behind."""
        return self.clean_min > 0 and not before.traits <= after.traits

    def changeover_min(self, before: Job, after: Job) -> int:
        """Minutes between the end of one job and the start of the next on this machine."""
        if self.needs_clean(before, after):
            return self.clean_min
        return 0 if before.recipe == after.recipe else self.rinse_min


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """People of one skill at work from `opens` to `closes`, and so much longer for overtime."""

    skill: str
    people: int
    opens: int
    closes: int
    overtime_min: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.opens >= self.closes:
            raise ValueError("a shift opens before it closes")
        if self.people < 1 or self.overtime_min < 0:
            raise ValueError("a shift has people, and no negative overtime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """A freezer or cold room: the space that is free for what is made today."""

    key: str
    space: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.space < 0:
            raise ValueError("a store never has less than no space")


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """One operation (counted from 0) of one job on one machine."""

    job: str
    operation: int
    machine: str
    start_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionProblem:
    """Jobs, the machines they may run on, the people at work and the stores they end in.

    `fixed` operations have begun: the first ones of their job, and they stay where they stand.
    `published` is the schedule people know; each start and each machine that differs from it is
    a change, worth `change_price` person-minutes of overtime. Operations of a job that no longer
    exists are ignored there.
    """

    jobs: tuple[Job, ...]
    machines: tuple[Resource, ...]
    shifts: tuple[Shift, ...] = ()
    stores: tuple[Store, ...] = ()
    fixed: tuple[Placed, ...] = ()
    published: tuple[Placed, ...] = ()
    change_price: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        known = _own_keys("machine", (machine.key for machine in self.machines))
        stores = _own_keys("store", (store.key for store in self.stores))
        jobs = _own_keys("job", (job.key for job in self.jobs))
        if any(not known.issuperset(op.machines) for job in self.jobs for op in job.operations):
            raise ValueError("an operation names only machines of the problem")
        if any(job.stay and job.stay.store not in stores for job in self.jobs):
            raise ValueError("a job stays in a store of the problem")
        if self.change_price < 0:
            raise ValueError("a change has no negative price")
        self._begun(jobs, known)

    def _begun(self, jobs: Collection[str], machines: Collection[str]) -> None:
        """Fixed operations are the first of their job, each once, on a machine that exists."""
        steps: dict[str, set[int]] = {}
        for each in self.fixed:
            if each.job not in jobs or each.machine not in machines:
                raise ValueError("what is fixed is a job and a machine of the problem")
            steps.setdefault(each.job, set()).add(each.operation)
        for job in self.jobs:
            begun = steps.get(job.key, set())
            if begun != set(range(len(begun))) or len(begun) > len(job.operations):
                raise ValueError("the first operations of a job are fixed, none in between")
        if sum(map(len, steps.values())) != len(self.fixed):
            raise ValueError("an operation is fixed once")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductionSolution:
    """Where each operation stands, in order of job and operation, and which jobs found no place.

    Of a job without a place only what was fixed stands.
    """

    placed: tuple[Placed, ...]
    unplaced: tuple[str, ...] = ()


def _in_order(windows: tuple[Window, ...]) -> None:
    if any(opens >= closes for opens, closes in windows):
        raise ValueError("a window opens before it closes")
    if any(before[1] > after[0] for before, after in pairwise(windows)):
        raise ValueError("windows are in order and apart")


def _own_keys(what: str, keys: Iterable[str]) -> frozenset[str]:
    all_keys = list(keys)
    if len(set(all_keys)) != len(all_keys):
        raise ValueError(f"each {what} has its own key")
    return frozenset(all_keys)
