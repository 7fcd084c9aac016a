"""The gate before a day plan is saved: every promise checked again, without a solver."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import combinations

from logistics.day import DayInputs, DayPlan, Unserved
from logistics.dayroutes import road_violations
from logistics.demand import Explosion, OrderLine
from logistics.production import Batch, BatchOp, BatchWish, kitchen_problem, step_minutes
from logistics.sharecheck import share_violations
from logistics.stock import Allocation, IngredientLot, Lot, LotState
from menus import StepKind, Variant, hard_objections
from optimizer import (
    Placed,
    ProductionSolution,
    SupplyLine,
    Violation,
    lot_violations,
    production_violations,
    replenishment_violations,
)

DAY_VIOLATIONS: tuple[str, ...] = (
    "check.line.unknown",
    "check.line.too_much",
    "check.line.unsafe",
    "check.line.short_unstated",
    "check.line.refused_but_given",
    "check.share.differs",
    "check.share.unfair",
    "check.share.unsafe",
    "check.lot.unknown",
    "check.lot.other_variant",
    "check.lot.blocked",
    "check.lot.too_old",
    "check.lot.overdrawn",
    "check.lot.split_portion",
    "check.batch.unknown_variant",
    "check.batch.allergens",
    "check.batch.steps",
    "check.batch.programme",
    "check.batch.no_lot",
    "check.batch.ingredients",
    "check.purchase.counted",
    "check.order.not_routed",
    "check.snapshot",
)
"""Beside these, the codes of kitchen schedules, purchases and routes."""


def day_violations(inputs: DayInputs, plan: DayPlan) -> tuple[Violation, ...]:
    """Every promise that a plan breaks; empty means that it may be saved and published."""
    checks: tuple[Callable[[DayInputs, DayPlan], Iterator[Violation]], ...] = (
        _same_day,
        _lines,
        _lots,
        _shortages,
        share_violations,
        _batches,
        _programmes,
        _ingredients,
        _schedule,
        _purchases,
        _week,
        road_violations,
    )
    return tuple(found for check in checks for found in check(inputs, plan))


def goods_violations(inputs: DayInputs, plan: DayPlan) -> tuple[Violation, ...]:
    """What the goods that a plan gives break: whom they are for, and the lots they come from."""
    return (*_lines(inputs, plan), *_lots(inputs, plan))


def _broken(code: str, subject: str, **detail: int | str) -> Violation:
    return Violation(code=f"check.{code}", subject=subject, detail=tuple(detail.items()))


def _same_day(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    if (plan.snapshot, plan.service_day) != (inputs.snapshot, inputs.service_day):
        yield _broken("snapshot", plan.snapshot)


def _lines(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """Nobody gets a variant that an objection speaks against, nor more than was ordered."""
    lines = {line.id: line for line in inputs.lines()}
    given: Counter[str] = Counter()
    for each in plan.allocations:
        given[each.order_line] += each.amount_g
    for line_id, amount_g in given.items():
        line = lines.get(line_id)
        if line is None:
            yield _broken("line.unknown", line_id)
            continue
        if amount_g > line.amount_g:
            yield _broken("line.too_much", line_id, given_g=amount_g)
        yield from _safe(inputs, line)


def _safe(inputs: DayInputs, line: OrderLine) -> Iterator[Violation]:
    variant = inputs.catalogue.variants.get(line.sku)
    eater = inputs.eaters.get(line.eater)
    if variant is None or eater is None:
        yield _broken("line.unsafe", line.id, sku=line.sku)
        return
    for objection in hard_objections(variant, eater, recalled=inputs.recalled):
        yield _broken("line.unsafe", line.id, objection=objection.code, rule=objection.rule)


def _lots(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """Lots exist, hold the ordered variant, may leave, last long enough and are not overdrawn."""
    lots = {lot.id: lot for lot in (*inputs.lots, *plan.born)}
    lines = {line.id: line for line in inputs.lines()}
    asked = inputs.min_life_days()
    drawn: Counter[str] = Counter()
    for each in plan.allocations:
        drawn[each.lot] += each.amount_g
        lot, line = lots.get(each.lot), lines.get(each.order_line)
        if lot is None:
            yield _broken("lot.unknown", each.lot)
        elif line is not None:
            life_days = (lot.use_by - inputs.service_day).days
            yield from _fits(each, lot, line, life_days - asked.get(line.id, 0))
    for lot_id, amount_g in drawn.items():
        if lot_id in lots and amount_g > lots[lot_id].amount_g:
            yield _broken("lot.overdrawn", lot_id, given_g=amount_g)


def _fits(each: Allocation, lot: Lot, line: OrderLine, spare_days: int) -> Iterator[Violation]:
    if lot.sku != line.sku:
        yield _broken("lot.other_variant", lot.id, line=line.id)
    if lot.state is not LotState.RELEASED:
        yield _broken("lot.blocked", lot.id, line=line.id)
    if spare_days < 0:
        yield _broken("lot.too_old", lot.id, line=line.id)
    if each.amount_g < 1 or each.amount_g % line.portion_g:
        yield _broken("lot.split_portion", lot.id, line=line.id)


def _shortages(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """What an order does not get is stated, and what is stated as nothing is nothing."""
    given: Counter[str] = Counter()
    for each in plan.allocations:
        given[each.order_line] += each.amount_g
    stated: defaultdict[str, list[Unserved]] = defaultdict(list)
    for entry in plan.unserved:
        stated[entry.order].append(entry)
    for order in inputs.orders:
        entries = stated[order.id]
        nothing = any(not entry.lines for entry in entries)
        named = {line for entry in entries for line in entry.lines}
        for line in order.lines:
            if given[line.id] < line.amount_g and not nothing and line.id not in named:
                yield _broken("line.short_unstated", line.id)
            if given[line.id] and nothing:
                yield _broken("line.refused_but_given", line.id)


def _batches(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """A batch follows the steps of its variant, names its allergens and yields its own lot."""
    born = {lot.id: lot for lot in plan.born}
    for batch in plan.batches:
        variant = inputs.catalogue.variants.get(batch.sku)
        if variant is None:
            yield _broken("batch.unknown_variant", batch.id)
            continue
        if batch.allergens != variant.allergens.any:
            yield _broken("batch.allergens", batch.id)
        asked = [
            (step.kind, step.programme, step_minutes(step, batch.amount_g))
            for step in variant.steps
        ]
        if [(op.kind, op.programme, op.end_min - op.start_min) for op in batch.ops] != asked:
            yield _broken("batch.steps", batch.id)
        lot = born.get(batch.lot)
        if lot is None or (lot.sku, lot.amount_g) != (batch.sku, batch.amount_g):
            yield _broken("batch.no_lot", batch.id)
        elif lot.use_by > _lasts_until(inputs, plan, batch, variant):
            yield _broken("lot.too_old", lot.id)


def _programmes(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """A machine runs what it offers, and one programme at a time."""
    offered = {machine.id: machine.programmes for machine in inputs.machines}
    runs: defaultdict[str, list[tuple[Batch, BatchOp]]] = defaultdict(list)
    for batch in plan.batches:
        for op in batch.ops:
            if op.programme and offered.get(op.machine) and op.programme not in offered[op.machine]:
                yield _broken("batch.programme", batch.id, machine=op.machine)
            runs[op.machine].append((batch, op))
    for machine, line in runs.items():
        for (_, first), (batch, second) in combinations(line, 2):
            together = first.start_min < second.end_min and second.start_min < first.end_min
            if together and first.programme is not second.programme:
                yield _broken("batch.programme", batch.id, machine=machine)


def _lasts_until(inputs: DayInputs, plan: DayPlan, batch: Batch, variant: Variant) -> date:
    """Its own shelf life; what no kettle or oven heated also ends with the first of its inputs."""
    last = inputs.service_day + timedelta(days=variant.shelf_days)
    if {op.kind for op in batch.ops} & {StepKind.KETTLE, StepKind.OVEN}:
        return last
    drawn = {draw.lot for draw in plan.draws if draw.batch == batch.id}
    return min([last, *(lot.use_by for lot in inputs.ingredient_lots if lot.id in drawn)])


def _ingredients(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """Each batch drew all it needs, from lots that may be used and hold that much."""
    lots = {lot.id: lot for lot in inputs.ingredient_lots}
    drawn: Counter[str] = Counter()
    per_batch: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for draw in plan.draws:
        drawn[draw.lot] += draw.amount_g
        if draw.lot not in lots:
            yield _broken("lot.unknown", draw.lot)
        else:
            per_batch[draw.batch][lots[draw.lot].ingredient] += draw.amount_g
    for lot_id, amount_g in drawn.items():
        if lot_id in lots:
            yield from _usable(lots[lot_id], amount_g, inputs)
    explosion = Explosion(inputs.catalogue)
    for batch in plan.batches:
        if batch.sku in inputs.catalogue.variants:
            needed = explosion.ingredients_g(batch.sku, batch.amount_g)
            short = {
                name
                for name, amount_g in needed.items()
                if per_batch[batch.id][name] < amount_g and name not in inputs.free_ingredients
            }
            for name in sorted(short):
                yield _broken("batch.ingredients", batch.id, ingredient=name)


def _usable(lot: IngredientLot, amount_g: int, inputs: DayInputs) -> Iterator[Violation]:
    if amount_g > lot.amount_g:
        yield _broken("lot.overdrawn", lot.id, given_g=amount_g)
    if lot.state is not LotState.RELEASED:
        yield _broken("lot.blocked", lot.id)
    if lot.use_by < inputs.service_day:
        yield _broken("lot.too_old", lot.id)


def _schedule(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """Machines: open, large enough, one batch at a time, cleaned between, no wait too long."""
    known = [batch for batch in plan.batches if batch.sku in inputs.catalogue.variants]
    wishes = [_wish(batch, inputs.catalogue.variants[batch.sku]) for batch in known]
    yield from production_violations(
        kitchen_problem(wishes, inputs.kitchen()),
        ProductionSolution(
            placed=tuple(
                Placed(job=batch.id, operation=index, machine=op.machine, start_min=op.start_min)
                for batch in known
                for index, op in enumerate(batch.ops)
            )
        ),
    )


def _wish(batch: Batch, variant: Variant) -> BatchWish:
    return BatchWish(
        id=batch.id, variant=variant, amount_g=batch.amount_g, due_min=batch.due_min, weight=1
    )


def _week(_: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """The week's lots keep to whole trays and to the hours of each kind of machine."""
    for each in plan.solved:
        if each.name == "lots" and each.outcome.solution is not None:
            yield from lot_violations(each.problem, each.outcome.solution)


def _purchases(inputs: DayInputs, plan: DayPlan) -> Iterator[Violation]:
    """Purchases keep order days and smallest orders, state their gaps, count on what is there."""
    for each in plan.solved:
        if each.name == "replenishment":
            yield from _counted(inputs, each.problem.lines)
        if each.name == "replenishment" and each.outcome.solution is not None:
            yield from replenishment_violations(each.problem, each.outcome.solution)


def _counted(inputs: DayInputs, lines: tuple[SupplyLine, ...]) -> Iterator[Violation]:
    """No day counts on more than lies in store, released, or was ordered for it and is not late."""
    there: Counter[tuple[str, int]] = Counter()
    for lot in inputs.ingredient_lots:
        if lot.state is LotState.RELEASED:
            there[lot.ingredient, 0] += lot.amount_g
    for coming in inputs.on_order:
        if not coming.overdue:
            there[coming.ingredient, coming.arrival(inputs.service_day)] += coming.amount_g
    for line in lines:
        counted: Counter[int] = Counter()
        for held in line.held:
            counted[held.first_day] += held.amount
        for day, amount_g in sorted(counted.items()):
            if amount_g > there[line.key, day]:
                yield _broken("purchase.counted", line.key, day=day, counted_g=amount_g)
