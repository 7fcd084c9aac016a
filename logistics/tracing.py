"""The graph of lots: where a lot came from, where it went, and whom a recall concerns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from logistics.demand import OrderLine
from logistics.stock import Allocation, Draw


@dataclass(frozen=True, slots=True, kw_only=True)
class LotGraph:
    """Which lot went into which lot, and which lots went to which order lines."""

    made_from: Mapping[str, tuple[Draw, ...]]  # by the lot made
    went_into: Mapping[str, tuple[str, ...]]  # lots made, by the lot they used
    served: Mapping[str, tuple[Allocation, ...]]  # by lot

    @classmethod
    def of(
        cls, lot_of_batch: Mapping[str, str], draws: Iterable[Draw], gave: Iterable[Allocation]
    ) -> "LotGraph":
        """Build the graph; KeyError for a draw into a batch that yields no lot."""
        made: defaultdict[str, list[Draw]] = defaultdict(list)
        into: defaultdict[str, set[str]] = defaultdict(set)
        for draw in draws:
            made[lot_of_batch[draw.batch]].append(draw)
            into[draw.lot].add(lot_of_batch[draw.batch])
        served: defaultdict[str, list[Allocation]] = defaultdict(list)
        for each in gave:
            served[each.lot].append(each)
        return cls(
            made_from={lot: tuple(each) for lot, each in made.items()},
            went_into={lot: tuple(sorted(each)) for lot, each in into.items()},
            served={lot: tuple(each) for lot, each in served.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """Everything a lot touches; lots by id, nearest first."""

    lot: str
    backward: tuple[str, ...]
    forward: tuple[str, ...]
    allocations: tuple[Allocation, ...]


def trace(graph: LotGraph, lot: str) -> Trace:
    """All lots a lot was made from and went into, and every order line served by it or by them."""
    forward = _walk(lot, graph.went_into)
    return Trace(
        lot=lot,
        backward=_walk(lot, {key: _sources(draws) for key, draws in graph.made_from.items()}),
        forward=forward,
        allocations=tuple(
            each for reached in (lot, *forward) for each in graph.served.get(reached, ())
        ),
    )


def eaters_of(found: Trace, lines: Iterable[OrderLine]) -> tuple[str, ...]:
    """Pseudonyms of everyone whose order line holds something of the traced lot."""
    reached = {each.order_line for each in found.allocations}
    return tuple(sorted({line.eater for line in lines if line.id in reached}))


def _sources(draws: Iterable[Draw]) -> tuple[str, ...]:
    return tuple(sorted({draw.lot for draw in draws}))


def _walk(start: str, edges: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Breadth first; a lot met twice is listed once."""
    seen = [start]
    for lot in seen:  # grows while it is walked
        seen += [each for each in edges.get(lot, ()) if each not in seen]
    return tuple(seen[1:])
