"""A kitchen day with people, trays, stores and what has begun keeps every promise."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    FreeWindow,
    Hands,
    Job,
    Limits,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Progress,
    Resource,
    Shift,
    Stay,
    Store,
    production_violations,
    solve_production,
)
from optimizer.kernels import kitchen_walk
from optimizer.kitchen.objective import objective
from optimizer.kitchen.solve import place_in_order
from optimizer.kitchen.tables import Tables

TRAITS = ("egg", "milk", "nuts")
MACHINES = (
    Resource(key="prep", windows=((-60, 480),)),
    Resource(
        key="oven-1",
        windows=((0, 200), (240, 480)),
        clean_min=20,
        places=3,
        free=(FreeWindow(opens=0, closes=60, traits=frozenset({"nuts"})),),
    ),
    Resource(key="oven-2", windows=((0, 480),), clean_min=20, places=2),
    Resource(key="kettle", windows=((0, 480),), clean_min=15, rinse_min=5),
    Resource(key="tunnel", windows=((30, 480),), places=3, rolling=True),
)
SHIFTS = (
    Shift(skill="cook", people=2, opens=-60, closes=200),
    Shift(skill="cook", people=1, opens=180, closes=400, overtime_min=60),
    Shift(skill="pack", people=1, opens=0, closes=300, overtime_min=180),
)
STORES = (Store(key="freezer", space=3),)

TRAYS = st.tuples(st.integers(1, 4), st.integers(1, 3))
"""Places in each of the ovens: some steps fit in one of them alone, or in none."""


@st.composite
def jobs(draw: st.DrawFn, key: str) -> Job:
    oven = draw(st.booleans())
    cook = ("oven-1", "oven-2") if oven else ("kettle",)
    cooking, freezing = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return Job(
        key=key,
        recipe=draw(st.sampled_from("xyz")),
        operations=(
            Operation(
                minutes=draw(st.integers(1, 40)),
                machines=("prep",),
                hands=(Hands(skill="cook", minutes=1, people=draw(st.integers(1, 2))),),
            ),
            Operation(
                minutes=cooking,
                machines=cook,
                max_lag_min=draw(st.sampled_from([0, 60, None])),
                programme=draw(st.sampled_from(["roast", "steam"])) if oven else "",
                places=draw(st.integers(1, 2)) if oven else 1,
                places_on=draw(st.just(()) | TRAYS) if oven else (),
                hands=(Hands(skill="cook", minutes=draw(st.integers(1, cooking))),),
            ),
            Operation(
                minutes=freezing,
                machines=("tunnel",),
                max_lag_min=draw(st.sampled_from([0, 30])),
                programme=draw(st.sampled_from(["frozen", "chilled"])),
                places=draw(st.integers(1, 2)),
                hands=(Hands(skill="pack", minutes=draw(st.integers(1, freezing))),),
            ),
        ),
        due_min=draw(st.integers(0, 480)),
        release_min=draw(st.integers(-60, 100)),
        weight=draw(st.integers(1, 9)),
        traits=draw(st.frozensets(st.sampled_from(TRAITS))),
        stay=draw(
            st.none()
            | st.builds(
                Stay,
                store=st.just("freezer"),
                space=st.integers(1, 2),
                leaves_min=st.none() | st.integers(0, 480),
            )
        ),
    )


@st.composite
def kitchens(draw: st.DrawFn, most: int = 7) -> ProductionProblem:
    made = tuple(draw(jobs(f"j{index}")) for index in range(draw(st.integers(1, most))))
    return ProductionProblem(jobs=made, machines=MACHINES, shifts=SHIFTS, stores=STORES)


def solved(problem: ProductionProblem, moves: int = 100, seed: int = 1) -> ProductionSolution:
    found = solve_production(problem, Limits(moves=moves, seed=seed))
    assert found.solution is not None
    assert found.objective == objective(problem, found.solution)
    return found.solution


@settings(max_examples=60)
@given(kitchens(), st.integers(1, 5))
def test_whatever_the_kitchen_plans_the_check_finds_nothing(
    wanted: ProductionProblem, seed: int
) -> None:
    found = solved(wanted, seed=seed)
    assert production_violations(wanted, found) == ()
    assert found == solved(wanted, seed=seed)


def test_what_stood_before_the_first_opening_is_not_put_there_again() -> None:
    """Where prep opened at minute -60 a batch was published at -1; now all opens at 0 or later."""
    steps = (Operation(minutes=2, machines=("prep",)), Operation(minutes=9, machines=("kettle",)))
    job = Job(key="j0", recipe="x", operations=steps, due_min=200, release_min=-5, weight=4)
    machines = (
        Resource(key="prep", windows=((95, 480),)),
        Resource(key="kettle", windows=((0, 480),)),
    )
    published = (
        Placed(job="j0", operation=0, machine="prep", start_min=-1),
        Placed(job="j0", operation=1, machine="kettle", start_min=1),
    )
    asked = ProductionProblem(jobs=(job,), machines=machines, published=published, change_price=100)
    assert production_violations(asked, solved(asked)) == ()


@settings(max_examples=40)
@given(kitchens(), st.data())
def test_a_day_under_way_keeps_what_has_begun(
    wanted: ProductionProblem, data: st.DataObject
) -> None:
    published = solved(wanted).placed
    now = data.draw(st.integers(-60, 300), label="now")
    broken = data.draw(st.sampled_from(MACHINES), label="broken")
    underway = replace(
        wanted,
        machines=tuple(
            replace(each, windows=((now + 100, 480),)) if each == broken else each
            for each in wanted.machines
        ),
        jobs=tuple(replace(job, release_min=max(now, job.release_min)) for job in wanted.jobs),
        fixed=tuple(each for each in published if each.start_min < now),
        published=published,
        change_price=data.draw(st.sampled_from([0, 100]), label="price"),
    )
    found = solved(underway)
    assert production_violations(underway, found) == ()


@settings(max_examples=30)
@given(kitchens())
def test_the_search_and_the_objective_count_alike(wanted: ProductionProblem) -> None:
    tables = Tables.of(replace(wanted, published=solved(wanted, 1).placed, change_price=3))
    kitchen = tables.kitchen()
    walk = kitchen_walk.begin(kitchen, len(wanted.jobs), 1, (1.0, 1.0))
    order = np.arange(len(wanted.jobs))[::-1].astype(np.int64)
    units = np.ones(6, dtype=np.int64)
    kitchen_walk.try_order(kitchen, tables.day(kitchen), walk, units, order, 5)
    found = tables.solution(walk.best)
    assert production_violations(tables.problem, found) == ()
    assert tuple(walk.best_tally) == objective(tables.problem, found)


@settings(max_examples=60)
@given(kitchens(), st.randoms(use_true_random=False))
def test_any_order_of_jobs_gives_a_sound_schedule(
    wanted: ProductionProblem, random: Random
) -> None:
    keys = [job.key for job in wanted.jobs]
    found = place_in_order(wanted, random.sample(keys, len(keys)))
    assert production_violations(wanted, found) == ()


@pytest.mark.parametrize(("minutes", "begins"), [(35, 0), (36, 90)])
def test_a_job_goes_into_a_gap_only_when_the_clean_after_it_fits_too(
    minutes: int, begins: int
) -> None:
    milk = one("milk", minutes=minutes, traits=frozenset({"milk"}))
    wanted = day(one("plain", release_min=60), milk)
    found = place_in_order(wanted, ["plain", "milk"])
    assert [each.start_min for each in found.placed] == [60, begins]


def one(key: str, machine: str = "oven", minutes: int = 30, **changes: Any) -> Job:
    work = {
        name: changes.pop(name)
        for name in ("programme", "places", "places_on", "hands", "max_lag_min")
        if name in changes
    }
    plain = Job(
        key=key,
        recipe=key,
        operations=(Operation(minutes=minutes, machines=(machine,), **work),),
        due_min=900,
        release_min=0,
    )
    return replace(plain, **changes)


OVEN = Resource(key="oven", windows=((0, 480),), clean_min=25, places=3)


def day(*made: Job, oven: Resource = OVEN, **changes: Any) -> ProductionProblem:
    return ProductionProblem(**{"jobs": made, "machines": (oven,), **changes})


def starts(problem: ProductionProblem) -> list[int]:
    found = solved(problem, 200)
    assert production_violations(problem, found) == ()
    return [each.start_min for each in found.placed]


def test_batches_of_one_programme_share_the_trays_of_an_oven() -> None:
    trays = [one(key, programme="roast") for key in "abcd"]
    assert sorted(starts(day(*trays))) == [0, 0, 0, 30]
    mixed = [one("a", programme="roast"), one("b", programme="steam")]
    assert sorted(starts(day(*mixed))) == [0, 30]


def test_trays_with_other_allergens_never_share_an_oven() -> None:
    plain, milk = one("a"), one("b", traits=frozenset({"milk"}))
    assert starts(day(plain, milk)) == [0, 30]


def test_a_rolling_machine_takes_the_next_one_while_the_first_still_runs() -> None:
    tunnel = replace(OVEN, clean_min=0, rolling=True, places=2)
    late = [one("a"), one("b", release_min=10), one("c", release_min=20)]
    assert starts(day(*late, oven=tunnel)) == [0, 10, 30]


def test_a_job_waits_for_people_and_their_overtime_is_counted() -> None:
    cook = Hands(skill="cook", minutes=30)
    shift = Shift(skill="cook", people=1, opens=0, closes=40, overtime_min=30)
    wanted = day(one("a", hands=(cook,)), one("b", hands=(cook,)), shifts=(shift,))
    assert starts(wanted) == [0, 30]
    assert solve_production(wanted, Limits(moves=10)).objective == (0, 0, 20, 0, 60, 0)
    nobody = day(one("a", hands=(replace(cook, skill="baker"),)), shifts=(shift,))
    assert solved(nobody).unplaced == ("a",)


def test_nothing_with_nuts_runs_in_the_window_free_of_nuts() -> None:
    free = (FreeWindow(opens=20, closes=90, traits=frozenset({"nuts"})),)
    nuts = one("a", traits=frozenset({"nuts", "milk"}))
    assert starts(day(nuts, oven=replace(OVEN, free=free))) == [90]
    assert starts(day(one("a", traits=frozenset({"milk"})), oven=replace(OVEN, free=free))) == [0]


def test_a_full_freezer_makes_a_batch_wait_until_a_wave_has_left() -> None:
    stay = Stay(store="freezer", space=2, leaves_min=200)
    wanted = day(
        one("a", stay=stay, programme="x"),
        one("b", stay=replace(stay, leaves_min=None)),
        stores=(Store(key="freezer", space=3),),
    )
    assert sorted(starts(wanted)) == [0, 170]


def test_each_start_and_machine_that_differs_from_what_was_published_is_a_change() -> None:
    known = (
        Placed(job="a", operation=0, machine="oven", start_min=0),
        Placed(job="b", operation=0, machine="spare", start_min=0),
        Placed(job="gone", operation=0, machine="oven", start_min=0),
    )
    spare = replace(OVEN, key="spare")
    wanted = day(one("a"), one("b"), machines=(OVEN, spare), published=known, change_price=2)
    assert solve_production(wanted, Limits(moves=1)).objective == (0, 0, 2 * 1, 0, 30, 1)
    lone = replace(wanted, jobs=(one("a", minutes=999), one("b", "spare")))
    assert solve_production(lone, Limits(moves=1)).objective == (1, 0, 2 * 2, 0, 30, 2)


def test_only_what_lost_its_machine_moves_and_no_further_than_it_must() -> None:
    """Sooner on the same machine, or the whole job elsewhere, would end the day earlier."""
    steps = (
        Operation(minutes=20, machines=("prep",)),
        Operation(minutes=30, machines=("oven", "spare")),
        Operation(minutes=10, machines=("pack",)),
    )
    jobs = tuple(replace(one(key), operations=steps) for key in "ab")
    machines = tuple(replace(OVEN, key=key) for key in ("prep", "oven", "spare", "pack"))
    known = tuple(
        Placed(job=job, operation=step, machine=on, start_min=start)
        for job, starts, oven in (("a", (40, 60, 90), "oven"), ("b", (70, 100, 140), "spare"))
        for step, (on, start) in enumerate(zip(("prep", oven, "pack"), starts, strict=True))
    )
    gone = tuple(
        replace(each, windows=((200, 480),)) if each.key == "oven" else each for each in machines
    )
    wanted = day(*jobs, machines=gone, published=known, change_price=10)
    found = solved(wanted, 300)
    assert [each for each in found.placed if each not in known] == [
        Placed(job="a", operation=1, machine="spare", start_min=60)
    ]
    free = solved(replace(wanted, change_price=0), 300)
    assert sum(each not in known for each in free.placed) > 1


def test_a_batch_that_began_and_cannot_go_on_is_left_out_where_it_stands() -> None:
    soup = Job(
        key="soup",
        recipe="soup",
        operations=(
            Operation(minutes=30, machines=("oven",)),
            Operation(minutes=30, machines=("freezer",), max_lag_min=10),
        ),
        due_min=100,
        release_min=0,
    )
    begun = Placed(job="soup", operation=0, machine="oven", start_min=0)
    freezer = Resource(key="freezer", windows=((60, 400),))
    wanted = day(soup, fixed=(begun,), machines=(OVEN, freezer))
    found = solved(wanted)
    assert found == ProductionSolution(placed=(begun,), unplaced=("soup",))
    assert production_violations(wanted, found) == ()


COOK = Hands(skill="cook", minutes=30)
STEADY = day(
    one("a", programme="roast", hands=(COOK,), stay=Stay(store="freezer", space=2)),
    one("b", programme="roast", hands=(COOK,), stay=Stay(store="freezer", space=1)),
    one("c", "tunnel"),
    one("d", "tunnel", programme="frozen"),
    machines=(
        replace(OVEN, free=(FreeWindow(opens=300, closes=400, traits=frozenset({"nuts"})),)),
        Resource(key="tunnel", windows=((0, 480),), places=2, rolling=True),
    ),
    shifts=(Shift(skill="cook", people=2, opens=0, closes=400, overtime_min=50),),
    stores=(Store(key="freezer", space=3),),
)
SOUND = (0, 0, 0, 30)


def with_jobs(problem: ProductionProblem, **changes: Any) -> ProductionProblem:
    return replace(problem, jobs=tuple(replace(job, **changes) for job in problem.jobs))


def with_work(problem: ProductionProblem, **changes: Any) -> ProductionProblem:
    first, *rest = problem.jobs
    work = tuple(replace(op, **changes) for op in first.operations)
    return replace(problem, jobs=(replace(first, operations=work), *rest))


def nutty(problem: ProductionProblem) -> ProductionProblem:
    first, *rest = problem.jobs
    return replace(problem, jobs=(replace(first, traits=frozenset({"nuts"})), *rest))


QUICK = Limits(moves=600)


def test_a_search_ends_as_soon_as_nothing_can_be_better() -> None:
    seen: list[int] = []

    def watch(progress: Progress) -> bool:
        seen.append(progress.moves)
        return True

    wide = replace(OVEN, places=9)
    easy = day(*(one(key, programme="roast") for key in "abcdefghi"), oven=wide)
    assert solve_production(easy, Limits(moves=5_000), watch).objective == (0, 0, 0, 0, 30, 0)
    assert seen == [], "all together at once is the best there is"
    late = replace(easy, jobs=(replace(easy.jobs[0], due_min=29), *easy.jobs[1:]))
    solve_production(late, Limits(moves=5_000), watch)
    assert seen[-1] == 5_000, "one is late: that might still be mended"
    night = replace(OVEN, windows=((-600, -500),), places=1)
    solve_production(day(*(one(key, release_min=-600) for key in "ab"), oven=night), QUICK, watch)
    assert seen[-1] == QUICK.moves, (
        "before midnight too, a day longer than its longest job is searched on"
    )


@pytest.mark.parametrize(
    ("code", "spoil", "at"),
    [
        ("machine.programme", lambda problem: problem, (0, 0, 0, 29)),
        ("machine.programme", lambda problem: with_work(problem, programme="steam"), SOUND),
        ("machine.places", lambda problem: with_work(problem, places=3), SOUND),
        ("machine.places", lambda problem: with_work(problem, places_on=(3,)), SOUND),
        ("machine.overlap", lambda problem: problem, (0, 10, 0, 30)),
        ("machine.mixed", nutty, SOUND),
        ("machine.changeover", nutty, (0, 40, 0, 30)),
        ("machine.not_free", nutty, (300, 0, 0, 30)),
        ("people.short", lambda problem: replace(problem, shifts=()), SOUND),
        ("people.short", lambda problem: problem, (421, 0, 0, 30)),
        (
            "people.short",
            lambda problem: with_work(problem, hands=(replace(COOK, people=2),)),
            SOUND,
        ),
        (
            "store.full",
            lambda problem: replace(problem, stores=(Store(key="freezer", space=2),)),
            SOUND,
        ),
        (
            "job.moved",
            lambda problem: replace(
                problem,
                fixed=(Placed(job="a", operation=0, machine="oven", start_min=5),),
            ),
            SOUND,
        ),
    ],
)
def test_what_the_kitchen_breaks_on_purpose_is_found(
    code: str,
    spoil: Callable[[ProductionProblem], ProductionProblem],
    at: tuple[int, int, int, int],
) -> None:
    assert production_violations(STEADY, stand(STEADY, list(zip(SOUND)))) == ()
    found = {
        each.code for each in production_violations(spoil(STEADY), stand(STEADY, list(zip(at))))
    }
    assert found == {f"production.{code}"}


def stand(problem: ProductionProblem, at: Sequence[Sequence[int]]) -> ProductionSolution:
    """The starts of each job in turn, all on the machine it names first; none: left out."""
    return ProductionSolution(
        placed=tuple(
            Placed(job=job.key, operation=step, machine=op.machines[0], start_min=start)
            for job, begins in zip(problem.jobs, at, strict=True)
            for step, (op, start) in enumerate(zip(job.operations, begins, strict=False))
        ),
        unplaced=tuple(job.key for job, starts in zip(problem.jobs, at, strict=True) if not starts),
    )


def test_what_has_happened_is_not_blamed() -> None:
    at = stand(STEADY, ((0,), (10,), (0,), (10,)))
    gone = replace(
        STEADY,
        fixed=at.placed,
        shifts=(),
        machines=tuple(replace(each, windows=((400, 480),)) for each in STEADY.machines),
        stores=(Store(key="freezer", space=0),),
    )
    assert production_violations(gone, at) == ()


HORIZON = 7


@st.composite
def tiny(draw: st.DrawFn) -> ProductionProblem:
    """Two batches through oven and tunnel, small enough to look at every schedule."""
    made = tuple(
        Job(
            key=key,
            recipe=key,
            operations=(
                Operation(
                    minutes=draw(st.integers(1, 3)),
                    machines=("oven",),
                    programme=draw(st.sampled_from("xy")),
                    hands=(Hands(skill="cook", minutes=1),),
                ),
                Operation(
                    minutes=draw(st.integers(1, 2)),
                    machines=("tunnel",),
                    max_lag_min=draw(st.sampled_from([0, 2])),
                ),
            ),
            due_min=draw(st.integers(1, HORIZON)),
            release_min=draw(st.integers(0, 2)),
            weight=HORIZON,
            traits=draw(st.frozensets(st.sampled_from(TRAITS[:2]))),
            stay=Stay(store="freezer", space=1, leaves_min=draw(st.integers(3, HORIZON))),
        )
        for key in "ab"
    )
    return ProductionProblem(
        jobs=made,
        machines=(
            Resource(key="oven", windows=((0, HORIZON),), clean_min=1, places=2),
            Resource(key="tunnel", windows=((0, HORIZON),), places=2, rolling=True),
        ),
        shifts=(Shift(skill="cook", people=2, opens=0, closes=2, overtime_min=HORIZON),),
        stores=(Store(key="freezer", space=2),),
    )


def exact(problem: ProductionProblem) -> tuple[int, ...]:
    """The least cost of all schedules that the check lets pass, with jobs left out or not."""
    chains = [
        [
            (),
            *(
                (cook, freeze)
                for cook in range(job.release_min, HORIZON)
                for freeze in range(HORIZON)
                if 0 <= freeze - cook - job.operations[0].minutes <= 2
            ),
        ]
        for job in problem.jobs
    ]
    return min(
        objective(problem, found)
        for at in product(*chains)
        if not production_violations(problem, found := stand(problem, at))
    )


HARDER: tuple[Callable[[ProductionProblem], ProductionProblem], ...] = (
    lambda problem: with_oven(problem, places=1),
    lambda problem: with_oven(problem, clean_min=2),
    lambda problem: with_oven(
        problem, free=(FreeWindow(opens=0, closes=2, traits=frozenset(TRAITS)),)
    ),
    lambda problem: replace(problem, shifts=(replace(problem.shifts[0], people=1),)),
    lambda problem: replace(problem, stores=(Store(key="freezer", space=1),)),
    lambda problem: with_jobs(problem, release_min=2),
    lambda problem: with_jobs(problem, stay=Stay(store="freezer", space=1)),
)


def with_oven(problem: ProductionProblem, **changes: Any) -> ProductionProblem:
    oven, tunnel = problem.machines
    return replace(problem, machines=(replace(oven, **changes), tunnel))


@settings(max_examples=15)
@given(tiny(), st.sampled_from(HARDER))
def test_a_harder_kitchen_is_never_cheaper_and_the_search_never_cheats(
    wanted: ProductionProblem, harden: Callable[[ProductionProblem], ProductionProblem]
) -> None:
    cheapest = exact(wanted)
    assert solve_production(wanted, Limits(moves=60)).objective >= cheapest
    assert exact(harden(wanted)) >= cheapest


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: Hands(skill="cook", minutes=0), "one person for a minute"),
        (lambda: one("a", places=0), "at least one place"),
        (lambda: one("a", places_on=(0,)), "at least one place"),
        (lambda: one("a", places_on=(1, 1)), "of each of its machines"),
        (lambda: one("a", hands=(COOK, COOK)), "each skill once"),
        (lambda: one("a", minutes=29, hands=(COOK,)), "no longer than"),
        (lambda: Stay(store="freezer", space=0), "some space"),
        (lambda: FreeWindow(opens=3, closes=3, traits=frozenset()), "opens before"),
        (lambda: replace(OVEN, places=0), "at least one place"),
        (lambda: replace(OVEN, rinse_min=5), "not rinsed"),
        (lambda: replace(OVEN, rolling=True), "neither cleaned nor rinsed"),
        (lambda: replace(SHIFTS[0], closes=-90), "opens before"),
        (lambda: replace(SHIFTS[0], people=0), "has people"),
        (lambda: replace(SHIFTS[0], overtime_min=-1), "no negative overtime"),
        (lambda: Store(key="freezer", space=-1), "less than no space"),
        (lambda: replace(STEADY, stores=()), "a store of the problem"),
        (lambda: replace(STEADY, stores=STORES * 2), "store has its own key"),
        (lambda: replace(STEADY, change_price=-1), "no negative price"),
        (lambda: begun(job="z"), "a job and a machine"),
        (lambda: begun(machine="z"), "a job and a machine"),
        (lambda: begun(operation=1), "first operations"),
        (lambda: replace(STEADY, fixed=STEADY_BEGUN * 2), "fixed once"),
    ],
)
def test_a_broken_promise_of_a_kitchen_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()


STEADY_BEGUN = (Placed(job="a", operation=0, machine="oven", start_min=0),)


def begun(**changes: Any) -> ProductionProblem:
    return replace(STEADY, fixed=(replace(STEADY_BEGUN[0], **changes),))
