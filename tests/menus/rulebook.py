"""The rule book of who may eat what, written a second time over the published documents.

It reads a variant of `flask catalogue export` and the order of a `flask compose` request, both as
plain dicts, and shares no code with the room: clinical specification 6.1 (texture), 6.3 (drug and
food), 6.4 (allergens, Regulation (EU) 1169/2011 annex II).
"""

from typing import Any

CEREALS = ("wheat", "rye", "barley", "oats")
NUTS = ("almond", "hazelnut", "walnut", "cashew", "pecan", "brazil", "pistachio", "macadamia")
SINGLE = (
    *("crustaceans", "eggs", "fish", "peanuts", "soy", "milk", "celery", "mustard", "sesame"),
    *("sulphites", "lupin", "molluscs"),
)

MEANT: dict[str, set[str]] = {one: {one} for one in SINGLE}
MEANT |= {f"gluten:{one}": {f"gluten:{one}"} for one in CEREALS}
MEANT |= {f"nuts:{one}": {f"nuts:{one}"} for one in NUTS}
MEANT["gluten"] = {f"gluten:{one}" for one in CEREALS}
MEANT["nuts"] = {f"nuts:{one}" for one in NUTS}
"""What each recorded allergy means on a label; what is not here can be checked on none."""


def complaints(variant: dict[str, Any], order: dict[str, Any]) -> set[str]:
    """Why the variant may not reach this person, by chapter of the rule book; empty: it may."""
    broken = {
        **_allergens(variant["allergens"], order),
        **_levels(variant, order),
        "ingredient": not _lines(order, "exclude_ingredients", "exclude_ingredient").isdisjoint(
            variant["ingredients"]
        ),
        "drug, condition or choice": not _lines(
            order, "exclude_properties", "exclude_property"
        ).isdisjoint(variant["properties"]),
        "diet": not _lines(order, "diets", "diet") <= set(variant["properties"]),
        "seasoning": bool(order["seasoning"]) and variant["seasoning"] not in order["seasoning"],
        "recall": variant["id"] in order["recalled"],
    }
    return {chapter for chapter, fails in broken.items() if fails}


def _allergens(label: dict[str, list[str]], order: dict[str, Any]) -> dict[str, bool]:
    """Chapter 6.4: an allergy minds traces and any silence, an intolerance silence about itself."""
    sure, silent = set(label["contains"]), set(label["unknown"])
    doubt = sure | silent | set(label["may_contain"])
    allergies = _lines(order, "allergies", "allergy")
    return {
        "nobody can check": not {*allergies, *order["intolerances"]} <= set(MEANT),
        "allergy": any(MEANT.get(one, set()) & doubt for one in allergies),
        "allergen data are lacking": bool(allergies and silent),
        "intolerance": any(
            MEANT.get(one, set()) & (sure | silent) for one in order["intolerances"]
        ),
    }


def _levels(variant: dict[str, Any], order: dict[str, Any]) -> dict[str, bool]:
    """Chapter 6.1: two orders, each met exactly; what melts needs the thin drink order too."""
    wanted = order["drink_iddsi" if variant["kind"] == "drink" else "food_iddsi"]
    return {
        "texture": wanted is None or wanted != variant["iddsi"],
        "thin liquid": "thin-liquid" in variant["properties"] and order["drink_iddsi"] != "0",
    }


def _lines(order: dict[str, Any], field: str, line: str) -> set[str]:
    """Words of a field, and those that a rule of the prescription asks for."""
    ruled = (one["line"].split(":", 1) for one in order["asked"])
    return {*order[field], *(word for kind, word in ruled if kind == line)}
