"""Frozen values of the rooms to JSON and back, by their own types; nothing is lost or guessed."""

import dataclasses
import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Frozen = TypeVar("Frozen")


def cells(value: Any) -> Any:
    """Give a frozen value as JSON: dataclasses as objects, tuples and sorted sets as lists.

    Raises TypeError for what JSON cannot carry exactly, such as a binary float.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | date):
        return str(value)
    if value is None or isinstance(value, bool | int | str):
        return value
    return _inner_cells(value)


def _inner_cells(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {one.name: cells(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(cells(key)): cells(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(cells(one) for one in value)
    if isinstance(value, tuple):
        return [cells(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no exact JSON")


def read(kind: type[Frozen], given: Any) -> Frozen:
    """Give the value back from its JSON; absent fields take their default.

    A kind whose fields changed renews what was stored before they did.
    Raises TypeError or ValueError when the JSON is not that of such a value.
    """
    found: Frozen = _read(kind, given)
    return found


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, given: Any) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if given is None else _read(next(a for a in args if a is not _NONE), given)
    if origin is tuple:
        inner = args * len(given) if len(args) == 1 else args
        kinds = [args[0]] * len(given) if args[-1] is Ellipsis else inner
        return tuple(_read(one, value) for one, value in zip(kinds, given, strict=True))
    if origin is frozenset:
        return frozenset(_read(args[0], one) for one in given)
    if origin is not None and issubclass(origin, Mapping):
        return {_read(args[0], key): _read(args[1], one) for key, one in given.items()}
    return _read_plain(kind, given)


def _read_plain(kind: Any, given: Any) -> Any:
    if kind is date:
        return date.fromisoformat(given)
    if kind is datetime:
        return datetime.fromisoformat(given)
    if dataclasses.is_dataclass(kind):
        if hasattr(kind, "renewed"):
            given = kind.renewed(given)
        hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
        return kind(  # type: ignore[operator]  # a dataclass is callable
            **{name: _read(hints[name], one) for name, one in given.items()}
        )
    if isinstance(kind, type) and issubclass(kind, Enum | Decimal):
        return kind(given)
    return given


_NONE = type(None)
