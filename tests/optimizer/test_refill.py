"""A store is refilled until the order after next, with what is eaten in time and has room."""

from array import array
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    REFILL_REASONS,
    RefillLots,
    RefillProblem,
    RefillRows,
    RefillSolution,
    RefillStores,
    refill_violations,
    solve_refill,
)
from tests.optimizer.uncompiled import both_ways

ROW: dict[str, Any] = {
    "cover": 950,
    "pack": 1,
    "least": 0,
    "most": 0,
    "shelf": 90,
    "life": 0,
    "size": 1,
    "reserve": 0,
}


def home(
    *plans: tuple[int, ...],
    lots: tuple[tuple[tuple[int, int, int], ...], ...] = (),
    eaten: int = 1000,
    spread: int = 0,
    arrives: int = 2,
    room: int = -1,
    sure: tuple[int, ...] = (),
    **changed: int,
) -> RefillProblem:
    """One store; `lots` per row as (amount, first day, last day); it must last to the last day."""
    days, many = len(plans[0]), len(plans)
    held = (*lots, *((),) * (many - len(lots)))
    flat = [lot for row in held for lot in row]
    terms = {name: (value,) * many for name, value in (ROW | changed).items()}
    return RefillProblem(
        days=days,
        stores=RefillStores(starts=(0, many), arrives=(arrives,), until=(days - 1,), room=(room,)),
        rows=RefillRows(
            sure=sure or (0,) * (days * many),
            plan=tuple(sum(plans, ())),
            group=(0,) * many,
            **terms,
        ),
        lots=RefillLots(
            starts=tuple(sum(len(row) for row in held[:at]) for at in range(many + 1)),
            amount=tuple(lot[0] for lot in flat),
            first=tuple(lot[1] for lot in flat),
            last=tuple(lot[2] for lot in flat),
        ),
        eaten=(eaten,) * days,
        spread=(spread,),
    )


def told(problem: RefillProblem, row: int = 0) -> dict[str, Any]:
    found = solve_refill(problem)
    assert refill_violations(problem, found) == ()
    names = ("packs", "level", "counted", "lost", "runs_out")
    reason = REFILL_REASONS[found.reason[row]].removeprefix("refill.")
    return {name: getattr(found, name)[row] for name in names} | {"reason": reason}


def test_a_home_gets_what_its_plan_eats_less_what_lies_there() -> None:
    found = told(home((1, 1, 1, 1, 1), lots=(((2, 0, 50),),)))
    assert found == {
        "packs": 3,
        "level": 5,
        "counted": 2,
        "lost": 0,
        "runs_out": 2,
        "reason": "needed",
    }


def test_what_is_short_before_the_order_comes_in_is_not_sent_afterwards() -> None:
    assert told(home((1, 1, 1, 1, 1)))["packs"] == 3


def test_what_expires_unused_counts_for_nothing() -> None:
    found = told(home((1, 0, 1, 1, 1), lots=(((3, 0, 1),),)))
    assert (found["counted"], found["lost"], found["packs"]) == (1, 2, 3)


def test_what_expired_before_today_is_lost_and_was_never_there() -> None:
    found = told(home((1, 0, 1), lots=(((3, -4, -1), (1, 0, 9)),)))
    assert (found["counted"], found["lost"]) == (1, 3)


def test_days_of_life_that_must_be_left_shorten_what_lies_there() -> None:
    lots = (((3, 0, 3),),)
    assert told(home((0, 0, 1, 1, 1), lots=lots))["lost"] == 1
    assert told(home((0, 0, 1, 1, 1), lots=lots, life=1))["lost"] == 2


def test_the_level_is_the_exact_quantile_of_what_is_eaten() -> None:
    # Binomial(10, 0.9): P(<= 9) = 0.6513, P(<= 8) = 0.2639
    plan = (0, 0, 10)
    assert told(home(plan, eaten=900, cover=651))["level"] == 9
    assert told(home(plan, eaten=900, cover=652))["level"] == 10
    assert told(home(plan, eaten=900, cover=263))["level"] == 8
    assert told(home(plan, eaten=900, cover=0))["level"] == 0


def test_what_is_ordered_firmly_is_sent_whole_whatever_the_rate() -> None:
    found = told(home((0, 0, 10), sure=(0, 0, 7), eaten=900, cover=651))
    assert (found["level"], found["packs"]) == (16, 16)
    assert told(home((0, 0, 0), sure=(0, 1, 7), eaten=0))["packs"] == 7


def test_a_rate_that_may_be_off_asks_for_more_safety() -> None:
    calm = told(home((0, 0, 400), eaten=900))["level"]
    assert calm == 370
    assert told(home((0, 0, 400), eaten=900, spread=50))["level"] > calm + 10


def test_nothing_is_sent_beyond_what_it_keeps() -> None:
    found = told(home((0, 0, 2, 2, 2), shelf=2))
    assert (found["level"], found["packs"]) == (4, 4)
    assert told(home((0, 0, 2, 2, 2), shelf=2, life=2))["packs"] == 0


def test_the_last_pack_stays_out_when_the_rest_of_it_would_expire() -> None:
    plan = (0, 0, 3, 3, 3, 3)
    assert told(home(plan, shelf=2, pack=5, cover=900))["packs"] == 2
    found = told(home(plan, shelf=2, pack=5, cover=500))
    assert (found["packs"], found["reason"]) == (1, "keeps")


def test_an_order_has_a_least_and_a_most() -> None:
    assert told(home((0, 0, 3), pack=2, least=4)) == told(home((0, 0, 3), pack=2)) | {
        "packs": 4,
        "reason": "at_least",
    }
    found = told(home((0, 0, 9), pack=2, most=3))
    assert (found["packs"], found["reason"]) == (3, "at_most")


def test_the_reserve_is_filled_and_never_counted_as_there() -> None:
    lots = (((5, 0, 90),),)
    assert told(home((0, 0, 2), lots=lots, reserve=3)) == {
        "packs": 0,
        "level": 2,
        "counted": 2,
        "lost": 0,
        "runs_out": -1,
        "reason": "enough",
    }
    found = told(home((0, 0, 0), lots=(((1, 0, 90),),), reserve=3))
    assert (found["packs"], found["counted"], found["reason"]) == (2, 0, "reserve")
    soon = told(home((0, 0, 0), lots=(((3, 0, 1),),), reserve=3))
    assert soon["packs"] == 3


def test_a_full_freezer_takes_from_what_stays_best_covered() -> None:
    problem = home((0, 0, 6), (0, 0, 2), lots=((), ((1, 0, 90),)), room=6)
    first, second = told(problem), told(problem, 1)
    assert (first["packs"], first["reason"]) == (4, "room")
    assert (second["packs"], second["reason"]) == (1, "needed")
    small = home((0, 0, 6), room=3, least=4)
    assert told(small)["packs"] == 0
    assert told(home((0, 0, 6), room=3, size=0))["packs"] == 6


@st.composite
def problems(draw: st.DrawFn, *, room: int | None = None) -> RefillProblem:
    days = draw(st.integers(2, 6))
    many = draw(st.integers(1, 3))
    lot = st.tuples(st.integers(0, 6), st.integers(-2, 3), st.integers(-2, 9))
    plan = st.lists(st.integers(0, 4), min_size=days, max_size=days).map(tuple)
    arrives = draw(st.integers(0, days - 1))
    return home(
        *(draw(plan) for _ in range(many)),
        lots=tuple(tuple(draw(st.lists(lot, max_size=2))) for _ in range(many)),
        eaten=draw(st.integers(0, 1000)),
        spread=draw(st.sampled_from([0, 0, 60, 400])),
        arrives=arrives,
        sure=tuple(draw(st.integers(0, 3)) for _ in range(days * many)),
        room=draw(st.sampled_from([-1, 0, 5, 12])) if room is None else room,
        cover=draw(st.integers(0, 1000)),
        pack=draw(st.integers(1, 4)),
        least=draw(st.integers(0, 2)),
        most=draw(st.sampled_from([0, 2, 3])),
        shelf=draw(st.integers(1, 8)),
        life=draw(st.integers(0, 2)),
        size=draw(st.integers(0, 2)),
        reserve=draw(st.integers(0, 2)),
    )


@settings(max_examples=150)
@given(problems())
def test_a_refill_keeps_every_promise_and_is_the_same_twice(problem: RefillProblem) -> None:
    found = solve_refill(problem)
    assert refill_violations(problem, found) == ()
    assert found == solve_refill(problem)


@settings(max_examples=60)
@given(problems(room=-1), st.integers(0, 2), st.integers(1, 3))
def test_a_larger_plan_and_a_stricter_cover_never_ask_for_less(
    problem: RefillProblem, row: int, more: int
) -> None:
    at = min(row, len(problem.rows.group) - 1)
    last = (at + 1) * problem.days - 1
    plan = tuple(each + more * (place == last) for place, each in enumerate(problem.rows.plan))
    cover = tuple(min(1000, each + 100) for each in problem.rows.cover)
    before = solve_refill(problem)
    for harder in (replace(problem.rows, plan=plan), replace(problem.rows, cover=cover)):
        after = solve_refill(replace(problem, rows=harder))
        assert all(one >= other for one, other in zip(after.level, before.level, strict=True))


def test_columns_may_be_arrays_and_chances_are_the_same_uncompiled() -> None:
    plain = home((0, 0, 10, 3), lots=(((2, 0, 9),),), eaten=930, spread=40)
    packed = replace(plain, rows=replace(plain.rows, plan=array("q", plain.rows.plan)))
    assert solve_refill(packed) == solve_refill(plain)
    code = f"""
from array import array
from optimizer import *
print(solve_refill({plain!r}))
"""
    assert both_ways(code) == {f"{solve_refill(plain)}\n"}


def broken(**columns: int) -> set[str]:
    problem = home((0, 0, 6), lots=(((1, 0, 90),),), pack=2, least=2, most=4, room=9)
    sound = solve_refill(problem)
    changed = replace(sound, **{name: (value,) for name, value in columns.items()})
    return {each.code.removeprefix("refill.") for each in refill_violations(problem, changed)}


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"level": 5}, "level.differs"),
        ({"level": 7}, "level.differs"),
        ({"counted": 0}, "counted.differs"),
        ({"lost": 1}, "lost.differs"),
        ({"runs_out": -1}, "runs_out.differs"),
        ({"packs": 1}, "below_least"),
        ({"packs": 5}, "above_most"),
        ({"packs": 2}, "too_little"),
        ({"packs": 4}, "too_much"),
        ({"packs": 5}, "no_room"),
    ],
)
def test_what_is_broken_on_purpose_is_found(columns: dict[str, int], code: str) -> None:
    assert broken() == set()
    assert code in broken(**columns)


def test_rows_left_out_and_food_sent_too_old_are_found() -> None:
    problem = home((0, 0, 6), shelf=1, life=1)
    sound = solve_refill(problem)
    old = refill_violations(problem, replace(sound, packs=(1,)))
    assert [each.code for each in old] == ["refill.too_old"]
    none = RefillSolution(packs=(), level=(), counted=(), lost=(), runs_out=(), reason=())
    assert [each.code for each in refill_violations(problem, none)] == ["refill.rows.differ"]


BASE = home((1, 1), (1, 1), lots=(((1, 0, 1),),), arrives=0)


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: replace(BASE, eaten=(1,)), "for each day"),
        (lambda: replace(BASE, rows=replace(BASE.rows, pack=(1,))), "of the rows"),
        (lambda: replace(BASE, stores=replace(BASE.stores, room=())), "of the stores"),
        (lambda: replace(BASE, lots=replace(BASE.lots, first=())), "of the lots"),
        (lambda: replace(BASE, stores=replace(BASE.stores, starts=(0, 1))), "side by side"),
        (lambda: replace(BASE, lots=replace(BASE.lots, starts=(0, 2, 1))), "side by side"),
        (lambda: replace(BASE, lots=replace(BASE.lots, starts=(0, 1))), "lots begin"),
        (lambda: replace(BASE, rows=replace(BASE.rows, life=(0, -1))), "never negative"),
        (lambda: replace(BASE, rows=replace(BASE.rows, pack=(0, 1))), "at least one"),
        (lambda: replace(BASE, spread=(1001,)), "thousandths"),
        (lambda: replace(BASE, rows=replace(BASE.rows, group=(0, 1))), "a group with rates"),
        (lambda: replace(BASE, stores=replace(BASE.stores, until=(2,))), "within the horizon"),
    ],
)
def test_a_broken_promise_of_a_problem_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()
