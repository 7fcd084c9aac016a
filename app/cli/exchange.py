"""Commands about the region's rows: load the demo, import and export a folder of files."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import with_appcontext

from app.access import Actor, Conflict, Role
from app.db import Engine, transaction
from app.i18n import DEFAULT_LANGUAGE, LANGUAGES, translator
from app.jobs import work_once
from app.operations import demo, depots, exchange, planjobs, upkeep
from app.operations.exchange import Trouble
from app.pipeline import house
from app.schemas.exchange import Reading, read_files, write_files

AT_THE_SERVER = Actor(role=Role.ADMIN, is_npcc=True, name="command line")
"""Whoever may start commands on the server administers it."""

_REFUSED = 2
_OWNER_ONLY, _OWNER_READS = 0o700, 0o600  # the files hold health data
_language = click.option(
    "--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, help="Language of reasons."
)


def register(app: Flask) -> None:
    """Add demo, import and export."""
    app.cli.add_command(demo_command)
    app.cli.add_command(import_command)
    app.cli.add_command(export_command)


@click.command("demo")
@click.option("--if-empty", is_flag=True, help="Do nothing on a filled database; tell the logins.")
@click.option("--kitchens", type=click.IntRange(1, 2), default=1, show_default=True)
@_language
@with_appcontext
def demo_command(*, if_empty: bool, kitchens: int, lang: str) -> None:
    """Load and plan the demo region in the empty database of DATABASE_URL, migrating it first.

    Rows, weeks, orders and stock stand together or not at all; planning the day is a job, which
    a worker finishes when this command is ended meanwhile.
    """
    engine = house().engine
    upkeep.migrate(engine)
    now = datetime.now(UTC)
    try:
        with transaction(engine) as session:
            region = demo.load(session, AT_THE_SERVER, now, kitchens=kitchens)
            demo.follow(session, region, now, _tell_step)
            for number in depots.by_code(session).values():
                planjobs.ask_plan(session, depots.clock_at(number), region.service_day, now)
    except Conflict as problem:
        if not if_empty:
            _refuse(translator(lang).say(problem.code))
        tell_logins(engine)
        return
    click.echo(f"planning {region.service_day.isoformat()}", err=True)
    for _ in range(kitchens):
        work_once(engine, "demo", moves=house().settings.plan_moves)
    if if_empty:
        tell_logins(engine)
    else:
        _answer(_told(region))


def _tell_step(step: str, done: int, of: int) -> None:
    """Say on standard error how far a long step is, ten times at most."""
    if done % max(1, of // 10) == 0:
        click.echo(f"{step} {done} of {of}", err=True)


def tell_logins(engine: Engine) -> None:
    """Print the logins of a demo database, for whoever reads what `make run` prints."""
    with transaction(engine) as session:
        logins = demo.logins_of(session)
    for login in logins:
        click.echo(f"login {login.role} {login.user} {login.password}")


def _told(region: demo.DemoRegion) -> dict[str, Any]:
    return {
        "today": region.today.isoformat(),
        "service_day": region.service_day.isoformat(),
        "rows": {name: len(getattr(region.rows, name)) for name in exchange.NAMES},
        "logins": [
            {"role": login.role, "user": login.user, "password": login.password}
            for login in demo.LOGINS
        ],
    }


@click.command("import")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything, keep nothing.")
@_language
@with_appcontext
def import_command(folder: Path, *, dry_run: bool, lang: str) -> None:
    """Read the files of FOLDER into the database, migrating it first.

    A single bad row keeps all of them out.
    """
    reading = read_files(_contents(folder, lang))
    now = datetime.now(UTC)
    engine = house().engine
    upkeep.migrate(engine)
    with transaction(engine) as session:
        found = exchange.troubles(session, reading.region, reading.lines)
        troubles = (*reading.troubles, *found)
        added: Mapping[str, int] = {}
        if not troubles:
            added = exchange.save(session, AT_THE_SERVER, reading.region, now)
        if dry_run:
            session.rollback()
    _answer(_summary(reading, added, troubles, dry_run=dry_run, lang=lang))
    if troubles:
        text = translator(lang).say("import.refused", count=len(troubles))
        _refuse(text)


def _contents(folder: Path, lang: str) -> dict[str, bytes]:
    if not folder.is_dir():
        _refuse(translator(lang).say("import.no_folder", folder=str(folder)))
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
    if not files:
        _refuse(translator(lang).say("import.no_files", folder=str(folder)))
    return files


def _summary(
    reading: Reading,
    added: Mapping[str, int],
    troubles: tuple[Trouble, ...],
    *,
    dry_run: bool,
    lang: str,
) -> dict[str, Any]:
    rows = {name: len(getattr(reading.region, name)) for name in exchange.NAMES}
    return {
        "imported": not troubles and not dry_run,
        "dry_run": dry_run,
        "rows": {
            name: {"read": count, "added": added.get(name, 0)}
            for name, count in rows.items()
            if count
        },
        "troubles": [_said(trouble, lang) for trouble in troubles],
    }


def _said(trouble: Trouble, lang: str) -> dict[str, Any]:
    return {
        "file": trouble.file,
        "line": trouble.line,
        "column": trouble.column,
        "code": trouble.code,
        "text": translator(lang).say(trouble.code, **trouble.args),
    }


@click.command("export")
@click.argument("folder", type=click.Path(path_type=Path))
@_language
@with_appcontext
def export_command(folder: Path, *, lang: str) -> None:
    """Write all rows of the database to FOLDER, which must not hold files yet."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        _refuse(translator(lang).say("export.not_empty", folder=str(folder)))
    engine = house().engine
    upkeep.migrate(engine)
    with transaction(engine) as session:
        region = exchange.everything(session, AT_THE_SERVER, datetime.now(UTC))
    if region == exchange.Region():
        _refuse(translator(lang).say("export.no_rows"))
    folder.mkdir(parents=True, exist_ok=True, mode=_OWNER_ONLY)
    folder.chmod(_OWNER_ONLY)
    for name, text in write_files(region).items():
        (folder / name).touch(mode=_OWNER_READS)
        (folder / name).write_bytes(text.encode("utf-8"))
    _answer({"rows": {name: len(getattr(region, name)) for name in exchange.NAMES}})


def _answer(document: Mapping[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _refuse(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(_REFUSED)
