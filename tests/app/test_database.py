"""The engine keeps what it is told, with several processes at once."""

import multiprocessing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, func, inspect, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import Base, make_engine, read_only, transaction
from app.models.people import Organisation, OrganisationKind
from app.operations import upkeep
from tests.app.counting import count_up
from tests.factories import make_organisation

PROCESSES, UPDATES = 3, 200


def count_in_processes(url: str) -> str:
    engine = make_engine(url)
    with transaction(engine) as session:
        organisation_id = make_organisation(session, name="0").id
    engine.dispose()
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=count_up, args=(url, organisation_id, UPDATES))
        for _ in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES
    with transaction(engine) as session:
        name = session.get_one(Organisation, organisation_id).name
    engine.dispose()
    return name


def test_three_processes_lose_no_update(any_url: str) -> None:
    assert count_in_processes(any_url) == str(PROCESSES * UPDATES)


def test_a_reader_never_waits_for_a_writer(engine: Engine) -> None:
    with Session(engine) as writer:
        make_organisation(writer)
        with Session(read_only(engine)) as reader:
            assert reader.scalars(select(Organisation)).all() == []


def test_a_reading_session_cannot_write(engine: Engine) -> None:
    with Session(read_only(engine)) as reader:
        reader.add(Organisation(kind=OrganisationKind.NPCC, name="x", code="x"))
        with pytest.raises(OperationalError):
            reader.flush()
    with transaction(engine) as session:  # the connection goes back able to write
        make_organisation(session)


def test_foreign_keys_are_kept(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA foreign_keys")).scalar() == 1
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"


def test_a_failed_transaction_leaves_nothing(engine: Engine) -> None:
    def half_done() -> None:
        with transaction(engine) as session:
            make_organisation(session)
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        half_done()
    with transaction(engine) as session:
        assert session.scalars(select(Organisation)).all() == []


def test_the_plain_driver_mode_would_lose_updates(tmp_path: Path) -> None:
    """Why the engine begins for itself: the driver reads outside the transaction it writes in."""
    url = f"sqlite:///{tmp_path / 'plain.sqlite3'}"
    plain = create_engine(url)
    with plain.begin() as setup:
        setup.execute(text("create table counter (n integer)"))
        setup.execute(text("insert into counter values (0)"))
    with plain.connect() as first, plain.connect() as second:
        seen = [one.execute(text("select n from counter")).scalar_one() for one in (first, second)]
        for connection, value in zip((first, second), seen, strict=True):
            connection.execute(text("update counter set n = :n"), {"n": value + 1})
            connection.commit()
    with plain.connect() as after:
        assert after.execute(text("select n from counter")).scalar_one() == 1
    plain.dispose()


def test_a_filled_house_goes_back_and_forth_through_every_revision(planned_url: str) -> None:
    engine = make_engine(planned_url)
    kept = ("client", "site", "depot", "meal_order", "order_line", "lot", "day_plan", "vehicle")
    config = Config()
    config.set_main_option("script_location", str(upkeep.MIGRATIONS))

    def rows() -> dict[str, int]:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            every = [Base.metadata.tables[name] for name in tables if name in Base.metadata.tables]
            counts = (select(func.count()).select_from(table) for table in every)
            return {
                table.name: connection.scalar(count) or 0
                for table, count in zip(every, counts, strict=True)
            }

    before = rows()
    with engine.connect() as connection, upkeep.alone(connection):
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
    upkeep.migrate(engine)
    after = rows()
    lost = {name for name in before if before[name] != after[name]}
    assert before["site"] > 1
    assert lost.isdisjoint(kept), lost
    with engine.connect() as connection:
        assert connection.scalar(text("pragma foreign_keys")) == 1
        assert connection.execute(text("pragma foreign_key_check")).all() == []
    engine.dispose()


def test_a_revision_that_loses_a_row_of_another_is_not_kept(sqlite_url: str) -> None:
    engine = make_engine(sqlite_url)
    with engine.connect() as connection, upkeep.alone(connection):
        stray = "insert into site_ward_stray (site_id) values (7)"
        connection.execute(
            text("create table site_ward_stray (site_id integer references site (id))")
        )
        connection.execute(text(stray))
    with pytest.raises(AssertionError, match="site_ward_stray"):
        upkeep.migrate(engine)
    engine.dispose()
