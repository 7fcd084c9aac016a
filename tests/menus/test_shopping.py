"""What to buy for a week: every ingredient of every dish once, on its shelf, never too little."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import Catalogue, Shelf, explode, read_catalogue, shopping_list
from menus.eating import shelf_of

SEED = Path(__file__).parents[2] / "app" / "seed"


@pytest.fixture(scope="module")
def stock() -> Catalogue:
    tables = []
    for name in ("ingredients", "recipes", "components"):
        with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file)))
    built = read_catalogue(*tables)
    assert isinstance(built, Catalogue)
    return built


@pytest.mark.parametrize(
    ("ingredient", "shelf"),
    [
        ("carrot", Shelf.PRODUCE),
        ("bread-white", Shelf.BREAD),
        ("beef-mince", Shelf.MEAT),
        ("cod", Shelf.FISH),
        ("kipper", Shelf.FISH),
        ("butter", Shelf.DAIRY),
        ("margarine", Shelf.DAIRY),
        ("tofu", Shelf.DAIRY),
        ("avocado", Shelf.PRODUCE),
        ("salami", Shelf.MEAT),
        ("worcestershire", Shelf.DRY),
        ("tuna-water", Shelf.DRY),
        ("coffee", Shelf.DRY),
        ("peas", Shelf.FROZEN),
    ],
)
def test_each_ingredient_stands_where_a_shop_keeps_it(
    stock: Catalogue, ingredient: str, shelf: Shelf
) -> None:
    assert shelf_of(stock.ingredients[ingredient]) is shelf


@settings(max_examples=40)
@given(data=st.data())
def test_a_list_holds_all_that_is_cooked_and_less_than_a_gram_more(
    stock: Catalogue, data: st.DataObject
) -> None:
    dish = st.tuples(st.sampled_from(sorted(stock.variants)), st.integers(20, 400))
    dishes = data.draw(st.lists(dish, max_size=8))
    needed: dict[str, int] = {}
    for variant, grams in dishes:
        for name, amount in explode(stock, variant, grams).items():
            needed[name] = needed.get(name, 0) + amount
    bought = {
        one.ingredient: one.amount_g for _, rows in shopping_list(stock, dishes) for one in rows
    }
    assert set(bought) == {name for name, amount in needed.items() if amount} - {"water"}
    assert all(0 <= bought[name] * 1000 - needed[name] < 1000 for name in bought)


def test_shelves_come_in_the_order_of_the_shop(stock: Catalogue) -> None:
    dishes = [(name, 200) for name in stock.variants]
    shelves = [shelf for shelf, _ in shopping_list(stock, dishes)]
    assert shelves == list(Shelf)
    assert shopping_list(stock, []) == ()
