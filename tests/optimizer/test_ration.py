"""What is too little is shared fairly by clinical need, and the rest as cheaply as can be."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer import (
    Limits,
    Overfull,
    PortionAsk,
    Progress,
    RationItem,
    RationPrices,
    RationProblem,
    RationRow,
    RationSolution,
    RationStore,
    Sent,
    Share,
    Status,
    ration_violations,
    share_portions,
    solve_ration,
)
from optimizer.ration.flow import Loads, cheapest, net_of, prices_of

LIMITS = Limits(moves=1_000)
NORTH = RationStore(key="north", delivery_days=(0, 2))
SOUTH = RationStore(key="south", delivery_days=(1,), lead_days=1)


def row(store: str, *demand: int, clinical: tuple[int, ...] = (), safety: int = 0) -> RationRow:
    days = len(demand)
    return RationRow(
        store=store,
        held=(0,) * days,
        demand=demand,
        clinical=clinical or (0,) * days,
        safety=(safety,) * days,
    )


def stew(*rows: RationRow, central: int) -> RationItem:
    days = len(rows[0].demand)
    return RationItem(key="stew", central=(central, *(0,) * (days - 1)), rows=rows)


def solved(
    *items: RationItem, stores: tuple[RationStore, ...] = (NORTH, SOUTH)
) -> tuple[Status, tuple[int, ...], RationSolution]:
    problem = RationProblem(days=len(items[0].central), stores=stores, items=items)
    found = solve_ration(problem, LIMITS)
    assert found.solution is not None
    assert ration_violations(problem, found.solution) == ()
    return found.status, found.objective, found.solution


def test_each_store_gets_what_it_needs_as_late_as_it_may_come() -> None:
    status, cost, found = solved(stew(row("north", 1, 2, 3), row("south", 0, 4, 1), central=99))
    assert (status, found.shares) == (Status.OPTIMAL, ())
    assert found.sent == (
        Sent(item="stew", store="north", day=0, amount=3),
        Sent(item="stew", store="north", day=2, amount=3),
        Sent(item="stew", store="south", day=1, amount=5),
    )
    assert cost == (0, 11 * 50 + (2 + 1) * 4)


def test_what_is_too_little_is_shared_by_clinical_need_and_not_by_who_asks_most() -> None:
    modest = row("north", 10, 0, 0, clinical=(10, 0, 0))
    greedy = row("south", 0, 90, 0, clinical=(0, 10, 0))
    _, _, found = solved(stew(modest, greedy, central=10))
    assert [(one.store, one.clinical_given, one.promised) for one in found.shares] == [
        ("north", 5, 5),
        ("south", 5, 5),
    ]


def test_a_store_that_cannot_have_its_share_leaves_the_rest_to_the_others() -> None:
    early = row("north", 0, 8, 0, clinical=(0, 8, 0))
    late = row("south", 8, 8, 0, clinical=(8, 8, 0))  # nothing comes in before the second day
    _, _, found = solved(stew(early, late, central=13))
    (share,) = (one for one in found.shares if one.store == "south")
    assert (share.clinical, share.clinical_given, share.needed, share.given) == (16, 8, 16, 8)
    (other,) = (one for one in found.shares if one.store == "north")
    assert other.clinical_given == 5


def test_units_that_not_all_can_have_go_in_the_order_of_the_stores() -> None:
    north, south = replace(NORTH, delivery_days=(0,)), replace(SOUTH, delivery_days=(1,))
    both = (row("north", 3, 0, clinical=(3, 0)), row("south", 0, 3, clinical=(0, 3)))
    _, _, found = solved(stew(*both, central=3), stores=(north, south))
    assert [one.clinical_given for one in found.shares] == [2, 1]


def test_safety_stock_gives_way_to_demand_and_room_to_its_price() -> None:
    one = row("north", 2, 0, 2, safety=3)
    _, cost, found = solved(stew(one, central=4), stores=(NORTH,))
    assert sum(each.amount for each in found.sent) == 4
    assert cost[0] == 0
    full = replace(NORTH, room=1)
    status, _, tight = solved(stew(one, central=9), stores=(full,))
    assert (status, tight.overfull) == (Status.OPTIMAL, ())
    assert tight.shares == ()


def test_a_night_that_stays_overfull_is_told() -> None:
    crowded = replace(row("north", 0, 0, 0), held=(5, 0, 0))
    status, cost, found = solved(stew(crowded, central=0), stores=(replace(NORTH, room=3),))
    assert (status, cost[0]) == (Status.FEASIBLE, 6)
    assert found.overfull[0] == Overfull(store="north", day=0, volume=2)


def test_a_flow_that_loses_units_is_never_taken_for_an_answer() -> None:
    item = stew(row("north", 1, 0, 0), central=2)
    net = net_of((NORTH,), 3)
    loads = Loads.of(item, net, 3)
    loads.supply[-1] += 1
    with pytest.raises(RuntimeError, match="cheapest"):
        cheapest(net, loads, prices_of(net, RationPrices()), np.zeros(1, dtype=np.int64))


def test_a_search_ends_when_it_is_told_to_or_has_no_moves_left() -> None:
    problem = RationProblem(
        days=3,
        stores=(replace(NORTH, room=0), SOUTH),
        items=(stew(row("north", 0, 2, 0), row("south", 0, 1, 0), central=9),),
    )
    seen: list[Progress] = []

    def stop(progress: Progress) -> bool:
        seen.append(progress)
        return False

    assert solve_ration(problem, LIMITS, stop).moves == len(seen) == 1
    assert solve_ration(problem, Limits(moves=1)).moves == 1


@st.composite
def problems(draw: st.DrawFn) -> RationProblem:
    days = 2

    def column(most: int) -> tuple[int, ...]:
        return tuple(draw(st.integers(0, most)) for _ in range(days))

    rows = []
    for store in ("north", "south"):
        demand = column(3)
        clinical = tuple(draw(st.integers(0, each)) for each in demand)
        rows.append(
            RationRow(
                store=store, held=column(1), demand=demand, clinical=clinical, safety=column(2)
            )
        )
    stores = tuple(
        RationStore(
            key=key,
            delivery_days=tuple(sorted(draw(st.sets(st.integers(0, 1))))),
            lead_days=draw(st.integers(0, 1)),
            room=draw(st.sampled_from([-1, -1, 2])),
        )
        for key in ("north", "south")
    )
    item = RationItem(key="stew", central=(draw(st.integers(0, 6)), 0), rows=tuple(rows))
    return RationProblem(days=days, stores=stores, items=(item,))


def _ways(problem: RationProblem) -> list[dict[tuple[str, int], int]]:
    """Every way to send what lies in the central store."""
    (item,) = problem.items
    cells = [
        (store.key, day)
        for store in problem.stores
        for day in store.delivery_days
        if day >= store.lead_days
    ]
    every = product(range(item.central[0] + 1), repeat=len(cells))
    return [dict(zip(cells, way, strict=True)) for way in every if sum(way) <= item.central[0]]


def _priced(problem: RationProblem, way: dict[tuple[str, int], int]) -> int:
    """Price one way by hand: each store serves what it can, day by day."""
    prices, (item,) = problem.prices, problem.items
    cost = prices.sent * sum(way.values())
    for each in item.rows:
        lies = 0
        for day in range(problem.days):
            lies += each.held[day] + way.get((each.store, day), 0)
            served = min(lies, each.demand[day])
            lies -= served
            sooner = (prices.safety + prices.kept + 1) * (problem.days - 1 - day)
            cost += (prices.lost + sooner) * (each.demand[day] - served) + prices.kept * lies
            cost += prices.safety * max(0, each.safety[day] - lies)
    return cost


def _fairness(problem: RationProblem, way: dict[tuple[str, int], int]) -> list[int]:
    """The shares of clinical need met, in thousandths, the smallest first."""
    found = []
    (item,) = problem.items
    for each in item.rows:
        lies = met = 0
        for day in range(problem.days):
            lies += each.held[day] + way.get((each.store, day), 0)
            served = min(lies, each.clinical[day])
            lies, met = lies - served, met + served
        if sum(each.clinical):
            found.append(1000 * met // sum(each.clinical))
    return sorted(found)


@settings(max_examples=80)
@given(problems())
def test_nothing_is_fairer_and_nothing_as_fair_is_cheaper(problem: RationProblem) -> None:
    found = solve_ration(problem, LIMITS)
    assert found.solution is not None
    assert ration_violations(problem, found.solution) == ()
    assert found == solve_ration(problem, LIMITS)
    ways = _ways(problem)
    mine = {(one.store, one.day): one.amount for one in found.solution.sent}
    fairest = max(_fairness(problem, way) for way in ways)
    needs = any(sum(each.clinical) for each in problem.items[0].rows)
    if all(store.room < 0 for store in problem.stores):
        assert found.objective[1] >= min(_priced(problem, way) for way in ways)
        if not needs:
            assert found.objective[1] == min(_priced(problem, way) for way in ways)
        assert _fairness(problem, mine)[:1] == fairest[:1]


@settings(max_examples=40)
@given(problems(), st.integers(1, 3))
def test_less_to_share_out_never_costs_less(problem: RationProblem, fewer: int) -> None:
    free = replace(problem, stores=tuple(replace(one, room=-1) for one in problem.stores))
    (item,) = free.items
    calm = replace(item, rows=tuple(replace(one, clinical=(0,) * free.days) for one in item.rows))
    scarce = replace(calm, central=(max(0, calm.central[0] - fewer), 0))
    many = solve_ration(replace(free, items=(calm,)), LIMITS)
    few = solve_ration(replace(free, items=(scarce,)), LIMITS)
    assert few.objective >= many.objective


SMALL = RationProblem(
    days=2,
    stores=(replace(NORTH, delivery_days=(0,), room=4),),
    items=(stew(row("north", 1, 2, clinical=(1, 0)), central=3),),
)
SOUND = RationSolution(sent=(Sent(item="stew", store="north", day=0, amount=3),))
SHARE = Share(
    item="stew", store="north", needed=3, given=1, clinical=1, clinical_given=1, promised=1
)


@pytest.mark.parametrize(
    ("sent", "shares", "code"),
    [
        ((Sent(item="tea", store="north", day=0, amount=1),), (), "unknown"),
        ((Sent(item="stew", store="north", day=1, amount=1),), (), "day"),
        ((Sent(item="stew", store="north", day=0, amount=0),), (), "amount"),
        ((Sent(item="stew", store="north", day=0, amount=9),), (), "not_there"),
        ((), (), "share.differs"),
        (SOUND.sent, (replace(SHARE, clinical_given=0),), "promise.broken"),
    ],
)
def test_what_is_broken_on_purpose_is_found(
    sent: tuple[Sent, ...], shares: tuple[Share, ...], code: str
) -> None:
    assert ration_violations(SMALL, SOUND) == ()
    found = ration_violations(SMALL, RationSolution(sent=sent, shares=shares))
    assert f"ration.{code}" in {each.code for each in found}


def test_an_overfull_night_that_is_hidden_is_found() -> None:
    much = replace(SMALL, items=(stew(row("north", 1, 2), central=9),))
    sent = RationSolution(sent=(Sent(item="stew", store="north", day=0, amount=9),))
    found = ration_violations(much, sent)
    assert "ration.overfull.hidden" in {each.code for each in found}


@pytest.mark.parametrize(
    ("make", "promise"),
    [
        (lambda: replace(NORTH, delivery_days=(2, 0)), "in order"),
        (lambda: replace(NORTH, lead_days=-1), "lead time"),
        (lambda: row("north", 1, safety=-1), "never negative"),
        (lambda: row("north", 1, clinical=(2,)), "part of the demand"),
        (lambda: stew(row("north", 1), central=-1), "never negative"),
        (lambda: stew(row("north", 1), row("north", 1), central=1), "once in an item"),
        (lambda: RationPrices(lost=1), "costs no more"),
        (lambda: replace(SMALL, stores=SMALL.stores * 2), "stands once"),
        (lambda: replace(SMALL, stores=()), "stand in the problem"),
        (lambda: replace(SMALL, days=3), "for each day"),
    ],
)
def test_a_broken_promise_of_a_problem_is_named(make: Callable[[], object], promise: str) -> None:
    with pytest.raises(ValueError, match=promise):
        make()


def ask(name: str, wanted: int, *lots: str, **changes: int) -> PortionAsk:
    return PortionAsk(key=name, unit=1, wanted=wanted, lots=lots or ("old", "new"), **changes)


def portions(asks: Sequence[PortionAsk], **amounts: int) -> dict[str, int]:
    gifts = share_portions(asks, amounts)
    assert all(
        sum(one.portions for one in gifts if one.lot == lot) <= most
        for lot, most in amounts.items()
    )
    may = {one.key: one for one in asks}
    assert all(one.lot in may[one.ask].lots for one in gifts)
    return {one.key: sum(each.portions for each in gifts if each.ask == one.key) for one in asks}


def test_portions_are_shared_by_need_and_not_by_who_asks_most() -> None:
    asks = [ask("much", 9), ask("little", 3), ask("one", 1)]
    assert portions(asks, old=2, new=5) == {"much": 4, "little": 2, "one": 1}
    first = [ask("house", 4, rank=3), ask("home", 4, rank=2)]
    assert portions(first, old=5, new=0) == {"house": 4, "home": 1}
    floor = [ask("house", 4, rank=3), ask("home", 4, rank=2, floor=2)]
    assert portions(floor, old=5, new=0) == {"house": 3, "home": 2}


small_asks = st.lists(
    st.tuples(st.integers(1, 3), st.booleans(), st.integers(0, 1), st.integers(0, 1)),
    min_size=1,
    max_size=4,
).map(
    lambda rows: [
        ask(
            f"a{at}",
            wanted,
            *(("new",) if picky else ("old", "new")),
            rank=rank,
            floor=min(floor, wanted),
        )
        for at, (wanted, picky, rank, floor) in enumerate(rows)
    ]
)


@settings(max_examples=60)
@given(small_asks, st.integers(0, 4), st.integers(0, 4))
def test_no_other_sharing_of_whole_portions_is_fairer(
    asks: list[PortionAsk], old: int, new: int
) -> None:
    """Of all sharings that can be, none fills floors, ranks and the smallest shares better."""
    found = portions(asks, old=old, new=new)
    picky = [one.key for one in asks if one.lots == ("new",)]

    def worth(given: dict[str, int]) -> list[tuple[object, ...]]:
        floors = sorted(
            Fraction(min(given[one.key], one.floor), one.floor) for one in asks if one.floor
        )
        ranks = [
            sorted(Fraction(given[one.key], one.wanted) for one in asks if one.rank == rank)
            for rank in (1, 0)
        ]
        return [tuple(floors), *(tuple(each) for each in ranks)]

    every = (
        dict(zip([one.key for one in asks], each, strict=True))
        for each in product(*(range(one.wanted + 1) for one in asks))
    )
    possible = (
        one
        for one in every
        if sum(one.values()) <= old + new and sum(one[name] for name in picky) <= new
    )
    assert worth(found) == max(worth(one) for one in possible)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from([2, 3]), st.integers(1, 5), st.integers(1, 3)),
        min_size=2,
        max_size=7,
    ),
    st.dictionaries(st.sampled_from("xyz"), st.integers(0, 20), min_size=1),
    st.randoms(use_true_random=False),
)
def test_nobody_holds_a_portion_that_another_has_more_claim_on(
    rows: list[tuple[int, int, int]], amounts: dict[str, int], random: Random
) -> None:
    asks = [
        PortionAsk(
            key=f"a{at}",
            unit=unit,
            wanted=wanted,
            lots=tuple(lot for lot in amounts if random.random() < 0.7),
            rank=rank,
        )
        for at, (unit, wanted, rank) in enumerate(rows)
    ]
    gifts = share_portions(asks, amounts)
    given_to = Counter[str]()
    for gift in gifts:
        given_to[gift.ask] += gift.portions
    by_key = {one.key: one for one in asks}
    for one in asks:
        if given_to[one.key] < one.wanted:
            for gift in gifts:
                holder = by_key[gift.ask]
                if gift.lot in one.lots and holder.unit == one.unit:
                    assert one.claim(given_to[one.key]) >= holder.claim(given_to[holder.key] - 1)
