"""`python -m optimizer.replay plan.json` solves the problems of a stored day again."""

import json
import sys
from pathlib import Path

from optimizer.storage import solve_again


def main(arguments: list[str]) -> int:
    """Solve each problem of a plan file again: 0 all cost the same, 1 one differs, 2 unreadable."""
    try:
        (path,) = arguments
        entries = json.loads(Path(path).read_text(encoding="utf-8"))["inputs"]["problems"]
        answers = [solve_again(entry) for entry in entries]
    except (ValueError, KeyError, TypeError, OSError) as broken:
        sys.stderr.write(f"no plan to solve again: {broken}\n")
        return 2
    sys.stdout.write(json.dumps({"problems": answers}, indent=1) + "\n")
    return 0 if all(answer["same"] for answer in answers) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
