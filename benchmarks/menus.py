"""How long a personal week takes, and how far it is from the best that is known.

Run `python -m benchmarks.menus --clients 60 --judged 26 --peer 2 --peer-seconds 20`. The clients
are of thirteen kinds (benchmarks/meal_clients.py); the catalogue is the packaged one. CP-SAT and
HiGHS (through MathOpt) get the identical choice as one weighted sum in the order of the levels.
"""

import csv
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from benchmarks.meal_clients import clients
from benchmarks.meal_known import Levels, digest, read_known, write_known
from benchmarks.meal_peers import by_cp_sat, by_highs
from benchmarks.tables import p95, show, show_machine
from menus import PLAN_MOVES, Catalogue, PlanRequest, PlanStatus, compose_plan, read_catalogue
from menus.plan_problem import build_problem, suitable_variants
from optimizer import LEVELS, Limits, MealChoiceProblem, solve_meal_choice

SEED = Path(__file__).parents[1] / "app" / "seed"
STEPS = (50_000, 100_000, 200_000, 400_000, 1_000_000, 2_000_000)
LONG = 5_000_000
SCALAR = (10**8, 100_000, 2_000, 2_000, 100, 1, 0)
"""One number for a gap, in hundredths of a point: a wish is a point, 1 % outside a window or above
a cap 200, a portion beyond the stock 1,000, a euro one point. The study's weights."""
FILLED = 100 * SCALAR[4]
"""What each place of a week earns on the study's scale before the penalties are taken off."""
WORST = 5
"""Percent that no client should lie above the best known."""
ABOVE = LEVELS.index("wishes")
PEER_WEIGHTS = (10**6, 10**6, 10**4, 10**4, 10**3, 1, 1)
"""What the peers minimise: a point is worth ten euro, 0.1 % of a window ten points."""


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


def scalar(levels: Levels) -> int:
    """The levels as one number."""
    return sum(weight * level for weight, level in zip(SCALAR, levels, strict=True))


def gap(levels: Levels, best: Levels, places: int) -> float:
    """How far above the best known, in percent of what a week can earn and of what it must cost.

    What must be: the penalties of the best known, where no week keeps all windows. Of a level above
    the wishes a unit weighs as the study weighed it, so no client is left out. Where such a level
    differs, nothing below it is credited: better wishes do not buy a worse window.
    """
    lacks = [weight * (a - b) for weight, a, b in zip(SCALAR, levels, best, strict=True)]
    above, below = lacks[:ABOVE], sum(lacks[ABOVE:])
    if any(above):
        lost = sum(max(0, each) for each in (*above, below)) if levels > best else 0
    else:
        lost = below
    return 100 * lost / (FILLED * places + abs(scalar(best)))


def time_plans(book: Catalogue, asked: Sequence[PlanRequest], moves: int, turn: str) -> None:
    """Print milliseconds per plan, from the request to the checked plan."""
    took: list[float] = []
    cpu: list[float] = []
    status: Counter[PlanStatus] = Counter()
    within = 0
    for request in asked:
        start, worked = perf_counter(), process_time()
        plan = compose_plan(request, book, Limits(moves=moves, workers=2))
        took.append((perf_counter() - start) * 1_000)
        cpu.append((process_time() - worked) * 1_000)
        status[plan.status] += 1
        within += plan.objective[:4] == (0, 0, 0, 0)
    show(
        f"A week composed and checked for each of {len(asked)} clients, {moves} moves, {turn}",
        ("milliseconds", "p50", "p95", "worst", "total s"),
        (
            (name, median(each), p95(each), max(each), sum(each) / 1_000)
            for name, each in (("wall", took), ("cpu", cpu))
        ),
    )
    print(f"status {dict(status)}; every upper level at nothing: {within} of {len(asked)}")


def curve(
    problems: Sequence[MealChoiceProblem], best: list[Levels], walks: Sequence[tuple[int, int]]
) -> None:
    """Print the gap to the best known by moves and seed; the best is bettered as found."""
    runs: list[tuple[int, int, list[float], list[Levels]]] = []
    for moves, seed in walks:
        found, spent = [], []
        for problem in problems:
            start = process_time()
            found.append(ours(problem, moves, seed))
            spent.append((process_time() - start) * 1_000)
        best[:] = [min(pair) for pair in zip(best, found, strict=True)]
        runs.append((moves, seed, spent, found))
    rows = []
    for moves, seed, spent, found in runs:
        pairs = list(zip(found, best, strict=True))
        worse = sum(ours[:ABOVE] > known[:ABOVE] for ours, known in pairs)
        gaps = sorted(
            gap(*pair, len(each.positions)) for pair, each in zip(pairs, problems, strict=True)
        )
        figures = (median(gaps), gaps[len(gaps) * 3 // 4], gaps[len(gaps) * 9 // 10], gaps[-1])
        equal, over = f"{len(pairs) - worse} of {len(pairs)}", sum(each > WORST for each in gaps)
        cpu = (median(spent), p95(spent), max(spent))
        rows.append((f"{moves:,}", seed, *cpu, equal, *figures, over))
    kinds = ("median gap %", "p75 %", "p90 %", "worst %", f"above {WORST} %")
    heads = ("moves", "seed", "cpu p50", "p95", "worst ms", "equal above wishes", *kinds)
    show("Gap to the best known, against moves and time, search alone", heads, rows)


def ours(problem: MealChoiceProblem, moves: int, seed: int) -> Levels:
    """The levels that our search reaches."""
    return solve_meal_choice(problem, Limits(moves=moves, seed=seed, workers=2)).objective


def compare(
    names: Sequence[str],
    problems: Sequence[MealChoiceProblem],
    best: list[Levels],
    moves: int,
    seconds: float,
) -> None:
    """Print what each engine reaches for a few clients, lower is better."""
    engines: tuple[tuple[str, Callable[[MealChoiceProblem], Levels | None]], ...] = (
        ("npcc", lambda problem: ours(problem, moves, 1)),
        ("cp-sat, 1 worker", lambda problem: by_cp_sat(problem, PEER_WEIGHTS, seconds)),
        ("highs, MathOpt", lambda problem: by_highs(problem, PEER_WEIGHTS, seconds)),
    )
    rows: list[tuple[str | float, ...]] = []
    for at, (name, problem) in enumerate(zip(names, problems, strict=True)):
        for engine, solve in engines:
            start = perf_counter()
            levels = solve(problem)
            spent = perf_counter() - start
            if levels is None:
                rows.append((name, engine, spent, "none", *["-"] * (len(LEVELS) - 1)))
            else:
                best[at] = min(best[at], levels)
                rows.append((name, engine, spent, *map(str, levels)))
        rows.append((name, "best known", "", *map(str, best[at])))
    heads = ("client", "engine", "seconds", *LEVELS)
    show("The same choice by each engine; levels in order of weight, lower is better", heads, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the three tables."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=60)
    parser.add_argument("--judged", type=int, default=60, help="clients whose gaps are measured")
    parser.add_argument("--moves", type=int, default=PLAN_MOVES)
    parser.add_argument("--walks", type=int, default=3, help="seeds of the moves that are judged")
    parser.add_argument("--long", type=int, default=LONG, help="moves for the best known")
    parser.add_argument("--seeds", type=int, default=2, help="long runs for the best known")
    parser.add_argument("--peer", type=int, default=2, help="clients given to the peers as well")
    parser.add_argument("--peer-seconds", type=float, default=20.0)
    parser.add_argument("--keep", action="store_true", help="keep the best known beside this file")
    asked = parser.parse_args(arguments)
    show_machine()
    book = packaged()
    requests = list(clients(asked.clients, book))
    compose_plan(requests[0], book, Limits(moves=1_000))
    time_plans(book, requests, asked.moves, "eaters seen for the first time")
    time_plans(book, requests, asked.moves, "the same eaters again")
    judge(book, requests[: asked.judged], asked)


def judge(book: Catalogue, requests: Sequence[PlanRequest], asked: Namespace) -> None:
    """Print how far our weeks, and those of the peers, are from the best known."""
    if not requests:
        return
    names = [each.id for each in requests]
    problems = [
        build_problem(each, suitable_variants(each.eater, book)).choice for each in requests
    ]
    kept = read_known()
    best = []
    for problem in problems:
        known = kept.get(digest(problem))
        seeds = range(1, 1 + (asked.seeds if known else max(1, asked.seeds)))
        found = [ours(problem, asked.long, seed) for seed in seeds]
        best.append(min(found if known is None else [*found, known]))
    few = slice(0, asked.peer)
    lowest = best[few]
    if lowest:
        compare(names[few], problems[few], lowest, asked.moves, asked.peer_seconds)
    best[few] = lowest
    walks = [(each, 1) for each in STEPS if each <= asked.long and each != asked.moves]
    walks += [(asked.moves, seed) for seed in range(1, asked.walks + 1)]
    curve(problems, best, sorted(walks))
    if asked.keep:
        write_known(zip(names, problems, best, strict=True), kept)


if __name__ == "__main__":
    main()
