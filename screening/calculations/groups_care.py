"""Needs, refeeding and warnings by their agreed names."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from screening.calculations.group import (
    Given,
    Group,
    Told,
    amount,
    amounts,
    flag,
    measure,
    whole,
    word,
    worked,
)
from screening.following.delivery import DeliveryRisk, delivery_alert
from screening.following.intake import intake_alert
from screening.following.weight import Verdict, counts_as_indicator, weight_verdict
from screening.instruments.instrument import Answers, Category, Evidence, Setting, Status, Tool
from screening.instruments.refeeding import RefeedingLevel, start_energy_kcal
from screening.instruments.rescreening import is_overdue
from screening.needs.reckoning import Reckoned, bmr, requirement

_Known = Mapping[str, Any]


def _reckoned(name: str, *inputs: str, work: Callable[[Answers], Reckoned]) -> Group:
    """A calculation that says itself what is missing or cannot be read."""

    def answer(known: Given) -> Told:
        reckoned = work(known)  # type: ignore[arg-type]  # it reads any value
        told = {"status": reckoned.status.value, **_figures(reckoned)}
        said = {
            "missing": reckoned.missing,
            "invalid": reckoned.unreadable,
            "flags": reckoned.flags,
        }
        return told | {key: names for key, names in said.items() if names}

    return Group(name=name, inputs=inputs, answer=answer)


def _figures(reckoned: Reckoned) -> Told:
    return {
        name: format(value, "f") if name.endswith(("_1dp", "_2dp")) else value
        for name, value in reckoned.figures.items()
    }


def _start(known: _Known) -> Told:
    """Half a target needs the target, kilocalories per kilogram need the weight."""
    level = RefeedingLevel(known["level"])
    if level is RefeedingLevel.NONE:
        return {"max_kcal_day1": None}
    needed = "target_kcal" if level is RefeedingLevel.SOME else "weight_kg"
    if needed not in known:
        return {"status": Status.PARTIAL.value, "missing": (needed,)}
    kcal = start_energy_kcal(
        level, weight_kg=known.get("weight_kg", 0), target_kcal=known.get("target_kcal")
    )
    return {"max_kcal_day1": kcal}


_WEIGHT_LEVELS: Mapping[Verdict, str] = {
    Verdict.FAST: "red",
    Verdict.FALLING: "amber",
    Verdict.FLUID_CHECK: "fluid_check",
}


def _weight(known: _Known) -> Told:
    verdict = weight_verdict(known["before_kg"], known["now_kg"], days=int(known["days"]))
    return {"level": _WEIGHT_LEVELS.get(verdict, "none")}


def _intake(known: _Known) -> Told:
    alert = intake_alert(known["daily_pct_of_plan"])
    return {"level": alert.level.value} | ({"flags": alert.flags} if alert.flags else {})


_PLACES: Mapping[str, Setting] = {"home": Setting.COMMUNITY} | {one.value: one for one in Setting}
"""Where somebody lives by its agreed words; `home` and `community` are the same."""

_RISKS = ("alone", "texture_modified", "allergen", "insulin")


def _delivery(known: _Known) -> Told:
    """An unknown place counts as home, where nobody replaces the meal."""
    risk = DeliveryRisk(**{name: known.get(name) for name in _RISKS})
    place = _PLACES[known.get("setting", "home")]
    alert = delivery_alert(int(known["missed_consecutive"]), place, risk)
    return {"level": alert.level.value} | ({"reason": alert.reason.value} if alert.reason else {})


def _indicator(known: _Known) -> Told:
    """A loss that was planned is none (reading G7)."""
    if known.get("loss_planned"):
        return {"counts": False}
    counts = counts_as_indicator(known["before_kg"], known["now_kg"], months=known["months"])
    return {"counts": counts}


def _rescreen(known: _Known) -> Told:
    """An unknown place leaves it open, unless every place gives the same answer."""
    late = set(_late(known))
    if len(late) > 1:
        return {"status": Status.PARTIAL.value, "missing": ("setting",)}
    return {"overdue": late.pop()}


def _late(known: _Known) -> Iterator[bool]:
    category = Category(known["category"]) if "category" in known else None
    for place in [_PLACES[known["setting"]]] if "setting" in known else Setting:
        tool, days = Tool(known["instrument"]), int(known["days_since"])
        yield is_overdue(tool, place, category, days_since=days)


CARE_GROUPS: tuple[Group, ...] = (
    _reckoned("BMR", "equation", "sex", "weight_kg", "height_cm", "age", work=bmr),
    _reckoned(
        "REQUIREMENT",
        *("rule", "weight_kg", "sex", "height_cm", "ref_bmi", "factor"),
        work=requirement,
    ),
    worked(
        "REFEED_START",
        word("level", RefeedingLevel),
        measure("weight_kg"),
        amount("target_kcal"),
        needs=("level",),
        work=_start,
    ),
    worked(
        "WEIGHT_ALERT",
        whole("days"),
        measure("before_kg"),
        measure("now_kg"),
        needs=("days", "before_kg", "now_kg"),
        evidence=Evidence.PRODUCT,
        work=_weight,
    ),
    worked(
        "INTAKE_ALERT",
        amounts("daily_pct_of_plan"),
        needs=("daily_pct_of_plan",),
        evidence=Evidence.PRODUCT,
        work=_intake,
    ),
    worked(
        "DELIVERY_ALERT",
        whole("missed_consecutive"),
        word("setting", _PLACES),
        *(flag(name) for name in _RISKS),
        needs=("missed_consecutive",),
        evidence=Evidence.PRODUCT,
        work=_delivery,
    ),
    worked(
        "VIP_WZC",
        measure("before_kg"),
        measure("now_kg"),
        amount("months"),
        flag("loss_planned"),
        needs=("before_kg", "now_kg", "months"),
        work=_indicator,
    ),
    worked(
        "RESCREEN",
        word("instrument", Tool),
        word("setting", _PLACES),
        word("category", Category),
        whole("days_since"),
        needs=("instrument", "days_since"),
        evidence=Evidence.PRODUCT,
        work=_rescreen,
    ),
)
