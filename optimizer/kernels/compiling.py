"""What compiles a kernel (numba), kept on disk.

numba does not see that a kernel has changed which another one calls: what is compiled is kept in a
folder named after all their sources, so that no kernel of other sources is ever loaded.
"""

from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from typing import Any, TypeVar, cast

from numba import config, njit

__all__ = ["bare", "njit"]

_HERE = files(__package__)
_NAMES = sorted(each.name for each in _HERE.iterdir() if each.name.endswith(".py"))
_SOURCES = b"".join((_HERE / name).read_bytes() for name in _NAMES)
_SETTINGS = vars(config)  # numba fills them in from the environment
_ROOT = _SETTINGS["CACHE_DIR"] or _HERE / "__pycache__"
_SETTINGS["CACHE_DIR"] = f"{_ROOT}/{sha256(_SOURCES).hexdigest()[:12]}"

Kernel = TypeVar("Kernel", bound=Callable[..., Any])
_BARE: dict[str, Any] = {"cache": True, "_nrt": False}


def bare(function: Kernel) -> Kernel:
    """Compile a function that allocates nothing, without counting references to its arrays."""
    return cast(Kernel, njit(**_BARE)(function))
