"""Energy, protein and fluid a person needs, worked out exactly from published figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from screening.measures import Exact, Sex, bmi


class Condition(StrEnum):
    """What a clinician recorded that changes requirements; never leaves this room."""

    POLYMORBID_INPATIENT = "polymorbid_inpatient"
    CANCER = "cancer"
    CANCER_BEDRIDDEN = "cancer_bedridden"
    CKD = "ckd"
    DIALYSIS = "dialysis"
    CIRRHOSIS = "cirrhosis"
    PRESSURE_ULCER = "pressure_ulcer"
    PARKINSON = "parkinson"
    DEMENTIA = "dementia"
    COPD = "copd"
    HEART_FAILURE = "heart_failure"
    DIABETES = "diabetes"
    COELIAC = "coeliac"
    DYSPHAGIA = "dysphagia"
    ACUTE_ILLNESS = "acute_illness"
    GRAPEFRUIT_DRUG = "grapefruit_drug"
    MAO_INHIBITOR = "mao_inhibitor"
    ALCOHOL_DRUG = "alcohol_drug"


@dataclass(frozen=True, slots=True, kw_only=True)
class PerKg:
    """A range per kilogram of reference weight and day, with the reason it was chosen."""

    low: Decimal
    high: Decimal
    reason: str


def _per_kg(low: str, high: str, *, reason: str) -> PerKg:
    return PerKg(low=Decimal(low), high=Decimal(high), reason=reason)


# kcal per kg and day, first match wins: the row that protects most stands first.
# ESPEN cancer 2021; KDOQI 2020; EASL/ESPEN liver 2019; EPUAP/NPIAP 2019; ESPEN polymorbid 2023.
ENERGY_BY_CONDITION: tuple[tuple[Condition, PerKg], ...] = (
    (Condition.PRESSURE_ULCER, _per_kg("30", "35", reason="energy.pressure_ulcer")),
    (Condition.CIRRHOSIS, _per_kg("30", "35", reason="energy.cirrhosis")),
    (Condition.CANCER_BEDRIDDEN, _per_kg("20", "25", reason="energy.cancer_bedridden")),
    (Condition.CANCER, _per_kg("25", "30", reason="energy.cancer")),
    (Condition.DIALYSIS, _per_kg("25", "35", reason="energy.kidney")),
    (Condition.CKD, _per_kg("25", "35", reason="energy.kidney")),
    (Condition.POLYMORBID_INPATIENT, _per_kg("27", "30", reason="energy.polymorbid")),
)
# ESPEN geriatrics 2018/2022: 30 as guide within 24-36; 32-38 when BMI is below 21. The band of
# 27-33 around the guide, and 30-35 after a positive screen, are conventions of this product.
ENERGY_OLDER_LOW_BMI = _per_kg("32", "38", reason="energy.older_low_bmi")
ENERGY_OLDER_AT_RISK = _per_kg("30", "35", reason="energy.older_at_risk")
ENERGY_OLDER = _per_kg("27", "33", reason="energy.older")

# g of protein per kg and day, first match wins.
# KDOQI 2020 (dialysis; CKD with a positive screen is not restricted); EPUAP 2019; ESPEN liver
# 2019, cancer 2021, polymorbid 2023; ESPEN neurology 2018 (Parkinson: never below 0.8).
PROTEIN_BY_CONDITION: tuple[tuple[Condition, PerKg], ...] = (
    (Condition.PRESSURE_ULCER, _per_kg("1.25", "1.5", reason="protein.pressure_ulcer")),
    (Condition.CIRRHOSIS, _per_kg("1.2", "1.5", reason="protein.cirrhosis")),
    (Condition.DIALYSIS, _per_kg("1.0", "1.2", reason="protein.dialysis")),
    (Condition.CANCER, _per_kg("1.0", "1.5", reason="protein.cancer")),
    (Condition.CANCER_BEDRIDDEN, _per_kg("1.0", "1.5", reason="protein.cancer")),
    (Condition.POLYMORBID_INPATIENT, _per_kg("1.2", "1.5", reason="protein.ill")),
    (Condition.ACUTE_ILLNESS, _per_kg("1.2", "1.5", reason="protein.ill")),
    (Condition.COPD, _per_kg("1.2", "1.5", reason="protein.ill")),
)
# ESPEN geriatrics 2022: at least 1.0; PROT-AGE 2013: 1.2-1.5 when ill or at risk; EFSA 2012: 0.83.
PROTEIN_AT_RISK = _per_kg("1.2", "1.5", reason="protein.at_risk")
PROTEIN_OLDER = _per_kg("1.0", "1.2", reason="protein.older")
PROTEIN_ADULT = _per_kg("0.83", "1.2", reason="protein.adult")
PROTEIN_CLINICIAN = _per_kg("0.8", "1.0", reason="protein.kidney_clinician")

# ESPEN geriatrics 2022: drinks of at least 1.6 l for women and 2.0 l for men; the same figure is
# 80 % of the EFSA 2010 adequate intake of water, the rest being in food.
DRINKS_ML: Mapping[Sex, int] = {Sex.FEMALE: 1600, Sex.MALE: 2000}

OLDER_YEARS = 65
OBESITY_BMI = 30
REFERENCE_BMI = 25
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
