"""Lots, and which lot serves which order line: first expired, first out."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from menus import Zone


class LotState(StrEnum):
    """Whether a lot may leave the store."""

    RELEASED = "released"
    HOLD = "hold"
    RECALLED = "recalled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """One traceable quantity of one variant with a use-by date."""

    id: str
    sku: str
    amount_g: int
    use_by: date
    zone: Zone
    state: LotState = LotState.RELEASED

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.amount_g < 0:
            raise ValueError("a lot never holds less than nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientLot:
    """One traceable quantity of one ingredient in store."""

    id: str
    ingredient: str
    amount_g: int
    use_by: date
    state: LotState = LotState.RELEASED

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.amount_g < 0:
            raise ValueError("a lot never holds less than nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """So many grams of one lot set aside for one order line."""

    order_line: str
    lot: str
    amount_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """So many grams of one ingredient lot taken into one batch."""

    batch: str
    lot: str
    amount_g: int
