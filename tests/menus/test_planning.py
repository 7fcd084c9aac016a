"""A composed week: gate first, windows held, the impossible named, nothing unsafe offered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from typing import Any

import pytest

from menus import (
    MAX_DAYS,
    NUTRIENTS,
    AllergenSet,
    Catalogue,
    Eater,
    Iddsi,
    Kind,
    MealPlan,
    Names,
    Pin,
    PlanItem,
    PlanPlace,
    PlanReason,
    PlanRequest,
    PlanStatus,
    Portion,
    Portions,
    Role,
    Rule,
    Seasoning,
    Slot,
    SwapReason,
    Total,
    Variant,
    Verdict,
    Window,
    Zone,
    alternatives,
    compose_plan,
    plan_objections,
    standings,
    why_not,
)
from menus.plan_problem import build_problem
from menus.planning import _conflict, checked
from optimizer import Limits

CODES = [nutrient.code for nutrient in NUTRIENTS]


def variant(name: str, role: Role, *, energy: int | None = 1_000, **more: Any) -> Variant:
    """A dish at level 5 (a drink at level 2) with energy, protein and vitamin D only."""
    amounts: dict[str, int | None] = dict.fromkeys(CODES, 0)
    amounts |= {"energy_kcal": energy, "protein_g": more.pop("protein", 50)}
    amounts["vitamin_d_ug"] = more.pop("vitamin_d", 0)
    kind = Kind.DRINK if role is Role.DRINK else Kind.FOOD
    level = Iddsi.L2 if role is Role.DRINK else Iddsi.L5
    fields: dict[str, Any] = {
        "id": name,
        "component": name.partition("/")[0],
        "role": role,
        "kind": kind,
        "iddsi": level,
        "seasoning": Seasoning.STANDARD,
        "names": Names(nl=name, fr=name, en=name),
        "per_100g": tuple(amounts.values()),
        "allergens": AllergenSet(),
        "ingredients": frozenset({name.partition("/")[0]}),
        "properties": frozenset(),
        "portions_g": Portions(s=100, m=200, l=300),
        "price_cents_per_100g": 50,
        "zone": Zone.CHILLED,
        "shelf_days": 5,
        "steps": (),
        "regeneration": None,
        "max_batch_g": 10_000,
    }
    return Variant(**(fields | more))


def catalogue(*variants: Variant) -> Catalogue:
    return Catalogue(
        version="v1",
        ingredients={},
        recipes={},
        components={},
        variants={each.id: each for each in variants},
    )


MILK = AllergenSet(contains=frozenset({"milk"}))
SOME_MILK = AllergenSet(may_contain=frozenset({"milk"}))
SMALL = catalogue(
    variant("leek", Role.SOUP, energy=400, protein=10),
    variant("tomato", Role.SOUP, energy=500, protein=12, price_cents_per_100g=40),
    variant("cream", Role.SOUP, energy=900, protein=20, allergens=MILK),
    variant("cod", Role.PROTEIN, energy=1_100, protein=180, vitamin_d=200),
    variant("chicken", Role.PROTEIN, energy=1_500, protein=250),
    variant("lentils", Role.PROTEIN, energy=1_000, protein=90, price_cents_per_100g=20),
    variant("nut-roast", Role.PROTEIN, allergens=SOME_MILK),
    variant("cod-smooth", Role.PROTEIN, iddsi=Iddsi.L4),
    variant("mash", Role.STARCH, energy=900, protein=20, vitamin_d=None),
    variant("pasta", Role.STARCH, energy=1_300, protein=45),
    variant("coffee", Role.DRINK, energy=10, protein=0),
    variant("cake", Role.DESSERT, energy=2_500, protein=40),
)
LUNCH = Slot(
    id="lunch",
    time=time(12),
    roles=(Role.SOUP, Role.PROTEIN, Role.STARCH),
    optional=(Role.DESSERT,),
)
EATER = Eater(food_iddsi=Iddsi.L5, drink_iddsi=Iddsi.L2)


def request(**more: Any) -> PlanRequest:
    fields: dict[str, Any] = {
        "id": "c1",
        "start": date(2026, 12, 1),
        "days": 3,
        "slots": (LUNCH,),
        "eater": EATER,
    }
    return PlanRequest(**(fields | more))


def compose(asked: PlanRequest, book: Catalogue = SMALL, *, seed: int = 1) -> MealPlan:
    return compose_plan(asked, book, Limits(moves=40_000, seed=seed))


def ok(asked: PlanRequest, book: Catalogue = SMALL) -> MealPlan:
    plan = compose(asked, book)
    assert plan.status is PlanStatus.OK
    assert plan_objections(plan, asked, book) == ()
    return plan


def eater(**more: Any) -> Eater:
    return replace(EATER, **more)


def allergic(*allergies: str) -> Eater:
    return eater(allergies=frozenset(allergies))


def dishes(plan: MealPlan, role: Role) -> list[str]:
    return [item.variant for item in plan.items if item.role is role]


def rules(plan: MealPlan) -> set[str]:
    return {each.rule for each in plan.conflict}


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
        eater=eater(allergies=frozenset({"milk"}), exclude_ingredients=frozenset({"tomato", "cod"}))
    )
    plan = compose(asked, book)
    assert plan.status is PlanStatus.IMPOSSIBLE
    assert rules(plan) == {"role:lunch/soup", "allergy:milk", "exclude_ingredient:tomato"}
    offered = {each.rule.rule for each in plan.relaxations}
    assert offered == {"role:lunch/soup", "exclude_ingredient:tomato"}


def test_an_allergen_or_texture_is_never_offered_as_relaxation() -> None:
    asked = request(slots=(replace(LUNCH, roles=(Role.DRINK,), optional=()),))
    plan = compose(replace(asked, eater=eater(drink_iddsi=Iddsi.L4)))
    assert rules(plan) == {"role:lunch/drink", "drink_iddsi:4"}
    assert [each.rule for each in plan.relaxations] == [Rule(rule="role:lunch/drink")]
    assert [each.rule for each in plan.conflict if each.soft] == ["role:lunch/drink"]


def test_nothing_ordered_means_nothing_allowed() -> None:
    assert compose(request(eater=eater(food_iddsi=None))).status is PlanStatus.IMPOSSIBLE


def test_a_seasoning_can_be_given_up() -> None:
    plan = compose(request(eater=eater(seasonings=frozenset({Seasoning.LOW_SALT}))))
    assert "seasoning:low-salt" in rules(plan)
    assert Rule(rule="seasoning:low-salt") in [each.rule for each in plan.relaxations]


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


def test_what_is_neither_found_nor_proved_is_called_undecided() -> None:
    asked = request()
    problem = build_problem(asked, SMALL.variants.values())
    assert _conflict(problem, asked, proved=False) == (Rule(rule="undecided"),)


# ---------------------------------------------------------------- invalid


def wrong() -> Iterator[tuple[str, str, dict[str, Any]]]:
    twice = Pin(day=0, slot="lunch", role=Role.SOUP, variant="leek", portion=Portion.M)
    yield "days", "days", {"days": 0}
    yield "days", "days", {"days": MAX_DAYS + 1}
    yield "empty", "slots", {"slots": ()}
    yield "empty", "slots.0.roles", {"slots": (replace(LUNCH, roles=(), optional=()),)}
    yield "twice", "slots.1.id", {"slots": (LUNCH, LUNCH)}
    yield "unknown_allergy", "allergies", {"eater": allergic("kryptonite")}
    yield "level", "food_iddsi", {"eater": eater(food_iddsi=Iddsi.L2)}
    yield "level", "drink_iddsi", {"eater": eater(drink_iddsi=Iddsi.L6)}
    yield "unknown_nutrient", "day.magic", {"day": (("magic", Window(min=1)),)}
    yield "twice", "week.protein_g", {"week": (("protein_g", Window()),) * 2}
    yield "window_order", "day.protein_g", {"day": (("protein_g", Window(min=9, max=8)),)}
    yield "negative", "day.protein_g", {"day": (("protein_g", Window(min=-1)),)}
    yield "negative", "dose_protein_max", {"dose_protein_max": -1}
    yield "negative", "max_energy_by_day.1", {"max_energy_by_day": (None, -5)}
    yield "no_such_place", "pins.0", {"pins": (replace(twice, day=9),)}
    yield "no_such_place", "pins.0", {"pins": (replace(twice, slot="x"),)}
    yield "twice", "pins.1", {"pins": (twice, twice)}
    yield "unknown_variant", "pins.0.variant", {"pins": (replace(twice, variant="x"),)}
    yield "other_role", "pins.0.role", {"pins": (replace(twice, variant="cod"),)}


@pytest.mark.parametrize(("code", "field", "change"), list(wrong()))
def test_what_has_no_meaning_is_named_by_field(
    code: str, field: str, change: dict[str, Any]
) -> None:
    plan = compose(request(**change))
    assert plan.status is PlanStatus.INVALID
    assert [(each.code, each.field) for each in plan.errors] == [(f"plan.error.{code}", field)]
    assert plan.items == ()


# ---------------------------------------------------------------- checking


def objected(plan: MealPlan, asked: PlanRequest) -> set[str]:
    found = plan_objections(plan, asked, SMALL)
    return {each.code.removeprefix("plan.objection.") for each in found}


def edited(plan: MealPlan, **change: Any) -> MealPlan:
    return replace(plan, items=(replace(plan.items[0], **change), *plan.items[1:]))


def test_the_check_finds_every_kind_of_damage() -> None:
    asked = request()
    plan = ok(asked)
    assert objected(replace(plan, catalogue_version="old"), asked) == {"other_catalogue"}
    assert objected(edited(plan, variant="ghost"), asked) == {"unknown_variant"}
    assert "not_suitable" in objected(
        edited(plan, variant="cream"), replace(asked, eater=allergic("milk"))
    )
    assert "role" in objected(edited(plan, variant="cod"), asked)
    assert "grams" in objected(edited(plan, grams=1), asked)
    assert "totals" in objected(edited(plan, grams=1), asked)
    assert {"empty_place", "no_such_place"} <= objected(edited(plan, slot="moon"), asked)
    assert "no_such_place" in objected(replace(plan, items=(*plan.items, plan.items[0])), asked)
    assert "no_such_place" in objected(edited(plan, day=7), asked)
    pin = Pin(day=0, slot="lunch", role=Role.SOUP, variant="cream", portion=Portion.S)
    assert "pin" in objected(edited(plan, variant="leek"), replace(asked, pins=(pin,)))
    high = (("energy_kcal", Window(safe_min=99_999)),)
    assert "below_safe" in objected(plan, replace(asked, day=high))
    assert "below_safe" in objected(plan, replace(asked, week=high))
    assert "above_safe" in objected(plan, replace(asked, max_energy_by_day=(1,)))


# ---------------------------------------------------------------- explaining

SOUP_OF_DAY_1 = PlanPlace(day=1, slot="lunch", role=Role.SOUP)


def test_the_best_swaps_are_safe_and_one_per_dish() -> None:
    asked = request(eater=allergic("milk"))
    plan = ok(asked)
    found = alternatives(plan, asked, SMALL, SOUP_OF_DAY_1)
    now = next(i for i in plan.items if i.day == 1 and i.role is Role.SOUP)
    assert {each.variant for each in found} == {"leek", "tomato"}
    assert [each.delta for each in found] == sorted(each.delta for each in found)
    for each in found:
        old, new = SMALL.variants[now.variant], SMALL.variants[each.variant]
        assert each.energy_hundredths == (
            (new.per_100g[0] or 0) * each.grams - (old.per_100g[0] or 0) * now.grams
        )
        assert each.reasons
    assert len(alternatives(plan, asked, SMALL, SOUP_OF_DAY_1, count=1)) == 1
    nowhere = PlanPlace(day=9, slot="lunch", role=Role.SOUP)
    assert alternatives(plan, asked, SMALL, nowhere) == ()


def test_a_swap_says_what_it_does() -> None:
    asked = request(
        days=1,
        day=(("protein_g", Window(min=420, max=900)),),
        likes=frozenset({"cod"}),
        dislikes=frozenset({"lentils"}),
    )
    plan = ok(asked)
    place = PlanPlace(day=0, slot="lunch", role=Role.PROTEIN)
    found = {each.variant: set(each.reasons) for each in alternatives(plan, asked, SMALL, place)}
    assert {SwapReason.DISLIKED, SwapReason.MORE_SLACK, SwapReason.CHEAPER} <= found["lentils"]
    assert SwapReason.SAME_DISH in found["cod"]
    assert SwapReason.LIKED in found["cod"]


def test_a_swap_can_solve_the_slack_a_person_made() -> None:
    asked = request(days=1, day=(("protein_g", Window(min=420, max=900)),))
    pin = Pin(day=0, slot="lunch", role=Role.PROTEIN, variant="lentils", portion=Portion.S)
    pinned = replace(asked, pins=(pin,))
    plan = ok(pinned)
    place = PlanPlace(day=0, slot="lunch", role=Role.PROTEIN)
    found = {each.variant: each for each in alternatives(plan, pinned, SMALL, place)}
    assert SwapReason.SOLVES_SLACK in found["chicken"].reasons
    assert found["chicken"].protein_hundredths is not None
    assert found["chicken"].protein_hundredths > 0
    assert SwapReason.DEARER in found["chicken"].reasons


def test_a_swap_into_an_empty_place_costs_the_whole_dish() -> None:
    asked = request(days=1, day=(("energy_kcal", Window(min=3_000, max=3_200)),))
    plan = ok(asked)
    assert dishes(plan, Role.DESSERT) == []
    place = PlanPlace(day=0, slot="lunch", role=Role.DESSERT)
    cake = alternatives(plan, asked, SMALL, place)[0]
    assert cake.price_cents == 50 * cake.grams // 100
    assert cake.energy_hundredths == 2_500 * cake.grams


def test_why_not_gives_objections_or_a_price() -> None:
    asked = request(eater=allergic("milk"), days=1, likes=frozenset({"cod"}))
    plan = ok(asked)
    assert [each.rule for each in why_not(plan, asked, SMALL, "cream").objections] == [
        "allergy:milk"
    ]
    chicken = why_not(plan, asked, SMALL, "chicken")
    assert chicken.objections == ()
    assert chicken.best is not None
    assert chicken.best.delta > (0, 0, 0, 0, 0)
    assert why_not(plan, asked, SMALL, "coffee").best is None


def test_an_unknown_amount_has_no_difference() -> None:
    book = catalogue(
        variant("known", Role.SOUP), variant("unknown", Role.SOUP, energy=None, protein=None)
    )
    slot = Slot(id="s", time=time(10), roles=(Role.SOUP,))
    asked = request(days=1, slots=(slot,), likes=frozenset({"known"}))
    plan = ok(asked, book)
    place = PlanPlace(day=0, slot="s", role=Role.SOUP)
    found = {each.variant: each for each in alternatives(plan, asked, book, place)}
    assert found["unknown"].energy_hundredths is None
    assert found["unknown"].protein_hundredths is None


def test_the_mean_of_each_window_gets_a_verdict() -> None:
    plan = replace(
        ok(request(days=2)),
        totals=tuple(
            tuple(
                Total(known_hundredths=1_000, missing=int(code in {"iron_mg", "zinc_mg"}))
                for code in CODES
            )
            for _ in range(2)
        ),
    )
    asked = request(
        days=2,
        day=(("energy_kcal", Window(min=1, max=11)), ("protein_g", Window(min=12))),
        week=(
            ("protein_g", Window(min=10)),
            ("fat_g", Window(max=9)),
            ("fibre_g", Window(min=11)),
            ("iron_mg", Window(min=11)),
            ("zinc_mg", Window(min=9)),
        ),
    )
    found = {each.nutrient: (each.verdict, each.off_hundredths) for each in standings(plan, asked)}
    assert found == {
        "protein_g": (Verdict.WITHIN, 0),
        "fat_g": (Verdict.ABOVE, 100),
        "fibre_g": (Verdict.BELOW, 100),
        "iron_mg": (Verdict.INCOMPLETE, 100),
        "zinc_mg": (Verdict.WITHIN, 0),
        "energy_kcal": (Verdict.WITHIN, 0),
    }


def test_items_are_plain_values() -> None:
    item = ok(request()).items[0]
    assert isinstance(item, PlanItem)
    assert item == replace(item)
