"""What must be cooked, on which machines and when; each batch yields one lot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from logistics.machines import CHILL_WAIT_MIN, Kitchen, Machine, Skill
from logistics.stock import Lot
from menus import Catalogue, Programme, Step, StepKind, Variant
from optimizer import (
    Hands,
    Job,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Stay,
)

MAX_LAG_MIN: Mapping[StepKind, int] = {
    StepKind.PREP: 120,
    StepKind.KETTLE: 120,
    StepKind.OVEN: 120,
    StepKind.BLEND: 30,
    StepKind.CHILL: CHILL_WAIT_MIN,
    StepKind.BLAST_FREEZE: CHILL_WAIT_MIN,
    StepKind.PACK: 120,
}
"""Minutes food may wait before a step (house rule); a kitchen may have measured its own wait
before cooling."""

ATTENDED_MIN: Mapping[StepKind, tuple[Skill, int | None]] = {
    StepKind.PREP: (Skill.COOK, None),
    StepKind.KETTLE: (Skill.COOK, 10),
    StepKind.OVEN: (Skill.COOK, 5),
    StepKind.BLEND: (Skill.COOK, None),
    StepKind.CHILL: (Skill.COOK, 5),
    StepKind.BLAST_FREEZE: (Skill.COOK, 5),
    StepKind.PACK: (Skill.PACKER, None),
}
"""Who stands by a step, and for how many of its first minutes (None: all; house rule)."""

WEIGHT_TODAY = 100
WEIGHT_STOCK = 1
"""A minute late for one line of today weighs so much more than one for tomorrow's stock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOp:
    """One step of a batch on one machine. `programme` None: none, or nobody wrote which."""

    kind: StepKind
    machine: str
    start_min: int
    end_min: int
    programme: Programme | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One cooking run of one variant. `lot` is the lot it yields.

    `allergens` are all that are, may be or are not known not to be in it: what decides on
    cleaning after it. `pinned`: a person put it where it stands.
    """

    id: str
    sku: str
    amount_g: int
    lot: str
    ops: tuple[BatchOp, ...]
    due_min: int
    allergens: frozenset[str]
    pinned: bool = False

    @property
    def ready_min(self) -> int:
        """Minute at which its lot can be picked."""
        return self.ops[-1].end_min


@dataclass(frozen=True, slots=True, kw_only=True)
class Residue:
    """What a step left on a machine although no batch of the plan stands there any more.

    The machine failed under it, or its batch was given up. It stays until the machine is cleaned.
    """

    batch: str
    sku: str
    machine: str
    start_min: int
    end_min: int
    allergens: frozenset[str]


Detail = tuple[tuple[str, int | str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """Why a variant cannot be cooked as wanted: code, what binds, and what would make it fit."""

    sku: str
    code: str
    binding: str
    would_fit_if: Detail


KITCHEN_CONFLICTS: tuple[str, ...] = (
    "day.kitchen.not_made_here",
    "day.kitchen.no_machine",
    "day.kitchen.no_programme",
    "day.kitchen.machine_too_small",
    "day.kitchen.full",
    "day.kitchen.ingredient_short",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CookingNeed:
    """Grams of one variant wanted: today's shortage, and what brings stock to its target.

    `portion_g` is the largest portion asked for: a lot never gives part of one. `urgency` counts
    the lines that wait for it, each by the priority of its order. `waits`: who gets it in turn,
    as grams and the minute at which their van may leave; without any, all of it is wanted at once.
    """

    sku: str
    today_g: int
    stock_g: int
    portion_g: int
    urgency: int = 1
    waits: tuple[tuple[int, int], ...] = ()

    def due_min(self, given_g: int, amount_g: int, otherwise: int) -> int:
        """When the first van leaves that takes any of so many grams, after those given before."""
        first = otherwise
        for grams, due_min in self.waits:
            if -amount_g < given_g <= grams - 1:
                first = min(first, due_min)
            given_g -= grams
        return first


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchWish:
    """One run that should be cooked, before it has a place and a time."""

    id: str
    variant: Variant
    amount_g: int
    due_min: int
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """Until when today's batches (at the latest) and those for stock should be ready."""

    today_min: int
    stock_min: int


def wish_batches(
    needs: Iterable[CookingNeed],
    catalogue: Catalogue,
    machines: Sequence[Machine],
    *,
    times: Times,
    prefix: str,
) -> tuple[tuple[BatchWish, ...], tuple[Conflict, ...]]:
    """Split needs into runs that fit the largest machine of every step; KeyError for a strange sku.

    What one run cannot give whole portions of is added to the next need, so that splitting loses
    no portion. Today's need goes first; runs that only fill stock may be late at little cost.
    """
    number = count(1)
    wishes: list[BatchWish] = []
    conflicts: list[Conflict] = []
    for need in sorted(needs, key=lambda each: each.sku):
        variant = catalogue.variants[need.sku]
        run_g, refused = _largest_run_g(variant, machines, need.portion_g)
        if refused:
            conflicts.append(refused)
            continue
        given_g = 0
        for amount_g in _runs(need, run_g):
            today = given_g < need.today_g
            due_min = need.due_min(given_g, amount_g, times.today_min)
            wishes.append(
                BatchWish(
                    id=f"{prefix}-{next(number):03d}",
                    variant=variant,
                    amount_g=amount_g,
                    due_min=due_min if today else times.stock_min,
                    weight=WEIGHT_TODAY * need.urgency if today else WEIGHT_STOCK,
                )
            )
            given_g += amount_g - need.portion_g + 1
    return tuple(wishes), tuple(conflicts)


def _runs(need: CookingNeed, run_g: int) -> Iterator[int]:
    """Sizes as even as they come, each with room for the part of a portion its lot cannot give."""
    total = need.today_g + need.stock_g
    spare = need.portion_g - 1
    runs = 1 if total <= run_g else -(-total // (run_g - spare))
    padded = total + (runs - 1) * spare
    for index in range(runs):
        yield (padded + index) // runs


def _largest_run_g(
    variant: Variant, machines: Sequence[Machine], portion_g: int
) -> tuple[int, Conflict | None]:
    if not variant.steps:
        return 0, conflict(variant, "not_made_here", variant.id)
    most, binding = variant.max_batch_g, "batch"
    for step in variant.steps:
        working = [each for each in machines if each.kind is step.kind and each.windows]
        able = [each.capacity_g for each in working if each.runs(step)]
        if working and not able:
            return 0, conflict(variant, "no_programme", step.programme or step.kind, programmes=1)
        if not able:
            return 0, conflict(variant, "no_machine", step.kind, machines=1)
        if max(able) < most:
            most, binding = max(able), step.kind
    if most < portion_g:
        return 0, conflict(variant, "machine_too_small", binding, capacity_g=portion_g)
    return most, None


def conflict(variant: Variant, code: str, binding: str, **would_fit_if: int | str) -> Conflict:
    """One conflict of `KITCHEN_CONFLICTS`, named without its common beginning."""
    return Conflict(
        sku=variant.id,
        code=f"day.kitchen.{code}",
        binding=binding,
        would_fit_if=tuple(would_fit_if.items()),
    )


def kitchen_problem(wishes: Iterable[BatchWish], kitchen: Kitchen) -> ProductionProblem:
    """The kitchen's day in the words of the optimizer: batches are jobs, allergens traits."""
    opens = min((machine.open_min for machine in kitchen.machines), default=0)
    return ProductionProblem(
        jobs=tuple(
            Job(
                key=wish.id,
                recipe=wish.variant.id,
                operations=tuple(_operations(wish, kitchen)),
                due_min=wish.due_min,
                release_min=opens,
                weight=wish.weight,
                traits=wish.variant.allergens.any,
                stay=_stay(wish, kitchen),
            )
            for wish in wishes
        ),
        machines=tuple(machine.as_resource() for machine in kitchen.machines),
        shifts=kitchen.shifts,
        stores=kitchen.stores(),
    )


def _stay(wish: BatchWish, kitchen: Kitchen) -> Stay | None:
    """What is cooked lies in store until the day is over, the vans of today included."""
    if wish.variant.zone not in kitchen.room_g:
        return None
    return Stay(store=wish.variant.zone.value, space=wish.amount_g)


def step_minutes(step: Step, amount_g: int) -> int:
    """Whole minutes of a step, at least one."""
    return max(1, step.minutes(amount_g))


def _operations(wish: BatchWish, kitchen: Kitchen) -> Iterator[Operation]:
    for index, step in enumerate(wish.variant.steps):
        minutes = step_minutes(step, wish.amount_g)
        able = [
            machine
            for machine in kitchen.machines
            if machine.runs(step) and machine.capacity_g >= wish.amount_g
        ]
        places = tuple(machine.places_for(wish.amount_g) for machine in able)
        most = max(places, default=1)
        skill, attended = ATTENDED_MIN[step.kind]
        hands = Hands(skill=skill, minutes=min(minutes, attended or minutes))
        yield Operation(
            minutes=minutes,
            machines=tuple(machine.id for machine in able),
            max_lag_min=_max_lag_min(step.kind, kitchen) if index else None,
            programme=_programme(wish.variant, step),
            places=most,
            places_on=places if set(places) - {most} else (),
            hands=(hands,) if kitchen.shifts else (),
        )


def _programme(variant: Variant, step: Step) -> str:
    """What a machine must run for the step; an oven of unknown programme takes its dish alone."""
    if step.unsaid and step.kind is StepKind.OVEN:
        return f"dish {variant.component}"
    return step.programme or ""


def _max_lag_min(kind: StepKind, kitchen: Kitchen) -> int:
    cools = kind in {StepKind.CHILL, StepKind.BLAST_FREEZE}
    if cools and kitchen.chill_wait_min is not None:
        return kitchen.chill_wait_min
    return MAX_LAG_MIN[kind]


def cooked(
    wishes: Iterable[BatchWish], solution: ProductionSolution
) -> tuple[tuple[Batch, ...], tuple[Conflict, ...]]:
    """Batches as placed, and a conflict for each that found no place in the opening hours."""
    spots = {(each.job, each.operation): each for each in solution.placed}
    batches: list[Batch] = []
    conflicts: list[Conflict] = []
    for wish in wishes:
        if wish.id in solution.unplaced:
            longest = max(wish.variant.steps, key=lambda step: step.minutes(wish.amount_g))
            more = step_minutes(longest, wish.amount_g)
            conflicts.append(conflict(wish.variant, "full", longest.kind, extra_min=more))
            continue
        batches.append(_batch(wish, spots))
    return tuple(batches), tuple(conflicts)


def _batch(wish: BatchWish, spots: Mapping[tuple[str, int], Placed]) -> Batch:
    ops = []
    for index, step in enumerate(wish.variant.steps):
        spot = spots[wish.id, index]
        ops.append(
            BatchOp(
                kind=step.kind,
                machine=spot.machine,
                start_min=spot.start_min,
                end_min=spot.start_min + step_minutes(step, wish.amount_g),
                programme=step.programme,
            )
        )
    return Batch(
        id=wish.id,
        sku=wish.variant.id,
        amount_g=wish.amount_g,
        lot=f"L{wish.id}",
        ops=tuple(ops),
        due_min=wish.due_min,
        allergens=wish.variant.allergens.any,
    )


_HEATED = frozenset({StepKind.KETTLE, StepKind.OVEN})


def finished_use_by(variant: Variant, made_on: date, inputs: Iterable[date]) -> date:
    """Last day on which what was made may be eaten.

    Of the four ways a product gets its date: what was heated has its own shelf life from that day
    (fixed); what was only cut, mixed or packed lasts no longer than the first of its inputs
    (calculated); the dates of inputs are those set when they were received; an input without a
    date (tap water) sets none.
    """
    own = made_on + timedelta(days=variant.shelf_days)
    if any(step.kind in _HEATED for step in variant.steps):
        return own
    return min([own, *inputs])


def born_lots(
    batches: Iterable[Batch],
    catalogue: Catalogue,
    service_day: date,
    inputs: Mapping[str, Sequence[date]],
) -> tuple[Lot, ...]:
    """The lots that batches yield, released; `inputs`: use-by dates of what went into each."""
    return tuple(
        Lot(
            id=batch.lot,
            sku=batch.sku,
            amount_g=batch.amount_g,
            use_by=finished_use_by(
                catalogue.variants[batch.sku], service_day, inputs.get(batch.id, ())
            ),
            zone=catalogue.variants[batch.sku].zone,
        )
        for batch in batches
    )
