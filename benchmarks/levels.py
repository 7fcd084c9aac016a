"""Exact stock levels beside stockpyl: the same answers, and how much faster per item.

Newsvendor and (s, S) against Poisson demand, 5,000 made-up items of ours; stockpyl does the first
few of them, since it takes its time. Trees of guaranteed service come from its own instances, where
they lie beside the project. Without stockpyl (`pip install stockpyl`, a bench-only peer) the
published optima stand alone. Run `python -m benchmarks.levels [--items N] [--peer N]`.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.tables import show, show_machine
from optimizer import (
    LevelItems,
    Stage,
    StageTree,
    lasting_orders,
    place_many,
    placement_violations,
    single_order,
)

INSTANCES = Path(__file__).parents[2] / "shared/data/benchmarks/stockpyl/stockpyl_instances.json"
TREES = ("example_6_3", "example_6_5", "problem_6_7", "problem_6_8", "problem_6_9", "figure_6_14")
EXACT = 10**9
PEER_MS = dict(zip(TREES, (3.21, 4.62, 3.17, 80.15, 14.38, 19.10), strict=True))
PEER_COST = dict(
    zip(TREES, (2.828427, 8.277917, 357.770876, 1378.302037, 15.64953, 18.824004), strict=True)
)
"""CPU milliseconds and costs of stockpyl 1.0.2 as measured here once, where it is not installed."""
MANY, TREES_CHECKED = 1_000, 20
"""Items that share a tree but not its prices, and how many of them the checker sees."""


def made_up(count: int) -> LevelItems:
    """Items whose prices and means go round in different circles."""
    return LevelItems(
        hold=tuple(200 + 100 * (number % 19) for number in range(count)),
        short=tuple(2_000 + 500 * (number % 37) for number in range(count)),
        fixed=tuple(1_000 + 1_000 * (number % 61) for number in range(count)),
        mean=tuple(500 + 250 * (number % 97) for number in range(count)),
    )


def peer_single(items: LevelItems, at: int) -> tuple[tuple[int, ...], float]:
    """What stockpyl orders once, and its cost."""
    from stockpyl.newsvendor import newsvendor_poisson  # type: ignore[import-not-found] # noqa: PLC0415 - bench only

    level, cost = newsvendor_poisson(
        items.hold[at] / 1000, items.short[at] / 1000, items.mean[at] / 1000
    )
    return (round(level),), float(cost)


def peer_lasting(items: LevelItems, at: int) -> tuple[tuple[int, ...], float]:
    """What stockpyl orders for ever, and its cost."""
    from stockpyl.ss import s_s_discrete_exact  # type: ignore[import-not-found] # noqa: PLC0415 - bench only

    low, high, cost = s_s_discrete_exact(
        items.hold[at] / 1000,
        items.short[at] / 1000,
        items.fixed[at] / 1000,
        use_poisson=True,
        demand_mean=items.mean[at] / 1000,
    )
    return (round(low), round(high)), float(cost)


def _levels(count: int, asked: int) -> list[tuple[Any, ...]]:
    items, rows = made_up(count), []
    one = made_up(1)
    for name, ours, peer in (
        ("newsvendor", single_order, peer_single),
        ("(s, S)", lasting_orders, peer_lasting),
    ):
        ours(one)
        begun = process_time()
        found = ours(items)
        mine = (process_time() - begun) / count
        theirs, differ = None, None
        try:
            peer(items, 0)
        except ImportError:
            asked = 0
        if asked:
            begun = process_time()
            answers = [peer(items, at) for at in range(asked)]
            theirs = (process_time() - begun) / asked
            differ = max(
                abs(cost - found.cost[at] / EXACT) / cost for at, (_, cost) in enumerate(answers)
            )
        times = None if theirs is None else round(theirs / mine)
        worst = None if differ is None else f"{differ:.1e}"
        ms = None if theirs is None else f"{1000 * theirs:.3f}"
        rows.append((name, count, f"{1000 * mine:.4f}", asked or None, ms, times, worst))
    return rows


def tree_of(nodes: Sequence[dict[str, Any]]) -> StageTree:
    """Read a tree of stockpyl; prices and safety in billionths."""
    return StageTree(
        stages=tuple(
            Stage(
                key=str(node["_index"]),
                days=node["processing_time"],
                price=round(node["local_holding_cost"] * EXACT),
                serves=tuple(str(other) for other in node["_successor_indices"]),
                variance=round(
                    EXACT**2
                    * (
                        node["demand_bound_constant"]
                        * (node["demand_source"].get("standard_deviation") or 0)
                    )
                    ** 2
                ),
                served_in=node["external_inbound_cst"] or 0,
                promise=node["external_outbound_cst"],
            )
            for node in nodes
        )
    )


def dearer(tree: StageTree, number: int) -> StageTree:
    """The same tree with other prices: another item on the same way."""
    stages = tuple(
        replace(stage, price=stage.price * (1000 + (7 * number + 13 * at) * number % 900) // 1000)
        for at, stage in enumerate(tree.stages)
    )
    return StageTree(stages=stages)


def _peer_tree(name: str) -> tuple[float, float] | None:
    try:
        from stockpyl.gsm_tree import (  # type: ignore[import-not-found] # noqa: PLC0415 - bench only
            optimize_committed_service_times,
            preprocess_tree,
        )
        from stockpyl.instances import (  # type: ignore[import-not-found] # noqa: PLC0415 - same
            load_instance,
        )
    except ImportError:
        return None
    network = preprocess_tree(load_instance(name))
    begun = process_time()
    _, cost = optimize_committed_service_times(network)
    return process_time() - begun, float(cost)


def _trees() -> list[tuple[Any, ...]]:
    if not INSTANCES.exists():
        return []
    known = {one["name"]: one for one in json.loads(INSTANCES.read_text())["instances"]}
    rows = []
    for name in TREES:
        tree = tree_of(known[name]["data"]["_nodes"])
        trees = tuple(dearer(tree, number) for number in range(MANY))
        found, *_ = place_many(trees[:1])
        begun = process_time()
        every = place_many(trees)
        seconds = (process_time() - begun) / MANY
        broken = sum(
            len(placement_violations(one, each))
            for one, each in zip(trees[:TREES_CHECKED], every, strict=False)
        )
        peer = _peer_tree(name)
        rows.append(
            (
                name,
                f"{found.cost / EXACT**2:.6f}",
                f"{PEER_COST[name]:.6f}" if peer is None else f"{peer[1]:.6f}",
                f"{1000 * seconds:.4f}",
                f"{PEER_MS[name]:.2f} (kept)" if peer is None else f"{1000 * peer[0]:.2f}",
                round((PEER_MS[name] / 1000 if peer is None else peer[0]) / seconds),
                broken,
            )
        )
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Time both, and set their answers side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--peer", type=int, default=20)
    asked = parser.parse_args(arguments)
    show_machine()
    heads = (
        "",
        "items",
        "CPU ms each",
        "of the peer",
        "CPU ms each",
        "times",
        "largest difference",
    )
    show(
        "Levels against Poisson demand: ours, then stockpyl",
        heads,
        _levels(asked.items, asked.peer),
    )
    heads = ("tree", "cost", "stockpyl", "CPU ms", "stockpyl", "times", "broken")
    show("Safety stock in trees of guaranteed service", heads, _trees())


if __name__ == "__main__":
    main()
