"""The approved weeks that serve a stretch of days: menus repeat until the next week begins."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.care import Prescription, PrescriptionState
from app.models.meals import MealPlan, MealPlanState
from app.operations.eating.servings import Served, served_each

Span = tuple[date, date]
"""A first and a last day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """The approved weeks of somebody as they are eaten, by first day; there is one at least.

    A delivery may feed the end of one week and the begin of the next: each day follows its own.
    """

    each: tuple[Served, ...]

    def of(self, day: date) -> Served:
        """Give the week that a day follows: the last that began, else the first to come."""
        begun = [one for one in self.each if one.plan.start_day <= day]
        return begun[-1] if begun else self.each[0]

    def on(self, day: date) -> tuple[Mapping[str, Any], ...]:
        """Give the dishes of a day as the compose format names them."""
        return self.of(day).on(day)

    def needs(self, first: date, days: int) -> Mapping[tuple[str, int], int]:
        """Give the portions per (variant, grams) from a day on."""
        return Counter(
            (item["variant"], item["grams"])
            for ahead in range(days)
            for item in self.on(first + timedelta(days=ahead))
        )

    def portions_g(self, first: date, days: int) -> Mapping[str, int]:
        """Give the grams of a portion of each variant of the weeks of these days: the largest."""
        weeks = [self.of(first + timedelta(days=ahead)) for ahead in range(days)]
        grams: dict[str, int] = {}
        for week in {one.plan.id: one for one in weeks}.values():
            for variant, portion_g in week.portions_g.items():
                grams[variant] = max(portion_g, grams.get(variant, 0))
        return grams


def weeks_of(session: Session, spans: Mapping[int, Span]) -> Mapping[int, Weeks]:
    """Give the weeks that serve the days of each client; who has none approved is not in it."""
    plans = approved_weeks(session, spans)
    served = served_each(session, (plan for mine in plans.values() for plan in mine))
    return {
        client: Weeks(each=tuple(served[plan.id] for plan in mine))
        for client, mine in plans.items()
    }


def approved_weeks(
    session: Session, spans: Mapping[int, Span]
) -> Mapping[int, tuple[MealPlan, ...]]:
    """Give by client the approved weeks that serve days, by first day.

    That is the last one that began before them, or the first to come, and those that begin in
    between. Weeks made under the signed prescription go before any made under an older one.
    """
    signed = select(Prescription.id).where(
        Prescription.client_id.in_(spans), Prescription.state == PrescriptionState.SIGNED
    )
    found: defaultdict[tuple[int, bool], list[tuple[date, int]]] = defaultdict(list)
    for client, start, number, current in session.execute(
        select(
            MealPlan.client_id,
            MealPlan.start_day,
            MealPlan.id,
            MealPlan.prescription_id.in_(signed),
        ).where(MealPlan.client_id.in_(spans), MealPlan.state == MealPlanState.APPROVED)
    ):
        found[client, bool(current)].append((start, number))
    kept = {
        client: _serving(sorted(found[client, True] or found[client, False]), span)
        for client, span in spans.items()
    }
    wanted = [number for numbers in kept.values() for number in numbers]
    plans = {
        plan.id: plan for plan in session.scalars(select(MealPlan).where(MealPlan.id.in_(wanted)))
    }
    return {
        client: tuple(plans[number] for number in numbers)
        for client, numbers in kept.items()
        if numbers
    }


def _serving(weeks: list[tuple[date, int]], span: Span) -> list[int]:
    first, last = span
    begun = [number for start, number in weeks if start <= first][-1:]
    then = [number for start, number in weeks if first < start <= last]
    return [*begun, *then] or [number for _, number in weeks[:1]]
