"""Everything that is watched in one client's history, and the warnings that follow from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from screening.following.delivery import (
    DeliveryLevel,
    DeliveryRisk,
    Drop,
    StockCount,
    delivery_alert,
    dishes_refused_twice,
    missed_in_a_row,
    not_eaten,
    surplus_percent,
)
from screening.following.intake import (
    IntakeLevel,
    MealIntake,
    daily_percents,
    intake_alert,
    requirement_percent,
)
from screening.following.signs import EarlyWarning, WarningCode, WarningLevel
from screening.following.weight import (
    Verdict,
    WeightChange,
    WeightPoint,
    weight_changes,
    weight_limits,
)
from screening.instruments.instrument import Category, Setting, Tool
from screening.instruments.rescreening import (
    URGENT_EVENTS,
    CareEvent,
    asks_for_screening,
    is_overdue,
    weigh_days,
)
from screening.measuring.measures import rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningMoment:
    """When a person was last screened, with which tool and outcome."""

    tool: Tool
    category: Category | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of one client up to a day.

    `intake_since` is the day from which meals are recorded, None when nobody records them;
    `planned_kcal` and `required_kcal` turn shares of the plan into shares of the requirement;
    `treated_on` is the day of the newest signed prescription; `red_days` are the days on which
    red or urgent warnings were opened before.
    """

    today: date
    setting: Setting
    weights: tuple[WeightPoint, ...] = ()
    last_screening: ScreeningMoment | None = None
    other_screenings: tuple[ScreeningMoment, ...] = ()
    meals: tuple[MealIntake, ...] = ()
    intake_since: date | None = None
    planned_kcal: int | None = None
    required_kcal: int | None = None
    drops: tuple[Drop, ...] = ()
    risk: DeliveryRisk | None = None
    counts: tuple[StockCount, ...] = ()
    events: tuple[tuple[CareEvent, date], ...] = ()
    treated_on: date | None = None
    red_days: tuple[date, ...] = ()


def watch(history: History) -> tuple[EarlyWarning, ...]:
    """Every sign of decline on this day, at most one of each code.

    What lies after the day is not known yet. What nobody recorded is never taken for good news.
    """
    signs = (*_weight_signs(history), *_intake_signs(history))
    return (
        *signs,
        *_delivery_signs(history),
        *_screening_signs(history, signs),
        *_event_signs(history),
        *_case_signs(history),
    )


def _sign(history: History, code: WarningCode, level: WarningLevel, *reasons: str) -> EarlyWarning:
    return EarlyWarning(code=code, level=level, on=history.today, reasons=reasons)


_BY_VERDICT: Mapping[Verdict, tuple[WarningCode, WarningLevel]] = {
    Verdict.FAST: (WarningCode.WEIGHT_LOSS, WarningLevel.RED),
    Verdict.FALLING: (WarningCode.WEIGHT_LOSS, WarningLevel.AMBER),
    Verdict.FLUID_CHECK: (WarningCode.FLUID_CHECK, WarningLevel.AMBER),
}


def _weight_signs(history: History) -> Iterator[EarlyWarning]:
    points = [one for one in history.weights if one.on <= history.today]
    changes = weight_changes(points)
    told: set[WarningCode] = set()
    for verdict, (code, level) in _BY_VERDICT.items():
        found = [one for one in changes if one.verdict is verdict]
        if found and code not in told:
            told.add(code)
            yield _weight_sign(history, code, level, max(found, key=_size))
    yield from _weighing_late(history, points, changes)


def _size(change: WeightChange) -> tuple[int, Fraction, int]:
    """The shortest window in which it holds says most, then the greatest change."""
    return -weight_limits(change.days).days, abs(change.change_percent), -change.days


def _weight_sign(
    history: History, code: WarningCode, level: WarningLevel, change: WeightChange
) -> EarlyWarning:
    limits = weight_limits(change.days)
    limit = limits.red if level is WarningLevel.RED else limits.amber
    facts: dict[str, int | Decimal] = {
        "change_percent": rounded(change.change_percent, 1),
        "days": change.days,
        "before_kg": change.before.weight_kg,
        "now_kg": change.now.weight_kg,
        "window": limits.days,
    }
    if code is WarningCode.WEIGHT_LOSS and limit is not None:
        facts["limit"] = limit
    return EarlyWarning(
        code=code,
        level=level,
        on=history.today,
        reasons=(f"trend.{change.verdict}",),
        facts=facts,
        fact_on=change.now.on,
    )


def _weighing_late(
    history: History, points: list[WeightPoint], changes: tuple[WeightChange, ...]
) -> Iterator[EarlyWarning]:
    fast = any(one.verdict is Verdict.FAST for one in changes)
    limit = weigh_days(history.setting, losing_fast=fast)
    last = max((one.on for one in points), default=None)
    if last is not None and (history.today - last).days <= limit:
        return
    reason = "weighing.never" if last is None else "weighing.late"
    facts = {"limit": limit} if last is None else {"limit": limit, "days": _days(history, last)}
    yield EarlyWarning(
        code=WarningCode.WEIGHING_OVERDUE,
        level=WarningLevel.AMBER,
        on=history.today,
        reasons=(reason,),
        facts=facts,
    )


def _days(history: History, since: date) -> int:
    return (history.today - since).days


INTAKE_DAYS = 21
"""Days of meals that are looked at: the longest rule asks for fifteen."""

_INTAKE_LEVELS: Mapping[IntakeLevel, tuple[WarningCode, WarningLevel]] = {
    IntakeLevel.AMBER: (WarningCode.INTAKE_LOW, WarningLevel.AMBER),
    IntakeLevel.RED: (WarningCode.INTAKE_LOW, WarningLevel.RED),
    IntakeLevel.RED_REFEEDING: (WarningCode.INTAKE_LOW, WarningLevel.URGENT),
    IntakeLevel.NO_DATA: (WarningCode.INTAKE_UNKNOWN, WarningLevel.AMBER),
}


def intake_days(history: History) -> tuple[Fraction | None, ...]:
    """The days up to yesterday in percent of the plan, oldest first; today is not over yet."""
    if history.intake_since is None:
        return ()
    yesterday = history.today - timedelta(days=1)
    first = max(history.intake_since, yesterday - timedelta(days=INTAKE_DAYS - 1))
    return daily_percents(history.meals, first=first, last=yesterday)


def _intake_signs(history: History) -> Iterator[EarlyWarning]:
    days = intake_days(history)
    alert = intake_alert(days)
    named = _INTAKE_LEVELS.get(alert.level)
    if named is None or alert.reason is None:
        return
    code, level = named
    known = code is WarningCode.INTAKE_LOW
    yield EarlyWarning(
        code=code,
        level=level,
        on=history.today,
        reasons=(alert.reason, *_glim_flags(history, days)),
        facts=_intake_facts(history, alert.mean_percent) if known else {"days": 3},
        fact_on=history.today - timedelta(days=3) if known else None,
    )


def _glim_flags(history: History, days: tuple[Fraction | None, ...]) -> tuple[str, ...]:
    """The GLIM flag on shares of the requirement, not of the plan; none when they are unknown."""
    needed = tuple(_of_requirement(history, one) for one in days)
    return tuple(f"intake.{flag}" for flag in intake_alert(needed).flags)


def _of_requirement(history: History, percent: Fraction | None) -> Fraction | None:
    return requirement_percent(
        percent, planned_kcal=history.planned_kcal, required_kcal=history.required_kcal
    )


def _intake_facts(history: History, mean: Fraction | None) -> dict[str, int]:
    shares = {"percent": mean, "of_requirement": _of_requirement(history, mean)}
    return {name: int(rounded(one, 0)) for name, one in shares.items() if one is not None}


def _delivery_signs(history: History) -> Iterator[EarlyWarning]:
    drops = [one for one in history.drops if one.on <= history.today]
    missed = missed_in_a_row(drops)
    alert = delivery_alert(missed, history.setting, history.risk)
    if alert.level is not DeliveryLevel.NONE and alert.reason is not None:
        yield EarlyWarning(
            code=WarningCode.DELIVERY_MISSED,
            level=WarningLevel(alert.level),
            on=history.today,
            reasons=(alert.reason,),
            facts={"count": missed},
            fact_on=max(one.on for one in drops),
        )
    refused = dishes_refused_twice(drops)
    if refused:
        yield EarlyWarning(
            code=WarningCode.DISH_REFUSED,
            level=WarningLevel.AMBER,
            on=history.today,
            reasons=("delivery.same_dish_twice",),
            facts={"count": len(refused)},
            fact_on=max(one.on for one in drops if one.dish in refused),
        )
    yield from _stock_signs(history)


def _stock_signs(history: History) -> Iterator[EarlyWarning]:
    counts = sorted(
        (one for one in history.counts if one.on <= history.today), key=lambda one: one.on
    )
    if not not_eaten(counts):
        return
    last = counts[-1]
    surplus = surplus_percent(last)
    facts = {"counted": last.counted or 0, "expected": last.expected or 0}
    if surplus is not None:
        facts["surplus_percent"] = int(rounded(surplus, 0))
    yield EarlyWarning(
        code=WarningCode.NOT_EATEN,
        level=WarningLevel.RED,
        on=history.today,
        reasons=("stock.above_expected_twice",),
        facts=facts,
        fact_on=last.on,
    )


def _screening_signs(history: History, signs: tuple[EarlyWarning, ...]) -> Iterator[EarlyWarning]:
    last = history.last_screening
    if last is None:
        yield _sign(history, WarningCode.NEVER_SCREENED, WarningLevel.AMBER)
    elif _is_late(history, last):
        yield _late(history, WarningCode.SCREENING_OVERDUE, last)
    late = [one for one in history.other_screenings if _is_late(history, one)]
    if late:
        yield _late(history, WarningCode.OTHER_OVERDUE, *sorted(late, key=lambda one: one.on))
    if last is not None:
        yield from _triggered(history, signs, last.on)


def _is_late(history: History, last: ScreeningMoment) -> bool:
    days = _days(history, last.on)
    return is_overdue(last.tool, history.setting, last.category, days_since=days)


def _late(history: History, code: WarningCode, *late: ScreeningMoment) -> EarlyWarning:
    return EarlyWarning(
        code=code,
        level=WarningLevel.AMBER,
        on=history.today,
        reasons=tuple(dict.fromkeys(f"tool.{one.tool}" for one in late)),
        facts={"days": _days(history, late[0].on)},
    )


def _triggered(
    history: History, signs: tuple[EarlyWarning, ...], screened: date
) -> Iterator[EarlyWarning]:
    """An event, or a red weight or intake, asks for a screening before its time (7.4)."""
    events = [
        (on, event.value)
        for event, on in history.events
        if on <= history.today and asks_for_screening(event, on=on, last_screened=screened)
    ]
    reds = [
        (one.fact_on, one.code.value)
        for one in signs
        if one.level is not WarningLevel.AMBER and one.fact_on is not None
    ]
    found = sorted([*events, *(one for one in reds if one[0] > screened)])
    if found:
        yield EarlyWarning(
            code=WarningCode.SCREENING_TRIGGERED,
            level=WarningLevel.AMBER,
            on=history.today,
            reasons=tuple(dict.fromkeys(code for _, code in found)),
            facts={"days": _days(history, found[0][0])},
        )


_EVENT_CODES: Mapping[CareEvent, WarningCode] = {
    CareEvent.CHOKING: WarningCode.CHOKING,
    CareEvent.ASPIRATION: WarningCode.ASPIRATION,
    CareEvent.ALLERGEN: WarningCode.ALLERGEN,
    CareEvent.NO_FLUID: WarningCode.NO_FLUID,
}


def _event_signs(history: History) -> Iterator[EarlyWarning]:
    for event in sorted(URGENT_EVENTS):
        days = [on for one, on in history.events if one is event and on <= history.today]
        if days:
            yield EarlyWarning(
                code=_EVENT_CODES[event],
                level=WarningLevel.URGENT,
                on=history.today,
                reasons=(event,),
                facts={"days": _days(history, max(days))},
                fact_on=max(days),
            )


CASE_DAYS, UNTREATED_DAYS = 14, 7
"""Red twice in so many days, or a high risk untreated for so many (7.5), is a case meeting."""


def _case_signs(history: History) -> Iterator[EarlyWarning]:
    reds = [one for one in history.red_days if 0 <= _days(history, one) <= CASE_DAYS]
    untreated = _untreated_days(history)
    reasons: dict[str, int] = {}
    if len(reds) > 1:
        reasons["case.red_twice"] = len(reds)
    if untreated is not None and untreated >= UNTREATED_DAYS:
        reasons["case.high_risk_untreated"] = untreated
    if reasons:
        yield EarlyWarning(
            code=WarningCode.CASE_MEETING,
            level=WarningLevel.RED,
            on=history.today,
            reasons=tuple(reasons),
            facts={"count": len(reds), "days": untreated or 0},
            fact_on=max(reds, default=None),
        )


def _untreated_days(history: History) -> int | None:
    """Days since a MUST of 2 or more that no prescription has answered; None when it has."""
    last = history.last_screening
    if last is None or last.tool is not Tool.MUST or last.category is not Category.HIGH:
        return None
    answered = history.treated_on is not None and history.treated_on >= last.on
    return None if answered else _days(history, last.on)
