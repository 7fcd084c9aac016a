"""Which other dish an eater may choose in a signed plan, and which one asks who signed it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from menus.catalog import Catalogue
from menus.explaining import Alternative, SwapReason, alternatives
from menus.nutrients import INDEX, NUTRIENTS
from menus.plan import MealPlan, PlanItem, PlanPlace, Total
from menus.plan_check import day_totals, plan_objections
from menus.plan_request import Pin, PlanRequest, Window
from menus.suitability import hard_objections


class Beyond(StrEnum):
    """Why a choice goes beyond what was signed."""

    BELOW = "choice.beyond.below"
    ABOVE = "choice.beyond.above"
    UNKNOWN = "choice.beyond.unknown"
    DOSE = "choice.beyond.dose"
    PINNED = "choice.beyond.pinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One way in which a choice leaves what was signed: a nutrient, or the place itself."""

    code: Beyond
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DishOption:
    """Another dish for one place; without departure the eater may choose it."""

    alternative: Alternative
    departures: tuple[Departure, ...]


TOLERANCE_PERCENT = 5
"""House rule: a choice may leave a window by so much of its limit."""

_LOOKED_AT = 12
"""How many of the best swaps are looked at: some of them do not keep what was signed."""


def dish_options(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue, at: PlanPlace
) -> tuple[DishOption, ...]:
    """Other dishes for one place of a signed plan, those to choose freely first, then best first.

    None breaks a hard rule that the plan does not break already, the ceilings of energy included:
    the plan with it is checked without the solver. What leaves a window of a day, an eating moment
    or the week by more than `TOLERANCE_PERCENT` of the limit, and further than the plan does, says
    so; so does what adds an unknown figure under a maximum, comes worse at a dose, or takes a
    place that was pinned. Dishes that no longer suit give their place up; empty where there is no
    such place.
    """
    pinned = any(
        (pin.day, pin.slot, pin.role) == (at.day, at.slot, at.role) for pin in request.pins
    )
    asked = replace(request, pins=_pins_elsewhere(request, at))
    before = restated(plan, catalogue)
    suiting = tuple(one for one in before.items if _suits(one, asked, catalogue))
    found = alternatives(replace(before, items=suiting), asked, catalogue, at, count=_LOOKED_AT)
    broken = set(plan_objections(before, asked, catalogue))
    options = []
    for one in found:
        after = with_dish(before, catalogue, one)
        if after is None or set(plan_objections(after, asked, catalogue)) - broken:
            continue
        beyond = (Departure(code=Beyond.PINNED, subject=at.slot),) if pinned else ()
        options.append(
            DishOption(
                alternative=one,
                departures=(*beyond, *_departures(before, after, asked, catalogue, one)),
            )
        )
    return tuple(sorted(options, key=lambda one: bool(one.departures)))


def _pins_elsewhere(request: PlanRequest, at: PlanPlace) -> tuple[Pin, ...]:
    here = at.day, at.slot, at.role
    return tuple(pin for pin in request.pins if (pin.day, pin.slot, pin.role) != here)


def _suits(item: PlanItem, request: PlanRequest, catalogue: Catalogue) -> bool:
    variant = catalogue.variants[item.variant]
    return not hard_objections(variant, request.eater, recalled=request.recalled)


def restated(plan: MealPlan, catalogue: Catalogue) -> MealPlan:
    """A plan by the figures of today's catalogue, without the dishes that are no longer made."""
    items = tuple(one for one in plan.items if one.variant in catalogue.variants)
    days = len(plan.totals)
    again = replace(plan, items=items, catalogue_version=catalogue.version)
    return replace(again, totals=day_totals(again, catalogue, days))


def with_dish(plan: MealPlan, catalogue: Catalogue, other: Alternative) -> MealPlan | None:
    """The plan with another dish in one place, summed anew; None when there is no such dish now.

    A dish of the component that stands there already is no other dish.
    """
    here = next(
        (
            at
            for at, one in enumerate(plan.items)
            if (one.day, one.slot, one.role) == (other.day, other.slot, other.role)
        ),
        None,
    )
    variants = catalogue.variants
    if here is None:
        return None
    if variants[plan.items[here].variant].component == variants[other.variant].component:
        return None
    item = replace(
        plan.items[here],
        variant=other.variant,
        portion=other.portion,
        grams=other.grams,
        reasons=(),
    )
    items = (*plan.items[:here], item, *plan.items[here + 1 :])
    return restated(replace(plan, items=items), catalogue)


def _departures(
    before: MealPlan,
    after: MealPlan,
    request: PlanRequest,
    catalogue: Catalogue,
    other: Alternative,
) -> Iterator[Departure]:
    if SwapReason.WORSE_AT_DOSE in other.reasons:
        yield Departure(code=Beyond.DOSE, subject=other.slot)
    was = _scopes(before, request, catalogue, other)
    now = _scopes(after, request, catalogue, other)
    seen = set()
    for (nutrient, window, old), (_, _, new) in zip(was, now, strict=True):
        for code in _leaves(window, old, new):
            if (code, nutrient) not in seen:
                seen.add((code, nutrient))
                yield Departure(code=code, subject=nutrient)


_Scope = tuple[str, Window, Total]


def _scopes(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue, other: Alternative
) -> list[_Scope]:
    """Each window that the swap can move, in hundredths, with the sum it is about."""
    day = plan.totals[other.day]
    moment = tuple(one for one in plan.items if (one.day, one.slot) == (other.day, other.slot))
    slot = _sums(moment, catalogue)
    week = [_added(column) for column in zip(*plan.totals, strict=True)]
    windows = dict(request.slot_windows).get(other.slot, ())
    return [
        *((name, _scaled(window, 1), day[INDEX[name]]) for name, window in request.day),
        *((name, _scaled(window, 1), slot[INDEX[name]]) for name, window in windows),
        *(
            (name, _scaled(window, len(plan.totals)), week[INDEX[name]])
            for name, window in request.week
        ),
    ]


def _scaled(window: Window, days: int) -> Window:
    def hundredths(limit: int | None) -> int | None:
        return None if limit is None else limit * 100 * days

    return Window(
        safe_min=hundredths(window.safe_min),
        min=hundredths(window.min),
        max=hundredths(window.max),
        safe_max=hundredths(window.safe_max),
    )


def _sums(items: Iterable[PlanItem], catalogue: Catalogue) -> list[Total]:
    rows = [(catalogue.variants[one.variant].per_100g, one.grams) for one in items]
    return [
        Total(
            known_hundredths=sum((row[at] or 0) * grams for row, grams in rows),
            missing=sum(row[at] is None for row, _ in rows),
        )
        for at in range(len(NUTRIENTS))
    ]


def _added(column: Iterable[Total]) -> Total:
    totals = tuple(column)
    return Total(
        known_hundredths=sum(one.known_hundredths for one in totals),
        missing=sum(one.missing for one in totals),
    )


def _leaves(window: Window, old: Total, new: Total) -> Iterator[Beyond]:
    """How a sum leaves its window; what is not known counts as nothing towards a minimum."""
    low = window.min if window.min is not None else window.safe_min
    high = window.max if window.max is not None else window.safe_max
    was, now = old.known_hundredths, new.known_hundredths
    if low is not None and now < was and now * 100 < low * (100 - TOLERANCE_PERCENT):
        yield Beyond.BELOW
    if high is not None and now > was and now * 100 > high * (100 + TOLERANCE_PERCENT):
        yield Beyond.ABOVE
    if high is not None and new.missing > old.missing:
        yield Beyond.UNKNOWN
