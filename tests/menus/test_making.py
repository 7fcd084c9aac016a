"""Texture work, additions and taste of every variant follow from its recipe."""

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus import (
    MOST_MM,
    Added,
    Catalogue,
    Eater,
    Iddsi,
    Kind,
    Role,
    Seasoning,
    TextureTest,
    Variant,
    Work,
    choices,
    read_catalogue,
)
from menus.making import PROFILE, TESTS, work_for
from menus.nutrients import INDEX
from tests.menus.test_catalog import component_row, ingredient_row, line_row, stew_tables
from tests.menus.test_seed import seed

SODIUM = INDEX["sodium_mg"]
BOOLEANS = st.booleans()
# Salt is in what is bought: bread, cheese, ham, waffle, mussels, chickpeas from a tin, egg.
UNAVOIDABLE = {
    *("bread-cheese", "bread-jam", "bread-peanut", "bread-turkey", "cheese-cubes", "gingerbread"),
    *("cornflakes-soy", "mussels-celery", "shrimp-croquette", "waffle", "witloof-ham"),
    *("chickpea-tajine", "hummus", "haddock-tomato", "omelette", "soy-pudding-protein"),
}


def pairs(other: Seasoning) -> Iterator[tuple[Variant, Variant]]:
    """Each standard variant with its other version."""
    for each in seed().variants.values():
        if each.seasoning is Seasoning.STANDARD:
            key = f"{each.component}/{each.iddsi}/{other}"
            if key in seed().variants:
                yield each, seed().variants[key]


def sodium(variant: Variant) -> int:
    found = variant.per_100g[SODIUM]
    assert found is not None, variant.id
    return found


@pytest.mark.parametrize("other", [Seasoning.LOW_SALT, Seasoning.TASTE_BOOST])
def test_no_other_version_has_more_sodium_than_the_standard_one(other: Seasoning) -> None:
    for standard, version in pairs(other):
        assert sodium(version) <= sodium(standard), version.id
        assert version.taste.salt <= standard.taste.salt


def test_a_low_salt_dish_is_low_in_salt_unless_its_salt_is_bought_with_it() -> None:
    """120 mg sodium per 100 g: the claim of Regulation (EC) 1924/2006."""
    for standard, version in pairs(Seasoning.LOW_SALT):
        if version.component not in UNAVOIDABLE:
            assert sodium(version) <= 120, version.id
        if "salt" in standard.ingredients:
            assert sodium(version) < sodium(standard), version.id


def test_a_taste_boost_tastes_stronger_without_salt() -> None:
    for standard, version in pairs(Seasoning.TASTE_BOOST):
        stronger = [
            taste
            for taste in PROFILE
            if getattr(version.taste, taste) > getattr(standard.taste, taste)
        ]
        assert set(stronger) & {"herbs", "spice", "acid", "umami", "aroma"}, version.id


@given(
    level=st.sampled_from(Iddsi),
    smooth=BOOLEANS,
    flows=BOOLEANS,
    bread=BOOLEANS,
    thickened=BOOLEANS,
)
def test_work_comes_in_order_and_never_twice(
    level: Iddsi, *, smooth: bool, flows: bool, bread: bool, thickened: bool
) -> None:
    work = work_for(level, smooth=smooth, flows=flows, bread=bread, thickened=thickened)
    assert list(work) == [each for each in Work if each in work]
    assert (Work.THICKEN in work) == thickened
    if level in (Iddsi.L3, Iddsi.L4) and not flows:
        assert {Work.BLEND, Work.SIEVE} <= set(work)
    if level is Iddsi.L7 and not flows:
        assert set(work) <= {Work.THICKEN}


def test_levels_that_need_a_test_have_one_and_pieces_are_measured() -> None:
    assert set(TESTS) == set(Iddsi)
    assert [level for level in Iddsi if not TESTS[level]] == [Iddsi.L7]
    measured = {level for level in Iddsi if TextureTest.PIECE_SIZE in TESTS[level]}
    assert measured == set(MOST_MM)


def test_soft_bread_is_soaked_and_blended() -> None:
    found = seed().variants["bread-pudding-soft/4/standard"].processing
    assert found.work == (Work.SOAK, Work.BLEND, Work.SIEVE, Work.THICKEN)


def test_a_soup_is_blended_and_a_juice_only_thickened() -> None:
    work = {name: seed().variants[name].processing.work for name in WORKED}
    assert work == WORKED


WORKED = {
    "soup-leek/0/standard": (Work.BLEND, Work.SIEVE),
    "soup-leek/2/standard": (Work.BLEND, Work.SIEVE, Work.THICKEN),
    "apple-juice/0/standard": (),
    "apple-juice/3/standard": (Work.THICKEN,),
    "beef-stew-beer/7/standard": (),
    "beef-stew-beer/6/standard": (Work.CUT,),
    "vanilla-pudding/7/standard": (),
}


def test_additions_are_weighed_per_hundred_grams_served() -> None:
    """800 g stew, 50 g gum and 150 g water make 1000 g: 5 g gum and 15 g water in 100 g."""
    built = read_catalogue(*stew_tables())
    assert isinstance(built, Catalogue)
    added = built.variants["stew/4/standard"].processing.additions
    assert [(each.item, each.mg_per_100g) for each in added] == [("gum", 5000), ("water", 15000)]


def test_a_thickener_of_another_name_is_known_by_its_property() -> None:
    ingredients, recipes, components = stew_tables()
    ingredients[4]["properties"] = "starch-thickener"
    built = read_catalogue(ingredients, recipes, components)
    assert isinstance(built, Catalogue)
    added = built.variants["stew/4/standard"].processing.additions
    assert [each.why for each in added] == [Added.THICKENER, Added.LIQUID]


def test_an_enriched_dish_says_what_makes_it_so() -> None:
    for each in seed().variants.values():
        fortified = any(one.why is Added.FORTIFICATION for one in each.processing.additions)
        assert fortified == ("enriched" in each.properties), each.id


def test_every_dish_that_is_thickened_says_with_what() -> None:
    for each in seed().variants.values():
        thickeners = [one for one in each.processing.additions if one.why is Added.THICKENER]
        assert bool(thickeners) == (Work.THICKEN in each.processing.work)
        if each.kind is Kind.DRINK and each.iddsi in (Iddsi.L3, Iddsi.L4):
            assert thickeners, each.id
        assert all(0 < one.mg_per_100g < 100_000 for one in each.processing.additions)


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("150", 150),
        ("1 kg", 1000),
        ("6 oz", 170),
        ("1,5 dl", 155),
        ("2 el", 31),
        ("2 snufje", 1),
    ],
)
def test_amounts_may_be_written_as_a_cook_does(text: str, grams: int) -> None:
    """Milk weighs 1.03 g per ml: 150 ml 154.5 g, two spoons of 15 ml 30.9 g."""
    assert grams_of(text, "1.03") == grams


def grams_of(text: str, density: str) -> object:
    milk = ingredient_row("milk", density_g_per_ml=density)
    built = read_catalogue(
        [milk], [line_row("glass", 1, "milk", text)], [component_row("glass", "glass")]
    )
    if isinstance(built, Catalogue):
        return built.recipes["glass"].lines[0].amount_g
    return [(each.column, each.code) for each in built]


@pytest.mark.parametrize("text", ["a lot", "2 unicorns", "0,1 ml", "3 m", "0"])
def test_an_amount_that_is_none_is_named(text: str) -> None:
    found = grams_of(text, "1.03")
    assert isinstance(found, list)
    assert [column for column, _ in found] == ["amount_g"]


def test_a_volume_without_density_is_named() -> None:
    assert grams_of("2 el", "") == [("amount_g", "catalogue.no_density")]
    assert grams_of("30 g", "") == 30


def profile(food: Iddsi, **asked: frozenset[str] | frozenset[Seasoning]) -> Eater:
    return Eater(food_iddsi=food, drink_iddsi=Iddsi.L0, **asked)  # type: ignore[arg-type]


PROFILES = {
    "nut allergy": {"allergies": frozenset({"nuts"})},
    "milk allergy": {"allergies": frozenset({"milk"})},
    "gluten allergy": {"allergies": frozenset({"gluten"})},
    "vegan": {"diets": frozenset({"vegan"})},
    "vegetarian": {"diets": frozenset({"vegetarian"})},
    "halal without gluten": {
        "diets": frozenset({"halal"}),
        "allergies": frozenset({"gluten"}),
    },
    "little salt": {"seasonings": frozenset({Seasoning.LOW_SALT})},
}


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("food", ["3", "4", "5", "6", "EC7", "7"])
def test_every_kind_of_eater_has_four_choices_for_each_place(name: str, food: str) -> None:
    eater = profile(Iddsi(food), **PROFILES[name])
    found = Counter(each.role for each in choices(seed(), eater))
    assert {role: found[role] for role in Role if found[role] < 4} == {}


@pytest.mark.parametrize("drink", "01234")
@pytest.mark.parametrize("allergy", ["milk", "nuts", "gluten"])
def test_every_thickness_has_four_soups_drinks_and_supplements(drink: str, allergy: str) -> None:
    eater = Eater(food_iddsi=None, drink_iddsi=Iddsi(drink), allergies=frozenset({allergy}))
    found = Counter(each.role for each in choices(seed(), eater))
    assert found[Role.SOUP] >= 4
    assert found[Role.DRINK] >= 4
    assert found[Role.SUPPLEMENT] >= 2


def test_vitamin_d_can_come_from_every_part_of_the_day() -> None:
    """A medium portion with at least 1.2 ug (an eighth of 10 ug) at breakfast, noon and between."""
    index = INDEX["vitamin_d_ug"]
    best = Counter[Role]()
    for each in seed().variants.values():
        given_ug100 = (each.per_100g[index] or 0) * each.portions_g.m // 100
        best[each.role] = max(best[each.role], given_ug100)
    for role in (Role.BREAKFAST, Role.PROTEIN, Role.STARCH, Role.VEGETABLE, Role.DRINK):
        assert best[role] >= 120, role


def test_an_enriched_sibling_is_its_plain_dish_with_more() -> None:
    """Nine tenths plain dish: figures of the sibling follow from it and what was added."""
    for name in ("vol-au-vent", "soup-pumpkin", "carrots"):
        recipe = seed().recipes[f"r-{name}-enriched"]
        assert recipe.lines[0].ingredient == f"r-{name}"
        assert all(line.fortifies for line in recipe.lines[1:])
        plain, rich = (seed().variants[f"{each}/4/standard"] for each in (name, f"{name}-enriched"))
        energy = INDEX["energy_kcal"]
        thick = [one for one in rich.processing.additions if one.why is Added.THICKENER]
        assert [one.item for one in thick] == ["thickener-gum"]
        assert (rich.per_100g[energy] or 0) > (plain.per_100g[energy] or 0)
