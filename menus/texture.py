"""IDDSI levels: which are food, which are drink, their colour, and equality with the order.

Level names, numbers and colours: International Dysphagia Diet Standardisation Initiative,
framework 2.0 (2019), CC BY-SA 4.0. A served product gets its level by test, never by name.
"""

from enum import StrEnum


class Iddsi(StrEnum):
    """The levels of the IDDSI framework; EC7 is the easy-to-chew part of level 7."""

    L0 = "0"
    L1 = "1"
    L2 = "2"
    L3 = "3"
    L4 = "4"
    L5 = "5"
    L6 = "6"
    EC7 = "EC7"
    L7 = "7"


FOOD_LEVELS: frozenset[Iddsi] = frozenset(
    {Iddsi.L3, Iddsi.L4, Iddsi.L5, Iddsi.L6, Iddsi.EC7, Iddsi.L7}
)
DRINK_LEVELS: frozenset[Iddsi] = frozenset({Iddsi.L0, Iddsi.L1, Iddsi.L2, Iddsi.L3, Iddsi.L4})

IDDSI_COLOURS: dict[Iddsi, str] = {
    Iddsi.L0: "white",
    Iddsi.L1: "grey",
    Iddsi.L2: "pink",
    Iddsi.L3: "yellow",
    Iddsi.L4: "green",
    Iddsi.L5: "orange",
    Iddsi.L6: "blue",
    Iddsi.EC7: "black",
    Iddsi.L7: "black",
}
"""Colour of each level in the framework; shown beside name and number, never alone."""


def same_level(served: Iddsi, ordered: Iddsi | None) -> bool:
    """Whether the served level is the ordered one; no order (None) allows nothing.

    A level never replaces another: coarser or thinner can choke, thicker or smoother lowers
    intake and needs its own order.
    """
    return ordered is not None and served is ordered
