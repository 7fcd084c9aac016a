"""Verbs of orders that come too late: which ones wait, taken into a draft, or no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission, require
from app.models.orders import Order, OrderLine
from app.models.people import Site
from app.models.planning import DayPlan
from app.operations import depots, orders, publishing, replanning
from app.operations.orderviews import LATE_REFUSED
from app.operations.upkeep import note_access
from logistics import OrderState, Published, RefusalCode

_LATE = (OrderState.HELD, OrderState.PLACED, OrderState.UNSERVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """An order that no van brings. `asked`: it came late; `joins`: its door is on a round."""

    code: str
    site: str
    name: str
    place: str
    meal: str
    portions: int
    asked: bool
    joins: bool


def waiting_late(session: Session, actor: Actor, day: date) -> tuple[Late, ...]:
    """Give the orders of a day that came late and wait for a dispatcher of their kitchen."""
    require(actor, Permission.PLAN_DAY)
    waiting = _without_van(session, depots.depot_of(session, actor).id, day)
    return _told(session, [row for row in waiting if orders.asked_late(row[0])], frozenset())


def late_orders(session: Session, actor: Actor, plan_id: int) -> tuple[Late, ...]:
    """Give the orders of a published day that no van brings: come late, placed since, left out."""
    row, day = replanning.published_day(session, actor, plan_id)
    return late_of(session, row, day)


def late_of(session: Session, row: DayPlan, day: Published) -> tuple[Late, ...]:
    """Give the orders of a day as the road reads it that no van brings."""
    waiting = [
        (order, site)
        for order, site in _without_van(session, row.depot_id, row.service_day)
        if order.state is not OrderState.HELD or orders.asked_late(order)
    ]
    return _told(session, waiting, frozenset(day.begins_s()))


def _without_van(session: Session, depot_id: int, day: date) -> Sequence[tuple[Order, Site]]:
    rows = session.execute(
        select(Order, Site)
        .join(Site, Site.id == Order.site_id)
        .where(Site.depot_id == depot_id, Order.service_day == day, Order.state.in_(_LATE))
        .order_by(Order.code)
    )
    return [(row.Order, row.Site) for row in rows]


def _told(
    session: Session, waiting: Sequence[tuple[Order, Site]], driven: frozenset[str]
) -> tuple[Late, ...]:
    """Give orders as they are listed; `driven` are the doors on a round."""
    ids = [order.id for order, _ in waiting]
    portions = dict(
        session.execute(
            select(OrderLine.order_id, func.sum(OrderLine.portions))
            .where(OrderLine.order_id.in_(ids))
            .group_by(OrderLine.order_id)
        ).all()
    )
    return tuple(
        Late(
            code=order.code,
            site=site.code,
            name=site.name,
            place=f"{site.street}, {site.place}",
            meal=order.meal,
            portions=portions.get(order.id, 0),
            asked=orders.asked_late(order),
            joins=site.code in driven,
        )
        for order, site in waiting
    )


def take_in(session: Session, actor: Actor, code: str, now: datetime) -> Order:
    """Take a late order into the day as if it had come in time: the next planning serves it.

    Raises Conflict once the day is published: then a place is chosen for it.
    """
    order = _waiting(session, actor, code)
    orders.require_unpublished(session, order.site_id, order.service_day)
    orders.move(session, order, OrderState.PLACED)
    order.reasons = undecided(order)
    note_access(session, actor, now, "day.late_order")
    return order


def turn_down(session: Session, actor: Actor, code: str, now: datetime) -> Order:
    """Say no to a late order: whoever asked reads it with the order."""
    order = _waiting(session, actor, code)
    orders.move(session, order, OrderState.CANCELLED)
    order.reasons = [*undecided(order), [LATE_REFUSED, {}]]
    note_access(session, actor, now, "day.late_order")
    return order


def _waiting(session: Session, actor: Actor, code: str) -> Order:
    require(actor, Permission.PUBLISH_DAY)
    mine = Order.site_id.in_(depots.sites_of(depots.depot_of(session, actor).id))
    order = session.scalar(select(Order).where(Order.code == code, mine).with_for_update())
    if order is None or not orders.asked_late(order):
        raise NotFound
    return order


def undecided(order: Order) -> list[Any]:
    """Give the reasons of an order but those that a decision has answered."""
    answered = (RefusalCode.LATE, LATE_REFUSED)
    return [one for one in publishing.own_reasons(order) if one[0] not in answered]
