"""The gate: a second checker, written apart from it, must agree on anything."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import (
    ALLERGENS,
    OBJECTION_CODES,
    AllergenSet,
    Asked,
    Bite,
    Colour,
    Eater,
    Iddsi,
    Kind,
    Names,
    Portions,
    Processing,
    Role,
    Seasoning,
    TasteProfile,
    Variant,
    Zone,
    hard_objections,
    objections,
)
from menus.nutrients import NONE

LEVELS = list(Iddsi)
CODES = [*ALLERGENS, "gluten", "nuts", "strawberry", "", "Milk"]
SUBJECTS = ["leek", "mushroom", "halal", "vegan", "pork", "grapefruit", "thin-liquid"]


def a_variant(**changes: object) -> Variant:
    plain = Variant(
        id="soup-leek/7/standard",
        component="soup-leek",
        role=Role.SOUP,
        kind=Kind.FOOD,
        iddsi=Iddsi.L7,
        seasoning=Seasoning.STANDARD,
        names=Names(nl="Preisoep", fr="Soupe aux poireaux", en="Leek soup"),
        per_100g=NONE,
        allergens=AllergenSet(),
        ingredients=frozenset({"leek"}),
        main_ingredients=frozenset({"leek"}),
        properties=frozenset({"halal"}),
        colour=Colour.WHITE,
        bite=Bite.SOFT,
        taste=TasteProfile(salt=1, herbs=0, spice=0, acid=0, sweet=0, umami=0, aroma=0),
        processing=Processing(work=(), additions=(), tests=()),
        portions_g=Portions(s=100, m=150, l=200),
        price_cents_per_100g=10,
        zone=Zone.FROZEN,
        shelf_days=30,
        steps=(),
        regeneration=(),
        max_batch_g=10_000,
    )
    return replace(plain, **changes)


def an_eater(**changes: object) -> Eater:
    return replace(Eater(food_iddsi=Iddsi.L7, drink_iddsi=Iddsi.L0), **changes)


def codes_of(variant: Variant, eater: Eater) -> list[str]:
    return [each.code.removeprefix("objection.") for each in objections(variant, eater)]


def some(words: list[str], most: int = 3) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(words), max_size=most)


ANY_VARIANT = st.builds(
    a_variant,
    kind=st.sampled_from(list(Kind)),
    iddsi=st.sampled_from(LEVELS),
    seasoning=st.sampled_from(list(Seasoning)),
    allergens=st.builds(
        AllergenSet,
        contains=some(list(ALLERGENS)),
        may_contain=some(list(ALLERGENS)),
        unknown=some(list(ALLERGENS)),
    ),
    ingredients=some(SUBJECTS),
    properties=some(SUBJECTS),
)
ANY_EATER = st.builds(
    Eater,
    food_iddsi=st.sampled_from([*LEVELS, None]),
    drink_iddsi=st.sampled_from([*LEVELS, None]),
    allergies=some(CODES, 2),
    exclude_ingredients=some(SUBJECTS, 1),
    diets=some(SUBJECTS, 1),
    exclude_properties=some(SUBJECTS, 1),
    seasonings=st.frozensets(st.sampled_from(list(Seasoning)), max_size=3),
    dislikes=some(SUBJECTS, 2),
)


def plainly_suits(variant: Variant, eater: Eater) -> bool:
    """The rule said again, from the published document, without the room's own functions."""
    order = {"food": eater.food_iddsi, "drink": eater.drink_iddsi}[str(variant.kind)]
    doubtful = [
        *variant.allergens.contains,
        *variant.allergens.may_contain,
        *variant.allergens.unknown,
    ]
    broken = [
        str(order) != str(variant.iddsi),
        "thin-liquid" in variant.properties and str(eater.drink_iddsi) != "0",
        any(each not in [*ALLERGENS, "gluten", "nuts"] for each in eater.allergies),
        any(
            code == each or code.startswith(f"{each}:")
            for code in doubtful
            for each in eater.allergies
        ),
        len(eater.allergies) > 0 and len(variant.allergens.unknown) > 0,
        any(word in eater.exclude_ingredients for word in variant.ingredients),
        any(word in eater.exclude_properties for word in variant.properties),
        any(word not in variant.properties for word in eater.diets),
        len(eater.seasonings) > 0 and variant.seasoning not in eater.seasonings,
    ]
    return True not in broken


@settings(max_examples=2500)
@given(ANY_VARIANT, ANY_EATER, st.booleans())
def test_the_gate_agrees_with_a_second_checker(variant: Variant, eater: Eater, thin: bool) -> None:  # noqa: FBT001  # hypothesis gives it by place
    """Also where the level fits, which drawn levels seldom do."""
    drink = Iddsi.L0 if thin else variant.iddsi
    fitting = replace(eater, food_iddsi=variant.iddsi, drink_iddsi=drink)
    for one in (eater, fitting):
        assert (hard_objections(variant, one) == ()) == plainly_suits(variant, one)


@settings(max_examples=500)
@given(ANY_VARIANT, ANY_EATER, ANY_EATER)
def test_more_rules_never_make_a_variant_suitable(
    variant: Variant, eater: Eater, other: Eater
) -> None:
    stricter = replace(
        eater,
        allergies=eater.allergies | other.allergies,
        exclude_ingredients=eater.exclude_ingredients | other.exclude_ingredients,
        diets=eater.diets | other.diets,
        exclude_properties=eater.exclude_properties | other.exclude_properties,
    )
    assert set(objections(variant, eater)) <= set(objections(variant, stricter))


@given(ANY_VARIANT, ANY_EATER)
def test_every_code_is_in_the_published_list(variant: Variant, eater: Eater) -> None:
    assert {each.code for each in objections(variant, eater)} <= set(OBJECTION_CODES)


@pytest.mark.parametrize("certainty", ["contains", "may_contain", "unknown"])
def test_contained_possible_and_not_known_all_block(certainty: str) -> None:
    variant = a_variant(allergens=AllergenSet(**{certainty: frozenset({"nuts:hazelnut"})}))
    assert codes_of(variant, an_eater(allergies=frozenset({"nuts"}))) == [f"allergy.{certainty}"]
    other = ["allergy.incomplete"] if certainty == "unknown" else []
    assert codes_of(variant, an_eater(allergies=frozenset({"nuts:almond"}))) == other
    assert codes_of(variant, an_eater(intolerances=frozenset({"milk"}))) == []


@pytest.mark.parametrize("allergy", ["strawberry", "", "MILK", "nuts:peanut", "gluten:"])
def test_an_allergy_nobody_knows_blocks_everything(allergy: str) -> None:
    eater = an_eater(allergies=frozenset({allergy}))
    assert codes_of(a_variant(), eater) == ["allergy.unknown_code"]


def test_the_objection_names_the_eaters_rule_and_what_broke_it() -> None:
    variant = a_variant(allergens=AllergenSet(contains=frozenset({"gluten:rye"})))
    (found,) = objections(variant, an_eater(allergies=frozenset({"gluten"})))
    assert (found.rule, found.subject) == ("allergy:gluten", "gluten:rye")


def test_no_order_allows_nothing() -> None:
    eater = an_eater(food_iddsi=None, drink_iddsi=None)
    assert codes_of(a_variant(), eater) == ["texture.not_ordered"]
    assert codes_of(a_variant(kind=Kind.DRINK, iddsi=Iddsi.L0), eater) == ["texture.not_ordered"]


def test_a_smooth_soup_follows_the_drink_order() -> None:
    soup = a_variant(kind=Kind.DRINK, iddsi=Iddsi.L2)
    assert codes_of(soup, an_eater(food_iddsi=Iddsi.L5, drink_iddsi=Iddsi.L2)) == []
    assert codes_of(soup, an_eater(food_iddsi=Iddsi.L5)) == ["texture.drink"]


def test_a_soup_with_pieces_needs_both_orders() -> None:
    soup = a_variant(properties=frozenset({"thin-liquid"}))
    assert codes_of(soup, an_eater()) == []
    assert codes_of(soup, an_eater(drink_iddsi=Iddsi.L2)) == ["texture.thin_liquid"]
    assert codes_of(soup, an_eater(drink_iddsi=None)) == ["texture.thin_liquid"]
    assert codes_of(soup, an_eater(food_iddsi=Iddsi.L4)) == ["texture.food"]


def asked(*lines: tuple[str, str | None]) -> tuple[Asked, ...]:
    return tuple(Asked(line=line, rule=rule) for line, rule in lines)


def test_each_rule_that_asks_for_one_line_is_its_own_reason() -> None:
    sauce = a_variant(properties=frozenset({"alcohol"}))
    rules = asked(("exclude_property:alcohol", "r-142"), ("exclude_property:alcohol", "r-138"))
    both = an_eater(exclude_properties=frozenset({"alcohol"}), asked=rules)
    assert [each.rule for each in objections(sauce, both)] == ["rule:r-138", "rule:r-142"]
    by_hand = replace(both, asked=(*rules, Asked(line="exclude_property:alcohol")))
    assert [each.rule for each in objections(sauce, by_hand)] == [
        "exclude_property:alcohol",
        "rule:r-138",
        "rule:r-142",
    ]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("allergy:gluten", "allergy.contains"),
        ("exclude_ingredient:leek", "ingredient.excluded"),
        ("exclude_property:pork", "property.excluded"),
        ("diet:vegan", "diet.missing"),
    ],
)
def test_a_line_of_a_rule_holds_by_itself(line: str, code: str) -> None:
    variant = a_variant(
        allergens=AllergenSet(contains=frozenset({"gluten:oats"})), properties=frozenset({"pork"})
    )
    (found,) = objections(variant, an_eater(asked=asked((line, "r-1"))))
    assert (found.code, found.rule, found.soft) == (f"objection.{code}", "rule:r-1", False)


@pytest.mark.parametrize("word", ["leek", "soup-leek", "soup-leek/7/standard", "halal"])
def test_a_dislike_is_told_and_forbids_nothing(word: str) -> None:
    eater = an_eater(dislikes=frozenset({word, "mushroom"}))
    (found,) = objections(a_variant(), eater)
    assert (found.code, found.rule, found.subject) == ("objection.dislike", f"dislike:{word}", word)
    assert found.soft
    assert hard_objections(a_variant(), eater) == ()


def test_a_recalled_variant_is_refused_to_everybody() -> None:
    (found,) = objections(a_variant(), an_eater(), recalled=frozenset({"soup-leek/7/standard"}))
    assert (found.code, found.subject) == ("objection.recalled", "soup-leek/7/standard")
    assert objections(a_variant(), an_eater(), recalled=frozenset({"soup-leek/6/standard"})) == ()


def test_a_lot_that_failed_its_texture_test_is_refused_to_everybody() -> None:
    (found,) = objections(a_variant(), an_eater(), failed=frozenset({"soup-leek/7/standard"}))
    assert (found.code, found.soft) == ("objection.texture.failed", False)


def test_an_intolerance_nobody_knows_blocks_everything() -> None:
    eater = an_eater(intolerances=frozenset({"fructose"}))
    assert codes_of(a_variant(), eater) == ["intolerance.unknown_code"]


def test_certified_oats_suit_a_gluten_free_diet_and_no_allergy_to_oats_or_gluten() -> None:
    oats = a_variant(
        allergens=AllergenSet(contains=frozenset({"gluten:oats"})),
        properties=frozenset({"gluten-free"}),
    )
    assert codes_of(oats, an_eater(diets=frozenset({"gluten-free"}))) == []
    assert codes_of(oats, an_eater(allergies=frozenset({"gluten:wheat"}))) == []
    for allergy in ("gluten", "gluten:oats"):
        eater = an_eater(allergies=frozenset({allergy}), diets=frozenset({"gluten-free"}))
        assert codes_of(oats, eater) == ["allergy.contains"]


def test_finger_food_meets_the_level_like_any_food() -> None:
    bites = a_variant(properties=frozenset({"finger-food"}))
    eater = an_eater(food_iddsi=Iddsi.L6, diets=frozenset({"finger-food"}))
    assert codes_of(bites, eater) == ["texture.food"]


@pytest.mark.parametrize("level", [Iddsi.L1, Iddsi.L2, Iddsi.L3, Iddsi.L4, None])
def test_what_melts_to_thin_liquid_is_for_thin_drinkers_only(level: Iddsi | None) -> None:
    ice_cream = a_variant(properties=frozenset({"thin-liquid"}))
    assert codes_of(ice_cream, an_eater(drink_iddsi=level)) == ["texture.thin_liquid"]


def test_every_objection_is_told_not_the_first_alone() -> None:
    variant = a_variant(properties=frozenset({"pork"}))
    eater = an_eater(
        food_iddsi=Iddsi.L4,
        exclude_ingredients=frozenset({"leek"}),
        diets=frozenset({"halal"}),
        exclude_properties=frozenset({"pork"}),
        seasonings=frozenset({Seasoning.LOW_SALT}),
    )
    assert codes_of(variant, eater) == [
        "texture.food",
        "ingredient.excluded",
        "property.excluded",
        "diet.missing",
        "seasoning.not_allowed",
    ]


def test_whoever_dislikes_leek_may_have_a_soup_with_leek_in_its_stock_only() -> None:
    """An exclusion looks at all that is bought, a dislike at what the dish is known by."""
    stocked = a_variant(
        ingredients=frozenset({"leek", "tomato"}), main_ingredients=frozenset({"tomato"})
    )
    assert objections(stocked, an_eater(dislikes=frozenset({"leek"}))) == ()
    (found,) = objections(stocked, an_eater(dislikes=frozenset({"tomato"})))
    assert found.soft
    (found,) = objections(stocked, an_eater(exclude_ingredients=frozenset({"leek"})))
    assert found.code == "objection.ingredient.excluded"
