"""The route sheet: one van per section, one row per stop, a map and totals on its first page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape

from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.marks import (
    DASH,
    TIMES,
    allergen_words,
    chip,
    code_square,
    labelled,
    number_of_boxes,
    texture,
    zone_sign,
)
from app.paper.page import (
    SOFT,
    WIDTH,
    Block,
    Section,
    beside,
    blank,
    book,
    flow,
    rich,
    row,
    stack,
    strong,
    words,
)
from app.paper.tour import tour_map
from logistics import Boxes, RouteSheet, RouteStop
from menus import Zone

_NUMBER, _TIME, _DOOR, _ZONE, _MARKS, _QR = (width * mm for width in (11.5, 22, 63, 11, 39.5, 14))
_GAP = 1 * mm
_MAP_HIGH, _WIDE_MAP_HIGH = 34 * mm, 56 * mm
_FEW = 12  # stops of a page: more of them need a higher map, and have a second page anyway


def route_pdf(sheets: Sequence[RouteSheet], speak: Translator, *, version: str) -> bytes:
    """The route sheets of one or several vans as A4 pages; a van starts a page.

    At most a page per twelve stops with notes of two lines; longer notes take more room, never
    less text. `version` is printed at the foot: which plan this is, when and by whom.
    """
    title = speak.say("paper.route.title")
    sections = [_section(sheet, speak) for sheet in sheets]
    return book(sections, speak, title=title, version=version, note=speak.say("paper.shred"))


def _section(sheet: RouteSheet, speak: Translator) -> Section:
    return Section(
        badge=sheet.letter,
        title=sheet.name,
        aside=(_summary(sheet, speak), speak.day(sheet.day)),
        opening=_opening(sheet, speak),
        columns=_columns(speak),
        rows=tuple(_rows(sheet, speak)),
    )


def _summary(sheet: RouteSheet, speak: Translator) -> str:
    return speak.say(
        "paper.route.summary",
        depot=sheet.depot,
        count=len(sheet.stops),
        km=(sheet.distance_m + 500) // 1000,
        start=speak.time(min(sheet.starts_min, default=0)),
        back=speak.time(sheet.back_min),
    )


def _opening(sheet: RouteSheet, speak: Translator) -> Block:
    """Map on the left, totals on the right."""
    right = WIDTH - 122 * mm - 5 * mm
    high = _MAP_HIGH if len(sheet.stops) <= _FEW else _WIDE_MAP_HIGH
    totals = stack(
        (words(speak.say("paper.route.take"), right, size=8.5, bold=True), _totals(sheet, speak)),
        gap=4,
    )
    fetched = Counter(each.thing for stop in sheet.stops for each in stop.pickups)
    if fetched:
        listed = ", ".join(
            f"{count} {TIMES} {speak.say(f'pickup.{thing}')}"
            for thing, count in sorted(fetched.items())
        )
        text = f"⇄ {strong(speak.say('paper.route.fetch'))} {escape(listed)}"
        totals = stack((totals, rich(text, right, size=8)), gap=4)
    both = beside((tour_map(sheet, speak, 122 * mm, high), totals), gap=5 * mm)
    return stack((both, blank(WIDTH, 3 * mm)))


def _totals(sheet: RouteSheet, speak: Translator) -> Block:
    lines = [
        beside(
            (
                labelled(zone_sign(zone, 12), speak.say(f"paper.zone.{zone}"), 40 * mm, size=10),
                words(str(sheet.boxes.of(zone)), 16 * mm, size=15, bold=True, align="right"),
            ),
            middle=True,
        )
        for zone in Zone
    ]
    total = beside(
        (
            words(speak.say("paper.boxes"), 40 * mm, size=10),
            words(str(sheet.boxes.total), 16 * mm, size=15, bold=True, align="right"),
        ),
        middle=True,
    )
    return stack((*lines, total))


def _columns(speak: Translator) -> Block:
    heads = [
        _head(speak.say("paper.column.stop"), _NUMBER),
        _head(speak.say("paper.column.time"), _TIME),
        _head(speak.say("paper.column.door"), _DOOR),
        *(_zone_head(zone, speak) for zone in Zone),
        _head(speak.say("paper.column.marks"), _MARKS),
        _head(speak.say("paper.column.scan"), _QR),
    ]
    return row(_bottom(heads), pad=1.5)


def _head(text: str, width: float) -> Block:
    return words(text, width, size=7.5, bold=True)


def _zone_head(zone: Zone, speak: Translator) -> Block:
    sign = beside((blank(_ZONE / 2 - 4.5, 1), zone_sign(zone, 9), blank(_ZONE / 2 - 4.5, 1)))
    word = words(speak.say(f"paper.zone.{zone}"), _ZONE, size=5.6, bold=True, align="centre")
    return stack((sign, word), gap=1)


def _bottom(heads: list[Block]) -> Block:
    """Heads level at the foot."""
    high = max(head.height for head in heads)
    return beside(
        (stack((blank(head.width, high - head.height), head)) for head in heads), gap=_GAP
    )


def _rows(sheet: RouteSheet, speak: Translator) -> Iterable[Block]:
    trip = 1
    for stop in sheet.stops:
        if stop.trip != trip:
            trip = stop.trip
            back = speak.time(sheet.backs_min[trip - 2])
            start = speak.time(sheet.starts_min[trip - 1])
            text = speak.say("paper.route.reload", trip=trip, back=back, start=start)
            yield row(words(text, WIDTH, size=10, bold=True), shade=True, keep=True)
            yield from _pauses(sheet, stop.number - 1, speak, at_depot=True)
        yield row(_stop(stop, speak), pad=2)
        yield from _pauses(sheet, stop.number, speak, at_depot=False)


def _pauses(
    sheet: RouteSheet, after_stop: int, speak: Translator, *, at_depot: bool
) -> Iterable[Block]:
    """The breaks after a stop: on the road, or at the depot once the van is back from it."""
    code = "paper.route.pause_depot" if at_depot else "paper.route.pause"
    for pause in sheet.pauses:
        if pause.after_stop == after_stop and pause.at_depot is at_depot:
            text = speak.say(code, start=speak.time(pause.begin_min), count=pause.minutes)
            yield row(words(text, WIDTH, size=10, bold=True), shade=True)


def _stop(stop: RouteStop, speak: Translator) -> Block:
    hours = f"{speak.time(stop.open_min)} {DASH} {speak.time(stop.close_min)}"
    orders = speak.say("paper.orders", codes=", ".join(stop.orders))
    return beside(
        (
            words(str(stop.number), _NUMBER, size=21 if stop.number < 100 else 13, bold=True),
            stack(
                (
                    words(speak.time(stop.begin_min), _TIME, size=17, bold=True, lead=1.06),
                    words(hours, _TIME, size=8.5),
                    *([words(orders, _TIME, size=6.5, ink=SOFT)] if stop.orders else ()),
                ),
                gap=1,
            ),
            _door(stop, speak),
            _boxes(stop.boxes),
            _marks(stop, speak),
            code_square(stop.qr, _QR),
        ),
        gap=_GAP,
    )


def _door(stop: RouteStop, speak: Translator) -> Block:
    """Whose door, where, by which phone, and how to get in."""
    phone = f'&nbsp; <font size="8.5">☎&nbsp;{_unbroken(stop.phone)}</font>' if stop.phone else ""
    lines = [
        rich(strong(stop.name) + phone, _DOOR, size=10),
        rich(f"{escape(stop.street)}, {_unbroken(stop.town)}", _DOOR, size=8.5),
    ]
    if stop.access_note:
        lines.append(words(f"→ {stop.access_note}", _DOOR, size=7.5))
    if stop.skills:
        skills = ", ".join(speak.say(f"skill.{one}") for one in stop.skills)
        lines.append(words(speak.say("paper.asks", skills=skills), _DOOR, size=7.5, bold=True))
    if stop.preferred_by_min is not None:
        late = stop.begin_min > stop.preferred_by_min
        text = speak.say(
            "route.preferred.late" if late else "route.preferred.by",
            by=speak.time(stop.preferred_by_min),
            at=speak.time(stop.begin_min),
        )
        lines.append(words(text, _DOOR, size=7.5, bold=late))
    if stop.face:
        lines.append(words(speak.say(stop.face, van=stop.usual_van), _DOOR, size=7.5))
    return stack(lines, gap=0.5)


def _unbroken(text: str) -> str:
    """Text that stays on one line while it fits."""
    return escape(text).replace(" ", "&nbsp;") if len(text) <= 24 else escape(text)


def _boxes(boxes: Boxes) -> Block:
    """Boxes per zone, and room to note the temperature at the door."""
    counts = beside((number_of_boxes(boxes.of(zone), _ZONE) for zone in Zone), gap=_GAP)
    cold = boxes.frozen + boxes.chilled > 0
    check = "☐ ______ °C" if cold else "☐"
    wide = 3 * _ZONE + 2 * _GAP
    return stack((counts, words(check, wide, size=9, align="centre", ink=0.25)), gap=3)


def _marks(stop: RouteStop, speak: Translator) -> Block:
    """Texture and allergens in sign and word, and what is fetched."""
    marks = [texture(each.level, each.kind, speak, most=_MARKS) for each in stop.textures]
    if stop.avoid:
        text = speak.say("paper.without", allergens=allergen_words(stop.avoid, speak))
        marks.append(chip(text, _MARKS))
    for each in stop.pickups:
        fetch = speak.say(each.act, thing=speak.say(f"pickup.{each.thing}"), count=each.boxes)
        marks.append(words(f"⇄ {fetch}", _MARKS, size=8.5, bold=True))
    return flow(marks, _MARKS)
