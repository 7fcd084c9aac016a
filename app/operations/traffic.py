"""Administration of a depot's roads: traffic by weekday and hour, how long goods keep cold."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.models.planning import Depot, TrafficBand
from app.operations.depots import depot_of
from app.operations.upkeep import note_access

Bands = tuple[tuple[int, int], ...]
"""Minute of the day, and the thousandths of the usual speed that are driven from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadFacts:
    """Traffic by weekday (0 is Monday), and the longest minutes from depot to door by zone."""

    bands: Mapping[int, Bands]
    frozen_cold_min: int
    chilled_cold_min: int


def bands_on(session: Session, depot: Depot, day: date) -> Bands:
    """Give the traffic of a day by its weekday."""
    rows = session.execute(
        select(TrafficBand.from_min, TrafficBand.permille)
        .where(TrafficBand.depot_id == depot.id, TrafficBand.weekday == day.weekday())
        .order_by(TrafficBand.from_min)
    )
    return tuple((from_min, permille) for from_min, permille in rows)


def road_facts(session: Session, actor: Actor) -> RoadFacts:
    """Give what is known of the roads; NotFound when there is no depot yet."""
    require(actor, Permission.ADMINISTER)
    depot = depot_of(session, actor)
    found: defaultdict[int, Bands] = defaultdict(tuple)
    rows = select(TrafficBand).where(TrafficBand.depot_id == depot.id)
    for row in session.scalars(rows.order_by(TrafficBand.from_min)):
        found[row.weekday] += ((row.from_min, row.permille),)
    return RoadFacts(
        bands=found,
        frozen_cold_min=depot.frozen_cold_min,
        chilled_cold_min=depot.chilled_cold_min,
    )


def change_roads(session: Session, actor: Actor, facts: RoadFacts, now: datetime) -> None:
    """Keep other traffic and cold budgets: drafts that were made with the former ones are stale."""
    require(actor, Permission.ADMINISTER)
    depot = depot_of(session, actor)
    depot.frozen_cold_min = facts.frozen_cold_min
    depot.chilled_cold_min = facts.chilled_cold_min
    session.execute(delete(TrafficBand).where(TrafficBand.depot_id == depot.id))
    session.add_all(
        TrafficBand(depot_id=depot.id, weekday=weekday, from_min=from_min, permille=permille)
        for weekday, bands in sorted(facts.bands.items())
        for from_min, permille in bands
    )
    session.flush()
    note_access(session, actor, now, "admin.roads_changed")
