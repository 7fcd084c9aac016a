"""Stock goes out first expired first, whole portion by whole portion, and never below nothing."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from logistics import Allocation, Lot, LotState, OrderLine, allocate_fefo
from logistics.stock import PickLine, Shortage, left_over, pick_list
from menus import Zone

DAY = date(2026, 12, 1)


def lot(name: str, amount_g: int, days: int, **changes: object) -> Lot:
    plain = Lot(
        id=name,
        sku="stew",
        amount_g=amount_g,
        use_by=DAY + timedelta(days=days),
        zone=Zone.FROZEN,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # fields of a lot


def line(name: str, portions: int, portion_g: int = 100, sku: str = "stew") -> OrderLine:
    return OrderLine(
        id=name,
        order="o",
        sku=sku,
        eater="e",
        portions=portions,
        portion_g=portion_g,
        amount_g=portions * portion_g,
    )


def allocate(
    lines: list[OrderLine], lots: list[Lot], life_days: int = 0
) -> tuple[tuple[Allocation, ...], tuple[Shortage, ...]]:
    return allocate_fefo(lines, lots, on=DAY, min_life_days={each.id: life_days for each in lines})


def test_the_lot_that_expires_first_goes_first_and_the_next_fills_up() -> None:
    found, short = allocate([line("a", 4)], [lot("late", 900, 9), lot("soon", 250, 2)])
    assert found == (
        Allocation(order_line="a", lot="soon", amount_g=200),
        Allocation(order_line="a", lot="late", amount_g=200),
    )
    assert short == ()


def test_a_portion_never_mixes_two_lots() -> None:
    found, short = allocate([line("a", 1)], [lot("x", 60, 2), lot("y", 60, 3)])
    assert found == ()
    assert short == (Shortage(order_line="a", sku="stew", amount_g=100),)


def test_a_lot_on_its_last_day_may_go_and_an_expired_one_never() -> None:
    assert allocate([line("a", 1)], [lot("x", 100, 0)])[0]
    assert not allocate([line("a", 1)], [lot("x", 100, -1)])[0]


def test_a_lot_on_hold_or_recalled_never_goes() -> None:
    for state in (LotState.HOLD, LotState.RECALLED):
        assert not allocate([line("a", 1)], [lot("x", 100, 9, state=state)])[0]


def test_a_lot_keeps_the_days_asked_at_delivery() -> None:
    lots = [lot("x", 100, 9), lot("y", 100, 10)]
    found, _ = allocate([line("a", 1)], lots, life_days=10)
    assert [each.lot for each in found] == ["y"]


def test_another_variant_is_no_substitute() -> None:
    assert not allocate([line("a", 1, sku="soup")], [lot("x", 100, 9)])[0]


def test_the_pick_list_sums_per_lot_by_zone_and_oldest_first() -> None:
    lots = [
        lot("x", 900, 9),
        lot("y", 900, 2),
        lot("z", 900, 9, zone=Zone.CHILLED),
    ]
    given_out = [
        Allocation(order_line="a", lot="x", amount_g=100),
        Allocation(order_line="b", lot="z", amount_g=100),
        Allocation(order_line="c", lot="x", amount_g=200),
        Allocation(order_line="d", lot="y", amount_g=300),
    ]
    rows = pick_list(given_out, lots)
    assert [(row.zone.value, row.lot, row.amount_g) for row in rows] == [
        ("chilled", "z", 100),
        ("frozen", "y", 300),
        ("frozen", "x", 300),
    ]
    assert rows[0] == PickLine(
        zone=Zone.CHILLED, lot="z", sku="stew", use_by=DAY + timedelta(days=9), amount_g=100
    )


lots_lists = st.lists(
    st.builds(
        lot,
        st.just(""),
        st.integers(0, 900),
        st.integers(-3, 12),
        state=st.sampled_from(LotState),
        sku=st.sampled_from(["stew", "soup"]),
    ),
    max_size=8,
).map(lambda lots: [replace(each, id=f"L{at}") for at, each in enumerate(lots)])
lines_lists = st.lists(
    st.builds(
        line,
        st.just(""),
        st.integers(1, 5),
        st.sampled_from([90, 100, 150]),
        st.sampled_from(["stew", "soup"]),
    ),
    max_size=8,
).map(lambda lines: [replace(each, id=f"l{at}") for at, each in enumerate(lines)])


@given(lines_lists, lots_lists, st.integers(0, 10))
def test_nothing_expired_blocked_too_young_or_overdrawn_ever_goes(
    lines: list[OrderLine], lots: list[Lot], life_days: int
) -> None:
    found, short = allocate(lines, lots, life_days)
    known = {each.id: each for each in lots}
    wanted = {each.id: each for each in lines}
    taken: Counter[str] = Counter()
    served: Counter[str] = Counter()
    for each in found:
        here = known[each.lot]
        assert here.state is LotState.RELEASED
        assert here.sku == wanted[each.order_line].sku
        assert here.use_by >= DAY + timedelta(days=life_days)
        assert each.amount_g % wanted[each.order_line].portion_g == 0
        taken[each.lot] += each.amount_g
        served[each.order_line] += each.amount_g
    assert all(taken[each.id] <= each.amount_g for each in lots)
    lacking = {each.order_line: each.amount_g for each in short}
    assert all(served[each.id] + lacking.get(each.id, 0) == each.amount_g for each in lines)
    left = {each.id: each.amount_g for each in left_over(lots, found)}
    assert all(left.get(each.id, 0) == each.amount_g - taken[each.id] for each in lots)


@given(lines_lists, lots_lists, st.integers(0, 10))
def test_a_later_lot_is_never_picked_while_an_earlier_one_holds_a_portion(
    lines: list[OrderLine], lots: list[Lot], life_days: int
) -> None:
    found, _ = allocate(lines, lots, life_days)
    known = {each.id: each for each in lots}
    wanted = {each.id: each for each in lines}
    left = {each.id: each.amount_g for each in lots}
    for each in found:
        portion_g = wanted[each.order_line].portion_g
        earlier = [
            one.id
            for one in lots
            if one.sku == wanted[each.order_line].sku
            and one.state is LotState.RELEASED
            and DAY + timedelta(days=life_days) <= one.use_by < known[each.lot].use_by
        ]
        assert all(left[one] < portion_g for one in earlier)
        left[each.lot] -= each.amount_g


@given(lines_lists, lots_lists)
def test_a_line_is_short_only_when_no_lot_holds_a_portion_for_it(
    lines: list[OrderLine], lots: list[Lot]
) -> None:
    found, short = allocate(lines, lots)
    wanted = {each.id: each for each in lines}
    for lacking in short:
        rest = [
            each
            for each in left_over(lots, found)
            if each.sku == lacking.sku and each.state is LotState.RELEASED and each.use_by >= DAY
        ]
        assert all(each.amount_g < wanted[lacking.order_line].portion_g for each in rest)
