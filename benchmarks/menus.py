"""How long a personal week takes, and how good it is beside CP-SAT on the same problem.

Run `python -m benchmarks.menus --clients 60 --moves 120000 --peer 2 --peer-seconds 25`. The clients
differ in texture, allergies, windows and dose times; the catalogue is the packaged one. The peer
gets the identical choice problem as one weighted sum that keeps the order of the levels.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks.meal_peers import by_cp_sat
from benchmarks.tables import p95, show, show_machine
from menus import (
    Catalogue,
    Eater,
    Iddsi,
    PlanRequest,
    Role,
    Seasoning,
    Slot,
    Window,
    compose_plan,
    read_catalogue,
)
from menus.plan_problem import build_problem, suitable_variants
from optimizer import LEVELS, Limits, solve_meal_choice

SEED = Path(__file__).parents[1] / "app" / "seed"
SLOTS = (
    Slot(id="breakfast", time=time(8), roles=(Role.BREAKFAST, Role.DRINK)),
    Slot(id="morning", time=time(10), roles=(Role.SNACK, Role.DRINK)),
    Slot(
        id="lunch",
        time=time(12),
        roles=(Role.SOUP, Role.PROTEIN, Role.STARCH, Role.VEGETABLE),
        optional=(Role.SAUCE, Role.DESSERT),
    ),
    Slot(id="afternoon", time=time(15), roles=(Role.DESSERT, Role.DRINK)),
    Slot(
        id="dinner",
        time=time(18),
        roles=(Role.BREAKFAST, Role.DRINK),
        optional=(Role.DESSERT, Role.SUPPLEMENT),
    ),
)
TEXTURES = (("7", "0"), ("EC7", "0"), ("6", "0"), ("5", "2"), ("4", "3"))
ALLERGIES = ((), ("milk",), ("nuts",), ("gluten",), ("eggs", "fish"), ("celery",))
SEASONINGS = (
    frozenset({Seasoning.STANDARD}),
    frozenset({Seasoning.STANDARD, Seasoning.TASTE_BOOST}),
    frozenset({Seasoning.LOW_SALT}),
)
WEEK = (
    ("calcium_mg", Window(min=950)),
    ("iron_mg", Window(min=900)),
    ("fibre_g", Window(min=200)),
    ("vitamin_d_ug", Window(min=500)),
)


def packaged() -> Catalogue:
    """The packaged catalogue."""
    tables = [
        list(csv.DictReader((SEED / f"{name}.csv").read_text(encoding="utf-8").splitlines()))
        for name in ("ingredients", "recipes", "components")
    ]
    found = read_catalogue(*tables)
    if not isinstance(found, Catalogue):
        raise SystemExit(f"the packaged catalogue cannot be read: {found[:3]}")
    return found


def clients(count: int) -> Iterator[PlanRequest]:
    """Varied clients: every mix of texture and allergy before one comes back."""
    for number in range(count):
        food, drink = TEXTURES[number % len(TEXTURES)]
        energy = 15_000 + 500 * (number % 13)
        protein = 600 + 40 * (number % 8)
        request = PlanRequest(
            id=f"client-{number}",
            start=date(2026, 12, 1),
            days=7,
            slots=SLOTS,
            eater=Eater(
                food_iddsi=Iddsi(food),
                drink_iddsi=Iddsi(drink),
                allergies=frozenset(ALLERGIES[number % len(ALLERGIES)]),
                seasonings=SEASONINGS[number % len(SEASONINGS)],
            ),
            day=(
                (
                    "energy_kcal",
                    Window(safe_min=12_000, min=energy, max=energy + 2_000, safe_max=30_000),
                ),
                ("protein_g", Window(safe_min=450, min=protein, max=protein + 150)),
                ("sodium_mg", Window(max=2_400)),
            ),
            week=WEEK,
        )
        if number % 10 == 9:
            request = replace(request, dose_times=(time(8), time(12)), dose_protein_max=250)
        yield request


def time_plans(book: Catalogue, count: int, moves: int) -> None:
    """Print milliseconds per plan, from the request to the checked plan."""
    asked = list(clients(count))
    compose_plan(asked[0], book, Limits(moves=1_000))
    took: list[float] = []
    cpu: list[float] = []
    slack: list[int] = []
    status: Counter[str] = Counter()
    for request in asked:
        start, worked = perf_counter(), process_time()
        plan = compose_plan(request, book, Limits(moves=moves))
        took.append((perf_counter() - start) * 1_000)
        cpu.append((process_time() - worked) * 1_000)
        status[str(plan.status)] += 1
        slack.append(plan.objective[2] if plan.objective else -1)
    show(
        f"A week composed and checked for each of {count} clients, {moves} moves, seed 1",
        ("milliseconds", "p50", "p95", "worst", "total s"),
        (
            (name, median(each), p95(each), max(each), sum(each) / 1_000)
            for name, each in (("wall", took), ("cpu", cpu))
        ),
    )
    within = sum(each == 0 for each in slack)
    print(f"status {dict(status)}; every day within its windows: {within} of {count}")


def compare(book: Catalogue, count: int, moves: int, seconds: float) -> None:
    """Print the objective of both engines for a few clients, lower is better."""
    rows: list[tuple[str | float, ...]] = []
    for request in clients(count):
        problem = build_problem(request, suitable_variants(request.eater, book)).choice
        start = perf_counter()
        found = solve_meal_choice(problem, Limits(moves=moves))
        rows.append((request.id, "npcc", perf_counter() - start, *map(str, found.objective)))
        start = perf_counter()
        levels = by_cp_sat(problem, LEVEL_WEIGHTS, seconds) or ("none", *("-",) * 6)
        rows.append((request.id, "cp-sat, 1 worker", perf_counter() - start, *map(str, levels)))
    heads = ("client", "engine", "seconds", *LEVELS)
    show("The same choice beside CP-SAT; levels in order of weight, lower is better", heads, rows)


LEVEL_WEIGHTS = (10**7, 10**7, 10**5, 10**5, 10**2, 1, 1)
"""One unit of a level outweighs what usually lies below it."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=60)
    parser.add_argument("--moves", type=int, default=120_000)
    parser.add_argument("--peer", type=int, default=2, help="clients given to CP-SAT as well")
    parser.add_argument("--peer-seconds", type=float, default=25.0)
    asked = parser.parse_args(arguments)
    show_machine()
    book = packaged()
    time_plans(book, asked.clients, asked.moves)
    if asked.peer:
        compare(book, asked.peer, asked.moves, asked.peer_seconds)


if __name__ == "__main__":
    main()
