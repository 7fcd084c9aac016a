"""Why a dish stands where it stands, and what differs between two plans."""

from dataclasses import replace
from datetime import time

import pytest

from app.i18n import sentences
from menus import (
    LEVEL_CODES,
    Link,
    MealPlan,
    Pin,
    PlanBench,
    PlanChange,
    PlanItem,
    PlanPlace,
    PlanRequest,
    Portion,
    Role,
    Slot,
    Why,
    Window,
    compare_plans,
    explain,
    repeated,
)
from menus.plan_request import NearExpiry, Shared
from optimizer import LEVELS
from tests.menus.small_menu import SMALL, allergic, eater, ok, request


def chain(
    plan: MealPlan, asked: PlanRequest, role: Role, day: int = 0
) -> dict[Why, dict[str, object]]:
    item = next(one for one in plan.items if (one.day, one.role) == (day, role))
    links = explain(PlanBench(plan, asked, SMALL), item)
    assert len(links) <= 5
    return {link.why: dict(link.args) for link in links}


def test_a_pin_few_choices_and_the_next_best_dish_are_named() -> None:
    pin = Pin(day=0, slot="lunch", role=Role.SOUP, variant="leek", portion=Portion.M)
    asked = request(eater=allergic("milk"), pins=(pin,))
    found = chain(ok(asked), asked, Role.SOUP)
    assert Why.PINNED in found
    assert found[Why.FEW] == {"left": 2, "of": 3, "rule": "allergy:milk"}
    assert found[Why.RUNNER_UP]["variant"] == "tomato"
    assert found[Why.RUNNER_UP]["level"] in LEVEL_CODES


def test_the_minimum_a_dish_serves_most_is_named_with_its_share() -> None:
    asked = request(
        days=1, day=(("protein_g", Window(min=400)), ("energy_kcal", Window(max=9_000)))
    )
    plan = ok(asked)
    item = next(one for one in plan.items if one.role is Role.PROTEIN)
    grams = (SMALL.variants[item.variant].per_100g[1] or 0) * item.grams
    serves = chain(plan, asked, Role.PROTEIN)[Why.SERVES]
    assert serves == {"nutrient": "protein_g", "percent": grams // 400}


def test_likes_tables_lots_and_earlier_plans_are_reasons() -> None:
    shared = Shared(day=0, slot="lunch", role=Role.SOUP, component="leek")
    lot = NearExpiry(variant="cod", portions=1, until_day=1)
    asked = request(
        days=2,
        together=(shared,),
        use_first=(lot,),
        likes=frozenset({"leek", "cod"}),
        dislikes=frozenset({"pasta", "mash"}),
    )
    plan = ok(asked)
    assert Why.TOGETHER in chain(plan, asked, Role.SOUP)
    used = next(one.day for one in plan.items if one.variant == "cod")
    assert chain(plan, asked, Role.PROTEIN, used)[Why.USE_FIRST] == {"day": 1}
    assert Why.DISLIKED in chain(plan, asked, Role.STARCH)
    earlier = tuple(
        Pin(day=i.day, slot=i.slot, role=i.role, variant=i.variant, portion=i.portion)
        for i in plan.items
    )
    again = replace(asked, previous=earlier)
    assert Why.KEPT in chain(ok(again), again, Role.SOUP)


def test_a_dish_near_a_dose_says_what_it_takes_and_an_only_dish_that_it_is_alone() -> None:
    slot = Slot(id="lunch", time=time(12), roles=(Role.DRINK, Role.PROTEIN))
    asked = request(days=1, slots=(slot,), dose_times=(time(12),), dose_protein_max=100)
    plan = ok(asked)
    found = chain(plan, asked, Role.PROTEIN)
    assert isinstance(found[Why.AT_DOSE]["percent"], int)
    assert Why.NO_OTHER in chain(plan, asked, Role.DRINK)


def test_one_bench_answers_many_questions() -> None:
    asked = request(eater=eater(dislikes=frozenset({"cream"})))
    bench = PlanBench(ok(asked), asked, SMALL)
    place = PlanPlace(day=1, slot="lunch", role=Role.SOUP)
    assert bench.alternatives(place) == bench.alternatives(place)
    assert bench.choice(Role.SOUP) == bench.choice(Role.SOUP)
    here = bench.why_not("tomato", PlanPlace(day=1, slot="lunch", role=Role.SOUP)).best
    assert here is None or (here.day, here.variant) == (1, "tomato")
    nowhere = PlanPlace(day=7, slot="lunch", role=Role.SOUP)
    assert bench.why_not("tomato", nowhere).best is None


def test_why_not_names_the_rule_of_the_variant_that_comes_nearest() -> None:
    asked = request(eater=allergic("milk"))
    bench = PlanBench(ok(asked), asked, SMALL)
    place = PlanPlace(day=0, slot="lunch", role=Role.SOUP)
    refused = bench.why_not_dish("cream", place)
    assert [each.rule for each in refused.objections] == ["allergy:milk"]
    assert (refused.best, refused.limits) == (None, ())
    with pytest.raises(KeyError):
        bench.why_not_dish("dragon", place)


def test_why_not_gives_the_price_in_each_level_or_the_safe_limit_that_would_break() -> None:
    asked = request(days=1)
    plan = ok(asked)
    soup = next(one for one in plan.items if one.role is Role.SOUP)
    other = next(
        one.component
        for one in SMALL.variants.values()
        if one.role is Role.SOUP and one.id != soup.variant
    )
    place = PlanPlace(day=0, slot=soup.slot, role=Role.SOUP)
    free = PlanBench(plan, asked, SMALL).why_not_dish(other, place)
    assert free.best is not None
    assert len(free.best.delta) == len(LEVELS)
    assert free.limits == ()


def test_why_not_names_the_safe_limit_that_a_dish_would_break() -> None:
    asked = request(days=1)
    plan = ok(asked)
    main = next(one for one in plan.items if one.role is Role.PROTEIN)
    cap = Window(safe_max=-(-plan.totals[0][1].known_hundredths // 100))
    bench = PlanBench(plan, replace(asked, day=(("protein_g", cap),)), SMALL)
    place = PlanPlace(day=0, slot=main.slot, role=Role.PROTEIN)
    standing = (SMALL.variants[main.variant].per_100g[1] or 0) * main.grams
    room = (cap.safe_max or 0) * 100 - plan.totals[0][1].known_hundredths
    told = set()
    for one in SMALL.variants.values():
        if one.role is Role.PROTEIN and one.id != main.variant:
            least = (one.per_100g[1] or 0) * one.portions_g[Portion.S]
            found = bench.why_not(one.id, place)
            told.add(bool(found.limits))
            assert bool(found.limits) == (least - standing > room)
            assert {each.code for each in found.limits} <= {"plan.objection.above_safe"}
            assert {each.subject for each in found.limits} <= {"0/protein_g"}
    assert True in told


def test_a_dish_that_may_no_longer_stand_there_is_still_compared_with() -> None:
    asked = request(days=1)
    plan = ok(asked)
    soup = next(one for one in plan.items if one.role is Role.SOUP)
    now = replace(asked, eater=eater(exclude_ingredients=SMALL.variants[soup.variant].ingredients))
    place = PlanPlace(day=0, slot=soup.slot, role=Role.SOUP)
    bench = PlanBench(plan, now, SMALL)
    gone = (SMALL.variants[soup.variant].per_100g[0] or 0) * soup.grams
    for one in bench.alternatives(place):
        amount = SMALL.variants[one.variant].per_100g[0]
        assert one.energy_hundredths == (None if amount is None else amount * one.grams - gone)


# ---------------------------------------------------------------- comparing


def test_an_earlier_week_is_read_as_it_is_eaten_again() -> None:
    asked = request(days=2, day=(("protein_g", Window(min=400)),))
    plan = ok(asked)
    again = repeated(plan, ahead=1, days=3)
    assert [again.totals[day] for day in range(3)] == [plan.totals[day] for day in (1, 0, 1)]
    assert {one.variant for one in again.items if one.day == 0} == {
        one.variant for one in plan.items if one.day == 1
    }
    assert again.objective == ()
    found = compare_plans(repeated(plan, ahead=1, days=2), plan, asked)
    assert (found.objective, found.reasons) == ((), ())
    for day in found.days:
        nutrient, before, after = day.sums[0]
        assert nutrient == "protein_g"
        assert (before, after) == (plan.totals[1 - day.day][1], plan.totals[day.day][1])
    with pytest.raises(ValueError, match=plan.id):
        repeated(replace(plan, totals=()), ahead=0, days=1)


def test_a_comparison_names_dishes_means_and_levels() -> None:
    asked = request(days=2, day=(("protein_g", Window(min=400)),))
    before = ok(asked)
    pin = Pin(day=0, slot="lunch", role=Role.PROTEIN, variant="nut-roast", portion=Portion.S)
    after = ok(replace(asked, pins=(pin,)))
    found = compare_plans(before, after, asked)
    day = next(each for each in found.days if each.day == 0)
    assert "nut-roast" in {one.variant for one in day.added}
    assert day.removed
    assert found.objective == tuple(
        b - a for a, b in zip(before.objective, after.objective, strict=True)
    )
    assert {(code, more) for _, code, more in found.reasons} == {
        (code, abs(step)) for code, step in zip(LEVEL_CODES, found.objective, strict=True) if step
    }
    assert (PlanChange.WORSE in {why for why, _, _ in found.reasons}) is any(
        step > 0 for step in found.objective
    )
    assert (
        found.means[0][1].mean_hundredths
        == sum(row[1].known_hundredths for row in after.totals) // 2
    )
    assert compare_plans(before, before, asked).days == ()


def test_a_dish_in_another_place_of_the_day_has_moved() -> None:
    asked = request(days=1)
    plan = ok(asked)
    first = plan.items[0]
    elsewhere: PlanItem = replace(first, slot="supper")
    found = compare_plans(plan, replace(plan, items=(elsewhere, *plan.items[1:])), asked)
    assert found.days[0].moved == ((first, elsewhere),)
    assert (found.days[0].added, found.days[0].removed) == ((), ())


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_reason_level_and_change_has_its_sentence(language: str) -> None:
    known = sentences(language)
    assert {*Why, *PlanChange, *LEVEL_CODES} <= set(known)
    assert len(LEVEL_CODES) == len(LEVELS)
    assert Link(why=Why.PINNED).args == ()
