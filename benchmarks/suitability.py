"""Whether the gate lets anything through that the rule book forbids, on a million random pairs.

Run `python -m benchmarks.suitability [--pairs 1000000] [--seed 1]`. Each pair is a variant of the
packaged catalogue, or one twisted at random (allergens certain, possible and not known, properties,
ingredients, level, kind), and an eater drawn over all levels, allergies, diets and exclusions,
among them codes that nobody knows and rules that name a line of their own. Half of the eaters are
given the level of the variant, so that the other rules decide. The peer is the rule book written a
second time over the published documents (`tests/menus/rulebook.py`). A leak is a pair that the
gate passes and the rule book refuses; there must be none.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from time import process_time
from typing import Any

from app.cli.meals import packaged_catalogue
from benchmarks.tables import show, show_machine
from menus import (
    ALLERGENS,
    DIETS,
    PROPERTIES,
    AllergenSet,
    Asked,
    Eater,
    Iddsi,
    Kind,
    Seasoning,
    Variant,
    catalogue_json,
    hard_objections,
)
from tests.menus.rulebook import MEANT, complaints

_NASTY = ("strawberry", "", "Milk", "nuts:peanut", "gluten:", "milk ", "e220")
_TWISTED = 2_000
_CHUNK = 5_000
Pair = tuple[Variant, dict[str, Any], Eater, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How gate and rule book judged the same pairs, and the CPU seconds of each."""

    pairs: int
    passed: tuple[int, int]  # by the gate, by the rule book
    leaks: tuple[str, ...]
    over_blocks: tuple[str, ...]
    gate_s: float
    peer_s: float


def compare(pairs: int, seed: int) -> Compared:
    """Judge so many random pairs twice."""
    chance, gate_s, peer_s = Random(seed), 0.0, 0.0  # noqa: S311  # no secret
    passed = [0, 0]
    shelf = _shelf(chance)
    leaks: list[str] = []
    blocks: list[str] = []
    for start in range(0, pairs, _CHUNK):
        drawn = [_pair(shelf, chance) for _ in range(min(_CHUNK, pairs - start))]
        began = process_time()
        gate = [hard_objections(one, who, recalled=_recalled(asks)) for one, _, who, asks in drawn]
        between = process_time()
        book = [complaints(document, asks) for _, document, _, asks in drawn]
        gate_s, peer_s = gate_s + between - began, peer_s + process_time() - between
        for at, judged in enumerate((gate, book)):
            passed[at] += sum(not found for found in judged)
        for (_, document, _, asks), against, refused in zip(drawn, gate, book, strict=True):
            if bool(against) is not bool(refused):
                (blocks if against else leaks).append(f"{document['id']}: {refused} {asks}")
    return Compared(
        pairs=pairs,
        passed=(passed[0], passed[1]),
        leaks=tuple(leaks),
        over_blocks=tuple(blocks),
        gate_s=gate_s,
        peer_s=peer_s,
    )


def _recalled(order: dict[str, Any]) -> frozenset[str]:
    return frozenset(order["recalled"])


def _shelf(chance: Random) -> list[tuple[Variant, dict[str, Any]]]:
    """Variants with their published documents: those of the seed, and twisted ones."""
    seed = packaged_catalogue()
    plain = list(seed.variants.values())
    twisted = [_twist(chance.choice(plain), number, chance) for number in range(_TWISTED)]
    whole = {one.id: one for one in (*plain, *twisted)}
    documents = catalogue_json(replace(seed, variants=whole))["variants"]
    return list(zip(whole.values(), documents, strict=True))


def _some(words: Sequence[str], chance: Random, most: int) -> frozenset[str]:
    return frozenset(chance.sample(words, chance.randint(0, most)))


def _twist(one: Variant, number: int, chance: Random) -> Variant:
    return replace(
        one,
        id=f"twisted-{number}/{one.iddsi}/{one.seasoning}",
        kind=chance.choice(list(Kind)),
        iddsi=chance.choice(list(Iddsi)),
        seasoning=chance.choice(list(Seasoning)),
        allergens=AllergenSet(
            contains=_some(ALLERGENS, chance, 3),
            may_contain=_some(ALLERGENS, chance, 3),
            unknown=_some(ALLERGENS, chance, 3),
        ),
        properties=one.properties ^ _some(PROPERTIES, chance, 4),
        ingredients=one.ingredients | _some(("star-fruit", "pomelo", "oyster"), chance, 2),
    )


def _pair(shelf: list[tuple[Variant, dict[str, Any]]], chance: Random) -> Pair:
    variant, document = chance.choice(shelf)
    order = _order(document, chance)
    return variant, document, _eater(order), order


def _order(document: dict[str, Any], chance: Random) -> dict[str, Any]:
    """An order as a request writes it: often at the level served, often with one rule only."""
    levels: list[str | None] = [None, *(level.value for level in Iddsi)]
    order: dict[str, Any] = {
        "food_iddsi": chance.choice(levels),
        "drink_iddsi": chance.choice(["0", "0", *levels]),
        "recalled": [document["id"]] if chance.random() < 0.02 else ["another/7/standard"],
    }
    if chance.random() < 0.5:
        order[f"{document['kind']}_iddsi"] = document["iddsi"]
    near = [*document["ingredients"], "star-fruit", "pomelo", "leek", "mushroom"]
    order |= {
        "allergies": _rare(tuple(MEANT), chance),
        "intolerances": _rare(("milk", "gluten", "sulphites"), chance),
        "exclude_ingredients": _rare(near, chance),
        "exclude_properties": _rare(PROPERTIES, chance),
        "diets": _rare(DIETS, chance),
        "seasoning": _rare([one.value for one in Seasoning], chance),
        "asked": list(_asked(near, chance)),
    }
    if chance.random() < 0.03:
        order[chance.choice(("allergies", "intolerances"))].append(chance.choice(_NASTY))
    return order


def _rare(words: Sequence[str], chance: Random) -> list[str]:
    """Mostly nothing, so that one rule at a time decides."""
    return sorted(_some(words, chance, 2)) if chance.random() < 0.25 else []


def _asked(near: Sequence[str], chance: Random) -> Iterator[dict[str, str]]:
    kinds = (
        ("allergy", (*MEANT, *_NASTY)),
        ("exclude_ingredient", near),
        ("exclude_property", PROPERTIES),
        ("diet", DIETS),
    )
    while chance.random() < 0.15:
        kind, words = chance.choice(kinds)
        yield {"line": f"{kind}:{chance.choice(words)}", "rule": f"r-{chance.randint(1, 9)}"}


def _eater(order: dict[str, Any]) -> Eater:
    return Eater(
        food_iddsi=None if order["food_iddsi"] is None else Iddsi(order["food_iddsi"]),
        drink_iddsi=None if order["drink_iddsi"] is None else Iddsi(order["drink_iddsi"]),
        allergies=frozenset(order["allergies"]),
        intolerances=frozenset(order["intolerances"]),
        exclude_ingredients=frozenset(order["exclude_ingredients"]),
        exclude_properties=frozenset(order["exclude_properties"]),
        diets=frozenset(order["diets"]),
        seasonings=frozenset(Seasoning(one) for one in order["seasoning"]),
        asked=tuple(Asked(line=one["line"], rule=one["rule"]) for one in order["asked"]),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table; exit 1 when anything leaked."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--pairs", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args(arguments)
    show_machine()
    found = compare(asked.pairs, asked.seed)
    show(
        "Random eaters against variants; CPU of one core",
        ("judge", "pairs", "suitable", "leaks", "over-blocks", "pairs per s"),
        (
            (
                "gate (menus.hard_objections)",
                found.pairs,
                found.passed[0],
                len(found.leaks),
                len(found.over_blocks),
                round(found.pairs / found.gate_s),
            ),
            (
                "rule book written again (peer)",
                found.pairs,
                found.passed[1],
                None,
                None,
                round(found.pairs / found.peer_s),
            ),
        ),
    )
    if found.leaks:
        print("\n".join(("", "Leaks:", *found.leaks[:5])))
        raise SystemExit(1)


if __name__ == "__main__":
    main()
