"""The planned small day as a file, made once and copied for each test that asks for it."""

import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.access import Role
from app.db import make_engine, transaction
from app.models.people import User
from app.models.planning import DayPlan
from tests.app.days import NOW, filled
from tests.clock import Clock
from tests.factories import make_user

ROLES = (Role.DISPATCHER, Role.KITCHEN, Role.DIETITIAN)


@pytest.fixture
def day_before(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Give the clock of the house: it stands at the morning before the small day."""
    return Clock(NOW).hang(monkeypatch)


@pytest.fixture(scope="session")
def planned_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with the planned small day and a user of each role, to be copied."""
    path = tmp_path_factory.mktemp("planned") / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    filled(engine)
    with transaction(engine) as session:
        for role in ROLES:
            make_user(session, role, name=f"Inge {role}")
    engine.dispose()
    return path


@pytest.fixture
def planned_url(planned_file: Path, tmp_path: Path) -> str:
    """Give a fresh database with the planned small day."""
    shutil.copyfile(planned_file, tmp_path / "npcc.sqlite3")
    return f"sqlite:///{tmp_path / 'npcc.sqlite3'}"


@pytest.fixture
def planned_day(app: Flask, visit: Callable[..., FlaskClient]) -> SimpleNamespace:
    """Give the planned small day of the app's database, with a browser for each role."""
    engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        plan_id = session.scalars(select(DayPlan.id)).one()
        users = {user.role: user for user in session.scalars(select(User))}
    browsers = {role.value: visit(users[role]) for role in ROLES}
    return SimpleNamespace(engine=engine, plan=plan_id, **browsers)
