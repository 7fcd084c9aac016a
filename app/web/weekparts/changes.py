"""What differs from the week before: per day the dishes that go and come, and the sums."""

from typing import Any

from app.i18n import Translator
from app.operations.weeks import Comparison, DayChange
from app.web.weekparts.names import ORDER, dish_name, role_name, slot_name
from app.web.weekparts.sums import BARS, INDEX
from menus import NUTRIENTS, Catalogue, Role


def change_rows(speak: Translator, stock: Catalogue, found: Comparison) -> list[dict[str, Any]]:
    """Give one table per day: place, was, becomes; with energy and protein before and now."""
    return [
        {
            "day": one.day,
            "sums": [text for code in BARS if (text := _sum(speak, one, code))],
            "rows": [
                {
                    "place": f"{slot_name(speak, slot)}, {role_name(speak, role)}",
                    "was": _name(speak, stock, was),
                    "becomes": _name(speak, stock, becomes),
                }
                for slot, role, was, becomes in sorted(
                    one.dishes, key=lambda dish: (_rank(found, dish[0]), ORDER.index(Role(dish[1])))
                )
            ],
        }
        for one in found.days
    ]


def _rank(found: Comparison, slot: str) -> int:
    return found.slots.index(slot) if slot in found.slots else len(found.slots)


def _name(speak: Translator, stock: Catalogue, variant: str | None) -> str | None:
    return None if variant is None else dish_name(speak, stock, variant)


def _sum(speak: Translator, one: DayChange, code: str) -> str | None:
    """Give "Energie 1 502 → 1 540 kcal"; None when either is not known."""
    was, now = one.before[code], one.now[code]
    if was is None or now is None:
        return None
    nutrient = NUTRIENTS[INDEX[code]]
    name, unit = speak.say(f"nutrient.{code}"), speak.say(f"unit.{nutrient.unit}")
    figures = (speak.number(each / nutrient.scale) for each in (was, now))
    return f"{name} {' → '.join(figures)}\u00a0{unit}"
