"""Levels and placements are the published optima, and no neighbour or other way is cheaper."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from math import isqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    LevelItems,
    Placement,
    Stage,
    StageTree,
    lasting_orders,
    levels_violations,
    place_many,
    place_safety,
    placement_violations,
    single_order,
)
from tests.optimizer.uncompiled import both_ways

MILLI = 1000
FACTOR_95 = 1_644_853_626_951  # of a normal demand, in 10 ** -12


def test_a_single_order_is_the_published_one() -> None:
    """Snyder and Shen 2019: example 4.1 with Poisson demand, and problem 4.8(a)."""
    items = LevelItems(hold=(180, 200_000), short=(700, 270_000), mean=(20_000, 18_000))
    found = single_order(items)
    assert found.high == (24, 19)
    assert [round(cost / 1e9, 6) for cost in found.cost] == [1.149089, 786.088441]
    assert levels_violations(items, found) == ()


def test_lasting_orders_are_the_published_ones() -> None:
    """Snyder and Shen 2019, example 4.7 and problem 4.31; Zheng and Federgruen 1991, mean 50."""
    items = LevelItems(
        hold=(1_000, 1_000, 40_000),
        short=(4_000, 4_000, 125_000),
        fixed=(5_000, 64_000, 150_000),
        mean=(6_000, 50_000, 4_000),
    )
    found = lasting_orders(items)
    assert list(zip(found.low, found.high, strict=True)) == [(4, 10), (33, 102), (2, 7)]
    assert [round(cost / 1e9, 6) for cost in found.cost] == [8.034112, 66.66411, 223.57483]
    assert levels_violations(items, found) == ()


def test_without_demand_nothing_is_kept_and_without_a_price_every_order_is_small() -> None:
    items = LevelItems(hold=(1_000, 1_000), short=(9_000, 9_000), mean=(0, 5_000))
    assert single_order(items).high == (0, 8)
    steady = replace(items, mean=(5_000, 5_000))
    found = lasting_orders(steady)
    assert found.low == tuple(level - 1 for level in found.high)
    assert levels_violations(steady, found) == ()
    assert levels_violations(items, single_order(items)) == ()


PRICES = st.integers(100, 9_000)


@st.composite
def items(draw: st.DrawFn) -> LevelItems:
    return LevelItems(
        hold=(draw(PRICES),),
        short=(draw(PRICES),),
        fixed=(draw(st.integers(0, 60_000)),),
        mean=(draw(st.integers(200, 20_000)),),
    )


@settings(max_examples=40)
@given(items(), st.integers(1, 20_000))
def test_no_neighbour_is_cheaper_and_dearer_prices_never_cost_less(
    item: LevelItems, more: int
) -> None:
    found = lasting_orders(item)
    assert levels_violations(item, found) == ()
    dearer = replace(item, fixed=(item.fixed[0] + more,))
    assert lasting_orders(dearer).cost[0] >= found.cost[0] - 5
    once = replace(item, fixed=())
    assert levels_violations(once, single_order(once)) == ()


def test_levels_are_the_same_uncompiled_and_wrong_ones_are_found() -> None:
    item = LevelItems(hold=(1_000,), short=(4_000,), fixed=(5_000,), mean=(6_000,))
    found = lasting_orders(item)
    wrong = {
        "safety.cost.differs": replace(found, cost=(found.cost[0] + 10_000,)),
        "safety.neighbour.cheaper": replace(found, low=(2,)),
    }
    for code, each in wrong.items():
        assert code in {one.code for one in levels_violations(item, each)}
    printed = both_ways(
        f"from optimizer import *\nprint(lasting_orders({item!r}).high)\n"
        f"print(place_safety({chain(2, 3)!r}).cost)\n"
    )
    assert printed == {f"(10,)\n{place_safety(chain(2, 3)).cost}\n"}


def chain(*days: int, promise: int = 0) -> StageTree:
    """Stages in a row, each dearer than the one before."""
    return StageTree(
        stages=tuple(
            Stage(
                key=str(number),
                days=each,
                price=10 + 10 * number,
                serves=(str(number + 1),) if number + 1 < len(days) else (),
                variance=0 if number + 1 < len(days) else 10**6,
                promise=None if number + 1 < len(days) else promise,
            )
            for number, each in enumerate(days)
        )
    )


CAMERA = {
    # key: days, price in ten thousandths, serves; Snyder and Shen 2019, figure 6.14
    "raw": (2, 100, "wafers"),
    "wafers": (3, 300, "test"),
    "test": (2, 400, "assembly"),
    "base": (4, 600, "assembly"),
    "assembly": (2, 1_200, "ship"),
    "ship": (3, 1_300, "pack"),
    "camera": (6, 2_000, "pack"),
    "board": (4, 800, "pack"),
    "other": (3, 400, "pack"),
    "pack": (2, 5_000, ""),
}


def test_many_trees_at_once_are_each_placed_by_itself() -> None:
    trees = (chain(2, 1, 3), chain(4), chain(1, 1, 1, 5, promise=3))
    assert place_many(trees) == tuple(place_safety(one) for one in trees)
    assert place_many(()) == ()


def test_safety_stock_lies_where_the_published_chain_has_it() -> None:
    tree = StageTree(
        stages=tuple(
            Stage(
                key=key,
                days=days,
                price=price * 10**8,
                serves=(serves,) if serves else (),
                variance=0 if serves else (10 * FACTOR_95) ** 2,
                promise=None if serves else 2,
            )
            for key, (days, price, serves) in CAMERA.items()
        )
    )
    found = place_safety(tree)
    assert placement_violations(tree, found) == ()
    assert round(found.cost / 10**24, 6) == 18.824004
    assert found.promised["ship"] == 0


def test_a_tree_that_parts_has_the_published_cost() -> None:
    """Snyder and Shen 2019, example 6.5: 2 sqrt 2 + ... = 8.277917."""
    big = 10**18
    tree = StageTree(
        stages=(
            Stage(key="1", days=2, price=1 * big, serves=("3",), served_in=1),
            Stage(key="3", days=1, price=2 * big, serves=("2", "4")),
            Stage(key="2", days=1, price=3 * big, variance=1, promise=0),
            Stage(key="4", days=1, price=3 * big, variance=1, promise=1),
        )
    )
    found = place_safety(tree)
    assert placement_violations(tree, found) == ()
    assert round(found.cost / big, 6) == 8.277917


@settings(max_examples=40)
@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=3),
    st.integers(0, 2),
    st.sampled_from(["down", "up"]),
)
def test_no_other_promises_are_cheaper(days: list[int], promise: int, way: str) -> None:
    tree = chain(*days, promise=promise)
    if way == "up":  # a second stage serves the last one
        extra = Stage(key="x", days=2, price=25, serves=(tree.stages[-1].key,))
        tree = StageTree(stages=(extra, *tree.stages))
    found = place_safety(tree)
    assert placement_violations(tree, found) == ()
    best = min(
        cost
        for each in product(range(7), repeat=len(tree.stages))
        if (cost := _priced(tree, dict(zip((s.key for s in tree.stages), each, strict=True))))
        is not None
    )
    assert found.cost == best
    harder = replace(tree, stages=(*tree.stages[:-1], replace(tree.stages[-1], promise=0)))
    assert place_safety(harder).cost >= found.cost


def _priced(tree: StageTree, promised: dict[str, int]) -> int | None:
    """Price one way of promising; each stage is served as late as the slowest before it says."""
    total = 0
    for stage in tree.stages:
        before = [promised[each.key] for each in tree.stages if stage.key in each.serves]
        nights = max((stage.served_in, *before)) + stage.days - promised[stage.key]
        late = stage.promise is not None and promised[stage.key] > stage.promise
        if nights < 0 or late:
            return None
        total += isqrt(nights * stage.price**2 * tree.stages[-1].variance)
    return total


@pytest.mark.parametrize(
    ("served", "promised", "cost", "code"),
    [
        ({"0": 0, "1": 0}, {"0": 2, "1": 0}, 0, "served.early"),
        ({"0": 0, "1": 9}, {"0": 9, "1": 0}, 0, "promise.late"),
        ({"0": 0, "1": 9}, {"0": 0, "1": 5}, 0, "promise.too_long"),
        ({"0": 0, "1": 0}, {"0": 0, "1": 0}, 1, "cost.differs"),
    ],
)
def test_promises_nobody_can_keep_are_found(
    served: dict[str, int], promised: dict[str, int], cost: int, code: str
) -> None:
    wrong = Placement(served=served, promised=promised, cost=cost)
    found = placement_violations(chain(2, 1), wrong)
    assert f"safety.{code}" in {each.code for each in found}


ONE = Stage(key="a", days=1, price=1, promise=0)


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: LevelItems(hold=(1,), short=(), mean=(1,)), "as long as"),
        (lambda: LevelItems(hold=(1,), short=(1,), mean=(-1,)), "never negative"),
        (lambda: LevelItems(hold=(0,), short=(1,), mean=(1,)), "cost something"),
        (lambda: replace(ONE, days=-1), "never negative"),
        (lambda: StageTree(stages=(ONE, ONE)), "stands once"),
        (lambda: StageTree(stages=(replace(ONE, serves=("b",)),)), "of the tree"),
        (lambda: StageTree(stages=(ONE, replace(ONE, key="b"))), "one tree"),
        (lambda: StageTree(stages=()), "one tree"),
        (lambda: StageTree(stages=(replace(ONE, promise=None),)), "what it promises"),
    ],
)
def test_a_broken_promise_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()
