"""What to propose for a house's own store: what survives of its plan, less what lies there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.models.orders import Order, OrderLine, OrderSource
from app.models.people import Site
from app.models.stores import HouseStore, StoreCount
from app.operations import forecast, freezer, meals, storeplan, storerules
from app.operations.storecounts import COUNT_HOLDS_DAYS, local_day, lots_today, stock_of
from app.operations.storeplan import StorePlan
from logistics import HomeLot, OrderState, ReorderReason, StoreAsk, StoreGood, StoreLot
from menus import Catalogue, Iddsi, Kind, Variant, Zone

REASONS = {one: f"store.{one.value.partition('.')[2]}" for one in ReorderReason}
"""Why a line of a house is as it is, in the words for a house."""
NO_RESERVE = "store.no_reserve"
REFILL_NOTES = (*storeplan.PLAN_NOTES, NO_RESERVE, *REASONS.values())
"""Codes that a proposal keeps."""
_GONE = (OrderState.CANCELLED, OrderState.NOT_DELIVERED, OrderState.DELIVERED)
_NO_SUBSTITUTE = (Iddsi.L3, Iddsi.L4, Iddsi.L5)


def plan_until(
    session: Session, site: Site, store: HouseStore, until: date, today: date
) -> StorePlan:
    """Give what the store serves from the oldest count that still holds through a day."""
    oldest = today - timedelta(days=COUNT_HOLDS_DAYS)
    times = session.scalars(select(StoreCount.counted_at).where(StoreCount.site_id == site.id))
    first = min((day for day in map(local_day, times) if day >= oldest), default=today)
    first = min(first, today)
    return storeplan.plan_of(
        session,
        meals.catalogue(session),
        site,
        store,
        first=first,
        days=(until - first).days + 1,
    )


def lines_of(
    session: Session, site: Site, store: HouseStore, day: date, today: date
) -> tuple[list[Any], list[Any]]:
    """Give the lines of a proposal and what is not in it, each as JSON keeps it."""
    until = storerules.lasts_until(site, store, day)
    catalogue = meals.catalogue(session)
    plan = plan_until(session, site, store, until, today)
    skus = list(plan.portions)
    reserve = _reserve(catalogue, skus, store.reserve_portions)
    stock = stock_of(session, site.id)
    coming = _under_way(session, site, store, day, stock)
    rates = forecast.survival(session, site.depot_id, today)
    lasts = (until - day).days
    goods = tuple(
        StoreGood(
            sku=sku,
            planned=plan.needs(sku, today, until + timedelta(days=1)),
            lots=_store_lots(lots_today(stock.get(sku, ()), plan, today), coming[sku], today),
            keeps=1
            + logistics.life_at_delivery(
                site.kind, catalogue.variants[sku].shelf_days, site.min_life_days, lasts
            ),
            reserve=reserve[sku],
            no_substitute=_no_substitute(catalogue.variants[sku]),
            size=int(catalogue.variants[sku].zone is Zone.FROZEN),
        )
        for sku in skus
    )
    found = logistics.propose_refill(
        StoreAsk(
            goods=goods,
            arrives=(day - today).days,
            until=(until - today).days,
            eaten=tuple(rates.rate(site.kind, ahead) for ahead in range((until - today).days + 1)),
            spread=rates.spread.get(site.kind, 0),
            pack=store.pack_portions,
            least_packs=store.least_packs,
            room=_room(store, catalogue, stock, plan, today),
        )
    )
    cells = [
        [
            *(line.sku, catalogue.variants[line.sku].portions_g.m, line.portions, line.planned),
            *(line.at_home, REASONS[line.reason], line.level, line.lost),
        ]
        for line in found
    ]
    missing = 0 if reserve else store.reserve_portions
    return cells, [*_notes(plan, today), *([[NO_RESERVE, {"count": missing}]] if missing else [])]


def _room(
    store: HouseStore,
    catalogue: Catalogue,
    stock: Mapping[str, Sequence[StoreCount]],
    plan: StorePlan,
    today: date,
) -> int | None:
    """Give the portions that the freezer holds of what is planned; None for no limit.

    What lies there beside it, recalled or on no menu any more, takes its room too.
    """
    if store.freezer_litres is None:
        return None
    strange = (
        sum(one.portions for one in lots_today(rows, plan, today) or ())
        for sku, rows in stock.items()
        if sku not in plan.portions
        and (sku not in catalogue.variants or catalogue.variants[sku].zone is Zone.FROZEN)
    )
    return max(0, store.freezer_litres * freezer.PORTIONS_PER_LITRE - sum(strange))


def _notes(plan: StorePlan, today: date) -> list[Any]:
    days = [one for one in plan.no_menu if one >= today]
    return [
        *([storeplan.NO_MENU, {"day": day.isoformat()}] for day in days),
        *([code, {"count": many}] for code, many in plan.left_out.items()),
    ]


def _no_substitute(variant: Variant) -> bool:
    return variant.kind is Kind.FOOD and variant.iddsi in _NO_SUBSTITUTE


def _reserve(catalogue: Catalogue, skus: Iterable[str], portions: int) -> Counter[str]:
    """Spread the emergency floor over the dishes that keep, one portion at a time."""
    fit = [
        sku
        for sku in sorted(skus)
        if catalogue.variants[sku].shelf_days > logistics.COOKED_AHEAD_DAYS
    ]
    return Counter(sku for _, sku in zip(range(portions), cycle(fit), strict=False))


def _store_lots(
    there: tuple[HomeLot, ...] | None, coming: list[tuple[date, date, int]], today: date
) -> tuple[StoreLot, ...] | None:
    """Give lots in days from today; what expired is not there to be eaten."""
    if there is None:
        return None
    return (
        *(
            StoreLot(portions=one.portions, last=(one.use_by - today).days)
            for one in there
            if one.use_by >= today
        ),
        *(
            StoreLot(portions=many, first=max(0, (on - today).days), last=(last - today).days)
            for on, last, many in coming
        ),
    )


def _under_way(
    session: Session,
    site: Site,
    store: HouseStore,
    before: date,
    stock: Mapping[str, Sequence[StoreCount]],
) -> Mapping[str, list[tuple[date, date, int]]]:
    """Give what was ordered for the store and is not handed over: day, last day, portions.

    A count since the door opened may hold it already, whether or not somebody noted that it came:
    a portion counted twice would be a meal that never comes.
    """
    catalogue = meals.catalogue(session)
    rows = session.execute(
        select(Order, OrderLine.variant, OrderLine.portions)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            Order.site_id == site.id,
            Order.source == OrderSource.REORDER,
            Order.service_day < before,
            Order.service_day >= before - timedelta(days=COUNT_HOLDS_DAYS),
            Order.state.not_in(_GONE),
        )
    ).all()
    found: defaultdict[str, list[tuple[date, date, int]]] = defaultdict(list)
    for order, sku, portions in rows:
        variant, on = catalogue.variants.get(sku), order.service_day
        opens = freezer.door_opens(session, order)
        held = any(row.counted_at >= opens for row in stock.get(sku, ()))
        if variant is not None and not held:
            lasts = (storerules.lasts_until(site, store, on) - on).days
            life = logistics.life_at_delivery(
                site.kind, variant.shelf_days, site.min_life_days, lasts
            )
            found[sku].append((on, on + timedelta(days=life), portions))
    return found
