"""Tests of a served product: syringe flow, size of pieces, and equality with the order.

Figures: International Dysphagia Diet Standardisation Initiative, testing methods 2.0 (2019),
CC BY-SA 4.0; the readings of exact limits are conventions of this product.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from menus.texture import Iddsi, same_level


class Flow(StrEnum):
    """What the syringe says of a drink; two of the words ask for another test."""

    THIN = "0"
    SLIGHTLY = "1"
    RETEST = "1|2"  # exactly on 4 ml: measure again
    MILDLY = "2"
    MODERATELY = "3"
    NO_FLOW = "4?"  # nothing came through: fork-drip and spoon-tilt decide


SYRINGE_ML = 10


def flow_level(remaining_ml: Decimal | int) -> Flow | None:
    """Level of a drink by what is left of 10 ml after 10 seconds; None when that cannot be.

    8.0 ml is still level 2: level 3 begins above it.
    """
    if not 0 <= remaining_ml <= SYRINGE_ML:
        return None
    if remaining_ml < 1:
        return Flow.THIN
    if remaining_ml == 4:
        return Flow.RETEST
    if remaining_ml <= 8:
        return Flow.SLIGHTLY if remaining_ml < 4 else Flow.MILDLY
    return Flow.NO_FLOW if remaining_ml == SYRINGE_ML else Flow.MODERATELY


class Population(StrEnum):
    """Whose airway: a piece that an adult may have can choke a child."""

    ADULT = "adult"
    CHILD = "child"


# Most width and length in mm; liquid and pureed food has no pieces at all.
_MOST_MM: Mapping[tuple[Iddsi, Population], tuple[int, int]] = {
    (Iddsi.L5, Population.ADULT): (4, 15),
    (Iddsi.L5, Population.CHILD): (2, 8),
    (Iddsi.L6, Population.ADULT): (15, 15),
    (Iddsi.L6, Population.CHILD): (8, 8),
}
_NO_PIECES = frozenset({Iddsi.L3, Iddsi.L4})


def piece_fits(
    level: Iddsi,
    population: Population | None,
    *,
    width_mm: Decimal | int | None,
    length_mm: Decimal | int | None,
) -> bool | None:
    """Whether a piece is small enough for a food level; None when what is unknown decides.

    Width and length are compared as given and never swapped. Level 7 has no limit.
    """
    if level in (Iddsi.L7, Iddsi.EC7):
        return True
    answers = {
        _within(level, one, width_mm, length_mm)
        for one in ([population] if population else Population)
    }
    return answers.pop() if len(answers) == 1 else None


def _within(
    level: Iddsi,
    population: Population,
    width_mm: Decimal | int | None,
    length_mm: Decimal | int | None,
) -> bool | None:
    most = (0, 0) if level in _NO_PIECES else _MOST_MM[level, population]
    sides = (width_mm, length_mm)
    if any(side is not None and side > limit for side, limit in zip(sides, most, strict=True)):
        return False
    return None if None in sides else True


def offer_matches(
    *,
    prescribed_food: Iddsi | None,
    offered_food: Iddsi | None,
    prescribed_drink: Iddsi | None,
    offered_drink: Iddsi | None,
) -> bool | None:
    """Whether what is offered is exactly what was ordered; None when nothing is offered.

    Food and drink are judged apart; what is not offered is not judged, and what is offered
    without an order is not allowed.
    """
    pairs = ((offered_food, prescribed_food), (offered_drink, prescribed_drink))
    judged = [same_level(offered, ordered) for offered, ordered in pairs if offered is not None]
    return all(judged) if judged else None
