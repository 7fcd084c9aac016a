"""A store is filled up to what its plan eats until the order after next comes in."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import (
    MIN_LIFE_DAYS,
    HomeLot,
    ReorderReason,
    SiteKind,
    StoreAsk,
    StoreGood,
    StoreLot,
    after_eating,
    life_at_delivery,
    propose_refill,
)

DAY = date(2026, 11, 23)
STEW = StoreGood(sku="stew", planned=(4, 4, 4, 4, 4), lots=(), keeps=90)
ASK = StoreAsk(goods=(STEW,), arrives=2, until=4, eaten=(1000,) * 5)


def test_an_order_lasts_from_its_arrival_until_the_next_one() -> None:
    (line,) = propose_refill(ASK)
    assert (line.planned, line.level, line.at_home, line.portions) == (12, 12, 0, 12)
    assert line.reason is ReorderReason.NEEDED


def test_what_is_eaten_before_the_arrival_does_not_lie_there_then() -> None:
    known = replace(STEW, lots=(StoreLot(portions=11, last=30),))
    (line,) = propose_refill(replace(ASK, goods=(known,)))
    assert (line.at_home, line.portions) == (3, 9)


def test_what_comes_later_counts_from_its_day_on() -> None:
    coming = replace(STEW, lots=(StoreLot(portions=5, first=1, last=30),))
    (line,) = propose_refill(replace(ASK, goods=(coming,)))
    assert (line.at_home, line.portions) == (1, 11)


def test_less_of_a_plan_is_eaten_than_planned_and_chance_is_covered() -> None:
    (line,) = propose_refill(replace(ASK, eaten=(800,) * 5))
    assert 10 <= line.level <= 12
    (surer,) = propose_refill(
        replace(
            ASK,
            eaten=(800,) * 5,
            goods=(replace(STEW, no_substitute=True),),
        )
    )
    assert surer.level >= line.level


def test_nothing_is_sent_that_expires_before_it_is_eaten() -> None:
    short = replace(ASK, goods=(replace(STEW, keeps=2),))
    (line,) = propose_refill(short)
    assert line.portions == 8
    (most_would_expire,) = propose_refill(replace(short, pack=200))
    assert (most_would_expire.portions, most_would_expire.reason) == (0, ReorderReason.KEEPS)


def test_the_smallest_order_is_kept_or_nothing_comes() -> None:
    full = replace(STEW, sku="full", lots=(StoreLot(portions=99, last=30),))
    ask = replace(ASK, goods=(full, replace(STEW, planned=(0, 0, 1, 0, 0))), pack=4, least_packs=3)
    enough, small = propose_refill(ask)
    assert (enough.portions, enough.reason) == (0, ReorderReason.ENOUGH_AT_HOME)
    assert (small.portions, small.reason) == (12, ReorderReason.AT_LEAST)


GOODS = st.builds(
    StoreGood,
    sku=st.just("stew"),
    planned=st.tuples(*[st.integers(0, 9)] * 5),
    lots=st.lists(
        st.builds(StoreLot, portions=st.integers(0, 20), last=st.integers(0, 9)), max_size=3
    ).map(tuple),
    keeps=st.integers(1, 9),
    reserve=st.integers(0, 4),
)


@given(GOODS, st.integers(1, 6), st.integers(0, 3), st.integers(600, 1000))
def test_packs_come_whole_and_more_in_store_never_asks_for_more(
    good: StoreGood, pack: int, least: int, rate: int
) -> None:
    ask = replace(ASK, goods=(good,), pack=pack, least_packs=least, eaten=(rate,) * 5)
    (line,) = propose_refill(ask)
    assert line.portions % pack == 0
    assert line.portions == 0 or line.portions >= pack * least
    more = replace(good, lots=(*(good.lots or ()), StoreLot(portions=50, last=99)))
    (filled,) = propose_refill(replace(ask, goods=(more,)))
    assert filled.portions <= line.portions
    (unknown,) = propose_refill(replace(ask, goods=(replace(good, lots=None),)))
    (empty,) = propose_refill(replace(ask, goods=(replace(good, lots=()),)))
    assert unknown.portions == empty.portions
    assert unknown.at_home is None


LOTS = st.lists(
    st.builds(
        HomeLot,
        lot=st.sampled_from("abc"),
        use_by=st.integers(-3, 9).map(lambda ahead: DAY + timedelta(days=ahead)),
        portions=st.integers(0, 9),
    ),
    max_size=4,
)


@given(LOTS, st.lists(st.integers(0, 5), max_size=6))
def test_only_what_has_not_expired_is_eaten_and_first_what_expires_first(
    lots: list[HomeLot], needs: list[int]
) -> None:
    left = after_eating(lots, needs, DAY)
    gone = sum(one.portions for one in lots) - sum(one.portions for one in left)
    assert 0 <= gone <= sum(needs)
    expired = sum(one.portions for one in lots if one.use_by < DAY)
    assert sum(one.portions for one in left if one.use_by < DAY) == expired
    if needs and all(one.use_by >= DAY + timedelta(days=len(needs)) for one in lots):
        assert gone == min(sum(needs), sum(one.portions for one in lots))


@pytest.mark.parametrize(
    ("shelf", "asked", "lasts", "days"),
    [
        (90, None, 0, MIN_LIFE_DAYS[SiteKind.RESIDENTIAL]),
        (90, None, 5, 5),
        (6, None, 5, 4),
        (90, 9, 5, 9),
        (90, 2, 5, 5),
        (90, 2, 0, 2),
    ],
)
def test_what_keeps_long_must_last_until_the_next_delivery(
    shelf: int, asked: int | None, lasts: int, days: int
) -> None:
    assert life_at_delivery(SiteKind.RESIDENTIAL, shelf, asked, lasts) == days
