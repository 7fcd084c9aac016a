"""Why a dish stands where it stands: at most five links, each a code with its arguments."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from menus.catalog import Role, Variant
from menus.composing import capped_slots
from menus.explaining import Alternative, PlanBench
from menus.nutrients import INDEX
from menus.plan import PlanItem, PlanPlace, PlanReason
from menus.plan_request import PlanRequest
from menus.suitability import wishes
from optimizer import LEVELS

MOST_LINKS = 5


class Why(StrEnum):
    """One link in the chain of reasons of a dish."""

    PINNED = "plan.why.pinned"
    KEPT = "plan.why.kept"
    TOGETHER = "plan.why.together"
    USE_FIRST = "plan.why.use_first"
    LIKED = "plan.why.liked"
    DISLIKED = "plan.why.disliked"
    FEW = "plan.why.few"
    SERVES = "plan.why.serves"
    AT_DOSE = "plan.why.at_dose"
    RUNNER_UP = "plan.why.runner_up"
    NO_OTHER = "plan.why.no_other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reason with its arguments by name: codes, ids and whole numbers, never sentences."""

    why: Why
    args: tuple[tuple[str, str | int], ...] = ()


LEVEL_CODES: tuple[str, ...] = tuple(f"plan.level.{level}" for level in LEVELS)
"""The sentence of each level of an objective, in its order."""


def explain(bench: PlanBench, item: PlanItem) -> tuple[Link, ...]:
    """The chain of reasons for one dish, the next best dish last.

    Before it: what somebody asked, how little choice there was, which minimum the dish serves
    most, and how much of the protein around a dose it takes.
    """
    variant = bench.catalogue.variants[item.variant]
    said = list(_asked(bench.request, item, variant))[:2]
    said += _few(bench, item.role)
    said += _serves(bench.request, item, variant)
    said += _at_dose(bench.request, item, variant)
    return (*said[: MOST_LINKS - 1], _runner_up(bench, item))


def _asked(request: PlanRequest, item: PlanItem, variant: Variant) -> Iterator[Link]:
    """What somebody asked for, strongest first."""
    here = (item.day, item.slot, item.role)
    if PlanReason.PINNED in item.reasons:
        yield Link(why=Why.PINNED)
    if PlanReason.KEPT in item.reasons:
        yield Link(why=Why.KEPT)
    if any(
        (one.day, one.slot, one.role, one.component) == (*here, variant.component)
        for one in request.together
    ):
        yield Link(why=Why.TOGETHER)
    for lot in request.use_first:
        if lot.variant == variant.id and item.day <= lot.until_day:
            yield Link(why=Why.USE_FIRST, args=(("day", lot.until_day),))
    for why, words in ((Why.LIKED, request.likes), (Why.DISLIKED, request.dislikes)):
        for word in sorted(wishes(variant, words))[:1]:
            yield Link(why=why, args=(("word", word),))


def _few(bench: PlanBench, role: Role) -> Iterator[Link]:
    """How many dishes of the role were allowed, and the rule that stops most of the others."""
    left, of, rule = bench.choice(role)
    if left < of:
        yield Link(why=Why.FEW, args=(("left", left), ("of", of), ("rule", rule)))


def _serves(request: PlanRequest, item: PlanItem, variant: Variant) -> Iterator[Link]:
    """The minimum aimed at of which the dish brings the largest share, from a tenth on."""
    shares = [
        (variant.per_100g[INDEX[nutrient]] or 0) * item.grams // window.min
        for nutrient, window in request.day
        if window.min
    ]
    names = [nutrient for nutrient, window in request.day if window.min]
    best = max(shares, default=0)
    if best >= 10:
        args = (("nutrient", names[shares.index(best)]), ("percent", best))
        yield Link(why=Why.SERVES, args=args)


def _at_dose(request: PlanRequest, item: PlanItem, variant: Variant) -> Iterator[Link]:
    """What share of the protein allowed around a dose the dish takes."""
    amount = variant.per_100g[INDEX["protein_g"]]
    near = frozenset[str]().union(*capped_slots(request).values())
    if request.dose_protein_max and item.slot in near and amount is not None:
        percent = amount * item.grams // request.dose_protein_max
        yield Link(why=Why.AT_DOSE, args=(("percent", percent),))


def _runner_up(bench: PlanBench, item: PlanItem) -> Link:
    """The best other dish for the place, and the first level in which it differs."""
    place = PlanPlace(day=item.day, slot=item.slot, role=item.role)
    served = bench.catalogue.variants
    others = (
        other
        for other in bench.alternatives(place)
        if served[other.variant].component != served[item.variant].component
    )
    best = next(others, None)
    if best is None:
        return Link(why=Why.NO_OTHER)
    level, more = _first_difference(best)
    args = (("variant", best.variant), ("level", LEVEL_CODES[level]), ("more", more))
    return Link(why=Why.RUNNER_UP, args=args)


def _first_difference(other: Alternative) -> tuple[int, int]:
    """The first level that changes, and by how much; the last where none does."""
    changed = [(level, by) for level, by in enumerate(other.delta) if by]
    return changed[0] if changed else (len(other.delta) - 1, 0)
