"""What is firm, what is only planned, what came of it, and how the store stands ahead."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import SYSTEM, Forbidden
from app.i18n import LANGUAGES, translator
from app.models.orders import Order, OrderEater, StandingOrder
from app.models.people import Site
from app.models.stock import DemandForecast, Lot
from app.operations import forecast, meals, storing
from app.operations.forecast import HOMES, outlook
from logistics import FORECAST_CODES, SHARE_REASONS, OrderState, Place, SiteKind
from logistics.intermittent import STREAM_CODES, StreamReason
from tests.app.days import DAY, DISPATCHER, KITCHEN, SmallDay, kitchen_id, order_at, small_day
from tests.app.test_reorders import approve_week
from tests.factories import make_client

TODAY = DAY - timedelta(days=1)


@pytest.fixture
def small(session: Session) -> SmallDay:
    return small_day(session)


def known(session: Session) -> frozenset[str]:
    return frozenset(meals.catalogue(session).variants)


def hospital(session: Session, code: str, day: date) -> Order:
    """Let an order of the small day be one of a hospital, on a day."""
    order = session.scalars(select(Order).where(Order.code == code)).one()
    order.kind, order.service_day = SiteKind.HOSPITAL, day
    session.flush()
    return order


def test_orders_are_firm_and_standing_orders_only_planned(
    session: Session, small: SmallDay
) -> None:
    client = make_client(session)
    approve_week(session, client, (small.stored, 250))
    session.add(StandingOrder(client_id=client.id, weekday=DAY.weekday()))
    session.flush()
    first, *_, last = outlook(session, kitchen_id(session), DAY, known(session)).days
    assert set(first.firm[HOMES]) == {small.stored, small.cooked}
    assert first.planned[HOMES] == {small.stored: 7 * 250}
    assert (last.firm, last.planned) == ({}, {})
    eater = session.scalars(select(OrderEater)).first()
    assert eater is not None
    eater.client_id = client.id
    assert outlook(session, kitchen_id(session), DAY, known(session)).days[0].planned == {}
    assert outlook(session, kitchen_id(session), DAY, frozenset()).days[0].firm == {}


def test_a_house_is_planned_as_on_the_first_day_until_it_orders(
    session: Session, small: SmallDay
) -> None:
    order = hospital(session, "30001", DAY)
    (place,) = (
        one
        for one in outlook(session, kitchen_id(session), DAY, known(session)).days[0].firm
        if one != HOMES
    )
    assert place.kind is SiteKind.HOSPITAL
    ahead = outlook(session, kitchen_id(session), DAY, known(session)).days
    assert place in ahead[1].planned
    assert [place in day.planned for day in ahead].count(False) == 3  # today, and two Sundays
    session.expire(order)


def test_forecasts_are_kept_once_a_day_and_closed_when_the_day_is_over(
    session: Session, small: SmallDay
) -> None:
    hospital(session, "30001", DAY)
    catalogue = meals.catalogue(session)
    kept = forecast.keep_forecasts(session, SYSTEM, catalogue, DAY)
    assert kept == 11
    assert forecast.keep_forecasts(session, SYSTEM, catalogue, DAY) == 0
    with pytest.raises(Forbidden):
        forecast.keep_forecasts(session, KITCHEN, catalogue, DAY)
    hospital(session, "30002", DAY + timedelta(days=1))
    later = DAY + timedelta(days=2)
    forecast.keep_forecasts(session, SYSTEM, catalogue, later)
    closed = session.scalars(select(DemandForecast).where(DemandForecast.actual.is_not(None))).all()
    assert [(row.service_day, row.kind) for row in closed] == [
        (DAY + timedelta(days=1), SiteKind.HOSPITAL)
    ]
    assert closed[0].actual == 10
    assert closed[0].as_seen_day().ahead == 1
    rates = forecast.survival(session, kitchen_id(session), later)
    assert rates.rate(SiteKind.HOSPITAL, 1) > 1000


def test_the_stays_of_a_hospital_are_read_from_who_eats_there(
    session: Session, small: SmallDay
) -> None:
    hospital(session, "30001", DAY)
    hospital(session, "30002", DAY + timedelta(days=1))
    rates = forecast.survival(session, kitchen_id(session), DAY + timedelta(days=3))
    assert rates.rate(SiteKind.HOSPITAL, 1) == 1000  # one left, one came


def test_the_store_ahead_names_what_runs_short_and_who_gets_what(
    session: Session, small: SmallDay
) -> None:
    for lot in session.scalars(select(Lot)):
        lot.amount_g = 300 if lot.code == "L1" else 0
    hospital(session, "30001", DAY)
    session.flush()
    found = storing.store_ahead(session, DISPATCHER, DAY)
    assert {line.sku for line in found.short} == {small.stored, small.cooked}
    shares = found.shares(small.stored)
    assert {one.sku for one in shares} == {small.stored}
    assert len({one.place for one in shares}) == len(shares) == 2
    assert Place(kind=SiteKind.HOME) in {one.place for one in shares}
    assert found.shares("nothing") == ()
    assert (found.wasting, found.wasted_g) == ((), 0)
    assert found.line("nothing") is None
    assert found.line(small.stored) == found.lines[0] or found.line(small.stored) is not None
    assert (found.errors, found.alarms) == ({}, {})


def test_an_alarm_is_told_when_three_days_were_off(session: Session, small: SmallDay) -> None:
    for ago in (1, 2, 3):
        session.add(
            DemandForecast(
                kind=SiteKind.HOME,
                made_on=DAY - timedelta(days=ago + 1),
                service_day=DAY - timedelta(days=ago),
                firm=0,
                planned=100,
                expected=100,
                level=100,
                actual=80,
            )
        )
    session.flush()
    found = storing.store_ahead(session, DISPATCHER, DAY)
    assert found.alarms == {SiteKind.HOME: "forecast.too_high"}
    assert found.errors[SiteKind.HOME].bias == 250


def test_loose_orders_are_forecast_by_their_own_stream_and_never_counted_twice(
    session: Session, small: SmallDay
) -> None:
    assert outlook(session, kitchen_id(session), DAY, known(session)).streams == {}
    first = session.scalars(select(Order).where(Order.code == "30001")).one()
    variant = meals.catalogue(session).variants[small.stored]
    site = session.get_one(Site, first.site_id)
    for back in (1, 8, 15, 22, 29, 36, 43):
        day = DAY - timedelta(days=back)
        made = order_at(session, site, f"4{back:04}", variant, portions=6)
        made.service_day, made.state = day, OrderState.DELIVERED
    session.flush()
    ahead = outlook(session, kitchen_id(session), DAY, known(session))
    (stream,) = ahead.streams.values()
    assert stream.reason is StreamReason.LEAST
    grams = stream.per_day // 1_000_000
    assert grams
    expected = [day.get(small.stored, 0) for day in ahead.expected_g()]
    assert expected[0] == sum(ahead.days[0].firm[HOMES][sku] for sku in [small.stored])
    assert expected[1] == grams
    sunday = next(n for n in range(14) if (DAY + timedelta(days=n)).weekday() == 6)
    assert expected[sunday] == 0
    for row in session.scalars(select(Order).where(Order.code == "30002")):
        row.service_day = DAY + timedelta(days=1)
    session.flush()
    again = outlook(session, kitchen_id(session), DAY, known(session)).expected_g()
    assert again[1][small.stored] == 10 * variant.portions_g["M"], "it covers the stream"
    found = storing.store_ahead(session, DISPATCHER, DAY)
    assert set(found.streams) == {small.stored}


def test_cancelled_orders_did_not_come(session: Session, small: SmallDay) -> None:
    hospital(session, "30001", DAY).state = OrderState.CANCELLED
    session.flush()
    firm = outlook(session, kitchen_id(session), DAY, known(session)).days[0].firm
    assert set(firm) == {HOMES}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    for code in (*FORECAST_CODES, *STREAM_CODES, *SHARE_REASONS):
        assert translator(language).say(code) != code
