"""What is cooked ahead in a week: within shelf life, kitchen hours and freezer room, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from logistics import DAY_VIOLATIONS, LotState, plan_day
from logistics.day import AHEAD_WHY, AheadLot, DayInputs
from logistics.daycheck import day_violations
from logistics.weeklots import LOAD_G, WeekLots, ahead_targets, week_lots, week_problem
from menus import StepKind, Zone
from optimizer import LOT_VIOLATIONS, LotSolution, lot_cost, lot_violations
from tests.logistics.test_dayplan import DAY, FLAN, MACHINES, PUREE, STEW, A, inputs, lot, sound


def days(**grams: tuple[int, ...]) -> tuple[dict[str, int], ...]:
    """A forecast of fourteen days from grams by variant, the service day first."""
    names = {"stew": STEW, "puree": PUREE, "flan": FLAN}
    return tuple(
        {names[name]: row[at] for name, row in grams.items() if at < len(row) and row[at]}
        for at in range(14)
    )


def week(**changes: object) -> DayInputs:
    """A Tuesday that cooks its part of the week."""
    return inputs(cooks_ahead=True, **changes)


def ahead(day: DayInputs) -> tuple[AheadLot, ...]:
    return week_lots(day, (), day.lots).lots


def test_one_run_serves_days_that_follow_each_other() -> None:
    (found,) = ahead(week(forecast=days(stew=(0, 2_000, 2_000, 2_000))))
    assert (found.sku, found.amount_g) == (STEW, 4_000)
    assert (found.day, found.since, found.until) == tuple(
        DAY + timedelta(days=count) for count in (1, 2, 3)
    )
    assert found.why == "ahead.why.together"


def test_what_sunday_eats_is_cooked_before_it() -> None:
    found = ahead(week(forecast=days(stew=(0, 0, 0, 0, 0, 9_000))))  # from Tuesday: a Sunday
    assert {(one.until - DAY).days for one in found} == {5}
    assert {one.why for one in found} == {"ahead.why.closed"}
    assert all(one.day < DAY + timedelta(days=5) for one in found)


def test_a_day_without_time_is_helped_by_the_days_before() -> None:
    slow = tuple(
        replace(each, close_min=330) if each.kind is StepKind.OVEN else each for each in MACHINES
    )
    found = ahead(week(machines=slow, forecast=days(stew=(0, 0, 9_000), puree=(0, 0, 9_000))))
    assert found
    assert {one.why for one in found} == {"ahead.why.full"}


def test_food_is_never_cooked_so_early_that_it_would_not_keep() -> None:
    """Flan keeps six days, of which two thirds are the eater's: it may wait two."""
    day = week(forecast=days(flan=(0, 0, 0, 0, 0, 0, 3_000)))
    problem = week_problem(day, (), ())
    (item,) = problem.items
    assert item.shelf_days == 2
    for one in ahead(week(forecast=days(flan=(0, 900, 900, 900, 900, 900, 900)))):
        assert (one.until - one.day).days <= 2


def test_a_full_freezer_keeps_the_week_from_cooking_ahead() -> None:
    forecast = days(stew=(0, 2_000, 2_000, 2_000))
    assert ahead(week(forecast=forecast, room_g={Zone.FROZEN: 0})) == ()
    tight = ahead(week(forecast=forecast, room_g={Zone.FROZEN: 2 * LOAD_G}))
    assert sum(one.amount_g for one in tight) <= 2 * 2 * LOAD_G


def test_what_lies_in_store_and_lasts_is_eaten_first() -> None:
    forecast = days(stew=(0, 2_000, 2_000))
    day = week(forecast=forecast)
    assert week_problem(day, (), (lot("S1", STEW, 4_000),)).items == ()
    (item,) = week_problem(day, (), (lot("S1", STEW, 4_000, days=3),)).items
    assert item.stock == 0, "it ends within the week"


@pytest.mark.parametrize("state", [LotState.HOLD, LotState.RECALLED])
def test_what_may_not_go_out_covers_no_day_and_is_not_cooked_again(state: LotState) -> None:
    held = lot("H1", STEW, 40_000, state=state)
    day = week(forecast=days(stew=(0, 0, 0, 0, 0, 9_000)), lots=(held,))
    (item,) = week_problem(day, (), day.lots).items
    assert item.stock == 0
    now = AheadLot(
        sku=STEW, day=DAY, amount_g=2_000, since=DAY, until=DAY, why="ahead.why.together"
    )
    assert ahead_targets(day, WeekLots(lots=(now,)), day.lots) == {STEW: 2_000}
    ends = (lot("S1", STEW, 700, days=0),)
    assert ahead_targets(day, WeekLots(lots=(now,)), ends) == {STEW: 2_000}


def test_nothing_recalled_is_cooked_for_stock() -> None:
    day = week(
        forecast=days(stew=(0, 0, 0, 0, 0, 9_000), puree=(0, 0, 0, 0, 0, 9_000)),
        stock_targets={STEW: 4_000, PUREE: 4_000},
        recalled=frozenset({STEW}),
    )
    assert {batch.sku for batch in sound(day).batches} == {PUREE}
    never = replace(day, cooks_ahead=False)
    assert {batch.sku for batch in sound(never).batches} == {PUREE}


def test_what_is_not_cooked_here_is_not_planned_ahead() -> None:
    without = tuple(each for each in MACHINES if each.kind is not StepKind.BLAST_FREEZE)
    assert week_problem(week(machines=without, forecast=days(stew=(0, 9_000))), (), ()).items == ()
    assert week_lots(week(), (), ()) == WeekLots(lots=())


def test_the_week_keeps_its_own_promises_and_answers_the_same() -> None:
    day = week(forecast=days(stew=(0, 3_000, 0, 4_000), puree=(0, 500, 500), flan=(0, 900, 900)))
    first, second = week_lots(day, (), ()), week_lots(day, (), ())
    assert first == second
    (solved,) = first.solved
    assert lot_violations(solved.problem, solved.outcome.solution) == ()
    assert lot_cost(solved.problem, solved.outcome.solution)[0] == 0, "nothing is short"


def test_the_day_cooks_its_part_of_the_week() -> None:
    forecast = days(stew=(0, 0, 0, 0, 0, 9_000))
    day = week(forecast=forecast)
    part = [one for one in ahead(day) if one.day == DAY]
    plan = sound(day)
    assert plan.ahead == ahead(day)
    assert sum(batch.amount_g for batch in plan.batches) == sum(one.amount_g for one in part)
    assert plan.solved[0].name == "lots"
    kept = (lot("S1", STEW, 700, days=3),)
    now = AheadLot(
        sku=STEW, day=DAY, amount_g=2_000, since=DAY, until=DAY, why="ahead.why.together"
    )
    later = replace(now, day=DAY + timedelta(days=1))
    both = WeekLots(lots=(now, later))
    assert ahead_targets(day, both, kept) == {STEW: 2_700}
    wanted = replace(day, stock_targets={STEW: 1_000, FLAN: 5})
    assert ahead_targets(wanted, both, kept) == {STEW: 3_000, FLAN: 5}


def test_what_may_not_go_out_is_no_stock_and_is_not_cooked_a_second_time() -> None:
    """Five kilos on hold, recalled or past their date neither save the week's lot nor add to it."""
    now = AheadLot(
        sku=STEW, day=DAY, amount_g=2_000, since=DAY, until=DAY, why="ahead.why.together"
    )
    for useless in (
        lot("S1", STEW, 5_000, state=LotState.HOLD),
        lot("S1", STEW, 5_000, state=LotState.RECALLED),
        lot("S1", STEW, 5_000, days=0),
    ):
        day = week(forecast=days(stew=(0, 0, 0, 0, 0, 9_000)), lots=(useless,))
        assert ahead_targets(day, WeekLots(lots=(now,)), (useless,)) == {STEW: 2_000}
        (item,) = week_problem(day, (), (useless,)).items
        assert item.stock == 0
        part = [one for one in ahead(day) if one.day == DAY]
        cooked = sum(batch.amount_g for batch in sound(day).batches)
        assert cooked == sum(one.amount_g for one in part)


def test_a_week_that_breaks_a_promise_stops_the_plan() -> None:
    plan = plan_day(week(forecast=days(stew=(0, 2_000))))
    (solved, *rest) = plan.solved
    broken = replace(solved.outcome, solution=LotSolution(loads={STEW: (10_000,) * 7}))
    wrong = replace(plan, solved=(replace(solved, outcome=broken), *rest))
    codes = {each.code for each in day_violations(week(), wrong)}
    assert "lots.group.too_long" in codes
    assert not codes & set(DAY_VIOLATIONS)


@pytest.mark.parametrize("code", [*AHEAD_WHY, *LOT_VIOLATIONS])
def test_codes_have_their_own_room(code: str) -> None:
    assert code.startswith(("ahead.why.", "lots."))


def test_orders_of_today_count_with_the_week() -> None:
    (item, *_) = week_problem(week(), A.lines, ()).items
    assert item.demand[0] == 1
