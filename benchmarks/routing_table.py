"""Our routes beside those of peers on the same files, at equal wall time on two cores."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import mean

from benchmarks.route_check import Driven, objective
from benchmarks.tables import Cell, show, show_machine
from benchmarks.vrplib import Instance, read_instance

PEERS = (("pyvrp", (1, 2)), ("or-tools", (1, 2)), ("vroom", (1,)))
"""Peers and their seeds, run at once: one core for each, the better one counts. VROOM uses both."""
HEADS = ("instance", "best known", "npcc", "pyvrp", "or-tools", "vroom")


def gaps(file: Path, seconds: float, seed: int) -> list[float | None]:
    """Per cent above the best known: ours, then each peer's; None where there are no routes."""
    best = best_known(file, read_instance(file))
    ours = _run(["routing", str(file), "--json", "--workers", "2"], seconds, [seed])[0]
    found = [ours and ours["objective"]]
    for peer, seeds in PEERS:
        told = _run(["routing_peers", peer, str(file)], seconds, seeds)
        found.append(min((each for each in told if each is not None), default=None))
    return [None if each is None or best is None else 100 * (each / best - 1) for each in found]


def _run(words: Sequence[str], seconds: float, seeds: Sequence[int]) -> list:
    """What a module prints for each seed, run at the same time."""
    module, *rest = words
    started = [
        subprocess.Popen(
            [
                *(sys.executable, "-m", f"benchmarks.{module}", *rest),
                *("--seconds", str(seconds), "--seed", str(seed)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        for seed in seeds
    ]
    told = [process.communicate()[0] for process in started]
    return [json.loads(each) if each else None for each in told]


def best_known(file: Path, instance: Instance) -> float | None:
    """From the solution beside a VRPLIB file, or from the table above Solomon's."""
    if file.suffix == ".vrp":
        beside = file.with_suffix(".sol")
        return objective(instance, published(beside)) if beside.exists() else None
    table = file.parent.parent / "vrptw-best-known.json"
    if not table.exists():
        return None
    known = json.loads(table.read_text(encoding="utf-8"))
    told = {name.upper(): each["bks"] for name, each in known.items()}.get(file.stem.upper())
    return None if told is None else round(told * instance.rule.scale)


def published(file: Path) -> list[Driven]:
    """Routes of a solution to a VRPLIB file: k is node k + 1, and 0 a reload."""
    routes = []
    for line in file.read_text(encoding="utf-8").splitlines():
        head, _, words = line.partition(":")
        if head.startswith("Route") and words.strip():
            trips = f" {words} ".replace(" 0 ", " | ").split("|")
            numbers = tuple(tuple(int(word) + 1 for word in trip.split()) for trip in trips)
            routes.append(Driven(int(head.split("#")[1]), numbers))
    return routes


def show_table(files: Sequence[Path], seconds: float, seed: int) -> None:
    """Print gaps per instance, and the mean per folder over what all could answer."""
    show_machine()
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{_versions()}; pyvrp and or-tools: better of two seeds, one per core")
    rows: list[list[Cell]] = []
    families: defaultdict[str, list[list[float | None]]] = defaultdict(list)
    for file in files:
        found = gaps(file, seconds, seed)
        families[file.parent.name].append(found)
        rows.append([file.stem, best_known(file, read_instance(file)), *found])
    for family, lines in families.items():
        columns = (
            [cell for cell in column if cell is not None] for column in zip(*lines, strict=True)
        )
        means: list[Cell] = [mean(c) if len(c) == len(lines) else None for c in columns]
        rows.append([f"mean of {family}", None, *means])
    show(f"Per cent above the best known after {seconds:g} s, load {load}", HEADS, rows)


def _versions() -> str:
    told = []
    for name in ("pyvrp", "ortools", "pyvroom"):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            told.append(f"{name} is not installed")
    return ", ".join(told)
