"""The nutrition declaration of Regulation (EU) 1169/2011, annexes I, XIV and XV."""

from dataclasses import dataclass
from fractions import Fraction

from menus.catalog import Variant
from menus.nutrients import INDEX, round_half_away

_DECLARED = (
    "fat_g",
    "saturated_fat_g",
    "carbohydrate_g",
    "fibre_g",
    "sugars_g",
    "protein_g",
    "salt_g",
)
_KCAL = {"fat": 9, "carbohydrate": 4, "fibre": 2, "protein": 4}
_KILOJOULES = {"fat": 37, "carbohydrate": 17, "fibre": 8, "protein": 17}
SALT_PER_SODIUM = Fraction("2.5")
"""Salt is sodium times 2.5 (Regulation (EU) 1169/2011, annex I, 11)."""
_ALCOHOL_KCAL, _ALCOHOL_KILOJOULES = 7, 29
"""Energy per gram, annex XIV. Polyols and organic acids are not apart in the food tables."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nutrition:
    """The declaration of an amount of food: tenths of grams (`_dg`), salt in hundredths (`_cg`).

    Rounded as it is told (European Commission, guidance on tolerances, December 2012, table 4):
    whole grams from 10 g on, salt in tenths from 1 g on.
    """

    energy_kj: int
    energy_kcal: int
    fat_dg: int
    saturates_dg: int
    carbohydrate_dg: int
    sugars_dg: int
    fibre_dg: int
    protein_dg: int
    salt_cg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """The same figures per 100 g before rounding: grams and energy as fractions.

    `sodium` is the larger one of the food table's and that of the salt declared: salt is known to
    ten milligrams only, which is twice what may be called free of it.
    """

    kilojoules: Fraction
    kcal: Fraction
    fat: Fraction
    saturates: Fraction
    carbohydrate: Fraction
    sugars: Fraction
    fibre: Fraction
    protein: Fraction
    salt: Fraction
    sodium: Fraction


def exact_per_100g(variant: Variant) -> Exact | None:
    """The figures of 100 g, or None while any of them is not known.

    Carbohydrate in the European sense is without fibre (annex I, 7); the catalogue's is by
    difference, with fibre, as in USDA SR28. Energy comes from the declared figures by the factors
    of annex XIV (art. 31(1)), so it may differ a little from the food table's kilocalories, by
    which a week is composed. In a dish with alcohol the table's surplus over the factors is
    counted as alcohol.
    """
    known = [variant.per_100g[INDEX[code]] for code in _DECLARED]
    table_kcal = variant.per_100g[INDEX["energy_kcal"]]
    if table_kcal is None or None in known:
        return None
    fat, saturates, total, fibre, sugars, protein = (Fraction(each or 0, 10) for each in known[:6])
    carbohydrate = max(total - fibre, sugars, Fraction(0))
    grams = {"fat": fat, "carbohydrate": carbohydrate, "fibre": fibre, "protein": protein}
    kcal = Fraction(sum(_KCAL[name] * each for name, each in grams.items()))
    spirit = Fraction(0)
    if "alcohol" in variant.properties:
        spirit = max(Fraction(0), Fraction(table_kcal, 10) - kcal) / _ALCOHOL_KCAL
    salt = Fraction(known[6] or 0, 100)
    sodium_mg = variant.per_100g[INDEX["sodium_mg"]]
    return Exact(
        kilojoules=sum(_KILOJOULES[name] * each for name, each in grams.items())
        + spirit * _ALCOHOL_KILOJOULES,
        kcal=kcal + spirit * _ALCOHOL_KCAL,
        fat=fat,
        saturates=saturates,
        carbohydrate=carbohydrate,
        sugars=sugars,
        fibre=fibre,
        protein=protein,
        salt=salt,
        sodium=max(salt / SALT_PER_SODIUM, Fraction(sodium_mg or 0, 1000)),
    )


def nutrition_of(exact: Exact, grams: int) -> Nutrition:
    """The declaration of so many grams, each figure rounded once, half away from zero."""
    share = Fraction(grams, 100)
    return Nutrition(
        energy_kj=round_half_away(exact.kilojoules * share),
        energy_kcal=round_half_away(exact.kcal * share),
        fat_dg=_told(exact.fat * share),
        saturates_dg=_told(exact.saturates * share),
        carbohydrate_dg=_told(exact.carbohydrate * share),
        sugars_dg=_told(exact.sugars * share),
        fibre_dg=_told(exact.fibre * share),
        protein_dg=_told(exact.protein * share),
        salt_cg=_told(exact.salt * share * 10),
    )


def _told(amount: Fraction) -> int:
    """Tenths; whole ones from 10 on, so that no figure is rounded a second time where it is told.

    9.96 is told as 10.0, and 10.45 as 10 and not as 10.5, then 11.
    """
    return 10 * round_half_away(amount) if amount >= 10 else round_half_away(amount * 10)
