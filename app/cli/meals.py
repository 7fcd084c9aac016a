"""Commands about food from the packaged seed: no database, no configuration."""

import csv
import json
import re
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask
from flask.cli import AppGroup

from app.i18n import translator
from app.operations.composing import with_sentences
from menus import (
    Audit,
    Catalogue,
    PlanRequest,
    audit,
    audit_to_json,
    catalogue_json,
    compose_plan,
    distinct,
    plan_to_json,
    read_catalogue,
    request_from_json,
    unread_to_json,
)
from optimizer import Limits

SEED = Path(__file__).resolve().parents[1] / "seed"
MOVES = 300_000
MOST_SEED = 1_000_000_000

catalogue_group = AppGroup("catalogue", help="The packaged catalogue of meal components.")


def register(app: Flask) -> None:
    """Add compose and catalogue export."""
    app.cli.add_command(catalogue_group)
    app.cli.add_command(compose)


def packaged_catalogue() -> Catalogue:
    """Give the catalogue that comes with the software."""
    tables = []
    for name in ("ingredients", "recipes", "components"):
        with (SEED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            tables.append(list(csv.DictReader(file)))
    found = read_catalogue(*tables)
    if not isinstance(found, Catalogue):
        raise click.ClickException("the packaged catalogue cannot be read")
    return found


@catalogue_group.command("export")
def export() -> None:
    """Print every variant with its nutrients, allergens and portions as one JSON document."""
    click.echo(json.dumps(catalogue_json(packaged_catalogue()), ensure_ascii=False))


@catalogue_group.command("audit")
def audit_command() -> None:
    """Look for what a label needs and the catalogue lacks; exit 1 when there is anything.

    Prints one JSON document; the same as a table goes to standard error.
    """
    found = audit(packaged_catalogue())
    click.echo(json.dumps(audit_to_json(found), ensure_ascii=False))
    _tell_audit(found)
    sys.exit(0 if found.passed else 1)


_EXAMPLES = 6


def _tell_audit(found: Audit) -> None:
    """Say each finding with its number and a few examples."""
    click.echo(f"{found.variants} variants of {found.ingredients} ingredients", err=True)
    for title, examples in _audit_rows(found):
        shown = ", ".join(examples[:_EXAMPLES]) + (" ..." if len(examples) > _EXAMPLES else "")
        click.echo(f"{title:<40}{len(examples):>6}  {shown}", err=True)
    click.echo("passed" if found.passed else "NOT passed: labels lack data", err=True)


def _audit_rows(found: Audit) -> list[tuple[str, list[str]]]:
    named = [f"{each.ingredient} ({each.reason})" for each in found.outliers]
    checks = [str(each.check) for each in found.outliers]
    return [
        ("labels that lack figures", [each.variant for each in found.gaps if each.figures]),
        (
            "labels with allergens not known",
            [each.variant for each in found.gaps if each.allergens],
        ),
        ("sums with a missing term", [f"{each.nutrient} ({each.variants})" for each in found.thin]),
        ("modified levels that nothing makes", list(found.unmade)),
        ("modified levels without a test", list(found.untested)),
        ("dishes with a step without programme", list(found.unprogrammed)),
        ("levels claimed by a test per lot", list(found.tested)),
        ("ingredients with allergens not known", [name for name, _ in found.unknown_allergens]),
        ("ingredients in no dish", list(found.unused)),
        ("figures filled from elsewhere", [f"{e.ingredient} {e.nutrient}" for e in found.filled]),
        *(
            (f"outliers of {check}", [n for n, c in zip(named, checks, strict=True) if c == check])
            for check in sorted(set(checks))
        ),
    ]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--seed",
    type=click.IntRange(-MOST_SEED, MOST_SEED),
    default=1,
    show_default=True,
    help="Same seed, same plans.",
)
@click.option(
    "--moves",
    type=click.IntRange(min=1),
    default=MOVES,
    show_default=True,
    help="How hard to search.",
)
def compose(file: Path, seed: int, moves: int) -> None:
    """Compose the plans asked for in FILE and print them as one JSON document."""
    requests = _requests(file)
    catalogue = packaged_catalogue()
    click.echo(f"{len(requests)} requests, {len(catalogue.variants)} variants", err=True)
    limits = Limits(moves=moves, seed=seed, workers=2)
    speak = translator("en")
    results = [with_sentences(_composed(one, catalogue, limits), speak) for one in requests]
    document = {"catalogue_version": catalogue.version, "results": results}
    click.echo(_written(document))


def _written(document: dict[str, Any]) -> str:
    """Give a document as text; half a pair of surrogates in it is no text, and stays escaped."""
    text = json.dumps(document, ensure_ascii=False)
    return json.dumps(document) if re.search("[\ud800-\udfff]", text) else text


def _requests(file: Path) -> list[dict[str, Any]]:
    try:
        document = json.loads(file.read_bytes(), object_pairs_hook=distinct)
    except OSError as problem:
        _refuse(f"{file}: {problem.strerror}")
    except KeyError as twice:
        _refuse(f'{file}: "{twice.args[0]}" stands twice in one object')
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or "requests" not in document:
        _refuse(f'{file}: a JSON object with a list "requests" is needed')
    requests = document["requests"]
    if not isinstance(requests, list) or not all(isinstance(one, dict) for one in requests):
        _refuse(f'{file}: "requests" must be a list of objects')
    return list(requests)


def _composed(document: dict[str, Any], catalogue: Catalogue, limits: Limits) -> dict[str, Any]:
    request = request_from_json(document)
    if not isinstance(request, PlanRequest):
        return unread_to_json(str(document.get("id", "")), request, seed=limits.seed)
    began = time.perf_counter()
    plan = compose_plan(request, catalogue, limits)
    return plan_to_json(plan, ms=round((time.perf_counter() - began) * 1000))


def _refuse(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(2)
