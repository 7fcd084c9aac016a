"""A night: the weeks of many people from one stock and kitchen, beside who comes first eats first.

Run `python -m benchmarks.night --clients 500 2000 --processes 2`. People are made up: textures,
allergies, diets, windows, a like and three dislikes each. What they would eat alone sets the
supplies: `tight` gives 60 % of the twenty most wanted variants of each texture level (at most half
of a role, so that something is left), `usual` 95 % of those and 98 % of all grams of a day. The
peer composes every week without prices, as well, and hands out the stock first come first served.
"""

import argparse
import resource
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from math import log
from random import Random
from time import perf_counter

from benchmarks.meal_clients import SLOTS, WEEK
from benchmarks.menus import packaged
from benchmarks.tables import show, show_machine
from menus import (
    Catalogue,
    CrowdReport,
    Eater,
    Iddsi,
    KitchenSupply,
    MealPlan,
    PlanRequest,
    PlanStatus,
    Role,
    Seasoning,
    VariantAim,
    VariantReport,
    Window,
    compose_plans,
    with_fewer_variants,
)
from optimizer import Progress, SharedEffort

TEXTURES = (
    (("7", "0"), 45),
    (("EC7", "0"), 20),
    (("6", "0"), 12),
    (("5", "2"), 13),
    (("4", "3"), 10),
)
ALLERGIES = (
    ((), 85),
    (("milk",), 4),
    (("nuts",), 4),
    (("gluten",), 2),
    (("eggs",), 2),
    (("fish",), 3),
)
DIETS = (((), 91), (("vegetarian",), 5), (("halal",), 4))
SEASONINGS = (
    ((Seasoning.STANDARD,), 6),
    ((Seasoning.STANDARD, Seasoning.TASTE_BOOST), 2),
    ((Seasoning.LOW_SALT,), 2),
)
WANTED = 20
ALONE = SharedEffort(rounds=0, exact=0, repairs=0)


def people(count: int, book: Catalogue, seed: int = 1) -> Iterator[PlanRequest]:
    """Varied people: nobody's wishes are quite those of another."""
    chance = Random(seed)  # noqa: S311 - made-up people
    components = sorted({variant.component for variant in book.variants.values()})

    def drawn(table: Sequence[tuple[tuple[str, ...], int]]) -> tuple[str, ...]:
        return chance.choices([each for each, _ in table], [weight for _, weight in table])[0]

    for number in range(count):
        food, drink = drawn(TEXTURES)
        energy, protein = 15_000 + 500 * chance.randrange(13), 600 + 40 * chance.randrange(8)
        words = chance.sample(components, 4)
        request = PlanRequest(
            id=f"client-{number}",
            start=date(2026, 12, 1),
            days=7,
            slots=SLOTS,
            eater=Eater(
                food_iddsi=Iddsi(food),
                drink_iddsi=Iddsi(drink),
                allergies=frozenset(drawn(ALLERGIES)),
                diets=frozenset(drawn(DIETS)),
                seasonings=frozenset(drawn(SEASONINGS)),
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
            likes=frozenset(words[:1]),
            dislikes=frozenset(words[1:]),
        )
        if number % 20 == 19:
            request = replace(request, dose_times=(time(8), time(12)), dose_protein_max=250)
        yield request


def tight(wished: Counter[str], book: Catalogue) -> Iterator[KitchenSupply]:
    """Sixty percent of the most wanted of each level."""
    for variant in _most_wanted(wished, book):
        yield _stock(variant, wished[variant] * 60 // 100)


def usual(wished: Counter[str], book: Catalogue) -> Iterator[KitchenSupply]:
    """A little short of the most wanted, and of what the kitchen fills on a day."""
    for variant in _most_wanted(wished, book):
        yield _stock(variant, wished[variant] * 95 // 100)
    grams = sum(wished.values()) * 98 // 700
    for day in range(7):
        yield KitchenSupply(
            key=f"day/{day}", variants=frozenset(book.variants), grams=grams, day=day
        )


def _stock(variant: str, grams: int) -> KitchenSupply:
    return KitchenSupply(key=variant, variants=frozenset({variant}), grams=grams)


def _most_wanted(wished: Counter[str], book: Catalogue) -> Iterator[str]:
    shelves: dict[str, dict[Role, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, _ in wished.most_common():
        variant = book.variants[name]
        shelves[variant.iddsi][variant.role].append(name)
    for roles in shelves.values():
        half = {name for names in roles.values() for name in names[: len(names) // 2]}
        yield from sorted(half, key=lambda name: (-wished[name], name))[:WANTED]


SUPPLIES = {"tight": tight, "usual": usual}


PEER = replace(ALONE, alone=72_000)
"""As many moves as the shared search spends on a person in all."""


def eaten(plans: Sequence[MealPlan]) -> Counter[str]:
    """Grams of each variant in all plans together."""
    found = Counter[str]()
    for plan in plans:
        for item in plan.items:
            found[item.variant] += item.grams
    return found


class Clock:
    """Wall seconds at which each stage of the shared search was seen."""

    def __init__(self) -> None:
        self.began = perf_counter()
        self.seen: list[float] = []

    def __call__(self, _: Progress) -> bool:
        """Note the moment and go on."""
        self.seen.append(perf_counter() - self.began)
        return True


def spent() -> float:
    """CPU seconds of this process and those it started and saw end."""
    return sum(
        each.ru_utime + each.ru_stime
        for each in (
            resource.getrusage(resource.RUSAGE_SELF),
            resource.getrusage(resource.RUSAGE_CHILDREN),
        )
    )


def peak_mb() -> float:
    """The largest process so far."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(kind).ru_maxrss for kind in kinds) / 1024


def first_come(plans: Sequence[MealPlan], supplies: Sequence[KitchenSupply]) -> tuple[float, int]:
    """Hand out the stock plan by plan: percent wished of it that is not there, and weeks hit."""
    over = {each.key: each for each in supplies}
    left = {each.key: each.grams for each in supplies}
    under: dict[str, list[str]] = defaultdict(list)
    for each in supplies:
        for variant in each.variants:
            under[variant].append(each.key)
    wished = short = hit = 0
    for plan in plans:
        before = short
        for item in plan.items:
            for key in under[item.variant]:
                if over[key].day in (None, item.day):
                    wished += item.grams
                    short += max(0, item.grams - max(0, left[key]))
                    left[key] -= item.grams
        hit += short > before
    return 100 * short / wished if wished else 0.0, hit


def night(
    asked: Sequence[PlanRequest],
    book: Catalogue,
    supplies: Sequence[KitchenSupply],
    processes: int,
    effort: SharedEffort,
) -> tuple[CrowdReport, Counter[str], tuple[float, ...]]:
    """One night: report, plans by status, and seconds: alone, shared, plans, wall, CPU."""
    clock, worked = Clock(), spent()
    status: Counter[str] = Counter()
    with ProcessPoolExecutor(processes) as executor:
        made = compose_plans(asked, book, supplies, executor, effort=effort, watch=clock)
        shared = perf_counter() - clock.began
        for plan in made.plans:
            status[str(plan.status)] += 1
    wall = perf_counter() - clock.began
    alone = clock.seen[0]
    return made.report, status, (alone, shared - alone, wall - shared, wall, spent() - worked)


def measure(count: int, kinds: Sequence[str], processes: int, effort: SharedEffort) -> list[float]:
    """Print the tables of one size; wall seconds per kind of supply."""
    book = packaged()
    asked = list(people(count, book))
    worked = spent()
    with ProcessPoolExecutor(processes) as executor:
        plans = list(compose_plans(asked, book, (), executor, effort=PEER).plans)
    peer_cpu = spent() - worked
    ok = sum(plan.status is PlanStatus.OK for plan in plans)
    wished = eaten(plans)
    times, good = [], []
    walls = []
    for kind in kinds:
        supplies = list(SUPPLIES[kind](wished, book))
        report, status, seconds = night(asked, book, supplies, processes, effort)
        percent, hit = first_come(plans, supplies)
        figures = report.figures
        times.append((f"{count} {kind}", *seconds, 1_000 * seconds[-1] / count, peak_mb()))
        walls.append(seconds[3])
        good.append(
            (
                f"{count} {kind}",
                len(supplies),
                status[str(PlanStatus.OK)],
                100 * sum(each.overdrawn for each in report.supplies) / _wished(report),
                _gap(figures.chosen + figures.fined, figures.linear),
                _gap(figures.chosen, figures.linear),
                figures.fractional,
                sum(each.overdrawn > 0 for each in report.supplies),
                percent,
                hit,
            )
        )
    heads = (
        "clients, supplies",
        "alone",
        "shared",
        "plans",
        "wall s",
        "cpu s",
        "cpu ms each",
        "MB",
    )
    show(f"Seconds per stage, {processes} processes", heads, times)
    heads = (
        "clients, supplies",
        "scarce",
        "ok",
        "overrun %",
        "gap %",
        "gap % unfined",
        "split",
        "overdrawn",
        "peer's overrun %",
        "peer's weeks hit",
    )
    show("What it gives; peer: every week alone, first come first served", heads, good)
    print(f"peer: {ok} weeks ok, {peer_cpu:.0f} cpu s")
    return walls


def fewer(count: int, aims: Sequence[VariantAim], processes: int, effort: SharedEffort) -> None:
    """Print what fewer variants cost; peer: the same weeks without that aim, the first row."""
    book = packaged()
    asked = list(people(count, book))
    with ProcessPoolExecutor(processes) as executor:
        plans = list(compose_plans(asked, book, (), executor, effort=effort).plans)
        for aim in aims:
            began = perf_counter()
            _, found = with_fewer_variants(asked, plans, book, (), executor, aim=aim, effort=effort)
            _show_fewer(found, perf_counter() - began)


def _show_fewer(found: VariantReport, seconds: float) -> None:
    rows = [
        (
            "peer: as composed" if number == 0 else f"step {number}",
            each.variants,
            each.most_per_day,
            each.weeks,
            each.slack_permille / each.weeks,
            each.wishes / each.weeks,
            each.cents / each.weeks,
        )
        for number, each in enumerate(found.curve)
    ]
    heads = (
        "weeks",
        "variants",
        "fullest day",
        "ok",
        "slack permille each",
        "wishes each",
        "cents each",
    )
    aim = found.aim
    show(f"Fewer variants, {aim.choices} components per role stay open to everybody", heads, rows)
    print(
        f"{found.code}: aim {aim.most_per_day} a day, {found.least_open} must stay open a week,"
        f" {len(found.kept_open)} kept open,"
        f" {len(found.week.late)} out of reach of a cooking day, {seconds:.0f} s"
    )


def _wished(report: CrowdReport) -> int:
    return max(1, sum(each.wished for each in report.supplies))


def _gap(value: int, bound: int) -> float:
    return 100 * (value - bound) / abs(bound) if bound else 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables of each size, and how seconds grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[500, 2_000])
    parser.add_argument("--kinds", nargs="+", choices=sorted(SUPPLIES), default=sorted(SUPPLIES))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=SharedEffort().rounds)
    parser.add_argument("--variants", type=int, help="only fewer variants, for so many clients")
    parser.add_argument("--choices", type=int, nargs="+", default=[VariantAim().choices])
    parser.add_argument("--weeks-at-once", type=int, default=1, help="what keeps is cooked for")
    given = parser.parse_args(arguments)
    show_machine()
    effort = SharedEffort(rounds=given.rounds)
    if given.variants:
        at_once = given.weeks_at_once
        aims = [VariantAim(choices=each, weeks_at_once=at_once) for each in given.choices]
        fewer(given.variants, aims, given.processes, replace(effort, alone=15_000))
        return
    walls = [measure(each, given.kinds, given.processes, effort)[0] for each in given.clients]
    for (small, first), (large, last) in pairwise(zip(given.clients, walls, strict=True)):
        grows = log(last / first) / log(large / small)
        print(f"growth exponent of wall seconds from {small} to {large} clients: {grows:.2f}")


if __name__ == "__main__":
    main()
