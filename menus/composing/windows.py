"""Windows of a request as bounds on sums: of a day, of the horizon, of an eating moment."""

from collections import defaultdict
from datetime import time

from menus.catalog import Role
from menus.composing.places import Place
from menus.plan_request import PlanRequest, Slot, Window, Windows
from optimizer import Bound

HUNDREDTHS = 100
"""Figures per 100 g times grams: sums in hundredths of a scaled unit stay whole."""

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

MEAL_PROTEIN = Window(min=250, max=300)
"""25 to 30 g of protein in each main meal, in tenths of a gram.

Paddon-Jones and Rasmussen 2009 and PROT-AGE 2013 (Bauer et al.) for older people: an aim, not a
limit; the day's protein goes before it.
"""


def dimensions_of(request: PlanRequest) -> tuple[str, ...]:
    """The nutrients that some rule is about."""
    names = [nutrient for nutrient, _ in (*request.day, *request.week)]
    names += [nutrient for _, windows in request.slot_windows for nutrient, _ in windows]
    if request.dose_protein_max is not None:
        names.append("protein_g")
    if request.max_energy_by_day:
        names.append("energy_kcal")
    return tuple(dict.fromkeys(names))


def bounds_of(
    request: PlanRequest, places: tuple[Place, ...], nutrients: tuple[str, ...]
) -> tuple[Bound, ...]:
    """Every window of the request over the sums it is about; the doses' caps among them."""
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
    return (*found, *_slot_bounds(request, places, nutrients), *_caps(request, places, nutrients))


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


def _slot_bounds(
    request: PlanRequest, places: tuple[Place, ...], nutrients: tuple[str, ...]
) -> list[Bound]:
    rooms: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for at, place in enumerate(places):
        rooms[place.slot, place.day].append(at)
    return [
        Bound(
            rule=f"slot/{slot}/{nutrient}/{day}",
            dimension=nutrients.index(nutrient),
            positions=tuple(rooms[slot, day]),
            hard_lo=_times(window.safe_min, HUNDREDTHS),
            soft_lo=_times(window.min, HUNDREDTHS),
            soft_hi=_times(window.max, HUNDREDTHS),
            hard_hi=_times(window.safe_max, HUNDREDTHS),
            reference=max(*window.given, 1, 1) * HUNDREDTHS,
        )
        for slot, windows in request.slot_windows
        for nutrient, window in windows
        for day in range(request.days)
    ]


def _times(limit: int | None, factor: int) -> int | None:
    return None if limit is None else limit * factor


def _reference(window: Window) -> int:
    """Width of the window aimed at, but at least a twentieth of it: what 100 % of slack means."""
    if window.min is not None and window.max is not None:
        return max(window.max - window.min, window.max // 20, 1)
    return max(*window.given, 1, 1)


def _caps(
    request: PlanRequest, places: tuple[Place, ...], nutrients: tuple[str, ...]
) -> list[Bound]:
    if request.dose_protein_max is None:
        return []
    most = max(1, request.dose_protein_max * HUNDREDTHS)
    return [
        Bound(
            rule=f"dose/{dose:%H:%M}/{day}",
            dimension=nutrients.index("protein_g"),
            positions=tuple(
                at for at, place in enumerate(places) if place.day == day and place.slot in slots
            ),
            soft_hi=most,
            reference=most,
            weight=0,
            dose_weight=1,
        )
        for dose, slots in capped_slots(request).items()
        for day in range(request.days)
    ]


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


def capped_slots(request: PlanRequest) -> dict[time, frozenset[str]]:
    """The slots near each dose around which the cap holds."""
    every = dose_slots(request).items()
    return {dose: slots for dose, slots in every if dose not in request.dose_free}


def protein_spread(
    slots: tuple[Slot, ...], dose_times: tuple[time, ...] = ()
) -> tuple[tuple[str, Windows], ...]:
    """Windows that spread protein over the main meals, but not over those near a dose.

    A main meal has a protein dish or is a breakfast by its roles.
    """
    return tuple(
        (slot.id, (("protein_g", MEAL_PROTEIN),))
        for slot in slots
        if {Role.PROTEIN, Role.BREAKFAST} & set(slot.roles)
        and not any(near_dose(slot.time, dose) for dose in dose_times)
    )
