"""One small day end to end, without database or web, and what happens when something is lacking."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from logistics import (
    DAY_FITS,
    DAY_REASONS,
    DAY_VIOLATIONS,
    KITCHEN_UNKNOWNS,
    PURCHASE_REASONS,
    Allocation,
    Boxes,
    DayInputs,
    DayOrder,
    DayPlan,
    DayProgress,
    DaySite,
    Depot,
    IngredientLot,
    Lot,
    LotState,
    Machine,
    OnOrder,
    OrderLine,
    Point,
    PowerModel,
    Remark,
    SiteKind,
    Skill,
    Stage,
    SupplierTerms,
    SupplyItem,
    Unserved,
    Vehicle,
    day_violations,
    dayjson,
    dayroutes,
    plan_day,
    plan_json,
    supply_items,
)
from logistics.day import AHEAD_WHY, DAY_REMARKS
from logistics.production import finished_use_by
from logistics.routecheck import ROUTE_VIOLATIONS
from menus import (
    NUTRIENTS,
    AllergenSet,
    Bite,
    Catalogue,
    Colour,
    Component,
    Eater,
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
)
from optimizer import (
    LOT_VIOLATIONS,
    PRODUCTION_VIOLATIONS,
    REPLENISHMENT_VIOLATIONS,
    FreeWindow,
    Limits,
    Shift,
    Violation,
    solve_again,
)
from optimizer.replay import main

DAY = date(2026, 12, 1)  # a Tuesday


def names(word: str) -> Names:
    return Names(nl=word, fr=word, en=word)


def ingredient(name: str, *contains: str) -> Ingredient:
    return Ingredient(
        id=name,
        names=names(name),
        source="test",
        source_code=name,
        per_100g=(1,) * len(NUTRIENTS),
        allergens=AllergenSet(contains=frozenset(contains)),
        properties=frozenset(),
        price_cents_per_kg=250,
        shelf_days=20,
        supplier="grocer",
        pack_g=1000,
        lead_days=1,
        zone=Zone.CHILLED,
    )


def dish(name: str, role: Role, *, zone: Zone, shelf_days: int, steps: str) -> Component:
    """Steps as words: `oven` of 40 minutes, `blend` only at level 4."""
    return Component(
        id=name,
        role=role,
        kind=Kind.FOOD,
        names=names(name),
        recipe=name,
        levels=(Iddsi.L4, Iddsi.L7),
        seasonings=(Seasoning.STANDARD,),
        properties=frozenset(),
        colour=Colour.WHITE,
        bite=Bite.SOFT,
        portions_g=Portions(s=100, m=200, l=300),
        zone=zone,
        shelf_days=shelf_days,
        steps=tuple(
            Step(
                kind=StepKind(word),
                fixed_min=40 if word == "oven" else 10,
                min_per_10kg=1,
                levels=frozenset({Iddsi.L4}) if word == "blend" else frozenset(),
            )
            for word in steps.split()
        ),
        regeneration=(),
        max_batch_g=5_000,
    )


def recipe(name: str, **grams: int) -> Recipe:
    lines = tuple(RecipeLine(ingredient=key, amount_g=grams[key]) for key in grams)
    return Recipe(id=name, lines=lines, yield_percent=100)


CATALOGUE: Catalogue = build_catalogue(
    [
        ingredient("beef"),
        ingredient("leek"),
        ingredient("cream", "milk"),
        ingredient("water"),
    ],
    [recipe("stew", beef=600, leek=400), recipe("flan", cream=500, water=500)],
    [
        dish(
            "stew",
            Role.PROTEIN,
            zone=Zone.FROZEN,
            shelf_days=90,
            steps="prep oven blend blast_freeze pack",
        ),
        dish("flan", Role.DESSERT, zone=Zone.CHILLED, shelf_days=6, steps="prep oven chill pack"),
    ],
)
STEW, PUREE = "stew/7/standard", "stew/4/standard"
FLAN = "flan/7/standard"
NORMAL = Eater(food_iddsi=Iddsi.L7, drink_iddsi=Iddsi.L0)
DEPOT = Depot(id="roeselare", point=Point.of(50.945, 3.125))
MACHINES = tuple(
    Machine(id=f"{kind}-1", kind=kind, capacity_g=5_000, open_min=240, close_min=900)
    for kind in (
        StepKind.PREP,
        StepKind.OVEN,
        StepKind.BLEND,
        StepKind.BLAST_FREEZE,
        StepKind.CHILL,
        StepKind.PACK,
    )
)
VAN = Vehicle(
    id="van-a",
    letter="A",
    capacity=Boxes(frozen=40, chilled=40, ambient=40),
    shift_open_min=480,
    shift_close_min=1020,
    cents_per_km=40,
    cents_per_hour=2_500,
)


def line(order: str, number: int, sku: str, *, portions: int = 1, eater: str = "") -> OrderLine:
    return OrderLine(
        id=f"{order}-{number}",
        order=order,
        sku=sku,
        eater=eater or f"{order}-eater",
        portions=portions,
        portion_g=200,
        amount_g=200 * portions,
    )


def order(name: str, *lines: OrderLine, **changes: Any) -> DayOrder:
    plain = DayOrder(id=name, site=f"site-{name}", kind=SiteKind.HOME, lines=lines)
    return replace(plain, **changes)


def site(
    name: str, north: int = 1, windows: tuple[tuple[int, int], ...] = ((540, 900),)
) -> DaySite:
    return DaySite(id=name, point=Point.of(50.945 + north / 100, 3.13), windows=windows)


def lot(name: str, sku: str, amount_g: int, *, days: int = 40, **changes: Any) -> Lot:
    zone = CATALOGUE.variants[sku].zone
    plain = Lot(id=name, sku=sku, amount_g=amount_g, use_by=DAY + timedelta(days=days), zone=zone)
    return replace(plain, **changes)


def inputs(
    *orders: DayOrder, eaters: Mapping[str, Eater] | None = None, **changes: Any
) -> DayInputs:
    """A day with full pantries, no stock, one van and every machine once."""
    sites = changes.pop("sites", tuple(site(each.site, at) for at, each in enumerate(orders, 1)))
    eaten_by = {each.eater: NORMAL for one in orders for each in one.lines}
    plain = DayInputs(
        snapshot="snapshot-1",
        service_day=DAY,
        depot=DEPOT,
        catalogue=CATALOGUE,
        orders=orders,
        eaters={**eaten_by, **(eaters or {})},
        lots=(),
        machines=MACHINES,
        vehicles=(VAN,),
        sites=sites,
        roads=PowerModel().matrix((DEPOT.point, *(each.point for each in sites))),
        ingredient_lots=tuple(
            IngredientLot(
                id=f"I-{name}", ingredient=name, amount_g=20_000, use_by=DAY + timedelta(days=9)
            )
            for name in ("beef", "leek", "cream")
        ),
        supply_items=supply_items(CATALOGUE),
        limits=Limits(moves=400),
    )
    return replace(plain, **changes)


def sound(day: DayInputs) -> DayPlan:
    plan = plan_day(day)
    assert plan.violations == ()
    return plan


def only(plan: DayPlan) -> Unserved:
    (found,) = plan.unserved
    return found


A = order("a", line("a", 1, STEW), line("a", 2, FLAN))
B = order("b", line("b", 1, PUREE, portions=2), priority=3, kind=SiteKind.RESIDENTIAL)
PUREE_EATER = {"b-eater": replace(NORMAL, food_iddsi=Iddsi.L4)}


def full_day(**changes: Any) -> DayInputs:
    """Stew in stock, flan and purée to be cooked, a forecast that needs buying."""
    return inputs(
        A,
        B,
        eaters=PUREE_EATER,
        lots=(lot("S1", STEW, 600), lot("S2", STEW, 600, days=12)),
        forecast=({},) * 3 + ({STEW: 40_000, FLAN: 8_000},) + ({},) * 10,
        stock_targets={STEW: 3_000},
        **changes,
    )


def test_a_day_takes_the_oldest_stock_cooks_the_rest_and_brings_all_of_it() -> None:
    plan = sound(full_day())
    assert plan.unserved == ()
    assert {each.code for each in plan.reasons} == set(KITCHEN_UNKNOWNS)
    assert Allocation(order_line="a-1", lot="S2", amount_g=200) in plan.allocations
    cooked = {batch.sku: batch for batch in plan.batches}
    assert set(cooked) == {FLAN, PUREE, STEW}
    assert cooked[PUREE].amount_g == 400
    assert [op.kind for op in cooked[PUREE].ops] == [
        "prep",
        "oven",
        "blend",
        "blast_freeze",
        "pack",
    ]
    assert cooked[STEW].amount_g == 3_000 - 1_000
    assert cooked[FLAN].allergens == {"milk"}
    (route,) = plan.routes.routes
    assert {stop.site for stop in route.stops} == {"site-a", "site-b"}
    ready = max(cooked[sku].ready_min for sku in (FLAN, PUREE))
    assert route.start_min >= ready
    assert all(540 <= stop.begin_min <= 900 for stop in route.stops)


def test_what_the_coming_days_need_is_bought_in_time() -> None:
    plan = sound(full_day())
    bought = {each.item: each for each in plan.purchases}
    assert set(bought) == {"beef"}, "leek and cream in store are enough"
    assert bought["beef"].supplier == "grocer"
    assert bought["beef"].day == DAY + timedelta(days=1), "it comes the day before it is cooked"


def test_what_is_bought_for_a_day_lies_there_when_that_day_is_planned() -> None:
    """A day is planned on the day before it, from what came by then."""
    need_on = DAY + timedelta(days=2)
    first = inputs(forecast=({}, {}, {STEW: 4_000}, *({},) * 11), ingredient_lots=())
    arrived = tuple(
        IngredientLot(
            id=f"B-{buy.item}",
            ingredient=buy.item,
            amount_g=buy.packs * CATALOGUE.ingredients[buy.item].pack_g,
            use_by=DAY + timedelta(days=19),
        )
        for buy in sound(first).purchases
        if buy.day + timedelta(days=CATALOGUE.ingredients[buy.item].lead_days) < need_on
    )
    eaten = order("c", line("c", 1, STEW, portions=20))
    assert sound(inputs(eaten, service_day=need_on, ingredient_lots=arrived)).unserved == ()


def test_what_comes_on_a_day_is_no_food_for_that_day() -> None:
    """Two orders under way: one comes on the day that needs it, one on the day before."""
    forecast = ({}, {}, {STEW: 4_000}, *({},) * 11)
    plain = inputs(forecast=forecast, ingredient_lots=())
    for ahead, bought in ((2, {"beef", "leek"}), (1, set())):
        coming = tuple(
            OnOrder(
                order=f"B-{name}",
                ingredient=name,
                amount_g=9_000,
                expected=DAY + timedelta(days=ahead),
            )
            for name in ("beef", "leek")
        )
        plan = sound(replace(plain, on_order=coming))
        assert {buy.item for buy in plan.purchases} == bought


def test_the_order_of_the_stages_is_fixed_and_each_is_told_once_it_begins() -> None:
    seen: list[DayProgress] = []

    def see(progress: DayProgress) -> bool:
        seen.append(progress)
        return True

    plan_day(full_day(), see)
    assert list(dict.fromkeys(each.stage for each in seen)) == list(Stage)
    assert any(each.stage is Stage.ROUTES and each.moves for each in seen)


def test_the_same_day_gives_the_same_bytes_and_solves_again_to_the_same_cost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = (
        json.dumps(plan_json(full_day(), plan_day(full_day())), sort_keys=True) for _ in range(2)
    )
    assert first == second
    path = tmp_path / "plan.json"
    path.write_text(first, encoding="utf-8")
    assert main([str(path)]) == 0
    answers = json.loads(capsys.readouterr().out)["problems"]
    assert [each["name"] for each in answers] == ["production", "replenishment", "routing"]


def test_a_day_that_was_ended_early_is_solved_again_to_the_same_answers() -> None:
    asked: list[DayProgress] = []

    def see(progress: DayProgress) -> bool:
        asked.append(progress)
        return len([each for each in asked if each.moves]) < 2

    plan = plan_day(full_day(limits=Limits(moves=4_000)), see)
    assert [each.looks for each in plan.solved] == [1, 0, 0]
    entries = plan_json(full_day(), plan)["inputs"]["problems"]
    again = [solve_again(json.loads(json.dumps(each))) for each in entries]
    assert [each["same"] for each in again] == [True, True, True]


def test_a_routing_problem_too_large_to_store_is_named_as_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dayjson, "LARGEST_STORED_STOPS", 1)
    entries = plan_json(full_day(), plan_day(full_day()))["inputs"]["problems"]
    assert entries[2]["left_out"] == {"stops": 2, "most": 1}
    assert "problem" not in entries[2]


def test_the_document_has_the_agreed_shape() -> None:
    day = full_day()
    document = plan_json(day, replace(plan_day(day), reasons=(Remark(code="x", subject="y"),)))
    assert list(document) == [
        *("schema", "snapshot", "date", "depot", "seed", "moves", "inputs", "orders"),
        *("allocations", "batches", "purchases", "routes", "unserved", "violations"),
    ]
    assert document["date"] == "2026-12-01"
    assert list(document["allocations"][0]) == ["order_line", "lot", "g"]
    assert list(document["batches"][0]) == ["id", "sku", "lot", "ops"]
    assert list(document["purchases"][0]) == ["supplier", "item", "packs", "day"]
    (trip,) = document["routes"][0]["trips"]
    assert list(trip) == ["start_min", "stops"]
    assert list(trip["stops"][0]) == [
        *("site", "arrive_min", "open_min", "close_min", "service_min", "lines")
    ]
    lines = {line for stop in trip["stops"] for line in stop["lines"]}
    assert lines == {"a-1", "a-2", "b-1"}
    assert all(each["g"] == each["given_g"] for one in document["orders"] for each in one["lines"])


def test_an_eater_with_an_allergy_nobody_knows_is_not_served_and_the_reason_stands() -> None:
    strange = {"a-eater": replace(NORMAL, allergies=frozenset({"kiwi"}))}
    plan = sound(inputs(A, eaters=strange, lots=(lot("S1", STEW, 600),)))
    found = only(plan)
    assert (found.order, found.reason) == ("a", "objection.allergy.unknown_code")
    assert found.binding == "allergy:kiwi"
    assert found.would_fit_if == ()
    assert plan.allocations == ()
    assert plan.batches == ()


def test_a_line_against_an_allergy_stays_out_and_the_rest_of_the_order_goes() -> None:
    allergic = {"a-eater": replace(NORMAL, allergies=frozenset({"milk"}))}
    plan = sound(inputs(A, eaters=allergic, lots=(lot("S1", STEW, 600),)))
    found = only(plan)
    assert (found.reason, found.lines) == ("objection.allergy.contains", ("a-2",))
    assert {each.order_line for each in plan.allocations} == {"a-1"}


@pytest.mark.parametrize(
    ("change", "reason", "binding"),
    [
        ({"eaters_gone": True}, "day.line.unknown_eater", "a-eater"),
        ({"sku": "soup/7/standard"}, "day.line.unknown_variant", "soup/7/standard"),
        ({"site": "nowhere"}, "day.site.unknown", "nowhere"),
        ({"min_life_days": 100}, "day.line.shelf_too_short", STEW),
    ],
)
def test_what_cannot_be_checked_or_kept_is_not_served(
    change: dict[str, Any], reason: str, binding: str
) -> None:
    wanted = order("a", line("a", 1, change.pop("sku", STEW)))
    gone = change.pop("eaters_gone", False)
    day = inputs(replace(wanted, **change), sites=(site("site-a"),))
    plan = sound(replace(day, eaters={}) if gone else day)
    assert (only(plan).reason, only(plan).binding) == (reason, binding)


def small(kind: StepKind, **changes: Any) -> tuple[Machine, ...]:
    return tuple(
        replace(machine, **changes) if machine.kind is kind else machine for machine in MACHINES
    )


def test_an_oven_that_takes_less_than_a_portion_is_named() -> None:
    plan = sound(inputs(A, machines=small(StepKind.OVEN, capacity_g=150)))
    found = only(plan)
    assert (found.reason, found.binding) == ("day.kitchen.machine_too_small", "oven")
    assert found.would_fit_if == (("capacity_g", 200),)


def test_an_oven_too_small_for_the_day_is_named_and_what_fits_is_served() -> None:
    wanted = order("a", line("a", 1, STEW, portions=30), line("a", 2, FLAN))
    plan = sound(inputs(wanted, machines=small(StepKind.OVEN, capacity_g=600, close_min=420)))
    found = only(plan)
    assert (found.reason, found.binding) == ("day.kitchen.full", "oven")
    assert found.would_fit_if == (("extra_min", 41),)
    assert found.lines
    assert plan.allocations


def test_a_step_without_a_machine_is_named() -> None:
    without = tuple(machine for machine in MACHINES if machine.kind is not StepKind.OVEN)
    found = only(sound(inputs(A, machines=without)))
    assert (found.reason, found.binding) == ("day.kitchen.no_machine", "oven")
    assert only(sound(inputs(A, machines=()))).binding == "prep"


def test_a_bought_dish_out_of_stock_is_not_made_here() -> None:
    bought = replace(CATALOGUE.variants[STEW], steps=())
    catalogue = replace(CATALOGUE, variants={**CATALOGUE.variants, STEW: bought})
    wanted = order("a", line("a", 1, STEW))
    assert only(sound(inputs(wanted, catalogue=catalogue))).reason == "day.kitchen.not_made_here"


def test_a_lacking_ingredient_is_named_and_the_batch_shrinks_to_what_there_is() -> None:
    wanted = order("a", line("a", 1, STEW, portions=10))
    little = (
        IngredientLot(id="I1", ingredient="beef", amount_g=400, use_by=DAY),
        IngredientLot(id="I2", ingredient="beef", amount_g=500, use_by=DAY + timedelta(days=3)),
        IngredientLot(id="I3", ingredient="leek", amount_g=9_000, use_by=DAY),
        IngredientLot(id="I4", ingredient="leek", amount_g=9_000, use_by=DAY - timedelta(days=1)),
        IngredientLot(
            id="I5",
            ingredient="beef",
            amount_g=9_000,
            use_by=DAY,
            state=LotState.RECALLED,
        ),
    )
    plan = sound(inputs(wanted, ingredient_lots=little))
    found = only(plan)
    assert (found.reason, found.binding) == ("day.kitchen.ingredient_short", "beef")
    assert found.would_fit_if == (("extra_g", 300),)
    (batch,) = plan.batches
    assert batch.amount_g == 1_500
    assert [(draw.lot, draw.amount_g) for draw in plan.draws] == [
        ("I1", 400),
        ("I2", 500),
        ("I3", 600),
    ]
    assert sum(each.amount_g for each in plan.allocations) == 1_400


def test_without_an_ingredient_nothing_is_cooked_of_it() -> None:
    plan = sound(inputs(A, ingredient_lots=()))
    assert {each.reason for each in plan.unserved} == {"day.kitchen.ingredient_short"}
    assert {each.binding for each in plan.unserved} == {"beef", "cream"}
    assert plan.batches == ()


def test_food_that_is_ready_after_the_last_departure_is_named() -> None:
    early = (site("site-a", windows=((300, 310),)),)
    van = replace(VAN, shift_open_min=240)
    plan = sound(inputs(A, sites=early, vehicles=(van,)))
    assert {each.reason for each in plan.unserved} == {"day.kitchen.too_late"}
    assert {each.binding for each in plan.unserved} == {batch.id for batch in plan.batches}


def test_a_site_no_van_reaches_keeps_its_goods_in_store_and_is_named() -> None:
    full = replace(VAN, capacity=Boxes(frozen=0, chilled=9, ambient=9))
    plan = sound(inputs(A, vehicles=(full,), lots=(lot("S1", STEW, 600), lot("S2", FLAN, 600))))
    assert only(plan).reason == "route.unserved.capacity"
    assert plan.allocations == ()
    assert sound(inputs(A, vehicles=())).allocations == ()


def test_without_an_answer_every_delivery_stays_behind_and_none_is_forgotten() -> None:
    (solved,) = (each for each in sound(full_day()).solved if each.name == "routing")
    assert dayroutes._nothing_driven(solved.problem).unserved == ("site-a", "site-b")


def test_stock_that_cannot_be_made_up_is_remarked_and_harms_no_order() -> None:
    plan = sound(inputs(stock_targets={STEW: 500}, machines=()))
    assert plan.unserved == ()
    assert plan.reasons == (Remark(code="day.stock.not_cooked", subject=STEW),)


def test_a_need_nobody_sells_or_that_comes_too_late_is_remarked() -> None:
    beef = SupplyItem(
        ingredient="beef", supplier="far", pack_g=1000, price_cents=1, lead_days=9, shelf_days=9
    )
    forecast = ({},) * 2 + ({STEW: 40_000},) + ({},) * 11
    plan = sound(inputs(forecast=forecast, supply_items=(beef,), ingredient_lots=()))
    assert plan.purchases == ()
    gap, nobody = plan.reasons
    assert (gap.code, gap.subject, gap.amount_g) == ("day.purchase.gap", "beef", 24_000)
    assert gap.day == DAY + timedelta(days=2)
    assert (nobody.code, nobody.subject) == ("day.purchase.no_supplier", "leek")
    assert plan_json(inputs(), plan)["inputs"]["remarks"][0]["day"] == "2026-12-03"


def test_the_cheapest_supplier_per_gram_is_asked() -> None:
    offers = tuple(
        SupplyItem(
            ingredient="beef",
            supplier=name,
            pack_g=pack,
            price_cents=cents,
            lead_days=1,
            shelf_days=9,
        )
        for name, pack, cents in (("dear", 500, 100), ("cheap", 5_000, 900))
    )
    forecast = ({},) * 2 + ({STEW: 40_000},) + ({},) * 11
    plan = sound(inputs(forecast=forecast, supply_items=offers))
    assert {each.supplier for each in plan.purchases} == {"cheap"}


def test_a_dearer_supplier_is_asked_where_the_cheapest_comes_too_late() -> None:
    far, near = (
        SupplyItem(
            ingredient=name,
            supplier=supplier,
            pack_g=1_000,
            price_cents=cents,
            lead_days=lead,
            shelf_days=9,
        )
        for name, supplier, cents, lead in (("beef", "far", 1, 6), ("beef", "near", 900, 1))
    )
    leek = replace(near, ingredient="leek")
    soon, later = (
        inputs(
            forecast=(*({},) * ahead, {STEW: 4_000}, *({},) * (13 - ahead)),
            supply_items=(far, near, leek),
            ingredient_lots=(),
        )
        for ahead in (3, 8)
    )
    plan = sound(soon)
    assert plan.reasons == (), "nothing is short that somebody could bring"
    assert {buy.supplier for buy in plan.purchases if buy.item == "beef"} == {"near"}
    plan = sound(later)
    assert {buy.supplier for buy in plan.purchases if buy.item == "beef"} == {"far"}
    never = SupplierTerms(supplier="far", order_weekdays=frozenset())
    plan = sound(replace(later, suppliers=(never,)))
    assert {buy.supplier for buy in plan.purchases if buy.item == "beef"} == {"near"}


def test_what_one_supplier_leaves_open_another_brings() -> None:
    """One comes on Wednesdays alone, the other on Fridays, and beef keeps two days."""
    offers = [
        SupplyItem(
            ingredient=name,
            supplier=supplier,
            pack_g=1_000,
            price_cents=cents,
            lead_days=0,
            shelf_days=3,
        )
        for name, supplier, cents in (("beef", "wed", 1), ("beef", "fri", 900), ("leek", "fri", 9))
    ]
    terms = tuple(
        SupplierTerms(supplier=name, delivery_weekdays=frozenset({day}))
        for name, day in (("wed", 2), ("fri", 4))
    )
    offers[2] = replace(offers[2], supplier="any", shelf_days=20)
    forecast = ({}, {}, {STEW: 4_000}, {}, {STEW: 4_000}, *({},) * 9)
    plan = sound(
        inputs(forecast=forecast, supply_items=tuple(offers), suppliers=terms, ingredient_lots=())
    )
    assert plan.reasons == ()
    assert [(buy.supplier, buy.day.weekday()) for buy in plan.purchases if buy.item == "beef"] == [
        ("wed", 2),
        ("fri", 4),
    ]


BEEF = SupplyItem(
    ingredient="beef", supplier="butcher", pack_g=1_000, price_cents=900, lead_days=1, shelf_days=9
)


def test_an_order_is_worth_its_minimum_and_says_why_it_is_so_large() -> None:
    forecast = ({},) * 5 + ({STEW: 4_000},) + ({},) * 8
    butcher = SupplierTerms(supplier="butcher", minimum_cents=5_000)
    plan = sound(
        inputs(forecast=forecast, supply_items=(BEEF,), suppliers=(butcher,), ingredient_lots=())
    )
    (buy,) = plan.purchases
    assert (buy.packs, buy.cost_cents) == (6, 5_400)
    assert [one.code for one in buy.reasons] == ["purchase.needed", "purchase.worth"]
    assert buy.reasons[0].on == DAY + timedelta(days=5)
    assert {one.code for one in buy.reasons} <= set(PURCHASE_REASONS)


def test_no_order_is_placed_or_brought_on_a_closed_day() -> None:
    forecast = ({},) * 5 + ({STEW: 4_000},) + ({},) * 8
    closed = frozenset(DAY + timedelta(days=ahead) for ahead in (2, 4))
    butcher = SupplierTerms(supplier="butcher", closed_days=closed)
    days = inputs(forecast=forecast, supply_items=(BEEF,), suppliers=(butcher,), ingredient_lots=())
    (buy,) = sound(days).purchases
    assert buy.day not in closed
    assert buy.day + timedelta(days=1) not in closed
    never = replace(butcher, order_weekdays=frozenset())
    assert sound(replace(days, suppliers=(never,))).purchases == ()


def test_a_price_that_does_not_fall_with_the_order_is_no_break() -> None:
    steps = replace(BEEF, breaks=((1, 500), (10, 800), (5, 950), (20, 800), (30, 700)))
    assert steps.lower_breaks() == ((10, 800), (30, 700))
    (named, *_) = supply_items(CATALOGUE, {"beef": ((4, 1),)})
    assert named.breaks == ((4, 1),)


def test_lots_on_hold_and_expiring_ones_do_not_cover_the_forecast() -> None:
    held = lot("H", STEW, 90_000, state=LotState.HOLD)
    old = lot("O", STEW, 90_000, days=1)
    forecast = ({},) * 3 + ({STEW: 40_000},) + ({},) * 10
    assert sound(inputs(forecast=forecast, lots=(held, old))).purchases
    assert not sound(inputs(forecast=forecast, lots=(lot("L", STEW, 90_000),))).purchases


COLD = dish("salad", Role.VEGETABLE, zone=Zone.CHILLED, shelf_days=6, steps="prep pack")
WITH_SALAD = build_catalogue(
    [ingredient("leek"), ingredient("cream", "milk")],
    [recipe("salad", leek=800, cream=200)],
    [COLD],
)
SALAD = "salad/7/standard"
CREAM_DAYS = 3


def salad_day(**changes: Any) -> DayInputs:
    cream = IngredientLot(
        id="I-cream",
        ingredient="cream",
        amount_g=9_000,
        use_by=DAY + timedelta(days=CREAM_DAYS),
    )
    leek = replace(cream, id="I-leek", ingredient="leek", use_by=DAY + timedelta(days=9))
    return inputs(
        order("a", line("a", 1, SALAD), **changes),
        catalogue=WITH_SALAD,
        ingredient_lots=(cream, leek),
        supply_items=(),
    )


def test_what_was_not_heated_lasts_no_longer_than_the_first_of_its_inputs() -> None:
    day = salad_day(min_life_days=CREAM_DAYS)
    plan = sound(day)
    assert plan.unserved == ()
    assert {each.use_by for each in plan.born} == {DAY + timedelta(days=CREAM_DAYS)}
    longer = tuple(replace(each, use_by=DAY + timedelta(days=6)) for each in plan.born)
    found = day_violations(day, replace(plan, born=longer))
    assert [each.code for each in found] == ["check.lot.too_old"]


def test_an_order_that_needs_longer_than_the_inputs_last_is_told_so() -> None:
    plan = sound(salad_day(min_life_days=CREAM_DAYS + 1))
    told = only(plan)
    assert (told.reason, told.binding) == ("day.line.shelf_too_short", SALAD)
    assert dict(told.would_fit_if) == {"min_life_days": CREAM_DAYS}


def test_what_was_heated_has_its_own_shelf_life() -> None:
    soon = DAY + timedelta(days=1)
    assert finished_use_by(CATALOGUE.variants[FLAN], DAY, [soon]) == DAY + timedelta(days=6)
    assert finished_use_by(WITH_SALAD.variants[SALAD], DAY, [soon]) == soon
    assert finished_use_by(WITH_SALAD.variants[SALAD], DAY, []) == DAY + timedelta(days=6)


def spans(plan: DayPlan, kind: StepKind) -> list[tuple[int, int]]:
    found = [op for batch in plan.batches for op in batch.ops if op.kind is kind]
    return sorted((op.start_min, op.end_min) for op in found)


def two_stews(**changes: Any) -> DayInputs:
    """Two batches of stew for stock, made as early as they fit."""
    return inputs(stock_targets={STEW: 8_000}, **changes)


def test_batches_of_one_dish_share_the_places_of_an_oven_and_of_a_freezer() -> None:
    three = {STEW: 14_000}
    alone = sound(inputs(stock_targets=three))
    assert all(end <= start for (_, end), (start, _) in pairwise(spans(alone, StepKind.OVEN)))
    wide = tuple(
        replace(each, places=4, capacity_g=20_000)
        if each.kind in {StepKind.OVEN, StepKind.BLAST_FREEZE}
        else each
        for each in MACHINES
    )
    together = sound(inputs(stock_targets=three, machines=wide))
    for kind in (StepKind.OVEN, StepKind.BLAST_FREEZE):
        _, second, third = spans(together, kind)
        assert second[0] == third[0], "both waited for the first to come out"


def test_nothing_is_cooked_when_nobody_is_there_to_cook_it() -> None:
    cook = Shift(skill=Skill.COOK, people=1, opens=500, closes=900)
    packer = Shift(skill=Skill.PACKER, people=1, opens=240, closes=900)
    plan = sound(two_stews(shifts=(cook, packer)))
    assert len(plan.batches) == 2
    assert min(start for start, _ in spans(plan, StepKind.PREP)) >= 500
    nobody = sound(two_stews(shifts=(cook,)))
    assert nobody.batches == ()
    assert [each.code for each in nobody.reasons] == ["day.stock.not_cooked"]


def test_a_full_freezer_takes_no_more() -> None:
    plan = sound(two_stews(room_g={Zone.FROZEN: 5_000}))
    assert len(plan.batches) == 1


def test_a_machine_stays_free_of_an_allergen_in_its_hours() -> None:
    free = FreeWindow(opens=0, closes=600, traits=frozenset({"milk"}))
    kept = tuple(replace(each, free=(free,)) for each in MACHINES)
    plan = sound(inputs(stock_targets={FLAN: 2_000}, machines=kept))
    assert min(start for start, _ in spans(plan, StepKind.PREP)) >= 600


def with_first(plan: DayPlan, **changes: Any) -> DayPlan:
    first, *rest = plan.allocations
    return replace(plan, allocations=(replace(first, **changes), *rest))


def with_batch(plan: DayPlan, **changes: Any) -> DayPlan:
    first, *rest = plan.batches
    return replace(plan, batches=(replace(first, **changes), *rest))


def with_draw(plan: DayPlan, **changes: Any) -> DayPlan:
    first, *rest = plan.draws
    return replace(plan, draws=(replace(first, **changes), *rest))


def squeezed(plan: DayPlan) -> DayPlan:
    """All batches at the times of the first."""
    first, *rest = plan.batches
    same = tuple(
        replace(batch, ops=tuple(replace(op, start_min=300, end_min=310) for op in batch.ops))
        for batch in (first, *rest)
    )
    return replace(plan, batches=same)


BROKEN: list[tuple[str, Callable[[DayPlan], DayPlan]]] = [
    ("check.snapshot", lambda plan: replace(plan, snapshot="other")),
    ("check.line.short_unstated", lambda plan: replace(plan, allocations=plan.allocations[1:])),
    ("check.line.too_much", lambda plan: replace(plan, allocations=plan.allocations * 2)),
    (
        "check.line.refused_but_given",
        lambda plan: replace(plan, unserved=(Unserved(order="a", reason="x", binding="y"),)),
    ),
    ("check.line.unknown", lambda plan: with_first(plan, order_line="z-1")),
    ("check.lot.unknown", lambda plan: with_first(plan, lot="nowhere")),
    ("check.lot.other_variant", lambda plan: with_first(plan, lot=plan.born[0].id)),
    ("check.lot.split_portion", lambda plan: with_first(plan, amount_g=150)),
    ("check.lot.overdrawn", lambda plan: with_first(plan, amount_g=200_000)),
    ("check.order.not_routed", lambda plan: replace(plan, routes=replace(plan.routes, routes=()))),
    ("route.cost", lambda plan: replace(plan, routes=replace(plan.routes, cost_cents=1))),
    ("check.batch.no_lot", lambda plan: replace(plan, born=())),
    ("check.batch.allergens", lambda plan: with_batch(plan, allergens=frozenset({"fish"}))),
    ("check.batch.unknown_variant", lambda plan: with_batch(plan, sku="soup/7/standard")),
    ("check.batch.steps", lambda plan: with_batch(plan, ops=plan.batches[0].ops[1:])),
    ("production.machine.overlap", squeezed),
    ("check.batch.ingredients", lambda plan: replace(plan, draws=plan.draws[1:])),
    ("check.lot.unknown", lambda plan: with_draw(plan, lot="nowhere")),
    ("check.lot.overdrawn", lambda plan: with_draw(plan, amount_g=99_999)),
    (
        "check.lot.too_old",
        lambda plan: replace(
            plan, born=(replace(plan.born[0], use_by=DAY + timedelta(days=999)), *plan.born[1:])
        ),
    ),
]


@pytest.mark.parametrize(("code", "spoil"), BROKEN)
def test_the_gate_finds_what_is_broken_on_purpose(
    code: str, spoil: Callable[[DayPlan], DayPlan]
) -> None:
    day = full_day()
    plan = sound(day)
    assert code in {each.code for each in day_violations(day, spoil(plan))}


def changed_lot(day: DayInputs, name: str, **changes: Any) -> DayInputs:
    lots = tuple(replace(each, **changes) if each.id == name else each for each in day.lots)
    return replace(day, lots=lots)


def changed_pantry(day: DayInputs, **changes: Any) -> DayInputs:
    return replace(
        day, ingredient_lots=tuple(replace(each, **changes) for each in day.ingredient_lots)
    )


@pytest.mark.parametrize(
    ("code", "later"),
    [
        ("check.lot.blocked", lambda day: changed_lot(day, "S2", state=LotState.RECALLED)),
        ("check.lot.too_old", lambda day: changed_lot(day, "S2", use_by=DAY)),
        ("check.lot.blocked", lambda day: changed_pantry(day, state=LotState.HOLD)),
        ("check.lot.too_old", lambda day: changed_pantry(day, use_by=DAY - timedelta(days=1))),
        ("check.line.unsafe", lambda day: replace(day, eaters={})),
        (
            "check.line.unsafe",
            lambda day: replace(day, eaters=dict.fromkeys(day.eaters, PUREE_EATER["b-eater"])),
        ),
    ],
)
def test_the_gate_sees_what_changed_since_the_plan_was_made(
    code: str, later: Callable[[DayInputs], DayInputs]
) -> None:
    day = full_day()
    plan = sound(day)
    assert code in {each.code for each in day_violations(later(day), plan)}


def test_a_gate_code_is_listed() -> None:
    day = full_day()
    plan = sound(day)
    found: set[Violation] = {
        each for _, spoil in BROKEN for each in day_violations(day, spoil(plan))
    }
    ours = {each.code for each in found if each.code.startswith("check.")}
    assert ours <= set(DAY_VIOLATIONS)


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: inputs(forecast=()), "fourteen days"),
        (lambda: inputs(stock_targets={"soup": 1}), "only variants of the catalogue"),
        (lambda: inputs(A, sites=()), None),
        (lambda: inputs(A, A, sites=(site("site-a"),)), "order has its own id"),
        (lambda: replace(inputs(A), sites=()), "join the depot and every site"),
        (lambda: site("a", windows=()), "has a window"),
        (lambda: site("a", windows=((9, 8),)), "opens before it closes"),
        (lambda: order("a", line("b", 1, STEW)), "carries the id"),
        (lambda: order("a", priority=0), "1, 2 or 3"),
        (lambda: replace(line("a", 1, STEW), amount_g=1), "portions times"),
        (lambda: replace(line("a", 1, STEW), portions=0, amount_g=0), "at least one portion"),
        (lambda: lot("a", STEW, -1), "never holds less than nothing"),
        (lambda: replace(inputs().ingredient_lots[0], amount_g=-1), "never holds less"),
        (lambda: replace(MACHINES[0], capacity_g=0), "at least one gram"),
        (lambda: replace(MACHINES[0], places=0), "at least one place"),
        (lambda: replace(MACHINES[0], open_min=900), "opens before it closes"),
        (lambda: replace(supply_items(CATALOGUE)[0], pack_g=0), "at least one"),
        (lambda: replace(supply_items(CATALOGUE)[0], price_cents=-1), "never negative"),
        (lambda: replace(supply_items(CATALOGUE)[0], order_weekdays=frozenset({7})), "Sunday"),
    ],
)
def test_a_broken_promise_is_named(make: Callable[[], object], promise: str | None) -> None:
    if promise is None:
        assert make()
        return
    with pytest.raises(ValueError, match=promise):
        make()


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_reason_has_a_sentence(language: str) -> None:
    path = Path(__file__).parents[2] / "app" / "translations" / language / "logistics.po"
    with path.open("rb") as file:
        said = {message.id: message.string for message in read_po(file) if message.id}
    codes = [
        *(*DAY_REASONS, *DAY_REMARKS, *DAY_VIOLATIONS),
        *(*PRODUCTION_VIOLATIONS, *REPLENISHMENT_VIOLATIONS),
        *(*LOT_VIOLATIONS, *AHEAD_WHY, *ROUTE_VIOLATIONS),
        *(f"day.stage.{stage}" for stage in Stage),
        *(f"day.fit.{figure}" for figure in DAY_FITS),
    ]
    assert sorted(said) == sorted(codes)
    assert all(said.values())


def test_every_site_keeps_the_van_it_knows_where_that_costs_nothing() -> None:
    day = full_day()
    twins = tuple(replace(day.vehicles[0], id=f"twin-{letter}", letter=letter) for letter in "AB")
    first = sound(replace(day, vehicles=twins))
    sites = [stop.site for route in first.routes.routes for stop in route.stops]
    assert first.routes.usual == ()
    for twin in twins:
        usual = {**dict.fromkeys(sites, twin.id), "elsewhere": twin.id}
        known = sound(replace(day, vehicles=twins, usual_vans=usual))
        assert {route.vehicle for route in known.routes.routes} == {twin.id}
        assert known.routes.usual == tuple((site, twin.id) for site in sorted(sites))
        assert known.routes.cost_cents == first.routes.cost_cents


def test_the_kitchen_is_waited_for_until_the_last_van_must_leave() -> None:
    def waits(**changed: Any) -> set[int]:
        return {
            *dayroutes.latest_ready_min(inputs(A, vehicles=(replace(VAN, **changed),))).values()
        }

    usual = VAN.shift_open_min + dayroutes.LOADING_MIN
    assert waits() == waits(latest_start_min=500, reloads=True) == {usual}
    assert waits(latest_start_min=500) == {500}
    assert waits(latest_start_min=usual + 1) == {usual}


def test_a_van_that_drives_no_more_is_no_longer_known() -> None:
    day = full_day()
    gone = {site.id: "sold" for site in day.sites}
    assert replace(sound(replace(day, usual_vans=gone)).routes, usual=()) == sound(day).routes
