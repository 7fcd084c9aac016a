"""A plan checked again without the search, and explained: swaps, why not, verdicts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import time
from typing import Any

from menus import (
    Catalogue,
    MealPlan,
    Pin,
    PlanBench,
    PlanItem,
    PlanPlace,
    PlanRequest,
    Portion,
    Role,
    Slot,
    SwapReason,
    Total,
    Verdict,
    Window,
    alternatives,
    plan_objections,
    standings,
    why_not,
)
from tests.menus.small_menu import (
    CODES,
    LUNCH,
    SMALL,
    allergic,
    catalogue,
    dishes,
    ok,
    request,
    variant,
)

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


def test_a_dish_with_an_unknown_amount_is_kept_away_by_a_safe_maximum_and_says_so() -> None:
    asked = request(week=(("vitamin_d_ug", Window(safe_max=100_000)),), days=1)
    asked = replace(asked, slots=(replace(LUNCH, optional=(Role.STARCH,)),))
    plan = ok(asked)
    assert "mash" not in dishes(plan, Role.STARCH)
    found = why_not(plan, asked, SMALL, "mash")
    assert (found.objections, found.best) == ((), None)
    assert [(each.code, each.subject) for each in found.limits] == [
        ("plan.objection.unknown_amount", "0/lunch/starch vitamin_d_ug")
    ]
    here = PlanPlace(day=0, slot="lunch", role=Role.STARCH)
    book = catalogue(
        *(each for each in SMALL.variants.values() if each.component != "mash"),
        variant("mash", Role.STARCH, vitamin_d=None),
        variant("mash/dear", Role.STARCH, price_cents_per_100g=900),
    )
    told = PlanBench(ok(asked, book), asked, book).why_not_dish("mash", here)
    assert (told.variant, told.limits) == ("mash/dear", ())


def soups_of(names: Iterable[str], asked: PlanRequest, book: Catalogue) -> MealPlan:
    """A plan with one soup a day, in this order."""
    pins = tuple(
        Pin(day=day, slot="s", role=Role.SOUP, variant=name, portion=Portion.M)
        for day, name in enumerate(names)
    )
    return ok(replace(asked, pins=pins), book)


def test_less_variety_is_said_exactly_where_a_dish_comes_again_more() -> None:
    sunny = dict.fromkeys(("a", "b", "c"), 300)
    book = catalogue(
        *(variant(name, Role.SOUP, vitamin_d=amount) for name, amount in sunny.items()),
        variant("dark", Role.SOUP, vitamin_d=0),
    )
    slot = Slot(id="s", time=time(10), roles=(Role.SOUP,))
    asked = request(
        days=4,
        slots=(slot,),
        week=(("vitamin_d_ug", Window(min=600, max=700)),),
        dislikes=frozenset({"b"}),
        likes=frozenset({"a"}),
    )
    plan = soups_of(("a", "b", "c", "a"), asked, book)
    first = PlanPlace(day=0, slot="s", role=Role.SOUP)
    found = {each.variant: each for each in alternatives(plan, asked, book, first)}
    assert found["dark"].delta[4] >= 300
    assert SwapReason.MORE_REPETITION not in found["dark"].reasons
    assert SwapReason.MORE_REPETITION in found["b"].reasons
    third = replace(first, day=2)
    liked = {each.variant: each for each in alternatives(plan, asked, book, third)}["a"]
    assert SwapReason.MORE_REPETITION in liked.reasons


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
