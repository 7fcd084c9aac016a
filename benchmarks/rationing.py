"""How long sharing out 5,040 items in stores over 14 days takes, beside one linear program.

252 items in 20 stores with delivery days, safety stock, clinical needs and too little of one item
in eight. Ours is a whole flow per item; the peers get the whole as one linear program through
MathOpt, built beforehand, with the promised clinical shares of ours as rows: same optimum or not.
Run `python -m benchmarks.rationing [--items N] [--peers highs glop]`. CPU seconds of one core.
"""

import argparse
from collections.abc import Sequence
from random import Random
from time import process_time
from typing import Any

from benchmarks.tables import show, show_machine
from optimizer import (
    Limits,
    RationItem,
    RationProblem,
    RationRow,
    RationStore,
    ration_violations,
    solve_ration,
)

DAYS, STORES = 14, 20


def made_up(random: Random, items: int, *, room: bool) -> RationProblem:
    """Items with a plan on four days in ten, a third of it clinical."""
    stores = tuple(
        RationStore(
            key=f"s{number:02d}",
            delivery_days=tuple(range(number % 2, DAYS, 2 + number % 3)),
            lead_days=number % 2,
            room=items * 9 if room and number < 3 else -1,
        )
        for number in range(STORES)
    )
    return RationProblem(
        days=DAYS,
        stores=stores,
        items=tuple(_item(random, number, stores) for number in range(items)),
    )


def _item(random: Random, number: int, stores: tuple[RationStore, ...]) -> RationItem:
    rows = []
    for store in stores:
        demand = [random.randint(1, 30) if random.random() < 0.4 else 0 for _ in range(DAYS)]
        rows.append(
            RationRow(
                store=store.key,
                held=(random.randint(0, 20), *(0,) * (DAYS - 1)),
                demand=tuple(demand),
                clinical=tuple(each // 3 for each in demand),
                safety=(random.randint(2, 12),) * DAYS,
            )
        )
    asked = sum(sum(row.demand) for row in rows)
    first = asked // 10 if number % 8 == 0 else asked
    return RationItem(
        key=f"i{number:03d}",
        central=(first, *(random.randint(0, asked // 20) for _ in range(DAYS - 1))),
        rows=tuple(rows),
    )


def whole(problem: RationProblem, promised: dict[tuple[str, str], int]) -> tuple[Any, int, int]:
    """The whole as one linear program: the model, its variables and its rows."""
    from ortools.math_opt.python import mathopt  # noqa: PLC0415 - loading takes seconds

    model, prices, terms, rows = mathopt.Model(), problem.prices, [], 0
    stores = {store.key: store for store in problem.stores}
    lies: dict[tuple[str, int], list[Any]] = {}
    for item in problem.items:
        leaving: list[list[Any]] = [[] for _ in range(DAYS)]
        for row in item.rows:
            store, before, clinical = stores[row.store], None, []
            for day in range(DAYS):
                kept = model.add_variable(lb=0)
                lost = model.add_variable(lb=0, ub=row.demand[day] - row.clinical[day])
                missed = model.add_variable(lb=0, ub=row.clinical[day])
                short = model.add_variable(lb=0)
                value = prices.lost + (prices.safety + prices.kept + 1) * (DAYS - 1 - day)
                terms += [prices.kept * kept, value * lost, value * missed, prices.safety * short]
                flow = row.held[day] - row.demand[day] + lost + missed - kept
                if before is not None:
                    flow += before
                if day in store.delivery_days and day >= store.lead_days:
                    sent = model.add_variable(lb=0)
                    leaving[day - store.lead_days].append(sent)
                    terms.append(prices.sent * sent)
                    flow += sent
                model.add_linear_constraint(flow == 0)
                model.add_linear_constraint(kept + short >= row.safety[day])
                before = kept
                rows += 2
                clinical.append(missed)
                if store.room >= 0:
                    lies.setdefault((store.key, day), []).append(kept)
            promise = promised.get((item.key, row.store))
            if promise is not None and clinical:
                rows += 1
                most = sum(row.clinical) - promise
                model.add_linear_constraint(mathopt.fast_sum(clinical) <= most)
        stock = None
        for day in range(DAYS):
            left = model.add_variable(lb=0)
            change = item.central[day] - mathopt.fast_sum(leaving[day]) - left
            model.add_linear_constraint((change if stock is None else change + stock) == 0)
            stock = left
            rows += 1
    model.minimize(mathopt.fast_sum(terms))
    return model, sum(1 for _ in model.variables()), rows


def _peer(name: str, model: Any) -> tuple[float, float]:
    from ortools.math_opt.python import mathopt  # noqa: PLC0415 - loading takes seconds

    solver = {"highs": mathopt.SolverType.HIGHS, "glop": mathopt.SolverType.GLOP}[name]
    begun = process_time()
    result = mathopt.solve(model, solver)
    return process_time() - begun, float(result.objective_value())


def main(arguments: Sequence[str] | None = None) -> None:
    """Share out, with and without short room, and set the peers beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=252)
    parser.add_argument("--peers", nargs="*", default=["highs", "glop"])
    asked = parser.parse_args(arguments)
    show_machine()
    warm = made_up(Random(9), 2, room=False)  # noqa: S311 - made-up stores
    solve_ration(warm, Limits(moves=10))
    rows: list[tuple[Any, ...]] = []
    for name, room in (("ours", False), ("ours, three stores with little room", True)):
        problem = made_up(Random(1), asked.items, room=room)  # noqa: S311 - same
        begun = process_time()
        found = solve_ration(problem, Limits(moves=10**6))
        seconds = process_time() - begun
        if found.solution is None:
            raise SystemExit("no answer")
        broken = len(ration_violations(problem, found.solution))
        over, cost = found.objective
        rows.append((name, seconds, cost, over, len(found.solution.shares), broken))
        if not room:
            promised = {(one.item, one.store): one.promised for one in found.solution.shares}
            plain, ours = problem, seconds
    model, variables, lines = whole(plain, promised)
    for name in asked.peers:
        seconds, cost = _peer(name, model)
        title = f"MathOpt {name}, whole, without building"
        rows.append((title, seconds, round(cost), None, None, None))
        print(f"ours takes {ours / seconds:.2f} of the time of {name}")
    heads = ("", "CPU seconds", "thousandths", "volume overfull", "shares below need", "broken")
    size = f"{asked.items * STORES} items in stores, {variables} variables, {lines} rows"
    show(f"Sharing out: {size}", heads, rows)


if __name__ == "__main__":
    main()
