"""A portion is followed to its lot and back, and every other choice has its price or its rule."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics import (
    BECAUSE,
    DAY_FITS,
    DAY_REASONS,
    DIFFERENCES,
    UNSERVED_CODES,
    WHY_NOT,
    Boxes,
    DayInputs,
    DayPlan,
    Machine,
    PowerModel,
    WhyNot,
    compare_days,
    origins_of,
    plan_day,
    who_gets,
    why_lots,
    why_not_batch,
    why_not_van,
    why_van,
)
from menus import OBJECTION_CODES, StepKind
from optimizer import FreeWindow, Limits
from tests.logistics.test_dayplan import (
    FLAN,
    MACHINES,
    PUREE,
    STEW,
    VAN,
    A,
    B,
    full_day,
    inputs,
    line,
    lot,
    order,
    site,
    sound,
)

FEW = Limits(moves=200)
ANY_VAN = replace(VAN, id="van-b", letter="B", fixed_cents=9_000)
INGREDIENTS = {f"I-{name}": name for name in ("beef", "leek", "cream")}


def two_vans(**changes: Any) -> DayInputs:
    return full_day(**({"vehicles": (VAN, ANY_VAN)} | changes))


def solved(plan: DayPlan, name: str) -> Any:
    return next(each.problem for each in plan.solved if each.name == name)


def test_a_portion_is_followed_to_lot_batch_ingredients_purchases_and_van() -> None:
    day = full_day()
    plan = sound(day)
    stew, flan = origins_of(A, plan, INGREDIENTS)
    assert [(each.lot, each.amount_g, each.batch) for each in stew.sources] == [("S2", 200, None)]
    assert (stew.given_g, stew.sources[0].drawn) == (200, ())
    (source,) = flan.sources
    assert source.batch is not None
    assert source.batch.sku == FLAN
    assert {INGREDIENTS[draw.lot] for draw in source.drawn} == {"cream"}
    assert flan.route is not None
    assert flan.stop is not None
    assert flan.stop.site == A.site
    (puree,) = origins_of(B, plan, INGREDIENTS)
    bought = {each.item for each in puree.sources[0].purchases}
    assert bought == {each.item for each in plan.purchases} & {
        INGREDIENTS[draw.lot] for draw in puree.sources[0].drawn
    }


def test_a_line_that_gets_nothing_has_no_source_and_no_van() -> None:
    plan = sound(inputs(A, B, vehicles=()))
    for origin in origins_of(A, plan, INGREDIENTS):
        assert (origin.sources, origin.route, origin.stop, origin.given_g) == ((), None, None, 0)
        assert why_lots(origin, {}) == ()


@given(keep=st.integers(0, 3), seed=st.integers(1, 3))
@settings(max_examples=8)
def test_forward_and_back_agree_for_every_line_lot_batch_and_van(keep: int, seed: int) -> None:
    lots = (lot("S1", STEW, 200), lot("S2", STEW, 600, days=12), lot("S3", FLAN, 400))[:keep]
    day = two_vans(limits=Limits(moves=60, seed=seed))
    day = replace(day, lots=lots)
    plan = sound(day)
    there = {
        (origin.line.id, each.lot, each.amount_g)
        for one in day.orders
        for origin in origins_of(one, plan, INGREDIENTS)
        for each in origin.sources
    }
    lots_used = {each.lot for each in plan.allocations}
    back = {
        (each.line.id, each.lot, each.amount_g)
        for name in lots_used
        for each in who_gets(day.orders, plan, lot=name)
    }
    assert there == back
    for batch in plan.batches:
        by_batch = who_gets(day.orders, plan, lot=batch.id)
        assert by_batch == who_gets(day.orders, plan, lot=batch.lot)
    for draw in plan.draws:
        served = {each.line.id for each in who_gets(day.orders, plan, lot=draw.lot)}
        made = next(batch.lot for batch in plan.batches if batch.id == draw.batch)
        assert served >= {each.line.id for each in who_gets(day.orders, plan, lot=made)}
    by_van = [
        each
        for route in plan.routes.routes
        for each in who_gets(day.orders, plan, letter=route.letter)
    ]
    assert len(by_van) == len(plan.allocations)
    assert who_gets(day.orders, plan, lot="nothing") == ()


def test_a_lot_is_taken_because_it_ends_first_or_lies_there_alone_or_is_cooked() -> None:
    day = full_day()
    plan = sound(day)
    lots = {each.id: each for each in day.lots}
    stew, flan = origins_of(A, plan, INGREDIENTS)
    (first,) = why_lots(stew, lots)
    assert (first.code, dict(first.figures)) == ("day.because.first_expiring", {"lots": 1})
    (alone,) = why_lots(stew, {"S2": lots["S2"]})
    assert alone.code == "day.because.only_lot"
    (fresh,) = why_lots(flan, lots)
    assert fresh.code == "day.because.cooked_today"
    assert dict(fresh.figures)["stored_g"] == 0


def test_a_van_is_taken_because_it_is_cheapest_or_the_only_one() -> None:
    plan = sound(two_vans())
    cheapest, ready = why_van(solved(plan, "routing"), plan.routes, A.site)
    assert cheapest.code == "day.because.cheapest_van"
    assert dict(cheapest.figures)["vehicle"] == "van-b"
    assert int(dict(cheapest.figures)["cents"]) > 0
    assert ready.code == "day.because.ready"
    alone = sound(full_day())
    codes = [each.code for each in why_van(solved(alone, "routing"), alone.routes, A.site)]
    assert codes == ["day.because.no_other_van", "day.because.ready"]
    assert why_van(solved(alone, "routing"), alone.routes, "nowhere") == ()


def test_a_dearer_van_can_suit_the_rest_of_the_day() -> None:
    plan = sound(two_vans())
    problem = solved(plan, "routing")
    dear = tuple(
        replace(each, fixed_cents=90_000 * (each.key == VAN.id)) for each in problem.vehicles
    )
    because = why_van(replace(problem, vehicles=dear), plan.routes, A.site)
    assert because[0].code in {"day.because.cheapest_van", "day.because.fits_the_day"}
    assert because[0].code in BECAUSE


def asked_van(plan: DayPlan, vehicle: str, **changes: Any) -> WhyNot:
    problem = replace(solved(plan, "routing"), **changes)
    return why_not_van(problem, plan.routes, site=A.site, vehicle=vehicle, limits=FEW)


def test_another_van_has_its_price_with_all_others_as_they_stand() -> None:
    plan = sound(two_vans())
    dearer = asked_van(plan, "van-b")
    assert dearer.code == "day.whynot.dearer"
    assert dearer.levels == (0, dict(dearer.figures)["cents"])
    assert dearer.levels[1] >= 9_000 - VAN.fixed_cents
    assert asked_van(plan, VAN.id).code == "day.whynot.as_it_is"


def test_a_cheaper_van_is_told_as_such() -> None:
    plan = sound(full_day())
    problem = solved(plan, "routing")
    free = replace(problem.vehicles[0], key="bike", fixed_cents=0, cents_per_km=0, cents_per_hour=0)
    answer = asked_van(plan, "bike", vehicles=(*problem.vehicles, free))
    assert answer.code == "day.whynot.same"
    assert answer.levels[0] == 0
    assert answer.levels[1] <= 0


def test_a_van_without_room_is_refused_by_its_rule() -> None:
    small = replace(ANY_VAN, capacity=replace(VAN.capacity, frozen=0))
    plan = sound(two_vans(vehicles=(VAN, small)))
    refused = asked_van(plan, "van-b")
    assert refused.code == "route.unserved.capacity"
    assert refused.levels == ()
    assert refused.figures


def test_a_stop_that_nobody_visits_is_searched_anew() -> None:
    plan = sound(two_vans())
    nobody = replace(plan.routes, routes=())
    answer = why_not_van(solved(plan, "routing"), nobody, site=A.site, vehicle="van-b", limits=FEW)
    assert answer.code == "day.whynot.searched"
    assert answer.levels[0] == 0
    assert answer.levels[1] > 0


def test_a_stop_that_must_be_served_and_cannot_has_no_place() -> None:
    plan = sound(two_vans(vehicles=(VAN, replace(ANY_VAN, capacity=Boxes()))))
    problem = solved(plan, "routing")
    stops = tuple(replace(stop, drop_penalty=None) for stop in problem.stops)
    assert asked_van(plan, "van-b", stops=stops).code == "day.whynot.no_place"


@pytest.mark.parametrize("wrong", [{"site": "nowhere"}, {"vehicle": "no-van"}])
def test_what_is_not_there_cannot_be_asked_about(wrong: dict[str, str]) -> None:
    plan = sound(two_vans())
    with pytest.raises(KeyError):
        why_not_van(
            solved(plan, "routing"),
            plan.routes,
            limits=FEW,
            **({"site": A.site, "vehicle": VAN.id} | wrong),
        )


def kitchen(*, ovens: int = 2) -> tuple[DayInputs, DayPlan]:
    """A day whose kitchen has a second oven, that opens only late."""
    oven = next(each for each in MACHINES if each.kind is StepKind.OVEN)
    late = replace(oven, id="oven-2", open_min=oven.close_min - 100)
    machines: tuple[Machine, ...] = (*MACHINES, *((late,) if ovens == 2 else ()))
    day = full_day(machines=machines)
    return day, sound(day)


def asked_batch(plan: DayPlan, sku: str = PUREE, **pin: Any) -> WhyNot:
    batch = next(each for each in plan.batches if each.sku == sku)
    return why_not_batch(solved(plan, "production"), batch=batch.id, limits=FEW, **pin)


def test_another_machine_has_its_price_level_by_level() -> None:
    _, plan = kitchen()
    answer = asked_batch(plan, step=1, machine="oven-2")
    assert answer.code == "day.whynot.kitchen"
    assert len(answer.levels) == 6
    assert answer.levels > (0,) * 6, "a late oven makes it late or the day longer"


def test_another_start_has_its_price_or_meets_a_closed_machine() -> None:
    _, plan = kitchen(ovens=1)
    batch = next(each for each in plan.batches if each.sku == PUREE)
    first = batch.ops[0]
    moved = asked_batch(plan, start_min=first.start_min + 30)
    assert moved.code == "day.whynot.kitchen"
    assert asked_batch(plan, start_min=100_000).code == "day.whynot.closed"
    same = asked_batch(plan, machine=first.machine, start_min=first.start_min)
    assert same.levels == (0,) * 6


def test_hours_kept_free_of_an_allergen_are_never_for_sale() -> None:
    _, plan = kitchen(ovens=1)
    problem = solved(plan, "production")
    batch = next(each for each in plan.batches if each.sku == FLAN)
    first = batch.ops[0]
    free = FreeWindow(
        opens=first.start_min, closes=first.end_min, traits=frozenset({"milk", "eggs"})
    )
    machines = tuple(
        replace(each, free=(free,)) if each.key == first.machine else each
        for each in problem.machines
    )
    answer = why_not_batch(
        replace(problem, machines=machines), batch=batch.id, limits=FEW, start_min=first.start_min
    )
    assert (answer.code, answer.binding) == ("day.whynot.kept_free", first.machine)
    assert answer.levels == ()


def test_a_machine_that_cannot_do_the_step_is_named() -> None:
    _, plan = kitchen()
    answer = asked_batch(plan, step=0, machine="oven-2")
    assert (answer.code, answer.binding) == ("day.whynot.not_eligible", "oven-2")


def test_a_start_after_which_the_rest_finds_no_place_is_told() -> None:
    day, plan = kitchen(ovens=1)
    last = max(each.close_min for each in day.machines)
    first = next(each for each in plan.batches if each.sku == PUREE).ops[0]
    latest = last - (first.end_min - first.start_min)
    assert asked_batch(plan, start_min=latest).code == "day.whynot.no_place"


@pytest.mark.parametrize("wrong", [{"batch": "none"}, {"step": 99}, {"machine": "none"}])
def test_a_batch_step_or_machine_that_is_not_there_cannot_be_asked_about(
    wrong: dict[str, Any],
) -> None:
    _, plan = kitchen()
    asked = {"batch": plan.batches[0].id} | wrong
    with pytest.raises(KeyError):
        why_not_batch(solved(plan, "production"), limits=FEW, **asked)


def test_a_plan_does_not_differ_from_itself() -> None:
    plan = sound(two_vans())
    same = compare_days(plan, plan)
    assert same.differences == ()
    assert all(one == other for _, one, other in same.figures)


def differing(change: Callable[[DayInputs], DayInputs]) -> dict[str, list[Any]]:
    day = two_vans()
    found: dict[str, list[Any]] = {}
    for each in compare_days(sound(day), sound(change(day))).differences:
        assert each.code in DIFFERENCES
        found.setdefault(each.code.rpartition(".")[2], []).append(each)
    return found


def test_a_lost_stock_lot_shows_as_another_lot_and_more_cooked() -> None:
    found = differing(lambda day: replace(day, lots=day.lots[:1]))
    assert [(each.subject, each.was, each.becomes) for each in found["other_lot"]] == [
        ("a-1", "S2", "S1")
    ]


def test_an_order_that_loses_its_food_tells_why() -> None:
    recalled = frozenset({STEW})
    found = differing(lambda day: replace(day, recalled=recalled))
    (lost,) = found["now_unserved"]
    assert (lost.subject, lost.reason) == ("a", "objection.recalled")
    back = compare_days(sound(two_vans(recalled=recalled)), sound(two_vans()))
    assert "day.differs.now_served" in {each.code for each in back.differences}


def test_another_van_another_time_and_other_batches_are_told() -> None:
    only_b = differing(lambda day: replace(day, vehicles=(ANY_VAN,)))
    assert {(each.was, each.becomes) for each in only_b["other_van"]} == {("A", "B")}
    later = differing(
        lambda day: replace(
            day, sites=tuple(replace(each, windows=((840, 900),)) for each in day.sites)
        )
    )
    assert later["other_time"]
    stocked = differing(lambda day: replace(day, lots=(*day.lots, lot("F", FLAN, 800))))
    assert [each.subject for each in stocked["batch_gone"]] == [FLAN]
    more = differing(lambda day: replace(day, stock_targets={**day.stock_targets, FLAN: 9_000}))
    assert {each.code for each in (*more.get("batch_new", ()), *more.get("batch_moved", ()))}
    begun = differing(lambda day: replace(day, stock_targets={}))
    assert [each.subject for each in begun["batch_gone"]] == [STEW]
    none, some = sound(replace(two_vans(), stock_targets={})), sound(two_vans())
    new = [each for each in compare_days(none, some).differences if each.code.endswith("_new")]
    assert [each.subject for each in new] == [STEW]


CROWD = tuple(order(f"c{n}", line(f"c{n}", 1, (STEW, FLAN)[n % 2])) for n in range(4))
BROKEN: tuple[Callable[[], DayInputs], ...] = (
    lambda: full_day(vehicles=()),
    lambda: full_day(machines=()),
    lambda: full_day(ingredient_lots=()),
    lambda: full_day(recalled=frozenset({STEW, FLAN})),
    lambda: full_day(sites=(site(A.site), site("elsewhere"))),
    lambda: full_day(vehicles=(replace(VAN, shift_open_min=360, shift_close_min=380),)),
    lambda: full_day(vehicles=(replace(VAN, capacity=Boxes(frozen=1)),)),
    lambda: inputs(*CROWD, eaters={}, machines=tuple(replace(m, capacity_g=100) for m in MACHINES)),
    lambda: inputs(A, eaters={"a-eater": full_day().eaters["b-eater"]}),
)


@pytest.mark.parametrize("make", BROKEN)
def test_whatever_is_missed_has_a_reason_of_the_closed_list_and_what_stands_in_the_way(
    make: Callable[[], DayInputs],
) -> None:
    day = make()
    if len(day.roads.seconds) != len(day.sites) + 1:
        points = (day.depot.point, *(each.point for each in day.sites))
        day = replace(day, roads=PowerModel().matrix(points))
    plan = plan_day(day)
    assert plan.violations == ()
    given = {each.order_line: 0 for each in plan.allocations}
    for each in plan.allocations:
        given[each.order_line] += each.amount_g
    named = {(one.order, name) for one in plan.unserved for name in one.lines}
    whole = {one.order for one in plan.unserved if not one.lines}
    for one in day.lines():
        if given.get(one.id, 0) < one.amount_g:
            assert one.order in whole or (one.order, one.id) in named
    figures = {*DAY_FITS, "vehicles", "begin_min", "cold_min", "zone", "extra_boxes"}
    figures |= {"end_min", "duration_min"}
    for one in plan.unserved:
        assert one.reason in {*DAY_REASONS, *UNSERVED_CODES, *OBJECTION_CODES}
        assert one.binding or one.reason.startswith("route.unserved.")
        assert {name for name, _ in one.would_fit_if} <= figures
    assert plan.unserved


def test_every_code_is_in_its_list() -> None:
    assert len({*BECAUSE, *WHY_NOT, *DIFFERENCES}) == len((*BECAUSE, *WHY_NOT, *DIFFERENCES))
