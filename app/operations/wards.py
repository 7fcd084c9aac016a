"""The wards a house orders for: their meals of a day, ordered or not, and until when."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission, Role, require
from app.db import MAX_ID
from app.i18n import LOCAL_ZONE
from app.models.meals import GroupMenu
from app.models.orders import Order
from app.models.people import Client, Site, Ward
from app.models.stores import HouseStore
from app.operations import orders
from app.operations.grouporders import MEALS
from logistics import OrderState, cut_off_at

DAYS_AHEAD = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class MealState:
    """One meal of a ward on one day; `state` None when nothing is ordered.

    `from_store`: the house serves it from its own store, so that nobody has to order it.
    """

    meal: str
    has_menu: bool
    state: OrderState | None
    from_store: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WardLine:
    """One ward with the meals of a day."""

    ward_id: int
    name: str
    site: str
    residents: int
    meals: tuple[MealState, ...]
    cut_off: datetime
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WardDay:
    """The wards an actor orders for on one day, and the days that have a menu."""

    day: date
    days: tuple[date, ...]
    wards: tuple[WardLine, ...]


def list_wards(session: Session, actor: Actor, now: datetime, day: date | None = None) -> WardDay:
    """Give the wards the actor may order for, at a day or else the first that is still open."""
    found = session.execute(
        select(Ward, Site)
        .join(Site, Site.id == Ward.site_id)
        .where(_reach(actor))
        .order_by(Site.name, Ward.code)
    ).all()
    menus = menus_of(session, {site.id for _, site in found}, now)
    days = tuple(sorted({on for _, on, _ in menus}))
    shown = day or first_open(days, (site for _, site in found), now)
    ids = [ward.id for ward, _ in found]
    states, residents = states_of(session, ids, shown), _residents_per_ward(session, ids)
    kept = store_meals(session, {site.id for _, site in found})
    return WardDay(
        day=shown,
        days=days,
        wards=tuple(
            WardLine(
                ward_id=ward.id,
                name=ward.name,
                site=site.name,
                residents=residents[ward.id],
                meals=meals_of(menus, states, ward, shown, kept),
                cut_off=cut_off_of(site, shown),
                open=now < cut_off_of(site, shown),
            )
            for ward, site in found
        ),
    )


def _reach(actor: Actor) -> ColumnElement[bool]:
    require(actor, Permission.ORDER_GROUP)
    if actor.is_npcc and actor.role is Role.DIETITIAN:
        return true()
    if not actor.is_house:
        raise NotFound
    return Site.organisation_id == actor.organisation_id


def cut_off_of(site: Site, day: date) -> datetime:
    """Give when ordering for a day closes at a site."""
    return cut_off_at(day, orders.CUT_OFFS[site.kind])


def first_open(days: Iterable[date], sites: Iterable[Site], now: datetime) -> date:
    """Give the first day with a menu that some site can still order for; else tomorrow."""
    open_sites = list(sites)
    tomorrow = now.astimezone(LOCAL_ZONE).date() + timedelta(days=1)
    still = (one for one in days if any(now < cut_off_of(site, one) for site in open_sites))
    return next(still, tomorrow)


def menus_of(session: Session, site_ids: set[int], now: datetime) -> set[tuple[int, date, str]]:
    """Give (site, day, meal) of the menus of today and the coming days."""
    today = now.astimezone(LOCAL_ZONE).date()
    rows = session.execute(
        select(GroupMenu.site_id, GroupMenu.service_day, GroupMenu.meal).where(
            GroupMenu.site_id.in_(site_ids),
            GroupMenu.service_day.between(today, today + timedelta(days=DAYS_AHEAD)),
        )
    )
    return {(row.site_id, row.service_day, row.meal) for row in rows}


def store_meals(session: Session, site_ids: set[int]) -> frozenset[tuple[int, str]]:
    """Give (site, meal) of what houses serve from a store of their own."""
    rows = session.scalars(
        select(HouseStore).where(HouseStore.site_id.in_(site_ids), HouseStore.active)
    )
    return frozenset((row.site_id, meal) for row in rows for meal in row.meals)


def states_of(
    session: Session, ward_ids: list[int], day: date
) -> dict[tuple[int, str], OrderState]:
    """Give the state of the newest order that counts, per ward and meal."""
    rows = session.execute(
        select(Order.ward_id, Order.meal, Order.state)
        .where(
            Order.ward_id.in_(ward_ids),
            Order.service_day == day,
            Order.state != OrderState.CANCELLED,
        )
        .order_by(Order.id)
    )
    return {(row.ward_id, row.meal): row.state for row in rows}


def _residents_per_ward(session: Session, ward_ids: list[int]) -> Counter[int]:
    rows = session.execute(
        select(Client.ward_id, func.count(Client.id))
        .where(Client.ward_id.in_(ward_ids), Client.left_on.is_(None))
        .group_by(Client.ward_id)
    )
    return Counter({ward_id: count for ward_id, count in rows if ward_id is not None})


def meals_of(
    menus: set[tuple[int, date, str]],
    states: Mapping[tuple[int, str], OrderState],
    ward: Ward,
    day: date,
    kept: Container[tuple[int, str]],
) -> tuple[MealState, ...]:
    """Give the meals of a day that have a menu or an order, in the order of the day."""
    offered = {meal for site, on, meal in menus if (site, on) == (ward.site_id, day)}
    ordered = {meal for ward_id, meal in states if ward_id == ward.id}
    return tuple(
        MealState(
            meal=meal,
            has_menu=meal in offered,
            state=states.get((ward.id, meal)),
            from_store=(ward.site_id, meal) in kept,
        )
        for meal in MEALS
        if meal in offered | ordered
    )


def find_ward(session: Session, actor: Actor, ward_id: int) -> tuple[Ward, Site]:
    """Give a ward the actor may order for, with its site; NotFound for any other."""
    if ward_id > MAX_ID:
        raise NotFound
    found = session.execute(
        select(Ward, Site)
        .join(Site, Site.id == Ward.site_id)
        .where(Ward.id == ward_id, _reach(actor))
    ).first()
    if found is None:
        raise NotFound
    return found.Ward, found.Site
