"""Fewer variants in a kitchen's week: counted right, cooked in time, nobody the worse for it."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menus import (
    Catalogue,
    KitchenSupply,
    KitchenWeek,
    MealPlan,
    Pin,
    PlanItem,
    PlanRequest,
    PlanStatus,
    Portion,
    Role,
    VariantAim,
    VariantReport,
    VariantVerdict,
    Window,
    compose_plans,
    hard_objections,
    kitchen_week,
    plan_objections,
    supplies_fared,
    with_fewer_variants,
)
from menus.crowd.choices import Choices
from optimizer import SharedEffort
from tests.menus.small_menu import SMALL, allergic, catalogue, eater, request, variant

EFFORT = SharedEffort(alone=1_500, rounds=2, exact=1, priced=500, repairs=1, repair=500)
MONDAY = date(2026, 11, 30)
FEW = VariantAim(most_per_day=1, choices=1)


def eaten(*items: tuple[str, int]) -> MealPlan:
    return MealPlan(
        id="c1",
        status=PlanStatus.OK,
        catalogue_version="v1",
        seed=1,
        items=tuple(
            PlanItem(
                day=day,
                slot="lunch",
                role=Role.SOUP,
                variant=name,
                portion=Portion.M,
                grams=200,
            )
            for name, day in items
        ),
    )


def keeping(**days: int) -> Catalogue:
    return catalogue(*(variant(name, Role.SOUP, shelf_days=keeps) for name, keeps in days.items()))


def cooked(
    book: Catalogue, *items: tuple[str, int], days: int = 7, weekdays: tuple[int, ...] = (0, 2, 4)
) -> KitchenWeek:
    return kitchen_week([eaten(*items)], book, start=MONDAY, days=days, weekdays=weekdays)


SHELVES = st.fixed_dictionaries({name: st.integers(1, 12) for name in "abc"})
SERVED = st.sets(st.tuples(st.sampled_from("abc"), st.integers(0, 8)), max_size=12)
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda each: tuple(sorted(each)))


@given(SHELVES, SERVED, WEEKDAYS)
def test_every_portion_is_cooked_once_before_its_day_and_within_shelf_life(
    shelves: dict[str, int], served: set[tuple[str, int]], weekdays: tuple[int, ...]
) -> None:
    week = cooked(keeping(**shelves), *sorted(served), days=9, weekdays=weekdays)
    told = [(each.variant, day) for each in week.cookings for day in each.serves]
    assert sorted([*told, *week.late]) == sorted(served)
    for each in week.cookings:
        assert (MONDAY.weekday() + each.day) % 7 in weekdays
        assert all(each.day < day <= each.day + shelves[each.variant] for day in each.serves)
        assert each.grams == 200 * len(each.serves)
    for name, day in week.late:
        gaps = range(1, min(shelves[name], 14) + 1)
        assert not any((MONDAY.weekday() + day - gap) % 7 in weekdays for gap in gaps)
    assert week.variants == len({name for name, _ in served})
    assert sum(count for _, count in week.counts) == len(week.cookings)
    assert week.most_per_day >= -(-len(week.cookings) // len(week.counts))


@settings(max_examples=50)
@given(st.sets(st.integers(0, 6), min_size=1), st.integers(1, 9))
def test_nothing_is_cooked_more_often_than_it_must_be(served: set[int], keeps: int) -> None:
    week = cooked(keeping(a=keeps), *(("a", day) for day in served), weekdays=tuple(range(7)))
    fewest = next(
        size
        for size in range(1, 8)
        if any(
            all(any(day < each <= day + keeps for day in days) for each in served)
            for days in combinations(range(-7, 7), size)
        )
    )
    assert len(week.cookings) == fewest


def test_frozen_dishes_are_spread_evenly() -> None:
    book = keeping(a=270, b=270, c=270)
    week = cooked(book, ("a", 0), ("b", 0), ("c", 6), ("a", 6))
    assert (week.variants, len(week.cookings), week.most_per_day) == (3, 3, 1)


def test_what_no_cooking_day_reaches_is_told() -> None:
    week = cooked(keeping(a=1), ("a", 6), ("a", 1))
    assert week.late == (("a", 6),)


@given(SHELVES, SERVED, WEEKDAYS, st.integers(1, 4))
def test_what_keeps_is_cooked_for_several_rounds_at_once(
    shelves: dict[str, int],
    served: set[tuple[str, int]],
    weekdays: tuple[int, ...],
    rounds: int,
) -> None:
    """Every portion of every round is cooked once, in time; never oftener than round by round."""
    keeps = {name: 4 * days for name, days in shelves.items()}
    plan, book = eaten(*sorted(served)), keeping(**keeps)
    once = kitchen_week([plan], book, start=MONDAY, days=9, weekdays=weekdays)
    week = kitchen_week([plan], book, start=MONDAY, days=9, weekdays=weekdays, rounds=rounds)
    assert week.late == once.late
    reached = served - set(once.late)
    cycle = 14 * rounds
    told = [(each.variant, day % cycle) for each in week.cookings for day in each.serves]
    every = [(name, day + 14 * turn) for name, day in reached for turn in range(rounds)]
    assert sorted(told) == sorted(every)
    for each in week.cookings:
        assert (MONDAY.weekday() + each.day) % 7 in weekdays
        assert all(each.day < day <= each.day + keeps[each.variant] for day in each.serves)
        assert each.grams == 200 * len(each.serves)
    assert len(week.cookings) <= rounds * len(once.cookings)
    assert sum(count for _, count in week.counts) == len(week.cookings)


def test_what_is_frozen_for_three_rounds_leaves_room_on_each_day() -> None:
    book = keeping(a=270, b=270, c=270, d=6)
    plan = eaten(*((name, 0) for name in "abcd"))
    asked = {"start": MONDAY, "days": 7, "weekdays": (0, 2, 4)}
    assert kitchen_week([plan], book, **asked).most_per_day == 2
    week = kitchen_week([plan], book, **asked, rounds=3)
    assert week.most_per_day == 1
    assert len(week.cookings) == 6, "the fresh dish each week, the others once"
    assert {len(each.serves) for each in week.cookings if each.variant != "d"} == {3}


def test_what_keeps_for_two_rounds_is_not_all_cooked_before_the_first() -> None:
    book = keeping(a=20, b=20, c=20, d=20)
    plan = eaten(*((name, day) for name in "abcd" for day in range(7)))
    week = kitchen_week([plan], book, start=MONDAY, days=7, weekdays=(0, 2), rounds=2)
    assert (len(week.cookings), week.most_per_day) == (4, 1)


def test_the_curve_counts_the_days_of_all_weeks_cooked_at_once() -> None:
    """The weeks begin on a Tuesday, so Monday is their last day."""
    aim = VariantAim(most_per_day=1, choices=2, weekdays=(0,), weeks_at_once=4)
    assert [day for day, _ in thinned(crowd(), aim)[2].week.counts] == [6, 13, 20, 27]


def test_cooking_for_no_round_is_refused() -> None:
    with pytest.raises(ValueError, match="one round or more"):
        kitchen_week([], keeping(a=1), start=MONDAY, days=7, rounds=0)


def test_cooking_on_no_weekday_is_refused() -> None:
    for weekdays in ((), (7,)):
        with pytest.raises(ValueError, match="weekdays"):
            cooked(keeping(a=1), weekdays=weekdays)


def crowd() -> list[PlanRequest]:
    people = [eater(), allergic("milk"), eater(exclude_ingredients=frozenset({"chicken"}))]
    return [request(id=f"c{number}", eater=people[number % 3]) for number in range(6)]


def thinned(
    asked: list[PlanRequest],
    aim: VariantAim = FEW,
    supplies: tuple[KitchenSupply, ...] = (),
) -> tuple[list[MealPlan], tuple[MealPlan, ...], VariantReport]:
    with ThreadPoolExecutor(1) as thread:
        before = list(compose_plans(asked, SMALL, supplies, thread, effort=EFFORT).plans)
        after, report = with_fewer_variants(
            asked, before, SMALL, supplies, thread, aim=aim, effort=EFFORT
        )
    return before, after, report


def names(plans: list[MealPlan] | tuple[MealPlan, ...]) -> set[str]:
    return {item.variant for plan in plans for item in plan.items}


def slack(plan: MealPlan) -> int:
    return sum(plan.objective[2:4])


def test_fewer_variants_and_everybody_as_safe_as_before() -> None:
    asked = crowd()
    before, after, report = thinned(asked)
    assert [plan.id for plan in after] == [each.id for each in asked]
    assert len(names(after)) < len(names(before))
    assert (report.curve[0].variants, report.curve[-1].variants) == (
        len(names(before)),
        len(names(after)),
    )
    for old, new, each in zip(before, after, asked, strict=True):
        assert new.status is PlanStatus.OK
        assert plan_objections(new, each, SMALL) == ()
        assert slack(new) <= slack(old) + FEW.allowance
    assert thinned(asked)[1:] == (after, report)


def test_a_target_that_holds_already_changes_nothing() -> None:
    before, after, report = thinned(crowd(), VariantAim())
    assert tuple(before) == after
    assert report.code is VariantVerdict.MET
    assert len(report.curve) == 1


def test_a_target_below_what_people_need_is_missed_and_told() -> None:
    aim = VariantAim(most_per_day=1, choices=2, weekdays=(0,))
    _, after, report = thinned(crowd(), aim)
    assert report.code is VariantVerdict.MISSED
    assert report.least_open > 1
    assert len(names(after)) > 1


def test_a_dish_that_only_one_person_can_eat_stays_open() -> None:
    only = eater(exclude_ingredients=frozenset({"chicken", "lentils", "nut-roast"}))
    asked = [*crowd(), request(id="only", eater=only)]
    _, after, _ = thinned(asked)
    assert {item.variant for item in after[-1].items if item.role is Role.PROTEIN} == {"cod"}


def test_who_would_lose_a_nutrient_keeps_the_week_they_had() -> None:
    needy = request(id="needy", day=(("protein_g", Window(min=900, max=1_100)),))
    cod = {"likes": frozenset({"cod"}), "dislikes": frozenset({"chicken"})}
    others = [request(id=f"c{number}", **cod) for number in range(3)]
    before, after, report = thinned([needy, *others])
    assert slack(before[0]) == slack(after[0]) == 0
    assert "chicken" in report.kept_open
    assert "chicken" in names(after[:1])
    for plan in after[1:]:
        assert names([plan]) & {"cod", "lentils", "nut-roast"}


def test_a_pin_is_never_closed() -> None:
    pin = Pin(day=0, slot="lunch", role=Role.SOUP, variant="tomato", portion=Portion.M)
    _, after, _ = thinned([*crowd(), request(id="pinned", pins=(pin,))])
    assert "tomato" in names(after[-1:])


def test_the_supplies_hold_and_say_who_eats_of_them() -> None:
    asked = crowd()
    supply = KitchenSupply(key="leek", variants=frozenset({"leek"}), grams=600)
    day = KitchenSupply(key="soup/1", variants=frozenset({"leek", "tomato"}), grams=2_000, day=1)
    with ThreadPoolExecutor(1) as thread:
        made = compose_plans(asked, SMALL, (supply, day), thread, effort=EFFORT)
        before = list(made.plans)
        after, _ = with_fewer_variants(
            asked, before, SMALL, (supply, day), thread, aim=FEW, effort=EFFORT
        )
    report = supplies_fared(made.report, (supply, day), after)
    for each, was in zip(report.supplies, made.report.supplies, strict=True):
        assert each.overdrawn <= was.overdrawn
        assert set(each.served).isdisjoint(each.moved)
        assert {*was.served, *was.moved} <= {*each.served, *each.moved}
    leek = sum(item.grams for plan in after for item in plan.items if item.variant == "leek")
    assert report.supplies[0].used == leek


def test_a_week_that_cannot_be_stays_as_it_was() -> None:
    hungry = request(id="hungry", day=(("energy_kcal", Window(safe_min=900_000)),))
    before, after, report = thinned([hungry, *crowd()])
    assert after[0] == before[0]
    assert report.curve[-1].weeks == len(after) - 1


LEAST = st.integers(1, 3)


@settings(max_examples=40)
@given(st.permutations(sorted(SMALL.variants)), LEAST, st.integers(0, 12))
def test_closing_leaves_everybody_their_choice_and_the_bound_holds(
    order: list[str], least: int, undone: int
) -> None:
    asked = crowd()
    choices = Choices(asked, SMALL, least=least)
    bound = choices.needed()
    closed = [name for name in order if choices.close(name)]
    choices.reopen(closed[:undone])
    left = set(SMALL.variants) - set(closed[undone:])
    for each in asked:
        every, still = shelves(each, set(SMALL.variants)), shelves(each, left)
        for role in each.slots[0].roles:
            assert len(still[role]) >= min(least, len(every[role]))
    assert bound <= len(left)


def shelves(asked: PlanRequest, names: set[str]) -> dict[Role, set[str]]:
    found: defaultdict[Role, set[str]] = defaultdict(set)
    for name in names:
        each = SMALL.variants[name]
        if not hard_objections(each, asked.eater):
            found[each.role].add(each.component)
    return found
