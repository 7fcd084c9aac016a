"""Standing orders make each delivery once, and send the plan less what lies at home."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import (
    OnNoAnswer,
    ReorderLine,
    ReorderReason,
    ReorderRule,
    ReorderStep,
    StandingOrder,
    due_reorders,
    propose_reorder,
)
from logistics.orders import CutOff

BRUSSELS = ZoneInfo("Europe/Brussels")
RULE = ReorderRule(cut_off=CutOff(days_before=2, minute_of_day=12 * 60, zone=BRUSSELS))
EARLY = ReorderRule(cut_off=CutOff(days_before=2, minute_of_day=6 * 60, zone=BRUSSELS))
FRIDAY = date(2026, 11, 27)
WEEKLY = StandingOrder(client="c1", weekday=4)


def steps(order: StandingOrder, rule: ReorderRule = RULE) -> dict[date, ReorderStep]:
    days = [FRIDAY - timedelta(days=ago) for ago in range(8)]
    return {
        day: due.step
        for day in days
        for due in due_reorders((order,), day, rule=rule)
        if due.service_day == FRIDAY
    }


def test_a_proposal_leaves_two_days_before_it_is_placed() -> None:
    assert steps(WEEKLY) == {
        date(2026, 11, 23): ReorderStep.PROPOSE,
        date(2026, 11, 24): ReorderStep.PROPOSE,
        date(2026, 11, 25): ReorderStep.PLACE,
    }


def test_when_ordering_closes_before_the_run_the_day_before_places() -> None:
    assert steps(WEEKLY, EARLY)[date(2026, 11, 24)] is ReorderStep.PLACE
    assert date(2026, 11, 25) not in steps(WEEKLY, EARLY)


@given(
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.integers(0, 3),
    st.integers(0, 1439),
    st.integers(0, 1439),
)
def test_the_first_proposal_is_at_least_forty_eight_hours_before_cut_off(
    service_day: date, days_before: int, closes: int, runs: int
) -> None:
    zone = ZoneInfo("UTC")
    rule = ReorderRule(
        cut_off=CutOff(days_before=days_before, minute_of_day=closes, zone=zone),
        run_minute_of_day=runs,
    )
    first = rule.place_on(service_day) - timedelta(days=rule.propose_days)
    order = StandingOrder(client="c1", weekday=service_day.weekday())
    (due,) = due_reorders((order,), first, rule=rule)
    run = datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(minutes=runs)
    assert due.service_day == service_day
    assert due.cut_off_at - run >= timedelta(hours=48)


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from([7, 14, 28]))
def test_each_delivery_is_placed_on_exactly_one_day(start: date, period: int) -> None:
    order = StandingOrder(client="c1", weekday=start.weekday(), period_days=period)
    placed = [
        due.turn
        for ahead in range(56)
        for due in due_reorders((order,), start + timedelta(days=ahead), rule=RULE)
        if due.step is ReorderStep.PLACE
    ]
    assert len(placed) == len(set(placed)) == 56 // period


def test_a_due_reorder_says_when_it_closes_and_what_silence_means() -> None:
    order = replace(WEEKLY, on_no_answer=OnNoAnswer.DO_NOT_SEND)
    (due,) = due_reorders((order,), date(2026, 11, 25), rule=RULE)
    assert due.cut_off_at == datetime(2026, 11, 25, 11, tzinfo=UTC)
    assert (due.on_no_answer, due.turn) == (OnNoAnswer.DO_NOT_SEND, "c1:2026-11-27")
    assert due.place_on == date(2026, 11, 25)


@pytest.mark.parametrize(
    ("change", "delivers"),
    [
        ({}, True),
        ({"paused_from": FRIDAY}, False),
        ({"paused_from": date(2026, 11, 1), "paused_until": FRIDAY}, False),
        ({"paused_from": date(2026, 11, 1), "paused_until": date(2026, 11, 26)}, True),
        ({"paused_from": date(2026, 11, 28)}, True),
        ({"skip_days": frozenset({FRIDAY})}, False),
        ({"skip_days": frozenset({date(2026, 11, 20)})}, True),
        ({"first_day": FRIDAY}, True),
        ({"first_day": date(2026, 12, 4)}, False),
        ({"first_day": date(2026, 11, 20), "period_days": 14}, False),
        ({"first_day": date(2026, 11, 13), "period_days": 14}, True),
    ],
)
def test_pauses_skips_and_rhythm_are_kept(change: dict[str, object], *, delivers: bool) -> None:
    order = replace(WEEKLY, **change)  # type: ignore[arg-type] # any field
    assert order.delivers_on(FRIDAY) is delivers
    assert bool(steps(order)) is delivers


def test_a_fortnight_keeps_its_rhythm_without_a_first_day() -> None:
    order = replace(WEEKLY, period_days=14)
    days = [date(2026, 1, 2) + timedelta(weeks=week) for week in range(52)]
    turns = [order.delivers_on(day) for day in days]
    assert all(one is not after for one, after in pairwise(turns))


def test_deliveries_come_by_day_and_client() -> None:
    orders = (
        replace(WEEKLY, client="c2"),
        replace(WEEKLY, client="c1"),
        StandingOrder(client="c3", weekday=3),
    )
    found = due_reorders(orders, date(2026, 11, 24), rule=RULE)
    assert [(one.client, one.service_day.day) for one in found] == [
        ("c3", 26),
        ("c1", 27),
        ("c2", 27),
    ]


@pytest.mark.parametrize(
    "change", [{"weekday": 7}, {"weekday": -1}, {"period_days": 10}, {"period_days": 0}]
)
def test_a_rhythm_is_in_whole_weeks(change: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"weekday|weeks"):
        replace(WEEKLY, **change)  # type: ignore[arg-type] # wrong on purpose


def test_a_rhythm_starts_on_its_own_weekday() -> None:
    with pytest.raises(ValueError, match="weekday of delivery"):
        replace(WEEKLY, first_day=date(2026, 11, 26))


def test_what_lies_at_home_is_not_sent_again() -> None:
    lines = propose_reorder(
        {"stew": 5, "cod": 3, "soup": 2}, {"stew": 2, "cod": 4, "soup": 0}, capacity=None
    )
    assert lines == (
        ReorderLine(
            sku="cod",
            planned=3,
            at_home=4,
            portions=0,
            reason=ReorderReason.ENOUGH_AT_HOME,
            level=3,
            lost=0,
        ),
        ReorderLine(
            sku="soup",
            planned=2,
            at_home=0,
            portions=2,
            reason=ReorderReason.NEEDED,
            level=2,
            lost=0,
        ),
        ReorderLine(
            sku="stew",
            planned=5,
            at_home=2,
            portions=3,
            reason=ReorderReason.NEEDED,
            level=5,
            lost=0,
        ),
    )


@pytest.mark.parametrize("stock", [{}, {"stew": None}])
def test_unknown_stock_is_asked_for_and_not_taken_for_enough(
    stock: dict[str, int | None],
) -> None:
    (line,) = propose_reorder({"stew": 5}, stock, capacity=None)
    assert (line.portions, line.at_home, line.reason) == (5, None, ReorderReason.STOCK_UNKNOWN)


def test_a_full_freezer_takes_from_what_stays_best_covered() -> None:
    lines = propose_reorder({"stew": 6, "cod": 3}, {"stew": 0, "cod": 0, "old": 4}, capacity=10)
    assert [(one.sku, one.portions, one.reason) for one in lines] == [
        ("cod", 2, ReorderReason.FREEZER_FULL),
        ("stew", 4, ReorderReason.FREEZER_FULL),
    ]


def test_what_is_kept_for_an_emergency_is_filled_and_never_counted_as_there() -> None:
    lines = propose_reorder({"shake": 2}, {"shake": 3}, capacity=None, reserve={"shake": 2})
    assert [(one.portions, one.reason) for one in lines] == [(1, ReorderReason.NEEDED)]
    (line,) = propose_reorder({"shake": 0}, {"shake": 1}, capacity=None, reserve={"shake": 2})
    assert (line.portions, line.reason) == (1, ReorderReason.RESERVE)


def test_no_plan_asks_for_nothing() -> None:
    assert propose_reorder({}, {"stew": 2}, capacity=10) == ()
    (line,) = propose_reorder({"stew": 0}, {}, capacity=None)
    assert (line.portions, line.reason) == (0, ReorderReason.ENOUGH_AT_HOME)


NEEDS = st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 20))
STOCKS = st.dictionaries(st.sampled_from("abcdefg"), st.none() | st.integers(0, 20))


@given(NEEDS, STOCKS, st.none() | st.integers(0, 60))
def test_a_reorder_is_never_negative_never_over_need_and_fits(
    planned: dict[str, int], stock: dict[str, int | None], capacity: int | None
) -> None:
    lines = propose_reorder(planned, stock, capacity=capacity)
    assert [line.sku for line in lines] == sorted(planned)
    assert all(0 <= line.portions <= line.planned for line in lines)
    if capacity is not None:
        room = max(0, capacity - sum(one or 0 for one in stock.values()))
        assert sum(line.portions for line in lines) <= room
    else:
        for line in lines:
            assert line.portions + (line.at_home or 0) >= line.planned
