"""Another dish for one place of a signed plan: which an eater chooses, which asks the signer."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import (
    Beyond,
    Departure,
    DishOption,
    MealPlan,
    Pin,
    PlanPlace,
    PlanRequest,
    Portion,
    Role,
    Slot,
    Window,
    dish_options,
    objections,
    plan_objections,
)
from menus.eating import restated, with_dish
from tests.menus.small_menu import LUNCH, SMALL, allergic, catalogue, ok, request, variant

BOOK = catalogue(*SMALL.variants.values(), variant("rich", Role.SOUP, energy=9_000))
"""The small menu with a soup that fills a day by itself."""
SOUP = PlanPlace(day=1, slot="lunch", role=Role.SOUP)
MAIN = PlanPlace(day=1, slot="lunch", role=Role.PROTEIN)


def pin(**more: Any) -> Pin:
    fields = {"day": 1, "slot": "lunch", "role": Role.SOUP, "variant": "leek", "portion": Portion.M}
    return Pin(**(fields | more))


def offered(asked: PlanRequest, plan: MealPlan, at: PlanPlace = SOUP) -> dict[str, DishOption]:
    return {one.alternative.variant: one for one in dish_options(plan, asked, BOOK, at)}


def codes(option: DishOption) -> set[Beyond]:
    return {one.code for one in option.departures}


def soup(plan: MealPlan) -> str:
    return next(one.variant for one in plan.items if (one.day, one.role) == (1, Role.SOUP))


def test_what_keeps_every_rule_is_free_to_choose() -> None:
    asked = request(pins=(pin(day=0), pin(day=2)))
    plan = ok(asked)
    found = offered(asked, plan)
    assert set(found) == {"leek", "tomato", "cream", "rich"} - {soup(plan)}
    assert all(one.departures == () for one in found.values())


def test_an_allergen_is_never_offered() -> None:
    asked = request(eater=allergic("milk"))
    assert "cream" not in offered(asked, ok(asked))


def test_a_dish_that_would_break_a_safe_bound_is_not_offered() -> None:
    asked = request(pins=(pin(),))
    plan = ok(asked)
    total = plan.totals[1][0].known_hundredths
    capped = replace(asked, pins=(), max_energy_by_day=(None, total // 100 + 1, None))
    assert "rich" in offered(asked, plan)
    assert set(offered(capped, plan)) == {"tomato"}


@pytest.mark.parametrize("scope", ["day", "week", "slot_windows"])
def test_what_leaves_a_window_asks_whoever_signed(scope: str) -> None:
    plan = ok(request(pins=tuple(pin(day=day) for day in range(3))))
    days = 3 if scope == "week" else 1
    known = [row[0].known_hundredths for row in plan.totals]
    total = sum(known) if scope == "week" else known[1]
    window = Window(max=total // 100 // days)
    windows = (("energy_kcal", window),)
    named = (("lunch", windows),) if scope == "slot_windows" else windows
    found = offered(request(**{scope: named}), plan)
    assert codes(found["rich"]) == {Beyond.ABOVE}
    assert found["rich"].departures == (Departure(code=Beyond.ABOVE, subject="energy_kcal"),)
    assert found["tomato"].departures == ()
    order = [bool(one.departures) for one in found.values()]
    assert order == sorted(order)


def test_five_percent_of_the_limit_is_allowed_and_no_more() -> None:
    plan = ok(request(pins=(pin(),)))
    now = plan.totals[1][0].known_hundredths
    added = (500 - 400) * 200  # tomato instead of leek, in hundredths of a tenth of a kcal
    for limit, free in ((now + added, True), ((now + added) * 100 // 106, False)):
        asked = request(day=(("energy_kcal", Window(max=limit // 100)),))
        option = offered(asked, plan)["tomato"]
        if option.alternative.portion is Portion.M:
            assert (option.departures == ()) is free


def test_a_window_that_is_left_less_far_is_no_departure() -> None:
    plan = ok(request(pins=(pin(variant="cream"),)))
    low = request(day=(("energy_kcal", Window(max=1)), ("protein_g", Window(min=99_999))))
    found = offered(low, plan)
    assert Beyond.ABOVE not in codes(found["leek"]) or found["leek"].alternative.grams > 200
    assert Beyond.BELOW in codes(found["leek"])


def test_a_figure_nobody_knows_asks_where_a_maximum_stands() -> None:
    book = catalogue(
        *SMALL.variants.values(), variant("broth", Role.SOUP, energy=400, vitamin_d=None)
    )
    plan = replace(ok(request(pins=(pin(),))), catalogue_version=book.version)
    windows = (("vitamin_d_ug", Window(max=9_999)),)
    found = {
        one.alternative.variant: codes(one)
        for one in dish_options(plan, request(week=windows), book, SOUP)
    }
    assert found["broth"] == {Beyond.UNKNOWN}
    assert found["tomato"] == set()


def test_what_is_worse_at_a_dose_asks() -> None:
    asked = request(dose_times=(time(12),), dose_protein_max=100)
    lentils = pin(role=Role.PROTEIN, variant="lentils", portion=Portion.S)
    plan = ok(replace(asked, pins=(lentils,)))
    assert Beyond.DOSE in codes(offered(asked, plan, MAIN)["chicken"])


def test_a_pinned_place_asks_whoever_pinned_it() -> None:
    asked = request(pins=(pin(),))
    found = offered(asked, ok(asked))
    assert set(found) == {"tomato", "cream", "rich"}
    assert all(Beyond.PINNED in codes(one) for one in found.values())


def test_a_dish_that_no_longer_suits_can_be_replaced() -> None:
    asked = request(pins=(pin(variant="cream"),))
    plan = ok(asked)
    now = replace(asked, pins=(), eater=allergic("milk"))
    again = plan_objections(plan, now, SMALL)
    assert {one.code for one in again} == {"plan.objection.not_suitable"}
    assert set(offered(now, plan)) == {"leek", "tomato", "rich"}


def test_a_place_that_does_not_exist_or_stands_empty_offers_nothing() -> None:
    asked = request(slots=(Slot(id="lunch", time=time(12), roles=LUNCH.roles),))
    plan = ok(asked)
    assert offered(asked, plan, PlanPlace(day=9, slot="lunch", role=Role.SOUP)) == {}
    bare = replace(plan, items=tuple(one for one in plan.items if one.role is not Role.SOUP))
    assert offered(asked, bare) == {}


def test_a_dish_that_is_no_longer_made_leaves_the_sums() -> None:
    asked = request(pins=(pin(),))
    plan = ok(asked)
    book = catalogue(*(one for one in SMALL.variants.values() if one.id != "leek"))
    again = restated(plan, book)
    assert "leek" not in {one.variant for one in again.items}
    assert again.totals[1][0].known_hundredths < plan.totals[1][0].known_hundredths


@settings(max_examples=25)
@given(
    ceiling=st.integers(40_000, 90_000),
    minimum=st.integers(0, 60_000),
    role=st.sampled_from([Role.SOUP, Role.PROTEIN, Role.STARCH]),
    milk=st.booleans(),
)
def test_whatever_is_offered_passes_the_check_without_the_solver(
    ceiling: int, minimum: int, role: Role, *, milk: bool
) -> None:
    day = (("energy_kcal", Window(safe_min=min(minimum, ceiling) // 100, max=ceiling // 100)),)
    asked = request(day=day, **({"eater": allergic("milk")} if milk else {}))
    plan = ok(request(**({"eater": allergic("milk")} if milk else {})))
    before = {one.subject for one in plan_objections(plan, asked, SMALL)}
    at = PlanPlace(day=1, slot="lunch", role=role)
    for one in dish_options(plan, asked, SMALL, at):
        after = with_dish(plan, SMALL, one.alternative)
        assert after is not None
        assert {each.subject for each in plan_objections(after, asked, SMALL)} <= before
        assert not objections(SMALL.variants[one.alternative.variant], asked.eater)
