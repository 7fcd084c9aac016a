"""Firm orders stand as they are, plans are scaled by what survives, and misses are told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import (
    BiasAlarm,
    DayDemand,
    OpenDay,
    Place,
    SeenDay,
    SiteKind,
    Stays,
    Survival,
    bias_alarm,
    expected_g,
    forecast_days,
    forecast_errors,
    learn_survival,
    stay_rates,
)
from logistics.forecast import place_g

TODAY = date(2026, 12, 1)
HOMES = Place(kind=SiteKind.HOME)
CLINIC = Place(kind=SiteKind.HOSPITAL, site="clinic")
NOTHING = Survival(rates={}, spread={})


def seen(ago: int, actual: int | None, *, ahead: int = 1, planned: int = 100) -> SeenDay:
    day = TODAY - timedelta(days=ago)
    return SeenDay(
        kind=SiteKind.HOSPITAL,
        made_on=day - timedelta(days=ahead),
        service_day=day,
        firm=0,
        planned=planned,
        expected=planned,
        level=planned,
        actual=actual,
    )


def test_a_plan_is_scaled_and_a_firm_order_never_is() -> None:
    day = DayDemand(
        firm={HOMES: {"stew": 1_000}}, planned={CLINIC: {"stew": 999}, HOMES: {"soup": 10}}
    )
    survival = Survival(rates={(SiteKind.HOSPITAL, 1): 900}, spread={})
    assert expected_g((day, day), survival) == (
        {"soup": 10, "stew": 1_999},
        {"soup": 10, "stew": 1_900},
    )
    assert place_g(day, CLINIC, survival, ahead=1) == {"stew": 900}
    assert place_g(day, Place(kind=SiteKind.HOSPITAL, site="x"), survival, ahead=1) == {}


def test_what_nobody_saw_yet_is_planned_for_whole() -> None:
    assert NOTHING.rate(SiteKind.HOME, 3) == 1000
    assert learn_survival((), TODAY) == NOTHING
    assert learn_survival((seen(-1, 50), seen(1, None)), TODAY) == NOTHING


def test_a_rate_leans_on_its_kind_until_enough_was_seen_of_its_days_ahead() -> None:
    days = [seen(ago, 80) for ago in range(1, 30)] + [seen(1, 90, ahead=9, planned=100)]
    survival = learn_survival(days, TODAY)
    near, far = survival.rate(SiteKind.HOSPITAL, 1), survival.rate(SiteKind.HOSPITAL, 9)
    assert 800 < near < 850
    assert near < far < 870
    assert survival.rate(SiteKind.HOME, 1) == 1000
    told = learn_survival(days, TODAY, {(SiteKind.HOSPITAL, 9): 500, (SiteKind.HOSPITAL, 12): 400})
    assert told.rate(SiteKind.HOSPITAL, 9) < far
    assert told.rate(SiteKind.HOSPITAL, 12) == 400


def test_the_newest_days_weigh_most() -> None:
    fell = [seen(ago, 60 if ago < 15 else 100) for ago in range(1, 40)]
    rose = [seen(ago, 100 if ago < 15 else 60) for ago in range(1, 40)]
    rates = [learn_survival(days, TODAY).rate(SiteKind.HOSPITAL, 1) for days in (fell, rose)]
    assert rates[0] < 820 < rates[1]


def test_days_that_differ_more_than_chance_spread_the_rate() -> None:
    calm = learn_survival([seen(ago, 80) for ago in range(1, 30)], TODAY)
    wild = learn_survival([seen(ago, 80 + 15 * (-1) ** ago) for ago in range(1, 30)], TODAY)
    assert calm.spread[SiteKind.HOSPITAL] < 10
    assert wild.spread[SiteKind.HOSPITAL] > 100
    nobody = learn_survival([seen(1, 0, planned=0)], TODAY)
    assert nobody.spread[SiteKind.HOSPITAL] == 0


def test_a_hospital_empties_and_fills_by_its_own_stays() -> None:
    assert stay_rates((), 2) == {1: 1000, 2: 1000}
    even = stay_rates([Stays(before=100, left=20, came=20)] * 5, 9)
    assert set(even.values()) == {1000}
    falling = stay_rates([Stays(before=100, left=20, came=5)], 3)
    assert falling == {1: 850, 2: 730, 3: 634}
    assert stay_rates([Stays(before=1, left=0, came=9)], 3)[3] == 2000


def test_a_forecast_says_what_is_expected_and_what_should_be_enough() -> None:
    day = OpenDay(
        kind=SiteKind.HOSPITAL,
        made_on=TODAY,
        service_day=TODAY + timedelta(days=2),
        firm=7,
        planned=100,
    )
    survival = Survival(rates={(SiteKind.HOSPITAL, 2): 900}, spread={})
    (told,) = forecast_days((day,), survival)
    assert (told.firm, told.planned, told.expected, told.actual) == (7, 100, 90, None)
    assert 93 <= told.level <= 97
    growing = Survival(rates={(SiteKind.HOSPITAL, 2): 1_200}, spread={})
    (more,) = forecast_days((day,), growing)
    assert (more.expected, more.level) == (120, 120)


def test_misses_are_told_in_thousandths_of_what_came() -> None:
    found = forecast_errors((seen(1, 90), seen(2, 110), seen(3, None)))
    assert (found.days, found.wape, found.bias) == (2, 100, 0)
    assert found.pinball == (50 * 10 + 950 * 10) // 200
    assert found.enough == 500
    assert forecast_errors((seen(1, 0),)).wape is None


@pytest.mark.parametrize(
    ("came", "alarm"),
    [
        ((97, 97, 97), BiasAlarm.TOO_HIGH),
        ((103, 103, 103), BiasAlarm.TOO_LOW),
        ((98, 97, 97), None),
        ((97, 103, 97), None),
        ((97, 97), None),
    ],
)
def test_two_points_off_on_three_days_raises_the_alarm(
    came: tuple[int, ...], alarm: BiasAlarm | None
) -> None:
    days = [seen(ago, actual) for ago, actual in enumerate(came, start=1)]
    assert bias_alarm((*days, seen(0, None))) is alarm
    assert bias_alarm([*days[:2], seen(3, 0, planned=0)]) is None


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 60), st.integers(0, 60)), max_size=8))
def test_a_rate_lies_between_what_was_seen_and_all(rows: list[tuple[int, int, int]]) -> None:
    days = [seen(ago, min(a, b), planned=max(a, b)) for ago, a, b in rows]
    rate = learn_survival(days, TODAY).rate(SiteKind.HOSPITAL, 1)
    seen_rates = [1000 * (day.actual or 0) // day.planned for day in days if day.planned]
    assert min(seen_rates, default=1000) - 2 <= rate <= 1000
    fewer = [replace(day, actual=0) for day in days]
    assert learn_survival(fewer, TODAY).rate(SiteKind.HOSPITAL, 1) <= rate
