"""One cell of a table of foods: a number, a trace, less than some limit, or nothing told."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from menus.nutrients import NUTRIENTS, round_half_away, unit_factor

_SCALES = {each.code: each.scale for each in NUTRIENTS}
_PART_SCALE = 10
_FINEST = 10**12

CEILINGS: frozenset[str] = frozenset(
    {
        *("energy_kcal", "fat_g", "saturated_fat_g", "carbohydrate_g", "sugars_g", "salt_g"),
        *("sodium_mg", "potassium_mg", "phosphorus_mg"),
    }
)
"""Nutrients of which too much harms first: their limits are ceilings in the rules of this house."""

_CELL = re.compile(r"(<\s*)?(\d+(?:[.,]\d+)?)")
_TRACES = frozenset({"traces", "trace", "tr", "sporen"})
_NOT_TOLD = frozenset({"", "-"})
_MICRO = str.maketrans({"\N{MICRO SIGN}": "u", "\N{GREEK SMALL LETTER MU}": "u"})


class Qualifier(StrEnum):
    """How sure a table is of a figure."""

    EXACT = "exact"
    TRACE = "trace"
    BELOW = "below"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """An amount per 100 g in the unit of its code: surely `least`, at most `most`.

    An exact figure has both the same. Less than x is between nothing and x. A trace is between
    nothing and one step of the catalogue's decimals, since a table that says "traces" names no
    limit. `told` is the cell as it stood.
    """

    code: str
    least: Fraction
    most: Fraction
    qualifier: Qualifier
    told: str

    @property
    def amount(self) -> int:
        """The scaled whole number for the catalogue, which holds one number.

        Where too much harms first, a trace or a limit counts as its bound, so a ceiling holds; for
        every other nutrient it counts as nothing, so a floor is never met by a trace.
        """
        value = self.most if self.code in CEILINGS else self.least
        return round_half_away(value * _SCALES[self.code])


def plain_unit(unit: str) -> str:
    """A unit as the room writes it: both micro signs are `u`."""
    return unit.strip().translate(_MICRO)


def read_cell(text: str, code: str, unit: str) -> Figure | None:
    """The figure of a cell in `unit`, in the unit that ends `code`; None when nothing is told.

    Reads 1.5 and 1,5, `< 0,5`, `traces`, and as not told an empty cell and `-`. Raises ValueError
    for anything else, and for a unit of another kind.
    """
    told = text.strip()
    if told in _NOT_TOLD:
        return None
    if told.lower() in _TRACES:
        bound = Fraction(1, _SCALES.get(code, _PART_SCALE))
        return Figure(
            code=code, least=Fraction(0), most=bound, qualifier=Qualifier.TRACE, told=told
        )
    found = _CELL.fullmatch(told)
    if found is None:
        raise ValueError(f"not a figure: {told!r}")
    factor = Fraction(unit_factor(plain_unit(unit), code.rpartition("_")[2]))
    factor = factor.limit_denominator(_FINEST)  # a kilojoule is 125/523 kcal, not 28 decimals of it
    number = Fraction(found[2].replace(",", ".")) * factor
    return Figure(
        code=code,
        least=Fraction(0) if found[1] else number,
        most=number,
        qualifier=Qualifier.BELOW if found[1] else Qualifier.EXACT,
        told=told,
    )


# What a table tells in parts, and the catalogue as a whole. Carbohydrate in Europe is without
# fibre, here it is with it, as in USDA SR28. Vitamin A in retinol activity equivalents: a twelfth
# of beta-carotene; other carotenes are not told, so the sum is at least this much. Salt is sodium
# times 2.5 (Regulation (EU) 1169/2011, annex I, 11).
_SUMS: tuple[tuple[str, tuple[tuple[str, Fraction], ...]], ...] = (
    ("salt_g", (("sodium_mg", Fraction(1, 400)),)),
    ("carbohydrate_g", (("available_g", Fraction(1)), ("fibre_g", Fraction(1)))),
    ("vitamin_a_ug", (("retinol_ug", Fraction(1)), ("carotene_ug", Fraction(1, 12)))),
    ("folate_ug", (("food_folate_ug", Fraction(1)), ("folic_acid_ug", Fraction(1)))),
)


def complete(parts: Iterable[Figure]) -> tuple[Figure, ...]:
    """The catalogue's nutrients out of what a table tells, in the catalogue's order.

    A sum of which a part is not told is not known, unless the table tells the whole itself.
    """
    known = {each.code: each for each in parts}
    for code, terms in _SUMS:
        if code not in known and all(part in known for part, _ in terms):
            known[code] = _sum(code, terms, known)
    return tuple(known[each.code] for each in NUTRIENTS if each.code in known)


def _sum(code: str, terms: tuple[tuple[str, Fraction], ...], known: Mapping[str, Figure]) -> Figure:
    found = [known[part] for part, _ in terms]
    factors = [factor for _, factor in terms]
    return Figure(
        code=code,
        least=sum((a.least * b for a, b in zip(found, factors, strict=True)), Fraction(0)),
        most=sum((a.most * b for a, b in zip(found, factors, strict=True)), Fraction(0)),
        qualifier=found[0].qualifier if len(found) == 1 else Qualifier.DERIVED,
        told=" + ".join(each.told for each in found),
    )
