"""A composed week: gate first, windows held, the impossible named, nothing unsafe offered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from itertools import pairwise
from typing import Any

import pytest

from menus import (
    MAX_DAYS,
    Asked,
    Iddsi,
    NearExpiry,
    Pin,
    PlanReason,
    PlanStatus,
    Portion,
    Role,
    Rule,
    Seasoning,
    Slot,
    Stocked,
    Total,
    Window,
    dose_standings,
)
from menus.planning import checked
from tests.menus.small_menu import (
    CODES,
    LUNCH,
    SMALL,
    allergic,
    catalogue,
    compose,
    dishes,
    eater,
    ok,
    request,
    rules,
)

# ---------------------------------------------------------------- plans


def test_every_required_place_is_filled_and_sums_are_exact() -> None:
    plan = ok(request())
    assert len([item for item in plan.items if item.role is not Role.DESSERT]) == 9
    energy = sum(
        (SMALL.variants[item.variant].per_100g[0] or 0) * item.grams
        for item in plan.items
        if item.day == 1
    )
    assert plan.totals[1][0] == Total(known_hundredths=energy, missing=0)


@pytest.mark.parametrize("size", Portion)
def test_the_size_liked_best_is_served_where_nothing_asks_for_another(size: Portion) -> None:
    free = request(day=(), week=(), portion=size)
    assert {item.portion for item in ok(free).items} == {size}


def test_a_dish_with_an_unknown_amount_is_counted_as_missing() -> None:
    asked = request(eater=eater(exclude_ingredients=frozenset({"pasta"})))
    column = CODES.index("vitamin_d_ug")
    assert [row[column].missing for row in ok(asked).totals] == [1, 1, 1]


@pytest.mark.parametrize("allergy", ["milk"])
def test_an_allergen_contained_or_possible_is_never_served(allergy: str) -> None:
    plan = ok(request(eater=allergic(allergy), days=7))
    assert not {"cream", "nut-roast"} & {item.variant for item in plan.items}


def test_another_texture_than_ordered_is_never_served() -> None:
    asked = request(days=7, likes=frozenset({"cod-smooth"}))
    assert "cod-smooth" not in dishes(ok(asked), Role.PROTEIN)


def test_windows_are_met_where_they_can_be() -> None:
    window = Window(safe_min=3_000, min=5_000, max=5_400, safe_max=9_000)
    protein = Window(safe_min=200, min=500, max=700)
    plan = ok(request(days=7, day=(("energy_kcal", window), ("protein_g", protein))))
    assert plan.slack == ()
    for row in plan.totals:
        assert 500_000 <= row[0].known_hundredths <= 540_000


def test_slack_says_how_far_a_day_and_the_mean_lie_outside() -> None:
    asked = request(
        days=2,
        slots=(replace(LUNCH, roles=(Role.DRINK,), optional=()),),
        day=(("energy_kcal", Window(min=50, max=60)), ("protein_g", Window(max=10))),
        week=(("energy_kcal", Window(max=15)), ("vitamin_d_ug", Window(min=7))),
    )
    slack = {(each.day, each.nutrient): each for each in ok(asked).slack}
    assert slack[0, "energy_kcal"].below_hundredths == 5_000 - 10 * 300
    assert slack[None, "energy_kcal"].above_hundredths == 10 * 300 - 1_500
    assert slack[None, "vitamin_d_ug"].below_hundredths == 700
    assert (0, "protein_g") not in slack


def test_an_energy_ceiling_holds_on_its_own_day_only() -> None:
    window = (("energy_kcal", Window(min=5_000)),)
    plan = ok(request(day=window, max_energy_by_day=(3_000, None)))
    energy = [row[0].known_hundredths for row in plan.totals]
    assert energy[0] <= 300_000
    assert min(energy[1:]) >= 500_000
    assert max(
        row[0].known_hundredths for row in ok(request(max_energy_by_day=(3_000,))).totals[:1]
    )


def test_protein_near_a_dose_stays_under_its_cap_and_moves_to_the_evening() -> None:
    dinner = Slot(id="dinner", time=time(18), roles=(Role.PROTEIN,))
    noon = Slot(id="noon", time=time(12), roles=(Role.PROTEIN, Role.DRINK))
    asked = request(
        slots=(noon, dinner),
        dose_times=(time(12, 30), time(8)),
        dose_protein_max=100,
        day=(("protein_g", Window(safe_min=200)),),
    )
    plan = ok(asked)
    assert plan.dose_slack == ()
    lunches = [item for item in plan.items if item.slot == "noon" and item.role is Role.PROTEIN]
    assert {item.variant for item in lunches} <= {"lentils", "nut-roast"}
    tight = ok(replace(asked, dose_protein_max=40))
    assert {(each.dose, each.above_hundredths) for each in tight.dose_slack} == {("12:30", 1_000)}
    drinks = [item for item in plan.items if item.role is Role.DRINK]
    assert all(PlanReason.LITTLE_PROTEIN_AT_DOSE in item.reasons for item in drinks)


def test_where_each_meal_is_near_a_dose_the_last_brings_what_the_others_may_not() -> None:
    noon, dinner = (
        Slot(id=name, time=time(hour), roles=(Role.PROTEIN,))
        for name, hour in (("noon", 12), ("dinner", 18))
    )
    asked = request(
        slots=(noon, dinner),
        dose_times=(time(12), time(18)),
        dose_protein_max=100,
        dose_free=(time(18),),
        day=(("protein_g", Window(min=300)),),
    )
    plan = ok(asked)
    assert plan.dose_slack == ()
    of = {
        slot: [
            one.known_hundredths for one in dose_standings(plan, asked, SMALL) if slot in one.slots
        ]
        for slot in ("noon", "dinner")
    }
    assert max(of["noon"]) <= 10_000 < min(of["dinner"])
    assert {one.met for one in dose_standings(plan, asked, SMALL) if "dinner" in one.slots} == {
        None
    }
    assert ok(replace(asked, dose_free=())).dose_slack
    strange = compose(replace(asked, dose_free=(time(9),)))
    assert [(one.code, one.field) for one in strange.errors] == [
        ("plan.error.not_one_of", "dose_free")
    ]


@pytest.mark.parametrize(
    ("meal", "dose", "near"),
    [
        (time(12), time(12), True),
        (time(11, 30), time(12), True),
        (time(11, 29), time(12), False),
        (time(13), time(12), True),
        (time(13, 1), time(12), False),
        (time(23, 45), time(0, 10), True),
        (time(0, 30), time(23, 50), True),
    ],
)
def test_near_a_dose_means_from_30_minutes_before_to_60_after(
    meal: time,
    dose: time,
    near: bool,  # noqa: FBT001 - a column of the table
) -> None:
    slot = Slot(id="m", time=meal, roles=(Role.PROTEIN,))
    asked = request(slots=(slot,), dose_times=(dose,), dose_protein_max=1)
    assert bool(ok(asked).dose_slack) is near


def test_likes_are_served_and_dislikes_avoided() -> None:
    asked = request(days=1, likes=frozenset({"lentils"}), dislikes=frozenset({"tomato"}))
    plan = ok(asked)
    assert dishes(plan, Role.PROTEIN) == ["lentils"]
    assert "tomato" not in dishes(plan, Role.SOUP)
    reasons = {item.variant: item.reasons for item in plan.items}
    assert PlanReason.LIKED in reasons["lentils"]


def test_a_dislike_gives_way_when_nothing_else_is_left_and_says_so() -> None:
    excluded = eater(exclude_ingredients=frozenset({"leek", "cream"}))
    plan = ok(request(eater=excluded, dislikes=frozenset({"tomato"})))
    soups = [item for item in plan.items if item.role is Role.SOUP]
    assert {PlanReason.DISLIKED, PlanReason.ONLY_CHOICE, PlanReason.REPEATED} <= set(
        soups[0].reasons
    )


def test_a_dish_does_not_come_back_the_next_day_while_there_is_choice() -> None:
    proteins = dishes(ok(request(days=6)), Role.PROTEIN)
    assert all(first != then for first, then in pairwise(proteins))


def test_a_pin_stands_and_is_named() -> None:
    pin = Pin(day=1, slot="lunch", role=Role.SOUP, variant="cream", portion=Portion.L)
    plan = ok(request(pins=(pin,)))
    item = next(each for each in plan.items if each.day == 1 and each.role is Role.SOUP)
    assert (item.variant, item.portion, item.grams) == ("cream", Portion.L, 300)
    assert PlanReason.PINNED in item.reasons


def test_an_earlier_plan_is_followed_and_what_is_new_is_named() -> None:
    first = ok(request())
    as_pins = tuple(
        Pin(day=i.day, slot=i.slot, role=i.role, variant=i.variant, portion=i.portion)
        for i in first.items
    )
    again = ok(request(previous=as_pins))
    assert [i.variant for i in again.items] == [i.variant for i in first.items]
    assert all(PlanReason.KEPT in item.reasons for item in again.items)
    assert as_pins[0].role is Role.SOUP
    gone = (*(pin for pin in as_pins if pin.role is not Role.SOUP), replace(as_pins[0], day=9))
    other = ok(request(previous=gone))
    known = {as_pins[0].variant}
    soups = [item for item in other.items if item.role is Role.SOUP and item.variant not in known]
    assert soups
    assert all(PlanReason.NEW in item.reasons for item in soups)


def test_a_role_asked_twice_takes_two_dishes() -> None:
    slot = Slot(id="s", time=time(10), roles=(Role.SOUP, Role.SOUP))
    pins = tuple(
        Pin(day=0, slot="s", role=Role.SOUP, variant=name, portion=Portion.M)
        for name in ("leek", "tomato")
    )
    plan = ok(request(days=1, slots=(slot,), pins=pins))
    assert sorted(dishes(plan, Role.SOUP)) == ["leek", "tomato"]


def test_a_dish_that_carries_the_day_is_named() -> None:
    asked = request(day=(("protein_g", Window(min=500)), ("energy_kcal", Window(min=4_000))))
    found = {reason for item in ok(asked).items for reason in item.reasons}
    assert {PlanReason.PROTEIN_RICH, PlanReason.ENERGY_RICH} <= found


def test_same_request_and_seed_give_the_same_plan() -> None:
    assert compose(request(days=7), seed=4) == compose(request(days=7), seed=4)


# ---------------------------------------------------------------- impossible


def test_a_role_without_any_suitable_dish_names_the_rules_that_block_it() -> None:
    book = catalogue(*(each for each in SMALL.variants.values() if each.id != "leek"))
    asked = request(
        eater=eater(
            allergies=frozenset({"milk"}), exclude_ingredients=frozenset({"tomato", "cod"})
        ),
        dislikes=frozenset({"tomato"}),
    )
    plan = compose(asked, book)
    assert plan.status is PlanStatus.IMPOSSIBLE
    assert rules(plan) == {"role:lunch/soup", "allergy:milk", "exclude_ingredient:tomato"}
    offered = {each.rule.rule for each in plan.relaxations}
    assert offered == {"role:lunch/soup", "exclude_ingredient:tomato"}


def test_what_a_rule_excludes_is_never_offered_as_relaxation() -> None:
    words = frozenset({"leek", "tomato", "cream"})
    asked = tuple(Asked(line=f"exclude_ingredient:{word}", rule="r-9") for word in sorted(words))
    plan = compose(request(eater=eater(exclude_ingredients=words, asked=asked)))
    assert rules(plan) == {"role:lunch/soup", "rule:r-9"}
    assert {each.rule.rule for each in plan.relaxations} == {"role:lunch/soup"}


def test_an_allergen_or_texture_is_never_offered_as_relaxation() -> None:
    asked = request(slots=(replace(LUNCH, roles=(Role.DRINK,), optional=()),))
    plan = compose(replace(asked, eater=eater(drink_iddsi=Iddsi.L4)))
    assert rules(plan) == {"role:lunch/drink", "drink_iddsi:4"}
    assert [each.rule for each in plan.relaxations] == [Rule(rule="role:lunch/drink", soft=True)]
    assert [each.rule for each in plan.conflict if each.soft] == ["role:lunch/drink"]


def test_nothing_ordered_means_nothing_allowed() -> None:
    assert compose(request(eater=eater(food_iddsi=None))).status is PlanStatus.IMPOSSIBLE


def test_a_seasoning_can_be_given_up() -> None:
    plan = compose(request(eater=eater(seasonings=frozenset({Seasoning.LOW_SALT}))))
    assert "seasoning:low-salt" in rules(plan)
    assert Rule(rule="seasoning:low-salt", soft=True) in [each.rule for each in plan.relaxations]


def test_a_role_the_catalogue_does_not_have_is_named_alone() -> None:
    slot = Slot(id="tea", time=time(15), roles=(Role.SNACK, Role.SOUP), optional=())
    plan = compose(request(slots=(slot, LUNCH)))
    assert rules(plan) == {"role:tea/snack"}
    assert [each.rule.rule for each in plan.relaxations] == ["role:tea/snack"]


def test_a_pin_that_breaks_an_allergy_is_refused_with_the_reason() -> None:
    pins = (
        Pin(day=0, slot="lunch", role=Role.SOUP, variant="leek", portion=Portion.M),
        Pin(day=0, slot="lunch", role=Role.PROTEIN, variant="nut-roast", portion=Portion.M),
    )
    plan = compose(request(eater=allergic("milk"), pins=pins))
    assert plan.status is PlanStatus.IMPOSSIBLE
    assert rules(plan) == {"pin:0/lunch/protein", "allergy:milk"}
    assert [each.rule.rule for each in plan.relaxations] == ["pin:0/lunch/protein"]


def test_a_safe_minimum_out_of_reach_is_named() -> None:
    plan = compose(request(day=(("protein_g", Window(safe_min=5_000)),)))
    assert rules(plan) == {"day_safe_min:protein_g"}
    assert plan.relaxations == ()
    weekly = compose(request(week=(("vitamin_d_ug", Window(safe_min=9_000)),)))
    assert rules(weekly) == {"week_safe_min:vitamin_d_ug"}


def test_an_energy_ceiling_against_a_safe_minimum_names_both() -> None:
    window = (("energy_kcal", Window(safe_min=4_000, safe_max=9_000)),)
    plan = compose(request(day=window, max_energy_by_day=(None, 3_000)))
    assert rules(plan) == {"day_safe_min:energy_kcal", "max_energy:1"}
    other = compose(request(day=(("energy_kcal", Window(safe_max=1_000)),)))
    assert "day_safe_max:energy_kcal" in rules(other)


def test_a_pin_too_heavy_for_the_day_is_named_and_may_be_given_up() -> None:
    pin = Pin(day=0, slot="lunch", role=Role.PROTEIN, variant="chicken", portion=Portion.L)
    plan = compose(request(pins=(pin,), day=(("protein_g", Window(safe_max=600)),)))
    assert {"pin:0/lunch/protein", "day_safe_max:protein_g"} <= rules(plan)
    assert "pin:0/lunch/protein" in {each.rule.rule for each in plan.relaxations}


def test_a_plan_that_fails_its_check_is_no_plan() -> None:
    asked = request()
    good = ok(asked)
    bad = replace(good, items=good.items[1:])
    found = checked(bad, asked, SMALL)
    assert found.status is PlanStatus.IMPOSSIBLE
    assert found.items == ()
    assert {each.code for each in found.conflict} == {"plan.rule.check"}
    assert checked(good, asked, SMALL) is good


# ---------------------------------------------------------------- invalid


def wrong() -> Iterator[tuple[str, str, dict[str, Any]]]:
    twice = Pin(day=0, slot="lunch", role=Role.SOUP, variant="leek", portion=Portion.M)
    yield "days", "days", {"days": 0}
    yield "days", "days", {"days": MAX_DAYS + 1}
    yield "empty", "slots", {"slots": ()}
    yield "empty", "slots.0.roles", {"slots": (replace(LUNCH, roles=(), optional=()),)}
    yield "twice", "slots.1.id", {"slots": (LUNCH, LUNCH)}
    yield "too_many", "slots", {"slots": (replace(LUNCH, roles=(Role.SOUP,) * 100),)}
    yield "unknown_allergy", "allergies", {"eater": allergic("kryptonite")}
    word = frozenset({"tomatoe"})
    yield "unknown_word", "exclude_ingredients", {"eater": eater(exclude_ingredients=word)}
    yield "unknown_word", "exclude_properties", {"eater": eater(exclude_properties=word)}
    yield "unknown_word", "diets", {"eater": eater(diets=word)}
    ruled = (Asked(line="exclude_property:tomatoe", rule="r-9"),)
    yield "unknown_word", "exclude_properties", {"eater": eater(asked=ruled)}
    yield "level", "food_iddsi", {"eater": eater(food_iddsi=Iddsi.L2)}
    yield "level", "drink_iddsi", {"eater": eater(drink_iddsi=Iddsi.L6)}
    yield "unknown_nutrient", "day.magic", {"day": (("magic", Window(min=1)),)}
    yield "twice", "week.protein_g", {"week": (("protein_g", Window()),) * 2}
    yield "window_order", "day.protein_g", {"day": (("protein_g", Window(min=9, max=8)),)}
    yield "negative", "day.protein_g", {"day": (("protein_g", Window(min=-1)),)}
    yield "negative", "dose_protein_max", {"dose_protein_max": -1}
    yield "negative", "max_energy_by_day.1", {"max_energy_by_day": (None, -5)}
    vast = 10**9 + 1
    yield "too_large", "day.protein_g", {"day": (("protein_g", Window(min=vast, max=10**30)),)}
    yield "too_large", "week.protein_g", {"week": (("protein_g", Window(safe_max=10**15)),)}
    yield "too_large", "dose_protein_max", {"dose_protein_max": vast}
    yield "too_large", "max_energy_by_day.0", {"max_energy_by_day": (10**30,)}
    lot = Stocked(variant="leek", portions=vast)
    yield "too_large", "stock.0.portions", {"stock": (lot,)}
    yield "negative", "stock.0.portions", {"stock": (replace(lot, portions=-1),)}
    ending = NearExpiry(variant="leek", portions=10**30, until_day=1)
    yield "too_large", "use_first.0.portions", {"use_first": (ending,)}
    ending = NearExpiry(variant="leek", portions=1, until_day=10**30)
    yield "too_large", "use_first.0.until_day", {"use_first": (ending,)}
    yield "no_such_place", "pins.0", {"pins": (replace(twice, day=9),)}
    yield "no_such_place", "pins.0", {"pins": (replace(twice, slot="x"),)}
    yield "twice", "pins.1", {"pins": (twice, twice)}
    yield "unknown_variant", "pins.0.variant", {"pins": (replace(twice, variant="x"),)}
    yield "other_role", "pins.0.role", {"pins": (replace(twice, variant="cod"),)}


def test_the_largest_figures_overflow_no_sum_of_two_weeks() -> None:
    vast = Window(min=10**9, max=10**9)
    found = ok(request(days=MAX_DAYS, day=(("protein_g", vast),), week=(("protein_g", vast),)))
    assert min(found.objective) >= 0


def test_a_known_word_that_no_dish_carries_is_no_error() -> None:
    ok(request(eater=eater(exclude_properties=frozenset({"grapefruit"}))))


@pytest.mark.parametrize(("code", "field", "change"), list(wrong()))
def test_what_has_no_meaning_is_named_by_field(
    code: str, field: str, change: dict[str, Any]
) -> None:
    plan = compose(request(**change))
    assert plan.status is PlanStatus.INVALID
    assert [(each.code, each.field) for each in plan.errors] == [(f"plan.error.{code}", field)]
    assert plan.items == ()
