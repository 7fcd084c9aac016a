"""What makes a week pleasant and fits it to the clock: sources apart, plates varied, stock used."""

from dataclasses import replace
from datetime import time

from menus import (
    Colour,
    Iddsi,
    NearExpiry,
    PlanStatus,
    Role,
    Shared,
    Slot,
    Stocked,
    Window,
    protein_spread,
)
from menus.composing import source_of, traits_of
from menus.plan_problem import suitable_variants
from tests.menus.small_menu import LUNCH, catalogue, compose, dishes, ok, request, rules, variant

BEEF = variant("stew", Role.PROTEIN, properties=frozenset({"beef"}))
BEEF_TOO = variant("burger", Role.PROTEIN, properties=frozenset({"beef"}), price_cents_per_100g=60)
FISH = variant("sole", Role.PROTEIN, properties=frozenset({"fish"}), price_cents_per_100g=90)
SOUP = variant("leek", Role.SOUP)
MASH = variant("mash", Role.STARCH, colour=Colour.WHITE)
RICE = variant("rice", Role.STARCH, colour=Colour.YELLOW, price_cents_per_100g=99)
ONE = (Slot(id="lunch", time=time(12), roles=(Role.PROTEIN,)),)


def test_one_protein_source_does_not_come_on_adjacent_days() -> None:
    book = catalogue(BEEF, BEEF_TOO, FISH)
    plan = ok(request(slots=ONE, days=2), book)
    assert "sole" in dishes(plan, Role.PROTEIN)
    assert [source_of(each) for each in (BEEF, FISH, SOUP)] == ["beef", "fish", ""]


def test_a_plate_differs_in_colour_where_it_can() -> None:
    white = replace(FISH, colour=Colour.WHITE)
    slots = (Slot(id="lunch", time=time(12), roles=(Role.PROTEIN, Role.STARCH)),)
    plan = ok(request(slots=slots, days=1), catalogue(white, MASH, RICE))
    assert dishes(plan, Role.STARCH) == ["rice"]
    assert traits_of(SOUP) == ()


def test_who_eats_together_gets_the_dish_of_the_table() -> None:
    asked = request(
        days=1,
        together=(Shared(day=0, slot="lunch", role=Role.PROTEIN, component="chicken"),),
    )
    assert dishes(ok(asked), Role.PROTEIN) == ["chicken"]


def test_what_is_near_its_end_is_used_and_what_is_not_there_is_not() -> None:
    ending = NearExpiry(variant="chicken", portions=1, until_day=0)
    plan = ok(request(use_first=(ending,)))
    assert [item.variant for item in plan.items if item.day == 0 and item.role is Role.PROTEIN] == [
        "chicken"
    ]
    scarce = tuple(Stocked(variant=each, portions=0) for each in ("lentils", "cod", "nut-roast"))
    plan = ok(request(days=1, stock=scarce))
    assert dishes(plan, Role.PROTEIN) == ["chicken"]
    assert plan.objective[1] == 0


def test_an_eating_moment_has_its_window_and_says_how_far_off_it_is() -> None:
    windows = (("lunch", (("protein_g", Window(min=60_000)),)),)
    plan = ok(request(days=1, slot_windows=windows))
    assert plan.objective[2] > 0
    assert [(each.slot, each.day, each.nutrient) for each in plan.slack] == [
        ("lunch", 0, "protein_g")
    ]


def test_a_hard_window_of_an_eating_moment_that_cannot_hold_is_named() -> None:
    windows = (("lunch", (("protein_g", Window(safe_min=600_000)),)),)
    plan = compose(request(days=1, slot_windows=windows))
    assert plan.status is PlanStatus.IMPOSSIBLE
    assert "slot_safe_min:lunch/protein_g" in rules(plan)


def test_a_dish_with_an_unknown_amount_stays_out_under_a_safe_maximum() -> None:
    week = (("vitamin_d_ug", Window(safe_max=900_000)),)
    plan = ok(request(week=week))
    assert "mash" not in dishes(plan, Role.STARCH)


def test_protein_is_spread_over_main_meals_that_are_not_near_a_dose() -> None:
    tea = Slot(id="tea", time=time(16), roles=(Role.DRINK,))
    spread = protein_spread((LUNCH, tea))
    assert spread == (("lunch", (("protein_g", Window(min=250, max=300)),)),)
    assert protein_spread((LUNCH, tea), (time(12),)) == ()


def test_a_copy_of_a_catalogue_is_judged_anew() -> None:
    book = catalogue(BEEF, FISH)
    asked = request(slots=ONE)
    assert {each.id for each in suitable_variants(asked.eater, book)} == set(book.variants)
    fewer = replace(book, variants={FISH.id: FISH})
    assert [each.id for each in suitable_variants(asked.eater, fewer)] == [FISH.id]
    other = replace(FISH, iddsi=Iddsi("4"))
    changed = replace(book, variants={FISH.id: other})
    assert suitable_variants(asked.eater, changed) == ()
