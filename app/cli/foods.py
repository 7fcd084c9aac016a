"""A command about tables of foods: read one, lay it beside the ingredients, take figures over."""

import csv
import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask

from app.cli.meals import catalogue_group
from app.i18n import DEFAULT_LANGUAGE, LANGUAGES, translator
from menus import (
    INGREDIENT_COLUMNS,
    FoodTable,
    accept,
    compare,
    comparison_to_json,
    read_ciqual,
    read_ciqual_xml,
    read_nevo,
    read_usda,
)

_FAMILIES = {"usda": "USDA", "ciqual": "CIQUAL", "nevo": "NEVO-Online"}
_DATE = re.compile(r"(\d{4})[_ -](\d\d)[_ -](\d\d)")
_SR28 = "SR28"
_TOLD_FAULTS = 20


def register(app: Flask) -> None:  # noqa: ARG001  # the group is added by its own file
    """Add catalogue import."""
    catalogue_group.add_command(import_foods)


@click.command("import")
@click.argument("table", type=click.Choice(tuple(_FAMILIES)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--release", default="", help="Version of the table, when its name does not tell.")
@click.option("--onto", type=click.Path(path_type=Path), help="The ingredients.csv to compare.")
@click.option("--accept", "codes", multiple=True, help="Take this food over; may be repeated.")
@click.option(
    "--lang", type=click.Choice(LANGUAGES), default=DEFAULT_LANGUAGE, help="Language of reasons."
)
def import_foods(
    table: str, file: Path, *, release: str, onto: Path | None, codes: tuple[str, ...], lang: str
) -> None:
    """Read the TABLE of foods in FILE (for CIQUAL's XML: its folder), and tell what it brings.

    Prints one JSON document: foods that are new, ingredients unchanged, figures that differ.
    Nothing is changed but the foods named by --accept, in the file of --onto.
    """
    if codes and onto is None:
        _refuse("--accept needs --onto, the ingredients.csv to change")
    read = _read(table, file, release)
    for fault in read.faults[:_TOLD_FAULTS]:
        text = translator(lang).say(fault.code, **dict(fault.args))
        click.echo(f"{fault.file}, {fault.row}, {fault.column}: {text}", err=True)
    strangers = sorted(set(codes) - {each.code for each in read.foods})
    if strangers:
        _refuse(f"--accept: not in this table: {', '.join(strangers)}")
    rows = _rows(onto) if onto else []
    document = comparison_to_json(read, compare(read, rows))
    if onto and codes:
        _write(onto, accept(read, rows, frozenset(codes)))
    _answer(document, accepted=codes)


def _answer(document: dict[str, Any], *, accepted: tuple[str, ...]) -> None:
    counts = {key: len(value) for key, value in document.items() if isinstance(value, list)}
    told = ", ".join(f"{key} {count}" for key, count in counts.items())
    click.echo(f"{document['foods']} foods: {told}", err=True)
    click.echo(json.dumps({**document, "accepted": list(accepted)}, ensure_ascii=False))


def _read(table: str, file: Path, release: str) -> FoodTable:
    """Read the files of a table; what cannot be opened ends the command."""
    try:
        if table == "ciqual" and file.is_dir():
            return _read_xml(file, release)
        text = _text(file)
    except OSError as problem:
        _refuse(f"{problem.filename or file}: {problem.strerror or problem}")
    if table == "usda":
        return read_usda(text, file=file.name, release=f"USDA {release or _SR28}")
    if table == "nevo":
        return read_nevo(text, file=file.name, release=f"NEVO-Online {release}".strip())
    return read_ciqual(text, file=file.name, release=_ciqual_release(file.name, release))


def _read_xml(folder: Path, release: str) -> FoodTable:
    files = [_only(folder, name) for name in ("alim", "const", "compo")]
    alim, const, compo = (_text(each) for each in files)
    told = _ciqual_release(files[0].name, release)
    return read_ciqual_xml(alim, const, compo, file=folder.name, release=told)


def _only(folder: Path, name: str) -> Path:
    """Give the one file whose name is `name` and a date (alim_grp is another file)."""
    found = sorted(folder.glob(f"{name}.xml")) + sorted(folder.glob(f"{name}_[0-9]*.xml"))
    if len(found) != 1:
        _refuse(f"{folder}: one file {name}_DATE.xml is needed, {len(found)} found")
    return found[0]


def _ciqual_release(name: str, release: str) -> str:
    found = _DATE.search(name)
    version = release or ("-".join(found.groups()) if found else "")
    if not version:
        _refuse(f"{name}: no date in the name; give the version by --release")
    return f"CIQUAL {version}"


def _text(file: Path) -> str:
    """Give the text of a file in UTF-8, or in the one-byte code of Windows as older tables are."""
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        with file.open(encoding="utf-8", newline="") as opened:
            reader = csv.DictReader(opened)
            rows = [{key: value or "" for key, value in row.items() if key} for row in reader]
            headings = set(reader.fieldnames or ())
    except (OSError, ValueError) as problem:
        _refuse(f"{file}: {problem}")
    lacking = sorted(set(INGREDIENT_COLUMNS) - headings - {"filled"})
    if lacking:
        _refuse(f"{file}: columns are missing: {', '.join(lacking)}")
    return rows


def _write(file: Path, rows: Iterable[Mapping[str, str]]) -> None:
    """Put the rows in the file at once: a reader sees the old file or the new one.

    Columns of the kitchen's own stay, behind those of the catalogue.
    """
    told = list(rows)
    headings = dict.fromkeys((*INGREDIENT_COLUMNS, *(name for row in told for name in row)))
    new = file.with_name(f"{file.name}.new")
    with new.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(headings), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(told)
    new.replace(file)


def _refuse(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(2)
