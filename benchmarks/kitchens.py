"""A day of several kitchens laid out from one composed region, planned in parallel.

Run `python -m benchmarks.kitchens [--clients 500 2000 6667 20000] [--most 7000] [--workers 3]`.
Composing 20,000 weeks through the app would take half an hour and is not what is measured here: one
region of 500 clients is filled and gathered as the app does, and laid out again as often as
needed. People live where the generator of the demo puts them in further regions; what they order
are the orders of the first region, dealt out anew, with its stock, machines, people and vans each
time. A kitchen and its day is one unit of work in a process of its own, so memory is that of the
processes at work together. One process more than there are cores keeps the cores busy when the
kitchens are not a multiple of them: three kitchens on two cores end together, not the third alone.
Each kitchen tells on stderr how far it is, so that a run that is cut off still says something.
"""

import argparse
import json
import os
import pickle
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from functools import cache
from itertools import pairwise
from math import ceil, log
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from app.access import SYSTEM
from app.db import transaction
from app.operations import planning
from app.operations.demo import generate, packaged_seed
from app.operations.demo.seed import Seed
from benchmarks.plan_day import MONDAY, Clock, fresh, peak_memory_mb
from benchmarks.regions import WHOLE, Filled, fill, folder_of
from benchmarks.routing_day import day
from benchmarks.tables import Cell, show, show_machine
from logistics import (
    DayInputs,
    DayOrder,
    DayPlan,
    DayProgress,
    DaySite,
    Point,
    PowerModel,
    SiteKind,
    plan_json,
)
from logistics import plan_day as plan_one
from optimizer import Limits, solve_routing

STAGES = ("lay", "roads", "demand", "stock", "kitchen", "purchases", "routes", "check", "write")
GROWING = tuple(each for each in STAGES if each != "lay")
"""What a real day does too; laying the inputs out stands for gathering them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One kitchen and its day: so many clients, searched with so many moves."""

    base: Path
    number: int
    clients: int
    moves: int
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a unit."""

    clients: int
    orders: int
    addresses: int
    batches: int
    unserved: int
    violations: int
    cost_cents: int
    seconds: dict[str, float]
    cpu_s: float
    peak_mb: int


def region(folder: Path, clients: int, seed: int) -> Filled:
    """The composed region, filled unless the folder holds it."""
    path = folder / f"region-{clients}.sqlite3"
    if not path.exists():
        return fill(folder, MONDAY, clients, seed)
    tomorrow = planning.next_service_day(MONDAY)
    return Filled(path=path, service_day=tomorrow, clients=clients, seconds=())


def gathered(filled: Filled, path: Path) -> Path:
    """Keep the inputs of the region's day, as the app gathers them, for all units."""
    engine = filled.engine()
    with transaction(engine) as session:
        found = planning.gather(session, SYSTEM, filled.service_day)
    engine.dispose()
    path.write_bytes(pickle.dumps(found.inputs(PowerModel().matrix(found.points))))
    return path


def laid(unit: Unit) -> dict[str, Any]:
    """The day of one kitchen: the base day as often as its clients need, under names of its own.

    Its roads are still to be asked for, as after gathering.
    """
    base: DayInputs = pickle.loads(unit.base.read_bytes())  # noqa: S301 - written above
    shares = [min(WHOLE, unit.clients - at) for at in range(0, unit.clients, WHOLE)]
    parts = [
        _part(base, f"{unit.number}.{number}", share, 1_000 * unit.number + number)
        for number, share in enumerate(shares, start=1)
    ]
    times = sum(shares)
    fields = {each.name: getattr(base, each.name) for each in dataclass_fields(base)}
    del fields["roads"]
    return fields | {
        "snapshot": f"kitchen-{unit.number}",
        "limits": Limits(moves=unit.moves, seed=unit.seed),
        "sites": tuple(site for part in parts for site in part.sites),
        "orders": tuple(order for part in parts for order in part.orders),
        "eaters": {name: eater for part in parts for name, eater in part.eaters.items()},
        "forecast": tuple(_scaled(grams, times) for grams in base.forecast),
        "stock_targets": _scaled(base.stock_targets, times),
        "room_g": _scaled(base.room_g, times),
        "shifts": tuple(
            replace(shift, people=max(1, shift.people * times // WHOLE)) for shift in base.shifts
        ),
        **{
            name: tuple(row for part in parts for row in part.rows[name])
            for name in ("lots", "ingredient_lots", "machines", "vehicles")
        },
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """One laying of the base day."""

    sites: tuple[DaySite, ...]
    orders: tuple[DayOrder, ...]
    eaters: dict[str, Any]
    rows: dict[str, list[Any]]


def _part(base: DayInputs, name: str, clients: int, number: int) -> _Part:
    """So many clients of a region: its homes of the day, and its houses when it is whole."""
    region = generate(MONDAY.date(), _seed(), number)
    due = {f"s-{code}" for code in region.due}
    rows = {site.code: site for site in region.rows.sites}
    houses = [code for code in rows if code in {order.site for order in base.orders}]
    houses = [code for code in houses if clients == WHOLE and rows[code].kind is not SiteKind.HOME]
    homes = sorted(code for code in rows if code in due)[: max(1, len(due) * clients // WHOLE)]
    at_home = [order for order in base.orders if order.kind is SiteKind.HOME]
    dealt = {
        site: (at_home[(7 * place + 31 * number) % len(at_home)],)
        for place, site in enumerate(homes)
    }
    dealt |= {code: tuple(one for one in base.orders if one.site == code) for code in houses}
    orders = tuple(
        _named(order, site, f"{name}.{place}")
        for place, (site, order) in enumerate(
            (f"{site}/{name}", order) for site, each in dealt.items() for order in each
        )
    )
    eaters = {
        line.eater: base.eaters[line.eater.rpartition("~")[0]]
        for order in orders
        for line in order.lines
    }
    return _Part(
        sites=tuple(_site(rows[site], f"{site}/{name}") for site in dealt),
        orders=orders,
        eaters=eaters,
        rows={
            "lots": _less(base.lots, name, clients),
            "ingredient_lots": _less(base.ingredient_lots, name, clients),
            "machines": [replace(row, id=f"{row.id}~{name}") for row in base.machines],
            "vehicles": [replace(row, id=f"{row.id}~{name}") for row in base.vehicles],
        },
    )


@cache
def _seed() -> Seed:
    return packaged_seed()


def _named(order: DayOrder, site: str, name: str) -> DayOrder:
    lines = tuple(
        replace(
            line,
            id=f"{line.id}~{name}",
            order=f"{order.id}~{name}",
            eater=f"{line.eater}~{name}",
        )
        for line in order.lines
    )
    return replace(order, id=f"{order.id}~{name}", site=site, lines=lines)


def _site(row: Any, name: str) -> DaySite:
    point = Point(lat_e5=row.lat_e5, lon_e5=row.lon_e5)
    return DaySite(id=name, point=point, windows=row.windows, floor=row.floor)


def _less(rows: Sequence[Any], name: str, clients: int) -> list[Any]:
    return [
        replace(row, id=f"{row.id}~{name}", amount_g=max(1, row.amount_g * clients // WHOLE))
        for row in rows
    ]


def _scaled(grams: Any, clients: int) -> dict[Any, int]:
    return {name: amount * clients // WHOLE for name, amount in grams.items()}


def measure(unit: Unit) -> Done:
    """Lay a kitchen's day out, plan it, write it; in the process that was given the unit."""
    solve_routing(day(5, 0), Limits(moves=1))  # load the compiled kernel
    clock, worked = _Told(unit), process_time()
    clock.mark("lay")
    fields = laid(unit)
    points = (fields["depot"].point, *(site.point for site in fields["sites"]))
    clock.mark("roads")
    inputs = DayInputs(roads=PowerModel().matrix(points), **fields)
    plan = plan_one(inputs, clock)
    clock.mark("write")
    json.dumps(plan_json(inputs, plan))
    clock.mark("end")
    return _done(unit, inputs, plan, clock.seconds(), process_time() - worked)


class _Told(Clock):
    """A watch in CPU seconds that says on stderr what of a kitchen begins, and how far it is."""

    def __init__(self, unit: Unit) -> None:
        super().__init__(process_time)
        self.name, self.every = f"kitchen {unit.number}", max(1, unit.moves // 10)
        self.told, self.moves = "", 0

    def __call__(self, progress: DayProgress) -> bool:
        stage, going = progress.stage.value, super().__call__(progress)
        if stage != self.told or progress.moves >= self.moves + self.every:
            self.say(stage, progress.moves)
        return going

    def mark(self, stage: str) -> None:
        super().mark(stage)
        self.say(stage)

    def say(self, stage: str, moves: int = 0) -> None:
        """One line: CPU seconds of this process, memory, stage and moves."""
        self.told, self.moves = stage, moves
        far = f", {moves} moves" if moves else ""
        told = f"{self.name}: {self.now():.0f} CPU s, {peak_memory_mb()} MB, {stage}{far}"
        print(told, file=sys.stderr, flush=True)


def _done(
    unit: Unit, inputs: DayInputs, plan: DayPlan, seconds: dict[str, float], cpu_s: float
) -> Done:
    return Done(
        clients=unit.clients,
        orders=len(inputs.orders),
        addresses=len(inputs.sites),
        batches=len(plan.batches),
        unserved=len({one.order for one in plan.unserved}),
        violations=len(plan.violations),
        cost_cents=plan.routes.cost_cents,
        seconds=seconds,
        cpu_s=cpu_s,
        peak_mb=peak_memory_mb(),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """All kitchens of one size."""

    clients: int
    wall_s: float
    units: tuple[Done, ...]
    workers: int

    @property
    def peak_mb(self) -> int:
        """This process and the largest that work together, each at its own highest: a bound."""
        largest = sorted((unit.peak_mb for unit in self.units), reverse=True)
        return peak_memory_mb() + sum(largest[: self.workers])

    def total(self, stage: str) -> float:
        """CPU seconds of a stage over all kitchens."""
        return sum(unit.seconds[stage] for unit in self.units)


def at_size(base: Path, clients: int, asked: argparse.Namespace) -> Size:
    """Plan all kitchens of so many clients, each with its share."""
    count = ceil(clients / asked.most)
    shares = [clients // count + (number < clients % count) for number in range(count)]
    units = [
        Unit(
            base=base,
            number=number,
            clients=share,
            moves=asked.moves_per_client * share,
            seed=asked.seed,
        )
        for number, share in enumerate(shares, start=1)
    ]
    began = perf_counter()
    context = get_context("spawn")
    with ProcessPoolExecutor(asked.workers, mp_context=context, max_tasks_per_child=1) as pool:
        done = tuple(pool.map(measure, units))
    return Size(clients=clients, wall_s=perf_counter() - began, units=done, workers=asked.workers)


HEADS = (
    *("clients", "kitchens", "orders", "addresses", "batches"),
    *STAGES,
    *("cpu s", "wall s", "peak MB", "EUR", "unserved", "violations"),
)


def size_row(size: Size) -> tuple[Cell, ...]:
    """The figures of one size, over all its kitchens."""
    units = size.units
    return (
        size.clients,
        len(units),
        *(
            sum(getattr(unit, name) for unit in units)
            for name in ("orders", "addresses", "batches")
        ),
        *(size.total(stage) for stage in STAGES),
        sum(unit.cpu_s for unit in units),
        size.wall_s,
        size.peak_mb,
        sum(unit.cost_cents for unit in units) / 100,
        sum(unit.unserved for unit in units),
        sum(unit.violations for unit in units),
    )


def exponents(sizes: Sequence[Size]) -> Iterator[tuple[Cell, ...]]:
    """How each stage grows from one size to the next by clients of a kitchen; 1 is linear."""
    for small, large in pairwise(sizes):
        one, other = small.units[0], large.units[0]
        times = log(other.clients / one.clients)
        if times:
            yield (
                f"{one.clients} to {other.clients}",
                *(_exponent(one.seconds[each], other.seconds[each], times) for each in GROWING),
            )


def _exponent(small_s: float, large_s: float, times: float) -> float | None:
    """None where there is too little time to tell."""
    return log(large_s / small_s) / times if small_s > 0.01 else None


def projection(sizes: Sequence[Size], clients: int, kitchens: int) -> str | None:
    """What so many clients would take: the largest kitchen measured, grown by its own exponents.

    None where no kitchen was smaller than the largest.
    """
    units = sorted((size.units[0] for size in sizes), key=lambda unit: unit.clients)
    last = units[-1]
    before = next((unit for unit in reversed(units) if unit.clients < last.clients), None)
    if before is None:
        return None
    share = clients // kitchens
    grown = 0.0
    for stage in GROWING:
        one, other = before.seconds[stage], last.seconds[stage]
        times = log(last.clients / before.clients)
        power = max(1.0, _exponent(one, other, times) or 1.0)
        grown += other * (share / last.clients) ** power
    fixed = units[0].peak_mb
    mb = fixed + (last.peak_mb - fixed) * (share / last.clients) ** 2
    return (
        f"Projected, not measured: {clients} clients, {kitchens} kitchens of {share}:"
        f" {grown:.0f} CPU seconds per kitchen, {kitchens * grown / 3600:.1f} core hours in all,"
        f" {mb:.0f} MB per process (its roads grow with the square of its addresses)."
        f" Measured: kitchens of up to {last.clients} clients, from the roads to the written plan."
        " Not measured: gathering from the database, composing weeks, papers."
    )


def show_all(sizes: Sequence[Size], moves_per_client: int) -> None:
    """Print every table; growth and projection from two sizes on."""
    title = f"Kitchens laid out, CPU seconds over all of them, {moves_per_client} moves per client"
    show(title, HEADS, map(size_row, sizes))
    if len(sizes) > 1:
        show("Growth by clients of a kitchen, 1 is linear", ("from", *GROWING), exponents(sizes))
        print(projection(sizes, 200_000, 20) or "Nothing projected: all kitchens are of one size.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, nargs="+", default=[500, 2000, 6667, 20000])
    parser.add_argument("--most", type=int, default=7_000, help="clients of one kitchen")
    parser.add_argument("--workers", type=int, default=(os.cpu_count() or 1) + 1)
    parser.add_argument("--moves-per-client", type=int, default=planning.MOVES // WHOLE)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--base", type=int, default=WHOLE, help="clients of the composed region")
    parser.add_argument("--keep", type=Path, help="folder that keeps the composed region")
    asked = parser.parse_args(arguments)
    show_machine()
    with ExitStack() as stack:
        folder = folder_of(asked.keep, stack)
        base = folder / f"day-{asked.base}.pickle"
        if not base.exists():
            print(f"filling {asked.base} clients", file=sys.stderr)
            fresh(gathered, fresh(region, folder, asked.base, asked.seed), base)
        print("loading the compiled kernels", file=sys.stderr)
        fresh(measure, Unit(base=base, number=0, clients=50, moves=100, seed=asked.seed))
        sizes = []
        for clients in asked.clients:
            print(f"planning {clients} clients", file=sys.stderr)
            size = at_size(base, clients, asked)
            sizes.append(size)
            told = f"{clients} clients: {size.wall_s:.0f} s on the wall, {size.peak_mb} MB at most"
            print(told, file=sys.stderr, flush=True)
    show_all(sizes, asked.moves_per_client)


if __name__ == "__main__":
    main()
