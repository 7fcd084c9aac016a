"""The words of a form, the same on screen and on paper: questions, answers, points and limits."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import screening
from app.i18n import Translator, packs_with
from app.schemas.screening import YES, is_typed, on_form, options
from screening import (
    Answer,
    Cut,
    Evidence,
    Input,
    InputKind,
    Instrument,
    Item,
    Points,
    choice_code,
    hint_code,
    items_about,
)


def started(text: str) -> str:
    """Give a sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def figure(speak: Translator, value: int | Decimal | Fraction) -> str:
    """Give a number with every digit it was measured with: rounded it would be another number."""
    exact = value if isinstance(value, Decimal) else screening.rounded(value, 6)
    return speak.number(exact, max(0, -int(exact.normalize().as_tuple().exponent)))


def with_unit(speak: Translator, asked: Input, number: str) -> str:
    """Give a number with the unit of its question."""
    unit = speak.say(f"unit.{asked.unit}") if asked.unit else ""
    return f"{number}\u00a0{unit}".strip()


def label(speak: Translator, asked: Input) -> str:
    """Give a question in full where the house or a text pack words it, else the answer's name."""
    code = f"ask.{asked.name}"
    if speak.knows(code):
        return speak.say(code)
    return started(speak.say(f"screening.field.{asked.name}"))


def choice_text(speak: Translator, table: Instrument, asked: Input, value: str) -> str:
    """Give the words of one answer of a choice."""
    if asked.kind is InputKind.FLAG:
        return speak.say("web.yes" if value == YES else "web.no")
    if asked.kind is InputKind.SEX:
        return speak.say(f"sex.{value}")
    code = choice_code(table.tool, asked, value)
    return speak.number(Decimal(value)) if code is None else speak.say(code)


def answer_said(speak: Translator, table: Instrument, asked: Input, value: Answer) -> str:
    """Give a kept answer in words, with its unit."""
    if isinstance(value, bool):
        return speak.say("web.yes" if value else "web.no")
    if not is_typed(asked):
        return choice_text(speak, table, asked, posted(value))
    return with_unit(speak, asked, figure(speak, Decimal(str(value))))


def posted(value: Answer) -> str:
    """Give what a form posts for a kept answer of a choice."""
    if isinstance(value, bool):
        return YES if value else "no"
    return value if isinstance(value, str) else f"{Decimal(str(value)).normalize():f}"


def choices(speak: Translator, table: Instrument, asked: Input) -> tuple[tuple[str, str], ...]:
    """Give each answer of a choice: what it posts and its words."""
    return tuple((one, choice_text(speak, table, asked, one)) for one in options(asked))


def cut_offs(speak: Translator, table: Instrument, item: Item) -> str:
    """Give an item with its rows: "BMI: onder 18,5 = 2; ..."."""
    rows = [
        (_row(speak, table, line.quantity, cut), cut.points)
        for line in item.lines
        for cut in line.cuts
    ]
    said = [
        f"{text} = {points_said(speak, points)}" if text else points_said(speak, points)
        for text, points in dict.fromkeys(rows)
    ]
    return f"{speak.say(item.code)}: {'; '.join(said)}."


def _row(speak: Translator, table: Instrument, quantity: str, cut: Cut) -> str:
    """Give one row of a points table; an answer with printed points by its own words."""
    if cut.reason != "answer.as_printed":
        return started(speak.say(cut.reason)).rstrip(".")
    asked = next((one for one in table.inputs if one.name == quantity), None)
    code = asked and choice_code(table.tool, asked, cut.points)
    return speak.say(code) if code else ""


def points_said(speak: Translator, points: Points) -> str:
    """Give points, halves with their digit."""
    return speak.number(points, 0 if points == int(points) else 1)


def why(speak: Translator, table: Instrument, asked: Input) -> Iterator[str]:
    """Give what an answer is held against and where that was read."""
    items = items_about(table, asked.name)
    yield from (cut_offs(speak, table, item) for item in items)
    evidence = {item.evidence for item in items} | {table.evidence}
    for mark in sorted(evidence - {Evidence.SOURCE}):
        yield f"{speak.say(f'evidence.{mark}')}."
    yield speak.say(table.source)


def unread(speak: Translator, table: Instrument) -> Iterator[str]:
    """Give what of an instrument was not read at its publisher, by how sure it is."""
    marked: dict[Evidence, list[str]] = {table.evidence: [speak.say(f"tool.{table.tool}")]}
    for item in table.items:
        marked.setdefault(item.evidence, []).append(speak.say(item.code))
    for row in table.follow_up:
        marked.setdefault(row.evidence, []).append(speak.say("screening.follow_up"))
    for evidence in sorted(marked.keys() - {Evidence.SOURCE}):
        names = ", ".join(dict.fromkeys(marked[evidence]))
        yield f"{speak.say(f'evidence.{evidence}')}: {names}."


def licensed(speak: Translator, table: Instrument) -> Iterator[str]:
    """Give whose wording a form uses, where an operator installed a text pack for it."""
    for one in packs_with(_wordings(table), speak.language):
        yield speak.say("form.text_pack", name=one.name, version=one.version, holder=one.holder)


def _wordings(table: Instrument) -> Iterator[str]:
    yield from (item.code for item in table.items)
    for asked in on_form(table):
        yield from (f"ask.{asked.name}", f"screening.field.{asked.name}", hint_code(asked))
        codes = (choice_code(table.tool, asked, one) for one in (*asked.allowed, *asked.words))
        yield from (code for code in codes if code)
