"""A small sample of every benchmark, within five minutes on 2 cores; `--all` runs all at full size.

Run `python -m benchmarks.sample [--all]`, or `make bench` and `make bench-all`. Each runs in a
process of its own, so that none warms up another.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parents[1]


def _asks_for_routes(file: Path) -> bool:
    return file.suffix in {".txt", ".vrp"}


INSTANCES = ROOT.parent / "shared" / "data" / "benchmarks"
PUBLIC = tuple(str(each) for each in sorted(INSTANCES.glob("*vrp*/*")) if _asks_for_routes(each))
"""Public instances, where they are: beside the project."""
ROUTES_WHOLE = (("routing", *PUBLIC[::8], "--seconds", "30"),) if PUBLIC else ()
ROUTES_SAMPLE = (("routing", PUBLIC[0], "--seconds", "10"),) if PUBLIC else ()

WHOLE: tuple[tuple[str, ...], ...] = (
    ("roads",),
    ("menus",),
    ("night", "--clients", "500", "2000", "20000"),
    ("night", "--variants", "200", "--choices", "4", "2"),
    ("routing_day",),
    ("routing_day", "--eased"),
    *ROUTES_WHOLE,
    ("plan_day",),
    ("plan_day", "--clients", "100", "500", "--repeats", "5", "--no-peers"),
    ("kitchens",),
    ("pages",),
    ("screening", "--forms", "20000"),
    ("watching",),
    ("worklist",),
    ("suitability",),
    ("flowshop",),
    ("kitchen",),
    ("lots",),
    ("refills",),
    ("policies",),
    ("rationing",),
    ("levels",),
)
SAMPLE: tuple[tuple[str, ...], ...] = (
    ("roads",),
    ("menus", "--clients", "20", "--peer", "1", "--peer-seconds", "10"),
    ("night", "--clients", "60", "--kinds", "tight"),
    ("night", "--variants", "15"),
    ("routing_day", "--stops", "150", "--seconds", "10"),
    *ROUTES_SAMPLE,
    ("plan_day", "--clients", "100"),
    ("kitchens", "--base", "100", "--clients", "200", "--moves-per-client", "20"),
    ("pages", "--clients", "100"),
    ("screening", "--forms", "500"),
    ("watching", "--clients", "2000"),
    ("worklist", "--clients", "300"),
    ("suitability", "--pairs", "50000"),
    ("flowshop", "--seconds", "1", "--seeds", "1", "--files", "4"),
    ("kitchen", "--seeds", "2", "--moves", "1000", "--peer-seeds", "1", "--peer-seconds", "5"),
    ("lots", "--seconds", "3", "--files", "6"),
    ("refills", "--homes", "10000"),
    ("policies", "--seeds", "2", "--items", "20"),
    ("rationing", "--items", "40"),
    ("levels", "--peer", "3"),
)


def run(command: Sequence[str]) -> bool:
    """Run one benchmark; False when it failed."""
    name, *options = command
    print(f"\n== {' '.join(command)}", flush=True)
    began = perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{name}", *options], cwd=ROOT, check=False
    )
    print(f"-- {perf_counter() - began:.0f} s", flush=True)
    return done.returncode == 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run each in turn; ends with a failure when one of them failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true", help="whole sizes, about half an hour")
    asked = parser.parse_args(arguments)
    failed = [" ".join(one) for one in (WHOLE if asked.all else SAMPLE) if not run(one)]
    if failed:
        raise SystemExit(f"failed: {'; '.join(failed)}")


if __name__ == "__main__":
    main()
