"""What was eaten beside what was prescribed, as the client page shows it."""

from typing import Any

from app.i18n import Translator
from app.operations.dossier import Dossier
from app.operations.warningviews import Followed, IntakeDay
from app.web.words import started


def intake_parts(speak: Translator, found: Dossier) -> dict[str, Any]:
    """Give the table of energy against the prescription, and the days it is the mean of."""
    followed = found.followed
    return {
        "rows": [_energy(speak, found)] if followed.days else [],
        "days": [_day(speak, one) for one in followed.days],
        "sub": _sub(speak, followed),
        "corrections": [
            speak.say(
                "follow.correction",
                day=speak.short_day(one.day),
                meal=speak.say(f"ward.meal.{one.slot}"),
                was=25 * one.was,
                became=25 * one.became,
                by=one.by or speak.say("follow.by_the_house"),
                why=one.why,
            )
            for one in followed.corrections
        ],
        "missed": [
            (speak.short_day(one.day), speak.say(f"follow.missed.{one.kind}"), one.dish or one.note)
            for one in followed.missed
        ],
    }


def _sub(speak: Translator, followed: Followed) -> str | None:
    if followed.mean_percent is None:
        return None
    return speak.say("follow.mean", percent=speak.number(float(followed.mean_percent)))


def _energy(speak: Translator, found: Dossier) -> dict[str, Any]:
    """Give energy eaten, as far as plan and notes are known, against the prescribed window."""
    targets = found.face.targets
    window = targets.energy_kcal if targets else None
    return {
        "name": started(speak.say("nutrient.energy_kcal")),
        "value": found.followed.eaten_kcal,
        "unit": "kcal",
        "min": window.low if window else None,
        "max": window.high if window else None,
        "safe_min": None,
        "safe_max": None,
        "digits": 0,
        "missing": 0,
    }


def _day(speak: Translator, one: IntakeDay) -> dict[str, Any]:
    known = one.percent is not None
    return {
        "day": speak.short_day(one.day),
        "percent": f"{speak.number(float(one.percent))} %" if one.percent is not None else None,
        "look": "above" if known and one.percent is not None and one.percent < 50 else "",
        "meals": ", ".join(
            f"{started(speak.say(f'ward.meal.{meal.slot}'))} {25 * meal.quarters} %"
            for meal in one.meals
        ),
    }
