"""Rows: the declarative base, column types, the engine for both databases, transactions."""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.exc import OperationalError as DatabaseBusyError
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, Session, mapped_column
from sqlalchemy.pool import ConnectionPoolEntry

__all__ = [  # some of these are named by entries that may not import SQL
    "Base",
    "DatabaseBusyError",
    "Engine",
    "Exact",
    "Session",
    "UtcTime",
    "choice",
    "make_engine",
    "read_only",
    "short",
    "transaction",
]

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcTime(TypeDecorator[datetime]):
    """Aware UTC time; SQLite drops the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Refuse a naive time, store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time must know its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _: Dialect) -> datetime | None:
        """Give an aware UTC time."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal exactly as it was given; a binary float never stands between form and rule."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _: Dialect) -> str | None:
        """Store the digits."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, _: Dialect) -> Decimal | None:
        """Give the digits back."""
        return None if value is None else Decimal(value)


class Base(MappedAsDataclass, DeclarativeBase, kw_only=True, eq=False, repr=False):
    """Every table: a surrogate id, checked constructor, identity equality, no content in repr."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - read by the declarative machinery, never changed
        datetime: UtcTime,
        str: Text,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, init=False
    )


def choice(kind: type[enum.StrEnum]) -> Enum:
    """Give the column type that stores an enum of a room by its value."""
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        length=40,
        validate_strings=True,
    )


short = String(200)

MAX_ID = 2**63 - 1
"""A row's number fits in eight bytes; an address may hold more."""


def make_engine(url: str) -> Engine:
    """Open SQLite (WAL, foreign keys, BEGIN IMMEDIATE for writers) or PostgreSQL.

    pysqlite's own mode reads outside the transaction and loses updates silently; here every
    session begins a real transaction, immediate unless its connection is marked `readonly`.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=20000",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    readonly = connection.get_execution_options().get("readonly")
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if readonly else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if readonly else "BEGIN IMMEDIATE")


def read_only(engine: Engine) -> Engine:
    """Give the same database for reading: never waits for a writer, refuses to write."""
    return engine.execution_options(readonly=True, postgresql_readonly=True)


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """One session, one commit at the end; everything is rolled back when anything is raised."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
