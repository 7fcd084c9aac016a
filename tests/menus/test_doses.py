"""What the meals around a dose hold of protein, and whether that is known to be little enough."""

from dataclasses import replace
from datetime import time

from menus import DoseStanding, MealPlan, PlanItem, Portion, Role, dose_standings
from menus.catalog import Catalogue
from tests.menus.small_menu import SMALL, ok, request

NOON = time(12)


def around(plan: MealPlan, cap: int | None, catalogue: Catalogue = SMALL) -> DoseStanding:
    asked = request(days=1, dose_times=(NOON,), dose_protein_max=cap)
    (found,) = dose_standings(plan, asked, catalogue)
    return found


def test_each_dose_of_each_day_is_told_with_its_protein_and_cap() -> None:
    asked = request(days=2, dose_times=(NOON, time(23)), dose_protein_max=70)
    plan = ok(asked)
    found = dose_standings(plan, asked, SMALL)
    assert [(one.day, one.dose) for one in found] == [
        (day, dose) for day in (0, 1) for dose in (NOON, time(23))
    ]
    for one in found:
        known = sum(
            (SMALL.variants[item.variant].per_100g[1] or 0) * item.grams
            for item in plan.items
            if item.day == one.day and item.slot in one.slots
        )
        assert (one.known_hundredths, one.cap_hundredths) == (known, 7_000)
        assert one.met is (known <= 7_000)
    told = {(one.day, one.dose): one.above_hundredths for one in found if one.above_hundredths}
    slack = {(one.day, one.dose): one.above_hundredths for one in plan.dose_slack}
    assert slack == {(day, f"{dose:%H:%M}"): above for (day, dose), above in told.items()}
    assert {one.slots for one in found if one.dose == time(23)} == {frozenset()}


def test_a_cap_is_met_to_the_gram_and_unknown_protein_never_meets_it() -> None:
    plan = ok(request(days=1))
    plan = replace(plan, items=tuple(one for one in plan.items if one.slot == "lunch")[:1])
    item: PlanItem = plan.items[0]
    assert item.role in tuple(Role)
    assert item.portion in tuple(Portion)
    exact = (SMALL.variants[item.variant].per_100g[1] or 0) * item.grams
    assert around(plan, None).met is None
    assert exact % 100 == 0
    assert around(plan, exact // 100).met is True
    assert around(plan, exact // 100 - 1).met is False
    figures = list(SMALL.variants[item.variant].per_100g)
    figures[1] = None
    unknown = replace(SMALL.variants[item.variant], per_100g=tuple(figures))
    blind = replace(SMALL, variants={**SMALL.variants, item.variant: unknown})
    found = around(plan, 1_000, blind)
    assert (found.met, found.missing, found.known_hundredths) == (None, 1, 0)
