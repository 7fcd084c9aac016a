"""Levels, allergens and seasonings: closed lists whose edges matter."""

import pytest

from menus import (
    ALLERGENS,
    ALLERGIES,
    DRINK_LEVELS,
    FOOD_LEVELS,
    IDDSI_COLOURS,
    AllergenSet,
    Iddsi,
    Seasoning,
    Taste,
    allowed_seasonings,
    covers,
    same_level,
)
from menus.allergens import union


def test_levels_are_the_strings_of_the_framework() -> None:
    assert [str(level) for level in Iddsi] == ["0", "1", "2", "3", "4", "5", "6", "EC7", "7"]


def test_drinks_are_0_to_4_and_foods_3_to_7() -> None:
    assert {str(level) for level in DRINK_LEVELS} == {"0", "1", "2", "3", "4"}
    assert {str(level) for level in FOOD_LEVELS} == {"3", "4", "5", "6", "7", "EC7"}
    assert frozenset(Iddsi) == DRINK_LEVELS | FOOD_LEVELS


def test_colours_are_those_of_the_framework() -> None:
    colours = ["white", "grey", "pink", "yellow", "green", "orange", "blue", "black", "black"]
    assert [IDDSI_COLOURS[level] for level in Iddsi] == colours


@pytest.mark.parametrize("served", list(Iddsi))
@pytest.mark.parametrize("ordered", [*Iddsi, None])
def test_only_the_ordered_level_will_do(served: Iddsi, ordered: Iddsi | None) -> None:
    assert same_level(served, ordered) == (served == ordered)


def test_a_group_allergy_covers_its_species_and_nothing_else() -> None:
    assert {code for code in ALLERGENS if covers("gluten", code)} == {
        "gluten:wheat",
        "gluten:rye",
        "gluten:barley",
        "gluten:oats",
    }
    assert sum(covers("nuts", code) for code in ALLERGENS) == 8
    assert not covers("nuts", "peanuts")


def test_a_species_allergy_covers_itself_alone() -> None:
    assert [code for code in ALLERGENS if covers("gluten:oats", code)] == ["gluten:oats"]
    assert [code for code in ALLERGENS if covers("milk", code)] == ["milk"]


def test_every_allergy_covers_something() -> None:
    assert all(any(covers(allergy, code) for code in ALLERGENS) for allergy in ALLERGIES)


def test_a_code_outside_the_annex_is_no_allergen() -> None:
    with pytest.raises(ValueError, match="strawberry"):
        AllergenSet(unknown=frozenset({"strawberry"}))


def test_the_stronger_statement_stays() -> None:
    milk, soy = frozenset({"milk"}), frozenset({"soy"})
    both = union(
        [
            AllergenSet(contains=milk, unknown=soy),
            AllergenSet(may_contain=milk | soy, unknown=frozenset({"eggs"})),
        ]
    )
    assert both == AllergenSet(contains=milk, may_contain=soy, unknown=frozenset({"eggs"}))
    assert both.any == {"milk", "soy", "eggs"}


def test_a_dish_of_nothing_has_no_allergens() -> None:
    assert union([]) == AllergenSet()


@pytest.mark.parametrize("taste", list(Taste))
def test_a_low_salt_order_leaves_low_salt_alone(taste: Taste) -> None:
    assert allowed_seasonings(taste, low_salt=True) == {Seasoning.LOW_SALT}


def test_weak_or_metallic_taste_opens_the_boosted_seasoning() -> None:
    opened = {
        taste
        for taste in Taste
        if Seasoning.TASTE_BOOST in allowed_seasonings(taste, low_salt=False)
    }
    assert opened == {Taste.WEAKENED, Taste.METALLIC}
    assert all(Seasoning.STANDARD in allowed_seasonings(taste, low_salt=False) for taste in Taste)
