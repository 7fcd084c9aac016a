"""The small map of a tour: straight lines from depot to stop to stop, with their numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians, sin

from reportlab.lib.units import mm

from app.i18n import Translator
from app.paper.faces import BOLD, PLAIN
from app.paper.page import INK, LINE, SOFT, Block, Pen
from logistics import RouteSheet

_RADIUS = 4.4
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


def tour_map(sheet: RouteSheet, speak: Translator, width: float, height: float) -> Block:
    """The tour of a sheet: a black square for the depot, numbered dots for the stops."""
    places = _places_m(sheet)

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.saveState()
        pen.setStrokeGray(LINE)
        pen.setLineWidth(0.5)
        pen.roundRect(x, top - height, width, height, 3, stroke=1, fill=0)
        frame = _frame_for(places, x, top, width, height)
        depot, *stops = [frame.at(place) for place in places]
        _draw_lines(pen, sheet, depot, stops)
        _draw_stops(pen, sheet, stops)
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
    room, rise = width - 24, height - 30
    return _Frame(
        scale=min(room / max(east - west, 100), rise / max(north - south, 100)),
        middle_m=((west + east) / 2, (south + north) / 2),
        middle=(x + width / 2, top - height / 2 + 3),
    )


def _draw_lines(pen: Pen, sheet: RouteSheet, depot: Point, stops: list[Point]) -> None:
    pen.setStrokeGray(0.25)
    pen.setLineWidth(1)
    for trip in sorted({stop.trip for stop in sheet.stops}):
        tour = [at for stop, at in zip(sheet.stops, stops, strict=True) if stop.trip == trip]
        for start, end in pairwise([depot, *tour, depot]):
            pen.line(*start, *end)


def _draw_stops(pen: Pen, sheet: RouteSheet, stops: list[Point]) -> None:
    """Dots with numbers; one that would cover another stands a little aside of its place."""
    taken: list[Point] = []
    for stop, place in zip(sheet.stops, stops, strict=True):
        dot = _free(place, taken)
        taken.append(dot)
        pen.setStrokeGray(INK)
        pen.setFillGray(1)
        pen.setLineWidth(0.8)
        if dot != place:
            pen.line(*place, *dot)
        pen.circle(*dot, _RADIUS, stroke=1, fill=1)
        pen.setFillGray(INK)
        pen.setFont(BOLD, 5.4)
        pen.drawCentredString(dot[0], dot[1] - 1.95, str(stop.number))


def _free(place: Point, taken: Sequence[Point]) -> Point:
    """The nearest spot around a place where no other dot stands."""
    for ring in range(8):
        for turn in range(max(1, ring * 6)):
            angle = turn * 2 * 3.14159265 / max(1, ring * 6)
            away = ring * _RADIUS * 1.1
            spot = (place[0] + away * cos(angle), place[1] + away * sin(angle))
            if all(hypot(spot[0] - x, spot[1] - y) >= 2 * _RADIUS for x, y in taken):
                return spot
    return place


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
