"""The small map of a tour: straight lines from depot to stop to stop, with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, radians, sin

from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.faces import BOLD, PLAIN
from app.paper.page import INK, LINE, SOFT, Block, Pen
from logistics import RouteSheet

_DOT = 1.5  # radius
_FONT = 6.2
_LINE = 7.0  # from one number to the next below, at an edge
_COLUMN = 18.0  # of numbers at an edge
_EDGE = 2 * _COLUMN  # kept free for them at each side
_BAR = 14.0  # kept free for the scale
_M_PER_E5_DEGREE = 1.11195  # a degree of latitude is 111.195 km on a sphere of 6,371 km
_SCALES_M = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Frame:
    """Metres around the depot to points on paper."""

    scale: float  # points per metre
    middle_m: Point
    middle: Point

    def at(self, place_m: Point) -> Point:
        return (
            self.middle[0] + (place_m[0] - self.middle_m[0]) * self.scale,
            self.middle[1] + (place_m[1] - self.middle_m[1]) * self.scale,
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """A stop on the map: where its dot is, the middle of its number, and whether a line joins."""

    dot: Point
    label: Point
    leader: bool


Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def tour_map(sheet: RouteSheet, speak: Translator, width: float, height: float) -> Block:
    """The tour of a sheet: a black square for the depot, dots and numbers for the stops."""
    places = _places_m(sheet)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.saveState()
        pen.setStrokeGray(LINE)
        pen.setLineWidth(0.5)
        pen.roundRect(x, top - height, width, height, 3, stroke=1, fill=0)
        frame = _frame_for(places, x, top, width, height)
        depot, *stops = [frame.at(place) for place in places]
        _draw_lines(pen, sheet, depot, stops)
        inside = (x + 4, top - height + _BAR, x + width - 4, top - 4)
        numbers = [str(stop.number) for stop in sheet.stops]
        _draw_stops(pen, sheet, place_numbers(numbers, stops, inside))
        pen.setFillGray(INK)
        pen.rect(depot[0] - 3.6, depot[1] - 3.6, 7.2, 7.2, stroke=0, fill=1)
        _draw_scale(pen, frame, speak, x + 6, top - height + 5)
        pen.setFillGray(SOFT)
        pen.setFont(PLAIN, 6)
        pen.drawRightString(x + width - 5, top - height + 5, speak.say("paper.map.straight"))
        pen.restoreState()

    return Block(width, height, draw)


def _places_m(sheet: RouteSheet) -> list[Point]:
    """Depot and stops in metres east and north of the depot."""
    north = _M_PER_E5_DEGREE
    east = north * cos(radians(sheet.depot_point.lat_e5 / 100_000))
    return [(0.0, 0.0)] + [
        (
            (stop.point.lon_e5 - sheet.depot_point.lon_e5) * east,
            (stop.point.lat_e5 - sheet.depot_point.lat_e5) * north,
        )
        for stop in sheet.stops
    ]


def _frame_for(places: list[Point], x: float, top: float, width: float, height: float) -> _Frame:
    """The largest scale at which every place stands inside the box."""
    (west, east), (south, north) = [
        (min(values), max(values)) for values in zip(*places, strict=True)
    ]
    room, rise = width - 2 * _EDGE - 16, height - _BAR - 16
    return _Frame(
        scale=min(room / max(east - west, 100), rise / max(north - south, 100)),
        middle_m=((west + east) / 2, (south + north) / 2),
        middle=(x + width / 2, top - height / 2 + _BAR / 2 - 2),
    )


def _draw_lines(pen: Pen, sheet: RouteSheet, depot: Point, stops: list[Point]) -> None:
    pen.setStrokeGray(0.55)
    pen.setLineWidth(0.8)
    for trip in sorted({stop.trip for stop in sheet.stops}):
        tour = [at for stop, at in zip(sheet.stops, stops, strict=True) if stop.trip == trip]
        for start, end in pairwise([depot, *tour, depot]):
            pen.line(*start, *end)


def _draw_stops(pen: Pen, sheet: RouteSheet, spots: Sequence[Spot]) -> None:
    """Dots where the doors are; each number beside its dot, or at the edge with a thin line."""
    pen.setLineWidth(0.35)
    pen.setStrokeGray(SOFT)
    for spot in spots:
        if spot.leader:
            pen.line(*spot.dot, *spot.label)
    for stop, spot in zip(sheet.stops, spots, strict=True):
        pen.setFillGray(INK)
        pen.circle(*spot.dot, _DOT, stroke=0, fill=1)
        text = str(stop.number)
        wide, high = _size(text)
        pen.setFillGray(1)
        pen.rect(spot.label[0] - wide / 2, spot.label[1] - high / 2, wide, high, stroke=0, fill=1)
        pen.setFillGray(INK)
        pen.setFont(BOLD, _FONT)
        pen.drawCentredString(spot.label[0], spot.label[1] - _FONT * 0.36, text)


def place_numbers(texts: Sequence[str], dots: Sequence[Point], inside: Box) -> tuple[Spot, ...]:
    """Give each number a place in the box where it covers no other number and no dot.

    The first that fit stand beside their dot; the others in columns at the left and right edge,
    ordered from top to bottom, with a line.
    """
    taken = [_around(dot, 2 * _DOT, 2 * _DOT) for dot in dots]
    found: dict[int, Spot] = {}
    middle = (inside[0] + _EDGE, inside[1], inside[2] - _EDGE, inside[3])
    for at, (text, dot) in enumerate(zip(texts, dots, strict=True)):
        place = _beside(text, dot, taken, middle)
        if place is not None:
            found[at] = Spot(dot, place, leader=False)
            taken.append(_around(place, *_size(text)))
    rest = [at for at in range(len(dots)) if at not in found]
    rest.sort(key=lambda at: dots[at][0])
    half = (len(rest) + 1) // 2
    for side, part in ((0, rest[:half]), (1, rest[half:])):
        for at, label in zip(*_column(part, dots, inside, side), strict=True):
            found[at] = Spot(dots[at], label, leader=True)
    return tuple(found[at] for at in range(len(dots)))


def _beside(text: str, dot: Point, taken: Sequence[Box], inside: Box) -> Point | None:
    """The first of eight places around a dot that is free."""
    wide, high = _size(text)
    for turn in range(8):
        angle = turn * pi / 4
        place = (
            dot[0] + (wide / 2 + 2 * _DOT) * cos(angle),
            dot[1] + (high / 2 + 2 * _DOT) * sin(angle),
        )
        mine = _around(place, wide, high)
        within = inside[0] <= mine[0] and inside[1] <= mine[1]
        within = within and mine[2] <= inside[2] and mine[3] <= inside[3]
        if within and not any(_meet(mine, other) for other in taken):
            return place
    return None


def _column(
    part: Sequence[int], dots: Sequence[Point], inside: Box, side: int
) -> tuple[list[int], list[Point]]:
    """Numbers from top to bottom at an edge, in as many columns as there are too many for one."""
    downward = sorted(part, key=lambda at: -dots[at][1])
    rows = max(1, int((inside[3] - inside[1]) / _LINE))
    columns = -(-len(downward) // rows) or 1
    step = (inside[3] - inside[1]) / max(1, -(-len(downward) // columns))
    labels = []
    for number in range(len(downward)):
        row, column = divmod(number, columns)
        aside = _COLUMN * (column + 0.5)
        x = inside[0] + aside if side == 0 else inside[2] - aside
        labels.append((x, inside[3] - step * (row + 0.5)))
    return downward, labels


def _size(text: str) -> tuple[float, float]:
    return 1.2 + 0.72 * _FONT * len(text), _FONT


def _around(middle: Point, wide: float, high: float) -> Box:
    x, y = middle
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _draw_scale(pen: Pen, frame: _Frame, speak: Translator, x: float, y: float) -> None:
    """A bar of a round length, at most a quarter of a usual box."""
    fits = [length for length in _SCALES_M if length * frame.scale <= 22 * mm]
    length = fits[-1] if fits else _SCALES_M[0]
    pen.setStrokeGray(SOFT)
    pen.setFillGray(SOFT)
    pen.setLineWidth(1.2)
    pen.line(x, y, x + length * frame.scale, y)
    pen.setFont(PLAIN, 6)
    text = (
        speak.say("paper.km", count=length // 1000)
        if length >= 1000
        else speak.say("paper.m", count=length)
    )
    pen.drawString(x, y + 3, text)
