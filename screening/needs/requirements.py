"""Energy, protein and fluid a person needs, worked out exactly from published figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from screening.instruments.instrument import Evidence
from screening.measuring.measures import Exact, Sex, bmi
from screening.needs.conditions import Condition


@dataclass(frozen=True, slots=True, kw_only=True)
class PerKg:
    """A range per kilogram of reference weight and day: reason, publication, how sure it is."""

    low: Decimal
    high: Decimal
    reason: str
    source: str
    evidence: Evidence


def _per_kg(low: str, high: str, *, reason: str, source: str, evidence: Evidence) -> PerKg:
    return PerKg(
        low=Decimal(low), high=Decimal(high), reason=reason, source=source, evidence=evidence
    )


_V, _K, _C = Evidence.SOURCE, Evidence.UNVERIFIED, Evidence.CONVENTION
_ULCER, _LIVER, _ONCO = "EPUAP/NPIAP 2019", "ESPEN liver 2019", "ESPEN cancer 2021"
_KIDNEY, _ILL, _OLD = "KDOQI 2020", "ESPEN polymorbid 2023", "ESPEN geriatrics 2022"


# kcal per kg and day, first match wins: the row that protects most stands first.
ENERGY_BY_CONDITION: tuple[tuple[Condition, PerKg], ...] = (
    (
        Condition.PRESSURE_ULCER,
        _per_kg("30", "35", reason="energy.pressure_ulcer", source=_ULCER, evidence=_V),
    ),
    (
        Condition.CIRRHOSIS,
        _per_kg("30", "35", reason="energy.cirrhosis", source=_LIVER, evidence=_V),
    ),
    (
        Condition.CANCER_BEDRIDDEN,
        _per_kg("20", "25", reason="energy.cancer_bedridden", source=_ONCO, evidence=_V),
    ),
    (Condition.CANCER, _per_kg("25", "30", reason="energy.cancer", source=_ONCO, evidence=_V)),
    (Condition.DIALYSIS, _per_kg("25", "35", reason="energy.kidney", source=_KIDNEY, evidence=_K)),
    (Condition.CKD, _per_kg("25", "35", reason="energy.kidney", source=_KIDNEY, evidence=_V)),
    (
        Condition.POLYMORBID_INPATIENT,
        _per_kg("27", "30", reason="energy.polymorbid", source=_ILL, evidence=_K),
    ),
)
# 30 as guide within 24-36; 32-38 when BMI is below 21. The band of 27-33 around the guide, and
# 30-35 after a positive screen, are conventions of this product.
ENERGY_OLDER_LOW_BMI = _per_kg("32", "38", reason="energy.older_low_bmi", source=_OLD, evidence=_V)
ENERGY_OLDER_AT_RISK = _per_kg("30", "35", reason="energy.older_at_risk", source=_OLD, evidence=_C)
ENERGY_OLDER = _per_kg("27", "33", reason="energy.older", source=_OLD, evidence=_C)
ENERGY_ADULT = _per_kg("27", "33", reason="energy.adult_by_weight", source="", evidence=_C)

# g of protein per kg and day, first match wins. CKD with a positive screen is not restricted.
PROTEIN_BY_CONDITION: tuple[tuple[Condition, PerKg], ...] = (
    (
        Condition.PRESSURE_ULCER,
        _per_kg("1.25", "1.5", reason="protein.pressure_ulcer", source=_ULCER, evidence=_V),
    ),
    (
        Condition.CIRRHOSIS,
        _per_kg("1.2", "1.5", reason="protein.cirrhosis", source=_LIVER, evidence=_V),
    ),
    (
        Condition.DIALYSIS,
        _per_kg("1.0", "1.2", reason="protein.dialysis", source=_KIDNEY, evidence=_K),
    ),
    (Condition.CANCER, _per_kg("1.0", "1.5", reason="protein.cancer", source=_ONCO, evidence=_V)),
    (
        Condition.CANCER_BEDRIDDEN,
        _per_kg("1.0", "1.5", reason="protein.cancer", source=_ONCO, evidence=_V),
    ),
    *(
        (condition, _per_kg("1.2", "1.5", reason="protein.ill", source=_ILL, evidence=_K))
        for condition in (
            Condition.POLYMORBID_INPATIENT,
            Condition.ACUTE_ILLNESS,
            Condition.COPD,
        )
    ),
)
PROTEIN_AT_RISK = _per_kg(
    "1.2", "1.5", reason="protein.at_risk", source="PROT-AGE 2013", evidence=_K
)
PROTEIN_OLDER = _per_kg("1.0", "1.2", reason="protein.older", source=_OLD, evidence=_V)
PROTEIN_ADULT = _per_kg("0.83", "1.2", reason="protein.adult", source="EFSA 2012", evidence=_K)
# Until a clinician orders a limit; ESPEN neurology 2018: with Parkinson never below 0.8 either.
PROTEIN_CLINICIAN = _per_kg(
    "0.8", "1.0", reason="protein.kidney_clinician", source=_KIDNEY, evidence=_C
)
PROTEIN_KIDNEY = _per_kg("0.55", "0.60", reason="protein.kidney_limit", source=_KIDNEY, evidence=_V)
# KDOQI 2020; a secondary table prints 0.8-0.9: the clinician sets it (clinical specification 5.3).
PROTEIN_KIDNEY_DIABETES = _per_kg(
    "0.6", "0.8", reason="protein.kidney_diabetes", source=_KIDNEY, evidence=_K
)

PROTEIN_OBESITY = _per_kg(
    "1.0", "1.2", reason="protein.obesity", source="ESPEN/EASO 2022", evidence=_K
)

MOST_KCAL_PER_KG = 40
"""Above this only by a clinician (clinical specification 5.2)."""

# ESPEN geriatrics 2022: drinks of at least 1.6 l for women and 2.0 l for men; the same figure is
# 80 % of the EFSA 2010 adequate intake of water, the rest being in food.
DRINKS_ML: Mapping[Sex, int] = {Sex.FEMALE: 1600, Sex.MALE: 2000}

OLDER_YEARS = 65
OBESITY_BMI = 30
REFERENCE_BMI = 25
STRICT_REFERENCE_BMI = 22
ADJUSTED_SHARE = Fraction(1, 4)  # KDOQI 2020 and ASPEN: a quarter of the weight above reference


def weight_at_bmi(body_mass: Exact, height_cm: Exact) -> Fraction:
    """The weight in kg of this BMI at this height, exact."""
    return Fraction(body_mass) * (Fraction(height_cm) / 100) ** 2


def reference_weight_kg(
    weight_kg: Exact,
    height_cm: Exact | None,
    *,
    ref_bmi: Exact = REFERENCE_BMI,
    share: Exact = ADJUSTED_SHARE,
) -> Fraction:
    """Weight to reckon with: actual, or from BMI 30 the adjusted weight (KDOQI 2020, ASPEN).

    Adjusted is the weight at `ref_bmi` (25, or 22 under a strict policy) plus a `share` (0.25,
    configurable up to 0.33) of what the person weighs above it.
    """
    actual = Fraction(weight_kg)
    if height_cm is None or bmi(weight_kg, height_cm) < OBESITY_BMI:
        return actual
    normal = weight_at_bmi(ref_bmi, height_cm)
    return normal + Fraction(share) * (actual - normal)


# Fluid by weight (specification 5.4, unverified): for who eats little or has no other guide.
FLUID_ML_PER_KG = 30

# Obesity: a deficit of 500-600 kcal if wished, and never under 1,000-1,200 (specification 6.2).
WEIGHT_LOSS_DEFICIT_KCAL, WEIGHT_LOSS_LEAST_KCAL = 500, 1200
