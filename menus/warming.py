"""How a ready dish is warmed up: appliance, method, minutes, core temperature."""

from collections.abc import Sequence
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


_HOME = (Appliance.MICROWAVE, Appliance.PAN, Appliance.OVEN)
"""What people have who did not say what, likeliest first; a steam oven only who says so."""
_HOUSE = (
    Appliance.TROLLEY,
    Appliance.STEAM_OVEN,
    Appliance.MICROWAVE,
    Appliance.OVEN,
    Appliance.PAN,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmingPlace:
    """Where somebody's food is warmed up: at home or in a house, and in which appliance.

    `appliance` is a code of `Appliance`; None while nobody said.
    """

    at_home: bool
    appliance: str | None = None

    def ways(self, ways: Sequence[Regeneration]) -> tuple[Regeneration, ...]:
        """The ways that serve there, the advised one first: a known appliance decides alone.

        A dish without a way for the place keeps all it has, as none would mean "eat it cold".
        """
        own = tuple(way for way in ways if way.appliance == self.appliance)
        return own or _usual(ways, at_home=self.at_home) or tuple(ways)


def _usual(ways: Sequence[Regeneration], *, at_home: bool) -> tuple[Regeneration, ...]:
    """The ways for what a home or a house usually has, the likeliest first."""
    there = _HOME if at_home else _HOUSE
    fit = (way for way in ways if way.appliance in there)
    return tuple(sorted(fit, key=lambda way: there.index(way.appliance)))
