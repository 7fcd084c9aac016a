"""Verbs of what is to be fetched: asked by a client or the desk, on a route, done or taken back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

import logistics
from app.access import Actor, NotFound, Permission, Refused, require
from app.i18n import LOCAL_ZONE
from app.models.people import Site
from app.models.pickups import Pickup
from app.operations import depots
from app.operations.people import find_client
from app.operations.upkeep import note_access
from logistics import PickupThing

ROOM_BOXES = {
    PickupThing.EMPTY_BOXES: 1,
    PickupThing.FREEZER: 12,
    PickupThing.FREEZER_SWAP: 12,
    PickupThing.OTHER: 4,
}
"""Room that one of them takes in a van, in delivery boxes (house rule until things are measured).
Empty boxes are counted as they are asked."""
PICKUP_CODES = ("pickup.site_unknown", "pickup.site_several", "pickup.past")
"""Why fetching something can be refused."""
_OPEN = Pickup.closed_at.is_(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: so many of a thing, with the next delivery (None) or from a day on."""

    thing: PickupThing
    count: int = 1
    wanted_on: date | None = None

    @property
    def boxes(self) -> int:
        """The room it takes in a van."""
        return self.count * ROOM_BOXES[self.thing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """Something that waits to be fetched, and where."""

    id: int
    what: logistics.Pickup
    wanted_on: date | None
    asked_at: datetime
    name: str
    place: str


def ask_for_client(
    session: Session, actor: Actor, client_id: int, wish: Wish, *, now: datetime
) -> Pickup:
    """Ask that something is fetched where a client lives, for whoever may order there."""
    client = find_client(session, actor, client_id, Permission.ORDER)
    return _add(session, actor, client.site_id, wish, now)


def ask_at(session: Session, actor: Actor, where: str, wish: Wish, *, now: datetime) -> Pickup:
    """Ask that something is fetched at the address of a code, or whose name holds these words.

    Raises Refused when the actor's kitchen serves none such, or several.
    """
    require(actor, Permission.PLAN_DAY)
    mine = depots.sites_of(depots.depot_of(session, actor).id)
    exact = session.scalar(mine.where(Site.code == where))
    named = mine.where(Site.name.icontains(where, autoescape=True)).limit(2)
    found = [exact] if exact is not None else list(session.scalars(named))
    if len(found) != 1:
        code = "pickup.site_several" if found else "pickup.site_unknown"
        raise Refused(("where", code, {"where": where}))
    return _add(session, actor, found[0], wish, now)


def _add(session: Session, actor: Actor, site_id: int, wish: Wish, now: datetime) -> Pickup:
    if wish.wanted_on is not None and wish.wanted_on < now.astimezone(LOCAL_ZONE).date():
        raise Refused(("wanted_on", "pickup.past", {}))
    row = Pickup(
        site_id=site_id,
        thing=wish.thing,
        boxes=wish.boxes,
        wanted_on=wish.wanted_on,
        asked_at=now,
        asked_by=actor.user_id,
    )
    session.add(row)
    session.flush()
    note_access(session, actor, now, "pickup.asked")
    return row


def of_client(session: Session, actor: Actor, client_id: int) -> tuple[Pending, ...]:
    """Give what waits to be fetched where a client lives."""
    client = find_client(session, actor, client_id, Permission.ORDER)
    return _pending(session, Pickup.site_id == client.site_id)


def pending(session: Session, actor: Actor) -> tuple[Pending, ...]:
    """Give all that waits for the vans of the actor's kitchen, the first asked first."""
    require(actor, Permission.PLAN_DAY)
    return _pending(session, _at(depots.depot_of(session, actor).id))


def _at(depot_id: int) -> Any:
    return Pickup.site_id.in_(depots.sites_of(depot_id))


def _pending(session: Session, *where: Any) -> tuple[Pending, ...]:
    rows = session.execute(
        select(Pickup, Site)
        .join(Site, Site.id == Pickup.site_id)
        .where(_OPEN, *where)
        .order_by(Pickup.id)
    )
    return tuple(
        Pending(
            id=row.id,
            what=row.as_pickup(),
            wanted_on=row.wanted_on,
            asked_at=row.asked_at,
            name=site.name,
            place=f"{site.street}, {site.place}",
        )
        for row, site in rows
    )


def take_back(
    session: Session,
    actor: Actor,
    pickup_id: int,
    *,
    now: datetime,
    client_id: int | None = None,
) -> None:
    """Ask no longer: the desk where its vans come, a client or carer where the client lives."""
    if client_id is not None:
        row = session.get(Pickup, pickup_id)
        client = find_client(session, actor, client_id, Permission.ORDER)
        row = row if row is not None and row.site_id == client.site_id else None
    else:
        require(actor, Permission.PLAN_DAY)
        row = _mine(session, actor, pickup_id)
    _close(session, actor, row, now, fetched=False)


def note_fetched(session: Session, actor: Actor, pickup_id: int, now: datetime) -> None:
    """Note that it was fetched."""
    require(actor, Permission.PUBLISH_DAY)
    _close(session, actor, _mine(session, actor, pickup_id), now, fetched=True)


def _mine(session: Session, actor: Actor, pickup_id: int) -> Pickup | None:
    here = _at(depots.depot_of(session, actor).id)
    return session.scalar(select(Pickup).where(Pickup.id == pickup_id, here))


def _close(
    session: Session, actor: Actor, row: Pickup | None, now: datetime, *, fetched: bool
) -> None:
    """Close what is open; NotFound otherwise."""
    if row is None or row.closed_at is not None:
        raise NotFound
    row.closed_at, row.fetched = now, fetched
    note_access(session, actor, now, "pickup.closed")


def due(session: Session, depot_id: int, day: date) -> dict[int, tuple[logistics.Pickup, ...]]:
    """Give by site what the vans of a kitchen may fetch on a day."""
    found: dict[int, tuple[logistics.Pickup, ...]] = {}
    may = or_(Pickup.wanted_on.is_(None), Pickup.wanted_on <= day)
    rows = select(Pickup).where(_OPEN, may, _at(depot_id)).order_by(Pickup.id)
    for row in session.scalars(rows):
        found[row.site_id] = (*found.get(row.site_id, ()), row.as_pickup())
    return found


def sites_due(session: Session, depot_id: int, day: date) -> frozenset[int]:
    """Give the sites to which a van comes on a day for what it fetches alone."""
    rows = select(Pickup.site_id).where(_OPEN, Pickup.wanted_on <= day, _at(depot_id))
    return frozenset(session.scalars(rows))


def marks(depot_id: int, day: date) -> Select[int, int]:
    """Read what must hold of a day's pickups when its plan is published."""
    may = or_(Pickup.wanted_on.is_(None), Pickup.wanted_on <= day)
    return select(Pickup.id, Pickup.boxes).where(_OPEN, may, _at(depot_id)).order_by(Pickup.id)


def open_of(session: Session, ids: frozenset[int]) -> frozenset[int]:
    """Give which of these still wait."""
    return frozenset(session.scalars(select(Pickup.id).where(_OPEN, Pickup.id.in_(ids))))
