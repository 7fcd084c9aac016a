"""Kitchen, depot, vans and stores of the demo region; capacities are conventions of this demo."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from app.operations.demo.dates import moment
from app.operations.demo.seed import Seed
from app.operations.exchange import (
    DepotRow,
    GroupMenuRow,
    HomeStockRow,
    IngredientLotRow,
    KitchenShiftRow,
    LotRow,
    MachineDowntimeRow,
    MachineRow,
    PickupRow,
    SiteRow,
    TextureTestRow,
    TrafficBandRow,
    VehicleRow,
)
from logistics import DriverSkill, LotState, PickupThing, SiteKind, Skill
from menus import (
    TESTED_LEVELS,
    Catalogue,
    Component,
    Eater,
    ForkDrip,
    Holding,
    Iddsi,
    Ingredient,
    Kind,
    Pressure,
    Programme,
    Role,
    Seasoning,
    SpoonTilt,
    StepKind,
    Variant,
    hard_objections,
)

DEPOT = DepotRow(
    code="roeselare",
    name="Keuken en depot Roeselare (demo)",
    street="Wevershoekstraat 1",
    postcode="8800",
    place="Roeselare",
    lat_e5=5_095_100,
    lon_e5=313_300,
    frozen_cold_min=480,  # its vans cool actively: as long as a shift
    chilled_cold_min=480,
    frozen_litres=16_000,
    chilled_litres=8_000,
    chill_wait_min=25,
)
TRAFFIC = tuple(
    TrafficBandRow(depot=DEPOT.code, weekday=5, from_min=from_min, permille=permille)
    for from_min, permille in ((10 * 60, 850), (13 * 60, 1000))
)
"""Saturday morning everybody is in town; on other days the demo drives as usual."""
_OPEN_MIN, _CLOSE_MIN = -10 * 60, 15 * 60  # from 14.00 the day before: a late and an early shift
_MACHINES: tuple[tuple[StepKind, str, tuple[int, ...], int], ...] = (
    (StepKind.PREP, "Werktafel", (120_000, 120_000, 120_000), 1),
    (StepKind.KETTLE, "Kookketel", (100_000, 100_000, 100_000), 1),
    (StepKind.OVEN, "Combi-oven", (100_000, 100_000), 20),
    (StepKind.BLEND, "Menger", (100_000, 100_000), 1),
    (StepKind.BLAST_FREEZE, "Snelvriezer", (100_000, 100_000), 20),
    (StepKind.CHILL, "Snelkoeler", (100_000, 100_000), 20),
    (StepKind.PACK, "Verpakkingsplaats", (120_000, 120_000, 120_000), 1),
)
"""Kind, name, grams of each, and trays (one where food is not on trays)."""
_LACKS: Mapping[str, frozenset[Programme]] = {
    "oven-2": frozenset({Programme.OVERNIGHT_80}),
    "blast_freeze-2": frozenset({Programme.FREEZE_LOOSE}),
}
"""Programmes that one machine of the demo does not have, beside others of its kind."""
_FREE_OF = ("peanuts", "nuts")
_FREE_HOURS = (-2 * 60, 6 * 60)
_SHIFTS = (
    ("koks-laat", Skill.COOK, 7, -10 * 60, -2 * 60),
    ("koks-vroeg", Skill.COOK, 8, -2 * 60, 6 * 60),
    ("koks-dag", Skill.COOK, 6, 6 * 60, 15 * 60),
    ("inpakkers-laat", Skill.PACKER, 3, -10 * 60, -2 * 60),
    ("inpakkers-vroeg", Skill.PACKER, 4, -2 * 60, 6 * 60),
    ("inpakkers-dag", Skill.PACKER, 3, 6 * 60, 15 * 60),
)
_VANS = ("A", "B", "C", "D", "E", "F")


def machines() -> Iterator[MachineRow]:
    """Give every place in the kitchen that does one kind of step."""
    for kind, name, capacities, places in _MACHINES:
        for number, capacity_g in enumerate(capacities, start=1):
            code = f"{kind.value}-{number}"
            lacks = _LACKS.get(code, frozenset())
            yield MachineRow(
                code=code,
                depot=DEPOT.code,
                name=f"{name} {number}",
                kind=kind,
                capacity_g=capacity_g,
                open_min=_OPEN_MIN,
                close_min=_CLOSE_MIN,
                places=places,
                programmes=tuple(one for one in Programme.of(kind) if one not in lacks),
                **_dedicated(kind, number),
            )


def _dedicated(kind: StepKind, number: int) -> dict[str, Any]:
    """The first table, kettle and mixer are free of nuts in the early shift; no other is."""
    if number > 1 or kind not in {StepKind.PREP, StepKind.KETTLE, StepKind.BLEND}:
        return {"dedicated": False}
    opens, closes = _FREE_HOURS
    hours = {"free_open_min": opens, "free_close_min": closes}
    return {"dedicated": True, "free_of": _FREE_OF, **hours}


def shifts() -> Iterator[KitchenShiftRow]:
    """Give who cooks and packs in the late, the early and the day shift."""
    for code, skill, people, opens, closes in _SHIFTS:
        yield KitchenShiftRow(
            code=code,
            depot=DEPOT.code,
            skill=skill,
            people=people,
            open_min=opens,
            close_min=closes,
            overtime_min=60,
        )


def downtimes(service_day: date) -> Iterator[MachineDowntimeRow]:
    """Give the upkeep of the second mixer, an hour in the afternoon before."""
    yield MachineDowntimeRow(
        machine="blend-2",
        day=service_day,
        start_min=-10 * 60,
        end_min=-9 * 60,
        reported_at=moment(service_day - timedelta(days=7), 9, 0),
        reported_by=None,
    )


_LIFT, _KEYS, _FRENCH = DriverSkill.TAIL_LIFT, DriverSkill.KEYS, DriverSkill.FRENCH
_SKILLS: tuple[tuple[DriverSkill, ...], ...] = (
    (_LIFT, DriverSkill.TWO_PEOPLE, _KEYS),
    (_LIFT, _KEYS),
    (_KEYS,),
    (_KEYS, _FRENCH),
    (_KEYS, _FRENCH),
    (),
)


def vehicles() -> Iterator[VehicleRow]:
    """Give six vans: four start at six for the houses, two from half past seven to ten.

    Two are larger: their drivers have a quarter of an hour in the morning besides, and they have a
    compartment that is switched. The early ones may come back and load again.
    """
    for number, letter in enumerate(_VANS):
        large, early = number < 2, number < 4
        open_min = 6 * 60 if early else 7 * 60 + 30
        yield VehicleRow(
            code=f"van-{letter.lower()}",
            depot=DEPOT.code,
            letter=letter,
            name=f"{'Grote bestelwagen' if large else 'Bestelwagen'} {letter}",
            frozen_boxes=80 if large else 60,
            chilled_boxes=90 if large else 60,
            ambient_boxes=50 if large else 40,
            open_min=open_min,
            close_min=15 * 60 if early else 17 * 60 + 30,
            latest_start_min=None if early else 10 * 60,
            max_minutes=9 * 60,
            fixed_cents=6_500 if large else 5_000,
            cents_per_km=42 if large else 34,
            cents_per_hour=3_200,
            reloads=early,
            loading_min=20,
            switches=1 if large else 0,
            switch_boxes=30 if large else 0,
            skills=_SKILLS[number],
            **_breaks(open_min, morning=large),
        )


def _breaks(open_min: int, *, morning: bool) -> dict[str, Any]:
    """Give half an hour after four to six hours, and a quarter after three where there is one."""
    spans = [(3 * 60, 45, 15)] * morning + [(4 * 60, 120, 30)]
    found = {}
    for name, (since, wide, minutes) in zip(("break", "break2"), spans, strict=False):
        found[f"{name}_earliest_min"] = open_min + since
        found[f"{name}_latest_min"] = open_min + since + wide
        found[f"{name}_minutes"] = minutes
    return found


def pickups(sites: Sequence[SiteRow], service_day: date) -> Iterator[PickupRow]:
    """Give empty boxes at each house, and a freezer to swap at one home."""
    houses = [site for site in sites if site.kind is not SiteKind.HOME]
    home = next(site for site in sites if site.kind is SiteKind.HOME)
    asked = ((house, PickupThing.EMPTY_BOXES, 8) for house in houses)
    for site, thing, boxes in (*asked, (home, PickupThing.FREEZER_SWAP, 12)):
        yield PickupRow(
            site=site.code,
            thing=thing,
            boxes=boxes,
            asked_at=moment(service_day - timedelta(days=2), 9, 0),
            wanted_on=service_day if thing is PickupThing.FREEZER_SWAP else None,
        )


def lots(rng: Random, catalogue: Catalogue, service_day: date) -> Iterator[LotRow]:
    """Give the finished stock: much of what most people eat, little of what few eat."""
    for number, variant in enumerate(catalogue.variants.values()):
        portions = _expected_portions(variant)
        if portions < 20 and rng.randrange(100) < 45:
            continue  # rare variants are partly cooked when ordered
        for part in range(2 if portions >= 20 else 1):
            amount_g = variant.portions_g.m * max(2, round(portions * rng.uniform(0.25, 0.8)))
            age = _age_days(rng, variant.shelf_days)
            made_on = service_day - timedelta(days=age)
            yield LotRow(
                code=f"L{number:04d}{'AB'[part]}",
                sku=variant.id,
                amount_g=amount_g,
                use_by=made_on + timedelta(days=variant.shelf_days),
                zone=variant.zone,
                state=LotState.HOLD if rng.randrange(100) < 1 else LotState.RELEASED,
                made_on=made_on,
            )


_SEEN: Mapping[Iddsi, Mapping[str, Any]] = {
    Iddsi.L3: {
        "flow_ml": Decimal("8.8"),
        "fork_drip": ForkDrip.DRIPS,
        "spoon_tilt": SpoonTilt.RUNS,
    },
    Iddsi.L4: {
        "flow_ml": Decimal(10),
        "fork_drip": ForkDrip.MOUND,
        "spoon_tilt": SpoonTilt.SLIDES,
    },
    Iddsi.L5: {
        "fork_drip": ForkDrip.MOUND,
        "spoon_tilt": SpoonTilt.SLIDES,
        "fork_pressure": Pressure.SQUASHED,
    },
    Iddsi.L6: {"fork_pressure": Pressure.SQUASHED},
}
_LARGEST_MM = {Iddsi.L5: (3, 11), Iddsi.L6: (13, 14)}
"""What a tester saw of the invented lots: each passes its level."""


def texture_tests(
    catalogue: Catalogue, stock: Iterable[LotRow], tester: str
) -> Iterator[TextureTestRow]:
    """Give the test of every lot that its level asks one for."""
    for lot in stock:
        variant = catalogue.variants[lot.sku]
        if variant.iddsi not in TESTED_LEVELS:
            continue
        yield TextureTestRow(
            lot=lot.code,
            level=variant.iddsi,
            tested_at=moment(lot.made_on, 13, 40),
            tester=tester,
            **seen_of(variant),
        )


def seen_of(variant: Variant) -> dict[str, Any]:
    """Give what a passed test of a level from 3 to 6 shows."""
    width, length = _LARGEST_MM.get(variant.iddsi, (0, 0))
    return {
        "holding": Holding.AT_ONCE,
        "celsius": Decimal(65 if variant.regeneration else 12),
        "width_mm": Decimal(width),
        "length_mm": Decimal(length),
        **_SEEN[variant.iddsi],
    }


def _expected_portions(variant: Variant) -> int:
    """A rough share of the people who may have a variant (most: normal texture, normal taste)."""
    normal = variant.iddsi.value in {"7", "0"}
    plain = variant.seasoning is Seasoning.STANDARD
    if normal and plain:
        return 110
    return 24 if normal else 12 if plain else 4


def _age_days(rng: Random, shelf_days: int) -> int:
    """Days since it was made: at least one, mostly with ten days of life left, sometimes less."""
    fresh = max(1, min(shelf_days // 2, shelf_days - 12))
    old = max(1, shelf_days * 3 // 4)
    return rng.randint(1, old if rng.randrange(100) < 12 else fresh)


def ingredient_lots(rng: Random, seed: Seed, service_day: date) -> Iterator[IngredientLotRow]:
    """Give one or two lots of every ingredient, enough for a few days of cooking."""
    for number, one in enumerate(seed.catalogue.ingredients.values()):
        for part in range(rng.randint(1, 2)):
            yield _ingredient_lot(rng, one, f"I{number:03d}{'AB'[part]}", service_day)


def _ingredient_lot(rng: Random, one: Ingredient, code: str, service_day: date) -> IngredientLotRow:
    age = rng.randint(1, max(1, min(one.shelf_days // 3, 30)))
    packs = max(1, round(rng.uniform(12_000, 60_000) / one.pack_g))
    received = service_day - timedelta(days=age)
    return IngredientLotRow(
        code=code,
        ingredient=one.id,
        supplier=one.supplier,
        amount_g=packs * one.pack_g,
        use_by=received + timedelta(days=one.shelf_days),
        received_on=received,
        state=LotState.RELEASED,
    )


class Larder:
    """Variants that suit an eater, drawn one by one."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Sort the variants by the level an order names."""
        self._by_level: dict[tuple[Kind, str], list[Variant]] = {}
        for variant in catalogue.variants.values():
            self._by_level.setdefault((variant.kind, variant.iddsi.value), []).append(variant)

    def draw(self, rng: Random, eater: Eater, count: int) -> tuple[Variant, ...]:
        """Give up to `count` different dishes without any objection."""
        food = self._by_level.get((Kind.FOOD, str(eater.food_iddsi)), [])
        tried = rng.sample(food, min(len(food), count * 6))
        suits = (one for one in tried if not hard_objections(one, eater))
        kept = {one.component: one for one in suits if one.role is not Role.SAUCE}
        return tuple(kept.values())[:count]


def home_stock(
    rng: Random, larder: Larder, client: str, eater: Eater, today: date
) -> Iterator[HomeStockRow]:
    """Give what a client's freezer holds; of some dishes nobody knows how many are left."""
    counted = moment(today - timedelta(days=rng.randint(1, 6)), 17, 30)
    for variant in larder.draw(rng, eater, rng.randint(4, 9)):
        unknown = rng.randrange(100) < 6
        yield HomeStockRow(
            client=client,
            variant=variant.id,
            portions=None if unknown else rng.choice((0, 1, 1, 2, 2, 3, 4)),
            counted_at=counted,
        )


MEALS: dict[str, tuple[Role, ...]] = {
    "breakfast": (Role.BREAKFAST, Role.DRINK),
    "lunch": (Role.SOUP, Role.PROTEIN, Role.STARCH, Role.VEGETABLE, Role.DESSERT),
    "supper": (Role.SOUP, Role.PROTEIN, Role.STARCH, Role.DESSERT),
}
MENU_DAYS = 7


def group_menus(
    rng: Random, catalogue: Catalogue, site: str, service_day: date
) -> Iterator[GroupMenuRow]:
    """Give a week of menus: per role a dish of the day, one in every texture, one free of much."""
    for offset in range(MENU_DAYS):
        for meal, roles in MEALS.items():
            chosen = tuple(code for role in roles for code in choices_of(rng, catalogue, role))
            yield GroupMenuRow(
                site=site,
                service_day=service_day + timedelta(days=offset),
                meal=meal,
                components=chosen,
            )


def choices_of(rng: Random, catalogue: Catalogue, role: Role) -> tuple[str, ...]:
    """Give a dish of the day of a role, one in every texture, one free of much."""
    dishes = [one for one in catalogue.components.values() if one.role is role]
    widest = max(len(one.levels) for one in dishes)
    every_texture = [one for one in dishes if len(one.levels) == widest]
    free = min(every_texture, key=lambda one: (_allergen_count(catalogue, one), one.id))
    picked = (rng.choice(dishes).id, rng.choice(every_texture).id, free.id)
    return tuple(dict.fromkeys(picked))


def _allergen_count(catalogue: Catalogue, dish: Component) -> int:
    level, seasoning = dish.levels[0], dish.seasonings[0]
    return len(catalogue.variants[f"{dish.id}/{level}/{seasoning}"].allergens.any)
