"""A search run twice by an interpreter of its own: compiled, and as plain Python."""

import os
import subprocess
import sys


def both_ways(code: str) -> set[str]:
    """Give what the code prints with its kernels compiled and without: one text if all is well."""
    return {
        subprocess.run(  # our own interpreter and words
            [sys.executable, "-W", "error", "-c", code],
            env={**os.environ, "NUMBA_DISABLE_JIT": off},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for off in ("0", "1")
    }
