"""What each supply costs while everybody shares it: raised where overdrawn, lowered where not."""

import numpy as np

from optimizer._linear import Floats
from optimizer.kernels.shared import MILLI, Ints

_FIRST_STEP, _LEAST_STEP, _MOST_STEP = 240.0, 10.0, 2_000.0
"""Weighted points by which the price of one usual draw moves at most."""
_LONGER, _SHORTER = 1.5, 0.5
_FIRM = 4.0
"""A quarter too much, or too little, takes the whole step."""


class Prices:
    """A price per unit of each supply, in weighted points.

    Each supply has a step of its own: longer while the sign of what is beyond it stays, halved
    where it turns (Riedmiller and Braun 1993, resilient propagation, on the subgradient).
    """

    def __init__(self, at_most: Ints, usual: Floats) -> None:
        self._at_most, self._usual = at_most, usual
        self._steps = np.full(len(at_most), _FIRST_STEP)
        self._side = np.zeros(len(at_most))
        self._each = np.zeros(len(at_most))

    def milli(self) -> Ints:
        """Thousandths of a weighted point per unit, rounded up."""
        return np.ceil(self._each * MILLI).astype(np.int64)

    def follow(self, used: Ints) -> None:
        """Take one step after what was drawn at these prices."""
        beyond = (used - self._at_most) / np.maximum(1, self._at_most)
        turned = np.sign(beyond) * self._side
        factor = np.where(turned > 0, _LONGER, np.where(turned < 0, _SHORTER, 1.0))
        self._steps = np.clip(self._steps * factor, _LEAST_STEP, _MOST_STEP)
        self._side = np.sign(beyond)
        change = self._steps * np.clip(beyond * _FIRM, -1.0, 1.0)
        self._each = np.maximum(0.0, self._each + change / self._usual)
