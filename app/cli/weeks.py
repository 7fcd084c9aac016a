"""The command that composes next week for everybody who has none, from one stock."""

import csv
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

import click
from flask import Flask
from flask.cli import with_appcontext

from app.access import SYSTEM, Conflict, NotFound
from app.db import transaction
from app.executors import executor
from app.i18n import DEFAULT_LANGUAGE, LANGUAGES, Translator, translator
from app.operations import nightplans, upkeep
from app.operations.nightplans import Due, Night
from app.pipeline import house
from menus import KitchenSupply, VariantAim
from optimizer import SharedEffort

_REFUSED = 2
_COLUMNS = {"variant", "grams", "day"}


def register(app: Flask) -> None:
    """Add compose-week."""
    app.cli.add_command(compose_week)


@click.command("compose-week")
@click.option("--start", required=True, metavar="DATE", help="First day, as 2026-11-30.")
@click.option("--days", type=click.IntRange(1, 14), default=7, show_default=True)
@click.option("--supplies", type=click.Path(path_type=Path), help="CSV: variant,grams,day.")
@click.option("--workers", type=click.IntRange(min=1), default=1, show_default=True)
@click.option("--moves", type=click.IntRange(min=1), default=SharedEffort().alone)
@click.option("--most-variants", type=click.IntRange(min=1), help="Aim: variants per cooking day.")
@click.option(
    "--weeks-at-once",
    type=click.IntRange(1, 8),
    default=1,
    help="What keeps is cooked for so many weeks at once; room in store is not counted.",
)
@click.option("--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE)
@with_appcontext
def compose_week(
    *,
    start: str,
    days: int,
    supplies: Path | None,
    workers: int,
    moves: int,
    most_variants: int | None,
    weeks_at_once: int,
    lang: str,
) -> None:
    """Compose a proposal for each client without a week; a dietitian signs each one.

    SUPPLIES says in grams what there is of a variant, on one day (from 0) or, with `day` empty,
    on all days together; what it does not name is not limited. MOST_VARIANTS is aimed at on each
    of the kitchen's cooking days (Monday to Friday), and missed rather than harm a week.
    """
    speak = translator(lang)
    first = _date(start, speak)
    limits = _supplies(supplies, days, speak) if supplies else ()
    engine = house().engine
    upkeep.migrate(engine)
    try:
        with transaction(engine) as session:
            due = nightplans.gather_due(session, SYSTEM, start=first, days=days)
    except NotFound:
        _refuse(speak.say("compose_week.no_catalogue"))
    _require_known(limits, due, speak)
    effort = SharedEffort(alone=moves)
    aim = None
    if most_variants is not None:
        aim = VariantAim(most_per_day=most_variants, weeks_at_once=weeks_at_once)
    try:
        with executor(house().settings, workers) as found:
            night = nightplans.compose_night(due, limits, found, effort, aim)
    except Conflict as problem:
        _refuse(speak.say(problem.code, **problem.args_for_text))
    with transaction(engine) as session:
        kept = nightplans.keep_night(session, SYSTEM, due, night, datetime.now(UTC))
    click.echo(json.dumps(_told(due, night, kept) | _variants(night, speak), ensure_ascii=False))


def _told(due: Due, night: Night, kept: int) -> dict[str, object]:
    """Give the outcome without any name: clients by their code."""
    short = [one for one in night.report.supplies if one.wished > one.grams]
    return {
        "proposed": kept,
        "left_out": [{"client": code, "why": why} for code, why in due.left_out],
        "without_plan": list(night.report.without_plan),
        "short": [
            {
                "supply": one.key,
                "grams": one.grams,
                "wished": one.wished,
                "used": one.used,
                "overdrawn": one.overdrawn,
                "moved": list(one.moved),
            }
            for one in short
        ],
    }


def _variants(night: Night, speak: Translator) -> dict[str, object]:
    """Give the trade-off of fewer variants, where that was aimed at."""
    if night.variants is None:
        return {}
    found = night.variants
    last = found.curve[-1]
    text = speak.say(found.code, most=last.most_per_day, aim=found.aim.most_per_day)
    told = {
        "code": found.code,
        "text": text,
        "least_open": found.least_open,
        "kept_open": list(found.kept_open),
        "late": [list(each) for each in found.week.late],
        "curve": [asdict(each) for each in found.curve],
    }
    return {"variants": told}


def _date(text: str, speak: Translator) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        _refuse(speak.say("plan_day.date", text=text))


def _supplies(path: Path, days: int, speak: Translator) -> tuple[KitchenSupply, ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            found = tuple(_supply(row, days) for row in csv.DictReader(file))
    except (OSError, ValueError, KeyError, TypeError):
        found = (None,)
    kept = {one.key: one for one in found if one is not None}
    if len(kept) != len(found):
        _refuse(speak.say("compose_week.supplies", file=str(path)))
    return tuple(kept.values())


def _supply(row: dict[str, str], days: int) -> KitchenSupply | None:
    """Give the supply of one row; None where its figures have no meaning."""
    day = int(row["day"]) if row["day"] else None
    grams = int(row["grams"])
    if grams < 0 or day not in (None, *range(days)):
        return None
    return KitchenSupply(
        key=f"{row['variant']} {row['day']}".strip(),
        variants=frozenset({row["variant"]}),
        grams=grams,
        day=day,
    )


def _require_known(supplies: Sequence[KitchenSupply], due: Due, speak: Translator) -> None:
    """A variant nobody knows would limit nothing, and somebody would trust that it does."""
    strange = sorted(
        {name for one in supplies for name in one.variants - set(due.catalogue.variants)}
    )
    if strange:
        _refuse(speak.say("compose_week.unknown", variant=strange[0]))


def _refuse(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(_REFUSED)
