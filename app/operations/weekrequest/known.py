"""Which aims of a week this kitchen can reckon."""

from collections.abc import Set as AbstractSet
from typing import Any

from menus import NUTRIENTS, Catalogue

KNOWN_PERCENT = 75
"""A reference value that nobody signed is aimed at where the amount is known for this part of all
dishes: below it, a minimum would prize dishes for being measured (house rule)."""

_AT = {one.code: at for at, one in enumerate(NUTRIENTS)}


def reckonable(
    request: dict[str, Any], stock: Catalogue, signed: AbstractSet[str | None]
) -> dict[str, Any]:
    """Give the request without minima of the week that most dishes say nothing about.

    What a dietitian or a rule asks for stays, and so does every upper level.
    """
    week = {
        nutrient: window
        if nutrient in signed or "min" not in window or _known(stock, nutrient)
        else {name: bound for name, bound in window.items() if name != "min"}
        for nutrient, window in request["week"].items()
    }
    return {**request, "week": {nutrient: window for nutrient, window in week.items() if window}}


def _known(stock: Catalogue, nutrient: str) -> bool:
    column = _AT[nutrient]
    known = sum(one.per_100g[column] is not None for one in stock.variants.values())
    return known * 100 >= len(stock.variants) * KNOWN_PERCENT
