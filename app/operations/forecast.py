"""How much of each variant the coming fortnight will ask for, and how good that was before."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, not_, select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Permission, require
from app.models.orders import (
    Order,
    OrderEater,
    OrderLine,
    ProposalState,
    ReorderProposal,
    StandingOrder,
)
from app.models.people import Client, Site
from app.models.stock import DemandForecast
from app.operations import depots, storerules
from app.operations.eating import weeks_of
from logistics import (
    HORIZON_DAYS,
    DayDemand,
    OrderState,
    Place,
    SiteKind,
    Stays,
    StreamForecast,
    Survival,
)
from menus import Catalogue

PLANNABLE = (OrderState.PLACED, OrderState.UNSERVED, OrderState.PLANNED)
"""States of orders that a plan of their day serves."""
CAME = (*PLANNABLE, OrderState.DISPATCHED, OrderState.DELIVERED, OrderState.NOT_DELIVERED)
"""States of orders that were really asked for."""
LEARNED_DAYS = 56
"""How far back forecasts are learned from and judged."""
STREAM_DAYS = 84
"""How far back loose orders are learned from."""
HOMES = Place(kind=SiteKind.HOME)

Grams = Mapping[Place, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedDay:
    """Grams of each variant for the meals of a day, by place: firm orders, and what is planned."""

    firm: Mapping[Place, Counter[str]]
    planned: Mapping[Place, Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The coming days as far as they are firm or planned, and what of plans survives.

    `loose`: grams by variant and day that homes without a standing order will still ask for, by
    the forecast of each variant's stream (`streams`).
    """

    days: tuple[DayDemand, ...]
    survival: Survival
    loose: tuple[Mapping[str, int], ...]
    streams: Mapping[str, StreamForecast]

    def expected_g(self) -> tuple[Mapping[str, int], ...]:
        """Give grams per variant and day, the first day being the first of the outlook."""
        known = logistics.expected_g(self.days, self.survival)
        return tuple(
            dict(Counter(one) + Counter(more)) for one, more in zip(known, self.loose, strict=True)
        )


def outlook(session: Session, depot_id: int | None, day: date, known: frozenset[str]) -> Outlook:
    """Give fourteen days of a kitchen from a day on, of variants that the catalogue knows.

    Firm are the orders that stand. Planned are the standing orders of who has not ordered yet, and
    of houses, which order day by day, what they had on the first day, but on Sundays. What was
    signed for a house's own store is firm; what was proposed for one is still to come.
    """
    ahead = [day + timedelta(days=count) for count in range(HORIZON_DAYS)]
    stores = _firm(session, depot_id, ahead, known, to_store=True)
    days = (
        DayDemand(
            firm={
                place: one.firm.get(place, Counter()) + stores[at].get(place, Counter())
                for place in {**one.firm, **stores[at]}
            },
            planned=one.planned,
        )
        for at, one in zip(ahead, _by_meal(session, depot_id, ahead, known), strict=True)
    )
    came, streams = _streams(session, depot_id, day, known)
    proposed = _proposed(session, depot_id, ahead, known)
    return Outlook(
        days=tuple(days),
        survival=survival(session, depot_id, day),
        loose=tuple(
            dict(Counter(_still_to_come(one, came[one], streams, day)) + proposed[one])
            for one in ahead
        ),
        streams=streams,
    )


def _by_meal(
    session: Session, depot_id: int | None, ahead: Sequence[date], known: frozenset[str]
) -> Iterator[OrderedDay]:
    """Give what homes and houses eat of each day: orders for a house's store are not among it."""
    firm = _firm(session, depot_id, ahead, known)
    homes = _standing(session, depot_id, ahead, known)
    houses = {place: grams for place, grams in firm[ahead[0]].items() if place != HOMES}
    for one in ahead:
        planned: dict[Place, Mapping[str, int]] = {HOMES: homes[one]} if homes[one] else {}
        if one.weekday() != 6:
            planned |= {place: grams for place, grams in houses.items() if place not in firm[one]}
        yield OrderedDay(firm=firm[one], planned=planned)


def _proposed(
    session: Session, depot_id: int | None, days: Sequence[date], known: frozenset[str]
) -> defaultdict[date, Counter[str]]:
    """Give the grams that open proposals for stores of a kitchen's houses hold."""
    rows = session.scalars(
        select(ReorderProposal).where(
            ReorderProposal.site_id.in_(depots.sites_of(depot_id)),
            ReorderProposal.state == ProposalState.OPEN,
            ReorderProposal.service_day.in_(days),
        )
    )
    found: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for sku, portion_g, portions, *_ in row.lines:
            if sku in known and portions:
                found[row.service_day][sku] += portion_g * portions
    return found


def _streams(
    session: Session, depot_id: int | None, day: date, known: frozenset[str]
) -> tuple[Mapping[date, Counter[str]], Mapping[str, StreamForecast]]:
    """Give what homes without a standing order asked for by day, and how that goes on by variant.

    Learned from the days of service before a day: nothing is brought on Sundays.
    """
    by_rule = select(StandingOrder.client_id).where(StandingOrder.active)
    first, last = day - timedelta(days=STREAM_DAYS), day + timedelta(days=HORIZON_DAYS)
    rows = session.execute(
        select(
            Order.service_day,
            OrderLine.variant,
            func.sum(OrderLine.portions * OrderLine.portion_g),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(OrderEater, OrderEater.id == OrderLine.eater_id)
        .where(
            Order.site_id.in_(depots.sites_of(depot_id)),
            Order.service_day >= first,
            Order.service_day < last,
            Order.kind == SiteKind.HOME,
            Order.state.in_(CAME),
            OrderEater.client_id.is_(None) | OrderEater.client_id.not_in(by_rule),
        )
        .group_by(Order.service_day, OrderLine.variant)
    ).all()
    came: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for one, sku, grams in rows:
        if sku in known:
            came[one][sku] += int(grams)
    days = [first + timedelta(days=count) for count in range(STREAM_DAYS)]
    served = [one for one in days if one.weekday() != 6]
    skus = sorted({sku for one in served for sku in came[one]})
    return came, {
        sku: logistics.forecast_stream([came[one][sku] for one in served]) for sku in skus
    }


def _still_to_come(
    one: date, came: Mapping[str, int], streams: Mapping[str, StreamForecast], first: date
) -> Mapping[str, int]:
    """Give the grams that the streams still ask of a day, beyond what was ordered already."""
    if one == first or one.weekday() == 6:
        return {}
    grams = {sku: each.per_day // 1_000_000 - came.get(sku, 0) for sku, each in streams.items()}
    return {sku: more for sku, more in grams.items() if more > 0}


def _firm(
    session: Session,
    depot_id: int | None,
    days: Sequence[date],
    known: frozenset[str],
    states: tuple[OrderState, ...] = PLANNABLE,
    *,
    to_store: bool = False,
) -> dict[date, dict[Place, Counter[str]]]:
    rows = session.execute(
        select(
            Order.service_day,
            Order.kind,
            Site.code,
            OrderLine.variant,
            func.sum(OrderLine.portions * OrderLine.portion_g),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(Site, Site.id == Order.site_id)
        .where(
            Site.depot_id == depot_id,
            Order.service_day.in_(days),
            Order.state.in_(states),
            storerules.FOR_STORE if to_store else not_(storerules.FOR_STORE),
        )
        .group_by(Order.service_day, Order.kind, Site.code, OrderLine.variant)
    ).all()
    found: dict[date, dict[Place, Counter[str]]] = {day: {} for day in days}
    for day, kind, site, sku, grams in rows:
        if sku in known:
            place = HOMES if kind is SiteKind.HOME else Place(kind=kind, site=site)
            found[day].setdefault(place, Counter())[sku] += int(grams)
    return found


def _standing(
    session: Session, depot_id: int | None, days: Sequence[date], known: frozenset[str]
) -> defaultdict[date, Counter[str]]:
    """Give what standing orders will ask for, from the approved weeks of who has not ordered."""
    mine = select(Client.id).where(Client.site_id.in_(depots.sites_of(depot_id)))
    rules = session.scalars(
        select(StandingOrder).where(StandingOrder.active, StandingOrder.client_id.in_(mine))
    ).all()
    weeks = weeks_of(
        session,
        {one.client_id: (days[0], days[-1] + timedelta(days=one.period_days)) for one in rules},
    )
    ordered = _who_ordered(session, days)
    found: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for row in rules:
        eaten, rule = weeks.get(row.client_id), row.if_it_can_be_followed()
        if eaten is None or rule is None:
            continue
        open_days = [day for day in days if (day, row.client_id) not in ordered]
        for day in (one for one in open_days if rule.delivers_on(one)):
            found[day].update(_grams(eaten.needs(day, row.period_days), known))
    return found


def _grams(needs: Mapping[tuple[str, int], int], known: frozenset[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for (sku, grams), portions in needs.items():
        if sku in known:
            found[sku] += grams * portions
    return found


def _who_ordered(session: Session, days: Iterable[date]) -> frozenset[tuple[date, int | None]]:
    """Give the clients at home that have an order for a day, whatever became of it."""
    rows = session.execute(
        select(Order.service_day, OrderEater.client_id)
        .join(OrderEater, OrderEater.order_id == Order.id)
        .where(Order.service_day.in_(tuple(days)), Order.kind == SiteKind.HOME)
    ).all()
    return frozenset((day, client) for day, client in rows)


def seen_days(session: Session, depot_id: int | None, today: date) -> tuple[logistics.SeenDay, ...]:
    """Give what a kitchen forecast of the last weeks, with what came where the day is over."""
    rows = session.scalars(
        select(DemandForecast)
        .where(DemandForecast.depot_id == depot_id)
        .where(DemandForecast.service_day >= today - timedelta(days=LEARNED_DAYS))
        .order_by(DemandForecast.service_day, DemandForecast.kind, DemandForecast.made_on)
    )
    return tuple(row.as_seen_day() for row in rows)


def survival(session: Session, depot_id: int | None, today: date) -> Survival:
    """Give what of a plan is really asked for, learned until a day; hospitals lean on stays."""
    stays = logistics.stay_rates(_stays(session, depot_id, today), HORIZON_DAYS - 1)
    parents = {(SiteKind.HOSPITAL, ahead): rate for ahead, rate in stays.items()}
    return logistics.learn_survival(seen_days(session, depot_id, today), today, parents)


def _stays(session: Session, depot_id: int | None, today: date) -> list[Stays]:
    """Give who of a hospital's eaters left and came, day by day of the last four weeks."""
    rows = session.execute(
        select(Order.service_day, Order.site_id, OrderEater.ref)
        .join(OrderEater, OrderEater.order_id == Order.id)
        .where(
            Order.kind == SiteKind.HOSPITAL,
            not_(storerules.FOR_STORE),
            Order.site_id.in_(depots.sites_of(depot_id)),
            Order.service_day.between(today - timedelta(days=28), today - timedelta(days=1)),
            Order.state.in_(CAME),
        )
    ).all()
    there: defaultdict[date, set[tuple[int, str]]] = defaultdict(set)
    for day, site, ref in rows:
        there[day].add((site, ref))
    pairs = ((there[day], there[day + timedelta(days=1)]) for day in sorted(there))
    return [
        Stays(before=len(now), left=len(now - then), came=len(then - now))
        for now, then in pairs
        if then
    ]


def keep_forecasts(session: Session, actor: Actor, catalogue: Catalogue, today: date) -> int:
    """Write down what a kitchen expects of each coming day, and what came of the days now over.

    Once a day: a second run of a day changes nothing. Gives how many rows were written.
    """
    require(actor, Permission.PLAN_DAY)
    here = depots.depot_of(session, actor).id
    _close(session, here, catalogue, today)
    made = (DemandForecast.depot_id == here, DemandForecast.made_on == today)
    if session.scalar(select(func.count()).where(*made)):
        return 0
    ahead = _open_days(session, here, catalogue, today)
    seen = logistics.forecast_days(ahead, survival(session, here, today))
    session.add_all(DemandForecast.of(one, here) for one in seen)
    return len(seen)


def _open_days(
    session: Session, depot_id: int, catalogue: Catalogue, today: date
) -> list[logistics.OpenDay]:
    """Give by kind and coming day the portions that are firm and those only planned."""
    found = []
    ahead = [today + timedelta(days=count) for count in range(HORIZON_DAYS)]
    days = _by_meal(session, depot_id, ahead, frozenset(catalogue.variants))
    for count, day in list(enumerate(days))[1:]:
        places = {*day.firm, *day.planned}
        for kind in sorted({place.kind for place in places}):
            mine = [place for place in places if place.kind is kind]
            firm = sum(_portions(catalogue, day.firm.get(place, {})) for place in mine)
            planned = sum(_portions(catalogue, day.planned.get(place, {})) for place in mine)
            found.append(
                logistics.OpenDay(
                    kind=kind,
                    made_on=today,
                    service_day=today + timedelta(days=count),
                    firm=firm,
                    planned=planned,
                )
            )
    return [one for one in found if one.planned]


def _portions(catalogue: Catalogue, grams: Mapping[str, int]) -> int:
    """Give grams in medium portions, rounded up by variant."""
    return sum(-(-g // catalogue.variants[sku].portions_g["M"]) for sku, g in grams.items())


def _close(session: Session, depot_id: int, catalogue: Catalogue, today: date) -> None:
    """Write down what came of the days that are over."""
    rows = session.scalars(
        select(DemandForecast).where(
            DemandForecast.depot_id == depot_id,
            DemandForecast.actual.is_(None),
            DemandForecast.service_day < today,
        )
    ).all()
    days = {row.service_day for row in rows}
    came = _firm(session, depot_id, sorted(days), frozenset(catalogue.variants), CAME)
    for row in rows:
        total = sum(
            _portions(catalogue, grams)
            for place, grams in came[row.service_day].items()
            if place.kind is row.kind
        )
        row.actual = max(0, total - row.firm)
