"""What tests stand on: migrated databases, the app, people who log in."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import make_engine
from app.operations import daypapers, people, upkeep
from tests import demo_house, postgres
from tests.shared_app import app_on, engine_on

hypothesis_settings.register_profile("unhurried", deadline=None)
hypothesis_settings.load_profile("unhurried")  # a busy machine proves nothing about a rule

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Monday 23 November 2026, 10.00 in Flanders: the `now` of tests that pass one."""


@pytest.fixture(scope="session", autouse=True)
def house_hasher() -> Iterator[PasswordHasher]:
    """Hash at the least cost; gives the hasher of the house, whose strength has its own test."""
    strong = people._hasher
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(people, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield strong


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Forget the days read before: fresh databases use their numbers and moments again."""
    daypapers._stored.clear()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an SQLite file with the newest tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "npcc.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    upkeep.migrate(engine)
    engine.dispose()  # the last connection carries the write-ahead log over
    return path


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the whole demo region, loaded and planned once for all who look at it: copy it."""
    return demo_house.loaded(tmp_path_factory)


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """Give a fresh migrated SQLite database."""
    path = tmp_path / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Give a PostgreSQL server of our own, or skip by name."""
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL server programs are not on this machine")
    with postgres.server() as url:
        engine = create_engine(url.rsplit("/", 1)[0] + "/template1")
        upkeep.migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture
def postgres_url(postgres_server: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give a fresh migrated PostgreSQL database."""
    name = f"t{abs(hash(request.node.nodeid)):x}"
    admin = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield postgres_server.rsplit("/", 1)[0] + f"/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def any_url(request: pytest.FixtureRequest) -> str:
    """Give a fresh database of each kind in turn."""
    return str(
        request.getfixturevalue(f"{'sqlite' if request.param == 'sqlite' else 'postgres'}_url")
    )


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[Engine]:
    """Give the engine of a fresh SQLite database."""
    with engine_on(sqlite_url) as made:
        yield made


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Give a session whose work is rolled back at the end."""
    with Session(engine, expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def settings(sqlite_url: str) -> Settings:
    """Give settings for a fresh SQLite database."""
    return Settings(database_url=sqlite_url, secret_key="k" * 64)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Give the whole app on a fresh database; forms need no token, which a test of its own has."""
    with app_on(settings, WTF_CSRF_ENABLED=False) as made:
        yield made


@pytest.fixture
def visit(app: Flask) -> Callable[..., FlaskClient]:
    """Give a browser for a user: `visit(user)` is logged in, `visit()` is not."""

    def open_browser(user: object | None = None) -> FlaskClient:
        browser = app.test_client()
        if user is not None:
            with browser.session_transaction() as cookie:
                cookie.update(uid=user.id, epoch=user.session_epoch, language="nl")
        return browser

    return open_browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the walks over every page: they take longest, and nobody waits for them alone."""
    items.sort(key=lambda item: "test_every_page_of_a_role" not in item.nodeid)
