"""What a clinician recorded about a person's health; these words never leave this room."""

from enum import StrEnum


class Condition(StrEnum):
    """A condition, a drug group or a circumstance that changes what somebody needs or may eat."""

    POLYMORBID_INPATIENT = "polymorbid_inpatient"
    CANCER = "cancer"
    CANCER_BEDRIDDEN = "cancer_bedridden"
    NEUTROPENIA = "neutropenia"
    CKD = "ckd"
    DIALYSIS = "dialysis"
    CIRRHOSIS = "cirrhosis"
    ASCITES = "ascites"
    PRESSURE_ULCER = "pressure_ulcer"
    PARKINSON = "parkinson"
    PARKINSON_FLUCTUATIONS = "parkinson_fluctuations"
    DEMENTIA = "dementia"
    COPD = "copd"
    HEART_FAILURE = "heart_failure"
    DIABETES = "diabetes"
    COELIAC = "coeliac"
    DYSPHAGIA = "dysphagia"
    ACUTE_ILLNESS = "acute_illness"
    CONSTIPATION = "constipation"
    DEHYDRATION_RISK = "dehydration_risk"
    WEIGHT_LOSS = "weight_loss"
    PALLIATIVE = "palliative"
    GRAPEFRUIT_DRUG = "grapefruit_drug"
    MAO_INHIBITOR = "mao_inhibitor"
    ALCOHOL_DRUG = "alcohol_drug"
    VITAMIN_K_ANTAGONIST = "vitamin_k_antagonist"
    LEVODOPA = "levodopa"
    LEVOTHYROXINE = "levothyroxine"
    BISPHOSPHONATE = "bisphosphonate"
    CHELATING_ANTIBIOTIC = "chelating_antibiotic"
    POTASSIUM_DRUG = "potassium_drug"
    DIURETIC = "diuretic"
    METFORMIN_PPI = "metformin_ppi"
    METHOTREXATE = "methotrexate"
    INSULIN = "insulin"
    PHENYTOIN = "phenytoin"
    LITHIUM = "lithium"
    CAFFEINE_DRUG = "caffeine_drug"
    PEG_LAXATIVE = "peg_laxative"


DRUGS: frozenset[Condition] = frozenset(
    {
        *(Condition.GRAPEFRUIT_DRUG, Condition.MAO_INHIBITOR, Condition.ALCOHOL_DRUG),
        *(Condition.VITAMIN_K_ANTAGONIST, Condition.LEVODOPA, Condition.LEVOTHYROXINE),
        *(Condition.BISPHOSPHONATE, Condition.CHELATING_ANTIBIOTIC, Condition.POTASSIUM_DRUG),
        *(Condition.DIURETIC, Condition.METFORMIN_PPI, Condition.METHOTREXATE),
        *(Condition.INSULIN, Condition.PHENYTOIN, Condition.LITHIUM, Condition.CAFFEINE_DRUG),
        Condition.PEG_LAXATIVE,
    }
)
"""Those that are drugs: a form asks for them apart (clinical specification 6.3)."""
