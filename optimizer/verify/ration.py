"""Solver-free check of what is sent: its own stores, day by day, and its own shares."""

from collections import Counter
from collections.abc import Iterator

from optimizer.outcome import Violation
from optimizer.ration.problem import (
    RationItem,
    RationProblem,
    RationRow,
    RationSolution,
    RationStore,
)

RATION_VIOLATIONS: tuple[str, ...] = (
    "ration.unknown",
    "ration.day",
    "ration.amount",
    "ration.not_there",
    "ration.share.differs",
    "ration.promise.broken",
    "ration.overfull.hidden",
)


def ration_violations(problem: RationProblem, solution: RationSolution) -> tuple[Violation, ...]:
    """Every promise that the deliveries break, and every share or night stated wrongly."""
    stores = {store.key: store for store in problem.stores}
    items = {item.key: item for item in problem.items}
    rows = {(item.key, row.store): row for item in problem.items for row in item.rows}
    sent: Counter[tuple[str, str, int]] = Counter()
    for one in solution.sent:
        if (one.item, one.store) not in rows:
            return (_broken("unknown", one.item),)
        if one.day not in stores[one.store].delivery_days:
            return (_broken("day", one.item, one.store),)
        if one.amount < 1:
            return (_broken("amount", one.item, one.store),)
        sent[one.item, one.store, one.day] += one.amount
    found: list[Violation] = []
    for item in items.values():
        found += _central(problem, item, stores, sent)
    found += _shares(problem, solution, sent)
    found += _nights(problem, solution, sent)
    return tuple(found)


def _broken(code: str, item: str, store: str = "") -> Violation:
    return Violation(code=f"ration.{code}", subject=item, detail=(("store", store),))


def _central(
    problem: RationProblem,
    item: RationItem,
    stores: dict[str, RationStore],
    sent: Counter[tuple[str, str, int]],
) -> Iterator[Violation]:
    """What leaves the central store must lie there on the day of sending."""
    left = 0
    for day in range(problem.days):
        left += item.central[day]
        for row in item.rows:
            left -= sent[item.key, row.store, day + stores[row.store].lead_days]
        if left < 0:
            yield _broken("not_there", item.key)
            return


def _most_served(row: RationRow, coming: list[int], *, clinical: bool) -> int:
    """Units of demand, or of its clinical part, that a row can serve with what comes in."""
    lies = served = 0
    for day, arrived in enumerate(coming):
        lies += row.held[day] + arrived
        taken = min(lies, row.clinical[day] if clinical else row.demand[day])
        served += taken
        lies -= taken
    return served


def _shares(
    problem: RationProblem, solution: RationSolution, sent: Counter[tuple[str, str, int]]
) -> Iterator[Violation]:
    """A share may not claim more than what came in can serve, nor less than was promised."""
    told = {(share.item, share.store): share for share in solution.shares}
    for item in problem.items:
        for row in item.rows:
            coming = [sent[item.key, row.store, day] for day in range(problem.days)]
            most = _most_served(row, coming, clinical=False)
            share = told.get((item.key, row.store))
            given = sum(row.demand) if share is None else share.given
            cured = sum(row.clinical) if share is None else share.clinical_given
            if given > most or cured > _most_served(row, coming, clinical=True):
                yield _broken("share.differs", item.key, row.store)
            if share is not None and share.clinical_given < share.promised:
                yield _broken("promise.broken", item.key, row.store)


def _nights(
    problem: RationProblem, solution: RationSolution, sent: Counter[tuple[str, str, int]]
) -> Iterator[Violation]:
    """A store that must be overfull, whatever is eaten first, has to be named."""
    told = {(one.store, one.day) for one in solution.overfull}
    lies: Counter[tuple[str, int]] = Counter()
    for item in problem.items:
        for row in item.rows:
            left = 0
            for day in range(problem.days):
                left += row.held[day] + sent[item.key, row.store, day]
                left = max(0, left - row.demand[day])
                lies[row.store, day] += item.size * left
    rooms = {store.key: store.room for store in problem.stores}
    for (store, day), volume in lies.items():
        if 0 <= rooms[store] < volume and (store, day) not in told:
            yield Violation(code="ration.overfull.hidden", subject=store, detail=(("day", day),))
