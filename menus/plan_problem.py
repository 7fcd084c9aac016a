"""A request and the catalogue as a choice problem, and what its keys mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from menus.catalog import Catalogue, Portion, Role, Variant
from menus.composing import (
    APART,
    Place,
    bounds_of,
    contrasts,
    dimensions_of,
    family_of,
    near_expiry,
    places_of,
    repetitions,
    seated,
    stock_lines,
    traits_of,
)
from menus.nutrients import INDEX
from menus.plan_request import Pin, PlanRequest
from menus.suitability import Eater, hard_objections
from optimizer import MealChoiceProblem, Option, Position

LIKED, DISLIKED = -100, 1_000
OTHER_PORTION = 6
SKIPPED = 40
CHANGED = 60
"""Points among the wishes. What was published is liked too: it goes before cost, and where all
else is equal the fewest changes decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProblem:
    """The choice problem with the meaning of its keys."""

    choice: MealChoiceProblem
    places: tuple[Place, ...]
    served: Mapping[str, tuple[Variant, Portion]]
    shelves: Mapping[Role, tuple[Variant, ...]]
    nutrients: tuple[str, ...]


def suitable_variants(eater: Eater, catalogue: Catalogue) -> tuple[Variant, ...]:
    """Every variant to which there is no objection.

    Only the levels ordered can pass the gate, so only those are brought before it.
    """
    ordered = {eater.food_iddsi, eater.drink_iddsi}
    return tuple(
        variant
        for variant in catalogue.variants.values()
        if variant.iddsi in ordered and not hard_objections(variant, eater)
    )


def build_problem(request: PlanRequest, suitable: Iterable[Variant]) -> PlanProblem:
    """The choice problem over suitable variants; a pin that is not suitable has no candidate."""
    shelves: defaultdict[Role, list[Variant]] = defaultdict(list)
    for variant in suitable:
        shelves[variant.role].append(variant)
    places = places_of(request)
    wanted = {place.role for place in places}
    nutrients = dimensions_of(request)
    served = {
        f"{variant.id}/{portion}": (variant, portion)
        for role in Role
        if role in wanted
        for variant in shelves[role]
        for portion in Portion
    }
    options = _options(request, served, nutrients)
    choice = MealChoiceProblem(
        days=request.days,
        dimensions=len(nutrients),
        options=options,
        positions=_positions(request, places, served),
        bounds=bounds_of(request, places, nutrients),
        repetitions=repetitions(request, served),
        contrasts=contrasts(places),
        stock=stock_lines(request, served),
        use_first=near_expiry(request, served, (option.cost for option in options)),
        change_penalty=CHANGED,
        apart_penalty=APART,
    )
    return PlanProblem(
        choice=choice,
        places=places,
        served=served,
        shelves={role: tuple(each) for role, each in shelves.items()},
        nutrients=nutrients,
    )


def wishes(variant: Variant, words: frozenset[str]) -> frozenset[str]:
    """Which of the words name the variant: its ingredients, component, properties or id."""
    named = {variant.id, variant.component} | variant.ingredients | variant.properties
    return words & named


def cost_cents(variant: Variant, grams: int) -> int:
    """Price of a portion in cents, rounded up."""
    return -(-variant.price_cents_per_100g * grams // 100)


def _options(
    request: PlanRequest,
    served: Mapping[str, tuple[Variant, Portion]],
    nutrients: tuple[str, ...],
) -> tuple[Option, ...]:
    columns = [INDEX[nutrient] for nutrient in nutrients]
    found = []
    for key, (variant, portion) in served.items():
        grams = variant.portions_g[portion]
        per_100g = variant.per_100g
        amounts = [per_100g[column] for column in columns]
        found.append(
            Option(
                key=key,
                amounts=tuple(None if each is None else each * grams for each in amounts),
                group=variant.component,
                family=family_of(variant),
                traits=traits_of(variant),
                penalty=_penalty(request, variant, portion),
                cost=cost_cents(variant, grams),
            )
        )
    return tuple(found)


def _penalty(request: PlanRequest, variant: Variant, portion: Portion) -> int:
    points = 0 if portion is request.portion else OTHER_PORTION
    if request.likes and wishes(variant, request.likes):
        points += LIKED
    if request.dislikes and wishes(variant, request.dislikes):
        points += DISLIKED
    return points


def _positions(
    request: PlanRequest,
    places: tuple[Place, ...],
    served: Mapping[str, tuple[Variant, Portion]],
) -> tuple[Position, ...]:
    number = {key: index for index, key in enumerate(served)}
    shelves: defaultdict[Role, list[int]] = defaultdict(list)
    for index, (variant, _) in enumerate(served.values()):
        shelves[variant.role].append(index)
    candidates = {role: tuple(shelves[role]) for role in Role}
    pinned, earlier = seated(places, request.pins), seated(places, request.previous)
    shared = seated(places, request.together)
    return tuple(
        Position(
            key=place.key,
            day=place.day,
            candidates=candidates[place.role],
            rule=f"role:{place.slot}/{place.role}",
            optional=place.optional,
            skip_penalty=SKIPPED,
            pinned=_number(number, pinned.get(place.key)),
            earlier=_number(number, earlier.get(place.key)),
            wanted=shared[place.key].component if place.key in shared else "",
        )
        for place in places
    )


def _number(number: Mapping[str, int], pin: Pin | None) -> int | None:
    return None if pin is None else number.get(f"{pin.variant}/{pin.portion}")
