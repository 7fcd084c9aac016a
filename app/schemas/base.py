"""Fields whose errors are codes with arguments, and the two kinds of message."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, pre_load, validate

_COMMON = {
    "required": "form.required",
    "null": "form.required",
    "validator_failed": "form.not_understood",
    "invalid": "form.not_understood",
}


def _plain(name: str) -> Any:
    return dict(_COMMON, invalid=f"form.{name}")


class Text(fields.String):
    """Text without surrounding blanks, at most `most` characters."""

    default_error_messages = _plain("text") | {"invalid_utf8": "form.text"}

    def __init__(self, *, most: int = 200, **settings: Any) -> None:
        check = validate.Length(max=most, error="form.too_long max={max}")
        super().__init__(validate=check, **settings)

    def _deserialize(self, value: Any, *args: Any, **rest: Any) -> str:
        return super()._deserialize(value, *args, **rest).strip()


class Whole(fields.Integer):
    """A whole number between `least` and `most`."""

    default_error_messages = _plain("whole") | {"too_large": "form.whole"}

    def __init__(self, *, least: int, most: int, **settings: Any) -> None:
        check = validate.Range(min=least, max=most, error="form.range min={min} max={max}")
        super().__init__(strict=True, validate=check, **settings)

    def _validated(self, value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"\s*[-\u2212]?\d{1,30}\s*", value):
            value = int(value.replace("\u2212", "-"))
        if isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Exactly(fields.Field[Decimal]):
    """An exact decimal; a comma or a point may stand before the decimals. Never a float."""

    default_error_messages = _plain("number")

    def _deserialize(self, value: Any, *_args: Any, **_rest: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.make_error("invalid")
        text = str(value).strip().replace(",", ".").replace("\u00a0", "")
        if not re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", text):
            raise self.make_error("invalid")
        try:
            return Decimal(text)
        except InvalidOperation:  # pragma: no cover - the pattern admits decimals only
            raise self.make_error("invalid") from None


EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)
"""No day of a person or a house lies outside: around every day there is room to count."""


class AnyDay(fields.Date):
    """A calendar day, written 2026-11-27, however far away: the verb says what is possible."""

    default_error_messages = _plain("day") | {"format": "form.day", "invalid": "form.day"}


class Day(AnyDay):
    """A calendar day from `EARLIEST` to `LATEST`."""

    def __init__(self, **settings: Any) -> None:
        told = "form.range min={min} max={max}"
        super().__init__(validate=validate.Range(min=EARLIEST, max=LATEST, error=told), **settings)


class Switch(fields.Boolean):
    """Yes or no."""

    default_error_messages = _plain("switch")


class OneOf(fields.String):
    """One of the given words."""

    default_error_messages = _plain("choice")

    def __init__(self, words: Iterable[str], **settings: Any) -> None:
        check = validate.OneOf(tuple(words), error="form.choice")
        super().__init__(validate=check, **settings)


class Several(fields.List[str]):
    """Any number of the given words, each once."""

    default_error_messages = _plain("choice")

    def __init__(self, words: Iterable[str], **settings: Any) -> None:
        super().__init__(OneOf(words), **settings)


class Listed(fields.List[Any]):
    """A list of messages or values, at most `most`."""

    default_error_messages = _plain("list")

    def __init__(self, inner: Any, *, most: int, least: int = 0, **settings: Any) -> None:
        check = validate.Length(min=least, max=most, error="form.how_many min={min} max={max}")
        super().__init__(inner, validate=check, **settings)


class Json(Schema):
    """A message from a system: a field nobody knows is refused, not ignored."""

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE

    error_messages = {  # noqa: RUF012 - marshmallow's way to name them
        "unknown": "form.unknown_field",
        "type": "form.object",
    }


class Form(Schema):
    """A message from a web form: an empty field is an absent one, several values are a list.

    Of two values for one field the last counts (a box and the hidden field before it), unless the
    message is one that says each thing `once`.
    """

    once: ClassVar[bool] = False

    class Meta:
        """Ignore what a button or an older page sends along."""

        unknown = EXCLUDE

    error_messages = {  # noqa: RUF012 - marshmallow's way to name them
        "unknown": "form.unknown_field",
        "type": "form.object",
    }

    @pre_load
    def drop_empty(self, values: Any, **_: Any) -> Any:
        """Turn the lists of a form into single values, and blanks into absence."""
        if not isinstance(values, Mapping):  # no form at all: the schema says so
            return values
        kept: dict[str, Any] = {}
        for name, one_or_many in values.items():
            given = one_or_many if isinstance(one_or_many, list | tuple) else [one_or_many]
            filled = [one for one in given if not isinstance(one, str) or one.strip()]
            known = self.fields.get(name)
            if isinstance(known, fields.List):
                kept[name] = filled
            elif filled:
                if self.once and len(set(filled)) > 1:
                    raise ValidationError({name: ["form.once"]})
                kept[name] = filled[-1]
        return kept


def problems_of(error: ValidationError) -> tuple[tuple[str, str, dict[str, str | int]], ...]:
    """Give each problem as (field path, code, arguments), in the order of the fields."""
    return tuple(_flat(error.messages, ""))


def _flat(messages: Any, path: str) -> Iterable[tuple[str, str, dict[str, str | int]]]:
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            at = "" if name == "_schema" else str(name)
            yield from _flat(inner, f"{path}.{at}".strip(".") if at else path)
        return
    for message in messages if isinstance(messages, list) else [messages]:
        code, *pairs = str(message).split(" ")
        args = dict(pair.split("=", 1) for pair in pairs if "=" in pair)
        yield path, code, dict(args)
