"""The record of a food: everything to tell before it is bought, and on its label."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from menus.allergens import ALLERGENS
from menus.catalog import (
    Catalogue,
    Ingredient,
    Kind,
    Names,
    Portion,
    Role,
    Variant,
    Zone,
)
from menus.information.claims import (
    CLAIM_RULES,
    MEDICAL_FOOD,
    Claim,
    SignificantAmount,
    claims_of,
    significant_amounts,
)
from menus.information.nutrition import Nutrition, exact_per_100g, nutrition_of
from menus.naming import named
from menus.nutrients import round_half_away
from menus.recipes import explode
from menus.seasoning import Seasoning
from menus.texture import Iddsi
from menus.warming import Regeneration

INFORMATION_GAPS: tuple[str, ...] = ("label.allergens_unknown", "label.nutrition_unknown")
"""Why there is no record: a field the law asks for is not known (rule L-24)."""

_SAMPLE_G = 1_000_000  # exact to a millionth
_SHARE_FROM_MG = 10_000  # per 100 g: from a tenth on a share is told, whatever the name


class Statement(StrEnum):
    """Sentences that must accompany some foods."""

    MEDICAL_FOOD = "label.statement.medical_food"  # Delegated Regulation (EU) 2016/128, art. 5
    LICORICE = "label.statement.licorice"  # Regulation (EU) 1169/2011, annex III, 3
    ALCOHOL = "label.statement.alcohol"  # house rule: who may have none must see it


_STATED = {
    MEDICAL_FOOD: Statement.MEDICAL_FOOD,
    "licorice": Statement.LICORICE,
    "alcohol": Statement.ALCOHOL,
}

INFORMATION_CODES: tuple[str, ...] = (
    *INFORMATION_GAPS,
    *Statement,
    *(f"label.claim.{rule.id}" for rule in CLAIM_RULES),
)
"""Every code of a record that a reader may see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedIngredient:
    """One ingredient with the allergens in it, and its milligrams per 100 g of the food as sold.

    `share_told`: its quantity is told (art. 22): the food's name speaks of it, or it is a tenth or
    more of the whole.
    """

    names: Names
    allergens: tuple[str, ...]
    per_100g_mg: int
    share_told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PortionNutrition:
    """The declaration of one portion."""

    portion: Portion
    grams: int
    nutrition: Nutrition


@dataclass(frozen=True, slots=True, kw_only=True)
class FoodInformation:
    """All mandatory particulars of a food but those of its lot (art. 9 and 14), and its claims.

    `shares_in_grams`: the ingredients weigh more than the food (water left), so quantities are
    grams per 100 g of the food (annex VIII, 4).
    """

    variant: str
    names: Names
    role: Role
    kind: Kind
    level: Iddsi
    seasoning: Seasoning
    zone: Zone
    ingredients: tuple[ListedIngredient, ...]  # descending weight
    shares_in_grams: bool
    allergens: tuple[str, ...]
    may_contain: tuple[str, ...]
    nutrition: Nutrition  # per 100 g
    portions: tuple[PortionNutrition, ...]
    significant: tuple[SignificantAmount, ...]
    claims: tuple[Claim, ...]
    statements: tuple[Statement, ...]
    regeneration: tuple[Regeneration, ...]

    @property
    def quick_frozen(self) -> bool:
        """Whether the rules for quick-frozen food apply (rule L-26)."""
        return self.zone is Zone.FROZEN


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationGap:
    """A record that cannot be made, with the code of what is missing."""

    variant: str
    code: str


def food_information(catalogue: Catalogue, variant_id: str) -> FoodInformation | InformationGap:
    """The record of a variant, or the gap that forbids it. KeyError: unknown variant."""
    variant = catalogue.variants[variant_id]
    if variant.allergens.unknown:
        return InformationGap(variant=variant_id, code="label.allergens_unknown")
    exact = exact_per_100g(variant)
    if exact is None:
        return InformationGap(variant=variant_id, code="label.nutrition_unknown")
    listed = _listed(catalogue, variant)
    return FoodInformation(
        variant=variant_id,
        names=variant.names,
        role=variant.role,
        kind=variant.kind,
        level=variant.iddsi,
        seasoning=variant.seasoning,
        zone=variant.zone,
        ingredients=listed,
        shares_in_grams=sum(each.per_100g_mg for each in listed) > 100_000,
        allergens=allergens_in_order(variant.allergens.contains),
        may_contain=allergens_in_order(variant.allergens.may_contain),
        nutrition=nutrition_of(exact, 100),
        portions=tuple(
            PortionNutrition(portion=portion, grams=grams, nutrition=nutrition_of(exact, grams))
            for portion, grams in variant.portions_g.items()
        ),
        significant=significant_amounts(variant),
        claims=claims_of(variant, exact),
        statements=tuple(
            said for property_, said in _STATED.items() if property_ in variant.properties
        ),
        regeneration=variant.regeneration,
    )


def allergens_in_order(allergens: frozenset[str]) -> tuple[str, ...]:
    """Allergens in the order of annex II."""
    return tuple(code for code in ALLERGENS if code in allergens)


def _listed(catalogue: Catalogue, variant: Variant) -> tuple[ListedIngredient, ...]:
    """Ingredients by descending weight as they were used (annex VII, part A)."""
    used_mg = explode(catalogue, variant.id, _SAMPLE_G)
    heavy_first = sorted(used_mg, key=lambda name: (-used_mg[name], name))
    return tuple(
        _listed_one(catalogue.ingredients[name], used_mg[name], variant) for name in heavy_first
    )


def _listed_one(ingredient: Ingredient, used_mg: int, variant: Variant) -> ListedIngredient:
    per_100g_mg = round_half_away(Fraction(used_mg * 100, _SAMPLE_G))
    return ListedIngredient(
        names=ingredient.names,
        allergens=allergens_in_order(ingredient.allergens.contains),
        per_100g_mg=per_100g_mg,
        share_told=per_100g_mg >= _SHARE_FROM_MG or named(ingredient, variant.names),
    )
