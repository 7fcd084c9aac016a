"""Which neutral rules a person's conditions bring, switched by a clinician and settled."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from screening.instruments.instrument import Evidence
from screening.measuring.measures import rounded_int
from screening.needs.conditions import Condition
from screening.needs.constraints import Constraint, Range, Rank, Ruling, settle
from screening.needs.rule_cards import CARDS, RuleCard

KIDNEY_PROTEIN = frozenset({"r-129", "r-130"})
"""Rules that lower protein: only switched on when metabolically stable and supervised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A rule that a clinician put on or off: who (a user's number), when and why."""

    rule: str
    on: bool
    by: int | None = None
    at: datetime | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """What the rules need to become figures; None is unknown.

    `malnourished` unknown lifts a limit on protein (correcting malnutrition comes first) and
    eases nothing else. `usual` is what the person takes per day without advice, by nutrient.
    """

    conditions: frozenset[Condition] = frozenset()
    weight_kg: Fraction | None = None
    energy_kcal: int | None = None
    older: bool = False
    malnourished: bool | None = None
    usual: Mapping[str, int] = field(default_factory=dict)
    switches: tuple[Switch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInForce:
    """The rules that stand, what gave way, and the rules that lack a figure (`waiting`)."""

    rules: tuple[Constraint, ...]
    rulings: tuple[Ruling, ...] = ()
    waiting: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


def cards_for(conditions: frozenset[Condition]) -> tuple[RuleCard, ...]:
    """The cards that these conditions bring, in a fixed order that does not betray them."""
    return tuple(card for card in CARDS if _brought(card, conditions))


def _brought(card: RuleCard, conditions: frozenset[Condition]) -> bool:
    return bool(card.any_of & conditions) and card.all_of <= conditions


def is_on(card: RuleCard, switches: Iterable[Switch]) -> bool:
    """Whether a card's rule is on: as a clinician last set it, else as the card says."""
    states = {switch.rule: switch.on for switch in switches}
    return states.get(card.constraint.rule, card.on)


def rules_in_force(facts: RuleFacts, extra: Iterable[Constraint] = ()) -> RulesInForce:
    """The rules of the conditions that are on, as figures, settled by the conflict order.

    `extra` are rules of the prescription itself, such as a wish or an order of fluid: they take
    part in the settling and in its rulings, and are no rules of a condition afterwards.
    """
    brought = cards_for(facts.conditions)
    on = [card for card in brought if is_on(card, facts.switches)]
    figures = {card.constraint.rule: _figured(card, facts) for card in on}
    ready = [rule for rule in figures.values() if rule is not None]
    rules, rulings = settle((*ready, *_standing(facts), *extra))
    return RulesInForce(
        rules=tuple(rule for rule in rules if rule.rule in figures),
        rulings=rulings,
        waiting=tuple(name for name, rule in figures.items() if rule is None),
        off=tuple(card.constraint.rule for card in brought if card not in on),
    )


# Rules that no condition brings (KDOQI 2020: correcting protein-energy wasting outranks a limit on
# protein; ESPEN geriatrics 2022: no restrictive diets in malnourished older people).
PROTEIN_FLOOR = "r-010"
NO_RESTRICTION = "r-011"
EASED = ("sodium_mg", "carbohydrate_g", "sugars_g", "potassium_mg", "phosphorus_mg")


def _standing(facts: RuleFacts) -> Iterator[Constraint]:
    if facts.malnourished is not False and facts.weight_kg is not None:
        low = rounded_int(facts.weight_kg)  # ESPEN geriatrics 2022: at least 1 g per kg
        yield Constraint(
            rule=PROTEIN_FLOOR,
            hard=False,
            rank=Rank.MALNUTRITION,
            nutrient="protein_g",
            bounds=Range(low=low),
            daily=True,
        )
    if facts.malnourished and facts.older:
        yield Constraint(rule=NO_RESTRICTION, hard=False, rank=Rank.MALNUTRITION, eases=EASED)


def _figured(card: RuleCard, facts: RuleFacts) -> Constraint | None:
    """The rule with its bounds; None while the figure it is reckoned from is unknown."""
    if card.per_kg is not None:
        return _bounded(card, facts.weight_kg, card.per_kg)
    if card.around_usual_percent is not None:
        usual = facts.usual.get(str(card.constraint.nutrient))
        span = Fraction(card.around_usual_percent, 100)
        return _bounded(card, None if usual is None else Fraction(usual), (1 - span, 1 + span))
    if card.per_kcal is not None:
        kcal = None if facts.energy_kcal is None else Fraction(facts.energy_kcal)
        return _bounded(card, kcal, (None, card.per_kcal))
    return card.constraint


def _bounded(
    card: RuleCard, amount: Fraction | None, factors: tuple[Fraction | None, Fraction | None]
) -> Constraint | None:
    if amount is None:
        return None
    low, high = (None if each is None else rounded_int(amount * each) for each in factors)
    return replace(card.constraint, bounds=Range(low=low, high=high))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What no planner can keep: said to the dietitian, with how sure it is."""

    code: str
    evidence: Evidence


def reminders_for(conditions: frozenset[Condition]) -> tuple[Reminder, ...]:
    """What to tell the dietitian beside the rules, each once, in the order of the rule book."""
    found = (
        Reminder(code=f"reminder.{name}", evidence=evidence)
        for condition, name, evidence in REMINDERS
        if condition in conditions
    )
    return tuple(dict.fromkeys(found))


_V, _K = Evidence.SOURCE, Evidence.UNVERIFIED
# Clinical specification 6.2 and 6.3: what is no window, exclusion, moment or slot.
REMINDERS: tuple[tuple[Condition, str, Evidence], ...] = (
    (Condition.PARKINSON, "swallow_every_6_months", _V),
    (Condition.PARKINSON, "weigh_monthly", _V),
    (Condition.PARKINSON, "iron_apart", _K),
    (Condition.PARKINSON_FLUCTUATIONS, "redistribution_trial", _V),
    (Condition.LEVODOPA, "iron_apart", _K),
    (Condition.DEMENTIA, "dementia_meals", _K),
    (Condition.DEMENTIA, "dementia_supervision", _K),
    (Condition.DIABETES, "relaxed_glucose", _V),
    (Condition.INSULIN, "missed_meal_red", _K),
    (Condition.CKD, "kidney_serum", _V),
    (Condition.CKD, "kidney_protein_order", _V),
    (Condition.DIALYSIS, "dialysis_fluid", _K),
    (Condition.DIALYSIS, "phosphate_additives", _K),
    (Condition.HEART_FAILURE, "fluid_only_ordered", _V),
    (Condition.HEART_FAILURE, "gain_3_days", _K),
    (Condition.COPD, "copd_rest", _K),
    (Condition.CANCER, "cancer_cold_meals", _K),
    (Condition.CANCER_BEDRIDDEN, "cancer_cold_meals", _K),
    (Condition.NEUTROPENIA, "pathogens", _K),
    (Condition.CIRRHOSIS, "cirrhosis_gaps", _V),
    (Condition.CIRRHOSIS, "encephalopathy_protein", _V),
    (Condition.ASCITES, "ascites_intake_first", _K),
    (Condition.PRESSURE_ULCER, "ulcer_supplement", _K),
    (Condition.PRESSURE_ULCER, "kidney_before_protein", _V),
    (Condition.COELIAC, "oats_certified", _K),
    (Condition.WEIGHT_LOSS, "weight_loss_exercise", _V),
    (Condition.CONSTIPATION, "fibre_steps", _K),
    (Condition.DEHYDRATION_RISK, "drinks_watched", _K),
    (Condition.PALLIATIVE, "comfort_feeding", _K),
    (Condition.DYSPHAGIA, "thickener_kinds", _K),
    (Condition.VITAMIN_K_ANTAGONIST, "tell_prescriber", _V),
    (Condition.LEVOTHYROXINE, "calcium_iron_4h", _K),
    (Condition.POTASSIUM_DRUG, "potassium_watch", _K),
    (Condition.DIURETIC, "diuretic_minerals", _V),
    (Condition.METFORMIN_PPI, "b12_yearly", _K),
    (Condition.METHOTREXATE, "folate_prescriber", _K),
    (Condition.PHENYTOIN, "phenytoin_tube", _K),
    (Condition.LITHIUM, "stable_salt_fluid", _K),
    (Condition.CAFFEINE_DRUG, "stable_caffeine", _K),
)
