"""Orders keep their supplier's terms, use its price breaks, and say why they are what they are."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    BUY_REASONS,
    Buy,
    BuyReason,
    Limits,
    ReplenishmentProblem,
    ReplenishmentSolution,
    Status,
    Supplier,
    SupplyLine,
    buy_reasons,
    replenishment_violations,
    solve_replenishment,
)
from optimizer.replenishment.solve import CP_MAX_ITEMS

LIMITS = Limits(moves=20_000)
RICE = SupplyLine(
    key="rice",
    supplier="dry",
    need=(0, 4, 0, 4, 0, 4),
    held=(),
    pack=2,
    price=10,
    lead_days=1,
    shelf_days=90,
    order_days=(0, 2, 4),
)
SALT = replace(RICE, key="salt", need=(0, 0, 0, 0, 0, 1), pack=1, price=1)


def solved(
    *lines: SupplyLine, terms: Supplier | None = None, limits: Limits = LIMITS
) -> tuple[ReplenishmentProblem, Status, tuple[int, ...], ReplenishmentSolution]:
    problem = ReplenishmentProblem(
        lines=lines, days=len(lines[0].need), suppliers=() if terms is None else (terms,)
    )
    found = solve_replenishment(problem, limits)
    assert found.solution is not None
    assert replenishment_violations(problem, found.solution) == ()
    return problem, found.status, found.objective, found.solution


def bought(solution: ReplenishmentSolution) -> list[tuple[str, int, int]]:
    return [(buy.item, buy.day, buy.packs) for buy in solution.buys]


def test_small_orders_are_put_together_until_they_are_worth_the_minimum() -> None:
    _, status, cost, found = solved(RICE, terms=Supplier(key="dry", minimum=50))
    assert (status, cost) == (Status.OPTIMAL, (0, 0, 60))
    assert bought(found) == [("rice", 0, 6)]


def test_a_delivery_that_costs_is_shared_by_what_can_wait_in_store() -> None:
    _, _, cost, found = solved(RICE, SALT, terms=Supplier(key="dry", delivery=15))
    assert cost == (0, 0, 60 + 1 + 15)
    assert {buy.day for buy in found.buys} == {0}
    fresh = replace(RICE, shelf_days=1)
    assert solved(fresh, SALT, terms=Supplier(key="dry", delivery=15))[2] == (0, 0, 61 + 45)


def test_more_is_bought_where_that_makes_all_of_it_cheaper() -> None:
    _, _, cost, found = solved(replace(RICE, breaks=((6, 6),)))
    assert (cost, bought(found)) == ((0, 0, 36), [("rice", 0, 6)])
    assert solved(replace(RICE, breaks=((6, 9), (9, 4))))[2] == (0, 0, 36)
    assert solved(replace(RICE, breaks=((50, 6),)))[2] == (0, 0, 60)


def test_an_order_that_cannot_be_worth_its_minimum_is_not_placed() -> None:
    gift = replace(RICE, price=0)
    assert solved(gift, terms=Supplier(key="dry", minimum=5))[2] == (12, 0, 0)
    _, _, cost, found = solved(replace(SALT, shelf_days=1), terms=Supplier(key="dry", minimum=20))
    assert cost == (0, 19, 20)
    assert bought(found) == [("salt", 4, 20)]


def test_a_supplier_of_too_many_items_keeps_its_terms_by_rule() -> None:
    lines = tuple(
        replace(RICE, key=f"i{index}", breaks=((3, 9),)) for index in range(CP_MAX_ITEMS + 1)
    )
    terms = Supplier(key="dry", minimum=1_000, delivery=300)
    _, status, cost, _ = solved(*lines, terms=terms)
    assert status is Status.FEASIBLE
    assert cost == (0, 0, len(lines) * 6 * 9 + 300)


def test_without_moves_enough_for_a_proof_the_terms_are_kept() -> None:
    terms = Supplier(key="dry", minimum=50, delivery=5)
    _, status, _, _ = solved(RICE, SALT, terms=terms, limits=Limits(moves=1))
    assert status is Status.FEASIBLE


def test_a_purchase_says_what_it_is_for_and_why_it_is_so_large() -> None:
    problem, _, _, found = solved(RICE, terms=Supplier(key="dry", minimum=50))
    assert buy_reasons(problem, found) == (BuyReason(item="rice", day=0, code="buy.needed", on=1),)
    beans = replace(RICE, need=(0, 0, 0, 3, 0, 0))
    codes = {
        "buy.pack": beans,
        "buy.least": replace(beans, min_packs=4),
        "buy.break": replace(beans, breaks=((4, 1),)),
    }
    for code, line in codes.items():
        problem, _, _, found = solved(line)
        assert code in {one.code for one in buy_reasons(problem, found)}
    problem, _, _, found = solved(beans, terms=Supplier(key="dry", minimum=50))
    worth = [one for one in buy_reasons(problem, found) if one.code == "buy.worth"]
    assert [one.amount for one in worth] == [7]
    problem, _, _, found = solved(
        RICE, replace(beans, key="beans"), terms=Supplier(key="dry", delivery=9)
    )
    together = [one for one in buy_reasons(problem, found) if one.code == "buy.together"]
    assert together == [BuyReason(item="beans", day=0, code="buy.together", on=2)]
    spare = ReplenishmentSolution(
        buys=(Buy(item="rice", day=0, packs=12), Buy(item="rice", day=4, packs=9))
    )
    assert {one.code for one in buy_reasons(problem, spare)} <= set(BUY_REASONS)


@st.composite
def suppliers(draw: st.DrawFn) -> ReplenishmentProblem:
    days = 4
    lines = tuple(
        SupplyLine(
            key=key,
            supplier="one",
            need=tuple(draw(st.lists(st.integers(0, 3), min_size=days, max_size=days))),
            held=(),
            pack=draw(st.integers(1, 3)),
            price=draw(st.integers(4, 6)),
            lead_days=draw(st.integers(0, 1)),
            shelf_days=draw(st.integers(1, 4)),
            order_days=tuple(sorted(draw(st.sets(st.integers(0, 3), max_size=2)))),
            breaks=draw(st.sampled_from([(), ((3, 0),), ((3, 1),), ((2, 4), (4, 2))])),
        )
        for key in draw(st.sampled_from([("a",), ("a", "b")]))
    )
    terms = Supplier(
        key="one", minimum=draw(st.integers(0, 9)), delivery=draw(st.sampled_from([0, 0, 4]))
    )
    return ReplenishmentProblem(lines=lines, days=days, suppliers=(terms,))


def _priced(
    problem: ReplenishmentProblem, packs: dict[tuple[str, int], int]
) -> tuple[int, int, int] | None:
    """Price one way of buying by hand; None when an order is worth too little."""
    (terms,) = problem.suppliers
    short = expired = paid = 0
    worth: dict[int, int] = {}
    for line in problem.lines:
        units: list[list[int]] = []
        for day in line.order_days:
            count = packs[line.key, day]
            price = [line.price, *(p for least, p in line.breaks if count >= least)][-1]
            first = day + line.lead_days
            units += [[first + line.shelf_days - 1, first]] * (count * line.pack)
            if count:
                worth[day] = worth.get(day, 0) + price * count
        units.sort()
        for day, need in enumerate(line.need):
            usable = [unit for unit in units if unit[1] <= day <= unit[0]][:need]
            for unit in usable:
                units.remove(unit)
            short += need - len(usable)
        expired += sum(last < problem.days for last, _ in units)
    paid = sum(worth.values()) + terms.delivery * len(worth)
    return None if any(one < terms.minimum for one in worth.values()) else (short, expired, paid)


@settings(max_examples=25)
@given(suppliers())
def test_no_other_order_that_keeps_the_terms_is_better(problem: ReplenishmentProblem) -> None:
    found = solve_replenishment(problem, LIMITS)
    assert found.solution is not None
    assert replenishment_violations(problem, found.solution) == ()
    assert found == solve_replenishment(problem, LIMITS)
    cells = [(line.key, day) for line in problem.lines for day in line.order_days]
    ways = product(range(7 if len(cells) < 4 else 5), repeat=len(cells))
    best = min(
        cost for way in ways if (cost := _priced(problem, dict(zip(cells, way, strict=True))))
    )
    assert found.objective <= best
    if found.status is not Status.OPTIMAL:
        assert found.objective[0] >= best[0]


@settings(max_examples=20)
@given(suppliers(), st.integers(1, 9))
def test_harder_terms_never_make_it_cheaper(problem: ReplenishmentProblem, more: int) -> None:
    easy = solve_replenishment(problem, LIMITS)
    (terms,) = problem.suppliers
    for harder in (
        replace(terms, minimum=terms.minimum + more),
        replace(terms, delivery=terms.delivery + more),
    ):
        hard = solve_replenishment(replace(problem, suppliers=(harder,)), LIMITS)
        if easy.status is Status.OPTIMAL:
            assert hard.objective >= easy.objective


def test_an_order_worth_too_little_is_found() -> None:
    problem, _, _, found = solved(RICE, terms=Supplier(key="dry", minimum=50))
    small = replace(found, buys=(Buy(item="rice", day=0, packs=4),))
    codes = {each.code for each in replenishment_violations(problem, small)}
    assert "replenishment.order.below_worth" in codes


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: Supplier(key="a", minimum=-1), "less than nothing"),
        (lambda: replace(RICE, breaks=((1, 5),)), "above one pack"),
        (lambda: replace(RICE, breaks=((4, 5), (4, 3))), "rise"),
        (lambda: replace(RICE, breaks=((4, -5),)), "never negative"),
        (lambda: replace(RICE, breaks=((4, 11),)), "never costs more"),
        (
            lambda: ReplenishmentProblem(lines=(), days=1, suppliers=(Supplier(key="a"),) * 2),
            "supplier stands once",
        ),
    ],
)
def test_a_broken_promise_of_terms_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()
