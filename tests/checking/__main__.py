"""`python -m tests.checking CATALOGUE REQUESTS RESULTS`: exit 1 when anything is wrong."""

import json
import sys
from pathlib import Path

from tests.checking.plan_checker import faults_of


def main(paths: list[str]) -> int:
    """Print every fault, one a line."""
    if len(paths) != 3:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    catalogue, requests, results = (
        json.loads(Path(path).read_text(encoding="utf-8")) for path in paths
    )
    found = faults_of(catalogue, requests, results)
    sys.stdout.writelines(f"{fault}\n" for fault in found)
    sys.stderr.write(f"{len(results['results'])} results, {len(found)} faults\n")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
