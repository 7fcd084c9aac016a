"""Nutrient amounts as scaled whole numbers, and the one place where units are parsed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import TypeAlias

Amounts: TypeAlias = tuple[int | None, ...]
"""Whole numbers in the order of `NUTRIENTS`, each in its unit times `scale`; None: not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nutrient:
    """One column of the nutrient table: an amount is stored as unit times `scale`."""

    code: str
    unit: str
    scale: int


NUTRIENTS: tuple[Nutrient, ...] = tuple(
    Nutrient(code=code, unit=unit, scale=scale)
    for code, unit, scale in (
        ("energy_kcal", "kcal", 10),
        ("protein_g", "g", 10),
        ("fat_g", "g", 10),
        ("saturated_fat_g", "g", 10),
        ("carbohydrate_g", "g", 10),
        ("sugars_g", "g", 10),
        ("fibre_g", "g", 10),
        ("salt_g", "g", 100),
        ("sodium_mg", "mg", 1),
        ("potassium_mg", "mg", 1),
        ("phosphorus_mg", "mg", 1),
        ("calcium_mg", "mg", 1),
        ("magnesium_mg", "mg", 1),
        ("iron_mg", "mg", 100),
        ("zinc_mg", "mg", 100),
        ("selenium_ug", "ug", 10),
        ("vitamin_a_ug", "ug", 1),
        ("vitamin_c_mg", "mg", 10),
        ("vitamin_d_ug", "ug", 100),
        ("vitamin_e_mg", "mg", 100),
        ("vitamin_k_ug", "ug", 10),
        ("thiamin_mg", "mg", 1000),
        ("riboflavin_mg", "mg", 1000),
        ("niacin_mg", "mg", 100),
        ("vitamin_b6_mg", "mg", 1000),
        ("folate_ug", "ug", 1),
        ("vitamin_b12_ug", "ug", 100),
        ("water_g", "g", 10),
        ("copper_mg", "mg", 1000),
        ("manganese_mg", "mg", 1000),
        ("pantothenic_mg", "mg", 1000),
        ("choline_mg", "mg", 10),
        ("monounsaturated_g", "g", 10),
        ("polyunsaturated_g", "g", 10),
    )
)
CODES: tuple[str, ...] = tuple(nutrient.code for nutrient in NUTRIENTS)
INDEX: dict[str, int] = {code: at for at, code in enumerate(CODES)}
NONE: Amounts = (0,) * len(NUTRIENTS)

# Kitchen measures as health-care and home kitchens in Belgium and the Netherlands use them:
# a levelled tablespoon is 15 ml and a teaspoon 5 ml (Directive 80/181/EEC leaves them informal).
KITCHEN_WORDS = {
    "el": ("15", "ml"),
    "eetlepel": ("15", "ml"),
    "eetlepels": ("15", "ml"),
    "cs": ("15", "ml"),
    "tbsp": ("15", "ml"),
    "kl": ("5", "ml"),
    "tl": ("5", "ml"),
    "koffielepel": ("5", "ml"),
    "koffielepels": ("5", "ml"),
    "theelepel": ("5", "ml"),
    "theelepels": ("5", "ml"),
    "tsp": ("5", "ml"),
    "snufje": ("0.3", "g"),
    "snufjes": ("0.3", "g"),
    "pond": ("500", "g"),
    "gr": ("1", "g"),
}
_METRIC = ("kg", "hg", "dag", "g", "mg", "ug", "l", "dl", "cl", "ml", "kcal", "kj")
_IMPERIAL = ("oz", "ounce", "ounces", "lb", "lbs", "pound", "pounds")
_WRITTEN_OUT = ("gram", "grams", "gramme", "grammes", "liter", "liters", "litre", "litres")
_PINT_WRITES = {"kj": "kJ"}
KNOWN_UNITS = frozenset((*KITCHEN_WORDS, *_METRIC, *_IMPERIAL, *_WRITTEN_OUT))
"""Every unit that is read, capitals or not. Nothing else: to pint `gr` is a grain, `ML` a million
litres and `t` a tonne, and `cc` is a spoon of coffee in a kitchen and a millilitre in a ward."""
_QUANTITY = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\s*")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")


def round_half_away(value: Fraction) -> int:
    """The nearest whole number; exactly half goes away from zero (2.5 to 3, -2.5 to -3)."""
    whole = (abs(value.numerator) * 2 + value.denominator) // (2 * value.denominator)
    return -whole if value < 0 else whole


def add(first: Amounts, second: Amounts) -> Amounts:
    """The sum per nutrient; where either is not known, the sum is not known."""
    return tuple(
        None if a is None or b is None else a + b for a, b in zip(first, second, strict=True)
    )


def total(parts: Iterable[Amounts]) -> Amounts:
    """The sum of any number of amounts; nothing at all sums to zero."""
    result = NONE
    for part in parts:
        result = add(result, part)
    return result


def scale(amounts: Amounts, factor: Fraction) -> Amounts:
    """Each amount times `factor`, rounded half away from zero; not known stays not known."""
    return tuple(None if amount is None else round_half_away(amount * factor) for amount in amounts)


def parse(text: str, *, as_: str) -> Decimal:
    """The quantity in `text` ("1,5 dl", "2 el", "6 oz") in the unit `as_`, to 3 decimals.

    A comma or a point marks decimals; a point before three figures may as well mark thousands
    here, so "1.500 g" is refused. Raises ValueError for text that is no quantity, for a unit not
    in `KNOWN_UNITS` and for one of another kind ("2 el" in g: spoons measure volume).
    """
    found = _QUANTITY.fullmatch(text)
    if found is None or _THOUSANDS.fullmatch(found[1]):
        raise ValueError(f"not a quantity: {text!r}")
    number = Decimal(found[1].replace(",", "."))
    return (number * unit_factor(found[2], as_)).quantize(Decimal("0.001"))


@cache
def unit_factor(unit: str, target: str) -> Decimal:
    """How many `target` go in one `unit`; ValueError: unknown unit, or one of another kind."""
    if unit == target:
        return Decimal(1)
    import pint  # noqa: PLC0415  # loading costs about a second; few callers read units

    word = unit.lower()
    if word not in KNOWN_UNITS:
        raise ValueError(f"not a unit: {unit!r}")
    size, name = KITCHEN_WORDS.get(word, ("1", _PINT_WRITES.get(word, word)))
    registry: pint.UnitRegistry[Decimal] = pint.UnitRegistry(non_int_type=Decimal)
    try:
        return Decimal(registry.Quantity(Decimal(size), name).to(target).magnitude)
    except (pint.UndefinedUnitError, pint.DimensionalityError) as problem:
        raise ValueError(str(problem)) from problem
