"""Why no plan can be made: the fewest rules that clash, and which soft ones would help."""

from collections.abc import Callable
from dataclasses import replace

from menus.catalog import Catalogue, Role, Variant
from menus.plan import SOFT_RULES, MealPlan, PlanStatus, Relaxation, Rule
from menus.plan_problem import PlanProblem, ceiling
from menus.plan_request import PlanRequest, Window
from menus.suitability import hard_objections
from optimizer import meal_choice_conflict


def blocked_rules(
    request: PlanRequest, catalogue: Catalogue, suitable: tuple[Variant, ...]
) -> tuple[Rule, ...]:
    """Rules that leave a role, or a pin, without any dish; the fewest that do."""
    for pin in request.pins:
        found = hard_objections(catalogue.variants[pin.variant], request.eater)
        if found:
            return named(f"pin:{pin.day}/{pin.slot}/{pin.role}", found[0].rule)
    served = {variant.role for variant in suitable}
    for slot in request.slots:
        for role in slot.roles:
            if role not in served:
                return named(f"role:{slot.id}/{role}", *_fewest(role, request, catalogue))
    return ()


def named(*names: str) -> tuple[Rule, ...]:
    """Rules by their names."""
    return tuple(Rule(rule=name) for name in names)


def _fewest(role: Role, request: PlanRequest, catalogue: Catalogue) -> tuple[str, ...]:
    """Rules of which every variant of the role breaks one, none of them missed.

    Soft rules are left out first, so that what stays is as little negotiable as it really is.
    """
    broken = [
        {found.rule for found in hard_objections(variant, request.eater)}
        for variant in catalogue.variants.values()
        if variant.role is role
    ]
    rules = sorted(
        set[str]().union(*broken), key=lambda rule: (rule.partition(":")[0] not in SOFT_RULES, rule)
    )
    kept = set(rules)
    for rule in rules:
        if all(each & (kept - {rule}) for each in broken):
            kept.discard(rule)
    return tuple(sorted(kept))


def conflict_rules(problem: PlanProblem, request: PlanRequest, *, proved: bool) -> tuple[Rule, ...]:
    """The rules of the request that clash in a choice problem; undecided without a proof."""
    names = meal_choice_conflict(problem.choice) if proved else ()
    if not names:
        return named("undecided")
    places = {place.key: place for place in problem.places}
    spoken = []
    for name in names:
        kind, _, rest = name.partition("/")
        if kind == "pin":
            place = places[rest]
            spoken.append(f"pin:{place.day}/{place.slot}/{place.role}")
        elif kind in {"day", "week"}:
            spoken.append(_bound_rule(kind, rest, request))
        else:
            spoken.append(name)
    return named(*dict.fromkeys(spoken))


def _bound_rule(kind: str, rest: str, request: PlanRequest) -> str:
    """The window's limit, or the energy ceiling where that is the lower one."""
    nutrient, day, end = rest.split("/")
    if end == "max" and day:
        top = ceiling(request, nutrient, int(day))
        safe = dict(request.day).get(nutrient, Window()).safe_max
        if top is not None and (safe is None or top < safe):
            return f"max_energy:{day}"
    return f"{kind}_safe_{end}:{nutrient}"


def relaxations(
    conflict: tuple[Rule, ...],
    request: PlanRequest,
    attempt: Callable[[PlanRequest], MealPlan],
) -> tuple[Relaxation, ...]:
    """Soft rules of the conflict without which a plan is found: tried, not guessed nor proved."""
    return tuple(
        Relaxation(rule=rule)
        for rule in conflict
        if rule.soft and attempt(_without(request, rule)).status is PlanStatus.OK
    )


def _without(request: PlanRequest, rule: Rule) -> PlanRequest:
    """The request with one soft rule given up."""
    kind, subject = rule.rule.partition(":")[0], rule.subject
    eater = request.eater
    if kind == "pin":
        kept = (pin for pin in request.pins if f"{pin.day}/{pin.slot}/{pin.role}" != subject)
        return replace(request, pins=tuple(kept))
    if kind == "seasoning":
        return replace(request, eater=replace(eater, seasonings=frozenset()))
    if kind == "exclude_ingredient":
        kept_words = eater.exclude_ingredients - {subject}
        return replace(request, eater=replace(eater, exclude_ingredients=kept_words))
    name, _, role = subject.partition("/")
    return replace(
        request,
        slots=tuple(
            replace(
                slot,
                roles=tuple(each for each in slot.roles if slot.id != name or each != role),
                optional=(*slot.optional, *(each for each in slot.roles if each == role))
                if slot.id == name
                else slot.optional,
            )
            for slot in request.slots
        ),
    )
