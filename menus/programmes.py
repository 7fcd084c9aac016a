"""Steps of a batch in the kitchen, and the programmes that its machines run."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from menus.texture import Iddsi


class StepKind(StrEnum):
    """Where in the kitchen a step of a batch is done."""

    PREP = "prep"
    KETTLE = "kettle"
    OVEN = "oven"
    BLEND = "blend"
    BLAST_FREEZE = "blast_freeze"
    CHILL = "chill"
    PACK = "pack"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """How a machine of one kind is set: degrees of its water or air, and how much of it is steam.

    `steam_percent` None: the machine has no such setting.
    """

    kind: StepKind
    celsius: int
    steam_percent: int | None = None


class Programme(StrEnum):
    """How a kettle, oven, chiller or freezer runs: what is in it together runs the same.

    What is cooked together also ends up at the same heat; how long each dish stays is its own.
    """

    SIMMER = "simmer"
    BOIL = "boil"
    STEAM_85 = "steam_85"
    STEAM_100 = "steam_100"
    COMBI_150 = "combi_150"
    HOT_AIR_180 = "hot_air_180"
    OVERNIGHT_80 = "overnight_80"
    CHILL_SOFT = "chill_soft"
    CHILL_HARD = "chill_hard"
    FREEZE_TRAYS = "freeze_trays"
    FREEZE_LOOSE = "freeze_loose"

    @property
    def setting(self) -> Setting:
        """How the machine is set."""
        return _SETTINGS[self]

    @classmethod
    def of(cls, kind: StepKind) -> tuple["Programme", ...]:
        """Those of one kind of machine; empty for work that no programme runs."""
        return tuple(one for one in cls if one.setting.kind is kind)


_SETTINGS: Mapping[Programme, Setting] = {
    Programme.SIMMER: Setting(kind=StepKind.KETTLE, celsius=95),
    Programme.BOIL: Setting(kind=StepKind.KETTLE, celsius=100),
    Programme.STEAM_85: Setting(kind=StepKind.OVEN, celsius=85, steam_percent=100),
    Programme.STEAM_100: Setting(kind=StepKind.OVEN, celsius=100, steam_percent=100),
    Programme.COMBI_150: Setting(kind=StepKind.OVEN, celsius=150, steam_percent=60),
    Programme.HOT_AIR_180: Setting(kind=StepKind.OVEN, celsius=180, steam_percent=0),
    Programme.OVERNIGHT_80: Setting(kind=StepKind.OVEN, celsius=80, steam_percent=30),
    Programme.CHILL_SOFT: Setting(kind=StepKind.CHILL, celsius=0),
    Programme.CHILL_HARD: Setting(kind=StepKind.CHILL, celsius=-15),
    Programme.FREEZE_TRAYS: Setting(kind=StepKind.BLAST_FREEZE, celsius=-35),
    Programme.FREEZE_LOOSE: Setting(kind=StepKind.BLAST_FREEZE, celsius=-40),
}
"""Usual settings of kettles, combi steamers and blast chillers (house rule). Whatever cooks is
hotter than the core that a dish must reach: overnight 80 and not 75 degrees, at which no core ever
comes to 75. Soft air keeps the skin of custard and mousse from freezing; loose pieces freeze apart
in colder air (IQF)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Minutes of one kitchen step: a fixed part and a part that grows with the batch.

    A step may serve some levels only (blending, not for a normal plate); an empty set means all.
    `programme` None where a machine runs one: nobody wrote which.
    """

    kind: StepKind
    fixed_min: int
    min_per_10kg: int
    levels: frozenset[Iddsi] = frozenset()
    programme: Programme | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.programme is not None and self.programme.setting.kind is not self.kind:
            raise ValueError("a step runs a programme of its own kind of machine")

    @property
    def unsaid(self) -> bool:
        """Whether its machine runs a programme and nobody wrote which."""
        return self.programme is None and bool(Programme.of(self.kind))

    def minutes(self, batch_g: int) -> int:
        """Whole minutes for a batch of `batch_g`, rounded up."""
        return self.fixed_min - (-self.min_per_10kg * batch_g // 10_000)
