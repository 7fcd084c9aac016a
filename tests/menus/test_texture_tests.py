"""Tests of a served product: each limit of the syringe and of a piece, and the order."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus import DRINK_LEVELS, FOOD_LEVELS, Flow, Iddsi, Population, flow_level, offer_matches
from menus import piece_fits as fits


@pytest.mark.parametrize(
    ("ml", "level"),
    [
        ("0", Flow.THIN),
        ("0.99", Flow.THIN),
        ("1", Flow.SLIGHTLY),
        ("3.99", Flow.SLIGHTLY),
        ("4", Flow.RETEST),
        ("4.01", Flow.MILDLY),
        ("8", Flow.MILDLY),
        ("8.01", Flow.MODERATELY),
        ("9.99", Flow.MODERATELY),
        ("10", Flow.NO_FLOW),
        ("10.01", None),
        ("-0.01", None),
    ],
)
def test_each_level_of_flow_begins_where_it_is_printed(ml: str, level: Flow | None) -> None:
    assert flow_level(Decimal(ml)) is level


@pytest.mark.parametrize(
    ("level", "population", "width", "length"),
    [
        (Iddsi.L5, Population.ADULT, 4, 15),
        (Iddsi.L5, Population.CHILD, 2, 8),
        (Iddsi.L6, Population.ADULT, 15, 15),
        (Iddsi.L6, Population.CHILD, 8, 8),
        (Iddsi.L3, Population.ADULT, 0, 0),
        (Iddsi.L4, Population.CHILD, 0, 0),
    ],
)
def test_a_piece_of_the_printed_size_fits_and_a_hair_more_does_not(
    level: Iddsi, population: Population, width: int, length: int
) -> None:
    more = Decimal("0.1")
    assert fits(level, population, width_mm=width, length_mm=length)
    assert not fits(level, population, width_mm=width + more, length_mm=length)
    assert not fits(level, population, width_mm=width, length_mm=length + more)


def test_sides_are_compared_as_given() -> None:
    assert not fits(Iddsi.L5, Population.ADULT, width_mm=15, length_mm=4)


@pytest.mark.parametrize("level", [Iddsi.L7, Iddsi.EC7])
def test_regular_food_has_no_limit(level: Iddsi) -> None:
    assert fits(level, None, width_mm=None, length_mm=None)


def test_an_unknown_side_never_makes_a_piece_fit() -> None:
    assert fits(Iddsi.L5, Population.ADULT, width_mm=3, length_mm=None) is None
    assert fits(Iddsi.L5, Population.ADULT, width_mm=5, length_mm=None) is False
    assert fits(Iddsi.L5, None, width_mm=3, length_mm=10) is None
    assert fits(Iddsi.L5, None, width_mm=2, length_mm=8) is True
    assert fits(Iddsi.L5, None, width_mm=5, length_mm=8) is False


LEVELS = st.sampled_from(Iddsi)


@given(st.sampled_from(sorted(FOOD_LEVELS)), LEVELS, st.sampled_from(sorted(DRINK_LEVELS)), LEVELS)
def test_only_the_ordered_levels_are_allowed(
    ordered: Iddsi, food: Iddsi, ordered_drink: Iddsi, drink: Iddsi
) -> None:
    allowed = offer_matches(
        prescribed_food=ordered,
        offered_food=food,
        prescribed_drink=ordered_drink,
        offered_drink=drink,
    )
    assert allowed is (food is ordered and drink is ordered_drink)


def test_what_is_not_offered_is_not_judged_and_without_an_order_nothing_is_allowed() -> None:
    def judged(food: Iddsi | None, offered: Iddsi | None, drink: Iddsi | None) -> bool | None:
        return offer_matches(
            prescribed_food=food,
            offered_food=offered,
            prescribed_drink=Iddsi.L2,
            offered_drink=drink,
        )

    assert judged(Iddsi.L5, None, Iddsi.L2) is True
    assert judged(Iddsi.L5, Iddsi.L5, None) is True
    assert judged(None, Iddsi.L5, Iddsi.L2) is False
    assert judged(Iddsi.L7, Iddsi.EC7, None) is False
    assert judged(Iddsi.L7, None, None) is None
