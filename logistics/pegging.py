"""From a portion to its lot, batch, ingredients, purchases and van, and from each of them back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from logistics.day import DayPlan
from logistics.demand import DayOrder, OrderLine
from logistics.production import Batch
from logistics.replenishment import Purchase
from logistics.routes import Route, Stop
from logistics.stock import Draw
from logistics.tracing import LotGraph, trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One lot that a line takes from; `batch` makes it today, None: it lay in store.

    `drawn` is what the whole batch takes of each ingredient lot, `purchases` what is proposed to
    buy of those ingredients, the next first.
    """

    lot: str
    amount_g: int
    batch: Batch | None = None
    drawn: tuple[Draw, ...] = ()
    purchases: tuple[Purchase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where an order line comes from and which stop of which van brings it; None: none does."""

    line: OrderLine
    sources: tuple[Source, ...]
    route: Route | None
    stop: Stop | None

    @property
    def given_g(self) -> int:
        """Grams that really go."""
        return sum(source.amount_g for source in self.sources)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """One order line that holds something of what was asked about, the lot it comes from, its van.

    `letter` is empty for a line that no van brings.
    """

    order: str
    site: str
    line: OrderLine
    lot: str
    amount_g: int
    letter: str = ""


def lot_graph(plan: DayPlan) -> LotGraph:
    """The lots of a plan: what went into which, and which line each serves."""
    return LotGraph.of(
        {batch.id: batch.lot for batch in plan.batches}, plan.draws, plan.allocations
    )


def origins_of(
    order: DayOrder, plan: DayPlan, ingredient_of: Mapping[str, str]
) -> tuple[Origin, ...]:
    """Where each line of an order comes from. `ingredient_of`: by ingredient lot, as far as known.

    A line that gets nothing has no source.
    """
    graph = lot_graph(plan)
    batches = {batch.lot: batch for batch in plan.batches}
    stops = {stop.site: (route, stop) for route in plan.routes.routes for stop in route.stops}
    sources: dict[str, list[Source]] = {line.id: [] for line in order.lines}
    for each in plan.allocations:
        if each.order_line not in sources:
            continue
        drawn = graph.made_from.get(each.lot, ())
        bought = {ingredient_of.get(draw.lot, "") for draw in drawn}
        sources[each.order_line].append(
            Source(
                lot=each.lot,
                amount_g=each.amount_g,
                batch=batches.get(each.lot),
                drawn=drawn,
                purchases=_of_items(plan.purchases, bought),
            )
        )
    return tuple(
        _origin(line, tuple(sources[line.id]), stops.get(order.site)) for line in order.lines
    )


def _of_items(purchases: Iterable[Purchase], items: set[str]) -> tuple[Purchase, ...]:
    found = (each for each in purchases if each.item in items)
    return tuple(sorted(found, key=lambda each: (each.day, each.supplier, each.item)))


def _origin(line: OrderLine, sources: tuple[Source, ...], at: tuple[Route, Stop] | None) -> Origin:
    route, stop = at if at is not None and sources else (None, None)
    return Origin(line=line, sources=sources, route=route, stop=stop)


def who_gets(
    orders: Iterable[DayOrder], plan: DayPlan, *, lot: str = "", letter: str = ""
) -> tuple[Reached, ...]:
    """Every line that holds something of a lot, or rides in a van; in the order of the orders.

    `lot` is a lot in store, one that a batch yields, a batch, or a lot of an ingredient.
    """
    graph = lot_graph(plan)
    lot_of = {batch.id: batch.lot for batch in plan.batches}
    given = plan.allocations if letter else trace(graph, lot_of.get(lot, lot)).allocations
    van = {stop.site: route.letter for route in plan.routes.routes for stop in route.stops}
    lines = {line.id: (order, line) for order in orders for line in order.lines}
    place = {name: number for number, name in enumerate(lines)}
    found = [
        Reached(
            order=lines[each.order_line][0].id,
            site=lines[each.order_line][0].site,
            line=lines[each.order_line][1],
            lot=each.lot,
            amount_g=each.amount_g,
            letter=van.get(lines[each.order_line][0].site, ""),
        )
        for each in given
    ]
    wanted = [each for each in found if letter in ("", each.letter)]
    return tuple(sorted(wanted, key=lambda each: (place[each.line.id], each.lot)))
