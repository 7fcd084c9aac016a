"""Items over a horizon, how each can be bought, and what is bought."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An amount at hand, or under way, that is usable from one day to another, both included."""

    amount: int
    last_day: int
    first_day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyLine:
    """One item, what is needed of it each day (day 0 first), and how it can be bought.

    Ordered on one of `order_days`, it arrives `lead_days` later and is usable for `shelf_days`,
    the day of arrival included. An order is at least `min_packs` of `pack`. `breaks` are (packs,
    price): from so many packs on, every pack of that order has that price.
    """

    key: str
    supplier: str
    need: tuple[int, ...]
    held: tuple[Held, ...]
    pack: int
    price: int  # per pack
    lead_days: int
    shelf_days: int
    order_days: tuple[int, ...]
    min_packs: int = 1
    breaks: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.pack, self.shelf_days, self.min_packs) < 1:
            raise ValueError("a pack, a shelf life and a smallest order are at least one")
        prices = (self.price, *(price for _, price in self.breaks))
        if min((*prices, self.lead_days, *self.need, *(each.amount for each in self.held))) < 0:
            raise ValueError("prices, days, needs and amounts are never negative")
        if list(self.order_days) != sorted(set(self.order_days)):
            raise ValueError("order days are in order, each once")
        steps = [1, *(packs for packs, _ in self.breaks)]
        if steps != sorted(set(steps)):
            raise ValueError("price breaks begin above one pack and rise, each once")
        if list(prices) != sorted(prices, reverse=True):
            raise ValueError("a larger order never costs more per pack")

    def arrival(self, day: int) -> int:
        """Day on which an order of `day` comes in."""
        return day + self.lead_days

    def cost(self, packs: int) -> int:
        """Price of one order of so many packs, all at the price of the highest break reached."""
        price = self.price
        for least, lower in self.breaks:
            price = lower if packs >= least else price
        return packs * price


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """The terms of one supplier: what an order is worth at least, and what bringing it costs."""

    key: str
    minimum: int = 0
    delivery: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if min(self.minimum, self.delivery) < 0:
            raise ValueError("a smallest order and a delivery never cost less than nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplenishmentProblem:
    """Items over one horizon; an amount that lasts beyond the horizon is not counted as expired.

    A supplier who is not in `suppliers` has no terms. The items of one supplier that are ordered
    on the same day are one order.
    """

    lines: tuple[SupplyLine, ...]
    days: int
    suppliers: tuple[Supplier, ...] = ()

    def __post_init__(self) -> None:
        """Raise ValueError naming the broken promise."""
        if len({line.key for line in self.lines}) != len(self.lines):
            raise ValueError("each item stands once")
        if len({each.key for each in self.suppliers}) != len(self.suppliers):
            raise ValueError("each supplier stands once")
        if any(len(line.need) != self.days for line in self.lines):
            raise ValueError("a need is given for each day of the horizon")

    def terms(self, supplier: str) -> Supplier:
        """The terms of a supplier."""
        known = {each.key: each for each in self.suppliers}
        return known.get(supplier, Supplier(key=supplier))


@dataclass(frozen=True, slots=True, kw_only=True)
class Buy:
    """Packs of one item ordered on one day."""

    item: str
    day: int
    packs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """An amount of one item that is short on a day, or expires at the end of it."""

    item: str
    day: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplenishmentSolution:
    """What to buy, and what is short or expires even so; in order of item and day."""

    buys: tuple[Buy, ...]
    short: tuple[Loss, ...] = ()
    expired: tuple[Loss, ...] = ()
