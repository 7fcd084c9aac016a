"""Explain a plan: the best swaps for one place, why a dish is not there, where the week stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from menus.catalog import Catalogue, Portion, Role
from menus.composing import HUNDREDTHS, Place, seats
from menus.nutrients import INDEX
from menus.plan import MealPlan, PlanPlace
from menus.plan_problem import (
    PlanProblem,
    build_problem,
    cost_cents,
    suitable_variants,
    wishes,
)
from menus.plan_request import PlanRequest, Window
from menus.suitability import Objection, hard_objections
from optimizer import Choice, MealChoice, Swap, SwapTable


class SwapReason(StrEnum):
    """What a swap would do to the plan."""

    SOLVES_SLACK = "plan.swap.solves_slack"
    LESS_SLACK = "plan.swap.less_slack"
    MORE_SLACK = "plan.swap.more_slack"
    BETTER_AT_DOSE = "plan.swap.better_at_dose"
    WORSE_AT_DOSE = "plan.swap.worse_at_dose"
    LIKED = "plan.swap.liked"
    DISLIKED = "plan.swap.disliked"
    SAME_DISH = "plan.swap.same_dish"
    MORE_REPETITION = "plan.swap.more_repetition"
    CHEAPER = "plan.swap.cheaper"
    DEARER = "plan.swap.dearer"
    EQUAL = "plan.swap.equal"


class Verdict(StrEnum):
    """Where a mean lies against its window; unknown figures never make it enough."""

    WITHIN = "plan.verdict.within"
    BELOW = "plan.verdict.below"
    ABOVE = "plan.verdict.above"
    INCOMPLETE = "plan.verdict.incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another dish for one place; differences in hundredths of scaled units, None: not known."""

    day: int
    slot: str
    role: Role
    variant: str
    portion: Portion
    grams: int
    energy_hundredths: int | None
    protein_hundredths: int | None
    price_cents: int
    delta: tuple[int, ...]
    reasons: tuple[SwapReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """Why a variant is not in a plan: objections, or else the price of its best place.

    Without objection and without `best`, no place of the plan asks for its role.
    """

    objections: tuple[Objection, ...] = ()
    best: Alternative | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The mean of one nutrient over the horizon against its window."""

    nutrient: str
    mean_hundredths: int
    missing: int
    window: Window
    verdict: Verdict
    off_hundredths: int = 0


def alternatives(
    plan: MealPlan, request: PlanRequest, catalogue: Catalogue, at: PlanPlace, *, count: int = 5
) -> tuple[Alternative, ...]:
    """The best swaps for one place; for more than one question about a plan make a `PlanBench`."""
    return PlanBench(plan, request, catalogue).alternatives(at, count=count)


def why_not(plan: MealPlan, request: PlanRequest, catalogue: Catalogue, variant: str) -> WhyNot:
    """Why a variant is not in the plan; KeyError for a variant the catalogue does not have."""
    return PlanBench(plan, request, catalogue).why_not(variant)


class PlanBench:
    """A plan back on the bench: its problem, choices and prices, laid out once for many questions.

    Not to be shared between threads: pricing a swap tries it.
    """

    def __init__(self, plan: MealPlan, request: PlanRequest, catalogue: Catalogue) -> None:
        suitable = suitable_variants(request.eater, catalogue)
        self.problem: PlanProblem = build_problem(request, suitable)
        self.plan, self.request, self.catalogue = plan, request, catalogue
        self._standing = _standing(plan, self.problem)
        choices = (
            Choice(position=place.key, option=self._standing.get(place.key))
            for place in self.problem.places
        )
        self._table = SwapTable(self.problem.choice, MealChoice(choices=tuple(choices)))

    def alternatives(self, at: PlanPlace, *, count: int = 5) -> tuple[Alternative, ...]:
        """The best swaps for one place, one portion and seasoning per component, best first.

        Only variants without objection; none that breaks a safe bound. Empty where there is no
        such place in the plan.
        """
        places = [
            place
            for place in self.problem.places
            if (place.day, place.slot, place.role) == (at.day, at.slot, at.role)
        ]
        found: dict[str, Alternative] = {}
        for swap in self._swaps(places[:1]):
            component = self.problem.served[swap.option][0].component if swap.option else ""
            if component and component not in found and len(found) < count:
                found[component] = self._alternative(swap)
        return tuple(found.values())

    def why_not(self, variant: str, at: PlanPlace | None = None) -> WhyNot:
        """Why a variant does not stand in a place (None: anywhere in the plan)."""
        dish = self.catalogue.variants[variant]
        found = hard_objections(dish, self.request.eater)
        if found:
            return WhyNot(objections=found)
        places = [
            place
            for place in self.problem.places
            if place.role is dish.role
            and (at is None or (place.day, place.slot, place.role) == (at.day, at.slot, at.role))
        ]
        for swap in self._swaps(places):
            if swap.option is not None and self.problem.served[swap.option][0].id == variant:
                return WhyNot(best=self._alternative(swap))
        return WhyNot(objections=found)

    def _swaps(self, places: list[Place]) -> tuple[Swap, ...]:
        return self._table.swaps([place.key for place in places])

    def _alternative(self, swap: Swap) -> Alternative:
        """A swap in the words of the plan."""
        variant, portion = self.problem.served[swap.option or ""]
        place = next(each for each in self.problem.places if each.key == swap.position)
        grams = variant.portions_g[portion]
        return Alternative(
            day=place.day,
            slot=place.slot,
            role=place.role,
            variant=variant.id,
            portion=portion,
            grams=grams,
            energy_hundredths=self._difference(swap, "energy_kcal"),
            protein_hundredths=self._difference(swap, "protein_g"),
            price_cents=cost_cents(variant, grams) - self._cost(swap.position),
            delta=swap.delta,
            reasons=self._reasons(swap),
        )

    def _amount(self, option: str | None, nutrient: str) -> int | None:
        if option is None:
            return 0
        variant, portion = self.problem.served[option]
        amount = variant.per_100g[INDEX[nutrient]]
        return None if amount is None else amount * variant.portions_g[portion]

    def _difference(self, swap: Swap, nutrient: str) -> int | None:
        new = self._amount(swap.option, nutrient)
        old = self._amount(self._standing.get(swap.position), nutrient)
        return None if new is None or old is None else new - old

    def _cost(self, position: str) -> int:
        option = self._standing.get(position)
        if option is None:
            return 0
        variant, portion = self.problem.served[option]
        return cost_cents(variant, variant.portions_g[portion])

    def _reasons(self, swap: Swap) -> tuple[SwapReason, ...]:
        variant, _ = self.problem.served[swap.option or ""]
        standing = self._standing.get(swap.position)
        before = self.problem.served[standing][0].component if standing else None
        _, _, soft, dose, wish, cost, _ = swap.delta
        slack = self.plan.objective[2]
        spoken: Mapping[SwapReason, bool] = {
            SwapReason.SOLVES_SLACK: soft < 0 and slack + soft == 0,
            SwapReason.LESS_SLACK: soft < 0 < slack + soft,
            SwapReason.MORE_SLACK: soft > 0,
            SwapReason.BETTER_AT_DOSE: dose < 0,
            SwapReason.WORSE_AT_DOSE: dose > 0,
            SwapReason.LIKED: bool(wishes(variant, self.request.likes)),
            SwapReason.DISLIKED: bool(wishes(variant, self.request.dislikes)),
            SwapReason.SAME_DISH: variant.component == before,
            SwapReason.MORE_REPETITION: wish >= 300 and variant.component != before,
            SwapReason.CHEAPER: cost < 0,
            SwapReason.DEARER: cost > 0,
        }
        return tuple(code for code, true in spoken.items() if true) or (SwapReason.EQUAL,)


def _standing(plan: MealPlan, problem: PlanProblem) -> dict[str, str]:
    """The option at each filled place."""
    return {
        key: f"{item.variant}/{item.portion}"
        for key, item in zip(seats(problem.places, plan.items), plan.items, strict=True)
        if key is not None
    }


def standings(plan: MealPlan, request: PlanRequest) -> tuple[Standing, ...]:
    """The mean of every nutrient with a window, week windows first, with a verdict."""
    windows = dict(request.week) | {
        nutrient: window for nutrient, window in request.day if nutrient not in dict(request.week)
    }
    return tuple(_stand(plan, nutrient, window) for nutrient, window in windows.items())


def _stand(plan: MealPlan, nutrient: str, window: Window) -> Standing:
    column = [row[INDEX[nutrient]] for row in plan.totals]
    days = len(column)
    total = sum(each.known_hundredths for each in column)
    missing = sum(each.missing for each in column)
    low = 0 if window.min is None else window.min * HUNDREDTHS * days - total
    high = 0 if window.max is None else total - window.max * HUNDREDTHS * days
    return Standing(
        nutrient=nutrient,
        mean_hundredths=total // days,
        missing=missing,
        window=window,
        verdict=_verdict(low, high, doubt=missing > 0 and (low > 0 or window.max is not None)),
        off_hundredths=-(-max(low, high, 0) // days),
    )


def _verdict(low: int, high: int, *, doubt: bool) -> Verdict:
    if high > 0:
        return Verdict.ABOVE
    if doubt:
        return Verdict.INCOMPLETE
    return Verdict.BELOW if low > 0 else Verdict.WITHIN
