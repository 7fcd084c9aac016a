"""Amounts as a cook measures them: grams and millilitres rounded, spoons where they are exact."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from menus.nutrients import round_half_away


class Unit(StrEnum):
    """What an amount is measured in."""

    GRAM = "g"
    MILLILITRE = "ml"
    TABLESPOON = "tablespoon"
    TEASPOON = "teaspoon"
    PINCH = "pinch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """An amount in tenths of a unit: 15 tenths of a tablespoon is one and a half."""

    tenths: int
    unit: Unit


TABLESPOON_ML, TEASPOON_ML = 15, 5
_PINCH_MG = 300  # what two fingers hold
_TWO_PINCHES_MG = 2 * _PINCH_MG + _PINCH_MG // 2


def measure(mg: Fraction, density_mg_per_ml: int | None, *, weigh: bool) -> Measure:
    """The amount of an ingredient in the words of a kitchen.

    `weigh`: to the tenth of a gram, as a thickener must be, because a little more or less is
    another texture. Otherwise grams to about a twentieth; a volume where the density is known,
    spoons up to 60 ml; pinches below a gram.
    """
    if weigh:
        return Measure(tenths=max(1, round_half_away(mg / 100)), unit=Unit.GRAM)
    if mg < _TWO_PINCHES_MG:
        pinches = 1 if mg < _PINCH_MG * 3 // 2 else 2
        return Measure(tenths=pinches * 10, unit=Unit.PINCH)
    if density_mg_per_ml:
        return _volume(mg / density_mg_per_ml)
    return Measure(tenths=10 * _rounded(mg / 1000), unit=Unit.GRAM)


def _volume(ml: Fraction) -> Measure:
    if ml > 4 * TABLESPOON_ML:
        return Measure(tenths=10 * _rounded(ml), unit=Unit.MILLILITRE)
    spoon, unit = TEASPOON_ML, Unit.TEASPOON
    if ml >= TABLESPOON_ML:
        spoon, unit = TABLESPOON_ML, Unit.TABLESPOON
    halves = max(1, round_half_away(ml * 2 / spoon))
    return Measure(tenths=5 * halves, unit=unit)


def _rounded(amount: Fraction) -> int:
    """To 1 below 20, to 5 below 200, to 10 from there; never nothing."""
    step = 1 if amount < 20 else 5 if amount < 200 else 10
    return max(1, round_half_away(amount / step) * step)
