"""What is compiled is never older than any source it came from."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from optimizer.kernels import compiling

ASKING = "from kernels.asking import ask; print(ask())"


def test_a_kernel_is_compiled_anew_when_one_that_it_calls_has_changed(tmp_path: Path) -> None:
    package = tmp_path / "kernels"
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copy(str(compiling.__file__), package)
    head = "from kernels.compiling import njit\n"
    call = "from kernels.told import tell\n@njit(cache=True)\ndef ask():\n    return tell()\n"
    (package / "asking.py").write_text(head + call, encoding="utf-8")
    said = []
    for answer in ("old", "old", "new"):
        told = f"@njit(cache=True)\ndef tell():\n    return {answer!r}\n"
        (package / "told.py").write_text(head + told, encoding="utf-8")
        said.append(_run(tmp_path))
    assert said == ["old", "old", "new"]
    kept = {path.parent.parent.name for path in package.rglob("asking.*.nbi")}
    assert len(kept) == 2


def _run(folder: Path) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("NUMBA_")}
    env["PYTHONDONTWRITEBYTECODE"] = "1"  # of two sources in one second it would keep the first
    done = subprocess.run(  # our own interpreter and words
        [sys.executable, "-c", ASKING],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()
