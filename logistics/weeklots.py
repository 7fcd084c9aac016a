"""What to cook ahead: the coming week's lots, within shelf life, kitchen hours and freezer room."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from logistics.day import AheadLot, DayInputs, Solved
from logistics.demand import OrderLine, grams_per_sku
from logistics.machines import CLEAN_MIN, Machine
from logistics.stock import Lot, stays_g
from menus import Step, StepKind, Variant, Zone
from optimizer import (
    Limits,
    LotGroup,
    LotItem,
    LotProblem,
    LotSolution,
    Watch,
    keep_going,
    lot_minutes,
    solve_lots,
)

DAYS = 7
LOAD_G = 1_000
"""Grams by which a lot grows in the plan of a week: a tray."""
TENTHS = 10  # of a minute, so that a tray takes whole units of time
SETUP_PRICE = 20
"""One more run in the week weighs as much as keeping so many trays one more night (house rule)."""
MOST_ITEMS = 40
"""Variants planned together, the most wanted first; the rest is cooked on its day (quick)."""
AHEAD_LIMITS = Limits(moves=2)
_WORKDAYS = range(6)  # Monday to Saturday, as the vans drive
_COOKING = (StepKind.KETTLE, StepKind.OVEN, StepKind.BLEND, StepKind.PREP)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLots:
    """The week as planned: lots cooked before the day that eats them, and what was solved."""

    lots: tuple[AheadLot, ...]
    solved: tuple[Solved, ...] = ()


def week_lots(
    inputs: DayInputs,
    short: Iterable[OrderLine],
    left: Iterable[Lot],
    watch: Watch = keep_going,
) -> WeekLots:
    """Which variants to cook on which day of the week, for which later days, and why.

    Today asks what its orders miss; the coming days what is expected beyond the lots at hand.
    """
    problem = week_problem(inputs, short, left)
    if not problem.items:
        return WeekLots(lots=())
    limits = replace(AHEAD_LIMITS, seed=inputs.limits.seed)
    outcome = solve_lots(problem, limits, watch)
    solution = outcome.solution or LotSolution(loads={})
    return WeekLots(
        lots=tuple(_ahead(problem, solution, inputs.service_day)),
        solved=(Solved(name="lots", problem=problem, limits=limits, outcome=outcome),),
    )


def week_problem(inputs: DayInputs, short: Iterable[OrderLine], left: Iterable[Lot]) -> LotProblem:
    """The week in the words of the optimizer: trays, tenths of minutes, freezer room in trays."""
    wanted = _wanted(inputs, grams_per_sku(tuple(short)))
    at_hand = _lasting(inputs, left)
    items = [
        item
        for sku, demand in wanted.items()
        if (item := _item(inputs, inputs.catalogue.variants[sku], demand, at_hand[sku]))
    ]
    items.sort(key=lambda item: (item.stock - sum(item.demand), item.key))
    room_g = inputs.room_g.get(Zone.FROZEN)
    kept = sorted(items[:MOST_ITEMS], key=lambda item: item.key)
    return LotProblem(
        items=tuple(kept),
        groups=tuple(_group(inputs, kind) for kind in sorted({item.group for item in kept})),
        days=DAYS,
        room=None if room_g is None else room_g // LOAD_G,
    )


def _wanted(inputs: DayInputs, today_g: Mapping[str, int]) -> dict[str, list[int]]:
    """Grams by day of each variant that the week asks for; today only what its orders miss.

    Nothing that is recalled: what is wrong with one lot may be wrong with its recipe.
    """
    wanted: dict[str, list[int]] = {}
    for day, grams in enumerate((today_g, *inputs.forecast[1:DAYS])):
        for sku, amount_g in grams.items():
            wanted.setdefault(sku, [0] * DAYS)[day] += amount_g
    return {sku: grams for sku, grams in wanted.items() if sku not in inputs.recalled}


def _lasting(inputs: DayInputs, left: Iterable[Lot]) -> Counter[str]:
    """Grams that last the whole week: at hand, or cooked today for stock; no others count.

    What is on hold or recalled feeds nobody: nobody knows whether it ever will.
    """
    at_hand = stays_g(left, inputs.service_day + timedelta(days=DAYS - 1))
    for sku, target_g in inputs.stock_targets.items():
        at_hand[sku] = max(at_hand[sku], target_g)
    return at_hand


def _item(
    inputs: DayInputs, variant: Variant, demand_g: list[int], at_hand_g: int
) -> LotItem | None:
    """One variant; None when it is not cooked here, or nothing of it may wait for another day."""
    step = _cooking_step(variant, inputs.machines)
    run_g = _run_g(variant, inputs.machines)
    keeps = variant.shelf_days - variant.shelf_days * 2 // 3
    demand = tuple(-(-grams // LOAD_G) for grams in demand_g)
    stock = at_hand_g // LOAD_G
    if step is None or keeps < 1 or sum(demand) <= stock:
        return None
    return LotItem(
        key=variant.id,
        group=step.kind.value,
        demand=demand,
        load=1,
        load_min=max(1, step.min_per_10kg - -step.fixed_min * TENTHS * LOAD_G // run_g),
        setup_min=step.fixed_min * TENTHS,
        setup_price=SETUP_PRICE,
        family=" ".join(sorted(variant.allergens.any)),
        shelf_days=keeps,
        stock=stock,
        hold=1,
        space=int(variant.zone is Zone.FROZEN),
    )


def _cooking_step(variant: Variant, machines: Iterable[Machine]) -> Step | None:
    """The step that holds a machine longest of those that cook, where the kitchen can do it."""
    able = [machine for machine in machines if machine.windows]
    steps = [step for step in variant.steps if step.kind in _COOKING]
    if not steps or not all(any(one.runs(step) for one in able) for step in variant.steps):
        return None
    return max(steps, key=lambda step: (step.fixed_min, -_COOKING.index(step.kind)))


def _run_g(variant: Variant, machines: Iterable[Machine]) -> int:
    """Grams of one run: the first comes with the day, each further one asks its setup again."""
    able = [
        max((each.capacity_g for each in machines if each.runs(step)), default=1)
        for step in variant.steps
    ]
    return min([variant.max_batch_g, *able])


def _group(inputs: DayInputs, kind: str) -> LotGroup:
    """Machines of one kind, in tenths of minutes; closed when nobody works."""
    minutes = sum(
        closes - opens
        for machine in inputs.machines
        if machine.kind == kind
        for opens, closes in machine.windows
    )
    return LotGroup(
        key=kind,
        minutes=tuple(
            minutes * TENTHS if _works(inputs.service_day, day) else 0 for day in range(DAYS)
        ),
        family_min=CLEAN_MIN * TENTHS,
    )


def _works(first: date, day: int) -> bool:
    return (first + timedelta(days=day)).weekday() in _WORKDAYS


def _ahead(problem: LotProblem, solution: LotSolution, first: date) -> Iterator[AheadLot]:
    """Each day's trays that later days eat, and why they are made so soon."""
    for item in problem.items:
        loads = solution.loads.get(item.key, (0,) * problem.days)
        for made, eaten in _later(item, loads).items():
            trays = eaten.total()
            since, until = min(eaten), max(eaten)
            yield AheadLot(
                sku=item.key,
                day=first + timedelta(days=made),
                amount_g=trays * LOAD_G,
                since=first + timedelta(days=since),
                until=first + timedelta(days=until),
                why=f"ahead.why.{_why(problem, solution, item, since, trays)}",
            )


def _why(problem: LotProblem, solution: LotSolution, item: LotItem, day: int, trays: int) -> str:
    """Whether the first day that eats it could have made it itself."""
    group = next(each for each in problem.groups if each.key == item.group)
    if not group.minutes[day]:
        return "closed"
    there = lot_minutes(problem, solution)[item.group][day]
    more = trays * item.load_min + item.setup_min + group.family_min
    return "full" if there + more > group.minutes[day] else "together"


def _later(item: LotItem, loads: tuple[int, ...]) -> dict[int, Counter[int]]:
    """By day made, the trays that each later day eats: stock first, then what was made first."""
    stores = [(-1, item.stock), *enumerate(loads)]
    left = dict(stores)
    later: dict[int, Counter[int]] = {}
    for day, wanted in enumerate(item.demand):
        for made in [each for each, _ in stores if each <= day]:
            used = min(wanted, left[made])
            left[made] -= used
            wanted -= used  # noqa: PLW2901 - what is still to be found for this day
            if used and 0 <= made < day:
                later.setdefault(made, Counter())[day] += used
    return later


def ahead_targets(inputs: DayInputs, week: WeekLots, left: Iterable[Lot]) -> dict[str, int]:
    """Grams that should lie in store after the day, its part of the week's lots included.

    Only what may go out after the day counts as lying there. Nothing that is recalled is cooked
    for stock.
    """
    at_hand = stays_g(left, inputs.service_day)
    targets = Counter(
        {sku: grams for sku, grams in inputs.stock_targets.items() if sku not in inputs.recalled}
    )
    for one in week.lots:
        if one.day == inputs.service_day:
            targets[one.sku] = max(targets[one.sku], at_hand[one.sku]) + one.amount_g
    return dict(targets)
