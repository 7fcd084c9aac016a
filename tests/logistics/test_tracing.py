"""Lots are traced both ways, and temperatures are judged by the rule that stands."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics import Allocation, Draw, OrderLine, eaters_of, trace
from logistics.coldchain import (
    COLD_RULES,
    Verdict,
    is_lethal,
    judge_cooling,
    judge_hot,
    judge_reheating,
    judge_store,
    keep_records_until,
)
from logistics.tracing import LotGraph
from menus import Zone

GRAPH = LotGraph.of(
    {"stew": "L-stew", "broth": "L-broth", "soup": "L-soup"},
    [
        Draw(batch="broth", lot="I-bones", amount_g=900),
        Draw(batch="broth", lot="I-leek", amount_g=100),
        Draw(batch="stew", lot="L-broth", amount_g=300),
        Draw(batch="stew", lot="I-leek", amount_g=50),
        Draw(batch="soup", lot="L-broth", amount_g=600),
    ],
    [
        Allocation(order_line="a-1", lot="L-stew", amount_g=200),
        Allocation(order_line="b-1", lot="L-soup", amount_g=200),
        Allocation(order_line="b-1", lot="L-stew", amount_g=200),
        Allocation(order_line="c-1", lot="L-other", amount_g=200),
    ],
)
LINES = [
    OrderLine(
        id=f"{name}-1",
        order=name,
        sku="stew",
        eater=f"eater-{name}",
        portions=1,
        portion_g=200,
        amount_g=200,
    )
    for name in ("a", "b", "c")
]


def test_an_ingredient_lot_is_followed_to_every_eater() -> None:
    found = trace(GRAPH, "I-bones")
    assert found.backward == ()
    assert found.forward == ("L-broth", "L-soup", "L-stew")
    assert eaters_of(found, LINES) == ("eater-a", "eater-b")


def test_a_served_lot_is_followed_back_to_every_ingredient_once() -> None:
    found = trace(GRAPH, "L-stew")
    assert found.backward == ("I-leek", "L-broth", "I-bones")
    assert found.forward == ()
    assert {each.order_line for each in found.allocations} == {"a-1", "b-1"}


def test_a_lot_nobody_knows_touches_nothing() -> None:
    found = trace(GRAPH, "nowhere")
    assert (found.backward, found.forward, found.allocations) == ((), (), ())


@given(st.sampled_from(["I-bones", "I-leek", "L-broth", "L-stew", "L-soup"]))
def test_what_lies_ahead_of_a_lot_has_the_lot_behind_it(lot: str) -> None:
    for reached in trace(GRAPH, lot).forward:
        assert lot in trace(GRAPH, reached).backward


@pytest.mark.parametrize(
    ("zone", "reading_dc", "verdict"),
    [
        (Zone.FROZEN, -180, Verdict.OK),
        (Zone.FROZEN, -179, Verdict.WARN),
        (Zone.FROZEN, -150, Verdict.WARN),
        (Zone.FROZEN, -149, Verdict.HOLD),
        (Zone.CHILLED, 40, Verdict.OK),
        (Zone.CHILLED, 41, Verdict.WARN),
        (Zone.CHILLED, 70, Verdict.WARN),
        (Zone.CHILLED, 71, Verdict.HOLD),
        (Zone.AMBIENT, 300, Verdict.OK),
    ],
)
def test_a_store_reading_is_judged_at_the_tenth(
    zone: Zone, reading_dc: int, verdict: Verdict
) -> None:
    assert judge_store(zone, reading_dc) is verdict


def test_hot_food_is_above_sixty_degrees() -> None:
    assert judge_hot(601) is Verdict.OK
    assert judge_hot(600) is Verdict.HOLD


def test_cooling_and_reheating_have_their_minutes() -> None:
    assert (judge_cooling(120), judge_cooling(121)) == (Verdict.OK, Verdict.HOLD)
    assert (judge_reheating(60), judge_reheating(61)) == (Verdict.OK, Verdict.HOLD)


@pytest.mark.parametrize(
    ("core_dc", "seconds", "killed"),
    [
        (600, 45 * 60, True),
        (600, 45 * 60 - 1, False),
        (650, 600, True),
        (700, 120, True),
        (749, 119, False),
        (750, 30, True),
        (800, 6, True),
        (800, 5, False),
        (950, 6, True),
        (599, 10_000, False),
    ],
)
def test_a_core_temperature_kills_after_its_time(
    core_dc: int, seconds: int, *, killed: bool
) -> None:
    assert is_lethal(core_dc, seconds) is killed


@given(st.integers(500, 1000), st.integers(0, 5000), st.integers(0, 100))
def test_hotter_or_longer_never_kills_less(core_dc: int, seconds: int, more: int) -> None:
    if is_lethal(core_dc, seconds):
        assert is_lethal(core_dc + more, seconds)
        assert is_lethal(core_dc, seconds + more)


def test_records_are_kept_until_the_later_of_both() -> None:
    recorded = date(2026, 12, 1)
    assert keep_records_until(date(2026, 12, 5), recorded) == date(2027, 12, 2)
    assert keep_records_until(date(2028, 6, 1), recorded) == date(2028, 12, 1)


def test_every_rule_names_its_source_and_has_one_id() -> None:
    assert all(rule.source and rule.figures for rule in COLD_RULES)
    assert len({rule.id for rule in COLD_RULES}) == len(COLD_RULES)
    with pytest.raises(KeyError):
        COLD_RULES[0].figure("kelvin")
