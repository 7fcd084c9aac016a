"""Days that weeks are put together from: prices, mixes, and what they promise."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer import (
    Choice,
    MealChoice,
    MealChoiceProblem,
    Repetition,
    meal_choice_objective,
)
from optimizer.kernels import meal_arrays as arrays
from optimizer.meal_pool import Pool, dearer, kinds_of
from optimizer.meal_tables import shelves_of, tables_of
from optimizer.meal_walks import Asked, MealSearch
from optimizer.outcome import Limits, keep_going
from tests.optimizer.choices import best_by_trying_all, option, place, week

WISHES = arrays.WISHES


def least_broken(days: int, gap: int, count: int) -> int:
    return min(
        sum(max(0, gap - (after - before)) for before, after in combinations(chosen, 2))
        for chosen in combinations(range(days), count)
    )


@given(days=st.integers(1, 9), gap=st.integers(0, 9), count=st.integers(0, 9))
def test_slopes_never_ask_more_than_the_kindest_spread_breaks(
    days: int, gap: int, count: int
) -> None:
    count = min(days, count)
    asked = sum(max(0, count - each.least) * each.slope for each in dearer(days, gap))
    assert asked <= least_broken(days, gap, count)


def test_over_a_week_the_slopes_are_exact() -> None:
    for gap, count in product(range(5), range(8)):
        asked = sum(max(0, count - each.least) * each.slope for each in dearer(7, gap))
        assert asked == least_broken(7, gap, count)


@st.composite
def weeks(draw: st.DrawFn) -> MealChoiceProblem:
    """Three or four days of two places, with a dish that must not come again too soon."""
    days = draw(st.integers(2, 4))
    options = tuple(
        option(
            str(at),
            draw(st.integers(0, 9)),
            group=draw(st.sampled_from(["x", "y", "z"])),
            family=draw(st.sampled_from(["", "f"])),
            penalty=draw(st.integers(-5, 5)),
        )
        for at in range(4)
    )
    rules = tuple(
        Repetition(
            group=name,
            max_per_day=draw(st.integers(1, 2)),
            max_total=draw(st.integers(1, 3)),
            min_gap=draw(st.integers(0, 3)),
            penalty=draw(st.integers(1, 9)),
        )
        for name in ("x", "y", "f")
    )
    places = tuple(
        place(f"{day}/{at}", day, *(range(3) if at else range(1, 4)))
        for day in range(days)
        for at in range(2)
    )
    least = replace(
        week(0).bounds[7],
        dimension=0,
        soft_lo=draw(st.integers(0, 30)),
        reference=draw(st.integers(1, 20)),
        wish_weight=draw(st.integers(0, 3)),
    )
    return MealChoiceProblem(
        days=days,
        dimensions=1,
        options=options,
        positions=places,
        repetitions=rules,
        bounds=(least,),
    )


def pool_of(asked: MealChoiceProblem) -> Pool:
    return Pool(asked, kinds_of(asked, shelves_of(asked)))


def with_every_day(asked: MealChoiceProblem) -> Pool:
    pool = pool_of(asked)
    for number, kind in enumerate(pool.kinds):
        for day in product(*kind.shelves):
            pool.add(number, day)
    return pool


@given(asked=weeks())
def test_a_mix_of_all_days_never_costs_more_than_the_best_week(asked: MealChoiceProblem) -> None:
    pool = with_every_day(asked)
    assert pool.mix()
    # a permille that is only begun costs the week nothing yet
    begun = sum(each.wish_weight for each in asked.bounds)
    assert pool.cost <= best_by_trying_all(asked)[WISHES] + begun + 1e-6


@given(asked=weeks(), data=st.data())
def test_a_day_that_is_no_gain_does_not_better_the_mix(
    asked: MealChoiceProblem, data: st.DataObject
) -> None:
    pool = pool_of(asked)
    (kind,) = pool.kinds
    days = list(product(*kind.shelves))
    known = data.draw(st.lists(st.sampled_from(days), min_size=1, unique=True))
    for day in known:
        pool.add(0, day)
    assert pool.mix()
    before = pool.cost
    gain = pool.add(0, data.draw(st.sampled_from(days)))
    assert pool.mix()
    assert pool.cost <= before + 1e-6
    assert gain or pool.cost >= before - 0.5 * asked.days - 1e-6


def test_what_comes_too_often_has_a_price_and_what_has_no_rule_has_none() -> None:
    asked = MealChoiceProblem(
        days=4,
        dimensions=1,
        options=(option("often", 1, group="x"), option("plain", 1)),
        positions=tuple(place(str(day), day, 0, 1) for day in range(4)),
        repetitions=(Repetition(group="x", max_total=2, penalty=7),),
    )
    pool = pool_of(asked)
    pool.add_week([0, 0, 0, 0])
    assert pool.mix()
    assert pool.cost == pytest.approx(2 * 7)
    assert pool.priced(0).options[:2, arrays.PENALTY].tolist() == [7, 0]
    assert pool.add(0, (1,))
    assert pool.mix()
    assert pool.cost == pytest.approx(0)


def test_what_comes_again_too_soon_costs_the_mix_what_it_costs_the_week() -> None:
    asked = MealChoiceProblem(
        days=7,
        dimensions=1,
        options=(option("daily", 1, group="x"),),
        positions=tuple(place(str(day), day, 0) for day in range(7)),
        repetitions=(Repetition(group="x", min_gap=3, penalty=7),),
    )
    pool = pool_of(asked)
    pool.add_week([0] * 7)
    assert pool.mix()
    assert pool.cost == pytest.approx(best_by_trying_all(asked)[WISHES])


@given(asked=weeks(), data=st.data())
def test_a_week_is_made_of_days_that_are_known(
    asked: MealChoiceProblem, data: st.DataObject
) -> None:
    shelves = shelves_of(asked)
    choice = [data.draw(st.sampled_from(shelf)) for shelf in shelves]
    pool = pool_of(asked)
    pool.add_week(choice)
    assert pool.mix()
    found = pool.week([-1] * len(choice))
    days = [choice[at : at + 2] for at in range(0, len(choice), 2)]
    assert all(found[at : at + 2] in days for at in range(0, len(found), 2))


@given(asked=weeks(), data=st.data())
def test_taking_days_ends_where_no_day_of_the_pool_betters_the_week(
    asked: MealChoiceProblem, data: st.DataObject
) -> None:
    shelves = shelves_of(asked)
    pool = pool_of(asked)
    for _ in range(2):
        pool.add_week([data.draw(st.sampled_from(shelf)) for shelf in shelves])
    start = [data.draw(st.sampled_from(shelf)) for shelf in shelves]
    search = MealSearch(Asked(shelves, tables_of(asked, shelves), Limits(moves=1)), 1, keep_going)
    search.stand(start)
    before = search.levels
    known, stands = pool.laid_out()
    search.take_days(known, stands)

    def levels(choice: Sequence[int]) -> tuple[int, ...]:
        each = zip(asked.positions, choice, strict=True)
        named = (Choice(position=at.key, option=asked.options[index].key) for at, index in each)
        return meal_choice_objective(asked, MealChoice(choices=tuple(named)))

    assert search.levels <= before
    assert search.levels == levels(search.best)
    for row, day in product(range(len(known)), range(asked.days)):
        other = list(search.best)
        other[2 * day : 2 * day + 2] = known[row].tolist()
        assert search.levels <= levels(other) or not stands[row, day]


def test_days_that_differ_in_what_stands_before_them_are_of_other_kinds() -> None:
    asked = week(0)
    alone, *others = asked.positions
    pinned = replace(asked, positions=(replace(alone, pinned=alone.candidates[3]), *others))
    kinds = kinds_of(pinned, shelves_of(pinned))
    assert [each.days for each in kinds] == [(0,), (1, 2, 3, 4, 5, 6)]
    assert [each.days for each in kinds_of(asked, shelves_of(asked))] == [tuple(range(7))]


def test_a_day_without_a_choice_is_never_looked_for() -> None:
    asked = week(0)
    pinned = tuple(
        replace(each, pinned=each.candidates[0]) if each.day < 6 else each
        for each in asked.positions
    )
    pool = pool_of(replace(asked, positions=pinned))
    assert [pool.kinds[number].days for number in pool.free_kinds()] == [(6,)]


@pytest.mark.parametrize("seed", range(3))
def test_a_day_is_a_gain_once(seed: int) -> None:
    asked = week(seed)
    pool = pool_of(asked)
    first = [shelf[0] for shelf in shelves_of(asked)]
    assert pool.add_week(first) == 1
    assert pool.mix()
    assert pool.add_week(first) == 0


def test_of_no_days_there_is_no_mix_and_the_week_stays() -> None:
    asked = week(0)
    pool = pool_of(asked)
    assert not pool.mix()
    assert pool.week([1, 2, 3]) == [1, 2, 3]
