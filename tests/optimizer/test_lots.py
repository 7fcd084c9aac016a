"""The week's loads keep minutes and shelf lives, and small weeks are no dearer than the best."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    Limits,
    LotGroup,
    LotItem,
    LotProblem,
    LotSolution,
    lot_cost,
    lot_violations,
    solve_lots,
)

SOUP = LotItem(
    key="soup", group="kettles", demand=(40, 40, 0), load=50, load_min=60, hold=1, setup_price=30
)
WEEK = LotProblem(items=(SOUP,), groups=(LotGroup(key="kettles", minutes=(120, 60, 60)),), days=3)


def week(*items: LotItem, **changes: object) -> LotProblem:
    return replace(WEEK, items=items, **changes)  # type: ignore[arg-type]


def loads(problem: LotProblem, moves: int = 3) -> dict[str, tuple[int, ...]]:
    found = solve_lots(problem, Limits(moves=moves))
    assert found.solution is not None
    assert lot_violations(problem, found.solution) == ()
    assert found.objective == lot_cost(problem, found.solution)
    return dict(found.solution.loads)


def test_a_dear_setup_is_made_once_and_a_cheap_one_each_day() -> None:
    dear = replace(SOUP, demand=(25, 25, 0), hold=0)
    assert loads(week(dear), moves=8) == {"soup": (1, 0, 0)}
    cheap = replace(SOUP, demand=(50, 50, 50), setup_price=1, hold=1)
    assert loads(week(cheap)) == {"soup": (1, 1, 1)}


def test_nothing_is_made_so_early_that_it_expires() -> None:
    fresh = replace(SOUP, demand=(0, 0, 50), shelf_days=1)
    groups = (LotGroup(key="kettles", minutes=(60, 0, 0)),)
    assert loads(week(fresh, groups=groups)) == {"soup": (0, 0, 0)}
    assert loads(week(replace(fresh, shelf_days=2), groups=groups)) == {"soup": (1, 0, 0)}


def test_overtime_is_used_before_anybody_goes_without() -> None:
    tight = (LotGroup(key="kettles", minutes=(50, 0, 0), overtime_min=10),)
    wanted = week(replace(SOUP, demand=(50, 0, 0)), groups=tight)
    found = solve_lots(wanted, Limits(moves=2))
    assert found.objective == (0, 0, 10, 30)


def test_one_family_a_day_saves_a_clean() -> None:
    fish = replace(SOUP, key="fish", family="fish", demand=(0, 50, 0), setup_price=0)
    milk = replace(fish, key="milk", family="milk", demand=(0, 0, 50))
    groups = (LotGroup(key="kettles", minutes=(80, 80, 80), family_min=20),)
    found = loads(week(fish, milk, groups=groups))
    assert found == {"fish": (0, 1, 0), "milk": (0, 0, 1)}


def test_stock_is_eaten_first_and_a_full_store_is_avoided() -> None:
    kept = replace(SOUP, demand=(50, 50, 0), stock=50, space=1, setup_price=0)
    assert loads(week(kept, room=0)) == {"soup": (0, 1, 0)}


@st.composite
def weeks(draw: st.DrawFn) -> LotProblem:
    small = st.integers(0, 3)
    return LotProblem(
        items=tuple(
            LotItem(
                key=key,
                group="g",
                demand=tuple(draw(small) for _ in range(2)),
                load=draw(st.integers(1, 3)),
                load_min=draw(st.integers(1, 3)),
                family=draw(st.sampled_from("xy")),
                setup_min=draw(st.integers(0, 2)),
                setup_price=draw(small),
                shelf_days=draw(st.integers(0, 1)),
                hold=draw(small),
            )
            for key in "ab"
        ),
        groups=(
            LotGroup(
                key="g",
                minutes=tuple(draw(st.integers(0, 9)) for _ in range(2)),
                overtime_min=draw(st.integers(0, 1)),
                family_min=draw(st.integers(0, 2)),
            ),
        ),
        days=2,
    )


def cheapest(problem: LotProblem) -> tuple[int, ...]:
    """The least cost of all weeks of at most five loads a day."""
    choices = product(product(range(6), repeat=2), repeat=2)
    found = (LotSolution(loads=dict(zip("ab", both, strict=True))) for both in choices)
    return min(lot_cost(problem, each) for each in found if not lot_violations(problem, each))


@settings(max_examples=12)
@given(weeks())
def test_a_small_week_never_beats_the_best_and_leaves_as_few_short(problem: LotProblem) -> None:
    found = solve_lots(problem, Limits(moves=2))
    assert found.solution is not None
    assert lot_violations(problem, found.solution) == ()
    assert found.objective >= (best := cheapest(problem))
    assert found.objective[0] == best[0]
    group = problem.groups[0]
    shorter = replace(group, minutes=tuple(max(0, each - 1) for each in group.minutes))
    assert cheapest(replace(problem, groups=(shorter,))) >= best


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({}, "lots.item.missing"),
        ({"soup": (1, 1)}, "lots.loads.impossible"),
        ({"soup": (1, -1, 0)}, "lots.loads.impossible"),
        ({"soup": (0, 2, 0)}, "lots.group.too_long"),
    ],
)
def test_a_week_that_breaks_a_promise_is_found(
    broken: dict[str, tuple[int, ...]], code: str
) -> None:
    found = lot_violations(WEEK, LotSolution(loads=broken))
    assert code in {each.code for each in found}


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: replace(SOUP, load=0), "holds a unit"),
        (lambda: replace(SOUP, stock=-1), "never negative"),
        (lambda: replace(WEEK.groups[0], family_min=-1), "never negative"),
        (lambda: replace(WEEK, days=0), "has days"),
        (lambda: replace(WEEK, room=-1), "no negative room"),
        (lambda: week(SOUP, SOUP), "own key"),
        (lambda: week(replace(SOUP, group="z")), "a group of the problem"),
        (lambda: week(replace(SOUP, demand=(1,))), "every day"),
    ],
)
def test_a_broken_promise_of_a_week_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()
