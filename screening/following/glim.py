"""What a record already says of a GLIM: losses from weighings, intake from days that were noted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from screening.following.weight import WeightPoint
from screening.measuring.measures import Exact, weight_loss_percent

_HALF_YEAR_DAYS = 183
_COVERED_DAYS = 150  # a first weighing this long ago speaks for the whole half year
_STALE_DAYS = 92
_LEAST_LOSS_PCT = 5  # from more than this on, a loss counts however short the weighings reach
_HALF_WEEK_DAYS, _LESS_WEEKS_DAYS = 7, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """Loss in percent of the highest earlier weight; None is unknown, never none."""

    within_6_months: Fraction | None = None
    longer: Fraction | None = None


def losses(points: Sequence[WeightPoint], today: date) -> Losses:
    """Losses up to the newest weighing, oldest weighing first.

    A small loss over a few weeks says nothing of six months: it stays unknown until weighings
    reach five months back. A newest weighing of over three months ago tells of no loss now.
    """
    if not points or (today - points[-1].on).days > _STALE_DAYS:
        return Losses()
    now = points[-1]
    recent = [one for one in points[:-1] if (now.on - one.on).days <= _HALF_YEAR_DAYS]
    longer = [one for one in points[:-1] if (now.on - one.on).days > _HALF_YEAR_DAYS]
    lost = _lost(recent, now)
    covered = any((now.on - one.on).days >= _COVERED_DAYS for one in recent)
    known = lost is not None and (covered or lost > _LEAST_LOSS_PCT)
    return Losses(within_6_months=lost if known else None, longer=_lost(longer, now))


def _lost(earlier: Sequence[WeightPoint], now: WeightPoint) -> Fraction | None:
    if not earlier:
        return None
    return weight_loss_percent(max(one.weight_kg for one in earlier), now.weight_kg)


@dataclass(frozen=True, slots=True, kw_only=True)
class LowIntake:
    """Share of the requirement in percent, and for how many days in a row up to the last."""

    percent: Fraction
    days: int


def low_intake(daily_percent: Sequence[Exact | None]) -> LowIntake | None:
    """The latest run of days with less than the requirement, oldest first; None is not recorded.

    Over a week of at most half is told before a longer run of a little less. A run that is broken
    off by a day nobody noted is only told when it is long enough to count.
    """
    half = _run(daily_percent, lambda one: one <= 50)
    if len(half) > _HALF_WEEK_DAYS:
        return _told(half)
    less = _run(daily_percent, lambda one: one < 100)
    if len(less) > _LESS_WEEKS_DAYS:
        return _told(less)
    ended = len(less) < len(daily_percent) and daily_percent[-1 - len(less)] is not None
    if not ended:
        return None
    return _told(less) if less else LowIntake(percent=Fraction(100), days=0)


def _run(daily: Sequence[Exact | None], holds: Callable[[Exact], bool]) -> list[Fraction]:
    """The days up to the last for which it holds; an unknown day ends them."""
    found: list[Fraction] = []
    for one in reversed(daily):
        if one is None or not holds(one):
            break
        found.append(Fraction(one))
    return found


def _told(run: Sequence[Fraction]) -> LowIntake:
    return LowIntake(percent=sum(run, Fraction(0)) / len(run), days=len(run))
