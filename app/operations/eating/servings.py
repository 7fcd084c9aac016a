"""The signed week as it is eaten: with the dishes a client chose for single days."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.choosing import ChoiceState, DishChoice
from app.models.meals import MealPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """An approved week with what was chosen by day; weeks repeat, a choice is for its day only."""

    plan: MealPlan
    chosen: Mapping[date, tuple[DishChoice, ...]]

    def index(self, day: date) -> int:
        """Give the day of the week's plan that a day follows, counted from 0."""
        return (day - self.plan.start_day).days % self.plan.days

    def on(self, day: date) -> tuple[Mapping[str, Any], ...]:
        """Give the dishes of a day as the compose format names them."""
        at, chosen = self.index(day), self.chosen.get(day, ())
        return tuple(
            _instead(item, chosen) for item in self.plan.result["items"] if item["day"] == at
        )

    def needs(self, first: date, days: int) -> Mapping[tuple[str, int], int]:
        """Give the portions per (variant, grams) from a day on."""
        return Counter(
            (item["variant"], item["grams"])
            for ahead in range(days)
            for item in self.on(first + timedelta(days=ahead))
        )

    @property
    def portions_g(self) -> Mapping[str, int]:
        """Give the grams of a portion of each variant signed or chosen: the largest one."""
        grams: dict[str, int] = {}
        signed = ((item["variant"], item["grams"]) for item in self.plan.result["items"])
        chosen = ((one.variant, one.grams) for day in self.chosen.values() for one in day)
        for variant, portion_g in (*signed, *chosen):
            grams[variant] = max(portion_g, grams.get(variant, 0))
        return grams


def _instead(item: Mapping[str, Any], chosen: Iterable[DishChoice]) -> Mapping[str, Any]:
    for one in chosen:
        if (item["slot"], item["role"], item["variant"]) == (one.slot, one.role, one.before):
            other = {"variant": one.variant, "portion": one.portion.value, "grams": one.grams}
            return {**item, **other, "reasons": [], "choice": one.id}
    return item


def served(session: Session, plan: MealPlan) -> Served:
    """Give one approved week as it is eaten."""
    return served_each(session, (plan,))[plan.id]


def served_each(session: Session, plans: Iterable[MealPlan]) -> Mapping[int, Served]:
    """Give weeks as they are eaten, by their number, with one look for all choices."""
    weeks = {plan.id: plan for plan in plans}
    rows = session.scalars(
        select(DishChoice)
        .where(DishChoice.state == ChoiceState.CHOSEN, DishChoice.plan_id.in_(weeks))
        .order_by(DishChoice.id)
    )
    chosen: dict[int, dict[date, tuple[DishChoice, ...]]] = defaultdict(dict)
    for row in rows:
        of_plan = chosen[row.plan_id]
        of_plan[row.day] = (*of_plan.get(row.day, ()), row)
    return {number: Served(plan=plan, chosen=chosen[number]) for number, plan in weeks.items()}


def end_overtaken(
    session: Session,
    client_id: int,
    week_of: Callable[[date], MealPlan | None],
    *,
    by: int | None,
    now: datetime,
) -> None:
    """End what was chosen or asked for days that another week than its own serves."""
    live = session.scalars(
        select(DishChoice).where(DishChoice.client_id == client_id, DishChoice.ended_at.is_(None))
    )
    for row in live:
        week = week_of(row.day)
        if week is None or week.id != row.plan_id:
            row.state, row.ended_at, row.ended_by = ChoiceState.REPLACED, now, by
    session.flush()
