"""Choices swapped, checked without a solver, and problems that break a promise."""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import combinations
from multiprocessing import get_context

import numpy as np
import pytest

from optimizer import (
    Bound,
    Choice,
    Contrast,
    Limits,
    MealChoice,
    MealChoiceProblem,
    Option,
    Position,
    Repetition,
    Stock,
    SwapTable,
    UseFirst,
    meal_choice_objective,
    meal_choice_violations,
    solve_meal_choice,
)
from optimizer.kernels import meal_choice as kernel
from optimizer.kernels import meal_days as apart
from optimizer.kernels import meal_leads as leader
from optimizer.kernels import meal_sums as sums
from optimizer.kernels import meal_walk as walker
from optimizer.kernels.meal_arrays import SPOTS, WISHES, State, Tables, as_floats, as_ints
from optimizer.meal_tables import shelves_of, tables_of
from optimizer.meal_walks import strict_weights
from tests.optimizer.choices import (
    LIMITS,
    option,
    place,
    problem,
    solved,
    week,
)
from tests.optimizer.uncompiled import both_ways

# ---------------------------------------------------------------- swaps


def test_swaps_are_priced_exactly_and_best_first() -> None:
    asked = week(2)
    solution = solve_meal_choice(asked, LIMITS).solution
    assert solution is not None
    before = meal_choice_objective(asked, solution)
    swaps = SwapTable(asked, solution).swaps(["3/2", "3/4"])
    assert [swap.delta for swap in swaps] == sorted(swap.delta for swap in swaps)
    assert {swap.position for swap in swaps} == {"3/2", "3/4"}
    for swap in swaps:
        changed = MealChoice(
            choices=tuple(
                replace(each, option=swap.option) if each.position == swap.position else each
                for each in solution.choices
            )
        )
        after = meal_choice_objective(asked, changed)
        assert tuple(a + d for a, d in zip(before, swap.delta, strict=True)) == after


def test_a_swap_may_free_a_pin_or_a_place_but_not_break_a_hard_bound() -> None:
    asked = problem(
        positions=(place("p", 0, 0, 1, 2, pinned=0), place("q", 1, 0, optional=True)),
        bounds=(Bound(rule="d", dimension=0, day=0, hard_hi=20),),
    )
    solution = solved(asked).solution
    assert solution is not None
    assert [swap.option for swap in SwapTable(asked, solution).swaps(["p"])] == ["b"]
    assert [swap.option for swap in SwapTable(asked, solution).swaps(["q"])] == ["a"]
    filled = MealChoice(choices=(solution.choices[0], Choice(position="q", option="a")))
    assert [swap.option for swap in SwapTable(asked, filled).swaps(["q"])] == [None]
    assert SwapTable(asked, solution).swaps([]) == ()


SCRIPT = """
from optimizer import *
options = tuple(
    Option(key=str(at), amounts=(at * 7 % 11, at * 5 % 13), group=str(at // 2), cost=at,
           family=f"f{at % 3}", traits=(f"c{at % 4}", f"b{at % 2}"))
    for at in range(12)
)
positions = tuple(
    Position(key=f"{day}/{at}", day=day, candidates=tuple(range(at, at + 6)), optional=at == 2,
             skip_penalty=3, earlier=at, wanted=str(at) if day == 1 else "")
    for day in range(3) for at in range(4)
)
bounds = tuple(
    Bound(rule=str(day), dimension=0, day=day, hard_lo=9, soft_lo=25, soft_hi=27, hard_hi=60)
    for day in range(3)
)
problem = MealChoiceProblem(
    days=3, dimensions=2, options=options, positions=positions,
    bounds=(
        *bounds, Bound(rule="w", dimension=1, soft_lo=70, reference=9, wish_weight=2),
        Bound(rule="c", dimension=1, positions=(0, 1), soft_hi=9, reference=9, dose_weight=1),
    ),
    repetitions=(
        *(Repetition(group=str(at), min_gap=2, penalty=50) for at in range(5)),
        *(Repetition(group=f"f{at}", min_gap=2, penalty=7) for at in range(3)),
    ),
    change_penalty=4, apart_penalty=3,
    contrasts=(Contrast(positions=(0, 1, 2, 3), penalty=5),),
    stock=(Stock(rule="s", options=(0, 1), units=1),),
    use_first=(UseFirst(options=(2, 3), until_day=1, units=2, penalty=3, cost=4),),
    tolls=tuple((at % 2, 0, at % 3) for at in range(12)),
)
outcome = solve_meal_choice(problem, Limits(moves=1500, seed=3))
print(outcome.objective, [choice.option for choice in outcome.solution.choices])
"""


def test_compiled_or_not_the_answer_is_the_same() -> None:
    answers = both_ways(SCRIPT)
    assert len(answers) == 1
    assert answers != {""}


# ---------------------------------------------------------------- checking


def broken(asked: MealChoiceProblem, **changes: str | None) -> list[tuple[str, str]]:
    """Violation codes after overwriting some choices of a found solution."""
    solution = solved(asked).solution
    assert solution is not None
    choices = tuple(
        replace(choice, option=changes.get(choice.position.replace("/", "_"), choice.option))
        for choice in solution.choices
    )
    return [
        (each.code, each.subject)
        for each in meal_choice_violations(asked, MealChoice(choices=choices))
    ]


def test_the_checker_finds_a_choice_from_another_shelf_and_an_empty_place() -> None:
    assert broken(problem(), **{"0_p": "d"}) == [("meal_choice.candidate", "0/p")]
    assert broken(problem(), **{"0_p": None}) == [("meal_choice.candidate", "0/p")]
    assert broken(problem(), **{"1_q": None}) == []


def test_the_checker_finds_a_pin_that_is_gone() -> None:
    asked = problem(positions=(place("p", 0, 0, 1, pinned=0),))
    assert broken(asked, p="b") == [("meal_choice.pin", "p")]


def test_the_checker_finds_both_ends_of_a_hard_bound() -> None:
    asked = problem(bounds=(Bound(rule="d", dimension=0, day=0, hard_lo=50, hard_hi=60),))
    assert broken(asked, **{"0_p": "a", "0_q": "b"}) == [("meal_choice.min", "d/min")]
    assert broken(asked, **{"0_p": "c", "0_q": "d"}) == [("meal_choice.max", "d/max")]


def test_the_checker_finds_an_amount_not_known_under_a_hard_maximum() -> None:
    asked = problem(bounds=(Bound(rule="d", dimension=1, positions=(1,), hard_hi=60),))
    assert broken(asked, **{"0_q": "d"}) == [("meal_choice.unknown", "d/0/q")]
    assert broken(asked, **{"1_q": "d"}) == []


def test_the_checker_refuses_a_solution_of_another_problem() -> None:
    found = meal_choice_violations(problem(), MealChoice(choices=()))
    assert [each.code for each in found] == ["meal_choice.positions"]


# ---------------------------------------------------------------- promises


@pytest.mark.parametrize(
    ("promise", "build"),
    [
        ("days is at least 1", lambda: problem(days=0, positions=())),
        ("option keys are distinct", lambda: problem(options=(option("a", 1, 1),) * 2)),
        ("an option has one amount", lambda: problem(options=(option("a", 1),))),
        ("a cost is not negative", lambda: problem(options=(option("a", 1, 1, cost=-1),))),
        ("an amount is not negative", lambda: problem(options=(option("a", 1, -1),))),
        ("position keys are distinct", lambda: problem(positions=(place("p", 0, 1),) * 2)),
        ("a candidate is an option", lambda: problem(positions=(place("p", 0, 9),))),
        ("on a day of the horizon", lambda: problem(positions=(place("p", 2, 1),))),
        (
            "skip penalty is not negative",
            lambda: problem(positions=(place("p", 0, 1, skip_penalty=-1),)),
        ),
        (
            "a pinned option is a candidate",
            lambda: problem(positions=(place("p", 0, 1, pinned=2),)),
        ),
        ("a bound is on a dimension", lambda: problem(bounds=(Bound(rule="", dimension=2),))),
        (
            "a bound is on a day of the horizon",
            lambda: problem(bounds=(Bound(rule="", dimension=1, day=5),)),
        ),
        ("a group has one rule", lambda: problem(repetitions=(Repetition(group="x"),) * 2)),
        (
            "a bound is on positions",
            lambda: problem(bounds=(Bound(rule="", dimension=1, positions=(9,)),)),
        ),
        ("a bound has a day or", lambda: Bound(rule="", dimension=1, day=0, positions=(0,))),
        (
            "a family is not a group",
            lambda: problem(options=(option("a", 1, 1, group="x", family="x"),)),
        ),
        (
            "at most two traits",
            lambda: problem(options=(option("a", 1, 1, traits=("x", "y", "z")),)),
        ),
        ("a contrast penalty is not negative", lambda: Contrast(positions=(), penalty=-1)),
        ("a contrast is on positions", lambda: problem(contrasts=(Contrast(positions=(7,)),))),
        (
            "a position is in one contrast",
            lambda: problem(contrasts=(Contrast(positions=(0,)),) * 2),
        ),
        ("stock is not negative", lambda: Stock(rule="", options=(), units=-1)),
        (
            "an option is in one line of stock",
            lambda: problem(stock=(Stock(rule="", options=(0,), units=1),) * 2),
        ),
        (
            "a line of stock is on options",
            lambda: problem(stock=(Stock(rule="", options=(8,), units=1),)),
        ),
        ("use-first rule is not negative", lambda: UseFirst(options=(), until_day=-1, units=0)),
        (
            "a line of use first is on options",
            lambda: problem(use_first=(UseFirst(options=(8,), until_day=0, units=1),)),
        ),
        ("one toll per day", lambda: problem(tolls=((1, 2),))),
        ("one toll per day", lambda: problem(tolls=((1,),) * 4)),
        ("reference is at least 1", lambda: Bound(rule="", dimension=0, reference=0)),
        ("a weight is not negative", lambda: Bound(rule="", dimension=0, weight=-1)),
        ("a repetition rule is not negative", lambda: Repetition(group="x", min_gap=-1)),
    ],
)
def test_a_broken_promise_is_named(promise: str, build: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=promise):
        build()


# ---------------------------------------------------------------- the search as a whole


def answer(seed: int) -> tuple[object, ...]:
    outcome = solve_meal_choice(week(seed), Limits(moves=6_000, seed=seed))
    return outcome.objective, outcome.solution, outcome.moves


def test_one_process_or_two_give_the_same_answers() -> None:
    alone = [answer(seed) for seed in (1, 2)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(answer, (1, 2))) == alone


WEIGHTS = (9_000_000, 9_000_000, 90_000, 90_000, 900, 1, 1, 9_000_000)


def standing(asked: MealChoiceProblem, seed: int) -> tuple[Tables, State]:
    """A problem as arrays, and a walk in it that stands somewhere."""
    shelves = shelves_of(asked)
    tables = tables_of(asked, shelves)
    start = [shelf[(seed + at) % len(shelf)] for at, shelf in enumerate(shelves)]
    state = kernel.start_state(tables, start, seed=seed)
    kernel.weigh(tables, state, as_ints(WEIGHTS))
    return tables, state


@kernel.compiled
def weighed(tables: Tables, state: State, place: int) -> None:
    walker.weigh_shelf(tables, state, place, state.fit)


@kernel.compiled
def weighed_by_day(tables: Tables, state: State, place: int) -> None:
    for rank in range(len(state.fit)):
        state.fit[rank] = 0
    sums.fold_day(tables, state, place, state.fit)


@kernel.compiled
def leant(tables: Tables, state: State, place: int, option: int) -> float:
    return float(sums.lean_day(tables, state, place, option))


def rich(seed: int) -> MealChoiceProblem:
    """A week in which everything counts: stock, lots, tables, contrasts, tolls, what was."""
    asked = week(seed)
    return replace(
        asked,
        options=tuple(
            replace(each, family=f"f{at % 4}", traits=(f"c{at % 5}", f"b{at % 3}"))
            for at, each in enumerate(asked.options)
        ),
        positions=tuple(
            replace(
                each, earlier=each.candidates[at % 3], wanted=f"g{at % 9}", optional=at % 4 == 0
            )
            for at, each in enumerate(asked.positions)
        ),
        repetitions=(*asked.repetitions, Repetition(group="f1", min_gap=2, penalty=7)),
        contrasts=tuple(
            Contrast(positions=tuple(range(5 * day, 5 * day + 3)), penalty=5) for day in range(7)
        ),
        stock=(Stock(rule="s", options=(0, 1, 12), units=1),),
        use_first=(UseFirst(options=(2, 3), until_day=3, units=4, penalty=3, cost=4),),
        tolls=tuple((at % 2, 0, at % 3, 0, 1, 0, 2) for at in range(30)),
        change_penalty=4,
        apart_penalty=3,
    )


@pytest.mark.parametrize("asked", [week(1), week(4), rich(1), rich(2), rich(3)])
def test_a_shelf_is_weighed_as_each_option_is_priced(asked: MealChoiceProblem) -> None:
    tables, state = standing(asked, 5)
    rounded = sum(
        9_000_000 * (each.hard_lo is not None or each.hard_hi is not None)
        + 90_000 * (each.weight + each.dose_weight)
        + 900 * each.wish_weight
        for each in asked.bounds
    )
    for at, shelf in enumerate(shelves_of(asked)):
        weighed(tables, state, at)
        for rank, index in enumerate(shelf):
            price = kernel.price_of(tables, state, at, index)
            exact = sum(weight * each for weight, each in zip(WEIGHTS, price, strict=False))
            found = float(state.fit[rank])
            assert abs(found - exact) <= rounded + abs(exact) / 1_000_000, (at, rank)


@pytest.mark.parametrize("asked", [week(1), rich(2)])
def test_one_option_is_weighed_by_its_day_like_the_whole_shelf(asked: MealChoiceProblem) -> None:
    tables, state = standing(asked, 5)
    for at, shelf in enumerate(shelves_of(asked)):
        weighed_by_day(tables, state, at)
        for rank, index in enumerate(shelf):
            found = leant(tables, state, at, index)
            assert found == pytest.approx(float(state.fit[rank]), rel=1e-5), (at, rank)


@pytest.mark.parametrize("seed", range(4))
def test_a_walk_keeps_every_sum_of_where_it_stands(seed: int) -> None:
    tables, state = standing(rich(seed), seed)
    before = kernel.levels_of(tables, state)
    leader.find_leads(tables, state, as_floats([4.0, 2.0, 1.0]))
    walker.walk(tables, state, *walker.schedule(4_000, hot=100_000, cold=100))
    anew = kernel.start_state(tables, state.choice.tolist(), seed=seed)
    kernel.weigh(tables, anew, as_ints(WEIGHTS))
    for name in ("totals", "counts", "served", "drawn", "spent", "crowd", "burden", "relief"):
        assert getattr(state, name).tolist() == getattr(anew, name).tolist(), name
    walker.go_back(tables, state)
    assert kernel.levels_of(tables, state) < before


def test_a_day_is_priced_so_that_every_place_alone_does_what_the_day_needs() -> None:
    """Six places need 990 units in ever dearer steps of 33: five each, at 900 to 1,100 points."""
    options = tuple(
        Option(key=f"o{step}", amounts=(33 * step,), group="g", penalty=100 * step**2)
        for step in range(11)
    )
    asked = MealChoiceProblem(
        days=2,
        dimensions=1,
        options=options,
        positions=tuple(
            Position(key=f"p{at}", day=at % 2, candidates=tuple(range(11))) for at in range(12)
        ),
        bounds=(Bound(rule="b", dimension=0, day=1, soft_lo=990, reference=1_000),),
        repetitions=(Repetition(group="g", max_per_day=9, penalty=1),),
    )
    tables, state = standing(asked, 3)
    kept = ("totals", "counts", "crowd", "choice")
    before = [getattr(state, name).tolist() for name in kept]
    leader.find_leads(tables, state, as_floats([64.0, 32.0, 16.0, 8.0, 4.0, 2.0, 1.0, 0.5]))
    free, priced = (float(each) / WEIGHTS[WISHES] for each in state.lead[:2])
    assert free == 0
    assert 900 <= -33 * priced <= 1_100
    assert before == [getattr(state, name).tolist() for name in kept]


@pytest.mark.parametrize("seed", range(4))
def test_no_single_change_is_better_after_a_polish(seed: int) -> None:
    asked = week(seed)
    tables, state = standing(asked, seed)
    before = kernel.levels_of(tables, state)
    kernel.weigh(tables, state, as_ints(strict_weights(before, -1_000)))
    assert walker.polish(tables, state, kernel.no_levels(), kernel.no_levels()) > 0
    assert kernel.levels_of(tables, state) < before
    for at, shelf in enumerate(shelves_of(asked)):
        for index in shelf:
            assert kernel.price_of(tables, state, at, index) >= (0,) * 7


def test_days_change_places_till_no_two_are_better_in_each_others_place() -> None:
    asked = week(1)
    shelves = shelves_of(asked)
    tables = tables_of(asked, shelves)
    twice = [shelf[(3 * (at // 10) + at % 5) % 10] for at, shelf in enumerate(shelves)]
    state = kernel.start_state(tables, twice, seed=1)
    kernel.weigh(tables, state, as_ints(WEIGHTS))
    before = kernel.levels_of(tables, state)
    assert apart.set_apart(tables, state, kernel.no_levels(), kernel.no_levels()) > 0
    after, found = kernel.levels_of(tables, state), state.choice.tolist()
    assert after < before
    assert sorted(found) == sorted(twice)
    for left, right in combinations(range(0, 35, 5), 2):
        moved = list(found)
        moved[left : left + 5] = found[right : right + 5]
        moved[right : right + 5] = found[left : left + 5]
        assert kernel.levels_of(tables, kernel.start_state(tables, moved, seed=1)) >= after


def test_what_is_barred_is_never_taken() -> None:
    asked = week(1)
    tables, state = standing(asked, 0)
    barred = np.zeros((len(asked.positions), tables.laid.shape[2]), dtype=np.int64)
    for at, shelf in enumerate(shelves_of(asked)):
        barred[at, [rank for rank in range(len(shelf)) if rank % 3 != at % len(shelf) % 3]] = 1
    cut = tables._replace(bars=barred)
    kernel.weigh(cut, state, as_ints(WEIGHTS))
    walker.walk(cut, state, *walker.schedule(9_000, hot=1_000_000, cold=100))
    for at, index in enumerate(state.choice):
        assert not barred[at, tables.spots[tables.positions[at, SPOTS], index]]
