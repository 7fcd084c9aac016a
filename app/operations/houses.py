"""Administration of organisations: who contracts, their sites with address and hours, wards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, NotFound, Permission, Refused, require
from app.i18n import LOCAL_ZONE
from app.models.people import Organisation, Site, User, Ward
from app.models.planning import Depot, Vehicle
from app.operations import depots
from app.operations.admin import PAGE, Kind, Wanted, count_of, holds
from app.operations.upkeep import note_access
from logistics import DriverSkill, SiteKind

SITE_KINDS = {
    Kind.HOUSEHOLD: SiteKind.HOME,
    Kind.RESIDENTIAL: SiteKind.RESIDENTIAL,
    Kind.HOSPITAL: SiteKind.HOSPITAL,
}
"""NPCC itself has a depot, no site that orders."""
NEW_KINDS = (*SITE_KINDS, Kind.PRACTICE, Kind.PHARMACY)
"""What an administrator may add: who orders, and who only refers."""
Place = Site
"""A place of delivery, for pages that know no tables."""
HOUSE_CODES = (
    "admin.code_taken",
    "admin.hours_reversed",
    "admin.no_site_here",
    "admin.site.preferred_outside",
    "admin.site.van_unknown",
)
"""Why an act of administration on organisations can be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Houses:
    """A page of organisations, each with its number of sites and of users."""

    rows: tuple[tuple[Organisation, int, int], ...]
    total: int


def list_houses(session: Session, actor: Actor, wanted: Wanted) -> Houses:
    """Give organisations by name, filtered."""
    require(actor, Permission.ADMINISTER)
    query = select(Organisation).where(holds(wanted.text, Organisation.name, Organisation.code))
    if wanted.kind is not None:
        query = query.where(Organisation.kind == wanted.kind)
    page = query.order_by(Organisation.name, Organisation.id).offset(wanted.first).limit(PAGE)
    found = session.scalars(page).all()
    sites = _numbers(session, Site.organisation_id, [one.id for one in found])
    users = _numbers(session, User.organisation_id, [one.id for one in found])
    rows = tuple((one, sites.get(one.id, 0), users.get(one.id, 0)) for one in found)
    return Houses(rows=rows, total=count_of(session, query))


def _numbers(session: Session, column: Any, ids: list[int]) -> dict[int, int]:
    counted = select(column, func.count()).where(column.in_(ids)).group_by(column)
    return {row[0]: row[1] for row in session.execute(counted)}


def choices_of_houses(session: Session, actor: Actor) -> tuple[Organisation, ...]:
    """Give every active organisation, staffed ones first: to choose one for a user."""
    require(actor, Permission.ADMINISTER)
    query = select(Organisation).where(Organisation.active)
    order = (Organisation.kind == Kind.HOUSEHOLD, Organisation.name)
    return tuple(session.scalars(query.order_by(*order)))


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One organisation with its sites and their wards."""

    organisation: Organisation
    sites: tuple[tuple[Site, tuple[Ward, ...]], ...]


def find_house(session: Session, actor: Actor, organisation_id: int) -> House:
    """Give one organisation; NotFound when there is none."""
    require(actor, Permission.ADMINISTER)
    found = session.get(Organisation, organisation_id)
    if found is None:
        raise NotFound
    sites = session.scalars(
        select(Site).where(Site.organisation_id == found.id).order_by(Site.name, Site.id)
    )
    return House(
        organisation=found,
        sites=tuple((site, _wards(session, site.id)) for site in sites.all()),
    )


def _wards(session: Session, site_id: int) -> tuple[Ward, ...]:
    return tuple(session.scalars(select(Ward).where(Ward.site_id == site_id).order_by(Ward.code)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A window of delivery in minutes after local midnight."""

    open_min: int
    close_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """Everything about a place of delivery that an administrator fills in."""

    name: str
    street: str
    postcode: str
    place: str
    lat_e5: int
    lon_e5: int
    windows: tuple[Hours, ...]
    weekdays: tuple[int, ...]
    floor: int = 0
    access_note: str = ""
    phone: str = ""
    min_life_days: int | None = None
    lift: bool = False
    skills: tuple[DriverSkill, ...] = ()
    vans: tuple[str, ...] = ()
    depot: str | None = None  # the code of its kitchen; None: as it is, or the only one
    preferred_by_min: int | None = None


def add_house(
    session: Session, actor: Actor, *, kind: Kind, name: str, code: str, now: datetime
) -> Organisation:
    """Add an organisation; raises Refused when its code is taken."""
    require(actor, Permission.ADMINISTER)
    if session.scalar(select(Organisation.id).where(Organisation.code == code)) is not None:
        raise Refused(("code", "admin.code_taken", {"taken": code}))
    house = Organisation(kind=kind, name=name, code=code)
    session.add(house)
    session.flush()
    note_access(session, actor, now, "admin.organisation_added")
    return house


def change_house(
    session: Session, actor: Actor, organisation_id: int, *, name: str, active: bool, now: datetime
) -> Organisation:
    """Change an organisation's name, or close it: its keys stop at once.

    NPCC itself stays open.
    """
    house = find_house(session, actor, organisation_id).organisation
    house.name = name
    house.active = active or house.kind is Kind.NPCC
    note_access(session, actor, now, "admin.organisation_changed")
    return house


def add_site(
    session: Session,
    actor: Actor,
    organisation_id: int,
    *,
    code: str,
    facts: SiteFacts,
    now: datetime,
) -> Site:
    """Add a place of delivery; its kind follows from the organisation."""
    house = find_house(session, actor, organisation_id).organisation
    if house.kind not in SITE_KINDS:
        raise Refused(("", "admin.no_site_here", {}))
    if session.scalar(select(Site.id).where(Site.code == code)) is not None:
        raise Refused(("code", "admin.code_taken", {"taken": code}))
    site = Site(
        organisation_id=house.id,
        code=code,
        kind=SITE_KINDS[house.kind],
        **_columns(session, facts, _kitchen(session, facts, None)),
    )
    session.add(site)
    session.flush()
    note_access(session, actor, now, "admin.site_added")
    return site


def depot_choices(session: Session, actor: Actor) -> tuple[tuple[str, str], ...]:
    """Give the kitchens to choose from, by code and name; none where there is nothing to choose."""
    require(actor, Permission.ADMINISTER)
    rows = session.execute(select(Depot.code, Depot.name).order_by(Depot.id)).all()
    return tuple((code, name) for code, name in rows) if len(rows) > 1 else ()


def depot_code(session: Session, actor: Actor, site: Site) -> str:
    """Give the code of the kitchen that serves an address; empty for none."""
    require(actor, Permission.ADMINISTER)
    return "" if site.depot_id is None else session.get_one(Depot, site.depot_id).code


def van_choices(
    session: Session, actor: Actor, site: Site | None = None
) -> tuple[tuple[str, str], ...]:
    """Give every van that may drive to an address, or at all: its code and what it is called."""
    require(actor, Permission.ADMINISTER)
    rows = select(Vehicle.code, Vehicle.name).where(Vehicle.active).order_by(Vehicle.letter)
    if site is not None and site.depot_id is not None:
        rows = rows.where(Vehicle.depot_id == site.depot_id)
    return tuple((code, name) for code, name in session.execute(rows))


def find_site(session: Session, actor: Actor, site_id: int) -> Site:
    """Give one site; NotFound when there is none."""
    require(actor, Permission.ADMINISTER)
    site = session.get(Site, site_id)
    if site is None:
        raise NotFound
    return site


def change_site(
    session: Session, actor: Actor, site_id: int, facts: SiteFacts, now: datetime
) -> Site:
    """Change address, hours, weekdays and kitchen of a place of delivery.

    Raises Refused for another kitchen while a published day counts on its orders.
    """
    site = find_site(session, actor, site_id)
    depot_id = _kitchen(session, facts, site)
    if depot_id is not None and depot_id != site.depot_id:
        depots.require_movable(session, site, depot_id, now.astimezone(LOCAL_ZONE).date())
    for name, value in _columns(session, facts, depot_id).items():
        setattr(site, name, value)
    note_access(session, actor, now, "admin.site_changed")
    return site


def _kitchen(session: Session, facts: SiteFacts, site: Site | None) -> int | None:
    """Give the kitchen that serves an address from now on; Refused with several and none said."""
    known = depots.by_code(session)
    if facts.depot is not None and facts.depot not in known:
        raise Refused(("depot", "form.choice", {}))
    if facts.depot is not None:
        return known[facts.depot]
    if len(known) < 2:
        return next(iter(known.values()), None)
    if site is None or site.depot_id is None:
        raise Refused(("depot", "admin.site.depot_needed", {}))
    return site.depot_id


def _columns(session: Session, facts: SiteFacts, depot_id: int | None) -> dict[str, Any]:
    theirs = select(Vehicle.code).where(Vehicle.depot_id == depot_id)
    known = frozenset(session.scalars(theirs))
    for strange in sorted(set(facts.vans) - known):
        raise Refused(("vans", "admin.site.van_unknown", {"van": strange}))
    windows = sorted([one.open_min, one.close_min] for one in facts.windows)
    ends = [close for _, close in windows]
    starts = [start for start, _ in windows[1:]]
    late = any(start >= close for start, close in windows)
    if late or any(start < end for start, end in zip(starts, ends, strict=False)):
        raise Refused(("close", "admin.hours_reversed", {}))
    by_min = facts.preferred_by_min
    if by_min is not None and not any(start < by_min <= close for start, close in windows):
        raise Refused(("preferred_by", "admin.site.preferred_outside", {}))
    return {
        "name": facts.name,
        "street": facts.street,
        "postcode": facts.postcode,
        "place": facts.place,
        "lat_e5": facts.lat_e5,
        "lon_e5": facts.lon_e5,
        "windows": windows,
        "delivery_weekdays": sorted(facts.weekdays),
        "floor": facts.floor,
        "access_note": facts.access_note,
        "phone": facts.phone,
        "min_life_days": facts.min_life_days,
        "lift": facts.lift,
        "skills": sorted(skill.value for skill in facts.skills),
        "vans": sorted(facts.vans),
        "preferred_by_min": by_min,
        "depot_id": depot_id,
    }


def add_ward(
    session: Session, actor: Actor, site_id: int, *, code: str, name: str, now: datetime
) -> Ward:
    """Add a ward or unit to a hospital or residential centre."""
    site = find_site(session, actor, site_id)
    if site.kind is SiteKind.HOME:
        raise Refused(("code", "admin.no_site_here", {}))
    if any(one.code == code for one in _wards(session, site.id)):
        raise Refused(("code", "admin.code_taken", {"taken": code}))
    ward = Ward(site_id=site.id, code=code, name=name)
    session.add(ward)
    session.flush()
    note_access(session, actor, now, "admin.ward_added")
    return ward
