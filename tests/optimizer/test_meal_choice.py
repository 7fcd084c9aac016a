"""Choosing one option per position: found, proved impossible, explained."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    Bound,
    Contrast,
    Limits,
    MealChoice,
    MealChoiceProblem,
    Option,
    Position,
    Progress,
    Repetition,
    Status,
    Stock,
    UseFirst,
    meal_choice_core,
    meal_choice_objective,
    meal_choice_possible,
    meal_choice_violations,
    solve_meal_choice,
)
from tests.optimizer.choices import (
    LIMITS,
    best_by_trying_all,
    cap,
    chosen,
    option,
    place,
    problem,
    solved,
    week,
)

# ---------------------------------------------------------------- finding


def test_without_rules_the_cheapest_options_are_chosen() -> None:
    outcome = solved(problem())
    assert outcome.status is Status.FEASIBLE
    assert chosen(outcome) == {"0/p": "b", "0/q": "b", "1/p": "b", "1/q": None}
    assert outcome.objective == (0, 0, 0, 0, 0, 3, 0)


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
    assert outcome.objective == (0, 0, 0, 0, -100, 0, 0)


def test_a_missing_amount_never_meets_a_hard_minimum() -> None:
    asked = problem(
        positions=(place("p", 0, 3),),
        bounds=(Bound(rule="d", dimension=1, day=0, hard_lo=1),),
    )
    assert solved(asked).status is Status.IMPOSSIBLE


def test_an_amount_that_is_not_known_fits_under_no_hard_maximum() -> None:
    bound = Bound(rule="d", dimension=1, day=0, hard_hi=3)
    asked = problem(positions=(place("p", 0, 2, 3),), bounds=(bound,))
    liked = replace(asked.options[3], penalty=-1_000, cost=0)
    asked = replace(asked, options=(*asked.options[:3], liked))
    assert chosen(solved(asked)) == {"p": "c"}
    only = replace(asked, positions=(place("p", 0, 3, rule="p"),))
    assert solved(only).status is Status.IMPOSSIBLE
    assert set(meal_choice_core(only)) == {"p", "d/max"}
    pinned = replace(asked, positions=(place("p", 0, 2, 3, pinned=3),))
    assert solved(pinned).status is Status.IMPOSSIBLE
    assert meal_choice_core(pinned) == ("pin/p", "d/max")


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
    asked = problem(bounds=(cap("c", 0, 20, 0, 1),))
    outcome = solved(asked)
    assert outcome.objective[3] == 500  # at least 10 + 20 where 20 is asked
    assert {"0/p": "a", "0/q": "b"}.items() <= chosen(outcome).items()


def test_a_bound_may_hold_for_some_positions_only() -> None:
    bound = Bound(rule="b", dimension=0, positions=(0, 2), hard_lo=60)
    assert {"0/p": "c", "1/p": "c", "0/q": "b"}.items() <= chosen(
        solved(problem(bounds=(bound,)))
    ).items()


def test_scarce_stock_goes_before_a_window_and_a_toll_before_both() -> None:
    bound = Bound(rule="w", dimension=0, day=0, soft_lo=60, reference=60)
    asked = problem(bounds=(bound,), positions=(place("p", 0, 0, 1, 2), place("q", 0, 1, 2)))
    assert chosen(solved(asked)) == {"p": "c", "q": "c"}
    scarce = replace(asked, stock=(Stock(rule="c", options=(2,), units=1),))
    assert solved(scarce).objective[:3] == (0, 0, 167)
    tolled = replace(asked, tolls=((0, 0), (0, 0), (1, 0), (0, 0)))
    assert chosen(solved(tolled)) == {"p": "b", "q": "b"}


def test_a_family_is_kept_apart_like_a_group() -> None:
    asked = problem(
        positions=(place("0", 0, 0, 1), place("1", 1, 0, 1)),
        options=(option("a", 1, 1, group="x", family="f"), option("b", 1, 1, family="f", cost=1)),
        repetitions=(Repetition(group="f", max_per_day=9, min_gap=2, penalty=5),),
    )
    assert solved(asked).objective == (0, 0, 0, 0, 5, 0, 0)


def test_traits_in_one_meal_differ_where_they_can() -> None:
    options = (
        option("white", 1, 1, traits=("white", "soft")),
        option("green", 1, 1, traits=("green", "firm"), cost=9),
    )
    asked = problem(options=options, positions=(place("p", 0, 0, 1), place("q", 0, 0, 1)))
    assert chosen(solved(asked)) == {"p": "white", "q": "white"}
    apart = replace(asked, contrasts=(Contrast(positions=(0, 1), penalty=5),))
    assert set(chosen(solved(apart)).values()) == {"white", "green"}
    both = replace(apart, positions=(place("p", 0, 0), place("q", 0, 0)))
    assert solved(both).objective[4] == 10


def test_what_the_table_eats_is_eaten_along_and_stock_near_its_end_used() -> None:
    asked = problem(apart_penalty=5, positions=(place("p", 0, 0, 1, 2, wanted="y"),))
    assert chosen(solved(asked)) == {"p": "c"}
    asked = problem(use_first=(UseFirst(options=(0,), until_day=0, units=2, penalty=5, cost=7),))
    outcome = solved(asked)
    assert {"0/p": "a", "1/p": "b"}.items() <= chosen(outcome).items()
    assert outcome.objective == (0, 0, 0, 0, 5, 3 + 1 + 1 + 7, 0)


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
    assert meal_choice_core(asked) == ("role/soup",)


def test_a_minimum_out_of_reach_is_named_by_counting() -> None:
    asked = problem(bounds=(Bound(rule="d1", dimension=0, day=1, hard_lo=71),))
    assert solved(asked).status is Status.IMPOSSIBLE
    assert meal_choice_core(asked) == ("d1/min",)


def test_a_maximum_below_every_sum_is_named_with_the_fewest_places_to_fill() -> None:
    asked = problem(
        positions=(place("p", 0, 0, 1), place("q", 0, 2, 3), place("r", 0, 3), place("s", 0, 3)),
        bounds=(Bound(rule="d", dimension=0, day=0, hard_hi=65),),
    )
    assert meal_choice_core(asked) == ("d/max", "r", "s")


def test_two_bounds_that_exclude_each_other_are_both_named() -> None:
    asked = problem(
        positions=tuple(place(key, 0, 0, 1, optional=True) for key in "pqr"),
        bounds=(
            Bound(rule="first", dimension=0, day=0, hard_lo=50),
            Bound(rule="second", dimension=1, day=0, hard_hi=2),
        ),
    )
    assert solved(asked).status is Status.IMPOSSIBLE
    assert set(meal_choice_core(asked)) == {"first/min", "second/max"}


def test_a_pin_that_breaks_a_maximum_is_named_with_it() -> None:
    asked = problem(
        positions=(place("p", 0, 1, 2, pinned=2), place("q", 0, 1)),
        bounds=(Bound(rule="d", dimension=0, day=0, hard_hi=45),),
    )
    assert solved(asked).status is Status.IMPOSSIBLE
    assert set(meal_choice_core(asked)) == {"pin/p", "d/max", "q"}


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
    assert "day/min" in meal_choice_core(asked)


def test_no_conflict_is_named_where_there_is_none() -> None:
    assert meal_choice_core(problem()) == ()
    asked = problem(bounds=(Bound(rule="d", dimension=0, day=0, hard_lo=60, hard_hi=60),))
    assert meal_choice_core(asked) == ()


def test_no_conflict_is_named_where_no_work_may_be_done() -> None:
    asked = problem(
        positions=tuple(place(key, 0, 0, 1, 2, optional=True) for key in "pqrs"),
        bounds=(Bound(rule="d", dimension=0, day=0, hard_lo=45, hard_hi=49),),
    )
    assert meal_choice_core(asked) == ("d/min", "d/max")
    assert meal_choice_core(asked, work=0.0) == ()


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
    unproved = solve_meal_choice(asked, Limits(moves=1), proof=False)
    assert (unproved.status, unproved.solution) == (Status.UNKNOWN, None)
    outcome = solve_meal_choice(asked, Limits(moves=1))
    assert outcome.status is Status.FEASIBLE
    assert outcome.solution is not None
    assert meal_choice_violations(asked, outcome.solution) == ()


# ---------------------------------------------------------------- properties


Places = st.SearchStrategy[tuple[int, ...]]
NUMBER, SMALL = st.integers(0, 60), st.integers(0, 3)


@st.composite
def small_options(draw: st.DrawFn) -> tuple[Option, ...]:
    return tuple(
        option(
            f"o{at}",
            draw(NUMBER),
            draw(st.none() | NUMBER),
            group=draw(st.sampled_from(("", "g", "h"))),
            family=draw(st.sampled_from(("", "f"))),
            traits=draw(st.sampled_from(((), ("t",), ("t", "u"), ("v", "u")))),
            penalty=draw(st.integers(-20, 20)),
            cost=draw(NUMBER),
        )
        for at in range(draw(st.integers(2, 4)))
    )


@st.composite
def small_positions(draw: st.DrawFn, count: int, days: int) -> tuple[Position, ...]:
    """One to four places over the days, each with some of the options."""
    shelves = st.lists(st.integers(0, count - 1), min_size=1, unique=True).map(sorted)
    return tuple(
        place(
            f"p{at}",
            draw(st.integers(0, days - 1)),
            *shelf,
            optional=draw(st.booleans()),
            skip_penalty=draw(st.integers(0, 9)),
            pinned=draw(st.none() | st.sampled_from(shelf)),
            earlier=draw(st.none() | st.integers(0, count - 1)),
            wanted=draw(st.sampled_from(("", "g", "k"))),
        )
        for at, shelf in enumerate(draw(st.lists(shelves, min_size=1, max_size=4)))
    )


@st.composite
def small_bounds(draw: st.DrawFn, days: int, some_places: Places) -> tuple[Bound, ...]:
    """Up to four bounds: on a day, over all days, or on some places."""
    bound = st.builds(
        Bound,
        rule=st.just(""),
        dimension=st.integers(0, 1),
        day=st.none() | st.integers(0, days - 1),
        hard_lo=st.none() | st.integers(0, 80),
        soft_lo=st.none() | st.integers(0, 100),
        soft_hi=st.none() | st.integers(50, 150),
        hard_hi=st.none() | st.integers(40, 200),
        reference=st.integers(1, 50),
        weight=SMALL,
        dose_weight=SMALL,
        wish_weight=SMALL,
    )
    found = draw(st.lists(bound, max_size=4))
    placed = [
        replace(one, day=None, positions=draw(some_places)) if one.day == 0 else one
        for one in found
    ]
    return tuple(replace(one, rule=f"b{at}") for at, one in enumerate(placed))


@st.composite
def small_problems(draw: st.DrawFn) -> MealChoiceProblem:
    """Problems small enough to try every choice."""
    options, days = draw(small_options()), draw(st.integers(1, 3))
    positions = draw(small_positions(len(options), days))
    some_places = st.sets(st.integers(0, len(positions) - 1)).map(tuple)
    some_options = st.sets(st.integers(0, len(options) - 1)).map(tuple)
    rule = st.builds(
        Repetition,
        group=st.sampled_from(("g", "f")),
        max_per_day=st.integers(0, 2),
        max_total=SMALL,
        min_gap=SMALL,
        penalty=st.integers(0, 40),
    )
    stock = st.builds(Stock, rule=st.just("s"), options=some_options, units=SMALL)
    ending = st.builds(
        UseFirst, options=some_options, until_day=SMALL, units=SMALL, penalty=SMALL, cost=SMALL
    )
    contrast = st.builds(Contrast, positions=some_places, penalty=st.integers(0, 30))
    toll = st.tuples(*[SMALL] * days)
    return MealChoiceProblem(
        days=days,
        dimensions=2,
        options=options,
        positions=positions,
        bounds=draw(small_bounds(days, some_places)),
        repetitions=tuple(draw(st.lists(rule, max_size=2, unique_by=lambda each: each.group))),
        contrasts=tuple(draw(st.lists(contrast, max_size=1))),
        stock=tuple(draw(st.lists(stock, max_size=1))),
        use_first=tuple(draw(st.lists(ending, max_size=1))),
        tolls=draw(st.just(()) | st.tuples(*[toll] * len(options))),
        change_penalty=draw(st.integers(0, 30)),
        apart_penalty=draw(st.integers(0, 30)),
    )


@settings(max_examples=150)
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


@settings(max_examples=60)
@given(asked=small_problems(), most=st.integers(0, 150))
def test_a_harder_problem_is_never_cheaper(asked: MealChoiceProblem, most: int) -> None:
    more = Bound(rule="more", dimension=0, soft_hi=most, hard_hi=most + 60, reference=9)
    harder = solved(replace(asked, bounds=(*asked.bounds, more)))
    easier = solved(asked)
    if harder.status is Status.FEASIBLE:
        assert easier.status is Status.FEASIBLE
        assert harder.objective >= easier.objective


@settings(max_examples=60)
@given(asked=small_problems())
def test_a_core_is_shown_exactly_where_trying_everything_fails(asked: MealChoiceProblem) -> None:
    core = meal_choice_core(asked)
    impossible = best_by_trying_all(asked)[0] > 0
    assert bool(core) == impossible
    assert meal_choice_possible(asked) is not impossible
    if core:
        assert best_by_trying_all(only(asked, set(core)))[0] > 0


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
