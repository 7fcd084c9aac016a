"""The plan of one service day: demand, stock, kitchen, purchases, routes, check; once each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import date

from logistics.day import (
    DayInputs,
    DayPlan,
    DayProgress,
    DayWatch,
    Remark,
    Solved,
    Stage,
    Unserved,
    Why,
    keep_planning,
)
from logistics.daycheck import day_violations
from logistics.daykitchen import KitchenDay, cook
from logistics.dayroutes import RoutedDay, drive, latest_ready_min, wave_min
from logistics.demand import Explosion, OrderLine
from logistics.machines import kitchen_unknowns
from logistics.replenishment import (
    HORIZON_DAYS,
    Purchase,
    SupplyGap,
    net_of_stock,
    purchases_of,
    supply_problem,
    unsold,
)
from logistics.sharing import share_scarce
from logistics.stock import Allocation, Draw, Lot, allocate_fefo, left_over
from logistics.weeklots import WeekLots, ahead_targets, week_lots
from menus import hard_objections
from optimizer import (
    Limits,
    Progress,
    ReplenishmentProblem,
    ReplenishmentSolution,
    Watch,
    keep_going,
    solve_replenishment,
)

_SHARE_PERCENT: Mapping[Stage, int] = {Stage.KITCHEN: 20, Stage.PURCHASES: 5, Stage.ROUTES: 75}
"""How the moves of a day are divided; a road move costs least and gains most."""


def plan_day(
    inputs: DayInputs, watch: DayWatch = keep_planning, *, executor: Executor | None = None
) -> DayPlan:
    """Kitchen, purchases and routes for the orders of one day, and what they cannot get.

    Each stage runs once, in a fixed order: routes wait for the kitchen, never the other way
    round. Same inputs, same plan, unless `watch` ended a search: the executor only shortens the
    rounds of many addresses. The plan carries the violations found without a solver: one with any
    is not published.
    """
    explosion = Explosion(inputs.catalogue)
    eyes = {stage: _Eye(watch=watch, stage=stage) for stage in _SHARE_PERCENT}
    watch(DayProgress(stage=Stage.DEMAND))
    wanted, refused = _servable(inputs)
    watch(DayProgress(stage=Stage.STOCK))
    picked = _pick(inputs, wanted)
    left = left_over(inputs.lots, picked.allocations)
    week = week_lots(inputs, picked.short, left) if inputs.cooks_ahead else WeekLots(lots=())
    inputs = replace(inputs, stock_targets=ahead_targets(inputs, week, left))
    latest_min = latest_ready_min(inputs)
    kitchen = cook(
        inputs,
        picked.short,
        left,
        explosion=explosion,
        times=(wave_min(inputs), latest_min),
        search=_search(inputs, eyes[Stage.KITCHEN]),
    )
    shared = share_scarce(inputs, wanted, picked.allocations, kitchen, latest_min)
    given = shared.given
    lots = left_over((*inputs.lots, *kitchen.born), given)
    bought = _buy(inputs, lots, kitchen.draws, explosion, _search(inputs, eyes[Stage.PURCHASES]))
    routed = drive(inputs, given, kitchen, _search(inputs, eyes[Stage.ROUTES]), executor)
    plan = DayPlan(
        snapshot=inputs.snapshot,
        service_day=inputs.service_day,
        allocations=routed.loaded,
        batches=kitchen.batches,
        born=kitchen.born,
        draws=kitchen.draws,
        purchases=bought.purchases,
        routes=routed.routes,
        unserved=_unserved(inputs, {**shared.why, **refused}, routed),
        reasons=(
            *_not_known(inputs, kitchen),
            *kitchen.remarks,
            *_not_cooked(wanted, kitchen),
            *bought.remarks,
            *routed.remarks,
        ),
        ahead=week.lots,
        shares=shared.shares,
        solved=(
            *week.solved,
            replace(kitchen.solved, looks=eyes[Stage.KITCHEN].looks),
            replace(bought.solved[0], looks=eyes[Stage.PURCHASES].looks),
            *bought.solved[1:],
            replace(routed.solved, looks=eyes[Stage.ROUTES].looks),
        ),
    )
    watch(DayProgress(stage=Stage.CHECK))
    return replace(plan, violations=day_violations(inputs, plan))


def plan_days(days: Sequence[DayInputs], executor: Executor) -> tuple[DayPlan, ...]:
    """The plan of each kitchen and day, each a unit of work of its own, in the order asked.

    The plans follow from the inputs, never from the executor or how many workers it has.
    """
    return tuple(executor.map(plan_day, days))


@dataclass(slots=True, kw_only=True)
class _Eye:
    """Tells the day's watch how far one stage is, and keeps how often that let it go on."""

    watch: DayWatch
    stage: Stage
    seen: int = 0
    looks: int | None = None  # until the first time it did not

    def __call__(self, progress: Progress) -> bool:
        going = self.looks is None and self.watch(
            DayProgress(stage=self.stage, moves=progress.moves, incumbent=progress.incumbent)
        )
        if self.looks is None and not going:
            self.looks = self.seen
        self.seen += 1
        return going


def _search(inputs: DayInputs, eye: _Eye) -> tuple[Limits, Watch]:
    """A stage's part of the moves, and its eye; tells the day's watch that the stage begins."""
    eye.watch(DayProgress(stage=eye.stage))
    moves = max(1, inputs.limits.moves * _SHARE_PERCENT[eye.stage] // 100)
    return replace(inputs.limits, moves=moves), eye


def _servable(inputs: DayInputs) -> tuple[tuple[OrderLine, ...], dict[str, Why]]:
    """Lines that may be served, the most urgent order first, and why the others may not."""
    why = {line.id: found for line in inputs.lines() if (found := refusal_of(inputs, line))}
    sites = {site.id for site in inputs.sites}
    servable: list[OrderLine] = []
    for order in sorted(inputs.orders, key=lambda each: (-each.priority, each.id)):
        if order.site not in sites:
            unknown = Why(reason="day.site.unknown", binding=order.site)
            why |= dict.fromkeys((line.id for line in order.lines), unknown)
        servable += [line for line in order.lines if line.id not in why]
    return tuple(servable), why


def refusal_of(inputs: DayInputs, line: OrderLine) -> Why | None:
    """Whether anything speaks against giving this variant to this eater at all."""
    variant = inputs.catalogue.variants.get(line.sku)
    if variant is None:
        return Why(reason="day.line.unknown_variant", binding=line.sku)
    eater = inputs.eaters.get(line.eater)
    if eater is None:
        return Why(reason="day.line.unknown_eater", binding=line.eater)
    for objection in hard_objections(variant, eater, recalled=inputs.recalled):
        return Why(reason=objection.code, binding=objection.rule)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Picked:
    """What stock gives, and the lines with the portions it cannot give."""

    allocations: tuple[Allocation, ...]
    short: tuple[OrderLine, ...]


def _pick(inputs: DayInputs, wanted: tuple[OrderLine, ...]) -> _Picked:
    allocations, missing = allocate_fefo(
        wanted, inputs.lots, on=inputs.service_day, min_life_days=inputs.min_life_days()
    )
    lines = {line.id: line for line in wanted}
    return _Picked(
        allocations=allocations,
        short=tuple(
            replace(
                lines[each.order_line],
                portions=each.amount_g // lines[each.order_line].portion_g,
                amount_g=each.amount_g,
            )
            for each in missing
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bought:
    """Purchase proposals of the horizon and what they leave open."""

    purchases: tuple[Purchase, ...]
    remarks: tuple[Remark, ...]
    solved: tuple[Solved, ...]


def _buy(
    inputs: DayInputs,
    lots: tuple[Lot, ...],
    draws: tuple[Draw, ...],
    explosion: Explosion,
    search: tuple[Limits, Watch],
) -> _Bought:
    """Purchases for what the coming days need beyond stock; today's batches have drawn already."""
    coming = ({}, *inputs.forecast[1:])
    need_g = {
        name: days
        for name, days in explosion.daily_g(net_of_stock(coming, lots, inputs.service_day)).items()
        if name not in inputs.free_ingredients
    }
    problem = supply_problem(
        need_g,
        inputs.ingredient_lots,
        inputs.supply_items,
        draws=draws,
        service_day=inputs.service_day,
        suppliers=inputs.suppliers,
        on_order=inputs.on_order,
    )
    first, purchases, gaps = _solved(inputs, problem, *search)
    others = _of_others(inputs, problem, gaps)
    rest = []
    if others.lines:
        second, more, left = _solved(inputs, others, search[0], keep_going)
        asked = {line.key for line in others.lines}
        gaps = (*(gap for gap in gaps if gap.item not in asked), *left)
        rest, purchases = [second], tuple(sorted((*purchases, *more), key=_by_order))
    open_gaps = [
        Remark(code="day.purchase.gap", subject=gap.item, amount_g=gap.amount_g, day=gap.day)
        for gap in gaps
    ]
    sold_by_nobody = [
        Remark(code="day.purchase.no_supplier", subject=name, amount_g=sum(need_g[name]))
        for name in unsold(need_g, inputs.supply_items)
    ]
    return _Bought(
        purchases=purchases,
        remarks=(*open_gaps, *sold_by_nobody),
        solved=(first, *rest),
    )


def _by_order(one: Purchase) -> tuple[date, str, str]:
    return one.day, one.supplier, one.item


def _of_others(
    inputs: DayInputs, problem: ReplenishmentProblem, gaps: Iterable[SupplyGap]
) -> ReplenishmentProblem:
    """What a problem leaves open, put to those who sell it beside the supplier asked first."""
    open_g: dict[str, list[int]] = {}
    for gap in gaps:
        days = open_g.setdefault(gap.item, [0] * HORIZON_DAYS)
        days[(gap.day - inputs.service_day).days] += gap.amount_g
    asked = {(line.key, line.supplier) for line in problem.lines}
    return supply_problem(
        open_g,
        (),
        [one for one in inputs.supply_items if (one.ingredient, one.supplier) not in asked],
        draws=(),
        service_day=inputs.service_day,
        suppliers=inputs.suppliers,
    )


def _solved(
    inputs: DayInputs, problem: ReplenishmentProblem, limits: Limits, watch: Watch
) -> tuple[Solved, tuple[Purchase, ...], tuple[SupplyGap, ...]]:
    """A problem of purchases as it was solved, the proposals, and what they leave open."""
    outcome = solve_replenishment(problem, limits, watch)
    solution = outcome.solution or ReplenishmentSolution(buys=())
    purchases, gaps = purchases_of(problem, solution, inputs.service_day, inputs.on_order)
    solved = Solved(name="replenishment", problem=problem, limits=limits, outcome=outcome)
    return solved, purchases, gaps


def _not_known(inputs: DayInputs, kitchen: KitchenDay) -> tuple[Remark, ...]:
    """What nobody said of a kitchen that cooks: the plan cannot keep it."""
    cooked = [inputs.catalogue.variants[batch.sku] for batch in kitchen.batches]
    unknowns = kitchen_unknowns(inputs.kitchen(), cooked) if cooked else ()
    return tuple(Remark(code=code, subject=subject) for code, subject in unknowns)


def _not_cooked(wanted: Iterable[OrderLine], kitchen: KitchenDay) -> tuple[Remark, ...]:
    """Variants that stock asked for and the kitchen could not make, without harm to an order."""
    asked = {line.sku for line in wanted if line.id in kitchen.why}
    return tuple(
        Remark(code="day.stock.not_cooked", subject=sku)
        for sku in sorted({conflict.sku for conflict in kitchen.conflicts} - asked)
    )


def _unserved(inputs: DayInputs, why: Mapping[str, Why], routed: RoutedDay) -> tuple[Unserved, ...]:
    """Each order that does not get everything: one entry per reason, whole orders without lines."""
    found: list[Unserved] = []
    given = {each.order_line for each in routed.loaded}
    for order in sorted(inputs.orders, key=lambda each: each.id):
        groups: defaultdict[Why, list[str]] = defaultdict(list)
        for line in order.lines:
            if line.id in why:
                groups[why[line.id]].append(line.id)
        whole = routed.unreached.get(order.id)
        if whole:
            groups[whole] = [line.id for line in order.lines]
        nothing = given.isdisjoint(line.id for line in order.lines)
        found += [
            Unserved(
                order=order.id,
                reason=each.reason,
                binding=each.binding,
                would_fit_if=each.would_fit_if,
                lines=() if nothing else tuple(lines),
            )
            for each, lines in groups.items()
        ]
    return tuple(found)
