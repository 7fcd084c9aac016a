"""How every benchmark looks: one line about the machine, then plain tables."""

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import quantiles

Cell = str | int | float | None


def show(title: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Print a table: the first column to the left, figures to the right, None as a dash."""
    lines = [list(heads), *([_text(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    print(f"\n{title}")
    for number, line in enumerate(lines):
        first, *others = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        cells = [first, *(cell.strip().rjust(len(cell)) for cell in others)]
        print("  ".join(cells).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:.2f}" if isinstance(cell, float) else str(cell)


def show_machine() -> None:
    """Print what the figures below were taken on, the load of others included."""
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    packages = ", ".join(f"{name} {version(name)}" for name in ("numba", "ortools", "sqlalchemy"))
    print(f"{os.cpu_count()} cores, {_processor()}; load average {load}")
    print(f"Python {platform.python_version()}, {packages}")


def _processor() -> str:
    """Give the model of the processor, or its kind where the system does not tell."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def p95(figures: Sequence[float]) -> float:
    """The figure below which nineteen of twenty lie."""
    return quantiles(figures, n=20, method="inclusive")[-1] if len(figures) > 1 else figures[0]
