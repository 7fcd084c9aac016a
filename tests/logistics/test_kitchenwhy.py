"""Why a step of a batch waits: one case for each rule, and the check agrees with every answer."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from app.i18n import sentences
from logistics import why_waits
from logistics.kitchenwhy import KITCHEN_WAITS
from optimizer import (
    FreeWindow,
    Hands,
    Job,
    Operation,
    Placed,
    ProductionProblem,
    ProductionSolution,
    Resource,
    Shift,
    Stay,
    Store,
    production_violations,
)
from tests.optimizer.test_kitchen import kitchens, solved

OVEN = Resource(key="oven", windows=((0, 480),), clean_min=25, places=2)
ROLLING = replace(OVEN, clean_min=0, rolling=True)


def job(key: str, *, more: tuple[Operation, ...] = (), **changes: Any) -> Job:
    """Half an hour in the oven, on one of its places, and what comes after."""
    oven = {"minutes": 30, "machines": ("oven",), "programme": "steam_85"}
    of_job = {name: changes.pop(name) for name in ("traits", "stay") if name in changes}
    first = Operation(**{**oven, **changes})
    return Job(key=key, recipe=key, operations=(first, *more), due_min=90, release_min=0, **of_job)


def waits(*jobs: Job, machine: Resource = OVEN, at: tuple[int, ...], **changes: Any) -> Any:
    """Why the first step of the last job waits, the jobs standing at these minutes."""
    machines = (machine, Resource(key="table", windows=((0, 480),)))
    problem = ProductionProblem(jobs=jobs, machines=machines, **changes)
    placed = [
        Placed(job=one.key, operation=0, machine="oven", start_min=start)
        for one, start in zip(jobs, at, strict=True)
    ]
    placed += [
        Placed(job=one.key, operation=1, machine="table", start_min=start + 40)
        for one, start in zip(jobs, at, strict=True)
        if len(one.operations) > 1
    ]
    assert production_violations(problem, ProductionSolution(placed=tuple(placed))) == ()
    return why_waits(problem, placed, jobs[-1].key)[0]


A, B = job("a"), job("b")
AIR = job("b", programme="hot_air_180")
FREE = FreeWindow(opens=0, closes=30, traits=frozenset({"nuts"}))
NUTS = frozenset({"nuts"})
HELD = {"hands": (Hands(skill="cook", minutes=30),)}
COOK = (Shift(skill="cook", people=1, opens=0, closes=480),)
PACK = Operation(minutes=10, machines=("table",), max_lag_min=10)
LEAVES = Stay(store="freezer", space=1, leaves_min=60)
CASES: list[tuple[str, Any, str]] = [
    ("closed", waits(A, machine=replace(OVEN, windows=((0, 20), (50, 480))), at=(50,)), ""),
    (
        "kept_free",
        waits(job("a", traits=NUTS), machine=replace(OVEN, free=(FREE,)), at=(30,)),
        "",
    ),
    ("programme", waits(A, AIR, at=(0, 30)), "steam_85"),
    ("full", waits(job("a", places=2), B, machine=ROLLING, at=(0, 30)), ""),
    ("runs", waits(A, B, at=(0, 30)), ""),
    ("clean", waits(job("a", traits=NUTS), replace(B, release_min=30), at=(0, 55)), ""),
    (
        "people",
        waits(job("a", **HELD), job("b", **HELD), machine=ROLLING, at=(0, 30), shifts=COOK),
        "cook",
    ),
    (
        "store",
        waits(
            job("a", stay=LEAVES),
            job("b", stay=Stay(store="freezer", space=1)),
            machine=ROLLING,
            at=(0, 30),
            stores=(Store(key="freezer", space=1),),
        ),
        "freezer",
    ),
    ("next", waits(job("a", more=(PACK,)), at=(7,)), ""),
    ("chosen", waits(A, at=(7,)), ""),
]


@pytest.mark.parametrize(("code", "found", "binding"), CASES, ids=[each[0] for each in CASES])
def test_each_rule_that_makes_a_step_wait_is_told(code: str, found: Any, binding: str) -> None:
    assert found.code == f"kitchen.waits.{code}"
    assert dict(found.figures)["binding"] == binding
    assert {f"kitchen.waits.{each}" for each, _, _ in CASES} == set(KITCHEN_WAITS)


def test_a_long_wait_is_laid_on_the_run_before_the_clean() -> None:
    nuts = job("a", traits=NUTS)
    assert waits(nuts, B, at=(0, 55)).code == "kitchen.waits.runs"
    assert waits(nuts, AIR, at=(0, 55)).code == "kitchen.waits.programme"


def test_a_step_that_begins_at_once_waits_for_nothing() -> None:
    assert waits(A, B, at=(0, 0)) is None


def test_a_batch_that_does_not_stand_has_nothing_to_tell() -> None:
    problem = ProductionProblem(jobs=(A,), machines=(OVEN,))
    assert why_waits(problem, (), "a") == ()
    assert why_waits(problem, (), "stranger") == ()


@settings(max_examples=25)
@given(kitchens(most=5))
def test_a_step_could_begin_sooner_just_where_the_check_says_so(wanted: ProductionProblem) -> None:
    found = solved(wanted, moves=30)
    for one in wanted.jobs:
        for step, why in enumerate(why_waits(wanted, found.placed, one.key)):
            if why is not None:
                free = any(
                    not production_violations(wanted, _sooner(found, one.key, step, machine))
                    for machine in one.operations[step].machines
                )
                assert free == (why.code == "kitchen.waits.chosen"), (one.key, step, why)


def _sooner(found: ProductionSolution, key: str, step: int, machine: str) -> ProductionSolution:
    """The schedule with one step a minute sooner, on a machine of its own."""
    return replace(
        found,
        placed=tuple(
            replace(each, machine=machine, start_min=each.start_min - 1)
            if (each.job, each.operation) == (key, step)
            else each
            for each in found.placed
        ),
    )


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_every_wait_has_a_sentence(language: str) -> None:
    assert set(KITCHEN_WAITS) <= set(sentences(language))
