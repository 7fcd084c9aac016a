"""Choosing one option per position: found, proved impossible, explained, checked."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    Bound,
    Cap,
    Choice,
    Limits,
    MealChoice,
    MealChoiceProblem,
    Option,
    Outcome,
    Position,
    Progress,
    Repetition,
    Status,
    meal_choice_conflict,
    meal_choice_objective,
    meal_choice_swaps,
    meal_choice_violations,
    solve_meal_choice,
)
from optimizer.meal_proof import _parts, _rules, _thin

LIMITS = Limits(moves=3_000)
ROOT = str(Path(__file__).parents[2])


def option(key: str, *amounts: int | None, **more: Any) -> Option:
    return Option(key=key, amounts=amounts, **more)


def place(key: str, day: int, *candidates: int, **more: Any) -> Position:
    return Position(key=key, day=day, candidates=candidates, **more)


def problem(**more: Any) -> MealChoiceProblem:
    """Two days, two positions each, four options with two dimensions."""
    fields: dict[str, Any] = {
        "days": 2,
        "dimensions": 2,
        "options": (
            option("a", 10, 5, group="x", cost=3),
            option("b", 20, 1, group="x", cost=1),
            option("c", 30, 2, group="y", cost=2),
            option("d", 40, None, group="z", cost=5),
        ),
        "positions": (
            place("0/p", 0, 0, 1, 2),
            place("0/q", 0, 1, 2, 3),
            place("1/p", 1, 0, 1, 2),
            place("1/q", 1, 1, 2, 3, optional=True),
        ),
    }
    return MealChoiceProblem(**(fields | more))


def solved(asked: MealChoiceProblem, *, seed: int = 1) -> Outcome[MealChoice]:
    return solve_meal_choice(asked, Limits(moves=3_000, seed=seed))


def chosen(outcome: Outcome[MealChoice]) -> dict[str, str | None]:
    assert outcome.solution is not None
    return {choice.position: choice.option for choice in outcome.solution.choices}


def every_solution(asked: MealChoiceProblem) -> Iterator[MealChoice]:
    shelves: list[list[str | None]] = []
    for position in asked.positions:
        shelf = position.candidates if position.pinned is None else (position.pinned,)
        keys: list[str | None] = [asked.options[index].key for index in shelf]
        shelves.append([*keys, None] if position.optional and position.pinned is None else keys)
    for picks in product(*shelves):
        yield MealChoice(
            choices=tuple(
                Choice(position=position.key, option=key)
                for position, key in zip(asked.positions, picks, strict=True)
            )
        )


def best_by_trying_all(asked: MealChoiceProblem) -> tuple[int, ...]:
    return min(meal_choice_objective(asked, each) for each in every_solution(asked))


# ---------------------------------------------------------------- finding


def test_without_rules_the_cheapest_options_are_chosen() -> None:
    outcome = solved(problem())
    assert outcome.status is Status.FEASIBLE
    assert chosen(outcome) == {"0/p": "b", "0/q": "b", "1/p": "b", "1/q": None}
    assert outcome.objective == (0, 0, 0, 0, 3)


def test_a_hard_bound_is_kept_although_it_costs() -> None:
    asked = problem(bounds=(Bound(rule="d0", dimension=0, day=0, hard_lo=70),))
    assert {"0/p": "c", "0/q": "d"}.items() <= chosen(solved(asked)).items()


def test_a_soft_bound_comes_before_wishes_and_wishes_before_cost() -> None:
    options = (option("dear", 10, penalty=0, cost=9), option("liked", 5, penalty=-9, cost=1))
    bound = Bound(rule="w", dimension=0, soft_lo=10, reference=10)
    asked = problem(dimensions=1, options=options, positions=(place("p", 0, 0, 1),))
    assert chosen(solved(asked)) == {"p": "liked"}
    assert chosen(solved(replace(asked, bounds=(bound,)))) == {"p": "dear"}


def test_a_bound_among_the_wishes_can_be_outweighed_by_them() -> None:
    options = (option("near", 10), option("liked", 5, penalty=-600))
    asked = problem(dimensions=1, options=options, positions=(place("p", 0, 0, 1),))
    bound = Bound(rule="w", dimension=0, soft_lo=10, reference=10, weight=0, wish_weight=1)
    outcome = solved(replace(asked, bounds=(bound,)))
    assert chosen(outcome) == {"p": "liked"}
    assert outcome.objective == (0, 0, 0, -100, 0)


def test_a_missing_amount_never_meets_a_hard_minimum() -> None:
    asked = problem(
        positions=(place("p", 0, 3),),
        bounds=(Bound(rule="d", dimension=1, day=0, hard_lo=1),),
    )
    assert solved(asked).status is Status.IMPOSSIBLE


def test_an_amount_that_is_not_known_is_avoided_under_a_hard_maximum() -> None:
    bound = Bound(rule="d", dimension=1, day=0, hard_hi=3)
    asked = problem(positions=(place("p", 0, 2, 3),), bounds=(bound,))
    liked = replace(asked.options[3], penalty=-1_000, cost=0)
    asked = replace(asked, options=(*asked.options[:3], liked))
    assert chosen(solved(asked)) == {"p": "c"}
    only = replace(asked, positions=(place("p", 0, 3),))
    assert solved(only).objective == (0, 100, 0, -1_000, 0)


def test_a_pin_stays_and_an_earlier_choice_is_kept_when_nothing_speaks_against_it() -> None:
    asked = problem(
        positions=(place("p", 0, 0, 1, 2, pinned=0), place("q", 1, 0, 1, 2, earlier=2)),
        change_penalty=5,
    )
    assert chosen(solved(asked)) == {"p": "a", "q": "c"}


def test_an_optional_position_is_filled_when_skipping_counts() -> None:
    asked = problem(positions=(place("p", 0, 2, optional=True, skip_penalty=7),))
    assert chosen(solved(asked)) == {"p": "c"}


def test_a_repetition_rule_spreads_a_group() -> None:
    rule = Repetition(group="x", max_per_day=1, max_total=2, min_gap=2, penalty=50)
    asked = problem(
        days=3,
        positions=tuple(place(f"{day}", day, 1, 3) for day in range(3)),
        repetitions=(rule,),
    )
    assert chosen(solved(asked)) == {"0": "b", "1": "d", "2": "b"}


def test_going_over_a_cap_is_kept_as_small_as_can_be() -> None:
    asked = problem(caps=(Cap(rule="c", dimension=0, positions=(0, 1), at_most=20),))
    outcome = solved(asked)
    assert outcome.objective[2] == 500  # at least 10 + 20 where 20 is asked
    assert {"0/p": "a", "0/q": "b"}.items() <= chosen(outcome).items()


def test_same_problem_moves_and_seed_give_the_same_answer() -> None:
    asked = week(3)
    assert solved(asked, seed=5) == solved(asked, seed=5)


def test_a_watch_can_end_the_search_and_sees_the_moves_grow() -> None:
    seen: list[int] = []

    def stop_at_third(progress: Progress) -> bool:
        seen.append(progress.moves)
        return len(seen) < 3

    outcome = solve_meal_choice(week(1), LIMITS, stop_at_third)
    assert len(seen) == 3
    assert seen == sorted(set(seen))
    assert outcome.status is Status.FEASIBLE


def test_a_problem_of_pins_only_needs_no_search() -> None:
    asked = problem(positions=(place("p", 0, 0, 1, pinned=0),))
    assert chosen(solved(asked)) == {"p": "a"}


def test_a_problem_without_positions_has_the_empty_solution() -> None:
    asked = problem(positions=())
    assert solved(asked).solution == MealChoice(choices=())


# ---------------------------------------------------------------- impossible


def test_a_position_without_candidates_is_named_by_counting() -> None:
    asked = problem(positions=(place("p", 0, rule="role/soup"), place("q", 0, 1)))
    assert solved(asked).status is Status.IMPOSSIBLE
    assert meal_choice_conflict(asked) == ("role/soup",)


def test_a_minimum_out_of_reach_is_named_by_counting() -> None:
    asked = problem(bounds=(Bound(rule="d1", dimension=0, day=1, hard_lo=71),))
    assert solved(asked).status is Status.IMPOSSIBLE
    assert meal_choice_conflict(asked) == ("d1/min",)


def test_two_bounds_that_exclude_each_other_are_both_named() -> None:
    asked = problem(
        positions=tuple(place(key, 0, 0, 1, optional=True) for key in "pqr"),
        bounds=(
            Bound(rule="first", dimension=0, day=0, hard_lo=50),
            Bound(rule="second", dimension=1, day=0, hard_hi=2),
        ),
    )
    assert solved(asked).status is Status.IMPOSSIBLE
    assert set(meal_choice_conflict(asked)) == {"first/min", "second/max"}


def test_a_pin_that_breaks_a_maximum_is_named_with_it() -> None:
    asked = problem(
        positions=(place("p", 0, 1, 2, pinned=2), place("q", 0, 1)),
        bounds=(Bound(rule="d", dimension=0, day=0, hard_hi=45),),
    )
    assert solved(asked).status is Status.IMPOSSIBLE
    assert set(meal_choice_conflict(asked)) == {"pin/p", "d/max", "q"}


def test_a_conflict_over_the_horizon_is_found_when_every_day_alone_is_fine() -> None:
    asked = problem(
        positions=(place("p", 0, 0, 1), place("q", 1, 0, 1)),
        bounds=(
            Bound(rule="min", dimension=0, hard_lo=40),
            Bound(rule="max", dimension=1, hard_hi=3),
            Bound(rule="day", dimension=1, day=0, hard_lo=5),
        ),
    )
    assert solved(asked).status is Status.IMPOSSIBLE
    assert "day/min" in meal_choice_conflict(asked)


def test_rules_that_add_nothing_to_a_conflict_are_thinned_out() -> None:
    asked = problem(bounds=(Bound(rule="d", dimension=0, day=0, hard_lo=60, hard_hi=20),))
    part = next(_parts(asked))
    assert len(_rules(part)) == 4
    assert _thin(part, _rules(part), seed=1) == ("d/min", "d/max")


def test_no_conflict_is_named_where_there_is_none() -> None:
    assert meal_choice_conflict(problem()) == ()
    asked = problem(bounds=(Bound(rule="d", dimension=0, day=0, hard_lo=60, hard_hi=60),))
    assert meal_choice_conflict(asked) == ()


def test_no_conflict_is_named_where_no_work_may_be_done() -> None:
    asked = problem(
        positions=tuple(place(key, 0, 0, 1, 2, optional=True) for key in "pqrs"),
        bounds=(Bound(rule="d", dimension=0, day=0, hard_lo=45, hard_hi=49),),
    )
    assert meal_choice_conflict(asked) == ("d/min", "d/max")
    assert meal_choice_conflict(asked, work=0.0) == ()


def test_a_proof_that_it_can_be_done_hands_the_search_its_choice() -> None:
    amounts = (101, 211, 307, 401, 503, 601, 701, 809)
    options = tuple(option(str(amount), amount) for amount in amounts)
    total = 101 + 307 + 401 + 601 + 809 + 211
    asked = problem(
        dimensions=1,
        options=options,
        positions=tuple(place(f"p{at}", 0, *range(8)) for at in range(6)),
        bounds=(Bound(rule="exact", dimension=0, day=0, hard_lo=total, hard_hi=total),),
    )
    outcome = solve_meal_choice(asked, Limits(moves=1))
    assert outcome.status is Status.FEASIBLE
    assert outcome.solution is not None
    assert meal_choice_violations(asked, outcome.solution) == ()


# ---------------------------------------------------------------- properties


@st.composite
def small_problems(draw: st.DrawFn) -> MealChoiceProblem:
    """Problems small enough to try every choice."""
    number = st.integers(0, 60)
    count = draw(st.integers(2, 4))
    options = tuple(
        option(
            f"o{at}",
            draw(number),
            draw(st.none() | number),
            group=draw(st.sampled_from(("", "g", "h"))),
            penalty=draw(st.integers(-20, 20)),
            cost=draw(number),
        )
        for at in range(count)
    )
    candidates = st.lists(st.integers(0, count - 1), min_size=1, unique=True).map(
        lambda picks: tuple(sorted(picks))
    )
    days = draw(st.integers(1, 3))
    positions = []
    for at in range(draw(st.integers(1, 4))):
        shelf = draw(candidates)
        positions.append(
            place(
                f"p{at}",
                draw(st.integers(0, days - 1)),
                *shelf,
                optional=draw(st.booleans()),
                skip_penalty=draw(st.integers(0, 9)),
                pinned=draw(st.none() | st.sampled_from(shelf)),
                earlier=draw(st.none() | st.integers(0, count - 1)),
            )
        )
    bounds = draw(
        st.lists(
            st.builds(
                Bound,
                rule=st.just(""),
                dimension=st.integers(0, 1),
                day=st.none() | st.integers(0, days - 1),
                hard_lo=st.none() | st.integers(0, 80),
                soft_lo=st.none() | st.integers(0, 100),
                soft_hi=st.none() | st.integers(50, 150),
                hard_hi=st.none() | st.integers(40, 200),
                reference=st.integers(1, 50),
                weight=st.integers(0, 3),
                wish_weight=st.integers(0, 3),
            ),
            max_size=4,
            unique_by=lambda bound: (bound.day, bound.dimension),
        )
    )
    rule = st.builds(
        Repetition,
        group=st.just("g"),
        max_per_day=st.integers(0, 2),
        max_total=st.integers(0, 3),
        min_gap=st.integers(0, 3),
        penalty=st.integers(0, 40),
    )
    cap = st.builds(
        Cap,
        rule=st.just("cap"),
        dimension=st.integers(0, 1),
        positions=st.sets(st.integers(0, len(positions) - 1)).map(tuple),
        at_most=st.integers(1, 90),
    )
    return MealChoiceProblem(
        days=days,
        dimensions=2,
        options=options,
        positions=tuple(positions),
        bounds=tuple(replace(each, rule=f"b{at}") for at, each in enumerate(bounds)),
        repetitions=tuple(draw(st.lists(rule, max_size=1))),
        caps=tuple(draw(st.lists(cap, max_size=2))),
        change_penalty=draw(st.integers(0, 30)),
    )


@settings(max_examples=150, deadline=None)
@given(asked=small_problems(), seed=st.integers(1, 1_000))
def test_tiny_problems_are_solved_like_trying_everything(
    asked: MealChoiceProblem, seed: int
) -> None:
    outcome = solved(asked, seed=seed)
    best = best_by_trying_all(asked)
    if best[0]:
        assert outcome.status is Status.IMPOSSIBLE
        assert outcome.solution is None
        return
    assert outcome.status is Status.FEASIBLE
    assert outcome.solution is not None
    assert meal_choice_violations(asked, outcome.solution) == ()
    assert meal_choice_objective(asked, outcome.solution) == outcome.objective
    assert outcome.objective == best


@settings(max_examples=40, deadline=None)
@given(asked=small_problems())
def test_a_conflict_is_real_and_none_of_its_bounds_can_be_missed(asked: MealChoiceProblem) -> None:
    conflict = meal_choice_conflict(asked)
    impossible = best_by_trying_all(asked)[0] > 0
    assert bool(conflict) == impossible
    for name in conflict:
        assert best_by_trying_all(only(asked, set(conflict)))[0] > 0
        if "/" in name:
            assert best_by_trying_all(only(asked, set(conflict) - {name}))[0] == 0


def only(asked: MealChoiceProblem, names: set[str]) -> MealChoiceProblem:
    """The problem with no other rules than those named."""
    return replace(
        asked,
        bounds=tuple(
            replace(
                bound,
                hard_lo=bound.hard_lo if f"{bound.rule}/min" in names else None,
                hard_hi=bound.hard_hi if f"{bound.rule}/max" in names else None,
            )
            for bound in asked.bounds
        ),
        positions=tuple(
            replace(
                each,
                optional=each.optional or each.key not in names,
                pinned=each.pinned if f"pin/{each.key}" in names else None,
            )
            for each in asked.positions
        ),
    )


def week(seed: int) -> MealChoiceProblem:
    """A week of five positions a day with thirty options: large enough for pair moves."""
    spread = [(seed * 37 + at * 53) % 97 for at in range(90)]
    options = tuple(
        option(
            f"o{at}",
            100 + spread[at],
            50 + spread[at + 30] // 2,
            group=f"g{at // 2}",
            penalty=spread[at + 60] % 11,
            cost=spread[at],
        )
        for at in range(30)
    )
    shelves = (range(10), range(10), range(10, 20), range(15, 30), range(20, 30))
    return MealChoiceProblem(
        days=7,
        dimensions=2,
        options=options,
        positions=tuple(
            place(f"{day}/{at}", day, *shelf)
            for day in range(7)
            for at, shelf in enumerate(shelves)
        ),
        bounds=(
            Bound(rule="all", dimension=1, soft_lo=2_700, reference=100, weight=0, wish_weight=1),
            *(
                Bound(rule=f"{day}", dimension=0, day=day, hard_lo=550, soft_lo=700, soft_hi=720)
                for day in range(7)
            ),
        ),
        repetitions=tuple(
            Repetition(group=f"g{at}", max_total=3, min_gap=2, penalty=100) for at in range(15)
        ),
        caps=tuple(
            Cap(rule=f"c{day}", dimension=1, positions=(day * 5, day * 5 + 1), at_most=160)
            for day in range(7)
        ),
    )


@pytest.mark.parametrize("seed", range(4))
def test_no_single_change_buys_back_a_higher_level(seed: int) -> None:
    asked = week(seed)
    outcome = solve_meal_choice(asked, Limits(moves=20_000, seed=seed))
    assert outcome.solution is not None
    assert outcome.objective == meal_choice_objective(asked, outcome.solution)
    choices = outcome.solution.choices
    for at, position in enumerate(asked.positions):
        for index in position.candidates:
            other = replace(choices[at], option=asked.options[index].key)
            changed = MealChoice(choices=(*choices[:at], other, *choices[at + 1 :]))
            assert meal_choice_objective(asked, changed) >= outcome.objective


# ---------------------------------------------------------------- swaps


def test_swaps_are_priced_exactly_and_best_first() -> None:
    asked = week(2)
    solution = solve_meal_choice(asked, LIMITS).solution
    assert solution is not None
    before = meal_choice_objective(asked, solution)
    swaps = meal_choice_swaps(asked, solution, ["3/2", "3/4"])
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
    assert [swap.option for swap in meal_choice_swaps(asked, solution, ["p"])] == ["b"]
    assert [swap.option for swap in meal_choice_swaps(asked, solution, ["q"])] == ["a"]
    filled = MealChoice(choices=(solution.choices[0], Choice(position="q", option="a")))
    assert [swap.option for swap in meal_choice_swaps(asked, filled, ["q"])] == [None]
    assert meal_choice_swaps(asked, solution, []) == ()


SCRIPT = """
from optimizer import *
options = tuple(
    Option(key=str(at), amounts=(at * 7 % 11, at * 5 % 13), group=str(at // 2), cost=at)
    for at in range(12)
)
positions = tuple(
    Position(key=f"{day}/{at}", day=day, candidates=tuple(range(at, at + 6)), optional=at == 2,
             skip_penalty=3, earlier=at)
    for day in range(3) for at in range(4)
)
bounds = tuple(
    Bound(rule=str(day), dimension=0, day=day, hard_lo=9, soft_lo=25, soft_hi=27, hard_hi=60)
    for day in range(3)
)
problem = MealChoiceProblem(
    days=3, dimensions=2, options=options, positions=positions,
    bounds=(*bounds, Bound(rule="w", dimension=1, soft_lo=70, reference=9, wish_weight=2)),
    repetitions=tuple(Repetition(group=str(at), min_gap=2, penalty=50) for at in range(6)),
    caps=(Cap(rule="c", dimension=1, positions=(0, 1), at_most=9),), change_penalty=4,
)
outcome = solve_meal_choice(problem, Limits(moves=1500, seed=3))
print(outcome.objective, [choice.option for choice in outcome.solution.choices])
"""


def test_compiled_or_not_the_answer_is_the_same() -> None:
    answers = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "NUMBA_DISABLE_JIT": flag, "PYTHONPATH": ROOT},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for flag in ("0", "1")
    }
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
        (
            "a day and dimension have one bound",
            lambda: problem(bounds=(Bound(rule="", dimension=1),) * 2),
        ),
        ("a group has one rule", lambda: problem(repetitions=(Repetition(group="x"),) * 2)),
        (
            "a cap is on a dimension",
            lambda: problem(caps=(Cap(rule="", dimension=3, positions=(0,), at_most=1),)),
        ),
        (
            "a cap is on positions",
            lambda: problem(caps=(Cap(rule="", dimension=1, positions=(9,), at_most=1),)),
        ),
        ("reference is at least 1", lambda: Bound(rule="", dimension=0, reference=0)),
        ("a weight is not negative", lambda: Bound(rule="", dimension=0, weight=-1)),
        ("a repetition rule is not negative", lambda: Repetition(group="x", min_gap=-1)),
        ("a cap is at least 1", lambda: Cap(rule="", dimension=0, positions=(), at_most=0)),
    ],
)
def test_a_broken_promise_is_named(promise: str, build: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=promise):
        build()
