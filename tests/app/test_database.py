"""The engine keeps what it is told, with several processes at once."""

import multiprocessing
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import make_engine, read_only, transaction
from app.models.people import Organisation, OrganisationKind
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
