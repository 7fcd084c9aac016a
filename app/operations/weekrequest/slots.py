"""Windows per eating moment: aims beside the windows of a day, never limits.

None of them is ever safe_min or safe_max, so that none can make a week impossible.
"""

from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

import screening
from menus import NUTRIENTS, Catalogue, Eater, Portion, Variant, near_dose, suitable_variants

SPREAD_G = (25, 30)
"""Protein of each main meal in g, where the order of the day has room for it (clinical
specification 5.3); not beside a redistribution around levodopa."""
LATE_CARBOHYDRATE_G = 50
"""Carbohydrate of an ordered late-evening snack in g (clinical specification 6.2, cirrhosis)."""
CHOICE = 4
"""An aim is never above what this many different dishes reach: else one returns each day."""

_LATE = "late_evening"
_MAIN = ("breakfast", "lunch", "supper")
_MAIN_SHARE, _OTHER_SHARE = 3, 1
"""How usual carbohydrate is spread over a day where nobody recorded it (house rule)."""

_SCALES = {one.code: one.scale for one in NUTRIENTS}
_AT = {one.code: at for at, one in enumerate(NUTRIENTS)}
Windows = dict[str, dict[str, dict[str, int]]]


def slot_windows(content: screening.Prescription) -> Windows:
    """Give per slot a map nutrient -> window in scaled whole numbers; empty where none is asked."""
    found: Windows = {}
    for windows in (_protein(content), _carbohydrate(content), _late(content)):
        for slot, (nutrient, window) in windows.items():
            found.setdefault(slot, {})[nutrient] = window
    return found


_One = Mapping[str, tuple[str, dict[str, int]]]


def _protein(content: screening.Prescription) -> _One:
    low, high = SPREAD_G
    meals = [slot for slot in content.slots if slot in _MAIN]
    redistributed = any(rule.dose_protein_g is not None for rule in content.rules)
    rising = bool(content.step_up) or content.start_energy_kcal is not None
    most = content.protein_g.high
    if redistributed or rising or not meals or (most is not None and most < low * len(meals)):
        return {}
    top = high if most is None else max(high, -(-most // len(meals)))
    scale = _SCALES["protein_g"]
    return {slot: ("protein_g", {"min": low * scale, "max": top * scale}) for slot in meals}


def dose_free(content: screening.Prescription) -> list[str]:
    """Give the doses near the last main meal, where that meal must bring the protein of the day.

    So it is when every main meal is near a dose: breakfast and lunch are kept low and the evening
    meal brings the rest (clinical specification 6.2; ESPEN clinical nutrition in neurology, 2018).
    """
    meals = [_clock(screening.SLOT_MINUTES[slot]) for slot in _MAIN if slot in content.slots]
    near = [[dose for dose in content.dose_times if _near(meal, dose)] for meal in meals]
    capped = any(rule.dose_protein_g is not None for rule in content.rules)
    return sorted(near[-1]) if capped and len(near) > 1 and all(near) else []


def _clock(minutes: int) -> time:
    return time(*divmod(minutes, 60))


def _near(meal: time, dose: str) -> bool:
    minute = screening.minute_of(dose)
    return minute is not None and near_dose(meal, _clock(minute))


def _carbohydrate(content: screening.Prescription) -> _One:
    """The signed tolerance around usual carbohydrate, spread over the slots of the day."""
    ruled = [rule for rule in content.rules if rule.daily and rule.nutrient == "carbohydrate_g"]
    bounds = ruled[0].bounds if ruled else None
    if bounds is None or bounds.low is None or bounds.high is None:
        return {}
    late = LATE_CARBOHYDRATE_G if _LATE in content.slots else 0
    shares = {
        slot: _MAIN_SHARE if slot in _MAIN else _OTHER_SHARE
        for slot in content.slots
        if slot != _LATE
    }
    whole, scale = sum(shares.values()), _SCALES["carbohydrate_g"]
    low, high = max(0, bounds.low - late) * scale, max(0, bounds.high - late) * scale
    return {
        slot: (
            "carbohydrate_g",
            {"min": low * share // whole, "max": -(-high * share // whole)},
        )
        for slot, share in shares.items()
    }


def _late(content: screening.Prescription) -> _One:
    if _LATE not in content.slots:
        return {}
    least = LATE_CARBOHYDRATE_G * _SCALES["carbohydrate_g"]
    return {_LATE: ("carbohydrate_g", {"min": least})}


def within_reach(request: dict[str, Any], stock: Catalogue, eater: Eater) -> dict[str, Any]:
    """Give the request with each aim of a slot no higher than this kitchen can choose among."""
    if not request.get("slot_windows"):
        return request
    suitable = suitable_variants(eater, stock)
    parts = {slot["id"]: (*slot["roles"], *slot["optional"]) for slot in request["slots"]}
    lowered = {
        slot: {
            nutrient: _lowered(
                window, sum(_reach(suitable, part, nutrient) for part in parts[slot])
            )
            for nutrient, window in windows.items()
        }
        for slot, windows in request["slot_windows"].items()
    }
    return {**request, "slot_windows": lowered}


def _reach(suitable: Iterable[Variant], role: str, nutrient: str) -> int:
    """Give what the richest component but three of a role brings in a large portion, scaled."""
    best: dict[str, int] = {}
    for one in suitable:
        amount = one.per_100g[_AT[nutrient]] if one.role == role else None
        if amount is not None:
            most = amount * one.portions_g[Portion.L] // 100
            best[one.component] = max(most, best.get(one.component, 0))
    ranked = sorted(best.values(), reverse=True)
    return ranked[min(CHOICE, len(ranked)) - 1] if ranked else 0


def _lowered(window: dict[str, int], reach: int) -> dict[str, int]:
    return {**window, "min": min(window["min"], reach)}
