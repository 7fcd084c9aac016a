"""How far the road model is off on real Belgian roads, beside constants that are often used.

Run `python -m benchmarks.roads [FOLDER]`: road km and seconds of 500 Belgian towns (GraphHopper,
free flow; the belgium-road-* sets of Timefold's vehicle routing examples).
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.tables import show, show_machine
from logistics.roads import Point, PowerModel, crow_km

FOLDER = Path(__file__).parents[1].parent / "shared" / "data" / "belgium"
KM, TIME = "belgium-road-km-n500-k20.vrp", "belgium-road-time-n500-k20.vrp"
NORTH, NEAREST_KM, FARTHEST_KM = 50.68, 1.0, 40.0  # the region and range of the fit
BANDS = (1, 3, 5, 10, 20, 40)
HEADS = ("model", "crow km", "pairs", "km MAPE", "km bias", "s MAPE", "s bias")

Reals = NDArray[np.float64]


def read(path: Path) -> tuple[list[tuple[float, float]], Reals]:
    """Coordinates and the full matrix of a VRPLIB file."""
    section, places, cells = "", [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.endswith("_SECTION"):
            section = line
        elif section == "NODE_COORD_SECTION":
            _, latitude, longitude, *_ = line.split()
            places.append((float(latitude), float(longitude)))
        elif section == "EDGE_WEIGHT_SECTION":
            cells.append([float(cell) for cell in line.split()])
    return places, np.array(cells)


def models(points: tuple[Point, ...], crow: Reals) -> Iterator[tuple[str, Reals, Reals]]:
    """Name, metres and seconds of each model on the same points."""
    ours = PowerModel(traffic_percent=100).matrix(points)
    yield "npcc power model", np.array(ours.metres, float), np.array(ours.seconds, float)
    for kmh in (50, 40):
        yield f"1.3 x crow at {kmh} km/h", 1300 * crow, 1.3 * crow / kmh * 3600


def errors(model: Reals, real: Reals, pairs: NDArray[np.bool_]) -> tuple[str, str]:
    """MAPE and bias in percent over the chosen pairs."""
    off = (model[pairs] - real[pairs]) / real[pairs] * 100
    return f"{np.abs(off).mean():.1f}", f"{off.mean():+.1f}"


def table(folder: Path) -> None:
    """Print one block of rows per model."""
    places, km = read(folder / KM)
    _, seconds = read(folder / TIME)
    keep = [i for i, (latitude, _) in enumerate(places) if latitude > NORTH]
    km, seconds = km[np.ix_(keep, keep)], seconds[np.ix_(keep, keep)]
    points = tuple(Point.of(*places[i]) for i in keep)
    crow = np.array(list(crow_km(points)))
    inside = (crow >= NEAREST_KM) & (crow <= FARTHEST_KM) & (km > 0) & (seconds > 0)
    bands = [(f"{a}-{b}", inside & (crow >= a) & (crow < b)) for a, b in pairwise(BANDS)]
    rows = [
        (
            name,
            label,
            int(pairs.sum()),
            *errors(metres, km * 1000, pairs),
            *errors(model_s, seconds, pairs),
        )
        for name, metres, model_s in models(points, crow)
        for label, pairs in [("all", inside), *bands]
    ]
    show(f"{len(points)} towns north of {NORTH}; errors in percent, ordered pairs", HEADS, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder = parser.parse_args(arguments).folder
    missing = [name for name in (KM, TIME) if not (folder / name).exists()]
    if missing:
        print(f"skipped: {', '.join(missing)} not found in {folder}", file=sys.stderr)
        return
    show_machine()
    table(folder)


if __name__ == "__main__":
    main()
