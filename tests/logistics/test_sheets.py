"""Papers hold what a driver, a loader and a cook need, and have no room for a diagnosis."""

from dataclasses import fields, is_dataclass, replace
from datetime import date, timedelta
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from logistics import (
    Allocation,
    Batch,
    BatchOp,
    Boxes,
    DayInputs,
    DayOrder,
    DayPlan,
    DaySite,
    Depot,
    Draw,
    DriverBreak,
    IngredientLot,
    Label,
    LabelGap,
    LoadingList,
    Lot,
    Machine,
    Operator,
    OrderLine,
    PaperNames,
    PickList,
    Point,
    Purchase,
    RoadMatrix,
    Route,
    RoutePlan,
    RouteSheet,
    SiteKind,
    Stop,
    StopPlace,
    SupplyItem,
    Texture,
    Trip,
    Vehicle,
    kitchen_sheet,
    loading_lists,
    make_label,
    packed_portions,
    purchase_rows,
    route_sheets,
)
from logistics.labels import Packed
from logistics.papers import pick_lists
from logistics.routes import BreakTaken
from menus import (
    NUTRIENTS,
    AllergenSet,
    Bite,
    Catalogue,
    Colour,
    Component,
    Iddsi,
    Ingredient,
    Kind,
    Names,
    Portions,
    Recipe,
    RecipeLine,
    Role,
    Seasoning,
    Step,
    StepKind,
    Zone,
    build_catalogue,
    food_information,
)
from optimizer import Limits, Matrix

DAY = date(2026, 11, 24)
OPERATOR = Operator(name="Keuken", street="Kaai 1", town="8800 Roeselare")
KITCHEN_ROWS = {
    "energy_kcal": 650,
    "fat_g": 40,
    "saturated_fat_g": 25,
    "carbohydrate_g": 50,
    "fibre_g": 10,
    "sugars_g": 45,
    "protein_g": 33,
    "salt_g": 10,
}


def figures(**changed: int | None) -> tuple[int | None, ...]:
    """Amounts per 100 g, those of whole milk unless changed."""
    known: dict[str, int | None] = {**KITCHEN_ROWS, **changed}
    return tuple(known.get(each.code, 0) for each in NUTRIENTS)


def named(word: str) -> Names:
    return Names(nl=word, fr=f"{word} fr", en=f"{word} en")


def bought(name: str, allergens: AllergenSet, **changed: int | None) -> Ingredient:
    return Ingredient(
        id=name,
        names=named(name),
        source="test",
        source_code="1",
        per_100g=figures(**changed),
        allergens=allergens,
        properties=frozenset(),
        price_cents_per_kg=100,
        shelf_days=10,
        supplier="boer",
        pack_g=1000,
        lead_days=1,
        zone=Zone.CHILLED,
    )


def component(name: str, kind: Kind, *, zone: Zone, recipe: str) -> Component:
    food = kind is Kind.FOOD
    return Component(
        id=name,
        role=Role.DESSERT if food else Role.DRINK,
        kind=kind,
        names=named(name),
        recipe=recipe,
        levels=(Iddsi.L4, Iddsi.L7) if food else (Iddsi.L0, Iddsi.L2),
        seasonings=(Seasoning.STANDARD,),
        properties=frozenset(),
        colour=Colour.WHITE,
        bite=Bite.SOFT,
        portions_g=Portions(s=100, m=150, l=200),
        zone=zone,
        shelf_days=5,
        steps=(Step(kind=StepKind.KETTLE, fixed_min=10, min_per_10kg=5),),
        regeneration=(),
        max_batch_g=10_000,
    )


def recipe(name: str, **grams: int) -> Recipe:
    lines = tuple(RecipeLine(ingredient=part, amount_g=amount) for part, amount in grams.items())
    return Recipe(id=name, lines=lines, yield_percent=100)


MILK = AllergenSet(contains=frozenset({"milk"}))
CATALOGUE = build_catalogue(
    [
        bought("melk", MILK),
        bought("rijst", AllergenSet(may_contain=frozenset({"gluten:wheat"}))),
        bought("suiker", AllergenSet()),
        bought("stil", AllergenSet(unknown=frozenset({"soy"}))),
        bought("leeg", AllergenSet(), sugars_g=None),
    ],
    [
        recipe("r-pap", melk=800, rijst=150, suiker=50),
        recipe("r-melk", melk=100),
        recipe("r-stil", stil=100),
        recipe("r-leeg", leeg=100),
    ],
    [
        component("pap", Kind.FOOD, zone=Zone.FROZEN, recipe="r-pap"),
        component("melk", Kind.DRINK, zone=Zone.CHILLED, recipe="r-melk"),
        component("stil", Kind.FOOD, zone=Zone.CHILLED, recipe="r-stil"),
        component("leeg", Kind.FOOD, zone=Zone.CHILLED, recipe="r-leeg"),
    ],
)
PAP4, PAP7 = "pap/4/standard", "pap/7/standard"
MILK0, MILK2 = "melk/0/standard", "melk/2/standard"


def line(at: str, sku: str, *, order: str, portions: int = 1, grams: int = 100) -> OrderLine:
    return OrderLine(
        id=at,
        order=order,
        sku=sku,
        eater=f"e-{order}",
        portions=portions,
        portion_g=grams,
        amount_g=portions * grams,
    )


def order(name: str, site: str, *lines: OrderLine) -> DayOrder:
    return DayOrder(id=name, site=site, kind=SiteKind.HOME, lines=lines, priority=2)


ORDERS = (
    order(
        "O1",
        "a",
        line("L1", PAP4, order="O1", portions=4),
        line("L2", MILK2, order="O1", portions=2),
    ),
    order("O2", "b", line("L3", PAP7, order="O2", portions=3), line("L4", MILK0, order="O2")),
    order("O3", "c", line("L5", PAP4, order="O3", portions=2)),
)
SITES = (
    DaySite(id="a", point=Point(lat_e5=5_095_000, lon_e5=312_000), windows=((480, 600),)),
    DaySite(
        id="b", point=Point(lat_e5=5_096_000, lon_e5=313_000), windows=((480, 540), (600, 660))
    ),
    DaySite(id="c", point=Point(lat_e5=5_097_000, lon_e5=314_000), windows=((480, 540),)),
)
LOTS = (
    Lot(id="P-old", sku=PAP4, amount_g=300, use_by=DAY + timedelta(days=9), zone=Zone.FROZEN),
    Lot(id="P7", sku=PAP7, amount_g=900, use_by=DAY + timedelta(days=9), zone=Zone.FROZEN),
    Lot(id="M0", sku=MILK0, amount_g=900, use_by=DAY + timedelta(days=3), zone=Zone.CHILLED),
    Lot(id="M2", sku=MILK2, amount_g=900, use_by=DAY + timedelta(days=3), zone=Zone.CHILLED),
)
BORN = Lot(id="P-new", sku=PAP4, amount_g=820, use_by=DAY + timedelta(days=12), zone=Zone.FROZEN)
VAN = Vehicle(
    id="van-c",
    letter="C",
    capacity=Boxes(frozen=9, chilled=9, ambient=9),
    shift_open_min=420,
    shift_close_min=900,
    rests=(
        DriverBreak(earliest_min=500, latest_min=700, minutes=30),
        DriverBreak(earliest_min=550, latest_min=750, minutes=15),
    ),
)


def stop(site: str, begin_min: int, boxes: Boxes) -> Stop:
    return Stop(
        site=site,
        arrive_s=begin_min * 60 - 90,
        begin_s=begin_min * 60,
        depart_s=begin_min * 60 + 300,
        cold_s=600,
        boxes=boxes,
    )


def trip(start_min: int, *stops: Stop, **rest: Any) -> Trip:
    return Trip(start_s=start_min * 60, stops=stops, end_s=(start_min + 90) * 60, **rest)


ROUTE = Route(
    vehicle="van-c",
    letter="C",
    trips=(
        trip(
            470,
            stop("a", 490, Boxes(frozen=1, chilled=1)),
            stop("b", 610, Boxes(frozen=1, chilled=1)),
            breaks=(BreakTaken(after="a", begin_s=520 * 60, minutes=30),),
        ),
        trip(
            700,
            stop("c", 720, Boxes(frozen=1)),
            breaks=(BreakTaken(after="c", begin_s=725 * 60, minutes=15),),
        ),
    ),
    metres=41_600,
    cost_cents=5_000,
)
BATCH = Batch(
    id="B1",
    sku=PAP4,
    amount_g=820,
    lot="P-new",
    ops=(
        BatchOp(kind=StepKind.KETTLE, machine="ketel", start_min=300, end_min=320),
        BatchOp(kind=StepKind.PACK, machine="pak", start_min=330, end_min=340),
    ),
    due_min=470,
    allergens=frozenset({"milk", "gluten:wheat"}),
)
PLAN = DayPlan(
    snapshot="s1",
    service_day=DAY,
    allocations=(
        Allocation(order_line="L1", lot="P-new", amount_g=100),
        Allocation(order_line="L1", lot="P-old", amount_g=300),
        Allocation(order_line="L2", lot="M2", amount_g=200),
        Allocation(order_line="L3", lot="P7", amount_g=300),
        Allocation(order_line="L4", lot="M0", amount_g=100),
        Allocation(order_line="L5", lot="P-new", amount_g=200),
    ),
    batches=(BATCH,),
    born=(BORN,),
    draws=(
        Draw(batch="B1", lot="I-1", amount_g=500),
        Draw(batch="B1", lot="I-2", amount_g=156),
    ),
    purchases=(Purchase(supplier="boer", item="melk", packs=3, day=DAY),),
    routes=RoutePlan(routes=(ROUTE,), unserved=(), cost_cents=5_000, provenance="test"),
    unserved=(),
)
INPUTS = DayInputs(
    snapshot="s1",
    service_day=DAY,
    depot=Depot(id="d", point=Point(lat_e5=5_094_000, lon_e5=312_500)),
    catalogue=CATALOGUE,
    orders=ORDERS,
    eaters={},
    lots=LOTS,
    machines=tuple(
        Machine(id=name, kind=kind, capacity_g=9_000, open_min=240, close_min=900)
        for name, kind in (
            ("pak", StepKind.PACK),
            ("ketel", StepKind.KETTLE),
            ("oven", StepKind.OVEN),
        )
    ),
    vehicles=(VAN,),
    sites=SITES,
    roads=RoadMatrix(seconds=Matrix.still(4), metres=Matrix.still(4), provenance="test"),
    ingredient_lots=tuple(
        IngredientLot(id=name, ingredient="melk", amount_g=900, use_by=DAY)
        for name in ("I-1", "I-2")
    ),
    supply_items=(
        SupplyItem(
            ingredient="melk",
            supplier="boer",
            pack_g=1000,
            price_cents=110,
            lead_days=1,
            shelf_days=7,
        ),
    ),
    limits=Limits(moves=1),
)


def place(name: str, **more: Any) -> StopPlace:
    return StopPlace(
        name=name, street="Kaai 2", town="8800 Roeselare", phone="051 1", access_note="bel", **more
    )


NAMES = PaperNames(
    depot="Depot Roeselare",
    vans={"van-c": "Hooglede"},
    machines={"ketel": "Kookketel 1"},
    stops={
        "a": place("A. Adam", avoid=("nuts",)),
        "b": place("B. Bos"),
        "c": place("C. Claes"),
    },
    link="npcc:",
)


def every_field(kind: Any, path: str = "") -> set[str]:
    """Every field a type can hold, however deep, as dotted paths."""
    found: set[str] = set()
    for each in fields(kind):
        hint = get_type_hints(kind)[each.name]
        inner = [part for part in (hint, *get_args(hint)) if is_dataclass(part)]
        assert get_origin(hint) in (None, tuple, UnionType), f"{path}{each.name} could hold all"
        name = f"{path}{each.name}"
        found |= set().union(*(every_field(part, f"{name}.") for part in inner)) or {name}
    return found


BOX_FIELDS = {"frozen", "chilled", "ambient"}
DISH_FIELDS = {"names.nl", "names.fr", "names.en", "kind", "level", "seasoning"}
VAN_FIELDS = {"day", "depot", "letter", "name"}


def under(path: str, names: set[str]) -> set[str]:
    return {f"{path}.{name}" for name in names}


def test_a_route_sheet_holds_these_fields_and_nothing_else() -> None:
    stop_fields = {
        *("number", "trip", "begin_min", "open_min", "close_min", "name", "street", "town"),
        *("phone", "access_note", "avoid", "orders", "qr", "face", "usual_van", "preferred_by_min"),
        *("skills", "pickups.id", "pickups.thing", "pickups.boxes"),
        *("textures.level", "textures.kind", "point.lat_e5", "point.lon_e5"),
        *under("boxes", BOX_FIELDS),
    }
    assert every_field(RouteSheet) == {
        *VAN_FIELDS,
        *("depot_point.lat_e5", "depot_point.lon_e5", "starts_min", "backs_min", "distance_m"),
        *("pauses.after_stop", "pauses.begin_min", "pauses.minutes", "pauses.at_depot"),
        *under("boxes", BOX_FIELDS),
        *under("stops", stop_fields),
    }


def test_a_loading_list_holds_these_fields_and_nothing_else() -> None:
    line_fields = {
        *under("dish", DISH_FIELDS),
        *(
            "zone",
            "portions",
            "amount_g",
            "lots.lot",
            "lots.amount_g",
            "lots.use_by",
            "lots.untested",
        ),
    }
    stop_fields = {
        *("number", "name", "brings"),
        *under("boxes", BOX_FIELDS),
        *under("lines", line_fields),
    }
    assert every_field(LoadingList) == {
        *VAN_FIELDS,
        *("trip", "start_min", "trips", "settings", "switches"),
        *under("boxes", BOX_FIELDS),
        *under("stops", stop_fields),
    }


def test_a_pick_list_holds_these_fields_and_nothing_else() -> None:
    row_fields = {
        *under("dish", DISH_FIELDS),
        *("zone", "take.lot", "take.amount_g", "take.use_by", "take.untested"),
    }
    assert every_field(PickList) == {*VAN_FIELDS, "trip", "start_min", *under("rows", row_fields)}


def test_a_mark_at_a_stop_is_an_allergen_and_never_free_text() -> None:
    with pytest.raises(ValueError, match="a mark at a stop is an allergen"):
        place("A. Adam", avoid=("COPD",))


def test_the_route_sheet_follows_the_route_over_both_trips() -> None:
    (sheet,) = route_sheets(INPUTS, PLAN, NAMES)
    assert [(each.number, each.trip, each.name) for each in sheet.stops] == [
        (1, 1, "A. Adam"),
        (2, 1, "B. Bos"),
        (3, 2, "C. Claes"),
    ]
    assert (sheet.name, sheet.letter, sheet.starts_min) == ("Hooglede", "C", (470, 700))
    assert (sheet.back_min, sheet.distance_m) == (790, 41_600)
    assert sheet.boxes == Boxes(frozen=3, chilled=2)
    assert [each.qr for each in sheet.stops][:2] == [
        "npcc:2026-11-24/van-c/1",
        "npcc:2026-11-24/van-c/2",
    ]


def test_a_stop_tells_its_window_orders_and_marks() -> None:
    (sheet,) = route_sheets(INPUTS, PLAN, NAMES)
    first, second, _ = sheet.stops
    assert (first.begin_min, first.open_min, first.close_min) == (490, 480, 600)
    assert (first.avoid, first.pickups, first.orders) == (("nuts",), (), ("O1",))
    assert first.textures == (
        Texture(level=Iddsi.L4, kind=Kind.FOOD),
        Texture(level=Iddsi.L2, kind=Kind.DRINK),
    )
    assert (second.open_min, second.close_min) == (600, 660)  # the second of its two windows
    assert second.textures == ()  # normal food and thin drink need no mark


def test_a_stop_outside_its_window_still_shows_the_window_that_was_agreed() -> None:
    (sheet,) = route_sheets(INPUTS, PLAN, NAMES)
    assert (sheet.stops[2].begin_min, sheet.stops[2].close_min) == (720, 540)


def with_route(route: Route, inputs: DayInputs = INPUTS) -> RouteSheet:
    routes = replace(PLAN.routes, routes=(route,))
    (sheet,) = route_sheets(inputs, replace(PLAN, routes=routes), NAMES)
    return sheet


def test_each_break_stands_after_its_stop_with_its_length() -> None:
    told = [(each.after_stop, each.begin_min, each.minutes) for each in with_route(ROUTE).pauses]
    assert told == [(1, 520, 30), (3, 725, 15)]
    inputs = replace(INPUTS, vehicles=(replace(VAN, rests=()),))
    assert with_route(ROUTE, inputs) == with_route(ROUTE), "what was published stays as it was"


def test_a_break_had_at_the_depot_is_told_after_the_trip_that_is_over() -> None:
    """The first trip is back at 560."""
    first, second = ROUTE.trips
    road = BreakTaken(after="b", begin_s=559 * 60, minutes=30)
    home = BreakTaken(after="b", begin_s=560 * 60 + 1, minutes=15)
    (taken, had) = with_route(
        replace(ROUTE, trips=(replace(first, breaks=(road, home)), replace(second, breaks=())))
    ).pauses
    assert (taken.after_stop, taken.begin_min, taken.at_depot) == (2, 559, False)
    assert (had.after_stop, had.begin_min, had.at_depot) == (2, 561, True)


def test_a_break_stored_without_its_length_has_that_of_the_van() -> None:
    trips = tuple(
        replace(one, breaks=tuple(replace(taken, minutes=None) for taken in one.breaks))
        for one in ROUTE.trips
    )
    older = replace(ROUTE, trips=trips)
    assert [each.minutes for each in with_route(older).pauses] == [30, 15]
    inputs = replace(INPUTS, vehicles=(replace(VAN, rests=VAN.rests[:1]),))
    assert [each.minutes for each in with_route(older, inputs).pauses] == [30]


def test_the_last_stop_is_loaded_first_with_every_lot() -> None:
    first, second = loading_lists(INPUTS, PLAN, NAMES)
    assert [each.number for each in first.stops] == [2, 1]
    assert [each.number for each in second.stops] == [3]
    pap, milk = first.stops[1].lines
    assert (pap.zone, pap.portions, pap.amount_g) == (Zone.FROZEN, 4, 400)
    assert [(take.lot, take.amount_g) for take in pap.lots] == [("P-old", 300), ("P-new", 100)]
    assert (milk.zone, milk.portions, milk.dish.level) == (Zone.CHILLED, 2, Iddsi.L2)


def test_every_loaded_gram_stands_on_exactly_one_pick_list() -> None:
    lists = pick_lists(INPUTS, PLAN, NAMES)
    picked = sum(row.take.amount_g for each in lists for row in each.rows)
    assert picked == sum(each.amount_g for each in PLAN.allocations)
    assert [row.zone for row in lists[0].rows] == [Zone.FROZEN] * 3 + [Zone.CHILLED] * 2
    assert [(row.take.lot, row.take.amount_g) for row in lists[1].rows] == [("P-new", 200)]


def test_the_kitchen_sheet_follows_each_machine_and_names_ingredients_once() -> None:
    sheet = kitchen_sheet(INPUTS, PLAN, NAMES)
    assert [each.machine for each in sheet.machines] == ["pak", "Kookketel 1"]
    (packing,), (cooking,) = (each.tasks for each in sheet.machines)
    assert packing.ingredients == ()
    assert (cooking.start_min, cooking.end_min, cooking.due_min) == (300, 320, 470)
    assert cooking.allergens == ("gluten:wheat", "milk")
    assert [(each.names.nl, each.amount_g, each.lots) for each in cooking.ingredients] == [
        ("melk", 656, ("I-1", "I-2")),
        ("rijst", 123, ()),
        ("suiker", 41, ()),
    ]


def test_what_is_packed_is_ordered_portions_and_the_rest_in_medium_ones() -> None:
    packed = packed_portions(INPUTS, PLAN)
    assert [(each.lot, each.portion_g, each.portions) for each in packed] == [
        ("P-new", 100, 3),
        ("P-new", 150, 3),  # 520 g left: 70 g is too little for a fourth
    ]
    little = replace(PLAN, born=(replace(BORN, amount_g=400),))
    assert [each.portion_g for each in packed_portions(INPUTS, little)] == [100]


def test_a_purchase_row_counts_grams_and_cents_of_all_packs() -> None:
    (row,) = purchase_rows(INPUTS, PLAN)
    assert (row.supplier, row.ingredient, row.names.nl) == ("boer", "melk", "melk")
    assert (row.packs, row.amount_g, row.cost_cents) == (3, 3000, 330)


def packed(sku: str) -> Packed:
    return Packed(sku=sku, lot="P-new", use_by=DAY, portion_g=150, portions=2)


def label(sku: str, catalogue: Catalogue = CATALOGUE) -> Label:
    made = make_label(catalogue, packed(sku), OPERATOR)
    assert isinstance(made, Label)
    return made


def test_a_label_is_the_record_of_its_food_with_its_lot() -> None:
    made = label(PAP4)
    assert made.food == food_information(CATALOGUE, PAP4)
    assert (made.net_g, made.lot, made.use_by) == (150, "P-new", DAY)
    assert (made.copies, made.operator) == (2, OPERATOR)


@pytest.mark.parametrize(
    ("sku", "code"),
    [
        ("stil/4/standard", "label.allergens_unknown"),
        ("leeg/4/standard", "label.nutrition_unknown"),
    ],
)
def test_no_label_is_made_while_a_field_of_the_law_is_not_known(sku: str, code: str) -> None:
    assert make_label(CATALOGUE, packed(sku), OPERATOR) == LabelGap(sku=sku, lot="P-new", code=code)


def test_an_operator_without_address_is_refused() -> None:
    with pytest.raises(ValueError, match="a label names a food business with its address"):
        Operator(name="Keuken", street="", town="8800 Roeselare")
