"""Lay a week beside the one before it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.models.meals import MealPlan
from app.operations.weekplan import plan_of, request_of
from app.operations.weekrequest import last_week
from menus import PlanComparison, compare_plans, repeated


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A week beside the approved one before it, of which `start` is the first day."""

    start: date
    slots: tuple[str, ...]
    changes: PlanComparison


def compare_with_last(session: Session, plan: MealPlan) -> Beside | None:
    """Give a week beside the approved one before it; None when there is none.

    The one before it is read as it would be eaten again: menus repeat.
    """
    last = last_week(session, plan.client_id, plan.start_day)
    request = request_of(plan)
    if last is None or last.id == plan.id or request is None or not plan.result["items"]:
        return None
    ahead = (plan.start_day - last.start_day).days
    before = repeated(plan_of(last), ahead=ahead, days=plan.days)
    return Beside(
        start=last.start_day,
        slots=tuple(slot.id for slot in request.slots),
        changes=compare_plans(before, plan_of(plan), request),
    )
