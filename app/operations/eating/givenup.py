"""What the signed weeks of a day gave up: rules that hold again with the week after."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from app.models.care import Prescription, PrescriptionState
from app.models.meals import MealPlan, MealPlanState

FED_DAYS = 7
"""An order feeds its own day and at most the six after it."""


def given_up_from(
    session: Session, day: date, client_ids: Iterable[int] | None = None
) -> Mapping[int, tuple[str, ...]]:
    """Give the rules given up in the weeks that an order of this day feeds, per client.

    A week serves until the next one starts: menus repeat. Only weeks of the prescription in force
    count, and only clients who gave up something are in it.
    """
    some = select(MealPlan.client_id).where(
        MealPlan.state == MealPlanState.APPROVED,
        cast(MealPlan.given_up, Text).not_in(("null", "[]")),
    )
    query = (
        select(MealPlan)
        .join(Prescription, Prescription.id == MealPlan.prescription_id)
        .where(
            Prescription.state == PrescriptionState.SIGNED,
            MealPlan.state == MealPlanState.APPROVED,
            MealPlan.client_id.in_(some),
            MealPlan.start_day < day + timedelta(days=FED_DAYS),
        )
        .order_by(MealPlan.start_day.desc(), MealPlan.id.desc())
    )
    if client_ids is not None:
        query = query.where(MealPlan.client_id.in_(client_ids))
    found: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    over = set[int]()
    for plan in session.scalars(query):
        if plan.client_id not in over:
            found[plan.client_id] += plan.rules_given_up
        if plan.start_day <= day:
            over.add(plan.client_id)
    return found
