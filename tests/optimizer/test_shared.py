"""Many choice problems that share supplies: what is scarce, for whom, and at what cost."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    Bound,
    MealChoice,
    MealChoiceProblem,
    Progress,
    SharedChoices,
    SharedEffort,
    SharedPart,
    SharedSolution,
    Supply,
    least_overdraw,
    meal_choice_objective,
    solve_shared_choices,
)
from optimizer._linear import Programme
from optimizer.kernels.shared import Pool
from optimizer.meal_problem import Choice
from optimizer.shared.pool import by_prices, linear
from tests.optimizer.choices import option, place, problem, week
from tests.optimizer.uncompiled import both_ways

EFFORT = SharedEffort(alone=600, rounds=3, priced=300, repairs=4, repair=300)
USES = {key: ((key, 1),) for key in "abcd"} | {"kettle": ()}


class Here(Executor):
    """Work done at once, in this thread."""

    def submit(self, work: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        """Do it now."""
        done: Future[Any] = Future()
        done.set_result(work(*args, **named))
        return done


def part(*problems: MealChoiceProblem, first: int = 0) -> SharedPart:
    keys = tuple(f"p{first + at}" for at in range(len(problems)))
    return SharedPart(keys=keys, build=partial(tuple, problems))


def shared(*parts: SharedPart, supplies: tuple[Supply, ...], **more: Any) -> SharedChoices:
    return SharedChoices(**({"days": 2, "parts": parts, "supplies": supplies, "uses": USES} | more))


def solved(asked: SharedChoices, **more: Any) -> SharedSolution:
    return solve_shared_choices(asked, EFFORT, Here(), **more)


def simple(*costs: int, **more: Any) -> MealChoiceProblem:
    """One position, options a, b, c... at these costs."""
    options = tuple(option(key, 10, cost=cost) for key, cost in zip("abcd", costs, strict=False))
    shelf = place("p", 0, *range(len(costs)))
    return problem(
        **({"days": 2, "dimensions": 1, "options": options, "positions": (shelf,)} | more)
    )


def supply(tag: str, at_most: int, days: tuple[int, ...] | None = None) -> Supply:
    return Supply(key=f"{tag}:{days}", tag=tag, at_most=at_most, days=days)


def taken(solution: SharedSolution) -> list[list[int]]:
    return [list(each.choice) for each in solution.picked]


def test_a_scarce_option_goes_to_those_who_lose_most_without_it() -> None:
    keen, easy = simple(1, 500), simple(1, 4)
    found = solved(shared(part(easy, keen, easy, keen), supplies=(supply("a", 2),)))
    assert taken(found) == [[1], [0], [1], [0]]
    assert [(each.wished, each.used, each.overdrawn) for each in found.supplies] == [(4, 2, 0)]


def test_who_left_a_scarce_option_is_told_where() -> None:
    found = solved(shared(part(simple(1, 4), simple(1, 500)), supplies=(supply("a", 1),)))
    assert [each.moved for each in found.picked] == [(0,), ()]
    assert (found.supplies[0].drawing, found.supplies[0].moved) == (("p1",), ("p0",))


def test_a_pin_stays_and_another_place_gives_way() -> None:
    options = (option("a", 10, cost=1), option("b", 10, cost=9))
    places = (place("0", 0, 0, 1, pinned=0), place("1", 0, 0, 1))
    two = problem(dimensions=1, options=options, positions=places)
    found = solved(shared(part(two), supplies=(supply("a", 0),)))
    assert taken(found) == [[0, 1]]


def test_a_supply_of_a_day_counts_that_day_only() -> None:
    two = problem(
        dimensions=1,
        options=(option("a", 10, cost=1), option("b", 10, cost=9)),
        positions=(place("0", 0, 0, 1), place("1", 1, 0, 1)),
    )
    found = solved(shared(part(two), supplies=(supply("a", 0, (0,)),)))
    assert taken(found) == [[1, 0]]


def test_a_hard_bound_is_never_broken_for_a_supply() -> None:
    hungry = simple(9, 1, options=(option("a", 50), option("b", 10)), bounds=_at_least(40))
    found = solved(shared(part(hungry, hungry), supplies=(supply("a", 1),)))
    assert taken(found) == [[0], [0]]
    assert found.supplies[0].overdrawn == 1
    assert found.figures.fined > 0


def _at_least(amount: int, **more: int) -> tuple[Bound, ...]:
    return (Bound(rule="w", dimension=0, hard_lo=amount, **more),)


def test_where_nothing_else_is_left_the_dish_stays_and_the_overdraw_is_told() -> None:
    found = solved(shared(part(simple(1, 4)), supplies=(supply("a", 0), supply("b", 0))))
    assert taken(found) in ([[0]], [[1]])
    assert sum(each.overdrawn for each in found.supplies) == 1


def test_soft_slack_is_spent_only_where_a_supply_would_be_overdrawn() -> None:
    wanting = simple(
        1,
        1,
        options=(option("a", 40), option("b", 39)),
        bounds=(Bound(rule="w", dimension=0, soft_lo=40, reference=10),),
    )
    found = solved(shared(part(wanting, wanting, wanting), supplies=(supply("a", 2),)))
    assert sorted(each.levels[2] for each in found.picked) == [0, 0, 100]
    assert found.supplies[0].overdrawn == 0


def test_what_cannot_be_filled_is_said_and_stops_nobody() -> None:
    empty = problem(positions=(place("p", 0),))
    beyond = simple(1, 2, bounds=_at_least(11))
    found = solved(shared(part(empty, beyond, simple(1, 2)), supplies=(supply("a", 9),)))
    assert taken(found) == [[], [], [0]]
    assert found.supplies[0].used == 1


def test_with_nobody_to_fill_there_is_nothing() -> None:
    found = solved(shared(part(problem(positions=(place("p", 0),))), supplies=(supply("a", 1),)))
    assert taken(found) == [[]]
    assert (found.figures.linear, found.figures.columns) == (0, 0)


def test_a_watch_sees_the_overdraw_and_can_end_the_search() -> None:
    seen: list[Progress] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress)
        return False

    found = solved(
        shared(part(simple(1, 4), simple(1, 4)), supplies=(supply("a", 1),)), watch=watch
    )
    assert [each.incumbent for each in seen] == [1]
    assert found.figures.columns == 2


@given(st.integers(0, 2**32), st.integers(2, 40), st.integers(1, 6))
@settings(max_examples=60)
def test_prices_alone_bound_the_programme_from_below_and_reach_it_at_its_own(
    seed: int, owners: int, supplies: int
) -> None:
    chance = np.random.default_rng(seed)
    each = chance.integers(1, 5, owners)
    rows = int(each.sum())
    pool = Pool(
        starts=np.cumsum([0, *each], dtype=np.int64),
        cost=chance.integers(0, 2_000, rows),
        rows=np.arange(rows + 1, dtype=np.int64),
        supply=chance.integers(0, supplies, rows),
        amount=chance.integers(1, 9, rows),
    )
    at_most = chance.integers(0, 2 * owners, supplies)
    fines = np.full(supplies, 4_000_000, dtype=np.int64)
    start = np.zeros(supplies, dtype=np.int64)
    best = linear(pool, at_most, fines, start)
    bound = by_prices(pool, at_most, fines, start)
    assert bound.value <= best.value + 1
    again = by_prices(pool, at_most, fines, best.prices)
    assert best.value - 1 - supplies <= again.value <= best.value + 1
    assert len(bound.heaviest) == owners
    assert (bound.prices <= fines).all()


def test_a_crowd_is_priced_where_the_programme_would_be_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimizer.shared.solve.MANY", 2)
    found = solved(crowd())
    assert all(each.choice for each in found.picked)
    assert found.figures.fractional == 0
    assert 0 < found.figures.linear <= found.figures.chosen + found.figures.fined


def test_the_linear_programme_is_never_above_what_is_picked() -> None:
    people = [week(seed) for seed in range(6)]
    uses = {f"o{at}": ((f"o{at}", 1),) for at in range(30)}
    supplies = tuple(supply(f"o{at}", 6) for at in range(30))
    found = solved(shared(part(*people), supplies=supplies, uses=uses, days=7))
    figures = found.figures
    assert figures.linear <= figures.chosen + figures.fined
    assert figures.columns > len(people)


@settings(max_examples=15)
@given(
    costs=st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), min_size=1, max_size=5),
    limits=st.tuples(st.integers(0, 5), st.integers(0, 5)),
)
def test_two_supplies_are_shared_as_well_as_by_trying_everything(
    costs: list[tuple[int, int]], limits: tuple[int, int]
) -> None:
    people = [simple(*each) for each in costs]
    supplies = (supply("a", limits[0]), supply("b", limits[1]))
    found = solved(shared(part(*people), supplies=supplies))

    def judged(picks: tuple[int, ...]) -> tuple[int, int]:
        beyond = sum(max(0, picks.count(at) - limit) for at, limit in enumerate(limits))
        return beyond, sum(each[pick] for each, pick in zip(costs, picks, strict=True))

    best = min(judged(picks) for picks in product((0, 1), repeat=len(people)))
    assert judged(tuple(pick for (pick,) in taken(found))) == best


def test_levels_are_counted_without_prices() -> None:
    people = [simple(1, 4), simple(1, 4)]
    found = solved(shared(part(*people), supplies=(supply("a", 1),)))
    for person, each in zip(people, found.picked, strict=True):
        key = person.options[each.choice[0]].key
        choice = MealChoice(choices=(Choice(position="p", option=key),))
        assert meal_choice_objective(person, choice) == each.levels


def crowd() -> SharedChoices:
    uses = {f"o{at}": ((f"o{at}", 1), ("kettle", 2)) for at in range(30)}
    supplies = (*(supply(f"o{at}", 5) for at in range(30)), supply("kettle", 50, (2, 3)))
    parts = (part(week(1), week(2)), part(week(3), first=2), part(week(4), week(5), first=3))
    return shared(*parts, supplies=supplies, uses=uses, days=7)


def test_threads_and_parts_of_another_size_give_the_same_answer() -> None:
    one = solved(crowd())
    whole = crowd()
    other = shared(
        part(*(week(seed) for seed in range(1, 6))),
        supplies=whole.supplies,
        uses=whole.uses,
        days=7,
    )
    assert solved(other) == one
    with ThreadPoolExecutor(2) as threads:
        assert solve_shared_choices(whole, EFFORT, threads) == one


def test_processes_give_the_same_answer_whatever_their_number() -> None:
    answers = []
    for count in (1, 2):
        with ProcessPoolExecutor(count) as processes:
            answers.append(solve_shared_choices(crowd(), EFFORT, processes))
    assert repr(answers[0]) == repr(answers[1])


def test_another_seed_may_give_another_answer_with_the_same_promises() -> None:
    found = solved(crowd(), seed=2)
    assert all(len(each.choice) == 35 for each in found.picked)


def test_what_everybody_must_draw_is_the_least_that_is_overdrawn() -> None:
    only_a = simple(1)
    either = simple(1, 2)
    optional = simple(1, positions=(place("p", 0, 0, optional=True),))
    asked = shared(
        part(only_a, only_a, either, optional), supplies=(supply("a", 1), supply("b", 0))
    )
    least = least_overdraw(asked, Here())
    assert sum(least.values()) == 2
    assert least["a:None"] >= 1


def test_nothing_must_be_overdrawn_where_something_free_is_left() -> None:
    asked = shared(part(simple(1, 2, 3)), supplies=(supply("a", 0), supply("b", 0)))
    assert least_overdraw(asked, Here()) == {}


def test_problems_without_a_candidate_count_for_nothing() -> None:
    asked = shared(part(problem(positions=(place("p", 0),))), supplies=(supply("a", 0),))
    assert least_overdraw(asked, Here()) == {}


@pytest.mark.parametrize(
    ("promise", "broken"),
    [
        ("problem keys are distinct", {"parts": (part(simple(1)), part(simple(1)))}),
        ("supply keys are distinct", {"supplies": (supply("a", 1), supply("a", 2))}),
        ("a supply is on days of the horizon", {"supplies": (supply("a", 1, (2,)),)}),
    ],
)
def test_a_broken_promise_is_named(promise: str, broken: dict[str, Any]) -> None:
    fields: dict[str, Any] = {"parts": (), "supplies": (), "uses": {}, "days": 2}
    with pytest.raises(ValueError, match=promise):
        SharedChoices(**(fields | broken))


def test_a_supply_is_not_negative() -> None:
    with pytest.raises(ValueError, match="not negative"):
        supply("a", -1)


def test_a_programme_without_an_answer_says_so() -> None:
    model = Programme()
    model.term(model.row(2.0, 1.0), model.column(1.0), 1.0)
    with pytest.raises(RuntimeError, match="no optimum"):
        model.solve()


def few() -> str:
    """Four problems, little work: what the sums give, as text."""
    people = part(simple(1, 4), simple(1, 500), simple(2, 3), simple(4, 1))
    supplies = (supply("a", 1), supply("b", 2, (0,)))
    return repr(solved(shared(people, supplies=supplies)))


def test_uncompiled_sums_are_the_compiled_ones() -> None:
    told = "from tests.optimizer.test_shared import few; print(few())"
    assert both_ways(told) == {few() + "\n"}


def test_an_array_of_choices_is_small() -> None:
    assert solved(crowd()).picked[0].choice.itemsize == np.dtype(np.int16).itemsize
