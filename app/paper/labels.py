"""Food labels of 100 by 60 mm on A4 sheets, as Regulation (EU) 1169/2011 asks."""

from collections.abc import Sequence
from io import BytesIO
from math import ceil
from xml.sax.saxutils import escape

from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.faces import X_HEIGHT
from app.paper.foodwords import Pieces, food_words
from app.paper.marks import capital, code_square, level_name, tile
from app.paper.nutrition import declaration, vitamins
from app.paper.page import Block, Pen, beside, coded, foot, rich, stack, start, strong, words
from logistics import Label
from menus import Zone

WIDTH, HEIGHT = 100 * mm, 60 * mm
SIZE = 6.25
"""Smallest type on a label; see `X_HEIGHT_MM`."""

X_HEIGHT_MM = SIZE * X_HEIGHT / mm
"""Height of its small x: at least 1.2 mm (Regulation (EU) 1169/2011, art. 13(2))."""

_ACROSS, _DOWN = 2, 4
_LEFT, _TOP = 5 * mm, 297 * mm - 15 * mm
_PAD = 2 * mm
_GAP = 2 * mm
_SIDE = 34 * mm
_TEXT = WIDTH - 2 * _PAD - _SIDE - _GAP
_LEAD = 1.12


class _Sheets:
    """A4 sheets of label cells, filled column by column."""

    def __init__(self, pen: Pen, speak: Translator, version: str) -> None:
        self._pen, self._speak, self._version = pen, speak, version
        self._column = self._row = 0

    def place(self, form: str, cells: int) -> None:
        """Put a drawn label in the next free cells below each other."""
        if self._row + cells > _DOWN:
            self._column, self._row = self._column + 1, 0
        if self._column == _ACROSS:
            self.close()
        self._pen.saveState()
        self._pen.translate(_LEFT + self._column * WIDTH, _TOP - self._row * HEIGHT)
        self._pen.doForm(form)
        self._pen.restoreState()
        self._row += cells

    def close(self) -> None:
        """Finish the sheet and begin a new one."""
        foot(self._pen, self._speak, self._version)
        self._pen.showPage()
        self._column = self._row = 0


def labels_pdf(labels: Sequence[Label], speak: Translator, *, version: str) -> bytes:
    """Every copy of every label, eight to an A4 sheet, in the language of the region (L-29).

    A label whose text does not fit in 60 mm takes the cell below it too: type never gets smaller
    than the law allows, and nothing is left out. Raises ValueError for a label higher than a
    sheet.
    """
    file = BytesIO()
    pen = start(file, speak, speak.say("paper.labels.title"))
    sheets = _Sheets(pen, speak, version)
    for number, label in enumerate(labels):
        content = _label(label, speak)
        cells = ceil((content.height + 2 * _PAD) / HEIGHT)
        if cells > _DOWN:
            raise ValueError(f"the label of lot {label.lot} is higher than a sheet")
        form = f"label{number}"
        pen.beginForm(form, 0, -cells * HEIGHT, WIDTH, 0)
        _outline(pen, cells)
        content.draw(pen, _PAD, -_PAD)
        pen.endForm()
        for _ in range(label.copies):
            sheets.place(form, cells)
    sheets.close()
    pen.save()
    return file.getvalue()


def _outline(pen: Pen, cells: int) -> None:
    """The line to cut along."""
    pen.setStrokeGray(0.6)
    pen.setLineWidth(0.3)
    pen.setDash(2, 2)
    pen.rect(0, -cells * HEIGHT, WIDTH, cells * HEIGHT, stroke=1, fill=0)
    pen.setDash()


def _label(label: Label, speak: Translator) -> Block:
    return beside((_told(label, speak), _figures(label, speak)), gap=_GAP)


def _told(label: Label, speak: Translator) -> Block:
    """Name, ingredients, allergens, claims, how to keep and heat it, and who made it."""
    told, maker = food_words(label.food, speak), label.operator
    lines = (told.claims, *told.statements, told.heating, told.storage)
    parts = [
        words(told.title, _TEXT, size=10, lead=_LEAD, bold=True),
        _rich(told.ingredients, SIZE),
        _rich(told.allergens, SIZE + 0.4),
        *([_rich(told.may_contain, SIZE)] if told.may_contain else []),
        *(words(line, _TEXT, size=SIZE, lead=_LEAD) for line in lines if line),
        words(f"{maker.name}, {maker.street}, {maker.town}", _TEXT, size=SIZE, lead=_LEAD),
    ]
    table = vitamins(label.food, speak, _TEXT, SIZE)
    parts += [table] if table else []
    return stack(parts, gap=1)


def _rich(pieces: Pieces, size: float) -> Block:
    markup = "".join(strong(text) if bold else escape(text) for text, bold in pieces)
    return rich(markup, _TEXT, size=size, lead=_LEAD)


def _figures(label: Label, speak: Translator) -> Block:
    """Level, date, lot, weight and the nutrition declaration."""
    date_code = "use_by" if label.food.zone is Zone.CHILLED else "best_before"
    code = code_square(label.lot, 10.5 * mm)
    wide = _SIDE - code.width - 2
    facts = stack(
        (
            words(speak.say(f"paper.label.{date_code}"), wide, size=SIZE, lead=_LEAD),
            words(label.use_by.strftime("%d/%m/%Y"), wide, size=9, bold=True),
            coded(speak.say("paper.label.lot", lot=label.lot), wide, size=SIZE, lead=_LEAD),
        ),
        gap=0.5,
    )
    return stack(
        (
            _level(label, speak),
            beside((facts, code), gap=2),
            words(speak.say("paper.label.net", g=label.net_g), _SIDE, size=9, bold=True),
            declaration(label.food.nutrition, speak, _SIDE, SIZE),
        ),
        gap=2.4,
    )


def _level(label: Label, speak: Translator) -> Block:
    """The level of the IDDSI framework by number, colour and name."""
    side = 10 * mm
    wide = _SIDE - side - 4
    food = label.food
    kind = capital(speak.say(f"paper.kind.{food.kind}"))
    name = level_name(food.level, food.kind, speak)
    text = stack(
        (words(f"IDDSI, {kind}", wide, size=SIZE, lead=_LEAD), words(name, wide, size=8, bold=True))
    )
    return beside((tile(food.level, food.kind, side), text), gap=4, middle=True)
