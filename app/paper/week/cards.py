"""Tray cards: four to an A4 sheet, cut along the lines; the same in black and white."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.marks import capital, name_of, seasoning_name, tile
from app.paper.page import SOFT, Block, Pen, beside, blank, fitted, stack, start, words
from app.paper.week.parts import avoided, ordered_level
from app.paper.week.shapes import PlannedDish, TrayCard
from menus import TESTED_LEVELS, Kind, Seasoning

_WIDE, _HIGH = A4[0] / 2, A4[1] / 2
_PAD, _GAP = 8 * mm, 2 * mm
_TEXT = _WIDE - 2 * _PAD
_ROOM = _HIGH - 2 * _PAD
_FOOT = 8
_TILE = 16
_GRAMS = 19 * mm
_TO_WRITE = "_" * 12


def trays_pdf(cards: Sequence[TrayCard], speak: Translator, *, version: str) -> bytes:
    """Each card as an A6 on an A4 sheet; the same input gives the same bytes.

    A card names who eats, the day and meal, levels, allergens to keep away, dishes with portion,
    seasoning and warming up, and has room for the time of the texture test. It never says why.
    """
    file = BytesIO()
    pen = start(file, speak, speak.say("paper.trays.title"))
    for at, card in enumerate(cards):
        cell = at % 4
        if cell == 0:
            _cuts(pen)
        x, top = _WIDE * (cell % 2) + _PAD, A4[1] - _HIGH * (cell // 2) - _PAD
        fitted(_card(card, speak), _ROOM - _FOOT - 4).draw(pen, x, top)
        foot = words(version, _TEXT, size=6.5, ink=SOFT)
        foot.draw(pen, x, top - _ROOM + foot.height)
        if cell == 3 or at == len(cards) - 1:
            pen.showPage()
    pen.save()
    return file.getvalue()


def _cuts(pen: Pen) -> None:
    pen.setStrokeGray(0.6)
    pen.setLineWidth(0.3)
    pen.setDash(2, 2)
    pen.line(_WIDE, 0, _WIDE, A4[1])
    pen.line(0, _HIGH, A4[0], _HIGH)
    pen.setDash()


def _card(card: TrayCard, speak: Translator) -> Block:
    parts = [
        words(card.who, _TEXT, size=15, bold=True),
        words(card.place, _TEXT, size=8.5, ink=SOFT),
        words(_when(card, speak), _TEXT, size=11, bold=True),
        _levels(card, speak),
        avoided(card.avoid, speak, _TEXT, size=9),
        blank(_TEXT, 1),
        *(_dish(dish, speak) for dish in card.meal.dishes),
        *(words(f"⚠ {text}", _TEXT, size=9, bold=True) for text in card.missing),
        *_tested(card, speak),
    ]
    return stack(parts, gap=4)


def _tested(card: TrayCard, speak: Translator) -> list[Block]:
    """Room for the time of the texture test, which the tray must tell (specification 6.1)."""
    if all(dish.level not in TESTED_LEVELS for dish in card.meal.dishes):
        return []
    line = f"{speak.say('paper.tray.tested')} {_TO_WRITE}"
    return [words(line, _TEXT, size=9)]


def _when(card: TrayCard, speak: Translator) -> str:
    meal = speak.say(f"slot.{card.meal.slot}")
    hour = "" if card.meal.minute is None else f", {speak.time(card.meal.minute)}"
    return f"{capital(speak.day(card.day))} · {meal}{hour}"


def _levels(card: TrayCard, speak: Translator) -> Block:
    half = (_TEXT - _GAP) / 2
    food = ordered_level(card.food, Kind.FOOD, speak, most=half, side=22)
    drink = ordered_level(card.drink, Kind.DRINK, speak, most=half, side=22)
    return beside((food, blank(half - food.width, 1), drink), gap=_GAP, middle=True)


def _dish(dish: PlannedDish, speak: Translator) -> Block:
    """One dish: its own level, name, how it is served and warmed, and the portion at the right."""
    wide = _TEXT - _TILE - _GRAMS - 2 * _GAP
    seasoned = _seasoned(dish, speak)
    text = stack(
        (
            words(name_of(dish.names, speak), wide, size=11, bold=True),
            *([words(seasoned, wide, size=8.5, ink=0.25)] if seasoned else []),
            *_warmed(dish, speak, wide),
        )
    )
    grams = f"{speak.number(dish.grams)}\u00a0g"
    portion = stack(
        (
            words(grams, _GRAMS, size=11, bold=True, align="right"),
            words(speak.say(f"paper.portion.{dish.portion}"), _GRAMS, size=8.5, align="right"),
        )
    )
    return beside((tile(dish.level, dish.kind, _TILE), text, portion), gap=_GAP)


def _seasoned(dish: PlannedDish, speak: Translator) -> str:
    plain = dish.seasoning is Seasoning.STANDARD
    return "" if plain else seasoning_name(dish.seasoning, speak)


def _warmed(dish: PlannedDish, speak: Translator, wide: float) -> Iterator[Block]:
    """The advised way and, small, the next likeliest where nobody said what there is."""
    for at, way in enumerate(dish.warming[:2]):
        told = speak.say(
            "paper.tray.warm",
            appliance=capital(speak.say(f"appliance.{way.appliance}")),
            heating=speak.say(f"heating.{way.heating}"),
            minutes=way.minutes,
            core=way.core_celsius,
        )
        if at == 0:
            yield words(told, wide, size=8.5, ink=0.25)
        else:
            yield words(f"{speak.say('week.heat_or')} {told}", wide, size=7, ink=SOFT)
