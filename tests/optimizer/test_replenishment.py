"""Purchases cover the need in time with the least waste, and state what they cannot cover."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    Buy,
    Held,
    Limits,
    Loss,
    ReplenishmentProblem,
    ReplenishmentSolution,
    Status,
    SupplyLine,
    replenishment_violations,
    solve_replenishment,
)
from optimizer.replenishment.solve import CP_MAX_ITEMS

LIMITS = Limits(moves=20_000)

MILK = SupplyLine(
    key="milk",
    supplier="dairy",
    need=(0, 4, 4, 4, 0, 4),
    held=(),
    pack=10,
    price=7,
    lead_days=1,
    shelf_days=3,
    order_days=(0, 1, 2, 3, 4, 5),
)


def solve(*lines: SupplyLine) -> tuple[Status, tuple[int, ...], ReplenishmentSolution]:
    problem = ReplenishmentProblem(lines=lines, days=len(lines[0].need))
    found = solve_replenishment(problem, LIMITS)
    assert found.solution is not None
    assert replenishment_violations(problem, found.solution) == ()
    return found.status, found.objective, found.solution


def test_packs_are_ordered_as_late_as_they_still_arrive_in_time() -> None:
    status, cost, found = solve(MILK)
    assert found.buys == (Buy(item="milk", day=0, packs=1), Buy(item="milk", day=2, packs=1))
    assert (status, cost) == (Status.OPTIMAL, (0, 4, 14))
    assert found.expired == (Loss(item="milk", day=5, amount=4),)


def test_what_is_held_is_used_first_and_the_oldest_before_the_newer() -> None:
    held = (Held(amount=9, last_day=9), Held(amount=8, last_day=2), Held(amount=3, last_day=-1))
    _, cost, found = solve(replace(MILK, held=held))
    assert found.buys == ()
    assert found.expired == (Loss(item="milk", day=-1, amount=3),)
    assert cost == (0, 3, 0)


def test_a_need_before_anything_can_arrive_is_stated_as_short() -> None:
    _, cost, found = solve(replace(MILK, need=(5, 0, 0, 0, 0, 0)))
    assert found.short == (Loss(item="milk", day=0, amount=5),)
    assert cost == (5, 0, 0)


def test_an_order_is_placed_only_on_an_order_day() -> None:
    _, _, found = solve(replace(MILK, need=(0, 0, 0, 0, 0, 4), order_days=(0, 3), shelf_days=4))
    assert found.buys == (Buy(item="milk", day=3, packs=1),)


def test_a_shelf_life_shorter_than_the_gap_between_order_days_leaves_a_shortage() -> None:
    _, cost, _ = solve(replace(MILK, need=(0, 0, 0, 0, 0, 4), order_days=(0,)))
    assert cost == (4, 0, 0)


def test_a_smallest_order_is_filled_by_one_large_order_instead_of_two() -> None:
    flour = replace(MILK, key="flour", need=(0, 6, 0, 0, 0, 12), pack=1, min_packs=10, shelf_days=9)
    status, cost, found = solve(flour, MILK)
    assert [buy for buy in found.buys if buy.item == "flour"] == [
        Buy(item="flour", day=0, packs=18)
    ]
    assert cost == (0, 4, 14 + 18 * 7)
    assert status is Status.OPTIMAL


def test_an_order_used_up_early_frees_what_is_held_and_lasts_longer() -> None:
    milk = replace(
        MILK,
        need=(0, 1, 1, 0, 0, 0),
        held=(Held(amount=1, last_day=2),),
        lead_days=0,
        shelf_days=1,
        order_days=(1,),
    )
    _, cost, found = solve(milk)
    assert found.buys == (Buy(item="milk", day=1, packs=1),)
    assert cost == (0, 9, 7)


def test_without_moves_enough_for_a_proof_the_rule_still_stands() -> None:
    flour = replace(MILK, min_packs=10)
    problem = ReplenishmentProblem(lines=(flour,), days=6)
    found = solve_replenishment(problem, Limits(moves=1))
    assert found.status is Status.FEASIBLE
    assert found.solution is not None
    assert found.solution.buys
    assert replenishment_violations(problem, found.solution) == ()


def test_a_supplier_with_too_many_items_keeps_the_rule() -> None:
    lines = tuple(replace(MILK, key=f"i{index}", min_packs=2) for index in range(CP_MAX_ITEMS + 1))
    status, cost, _ = solve(*lines)
    assert status is Status.FEASIBLE
    assert cost[0] == 0


@st.composite
def supply_lines(draw: st.DrawFn, *, min_packs: int = 1) -> SupplyLine:
    days = 5
    held = st.builds(
        Held,
        amount=st.integers(0, 8),
        first_day=st.integers(0, 2),
        last_day=st.integers(-1, 6),
    )
    return SupplyLine(
        key="item",
        supplier="one",
        need=tuple(draw(st.lists(st.integers(0, 5), min_size=days, max_size=days))),
        held=tuple(draw(st.lists(held, max_size=2))),
        pack=draw(st.integers(2, 7)),
        price=draw(st.integers(0, 9)),
        lead_days=draw(st.integers(0, 2)),
        shelf_days=draw(st.integers(1, 4)),
        order_days=tuple(sorted(draw(st.sets(st.integers(0, days - 1), max_size=3)))),
        min_packs=min_packs,
    )


@settings(max_examples=60)
@given(supply_lines())
def test_no_other_purchase_is_better(line: SupplyLine) -> None:
    problem = ReplenishmentProblem(lines=(line,), days=5)
    found = solve_replenishment(problem, LIMITS)
    most = 1 + -(-sum(line.need) // line.pack)
    best = min(
        _cost_of(line, counts) for counts in product(range(most), repeat=len(line.order_days))
    )
    assert found.objective == best


def _cost_of(line: SupplyLine, counts: tuple[int, ...]) -> tuple[int, int, int]:
    """Price one way of buying by walking the days; shares nothing with the solver."""
    units = [[each.last_day, each.first_day] for each in line.held for _ in range(each.amount)]
    for day, count in zip(line.order_days, counts, strict=True):
        first = day + line.lead_days
        units += [[first + line.shelf_days - 1, first]] * (count * line.pack)
    units.sort()
    short = 0
    for day, need in enumerate(line.need):
        usable = [unit for unit in units if unit[1] <= day <= unit[0]][:need]
        for unit in usable:
            units.remove(unit)
        short += need - len(usable)
    expired = sum(last < len(line.need) for last, _ in units)
    return short, expired, line.price * sum(counts)


@settings(max_examples=10)
@given(supply_lines(min_packs=2))
def test_smallest_orders_keep_every_promise_and_answer_the_same_twice(line: SupplyLine) -> None:
    problem = ReplenishmentProblem(lines=(line,), days=5)
    found = solve_replenishment(problem, LIMITS)
    assert found.solution is not None
    assert replenishment_violations(problem, found.solution) == ()
    assert found == solve_replenishment(problem, LIMITS)


@pytest.mark.parametrize(
    ("buys", "code"),
    [
        ((Buy(item="tea", day=0, packs=1),), "item.unknown"),
        ((Buy(item="milk", day=9, packs=2),), "order.day"),
        ((Buy(item="milk", day=0, packs=0),), "order.below_minimum"),
        ((Buy(item="milk", day=0, packs=1), Buy(item="milk", day=0, packs=1)), "order.repeated"),
        ((), "short.differs"),
        ((Buy(item="milk", day=0, packs=5), Buy(item="milk", day=2, packs=1)), "expired.differs"),
    ],
)
def test_what_is_broken_on_purpose_is_found(buys: tuple[Buy, ...], code: str) -> None:
    problem = ReplenishmentProblem(lines=(MILK,), days=6)
    _, _, sound = solve(MILK)
    found = replenishment_violations(problem, replace(sound, buys=buys))
    assert f"replenishment.{code}" in {each.code for each in found}


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: replace(MILK, pack=0), "at least one"),
        (lambda: replace(MILK, price=-1), "never negative"),
        (lambda: replace(MILK, need=(-1,)), "never negative"),
        (lambda: replace(MILK, order_days=(2, 1)), "in order"),
        (lambda: ReplenishmentProblem(lines=(MILK, MILK), days=6), "stands once"),
        (lambda: ReplenishmentProblem(lines=(MILK,), days=7), "each day of the horizon"),
    ],
)
def test_a_broken_promise_of_a_problem_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()
