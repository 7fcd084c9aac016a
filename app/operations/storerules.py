"""The rules of a house's own store: when it is filled, and how long that must last there."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.models.orders import Order, OrderSource
from app.models.people import Site
from app.models.stores import HouseStore
from app.operations import orders
from logistics import DueReorder, ReorderRule, SiteKind, cut_off_at, due_reorders

RULES: Mapping[SiteKind, ReorderRule] = {
    kind: ReorderRule(cut_off=rule)
    for kind, rule in orders.CUT_OFFS.items()
    if kind is not SiteKind.HOME
}
"""A proposal waits two days for a signature, until ordering for its day closes."""

FOR_STORE = and_(Order.source == OrderSource.REORDER, Order.kind != SiteKind.HOME)
"""Orders that fill the store of a house: no other order of a house is a reorder."""


def deliveries(site: Site, store: HouseStore, after: date) -> tuple[date, date]:
    """Give the first day after another one on which the store is filled, and the one after it."""
    open_days = set(site.delivery_weekdays) or set(range(6))
    days = {*store.weekdays} & open_days or {*store.weekdays}
    ahead = (after + timedelta(days=count) for count in range(1, 15))
    found = [day for day in ahead if day.weekday() in days]
    return found[0], found[1]


def lasts_until(site: Site, store: HouseStore, day: date) -> date:
    """Give the last day that a delivery must last: the one before the next delivery."""
    return deliveries(site, store, day)[0] - timedelta(days=1)


def closes(site: Site, day: date) -> datetime:
    """Give when a proposal for a day can no longer be signed."""
    return cut_off_at(day, orders.CUT_OFFS[site.kind])


def due(session: Session, today: date) -> tuple[DueReorder, ...]:
    """Give the deliveries to stores of which a proposal must stand today."""
    rows = session.execute(
        select(HouseStore, Site).join(Site, Site.id == HouseStore.site_id).where(HouseStore.active)
    ).all()
    return tuple(
        each
        for kind, rule in sorted(RULES.items())
        for each in due_reorders(
            tuple(
                one
                for store, site in rows
                if site.kind is kind
                for one in store.as_standing_orders()
                if one.weekday in (site.delivery_weekdays or range(6))
            ),
            today,
            rule,
        )
    )


def is_for_store(order: Order) -> bool:
    """Whether an order is one of `FOR_STORE`."""
    return order.source is OrderSource.REORDER and order.kind is not SiteKind.HOME


def lasting(session: Session, rows: Iterable[Order]) -> Mapping[int, int]:
    """Give the days that each order to a store must last there, by the order's number."""
    to_store = [row for row in rows if is_for_store(row)]
    if not to_store:
        return {}
    found = session.execute(
        select(HouseStore, Site)
        .join(Site, Site.id == HouseStore.site_id)
        .where(HouseStore.site_id.in_({row.site_id for row in to_store}))
    ).all()
    stores = {site.id: (site, store) for store, site in found}
    return {
        row.id: (lasts_until(*stores[row.site_id], row.service_day) - row.service_day).days
        for row in to_store
        if row.site_id in stores
    }
