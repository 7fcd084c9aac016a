"""A kitchen day planned again near the schedule that people know.

Two sides search, each with a seed of its own and, where there are two workers, each in a thread of
its own. A side walks once with a price on changes and once as if nobody knew a schedule, mends
both, and keeps the better one; then both mend what the better side has found.
"""

from collections.abc import Iterator

from optimizer.beside import Guard, side_by_side
from optimizer.kernels import kitchen_mend, kitchen_walk
from optimizer.kernels.kitchen import LATE, SPAN, Kitchen
from optimizer.kitchen.problem import ProductionSolution
from optimizer.kitchen.walking import BETWEEN_WATCHES, THRIFT, Ground
from optimizer.outcome import Limits, Progress, Watch

_OTHER_SEED = 1_000
_STEADY_HEAT, _FREE_HEAT = (1_000.0, 141.0), (1_000.0, 20.0)
_WALK_PART, _MEND_PART = 4, 8  # of the moves: one walk, and what it is mended at once
_MENDS = 8  # take as long as one schedule
_MEND_HEAT, _LAST_HEAT = (8_000.0, 50.0), (3_000.0, 50.0)
_MEND_CHANGE = 3  # times what a change costs in a walk


def search_steady(ground: Ground, limits: Limits, watch: Watch) -> ProductionSolution:
    """The best of two sides that search with so many moves each."""
    guard = Guard(watch)
    first = _Side(ground, limits, limits.seed, guard)
    second = _Side(ground, limits, limits.seed + _OTHER_SEED, guard.of_second(limits.workers))
    side_by_side(first.look_around, second.look_around, guard, limits.workers)
    best = min(first, second, key=_Side.levels)
    for side in (first, second):
        side.take(best)
    side_by_side(first.go_on, second.go_on, guard, limits.workers)
    return ground.tables.solution(min(first, second, key=_Side.levels).walk.best)


class _Side:
    """One of two searches, with the best schedule it has seen."""

    walk: kitchen_walk.Walk

    def __init__(self, ground: Ground, limits: Limits, seed: int, watch: Watch) -> None:
        self._ground, self._moves, self._seed, self._watch = ground, limits.moves, seed, watch
        self._day = ground.day()
        self._units = ground.units.copy()
        self._units[-1] *= _MEND_CHANGE
        self._done = 0
        self._going = True

    def levels(self) -> tuple[int, ...]:
        """What the best schedule costs, level by level."""
        return tuple(self.walk.best_tally.tolist())

    def look_around(self) -> None:
        """Walk with a price on changes and without, mend both and keep the better one."""
        kitchen = self._ground.kitchen
        steady = self._walk(kitchen, _STEADY_HEAT)
        self._walk(kitchen._replace(price=0), _FREE_HEAT)
        if self.levels() >= tuple(steady.best_tally.tolist()):
            self.walk = steady

    def take(self, other: "_Side") -> None:
        """Stand where another side stands."""
        self.walk.best[:] = other.walk.best
        self.walk.best_will[:] = other.walk.best_will

    def go_on(self) -> None:
        """Mend on with all moves that are left."""
        self._mend(self._moves - self._done, self._seed + 1, _LAST_HEAT)

    def _walk(self, kitchen: Kitchen, heat: tuple[float, float]) -> kitchen_walk.Walk:
        """A walk in this kitchen, then mended in the one that has its price."""
        ground, moves = self._ground, self._moves // _WALK_PART
        self.walk = ground.begin(kitchen, self._day, self._seed, heat, THRIFT)
        for steps in self._chunks(moves):
            kitchen_walk.search(kitchen, self._day, self.walk, ground.units, steps, moves)
        self._mend(self._moves // _MEND_PART, self._seed, _MEND_HEAT)
        return self.walk

    def _mend(self, moves: int, seed: int, heat: tuple[float, float]) -> None:
        """Mend the best schedule of the walk; without moves it is weighed all the same."""
        kitchen, walk = self._ground.kitchen, self.walk
        mending = kitchen_mend.begin(walk, seed, _MENDS * moves, heat)
        kitchen_mend.stand(kitchen, self._day, walk, mending, self._units)
        for steps in self._chunks(moves):
            if not walk.best_tally[:SPAN].any():
                break  # all stands as known, and only the length of the day is left
            kitchen_mend.mend(kitchen, self._day, walk, mending, self._units, _MENDS * steps)

    def _chunks(self, moves: int) -> Iterator[int]:
        """Parts of the moves, as long as the watch lets the search go on."""
        for done in range(0, moves, BETWEEN_WATCHES):
            if not self._going:
                break
            steps = min(BETWEEN_WATCHES, moves - done)
            yield steps
            self._done += steps
            incumbent = int(self.walk.best_tally[LATE])
            self._going = self._watch(Progress(moves=self._done, incumbent=incumbent))
