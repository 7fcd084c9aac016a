"""Verbs of enrolling: a new client at home or in a house that NPCC already serves."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Forbidden, NotFound, Permission, Refused, require
from app.models.people import Client, ConsentPurpose, Organisation, OrganisationKind, Site
from app.operations import depots
from app.operations.care import local_day
from app.operations.demo.seed import known_place
from app.operations.people import record_consent
from app.operations.upkeep import note_access
from logistics import SiteKind

OLDEST_YEARS = 120
_WINDOW = [[480, 720]]
"""A home is open from 8 to 12 until the client says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where a client at home lives, and on which weekday (0 = Monday) the van comes."""

    street: str
    postcode: str
    place: str
    weekday: int
    access_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewClient:
    """A person as the form gives them; `site_id` names a house, `home` an own front door."""

    given_name: str
    family_name: str
    born: date
    sex: str
    language: str
    phone: str
    site_id: int | None
    home: Home | None
    consents: bool
    another: bool = False  # confirmed: not the person of that name and birth date who is there


def houses(session: Session, actor: Actor) -> tuple[Site, ...]:
    """Give the houses (not homes) where this actor may enrol someone."""
    require(actor, Permission.SCREEN)
    query = select(Site).where(Site.kind != SiteKind.HOME).order_by(Site.name)
    if not actor.is_npcc:
        query = query.where(Site.organisation_id == actor.organisation_id)
    return tuple(session.scalars(query))


def enrol(session: Session, actor: Actor, new: NewClient, now: datetime) -> Client:
    """Add a client; at home this makes the household and its address too.

    Raises Refused for an impossible birth date or an address where nobody was ever delivered.
    """
    require(actor, Permission.SCREEN)
    today = local_day(now)
    if not today.year - OLDEST_YEARS <= new.born.year or new.born > today:
        raise Refused(("born", "client.born_out_of_range", {"years": OLDEST_YEARS}))
    site = _house(session, actor, new.site_id) if new.site_id else _home(session, actor, new)
    if not new.another and _is_known(session, site, new):
        raise Refused(("another", "client.already_known", {}))
    client = Client(
        code=_fresh_code(session),
        organisation_id=site.organisation_id,
        site_id=site.id,
        given_name=new.given_name,
        family_name=new.family_name,
        born=new.born,
        sex=new.sex,
        language=new.language,
        phone=new.phone,
        dietitian_id=actor.user_id,
    )
    session.add(client)
    session.flush()
    if new.consents:
        record_consent(session, actor, client.id, ConsentPurpose.CARE, given=True, now=now)
    note_access(session, actor, now, "client.enrolled", client.id)
    return client


def _is_known(session: Session, site: Site, new: NewClient) -> bool:
    """Whether someone of this name and birth date already lives at the same address."""
    there = (Site.street, Site.postcode, Site.place)
    query = (
        select(Client.id)
        .join(Site, Site.id == Client.site_id)
        .where(
            func.lower(Client.given_name) == new.given_name.lower(),
            func.lower(Client.family_name) == new.family_name.lower(),
            Client.born == new.born,
            *(func.lower(one) == getattr(site, one.key).lower() for one in there),
        )
    )
    return session.scalar(query.limit(1)) is not None


def _house(session: Session, actor: Actor, site_id: int) -> Site:
    found = next((one for one in houses(session, actor) if one.id == site_id), None)
    if found is None:
        raise NotFound
    return found


def _home(session: Session, actor: Actor, new: NewClient) -> Site:
    """Make a household; only NPCC serves people in their own homes."""
    if not actor.is_npcc:
        raise Forbidden(Permission.SCREEN.value)
    if new.home is None:
        raise Refused(("street", "form.required", {}))
    lat_e5, lon_e5 = _position(session, new.home)
    code = f"h-{secrets.token_hex(4)}"
    household = Organisation(kind=OrganisationKind.HOUSEHOLD, name=new.family_name, code=code)
    session.add(household)
    session.flush()
    site = Site(
        organisation_id=household.id,
        code=f"s-{code}",
        kind=SiteKind.HOME,
        name=new.family_name,
        street=new.home.street,
        postcode=new.home.postcode,
        place=new.home.place,
        lat_e5=lat_e5,
        lon_e5=lon_e5,
        windows=_WINDOW,
        access_note=new.home.access_note,
        phone=new.phone,
        delivery_weekdays=[new.home.weekday],
        depot_id=depots.nearest(session, lat_e5, lon_e5),
    )
    session.add(site)
    session.flush()
    return site


def _position(session: Session, home: Home) -> tuple[int, int]:
    """Give the middle of a known place; else of the addresses served under its postcode and name.

    A van needs a position: any other place is a matter for the dispatcher.
    """
    known = known_place(home.postcode, home.place)
    if known is not None:
        return known.lat_e5, known.lon_e5
    count, lat_e5, lon_e5 = session.execute(
        select(func.count(Site.id), func.sum(Site.lat_e5), func.sum(Site.lon_e5)).where(
            Site.postcode == home.postcode,
            func.lower(Site.place) == home.place.strip().lower(),
        )
    ).one()
    if not count:
        args = {"postcode": home.postcode, "place": home.place}
        raise Refused(("place", "client.place_not_served", args))
    return int(lat_e5) // count, int(lon_e5) // count


def _fresh_code(session: Session) -> str:
    """Give a pseudonym nobody has: it says nothing of the person."""
    while True:
        code = f"K{secrets.randbelow(900_000) + 100_000}"
        if session.scalar(select(Client.id).where(Client.code == code)) is None:
            return code
