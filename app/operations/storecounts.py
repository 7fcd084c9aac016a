"""What lies in a house's own store: as counted, as eaten since, as brought since."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Text, cast, delete, select
from sqlalchemy.orm import Session

import logistics
from app.access import Refused
from app.i18n import LOCAL_ZONE
from app.models.orders import Order, OrderLine
from app.models.planning import DayPlan, DayPlanState
from app.models.stock import Lot
from app.models.stores import HouseStore, StoreCount
from app.operations import freezer, storerules
from app.operations.storeplan import StorePlan
from logistics import HomeLot
from menus import Catalogue

COUNT_HOLDS_DAYS = 14
"""What was counted longer ago says nothing any more: nobody knows what lies there (house rule)."""
COUNT_CODES = ("order.unknown_component", "store.counted_twice")
"""Why a count is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Portions of one variant with one use-by date, as somebody counted them."""

    use_by: date
    portions: int


Counts = Mapping[str, Sequence[Counted] | None]
"""By variant what lies there, each date once; None where nobody knows, empty where nothing lies."""


def keep(
    session: Session, catalogue: Catalogue, site_id: int, counts: Counts, now: datetime
) -> None:
    """Keep a count in place of what was known of the variants it names; Refused when it cannot."""
    _refuse_strange(catalogue, counts)
    session.execute(
        delete(StoreCount).where(StoreCount.site_id == site_id, StoreCount.variant.in_(counts))
    )
    session.add_all(row for sku, lots in counts.items() for row in _rows(site_id, sku, lots, now))
    session.flush()


def _refuse_strange(catalogue: Catalogue, counts: Counts) -> None:
    strange = [sku for sku in counts if sku not in catalogue.variants]
    if strange:
        raise Refused(*((sku, "order.unknown_component", {"sku": sku}) for sku in strange))
    twice = [
        sku
        for sku, lots in counts.items()
        if lots and len({one.use_by for one in lots}) < len(lots)
    ]
    if twice:
        raise Refused(*((sku, "store.counted_twice", {"sku": sku}) for sku in twice))


def _rows(
    site_id: int, sku: str, lots: Sequence[Counted] | None, now: datetime
) -> Iterable[StoreCount]:
    there = [one for one in lots or () if one.portions]
    if not there:
        nothing = None if lots is None else 0
        yield StoreCount(
            site_id=site_id, variant=sku, use_by=None, portions=nothing, counted_at=now
        )
    for one in there:
        yield StoreCount(
            site_id=site_id, variant=sku, use_by=one.use_by, portions=one.portions, counted_at=now
        )


def locked(session: Session, site_id: int) -> HouseStore:
    """Give the rule as it stands, held: a count, a signature and the daily run never cross."""
    return session.scalars(
        select(HouseStore)
        .where(HouseStore.site_id == site_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def stock_of(session: Session, site_id: int) -> Mapping[str, tuple[StoreCount, ...]]:
    """Give what was counted, by variant; a variant that is not in it was never counted."""
    found: defaultdict[str, tuple[StoreCount, ...]] = defaultdict(tuple)
    for row in session.scalars(
        select(StoreCount)
        .where(StoreCount.site_id == site_id)
        .order_by(StoreCount.variant, StoreCount.use_by)
    ):
        found[row.variant] += (row,)
    return dict(found)


def lots_today(
    rows: Sequence[StoreCount], plan: StorePlan, today: date
) -> tuple[HomeLot, ...] | None:
    """Give what of a count must still lie there: less what the plan served since; None: unknown."""
    counted = min((local_day(row.counted_at) for row in rows), default=None)
    if counted is None or any(row.portions is None for row in rows):
        return None
    if counted < today - timedelta(days=COUNT_HOLDS_DAYS):
        return None
    lots = [
        HomeLot(lot="", use_by=row.use_by, portions=row.portions or 0)
        for row in rows
        if row.use_by is not None
    ]
    return logistics.after_eating(lots, plan.needs(rows[0].variant, counted, today), counted)


def local_day(moment: datetime) -> date:
    """Give the day of a moment where the houses are."""
    return moment.astimezone(LOCAL_ZONE).date()


def add_delivered(session: Session, order: Order) -> None:
    """Add what the published plan loaded for a store to its count, date by date.

    A count since the door's first window opened may hold it already; what nobody knows stays
    unknown.
    """
    if not storerules.is_for_store(order):
        return
    locked(session, order.site_id)
    given, since = freezer.loaded(session, order), freezer.door_opens(session, order)
    dates = freezer.use_by_of(session, given)
    lines = {
        f"{order.code}-{line.id}": line
        for line in session.scalars(select(OrderLine).where(OrderLine.order_id == order.id))
    }
    stock = stock_of(session, order.site_id)
    came: Counter[tuple[str, date]] = Counter()
    for one in given:
        if one.order_line in lines and one.lot in dates:
            line = lines[one.order_line]
            came[line.variant, dates[one.lot]] += one.amount_g // line.portion_g
    for (sku, use_by), portions in sorted(came.items()):
        rows = stock.get(sku, ())
        if portions and rows and all(_may_add(row, since) for row in rows):
            _add(session, rows, use_by, portions)


def doubt(session: Session, lot: Lot) -> None:
    """Let nobody trust what houses counted of a recalled lot's dish, where their store got some.

    Counts know dates, no lots: how much of it is good is unknown until somebody counts again.
    """
    served = session.scalars(
        select(DayPlan).where(
            DayPlan.depot_id == lot.depot_id,
            DayPlan.state == DayPlanState.PUBLISHED,
            DayPlan.service_day >= lot.made_on,
            cast(DayPlan.content, Text).contains(lot.code, autoescape=True),
        )
    )
    given = {
        one.order_line.rpartition("-")[0]
        for plan in served
        for one in plan.as_stored_day().plan.allocations
        if one.lot == lot.code
    }
    houses = select(Order.site_id).where(Order.code.in_(given), storerules.FOR_STORE)
    rows = session.scalars(
        select(StoreCount)
        .where(StoreCount.site_id.in_(houses), StoreCount.variant == lot.sku)
        .where(StoreCount.portions > 0)
    ).all()
    latest: dict[int, datetime] = {}
    for row in rows:
        latest[row.site_id] = max(row.counted_at, latest.get(row.site_id, row.counted_at))
        session.delete(row)
    session.flush()
    session.add_all(
        StoreCount(site_id=site, variant=lot.sku, use_by=None, portions=None, counted_at=at)
        for site, at in latest.items()
    )
    session.flush()


def _may_add(row: StoreCount, since: datetime) -> bool:
    return row.portions is not None and row.counted_at < since


def _add(session: Session, rows: Sequence[StoreCount], use_by: date, portions: int) -> None:
    same = next((row for row in rows if row.use_by == use_by), None)
    if same is not None:
        same.portions = (same.portions or 0) + portions
        return
    empty = next((row for row in rows if row.use_by is None), None)
    if empty is not None:
        empty.use_by, empty.portions = use_by, portions
        return
    first = rows[0]
    session.add(
        StoreCount(
            site_id=first.site_id,
            variant=first.variant,
            use_by=use_by,
            portions=portions,
            counted_at=min(row.counted_at for row in rows),
        )
    )
