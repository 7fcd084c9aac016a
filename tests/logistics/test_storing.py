"""The store holds what the coming days need; what runs short or expires is told, and shared."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from logistics import (
    DayDemand,
    Lot,
    LotState,
    Place,
    SiteKind,
    StockAhead,
    Survival,
    Wasted,
    project_stock,
    share_out,
    store_targets,
)
from menus import Role, Zone, build_catalogue
from tests.logistics.test_dayplan import dish, ingredient, recipe

TODAY = date(2026, 12, 1)  # a Tuesday
STEW, SALAD = "stew/7/standard", "salad/7/standard"
CATALOGUE = build_catalogue(
    [ingredient("beef")],
    [recipe("stew", beef=1_000), recipe("salad", beef=1_000)],
    [
        dish("stew", Role.PROTEIN, zone=Zone.FROZEN, shelf_days=180, steps="prep pack"),
        dish("salad", Role.VEGETABLE, zone=Zone.CHILLED, shelf_days=6, steps="prep pack"),
    ],
)
HOMES, CLINIC = Place(kind=SiteKind.HOME), Place(kind=SiteKind.HOSPITAL, site="clinic")
SURE = Survival(rates={}, spread={})


def day(firm: int = 0, planned: int = 0, *, sku: str = STEW, place: Place = CLINIC) -> DayDemand:
    return DayDemand(
        firm={place: {sku: firm}} if firm else {},
        planned={place: {sku: planned}} if planned else {},
    )


def lot(name: str, grams: int, days: int, state: LotState = LotState.RELEASED) -> Lot:
    use_by = TODAY + timedelta(days=days)
    return Lot(id=name, sku=STEW, amount_g=grams, use_by=use_by, zone=Zone.FROZEN, state=state)


def test_the_store_covers_the_days_through_the_cooking_after_next() -> None:
    days = [day(firm=400)] * 14
    assert store_targets(CATALOGUE, days, SURE, TODAY) == {STEW: 800}
    saturday = date(2026, 12, 5)
    assert store_targets(CATALOGUE, days, SURE, saturday) == {STEW: 1_200}
    assert store_targets(CATALOGUE, [day(firm=400, sku=SALAD)] * 14, SURE, TODAY) == {}
    assert store_targets(CATALOGUE, [day(firm=400, sku="gone")] * 14, SURE, TODAY) == {}


def test_a_plan_is_covered_as_far_as_it_survives_and_an_order_whole() -> None:
    half = Survival(rates={(SiteKind.HOSPITAL, ahead): 500 for ahead in range(14)}, spread={})
    days = [day(firm=200, planned=4_000)] * 14
    (target,) = store_targets(CATALOGUE, days, half, TODAY).values()
    assert 400 + 4_000 < target < 400 + 8_000
    more = Survival(rates={(SiteKind.HOSPITAL, ahead): 1_100 for ahead in range(14)}, spread={})
    assert store_targets(CATALOGUE, days, more, TODAY) == {STEW: 2 * (200 + 4_400)}
    none = Survival(rates={(SiteKind.HOSPITAL, ahead): 0 for ahead in range(14)}, spread={})
    assert store_targets(CATALOGUE, [day(planned=400)] * 14, none, TODAY) == {}


def test_what_runs_short_and_what_expires_is_told_evening_by_evening() -> None:
    lots = (lot("A", 500, 1), lot("B", 900, 90), lot("H", 9_000, 90, LotState.HOLD))
    (ahead,) = project_stock(lots, ({STEW: 200}, {STEW: 200}, {STEW: 800}, {STEW: 200}), TODAY)
    assert ahead == StockAhead(
        sku=STEW,
        there_g=1_400,
        left_g=(1_200, 900, 100, 0),
        asked_g=(200, 200, 800, 200),
        short_g=100,
        short_on=TODAY + timedelta(days=3),
        wasted=(Wasted(lot="A", day=TODAY + timedelta(days=1), amount_g=100),),
    )
    (old,) = project_stock((lot("O", 300, -2),), ({},), TODAY)
    assert (old.there_g, old.wasted[0].amount_g) == (0, 300)


def test_too_little_is_shared_by_the_share_that_all_can_have() -> None:
    demand = DayDemand(firm={HOMES: {STEW: 800}, CLINIC: {STEW: 2_400}}, planned={})
    (ahead,) = project_stock((lot("A", 1_600, 90),), ({STEW: 3_200},), TODAY)
    shares = share_out(CATALOGUE, (ahead,), (demand,), SURE)
    assert [(one.place, one.asked, one.given, one.reason) for one in shares] == [
        (HOMES, 4, 2, "share.fair"),
        (CLINIC, 12, 6, "share.fair"),
    ]
    (enough,) = project_stock((lot("A", 9_000, 90),), ({STEW: 3_200},), TODAY)
    assert share_out(CATALOGUE, (enough,), (demand,), SURE) == ()


def test_what_will_expire_is_shared_with_nobody() -> None:
    """Of twelve portions nine expire before the day that asks for eight."""
    nobody = DayDemand(firm={}, planned={})
    late = DayDemand(firm={HOMES: {STEW: 800}, CLINIC: {STEW: 800}}, planned={})
    lots = (lot("A", 1_800, 1), lot("B", 600, 90))
    (ahead,) = project_stock(lots, ({}, {}, {STEW: 1_600}), TODAY)
    shares = share_out(CATALOGUE, (ahead,), (nobody, nobody, late), SURE)
    assert sorted(one.given for one in shares) == [1, 2]
    assert {one.reason for one in shares} == {"share.fair"}


def test_one_portion_is_not_lost_in_the_share_of_many() -> None:
    small = DayDemand(firm={HOMES: {STEW: 200}, CLINIC: {STEW: 2_400}}, planned={})
    (ahead,) = project_stock((lot("A", 2_300, 90),), ({STEW: 2_600},), TODAY)
    shares = share_out(CATALOGUE, (ahead,), (small,), SURE)
    assert [(one.asked, one.given, one.reason) for one in shares] == [
        (1, 1, "share.all"),
        (12, 10, "share.fair"),
    ]


@given(
    st.lists(st.tuples(st.integers(0, 900), st.integers(-1, 6)), max_size=4),
    st.lists(st.integers(0, 500), min_size=1, max_size=5),
)
def test_no_gram_is_lost_or_made(rows: list[tuple[int, int]], asked: list[int]) -> None:
    lots = [lot(f"L{number}", grams, days) for number, (grams, days) in enumerate(rows)]
    (ahead,) = project_stock(lots, [{STEW: grams} for grams in asked], TODAY)
    wasted = sum(one.amount_g for one in ahead.wasted)
    served = sum(asked) - ahead.short_g
    assert sum(one.amount_g for one in lots) == served + wasted + ahead.left_g[-1]
    assert (ahead.short_on is None) == (ahead.short_g == 0)
