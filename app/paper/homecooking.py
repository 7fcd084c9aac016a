"""The shopping and cooking sheet of a week, for whoever cooks oneself."""

from collections.abc import Iterator
from decimal import Decimal

from reportlab.lib.units import mm

from app.i18n import Translator
from app.operations.choosing import Cooked, CookingWeek
from app.paper.marks import TIMES, capital, name_of, texture
from app.paper.menu import contents
from app.paper.page import WIDTH, Block, Section, beside, blank, book, row, stack, words
from app.paper.plates import plate
from menus import Added, Catalogue, Measure, PartLine, Shelf, measure, scaled, shopping_list

_NAME, _TEXT = 16, 13
_TICK, _PICTURE, _GAP = 9 * mm, 15 * mm, 4 * mm
_HALF = (WIDTH - _GAP) / 2


def cooking_pdf(found: CookingWeek, speak: Translator) -> bytes:
    """What to buy, shelf by shelf, then each dish with what goes in for this person."""
    title = speak.say("paper.cooking.title", name=found.week.client.full_name)
    first, last = found.week.days[0][0], found.week.days[-1][0]
    when = speak.say("paper.cooking.days", first=speak.date(first), last=speak.date(last))
    sections = [
        Section(
            badge="",
            title=speak.say("paper.cooking.shopping"),
            aside=(title, ""),
            opening=_opening(when, speak),
            rows=tuple(_shopping(found, speak)),
        ),
        Section(
            badge="",
            title=speak.say("paper.cooking.cooking"),
            aside=(title, ""),
            rows=tuple(row(_dish(one, found.catalogue, speak), pad=4) for one in found.dishes),
        ),
    ]
    version = speak.moment(found.week.printed)
    return book(sections, speak, title=title, version=version, note=speak.say("paper.menu.note"))


def _opening(when: str, speak: Translator) -> Block:
    return stack(
        (
            words(when, WIDTH, size=_TEXT),
            words(speak.say("paper.cooking.lead"), WIDTH, size=_TEXT),
            blank(WIDTH, 3 * mm),
        ),
        gap=2,
    )


def _shopping(found: CookingWeek, speak: Translator) -> Iterator[Block]:
    dishes = [(one.variant.id, one.grams) for one in found.dishes for _ in one.days]
    for shelf, rows in shopping_list(found.catalogue, dishes):
        yield _heading(shelf, speak)
        lines = [_tick(found.catalogue, each.ingredient, each.amount_g, speak) for each in rows]
        for at in range(0, len(lines), 2):
            yield row(beside(lines[at : at + 2], gap=_GAP), pad=2.5)


def _heading(shelf: Shelf, speak: Translator) -> Block:
    return row(
        words(speak.say(f"shelf.{shelf}"), WIDTH, size=_NAME, bold=True), shade=True, keep=True
    )


def _tick(catalogue: Catalogue, ingredient: str, amount_g: int, speak: Translator) -> Block:
    name = capital(name_of(catalogue.ingredients[ingredient].names, speak))
    text = words(f"{name}: {amount(amount_g, speak)}", _HALF - _TICK, size=_TEXT)
    return Block(_HALF, text.height, beside((_box(), text)).draw)


def _box() -> Block:
    def draw(pen: object, x: float, top: float) -> None:
        pen.setLineWidth(0.9)  # type: ignore[attr-defined]
        pen.setStrokeGray(0)  # type: ignore[attr-defined]
        pen.rect(x, top - 4.5 * mm, 4.2 * mm, 4.2 * mm, stroke=1, fill=0)  # type: ignore[attr-defined]

    return Block(_TICK, 4.5 * mm, draw)


def amount(grams: int, speak: Translator) -> str:
    """Grams as one weighs them at home: up to the next 5 g from 20 g on, kilograms from 1,000 g."""
    rounded = grams if grams < _FINE_G else -(-grams // 5) * 5
    if rounded >= _KILO_G:
        return f"{speak.number(rounded / _KILO_G, 2)} kg"
    return f"{speak.number(rounded)} g"


_FINE_G, _KILO_G = 20, 1000


def _dish(one: Cooked, catalogue: Catalogue, speak: Translator) -> Block:
    wide = WIDTH - _PICTURE - _GAP
    name = name_of(one.variant.names, speak)
    days = ", ".join(speak.weekday(day) for day in one.days)
    lines = [
        words(name, wide, size=_NAME, bold=True),
        words(
            f"{len(one.days)} {TIMES} {speak.say('paper.menu.grams', grams=one.grams)}: {days}",
            wide,
            size=_TEXT,
        ),
        texture(one.variant.iddsi, one.variant.kind, speak, most=wide, size=_TEXT),
        words(contents(one.variant, speak), wide, size=_TEXT),
        *(words(text, wide, size=_TEXT) for text in _ingredients(one, catalogue, speak)),
    ]
    return beside((plate(one.variant, _PICTURE), stack(lines, gap=1.5)), gap=_GAP)


def _ingredients(one: Cooked, catalogue: Catalogue, speak: Translator) -> list[str]:
    """Give what one portion takes in kitchen measures, part by part; a thickener is weighed."""
    parts = scaled(catalogue, one.variant, one.grams)
    told = [
        ", ".join(_line(line, catalogue, speak) for line in part.lines if line.part is None)
        for part in parts
    ]
    return [speak.say("paper.cooking.portion", names=names) for names in told if names]


def _line(line: PartLine, catalogue: Catalogue, speak: Translator) -> str:
    bought = catalogue.ingredients[line.item]
    found = measure(line.mg, bought.density_mg_per_ml, weigh=line.why is Added.THICKENER)
    return f"{name_of(bought.names, speak)} {measured(found, speak)}"


def measured(found: Measure, speak: Translator) -> str:
    """Give an amount in words: half a tablespoon and one and a half are singular, two are not."""
    whole, rest = divmod(found.tenths, 10)
    amount = speak.number(Decimal(found.tenths) / 10, 1 if rest else 0)
    return speak.say(f"cookbook.unit.{found.unit}", amount=amount, count=max(1, whole))
