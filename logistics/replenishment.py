"""Which ingredients to buy when, over fourteen days."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from logistics.stock import Draw, IngredientLot, Lot, LotState
from menus import Catalogue
from optimizer import (
    Held,
    ReplenishmentProblem,
    ReplenishmentSolution,
    SupplyLine,
)

HORIZON_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyItem:
    """How one ingredient can be bought from one supplier."""

    ingredient: str
    supplier: str
    pack_g: int
    price_cents: int  # per pack
    lead_days: int
    shelf_days: int  # usable days, counted from the day of arrival
    min_packs: int = 1
    order_weekdays: frozenset[int] = frozenset(range(7))  # Monday is 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.pack_g, self.shelf_days, self.min_packs) < 1:
            raise ValueError("a pack, a shelf life and a smallest order are at least one")
        if min(self.price_cents, self.lead_days) < 0:
            raise ValueError("a price and a lead time are never negative")
        if not self.order_weekdays <= frozenset(range(7)):
            raise ValueError("weekdays run from 0, Monday, to 6, Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A proposal to order packs of one ingredient from one supplier on one day."""

    supplier: str
    item: str  # the ingredient's id
    packs: int
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyGap:
    """Grams of one ingredient that no order can bring in time for a day."""

    item: str
    day: date
    amount_g: int


def supply_items(catalogue: Catalogue) -> tuple[SupplyItem, ...]:
    """How each ingredient is bought according to the catalogue; a pack's price is rounded up."""
    return tuple(
        SupplyItem(
            ingredient=each.id,
            supplier=each.supplier,
            pack_g=each.pack_g,
            price_cents=-(-each.price_cents_per_kg * each.pack_g // 1000),
            lead_days=each.lead_days,
            shelf_days=each.shelf_days,
        )
        for each in catalogue.ingredients.values()
    )


def net_of_stock(
    forecast: Sequence[Mapping[str, int]], lots: Iterable[Lot], service_day: date
) -> tuple[Mapping[str, int], ...]:
    """Grams of each variant to cook per day once stock is used up, oldest lots first.

    `forecast[0]` is the service day. Lots on hold count for nothing, since nobody knows yet.
    """
    shelf: dict[str, list[list[int]]] = {}
    for lot in sorted(lots, key=lambda each: (each.use_by, each.id)):
        if lot.state is LotState.RELEASED:
            last_day = (lot.use_by - service_day).days
            shelf.setdefault(lot.sku, []).append([last_day, lot.amount_g])
    return tuple(
        {sku: _uncovered(need, day, shelf.get(sku, [])) for sku, need in wanted.items()}
        for day, wanted in enumerate(forecast)
    )


def _uncovered(need_g: int, day: int, shelf: list[list[int]]) -> int:
    for entry in shelf:
        if entry[0] >= day:
            taken = min(need_g, entry[1])
            entry[1] -= taken
            need_g -= taken
    return need_g


def supply_problem(
    need_g: Mapping[str, Sequence[int]],
    lots: Iterable[IngredientLot],
    items: Iterable[SupplyItem],
    *,
    draws: Iterable[Draw],
    service_day: date,
) -> ReplenishmentProblem:
    """Purchases in the words of the optimizer. Today's batches have drawn from `lots` already.

    Orders may be placed from the service day on, at the supplier with the lowest price per gram.
    An ingredient that nobody sells is left out: `unsold` names it.
    """
    drawn: Counter[str] = Counter()
    for draw in draws:
        drawn[draw.lot] += draw.amount_g
    held: dict[str, list[Held]] = {}
    for lot in sorted(lots, key=lambda each: each.id):
        left_g = lot.amount_g - drawn[lot.id]
        if left_g and lot.state is LotState.RELEASED:
            last_day = (lot.use_by - service_day).days
            held.setdefault(lot.ingredient, []).append(Held(amount=left_g, last_day=last_day))
    return ReplenishmentProblem(
        days=HORIZON_DAYS,
        lines=tuple(
            _supply_line(item, need_g[ingredient], held.get(ingredient, []), service_day)
            for ingredient, item in _cheapest(items).items()
            if any(need_g.get(ingredient, ()))
        ),
    )


def unsold(need_g: Mapping[str, Sequence[int]], items: Iterable[SupplyItem]) -> tuple[str, ...]:
    """Ingredients that are needed and that no supplier sells."""
    sold = {item.ingredient for item in items}
    return tuple(sorted(name for name, days in need_g.items() if any(days) and name not in sold))


def _cheapest(items: Iterable[SupplyItem]) -> dict[str, SupplyItem]:
    """One offer per ingredient, in order of ingredient."""
    cheapest_first = sorted(
        items, key=lambda each: (Fraction(each.price_cents, each.pack_g), each.supplier)
    )
    best = {item.ingredient: item for item in reversed(cheapest_first)}
    return dict(sorted(best.items()))


def _supply_line(
    item: SupplyItem, need_g: Sequence[int], held: list[Held], service_day: date
) -> SupplyLine:
    return SupplyLine(
        key=item.ingredient,
        supplier=item.supplier,
        need=tuple(need_g),
        held=tuple(held),
        pack=item.pack_g,
        price=item.price_cents,
        lead_days=item.lead_days,
        shelf_days=item.shelf_days,
        order_days=tuple(
            day
            for day in range(HORIZON_DAYS)
            if (service_day + timedelta(days=day)).weekday() in item.order_weekdays
        ),
        min_packs=item.min_packs,
    )


def purchases_of(
    problem: ReplenishmentProblem, solution: ReplenishmentSolution, service_day: date
) -> tuple[tuple[Purchase, ...], tuple[SupplyGap, ...]]:
    """The proposals in order of day and supplier, and what they cannot cover."""
    supplier = {line.key: line.supplier for line in problem.lines}
    purchases = (
        Purchase(
            supplier=supplier[buy.item],
            item=buy.item,
            packs=buy.packs,
            day=service_day + timedelta(days=buy.day),
        )
        for buy in solution.buys
    )
    gaps = (
        SupplyGap(item=loss.item, day=service_day + timedelta(days=loss.day), amount_g=loss.amount)
        for loss in solution.short
    )
    return (
        tuple(sorted(purchases, key=lambda each: (each.day, each.supplier, each.item))),
        tuple(gaps),
    )
