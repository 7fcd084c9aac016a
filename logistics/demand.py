"""The day's orders as grams per variant, and as grams per ingredient."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from logistics.sites import SiteKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One variant for one eater. `eater` is an opaque pseudonym, never a name."""

    id: str
    order: str
    sku: str
    eater: str
    portions: int
    portion_g: int
    amount_g: int

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.portions, self.portion_g) < 1:
            raise ValueError("a line asks for at least one portion of at least one gram")
        if self.amount_g != self.portions * self.portion_g:
            raise ValueError("amount_g is portions times portion_g")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOrder:
    """What one site wants on one service day. A higher priority is served first.

    `min_life_days`: days of shelf life that must be left at delivery; None takes the rule of
    the kind of site (`logistics.MIN_LIFE_DAYS`).
    """

    id: str
    site: str
    kind: SiteKind
    lines: tuple[OrderLine, ...]
    priority: int = 0
    min_life_days: int | None = None

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if any(line.order != self.id for line in self.lines):
            raise ValueError("every line of an order carries the id of that order")


def grams_per_sku(lines: Iterable[OrderLine]) -> Mapping[str, int]:
    """Grams asked for per variant, in the order of the variant's id."""
    total: Counter[str] = Counter()
    for line in lines:
        total[line.sku] += line.amount_g
    return dict(sorted(total.items()))
