"""What must be cooked, on which machines and when; each batch yields one lot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from logistics.stock import Lot
from menus import Catalogue, Step, StepKind, Variant
from optimizer import (
    Job,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Resource,
)

CLEAN_MIN = 25
RINSE_MIN = 5
"""Minutes of a full clean after an allergen, and of a rinse between dishes (house rule)."""

_OPEN_FOOD = frozenset(
    {StepKind.PREP, StepKind.KETTLE, StepKind.OVEN, StepKind.BLEND, StepKind.PACK}
)
"""Where food touches the machine; in chillers and freezers it stands covered."""

MAX_LAG_MIN: Mapping[StepKind, int] = {
    StepKind.PREP: 120,
    StepKind.KETTLE: 120,
    StepKind.OVEN: 120,
    StepKind.BLEND: 30,
    StepKind.CHILL: 30,
    StepKind.BLAST_FREEZE: 30,
    StepKind.PACK: 120,
}
"""Minutes food may wait before a step (house rule, stricter than rule L-05: 60 to 10 degrees in
two hours, of which cooling itself takes most)."""

WEIGHT_TODAY = 100
WEIGHT_STOCK = 1
"""A minute late for one line of today weighs so much more than one for tomorrow's stock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One kitchen resource. `capacity_g`: the most it takes in one run."""

    id: str
    kind: StepKind
    capacity_g: int
    open_min: int  # minutes after midnight of the service day; before midnight is negative
    close_min: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.capacity_g < 1:
            raise ValueError("a machine takes at least one gram")
        if self.open_min >= self.close_min:
            raise ValueError("a machine opens before it closes")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchOp:
    """One step of a batch on one machine."""

    kind: StepKind
    machine: str
    start_min: int
    end_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One cooking run of one variant. `lot` is the lot it yields.

    `allergens` are all that are, may be or are not known not to be in it: what decides on
    cleaning after it.
    """

    id: str
    sku: str
    amount_g: int
    lot: str
    ops: tuple[BatchOp, ...]
    due_min: int
    allergens: frozenset[str]

    @property
    def ready_min(self) -> int:
        """Minute at which its lot can be picked."""
        return self.ops[-1].end_min


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
    "day.kitchen.machine_too_small",
    "day.kitchen.full",
    "day.kitchen.ingredient_short",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CookingNeed:
    """Grams of one variant wanted: today's shortage, and what brings stock to its target.

    `portion_g` is the largest portion asked for: a lot never gives part of one. `urgency` counts
    the lines that wait for it, each by the priority of its order.
    """

    sku: str
    today_g: int
    stock_g: int
    portion_g: int
    urgency: int = 1


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
    """Until when today's batches and those for stock should be ready."""

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
        today_g = need.today_g
        for amount_g in _runs(need, run_g):
            today = today_g > 0
            today_g -= amount_g - need.portion_g + 1
            wishes.append(
                BatchWish(
                    id=f"{prefix}-{next(number):03d}",
                    variant=variant,
                    amount_g=amount_g,
                    due_min=times.today_min if today else times.stock_min,
                    weight=WEIGHT_TODAY * need.urgency if today else WEIGHT_STOCK,
                )
            )
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
        able = [machine.capacity_g for machine in machines if machine.kind is step.kind]
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


def kitchen_problem(wishes: Iterable[BatchWish], machines: Sequence[Machine]) -> ProductionProblem:
    """The kitchen's day in the words of the optimizer: batches are jobs, allergens traits."""
    return ProductionProblem(
        jobs=tuple(
            Job(
                key=wish.id,
                recipe=wish.variant.id,
                operations=tuple(_operations(wish, machines)),
                due_min=wish.due_min,
                release_min=min(machine.open_min for machine in machines),
                weight=wish.weight,
                traits=wish.variant.allergens.any,
            )
            for wish in wishes
        ),
        machines=tuple(
            Resource(
                key=machine.id,
                windows=((machine.open_min, machine.close_min),),
                clean_min=CLEAN_MIN if machine.kind in _OPEN_FOOD else 0,
                rinse_min=RINSE_MIN if machine.kind in _OPEN_FOOD else 0,
            )
            for machine in machines
        ),
    )


def step_minutes(step: Step, amount_g: int) -> int:
    """Whole minutes of a step, at least one."""
    return max(1, step.minutes(amount_g))


def _operations(wish: BatchWish, machines: Sequence[Machine]) -> Iterator[Operation]:
    for index, step in enumerate(wish.variant.steps):
        yield Operation(
            minutes=step_minutes(step, wish.amount_g),
            machines=tuple(
                machine.id
                for machine in machines
                if machine.kind is step.kind and machine.capacity_g >= wish.amount_g
            ),
            max_lag_min=MAX_LAG_MIN[step.kind] if index else None,
        )


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


def born_lots(batches: Iterable[Batch], catalogue: Catalogue, service_day: date) -> tuple[Lot, ...]:
    """The lots that batches yield, released. Use-by: the shelf life of the variant, as if fresh.

    That no ingredient expires earlier is checked when the lot is received, not here.
    """
    return tuple(
        Lot(
            id=batch.lot,
            sku=batch.sku,
            amount_g=batch.amount_g,
            use_by=service_day + timedelta(days=catalogue.variants[batch.sku].shelf_days),
            zone=catalogue.variants[batch.sku].zone,
        )
        for batch in batches
    )
