"""Tasks over days: each on a day it allows, the fullest day as low as any spread makes it."""

from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from optimizer import level_days

ALLOWED = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=3, unique=True), max_size=6)


def fullest(days: tuple[int, ...]) -> int:
    return max(Counter(days).values(), default=0)


@given(ALLOWED)
def test_no_other_spread_has_a_lower_fullest_day(allowed: list[list[int]]) -> None:
    found = level_days(allowed)
    assert all(day in each for day, each in zip(found, allowed, strict=True))
    assert fullest(found) == min(fullest(each) for each in product(*allowed))
    assert found == level_days(allowed)


def test_a_chain_of_tasks_makes_room() -> None:
    assert fullest(level_days([[0, 1], [0, 1], [1, 2], [1, 2], [2, 3], [0], [0]])) == 2


def test_a_task_that_allows_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="allows a day"):
        level_days([[1], []])
