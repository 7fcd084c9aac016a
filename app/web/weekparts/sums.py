"""Sums of a week against their windows: figures for a bar, and sentences for what lies outside."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import menus
from app.i18n import Translator
from app.operations.weekplan import Week
from app.web.words import started
from menus import NUTRIENTS

INDEX = {one.code: at for at, one in enumerate(NUTRIENTS)}
_BARS = ("energy_kcal", "protein_g", "water_g")


def bars(found: Week) -> tuple[str, ...]:
    """Give what stands above each day: energy, protein, and water where a ceiling was ordered."""
    asked = dict(found.request.day) if found.request else {}
    return tuple(code for code in _BARS if code in asked or code != "water_g")


def day_total(speak: Translator, found: Week, at: int, code: str) -> dict[str, Any]:
    """Give one nutrient of one day against its window."""
    window = dict(found.request.day).get(code, menus.Window()) if found.request else menus.Window()
    total = found.plan.totals[at][INDEX[code]] if found.plan else None
    missing = total.missing if total else 0
    return _nutrient(speak, code, total.known_hundredths if total else None, missing, window)


def standing_parts(speak: Translator, one: menus.Standing) -> dict[str, Any]:
    """Give the mean of one nutrient against its window."""
    return _nutrient(speak, one.nutrient, one.mean_hundredths, one.missing, one.window)


def _nutrient(
    speak: Translator, code: str, hundredths: int | None, missing: int, window: menus.Window
) -> dict[str, Any]:
    nutrient = NUTRIENTS[INDEX[code]]
    limits = {
        name: None if limit is None else limit / nutrient.scale
        for name, limit in (
            ("min", window.min),
            ("max", window.max),
            ("safe_min", window.safe_min),
            ("safe_max", window.safe_max),
        )
    }
    return limits | {
        "name": started(speak.say(f"nutrient.{code}")),
        "value": None if hundredths is None else hundredths / 100 / nutrient.scale,
        "unit": speak.say(f"unit.{nutrient.unit}"),
        "digits": 0 if nutrient.scale <= 10 else 1,
        "missing": missing,
    }


def failing(
    speak: Translator, kept: tuple[Mapping[str, Any], ...], days: tuple[date, ...]
) -> Iterator[str]:
    """Give each kept slack in a sentence: which day or dose, how much, too little or too much."""
    for one in kept:
        when = _when(speak, one, days)
        code = one.get("nutrient", "protein_g")
        below = bool(one.get("below"))
        yield started(
            speak.say(
                "plan.below" if below else "plan.above",
                day=when,
                amount=_amount(speak, code, one["below"] if below else one["above"]),
                nutrient=speak.say(f"nutrient.{code}").lower(),
            )
        )


def slack_text(speak: Translator, one: menus.Slack) -> str:
    """Give how far one meal lies outside what is aimed at: "5 g eiwit te weinig"."""
    below = one.below_hundredths > 0
    hundredths = one.below_hundredths or one.above_hundredths
    return speak.say(
        "plan.meal_below" if below else "plan.meal_above",
        amount=_amount(speak, one.nutrient, hundredths / 100),
        nutrient=speak.say(f"nutrient.{one.nutrient}").lower(),
    )


def _when(speak: Translator, one: Mapping[str, Any], days: tuple[date, ...]) -> str:
    if one["day"] is None:
        return speak.say("plan.whole_week")
    day = _day_name(speak, days, one["day"])
    return speak.say("plan.at_dose", day=day, time=one["dose"]) if "dose" in one else day


def _day_name(speak: Translator, days: tuple[date, ...], at: int) -> str:
    """Give the weekday; with its date where a week is longer than seven days."""
    return speak.weekday(days[at]) if len(days) <= 7 else speak.day(days[at])


def _amount(speak: Translator, code: str, scaled: float) -> str:
    """Give a difference in the unit of the nutrient; one too small to show is less than a step."""
    nutrient = NUTRIENTS[INDEX[code]]
    digits = 0 if nutrient.scale <= 10 else 1
    least = 1 if not digits else 0.1
    figure, unit = scaled / nutrient.scale, speak.say(f"unit.{nutrient.unit}")
    shown = f"{speak.number(max(least, round(figure, digits)), digits)}\u00a0{unit}"
    return speak.say("web.verdict.less_than", amount=shown) if figure < least / 2 else shown


def failing_days(
    speak: Translator, kept: tuple[Mapping[str, Any], ...], days: tuple[date, ...]
) -> str | None:
    """Give how many days lie outside: with one day its name and nutrients; None: none does."""
    found = {one["day"] for one in kept if one["day"] is not None}
    if not found:
        return None
    if len(found) > 1:
        return speak.say("plan.outside.days", count=len(found))
    names = dict.fromkeys(
        speak.say(f"nutrient.{one.get('nutrient', 'protein_g')}").lower()
        for one in kept
        if one["day"] is not None
    )
    day = _day_name(speak, days, found.pop())
    return speak.say("plan.outside.day", day=day, nutrients=", ".join(names))
