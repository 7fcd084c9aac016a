"""Solver-free check of levels and placements: costs counted another way, neighbours no cheaper."""

from collections.abc import Iterator
from math import exp, isqrt, lgamma, log

from optimizer.outcome import Violation
from optimizer.safety.levels import LevelItems, Levels
from optimizer.safety.placing import Placement, StageTree

SAFETY_VIOLATIONS: tuple[str, ...] = (
    "safety.cost.differs",
    "safety.neighbour.cheaper",
    "safety.served.early",
    "safety.promise.late",
    "safety.promise.too_long",
)
_NEAR = 2  # billionths


def levels_violations(items: LevelItems, found: Levels) -> tuple[Violation, ...]:
    """Costs that are stated wrongly, and levels beside which a cheaper one lies."""
    broken: list[Violation] = []
    for at in range(len(items.mean)):
        fixed = items.fixed[at] if items.fixed else 0
        cost = _Cost(items.hold[at] / 1000, items.short[at] / 1000, fixed / 1000, items.mean[at])
        low, high = found.low[at], found.high[at]
        mine = cost.of(low, high)
        allowed = _NEAR + abs(mine) * _NEAR
        if abs(found.cost[at] - mine * 1e9) > allowed:
            broken.append(Violation(code="safety.cost.differs", subject=str(at)))
        shifted = [(low - 1, high - 1), (low + 1, high + 1)]
        if fixed:
            shifted += [(low - 1, high), (low + 1, high), (low, high - 1), (low, high + 1)]
        if any(cost.of(a, b) * 1e9 < mine * 1e9 - allowed for a, b in shifted if a < b):
            broken.append(Violation(code="safety.neighbour.cheaper", subject=str(at)))
    return tuple(broken)


class _Cost:
    """Cost per period of (s, S), by the expected cost and length of a cycle from each level."""

    def __init__(self, hold: float, short: float, fixed: float, mean_milli: int) -> None:
        self.hold, self.short, self.fixed = hold, short, fixed
        self.mean = mean = mean_milli / 1000
        most = int(mean + 12 * mean**0.5 + 40)
        self.chance = [
            exp(at * log(mean) - mean - lgamma(at + 1)) if mean else float(at == 0)
            for at in range(most)
        ]

    def _night(self, level: int) -> float:
        left = sum(
            (level - used) * chance for used, chance in enumerate(self.chance) if used < level
        )
        return self.hold * left + self.short * (left + self.mean - level)

    def of(self, low: int, high: int) -> float:
        """Cost per period; from each level above `low` upwards, cost and length of what is left."""
        spent: dict[int, float] = {}
        lasts: dict[int, float] = {}
        stays = 1 - self.chance[0]
        if stays <= 0:
            return self._night(high)
        for level in range(low + 1, high + 1):
            cost, length = self._night(level), 1.0
            for used in range(1, min(level - low, len(self.chance))):
                cost += self.chance[used] * spent[level - used]
                length += self.chance[used] * lasts[level - used]
            spent[level], lasts[level] = cost / stays, length / stays
        return (self.fixed + spent[high]) / lasts[high]


def placement_violations(tree: StageTree, found: Placement) -> tuple[Violation, ...]:
    """Promises that nobody can keep, and a cost that is stated wrongly."""
    broken = list(_promises(tree, found))
    spread = {stage.key: stage.variance for stage in tree.stages}
    for _ in tree.stages:  # demand walks up one stage a round
        for stage in tree.stages:
            below = sum(spread[other] for other in stage.serves)
            spread[stage.key] = stage.variance + below
    cost = sum(
        isqrt(
            max(0, found.served[stage.key] + stage.days - found.promised[stage.key])
            * stage.price**2
            * spread[stage.key]
        )
        for stage in tree.stages
    )
    if cost != found.cost:
        broken.append(Violation(code="safety.cost.differs"))
    return tuple(broken)


def _promises(tree: StageTree, found: Placement) -> Iterator[Violation]:
    for stage in tree.stages:
        si, s = found.served[stage.key], found.promised[stage.key]
        if s > si + stage.days or s < 0:
            yield Violation(code="safety.promise.late", subject=stage.key)
        if stage.promise is not None and s > stage.promise:
            yield Violation(code="safety.promise.too_long", subject=stage.key)
        before = [each.key for each in tree.stages if stage.key in each.serves]
        if si < max((stage.served_in, *(found.promised[key] for key in before))):
            yield Violation(code="safety.served.early", subject=stage.key)
