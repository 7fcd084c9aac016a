"""What a label must say about pre-packed food, derived from recipe and lot, or why it cannot."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from logistics.sheets import Dish
from menus import (
    ALLERGENS,
    NUTRIENTS,
    Catalogue,
    Names,
    Regeneration,
    Variant,
    Zone,
    explode,
)

KILOJOULE_PER_KCAL = Fraction(4184, 1000)
"""The thermochemical calorie. The energy of the catalogue is that of its food table, so the label
converts it and does not add it up again by the factors of annex XIV of Regulation (EU) 1169/2011:
label and prescription then speak of the same kilocalories."""

_SAMPLE_G = 1_000_000  # exact to a millionth
_AT = {nutrient.code: at for at, nutrient in enumerate(NUTRIENTS)}
_DECLARED = (
    "energy_kcal",
    "fat_g",
    "saturated_fat_g",
    "carbohydrate_g",
    "fibre_g",
    "sugars_g",
    "protein_g",
    "salt_g",
)

LABEL_GAPS: tuple[str, ...] = (
    "label.allergens_unknown",
    "label.nutrition_unknown",
)
"""Why a label is not made: a field the law asks for is not known (rule L-24)."""


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
class LabelIngredient:
    """One ingredient with the allergens in it, and its grams per 100 g of the food as sold."""

    names: Names
    allergens: tuple[str, ...]
    per_100g_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Nutrition:
    """The declaration per 100 g: tenths of grams (`_dg`), salt in hundredths (`_cg`)."""

    energy_kj: int
    energy_kcal: int
    fat_dg: int
    saturates_dg: int
    carbohydrate_dg: int
    sugars_dg: int
    protein_dg: int
    salt_cg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """Everything one label says; frozen food also says that it is never frozen again."""

    dish: Dish
    ingredients: tuple[LabelIngredient, ...]  # descending weight
    allergens: tuple[str, ...]
    may_contain: tuple[str, ...]
    net_g: int
    zone: Zone
    use_by: date
    lot: str
    regeneration: Regeneration | None
    nutrition: Nutrition
    operator: Operator
    copies: int = 1

    @property
    def quick_frozen(self) -> bool:
        """Whether the rules for quick-frozen food apply (rule L-26)."""
        return self.zone is Zone.FROZEN


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
    variant = catalogue.variants[packed.sku]
    nutrition = nutrition_per_100g(variant)
    if variant.allergens.unknown:
        return LabelGap(sku=packed.sku, lot=packed.lot, code="label.allergens_unknown")
    if nutrition is None:
        return LabelGap(sku=packed.sku, lot=packed.lot, code="label.nutrition_unknown")
    return Label(
        dish=Dish.of(variant),
        ingredients=_ingredients(catalogue, variant),
        allergens=in_order(variant.allergens.contains),
        may_contain=in_order(variant.allergens.may_contain),
        net_g=packed.portion_g,
        zone=variant.zone,
        use_by=packed.use_by,
        lot=packed.lot,
        regeneration=variant.regeneration,
        nutrition=nutrition,
        operator=operator,
        copies=packed.portions,
    )


def nutrition_per_100g(variant: Variant) -> Nutrition | None:
    """The nutrition declaration, or None when any of its figures is not known.

    Carbohydrate in the European sense is without fibre (Regulation (EU) 1169/2011, annex I, 7);
    the catalogue's is by difference, with fibre, as in USDA SR28.
    """
    known = [amount for code in _DECLARED if (amount := variant.per_100g[_AT[code]]) is not None]
    if len(known) < len(_DECLARED):
        return None
    kcal_tenths, fat, saturates, carbohydrate, fibre, sugars, protein, salt = known
    available = max(0, carbohydrate - fibre)
    return Nutrition(
        energy_kj=_rounded(kcal_tenths * KILOJOULE_PER_KCAL / 10),
        energy_kcal=_rounded(Fraction(kcal_tenths, 10)),
        fat_dg=fat,
        saturates_dg=saturates,
        carbohydrate_dg=max(available, sugars),
        sugars_dg=sugars,
        protein_dg=protein,
        salt_cg=salt,
    )


def in_order(allergens: frozenset[str]) -> tuple[str, ...]:
    """Allergens in the order of annex II."""
    return tuple(code for code in ALLERGENS if code in allergens)


def _ingredients(catalogue: Catalogue, variant: Variant) -> tuple[LabelIngredient, ...]:
    """Ingredients by descending weight as they were used (annex VII, part A of the Regulation)."""
    used_mg = explode(catalogue, variant.id, _SAMPLE_G)
    heavy_first = sorted(used_mg, key=lambda name: (-used_mg[name], name))
    return tuple(
        LabelIngredient(
            names=catalogue.ingredients[name].names,
            allergens=in_order(catalogue.ingredients[name].allergens.contains),
            per_100g_g=_rounded(Fraction(used_mg[name] * 100, _SAMPLE_G * 1000)),
        )
        for name in heavy_first
    )


def _rounded(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
