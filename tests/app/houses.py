"""A hospital with a ward, a menu and a key: what tests of group orders stand on."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import Actor, Role
from app.i18n import LOCAL_ZONE
from app.models.meals import GroupMenu
from app.models.people import ApiKey, Organisation, OrganisationKind, Site, Ward
from app.operations import people
from logistics import SiteKind
from tests.factories import CATALOGUE, keep_catalogue, make_organisation, make_site, seed_table

ADMIN = Actor(role=Role.ADMIN, is_npcc=True)
MENU = (
    *("soup-leek", "soup-carrot"),
    *("cod-lemon", "beef-stew-halal"),
    *("mash", "mash-vegan"),
    "carrots",
    *("caramel-custard", "apple-compote"),
)
"""First choices hold celery, fish, milk and eggs; second choices hold none of the fourteen."""


@dataclass(frozen=True, kw_only=True)
class House:
    """A house with one ward, and the key of its system."""

    organisation: Organisation
    site: Site
    ward: Ward
    key: str
    key_id: int

    @property
    def system(self) -> Actor:
        """Who the key speaks for."""
        return Actor(role=Role.HOSPITAL, organisation_id=self.organisation.id, is_house=True)

    @property
    def bearer(self) -> dict[str, str]:
        """The header that shows the key."""
        return {"Authorization": f"Bearer {self.key}"}


def open_day(now: datetime, ahead: int = 3) -> date:
    """Give a day that can still be ordered for and is not a Sunday."""
    day = now.astimezone(LOCAL_ZONE).date() + timedelta(days=ahead)
    return day + timedelta(days=day.weekday() == 6)


def make_ward(session: Session, site: Site, code: str = "3B") -> Ward:
    """Give a ward of a site."""
    ward = Ward(site_id=site.id, code=code, name=f"Afdeling {code}")
    session.add(ward)
    session.flush()
    return ward


def make_menu(
    session: Session, site: Site, day: date, *components: str, meal: str = "lunch"
) -> None:
    """Set what a house eats at one meal."""
    session.add(GroupMenu(site_id=site.id, service_day=day, meal=meal, components=list(components)))
    session.flush()


def make_house(session: Session, now: datetime, kind: SiteKind = SiteKind.HOSPITAL) -> House:
    """Give a house whose system may order."""
    organisation = make_organisation(session, OrganisationKind(kind.value))
    site = make_site(session, organisation, kind=kind)
    ward = make_ward(session, site)
    key = people.issue_key(session, ADMIN, organisation.id, "diet system", now)
    session.flush()
    return House(
        organisation=organisation,
        site=site,
        ward=ward,
        key=key,
        key_id=_key_id(session, organisation.id),
    )


def _key_id(session: Session, organisation_id: int) -> int:
    return session.scalars(select(ApiKey.id).where(ApiKey.organisation_id == organisation_id)).one()


def load_menu_catalogue(session: Session) -> None:
    """Put the seed's dishes of MENU into the database, with what they are made of."""
    tables = {name: seed_table(name) for name in CATALOGUE}
    components = [row for row in tables["components"] if row["id"] in MENU]
    wanted = {row["recipe"] for row in components}
    for _ in range(4):  # recipes within recipes
        wanted |= {row["ingredient"] for row in tables["recipes"] if row["recipe"] in wanted}
    rows = {
        "ingredients": [row for row in tables["ingredients"] if row["id"] in wanted],
        "recipes": [row for row in tables["recipes"] if row["recipe"] in wanted],
        "components": components,
    }
    keep_catalogue(session, rows)
