"""What differs between two plans: dishes, sums, means, objective."""

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

from menus.explaining import Standing, standings
from menus.nutrients import INDEX
from menus.plan import MealPlan, PlanItem, Total
from menus.plan_request import PlanRequest
from optimizer import LEVELS


class PlanChange(StrEnum):
    """What became of one level of the objective."""

    BETTER = "plan.compare.better"
    WORSE = "plan.compare.worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """Dishes of one day: only in the second plan, only in the first, and in another place.

    `sums` gives each nutrient with a window of the day in the first and in the second plan.
    """

    day: int
    added: tuple[PlanItem, ...]
    removed: tuple[PlanItem, ...]
    moved: tuple[tuple[PlanItem, PlanItem], ...]
    sums: tuple[tuple[str, Total, Total], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanComparison:
    """Two plans side by side.

    `means` gives each nutrient with a window before and after, with its verdict; `objective` the
    difference per level; `reasons` each level that changed with its code and its difference. Both
    are empty where the first plan was made for another request: its objective says nothing here.
    """

    days: tuple[DayChange, ...]
    means: tuple[tuple[Standing, Standing], ...]
    objective: tuple[int, ...]
    reasons: tuple[tuple[PlanChange, str, int], ...]


def compare_plans(before: MealPlan, after: MealPlan, request: PlanRequest) -> PlanComparison:
    """What the second plan changes in the first; both have the days of the request.

    A plan of other days comes here by `repeated`.
    """
    changes = (_day(before, after, day, request) for day in range(request.days))
    both = zip(before.objective, after.objective, strict=True) if before.objective else ()
    steps = tuple(new - old for old, new in both)
    return PlanComparison(
        days=tuple(each for each in changes if each.added or each.removed or each.moved),
        means=tuple(zip(standings(before, request), standings(after, request), strict=True)),
        objective=steps,
        reasons=tuple(
            (PlanChange.BETTER if step < 0 else PlanChange.WORSE, f"plan.level.{level}", abs(step))
            for level, step in zip(LEVELS, steps, strict=False)
            if step
        ),
    )


def repeated(plan: MealPlan, *, ahead: int, days: int) -> MealPlan:
    """The plan as it is eaten again: day 0 is its day `ahead`, and menus repeat; ValueError: empty.

    Dishes and sums only: the rest of a plan belongs to the request that it was made for.
    """
    length = len(plan.totals)
    if not length:
        raise ValueError(plan.id)
    turns = [(day, (day + ahead) % length) for day in range(days)]
    return replace(
        plan,
        items=tuple(
            replace(item, day=day) for day, then in turns for item in plan.items if item.day == then
        ),
        totals=tuple(plan.totals[then] for _, then in turns),
        slack=(),
        dose_slack=(),
        objective=(),
    )


def _day(before: MealPlan, after: MealPlan, day: int, request: PlanRequest) -> DayChange:
    old, new = _dishes(before, day), _dishes(after, day)
    removed = _without(old, new)
    added = _without(new, old)
    moved = []
    for gone in list(removed):
        again = next((one for one in added if _dish(one) == _dish(gone)), None)
        if again is not None:
            removed.remove(gone)
            added.remove(again)
            moved.append((gone, again))
    columns = [(nutrient, INDEX[nutrient]) for nutrient, _ in request.day]
    return DayChange(
        day=day,
        added=tuple(added),
        removed=tuple(removed),
        moved=tuple(moved),
        sums=tuple(
            (nutrient, before.totals[day][at], after.totals[day][at]) for nutrient, at in columns
        ),
    )


def _dishes(plan: MealPlan, day: int) -> list[PlanItem]:
    return [item for item in plan.items if item.day == day]


def _dish(item: PlanItem) -> tuple[str, str]:
    return item.variant, item.portion


def _without(items: list[PlanItem], others: list[PlanItem]) -> list[PlanItem]:
    """The dishes that the others do not have in the same place."""
    standing = Counter((item.slot, item.role, *_dish(item)) for item in others)
    found = []
    for item in items:
        key = (item.slot, item.role, *_dish(item))
        if standing[key]:
            standing[key] -= 1
        else:
            found.append(item)
    return found
