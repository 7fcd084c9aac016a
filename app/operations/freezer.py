"""What will lie in the freezer at home on a day, and the lines of an order that follow from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from itertools import cycle
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import LOCAL_ZONE
from app.models.following import HomeCount
from app.models.meals import MealPlan
from app.models.orders import HomeStock, Order, OrderEater, OrderLine
from app.models.people import Client, Site
from app.operations import meals, planning
from app.operations.eating import Served, served
from logistics import ReorderLine, propose_reorder
from menus import Catalogue, Role, Zone

PORTIONS_PER_LITRE = 2
"""House rule: a flat tray of one portion takes half a litre of freezer."""

_RESERVE = frozenset({Role.SUPPLEMENT})
"""What feeds somebody without a kitchen."""


def home_stock(session: Session, client_id: int) -> Mapping[str, HomeStock]:
    """Give what was counted at home, by variant; portions None where nobody knows."""
    rows = session.scalars(
        select(HomeStock).where(HomeStock.client_id == client_id).order_by(HomeStock.variant)
    )
    return {row.variant: row for row in rows}


def expected_at_home(
    session: Session, client_id: int, plan: MealPlan, day: date
) -> Mapping[str, int | None]:
    """Give the portions per variant that will lie at home on a day.

    What was counted (and delivered since), less what the plan has the client eat between the count
    and that day, never below zero. What nobody knows stays unknown.
    """
    week = served(session, plan)
    return {
        variant: None if row.portions is None else max(0, row.portions - _eaten(week, row, day))
        for variant, row in home_stock(session, client_id).items()
    }


def keep_count(
    session: Session, client_id: int, counts: Mapping[str, int | None], now: datetime
) -> None:
    """Keep a count beside what should have lain there, before the new count takes its place.

    Only variants that are known on both sides are added up. A second count of a day mends the
    first: it is no second sign.
    """
    day = now.astimezone(LOCAL_ZONE).date()
    found = session.scalar(
        select(HomeCount).where(HomeCount.client_id == client_id, HomeCount.day == day)
    )
    if found is not None:
        found.counted = _mended(found.counted, counts, home_stock(session, client_id))
        return
    plan = meals.approved_plan(session, client_id, day)
    before = {} if plan is None else expected_at_home(session, client_id, plan, day)
    both = {
        sku: (portions, there)
        for sku, portions in counts.items()
        if portions is not None and (there := before.get(sku)) is not None
    }
    session.add(
        HomeCount(
            client_id=client_id,
            day=day,
            counted_at=now,
            counted=sum(portions for portions, _ in both.values()) if both else None,
            expected=sum(there for _, there in both.values()) if both else None,
        )
    )


def _mended(
    counted: int | None, counts: Mapping[str, int | None], before: Mapping[str, HomeStock]
) -> int | None:
    """Give the sum of the day's first count, moved by what the second one changes."""
    if counted is None:
        return None
    pairs = ((portions, before.get(sku)) for sku, portions in counts.items())
    return counted + sum(
        portions - row.portions
        for portions, row in pairs
        if portions is not None and row is not None and row.portions is not None
    )


def _eaten(week: Served, row: HomeStock, day: date) -> int:
    counted = row.counted_at.astimezone(LOCAL_ZONE).date()
    eaten = week.needs(counted, max(0, (day - counted).days))
    return sum(portions for (sku, _), portions in eaten.items() if sku == row.variant)


def lines_to_send(session: Session, client: Client, day: date, period_days: int) -> list[Any]:
    """Give the lines of a proposal: what the approved plan needs less what will lie at home.

    Each is [sku, portion_g, portions, planned, at_home or None, reason]. Only frozen food takes
    room in the freezer. The reserve of a home is of what keeps outside it. Empty without an
    approved plan.
    """
    plan = meals.approved_plan(session, client.id, day)
    if plan is None:
        return []
    week = served(session, plan)
    planned: dict[str, int] = defaultdict(int)
    for (sku, _), portions in week.needs(day, period_days).items():
        planned[sku] += portions
    grams = week.portions_g
    at_home = expected_at_home(session, client.id, plan, day)
    frozen = _frozen(session)
    litres = client.freezer_litres
    lines = (
        *propose_reorder(
            {sku: count for sku, count in planned.items() if sku in frozen},
            {sku: count for sku, count in at_home.items() if sku in frozen},
            None if litres is None else litres * PORTIONS_PER_LITRE,
        ),
        *propose_reorder(
            {sku: count for sku, count in planned.items() if sku not in frozen},
            at_home,
            None,
            _reserve(meals.catalogue(session), planned, client.reserve_portions),
        ),
    )
    return [_cells(line, grams[line.sku]) for line in sorted(lines, key=lambda one: one.sku)]


def _reserve(catalogue: Catalogue, planned: Iterable[str], portions: int) -> Mapping[str, int]:
    """Spread the reserve over the supplements of the week that keep on a shelf, one by one."""
    known = (catalogue.variants.get(sku) for sku in sorted(planned))
    fit = [one.id for one in known if one and one.zone is Zone.AMBIENT and one.role in _RESERVE]
    return Counter(sku for _, sku in zip(range(portions), cycle(fit), strict=False))


def _frozen(session: Session) -> frozenset[str]:
    variants = meals.catalogue(session).variants
    return frozenset(sku for sku, one in variants.items() if one.zone is Zone.FROZEN)


def _cells(line: ReorderLine, portion_g: int) -> list[Any]:
    return [line.sku, portion_g, line.portions, line.planned, line.at_home, line.reason.value]


def add_delivered(session: Session, order: Order) -> None:
    """Add the portions that the published plan loaded for an order to what was counted before.

    A count since the door's first window opened may hold them already: a portion counted twice
    would be a meal that never comes.
    """
    loaded = _loaded_g(session, order)
    since = _door_opens(session, order)
    lines = session.execute(
        select(OrderLine, HomeStock)
        .join(OrderEater, OrderEater.id == OrderLine.eater_id)
        .join(
            HomeStock,
            (HomeStock.client_id == OrderEater.client_id)
            & (HomeStock.variant == OrderLine.variant),
        )
        .where(OrderLine.order_id == order.id)
        .execution_options(populate_existing=True)
    ).all()
    for line, row in lines:
        if row.portions is not None and row.counted_at < since:
            row.portions += loaded[f"{order.code}-{line.id}"] // line.portion_g


def _loaded_g(session: Session, order: Order) -> Counter[str]:
    """Give the grams on the vans by order line of the published day."""
    loaded: Counter[str] = Counter()
    plan = planning.published_plan(session, order.service_day)
    for one in plan.as_stored_day().plan.allocations if plan else ():
        loaded[one.order_line] += one.amount_g
    return loaded


def _door_opens(session: Session, order: Order) -> datetime:
    windows = session.get_one(Site, order.site_id).windows
    hour, minute = divmod(min((first for first, _ in windows), default=0), 60)
    return datetime.combine(order.service_day, time(hour, minute), tzinfo=LOCAL_ZONE)
