"""Translate a prescription into a request for meals: the one place where this happens.

What goes over: levels, exclusions, windows, slots, times of a dose, ceilings of the first days.
With them goes the opaque id of each rule that asks for an exclusion, for the dietitian who asks
why not. What stays: every diagnosis, every reason, every switch of a rule.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from typing import Any

import screening
from app.models.care import Prescription
from app.operations.weekrequest.slots import dose_free, slot_windows
from menus import NUTRIENTS, Catalogue, Portion
from screening import Constraint, Range

_SLOT_ROLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # slot: roles always filled, roles filled when they help
    "breakfast": (("breakfast", "drink"), ()),
    "morning": (("snack",), ("drink",)),
    "lunch": (("soup", "protein", "starch", "vegetable"), ("sauce", "dessert")),
    "afternoon": (("snack", "drink"), ()),
    "supper": (("protein", "starch"), ("soup", "vegetable", "dessert")),
    "evening": (("dessert",), ("supplement",)),
    "late_evening": (("snack",), ("supplement",)),
}
_SAFE_LOW, _SAFE_HIGH = 75, 130
"""Hard limits of a day in percent of the prescribed range (house rule, wider than any range)."""

_SCALES = {one.code: one.scale for one in NUTRIENTS}
_FINGER_FOOD = "finger-food"
_SIGNED = ("energy_kcal", "protein_g")


def plan_request(
    client_code: str, content: screening.Prescription, *, start: date, days: int
) -> dict[str, Any]:
    """Give the request as JSON: everything that feeds a plan, without any reason why."""
    eater = Prescription.eater_of(content)
    caps = _caps(content, start, days)
    return {
        "id": client_code,
        "start": start.isoformat(),
        "days": days,
        "slots": [_slot(name) for name in content.slots],
        "food_iddsi": content.food_level,
        "drink_iddsi": content.drink_level,
        "allergies": sorted(eater.allergies),
        "intolerances": sorted(eater.intolerances),
        "exclude_ingredients": sorted(eater.exclude_ingredients),
        "exclude_properties": sorted(eater.exclude_properties),
        "diets": sorted(content.diets),
        "asked": _asked(content),
        "seasoning": sorted(one.value for one in eater.seasonings),
        "day": _day_windows(content, capped=bool(caps)),
        "week": _week_windows(content),
        "slot_windows": slot_windows(content),
        "dose_times": list(content.dose_times),
        "dose_protein_max": _dose_protein(content),
        "dose_free": dose_free(content),
        "max_energy_by_day": caps,
        "portion": portion_of(content.portion_percent).value,
        "likes": sorted(_likes(content)),
        "dislikes": sorted(content.dislikes | _unwanted(content)),
        "pins": [],
        "previous": None,
    }


def _asked(content: screening.Prescription) -> list[dict[str, str]]:
    """Which opaque rules ask for a line of the order; a line without rule was signed by hand too.

    This stays between dietitian and planner: the rule book is public, so an id tells of a
    condition. What goes to kitchen and road (`Prescription.as_eater`) names lines alone.
    """
    ruled = content.ruled_lines
    by_hand = {
        *(f"allergy:{word}" for word in content.allergies),
        *(f"exclude_ingredient:{word}" for word in content.excluded_ingredients),
        *(f"exclude_property:{word}" for word in content.excluded_properties),
    }
    both = sorted(by_hand & {line for line, _ in ruled})
    return [
        *({"line": line} for line in both),
        *({"line": line, "rule": rule} for line, rule in ruled),
    ]


def _slot(name: str) -> dict[str, Any]:
    hours, minutes = divmod(screening.SLOT_MINUTES[name], 60)
    always, helpful = _SLOT_ROLES[name]
    return {
        "id": name,
        "time": f"{hours:02}:{minutes:02}",
        "roles": list(always),
        "optional": list(helpful),
    }


SMALL_TO, LARGE_FROM = 80, 120
"""Percent of an ordinary portion up to which S is served, and from which L (house rule)."""


def portion_of(percent: int) -> Portion:
    """Give the size that comes nearest to a portion in percent."""
    if percent <= SMALL_TO:
        return Portion.S
    return Portion.L if percent >= LARGE_FROM else Portion.M


def _likes(content: screening.Prescription) -> set[str]:
    wished = {rule.wish for rule in content.rules if rule.wish}
    return {*content.likes, *wished, *({_FINGER_FOOD} if content.finger_food else ())}


def _unwanted(content: screening.Prescription) -> set[str]:
    """What a rule would rather not see: a wish, never a ban."""
    soft = [rule for rule in content.rules if not rule.hard]
    words = {word for rule in soft for word in (rule.exclude_property, rule.exclude_ingredient)}
    return {word for word in words if word is not None}


def _dose_protein(content: screening.Prescription) -> int | None:
    """The most protein near a dose, scaled; None where no rule or no time asks for it."""
    asked = [rule.dose_protein_g for rule in content.rules if rule.dose_protein_g is not None]
    return min(asked) * _SCALES["protein_g"] if asked and content.dose_times else None


def _caps(content: screening.Prescription, start: date, days: int) -> list[int | None]:
    """The ceiling of each day, scaled; empty when no day has one."""
    caps = [content.energy_cap_kcal(start + timedelta(days=day)) for day in range(days)]
    if all(cap is None for cap in caps):
        return []
    scale = _SCALES["energy_kcal"]
    return [None if cap is None else cap * scale for cap in caps]


def _day_windows(content: screening.Prescription, *, capped: bool) -> dict[str, dict[str, int]]:
    """Energy and protein as signed, with what rules ask of each day.

    Where the first days have a ceiling no floor is hard: the ceiling goes before it (NICE CG32).
    """
    windows = {
        name: _safe(_signed(getattr(content, name), _SCALES[name]), content, name, capped=capped)
        for name in _SIGNED
    }
    daily = [rule for rule in content.rules if rule.daily and rule.nutrient not in _SIGNED]
    ruled = {name: _window([], rules, _SCALES[name]) for name, rules in _by_nutrient(daily).items()}
    fluid = {name: bound for name, bound in _water(content.fluid_ml).items() if name == "max"}
    return windows | ruled | ({_WATER: fluid} if fluid else {})


_WATER = "water_g"
WATER_PER_FLUID = Fraction(5, 4)
"""Water of a whole day's food and drinks per fluid ordered: drinks bring 1.6 and 2.0 of the 2.0 and
2.5 litres that women and men need (clinical specification 5.4: ESPEN 2022 and EFSA 2010)."""


def _water(fluid_ml: Range) -> dict[str, int]:
    """The window of a day's water, drinks, thickened ones and soups included.

    A ceiling is aimed at on each day. A minimum counts over the week, among the wishes: what is
    drunk beside the meals is not in the plan, so that it never goes before energy and protein.
    """
    factor = WATER_PER_FLUID * _SCALES[_WATER]
    bounds = {
        "min": None if fluid_ml.low is None else ceil(fluid_ml.low * factor),
        "max": None if fluid_ml.high is None else floor(fluid_ml.high * factor),
    }
    return {name: bound for name, bound in bounds.items() if bound is not None}


def _signed(bounds: Range, scale: int) -> dict[str, int]:
    window: dict[str, int] = {}
    if bounds.low is not None:
        window["min"] = bounds.low * scale
        window["safe_min"] = bounds.low * scale * _SAFE_LOW // 100
    if bounds.high is not None:
        window["max"] = bounds.high * scale
        window["safe_max"] = bounds.high * scale * _SAFE_HIGH // 100
    return window


def _safe(
    window: dict[str, int], content: screening.Prescription, name: str, *, capped: bool
) -> dict[str, int]:
    """The signed window with a hard floor of a rule, never above what is aimed at."""
    floors = [
        rule.bounds.low * _SCALES[name]
        for rule in content.rules
        if rule.hard and rule.nutrient == name and rule.bounds.low is not None
    ]
    if floors:
        least = max(*floors, window.get("safe_min", 0))
        window["safe_min"] = min(least, window.get("min", least))
    if capped:
        window.pop("safe_min", None)
    return window


def _week_windows(content: screening.Prescription) -> dict[str, dict[str, int]]:
    """Further nutrients count over the week (Reg. (EU) 1169/2011 has no daily window either).

    Reference values are aimed at, upper levels hold (clinical specification 5.5); a range that a
    dietitian signed takes the place of the reference value.
    """
    rules = _by_nutrient(
        rule for rule in content.rules if not rule.daily and rule.nutrient in _SCALES
    )
    minima, upper = _reference(content)
    names = sorted({*content.nutrients, *rules, *minima, *upper})
    found = {
        name: _window(
            [content.nutrients[name]] if name in content.nutrients else [],
            rules.get(name, []),
            _SCALES[name],
            minimum=None if name in content.nutrients else minima.get(name),
            upper=upper.get(name),
        )
        for name in names
        if name not in _SIGNED
    }
    found.setdefault(_WATER, _water(content.fluid_ml))
    return {name: window for name, window in found.items() if window}


def _reference(
    content: screening.Prescription,
) -> tuple[Mapping[str, Fraction], Mapping[str, Decimal]]:
    if content.reference is None:
        return {}, {}
    energy = content.energy_kcal.low or content.energy_kcal.high or 0
    minima = screening.reference_minima(content.reference, energy_kcal=energy)
    return minima, screening.upper_levels()


def _by_nutrient(rules: Iterable[Constraint]) -> dict[str, list[Constraint]]:
    found: dict[str, list[Constraint]] = {}
    for rule in rules:
        if rule.nutrient is not None:
            found.setdefault(rule.nutrient, []).append(rule)
    return found


def _window(
    signed: list[Range],
    rules: list[Constraint],
    scale: int,
    *,
    minimum: Fraction | None = None,
    upper: Decimal | None = None,
) -> dict[str, int]:
    """One window in scaled whole numbers: the strictest of each side, a limit before a minimum."""
    soft = [*signed, *(rule.bounds for rule in rules if not rule.hard)]
    hard = [rule.bounds for rule in rules if rule.hard]
    highs = [one.high * scale for one in soft if one.high is not None]
    tops = [one.high * scale for one in hard if one.high is not None]
    tops += [] if upper is None else [floor(upper * scale)]
    lows = [one.low * scale for one in soft if one.low is not None]
    lows += [] if minimum is None else [ceil(minimum * scale)]
    floors = [one.low * scale for one in hard if one.low is not None]
    limit = min([*highs, *tops], default=None)
    least = max([*lows, *floors], default=None)
    found = {
        "safe_min": max(floors, default=None),
        "min": least if limit is None or (least is not None and least <= limit) else None,
        "max": limit if highs else None,
        "safe_max": min(tops, default=None),
    }
    return {name: bound for name, bound in found.items() if bound is not None}


def in_words_of_the_kitchen(request: dict[str, Any], stock: Catalogue) -> dict[str, Any]:
    """Leave out what a rule excludes and the kitchen never buys (star fruit).

    Any other word that the kitchen does not know stays, so that it is refused.
    """
    ruled = {card.constraint.exclude_ingredient for card in screening.CARDS}
    absent = ruled - stock.ingredient_words
    words = [word for word in request["exclude_ingredients"] if word not in absent]
    lines = {f"exclude_ingredient:{word}" for word in absent}
    asked = [one for one in request.get("asked", ()) if one["line"] not in lines]
    return {**request, "exclude_ingredients": words, "asked": asked}


def without_rule(request: dict[str, Any], rule: str) -> dict[str, Any]:
    """Give the request without a rule that a dietitian may give up for one week; ValueError else.

    A pin, an empty place of a meal, the seasoning, an ingredient that is excluded by dislike; an
    allergy, a texture or what a rule asks for never is.
    """
    kind, _, subject = rule.partition(":")
    without = _WITHOUT.get(kind)
    if without is None:
        raise ValueError(kind)
    return without(request, subject)


def _without_pin(request: dict[str, Any], subject: str) -> dict[str, Any]:
    return {**request, "pins": [one for one in request["pins"] if _place(one) != subject]}


def _without_seasoning(request: dict[str, Any], _subject: str) -> dict[str, Any]:
    return {**request, "seasoning": []}


def _without_exclusion(request: dict[str, Any], word: str) -> dict[str, Any]:
    """What somebody excluded by hand and dislikes; the same word of a rule holds by its rule."""
    if word not in request["dislikes"]:
        raise ValueError(word)
    by_hand = {"line": f"exclude_ingredient:{word}"}
    return {
        **request,
        "exclude_ingredients": [one for one in request["exclude_ingredients"] if one != word],
        "asked": [one for one in request["asked"] if one != by_hand],
    }


def _without_role(request: dict[str, Any], subject: str) -> dict[str, Any]:
    name, _, role = subject.partition("/")
    slots = [_easier(slot, role) if slot["id"] == name else slot for slot in request["slots"]]
    return {**request, "slots": slots}


_WITHOUT: Mapping[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    "pin": _without_pin,
    "role": _without_role,
    "seasoning": _without_seasoning,
    "exclude_ingredient": _without_exclusion,
}
GIVEN_UP_HERE = frozenset(_WITHOUT)
"""First words of the rules that `without_rule` knows."""


def _place(pin: Mapping[str, Any]) -> str:
    return f"{pin['day']}/{pin['slot']}/{pin['role']}"


def _easier(slot: dict[str, Any], role: str) -> dict[str, Any]:
    """Give a slot in which a role may stay empty."""
    left = [one for one in slot["roles"] if one != role]
    moved = [one for one in slot["roles"] if one == role]
    return {**slot, "roles": left, "optional": [*slot["optional"], *moved]}
