"""Where safety stock belongs in a tree of stages that promise each other times.

Guaranteed service (Graves and Willems 2000): a stage that is served after `si` days, works `days`
and promises `s` holds safety stock for si + days - s days of demand. In whole numbers: a stage's
stock for n days costs the root of n times its price squared, rounded down.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
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
    return place_many((tree,))[0]


def place_many(trees: Sequence[StageTree]) -> tuple[Placement, ...]:
    """The cheapest promises of each tree by itself, all in one compiled call.

    Exact while a tree costs less than 2 ** 53; beyond that two ways whose costs agree in fifteen
    digits count as equal. The cost that is given is whole and counted anew.
    """
    import numpy as np  # noqa: PLC0415 - loading takes a moment

    from optimizer.kernels import placing as kernel  # noqa: PLC0415 - compiled code costs a second

    rows, weights, joints = [], [], []
    starts, ties = [0], [0]
    for tree in trees:
        place = {stage.key: at for at, stage in enumerate(tree.stages)}
        for at, stage in enumerate(tree.stages):
            promise = -1 if stage.promise is None else stage.promise
            rows.append((stage.days, stage.served_in, promise))
            weights.append((float(stage.price) ** 2, float(stage.variance)))
            joints += [(at, place[other]) for other in stage.serves]
        starts.append(len(rows))
        ties.append(len(joints))
    found = kernel.forest(
        np.array(starts),
        np.array(ties),
        np.array(rows, dtype=np.int64).reshape(-1, 3),
        np.array(weights).reshape(-1, 2),
        np.array(joints, dtype=np.int64).reshape(-1, 2),
    ).tolist()
    pairs = zip(trees, pairwise(starts), strict=True)
    return tuple(_placement(tree, found[first:last]) for tree, (first, last) in pairs)


def _placement(tree: StageTree, found: list[list[int]]) -> Placement:
    """The promises by stage, with what they cost in whole numbers."""
    known = {stage.key: stage for stage in tree.stages}
    spread: dict[str, int] = {}

    def seen(key: str) -> int:
        if key not in spread:
            stage = known[key]
            spread[key] = stage.variance + sum(map(seen, stage.serves))
        return spread[key]

    cost = sum(
        isqrt((si + stage.days - s) * stage.price**2 * seen(stage.key))
        for stage, (si, s) in zip(tree.stages, found, strict=True)
    )
    return Placement(
        served={stage.key: si for stage, (si, _) in zip(tree.stages, found, strict=True)},
        promised={stage.key: s for stage, (_, s) in zip(tree.stages, found, strict=True)},
        cost=cost,
    )
