"""Grams of ingredients from grams of dishes, and batches from what is wanted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import (
    Draw,
    IngredientLot,
    Machine,
    OrderLine,
)
from logistics.demand import Explosion, grams_per_sku
from logistics.pantry import draw_ingredients
from logistics.production import (
    WEIGHT_STOCK,
    WEIGHT_TODAY,
    BatchWish,
    CookingNeed,
    Times,
    wish_batches,
)
from menus import (
    NUTRIENTS,
    AllergenSet,
    Bite,
    Colour,
    Component,
    Iddsi,
    Ingredient,
    Kind,
    Names,
    Portions,
    Recipe,
    RecipeLine,
    Role,
    Seasoning,
    Step,
    StepKind,
    Zone,
    build_catalogue,
    explode,
)

DAY = date(2026, 12, 1)
WORD = Names(nl="x", fr="x", en="x")


def ingredient(name: str) -> Ingredient:
    return Ingredient(
        id=name,
        names=WORD,
        source="test",
        source_code=name,
        per_100g=(0,) * len(NUTRIENTS),
        allergens=AllergenSet(),
        properties=frozenset(),
        price_cents_per_kg=100,
        shelf_days=9,
        supplier="grocer",
        pack_g=1000,
        lead_days=1,
        zone=Zone.AMBIENT,
    )


MASH = Component(
    id="mash",
    role=Role.STARCH,
    kind=Kind.FOOD,
    names=WORD,
    recipe="mash",
    levels=(Iddsi.L4,),
    seasonings=(Seasoning.STANDARD,),
    properties=frozenset(),
    colour=Colour.WHITE,
    bite=Bite.SOFT,
    portions_g=Portions(s=100, m=150, l=200),
    zone=Zone.CHILLED,
    shelf_days=5,
    steps=(Step(kind=StepKind.KETTLE, fixed_min=20, min_per_10kg=5),),
    regeneration=(),
    max_batch_g=8_000,
)
CATALOGUE = build_catalogue(
    [ingredient("potato"), ingredient("salt"), ingredient("water")],
    [
        Recipe(
            id="mash",
            lines=(
                RecipeLine(ingredient="potato", amount_g=700),
                RecipeLine(ingredient="salt", amount_g=1),
                RecipeLine(ingredient="water", amount_g=299),
            ),
            yield_percent=100,
        )
    ],
    [MASH],
)
SKU = "mash/4/standard"
KETTLE = Machine(id="kettle-1", kind=StepKind.KETTLE, capacity_g=5_000, open_min=240, close_min=900)
TIMES = Times(today_min=480, stock_min=900)


def line(name: str, sku: str, portions: int) -> OrderLine:
    return OrderLine(
        id=name,
        order="o",
        sku=sku,
        eater="e",
        portions=portions,
        portion_g=100,
        amount_g=100 * portions,
    )


def test_orders_add_up_per_variant() -> None:
    lines = [line("1", "soup", 2), line("2", "mash", 1), line("3", "soup", 1)]
    assert list(grams_per_sku(lines).items()) == [("mash", 100), ("soup", 300)]


def test_a_kilo_of_mash_holds_what_the_recipe_says() -> None:
    assert Explosion(CATALOGUE).ingredients_g(SKU, 1_000) == {
        "potato": 700,
        "salt": 1,
        "water": 299,
    }


@given(st.integers(0, 200_000))
def test_grams_are_rounded_up_and_never_a_gram_too_many(amount_g: int) -> None:
    exact_mg = explode(CATALOGUE, SKU, amount_g)
    for name, found_g in Explosion(CATALOGUE).ingredients_g(SKU, amount_g).items():
        assert 0 <= found_g * 1000 - exact_mg[name] <= 1000


@given(st.integers(0, 30_000), st.integers(0, 40))
def test_the_most_that_can_be_made_uses_what_there_is_and_no_gram_more(
    potato: int, salt: int
) -> None:
    explosion = Explosion(CATALOGUE)
    at_hand = {"potato": potato, "salt": salt}
    most_g, scarce = explosion.most_g(SKU, at_hand)
    assert most_g is not None
    used = explosion.ingredients_g(SKU, most_g)
    assert all(used[name] <= at_hand[name] for name in at_hand)
    assert explosion.ingredients_g(SKU, most_g + 1)[scarce] > at_hand[scarce]


def test_an_ingredient_that_is_not_kept_never_binds() -> None:
    assert Explosion(CATALOGUE).most_g(SKU, {}) == (None, "")


def test_days_add_up_per_ingredient() -> None:
    days = Explosion(CATALOGUE).daily_g([{}, {SKU: 1_000}, {SKU: 2_000}])
    assert days["potato"] == (0, 700, 1_400)
    assert list(days) == ["potato", "salt", "water"]


def need(today_g: int, stock_g: int = 0, portion_g: int = 150) -> CookingNeed:
    return CookingNeed(sku=SKU, today_g=today_g, stock_g=stock_g, portion_g=portion_g)


def wishes(*needs: CookingNeed, kettle: Machine = KETTLE) -> tuple[BatchWish, ...]:
    found, conflicts = wish_batches(needs, CATALOGUE, [kettle], times=TIMES, prefix="p")
    assert conflicts == ()
    return found


def test_a_need_that_fits_the_kettle_is_one_batch() -> None:
    (only,) = wishes(need(4_000, 1_000))
    assert (only.id, only.amount_g, only.due_min, only.weight) == ("p-001", 5_000, 480, 100)


def test_a_larger_need_is_split_evenly_and_stock_may_wait() -> None:
    found = wishes(need(3_000, 6_000))
    assert [each.amount_g for each in found] == [4_574, 4_575]
    assert [each.due_min for each in found] == [480, 900]
    assert [each.weight for each in found] == [WEIGHT_TODAY, WEIGHT_STOCK]


def test_the_largest_batch_of_the_recipe_binds_in_a_larger_kettle() -> None:
    found = wishes(need(12_000), kettle=replace(KETTLE, capacity_g=50_000))
    assert max(each.amount_g for each in found) <= MASH.max_batch_g


@given(st.integers(1, 20_000), st.integers(0, 20_000), st.integers(1, 300), st.integers(300, 9_000))
def test_splitting_loses_no_portion(
    today_g: int, stock_g: int, portion_g: int, capacity_g: int
) -> None:
    """Every lot may keep a part of a portion; what is left still covers the whole need."""
    found = wishes(need(today_g, stock_g, portion_g), kettle=replace(KETTLE, capacity_g=capacity_g))
    assert all(each.amount_g <= min(capacity_g, MASH.max_batch_g) for each in found)
    whole = sum(each.amount_g - (portion_g - 1) for each in found[:-1])
    assert whole + found[-1].amount_g >= today_g + stock_g
    late = [each for each in found if each.weight == WEIGHT_TODAY]
    assert sum(each.amount_g for each in late) >= today_g


def test_two_batches_draw_on_from_where_the_first_stopped() -> None:
    lots = [
        IngredientLot(id=f"P{at}", ingredient="potato", amount_g=amount, use_by=DAY)
        for at, amount in enumerate((3_500, 9_000))
    ]
    salt = IngredientLot(id="S", ingredient="salt", amount_g=100, use_by=DAY + timedelta(days=9))
    drawn = draw_ingredients(
        wishes(need(9_000)),
        [*lots, salt],
        Explosion(CATALOGUE),
        on=DAY,
        free=frozenset({"water"}),
    )
    assert drawn.conflicts == ()
    potatoes = [each for each in drawn.draws if each.lot.startswith("P")]
    assert potatoes == [
        Draw(batch="p-001", lot="P0", amount_g=3_202),
        Draw(batch="p-002", lot="P0", amount_g=298),
        Draw(batch="p-002", lot="P1", amount_g=2_905),
    ]


def test_a_used_up_lot_is_passed_over() -> None:
    lots = [
        IngredientLot(id="P0", ingredient="potato", amount_g=3_202, use_by=DAY),
        IngredientLot(id="P1", ingredient="potato", amount_g=9_000, use_by=DAY),
        IngredientLot(id="S", ingredient="salt", amount_g=100, use_by=DAY),
    ]
    free = frozenset({"water"})
    drawn = draw_ingredients(wishes(need(9_000)), lots, Explosion(CATALOGUE), on=DAY, free=free)
    assert [each.lot for each in drawn.draws if each.batch == "p-002"] == ["P1", "S"]


def test_a_strange_variant_is_a_broken_promise() -> None:
    with pytest.raises(KeyError):
        wishes(CookingNeed(sku="soup", today_g=1, stock_g=0, portion_g=1))
