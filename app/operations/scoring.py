"""Verbs of scoring: any calculation of the rooms by its agreed name. Nothing is kept or noted."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from menus import (
    DRINK_LEVELS,
    FOOD_LEVELS,
    Flow,
    Iddsi,
    Population,
    flow_level,
    offer_matches,
    piece_fits,
)
from screening import GROUPS, Asked, Evidence, Group, Status, Told, worked

_Known = Mapping[str, Any]


def _is_amount(value: object) -> bool:
    """Whether it is a number from zero."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return number and Decimal(value).is_finite() and value >= 0  # type: ignore[arg-type,operator]


def _level(value: object) -> Iddsi | None:
    """A level by its number or its word; 7 and EC7 are two levels."""
    if _is_amount(value):
        value = str(int(value)) if value == int(value) else None  # type: ignore[call-overload]
    return Iddsi(value) if isinstance(value, str) and value in set(Iddsi) else None


def _levels(name: str, levels: frozenset[Iddsi]) -> Asked:
    return Asked(name=name, fits=lambda value: _level(value) in levels)


def _flow(known: _Known) -> Told:
    level = flow_level(known["remaining_ml"])
    if level is None:
        return {"status": Status.INVALID.value, "invalid": ("remaining_ml",)}
    if level is Flow.RETEST:
        return {"level": level.value, "marks": _ON_THE_LIMIT}
    return {"level": level.value}


_ON_THE_LIMIT = ({"code": "IDDSI_FLOW", "evidence": Evidence.CONVENTION.value},)


def _size(known: _Known) -> Told:
    """What is unknown and decides leaves it open: not measured is not small enough."""
    level = _level(known["level"])
    population = known.get("population")
    fits = level and piece_fits(
        level,
        Population(population) if population else None,
        width_mm=known.get("width_mm"),
        length_mm=known.get("length_mm"),
    )
    return {"ok": fits} if fits is not None else _open(known, _PIECE)


def _match(known: _Known) -> Told:
    offered = {name: _level(known.get(name)) for name in _OFFER}
    allowed = offer_matches(**offered)
    return {"allowed": allowed} if allowed is not None else _open(known, _OFFERED)


def _open(known: _Known, names: Iterable[str]) -> Told:
    missing = tuple(name for name in names if name not in known)
    return {"status": Status.PARTIAL.value, "missing": missing}


_PIECE = ("population", "width_mm", "length_mm")
_OFFERED = ("offered_food", "offered_drink")
_OFFER = ("prescribed_food", "offered_food", "prescribed_drink", "offered_drink")

_TEXTURES: tuple[Group, ...] = (
    worked(
        "IDDSI_FLOW",
        Asked(name="remaining_ml", fits=_is_amount),
        needs=("remaining_ml",),
        work=_flow,
    ),
    worked(
        "IDDSI_SIZE",
        _levels("level", FOOD_LEVELS),
        Asked(name="population", fits=lambda value: value in set(Population)),
        Asked(name="width_mm", fits=_is_amount),
        Asked(name="length_mm", fits=_is_amount),
        needs=("level",),
        work=_size,
    ),
    worked(
        "IDDSI_MATCH",
        *(_levels(name, DRINK_LEVELS if "drink" in name else FOOD_LEVELS) for name in _OFFER),
        work=_match,
    ),
)

CALCULATIONS: Mapping[str, Group] = {**GROUPS, **{one.name: one for one in _TEXTURES}}
"""Every calculation of both rooms by its agreed name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Why something was not calculated: a code, and the field to look at."""

    code: str
    field: str = ""


class _Doubled(dict[str, Any]):
    """An object in which a key stands twice: nobody knows which value was meant."""

    key = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One answer under the sender's own id; the result, or why there is none."""

    id: str | int | None
    found: Told | Unread


def read_json(raw: bytes) -> Any:
    """Give a document with its numbers exact to the last digit; Unread when it is no JSON."""
    try:
        return json.loads(
            raw.decode("utf-8-sig"),
            parse_float=_decimal,
            parse_int=_whole,
            parse_constant=lambda _name: _NO_NUMBER,
            object_pairs_hook=_paired,
        )
    except (ValueError, RecursionError):
        return Unread(code="score.no_json")


def read_vectors(raw: bytes) -> list[Any] | Unread:
    """Give what was asked in a document `{"vectors": [...]}`."""
    document = read_json(raw)
    if isinstance(document, Unread):
        return document
    vectors = document.get("vectors") if isinstance(document, dict) else None
    if not isinstance(vectors, list) or isinstance(document, _Doubled):
        return Unread(code="score.no_vectors", field="vectors")
    return vectors


_NO_NUMBER = Decimal("NaN")
"""Stands for what is written as a number and can be none of a person: the rooms refuse it."""

_MOST_DIGITS = 40


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _MOST_DIGITS else _NO_NUMBER


def _decimal(written: str) -> Decimal:
    """Give an exact decimal; an endless one, or an exponent beyond all bounds, is none."""
    try:
        return Decimal(written) if len(written) <= _MOST_DIGITS else _NO_NUMBER
    except InvalidOperation:
        return _NO_NUMBER


def _paired(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    doubled = _Doubled(found)
    names = [name for name, _ in pairs]
    doubled.key = next(name for name in names if names.count(name) > 1)
    return doubled


def answer(vector: object) -> Answered:
    """Answer one vector `{"id", "instrument", "inputs"}`; further keys are not looked at."""
    if not isinstance(vector, dict):
        return Answered(id=None, found=Unread(code="score.no_object"))
    given = vector.get("id")
    named = given if isinstance(given, str | int) and not isinstance(given, bool) else None
    return Answered(id=named, found=_found(vector))


def _found(vector: dict[str, Any]) -> Told | Unread:
    name, inputs = vector.get("instrument"), vector.get("inputs")
    for one in (vector, inputs):
        if isinstance(one, _Doubled):
            return Unread(code="score.doubled", field=one.key)
    if not isinstance(name, str) or name not in CALCULATIONS:
        code = "score.unknown_instrument" if isinstance(name, str) else "score.no_instrument"
        return Unread(code=code, field="instrument")
    if not isinstance(inputs, dict):
        return Unread(code="score.no_inputs", field="inputs")
    return CALCULATIONS[name].ask(inputs)


def as_json(value: Any) -> Any:
    """Give a result as JSON can carry it; numbers leave as numbers, whole ones without a point."""
    if isinstance(value, Mapping):
        return {name: as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    if isinstance(value, Decimal | Fraction):
        return int(value) if value == int(value) else float(value)
    return value
