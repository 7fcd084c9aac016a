"""Places of a week that somebody fixed."""

from collections.abc import Mapping
from typing import Any

from menus import PlanReason

PLACE = ("day", "slot", "role")
"""What names a place in a request and in its result."""


def place_of(one: Mapping[str, Any]) -> tuple[Any, ...]:
    """Give the place of a pin or an item."""
    return tuple(one[name] for name in PLACE)


def pinned(result: dict[str, Any], pins: list[dict[str, Any]]) -> dict[str, Any]:
    """Give a result in which exactly the pinned dishes say that somebody pinned them."""
    fixed = {place_of(pin) for pin in pins}
    items = []
    for item in result["items"]:
        told = [one for one in item["reasons"] if one != PlanReason.PINNED]
        first = [str(PlanReason.PINNED)] if place_of(item) in fixed else []
        items.append({**item, "reasons": [*first, *told] or [str(PlanReason.FITS)]})
    return {**result, "items": items}
