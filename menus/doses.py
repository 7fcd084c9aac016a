"""Protein of the meals around each dose against the cap that is asked there."""

from dataclasses import dataclass
from datetime import time

from menus.catalog import Catalogue
from menus.composing import HUNDREDTHS, dose_slots
from menus.nutrients import INDEX
from menus.plan import MealPlan
from menus.plan_request import PlanRequest

_PROTEIN = INDEX["protein_g"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseStanding:
    """Protein of the meals of one day from 30 minutes before until 60 minutes after one dose.

    In hundredths of the scaled unit, of the dishes whose protein is known; `missing` are the
    others. `cap_hundredths` is None where times are known and no cap is asked.
    """

    day: int
    dose: time
    slots: frozenset[str]
    known_hundredths: int
    missing: int
    cap_hundredths: int | None

    @property
    def above_hundredths(self) -> int:
        """How far what is known lies above the cap."""
        cap = self.cap_hundredths
        return 0 if cap is None else max(0, self.known_hundredths - cap)

    @property
    def met(self) -> bool | None:
        """Whether the cap holds; None where there is no cap, or where that is not known."""
        if self.cap_hundredths is None:
            return None
        if self.above_hundredths:
            return False
        return None if self.missing else True


def dose_standings(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue
) -> tuple[DoseStanding, ...]:
    """Each dose of each day, in that order; KeyError for a dish the catalogue does not have."""
    found = []
    for day in range(request.days):
        for dose, slots in dose_slots(request).items():
            amounts = [
                (catalogue.variants[item.variant].per_100g[_PROTEIN], item.grams)
                for item in plan.items
                if item.day == day and item.slot in slots
            ]
            standing = DoseStanding(
                day=day,
                dose=dose,
                slots=slots,
                known_hundredths=sum(each * grams for each, grams in amounts if each is not None),
                missing=sum(each is None for each, _ in amounts),
                cap_hundredths=_cap(request, dose),
            )
            found.append(standing)
    return tuple(found)


def _cap(request: PlanRequest, dose: time) -> int | None:
    most = request.dose_protein_max
    return None if most is None or dose in request.dose_free else most * HUNDREDTHS
