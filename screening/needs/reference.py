"""Reference values of nutrients per day for adults, as published, with how sure each figure is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.instruments.instrument import Evidence
from screening.measuring.measures import Sex

REFERENCE_SET, REFERENCE_VERSION = "EFSA DRV", "1"
"""The only set so far; the Belgian one (HGR/CSS 9285, 2016) is to be loaded once verified."""


class ReferenceKind(StrEnum):
    """What a reference value is (EFSA 2010, principles for dietary reference values)."""

    PRI = "pri"  # population reference intake: enough for nearly everybody
    AI = "ai"  # adequate intake
    RI = "ri"  # reference intake range
    SAFE = "safe"  # safe and adequate


class Basis(StrEnum):
    """What an amount is reckoned by."""

    DAY = "day"
    KG = "kg"  # per kg of body weight
    MJ = "mj"  # per megajoule of energy
    ENERGY_PERCENT = "energy_percent"


class LimitScope(StrEnum):
    """What an upper level is about; only one on all intake can bound a menu."""

    ALL = "all"
    SUPPLEMENTS = "supplements"
    ONE_FORM = "one_form"  # retinol, folic acid, nicotinic acid: food as a whole holds more


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceValue:
    """One row: the amount for men and women per `basis`, its kind, and the upper level if any.

    `most` closes a range. `upper_firm` is False where only a safe level of intake was set.
    """

    nutrient: str
    men: Decimal
    women: Decimal
    most: Decimal | None = None
    kind: ReferenceKind
    basis: Basis = Basis.DAY
    evidence: Evidence
    upper: Decimal | None = None
    upper_scope: LimitScope = LimitScope.ALL
    upper_firm: bool = True
    upper_evidence: Evidence | None = None

    def amount(self, sex: Sex) -> Decimal:
        """The amount for this sex."""
        return self.men if sex is Sex.MALE else self.women


_V, _V2, _K = Evidence.SOURCE, Evidence.SECONDARY, Evidence.UNVERIFIED
_PRI, _AI = ReferenceKind.PRI, ReferenceKind.AI


def _row(
    nutrient: str,
    men: str,
    women: str | None = None,
    *,
    kind: ReferenceKind,
    evidence: Evidence,
    basis: Basis = Basis.DAY,
    most: str | None = None,
    upper: str | None = None,
    scope: LimitScope = LimitScope.ALL,
    firm: bool = True,
    upper_evidence: Evidence | None = None,
) -> ReferenceValue:
    return ReferenceValue(
        nutrient=nutrient,
        men=Decimal(men),
        women=Decimal(women or men),
        most=None if most is None else Decimal(most),
        kind=kind,
        basis=basis,
        evidence=evidence,
        upper=None if upper is None else Decimal(upper),
        upper_scope=scope,
        upper_firm=firm,
        upper_evidence=(upper_evidence or evidence) if upper is not None else None,
    )


# EFSA dietary reference values for adults of 18 and older, as clinical specification 5.5 read them.
# Zinc is that of a phytate intake of 300 mg; women's iron is that before the menopause.
REFERENCE_VALUES: tuple[ReferenceValue, ...] = (
    _row("protein_g", "0.83", kind=_PRI, basis=Basis.KG, evidence=_K),
    _row(
        "carbohydrate_g",
        "45",
        most="60",
        kind=ReferenceKind.RI,
        basis=Basis.ENERGY_PERCENT,
        evidence=_V,
    ),
    _row(
        "fat_g",
        "20",
        most="35",
        kind=ReferenceKind.RI,
        basis=Basis.ENERGY_PERCENT,
        evidence=_K,
    ),
    _row("alpha_linolenic_g", "0.5", kind=_AI, basis=Basis.ENERGY_PERCENT, evidence=_V),
    _row("epa_dha_mg", "250", kind=_AI, evidence=_V2),
    _row("fibre_g", "25", kind=_AI, evidence=_V),
    _row(
        "vitamin_a_ug",
        "750",
        "650",
        kind=_PRI,
        evidence=_V2,
        upper="3000",
        scope=LimitScope.ONE_FORM,
    ),
    _row("vitamin_d_ug", "15", kind=_AI, evidence=_V, upper="100"),
    _row("vitamin_e_mg", "13", "11", kind=_AI, evidence=_V, upper="300"),
    _row("vitamin_k_ug", "70", kind=_AI, evidence=_V2),
    _row("vitamin_c_mg", "110", "95", kind=_PRI, evidence=_V2),
    _row("thiamin_mg", "0.1", kind=_PRI, basis=Basis.MJ, evidence=_V),
    _row("riboflavin_mg", "1.6", kind=_PRI, evidence=_V2),
    _row(
        "niacin_mg",
        "1.6",
        kind=_PRI,
        basis=Basis.MJ,
        evidence=_K,
        upper="900",
        scope=LimitScope.ONE_FORM,
    ),
    _row("pantothenic_mg", "5", kind=_AI, evidence=_V2),
    _row("vitamin_b6_mg", "1.7", "1.6", kind=_PRI, evidence=_V2, upper="12", upper_evidence=_K),
    _row("biotin_ug", "40", kind=_AI, evidence=_V2),
    _row("folate_ug", "330", kind=_PRI, evidence=_V2, upper="1000", scope=LimitScope.ONE_FORM),
    _row("vitamin_b12_ug", "4", kind=_AI, evidence=_V),
    _row("choline_mg", "400", kind=_AI, evidence=_V),
    _row("calcium_mg", "950", kind=_PRI, evidence=_V2, upper="2500"),
    _row("phosphorus_mg", "550", kind=_AI, evidence=_V2),
    _row(
        "magnesium_mg",
        "350",
        "300",
        kind=_AI,
        evidence=_V,
        upper="250",
        scope=LimitScope.SUPPLEMENTS,
    ),
    _row("potassium_mg", "3500", kind=_AI, evidence=_V),
    _row("sodium_mg", "2000", kind=ReferenceKind.SAFE, evidence=_K),
    _row("iron_mg", "11", "16", kind=_PRI, evidence=_V2, upper="40", firm=False, upper_evidence=_K),
    _row("zinc_mg", "9.4", "7.5", kind=_PRI, evidence=_K, upper="25"),
    _row("copper_mg", "1.6", "1.3", kind=_AI, evidence=_V2, upper="5"),
    _row("manganese_mg", "3", kind=_AI, evidence=_V2, upper="8", firm=False),
    _row("iodine_ug", "150", kind=_AI, evidence=_V2, upper="600"),
    _row("selenium_ug", "70", kind=_AI, evidence=_V2, upper="255"),
    _row("molybdenum_ug", "65", kind=_AI, evidence=_V2, upper="600"),
)

ZINC_BY_PHYTATE: Mapping[int, tuple[Decimal, Decimal]] = {
    300: (Decimal("9.4"), Decimal("7.5")),
    600: (Decimal("11.7"), Decimal("9.3")),
    900: (Decimal("14.0"), Decimal("11.0")),
    1200: (Decimal("16.3"), Decimal("12.7")),
}
"""Zinc for men and women in mg by the phytate in food in mg per day (EFSA 2014) [K]."""

CALCIUM_YOUNG_MG = 1000
CALCIUM_YOUNG_UNTIL = 24
"""Calcium up to and including 24 years (EFSA 2015) [K]."""

MENOPAUSE_YEARS = 50
IRON_AFTER_MG = Decimal(11)
"""Women's iron from 50 years, a usual age of menopause (convention of this product)."""

_KJ_PER_KCAL = Fraction("4.184")
_PLANNED = (
    *("fibre_g", "potassium_mg", "phosphorus_mg", "calcium_mg", "magnesium_mg", "iron_mg"),
    *("zinc_mg", "selenium_ug", "vitamin_a_ug", "vitamin_c_mg", "vitamin_d_ug", "vitamin_e_mg"),
    *("vitamin_k_ug", "thiamin_mg", "riboflavin_mg", "niacin_mg", "vitamin_b6_mg"),
    *("folate_ug", "vitamin_b12_ug", "pantothenic_mg", "choline_mg", "copper_mg", "manganese_mg"),
)
"""Nutrients a menu can be reckoned in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceBasis:
    """For whom a prescription takes reference values, and from which version of the table.

    `without` names nutrients that are not pressed, such as fibre where eating is hard.
    """

    sex: Sex
    age: int
    version: str = REFERENCE_VERSION
    without: frozenset[str] = frozenset()


def reference_minima(basis: ReferenceBasis, *, energy_kcal: int) -> Mapping[str, Fraction]:
    """What to aim at per day as the mean of a week: 100 % of each PRI or AI, in its own unit.

    Protein has its own range, sodium is no minimum, and ranges of energy percent belong to the
    whole of a diet: none of these is here.
    """
    return {
        row.nutrient: _least(row, basis, energy_kcal)
        for row in REFERENCE_VALUES
        if row.nutrient in _PLANNED and row.nutrient not in basis.without
    }


def _least(row: ReferenceValue, basis: ReferenceBasis, energy_kcal: int) -> Fraction:
    amount = Fraction(row.amount(basis.sex))
    if row.nutrient == "iron_mg" and basis.sex is Sex.FEMALE and basis.age >= MENOPAUSE_YEARS:
        amount = Fraction(IRON_AFTER_MG)
    if row.nutrient == "calcium_mg" and basis.age <= CALCIUM_YOUNG_UNTIL:
        amount = Fraction(CALCIUM_YOUNG_MG)
    if row.basis is Basis.MJ:
        return amount * energy_kcal * _KJ_PER_KCAL / 1000
    return amount


def upper_levels() -> Mapping[str, Decimal]:
    """Hard upper levels per day on all intake; those of supplements or one form bound no menu."""
    return dict(_uppers())


def _uppers() -> Iterator[tuple[str, Decimal]]:
    for row in REFERENCE_VALUES:
        firm = row.upper_firm and row.upper_scope is LimitScope.ALL
        if firm and row.upper is not None and row.nutrient in _PLANNED:
            yield row.nutrient, row.upper
