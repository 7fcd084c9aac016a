"""Goods of late orders: no gram is given twice, an order gets all or nothing, each no is told."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from logistics import DayInputs, DayPlan, goods_violations, late_goods
from logistics.lategoods import LateGoods
from logistics.routes import RoutePlan
from menus import Iddsi
from tests.logistics.test_dayplan import (
    DAY,
    FLAN,
    NORMAL,
    PUREE,
    STEW,
    inputs,
    line,
    lot,
    order,
)

CODES = ("20001", "20002", "20003")


def asked(*portions: int) -> DayInputs:
    """So many orders of one line each, and two lots of the stew."""
    orders = (
        order(CODES[at], line(CODES[at], 1, STEW, portions=n)) for at, n in enumerate(portions)
    )
    stock = (lot("OLD", STEW, 1_000, days=20), lot("NEW", STEW, 1_000, days=30))
    return inputs(*orders, lots=stock)


def as_plan(day: DayInputs, goods: LateGoods) -> DayPlan:
    """A plan of nothing but these goods."""
    return DayPlan(
        snapshot=day.snapshot,
        service_day=DAY,
        allocations=goods.allocations(),
        batches=(),
        born=(),
        draws=(),
        purchases=(),
        routes=RoutePlan(routes=(), unserved=(), cost_cents=0, provenance=""),
        unserved=(),
    )


def test_each_order_takes_what_those_before_it_left_the_oldest_first() -> None:
    found = late_goods(asked(3, 4, 3), CODES)
    told = {code: [(one.lot, one.amount_g) for one in goods] for code, goods in found.given.items()}
    assert told == {
        "20001": [("OLD", 600)],
        "20002": [("OLD", 400), ("NEW", 400)],
        "20003": [("NEW", 600)],
    }
    assert found.refused == ()


def test_an_order_that_is_short_takes_nothing_and_the_next_is_served() -> None:
    """Six of ten are left for the second, who wants seven; the third gets its five."""
    found = late_goods(asked(4, 7, 5), CODES)
    assert set(found.given) == {"20001", "20003"}
    (short,) = found.refused
    assert (short.order, short.reason, short.binding) == ("20002", "day.stock.short", STEW)
    assert dict(short.would_fit_if) == {"extra_g": 200}


def test_every_dish_that_lacks_is_told_and_no_advice_that_would_not_help() -> None:
    mild = replace(NORMAL, food_iddsi=Iddsi.L7)
    two = order("20001", line("20001", 1, STEW, portions=3), line("20001", 2, FLAN, portions=2))
    eaters = {each.eater: mild for each in two.lines}
    (short,) = late_goods(inputs(two, eaters=eaters, lots=()), ["20001"]).refused
    assert (short.binding, short.would_fit_if) == (f"{STEW} {FLAN}", ())


def test_what_several_lines_lack_of_one_dish_is_told_as_one_sum() -> None:
    """Two eaters want three and two; two portions lie in store."""
    two = order("20001", line("20001", 1, STEW, portions=3), line("20001", 2, STEW, portions=2))
    (short,) = late_goods(inputs(two, lots=(lot("OLD", STEW, 400, days=20),)), ["20001"]).refused
    assert (short.binding, dict(short.would_fit_if)) == (STEW, {"extra_g": 600})


@given(st.permutations(CODES))
def test_scarce_goods_go_to_who_has_no_other_meal_however_they_are_told(codes: list[str]) -> None:
    """Five portions: the third has no other meal, the first two are at home."""
    day = replace(asked(2, 2, 3), lots=(lot("OLD", STEW, 1_000, days=20),))
    home, other, ward = day.orders
    day = replace(day, orders=(home, other, replace(ward, priority=3)))
    assert list(late_goods(day, codes).given) == ["20003", "20001"]


def test_who_may_not_have_it_gets_nothing_whatever_lies_in_store() -> None:
    day = asked(1, 1)
    allergic = replace(NORMAL, food_iddsi=Iddsi.L4)
    found = late_goods(replace(day, eaters={**day.eaters, "20001-eater": allergic}), CODES[:2])
    assert set(found.given) == {"20002"}
    (refused,) = found.refused
    assert (refused.order, refused.would_fit_if) == ("20001", ())
    assert refused.reason.startswith("objection.")


def test_a_recalled_dish_and_one_nobody_knows_are_refused() -> None:
    day = replace(asked(1), recalled=frozenset({STEW}))
    (recalled,) = late_goods(day, CODES[:1]).refused
    assert recalled.reason == "objection.recalled"
    strange = inputs(order("20001", line("20001", 1, "moon/7/standard")))
    (unknown,) = late_goods(strange, CODES[:1]).refused
    assert unknown.reason == "day.line.unknown_variant"


@given(st.lists(st.lists(st.integers(1, 6), min_size=1, max_size=3), min_size=1, max_size=6))
def test_no_gram_is_given_twice_and_an_order_gets_all_or_nothing(
    wanted: list[list[int]],
) -> None:
    dishes = (STEW, FLAN, PUREE)
    stock = tuple(
        lot(f"{number}-{sku}", sku, 1_300, days=20 + number)
        for number in range(2)
        for sku in dishes
    )
    orders = [
        order(
            f"{code}", *(line(f"{code}", at, dishes[at], portions=n) for at, n in enumerate(each))
        )
        for code, each in enumerate(wanted)
    ]
    mild = replace(NORMAL, food_iddsi=Iddsi.L7)
    eaters = {each.eater: mild for one in orders for each in one.lines}
    day = inputs(*orders, eaters=eaters, lots=stock)
    found = late_goods(day, [one.id for one in orders])
    taken: Counter[str] = Counter()
    for one in found.allocations():
        taken[one.lot] += one.amount_g
    assert all(taken[one.id] <= one.amount_g for one in stock)
    for one in orders:
        got = Counter(a.order_line for a in found.given.get(one.id, ()) for _ in range(a.amount_g))
        full = {each.id: each.amount_g for each in one.lines}
        assert got == (full if one.id in found.given else {})
    assert set(found.given).isdisjoint(one.order for one in found.refused)
    assert len(found.given) + len(found.refused) == len(orders)
    assert goods_violations(day, as_plan(day, found)) == ()


def test_goods_that_break_a_rule_are_found_again() -> None:
    day = asked(3)
    found = late_goods(day, CODES[:1])
    poor = replace(day, lots=(lot("OLD", STEW, 400, days=20), lot("NEW", STEW, 1_000, days=30)))
    (broken,) = goods_violations(poor, as_plan(day, found))
    assert broken.code == "check.lot.overdrawn"
