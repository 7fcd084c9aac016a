"""How long a personal week takes, and how good it is beside CP-SAT on the same problem.

Run `python -m benchmarks.menus --clients 60 --moves 120000 --peer 2 --peer-seconds 25`. The clients
differ in texture, allergies, windows and dose times; the catalogue is the packaged one. The peer
gets the identical choice problem as one weighted sum that keeps the order of the levels.
"""

import argparse
import csv
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

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
from optimizer import Limits, MealChoiceProblem, solve_meal_choice

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
        slack.append(plan.objective[1] if plan.objective else -1)
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
        levels = by_cp_sat(problem, seconds) or ("none", *("-",) * 4)
        rows.append((request.id, "cp-sat, 1 worker", perf_counter() - start, *map(str, levels)))
    heads = ("client", "engine", "seconds", "hard", "soft", "caps", "wishes", "cost")
    show("The same choice beside CP-SAT; levels in order of weight, lower is better", heads, rows)


LEVEL_WEIGHTS = (10**9, 10**9, 10**4, 1)
"""Soft slack and caps, wishes, cost: one unit of a level outweighs what lies below it."""


def by_cp_sat(problem: MealChoiceProblem, seconds: float) -> tuple[int, ...]:
    """The levels CP-SAT reaches in its seconds on one worker; empty where it found nothing."""
    from ortools.sat.python import cp_model  # noqa: PLC0415 - importing costs about a second

    model = cp_model.CpModel()
    taken = [
        {index: model.new_bool_var("") for index in position.candidates}
        for position in problem.positions
    ]
    for position, literals in zip(problem.positions, taken, strict=True):
        exactly = model.add_at_most_one if position.optional else model.add_exactly_one
        exactly(literals.values())
    soft = _sums(model, problem, taken)
    caps = _caps(model, problem, taken)
    wishes = soft.pop() + _wishes(model, problem, taken)
    cost = sum(
        problem.options[index].cost * literal for each in taken for index, literal in each.items()
    )
    levels = (sum(soft), caps, wishes, cost)
    model.minimize(sum(w * level for w, level in zip(LEVEL_WEIGHTS, levels, strict=True)))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return ()
    return (0, *(solver.value(level) for level in levels))


def _sums(model: Any, problem: MealChoiceProblem, taken: list[dict[int, Any]]) -> list[Any]:
    """Hard bounds as constraints; soft slack terms, and last the slack among the wishes."""
    soft: list[Any] = [0]
    wishes: Any = 0
    for bound in problem.bounds:
        total = sum(
            (problem.options[index].amounts[bound.dimension] or 0) * literal
            for position, literals in zip(problem.positions, taken, strict=True)
            if bound.day in (None, position.day)
            for index, literal in literals.items()
        )
        permille = model.new_int_var(0, 100_000, "")
        if bound.hard_lo is not None:
            model.add(total >= bound.hard_lo)
        if bound.hard_hi is not None:
            model.add(total <= bound.hard_hi)
        if bound.soft_lo is not None:
            model.add(permille * bound.reference >= 1_000 * (bound.soft_lo - total))
        if bound.soft_hi is not None:
            model.add(permille * bound.reference >= 1_000 * (total - bound.soft_hi))
        soft.append(bound.weight * permille)
        wishes += bound.wish_weight * permille
    limited = {bound.dimension for bound in problem.bounds if bound.hard_hi is not None}
    for literals in taken:
        for index, literal in literals.items():
            unknown = sum(problem.options[index].amounts[each] is None for each in limited)
            if unknown:
                soft.append(problem.unknown_penalty * unknown * literal)
    return [*soft, wishes]


def _caps(model: Any, problem: MealChoiceProblem, taken: list[dict[int, Any]]) -> Any:
    over: Any = 0
    for cap in problem.caps:
        total = sum(
            (problem.options[index].amounts[cap.dimension] or 0) * literal
            for place in cap.positions
            for index, literal in taken[place].items()
        )
        permille = model.new_int_var(0, 100_000, "")
        model.add(permille * cap.at_most >= 1_000 * (total - cap.at_most))
        over += permille
    return over


def _wishes(model: Any, problem: MealChoiceProblem, taken: list[dict[int, Any]]) -> Any:
    """Penalties of options and empty places, and what repeats too often or too soon."""
    points: Any = 0
    served: dict[str, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for position, literals in zip(problem.positions, taken, strict=True):
        if position.optional:
            points += position.skip_penalty * (1 - sum(literals.values()))
        for index, literal in literals.items():
            option = problem.options[index]
            points += option.penalty * literal
            served[option.group][position.day].append(literal)
    for rule in problem.repetitions:
        points += rule.penalty * _repeats(model, rule, served[rule.group])
    return points


def _repeats(model: Any, rule: Any, days: dict[int, list[Any]]) -> Any:
    broken: Any = 0
    used = {}
    for day, literals in days.items():
        more = model.new_int_var(0, len(literals), "")
        model.add(more >= sum(literals) - rule.max_per_day)
        broken += more
        used[day] = model.new_bool_var("")
        model.add_max_equality(used[day], literals)
    everything = [literal for literals in days.values() for literal in literals]
    over = model.new_int_var(0, len(everything), "")
    model.add(over >= sum(everything) - rule.max_total)
    broken += over
    for day, first in used.items():
        for other, then in used.items():
            if day < other < day + rule.min_gap:
                both = model.new_bool_var("")
                model.add_bool_or([first.negated(), then.negated(), both])
                broken += (rule.min_gap - (other - day)) * both
    return broken


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
