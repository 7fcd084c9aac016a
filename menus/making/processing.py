"""Work per IDDSI level: cut, mince, blend, sieve, thicken, soak; and the tests that must pass.

Levels, tests and sizes: IDDSI framework and testing methods 2.0 (2019), CC BY-SA 4.0. The work
makes a level likely; only a passed test of the served product makes it sure.
"""

from dataclasses import dataclass
from enum import StrEnum

from menus.texture import Iddsi


class Work(StrEnum):
    """One step towards a texture, in the order it is done."""

    SOAK = "soak"
    CUT = "cut"
    MINCE = "mince"
    BLEND = "blend"
    SIEVE = "sieve"
    THICKEN = "thicken"


class TextureTest(StrEnum):
    """One test of the framework, done on the product as served."""

    FLOW = "flow"
    FORK_DRIP = "fork_drip"
    SPOON_TILT = "spoon_tilt"
    FORK_PRESSURE = "fork_pressure"
    PIECE_SIZE = "piece_size"


class Added(StrEnum):
    """Why something is added to a dish."""

    LIQUID = "liquid"
    THICKENER = "thickener"
    FORTIFICATION = "fortification"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What is added, an ingredient or a recipe, in milligrams per 100 g of the dish as served."""

    item: str
    mg_per_100g: int
    why: Added


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """How a dish gets its texture; no tests: a level that needs none (level 7)."""

    work: tuple[Work, ...]
    additions: tuple[Addition, ...]
    tests: tuple[TextureTest, ...]


_DRIP, _TILT, _PRESS = TextureTest.FORK_DRIP, TextureTest.SPOON_TILT, TextureTest.FORK_PRESSURE
TESTS: dict[Iddsi, tuple[TextureTest, ...]] = {
    Iddsi.L0: (TextureTest.FLOW,),
    Iddsi.L1: (TextureTest.FLOW,),
    Iddsi.L2: (TextureTest.FLOW,),
    Iddsi.L3: (TextureTest.FLOW, _DRIP, _TILT),
    Iddsi.L4: (TextureTest.FLOW, _DRIP, _TILT),
    Iddsi.L5: (_DRIP, _TILT, _PRESS, TextureTest.PIECE_SIZE),
    Iddsi.L6: (_PRESS, TextureTest.PIECE_SIZE),
    Iddsi.EC7: (_PRESS,),
    Iddsi.L7: (),
}
"""Tests of each level; level 4 shows in the flow test that nothing flows."""
MOST_MM: dict[Iddsi, tuple[int, int]] = {Iddsi.L5: (4, 15), Iddsi.L6: (15, 15)}
"""Width and length of the largest piece for adults; other levels have none, or no limit."""
_SMOOTH = frozenset({Iddsi.L3, Iddsi.L4})
_SOFTENED = _SMOOTH | {Iddsi.L5, Iddsi.L6}


def work_for(
    level: Iddsi, *, smooth: bool, flows: bool, bread: bool, thickened: bool
) -> tuple[Work, ...]:
    """The steps of a level, in order.

    `smooth`: whole it has no pieces; `flows`: a drink or a soup that is one; `bread`: made with
    bread, which is unsafe dry; `thickened`: the recipe adds a thickener at this level.
    """
    wanted = {
        Work.SOAK: bread and level in _SOFTENED and not flows,
        Work.CUT: level is Iddsi.L6 and not smooth,
        Work.MINCE: level is Iddsi.L5 and not smooth,
        Work.BLEND: not smooth if flows else level in _SMOOTH,
        Work.SIEVE: not smooth if flows else level in _SMOOTH,
        Work.THICKEN: thickened,
    }
    return tuple(work for work in Work if wanted[work])
