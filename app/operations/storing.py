"""The central store of the coming fortnight, if nothing is cooked any more, and how it is known."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, Permission, require
from app.models.people import Site
from app.operations import depots, meals, texturetests
from app.operations.forecast import outlook, seen_days
from logistics import (
    BiasAlarm,
    DayDemand,
    ForecastErrors,
    PlaceShare,
    SiteKind,
    StockAhead,
    StreamForecast,
    Survival,
)
from menus import Catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAhead:
    """What lies in store evening by evening, and how good forecasts were.

    `days`: what is asked from today on, which `survival` thins out. `places`: names of houses by
    site code. `wasted_g`: what will expire, all variants together.
    """

    today: date
    catalogue: Catalogue
    lines: tuple[StockAhead, ...]
    days: tuple[DayDemand, ...]
    survival: Survival
    places: Mapping[str, str]
    errors: Mapping[SiteKind, ForecastErrors]
    alarms: Mapping[SiteKind, BiasAlarm]
    streams: Mapping[str, StreamForecast]

    @property
    def wasted_g(self) -> int:
        """What will expire unused, all variants together."""
        return sum(one.amount_g for line in self.lines for one in line.wasted)

    @property
    def short(self) -> tuple[StockAhead, ...]:
        """The variants kept in store that run short, the first ones first.

        What keeps a fortnight or less is cooked for its own day and never lies there in advance.
        """
        kept = {
            one.id
            for one in self.catalogue.variants.values()
            if one.shelf_days > logistics.COOKED_AHEAD_DAYS
        }
        rows = [line for line in self.lines if line.short_on and line.sku in kept]
        return tuple(sorted(rows, key=lambda line: (line.short_on or date.max, line.sku)))

    @property
    def wasting(self) -> tuple[tuple[StockAhead, logistics.Wasted], ...]:
        """The lots that will expire, the first ones first."""
        rows = [(line, one) for line in self.lines for one in line.wasted]
        return tuple(sorted(rows, key=lambda row: (row[1].day, row[1].lot)))

    def shares(self, sku: str) -> tuple[PlaceShare, ...]:
        """Who gets what of a variant that runs short; nothing where it does not."""
        lines = [one for one in self.lines if one.sku == sku]
        return logistics.share_out(self.catalogue, lines, self.days, self.survival)

    def line(self, sku: str) -> StockAhead | None:
        """Give one variant; None when the store never heard of it."""
        return next((one for one in self.lines if one.sku == sku), None)


def store_ahead(session: Session, actor: Actor, today: date) -> StoreAhead:
    """Give the store of the actor's kitchen from today on."""
    require(actor, Permission.VIEW_STOCK)
    depot_id = depots.depot_of(session, actor).id
    catalogue = meals.catalogue(session)
    rows = depots.lots_in(session, depot_id)
    lots = texturetests.stock_to_give(session, catalogue.variants, rows)
    ahead = outlook(session, depot_id, today, frozenset(catalogue.variants))
    lines = logistics.project_stock(lots, ahead.expected_g(), today)
    seen = seen_days(session, depot_id, today)
    kinds = Counter(one.kind for one in seen)
    mine = {kind: [one for one in seen if one.kind is kind] for kind in sorted(kinds)}
    found = {kind: logistics.bias_alarm(days) for kind, days in mine.items()}
    return StoreAhead(
        today=today,
        catalogue=catalogue,
        lines=lines,
        days=ahead.days,
        survival=ahead.survival,
        places=dict(session.execute(select(Site.code, Site.name)).all()),
        errors={kind: logistics.forecast_errors(days) for kind, days in mine.items()},
        alarms={kind: alarm for kind, alarm in found.items() if alarm is not None},
        streams=ahead.streams,
    )
