"""The course of a person's weight, and signs of decline that ask for someone's attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.assessment import is_overdue
from screening.instrument import Category, Setting, Tool
from screening.measures import rounded, weight_change_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightPoint:
    """One weighing."""

    on: date
    weight_kg: Decimal


class Verdict(StrEnum):
    """What one window of the trend says."""

    STABLE = "stable"
    FALLING = "falling"
    FAST = "fast"
    RISING = "rising"
    FLUID_CHECK = "fluid_check"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightWindow:
    """Change over one window; negative percent is loss; None when nothing is there to compare."""

    days: int
    verdict: Verdict
    change_percent: Fraction | None = None
    before: WeightPoint | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightTrend:
    """All weighings in order of day, and the windows of one, three and six months."""

    points: tuple[WeightPoint, ...]
    windows: tuple[WeightWindow, ...]
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """Loss in percent from which a window is amber or red; limits belong to the worse side."""

    days: int
    amber: Decimal
    red: Decimal | None


# Surveillance limits (clinical specification 7.1: Flemish residential care indicator and BelRAI K2a
# for the red ones of one and six months, ASPEN 2020 for 7.5 % in three). Inclusive on purpose:
# diagnosis by GLIM is strict, keep the two apart.
_LIMITS = (
    _Limits(days=30, amber=Decimal(2), red=Decimal(5)),
    _Limits(days=90, amber=Decimal(5), red=Decimal("7.5")),
    _Limits(days=180, amber=Decimal(5), red=Decimal(10)),
)
_BEYOND = _Limits(days=0, amber=Decimal(5), red=None)
_GAIN_PERCENT, _GAIN_DAYS = 5, 30
_FLUID_KG, _FLUID_DAYS = 2, 3


def weight_verdict(before: WeightPoint, now: WeightPoint) -> Verdict:
    """Verdict on two weighings by the narrowest window that holds the days between them."""
    days = (now.on - before.on).days
    change = weight_change_percent(before.weight_kg, now.weight_kg)
    limits = next((row for row in _LIMITS if days <= row.days), _BEYOND)
    if change >= 0:
        return _gain_verdict(days, change, gain_kg=now.weight_kg - before.weight_kg)
    if limits.red is not None and -change >= limits.red:
        return Verdict.FAST
    return Verdict.FALLING if -change >= limits.amber else Verdict.STABLE


def _gain_verdict(days: int, change: Fraction, *, gain_kg: Decimal) -> Verdict:
    """A quick gain may be fluid and may hide a loss of tissue."""
    quick = change >= _GAIN_PERCENT and days <= _GAIN_DAYS
    if quick or (gain_kg > _FLUID_KG and days <= _FLUID_DAYS):
        return Verdict.FLUID_CHECK
    return Verdict.RISING if change >= _GAIN_PERCENT else Verdict.STABLE


def weight_trend(points: Sequence[WeightPoint]) -> WeightTrend:
    """The trend up to the last weighing; each window compares with its highest weight.

    The highest weight of the window is the one to compare with, as in MUST step 2 (BAPEN 2003).
    """
    ordered = tuple(sorted(points, key=lambda point: point.on))
    windows = tuple(_window(ordered, row.days) for row in _LIMITS)
    order = (Verdict.FAST, Verdict.FALLING, Verdict.FLUID_CHECK, Verdict.RISING, Verdict.STABLE)
    found = {window.verdict for window in windows}
    worst = next((one for one in order if one in found), Verdict.UNKNOWN)
    return WeightTrend(points=ordered, windows=windows, verdict=worst)


def _window(ordered: tuple[WeightPoint, ...], days: int) -> WeightWindow:
    if not ordered:
        return WeightWindow(days=days, verdict=Verdict.UNKNOWN)
    now = ordered[-1]
    earlier = [one for one in ordered[:-1] if one.on >= now.on - timedelta(days=days)]
    if not earlier:
        return WeightWindow(days=days, verdict=Verdict.UNKNOWN)
    before = max(earlier, key=lambda point: point.weight_kg)
    if before.weight_kg <= now.weight_kg:
        before = min(earlier, key=lambda point: point.weight_kg)
    return WeightWindow(
        days=days,
        verdict=weight_verdict(before, now),
        change_percent=weight_change_percent(before.weight_kg, now.weight_kg),
        before=before,
    )


_HALF_YEAR_DAYS = 183


def weight_to_compare(points: Sequence[WeightPoint], on: date) -> WeightPoint | None:
    """The highest weight of the six months before a day, for a loss of weight; None when unknown.

    MUST asks for a weight of three to six months ago and, of several, the highest (BAPEN 2003).
    """
    first = on - timedelta(days=_HALF_YEAR_DAYS)
    earlier = [one for one in sorted(points, key=lambda one: one.on) if first <= one.on < on]
    return max(earlier, key=lambda one: one.weight_kg, default=None)


class ReviewReason(StrEnum):
    """Why a signed prescription should be looked at again."""

    LOSS_3_MONTHS = "review.loss_5_percent_3_months"
    OTHER_WEIGHT = "review.weight_differs_5_percent"
    FLUID = "review.fluid_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A reason to reopen a prescription, with the change in percent to one decimal."""

    reason: ReviewReason
    change_percent: Decimal


def suggest_review(
    points: Sequence[WeightPoint], *, based_on_weight_g: int | None
) -> tuple[Review, ...]:
    """Reasons to reopen the prescription after the last weighing; empty means none.

    Loss of 5 % or more in 90 days, or more than 5 % away from the weight it was based on.
    """
    trend = weight_trend(points)
    if not trend.points:
        return ()
    found: list[Review] = []
    change = trend.windows[1].change_percent
    if change is not None and change <= -5:
        found.append(_review(ReviewReason.LOSS_3_MONTHS, change))
    now_g = trend.points[-1].weight_kg * 1000
    if based_on_weight_g is not None:
        drift = weight_change_percent(based_on_weight_g, now_g)
        if abs(drift) > 5:
            found.append(_review(ReviewReason.OTHER_WEIGHT, drift))
    gain = trend.windows[0]
    if gain.verdict is Verdict.FLUID_CHECK and gain.change_percent is not None:
        found.append(_review(ReviewReason.FLUID, gain.change_percent))
    return tuple(found)


def _review(reason: ReviewReason, change: Fraction) -> Review:
    return Review(reason=reason, change_percent=rounded(change, 1))


class WarningCode(StrEnum):
    """Signs that stay open until someone deals with them."""

    WEIGHT_FALLING = "warning.weight_falling"
    WEIGHT_FAST = "warning.weight_fast"
    FLUID_CHECK = "warning.fluid_check"
    SCREENING_OVERDUE = "warning.screening_overdue"
    NEVER_SCREENED = "warning.never_screened"


class WarningLevel(StrEnum):
    """How soon someone must act."""

    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyWarning:
    """An open sign of decline; at most one per code."""

    code: WarningCode
    level: WarningLevel
    on: date
    change_percent: Decimal | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreeningMoment:
    """When a person was last screened, with which tool and outcome."""

    tool: Tool
    category: Category | None
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is known of one client up to a day."""

    today: date
    setting: Setting
    weights: tuple[WeightPoint, ...] = ()
    last_screening: ScreeningMoment | None = None


def watch(history: History) -> tuple[EarlyWarning, ...]:
    """Every sign of decline on this day, at most one of each code."""
    return (*_weight_warnings(history), *_screening_warnings(history))


_BY_VERDICT = {
    Verdict.FAST: (WarningCode.WEIGHT_FAST, WarningLevel.RED),
    Verdict.FALLING: (WarningCode.WEIGHT_FALLING, WarningLevel.AMBER),
    Verdict.FLUID_CHECK: (WarningCode.FLUID_CHECK, WarningLevel.AMBER),
}


def _weight_warnings(history: History) -> tuple[EarlyWarning, ...]:
    trend = weight_trend([one for one in history.weights if one.on <= history.today])
    named = _BY_VERDICT.get(trend.verdict)
    if named is None:
        return ()
    window = next(one for one in trend.windows if one.verdict is trend.verdict)
    code, level = named
    change = None if window.change_percent is None else rounded(window.change_percent, 1)
    warning = EarlyWarning(
        code=code, level=level, on=history.today, change_percent=change, days=window.days
    )
    return (warning,)


def _screening_warnings(history: History) -> tuple[EarlyWarning, ...]:
    last = history.last_screening
    if last is None:
        code, days = WarningCode.NEVER_SCREENED, None
    elif is_overdue(
        last.tool, history.setting, category=last.category, last=last.on, today=history.today
    ):
        code, days = WarningCode.SCREENING_OVERDUE, (history.today - last.on).days
    else:
        return ()
    return (EarlyWarning(code=code, level=WarningLevel.AMBER, on=history.today, days=days),)
