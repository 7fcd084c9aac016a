"""Our routes beside those of peers on the same files, at equal wall time on two cores."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from collections import defaultdict
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import mean

from benchmarks.route_check import Driven, objective
from benchmarks.tables import Cell, show, show_machine
from benchmarks.vrplib import Instance, read_instance

PEERS: dict[str, tuple[int, ...]] = {"pyvrp": (1, 2), "or-tools": (1, 2), "vroom": (1,)}
"""Peers and their seeds, run at once: one core for each, the better one counts. VROOM uses both."""
DATA = Path(__file__).parents[2] / "shared" / "data" / "benchmarks"
FAMILIES = {
    "solomon": ("vrptw-solomon/*.txt",),
    "homberger": ("vrptw-homberger-200/*.txt", "vrptw-homberger-400/*.txt"),
    "homberger-1000": ("vrptw-homberger-1000/*.txt",),
    **{name: (f"{name}/*.vrp",) for name in ("mdvrptw", "sdvrptw", "hfvrp", "mtvrptwr", "pcvrptw")},
    "belgium": ("../belgium/belgium-road-*.vrp",),
    "yardstick": (
        *(f"vrptw-solomon/{name}.txt" for name in ("R112", "R204", "R210", "RC108")),
        *(f"vrptw-homberger-{name}.txt" for name in ("200/r1_2_8", "200/rc2_2_4", "400/r1_4_2")),
        *("vrptw-homberger-400/r2_4_9.txt", "vrptw-homberger-1000/rc1_10_8.txt"),
        *("mdvrptw/PR11B.vrp", "sdvrptw/PR11A.vrp", "sdvrptw/PR22.vrp", "hfvrp/X153-FSMFD.vrp"),
        *("mtvrptwr/RC203R0.5.vrp", "mtvrptwr/R209R0.5.vrp", "pcvrptw/RC1_10_7.vrp"),
        "../belgium/belgium-road-time-n500-k20.vrp",
    ),
}
"""Public instances by family, where they lie beside the project; a yardstick has some of each."""
FIGURES = ("instance", "best known", "npcc")


def family(name: str) -> list[Path]:
    """The files of a family, in order; none where they are absent."""
    return [file for pattern in FAMILIES[name] for file in sorted(DATA.glob(pattern))]


def gaps(file: Path, asked: Namespace) -> list[float | None]:
    """Per cent above the best known: ours, then each peer's; None where there are no routes.

    Above the best of them where no best is known.
    """
    best = best_known(file, read_instance(file))
    mode = ["--cpu"] * asked.cpu
    words = ["routing", str(file), "--json", "--workers", str(asked.workers), *mode]
    ours = _run(words, asked.seconds, [asked.seed])[0]
    found = [ours and ours["objective"]]
    for peer in asked.peers:
        told = _run(["routing_peers", peer, str(file), *mode], asked.seconds, PEERS[peer])
        found.append(min((each for each in told if each is not None), default=None))
    best = best or min((each for each in found if each is not None), default=None)
    return [None if each is None or best is None else 100 * (each / best - 1) for each in found]


def _run(words: Sequence[str], seconds: float, seeds: Sequence[int]) -> list:
    """What a module prints for each seed, run at the same time, or by CPU in turn."""
    module, *rest = words
    started, told = [], []
    for seed in seeds:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", f"benchmarks.{module}", *rest),
                *("--seconds", str(seconds), "--seed", str(seed)),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        if "--cpu" in rest:
            process.wait()
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


def show_table(asked: Namespace) -> None:
    """Print gaps per instance as they come, then a table with the mean per folder."""
    show_machine()
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{_versions()}; pyvrp and or-tools: better of two seeds, one per core")
    rows: list[list[Cell]] = []
    families: defaultdict[str, list[list[float | None]]] = defaultdict(list)
    for file in asked.files:
        found = gaps(file, asked)
        told = " ".join("-" if each is None else f"{each:.2f}" for each in found)
        print(f"{file.stem} {told}", file=sys.stderr, flush=True)
        families[file.parent.name].append(found)
        rows.append([file.stem, best_known(file, read_instance(file)), *found])
    for name, lines in families.items():
        columns = (
            [cell for cell in column if cell is not None] for column in zip(*lines, strict=True)
        )
        means: list[Cell] = [mean(c) if len(c) == len(lines) else None for c in columns]
        rows.append([f"mean of {len(lines)} of {name}", None, *means])
    seconds = "CPU s of each of 2 cores" if asked.cpu else "s"
    title = f"Per cent above the best known after {asked.seconds:g} {seconds}, load {load}"
    show(title, (*FIGURES, *asked.peers), rows)


def _versions() -> str:
    told = []
    for name in ("pyvrp", "ortools", "pyvroom"):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            told.append(f"{name} is not installed")
    return ", ".join(told)
