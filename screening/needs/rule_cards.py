"""The rule book of conditions, drugs and food as data: each card has its author and its dates."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from screening.instruments.instrument import Evidence
from screening.needs.conditions import Condition
from screening.needs.constraints import EVERY_NUTRIENT, Constraint, Range, Rank

RULES_VERSION = "1"
_V, _K = Evidence.SOURCE, Evidence.UNVERIFIED
_WRITTEN, _REVIEW = date(2026, 11, 22), date(2027, 11, 22)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCard:
    """One rule: who brings it, what it asks, whether it is on by itself, and where it is from.

    Bounds may be reckoned `per_kg` of weight, `around_usual_percent` of what the person takes
    usually, or `per_kcal` of the energy target. `source` names the publication.
    """

    constraint: Constraint
    any_of: frozenset[Condition]
    all_of: frozenset[Condition] = frozenset()
    on: bool = True
    per_kg: tuple[Fraction | None, Fraction | None] | None = None
    around_usual_percent: int | None = None
    per_kcal: Fraction | None = None
    source: str
    evidence: Evidence
    author: str = "NPCC"
    written: date = _WRITTEN
    review: date = _REVIEW


def _any(*conditions: Condition) -> frozenset[Condition]:
    return frozenset(conditions)


_C = Condition
_ESPEN_NEURO = "ESPEN neurology 2018"
_KDOQI = "KDOQI 2020"
_SIX = ("breakfast", "morning", "lunch", "afternoon", "supper", "evening")
_LIVER_DAY = ("breakfast", "morning", "lunch", "afternoon", "supper", "late_evening")
_EASED_BY_APPETITE = ("sodium_mg", "sugars_g", "carbohydrate_g", "saturated_fat_g")

_CONDITION_CARDS = (
    RuleCard(
        constraint=Constraint(rule="r-101", hard=True, rank=Rank.ALLERGEN, allergy="gluten"),
        any_of=_any(_C.COELIAC),
        source="Regulation (EU) 828/2014",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-114",
            hard=False,
            rank=Rank.ELECTROLYTE,
            nutrient="sodium_mg",
            bounds=Range(high=2000),
        ),
        any_of=_any(_C.HEART_FAILURE),
        source="ESC heart failure 2021",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-115",
            hard=True,
            rank=Rank.ELECTROLYTE,
            nutrient="sodium_mg",
            bounds=Range(high=2000),
        ),
        any_of=_any(_C.HEART_FAILURE, _C.ASCITES),
        on=False,
        source="ESC heart failure 2021",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-127",
            hard=False,
            rank=Rank.ELECTROLYTE,
            nutrient="sodium_mg",
            bounds=Range(high=2300),
        ),
        any_of=_any(_C.CKD),
        source=_KDOQI,
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-128",
            hard=True,
            rank=Rank.ELECTROLYTE,
            nutrient="sodium_mg",
            bounds=Range(high=2300),
        ),
        any_of=_any(_C.CKD, _C.DIALYSIS),
        on=False,
        source=_KDOQI,
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-129", hard=False, rank=Rank.ELECTROLYTE, nutrient="protein_g", daily=True
        ),
        any_of=_any(_C.CKD),
        on=False,
        per_kg=(Fraction("0.55"), Fraction("0.60")),
        source=_KDOQI,
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-130", hard=False, rank=Rank.ELECTROLYTE, nutrient="protein_g", daily=True
        ),
        any_of=_any(_C.CKD),
        all_of=_any(_C.DIABETES),
        on=False,
        per_kg=(Fraction("0.6"), Fraction("0.8")),
        source=_KDOQI,
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-131",
            hard=False,
            rank=Rank.ELECTROLYTE,
            nutrient="calcium_mg",
            bounds=Range(low=800, high=1000),
        ),
        any_of=_any(_C.CKD),
        source=_KDOQI,
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-132", hard=False, nutrient="fibre_g", bounds=Range(low=25, high=38)
        ),
        any_of=_any(_C.CKD),
        source=_KDOQI,
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-133",
            hard=True,
            rank=Rank.ELECTROLYTE,
            nutrient="potassium_mg",
            bounds=Range(high=3000),
            daily=True,
        ),
        any_of=_any(_C.CKD, _C.DIALYSIS, _C.POTASSIUM_DRUG),
        on=False,
        source=_KDOQI,
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-138", hard=True, rank=Rank.DRUG_FOOD, exclude_property="alcohol"
        ),
        any_of=_any(_C.CIRRHOSIS),
        source="ESPEN liver 2019",
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-176", hard=True, rank=Rank.DRUG_FOOD, exclude_ingredient="star-fruit"
        ),
        any_of=_any(_C.DIALYSIS),
        source="KDOQI 2020",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(rule="r-203", hard=False, dose_protein_g=7),
        any_of=_any(_C.PARKINSON_FLUCTUATIONS),
        source=_ESPEN_NEURO,
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-204", hard=True, rank=Rank.MALNUTRITION, nutrient="protein_g", daily=True
        ),
        any_of=_any(_C.PARKINSON, _C.PARKINSON_FLUCTUATIONS, _C.LEVODOPA),
        per_kg=(Fraction("0.8"), None),
        source=_ESPEN_NEURO,
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-206", hard=False, nutrient="fibre_g", bounds=Range(low=25, high=30)
        ),
        any_of=_any(_C.PARKINSON, _C.CONSTIPATION),
        source=_ESPEN_NEURO,
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-211", hard=False, rank=Rank.MALNUTRITION, eases=_EASED_BY_APPETITE
        ),
        any_of=_any(_C.DEMENTIA, _C.CANCER, _C.CANCER_BEDRIDDEN),
        source="ESPEN dementia 2024",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(rule="r-212", hard=False, slots=_SIX),
        any_of=_any(_C.DEMENTIA, _C.COPD),
        source="ESPEN dementia 2024",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-221", hard=False, rank=Rank.GLUCOSE, nutrient="carbohydrate_g", daily=True
        ),
        any_of=_any(_C.DIABETES, _C.INSULIN),
        around_usual_percent=15,
        source="EASD nutrition 2023",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(rule="r-222", hard=False, rank=Rank.GLUCOSE, nutrient="sugars_g"),
        any_of=_any(_C.DIABETES),
        on=False,
        per_kcal=Fraction(1, 40),  # 10 % of the energy, 4 kcal per g
        source="WHO sugars 2015",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-223", hard=True, rank=Rank.DRUG_FOOD, slots=("breakfast", "lunch", "supper")
        ),
        any_of=_any(_C.INSULIN),
        source="EASD nutrition 2023",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(rule="r-251", hard=True, rank=Rank.MALNUTRITION, slots=_LIVER_DAY),
        any_of=_any(_C.CIRRHOSIS),
        source="ESPEN liver 2019",
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-252",
            hard=False,
            rank=Rank.ELECTROLYTE,
            nutrient="sodium_mg",
            bounds=Range(high=2000),
        ),
        any_of=_any(_C.ASCITES),
        source="ESPEN liver 2019",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-253", hard=True, rank=Rank.DRUG_FOOD, exclude_ingredient="oyster"
        ),
        any_of=_any(_C.CIRRHOSIS, _C.NEUTROPENIA),
        source="ESPEN liver 2019",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-254", hard=True, rank=Rank.DRUG_FOOD, exclude_property="pathogen-risk"
        ),
        any_of=_any(_C.NEUTROPENIA),
        source="ESPEN cancer 2021",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-281", hard=False, rank=Rank.MALNUTRITION, eases=(EVERY_NUTRIENT,)
        ),
        any_of=_any(_C.PALLIATIVE),
        source="ESPEN ethics 2016",
        evidence=_K,
    ),
)

_DRUG_CARDS = (
    RuleCard(
        constraint=Constraint(
            rule="r-142", hard=True, rank=Rank.DRUG_FOOD, exclude_property="alcohol"
        ),
        any_of=_any(_C.ALCOHOL_DRUG, _C.INSULIN),
        source="SmPC",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-155", hard=True, rank=Rank.DRUG_FOOD, exclude_property="grapefruit"
        ),
        any_of=_any(_C.GRAPEFRUIT_DRUG, _C.VITAMIN_K_ANTAGONIST),
        source="SmPC",
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-156", hard=True, rank=Rank.DRUG_FOOD, exclude_ingredient="seville-orange"
        ),
        any_of=_any(_C.GRAPEFRUIT_DRUG),
        source="SmPC",
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-157", hard=True, rank=Rank.DRUG_FOOD, exclude_ingredient="pomelo"
        ),
        any_of=_any(_C.GRAPEFRUIT_DRUG),
        source="SmPC",
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-163", hard=True, rank=Rank.DRUG_FOOD, exclude_property="tyramine"
        ),
        any_of=_any(_C.MAO_INHIBITOR),
        source="SmPC",
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-301", hard=False, rank=Rank.DRUG_FOOD, nutrient="vitamin_k_ug"
        ),
        any_of=_any(_C.VITAMIN_K_ANTAGONIST),
        around_usual_percent=20,
        source="SmPC",
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-302", hard=True, rank=Rank.DRUG_FOOD, exclude_property="cranberry"
        ),
        any_of=_any(_C.VITAMIN_K_ANTAGONIST),
        source="SmPC",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(rule="r-311", hard=True, rank=Rank.DRUG_FOOD, before_meal_min=30),
        any_of=_any(_C.PARKINSON, _C.LEVODOPA),
        source=_ESPEN_NEURO,
        evidence=_V,
    ),
    RuleCard(
        constraint=Constraint(rule="r-312", hard=True, rank=Rank.DRUG_FOOD, before_meal_min=30),
        any_of=_any(_C.LEVOTHYROXINE, _C.BISPHOSPHONATE),
        source="SmPC",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-313", hard=True, rank=Rank.DRUG_FOOD, before_meal_min=120, after_meal_min=240
        ),
        any_of=_any(_C.CHELATING_ANTIBIOTIC),
        source="SmPC",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-314", hard=True, rank=Rank.DRUG_FOOD, before_meal_min=60, after_meal_min=120
        ),
        any_of=_any(_C.PHENYTOIN),
        source="SmPC",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-315", hard=True, rank=Rank.DRUG_FOOD, exclude_ingredient="potassium-salt"
        ),
        any_of=_any(_C.POTASSIUM_DRUG),
        source="SmPC",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-316",
            hard=False,
            rank=Rank.DRUG_FOOD,
            nutrient="vitamin_b12_ug",
            bounds=Range(low=4),
        ),
        any_of=_any(_C.METFORMIN_PPI),
        source="EFSA 2015",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-317", hard=False, rank=Rank.DRUG_FOOD, exclude_property="alcohol"
        ),
        any_of=_any(_C.METHOTREXATE),
        source="SmPC",
        evidence=_K,
    ),
    RuleCard(
        constraint=Constraint(
            rule="r-318", hard=True, rank=Rank.DRUG_FOOD, exclude_property="starch-thickener"
        ),
        any_of=_any(_C.PEG_LAXATIVE),
        source="MHRA 2021",
        evidence=_K,
    ),
)

CARDS: tuple[RuleCard, ...] = tuple(
    sorted((*_CONDITION_CARDS, *_DRUG_CARDS), key=lambda card: card.constraint.rule)
)
"""Every card, by rule id; which condition brings it does not show in the order."""
