"""The questions of a form in words, all from the instrument's table: adding one needs no code."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import screening
from app.i18n import Translator
from app.operations.screenings import Opening, Start
from app.paper.formwords import choices, figure, label, posted, why, with_unit
from app.pipeline import Call
from app.schemas.screening import TOLD, UNSURE, FilledIn, is_typed, on_form
from app.web.parts import measure_parts
from app.web.words import kept, started
from screening import (
    Answer,
    Input,
    InputKind,
    Instrument,
    Provenance,
    asked,
    hint_code,
)

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A form on its way to the page: what it starts from and what stands in it."""

    call: Call
    opening: Opening
    filled: FilledIn
    at: str = ""  # the field somebody is typing in: nothing is said about it yet

    @property
    def table(self) -> Instrument:
        """The instrument."""
        return screening.instrument(self.filled.tool)

    def asked(self) -> frozenset[str]:
        """The questions that matter now."""
        head = self.opening.face
        known = {**self.filled.form.answers, "age": head.age, "sex": head.client.sex}
        found = asked(self.filled.tool, known, unsure=self.filled.unsure)
        return frozenset(one.name for one in found if one.section)


def starting(speak: Translator, opening: Opening, table: Instrument) -> dict[str, list[str]]:
    """Give what stands in a fresh form: each answer that the record knows, as one would type it."""
    typed: dict[str, list[str]] = {}
    for one in on_form(table):
        start = opening.starts.get(one.name)
        if start is not None:
            typed[one.name] = [_typed(speak, one, start.value)]
        if start is not None and start.how is not None and one.name in TOLD:
            typed[f"{one.name}_how"] = [start.how.value]
    return typed


def _typed(speak: Translator, one: Input, value: Answer) -> str:
    if is_typed(one) and not isinstance(value, str | bool):
        return figure(speak, value).replace("\u00a0", "")
    return posted(value)


def sections(sheet: Sheet) -> list[dict[str, Any]]:
    """Give the steps of a form in order, each with its questions."""
    shown, found = sheet.asked(), dict[str, list[dict[str, Any]]]()
    for one in on_form(sheet.table):
        found.setdefault(one.section, []).append(question(sheet, one, shown=one.name in shown))
    return [
        {"id": f"s{number}", "title": sheet.call.say(code), "questions": questions}
        for number, (code, questions) in enumerate(found.items(), 1)
    ]


def moved(sheet: Sheet) -> list[dict[str, Any]]:
    """Give the questions that came or went since the page was drawn."""
    shown = sheet.asked()
    return [
        question(sheet, one, shown=one.name in shown)
        for one in on_form(sheet.table)
        if (one.name in shown) != (one.name in sheet.filled.shown)
    ]


def remarks(sheet: Sheet) -> list[dict[str, Any]]:
    """Give what stands around every typed answer that stays on the page."""
    stays = sheet.asked() & sheet.filled.shown
    return [
        question(sheet, one, shown=True)
        for one in on_form(sheet.table)
        if one.name in stays and is_typed(one)
    ]


def progress(sheet: Sheet) -> dict[str, int]:
    """Give how many of the questions that matter have an answer; "I do not know" is one."""
    shown = sheet.asked()
    answered = sheet.filled.form.answers.keys() | sheet.filled.unsure
    return {"done": len(shown & answered), "all": len(shown)}


def question(sheet: Sheet, one: Input, *, shown: bool) -> dict[str, Any]:
    """Give one question with everything around it."""
    call = sheet.call
    parts = {
        "name": one.name,
        "shown": shown,
        "label": label(call.translator, one),
        "hints": tuple(_hints(sheet, one)),
        "why": tuple(why(call.translator, sheet.table, one)),
        "typed": is_typed(one),
    }
    if is_typed(one):
        return parts | _measure(sheet, one)
    problem = call.problem_at(one.name)
    return parts | {
        "value": kept(call, one.name),
        "options": tuple(_choices(call.translator, sheet.table, one)),
        "unsure": UNSURE,
        "error": problem.text if problem else None,
    }


def _hints(sheet: Sheet, one: Input) -> Iterator[str]:
    """Give the help text, and where the answer a form starts with comes from."""
    call = sheet.call
    yield call.say(hint_code(one))
    start, last = sheet.opening.starts.get(one.name), sheet.opening.last.get(one.name)
    if start is not None:
        yield _origin(call, one, start)
    elif last is not None:
        yield call.say("form.last", value=_said(call, one, last.value), day=_day(call, last))
    elif (loss := _loss(sheet, one)) is not None:
        yield _origin(call, one, loss)


def _loss(sheet: Sheet, one: Input) -> Start | None:
    weight = sheet.filled.form.answers.get("weight_kg")
    return sheet.opening.loss(one.name, weight if isinstance(weight, Decimal) else None)


def _origin(call: Call, one: Input, start: Start) -> str:
    if start.tool is not None:
        return call.say(
            "form.from.tool", tool=call.say(f"tool.{start.tool}"), day=_day(call, start)
        )
    if start.proposed:
        return call.say("form.from.glim")
    if start.before is not None:
        kg = figure(call.translator, start.before.weight_kg)
        return call.say("form.from.weight", kg=kg, day=_day(call, start))
    how = call.say(f"screening.provenance.{start.how or Provenance.MEASURED}")
    value = _said(call, one, start.value)
    return call.say("form.from.record", value=value, how=how, day=_day(call, start))


def _day(call: Call, start: Start) -> str:
    return call.translator.date(start.on)


def _said(call: Call, one: Input, value: Answer) -> str:
    if isinstance(value, str | bool):
        return str(value)
    return with_unit(call.translator, one, figure(call.translator, value))


def _measure(sheet: Sheet, one: Input) -> dict[str, Any]:
    call = sheet.call
    parts = measure_parts(call, one.name, kept(call, one.name, ""))
    if one.name == sheet.at:
        parts |= {"error": None, "ask": None, "mend": None}
    loss = _loss(sheet, one)
    if parts["mend"] is None and loss is not None and isinstance(loss.value, Decimal):
        parts["mend"] = _offer(sheet, one, loss.value)
    return parts | {
        "unit": call.say(f"unit.{one.unit}") if one.unit else None,
        "unknown": one.name in sheet.filled.unsure,
        "how": kept(call, f"{one.name}_how", Provenance.MEASURED) if one.name in TOLD else None,
        "hows": tuple(
            (str(how), started(call.say(f"screening.provenance.{how}"))) for how in Provenance
        ),
    }


def _offer(sheet: Sheet, one: Input, value: Decimal) -> dict[str, str] | None:
    """Give the loss that the weights say, as a button, when the field says something else."""
    if sheet.filled.form.answers.get(one.name) == value:
        return None
    call, said = sheet.call, figure(sheet.call.translator, value)
    unit = call.say(f"unit.{one.unit}") if one.unit else ""
    return {"value": said, "text": call.say("care.mend", value=said, unit=unit)}


def _choices(speak: Translator, table: Instrument, one: Input) -> Iterator[dict[str, str]]:
    """Give the answers of a choice: what it posts, its words and the key that picks it."""
    found = choices(speak, table, one)
    for index, (value, text) in enumerate(found):
        yield {"value": value, "text": text, "key": _key(one, found, index)}


def _key(one: Input, found: tuple[tuple[str, str], ...], index: int) -> str:
    """Printed points are their own key, yes and no their first letter, other words a letter."""
    value, text = found[index]
    if all(len(posted) == 1 and posted.isdigit() for posted, _ in found):
        return value
    if one.kind in (InputKind.FLAG, InputKind.SEX):
        return text[0].lower()
    return _LETTERS[index]
