"""The routes of a day as GeoJSON (RFC 7946) for the map without tiles."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.i18n import Translator
from app.operations.dayboard import Board
from app.operations.daypapers import PaperDay
from logistics import Point, RouteSheet

Feature = dict[str, Any]


def features(speak: Translator, board: Board, paper: PaperDay | None) -> Feature:
    """Give depot, stops, lines of vans and addresses without a van. Straight lines, no roads."""
    found = [] if paper is None else list(_features(speak, board, paper))
    return {"type": "FeatureCollection", "features": found}


def _features(speak: Translator, board: Board, paper: PaperDay) -> Iterator[Feature]:
    depot = paper.inputs.depot.point
    for sheet in paper.route_sheets():
        yield from _lines(depot, sheet)
        yield from (_stop(speak, sheet, at) for at in range(len(sheet.stops)))
    yield from _unserved(board, paper)
    yield from _towns(board, paper)
    yield _point(depot, {"kind": "depot", "name": paper.names.depot})


def _lines(depot: Point, sheet: RouteSheet) -> Iterator[Feature]:
    """Give a line for each trip of a van."""
    for trip in range(1, len(sheet.starts_min) + 1):
        yield _line(depot, sheet, trip)


def _line(depot: Point, sheet: RouteSheet, trip: int) -> Feature:
    points = [depot, *(stop.point for stop in sheet.stops if stop.trip == trip), depot]
    return {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [_place(point) for point in points]},
        "properties": {"kind": "route", "van": sheet.letter},
    }


def _stop(speak: Translator, sheet: RouteSheet, at: int) -> Feature:
    stop = sheet.stops[at]
    return _point(
        stop.point,
        {
            "kind": "stop",
            "van": sheet.letter,
            "number": stop.number,
            "name": stop.name,
            "time": speak.time(stop.begin_min),
        },
    )


def _unserved(board: Board, paper: PaperDay) -> Iterator[Feature]:
    """Give the addresses at which no van stops though they ordered."""
    visited = {stop.site for route in paper.plan.routes.routes for stop in route.stops}
    left = board.plan.left() if board.plan else ()
    missed = {one.site for one in left if one.whole} - visited
    for site in paper.inputs.sites:
        if site.id in missed:
            yield _point(site.point, {"kind": "unserved", "name": paper.names.stops[site.id].name})


def _towns(board: Board, paper: PaperDay) -> Iterator[Feature]:
    """Give the towns with most addresses, each in the middle of its own."""
    points: dict[str, list[Point]] = {}
    for site in paper.inputs.sites:
        if site.id in board.places:
            points.setdefault(board.places[site.id].place, []).append(site.point)
    for town in sorted(points, key=lambda each: (-len(points[each]), each))[:12]:
        yield _point(_middle(points[town]), {"kind": "town", "name": town})


def _middle(points: list[Point]) -> Point:
    return Point(
        lat_e5=sum(point.lat_e5 for point in points) // len(points),
        lon_e5=sum(point.lon_e5 for point in points) // len(points),
    )


def _point(point: Point, properties: Mapping[str, Any]) -> Feature:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": _place(point)},
        "properties": dict(properties),
    }


def _place(point: Point) -> list[float]:
    """Longitude before latitude, in degrees."""
    return [point.lon_e5 / 100_000, point.lat_e5 / 100_000]
