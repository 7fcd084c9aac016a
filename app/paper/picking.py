"""The pick list: which lots, and how much of each, to take from the store for one trip."""

from collections.abc import Sequence

from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.marks import level_name, name_of, seasoning_name, tile, zone_sign
from app.paper.page import WIDTH, Block, Section, beside, book, coded, row, stack, words
from logistics import PickList, PickRow
from menus import Zone

_TICK, _NAME, _LEVEL, _GRAMS, _LOT, _DAY = (width * mm for width in (7, 70, 42, 20, 27, 18))
_GAP = 1 * mm


def pick_pdf(lists: Sequence[PickList], speak: Translator, *, version: str) -> bytes:
    """The pick lists of one or several trips as A4 pages; they name no client."""
    title = speak.say("paper.pick.title")
    return book([_section(each, speak) for each in lists], speak, title=title, version=version)


def _section(pick: PickList, speak: Translator) -> Section:
    summary = speak.say(
        "paper.pick.summary",
        depot=pick.depot,
        trip=pick.trip,
        start=speak.time(pick.start_min),
    )
    rows: list[Block] = []
    for zone in Zone:
        found = [each for each in pick.rows if each.zone is zone]
        if found:
            rows.append(_zone(zone, speak))
            rows += [row(_row(each, speak), pad=1.6) for each in found]
    return Section(
        badge=pick.letter,
        title=f"{speak.say('paper.pick.title')} · {pick.name}",
        aside=(summary, speak.day(pick.day)),
        columns=_columns(speak),
        rows=tuple(rows),
    )


def _columns(speak: Translator) -> Block:
    columns = (("name", _NAME), ("level", _LEVEL), ("grams", _GRAMS), ("lots", _LOT + _DAY))
    cells = [
        words(
            speak.say(f"paper.column.{name}"),
            width,
            size=7.5,
            bold=True,
            align="right" if name == "grams" else "left",
        )
        for name, width in columns
    ]
    return row(beside((words("", _TICK), *cells), gap=_GAP), pad=1.5)


def _zone(zone: Zone, speak: Translator) -> Block:
    name = words(speak.say(f"paper.zone.{zone}"), WIDTH - 20, size=11, bold=True)
    return row(beside((zone_sign(zone, 13), name), gap=4, middle=True), shade=True, keep=True)


def _row(each: PickRow, speak: Translator) -> Block:
    dish = each.dish
    name = stack(
        (
            words(name_of(dish.names, speak), _NAME, size=9),
            words(seasoning_name(dish.seasoning, speak), _NAME, size=7.5, ink=0.3),
        )
    )
    level = beside(
        (
            tile(dish.level, dish.kind, 10.5),
            words(level_name(dish.level, dish.kind, speak), _LEVEL - 13, size=7.5),
        ),
        gap=2.5,
        middle=True,
    )
    grams = speak.say("paper.grams", g=each.take.amount_g)
    return beside(
        (
            words("☐", _TICK, size=10),
            name,
            level,
            words(grams, _GRAMS, size=10, bold=True, align="right"),
            stack((coded(each.take.lot, _LOT, size=8.5, bold=True), *_untested(each, speak))),
            words(speak.short_day(each.take.use_by), _DAY, size=8),
        ),
        gap=_GAP,
    )


def _untested(each: PickRow, speak: Translator) -> tuple[Block, ...]:
    """The words that a lot is not loaded before its texture test passed."""
    if not each.take.untested:
        return ()
    return (words(speak.say("paper.untested"), _LOT, size=7, bold=True),)
