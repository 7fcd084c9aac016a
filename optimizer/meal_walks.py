"""One search for a choice: walks that cool down, days walked anew, a polish."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from optimizer.kernels import meal_arrays as arrays
from optimizer.kernels import meal_choice as kernel
from optimizer.kernels import meal_days as days
from optimizer.kernels import meal_leads as leader
from optimizer.kernels import meal_walk as walker
from optimizer.outcome import Limits, Progress, Watch

_SLOW = ((0, 2), (50, 20), (85, 400), (100, 3_000))
"""What a permille outside a window weighs after so many percent of a walk. Light at first: dishes
change places although the sums are off for a moment. Heavy while it is still warm: on a stiff day a
permille is worth up to forty points, and what comes again too often must still move when the sums
begin to bind."""
_TOP = 130
"""So many times as much weighs a hard permille, a portion beyond the stock, a toll."""
_POINT = 4
"""A point among the wishes, where a cent weighs 1. All of these steer the walk only: what is kept
at the end is compared level by level."""
_HOT, _COLD = 200, 20
_AIM, _AIM_TOP, _AIM_HOT, _AIM_COLD = 400, 10_000, 10, 1
"""The second walk, only where slack is left above the wishes: what a permille weighs there, how
many permille a hard one, a portion beyond the stock, and how many it is warm."""
_STRICT_HOT, _THAWED, _COLDEST = 20, 100, 1
"""The strict walk starts at so many points among the wishes, at more after a second walk, which
pays little heed to them."""
_FREE_PART, _AIM_PART, _STRICT_PART = 75, 10, 15
"""Percent of the moves; without a second walk its part goes to the strict one. A polish takes
what it takes beyond them."""
_FIRST_PACES = arrays.as_floats([40 * (1 / 80) ** (step / 29) for step in range(30)])
_PACES = arrays.as_floats([2.0, 1.25, 0.8, 0.5])
"""Points among the wishes by which a permille of a day's sum becomes dearer or cheaper at each step
in search of what it is worth: the first time, and each time after that."""
_DAY_WEIGHTS, _DAY_SPAN, _DAY_STRICT = (100, 215, 464, 1_000), (300, 20), 25
"""What a permille weighs then, and how warm it is: a day is loosened, not forgotten."""
_MOST_WEIGHT = 1 << 32
_REPORTS, _FEW_REPORTS = 20, 6


class Asked(NamedTuple):
    """What is searched, and how hard; `shelves` are the options of each position."""

    shelves: tuple[tuple[int, ...], ...]
    tables: arrays.Tables
    limits: Limits


def strict_weights(levels: Sequence[int], least_wishes: int) -> tuple[int, ...]:
    """Weights of which one unit exceeds all that the levels below could still gain.

    Each level can fall to nothing, the wishes to `least_wishes`. The last is the weight of a toll.
    """
    gains = list(levels)
    gains[arrays.WISHES] -= least_wishes
    weights = [1] * len(gains)
    for level in range(len(gains) - 2, -1, -1):
        below = weights[level + 1] * (1 + max(0, gains[level + 1]))
        weights[level] = min(_MOST_WEIGHT, below)
    return (*weights, weights[arrays.STOCK])


def _least_wishes(asked: Asked) -> int:
    """Below this the wishes cannot fall."""
    penalties = asked.tables.options[:, arrays.PENALTY]
    least = {shelf: min(0, int(penalties[list(shelf)].min())) for shelf in set(asked.shelves)}
    return sum(least[shelf] for shelf in asked.shelves)


def _free(slack: float, top: int = _TOP) -> tuple[int, ...]:
    """Weights of a free walk, and last that of a toll; `top` is told in permille."""
    top, beyond = round(top * slack), round(slack)
    return (top, top, beyond, beyond, _POINT, 1, 1, top)


def _slacks() -> Iterator[float]:
    """What a permille weighs in each stretch of a walk."""
    for step in range(_REPORTS):
        done = 100 * step / (_REPORTS - 1)
        (start, light), (end, heavy) = next(
            (here, there) for here, there in pairwise(_SLOW) if done <= there[0]
        )
        yield light * (heavy / light) ** ((done - start) / (end - start))


class MealSearch:
    """One search in one problem: walks, a polish, and a look at what stood here before."""

    best: tuple[int, ...]
    levels: tuple[int, ...]
    _weights: tuple[int, ...] | None

    def __init__(self, asked: Asked, seed: int, watch: Watch) -> None:
        self._shelves, self._tables, self._limits = asked
        self._seed, self._watch = seed, watch
        self._free = int(self._tables.scalars[arrays.FREE_LEN])
        self.moves = 0
        self._least = _least_wishes(asked)
        self.stand([shelf[0] for shelf in self._shelves])

    def try_all(self) -> None:
        """Go through every choice there is."""
        walker.try_all(self._tables, self._state, kernel.no_levels(), kernel.no_levels())
        self._keep()

    def walk(self) -> None:
        """Walk free, then at what is left above the wishes, then strictly, then polish."""
        going = self._anneal(_FREE_PART, [_free(slack) for slack in _slacks()], (_HOT, _COLD))
        if going and any(self.levels[: arrays.WISHES]):
            span = (_AIM_HOT * _AIM, _AIM_COLD * _AIM)
            going = self._anneal(_AIM_PART, [_free(_AIM, _AIM_TOP)] * _FEW_REPORTS, span)
            if going:
                self._strictly(_STRICT_PART, _THAWED)
        elif going:
            self._strictly(_AIM_PART + _STRICT_PART, _STRICT_HOT)
        self._polish()

    def walk_days(self, sweeps: int, moves: int) -> None:
        """Walk each day anew while all others stay, as long as that helps, and polish.

        At most so many times, with so many moves each.
        """
        for _ in range(sweeps):
            before = self.levels
            if not self._walk_each_day(moves) or self.levels == before:
                break
        self._polish()

    def _walk_each_day(self, moves: int) -> bool:
        """Walk each day anew once, and keep what is better; answer whether to go on."""
        strict = moves * _DAY_STRICT // 100
        whole, spans = self._tables, _day_spans(self._tables)
        going = True
        for start, length in spans:
            best, levels = self.best, self.levels
            scalars = whole.scalars.copy()
            scalars[arrays.FREE], scalars[arrays.FREE_LEN] = start, length
            self._tables = whole._replace(scalars=scalars)
            going = self._stretch(
                moves - strict, [_free(slack) for slack in _DAY_WEIGHTS], _DAY_SPAN
            )
            self._settle()
            if going:
                going = self._strict_walk(strict, _STRICT_HOT, 1)
            self._tables = whole
            if levels <= self.levels:
                self._go_to(best, levels)
            if not going:
                break
        return going

    def take_days(self, pool: arrays.Ints, stands: arrays.Ints) -> None:
        """Let days give way to those of a pool, and change places, as long as that helps."""
        taken = 1
        while taken:
            self._weigh(strict_weights(self.levels, self._least))
            self._set_apart()
            taken = days.take_days(
                self._tables, self._state, pool, stands, (kernel.no_levels(), kernel.no_levels())
            )
            self.levels = kernel.levels_of(self._tables, self._state)
            self._weights = None  # what one more of anything weighs is another now
        self.best = tuple(self._state.choice.tolist())

    def hold(self) -> None:
        """Polish what stood here before, and take that where a walk came out worse."""
        earlier = self._tables.positions[:, arrays.EARLIER].tolist()
        if max(earlier, default=-1) < 0:
            return
        best, levels = self.best, self.levels
        each = zip(earlier, best, self._shelves, strict=True)
        self.stand([old if old in shelf else new for old, new, shelf in each])
        self._polish()
        if levels <= self.levels:
            self.best, self.levels = best, levels

    def restart(self, choices: Sequence[int]) -> None:
        """Go on from a choice without hard slack, and never leave that."""
        self.stand(choices)
        self._strictly(50, _STRICT_HOT)
        self._polish()

    def _strictly(self, part: int, hot: int) -> bool:
        """Walk with weights under which no lower level can buy a unit of a higher one.

        Answers whether to go on.
        """
        return self._strict_walk(self._limits.moves * part // 100, hot, _FEW_REPORTS)

    def _strict_walk(self, moves: int, hot: int, stretches: int) -> bool:
        weights = strict_weights(self.levels, self._least)
        span = (hot * weights[arrays.WISHES], _COLDEST)
        going = self._stretch(moves, [weights] * stretches, span)
        self._keep()
        return going

    def stand(self, choices: Sequence[int]) -> None:
        """Begin anew from a choice."""
        self._state = kernel.start_state(self._tables, choices, seed=self._seed)
        self._weights = None
        self._led = False
        self.best = tuple(choices)
        self.levels = kernel.levels_of(self._tables, self._state)

    def _settle(self) -> None:
        """Stand at the lowest energy of the last stretch, whatever was better before."""
        walker.go_back(self._tables, self._state)
        self.best = tuple(self._state.choice.tolist())
        self.levels = kernel.levels_of(self._tables, self._state)

    def _go_to(self, best: tuple[int, ...], levels: tuple[int, ...]) -> None:
        """Stand at a choice that was weighed before."""
        self.best, self.levels = best, levels
        self._state.best[:] = arrays.as_ints(best)
        walker.go_back(self._tables, self._state)

    def _keep(self) -> None:
        """Go back to the best by energy, and on to the best by levels where that is another."""
        best, levels = self.best, self.levels
        self._settle()
        if levels < self.levels:
            self._go_to(best, levels)

    def _anneal(self, part: int, weights: Sequence[tuple[int, ...]], span: tuple[int, int]) -> bool:
        """Walk a percentage of all moves and keep the best by levels; answer whether to go on."""
        going = self._stretch(self._limits.moves * part // 100, weights, span)
        self._keep()
        return going

    def _stretch(
        self, moves: int, weights: Sequence[tuple[int, ...]], span: tuple[int, int]
    ) -> bool:
        """Walk so many moves, a stretch for each row of weights, reporting after each.

        Answers whether to go on.
        """
        warmth, shares = walker.schedule(moves if self._free else 0, hot=span[0], cold=span[1])
        size = -(-len(warmth) // len(weights))
        going = True
        for start, row in zip(range(0, len(warmth), size), weights, strict=False):
            stretch = slice(start, start + size)
            self._weigh(row)
            self._set_apart()
            leader.find_leads(self._tables, self._state, _PACES if self._led else _FIRST_PACES)
            self._led = True
            walker.walk(self._tables, self._state, warmth[stretch], shares[stretch])
            self.moves += int(shares[stretch].sum())
            going = self._watch(Progress(moves=self.moves, incumbent=None))
            if not going:
                break
        return going

    def _polish(self) -> None:
        """Take single changes by level order, and let whole days change places, till none helps."""
        again = True
        while again:
            self._weigh(strict_weights(self.levels, self._least))
            delta, none = kernel.no_levels(), kernel.no_levels()
            self.moves += walker.polish(self._tables, self._state, delta, none)
            again = self._set_apart() > 0
            levels = kernel.levels_of(self._tables, self._state)
            assert levels <= self.levels, "a lower level bought a higher one"  # noqa: S101 - run-time promise
            self.best, self.levels = tuple(self._state.choice.tolist()), levels

    def _set_apart(self) -> int:
        return days.set_apart(self._tables, self._state, kernel.no_levels(), kernel.no_levels())

    def _weigh(self, weights: tuple[int, ...]) -> None:
        if weights != self._weights:
            kernel.weigh(self._tables, self._state, arrays.as_ints(weights))
            self._weights = weights


def _day_spans(tables: arrays.Tables) -> list[tuple[int, int]]:
    """Where the free places of each day stand in the lists, and how many they are."""
    start, length = tables.scalars[arrays.FREE], tables.scalars[arrays.FREE_LEN]
    places = tables.positions[tables.lists[start : start + length]]
    spans = {
        int(row[arrays.DAY]): (int(row[arrays.MATES]), int(row[arrays.MATES_LEN])) for row in places
    }
    return [spans[day] for day in sorted(spans)]
