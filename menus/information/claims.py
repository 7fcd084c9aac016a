"""Nutrition claims a food may bear, by rule: nobody types a claim."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from menus.catalog import Kind, Variant
from menus.information.nutrition import Exact
from menus.nutrients import INDEX, NUTRIENTS

CLAIMS_LAW = "Regulation (EC) 1924/2006, annex"

MEDICAL_FOOD = "medical-food"
"""Food for special medical purposes bears no claim (Delegated Regulation (EU) 2016/128, art. 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim that is true of a food, by the id of its rule."""

    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRule:
    """One claim of the annex: when it may be made of 100 g with `Exact` figures.

    `stands` gets the figures and whether the food is a drink. `drops` names the weaker claim that
    this one replaces.
    """

    id: str
    stands: Callable[[Exact, bool], bool]
    drops: str = ""
    source: str = CLAIMS_LAW


def _energy_share(exact: Exact, percent: int) -> bool:
    """Whether protein gives at least so much of the energy."""
    return exact.kcal > 0 and exact.protein * 4 * 100 >= exact.kcal * percent


def _fibre(exact: Exact, per_100g: int, per_100kcal: Fraction) -> bool:
    by_energy = exact.kcal > 0 and exact.fibre * 100 >= per_100kcal * exact.kcal
    return exact.fibre >= per_100g or by_energy


def _most(amount: Fraction, solid: str, liquid: str, *, drink: bool) -> bool:
    """Whether an amount stays within its limit per 100 g, for a drink per 100 ml.

    No density is known, so a drink must keep a tenth below its limit: true up to 1.1 g per ml.
    """
    return amount * Fraction("1.1") <= Fraction(liquid) if drink else amount <= Fraction(solid)


CLAIM_RULES: tuple[ClaimRule, ...] = (
    ClaimRule(id="protein_source", stands=lambda each, _: _energy_share(each, 12)),
    ClaimRule(
        id="protein_high", stands=lambda each, _: _energy_share(each, 20), drops="protein_source"
    ),
    ClaimRule(id="fibre_source", stands=lambda each, _: _fibre(each, 3, Fraction("1.5"))),
    ClaimRule(
        id="fibre_high", stands=lambda each, _: _fibre(each, 6, Fraction(3)), drops="fibre_source"
    ),
    ClaimRule(
        id="salt_low",
        stands=lambda each, drink: _most(each.sodium, "0.12", "0.12", drink=drink),
    ),
    ClaimRule(
        id="salt_very_low",
        stands=lambda each, drink: _most(each.sodium, "0.04", "0.04", drink=drink),
        drops="salt_low",
    ),
    ClaimRule(
        id="salt_free",
        stands=lambda each, drink: _most(each.sodium, "0.005", "0.005", drink=drink),
        drops="salt_very_low",
    ),
    ClaimRule(id="fat_low", stands=lambda each, drink: _most(each.fat, "3", "1.5", drink=drink)),
    ClaimRule(
        id="fat_free",
        stands=lambda each, drink: _most(each.fat, "0.5", "0.5", drink=drink),
        drops="fat_low",
    ),
    ClaimRule(
        id="sugars_low", stands=lambda each, drink: _most(each.sugars, "5", "2.5", drink=drink)
    ),
    ClaimRule(
        id="sugars_free",
        stands=lambda each, drink: _most(each.sugars, "0.5", "0.5", drink=drink),
        drops="sugars_low",
    ),
    ClaimRule(
        id="energy_low", stands=lambda each, drink: _most(each.kcal, "40", "20", drink=drink)
    ),
)
"""Claims whose figures the catalogue holds; "low in saturated fat" needs trans fat, which it does
not. The lowest of a chain stands last and replaces the weaker ones."""


def claims_of(variant: Variant, exact: Exact) -> tuple[Claim, ...]:
    """Every claim that is true of the food, without those a stronger one says already."""
    if MEDICAL_FOOD in variant.properties:
        return ()
    drink = variant.kind is Kind.DRINK
    true = [rule for rule in CLAIM_RULES if rule.stands(exact, drink)]
    said = {rule.drops for rule in true}
    return tuple(Claim(rule=rule.id) for rule in true if rule.id not in said)


REFERENCE_INTAKES: Mapping[str, Fraction] = {
    "vitamin_a_ug": Fraction(800),
    "vitamin_d_ug": Fraction(5),
    "vitamin_e_mg": Fraction(12),
    "vitamin_k_ug": Fraction(75),
    "vitamin_c_mg": Fraction(80),
    "thiamin_mg": Fraction("1.1"),
    "riboflavin_mg": Fraction("1.4"),
    "niacin_mg": Fraction(16),
    "vitamin_b6_mg": Fraction("1.4"),
    "folate_ug": Fraction(200),
    "vitamin_b12_ug": Fraction("2.5"),
    "pantothenic_mg": Fraction(6),
    "potassium_mg": Fraction(2000),
    "calcium_mg": Fraction(800),
    "phosphorus_mg": Fraction(700),
    "magnesium_mg": Fraction(375),
    "iron_mg": Fraction(14),
    "zinc_mg": Fraction(10),
    "copper_mg": Fraction(1),
    "manganese_mg": Fraction(2),
    "selenium_ug": Fraction(55),
}
"""Nutrient reference values of Regulation (EU) 1169/2011, annex XIII, part A."""

_SOLID_PERCENT, _DRINK_PERCENT = Fraction(15), Fraction("7.5")
"""From this share of the reference value per 100 g (100 ml) an amount is significant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignificantAmount:
    """A vitamin or mineral that may be declared: amount per 100 g scaled as in the catalogue."""

    nutrient: str
    amount: int
    percent: int


def significant_amounts(variant: Variant) -> tuple[SignificantAmount, ...]:
    """Vitamins and minerals present in a significant amount, in the order of annex XIII.

    What is not known is never told.
    """
    least = _DRINK_PERCENT if variant.kind is Kind.DRINK else _SOLID_PERCENT
    found = []
    for code, reference in REFERENCE_INTAKES.items():
        amount = variant.per_100g[INDEX[code]]
        if amount is None:
            continue
        percent = Fraction(amount * 100, NUTRIENTS[INDEX[code]].scale) / reference
        if percent >= least:
            found.append(SignificantAmount(nutrient=code, amount=amount, percent=int(percent)))
    return tuple(found)
