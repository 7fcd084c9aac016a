"""Orders of the demo kitchen at its suppliers: one that is awaited, one that came with its lots."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from app.operations.demo.dates import moment
from app.operations.demo.logins import KITCHEN
from app.operations.exchange import IngredientLotRow, PurchaseLineRow, PurchaseOrderRow
from logistics import LotState, PurchaseState
from menus import Catalogue, Ingredient, Zone

_AWAITED, _CAME = "bakkerij-graan", "veiling-rodenburg"
_LINES, _PACKS = 2, 2


def orders(depot: str, service_day: date) -> tuple[PurchaseOrderRow, ...]:
    """Give an order that comes on the service day, and one that came three days before."""
    signed = moment(service_day - timedelta(days=4), 10, 0)
    awaited = PurchaseOrderRow(
        code="B-demo-1",
        depot=depot,
        supplier=_AWAITED,
        ordered_on=service_day - timedelta(days=1),
        state=PurchaseState.OPEN,
        signed_at=signed,
        signed_by=KITCHEN,
    )
    came = replace(
        awaited,
        code="B-demo-2",
        supplier=_CAME,
        ordered_on=service_day - timedelta(days=4),
        state=PurchaseState.RECEIVED,
        closed_at=moment(service_day - timedelta(days=3), 7, 30),
    )
    return awaited, came


def lines(catalogue: Catalogue, service_day: date) -> Iterator[PurchaseLineRow]:
    """Give what was ordered, of each supplier the first two ingredients."""
    for one in _goods(catalogue, _AWAITED):
        yield _line("B-demo-1", one, service_day, came=False)
    for one in _goods(catalogue, _CAME):
        yield _line("B-demo-2", one, service_day - timedelta(days=3), came=True)


def _goods(catalogue: Catalogue, supplier: str) -> list[Ingredient]:
    sold = [one for one in catalogue.ingredients.values() if one.supplier == supplier]
    return sold[:_LINES]


def _line(order: str, one: Ingredient, expected: date, *, came: bool) -> PurchaseLineRow:
    return PurchaseLineRow(
        order=order,
        ingredient=one.id,
        packs=_PACKS,
        pack_g=one.pack_g,
        cents=_PACKS * -(-one.price_cents_per_kg * one.pack_g // 1000),
        expected_on=expected,
        received_g=_PACKS * one.pack_g if came else 0,
    )


def lots_that_came(catalogue: Catalogue, service_day: date) -> Iterator[IngredientLotRow]:
    """Give the lots of the order that came."""
    received = service_day - timedelta(days=3)
    for number, one in enumerate(_goods(catalogue, _CAME), start=1):
        yield IngredientLotRow(
            code=f"B-demo-2-{number}",
            ingredient=one.id,
            supplier=_CAME,
            amount_g=_PACKS * one.pack_g,
            use_by=received + timedelta(days=one.shelf_days),
            received_on=received,
            state=LotState.RELEASED,
            supplier_lot=f"VR-{received:%y%m%d}-{number}",
            celsius=None if one.zone is Zone.AMBIENT else Decimal("4.5"),
            purchase="B-demo-2",
        )
