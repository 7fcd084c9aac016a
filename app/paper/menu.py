"""A client's week in large print: what is eaten when, how to warm it, what is in it."""

from collections.abc import Iterator
from datetime import date

from reportlab.lib.units import mm

from app.i18n import Translator
from app.operations.choosing import MenuWeek
from app.operations.portal import Dish, Eating
from app.paper.marks import allergen_words, capital, name_of, texture
from app.paper.page import WIDTH, Block, Section, beside, blank, book, row, stack, words
from app.paper.plates import plate
from menus import THAWED_HOURS, Variant, WarmingPlace, Zone

_NAME, _TEXT = 17, 16
"""Points of large print: Clear Print asks 12, large print starts at 16 (RNIB)."""
_PICTURE, _GAP = 17 * mm, 4 * mm
_WORDS = WIDTH - _PICTURE - _GAP


def menu_pdf(week: MenuWeek, speak: Translator) -> bytes:
    """The week as A4 pages, each day on its own page or pages, in the reader's language."""
    title = speak.say("paper.menu.title", name=week.client.full_name)
    sections = [_day(day, moments, week, speak) for day, moments in week.days if moments]
    if week.first:
        sections.insert(0, _eat_first(week, speak))
    version = speak.moment(week.printed)
    return book(sections, speak, title=title, version=version, note=speak.say("paper.menu.note"))


def _day(day: date, moments: tuple[Eating, ...], week: MenuWeek, speak: Translator) -> Section:
    title = speak.say("paper.menu.title", name=week.client.full_name)
    return Section(
        badge="",
        title=capital(speak.day(day)),
        aside=(title, ""),
        opening=_thawing(moments, speak),
        rows=tuple(block for one in moments for block in _moment(one, week, speak)),
    )


def _eat_first(week: MenuWeek, speak: Translator) -> Section:
    """Give the lots at home to eat before others, and those that nobody may eat any more."""
    rows: list[Block] = []
    for one in week.first:
        mark = "⚠ " if one.no_food else ""
        name = f"{mark}{name_of(one.variant.names, speak)}"
        day = speak.day(one.lot.use_by)
        told = speak.say(one.code, count=one.lot.portions, day=day, lot=one.lot.lot)
        lines = (words(name, WIDTH, size=_NAME, bold=True), words(told, WIDTH, size=_TEXT))
        rows.append(row(stack(lines), pad=4))
    title = speak.say("paper.menu.title", name=week.client.full_name)
    return Section(
        badge="", title=speak.say("week.first"), aside=(title, ""), opening=None, rows=tuple(rows)
    )


def _thawing(moments: tuple[Eating, ...], speak: Translator) -> Block | None:
    """Give how long frozen dishes keep once they thaw, once a day."""
    if not any(dish.variant.zone is Zone.FROZEN for one in moments for dish in one.dishes):
        return None
    text = words(speak.say("week.thawed", hours=THAWED_HOURS), WIDTH, size=_TEXT)
    return stack((text, blank(WIDTH, 3 * mm)))


def _moment(one: Eating, week: MenuWeek, speak: Translator) -> Iterator[Block]:
    hour, minute = one.time.split(":")
    around = speak.time(int(hour) * 60 + int(minute))
    name = speak.say("week.slot", name=speak.say(f"slot.{one.slot}"), time=around)
    yield row(words(name, WIDTH, size=_NAME, bold=True), shade=True, keep=True)
    for dish in one.dishes:
        yield row(_dish(dish, week, speak) if dish.edible else _unsuited(dish, speak), pad=4)


def _unsuited(dish: Dish, speak: Translator) -> Block:
    name = name_of(dish.variant.names, speak)
    return words(f"⚠ {name}: {speak.say(dish.against)}", WIDTH, size=_NAME, bold=True)


def _dish(dish: Dish, week: MenuWeek, speak: Translator) -> Block:
    one = dish.variant
    grams = speak.say("paper.menu.grams", grams=dish.grams)
    lines = [
        words(f"{name_of(one.names, speak)}, {grams}", _WORDS, size=_NAME, bold=True),
        texture(one.iddsi, one.kind, speak, most=_WORDS, size=_TEXT),
        *(words(text, _WORDS, size=_TEXT) for text in _sentences(one, week.warming, speak)),
    ]
    return beside((plate(one, _PICTURE), stack(lines, gap=2)), gap=_GAP)


def _sentences(one: Variant, place: WarmingPlace, speak: Translator) -> Iterator[str]:
    yield contents(one, speak)
    way = next(iter(place.ways(one.regeneration)), None)
    if way is not None:
        warm = speak.say(
            "week.heat",
            appliance=speak.say(f"appliance.{way.appliance}"),
            minutes=way.minutes,
            heating=speak.say(f"heating.{way.heating}"),
        )
        yield f"{warm} {speak.say('week.heat_until', celsius=way.core_celsius)}"


def contents(one: Variant, speak: Translator) -> str:
    """Give the allergens of a dish in sentences: certain, possible and not known."""
    told = (
        ("week.contains", one.allergens.contains),
        ("week.may_contain", one.allergens.may_contain),
        ("week.allergens_unknown", one.allergens.unknown),
    )
    said = [
        speak.say(code, names=allergen_words(sorted(names), speak).lower())
        for code, names in told
        if names
    ]
    return " ".join(said) or speak.say("week.no_allergens")
