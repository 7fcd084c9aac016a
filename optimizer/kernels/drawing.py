"""Numbers drawn in compiled code, the same on every machine."""

import numpy as np
from numpy.typing import NDArray

from optimizer.kernels.compiling import njit

Ints = NDArray[np.int64]


def seeded(seed: int) -> Ints:
    """Where the draws of a seed begin."""
    return np.array([1 + seed * 7919 % 2147483561, 1 + seed * 104729 % 2147483397])


@njit(cache=True)
def draw(rng: Ints) -> float:
    """A number in 0..1 by two combined generators (L'Ecuyer 1988), all within 64 bits."""
    rng[0] = rng[0] * 40014 % 2147483563
    rng[1] = rng[1] * 40692 % 2147483399
    return float((rng[0] - rng[1]) % 2147483562) / 2147483562.0
