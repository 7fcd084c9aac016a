"""Clients of thirteen kinds for the benchmark of weeks: how they eat, within which windows."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time

from menus import (
    Catalogue,
    Eater,
    Iddsi,
    NearExpiry,
    PlanRequest,
    Portion,
    Role,
    Seasoning,
    Shared,
    Slot,
    Stocked,
    Window,
    Windows,
    protein_spread,
)

SLOTS = (
    Slot(id="breakfast", time=time(8), roles=(Role.BREAKFAST, Role.DRINK)),
    Slot(id="morning", time=time(10), roles=(Role.SNACK, Role.DRINK)),
    Slot(
        id="lunch",
        time=time(12),
        roles=(Role.SOUP, Role.PROTEIN, Role.STARCH, Role.VEGETABLE),
        optional=(Role.SAUCE, Role.DESSERT),
    ),
    Slot(id="afternoon", time=time(15), roles=(Role.DESSERT, Role.DRINK)),
    Slot(
        id="dinner",
        time=time(18),
        roles=(Role.BREAKFAST, Role.DRINK),
        optional=(Role.DESSERT, Role.SUPPLEMENT),
    ),
)
LATE = Slot(id="late", time=time(21, 30), roles=(Role.SNACK,), optional=(Role.DRINK,))
WEEK: Windows = (
    ("fibre_g", Window(min=250)),
    ("saturated_fat_g", Window(max=220)),
    ("calcium_mg", Window(min=950, safe_max=2_500)),
    ("potassium_mg", Window(min=3_500)),
    ("phosphorus_mg", Window(min=550)),
    ("magnesium_mg", Window(min=325)),
    ("iron_mg", Window(min=1_100)),
    ("zinc_mg", Window(min=940, safe_max=2_500)),
    ("selenium_ug", Window(min=700, safe_max=2_550)),
    ("vitamin_a_ug", Window(min=700, safe_max=3_000)),
    ("vitamin_c_mg", Window(min=950)),
    ("vitamin_d_ug", Window(min=1_500, safe_max=10_000)),
    ("vitamin_e_mg", Window(min=1_200)),
    ("thiamin_mg", Window(min=850)),
    ("riboflavin_mg", Window(min=1_600)),
    ("niacin_mg", Window(min=1_350)),
    ("vitamin_b6_mg", Window(min=1_650, safe_max=12_000)),
    ("folate_ug", Window(min=330)),
    ("vitamin_b12_ug", Window(min=400)),
)
"""EFSA's dietary reference values and upper levels for adults, of what the catalogue holds."""

ALLERGIES = ((), ("milk",), ("nuts",), ("gluten",), ("eggs", "fish"))
PORTIONS = (Portion.M, Portion.S, Portion.L, Portion.M, Portion.M)


def clients(count: int, book: Catalogue) -> Iterator[PlanRequest]:
    """Clients of every kind in turn: the first of each kind before the second of any."""
    for number in range(count):
        kind, round_of = number % len(KINDS), number // len(KINDS)
        name, change = KINDS[kind]
        yield change(replace(_plain(round_of), id=f"{name}-{round_of}"), round_of, book)


def _plain(number: int) -> PlanRequest:
    energy, protein = 17_000 + 900 * (number % 5), 750 + 50 * (number % 4)
    return PlanRequest(
        id="",
        start=date(2026, 12, 1),
        days=7,
        slots=SLOTS,
        eater=Eater(
            food_iddsi=Iddsi("7"),
            drink_iddsi=Iddsi("0"),
            allergies=frozenset(ALLERGIES[number % len(ALLERGIES)]),
            seasonings=frozenset({Seasoning.STANDARD, Seasoning.LOW_SALT}),
        ),
        day=_day(energy, protein),
        week=WEEK,
        portion=PORTIONS[number % len(PORTIONS)],
        likes=frozenset({"cod", "carrot"}),
        dislikes=frozenset({"leek"}),
    )


def _day(energy: int, protein: int, *more: tuple[str, Window]) -> Windows:
    return (
        (
            "energy_kcal",
            Window(safe_min=energy * 7 // 10, min=energy, max=energy + 2_000, safe_max=32_000),
        ),
        ("protein_g", Window(safe_min=protein * 6 // 10, min=protein, max=protein + 200)),
        ("sodium_mg", Window(max=2_400)),
        *more,
    )


def _textured(food: str, drink: str) -> "_Change":
    return lambda asked, _number, _book: replace(
        asked, eater=replace(asked.eater, food_iddsi=Iddsi(food), drink_iddsi=Iddsi(drink))
    )


def _frail(asked: PlanRequest, _number: int, _book: Catalogue) -> PlanRequest:
    return replace(asked, slot_windows=protein_spread(SLOTS))


def _levodopa(asked: PlanRequest, number: int, _book: Catalogue) -> PlanRequest:
    """Where every main meal is near a dose, the evening meal brings the protein of the day."""
    doses = (time(8), time(12), time(18))[: 2 + number % 2]
    most = 150 + 50 * number
    return replace(asked, dose_times=doses, dose_protein_max=most, dose_free=doses[2:])


def _dialysis(asked: PlanRequest, number: int, _book: Catalogue) -> PlanRequest:
    more = (
        ("potassium_mg", Window(max=2_700, safe_max=3_600)),
        ("phosphorus_mg", Window(max=1_000 + 50 * number)),
        ("water_g", Window(max=15_000)),
    )
    week = tuple(each for each in WEEK if each[0] not in {"potassium_mg", "phosphorus_mg"})
    return replace(asked, day=_day(19_000, 800 + 40 * number, *more), week=week)


def _renal(asked: PlanRequest, number: int, _book: Catalogue) -> PlanRequest:
    protein = Window(safe_min=350, min=450 + 20 * number, max=550 + 20 * number, safe_max=800)
    windows = dict(_day(18_000, 500)) | {"protein_g": protein, "potassium_mg": Window(max=3_000)}
    week = tuple(each for each in WEEK if each[0] != "potassium_mg")
    return replace(asked, day=tuple(windows.items()), week=week)


def _vegan(asked: PlanRequest, _number: int, _book: Catalogue) -> PlanRequest:
    return replace(asked, eater=replace(asked.eater, diets=frozenset({"vegan"})))


def _household(asked: PlanRequest, number: int, book: Catalogue) -> PlanRequest:
    """The table eats the first few lunches of the catalogue, whatever this person may eat."""
    eaten = [
        (role, sorted(c.id for c in book.components.values() if c.role is role))
        for role in (Role.PROTEIN, Role.VEGETABLE, Role.STARCH)
    ]
    together = tuple(
        Shared(day=day, slot="lunch", role=role, component=names[(3 * day + number) % len(names)])
        for day in range(7)
        for role, names in eaten
    )
    return replace(asked, together=together)


def _refeeding(asked: PlanRequest, number: int, _book: Catalogue) -> PlanRequest:
    ramp = tuple(7_000 + 2_500 * day + 500 * number for day in range(5))
    day = tuple((name, replace(window, safe_min=None)) for name, window in asked.day)
    return replace(asked, day=day, max_energy_by_day=(*ramp, None))


def _insulin(asked: PlanRequest, _number: int, _book: Catalogue) -> PlanRequest:
    """Grams of carbohydrate per eating moment, in tenths."""
    grams = {"breakfast": 45, "morning": 20, "lunch": 60, "afternoon": 20, "dinner": 50}
    return replace(
        asked,
        slot_windows=tuple(
            (slot, (("carbohydrate_g", Window(min=10 * each - 75, max=10 * each + 75)),))
            for slot, each in grams.items()
        ),
    )


def _liver(asked: PlanRequest, _number: int, _book: Catalogue) -> PlanRequest:
    """At least 50 g of carbohydrate late in the evening (ESPEN 2020, liver disease)."""
    late = (("late", (("carbohydrate_g", Window(min=500)),)),)
    return replace(asked, slots=(*SLOTS, LATE), slot_windows=late)


def _larder(asked: PlanRequest, number: int, book: Catalogue) -> PlanRequest:
    names = sorted(
        each.id
        for each in book.variants.values()
        if (each.iddsi, each.seasoning) == (Iddsi.L7, Seasoning.STANDARD)
    )
    return replace(
        asked,
        use_first=tuple(
            NearExpiry(variant=each, portions=1 + number % 2, until_day=2)
            for each in names[number::17]
        ),
        stock=tuple(Stocked(variant=each, portions=at % 2) for at, each in enumerate(names[::2])),
    )


_Change = Callable[[PlanRequest, int, Catalogue], PlanRequest]
KINDS: tuple[tuple[str, _Change], ...] = (
    ("plain", lambda asked, _number, _book: asked),
    ("frail", _frail),
    ("levodopa", _levodopa),
    ("dialysis", _dialysis),
    ("renal", _renal),
    ("puree", _textured("4", "3")),
    ("soft", _textured("6", "0")),
    ("vegan", _vegan),
    ("household", _household),
    ("refeeding", _refeeding),
    ("insulin", _insulin),
    ("liver", _liver),
    ("larder", _larder),
)
