"""The week for staff: a row per day, a column per eating moment, two A4 pages."""

from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.marks import DASH, capital, name_of, tile
from app.paper.page import WIDTH, Block, Section, beside, blank, book, paginate, row, stack, words
from app.paper.week.parts import avoided, ordered_level
from app.paper.week.shapes import PlannedDay, PlannedDish, PlannedMeal, WeekSheet
from menus import Kind

_DAY, _GAP = 23 * mm, 2 * mm
_SIZES = (8.5, 8.0, 7.5, 7.0, 6.5)
"""Sizes of type that are tried until seven days stand on two pages."""
_MOST_PAGES, _WEEK, _FEW_DISHES = 2, 7, 2


def week_pdf(sheet: WeekSheet, speak: Translator, *, version: str) -> bytes:
    """A person's week with levels, allergens to avoid, dishes in grams and sums per day.

    Seven days take at most two pages, in the largest type for which they do; only where nearly
    every name is very long, the smallest type takes a third.
    """
    title = speak.say("paper.week.title")
    most = _MOST_PAGES * -(-len(sheet.days) // _WEEK)
    drawn = [_section(sheet, speak, size) for size in _SIZES]
    section = next((one for one in drawn if len(paginate(one)) <= most), drawn[-1])
    note = speak.say("paper.shred")
    return book([section], speak, title=title, version=version, note=note)


def _section(sheet: WeekSheet, speak: Translator, size: float) -> Section:
    slots = tuple(dict.fromkeys(meal.slot for day in sheet.days for meal in day.meals))
    wide = _widths(sheet, slots)
    first, last = sheet.days[0].day, sheet.days[-1].day
    span = f"{speak.short_day(first)} {DASH} {speak.short_day(last)}"
    return Section(
        badge="",
        title=sheet.name,
        aside=(f"{speak.say('paper.week.title')} · {sheet.code}", span),
        opening=_opening(sheet, speak),
        columns=_columns(sheet, wide, speak),
        rows=tuple(row(_day(day, wide, speak, size), pad=2.5) for day in sheet.days),
    )


def _widths(sheet: WeekSheet, slots: tuple[str, ...]) -> dict[str, float]:
    """How wide each column is: more for a moment with many dishes, which have longer names."""
    most = {
        slot: max(len(meal.dishes) for day in sheet.days for meal in day.meals if meal.slot == slot)
        for slot in slots
    }
    shares = {slot: 4 if count > _FEW_DISHES else 3 for slot, count in most.items()}
    room = WIDTH - _DAY - _GAP * len(slots)
    return {slot: room * share / sum(shares.values()) for slot, share in shares.items()}


def _opening(sheet: WeekSheet, speak: Translator) -> Block:
    third = WIDTH / 3 - _GAP
    parts = (
        ordered_level(sheet.food, Kind.FOOD, speak, most=third, side=20),
        ordered_level(sheet.drink, Kind.DRINK, speak, most=third, side=20),
        avoided(sheet.avoid, speak, third, size=8),
    )
    filled = [beside((part, blank(third - part.width, 1))) for part in parts]
    return stack((beside(filled, gap=_GAP, middle=True), blank(WIDTH, 6)))


def _columns(sheet: WeekSheet, wide: dict[str, float], speak: Translator) -> Block:
    minutes = {meal.slot: meal.minute for day in sheet.days for meal in day.meals}
    heads = [
        words(_head(slot, minutes[slot], speak), width, size=8, bold=True)
        for slot, width in wide.items()
    ]
    return row(beside((blank(_DAY, 1), *heads), gap=_GAP), pad=1.5)


def _head(slot: str, minute: int | None, speak: Translator) -> str:
    name = speak.say(f"slot.{slot}")
    return name if minute is None else f"{name}, {speak.time(minute)}"


def _day(day: PlannedDay, wide: dict[str, float], speak: Translator, size: float) -> Block:
    weekday, _, rest = speak.day(day.day).partition(" ")
    head = stack(
        (
            words(capital(weekday), _DAY, size=9, bold=True),
            words(rest, _DAY, size=7.5),
            blank(_DAY, 2),
            *(words(text, _DAY, size=7.5) for text in day.sums),
        )
    )
    meals = {meal.slot: meal for meal in day.meals}
    cells = [_meal(meals.get(slot), width, speak, size) for slot, width in wide.items()]
    return beside((head, *cells), gap=_GAP)


def _meal(meal: PlannedMeal | None, wide: float, speak: Translator, size: float) -> Block:
    if meal is None:
        return blank(wide, 1)
    return stack([_dish(dish, wide, speak, size) for dish in meal.dishes], gap=1.5)


def _dish(dish: PlannedDish, wide: float, speak: Translator, size: float) -> Block:
    mark = tile(dish.level, dish.kind, size * 1.1)
    text = f"{name_of(dish.names, speak)}, {speak.number(dish.grams)}\u00a0g"
    return beside((mark, words(text, wide - mark.width - 2, size=size, lead=1.1)), gap=2)
