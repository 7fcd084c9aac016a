"""The rules in force for a prescription, with what the prescription itself asks beside them."""

from collections.abc import Iterator
from fractions import Fraction

from screening.measuring.measures import Sex
from screening.needs.constraints import Constraint, Range, Rank
from screening.needs.prescription import Prescription, Strength
from screening.needs.requirements import DRINKS_ML
from screening.needs.rules import (
    NO_RESTRICTION,
    PROTEIN_FLOOR,
    RuleFacts,
    RulesInForce,
    rules_in_force,
)

_DRINKS_MINIMUM, _FLUID_ORDER = "r-002", "r-003"
_MORE_SALT, _REFEEDING_CAP, _ENERGY_TARGET = "r-004", "r-005", "r-006"
OWN_RULES = (
    *(_DRINKS_MINIMUM, _FLUID_ORDER, _MORE_SALT, _REFEEDING_CAP, _ENERGY_TARGET),
    *(PROTEIN_FLOOR, NO_RESTRICTION),
)
"""Rules that no condition brings: they stand in a ruling, never in a plan."""

_MORE_SALT_SODIUM_MG = 2400
"""Six grams of salt a day: who asks for more salt goes above it (convention of this product)."""


def rules_of(
    content: Prescription,
    *,
    weight_kg: Fraction | None,
    older: bool,
    malnourished: bool | None,
    extra: tuple[Constraint, ...] = (),
) -> RulesInForce:
    """The rules of a prescription's conditions, settled against what it asks by itself.

    `weight_kg` is the weight to reckon with. Unknown malnutrition lifts limits, never sets one.
    """
    energy = content.energy_kcal
    facts = RuleFacts(
        conditions=content.conditions,
        weight_kg=weight_kg,
        energy_kcal=energy.low if energy.high is None else energy.high,
        older=older,
        malnourished=malnourished,
        usual=content.usual,
        switches=content.switches,
    )
    return rules_in_force(facts, (*_own(content), *extra))


def _own(content: Prescription) -> Iterator[Constraint]:
    """What the prescription asks by itself, as far as a rule can stand against it."""
    if content.salt is Strength.MORE:
        yield Constraint(
            rule=_MORE_SALT,
            hard=False,
            nutrient="sodium_mg",
            bounds=Range(low=_MORE_SALT_SODIUM_MG),
        )
    if content.start_energy_kcal is not None:
        yield Constraint(
            rule=_REFEEDING_CAP,
            hard=True,
            rank=Rank.REFEEDING,
            nutrient="energy_kcal",
            bounds=Range(high=content.start_energy_kcal),
        )
    if content.energy_kcal.low is not None:
        yield Constraint(
            rule=_ENERGY_TARGET,
            hard=False,
            rank=Rank.MALNUTRITION,
            nutrient="energy_kcal",
            bounds=Range(low=content.energy_kcal.low),
        )


def drinks_of(sex: Sex | None, order_ml: int | None) -> tuple[Constraint, ...]:
    """The usual least of drinks and the order of fluid, so that the ruling shows which gave way."""
    least = Constraint(
        rule=_DRINKS_MINIMUM,
        hard=False,
        nutrient="fluid_ml",
        bounds=Range(low=None if sex is None else DRINKS_ML[sex]),
    )
    order = Constraint(
        rule=_FLUID_ORDER,
        hard=True,
        rank=Rank.FLUID,
        nutrient="fluid_ml",
        bounds=Range(high=order_ml),
    )
    return least, order
