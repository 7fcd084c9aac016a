"""Which ingredients to buy when and from whom, over fourteen days."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

from logistics.stock import Draw, IngredientLot, Lot, LotState
from menus import Catalogue
from optimizer import (
    BUY_REASONS,
    BuyReason,
    Held,
    ReplenishmentProblem,
    ReplenishmentSolution,
    Supplier,
    SupplyLine,
    buy_reasons,
    least_short,
)

HORIZON_DAYS = 14
READY_DAYS = 1
"""What comes in on a day may be cooked on the day after: a day is planned on the day before it,
from what lies in store by then."""


class PurchaseState(StrEnum):
    """Whether goods are awaited, came (perhaps in part), or never came."""

    OPEN = "open"
    RECEIVED = "received"
    CANCELLED = "cancelled"


class RefusedGoods(StrEnum):
    """Why goods were sent back at the door."""

    TOO_WARM = "too_warm"
    DATE = "date"
    DAMAGED = "damaged"
    OTHER_GOODS = "other_goods"


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyItem:
    """How one ingredient can be bought from one supplier.

    `breaks`: (packs, cents) that lower the price of every pack from so many on; one that does not
    lower it counts for nothing.
    """

    ingredient: str
    supplier: str
    pack_g: int
    price_cents: int  # per pack
    lead_days: int
    shelf_days: int  # usable days, counted from the day of arrival
    min_packs: int = 1
    order_weekdays: frozenset[int] = frozenset(range(7))  # Monday is 0
    breaks: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.pack_g, self.shelf_days, self.min_packs) < 1:
            raise ValueError("a pack, a shelf life and a smallest order are at least one")
        if min(self.price_cents, self.lead_days) < 0:
            raise ValueError("a price and a lead time are never negative")
        if not self.order_weekdays <= frozenset(range(7)):
            raise ValueError("weekdays run from 0, Monday, to 6, Sunday")

    def cost(self, packs: int) -> int:
        """Cents for so many packs in one order, all at the price of the highest break reached."""
        reached = [cents for least, cents in self.lower_breaks() if least <= packs]
        return packs * (reached[-1] if reached else self.price_cents)

    def lower_breaks(self) -> tuple[tuple[int, int], ...]:
        """The price breaks that lower the price, the smallest order first."""
        price, kept = self.price_cents, []
        for packs, cents in sorted(self.breaks):
            if packs > 1 and cents < price:
                kept.append((packs, cents))
                price = cents
        return tuple(kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierTerms:
    """When a supplier takes orders and brings them, what one is worth at least and costs to bring.

    On `closed_days` it takes no order and brings none.
    """

    supplier: str
    minimum_cents: int = 0
    delivery_cents: int = 0
    order_weekdays: frozenset[int] = frozenset(range(7))
    delivery_weekdays: frozenset[int] = frozenset(range(7))
    closed_days: frozenset[date] = frozenset()

    def takes(self, day: date, lead_days: int) -> bool:
        """Whether an order of a day is taken, and brought when it should be."""
        brought = day + timedelta(days=lead_days)
        open_days = day not in self.closed_days and brought not in self.closed_days
        brings = brought.weekday() in self.delivery_weekdays
        return open_days and brings and day.weekday() in self.order_weekdays


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseReason:
    """Why a purchase is as it is: a code with the day, the packs or the grams it speaks of."""

    code: str
    on: date | None = None
    amount: int = 0


_OVERDUE = "purchase.overdue"
PURCHASE_REASONS: tuple[str, ...] = (
    *(f"purchase.{code[4:]}" for code in BUY_REASONS),
    _OVERDUE,
)
"""Codes of `PurchaseReason`: the optimizer's reasons of a buy, and what was ordered and never came.

`purchase.overdue` stands with the day it should have come and the grams that are still open.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Purchase:
    """A proposal to order packs of one ingredient from one supplier on one day.

    `cost_cents`: of all its packs; None in plans of before prices were kept with them.
    """

    supplier: str
    item: str  # the ingredient's id
    packs: int
    day: date
    cost_cents: int | None = None
    reasons: tuple[PurchaseReason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnOrder:
    """Grams of one ingredient that were ordered and have not come.

    What is `overdue` counts for nothing: nobody knows whether it still comes.
    """

    order: str
    ingredient: str
    amount_g: int
    expected: date
    overdue: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if self.amount_g < 1:
            raise ValueError("what is on order is at least a gram")

    def arrival(self, service_day: date) -> int:
        """Days from a service day on to the first that may cook it; 0: that day itself."""
        return max(0, (self.expected - service_day).days + READY_DAYS)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyGap:
    """Grams of one ingredient that no order can bring in time for a day."""

    item: str
    day: date
    amount_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """How one supplier sells one ingredient: packs, cents per pack, days from order to arrival."""

    supplier: str
    ingredient: str
    pack_g: int
    pack_cents: int
    lead_days: int
    min_packs: int = 1


def supply_items(
    catalogue: Catalogue,
    breaks: Mapping[str, tuple[tuple[int, int], ...]] | None = None,
    offers: Iterable[Offer] = (),
) -> tuple[SupplyItem, ...]:
    """How each ingredient is bought: as offered, else as the catalogue says.

    A pack's price of the catalogue is rounded up. `breaks`: by ingredient, the price of every pack
    (cents) from so many packs on at the supplier that the catalogue names.
    """
    lower = {} if breaks is None else breaks
    known = {(one.ingredient, one.supplier): one for one in offers}
    usual = {(item.ingredient, item.supplier): item for item in _by_catalogue(catalogue, lower)}
    offered = {
        place: _offered(catalogue, one, usual.get(place))
        for place, one in known.items()
        if one.ingredient in catalogue.ingredients
    }
    return tuple((usual | offered).values())


def _offered(catalogue: Catalogue, offer: Offer, usual: SupplyItem | None) -> SupplyItem:
    return SupplyItem(
        ingredient=offer.ingredient,
        supplier=offer.supplier,
        pack_g=offer.pack_g,
        price_cents=offer.pack_cents,
        lead_days=offer.lead_days,
        shelf_days=catalogue.ingredients[offer.ingredient].shelf_days,
        min_packs=offer.min_packs,
        breaks=usual.breaks if usual else (),
    )


def _by_catalogue(
    catalogue: Catalogue, lower: Mapping[str, tuple[tuple[int, int], ...]]
) -> tuple[SupplyItem, ...]:
    return tuple(
        SupplyItem(
            ingredient=each.id,
            supplier=each.supplier,
            pack_g=each.pack_g,
            price_cents=-(-each.price_cents_per_kg * each.pack_g // 1000),
            lead_days=each.lead_days,
            shelf_days=each.shelf_days,
            breaks=lower.get(each.id, ()),
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
    suppliers: Iterable[SupplierTerms] = (),
    on_order: Iterable[OnOrder] = (),
) -> ReplenishmentProblem:
    """Purchases in the words of the optimizer. Today's batches have drawn from `lots` already.

    Orders may be placed from the service day on, at the supplier who leaves least short of an
    ingredient, and of equals at the one with the lowest price per gram.
    What is `on_order` and not overdue is held from the day after it comes, for its usual shelf
    life; what is ordered is there for a day when it comes before that.
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
    sold = _cheapest_first(items)
    for coming in sorted(on_order, key=lambda each: (each.expected, each.order)):
        if coming.ingredient in sold and not coming.overdue:
            held.setdefault(coming.ingredient, []).append(
                _under_way(coming, sold[coming.ingredient][0].shelf_days, service_day)
            )
    terms = {each.supplier: each for each in suppliers}
    lines = tuple(
        _in_time(
            _supply_line(
                item,
                need_g[ingredient],
                held.get(ingredient, []),
                terms.get(item.supplier, SupplierTerms(supplier=item.supplier)),
                service_day=service_day,
            )
            for item in offers
        )
        for ingredient, offers in sold.items()
        if any(need_g.get(ingredient, ()))
    )
    asked = {line.supplier for line in lines}
    return ReplenishmentProblem(
        days=HORIZON_DAYS,
        lines=lines,
        suppliers=tuple(
            Supplier(key=name, minimum=each.minimum_cents, delivery=each.delivery_cents)
            for name, each in sorted(terms.items())
            if name in asked
        ),
    )


def _under_way(coming: OnOrder, shelf_days: int, service_day: date) -> Held:
    last_day = (coming.expected - service_day).days + shelf_days - 1
    return Held(amount=coming.amount_g, first_day=coming.arrival(service_day), last_day=last_day)


def unsold(need_g: Mapping[str, Sequence[int]], items: Iterable[SupplyItem]) -> tuple[str, ...]:
    """Ingredients that are needed and that no supplier sells."""
    sold = {item.ingredient for item in items}
    return tuple(sorted(name for name, days in need_g.items() if any(days) and name not in sold))


def _cheapest_first(items: Iterable[SupplyItem]) -> dict[str, list[SupplyItem]]:
    """The offers of each ingredient, the cheapest first; in order of ingredient."""
    sold: dict[str, list[SupplyItem]] = {}
    for item in sorted(
        items, key=lambda each: (Fraction(each.price_cents, each.pack_g), each.supplier)
    ):
        sold.setdefault(item.ingredient, []).append(item)
    return dict(sorted(sold.items()))


def _in_time(offers: Iterable[SupplyLine]) -> SupplyLine:
    """The first offer of those that leave least short: nobody goes without for a lower price."""
    lines = tuple(offers)
    if len(lines) == 1:
        return lines[0]
    return min(lines, key=lambda one: least_short(one, HORIZON_DAYS))


def _supply_line(
    item: SupplyItem,
    need_g: Sequence[int],
    held: list[Held],
    terms: SupplierTerms,
    *,
    service_day: date,
) -> SupplyLine:
    days = ((day, service_day + timedelta(days=day)) for day in range(HORIZON_DAYS))
    return SupplyLine(
        key=item.ingredient,
        supplier=item.supplier,
        need=tuple(need_g),
        held=tuple(held),
        pack=item.pack_g,
        price=item.price_cents,
        lead_days=item.lead_days + READY_DAYS,
        shelf_days=max(1, item.shelf_days - READY_DAYS),
        order_days=tuple(
            number
            for number, day in days
            if day.weekday() in item.order_weekdays and terms.takes(day, item.lead_days)
        ),
        min_packs=item.min_packs,
        breaks=item.lower_breaks(),
    )


def purchases_of(
    problem: ReplenishmentProblem,
    solution: ReplenishmentSolution,
    service_day: date,
    on_order: Iterable[OnOrder] = (),
) -> tuple[tuple[Purchase, ...], tuple[SupplyGap, ...]]:
    """The proposals in order of day and supplier, and what they cannot cover.

    The first of an ingredient says which order of it is overdue.
    """
    lines = {line.key: line for line in problem.lines}
    first: dict[str, int] = {}
    for buy in solution.buys:
        first[buy.item] = min(buy.day, first.get(buy.item, buy.day))
    why: dict[tuple[str, int], list[PurchaseReason]] = {}
    for late in sorted(on_order, key=lambda each: (each.expected, each.order)):
        if late.overdue and late.ingredient in first:
            why.setdefault((late.ingredient, first[late.ingredient]), []).append(
                PurchaseReason(code=_OVERDUE, on=late.expected, amount=late.amount_g)
            )
    for reason in buy_reasons(problem, solution):
        why.setdefault((reason.item, reason.day), []).append(_reason(reason, service_day))
    purchases = (
        Purchase(
            supplier=lines[buy.item].supplier,
            item=buy.item,
            packs=buy.packs,
            day=service_day + timedelta(days=buy.day),
            cost_cents=lines[buy.item].cost(buy.packs),
            reasons=tuple(why.get((buy.item, buy.day), ())),
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


def _reason(reason: BuyReason, service_day: date) -> PurchaseReason:
    on = None if reason.on is None else service_day + timedelta(days=reason.on)
    return PurchaseReason(code=f"purchase.{reason.code[4:]}", on=on, amount=reason.amount)
