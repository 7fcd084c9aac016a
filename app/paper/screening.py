"""An instrument's form on paper, empty to fill in or filled, from the table that scores it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from reportlab.lib.units import mm

from app.i18n import Translator
from app.operations.casefacts import says_nothing
from app.paper.formwords import (
    answer_said,
    choices,
    cut_offs,
    label,
    licensed,
    points_said,
    posted,
    started,
    unread,
)
from app.paper.page import (
    INK,
    SOFT,
    WIDTH,
    Block,
    Pen,
    Section,
    beside,
    blank,
    book,
    flow,
    measure,
    row,
    stack,
)
from app.paper.page import words as text
from app.schemas.screening import is_typed, on_form
from screening import (
    Answer,
    Input,
    Instrument,
    ToolResult,
    choice_code,
    hint_code,
    outcome_code,
)
from screening import asked as asked_of

_EMPTY, _TICKED = "\u2610", "\u2612"
_GAP = 5 * mm
_LEFT = WIDTH * 0.5
_RIGHT = WIDTH - _LEFT - _GAP
_SMALL = 7.5
_TICK = 4.5 * mm


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledForm:
    """What was answered, what it came to, by whom and when; an absent answer is not known."""

    answers: Mapping[str, Answer | None]
    result: ToolResult
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperForm:
    """One instrument's form about one person; without `filled` it is empty."""

    table: Instrument
    person: str
    born: str
    filled: FilledForm | None = None


def screening_pdf(form: PaperForm, speak: Translator) -> bytes:
    """The form as A4 pages: questions, answers, points, limits, source and what is unverified."""
    name = speak.say(f"tool.{form.table.tool}")
    source = speak.say(
        "screening.source", source=speak.say(form.table.source), version=form.table.rule_version
    )
    section = Section(
        badge="",
        title=name,
        aside=(source, speak.say(f"purpose.{form.table.purpose}")),
        opening=_person(form, speak),
        rows=tuple(_rows(form, speak)),
    )
    version = f"{name} {form.table.rule_version}"
    return book([section], speak, title=name, version=version, note=speak.say("form.paper.note"))


def _person(form: PaperForm, speak: Translator) -> Block:
    day = "" if form.filled is None else speak.moment(form.filled.at)
    by = "" if form.filled is None else form.filled.by
    pairs = (("form.paper.name", form.person), ("form.paper.born", form.born))
    more = (("form.on", day), ("form.by", by))
    lines = [
        beside([_line(speak.say(code), said, WIDTH / 2 - _GAP / 2) for code, said in two], gap=_GAP)
        for two in (pairs, more)
    ]
    return stack((*lines, blank(WIDTH, 3 * mm)), gap=2 * mm)


def _line(name: str, said: str, width: float) -> Block:
    """A name with what is known, or a line to write on."""
    side = 26 * mm
    answer = text(said, width - side, bold=True) if said else _rule(width - side)
    return beside((text(name, side, ink=SOFT), answer))


def _rule(width: float) -> Block:
    def draw(pen: Pen, x: float, top: float) -> None:
        pen.setStrokeGray(INK)
        pen.setLineWidth(0.6)
        pen.line(x, top - 11, x + width, top - 11)

    return Block(width, 14, draw)


def _rows(form: PaperForm, speak: Translator) -> Iterator[Block]:
    heading = ""
    for asked in _questions(form):
        if asked.section != heading:
            heading = asked.section
            yield _heading(speak.say(heading))
        hint = speak.say(hint_code(asked))
        hints = (hint, speak.say("form.paper.only_if")) if asked.when else (hint,)
        said = text(" ".join(hints), _LEFT, size=_SMALL, ink=SOFT)
        question = stack((text(label(speak, asked), _LEFT, bold=True), said), gap=1)
        answer = stack([*_answers(form, speak, asked.name)], gap=1.5)
        yield row(beside((question, answer), gap=_GAP))
    yield from _points(form, speak)
    yield from _foot(form, speak)


def _questions(form: PaperForm) -> tuple[Input, ...]:
    """Every question of an empty form; of a filled one those that mattered."""
    if form.filled is None:
        return on_form(form.table)
    return tuple(one for one in asked_of(form.table.tool, form.filled.answers) if one.section)


def _heading(title: str) -> Block:
    return row(text(title, WIDTH, size=11, bold=True), keep=True, shade=True)


def _answers(form: PaperForm, speak: Translator, name: str) -> Iterator[Block]:
    """A place for each answer, the chosen one ticked; "I do not know" is always the last."""
    asked = next(one for one in form.table.inputs if one.name == name)
    value = form.filled.answers.get(name) if form.filled else None
    unit = speak.say(f"unit.{asked.unit}") if asked.unit else ""
    if is_typed(asked) and value is not None:
        yield text(answer_said(speak, form.table, asked, value), _RIGHT, bold=True)
    elif is_typed(asked):
        yield beside((_rule(25 * mm), text(unit, _RIGHT - 25 * mm)), gap=3)
    else:
        boxes = []
        for one, said in choices(speak, form.table, asked):
            named = asked.allowed and choice_code(form.table.tool, asked, one)
            points = f" ({points_said(speak, Decimal(one))})" if named else ""
            chosen = value is not None and posted(value) == one
            boxes.append(_box(f"{said}{points}", ticked=chosen))
        yield flow((*boxes, _unknown(speak, form, value)), _RIGHT, gap=8)
        return
    if value is None:
        yield _unknown(speak, form, value)


def _unknown(speak: Translator, form: PaperForm, value: Answer | None) -> Block:
    ticked = form.filled is not None and value is None
    return _box(speak.say("web.field.unknown"), ticked=ticked)


def _box(said: str, *, ticked: bool) -> Block:
    wide = min(_RIGHT - _TICK, measure(said, bold=ticked) + 2)
    mark = _TICKED if ticked else _EMPTY
    return beside((text(mark, _TICK, size=10), text(said, wide, bold=ticked)))


def _points(form: PaperForm, speak: Translator) -> Iterator[Block]:
    yield _heading(speak.say("form.points"))
    counted = {one.item: one for one in form.filled.result.items} if form.filled else {}
    for item in form.table.items:
        found = counted.get(item.code)
        said = ""
        if found is not None:
            ends = dict.fromkeys(points_said(speak, one) for one in (found.lowest, found.highest))
            said = "\u2013".join(ends)
        yield _scored(cut_offs(speak, form.table, item), said)
    yield _scored(speak.say("form.paper.total"), _total(form, speak), bold=True)
    yield row(text(_bands(form.table, speak), WIDTH, size=8.5))
    if form.filled is not None:
        yield row(text(_outcome(form.filled.result, speak), WIDTH, size=11, bold=True))


def _scored(said: str, points: str, *, bold: bool = False) -> Block:
    """A line with a box for its points."""
    side = 16 * mm

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.setStrokeGray(INK)
        pen.setLineWidth(0.6)
        pen.rect(x, top - 14, side, 14)
        text(points, side, bold=True, align="centre").draw(pen, x, top - 2)

    left = text(said, WIDTH - side - _GAP, size=9 if bold else 8, bold=bold)
    return row(beside((left, Block(side, 15, draw)), gap=_GAP))


def _total(form: PaperForm, speak: Translator) -> str:
    if form.filled is None or form.filled.result.min_score is None:
        return ""
    ends = (form.filled.result.min_score, form.filled.result.max_score)
    return "\u2013".join(dict.fromkeys(points_said(speak, one) for one in ends if one is not None))


def _bands(table: Instrument, speak: Translator) -> str:
    """From how many points which outcome holds; where none are added, the outcomes."""
    if table.bands:
        named = [(one.lowest, outcome_code(table.tool, one.category)) for one in table.bands]
        said = [f"{points_said(speak, low)}+ = {speak.say(code)}" for low, code in named]
    else:
        said = [speak.say(outcome_code(table.tool, one)) for one in table.categories]
    return "; ".join(said)


def _outcome(result: ToolResult, speak: Translator) -> str:
    if result.category is not None:
        return speak.say(outcome_code(result.instrument, result.category))
    if result.category_at_least is not None and not says_nothing(result):
        word = speak.say(outcome_code(result.instrument, result.category_at_least))
        return started(speak.say("screening.at_least", category=word.lower()))
    return speak.say(f"screening.status.{result.status}")


def _foot(form: PaperForm, speak: Translator) -> Iterator[Block]:
    for said in (*unread(speak, form.table), *licensed(speak, form.table)):
        yield row(text(said, WIDTH, size=_SMALL, ink=SOFT), pad=1.5)
