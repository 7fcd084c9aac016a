"""Administration of the store of a house: on which days it is filled, for which of its meals."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, Refused, require
from app.models.stores import HouseStore
from app.operations.houses import find_site
from app.operations.upkeep import note_access
from logistics import SiteKind

HOME_HAS_NONE = "admin.store.no_house"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """Everything about a store that an administrator fills in."""

    weekdays: tuple[int, ...]
    meals: tuple[str, ...]
    pack_portions: int
    least_packs: int
    reserve_portions: int
    freezer_litres: int | None
    active: bool


def store_of(session: Session, actor: Actor, site_id: int) -> HouseStore | None:
    """Give the rule of a place's store; None where it has none yet."""
    site = find_site(session, actor, site_id)
    return session.scalar(select(HouseStore).where(HouseStore.site_id == site.id))


def keep_store(
    session: Session, actor: Actor, site_id: int, facts: StoreFacts, now: datetime
) -> HouseStore:
    """Give a house a store, or change its rule; a proposal that stands follows at the next run."""
    require(actor, Permission.ADMINISTER)
    site = find_site(session, actor, site_id)
    if site.kind is SiteKind.HOME:
        raise Refused(("", HOME_HAS_NONE, {}))
    closed = sorted(set(facts.weekdays) - set(site.delivery_weekdays or range(6)))
    if closed:
        raise Refused(("weekdays", "admin.store.closed_day", {}))
    found = store_of(session, actor, site_id)
    values = asdict(facts) | {"weekdays": sorted(facts.weekdays), "meals": list(facts.meals)}
    if found is None:
        found = HouseStore(site_id=site.id, **values)
        session.add(found)
    for name, value in values.items():
        setattr(found, name, value)
    session.flush()
    note_access(session, actor, now, "admin.store_changed")
    return found
