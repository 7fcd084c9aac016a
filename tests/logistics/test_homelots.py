"""Food at home is eaten before it expires, and what will expire uneaten is no stock."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from logistics import HomeLot, eat_first, expired, left_uneaten, lots_at_home

DAY = date(2026, 12, 1)


def lot(name: str, days: int, portions: int) -> HomeLot:
    return HomeLot(lot=name, use_by=DAY + timedelta(days=days), portions=portions)


def test_what_lies_there_is_what_expires_last() -> None:
    brought = [lot("new", 60, 7), lot("old", 3, 7), lot("middle", 20, 7)]
    assert lots_at_home(brought, 9) == (lot("middle", 20, 2), lot("new", 60, 7))
    assert lots_at_home(brought, 30) == (lot("old", 3, 7), lot("middle", 20, 7), lot("new", 60, 7))
    assert lots_at_home(brought, 0) == ()


def test_a_lot_the_plan_does_not_come_to_in_time_is_left() -> None:
    lots = (lot("a", 0, 2), lot("b", 2, 3), lot("c", 90, 9))
    assert left_uneaten(lots, (1, 1, 1, 1, 1, 1, 1), DAY) == (lot("a", 0, 1), lot("b", 2, 1))
    assert left_uneaten((lot("gone", -1, 4),), (5, 5), DAY) == (lot("gone", -1, 4),)
    assert left_uneaten(lots[2:], (0, 0), DAY) == (), "it lasts longer than the days told"


def test_today_still_goes_and_yesterday_never() -> None:
    lots = (lot("gone", -1, 1), lot("today", 0, 1), lot("soon", 14, 1), lot("later", 15, 1))
    assert [one.lot for one in eat_first(lots, DAY)] == ["today", "soon"]
    assert [one.lot for one in expired(lots, DAY)] == ["gone"]


lots_lists = st.lists(
    st.builds(lot, st.text(max_size=3), st.integers(-3, 20), st.integers(0, 9)), max_size=6
)


@given(lots_lists, st.integers(0, 60), st.lists(st.integers(0, 4), min_size=1, max_size=14))
def test_nothing_is_made_up_and_eating_more_never_leaves_more(
    brought: list[HomeLot], portions: int, needs: list[int]
) -> None:
    lots = lots_at_home(brought, portions)
    total = sum(one.portions for one in lots)
    assert total == min(portions, sum(one.portions for one in brought))
    left = sum(one.portions for one in left_uneaten(lots, needs, DAY))
    assert left <= total
    more = [each + 1 for each in needs]
    assert sum(one.portions for one in left_uneaten(lots, more, DAY)) <= left
