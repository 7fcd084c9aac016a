"""What is wrong with composed plans, by specification: catalogue, requests and results as JSON.

Amounts are summed in hundredths of the catalogue's scaled units, so that everything stays whole.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Json = dict[str, Any]

NEVER_OFFERED = (
    *("allergy", "intolerance", "rule", "food_iddsi", "drink_iddsi", "diet", "exclude_property"),
    *("day_safe", "week_safe", "slot_safe", "max_energy", "check", "undecided"),
)
DOSE_BEFORE, DOSE_AFTER = 30, 60
"""Minutes around a dose within which meals share its protein cap."""

HARD, STOCK, SOFT, DOSE, WISHES, COST, CHANGES = range(7)


def faults_of(catalogue: Json, requests: Json, results: Json) -> list[str]:
    """Every fault of every result, each with the id of its request."""
    asked, given = requests["requests"], results["results"]
    if [one["id"] for one in asked] != [one["id"] for one in given]:
        return ["results do not follow the requests"]
    found = [] if results["catalogue_version"] == catalogue["version"] else ["other catalogue"]
    variants = {one["id"]: one for one in catalogue["variants"]}
    for request, result in zip(asked, given, strict=True):
        found += [f"{request['id']}: {fault}" for fault in _of_result(variants, request, result)]
    return found


def _of_result(variants: dict[str, Json], request: Json, result: Json) -> Iterator[str]:
    status = result["status"]
    if status == "ok":
        unknown = {item["variant"] for item in result["items"]} - set(variants)
        if unknown:
            yield f"unknown variants {sorted(unknown)}"
            return
        yield from _of_plan(variants, request, result)
    elif status == "impossible":
        yield from _of_refusal(request, result)
    elif status != "invalid":
        yield f"status {status}"
    elif not result["errors"]:
        yield "invalid without an error"
    if status != "ok" and result["items"]:
        yield f"{status} with dishes"


def _of_refusal(request: Json, result: Json) -> Iterator[str]:
    """An impossible request names rules, and never offers what may not be given up."""
    if not result["conflict"]:
        yield "impossible without a conflict"
    offered = [one["rule"] for one in result["conflict"] if one["soft"]]
    offered += [one["rule"] for one in result["relaxations"]]
    offered += [rule for one in result["relaxations"] for rule in one.get("also", ())]
    for rule in offered:
        kind, _, word = rule.partition(":")
        disliked = word in request.get("dislikes", ())
        if kind.startswith(NEVER_OFFERED) or (kind == "exclude_ingredient" and not disliked):
            yield f"offers {rule}"


def _of_plan(variants: dict[str, Json], request: Json, result: Json) -> Iterator[str]:
    items = result["items"]
    for item in items:
        yield from _of_dish(variants[item["variant"]], item, request)
    yield from _of_places(request, items)
    sums = Sums(variants, request, items)
    yield from _of_totals(sums, request, result)
    for scope, nutrient, window, total, days in _windows(sums, request):
        yield from _of_window(sums, (scope, nutrient), window, total=total, days=days)
    yield from _of_ceilings(sums, request)
    yield from _of_slack(sums, request, result)
    yield from _of_dose_slack(sums, request, result)
    yield from _of_objective(variants, request, result)


# ---------------------------------------------------------------- dishes


def _of_dish(variant: Json, item: Json, request: Json) -> Iterator[str]:
    name = f"{item['day']}/{item['slot']}/{item['role']} {item['variant']}"
    held = variant["allergens"]
    for allergy in request["allergies"]:
        every = {*held["contains"], *held["may_contain"], *held["unknown"]}
        if any(_covers(allergy, allergen) for allergen in every):
            yield f"{name}: allergy {allergy}"
    if request["allergies"] and held["unknown"]:
        yield f"{name}: allergens not known"
    for intolerance in request.get("intolerances", ()):
        if any(_covers(intolerance, one) for one in (*held["contains"], *held["unknown"])):
            yield f"{name}: intolerance {intolerance}"
    if variant["role"] != item["role"]:
        yield f"{name}: is a {variant['role']}"
    if variant["portions_g"].get(item["portion"]) != item["grams"]:
        yield f"{name}: {item['grams']} g is not portion {item['portion']}"
    yield from (f"{name}: {fault}" for fault in _of_order(variant, request))


def _covers(allergy: str, allergen: str) -> bool:
    return allergen == allergy or allergen.startswith(f"{allergy}:")


def _of_order(variant: Json, request: Json) -> Iterator[str]:
    ordered = request.get(f"{variant['kind']}_iddsi")
    if ordered is None or variant["iddsi"] != ordered:
        yield f"level {variant['iddsi']}, ordered {ordered}"
    properties = set(variant["properties"])
    if "thin-liquid" in properties and request.get("drink_iddsi") != "0":
        yield "gives off thin liquid"
    for word in set(request.get("exclude_ingredients", ())) & set(variant["ingredients"]):
        yield f"holds {word}"
    for word in set(request.get("exclude_properties", ())) & properties:
        yield f"is {word}"
    for diet in set(request.get("diets", ())) - properties:
        yield f"is not {diet}"
    seasonings = request.get("seasoning", ())
    if seasonings and variant["seasoning"] not in seasonings:
        yield f"seasoned {variant['seasoning']}"


def _of_places(request: Json, items: list[Json]) -> Iterator[str]:
    """Each role of each slot and day is filled as often as asked; pins stand."""
    served = Counter((item["day"], item["slot"], item["role"]) for item in items)
    for day in range(request["days"]):
        for slot in request["slots"]:
            needed, more = Counter(slot["roles"]), Counter(slot.get("optional", ()))
            for role in needed | more:
                count = served.pop((day, slot["id"], role), 0)
                if not needed[role] <= count <= needed[role] + more[role]:
                    yield f"{count} of {role} at {day}/{slot['id']}"
    yield from (f"a dish where none was asked: {place}" for place in served)
    keys = ("day", "slot", "role", "variant", "portion")
    standing = Counter(tuple(item[key] for key in keys) for item in items)
    pins = Counter(tuple(pin[key] for key in keys) for pin in request.get("pins") or ())
    yield from (f"pin {pin} does not stand" for pin in pins - standing)


# ---------------------------------------------------------------- sums


class Sums:
    """Known sums in hundredths, and dishes whose amount is not known, per place and nutrient."""

    def __init__(self, variants: dict[str, Json], request: Json, items: list[Json]) -> None:
        self.days: int = request["days"]
        self._dishes = [
            (item["day"], item["slot"], item["grams"], variants[item["variant"]]["per_100g"])
            for item in items
        ]
        self.nutrients = list(next(iter(variants.values()))["per_100g"])

    def known(self, nutrient: str, *, day: int | None, slot: set[str] | None = None) -> int:
        """The sum of what is known."""
        return sum((amount or 0) * grams for amount, grams in self._of(nutrient, day, slot))

    def missing(self, nutrient: str, *, day: int | None, slot: set[str] | None = None) -> int:
        """How many dishes are not in the sum."""
        return sum(amount is None for amount, _ in self._of(nutrient, day, slot))

    def _of(
        self, nutrient: str, day: int | None, slot: set[str] | None
    ) -> list[tuple[int | None, int]]:
        return [
            (per_100g[nutrient], grams)
            for at, where, grams, per_100g in self._dishes
            if day in (None, at) and (slot is None or where in slot)
        ]


Scope = tuple[int | None, str | None]
"""Day (None: the horizon) and slot (None: all)."""


def _slots(scope: Scope) -> set[str] | None:
    return None if scope[1] is None else {scope[1]}


def _windows(sums: Sums, request: Json) -> Iterator[tuple[Scope, str, Json, int, int]]:
    """Every window with its scope, nutrient, known sum and the days it is a mean over."""
    scopes: list[tuple[Scope, Json, int]] = [
        *(((day, None), request.get("day", {}), 1) for day in range(sums.days)),
        ((None, None), request.get("week", {}), sums.days),
        *(
            ((day, slot), windows, 1)
            for slot, windows in request.get("slot_windows", {}).items()
            for day in range(sums.days)
        ),
    ]
    for scope, windows, days in scopes:
        for nutrient, window in windows.items():
            total = sums.known(nutrient, day=scope[0], slot=_slots(scope))
            yield scope, nutrient, window, total, days


def _of_window(
    sums: Sums, name: tuple[Scope, str], window: Json, *, total: int, days: int
) -> Iterator[str]:
    """Safe bounds hold; what is not known reaches no minimum and fits under no maximum."""
    scope, nutrient = name
    low, high = window.get("safe_min"), window.get("safe_max")
    if low is not None and total < low * 100 * days:
        yield f"{scope} {nutrient} below its safe minimum"
    if high is not None and total > high * 100 * days:
        yield f"{scope} {nutrient} above its safe maximum"
    if high is not None and sums.missing(nutrient, day=scope[0], slot=_slots(scope)):
        yield f"{scope} {nutrient} not known under a safe maximum"


def _of_ceilings(sums: Sums, request: Json) -> Iterator[str]:
    for day, most in enumerate(request.get("max_energy_by_day", ())[: sums.days]):
        if most is not None and sums.known("energy_kcal", day=day) > most * 100:
            yield f"energy of day {day} above its ceiling"
        if most is not None and sums.missing("energy_kcal", day=day):
            yield f"energy of day {day} not known under a ceiling"


def _hundredths(number: float) -> Decimal:
    return Decimal(str(number)) * 100


def _of_totals(sums: Sums, request: Json, result: Json) -> Iterator[str]:
    if [one["day"] for one in result["totals"]] != list(range(request["days"])):
        yield "totals of other days"
        return
    for row in result["totals"]:
        if set(row["nutrients"]) != set(sums.nutrients):
            yield f"totals of other nutrients on day {row['day']}"
            continue
        for nutrient, total in row["nutrients"].items():
            if _hundredths(total["known"]) != sums.known(nutrient, day=row["day"]):
                yield f"total of {nutrient} on day {row['day']}"
            if total["missing"] != sums.missing(nutrient, day=row["day"]):
                yield f"missing {nutrient} on day {row['day']}"


# ---------------------------------------------------------------- slack


def _beyond(window: Json, total: int, days: int) -> tuple[int, int]:
    """Below the minimum and above the maximum, per day, rounded up to whole hundredths."""
    low, high = window.get("min"), window.get("max")
    below = 0 if low is None else max(0, low * 100 * days - total)
    above = 0 if high is None else max(0, total - high * 100 * days)
    return -(-below // days), -(-above // days)


def _of_slack(sums: Sums, request: Json, result: Json) -> Iterator[str]:
    real = {
        (*scope, nutrient): _beyond(window, total, days)
        for scope, nutrient, window, total, days in _windows(sums, request)
    }
    told = {
        (one["day"], one.get("slot"), one["nutrient"]): (
            _hundredths(one["below"]),
            _hundredths(one["above"]),
        )
        for one in result["slack"]
    }
    for name in real.keys() | told.keys():
        if real.get(name, (0, 0)) != told.get(name, (0, 0)):
            yield f"slack {name} is {real.get(name)}, told {told.get(name)}"


def _minutes(moment: str) -> int:
    hours, minutes = moment.split(":")
    return int(hours) * 60 + int(minutes)


def _near(meal: str, dose: str) -> bool:
    since = (_minutes(meal) - _minutes(dose) + DOSE_BEFORE) % 1440
    return since <= DOSE_BEFORE + DOSE_AFTER


def _of_dose_slack(sums: Sums, request: Json, result: Json) -> Iterator[str]:
    most = request.get("dose_protein_max")
    real = {}
    capped = set(request.get("dose_times", ())) - set(request.get("dose_free", ()))
    for dose in sorted(capped) if most is not None else ():
        slots = {slot["id"] for slot in request["slots"] if _near(slot["time"], dose)}
        for day in range(sums.days):
            over = sums.known("protein_g", day=day, slot=slots) - most * 100
            if over > 0:
                real[day, dose] = over
    told = {(one["day"], one["dose"]): _hundredths(one["above"]) for one in result["dose_slack"]}
    if told != real:
        yield f"dose slack is {real}, told {told}"


# ---------------------------------------------------------------- objective


def _of_objective(variants: dict[str, Json], request: Json, result: Json) -> Iterator[str]:
    """The levels whose number follows from the documents."""
    levels = result["objective"]
    if len(levels) != CHANGES + 1:
        yield f"{len(levels)} levels"
        return
    taken = Counter(item["variant"] for item in result["items"])
    over = sum(max(0, taken[one["variant"]] - one["portions"]) for one in request.get("stock", ()))
    outside = any(one["day"] is not None for one in result["slack"])
    cost = sum(
        -(-variants[item["variant"]]["price_cents_per_100g"] * item["grams"] // 100)
        for item in result["items"]
    )
    told = (
        (HARD, levels[HARD] == 0),
        (STOCK, levels[STOCK] == over),
        (SOFT, (levels[SOFT] > 0) is outside),
        (DOSE, (levels[DOSE] > 0) is bool(result["dose_slack"])),
        (COST, levels[COST] == cost or bool(request.get("use_first"))),
        (CHANGES, levels[CHANGES] == 0 or bool(request.get("previous"))),
    )
    yield from (f"objective level {level} is {levels[level]}" for level, true in told if not true)
