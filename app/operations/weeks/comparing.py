"""Lay a week beside the one before it, day by day: what goes, what comes, what it changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.models.meals import MealPlan
from app.operations.meals import place_of
from app.operations.weekrequest import last_week

_COUNTED = ("energy_kcal", "protein_g")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChange:
    """One day of a week beside the same weekday before; sums in scaled units, None: not known.

    `dishes` are (slot, role, variant before or None, variant now or None), only where they differ.
    """

    day: date
    dishes: tuple[tuple[str, str, str | None, str | None], ...]
    before: Mapping[str, float | None]
    now: Mapping[str, float | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A week beside the approved one before it, and how many of its dishes differ."""

    start: date
    slots: tuple[str, ...]
    days: tuple[DayChange, ...]

    @property
    def differing(self) -> int:
        """How many places hold another dish."""
        return sum(len(one.dishes) for one in self.days)


def compare_with_last(session: Session, plan: MealPlan) -> Comparison | None:
    """Give a week beside the approved one before it; None when there is none."""
    last = last_week(session, plan.client_id, plan.start_day)
    if last is None or last.id == plan.id:
        return None
    slots = tuple(slot["id"] for slot in plan.request["slots"])
    return Comparison(start=last.start_day, slots=slots, days=tuple(_days(last, plan)))


def _days(last: MealPlan, plan: MealPlan) -> Iterator[DayChange]:
    for at in range(plan.days):
        day = plan.start_day + timedelta(days=at)
        then = (day - last.start_day).days % last.days
        before, now = _dishes(last, then), _dishes(plan, at)
        yield DayChange(
            day=day,
            dishes=tuple(
                (*place, before.get(place), now.get(place))
                for place in dict.fromkeys((*now, *before))
                if before.get(place) != now.get(place)
            ),
            before=_sums(last.result, then),
            now=_sums(plan.result, at),
        )


def _dishes(plan: MealPlan, day: int) -> dict[tuple[Any, ...], str]:
    return {
        place_of(item)[1:]: item["variant"] for item in plan.result["items"] if item["day"] == day
    }


def _sums(result: Mapping[str, Any], day: int) -> dict[str, float | None]:
    """Give energy and protein of a day; a sum with a part that is not known is not known."""
    totals: Mapping[str, Any] = next(
        (one["nutrients"] for one in result["totals"] if one["day"] == day), {}
    )
    return {
        code: totals[code]["known"] if code in totals and not totals[code]["missing"] else None
        for code in _COUNTED
    }
