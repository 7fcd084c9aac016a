"""Demand that comes now and then: the better method is chosen, and the choice can be checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import forecast_stream
from logistics.intermittent import MILLION, Method, StreamReason


def test_croston_is_the_published_rule() -> None:
    """Every fourth day 8: size 8, interval 4, and 0.95 of their ratio."""
    found = forecast_stream(([0] * 3 + [8]) * 12)
    assert (found.method, found.reason) == (Method.CROSTON, StreamReason.LEAST)
    assert found.per_day == 1_900_000


def test_a_stream_that_died_out_fades_by_tsb() -> None:
    alive = [0, 6, 0, 0, 9, 0, 3] * 6
    found = forecast_stream(alive + [0] * 28)
    assert found.method is Method.TSB
    assert found.per_day < MILLION // 5
    assert found.bias > 0, "it told too much while the demand was ending"


def test_a_steady_stream_is_its_mean_and_too_little_is_not_compared() -> None:
    few = forecast_stream([0, 4, 0, 0])
    assert (few.method, few.reason, few.per_day) == (Method.MEAN, StreamReason.FEW, MILLION)
    assert few.mase == ()
    assert forecast_stream([]).per_day == 0
    assert forecast_stream([3] * 60).per_day == 3 * MILLION
    with pytest.raises(ValueError, match="less than nothing"):
        forecast_stream([-1])


@given(st.lists(st.integers(0, 30), max_size=90))
def test_the_chosen_method_has_the_least_error_and_stays_within_what_was_seen(
    seen: list[int],
) -> None:
    found = forecast_stream(seen)
    assert 0 <= found.per_day <= MILLION * max(seen, default=0)
    if found.mase:
        assert dict(found.mase)[found.method] == min(error for _, error in found.mase)
    again = forecast_stream([2 * each for each in seen])
    if found.mase and again.mase:
        assert [
            abs(one[1] - other[1]) <= 2 for one, other in zip(found.mase, again.mase, strict=True)
        ]
