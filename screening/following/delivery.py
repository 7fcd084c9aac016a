"""What a missed or refused meal means, and food that is sent but not eaten."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from screening.instruments.instrument import Setting


class DeliveryLevel(StrEnum):
    """How soon someone calls."""

    NONE = "none"
    AMBER = "amber"
    RED = "red"


class DeliveryReason(StrEnum):
    """What makes a missed meal worse; the first that holds is told."""

    TWICE = "delivery.two_in_a_row"
    ALONE = "delivery.lives_alone"
    TEXTURE = "delivery.texture_modified"
    ALLERGEN = "delivery.allergen_diet"
    INSULIN = "delivery.insulin"
    ONCE = "delivery.missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRisk:
    """What makes a missed meal dangerous; None is unknown and counts as not present (DE1)."""

    alone: bool | None = None
    texture_modified: bool | None = None
    allergen: bool | None = None
    insulin: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAlert:
    """The level with what made it so."""

    level: DeliveryLevel
    reason: DeliveryReason | None = None


_TOO_MANY = 2


def delivery_alert(
    missed_consecutive: int, setting: Setting, risk: DeliveryRisk | None = None
) -> DeliveryAlert:
    """What so many missed or refused meals in a row mean (clinical specification 7.3).

    In a hospital the ward replaces the meal, so living alone does not count there (reading DE1).
    A breach of the cold chain is a missed meal too.
    """
    if missed_consecutive <= 0:
        return DeliveryAlert(level=DeliveryLevel.NONE)
    known = risk or DeliveryRisk()
    found = (
        (missed_consecutive >= _TOO_MANY, DeliveryReason.TWICE),
        (known.alone and setting is not Setting.HOSPITAL, DeliveryReason.ALONE),
        (known.texture_modified, DeliveryReason.TEXTURE),
        (known.allergen, DeliveryReason.ALLERGEN),
        (known.insulin, DeliveryReason.INSULIN),
    )
    grave = next((reason for holds, reason in found if holds), None)
    if grave is None:
        return DeliveryAlert(level=DeliveryLevel.AMBER, reason=DeliveryReason.ONCE)
    return DeliveryAlert(level=DeliveryLevel.RED, reason=grave)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """One delivery moment; `missed` is also refused, or spoilt on the way."""

    on: date
    missed: bool
    dish: str | None = None


def missed_in_a_row(drops: Sequence[Drop]) -> int:
    """How many of the last deliveries were missed without one between them that arrived.

    Several drops on one day are one moment: it is missed when any of them was.
    """
    missed: dict[date, bool] = {}
    for one in drops:
        missed[one.on] = missed.get(one.on, False) or one.missed
    run = 0
    for day in sorted(missed, reverse=True):
        if not missed[day]:
            break
        run += 1
    return run


def dishes_refused_twice(drops: Sequence[Drop]) -> tuple[str, ...]:
    """Dishes that came back on two days or more: a preference to change, not a warning."""
    days: dict[str, set[date]] = {}
    for one in drops:
        if one.missed and one.dish is not None:
            days.setdefault(one.dish, set()).add(one.on)
    return tuple(sorted(dish for dish, found in days.items() if len(found) >= _TOO_MANY))


@dataclass(frozen=True, slots=True, kw_only=True)
class StockCount:
    """Portions counted in a home and how many should have lain there; None is unknown."""

    on: date
    counted: int | None
    expected: int | None


SURPLUS_PERCENT = 30
"""Counted that much above expected at two counts in a row: food is not eaten (need N-03)."""


def surplus_percent(count: StockCount) -> Fraction | None:
    """How far a count lies above what was expected; None when unknown or nothing was expected."""
    if count.counted is None or not count.expected:
        return None
    return Fraction(count.counted - count.expected, count.expected) * 100


def not_eaten(counts: Sequence[StockCount]) -> bool:
    """Whether the last two counts both lie 30 % or more above what was expected.

    A count of nothing expected and something found is above any share of it. An unknown count is
    neither above nor below, and does not join the two around it.
    """
    last = sorted(counts, key=lambda one: one.on)[-2:]
    return len(last) == 2 and all(_above(one) for one in last)


def _above(count: StockCount) -> bool:
    if count.counted is None or count.expected is None:
        return False
    return count.counted > 0 and (count.counted * 100 >= count.expected * (100 + SURPLUS_PERCENT))
