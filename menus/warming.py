"""How a ready dish is warmed up: appliance, method, minutes, core temperature."""

from dataclasses import dataclass
from enum import StrEnum

from menus.texture import Iddsi

SAFE_CORE_CELSIUS = 75
"""Lethal within 30 seconds; the house rule for vulnerable eaters (rules L-07 and L-08)."""
LONGEST_MIN = 60
"""A dish passes from cold to a hot core within the hour, once only (rule L-07)."""


class Appliance(StrEnum):
    """What a dish can be warmed up in."""

    STEAM_OVEN = "steam-oven"
    MICROWAVE = "microwave"
    TROLLEY = "regeneration-trolley"
    PAN = "pan"
    OVEN = "oven"


class Heating(StrEnum):
    """How it is done: what covers the dish, and whether it is stirred."""

    COVERED = "covered"
    STIRRED = "stirred"  # covered, stirred halfway and at the end
    GENTLE = "gentle"  # on a low fire with a splash of liquid, stirring
    UNCOVERED = "uncovered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Regeneration:
    """One way to warm up a portion as it is delivered, until its core is hot enough.

    It may serve some levels only; an empty set means all. Raises ValueError for a core below
    `SAFE_CORE_CELSIUS` and for more than `LONGEST_MIN` minutes.
    """

    appliance: Appliance
    heating: Heating
    minutes: int
    core_celsius: int
    levels: frozenset[Iddsi] = frozenset()

    def __post_init__(self) -> None:
        """Keep the promise of the class."""
        if self.core_celsius < SAFE_CORE_CELSIUS or not 0 < self.minutes <= LONGEST_MIN:
            raise ValueError(f"not safe: {self.minutes} min to {self.core_celsius} C")

    def serves(self, level: Iddsi) -> bool:
        """Whether a dish of that level is warmed up like this."""
        return not self.levels or level in self.levels
