"""What a kitchen has for everybody together, and how each supply fared."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from menus.catalog import Catalogue, Portion
from menus.plan import MealPlan
from optimizer import SharedFigures, Supply, SupplyUse


@dataclass(frozen=True, slots=True, kw_only=True)
class KitchenSupply:
    """At most so many grams of some variants together, on one day (from 0) or (None) on all days.

    One variant is its stock; all that one station makes on a day is that station's capacity.
    """

    key: str
    variants: frozenset[str]
    grams: int
    day: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyReport:
    """How one supply fared, in grams; `price` is in hundredths of a point per portion of 100 g.

    `wished` is what all would eat if nobody shared. Of a supply that was wished beyond what
    there is: `served` still eat of it, `moved` would have and do not.
    """

    key: str
    grams: int
    wished: int
    used: int
    price: int
    served: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()

    @property
    def overdrawn(self) -> int:
        """Grams eaten beyond what there is."""
        return max(0, self.used - self.grams)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrowdReport:
    """What sharing came to: each supply, who has no plan, and the search's own figures."""

    supplies: tuple[SupplyReport, ...]
    without_plan: tuple[str, ...]
    figures: SharedFigures

    @property
    def overdrawn_permyriad(self) -> int:
        """Grams beyond all supplies per ten thousand wished of them, rounded up."""
        wished = sum(each.wished for each in self.supplies)
        beyond = sum(each.overdrawn for each in self.supplies)
        return -(-beyond * 10_000 // wished) if wished else 0


def shared_supplies(supplies: Iterable[KitchenSupply]) -> tuple[Supply, ...]:
    """The supplies in the words of the search."""
    return tuple(
        Supply(
            key=each.key,
            tag=each.key,
            at_most=each.grams,
            days=None if each.day is None else (each.day,),
        )
        for each in supplies
    )


def uses_of(
    supplies: Iterable[KitchenSupply], catalogue: Catalogue
) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Which supplies one portion of each variant draws on, in grams."""
    drawn: defaultdict[str, list[str]] = defaultdict(list)
    for each in supplies:
        for variant in sorted(each.variants):
            drawn[variant].append(each.key)
    return {
        f"{name}/{portion}": tuple((key, portions[portion]) for key in keys)
        for name, keys in drawn.items()
        if name in catalogue.variants
        for portions in (catalogue.variants[name].portions_g,)
        for portion in Portion
    }


def reported(use: SupplyUse) -> SupplyReport:
    """What the search says of a supply."""
    return SupplyReport(
        key=use.key,
        grams=use.at_most,
        wished=use.wished,
        used=use.used,
        price=use.price * 10,
        served=use.drawing,
        moved=use.moved,
    )


def left_of(
    supplies: Sequence[KitchenSupply], plans: Iterable[MealPlan]
) -> tuple[KitchenSupply, ...]:
    """What is left of each supply when the plans have eaten; nothing where they overdraw it."""
    drawn = drawn_by(supplies, plans)
    return tuple(replace(each, grams=max(0, each.grams - drawn[each.key])) for each in supplies)


def overdrawn(supplies: Sequence[KitchenSupply], plans: Iterable[MealPlan]) -> int:
    """Grams eaten beyond the supplies, together."""
    drawn = drawn_by(supplies, plans)
    return sum(max(0, drawn[each.key] - each.grams) for each in supplies)


def drawn_by(supplies: Sequence[KitchenSupply], plans: Iterable[MealPlan]) -> defaultdict[str, int]:
    """Grams that the plans eat of each supply."""
    found: defaultdict[str, int] = defaultdict(int)
    under: defaultdict[str, list[KitchenSupply]] = defaultdict(list)
    for each in supplies:
        for name in each.variants:
            under[name].append(each)
    for item in (item for plan in plans for item in plan.items):
        for each in under[item.variant]:
            if each.day in (None, item.day):
                found[each.key] += item.grams
    return found


def supplies_fared(
    report: CrowdReport, supplies: Sequence[KitchenSupply], plans: Sequence[MealPlan]
) -> CrowdReport:
    """The report for other plans of the same people: who eats of what, and how much."""
    drawn = drawn_by(supplies, plans)
    return replace(
        report,
        supplies=tuple(
            _fared(was, supply, drawn[supply.key], plans)
            for was, supply in zip(report.supplies, supplies, strict=True)
        ),
    )


def _fared(
    was: SupplyReport, supply: KitchenSupply, used: int, plans: Sequence[MealPlan]
) -> SupplyReport:
    if was.wished <= was.grams:
        return replace(was, used=used)
    eating = tuple(plan.id for plan in plans if drawn_by((supply,), (plan,))[supply.key])
    wishing = {*was.served, *was.moved}.difference(eating)
    moved = tuple(plan.id for plan in plans if plan.id in wishing)
    return replace(was, used=used, served=eating, moved=moved)
