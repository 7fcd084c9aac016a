"""Missed and refused meals, dishes that come back, stock that does not fall."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening import (
    DeliveryRisk,
    Drop,
    Setting,
    StockCount,
    delivery_alert,
    missed_in_a_row,
    not_eaten,
)
from screening.following.delivery import dishes_refused_twice, surplus_percent

TODAY = date(2026, 11, 22)
HOME, WARD, HOUSE = Setting.COMMUNITY, Setting.HOSPITAL, Setting.CARE_HOME


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("missed", "setting", "risk", "level", "reason"),
    [
        (0, HOME, DeliveryRisk(alone=True), "none", None),
        (1, HOME, None, "amber", "delivery.missed"),
        (1, HOME, DeliveryRisk(alone=False), "amber", "delivery.missed"),
        (1, HOME, DeliveryRisk(alone=True), "red", "delivery.lives_alone"),
        (1, HOUSE, DeliveryRisk(alone=True), "red", "delivery.lives_alone"),
        (1, WARD, DeliveryRisk(alone=True), "amber", "delivery.missed"),
        (1, WARD, DeliveryRisk(texture_modified=True), "red", "delivery.texture_modified"),
        (1, HOME, DeliveryRisk(texture_modified=True), "red", "delivery.texture_modified"),
        (1, WARD, DeliveryRisk(allergen=True), "red", "delivery.allergen_diet"),
        (1, WARD, DeliveryRisk(insulin=True), "red", "delivery.insulin"),
        (2, WARD, None, "red", "delivery.two_in_a_row"),
        (2, HOME, None, "red", "delivery.two_in_a_row"),
        (3, HOME, DeliveryRisk(alone=True), "red", "delivery.two_in_a_row"),
    ],
)
def test_a_missed_meal_is_red_where_nothing_safe_takes_its_place(
    missed: int, setting: Setting, risk: DeliveryRisk | None, level: str, reason: str | None
) -> None:
    alert = delivery_alert(missed, setting, risk)
    assert (alert.level, alert.reason) == (level, reason)


def test_only_the_last_run_of_missed_meals_counts() -> None:
    drops = [
        Drop(on=ago(9), missed=True),
        Drop(on=ago(7), missed=False),
        Drop(on=ago(2), missed=True),
        Drop(on=ago(1), missed=True),
    ]
    assert missed_in_a_row(drops) == 2
    assert missed_in_a_row(drops[:2]) == 0
    assert missed_in_a_row([]) == 0


@given(st.permutations([(3, True), (3, False), (2, True), (5, False), (1, True)]))
def test_the_order_of_deliveries_does_not_matter(drops: list[tuple[int, bool]]) -> None:
    assert missed_in_a_row([Drop(on=ago(days), missed=one) for days, one in drops]) == 3


def test_a_dish_that_came_back_on_two_days_is_a_preference() -> None:
    drops = [
        Drop(on=ago(5), missed=True, dish="prei"),
        Drop(on=ago(5), missed=True, dish="witloof"),
        Drop(on=ago(5), missed=True, dish="witloof"),
        Drop(on=ago(3), missed=True),
        Drop(on=ago(1), missed=True, dish="prei"),
        Drop(on=ago(1), missed=False, dish="witloof"),
    ]
    assert dishes_refused_twice(drops) == ("prei",)


def count(days: int, counted: int | None, expected: int | None) -> StockCount:
    return StockCount(on=ago(days), counted=counted, expected=expected)


@pytest.mark.parametrize(
    ("counts", "warned"),
    [
        ([count(7, 13, 10), count(0, 13, 10)], True),
        ([count(7, 12, 10), count(0, 13, 10)], False),
        ([count(7, 13, 10), count(0, 12, 10)], False),
        ([count(0, 13, 10)], False),
        ([count(14, 13, 10), count(7, 10, 10), count(0, 13, 10)], False),
        ([count(14, 13, 10), count(7, None, 10), count(0, 13, 10)], False),
        ([count(14, 13, 10), count(7, 13, None), count(0, 13, 10)], False),
        ([count(7, 4, 0), count(0, 6, 0)], True),
        ([count(7, 0, 0), count(0, 0, 0)], False),
        ([], False),
    ],
)
def test_stock_that_does_not_fall_twice_is_food_not_eaten(
    counts: list[StockCount], *, warned: bool
) -> None:
    assert not_eaten(counts) is warned
    assert not_eaten(counts[::-1]) is warned


def test_a_surplus_needs_something_expected() -> None:
    assert surplus_percent(count(0, 13, 10)) == 30
    assert surplus_percent(count(0, 13, 0)) is None
    assert surplus_percent(count(0, None, 10)) is None
