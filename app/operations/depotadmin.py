"""Administration of the kitchens themselves: which there are, and where each stands."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission, Refused, require
from app.models.people import Site
from app.models.planning import Depot
from app.operations import depots
from app.operations.upkeep import note_access


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotFacts:
    """Everything about a kitchen that an administrator fills in; see the depot's row."""

    name: str
    street: str
    postcode: str
    place: str
    lat_e5: int
    lon_e5: int
    frozen_cold_min: int
    chilled_cold_min: int
    frozen_litres: int | None
    chilled_litres: int | None
    chill_wait_min: int | None


def listed(session: Session, actor: Actor) -> tuple[tuple[Depot, int], ...]:
    """Give every kitchen with how many addresses it serves, the oldest first."""
    require(actor, Permission.ADMINISTER)
    rows = session.execute(
        select(Depot, func.count(Site.id))
        .outerjoin(Site, Site.depot_id == Depot.id)
        .group_by(Depot.id)
        .order_by(Depot.id)
    )
    return tuple((depot, sites) for depot, sites in rows)


def find(session: Session, actor: Actor, depot_id: int) -> Depot:
    """Give one kitchen; NotFound when there is none."""
    require(actor, Permission.ADMINISTER)
    depot = session.get(Depot, depot_id)
    if depot is None:
        raise NotFound
    return depot


def add(session: Session, actor: Actor, code: str, facts: DepotFacts, now: datetime) -> Depot:
    """Add a kitchen; raises Refused when its code is taken.

    The first one serves what stood without a kitchen; before a second comes, who works in the
    only one is written down to do so, and goes on there.
    """
    require(actor, Permission.ADMINISTER)
    known = depots.by_code(session)
    if code in known:
        raise Refused(("code", "admin.code_taken", {"taken": code}))
    depots.keep_staff(session)
    depot = Depot(code=code, **_columns(facts))
    session.add(depot)
    session.flush()
    depots.adopt(session)
    note_access(session, actor, now, "admin.depot_added")
    return depot


def change(
    session: Session, actor: Actor, depot_id: int, facts: DepotFacts, now: datetime
) -> Depot:
    """Change a kitchen; its code stays, for it stands in the names of its lots."""
    depot = find(session, actor, depot_id)
    for name, value in _columns(facts).items():
        setattr(depot, name, value)
    note_access(session, actor, now, "admin.depot_changed")
    return depot


def _columns(facts: DepotFacts) -> dict[str, Any]:
    return {one.name: getattr(facts, one.name) for one in fields(facts)}
