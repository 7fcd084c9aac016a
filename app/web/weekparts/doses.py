"""Protein around each dose, in the reader's words."""

from datetime import date
from typing import Any

from app.i18n import Translator
from app.operations.weekplan import Week
from app.web.weekparts.names import slot_name
from app.web.weekparts.sums import INDEX
from app.web.words import started
from menus import NUTRIENTS, DoseStanding

_SCALE = NUTRIENTS[INDEX["protein_g"]].scale * 100


def dose_rows(speak: Translator, found: Week, days: tuple[date, ...]) -> list[dict[str, Any]]:
    """Give per dose of the day its time, cap and meals, and what each day comes to."""
    times = dict.fromkeys(one.dose for one in found.doses)
    return [
        _row(speak, found, [one for one in found.doses if one.dose == dose], days) for dose in times
    ]


def _row(
    speak: Translator, found: Week, doses: list[DoseStanding], days: tuple[date, ...]
) -> dict[str, Any]:
    first = doses[0]
    slots = found.request.slots if found.request else ()
    near = [slot_name(speak, slot.id).lower() for slot in slots if slot.id in first.slots]
    cap = first.cap_hundredths
    return {
        "time": speak.time(first.dose.hour * 60 + first.dose.minute),
        "meals": started(", ".join(near)) or speak.say("plan.doses.no_meal"),
        "cap": speak.say(_no_cap(found, first)) if cap is None else _grams(speak, cap),
        "missed": sum(one.met is False for one in doses),
        "days": [_day(speak, one, days[one.day]) for one in doses],
    }


def _no_cap(found: Week, dose: DoseStanding) -> str:
    free = found.request.dose_free if found.request else ()
    return "plan.doses.free" if dose.dose in free else "plan.doses.no_cap"


def _day(speak: Translator, one: DoseStanding, day: date) -> dict[str, Any]:
    verdicts = {True: "met", False: "missed", None: "unknown"}
    known = "" if one.cap_hundredths is None else verdicts[one.met]
    grams = _grams(speak, one.known_hundredths)
    return {
        "day": day,
        "grams": speak.say("web.verdict.or_more", amount=grams) if one.missing else grams,
        "verdict": speak.say(f"plan.doses.{known}") if known else "",
        "state": {"met": "in", "missed": "above"}.get(known, "unk"),
    }


def _grams(speak: Translator, hundredths: int) -> str:
    return f"{speak.number(hundredths / _SCALE, 1)}\u00a0g"
