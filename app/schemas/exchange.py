"""The files of import and export: comma-separated UTF-8 text, one file per table of rows."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from app.operations.exchange import (
    CATALOGUE,
    NAMES,
    TABLES,
    Column,
    Flat,
    Region,
    Trouble,
    columns,
)
from app.schemas.cells import CODES as CELL_CODES
from app.schemas.cells import CellError, read_cell, write_cell

CODES: tuple[str, ...] = (
    *CELL_CODES,
    "import.not_utf8",
    "import.heading_missing",
    "import.separator",
    "import.column_unknown",
    "import.column_twice",
    "import.column_missing",
    "import.cells",
    "import.unreadable",
    "import.file_unknown",
)
"""Every reason why a file or a cell cannot be read."""

_NEVER_ASSUMED = frozenset(
    {
        "allergies",
        "diets",
        "exclude_ingredients",
        "exclude_properties",
        "excluded_ingredients",
        "excluded_properties",
        "intolerances",
        "rules",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the files say: rows, the line of each row, and everything that cannot be read."""

    region: Region
    lines: Mapping[str, tuple[int, ...]]
    troubles: tuple[Trouble, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One column of a file, and the field it belongs to (a value of a room has several)."""

    column: Column
    owner: str


@cache
def _places(name: str) -> tuple[_Place, ...]:
    found: list[_Place] = []
    for one in columns(TABLES[name].row):
        flat = one.mark(Flat)
        if flat is None:
            found.append(_Place(column=one, owner=""))
            continue
        inner = (part for part in columns(one.kind) if part.name not in flat.skipped)
        found += (_Place(column=part, owner=one.name) for part in inner)
    return tuple(found)


def headings(name: str) -> tuple[str, ...]:
    """Give the columns of a file in order."""
    if name in CATALOGUE:
        return CATALOGUE[name][0]
    return tuple(place.column.name for place in _places(name))


def required_headings(name: str) -> frozenset[str]:
    """Give the columns that a file must have.

    What keeps someone from harm must stand in the heading even where a cell may be empty: a file
    without a column for allergies says nothing about allergies, not that there are none.
    """
    if name in CATALOGUE:
        return frozenset(CATALOGUE[name][0])
    return frozenset(
        place.column.name
        for place in _places(name)
        if place.column.required or place.column.name in _NEVER_ASSUMED
    )


def write_files(region: Region) -> Mapping[str, str]:
    """Give the text of every file, by file name; a table without rows is a file with a heading."""
    return {f"{name}.csv": _write(name, getattr(region, name)) for name in NAMES}


def _write(name: str, rows: Sequence[Any]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headings(name))
    writer.writerows(_cells(name, row) for row in rows)
    return out.getvalue()


def _cells(name: str, row: Any) -> Iterator[str]:
    if name in CATALOGUE:
        yield from (row[heading] for heading in headings(name))
        return
    for place in _places(name):
        value = getattr(row, place.owner) if place.owner else row
        yield write_cell(getattr(value, place.column.name), place.column)


def read_files(files: Mapping[str, bytes]) -> Reading:
    """Give the rows of the files by name, with every line that cannot be read.

    A file that is not there has no rows. Rows with troubles are left out: the region may only
    be saved when there are none.
    """
    rows: dict[str, tuple[Any, ...]] = {}
    lines: dict[str, tuple[int, ...]] = {}
    troubles = [
        Trouble(file=file, line=1, column="", code="import.file_unknown")
        for file in sorted(files)
        if file.removesuffix(".csv") not in NAMES
    ]
    for name in NAMES:
        file = _File(name=name, content=files.get(f"{name}.csv"))
        kept = tuple(file.rows())
        rows[name] = tuple(row for _, row in kept)
        lines[name] = tuple(line for line, _ in kept)
        troubles += file.troubles
    return Reading(region=Region(**rows), lines=lines, troubles=tuple(troubles))


class _File:
    """One file being read: gives its good rows and gathers what is wrong with the others."""

    def __init__(self, *, name: str, content: bytes | None) -> None:
        self.name = name
        self.content = content
        self.troubles: list[Trouble] = []

    def blame(self, line: int, column: str, code: str, args: Mapping[str, str]) -> None:
        self.troubles.append(
            Trouble(file=f"{self.name}.csv", line=line, column=column, code=code, args=args)
        )

    def rows(self) -> Iterator[tuple[int, Any]]:
        """Give each good row with its line."""
        records = self._records()
        first = next(records, None)
        if first is None or not any(first[1]):
            if self.content is not None and not self.troubles:
                self.blame(1, "", "import.heading_missing", {})
            return
        if not self._heading_is_good(first[1]):
            return
        for line, cells in records:
            if len(cells) != len(first[1]):
                args = {"found": str(len(cells)), "expected": str(len(first[1]))}
                self.blame(line, "", "import.cells", args)
                continue
            row = self._row(line, dict(zip(first[1], cells, strict=True)))
            if row is not None:
                yield line, row

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Give the filled lines; a cell may run over several, the first one counts."""
        if self.content is None:
            return
        try:
            text = self.content.decode("utf-8-sig")
        except UnicodeDecodeError as problem:
            line = self.content[: problem.start].count(b"\n") + 1
            self.blame(line, "", "import.not_utf8", {})
            return
        if "\0" in text:  # no database keeps it
            line = text[: text.index("\0")].count("\n") + 1
            self.blame(line, "", "import.unreadable", {})
            return
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        line = 1
        try:
            for cells in reader:
                if cells:
                    yield line, [cell.strip() for cell in cells]
                line = reader.line_num + 1
        except csv.Error:
            self.blame(line, "", "import.unreadable", {})

    def _heading_is_good(self, found: list[str]) -> bool:
        before = len(self.troubles)
        known = headings(self.name)
        if len(found) == 1 and ";" in found[0]:
            self.blame(1, "", "import.separator", {})
            return False
        for column in found:
            if column not in known:
                self.blame(1, column, "import.column_unknown", {})
        for column in sorted({one for one in found if found.count(one) > 1}):
            self.blame(1, column, "import.column_twice", {})
        for column in known:
            if column in required_headings(self.name) and column not in found:
                self.blame(1, column, "import.column_missing", {})
        return len(self.troubles) == before

    def _row(self, line: int, cells: Mapping[str, str]) -> Any:
        if self.name in CATALOGUE:
            return cells
        before = len(self.troubles)
        values: dict[str, Any] = {}
        inner: dict[str, dict[str, Any]] = {}
        for place in _places(self.name):
            if place.column.name in cells:
                target = inner.setdefault(place.owner, {}) if place.owner else values
                self._cell(line, place, cells[place.column.name], target)
        if len(self.troubles) > before:
            return None
        kinds = {one.name: one.kind for one in columns(TABLES[self.name].row)}
        made = {owner: kinds[owner](**parts) for owner, parts in inner.items()}
        return TABLES[self.name].row(**values, **made)

    def _cell(self, line: int, place: _Place, text: str, target: dict[str, Any]) -> None:
        """Read one cell; an empty one of an optional column takes what the row says by itself."""
        if not text and not place.column.required:
            return
        try:
            target[place.column.name] = read_cell(text, place.column)
        except CellError as problem:
            self.blame(line, place.column.name, problem.code, problem.args_for_text)
