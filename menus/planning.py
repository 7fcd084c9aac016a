"""Compose a personal week: gate first, search, check again without the search, explain."""

from collections import Counter
from dataclasses import replace

from menus.catalog import Catalogue, Role, Variant
from menus.composing import HUNDREDTHS, capped_slots, seated
from menus.doses import dose_standings
from menus.nutrients import INDEX
from menus.plan import (
    RELAXED,
    RULE_CODES,
    DoseSlack,
    MealPlan,
    PlanItem,
    PlanReason,
    PlanStatus,
    Rule,
    Slack,
)
from menus.plan_check import PLAN_OBJECTION_CODES, day_totals, plan_objections, slot_totals
from menus.plan_problem import PlanDishes, build_problem, suitable_variants
from menus.plan_request import PLAN_ERROR_CODES, PlanRequest, Window, request_errors
from menus.relaxing import UNDECIDED, conflict, relaxations
from menus.suitability import wishes
from optimizer import (
    Limits,
    MealChoice,
    Status,
    Watch,
    keep_going,
    meal_choice_violations,
    solve_meal_choice,
)

PLAN_MOVES = 470_000
"""Moves of each walk for a week by default; more find better weeks (benchmarks/menus.py)."""

RELAXATION_MOVES = 20_000
"""Enough to see whether giving up a rule leaves any plan: only hard rules matter there."""


PLAN_CODES: tuple[str, ...] = (
    *PLAN_ERROR_CODES,
    *PLAN_OBJECTION_CODES,
    *PlanReason,
    *(f"plan.rule.{code}" for code in RULE_CODES),
    RELAXED,
)
"""Every code a plan can carry; swaps and verdicts have their own enums."""


def compose_plan(
    request: PlanRequest, catalogue: Catalogue, limits: Limits, watch: Watch = keep_going
) -> MealPlan:
    """A plan for every day of the request, or why there is none.

    Only variants without objection come into the search, and the found plan is checked again dish
    by dish (`plan_objections`): with anything left it is never `ok`. Invalid requests are named by
    field. An impossible one names rules that cannot hold together, and which soft rule, given up,
    would help. Same request, catalogue, moves and seed give the same plan.
    """
    empty = MealPlan(
        id=request.id,
        status=PlanStatus.INVALID,
        catalogue_version=catalogue.version,
        seed=limits.seed,
    )
    errors = request_errors(request, catalogue)
    if errors:
        return replace(empty, errors=errors)
    plan = _attempt(request, catalogue, limits, watch, empty=empty)
    if plan.status is PlanStatus.IMPOSSIBLE and not plan.conflict:
        return _hindered(plan, request, catalogue, limits)
    return plan


def _attempt(
    request: PlanRequest,
    catalogue: Catalogue,
    limits: Limits,
    watch: Watch,
    *,
    empty: MealPlan,
    proof: bool = True,
) -> MealPlan:
    suitable = suitable_variants(request.eater, catalogue, request.recalled)
    if not {pin.variant for pin in request.pins} <= {variant.id for variant in suitable}:
        return replace(empty, status=PlanStatus.IMPOSSIBLE)
    problem = build_problem(request, suitable)
    outcome = solve_meal_choice(problem.choice, limits, watch, proof=proof)
    if outcome.solution is None or meal_choice_violations(problem.choice, outcome.solution):
        undecided = () if outcome.status is Status.IMPOSSIBLE else (Rule(rule=UNDECIDED),)
        return replace(empty, status=PlanStatus.IMPOSSIBLE, moves=outcome.moves, conflict=undecided)
    plan = summed_plan(
        replace(empty, moves=outcome.moves, objective=outcome.objective),
        served_items(problem, request, outcome.solution),
        request,
        catalogue,
    )
    return checked(plan, request, catalogue)


def checked(plan: MealPlan, request: PlanRequest, catalogue: Catalogue) -> MealPlan:
    """The plan as it is where the solver-free check finds nothing; else not a plan at all."""
    found = plan_objections(plan, request, catalogue)
    if not found:
        return plan
    return replace(
        plan,
        status=PlanStatus.IMPOSSIBLE,
        items=(),
        totals=(),
        slack=(),
        dose_slack=(),
        conflict=tuple(Rule(rule=f"check:{each.code} {each.subject}") for each in found),
    )


def summed_plan(
    plan: MealPlan, items: tuple[PlanItem, ...], request: PlanRequest, catalogue: Catalogue
) -> MealPlan:
    """The plan with its dishes, sums, slack and reasons."""
    bare = replace(plan, status=PlanStatus.OK, items=items)
    summed = replace(bare, totals=day_totals(bare, catalogue, request.days))
    return replace(
        summed,
        slack=plan_slack(summed, request, catalogue),
        dose_slack=_dose_slack(summed, request, catalogue),
    )


# ---------------------------------------------------------------- dishes and why


def served_items(
    problem: PlanDishes, request: PlanRequest, solution: MealChoice
) -> tuple[PlanItem, ...]:
    """Each dish that was chosen, in the order of the places, with its reasons."""
    pinned, earlier = seated(problem.places, request.pins), seated(problem.places, request.previous)
    chosen = [
        (place, *problem.served[choice.option])
        for place, choice in zip(problem.places, solution.choices, strict=True)
        if choice.option is not None
    ]
    times = Counter(variant.component for _, variant, _ in chosen)
    explain = _Explain(problem, request, times)
    found = []
    for place, variant, portion in chosen:
        item = PlanItem(
            day=place.day,
            slot=place.slot,
            role=place.role,
            variant=variant.id,
            portion=portion,
            grams=variant.portions_g[portion],
        )
        before = earlier.get(place.key)
        reasons = [
            *([PlanReason.PINNED] if place.key in pinned else []),
            *([PlanReason.KEPT] if before and before.variant == variant.id else []),
            *explain.dish(item, variant),
        ]
        found.append(replace(item, reasons=tuple(reasons) or (PlanReason.FITS,)))
    return tuple(found)


class _Explain:
    """What can be said of a dish from the request and the rest of the plan."""

    def __init__(self, problem: PlanDishes, request: PlanRequest, times: Counter[str]) -> None:
        self._request, self._times = request, times
        self._windows = dict(request.day)
        self._only = {
            role
            for role, shelf in problem.shelves.items()
            if len({v.component for v in shelf}) == 1
        }
        self._dose_slots = frozenset[str]().union(*capped_slots(request).values())
        self._previous = {pin.variant.partition("/")[0] for pin in request.previous}

    def dish(self, item: PlanItem, variant: Variant) -> list[PlanReason]:
        """The reasons, most telling first."""
        request = self._request
        dose = request.dose_protein_max is not None and item.slot in self._dose_slots
        spoken = {
            PlanReason.LIKED: bool(wishes(variant, request.likes)),
            PlanReason.DISLIKED: bool(wishes(variant, request.dislikes)),
            PlanReason.ONLY_CHOICE: item.role in self._only,
            PlanReason.PROTEIN_RICH: self._carries(item, variant, "protein_g"),
            PlanReason.ENERGY_RICH: self._carries(item, variant, "energy_kcal"),
            PlanReason.LITTLE_PROTEIN_AT_DOSE: dose and self._little_protein(item, variant),
            PlanReason.REPEATED: item.role is not Role.DRINK and self._times[variant.component] > 2,
            PlanReason.NEW: bool(self._previous) and variant.component not in self._previous,
        }
        return [reason for reason, true in spoken.items() if true]

    def _carries(self, item: PlanItem, variant: Variant, nutrient: str) -> bool:
        """Whether one dish brings a fifth or more of the day's minimum."""
        least = self._windows.get(nutrient, Window()).min
        amount = variant.per_100g[INDEX[nutrient]]
        if least is None or amount is None:
            return False
        return amount * item.grams * 5 >= least * HUNDREDTHS

    def _little_protein(self, item: PlanItem, variant: Variant) -> bool:
        """Whether the dish takes at most a quarter of the cap around a dose."""
        amount = variant.per_100g[INDEX["protein_g"]]
        cap = self._request.dose_protein_max
        return (
            amount is not None and cap is not None and amount * item.grams * 4 <= cap * HUNDREDTHS
        )


# ---------------------------------------------------------------- slack


def plan_slack(plan: MealPlan, request: PlanRequest, catalogue: Catalogue) -> tuple[Slack, ...]:
    """Every total outside its window: per day, the mean over the horizon, per eating moment."""
    found = [
        _slack(day, nutrient, window, row[INDEX[nutrient]].known_hundredths)
        for day, row in enumerate(plan.totals)
        for nutrient, window in request.day
    ]
    for nutrient, window in request.week:
        total = sum(row[INDEX[nutrient]].known_hundredths for row in plan.totals)
        found.append(_mean_slack(nutrient, window, total, request.days))
    found += [
        replace(_slack(day, nutrient, window, total), slot=slot)
        for slot, day, nutrient, window, total in slot_totals(plan, request, catalogue)
    ]
    return tuple(each for each in found if each.below_hundredths or each.above_hundredths)


def _slack(day: int | None, nutrient: str, window: Window, total: int) -> Slack:
    low = 0 if window.min is None else max(0, window.min * HUNDREDTHS - total)
    high = 0 if window.max is None else max(0, total - window.max * HUNDREDTHS)
    return Slack(day=day, nutrient=nutrient, below_hundredths=low, above_hundredths=high)


def _mean_slack(nutrient: str, window: Window, total: int, days: int) -> Slack:
    """Slack of the mean, rounded up: never smaller than it is."""
    low = 0 if window.min is None else max(0, window.min * HUNDREDTHS * days - total)
    high = 0 if window.max is None else max(0, total - window.max * HUNDREDTHS * days)
    return Slack(
        day=None,
        nutrient=nutrient,
        below_hundredths=-(-low // days),
        above_hundredths=-(-high // days),
    )


def _dose_slack(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue
) -> tuple[DoseSlack, ...]:
    return tuple(
        DoseSlack(day=one.day, dose=f"{one.dose:%H:%M}", above_hundredths=one.above_hundredths)
        for one in dose_standings(plan, request, catalogue)
        if one.above_hundredths
    )


def _hindered(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue, limits: Limits
) -> MealPlan:
    """The plan that is none, with what stands in its way and what would help."""
    quick = replace(limits, moves=min(limits.moves, RELAXATION_MOVES))

    def attempt(easier: PlanRequest) -> MealPlan:
        return _attempt(easier, catalogue, quick, keep_going, empty=plan, proof=False)

    rules = conflict(request, catalogue)
    ways = relaxations(rules, request, attempt)
    return replace(plan, conflict=rules, relaxations=ways)
