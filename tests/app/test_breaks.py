"""Several breaks of a shift: on the road, on paper, on the board, and in what was kept before."""

import re
import shutil
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.orm import Session

from app.access import Role
from app.db import make_engine, transaction
from app.models.planning import DayPlan, Depot, Vehicle
from app.operations import depots, meals, publishing, replanning, upkeep
from logistics import DriverBreak
from tests.app.days import DAY, DISPATCHER, NOW, make_order, make_van, planned, small_day
from tests.factories import make_user

Visit = Callable[..., FlaskClient]
BREAKS = {"break_earliest_min": 482, "break_latest_min": 490, "break_minutes": 15}
BREAKS |= {"break2_earliest_min": 495, "break2_latest_min": 509, "break2_minutes": 30}


def fill(session: Session) -> None:
    """Give the small day two vans of two boxes, each with two breaks."""
    first = small_day(session)
    variant = meals.catalogue(session).variants[first.stored]
    for code in ("30004", "30005"):
        make_order(session, code, variant, portions=4)
    depot, van = session.scalars(select(Depot)).one(), session.scalars(select(Vehicle)).one()
    van.frozen_boxes = 2
    for name, value in BREAKS.items():
        setattr(van, name, value)
    session.add(make_van(depot, code="van-b", letter="B", frozen_boxes=2, **BREAKS))


def published(session: Session) -> DayPlan:
    """Give the day planned and published."""
    row = planned(session)
    publishing.publish(session, DISPATCHER, row.id, NOW)
    return row


@pytest.fixture(scope="module")
def filled_file(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a file with what that day asks, to be copied."""
    path = tmp_path_factory.mktemp("breaks") / "npcc.sqlite3"
    shutil.copyfile(migrated_file, path)
    engine = make_engine(f"sqlite:///{path}")
    with transaction(engine) as session:
        fill(session)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(filled_file: Path, tmp_path: Path) -> str:
    """Give a fresh database with it."""
    shutil.copyfile(filled_file, tmp_path / "npcc.sqlite3")
    return f"sqlite:///{tmp_path / 'npcc.sqlite3'}"


@pytest.fixture
def day(app: Flask, visit: Visit) -> SimpleNamespace:
    """Give the day with a dispatcher's browser."""
    engine: Engine = app.extensions["npcc"].engine
    with transaction(engine) as session:
        desk = visit(make_user(session, Role.DISPATCHER))
    return SimpleNamespace(engine=engine, desk=desk)


def test_each_break_stands_on_the_page_the_board_and_the_sheet(day: SimpleNamespace) -> None:
    with transaction(day.engine) as session:
        row = published(session)
        plan, routes = row.id, row.as_stored_day().plan.routes.routes
    route = max(routes, key=lambda one: len(one.breaks))
    assert [taken.minutes for taken in route.breaks] == [15, 30]
    said = ["Pauze van 15 minuten", "Pauze van 30 minuten"]
    for address in (f"/routes/{DAY}/{route.letter}", f"/day/{DAY}"):
        page = day.desk.get(address).text
        assert 0 < page.index(said[0]) < page.index(said[1])
    pages = PdfReader(BytesIO(day.desk.get(f"/day-plans/{plan}/routes.pdf").data)).pages
    told = " ".join(re.sub(r"\s+", " ", page.extract_text()) for page in pages)
    assert 0 < told.index("pauze van 15") < told.index("pauze van 30")


def test_a_break_at_the_depot_stands_there_on_the_page_the_board_and_the_sheet(
    day: SimpleNamespace,
) -> None:
    """One van of two boxes comes back for the others, and its break may begin until then."""
    with transaction(day.engine) as session:
        van, other = session.scalars(select(Vehicle).order_by(Vehicle.code))
        session.delete(other)
        van.reloads, van.loading_min = True, 10
        van.break_earliest_min, van.break_latest_min, van.break2_minutes = 400, 520, None
        row = published(session)
        plan, routes = row.id, row.as_stored_day().plan.routes.routes
    (route,) = routes
    first, second, *_ = route.trips
    (taken,) = first.breaks
    assert first.end_s <= taken.begin_s <= second.start_s - 60 * 15
    said = "Pauze van 15 minuten in het depot"
    page = day.desk.get(f"/routes/{DAY}/{route.letter}").text
    assert page.index("(rit 2)") < page.index(said)
    assert said in day.desk.get(f"/day/{DAY}").text
    pages = PdfReader(BytesIO(day.desk.get(f"/day-plans/{plan}/routes.pdf").data)).pages
    told = " ".join(re.sub(r"\s+", " ", page.extract_text()) for page in pages)
    assert told.index("Rit 2.") < told.index("pauze van 15 minuten in het depot")


def as_before(value: Any) -> Any:
    """Rewrite a stored trip and van as they were when a shift had one break or none."""
    if isinstance(value, list):
        return [as_before(one) for one in value]
    if not isinstance(value, dict):
        return value
    older = {name: as_before(one) for name, one in value.items()}
    if {"start_s", "stops", "breaks"} <= set(older):
        first = next(iter(older.pop("breaks")), {"after": None, "begin_s": None})
        older |= {"break_after": first["after"], "break_begin_s": first["begin_s"]}
    if "rests" in older:
        older["rest"] = next(iter(older.pop("rests")), None)
    return older


@pytest.mark.parametrize("rested", [True, False])
def test_a_day_published_before_is_read_printed_and_replanned(
    day: SimpleNamespace, *, rested: bool
) -> None:
    with transaction(day.engine) as session:
        for van in session.scalars(select(Vehicle)):
            van.break2_minutes = None
            van.break_minutes = 15 if rested else None
        row = published(session)
        kept = row.id
        row.content, row.document = (
            as_before(deepcopy(one)) for one in (row.content, row.document)
        )
        assert "'rests'" not in str(row.document)
        assert "'breaks': [{" not in str(row.content)
    with transaction(day.engine) as session:
        routes = session.get_one(DayPlan, kept).as_stored_day().plan.routes.routes
        assert any(route.breaks for route in routes) is rested
        _, before = replanning.published_day(session, DISPATCHER, kept)
        assert {len(van.rests) for van in before.problem.vehicles} == {int(rested)}
        lost = replanning.lose_van(session, DISPATCHER, kept, van=routes[0].vehicle, at_min=300)
        assert lost.replan.violations == ()
    page = day.desk.get(f"/routes/{DAY}/{routes[0].letter}")
    assert page.status_code == 200
    assert ("Pauze van 15 minuten" in page.text) is rested
    assert day.desk.get(f"/day-plans/{kept}/routes.pdf").status_code == 200


def test_the_break_of_a_van_stays_its_first_and_the_release_before_still_writes(
    planned_url: str,
) -> None:
    engine = create_engine(planned_url)
    config = Config()
    config.set_main_option("script_location", str(upkeep.MIGRATIONS))
    noon = "update vehicle set break_earliest_min = 660, break_latest_min = 780, break_minutes = 30"
    with engine.connect() as connection, upkeep.alone(connection):
        config.attributes["connection"] = connection
        command.downgrade(config, "0030")
        connection.execute(text(noon))
        names = [row[1] for row in connection.execute(text("pragma table_info(vehicle)"))]
    assert not [name for name in names if name.startswith("break2")]
    upkeep.migrate(engine)
    own = ", ".join(name for name in names if name not in {"id", "code", "letter"})
    with engine.begin() as connection:
        old = f"insert into vehicle (code, letter, {own}) select 'van-z', 'Z', {own} from vehicle"  # noqa: S608  # names of columns
        connection.execute(text(old))
    rest = DriverBreak(earliest_min=660, latest_min=780, minutes=30)
    with transaction(engine) as session:
        assert [van.as_vehicle().rests for van in session.scalars(select(Vehicle))] == [(rest,)] * 2
        depot = session.scalars(select(Depot)).one()
        assert {van.rests for van in depots.vans_of(session, depot)} == {(rest,)}
    engine.dispose()
