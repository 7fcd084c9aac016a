"""Where safety stock belongs in a tree of stages that promise each other times.

Guaranteed service (Graves and Willems 2000): a stage that is served after `si` days, works `days`
and promises `s` holds safety stock for si + days - s days of demand. In whole numbers: a stage's
stock for n days costs the root of n times its price squared, rounded down.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from math import isqrt


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage: days of work, price of holding what one day's demand may vary, whom it serves.

    `price`: of holding one unit. `variance`: of a day's demand from outside, in units squared times
    the square of the safety factor. `served_in`: days after which an outside supplier serves it.
    `promise`: the most days it may promise outside; None when nobody outside asks.
    """

    key: str
    days: int
    price: int
    serves: tuple[str, ...] = ()
    variance: int = 0
    served_in: int = 0
    promise: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.days, self.price, self.variance, self.served_in, self.promise or 0) < 0:
            raise ValueError("days, prices, variances and promises are never negative")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTree:
    """Stages joined as a tree: each two are joined in one way, and none serves itself."""

    stages: tuple[Stage, ...]

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        known = {stage.key for stage in self.stages}
        joints = [(stage.key, other) for stage in self.stages for other in stage.serves]
        if len(known) != len(self.stages):
            raise ValueError("each stage stands once")
        if {other for _, other in joints} - known:
            raise ValueError("a stage serves stages of the tree")
        if len(joints) != len(known) - 1 or len(_reached(joints, self.stages)) != len(known):
            raise ValueError("stages are joined as one tree")
        if any(not stage.serves and stage.promise is None for stage in self.stages):
            raise ValueError("a last stage says what it promises")


def _reached(joints: Iterable[tuple[str, str]], stages: tuple[Stage, ...]) -> set[str]:
    near: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in joints:
        near[one].add(other)
        near[other].add(one)
    todo, seen = [stages[0].key] if stages else [], set()
    while todo:
        key = todo.pop()
        if key not in seen:
            seen.add(key)
            todo += near[key]
    return seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Per stage the days after which it is served, and the days it promises; what all costs."""

    served: dict[str, int]
    promised: dict[str, int]
    cost: int


def place_safety(tree: StageTree) -> Placement:
    """The cheapest promises, by dynamic programming from the leaves to a root; exact."""
    walk = _Walk(tree=tree)
    root = tree.stages[-1].key
    walk.visit(root, None)
    cost, served, promised = min(
        (walk.cost(root, None, si, s), si, s) for si, s in walk.choices(root)
    )
    walk.settle(root, None, served, promised)
    return Placement(served=walk.served, promised=walk.promised, cost=cost)


Row = tuple[int, int, int]  # cost, served after, promise
_NEVER: Row = (1 << 200, 0, 0)


@dataclass(slots=True, kw_only=True)
class _Walk:
    """Tables by stage and parent: the least cost of its side for each promise towards the parent.

    A stage that serves its parent is asked for its own promise; one that its parent serves, for
    the days after which it is served.
    """

    tree: StageTree
    table: dict[str, list[Row]] = field(default_factory=dict)
    served: dict[str, int] = field(default_factory=dict)
    promised: dict[str, int] = field(default_factory=dict)
    stage: dict[str, Stage] = field(default_factory=dict)
    above: dict[str, list[str]] = field(default_factory=dict)
    longest: dict[str, int] = field(default_factory=dict)
    spread: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know who serves whom, the longest a stage may take, and the variance it sees."""
        self.stage = {each.key: each for each in self.tree.stages}
        self.above = {each.key: [] for each in self.tree.stages}
        for each in self.tree.stages:
            for other in each.serves:
                self.above[other].append(each.key)
        for each in self.tree.stages:
            self._longest(each.key)
            self._spread(each.key)

    def _longest(self, key: str) -> int:
        if key not in self.longest:
            stage = self.stage[key]
            before = (self._longest(other) for other in self.above[key])
            self.longest[key] = stage.days + max(stage.served_in, *before, 0)
        return self.longest[key]

    def _spread(self, key: str) -> int:
        if key not in self.spread:
            stage = self.stage[key]
            self.spread[key] = stage.variance + sum(map(self._spread, stage.serves))
        return self.spread[key]

    def choices(self, key: str) -> list[tuple[int, int]]:
        """Every (served after, promise) that a stage may take."""
        stage = self.stage[key]
        last = self.longest[key] - stage.days
        most = self.longest[key] if stage.promise is None else stage.promise
        return [
            (si, s)
            for si in range(stage.served_in, last + 1)
            for s in range(min(most, si + stage.days) + 1)
        ]

    def near(self, key: str, parent: str | None) -> list[tuple[str, bool]]:
        """The neighbours but the parent, and whether they serve this stage."""
        near = [(other, True) for other in self.above[key]]
        near += [(other, False) for other in self.stage[key].serves]
        return [each for each in near if each[0] != parent]

    def visit(self, key: str, parent: str | None) -> None:
        """Fill the table of a stage after those of its neighbours."""
        for other, _ in self.near(key, parent):
            self.visit(other, key)
        if parent is None:
            return
        upward = parent in self.stage[key].serves
        table: list[Row] = [_NEVER] * (self.longest[key] + 1)
        for si, s in self.choices(key):
            at = s if upward else si
            table[at] = min(table[at], (self.cost(key, parent, si, s), si, s))
        if upward:  # a parent served after so many days takes any earlier promise
            self.table[key] = list(accumulate(table, min))
        else:  # a parent that promises so many days serves anybody who waits longer
            self.table[key] = list(accumulate(reversed(table), min))[::-1]

    def cost(self, key: str, parent: str | None, si: int, s: int) -> int:
        """What a stage and all behind it cost at these promises."""
        stage = self.stage[key]
        total = isqrt((si + stage.days - s) * stage.price**2 * self.spread[key])
        for other, serves in self.near(key, parent):
            total += self.behind(other, serves=serves, si=si, s=s)[0]
        return total

    def behind(self, key: str, *, serves: bool, si: int, s: int) -> Row:
        """The best of a neighbour: it promises at most `si`, or is served after `s` at least."""
        table = self.table[key]
        at = min(si, len(table) - 1) if serves else s
        return table[at] if at < len(table) else _NEVER

    def settle(self, key: str, parent: str | None, si: int, s: int) -> None:
        """Write the promises down, from the root outwards."""
        self.served[key], self.promised[key] = si, s
        for other, serves in self.near(key, parent):
            _, their_si, their_s = self.behind(other, serves=serves, si=si, s=s)
            self.settle(other, key, their_si, their_s)
