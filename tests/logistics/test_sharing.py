"""What is too little for a day goes by need, line by line, and the checker sees it when not."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from logistics import DayPlan, IngredientLot, SiteKind, day_violations
from menus import Iddsi, Variant
from tests.logistics.test_dayplan import (
    CATALOGUE,
    DAY,
    NORMAL,
    STEW,
    inputs,
    line,
    lot,
    order,
    sound,
)


def given_of(plan: DayPlan) -> dict[str, int]:
    """Portions by order line."""
    found: Counter[str] = Counter()
    for each in plan.allocations:
        found[each.order_line] += each.amount_g // 200
    return dict(found)


NO_BEEF: tuple[IngredientLot, ...] = ()


def asking(name: str, portions: int, **changes: Any) -> Any:
    return order(name, line(name, 1, STEW, portions=portions), **changes)


def test_equal_need_gets_an_equal_share_whatever_is_asked() -> None:
    day = inputs(
        *(asking("a", 8), asking("b", 4), asking("c", 4)),
        lots=(lot("S1", STEW, 1_600),),
        ingredient_lots=NO_BEEF,
    )
    plan = sound(day)
    assert given_of(plan) == {"a-1": 4, "b-1": 2, "c-1": 2}
    assert {one.reason for one in plan.unserved} == {"day.kitchen.ingredient_short"}
    assert all(one.would_fit_if for one in plan.unserved)
    assert {(one.line, one.code, one.given, one.extra_g) for one in plan.shares} == {
        ("a-1", "share.line.fair", 4, 1_600),
        ("b-1", "share.line.fair", 2, 1_600),
        ("c-1", "share.line.fair", 2, 1_600),
    }


def test_the_share_counts_stock_and_what_is_cooked_together() -> None:
    beef = IngredientLot(id="I1", ingredient="beef", amount_g=480, use_by=DAY)
    leek = IngredientLot(id="I2", ingredient="leek", amount_g=9_000, use_by=DAY)
    day = inputs(
        asking("a", 6), asking("b", 6), lots=(lot("S1", STEW, 800),), ingredient_lots=(beef, leek)
    )
    assert given_of(sound(day)) == {"a-1": 4, "b-1": 4}


def test_who_has_no_other_meal_goes_first_and_an_empty_home_before_all() -> None:
    house = asking("h", 4, priority=3, kind=SiteKind.HOSPITAL)
    stock = (lot("S1", STEW, 1_000),)
    plan = sound(inputs(house, asking("a", 4), lots=stock, ingredient_lots=NO_BEEF))
    assert given_of(plan) == {"h-1": 4, "a-1": 1}
    assert {one.line: one.code for one in plan.shares} == {
        "h-1": "share.line.all",
        "a-1": "share.line.need",
    }
    empty = asking("a", 4, floor_portions=2)
    assert given_of(sound(inputs(house, empty, lots=stock, ingredient_lots=NO_BEEF))) == {
        "h-1": 3,
        "a-1": 2,
    }


def test_the_floor_of_a_home_is_one_floor_for_its_whole_order() -> None:
    fed = order("a", line("a", 1, STEW, portions=4), line("a", 2, OTHER, portions=2))
    day = inputs(
        replace(fed, floor_portions=2),
        asking("h", 4, priority=3),
        catalogue=WITH_OTHER,
        lots=(lot("S1", STEW, 800), replace(lot("O1", STEW, 400), sku=OTHER)),
        ingredient_lots=NO_BEEF,
    )
    assert given_of(sound(day)) == {"a-2": 2, "h-1": 4}, "the other dish fills the floor"


def named(variant: Variant, sku: str, **changes: Any) -> Variant:
    return replace(variant, id=sku, **changes)


OTHER, THIN = "pie/7/standard", "broth/4/standard"
WITH_OTHER = replace(
    CATALOGUE,
    variants={
        **CATALOGUE.variants,
        OTHER: named(CATALOGUE.variants[STEW], OTHER),
        THIN: named(CATALOGUE.variants[STEW], THIN, iddsi=Iddsi.L4),
    },
)


@pytest.mark.parametrize(
    ("eater", "left_g", "offered"),
    [
        (NORMAL, 200, OTHER),
        (NORMAL, 100, ""),
        (replace(NORMAL, allergies=frozenset({"celery"})), 200, ""),
        (replace(NORMAL, food_iddsi=Iddsi.L4), 200, ""),
    ],
)
def test_another_dish_is_offered_only_when_it_suits_and_enough_is_left(
    eater: Any, left_g: int, offered: str
) -> None:
    spicy = named(CATALOGUE.variants[STEW], OTHER)
    spicy = replace(spicy, allergens=replace(spicy.allergens, contains=frozenset({"celery"})))
    catalogue = replace(WITH_OTHER, variants={**WITH_OTHER.variants, OTHER: spicy})
    soft = eater.food_iddsi is Iddsi.L4
    wanted = order("a", line("a", 1, "stew/4/standard" if soft else STEW))
    day = inputs(
        wanted,
        catalogue=catalogue,
        eaters={"a-eater": eater},
        lots=(replace(lot("O1", STEW, left_g), sku=OTHER),),
        ingredient_lots=NO_BEEF,
    )
    (share,) = sound(day).shares
    assert share.instead == offered


def test_the_checker_sees_an_unfair_share_and_an_unsafe_offer() -> None:
    day = inputs(
        *(asking("a", 2), asking("b", 2)),
        lots=(lot("S1", STEW, 400),),
        ingredient_lots=NO_BEEF,
    )
    plan = sound(day)
    assert given_of(plan) == {"a-1": 1, "b-1": 1}
    first = plan.allocations[0]
    grab = replace(plan, allocations=(replace(first, amount_g=400),))
    codes = {one.code for one in day_violations(day, grab)}
    assert {"check.share.unfair", "check.share.differs"} <= codes
    told = replace(plan.shares[0], given=2, instead="stew/4/unheard")
    lied = replace(plan, shares=(told, *plan.shares[1:]))
    assert {one.code for one in day_violations(day, lied)} == {"check.share.differs"}
    unsafe = replace(plan, shares=(replace(plan.shares[0], instead="none"), *plan.shares[1:]))
    assert {one.code for one in day_violations(day, unsafe)} == {"check.share.unsafe"}
