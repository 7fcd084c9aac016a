"""Fair shares of what is too little: the smallest share as large as can be, then the next."""

from dataclasses import dataclass

import numpy as np

from optimizer.ration.flow import Ints, Loads, Net, met

_WHOLE = 1000


def fair_promise(net: Net, loads: Loads) -> Ints:
    """Units of its clinical need that each row is promised.

    The largest share, in thousandths rounded up to whole units, that all rows can have at once;
    then rows that cannot have more keep theirs, and the others go on (lexicographic max-min).
    """
    needs: Ints = loads.clinical.sum(axis=1)
    if met(net, loads, needs) == needs.sum():
        return needs
    shares = _Shares(net=net, loads=loads, needs=needs, fixed=np.where(needs == 0, 0, -1))
    level = 0
    while (shares.fixed < 0).any():
        level = shares.highest(level)
        shares.settle(level)
    return shares.fixed


@dataclass(slots=True, kw_only=True)
class _Shares:
    """Rows with their needs, and what is settled for each (below zero: open)."""

    net: Net
    loads: Loads
    needs: Ints
    fixed: Ints

    def promise(self, level: int) -> Ints:
        """Settled units, and for open rows the level's share of their need."""
        found: Ints = np.where(self.fixed >= 0, self.fixed, -(-self.needs * level // _WHOLE))
        return found

    def possible(self, promise: Ints) -> bool:
        """Whether all of it can be given at once."""
        return met(self.net, self.loads, promise) == int(promise.sum())

    def highest(self, low: int) -> int:
        """The highest level, from one that is known to do, that all open rows can have."""
        high = _WHOLE + 1
        while high - low > 1:
            middle = (low + high) // 2
            if self.possible(self.promise(middle)):
                low = middle
            else:
                high = middle
        return low

    def settle(self, level: int) -> None:
        """Settle each open row that cannot have one unit more at this level; all, if all can."""
        now = self.promise(level)
        stuck = []
        for row in np.flatnonzero(self.fixed < 0):
            more = now.copy()
            more[row] += 1
            if more[row] > self.needs[row] or not self.possible(more):
                stuck.append(row)
        if not stuck:  # each alone could have a unit, not all together: in order of the rows
            for row in np.flatnonzero(self.fixed < 0):
                more = now.copy()
                more[row] += 1
                now = more if self.possible(more) else now
            stuck = list(np.flatnonzero(self.fixed < 0))
        self.fixed[stuck] = now[stuck]
