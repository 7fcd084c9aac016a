"""Neutral rules for the kitchen, and which of two gives way when both cannot hold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From `low` to `high`, both included; None is no bound on that side."""

    low: int | None = None
    high: int | None = None


UNBOUNDED = Range()
"""No bound on either side."""


class Rank(StrEnum):
    """What a rule protects, highest first: the conflict order of clinical specification 6.2."""

    ALLERGEN = "allergen"
    TEXTURE = "texture"
    DRUG_FOOD = "drug_food"
    REFEEDING = "refeeding"
    MALNUTRITION = "malnutrition"
    FLUID = "fluid"
    ELECTROLYTE = "electrolyte"
    GLUCOSE = "glucose"
    COMFORT = "comfort"
    COST = "cost"


_RANKS = tuple(Rank)
EVERY_NUTRIENT = "*"
"""Stands in `eases` for every bound of every nutrient, lower ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """A rule for the kitchen without its reason: the id is opaque, the diagnosis stays here.

    Bounds are in the nutrient's unit, per day (`daily`) or as the mean of a week. `eases` names
    nutrients whose upper limits become a wish; `slots` eating moments that a day must have;
    `dose_protein_g` the most protein near a dose; `before_meal_min` and `after_meal_min` the
    minutes a dose keeps from a meal. A soft exclusion is a wish too.
    """

    rule: str
    hard: bool
    rank: Rank = Rank.COMFORT
    nutrient: str | None = None
    bounds: Range = UNBOUNDED
    daily: bool = False
    exclude_property: str | None = None
    exclude_ingredient: str | None = None
    allergy: str | None = None
    wish: str | None = None
    slots: tuple[str, ...] = ()
    dose_protein_g: int | None = None
    before_meal_min: int | None = None
    after_meal_min: int | None = None
    eases: tuple[str, ...] = ()


class Effect(StrEnum):
    """What happens to the rule that gives way."""

    DROPPED = "dropped"
    SOFTENED = "softened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Of two rules that cannot both hold: which stands, which gives way, how, and why."""

    winner: Constraint
    loser: Constraint
    effect: Effect
    reason: str


RULING_CODES = (
    *(f"conflict.{rank}" for rank in Rank),
    "conflict.hard_first",
    "conflict.stricter_first",
    *(f"conflict.effect.{effect}" for effect in Effect),
)
"""Every reason and effect of a ruling."""


def _order(one: Constraint) -> tuple[int, bool, tuple[int, int], str]:
    """First what protects most, then hard before soft, then the narrower, then the id."""
    low, high = one.bounds.low or 0, one.bounds.high
    narrow = (0, high) if high is not None else (1, -low)
    return _RANKS.index(one.rank), not one.hard, narrow, one.rule


def decide(one: Constraint, other: Constraint) -> Ruling:
    """Which of two rules gives way; the same whichever is named first.

    A limit that the winner eases becomes a wish; anything else that cannot hold is dropped.
    """
    winner, loser = sorted((one, other), key=_order)
    if _eases(loser, winner):
        winner, loser = loser, winner
    effect = Effect.SOFTENED if _eases(winner, loser) else Effect.DROPPED
    return Ruling(winner=winner, loser=loser, effect=effect, reason=_reason(winner, loser))


def _reason(winner: Constraint, loser: Constraint) -> str:
    if winner.rank is not loser.rank:
        return f"conflict.{winner.rank}"
    return "conflict.hard_first" if winner.hard and not loser.hard else "conflict.stricter_first"


def conflicts(one: Constraint, other: Constraint) -> bool:
    """Whether both cannot hold: bounds that exclude each other, a wish for what is excluded."""
    return _eases(one, other) or _eases(other, one) or _exclude_each_other(one, other)


def _exclude_each_other(one: Constraint, other: Constraint) -> bool:
    return (
        _bounds_exclude(one, other)
        or _wish_is_excluded(one, other)
        or _wish_is_excluded(other, one)
    )


_NEVER_EASED = frozenset({Rank.ALLERGEN, Rank.TEXTURE, Rank.DRUG_FOOD, Rank.REFEEDING})


def _eases(one: Constraint, other: Constraint) -> bool:
    """Whether `one` turns a hard rule on a nutrient into a wish; never one that keeps alive."""
    named = other.nutrient in one.eases and other.bounds.high is not None
    every = EVERY_NUTRIENT in one.eases and other.nutrient is not None
    return (named or every) and other.hard and other.rank not in _NEVER_EASED


def _bounds_exclude(one: Constraint, other: Constraint) -> bool:
    if one.nutrient is None or one.nutrient != other.nutrient:
        return False
    lows = [each.bounds.low for each in (one, other) if each.bounds.low is not None]
    highs = [each.bounds.high for each in (one, other) if each.bounds.high is not None]
    return bool(lows and highs) and max(lows) > min(highs)


def _wish_is_excluded(one: Constraint, other: Constraint) -> bool:
    barred = {other.exclude_property, other.exclude_ingredient, other.allergy} - {None}
    return one.wish is not None and one.wish in barred


def settle(
    rules: Iterable[Constraint],
) -> tuple[tuple[Constraint, ...], tuple[Ruling, ...]]:
    """The rules that stand together, and each ruling; the order they come in does not matter."""
    standing: list[Constraint] = []
    rulings: list[Ruling] = []
    for rule in sorted(rules, key=_order):
        kept = _against(rule, standing, rulings)
        if kept is not None:
            standing.append(kept)
    for easing in [one for one in standing if one.eases]:
        standing = list(_eased(easing, standing, rulings))
    return tuple(sorted(standing, key=lambda one: one.rule)), tuple(rulings)


def _against(
    rule: Constraint, standing: list[Constraint], rulings: list[Ruling]
) -> Constraint | None:
    """The rule if it can stand beside those that go before it; else None, with the ruling."""
    for higher in standing:
        if _exclude_each_other(higher, rule):
            rulings.append(decide(higher, rule))
            return None
    return rule


def _eased(
    easing: Constraint, standing: list[Constraint], rulings: list[Ruling]
) -> Iterator[Constraint]:
    for rule in standing:
        if _eases(easing, rule):
            rulings.append(decide(easing, rule))
            yield replace(rule, hard=False)
        else:
            yield rule
