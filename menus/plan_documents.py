"""Plan requests and plans as the published documents of `flask compose`."""

from collections.abc import Callable, Iterable
from datetime import date, time
from typing import Any, TypeVar

from menus.catalog import Portion, Role
from menus.nutrients import NUTRIENTS
from menus.plan import MealPlan, PlanStatus
from menus.plan_request import (
    NearExpiry,
    Pin,
    PlanError,
    PlanRequest,
    Shared,
    Slot,
    Stocked,
    Window,
    Windows,
)
from menus.seasoning import Seasoning
from menus.suitability import ASKED_LINES, Asked, Eater
from menus.texture import Iddsi

T = TypeVar("T")

_KEYS = frozenset(
    {
        *("id", "start", "days", "slots", "food_iddsi", "drink_iddsi", "allergies", "diets"),
        *("exclude_ingredients", "exclude_properties", "seasoning", "day", "week", "dose_times"),
        *("dose_protein_max", "max_energy_by_day", "likes", "dislikes", "pins", "previous"),
        *("intolerances", "portion", "slot_windows", "together", "use_first", "stock"),
        *("asked", "dose_free"),
    }
)
_NEEDED = ("id", "start", "days", "slots", "allergies")
"""Allergies too: silence about them is not the same as none."""

_NO_WINDOWS: Windows = ()
_NO_PINS: tuple[Pin, ...] = ()
_NO_SLOT_WINDOWS: tuple[tuple[str, Windows], ...] = ()


def distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of a document (the `object_pairs_hook` of `json`).

    KeyError names a key that stands there twice: the first of them would be lost in silence.
    """
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise KeyError(next(key for key in keys if keys.count(key) > 1))
    return found


class _Refused(Exception):
    """One value that cannot be read."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(code, field)
        self.error = PlanError(code=f"plan.error.{code}", field=field)


def request_from_json(document: dict[str, Any]) -> PlanRequest | tuple[PlanError, ...]:
    """The request a document describes, or every field that cannot be read.

    A key nobody knows is refused: a mistyped `allergies` must not pass in silence.
    """
    strange = sorted(set(document) - _KEYS)
    absent = [key for key in _NEEDED if key not in document]
    errors = [PlanError(code="plan.error.unknown_field", field=key) for key in strange]
    errors += [PlanError(code="plan.error.missing", field=key) for key in absent]
    read = _Document(document, errors)
    parts: dict[str, Any] = {
        "id": read.value("id", _text, ""),
        "start": read.value("start", _date, date.min),
        "days": read.value("days", _whole, 1),
        "slots": read.each("slots", _slot),
        "eater": _eater(read),
        "day": read.value("day", _windows, _NO_WINDOWS),
        "week": read.value("week", _windows, _NO_WINDOWS),
        "dose_times": read.each("dose_times", _time),
        "dose_protein_max": read.value("dose_protein_max", _maybe(_whole), None),
        "dose_free": read.each("dose_free", _time),
        "max_energy_by_day": read.each("max_energy_by_day", _maybe(_whole)),
        "portion": read.value("portion", _one(Portion), Portion.M),
        "likes": read.words("likes"),
        "dislikes": read.words("dislikes"),
        "pins": read.each("pins", _pin),
        "previous": read.value("previous", _previous, _NO_PINS),
        "slot_windows": read.value("slot_windows", _slot_windows, _NO_SLOT_WINDOWS),
        "together": read.each("together", _shared),
        "use_first": read.each("use_first", _near_expiry),
        "stock": read.each("stock", _stocked),
    }
    return tuple(errors) if errors else PlanRequest(**parts)


class _Document:
    """Reads values by key and notes what cannot be read."""

    def __init__(self, document: dict[str, Any], errors: list[PlanError]) -> None:
        self._document, self._errors = document, errors

    def value(self, key: str, read: Callable[[Any, str], T], absent: T) -> T:
        """The value of a key, or what its absence means."""
        if key not in self._document:
            return absent
        try:
            return read(self._document[key], key)
        except _Refused as refused:
            self._errors.append(refused.error)
            return absent

    def each(self, key: str, read: Callable[[Any, str], T]) -> tuple[T, ...]:
        """Every entry of a list."""
        return self.value(key, _list_of(read), ())

    def words(self, key: str) -> frozenset[str]:
        """A list of words."""
        return frozenset(self.each(key, _text))


def _eater(read: _Document) -> Eater:
    return Eater(
        food_iddsi=read.value("food_iddsi", _maybe(_one(Iddsi)), None),
        drink_iddsi=read.value("drink_iddsi", _maybe(_one(Iddsi)), None),
        allergies=read.words("allergies"),
        exclude_ingredients=read.words("exclude_ingredients"),
        diets=read.words("diets"),
        exclude_properties=read.words("exclude_properties"),
        seasonings=frozenset(read.each("seasoning", _one(Seasoning))),
        intolerances=read.words("intolerances"),
        asked=read.each("asked", _asked),
    )


def _asked(value: Any, field: str) -> Asked:
    parts = _kind(value, field, dict)
    for key in parts:
        if key not in {"line", "rule"}:
            raise _Refused("unknown_field", f"{field}.{key}")
    line, rule = _text(parts.get("line"), f"{field}.line"), parts.get("rule")
    kind, _, word = line.partition(":")
    if kind not in ASKED_LINES or not word:
        raise _Refused("not_one_of", f"{field}.line")
    return Asked(line=line, rule=None if rule is None else _text(rule, f"{field}.rule"))


def _kind(value: Any, field: str, kind: type[T]) -> T:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _Refused("type", field)
    return value


def _text(value: Any, field: str) -> str:
    return _kind(value, field, str)


def _whole(value: Any, field: str) -> int:
    return _kind(value, field, int)


def _list_of(read: Callable[[Any, str], T]) -> Callable[[Any, str], tuple[T, ...]]:
    def entries(value: Any, field: str) -> tuple[T, ...]:
        return tuple(
            read(each, f"{field}.{at}") for at, each in enumerate(_kind(value, field, list))
        )

    return entries


def _maybe(read: Callable[[Any, str], T]) -> Callable[[Any, str], T | None]:
    return lambda value, field: None if value is None else read(value, field)


def _one(words: Callable[[str], T]) -> Callable[[Any, str], T]:
    """One of the words of an enum, or text in a fixed shape."""

    def word(value: Any, field: str) -> T:
        try:
            return words(_text(value, field))
        except ValueError:
            raise _Refused("not_one_of", field) from None

    return word


_date = _one(date.fromisoformat)


def _clock(text: str) -> time:
    """An hour of the house; with an offset from UTC it would be another one than it says."""
    found = time.fromisoformat(text)
    if found.tzinfo is not None:
        raise ValueError(text)
    return found


_time = _one(_clock)


def _entry(value: Any, field: str, key: str, read: Callable[[Any, str], T]) -> T:
    document = _kind(value, field, dict)
    if key not in document:
        raise _Refused("missing", f"{field}.{key}")
    return read(document[key], f"{field}.{key}")


def _known(value: Any, field: str, keys: Iterable[str]) -> None:
    for key in sorted(set(_kind(value, field, dict)) - set(keys)):
        raise _Refused("unknown_field", f"{field}.{key}")


def _slot(value: Any, field: str) -> Slot:
    _known(value, field, ("id", "time", "roles", "optional"))
    roles = _list_of(_one(Role))
    return Slot(
        id=_entry(value, field, "id", _text),
        time=_entry(value, field, "time", _time),
        roles=_entry(value, field, "roles", roles),
        optional=_entry({"optional": [], **value}, field, "optional", roles),
    )


def _windows(value: Any, field: str) -> Windows:
    return tuple(
        (nutrient, _window(limits, f"{field}.{nutrient}"))
        for nutrient, limits in _kind(value, field, dict).items()
    )


def _slot_windows(value: Any, field: str) -> tuple[tuple[str, Windows], ...]:
    return tuple(
        (slot, _windows(windows, f"{field}.{slot}"))
        for slot, windows in _kind(value, field, dict).items()
    )


def _window(value: Any, field: str) -> Window:
    _known(value, field, ("safe_min", "min", "max", "safe_max"))
    read = _maybe(_whole)
    return Window(**{key: read(limit, f"{field}.{key}") for key, limit in value.items()})


def _pin(value: Any, field: str) -> Pin:
    return Pin(
        day=_entry(value, field, "day", _whole),
        slot=_entry(value, field, "slot", _text),
        role=_entry(value, field, "role", _one(Role)),
        variant=_entry(value, field, "variant", _text),
        portion=_entry(value, field, "portion", _one(Portion)),
    )


def _shared(value: Any, field: str) -> Shared:
    _known(value, field, ("day", "slot", "role", "component"))
    return Shared(
        day=_entry(value, field, "day", _whole),
        slot=_entry(value, field, "slot", _text),
        role=_entry(value, field, "role", _one(Role)),
        component=_entry(value, field, "component", _text),
    )


def _near_expiry(value: Any, field: str) -> NearExpiry:
    _known(value, field, ("variant", "portions", "until_day"))
    return NearExpiry(
        variant=_entry(value, field, "variant", _text),
        portions=_entry(value, field, "portions", _whole),
        until_day=_entry(value, field, "until_day", _whole),
    )


def _stocked(value: Any, field: str) -> Stocked:
    _known(value, field, ("variant", "portions"))
    return Stocked(
        variant=_entry(value, field, "variant", _text),
        portions=_entry(value, field, "portions", _whole),
    )


def _previous(value: Any, field: str) -> tuple[Pin, ...]:
    """An earlier result of `flask compose`, or its items alone."""
    if value is None:
        return ()
    items = value.get("items", []) if isinstance(value, dict) else value
    return _list_of(_pin)(items, field)


def _number(hundredths: int) -> int | float:
    """The exact amount: whole where it is whole, else with its decimals."""
    return hundredths // 100 if hundredths % 100 == 0 else hundredths / 100


def plan_to_json(plan: MealPlan, *, ms: int | None = None) -> dict[str, Any]:
    """One entry of `results`; `ms` is what the caller measured."""
    return {
        "id": plan.id,
        "status": str(plan.status),
        "seed": plan.seed,
        "moves": plan.moves,
        "ms": ms,
        "items": [
            {
                "day": item.day,
                "slot": item.slot,
                "role": str(item.role),
                "variant": item.variant,
                "portion": str(item.portion),
                "grams": item.grams,
                "reasons": [str(reason) for reason in item.reasons],
            }
            for item in plan.items
        ],
        "totals": [_totals(plan, day) for day in range(len(plan.totals))],
        "slack": [
            {
                "day": slack.day,
                "slot": slack.slot,
                "nutrient": slack.nutrient,
                "below": _number(slack.below_hundredths),
                "above": _number(slack.above_hundredths),
            }
            for slack in plan.slack
        ],
        "dose_slack": [
            {"day": each.day, "dose": each.dose, "above": _number(each.above_hundredths)}
            for each in plan.dose_slack
        ],
        "objective": list(plan.objective),
        "conflict": [{"rule": each.rule, "soft": each.soft} for each in plan.conflict],
        "relaxations": [
            {
                "rule": each.rule.rule,
                "also": [rule.rule for rule in each.also],
                "effect": each.effect,
                "objective": list(each.objective),
            }
            for each in plan.relaxations
        ],
        "errors": [_error(each) for each in plan.errors],
    }


def _error(error: PlanError) -> dict[str, str]:
    told = {"code": error.code, "field": error.field}
    return told | {"word": error.word} if error.word else told


def _totals(plan: MealPlan, day: int) -> dict[str, Any]:
    return {
        "day": day,
        "nutrients": {
            nutrient.code: {"known": _number(total.known_hundredths), "missing": total.missing}
            for nutrient, total in zip(NUTRIENTS, plan.totals[day], strict=True)
        },
    }


def unread_to_json(request_id: str, errors: tuple[PlanError, ...], *, seed: int) -> dict[str, Any]:
    """The entry of a request that could not be read."""
    plan = MealPlan(
        id=request_id,
        status=PlanStatus.INVALID,
        catalogue_version="",
        seed=seed,
        errors=errors,
    )
    return plan_to_json(plan)
