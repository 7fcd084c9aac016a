"""How soon a clash of rules is named, whether it is the fewest, and how soon swaps are priced.

Run `python -m benchmarks.explaining --requests 12`. Requests are made impossible by number: a
protein floor against ceilings of energy, phosphorus or potassium, under varied textures and
allergies. Every conflict is asked again whole, and again without each of its rules. The peer is
the same question put again for each rule there is, without a proof that says where to look.
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from time import process_time

from benchmarks.meal_clients import clients
from benchmarks.menus import packaged
from benchmarks.tables import p95, show, show_machine
from menus import Catalogue, PlanBench, PlanPlace, PlanRequest, Window, compose_plan
from menus.relaxing import _Case, _demands, conflict
from optimizer import Limits


def impossible(count: int, book: Catalogue) -> Iterator[PlanRequest]:
    """Requests with a protein floor above what a ceiling allows."""
    for number, request in enumerate(clients(count, book)):
        ceiling = (
            ("phosphorus_mg", Window(safe_max=500 + 37 * (number % 11))),
            ("potassium_mg", Window(safe_max=900 + 53 * (number % 11))),
            ("energy_kcal", Window(safe_max=9_000 + 251 * (number % 11))),
        )[number % 3]
        floor = ("protein_g", Window(safe_min=1_000 + 29 * (number % 10)))
        yield replace(request, day=(floor, ceiling), week=())


def cores(book: Catalogue, count: int) -> None:
    """Print CPU milliseconds until a minimal conflict, and how many were confirmed."""
    ours: list[float] = []
    theirs: list[float] = []
    sizes, shown, confirmed = [], 0, 0
    for request in impossible(count, book):
        start = process_time()
        names = frozenset(rule.rule for rule in conflict(request, book))
        ours.append((process_time() - start) * 1_000)
        if names == {"undecided"}:
            continue
        shown += 1
        sizes.append(len(names))
        case = _Case(request, book)
        confirmed += case.impossible(names) and all(case.possible(names - {one}) for one in names)
        start = process_time()
        kept = frozenset(_demands(request)) | case._gate  # noqa: SLF001 - the peer leaves out all
        for name in sorted(kept):
            kept = kept - {name} if case.impossible(kept - {name}) else kept
        theirs.append((process_time() - start) * 1_000)
    show(
        f"A minimal conflict for {count} impossible requests: {shown} named, {confirmed} confirmed",
        ("CPU ms", "p50", "p95", "worst"),
        (
            (name, sorted(each)[len(each) // 2], p95(each), max(each))
            for name, each in (("npcc", ours), ("leaving out every rule", theirs))
        ),
    )
    print(f"rules in a conflict: {sorted(sizes)}")


def swaps(book: Catalogue, count: int) -> None:
    """Print CPU milliseconds for the five best swaps of each place of a plan."""
    first: list[float] = []
    later: list[float] = []
    for request in clients(count, book):
        plan = compose_plan(request, book, Limits(moves=20_000))
        start = process_time()
        bench = PlanBench(plan, request, book)
        first.append((process_time() - start) * 1_000)
        for item in plan.items:
            start = process_time()
            bench.alternatives(PlanPlace(day=item.day, slot=item.slot, role=item.role))
            later.append((process_time() - start) * 1_000)
    show(
        f"The five best swaps, {count} plans",
        ("CPU ms", "p50", "p95", "worst"),
        (
            (name, sorted(each)[len(each) // 2], p95(each), max(each))
            for name, each in (("laying a plan out, once", first), ("each place", later))
        ),
    )


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=12)
    count = parser.parse_args().requests
    show_machine()
    book = packaged()
    cores(book, count)
    swaps(book, min(count, 4))


if __name__ == "__main__":
    main()
