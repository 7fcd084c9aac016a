"""Demand that comes now and then, without a plan: which method forecasts it best, and why.

Three methods are walked over what was seen, each telling a day before it comes; the one with the
least error is used. Croston smooths sizes and intervals (with the correction of Syntetos and Boylan
2005); TSB smooths sizes and the chance of any demand, so that what died out fades (Teunter,
Syntetos and Babai 2011); the mean is the mean. Errors are compared as MASE (Hyndman and Koehler
2006): a mean absolute error over that of saying "as yesterday". An absolute error leans towards
too little where most days ask for nothing, so the bias is told as well. All in whole millionths.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

MILLION = 1_000_000
_WARM, _LEAST = 14, 2
"""Days that no error is counted of, and how many days of demand a comparison needs."""
_TENTH = 10
"""Every smoothing takes a tenth of what is new (house rule)."""


class Method(StrEnum):
    """How a stream is forecast; the simplest first, which wins where errors are equal."""

    MEAN = "mean"
    CROSTON = "croston"
    TSB = "tsb"


class StreamReason(StrEnum):
    """Why a method was chosen: there is too little to compare, or its error is the least."""

    FEW = "stream.few"
    LEAST = "stream.least"


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamForecast:
    """What a stream asks per day (millionths of a unit), by which method and why.

    `mase`: thousandths by method, empty where nothing could be compared. `bias`: what the chosen
    method told too much (below zero: too little), thousandths of what came.
    """

    per_day: int
    method: Method
    reason: StreamReason
    mase: tuple[tuple[Method, int], ...] = ()
    bias: int = 0


def forecast_stream(seen: Sequence[int]) -> StreamForecast:
    """The forecast of a stream from what each day asked, the oldest first; zero is a day of none.

    Raises ValueError for a demand below nothing.
    """
    if min(seen, default=0) < 0:
        raise ValueError("nobody asks for less than nothing")
    told = {method: _walk(seen, method) for method in Method}
    steps = [abs(after - before) for before, after in pairwise(seen)]
    days = len(seen) - _WARM
    if days < _WARM or sum(each > 0 for each in seen) < _LEAST or not sum(steps):
        return StreamForecast(
            per_day=told[Method.MEAN][-1], method=Method.MEAN, reason=StreamReason.FEW
        )
    naive = MILLION * sum(steps) // len(steps)
    mase = tuple(
        (method, 1000 * sum(_misses(seen, told[method])) // days // naive) for method in Method
    )
    best = min(mase, key=lambda one: one[1])[0]
    came = MILLION * sum(seen[_WARM:])
    too_much = sum(told[best][_WARM:-1]) - came
    return StreamForecast(
        per_day=told[best][-1],
        method=best,
        reason=StreamReason.LEAST,
        mase=mase,
        bias=1000 * too_much // came if came else 0,
    )


def _misses(seen: Sequence[int], told: Sequence[int]) -> list[int]:
    return [
        abs(MILLION * came - each) for came, each in zip(seen[_WARM:], told[_WARM:-1], strict=True)
    ]


def _walk(seen: Sequence[int], method: Method) -> list[int]:
    """What the method told before each day, and at last for the day to come."""
    return {Method.MEAN: _mean, Method.CROSTON: _croston, Method.TSB: _tsb}[method](seen)


def _mean(seen: Sequence[int]) -> list[int]:
    told, total = [0], 0
    for count, came in enumerate(seen, start=1):
        total += came
        told.append(MILLION * total // count)
    return told


def _croston(seen: Sequence[int]) -> list[int]:
    told, size, gap, since = [0], 0, 0, 1
    for came in seen:
        if came and not size:
            size, gap = MILLION * came, MILLION * since
        elif came:
            size += (MILLION * came - size) // _TENTH
            gap += (MILLION * since - gap) // _TENTH
        since = 1 if came else since + 1
        told.append((2 * _TENTH - 1) * size * MILLION // (2 * _TENTH * gap) if gap else 0)
    return told


def _tsb(seen: Sequence[int]) -> list[int]:
    told, size, chance = [0], 0, 0
    for count, came in enumerate(seen, start=1):
        if came and not size:
            size, chance = MILLION * came, MILLION // count
        elif size:
            chance += ((MILLION if came else 0) - chance) // _TENTH
            size += (MILLION * came - size) // _TENTH if came else 0
        told.append(size * chance // MILLION)
    return told


STREAM_CODES: tuple[str, ...] = (*StreamReason, *(f"stream.method.{one}" for one in Method))
"""Codes of this module that need a sentence in each language."""
