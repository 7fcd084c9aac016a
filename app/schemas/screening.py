"""The form of any instrument: its questions and what may be answered come from its table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, partial
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow import fields as kinds

import screening
from app.operations.care import ScreeningForm
from app.schemas.base import Exactly, Form, OneOf, Several, Switch, Whole, problems_of
from screening import GATES, Input, InputKind, Instrument, Provenance, Sex, Tool

UNSURE, YES, NO = "?", "yes", "no"
"""Answers of a choice; the question mark is also what one types in a field one cannot answer."""

TOLD = frozenset({"weight_kg", "height_cm", "weight_before_kg"})
"""Measures that people also know from elsewhere: the form asks how they are known."""

_TYPED = frozenset(
    {
        *(InputKind.NUMBER, InputKind.COUNT, InputKind.AMOUNT),
        *(InputKind.MEASURE, InputKind.AGE),
    }
)
_MOST_TYPED = 40
_MOST_COUNT = 10_000


def is_typed(asked: Input) -> bool:
    """Whether a question is answered by typing a number; all others are a choice."""
    return asked.kind in _TYPED


def on_form(table: Instrument) -> tuple[Input, ...]:
    """The questions a form may ask; those without a heading come with the person."""
    return tuple(one for one in table.inputs if one.section)


FORMS = tuple(tool for tool in Tool if on_form(screening.instrument(tool)))
"""Instruments that have a form; the others are scored from files and systems."""


def options(asked: Input) -> tuple[str, ...]:
    """What a choice posts, in the order of the form, without "I do not know"."""
    words: Mapping[InputKind, tuple[object, ...]] = {
        InputKind.FLAG: (YES, NO),
        InputKind.SEX: tuple(Sex),
    }
    return tuple(str(one) for one in words.get(asked.kind, (*asked.allowed, *asked.words)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledIn:
    """A form as it came in: its answers, and every letter that was typed.

    `unsure` names what was answered with "I do not know", `shown` the questions on the page,
    `unread` what stands in a field and is no answer, as (field, code, arguments).
    """

    tool: Tool
    form: ScreeningForm
    unsure: frozenset[str] = frozenset()
    typed: Mapping[str, list[str]] = field(default_factory=dict)
    shown: frozenset[str] = frozenset()
    unread: tuple[tuple[str, str, dict[str, Any]], ...] = ()


class ScreeningQuery(Form):
    """Which instrument; without one the default of the place."""

    tool = OneOf(tuple(Tool), load_default=None)


class PaperQuery(Form):
    """Which paper form."""

    tool = OneOf(tuple(Tool), required=True)


class ScreeningAnswers(Form):
    """The form of the instrument it names."""

    tool = OneOf(tuple(Tool), load_default=Tool.MUST.value)

    def load(self, data: Any, **settings: Any) -> FilledIn:
        """Read the answers by the table of the tool; raises ValidationError at each field."""
        tool = Tool(super().load({"tool": data.get("tool", ())}, **settings)["tool"])
        return _filled_in(tool, self._read(form_of(tool), data), data)

    def _read(self, shape: type[Schema], data: Mapping[str, Any]) -> dict[str, Any]:
        left_behind = {name for name in data if data.get(f"{name}_unknown")}
        kept = {name: one for name, one in data.items() if name not in left_behind}
        values: dict[str, Any] = shape().load(kept)
        return values


class ScreeningPreview(ScreeningAnswers):
    """The form while somebody types: what is no answer yet is simply not answered."""

    def _read(self, shape: type[Schema], data: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return super()._read(shape, data)
        except ValidationError as error:
            unread = problems_of(error)
            names = {name for name, _code, _args in unread}
            values = super()._read(shape, {k: v for k, v in data.items() if k not in names})
            return values | {"unread": unread}


@cache
def form_of(tool: Tool) -> type[Schema]:
    """The shape of one instrument's form."""
    asked = on_form(screening.instrument(tool))
    shape: dict[str, Any] = {"shown": Several([one.name for one in asked], load_default=list)}
    for one in asked:
        shape |= _fields(one)
    return Form.from_dict(shape, name=f"{tool}Form")


def _fields(asked: Input) -> dict[str, kinds.Field[Any]]:
    if not is_typed(asked):
        return {asked.name: OneOf((*options(asked), UNSURE), load_default=None)}
    found: dict[str, kinds.Field[Any]] = {
        asked.name: Typed(_NUMBERS[asked.kind]()),
        f"{asked.name}_unknown": Switch(load_default=False),
    }
    if asked.name in GATES:
        found[f"{asked.name}_sure"] = Switch(load_default=False)
    if asked.name in TOLD:
        how = OneOf(tuple(Provenance), load_default=Provenance.MEASURED.value)
        found[f"{asked.name}_how"] = how
    return found


class Typed(kinds.Field[Any]):
    """A number of some kind, or a question mark for "I do not know"."""

    def __init__(self, inner: kinds.Field[Any]) -> None:
        super().__init__(load_default=None)
        self._inner = inner

    def _deserialize(self, value: Any, *args: Any, **rest: Any) -> Any:
        if isinstance(value, str) and value.strip() == UNSURE:
            return UNSURE
        return self._inner.deserialize(value, *args, **rest)


def _above_zero(value: Decimal) -> None:
    if value <= 0:
        raise ValidationError("form.above_zero")


def _from_zero(value: Decimal) -> None:
    if value < 0:
        raise ValidationError("form.from_zero")


_NUMBERS: Mapping[InputKind, Callable[[], kinds.Field[Any]]] = {
    InputKind.NUMBER: Exactly,
    InputKind.AMOUNT: partial(Exactly, validate=_from_zero),
    InputKind.MEASURE: partial(Exactly, validate=_above_zero),
    InputKind.COUNT: partial(Whole, least=0, most=_MOST_COUNT),
    InputKind.AGE: partial(Whole, least=0, most=130),
}


def _filled_in(tool: Tool, values: Mapping[str, Any], data: Mapping[str, Any]) -> FilledIn:
    asked = on_form(screening.instrument(tool))
    unsure = {one.name for one in asked if _is_unsure(values, one.name)}
    answers = {one.name: _answer(one, values.get(one.name)) for one in asked}
    told = [one.name for one in asked if values.get(f"{one.name}_how") is not None]
    return FilledIn(
        tool=tool,
        form=ScreeningForm(
            answers={k: v for k, v in answers.items() if v is not None and k not in unsure},
            provenance={name: Provenance(values[f"{name}_how"]) for name in told},
            confirmed=frozenset(one.name for one in asked if values.get(f"{one.name}_sure")),
        ),
        unsure=frozenset(unsure),
        typed=typed_in(tool, data),
        shown=frozenset(values["shown"]),
        unread=values.get("unread", ()),
    )


def _is_unsure(values: Mapping[str, Any], name: str) -> bool:
    """A ticked "I do not know" outweighs a number left behind."""
    return values.get(name) == UNSURE or bool(values.get(f"{name}_unknown"))


def _answer(asked: Input, value: Any) -> Any:
    if value is None or value == UNSURE or is_typed(asked):
        return value
    if asked.kind is InputKind.FLAG:
        return value == YES
    return Decimal(value) if asked.kind is InputKind.POINTS else value


def typed_in(tool: Tool, data: Mapping[str, Any]) -> dict[str, list[str]]:
    """What stands in the fields of a form, letter for letter, to be kept as a draft."""
    return {
        name: [str(one)[:_MOST_TYPED] for one in data[name]]
        for name in form_of(tool)().fields
        if name != "shown" and any(str(one).strip() for one in data.get(name, ()))
    }
