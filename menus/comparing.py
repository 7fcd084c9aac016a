"""What differs between two plans for one request: dishes, means, objective."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from menus.explaining import Standing, standings
from menus.plan import MealPlan, PlanItem
from menus.plan_request import PlanRequest
from optimizer import LEVELS


class PlanChange(StrEnum):
    """What became of one level of the objective."""

    BETTER = "plan.compare.better"
    WORSE = "plan.compare.worse"


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """Dishes of one day: only in the second plan, only in the first, and in another place."""

    day: int
    added: tuple[PlanItem, ...]
    removed: tuple[PlanItem, ...]
    moved: tuple[tuple[PlanItem, PlanItem], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanComparison:
    """Two plans side by side.

    `means` gives each nutrient with a window before and after, with its verdict; `objective` the
    difference per level; `reasons` each level that changed with its code and its difference.
    """

    days: tuple[DayChange, ...]
    means: tuple[tuple[Standing, Standing], ...]
    objective: tuple[int, ...]
    reasons: tuple[tuple[PlanChange, str, int], ...]


def compare_plans(before: MealPlan, after: MealPlan, request: PlanRequest) -> PlanComparison:
    """What the second plan changes in the first; both are plans for the request."""
    changes = (_day(before, after, day) for day in range(request.days))
    steps = tuple(new - old for old, new in zip(before.objective, after.objective, strict=True))
    return PlanComparison(
        days=tuple(each for each in changes if each.added or each.removed or each.moved),
        means=tuple(zip(standings(before, request), standings(after, request), strict=True)),
        objective=steps,
        reasons=tuple(
            (PlanChange.BETTER if step < 0 else PlanChange.WORSE, f"plan.level.{level}", abs(step))
            for level, step in zip(LEVELS, steps, strict=True)
            if step
        ),
    )


def _day(before: MealPlan, after: MealPlan, day: int) -> DayChange:
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
    return DayChange(day=day, added=tuple(added), removed=tuple(removed), moved=tuple(moved))


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
