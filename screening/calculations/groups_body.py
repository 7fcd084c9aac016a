"""Calculations on the body and on numbers of the administration, by their agreed names."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from screening.calculations.group import (
    Group,
    Told,
    anything,
    day,
    decimals,
    marked,
    measure,
    read_day,
    sex,
    whole,
    word,
    worked,
)
from screening.instruments.instrument import Evidence, Status
from screening.measuring.identity import (
    PersonNumber,
    is_enterprise_number,
    read_caregiver_number,
    read_person_number,
)
from screening.measuring.measures import Provenance, Sex, bmi, height_from_ulna
from screening.measuring.substitutes import (
    KNEE_OLDER_YEARS,
    Ancestry,
    height_from_demispan,
    height_from_knee,
    height_from_ulna_madden,
)

_Known = Mapping[str, Any]


def _bmi(known: _Known) -> Told:
    return {"bmi_2dp": decimals(bmi(known["weight_kg"], known["height_cm"]), 2)}


def _ulna(known: _Known) -> Told:
    """By the table of BAPEN; by the equations of Madden when the ancestry is told."""
    if "ancestry" in known:
        ancestry = Ancestry(known["ancestry"])
        height = height_from_ulna_madden(Sex(known["sex"]), ancestry, ulna_cm=known["ulna_cm"])
        return _estimate(height) | {"method": "madden_2020"}
    if "age" not in known:
        return {"status": Status.PARTIAL.value, "missing": ("age",)}
    table = height_from_ulna(Sex(known["sex"]), int(known["age"]), ulna_cm=known["ulna_cm"])
    if table is None:
        return {"status": "out_of_range"}
    return {"height_cm": table, "method": "bapen", "input_provenance": _ESTIMATED}


def _knee(known: _Known) -> Told:
    """The equation for younger women was seen nowhere, the others in a secondary source."""
    who, age = Sex(known["sex"]), int(known["age"])
    height = height_from_knee(who, age, knee_height_cm=known["knee_height_cm"])
    if height is None:
        return {"status": Status.NOT_VALID.value}
    unseen = who is Sex.FEMALE and age < KNEE_OLDER_YEARS
    how = Evidence.UNVERIFIED if unseen else Evidence.SECONDARY
    return _estimate(height) | {"marks": marked("HEIGHT_KNEE", how)}


def _demispan(known: _Known) -> Told:
    return _estimate(height_from_demispan(Sex(known["sex"]), demispan_cm=known["demispan_cm"]))


_ESTIMATED = {"height": Provenance.ESTIMATED.value}


def _estimate(height_cm: Fraction) -> dict[str, Any]:
    return {"height_cm_1dp": decimals(height_cm, 1), "input_provenance": _ESTIMATED}


_LONG_AGO, _NEVER = date(1999, 12, 31), date.max


def _person_number(known: _Known) -> Told:
    """Without a day to judge by, a birth that may lie ahead stays open."""
    value, today = _text(known), read_day(known.get("today"))
    read = read_person_number(value, today or _LONG_AGO)
    if read is None and today is None and read_person_number(value, _NEVER):
        return {"status": Status.PARTIAL.value, "missing": ("today",)}
    return {"valid": False} if read is None else _person(read)


def _text(known: _Known) -> str:
    """The number as it was written; what is no text holds no number."""
    value = known["value"]
    return value if isinstance(value, str) else ""


def _person(read: PersonNumber) -> Told:
    return {
        "valid": True,
        "kind": read.kind.value,
        "birth": read.birth.isoformat() if read.birth else None,
        "sex": read.sex.value if read.sex else None,
    }


def _caregiver_number(known: _Known) -> Told:
    read = read_caregiver_number(_text(known))
    return {"valid": False} if read is None else {"valid": True, "modulus": read.modulus}


def _enterprise_number(known: _Known) -> Told:
    return {"valid": is_enterprise_number(_text(known))}


_AGE = whole("age")

BODY_GROUPS: tuple[Group, ...] = (
    worked(
        "BMI",
        measure("weight_kg"),
        measure("height_cm"),
        needs=("weight_kg", "height_cm"),
        work=_bmi,
    ),
    worked(
        "HEIGHT_ULNA",
        sex(),
        _AGE,
        measure("ulna_cm"),
        word("ancestry", Ancestry),
        needs=("sex", "ulna_cm"),
        work=_ulna,
    ),
    worked(
        "HEIGHT_KNEE",
        sex(),
        _AGE,
        measure("knee_height_cm"),
        needs=("sex", "age", "knee_height_cm"),
        evidence=Evidence.SECONDARY,
        work=_knee,
    ),
    worked(
        "HEIGHT_DEMISPAN",
        sex(),
        measure("demispan_cm"),
        needs=("sex", "demispan_cm"),
        evidence=Evidence.SECONDARY,
        work=_demispan,
    ),
    worked("INSZ", anything("value"), day("today"), needs=("value",), work=_person_number),
    worked("RIZIV", anything("value"), needs=("value",), work=_caregiver_number),
    worked("KBO", anything("value"), needs=("value",), work=_enterprise_number),
)
