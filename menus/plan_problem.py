"""A request and the catalogue as a choice problem, and what its keys mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from menus.catalog import Catalogue, Portion, Role, Variant
from menus.nutrients import INDEX
from menus.plan import PlanItem
from menus.plan_request import Pin, PlanRequest, Window
from menus.suitability import Eater, hard_objections
from optimizer import Bound, Cap, MealChoiceProblem, Option, Position, Repetition

HUNDREDTHS = 100
"""Figures per 100 g times grams: sums in hundredths of a scaled unit stay whole."""

LIKED, DISLIKED = -100, 1_000
OTHER_PORTION = 6
SKIPPED = 40
CHANGED = 60
REPEATED = 300
WEEK_WEIGHT = 3
"""Points among the wishes: one dish too often is worth ten per cent of a weekly window."""

DAY_WEIGHTS = {"energy_kcal": 3, "protein_g": 3}
"""Energy and protein lead the prescription of undernourished people (ESPEN 2021, polymorbid
internal medicine, and 2022, geriatrics: both aim at energy and protein first)."""

DOSE_BEFORE_MIN, DOSE_AFTER_MIN = 30, 60
"""Meals from 30 minutes before until 60 minutes after a levodopa dose share one protein cap.

Protein redistribution, ESPEN guideline clinical nutrition in neurology, 2018: a wish, while the
floor of the day's protein stays hard.
"""

_TIMES_A_WEEK: Mapping[Role, tuple[int, int, int]] = {
    Role.BREAKFAST: (1, 1, 5),
    Role.SOUP: (1, 3, 2),
    Role.PROTEIN: (1, 3, 2),
    Role.STARCH: (1, 2, 4),
    Role.VEGETABLE: (1, 2, 3),
    Role.SAUCE: (1, 2, 4),
    Role.DESSERT: (1, 2, 3),
    Role.SNACK: (1, 2, 4),
    Role.DRINK: (3, 1, 21),
    Role.SUPPLEMENT: (2, 1, 14),
}
"""Per role: times a day, days between two servings, times in seven days, of one component."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One role of one slot on one day."""

    key: str
    day: int
    slot: str
    role: Role
    optional: bool


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


def places_of(request: PlanRequest) -> tuple[Place, ...]:
    """Every place of the plan, in the order of days and slots."""
    return tuple(
        Place(
            key=f"{day}/{slot.id}/{number}",
            day=day,
            slot=slot.id,
            role=role,
            optional=number >= len(slot.roles),
        )
        for day in range(request.days)
        for slot in request.slots
        for number, role in enumerate((*slot.roles, *slot.optional))
    )


def build_problem(request: PlanRequest, suitable: Iterable[Variant]) -> PlanProblem:
    """The choice problem over suitable variants; a pin that is not suitable has no candidate."""
    shelves: defaultdict[Role, list[Variant]] = defaultdict(list)
    for variant in suitable:
        shelves[variant.role].append(variant)
    places = places_of(request)
    wanted = {place.role for place in places}
    nutrients = _dimensions(request)
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
        bounds=_bounds(request, nutrients),
        repetitions=_repetitions(request, served),
        caps=_caps(request, places, nutrients),
        change_penalty=CHANGED,
    )
    return PlanProblem(
        choice=choice,
        places=places,
        served=served,
        shelves={role: tuple(each) for role, each in shelves.items()},
        nutrients=nutrients,
    )


def _dimensions(request: PlanRequest) -> tuple[str, ...]:
    """The nutrients that some rule is about."""
    names = [nutrient for nutrient, _ in (*request.day, *request.week)]
    if request.dose_protein_max is not None:
        names.append("protein_g")
    if request.max_energy_by_day:
        names.append("energy_kcal")
    return tuple(dict.fromkeys(names))


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
        )
        for place in places
    )


def seats(places: tuple[Place, ...], named: Iterable[PlanItem | Pin]) -> tuple[str | None, ...]:
    """The place key of each named thing; a role asked twice in a slot takes two; None: no room."""
    rooms: defaultdict[tuple[int, str, Role], list[str]] = defaultdict(list)
    for place in reversed(places):
        rooms[place.day, place.slot, place.role].append(place.key)
    found = []
    for each in named:
        room = rooms[each.day, each.slot, each.role]
        found.append(room.pop() if room else None)
    return tuple(found)


def seated(places: tuple[Place, ...], pins: tuple[Pin, ...]) -> dict[str, Pin]:
    """Each pin on its own place; a pin without a place is left out."""
    return {key: pin for key, pin in zip(seats(places, pins), pins, strict=True) if key is not None}


def _number(number: Mapping[str, int], pin: Pin | None) -> int | None:
    return None if pin is None else number.get(f"{pin.variant}/{pin.portion}")


def _bounds(request: PlanRequest, nutrients: tuple[str, ...]) -> tuple[Bound, ...]:
    found = [
        _week_bound(request, nutrient, window, nutrients.index(nutrient))
        for nutrient, window in request.week
    ]
    windows = dict(request.day)
    if request.max_energy_by_day:
        windows.setdefault("energy_kcal", Window())
    for nutrient, window in windows.items():
        dimension = nutrients.index(nutrient)
        found += [
            _day_bound(request, nutrient, window, dimension, day) for day in range(request.days)
        ]
    return tuple(found)


def ceiling(request: PlanRequest, nutrient: str, day: int) -> int | None:
    """The energy ceiling of one day, where there is one."""
    if nutrient != "energy_kcal" or day >= len(request.max_energy_by_day):
        return None
    return request.max_energy_by_day[day]


def _day_bound(
    request: PlanRequest, nutrient: str, window: Window, dimension: int, day: int
) -> Bound:
    limits = [
        each for each in (window.safe_max, ceiling(request, nutrient, day)) if each is not None
    ]
    return Bound(
        rule=f"day/{nutrient}/{day}",
        dimension=dimension,
        day=day,
        hard_lo=_times(window.safe_min, HUNDREDTHS),
        soft_lo=_times(window.min, HUNDREDTHS),
        soft_hi=_times(window.max, HUNDREDTHS),
        hard_hi=_times(min(limits, default=None), HUNDREDTHS),
        reference=_reference(window) * HUNDREDTHS,
        weight=DAY_WEIGHTS.get(nutrient, 1),
    )


def _week_bound(request: PlanRequest, nutrient: str, window: Window, dimension: int) -> Bound:
    factor = HUNDREDTHS * request.days
    return Bound(
        rule=f"week/{nutrient}/",
        dimension=dimension,
        hard_lo=_times(window.safe_min, factor),
        soft_lo=_times(window.min, factor),
        soft_hi=_times(window.max, factor),
        hard_hi=_times(window.safe_max, factor),
        reference=_reference(window) * factor,
        weight=0,
        wish_weight=WEEK_WEIGHT,
    )


def _times(limit: int | None, factor: int) -> int | None:
    return None if limit is None else limit * factor


def _reference(window: Window) -> int:
    """Width of the window aimed at, but at least a twentieth of it: what 100 % of slack means."""
    if window.min is not None and window.max is not None:
        return max(window.max - window.min, window.max // 20, 1)
    return max(*window.given, 1, 1)


def _repetitions(
    request: PlanRequest, served: Mapping[str, tuple[Variant, Portion]]
) -> tuple[Repetition, ...]:
    roles = {variant.component: variant.role for variant, _ in served.values()}
    return tuple(
        Repetition(
            group=component,
            max_per_day=per_day,
            min_gap=gap,
            max_total=-(-per_week * request.days // 7),
            penalty=REPEATED,
        )
        for component, role in roles.items()
        for per_day, gap, per_week in (_TIMES_A_WEEK[role],)
    )


def near_dose(meal: time, dose: time) -> bool:
    """Whether a meal falls from 30 minutes before until 60 minutes after a dose, over midnight."""
    minutes = (_minutes(meal) - _minutes(dose) + DOSE_BEFORE_MIN) % (24 * 60)
    return minutes <= DOSE_BEFORE_MIN + DOSE_AFTER_MIN


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def dose_slots(request: PlanRequest) -> dict[time, frozenset[str]]:
    """The slots near each dose."""
    return {
        dose: frozenset(slot.id for slot in request.slots if near_dose(slot.time, dose))
        for dose in request.dose_times
    }


def _caps(
    request: PlanRequest, places: tuple[Place, ...], nutrients: tuple[str, ...]
) -> tuple[Cap, ...]:
    if request.dose_protein_max is None:
        return ()
    return tuple(
        Cap(
            rule=f"dose/{dose:%H:%M}/{day}",
            dimension=nutrients.index("protein_g"),
            positions=tuple(
                at for at, place in enumerate(places) if place.day == day and place.slot in slots
            ),
            at_most=max(1, request.dose_protein_max * HUNDREDTHS),
        )
        for dose, slots in dose_slots(request).items()
        for day in range(request.days)
    )
