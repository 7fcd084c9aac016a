"""A table of foods as read: each food with its figures, and everything that could not be read."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from menus.foods.figures import Figure, complete, read_cell
from menus.tables import CatalogueError

TRACES = "traces"
_DELIMITERS = "|;\t,"  # a comma also stands inside names and numbers, so it is tried last


@dataclass(frozen=True, slots=True, kw_only=True)
class Food:
    """One food of a table: its code there, its names by language, the table with its version."""

    code: str
    source: str
    names: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]

    def figure(self, nutrient: str) -> Figure | None:
        """What the table tells of a nutrient, or None."""
        return next((each for each in self.figures if each.code == nutrient), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoodTable:
    """Foods in the order of the table; columns nobody took; what is wrong, by line and column."""

    family: str
    foods: tuple[Food, ...]
    not_taken: tuple[str, ...]
    faults: tuple[CatalogueError, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """Where a heading goes: a code (a nutrient, or a part of one) and the unit of its cells."""

    code: str
    unit: str


@dataclass(slots=True)
class Draft:
    """A food while its cells come in."""

    source: str
    names: dict[str, str]
    parts: dict[str, Figure] = field(default_factory=dict)


@dataclass(slots=True)
class Draught:
    """A table while its rows come in: takes cells, notes what is wrong, and goes on."""

    file: str
    family: str
    foods: dict[str, Draft] = field(default_factory=dict)
    not_taken: dict[str, None] = field(default_factory=dict)
    faults: list[CatalogueError] = field(default_factory=list)

    def blame(self, line: int, column: str, code: str, **args: str) -> None:
        """Note what is wrong in one cell."""
        self.faults.append(
            CatalogueError(
                file=self.file,
                row=line,
                column=column,
                code=f"catalogue.{code}",
                args=tuple(sorted(args.items())),
            )
        )

    def food(self, line: int, column: str, code: str, draft: Draft) -> Draft | None:
        """Take a new food; None when its code is missing or was there before."""
        if not code:
            self.blame(line, column, "missing")
            return None
        if code in self.foods:
            self.blame(line, column, "twice", value=code)
            return None
        self.foods[code] = draft
        return draft

    def cell(self, draft: Draft, line: int, heading: str, column: Column, text: str) -> None:
        """Take one figure; the same figure told twice is one, two different ones are a fault."""
        try:
            figure = read_cell(text, column.code, column.unit)
        except ValueError:
            self.blame(line, heading, "table.figure", value=text.strip(), unit=column.unit)
            return
        if figure is None:
            return
        if draft.parts.setdefault(column.code, figure) != figure:
            self.blame(line, heading, "twice", value=text.strip())

    def done(self) -> FoodTable:
        """The table as it stands."""
        return FoodTable(
            family=self.family,
            foods=tuple(
                Food(
                    code=code,
                    source=draft.source,
                    names=tuple((key, name) for key, name in draft.names.items() if name),
                    figures=complete(draft.parts.values()),
                )
                for code, draft in self.foods.items()
            ),
            not_taken=tuple(self.not_taken),
            faults=tuple(self.faults),
        )


Lines = Iterator[tuple[int, dict[str, str] | None]]


def csv_lines(text: str) -> tuple[list[str], Lines]:
    """The headings, and each row with the line it ends on; the delimiter is found in the head.

    Headings that wrap over lines or carry double spaces become one line. None stands for a row
    that fills more cells than the head has: they may stand in wrong columns, as after a decimal
    comma in a file of commas. A row that ends early tells less.
    """
    head = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")
    first = head.partition("\n")[0]
    delimiter = next((each for each in _DELIMITERS if each in first), ",")
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
    headings = [" ".join(each.split()) for each in next(reader, [])]

    def rows() -> Lines:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                beyond = any(cell.strip() for cell in cells[len(headings) :])
                row = None if beyond else dict(zip(headings, cells, strict=False))
                yield reader.line_num, row

    return headings, rows()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a wide table is laid out: one food per row, one nutrient per column."""

    family: str
    code: str
    names: Mapping[str, str]  # language: heading
    columns: Mapping[str, Column]  # heading: where it goes
    version: str = ""  # heading of the version, when the table tells it
    traces: str = ""  # heading of the codes of which there are traces
    quantity: str = ""  # heading that says per how much


def read_wide(text: str, layout: Layout, *, file: str, source: str) -> FoodTable:
    """Every food of a wide table; `source` names table and version where no column does."""
    headings, rows = csv_lines(text)
    draught = Draught(file, layout.family)
    if layout.code not in headings:
        draught.blame(1, layout.code, "table.column", value=layout.code)
        return draught.done()
    known = {layout.code, layout.version, layout.traces, layout.quantity, *layout.names.values()}
    draught.not_taken |= dict.fromkeys(
        each for each in headings if each not in known and each not in layout.columns
    )
    read = (*(each for each in known if each), *layout.columns)
    twice = [heading for heading in read if headings.count(heading) > 1]
    for heading in twice:
        draught.blame(1, heading, "table.twice", value=heading)
    for line, row in rows if not twice else ():
        if row is None:
            draught.blame(line, layout.code, "table.shifted")
        else:
            _wide_row(draught, layout, line, row, source)
    return draught.done()


def _wide_row(
    draught: Draught, layout: Layout, line: int, row: Mapping[str, str], source: str
) -> None:
    names = {key: row.get(heading, "").strip() for key, heading in layout.names.items()}
    if not per_100g(draught, line, layout.quantity, row):
        return
    told = Draft(row.get(layout.version, "").strip() or source, names)
    draft = draught.food(line, layout.code, row.get(layout.code, "").strip(), told)
    if draft is None:
        return
    traces = set(row.get(layout.traces, "").replace(",", " ").split())
    for heading, column in layout.columns.items():
        if heading in row:
            trace = heading.partition(" (")[0] in traces
            draught.cell(draft, line, heading, column, TRACES if trace else row[heading])


def per_100g(draught: Draught, line: int, heading: str, row: Mapping[str, str]) -> bool:
    """Whether a row is per 100 g; figures per volume need a density that tables do not give."""
    quantity = row.get(heading, "").strip() if heading else ""
    if quantity.replace(" ", "").lower() in ("", "per100g"):
        return True
    draught.blame(line, heading, "table.quantity", value=quantity)
    return False
