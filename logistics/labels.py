"""What a label says about packed food: the record of the food, and that of its lot."""

from dataclasses import dataclass
from datetime import date

from menus import Catalogue, FoodInformation, InformationGap, food_information


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """The food business named on the label (Regulation (EU) 1169/2011, art. 9(1)(h))."""

    name: str
    street: str
    town: str

    def __post_init__(self) -> None:
        """Raise ValueError when the label would not name the business in full."""
        if not (self.name and self.street and self.town):
            raise ValueError("a label names a food business with its address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Everything one label says: what the food is, and which lot this is of it."""

    food: FoodInformation
    net_g: int
    use_by: date
    lot: str
    operator: Operator
    copies: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelGap:
    """A label that is not made, with the code of what is missing."""

    sku: str
    lot: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """What came off the packing line: portions of one weight from one lot."""

    sku: str
    lot: str
    use_by: date
    portion_g: int
    portions: int


def make_label(catalogue: Catalogue, packed: Packed, operator: Operator) -> Label | LabelGap:
    """The label of packed portions, or the gap that forbids it. KeyError: unknown variant."""
    food = food_information(catalogue, packed.sku)
    if isinstance(food, InformationGap):
        return LabelGap(sku=packed.sku, lot=packed.lot, code=food.code)
    return Label(
        food=food,
        net_g=packed.portion_g,
        use_by=packed.use_by,
        lot=packed.lot,
        operator=operator,
        copies=packed.portions,
    )
