"""Made-up kitchen days: batches through prep, cooking, blending, cooling and packing."""

import random
from dataclasses import replace

from optimizer import (
    FreeWindow,
    Hands,
    Job,
    Operation,
    Placed,
    ProductionProblem,
    Resource,
    Shift,
    Stay,
    Store,
)

OPEN, CLOSE = 0, 960
WAVES = (360, 480, 600, 780)
"""Minutes at which the vans leave; 0 is when the kitchen opens."""

ALLERGENS: tuple[tuple[str, ...], ...] = (
    (),
    (),
    (),
    ("milk",),
    ("milk",),
    ("milk", "gluten"),
    ("milk", "gluten"),
    ("fish",),
    ("celery",),
)
RECIPES = 30
COOK, COLD, PACKER = "cook", "cold", "packer"


def machines() -> tuple[Resource, ...]:
    """Tables, kettles, ovens of four trays, blenders, coolers of several places, packing lines."""
    shift = ((OPEN, CLOSE),)
    wet = {"windows": shift, "clean_min": 25, "rinse_min": 5}
    nuts = FreeWindow(opens=OPEN, closes=120, traits=frozenset({"fish"}))
    return (
        *(Resource(key=f"prep-{n}", windows=shift) for n in range(3)),  # boards are changed
        *(Resource(key=f"kettle-{n}", **wet) for n in range(4)),
        *(
            Resource(
                key=f"oven-{n}",
                windows=shift,
                clean_min=25,
                places=4,
                free=(nuts,) if n == 0 else (),
            )
            for n in range(3)
        ),
        *(Resource(key=f"blend-{n}", **wet) for n in range(2)),
        Resource(key="chiller", windows=shift, places=10, rolling=True),
        Resource(key="tunnel", windows=shift, places=10, rolling=True),
        *(Resource(key=f"pack-{n}", **wet) for n in range(3)),
    )


def kitchen_day(seed: int, batches: int = 80) -> ProductionProblem:
    """A day of so many batches. Nobody knows whether all can be in time."""
    dice = random.Random(seed)  # noqa: S311  # made-up batches, no secret
    kinds = [_recipe(dice, number) for number in range(RECIPES)]
    return ProductionProblem(
        jobs=tuple(_batch(dice, number, kinds) for number in range(batches)),
        machines=machines(),
        shifts=(
            Shift(skill=COOK, people=5, opens=OPEN, closes=480, overtime_min=60),
            Shift(skill=COOK, people=4, opens=420, closes=900, overtime_min=60),
            Shift(skill=PACKER, people=2, opens=60, closes=540, overtime_min=60),
            Shift(skill=PACKER, people=2, opens=420, closes=900, overtime_min=60),
        ),
        stores=(Store(key="freezer", space=45),),
    )


def _recipe(dice: random.Random, number: int) -> Job:
    """One dish with its steps and allergens, as a batch that is not due yet."""
    oven, frozen, blended = dice.random() < 0.5, dice.random() < 0.5, dice.random() < 0.35
    cold = "tunnel" if frozen else "chiller"
    ops = [
        _operation("prep", dice.randrange(10, 26), 3, None),
        Operation(
            minutes=dice.randrange(30, 61, 5),
            machines=_machines("oven", 3) if oven else _machines("kettle", 4),
            max_lag_min=120,
            programme=dice.choice(("roast", "steam", "mixed")) if oven else "",
            places=dice.randrange(1, 3) if oven else 1,
            hands=(Hands(skill=COOK, minutes=8),),
        ),
        Operation(
            minutes=90 if frozen else 60,
            machines=(cold,),
            max_lag_min=30,
            hands=(Hands(skill=COOK, minutes=3),),
        ),
        replace(
            _operation("pack", dice.randrange(10, 21), 3, 120),
            hands=(Hands(skill=PACKER, minutes=10),),
        ),
    ]
    if blended:
        ops.insert(2, _operation("blend", dice.randrange(8, 16), 2, 30))
    return Job(
        key=f"recipe-{number}",
        recipe=f"recipe-{number}",
        operations=tuple(ops),
        due_min=CLOSE,
        release_min=OPEN,
        traits=frozenset(dice.choice(ALLERGENS)),
        stay=Stay(store="freezer", space=1) if frozen else None,
    )


def _operation(kind: str, minutes: int, count: int, lag: int | None) -> Operation:
    return Operation(
        minutes=minutes,
        machines=_machines(kind, count),
        max_lag_min=lag,
        hands=(Hands(skill=COOK, minutes=minutes),),
    )


def _machines(kind: str, count: int) -> tuple[str, ...]:
    return tuple(f"{kind}-{number}" for number in range(count))


def _batch(dice: random.Random, number: int, kinds: list[Job]) -> Job:
    """One batch of a dish for one of the waves, or for stock until the kitchen closes."""
    kind = dice.choice(kinds)
    wave = dice.choices((*WAVES, CLOSE - 60), (2, 3, 3, 3, 2))[0]
    leaves = wave if wave in WAVES else None
    return replace(
        kind,
        key=f"batch-{number:03d}",
        due_min=wave,
        weight=1 if leaves is None else dice.choice((2, 5, 10)),
        stay=kind.stay and replace(kind.stay, leaves_min=leaves),
    )


def oven_down(problem: ProductionProblem, published: tuple[Placed, ...]) -> ProductionProblem:
    """The same day at minute 200, when an oven fails until 500: what began stands.

    What was in that oven is lost, and its batch is made again from the start.
    """
    now, back, oven = 200, 500, "oven-0"
    ops = {job.key: job.operations for job in problem.jobs}
    lost = {
        each.job
        for each in published
        if each.machine == oven
        and each.start_min < now < each.start_min + ops[each.job][each.operation].minutes
    }
    return replace(
        problem,
        machines=tuple(
            replace(each, windows=((OPEN, now), (back, CLOSE))) if each.key == oven else each
            for each in problem.machines
        ),
        jobs=tuple(replace(job, release_min=now) for job in problem.jobs),
        fixed=tuple(each for each in published if each.start_min < now and each.job not in lost),
        published=published,
    )
