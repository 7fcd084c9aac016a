"""Letters of a referral: to whom, about whom, what was found, what is planned, who signed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from reportlab.lib.units import mm

from app.i18n import LOCAL_ZONE, Translator
from app.operations.letters import Change, Finding, Letter, Targets, Textures, Weighed
from app.paper.marks import allergen_words, capital, texture
from app.paper.page import (
    INK,
    LINE,
    SOFT,
    WIDTH,
    Block,
    Pen,
    Section,
    beside,
    blank,
    book,
    stack,
    words,
)
from menus import Iddsi, Kind
from screening import Range

_LABEL, _GAP = 44 * mm, 4 * mm
_VALUE = WIDTH - _LABEL - _GAP
_TEXT, _SMALL = 10, 8.5
_CHART_HEIGHT = 34 * mm
_NBSP = "\N{NO-BREAK SPACE}"
_DASH = "\N{EN DASH}"
_PER_PART = 1400
"""Characters of free text in one block: a longer text goes on over the foot of a page."""


def letter_pdf(letter: Letter, speak: Translator) -> bytes:
    """The letter as A4 pages; it holds what `Letter` holds and nothing else."""
    title = speak.say(f"letter.title.{letter.direction}")
    section = Section(
        badge="",
        title=title,
        aside=(
            speak.say("letter.about", number=letter.code, day=speak.date(letter.received_on)),
            speak.date(letter.signed_at.astimezone(LOCAL_ZONE).date()),
        ),
        opening=_opening(letter, speak),
        rows=tuple(_rows(letter, speak)),
    )
    version = f"{letter.code}-{letter.number}"
    return book(
        [section], speak, title=title, version=version, note=speak.say("letter.confidential")
    )


def _opening(letter: Letter, speak: Translator) -> Block:
    """Sender on the left, addressee on the right, as through the window of an envelope."""
    half = (WIDTH - _GAP) / 2
    party = speak.say(f"referral.party.{letter.to_party}")
    lines = (letter.to_name, letter.to_organisation, party)
    return stack(
        (
            beside(
                (
                    _address(letter.house, letter.house_address, half),
                    _address(lines[0], lines[1:], half),
                ),
                gap=_GAP,
            ),
            blank(WIDTH, 7 * mm),
        )
    )


def _address(name: str, lines: Iterable[str], width: float) -> Block:
    return stack(
        (
            words(name, width, size=_TEXT, bold=True),
            *(words(line, width, size=_SMALL, ink=SOFT) for line in lines if line),
        ),
        gap=1.5,
    )


def _rows(letter: Letter, speak: Translator) -> Iterator[Block]:
    born = speak.say("letter.born", day=speak.date(letter.born))
    yield _pair(speak.say("letter.person"), f"{letter.person}, {born}", bold=True)
    reasons = ", ".join(speak.say(f"referral.reason.{one}") for one in letter.reasons)
    yield _pair(speak.say("referral.reasons"), reasons)
    if letter.question:
        yield from _paragraphs(letter.question)
    if letter.text:
        yield from _paragraphs(letter.text)
    if letter.findings:
        yield _heading(speak.say("letter.findings"))
        yield from (_finding(one, speak) for one in letter.findings)
    if letter.weights:
        yield _heading(speak.say("letter.weight"))
        yield from _weight(letter, speak)
    if letter.targets or letter.textures:
        yield _heading(speak.say("letter.plan"))
    if letter.targets:
        yield from _targets(letter.targets, speak)
    if letter.textures:
        yield from _textures(letter.textures, speak)
    if letter.next_on:
        yield _pair(speak.say("letter.next"), capital(speak.day(letter.next_on)))
    yield _signature(letter, speak)


def _heading(text: str) -> Block:
    line = words(text, WIDTH, size=11.5, bold=True)
    block = stack((blank(WIDTH, 5 * mm), line, blank(WIDTH, 1.5 * mm)))
    return Block(block.width, block.height, block.draw, keep=True)


def _pair(label: str, value: str, *, bold: bool = False) -> Block:
    return _line(label, words(value, _VALUE, size=_TEXT, bold=bold))


def _line(label: str, value: Block) -> Block:
    """A label with its value; air under it."""
    tall = value.height > 2 * _TEXT
    row = beside((words(label, _LABEL, size=_TEXT, ink=SOFT), value), gap=_GAP, middle=not tall)
    return stack((row, blank(WIDTH, 1.8 * mm)))


def _paragraphs(text: str) -> Iterator[Block]:
    yield blank(WIDTH, 2 * mm)
    for part in text.split("\n\n"):
        for start in range(0, len(part), _PER_PART):
            piece = part[start : start + _PER_PART].strip()
            yield stack((words(piece, WIDTH, size=_TEXT, lead=1.35), blank(WIDTH, 2 * mm)))


def _finding(found: Finding, speak: Translator) -> Block:
    """Instrument, day, points or their bracket, outcome; what is open or estimated says so."""
    day = speak.date(found.on)
    said = [speak.say("letter.points", points=_points(found, speak))] if _has_points(found) else []
    if found.category:
        said.append(speak.say(f"screening.category.{found.category}").lower())
    if found.partial:
        said.append(speak.say("letter.still_open"))
    if found.estimated:
        said.append(speak.say("letter.estimated"))
    return _pair(speak.say(f"tool.{found.tool}"), f"{', '.join(said)} ({day})")


def _has_points(found: Finding) -> bool:
    return found.low is not None and found.high is not None


def _points(found: Finding, speak: Translator) -> str:
    ends = dict.fromkeys(_figure(one, speak) for one in (found.low, found.high) if one is not None)
    return _DASH.join(ends)


def _figure(value: Decimal, speak: Translator) -> str:
    return speak.number(value, 0 if value == value.to_integral_value() else 1)


def _weight(letter: Letter, speak: Translator) -> Iterator[Block]:
    last = letter.weights[-1]
    said = [
        speak.say("letter.weighed", kg=speak.number(last.weight_kg, 1), day=speak.date(last.on)),
        *(_change(one, speak) for one in letter.changes),
    ]
    if letter.bmi is not None:
        said.append(speak.say("letter.bmi", bmi=speak.number(letter.bmi, 1)))
    yield stack((words(" ".join(said), WIDTH, size=_TEXT, lead=1.35), blank(WIDTH, 2 * mm)))
    if len(letter.weights) > 1:
        yield stack((_chart(letter.weights, speak), blank(WIDTH, 2 * mm)))


def _change(change: Change, speak: Translator) -> str:
    percent = speak.number(change.percent, 1)
    return speak.say("letter.change", percent=percent, count=change.days // 30)


def _chart(weights: Sequence[Weighed], speak: Translator) -> Block:
    """The course of the weight: every weighing a dot with its figure; days to scale.

    The height stands for a tenth of the weight at least, so that a small change looks small.
    """
    first, last = weights[0].on, weights[-1].on
    heavy = max(one.weight_kg for one in weights)
    light = min(one.weight_kg for one in weights)
    span = max(heavy - light, heavy / 10)
    low = (heavy + light - span) / 2
    side, foot, head = 10 * mm, 6 * mm, 5 * mm

    def place(one: Weighed, x: float, top: float) -> tuple[float, float]:
        along = (one.on - first).days / max(1, (last - first).days)
        up = float((one.weight_kg - low) / span)
        room = _CHART_HEIGHT - foot - head
        return x + side + along * (WIDTH - 2 * side), top - _CHART_HEIGHT + foot + up * room

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.saveState()
        pen.setStrokeGray(LINE)
        pen.setLineWidth(0.5)
        pen.line(x, top - _CHART_HEIGHT + foot, x + WIDTH, top - _CHART_HEIGHT + foot)
        dots = [place(one, x, top) for one in weights]
        pen.setStrokeGray(INK)
        pen.setFillGray(INK)
        pen.setLineWidth(1)
        for (x1, y1), (x2, y2) in pairwise(dots):
            pen.line(x1, y1, x2, y2)
        for (dot_x, dot_y), one in zip(dots, weights, strict=True):
            pen.circle(dot_x, dot_y, 1.6, stroke=1, fill=1)
            _mark(pen, dot_x, dot_y + 2.5 * mm, speak.number(one.weight_kg, 1))
        for end in (weights[0], weights[-1]):
            at = place(end, x, top)[0]
            _mark(pen, at, top - _CHART_HEIGHT + 2 * mm, _short(end.on, speak))
        pen.restoreState()

    return Block(WIDTH, _CHART_HEIGHT, draw)


def _mark(pen: Pen, x: float, y: float, text: str) -> None:
    label = words(text, 24 * mm, size=7.5, align="centre")
    label.draw(pen, x - 12 * mm, y + label.height * 0.7)


def _short(day: date, speak: Translator) -> str:
    return speak.short_day(day).partition(" ")[2]


def _targets(targets: Targets, speak: Translator) -> Iterator[Block]:
    for name, bounds, unit in (
        ("energy_kcal", targets.energy_kcal, "kcal"),
        ("protein_g", targets.protein_g, "g"),
        ("fluid_ml", targets.fluid_ml, "ml"),
    ):
        said = _between(bounds, unit, speak)
        if said:
            yield _pair(
                speak.say(f"prescription.field.{name}"), speak.say("letter.per_day", amount=said)
            )


def _between(bounds: Range, unit: str, speak: Translator) -> str | None:
    low, high = bounds.low, bounds.high
    if low is None and high is None:
        return None
    if low is not None and high is not None:
        amount = f"{speak.number(low)}{_DASH}{speak.number(high)}"
    elif low is not None:
        amount = speak.say("web.window.from", amount=speak.number(low))
    else:
        amount = speak.say("web.window.to", amount=speak.number(high or 0))
    return f"{amount}{_NBSP}{unit}"


def _textures(textures: Textures, speak: Translator) -> Iterator[Block]:
    for kind, level in ((Kind.FOOD, textures.food_level), (Kind.DRINK, textures.drink_level)):
        shown = texture(Iddsi(level), kind, speak, most=_VALUE, size=_TEXT)
        yield _line(capital(speak.say(f"iddsi.kind.{kind}")), shown)
    if textures.allergies:
        yield _pair(
            speak.say("prescription.field.allergies"), allergen_words(textures.allergies, speak)
        )


def _signature(letter: Letter, speak: Translator) -> Block:
    return stack(
        (
            blank(WIDTH, 9 * mm),
            words(letter.signer, WIDTH, size=_TEXT, bold=True),
            words(speak.say("letter.signer", house=letter.house), WIDTH, size=_SMALL),
            words(
                speak.say(
                    "letter.signed",
                    at=speak.time(letter.signed_at),
                    day=speak.date(letter.signed_at.astimezone(LOCAL_ZONE).date()),
                ),
                WIDTH,
                size=_SMALL,
                ink=SOFT,
            ),
        ),
        gap=1.5,
    )
