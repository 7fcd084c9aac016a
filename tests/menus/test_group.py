"""A group menu served to one person: nothing unsuitable, nothing forgotten."""

import csv
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from menus import (
    ALLERGIES,
    DIETS,
    DRINK_LEVELS,
    FOOD_LEVELS,
    PROPERTIES,
    Catalogue,
    Eater,
    Iddsi,
    Role,
    Seasoning,
    Served,
    objections,
    read_catalogue,
    serve,
)

SEED = Path(__file__).resolve().parents[2] / "app" / "seed"
NORMAL = Eater(
    food_iddsi=Iddsi.L7, drink_iddsi=Iddsi.L0, seasonings=frozenset({Seasoning.STANDARD})
)
EATERS = 2_500


@pytest.fixture(scope="module")
def seed() -> Catalogue:
    tables = []
    for name in ("ingredients", "recipes", "components"):
        with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file)))
    built = read_catalogue(*tables)
    assert isinstance(built, Catalogue)
    return built


def dishes(seed: Catalogue, role: Role) -> list[str]:
    return sorted(name for name, one in seed.components.items() if one.role is role)


def some(rng: Random, words: list[str], most: int) -> frozenset[str]:
    return frozenset(rng.sample(words, rng.randint(0, most)))


def random_eater(rng: Random, ingredients: list[str]) -> Eater:
    food: list[Iddsi | None] = [*sorted(FOOD_LEVELS), None]
    drink: list[Iddsi | None] = [*sorted(DRINK_LEVELS), None]
    return Eater(
        food_iddsi=rng.choice(food),
        drink_iddsi=rng.choice(drink),
        allergies=some(rng, [*sorted(ALLERGIES), "nobody-knows"], 3),
        exclude_ingredients=some(rng, ingredients, 4),
        diets=some(rng, sorted(DIETS), 1),
        exclude_properties=some(rng, list(PROPERTIES), 2),
        seasonings=frozenset(rng.sample(list(Seasoning), rng.randint(0, 3))),
    )


def test_nothing_with_an_objection_is_ever_served(seed: Catalogue) -> None:
    """2,500 random people at random menus; and what is refused suits in no variant at all."""
    rng = Random(20261127)  # noqa: S311 - a test repeats itself
    ingredients, components = sorted(seed.ingredient_words), sorted(seed.components)
    given = refused = 0
    for _ in range(EATERS):
        eater, menu = random_eater(rng, ingredients), rng.sample(components, 9)
        served = serve(seed, menu, eater)
        assert {one.role for one in served} == {seed.components[name].role for name in menu}
        for one in served:
            if one.variant is None:
                refused += 1
                assert nothing_suits(seed, menu, one.role, eater)
                assert one.reasons
            else:
                given += 1
                assert objections(one.variant, eater) == ()
                assert one.variant.component in menu
    assert given > 2_000
    assert refused > 2_000


def nothing_suits(seed: Catalogue, menu: list[str], role: Role, eater: Eater) -> bool:
    offered = {name for name in menu if seed.components[name].role is role}
    made = (
        seed.variants[f"{name}/{level}/{seasoning}"]
        for name in offered
        for level in seed.components[name].levels
        for seasoning in seed.components[name].seasonings
    )
    return all(objections(variant, eater) for variant in made)


def with_milk(seed: Catalogue, role: Role, *, milk: bool) -> str:
    """The first dish of a role, made at the normal level, with or without milk."""
    return next(
        name
        for name in dishes(seed, role)
        if f"{name}/7/standard" in seed.variants
        and ("milk" in seed.variants[f"{name}/7/standard"].allergens.any) is milk
    )


def test_the_first_choice_is_served_when_it_suits(seed: Catalogue) -> None:
    creamy, plain = (with_milk(seed, Role.DESSERT, milk=milk) for milk in (True, False))
    assert serve(seed, (creamy, plain), NORMAL) == (
        Served(
            role=Role.DESSERT,
            variant=seed.variants[f"{creamy}/7/standard"],
            first_choice=creamy,
        ),
    )


def test_who_may_not_have_milk_gets_the_next_and_hears_why(seed: Catalogue) -> None:
    creamy, plain = (with_milk(seed, Role.DESSERT, milk=milk) for milk in (True, False))
    eater = replace(NORMAL, allergies=frozenset({"milk"}))
    (served,) = serve(seed, (creamy, plain), eater)
    assert served.variant == seed.variants[f"{plain}/7/standard"]
    assert served.first_choice == creamy
    assert [(one.code, one.subject) for one in served.reasons] == [
        ("objection.allergy.contains", "milk")
    ]


def test_a_recalled_dish_gives_way_to_the_next_and_says_why(seed: Catalogue) -> None:
    creamy, plain = (with_milk(seed, Role.DESSERT, milk=milk) for milk in (True, False))
    every = frozenset(one.id for one in seed.variants.values() if one.component == creamy)
    (served,) = serve(seed, (creamy, plain), NORMAL, every)
    assert served.variant == seed.variants[f"{plain}/7/standard"]
    assert {one.code for one in served.reasons} == {"objection.recalled"}


def test_a_role_for_which_nothing_suits_is_told(seed: Catalogue) -> None:
    creamy = with_milk(seed, Role.DESSERT, milk=True)
    eater = replace(NORMAL, allergies=frozenset({"milk"}))
    (served,) = serve(seed, (creamy,), eater)
    assert served.variant is None
    assert served.reasons


def test_a_level_that_is_not_made_is_never_replaced_by_another(seed: Catalogue) -> None:
    whole = next(one for one in seed.components.values() if Iddsi.L4 not in one.levels)
    (served,) = serve(seed, (whole.id,), replace(NORMAL, food_iddsi=Iddsi.L4, drink_iddsi=None))
    assert served.variant is None
    assert {one.code.rpartition(".")[0] for one in served.reasons} == {"objection.texture"}


def test_nobody_is_served_a_dish_that_nobody_knows(seed: Catalogue) -> None:
    assert serve(seed, ("no-such-dish",), NORMAL) == ()


@pytest.mark.parametrize(
    ("allowed", "served"),
    [
        (frozenset(), Seasoning.STANDARD),
        (frozenset({Seasoning.STANDARD}), Seasoning.STANDARD),
        (frozenset({Seasoning.STANDARD, Seasoning.TASTE_BOOST}), Seasoning.TASTE_BOOST),
        (frozenset({Seasoning.STANDARD, Seasoning.LOW_SALT}), Seasoning.LOW_SALT),
        (frozenset({Seasoning.LOW_SALT}), Seasoning.LOW_SALT),
    ],
)
def test_a_wish_beyond_the_standard_seasoning_is_met_first(
    seed: Catalogue, allowed: frozenset[Seasoning], served: Seasoning
) -> None:
    plain = with_milk(seed, Role.DESSERT, milk=False)
    (one,) = serve(seed, (plain,), replace(NORMAL, seasonings=allowed))
    assert one.variant is not None
    assert one.variant.seasoning is served
