"""The day's orders as grams per variant, and as grams per ingredient."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from logistics.sites import SiteKind
from menus import Catalogue, explode


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

    `priority`: 1 what lies at home covers it, 2 usual, 3 there is no other meal.

    `min_life_days`: days of shelf life that must be left at delivery; None takes the rule of
    the kind of site (`logistics.MIN_LIFE_DAYS`). `floor_portions`: what a home must have lying by
    for an emergency and has not; it comes before anybody's share of what is too little.
    `lasts_days`: what goes to a house's own store, or to a home where the next order comes after
    weeks, must keep so many days there, as far as it can.
    """

    id: str
    site: str
    kind: SiteKind
    lines: tuple[OrderLine, ...]
    priority: int = 2
    min_life_days: int | None = None
    floor_portions: int = 0
    lasts_days: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if not 1 <= self.priority <= 3:
            raise ValueError("a priority is 1, 2 or 3")
        if self.floor_portions < 0:
            raise ValueError("an emergency floor is never negative")
        if self.lasts_days < 0:
            raise ValueError("a store is never filled for days that are over")
        if any(line.order != self.id for line in self.lines):
            raise ValueError("every line of an order carries the id of that order")


def grams_per_sku(lines: Iterable[OrderLine]) -> Mapping[str, int]:
    """Grams asked for per variant, in the order of the variant's id."""
    total: Counter[str] = Counter()
    for line in lines:
        total[line.sku] += line.amount_g
    return dict(sorted(total.items()))


_SAMPLE_G = 1_000_000
"""A recipe is exploded once for so many grams and then scaled: exact to a millionth."""


class Explosion:
    """Grams of ingredients for grams of variants, each recipe exploded once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._per_sample_mg: dict[str, dict[str, int]] = {}

    def ingredients_g(self, sku: str, amount_g: int) -> dict[str, int]:
        """Whole grams of each ingredient as bought, rounded up; KeyError for an unknown variant."""
        if sku not in self._per_sample_mg:
            self._per_sample_mg[sku] = explode(self._catalogue, sku, _SAMPLE_G)
        return {
            ingredient: -(-amount_mg * amount_g // (1000 * _SAMPLE_G))
            for ingredient, amount_mg in self._per_sample_mg[sku].items()
        }

    def most_g(self, sku: str, at_hand_g: Mapping[str, int]) -> tuple[int | None, str]:
        """Grams of a variant that the ingredients at hand make, and the scarcest of them.

        An ingredient that is not in `at_hand_g` does not bind; None when none binds.
        """
        self.ingredients_g(sku, 0)
        most = [
            (at_hand_g[name] * 1000 * _SAMPLE_G // amount_mg, name)
            for name, amount_mg in self._per_sample_mg[sku].items()
            if amount_mg and name in at_hand_g
        ]
        return min(most, default=(None, ""))

    def daily_g(self, needs: Sequence[Mapping[str, int]]) -> dict[str, tuple[int, ...]]:
        """Grams of each ingredient per day, from grams of each variant per day."""
        days = [self._day_g(need) for need in needs]
        names = sorted({name for day in days for name in day})
        return {name: tuple(day.get(name, 0) for day in days) for name in names}

    def _day_g(self, need: Mapping[str, int]) -> Counter[str]:
        total: Counter[str] = Counter()
        for sku, amount_g in need.items():
            total.update(self.ingredients_g(sku, amount_g))
        return total
