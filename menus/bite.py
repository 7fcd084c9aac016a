"""Bite of a dish at an IDDSI level: processing takes bite away and never gives it."""

from menus.catalog import Bite, Kind
from menus.texture import Iddsi

_ORDER = tuple(Bite)
# The IDDSI framework 2.0 (2019): levels 3 and 4 have no lumps; levels 5, 6 and easy to chew are
# soft. A drink keeps flowing up to level 3 and holds its shape on a spoon at level 4.
_MOST: dict[Iddsi, Bite] = {
    Iddsi.L3: Bite.SMOOTH,
    Iddsi.L4: Bite.SMOOTH,
    Iddsi.L5: Bite.SOFT,
    Iddsi.L6: Bite.SOFT,
    Iddsi.EC7: Bite.SOFT,
    Iddsi.L7: Bite.CRISP,
}


def bite_at(level: Iddsi, kind: Kind, whole: Bite) -> Bite:
    """The bite at `level` of a dish whose most bite is `whole`; pureed is always smooth."""
    if kind is Kind.DRINK:
        return Bite.SMOOTH if level is Iddsi.L4 else Bite.LIQUID
    if level in (Iddsi.L3, Iddsi.L4):
        return Bite.SMOOTH
    return min(whole, _MOST[level], key=_ORDER.index)
