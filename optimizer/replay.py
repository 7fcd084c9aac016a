"""`python -m optimizer.replay plan.json` solves the problems of a stored day again."""

import json
import sys
from pathlib import Path
from typing import Any

from optimizer.storage import solve_again


def main(arguments: list[str]) -> int:
    """Solve each problem of a plan file again, and say whether the same answers come out.

    0: all do. 1: one differs, or was left out of the file. 2: nothing that can be solved.
    """
    try:
        (path,) = arguments
        answers = [solve_again(entry) for entry in _entries(Path(path))]
    except (ValueError, KeyError, TypeError, OSError) as broken:
        sys.stderr.write(f"no plan to solve again: {broken}\n")
        return 2
    sys.stdout.write(json.dumps({"problems": answers}, indent=1) + "\n")
    return 0 if all(answer["same"] for answer in answers) else 1


def _entries(path: Path) -> list[Any]:
    """Give the stored problems of a plan; ValueError when there are none."""
    entries = json.loads(path.read_text(encoding="utf-8"))["inputs"]["problems"]
    if not isinstance(entries, list) or not entries:
        raise ValueError("the file stores no problem")
    return entries


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
