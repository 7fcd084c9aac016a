"""Wishes of a week that come from around the client: who else eats, and which lots near their end.

Both are read, never reserved: an order takes a lot, a plan only prefers it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.meals import MealPlan, MealPlanState
from app.models.orders import Order, OrderLine
from app.models.people import Client, Site
from app.models.stock import Lot
from app.operations import depots
from logistics import LotState, OrderState, SiteKind
from menus import Catalogue, Portion

_OPEN = (OrderState.HELD, OrderState.PLACED, OrderState.UNSERVED)
"""Orders that no lot was taken for yet."""


def at_the_table(
    session: Session, client: Client, request: dict[str, Any], stock: Catalogue
) -> list[dict[str, Any]]:
    """Give what others who live at the same home address eat in the places of this request.

    Only their approved weeks count, with the dish the catalogue still has; menus repeat.
    """
    home = session.get(Site, client.site_id)
    if home is None or home.kind is not SiteKind.HOME:
        return []
    others = select(Client.id).where(
        Client.site_id == client.site_id, Client.id != client.id, Client.left_on.is_(None)
    )
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for other in session.scalars(others.order_by(Client.code)):
        week = last_week(session, other, date.fromisoformat(request["start"]))
        for one in _places(week, request, stock) if week else ():
            found.setdefault((one["day"], one["slot"], one["role"]), one)
    return list(found.values())


def last_week(session: Session, client_id: int, start: date) -> MealPlan | None:
    """Give the approved week that a client eats from a start on: menus repeat."""
    return session.scalar(
        select(MealPlan)
        .where(
            MealPlan.client_id == client_id,
            MealPlan.state == MealPlanState.APPROVED,
            MealPlan.start_day <= start,
        )
        .order_by(MealPlan.start_day.desc())
        .limit(1)
    )


def _places(week: MealPlan, request: dict[str, Any], stock: Catalogue) -> Iterator[dict[str, Any]]:
    roles = {slot["id"]: (*slot["roles"], *slot["optional"]) for slot in request["slots"]}
    ahead = (date.fromisoformat(request["start"]) - week.start_day).days
    for day in range(request["days"]):
        for item in week.result["items"]:
            dish = stock.variants.get(item["variant"])
            here = item["day"] == (day + ahead) % week.days
            if here and dish and item["role"] in roles.get(item["slot"], ()):
                place = {"day": day, "slot": item["slot"], "role": item["role"]}
                yield {**place, "component": dish.component}


def near_their_end(
    session: Session, client: Client, start: date, days: int, stock: Catalogue
) -> list[dict[str, Any]]:
    """Give released lots of a client's kitchen that are lost within the horizon.

    What open orders take of them is taken off.
    Portions are of middle size; one entry per variant, with the day its last lot is lost.
    """
    last = start + timedelta(days=days - 1)
    depot_id = depots.depot_of_site(session, client.site_id)
    lots = session.execute(
        select(Lot.sku, func.sum(Lot.amount_g), func.max(Lot.use_by))
        .where(
            Lot.depot_id == depot_id,
            Lot.state == LotState.RELEASED,
            Lot.amount_g > 0,
            Lot.use_by >= start,
            Lot.use_by <= last,
        )
        .group_by(Lot.sku)
        .order_by(Lot.sku)
    ).all()
    if not lots:
        return []
    ordered = _ordered(session, depot_id, [sku for sku, _, _ in lots], last)
    return [
        {"variant": sku, "portions": portions, "until_day": (use_by - start).days}
        for sku, grams, use_by in lots
        if sku in stock.variants
        and (portions := _portions(stock, sku, grams - ordered.get(sku, 0))) > 0
    ]


def _ordered(session: Session, depot_id: int | None, skus: list[str], last: date) -> dict[str, int]:
    rows = session.execute(
        select(OrderLine.variant, func.sum(OrderLine.portions * OrderLine.portion_g))
        .join(Order, Order.id == OrderLine.order_id)
        .where(OrderLine.variant.in_(skus), Order.service_day <= last, Order.state.in_(_OPEN))
        .where(Order.site_id.in_(depots.sites_of(depot_id)))
        .group_by(OrderLine.variant)
    )
    return {row[0]: row[1] for row in rows}


def _portions(stock: Catalogue, sku: str, grams: int) -> int:
    return grams // stock.variants[sku].portions_g[Portion.M]
