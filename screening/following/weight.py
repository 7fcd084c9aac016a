"""The course of a person's weight: windows, surveillance limits, when it reopens a prescription."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.measuring.measures import Exact, rounded, weight_change_percent, weight_loss_percent


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightPoint:
    """One weighing."""

    on: date
    weight_kg: Decimal


class Verdict(StrEnum):
    """What two weighings, or one window of the trend, say."""

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
class WeightLimits:
    """Loss in percent from which a window is amber or red; limits belong to the worse side."""

    days: int
    amber: Decimal
    red: Decimal | None


# Surveillance limits (clinical specification 7.1: Flemish residential care indicator and BelRAI K2a
# for the red ones of one and six months, ASPEN 2020 for 7.5 % in three). Inclusive on purpose:
# diagnosis by GLIM is strict, keep the two apart.
_LIMITS = (
    WeightLimits(days=30, amber=Decimal(2), red=Decimal(5)),
    WeightLimits(days=90, amber=Decimal(5), red=Decimal("7.5")),
    WeightLimits(days=180, amber=Decimal(5), red=Decimal(10)),
)
WEIGHT_MEMORY_DAYS = 366
"""How far back a loss is looked for: the row beyond six months has no end in the rule book."""

_BEYOND = WeightLimits(days=WEIGHT_MEMORY_DAYS, amber=Decimal(5), red=None)
_GAIN_PERCENT, _GAIN_DAYS = 5, 30
_FLUID_KG, _FLUID_DAYS = 2, 3


def weight_limits(days: int) -> WeightLimits:
    """The narrowest row that holds these days (reading WE1: 31 days is the row of 90)."""
    return next((row for row in _LIMITS if days <= row.days), _BEYOND)


def weight_verdict(before_kg: Exact, now_kg: Exact, *, days: int) -> Verdict:
    """Verdict on two weights that lie `days` apart; rising and stable ask for nothing."""
    change = weight_change_percent(before_kg, now_kg)
    limits = weight_limits(days)
    if change >= 0:
        return _gain_verdict(days, change, gain_kg=Fraction(now_kg) - Fraction(before_kg))
    if limits.red is not None and -change >= limits.red:
        return Verdict.FAST
    return Verdict.FALLING if -change >= limits.amber else Verdict.STABLE


def _gain_verdict(days: int, change: Fraction, *, gain_kg: Fraction) -> Verdict:
    """A quick gain may be fluid and may hide a loss of tissue."""
    quick = change >= _GAIN_PERCENT and days <= _GAIN_DAYS
    if quick or (gain_kg > _FLUID_KG and days <= _FLUID_DAYS):
        return Verdict.FLUID_CHECK
    return Verdict.RISING if change >= _GAIN_PERCENT else Verdict.STABLE


def counts_as_indicator(before_kg: Exact, now_kg: Exact, *, months: int) -> bool:
    """Whether a loss counts in the Flemish quality indicator of residential care.

    5 % or more in one month, 10 % or more in six (VIP WZC, since 2013); reading VI1: two to six
    months take the limit of six, more than six do not count, and neither does a gain.
    """
    loss = weight_loss_percent(before_kg, now_kg)
    if months <= 1:
        return loss >= 5
    return months <= 6 and loss >= 10


def weight_trend(points: Sequence[WeightPoint]) -> WeightTrend:
    """The trend up to the last weighing; each window compares with its highest weight.

    The highest weight of the window is the one to compare with, as in MUST step 2 (BAPEN 2003).
    """
    ordered = _ordered(points)
    windows = tuple(_window(ordered, row.days) for row in _LIMITS)
    order = (Verdict.FAST, Verdict.FALLING, Verdict.FLUID_CHECK, Verdict.RISING, Verdict.STABLE)
    found = {window.verdict for window in windows}
    worst = next((one for one in order if one in found), Verdict.UNKNOWN)
    return WeightTrend(points=ordered, windows=windows, verdict=worst)


def _ordered(points: Sequence[WeightPoint]) -> tuple[WeightPoint, ...]:
    return tuple(sorted(points, key=lambda point: (point.on, point.weight_kg)))


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
    change = compared(before, now)
    return WeightWindow(
        days=days, verdict=change.verdict, change_percent=change.change_percent, before=before
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightChange:
    """Two weighings of one person held against the limits of the days between them."""

    before: WeightPoint
    now: WeightPoint
    verdict: Verdict
    change_percent: Fraction

    @property
    def days(self) -> int:
        """Days between the two."""
        return (self.now.on - self.before.on).days


def compared(before: WeightPoint, now: WeightPoint) -> WeightChange:
    """Hold a weighing against an earlier one."""
    days = (now.on - before.on).days
    return WeightChange(
        before=before,
        now=now,
        verdict=weight_verdict(before.weight_kg, now.weight_kg, days=days),
        change_percent=weight_change_percent(before.weight_kg, now.weight_kg),
    )


def weight_changes(points: Sequence[WeightPoint]) -> tuple[WeightChange, ...]:
    """The last weighing held against each earlier one of the last year, the oldest first.

    Every pair counts, not the windows' highest alone: a gain of three days may hide inside a loss
    of a month, and both want somebody's eyes.
    """
    ordered = _ordered(points)
    first = ordered[-1].on - timedelta(days=WEIGHT_MEMORY_DAYS) if ordered else None
    return tuple(
        compared(one, ordered[-1]) for one in ordered[:-1] if first is not None and one.on >= first
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
