"""The loading list: what goes in the van, last stop first, with every lot."""

from collections.abc import Iterable, Sequence

from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.marks import TIMES, level_name, name_of, seasoning_name, tile, zone_sign
from app.paper.page import (
    WIDTH,
    Block,
    Section,
    beside,
    blank,
    book,
    coded,
    row,
    stack,
    words,
)
from logistics import Boxes, LoadingList, LoadLine, LoadStop
from menus import Zone

_TICK, _ZONE, _NAME, _LEVEL, _PORTIONS, _GRAMS, _LOTS = (
    width * mm for width in (6, 6, 53, 41, 14, 17, 42)
)
_GAP = 1.5 * mm


def loading_pdf(lists: Sequence[LoadingList], speak: Translator, *, version: str) -> bytes:
    """The loading lists of one or several vans as A4 pages; a trip starts a page."""
    title = speak.say("paper.loading.title")
    sections = [_section(each, speak) for each in lists]
    return book(sections, speak, title=title, version=version, note=speak.say("paper.shred"))


def _section(load: LoadingList, speak: Translator) -> Section:
    summary = speak.say(
        "paper.loading.summary",
        depot=load.depot,
        trip=load.trip,
        start=speak.time(load.start_min),
        count=load.boxes.total,
    )
    return Section(
        badge=load.letter,
        title=f"{speak.say('paper.loading.title')} · {load.name}",
        aside=(summary, speak.day(load.day)),
        opening=_opening(load, speak),
        columns=_columns(speak),
        rows=tuple(block for stop in load.stops for block in _stop(stop, speak)),
    )


def _opening(load: LoadingList, speak: Translator) -> Block:
    """The boxes of the trip, and how the switchable compartments are set for it."""
    texts = []
    for number in range(1, load.switches + 1):
        used = number <= len(load.settings)
        zone = speak.say(f"paper.zone.{load.settings[number - 1]}") if used else ""
        code = "paper.loading.setting" if used else "paper.loading.unused"
        texts.append(words(speak.say(code, number=number, zone=zone), WIDTH, size=10, bold=used))
    return stack((*texts, _totals(load.boxes, speak)), gap=2)


def _totals(boxes: Boxes, speak: Translator) -> Block:
    cells = [_zone_count(zone, boxes.of(zone), speak, size=12) for zone in Zone]
    order = words(speak.say("paper.loading.order"), 60 * mm, size=9, bold=True, align="right")
    return stack((beside((*cells, order), gap=8 * mm, middle=True), blank(WIDTH, 3 * mm)))


def _zone_count(zone: Zone, count: int, speak: Translator, *, size: float) -> Block:
    word = speak.say(f"paper.zone.{zone}")
    return beside(
        (
            zone_sign(zone, size),
            words(f"{count}", size * (0.75 * len(str(count)) + 0.2), size=size, bold=True),
            words(word, 20 * mm, size=size * 0.72),
        ),
        gap=3,
        middle=True,
    )


def _columns(speak: Translator) -> Block:
    names = ("tick", "zone", "name", "level", "portions", "grams", "lots")
    wide = (_TICK, _ZONE, _NAME, _LEVEL, _PORTIONS, _GRAMS, _LOTS)
    cells = [
        words(
            "" if name in {"tick", "zone"} else speak.say(f"paper.column.{name}"),
            width,
            size=7.5,
            bold=True,
            align="right" if name in {"portions", "grams"} else "left",
        )
        for name, width in zip(names, wide, strict=True)
    ]
    return row(beside(cells, gap=_GAP), pad=1.5)


def _stop(stop: LoadStop, speak: Translator) -> Iterable[Block]:
    zones = [
        _zone_count(zone, stop.boxes.of(zone), speak, size=9)
        for zone in Zone
        if stop.boxes.of(zone)
    ]
    head = beside(
        (
            words(str(stop.number), 12 * mm, size=16, bold=True),
            words(stop.name, 84 * mm, size=10.5, bold=True),
            *zones,
        ),
        middle=True,
    )
    yield row(head, pad=2, keep=bool(stop.lines or stop.brings), shade=True)
    for thing in stop.brings:
        text = speak.say(f"paper.loading.{thing}")
        yield row(words(f"☐ {text}", 150 * mm, size=10, bold=True), pad=2)
    for line in stop.lines:
        yield row(_line(line, speak), pad=1.6)


def _line(line: LoadLine, speak: Translator) -> Block:
    level = beside(
        (
            tile(line.dish.level, line.dish.kind, 10.5),
            words(level_name(line.dish.level, line.dish.kind, speak), _LEVEL - 13, size=7.5),
        ),
        gap=2.5,
        middle=True,
    )
    lots = [
        beside(
            (
                coded(take.lot, _LOTS * 0.58, size=8, bold=True),
                words(speak.short_day(take.use_by), _LOTS * 0.42, size=8),
            )
        )
        for take in line.lots
    ]
    if any(take.untested for take in line.lots):
        lots.append(words(speak.say("paper.untested"), _LOTS, size=7, bold=True))
    return beside(
        (
            words("☐", _TICK, size=10),
            zone_sign(line.zone, 9),
            blank(_ZONE - 9 - _GAP, 1),
            _name(line, speak),
            level,
            words(f"{line.portions} {TIMES}", _PORTIONS, size=10, bold=True, align="right"),
            words(speak.say("paper.grams", g=line.amount_g), _GRAMS, size=8.5, align="right"),
            stack(lots),
        ),
        gap=_GAP,
    )


def _name(line: LoadLine, speak: Translator) -> Block:
    """The component, and its seasoning where it is not the usual one."""
    name = words(name_of(line.dish.names, speak), _NAME, size=9)
    seasoning = seasoning_name(line.dish.seasoning, speak)
    return stack((name, words(seasoning, _NAME, size=7.5, ink=0.3)))
