"""What a personal week must meet, and the week that was composed for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time

from menus.allergens import ALLERGIES
from menus.catalog import Catalogue, Portion, Role, Variant
from menus.labels import PROPERTIES
from menus.nutrients import CODES
from menus.recipes import DIETS
from menus.suitability import Eater
from menus.texture import DRINK_LEVELS, FOOD_LEVELS

MAX_DAYS = 14
MOST_PLACES = 100
"""Dishes of one day at most, far above any: a search takes as long as there are places."""
MOST_AMOUNT = 1_000_000_000
"""The largest figure of a request, far above any food: sums and penalties stay within 64 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Limits of a nutrient in the catalogue's scaled whole numbers; None: no such limit.

    Outside `safe_min` and `safe_max` no plan is made; `min` and `max` are aimed at.
    """

    safe_min: int | None = None
    min: int | None = None
    max: int | None = None
    safe_max: int | None = None

    @property
    def given(self) -> list[int]:
        """The limits there are, in the order in which they must rise."""
        limits = (self.safe_min, self.min, self.max, self.safe_max)
        return [limit for limit in limits if limit is not None]


Windows = tuple[tuple[str, Window], ...]
"""Nutrient code with its window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One eating moment of each day, with the roles to fill and those that may stay empty."""

    id: str
    time: time
    roles: tuple[Role, ...]
    optional: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A place of the plan with what stands, or must stand, there."""

    day: int
    slot: str
    role: Role
    variant: str
    portion: Portion


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What others at the table eat: the component they have in this place."""

    day: int
    slot: str
    role: Role
    component: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NearExpiry:
    """Portions, of any size, that are lost after the day counted from 0."""

    variant: str
    portions: int
    until_day: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stocked:
    """How many portions, of any size, there are for the whole horizon."""

    variant: str
    portions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """Everything a plan must meet for one person who eats, without any reason why.

    `day` windows hold each day, `week` windows the mean over the horizon, `slot_windows` those
    named for an eating moment on each day. `dose_protein_max` caps protein near each dose time,
    but for those of `dose_free`: the meal there brings what the others may not;
    `max_energy_by_day` is a hard ceiling for the first days (None: no ceiling that day). `portion`
    is the size liked best. Likes and dislikes name an ingredient, component, variant or property.
    `together`, `use_first` are wishes; `stock` names variants of which there is not enough for all,
    `recalled` those of which nothing may be served.
    """

    id: str
    start: date
    days: int
    slots: tuple[Slot, ...]
    eater: Eater
    day: Windows = ()
    week: Windows = ()
    dose_times: tuple[time, ...] = ()
    dose_protein_max: int | None = None
    dose_free: tuple[time, ...] = ()
    max_energy_by_day: tuple[int | None, ...] = ()
    portion: Portion = Portion.M
    likes: frozenset[str] = frozenset()
    dislikes: frozenset[str] = frozenset()
    pins: tuple[Pin, ...] = ()
    previous: tuple[Pin, ...] = ()
    slot_windows: tuple[tuple[str, Windows], ...] = ()
    together: tuple[Shared, ...] = ()
    use_first: tuple[NearExpiry, ...] = ()
    stock: tuple[Stocked, ...] = ()
    recalled: frozenset[str] = frozenset()


PLAN_ERROR_CODES: tuple[str, ...] = (
    "plan.error.missing",
    "plan.error.type",
    "plan.error.unknown_field",
    "plan.error.not_one_of",
    "plan.error.days",
    "plan.error.empty",
    "plan.error.twice",
    "plan.error.window_order",
    "plan.error.negative",
    "plan.error.too_large",
    "plan.error.too_many",
    "plan.error.unknown_nutrient",
    "plan.error.unknown_allergy",
    "plan.error.unknown_word",
    "plan.error.level",
    "plan.error.no_such_place",
    "plan.error.unknown_variant",
    "plan.error.unknown_component",
    "plan.error.other_role",
)
"""Every code by which a request can be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanError:
    """Why a request cannot be read: a code, the field it is about, and the `word` nobody knows."""

    code: str
    field: str
    word: str = ""


def request_errors(request: PlanRequest, catalogue: Catalogue) -> tuple[PlanError, ...]:
    """Everything in a request that has no meaning; empty: it can be composed."""
    return (
        *_horizon(request),
        *_slots(request),
        *_eater(request.eater),
        *_words(request.eater, catalogue),
        *_windows(request),
        *_figures(request),
        *_pins(request, catalogue),
        *_slot_windows(request),
        *_together(request, catalogue),
        *_lots(request, catalogue),
    )


def _error(code: str, field: str, word: str = "") -> PlanError:
    return PlanError(code=f"plan.error.{code}", field=field, word=word)


def _horizon(request: PlanRequest) -> Iterator[PlanError]:
    if not 1 <= request.days <= MAX_DAYS:
        yield _error("days", "days")


def _slots(request: PlanRequest) -> Iterator[PlanError]:
    if not request.slots:
        yield _error("empty", "slots")
    if sum(len(slot.roles) + len(slot.optional) for slot in request.slots) > MOST_PLACES:
        yield _error("too_many", "slots")
    names = [slot.id for slot in request.slots]
    for at, slot in enumerate(request.slots):
        if names.index(slot.id) != at:
            yield _error("twice", f"slots.{at}.id")
        if not slot.roles and not slot.optional:
            yield _error("empty", f"slots.{at}.roles")


def _eater(eater: Eater) -> Iterator[PlanError]:
    allergies = frozenset(eater.wants("allergy", eater.allergies))
    for field, codes in (("allergies", allergies), ("intolerances", eater.intolerances)):
        for word in sorted(codes - ALLERGIES):
            yield _error("unknown_allergy", field, word)
    if eater.food_iddsi is not None and eater.food_iddsi not in FOOD_LEVELS:
        yield _error("level", "food_iddsi")
    if eater.drink_iddsi is not None and eater.drink_iddsi not in DRINK_LEVELS:
        yield _error("level", "drink_iddsi")


def _words(eater: Eater, catalogue: Catalogue) -> Iterator[PlanError]:
    """A word nobody knows would exclude nothing, and somebody would trust that it does."""
    named = frozenset(eater.wants("exclude_ingredient", eater.exclude_ingredients))
    for word in sorted(named - catalogue.ingredient_words):
        if all(word not in dish.ingredients for dish in _dishes(catalogue)):
            yield _error("unknown_word", "exclude_ingredients", word)
    named = frozenset(eater.wants("exclude_property", eater.exclude_properties))
    for word in sorted(named.difference(PROPERTIES)):
        if all(word not in dish.properties for dish in _dishes(catalogue)):
            yield _error("unknown_word", "exclude_properties", word)
    for word in sorted(frozenset(eater.wants("diet", eater.diets)).difference(DIETS)):
        yield _error("unknown_word", "diets", word)


def _dishes(catalogue: Catalogue) -> Iterable[Variant]:
    """Give every dish: a kitchen may speak of more than the seed does."""
    return catalogue.variants.values()


def _windows(request: PlanRequest) -> Iterator[PlanError]:
    yield from _window_errors("day", request.day)
    yield from _window_errors("week", request.week)


def _window_errors(scope: str, windows: Windows) -> Iterator[PlanError]:
    names = [nutrient for nutrient, _ in windows]
    for at, (nutrient, window) in enumerate(windows):
        field = f"{scope}.{nutrient}"
        if nutrient not in CODES:
            yield _error("unknown_nutrient", field)
        if names.index(nutrient) != at:
            yield _error("twice", field)
        if window.given != sorted(window.given):
            yield _error("window_order", field)
        yield from dict.fromkeys(e for limit in window.given for e in _amount_error(limit, field))


def _slot_windows(request: PlanRequest) -> Iterator[PlanError]:
    known = {slot.id for slot in request.slots}
    names = [slot for slot, _ in request.slot_windows]
    for at, (slot, windows) in enumerate(request.slot_windows):
        if slot not in known:
            yield _error("no_such_place", f"slot_windows.{slot}")
        if names.index(slot) != at:
            yield _error("twice", f"slot_windows.{slot}")
        yield from _window_errors(f"slot_windows.{slot}", windows)


def _together(request: PlanRequest, catalogue: Catalogue) -> Iterator[PlanError]:
    """Whoever eats together names a place there is, and a component of its role."""
    roles = {slot.id: {*slot.roles, *slot.optional} for slot in request.slots}
    role_of = {dish.component: dish.role for dish in _dishes(catalogue)} if request.together else {}
    for at, shared in enumerate(request.together):
        role = role_of.get(shared.component)
        if not 0 <= shared.day < request.days or shared.role not in roles.get(shared.slot, ()):
            yield _error("no_such_place", f"together.{at}")
        if role is None:
            yield _error("unknown_component", f"together.{at}.component")
        elif role is not shared.role:
            yield _error("other_role", f"together.{at}.role")


def _lots(request: PlanRequest, catalogue: Catalogue) -> Iterator[PlanError]:
    kinds: tuple[tuple[str, tuple[NearExpiry | Stocked, ...]], ...] = (
        ("use_first", request.use_first),
        ("stock", request.stock),
    )
    for field, lots in kinds:
        names = [lot.variant for lot in lots]
        for at, lot in enumerate(lots):
            if lot.variant not in catalogue.variants:
                yield _error("unknown_variant", f"{field}.{at}.variant")
            if names.index(lot.variant) != at:
                yield _error("twice", f"{field}.{at}.variant")
            yield from _amount_error(lot.portions, f"{field}.{at}.portions")
    for at, ending in enumerate(request.use_first):
        yield from _amount_error(ending.until_day, f"use_first.{at}.until_day")


def _figures(request: PlanRequest) -> Iterator[PlanError]:
    yield from _amount_error(request.dose_protein_max, "dose_protein_max")
    if not set(request.dose_free) <= set(request.dose_times):
        yield _error("not_one_of", "dose_free")
    for at, ceiling in enumerate(request.max_energy_by_day):
        yield from _amount_error(ceiling, f"max_energy_by_day.{at}")


def _amount_error(amount: int | None, field: str) -> Iterator[PlanError]:
    """A figure below nothing, or one with which the sums of a week could overflow."""
    if amount is not None and amount < 0:
        yield _error("negative", field)
    if amount is not None and amount > MOST_AMOUNT:
        yield _error("too_large", field)


def _pins(request: PlanRequest, catalogue: Catalogue) -> Iterator[PlanError]:
    """A pin must name a place and a variant of that role; two may not share one place."""
    roles = {slot.id: (*slot.roles, *slot.optional) for slot in request.slots}
    places = [(pin.day, pin.slot, pin.role) for pin in request.pins]
    for at, pin in enumerate(request.pins):
        room = roles.get(pin.slot, ()).count(pin.role)
        variant = catalogue.variants.get(pin.variant)
        if not 0 <= pin.day < request.days or not room:
            yield _error("no_such_place", f"pins.{at}")
        elif places[:at].count(places[at]) >= room:
            yield _error("twice", f"pins.{at}")
        if variant is None:
            yield _error("unknown_variant", f"pins.{at}.variant")
        elif variant.role is not pin.role:
            yield _error("other_role", f"pins.{at}.role")
