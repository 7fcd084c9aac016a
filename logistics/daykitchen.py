"""The kitchen's part of a day: what stock cannot give is cooked, and given out once ready."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from logistics.day import DayInputs, Remark, Solved, Why
from logistics.demand import Explosion, OrderLine, grams_per_sku
from logistics.kitchenpins import keep_pins
from logistics.pantry import draw_ingredients
from logistics.production import (
    Batch,
    Conflict,
    CookingNeed,
    Times,
    born_lots,
    cooked,
    kitchen_problem,
    wish_batches,
)
from logistics.stock import Allocation, Draw, Lot, Shortage, allocate_fefo, stays_g
from optimizer import Limits, ProductionSolution, Watch, solve_production

MOVES_PER_BATCH = 600
"""Schedules searched for each batch of a day at most: more gained nothing on measured days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenDay:
    """What the kitchen makes of a day, for whom, and what it cannot make."""

    batches: tuple[Batch, ...]
    born: tuple[Lot, ...]
    draws: tuple[Draw, ...]
    allocations: tuple[Allocation, ...]
    conflicts: tuple[Conflict, ...]
    why: Mapping[str, Why]  # by order line still short
    remarks: tuple[Remark, ...]
    solved: Solved


def cook(
    inputs: DayInputs,
    short: tuple[OrderLine, ...],
    left: Iterable[Lot],
    *,
    explosion: Explosion,
    times: tuple[Mapping[str, int], Mapping[str, int]],
    search: tuple[Limits, Watch],
) -> KitchenDay:
    """Batches for the lines that are short and for stock; lots go to lines when ready in time.

    `times`: by site, when its van should leave, and the last minute at which a lot still can.
    """
    wave_min, latest_min = times
    fresh, why = _lasting(inputs, short)
    wishes, refused = wish_batches(
        _needs(inputs, fresh, left, wave_min),
        inputs.catalogue,
        inputs.machines,
        times=_times(inputs),
        prefix=f"{inputs.depot.id}-{inputs.service_day:%y%m%d}",
    )
    drawn = draw_ingredients(
        wishes,
        inputs.ingredient_lots,
        explosion,
        on=inputs.service_day,
        free=inputs.free_ingredients,
    )
    plain = kitchen_problem(drawn.wishes, inputs.kitchen())
    pins = keep_pins(plain, drawn.wishes, inputs.pinned, inputs.machines)
    limits, watch = search
    enough = max(1, MOVES_PER_BATCH * len(pins.problem.jobs))
    limits = replace(limits, moves=min(limits.moves, enough))
    outcome = solve_production(pins.problem, limits, watch)
    solution = outcome.solution or ProductionSolution(placed=())
    made, full = cooked(drawn.wishes, solution)
    batches = tuple(replace(each, pinned=each.id in pins.pinned) for each in made)
    born = born_lots(batches, inputs.catalogue, inputs.service_day, _dates(inputs, drawn.draws))
    given, missing = allocate_fefo(
        fresh, born, on=inputs.service_day, min_life_days=inputs.min_life_days()
    )
    in_time, late = _in_time(inputs, given, batches, latest_min)
    conflicts = (*refused, *drawn.conflicts, *full)
    return KitchenDay(
        batches=batches,
        born=born,
        draws=_of_batches(drawn.draws, batches),
        allocations=in_time,
        conflicts=conflicts,
        why={**_explained(missing, conflicts), **_too_old(inputs, missing, born), **late, **why},
        remarks=pins.lost,
        solved=Solved(name="production", problem=pins.problem, limits=limits, outcome=outcome),
    )


def _lasting(
    inputs: DayInputs, short: Iterable[OrderLine]
) -> tuple[tuple[OrderLine, ...], dict[str, Why]]:
    """Lines for which food cooked today keeps long enough, and the others with the reason."""
    asked = inputs.min_life_days()
    lasting: list[OrderLine] = []
    why: dict[str, Why] = {}
    for line in short:
        shelf_days = inputs.catalogue.variants[line.sku].shelf_days
        if shelf_days >= asked[line.id]:
            lasting.append(line)
            continue
        why[line.id] = Why(
            reason="day.line.shelf_too_short",
            binding=line.sku,
            would_fit_if=(("min_life_days", shelf_days),),
        )
    return tuple(lasting), why


def _needs(
    inputs: DayInputs,
    short: tuple[OrderLine, ...],
    left: Iterable[Lot],
    wave_min: Mapping[str, int],
) -> list[CookingNeed]:
    today_g = grams_per_sku(short)
    at_hand = stays_g(left, inputs.service_day)
    orders = {order.id: order for order in inputs.orders}
    waits: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    portion_g: Counter[str] = Counter()
    urgency: Counter[str] = Counter()
    for line in short:
        portion_g[line.sku] = max(portion_g[line.sku], line.portion_g)
        urgency[line.sku] += orders[line.order].priority
        if orders[line.order].site in wave_min:
            waits[line.sku].append((line.amount_g, wave_min[orders[line.order].site]))
    needs = (
        CookingNeed(
            sku=sku,
            today_g=today_g.get(sku, 0),
            stock_g=max(0, inputs.stock_targets.get(sku, 0) - at_hand[sku]),
            portion_g=portion_g[sku] or inputs.catalogue.variants[sku].portions_g["L"],
            urgency=max(1, urgency[sku]),
            waits=tuple(waits[sku]),
        )
        for sku in sorted({*today_g, *inputs.stock_targets})
    )
    return [need for need in needs if need.today_g or need.stock_g]


def _times(inputs: DayInputs) -> Times:
    """Today's are due when their van leaves, none after the last; for stock when all closes."""
    closing = max((machine.close_min for machine in inputs.machines), default=0)
    return Times(
        today_min=max((vehicle.shift_open_min for vehicle in inputs.vehicles), default=closing),
        stock_min=closing,
    )


def _in_time(
    inputs: DayInputs,
    given: Iterable[Allocation],
    batches: Iterable[Batch],
    latest_min: Mapping[str, int],
) -> tuple[tuple[Allocation, ...], dict[str, Why]]:
    """What is ready before its site can no longer be reached, and why the rest is not."""
    site = {line.id: order.site for order in inputs.orders for line in order.lines}
    ready = {batch.lot: batch for batch in batches}
    kept: list[Allocation] = []
    late: dict[str, Why] = {}
    for each in given:
        latest = latest_min[site[each.order_line]]
        batch = ready[each.lot]
        if batch.ready_min <= latest:
            kept.append(each)
            continue
        late[each.order_line] = Why(
            reason="day.kitchen.too_late",
            binding=batch.id,
            would_fit_if=(("ready_min", latest),),
        )
    return tuple(kept), late


def _dates(inputs: DayInputs, draws: Iterable[Draw]) -> dict[str, list[date]]:
    """Use-by dates of what went into each batch."""
    use_by = {lot.id: lot.use_by for lot in inputs.ingredient_lots}
    dates: defaultdict[str, list[date]] = defaultdict(list)
    for draw in draws:
        dates[draw.batch].append(use_by[draw.lot])
    return dates


def _too_old(inputs: DayInputs, missing: Iterable[Shortage], born: Iterable[Lot]) -> dict[str, Why]:
    """Lines that a fresh lot cannot serve because its inputs soon expire."""
    life_days: dict[str, int] = {}
    for lot in born:
        days = (lot.use_by - inputs.service_day).days
        life_days[lot.sku] = max(days, life_days.get(lot.sku, days))
    asked = inputs.min_life_days()
    return {
        each.order_line: Why(
            reason="day.line.shelf_too_short",
            binding=each.sku,
            would_fit_if=(("min_life_days", life_days[each.sku]),),
        )
        for each in missing
        if life_days.get(each.sku, asked[each.order_line]) < asked[each.order_line]
    }


def _explained(missing: Iterable[Shortage], conflicts: Iterable[Conflict]) -> dict[str, Why]:
    """Each line that is short with the first conflict of its variant."""
    first: dict[str, Conflict] = {}
    for each in conflicts:
        first.setdefault(each.sku, each)
    why: dict[str, Why] = {}
    for lacking in missing:
        plain = Conflict(
            sku=lacking.sku,
            code="day.stock.short",
            binding=lacking.sku,
            would_fit_if=(("extra_g", lacking.amount_g),),
        )
        found = first.get(lacking.sku, plain)
        why[lacking.order_line] = Why(
            reason=found.code, binding=found.binding, would_fit_if=found.would_fit_if
        )
    return why


def _of_batches(draws: Iterable[Draw], batches: Iterable[Batch]) -> tuple[Draw, ...]:
    """Only batches that are really cooked take ingredients."""
    cooked_ids = {batch.id for batch in batches}
    return tuple(draw for draw in draws if draw.batch in cooked_ids)
