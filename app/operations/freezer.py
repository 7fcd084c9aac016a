"""What will lie in the freezer at home on a day, and the lines of an order that follow from it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import LOCAL_ZONE
from app.models.following import HomeCount
from app.models.orders import BroughtLot, HomeStock, Order, OrderEater, OrderLine
from app.models.people import Client, Site
from app.models.stock import Lot
from app.operations import athome, depots, meals, planning
from app.operations.eating import Weeks, weeks_of
from logistics import Allocation, HomeLot, ReorderLine, left_uneaten, propose_reorder
from menus import Catalogue, Role, Variant, Zone

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


def weeks_at_home(session: Session, client_id: int, first: date, until: date) -> Weeks | None:
    """Give the approved weeks of somebody from the oldest count, or a first day, until another."""
    since = athome.since_counts(home_stock(session, client_id).values(), first)
    return weeks_of(session, {client_id: (since, until)}).get(client_id)


def expected_at_home(session: Session, client_id: int, day: date) -> Mapping[str, int | None]:
    """Give the portions per variant that will lie at home on a day; none without a week.

    What was counted (and delivered since), less what the weeks have the client eat between the
    count and that day, never below zero. What nobody knows stays unknown.
    """
    weeks, rows = weeks_at_home(session, client_id, day, day), home_stock(session, client_id)
    if weeks is None:
        return {}
    eaten = athome.eaten_since(weeks, rows.values(), day)
    return {
        variant: None if row.portions is None else max(0, row.portions - eaten[variant])
        for variant, row in rows.items()
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
    before = expected_at_home(session, client_id, day)
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


def lots_brought(session: Session, client_id: int) -> Mapping[str, tuple[HomeLot, ...]]:
    """Give the lots that were brought to a home, by variant."""
    return athome.brought_to(session, (client_id,))[client_id]


def uneaten(weeks: Weeks, lots: Iterable[HomeLot], sku: str, day: date, days: int) -> list[HomeLot]:
    """Give what of these lots expires before the week comes to it, in so many days from one on."""
    needs = [
        sum(each["variant"] == sku for each in weeks.on(day + timedelta(days=ahead)))
        for ahead in range(days)
    ]
    return list(left_uneaten(tuple(lots), needs, day))


def _lasting_at_home(
    session: Session, client_id: int, weeks: Weeks, day: date, days: int
) -> Mapping[str, int | None]:
    """Give what will lie at home on a day, may be eaten, and not expire before it would be."""
    brought = lots_brought(session, client_id)
    withdrawn = athome.withdrawn_of(session, (brought,))
    rows = home_stock(session, client_id)
    eaten = athome.eaten_since(weeks, rows.values(), day)
    lasting: dict[str, int | None] = {}
    for sku, row in rows.items():
        lots = brought.get(sku, ())
        left, good = athome.still_good(lots, row.portions or 0, eaten[sku], withdrawn)
        lost = sum(one.portions for one in uneaten(weeks, good, sku, day, days))
        lasting[sku] = None if row.portions is None else left - lost
    return lasting


def lines_to_send(session: Session, client: Client, day: date, period_days: int) -> list[Any]:
    """Give the lines of a proposal: what the approved weeks need less what will lie at home.

    Each day of the period follows its own week. What will have expired before its turn comes counts
    for nothing, and neither does a lot that was withdrawn.

    Each is [sku, portion_g, portions, planned, at_home or None, reason]. Only frozen food takes
    room in the freezer. The reserve of a home is of what keeps outside it. Empty without an
    approved week.
    """
    weeks = weeks_at_home(session, client.id, day, day + timedelta(days=period_days - 1))
    if weeks is None:
        return []
    planned: dict[str, int] = defaultdict(int)
    for (sku, _), portions in weeks.needs(day, period_days).items():
        planned[sku] += portions
    grams = weeks.portions_g(day, period_days)
    at_home = _lasting_at_home(session, client.id, weeks, day, period_days)
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


def reserve_lacking(session: Session, client: Client, day: date, period_days: int) -> int:
    """Give the portions of a home's reserve that no proposal can bring, and that do not lie there.

    Where the weeks hold nothing that keeps outside a freezer, nobody may choose something else.
    """
    weeks = weeks_at_home(session, client.id, day, day + timedelta(days=period_days - 1))
    if weeks is None or not client.reserve_portions:
        return 0
    known = meals.catalogue(session).variants
    planned = {sku for sku, _ in weeks.needs(day, period_days)}
    if any(_keeps(known.get(sku)) for sku in planned):
        return 0
    at_home = _lasting_at_home(session, client.id, weeks, day, period_days)
    lies = sum(portions or 0 for sku, portions in at_home.items() if _keeps(known.get(sku)))
    return max(0, client.reserve_portions - lies)


def _keeps(variant: Variant | None) -> bool:
    """Whether a dish may be the reserve of a home."""
    return variant is not None and variant.zone is Zone.AMBIENT and variant.role in _RESERVE


def _reserve(catalogue: Catalogue, planned: Iterable[str], portions: int) -> Mapping[str, int]:
    """Spread the reserve over the supplements of the week that keep on a shelf, one by one."""
    fit = [sku for sku in sorted(planned) if _keeps(catalogue.variants.get(sku))]
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
    given = loaded(session, order)
    _keep_lots(session, order, given)
    brought: Counter[str] = Counter()
    for one in given:
        brought[one.order_line] += one.amount_g
    since = door_opens(session, order)
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
            row.portions += brought[f"{order.code}-{line.id}"] // line.portion_g


def loaded(session: Session, order: Order) -> tuple[Allocation, ...]:
    """Give what went on the vans for an order by the published day."""
    depot_id = depots.depot_of_site(session, order.site_id)
    plan = planning.published_plan(session, depot_id, order.service_day)
    given = plan.as_stored_day().plan.allocations if plan else ()
    return tuple(one for one in given if one.order_line.startswith(f"{order.code}-"))


def _keep_lots(session: Session, order: Order, given: Iterable[Allocation]) -> None:
    """Write down which lots a home was brought, so that their dates are known there."""
    rows = session.execute(
        select(OrderLine, OrderEater.client_id)
        .join(OrderEater, OrderEater.id == OrderLine.eater_id)
        .where(OrderLine.order_id == order.id, OrderEater.client_id.is_not(None))
    )
    lines = {f"{order.code}-{line.id}": (line, home or 0) for line, home in rows}
    dates = use_by_of(session, given)
    for one in given:
        if one.order_line in lines and one.lot in dates:
            line, client_id = lines[one.order_line]
            session.add(
                BroughtLot(
                    client_id=client_id,
                    variant=line.variant,
                    lot=one.lot,
                    use_by=dates[one.lot],
                    portions=one.amount_g // line.portion_g,
                    brought_on=order.service_day,
                )
            )


def use_by_of(session: Session, given: Iterable[Allocation]) -> Mapping[str, date]:
    """Give the use-by date of each lot that was loaded."""
    codes = {one.lot for one in given}
    return dict(session.execute(select(Lot.code, Lot.use_by).where(Lot.code.in_(codes))).all())


def door_opens(session: Session, order: Order) -> datetime:
    """Give when the door of an order's address opens first on its day."""
    windows = session.get_one(Site, order.site_id).windows
    hour, minute = divmod(min((first for first, _ in windows), default=0), 60)
    return datetime.combine(order.service_day, time(hour, minute), tzinfo=LOCAL_ZONE)
