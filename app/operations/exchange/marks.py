"""Marks on the fields of exchanged rows, and the columns read from them."""

from dataclasses import MISSING, dataclass, fields
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Mark = TypeVar("Mark")


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`, or several of them."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Most:
    """The longest a text may be."""

    length: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words a text may be."""

    allowed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Food:
    """Names variants, components or ingredients of the catalogue."""

    kind: str


@dataclass(frozen=True, slots=True)
class Ref:
    """Points to a row of another table, by the own columns named in `by` (else by itself).

    `attr` is the field of the database row; a `late` one is filled when both sides stand.
    """

    table: str
    attr: str
    by: tuple[str, ...] = ()
    late: bool = False


@dataclass(frozen=True, slots=True)
class Flat:
    """A value of a room: its own fields are the columns, without those `skipped`."""

    attr: str
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One field of a row: its bare type, whether it may be empty, its marks."""

    name: str
    kind: Any
    optional: bool
    required: bool
    marks: tuple[Any, ...]

    def mark(self, kind: type[Mark]) -> Mark | None:
        """Give the mark of a kind, if the field carries one."""
        return next((one for one in self.marks if isinstance(one, kind)), None)


_columns: dict[Any, tuple[Column, ...]] = {}


def columns(row: Any) -> tuple[Column, ...]:
    """Give the fields of a row type in order; `required` ones have no value by themselves."""
    if row not in _columns:
        hints = get_type_hints(row, include_extras=True)
        _columns[row] = tuple(_column(one, hints[one.name]) for one in fields(row))
    return _columns[row]


def _column(one: Any, hint: Any) -> Column:
    marks = getattr(hint, "__metadata__", ())
    bare = get_args(hint)[0] if marks else hint
    kinds = get_args(bare) if get_origin(bare) in (Union, UnionType) else ()
    filled = [kind for kind in kinds if kind is not type(None)]
    optional = len(filled) == 1 and len(kinds) > 1
    return Column(
        name=one.name,
        kind=filled[0] if optional else bare,
        optional=optional,
        required=one.default is MISSING and one.default_factory is MISSING,
        marks=marks,
    )
