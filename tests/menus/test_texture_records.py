"""The texture test of a lot: each level's tests, each limit, and that unknown never passes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menus import (
    TESTED_LEVELS,
    TEXTURE_CODES,
    ForkDrip,
    Holding,
    Iddsi,
    LotTexture,
    Pressure,
    SpoonTilt,
    TextureRecord,
    TextureResult,
    TextureTest,
    judge_texture,
    lot_texture,
    needed_tests,
)

R = TextureResult
GOOD: dict[Iddsi, dict[str, Any]] = {
    Iddsi.L0: {"flow_ml": Decimal("0.9")},
    Iddsi.L1: {"flow_ml": Decimal("3.9")},
    Iddsi.L2: {"flow_ml": Decimal(8)},
    Iddsi.L3: {
        "flow_ml": Decimal("8.1"),
        "fork_drip": ForkDrip.DRIPS,
        "spoon_tilt": SpoonTilt.RUNS,
        "width_mm": Decimal(0),
    },
    Iddsi.L4: {
        "flow_ml": Decimal(10),
        "fork_drip": ForkDrip.MOUND,
        "spoon_tilt": SpoonTilt.SLIDES,
        "width_mm": Decimal(0),
    },
    Iddsi.L5: {
        "fork_drip": ForkDrip.MOUND,
        "spoon_tilt": SpoonTilt.SLIDES,
        "fork_pressure": Pressure.SQUASHED,
        "width_mm": Decimal(4),
        "length_mm": Decimal(15),
    },
    Iddsi.L6: {
        "fork_pressure": Pressure.SQUASHED,
        "width_mm": Decimal(15),
        "length_mm": Decimal(15),
    },
    Iddsi.EC7: {"fork_pressure": Pressure.SQUASHED},
}
for level in (Iddsi.L3, Iddsi.L4):
    GOOD[level]["length_mm"] = Decimal(0)


def record(level: Iddsi, **changes: Any) -> TextureRecord:
    plain = TextureRecord(
        level=level, holding=Holding.AT_ONCE, celsius=Decimal(65), **GOOD.get(level, {})
    )
    return replace(plain, **changes)


def result(level: Iddsi, **changes: Any) -> TextureResult:
    return judge_texture(record(level, **changes)).result


@pytest.mark.parametrize("level", list(GOOD))
def test_a_record_with_every_test_of_its_level_passes(level: Iddsi) -> None:
    assert judge_texture(record(level)).reasons == ()
    assert result(level) is R.PASSED


def test_a_normal_plate_has_no_tests_and_no_pass() -> None:
    assert needed_tests(Iddsi.L7) == ()
    assert result(Iddsi.L7) is R.INCOMPLETE
    assert lot_texture(Iddsi.L7, []) is LotTexture.FREE


@pytest.mark.parametrize("level", list(GOOD))
def test_what_is_not_known_never_passes(level: Iddsi) -> None:
    for name in ("holding", "celsius", *GOOD[level]):
        assert result(level, **{name: None}) is R.INCOMPLETE, name


@pytest.mark.parametrize(
    ("level", "changes", "expected"),
    [
        (Iddsi.L0, {"flow_ml": Decimal(1)}, R.FAILED),
        (Iddsi.L1, {"flow_ml": Decimal(1)}, R.PASSED),
        (Iddsi.L1, {"flow_ml": Decimal(4)}, R.RETEST),
        (Iddsi.L2, {"flow_ml": Decimal(4)}, R.RETEST),
        (Iddsi.L2, {"flow_ml": Decimal("8.1")}, R.FAILED),
        (Iddsi.L3, {"flow_ml": Decimal(4)}, R.FAILED),
        (Iddsi.L3, {"flow_ml": Decimal(8)}, R.FAILED),
        (Iddsi.L3, {"flow_ml": Decimal(10)}, R.FAILED),
        (Iddsi.L3, {"flow_ml": Decimal(11)}, R.INCOMPLETE),
        (Iddsi.L3, {"fork_drip": ForkDrip.MOUND}, R.FAILED),
        (Iddsi.L3, {"width_mm": Decimal("0.5")}, R.FAILED),
        (Iddsi.L3, {"spoon_tilt": SpoonTilt.SLIDES}, R.FAILED),
        (Iddsi.L4, {"flow_ml": Decimal("9.9")}, R.FAILED),
        (Iddsi.L4, {"fork_drip": ForkDrip.DRIPS}, R.FAILED),
        (Iddsi.L4, {"spoon_tilt": SpoonTilt.STICKS}, R.FAILED),
        (Iddsi.L4, {"length_mm": Decimal(1)}, R.FAILED),
        (Iddsi.L5, {"width_mm": Decimal("4.1")}, R.FAILED),
        (Iddsi.L5, {"length_mm": Decimal("15.1")}, R.FAILED),
        (Iddsi.L5, {"fork_pressure": Pressure.SPRINGS_BACK}, R.FAILED),
        (Iddsi.L6, {"width_mm": Decimal("15.1")}, R.FAILED),
        (Iddsi.L6, {"fork_pressure": Pressure.HARD}, R.FAILED),
        (Iddsi.EC7, {"fork_pressure": Pressure.HARD}, R.FAILED),
    ],
)
def test_limits_of_the_framework(
    level: Iddsi, changes: dict[str, Any], expected: TextureResult
) -> None:
    assert result(level, **changes) is expected


def test_a_failed_test_fails_the_record_whatever_is_open() -> None:
    outcome = judge_texture(record(Iddsi.L5, fork_drip=ForkDrip.RUNS, width_mm=None, celsius=None))
    assert outcome.result is R.FAILED
    assert set(outcome.reasons) == {
        "texture.failed.fork_drip",
        "texture.incomplete.piece_size",
        "texture.incomplete.celsius",
    }
    assert set(outcome.reasons) <= set(TEXTURE_CODES)


LOT = Iddsi.L5
BAD = {"fork_drip": ForkDrip.RUNS}


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], LotTexture.AWAITED),
        ([record(LOT)], LotTexture.PASSED),
        ([record(LOT, celsius=None)], LotTexture.AWAITED),
        ([record(LOT, **BAD)], LotTexture.FAILED),
        ([record(LOT, **BAD), record(LOT)], LotTexture.PASSED),
        ([record(LOT), record(LOT, **BAD)], LotTexture.FAILED),
        ([record(LOT), record(LOT, celsius=None)], LotTexture.AWAITED),
        ([record(LOT, holding=Holding.HALF)], LotTexture.AWAITED),
        ([record(LOT), record(LOT, holding=Holding.HALF)], LotTexture.PASSED),
        ([record(LOT), record(LOT, holding=Holding.HALF, **BAD)], LotTexture.FAILED),
        ([record(Iddsi.L6)], LotTexture.AWAITED),
    ],
)
def test_the_newest_test_of_each_holding_time_decides(
    records: list[TextureRecord], expected: LotTexture
) -> None:
    assert lot_texture(LOT, records) is expected


def test_a_result_on_the_limit_asks_for_another_test() -> None:
    """No tested level meets 4 ml, so the room is asked with a level that may be tested too."""
    assert judge_texture(record(Iddsi.L2, flow_ml=Decimal(4))).reasons == ("texture.retest.flow",)


def some(kind: Any) -> Any:
    return st.sampled_from([None, *kind])


SIDES = st.one_of(st.none(), st.integers(0, 20).map(Decimal))


@given(
    st.builds(
        TextureRecord,
        level=st.sampled_from(list(Iddsi)),
        holding=some(Holding),
        celsius=SIDES,
        flow_ml=SIDES,
        fork_drip=some(ForkDrip),
        spoon_tilt=some(SpoonTilt),
        fork_pressure=some(Pressure),
        width_mm=SIDES,
        length_mm=SIDES,
    )
)
def test_a_pass_needs_every_test_and_a_lot_of_a_tested_level_a_pass(found: TextureRecord) -> None:
    outcome = judge_texture(found)
    filled = {
        TextureTest.FLOW: found.flow_ml,
        TextureTest.FORK_DRIP: found.fork_drip,
        TextureTest.SPOON_TILT: found.spoon_tilt,
        TextureTest.FORK_PRESSURE: found.fork_pressure,
        TextureTest.PIECE_SIZE: None if found.width_mm is None else found.length_mm,
    }
    if outcome.result is R.PASSED:
        assert all(filled[test] is not None for test in needed_tests(found.level))
        assert found.celsius is not None
    stands = lot_texture(found.level, [found])
    assert (stands is LotTexture.FREE) is (found.level not in TESTED_LEVELS)
    if stands is LotTexture.PASSED:
        assert outcome.result is R.PASSED
