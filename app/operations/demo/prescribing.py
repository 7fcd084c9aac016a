"""Prescriptions of the demo region: consistent with the body, in steps that many people share.

Food allergy: about 6 % of people report one (Nwaru et al., Allergy 2014: 5.9 %), coeliac disease
1 % (Mustalahti et al., Ann Med 2010). Texture in Parkinson's disease: 40 %, near the third with
swallowing complaints of Kalf et al., Parkinsonism Relat Disord 2012. Taste, salt and meal pattern
are conventions of this demo.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random

from app.operations.demo.health import Body, Screened
from screening import (
    OLDER_YEARS,
    Condition,
    MealPattern,
    Prescription,
    Range,
    RefeedingFacts,
    Sex,
    Strength,
    Taste,
    bmi,
    refeeding_risk,
    reference_weight_kg,
    rules_of,
)

DOSE_TIMES: tuple[tuple[str, ...], ...] = (
    ("08:00", "12:00", "18:00"),
    ("07:00", "11:00", "15:00", "19:00"),
    ("07:00", "10:30", "14:00", "17:30", "21:00"),
)
"""Times of levodopa in the pilot group."""

TEXTURES: tuple[tuple[tuple[str, str], int], ...] = (
    (("EC7", "0"), 30),
    (("6", "0"), 20),
    (("6", "1"), 6),
    (("5", "0"), 12),
    (("5", "2"), 12),
    (("4", "0"), 6),
    (("4", "2"), 10),
    (("4", "3"), 4),
)
"""Food and drink level with their weight among people with an order for texture."""

_ALLERGIES: tuple[tuple[str, int], ...] = (
    ("nuts", 24),
    ("milk", 18),
    ("crustaceans", 10),
    ("eggs", 10),
    ("peanuts", 8),
    ("fish", 8),
    ("celery", 8),
    ("soy", 5),
    ("gluten:wheat", 5),
    ("sesame", 4),
)
_STEP_KCAL, _WIDTH_KCAL, _STEP_G = 100, 200, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is drawn per person beside the body."""

    conditions: frozenset[Condition]
    texture: tuple[str, str]
    allergies: frozenset[str]
    taste: Taste
    low_salt: bool
    dislikes: frozenset[str]


def draw_texture(rng: Random) -> tuple[str, str]:
    """Give a food and drink level for someone who does not eat everything."""
    levels = [each for each, _ in TEXTURES]
    return rng.choices(levels, [weight for _, weight in TEXTURES])[0]


def draw_allergies(rng: Random) -> frozenset[str]:
    """Give one allergy, in a tenth of cases two, for someone who has any."""
    words = [word for word, _ in _ALLERGIES]
    count = 2 if rng.randrange(10) == 0 else 1
    return frozenset(rng.choices(words, [weight for _, weight in _ALLERGIES], k=count))


def prescribe(screened: Screened, traits: Traits, *, at_risk: bool) -> Prescription:
    """Give the prescription of a person, in steps of 100 kcal and 5 g of protein.

    Energy starts at 28 kcal per kg of reference weight and day (30 at risk, 27 above 80 kg) rounded
    down, and spans 200 kcal; protein is 1.0-1.3 g/kg, at risk 1.1-1.5 (ESPEN geriatrics 2022). All
    people in one step of energy get the same protein, so that many share a profile.
    """
    body = screened.body
    weight = reference_weight_kg(body.weight_kg, body.height_cm)
    per_kg = 30 if at_risk else 27 if weight > 80 else 28
    low = int(weight * per_kg) // _STEP_KCAL * _STEP_KCAL
    content = Prescription(
        energy_kcal=Range(low=low, high=low + _WIDTH_KCAL),
        protein_g=_protein(low, per_kg, at_risk=at_risk),
        fluid_ml=Range(low=2000 if body.sex is Sex.MALE else 1600),
        food_level=traits.texture[0],
        drink_level=traits.texture[1],
        allergies=traits.allergies,
        taste=traits.taste,
        salt=Strength.LESS if traits.low_salt else Strength.NORMAL,
        dose_times=_doses(body, traits.conditions),
        meal_pattern=MealPattern.FIVE if at_risk else MealPattern.THREE,
        dislikes=traits.dislikes,
        conditions=traits.conditions,
        refeeding=refeeding_risk(_refeeding(body)).level,
        based_on_weight_g=int(body.weight_kg * 1000),
    )
    older = (screened.assessment.age or 0) >= OLDER_YEARS
    rules = rules_of(content, weight_kg=weight, older=older, malnourished=at_risk)
    return replace(content, rules=rules.rules)


def _doses(body: Body, conditions: frozenset[Condition]) -> tuple[str, ...]:
    if Condition.PARKINSON not in conditions:
        return ()
    if Condition.PARKINSON_FLUCTUATIONS in conditions:
        return DOSE_TIMES[0]
    return DOSE_TIMES[int(body.weight_kg * 10) % len(DOSE_TIMES)]


def _protein(low_kcal: int, per_kg: int, *, at_risk: bool) -> Range:
    """Protein that suits the lightest and the heaviest person in a step of energy."""
    lightest = Fraction(low_kcal, per_kg)
    heaviest = Fraction(low_kcal + _STEP_KCAL, per_kg)
    least, most = (Fraction(11, 10), Fraction(3, 2)) if at_risk else (Fraction(1), Fraction(13, 10))
    low = -(-heaviest * least // _STEP_G) * _STEP_G
    high = lightest * most // _STEP_G * _STEP_G
    return Range(low=int(min(low, high)), high=int(max(low, high)))


def _refeeding(body: Body) -> RefeedingFacts:
    return RefeedingFacts(
        bmi=bmi(body.weight_kg, body.height_cm),
        loss_pct_3_6m=body.loss_percent,
        days_little_or_no_intake=0,
        low_k_po4_mg=False,
        alcohol_or_drugs=False,
    )


def raised(content: Prescription) -> Prescription:
    """Give the proposal after a further loss: one step more energy and protein."""
    energy, protein = content.energy_kcal, content.protein_g
    return replace(
        content,
        energy_kcal=Range(low=_plus(energy.low, _STEP_KCAL), high=_plus(energy.high, _STEP_KCAL)),
        protein_g=Range(low=_plus(protein.low, _STEP_G), high=_plus(protein.high, _STEP_G)),
        meal_pattern=MealPattern.FIVE,
    )


def _plus(bound: int | None, step: int) -> int | None:
    return None if bound is None else bound + step


CONDITIONS: Mapping[Condition, int] = {
    Condition.HEART_FAILURE: 12,
    Condition.DIABETES: 18,
    Condition.COPD: 8,
    Condition.COELIAC: 1,
    Condition.GRAPEFRUIT_DRUG: 6,
}
"""Percent of people with a condition that matters for food, beside Parkinson and dementia."""
