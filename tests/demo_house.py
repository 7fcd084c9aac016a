"""The demo region loaded by its own command, once per run however many workers the run has."""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOVES = "15000"
"""How long a day is searched where a test looks at it, not at what it costs."""


def loaded(factory: pytest.TempPathFactory) -> Path:
    """Give the file of the loaded demo; who comes first builds it, the others wait for the lock."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    path = shared / "demo.sqlite3"
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            _load(path)
    return path


def _load(path: Path) -> None:
    """Load beside the final place, so that a load that was ended is not taken for a whole one."""
    fresh = path.with_name("demo.loading.sqlite3")
    for old in fresh.parent.glob(f"{fresh.name}*"):
        old.unlink()
    env = {**os.environ, "DATABASE_URL": f"sqlite:///{fresh}", "SECRET_KEY": "k" * 32}
    env["PLAN_MOVES"] = MOVES
    command = [sys.executable, "-m", "flask", "demo"]
    answer = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    path.with_name("demo.json").write_text(answer.stdout, encoding="utf-8")
    fresh.rename(path)
