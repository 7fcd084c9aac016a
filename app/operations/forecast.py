"""How much of each variant the coming fortnight will ask for, and what should lie in store."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

import logistics
from app.models.meals import MealPlan, MealPlanState
from app.models.orders import Order, OrderLine, StandingOrder
from app.operations.eating import served_each
from logistics import HORIZON_DAYS, OrderState
from menus import Catalogue

PLANNABLE = (OrderState.PLACED, OrderState.UNSERVED, OrderState.PLANNED)
"""States of orders that a plan of their day serves."""


def expected_grams(
    session: Session, catalogue: Catalogue, day: date, today: tuple[logistics.DayOrder, ...]
) -> tuple[Mapping[str, int], ...]:
    """Give grams per variant for fourteen days: orders where they stand, else standing orders.

    Houses order day by day: a later day without their order is taken to ask what this day does.
    """
    ahead = [day + timedelta(days=count) for count in range(HORIZON_DAYS)]
    placed = _placed_grams(session, ahead)
    homes = _standing_grams(session, ahead)
    house = Counter[str]()
    for order in today:
        if order.kind is not logistics.SiteKind.HOME:
            house.update({line.sku: 0 for line in order.lines})
            for line in order.lines:
                house[line.sku] += line.amount_g
    result: list[Mapping[str, int]] = []
    for one in ahead:
        wanted = Counter(placed.get((one, True), {})) or Counter(homes.get(one, {}))
        wanted.update(placed.get((one, False), {}) or (house if one.weekday() != 6 else {}))
        result.append(
            {sku: grams for sku, grams in sorted(wanted.items()) if sku in catalogue.variants}
        )
    return tuple(result)


def _placed_grams(session: Session, days: list[date]) -> dict[tuple[date, bool], dict[str, int]]:
    rows = session.execute(
        select(
            Order.service_day,
            Order.kind,
            OrderLine.variant,
            func.sum(OrderLine.portions * OrderLine.portion_g),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(Order.service_day.in_(days), Order.state.in_(PLANNABLE))
        .group_by(Order.service_day, Order.kind, OrderLine.variant)
    ).all()
    found: dict[tuple[date, bool], dict[str, int]] = defaultdict(dict)
    for day, kind, sku, grams in rows:
        at = found[day, kind is logistics.SiteKind.HOME]
        at[sku] = at.get(sku, 0) + int(grams)
    return found


def _standing_grams(session: Session, days: list[date]) -> dict[date, Counter[str]]:
    """Give what standing orders will ask for, from each client's approved week."""
    plans = {
        plan.client_id: plan
        for plan in session.scalars(
            select(MealPlan)
            .where(MealPlan.state == MealPlanState.APPROVED)
            .order_by(MealPlan.start_day)
        )
    }
    weeks = served_each(session, plans.values())
    found: dict[date, Counter[str]] = defaultdict(Counter)
    for row in session.scalars(select(StandingOrder).where(StandingOrder.active)):
        plan = plans.get(row.client_id)
        if plan is None:
            continue
        week = weeks[plan.id]
        rule = row.as_standing_order()
        for day in (one for one in days if rule.delivers_on(one)):
            for (sku, grams), portions in week.needs(day, row.period_days).items():
                found[day][sku] += grams * portions
    return found


def stock_targets(
    catalogue: Catalogue, forecast: tuple[Mapping[str, int], ...]
) -> Mapping[str, int]:
    """Give what should lie in store after the day: the next two days, when it keeps that long."""
    target = Counter[str]()
    for later in forecast[1:3]:
        target.update(later)
    return {
        sku: grams
        for sku, grams in sorted(target.items())
        if catalogue.variants[sku].shelf_days > 14
    }
