"""What the figures of one ingredient must obey, and who does not, with the likely reason."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from menus.catalog import Ingredient
from menus.nutrients import INDEX, NUTRIENTS

_SCALE = {each.code: each.scale for each in NUTRIENTS}

# Energy per gram by Regulation (EU) 1169/2011, annex XIV: protein, available carbohydrate, fat and
# fibre. Food tables use factors per food, within the ranges of Merrill and Watt (USDA Agriculture
# Handbook 74); carbohydrate includes fibre there.
FACTORS = {"protein_g": 4, "available_g": 4, "fat_g": 9, "fibre_g": 2}
_LOWEST = (Fraction("0.91"), Fraction("1.33"), Fraction("8.37"))
_HIGHEST = (Fraction("4.36"), Fraction("4.16"), Fraction("9.02"))
_ENERGY_SLACK_KCAL, _ENERGY_SLACK = 12, Fraction(12, 100)
_FIBRE_RICH = Fraction(1, 5)  # of the carbohydrate
_SOUR_KCAL = 30

_LEAST_SUM_G, _MOST_SUM_G = 95, Fraction("101.5")
_ASH_PER_MINERAL = (
    4  # ash is chlorides, carbonates, phosphates: bicarbonate is 3.7 times its sodium
)
_LOOSE_G = 12  # analyses of one row come from different samples
_MINERALS = ("sodium_mg", "potassium_mg", "calcium_mg", "magnesium_mg", "phosphorus_mg")
_ROUNDING_G = Fraction(15, 100)  # three figures rounded to tenths


class Reason(StrEnum):
    """Why a figure may differ from what plain arithmetic expects."""

    ALCOHOL = "alcohol"
    FIBRE = "fibre"
    ORGANIC_ACIDS = "organic_acids"
    SPECIFIC_FACTORS = "specific_factors"
    MINERALS = "minerals"
    TABLE = "table"
    UNEXPLAINED = "unexplained"


class Check(StrEnum):
    """What is looked at in an ingredient."""

    ENERGY = "energy"
    SUGARS = "sugars"
    SALT = "salt"
    FATTY_ACIDS = "fatty_acids"
    WEIGHT = "weight"
    PRICE = "price"
    SHELF_LIFE = "shelf_life"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """One figure that plain arithmetic does not expect: found and expected, in tenths."""

    ingredient: str
    check: Check
    found: int
    expected: int
    reason: Reason


def outliers(ingredient: Ingredient) -> tuple[Outlier, ...]:
    """Everything odd in one ingredient; a figure that is not known is not judged here."""
    found = (
        _energy(ingredient),
        _sugars(ingredient),
        _salt(ingredient),
        _fatty_acids(ingredient),
        _weight(ingredient),
        *_trade(ingredient),
    )
    return tuple(each for each in found if each)


def grams(ingredient: Ingredient, code: str) -> Fraction | None:
    """A figure in its own unit."""
    amount = ingredient.per_100g[INDEX[code]]
    return None if amount is None else Fraction(amount, _SCALE[code])


def _all(ingredient: Ingredient, *codes: str) -> list[Fraction] | None:
    found = [grams(ingredient, code) for code in codes]
    known = [each for each in found if each is not None]
    return known if len(known) == len(found) else None


def _outlier(
    ingredient: Ingredient, check: Check, found: Fraction, expected: Fraction, reason: Reason
) -> Outlier:
    return Outlier(
        ingredient=ingredient.id,
        check=check,
        found=round(found * 10),
        expected=round(expected * 10),
        reason=reason,
    )


def _energy(ingredient: Ingredient) -> Outlier | None:
    """Energy of the table against the factors of annex XIV."""
    known = _all(ingredient, "energy_kcal", "protein_g", "carbohydrate_g", "fat_g", "fibre_g")
    if known is None:
        return None
    table, protein, carbohydrate, fat, fibre = known
    by_factors = 4 * protein + 4 * max(carbohydrate - fibre, Fraction(0)) + 9 * fat + 2 * fibre
    if abs(table - by_factors) <= _ENERGY_SLACK_KCAL + _ENERGY_SLACK * table:
        return None
    reason = _energy_reason(ingredient, known, by_factors)
    return _outlier(ingredient, Check.ENERGY, table, by_factors, reason)


def _energy_reason(ingredient: Ingredient, known: list[Fraction], by_factors: Fraction) -> Reason:
    table, protein, carbohydrate, fat, fibre = known
    parts = (protein, carbohydrate, fat)
    if "alcohol" in ingredient.properties:
        return Reason.ALCOHOL
    if fibre > carbohydrate * _FIBRE_RICH:
        return Reason.FIBRE
    if by_factors < table <= _SOUR_KCAL:
        return Reason.ORGANIC_ACIDS
    least, most = (
        sum((a * b for a, b in zip(parts, factors, strict=True)), Fraction(0))
        for factors in (_LOWEST, _HIGHEST)
    )
    return Reason.SPECIFIC_FACTORS if least <= table <= most else Reason.UNEXPLAINED


def _sugars(ingredient: Ingredient) -> Outlier | None:
    """Sugars are part of the carbohydrate that is not fibre; tables measure them apart."""
    known = _all(ingredient, "sugars_g", "carbohydrate_g", "fibre_g")
    if known is None or known[0] <= known[1] - known[2] + _ROUNDING_G:
        return None
    return _outlier(ingredient, Check.SUGARS, known[0], known[1] - known[2], Reason.TABLE)


def _salt(ingredient: Ingredient) -> Outlier | None:
    """Salt is sodium times 2.5 (annex I, 11), to the hundredth of a gram."""
    known = _all(ingredient, "salt_g", "sodium_mg")
    if known is None or abs(known[0] - known[1] / 400) <= Fraction(1, 100):
        return None
    return _outlier(ingredient, Check.SALT, known[0], known[1] / 400, Reason.UNEXPLAINED)


def _fatty_acids(ingredient: Ingredient) -> Outlier | None:
    """Saturates, and all fatty acids together, never exceed the fat."""
    fat, saturates = grams(ingredient, "fat_g"), grams(ingredient, "saturated_fat_g")
    known = _all(ingredient, "saturated_fat_g", "monounsaturated_g", "polyunsaturated_g")
    most = sum(known, Fraction(0)) if known else saturates
    if fat is None or most is None or most <= fat + _ROUNDING_G:
        return None
    above = saturates is not None and saturates > fat + _ROUNDING_G
    reason = Reason.UNEXPLAINED if above else Reason.TABLE
    return _outlier(ingredient, Check.FATTY_ACIDS, most, fat, reason)


def _weight(ingredient: Ingredient) -> Outlier | None:
    """Water, protein, fat and carbohydrate make up about all of 100 g; ash and alcohol the rest."""
    known = _all(ingredient, "water_g", "protein_g", "fat_g", "carbohydrate_g")
    if known is None:
        return None
    weight = sum(known, Fraction(0))
    if _LEAST_SUM_G <= weight <= _MOST_SUM_G:
        return None
    return _outlier(
        ingredient, Check.WEIGHT, weight, Fraction(100), _weight_reason(ingredient, weight)
    )


def _weight_reason(ingredient: Ingredient, weight: Fraction) -> Reason:
    minerals = sum((grams(ingredient, code) or Fraction(0) for code in _MINERALS), Fraction(0))
    if "alcohol" in ingredient.properties:
        return Reason.ALCOHOL
    if 0 < 100 - weight <= minerals / 1000 * _ASH_PER_MINERAL:
        return Reason.MINERALS
    return Reason.TABLE if 0 < 100 - weight <= _LOOSE_G else Reason.UNEXPLAINED


def _trade(ingredient: Ingredient) -> tuple[Outlier | None, ...]:
    """What is bought has a price and keeps for some days."""
    price, days = Fraction(ingredient.price_cents_per_kg), Fraction(ingredient.shelf_days)
    return (
        _outlier(ingredient, Check.PRICE, price, Fraction(1), Reason.UNEXPLAINED)
        if price < 1
        else None,
        _outlier(ingredient, Check.SHELF_LIFE, days, Fraction(1), Reason.UNEXPLAINED)
        if days < 1
        else None,
    )
