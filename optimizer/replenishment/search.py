"""The purchases of one supplier as a model for CP-SAT, level by level from a whole first answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product
from typing import Any

from optimizer._cpsat import run
from optimizer.outcome import Limits, Status, Watch
from optimizer.replenishment.problem import SupplyLine
from optimizer.replenishment.rule import supply
from optimizer.replenishment.terms import Basket, Plans

Cell = tuple[str, int]


@dataclass(slots=True)
class _Model:
    """One supplier's purchases, with how much is short, expires and is paid."""

    cp: Any
    packs: dict[Cell, Any]
    short: list[Any]
    expired: list[Any]
    paid: list[Any]


def improve(basket: Basket, plans: Plans, limits: Limits, watch: Watch) -> tuple[Plans, bool]:
    """Search level by level: the earlier level is fixed at its best before the next begins.

    Gives the better purchases and whether they are proved best.
    """
    model = _model(basket, plans)
    proved, found = True, {}
    for level in (sum(model.short), sum(model.expired), sum(model.paid)):
        model.cp.minimize(level)
        status, solver = run(model.cp, limits, watch)
        if status not in (Status.OPTIMAL, Status.FEASIBLE):
            return plans, False
        proved &= status is Status.OPTIMAL
        model.cp.add(level <= round(solver.objective_value))
        found = {key: solver.value(var) for key, var in model.packs.items()}
        model.cp.clear_hints()
        for var in (*model.packs.values(),):
            model.cp.add_hint(var, solver.value(var))
    better = {
        line.key: {day: found[line.key, day] for day in line.order_days if found[line.key, day]}
        for line in basket.lines
    }
    return min((plans, better), key=basket.cost), proved


def _model(basket: Basket, plans: Plans) -> _Model:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - loading takes seconds

    model = _Model(cp=cp_model.CpModel(), packs={}, short=[], expired=[], paid=[])
    worth: dict[int, list[Any]] = {day: [] for day in basket.order_days()}
    for line in basket.lines:
        most = _most(basket, line, plans)
        for day in line.order_days:
            allowed = cp_model.Domain.from_intervals([[0, 0], [line.min_packs, most]])
            packs = model.cp.new_int_var_from_domain(allowed, f"{line.key} on {day}")
            model.packs[line.key, day] = packs
            model.cp.add_hint(packs, plans[line.key].get(day, 0))
            worth[day].append(_price(model.cp, line, packs, most))
        _flows(model, line, basket.days)
    _terms(model, basket, worth)
    return model


def _most(basket: Basket, line: SupplyLine, plans: Plans) -> int:
    """More packs than this are never worth it: need, a break, or one item alone at the minimum."""
    steps = [least for least, _ in line.breaks]
    cheapest = min((line.price, *(price for _, price in line.breaks)))
    alone = -(-basket.terms.minimum // cheapest) if cheapest else 0
    return max(
        line.min_packs + -(-sum(line.need) // line.pack),
        *steps,
        alone,
        *plans[line.key].values(),
    )


def _price(cp: Any, line: SupplyLine, packs: Any, most: int) -> Any:
    """What an order of one item costs, at the price of the highest break reached."""
    if not line.breaks:
        return line.price * packs
    parts, chosen = [], []
    ends = [least - 1 for least, _ in line.breaks] + [most]
    for (least, price), end in zip(((0, line.price), *line.breaks), ends, strict=True):
        used = cp.new_bool_var("")
        part = cp.new_int_var(0, max(end, 0), "")
        cp.add(part >= least * used)
        cp.add(part <= max(end, 0) * used)
        parts.append((part, price))
        chosen.append(used)
    cp.add(sum(chosen) == 1)
    cp.add(packs == sum(part for part, _ in parts))
    return sum(part * price for part, price in parts)


def _terms(model: _Model, basket: Basket, worth: dict[int, list[Any]]) -> None:
    """Each order is worth its minimum, and its delivery is paid."""
    terms = basket.terms
    for day, parts in worth.items():
        model.paid += parts
        if terms.minimum or terms.delivery:
            placed = model.cp.new_bool_var(f"order on {day}")
            model.cp.add(sum(parts) >= terms.minimum * placed)
            mine = [line.key for line in basket.lines if day in line.order_days]
            for key in mine:
                model.cp.add(model.packs[key, day] == 0).only_enforce_if(~placed)
            model.paid.append(terms.delivery * placed)


def _flows(model: _Model, line: SupplyLine, days: int) -> None:
    """What goes from each supply to each day it is usable on; the rest is short or expires."""
    held: Iterable[Any] = supply(line, {})
    goods = [(each.first_day, each.last_day, each.amount) for each in held] + [
        (
            line.arrival(day),
            line.arrival(day) + line.shelf_days - 1,
            model.packs[line.key, day] * line.pack,
        )
        for day in line.order_days
    ]
    used = {
        (index, day): model.cp.new_int_var(0, line.need[day], f"{line.key} {index} for {day}")
        for (index, (first, last, _)), day in product(enumerate(goods), range(days))
        if first <= day <= last
    }
    for day, need in enumerate(line.need):
        given = sum(var for (_, on), var in used.items() if on == day)
        model.cp.add(given <= need)
        model.short.append(need - given)
    for index, (_, last, amount) in enumerate(goods):
        taken = sum(var for (one, _), var in used.items() if one == index)
        model.cp.add(taken <= amount)
        if last < days:
            model.expired.append(amount - taken)
