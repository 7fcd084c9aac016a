"""What makes a week pleasant: variety, contrast on the plate, a shared table, nothing lost."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import combinations

from menus.catalog import Bite, Portion, Role, Variant
from menus.composing.places import Place
from menus.plan_request import PlanRequest
from optimizer import Contrast, Repetition, Stock, UseFirst

REPEATED = 300
ADJACENT_SOURCE = 60
ALIKE_ON_PLATE = 12
APART = 150
LOST_PORTION = 80
"""Points among the wishes, beside those of `plan_problem`."""

Served = Mapping[str, tuple[Variant, Portion]]

_TIMES_A_WEEK: Mapping[Role, tuple[int, int, int]] = {
    Role.BREAKFAST: (1, 1, 3),
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


_SOURCES: Mapping[str, frozenset[str]] = {
    "shellfish": frozenset({"shellfish"}),
    "fish": frozenset({"fish"}),
    "beef": frozenset({"beef", "veal"}),
    "pork": frozenset({"pork"}),
    "lamb": frozenset({"lamb"}),
    "poultry": frozenset({"poultry", "chicken", "turkey"}),
    "legume": frozenset({"pulses", "beans", "lentils", "peas", "soy", "peanut"}),
    "egg": frozenset({"egg"}),
    "nuts": frozenset({"nuts"}),
    "dairy": frozenset({"dairy", "cheese", "milk"}),
}
"""Words by which a protein dish tells its source; the first that fits: egg binds a meat loaf."""

_PLATE = frozenset({Role.PROTEIN, Role.STARCH, Role.VEGETABLE, Role.SAUCE})
_TOLD_APART = frozenset({Bite.SOFT, Bite.FIRM, Bite.CRISP})
"""Smooth food is smooth because it must be: there is nothing to tell apart."""


def source_of(variant: Variant) -> str:
    """The protein source of a main dish; empty for anything else."""
    if variant.role is not Role.PROTEIN:
        return ""
    words = variant.ingredients | variant.properties
    return next((name for name, known in _SOURCES.items() if words & known), "")


def family_of(variant: Variant) -> str:
    """The key under which dishes of one protein source are kept apart."""
    source = source_of(variant)
    return source and f"source:{source}"


def traits_of(variant: Variant) -> tuple[str, ...]:
    """Colour and bite, as far as they can differ on the plate."""
    bite = (f"bite:{variant.bite}",) if variant.bite in _TOLD_APART else ()
    return (f"colour:{variant.colour}", *bite) if variant.role in _PLATE else ()


def repetitions(days: int, served: Served) -> tuple[Repetition, ...]:
    """How often each component may come, and no protein source on adjacent days."""
    roles = {variant.component: variant.role for variant, _ in served.values()}
    families = dict.fromkeys(family_of(variant) for variant, _ in served.values())
    apart = tuple(
        Repetition(group=family, max_per_day=days * 9, min_gap=2, penalty=ADJACENT_SOURCE)
        for family in families
        if family
    )
    return apart + tuple(
        Repetition(
            group=component,
            max_per_day=per_day,
            min_gap=gap,
            max_total=-(-per_week * days // 7),
            penalty=REPEATED,
        )
        for component, role in roles.items()
        for per_day, gap, per_week in (_TIMES_A_WEEK[role],)
    )


def repeated_points(rule: Repetition, times: Counter[int]) -> int:
    """What a component or source that stands so many times on each day costs in wishes."""
    broken = max(0, times.total() - rule.max_total)
    broken += sum(max(0, count - rule.max_per_day) for count in times.values())
    broken += sum(max(0, rule.min_gap - abs(one - other)) for one, other in combinations(times, 2))
    return broken * rule.penalty


def contrasts(places: tuple[Place, ...]) -> tuple[Contrast, ...]:
    """The dishes of one plate: protein, starch, vegetable and sauce of one meal."""
    plates: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for at, place in enumerate(places):
        if place.role in _PLATE:
            plates[place.day, place.slot].append(at)
    return tuple(
        Contrast(positions=tuple(plate), penalty=ALIKE_ON_PLATE)
        for plate in plates.values()
        if len(plate) > 1
    )


def _options_of(served: Served) -> dict[str, tuple[int, ...]]:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for index, (variant, _) in enumerate(served.values()):
        found[variant.id].append(index)
    return {name: tuple(indices) for name, indices in found.items()}


def stock_lines(request: PlanRequest, served: Served) -> tuple[Stock, ...]:
    """What there is not enough of; a variant that is not on any shelf needs no line."""
    options = _options_of(served) if request.stock else {}
    return tuple(
        Stock(rule=f"stock/{lot.variant}", options=options[lot.variant], units=lot.portions)
        for lot in request.stock
        if lot.variant in options
    )


def near_expiry(request: PlanRequest, served: Served, cents: Iterable[int]) -> tuple[UseFirst, ...]:
    """What is lost when it is not eaten in time: a wish, and the price of its smallest portion."""
    if not request.use_first:
        return ()
    options, prices = _options_of(served), tuple(cents)
    return tuple(
        UseFirst(
            options=options[lot.variant],
            until_day=lot.until_day,
            units=lot.portions,
            penalty=LOST_PORTION,
            cost=min(prices[index] for index in options[lot.variant]),
        )
        for lot in request.use_first
        if lot.variant in options
    )
