"""How energy rises day by day after a risk of refeeding, so that no day brings too much."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from math import floor

from screening.instruments.refeeding import RefeedingLevel, start_energy_kcal
from screening.measuring.measures import Exact

STEP_UP_DAYS = (4, 7)
"""NICE CG32 (2006, updated 2017): raise slowly over four to seven days; seven unless chosen."""
_HALF_DAYS = 2  # some risk: at most half of the target for the first two days


def step_up_kcal(
    level: RefeedingLevel,
    *,
    target_kcal: int,
    weight_kg: Exact | None,
    days: int = STEP_UP_DAYS[1],
    start_kcal: int | None = None,
) -> tuple[int, ...]:
    """The most energy of each of the first days, rounded down; empty where nothing is limited.

    High and extreme risk start at 10 and 5 kcal per kg and rise evenly, so that the day after the
    last is at the target; some risk gives half for two days. A lower `start_kcal` starts lower,
    never higher. `ValueError` for days outside 4 to 7, and without a weight where one is needed.
    """
    if level is RefeedingLevel.NONE:
        return ()
    if level is RefeedingLevel.SOME:
        most = start_energy_kcal(level, weight_kg=0, target_kcal=target_kcal) or 0
        return (_lower(most, start_kcal),) * _HALF_DAYS
    if not STEP_UP_DAYS[0] <= days <= STEP_UP_DAYS[1]:
        raise ValueError("energy is raised over four to seven days")
    if weight_kg is None:
        raise ValueError("the first day is reckoned by weight")
    most = start_energy_kcal(level, weight_kg=weight_kg, target_kcal=target_kcal) or 0
    first = _lower(most, start_kcal)
    rise = Fraction(target_kcal - first, days)
    return tuple(floor(first + rise * day) for day in range(days))


def _lower(most: int, start_kcal: int | None) -> int:
    return most if start_kcal is None else min(most, start_kcal)


def cap_on(caps: Sequence[int], first_day: date, day: date) -> int | None:
    """The most energy on a day; None once the rise is over. Before its first day the first holds.

    A day before the rise was never meant to bring more than its first day.
    """
    if not caps:
        return None
    at = max(0, (day - first_day).days)
    return caps[at] if at < len(caps) else None
