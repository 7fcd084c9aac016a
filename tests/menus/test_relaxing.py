"""What stands in the way of a plan: the fewest rules, held against trying everything."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from menus import (
    Asked,
    MealPlan,
    Pin,
    PlanRequest,
    PlanStatus,
    Portion,
    Role,
    Rule,
    Slot,
    Variant,
    Window,
    compose_plan,
    objections,
)
from menus.nutrients import INDEX
from optimizer import Limits
from tests.menus.small_menu import LUNCH, SMALL, allergic, compose, eater, request, rules

# ---------------------------------------------------------------- trying everything

Dish = tuple[Variant, Portion] | None


def choices(asked: PlanRequest, kept: set[str], day: int) -> Iterator[tuple[Dish, ...]]:
    """Every way to fill the places of a day, with the named rules alone."""
    shelves: list[list[Dish]] = []
    for slot in asked.slots:
        for role in slot.roles:
            dishes: list[Dish] = [
                (variant, portion)
                for variant in SMALL.variants.values()
                if variant.role is role
                and not {each.rule for each in objections(variant, asked.eater)} & kept
                for portion in Portion
            ]
            pins = {
                (pin.variant, pin.portion)
                for pin in asked.pins
                if (pin.day, pin.slot, pin.role) == (day, slot.id, role)
                and f"pin:{day}/{slot.id}/{role}" in kept
            }
            if pins:
                dishes = [each for each in dishes if each and (each[0].id, each[1]) in pins]
            elif f"role:{slot.id}/{role}" not in kept:
                dishes.append(None)
            shelves.append(dishes)
    return product(*shelves)


def total(dishes: tuple[Dish, ...], nutrient: str) -> int:
    column = INDEX[nutrient]
    return sum(
        (dish[0].per_100g[column] or 0) * dish[0].portions_g[dish[1]] for dish in dishes if dish
    )


def holds(window: Window, amount: int, name: tuple[str, str], kept: set[str]) -> bool:
    """Whether a sum (in hundredths, times days for a mean) keeps the named ends of a window."""
    scope, nutrient = name
    low = window.safe_min if f"{scope}_safe_min:{nutrient}" in kept else None
    high = window.safe_max if f"{scope}_safe_max:{nutrient}" in kept else None
    return (low is None or amount >= low * 100) and (high is None or amount <= high * 100)


def known_under_maxima(
    asked: PlanRequest, kept: set[str], day: int, dishes: tuple[Dish, ...]
) -> bool:
    """What is not known fits under no maximum."""
    limited = {
        nutrient
        for scope, windows in (("day", asked.day), ("week", asked.week))
        for nutrient, window in windows
        if window.safe_max is not None and f"{scope}_safe_max:{nutrient}" in kept
    }
    if f"max_energy:{day}" in kept:
        limited.add("energy_kcal")
    return all(
        dish[0].per_100g[INDEX[each]] is not None for dish in dishes if dish for each in limited
    )


def day_fits(asked: PlanRequest, kept: set[str], day: int, dishes: tuple[Dish, ...]) -> bool:
    tops = dict(enumerate(asked.max_energy_by_day)) if f"max_energy:{day}" in kept else {}
    top = tops.get(day)
    if top is not None and total(dishes, "energy_kcal") > 100 * top:
        return False
    return known_under_maxima(asked, kept, day, dishes) and all(
        holds(window, total(dishes, nutrient), ("day", nutrient), kept)
        for nutrient, window in asked.day
    )


def can_be_done(asked: PlanRequest, kept: set[str]) -> bool:
    """Whether any choice keeps the named rules, by trying them all."""
    days = [
        {
            tuple(total(dishes, nutrient) for nutrient, _ in asked.week)
            for dishes in choices(asked, kept, day)
            if day_fits(asked, kept, day, dishes)
        }
        for day in range(asked.days)
    ]
    return any(
        all(
            holds(window, -(-sum(column) // asked.days), ("week", nutrient), kept)
            and holds(window, sum(column) // asked.days, ("week", nutrient), kept)
            for (nutrient, window), column in zip(asked.week, zip(*week, strict=True), strict=True)
        )
        for week in product(*days)
    )


def every_rule(asked: PlanRequest) -> set[str]:
    found = {each.rule for v in SMALL.variants.values() for each in objections(v, asked.eater)}
    found |= {f"role:{slot.id}/{role}" for slot in asked.slots for role in slot.roles}
    found |= {f"pin:{pin.day}/{pin.slot}/{pin.role}" for pin in asked.pins}
    found |= {f"max_energy:{day}" for day in range(len(asked.max_energy_by_day))}
    for scope, windows in (("day", asked.day), ("week", asked.week)):
        found |= {f"{scope}_safe_{end}:{name}" for name, _ in windows for end in ("min", "max")}
    return found


# ---------------------------------------------------------------- properties

ROLES = (Role.SOUP, Role.PROTEIN, Role.STARCH, Role.DESSERT)
BOUNDS = st.builds(
    lambda low, high: Window(safe_min=min(low, high), safe_max=max(low, high)),
    st.integers(0, 6_000),
    st.integers(500, 9_000),
)
PROTEIN = st.builds(
    lambda low, wide: Window(safe_min=low, safe_max=None if wide > 400 else low + wide),
    st.integers(0, 900),
    st.integers(0, 600),
)


@st.composite
def requests(draw: st.DrawFn) -> PlanRequest:
    """One or two days of two places, with levels, allergies, windows and pins at random."""
    roles = tuple(draw(st.lists(st.sampled_from(ROLES), min_size=1, max_size=2, unique=True)))
    days = draw(st.integers(1, 2))
    words = st.sampled_from(("leek", "tomato", "cod", "lentils", "pasta", "mash"))
    pinned = [
        Pin(day=day, slot="s", role=role, variant=variant.id, portion=portion)
        for day in range(days)
        for role in roles
        for variant in SMALL.variants.values()
        if variant.role is role
        for portion in Portion
    ]
    return request(
        days=days,
        slots=(Slot(id="s", time=time(12), roles=roles),),
        eater=replace(
            allergic(*draw(st.sets(st.just("milk")))),
            exclude_ingredients=frozenset(draw(st.sets(words, max_size=3))),
        ),
        dislikes=frozenset(draw(st.sets(words, max_size=3))),
        day=tuple(draw(st.fixed_dictionaries({}, optional=WINDOWS)).items()),
        week=tuple(draw(st.fixed_dictionaries({}, optional=WINDOWS)).items()),
        max_energy_by_day=tuple(draw(st.lists(st.integers(500, 6_000), max_size=days))),
        pins=tuple(draw(st.lists(st.sampled_from(pinned), max_size=1))),
    )


WINDOWS = {
    "energy_kcal": BOUNDS,
    "protein_g": PROTEIN,
    "vitamin_d_ug": st.just(Window(safe_max=700)),
}


@settings(max_examples=40)
@given(asked=requests())
def test_impossible_is_said_exactly_where_trying_everything_fails(asked: PlanRequest) -> None:
    plan = compose_plan(asked, SMALL, Limits(moves=2_000))
    can = can_be_done(asked, every_rule(asked))
    assert (plan.status is PlanStatus.OK) is can
    assert bool(plan.conflict) is not can
    if not can:
        assert_minimal(asked, plan)


def assert_minimal(asked: PlanRequest, plan: MealPlan) -> None:
    """The conflict is one, and is none as soon as any of its rules is left out."""
    names = rules(plan)
    assert not can_be_done(asked, names)
    for name in names:
        assert can_be_done(asked, names - {name}), name
    hard = {name for name in every_rule(asked) if not is_soft(name, asked)}
    some_soft = any(each.soft for each in plan.conflict)
    if not can_be_done(asked, hard):
        assert plan.relaxations == ()
    assert {is_soft(each.rule, asked) == each.soft for each in plan.conflict} == {True}
    for way in plan.relaxations:
        given_up = {way.rule.rule, *(rule.rule for rule in way.also)}
        assert some_soft
        assert all(is_soft(name, asked) for name in given_up)
        assert can_be_done(asked, every_rule(asked) - given_up)


def is_soft(name: str, asked: PlanRequest) -> bool:
    kind, _, subject = name.partition(":")
    by_dislike = kind == "exclude_ingredient" and subject in asked.dislikes
    return by_dislike or kind in {"pin", "role", "seasoning"}


# ---------------------------------------------------------------- examples


def test_what_is_excluded_for_another_reason_than_dislike_is_never_offered() -> None:
    asked = request(
        eater=eater(exclude_ingredients=frozenset({"leek", "tomato", "cream"})),
        dislikes=frozenset({"leek"}),
    )
    plan = compose(asked)
    assert {rule.rule for rule in plan.conflict if rule.soft} == {
        "exclude_ingredient:leek",
        "role:lunch/soup",
    }
    assert {way.rule.rule for way in plan.relaxations} == {
        "exclude_ingredient:leek",
        "role:lunch/soup",
    }


def test_the_best_plan_is_offered_first() -> None:
    asked = request(
        eater=eater(exclude_ingredients=frozenset({"leek", "tomato", "cream"})),
        dislikes=frozenset({"leek", "tomato", "cream"}),
    )
    prices = [way.objective for way in compose(asked).relaxations]
    assert len(prices) == 4
    assert prices == sorted(prices)


def test_two_rules_that_must_go_together_are_offered_together() -> None:
    slot = Slot(id="s", time=time(12), roles=(Role.SOUP, Role.PROTEIN))
    pins = (
        Pin(day=0, slot="s", role=Role.SOUP, variant="cream", portion=Portion.M),
        Pin(day=0, slot="s", role=Role.PROTEIN, variant="nut-roast", portion=Portion.M),
    )
    plan = compose(request(days=1, slots=(slot,), eater=allergic("milk"), pins=pins))
    assert rules(plan) == {"pin:0/s/soup", "allergy:milk"}
    (way,) = plan.relaxations
    assert {way.rule.rule, *(rule.rule for rule in way.also)} == {"pin:0/s/soup", "pin:0/s/protein"}


def test_where_only_hard_rules_clash_nothing_is_offered() -> None:
    window = Window(safe_min=900)
    asked = request(
        day=(("protein_g", window), ("energy_kcal", Window(safe_max=3_000))),
        eater=allergic("milk"),
    )
    plan = compose(asked)
    assert rules(plan) == {"day_safe_min:protein_g", "day_safe_max:energy_kcal"}
    assert plan.relaxations == ()


def test_an_eating_moment_may_have_any_name_also_where_its_limits_clash() -> None:
    windows = (("protein_g", Window(safe_min=900)), ("energy_kcal", Window(safe_max=3_000)))
    asked = request(
        days=1,
        slots=(replace(LUNCH, id="ward 3/late: lunch"),),
        slot_windows=(("ward 3/late: lunch", windows),),
        eater=allergic("milk"),
    )
    assert rules(compose(asked)) == {
        "slot_safe_min:ward 3/late: lunch/protein_g",
        "slot_safe_max:ward 3/late: lunch/energy_kcal",
    }


def test_a_dislike_that_is_asked_by_hand_alone_can_be_given_up() -> None:
    words = ("leek", "tomato", "cream")
    asked = request(
        days=1,
        eater=eater(asked=tuple(Asked(line=f"exclude_ingredient:{word}") for word in words)),
        dislikes=frozenset(words),
    )
    plan = compose(asked)
    offered = {way.rule for way in plan.relaxations}
    assert offered >= {Rule(rule=f"exclude_ingredient:{word}", soft=True) for word in words}


def test_a_rule_of_the_gate_that_brings_a_minimum_out_of_reach_is_named_with_it() -> None:
    asked = request(
        days=1,
        eater=eater(exclude_ingredients=frozenset({"chicken"})),
        dislikes=frozenset({"chicken"}),
        day=(("protein_g", Window(safe_min=900)),),
    )
    plan = compose(asked)
    assert "exclude_ingredient:chicken" in rules(plan)
    assert [way.rule for way in plan.relaxations] == [
        Rule(rule="exclude_ingredient:chicken", soft=True)
    ]
