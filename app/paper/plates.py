"""Drawn plates on paper: the same bowls, plates and glasses as on the client's page."""

from collections.abc import Callable, Mapping

from reportlab.lib.colors import HexColor

from app.paper.page import INK, LINE, Block, Pen
from menus import Colour, Role, Variant

COLOUR_RGB: Mapping[Colour, str] = {
    Colour.WHITE: "#f6f0e2",
    Colour.YELLOW: "#ecd06a",
    Colour.ORANGE: "#d9772b",
    Colour.RED: "#b93a32",
    Colour.GREEN: "#5d8f3a",
    Colour.BROWN: "#8a4b2d",
    Colour.PURPLE: "#7a4a86",
}
"""The colours of `menus.Colour` as drawn; the name of the dish stands beside the drawing."""

_SIDE = 68
_SECTORS = {Role.PROTEIN: (95, 115), Role.STARCH: (-25, 110), Role.VEGETABLE: (215, 115)}


def plate(variant: Variant, side: float) -> Block:
    """One dish in its bowl, glass or place on the plate, in its own colour."""
    fill = HexColor(COLOUR_RGB[variant.colour])

    def draw(pen: Pen, x: float, top: float) -> None:
        pen.saveState()
        pen.translate(x, top - side)
        pen.scale(side / _SIDE, side / _SIDE)
        pen.setLineWidth(1.2)
        pen.setStrokeGray(INK + 0.35)
        _DRAWN.get(variant.role, _on_plate)(pen, fill, variant.role)
        pen.restoreState()

    return Block(side, side, draw)


def _disc(pen: Pen, radius: float) -> None:
    pen.circle(34, 34, radius, stroke=1, fill=1)


def _rim(pen: Pen, radius: float) -> None:
    pen.setFillGray(1 - (1 - LINE) / 4)
    _disc(pen, radius)


def _on_plate(pen: Pen, fill: HexColor, role: Role) -> None:
    _rim(pen, 32)
    pen.setFillGray(1)
    _disc(pen, 26)
    pen.setFillColor(fill)
    if role not in _SECTORS:
        pen.ellipse(24, 28, 44, 40, stroke=1, fill=1)
        return
    start, extent = _SECTORS[role]
    pen.wedge(12, 12, 56, 56, start, extent, stroke=1, fill=1)


def _in_bowl(pen: Pen, fill: HexColor, _role: Role) -> None:
    _rim(pen, 28)
    pen.setFillColor(fill)
    _disc(pen, 20)


def _beside(pen: Pen, fill: HexColor, _role: Role) -> None:
    _rim(pen, 24)
    pen.setFillColor(fill)
    pen.roundRect(21, 24, 26, 18, 8, stroke=1, fill=1)


def _in_glass(pen: Pen, fill: HexColor, _role: Role) -> None:
    for colour, points in (
        (HexColor("#f4f2f5"), ((18, 60), (50, 60), (45.5, 9), (22.5, 9))),
        (fill, ((20.7, 44), (47.3, 44), (44.3, 11), (23.7, 11))),
    ):
        pen.setFillColor(colour)
        path = pen.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        path.close()
        pen.drawPath(path, stroke=1, fill=1)


_DRAWN: Mapping[Role, Callable[[Pen, HexColor, Role], None]] = {
    Role.SOUP: _in_bowl,
    Role.BREAKFAST: _in_bowl,
    Role.DESSERT: _in_bowl,
    Role.SNACK: _beside,
    Role.DRINK: _in_glass,
    Role.SUPPLEMENT: _in_glass,
}
