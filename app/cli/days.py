"""Commands that plan one service day into a folder, and give the plan of a day that is kept."""

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask.cli import with_appcontext

import logistics
from app.access import Actor, Conflict
from app.db import Session, transaction
from app.executors import executor
from app.i18n import DEFAULT_LANGUAGE, LANGUAGES, Translator, translator
from app.operations import daypapers, depots, planning, upkeep
from app.operations.daypapers import PaperDay
from app.operations.planning import Gathered
from app.paper import kitchen_pdf, labels_pdf, purchases_csv, route_pdf
from app.pipeline import house
from app.roads import provider
from logistics import DayProgress

FILES = (
    "plan.json",
    "production.pdf",
    "purchases.csv",
    "routes.pdf",
    "labels.pdf",
)
"""What a folder of a planned day holds (interfaces of the project)."""
_REFUSED = 2
_OWNER_ONLY, _OWNER_READS = 0o700, 0o600  # names and addresses stand in the papers


def register(app: Flask) -> None:
    """Add plan-day and export-day."""
    app.cli.add_command(plan_day_command)
    app.cli.add_command(export_day)


@click.command("plan-day")
@click.option("--date", "day", required=True, metavar="DATE", help="Service day, as 2026-11-27.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write.")
@click.option("--moves", type=click.IntRange(min=1), default=planning.MOVES, show_default=True)
@click.option("--seconds", type=click.FloatRange(min=0), help="Outer guard; none by default.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same files.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--depot", metavar="CODE", help="Kitchen; needed where there are several.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE)
@with_appcontext
def plan_day_command(
    *,
    day: str,
    out: Path,
    seconds: float | None,
    depot: str | None,
    lang: str,
    **limits: int,
) -> None:
    """Plan the day and write it with its papers; the database stays as it is.

    `unserved` counts the orders that miss something, as plan.json names them.
    """
    speak = translator(lang)
    service_day = _day(day, speak)
    _refuse_other_folder(out, speak)
    began = time.monotonic()
    gathered = _gathered(service_day, depot, speak, limits)
    inputs = _inputs(gathered, speak)
    with executor(house().settings, limits["workers"]) as found:
        watch = _Watch(speak=speak, ends=_end(began, seconds))
        plan = logistics.plan_day(inputs, watch, executor=found)
    if plan.violations:
        failed = planning.check_failed(plan.violations[0])
        _refuse(speak.say(failed.code, **failed.args_for_text), status=1)
    paper = _paper(gathered, inputs, plan)
    files = _files(paper, speak)
    _write(out, files, speak)
    click.echo(f"{time.monotonic() - began:.1f} s", err=True)
    unserved = len({one.order for one in plan.unserved})
    cost = plan.routes.cost_cents
    told = {"folder": str(out), "cost": cost, "cost_cents": cost, "unserved": unserved}
    click.echo(json.dumps(told, ensure_ascii=False))


@click.command("export-day")
@click.option("--date", "day", required=True, metavar="DATE", help="Service day, as 2026-11-27.")
@click.option("--depot", metavar="CODE", help="Kitchen; needed where there are several.")
@click.option("--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE)
@with_appcontext
def export_day(*, day: str, depot: str | None, lang: str) -> None:
    """Print plan.json of the published plan of a day, or of its draft where none is published.

    `python -m optimizer.replay FILE` solves its problems again and compares the answers.
    """
    speak = translator(lang)
    service_day = _day(day, speak)
    engine = house().engine
    upkeep.migrate(engine)
    with transaction(engine) as session:
        document = planning.plan_document(session, _clock(session, depot, speak), service_day)
    if document is None:
        _refuse(speak.say("export_day.no_plan", day=service_day.isoformat()))
    click.echo(json.dumps(document, ensure_ascii=False))


def _day(text: str, speak: Translator) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(speak.say("plan_day.date", text=text))


def _refuse_other_folder(out: Path, speak: Translator) -> None:
    """Replace only a folder that this command wrote, or an empty one."""
    strange = out.exists() and (
        not out.is_dir() or {found.name for found in out.iterdir()} - set(FILES)
    )
    if strange:
        _refuse(speak.say("plan_day.in_the_way", folder=str(out)))


def _gathered(
    day: date, depot: str | None, speak: Translator, limits: Mapping[str, int]
) -> Gathered:
    engine = house().engine
    upkeep.migrate(engine)
    with transaction(engine) as session:
        clock = _clock(session, depot, speak)
        if planning.published_plan(session, clock.depot_id, day) is not None:
            _refuse(speak.say("planning.withdraw_first"))
        return planning.gather(
            session,
            clock,
            day,
            moves=limits["moves"],
            seed=limits["seed"],
            workers=limits["workers"],
        )


def _clock(session: Session, code: str | None, speak: Translator) -> Actor:
    """Give the clock in the kitchen of a code, else in the only one; refuses what is not clear."""
    known = depots.by_code(session)
    if not known:
        _refuse(speak.say("plan_day.no_depot"))
    if code is None and len(known) > 1:
        _refuse(speak.say("plan_day.which_depot", codes=", ".join(known)))
    if code is not None and code not in known:
        _refuse(speak.say("plan_day.unknown_depot", depot=code, codes=", ".join(known)))
    return depots.clock_at(known[code or next(iter(known))])


def _inputs(gathered: Gathered, speak: Translator) -> logistics.DayInputs:
    try:
        return gathered.inputs(provider(house().settings).matrix(gathered.points))
    except Conflict as problem:
        _refuse(speak.say(problem.code, **problem.args_for_text), status=1)


def _end(began: float, seconds: float | None) -> float:
    return float("inf") if seconds is None else began + seconds


@dataclass(slots=True, kw_only=True)
class _Watch:
    """Tells each stage as it begins, and ends a search when the outer guard is reached."""

    speak: Translator
    ends: float
    stage: str = ""

    def __call__(self, progress: DayProgress) -> bool:
        if progress.stage != self.stage:
            self.stage = progress.stage
            click.echo(self.speak.say(f"day.stage.{progress.stage}"), err=True)
        return time.monotonic() < self.ends


def _paper(gathered: Gathered, inputs: logistics.DayInputs, plan: logistics.DayPlan) -> PaperDay:
    with transaction(house().engine) as session:
        return PaperDay(
            depot_id=gathered.depot.id,
            inputs=inputs,
            plan=plan,
            names=daypapers.paper_names(session, gathered.depot, inputs),
            operator=daypapers.operator_of(gathered.depot),
        )


def _files(paper: PaperDay, speak: Translator) -> Mapping[str, bytes]:
    """Give every file; the same snapshot, seed and moves give the same bytes."""
    document = logistics.plan_json(paper.inputs, paper.plan)
    version = speak.say("day.paper.proposal", snapshot=paper.inputs.snapshot)
    labels, gaps = paper.labels()
    if gaps:
        click.echo(speak.say("plan_day.no_label", count=len(gaps)), err=True)
    contents = (
        json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n",
        kitchen_pdf(paper.kitchen_sheet(), speak, version=version),
        purchases_csv(paper.purchase_rows()),
        route_pdf(paper.route_sheets(), speak, version=version),
        labels_pdf(labels, speak, version=version),
    )
    return dict(zip(FILES, contents, strict=True))


def _write(out: Path, files: Mapping[str, bytes], speak: Translator) -> None:
    """Write beside, then rename: a folder of this command is whole or is not there."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError:
        _refuse(speak.say("plan_day.cannot_write", folder=str(out)))
    try:
        fresh.chmod(_OWNER_ONLY)
        for name, content in files.items():
            (fresh / name).touch(mode=_OWNER_READS)
            (fresh / name).write_bytes(content)
        _replace(fresh, out)
    except OSError:
        _refuse(speak.say("plan_day.cannot_write", folder=str(out)))
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _replace(fresh: Path, out: Path) -> None:
    """Put the new folder in the place of the old one."""
    if not out.exists():
        fresh.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}.old.", dir=out.parent)) / out.name
    out.rename(old)
    try:
        fresh.rename(out)
    except OSError:
        with suppress(OSError):
            old.rename(out)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)


def _refuse(text: str, *, status: int = _REFUSED) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(status)
