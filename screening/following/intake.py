"""How much of what was planned is eaten: per meal in quarters, per day by energy, over days."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from screening.measuring.measures import Exact

QUARTERS = (0, 1, 2, 3, 4)
"""What is noted beside a plate: nothing, a quarter, half, three quarters, all of it."""


class IntakeLevel(StrEnum):
    """What the days together say; three days without a record are no good news."""

    NONE = "none"
    AMBER = "amber"
    NO_DATA = "no_data"
    RED = "red"
    RED_REFEEDING = "red_refeeding"


class IntakeReason(StrEnum):
    """Which rule of clinical specification 7.2 holds."""

    NEGLIGIBLE = "intake.negligible_over_5_days"
    HALF = "intake.half_8_days"
    MEAN_RED = "intake.mean_below_50"
    NO_DATA = "intake.no_record_3_days"
    MEAN_AMBER = "intake.mean_below_75"


GLIM_INTAKE = "glim_intake_criterion"
"""Flag: the days meet the intake criterion of GLIM, as far as plan and requirement agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeAlert:
    """The level with its rule, the mean of the last three days in percent, and flags."""

    level: IntakeLevel
    reason: IntakeReason | None = None
    mean_percent: Fraction | None = None
    flags: tuple[str, ...] = ()


# Clinical specification 7.2; limits of the runs are of GLIM (50 % over a week, any reduction over
# two weeks) and NICE CG32 (negligible for more than 5 days), those of the mean are the house's own.
_MEAN_DAYS, _AMBER, _RED = 3, 75, 50
_HALF, _HALF_DAYS = 50, 8
_NEGLIGIBLE, _NEGLIGIBLE_DAYS = 25, 6
_REDUCED, _REDUCED_DAYS = 100, 15


def intake_alert(daily_percent: Sequence[Exact | None]) -> IntakeAlert:
    """What a row of days says, oldest first, each in percent of the plan; None is not recorded.

    Reading IA1: the runs count anywhere in the list and a day without a record breaks them; the
    mean is of the last three entries without the unknown ones, and needs three entries.
    """
    last = daily_percent[-_MEAN_DAYS:] if len(daily_percent) >= _MEAN_DAYS else ()
    known = [Fraction(one) for one in last if one is not None]
    mean = sum(known, Fraction(0)) / len(known) if known else None
    reduced = _longest(daily_percent, below=_REDUCED) >= _REDUCED_DAYS
    half = _longest(daily_percent, below=_HALF, inclusive=True) >= _HALF_DAYS
    flags = (GLIM_INTAKE,) if reduced or half else ()
    reason = _reason(daily_percent, half=half, silent=bool(last) and not known, mean=mean)
    level = IntakeLevel.NONE if reason is None else _LEVELS[reason]
    return IntakeAlert(level=level, reason=reason, mean_percent=mean, flags=flags)


def _reason(
    daily: Sequence[Exact | None], *, half: bool, silent: bool, mean: Fraction | None
) -> IntakeReason | None:
    """The gravest rule that holds."""
    if _longest(daily, below=_NEGLIGIBLE) >= _NEGLIGIBLE_DAYS:
        return IntakeReason.NEGLIGIBLE
    if half:
        return IntakeReason.HALF
    if mean is not None and mean < _RED:
        return IntakeReason.MEAN_RED
    if silent:
        return IntakeReason.NO_DATA
    return IntakeReason.MEAN_AMBER if mean is not None and mean < _AMBER else None


_LEVELS: Mapping[IntakeReason, IntakeLevel] = {
    IntakeReason.NEGLIGIBLE: IntakeLevel.RED_REFEEDING,
    IntakeReason.HALF: IntakeLevel.RED,
    IntakeReason.MEAN_RED: IntakeLevel.RED,
    IntakeReason.NO_DATA: IntakeLevel.NO_DATA,
    IntakeReason.MEAN_AMBER: IntakeLevel.AMBER,
}


def _longest(daily: Sequence[Exact | None], *, below: int, inclusive: bool = False) -> int:
    """The most days in a row under a limit; a day that nobody recorded ends the row."""
    longest = run = 0
    for one in daily:
        low = one is not None and (one < below or (inclusive and one == below))
        run = run + 1 if low else 0
        longest = max(longest, run)
    return longest


@dataclass(frozen=True, slots=True, kw_only=True)
class MealIntake:
    """One meal of one day: what it held, and how many quarters of it were eaten; None unknown."""

    on: date
    slot: str
    planned_kcal: int | None
    quarters: int | None

    def __post_init__(self) -> None:
        """Refuse what cannot be eaten."""
        if self.quarters is not None and self.quarters not in QUARTERS:
            raise ValueError("a meal is eaten in quarters, from 0 to 4")
        if self.planned_kcal is not None and self.planned_kcal < 0:
            raise ValueError("a meal cannot hold less than no energy")


KNOWN_SHARE = Fraction(3, 4)
"""Part of a day's planned energy that must be recorded before the day has a percentage [C]."""


def day_percent(meals: Iterable[MealIntake]) -> Fraction | None:
    """Energy eaten in percent of energy planned over one day's meals; never a mean of percentages.

    The recorded meals speak for the day when they hold three quarters of its planned energy; with
    less, or with a meal of unknown energy among them, the day is unknown: nothing is filled in.
    Where every meal was eaten alike no energy is needed to know the share.
    """
    all_meals = tuple(meals)
    alike = {meal.quarters for meal in all_meals}
    if len(alike) == 1 and None not in alike:
        return Fraction(100 * sum(one or 0 for one in alike), 4)
    planned = recorded = eaten = Fraction(0)
    for meal in all_meals:
        if meal.planned_kcal is None:
            return None
        planned += meal.planned_kcal
        if meal.quarters is not None:
            recorded += meal.planned_kcal
            eaten += Fraction(meal.planned_kcal * meal.quarters, 4)
    if planned == 0 or recorded < planned * KNOWN_SHARE:
        return None
    return eaten / recorded * 100


def daily_percents(
    meals: Iterable[MealIntake], *, first: date, last: date
) -> tuple[Fraction | None, ...]:
    """Every day from the first to the last, oldest first; a day without meals is unknown."""
    by_day: dict[date, list[MealIntake]] = {}
    for meal in meals:
        by_day.setdefault(meal.on, []).append(meal)
    days = range((last - first).days + 1)
    return tuple(day_percent(by_day.get(first + timedelta(days=one), ())) for one in days)


def requirement_percent(
    plan_percent: Exact | None, *, planned_kcal: Exact | None, required_kcal: Exact | None
) -> Fraction | None:
    """A share of the plan as a share of the requirement, which GLIM and NRS-2002 ask for.

    Unknown when one of the three is, or when the requirement is not above zero.
    """
    if plan_percent is None or planned_kcal is None or required_kcal is None or required_kcal <= 0:
        return None
    return Fraction(plan_percent) * Fraction(planned_kcal) / Fraction(required_kcal)
