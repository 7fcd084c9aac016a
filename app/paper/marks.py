"""Marks on paper: texture, allergens, temperature zone, code square; never colour alone."""

from collections.abc import Iterable
from typing import Any

import zxingcpp
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from app.i18n import Translator
from app.paper.faces import BOLD
from app.paper.page import INK, Block, Pen, beside, blank, words
from menus import Iddsi, Kind, Names, Seasoning, Zone

IDDSI_RGB: dict[Iddsi, str] = {
    Iddsi.L0: "#ffffff",
    Iddsi.L1: "#a7a9ac",
    Iddsi.L2: "#e58bb5",
    Iddsi.L3: "#f2dc2e",
    Iddsi.L4: "#6fb84a",
    Iddsi.L5: "#f28a45",
    Iddsi.L6: "#1f6db5",
    Iddsi.EC7: "#231f20",
    Iddsi.L7: "#231f20",
}
"""The colours of `menus.IDDSI_COLOURS` as printed, with number and name beside them."""

_WHITE_FIGURE = frozenset({Iddsi.L6, Iddsi.EC7, Iddsi.L7})
DASH = "\N{EN DASH}"
TIMES = "\N{MULTIPLICATION SIGN}"
_QUIET_MODULES = 2


def name_of(names: Names, speak: Translator) -> str:
    """A name in the reader's language."""
    return {"nl": names.nl, "fr": names.fr, "en": names.en}[speak.language]


def level_name(level: Iddsi, kind: Kind, speak: Translator) -> str:
    """The name of a level; level 3 and 4 are called alike for food and drink."""
    return capital(speak.say(f"iddsi.{kind}.{level}"))


def seasoning_name(seasoning: Seasoning, speak: Translator) -> str:
    """The name of a seasoning."""
    return capital(speak.say(f"seasoning.{seasoning}"))


def capital(text: str) -> str:
    """A word as it begins a line."""
    return text[:1].upper() + text[1:]


def allergen_words(codes: Iterable[str], speak: Translator) -> str:
    """Allergens by name, in the order given."""
    return ", ".join(speak.say(f"allergen.{code}") for code in codes)


def tile(level: Iddsi, kind: Kind, side: float) -> Block:
    """The number of a level in its colour: a square for food, a disc for drink."""

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.saveState()
        pen.setFillColor(HexColor(IDDSI_RGB[level]))
        pen.setStrokeGray(INK)
        pen.setLineWidth(0.8)
        if kind is Kind.DRINK:
            pen.circle(x + side / 2, top - side / 2, side / 2, stroke=1, fill=1)
        else:
            pen.roundRect(x, top - side, side, side, side * 0.16, stroke=1, fill=1)
        pen.setFillGray(1 if level in _WHITE_FIGURE else INK)
        size = side * (0.46 if level is Iddsi.EC7 else 0.72)
        pen.setFont(BOLD, size)
        pen.drawCentredString(x + side / 2, top - side / 2 - size * 0.36, str(level))
        pen.restoreState()

    return Block(side, side, draw)


def texture(
    level: Iddsi, kind: Kind, speak: Translator, *, most: float, size: float = 6.6
) -> Block:
    """Tile and name of a level, as wide as they are but at most so wide."""
    name = level_name(level, kind, speak)
    wide = min(stringWidth(name, BOLD, size) + 1, most - size * 1.45 - 2.5)
    return beside(
        (tile(level, kind, size * 1.45), words(name, wide, size=size, bold=True)),
        gap=2.5,
        middle=True,
    )


def chip(text: str, most: float, *, size: float = 7) -> Block:
    """A warning in a frame, with the sign that asks for attention; at most so wide."""
    wide = min(stringWidth(f"⚠ {text}", BOLD, size) + 1, most - 7)
    inner = words(f"⚠ {text}", wide, size=size, bold=True)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.setStrokeGray(INK)
        pen.setLineWidth(0.9)
        pen.roundRect(x, top - inner.height - 3, wide + 7, inner.height + 3, 2, stroke=1, fill=0)
        inner.draw(pen, x + 3.5, top - 1 - size / 5)

    return Block(wide + 7, inner.height + 3, draw)


def zone_sign(zone: Zone, side: float) -> Block:
    """A star for frozen, a drop for chilled, a box for dry goods."""

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.saveState()
        pen.translate(x, top - side)
        pen.scale(side / 20, side / 20)
        pen.setStrokeGray(INK)
        pen.setLineWidth(1.8)
        pen.setLineCap(1)
        path = pen.beginPath()
        for points in _SIGNS[zone]:
            path.moveTo(*points[0])
            for point in points[1:]:
                (path.lineTo if len(point) == 2 else path.curveTo)(*point)
        pen.drawPath(path, stroke=1, fill=0)
        pen.restoreState()

    return Block(side, side, draw)


def number_of_boxes(count: int, width: float, *, size: float = 15) -> Block:
    """How many boxes, large; a dash for none."""
    if count:
        return words(str(count), width, size=size, bold=True, align="centre")
    return words(DASH, width, size=size, align="centre", ink=0.6)


def code_square(text: str, side: float) -> Block:
    """A QR code (ISO/IEC 18004, correction level M) of a text, drawn as black squares."""
    modules: Any = memoryview(_modules(text))  # two-dimensional; 0 is dark
    rows: list[list[int]] = modules.tolist()
    step = side / (len(rows) + 2 * _QUIET_MODULES)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.setFillGray(INK)
        path = pen.beginPath()
        for down, row in enumerate(rows, _QUIET_MODULES):
            for right, length in _runs(row):
                left = x + (right + _QUIET_MODULES) * step
                path.rect(left, top - (down + 1) * step, length * step, step)
        pen.drawPath(path, stroke=0, fill=1)

    return Block(side, side, draw)


def labelled(sign: Block, text: str, width: float, *, size: float = 8) -> Block:
    """A sign with its word."""
    return beside((sign, blank(2, 1), words(text, width - sign.width - 2, size=size)), middle=True)


def _modules(text: str) -> Any:
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return symbol.to_image(scale=1, add_quiet_zones=False)


def _runs(row: list[int]) -> Iterable[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    start: int | None = None
    for at, value in enumerate([*row, 255]):
        dark = value == 0
        if dark and start is None:
            start = at
        elif not dark and start is not None:
            yield start, at - start
            start = None


_SIGNS: dict[Zone, tuple[tuple[tuple[float, ...], ...], ...]] = {
    Zone.FROZEN: (
        ((10, 1.5), (10, 18.5)),
        ((2.7, 5.8), (17.3, 14.2)),
        ((17.3, 5.8), (2.7, 14.2)),
        ((7.6, 17), (10, 14.8), (12.4, 17)),
        ((7.6, 3), (10, 5.2), (12.4, 3)),
    ),
    Zone.CHILLED: (
        (
            (10, 18.5),
            (13, 14, 15.5, 11, 15.5, 7.8),
            (15.5, 0.2, 4.5, 0.2, 4.5, 7.8),
            (4.5, 11, 7, 14, 10, 18.5),
        ),
    ),
    Zone.AMBIENT: (
        (
            (2.5, 14),
            (10, 18),
            (17.5, 14),
            (17.5, 6),
            (10, 2),
            (2.5, 6),
            (2.5, 14),
            (10, 10),
            (17.5, 14),
        ),
        ((10, 10), (10, 2)),
    ),
}
