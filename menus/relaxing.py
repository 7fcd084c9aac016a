"""Why no plan can be made: the fewest rules that clash, and what giving up a soft one costs.

A rule is a line of the request by name, as `allergy:milk`, `day_safe_min:protein_g` or
`pin:0/lunch/soup`. Each can be left out and the rest asked again: a set of rules clashes when no
choice keeps them all, and is minimal when each one left out leaves a choice.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from menus.catalog import Catalogue, Variant
from menus.composing import ceiling
from menus.plan import SOFT_RULES, MealPlan, PlanStatus, Relaxation, Rule
from menus.plan_problem import build_problem
from menus.plan_request import PlanRequest, Slot, Window, Windows
from menus.suitability import hard_objections
from optimizer import meal_choice_core, meal_choice_possible

Attempt = Callable[[PlanRequest], MealPlan]

MOST_RELAXATIONS = 5
UNDECIDED = "undecided"


def conflict(request: PlanRequest, catalogue: Catalogue) -> tuple[Rule, ...]:
    """Rules that cannot hold together, none of which can be missed; `undecided` without a proof.

    Free counting comes first: a pin against the gate, a role that nothing allowed can fill (with
    the fewest rules that empty it). Then the hard rules alone, where nothing can be given up, and
    then all of them. Every set is checked again, and again without each of its rules.
    """
    case = _Case(request, catalogue)
    names = case.refused_pin() or case.empty_role() or case.clash()
    return tuple(case.rule(name) for name in names or (UNDECIDED,))


def soft_rule(name: str, request: PlanRequest) -> bool:
    """Whether a rule may be offered to be given up.

    An ingredient only when it is excluded by dislike: any other exclusion may be a matter of
    safety, and is never offered.
    """
    code, _, subject = name.partition(":")
    return code in SOFT_RULES or (code == "exclude_ingredient" and subject in request.dislikes)


class _Case:
    """A request taken apart into rules."""

    def __init__(self, request: PlanRequest, catalogue: Catalogue) -> None:
        self._request, self._catalogue = request, catalogue
        roles = {role for slot in request.slots for role in (*slot.roles, *slot.optional)}
        self._broken = {
            name: _broken(variant, request)
            for name, variant in catalogue.variants.items()
            if variant.role in roles
        }
        self._gate = frozenset[str]().union(*self._broken.values())

    def rule(self, name: str) -> Rule:
        """A rule by its name."""
        return Rule(rule=name, soft=soft_rule(name, self._request))

    def _softness(self, name: str) -> tuple[bool, str]:
        return soft_rule(name, self._request), name

    def refused_pin(self) -> tuple[str, ...]:
        """The first pin whose dish does not pass the gate, with one rule that stops it."""
        for pin in self._request.pins:
            broken = self._broken[pin.variant]
            if broken:
                return _pin_rule(pin.day, pin.slot, pin.role), min(broken, key=self._softness)
        return ()

    def empty_role(self) -> tuple[str, ...]:
        """The first role that must be filled and that nothing allowed can fill."""
        for slot in self._request.slots:
            for role in slot.roles:
                broken = {
                    self._broken[name]
                    for name, variant in self._catalogue.variants.items()
                    if variant.role is role
                }
                if frozenset() not in broken:
                    return f"role:{slot.id}/{role}", *self._fewest(broken)
        return ()

    def _fewest(self, broken: Iterable[frozenset[str]]) -> tuple[str, ...]:
        """The fewest rules of which every dish breaks one, hard ones before soft ones."""
        sets = sorted(broken, key=lambda each: (len(each), sorted(each)))
        sizes = range(len(sets) + 1)
        found = (_hit(sets, size, self._softness) for size in sizes)
        return tuple(sorted(next(each for each in found if each is not None)))

    def clash(self) -> tuple[str, ...]:
        """The smallest clash that deletion finds: without soft rules where there is one."""
        every = {*_demands(self._request), *self._gate}
        hard = frozenset(name for name in every if not soft_rule(name, self._request))
        for rules in (hard, frozenset(every)):
            core = self._core(rules)
            if core:
                return self._thinned(core | (rules & self._gate))
        return ()

    def _core(self, rules: frozenset[str]) -> frozenset[str]:
        """Demands named by the proof engine; names it was not asked about are not heard."""
        asked = only(self._request, rules)
        problem = build_problem(asked, self._allowed(rules))
        places = {
            place.key: _pin_rule(place.day, place.slot, place.role) for place in problem.places
        }
        named = {_spoken(name, places, asked) for name in meal_choice_core(problem.choice)}
        return frozenset(named) & rules

    def _thinned(self, start: frozenset[str]) -> tuple[str, ...]:
        """Leave out one rule at a time, soft ones first, while the rest still clashes."""
        if not self.impossible(start):
            return ()
        kept = start
        order = sorted(start, key=lambda name: (not soft_rule(name, self._request), name))
        for name in order:
            if self.impossible(kept - {name}):
                kept -= {name}
        return tuple(sorted(kept, key=order.index))

    def impossible(self, rules: frozenset[str]) -> bool:
        """Whether it is proved that no choice keeps these rules."""
        return self.possible(rules) is False

    def possible(self, rules: frozenset[str]) -> bool | None:
        """Whether some choice keeps these rules; None when that is not decided."""
        asked = only(self._request, rules)
        if any(self._broken[pin.variant] & rules for pin in asked.pins):
            return False
        return meal_choice_possible(build_problem(asked, self._allowed(rules)).choice)

    def _allowed(self, rules: frozenset[str]) -> Iterator[Variant]:
        return (
            self._catalogue.variants[name]
            for name, broken in self._broken.items()
            if not broken & rules
        )


def _broken(variant: Variant, request: PlanRequest) -> frozenset[str]:
    found = hard_objections(variant, request.eater, recalled=request.recalled)
    return frozenset(each.rule for each in found)


def _hit(
    sets: list[frozenset[str]], room: int, rank: Callable[[str], tuple[bool, str]]
) -> tuple[str, ...] | None:
    """At most `room` rules of which each set holds one; None: there are none."""
    if not sets:
        return ()
    if not room:
        return None
    for name in sorted(sets[0], key=rank):
        rest = _hit([each for each in sets if name not in each], room - 1, rank)
        if rest is not None:
            return name, *rest
    return None


# ---------------------------------------------------------------- rules of a request


def _pin_rule(day: int, slot: str, role: str) -> str:
    return f"pin:{day}/{slot}/{role}"


def _demands(request: PlanRequest) -> Iterator[str]:
    """Every rule that asks for something; what a dish can break is asked of the gate."""
    for slot in request.slots:
        yield from (f"role:{slot.id}/{role}" for role in slot.roles)
    for pin in request.pins:
        yield _pin_rule(pin.day, pin.slot, pin.role)
    yield from _safe("day", "", request.day)
    yield from _safe("week", "", request.week)
    for slot_id, windows in request.slot_windows:
        yield from _safe("slot", f"{slot_id}/", windows)
    for day, top in enumerate(request.max_energy_by_day):
        if top is not None:
            yield f"max_energy:{day}"


def _safe(scope: str, where: str, windows: Windows) -> Iterator[str]:
    for nutrient, window in windows:
        limits = (("min", window.safe_min), ("max", window.safe_max))
        yield from (f"{scope}_safe_{end}:{where}{nutrient}" for end, at in limits if at is not None)


def only(request: PlanRequest, rules: frozenset[str]) -> PlanRequest:
    """The request with no other demands than these; nothing in it is aimed at any more.

    A role whose rule is left out may stay empty.
    """
    return replace(
        request,
        slots=tuple(_freed(slot, rules) for slot in request.slots),
        day=_kept(request.day, "day", "", rules),
        week=_kept(request.week, "week", "", rules),
        slot_windows=tuple(
            (slot, _kept(windows, "slot", f"{slot}/", rules))
            for slot, windows in request.slot_windows
        ),
        max_energy_by_day=tuple(
            top if f"max_energy:{day}" in rules else None
            for day, top in enumerate(request.max_energy_by_day)
        ),
        pins=tuple(pin for pin in request.pins if _pin_rule(pin.day, pin.slot, pin.role) in rules),
        dose_protein_max=None,
        previous=(),
        together=(),
        use_first=(),
        stock=(),
    )


def _freed(slot: Slot, rules: frozenset[str]) -> Slot:
    needed = tuple(role for role in slot.roles if f"role:{slot.id}/{role}" in rules)
    freed = tuple(role for role in slot.roles if role not in needed)
    return replace(slot, roles=needed, optional=(*freed, *slot.optional))


def _kept(windows: Windows, scope: str, where: str, rules: frozenset[str]) -> Windows:
    low, high = f"{scope}_safe_min:{where}", f"{scope}_safe_max:{where}"
    found = (
        (
            nutrient,
            Window(
                safe_min=window.safe_min if f"{low}{nutrient}" in rules else None,
                safe_max=window.safe_max if f"{high}{nutrient}" in rules else None,
            ),
        )
        for nutrient, window in windows
    )
    return tuple((nutrient, window) for nutrient, window in found if window.given)


def _spoken(name: str, places: dict[str, str], request: PlanRequest) -> str:
    """The rule of the request behind a name of the proof engine."""
    kind, _, rest = name.partition("/")
    if kind == "pin":
        return places[rest]
    if kind == "slot":
        slot, nutrient, _, end = rest.rsplit("/", 3)  # a slot may be named anything
        return f"slot_safe_{end}:{slot}/{nutrient}"
    if kind not in {"day", "week"}:
        return name
    nutrient, day, end = rest.split("/")
    if end == "max" and day:
        top = ceiling(request, nutrient, int(day))
        safe = dict(request.day).get(nutrient, Window()).safe_max
        if top is not None and (safe is None or top < safe):
            return f"max_energy:{day}"
    return f"{kind}_safe_{end}:{nutrient}"


# ---------------------------------------------------------------- giving up


def relaxations(
    rules: tuple[Rule, ...], request: PlanRequest, attempt: Attempt
) -> tuple[Relaxation, ...]:
    """The soft rules that, given up, leave a plan: each tried, the best plan first.

    Where no single rule of the conflict is enough, every soft rule is given up, and then as many
    as can be are taken back. Empty where the rules that clash are all hard: a person must decide.
    """
    soft = tuple(rule for rule in rules if rule.soft)
    tried = [_tried((rule,), request, attempt) for rule in soft]
    found = [each for each in tried if each is not None]
    if soft and not found:
        found = list(_together(soft, request, attempt))
    return tuple(sorted(found, key=lambda each: each.objective)[:MOST_RELAXATIONS])


def _tried(given_up: tuple[Rule, ...], request: PlanRequest, attempt: Attempt) -> Relaxation | None:
    plan = attempt(_without(request, given_up))
    if plan.status is not PlanStatus.OK:
        return None
    return Relaxation(rule=given_up[0], also=given_up[1:], objective=plan.objective)


def _together(
    soft: tuple[Rule, ...], request: PlanRequest, attempt: Attempt
) -> Iterator[Relaxation]:
    """Soft rules that leave a plan when all are given up, none of which can be kept.

    Those of the conflict first, then all there are.
    """
    given_up = soft
    found = _tried(soft, request, attempt)
    if found is None:
        given_up = tuple(Rule(rule=name, soft=True) for name in _soft_rules(request))
        found = _tried(given_up, request, attempt)
    for rule in given_up:
        fewer = tuple(each for each in given_up if each != rule)
        better = _tried(fewer, request, attempt) if found else None
        if better is not None:
            given_up, found = fewer, better
    if found:
        yield found


def _soft_rules(request: PlanRequest) -> dict[str, None]:
    eater = request.eater
    names = (
        *_demands(request),
        *(
            f"exclude_ingredient:{word}"
            for word in eater.wants("exclude_ingredient", eater.exclude_ingredients)
        ),
        *(["seasoning:" + ",".join(sorted(eater.seasonings))] if eater.seasonings else []),
    )
    return dict.fromkeys(name for name in names if soft_rule(name, request))


def _without(request: PlanRequest, given_up: tuple[Rule, ...]) -> PlanRequest:
    """The request with soft rules given up."""
    names = frozenset(rule.rule for rule in given_up)
    eater = request.eater
    excluded = frozenset(
        word for word in eater.exclude_ingredients if f"exclude_ingredient:{word}" not in names
    )
    free = any(rule.code == "plan.rule.seasoning" for rule in given_up)
    return replace(
        request,
        slots=tuple(_freed(slot, frozenset(_demands(request)) - names) for slot in request.slots),
        pins=tuple(
            pin for pin in request.pins if _pin_rule(pin.day, pin.slot, pin.role) not in names
        ),
        eater=replace(
            eater,
            exclude_ingredients=excluded,
            asked=tuple(one for one in eater.asked if one.rule or one.line not in names),
            seasonings=frozenset() if free else eater.seasonings,
        ),
    )
