"""What differs from the week before: per day the dishes that go and come, sums and means."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import zip_longest
from typing import Any

import menus
from app.i18n import Translator
from app.operations.weeks import Beside
from app.web.weekparts.names import ORDER, dish_name, role_name, slot_name
from app.web.weekparts.sums import INDEX, standing_parts
from app.web.words import started
from menus import NUTRIENTS, Catalogue, PlanItem, Total


def change_rows(
    speak: Translator, stock: Catalogue, found: Beside, days: tuple[date, ...]
) -> list[dict[str, Any]]:
    """Give one table per day that differs: place, was, becomes; with the sums before and now."""
    return [
        {
            "day": days[one.day],
            "sums": [text for each in one.sums if (text := _sum(speak, *each))],
            "rows": [
                {
                    "place": _place(speak, item),
                    "was": _name(speak, stock, was),
                    "becomes": _name(speak, stock, becomes),
                }
                for item, was, becomes in sorted(
                    _changes(one), key=lambda change: _rank(found, change[0])
                )
            ],
        }
        for one in found.changes.days
    ]


_Change = tuple[PlanItem, PlanItem | None, PlanItem | None]


def _changes(one: menus.DayChange) -> Iterator[_Change]:
    """Give each place with the dish that goes and the one that comes."""
    removed = [*one.removed, *(gone for gone, _ in one.moved)]
    added = [*one.added, *(again for _, again in one.moved)]
    places: defaultdict[tuple[str, str], tuple[list[PlanItem], list[PlanItem]]]
    places = defaultdict(lambda: ([], []))
    for at, items in enumerate((removed, added)):
        for item in items:
            places[item.slot, item.role][at].append(item)
    for gone, came in places.values():
        for was, becomes in zip_longest(gone, came):
            yield was or becomes, was, becomes


def _rank(found: Beside, item: PlanItem) -> tuple[int, int]:
    at = found.slots.index(item.slot) if item.slot in found.slots else len(found.slots)
    return at, ORDER.index(item.role)


def _place(speak: Translator, item: PlanItem) -> str:
    return f"{slot_name(speak, item.slot)}, {role_name(speak, item.role)}"


def _name(speak: Translator, stock: Catalogue, item: PlanItem | None) -> str | None:
    if item is None:
        return None
    return f"{dish_name(speak, stock, item.variant)}, {speak.number(item.grams)}\u00a0g"


def _sum(speak: Translator, code: str, before: Total, after: Total) -> str | None:
    """Give "Energie 1 502 → 1 540 kcal"; None when either is not known."""
    if before.missing or after.missing:
        return None
    nutrient = NUTRIENTS[INDEX[code]]
    name, unit = speak.say(f"nutrient.{code}"), speak.say(f"unit.{nutrient.unit}")
    totals = (before.known_hundredths, after.known_hundredths)
    figures = (speak.number(each / 100 / nutrient.scale) for each in totals)
    return f"{name} {' → '.join(figures)}\u00a0{unit}"


def mean_rows(speak: Translator, found: Beside) -> list[dict[str, Any]]:
    """Give each nutrient of which the mean lies elsewhere against its window than before."""
    return [
        {
            "name": started(speak.say(f"nutrient.{was.nutrient}")),
            "was": standing_parts(speak, was),
            "becomes": standing_parts(speak, becomes),
        }
        for was, becomes in found.changes.means
        if was.verdict != becomes.verdict
    ]
