"""The page of every paper: blocks that know their height, flowed into framed, numbered pages."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeAlias
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import getAscentDescent, stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from app.i18n import Translator
from app.paper.faces import BOLD, PLAIN

MARGIN = 10 * mm
WIDTH = A4[0] - 2 * MARGIN
INK, SOFT, LINE, TINT = 0.0, 0.35, 0.72, 0.93
"""Grey levels, 0 black to 1 white: every paper reads the same from a black-and-white printer."""

_TOP = A4[1] - 9 * mm
_HEAD = 17 * mm
_FOOT = 13 * mm
_LOCALES = {"nl": "nl-BE", "fr": "fr-BE", "en": "en-GB"}
_ALIGN = {"left": 0, "centre": 1, "right": 2}

Pen: TypeAlias = Any  # a ReportLab Canvas; the library ships no types
Draw: TypeAlias = Callable[[Pen, float, float], None]


@dataclass(frozen=True, slots=True)
class Block:
    """Something of known size that draws itself from its left top corner, in points.

    `keep` asks to stand on the same page as the block that follows.
    """

    width: float
    height: float
    draw: Draw
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Pages that belong together and are counted together: one van, one kitchen day.

    `opening` stands on the first page only, `columns` above the rows on every page.
    """

    badge: str
    title: str
    aside: tuple[str, str]
    rows: tuple[Block, ...]
    opening: Block | None = None
    columns: Block | None = None


def words(
    text: str,
    width: float,
    *,
    size: float = 9,
    bold: bool = False,
    align: str = "left",
    ink: float = INK,
    lead: float = 1.2,
) -> Block:
    """Text of any length, wrapped to the width; long words are broken, nothing is lost."""
    face = BOLD if bold else PLAIN
    if "\n" not in text and stringWidth(text, face, size) <= width:
        return _one_line(text, width, face=face, size=size, align=align, ink=ink, lead=lead)
    plain = escape(text).replace("\n", "<br/>")
    return rich(
        f"<b>{plain}</b>" if bold else plain, width, size=size, align=align, ink=ink, lead=lead
    )


def coded(
    text: str, width: float, *, size: float = 9, bold: bool = False, lead: float = 1.2
) -> Block:
    """Text with the code of a lot: it goes on after a hyphen, where a person reads on.

    Only a part that is wider than the line by itself is cut.
    """
    lines = [""]
    for part in re.findall(r"[^ -]*(?:[- ]|$)", text):
        if lines[-1] and measure((lines[-1] + part).rstrip(), size=size, bold=bold) > width:
            lines.append("")
        lines[-1] += part
    told = "\n".join(line.strip() for line in lines)
    return words(told, width, size=size, bold=bold, lead=lead)


def _one_line(
    text: str, width: float, *, face: str, size: float, align: str, ink: float, lead: float
) -> Block:
    """Text that fits as it is: a tenth of the work of a paragraph, for lists of thousands."""
    ascent, _ = getAscentDescent(face, size)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.setFont(face, size)
        pen.setFillGray(ink)
        baseline = top - ascent
        if align == "left":
            pen.drawString(x, baseline, text)
        elif align == "right":
            pen.drawRightString(x + width, baseline, text)
        else:
            pen.drawCentredString(x + width / 2, baseline, text)

    return Block(width, size * lead, draw)


def measure(text: str, *, size: float = 9, bold: bool = False) -> float:
    """How wide a line of text is."""
    return float(stringWidth(text, BOLD if bold else PLAIN, size))


def rich(
    markup: str,
    width: float,
    *,
    size: float = 9,
    align: str = "left",
    ink: float = INK,
    lead: float = 1.2,
) -> Block:
    """Text in which `<b>` marks what must stand out; the caller escapes what a person typed."""
    style = ParagraphStyle(
        "words",
        fontName=PLAIN,
        bulletFontName=PLAIN,
        fontSize=size,
        leading=size * lead,
        textColor=(ink, ink, ink),
        alignment=_ALIGN[align],
    )
    paragraph = Paragraph(markup, style)
    _, height = paragraph.wrap(width, 10_000)
    return Block(width, height, lambda pen, x, top: paragraph.drawOn(pen, x, top - height))


def strong(text: str) -> str:
    """Markup of typed text that must stand out."""
    return f"<b>{escape(text)}</b>"


def blank(width: float, height: float) -> Block:
    """Room left open."""
    return Block(width, height, lambda _pen, _x, _top: None)


def stack(blocks: Iterable[Block], *, gap: float = 0) -> Block:
    """Blocks below each other."""
    parts = tuple(blocks)
    height = sum(part.height for part in parts) + gap * max(0, len(parts) - 1)

    def draw(pen: Pen, x: float, top: float) -> None:
        for part in parts:
            part.draw(pen, x, top)
            top -= part.height + gap

    return Block(max((part.width for part in parts), default=0), height, draw)


def beside(blocks: Iterable[Block], *, gap: float = 0, middle: bool = False) -> Block:
    """Blocks next to each other, level at the top or in the middle."""
    parts = tuple(blocks)
    height = max((part.height for part in parts), default=0)

    def draw(pen: Pen, x: float, top: float) -> None:
        for part in parts:
            part.draw(pen, x, top - ((height - part.height) / 2 if middle else 0))
            x += part.width + gap

    return Block(sum(part.width for part in parts) + gap * max(0, len(parts) - 1), height, draw)


def flow(blocks: Iterable[Block], width: float, *, gap: float = 3) -> Block:
    """Blocks next to each other, continued on a new line where the width ends."""
    lines: list[list[Block]] = [[]]
    for block in blocks:
        used = sum(part.width + gap for part in lines[-1])
        if lines[-1] and used + block.width > width:
            lines.append([])
        lines[-1].append(block)
    content = stack((beside(line, gap=gap, middle=True) for line in lines if line), gap=2)
    return Block(width, content.height, content.draw)


def row(block: Block, *, pad: float = 3, keep: bool = False, shade: bool = False) -> Block:
    """A block as a row of a list: air above and below, a thin line under it."""
    height = block.height + 2 * pad

    def draw(pen: Pen, x: float, top: float) -> None:
        if shade:
            pen.setFillGray(TINT)
            pen.rect(x, top - height, WIDTH, height, stroke=0, fill=1)
        block.draw(pen, x, top - pad)
        pen.setStrokeGray(LINE)
        pen.setLineWidth(0.5)
        pen.line(x, top - height, x + WIDTH, top - height)

    return Block(block.width, height, draw, keep)


def paginate(section: Section) -> list[list[Block]]:
    """The rows of each page: as many as fit, a kept row never alone at the foot."""
    full = _TOP - _HEAD - _FOOT - (section.columns.height if section.columns else 0)
    room = full - (section.opening.height if section.opening else 0)
    pages: list[list[Block]] = [[]]
    for group in _kept_together(section.rows):
        height = sum(block.height for block in group)
        if pages[-1] and height > room:
            pages.append([])
            room = full
        pages[-1] += group
        room -= height
    return pages


def book(
    sections: Sequence[Section], speak: Translator, *, title: str, version: str, note: str = ""
) -> bytes:
    """The PDF of all sections; the same input gives the same bytes.

    `note` and `version` stand at the foot of every page.
    """
    file = BytesIO()
    pen = start(file, speak, title)
    for section in sections:
        pages = paginate(section)
        for number, rows in enumerate(pages, 1):
            first = number == 1
            _frame(pen, section, speak.say("paper.page", page=number, pages=len(pages)))
            foot(pen, speak, version, note)
            opening = (section.opening,) if first and section.opening else ()
            columns = (section.columns,) if section.columns else ()
            page = fitted(stack((*opening, *columns, *rows)), _TOP - _HEAD - _FOOT)
            page.draw(pen, MARGIN, _TOP - _HEAD)
            pen.showPage()
    pen.save()
    return file.getvalue()


def start(file: BytesIO, speak: Translator, title: str) -> Pen:
    """A new A4 document of which the bytes depend on nothing but what is drawn."""
    pen = Canvas(
        file,
        pagesize=A4,
        invariant=1,
        initialFontName=PLAIN,
        lang=_LOCALES[speak.language],
    )
    pen.setTitle(title)
    pen.setAuthor("NPCC")
    pen.setCreator("NPCC")
    pen.setViewerPreference("DisplayDocTitle", "true")
    return pen


def foot(pen: Pen, speak: Translator, version: str, note: str = "") -> None:
    """The last line of every page: what to do with the paper, and which version it is."""
    pen.setStrokeGray(LINE)
    pen.setLineWidth(0.5)
    pen.line(MARGIN, _FOOT - 1 * mm, MARGIN + WIDTH, _FOOT - 1 * mm)
    half = WIDTH / 2
    left = words(note, half * 1.2, size=7.5, bold=True)
    right = words(
        speak.say("paper.version", version=version), half * 0.8, size=7.5, align="right", ink=SOFT
    )
    beside((left, right)).draw(pen, MARGIN, _FOOT - 2.5 * mm)


def fitted(content: Block, room: float) -> Block:
    """Content as it is; what is higher than its room is made smaller, never cut off."""
    if content.height <= room + 0.01:
        return content
    scale = room / content.height

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.saveState()
        pen.translate(x, top)
        pen.scale(scale, scale)
        content.draw(pen, 0, 0)
        pen.restoreState()

    return Block(content.width * scale, room, draw)


def _frame(pen: Pen, section: Section, page: str) -> None:
    """The head of every page: whose paper it is, for which day, which page of how many."""
    x, top = MARGIN, _TOP
    if section.badge:
        side = 11.5 * mm
        pen.setFillGray(INK)
        pen.roundRect(x, top - side, side, side, 2 * mm, stroke=0, fill=1)
        pen.setFillGray(1)
        size = min(25, 25 * 8.5 * mm / max(1, pen.stringWidth(section.badge, BOLD, 25)))
        pen.setFont(BOLD, size)
        pen.drawCentredString(x + side / 2, top - side / 2 - size * 0.36, section.badge)
        x += side + 3.5 * mm
    wide = WIDTH - (x - MARGIN) - 62 * mm
    fits = pen.stringWidth(section.title, BOLD, 15) <= wide
    stack(
        (
            words(section.title, wide, size=15 if fits else 11, bold=True),
            blank(wide, 2),
            words(section.aside[0], wide, size=8.5, ink=SOFT),
        )
    ).draw(pen, x, top + 1)
    stack(
        (
            words(section.aside[1], 60 * mm, size=11, bold=True, align="right"),
            blank(60 * mm, 3),
            words(page, 60 * mm, size=8.5, align="right", ink=SOFT),
        )
    ).draw(pen, MARGIN + WIDTH - 60 * mm, top)


def _kept_together(rows: Iterable[Block]) -> Iterable[list[Block]]:
    group: list[Block] = []
    for block in rows:
        group.append(block)
        if not block.keep:
            yield group
            group = []
    if group:
        yield group
