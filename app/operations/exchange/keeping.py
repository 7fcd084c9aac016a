"""Read everything exchanged from the database, and save rows into it, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.access import Actor, Permission, require
from app.models.meals import CatalogueRow
from app.models.people import Client
from app.operations import depots
from app.operations.exchange.rows import Region
from app.operations.exchange.tables import (
    CATALOGUE,
    NAMES,
    TABLES,
    Ids,
    Key,
    from_model,
    key_of,
    links,
    to_model,
)
from app.operations.upkeep import note_access


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What the database holds, and under which ids."""

    region: Region
    ids: Ids


def everything(session: Session, actor: Actor, now: datetime) -> Region:
    """Give all rows of the exchange for an export; the access log keeps who took them."""
    require(actor, Permission.ADMINISTER)
    note_access(session, actor, now, "exchange.exported")
    return stored(session).region


def stored(session: Session) -> Stored:
    """Give what the database holds, each table in the order in which its rows were written."""
    found: dict[str, tuple[Any, ...]] = {}
    # A user may be a client and a client has a dietitian: the codes of clients come first.
    clients = session.execute(select(Client.id, Client.code)).all()
    codes: dict[str, dict[int, Key]] = {"clients": {number: (code,) for number, code in clients}}
    for name in NAMES:
        if name in CATALOGUE:
            found[name] = tuple(row.cells for row in _catalogue_rows(session, name))
            continue
        model = TABLES[name].model
        models = session.scalars(select(model).order_by(model.id)).all()
        made = tuple(from_model(name, one, codes) for one in models)
        codes[name] = {one.id: key_of(name, row) for one, row in zip(models, made, strict=True)}
        found[name] = made
    ids = {name: {key: number for number, key in known.items()} for name, known in codes.items()}
    return Stored(region=Region(**found), ids=ids)


PLACED = ("sites", "stock", "ingredient_stock")
"""Tables whose rows each belong to one kitchen."""


def settled(region: Region, standing: Region) -> Region:
    """Give rows with their kitchen where it goes without saying: there is one alone."""
    codes = {row.code for row in (*standing.depots, *region.depots)}
    if len(codes) != 1:
        return region
    (only,) = codes
    return replace(
        region,
        **{
            name: tuple(
                row if row.depot is not None else replace(row, depot=only)
                for row in getattr(region, name)
            )
            for name in PLACED
        },
    )


def _catalogue_rows(session: Session, name: str) -> list[CatalogueRow]:
    rows = select(CatalogueRow).where(CatalogueRow.table_name == name)
    return list(session.scalars(rows.order_by(CatalogueRow.position)))


def save(session: Session, actor: Actor, region: Region, now: datetime) -> Mapping[str, int]:
    """Write every row that does not stand yet; gives how many were added per table.

    The rows must have passed `troubles`. A broken reference is a KeyError and nothing is kept.
    """
    require(actor, Permission.ADMINISTER)
    before = stored(session)
    ids = {name: dict(known) for name, known in before.ids.items()}
    region = settled(region, before.region)
    if any((row.code,) not in ids["depots"] for row in region.depots):
        depots.keep_staff(session)
    note_access(session, actor, now, "exchange.imported")
    added = {name: _save_table(session, name, getattr(region, name), ids) for name in NAMES}
    _save_late(session, region, ids)
    session.flush()
    depots.adopt(session)
    return added


def _save_table(
    session: Session, name: str, rows: tuple[Any, ...], ids: dict[str, dict[Key, int]]
) -> int:
    if name in CATALOGUE:
        return _save_catalogue(session, name, rows)
    known = ids.setdefault(name, {})
    fresh = [row for row in rows if key_of(name, row) not in known]
    models = [to_model(name, row, ids) for row in fresh]
    session.add_all(models)
    session.flush()
    known.update((key_of(name, row), one.id) for row, one in zip(fresh, models, strict=True))
    return len(fresh)


def _save_catalogue(session: Session, name: str, rows: tuple[Mapping[str, str], ...]) -> int:
    standing = {key_of(name, row.cells) for row in _catalogue_rows(session, name)}
    last = session.scalar(
        select(func.max(CatalogueRow.position)).where(CatalogueRow.table_name == name)
    )
    first = 0 if last is None else last + 1
    fresh = [row for row in rows if key_of(name, row) not in standing]
    session.add_all(
        CatalogueRow(table_name=name, position=position, cells=dict(cells))
        for position, cells in enumerate(fresh, start=first)
    )
    return len(fresh)


def _save_late(session: Session, region: Region, ids: Ids) -> None:
    """Fill the references that could not be filled while the other side did not stand yet."""
    late = [(name, link) for name in TABLES for link in links(name) if link.late]
    for name, link in late:
        for row in getattr(region, name):
            key = link.key_of(row)
            if key is not None:
                model = session.get_one(TABLES[name].model, ids[name][key_of(name, row)])
                setattr(model, link.attr, ids[link.table][key])
