"""The texture test of a lot: which tests a level needs, and what a filled-in record says.

Tests and figures: International Dysphagia Diet Standardisation Initiative, framework and testing
methods 2.0 (2019), CC BY-SA 4.0 (clinical specification 6.1). What a person sees is one answer of
a few, and only one of them passes; the reading that unknown never passes is a house rule.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from menus.making import TESTS, TextureTest
from menus.texture import Iddsi
from menus.texture_tests import Flow, Population, flow_level, piece_fits


class ForkDrip(StrEnum):
    """What a fork of food does above the bowl."""

    RUNS = "runs"  # straight through the slots
    DRIPS = "drips"  # slowly, in dollops
    MOUND = "mound"  # stays above the fork; a short tail at most


class SpoonTilt(StrEnum):
    """What a spoonful does when the spoon is tilted."""

    RUNS = "runs"
    SLIDES = "slides"  # off in one, little stays behind
    STICKS = "sticks"


class Pressure(StrEnum):
    """What a piece does under a fork pressed until the thumb nail turns white."""

    SQUASHED = "squashed"  # and it stays so
    SPRINGS_BACK = "springs_back"
    HARD = "hard"


class Holding(StrEnum):
    """Minutes that the food stood before the test (audit sheets of the framework)."""

    AT_ONCE = "0"
    QUARTER = "15"
    HALF = "30"


class TextureResult(StrEnum):
    """What one record says of its level."""

    PASSED = "passed"
    FAILED = "failed"
    RETEST = "retest"  # on a limit: measure again
    INCOMPLETE = "incomplete"


class LotTexture(StrEnum):
    """Where a lot stands with its texture test."""

    FREE = "free"  # its level asks for no test
    AWAITED = "awaited"
    RETEST = "retest"
    FAILED = "failed"
    PASSED = "passed"


TESTED_LEVELS = frozenset({Iddsi.L3, Iddsi.L4, Iddsi.L5, Iddsi.L6})
"""Levels, of food and of drink, of which no lot leaves without a passed test."""

_T = TextureTest
_SMOOTH = frozenset({Iddsi.L3, Iddsi.L4})
_FLOWS: Mapping[Iddsi, Flow] = {
    Iddsi.L0: Flow.THIN,
    Iddsi.L1: Flow.SLIGHTLY,
    Iddsi.L2: Flow.MILDLY,
    Iddsi.L3: Flow.MODERATELY,
    Iddsi.L4: Flow.NO_FLOW,
}


def needed_tests(level: Iddsi) -> tuple[TextureTest, ...]:
    """The tests that a level asks for, of food and of drink alike; empty for level 7.

    A smooth level shows by the size of its largest lump that it has none.
    """
    return (*TESTS[level], *((_T.PIECE_SIZE,) if level in _SMOOTH else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class TextureRecord:
    """What was measured and seen, at which temperature and after how long; None: not known.

    `flow_ml` is what is left of 10 ml after 10 seconds. Width and length are those of the largest
    piece, or of the largest lump of a smooth level: 0 where there is none.
    """

    level: Iddsi
    holding: Holding | None
    celsius: Decimal | None
    flow_ml: Decimal | None = None
    fork_drip: ForkDrip | None = None
    spoon_tilt: SpoonTilt | None = None
    fork_pressure: Pressure | None = None
    width_mm: Decimal | None = None
    length_mm: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextureOutcome:
    """The result of a record, with the code of each test that did not pass."""

    result: TextureResult
    reasons: tuple[str, ...] = ()


_R = TextureResult
_WORST = (_R.FAILED, _R.RETEST, _R.INCOMPLETE)


def judge_texture(
    record: TextureRecord, population: Population = Population.ADULT
) -> TextureOutcome:
    """Whether a record shows that the food is of its level.

    A failed test fails the record whatever is still open; what is not known, the temperature and
    the holding time included, leaves it incomplete and never passes. A level without tests has
    nothing to show: incomplete.
    """
    needed = needed_tests(record.level)
    found = {test.value: _result(test, record, population) for test in needed}
    found |= {
        name: _R.INCOMPLETE for name in ("celsius", "holding") if getattr(record, name) is None
    }
    results = set(found.values()) if needed else {_R.INCOMPLETE}
    return TextureOutcome(
        result=next((one for one in _WORST if one in results), _R.PASSED),
        reasons=tuple(
            f"texture.{result}.{name}" for name, result in found.items() if result in _WORST
        ),
    )


def _result(test: TextureTest, record: TextureRecord, population: Population) -> TextureResult:
    if test is _T.FLOW:
        return _flow(record)
    if test is _T.PIECE_SIZE:
        return _size(record, population)
    seen: StrEnum | None = getattr(record, test.value)
    if seen is None:
        return _R.INCOMPLETE
    return _R.PASSED if seen is _passing(test, record.level) else _R.FAILED


def _passing(test: TextureTest, level: Iddsi) -> StrEnum:
    """The one answer with which a level passes."""
    pours = level is Iddsi.L3
    if test is _T.FORK_DRIP:
        return ForkDrip.DRIPS if pours else ForkDrip.MOUND
    if test is _T.SPOON_TILT:
        return SpoonTilt.RUNS if pours else SpoonTilt.SLIDES
    return Pressure.SQUASHED


def _flow(record: TextureRecord) -> TextureResult:
    flow = None if record.flow_ml is None else flow_level(record.flow_ml)
    if flow is None:
        return _R.INCOMPLETE
    if flow is Flow.RETEST and record.level in (Iddsi.L1, Iddsi.L2):
        return _R.RETEST
    return _R.PASSED if flow is _FLOWS[record.level] else _R.FAILED


def _size(record: TextureRecord, population: Population) -> TextureResult:
    fits = piece_fits(
        record.level, population, width_mm=record.width_mm, length_mm=record.length_mm
    )
    if fits is None:
        return _R.INCOMPLETE
    return _R.PASSED if fits else _R.FAILED


def lot_texture(level: Iddsi, records: Iterable[TextureRecord]) -> LotTexture:
    """Where a lot stands by its records, oldest first; those of another level do not count.

    The newest record after each holding time counts. One that failed blocks the lot; it passes by
    a passed test at once, as long as no later one says otherwise.
    """
    if level not in TESTED_LEVELS:
        return LotTexture.FREE
    newest = {one.holding: judge_texture(one).result for one in records if one.level is level}
    results = set(newest.values())
    if _R.FAILED in results:
        return LotTexture.FAILED
    if _R.RETEST in results:
        return LotTexture.RETEST
    passed = newest.get(Holding.AT_ONCE) is _R.PASSED
    return LotTexture.PASSED if passed else LotTexture.AWAITED


TEXTURE_CODES: tuple[str, ...] = (
    *(f"texture.test.{test}" for test in TextureTest),
    *(f"texture.fork_drip.{one}" for one in ForkDrip),
    *(f"texture.spoon_tilt.{one}" for one in SpoonTilt),
    *(f"texture.fork_pressure.{one}" for one in Pressure),
    *(f"texture.holding.{one}" for one in Holding),
    *(f"texture.result.{one}" for one in TextureResult),
    *(f"texture.lot.{one}" for one in LotTexture),
    *(f"texture.failed.{test}" for test in TextureTest),
    "texture.retest.flow",
    *(f"texture.incomplete.{name}" for name in (*TextureTest, "celsius", "holding")),
)
"""Every code of this module that needs a sentence in each language."""
