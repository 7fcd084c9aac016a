"""One cell of an exchanged file as a value, and back; what cannot be read is a code."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

from app.models.frozen import cells, read
from app.operations.exchange import Column, Most, Whole, Windows, Words
from screening import Constraint, Intake, Provenance, Range, ReferenceBasis
from screening import Switch as RuleSwitch

CODES: tuple[str, ...] = (
    "import.required",
    "import.too_long",
    "import.whole",
    "import.range",
    "import.number",
    "import.yes_no",
    "import.day",
    "import.moment",
    "import.choice",
    "import.windows",
    "import.bounds",
    "import.pairs",
    "import.json",
)
"""Every reason why a cell cannot be read."""

_LONGEST = 200
Answers: Any = get_type_hints(Intake)["answers"]
"""Answers of an instrument by name, as the room types them."""

_YES, _NO = "yes", "no"


class CellError(ValueError):
    """A cell that cannot be read: a code and what the sentence needs."""

    def __init__(self, code: str, **args: str) -> None:
        super().__init__(code)
        self.code = code
        self.args_for_text = args


def read_cell(text: str, column: Column) -> Any:
    """Give the value of a cell; raises CellError. Surrounding blanks do not count."""
    text = text.strip()
    if not text and column.optional:
        return None
    if column.kind is str:
        return _text(text, column)
    if not text and _is_single(column.kind):
        raise CellError("import.required")
    return _read(text, column.kind, column)


def write_cell(value: Any, column: Column) -> str:
    """Give the text of a value; reading it gives the value back."""
    return "" if value is None else _write(value, column.kind)


def _is_single(kind: Any) -> bool:
    return get_origin(kind) is None and kind is not Range


def _listed(kind: Any) -> bool:
    """Whether a kind is a list of words; windows and JSON lists have their own writing."""
    return get_origin(kind) in (tuple, frozenset) and kind not in _CODECS


def _read(text: str, kind: Any, column: Column) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _word(text, kind)
    if _listed(kind):
        inner = get_args(kind)[0]
        read = (_read(word, inner, column) for word in text.split())
        return frozenset(read) if get_origin(kind) is frozenset else tuple(read)
    return text if kind is str else _CODECS[kind][0](text, column)


def _write(value: Any, kind: Any) -> str:
    if _listed(kind):
        words = [_write(one, get_args(kind)[0]) for one in value]
        return " ".join(sorted(words) if get_origin(kind) is frozenset else words)
    if kind in _CODECS:
        return _CODECS[kind][1](value)
    return str(value)


def _text(text: str, column: Column) -> str:
    longest = column.mark(Most)
    most = longest.length if longest else _LONGEST
    if not text and column.required:
        raise CellError("import.required")
    if len(text) > most:
        raise CellError("import.too_long", max=str(most))
    words = column.mark(Words)
    if words and text not in words.allowed:
        raise _no_choice(text, words.allowed)
    return text


def _word(text: str, kind: type[StrEnum]) -> StrEnum:
    try:
        return kind(text)
    except ValueError:
        raise _no_choice(text, [one.value for one in kind]) from None


def _no_choice(text: str, words: Iterable[str]) -> CellError:
    return CellError("import.choice", value=text, words=", ".join(words))


def _whole(text: str, column: Column) -> int:
    if not re.fullmatch(r"-?[0-9]{1,12}", text):
        raise CellError("import.whole", value=text)
    number, limits = int(text), column.mark(Whole)
    if limits and not limits.least <= number <= limits.most:
        raise CellError("import.range", value=text, min=str(limits.least), max=str(limits.most))
    return number


def _decimal(text: str, _: Column) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,9}([.,][0-9]{1,6})?", text):
        raise CellError("import.number", value=text)
    return Decimal(text.replace(",", "."))


def _flag(text: str, _: Column) -> bool:
    if text not in (_YES, _NO):
        raise CellError("import.yes_no", value=text)
    return text == _YES


def _day(text: str, _: Column) -> date:
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    try:
        return date(*(int(part) for part in found.groups())) if found else _no_day(text)
    except ValueError:
        return _no_day(text)


def _no_day(text: str) -> NoReturn:
    raise CellError("import.day", value=text)


def _moment(text: str, _: Column) -> datetime:
    """A moment knows its zone, otherwise an hour is lost or doubled twice a year."""
    try:
        moment = datetime.fromisoformat(text)
        known = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellError("import.moment", value=text) from None
    if moment.tzinfo is None:
        raise CellError("import.moment", value=text)
    return known


def _windows(text: str, _: Column) -> Windows:
    found = re.fullmatch(
        r"(\d\d:[0-5]\d-\d\d:[0-5]\d)( \d\d:[0-5]\d-\d\d:[0-5]\d)*", text, re.ASCII
    )
    pairs = tuple((_minutes(one[:5]), _minutes(one[6:])) for one in (text.split() if found else ()))
    if not pairs or any(not start < end <= 24 * 60 for start, end in pairs):
        raise CellError("import.windows", value=text)
    return pairs


def _minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def _bounds(text: str, _: Column | None) -> Range:
    """`1800..2000`; one side may be empty: no bound on that side."""
    if not text:
        return Range()
    found = re.fullmatch(r"(-?[0-9]{1,7})?\.\.(-?[0-9]{1,7})?", text)
    if not found:
        raise CellError("import.bounds", value=text)
    low, high = (None if part is None else int(part) for part in found.groups())
    return Range(low=low, high=high)


def _pairs(read: Callable[[str], Any]) -> Callable[[str, Column], dict[str, Any]]:
    """Read `name=value` words, each name once."""

    def read_pairs(text: str, _: Column) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for word in text.split():
            name, equals, value = word.partition("=")
            if not (name and equals) or name in found:
                raise CellError("import.pairs", value=word)
            found[name] = read(value)
        return found

    return read_pairs


def _write_pairs(write: Callable[[Any], str]) -> Callable[[Mapping[str, Any]], str]:
    def write_pairs(pairs: Mapping[str, Any]) -> str:
        return " ".join(f"{name}={write(value)}" for name, value in pairs.items())

    return write_pairs


def _answer(text: str) -> Decimal | bool | str | None:
    """Read an answer of an instrument: a number, yes or no, a letter, or nothing known."""
    if text in (_YES, _NO):
        return text == _YES
    if re.fullmatch(r"-?[0-9]{1,9}([.][0-9]{1,6})?", text):
        return Decimal(text)
    return text or None


def _write_answer(answer: Any) -> str:
    if isinstance(answer, bool):
        return _write_flag(answer)
    return "" if answer is None else str(answer)


def _json(kind: type[Any], make: Callable[[Any], Any]) -> Callable[[str, Column], Any]:
    """Read a cell of JSON; an empty one is an empty list or object."""

    def read_json(text: str, _: Column) -> Any:
        try:
            value = json.loads(text, parse_constant=_no_constant) if text else kind()
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, kind):
            raise CellError("import.json", value=text[:40])
        return make(value)

    return read_json


def _no_constant(word: str) -> NoReturn:
    """NaN and infinity are no JSON, and equal nothing when they come back."""
    raise ValueError(word)


def _write_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _write_windows(windows: Windows) -> str:
    return " ".join(f"{_clock(start)}-{_clock(end)}" for start, end in windows)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _write_flag(value: bool) -> str:  # noqa: FBT001 - the value is the subject
    return _YES if value else _NO


def _write_bounds(bounds: Range) -> str:
    low = "" if bounds.low is None else str(bounds.low)
    high = "" if bounds.high is None else str(bounds.high)
    return f"{low}..{high}" if low or high else ""


def _provenance(text: str) -> StrEnum:
    return _word(text, Provenance)


def _range(text: str) -> Range:
    return _bounds(text, None)


def _amount(text: str) -> int | None:
    """An amount, or nothing known."""
    if not re.fullmatch(r"[0-9]{0,6}", text):
        raise CellError("import.whole", value=text)
    return int(text) if text else None


def _count(text: str) -> int:
    found = _amount(text)
    if found is None:
        raise CellError("import.whole", value=text)
    return found


def _write_amount(amount: int | None) -> str:
    return "" if amount is None else str(amount)


def _frozen(kind: Any) -> tuple[Callable[[str, Column], Any], Callable[[Any], str]]:
    """Read and write a value of a room as JSON, by its own types."""

    def read_frozen(text: str, _: Column) -> Any:
        try:
            return read(kind, json.loads(text or "[]", parse_constant=_no_constant))
        except (ValueError, TypeError, AttributeError, RecursionError):
            raise CellError("import.json", value=text[:40]) from None

    return read_frozen, lambda value: _write_json(cells(value))


_CODECS: Mapping[Any, tuple[Callable[[str, Column], Any], Callable[[Any], str]]] = {
    int: (_whole, str),
    bool: (_flag, _write_flag),
    Decimal: (_decimal, lambda value: format(value, "f")),
    date: (_day, date.isoformat),
    datetime: (_moment, lambda value: value.astimezone(UTC).isoformat()),
    Range: (_bounds, _write_bounds),
    Windows: (_windows, _write_windows),
    Answers: (_pairs(_answer), _write_pairs(_write_answer)),
    Mapping[str, Range]: (_pairs(_range), _write_pairs(_write_bounds)),
    Mapping[str, int]: (_pairs(_count), _write_pairs(str)),
    Mapping[str, int | None]: (_pairs(_amount), _write_pairs(_write_amount)),
    tuple[RuleSwitch, ...]: _frozen(tuple[RuleSwitch, ...]),
    tuple[Constraint, ...]: _frozen(tuple[Constraint, ...]),
    ReferenceBasis: _frozen(ReferenceBasis),
    Mapping[str, Provenance]: (_pairs(_provenance), _write_pairs(str)),
    Mapping[str, Any]: (_json(dict, dict), _write_json),
    tuple[Any, ...]: (_json(list, tuple), _write_json),
}
