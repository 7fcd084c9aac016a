"""Check a composed plan dish by dish and sum by sum, without the solver and its tables."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from menus.catalog import Catalogue
from menus.nutrients import INDEX, NUTRIENTS
from menus.plan import MealPlan, PlanItem, Total
from menus.plan_request import PlanRequest, Window, Windows
from menus.suitability import hard_objections

PLAN_OBJECTION_CODES: tuple[str, ...] = (
    "plan.objection.other_catalogue",
    "plan.objection.unknown_variant",
    "plan.objection.not_suitable",
    "plan.objection.role",
    "plan.objection.grams",
    "plan.objection.empty_place",
    "plan.objection.no_such_place",
    "plan.objection.pin",
    "plan.objection.totals",
    "plan.objection.below_safe",
    "plan.objection.above_safe",
    "plan.objection.unknown_amount",
)
"""Every code the check of a plan can give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanObjection:
    """Why a plan may not be served: a code and what it is about."""

    code: str
    subject: str


def plan_objections(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue
) -> tuple[PlanObjection, ...]:
    """Every hard rule of the request that the plan breaks; empty: it may be proposed.

    Each dish passes the gate again, each place is filled once, pins stand, totals are summed anew
    from the catalogue and compared, and the safe bounds and ceilings hold. What is not known
    counts as nothing towards a minimum, and has no place under a safe maximum.
    """
    if plan.catalogue_version != catalogue.version:
        return (_objection("other_catalogue", plan.catalogue_version),)
    if any(item.variant not in catalogue.variants for item in plan.items):
        return (_objection("unknown_variant", plan.id),)
    return (
        *(each for item in plan.items for each in _dish(item, request, catalogue)),
        *_places(plan, request),
        *_pins(plan, request),
        *_sums(plan, request, catalogue),
        *_unknown(plan, request, catalogue),
    )


def _objection(code: str, subject: str) -> PlanObjection:
    return PlanObjection(code=f"plan.objection.{code}", subject=subject)


def _where(item: PlanItem) -> str:
    return f"{item.day}/{item.slot}/{item.role}"


def _dish(item: PlanItem, request: PlanRequest, catalogue: Catalogue) -> Iterator[PlanObjection]:
    variant = catalogue.variants[item.variant]
    for found in hard_objections(variant, request.eater, recalled=request.recalled):
        yield _objection("not_suitable", f"{_where(item)} {found.rule}")
    if variant.role is not item.role:
        yield _objection("role", _where(item))
    if variant.portions_g[item.portion] != item.grams:
        yield _objection("grams", _where(item))


def _places(plan: MealPlan, request: PlanRequest) -> Iterator[PlanObjection]:
    """Required roles are filled as often as asked; optional ones at most that much more."""
    filled = Counter(_where(item) for item in plan.items)
    asked = (
        (f"{day}/{slot.id}/{role}", slot.roles.count(role), slot.optional.count(role))
        for day in range(request.days)
        for slot in request.slots
        for role in sorted({*slot.roles, *slot.optional})
    )
    for where, least, more in asked:
        served = filled.pop(where, 0)
        if served < least:
            yield _objection("empty_place", where)
        if served > least + more:
            yield _objection("no_such_place", where)
    for where in filled:
        yield _objection("no_such_place", where)


def _pins(plan: MealPlan, request: PlanRequest) -> Iterator[PlanObjection]:
    standing = Counter((_where(item), item.variant, item.portion) for item in plan.items)
    for pin in request.pins:
        where = f"{pin.day}/{pin.slot}/{pin.role}"
        if not standing[where, pin.variant, pin.portion]:
            yield _objection("pin", where)


def day_totals(plan: MealPlan, catalogue: Catalogue, days: int) -> tuple[tuple[Total, ...], ...]:
    """Exact sums per day in the order of `NUTRIENTS`, with the number of dishes not known."""
    known = [[0] * len(NUTRIENTS) for _ in range(days)]
    missing = [[0] * len(NUTRIENTS) for _ in range(days)]
    for item in plan.items:
        amounts, day = catalogue.variants[item.variant].per_100g, item.day
        pairs = zip(known[day], amounts, strict=True)
        known[day] = [total + (amount or 0) * item.grams for total, amount in pairs]
        if None in amounts:
            counted = zip(missing[day], amounts, strict=True)
            missing[day] = [count + (amount is None) for count, amount in counted]
    return tuple(
        tuple(
            Total(known_hundredths=total, missing=unknown)
            for total, unknown in zip(known[day], missing[day], strict=True)
        )
        for day in range(days)
    )


def _sums(plan: MealPlan, request: PlanRequest, catalogue: Catalogue) -> Iterator[PlanObjection]:
    if any(not 0 <= item.day < request.days for item in plan.items):
        return
    totals = day_totals(plan, catalogue, request.days)
    if totals != plan.totals:
        yield _objection("totals", plan.id)
    yield from _beyond(plan, request, catalogue, totals)


def broken_limits(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue
) -> tuple[PlanObjection, ...]:
    """The safe limits that the dishes of a plan break, summed anew, with what is not known."""
    totals = day_totals(plan, catalogue, request.days)
    return (
        *_beyond(plan, request, catalogue, totals),
        *_unknown(plan, request, catalogue),
    )


def _beyond(
    plan: MealPlan,
    request: PlanRequest,
    catalogue: Catalogue,
    totals: tuple[tuple[Total, ...], ...],
) -> Iterator[PlanObjection]:
    """Each safe limit below or above which a sum lies."""
    of_slots = slot_totals(plan, request, catalogue)
    for scope, nutrient, limits, total in (
        *_safe_limits(request, totals),
        *(
            (f"{day}/{slot}", nutrient, _hundredths(window.safe_min, window.safe_max, 100), total)
            for slot, day, nutrient, window, total in of_slots
        ),
    ):
        low, high = limits
        if low is not None and total < low:
            yield _objection("below_safe", f"{scope}/{nutrient}")
        if high is not None and total > high:
            yield _objection("above_safe", f"{scope}/{nutrient}")


_Limited = tuple[str, str, tuple[int | None, int | None], int]


def _safe_limits(request: PlanRequest, totals: tuple[tuple[Total, ...], ...]) -> Iterator[_Limited]:
    """Each hard limit with the sum it is about, both in hundredths."""
    for day, row in enumerate(totals):
        for nutrient, window in request.day:
            total = row[INDEX[nutrient]].known_hundredths
            yield f"{day}", nutrient, _hundredths(window.safe_min, window.safe_max, 100), total
        ceiling = dict(enumerate(request.max_energy_by_day)).get(day)
        energy = row[INDEX["energy_kcal"]].known_hundredths
        yield f"{day}", "energy_kcal", _hundredths(None, ceiling, 100), energy
    for nutrient, window in request.week:
        total = sum(row[INDEX[nutrient]].known_hundredths for row in totals)
        limits = _hundredths(window.safe_min, window.safe_max, 100 * request.days)
        yield "week", nutrient, limits, total


def slot_totals(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue
) -> tuple[tuple[str, int, str, Window, int], ...]:
    """Slot, day, nutrient, window and what is known of the sum, in hundredths, per slot window."""
    return tuple(
        (
            slot,
            day,
            nutrient,
            window,
            sum(
                (catalogue.variants[item.variant].per_100g[INDEX[nutrient]] or 0) * item.grams
                for item in plan.items
                if (item.slot, item.day) == (slot, day)
            ),
        )
        for slot, windows in request.slot_windows
        for nutrient, window in windows
        for day in range(request.days)
    )


def _unknown(plan: MealPlan, request: PlanRequest, catalogue: Catalogue) -> Iterator[PlanObjection]:
    """Every dish whose amount is not known where that nutrient has a safe maximum."""
    for item in plan.items:
        yield from unknown_amounts(item, request, catalogue)


def unknown_amounts(
    item: PlanItem, request: PlanRequest, catalogue: Catalogue
) -> tuple[PlanObjection, ...]:
    """The nutrients with a safe maximum of which a dish in its place has an amount not known."""
    limited = _limited(
        (*request.day, *request.week, *dict(request.slot_windows).get(item.slot, ()))
    )
    if dict(enumerate(request.max_energy_by_day)).get(item.day) is not None:
        limited.add("energy_kcal")
    per_100g = catalogue.variants[item.variant].per_100g
    return tuple(
        _objection("unknown_amount", f"{_where(item)} {nutrient}")
        for nutrient in sorted(limited)
        if per_100g[INDEX[nutrient]] is None
    )


def _limited(windows: Windows) -> set[str]:
    return {nutrient for nutrient, window in windows if window.safe_max is not None}


def _hundredths(low: int | None, high: int | None, factor: int) -> tuple[int | None, int | None]:
    return (
        None if low is None else low * factor,
        None if high is None else high * factor,
    )
