"""An eater as an order meets them: approved plan, pause, and the most energy of capped days."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

import screening
from app.models.care import Prescription, PrescriptionState
from app.models.orders import Order, OrderEater, OrderLine, StandingOrder
from app.models.people import Site
from app.operations import meals
from app.operations.eating import given_up_from
from logistics import OrderingEater, OrderState, RequestLine, SiteKind
from menus import Eater

_GONE = (OrderState.CANCELLED, OrderState.NOT_DELIVERED)
_ABOVE_PERCENT = 130
"""Energy of a day without a cap, beside days that have one: the most a plan may bring."""


def ordering_eater(
    session: Session,
    client_id: int | None,
    profile: Eater,
    site: Site,
    day: date,
    *,
    replacing: int | None = None,
) -> OrderingEater:
    """Give what the order room must know; a person nobody knows has no plan, pause or cap.

    `replacing` is an order whose place the new one takes: it does not count.
    """
    if client_id is None:
        return OrderingEater(profile=profile, plan_approved=True)
    at_home = site.kind is SiteKind.HOME
    standing = None
    if at_home:
        standing = session.scalar(select(StandingOrder).where(StandingOrder.client_id == client_id))
    days = _fed(site, standing, day)
    most_kcal = _most_kcal(session, client_id, days)
    already = _already(session, client_id, days, replacing) if most_kcal is not None else ()
    return OrderingEater(
        profile=profile,
        plan_approved=not at_home or meals.has_approved_plan(session, client_id),
        paused_from=standing.paused_from if standing else None,
        paused_until=standing.paused_until if standing else None,
        most_kcal=most_kcal,
        already=already,
    )


def _fed(site: Site, standing: StandingOrder | None, day: date) -> tuple[date, ...]:
    """The days an order feeds: at home until the next delivery, in a house its own day."""
    if site.kind is not SiteKind.HOME:
        return (day,)
    if standing is not None:
        return tuple(day + timedelta(days=ahead) for ahead in range(standing.period_days))
    weekdays = set(site.delivery_weekdays) or set(range(6))
    next_one = next(
        ahead for ahead in range(1, 8) if ahead == 7 or (day.weekday() + ahead) % 7 in weekdays
    )
    return tuple(day + timedelta(days=ahead) for ahead in range(next_one))


def _most_kcal(session: Session, client_id: int, days: tuple[date, ...]) -> int | None:
    """The most energy for these days together; None when no day of them has a cap."""
    signed = session.scalar(
        select(Prescription).where(
            Prescription.client_id == client_id, Prescription.state == PrescriptionState.SIGNED
        )
    )
    content = signed.as_prescription() if signed else None
    caps = [content.energy_cap_kcal(day) for day in days] if content else []
    if content is None or all(cap is None for cap in caps):
        return None
    return sum(_usual_kcal(content) if cap is None else cap for cap in caps)


def _usual_kcal(content: screening.Prescription) -> int:
    return (content.energy_kcal.high or 0) * _ABOVE_PERCENT // 100


def _already(
    session: Session, client_id: int, days: tuple[date, ...], replacing: int | None
) -> tuple[RequestLine, ...]:
    """Give what other orders bring this client on these days."""
    return tuple(_lines(session, client_id, days, replacing))


def _lines(
    session: Session, client_id: int, days: tuple[date, ...], replacing: int | None
) -> Iterator[RequestLine]:
    found = session.execute(
        select(OrderLine, OrderEater.ref)
        .join(OrderEater, OrderEater.id == OrderLine.eater_id)
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            OrderEater.client_id == client_id,
            Order.service_day.in_(days),
            Order.state.not_in(_GONE),
            Order.id != (replacing or 0),
        )
        .order_by(OrderLine.id)
    )
    for line, ref in found:
        yield RequestLine(
            sku=line.variant, eater=ref, portions=line.portions, portion_g=line.portion_g
        )


def current_profile(session: Session, client_id: int, day: date) -> Eater | None:
    """Give what a client may eat of an order of a day; None without a signed prescription."""
    signed = session.scalar(
        select(Prescription).where(
            Prescription.client_id == client_id, Prescription.state == PrescriptionState.SIGNED
        )
    )
    given_up = given_up_from(session, day, (client_id,)).get(client_id, ())
    return signed.as_eater(given_up) if signed else None
