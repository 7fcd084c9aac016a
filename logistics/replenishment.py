"""Which ingredients to buy when, over fourteen days."""

from dataclasses import dataclass
from datetime import date

HORIZON_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyItem:
    """How one ingredient can be bought from one supplier."""

    ingredient: str
    supplier: str
    pack_g: int
    price_cents: int  # per pack
    lead_days: int
    shelf_days: int  # usable days, counted from the day of arrival
    min_packs: int = 1
    order_weekdays: frozenset[int] = frozenset(range(7))  # Monday is 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.pack_g, self.shelf_days, self.min_packs) < 1:
            raise ValueError("a pack, a shelf life and a smallest order are at least one")
        if min(self.price_cents, self.lead_days) < 0:
            raise ValueError("a price and a lead time are never negative")
        if not self.order_weekdays <= frozenset(range(7)):
            raise ValueError("weekdays run from 0, Monday, to 6, Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A proposal to order packs of one ingredient from one supplier on one day."""

    supplier: str
    item: str  # the ingredient's id
    packs: int
    day: date
