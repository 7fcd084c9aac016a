"""What a person may order of a proposal, and what may be taken in at the door."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from logistics.replenishment import SupplierTerms, SupplyItem
from menus import Zone

WARMEST_C: Mapping[Zone, int] = {Zone.CHILLED: 7, Zone.FROZEN: -15}
"""The warmest that goods of a zone may come in, in degrees Celsius.

Chilled: Royal Decree of 13 July 2014, annex IV. Frozen: -18 and the 3 degrees that transport may
deviate (directive 89/108/EEC).
"""

BUY_CODES: tuple[str, ...] = (
    "purchase.nothing",
    "purchase.least_packs",
    "purchase.below_minimum",
)
"""Why an order cannot be placed: nothing in it, too few packs of a line, not worth enough."""

ARRIVAL_CODES: tuple[str, ...] = (
    "purchase.how_much",
    "purchase.too_much",
    "purchase.use_by_past",
    "purchase.celsius_needed",
    "purchase.too_warm",
)
"""Why goods are not taken in: grams or packs (one of both), more than is open, past their date, not
measured, too warm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyRefusal:
    """One thing in the way: a code, the field it is about ("" the whole), its figures."""

    code: str
    at: str = ""
    figures: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What stands at the door of one ordered line: grams or packs, its date and temperature."""

    use_by: date
    packs: int | None = None
    grams: int | None = None
    celsius: Decimal | None = None

    def amount_g(self, pack_g: int) -> int | None:
        """Grams in all; None where neither or both were told."""
        if (self.packs is None) == (self.grams is None):
            return None
        return self.grams if self.packs is None else self.packs * pack_g


def order_refusals(
    lines: Iterable[tuple[SupplyItem, int]], terms: SupplierTerms
) -> tuple[BuyRefusal, ...]:
    """What keeps a supplier from taking an order of so many packs of each item; 0 is left out."""
    wanted = [(item, packs) for item, packs in lines if packs]
    if not wanted:
        return (BuyRefusal(code="purchase.nothing"),)
    few = tuple(
        BuyRefusal(
            code="purchase.least_packs", at=item.ingredient, figures=(("packs", item.min_packs),)
        )
        for item, packs in wanted
        if packs < item.min_packs
    )
    worth = sum(item.cost(packs) for item, packs in wanted)
    if few or worth >= terms.minimum_cents:
        return few
    figures = (("worth_cents", worth), ("minimum_cents", terms.minimum_cents))
    return (BuyRefusal(code="purchase.below_minimum", figures=figures),)


def arrival_refusals(
    arrival: Arrival, *, pack_g: int, open_g: int, zone: Zone, today: date
) -> tuple[BuyRefusal, ...]:
    """What keeps goods of a zone from being taken in, of which `open_g` were still to come."""
    return tuple(_not_taken(arrival, arrival.amount_g(pack_g), open_g, zone, today))


def _not_taken(
    arrival: Arrival, amount_g: int | None, open_g: int, zone: Zone, today: date
) -> Iterator[BuyRefusal]:
    if not amount_g:
        yield BuyRefusal(code="purchase.how_much", at="packs")
    elif amount_g > open_g:
        at = "grams" if arrival.packs is None else "packs"
        yield BuyRefusal(code="purchase.too_much", at=at, figures=(("open_g", open_g),))
    if arrival.use_by < today:
        yield BuyRefusal(code="purchase.use_by_past", at="use_by")
    if zone in WARMEST_C and arrival.celsius is None:
        yield BuyRefusal(code="purchase.celsius_needed", at="celsius")
    elif zone in WARMEST_C and arrival.celsius is not None and arrival.celsius > WARMEST_C[zone]:
        most = (("most", WARMEST_C[zone]),)
        yield BuyRefusal(code="purchase.too_warm", at="celsius", figures=most)
