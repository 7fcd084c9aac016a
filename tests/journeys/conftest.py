"""What a journey starts from: a small region, a clock that the journey turns, people."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.access import Role
from app.config import Settings
from app.db import make_engine, transaction
from app.i18n import LOCAL_ZONE
from app.models.orders import StandingOrder
from app.models.people import (
    Client,
    Consent,
    ConsentPurpose,
    Organisation,
    OrganisationKind,
    Site,
    User,
    Ward,
)
from app.operations import meals
from app.operations.people import hash_password
from logistics import OnNoAnswer, SiteKind
from menus import Iddsi
from tests import factories
from tests.app import houses
from tests.clock import Clock
from tests.journeys.person import Person
from tests.shared_app import app_on

PASSWORD = "een lang wachtwoord voor de reis"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=LOCAL_ZONE)
DELIVERY = date(2026, 12, 4)
"""A Friday of the first week that can be composed on that Monday."""
TEAM = (Role.DIETITIAN, Role.DISPATCHER, Role.KITCHEN, Role.ADMIN)
WARD_MEAL = date(2026, 11, 25)
"""A Wednesday for which houses can still order on that Monday."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock, hung at the two edges where the house reads the time."""
    return Clock(MONDAY).hang(monkeypatch)


@pytest.fixture(scope="session")
def town_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a database with a kitchen, its store, a client at home and one user per role."""
    path = tmp_path_factory.mktemp("town") / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        build_town(session)
    engine.dispose()
    return path


def build_town(session: Session) -> None:
    """Put the kitchen, its store, a client at home, two houses and their people together."""
    factories.load_catalogue(session)
    factories.make_kitchen(session)
    fill_store(session)
    hospital = make_house(session, OrganisationKind.HOSPITAL, "zh-klaver", "3B")
    home = make_house(session, OrganisationKind.RESIDENTIAL, "wzc-linde", "Het Plein")
    npcc = factories.make_organisation(session, OrganisationKind.NPCC)
    team = {role: make_login(session, role, npcc) for role in TEAM}
    client = make_client_at_home(session, dietitian_id=team[Role.DIETITIAN].id)
    own = session.get_one(Organisation, client.organisation_id)
    make_login(session, Role.CLIENT, own, client_id=client.id)
    dietitian = team[Role.DIETITIAN]
    make_login(session, Role.CARER, session.get_one(Organisation, home.organisation_id))
    make_residents(session, home, dietitian)
    assert hospital.kind is SiteKind.HOSPITAL


def fill_store(session: Session) -> None:
    """Keep enough of every dish of normal texture for all who order here."""
    for sku, variant in sorted(meals.catalogue(session).variants.items()):
        if variant.iddsi in {Iddsi.L0, Iddsi.L7}:
            factories.make_lot(session, sku, 20_000, DELIVERY + timedelta(days=60))


def make_house(session: Session, kind: OrganisationKind, code: str, ward: str) -> Site:
    """Give a house with a ward, open from seven to nine, and its lunch of a Wednesday."""
    house = factories.make_organisation(session, kind, code=code, name=code.title())
    values = {"code": f"{code}-1", "name": code.title(), "windows": [[420, 540]]}
    site = factories.make_site(session, house, kind=SiteKind(kind.value), **values)
    houses.make_ward(session, site, ward)
    houses.make_menu(session, site, WARD_MEAL, *houses.MENU)
    return site


def make_residents(session: Session, site: Site, dietitian: User) -> None:
    """Let Ann, who eats everything, and Bea, who may have no milk, live on the ward."""
    ward = session.query(Ward).filter(Ward.site_id == site.id).one()
    for name, allergies in (("Ann", frozenset()), ("Bea", frozenset({"milk"}))):
        person = factories.make_client(
            session, site, given_name=name, family_name="Maes", ward_id=ward.id
        )
        factories.make_prescription(session, person, dietitian, allergies=allergies)


def make_login(session: Session, role: Role, house: Organisation, **values: object) -> User:
    """Give somebody who can log in as `role@example.org`."""
    login = {"login": f"{role}@example.org", "password_hash": hash_password(PASSWORD)}
    return factories.make_user(session, role, organisation_id=house.id, **login | values)


def make_client_at_home(session: Session, **values: object) -> Client:
    """Give a woman with her weights, a delivery each Friday and the consents that asks."""
    home = factories.make_organisation(session)
    site = factories.make_site(session, home, name="Godelieve Vandamme")
    client = factories.make_client(
        session, site, given_name="Godelieve", family_name="Vandamme", **values
    )
    today = MONDAY.date()
    for days, kg in ((170, "52.0"), (100, "51.4"), (60, "50.2"), (14, "48.1")):
        factories.make_weight(session, client, kg, today - timedelta(days=days))
    session.add(StandingOrder(client_id=client.id, weekday=4, on_no_answer=OnNoAnswer.DO_NOT_SEND))
    given = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
    session.add_all(
        Consent(client_id=client.id, purpose=purpose, text_version="2026-1", given_at=given)
        for purpose in (ConsentPurpose.CARE, ConsentPurpose.AUTOMATIC_REORDER)
    )
    session.flush()
    return client


@pytest.fixture
def town_url(town_file: Path, tmp_path: Path) -> str:
    """Give a fresh copy of the town."""
    path = tmp_path / "npcc.sqlite3"
    shutil.copyfile(town_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def app(town_url: str, clock: Clock) -> Iterator[Flask]:
    """Give the whole app as people meet it: forms carry their token."""
    with app_on(Settings(database_url=town_url, secret_key="k" * 64)) as made:
        yield made


@pytest.fixture
def engine(app: Flask) -> Engine:
    """Give the engine under the app."""
    found: Engine = app.extensions["npcc"].engine
    return found


@pytest.fixture
def come_in(app: Flask) -> Callable[[Role], Person]:
    """Let somebody of a role log in."""

    def log_in(role: Role) -> Person:
        return Person(app).log_in(f"{role}@example.org", PASSWORD)

    return log_in
