"""The command that scores a file: every instrument and calculation, from names and values."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import Flask

from app.i18n import Translator, translator
from app.operations import scoring
from app.operations.scoring import Answered, Unread

_TEXT_NUMBERS = ("_1dp", "_2dp")


def register(app: Flask) -> None:
    """Add score."""
    app.cli.add_command(score)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Compare with `expected`; 1 as exit if any differs.")
def score(file: Path, *, check: bool) -> None:
    """Score the vectors of FILE and print the results as one JSON document."""
    speak = translator("en")
    vectors = _vectors(speak, file)
    answers = [scoring.answer(one) for one in vectors]
    click.echo(json.dumps({"results": [_row(speak, one) for one in answers]}))
    unread = sum(isinstance(one.found, Unread) for one in answers)
    click.echo(f"{len(answers)} vectors, {unread} not scored", err=True)
    if check and not _checked(vectors, answers):
        sys.exit(1)


def _vectors(speak: Translator, file: Path) -> list[Any]:
    try:
        found = scoring.read_vectors(file.read_bytes())
    except OSError as problem:
        _refuse(f"{file}: {problem.strerror}")
    if isinstance(found, Unread):
        _refuse(f"{file}: {speak.say(found.code)}")
    return found


def _refuse(text: str) -> NoReturn:
    click.echo(text, err=True)
    sys.exit(2)


def _row(speak: Translator, answered: Answered) -> dict[str, Any]:
    found = answered.found
    if isinstance(found, Unread):
        error = {"code": found.code, "field": found.field, "message": speak.say(found.code)}
        return {"id": answered.id, "error": error}
    return {"id": answered.id, "result": scoring.as_json(found)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Difference:
    """One expected value that did not come out."""

    id: str
    key: str
    expected: object
    found: object


def _checked(vectors: list[Any], answers: list[Answered]) -> bool:
    """Print a table per instrument and every difference; give whether all agree."""
    seen, wrong = Counter[str](), Counter[str]()
    differences: list[_Difference] = []
    for vector, answered in zip(vectors, answers, strict=True):
        name = str(vector.get("instrument")) if isinstance(vector, dict) else "?"
        found = list(_differences(vector, answered))
        seen[name] += 1
        wrong[name] += bool(found)
        differences += found
    for name, count in sorted(seen.items()):
        click.echo(f"{name:<16} {count - wrong[name]:>4} of {count:>4} agree", err=True)
    for one in differences:
        click.echo(f"{one.id:<16} {one.key}: {one.expected!s} expected, {one.found!s}", err=True)
    return not differences


_ABSENT = "absent"


def _differences(vector: Any, answered: Answered) -> Iterator[_Difference]:
    """Compare what was expected; a vector that expects nothing has nothing to differ."""
    expected = vector.get("expected", {}) if isinstance(vector, dict) else None
    if isinstance(answered.found, Unread) or not isinstance(expected, dict):
        code = answered.found.code if isinstance(answered.found, Unread) else _ABSENT
        yield _Difference(id=str(answered.id), key="error", expected="a result", found=code)
        return
    for key, value in expected.items():
        found = answered.found.get(key, _ABSENT)
        if key not in answered.found or not _same(key, value, found):
            yield _Difference(id=str(answered.id), key=key, expected=value, found=found)


def _same(key: str, expected: Any, found: Any) -> bool:
    """Numbers are compared by value, all else as it stands; yes is not 1, null is not absent."""
    if isinstance(expected, list):
        alike = isinstance(found, list | tuple) and len(expected) == len(found)
        return alike and all(_same(key, one, two) for one, two in zip(expected, found, strict=True))
    if isinstance(expected, dict):
        held = isinstance(found, Mapping) and set(expected) <= set(found)
        return held and all(_same(name, one, found[name]) for name, one in expected.items())
    if _is_number(expected):
        return bool(_number(key, found) == expected)
    return type(expected) is type(found) and bool(expected == found)


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _number(key: str, found: Any) -> Any:
    """Give a number, also from a text whose name says that it holds one."""
    if isinstance(found, str) and key.endswith(_TEXT_NUMBERS):
        return Decimal(found)
    return found if _is_number(found) else None
