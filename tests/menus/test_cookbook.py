"""The cookbook at home: exact amounts, sensible measures, and never what somebody may not have."""

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import (
    Added,
    Catalogue,
    Eater,
    Iddsi,
    Measure,
    Method,
    Part,
    Role,
    Seasoning,
    Unit,
    Work,
    choices,
    companions,
    cook_steps,
    explode,
    hard_objections,
    measure,
    read_catalogue,
    scaled,
    texture_steps,
    variant_for,
)
from tests.menus.test_catalog import component_row, ingredient_row, line_row
from tests.menus.test_seed import seed

NAMES = sorted(seed().variants)
ALLERGENS = st.frozensets(st.sampled_from(["milk", "gluten", "celery", "soy", "fish", "nuts"]))
EATERS = st.builds(
    Eater,
    food_iddsi=st.sampled_from([Iddsi.L3, Iddsi.L4, Iddsi.L5, Iddsi.L6, Iddsi.L7, None]),
    drink_iddsi=st.sampled_from([Iddsi.L0, Iddsi.L2, None]),
    allergies=ALLERGENS,
    exclude_ingredients=st.frozensets(st.sampled_from(["onion", "egg", "tomato"])),
    exclude_properties=st.frozensets(st.sampled_from(["pork", "alcohol"])),
)


def bought(parts: tuple[Part, ...]) -> dict[str, Fraction]:
    """Milligrams of each ingredient over all parts."""
    found: Counter[str] = Counter()
    total: dict[str, Fraction] = {}
    for part in parts:
        for line in part.lines:
            found[line.item] += 1
            if line.part is None:
                total[line.item] = total.get(line.item, Fraction(0)) + line.mg
    assert found
    return total


@settings(max_examples=50)
@given(st.sampled_from(NAMES), st.integers(1, 3000))
def test_a_scaled_recipe_buys_what_the_kitchen_buys(name: str, grams: int) -> None:
    variant = seed().variants[name]
    parts = scaled(seed(), variant, grams)
    exact, rounded = bought(parts), explode(seed(), name, grams)
    assert set(exact) == set(rounded) <= variant.ingredients
    assert all(abs(exact[item] - rounded[item]) <= Fraction(1, 2) for item in rounded)
    assert parts[-1].ready_g == grams
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))


@settings(max_examples=50)
@given(st.sampled_from(NAMES))
def test_a_part_is_made_before_it_is_used_and_used_up(name: str) -> None:
    parts = scaled(seed(), seed().variants[name], 1000)
    for part in parts[:-1]:
        used = [line for other in parts for line in other.lines if line.part == part.number]
        assert sum(line.mg for line in used) == part.ready_g * 1000
    for part in parts:
        assert all(line.part is None or line.part < part.number for line in part.lines)


def test_a_base_used_twice_is_made_once() -> None:
    """100 g pie: 60 g stock in it, 30 g over it, of which a half is stock again."""
    recipes = [
        line_row("stock", 1, "water", "100"),
        line_row("gravy", 1, "stock", "50"),
        line_row("gravy", 2, "water", "50"),
        line_row("pie", 1, "stock", "60"),
        line_row("pie", 2, "gravy", "30"),
        line_row("pie", 3, "water", "10"),
    ]
    built = read_catalogue([ingredient_row("water")], recipes, [component_row("pie", "pie")])
    assert isinstance(built, Catalogue)
    parts = scaled(built, built.variants["pie/7/standard"], 100)
    assert [part.ready_g for part in parts] == [75, 30, 100]


@pytest.mark.parametrize(
    ("mg", "density", "weigh", "expected"),
    [
        (370, None, True, Measure(tenths=4, unit=Unit.GRAM)),
        (10, None, True, Measure(tenths=1, unit=Unit.GRAM)),
        (300, None, False, Measure(tenths=10, unit=Unit.PINCH)),
        (500, 1000, False, Measure(tenths=20, unit=Unit.PINCH)),
        (800, None, False, Measure(tenths=10, unit=Unit.GRAM)),
        (17_400, None, False, Measure(tenths=170, unit=Unit.GRAM)),
        (83_000, None, False, Measure(tenths=850, unit=Unit.GRAM)),
        (404_000, None, False, Measure(tenths=4000, unit=Unit.GRAM)),
        (2_000, 1000, False, Measure(tenths=5, unit=Unit.TEASPOON)),
        (5_150, 1030, False, Measure(tenths=10, unit=Unit.TEASPOON)),
        (23_000, 1000, False, Measure(tenths=15, unit=Unit.TABLESPOON)),
        (103_000, 1030, False, Measure(tenths=1000, unit=Unit.MILLILITRE)),
    ],
)
def test_amounts_are_said_as_a_cook_measures(
    mg: int, density: int | None, *, weigh: bool, expected: Measure
) -> None:
    assert measure(Fraction(mg), density, weigh=weigh) == expected


@given(st.fractions(1_000, 5_000_000))
def test_rounding_stays_within_a_seventh_above_three_grams(mg: Fraction) -> None:
    found = measure(mg, None, weigh=False)
    if mg >= 3500:
        assert abs(Fraction(found.tenths * 100) - mg) * 7 <= mg
    assert found.tenths > 0


@settings(max_examples=20)
@given(EATERS)
def test_the_book_never_shows_what_the_gate_holds_back(eater: Eater) -> None:
    shown = choices(seed(), eater)
    assert all(not hard_objections(each, eater) for each in shown)
    assert len({each.component for each in shown}) == len(shown)
    for each in shown[:3]:
        for place in companions(each, shown):
            assert all(one in shown and one.role is place.role for one in place.variants)
            assert each.component not in {one.component for one in place.variants}
        assert set(bought(scaled(seed(), each, 100))).isdisjoint(eater.exclude_ingredients)


def test_a_seasoning_asked_for_comes_when_it_suits() -> None:
    plain = Eater(food_iddsi=Iddsi.L4, drink_iddsi=Iddsi.L0)
    low = Eater(
        food_iddsi=Iddsi.L4, drink_iddsi=Iddsi.L0, seasonings=frozenset({Seasoning.LOW_SALT})
    )
    for eater, asked, given_ in (
        (plain, Seasoning.TASTE_BOOST, Seasoning.TASTE_BOOST),
        (plain, None, Seasoning.STANDARD),
        (low, Seasoning.STANDARD, Seasoning.LOW_SALT),
    ):
        found = variant_for(seed(), "mash", eater, asked)
        assert found is not None
        assert found.seasoning is given_
    assert variant_for(seed(), "unicorn", plain) is None
    assert variant_for(seed(), "salad", plain) is None


def test_companions_differ_in_colour_first() -> None:
    eater = Eater(food_iddsi=Iddsi.L7, drink_iddsi=Iddsi.L0)
    dish = variant_for(seed(), "mash", eater)
    assert dish is not None
    found = companions(dish, choices(seed(), eater))
    assert [place.role for place in found] == [Role.PROTEIN, Role.VEGETABLE, Role.SAUCE]
    assert all(one.colour is not dish.colour for place in found for one in place.variants)


def codes(name: str) -> tuple[list[str], list[str]]:
    variant = seed().variants[name]
    parts = scaled(seed(), variant, 500)
    return (
        [step.code for step in cook_steps(parts[-1])],
        [step.code for step in texture_steps(variant, parts)],
    )


def test_steps_follow_from_the_recipe() -> None:
    assert codes("potato-boiled/7/taste-boost") == (
        ["cook.weigh", "cook.drain", "cook.core", "cook.finish"],
        [],
    )
    assert codes("mash-enriched/4/standard") == (
        ["cook.weigh", "cook.boil", "cook.until_less", "cook.core", "cook.fortify"],
        ["texture.add", "texture.blend", "texture.sieve", "texture.thicken"],
    )
    assert codes("beef-stew-beer/6/standard")[1] == ["texture.add", "texture.cut"]


def test_water_that_is_taken_up_is_topped_up() -> None:
    for name in NAMES:
        for part in scaled(seed(), seed().variants[name], 500):
            found = {step.code for step in cook_steps(part)}
            cooked = part.method is not Method.NONE
            assert ("cook.until_more" in found) == (cooked and part.cooked_g > part.raw_g)
            assert ("cook.core" in found) == cooked


def test_everything_added_for_a_texture_is_in_its_steps() -> None:
    for name in NAMES:
        variant = seed().variants[name]
        parts = scaled(seed(), variant, 500)
        told = {item for step in texture_steps(variant, parts) for item in step.items}
        wanted = {Added.LIQUID, Added.THICKENER}
        assert told == {line.item for part in parts for line in part.lines if line.why in wanted}, (
            name
        )
        assert (Work.THICKEN in variant.processing.work) == any(
            step.code == "texture.thicken" for step in texture_steps(variant, parts)
        )
