"""What of the goods at homes may still be eaten on a day: counted, less what went and what may not.

A lot that was withdrawn since it came feeds nobody, and neither does what expired. Whoever counted
it before must not stand before an empty freezer for it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.i18n import LOCAL_ZONE
from app.models.orders import BroughtLot, HomeStock, StandingOrder
from app.operations import badlots
from app.operations.eating import Weeks, weeks_of
from logistics import HomeLot, lots_at_home

WEEK_DAYS, SPARE_DAYS = 7, 3
"""House rule of `logistics.MIN_LIFE_DAYS`: until the next delivery, and so many to spare."""

Brought = Mapping[str, tuple[HomeLot, ...]]
"""The lots that were brought to a home, by variant."""


def brought_to(session: Session, homes: Collection[int]) -> Mapping[int, Brought]:
    """Give the lots that were brought, by client and variant."""
    found: dict[int, defaultdict[str, tuple[HomeLot, ...]]] = {
        home: defaultdict(tuple) for home in homes
    }
    for row in session.scalars(
        select(BroughtLot).where(BroughtLot.client_id.in_(homes)).order_by(BroughtLot.id)
    ):
        lot = HomeLot(lot=row.lot, use_by=row.use_by, portions=row.portions)
        found[row.client_id][row.variant] += (lot,)
    return found


def withdrawn_of(session: Session, brought: Iterable[Brought]) -> frozenset[str]:
    """Give which of these lots nobody may eat from any more."""
    codes = (one.lot for home in brought for lots in home.values() for one in lots)
    return badlots.unfit(session, frozenset(codes))


def local_day(row: HomeStock) -> date:
    """Give the day of a count where its home is."""
    return row.counted_at.astimezone(LOCAL_ZONE).date()


def since_counts(rows: Iterable[HomeStock], first: date) -> date:
    """Give the day of the oldest of these counts, or a first day where that comes before."""
    return min((first, *(local_day(row) for row in rows)))


def eaten_since(weeks: Weeks, rows: Iterable[HomeStock], day: date) -> Counter[str]:
    """Give the portions that somebody's weeks ate between each count and a day, by variant."""
    by_day: dict[date, Counter[str]] = {}
    eaten: Counter[str] = Counter()
    for row in rows:
        counted = local_day(row)
        if counted not in by_day:
            by_day[counted] = Counter()
            for (sku, _), portions in weeks.needs(counted, max(0, (day - counted).days)).items():
                by_day[counted][sku] += portions
        eaten[row.variant] = by_day[counted][row.variant]
    return eaten


def still_good(
    lots: Iterable[HomeLot], portions: int, eaten: int, withdrawn: frozenset[str]
) -> tuple[int, tuple[HomeLot, ...]]:
    """Give the portions left of a count that somebody may eat, and the lots they are of.

    Nobody says from which lots was eaten before one was withdrawn: all of it from the good ones.
    """
    known = tuple(lots)
    bad = sum(one.portions for one in lots_at_home(known, portions) if one.lot in withdrawn)
    left = max(0, portions - bad - eaten)
    return left, lots_at_home((one for one in known if one.lot not in withdrawn), left)


def portions_to_eat(session: Session, homes: Collection[int], day: date) -> Mapping[int, int]:
    """Give by client the portions that lie at home on a day and may be eaten then.

    What nobody counted is not there.
    """
    stock: defaultdict[int, list[HomeStock]] = defaultdict(list)
    for row in session.scalars(
        select(HomeStock).where(HomeStock.client_id.in_(homes), HomeStock.portions > 0)
    ):
        stock[row.client_id].append(row)
    spans = {home: (since_counts(rows, day), day) for home, rows in stock.items()}
    weeks = weeks_of(session, spans)
    brought = brought_to(session, tuple(stock))
    withdrawn = withdrawn_of(session, brought.values())
    lies: Counter[int] = Counter()
    for home, rows in stock.items():
        mine = weeks.get(home)
        eaten = eaten_since(mine, rows, day) if mine else Counter[str]()
        for row in rows:
            lots = brought[home].get(row.variant, ())
            left, good = still_good(lots, row.portions or 0, eaten[row.variant], withdrawn)
            lies[home] += left - sum(one.portions for one in good if one.use_by < day)
    return lies


def lasting(session: Session, clients: Mapping[int, int]) -> dict[int, int]:
    """Give by order the days that it must keep at a home where the next one comes after weeks.

    Three days to spare, as for the week that every other order must last.
    """
    rows = select(StandingOrder.client_id, StandingOrder.period_days).where(
        StandingOrder.client_id.in_({*clients.values()}),
        StandingOrder.active,
        StandingOrder.period_days > WEEK_DAYS,
    )
    period = dict(session.execute(rows).all())
    return {
        order: period[client] + SPARE_DAYS for order, client in clients.items() if client in period
    }
