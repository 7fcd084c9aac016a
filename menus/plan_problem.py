"""A request and the catalogue as a choice problem, and what its keys mean."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

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
from menus.seasoning import Seasoning
from menus.suitability import Eater, hard_objections, wishes
from optimizer import MealChoiceProblem, Option, Position, Repetition, Same

LIKED, DISLIKED = -100, 1_000
OTHER_PORTION = 6
SKIPPED = 40
CHANGED = 60
"""Points among the wishes. What was published is liked too: it goes before cost, and where all
else is equal the fewest changes decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDishes:
    """The places of a plan and what may stand there, by the keys of its options."""

    places: tuple[Place, ...]
    served: Mapping[str, tuple[Variant, Portion]]
    shelves: Mapping[Role, tuple[Variant, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProblem(PlanDishes):
    """The choice problem with the meaning of its keys."""

    choice: MealChoiceProblem
    nutrients: tuple[str, ...]


def suitable_variants(
    eater: Eater, catalogue: Catalogue, recalled: frozenset[str] = frozenset()
) -> tuple[Variant, ...]:
    """Every variant to which there is no objection, a recall among them.

    Only the levels and seasonings ordered can pass the gate, so only those are brought before it.
    """
    return _gate_of(Same(catalogue))(eater, recalled)


@lru_cache(maxsize=2)
def _gate_of(catalogue: Same[Catalogue]) -> Callable[[Eater, frozenset[str]], tuple[Variant, ...]]:
    """The gate before one catalogue, remembering whom it has judged for."""

    @lru_cache(maxsize=256)
    def judged(eater: Eater, recalled: frozenset[str]) -> tuple[Variant, ...]:
        ordered = {eater.food_iddsi, eater.drink_iddsi}
        seasonings = eater.seasonings or frozenset(Seasoning)
        return tuple(
            variant
            for variant in catalogue.held.variants.values()
            if variant.iddsi in ordered
            and variant.seasoning in seasonings
            and not hard_objections(variant, eater, recalled=recalled)
        )

    return judged


def dishes_of(request: PlanRequest, suitable: Iterable[Variant]) -> PlanDishes:
    """The places of a request and what may stand there."""
    places = places_of(request)
    table = _table(Same(tuple(suitable)), frozenset(place.role for place in places))
    return PlanDishes(places=places, served=table.served, shelves=table.shelves)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What may be served in some roles: variants in three sizes, and their numbers by role."""

    served: Mapping[str, tuple[Variant, Portion]]
    shelves: Mapping[Role, tuple[Variant, ...]]
    candidates: Mapping[Role, tuple[int, ...]]


@lru_cache(maxsize=64)
def _table(suitable: Same[tuple[Variant, ...]], wanted: frozenset[Role]) -> _Table:
    """The same for everybody who may eat the same."""
    shelves: defaultdict[Role, list[Variant]] = defaultdict(list)
    for variant in suitable.held:
        shelves[variant.role].append(variant)
    served = {
        f"{variant.id}/{portion}": (variant, portion)
        for role in Role
        if role in wanted
        for variant in shelves[role]
        for portion in Portion
    }
    numbers: defaultdict[Role, list[int]] = defaultdict(list)
    for index, (variant, _) in enumerate(served.values()):
        numbers[variant.role].append(index)
    return _Table(
        served=served,
        shelves={role: tuple(each) for role, each in shelves.items()},
        candidates={role: tuple(numbers[role]) for role in Role},
    )


def build_problem(request: PlanRequest, suitable: Iterable[Variant]) -> PlanProblem:
    """The choice problem over suitable variants; a pin that is not suitable has no candidate."""
    places, nutrients = places_of(request), dimensions_of(request)
    table = _table(Same(tuple(suitable)), frozenset(place.role for place in places))
    tastes = (request.portion, request.likes, request.dislikes)
    options = _options(Same(table), nutrients, tastes)
    choice = MealChoiceProblem(
        days=request.days,
        dimensions=len(nutrients),
        options=options,
        positions=_positions(request, places, table),
        bounds=bounds_of(request, places, nutrients),
        repetitions=_repetitions(Same(table), request.days),
        contrasts=contrasts(places),
        stock=stock_lines(request, table.served),
        use_first=near_expiry(request, table.served, (option.cost for option in options)),
        change_penalty=CHANGED,
        apart_penalty=APART,
    )
    return PlanProblem(
        choice=choice,
        places=places,
        served=table.served,
        shelves=table.shelves,
        nutrients=nutrients,
    )


@lru_cache(maxsize=64)
def _repetitions(table: Same[_Table], days: int) -> tuple[Repetition, ...]:
    return repetitions(days, table.held.served)


def cost_cents(variant: Variant, grams: int) -> int:
    """Price of a portion in cents, rounded up."""
    return -(-variant.price_cents_per_100g * grams // 100)


_Tastes = tuple[Portion, frozenset[str], frozenset[str]]
"""The usual size of a person's portions, likes, dislikes."""


@lru_cache(maxsize=64)
def _options(
    table: Same[_Table], nutrients: tuple[str, ...], tastes: _Tastes
) -> tuple[Option, ...]:
    lay = _laid(nutrients)
    points: dict[str, int] = {}
    found = []
    for variant, size in table.held.served.values():
        if variant.id not in points:
            points[variant.id] = _wished(variant, tastes)
        other = 0 if size is tastes[0] else OTHER_PORTION
        found.append(lay(Same(variant), size, points[variant.id] + other))
    return tuple(found)


@lru_cache(maxsize=4)
def _laid(nutrients: tuple[str, ...]) -> Callable[[Same[Variant], Portion, int], Option]:
    """Lays out a size of a variant as an option, remembering what it has laid."""
    columns = [INDEX[nutrient] for nutrient in nutrients]

    @lru_cache(maxsize=20_000)
    def laid(same: Same[Variant], size: Portion, penalty: int) -> Option:
        variant = same.held
        grams = variant.portions_g[size]
        known = [variant.per_100g[column] for column in columns]
        return Option(
            key=f"{variant.id}/{size}",
            amounts=tuple(None if each is None else each * grams for each in known),
            group=variant.component,
            family=family_of(variant),
            traits=traits_of(variant),
            penalty=penalty,
            cost=cost_cents(variant, grams),
        )

    return laid


def _wished(variant: Variant, tastes: _Tastes) -> int:
    """Points for being liked and disliked."""
    _, likes, dislikes = tastes
    points = 0
    if likes and wishes(variant, likes):
        points += LIKED
    if dislikes and wishes(variant, dislikes):
        points += DISLIKED
    return points


def _positions(
    request: PlanRequest, places: tuple[Place, ...], table: _Table
) -> tuple[Position, ...]:
    number = {key: index for index, key in enumerate(table.served)}
    pinned, earlier = seated(places, request.pins), seated(places, request.previous)
    shared = seated(places, request.together)
    return tuple(
        Position(
            key=place.key,
            day=place.day,
            candidates=table.candidates[place.role],
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
