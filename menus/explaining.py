"""Explain a plan: the best swaps for one place, why a dish is not there, where the week stands."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from menus.catalog import Catalogue, Portion, Role, Variant
from menus.composing import HUNDREDTHS, Place, family_of, repeated_points, seats
from menus.nutrients import INDEX
from menus.plan import MealPlan, PlanItem, PlanPlace
from menus.plan_check import PlanObjection, broken_limits, unknown_amounts
from menus.plan_problem import (
    PlanProblem,
    build_problem,
    cost_cents,
    suitable_variants,
)
from menus.plan_request import PlanRequest, Window
from menus.suitability import Objection, hard_objections, wishes
from optimizer import LEVELS, Choice, MealChoice, Swap, SwapTable


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

    `best.delta` is the price in each level; `limits` are the safe limits that the plan with it
    would break, empty where it may be chosen. A dish whose amount is not known has no price where
    that nutrient has a safe maximum: it has limits without `best`. With none of the three, no
    place of the plan asks for its role, or it stands there.
    """

    variant: str
    objections: tuple[Objection, ...] = ()
    best: Alternative | None = None
    limits: tuple[PlanObjection, ...] = ()


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
        suitable = suitable_variants(request.eater, catalogue, request.recalled)
        self.problem: PlanProblem = build_problem(request, suitable)
        self.plan, self.request, self.catalogue = plan, request, catalogue
        self._standing = _standing(plan, self.problem)
        self._days = _days_of(self._standing.values(), catalogue)
        self._choices: dict[Role, tuple[int, int, str]] = {}
        choices = (
            Choice(position=place.key, option=_option(self._standing.get(place.key)))
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
        for swap in self._table.swaps([place.key for place in places[:1]]):
            component = self.problem.served[swap.option][0].component if swap.option else ""
            if component and component not in found and len(found) < count:
                found[component] = self._alternative(swap)
        return tuple(found.values())

    def why_not(self, variant: str, at: PlanPlace | None = None) -> WhyNot:
        """Why a variant does not stand in a place (None: anywhere in the plan)."""
        dish = self.catalogue.variants[variant]
        found = self._objections(dish)
        if found:
            return WhyNot(variant=variant, objections=found)
        places = [
            place
            for place in self.problem.places
            if place.role is dish.role
            and (at is None or (place.day, place.slot, place.role) == (at.day, at.slot, at.role))
        ]
        for swap in self._table.swaps([place.key for place in places], unsafe=True):
            if swap.option is not None and self.problem.served[swap.option][0].id == variant:
                best = self._alternative(swap)
                return WhyNot(variant=variant, best=best, limits=self._limits(swap, best))
        return WhyNot(variant=variant, limits=self._not_known(dish, places))

    def why_not_dish(self, component: str, at: PlanPlace) -> WhyNot:
        """Why no variant of a component stands in a place: the answer for the one nearest to it.

        That is the cheapest by level among those allowed, else the one with the fewest
        objections. KeyError for a component without any variant.
        """
        answers = [
            self.why_not(variant.id, at)
            for variant in self.catalogue.variants.values()
            if variant.component == component
        ]
        if not answers:
            raise KeyError(component)
        return min(answers, key=_far)

    def _not_known(self, dish: Variant, places: Iterable[Place]) -> tuple[PlanObjection, ...]:
        """The safe maxima under which a dish has no place, because its amount is not known.

        Of the first place where it does not stand already.
        """
        for place in places:
            standing = self._standing.get(place.key)
            if standing is None or standing.variant != dish.id:
                return unknown_amounts(self._item(dish, place), self.request, self.catalogue)
        return ()

    def _item(self, dish: Variant, place: Place) -> PlanItem:
        size = self.request.portion
        return PlanItem(
            day=place.day,
            slot=place.slot,
            role=place.role,
            variant=dish.id,
            portion=size,
            grams=dish.portions_g[size],
        )

    def _limits(self, swap: Swap, best: Alternative) -> tuple[PlanObjection, ...]:
        """The safe limits that the plan with a swap would break; a plan breaks none."""
        if swap.delta[0] <= 0:
            return ()
        gone = self._standing.get(swap.position)
        dish = PlanItem(
            day=best.day,
            slot=best.slot,
            role=best.role,
            variant=best.variant,
            portion=best.portion,
            grams=best.grams,
        )
        items = (*(one for one in self.plan.items if one is not gone), dish)
        return broken_limits(replace(self.plan, items=items), self.request, self.catalogue)

    def _objections(self, variant: Variant) -> tuple[Objection, ...]:
        asked = self.request
        return hard_objections(variant, asked.eater, recalled=asked.recalled)

    def choice(self, role: Role) -> tuple[int, int, str]:
        """How many dishes of a role the eater may have, of how many, and what stops most."""
        if role not in self._choices:
            self._choices[role] = self._choice(role)
        return self._choices[role]

    def _choice(self, role: Role) -> tuple[int, int, str]:
        stopped: Counter[str] = Counter()
        allowed, every = set[str](), set[str]()
        for other in self.catalogue.variants.values():
            if other.role is not role:
                continue
            every.add(other.component)
            rules = {found.rule for found in self._objections(other)}
            stopped.update(rules)
            if not rules:
                allowed.add(other.component)
        most = min(stopped, key=lambda name: (-stopped[name], name), default="")
        return len(allowed), len(every), most

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

    def _amount(self, variant: str, grams: int, nutrient: str) -> int | None:
        amount = self.catalogue.variants[variant].per_100g[INDEX[nutrient]]
        return None if amount is None else amount * grams

    def _difference(self, swap: Swap, nutrient: str) -> int | None:
        variant, portion = self.problem.served[swap.option or ""]
        new = self._amount(variant.id, variant.portions_g[portion], nutrient)
        gone = self._standing.get(swap.position)
        old = self._amount(gone.variant, gone.grams, nutrient) if gone else 0
        return None if new is None or old is None else new - old

    def _cost(self, position: str) -> int:
        gone = self._standing.get(position)
        return cost_cents(self.catalogue.variants[gone.variant], gone.grams) if gone else 0

    def _reasons(self, swap: Swap) -> tuple[SwapReason, ...]:
        variant, _ = self.problem.served[swap.option or ""]
        standing = self._standing.get(swap.position)
        before = self.catalogue.variants[standing.variant].component if standing else None
        _, _, soft, dose, _, cost, _ = swap.delta
        slack = self._table.levels[LEVELS.index("soft")]
        spoken: Mapping[SwapReason, bool] = {
            SwapReason.SOLVES_SLACK: soft < 0 and slack + soft == 0,
            SwapReason.LESS_SLACK: soft < 0 < slack + soft,
            SwapReason.MORE_SLACK: soft > 0,
            SwapReason.BETTER_AT_DOSE: dose < 0,
            SwapReason.WORSE_AT_DOSE: dose > 0,
            SwapReason.LIKED: bool(wishes(variant, self.request.likes)),
            SwapReason.DISLIKED: bool(wishes(variant, self.request.dislikes)),
            SwapReason.SAME_DISH: variant.component == before,
            SwapReason.MORE_REPETITION: self._repeats(swap) > 0,
            SwapReason.CHEAPER: cost < 0,
            SwapReason.DEARER: cost > 0,
        }
        return tuple(code for code, true in spoken.items() if true) or (SwapReason.EQUAL,)

    def _repeats(self, swap: Swap) -> int:
        """Points by which dishes, or sources of protein, come again more than they did."""
        day = next(each.day for each in self.problem.places if each.key == swap.position)
        gone = self._standing.get(swap.position)
        goes = _groups(self.catalogue.variants[gone.variant]) if gone else frozenset[str]()
        comes = _groups(self.problem.served[swap.option or ""][0])
        more = 0
        for rule in self.problem.choice.repetitions:
            if rule.group in comes ^ goes:
                before = Counter(self._days.get(rule.group, ()))
                after = before + Counter([day]) if rule.group in comes else before - Counter([day])
                more += repeated_points(rule, after) - repeated_points(rule, before)
        return more


def _groups(variant: Variant) -> frozenset[str]:
    """What a dish counts as when it comes again: its component, and its source of protein."""
    return frozenset({variant.component, family_of(variant)})


def _standing(plan: MealPlan, problem: PlanProblem) -> dict[str, PlanItem]:
    """The dish at each filled place."""
    seated = zip(seats(problem.places, plan.items), plan.items, strict=True)
    return {key: item for key, item in seated if key is not None}


def _days_of(items: Iterable[PlanItem], catalogue: Catalogue) -> Mapping[str, list[int]]:
    """The days on which each component and each source of protein stands."""
    days: defaultdict[str, list[int]] = defaultdict(list)
    for item in items:
        for group in _groups(catalogue.variants[item.variant]):
            days[group].append(item.day)
    return dict(days)


def _option(item: PlanItem | None) -> str | None:
    """The key of a dish among the options, whether or not it may still be chosen."""
    return None if item is None else f"{item.variant}/{item.portion}"


def _far(answer: WhyNot) -> tuple[bool, int, bool, tuple[int, ...]]:
    """How far a variant is from being chosen; what is not known is further than any price."""
    delta = answer.best.delta if answer.best else ()
    unpriced = answer.best is None and bool(answer.limits)
    return bool(answer.objections), len(answer.objections), unpriced, delta


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
