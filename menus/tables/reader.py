"""Reading one row of a table: cells by name, and every fault noted with its place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import TypeVar

from menus.catalog import Names
from menus.nutrients import round_half_away

Row = Mapping[str, str]
T = TypeVar("T")

CATALOGUE_ERROR_CODES: tuple[str, ...] = (
    "catalogue.missing",
    "catalogue.not_whole",
    "catalogue.not_amount",
    "catalogue.amount",
    "catalogue.no_density",
    "catalogue.not_one_of",
    "catalogue.twice",
    "catalogue.diet_typed",
    "catalogue.filled",
    "catalogue.table.column",
    "catalogue.table.figure",
    "catalogue.table.quantity",
    "catalogue.table.shifted",
    "catalogue.table.stranger",
    "catalogue.table.twice",
    "catalogue.table.xml",
    "catalogue.level_of_other_kind",
    "catalogue.thin_liquid_level",
    "catalogue.portions_order",
    "catalogue.step",
    "catalogue.regeneration",
    "catalogue.recipe.unknown_ingredient",
    "catalogue.recipe.within_itself",
    "catalogue.recipe.no_weight",
    "catalogue.recipe.yield_too_low",
    "catalogue.recipe.unknown",
    "catalogue.recipe.first_line",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueError:
    """What is wrong in one cell; `row` is the line in the file, the heading being line 1."""

    file: str
    row: int
    column: str
    code: str
    args: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Reader:
    """One row being read: takes cells, notes what is wrong, and goes on."""

    file: str
    row: Row
    number: int
    errors: list[CatalogueError] = field(default_factory=list)

    def blame(self, column: str, code: str, **args: str) -> None:
        """Note a fault in a cell; `code` without the prefix of `CATALOGUE_ERROR_CODES`."""
        self.errors.append(
            CatalogueError(
                file=self.file,
                row=self.number,
                column=column,
                code=f"catalogue.{code}",
                args=tuple(sorted(args.items())),
            )
        )

    def text(self, column: str) -> str:
        """A cell that may not be empty."""
        value = self.maybe(column)
        if not value:
            self.blame(column, "missing")
        return value

    def maybe(self, column: str) -> str:
        """A cell that may be empty."""
        return (self.row.get(column) or "").strip()

    def whole(self, column: str, *, least: int) -> int:
        """A whole number of at least `least`."""
        value = self.maybe(column)
        if value.isascii() and value.isdigit() and int(value) >= least:
            return int(value)
        self.blame(column, "not_whole", value=value, least=str(least))
        return least

    def amount(self, column: str, scale: int) -> int | None:
        """A decimal, zero or more, in scaled units; an empty cell is not known."""
        value = self.maybe(column)
        if not value:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite() and number >= 0:
            return round_half_away(Fraction(number) * scale)
        self.blame(column, "not_amount", value=value)
        return None

    def one(self, column: str, words: Callable[[str], T], fallback: T) -> T:
        """One word of a list of words."""
        value = self.maybe(column)
        try:
            return words(value)
        except ValueError:
            self.blame(column, "not_one_of", value=value)
            return fallback

    def many(self, column: str, words: Callable[[str], T]) -> tuple[T, ...]:
        """Words separated by spaces, each of a list of words."""
        found: list[T] = []
        for value in self.maybe(column).split():
            try:
                found.append(words(value))
            except ValueError:
                self.blame(column, "not_one_of", value=value)
        return tuple(found)

    def names(self) -> Names:
        """The three names, none empty."""
        return Names(nl=self.text("nl"), fr=self.text("fr"), en=self.text("en"))


def refuse_doubles(readers: list[Reader], *columns: str) -> None:
    """Blame each row whose cells of these columns were all seen before."""
    seen: set[tuple[str, ...]] = set()
    for reader in readers:
        key = tuple(reader.maybe(column) for column in columns)
        if key in seen:
            reader.blame(columns[-1], "twice", value=" ".join(key))
        seen.add(key)
